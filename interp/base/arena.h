/* Memory by lifetime: an arena hands out zeroed memory and gives all of it back at once.
 *
 * Nothing allocated from an arena is freed singly. Out of memory is sticky: the arena remembers it,
 * every later allocation returns NULL, and a phase asks once at its end (`pol_arena_failed`).
 * The allocator callback is the only way to memory in libpol, so tests can count and fail it. */
#ifndef POL_BASE_ARENA_H
#define POL_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "pol/pol.h"

typedef struct pol_arena_block pol_arena_block;
typedef struct pol_arena_end pol_arena_end;

typedef struct pol_arena {
    pol_allocator allocator; /* copied; its user pointer is borrowed */
    pol_arena_block *blocks; /* owned, newest first */
    pol_arena_end *ends;     /* what is to be done at a reset, newest first */
    size_t used_bytes;       /* handed out so far */
    size_t limit_bytes;      /* 0: none; beyond it allocations fail as if memory had run out */
    bool failed;             /* sticky */
} pol_arena;

/* Makes an empty arena. `allocator` NULL means malloc and free. */
void pol_arena_init(pol_arena *arena, const pol_allocator *allocator);
/* Frees everything; the arena is empty and usable again, `failed` is cleared. */
void pol_arena_reset(pol_arena *arena);
/* Zeroed memory aligned to 16 bytes, or NULL (sticky). size 0 gives a valid pointer. */
void *pol_arena_alloc(pol_arena *arena, size_t size_bytes);
/* Zeroed array of count elements; NULL on overflow of the product too. */
void *pol_arena_array(pol_arena *arena, size_t count, size_t element_bytes);
/* The same with any content: for what is written before it is read, and may never be needed. */
void *pol_arena_raw_array(pol_arena *arena, size_t count, size_t element_bytes);
/* Copies `old_count` elements into a new array of `new_count` (the old one stays as waste). */
void *pol_arena_grow(pol_arena *arena, const void *old, size_t old_count, size_t new_count,
                     size_t element_bytes);
/* The same with any content behind the old elements. */
void *pol_arena_raw_grow(pol_arena *arena, const void *old, size_t old_count, size_t new_count,
                         size_t element_bytes);
/* A copy of `length` bytes with a terminating NUL. */
char *pol_arena_copy(pol_arena *arena, const char *bytes, size_t length);
/* Has `act` called with `user` when the arena is reset, before its memory goes: for what is not memory of the arena. False
 * when memory ran out. */
bool pol_arena_at_end(pol_arena *arena, void (*act)(void *user), void *user);
/* True when any allocation failed since init or reset. */
static inline bool pol_arena_failed(const pol_arena *arena)
{
    return arena->failed;
}

#define POL_NEW(arena, type)              ((type *)pol_arena_alloc((arena), sizeof(type)))
#define POL_NEW_ARRAY(arena, type, count) ((type *)pol_arena_array((arena), (count), sizeof(type)))
#define POL_NEW_RAW_ARRAY(arena, type, count) ((type *)pol_arena_raw_array((arena), (count), sizeof(type)))

/* Raw use of an allocator: `size` 0 frees, otherwise as realloc. Returns NULL on failure. */
void *pol_reallocate(const pol_allocator *allocator, void *memory, size_t old_bytes,
                     size_t new_bytes);

/* A growing array that lives in an arena: `POL_VEC(int) v; POL_PUSH(arena, v, 3)`.
 * POL_PUSH is an expression: true, or false when memory ran out (the element is then lost). Room beyond `count` is
 * not zeroed: pages that no element reaches are never touched. */
#define POL_VEC(type)                                                                              \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, capacity;                                                                    \
    }
bool pol_vec_reserve(pol_arena *arena, void **items, size_t *capacity, size_t count,
                     size_t element_bytes);
#define POL_PUSH(arena, vec, value)                                                                \
    ((vec).count < (vec).capacity ||                                                               \
             pol_vec_reserve((arena), (void **)&(vec).items, &(vec).capacity, (vec).count,         \
                             sizeof *(vec).items)                                                  \
         ? ((vec).items[(vec).count++] = (value), true)                                            \
         : false)

#endif
