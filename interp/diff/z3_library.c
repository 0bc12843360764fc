#ifdef POL_WITH_Z3

#include "interp/diff/z3_library.h"

#include <dlfcn.h>
#include <string.h>

/* POSIX lets an object pointer hold the address of a function; C has no cast for it. */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *const address = dlsym(library, name);
    memcpy(function, &address, size);
    return address != NULL;
}

bool pol_z3_open(pol_z3 *z3)
{
    void *const library = dlopen(POL_Z3_SONAME, RTLD_NOW | RTLD_LOCAL);
    bool found = library != NULL;
#define POL_Z3(name) found = found && find(library, "Z3_" #name, &z3->name, sizeof z3->name);
#include "interp/diff/z3.def"
#undef POL_Z3
    return found;
}

#else

typedef int pol_no_z3; /* C does not allow an empty file */

#endif
