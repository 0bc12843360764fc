/* Loops over the rows of a block that the compiler vectorises, for writing and counting results. */
#ifndef POL_INTERP_ROW_LOOPS_H
#define POL_INTERP_ROW_LOOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "interp/swar.h"

/* Amounts nearly ready for output: whole yuan as eight digits 0 … 9, then ".dd" and the byte that comes behind an
 * amount. */
typedef struct pol_digits {
    uint64_t *yuan;
    uint32_t *cents;
} pol_digits;

typedef struct pol_row_loops {
    /* The digits of fen[0 .. count), `behind` behind them. False, and they are of no use, when one is not from 0 to
     * 2^32 - 1. */
    bool (*digits)(const int64_t *fen, uint32_t count, char behind, pol_digits digits);
    /* Adds a column of amounts to the sums; the top bit of `bad` is set where it is no amount (0 … 10^15). */
    void (*add)(const int64_t *fen, uint32_t count, uint64_t *sums, uint64_t *bad);
    /* The sum of the chosen (1) of at most 4096 amounts; adds to *above how many of them are above 0. */
    uint64_t (*sum)(const int64_t *fen, const uint8_t *chosen, uint32_t count, uint64_t *above);
    /* Sets the bit in every set whose element is 1. */
    void (*mark)(const uint8_t *holds, uint32_t count, unsigned bit, uint64_t *sets);
    /* The same for amounts that are not 0. */
    void (*mark_some)(const int64_t *fen, uint32_t count, unsigned bit, uint64_t *sets);
    /* How many of the chosen sets have the bit. */
    uint64_t (*count)(const uint64_t *sets, const uint8_t *chosen, uint32_t count, unsigned bit);
} pol_row_loops;

/* The fastest for this processor. */
const pol_row_loops *pol_row_loops_of(void);
/* By number, the portable ones first; NULL when the processor cannot. */
#define POL_ROW_LOOPS 3
const pol_row_loops *pol_row_loops_variant(unsigned number);

/* Writes an amount by its digits, and the byte behind it, which is after the end that is returned. May write 16 bytes. */
static inline char *pol_digits_put(char *out, uint64_t yuan, uint32_t cents)
{
    const unsigned zeros = (unsigned)__builtin_ctzll(yuan | UINT64_C(1) << 56) / 8; /* the last digit is always shown */
    const uint64_t shown = (yuan >> 8 * zeros) + POL_SWAR_ZEROS;
    memcpy(out, &shown, sizeof shown);
    memcpy(out + 8 - zeros, &cents, sizeof cents);
    return out + 11 - zeros;
}

#endif
