/* Exact numbers, checked against definitions that are slow and obvious. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "interp/base/number.h"

/* ---- a schoolbook bignum: 20 digits to the base 2^16, lowest first ---------------------------- */

#define LIMBS 20

typedef struct big {
    uint32_t limb[LIMBS];
} big;

static pol_u128 size_of(pol_i128 value)
{
    return value < 0 ? 0 - (pol_u128)value : (pol_u128)value;
}

static big big_of(pol_u128 value)
{
    big b = { { 0 } };
    for (int i = 0; i < 8; i++)
        b.limb[i] = (uint32_t)(value >> (16 * i)) & 0xffff;
    return b;
}

static big big_mul(big a, big b)
{
    big product = { { 0 } };
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; i + j < LIMBS; j++) {
            const uint64_t sum = (uint64_t)a.limb[i] * b.limb[j] + product.limb[i + j] + carry;
            product.limb[i + j] = (uint32_t)(sum & 0xffff);
            carry = sum >> 16;
        }
    }
    return product;
}

static big big_add(big a, big b)
{
    uint32_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        const uint32_t sum = a.limb[i] + b.limb[i] + carry;
        a.limb[i] = sum & 0xffff;
        carry = sum >> 16;
    }
    return a;
}

static int big_compare(big a, big b)
{
    for (int i = LIMBS - 1; i >= 0; i--)
        if (a.limb[i] != b.limb[i])
            return a.limb[i] < b.limb[i] ? -1 : 1;
    return 0;
}

/* ---- values ----------------------------------------------------------------------------------- */

static uint64_t g_state = 88172645463325252u;

static uint64_t random64(void)
{
    g_state ^= g_state << 13;
    g_state ^= g_state >> 7;
    g_state ^= g_state << 17;
    return g_state;
}

/* Any length from 0 to `bits` bits, often with long runs of ones and zeros, either sign. */
static pol_i128 random_value(unsigned bits)
{
    pol_u128 value = (pol_u128)random64() << 64 | random64();
    const unsigned kind = (unsigned)(random64() % 4);
    if (kind == 0)
        value |= (pol_u128)random64() << 64 | UINT64_MAX;
    if (kind == 1)
        value = ~(pol_u128)0;
    const unsigned length = (unsigned)(random64() % (bits + 1));
    value = length == 0 ? 0 : value >> (128 - length);
    if (kind == 2 && value > 0)
        value ^= (pol_u128)1 << (random64() % length);
    if (value > (pol_u128)POL_I128_MAX)
        value &= (pol_u128)POL_I128_MAX;
    return random64() % 2 == 0 ? (pol_i128)value : -(pol_i128)value;
}

/* ---- rounding --------------------------------------------------------------------------------- */

/* round(num / den) by looking at the two neighbours. */
static int slow_round(int num, int den, pol_rounding mode)
{
    int below = 0; /* the greatest integer not above num / den, found by walking */
    while (below * den > num)
        below--;
    while ((below + 1) * den <= num)
        below++;
    if (below * den == num)
        return below;
    const int above = below + 1;
    const int to_zero = num > 0 ? below : above, from_zero = num > 0 ? above : below;
    const int gap_below = num - below * den, gap_above = above * den - num;
    const int nearest = gap_below < gap_above ? below : above;
    switch (mode) {
    case POL_HALF_UP: return gap_below == gap_above ? from_zero : nearest;
    case POL_HALF_EVEN: return gap_below != gap_above ? nearest : below % 2 == 0 ? below : above;
    case POL_ROUND_UP: return from_zero;
    case POL_ROUND_DOWN: return to_zero;
    }
    return 0;
}

