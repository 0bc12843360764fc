/* The wide kernels: 128-bit numbers, every step checked. One function for each row of opcodes.def,
 * each a loop of one scalar step over the rows of a block. The steps see ABSENT, FAILED and UNLIMITED
 * in the elements themselves; what loses its value is worked out by `loss`, class by class.
 * Code comes from the lowering through the verifier; results go to vm.c and the writers.
 *
 * Invariant: an element of a number is a sentinel or less than 10^15 times its denominator in
 * magnitude, so that sums of two never overflow; products may, and are checked. */
#include "interp/kernels.h"
#include "interp/wide.h"

#include <assert.h>
#include <string.h>

#define POL_INLINE static inline __attribute__((always_inline))

typedef pol_i128 num;

/* ---- what is lost: absence beats failure -------------------------------------------------------- */

typedef enum loss { FINE, LOST_FAILED, LOST_ABSENT } loss;

POL_INLINE loss worse(loss a, loss b)
{
    return a > b ? a : b;
}

POL_INLINE loss num_loss(num a)
{
    return a > POL_NUM_FAILED ? FINE : a == POL_NUM_ABSENT ? LOST_ABSENT : LOST_FAILED;
}

/* A number that must be limited. */
POL_INLINE loss finite_loss(num a)
{
    return a == POL_NUM_UNLIMITED ? LOST_FAILED : num_loss(a);
}

POL_INLINE loss bool_loss(uint8_t a)
{
    return a < POL_BOOL_ABSENT ? FINE : a == POL_BOOL_ABSENT ? LOST_ABSENT : LOST_FAILED;
}

POL_INLINE loss code_loss(int32_t a)
{
    return a > POL_CODE_FAILED ? FINE : a == POL_CODE_ABSENT ? LOST_ABSENT : LOST_FAILED;
}

POL_INLINE loss set_loss(uint64_t a)
{
    return a == POL_SET_ABSENT ? LOST_ABSENT : FINE;
}

POL_INLINE loss tiers_loss(uint32_t a)
{
    return a < POL_TIERS_FAILED ? FINE : a == POL_TIERS_ABSENT ? LOST_ABSENT : LOST_FAILED;
}

POL_INLINE num lost_num(loss l)
{
    return l == LOST_ABSENT ? POL_NUM_ABSENT : POL_NUM_FAILED;
}

POL_INLINE uint8_t lost_bool(loss l)
{
    return l == LOST_ABSENT ? POL_BOOL_ABSENT : POL_BOOL_FAILED;
}

POL_INLINE int32_t lost_code(loss l)
{
    return l == LOST_ABSENT ? POL_CODE_ABSENT : POL_CODE_FAILED;
}

POL_INLINE uint32_t lost_tiers(loss l)
{
    return l == LOST_ABSENT ? POL_TIERS_ABSENT : POL_TIERS_FAILED;
}

/* ---- operands --------------------------------------------------------------------------------------- */

#define KERNEL(NAME)                                                                               \
    static void run_##NAME(pol_block *block, const pol_instr *instr, uint32_t count)
#define EACH_ROW for (uint32_t row = 0; row < count; row++)

/* The column of argument n: a result, or something read. */
#define OUT(type, n) ((type *)block->columns[instr->arg[n]])
#define IN(type, n)  ((const type *)block->columns[instr->arg[n]])

POL_INLINE const pol_register *reg_of(const pol_block *block, const pol_instr *instr, unsigned n)
{
    return &block->code->registers[instr->arg[n]];
}

/* Numbers over this register's denominator stay below it. */
POL_INLINE num limit_of(const pol_block *block, const pol_instr *instr, unsigned n)
{
    return reg_of(block, instr, n)->den * POL_MAX_MAGNITUDE;
}

POL_INLINE num pool_of(const pol_block *block, const pol_instr *instr, unsigned n)
{
    return block->code->pool[instr->arg[n]];
}

POL_INLINE num within(num value, num limit)
{
    return value < limit && value > -limit ? value : POL_NUM_FAILED;
}

POL_INLINE bool fits_64(num a)
{
    return a == (int64_t)a;
}

/* a * b of two that fit 64 bits. (Unsigned: no runtime function for checked products is needed.) */
POL_INLINE num product_64(num a, num b)
{
    return (num)((pol_u128)(num)(int64_t)a * (pol_u128)(num)(int64_t)b);
}

/* a * b when it fits 128 bits. */
POL_INLINE bool times(num a, num b, num *product)
{
    if (!fits_64(a) || !fits_64(b))
        return pol_mul_i128(a, b, product);
    *product = product_64(a, b);
    return true;
}

/* The order -1, 0, 1 judged by a pol_compare_op. */
POL_INLINE uint8_t judge(uint32_t op, int order)
{
    static const uint8_t k_holds[6] = {
        [POL_EQ] = 2, [POL_NE] = 5, [POL_GE] = 6, [POL_LE] = 3, [POL_GT] = 4, [POL_LT] = 1,
    };
    return (uint8_t)(k_holds[op] >> (order + 1) & 1);
}

