/* Diagnostics: collected as data, turned into text or JSON when somebody wants to read them.
 *
 * Everything that comes from a script (names, arguments, source lines) passes through `show`, so
 * that nothing written there can steer a terminal or hide from the reader. */
#include "interp/base/diag.h"

#include <string.h>

#include "interp/base/utf8.h"

/* ---- the table -------------------------------------------------------------------------------- */

enum { SEVERITY_ERROR, SEVERITY_WARNING };

typedef struct code_row {
    const char *code;
    int severity;
    const char *text[2]; /* by pol_lang */
} code_row;

static const code_row k_codes[] = {
#define POL_DIAG(name, code, severity, en, zh)                                                     \
    [POL_D_##name] = { (code), SEVERITY_##severity, { [POL_ZH] = (zh), [POL_EN] = (en) } },
#include "interp/base/diag_codes.def"
#undef POL_DIAG
};

_Static_assert(sizeof k_codes / sizeof k_codes[0] == POL_DIAG_COUNT, "a row for every code");

const char *pol_diag_code_text(pol_diag_code code)
{
    return k_codes[code].code;
}

bool pol_diag_is_error(pol_diag_code code)
{
    return k_codes[code].severity == SEVERITY_ERROR;
}

/* ---- collecting ------------------------------------------------------------------------------- */

#define MAX_ARG_BYTES 1000 /* of an argument or note; longer ones end in an ellipsis */

void pol_diags_init(pol_diags *diags, pol_arena *arena, const pol_sources *sources)
{
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
    diags->sources = sources;
}

/* The place of the last warning kept, for an error at the limit; there must be one. */
static size_t last_warning(const pol_diags *diags)
{
    size_t i = diags->items.count - 1;
    while (i > 0 && pol_diag_is_error(diags->items.items[i]->code))
        i--;
    return i;
}

/* Keeps the diagnostic if there is room. */
static bool keep(pol_diags *diags, pol_diag *diag, bool is_error)
{
    if (diags->items.count < POL_DIAG_LIMIT) {
        if (!POL_PUSH(diags->arena, diags->items, diag))
            return false;
    } else {
        diags->items.items[last_warning(diags)] = diag;
        diags->kept_warnings--;
    }
    diags->kept_warnings += !is_error;
    return true;
}

pol_diag *pol_report(pol_diags *diags, pol_diag_code code, pol_span span)
{
    const bool is_error = pol_diag_is_error(code);
    if (is_error)
        diags->error_count++;
    else
        diags->warning_count++;
    const bool has_room =
        diags->items.count < POL_DIAG_LIMIT || (is_error && diags->kept_warnings > 0);
    pol_diag *diag = has_room ? POL_NEW(diags->arena, pol_diag) : NULL;
    if (diag == NULL || !keep(diags, diag, is_error))
        diag = &diags->spare;
    memset(diag, 0, sizeof *diag);
    diag->code = code;
    diag->span = span;
    diag->sequence = diags->next_sequence++;
    return diag;
}

/* The beginning of a text, at most `limit` bytes, not ending inside a character. */
static pol_str head_of(pol_str text, size_t limit)
{
    if (text.length <= limit)
        return text;
    size_t end = limit;
    while (end > 0 && limit - end < 3 && ((unsigned char)text.bytes[end] & 0xc0) == 0x80)
        end--;
    return (pol_str){ text.bytes, end };
}

static pol_str copy_clipped(pol_arena *arena, pol_str text)
{
    const pol_str head = head_of(text, MAX_ARG_BYTES);
    if (head.length == text.length)
        return pol_str_copy(arena, text);
    pol_text copy;
    pol_text_init(&copy, arena);
    pol_text_add(&copy, head);
    pol_text_add(&copy, POL_STR("…"));
    return pol_text_str(&copy);
}

pol_diag *pol_diag_text(pol_diags *diags, pol_diag *diag, const char *name, pol_str text)
{
    if (diag == &diags->spare || diag->arg_count == POL_DIAG_ARGS)
        return diag;
    diag->args[diag->arg_count++] =
        (pol_diag_arg){ .name = name, .text = copy_clipped(diags->arena, text) };
    return diag;
}

pol_diag *pol_diag_texts(pol_diags *diags, pol_diag *diag, const char *name, pol_str en, pol_str zh)
{
    if (diag == &diags->spare || diag->arg_count == POL_DIAG_ARGS)
        return diag;
    diag->args[diag->arg_count++] = (pol_diag_arg){ .name = name,
                                                    .text = copy_clipped(diags->arena, zh),
                                                    .text_en = copy_clipped(diags->arena, en) };
    return diag;
}

pol_diag *pol_diag_number(pol_diags *diags, pol_diag *diag, const char *name, int64_t value)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        *--at = '-';
    return pol_diag_text(diags, diag, name, (pol_str){ at, (size_t)(digits + sizeof digits - at) });
}