static void test_rounding_modes(void **state)
{
    (void)state;
    for (int num = -300; num <= 300; num++)
        for (int den = 1; den <= 40; den++)
            for (int m = POL_HALF_UP; m <= POL_ROUND_DOWN; m++) {
                const int expected = slow_round(num, den, (pol_rounding)m);
                assert_true(pol_divide_rounded(num, den, (pol_rounding)m) == expected);
                pol_i128 result = 0;
                assert_true(pol_muldiv_rounded(num, 1, den, (pol_rounding)m, &result));
                assert_true(result == expected);
                assert_true(pol_muldiv_rounded(-num, 1, -den, (pol_rounding)m, &result));
                assert_true(result == expected);
            }
}

static void test_rounding_of_known_ties(void **state)
{
    (void)state;
    static const struct {
        int num, up, even, away, toward;
    } k_ties[] = {
        { 5, 1, 0, 1, 0 },    { 15, 2, 2, 2, 1 },      { 25, 3, 2, 3, 2 },
        { -5, -1, 0, -1, 0 }, { -15, -2, -2, -2, -1 }, { -25, -3, -2, -3, -2 },
    };
    for (size_t i = 0; i < sizeof k_ties / sizeof k_ties[0]; i++) {
        assert_true(pol_divide_rounded(k_ties[i].num, 10, POL_HALF_UP) == k_ties[i].up);
        assert_true(pol_divide_rounded(k_ties[i].num, 10, POL_HALF_EVEN) == k_ties[i].even);
        assert_true(pol_divide_rounded(k_ties[i].num, 10, POL_ROUND_UP) == k_ties[i].away);
        assert_true(pol_divide_rounded(k_ties[i].num, 10, POL_ROUND_DOWN) == k_ties[i].toward);
    }
}

static void test_rounding_at_the_ends_of_the_range(void **state)
{
    (void)state;
    for (int m = POL_HALF_UP; m <= POL_ROUND_DOWN; m++) {
        const pol_rounding mode = (pol_rounding)m;
        assert_true(pol_divide_rounded(POL_I128_MAX, 1, mode) == POL_I128_MAX);
        assert_true(pol_divide_rounded(POL_I128_MIN, 1, mode) == POL_I128_MIN);
        assert_true(pol_divide_rounded(POL_I128_MAX, POL_I128_MAX, mode) == 1);
        assert_true(pol_divide_rounded(0, POL_I128_MAX, mode) == 0);
    }
    assert_true(pol_divide_rounded(POL_I128_MAX, 2, POL_HALF_UP) == (POL_I128_MAX >> 1) + 1);
    assert_true(pol_divide_rounded(POL_I128_MAX, 2, POL_ROUND_DOWN) == POL_I128_MAX >> 1);
    assert_true(pol_divide_rounded(1, POL_I128_MAX, POL_ROUND_UP) == 1);
    assert_true(pol_divide_rounded(1, POL_I128_MAX, POL_HALF_UP) == 0);
    assert_true(pol_divide_rounded(POL_I128_MIN, POL_I128_MAX, POL_ROUND_UP) == -2);
}

/* ---- wide products ---------------------------------------------------------------------------- */

static int slow_compare_products(pol_i128 a1, pol_i128 a2, pol_i128 b1, pol_i128 b2)
{
    const big a = big_mul(big_of(size_of(a1)), big_of(size_of(a2)));
    const big b = big_mul(big_of(size_of(b1)), big_of(size_of(b2)));
    const big zero = big_of(0);
    const int a_sign = big_compare(a, zero) == 0 ? 0 : (a1 < 0) == (a2 < 0) ? 1 : -1;
    const int b_sign = big_compare(b, zero) == 0 ? 0 : (b1 < 0) == (b2 < 0) ? 1 : -1;
    if (a_sign != b_sign)
        return a_sign < b_sign ? -1 : 1;
    return a_sign * big_compare(a, b);
}

