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

/* What NEED of a value against a limit finds. `den` is the value's denominator. */
pol_fault pol_need_number(pol_i128 value, pol_i128 den, pol_limit limit);
/* The same for the other classes, which have no size. */
pol_fault pol_need_other(bool absent, bool failed, pol_limit limit);

#endif
