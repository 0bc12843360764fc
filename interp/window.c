/* Windows: CSV by cell ends, JSON by what has followed what in earlier records. */
#include "interp/window.h"

#include <string.h>

#include "interp/base/utf8.h"
#include "interp/swar.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MAX_PIECE ((size_t)1 << 31) /* of a piece that a window looks at */

static bool make_rows(pol_window *window, size_t ends)
{
    pol_csv_rows *const rows = &window->rows;
    rows->ends = POL_NEW_ARRAY(window->arena, uint32_t, ends);
    rows->starts = POL_NEW_ARRAY(window->arena, uint32_t, POL_WINDOW_ROWS + 1);
    rows->stops = POL_NEW_ARRAY(window->arena, uint32_t, POL_WINDOW_ROWS);
    rows->odd = POL_NEW_ARRAY(window->arena, uint8_t, POL_WINDOW_ROWS);
    return !pol_arena_failed(window->arena);
}

/* ---- CSV --------------------------------------------------------------------------------------------------- */

bool pol_window_init_csv(pol_window *window, pol_arena *arena, const pol_str *columns, uint32_t count)
{
    const pol_str prefix = POL_STR("参数.");
    *window = (pol_window){ .arena = arena, .csv = true, .scan = pol_csv_scan() };
    /* A row of one cell may be blank, which only the exact reader tells from an empty cell. */
    window->unusable = !POL_SWAR || count < 2 || count > POL_WINDOW_SLOTS;
    for (uint32_t i = 0; i < count && !window->unusable; i++) {
        pol_slot slot = { .kind = POL_SLOT_KEY, .name = columns[i] };
        if (slot.name.length >= prefix.length && memcmp(slot.name.bytes, prefix.bytes, prefix.length) == 0) {
            slot.kind = POL_SLOT_PARAMETER;
            slot.name = (pol_str){ slot.name.bytes + prefix.length, slot.name.length - prefix.length };
        }
        if (!POL_PUSH(arena, window->slots, slot))
            return false;
    }
    return window->unusable || make_rows(window, (size_t)POL_WINDOW_ROWS * count + 2 * POL_SCAN_WIDTH);
}

static void find_csv(pol_window *window, const char *bytes, size_t from, size_t length, uint32_t max_rows)
{
    const uint32_t columns = (uint32_t)window->slots.count;
    pol_csv_rows *const rows = &window->rows;
    window->scan(rows, bytes, from, length, columns, max_rows, POL_WINDOW_ROW_BYTES);
    for (uint32_t row = 0; row < rows->count; row++) /* a row of empty cells is no record */
        rows->odd[row] |= rows->stops[row] - rows->starts[row] < columns;
}

/* ---- JSON: forms of records ---------------------------------------------------------------------------------- */

#define MAX_EDGES     8 /* that may follow one value */
#define LESSONS       65536
#define BARE          1 /* a state is 1 + 2 * slot, or this much more for a value without quotes */
#define AT_START      0
#define AT_END        UINT32_MAX

/* After a value (or at the start): the bytes up to the next value's first, or to the end of the record.
 * Quotes of texts belong to them. */
typedef struct edge {
    const char *lead; /* 16 bytes behind it can be read */
    uint32_t length;
    uint32_t target; /* state, or AT_END */
    bool opens;      /* enters 参数 */
} edge;

typedef struct edges {
    edge items[MAX_EDGES];
    uint32_t count;
} edges;

struct pol_shape {
    edges *after[2 * POL_WINDOW_SLOTS + 1]; /* by state */
    uint32_t lessons;                       /* still to be learned */
};

bool pol_window_init_json(pol_window *window, pol_arena *arena)
{
    *window = (pol_window){ .arena = arena, .unusable = !POL_SWAR };
    window->shape = POL_NEW(arena, struct pol_shape);
    if (window->shape == NULL)
        return false;
    window->shape->lessons = LESSONS;
    return make_rows(window, 0);
}