static void test_compare_products(void **state)
{
    (void)state;
    static const unsigned k_bits[] = { 8, 60, 64, 65, 100, 127 };
    for (int i = 0; i < 200000; i++) {
        const unsigned bits = k_bits[i % 6];
        const pol_i128 a1 = random_value(bits), a2 = random_value(bits);
        pol_i128 b1 = random_value(bits), b2 = random_value(bits);
        if (i % 3 == 0) { /* close to equal */
            b1 = a2;
            b2 = a1 < POL_I128_MAX ? a1 + (i % 2) : a1;
        }
        assert_int_equal(pol_compare_products(a1, a2, b1, b2),
                         slow_compare_products(a1, a2, b1, b2));
    }
    assert_int_equal(pol_compare_products(POL_I128_MIN, POL_I128_MIN, POL_I128_MAX, POL_I128_MAX),
                     1);
    assert_int_equal(pol_compare_products(POL_I128_MIN, POL_I128_MAX, POL_I128_MAX, POL_I128_MIN),
                     0);
    assert_int_equal(pol_compare_products(POL_I128_MIN, POL_I128_MIN, POL_I128_MIN, POL_I128_MIN),
                     0);
    assert_int_equal(pol_compare_products(0, POL_I128_MIN, POL_I128_MAX, 0), 0);
}

/* What rounding does to the magnitude `down` with the rest product - down * den. */
static bool slow_goes_up(big product, pol_u128 down, pol_u128 den, pol_rounding mode)
{
    const big base = big_mul(big_of(down), big_of(den));
    if (big_compare(base, product) == 0 || mode == POL_ROUND_DOWN)
        return false;
    if (mode == POL_ROUND_UP)
        return true;
    /* 2 * product against (2 * down + 1) * den */
    const big middle = big_add(big_add(base, base), big_of(den));
    const int half = big_compare(big_add(product, product), middle);
    return half > 0 || (half == 0 && (mode == POL_HALF_UP || (down & 1) != 0));
}

static void check_muldiv(pol_i128 a, pol_i128 b, pol_i128 den)
{
    const pol_u128 divisor = size_of(den), top = (pol_u128)POL_I128_MAX;
    const big product = big_mul(big_of(size_of(a)), big_of(size_of(b)));
    const bool negative = ((a < 0) != (b < 0)) != (den < 0);
    pol_i128 down = 77;
    if (!pol_muldiv_rounded(a, b, den, POL_ROUND_DOWN, &down)) {
        assert_true(down == 77);
        const big least = big_mul(big_of(top + 1), big_of(divisor));
        assert_true(big_compare(product, least) >= 0);
        for (int m = POL_HALF_UP; m <= POL_ROUND_UP; m++)
            assert_false(pol_muldiv_rounded(a, b, den, (pol_rounding)m, &down));
        return;
    }
    const pol_u128 size = size_of(down);
    assert_true(down == 0 || (down < 0) == negative);
    const big base = big_mul(big_of(size), big_of(divisor));
    assert_true(big_compare(base, product) <= 0);
    assert_true(big_compare(big_add(base, big_of(divisor)), product) > 0);
    for (int m = POL_HALF_UP; m <= POL_ROUND_UP; m++) {
        const pol_u128 expected = size + slow_goes_up(product, size, divisor, (pol_rounding)m);
        pol_i128 result = 77;
        if (expected > top) {
            assert_false(pol_muldiv_rounded(a, b, den, (pol_rounding)m, &result));
            assert_true(result == 77);
        } else {
            assert_true(pol_muldiv_rounded(a, b, den, (pol_rounding)m, &result));
            assert_true(size_of(result) == expected);
            assert_true(expected == 0 || (result < 0) == negative);
        }
    }
}

static void test_muldiv(void **state)
{
    (void)state;
    static const unsigned k_bits[] = { 4, 33, 64, 66, 96, 120, 127 };
    for (int i = 0; i < 200000; i++) {
        const pol_i128 a = random_value(k_bits[random64() % 7]);
        const pol_i128 b = random_value(k_bits[random64() % 7]);
        pol_i128 den = random_value(k_bits[random64() % 7]);
        if (i % 5 == 0 && a != 0) /* exact, or a tie */
            den = i % 2 == 0 ? a : a / 2 * 2 / (a == 1 || a == -1 ? 1 : 2);
        if (den != 0)
            check_muldiv(a, b, den);
    }
}

