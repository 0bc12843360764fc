/* Unsigned numbers of up to 512 bits in 32-bit limbs, least significant first; only what exact
 * quotients need: multiply, compare, divide (Knuth, volume 2, 4.3.1, algorithm D). */
#include "interp/wide.h"

#include <assert.h>
#include <string.h>

#define LIMBS 16

typedef struct wide {
    uint32_t limb[LIMBS];
    unsigned count; /* without leading zeros; 0 for zero */
} wide;

static pol_u128 magnitude(pol_i128 value)
{
    return value < 0 ? -(pol_u128)value : (pol_u128)value;
}

static void trim(wide *w)
{
    while (w->count > 0 && w->limb[w->count - 1] == 0)
        w->count--;
}

static wide wide_of(pol_u128 value)
{
    wide w = { .count = 4 };
    for (unsigned i = 0; i < 4; i++)
        w.limb[i] = (uint32_t)(value >> (32 * i));
    trim(&w);
    return w;
}

static wide multiply(const wide *a, const wide *b)
{
    assert(a->count + b->count <= LIMBS);
    wide product = { .count = a->count + b->count };
    for (unsigned i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < b->count; j++) {
            carry += (uint64_t)a->limb[i] * b->limb[j] + product.limb[i + j];
            product.limb[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        product.limb[i + b->count] = (uint32_t)carry;
    }
    trim(&product);
    return product;
}

static wide product_of(pol_i128 a, pol_i128 b)
{
    const wide x = wide_of(magnitude(a)), y = wide_of(magnitude(b));
    return multiply(&x, &y);
}

static wide product_of_3(pol_i128 a, pol_i128 b, pol_i128 c)
{
    const wide x = product_of(a, b), y = wide_of(magnitude(c));
    return multiply(&x, &y);
}

static int compare(const wide *a, const wide *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (unsigned i = a->count; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* w * 2^bits for bits < 32; the top limb must have room. */
static void shift_left(wide *w, unsigned bits)
{
    uint32_t carry = 0;
    for (unsigned i = 0; i < w->count; i++) {
        const uint64_t moved = ((uint64_t)w->limb[i] << bits) | carry;
        w->limb[i] = (uint32_t)moved;
        carry = (uint32_t)(moved >> 32);
    }
    if (carry != 0) {
        assert(w->count < LIMBS);
        w->limb[w->count++] = carry;
    }
}

static void shift_right(wide *w, unsigned bits)
{
    for (unsigned i = 0; i < w->count; i++) {
        const uint64_t high = i + 1 < w->count ? w->limb[i + 1] : 0;
        w->limb[i] = (uint32_t)(((high << 32) | w->limb[i]) >> bits);
    }
    trim(w);
}

static uint32_t divide_by_limb(wide *w, uint32_t divisor)
{
    uint64_t rest = 0;
    for (unsigned i = w->count; i-- > 0;) {
        rest = (rest << 32) | w->limb[i];
        w->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    trim(w);
    return (uint32_t)rest;
}

/* The digit of the quotient at limb j: divides limbs j … j+n of `u` by `v` (normalised, n >= 2 limbs)
 * and takes it off `u`. */
static uint32_t quotient_digit(uint32_t *u, const wide *v, unsigned j)
{
    const unsigned n = v->count;
    const uint64_t top = ((uint64_t)u[j + n] << 32) | u[j + n - 1];
    uint64_t digit = top / v->limb[n - 1], rest = top % v->limb[n - 1];
    while (digit > UINT32_MAX || digit * v->limb[n - 2] > ((rest << 32) | u[j + n - 2])) {
        digit--;
        rest += v->limb[n - 1];
        if (rest > UINT32_MAX)
            break;
    }
    uint64_t borrow = 0, carry = 0;
    for (unsigned i = 0; i < n; i++) {
        carry += digit * v->limb[i];
        const uint64_t less = (uint64_t)u[i + j] - (uint32_t)carry - borrow;
        u[i + j] = (uint32_t)less;
        borrow = less >> 63;
        carry >>= 32;
    }
    const uint64_t less = (uint64_t)u[j + n] - carry - borrow;
    u[j + n] = (uint32_t)less;
    if (less >> 63 != 0) { /* one too many: add back */
        digit--;
        carry = 0;
        for (unsigned i = 0; i < n; i++) {
            carry += (uint64_t)u[i + j] + v->limb[i];
            u[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        u[j + n] = (uint32_t)(u[j + n] + carry);
    }
    return (uint32_t)digit;
}

/* Quotient; `u` becomes the remainder. */
static wide divide(wide *u, const wide *divisor)
{
    assert(divisor->count > 0);
    wide quotient = { .count = 0 };
    if (divisor->count == 1) {
        quotient = *u;
        *u = wide_of(divide_by_limb(&quotient, divisor->limb[0]));
        return quotient;
    }
    if (u->count < divisor->count)
        return quotient;
    wide v = *divisor;
    unsigned shift = 0;
    while ((v.limb[v.count - 1] << shift & 0x80000000u) == 0)
        shift++;
    shift_left(&v, shift);
    const unsigned old_count = u->count;
    assert(old_count < LIMBS);
    shift_left(u, shift);
    quotient.count = old_count - v.count + 1;
    for (unsigned j = quotient.count; j-- > 0;)
        quotient.limb[j] = quotient_digit(u->limb, &v, j);
    u->count = v.count;
    trim(u);
    shift_right(u, shift);
    trim(&quotient);
    return quotient;
}

/* Whether the magnitude goes to the next one: a remainder against half the divisor. */
static bool goes_up(const wide *quotient, wide *remainder, const wide *divisor, pol_rounding mode)
{
    if (remainder->count == 0)
        return false;
    shift_left(remainder, 1);
    const int half = compare(remainder, divisor);
    switch (mode) {
    case POL_HALF_UP: return half >= 0;
    case POL_HALF_EVEN: return half > 0 || (half == 0 && (quotient->limb[0] & 1) != 0);
    case POL_ROUND_UP: return true;
    case POL_ROUND_DOWN: return false;
    }
    return false;
}

bool pol_quotient_rounded(pol_i128 a, pol_i128 b, pol_i128 i1, pol_i128 c, pol_i128 i2,
                          pol_rounding mode, pol_i128 *result)
{
    assert(c != 0 && i1 > 0 && i2 > 0);
    wide rest = product_of_3(a, b, i1);
    const wide divisor = product_of(c, i2);
    const wide quotient = divide(&rest, &divisor);
    if (quotient.count > 4)
        return false;
    pol_u128 size = 0;
    for (unsigned i = quotient.count; i-- > 0;)
        size = (size << 32) | quotient.limb[i];
    size += goes_up(&quotient, &rest, &divisor, mode);
    if (size > (pol_u128)POL_I128_MAX) /* 2^128 - 1 + 1 wraps only from above this */
        return false;
    if (size == 0 && quotient.count != 0)
        return false;
    const bool negative = ((a < 0) != (b < 0)) != (c < 0);
    *result = negative ? -(pol_i128)size : (pol_i128)size;
    return true;
}

static int sign(pol_i128 value)
{
    return (value > 0) - (value < 0);
}

int pol_quotient_compare(pol_i128 a, pol_i128 b, pol_i128 i1, pol_i128 c, pol_i128 i2, pol_i128 d)
{
    assert(c != 0 && i1 > 0 && i2 > 0);
    const int left_sign = sign(a) * sign(b) * sign(c), right_sign = sign(d);
    if (left_sign != right_sign)
        return left_sign < right_sign ? -1 : 1;
    const wide left = product_of_3(a, b, i1), right = product_of_3(d, c, i2);
    return left_sign * compare(&left, &right);
}
