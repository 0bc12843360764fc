/* Columns of a CSV file under other names than the policy's: a map from the names of the file's first row
 * to those of the policy, one pair a line ("出院时间,出院日期"). Blank lines are skipped. */
#ifndef POL_TOOLS_COLUMNS_H
#define POL_TOOLS_COLUMNS_H

#include "tools/tool.h"

typedef struct tool_columns {
    const char *name;        /* of the file */
    char *text;              /* owned: the file, the names below lie in it */
    char **from, **to;       /* owned arrays */
    int count;
} tool_columns;

/* False after an error, which has been reported. Always to be followed by tool_columns_close. */
bool tool_columns_open(const tool *t, tool_columns *columns, const char *name);
/* The first row under the policy's names; the caller frees it. NULL after an error: a name of the map that
 * the row does not have, no memory. */
char *tool_columns_rename(const tool *t, const tool_columns *columns, const char *row, size_t length, size_t *renamed);
void tool_columns_close(tool_columns *columns);

#endif
