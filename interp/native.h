/* Plans as machine code of x86-64: stretches of a plan's instructions become one loop each, in which values stand in
 * vector registers from where they are made to where they are read, instead of going through columns. Instructions
 * that have no code (schedules of records, numbers of 64 bits, calendars) stay kernels between the loops.
 *
 * The loops compute what the kernels compute, element by element; where the system lends no memory for code, or on other
 * machines, the kernels run alone. Memory for code is written first and made executable then, never both.
 * Before it: plan.h; after it: vm_fast.c. */
#ifndef POL_INTERP_NATIVE_H
#define POL_INTERP_NATIVE_H

#include "interp/plan.h"

/* One step: code or kernel; NULL for an operation of the block. */
typedef struct pol_native_step {
    pol_fast_kernel run;
    const pol_fast_instr *instr;
} pol_native_step;

typedef struct pol_native {
    pol_native_step *steps;
    uint32_t step_count;
    uint32_t behind; /* the first step behind the slice, where that is left out */
    /* The first step checks the fields, the first one behind the slice the balances, and cuts those that go on in 32 bits; they
     * and others return 0 unless some row may be outside or, when the bad ones are found by code, bad (rows beyond the last
     * are looked at, too). */
    bool finds_bad;
    uint8_t *kernels_read; /* by column: a step that is a kernel reads it, in whole groups of rows */
    uint8_t *late; /* by register: the port is yet to be filled after a run. Those that have been asked for are not */
} pol_native;

/* The plan's code of a kind, which lives as long as the arena. NULL: there is none, here or for such a
 * plan. */
const pol_native *pol_native_new(pol_arena *arena, const pol_plan *plan, pol_code_kind kind);

#endif
