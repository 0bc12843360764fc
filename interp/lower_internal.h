/* Shared by the files of the lowering (see lower.h); private to them.
 *
 *   lower.c         fields, checks, statuses, outputs; the driver
 *   lower_expr.c    expressions and definitions        lower_choice.c  当, 按, schedules, dated values
 *   lower_payer.c   orders, payers, caps, accumulators
 *   lower_ops.c     operations over any denominators   lower_emit.c    instructions, constants, each once
 *   lower_finish.c  dead code, numbering, the program's copy
 *
 * Registers are numbered as they are made; equal instructions and equal constants are made once (all
 * code is pure), so what is lowered again in another lane costs nothing unless it differs. At the end
 * dead code is dropped and everything is renumbered (pol_emit_finish). */
#ifndef POL_INTERP_LOWER_INTERNAL_H
#define POL_INTERP_LOWER_INTERNAL_H

#include "interp/lower.h"

#define POL_NO_SPAN ((pol_span){ UINT32_MAX, 0, 0 })

/* A value: one register, or the quotient reg * times / over (then `over` is a register). */
typedef struct pol_value {
    uint32_t reg, times, over;
} pol_value;

#define POL_PLAIN(r) ((pol_value){ (r), POL_NONE32, POL_NONE32 })

static inline bool pol_is_quotient(pol_value value)
{
    return value.over != POL_NONE32;
}

/* What is known of a register's value when it is present. */
enum { POL_KNOWN_NOT_NEGATIVE = 1, POL_KNOWN_UNIT = 2 /* 0 ... 1; schedules: every ratio */ };

/* Where an expression stands, which decides what payers' figures mean in it. */
typedef enum pol_scope_kind {
    POL_SCOPE_BASE,        /* reads no payer */
    POL_SCOPE_LANE,        /* in one order: the figures of the payers settled so far */
    POL_SCOPE_ALTERNATIVE, /* in an alternative of a payer: its own 基数 and 起付 too */
    POL_SCOPE_SO_FAR,      /* for a cap: what is not settled yet counts as 0 or no (language 11.5) */
    POL_SCOPE_RESULT       /* after all payers */
} pol_scope_kind;

typedef struct pol_lane pol_lane;
typedef struct pol_scope {
    pol_scope_kind kind;
    uint32_t number;               /* what is lowered is remembered by scope number and node */
    const struct pol_scope *outer; /* ALTERNATIVE, SO_FAR: the lane's */
    pol_lane *lane;                /* LANE, ALTERNATIVE, SO_FAR */
    uint64_t special;              /* ALTERNATIVE: the own payer; SO_FAR: payers not settled; as bits */
    uint32_t remaining;            /* ALTERNATIVE: the register of 余额 */
    uint32_t own_base, own_deductible;
} pol_scope;

typedef struct pol_turn { /* a payer in a lane, once settled */
    const pol_payer *payer;
    bool settled;
    uint32_t taken, paid, remaining;
    uint32_t applies;              /* some alternative holds */
    uint32_t exact, cap;           /* of the alternative that applies */
    pol_rounding_rule rounding;    /* of `exact` */
    uint32_t facets[POL_FACET_COUNT]; /* made when somebody reads them; POL_NONE32 */
    struct pol_alt_regs *alternatives;
    uint32_t *bases, *deductibles; /* the facets 基数 and 起付 by alternative */
} pol_turn;

struct pol_lane { /* one case of 顺序 */
    uint32_t number, gate; /* the gate: this is the person's order */
    const uint32_t *payers;
    uint32_t payer_count;
    pol_turn *turns;  /* by payer */
    uint64_t settled; /* payers, as bits */
    pol_scope scope;
    uint32_t remaining, person, hospital;
};

typedef struct pol_slot {
    uint32_t hash;  /* the lower half */
    uint32_t entry; /* number + 1, 0: free */
} pol_slot;
typedef struct pol_index { /* an open-addressing table of numbers; what is compared stands elsewhere */
    pol_slot *slots;
    uint32_t slot_count, count;
} pol_index;

