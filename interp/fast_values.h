/* What the values of fast.def are made of: for one row in a register or for the rows of a vector loop. */
#ifndef POL_INTERP_FAST_VALUES_H
#define POL_INTERP_FAST_VALUES_H

#include <string.h>

#include "interp/kernels_fast.h"

typedef int64_t num;
typedef int32_t code;
typedef uint8_t byte;

#define INLINE static inline __attribute__((always_inline))

#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
INLINE num positive(num value)
{
    return value > 0 ? value : 0;
}

#define POSITIVE(value) ((value) > 0 ? (value) : 0) /* of any number */

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

/* The same for a value that is a double and a quotient of 32 bits. */
INLINE code quotient32(double value, double inverse, double bias)
{
    return (code)(value * inverse + (bias + 0.5));
}

/* (number * factor + add) / divisor below 2^31, rounded down: a multiplier below 2^32, then a shift by what stands
 * above it (pol_fast_multiplier). */
INLINE code quotient31(code number, num factor, num add, num multiplier)
{
    const uint32_t numerator = (uint32_t)number * (uint32_t)factor + (uint32_t)add;
    return (code)((uint32_t)((uint64_t)numerator * (uint32_t)multiplier >> 32) >> (uint32_t)(multiplier >> 32));
}

INLINE code signed_as32(code size, num of)
{
    return of < 0 ? -size : size;
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
INLINE code deadline(code date, code of_year)
{
    const uint32_t days = (uint32_t)date + 719468u - (uint32_t)of_year;
    /* years of 365.2425 days, never late and at most one early: leap days are off by less than three days */
    uint32_t year = (uint32_t)((float)(code)(days + 3) * (1.0f / 365.2425f));
    year += days_to_year(year) < days;
    const uint32_t found = days_to_year(year) + (uint32_t)of_year - 719468u;
    return (code)found >= POL_DATE_MIN && (code)found <= POL_DATE_MAX ? (code)found : POL_CODE_FAILED;
}

/* The day of its year, both from March on, that a date is. */
typedef struct march {
    int32_t year, day;
} march;

INLINE march march_of(code date)
{
    const uint32_t days = (uint32_t)date + 719468u;
    /* years of 365.2425 days, off by one at most */
    uint32_t year = (uint32_t)(code)((float)(code)days * (1.0f / 365.2425f));
    year -= days_to_year(year) > days;
    year += days_to_year(year + 1) <= days;
    return (march){ (code)year, (code)(days - days_to_year(year)) };
}

/* Whole years from birth to a date. 29 February is the last day of its year here, 28 February before it in every year. */
INLINE code age(code birth, code date)
{
    const march from = march_of(birth), to = march_of(date);
    const code years = to.year - from.year - (to.day < from.day);
    return date < birth ? 0 : years;
}

/* The year, the month or the day. */
INLINE code part_of(code date, code part)
{
    const march m = march_of(date);
    const code month = (code)((uint32_t)(5 * m.day + 2) * 3427u >> 19); /* / 153, from March on */
    const code day = m.day - (code)((uint32_t)(153 * month + 2) * 52429u >> 18) + 1;
    const code is_next = month >= 10; /* January and February */
    return part == 0 ? m.year + is_next : part == 1 ? month + 3 - 12 * is_next : day;
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

#endif
