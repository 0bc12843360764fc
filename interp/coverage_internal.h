/* Shared by coverage.c and coverage_payer.c; private to them. One walk serves two ends. Without a claim it
 * goes everywhere and finds the goals; with one it goes where the claim went and marks them. */
#ifndef POL_INTERP_COVERAGE_INTERNAL_H
#define POL_INTERP_COVERAGE_INTERNAL_H

#include "interp/coverage.h"

typedef struct pol_walk {
    pol_coverage *coverage;
    const pol_matter *matter;
    uint32_t number;      /* of the matter */
    pol_one_claim *claim; /* NULL: the walk finds goals */
    pol_inspect *in;      /* the claim's */
    POL_VEC(pol_node *) queue; /* declarations that were named and are still to be gone through */
} pol_walk;

/* Goes through an expression. */
void pol_walk_expression(pol_walk *walk, pol_node *node);
/* The clauses that a node cites take part. */
void pol_walk_cite(pol_walk *walk, const pol_node *node);
/* Finding: makes goals for parts 0 … count - 1 of a node, once. Marking: nothing. */
void pol_walk_offer(pol_walk *walk, pol_goal_kind kind, pol_node *node, uint32_t count);
/* Marking: part `part` of the node is reached. */
void pol_walk_reach(pol_walk *walk, const pol_node *node, uint32_t part);
/* Marking: the claim was on side `part` of an edge, `gap` (when known) away from the other side. */
void pol_walk_side(pol_walk *walk, const pol_node *node, uint32_t part, const pol_rational *gap);

static inline bool pol_walk_marks(const pol_walk *walk) { return walk->claim != NULL; }
static inline bool pol_walk_holds(const pol_walk *walk, pol_node *node)
{
    return pol_shown_is_yes(pol_inspect_node(walk->in, node));
}

/* The payers, in the person's order. */
void pol_walk_payers(pol_walk *walk);
/* Money between `low` and `high` runs through a schedule expression: its slices. */
void pol_walk_slices(pol_walk *walk, pol_node *schedule, pol_rational low, pol_rational high);
/* The value of a parameter that the record gives. */
bool pol_walk_is_given(const pol_walk *walk, const pol_symbol *param);
/* The value that a dated parameter has on the claim's day, POL_NONE32: none. */
uint32_t pol_walk_dated_row(const pol_walk *walk, const pol_dated_model *dated);

#endif
