/* Where two policies settle differently: every output, every combination of categories and flags that
 * matters, every amount.
 *
 *   behave.c    inputs, the search over categories, regions     witness.c   claims that show a difference
 *   trace.c     both sides' way to the figures of such a claim
 *   execute.c   code to terms      slice.c   one amount exactly      solve.c   several amounts at once (Z3)
 */
#ifndef POL_INTERP_DIFF_BEHAVE_H
#define POL_INTERP_DIFF_BEHAVE_H

#include "interp/diff/diff.h"
#include "interp/diff/execute.h"
#include "interp/diff/slice.h"

typedef enum pol_figure_kind {
    POL_FIGURE_SETTLED, /* whether the claim is settled at all */
    POL_FIGURE_TOTAL, POL_FIGURE_PERSON, POL_FIGURE_HOSPITAL, POL_FIGURE_PAYER, POL_FIGURE_ADVANCE,
    POL_FIGURE_STATUS, POL_FIGURE_OUTPUT, POL_FIGURE_ACCUM,
    POL_FIGURE_ASKED    /* a question of one script's analysis (deep.c) */
} pol_figure_kind;

struct pol_behaviour;
struct pol_output_pair;
/* The two terms of a question, after an execution. */
typedef pol_term (*pol_asked)(struct pol_behaviour *b, const struct pol_output_pair *pair, unsigned side);

/* One output that is compared. */
typedef struct pol_output_pair {
    pol_figure_kind kind;
    pol_str name;          /* as the new side calls it */
    bool is_money;
    uint32_t index[2];     /* of the payer, status … on each side; POL_NONE32: it has none */
    pol_term term[2];      /* of the last execution */
    pol_str by;            /* ADVANCE: who */
    pol_asked ask;      /* ASKED */
    bool less, more;       /* what the regions found say: new below old, above it */
    bool differs;          /* somewhere */
    bool undecided;        /* and nowhere found to differ */
} pol_output_pair;

/* A figure as both sides come to it: a payer, a step in it, what that rests on. */
typedef struct pol_trace_line {
    unsigned depth;        /* 0: payers, person, hospital, total */
    pol_str name;
    bool has[2];           /* the side has it */
    pol_str value[2], formula[2], numbers[2]; /* formula: in the script's words; numbers: with values for names */
    pol_str clauses[2];
} pol_trace_line;

/* One claim settled by both sides, on the VM. */
typedef struct pol_witness {
    bool replayed;
    pol_str claim[2];      /* JSON for each side; equal where their inputs are */
    bool settled[2];
    pol_str error[2];      /* where it is not settled */
    pol_str *values[2];    /* by output pair */
    POL_VEC(pol_trace_line) trace; /* of what differs; empty where a side is bytecode */
} pol_witness;

typedef struct pol_path_step { /* 人员类别 = 甲、乙 */
    pol_str words, values;
    uint32_t var;                 /* POL_NONE32: a condition */
    uint32_t count, total;        /* values listed, and values there are */
    bool sampled;
} pol_path_step;
typedef POL_VEC(pol_path_step) pol_path;

typedef enum pol_verdict { POL_REGION_DIFFERS, POL_REGION_UNDECIDED } pol_verdict;

/* A part of a region along its amount. */
typedef struct pol_region_part {
    int64_t low, high;           /* of the amount, in its units */
    pol_piece_kind kind;
    uint64_t figures[POL_MOST_COMPARED / 64]; /* output pairs */
    bool only_before, only_after;
    POL_VEC(pol_str) formulas;   /* one line for each figure that has one */
} pol_region_part;

/* A figure at one amount, in fen. */
typedef struct pol_point {
    int64_t x;
    pol_i128 before, after;
} pol_point;

/* Combinations of categories that behave alike. */
typedef struct pol_region {
    uint32_t focus;              /* the only output that was looked at; POL_NONE32: amounts of all payers */
    pol_verdict verdict;
    pol_str reason;              /* UNDECIDED: why */
    bool sampled;                /* found with chosen values of days, several categories, ratios or schedules */
    POL_VEC(pol_path) paths;
    uint32_t var;                /* the amount along which it was cut; POL_NONE32: no amount matters */
    pol_str others;              /* the other amounts, as they were held */
    POL_VEC(pol_region_part) parts;
    uint32_t largest_figure;     /* of the largest difference of an amount, POL_NONE32: none */
    pol_i128 largest_fen;        /* new - old */
    POL_VEC(pol_point) points;   /* of that figure, ascending: the ends of the parts and around them */
    pol_witness first, last, largest; /* at the lowest and the highest amount, and where it is largest */
} pol_region;