POL_INLINE int order_of(num a, num b)
{
    return (a > b) - (a < b);
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

POL_INLINE num step_add(num a, num b, num limit)
{
    const loss l = worse(finite_loss(a), finite_loss(b));
    return l != FINE ? lost_num(l) : within(a + b, limit);
}

POL_INLINE num step_sub(num a, num b, num limit)
{
    const loss l = worse(num_loss(a), num_loss(b));
    if (l != FINE)
        return lost_num(l);
    if (a == POL_NUM_UNLIMITED)
        return a;
    return b == POL_NUM_UNLIMITED ? POL_NUM_FAILED : within(a - b, limit);
}

POL_INLINE num step_mul(num a, num b, num limit)
{
    const loss l = worse(finite_loss(a), finite_loss(b));
    num product;
    if (l != FINE)
        return lost_num(l);
    return times(a, b, &product) ? within(product, limit) : POL_NUM_FAILED;
}

POL_INLINE num step_min(num a, num b, num limit)
{
    (void)limit;
    const loss l = worse(num_loss(a), num_loss(b));
    return l != FINE ? lost_num(l) : a < b ? a : b;
}

POL_INLINE num step_max(num a, num b, num limit)
{
    (void)limit;
    const loss l = worse(num_loss(a), num_loss(b));
    return l != FINE ? lost_num(l) : a > b ? a : b;
}

POL_INLINE num step_excess(num a, num b, num limit)
{
    const loss l = worse(num_loss(a), num_loss(b));
    if (l != FINE)
        return lost_num(l);
    if (a == POL_NUM_UNLIMITED)
        return a;
    return a <= b ? 0 : within(a - b, limit);
}

POL_INLINE num step_scale(num a, num factor, num limit)
{
    num product;
    if (num_loss(a) != FINE || a == POL_NUM_UNLIMITED)
        return a;
    return times(a, factor, &product) ? within(product, limit) : POL_NUM_FAILED;
}

POL_INLINE num step_mulc(num a, num factor, num limit)
{
    return a == POL_NUM_UNLIMITED ? POL_NUM_FAILED : step_scale(a, factor, limit);
}

POL_INLINE num step_unit(num a, num den)
{
    return num_loss(a) != FINE || (a >= 0 && a <= den) ? a : POL_NUM_FAILED;
}

POL_INLINE num step_whole(num a, num den, num limit)
{
    if (num_loss(a) != FINE)
        return a;
    return a == POL_NUM_UNLIMITED || a % den != 0 ? POL_NUM_FAILED : within(a / den, limit);
}

#define TWO_NUMBERS(NAME, step)                                                                    \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        num *result = OUT(num, 0);                                                                 \
        const num *a = IN(num, 1), *b = IN(num, 2);                                                \
        const num limit = limit_of(block, instr, 0);                                               \
        EACH_ROW result[row] = step(a[row], b[row], limit);                                        \
    }

#define NUMBER_AND_CONSTANT(NAME, step)                                                            \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        num *result = OUT(num, 0);                                                                 \
        const num *a = IN(num, 1), factor = pool_of(block, instr, 2);                              \
        const num limit = limit_of(block, instr, 0);                                               \
        EACH_ROW result[row] = step(a[row], factor, limit);                                        \
    }

TWO_NUMBERS(ADD, step_add)
TWO_NUMBERS(SUB, step_sub)
TWO_NUMBERS(MUL, step_mul)
TWO_NUMBERS(MIN, step_min)
TWO_NUMBERS(MAX, step_max)
TWO_NUMBERS(EXCESS, step_excess)
NUMBER_AND_CONSTANT(SCALE, step_scale)
NUMBER_AND_CONSTANT(MULC, step_mulc)

KERNEL(UNIT)
{
    num *result = OUT(num, 0);
    const num *a = IN(num, 1), den = reg_of(block, instr, 1)->den;
    EACH_ROW result[row] = step_unit(a[row], den);
}

KERNEL(WHOLE)
{
    num *result = OUT(num, 0);
    const num *a = IN(num, 1), den = reg_of(block, instr, 1)->den;
    const num limit = limit_of(block, instr, 0);
    EACH_ROW result[row] = step_whole(a[row], den, limit);
}

/* How a value is rounded: instruction arguments k, i1, i2, i3 from position n on. */
typedef struct rounding {
    pol_rounding mode;
    bool keep_unlimited;
    num i1, i2, i3, limit;
} rounding;

POL_INLINE rounding rounding_of(const pol_block *block, const pol_instr *instr, unsigned n)
{
    const uint32_t k = instr->arg[n];
    return (rounding){
        .mode = (pol_rounding)(k & 3),
        .keep_unlimited = (k & 4) != 0,
        .i1 = pool_of(block, instr, n + 1),
        .i2 = pool_of(block, instr, n + 2),
        .i3 = pool_of(block, instr, n + 3),
        .limit = limit_of(block, instr, 0),
    };
}

/* round(a * i1 / i2) * i3 for a number a. */
POL_INLINE num round_number(num a, const rounding *how)
{
    num rounded, result;
    if (how->i1 == how->i2)
        rounded = a;
    else if (how->i1 == 1)
        rounded = pol_divide_rounded(a, how->i2, how->mode);
    else if (!pol_muldiv_rounded(a, how->i1, how->i2, how->mode, &rounded))
        return POL_NUM_FAILED;
    return times(rounded, how->i3, &result) ? within(result, how->limit) : POL_NUM_FAILED;
}

