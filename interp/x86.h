/* What files with code for several instruction sets share. */
#ifndef POL_INTERP_X86_H
#define POL_INTERP_X86_H

#if defined(__x86_64__) && defined(__GNUC__)
#define FOR_X86 1
#include <immintrin.h>
#else
#define FOR_X86 0
#endif

/* CPU_HAS(AVX2, "avx2"): whether the processor and the system have an instruction set, by the C library's name and the
 * compiler's. The C library knows since it was loaded; the compiler's own code asks the processor again at every start,
 * and in a virtual machine each question costs what thousands of instructions do. */
#if FOR_X86 && defined(__has_include)
#if __has_include(<sys/platform/x86.h>)
#include <stdbool.h>
#include <sys/platform/x86.h>
#define CPU_HAS(name, compilers_name) pol_cpu_has(x86_cpu_##name)
/* As x86_cpu_active, which shifts the last bit into the sign. */
static inline bool pol_cpu_has(unsigned feature)
{
    const struct cpuid_feature *const leaf = __x86_get_cpuid_feature_leaf(feature / 128);
    return (leaf->active_array[feature % 128 / 32] >> feature % 32 & 1) != 0;
}
#endif
#endif
#ifndef CPU_HAS
#define CPU_HAS(name, compilers_name) (__builtin_cpu_supports(compilers_name) != 0)
#endif

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

#endif
