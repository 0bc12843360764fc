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

/* Private to source.c: columns known in advance, so that places in a very long line are cheap. */
typedef struct pol_source_mark {
    uint32_t offset, column, column_display;
} pol_source_mark;

/* A line ends with LF, CR LF or CR. A byte-order mark at the start takes no column. */
typedef struct pol_source {
    pol_str name;          /* as shown in messages */
    pol_str text;          /* original bytes, and two NULs behind them */
    uint32_t *line_starts; /* offsets; line_starts[0] is 0 */
    uint32_t line_count;
    uint32_t hidden_lines; /* at the start, not counted and not shown: of a text that was put around another */
    pol_source_mark *marks; /* ascending, one for every so many bytes */
    uint32_t mark_count;
} pol_source;

typedef struct pol_place {
    uint32_t line;           /* from 1 */
    uint32_t column;         /* in code points, from 1: what messages print */
    uint32_t column_display; /* in terminal columns, from 0, tab stops every 8: for carets */
} pol_place;

/* All texts of one compilation; a span's `file` is an index here. */
typedef struct pol_sources {
    pol_arena *arena;
    pol_source *items;
    uint32_t count, capacity;
} pol_sources;

void pol_sources_init(pol_sources *sources, pol_arena *arena);
/* Adds (and copies) a text; returns its index, or UINT32_MAX when memory ran out or the text has
 * 4 GiB or more (which counts as memory run out). */
uint32_t pol_sources_add(pol_sources *sources, pol_str name, pol_str text);
pol_place pol_source_place(const pol_source *source, uint32_t offset);
/* Without its line end and byte-order mark; empty when there is no such line. */
pol_str pol_source_line(const pol_source *source, uint32_t line);
/* Empty when the span is not of these sources; what lies outside the text is left out. */
pol_str pol_span_text(const pol_sources *sources, pol_span span);
/* From the earlier start to the later end; one without a place (file UINT32_MAX) is ignored. */
pol_span pol_span_join(pol_span first, pol_span last);

#endif