POL_INLINE num step_round(num a, const rounding *how)
{
    if (num_loss(a) != FINE)
        return a;
    if (a == POL_NUM_UNLIMITED)
        return how->keep_unlimited ? a : POL_NUM_FAILED;
    return round_number(a, how);
}

POL_INLINE num step_roundq(num a, num b, num c, const rounding *how)
{
    const loss l = worse(worse(finite_loss(a), finite_loss(b)), finite_loss(c));
    num rounded, result;
    if (l != FINE)
        return lost_num(l);
    if (c == 0 || !pol_quotient_rounded(a, b, how->i1, c, how->i2, how->mode, &rounded))
        return POL_NUM_FAILED;
    return times(rounded, how->i3, &result) ? within(result, how->limit) : POL_NUM_FAILED;
}

KERNEL(ROUND)
{
    num *result = OUT(num, 0);
    const num *a = IN(num, 1);
    const rounding how = rounding_of(block, instr, 2);
    EACH_ROW result[row] = step_round(a[row], &how);
}

KERNEL(ROUNDQ)
{
    num *result = OUT(num, 0);
    const num *a = IN(num, 1), *b = IN(num, 2), *c = IN(num, 3);
    const rounding how = rounding_of(block, instr, 4);
    EACH_ROW result[row] = step_roundq(a[row], b[row], c[row], &how);
}

POL_INLINE uint8_t step_cmp(num a, num b, num a_den, num b_den, uint32_t op)
{
    const loss l = worse(num_loss(a), num_loss(b));
    if (l != FINE)
        return lost_bool(l);
    if (a_den == b_den || a == POL_NUM_UNLIMITED || b == POL_NUM_UNLIMITED)
        return judge(op, order_of(a, b));
    if (fits_64(a) && fits_64(b) && fits_64(a_den) && fits_64(b_den))
        return judge(op, order_of(product_64(a, b_den), product_64(b, a_den)));
    return judge(op, pol_compare_products(a, b_den, b, a_den));
}

KERNEL(CMP)
{
    uint8_t *result = OUT(uint8_t, 0);
    const num *a = IN(num, 1), *b = IN(num, 2);
    const num a_den = reg_of(block, instr, 1)->den, b_den = reg_of(block, instr, 2)->den;
    const uint32_t op = instr->arg[3];
    EACH_ROW result[row] = step_cmp(a[row], b[row], a_den, b_den, op);
}

POL_INLINE uint8_t step_cmpq(num a, num b, num c, num d, num i1, num i2, uint32_t op)
{
    const loss l = worse(worse(finite_loss(a), finite_loss(b)), worse(finite_loss(c), num_loss(d)));
    if (l != FINE || c == 0)
        return l != FINE ? lost_bool(l) : POL_BOOL_FAILED;
    if (d == POL_NUM_UNLIMITED)
        return judge(op, -1);
    return judge(op, pol_quotient_compare(a, b, i1, c, i2, d));
}

KERNEL(CMPQ)
{
    uint8_t *result = OUT(uint8_t, 0);
    const num *a = IN(num, 1), *b = IN(num, 2), *c = IN(num, 3), *d = IN(num, 4);
    const num i1 = pool_of(block, instr, 6), i2 = pool_of(block, instr, 7);
    const uint32_t op = instr->arg[5];
    EACH_ROW result[row] = step_cmpq(a[row], b[row], c[row], d[row], i1, i2, op);
}

/* ---- yes/no --------------------------------------------------------------------------------------------- */

POL_INLINE uint8_t step_and(uint8_t a, uint8_t b)
{
    const loss l = worse(bool_loss(a), bool_loss(b));
    if (l == FINE)
        return a & b;
    /* no and absent is no; every other loss goes on */
    return l == LOST_ABSENT && (a == 0 || b == 0) ? 0 : lost_bool(l);
}

POL_INLINE uint8_t step_or(uint8_t a, uint8_t b)
{
    const loss l = worse(bool_loss(a), bool_loss(b));
    if (l == FINE)
        return a | b;
    return l == LOST_ABSENT && (a == 1 || b == 1) ? 1 : lost_bool(l);
}

POL_INLINE uint8_t step_eqb(uint8_t a, uint8_t b, uint32_t op)
{
    const loss l = worse(bool_loss(a), bool_loss(b));
    return l != FINE ? lost_bool(l) : (uint8_t)((a == b) == (op == POL_EQ));
}

KERNEL(AND)
{
    uint8_t *result = OUT(uint8_t, 0);
    const uint8_t *a = IN(uint8_t, 1), *b = IN(uint8_t, 2);
    EACH_ROW result[row] = step_and(a[row], b[row]);
}

KERNEL(OR)
{
    uint8_t *result = OUT(uint8_t, 0);
    const uint8_t *a = IN(uint8_t, 1), *b = IN(uint8_t, 2);
    EACH_ROW result[row] = step_or(a[row], b[row]);
}

KERNEL(NOT)
{
    uint8_t *result = OUT(uint8_t, 0);
    const uint8_t *a = IN(uint8_t, 1);
    EACH_ROW result[row] = a[row] < POL_BOOL_ABSENT ? a[row] ^ 1 : a[row];
}

