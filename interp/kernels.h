/* A kernel table has one function for each opcode; the function runs one instruction over the first
 * `count` rows of a block. Every table runs the same bytecode; they differ in the ranges of values
 * they can bear. Kernels trust the verifier: they check values, never indices. */
#ifndef POL_INTERP_KERNELS_H
#define POL_INTERP_KERNELS_H

#include "interp/vm.h"

typedef void (*pol_kernel)(pol_block *block, const pol_instr *instr, uint32_t count);

/* 128-bit numbers, every step checked: valid for all values. Out of memory (schedules only) is left
 * sticky in the block's arena. */
extern const pol_kernel pol_kernels_wide[POL_OP_COUNT];

/* ---- limits of NEED, for every table alike -------------------------------------------------------- */

/* What a limit means for numbers over one denominator. Unlimited is within `high` only when there is no
 * limit at all. */
typedef struct pol_range {
    pol_i128 low, high, unit; /* inclusive; a multiple of unit */
    bool may_be_absent;
} pol_range;

static inline pol_range pol_range_of(pol_limit limit, pol_i128 den)
{
    const pol_i128 most = POL_MAX_AMOUNT_FEN / POL_FEN_PER_YUAN * den;
    const pol_i128 billion = ((pol_i128)POL_MAX_INTEGER + 1) * den;
    pol_range range = { .low = POL_NUM_FAILED + 1, .high = POL_NUM_UNLIMITED, .unit = 1 };
    range.may_be_absent =
        limit == POL_LIMIT_OPTIONAL || limit == POL_LIMIT_SIGNED || limit == POL_LIMIT_NUMBER;
    switch (limit) {
    case POL_LIMIT_NONE:
    case POL_LIMIT_OPTIONAL: break;
    case POL_LIMIT_AMOUNT: range.low = 0, range.high = most; break;
    case POL_LIMIT_SIGNED: range.low = -most, range.high = most; break;
    case POL_LIMIT_INTEGER:
        range.low = -billion + 1, range.high = billion - 1, range.unit = den;
        break;
    case POL_LIMIT_NUMBER: range.low = -billion, range.high = billion; break;
    }
    return range;
}

#endif
