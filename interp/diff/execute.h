/* A matter's code run over terms instead of numbers: what is known is computed by the VM's own kernels, the
 * rest becomes terms over the inputs that are left open. */
#ifndef POL_INTERP_DIFF_EXECUTE_H
#define POL_INTERP_DIFF_EXECUTE_H

#include "interp/diff/term.h"
#include "interp/vm.h"

typedef enum pol_assigned { POL_VAR_OPEN, POL_VAR_ABSENT, POL_VAR_PRESENT, POL_VAR_VALUE } pol_assigned;

/* A value of an input that is no amount, on both sides: numbered by each in its own way. */
typedef struct pol_var_value {
    pol_str text;          /* as a record writes it */
    int64_t element[2];    /* code, day, 0/1 or set of labels; POL_CODE_ABSENT: this side does not know it */
    const pol_tiers *tiers;/* TIERS */
} pol_var_value;

/* An input, an accumulator before the claim, or an open parameter, of both sides or of one. */
typedef struct pol_var {
    pol_str name;
    uint8_t type, role, class_;   /* pol_field_type, pol_field_role, pol_class */
    uint32_t field[2];            /* POL_NONE32: this side has none */
    bool may_be_absent;
    bool same_codes;              /* both sides number its values alike */
    pol_rational unit;            /* NUM: of its values */
    int64_t most;                 /* NUM: the largest value looked at, in units */
    POL_VEC(pol_var_value) values;
    bool sampled;                 /* not all of its values are among these */
    bool gate;                    /* a day, or a count that is only compared with fixed numbers */
    pol_assigned state;
    uint32_t value;               /* VALUE: which */
    int64_t number;               /* NUM and VALUE: in units */
} pol_var;

/* What is assumed of a condition that only days and counts decide. */
typedef struct pol_assumption {
    pol_term term;
    bool yes;
} pol_assumption;
typedef POL_VEC(pol_assumption) pol_assumptions;

typedef struct pol_executor {
    pol_terms *terms;         /* borrowed, as all below */
    const pol_code *code;
    pol_var *vars;
    const uint32_t *var_of;   /* by field */
    unsigned side;            /* 0 old, 1 new */
    pol_block block;          /* one row */
    pol_term *symbols;        /* by register; POL_NO_TERM: known, and in the block */
    uint32_t *contents;       /* by instruction: content of its parts that are no registers, + 1 */
    pol_term valid;           /* whether the claim is settled */
    bool in_force_ignored;
    const pol_assumptions *assumed;
    uint64_t gates[POL_MOST_VARS / 64]; /* the variables that are days or counts */
} pol_executor;

/* Whether days and counts alone decide a term. */
bool pol_of_gates(const pol_executor *run, pol_term term);

bool pol_executor_init(pol_executor *run, pol_arena *arena, pol_terms *terms, const pol_program *program,
                       const pol_code *code, unsigned side, pol_var *vars, const uint32_t *var_of);
/* Runs with the variables as they are assigned. False when memory ran out. */
bool pol_execute(pol_executor *run);
/* What a register came to. */
pol_term pol_executor_term(pol_executor *run, uint32_t reg);

/* A schedule as a constant of terms. */
typedef struct pol_schedule {
    pol_tiers tiers;
    pol_i128 den, den2;
} pol_schedule;

#endif
