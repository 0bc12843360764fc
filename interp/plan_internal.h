/* The graph that a plan is made of. Private to plan*.c.
 *
 * A node is a column that some kernel fills; nodes stand in the order in which they run, each after what it reads.
 * Equal nodes are one. A value is what a register of the bytecode came to. */
#ifndef POL_INTERP_PLAN_INTERNAL_H
#define POL_INTERP_PLAN_INTERNAL_H

#include "interp/plan.h"

/* Nodes that no kernel fills. */
enum {
    NODE_NONE = POL_BLOCK_END,
    NODE_FIELD,
    NODE_CUT, /* a required field in 32 bits: the check of fields leaves it so */
    NODE_CONSTANT,
    NODE_SECOND
};

typedef uint32_t node_id; /* 0: none */

/* Of a plan that is cut (pol_plan_cut). */
typedef enum plan_part { PART_BEFORE, PART_SLICE, PART_AFTER } plan_part;

typedef struct node {
    uint16_t op;
    uint8_t bytes;
    bool live, is_result;
    uint8_t part; /* plan_part */
    bool open; /* some element may be no number: unlimited, absent, failed */
    node_id from[POL_FAST_OPERANDS]; /* NODE_SECOND: of the node before */
    node_id second;                  /* of an operation with two results */
    int64_t k[3];                    /* NODE_FIELD: the register; NODE_CONSTANT: the value */
    double x[2];
    const void *table;
    int64_t low, high; /* of its elements; of rows that are not lost or odd */
    uint32_t last;     /* who reads it last */
    uint16_t column;
    node_id next;      /* of the same hash */
} node;

enum { MAY_BE_ABSENT = 1, MAY_FAIL = 2 };

typedef struct value {
    node_id node;
    node_id loss;       /* what is lost. NUM, BOOL: 0, nothing can be. Others say it in their elements, too. */
    uint8_t may;        /* what the loss, or the elements themselves, may say */
    bool may_be_unlimited;
    int64_t den, den2;  /* NUM, TIERS: of the plan's numbers */
    int64_t bound_most, ratio_most; /* TIERS: magnitudes */
    bool ratio_below_0;             /* TIERS: some ratio may be negative */
} value;

#define HASH_SLOTS 1024

/* A field that is there in every claim: checked, with others of its kind, before anything runs. */
typedef struct pol_required {
    node_id field;
    uint16_t op; /* POL_FAST_ORN8 or its like */
    int64_t least, limit;
    node_id cut; /* of CUT8 */
} pol_required;

typedef struct pol_planner {
    pol_arena *arena;
    const pol_code *code;
    int64_t bound;
    bool careful; /* what is lost after a choice goes on as lost; else the claim is odd */
    bool refused; /* does not fit, or is more than the fast engine can do */
    POL_VEC(node) nodes;
    node_id slots[HASH_SLOTS];
    value *values; /* by register */
    node_id bad;
    POL_VEC(pol_required) required;
    POL_VEC(pol_schedule) schedules;
    bool is_cut;
    uint32_t slice_end; /* the last node of the slice; 0: none */
} pol_planner;

static inline node *pol_node_at(pol_planner *p, node_id id)
{
    return &p->nodes.items[id];
}

/* ---- plan_graph.c: nodes ----------------------------------------------------------------------------- */

node_id pol_constant_node(pol_planner *p, uint8_t bytes, int64_t number);
bool pol_is_constant(pol_planner *p, node_id id);
int64_t pol_known_of(pol_planner *p, node_id id);
/* The node of an operation; the same node for the same operation. Interval: the widest of its bytes. */
node_id pol_new_node(pol_planner *p, const node *wanted);
node_id pol_op1(pol_planner *p, unsigned op, node_id a, int64_t k, int64_t l);
node_id pol_op2(pol_planner *p, unsigned op, node_id a, node_id b, int64_t k, int64_t l);
node_id pol_op3(pol_planner *p, unsigned op, node_id a, node_id b, node_id c, int64_t k);
/* The second result of an operation. */
node_id pol_second(pol_planner *p, node_id first, uint8_t bytes);
/* Notes the interval; the plan is refused when it leaves 62 bits or, for numbers over `den` (0: none), the limit. */
node_id pol_in_interval(pol_planner *p, node_id id, pol_i128 low, pol_i128 high, int64_t den);

/* Conditions: 0 or 1. */
node_id pol_not(pol_planner *p, node_id a);
node_id pol_and(pol_planner *p, node_id a, node_id b);
node_id pol_or(pol_planner *p, node_id a, node_id b);
node_id pol_choose(pol_planner *p, node_id c, node_id a, node_id b);
/* Losses; 0 is none. */
node_id pol_worse(pol_planner *p, node_id a, node_id b);
node_id pol_loss_if(pol_planner *p, node_id condition, bool yes, node_id loss);

/* a / divisor by a mode, a of either sign. */
node_id pol_divide_node(pol_planner *p, node_id a, int64_t divisor, pol_rounding mode);
/* What kernels need to divide: k (added first), l, x, y. False: it does not fit. */
bool pol_divide_constants(pol_planner *p, node_id a, int64_t divisor, pol_rounding mode, node *n, bool *small);

/* ---- plan_rules.c: one opcode --------------------------------------------------------------------------- */

typedef struct pol_translation {
    pol_planner *p;
    pol_block fold; /* of one row, wide: what is constant is computed there */
    uint8_t *known; /* by register: values[] is set */
} pol_translation;

/* Sets the values of the instruction's results. */
void pol_plan_rule(pol_translation *t, const pol_instr *instr);

/* ---- plan.c: what is there before the code runs ------------------------------------------------------------ */

value pol_value_of(pol_translation *t, uint32_t reg);

/* ---- plan_narrow.c: numbers of 32 bits --------------------------------------------------------------------- */

/* Makes the graph anew, with the numbers that fit in 32 bits. Results may come to stand there too. */
void pol_plan_narrow(pol_planner *p, node_id *results);

/* ---- plan_fuse.c: fewer operations ------------------------------------------------------------------------- */

/* Takes conditions into the one that reads them. */
void pol_plan_fuse(pol_planner *p, const node_id *results);

/* ---- plan_cut.c: what has to go from claim to claim ------------------------------------------------------------ */

/* Puts the nodes into the order of their parts when the plan can be cut. */
void pol_plan_cut_nodes(pol_planner *p, node_id *results);
/* Whether the field is what an accumulator stands at. */
bool pol_plan_is_balance(const pol_code *code, uint32_t reg);
/* Says where balances stand, when nodes have their columns. False: memory ran out. */
bool pol_plan_finish_cut(pol_planner *p, const node_id *results, pol_plan *plan);

/* ---- plan_finish.c: from nodes to a plan ---------------------------------------------------------------- */

/* Marks what results and the verdict on rows are made of. */
void pol_mark_live(pol_planner *p, const node_id *results);

pol_plan *pol_plan_finish(pol_planner *p, node_id *results);

#endif
