/* Kernels of the fast engine, generated from fast.def: one loop each, in a function of its own with `restrict`
 * parameters, without a branch, so that the compiler vectorises it. Compiled once for every instruction set;
 * POL_KERNELS names the table. */
#include "interp/fast_values.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

/* Columns have room for whole groups of rows: what is computed beyond the last row nobody reads, and loops need no
 * remainder. */
#define EACH                                                                                       \
    for (size_t row = 0, end = (count + POL_GROUP_ROWS - 1) / POL_GROUP_ROWS * POL_GROUP_ROWS; row < end; row++)
#define EACH_EXACTLY for (size_t row = 0; row < count; row++)

/* ---- kernels from the table --------------------------------------------------------------------------- */

#define KERNEL(NAME)                                                                               \
    static uint64_t run_##NAME(void *const *columns, const pol_fast_instr *instr, uint32_t count)
#define OUT(n) columns[instr->result[n]]
#define IN(n)  columns[instr->operand[n]]
#define CONSTANTS                                                                                  \
    num k, num l, num m, double x, double y
#define THE_CONSTANTS instr->k[0], instr->k[1], instr->k[2], instr->x[0], instr->x[1]
#define UNUSED_CONSTANTS (void)k, (void)l, (void)m, (void)x, (void)y

/* What T, K and L are in a value. */
#define MEANINGS(type)                                                                             \
    typedef type T;                                                                                \
    const T K = (T)k, L = (T)l;                                                                    \
    (void)K, (void)L, UNUSED_CONSTANTS

#define KERNEL1(NAME, type, D, A, value)                                                           \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as, CONSTANTS)     \
    {                                                                                              \
        MEANINGS(type);                                                                            \
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
#define KERNEL2(NAME, type, D, A, B, value)                                                        \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as,                \
                            const B *restrict bs, CONSTANTS)                                       \
    {                                                                                              \
        MEANINGS(type);                                                                            \
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
#define KERNEL3(NAME, type, D, A, B, C, value)                                                     \
    INLINE void each_##NAME(size_t count, D *restrict result, const A *restrict as,                \
                            const B *restrict bs, const C *restrict cs, CONSTANTS)                 \
    {                                                                                              \
        MEANINGS(type);                                                                            \
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
#include "interp/fast_rows.h"
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
        EACH_EXACTLY                                                                                   \
        {                                                                                          \
            const A a = as[row];                                                                   \
            const B b = bs[row];                                                                   \
            (void)b;                                                                               \
            result[row] = (D)(value);                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define FAST_OWN(NAME, D, A, B, C, Y)
#define TWO_OWN(NAME, D, A, B, C, Y)
#define TWO_NUM(NAME, A, B, C, Y)
#include "interp/fast.def"
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
        EACH_EXACTLY all |= (utype)(((utype)a[row] - least) | ((utype)b[row] - least) |                    \
                            ((utype)c[row] - least) | ((utype)d[row] - least) |                    \
                            ((utype)e[row] - least) | ((utype)f[row] - least) |                    \
                            ((utype)g[row] - least) | ((utype)h[row] - least));                    \
        return all;                                                                                \
    }                                                                                              \
    INLINE utype few_##NAME(size_t count, const type *restrict a, const type *restrict b,          \
                            const type *restrict c, utype least)                                   \
    {                                                                                              \
        utype all = 0;                                                                             \
        EACH_EXACTLY all |= (utype)(((utype)a[row] - least) | ((utype)b[row] - least) |                    \
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

/* Whether some code is outside any range, and not the one that is let through. */
INLINE uint32_t each_OUTSIDEC(size_t count, const code *restrict a, uint32_t least, uint32_t limit, code but)
{
    uint32_t outside = 0;
    EACH_EXACTLY outside |= (uint32_t)(((uint32_t)a[row] - least > limit) & (a[row] != but));
    return outside;
}

KERNEL(OUTSIDEC)
{
    return each_OUTSIDEC(count, IN(0), (uint32_t)instr->k[0], (uint32_t)instr->k[1], (code)instr->k[2]);
}

/* The same of 64-bit numbers, which go on in 32 bits. */
INLINE uint64_t cut_four(size_t count, const num *restrict a, const num *restrict b, const num *restrict c,
                         const num *restrict d, code *restrict p, code *restrict q, code *restrict r,
                         code *restrict s)
{
    uint64_t all = 0;
    EACH_EXACTLY
    {
        const num va = a[row], vb = b[row], vc = c[row], vd = d[row];
        all |= (uint64_t)(va | vb | vc | vd);
        p[row] = (code)va;
        q[row] = (code)vb;
        r[row] = (code)vc;
        s[row] = (code)vd;
    }
    return all;
}

INLINE uint64_t cut_one(size_t count, const num *restrict a, code *restrict p)
{
    uint64_t all = 0;
    EACH_EXACTLY
    {
        const num va = a[row];
        all |= (uint64_t)va;
        p[row] = (code)va;
    }
    return all;
}

KERNEL(CUT8)
{
    const pol_fast_check *const check = instr->table;
    uint64_t all = 0;
    const uint16_t *from = check->column, *to = check->narrow, *const end = from + check->count;
    for (; end - from >= 4; from += 4, to += 4)
        all |= cut_four(count, columns[from[0]], columns[from[1]], columns[from[2]], columns[from[3]],
                        columns[to[0]], columns[to[1]], columns[to[2]], columns[to[3]]);
    for (; from < end; from++, to++)
        all |= cut_one(count, columns[*from], columns[*to]);
    return all;
}

/* ---- results ------------------------------------------------------------------------------------------------------ */

INLINE void each_STORE(size_t count, num *restrict result, const code *restrict as)
{
    EACH_EXACTLY result[row] = as[row];
}

KERNEL(STORE)
{
    each_STORE(count, OUT(0), IN(0));
    return 0;
}

KERNEL(STREAM)
{
    num *const result = OUT(0);
    const code *const as = IN(0);
    size_t row = 0;
#ifdef __AVX2__
    const size_t odd = (uintptr_t)result % 32 / sizeof *result;
    row = odd == 0 ? 0 : 4 - odd < count ? 4 - odd : count;
    each_STORE(row, result, as);
    for (; row + 4 <= count; row += 4) {
        const __m256i four = _mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)(as + row)));
        _mm256_stream_si256((__m256i *)(result + row), four);
    }
