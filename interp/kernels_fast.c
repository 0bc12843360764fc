/* Kernels of the fast engine, generated from fast.def: one loop each, in a function of its own with `restrict`
 * parameters, without a branch, so that the compiler vectorises it. Compiled once for every instruction set;
 * POL_KERNELS names the table. */
#include "interp/kernels_fast.h"

#include <string.h>

typedef int64_t num;
typedef int32_t code;
typedef uint8_t byte;

#define INLINE static inline __attribute__((always_inline))
#ifdef POL_ONE_ROW /* a table for claims that come one by one: no loops at all */
#define EACH for (size_t row = 0; row < 1 && count != 0; row++)
#else
#define EACH for (size_t row = 0; row < count; row++)
#endif

/* ---- pieces of values ------------------------------------------------------------------------------ */

INLINE num positive(num value)
{
    return value > 0 ? value : 0;
}

INLINE num magnitude(num value)
{
    return value < 0 ? -value : value;
}

INLINE num signed_as(num size, num of)
{
    return of < 0 ? -size : size;
}

/* An integer plus 1.5 * 2^52, as bits and as a double: both ways without a conversion instruction. */
#define MAGIC      0x1.8p52
#define MAGIC_BITS INT64_C(0x4338000000000000)

INLINE double double_of_bits(num bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Exact for magnitudes below 2^51. */
INLINE double double_of(num value)
{
#ifdef __AVX512DQ__
    return (double)value;
#else
    return double_of_bits(value + MAGIC_BITS) - MAGIC;
#endif
}

/* The nearest integer of a magnitude below 2^51. */
INLINE num nearest(double value)
{
    const double moved = value + MAGIC;
    num bits;
    memcpy(&bits, &moved, sizeof bits);
    return bits - MAGIC_BITS;
}

/* For 0 <= value < 2^62, to within half a unit of the last place. */
INLINE double double_of_big(num value)
{
#ifdef __AVX512DQ__
    return (double)value;
#else
    const num exponent = INT64_C(0x4330000000000000); /* 2^52 */
    const double high = double_of_bits((num)((uint64_t)value >> 32) | exponent) - 0x1p52;
    const double low = double_of_bits((value & INT64_C(0xffffffff)) | exponent) - 0x1p52;
    return high * 0x1p32 + low;
#endif
}

/* value / divisor, rounded down: for value < 2^49. inverse is 1 / divisor, bias 0.5 / divisor - 0.5: the product
 * then stays half a unit of the value away from a tie, far beyond the error of the multiplication. */
INLINE num quotient_small(num value, double inverse, double bias)
{
    return nearest(double_of(value) * inverse + bias);
}

/* The same for value < 2^62 and a quotient below 2^50: at most one beside, which the remainder shows. */
INLINE num quotient_big(num value, num divisor, double inverse, double bias)
{
    const num quotient = nearest(double_of_big(value) * inverse + bias);
    const num rest = value - quotient * divisor;
    return quotient - (rest < 0) + (rest >= divisor);
}

/* Half up to half even: value is a multiple of the divisor exactly where there was a tie. */
INLINE num to_even(num value, num quotient, num divisor)
{
    return quotient - ((num)(value == quotient * divisor) & (num)(divisor % 2 == 0) & quotient & 1);
}

INLINE code days_within(num days)
{
    return days >= POL_DATE_MIN && days <= POL_DATE_MAX ? (code)days : POL_CODE_FAILED;
}

/* Days from 0000-03-01 to the first day of a year that begins in March. */
INLINE uint32_t days_to_year(uint32_t year)
{
    const uint32_t century = year * 5243u >> 19; /* / 100, below 10,000 */
    return 365 * year + (year >> 2) - century + (century >> 2);
}

/* The first day `of_year` (counted from 1 March) on or after the date. */
INLINE code deadline(code date, code of_year, code unused, code unused_too)
{
    (void)unused;
    (void)unused_too;
    const uint32_t days = (uint32_t)date + 719468u - (uint32_t)of_year;
    /* years of 365.2425 days, never late and at most one early: leap days are off by less than three days */
    uint32_t year = (uint32_t)((float)(code)(days + 3) * (1.0f / 365.2425f));
    year += days_to_year(year) < days;
    const uint32_t found = days_to_year(year) + (uint32_t)of_year - 719468u;
    return (code)found >= POL_DATE_MIN && (code)found <= POL_DATE_MAX ? (code)found : POL_CODE_FAILED;
}

INLINE num part_of(code date, code part)
{
    const pol_civil civil = pol_date_civil(date);
    return part == 0 ? civil.year : part == 1 ? civil.month : civil.day;
}

INLINE code months_after(code date, num months, bool roll_over)
{
    pol_date result;
    if (!pol_date_add_months(date, months, roll_over, &result))
        return POL_CODE_FAILED;
    return result >= POL_DATE_MIN && result <= POL_DATE_MAX ? result : POL_CODE_FAILED;
}

INLINE code first_of(uint64_t set)
{
    code label = 0;
    if (set == 0)
        return POL_CODE_ABSENT;
    for (; (set & 1) == 0; set >>= 1)
        label++;
    return label;
}

/* ---- kernels from the table --------------------------------------------------------------------------- */

#define KERNEL(NAME)                                                                               \
    static uint64_t run_##NAME(void *const *columns, const pol_fast_instr *instr, uint32_t count)
#define OUT(n) columns[instr->result[n]]
#define IN(n)  columns[instr->operand[n]]
#define CONSTANTS                                                                                  \
    num k, num l, num m, double x, double y
#define THE_CONSTANTS instr->k[0], instr->k[1], instr->k[2], instr->x[0], instr->x[1]
#define UNUSED_CONSTANTS (void)k, (void)l, (void)m, (void)x, (void)y

#define FAST1(NAME, D, A, value)                                                                   \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as, CONSTANTS)     \
    {                                                                                              \
        UNUSED_CONSTANTS;                                                                          \
        EACH                                                                                       \
        {                                                                                          \
            const A a = as[row];                                                                   \
            result[row] = (D)(value);                                                              \
        }                                                                                          \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        each_##NAME(count, OUT(0), IN(0), THE_CONSTANTS);                                          \
        return 0;                                                                                  \
    }
#define FAST2(NAME, D, A, B, value)                                                                \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as,                \
                            const B *restrict bs, CONSTANTS)                                       \
    {                                                                                              \
        UNUSED_CONSTANTS;                                                                          \
        EACH                                                                                       \
        {                                                                                          \
            const A a = as[row];                                                                   \
            const B b = bs[row];                                                                   \
            result[row] = (D)(value);                                                              \
        }                                                                                          \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        each_##NAME(count, OUT(0), IN(0), IN(1), THE_CONSTANTS);                                   \
        return 0;                                                                                  \
    }
