/* Strings, the interning table, output text, edit distance. */
#include "interp/base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "interp/base/utf8.h"

pol_str pol_str_of(const char *text)
{
    return text == NULL ? POL_STR("") : (pol_str){ text, strlen(text) };
}

int pol_str_compare(pol_str a, pol_str b)
{
    const size_t common = a.length < b.length ? a.length : b.length;
    const int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.length > b.length) - (a.length < b.length);
}

pol_str pol_str_copy(pol_arena *arena, pol_str text)
{
    const char *copy = pol_arena_copy(arena, text.bytes, text.length);
    return copy == NULL ? POL_STR("") : (pol_str){ copy, text.length };
}

/* ---- hashing ---------------------------------------------------------------------------------- */

static inline uint64_t rotate(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

/* Eight bytes, the first one lowest; in this form compilers see a single load. */
static inline uint64_t read_le64(const char *bytes)
{
    const unsigned char *const b = (const unsigned char *)bytes;
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
           (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static inline uint64_t read_tail(const char *bytes, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    return word;
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 with a fixed key: no way to make many texts collide in all 64 bits. What a table uses
 * of the hash depends on where the table lies too, see slot_of. */
uint64_t pol_str_hash(pol_str text)
{
    uint64_t v[4] = { UINT64_C(0x736f6d6570736575), UINT64_C(0x646f72616e646f6d),
                      UINT64_C(0x6c7967656e657261), UINT64_C(0x7465646279746573) };
    size_t at = 0;
    for (; text.length - at >= 8; at += 8) {
        const uint64_t word = read_le64(text.bytes + at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    const uint64_t last = (uint64_t)(text.length & 0xff) << 56 |
                          (text.length == at ? 0 : read_tail(text.bytes + at, text.length - at));
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- names ------------------------------------------------------------------------------------ */

#define FIRST_SLOTS 32u

void pol_names_init(pol_names *names, pol_arena *arena)
{
    *names = (pol_names){ .arena = arena };
}

/* Where the search for `text` begins. The address of the slots goes in, so that a list of texts
 * prepared to fall into one place of one table does so in no other run. */
static uint32_t slot_of(const uint32_t *slots, uint32_t slot_count, uint64_t hash)
{
    uint64_t x = hash ^ (uint64_t)(uintptr_t)slots;
    x = (x ^ (x >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(x >> 32) & (slot_count - 1);
}

static uint32_t find(const pol_names *names, pol_str text, uint64_t hash)
{
    if (names->count == 0)
        return POL_NO_NAME;
    uint32_t slot = slot_of(names->slots, names->slot_count, hash);
    while (names->slots[slot] != 0) {
        const uint32_t number = names->slots[slot] - 1;
        if (names->hashes[number] == hash && pol_str_equal(names->names[number], text))
            return number;
        slot = (slot + 1) & (names->slot_count - 1);
    }
    return POL_NO_NAME;
}

uint32_t pol_names_find(const pol_names *names, pol_str text)
{
    return names->count == 0 ? POL_NO_NAME : find(names, text, pol_str_hash(text));
}

static void put_in_slot(uint32_t *slots, uint32_t slot_count, uint64_t hash, uint32_t number)
{
    uint32_t slot = slot_of(slots, slot_count, hash);
    while (slots[slot] != 0)
        slot = (slot + 1) & (slot_count - 1);
    slots[slot] = number + 1;
}

static bool grow_list(pol_names *names, uint32_t capacity)
{
    pol_str *grown =
        pol_arena_raw_grow(names->arena, names->names, names->count, capacity, sizeof(pol_str));
    uint64_t *hashes =
        pol_arena_raw_grow(names->arena, names->hashes, names->count, capacity, sizeof(uint64_t));
    if (grown == NULL || hashes == NULL)
        return false;
    names->names = grown;
    names->hashes = hashes;
    names->capacity = capacity;
    return true;
}

static bool grow_slots(pol_names *names, uint32_t slot_count)
{
    uint32_t *slots = POL_NEW_ARRAY(names->arena, uint32_t, slot_count);
    if (slots == NULL)
        return false;
    for (uint32_t i = 0; i < names->count; i++)
        put_in_slot(slots, slot_count, names->hashes[i], i);
    names->slots = slots;
    names->slot_count = slot_count;
    return true;
}

/* Room for one more: the name array may be full, the slots at most half. */
static bool grow_names(pol_names *names)
{
    if (names->count == names->capacity &&
        !grow_list(names, names->capacity == 0 ? FIRST_SLOTS / 2 : names->capacity * 2))
        return false;
    return names->count < names->slot_count / 2 ||
           grow_slots(names, names->slot_count == 0 ? FIRST_SLOTS : names->slot_count * 2);
}

void pol_names_reserve(pol_names *names, uint32_t count)
{
    uint32_t slot_count = FIRST_SLOTS;
    while (slot_count / 2 < count && slot_count < UINT32_MAX / 4)
        slot_count *= 2;
    if (slot_count > names->slot_count && grow_list(names, slot_count / 2))
        (void)grow_slots(names, slot_count);
}

uint32_t pol_names_add(pol_names *names, pol_str text)
{
    const uint64_t hash = pol_str_hash(text);
    const uint32_t known = find(names, text, hash);
    if (known != POL_NO_NAME)
        return known;
    if (names->count >= UINT32_MAX / 4) {
        names->arena->failed = true;
        return POL_NO_NAME;
    }
    const char *copy = pol_arena_copy(names->arena, text.bytes, text.length);
    if (copy == NULL || !grow_names(names))
        return POL_NO_NAME;
    const uint32_t number = names->count++;
    names->names[number] = (pol_str){ copy, text.length };
    names->hashes[number] = hash;
    put_in_slot(names->slots, names->slot_count, hash, number);
    return number;
}

/* ---- output text ------------------------------------------------------------------------------ */

void pol_text_init(pol_text *text, pol_arena *arena)
{
    *text = (pol_text){ .arena = arena };
}

/* Room for `extra` more bytes and a NUL. */
bool pol_text_reserve(pol_text *text, size_t extra)
{
    if (extra < text->capacity - text->length)
        return true;
    if (extra > SIZE_MAX / 4 || text->capacity > SIZE_MAX / 4) {
        text->arena->failed = true;
        return false;
    }
    size_t capacity = text->capacity < 64 ? 128 : text->capacity * 2;
    if (capacity < text->length + extra + 1)
        capacity = text->length + extra + 1;
    char *grown = pol_arena_raw_grow(text->arena, text->bytes, text->length, capacity, 1);
    if (grown == NULL)
        return false;
    grown[text->length] = '\0';
    text->bytes = grown;
    text->capacity = capacity;
    return true;
}

void pol_text_add(pol_text *text, pol_str piece)
{
    if (!pol_text_reserve(text, piece.length))
        return;
    if (piece.length != 0)
        memcpy(text->bytes + text->length, piece.bytes, piece.length);
    text->length += piece.length;
    text->bytes[text->length] = '\0';
}

void pol_text_char(pol_text *text, char c)
{
    pol_text_add(text, (pol_str){ &c, 1 });
}

void pol_text_format(pol_text *text, const char *format, ...)
{
    if (!pol_text_reserve(text, 0))
        return;
    va_list values;
    va_start(values, format);
    int length =
        vsnprintf(text->bytes + text->length, text->capacity - text->length, format, values);
    va_end(values);
    if (length < 0) {
        text->bytes[text->length] = '\0';
        return;
    }
    if ((size_t)length >= text->capacity - text->length) {
        text->bytes[text->length] = '\0';
        if (!pol_text_reserve(text, (size_t)length))
            return;
        va_start(values, format);
        length =
            vsnprintf(text->bytes + text->length, text->capacity - text->length, format, values);
        va_end(values);
    }
    text->length += (size_t)length;
}

pol_str pol_text_str(const pol_text *text)
{
    return text->bytes == NULL ? POL_STR("") : (pol_str){ text->bytes, text->length };
}

/* ---- edit distance ---------------------------------------------------------------------------- */

#define DISTANCE_POINTS 256

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Drops what both begin and end with; it changes nothing in the distance. */
static void drop_common_ends(pol_str *a, pol_str *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    size_t head = 0;
    while (head < shorter && a->bytes[head] == b->bytes[head])
        head++;
    while (head > 0 && ((head < a->length && is_continuation(a->bytes[head])) ||
                        (head < b->length && is_continuation(b->bytes[head]))))
        head--;
    *a = (pol_str){ a->bytes + head, a->length - head };
    *b = (pol_str){ b->bytes + head, b->length - head };
    shorter -= head;
    size_t tail = 0;
    while (tail < shorter && a->bytes[a->length - tail - 1] == b->bytes[b->length - tail - 1])
        tail++;
    while (tail > 0 && is_continuation(a->bytes[a->length - tail]))
        tail--;
    a->length -= tail;
    b->length -= tail;
}

/* Decodes at most DISTANCE_POINTS code points; returns their number, or one more if there are more. */
static unsigned decode(int32_t points[DISTANCE_POINTS], pol_str text)
{
    unsigned count = 0;
    for (size_t at = 0, size; at < text.length; at += size) {
        if (count == DISTANCE_POINTS)
            return DISTANCE_POINTS + 1;
        points[count++] = pol_utf8_next(text.bytes + at, text.length - at, &size);
    }
    return count;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned pol_str_distance(pol_str a, pol_str b, unsigned limit)
{
    if (a.length != 0 && b.length != 0)
        drop_common_ends(&a, &b);
    int32_t x[DISTANCE_POINTS], y[DISTANCE_POINTS];
    const unsigned x_count = decode(x, a), y_count = decode(y, b);
    const unsigned difference = x_count > y_count ? x_count - y_count : y_count - x_count;
    const unsigned beyond = limit == UINT32_MAX ? limit : limit + 1;
    if (x_count > DISTANCE_POINTS || y_count > DISTANCE_POINTS || difference > limit)
        return beyond;
    unsigned row[DISTANCE_POINTS + 1]; /* distances of x[0..i) to every y[0..j) */
    for (unsigned j = 0; j <= y_count; j++)
        row[j] = j;
    for (unsigned i = 1; i <= x_count; i++) {
        unsigned diagonal = row[0], best = i;
        row[0] = i;
        for (unsigned j = 1; j <= y_count; j++) {
            const unsigned replaced = diagonal + (x[i - 1] != y[j - 1]);
            diagonal = row[j];
            row[j] = smaller(replaced, smaller(row[j], row[j - 1]) + 1);
            best = smaller(best, row[j]);
        }
        if (best > limit)
            return beyond;
    }
    return smaller(row[y_count], beyond);
}