#endif
    each_STORE(count - row, result + row, as + row);
    return 0;
}

/* ---- dates ------------------------------------------------------------------------------------------------------- */

INLINE void each_DEADLINE(size_t count, code *restrict result, const code *restrict as, code of_year)
{
    EACH result[row] = deadline(as[row], of_year);
}

INLINE void all_alike(size_t count, code *restrict result, code value)
{
    EACH result[row] = value;
}

INLINE void find_ends(size_t count, const code *restrict as, code *least, code *most)
{
    code low = INT32_MAX, high = INT32_MIN;
    EACH_EXACTLY
    {
        low = as[row] < low ? as[row] : low;
        high = as[row] > high ? as[row] : high;
    }
    *least = low;
    *most = high;
}

/* Most blocks are of one year. A later date has no earlier deadline, as long as there is one. */
KERNEL(DEADLINE)
{
    const code of_year = (code)instr->k[0];
    code least, most;
    find_ends(count, IN(0), &least, &most);
    const code last = deadline(most, of_year);
    if (least >= POL_DATE_MIN && last != POL_CODE_FAILED && deadline(least, of_year) == last)
        all_alike(count, OUT(0), last);
    else
        each_DEADLINE(count, OUT(0), IN(0), of_year);
    return 0;
}

/* ---- tier schedules ---------------------------------------------------------------------------------------------- */

INLINE double over(double value, double at, double slope)
{
    const double above = value - at;
    return slope * (above > 0 ? above : 0);
}

#define BREAKS 4

/* Breaks of a pass, with empty ones up to their number. */
typedef struct breaks {
    double at[BREAKS], slope[BREAKS];
} breaks;

INLINE breaks breaks_of(const pol_slices *slices, uint32_t first, uint32_t count)
{
    breaks b = { .at = { 0 } };
    for (uint32_t i = 0; i < count; i++) {
        b.at[i] = (double)slices->at[first + i];
        b.slope[i] = (double)slices->slope[first + i];
    }
    return b;
}

#define OVER_BREAK(n) over(a, p##n, s##n)
#define THE_BREAKS                                                                                 \
    const double p0 = b->at[0], p1 = b->at[1], p2 = b->at[2], p3 = b->at[3];                       \
    const double s0 = b->slope[0], s1 = b->slope[1], s2 = b->slope[2], s3 = b->slope[3];           \
    (void)p0, (void)s0, (void)p1, (void)s1, (void)p2, (void)s2, (void)p3, (void)s3
#define ONE_BREAK    OVER_BREAK(0)
#define TWO_BREAKS   ONE_BREAK + OVER_BREAK(1)
#define THREE_BREAKS TWO_BREAKS + OVER_BREAK(2)
#define FOUR_BREAKS  THREE_BREAKS + OVER_BREAK(3)

/* Up to four breaks a pass; the first pass writes, the others add. Exact in double by the plan's proof. */
#define SLICE_PASS(NAME, value, first)                                                             \
    INLINE void pass_##NAME(size_t count, num *restrict result, const num *restrict as, const breaks *b) \
    {                                                                                              \
        THE_BREAKS;                                                                                \
        EACH                                                                                       \
        {                                                                                          \
            const double a = double_of(as[row]);                                                   \
            result[row] = (first ? 0 : result[row]) + nearest(value);                              \
        }                                                                                          \
    }

SLICE_PASS(one, ONE_BREAK, true)
SLICE_PASS(two, TWO_BREAKS, true)
SLICE_PASS(three, THREE_BREAKS, true)
SLICE_PASS(four, FOUR_BREAKS, true)
SLICE_PASS(more, ONE_BREAK, false)