/* The same bytes; 16 behind both can be read. */
static inline bool same_bytes(const char *a, const char *b, uint32_t length)
{
    uint32_t at = 0;
#if defined(__SSE2__)
    for (;; at += 16) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(a + at));
        const __m128i y = _mm_loadu_si128((const __m128i *)(const void *)(b + at));
        const uint32_t others = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)) ^ 0xffff;
        if (length - at <= 16)
            return (others & ((UINT32_C(1) << (length - at)) - 1)) == 0;
        if (others != 0)
            return false;
    }
#else
    for (; length - at >= 16; at += 16) {
        if (memcmp(a + at, b + at, 16) != 0)
            return false;
    }
    const uint32_t rest = length - at;
    const uint64_t first = pol_swar_load(a + at) ^ pol_swar_load(b + at);
    const uint64_t second = pol_swar_load(a + at + 8) ^ pol_swar_load(b + at + 8);
    return (pol_swar_first(first, rest) | (rest > 8 ? pol_swar_first(second, rest - 8) : 0)) == 0;
#endif
}

/* The first byte from `at` on that a text does not hold as it is: a quote, a backslash, a control
 * character. At most `stop`, behind which 16 bytes can be read. */
static inline const char *end_of_text(const char *at, const char *stop)
{
#if defined(__SSE2__)
    for (; at < stop; at += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        const __m128i escapes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        const __m128i controls = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1f)), _mm_set1_epi8(0x1f));
        const int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, escapes), controls));
        if (found != 0)
            return at + __builtin_ctz((unsigned)found);
    }
#else
    while (at < stop && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
#endif
    return at;
}

/* Behind a number or a word. */
static inline const char *end_of_bare(const char *at, const char *stop)
{
    while (at < stop && ((*at >= '0' && *at <= '9') || *at == '.' || *at == '-' || *at == '+' || (*at >= 'a' && *at <= 'z') || *at == 'E'))
        at++;
    return at;
}

/* Behind an array: usually the one of the record before (`last`), else as the JSON reader sees it. NULL:
 * it is none. */
static const char *end_of_array(const char *at, const char *stop, pol_str last)
{
    const char *const line = memchr(at, '\n', (size_t)(stop - at));
    if (line == NULL)
        return NULL;
    if (last.length != 0 && last.length < (size_t)(line - at) && memcmp(at, last.bytes, last.length) == 0)
        return at + last.length;
    pol_json json;
    pol_json_init(&json, (pol_str){ at, (size_t)(line - at) });
    return pol_json_next(&json) == POL_JSON_ARRAY && pol_json_skip(&json) ? at + json.at : NULL;
}

/* The value of a slot in the row before. */
static pol_str last_value(const pol_window *window, uint32_t row, uint32_t slot)
{
    const size_t slots = window->slots.count;
    if (row == 0 || window->rows.odd[row - 1])
        return POL_STR("");
    const uint32_t *const place = window->places + 2 * ((row - 1) * slots + slot);
    return (pol_str){ window->bytes + place[0], place[1] - place[0] };
}

static inline bool is_bare(uint32_t state)
{
    return ((state - 1) & BARE) != 0;
}

static inline const edge *follow(const edges *after, const char *at)
{
    for (uint32_t i = 0; after != NULL && i < after->count; i++) {
        const edge *const next = &after->items[i];
        /* What leads to a number is the beginning of what leads to a text. */
        if (same_bytes(at, next->lead, next->length) &&
            (next->target == AT_END || !is_bare(next->target) || at[next->length] != '"'))
            return next;
    }
    return NULL;
}

/* Walks over one record. NULL when it has another form. Else behind it, at its line end. */
static const char *walk(const pol_window *window, uint32_t row, const char *at, const char *stop)
{
    edges *const *const after = window->shape->after;
    uint32_t state = AT_START;
    bool opened = false;
    if (window->slots.count == 0)
        return NULL;
    uint32_t *const places = window->places + 2 * (size_t)row * window->slots.count;
    memset(places, 0, 2 * sizeof *places * window->slots.count);
    for (;;) {
        const edge *const next = follow(after[state], at);
        if (next == NULL || (next->opens && opened) || (size_t)(stop - at) <= next->length)
            return NULL;
        opened = opened || next->opens;
        at += next->length;
        state = next->target;
        if (state == AT_END)
            return at;
        const uint32_t slot = (state - 1) / 2;
        const char *const end = !is_bare(state) ? end_of_text(at, stop)
                                : *at == '['    ? end_of_array(at, stop, last_value(window, row, slot))
                                                : end_of_bare(at, stop);
        if (end == NULL || end >= stop || places[2 * slot + 1] != 0)
            return NULL;
        places[2 * slot] = (uint32_t)(at - window->bytes);
        places[2 * slot + 1] = (uint32_t)(end - window->bytes);
        at = end;
    }
}

