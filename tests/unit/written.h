/* A writer that keeps no text: what two runs write is compared by length and sum. */
#ifndef POL_TESTS_WRITTEN_H
#define POL_TESTS_WRITTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is written, as its length and a sum over its bytes. */
typedef struct written {
    size_t length, room; /* room: bytes taken before the writer stops */
    uint64_t sum;
} written;

static bool take(void *user, const char *bytes, size_t length)
{
    written *w = user;
    if (length > w->room - w->length)
        return false;
    w->length += length;
    for (size_t i = 0; i < length; i++)
        w->sum = w->sum * 31 + (unsigned char)bytes[i];
    return true;
}

#endif
