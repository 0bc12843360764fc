/* From text to tree. Reports every error it finds (lexical and syntactic) to `diags` and builds what
 * it could; with errors the tree may lack statements but is well formed. */
#ifndef POL_GRAMMAR_PARSE_H
#define POL_GRAMMAR_PARSE_H

#include "grammar/ast.h"
#include "interp/base/diag.h"

#define POL_MAX_FILE_BYTES (4u << 20)
#define POL_MAX_TEXT_BYTES 4096
#define POL_MAX_NESTING    64 /* brackets */
#define POL_MAX_TREE_DEPTH                                                                         \
    500 /* nodes of an expression one above the other: a + b + c … nests to the left */

/* Parses source number `file`. tree->arena must be set; ids go on from tree->count, so several files
 * can share one numbering. Returns false only when memory ran out. */
bool pol_parse(pol_tree *tree, const pol_sources *sources, uint32_t file, pol_diags *diags);

#define POL_FOLLOW_MAX 160

/* Kinds of tokens, TOK_… of parse.tab.h. */
typedef struct pol_follow {
    int tokens[POL_FOLLOW_MAX];
    unsigned count;
} pol_follow;

/* What the grammar allows at the end of source number `file`: the automaton is asked. What is wrong before
 * is left out as pol_parse would. Nodes are made in `arena`, for nothing. False only when memory ran out. */
bool pol_parse_follow(pol_arena *arena, const pol_sources *sources, uint32_t file, pol_follow *follow);

/* One token a line: kind, place, spelling. For `--dump=tokens` and tests. */
bool pol_print_tokens(pol_text *out, const pol_sources *sources, uint32_t file, pol_diags *diags);

#endif
