/* The debugger (`pol repl`): one policy, one claim, a position among its figures, and commands.
 *
 *   session.c   reading commands and finding who does them     line.c      line editing and history (libedit)
 *   complete.c  completion                                     say.c       output, aligned, to a transcript too
 *   setup.c     load, reload, set, params, state               claims.c    claims from files and by asking
 *   move.c      step, back, goto …                             stops.c     breakpoints and watches
 *   look.c      list, print, where, info, trace, disasm        ask.c       why, whatif
 *   sweep.c     a figure against a field                       nearest.c   the change that reaches a value
 *   value.c     numbers of fields, to count with               keep.c      sessions, examples, transcripts
 *
 * Everything that is known of the claim comes from the library's stepper; nothing here computes a figure. */
#ifndef POL_TOOLS_REPL_REPL_H
#define POL_TOOLS_REPL_REPL_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

typedef struct repl_stop {
    int number;
    bool is_watch, disabled;
    char *what;      /* owned: a name, clause, line or expression */
    char *condition; /* owned; NULL: none */
} repl_stop;

typedef struct repl_lines {
    char **items; /* owned, each */
    size_t count, capacity;
} repl_lines;

typedef struct repl_input repl_input;

typedef struct repl {
    tool *t;
    char *policy;           /* owned: the file's name; NULL: none loaded */
    unsigned long long hash; /* of its text */
    pol_script *script;
    pol_stepper *stepper;   /* NULL: no policy */
    bool has_claim;
    size_t position;
    char *claims, *claims_text; /* owned: a file of claims */
    size_t claims_length, claim_number; /* number from 1; 0: not from the file */
    repl_stop *stops;
    size_t stop_count, stop_capacity;
    int next_stop;
    repl_input *input;
    repl_lines history;
    FILE *transcript;
    char *transcript_name;
    bool done;
} repl;

/* ---- commands: commands.def ---- */
typedef struct repl_command {
    void (*run)(repl *r, char *operands); /* trimmed; may be written to */
    const char *letter;
    tool_text name, operands, help;
    tool_text group; /* of the first command of a group */
} repl_command;
extern const repl_command repl_commands[];
extern const int repl_command_count;
#define REPL_GROUP(id, en, zh)
#define REPL_COMMAND(id, en, letter, zh, operands_en, operands_zh, help_en, help_zh) void repl_do_##id(repl *r, char *operands);
#include "tools/repl/commands.def"
#undef REPL_GROUP
#undef REPL_COMMAND
void repl_execute(repl *r, const char *line);
void repl_usage(repl *r, const char *name);

/* ---- output ---- */
typedef enum repl_message {
#define REPL_MESSAGE(name, en, zh) REPL_M_##name,
#include "tools/repl/messages.def"
#undef REPL_MESSAGE
    REPL_MESSAGE_COUNT
} repl_message;
const char *repl_word(const repl *r, repl_message message);
void repl_put(repl *r, const char *text);
void repl_putn(repl *r, const char *text, size_t length);
void repl_pad(repl *r, const char *text, int width);       /* blanks behind */
void repl_pad_left(repl *r, const char *text, int width);  /* before */
void repl_tell_list(repl *r, repl_message message, const char *const *arguments); /* with a line end */
#define repl_tell(r, ...) repl_tell_list((r), TOOL_FIRST(__VA_ARGS__, NULL), TOOL_REST(__VA_ARGS__, NULL))
pol_writer repl_writer(repl *r);
void repl_color(repl *r, const char *code); /* "1" bold, "0" off …; nothing without colours */
tool_number repl_number(size_t number);

/* ---- input ---- */
/* NULL only when memory ran out. */
repl_input *repl_input_open(repl *r);
void repl_input_close(repl_input *input);
/* A line without its end, owned by the caller; NULL at the end of input. */
char *repl_read_line(repl *r, const char *prompt);
bool repl_is_interactive(const repl *r);
/* Ctrl-C since the last repl_calm. */
bool repl_interrupted(void);
void repl_calm(void);
/* Words that could go on from `word`, which begins `before` bytes into the line: owned by the caller. */
void repl_candidates(repl *r, const char *line, size_t before, size_t length, repl_lines *found);

/* ---- small things ---- */
char *repl_trim(char *text);
char *repl_copy(const char *text);
bool repl_add_line(repl_lines *lines, const char *text);
void repl_free_lines(repl_lines *lines);
/* Splits at the first top-level '=' (＝): false when there is none. */
bool repl_split_equals(char *text, char **left, char **right);
/* Cuts the word that `text` begins with; the rest follows it. */
char *repl_cut_word(char *text, char **rest);
/* " if " or " 当 " in a text: cuts it there and returns the condition, NULL when there is none. */
char *repl_cut_condition(char *text);

/* ---- the claim ---- */
/* The claim as JSON, owned by the caller. */
char *repl_claim_text(repl *r);
void repl_put_fields(repl *r, pol_field_is role);
bool repl_needs_policy(repl *r);
bool repl_needs_claim(repl *r);
bool repl_needs_matter(repl *r);
void repl_load_policy(repl *r, const char *name);
void repl_take_claim(repl *r, const char *json, size_t length);
void repl_take_file(repl *r, const char *name, size_t number);
/* "rejected: …" */
void repl_put_rejection(repl *r, pol_stepper *stepper);
/* Says how the claim came out, after it has changed, and goes to the start. */
void repl_report(repl *r, pol_status status);
void repl_refuse_name(repl *r, const char *name);
void repl_refuse_field(repl *r, const char *name);
const pol_claim_field *repl_find_field(repl *r, const char *name);
void repl_put_takes(repl *r, const pol_claim_field *field);
/* Another stepper over the same claim; NULL after an error, which is said. */
pol_stepper *repl_fork(repl *r);

/* ---- positions ---- */
bool repl_step_is(const repl *r, const pol_step *step, const char *name);
/* The first position in [from, to] of that name, or with from > to the last before; 0: none. */
size_t repl_find_position(const repl *r, const char *name, size_t from, size_t to);
void repl_show(repl *r);
void repl_go(repl *r, size_t position);
/* "大病保险 › 起付" */
void repl_put_path(repl *r, const pol_step *step);

/* ---- stops ---- */
/* Does something stop at the position? Says which. `say` false: only asks. */
bool repl_stops_at(repl *r, size_t position, bool say);
void repl_free_stops(repl *r);
/* Asks an expression at a position; false when there is no answer (said, unless `quiet`). */
bool repl_ask(repl *r, const char *expression, size_t position, bool quiet, pol_answer *answer, pol_question **question);

/* ---- keeping ---- */
bool repl_is_session(const char *text);
void repl_load_session(repl *r, const char *name, char *text);
unsigned long long repl_hash(const char *bytes, size_t length);

void repl_close(repl *r);

/* ---- numbers of fields ---- */
/* AMOUNT in fen, RATIO in millionths, INTEGER, DATE in days; false: no such value. */
bool repl_read_units(const pol_claim_field *field, const char *text, long long *units);
/* As a record has it, and as people read it. */
void repl_write_units(const pol_claim_field *field, long long units, bool for_record, char out[40]);
bool repl_counts(const pol_claim_field *field);
/* An answer's number with two decimals, or as a percentage. */
void repl_write_answer(const pol_answer *answer, long long millionths, char out[48]);

#endif
