/* Scripts to start from. */
#ifndef POL_TOOLS_STARTER_H
#define POL_TOOLS_STARTER_H

#include "tools/table.h"

/* A whole small script with every section explained. */
extern const tool_text tool_blank_script;
/* A script around a table: of tiers (from, to, ratio …), or of categories (their labels, then values). False after an
 * error, which has been reported. */
bool tool_script_of_table(const tool *t, const tool_table *table, const char *name, tool_bytes *script);

#endif
