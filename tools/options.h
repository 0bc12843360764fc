/* The command line: options of a subcommand, options known everywhere, help. */
#ifndef POL_TOOLS_OPTIONS_H
#define POL_TOOLS_OPTIONS_H

#include <stdio.h>

#include "tools/tool.h"

/* The language of the call: --lang anywhere on the line, else POL_LANG, else the locale (Chinese when
 * none is set). Works on a line that is not yet understood, so that errors speak the right language. */
pol_lang tool_choose_lang(int count, char **arguments);

typedef enum tool_reading {
    TOOL_READ,    /* understood: run the subcommand */
    TOOL_HELP,    /* --help was among the options */
    TOOL_VERSION, /* --version likewise */
    TOOL_BAD      /* an error, already reported */
} tool_reading;

/* Reads what follows the subcommand's name, or, with `verb` NULL, the options before it: *used is then
 * the number of words read. args->operands is to be freed by the caller. Sets the colours of `t`. */
tool_reading tool_read_arguments(tool *t, const tool_verb *verb, int count, char **arguments,
                                 tool_args *args, int *used);

/* The help of the program: all subcommands with a line each. */
void tool_write_help(const tool *t, FILE *to, const tool_verb *const *verbs, int verb_count);
/* The help of one subcommand. */
void tool_write_verb_help(const tool *t, FILE *to, const tool_verb *verb);

#endif
