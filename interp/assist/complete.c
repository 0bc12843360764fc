/* What could be written at a place: the automaton says which tokens, complete_names.c which names. */
#include "interp/assist/complete.h"

#include <string.h>

#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"

/* ---- the tokens before the place ------------------------------------------------------------------------------ */

static bool ends_with(pol_str text, const char *ending)
{
    const size_t length = strlen(ending);
    return text.length >= length && memcmp(text.bytes + text.length - length, ending, length) == 0;
}

static bool begins_with(pol_str text, const char *beginning)
{
    const size_t length = strlen(beginning);
    return text.length >= length && memcmp(text.bytes, beginning, length) == 0;
}

/* The quotes that a text or name is begun with; NULL: none, or it is complete. */
static const char *const k_quotes[][2] = {
    { "\"", "\"" }, { "“", "”" }, { "「", "」" }, { "`", "`" }, { "『", "』" }, { "＂", "＂" },
};

static const char *open_quote(pol_str text)
{
    for (size_t i = 0; i < sizeof k_quotes / sizeof k_quotes[0]; i++) {
        if (!begins_with(text, k_quotes[i][0]))
            continue;
        const bool closed = text.length > strlen(k_quotes[i][0]) && ends_with(text, k_quotes[i][1]);
        return closed ? NULL : k_quotes[i][1];
    }
    return NULL;
}

/* The part of the text up to `end` as the only source. */
static bool cut(pol_completer *c, pol_sources *sources, uint32_t end)
{
    const pol_source *whole = &c->analysis->script->sources.items[0];
    pol_sources_init(sources, &c->analysis->answer);
    return pol_sources_add(sources, whole->name, (pol_str){ whole->text.bytes, end }) != UINT32_MAX;
}

/* Reads the tokens up to the offset. False when nothing can be proposed: in a comment, in what is no text. */
static bool read_tokens(pol_completer *c)
{
    pol_lexer *lexer = POL_NEW(&c->analysis->answer, pol_lexer);
    if (!pol_assist_lexer(c->analysis, lexer, &c->sources))
        return false;
    const uint32_t end = (uint32_t)c->sources.items[0].text.length;
    for (pol_token token = pol_lexer_next(lexer); token.kind != 0; token = pol_lexer_next(lexer)) {
        if (token.kind == POL_TOKEN_COMMENT && token.end == end)
            return false;
        if (token.kind != POL_TOKEN_COMMENT && token.end > token.start &&
            !POL_PUSH(&c->analysis->answer, c->tokens, token))
            return false;
    }
    return true;
}

/* What is begun at the place is replaced: a word, a name in quotes, a text. False inside a number. */
static bool find_replaced(pol_completer *c, uint32_t offset)
{
    c->replaced = (pol_span){ 0, offset, offset };
    if (c->tokens.count == 0)
        return true;
    const pol_token *last = &c->tokens.items[c->tokens.count - 1];
    const pol_str text = pol_span_text(&c->sources, (pol_span){ 0, last->start, last->end });
    if (last->end != offset)
        return true;
    const char *close = open_quote(text);
    if (close != NULL) {
        const pol_str rest = { c->analysis->script->sources.items[0].text.bytes + offset,
                               c->analysis->script->sources.items[0].text.length - offset };
        c->writing = last->kind == TOK_STRING ? POL_WRITE_TEXT : POL_WRITE_NAME;
        c->replaced = (pol_span){ 0, last->start, offset + (begins_with(rest, close) ? (uint32_t)strlen(close) : 0) };
        c->tokens.count--;
        return true;
    }
    if (pol_is_word(text)) {
        c->replaced.start = last->start;
        c->tokens.count--;
        return true;
    }
    return pol_token_role_of(last->kind) != POL_ROLE_LITERAL || last->kind == TOK_STRING || last->kind == TOK_NAME;
}

static void find_statement(pol_completer *c)
{
    c->start = c->tokens.count;
    while (c->start > 0) {
        c->start--;
        const pol_token *token = &c->tokens.items[c->start];
        const bool begins = pol_token_role_of(token->kind) == POL_ROLE_STATEMENT || token->kind == TOK_POLICY;
        const bool is_facet = c->start > 0 && c->tokens.items[c->start - 1].kind == TOK_DOT; /* 救助.垫付 */
        if (begins && !is_facet && !(c->start > 0 && c->tokens.items[c->start - 1].kind == TOK_REPLACE))
            break;
    }
    const bool replaces = c->start < c->tokens.count && c->tokens.items[c->start].kind == TOK_REPLACE;
    const size_t head = c->start + (replaces ? 1 : 0);
    c->head = head < c->tokens.count ? c->tokens.items[head].kind : 0;
}

int pol_complete_before(const pol_completer *c, size_t back)
{
    return back <= c->tokens.count - c->start ? c->tokens.items[c->tokens.count - back].kind : 0;
}

bool pol_complete_allows(const pol_completer *c, int token)
{
    for (unsigned i = 0; i < c->follow.count; i++)
        if (c->follow.tokens[i] == token)
            return true;
    return false;
}

/* ---- proposals ------------------------------------------------------------------------------------------------- */

