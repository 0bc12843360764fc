/* One function for each mistake that people make; each looks at the tokens around the error, reports what it
 * recognises, and says how to go on. The order in which they are asked stands at the end of this file. */
#include "grammar/syntax.h"

#include <string.h>

#include "grammar/lex_literal.h"
#include "grammar/lex_word.h"

/* ---- looking around the error ---------------------------------------------------------------------------- */

/* The error: token `at` did not fit. Copies, because reading further may move the tokens. */
typedef struct place {
    pol_build *build;
    size_t at;
    pol_token before, token, after; /* before: kind 0 when `at` begins the statement */
} place;

#define NOTHING ((pol_str){ "", 0 })

static const pol_repair k_no_repair = { POL_REPAIR_NONE, 0, 0, { "", 0 } };

static pol_repair replace_with(size_t index, int token)
{
    return (pol_repair){ POL_REPAIR_REPLACE, index, token, NOTHING };
}

static pol_repair delete_at(size_t index)
{
    return (pol_repair){ POL_REPAIR_DELETE, index, 0, NOTHING };
}

static pol_str text_of(const pol_build *build, const pol_token *token)
{
    return pol_span_text(build->sources, pol_token_span(build, token));
}

static pol_str folded_text(pol_build *build, const pol_token *token)
{
    return pol_lexer_text(&build->lexer, token);
}

static pol_token_role role_of(const pol_token *token)
{
    return pol_token_role_of(token->kind);
}

/* A reserved word; comparison words do not count when they are written as signs. */
static bool is_reserved(const pol_build *build, const pol_token *token)
{
    const pol_keyword *keyword = pol_keyword_of(token->kind);
    return keyword != NULL && !keyword->is_soft && pol_word_length(text_of(build, token)) > 0;
}

static bool is_literal(const pol_token *token)
{
    return token->kind == TOK_MONEY || token->kind == TOK_PERCENT || token->kind == TOK_NUMBER;
}

static bool begins_line(const pol_token *token)
{
    return token->kind == 0 || token->first_on_line;
}

static pol_diag *report(const place *p, pol_diag_code code, const pol_token *token)
{
    return pol_report(p->build->diags, code, pol_token_span(p->build, token));
}

static void arg(const place *p, pol_diag *diag, const char *name, pol_str text)
{
    pol_diag_text(p->build->diags, diag, name, text);
}

static void fix(const place *p, pol_diag *diag, const pol_token *token, pol_str text)
{
    pol_diag_fix(p->build->diags, diag, pol_token_span(p->build, token), text);
}

/* One text made of up to five. */
static pol_str join(const place *p, const char *a, pol_str b, const char *c, pol_str d,
                    const char *e)
{
    pol_text text;
    pol_text_init(&text, p->build->scratch);
    pol_text_add(&text, pol_str_of(a));
    pol_text_add(&text, b);
    pol_text_add(&text, pol_str_of(c));
    pol_text_add(&text, d);
    pol_text_add(&text, pol_str_of(e));
    return pol_text_str(&text);
}

/* ---- the ends of files and statements -------------------------------------------------------------------------- */

static int closing(int open)
{
    switch (open) {
    case TOK_LPAREN: return TOK_RPAREN;
    case TOK_LBRACE: return TOK_RBRACE;
    default: return TOK_RBRACKET;
    }
}

/* The innermost bracket that is open before the error, or SIZE_MAX. */
static size_t open_bracket(const place *p)
{
    size_t open[POL_MAX_NESTING + 2], depth = 0;
    for (size_t i = p->build->first; i < p->at; i++)
        switch (pol_token_at(p->build, i)->kind) {
        case TOK_LPAREN:
        case TOK_LBRACKET:
        case TOK_LBRACE:
            if (depth <= POL_MAX_NESTING)
                open[depth++] = i;
            break;
        case TOK_RPAREN:
        case TOK_RBRACKET:
        case TOK_RBRACE: depth -= depth > 0; break;
        default: break;
        }
    return depth > 0 ? open[depth - 1] : SIZE_MAX;
}

/* A bracket that the next statement, the next step or the end of the file leaves open. */
static bool say_not_closed(const place *p)
{
    const bool at_end = p->token.kind == 0;
    const pol_token_role role = role_of(&p->token);
    if (!at_end &&
        !(begins_line(&p->token) && (role == POL_ROLE_STATEMENT || role == POL_ROLE_STEP)))
        return false;
    const size_t open = open_bracket(p);
    if (open == SIZE_MAX)
        return false;
    const pol_token bracket = *pol_token_at(p->build, open);
    if (!pol_syntax_expects(p->build, closing(bracket.kind)) && !at_end)
        return false;
    arg(p, report(p, POL_D_NOT_CLOSED, &bracket), "mark", text_of(p->build, &bracket));
    return true;
}