static void test_muldiv_of_edges(void **state)
{
    (void)state;
    const pol_i128 edges[] = {
        0,
        1,
        -1,
        2,
        -2,
        3,
        UINT32_MAX,
        INT64_MAX,
        INT64_MIN,
        UINT64_MAX,
        (pol_i128)UINT64_MAX + 1,
        (pol_i128)UINT64_MAX + 2,
        ((pol_i128)1 << 126) - 1,
        (pol_i128)1 << 126,
        ((pol_i128)1 << 126) + 1,
        ((pol_i128)1 << 96) - 1,
        POL_I128_MAX - 1,
        POL_I128_MAX,
        -POL_I128_MAX,
        POL_I128_MIN,
        ((pol_i128)INT64_MAX << 64),
        ((pol_i128)INT64_MAX << 64) + 1,
        pol_pow10(38),
        pol_pow10(19),
    };
    const size_t count = sizeof edges / sizeof edges[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < count; k++)
                if (edges[k] != 0)
                    check_muldiv(edges[i], edges[j], edges[k]);
    /* 2^129 - 1 by 2: rounding up 2^128 - 1 must not wrap. */
    pol_i128 seventh = 0;
    for (int i = 0; i < 43; i++)
        seventh = seventh * 8 + 1;
    check_muldiv(7, seventh, 2);
    check_muldiv(-7, seventh, 2);
}

static void test_checked_arithmetic(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        const pol_i128 a = random_value(i % 2 == 0 ? 127 : 66),
                       b = random_value(i % 3 == 0 ? 127 : 64);
        const big product = big_mul(big_of(size_of(a)), big_of(size_of(b)));
        pol_i128 result = 77;
        const bool fits = big_compare(product, big_of((pol_u128)POL_I128_MAX)) <= 0;
        if (pol_mul_i128(a, b, &result)) {
            assert_int_equal(big_compare(big_of(size_of(result)), product), 0);
            assert_true(result == 0 || (result < 0) == ((a < 0) != (b < 0)));
        } else {
            assert_false(fits);
            assert_true(result == 77);
        }
        /* Sums in unsigned arithmetic modulo 2^128: overflow shows in the signs. */
        const pol_i128 sum = (pol_i128)((pol_u128)a + (pol_u128)b);
        const pol_i128 difference = (pol_i128)((pol_u128)a - (pol_u128)b);
        const bool sum_fits = (a < 0) != (b < 0) || (sum < 0) == (a < 0);
        const bool difference_fits = (a < 0) == (b < 0) || (difference < 0) == (a < 0);
        assert_int_equal(pol_add_i128(a, b, &result), sum_fits);
        assert_true(!sum_fits || result == sum);
        assert_int_equal(pol_sub_i128(a, b, &result), difference_fits);
        assert_true(!difference_fits || result == difference);
    }
    pol_i128 result = 77;
    assert_true(pol_mul_i128(POL_I128_MIN, 1, &result) && result == POL_I128_MIN);
    assert_true(pol_mul_i128((pol_i128)1 << 64, -((pol_i128)1 << 63), &result));
    assert_true(result == POL_I128_MIN);
    assert_false(pol_mul_i128(POL_I128_MIN, -1, &result));
    assert_false(pol_add_i128(POL_I128_MAX, 1, &result));
    assert_false(pol_sub_i128(POL_I128_MIN, 1, &result));
    assert_false(pol_sub_i128(0, POL_I128_MIN, &result));
    assert_true(pol_sub_i128(-1, POL_I128_MIN, &result) && result == POL_I128_MAX);
}

