/* Loops over the rows of a block that the compiler vectorises, for writing and counting results. */
#ifndef POL_INTERP_ROW_LOOPS_H
#define POL_INTERP_ROW_LOOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "interp/swar.h"

/* An amount ready for output: its text and the byte that comes behind it; the last element is the length of the text
 * without that byte. */
typedef struct pol_amount_text {
    char bytes[16];
} pol_amount_text;

typedef struct pol_row_loops {
    /* The texts of fen[0 .. count), `behind` behind them. False, and they are of no use, when one is not from 0 to
     * 2^32 - 1. */
    bool (*texts)(const int64_t *fen, uint32_t count, char behind, pol_amount_text *texts);
    /* Adds a column of amounts to the sums; the top bit of `bad` is set where it is no amount (0 … 10^15). */
    void (*add)(const int64_t *fen, uint32_t count, uint64_t *sums, uint64_t *bad);
    /* The sum of the chosen (1) of at most 4096 amounts; adds to *above how many of them are above 0. */
    uint64_t (*sum)(const int64_t *fen, const uint8_t *chosen, uint32_t count, uint64_t *above);
    /* Sets the bit in every set whose element is 1. */
    void (*mark)(const uint8_t *holds, uint32_t count, unsigned bit, uint64_t *sets);
    /* The same for amounts that are not 0. Whether all of these are what `like` has in their place. */
    bool (*mark_some)(const int64_t *fen, const int64_t *like, uint32_t count, unsigned bit, uint64_t *sets);
    /* How many of the chosen sets have the bit. */
    uint64_t (*count)(const uint64_t *sets, const uint8_t *chosen, uint32_t count, unsigned bit);
} pol_row_loops;

/* The fastest for this processor. */
const pol_row_loops *pol_row_loops_of(void);
/* By number, the portable ones first; NULL when the processor cannot. */
#define POL_ROW_LOOPS 3
const pol_row_loops *pol_row_loops_variant(unsigned number);

/* Writes an amount and the byte behind it, which is after the end that is returned. May write 16 bytes. */
static inline char *pol_amount_text_put(char *out, const pol_amount_text *text)
{
    memcpy(out, text, sizeof *text);
    return out + (unsigned char)text->bytes[15];
}

#endif
