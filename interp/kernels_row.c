/* The fast kernels for one claim: no columns and no calls, the elements stand in an array of 64-bit numbers, by number
 * of the column. Generated from fast.def like the kernels for blocks. */
#include "interp/fast_values.h"

#define IN(type, n) ((type)v[instr->operand[n]])

/* What T, K and L are in a value, and the constants. */
#define MEANINGS(type)                                                                             \
    typedef type T;                                                                                \
    const num k = instr->k[0], l = instr->k[1], m = instr->k[2];                                   \
    const double x = instr->x[0], y = instr->x[1];                                                 \
    const T K = (T)k, L = (T)l;                                                                    \
    (void)K, (void)L, (void)k, (void)l, (void)m, (void)x, (void)y

#define ROW1(NAME, type, D, A, value)                                                              \
    case POL_FAST_##NAME: {                                                                        \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        break;                                                                                     \
    }
#define ROW2(NAME, type, D, A, B, value)                                                           \
    case POL_FAST_##NAME: {                                                                        \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        break;                                                                                     \
    }
#define ROW3(NAME, type, D, A, B, C, value)                                                        \
    case POL_FAST_##NAME: {                                                                        \
        MEANINGS(type);                                                                            \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        const C c = IN(C, 2);                                                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        break;                                                                                     \
    }
#define ROW_TAIL(NAME, type, due)                                                                  \
    case POL_FAST_##NAME: {                                                                        \
        MEANINGS(type);                                                                            \
        const num a = positive(v[instr->operand[0]]), b = v[instr->operand[1]];                    \
        const num c = v[instr->operand[2]], condition = v[instr->operand[3]];                      \
        (void)a, (void)c, (void)condition;                                                         \
        const num paid = (due);                                                                    \
        v[instr->result[0]] = paid;                                                                \
        v[instr->result[1]] = b - paid;                                                            \
        break;                                                                                     \
    }
#define ROUNDED quotient_small(a + k, x, y)

#define OF_64_T    num
#define OF_64_num  num
#define OF_64_code code
#define OF_64_byte byte
#define OF_32_T    code
#define OF_32_num  num
#define OF_32_code code
#define OF_32_byte byte

#define FAST1(NAME, D, A, value)       ROW1(NAME, num, D, A, value)
#define FAST2(NAME, D, A, B, value)    ROW2(NAME, num, D, A, B, value)
#define FAST3(NAME, D, A, B, C, value) ROW3(NAME, num, D, A, B, C, value)
#define NUM1(NAME, D, A, value)                                                                    \
    ROW1(NAME, num, OF_64_##D, OF_64_##A, value)                                                   \
    ROW1(NAME##32, code, OF_32_##D, OF_32_##A, value)
#define NUM2(NAME, D, A, B, value)                                                                 \
    ROW2(NAME, num, OF_64_##D, OF_64_##A, OF_64_##B, value)                                        \
    ROW2(NAME##32, code, OF_32_##D, OF_32_##A, OF_32_##B, value)
#define NUM3(NAME, D, A, B, C, value)                                                              \
    ROW3(NAME, num, OF_64_##D, OF_64_##A, OF_64_##B, OF_64_##C, value)                             \
    ROW3(NAME##32, code, OF_32_##D, OF_32_##A, OF_32_##B, OF_32_##C, value)
#define BOTH1(NAME, D, A, value, E, F, value32)                                                    \
    ROW1(NAME, num, D, A, value)                                                                   \
    ROW1(NAME##32, code, E, F, value32)
#define BOTH2(NAME, D, A, B, value, E, F, G, value32)                                              \
    ROW2(NAME, num, D, A, B, value)                                                                \
    ROW2(NAME##32, code, E, F, G, value32)
#define none byte
#define FAST_ROW(NAME, D, A, B, value)                                                             \
    case POL_FAST_##NAME: {                                                                        \
        const num k = instr->k[0], l = instr->k[1];                                                \
        const code *const table = instr->table;                                                    \
        const byte *const member = instr->table;                                                   \
        const A a = IN(A, 0);                                                                      \
        const B b = IN(B, 1);                                                                      \
        (void)k, (void)l, (void)table, (void)member, (void)b;                                      \
        v[instr->result[0]] = (D)(value);                                                          \
        break;                                                                                     \
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

void pol_fast_run_row(int64_t *v, const pol_fast_instr *instr, const pol_fast_instr *end)
{
    for (; instr < end; instr++) {
        switch ((pol_fast_op)instr->op) {
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
        case POL_FAST_SLICES:
        case POL_FAST_SLICESB: v[instr->result[0]] = sum_of_slices(instr->table, v[instr->operand[0]]); break;
        case POL_FAST_SLICES32:
            v[instr->result[0]] = quotient_small(sum_of_slices(instr->table, v[instr->operand[0]]) + instr->k[0], instr->x[0], instr->x[1]);
            break;
        case POL_FAST_DEADLINE: v[instr->result[0]] = deadline(IN(code, 0), (code)instr->k[0]); break;
        case POL_FAST_ORN8: /* checks and copies of columns are no instructions of a plan */
        case POL_FAST_ORC8:
        case POL_FAST_ORB8:
        case POL_FAST_CUT8:
        case POL_FAST_OUTSIDEC:
        case POL_FAST_STORE:
        case POL_FAST_STREAM:
        case POL_FAST_COUNT: break;
        }
    }
}