KERNEL(EQB)
{
    uint8_t *result = OUT(uint8_t, 0);
    const uint8_t *a = IN(uint8_t, 1), *b = IN(uint8_t, 2);
    const uint32_t op = instr->arg[3];
    EACH_ROW result[row] = step_eqb(a[row], b[row], op);
}

POL_INLINE uint8_t has(loss l)
{
    return l == FINE ? 1 : l == LOST_ABSENT ? 0 : POL_BOOL_FAILED;
}

#define HAS_VALUE(NAME, type, loss_of)                                                             \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        uint8_t *result = OUT(uint8_t, 0);                                                         \
        const type *a = IN(type, 1);                                                               \
        EACH_ROW result[row] = has(loss_of(a[row]));                                               \
    }

HAS_VALUE(HASN, num, num_loss)
HAS_VALUE(HASB, uint8_t, bool_loss)
HAS_VALUE(HASC, int32_t, code_loss)
HAS_VALUE(HASD, int32_t, code_loss)
HAS_VALUE(HASS, uint64_t, set_loss)
HAS_VALUE(HAST, uint32_t, tiers_loss)

/* ---- codes, sets, dates ------------------------------------------------------------------------------------ */

POL_INLINE uint8_t step_cmpd(int32_t a, int32_t b, uint32_t op)
{
    const loss l = worse(code_loss(a), code_loss(b));
    return l != FINE ? lost_bool(l) : judge(op, (a > b) - (a < b));
}

KERNEL(CMPD)
{
    uint8_t *result = OUT(uint8_t, 0);
    const int32_t *a = IN(int32_t, 1), *b = IN(int32_t, 2);
    const uint32_t op = instr->arg[3];
    EACH_ROW result[row] = step_cmpd(a[row], b[row], op);
}

/* Codes have no order, but the verifier lets equality through only. */
KERNEL(EQC)
{
    run_CMPD(block, instr, count);
}

POL_INLINE uint8_t step_member(int32_t a, const pol_members *set)
{
    const loss l = code_loss(a);
    if (l != FINE)
        return lost_bool(l);
    return a >= 0 && (uint32_t)a < set->count ? set->member[a] : 0;
}

KERNEL(MEMBER)
{
    uint8_t *result = OUT(uint8_t, 0);
    const int32_t *a = IN(int32_t, 1);
    const pol_members *set = &block->code->members[instr->arg[2]];
    EACH_ROW result[row] = step_member(a[row], set);
}

KERNEL(ANYOF)
{
    uint8_t *result = OUT(uint8_t, 0);
    const uint64_t *a = IN(uint64_t, 1), mask = (uint64_t)pool_of(block, instr, 2);
    EACH_ROW result[row] = a[row] == POL_SET_ABSENT ? POL_BOOL_ABSENT : (a[row] & mask) != 0;
}

POL_INLINE int32_t step_first(uint64_t set)
{
    if (set == POL_SET_ABSENT)
        return POL_CODE_ABSENT;
    int32_t label = 0;
    for (; (set & 1) == 0; set >>= 1)
        label++;
    return label;
}

KERNEL(FIRST)
{
    int32_t *result = OUT(int32_t, 0);
    const uint64_t *a = IN(uint64_t, 1);
    EACH_ROW result[row] = step_first(a[row]);
}

POL_INLINE int32_t date_within(int64_t days)
{
    return days >= POL_DATE_MIN && days <= POL_DATE_MAX ? (int32_t)days : POL_CODE_FAILED;
}

/* A count of days or months; false when it is not whole. */
POL_INLINE bool whole_count(num b, num den, int64_t *whole)
{
    if (b % den != 0)
        return false;
    *whole = (int64_t)(b / den); /* below 10^15 */
    return true;
}

POL_INLINE int32_t step_addd(int32_t a, num b, num den, int sign)
{
    const loss l = worse(code_loss(a), finite_loss(b));
    int64_t days;
    if (l != FINE)
        return lost_code(l);
    return whole_count(b, den, &days) ? date_within(a + sign * days) : POL_CODE_FAILED;
}

KERNEL(ADDD)
{
    int32_t *result = OUT(int32_t, 0);
    const int32_t *a = IN(int32_t, 1);
    const num *b = IN(num, 2), den = reg_of(block, instr, 2)->den;
    EACH_ROW result[row] = step_addd(a[row], b[row], den, 1);
}

KERNEL(SUBD)
{
    int32_t *result = OUT(int32_t, 0);
    const int32_t *a = IN(int32_t, 1);
    const num *b = IN(num, 2), den = reg_of(block, instr, 2)->den;
    EACH_ROW result[row] = step_addd(a[row], b[row], den, -1);
}

POL_INLINE int32_t step_months(int32_t a, num b, num den, bool roll_over)
{
    const loss l = worse(code_loss(a), finite_loss(b));
    int64_t months;
    pol_date date;
    if (l != FINE)
        return lost_code(l);
    if (!whole_count(b, den, &months) || !pol_date_add_months(a, months, roll_over, &date))
        return POL_CODE_FAILED;
    return date_within(date);
}

KERNEL(MONTHS)
{
    int32_t *result = OUT(int32_t, 0);
    const int32_t *a = IN(int32_t, 1);
    const num *b = IN(num, 2), den = reg_of(block, instr, 2)->den;
    const bool roll_over = instr->arg[3] != 0;
    EACH_ROW result[row] = step_months(a[row], b[row], den, roll_over);
}