static bool say_not_opened(const place *p)
{
    if (p->token.kind != TOK_RPAREN && p->token.kind != TOK_RBRACKET && p->token.kind != TOK_RBRACE)
        return false;
    if (open_bracket(p) != SIZE_MAX)
        return false;
    pol_diag *diag = report(p, POL_D_NOT_OPENED, &p->token);
    arg(p, diag, "mark", text_of(p->build, &p->token));
    fix(p, diag, &p->token, NOTHING);
    return true;
}

/* The word that begins the part (a step, an attribute, a statement) that ends before the error. */
static pol_token part_before(const place *p)
{
    const int head = pol_build_head(p->build);
    for (size_t i = p->at; i > p->build->first; i--) {
        const pol_token token = *pol_token_at(p->build, i - 1);
        const pol_token_role role = role_of(&token);
        if (role == POL_ROLE_STATEMENT || (head == TOK_BENEFIT && role == POL_ROLE_STEP) ||
            (head == TOK_POLICY && role == POL_ROLE_HEADER) || token.kind == TOK_BASIS ||
            token.kind == TOK_GIVEN || token.kind == TOK_EXPECT)
            return token;
    }
    return *pol_token_at(p->build, p->build->first);
}

/* 起付, and the next line begins with 比例: the message stands at the end of what is not finished. */
static bool say_incomplete(const place *p)
{
    const pol_token_role role = role_of(&p->token);
    const bool ends =
        p->token.kind == 0 ||
        (begins_line(&p->token) &&
         (role == POL_ROLE_STATEMENT || role == POL_ROLE_STEP || p->token.kind == TOK_BASIS));
    if (!ends || p->at == p->build->first ||
        (p->token.kind != 0 && pol_syntax_expects(p->build, TOK_YYEOF)))
        return false;
    if (p->token.after_error)
        return true; /* what was left out has been reported */
    const pol_token part = part_before(p);
    pol_diag *diag = report(p, POL_D_INCOMPLETE, &p->before);
    arg(p, diag, "statement", text_of(p->build, &part));
    pol_syntax_add_expected(p->build, diag);
    return true;
}

/* ---- marks and signs ------------------------------------------------------------------------------------------------ */

static bool is_separator(int kind)
{
    return kind == TOK_COMMA || kind == TOK_SEMI || kind == TOK_COLON || kind == TOK_DOT;
}

static pol_repair delete_after_word(const place *p, size_t index, const pol_token *mark,
                                    const pol_token *word)
{
    pol_diag *diag = report(p, POL_D_MARK_AFTER_WORD, mark);
    arg(p, diag, "mark", text_of(p->build, mark));
    arg(p, diag, "word", text_of(p->build, word));
    fix(p, diag, mark, NOTHING);
    return delete_at(index);
}

static pol_repair delete_mark(const place *p, size_t index, const pol_token *mark)
{
    if (mark->kind == TOK_COLON && index > p->build->first) {
        const pol_token word = *pol_token_at(p->build, index - 1);
        return delete_after_word(p, index, mark, &word);
    }
    pol_diag *diag = report(p, POL_D_MARK_AT_LINE_END, mark);
    arg(p, diag, "mark", text_of(p->build, mark));
    fix(p, diag, mark, NOTHING);
    return delete_at(index);
}

static bool begins_something(const pol_token *token)
{
    const pol_token_role role = role_of(token);
    return token->kind == 0 || role == POL_ROLE_STATEMENT || role == POL_ROLE_STEP ||
           role == POL_ROLE_HEADER || role == POL_ROLE_ATTRIBUTE || token->kind == TOK_BASIS ||
           token->kind == TOK_EXPECT || token->kind == TOK_GIVEN || token->kind == TOK_RUNNING_ON ||
           token->kind == TOK_WHEN || token->kind == TOK_OTHERWISE || token->kind == TOK_THEN;
}

/* What follows the mark looks like a row or a bound, not like the next item of an example. */
static bool begins_row(const place *p)
{
    const int next = pol_token_at(p->build, p->at + 2)->kind;
    return p->after.kind != TOK_NAME || next == TOK_COLON || next == TOK_COMMA;
}

/* One mark for another: rows are separated by semicolons, labels by commas; = gives a value, : a type or
 * the value of a row. */
