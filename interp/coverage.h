/* What the examples of a script reach: each part of it that a claim can go through or pass by is a goal, and
 * a claim that has been settled marks the goals on its way. It comes after the VM, like explain.c; the two
 * read the same registers, and only what the language needs (6.3) counts: the alternatives up to the one
 * chosen, the branch taken, the payers of the person's order.
 *
 *   coverage.c          goals, and the walk that finds them and the walk that marks them, which are one
 *   coverage_payer.c    the same for payers: alternatives, deductibles, tiers, caps
 *   coverage_report.c   pol_script_coverage of pol.h: counts and what is missing, as text and JSON
 *   coverage_search.c   pol_script_missing of pol.h: claims that reach what is missing, as examples to fill in
 *
 * Goals belong to the script itself, not to those that it extends: their own examples answer for them. */
#ifndef POL_INTERP_COVERAGE_H
#define POL_INTERP_COVERAGE_H

#include "interp/inspect.h"

typedef enum pol_goal_kind {
    POL_GOAL_CLAUSE,      /* CLAUSE: something that cites it took part in a settlement */
    POL_GOAL_PAYER,       /* PRIOR, BENEFIT (its name): it takes more than 0 */
    POL_GOAL_ALTERNATIVE, /* BENEFIT: alternative `part`; the last part: none holds */
    POL_GOAL_TIER,        /* BRACES: money in slice `part`; PARAM (open): 0 the lowest slice, 1 one above it */
    POL_GOAL_EDGE,        /* a side of an edge, see pol_edge_side */
    POL_GOAL_CAP,         /* STEP: 0 the cap cut the amount, 1 it did not */
    POL_GOAL_ROW,         /* TABLE, BRACES with dates: row `part` */
    POL_GOAL_BRANCH,      /* WHEN, ORDER: case `part`; the last of a WHEN: 否则 */
    POL_GOAL_CATEGORY,    /* a label in a list: an input has it */
    POL_GOAL_STATUS,      /* STATUS, REASON: it is in the result */
    POL_GOAL_KIND_COUNT
} pol_goal_kind;

typedef struct pol_goal {
    pol_goal_kind kind;
    pol_node *node;
    uint32_t part;
    uint32_t matter; /* where it was found first; a shared part is one goal */
    bool reached;
    bool has_gap;    /* EDGE, CAP: a claim came by, on the other side: */
    pol_rational gap; /* what separates them, of the claim marked last */
} pol_goal;

/* Which sides an edge has, by the node it belongs to:
 *   COMPARE   holds, does not hold                    PORTION   above, not above
 *   IN        below, inside, above (those there are)  CALL      argument `part` of 较小, 较大 decides
 *   STEP      起付: within the deductible, beyond it    BOUND     kept, broken
 *   REQUIRE   kept, broken                            PERIOD    before, during, after 施行 */

typedef struct pol_coverage {
    const pol_script *script; /* borrowed; traced */
    pol_arena arena;          /* owned */
    POL_VEC(pol_goal) goals;
    uint32_t *first;          /* by node id: its first goal + 1, 0: none */
    uint32_t *clauses;        /* by node id of a citation: the goal of its clause + 1 */
    pol_node ***labels;       /* by label set and code: the label's node, NULL when it is not this script's */
    uint32_t *stamps;         /* by node id of a declaration: the walk that came by last */
    uint32_t stamp;
} pol_coverage;

/* Finds all goals of a traced script (pol_script_trace). False when memory ran out; always to be followed
 * by pol_coverage_fini. */
bool pol_coverage_init(pol_coverage *coverage, const pol_script *script);
void pol_coverage_fini(pol_coverage *coverage);
/* Marks what a claim reached. The claim has run (pol_one_claim_run) in the traced program of the script;
 * `example`: whose claim it is, or NULL. */
void pol_coverage_add(pol_coverage *coverage, pol_one_claim *claim, const pol_ast_example *example);
/* Runs the examples of the script and marks what they reach. */
pol_status pol_coverage_add_examples(pol_coverage *coverage);

/* "分段", "tiers" */
const char *pol_goal_kind_text(pol_goal_kind kind, pol_lang lang);
/* What has to be reached, in words: the part of the script, and which side of it. Texts live in `arena`. */
void pol_goal_text(const pol_coverage *coverage, const pol_goal *goal, pol_lang lang, pol_arena *arena,
                   pol_str *name, pol_str *part);
uint32_t pol_goal_line(const pol_coverage *coverage, const pol_goal *goal);

#endif