#define FAST3(NAME, D, A, B, C, value)                                                             \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as,                \
                            const B *restrict bs, const C *restrict cs, CONSTANTS)                 \
    {                                                                                              \
        UNUSED_CONSTANTS;                                                                          \
        EACH                                                                                       \
        {                                                                                          \
            const A a = as[row];                                                                   \
            const B b = bs[row];                                                                   \
            const C c = cs[row];                                                                   \
            result[row] = (D)(value);                                                              \
        }                                                                                          \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        each_##NAME(count, OUT(0), IN(0), IN(1), IN(2), THE_CONSTANTS);                            \
        return 0;                                                                                  \
    }
/* Not vectors: the second column may be missing, `table` and its like are the instruction's. */
#define none byte
#define FAST_ROW(NAME, D, A, B, value)                                                             \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        const num k = instr->k[0], l = instr->k[1];                                                \
        const code *const table = instr->table;                                                    \
        const byte *const member = instr->table;                                                   \
        (void)k, (void)l, (void)table, (void)member;                             \
        D *const result = OUT(0);                                                                  \
        const A *const as = IN(0);                                                                 \
        const B *const bs = instr->operand[1] != 0 ? IN(1) : (const void *)as;                     \
        EACH                                                                                       \
        {                                                                                          \
            const A a = as[row];                                                                   \
            const B b = bs[row];                                                                   \
            (void)b;                                                                               \
            result[row] = (D)(value);                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define FAST_OWN(NAME, D, A, B, C, Y)
#define TWO_OWN(NAME, A, B, C, Y)
#include "interp/fast.def"
#undef FAST1
#undef FAST2
#undef FAST3
#undef FAST_ROW
#undef FAST_OWN
#undef TWO_OWN
#undef none

/* ---- range checks ------------------------------------------------------------------------------------------ */

/* Eight columns at once: what is or-ed shows whether any element is outside. */
#define OR_COLUMNS(NAME, type, utype)                                                              \
    INLINE utype each_##NAME(size_t count, const type *restrict a, const type *restrict b,         \
                             const type *restrict c, const type *restrict d,                       \
                             const type *restrict e, const type *restrict f,                       \
                             const type *restrict g, const type *restrict h, utype least)          \
    {                                                                                              \
        utype all = 0;                                                                             \
        EACH all |= (utype)(((utype)a[row] - least) | ((utype)b[row] - least) |                    \
                            ((utype)c[row] - least) | ((utype)d[row] - least) |                    \
                            ((utype)e[row] - least) | ((utype)f[row] - least) |                    \
                            ((utype)g[row] - least) | ((utype)h[row] - least));                    \
        return all;                                                                                \
    }                                                                                              \
    INLINE utype few_##NAME(size_t count, const type *restrict a, const type *restrict b,          \
                            const type *restrict c, utype least)                                   \
    {                                                                                              \
        utype all = 0;                                                                             \
        EACH all |= (utype)(((utype)a[row] - least) | ((utype)b[row] - least) |                    \
                            ((utype)c[row] - least));                                              \
        return all;                                                                                \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        const pol_fast_check *const check = instr->table;                                          \
        const uint16_t *const n = check->column;                                                   \
        const utype least = (utype)check->least;                                                   \
        if (check->count <= 3)                                                                     \
            return few_##NAME(count, columns[n[0]], columns[n[1]], columns[n[2]], least);          \
        return each_##NAME(count, columns[n[0]], columns[n[1]], columns[n[2]], columns[n[3]],      \
                           columns[n[4]], columns[n[5]], columns[n[6]], columns[n[7]], least);     \
    }

