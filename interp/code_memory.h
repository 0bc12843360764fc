/* Memory for machine code: written first, executable then, never both. Where the system has none, there is no code. */
#ifndef POL_INTERP_CODE_MEMORY_H
#define POL_INTERP_CODE_MEMORY_H

#include <stdint.h>

#include "interp/base/arena.h"

/* A copy of the code that can be called, aligned to a page; it goes when the arena is reset. NULL: the system refuses, or
 * memory ran out (the arena tells). */
const void *pol_code_memory(pol_arena *arena, const uint8_t *code, size_t length);

#endif
