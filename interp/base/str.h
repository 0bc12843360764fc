/* Borrowed byte strings (UTF-8, not NUL-terminated unless said) and an interning table. */
#ifndef POL_BASE_STR_H
#define POL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "interp/base/arena.h"

typedef struct pol_str {
    const char *bytes; /* borrowed */
    size_t length;     /* in bytes */
} pol_str;

#define POL_STR(literal) ((pol_str){ "" literal, sizeof(literal) - 1 })

pol_str pol_str_of(const char *text); /* of a NUL-terminated text; NULL gives the empty string */
static inline bool pol_str_equal(pol_str a, pol_str b)
{
    return a.length == b.length && (a.bytes == b.bytes || a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}
/* Order by bytes, which for UTF-8 is order by code point. */
int pol_str_compare(pol_str a, pol_str b);
pol_str pol_str_copy(pol_arena *arena, pol_str text);
uint64_t pol_str_hash(pol_str text);

/* A map from strings to small numbers that keeps insertion order: names, labels, texts. */
typedef struct pol_names {
    pol_arena *arena; /* borrowed; holds table and copies of the strings */
    pol_str *names;   /* by number */
    uint64_t *hashes; /* of the names */
    uint32_t *slots;  /* open addressing, number + 1 */
    uint32_t count, capacity, slot_count;
} pol_names;

#define POL_NO_NAME UINT32_MAX
void pol_names_init(pol_names *names, pol_arena *arena);
/* Room for so many, when about that many are expected; they need not come. */
void pol_names_reserve(pol_names *names, uint32_t count);
/* The number of `text`, or POL_NO_NAME. */
uint32_t pol_names_find(const pol_names *names, pol_str text);
/* The number of `text`, added (and copied) when new; POL_NO_NAME when memory ran out. */
uint32_t pol_names_add(pol_names *names, pol_str text);

/* Growing output text in an arena; `failed` is sticky (see arena). Always NUL-terminated. */
typedef struct pol_text {
    pol_arena *arena;
    char *bytes;
    size_t length, capacity;
} pol_text;
void pol_text_init(pol_text *text, pol_arena *arena);
/* Room for `extra` more bytes and a NUL; false when memory ran out. */
bool pol_text_reserve(pol_text *text, size_t extra);
void pol_text_add(pol_text *text, pol_str piece);
void pol_text_char(pol_text *text, char c);
void pol_text_format(pol_text *text, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
pol_str pol_text_str(const pol_text *text);

/* Edit distance of two UTF-8 strings in code points, at most `limit` + 1. For "did you mean": texts
 * that differ over more than 256 code points count as beyond the limit. */
unsigned pol_str_distance(pol_str a, pol_str b, unsigned limit);

#endif
