/* 就高 (language 9.2): a person may hold several categories; the whole settlement is done once for each,
 * as if it were the only one, and the one with the smallest 个人负担 is the result (a tie: the label that
 * stands first in the 类别). One row of the block for each label held; every row starts from the same
 * record and the same accumulators. */
#ifndef POL_INTERP_LANES_H
#define POL_INTERP_LANES_H

#include "interp/record.h"

#define POL_MAX_LANES 64

/* The field that is 就高, or POL_NONE32. At most one in a matter. */
uint32_t pol_lanes_field(const pol_code *code);
/* How many rows the claim filled into `row` needs: the labels held, at least 1. field as above. */
uint32_t pol_lanes_count(const pol_block *block, uint32_t row, uint32_t field);
/* Makes rows row .. row + count - 1 of the filled `row`, each with one of its labels, in the order of the
 * category. The block has room for them; accumulators have been filled. */
void pol_lanes_spread(pol_block *block, uint32_t row, uint32_t field, uint32_t count);
/* After the run: the row that is the result, or, when one of them is an error, the first that is (and its
 * error in *finding; code NONE otherwise). */
uint32_t pol_lanes_choose(pol_reader *reader, const pol_record *record, const pol_block *block, uint32_t row,
                          uint32_t count, pol_finding *finding);

#endif
