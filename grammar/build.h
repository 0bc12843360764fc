/* The constructors that the actions of parse.y call, and what a run of the parser has to remember.
 * They make nodes, notice what the grammar accepts only in order to refuse it, and never return NULL:
 * when memory runs out they hand out a dummy, and the run ends at the next token. */
#ifndef POL_GRAMMAR_BUILD_H
#define POL_GRAMMAR_BUILD_H

#include "grammar/lexer.h"
#include "grammar/parse.h"
#include "grammar/parse.tab.h"

#define POL_EXPECTED_MAX 160

/* A finding of a constructor, kept until its statement is complete: a statement may be parsed several
 * times, and is reported once. */
typedef struct pol_finding {
    pol_diag_code code;
    pol_span span;
    const char *names[2]; /* of the arguments; NULL: none */
    pol_str zh[2], en[2];
    bool has_fix;
    pol_span fix_span;
    pol_str fix;
} pol_finding;

typedef struct pol_build {
    pol_tree *tree;
    pol_arena *scratch;
    const pol_sources *sources;
    pol_diags *diags;
    uint32_t file;
    pol_lexer lexer;

    /* the tokens from the start of the statement on, read when they are asked for */
    POL_VEC(pol_token) tokens;
    size_t first;      /* the first token that is not part of a complete statement */
    size_t next;       /* the token that the parser gets next */
    size_t limit;      /* this token and what follows is not given */
    size_t trim_at;    /* when `next` is here, tokens of complete statements are dropped */
    int items_of;      /* TOK_GIVEN, TOK_EXPECT: the parser can only want one of their items; else 0 */
    uint32_t replayed; /* how many tokens have been parsed again */
    int start_token;   /* given first; 0: already given */
    unsigned depth;    /* of open brackets before `next` */
    unsigned nots;     /* 非 directly before `next` */
    bool too_deep;     /* a limit was passed: at token next - 1 */
    bool overflow;     /* the parser's stack is full */

    /* what the parser said about the syntax error at token next - 1 */
    int expected[POL_EXPECTED_MAX];
    unsigned expected_count;

    /* what has been parsed */
    pol_ast_header *header;
    bool no_header; /* the file has none: it has been reported */
    pol_list statements;
    pol_names declared;            /* names that complete statements declare, for messages */
    uint32_t done_end;             /* what ends here or before is complete */
    uint32_t done_count;           /* nodes then */
    POL_VEC(pol_finding) findings; /* of the statement being parsed */
    bool quiet;                    /* findings have been reported before */
    bool asks;                     /* the end of the text is an error: what could stand there? */
    bool long_reported;
    const pol_node *chained; /* the last comparison that was refused for its chain */
    uint32_t first_id;
    POL_VEC(uint16_t) depths; /* of expressions, by id - first_id */
    union {
        max_align_t alignment;
        char bytes[512];
    } dummy;
} pol_build;

/* A copy of the node with a number. Limits the depth of expressions. */
pol_node *pol_build_node(pol_build *build, const pol_node *node, size_t size);
/* The node of a name or literal token. */
pol_node *pol_build_leaf(pol_build *build, const pol_token *token);
/* The list with one more node. */
pol_list pol_build_list(pol_build *build, pol_list list, pol_node *item);
/* A NAME for a keyword that stands as a name. */
pol_node *pol_build_word(pol_build *build, pol_span span);

/* Parts of a header, an input, a parameter that come in any order, each at most once. `keyword` is
 * where its word stands, `whole` the owner up to here. All return the owner. */
pol_node *pol_build_once(pol_build *build, pol_node *owner, pol_node **field, pol_node *value,
                         pol_span keyword, pol_span whole);
pol_node *pol_build_flag(pol_build *build, pol_node *owner, int *field, pol_span keyword,
                         pol_span whole);
pol_node *pol_build_effective(pol_build *build, pol_node *header, pol_node *period,
                              int settle_outside, pol_span keyword, pol_span whole);
pol_node *pol_build_append(pol_build *build, pol_node *owner, pol_list *field, pol_list more,
                           pol_span whole);
pol_node *pol_build_child(pol_build *build, pol_node *owner, pol_list *field, pol_node *child,
                          pol_span whole);
/* A citation in a benefit: of the last step, or of the benefit when it has none yet. */
pol_node *pol_build_step_basis(pol_build *build, pol_node *benefit, pol_list basis, pol_span whole);
pol_node *pol_build_any_of(pol_node *type, pol_span whole);
pol_node *pol_build_replace(pol_build *build, pol_node *declaration, pol_span whole);

/* Read in order to be refused. */
pol_node *pol_build_chain(pol_build *build, pol_node *left, pol_node *right, pol_span sign,
                          pol_span whole);
pol_node *pol_build_no_message(pol_build *build, pol_span keyword, pol_node *cond);
pol_list pol_build_item(pol_build *build, pol_list list, pol_node *item); /* given a = 1 且 b = 2 */
pol_list pol_build_labels(pol_build *build, pol_list keys);

/* A complete header or statement. */
void pol_build_header(pol_build *build, pol_node *header);
void pol_build_statement(pol_build *build, pol_node *statement);

/* Called by the parser about an error. */
void pol_build_expected(pol_build *build, int token);
void pol_build_overflow(pol_build *build);

/* ---- for build.c, parse.c and syntax.c ---------------------------------------------------------------- */

/* A new finding of the current statement; never NULL. */
pol_finding *pol_build_find(pol_build *build, pol_diag_code code, pol_span span);
void pol_finding_arg(pol_finding *finding, const char *name, pol_str zh, pol_str en);
/* Reports what was found, or forgets it. */
void pol_build_report(pol_build *build);
void pol_build_forget(pol_build *build);
pol_span pol_token_span(const pol_build *build, const pol_token *token);

#endif
