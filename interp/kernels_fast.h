/* The fast kernels: numbers of 64 bits and, where a block has none that is greater, of 32; bytes for yes/no, no check of any value. A plan (plan.h) has proved for which
 * inputs they are right. One table for each instruction set, of the same source. */
#ifndef POL_INTERP_KERNELS_FAST_H
#define POL_INTERP_KERNELS_FAST_H

#include "interp/vm.h"

typedef enum pol_fast_op {
#define ENTRY(NAME) POL_FAST_##NAME,
#define OWN(NAME)   POL_FAST_##NAME,
#include "interp/fast_names.h"
#include "interp/fast.def"
#undef ENTRY
#undef OWN
    POL_FAST_COUNT
} pol_fast_op;

#define POL_FAST_OPERANDS 4

/* Columns by number in the block's table of columns. */
typedef struct pol_fast_instr {
    uint16_t op;
    uint16_t result[2];
    uint16_t operand[POL_FAST_OPERANDS]; /* a, b, c and the condition of a tail */
    int64_t k[3];
    double x[2];
    const void *table;
} pol_fast_instr;

/* Sum of slope * max(0, a - at), all breaks. */
typedef struct pol_slices {
    uint32_t count;
    int64_t at[POL_MAX_TIERS + 1], slope[POL_MAX_TIERS + 1];
} pol_slices;

#define POL_CHECK_COLUMNS 8

/* Whether all elements of some columns, less `least`, are 0 … limit, a power of 2 less 1. */
typedef struct pol_fast_check {
    uint16_t op, count;
    uint16_t column[POL_CHECK_COLUMNS];
    uint16_t narrow[POL_CHECK_COLUMNS]; /* CUT8: columns of 32 bits */
    int64_t least, limit;
} pol_fast_check;

/* Columns end with a whole group of rows. */
#define POL_GROUP_ROWS 64

/* Rows 0 … count-1 of the instruction; what it writes beyond, up to the end of the last group, is no matter; ORN8 and its like return what they or-ed. */
typedef uint64_t (*pol_fast_kernel)(void *const *columns, const pol_fast_instr *instr, uint32_t count);

/* POL_KERNELS_X86: the build has the tables of x86-64-v3 and v4. */
extern const pol_fast_kernel pol_kernels_base[POL_FAST_COUNT];
#ifdef POL_KERNELS_X86
extern const pol_fast_kernel pol_kernels_v3[POL_FAST_COUNT];
extern const pol_fast_kernel pol_kernels_v4[POL_FAST_COUNT];
#endif

/* Instructions of one row, whose elements stand in v by column. */
void pol_fast_run_row(int64_t *v, const pol_fast_instr *instr, const pol_fast_instr *end);

/* For m of an operation that ends in 31: a number below 2^31, times the multiplier, shifted right by 32 bits and then by
 * what stands above its 32 bits, is the number over the divisor (2 … 2^31), rounded down. */
static inline int64_t pol_fast_multiplier(uint32_t divisor)
{
    uint32_t shift = 0;
    while ((uint64_t)2 << shift < divisor)
        shift++;
    /* 2^(32 + shift) / divisor, rounded up, is off by less than 2^shift / (a number below 2^31) of a unit, or 1 / divisor */
    const uint64_t power = UINT64_C(1) << (32 + shift);
    return (int64_t)((power + divisor - 1) / divisor | (uint64_t)shift << 32);
}

typedef enum pol_instruction_set { POL_SET_BASE, POL_SET_V3, POL_SET_V4 } pol_instruction_set;

/* The best set that this machine has. */
pol_instruction_set pol_fast_best(void);
/* Its kernels; NULL when the machine, or the build, has not got the set. */
const pol_fast_kernel *pol_fast_kernels(pol_instruction_set set);

/* What fast.def says: bytes of an element of each result and operand (0: none), the name. */
typedef struct pol_fast_shape {
    const char *name;
    uint8_t result[2], operand[POL_FAST_OPERANDS];
    bool vector; /* the loop must be vectorised */
    bool has_32; /* the operation after it is the same of 32-bit numbers */
} pol_fast_shape;
const pol_fast_shape *pol_fast_shape_of(pol_fast_op op);

#endif
