/* Arenas over an allocator callback: blocks that grow with what was handed out, a block of its own
 * for anything large. Nothing here knows what is stored; base/str.h and everything above build on it. */
#include "interp/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer, memory not handed out is poisoned and every allocation gets a red zone. */
#if defined(__SANITIZE_ADDRESS__)
#define POL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POL_ASAN 1
#endif
#endif
#ifdef POL_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(memory, size)   ASAN_POISON_MEMORY_REGION((memory), (size))
#define UNPOISON(memory, size) ASAN_UNPOISON_MEMORY_REGION((memory), (size))
#define RED_ZONE_BYTES         16
#else
#define POISON(memory, size)   ((void)(memory), (void)(size))
#define UNPOISON(memory, size) ((void)(memory), (void)(size))
#define RED_ZONE_BYTES         0
#endif

#define ALIGNMENT       ((size_t)16)
#define MIN_BLOCK_BYTES ((size_t)4096)
#define MAX_BLOCK_BYTES ((size_t)1 << 20)

struct pol_arena_block {
    pol_arena_block *next;
    size_t total_bytes; /* as asked of the allocator */
    char *free;         /* the next byte to hand out, aligned */
    size_t free_bytes;
};

static void *default_reallocate(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    (void)user;
    (void)old_bytes;
    if (new_bytes == 0) {
        free(memory);
        return NULL;
    }
    return realloc(memory, new_bytes);
}

static const pol_allocator k_default_allocator = { .reallocate = default_reallocate, .user = NULL };

void *pol_reallocate(const pol_allocator *allocator, void *memory, size_t old_bytes,
                     size_t new_bytes)
{
    if (allocator == NULL || allocator->reallocate == NULL)
        allocator = &k_default_allocator;
    return allocator->reallocate(allocator->user, memory, old_bytes, new_bytes);
}

void pol_arena_init(pol_arena *arena, const pol_allocator *allocator)
{
    *arena = (pol_arena){
        .allocator =
            allocator != NULL && allocator->reallocate != NULL ? *allocator : k_default_allocator,
    };
}

struct pol_arena_end {
    pol_arena_end *next;
    void (*act)(void *user);
    void *user;
};

bool pol_arena_at_end(pol_arena *arena, void (*act)(void *user), void *user)
{
    pol_arena_end *const end = POL_NEW(arena, pol_arena_end);
    if (end == NULL)
        return false;
    *end = (pol_arena_end){ arena->ends, act, user };
    arena->ends = end;
    return true;
}

void pol_arena_reset(pol_arena *arena)
{
    for (const pol_arena_end *end = arena->ends; end != NULL; end = end->next) end->act(end->user);
    arena->ends = NULL;
    pol_arena_block *block = arena->blocks;
    while (block != NULL) {
        pol_arena_block *next = block->next;
        UNPOISON(block, block->total_bytes);
        (void)pol_reallocate(&arena->allocator, block, block->total_bytes, 0);
        block = next;
    }
    arena->blocks = NULL;
    arena->used_bytes = 0;
    arena->failed = false;
}

static void *fail(pol_arena *arena)
{
    arena->failed = true;
    return NULL;
}

/* A new block with room for `size` (a multiple of the alignment), or NULL. A block made for one
 * large thing goes second, so that what is left of the first one is still used. */