static pol_str written(const pol_completer *c, pol_word_kind kind, pol_str name)
{
    pol_analysis *const a = c->analysis;
    pol_text text;
    pol_text_init(&text, &a->answer);
    if (c->writing == POL_WRITE_TEXT || kind == POL_WORD_CLAUSE) {
        const bool quoted = memchr(name.bytes, '"', name.length) != NULL;
        pol_text_add(&text, quoted ? POL_STR("“") : POL_STR("\""));
        pol_text_add(&text, name);
        pol_text_add(&text, quoted ? POL_STR("”") : POL_STR("\""));
        return pol_text_str(&text);
    }
    if (c->writing == POL_WRITE_NAME) {
        const bool english = pol_analysis_is_english(a);
        pol_text_add(&text, english ? POL_STR("`") : POL_STR("「"));
        pol_text_add(&text, name);
        pol_text_add(&text, english ? POL_STR("`") : POL_STR("」"));
        return pol_text_str(&text);
    }
    if (kind == POL_WORD_KEYWORD || kind == POL_WORD_FUNCTION || kind == POL_WORD_FACET)
        return name;
    return kind == POL_WORD_LABEL ? pol_label_written(a, name) : pol_name_written(a, name);
}

void pol_complete_add(pol_completer *c, pol_word_kind kind, pol_str name, const char *other, const char *detail)
{
    const pol_str text = written(c, kind, name);
    if (name.length == 0 || pol_names_find(&c->seen, text) != POL_NO_NAME)
        return;
    (void)pol_names_add(&c->seen, text);
    const pol_proposal proposal = {
        .edit = { pol_extent_of(c->replaced), pol_answer_text(c->analysis, text) },
        .kind = kind,
        .label = pol_answer_text(c->analysis, name),
        .other = other,
        .detail = detail,
    };
    (void)POL_PUSH(&c->analysis->answer, c->proposals, proposal);
}

/* Words that are names wherever a name can stand: only where they are meant as keywords. */
static bool is_meant(const pol_completer *c, const pol_keyword *keyword)
{
    if (keyword->role == POL_ROLE_HEADER && keyword->is_soft)
        return c->head == TOK_POLICY && !pol_complete_allows(c, TOK_LPAREN);
    if (keyword->role == POL_ROLE_TYPE && keyword->is_soft)
        return pol_complete_allows(c, TOK_ANY_OF) || (c->head == TOK_SET && pol_complete_before(c, 1) == TOK_COLON) ||
               (c->head == TOK_ACCUM && pol_complete_before(c, 1) == TOK_COLON);
    return true;
}

void pol_complete_keyword(pol_completer *c, const pol_keyword *keyword)
{
    const bool english = pol_analysis_is_english(c->analysis);
    if (c->writing == POL_WRITE_PLAIN && pol_complete_allows(c, keyword->token) && is_meant(c, keyword))
        pol_complete_add(c, POL_WORD_KEYWORD, pol_str_of(english ? keyword->en[0] : keyword->zh[0]),
                         english ? keyword->zh[0] : keyword->en[0], NULL);
}

static void add_keywords(pol_completer *c, pol_token_role role)
{
    unsigned count;
    const pol_keyword *all = pol_keywords(&count);
    for (unsigned i = 0; i < count; i++)
        if (all[i].role == role)
            pol_complete_keyword(c, &all[i]);
}

static void add_all_keywords(pol_completer *c)
{
    static const pol_token_role k_order[] = {
        POL_ROLE_STEP, POL_ROLE_ATTRIBUTE, POL_ROLE_TYPE,  POL_ROLE_VALUE,     POL_ROLE_COMPARE,
        POL_ROLE_LOGIC, POL_ROLE_WORD,     POL_ROLE_HEADER, POL_ROLE_STATEMENT,
    };
    for (size_t i = 0; i < sizeof k_order / sizeof k_order[0]; i++)
        add_keywords(c, k_order[i]);
}

static bool prepare(pol_completer *c, uint32_t offset)
{
    const pol_str text = c->analysis->script->sources.items[0].text;
    if (offset > text.length || !cut(c, &c->sources, offset) || !read_tokens(c) || !find_replaced(c, offset))
        return false;
    pol_sources before;
    if (!cut(c, &before, c->replaced.start) ||
        !pol_parse_follow(&c->analysis->answer, &before, 0, &c->follow))
        return false;
    find_statement(c);
    pol_names_init(&c->seen, &c->analysis->answer);
    return true;
}

pol_status pol_analysis_complete(pol_analysis *analysis, uint32_t offset, const pol_proposal **items, size_t *count)
{
    pol_answer_begin(analysis);
    *items = NULL;
    *count = 0;
    pol_completer *c = POL_NEW(&analysis->answer, pol_completer);
    if (c == NULL)
        return POL_NO_MEMORY;
    c->analysis = analysis;
    if (!prepare(c, offset))
        return pol_arena_failed(&analysis->answer) ? POL_NO_MEMORY : POL_FINDINGS;
    if (pol_complete_names(c))
        add_all_keywords(c);
    *items = c->proposals.items;
    *count = c->proposals.count;
    return *count == 0 ? POL_FINDINGS : pol_answer_status(analysis);
}
