/* What a run came to: sums by payer, counts by status and by error. One for a runner, over all matters
 * and editions, by name; totals of several runners can be added. Before it: the VM; see pol_total (pol.h). */
#ifndef POL_INTERP_TOTALS_H
#define POL_INTERP_TOTALS_H

#include "interp/row_loops.h"
#include "interp/vm.h"

typedef struct pol_total_row {
    const char *name_z; /* NUL-terminated */
    uint64_t claims;
    pol_i128 fen;
} pol_total_row;

/* Rows by name, in order of their first appearance. */
typedef struct pol_total_rows {
    pol_names names;
    POL_VEC(pol_total_row) rows;
} pol_total_rows;

typedef struct pol_totals {
    pol_arena *arena; /* borrowed: as long as the totals */
    pol_total_row bill, hospital, person;
    pol_total_rows payers, statuses;
    uint64_t errors[POL_ERR_OUT_OF_RANGE + 1]; /* by pol_claim_error */
} pol_totals;

/* The rows of one matter's payers and statuses, by their number. */
typedef struct pol_matter_totals {
    uint32_t *payers, *statuses;
} pol_matter_totals;

void pol_totals_init(pol_totals *totals, pol_arena *arena);
/* Makes the rows of a matter. False when memory ran out. */
bool pol_totals_add_matter(pol_totals *totals, const pol_code *code, pol_matter_totals *matter);
/* Adds the rows 0 .. count-1 of a block that has run where settled[row] is 1. */
/* sets[row]: bit g is the g-th name of the statuses, if they are 64 at most; or NULL. */
void pol_totals_add_block(pol_totals *totals, const pol_matter_totals *matter, const pol_block *block, const uint64_t *sets,
                          const uint8_t *settled, uint32_t count, const pol_row_loops *loops);
/* Adds the totals of another run. False when memory ran out. */
bool pol_totals_add(pol_totals *totals, const pol_totals *other);
/* Line `index`. False beyond the last. */
bool pol_totals_line(const pol_totals *totals, size_t index, pol_total *line);

#endif
