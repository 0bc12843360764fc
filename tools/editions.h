/* The editions of a policy: the scripts (.pol) and programs (.polc) of a folder, all of one 系列. */
#ifndef POL_TOOLS_EDITIONS_H
#define POL_TOOLS_EDITIONS_H

#include "tools/tool.h"

typedef struct tool_editions {
    pol_program **programs; /* owned */
    char **names;           /* owned: of the files, in the order of the alphabet */
    int count;
} tool_editions;

bool tool_is_folder(const char *name);
/* One program for a file, all of them for a folder. False after an error, which has been reported; *status
 * is the exit status then. Always to be followed by tool_editions_close. */
bool tool_editions_open(const tool *t, tool_editions *editions, const char *name, int *status);
/* Adds the second and later editions to a runner made for the first. */
bool tool_editions_add(const tool *t, const tool_editions *editions, pol_runner *runner);
/* Whether the editions fit together; reports why not. */
bool tool_editions_check(const tool *t, const tool_editions *editions);
void tool_editions_close(tool_editions *editions);

#endif