void pol_diag_note_at(pol_diags *diags, pol_diag *diag, pol_span span, pol_str en, pol_str zh)
{
    if (diag == &diags->spare)
        return;
    const pol_diag_note note = { span, copy_clipped(diags->arena, en),
                                 copy_clipped(diags->arena, zh) };
    (void)POL_PUSH(diags->arena, diag->notes, note);
}

void pol_diag_fix(pol_diags *diags, pol_diag *diag, pol_span span, pol_str replacement)
{
    if (diag == &diags->spare)
        return;
    diag->fix_text = pol_str_copy(diags->arena, replacement);
    diag->fix_span = span;
    diag->has_fix = !pol_arena_failed(diags->arena);
    diag->is_guess = false;
}

void pol_diag_guess(pol_diags *diags, pol_diag *diag, pol_span span, pol_str replacement)
{
    pol_diag_fix(diags, diag, span, replacement);
    diag->is_guess = diag->has_fix;
}

/* ---- order ------------------------------------------------------------------------------------ */

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_places(const pol_diag *a, const pol_diag *b)
{
    int order = compare_u32(a->span.file, b->span.file);
    if (order == 0)
        order = compare_u32(a->span.start, b->span.start);
    return order != 0 ? order : compare_u32(a->sequence, b->sequence);
}

static bool same_arg(const pol_diag_arg *a, const pol_diag_arg *b)
{
    return strcmp(a->name, b->name) == 0 && pol_str_equal(a->text, b->text) &&
           pol_str_equal(a->text_en, b->text_en);
}

static bool is_repetition(const pol_diag *a, const pol_diag *b)
{
    if (a->code != b->code || a->span.file != b->span.file || a->span.start != b->span.start ||
        a->span.end != b->span.end || a->arg_count != b->arg_count)
        return false;
    for (unsigned i = 0; i < a->arg_count; i++)
        if (!same_arg(&a->args[i], &b->args[i]))
            return false;
    return true;
}

static bool is_said_already(pol_diag *const *items, size_t count, const pol_diag *diag)
{
    for (size_t i = count; i > 0 && items[i - 1]->span.file == diag->span.file &&
                           items[i - 1]->span.start == diag->span.start;
         i--)
        if (is_repetition(items[i - 1], diag))
            return true;
    return false;
}

/* By insertion: there are at most POL_DIAG_LIMIT, and the C library's sort may take memory. */
static void sort_items(pol_diag **items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        pol_diag *moving = items[i];
        size_t to = i;
        for (; to > 0 && compare_places(items[to - 1], moving) > 0; to--)
            items[to] = items[to - 1];
        items[to] = moving;
    }
}

void pol_diags_sort(pol_diags *diags)
{
    pol_diag **items = diags->items.items;
    sort_items(items, diags->items.count);
    size_t kept = 0;
    for (size_t i = 0; i < diags->items.count; i++) {
        if (!is_said_already(items, kept, items[i])) {
            items[kept++] = items[i];
        } else if (pol_diag_is_error(items[i]->code)) {
            diags->error_count--;
        } else {
            diags->warning_count--;
            diags->kept_warnings--;
        }
    }
    diags->items.count = kept;
}

/* ---- showing characters ----------------------------------------------------------------------- */

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, for a byte that is no UTF-8 */
#define TAB_COLUMNS 8

/* One character of a foreign text as it is shown. */
typedef struct glyph {
    pol_str text; /* in `buffer`, or in the foreign text */
    size_t size;  /* bytes of the foreign text */
    int width;    /* columns; a tab counts as its most */
    char buffer[16];
} glyph;

/* "<U+202E>": a character that must not reach a terminal, by its number. */
static void name_code_point(glyph *g, int32_t point)
{
    static const char k_hex[] = "0123456789ABCDEF";
    size_t length = 0;
    g->buffer[length++] = '<';
    g->buffer[length++] = 'U';
    g->buffer[length++] = '+';
    for (int shift = 20; shift >= 0; shift -= 4)
        if (shift <= 12 || point >> shift != 0)
            g->buffer[length++] = k_hex[(point >> shift) & 15];
    g->buffer[length++] = '>';
    g->text = (pol_str){ g->buffer, length };
    g->width = (int)length;
}

