/* Claims in the order of the dates by which they are settled; those of one day in the order of the input.
 * Then no accumulator is met out of order, whoever's it is. A record whose date cannot be read stays
 * behind the one before it. An external merge sort: so much memory at most, the rest in temporary files
 * (in TMPDIR, else /tmp) that have no name and vanish with the program. */
#ifndef POL_TOOLS_SORT_H
#define POL_TOOLS_SORT_H

#include "tools/progress.h"
#include "tools/source.h"

typedef struct tool_sort tool_sort;

/* Reads all of the source. `reader`: a runner that has been fed the first row of CSV, for the dates. NULL
 * after an error, which has been reported, and when a stop was asked for. */
tool_sort *tool_sort_new(tool_source *source, pol_runner *reader, size_t memory_bytes, tool_progress *progress);
/* The next piece, as tool_source_next; `sort` is a tool_sort. */
bool tool_sort_next(void *sort, tool_piece *piece);
void tool_sort_free(tool_sort *sort); /* NULL allowed */

#endif