static void find_json(pol_window *window, size_t from, size_t length, uint32_t max_rows)
{
    pol_csv_rows *const rows = &window->rows;
    const char *const bytes = window->bytes, *const stop = bytes + length - POL_WINDOW_SLACK;
    const char *at = bytes + from;
    rows->count = 0;
    rows->starts[0] = (uint32_t)from;
    while (rows->count < max_rows && at < stop) {
        const uint32_t row = rows->count;
        const char *end = walk(window, row, at, stop);
        if (end != NULL)
            end += *end == '\r';
        rows->odd[row] = end == NULL || *end != '\n';
        if (rows->odd[row])
            end = memchr(at, '\n', (size_t)(stop - at));
        if (end == NULL || (size_t)(end - at) > POL_WINDOW_ROW_BYTES)
            return;
        rows->stops[row] = (uint32_t)(end - bytes) - (end > at && end[-1] == '\r');
        rows->starts[row + 1] = (uint32_t)(end - bytes) + 1;
        rows->count++;
        at = end + 1;
    }
}

/* ---- JSON: learning -------------------------------------------------------------------------------------------- */

/* A record while its form is learned. */
typedef struct lesson {
    pol_window *window;
    pol_json json;
    size_t begin;   /* of the next edge's lead */
    uint32_t state; /* that it leaves */
    bool inside;    /* 参数 */
    bool opens;
} lesson;

static uint32_t find_slot(pol_window *window, pol_slot_kind kind, pol_str name)
{
    for (uint32_t i = 0; i < window->slots.count; i++) {
        const pol_slot *const slot = &window->slots.items[i];
        if (slot->kind == kind && pol_str_equal(slot->name, name))
            return i;
    }
    const pol_slot slot = { .kind = (uint8_t)kind, .name = pol_str_copy(window->arena, name) };
    const size_t before = window->slots.capacity;
    if (window->slots.count == POL_WINDOW_SLOTS || !POL_PUSH(window->arena, window->slots, slot))
        return POL_NONE32;
    if (window->slots.capacity != before)
        window->places = POL_NEW_ARRAY(window->arena, uint32_t, 2 * POL_WINDOW_ROWS * window->slots.capacity);
    return (uint32_t)window->slots.count - 1;
}

/* The edge from the state at hand, whose lead ends before `end`. */
static bool add_edge(lesson *of, size_t end, uint32_t target)
{
    pol_arena *const arena = of->window->arena;
    edges **const after = &of->window->shape->after[of->state];
    const pol_str lead = { of->json.text.bytes + of->begin, end - of->begin };
    if (*after == NULL)
        *after = POL_NEW(arena, edges);
    if (*after == NULL)
        return false;
    for (uint32_t i = 0; i < (*after)->count; i++) {
        const edge *const known = &(*after)->items[i];
        if (pol_str_equal((pol_str){ known->lead, known->length }, lead))
            return known->target == target;
    }
    char *const copy = pol_arena_alloc(arena, lead.length + 16);
    if (copy == NULL || (*after)->count == MAX_EDGES)
        return false;
    memcpy(copy, lead.bytes, lead.length);
    (*after)->items[(*after)->count++] =
        (edge){ .lead = copy, .length = (uint32_t)lead.length, .target = target, .opens = of->opens };
    return true;
}

/* Two spellings of a key would be two slots of one field. */
static bool is_compared_form(const pol_arena *arena, pol_str key)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &arena->allocator);
    const bool same = pol_str_equal(pol_utf8_key(&scratch, key), key) && !pol_arena_failed(&scratch);
    pol_arena_reset(&scratch);
    return same;
}

