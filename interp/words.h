/* Expressions in words: the tree written out again, in one language, on one line, whatever the layout and
 * the keywords of the script. For the comparison of two policies (diff/) and for pages (page/). */
#ifndef POL_INTERP_WORDS_H
#define POL_INTERP_WORDS_H

#include "grammar/ast.h"

/* How it is to be written. */
typedef struct pol_wording {
    pol_arena *arena; /* borrowed; holds the text */
    pol_lang lang;
    bool canonical;   /* to be compared: the parts of 且, 或 and of { } in one order, no reading aids */
    pol_str (*name)(void *user, const pol_node *node, pol_str name); /* how a name or label is written; NULL: as it is */
    void *user;
} pol_wording;

pol_str pol_word_node(const pol_wording *wording, const pol_node *node); /* NULL: nothing */
pol_str pol_word_list(const pol_wording *wording, const pol_list *list);

#endif
