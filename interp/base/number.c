/* Exact numbers. Signed 128-bit values are taken apart into sign and magnitude, so that nothing
 * overflows unseen; products of two of them are 256 bits wide. (Signed 128-bit products checked by a
 * compiler need a runtime function that not every toolchain links; unsigned ones need none.) */
#include "interp/base/number.h"

#include <assert.h>

typedef struct wide {
    pol_u128 high, low;
} wide;

#define MAGNITUDE_OF_MIN ((pol_u128)1 << 127)

static pol_u128 magnitude(pol_i128 value)
{
    return value < 0 ? -(pol_u128)value : (pol_u128)value;
}

/* A value from sign and magnitude; false when it does not fit. */
static bool with_sign(pol_u128 size, bool negative, pol_i128 *result)
{
    if (size > (pol_u128)POL_I128_MAX) {
        if (!negative || size != MAGNITUDE_OF_MIN)
            return false;
        *result = POL_I128_MIN;
        return true;
    }
    *result = negative ? -(pol_i128)size : (pol_i128)size;
    return true;
}

static bool fits_64(pol_u128 size)
{
    return size <= UINT64_MAX;
}

pol_i128 pol_pow10(unsigned exponent)
{
    static const uint64_t k_powers[20] = {
        UINT64_C(1),
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        UINT64_C(10000000000000000000),
    };
    assert(exponent <= 38);
    if (exponent > 38)
        exponent = 38;
    if (exponent < 20)
        return (pol_i128)k_powers[exponent];
    return (pol_i128)((pol_u128)k_powers[19] * k_powers[exponent - 19]);
}

static pol_u128 gcd_of(pol_u128 a, pol_u128 b)
{
    while (!fits_64(a) || !fits_64(b)) {
        if (b == 0)
            return a;
        const pol_u128 rest = a % b;
        a = b;
        b = rest;
    }
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    while (y != 0) {
        const uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return x;
}

pol_i128 pol_gcd(pol_i128 a, pol_i128 b)
{
    const pol_u128 divisor = gcd_of(magnitude(a), magnitude(b));
    if (divisor == 0)
        return 1;
    /* Only of minima and zeros: half of it divides them as well, and fits. */
    if (divisor == MAGNITUDE_OF_MIN)
        return (pol_i128)(MAGNITUDE_OF_MIN >> 1);
    return (pol_i128)divisor;
}

bool pol_add_i128(pol_i128 a, pol_i128 b, pol_i128 *result)
{
    if (b >= 0 ? a > POL_I128_MAX - b : a < POL_I128_MIN - b)
        return false;
    *result = a + b;
    return true;
}

bool pol_sub_i128(pol_i128 a, pol_i128 b, pol_i128 *result)
{
    if (b >= 0 ? a < POL_I128_MIN + b : a > POL_I128_MAX + b)
        return false;
    *result = a - b;
    return true;
}

/* a * b by four products of 64-bit halves. */
static wide multiply(pol_u128 a, pol_u128 b)
{
    const uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
    const uint64_t b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    const pol_u128 low = (pol_u128)a0 * b0, high = (pol_u128)a1 * b1;
    const pol_u128 cross1 = (pol_u128)a1 * b0, cross2 = (pol_u128)a0 * b1;
    /* Three numbers below 2^64: no carry is lost. */
    const pol_u128 middle = (low >> 64) + (uint64_t)cross1 + (uint64_t)cross2;
    return (wide){
        .high = high + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64),
        .low = (middle << 64) | (uint64_t)low,
    };
}

bool pol_mul_i128(pol_i128 a, pol_i128 b, pol_i128 *result)
{
    const pol_u128 x = magnitude(a), y = magnitude(b);
    const bool negative = (a < 0) != (b < 0);
    if (fits_64(x) && fits_64(y))
        return with_sign(x * y, negative, result);
    const wide product = multiply(x, y);
    return product.high == 0 && with_sign(product.low, negative, result);
}

static int sign(pol_i128 value)
{
    return (value > 0) - (value < 0);
}

static int compare_u128(pol_u128 a, pol_u128 b)
{
    return (a > b) - (a < b);
}

int pol_compare_products(pol_i128 a1, pol_i128 a2, pol_i128 b1, pol_i128 b2)
{
    const int a_sign = sign(a1) * sign(a2), b_sign = sign(b1) * sign(b2);
    if (a_sign != b_sign)
        return a_sign < b_sign ? -1 : 1;
    const wide a = multiply(magnitude(a1), magnitude(a2));
    const wide b = multiply(magnitude(b1), magnitude(b2));
    const int high = compare_u128(a.high, b.high);
    return a_sign * (high != 0 ? high : compare_u128(a.low, b.low));
}

