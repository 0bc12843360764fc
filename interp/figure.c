/* The tree of figures as text and as JSON. */
#include "interp/figure.h"

#include "interp/base/utf8.h"
#include "interp/json.h"

pol_figure *pol_figure_add(pol_arena *arena, pol_figure *parent, const char *kind, pol_str name)
{
    pol_figure *figure = POL_NEW(arena, pol_figure);
    if (figure == NULL)
        return NULL;
    figure->kind = kind;
    figure->name = name;
    if (parent != NULL)
        (void)POL_PUSH(arena, parent->parts, figure);
    return figure;
}

/* ---- text -------------------------------------------------------------------------------------------- */

#define LINE_COLUMNS 100 /* longer formulas are wrapped */
#define NAME_COLUMNS 44  /* values of siblings stand in one column, unless a name is longer */
#define DEEPEST      200 /* nesting of what is written; the tree is built less deep */

/* Where the values of the parts of one figure stand. */
typedef struct columns {
    int name, value;
} columns;

typedef struct writer {
    pol_text *out;
    pol_lang lang;
    pol_text prefix; /* what begins the lines of the figure being written */
} writer;

static pol_str in_lang(const writer *w, const char *en, const char *zh)
{
    return pol_str_of(w->lang == POL_ZH ? zh : en);
}

static void add_blanks(pol_text *out, int count)
{
    for (int i = 0; i < count; i++)
        pol_text_char(out, ' ');
}

static columns columns_of(const pol_figure *parent)
{
    columns c = { 0, 0 };
    for (size_t i = 0; i < parent->parts.count; i++) {
        const pol_figure *part = parent->parts.items[i];
        const int name = pol_utf8_text_width(part->name), value = pol_utf8_text_width(part->value);
        if (part->value.length > 0 && name > c.name && name <= NAME_COLUMNS)
            c.name = name;
        if (part->is_number && value > c.value)
            c.value = value;
    }
    return c;
}

static void add_citations(pol_text *out, const writer *w, const pol_figure *figure)
{
    for (size_t i = 0; i < figure->citations.count; i++) {
        const pol_citation *citation = &figure->citations.items[i];
        if (i > 0)
            pol_text_add(out, in_lang(w, "; ", "；"));
        pol_text_add(out, citation->clause);
        if (citation->title.length > 0) {
            pol_text_add(out, in_lang(w, " “", "“"));
            pol_text_add(out, citation->title);
            pol_text_add(out, POL_STR("”"));
        }
    }
}

/* What follows name and value on the first line. */
static void add_remarks(pol_text *out, const writer *w, const pol_figure *figure)
{
    if (figure->note.length > 0) {
        pol_text_add(out, POL_STR("  "));
        pol_text_add(out, figure->note);
    }
    if (figure->again)
        pol_text_add(out, in_lang(w, "  (see above)", "  （见上）"));
    if (figure->unused)
        pol_text_add(out, in_lang(w, "  (not used)", "  （未用）"));
}

/* Name and value; returns how many columns they take. */
static int add_head(writer *w, const pol_figure *figure, columns c)
{
    const size_t start = w->out->length;
    pol_text_add(w->out, figure->name);
    if (figure->value.length > 0) {
        const int name = pol_utf8_text_width(figure->name);
        add_blanks(w->out, name > c.name ? 2 : c.name - name + 2);
        if (figure->is_number)
            add_blanks(w->out, c.value - pol_utf8_text_width(figure->value));
        pol_text_add(w->out, figure->value);
    }
    if (w->out->bytes == NULL)
        return 0;
    return pol_utf8_text_width((pol_str){ w->out->bytes + start, w->out->length - start });
}

/* Starts a line below the figure's first: its prefix, and the bar that leads to its parts. */
static int start_line(writer *w, const pol_figure *figure)
{
    pol_text_char(w->out, '\n');
    pol_text_add(w->out, pol_text_str(&w->prefix));
    pol_text_add(w->out, figure->parts.count > 0 ? POL_STR("│  ") : POL_STR("   "));
    return pol_utf8_text_width(pol_text_str(&w->prefix)) + 3;
}

/* May a line end behind this character? */
static bool is_break(int32_t point)
{
    return point == ' ' || point == 0xff1b || point == 0x3001 || point == 0xff0c; /* ； 、 ， */
}

/* End of the piece of text[at..] that fits in `room` columns, cut behind a blank or mark where there is
 * one. */
static size_t piece_end(pol_str text, size_t at, int room)
{
    size_t cut = 0;
    int width = 0;
    for (size_t size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        width += pol_utf8_width(point);
        if (width - (point == ' ') > room && cut > 0)
            return cut;
        if (is_break(point))
            cut = at + size;
    }
    return at;
}

/* A text on lines of its own, `mark` before the first, blanks before the others. */
static void add_detail(writer *w, const pol_figure *figure, pol_str mark, pol_str text)
{
    const int mark_columns = pol_utf8_text_width(mark);
    for (size_t at = 0; at < text.length;) {
        const int indent = start_line(w, figure) + mark_columns;
        const size_t end = piece_end(text, at, LINE_COLUMNS - indent);
        if (at == 0)
            pol_text_add(w->out, mark);
        else
            add_blanks(w->out, mark_columns);
        const bool blank = end < text.length && text.bytes[end - 1] == ' ';
        pol_text_add(w->out, (pol_str){ text.bytes + at, end - at - blank });
        at = end;
    }
}

/* "  = text" behind what stands on the line. */
static void add_inline(writer *w, pol_str mark, pol_str text)
{
    if (text.length == 0)
        return;
    pol_text_add(w->out, POL_STR("  "));
    pol_text_add(w->out, mark);
    pol_text_add(w->out, text);
}