POL_INLINE int32_t step_deadline(int32_t a, int month, int day)
{
    return code_loss(a) != FINE ? a : date_within(pol_date_deadline(a, month, day));
}

KERNEL(DEADLINE)
{
    int32_t *result = OUT(int32_t, 0);
    const int32_t *a = IN(int32_t, 1);
    const int month = (int)instr->arg[2], day = (int)instr->arg[3];
    EACH_ROW result[row] = step_deadline(a[row], month, day);
}

POL_INLINE num step_diffd(int32_t a, int32_t b)
{
    const loss l = worse(code_loss(a), code_loss(b));
    return l != FINE ? lost_num(l) : (num)a - b;
}

POL_INLINE num step_age(int32_t a, int32_t b)
{
    const loss l = worse(code_loss(a), code_loss(b));
    return l != FINE ? lost_num(l) : pol_date_age(a, b);
}

POL_INLINE num step_part(int32_t a, uint32_t part)
{
    if (code_loss(a) != FINE)
        return lost_num(code_loss(a));
    const pol_civil civil = pol_date_civil(a);
    return part == 0 ? civil.year : part == 1 ? civil.month : civil.day;
}

POL_INLINE int32_t step_mind(int32_t a, int32_t b)
{
    const loss l = worse(code_loss(a), code_loss(b));
    return l != FINE ? lost_code(l) : a < b ? a : b;
}

POL_INLINE int32_t step_maxd(int32_t a, int32_t b)
{
    const loss l = worse(code_loss(a), code_loss(b));
    return l != FINE ? lost_code(l) : a > b ? a : b;
}

#define TWO_DATES(NAME, type, step)                                                                \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        type *result = OUT(type, 0);                                                               \
        const int32_t *a = IN(int32_t, 1), *b = IN(int32_t, 2);                                    \
        EACH_ROW result[row] = step(a[row], b[row]);                                               \
    }

TWO_DATES(DIFFD, num, step_diffd)
TWO_DATES(AGE, num, step_age)
TWO_DATES(MIND, int32_t, step_mind)
TWO_DATES(MAXD, int32_t, step_maxd)

KERNEL(PART)
{
    num *result = OUT(num, 0);
    const int32_t *a = IN(int32_t, 1);
    const uint32_t part = instr->arg[2];
    EACH_ROW result[row] = step_part(a[row], part);
}

/* ---- choice --------------------------------------------------------------------------------------------------- */

#define CHOOSE_BY_CONDITION(NAME, type, lost)                                                      \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        type *result = OUT(type, 0);                                                               \
        const uint8_t *condition = IN(uint8_t, 1);                                                 \
        const type *a = IN(type, 2), *b = IN(type, 3);                                             \
        EACH_ROW                                                                                   \
        {                                                                                          \
            const loss l = bool_loss(condition[row]);                                              \
            result[row] = l != FINE ? lost(l) : condition[row] != 0 ? a[row] : b[row];             \
        }                                                                                          \
    }

#define CHOOSE_BY_NUMBER(NAME, type, lost)                                                         \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        type *result = OUT(type, 0);                                                               \
        const int32_t *choice = IN(int32_t, 1);                                                    \
        const pol_list32 list = block->code->lists[instr->arg[2]];                                 \
        const uint32_t *from = block->code->operands + list.start;                                 \
        EACH_ROW                                                                                   \
        {                                                                                          \
            const int32_t c = choice[row];                                                         \
            const loss l = code_loss(c);                                                           \
            if (l != FINE)                                                                         \
                result[row] = lost(l);                                                             \
            else if (c < 0 || (uint32_t)c >= list.count)                                           \
                result[row] = lost(LOST_FAILED);                                                   \
            else                                                                                   \
                result[row] = ((const type *)block->columns[from[c]])[row];                        \
        }                                                                                          \
    }

CHOOSE_BY_CONDITION(SELN, num, lost_num)
CHOOSE_BY_CONDITION(SELB, uint8_t, lost_bool)
CHOOSE_BY_CONDITION(SELC, int32_t, lost_code)
CHOOSE_BY_CONDITION(SELD, int32_t, lost_code)
CHOOSE_BY_CONDITION(SELT, uint32_t, lost_tiers)
CHOOSE_BY_NUMBER(PICKN, num, lost_num)
CHOOSE_BY_NUMBER(PICKB, uint8_t, lost_bool)
CHOOSE_BY_NUMBER(PICKC, int32_t, lost_code)
CHOOSE_BY_NUMBER(PICKD, int32_t, lost_code)
CHOOSE_BY_NUMBER(PICKT, uint32_t, lost_tiers)

POL_INLINE num step_also(num a, num b)
{
    const loss l = worse(num_loss(a), num_loss(b));
    return l != FINE ? lost_num(l) : a;
}

KERNEL(ALSON)
{
    num *result = OUT(num, 0);
    const num *a = IN(num, 1), *b = IN(num, 2);
    EACH_ROW result[row] = step_also(a[row], b[row]);
}