typedef struct pol_memo {
    uint64_t key; /* scope number and node id */
    pol_value value;
} pol_memo;

typedef struct pol_uses { /* symbols whose bodies an expression needs, in order of the text */
    pol_symbol **symbols;
    uint32_t count;
    bool known;
} pol_uses;

typedef struct pol_lowering { /* of one matter */
    const pol_model *model;
    const pol_matter *matter;
    pol_arena *arena;       /* scratch */
    pol_arena *program;     /* what goes into the program */
    pol_arena *map_arena;   /* what goes into the map */
    pol_code *code;
    bool keep_all;
    bool too_many;          /* a limit of programs is exceeded */
    pol_span too_fine;      /* a denominator beyond 10^22 was needed here; file UINT32_MAX: none */
    pol_span here;
    uint32_t line;

    POL_VEC(pol_instr) instrs;
    POL_VEC(pol_register) registers;
    POL_VEC(uint8_t) known; /* by register */
    POL_VEC(pol_constant) constants;
    POL_VEC(pol_i128) pool;
    POL_VEC(uint32_t) operands;
    POL_VEC(pol_list32) lists;
    POL_VEC(const pol_table *) tables;
    POL_VEC(const pol_codes *) members;
    POL_VEC(pol_sink) sinks;
    pol_index instr_index, constant_index, pool_index, list_index, table_index, member_index;

    POL_VEC(pol_memo) memos;
    pol_index memo_index;
    uint32_t scope_count;
    pol_uses *uses;         /* by node id of a declaration */
    struct pol_blame *blames; /* likewise: the field that a 要求 would name */
    POL_VEC(pol_node *) stack; /* of walks over the tree */
    POL_VEC(pol_node *) spine; /* operators whose first operand is being lowered */
    uint32_t *fields;       /* registers: inputs, accumulators */
    uint32_t *param_fields; /* field number by parameter, POL_NONE32 when fixed */

    pol_scope base, result;
    pol_lane *lanes;
    uint32_t lane_count;
    uint32_t total, order_case;
    uint32_t person, hospital; /* after the merge */
    uint32_t *merged;          /* facets after the merge: [payer * POL_FACET_COUNT + facet] */

    pol_matter_map *map;
    uint32_t *node_regs; /* [row * node_count + node]; rows: lanes, then result, then base; NULL: not kept */
} pol_lowering;

static inline const pol_note *pol_note_at(const pol_lowering *lo, pol_node *node)
{
    return pol_note_of(lo->matter, node);
}

/* ---- lower_emit.c ---- */

/* What was remembered under a scope number and a node. */
const pol_value *pol_memo_find(const pol_lowering *lo, uint32_t scope, uint32_t node);
void pol_memo_add(pol_lowering *lo, uint32_t scope, uint32_t node, pol_value value);

void pol_emit_at(pol_lowering *lo, pol_node *node); /* the line of what follows */
uint32_t pol_line_of(const pol_lowering *lo, pol_node *node);
const pol_register *pol_reg(const pol_lowering *lo, uint32_t reg);
bool pol_knows(const pol_lowering *lo, uint32_t reg, unsigned what);
void pol_learn(pol_lowering *lo, uint32_t reg, unsigned what);
unsigned pol_known_of_both(const pol_lowering *lo, uint32_t a, uint32_t b);
/* Notes that a figure here would have more than 22 decimals. */
void pol_too_fine(pol_lowering *lo);
/* Whether a product of denominators is at most 10^22. */
bool pol_fits_den(pol_i128 a, pol_i128 b, pol_i128 *product);
/* The product, the common denominator of two; 1 (and noted as too fine) when beyond. */
pol_i128 pol_product_den(pol_lowering *lo, pol_i128 a, pol_i128 b);
pol_i128 pol_common_den(pol_lowering *lo, pol_i128 a, pol_i128 b);