static bool say_wrong_mark(const place *p, pol_repair *repair)
{
    static const struct {
        int found, good;
    } k_pairs[] = {
        { TOK_COMMA, TOK_SEMI }, { TOK_SEMI, TOK_COMMA }, { TOK_EQ, TOK_COLON },
        { TOK_COLON, TOK_EQ },   { TOK_EQ, TOK_WHEN },
    };
    size_t index = p->at;
    pol_token mark = p->token;
    int good = -1;
    for (size_t i = 0; i < sizeof k_pairs / sizeof k_pairs[0] && good < 0; i++)
        if (p->token.kind == k_pairs[i].found && pol_syntax_expects(p->build, k_pairs[i].good))
            good = k_pairs[i].good;
    if ((good == TOK_SEMI || good == TOK_COMMA) && open_bracket(p) == SIZE_MAX)
        return false;
    if (good == TOK_SEMI && !begins_row(p))
        return false;
    const int head = pol_build_head(p->build);
    if ((good == TOK_WHEN && head != TOK_STATUS) ||
        (mark.kind == TOK_COLON && (head == TOK_INPUT || open_bracket(p) != SIZE_MAX)))
        return false;
    if (p->before.kind == TOK_COLON && pol_syntax_expects(p->build, TOK_ANY_OF) &&
        is_literal(&p->token)) {
        index = p->at - 1; /* 定义 甲 : 3元 */
        mark = p->before;
        good = TOK_EQ;
    }
    if (good < 0 || mark.repaired)
        return false;
    pol_diag *diag = report(p, POL_D_WRONG_MARK, &mark);
    arg(p, diag, "found", text_of(p->build, &mark));
    pol_diag_texts(p->build->diags, diag, "good", pol_token_spelling(good, POL_EN),
                   pol_token_spelling(good, POL_ZH));
    if (good != TOK_WHEN)
        fix(p, diag, &mark, pol_token_spelling(good, POL_ZH));
    *repair = replace_with(index, good);
    return true;
}

/* 起付 = 300元 */
static bool say_equals_after_step(const place *p, pol_repair *repair)
{
    if (p->token.kind != TOK_EQ || role_of(&p->before) != POL_ROLE_STEP ||
        !pol_syntax_expects_expression(p->build))
        return false;
    *repair = delete_after_word(p, p->at, &p->token, &p->before);
    return true;
}

/* A mark between statements, steps, inputs: before or at the error. */
static bool say_mark(const place *p, pol_repair *repair)
{
    const bool needs_value =
        pol_syntax_expects_expression(p->build); /* then more than the mark is wrong */
    const bool ends_line = begins_line(&p->after);
    if (p->token.kind == TOK_COLON ? ends_line || needs_value || p->before.kind == TOK_INPUT
                                   : is_separator(p->token.kind) && !needs_value &&
                                         (ends_line || begins_something(&p->after))) {
        *repair = delete_mark(p, p->at, &p->token);
        return true;
    }
    if (is_separator(p->before.kind) && begins_something(&p->token) && !needs_value &&
        !pol_syntax_expects(p->build, TOK_ANY_OF) &&
        (begins_line(&p->token) || role_of(&p->token) != POL_ROLE_STEP)) {
        *repair = delete_mark(p, p->at - 1, &p->before);
        return true;
    }
    return false;
}

/* - 5元: there is no unary minus. */
static bool say_no_negative(const place *p, pol_repair *repair)
{
    if (p->token.kind != TOK_MINUS || !pol_syntax_expects_expression(p->build))
        return false;
    pol_diag *diag = report(p, POL_D_NO_NEGATIVE, &p->token);
    const char *zero = p->after.kind == TOK_PERCENT  ? "0% - "
                       : p->after.kind == TOK_NUMBER ? "0 - "
                                                     : "0元 - ";
    arg(p, diag, "proposal", join(p, zero, text_of(p->build, &p->after), "", NOTHING, ""));
    *repair = delete_at(p->at);
    return true;
}

/* ---- dates, numbers, comparisons ---------------------------------------------------------------------------------------- */

static int64_t small_number(const place *p, const pol_token *token)
{
    pol_literal literal;
    pol_lex_literal(text_of(p->build, token), &literal);
    return literal.token == TOK_NUMBER && literal.value.decimals == 0 &&
                   literal.value.digits < 10000
               ? (int64_t)literal.value.digits
               : -1;
}