/* Classes of a number among ascending bounds: 2i in the gap below bound i, 2i + 1 on it. */
static uint32_t class_among(const pol_table_column *column, num value, num den)
{
    uint32_t low = 0, high = column->bound_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const num bound = column->bounds[middle];
        const int order = den == column->den ? order_of(value, bound)
                                             : pol_compare_products(value, column->den, bound, den);
        if (order == 0)
            return 2 * middle + 1;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 2 * low;
}

/* The class of a subject's value; *l says when there is none. */
static uint32_t subject_class(const pol_block *block, const pol_table_column *column,
                              uint32_t subject, uint32_t row, loss *l)
{
    *l = FINE;
    if (column->class_ == POL_C_BOOL) {
        const uint8_t value = pol_col_bool(block, subject)[row];
        *l = bool_loss(value);
        return *l == FINE ? column->class_of[value] : 0;
    }
    if (column->class_ == POL_C_NUM) {
        const num value = pol_col_num(block, subject)[row];
        *l = finite_loss(value);
        const num den = block->code->registers[subject].den;
        return *l == FINE ? column->class_of[class_among(column, value, den)] : 0;
    }
    const int32_t value = pol_col_code(block, subject)[row];
    *l = code_loss(value);
    if (*l != FINE)
        return 0;
    if (column->class_ == POL_C_DATE)
        return column->class_of[class_among(column, value, column->den)];
    return value >= 0 && (uint32_t)value < column->code_count ? column->class_of[value]
                                                              : column->other_class;
}

static int32_t table_row(const pol_block *block, const pol_table *table, const uint32_t *subjects,
                         uint32_t row)
{
    uint32_t cell = 0;
    loss worst = FINE;
    for (uint32_t i = 0; i < table->column_count; i++) {
        loss l;
        const pol_table_column *column = &table->columns[i];
        cell = cell * column->class_count + subject_class(block, column, subjects[i], row, &l);
        worst = worse(worst, l);
    }
    if (worst != FINE)
        return lost_code(worst);
    return table->cells[cell] == UINT16_MAX ? POL_CODE_FAILED : table->cells[cell];
}

KERNEL(ROW)
{
    int32_t *result = OUT(int32_t, 0);
    const pol_table *table = &block->code->tables[instr->arg[1]];
    const uint32_t *subjects = block->code->operands + block->code->lists[instr->arg[2]].start;
    EACH_ROW result[row] = table_row(block, table, subjects, row);
}

static int32_t only_one(const pol_block *block, pol_list32 list, uint32_t row)
{
    const uint32_t *conditions = block->code->operands + list.start;
    int32_t found = POL_CODE_FAILED;
    uint32_t holding = 0;
    loss worst = FINE;
    for (uint32_t i = 0; i < list.count; i++) {
        const uint8_t condition = pol_col_bool(block, conditions[i])[row];
        worst = worse(worst, bool_loss(condition));
        if (condition == 1) {
            found = (int32_t)i;
            holding++;
        }
    }
    if (worst != FINE)
        return lost_code(worst);
    return holding == 1 ? found : POL_CODE_FAILED;
}

KERNEL(ONLY)
{
    int32_t *result = OUT(int32_t, 0);
    const pol_list32 list = block->code->lists[instr->arg[1]];
    EACH_ROW result[row] = only_one(block, list, row);
}

/* ---- tier schedules -------------------------------------------------------------------------------------------- */

POL_INLINE const pol_tiers *tiers_at(const pol_block *block, uint32_t index)
{
    assert(index < block->tiers.count);
    return &block->tiers.items[index];
}

static bool make_tiers(const pol_block *block, pol_list32 list, uint32_t flags, uint32_t row,
                       pol_tiers *tiers, loss *worst)
{
    const uint32_t *from = block->code->operands + list.start;
    memset(tiers, 0, sizeof *tiers);
    tiers->count = list.count / 2;
    tiers->low = pol_col_num(block, from[0])[row];
    tiers->low_in_first = (flags & 1) != 0;
    *worst = finite_loss(tiers->low);
    num previous = tiers->low;
    bool ascending = true;
    for (uint32_t i = 0; i < tiers->count; i++) {
        pol_tier *tier = &tiers->tiers[i];
        tier->upper = pol_col_num(block, from[2 * i + 1])[row];
        tier->ratio = pol_col_num(block, from[2 * i + 2])[row];
        tier->upper_in_next = i < 31 && (flags >> (i + 1) & 1) != 0;
        const bool last = i + 1 == tiers->count;
        *worst = worse(*worst, last ? num_loss(tier->upper) : finite_loss(tier->upper));
        *worst = worse(*worst, finite_loss(tier->ratio));
        ascending = ascending && tier->upper > previous;
        previous = tier->upper;
    }
    return ascending;
}

KERNEL(TMAKE)
{
    uint32_t *result = OUT(uint32_t, 0);
    const pol_list32 list = block->code->lists[instr->arg[1]];
    const uint32_t flags = instr->arg[2];
    EACH_ROW
    {
        pol_tiers tiers;
        loss worst;
        const bool ascending = make_tiers(block, list, flags, row, &tiers, &worst);
        if (worst != FINE)
            result[row] = lost_tiers(worst);
        else
            result[row] = ascending ? pol_block_add_tiers(block, &tiers) : POL_TIERS_FAILED;
    }
}

