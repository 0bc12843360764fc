/* Scripts and programs from files. Errors are reported here; *status is the exit status they ask for. */
#ifndef POL_TOOLS_POLICY_H
#define POL_TOOLS_POLICY_H

#include "tools/text.h"

/* Reads and checks a script, whether it has errors or not; NULL when it could not be read. */
pol_script *tool_read_script(const tool *t, const char *name, int *status);
/* The text of a script; NULL when it could not be read. The caller frees it. */
char *tool_read_text(const tool *t, const char *name, size_t *length, int *status);
/* Checks a text that was read; NULL when it could not be done. */
pol_script *tool_load_script(const tool *t, const char *name, const char *text, size_t length, int *status);
/* The diagnostics on standard error, then what was not done because of them. */
void tool_report_script(const tool *t, const char *name, pol_script *script, tool_message message);
/* The same as tool_read_script, but a script with errors gives its diagnostics on standard error, and NULL. */
pol_script *tool_read_good_script(const tool *t, const char *name, int *status);
/* From a script (compiled here) or from bytecode (a name that ends in .polc). */
pol_program *tool_read_program(const tool *t, const char *name, int *status);

/* Standard output and standard error as writers. */
pol_writer tool_stdout(void);
pol_writer tool_stderr(void);

/* The exit status of a library call on the file `name`; reports what the library does not say itself. */
int tool_status_of(const tool *t, const char *name, pol_status status);

#endif