static void test_powers_and_gcd(void **state)
{
    (void)state;
    pol_i128 power = 1;
    for (unsigned i = 0; i <= 38; i++) {
        assert_true(pol_pow10(i) == power);
        power = i < 38 ? (pol_i128)((pol_u128)power * 10) : power;
    }
    for (int a = -60; a <= 60; a++)
        for (int b = -60; b <= 60; b++) {
            int expected = 1;
            for (int d = 1; d <= 60; d++)
                if (a % d == 0 && b % d == 0 && (a != 0 || b != 0))
                    expected = d;
            assert_true(pol_gcd(a, b) == expected);
        }
    assert_true(pol_gcd(POL_I128_MAX, POL_I128_MAX) == POL_I128_MAX);
    assert_true(pol_gcd(POL_I128_MIN, 6) == 2);
    const pol_i128 of_minima = pol_gcd(POL_I128_MIN, POL_I128_MIN);
    assert_true(of_minima > 0 && POL_I128_MIN % of_minima == 0);
    assert_true(pol_gcd(pol_pow10(38), pol_pow10(22)) == pol_pow10(22));
}

/* ---- rational numbers ------------------------------------------------------------------------- */

static void check_lowest_terms(pol_rational r)
{
    assert_true(r.den > 0);
    assert_true(pol_gcd(r.num, r.den) == 1 || (r.num == 0 && r.den == 1));
}

static void test_rational_arithmetic(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        const pol_i128 a = random_value(30), c = random_value(30);
        const pol_i128 b = random_value(30) | 1, d = random_value(30) | 1;
        const pol_rational x = pol_rational_make(a, b), y = pol_rational_make(c, d);
        pol_rational r;
        check_lowest_terms(x);
        assert_true(x.num * b == a * x.den);
        assert_true(pol_rational_add(x, y, &r));
        check_lowest_terms(r);
        assert_int_equal(pol_compare_products(r.num, b * d, a * d + c * b, r.den), 0);
        assert_true(pol_rational_sub(x, y, &r));
        check_lowest_terms(r);
        assert_int_equal(pol_compare_products(r.num, b * d, a * d - c * b, r.den), 0);
        assert_true(pol_rational_mul(x, y, &r));
        check_lowest_terms(r);
        assert_int_equal(pol_compare_products(r.num, b * d, a * c, r.den), 0);
        assert_int_equal(pol_rational_div(x, y, &r), c != 0);
        if (c != 0) {
            check_lowest_terms(r);
            const pol_i128 num = a * d, den = b * c;
            assert_int_equal(pol_compare_products(r.num, den, num, r.den), 0);
        }
        const pol_i128 left = x.num * y.den, right = y.num * x.den;
        assert_int_equal(pol_rational_compare(x, y), (left > right) - (left < right));
    }
}

static void test_rational_limits(void **state)
{
    (void)state;
    const pol_rational huge = { POL_I128_MAX, 1 }, tiny = { 1, POL_I128_MAX }, one = { 1, 1 };
    pol_rational r = { 7, 7 };
    assert_false(pol_rational_add(huge, one, &r));
    assert_false(pol_rational_mul(huge, huge, &r));
    assert_false(pol_rational_div(huge, tiny, &r));
    assert_false(pol_rational_div(one, (pol_rational){ 0, 1 }, &r));
    assert_true(r.num == 7 && r.den == 7);
    assert_true(pol_rational_mul(huge, tiny, &r) && r.num == 1 && r.den == 1);
    assert_true(pol_rational_sub(huge, huge, &r) && r.num == 0 && r.den == 1);
    assert_true(pol_rational_div(huge, (pol_rational){ -POL_I128_MAX, 3 }, &r));
    assert_true(r.num == -3 && r.den == 1);
    /* Not in lowest terms: reduced on the way in. */
    assert_true(pol_rational_mul((pol_rational){ 6, 4 }, (pol_rational){ 10, 15 }, &r));
    assert_true(r.num == 1 && r.den == 1);
    assert_int_equal(pol_rational_compare(tiny, huge), -1);
    r = pol_rational_make(0, -5);
    assert_true(r.num == 0 && r.den == 1);
    r = pol_rational_make(POL_I128_MIN, -2);
    assert_true(r.num == (pol_i128)1 << 126 && r.den == 1);
    r = pol_rational_of_decimal((pol_decimal){ .digits = -1250, .decimals = 3 });
    assert_true(r.num == -5 && r.den == 4);
}

