/* The fast kernels for one claim: no columns and no calls, the elements stand in an array of 64-bit numbers, by number
 * of the column. Generated from fast.def like the kernels for blocks. */
#include "interp/fast_values.h"

/* An instruction is a function that ends with the call of the next one, which the compiler makes a jump: the processor
 * then foretells each by the one before. */
typedef void (*step)(int64_t *v, const pol_fast_instr *instr, const pol_fast_instr *end);
static const step k_steps[POL_FAST_COUNT];

#define STEP(NAME) static void run_##NAME(int64_t *v, const pol_fast_instr *instr, const pol_fast_instr *end)
#define NEXT                                                                                       \
    if (++instr < end)                                                                             \
        k_steps[instr->op](v, instr, end)
#define IN(type, n) ((type)v[instr->operand[n]])

/* What T, K and L are in a value, and the constants. */
#define MEANINGS(type)                                                                             \
    typedef type T;                                                                                \
    const num k = instr->k[0], l = instr->k[1], m = instr->k[2];                                   \
    const double x = instr->x[0], y = instr->x[1];                                                 \
    const T K = (T)k, L = (T)l;                                                                    \
    (void)K, (void)L, (void)k, (void)l, (void)m, (void)x, (void)y

#define KERNEL1(NAME, type, D, A, value)                                                           \
    STEP(NAME)                                                                                     \
    {                                                                                              \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        NEXT;                                                                                      \
    }
#define KERNEL2(NAME, type, D, A, B, value)                                                        \
    STEP(NAME)                                                                                     \
    {                                                                                              \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        NEXT;                                                                                      \
    }
#define KERNEL3(NAME, type, D, A, B, C, value)                                                     \
    STEP(NAME)                                                                                     \
    {                                                                                              \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        const C c = IN(C, 2);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        NEXT;                                                                                      \
    }
#define ROW_TAIL(NAME, type, due)                                                                  \
    STEP(NAME)                                                                                     \
    {                                                                                              \
        MEANINGS(type);                                                                            \
        const num a = positive(v[instr->operand[0]]), b = v[instr->operand[1]];                    \
        const num c = v[instr->operand[2]], condition = v[instr->operand[3]];                      \
        (void)a, (void)c, (void)condition;                                                         \
        const num paid = (due);                                                                    \
        v[instr->result[0]] = paid;                                                                \
        v[instr->result[1]] = b - paid;                                                            \
        NEXT;                                                                                      \
    }
#define ROUNDED quotient_small(a + k, x, y)

#include "interp/fast_rows.h"
#define none byte
#define FAST_ROW(NAME, D, A, B, value)                                                             \
    STEP(NAME)                                                                                     \
    {                                                                                              \
        const num k = instr->k[0], l = instr->k[1];                                                \
        const code *const table = instr->table;                                                    \
        const byte *const member = instr->table;                                                   \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        (void)k, (void)l, (void)table, (void)member, (void)b;                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        NEXT;                                                                                      \
    }
#define FAST_OWN(NAME, D, A, B, C, Y)
#define TWO_OWN(NAME, D, A, B, C, Y)
#define TWO_NUM(NAME, A, B, C, Y)

/* Sum over breaks of slope * what a exceeds the break by; what fits the whole may wrap on the way. */
static num sum_of_slices(const pol_slices *slices, num a)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < slices->count; i++)
        sum += (uint64_t)slices->slope[i] * (uint64_t)positive(a - slices->at[i]);
    return (num)sum;
}

#include "interp/fast.def"

ROW_TAIL(TAIL, num, SMALLER(a, b))
ROW_TAIL(TAILC, num, SMALLER(SMALLER(a, c), b))
ROW_TAIL(TAILY, num, SMALLER(a, b) & -condition)
ROW_TAIL(TAILCY, num, SMALLER(SMALLER(a, c), b) & -condition)
ROW_TAIL(TAIL32, num, SMALLER(a, b))
ROW_TAIL(TAILC32, num, SMALLER(SMALLER(a, c), b))
ROW_TAIL(TAILY32, num, SMALLER(a, b) & -condition)
ROW_TAIL(TAILCY32, num, SMALLER(SMALLER(a, c), b) & -condition)
ROW_TAIL(TAILR, num, SMALLER(ROUNDED, b))
ROW_TAIL(TAILRC, num, SMALLER(SMALLER(ROUNDED, c), b))
ROW_TAIL(TAILRY, num, SMALLER(ROUNDED, b) & -condition)
ROW_TAIL(TAILRCY, num, SMALLER(SMALLER(ROUNDED, c), b) & -condition)

STEP(SLICES)
{
    v[instr->result[0]] = sum_of_slices(instr->table, v[instr->operand[0]]);
    NEXT;
}

STEP(SLICESB)
{
    v[instr->result[0]] = sum_of_slices(instr->table, v[instr->operand[0]]);
    NEXT;
}

STEP(SLICES32)
{
    const num sum = sum_of_slices(instr->table, v[instr->operand[0]]);
    v[instr->result[0]] = quotient_small(sum + instr->k[0], instr->x[0], instr->x[1]);
    NEXT;
}

STEP(DEADLINE)
{
    v[instr->result[0]] = deadline(IN(code, 0), (code)instr->k[0]);
    NEXT;
}

/* Checks and copies of columns, which are no instructions of a plan, have no step. */
static const step k_steps[POL_FAST_COUNT] = {
#define ENTRY(NAME) [POL_FAST_##NAME] = run_##NAME,
#define OWN(NAME) /* some have a step */
#include "interp/fast_names.h"
#include "interp/fast.def"
    ENTRY(SLICES) ENTRY(SLICES32) ENTRY(SLICESB) ENTRY(DEADLINE)
};

void pol_fast_run_row(int64_t *v, const pol_fast_instr *instr, const pol_fast_instr *end)
{
    if (instr < end)
        k_steps[instr->op](v, instr, end);
}
