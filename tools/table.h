/* A small table saved by a spreadsheet: CSV in UTF-8 or GB18030, with a line of column names. */
#ifndef POL_TOOLS_TABLE_H
#define POL_TOOLS_TABLE_H

#include "tools/files.h"

typedef struct tool_table {
    char *bytes;  /* owned: the text, cut into cells */
    char **cells; /* owned: row by row, the column names first; blanks around them are left out */
    int rows, columns;
} tool_table;

/* False after an error, which has been reported. */
bool tool_table_read(const tool *t, tool_table *table, const char *name);
/* Row 0 holds the column names. */
const char *tool_table_cell(const tool_table *table, int row, int column);
void tool_table_free(tool_table *table);

#endif
