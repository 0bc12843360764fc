/* One field of a window's records into its column. Private to intake.c. */
#ifndef POL_INTERP_INTAKE_COLUMN_H
#define POL_INTERP_INTAKE_COLUMN_H

#include "interp/intake.h"

/* Fills the field for all records of the group. */
void pol_intake_column(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group);
/* Reads one word of the group, a label or a text, into its row. False: it is none that the program names, nor an empty
 * cell. */
bool pol_intake_word(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group, uint32_t k);
/* intake_run.c: finds the runs of a matter whose slots are known. */
void pol_intake_find_runs(pol_intake *intake, uint32_t matter);
/* Fills the fields of runs, those that it has filled are `done`. */
void pol_intake_runs(pol_intake *intake, pol_block *block, const pol_intake_group *group);
/* Puts something that the VM can run over into every field of a row. */
void pol_intake_clear_row(pol_block *block, uint32_t row);

#endif
