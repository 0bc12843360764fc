/* An allocator that counts what is held, and fails at one call or from one on. For tests that let every allocation fail. */
#ifndef POL_TESTS_FAILING_H
#define POL_TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

typedef struct failing {
    unsigned calls, fail_at; /* 0: never */
    bool from_then_on;
    size_t held; /* bytes */
} failing;

static void *reallocate(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    failing *const f = user;
    if (new_bytes == 0) {
        f->held -= memory == NULL ? 0 : old_bytes;
        free(memory);
        return NULL;
    }
    f->calls++;
    if (f->fail_at > 0 && (f->calls == f->fail_at || (f->from_then_on && f->calls > f->fail_at)))
        return NULL;
    void *const grown = realloc(memory, new_bytes);
    if (grown != NULL)
        f->held += new_bytes - (memory == NULL ? 0 : old_bytes);
    return grown;
}

#endif
