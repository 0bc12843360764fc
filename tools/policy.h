/* Scripts and programs from files. Errors are reported here; *status is the exit status they ask for. */
#ifndef POL_TOOLS_POLICY_H
#define POL_TOOLS_POLICY_H

#include "tools/tool.h"

/* Reads and checks a script, whether it has errors or not; NULL when it could not be read. */
pol_script *tool_read_script(const tool *t, const char *name, int *status);
/* The same, but a script with errors gives its diagnostics on standard error, and NULL. */
pol_script *tool_read_good_script(const tool *t, const char *name, int *status);
/* From a script (compiled here) or from bytecode (a name that ends in .polc). */
pol_program *tool_read_program(const tool *t, const char *name, int *status);

/* Standard output and standard error as writers. */
pol_writer tool_stdout(void);
pol_writer tool_stderr(void);

/* The exit status of a library call on the file `name`; reports what the library does not say itself. */
int tool_status_of(const tool *t, const char *name, pol_status status);

#endif
