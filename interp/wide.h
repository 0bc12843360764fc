/* Quotients of products that do not fit 128 bits, exactly: a * b * i1 over c * i2. */
#ifndef POL_INTERP_WIDE_H
#define POL_INTERP_WIDE_H

#include "interp/base/number.h"

/* round(a * b * i1 / (c * i2)) with c != 0, i1 > 0, i2 > 0; a negative c flips the sign. Modes mirror
 * below zero. False when the result does not fit 127 bits. */
bool pol_quotient_rounded(pol_i128 a, pol_i128 b, pol_i128 i1, pol_i128 c, pol_i128 i2,
                          pol_rounding mode, pol_i128 *result);

/* -1, 0, 1: a * b * i1 / (c * i2) against d; c, i1, i2 as above. */
int pol_quotient_compare(pol_i128 a, pol_i128 b, pol_i128 i1, pol_i128 c, pol_i128 i2, pol_i128 d);

#endif
