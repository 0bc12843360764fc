/* The syntax tree: what the parser builds and nothing else. Immutable once parsed.
 *
 * Nodes live in the script's arena and point only into it. Names are NAME nodes holding the folded
 * (NFKC) word; labels are NAME or STRING nodes; citations (依据) are lists of STRING nodes. Every
 * node has a number (`id`, dense, from 0), so later phases keep what they find out in arrays of
 * their own and never write into the tree. */
#ifndef POL_GRAMMAR_AST_H
#define POL_GRAMMAR_AST_H

#include <stddef.h>

#include "interp/base/number.h"
#include "interp/base/source.h"

typedef enum pol_node_kind {
#define POL_NODE(KIND, name, fields) POL_N_##KIND,
#include "grammar/ast.def"
#undef POL_NODE
    POL_NODE_KIND_COUNT
} pol_node_kind;

typedef struct pol_node {
    pol_node_kind kind;
    uint32_t id;
    int replace; /* statement preceded by 替换 */
    pol_span span;
} pol_node;

typedef struct pol_list {
    pol_node **items;
    uint32_t count, capacity;
} pol_list;

#define N(s, f) pol_node *f;
#define L(s, f) pol_list f;
#define B(s, f) L(s, f)
#define T(s, f) pol_str f;
#define I(s, f) int f;
#define V(s, f) pol_decimal f;
#define POL_NODE(KIND, name, fields)                                                               \
    typedef struct pol_ast_##name {                                                                \
        pol_node node;                                                                             \
        fields                                                                                     \
    } pol_ast_##name;
#include "grammar/ast.def"
#undef POL_NODE
#undef N
#undef L
#undef B
#undef T
#undef I
#undef V

/* Checked downcast: POL_AS(benefit, node) is a pol_ast_benefit *. The kind must fit. */
#define POL_AS(name, node) ((pol_ast_##name *)(void *)(node))
#define POL_AS_CONST(name, node) ((const pol_ast_##name *)(const void *)(node))

/* ---- enumerations that fields of kind I hold -------------------------------------------------- */
typedef enum pol_compare_op { POL_EQ, POL_NE, POL_GE, POL_LE, POL_GT, POL_LT } pol_compare_op;
/* Whether two values whose order is negative, 0 or positive compare so. */
static inline bool pol_compare_holds(pol_compare_op op, int order)
{
    switch (op) {
    case POL_EQ: return order == 0;
    case POL_NE: return order != 0;
    case POL_GE: return order >= 0;
    case POL_LE: return order <= 0;
    case POL_GT: return order > 0;
    case POL_LT: return order < 0;
    }
    return false;
}
typedef enum pol_arith_op { POL_ADD, POL_SUB, POL_MUL, POL_DIV } pol_arith_op;
typedef enum pol_type_kind { /* pol_ast_type.kind */
    POL_TYPE_AMOUNT, POL_TYPE_RATIO, POL_TYPE_INTEGER, POL_TYPE_YESNO, POL_TYPE_DATE, POL_TYPE_TEXT,
    POL_TYPE_TIERS, POL_TYPE_NAMED, /* a 类别 by name */
    POL_TYPE_LABELS                 /* { a, b } written in place */
} pol_type_kind;
typedef enum pol_step_kind { /* pol_ast_step.kind, in the order of the language (11.3) */
    POL_STEP_BY_HOSPITAL, POL_STEP_DEEMED, POL_STEP_CONDITION, /* value NULL: 条件 其余 */
    POL_STEP_BASE, POL_STEP_DEDUCTIBLE, POL_STEP_TIERS, POL_STEP_RATIO, POL_STEP_AMOUNT,
    POL_STEP_ROUND, /* value: a ROUNDING node */
    POL_STEP_CAP
} pol_step_kind;
typedef enum pol_step_mode { /* pol_ast_step.mode */
    POL_MODE_NONE, POL_MODE_EACH_CLAIM, POL_MODE_EACH_PERIOD, POL_MODE_FROM_ZERO,
    POL_MODE_FROM_DEDUCTIBLE
} pol_step_mode;
typedef enum pol_change { POL_CHANGE_NONE, POL_CHANGE_ADD, POL_CHANGE_BECOME } pol_change;
typedef enum pol_period_kind { /* pol_ast_acc_period.kind */
    POL_YEARLY, POL_QUARTERLY, POL_MONTHLY, POL_ROLLING, POL_LIFELONG
} pol_period_kind;

/* ---- construction (the parser's) ---------------------------------------------------------------- */
typedef struct pol_tree {
    pol_arena *arena;  /* borrowed */
    uint32_t count;    /* nodes made: ids are below this */
    uint32_t rules;    /* the same without examples that stand behind all else: they are most of a long text */
    pol_ast_file *root; /* NULL when nothing could be parsed */
    struct pol_text_notes *notes; /* borrowed; what is parsed is noticed there (lexer.h); NULL: not wanted */
} pol_tree;

/* A zeroed node of the kind with a new id; NULL when memory ran out. */
void *pol_node_new(pol_tree *tree, pol_node_kind kind, pol_span span);
/* A copy of a node (of `size` bytes) with a new id. */
pol_node *pol_node_copy(pol_tree *tree, const pol_node *node, size_t size);
/* Appends; false when memory ran out. NULL items are ignored. */
bool pol_list_add(pol_tree *tree, pol_list *list, pol_node *item);

/* ---- reading ------------------------------------------------------------------------------------- */
const char *pol_node_kind_name(pol_node_kind kind); /* "benefit" */

typedef enum pol_field_kind { POL_FIELD_NODE, POL_FIELD_LIST, POL_FIELD_TEXT, POL_FIELD_INT, POL_FIELD_VALUE } pol_field_kind;
typedef struct pol_field {
    const char *name;
    pol_field_kind kind;
    size_t offset;
} pol_field;
/* The fields of a kind in source order; *count is set. */
const pol_field *pol_node_fields(pol_node_kind kind, unsigned *count);
/* Where the children of a kind stand, in source order; offset 0, where every node has its kind, ends them. */
typedef struct pol_child_field {
    uint16_t offset;
    bool is_list;
} pol_child_field;
const pol_child_field *pol_child_fields(pol_node_kind kind);
/* Calls visit for every child in source order (not recursive); stops and returns false when visit does. */
bool pol_node_each_child(pol_node *node, bool (*visit)(pol_node *child, void *user), void *user);
/* The same without names, literals and items of examples that have one for a value: most of a tree. They have no
 * citations. */
bool pol_node_each_branch(pol_node *node, bool (*visit)(pol_node *child, void *user), void *user);
/* Folded text of a NAME or STRING node. */
pol_str pol_node_text(const pol_node *node);

/* The citations (依据) of a node; NULL for kinds that have none. */
const pol_list *pol_node_basis(const pol_node *node);

/* The name that a statement or an input declares; NULL for kinds that declare none. */
pol_node *pol_node_declared(const pol_node *node);

/* The tree as an S-expression, one node a line, indented by two spaces; spans left out, so that the
 * two keyword languages print the same. Enum fields print as words, zero flags and empty fields are
 * left out. */
void pol_tree_print(pol_text *out, const pol_node *root);

#endif
