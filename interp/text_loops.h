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

/* Words that stand side by side in a row, read as one text that has been met before. */
#define POL_RUN_BYTES  64
#define POL_RUN_WORDS  3
#define POL_KNOWN_RUNS 256
typedef struct pol_known_run {
    char bytes[POL_RUN_BYTES]; /* 0 behind the text */
    uint32_t length;           /* 0: none is known in this place */
    int32_t codes[POL_RUN_WORDS];
} pol_known_run;
/* In which place of POL_KNOWN_RUNS a text belongs, 0 behind it. */
uint32_t pol_run_slot(const char bytes[POL_RUN_BYTES]);

/* Loops over the first `count` spans. Each puts the numbers of values that it has not read into `others` and returns how
 * many they are. `others` has room for one more than `count`; 16 bytes before and behind every value can be read. */
typedef struct pol_text_loops {
    /* Amounts that have the usual form (swar.h). */
    uint32_t (*amounts)(const pol_spans *spans, uint32_t count, int64_t *fen, uint32_t *others);
    /* Codes of words; `absent`: that of an empty text, POL_NO_CODE: it is not known. */
    uint32_t (*words)(const pol_spans *spans, uint32_t count, const pol_word_set *words, int32_t absent, int32_t *codes,
                      uint32_t *others);
    /* Places of texts that are known; they end at at[reach] and not at at[1], and 64 bytes behind their begin can be
     * read. */
    uint32_t (*runs)(const pol_spans *spans, uint32_t reach, uint32_t count, const pol_known_run *known, uint32_t *slots,
                     uint32_t *others);
} pol_text_loops;

/* The fastest for this processor. */
const pol_text_loops *pol_text_loops_of(void);
/* By number, the portable ones first; NULL when the processor cannot. */
#define POL_TEXT_LOOPS 3
const pol_text_loops *pol_text_loops_variant(unsigned number);

#endif