static pol_arena_block *add_block(pol_arena *arena, size_t size)
{
    size_t wanted = arena->used_bytes / 8;
    if (wanted < MIN_BLOCK_BYTES)
        wanted = MIN_BLOCK_BYTES;
    if (wanted > MAX_BLOCK_BYTES)
        wanted = MAX_BLOCK_BYTES;
    const size_t overhead = sizeof(pol_arena_block) + ALIGNMENT;
    const bool large = size > wanted / 4;
    const size_t total = large ? size + overhead : wanted;
    pol_arena_block *block = pol_reallocate(&arena->allocator, NULL, 0, total);
    if (block == NULL)
        return NULL;
    char *data = (char *)(block + 1);
    const size_t misaligned = (size_t)((uintptr_t)data % ALIGNMENT);
    if (misaligned != 0)
        data += ALIGNMENT - misaligned;
    block->total_bytes = total;
    block->free = data;
    block->free_bytes = (total - (size_t)(data - (char *)block)) / ALIGNMENT * ALIGNMENT;
    POISON(block->free, block->free_bytes);
    if (large && arena->blocks != NULL) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

static inline size_t needed_for(size_t size)
{
    return ((size == 0 ? 1 : size) + RED_ZONE_BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static inline void *take_from(pol_arena *arena, pol_arena_block *block, size_t size, size_t written)
{
    char *const memory = block->free;
    const size_t needed = needed_for(size);
    block->free += needed;
    block->free_bytes -= needed;
    arena->used_bytes += needed;
    UNPOISON(memory, size);
    if (written < size)
        memset(memory + written, 0, size - written);
    return memory;
}

/* As take, when the first block is full, or there is a limit, or memory has run out. */
static void *take_more(pol_arena *arena, size_t size, size_t written)
{
    if (arena->failed)
        return NULL;
    if (size > SIZE_MAX / 2)
        return fail(arena);
    const size_t needed = needed_for(size);
    if (arena->limit_bytes != 0 &&
        (arena->used_bytes > arena->limit_bytes || needed > arena->limit_bytes - arena->used_bytes))
        return fail(arena);
    pol_arena_block *block = arena->blocks;
    if (block == NULL || needed > block->free_bytes)
        block = add_block(arena, needed);
    if (block == NULL)
        return fail(arena);
    return take_from(arena, block, size, written);
}

/* `size` bytes, or NULL; zero from `written` on, whatever stands before. */
static inline void *take(pol_arena *arena, size_t size, size_t written)
{
    pol_arena_block *const block = arena->blocks;
    const bool fits = block != NULL && size <= SIZE_MAX / 2 && needed_for(size) <= block->free_bytes;
    if (!fits || arena->limit_bytes != 0 || arena->failed)
        return take_more(arena, size, written);
    return take_from(arena, block, size, written);
}

void *pol_arena_alloc(pol_arena *arena, size_t size_bytes)
{
    return take(arena, size_bytes, 0);
}

void *pol_arena_array(pol_arena *arena, size_t count, size_t element_bytes)
{
    if (element_bytes != 0 && count > SIZE_MAX / element_bytes)
        return fail(arena);
    return pol_arena_alloc(arena, count * element_bytes);
}

void *pol_arena_raw_array(pol_arena *arena, size_t count, size_t element_bytes)
{
    if (element_bytes != 0 && count > SIZE_MAX / element_bytes)
        return fail(arena);
    return take(arena, count * element_bytes, count * element_bytes);
}

/* `zero`: what is new is zeroed. */
static void *grow(pol_arena *arena, const void *old, size_t old_count, size_t new_count, size_t element_bytes, bool zero)
{
    if (element_bytes != 0 && new_count > SIZE_MAX / element_bytes)
        return fail(arena);
    const size_t new_bytes = new_count * element_bytes;
    const size_t kept_bytes =
        old == NULL ? 0 : (old_count < new_count ? old_count : new_count) * element_bytes;
    char *memory = take(arena, new_bytes, zero ? kept_bytes : new_bytes);
    if (memory != NULL && kept_bytes != 0)
        memcpy(memory, old, kept_bytes);
    return memory;
}

void *pol_arena_grow(pol_arena *arena, const void *old, size_t old_count, size_t new_count,
                     size_t element_bytes)
{
    return grow(arena, old, old_count, new_count, element_bytes, true);
}

void *pol_arena_raw_grow(pol_arena *arena, const void *old, size_t old_count, size_t new_count,
                         size_t element_bytes)
{
    return grow(arena, old, old_count, new_count, element_bytes, false);
}

char *pol_arena_copy(pol_arena *arena, const char *bytes, size_t length)
{
    if (length == SIZE_MAX)
        return fail(arena);
    char *copy = take(arena, length + 1, length);
    if (copy == NULL)
        return NULL;
    if (length != 0)
        memcpy(copy, bytes, length);
    return copy;
}

bool pol_vec_reserve(pol_arena *arena, void **items, size_t *capacity, size_t count,
                     size_t element_bytes)
{
    if (count < *capacity)
        return true;
    if (count > SIZE_MAX / 4)
        return fail(arena) != NULL;
    const size_t wanted = count < 4 ? 8 : count * 2;
    /* `items` is really the address of a pointer to another type: copied as bytes. */
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = pol_arena_raw_grow(arena, old, count, wanted, element_bytes);
    if (grown == NULL)
        return false;
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}