OR_COLUMNS(ORN8, num, uint64_t)
OR_COLUMNS(ORC8, code, uint32_t)
OR_COLUMNS(ORB8, byte, uint8_t)

/* ---- tier schedules ---------------------------------------------------------------------------------------------- */

INLINE double over(double value, double at, double slope)
{
    const double above = value - at;
    return slope * (above > 0 ? above : 0);
}

/* Up to four breaks a pass; the first pass writes, the others add. Exact in double by the plan's proof. */
#define SLICE_PASS(NAME, value, first)                                                             \
    INLINE void pass_##NAME(size_t count, num *restrict result, const num *restrict as,            \
                            const num *restrict at, const num *restrict slope)                     \
    {                                                                                              \
        const double p0 = (double)at[0], s0 = (double)slope[0];                                    \
        const double p1 = (double)at[1], s1 = (double)slope[1];                                    \
        const double p2 = (double)at[2], s2 = (double)slope[2];                                    \
        const double p3 = (double)at[3], s3 = (double)slope[3];                                    \
        (void)p1, (void)s1, (void)p2, (void)s2, (void)p3, (void)s3;                                \
        EACH                                                                                       \
        {                                                                                          \
            const double a = double_of(as[row]);                                                   \
            result[row] = (first ? 0 : result[row]) + nearest(value);                              \
        }                                                                                          \
    }

SLICE_PASS(one, over(a, p0, s0), true)
SLICE_PASS(two, over(a, p0, s0) + over(a, p1, s1), true)
SLICE_PASS(three, over(a, p0, s0) + over(a, p1, s1) + over(a, p2, s2), true)
SLICE_PASS(four, over(a, p0, s0) + over(a, p1, s1) + over(a, p2, s2) + over(a, p3, s3), true)
SLICE_PASS(more, over(a, p0, s0), false)

