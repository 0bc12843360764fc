/* Claims made for a policy: a value for each field of a matter, begun from an example or from nothing, changed
 * by chance among the values that the script itself writes and those near them. For the search of what the
 * examples lack (coverage_search.c) and for claims to measure with (generate.c). Chance is a sequence of its
 * own: the same seed, the same claims. */
#ifndef POL_INTERP_TRIAL_H
#define POL_INTERP_TRIAL_H

#include "interp/inspect.h"

/* What a claim gives for one field. */
typedef struct pol_given {
    bool is_given, is_null;
    int64_t number;  /* AMOUNT fen, RATIO millionths, INTEGER, DATE days, LABEL code, YESNO 0 or 1 */
    uint64_t set;    /* LABELS */
    pol_str text;    /* TEXT */
    uint32_t slices; /* TIERS */
    int64_t uppers[POL_MAX_TIERS], ratios[POL_MAX_TIERS]; /* the last upper has no bound */
} pol_given;

typedef struct pol_trial {
    uint32_t matter;
    uint32_t root;     /* the caller's: which claim it comes from */
    pol_given *fields; /* of the matter; NULL when memory ran out */
} pol_trial;

typedef struct pol_trials {
    const pol_script *script; /* borrowed; traced */
    pol_arena *arena;         /* borrowed; holds trials and texts */
    uint64_t chance;
    POL_VEC(int64_t) amounts, ratios, integers, dates; /* what the script writes, in the units of pol_given */
    POL_VEC(pol_str) texts;
} pol_trials;

/* Gathers the values that the script writes. False when memory ran out. */
bool pol_trials_init(pol_trials *trials, const pol_script *script, pol_arena *arena, uint64_t seed);
/* A number below `count` by chance; 0 when count is 0. */
uint32_t pol_trial_below(pol_trials *trials, size_t count);
/* One of the values by chance. */
int64_t pol_trial_pick(pol_trials *trials, const int64_t *values, size_t count);

/* The least that a claim of the matter must give. */
pol_trial pol_trial_plain(pol_trials *trials, uint32_t matter);
pol_trial pol_trial_copy(pol_trials *trials, const pol_trial *from);
/* Both of one matter. */
void pol_trial_assign(const pol_trials *trials, pol_trial *to, const pol_trial *from);
/* What the record of a claim that has run gave, into the fields of `trial`. */
void pol_trial_read(pol_trials *trials, pol_one_claim *claim, pol_trial *trial);
/* Gives one field another value, or, where it may be absent, none. */
void pol_trial_change(pol_trials *trials, const pol_trial *trial, uint32_t field);
/* The trial as a JSON record. */
void pol_trial_json(const pol_trials *trials, pol_text *out, const pol_trial *trial);
/* number / unit as decimal text; `trim`: without zeros at the end. */
void pol_trial_decimal(pol_text *out, int64_t number, int64_t unit, unsigned decimals, bool trim);
/* As a script writes them (trial_words.c): a name, in 「」 where it is no plain word; a value; the items of 给定,
 * on lines of their own where they are many. */
void pol_trial_name(pol_text *out, pol_str name);
void pol_trial_value(const pol_trials *trials, pol_text *out, const pol_field_def *field, const pol_given *value,
                     bool english);
void pol_trial_given(const pol_trials *trials, pol_text *out, const pol_trial *trial, bool english);
pol_str pol_trial_label(const pol_trials *trials, const pol_field_def *field, uint32_t code);

#endif
