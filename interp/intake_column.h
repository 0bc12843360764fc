/* One field of a window's records into its column. Private to intake.c. */
#ifndef POL_INTERP_INTAKE_COLUMN_H
#define POL_INTERP_INTAKE_COLUMN_H

#include "interp/intake.h"

/* Fills the field for all records of the group. */
void pol_intake_column(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group);
/* Puts something that the VM can run over into every field of a row. */
void pol_intake_clear_row(pol_block *block, uint32_t row);

#endif
