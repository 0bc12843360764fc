#include "grammar/ast.h"

#include <string.h>

/* ---- tables made from ast.def --------------------------------------------------------------------------- */

static const char *const k_kind_names[] = {
#define POL_NODE(KIND, name, fields) #name,
#include "grammar/ast.def"
#undef POL_NODE
};

static const size_t k_sizes[] = {
#define POL_NODE(KIND, name, fields) sizeof(pol_ast_##name),
#include "grammar/ast.def"
#undef POL_NODE
};

/* The macro of stdbool.h reaches the row of BOOL. */
#define pol_ast__Bool pol_ast_bool

/* Each kind's fields, with an end mark so that kinds without fields have an array too. */
#define FIELD(s, f, kind) { #f, kind, offsetof(pol_ast_##s, f) },
#define N(s, f)           FIELD(s, f, POL_FIELD_NODE)
#define L(s, f)           FIELD(s, f, POL_FIELD_LIST)
#define B(s, f)           FIELD(s, f, POL_FIELD_LIST)
#define T(s, f)           FIELD(s, f, POL_FIELD_TEXT)
#define I(s, f)           FIELD(s, f, POL_FIELD_INT)
#define V(s, f)           FIELD(s, f, POL_FIELD_VALUE)
#define POL_NODE(KIND, name, fields)                                                               \
    static const pol_field k_fields_##name[] = { fields{ NULL, POL_FIELD_INT, 0 } };
#include "grammar/ast.def"
#undef POL_NODE
#undef N
#undef L
#undef B
#undef T
#undef I
#undef V

/* The children alone, for who walks the tree. */

#define N(s, f) { offsetof(pol_ast_##s, f), false },
#define L(s, f) { offsetof(pol_ast_##s, f), true },
#define B(s, f) L(s, f)
#define T(s, f)
#define I(s, f)
#define V(s, f)
#define MOST_CHILDREN 12 /* and the end */
static const pol_child_field k_children[][MOST_CHILDREN] = {
#define POL_NODE(KIND, name, fields) { fields { 0, false } },
#include "grammar/ast.def"
#undef POL_NODE
};
#undef N
#undef L
#undef B

/* The lists of citations: offset 0, there is none. */
#define N(s, f)
#define L(s, f)
#define B(s, f) + offsetof(pol_ast_##s, f)
static const uint16_t k_basis[] = {
#define POL_NODE(KIND, name, fields) 0 fields,
#include "grammar/ast.def"
#undef POL_NODE
};
#undef N
#undef L
#undef B
#undef T
#undef I
#undef V

static const struct {
    const pol_field *fields;
    unsigned count;
} k_fields[] = {
#define POL_NODE(KIND, name, fields)                                                               \
    { k_fields_##name, sizeof k_fields_##name / sizeof k_fields_##name[0] - 1 },
#include "grammar/ast.def"
#undef POL_NODE
};

const char *pol_node_kind_name(pol_node_kind kind)
{
    return k_kind_names[kind];
}

const pol_field *pol_node_fields(pol_node_kind kind, unsigned *count)
{
    *count = k_fields[kind].count;
    return k_fields[kind].fields;
}

/* ---- construction ------------------------------------------------------------------------------------------ */

void *pol_node_new(pol_tree *tree, pol_node_kind kind, pol_span span)
{
    pol_node *node = pol_arena_alloc(tree->arena, k_sizes[kind]);
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->id = tree->count++;
    tree->rules = tree->count;
    node->span = span;
    return node;
}

pol_node *pol_node_copy(pol_tree *tree, const pol_node *node, size_t size)
{
    pol_node *const copy = pol_arena_raw_array(tree->arena, 1, size);
    if (copy == NULL)
        return NULL;
    memcpy(copy, node, size);
    copy->id = tree->count++;
    return copy;
}

bool pol_list_add(pol_tree *tree, pol_list *list, pol_node *item)
{
    if (item == NULL)
        return true;
    if (list->count == list->capacity) {
        const uint32_t capacity = list->capacity < 2 ? list->capacity + 1 : list->capacity * 2;
        pol_node **items =
            pol_arena_raw_grow(tree->arena, list->items, list->count, capacity, sizeof *items);
        if (items == NULL)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return true;
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

const pol_child_field *pol_child_fields(pol_node_kind kind)
{
    return k_children[kind];
}

bool pol_node_each_child(pol_node *node, bool (*visit)(pol_node *child, void *user), void *user)
{
    char *const bytes = (char *)node;
    for (const pol_child_field *field = k_children[node->kind]; field->offset != 0; field++) {
        if (!field->is_list) {
            pol_node *const child = *(pol_node **)(void *)(bytes + field->offset);
            if (child != NULL && !visit(child, user))
                return false;
            continue;
        }
        const pol_list *const list = (const pol_list *)(const void *)(bytes + field->offset);
        for (uint32_t item = 0; item < list->count; item++)
            if (!visit(list->items[item], user))
                return false;
    }
    return true;
}

static inline bool is_leaf(const pol_node *node)
{
    return k_children[node->kind][0].offset == 0;
}

/* Nothing below has children. */
static inline bool is_bare(const pol_node *node)
{
    if (node->kind != POL_N_ITEM)
        return is_leaf(node);
    const pol_node *const value = POL_AS_CONST(item, node)->value;
    return value == NULL || is_leaf(value);
}

bool pol_node_each_branch(pol_node *node, bool (*visit)(pol_node *child, void *user), void *user)
{
    for (const pol_child_field *field = k_children[node->kind]; field->offset != 0; field++) {
        void *const at = (char *)node + field->offset;
        pol_list *const list = at;
        pol_node **const items = field->is_list ? list->items : at;
        for (uint32_t i = 0; i < (field->is_list ? list->count : 1); i++)
            if (items[i] != NULL && !is_bare(items[i]) && !visit(items[i], user))
                return false;
    }
    return true;
}

pol_str pol_node_text(const pol_node *node)
{
    if (node != NULL && node->kind == POL_N_NAME)
        return ((const pol_ast_name *)(const void *)node)->text;
    if (node != NULL && node->kind == POL_N_STRING)
        return ((const pol_ast_string *)(const void *)node)->text;
    return (pol_str){ "", 0 };
}

const pol_list *pol_node_basis(const pol_node *node)
{
    const size_t offset = k_basis[node->kind];
    return offset == 0 ? NULL : (const pol_list *)(const void *)((const char *)node + offset);
}

pol_node *pol_node_declared(const pol_node *node)
{
    switch (node->kind) {
    case POL_N_CATEGORY: return POL_AS_CONST(category, node)->name;
    case POL_N_SET: return POL_AS_CONST(set, node)->name;
    case POL_N_PARAM: return POL_AS_CONST(param, node)->name;
    case POL_N_INPUT: return POL_AS_CONST(input, node)->name;
    case POL_N_DEFINE: return POL_AS_CONST(define, node)->name;
    case POL_N_ACCUM: return POL_AS_CONST(accum, node)->name;
    case POL_N_PRIOR: return POL_AS_CONST(prior, node)->name;
    case POL_N_BENEFIT: return POL_AS_CONST(benefit, node)->name;
    case POL_N_STATUS: return POL_AS_CONST(status, node)->name;
    case POL_N_OUTPUT: return POL_AS_CONST(output, node)->name;
    case POL_N_MATTER: return POL_AS_CONST(matter, node)->name;
    default: return NULL;
    }
}