/* 2018-1-5 and 2018/10/21 where a date should stand. */
static bool say_date(const place *p)
{
    if (!pol_syntax_expects(p->build, TOK_DATE) || p->token.kind != TOK_NUMBER ||
        pol_syntax_expects(p->build, TOK_NUMBER))
        return false;
    const pol_token month = *pol_token_at(p->build, p->at + 2),
                    day = *pol_token_at(p->build, p->at + 4);
    const int64_t y = small_number(p, &p->token);
    const int64_t m = month.kind == TOK_NUMBER ? small_number(p, &month) : -1;
    const int64_t d = day.kind == TOK_NUMBER ? small_number(p, &day) : -1;
    pol_text text;
    pol_text_init(&text, p->build->scratch);
    const bool exists = m >= 0 && d >= 0 && y <= 9999 && pol_date_exists((int)y, (int)m, (int)d);
    if (exists)
        pol_text_format(&text, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
    else
        pol_text_add(&text, POL_STR("2018-10-21"));
    pol_diag *diag = report(p, POL_D_DATE_FORM, &p->token);
    arg(p, diag, "proposal", pol_text_str(&text));
    if (exists) {
        pol_token whole = p->token;
        whole.end = day.end;
        fix(p, diag, &whole, pol_text_str(&text));
    }
    return true;
}

/* { 0元-5万元 : 60% } */
static bool say_range(const place *p)
{
    if ((p->token.kind != TOK_MINUS && p->token.kind != TOK_TO) || !is_literal(&p->before) ||
        !is_literal(&p->after) || !pol_syntax_expects(p->build, TOK_COLON) ||
        pol_syntax_expects(p->build, TOK_MINUS))
        return false;
    pol_token whole = p->before;
    whole.end = p->after.end;
    const pol_str low = text_of(p->build, &p->before), high = text_of(p->build, &p->after);
    pol_diag *diag = report(p, POL_D_RANGE_FORM, &whole);
    const pol_str interval = join(p, "[", low, ", ", high, ")");
    arg(p, diag, "proposal", interval);
    pol_diag_guess(p->build->diags, diag, pol_token_span(p->build, &whole), interval);
    return true;
}

/* 200,000 without a unit. */
static bool say_thousands(const place *p)
{
    if (p->token.kind != TOK_COMMA || p->before.kind != TOK_NUMBER || p->after.kind != TOK_NUMBER ||
        p->before.end != p->token.start || p->token.end != p->after.start ||
        p->after.end - p->after.start != 3)
        return false;
    pol_token whole = p->before;
    whole.end = p->after.end;
    pol_diag *diag = report(p, POL_D_THOUSANDS, &whole);
    arg(p, diag, "proposal",
        join(p, "", text_of(p->build, &p->before), "", text_of(p->build, &p->after), ""));
    fix(p, diag, &whole,
        join(p, "", text_of(p->build, &p->before), "", text_of(p->build, &p->after), ""));
    return true;
}

/* 60岁以上 as a label: a text that begins with a digit. */
static bool say_label(const place *p, pol_repair *repair)
{
    if (role_of(&p->token) != POL_ROLE_LITERAL || p->token.kind == 0 || p->token.kind == TOK_NAME ||
        p->token.kind == TOK_STRING || !pol_syntax_expects(p->build, TOK_STRING) ||
        !pol_syntax_expects(p->build, TOK_NAME) || pol_syntax_expects(p->build, TOK_MONEY))
        return false;
    pol_token whole = p->token;
    *repair = replace_with(p->at, TOK_STRING);
    if (p->after.kind == TOK_NAME && p->after.start == p->token.end) {
        whole.end = p->after.end;
        repair->kind = POL_REPAIR_MERGE;
    }
    const pol_str text = text_of(p->build, &whole), quoted = join(p, "\"", text, "\"", NOTHING, "");
    pol_diag *diag = report(p, POL_D_STARTS_WITH_DIGIT, &whole);
    arg(p, diag, "text", text);
    arg(p, diag, "proposal", quoted);
    fix(p, diag, &whole, quoted);
    return true;
}

static const char *compare_sign(int token)
{
    return token == TOK_LE ? " ≤ " : token == TOK_GT ? " > " : token == TOK_LT ? " < " : " ≥ ";
}

/* 费用 3000元以上: a literal directly behind a name. */
static bool say_comparison(const place *p, pol_repair *repair)
{
    if (!is_literal(&p->token) || !pol_syntax_expects(p->build, TOK_GE) ||
        (p->before.kind != TOK_NAME && p->before.kind != TOK_RPAREN &&
         role_of(&p->before) != POL_ROLE_TYPE))
        return false;
    const pol_token_role left_of_it =
        p->at > p->build->first + 1 ? pol_token_role_of(pol_token_at(p->build, p->at - 2)->kind)
                                    : POL_ROLE_WORD;
    if (left_of_it == POL_ROLE_COMPARE || left_of_it == POL_ROLE_OPERATOR)
        return false; /* it has its comparison */
    pol_synonym synonym = { TOK_GE, NOTHING, NOTHING };
    pol_token whole = p->token;
    if (p->after.kind == TOK_NAME &&
        pol_lex_suggest(p->build->scratch, folded_text(p->build, &p->after), &synonym) &&
        pol_token_role_of(synonym.token) == POL_ROLE_COMPARE) {
        whole.end = p->after.end;
        *repair = (pol_repair){ POL_REPAIR_SWAP, p->at, synonym.token, NOTHING };
    }
    pol_diag *diag = report(p, POL_D_COMPARE_FORM, &whole);
    arg(p, diag, "found", text_of(p->build, &whole));
    const pol_str left =
        p->before.kind == TOK_RPAREN ? POL_STR("…") : text_of(p->build, &p->before);
    arg(p, diag, "proposal",
        join(p, "", left, compare_sign(synonym.token), text_of(p->build, &p->token), ""));
    if (repair->kind == POL_REPAIR_SWAP)
        fix(p, diag, &whole,
            join(p, compare_sign(synonym.token) + 1, text_of(p->build, &p->token), "", NOTHING, ""));
    return true;
}

/* ---- words -------------------------------------------------------------------------------------------------------------- */

static bool say_reserved(const place *p, size_t index, const pol_token *token, pol_repair *repair)
{
    const pol_str word = text_of(p->build, token);
    pol_diag *diag = report(p, POL_D_RESERVED_AS_NAME, token);
    const pol_str quoted = join(p, "「", word, "」", NOTHING, "");
    arg(p, diag, "word", word);
    arg(p, diag, "proposal", quoted);
    fix(p, diag, token, quoted);
    *repair = replace_with(index, TOK_NAME);
    return true;
}

static bool goes_on_like_a_name(int kind)
{
    const pol_token_role role = pol_token_role_of(kind);
    return is_separator(kind) || kind == TOK_RBRACE || kind == TOK_RPAREN || kind == TOK_RBRACKET ||
           kind == TOK_LBRACE || role == POL_ROLE_COMPARE || role == POL_ROLE_OPERATOR ||
           role == POL_ROLE_LOGIC;
}

/* A reserved word where only a name can stand. */
static bool say_reserved_as_name(const place *p, pol_repair *repair)
{
    if (!pol_syntax_expects(p->build, TOK_NAME) || !is_reserved(p->build, &p->token))
        return false;
    const pol_token_role before = role_of(&p->before), role = role_of(&p->token);
    const bool declares = before == POL_ROLE_STATEMENT && !begins_line(&p->token);
    const bool may_be_label =
        role != POL_ROLE_WORD && role != POL_ROLE_COMPARE && role != POL_ROLE_LOGIC;
    const bool names_only = may_be_label && pol_syntax_expects(p->build, TOK_STRING) &&
                            !pol_syntax_expects(p->build, TOK_MONEY);
    if (begins_line(&p->token) && (role == POL_ROLE_STATEMENT || role == POL_ROLE_STEP) &&
        p->after.kind != TOK_COLON && p->after.kind != TOK_EQ)
        return false;
    if ((goes_on_like_a_name(p->after.kind) && role != POL_ROLE_COMPARE &&
         role != POL_ROLE_LOGIC) ||
        (declares &&
         (begins_line(&p->after) || p->after.kind == TOK_BASIS || p->after.kind == TOK_WHEN)) ||
        (names_only && !begins_line(&p->token)))
        return say_reserved(p, p->at, &p->token, repair);
    return false;
}

/* A name that the language has or that has been declared before here. */
static bool is_declared(const pol_build *build, pol_str name)
{
    static const char *const k_taken[] = { "总费用",        "余额",    "个人负担",  "医院承担",
                                           "执行期内",      "total",   "remaining", "person_pays",
                                           "hospital_pays", "in_force" };
    for (size_t i = 0; i < sizeof k_taken / sizeof k_taken[0]; i++)
        if (pol_str_equal(name, pol_str_of(k_taken[i])))
            return true;
    return pol_names_find(&build->declared, name) != POL_NO_NAME;
}

/* One that stands anywhere in what has been read: its declaration may come later. */
static bool is_known_name(pol_str name, void *user)
{
    const pol_build *build = user;
    return is_declared(build, name) || pol_names_find(&build->lexer.spellings, name) != POL_NO_NAME;
}

/* A word that may be something else than it seems: no declared name. */
static bool is_suspect(const place *p, const pol_token *token)
{
    return token->kind == TOK_NAME && !is_declared(p->build, folded_text(p->build, token));
}

/* 余额超过 1000元 */
static bool say_glued(const place *p, size_t index, const pol_token *token, pol_repair *repair)
{
    if (!is_suspect(p, token) ||
        (index > p->build->first && pol_token_at(p->build, index - 1)->kind == TOK_DOT))
        return false;
    pol_str split;
    const pol_str word = folded_text(p->build, token);
    if (!pol_lex_split(p->build->scratch, word, is_known_name, p->build, &split))
        return false;
    pol_diag *diag = report(p, POL_D_GLUED_WORDS, token);
    arg(p, diag, "word", text_of(p->build, token));
    arg(p, diag, "proposal", split);
    fix(p, diag, token, split);
    if (pol_str_equal(word, text_of(p->build, token)))
        *repair = (pol_repair){ POL_REPAIR_SPLIT, index, 0, split };
    return true;
}

/* The keyword in the language of the word in whose place it comes. */
static pol_str word_for(const place *p, const pol_token *token, int keyword)
{
    const bool is_english = (unsigned char)text_of(p->build, token).bytes[0] < 0x80;
    return pol_token_spelling(keyword, is_english ? POL_EN : POL_ZH);
}

/* 如果, 封顶线, 以上: with the word of the language in its place where that fits. */
static bool say_everyday(const place *p, size_t index, const pol_token *token, pol_repair *repair)
{
    pol_synonym synonym;
    if (!is_suspect(p, token) ||
        !pol_lex_suggest(p->build->scratch, folded_text(p->build, token), &synonym))
        return false;
    const bool is_error = index == p->at;
    const bool fits = is_error && pol_syntax_expects(p->build, synonym.token);
    if (!is_error && synonym.token != TOK_WHEN && synonym.token != TOK_NOT)
        return false;
    if (is_error && synonym.token >= 0 && !fits &&
        pol_token_role_of(synonym.token) == POL_ROLE_STEP)
        return false;
    pol_diag *diag = report(p, POL_D_EVERYDAY_WORD, token);
    arg(p, diag, "word", text_of(p->build, token));
    pol_diag_texts(p->build->diags, diag, "proposal", synonym.en, synonym.zh);
    if (is_error && pol_token_role_of(synonym.token) == POL_ROLE_COMPARE && is_literal(&p->before))
        *repair = delete_at(index); /* ≥ 3000元以上 */
    else if (synonym.token >= 0 && (fits || !is_error))
        *repair = replace_with(index, synonym.token);
    if (repair->kind == POL_REPAIR_DELETE)
        fix(p, diag, token, NOTHING);
    else if (repair->kind == POL_REPAIR_REPLACE)
        fix(p, diag, token, word_for(p, token, synonym.token));
    return true;
}

static bool same_but_for_case(pol_str word, const char *keyword)
{
    size_t i = 0;
    bool differs = false;
    for (; i < word.length && keyword[i] != '\0'; i++) {
        const char c = word.bytes[i];
        const char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        differs |= lower != c;
        if (lower != keyword[i])
            return false;
    }
    return differs && i == word.length && keyword[i] == '\0';
}

/* The keyword that a word is a misspelling of: one that fits here, or of the word before the error any
 * that begins a statement. */
static const pol_keyword *nearest_keyword(const place *p, const pol_token *token, bool must_fit,
                                          bool *case_only, const char **spelling)
{
    unsigned count;
    const pol_keyword *keywords = pol_keywords(&count);
    const pol_str word = folded_text(p->build, token);
    const pol_keyword *found = NULL;
    unsigned best = 3;
    *case_only = false;
    if (word.length == 0 || word.length > 40)
        return NULL;
    for (unsigned i = 0; i < count; i++) {
        const pol_keyword *keyword = &keywords[i];
        const bool starts = keyword->role == POL_ROLE_STATEMENT || keyword->role == POL_ROLE_STEP ||
                            keyword->role == POL_ROLE_HEADER;
        if (must_fit ? !pol_syntax_expects(p->build, keyword->token)
                     : keyword->role != POL_ROLE_STATEMENT)
            continue;
        for (const char *const *en = keyword->en; *en != NULL; en++) {
            if (same_but_for_case(word, *en)) {
                *case_only = true;
                *spelling = *en;
                return keyword;
            }
            const unsigned limit = strlen(*en) >= 5 ? 2 : 0;
            const unsigned distance = pol_str_distance(word, pol_str_of(*en), limit);
            if (distance > 0 && distance <= limit && distance < best) {
                best = distance;
                found = keyword;
                *spelling = *en;
            }
        }
        for (const char *const *zh = keyword->zh; *zh != NULL; zh++) {
            const unsigned distance =
                strlen(*zh) >= 6 ? pol_str_distance(word, pol_str_of(*zh), 1) : 2;
            if (distance == 1 && distance < best &&
                (starts ? begins_line(token) : strlen(*zh) > 6)) {
                best = distance;
                found = keyword;
                *spelling = *zh;
            }
        }
    }
    return found;
}

static bool say_misspelt(const place *p, size_t index, const pol_token *token, pol_repair *repair)
{
    bool case_only;
    const char *spelling = NULL;
    const bool is_error = index == p->at;
    if (!is_suspect(p, token) ||
        (!is_error &&
         (!begins_line(token) || (p->token.kind != TOK_NAME && p->token.kind != TOK_STRING))))
        return false;
    const pol_keyword *keyword = nearest_keyword(p, token, is_error, &case_only, &spelling);
    if (keyword == NULL)
        return false;
    pol_diag *diag = report(p, case_only ? POL_D_KEYWORD_CASE : POL_D_KEYWORD_MISSPELT, token);
    if (!case_only)
        arg(p, diag, "word", text_of(p->build, token));
    arg(p, diag, "proposal", pol_str_of(spelling));
    fix(p, diag, token, pol_str_of(spelling));
    *repair = replace_with(index, keyword->token);
    return true;
}

/* ---- the header -------------------------------------------------------------------------------------------------------- */

static bool say_header(const place *p, pol_repair *repair)
{
    if (p->token.kind == TOK_POLICY && (p->at > p->build->first || p->build->header != NULL)) {
        arg(p, report(p, POL_D_SECOND_HEADER, &p->token), "policy", text_of(p->build, &p->token));
        return true;
    }
    if (p->build->header != NULL || p->build->no_header || p->at > p->build->first)
        return false;
    if (say_misspelt(p, p->at, &p->token, repair))
        return true;
    pol_diag *diag = report(p, POL_D_NO_HEADER, &p->token);
    pol_diag_texts(p->build->diags, diag, "policy", pol_token_spelling(TOK_POLICY, POL_EN),
                   pol_token_spelling(TOK_POLICY, POL_ZH));
    *repair = (pol_repair){ POL_REPAIR_BODY, 0, 0, NOTHING };
    return true;
}

/* ---- the whole -------------------------------------------------------------------------------------------------------- */

static void say_what_is_expected(const place *p)
{
    pol_diag *diag = report(p, POL_D_SYNTAX, &p->token);
    arg(p, diag, "found", text_of(p->build, &p->token));
    pol_syntax_add_expected(p->build, diag);
}

static bool say_too_deep(const place *p)
{
    if (!p->build->too_deep && !p->build->overflow)
        return false;
    pol_diag_number(p->build->diags, report(p, POL_D_NESTED_TOO_DEEPLY, &p->token), "limit",
                    POL_MAX_NESTING);
    return true;
}

/* True when the lexer has reported what probably caused the error. */
static bool is_echo(const place *p)
{
    const bool on_line = !begins_line(&p->token);
    const bool swallowed = (p->before.kind == TOK_STRING || p->before.kind == TOK_NAME) &&
                           p->before.reported &&
                           !p->before.repaired; /* the rest of its line, for want of a quote */
    return p->token.reported || (p->token.after_error && on_line) || (swallowed && !on_line);
}

/* 条件 outside of a 待遇. */
static bool say_step_outside(const place *p)
{
    if (role_of(&p->token) != POL_ROLE_STEP || !begins_line(&p->token) ||
        pol_build_head(p->build) == TOK_BENEFIT ||
        !(p->at == p->build->first || pol_syntax_expects(p->build, TOK_YYEOF)))
        return false;
    pol_diag *diag = report(p, POL_D_STEP_OUTSIDE, &p->token);
    arg(p, diag, "word", text_of(p->build, &p->token));
    pol_diag_texts(p->build->diags, diag, "benefit", pol_token_spelling(TOK_BENEFIT, POL_EN),
                   pol_token_spelling(TOK_BENEFIT, POL_ZH));
    return true;
}

pol_repair pol_syntax_report(pol_build *build, size_t error)
{
    place p = { .build = build, .at = error };
    pol_repair repair = k_no_repair;
    p.after = *pol_token_at(build, error + 1);
    p.token = *pol_token_at(build, error);
    if (error > build->first)
        p.before = *pol_token_at(build, error - 1);
    const bool look_back = error > build->first && !p.before.reported;
    if (say_too_deep(&p) || is_echo(&p))
        return repair;
    if (say_header(&p, &repair) || say_thousands(&p) || say_range(&p) ||
        say_wrong_mark(&p, &repair) || say_equals_after_step(&p, &repair) ||
        say_mark(&p, &repair) || say_no_negative(&p, &repair) || say_date(&p) ||
        say_label(&p, &repair) || say_not_opened(&p) || say_reserved_as_name(&p, &repair))
        return repair;
    if (say_everyday(&p, error, &p.token, &repair) || say_glued(&p, error, &p.token, &repair) ||
        (look_back && (say_everyday(&p, error - 1, &p.before, &repair) ||
                       say_glued(&p, error - 1, &p.before, &repair))))
        return repair;
    if (say_comparison(&p, &repair) || say_misspelt(&p, error, &p.token, &repair) ||
        (look_back && say_misspelt(&p, error - 1, &p.before, &repair)))
        return repair;
    if (!say_not_closed(&p) && !say_step_outside(&p) && !say_incomplete(&p))
        say_what_is_expected(&p);
    return repair;
}

void pol_syntax_report_unfinished(pol_build *build, size_t start, size_t end)
{
    const pol_token name = *pol_token_at(build, start);
    const place p = { .build = build, .at = end, .before = *pol_token_at(build, end - 1) };
    pol_diag *diag = report(&p, POL_D_INCOMPLETE, &p.before);
    arg(&p, diag, "statement", text_of(build, &name));
    pol_syntax_add_expected(build, diag);
}

/* ---- before the parser gets a token --------------------------------------------------------------------------------------- */

static void find_reserved(pol_build *build, const pol_token *token)
{
    const pol_span span = pol_token_span(build, token);
    pol_finding *finding = pol_build_find(build, POL_D_RESERVED_AS_NAME, span);
    const pol_str word = pol_span_text(build->sources, span);
    pol_text quoted;
    pol_text_init(&quoted, build->scratch);
    pol_text_format(&quoted, "「%.*s」", (int)word.length, word.bytes);
    pol_finding_arg(finding, "word", word, word);
    pol_finding_arg(finding, "proposal", pol_text_str(&quoted), pol_text_str(&quoted));
    finding->has_fix = true;
    finding->fix_span = span;
    finding->fix = pol_text_str(&quoted);
}

/* 否则 当: the grammar has no place for it, so 否则 can go. */
static void find_otherwise_when(pol_build *build, const pol_token *otherwise, const pol_token *when)
{
    const pol_span span = pol_token_span(build, otherwise);
    pol_finding *finding = pol_build_find(build, POL_D_OTHERWISE_WHEN, span);
    const pol_str first = pol_span_text(build->sources, span);
    const pol_str second = pol_span_text(build->sources, pol_token_span(build, when));
    pol_finding_arg(finding, "otherwise", first, first);
    pol_finding_arg(finding, "when", second, second);
    finding->has_fix = true;
    finding->fix_span = span;
    finding->fix = NOTHING;
}

void pol_syntax_preview(pol_build *build, pol_token *token)
{
    if (token->kind == TOK_OTHERWISE) {
        const pol_token after = *pol_token_at(build, build->next + 1);
        if (after.kind == TOK_WHEN) {
            find_otherwise_when(build, token, &after);
            build->next++;
            *token = after;
        }
        return;
    }
    const pol_keyword *keyword = pol_keyword_of(token->kind);
    if (keyword == NULL || keyword->is_soft || keyword->role == POL_ROLE_VALUE ||
        token->kind == TOK_ON || token->kind == TOK_REST || token->kind == TOK_ANY)
        return;
    const int after = pol_token_at(build, build->next + 1)->kind;
    if ((after != TOK_COLON && after != TOK_EQ) ||
        (build->next > build->first && pol_token_at(build, build->next - 1)->kind == TOK_DOT))
        return;
    if (pol_word_length(pol_span_text(build->sources, pol_token_span(build, token))) == 0)
        return; /* a sign */
    const int head = pol_build_head(build);
    const bool is_name =
        after == TOK_COLON
            ? (build->depth > 0 || (head == TOK_INPUT && token->kind != TOK_INPUT))
            : (head == TOK_EXAMPLE && build->depth == 0 && keyword->role != POL_ROLE_WORD);
    if (!is_name)
        return;
    find_reserved(build, token);
    token->kind = TOK_NAME;
}
