/* Whether plans can become machine code here: the machine has the instructions, the system lends the memory. */
#ifndef POL_TESTS_CODE_LENT_H
#define POL_TESTS_CODE_LENT_H

#include "interp/code_memory.h"
#include "interp/kernels_fast.h"

static inline bool code_is_lent(void)
{
    bool lent = false;
#ifdef POL_NATIVE_X86
    const uint8_t code[] = { 0xc3 };
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    lent = pol_fast_best() != POL_SET_BASE && pol_code_memory(&arena, code, sizeof code) != NULL;
    pol_arena_reset(&arena);
#endif
    return lent;
}

#endif
