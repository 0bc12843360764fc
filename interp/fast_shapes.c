/* What fast.def says of each kernel, for those that plan, test and measure them. */
#include "interp/kernels_fast.h"

#include <assert.h>

enum { none = 0, byte = 1, code = 4, num = 8 };
/* By T, in a row of two kernels. */
enum { of_64_none = none, of_64_byte = byte, of_64_code = code, of_64_num = num, of_64_T = num };
enum { of_32_none = none, of_32_byte = byte, of_32_code = code, of_32_num = num, of_32_T = code };

#define SHAPE(NAME, results, vector, has_32, ...) [POL_FAST_##NAME] = { #NAME, results, { __VA_ARGS__ }, vector, has_32 },
#define ONE(D)    { D }
#define TWO(D, E) { D, E }

static const pol_fast_shape k_shapes[POL_FAST_COUNT] = {
#define FAST1(NAME, D, A, value)       SHAPE(NAME, ONE(D), true, false, A)
#define FAST2(NAME, D, A, B, value)    SHAPE(NAME, ONE(D), true, false, A, B)
#define FAST3(NAME, D, A, B, C, value) SHAPE(NAME, ONE(D), true, false, A, B, C)
#define NUM1(NAME, D, A, value)                                                                    \
    SHAPE(NAME, ONE(of_64_##D), true, true, of_64_##A)                                             \
    SHAPE(NAME##32, ONE(of_32_##D), true, false, of_32_##A)
#define NUM2(NAME, D, A, B, value)                                                                 \
    SHAPE(NAME, ONE(of_64_##D), true, true, of_64_##A, of_64_##B)                                  \
    SHAPE(NAME##32, ONE(of_32_##D), true, false, of_32_##A, of_32_##B)
#define NUM3(NAME, D, A, B, C, value)                                                              \
    SHAPE(NAME, ONE(of_64_##D), true, true, of_64_##A, of_64_##B, of_64_##C)                       \
    SHAPE(NAME##32, ONE(of_32_##D), true, false, of_32_##A, of_32_##B, of_32_##C)
#define BOTH1(NAME, D, A, value, E, F, value32)                                                    \
    SHAPE(NAME, ONE(D), true, true, A)                                                             \
    SHAPE(NAME##32, ONE(E), true, false, F)
#define BOTH2(NAME, D, A, B, value, E, F, G, value32)                                              \
    SHAPE(NAME, ONE(D), true, true, A, B)                                                          \
    SHAPE(NAME##32, ONE(E), true, false, F, G)
#define FAST_OWN(NAME, D, A, B, C, Y)  SHAPE(NAME, ONE(D), true, false, A, B, C, Y)
#define TWO_OWN(NAME, D, A, B, C, Y)   SHAPE(NAME, TWO(D, D), true, false, A, B, C, Y)
#define TWO_NUM(NAME, A, B, C, Y)                                                                  \
    SHAPE(NAME, TWO(num, num), true, true, of_64_##A, of_64_##B, of_64_##C, of_64_##Y)             \
    SHAPE(NAME##32, TWO(code, code), true, false, of_32_##A, of_32_##B, of_32_##C, of_32_##Y)
#define FAST_ROW(NAME, D, A, B, value) SHAPE(NAME, ONE(D), false, false, A, B)
#include "interp/fast.def"
};

const pol_fast_shape *pol_fast_shape_of(pol_fast_op op)
{
    assert((unsigned)op < POL_FAST_COUNT);
    return &k_shapes[op];
}
