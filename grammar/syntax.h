/* What a syntax error probably means, said in the words of somebody who writes policies. */
#ifndef POL_GRAMMAR_SYNTAX_H
#define POL_GRAMMAR_SYNTAX_H

#include "grammar/build.h"

typedef enum pol_repair_kind {
    POL_REPAIR_NONE,    /* take the part out that does not fit */
    POL_REPAIR_DELETE,  /* without token `index` it fits */
    POL_REPAIR_REPLACE, /* with `token` in place of token `index` it fits */
    POL_REPAIR_SWAP,    /* `token`, then token `index`; the one behind it goes */
    POL_REPAIR_MERGE,   /* tokens `index` and the next make one `token` */
    POL_REPAIR_SPLIT,   /* token `index` is several words: `words`, with blanks between them */
    POL_REPAIR_BODY     /* there is no header: go on with statements */
} pol_repair_kind;

typedef struct pol_repair {
    pol_repair_kind kind;
    size_t index;
    int token;
    pol_str words;
} pol_repair;

/* Reports the error at token `error`, unless the lexer has already reported what caused it. */
pol_repair pol_syntax_report(pol_build *build, size_t error);
/* Reports that the part [start, end) is not finished; the parser has just met its end. */
void pol_syntax_report_unfinished(pol_build *build, size_t start, size_t end);
/* Before the parser gets a token: repairs that need no error. */
void pol_syntax_preview(pol_build *build, pol_token *token);

/* ---- for syntax.c and expected.c ------------------------------------------------------------------- */

/* Could this token stand at the error? */
bool pol_syntax_expects(const pol_build *build, int token);
/* Could an expression begin there? */
bool pol_syntax_expects_expression(const pol_build *build);
/* The argument {expected}. */
void pol_syntax_add_expected(const pol_build *build, pol_diag *diag);

/* ---- parse.c's, for syntax.c ------------------------------------------------------------------------- */

/* Reads tokens up to this one. */
const pol_token *pol_token_read(pol_build *build, size_t index);

/* Token number `index`, read when it is asked for; behind the last the end of the text. The pointer
 * is valid until the next call. */
static inline const pol_token *pol_token_at(pol_build *build, size_t index)
{
    return index < build->tokens.count ? &build->tokens.items[index] : pol_token_read(build, index);
}

/* The kind of the statement that is being parsed: what follows 替换. */
int pol_build_head(pol_build *build);

#endif
