#include "interp/check_text.h"

#include <string.h>

#include "grammar/lex_word.h"
#include "grammar/lexer.h"
#include "grammar/parse.tab.h"
#include "interp/base/diag_page.h"

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
    pol_lexer lexer;
    POL_VEC(allowance) allowances;
    size_t waiting;         /* from here on the allowances hold for the next line with a token */
    unsigned counts[2];     /* keywords by language */
    pol_span first[2];
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
    const uint32_t start = (uint32_t)(text.bytes - c->lexer.text.bytes);
    return (pol_span){ c->lexer.file, start, start + (uint32_t)text.length };
}

static void report_fault(text_check *c, pol_str name, const char *en, const char *zh)
{
    pol_diag *diag = pol_report(c->diags, POL_D_BAD_ALLOWANCE, span_of(c, name));
    pol_diag_text(c->diags, diag, "name", name);
    pol_diag_texts(c->diags, diag, "fault", pol_str_of(en), pol_str_of(zh));
}

/* # 允许 名称、名称：理由 */
static void read_comment(text_check *c, const pol_token *token, uint32_t line)
{
    pol_str text = { c->lexer.text.bytes + token->start, token->end - token->start };
    if (!take(&text, "#") && !take(&text, "＃"))
        return;
    take_blanks(&text);
    pol_str name = take_name(&text);
    if (!pol_str_equal(name, POL_STR("允许")) && !pol_str_equal(name, POL_STR("allow")))
        return;
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

static void count_keyword(text_check *c, const pol_token *token, bool after_dot)
{
    const pol_keyword *keyword = pol_keyword_of(token->kind);
    if (keyword == NULL || keyword->is_soft || after_dot)
        return;
    const pol_str written = { c->lexer.text.bytes + token->start, token->end - token->start };
    if (pol_word_length(written) == 0)
        return; /* a sign */
    const size_t lang = (unsigned char)written.bytes[0] < 0x80 ? POL_EN : POL_ZH;
    if (c->counts[lang]++ == 0)
        c->first[lang] = (pol_span){ c->lexer.file, token->start, token->end };
}

static void report_mixture(text_check *c)
{
    if (c->counts[POL_ZH] == 0 || c->counts[POL_EN] == 0)
        return;
    const size_t fewer = c->counts[POL_ZH] < c->counts[POL_EN] ? POL_ZH : POL_EN;
    const pol_span span = c->first[fewer];
    pol_diag *diag = pol_report(c->diags, POL_D_MIXED_KEYWORDS, span);
    pol_diag_text(c->diags, diag, "word", (pol_str){ c->lexer.text.bytes + span.start, span.end - span.start });
    pol_diag_number(c->diags, diag, "count", c->counts[fewer]);
}

/* ---- the text ------------------------------------------------------------------------------------------------------ */

static uint32_t line_of(const text_check *c, uint32_t offset)
{
    return pol_source_place(c->source, offset).line;
}

/* An allowance on a line of its own holds for the next line with a token. */
static void read_text(text_check *c)
{
    bool after_dot = false;
    while (!pol_arena_failed(c->arena)) {
        const pol_token token = pol_lexer_next(&c->lexer);
        const bool is_comment = token.kind == POL_TOKEN_COMMENT;
        if (!is_comment && c->waiting < c->allowances.count) {
            const uint32_t line = line_of(c, token.start);
            for (; c->waiting < c->allowances.count; c->waiting++)
                c->allowances.items[c->waiting].line = line;
        }
        if (token.kind == 0)
            return;
        if (is_comment) {
            read_comment(c, &token, line_of(c, token.start));
            if (!token.first_on_line)
                c->waiting = c->allowances.count;
            continue;
        }
        count_keyword(c, &token, after_dot);
        after_dot = token.kind == TOK_DOT;
    }
}

/* ---- what is allowed is not reported ---------------------------------------------------------------------------------- */

static bool is_allowed(text_check *c, const pol_diag *diag)
{
    if (pol_diag_is_error(diag->code) || diag->span.file != c->lexer.file || c->allowances.count == 0)
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
                      (pol_str){ c->lexer.text.bytes + one->span.start, one->span.end - one->span.start });
    }
}

bool pol_check_text(const pol_sources *sources, pol_diags *diags)
{
    if (diags->error_count > 0)
        return true; /* what is not checked to its end may have warnings yet */
    pol_arena scratch;
    pol_arena_init(&scratch, &diags->arena->allocator);
    scratch.limit_bytes = diags->arena->limit_bytes;
    text_check *c = POL_NEW(&scratch, text_check);
    bool ok = c != NULL && pol_lexer_init(&c->lexer, &scratch, &scratch, sources, 0, NULL);
    if (ok) {
        c->arena = &scratch;
        c->diags = diags;
        c->source = &sources->items[0];
        c->lexer.keep_comments = true;
        read_text(c);
        report_mixture(c);
        remove_allowed(c);
        report_idle(c);
        ok = !pol_arena_failed(&scratch);
    }
    pol_arena_reset(&scratch);
    return ok;
}
