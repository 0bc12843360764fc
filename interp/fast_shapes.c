/* What fast.def says of each kernel, for those that plan, test and measure them. */
#include "interp/kernels_fast.h"

#include <assert.h>

enum { none = 0, byte = 1, code = 4, num = 8 };

static const pol_fast_shape k_shapes[POL_FAST_COUNT] = {
#define FAST1(NAME, D, A, value)       [POL_FAST_##NAME] = { #NAME, { D }, { A }, true },
#define FAST2(NAME, D, A, B, value)    [POL_FAST_##NAME] = { #NAME, { D }, { A, B }, true },
#define FAST3(NAME, D, A, B, C, value) [POL_FAST_##NAME] = { #NAME, { D }, { A, B, C }, true },
#define FAST_OWN(NAME, D, A, B, C, Y)  [POL_FAST_##NAME] = { #NAME, { D }, { A, B, C, Y }, true },
#define TWO_OWN(NAME, A, B, C, Y)      [POL_FAST_##NAME] = { #NAME, { num, num }, { A, B, C, Y }, true },
#define FAST_ROW(NAME, D, A, B, value) [POL_FAST_##NAME] = { #NAME, { D }, { A, B }, false },
#include "interp/fast.def"
};

const pol_fast_shape *pol_fast_shape_of(pol_fast_op op)
{
    assert((unsigned)op < POL_FAST_COUNT);
    return &k_shapes[op];
}
