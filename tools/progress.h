/* How far a run is: one line on a terminal (standard error), redrawn a few times a second. Elsewhere
 * nothing is written. */
#ifndef POL_TOOLS_PROGRESS_H
#define POL_TOOLS_PROGRESS_H

#include <stdint.h>

#include "tools/tool.h"

typedef struct tool_progress {
    const tool *t;
    bool shown;        /* standard error is a terminal */
    uint64_t size;     /* bytes of the input; 0: not known */
    double start, last; /* seconds */
    bool drawn;
} tool_progress;

void tool_progress_start(tool_progress *progress, const tool *t, uint64_t size);
/* So many claims are done, so many bytes of the input read. */
void tool_progress_show(tool_progress *progress, uint64_t claims, uint64_t read);
/* Takes the line away. */
void tool_progress_end(tool_progress *progress);

#endif
