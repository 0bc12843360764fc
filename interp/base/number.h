/* Exact numbers: 128-bit integers over denominators, never floating point.
 *
 * Meaning of amounts: a money value is a rational number of yuan; 1 fen is 1/100. Limits of the
 * language: magnitude below 10^15, at most 22 decimals, amounts in and out at most 10^13 yuan. */
#ifndef POL_BASE_NUMBER_H
#define POL_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/str.h"

__extension__ typedef __int128 pol_i128;
__extension__ typedef unsigned __int128 pol_u128;

#define POL_I128_MAX       ((pol_i128)(((pol_u128)1 << 127) - 1))
#define POL_I128_MIN       (-POL_I128_MAX - 1)
#define POL_MAX_DECIMALS   22
#define POL_FEN_PER_YUAN   100
#define POL_MAX_AMOUNT_FEN ((int64_t)1000000000000000) /* 10^13 yuan */
#define POL_MAX_INTEGER    ((int64_t)999999999)
/* Magnitudes of intermediates stay below this many units. */
#define POL_MAX_MAGNITUDE ((int64_t)1000000000000000)

/* A decimal as written: value = digits / 10^decimals. */
typedef struct pol_decimal {
    pol_i128 digits;
    uint8_t decimals;
} pol_decimal;

/* num/den, den > 0, in lowest terms where a function says so. */
typedef struct pol_rational {
    pol_i128 num;
    pol_i128 den;
} pol_rational;

typedef enum pol_rounding {
    POL_HALF_UP,   /* 四舍五入: a tie goes away from zero */
    POL_HALF_EVEN, /* 四舍六入: a tie goes to the even multiple */
    POL_ROUND_UP,  /* 进位: away from zero */
    POL_ROUND_DOWN /* 舍去: toward zero */
} pol_rounding;

/* 10^exponent for exponent 0..38. */
pol_i128 pol_pow10(unsigned exponent);
pol_i128 pol_gcd(pol_i128 a, pol_i128 b); /* of magnitudes; gcd(0,0) is 1; always positive */
/* False (result untouched) when the result does not fit. */
bool pol_add_i128(pol_i128 a, pol_i128 b, pol_i128 *result);
bool pol_sub_i128(pol_i128 a, pol_i128 b, pol_i128 *result);
bool pol_mul_i128(pol_i128 a, pol_i128 b, pol_i128 *result);
/* -1, 0, 1: a1*a2 against b1*b2, exact (256-bit products). */
int pol_compare_products(pol_i128 a1, pol_i128 a2, pol_i128 b1, pol_i128 b2);
/* round(num / den) to an integer, den > 0. */
pol_i128 pol_divide_rounded(pol_i128 num, pol_i128 den, pol_rounding mode);
/* round(a * b / den), den != 0 (a negative den flips the sign), through a 256-bit product.
 * False when the result does not fit 127 bits. */
bool pol_muldiv_rounded(pol_i128 a, pol_i128 b, pol_i128 den, pol_rounding mode, pol_i128 *result);

/* Lowest terms, den > 0. den is not 0, and neither is POL_I128_MIN. */
pol_rational pol_rational_make(pol_i128 num, pol_i128 den);
pol_rational pol_rational_of_decimal(pol_decimal d);
/* Results are in lowest terms; false (result untouched) when they or a step on the way do not fit. */
bool pol_rational_add(pol_rational a, pol_rational b, pol_rational *r);
bool pol_rational_sub(pol_rational a, pol_rational b, pol_rational *r);
bool pol_rational_mul(pol_rational a, pol_rational b, pol_rational *r);
bool pol_rational_div(pol_rational a, pol_rational b, pol_rational *r); /* false too if b is 0 */
int pol_rational_compare(pol_rational a, pol_rational b);

/* Decimal text of num/den with exactly `decimals` digits after the point, rounded half up;
 * with `trim`, trailing zeros (and the point) are left out. decimals is at most POL_MAX_DECIMALS,
 * den > 0. Writes at most 64 bytes incl. NUL, returns the length. */
size_t pol_decimal_text(char out[64], pol_i128 num, pol_i128 den, unsigned decimals, bool trim);
/* 12345 fen as "123.45". */
size_t pol_fen_text(char out[64], int64_t amount_fen);

#endif