enum { TNUM_ADD, TNUM_SUB, TNUM_RSUB, TNUM_MUL, TNUM_MIN, TNUM_MAX };

/* One ratio with a number; FAILED when it leaves the range. */
static num step_tnum(num ratio, num b, uint32_t op, num limit)
{
    switch (op) {
    case TNUM_ADD: return within(ratio + b, limit);
    case TNUM_SUB: return within(ratio - b, limit);
    case TNUM_RSUB: return within(b - ratio, limit);
    case TNUM_MUL: return step_mul(ratio, b, limit);
    case TNUM_MIN: return ratio < b ? ratio : b;
    default: return ratio > b ? ratio : b;
    }
}

static uint32_t tiers_with(pol_block *block, uint32_t index, num b, uint32_t op, num limit)
{
    pol_tiers tiers = *tiers_at(block, index);
    for (uint32_t i = 0; i < tiers.count; i++) {
        tiers.tiers[i].ratio = step_tnum(tiers.tiers[i].ratio, b, op, limit);
        if (tiers.tiers[i].ratio == POL_NUM_FAILED)
            return POL_TIERS_FAILED;
    }
    return pol_block_add_tiers(block, &tiers);
}

KERNEL(TNUM)
{
    uint32_t *result = OUT(uint32_t, 0);
    const uint32_t *a = IN(uint32_t, 1), op = instr->arg[3];
    const num *b = IN(num, 2), limit = reg_of(block, instr, 0)->den2 * POL_MAX_MAGNITUDE;
    EACH_ROW
    {
        const loss l = worse(tiers_loss(a[row]), finite_loss(b[row]));
        if (l != FINE)
            result[row] = lost_tiers(l);
        else if (row > 0 && a[row] == a[row - 1] && b[row] == b[row - 1])
            result[row] = result[row - 1];
        else
            result[row] = tiers_with(block, a[row], b[row], op, limit);
    }
}

static bool tiers_valid(const pol_tiers *tiers, num one)
{
    for (uint32_t i = 0; i < tiers->count; i++)
        if (tiers->tiers[i].ratio < 0 || tiers->tiers[i].ratio > one)
            return false;
    return true;
}

KERNEL(TVALID)
{
    uint32_t *result = OUT(uint32_t, 0);
    const uint32_t *a = IN(uint32_t, 1);
    const num one = reg_of(block, instr, 1)->den2;
    EACH_ROW
    {
        const bool passes = tiers_loss(a[row]) != FINE || tiers_valid(tiers_at(block, a[row]), one);
        result[row] = passes ? a[row] : POL_TIERS_FAILED;
    }
}

/* Sum over the slices of ratio * length of slice within [from, to]; bounds count `scale` times. */
static num tiers_sum(const pol_tiers *tiers, num scale, num from, num to, num limit)
{
    num sum = 0, low = tiers->low * scale;
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *tier = &tiers->tiers[i];
        const num high = tier->upper == POL_NUM_UNLIMITED ? POL_NUM_UNLIMITED : tier->upper * scale;
        const num start = low > from ? low : from, end = high < to ? high : to;
        num part;
        if (end > start &&
            (!times(end - start, tier->ratio, &part) || !pol_add_i128(sum, part, &sum)))
            return POL_NUM_FAILED;
        low = high;
    }
    return within(sum, limit);
}

KERNEL(TSUM)
{
    num *result = OUT(num, 0);
    const uint32_t *a = IN(uint32_t, 1);
    const num *from = IN(num, 2), *to = IN(num, 3), limit = limit_of(block, instr, 0);
    const num scale = reg_of(block, instr, 2)->den / reg_of(block, instr, 1)->den;
    EACH_ROW
    {
        const loss l =
            worse(tiers_loss(a[row]), worse(finite_loss(from[row]), finite_loss(to[row])));
        result[row] = l != FINE
                          ? lost_num(l)
                          : tiers_sum(tiers_at(block, a[row]), scale, from[row], to[row], limit);
    }
}

/* The ratio of the slice that holds a point: bounds belong below or above. */
static num tiers_rate(const pol_tiers *tiers, num scale, num point)
{
    const num low = tiers->low * scale;
    if (point < low || (point == low && !tiers->low_in_first))
        return 0;
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *tier = &tiers->tiers[i];
        if (tier->upper == POL_NUM_UNLIMITED || point < tier->upper * scale ||
            (point == tier->upper * scale && !tier->upper_in_next))
            return tier->ratio;
    }
    return 0;
}

KERNEL(TRATE)
{
    num *result = OUT(num, 0);
    const uint32_t *a = IN(uint32_t, 1);
    const num *b = IN(num, 2), scale = reg_of(block, instr, 2)->den / reg_of(block, instr, 1)->den;
    EACH_ROW
    {
        const loss l = worse(tiers_loss(a[row]), finite_loss(b[row]));
        result[row] = l != FINE ? lost_num(l) : tiers_rate(tiers_at(block, a[row]), scale, b[row]);
    }
}

static num extreme_ratio(const pol_tiers *tiers, bool most)
{
    num best = tiers->tiers[0].ratio;
    for (uint32_t i = 1; i < tiers->count; i++) {
        const num ratio = tiers->tiers[i].ratio;
        if (most ? ratio > best : ratio < best)
            best = ratio;
    }
    return best;
}

