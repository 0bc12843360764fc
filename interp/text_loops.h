/* Amounts and words out of text, many at once, for the instruction set at hand. Before it: window.h, which says where
 * they stand; after it: the columns of a block (intake_column.c). */
#ifndef POL_INTERP_TEXT_LOOPS_H
#define POL_INTERP_TEXT_LOOPS_H

#include <stdint.h>

#include "interp/program.h"
#include "interp/word_set.h"

#define POL_NO_CODE POL_CODE_FAILED

/* Where values stand: value i is bytes[at[0] + skip .. at[1]) with at = places + i * stride. */
typedef struct pol_spans {
    const char *bytes;
    const uint32_t *places;
    uint32_t stride, skip;
} pol_spans;

/* Loops over the first `count` spans. Each puts the numbers of values that it has not read into `others` and returns how
 * many they are. `others` has room for one more than `count`; 16 bytes before and behind every value can be read. */
typedef struct pol_text_loops {
    /* Amounts that have the usual form (swar.h). */
    uint32_t (*amounts)(const pol_spans *spans, uint32_t count, int64_t *fen, uint32_t *others);
    /* Codes of words; `absent`: that of an empty text, POL_NO_CODE: it is not known. */
    uint32_t (*words)(const pol_spans *spans, uint32_t count, const pol_word_set *words, int32_t absent, int32_t *codes,
                      uint32_t *others);
} pol_text_loops;

/* The fastest for this processor. */
const pol_text_loops *pol_text_loops_of(void);
/* By number, the portable ones first; NULL when the processor cannot. */
#define POL_TEXT_LOOPS 3
const pol_text_loops *pol_text_loops_variant(unsigned number);

#endif
