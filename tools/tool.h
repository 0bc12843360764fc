/* What the subcommands of the program `pol` share: the context of a call, the description of a
 * subcommand and its options, messages in both languages.
 *
 *   pol.c       finds the subcommand and calls it      options.c   reads the command line, writes help
 *   cmd_*.c     one subcommand each                    text.c      messages, display width
 *   files.c     reading and writing files              encoding.c  GB18030 to UTF-8
 *   compress.c  gzip and Zstandard                     columns.c   other names of CSV columns
 *   source.c    claims in pieces of whole records      sort.c      the same in order of date
 *   jobs.c      pieces settled by several threads      state.c     ledgers in files
 *   progress.c  a bar on a terminal                    summary.c   what a run came to
 *   stop.c      Ctrl-C
 *   policy.c    scripts and programs from files  superior.c  scripts that they extend
 *   editions.c  the editions in a folder
 *
 * Every subcommand returns an exit status: TOOL_DONE, TOOL_FINDINGS or TOOL_UNUSABLE. */
#ifndef POL_TOOLS_TOOL_H
#define POL_TOOLS_TOOL_H

#include <pol/pol.h>

enum {
    TOOL_DONE = 0,
    TOOL_FINDINGS = 1, /* errors in a script, failed examples, rejected claims */
    TOOL_UNUSABLE = 2  /* unusable arguments or environment */
};

/* A text in both languages. */
typedef struct tool_text {
    const char *en, *zh;
} tool_text;

/* One call of the program. */
typedef struct tool {
    pol_lang lang;
    const char *root;       /* --root: 沿用 never leaves it; NULL: not given */
    const char *color_wish; /* --color, NULL: not given */
    bool color;             /* standard output takes colours */
    bool color_errors;      /* standard error takes colours */
    bool output_failed;     /* standard output could not be written, which has been reported */
} tool;

static inline const char *tool_say(const tool *t, tool_text text)
{
    return t->lang == POL_ZH ? text.zh : text.en;
}

/* ---- subcommands --------------------------------------------------------------------------------- */

typedef struct tool_option {
    const char *name;  /* without the two hyphens */
    char letter;       /* or 0 */
    tool_text value;   /* NULL: a flag; "a|b": one of these words; else what help calls the value */
    tool_text help;    /* one line */
} tool_option;

#define TOOL_MAX_OPTIONS 20

/* A command line that has been read. */
typedef struct tool_args {
    const char *values[TOOL_MAX_OPTIONS]; /* by the option's place in its table; NULL: not given; "" for flags */
    const char **operands;                /* owned by the reader (options.c) */
    int operand_count;
} tool_args;

typedef struct tool_verb {
    const char *name;
    int (*run)(tool *t, const tool_args *args);
    tool_text summary;          /* one line */
    tool_text operands;         /* "POLICY [CLAIMS]" */
    int least, most;            /* operands; most -1: any number */
    const tool_option *options; /* at most TOOL_MAX_OPTIONS */
    int option_count;
    tool_text about;            /* some lines; ends with a line end */
} tool_verb;

#define TOOL_COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define TOOL_VERB(name) extern const tool_verb tool_##name##_verb;
#include "tools/verbs.def"
#undef TOOL_VERB

#endif
