/* A source text and places in it. Spans are byte offsets into the original text; lines and columns
 * are worked out when somebody asks. */
#ifndef POL_BASE_SOURCE_H
#define POL_BASE_SOURCE_H

#include <stdint.h>

#include "interp/base/str.h"

/* Half open, in bytes of the file's original text. Zero-width spans are allowed. */
typedef struct pol_span {
    uint32_t file, start, end;
} pol_span;

typedef struct pol_source {
    pol_str name;          /* as shown in messages */
    pol_str text;          /* original bytes */
    uint32_t *line_starts; /* offsets; line_starts[0] is 0 */
    uint32_t line_count;
} pol_source;

typedef struct pol_place {
    uint32_t line;           /* from 1 */
    uint32_t column;         /* in code points, from 1: what messages print */
    uint32_t column_display; /* in terminal columns, from 0: for carets */
} pol_place;

/* All texts of one compilation; a span's `file` is an index here. */
typedef struct pol_sources {
    pol_arena *arena;
    pol_source *items;
    uint32_t count, capacity;
} pol_sources;

void pol_sources_init(pol_sources *sources, pol_arena *arena);
/* Adds (and copies) a text; returns its index, or UINT32_MAX when memory ran out. */
uint32_t pol_sources_add(pol_sources *sources, pol_str name, pol_str text);
pol_place pol_source_place(const pol_source *source, uint32_t offset);
pol_str pol_source_line(const pol_source *source, uint32_t line); /* without its line end */
pol_str pol_span_text(const pol_sources *sources, pol_span span);
pol_span pol_span_join(pol_span first, pol_span last);

#endif
