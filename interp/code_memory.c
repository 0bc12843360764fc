/* Executable pages from the system: the one kind of memory that no allocator gives. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "interp/code_memory.h"

#ifdef POL_NATIVE_X86
#include <string.h>
#include <sys/mman.h>

typedef struct pages {
    void *memory;
    size_t length;
} pages;

static void give_back(void *user)
{
    const pages *const given = user;
    (void)munmap(given->memory, given->length);
}

const void *pol_code_memory(pol_arena *arena, const uint8_t *code, size_t length)
{
    pages *const given = POL_NEW(arena, pages);
    if (given == NULL)
        return NULL;
    void *const memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    *given = (pages){ memory, length };
    memcpy(memory, code, length);
    if (mprotect(memory, length, PROT_READ | PROT_EXEC) != 0 || !pol_arena_at_end(arena, give_back, given)) {
        (void)munmap(memory, length);
        return NULL;
    }
    return memory;
}
#endif
