/* What changed between two texts, line by line, as `diff -u` shows it. */
#ifndef POL_TOOLS_DIFFERENCE_H
#define POL_TOOLS_DIFFERENCE_H

#include <stdio.h>

#include "tools/files.h"

/* Writes nothing for equal texts. False when memory ran out. */
bool tool_write_difference(FILE *to, const char *name, const tool_bytes *before, const tool_bytes *after);

#endif
