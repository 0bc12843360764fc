/* Superior scripts (沿用) from files: a path relative to the script that names it, never outside the root
 * folder (--root; by default the current folder, or the script's own when it lies elsewhere). */
#ifndef POL_TOOLS_SUPERIOR_H
#define POL_TOOLS_SUPERIOR_H

#include "tools/tool.h"

typedef struct tool_superior {
    const tool *t;
    char *root, *here;       /* owned, canonical: the root and the current folder */
    char *first;             /* owned, canonical: the script itself */
    const char *first_given; /* borrowed */
    bool found_folders;      /* root, here and first are known: when the first superior is asked for */
    char *name, *text;       /* owned: what the last call gave */
} tool_superior;

/* For the script `name`. The loader lives until tool_superior_close. */
pol_loader tool_superior_open(tool_superior *superior, const tool *t, const char *name);
void tool_superior_close(tool_superior *superior);

#endif