POL_INLINE void run_extreme(pol_block *block, const pol_instr *instr, uint32_t count, bool most)
{
    num *result = OUT(num, 0);
    const uint32_t *a = IN(uint32_t, 1);
    EACH_ROW
    {
        const loss l = tiers_loss(a[row]);
        result[row] = l != FINE ? lost_num(l) : extreme_ratio(tiers_at(block, a[row]), most);
    }
}

KERNEL(TLEAST)
{
    run_extreme(block, instr, count, false);
}

KERNEL(TMOST)
{
    run_extreme(block, instr, count, true);
}

/* ---- payers --------------------------------------------------------------------------------------------------------- */

/* What the payer pays of `remaining`, given that its condition holds. */
POL_INLINE num payable(num amount, num cap, num remaining, const rounding *how)
{
    const loss l = worse(finite_loss(amount), worse(num_loss(cap), finite_loss(remaining)));
    if (l != FINE)
        return lost_num(l);
    num paid = round_number(amount, how);
    if (paid == POL_NUM_FAILED)
        return paid;
    paid = paid < cap ? paid : cap;
    paid = paid < remaining ? paid : remaining;
    return paid > 0 ? paid : 0;
}

POL_INLINE num rest_after(num paid, num remaining)
{
    const loss l = worse(num_loss(paid), finite_loss(remaining));
    return l != FINE ? lost_num(l) : remaining - paid;
}

KERNEL(TAIL)
{
    num *paid = OUT(num, 0), *rest = OUT(num, 1);
    const num *amount = IN(num, 2), *cap = IN(num, 4), *remaining = IN(num, 5);
    const uint8_t *condition = IN(uint8_t, 3);
    const rounding how = rounding_of(block, instr, 6);
    EACH_ROW
    {
        const loss l = bool_loss(condition[row]);
        if (l != FINE) {
            paid[row] = rest[row] = lost_num(l);
            continue;
        }
        paid[row] = condition[row] == 0 ? 0 : payable(amount[row], cap[row], remaining[row], &how);
        rest[row] = rest_after(paid[row], remaining[row]);
    }
}

/* ---- what is needed and checked ---------------------------------------------------------------------------------------- */

POL_INLINE void find(pol_block *block, uint32_t row, pol_fault fault, uint32_t sink)
{
    if (fault != POL_FAULT_NONE && block->fault[row] == POL_FAULT_NONE) {
        block->fault[row] = (uint8_t)fault;
        block->fault_sink[row] = sink;
    }
}

POL_INLINE pol_fault fault_of(loss l, bool may_be_absent)
{
    if (l == LOST_ABSENT)
        return may_be_absent ? POL_FAULT_NONE : POL_FAULT_ABSENT;
    return l == LOST_FAILED ? POL_FAULT_FAILED : POL_FAULT_NONE;
}

KERNEL(NEEDN)
{
    const num *a = IN(num, 0);
    const uint8_t *gate = IN(uint8_t, 1);
    const uint32_t sink = instr->arg[2];
    const pol_limit limit = (pol_limit)block->code->sinks[sink].limit;
    const pol_range range = pol_range_of(limit, reg_of(block, instr, 0)->den);
    EACH_ROW
    {
        const num value = a[row];
        if (gate[row] != 1 || (value >= range.low && value <= range.high &&
                               (range.unit == 1 || value % range.unit == 0)))
            continue;
        const loss l = num_loss(value);
        find(block, row, l == FINE ? POL_FAULT_FAILED : fault_of(l, range.may_be_absent), sink);
    }
}

#define NEED_OTHER(NAME, type, loss_of)                                                            \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        const type *a = IN(type, 0);                                                               \
        const uint8_t *gate = IN(uint8_t, 1);                                                      \
        const uint32_t sink = instr->arg[2];                                                       \
        const pol_limit limit = (pol_limit)block->code->sinks[sink].limit;                         \
        const bool may_be_absent = pol_range_of(limit, 1).may_be_absent;                           \
        EACH_ROW                                                                                   \
        {                                                                                          \
            const loss l = loss_of(a[row]);                                                        \
            if (gate[row] == 1 && l != FINE)                                                       \
                find(block, row, fault_of(l, may_be_absent), sink);                                \
        }                                                                                          \
    }

NEED_OTHER(NEEDB, uint8_t, bool_loss)
NEED_OTHER(NEEDC, int32_t, code_loss)
NEED_OTHER(NEEDD, int32_t, code_loss)

KERNEL(CHECK)
{
    const uint8_t *a = IN(uint8_t, 0);
    const uint32_t sink = instr->arg[1];
    EACH_ROW
    {
        if (a[row] == 0)
            find(block, row, POL_FAULT_CHECK, sink);
        else if (a[row] == POL_BOOL_FAILED)
            find(block, row, POL_FAULT_FAILED, sink);
    }
}

/* ---- the table ------------------------------------------------------------------------------------------------------------ */

/* A row of the table without a kernel does not compile. */
const pol_kernel pol_kernels_wide[POL_OP_COUNT] = {
#define POL_OP(NAME, mnemonic, signature, dens, en, zh) [POL_OP_##NAME] = run_##NAME,
#include "interp/opcodes.def"
#undef POL_OP
};
