/* One value of a record: its text into an element of the field's column, or what is wrong with it.
 * Private to record.c, intake.c and their tests; see record.h. */
#ifndef POL_INTERP_RECORD_VALUE_H
#define POL_INTERP_RECORD_VALUE_H

#include "interp/record.h"

/* Values by their text, language 6.1. False when the text has another form or is out of range. */
bool pol_read_amount(pol_str text, int64_t *fen);
bool pol_read_ratio(pol_str text, int64_t *millionths);
bool pol_read_integer(pol_str text, int64_t *number);

/* Sets the finding; "{0}" … "{2}" in the templates stand for the arguments. */
void pol_find(pol_arena *arena, pol_finding *finding, pol_claim_error code, pol_str field,
              const char *zh, const char *en, pol_str a, pol_str b);
/* What stands before: `path` is "X" or "参数.X". */
pol_str pol_field_path(pol_arena *arena, const pol_field_def *field);
/* The nearest of the names, for "did you mean"; empty when none is near. */
pol_str pol_nearest(const pol_str *names, uint32_t count, pol_str text);

/* Where a value goes. */
typedef struct pol_cell {
    pol_reader *reader;
    pol_record *record;
    pol_block *block;
    const pol_field_def *field;
    uint32_t row;
} pol_cell;

/* Reads the pair's value into the cell. False when it is not a value of the field's type: `finding` is
 * then set. Memory that ran out shows in the arenas. */
bool pol_cell_read(const pol_cell *cell, const pol_pair *pair, pol_finding *finding);
/* The field of a record that does not give it: its default, 0 of an accumulator, or absent. False when it
 * is required. (record.c) */
bool pol_cell_default(const pol_cell *cell);
void pol_cell_put(const pol_cell *cell, int64_t number); /* any class but TIERS */
void pol_cell_put_absent(const pol_cell *cell);
void pol_cell_put_tiers(const pol_cell *cell, uint32_t schedule);

/* Number of the text in the lookup, as written or in compared form; POL_NONE32 when it is not there. */
uint32_t pol_lookup_find(const pol_lookup *lookup, pol_arena *scratch, pol_str text);

#endif