/* ---- division --------------------------------------------------------------------------------- */

/* Whether the magnitude `quotient` with `remainder` over `divisor` goes to the next one. */
static bool goes_up(pol_u128 quotient, pol_u128 remainder, pol_u128 divisor, pol_rounding mode)
{
    if (remainder == 0)
        return false;
    const int half = compare_u128(remainder, divisor - remainder);
    switch (mode) {
    case POL_HALF_UP: return half >= 0;
    case POL_HALF_EVEN: return half > 0 || (half == 0 && (quotient & 1) != 0);
    case POL_ROUND_UP: return true;
    case POL_ROUND_DOWN: return false;
    }
    return false;
}

pol_i128 pol_divide_rounded(pol_i128 num, pol_i128 den, pol_rounding mode)
{
    assert(den > 0);
    const pol_u128 size = magnitude(num), divisor = magnitude(den);
    pol_u128 quotient, remainder;
    if (fits_64(size) && fits_64(divisor)) {
        quotient = (uint64_t)size / (uint64_t)divisor;
        remainder = (uint64_t)size % (uint64_t)divisor;
    } else {
        quotient = size / divisor;
        remainder = size % divisor;
    }
    quotient += goes_up(quotient, remainder, divisor, mode);
    pol_i128 result = 0;
    (void)with_sign(quotient, num < 0, &result); /* no larger than num, so it fits */
    return result;
}

static unsigned leading_zeros(uint64_t word)
{
    unsigned count = 0;
    for (unsigned step = 32; step != 0; step /= 2) {
        if (word >> (64 - step) == 0) {
            count += step;
            word <<= step;
        }
    }
    return count;
}

/* One digit (base 2^64) of a long division: (rest * 2^64 + next) / divisor, where the divisor's
 * highest bit is set and rest < divisor. Leaves the new rest. (Knuth, volume 2, 4.3.1, D3 and D4.) */
static uint64_t divide_digit(pol_u128 *rest, uint64_t next, pol_u128 divisor)
{
    const uint64_t high = (uint64_t)(divisor >> 64), low = (uint64_t)divisor;
    pol_u128 digit = *rest / high, left = *rest % high;
    while (!fits_64(digit) || (pol_u128)(uint64_t)digit * low > (left << 64 | next)) {
        digit--;
        left += high;
        if (!fits_64(left))
            break;
    }
    *rest = (*rest << 64 | next) - digit * divisor; /* modulo 2^128; the true value is in range */
    return (uint64_t)digit;
}

/* value / divisor for value.high < divisor, so that the quotient fits 128 bits. */
static pol_u128 divide(wide value, pol_u128 divisor, pol_u128 *remainder)
{
    if (value.high == 0) {
        *remainder = value.low % divisor;
        return value.low / divisor;
    }
    const uint64_t next1 = (uint64_t)(value.low >> 64), next0 = (uint64_t)value.low;
    if (fits_64(divisor)) {
        const pol_u128 first = value.high << 64 | next1;
        const pol_u128 second = first % divisor << 64 | next0;
        *remainder = second % divisor;
        return (first / divisor) << 64 | second / divisor;
    }
    const unsigned shift = leading_zeros((uint64_t)(divisor >> 64));
    divisor <<= shift;
    pol_u128 rest = value.high;
    pol_u128 low = value.low;
    if (shift != 0) {
        rest = rest << shift | low >> (128 - shift);
        low <<= shift;
    }
    const uint64_t digit1 = divide_digit(&rest, (uint64_t)(low >> 64), divisor);
    const uint64_t digit0 = divide_digit(&rest, (uint64_t)low, divisor);
    *remainder = rest >> shift;
    return (pol_u128)digit1 << 64 | digit0;
}

bool pol_muldiv_rounded(pol_i128 a, pol_i128 b, pol_i128 den, pol_rounding mode, pol_i128 *result)
{
    assert(den != 0);
    if (den == 0)
        return false;
    const bool negative = ((a < 0) != (b < 0)) != (den < 0);
    const pol_u128 divisor = magnitude(den);
    const wide product = multiply(magnitude(a), magnitude(b));
    if (product.high >= divisor)
        return false;
    pol_u128 remainder;
    pol_u128 quotient = divide(product, divisor, &remainder);
    if (quotient > (pol_u128)POL_I128_MAX)
        return false;
    quotient += goes_up(quotient, remainder, divisor, mode);
    return quotient <= (pol_u128)POL_I128_MAX && with_sign(quotient, negative, result);
}

/* ---- rational numbers ------------------------------------------------------------------------- */

