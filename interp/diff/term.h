/* Figures of a policy as terms over its inputs, shared by both sides: equal terms are one term, so that
 * sameness is a comparison of numbers. Sums are kept as a constant and multiples of other terms, in one
 * order; comparisons as the sign of a difference.
 *
 * A term is definite when it can be neither absent, failed nor unlimited. Arithmetic is simplified for
 * definite terms only; everything else stays an operation with its arguments. */
#ifndef POL_INTERP_DIFF_TERM_H
#define POL_INTERP_DIFF_TERM_H

#include "interp/program.h"

#define POL_MOST_VARS 128

typedef uint32_t pol_term;
#define POL_NO_TERM UINT32_MAX

typedef enum pol_term_kind {
    POL_TERM_CONST, POL_TERM_VAR,
    POL_TERM_SUM,    /* value + coefs × args */
    POL_TERM_MUL,    /* of two that both vary */
    POL_TERM_MIN, POL_TERM_MAX,
    POL_TERM_ROUND,  /* unit × k-rounded(value × arg): value is the scale */
    POL_TERM_QUOTIENT, /* unit × k-rounded(value × a × b ÷ c) */
    POL_TERM_SIGN,   /* yes/no: arg (k) 0, k: pol_compare_op */
    POL_TERM_RATIO_SIGN, /* yes/no: value × a × b ÷ c (k) d */
    POL_TERM_OP      /* any other instruction: op, k and payload */
} pol_term_kind;

typedef enum pol_special { POL_ORDINARY, POL_ABSENT, POL_FAILED, POL_UNLIMITED } pol_special;

typedef struct pol_term_node {
    uint8_t kind, class_, k, special;
    uint16_t op;
    bool definite;
    uint32_t payload;        /* VAR: its number; OP: number of a table, member set, schedule … */
    uint32_t arg_count;
    const pol_term *args;
    const pol_rational *coefs;
    pol_rational value, unit;/* CONST: NUM the number, else the element in value.num */
    uint64_t deps[POL_MOST_VARS / 64]; /* variables below it */
    uint64_t hash;
    pol_term next;           /* of the same bucket */
} pol_term_node;

typedef struct pol_terms {
    pol_arena *arena;        /* borrowed */
    POL_VEC(pol_term_node) nodes;
    pol_term *buckets;
    uint32_t bucket_count;
    POL_VEC(pol_str) contents;      /* of tables, member sets, schedules: by their bytes */
    POL_VEC(const void *) objects;  /*   the things themselves */
    bool failed;             /* a number did not fit: what was built since proves nothing */
} pol_terms;

bool pol_terms_init(pol_terms *terms, pol_arena *arena);
static inline const pol_term_node *pol_term_at(const pol_terms *terms, pol_term term) { return &terms->nodes.items[term]; }
static inline bool pol_term_is_const(const pol_terms *terms, pol_term t) { return pol_term_at(terms, t)->kind == POL_TERM_CONST; }
static inline bool pol_term_depends(const pol_terms *terms, pol_term t, uint32_t var)
{
    return (pol_term_at(terms, t)->deps[var / 64] >> (var % 64) & 1) != 0;
}

/* ---- making ------------------------------------------------------------------------------------------- */
pol_term pol_term_const(pol_terms *terms, pol_class class_, pol_rational value, pol_special special);
pol_term pol_term_number(pol_terms *terms, pol_i128 num, pol_i128 den);
pol_term pol_term_bool(pol_terms *terms, bool yes);
/* `unit`: its values are multiples of it. `which`: 0, or a number for a side that codes values in its own way. */
pol_term pol_term_var(pol_terms *terms, pol_class class_, uint32_t var, bool definite, pol_rational unit, unsigned which);
pol_term pol_term_add(pol_terms *terms, pol_term a, pol_term b, pol_rational coef_b); /* a + coef × b, definite */
pol_term pol_term_scale(pol_terms *terms, pol_term a, pol_rational by);
pol_term pol_term_mul(pol_terms *terms, pol_term a, pol_term b);
pol_term pol_term_extreme(pol_terms *terms, pol_term_kind kind, pol_term a, pol_term b);
pol_term pol_term_round(pol_terms *terms, pol_term a, pol_rational scale, pol_rational unit, pol_rounding mode);
pol_term pol_term_compare(pol_terms *terms, pol_term a, pol_term b, pol_compare_op op);
pol_term pol_term_not(pol_terms *terms, pol_term a);
pol_term pol_term_and(pol_terms *terms, pol_term a, pol_term b);
pol_term pol_term_or(pol_terms *terms, pol_term a, pol_term b);
pol_term pol_term_select(pol_terms *terms, pol_class class_, pol_term cond, pol_term a, pol_term b);
/* Any node, found or made. */
pol_term pol_term_make(pol_terms *terms, const pol_term_node *node);
/* The number of something by its content; `object` is what it is, for readers. */
uint32_t pol_term_content(pol_terms *terms, pol_str bytes, const void *object);

#endif