/* A new instruction, or the equal one that is there; its (first) result. `dens`: of the result. */
uint32_t pol_emit(pol_lowering *lo, pol_opcode op, pol_i128 den, pol_i128 den2, size_t count, const uint32_t *args);
#define EMIT2(lo, OP, den, den2, ...)                                                              \
    pol_emit((lo), POL_OP_##OP, (den), (den2), sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), \
             (const uint32_t[]){ __VA_ARGS__ })
#define EMIT(lo, OP, den, ...) EMIT2(lo, OP, den, 1, __VA_ARGS__)
/* NEED… or CHECK of a register, with its sink. */
void pol_emit_need(pol_lowering *lo, uint32_t reg, uint32_t gate, pol_sink sink);
void pol_emit_check(pol_lowering *lo, uint32_t reg, pol_sink sink);

uint32_t pol_emit_field(pol_lowering *lo, pol_class class_, uint32_t field, pol_i128 den, pol_i128 den2);
uint32_t pol_emit_constant(pol_lowering *lo, pol_class class_, pol_i128 number, pol_i128 den);
uint32_t pol_emit_number(pol_lowering *lo, pol_rational value, pol_i128 den);
uint32_t pol_emit_zero(pol_lowering *lo);          /* 0 over 100 */
uint32_t pol_emit_truth(pol_lowering *lo, bool yes);
uint32_t pol_emit_code(pol_lowering *lo, int32_t code);
uint32_t pol_emit_unlimited(pol_lowering *lo, pol_i128 den);
uint32_t pol_emit_lost(pol_lowering *lo, pol_class class_, pol_i128 den, pol_i128 den2, bool failed);
/* An absent value of the type; where it is needed, `name` is missing. */
uint32_t pol_emit_missing(pol_lowering *lo, pol_type type, pol_str name);
uint32_t pol_emit_schedule(pol_lowering *lo, const pol_tiers *tiers, pol_i128 den, pol_i128 den2);
/* The number of the constant that a register is, POL_NONE32 when it is none. */
uint32_t pol_constant_of(const pol_lowering *lo, uint32_t reg);
int pol_known_truth(const pol_lowering *lo, uint32_t reg); /* 0, 1; -1: not known */
/* A constant number's value; false for other registers and for absent, failed, unlimited. */
bool pol_known_number(const pol_lowering *lo, uint32_t reg, pol_rational *value);
bool pol_is_sentinel(pol_i128 number); /* absent, failed, unlimited */

uint32_t pol_emit_pool(pol_lowering *lo, pol_i128 number);
uint32_t pol_emit_list(pol_lowering *lo, const uint32_t *regs, uint32_t count);
uint32_t pol_emit_table(pol_lowering *lo, const pol_table *table);
uint32_t pol_emit_members(pol_lowering *lo, const pol_codes *codes);

/* ---- lower_ops.c ---- */

uint32_t pol_emit_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den);
uint32_t pol_emit_tiers_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den, pol_i128 den2);
uint32_t pol_emit_arith(pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b); /* ADD SUB MIN MAX EXCESS */
uint32_t pol_emit_times(pol_lowering *lo, uint32_t reg, pol_rational factor);
uint32_t pol_emit_not_negative(pol_lowering *lo, uint32_t reg); /* max(0, a) */
uint32_t pol_emit_not(pol_lowering *lo, uint32_t a);
uint32_t pol_emit_and(pol_lowering *lo, uint32_t a, uint32_t b);
uint32_t pol_emit_or(pol_lowering *lo, uint32_t a, uint32_t b);
uint32_t pol_emit_select(pol_lowering *lo, uint32_t cond, uint32_t a, uint32_t b);
pol_value pol_emit_select_value(pol_lowering *lo, uint32_t cond, pol_value a, pol_value b);
uint32_t pol_emit_pick(pol_lowering *lo, uint32_t choice, const uint32_t *regs, uint32_t count);
pol_value pol_emit_pick_value(pol_lowering *lo, uint32_t choice, const pol_value *values, uint32_t count);
uint32_t pol_emit_compare(pol_lowering *lo, pol_value a, pol_value b, pol_compare_op op);
uint32_t pol_emit_has(pol_lowering *lo, uint32_t reg);
/* How a raw numerator over `den` becomes a multiple of `unit` over `result_den`; three pool numbers. */
bool pol_rounding_args(pol_lowering *lo, pol_rational unit, pol_i128 den, pol_i128 result_den, uint32_t i[3]);
/* Rounded to a multiple of unit, over result_den; left alone when it surely is one. `mode`: as ROUND's. */
uint32_t pol_emit_round(pol_lowering *lo, pol_value value, unsigned mode, pol_rational unit, pol_i128 result_den);
#define POL_FEN ((pol_rational){ 1, POL_FEN_PER_YUAN })