KERNEL(SLICES)
{
    const pol_slices *const slices = instr->table;
    const num *const at = slices->at, *const slope = slices->slope;
    num padded_at[4] = { 0 }, padded_slope[4] = { 0 };
    uint32_t done = slices->count < 4 ? slices->count : 4;
    memcpy(padded_at, at, done * sizeof *at);
    memcpy(padded_slope, slope, done * sizeof *slope);
    if (done <= 1)
        pass_one(count, OUT(0), IN(0), padded_at, padded_slope);
    else if (done == 2)
        pass_two(count, OUT(0), IN(0), padded_at, padded_slope);
    else if (done == 3)
        pass_three(count, OUT(0), IN(0), padded_at, padded_slope);
    else
        pass_four(count, OUT(0), IN(0), padded_at, padded_slope);
    for (; done < slices->count; done++) {
        padded_at[0] = at[done];
        padded_slope[0] = slope[done];
        pass_more(count, OUT(0), IN(0), padded_at, padded_slope);
    }
    return 0;
}

INLINE void first_slice(size_t count, num *restrict result, const num *restrict as, num at, num slope)
{
    EACH result[row] = slope * positive(as[row] - at);
}

INLINE void next_slice(size_t count, num *restrict result, const num *restrict as, num at, num slope)
{
    EACH result[row] += slope * positive(as[row] - at);
}

KERNEL(SLICESB)
{
    const pol_slices *const slices = instr->table;
    first_slice(count, OUT(0), IN(0), slices->at[0], slices->count == 0 ? 0 : slices->slope[0]);
    for (uint32_t i = 1; i < slices->count; i++)
        next_slice(count, OUT(0), IN(0), slices->at[i], slices->slope[i]);
    return 0;
}

/* ---- payers --------------------------------------------------------------------------------------------------------- */

INLINE num smaller(num a, num b)
{
    return a < b ? a : b;
}

#define TAIL_KERNEL(NAME, amount, cap, mask)                                                       \
    INLINE void each_##NAME(size_t count, num *restrict paid, num *restrict after,                 \
                            const num *restrict as, const num *restrict bs,                        \
                            const num *restrict cs, const byte *restrict ys, CONSTANTS)            \
    {                                                                                              \
        UNUSED_CONSTANTS;                                                                          \
        (void)cs, (void)ys;                                                                        \
        EACH                                                                                       \
        {                                                                                          \
            const num a = positive(as[row]), b = bs[row];                                          \
            const num p = smaller(cap(amount), b) mask;                                            \
            paid[row] = p;                                                                         \
            after[row] = b - p;                                                                    \
        }                                                                                          \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        each_##NAME(count, OUT(0), OUT(1), IN(0), IN(1), IN(2), IN(3), THE_CONSTANTS);             \
        return 0;                                                                                  \
    }
#define UNCAPPED(amount) (amount)
#define CAPPED(amount)   smaller(amount, cs[row])
#define ROUNDED          quotient_small(a + k, x, y)

TAIL_KERNEL(TAIL, a, UNCAPPED, )
TAIL_KERNEL(TAILC, a, CAPPED, )
TAIL_KERNEL(TAILY, a, UNCAPPED, &-(num)ys[row])
TAIL_KERNEL(TAILCY, a, CAPPED, &-(num)ys[row])
TAIL_KERNEL(TAILR, ROUNDED, UNCAPPED, )
TAIL_KERNEL(TAILRC, ROUNDED, CAPPED, )
TAIL_KERNEL(TAILRY, ROUNDED, UNCAPPED, &-(num)ys[row])
TAIL_KERNEL(TAILRCY, ROUNDED, CAPPED, &-(num)ys[row])

/* ---- the table -------------------------------------------------------------------------------------------------------- */

const pol_fast_kernel POL_KERNELS[POL_FAST_COUNT] = {
#define FAST1(NAME, D, A, value)       [POL_FAST_##NAME] = run_##NAME,
#define FAST2(NAME, D, A, B, value)    [POL_FAST_##NAME] = run_##NAME,
#define FAST3(NAME, D, A, B, C, value) [POL_FAST_##NAME] = run_##NAME,
#define FAST_ROW(NAME, D, A, B, value) [POL_FAST_##NAME] = run_##NAME,
#define FAST_OWN(NAME, D, A, B, C, Y)  [POL_FAST_##NAME] = run_##NAME,
#define TWO_OWN(NAME, A, B, C, Y)      [POL_FAST_##NAME] = run_##NAME,
#include "interp/fast.def"
};