static int inline_columns(pol_str mark, pol_str text)
{
    return text.length == 0 ? 0 : 2 + pol_utf8_text_width(mark) + pol_utf8_text_width(text);
}

/* Formula, numbers, remarks and clauses: on the first line when they fit there, else below it. `used`:
 * columns of the first line so far. */
static void write_details(writer *w, const pol_figure *figure, int used)
{
    const pol_str equals = figure->value.length > 0 ? POL_STR("= ") : POL_STR("");
    pol_text remarks, citations;
    pol_text_init(&remarks, w->out->arena);
    pol_text_init(&citations, w->out->arena);
    add_remarks(&remarks, w, figure);
    add_citations(&citations, w, figure);
    const int formula =
        inline_columns(equals, figure->formula) + inline_columns(equals, figure->numbers);
    const int remark = pol_utf8_text_width(pol_text_str(&remarks));
    const bool fits = used + formula + remark <= LINE_COLUMNS;
    if (fits) {
        add_inline(w, equals, figure->formula);
        add_inline(w, equals, figure->numbers);
    }
    pol_text_add(w->out, pol_text_str(&remarks));
    if (!fits) {
        add_detail(w, figure, equals, figure->formula);
        add_detail(w, figure, equals, figure->numbers);
    }
    const pol_str basis = in_lang(w, "basis ", "依据 ");
    const pol_str cited = pol_text_str(&citations);
    if (fits && used + formula + remark + inline_columns(basis, cited) <= LINE_COLUMNS)
        add_inline(w, basis, cited);
    else
        add_detail(w, figure, basis, cited);
    pol_text_char(w->out, '\n');
}

static void write_parts(writer *w, const pol_figure *figure, unsigned depth)
{
    const columns c = columns_of(figure);
    const size_t length = w->prefix.length;
    for (size_t i = 0; i < figure->parts.count && depth < DEEPEST; i++) {
        const pol_figure *part = figure->parts.items[i];
        const bool is_last = i + 1 == figure->parts.count;
        pol_text_add(w->out, pol_text_str(&w->prefix));
        pol_text_add(w->out, is_last ? POL_STR("└─ ") : POL_STR("├─ "));
        const int head = add_head(w, part, c);
        pol_text_add(&w->prefix, is_last ? POL_STR("   ") : POL_STR("│  "));
        write_details(w, part, pol_utf8_text_width(pol_text_str(&w->prefix)) + head);
        write_parts(w, part, depth + 1);
        if (w->prefix.bytes != NULL)
            w->prefix.bytes[length] = '\0';
        w->prefix.length = length;
    }
}

void pol_figure_text(pol_text *out, const pol_figure *root, pol_lang lang)
{
    if (root == NULL)
        return;
    writer w = { .out = out, .lang = lang };
    pol_text_init(&w.prefix, out->arena);
    pol_text_add(out, root->name);
    pol_text_char(out, '\n');
    pol_text_add(out, root->matter);
    if (root->id.length > 0) {
        pol_text_add(out, root->matter.length > 0 ? POL_STR("  编号 ") : POL_STR("编号 "));
        pol_text_add(out, root->id);
    }
    if (root->matter.length > 0 || root->id.length > 0)
        pol_text_char(out, '\n');
    write_parts(&w, root, 0);
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

/* "key":"text", when there is a text. */
static void add_member(pol_text *out, const char *key, pol_str text)
{
    if (text.length == 0)
        return;
    pol_text_format(out, ",\"%s\":", key);
    pol_json_write_string(out, text);
}

static void add_citation_list(pol_text *out, const pol_figure *figure)
{
    if (figure->citations.count == 0)
        return;
    pol_text_add(out, POL_STR(",\"依据\":["));
    for (size_t i = 0; i < figure->citations.count; i++) {
        pol_text_add(out, i == 0 ? POL_STR("{\"条款\":") : POL_STR(",{\"条款\":"));
        pol_json_write_string(out, figure->citations.items[i].clause);
        add_member(out, "标题", figure->citations.items[i].title);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_object(pol_text *out, const pol_figure *figure, unsigned depth)
{
    pol_text_add(out, POL_STR("{\"种类\":"));
    pol_json_write_string(out, pol_str_of(figure->kind));
    add_member(out, "文件", figure->policy);
    add_member(out, "业务类型", figure->matter);
    add_member(out, "编号", figure->id);
    add_member(out, "名称", figure->name);
    add_member(out, "值", figure->value);
    add_member(out, "算式", figure->formula);
    add_member(out, "代入", figure->numbers);
    add_member(out, "说明", figure->note);
    add_citation_list(out, figure);
    add_member(out, "脚本", figure->script);
    if (figure->line > 0)
        pol_text_format(out, ",\"行\":%u", (unsigned)figure->line);
    if (figure->again)
        pol_text_add(out, POL_STR(",\"见上\":true"));
    if (figure->unused)
        pol_text_add(out, POL_STR(",\"未用\":true"));
    if (figure->parts.count > 0 && depth < DEEPEST) {
        pol_text_add(out, POL_STR(",\"分项\":["));
        for (size_t i = 0; i < figure->parts.count; i++) {
            if (i > 0)
                pol_text_char(out, ',');
            add_object(out, figure->parts.items[i], depth + 1);
        }
        pol_text_char(out, ']');
    }
    pol_text_char(out, '}');
}

void pol_figure_json(pol_text *out, const pol_figure *root)
{
    if (root == NULL)
        return;
    add_object(out, root, 0);
    pol_text_char(out, '\n');
}
