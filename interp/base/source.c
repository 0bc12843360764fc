/* Source texts, and lines and columns of offsets in them. */
#include "interp/base/source.h"

#include <string.h>

#include "interp/base/utf8.h"

#define MARK_BYTES  ((size_t)1 << 13)
#define TAB_COLUMNS 8u

void pol_sources_init(pol_sources *sources, pol_arena *arena)
{
    *sources = (pol_sources){ .arena = arena };
}

/* Offset behind the line end at `at`, or `at` when there is none. */
static size_t skip_line_end(pol_str text, size_t at)
{
    if (at >= text.length)
        return at;
    if (text.bytes[at] == '\n')
        return at + 1;
    if (text.bytes[at] != '\r')
        return at;
    return at + 1 < text.length && text.bytes[at + 1] == '\n' ? at + 2 : at + 1;
}

/* Offset of the first `mark` in [at, end), or `end`. */
static size_t find(pol_str text, char mark, size_t at, size_t end)
{
    const char *const found = at < end ? memchr(text.bytes + at, mark, end - at) : NULL;
    return found == NULL ? end : (size_t)(found - text.bytes);
}

/* Writes the starts of lines and the length of the longest. False when memory ran out. */
static bool list_lines(pol_arena *arena, pol_source *source, size_t *longest)
{
    POL_VEC(uint32_t) starts = { NULL, 0, 0 };
    const pol_str text = source->text;
    size_t feed = find(text, '\n', 0, text.length), back = find(text, '\r', 0, text.length);
    *longest = 0;
    for (size_t at = 0;;) {
        if (!POL_PUSH(arena, starts, (uint32_t)at))
            return false;
        if (feed < at)
            feed = find(text, '\n', at, text.length);
        if (back < at)
            back = find(text, '\r', at, text.length);
        const size_t end = feed < back ? feed : back;
        if (end - at > *longest)
            *longest = end - at;
        at = skip_line_end(text, end);
        if (at != end)
            continue;
        source->line_starts = starts.items;
        source->line_count = (uint32_t)starts.count;
        return true;
    }
}