/* The character at text[at]. Tabs stay tabs only where `keep_tabs`. */
static void show(glyph *g, pol_str text, size_t at, bool keep_tabs)
{
    const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &g->size);
    if (point < 0) {
        g->text = POL_STR(REPLACEMENT);
        g->width = 1;
    } else if (point == '\t' && keep_tabs) {
        g->text = (pol_str){ text.bytes + at, 1 };
        g->width = TAB_COLUMNS;
    } else if (pol_utf8_is_forbidden(point) || point < 0x20) {
        name_code_point(g, point);
    } else {
        g->text = (pol_str){ text.bytes + at, g->size };
        g->width = pol_utf8_width(point);
    }
}

static void add_shown(pol_text *out, pol_str text)
{
    size_t plain = 0; /* where the run of ordinary ASCII began */
    size_t at = 0;
    while (at < text.length) {
        if (text.bytes[at] >= 0x20 && text.bytes[at] < 0x7f) {
            at++;
            continue;
        }
        pol_text_add(out, (pol_str){ text.bytes + plain, at - plain });
        glyph g;
        show(&g, text, at, false);
        pol_text_add(out, g.text);
        at += g.size;
        plain = at;
    }
    if (plain < text.length)
        pol_text_add(out, (pol_str){ text.bytes + plain, text.length - plain });
}

/* ---- the message ------------------------------------------------------------------------------ */

static pol_str arg_text(const pol_diag_arg *arg, pol_lang lang)
{
    return lang == POL_EN && arg->text_en.length != 0 ? arg->text_en : arg->text;
}

/* The argument named by template[0..length), or NULL. */
static const pol_diag_arg *find_arg(const pol_diag *diag, const char *name, size_t length)
{
    for (unsigned i = 0; i < diag->arg_count; i++)
        if (strlen(diag->args[i].name) == length && memcmp(diag->args[i].name, name, length) == 0)
            return &diag->args[i];
    return NULL;
}

static void add_message(pol_text *out, const pol_diag *diag, pol_lang lang)
{
    const char *rest = k_codes[diag->code].text[lang == POL_EN ? POL_EN : POL_ZH];
    while (*rest != '\0') {
        const size_t plain = strcspn(rest, "{");
        pol_text_add(out, (pol_str){ rest, plain });
        rest += plain;
        if (*rest == '\0')
            return;
        const size_t name_length = strcspn(rest + 1, "}");
        const pol_diag_arg *arg = find_arg(diag, rest + 1, name_length);
        if (arg != NULL && rest[1 + name_length] == '}') {
            add_shown(out, arg_text(arg, lang));
            rest += name_length + 2;
        } else {
            pol_text_char(out, *rest++);
        }
    }
}

pol_str pol_diag_message(pol_arena *arena, const pol_diag *diag, pol_lang lang)
{
    pol_text out;
    pol_text_init(&out, arena);
    add_message(&out, diag, lang);
    return pol_text_str(&out);
}

/* ---- the source line -------------------------------------------------------------------------- */

#define MAX_COLUMNS  160 /* of a line shown */
#define LEFT_COLUMNS 60  /* kept before the place in a line that is cut */
#define MAX_GLYPHS   640 /* bounds marks without width too */
#define ELLIPSIS     "…" /* one column */

static const pol_source *source_of(const pol_diags *diags, pol_span span)
{
    if (diags->sources == NULL || span.file >= diags->sources->count)
        return NULL;
    return &diags->sources->items[span.file];
}

/* The offset that lies at most `columns` columns right of `from`. */
static size_t advance(pol_str line, size_t from, int columns)
{
    glyph g;
    size_t at = from;
    for (int count = 0; at < line.length && count < MAX_GLYPHS; count++) {
        show(&g, line, at, true);
        if (g.width > columns)
            break;
        columns -= g.width;
        at += g.size;
    }
    return at;
}

/* The offset that lies at most `columns` columns left of `from`. */
static size_t retreat(pol_str line, size_t from, int columns)
{
    glyph g;
    size_t at = from;
    for (int count = 0; at > 0 && count < MAX_GLYPHS; count++) {
        const size_t before = at;
        do
            at--;
        while (at > 0 && before - at < 4 && ((unsigned char)line.bytes[at] & 0xc0) == 0x80);
        show(&g, line, at, true);
        if (at + g.size != before) { /* not a whole character: a byte alone */
            at = before - 1;
            g.width = 1;
        }
        if (g.width > columns)
            return before;
        columns -= g.width;
    }
    return at;
}