/* ---- text ------------------------------------------------------------------------------------- */

static void check_text(pol_i128 num, pol_i128 den, unsigned decimals, bool trim,
                       const char *expected)
{
    char text[64];
    const size_t length = pol_decimal_text(text, num, den, decimals, trim);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_decimal_text(void **state)
{
    (void)state;
    check_text(0, 1, 0, false, "0");
    check_text(0, 1, 2, false, "0.00");
    check_text(0, 1, 2, true, "0");
    check_text(12345, 100, 2, false, "123.45");
    check_text(12300, 100, 2, true, "123");
    check_text(12340, 100, 2, true, "123.4");
    check_text(1, 3, 6, false, "0.333333");
    check_text(2, 3, 6, false, "0.666667");
    check_text(-2, 3, 0, false, "-1");
    check_text(-1, 3, 0, false, "0");
    check_text(-1, 1000, 2, false, "0.00");
    check_text(-1, 200, 2, false, "-0.01");
    check_text(1, 200, 2, false, "0.01");
    check_text(999999, 1000, 2, false, "1000.00");
    check_text(999999, 1000, 2, true, "1000");
    check_text(9995, 10, 0, false, "1000");
    check_text(1000, 1, 0, true, "1000");
    check_text(POL_I128_MIN, 1, 22, false,
               "-170141183460469231731687303715884105728.0000000000000000000000");
    check_text(POL_I128_MAX, 1, 0, false, "170141183460469231731687303715884105727");
    check_text(1, POL_I128_MAX, 22, false, "0.0000000000000000000000");
    check_text(POL_I128_MAX - 1, POL_I128_MAX, 22, true, "1");
}

static void test_decimal_text_rounds_half_up(void **state)
{
    (void)state;
    for (int i = 0; i < 50000; i++) {
        const pol_i128 num = random_value(70);
        pol_i128 den = random_value(60);
        den = den < 0 ? -den : den + 1;
        const unsigned decimals = (unsigned)(random64() % 10);
        char text[64];
        pol_decimal_text(text, num, den, decimals, false);
        pol_i128 digits = 0;
        for (const char *at = text; *at != '\0'; at++)
            if (*at >= '0' && *at <= '9')
                digits = digits * 10 + (*at - '0');
        if (text[0] == '-')
            digits = -digits;
        pol_i128 expected = 0;
        assert_true(pol_muldiv_rounded(num, pol_pow10(decimals), den, POL_HALF_UP, &expected));
        assert_true(digits == expected);
    }
}

static void test_fen_text(void **state)
{
    (void)state;
    static const struct {
        int64_t fen;
        const char *text;
    } k_cases[] = {
        { 0, "0.00" },
        { 1, "0.01" },
        { 10, "0.10" },
        { 12345, "123.45" },
        { -1, "-0.01" },
        { -12300, "-123.00" },
        { POL_MAX_AMOUNT_FEN, "10000000000000.00" },
        { INT64_MAX, "92233720368547758.07" },
        { INT64_MIN, "-92233720368547758.08" },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        char text[64];
        assert_int_equal(pol_fen_text(text, k_cases[i].fen), strlen(k_cases[i].text));
        assert_string_equal(text, k_cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounding_modes),
        cmocka_unit_test(test_rounding_of_known_ties),
        cmocka_unit_test(test_rounding_at_the_ends_of_the_range),
        cmocka_unit_test(test_compare_products),
        cmocka_unit_test(test_muldiv),
        cmocka_unit_test(test_muldiv_of_edges),
        cmocka_unit_test(test_checked_arithmetic),
        cmocka_unit_test(test_powers_and_gcd),
        cmocka_unit_test(test_rational_arithmetic),
        cmocka_unit_test(test_rational_limits),
        cmocka_unit_test(test_decimal_text),
        cmocka_unit_test(test_decimal_text_rounds_half_up),
        cmocka_unit_test(test_fen_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
