/* The closing lines of a run: counts, then sums by payer and counts by status and by error. */
#ifndef POL_TOOLS_SUMMARY_H
#define POL_TOOLS_SUMMARY_H

#include <stdio.h>

#include "tools/tool.h"

void tool_summary_write(const tool *t, FILE *to, const pol_runner *runner);

#endif