/* The part [first, last) of a line that is shown for a place in it. */
static void choose_part(pol_str line, size_t place, size_t *first, size_t *last)
{
    *first = 0;
    *last = advance(line, 0, MAX_COLUMNS);
    if (*last == line.length)
        return;
    if (place > advance(line, 0, MAX_COLUMNS - LEFT_COLUMNS))
        *first = retreat(line, place, LEFT_COLUMNS);
    *last = advance(line, *first, MAX_COLUMNS - 2);
}

static void add_times(pol_text *out, char c, int count)
{
    for (int i = 0; i < count; i++)
        pol_text_char(out, c);
}

/* As wide as the glyph in any font: a tab under a tab, U+3000 under a wide character. */
static void add_padding(pol_text *out, const glyph *g)
{
    if (g->size == 1 && g->text.bytes[0] == '\t')
        pol_text_char(out, '\t');
    else if (g->width == 2)
        pol_text_add(out, POL_STR("\xe3\x80\x80"));
    else
        add_times(out, ' ', g->width);
}

/* Marks [start, end) of the part of the line that begins at `first`; at least one mark. */
static void add_marks(pol_text *out, pol_str line, size_t first, size_t last, size_t start,
                      size_t end, char mark)
{
    glyph g;
    int marks = 0;
    for (size_t at = first; at < last && at < end; at += g.size) {
        show(&g, line, at, true);
        if (at + g.size <= start) {
            add_padding(out, &g);
        } else {
            const bool is_tab = g.width == TAB_COLUMNS && g.text.bytes[0] == '\t';
            const int count = is_tab ? 1 : g.width;
            add_times(out, mark, count);
            marks += count;
            /* Behind a marked tab the columns are not known any more: one mark is enough. */
            if (is_tab)
                break;
        }
    }
    if (marks == 0)
        pol_text_char(out, mark);
}

typedef struct palette {
    const char *error, *warning, *bold, *frame, *fix, *off;
} palette;

static const palette k_plain = { "", "", "", "", "", "" };
static const palette k_colors = { "\x1b[1;31m", "\x1b[1;33m", "\x1b[1m",
                                  "\x1b[34m",   "\x1b[32m",   "\x1b[0m" };

/* The place, the line and the marks below it. */
static void add_excerpt(pol_text *out, const pol_source *source, pol_span span, char mark,
                        const char *mark_color, const palette *colors)
{
    const pol_place place = pol_source_place(source, span.start);
    const pol_str line = pol_source_line(source, place.line);
    const size_t line_start = (size_t)(line.bytes - source->text.bytes);
    const size_t start = span.start > line_start ? span.start - line_start : 0;
    const size_t end = span.end > line_start ? span.end - line_start : 0;
    size_t first, last;
    choose_part(line, start < line.length ? start : line.length, &first, &last);

    pol_text_format(out, " %s-->%s ", colors->frame, colors->off);
    add_shown(out, source->name);
    pol_text_format(out, ":%u:%u\n", (unsigned)place.line, (unsigned)place.column);
    const size_t gutter_start = out->length;
    pol_text_format(out, "%s%u | %s", colors->frame, (unsigned)place.line, colors->off);
    const int digits =
        (int)(out->length - gutter_start - strlen(colors->frame) - strlen(colors->off)) - 3;
    if (first > 0)
        pol_text_add(out, POL_STR(ELLIPSIS));
    glyph g;
    for (size_t at = first; at < last; at += g.size) {
        show(&g, line, at, true);
        pol_text_add(out, g.text);
    }
    if (last < line.length)
        pol_text_add(out, POL_STR(ELLIPSIS));
    pol_text_char(out, '\n');
    add_times(out, ' ', digits);
    pol_text_format(out, "%s | %s", colors->frame, colors->off);
    if (first > 0)
        pol_text_char(out, ' ');
    pol_text_add(out, pol_str_of(mark_color));
    add_marks(out, line, first, last, start, end, mark);
    pol_text_add(out, pol_str_of(colors->off));
    pol_text_char(out, '\n');
}

/* ---- the fix ---------------------------------------------------------------------------------- */

#define MAX_FIX_BYTES 240