pol_rational pol_rational_make(pol_i128 num, pol_i128 den)
{
    assert(den != 0);
    const pol_u128 x = magnitude(num), y = magnitude(den);
    pol_u128 divisor = gcd_of(x, y);
    if (divisor == 0)
        divisor = 1;
    pol_rational result = { 0, 1 };
    const bool fits = with_sign(x / divisor, (num < 0) != (den < 0), &result.num) &&
                      with_sign(y / divisor, false, &result.den);
    assert(fits); /* only 2^127, the magnitude of the least value, does not */
    (void)fits;
    return result;
}

pol_rational pol_rational_of_decimal(pol_decimal d)
{
    return pol_rational_make(d.digits, pol_pow10(d.decimals));
}

/* With g = gcd(b, d): a/b + c/d = (a(d/g) + c(b/g)) / (b(d/g)), and only divisors of g can still
 * cancel. (Knuth, volume 2, 4.5.1.) */
static bool add_or_subtract(pol_rational x, pol_rational y, bool subtract, pol_rational *r)
{
    x = pol_rational_make(x.num, x.den);
    y = pol_rational_make(y.num, y.den);
    const pol_i128 common = pol_gcd(x.den, y.den);
    pol_i128 left, right, sum, den;
    if (!pol_mul_i128(x.num, y.den / common, &left) || !pol_mul_i128(y.num, x.den / common, &right))
        return false;
    if (!(subtract ? pol_sub_i128(left, right, &sum) : pol_add_i128(left, right, &sum)))
        return false;
    const pol_i128 cancels = pol_gcd(sum, common);
    if (!pol_mul_i128(x.den / common, y.den / cancels, &den))
        return false;
    *r = (pol_rational){ sum / cancels, den };
    return true;
}

bool pol_rational_add(pol_rational a, pol_rational b, pol_rational *r)
{
    return add_or_subtract(a, b, false, r);
}

bool pol_rational_sub(pol_rational a, pol_rational b, pol_rational *r)
{
    return add_or_subtract(a, b, true, r);
}

bool pol_rational_mul(pol_rational a, pol_rational b, pol_rational *r)
{
    a = pol_rational_make(a.num, a.den);
    b = pol_rational_make(b.num, b.den);
    const pol_i128 cross1 = pol_gcd(a.num, b.den), cross2 = pol_gcd(b.num, a.den);
    pol_i128 num, den;
    if (!pol_mul_i128(a.num / cross1, b.num / cross2, &num) ||
        !pol_mul_i128(a.den / cross2, b.den / cross1, &den))
        return false;
    *r = (pol_rational){ num, den };
    return true;
}

bool pol_rational_div(pol_rational a, pol_rational b, pol_rational *r)
{
    if (b.num == 0)
        return false;
    b = pol_rational_make(b.num, b.den);
    if (b.num == POL_I128_MIN)
        return false;
    const pol_rational inverse =
        b.num < 0 ? (pol_rational){ -b.den, -b.num } : (pol_rational){ b.den, b.num };
    return pol_rational_mul(a, inverse, r);
}

int pol_rational_compare(pol_rational a, pol_rational b)
{
    return pol_compare_products(a.num, b.den, b.num, a.den);
}

/* ---- text ------------------------------------------------------------------------------------- */

/* Writes the digits of a value, at least `at_least` of them; returns behind them. */
static char *write_digits(char *out, pol_u128 value, unsigned at_least)
{
    char reversed[40];
    unsigned count = 0;
    while (value != 0 || count < at_least) {
        reversed[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    }
    while (count > 0)
        *out++ = reversed[--count];
    return out;
}

size_t pol_decimal_text(char out[64], pol_i128 num, pol_i128 den, unsigned decimals, bool trim)
{
    assert(den > 0 && decimals <= POL_MAX_DECIMALS);
    if (decimals > POL_MAX_DECIMALS)
        decimals = POL_MAX_DECIMALS;
    const pol_u128 size = magnitude(num), divisor = magnitude(den);
    const pol_i128 unit = pol_pow10(decimals);
    pol_u128 whole = size / divisor;
    pol_i128 fraction = 0;
    (void)pol_muldiv_rounded((pol_i128)(size % divisor), unit, den, POL_HALF_UP, &fraction);
    if (fraction == unit) {
        whole++;
        fraction = 0;
    }
    char *end = out;
    if (num < 0 && (whole != 0 || fraction != 0))
        *end++ = '-';
    end = write_digits(end, whole, 1);
    if (decimals > 0 && (fraction != 0 || !trim)) {
        *end++ = '.';
        end = write_digits(end, (pol_u128)fraction, decimals);
        while (trim && end[-1] == '0')
            end--;
    }
    *end = '\0';
    return (size_t)(end - out);
}

size_t pol_fen_text(char out[64], int64_t amount_fen)
{
    return pol_decimal_text(out, amount_fen, POL_FEN_PER_YUAN, 2, false);
}