typedef struct pol_behaviour { /* of one matter */
    pol_str matter;
    POL_VEC(pol_output_pair) outputs;
    POL_VEC(pol_region) regions;
    unsigned same_count;         /* combinations proved the same after a look at their amounts */
    unsigned undecided;          /* regions */
    bool paid_undecided;         /* one of what is paid */
    bool proved;                 /* by terms alone: both sides compute the same */
    bool too_large;              /* nothing was compared */
    bool common;                 /* some claim may be settled by both */
    bool apart;                  /* never in force on one day: each on a day of its own */
    pol_str only;                /* matter of one side only: its words */
    pol_str days;                /* on which days, for people */
    pol_str lacking;             /* inputs that only one side has */
    pol_terms terms;
    pol_var *vars;
    uint32_t var_count;
    const pol_code *code[2];
    uint32_t *var_of[2];
    pol_executor run[2];
    bool same_texts;             /* both number texts alike */
    pol_assumptions assumed;
} pol_behaviour;

bool pol_diff_behaviour(pol_diff *diff);
/* Looks for claims that tell the two terms of every question (the outputs of `b`) apart: `differs` where there
 * is one, `undecided` where it is not known. At each combination of categories that `at_leaf` (may be NULL)
 * is given for, only amounts are open. `codes` of b are set. False when memory ran out. */
typedef bool (*pol_at_leaf)(void *user, pol_behaviour *b, const pol_path *path);
bool pol_ask(pol_diff *diff, pol_behaviour *b, pol_at_leaf at_leaf, void *user, uint32_t leaf_question);
/* Runs both codes with the variables as they are assigned. */
bool pol_ask_again(pol_diff *diff, pol_behaviour *b);
/* A difference, or a region of which it is not known. */
bool pol_behaviour_differs(const pol_diff *diff);

/* report_behave.c */
void pol_diff_behaviour_text(pol_diff *diff, pol_text *out);
pol_str pol_output_name(pol_diff *diff, const pol_output_pair *pair);
pol_str pol_verdict_words(pol_diff *diff, const char *verdict);
const char *pol_output_verdict(const pol_behaviour *b, const pol_output_pair *pair);
/* The formula lines of a trace line: ways it is reckoned, "" where there is nothing to tell. `second` is for the
 * new side where the two are told apart. */
void pol_trace_formulas(pol_diff *diff, const pol_trace_line *line, pol_str *first, pol_str *second);
pol_str pol_trace_clauses(pol_diff *diff, const pol_trace_line *line);
pol_str pol_region_words(pol_diff *diff, const pol_path *path);
bool pol_region_has_own_largest(const pol_region *region);
pol_str pol_region_amount(pol_diff *diff, const pol_var *var, int64_t number);

/* witness.c: settles the claim that the variables make. False when memory ran out. */
bool pol_witness_make(pol_diff *diff, const pol_behaviour *b, pol_witness *witness);
/* Whether the VM gives different values for an output pair, or only one side settles. */
bool pol_witness_differs(const pol_behaviour *b, const pol_witness *witness);

/* trace.c: fills the trace of a witness that both sides settle: of all that is paid, or of the output `focus`. */
bool pol_trace_make(pol_diff *diff, const pol_behaviour *b, uint32_t focus, pol_witness *witness);

/* solve.c: amounts for which some figure differs while both sides settle (or one only). */
typedef enum pol_found { POL_FOUND_NONE, POL_FOUND_WITNESS, POL_FOUND_UNKNOWN } pol_found;
/* On FOUND the open number variables have VALUE. Without a solver always UNKNOWN. */
pol_found pol_solve(pol_behaviour *b, const pol_compared *figures, uint32_t count, pol_term valid_before, pol_term valid_after);
/* Why there is none; NULL when there is. */
const char *pol_solver_missing(pol_lang lang);

#endif
