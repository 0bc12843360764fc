#include "interp/check_text.h"

#include <string.h>

#include "interp/base/diag_page.h"

#define FIRST_FILE 0 /* the script itself; its superiors speak for themselves */

/* A warning that a comment allows. */
typedef struct allowance {
    pol_diag_code code;
    pol_span span; /* of the name */
    uint32_t line; /* for which it holds */
    bool is_used;
} allowance;

typedef struct text_check {
    pol_arena *arena;
    pol_diags *diags;
    const pol_source *source;
    const pol_text_notes *notes;
    POL_VEC(allowance) allowances;
} text_check;

/* ---- comments ------------------------------------------------------------------------------------------------ */

static bool take(pol_str *text, const char *piece)
{
    const size_t length = strlen(piece);
    if (text->length < length || memcmp(text->bytes, piece, length) != 0)
        return false;
    text->bytes += length;
    text->length -= length;
    return true;
}

static void take_blanks(pol_str *text)
{
    while (take(text, " ") || take(text, "\t") || take(text, "　"))
        continue;
}

static bool ends_name(pol_str rest)
{
    static const char *const k_ends[] = { " ", "\t", "　", ",", "，", "、", ":", "：" };
    for (size_t i = 0; i < sizeof k_ends / sizeof k_ends[0]; i++)
        if (take(&rest, k_ends[i]))
            return true;
    return false;
}

/* Up to a blank, a comma or a colon. */
static pol_str take_name(pol_str *text)
{
    pol_str name = { text->bytes, 0 };
    while (name.length < text->length &&
           !ends_name((pol_str){ text->bytes + name.length, text->length - name.length }))
        name.length++;
    text->bytes += name.length;
    text->length -= name.length;
    return name;
}

static pol_span span_of(const text_check *c, pol_str text)
{
    const uint32_t start = (uint32_t)(text.bytes - c->source->text.bytes);
    return (pol_span){ FIRST_FILE, start, start + (uint32_t)text.length };
}

static void report_fault(text_check *c, pol_str name, const char *en, const char *zh)
{
    pol_diag *diag = pol_report(c->diags, POL_D_BAD_ALLOWANCE, span_of(c, name));
    pol_diag_text(c->diags, diag, "name", name);
    pol_diag_texts(c->diags, diag, "fault", pol_str_of(en), pol_str_of(zh));
}

static uint32_t line_of(const text_check *c, uint32_t offset)
{
    return pol_source_place(c->source, offset).line;
}

/* # 允许 名称、名称：理由. On a line of its own it holds for the next line with a token. */
static void read_comment(text_check *c, const pol_comment *comment)
{
    pol_str text = { c->source->text.bytes + comment->start, comment->end - comment->start };
    if (!take(&text, "#") && !take(&text, "＃"))
        return;
    take_blanks(&text);
    pol_str name = take_name(&text);
    if (!pol_str_equal(name, POL_STR("允许")) && !pol_str_equal(name, POL_STR("allow")))
        return;
    const uint32_t line = line_of(c, comment->first_on_line ? comment->next : comment->start);
    const size_t first = c->allowances.count;
    do {
        take_blanks(&text);
        name = take_name(&text);
        take_blanks(&text);
        const pol_diag_code code = pol_diag_lint_find(name);
        if (code == POL_DIAG_COUNT) {
            c->allowances.count = first;
            report_fault(c, name, "is no warning's name", "不是警告的名称");
            return;
        }
        const allowance found = { .code = code, .span = span_of(c, name), .line = line };
        (void)POL_PUSH(c->arena, c->allowances, found);
    } while (take(&text, ",") || take(&text, "，") || take(&text, "、"));
    const bool has_colon = take(&text, ":") || take(&text, "：");
    take_blanks(&text);
    if (!has_colon || text.length == 0) {
        c->allowances.count = first;
        report_fault(c, name, "lacks the reason", "没有写理由");
    }
}

/* ---- keywords ---------------------------------------------------------------------------------------------------- */

static void report_mixture(text_check *c)
{
    const unsigned *const counts = c->notes->keywords;
    if (counts[POL_ZH] == 0 || counts[POL_EN] == 0)
        return;
    const size_t fewer = counts[POL_ZH] < counts[POL_EN] ? POL_ZH : POL_EN;
    const pol_span span = c->notes->first[fewer];
    pol_diag *diag = pol_report(c->diags, POL_D_MIXED_KEYWORDS, span);
    pol_diag_text(c->diags, diag, "word", (pol_str){ c->source->text.bytes + span.start, span.end - span.start });
    pol_diag_number(c->diags, diag, "count", counts[fewer]);
}

/* ---- what is allowed is not reported ---------------------------------------------------------------------------------- */

static bool is_allowed(text_check *c, const pol_diag *diag)
{
    if (pol_diag_is_error(diag->code) || diag->span.file != FIRST_FILE || c->allowances.count == 0)
        return false;
    const uint32_t line = line_of(c, diag->span.start);
    bool found = false;
    for (size_t i = 0; i < c->allowances.count; i++)
        if (c->allowances.items[i].code == diag->code && c->allowances.items[i].line == line)
            found = c->allowances.items[i].is_used = true;
    return found;
}

static void remove_allowed(text_check *c)
{
    pol_diags *diags = c->diags;
    size_t kept = 0;
    for (size_t i = 0; i < diags->items.count; i++) {
        if (is_allowed(c, diags->items.items[i])) {
            diags->warning_count--;
            diags->kept_warnings--;
        } else {
            diags->items.items[kept++] = diags->items.items[i];
        }
    }
    diags->items.count = kept;
}

static void report_idle(text_check *c)
{
    for (size_t i = 0; i < c->allowances.count; i++) {
        const allowance *one = &c->allowances.items[i];
        if (one->is_used)
            continue;
        pol_diag *diag = pol_report(c->diags, POL_D_IDLE_ALLOWANCE, one->span);
        pol_diag_text(c->diags, diag, "name",
                      (pol_str){ c->source->text.bytes + one->span.start, one->span.end - one->span.start });
    }
}

bool pol_check_text(const pol_sources *sources, const pol_text_notes *notes, pol_diags *diags)
{
    if (diags->error_count > 0)
        return true; /* what is not checked to its end may have warnings yet */
    pol_arena scratch;
    pol_arena_init(&scratch, &diags->arena->allocator);
    scratch.limit_bytes = diags->arena->limit_bytes;
    text_check c = { .arena = &scratch, .diags = diags, .source = &sources->items[FIRST_FILE], .notes = notes };
    for (size_t i = 0; i < notes->comments.count; i++)
        read_comment(&c, &notes->comments.items[i]);
    report_mixture(&c);
    remove_allowed(&c);
    report_idle(&c);
    const bool ok = !pol_arena_failed(&scratch);
    pol_arena_reset(&scratch);
    return ok;
}
