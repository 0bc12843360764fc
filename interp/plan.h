/* How the fast engine runs a matter: the verified bytecode, worked over once at load time.
 *
 * Constants are folded, common values computed once, dead ones left out (NEED and CHECK never). Each number is kept
 * over the smallest denominator that holds it, and intervals of all values are worked out for inputs up to a bound
 * for which every step is exact in 64 bits, most of them in 32; a claim outside, like one that a NEED or CHECK objects to, is found by
 * the plan and left to the wide kernels. Absence costs only where it can occur: beside a number that may be lost
 * stands a column of bytes that says so. Columns are reused when their value is no longer read.
 * Before it: the verifier; after it: vm_fast.c. */
#ifndef POL_INTERP_PLAN_H
#define POL_INTERP_PLAN_H

#include "interp/kernels_fast.h"

/* Instructions beyond the kernels: those that need the block's schedules or more than 64 bits. vm_fast.c runs them. */
typedef enum pol_block_op {
    POL_BLOCK_QUOTIENT = POL_FAST_COUNT, /* num, status = a * b * i1 / (c * i2) rounded: pol_plan_quotient */
    POL_BLOCK_COMPARE,                   /* byte = a * b * i1 / (c * i2) compared with d */
    POL_BLOCK_SCHEDULE,                  /* code, status of a field's schedule (code) */
    POL_BLOCK_TNUM,                      /* code of schedule and number */
    POL_BLOCK_TVALID,
    POL_BLOCK_TSUM,                      /* num of schedule, from, to */
    POL_BLOCK_TRATE,
    POL_BLOCK_TEXTREME,
    POL_BLOCK_END
} pol_block_op;

/* Status bytes of the above: none of these is fine. */
enum { POL_STATUS_FAILED = 1, POL_STATUS_ODD = 4 };

typedef struct pol_plan_quotient {
    pol_i128 i1, i2;
    int64_t most; /* magnitudes of results beyond are odd … */
    pol_i128 limit; /* … or, from here on, failed */
    uint8_t mode; /* pol_rounding, or pol_compare_op */
} pol_plan_quotient;

/* A schedule over the plan's denominators; bounds and ratios fit by the plan's bound. */
typedef struct pol_schedule {
    uint32_t count;
    int64_t low, upper[POL_MAX_TIERS], ratio[POL_MAX_TIERS]; /* upper: POL_PORT_UNLIMITED for 不限 */
    bool low_in_first, upper_in_next[POL_MAX_TIERS];
} pol_schedule;

/* From the schedules of records to the plan's: numbers divided by these, without a remainder. */
typedef struct pol_plan_field {
    int64_t bound_most;
    int64_t ratio_divisor, ratio_most;
} pol_plan_field;

typedef struct pol_plan_constant {
    uint16_t column;
    int64_t value;
} pol_plan_constant;

/* A result. Late: a run leaves it in 32 bits, maybe as a constant, until somebody looks at its port. */
typedef struct pol_plan_result {
    uint32_t reg;
    uint16_t from; /* the column that it is made in; that of its port unless late */
    bool late;
} pol_plan_result;

/* Machine code of a plan: for one row, of which it reads and writes no more than the elements, or for blocks, by
 * instruction sets v3 and v4; for blocks also without the slice of the plan's cut. */
typedef enum pol_code_kind {
    POL_CODE_ONE,
    POL_CODE_NARROW,
    POL_CODE_WIDE,
    POL_CODE_CUT_NARROW,
    POL_CODE_CUT_WIDE,
    POL_CODE_KINDS
} pol_code_kind;

/* It is made when it has run often enough to be worth it: see native.h. */
typedef struct pol_plan_code {
    const struct pol_native *native; /* NULL: not yet, or there is none */
    uint64_t work;                   /* so far */
    bool tried;
} pol_plan_code;

/* An accumulator: where its balance stands before a claim and after it. */
typedef struct pol_plan_balance {
    uint16_t before, narrow; /* the field, and the same in 32 bits (0: nobody asks for that) */
    uint16_t after;
} pol_plan_balance;

/* What the balances of one claim have to do with those of the next. Instructions stand in this order: those that no
 * balance has come into, the slice – what leads from the balances before a claim to those after it –, all others. So
 * the slice alone has to go from claim to claim; it may be run again and again. */
typedef struct pol_plan_cut {
    uint32_t slice, end;        /* instructions: the first of the slice, and behind its last */
    uint32_t cost;              /* of the slice for a row, a vector operation being 1 */
    uint32_t check;             /* the first check of a balance; those before it are of other fields */
    pol_plan_balance *balances; /* by accumulator; NULL: the plan has not been cut */
    uint16_t *in, *out;         /* columns that the slice reads and does not make; makes and others read */
    uint32_t in_count, out_count;
} pol_plan_cut;

typedef struct pol_plan {
    const pol_code *code;   /* borrowed */
    int64_t bound;          /* of amounts, in fen */
    uint32_t column_count;  /* column 0 is none */
    uint8_t *bytes;         /* by column: of an element */
    uint16_t *port;         /* by register: its column; 0: neither field nor result */
    uint16_t bad;           /* rows that a NEED or CHECK objects to or that are odd; 0: none can */
    pol_fast_check *checks; /* of fields, before anything runs */
    uint32_t check_count;
    pol_fast_instr *instrs;
    uint32_t instr_count;
    pol_plan_constant *constants;
    uint32_t constant_count;
    pol_plan_result *results;
    uint32_t result_count;
    pol_schedule *schedules; /* constants */
    uint32_t schedule_count;
    bool schedule_ops;       /* some instructions are pol_block_op */
    pol_plan_code *made;     /* by kind */
    uint8_t *asked;          /* by register: somebody has looked at a port that was late. Noted by runs */
    pol_plan_cut cut;
} pol_plan;

/* NULL when there is none: memory ran out (the arena tells), or the values that records usually have do not fit.
 * A careful plan carries on what is lost after a choice, and great amounts; the other one takes such claims for odd. */
const pol_plan *pol_plan_new(pol_arena *arena, const pol_code *code, bool careful);

#endif