KERNEL(SLICES)
{
    const pol_slices *const slices = instr->table;
    uint32_t done = slices->count < BREAKS ? slices->count : BREAKS;
    breaks b = breaks_of(slices, 0, done);
    if (done <= 1)
        pass_one(count, OUT(0), IN(0), &b);
    else if (done == 2)
        pass_two(count, OUT(0), IN(0), &b);
    else if (done == 3)
        pass_three(count, OUT(0), IN(0), &b);
    else
        pass_four(count, OUT(0), IN(0), &b);
    for (; done < slices->count; done++) {
        b = breaks_of(slices, done, 1);
        pass_more(count, OUT(0), IN(0), &b);
    }
    return 0;
}

/* Of 32-bit numbers: the whole sum, which is not negative, and its quotient. What a number exceeds a break by is the
 * greater of both less the break, and all that is subtracted is one constant. */
#define TO_BREAK(n) s##n *(a > p##n ? a : p##n)
#define QUOTIENT_PASS(NAME, value)                                                                 \
    INLINE void quotient_##NAME(size_t count, code *restrict result, const code *restrict as, const breaks *b, \
                                double start, double inverse, double bias)                         \
    {                                                                                              \
        THE_BREAKS;                                                                                \
        EACH                                                                                       \
        {                                                                                          \
            const double a = (double)as[row];                                                      \
            result[row] = quotient32(start + value, inverse, bias);                                \
        }                                                                                          \
    }

QUOTIENT_PASS(one, TO_BREAK(0))
QUOTIENT_PASS(two, TO_BREAK(0) + TO_BREAK(1))
QUOTIENT_PASS(three, TO_BREAK(0) + TO_BREAK(1) + TO_BREAK(2))
QUOTIENT_PASS(four, TO_BREAK(0) + TO_BREAK(1) + TO_BREAK(2) + TO_BREAK(3))

KERNEL(SLICES32)
{
    const pol_slices *const slices = instr->table;
    const breaks b = breaks_of(slices, 0, slices->count);
    const double inverse = instr->x[0], bias = instr->x[1];
    double start = (double)instr->k[0];
    for (uint32_t i = 0; i < slices->count; i++)
        start -= b.slope[i] * b.at[i];
    if (slices->count <= 1)
        quotient_one(count, OUT(0), IN(0), &b, start, inverse, bias);
    else if (slices->count == 2)
        quotient_two(count, OUT(0), IN(0), &b, start, inverse, bias);
    else if (slices->count == 3)
        quotient_three(count, OUT(0), IN(0), &b, start, inverse, bias);
    else
        quotient_four(count, OUT(0), IN(0), &b, start, inverse, bias);
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

#define TAIL_KERNEL(NAME, T, A, amount, mask)                                                      \
    INLINE void each_##NAME(size_t count, T *restrict paid, T *restrict after,                     \
                            const A *restrict as, const T *restrict bs,                            \
                            const T *restrict cs, const byte *restrict ys, CONSTANTS)              \
    {                                                                                              \
        UNUSED_CONSTANTS;                                                                          \
        (void)cs, (void)ys;                                                                        \
        EACH                                                                                       \
        {                                                                                          \
            const A a = POSITIVE(as[row]);                                                         \
            const T b = bs[row];                                                                   \
            const T due = amount;                                                                  \
            const T p = SMALLER(due, b) mask;                                                      \
            paid[row] = p;                                                                         \
            after[row] = b - p;                                                                    \
        }                                                                                          \
    }                                                                                              \
    KERNEL(NAME)                                                                                   \
    {                                                                                              \
        each_##NAME(count, OUT(0), OUT(1), IN(0), IN(1), IN(2), IN(3), THE_CONSTANTS);             \
        return 0;                                                                                  \
    }
#define ROUNDED quotient_small(a + k, x, y)

TAIL_KERNEL(TAIL, num, num, a, )
TAIL_KERNEL(TAILC, num, num, SMALLER(a, cs[row]), )
TAIL_KERNEL(TAILY, num, num, a, &-(num)ys[row])
TAIL_KERNEL(TAILCY, num, num, SMALLER(a, cs[row]), &-(num)ys[row])
TAIL_KERNEL(TAIL32, code, code, a, )
TAIL_KERNEL(TAILC32, code, code, SMALLER(a, cs[row]), )
TAIL_KERNEL(TAILY32, code, code, a, &-(code)ys[row])
TAIL_KERNEL(TAILCY32, code, code, SMALLER(a, cs[row]), &-(code)ys[row])
TAIL_KERNEL(TAILR, num, num, ROUNDED, )
TAIL_KERNEL(TAILRC, num, num, SMALLER(ROUNDED, cs[row]), )
TAIL_KERNEL(TAILRY, num, num, ROUNDED, &-(num)ys[row])
TAIL_KERNEL(TAILRCY, num, num, SMALLER(ROUNDED, cs[row]), &-(num)ys[row])

/* ---- the table -------------------------------------------------------------------------------------------------------- */

const pol_fast_kernel POL_KERNELS[POL_FAST_COUNT] = {
#define ENTRY(NAME) [POL_FAST_##NAME] = run_##NAME,
#define OWN(NAME)   ENTRY(NAME)
#include "interp/fast_names.h"
#include "interp/fast.def"
};
