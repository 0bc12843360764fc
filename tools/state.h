/* Ledgers in files: what accumulators stood at at the end of the last run (--state, --state-out). */
#ifndef POL_TOOLS_STATE_H
#define POL_TOOLS_STATE_H

#include "tools/files.h"

/* Reads a ledger; NULL after an error, which has been reported. */
pol_ledger *tool_state_read(const tool *t, const char *name);
/* Writes it to the output, which then waits for tool_output_finish. False after an error, reported too. */
bool tool_state_write(const tool *t, const pol_ledger *ledger, tool_output *output, const char *name);

#endif