static size_t bom_length(pol_str text)
{
    return text.length >= 3 && memcmp(text.bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Moves `at` over one character. */
static void step(pol_str text, pol_source_mark *at)
{
    size_t size;
    const int32_t point = pol_utf8_next(text.bytes + at->offset, text.length - at->offset, &size);
    if (at->offset == 0 && bom_length(text) != 0) {
        at->offset = 3;
        return;
    }
    at->offset += (uint32_t)size;
    at->column++;
    if (point == '\t')
        at->column_display += TAB_COLUMNS - at->column_display % TAB_COLUMNS;
    else
        at->column_display += (uint32_t)pol_utf8_width(point);
}

/* Every MARK_BYTES of a text with long lines, the columns of the next character are written down. */
static bool make_marks(pol_arena *arena, pol_source *source, size_t longest)
{
    const pol_str text = source->text;
    if (longest <= MARK_BYTES)
        return true;
    source->marks = POL_NEW_ARRAY(arena, pol_source_mark, text.length / MARK_BYTES + 1);
    if (source->marks == NULL)
        return false;
    pol_source_mark at = { 0, 0, 0 };
    uint32_t line = 1;
    size_t next = MARK_BYTES;
    while (at.offset < text.length) {
        if (line < source->line_count && source->line_starts[line] <= at.offset) {
            at = (pol_source_mark){ source->line_starts[line], 0, 0 };
            line++;
        }
        if (at.offset >= next) {
            source->marks[source->mark_count++] = at;
            next += MARK_BYTES;
        }
        if (at.offset < text.length)
            step(text, &at);
    }
    return true;
}

/* The text with two NULs behind it: a scanner's end of a buffer. */
static pol_str copy_text(pol_arena *arena, pol_str text)
{
    char *const copy = POL_NEW_RAW_ARRAY(arena, char, text.length + 2);
    if (copy == NULL)
        return POL_STR("");
    if (text.length > 0)
        memcpy(copy, text.bytes, text.length);
    memset(copy + text.length, 0, 2);
    return (pol_str){ copy, text.length };
}

uint32_t pol_sources_add(pol_sources *sources, pol_str name, pol_str text)
{
    pol_arena *arena = sources->arena;
    if (text.length >= UINT32_MAX || sources->count == UINT32_MAX / 2) {
        arena->failed = true;
        return UINT32_MAX;
    }
    if (sources->count == sources->capacity) {
        const uint32_t capacity = sources->capacity == 0 ? 4 : sources->capacity * 2;
        pol_source *grown =
            pol_arena_grow(arena, sources->items, sources->count, capacity, sizeof(pol_source));
        if (grown == NULL)
            return UINT32_MAX;
        sources->items = grown;
        sources->capacity = capacity;
    }
    pol_source source = { .name = pol_str_copy(arena, name), .text = copy_text(arena, text) };
    if (pol_arena_failed(arena))
        return UINT32_MAX;
    size_t longest;
    if (!list_lines(arena, &source, &longest) || !make_marks(arena, &source, longest))
        return UINT32_MAX;
    sources->items[sources->count] = source;
    return sources->count++;
}

/* The number (from 0) of the last line that starts at or before the offset. */
static uint32_t line_of(const pol_source *source, uint32_t offset)
{
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The last mark in [start, offset], or the start of the line itself. */
static pol_source_mark nearest_mark(const pol_source *source, uint32_t start, uint32_t offset)
{
    uint32_t low = 0,
             high = source->mark_count; /* marks before `low` are at or before the offset */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (source->marks[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && source->marks[low - 1].offset >= start)
        return source->marks[low - 1];
    return (pol_source_mark){ start, 0, 0 };
}

pol_place pol_source_place(const pol_source *source, uint32_t offset)
{
    if (source->line_count == 0)
        return (pol_place){ 1, 1, 0 };
    if (offset > source->text.length)
        offset = (uint32_t)source->text.length;
    const uint32_t line = line_of(source, offset);
    pol_source_mark at = nearest_mark(source, source->line_starts[line], offset);
    pol_source_mark before = at;
    while (at.offset < offset) {
        before = at;
        step(source->text, &at);
    }
    if (at.offset > offset) /* inside a character: its own place */
        at = before;
    return (pol_place){ line + 1 - (line < source->hidden_lines ? line : source->hidden_lines), at.column + 1,
                        at.column_display };
}

pol_str pol_source_line(const pol_source *source, uint32_t line)
{
    line += line == 0 ? 0 : source->hidden_lines;
    if (line == 0 || line > source->line_count)
        return POL_STR("");
    const size_t start = source->line_starts[line - 1] + (line == 1 ? bom_length(source->text) : 0);
    size_t end = line < source->line_count ? source->line_starts[line] : source->text.length;
    while (end > start &&
           (source->text.bytes[end - 1] == '\n' || source->text.bytes[end - 1] == '\r'))
        end--;
    return (pol_str){ source->text.bytes + start, end - start };
}

pol_str pol_span_text(const pol_sources *sources, pol_span span)
{
    if (span.file >= sources->count)
        return POL_STR("");
    const pol_str text = sources->items[span.file].text;
    const size_t end = span.end < text.length ? span.end : text.length;
    if (span.start >= end)
        return POL_STR("");
    return (pol_str){ text.bytes + span.start, end - span.start };
}

pol_span pol_span_join(pol_span first, pol_span last)
{
    if (first.file == UINT32_MAX)
        return last;
    if (last.file != first.file)
        return first;
    return (pol_span){
        .file = first.file,
        .start = first.start < last.start ? first.start : last.start,
        .end = first.end > last.end ? first.end : last.end,
    };
}