/* ---- lower_finish.c ---- */

/* Drops dead code, renumbers, and fills code and map. False when a limit is exceeded or memory ran out. */
bool pol_emit_finish(pol_lowering *lo);

/* ---- lower_expr.c ---- */

pol_class pol_class_of(pol_type type);
/* The value of an expression; a plain number has the denominator of its note. */
pol_value pol_lower_expr(pol_lowering *lo, const pol_scope *scope, pol_node *node);
/* The same for the root of a statement's part: lowers first, without recursion, the definitions it
 * needs. */
pol_value pol_lower_root(pol_lowering *lo, const pol_scope *scope, pol_node *node);
uint32_t pol_lower_plain(pol_lowering *lo, const pol_scope *scope, pol_node *node);
pol_value pol_lower_symbol(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol);
void pol_lower_with_uses(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol);
/* The number of the reason that applies, -1 none. */
uint32_t pol_lower_group(pol_lowering *lo, const pol_scope *scope, const pol_symbol *group);
/* A register that holds the lowered symbol, POL_NONE32 when there is none. */
uint32_t pol_lowered_symbol(const pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol);
/* Visits the symbols that an expression, or a symbol's body, names, in order of the text. */
typedef void (*pol_visit_symbol)(pol_lowering *lo, pol_symbol *symbol, const pol_note *note, void *user);
void pol_walk_symbols(pol_lowering *lo, pol_node *root, pol_visit_symbol visit, void *user);
void pol_walk_body(pol_lowering *lo, const pol_symbol *symbol, pol_visit_symbol visit, void *user);
/* Definitions, parameters and statuses have a body of their own. */
bool pol_has_body(const pol_symbol *symbol);
/* A branch of a choice that has the given type. */
pol_value pol_lower_branch(pol_lowering *lo, const pol_scope *scope, pol_node *node, pol_type type);
uint32_t pol_lower_within(pol_lowering *lo, const pol_scope *scope, pol_value subject, bool may_unlimited,
                          pol_node *interval);
uint32_t pol_lower_in_codes(pol_lowering *lo, uint32_t reg, const pol_codes *codes);

/* ---- lower_choice.c ---- */

pol_value pol_lower_when(pol_lowering *lo, const pol_scope *scope, pol_node *node);
pol_value pol_lower_table(pol_lowering *lo, const pol_scope *scope, pol_node *node);
/* `absent`: its value on days that no row has. */
pol_value pol_lower_dated(pol_lowering *lo, pol_node *node, uint32_t absent);
uint32_t pol_lower_schedule(pol_lowering *lo, const pol_scope *scope, pol_node *node);
bool pol_schedule_is_constant(const pol_lowering *lo, pol_node *node);

/* ---- lower_payer.c ---- */

void pol_lower_order(pol_lowering *lo);
void pol_lower_payers(pol_lowering *lo);
void pol_lower_advances(pol_lowering *lo);
void pol_lower_accums(pol_lowering *lo);
uint32_t pol_payer_facet(pol_lowering *lo, const pol_scope *scope, uint32_t payer, pol_facet facet);
void pol_keep_facets(pol_lowering *lo);

/* ---- lower.c ---- */
pol_str pol_param_path(pol_lowering *lo, const pol_symbol *param); /* "参数.X" */
pol_sink pol_sink_of(const pol_lowering *lo, pol_node *node, pol_phase phase, pol_limit limit, pol_str field);

#endif
