/* All tokens of a script with their kinds: what an editor colours. */
#include "interp/assist/assist.h"

#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"

static pol_word_kind kind_of_token(int kind)
{
    switch (kind) {
    case POL_TOKEN_COMMENT: return POL_WORD_COMMENT;
    case TOK_NAME: return POL_WORD_NAME;
    case TOK_STRING: return POL_WORD_TEXT;
    case TOK_MONEY:
    case TOK_PERCENT:
    case TOK_NUMBER:
    case TOK_DATE:
    case TOK_MONTHDAY:
    case TOK_MONTHS: return POL_WORD_NUMBER;
    default: return pol_keyword_of(kind) != NULL ? POL_WORD_KEYWORD : POL_WORD_SIGN;
    }
}

/* 超过 and > are one token: the word is a keyword, the sign is not. */
static bool is_sign(const pol_analysis *a, const pol_token *token)
{
    size_t length;
    const pol_str text = pol_span_text(&a->script->sources, (pol_span){ 0, token->start, token->end });
    return pol_punct_of(token->kind) != NULL && pol_punct_find(text, &length) != NULL;
}

static bool is_fixed(const pol_subject *subject)
{
    if (subject->symbol == NULL || subject->symbol->node == NULL)
        return false;
    return subject->kind == POL_WORD_PARAMETER && !POL_AS_CONST(param, subject->symbol->node)->by_region;
}

static pol_colored color(const pol_analysis *a, const pol_token *token)
{
    pol_colored colored = { .range = { 0, token->start, token->end }, .kind = kind_of_token(token->kind) };
    if (colored.kind == POL_WORD_KEYWORD && is_sign(a, token))
        colored.kind = POL_WORD_SIGN;
    const pol_mention *mention = pol_mention_from(a, 0, token->start);
    if (mention == NULL || mention->span.end != token->end)
        return colored;
    const pol_subject *subject = &a->subjects.items[mention->subject];
    if (token->kind == TOK_STRING && (subject->kind == POL_WORD_CLAUSE || subject->kind == POL_WORD_SUPERIOR))
        return colored; /* it is a text, and read as one */
    colored.kind = subject->kind;
    colored.declares = mention->declares;
    colored.is_constant = is_fixed(subject);
    return colored;
}

bool pol_assist_lexer(pol_analysis *analysis, pol_lexer *lexer, const pol_sources *sources)
{
    const pol_str text = sources->items[0].text;
    if (lexer == NULL || text.length > POL_MAX_FILE_BYTES || pol_utf8_check(text) < text.length ||
        !pol_lexer_init(lexer, &analysis->answer, &analysis->answer, sources, 0, NULL))
        return false;
    lexer->keep_comments = true;
    return true;
}

pol_status pol_analysis_colors(pol_analysis *analysis, const pol_colored **items, size_t *count)
{
    pol_answer_begin(analysis);
    POL_VEC(pol_colored) colors = { 0 };
    pol_lexer *lexer = POL_NEW(&analysis->answer, pol_lexer);
    if (pol_assist_lexer(analysis, lexer, &analysis->script->sources)) {
        for (pol_token token = pol_lexer_next(lexer); token.kind != 0; token = pol_lexer_next(lexer))
            if (token.end > token.start && !POL_PUSH(&analysis->answer, colors, color(analysis, &token)))
                break;
    }
    *items = colors.items;
    *count = colors.count;
    return pol_answer_status(analysis);
}
