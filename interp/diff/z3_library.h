/* libz3, loaded when a comparison first asks it something: linked in, it would cost every start of a program
 * more than the settlement of a claim. Only where POL_WITH_Z3 is defined. */
#ifndef POL_INTERP_DIFF_Z3_LIBRARY_H
#define POL_INTERP_DIFF_Z3_LIBRARY_H

#include <stdbool.h>
#include <z3.h>

typedef struct pol_z3 {
#define POL_Z3(name) __typeof__(Z3_##name) *name;
#include "interp/diff/z3.def"
#undef POL_Z3
} pol_z3;

/* False: there is no such library, or not one with these functions. It stays loaded, so that opening it again
 * costs little. */
bool pol_z3_open(pol_z3 *z3);

#endif