/* The value that comes next, under `key`. False: records of this form stay odd. */
static bool learn_value(lesson *of, pol_str key)
{
    pol_window *const window = of->window;
    const pol_json_event event = pol_json_next(&of->json);
    if (event == POL_JSON_OBJECT) {
        const bool enters = !of->inside && pol_str_equal(key, POL_STR("参数"));
        of->inside = of->opens = true;
        return enters;
    }
    const bool text = event == POL_JSON_STRING;
    const size_t at = (size_t)(of->json.token.bytes - of->json.text.bytes) + text;
    if (event == POL_JSON_ERROR || (text && of->json.escaped) || (event == POL_JSON_ARRAY && !pol_json_skip(&of->json)))
        return false;
    if (!is_compared_form(window->arena, key))
        return false;
    const uint32_t slot = find_slot(window, of->inside ? POL_SLOT_PARAMETER : POL_SLOT_KEY, key);
    if (slot == POL_NONE32)
        return false;
    const uint32_t target = 1 + 2 * slot + (text ? 0 : BARE);
    const bool added = add_edge(of, at, target);
    of->begin = of->json.at - text;
    of->state = target;
    of->opens = false;
    return added;
}

static bool learn(lesson *of)
{
    pol_json *const json = &of->json;
    if (pol_json_next(json) != POL_JSON_OBJECT)
        return false;
    for (;;) {
        const pol_json_event event = pol_json_next(json);
        if (event == POL_JSON_OBJECT_END && of->inside && !of->opens) {
            of->inside = false;
            continue;
        }
        if (event == POL_JSON_OBJECT_END)
            return !of->opens && of->state != AT_START && add_edge(of, json->at, AT_END) &&
                   pol_json_next(json) == POL_JSON_END;
        if (event != POL_JSON_KEY || json->escaped ||
            !learn_value(of, (pol_str){ json->token.bytes + 1, json->token.length - 2 }))
            return false;
    }
}

bool pol_window_learn(pol_window *window, pol_str record)
{
    if (window->unusable || window->shape->lessons == 0)
        return true;
    window->shape->lessons--;
    lesson of = { .window = window };
    pol_json_init(&of.json, record);
    if (memchr(record.bytes, '\n', record.length) == NULL && pol_json_utf8(record) == record.length)
        learn(&of);
    return !pol_arena_failed(window->arena);
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

void pol_window_find(pol_window *window, const char *bytes, size_t from, size_t length, uint32_t max_rows)
{
    max_rows = max_rows < POL_WINDOW_ROWS ? max_rows : POL_WINDOW_ROWS;
    window->rows.count = 0;
    if (window->unusable || from < 2 * POL_WINDOW_SLACK || length - from <= POL_WINDOW_SLACK)
        return;
    /* Offsets count from a little before the first record, so that 0 is none. Before 0 can be read too. */
    window->bytes = bytes + (from - POL_WINDOW_SLACK);
    length -= from - POL_WINDOW_SLACK;
    length = length < MAX_PIECE ? length : MAX_PIECE;
    if (window->csv)
        find_csv(window, window->bytes, POL_WINDOW_SLACK, length, max_rows);
    else
        find_json(window, POL_WINDOW_SLACK, length, max_rows);
}

pol_places pol_window_places(const pol_window *window, uint32_t slot)
{
    const uint32_t slots = (uint32_t)window->slots.count;
    pol_places places = { .bytes = window->bytes };
    if (!window->csv) {
        places.from = window->places + 2 * (size_t)slot;
        places.to = places.from + 1;
        places.from_stride = places.to_stride = 2 * slots;
        return places;
    }
    places.from = slot == 0 ? window->rows.starts : window->rows.ends + (slot - 1);
    places.from_stride = slot == 0 ? 1 : slots;
    places.skip = slot == 0 ? 0 : 1;
    places.to = slot + 1 == slots ? window->rows.stops : window->rows.ends + slot;
    places.to_stride = slot + 1 == slots ? 1 : slots;
    return places;
}
