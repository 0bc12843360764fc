/* 沿用 (language 13.1): a script and its superiors become one tree, checked as if written in one file.
 *
 * In each section first the superior's statements, then the script's own; a replacement stands where
 * the original stood. The superior's header (取整 excepted), and its examples, are left out. Nodes keep
 * the spans of the file they were written in: what is not of the script's own file is inherited. */
#ifndef POL_INTERP_INHERIT_H
#define POL_INTERP_INHERIT_H

#include "grammar/parse.h"

#define POL_MAX_SUPERIORS 16

/* Every file of a chain, as it was parsed: number i is that of source i. */
typedef struct pol_chain {
    pol_ast_file *files[POL_MAX_SUPERIORS + 1];
    uint32_t count;
} pol_chain;

/* Parses source number `file` and, through the loader (NULL: none), the scripts it extends; leaves the
 * merged tree in tree->root. Errors go to diags. At the first file with errors the chain ends, unless `beyond`
 * is given: then it goes on, and what is found from there on goes to `beyond`. False only when memory ran out. */
bool pol_parse_chain(pol_tree *tree, pol_sources *sources, uint32_t file, const pol_loader *loader, pol_diags *diags,
                     pol_diags *beyond, pol_chain *chain);

#endif
