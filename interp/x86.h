/* What files with code for several instruction sets share. */
#ifndef POL_INTERP_X86_H
#define POL_INTERP_X86_H

#if defined(__x86_64__) && defined(__GNUC__)
#define FOR_X86 1
#include <immintrin.h>
#else
#define FOR_X86 0
#endif

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

#endif