/* A text in quotation marks of the language, its beginning only when it is long; line ends as ⏎. */
static void add_quoted(pol_text *out, pol_str text, pol_lang lang, const palette *colors)
{
    const pol_str head = head_of(text, MAX_FIX_BYTES);
    pol_text_format(out, "%s%s", lang == POL_EN ? "\"" : "“", colors->fix);
    size_t start = 0;
    for (size_t at = 0; at < head.length; at++) {
        if (head.bytes[at] != '\n')
            continue;
        add_shown(out, (pol_str){ head.bytes + start, at - start });
        pol_text_add(out, POL_STR("⏎"));
        start = at + 1;
    }
    add_shown(out, (pol_str){ head.bytes + start, head.length - start });
    if (head.length < text.length)
        pol_text_add(out, POL_STR(ELLIPSIS));
    pol_text_format(out, "%s%s", colors->off, lang == POL_EN ? "\"" : "”");
}

static void add_fix_place(pol_text *out, const pol_source *source, uint32_t start, pol_lang lang)
{
    const pol_place place = pol_source_place(source, start);
    pol_text_add(out, lang == POL_EN ? POL_STR(" (") : POL_STR("（"));
    add_shown(out, source->name);
    pol_text_format(out, ":%u:%u", (unsigned)place.line, (unsigned)place.column);
    pol_text_add(out, lang == POL_EN ? POL_STR(")") : POL_STR("）"));
}

static bool is_elsewhere(const pol_source *source, pol_span a, pol_span b)
{
    return a.file != b.file ||
           pol_source_place(source, a.start).line != pol_source_place(source, b.start).line;
}

/* "suggestion: replace "a" with "b"", with the place if it is not on the line shown. */
static void add_fix(pol_text *out, const pol_diags *diags, const pol_diag *diag, pol_lang lang,
                    const palette *colors)
{
    const bool en = lang == POL_EN;
    const pol_str old =
        diags->sources == NULL ? POL_STR("") : pol_span_text(diags->sources, diag->fix_span);
    pol_text_format(out, "%s%s%s", colors->bold, en ? "suggestion: " : "建议：", colors->off);
    if (old.length == 0) {
        pol_text_add(out, en ? POL_STR("insert ") : POL_STR("加上"));
        add_quoted(out, diag->fix_text, lang, colors);
    } else if (diag->fix_text.length == 0) {
        pol_text_add(out, en ? POL_STR("delete ") : POL_STR("删去"));
        add_quoted(out, old, lang, colors);
    } else {
        pol_text_add(out, en ? POL_STR("replace ") : POL_STR("把"));
        add_quoted(out, old, lang, colors);
        pol_text_add(out, en ? POL_STR(" with ") : POL_STR("改为"));
        add_quoted(out, diag->fix_text, lang, colors);
    }
    const pol_source *source = source_of(diags, diag->fix_span);
    if (source != NULL && is_elsewhere(source, diag->fix_span, diag->span))
        add_fix_place(out, source, diag->fix_span.start, lang);
    pol_text_char(out, '\n');
}

/* ---- rendering -------------------------------------------------------------------------------- */

static const char *severity_word(bool is_error, pol_lang lang)
{
    if (lang == POL_EN)
        return is_error ? "error" : "warning";
    return is_error ? "错误" : "警告";
}

static void add_note(pol_text *out, const pol_diags *diags, const pol_diag_note *note,
                     pol_lang lang, const palette *colors)
{
    pol_text_format(out, "%s%s%s", colors->bold, lang == POL_EN ? "note: " : "说明：", colors->off);
    add_shown(out, lang == POL_EN ? note->en : note->zh);
    pol_text_char(out, '\n');
    const pol_source *source = source_of(diags, note->span);
    if (source != NULL)
        add_excerpt(out, source, note->span, '-', colors->frame, colors);
}

void pol_diag_render(pol_text *out, const pol_diags *diags, const pol_diag *diag, pol_lang lang,
                     bool color)
{
    const palette *colors = color ? &k_colors : &k_plain;
    const bool is_error = pol_diag_is_error(diag->code);
    const char *severity_color = is_error ? colors->error : colors->warning;
    pol_text_format(out, "%s%s[%s]%s: %s", severity_color, severity_word(is_error, lang),
                    pol_diag_code_text(diag->code), colors->off, colors->bold);
    add_message(out, diag, lang);
    pol_text_format(out, "%s\n", colors->off);
    const pol_source *source = source_of(diags, diag->span);
    if (source != NULL)
        add_excerpt(out, source, diag->span, '^', severity_color, colors);
    for (size_t i = 0; i < diag->notes.count; i++)
        add_note(out, diags, &diag->notes.items[i], lang, colors);
    if (diag->has_fix)
        add_fix(out, diags, diag, lang, colors);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void add_json_escape(pol_text *out, unsigned unit)
{
    pol_text_format(out, "\\u%04x", unit);
}

/* A JSON string: ill-formed bytes become U+FFFD, invisible characters escapes. */
static void add_json_string(pol_text *out, pol_str text)
{
    pol_text_char(out, '"');
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        if (point < 0) {
            pol_text_add(out, POL_STR(REPLACEMENT));
        } else if (point == '"' || point == '\\') {
            pol_text_char(out, '\\');
            pol_text_char(out, (char)point);
        } else if (point >= 0x10000 && pol_utf8_is_forbidden(point)) {
            add_json_escape(out, 0xd800u + (((unsigned)point - 0x10000u) >> 10));
            add_json_escape(out, 0xdc00u + ((unsigned)point & 0x3ffu));
        } else if (point < 0x20 || pol_utf8_is_forbidden(point)) {
            add_json_escape(out, (unsigned)point);
        } else {
            pol_text_add(out, (pol_str){ text.bytes + at, size });
        }
    }
    pol_text_char(out, '"');
}

static void add_json_text(pol_text *out, const char *key, pol_str value)
{
    pol_text_format(out, "\"%s\":", key);
    add_json_string(out, value);
}

static void add_json_numbers(pol_text *out, const pol_source *source, pol_span span)
{
    if (source == NULL) {
        pol_text_add(out, POL_STR("\"line\":null,\"column\":null,\"end_line\":null,"
                                  "\"end_column\":null"));
        return;
    }
    const pol_place from = pol_source_place(source, span.start);
    const pol_place to = pol_source_place(source, span.end > span.start ? span.end : span.start);
    pol_text_format(out, "\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u",
                    (unsigned)from.line, (unsigned)from.column, (unsigned)to.line,
                    (unsigned)to.column);
}

static void add_json_place(pol_text *out, const pol_diags *diags, pol_span span)
{
    const pol_source *source = source_of(diags, span);
    if (source == NULL)
        pol_text_add(out, POL_STR("\"file\":null"));
    else
        add_json_text(out, "file", source->name);
    pol_text_char(out, ',');
    add_json_numbers(out, source, span);
}

static void add_json_fix(pol_text *out, const pol_diags *diags, const pol_diag *diag)
{
    if (!diag->has_fix) {
        pol_text_add(out, POL_STR("\"fix\":null"));
        return;
    }
    pol_text_add(out, POL_STR("\"fix\":{"));
    add_json_numbers(out, source_of(diags, diag->fix_span), diag->fix_span);
    pol_text_char(out, ',');
    add_json_text(out, "text", diag->fix_text);
    pol_text_add(out, diag->is_guess ? POL_STR(",\"certain\":false}") : POL_STR(",\"certain\":true}"));
}

static void add_json_notes(pol_text *out, const pol_diags *diags, const pol_diag *diag,
                           pol_lang lang)
{
    pol_text_add(out, POL_STR("\"notes\":["));
    for (size_t i = 0; i < diag->notes.count; i++) {
        const pol_diag_note *note = &diag->notes.items[i];
        pol_text_add(out, i == 0 ? POL_STR("{") : POL_STR(",{"));
        add_json_place(out, diags, note->span);
        pol_text_char(out, ',');
        add_json_text(out, "message", lang == POL_EN ? note->en : note->zh);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

void pol_diag_render_json(pol_text *out, const pol_diags *diags, const pol_diag *diag,
                          pol_lang lang)
{
    pol_text_char(out, '{');
    add_json_text(out, "code", pol_str_of(pol_diag_code_text(diag->code)));
    pol_text_char(out, ',');
    add_json_text(out, "severity",
                  pol_str_of(severity_word(pol_diag_is_error(diag->code), POL_EN)));
    pol_text_char(out, ',');
    add_json_place(out, diags, diag->span);
    pol_text_char(out, ',');
    add_json_text(out, "message", pol_diag_message(out->arena, diag, lang));
    pol_text_char(out, ',');
    add_json_fix(out, diags, diag);
    pol_text_char(out, ',');
    add_json_notes(out, diags, diag, lang);
    pol_text_add(out, POL_STR("}\n"));
}
