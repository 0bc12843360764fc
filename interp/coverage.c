/* Goals and the walk over a matter; see coverage.h. */
#include "interp/coverage_internal.h"

#include "interp/base/utf8.h"
#include "interp/examples.h"

/* ---- goals ------------------------------------------------------------------------------------------------- */

static bool is_own(const pol_node *node)
{
    return node->span.file == 0;
}

void pol_walk_offer(pol_walk *walk, pol_goal_kind kind, pol_node *node, uint32_t count)
{
    pol_coverage *const coverage = walk->coverage;
    if (pol_walk_marks(walk) || !is_own(node) || coverage->first[node->id] != 0 || count == 0)
        return;
    coverage->first[node->id] = (uint32_t)coverage->goals.count + 1;
    for (uint32_t part = 0; part < count; part++) {
        const pol_goal goal = { .kind = kind, .node = node, .part = part, .matter = walk->number };
        (void)POL_PUSH(&coverage->arena, coverage->goals, goal);
    }
}

static pol_goal *goal_of(const pol_walk *walk, const pol_node *node, uint32_t part)
{
    const uint32_t first = walk->coverage->first[node->id];
    if (!pol_walk_marks(walk) || first == 0 || first - 1 + part >= walk->coverage->goals.count)
        return NULL;
    pol_goal *const goal = &walk->coverage->goals.items[first - 1 + part];
    return goal->node == node ? goal : NULL;
}

void pol_walk_reach(pol_walk *walk, const pol_node *node, uint32_t part)
{
    pol_goal *const goal = goal_of(walk, node, part);
    if (goal != NULL)
        goal->reached = true;
}

void pol_walk_side(pol_walk *walk, const pol_node *node, uint32_t part, const pol_rational *gap)
{
    pol_walk_reach(walk, node, part);
    pol_goal *other;
    for (uint32_t i = 0; gap != NULL && (other = goal_of(walk, node, i)) != NULL; i++) {
        if (i == part)
            continue;
        other->has_gap = true;
        other->gap = *gap;
    }
}

/* ---- citations ----------------------------------------------------------------------------------------------- */

void pol_walk_cite(pol_walk *walk, const pol_node *node)
{
    const pol_list *const basis = pol_node_basis(node);
    for (uint32_t i = 0; pol_walk_marks(walk) && basis != NULL && i < basis->count; i++) {
        const uint32_t goal = walk->coverage->clauses[basis->items[i]->id];
        if (goal != 0)
            walk->coverage->goals.items[goal - 1].reached = true;
    }
}

typedef struct clause_index {
    pol_coverage *coverage;
    pol_names keys;
    uint32_t *goals; /* by number of the key */
    bool *cited;     /* likewise: by a rule */
    bool only_uncited;
} clause_index;

static bool index_citations(pol_node *node, void *user)
{
    clause_index *const index = user;
    const pol_list *const basis = pol_node_basis(node);
    for (uint32_t i = 0; basis != NULL && i < basis->count; i++) {
        const pol_str key = pol_utf8_key(&index->coverage->arena, pol_node_text(basis->items[i]));
        const uint32_t number = pol_names_find(&index->keys, key);
        if (number == POL_NO_NAME || !is_own(basis->items[i]) ||
            (index->only_uncited && index->cited[number]))
            continue;
        index->coverage->clauses[basis->items[i]->id] = index->goals[number];
        if (!index->only_uncited)
            index->cited[number] = true;
    }
    return pol_node_each_child(node, index_citations, user);
}

/* The clauses that have a rule, and who cites them: rules, or (施行, say) nobody but examples. */
static void find_clauses(pol_walk *walk)
{
    pol_coverage *const coverage = walk->coverage;
    const pol_list *const all = &coverage->script->tree.root->statements;
    clause_index index = { .coverage = coverage };
    pol_names_init(&index.keys, &coverage->arena);
    index.goals = POL_NEW_ARRAY(&coverage->arena, uint32_t, all->count);
    for (uint32_t i = 0; i < all->count && index.goals != NULL; i++) {
        if (all->items[i]->kind != POL_N_CLAUSE || !is_own(all->items[i]))
            continue;
        pol_ast_clause *const clause = POL_AS(clause, all->items[i]);
        if (clause->no_rule != NULL)
            continue;
        const uint32_t number =
            pol_names_add(&index.keys, pol_utf8_key(&coverage->arena, pol_node_text(clause->number)));
        pol_walk_offer(walk, POL_GOAL_CLAUSE, &clause->node, 1);
        if (number != POL_NO_NAME)
            index.goals[number] = coverage->first[clause->node.id];
    }
    index.cited = POL_NEW_ARRAY(&coverage->arena, bool, all->count);
    for (uint32_t i = 0; i < 2 * all->count && index.goals != NULL && index.cited != NULL; i++) {
        index.only_uncited = i >= all->count;
        pol_node *const node = all->items[i % all->count];
        if ((node->kind == POL_N_EXAMPLE) == index.only_uncited)
            index_citations(node, &index);
    }
}

/* ---- labels --------------------------------------------------------------------------------------------------- */

static const pol_list *labels_of(const pol_node *node)
{
    return node->kind == POL_N_CATEGORY ? &POL_AS_CONST(category, node)->labels
           : node->kind == POL_N_TYPE   ? &POL_AS_CONST(type, node)->labels
                                        : NULL;
}

static void place_labels(pol_coverage *coverage, uint32_t set, const pol_list *labels)
{
    const pol_label_set *const known = &coverage->script->model.label_sets.items[set];
    for (uint32_t i = 0; i < labels->count; i++) {
        for (uint32_t code = 0; code < known->count; code++) {
            if (is_own(labels->items[i]) && pol_str_equal(known->labels[code], pol_node_text(labels->items[i])))
                coverage->labels[set][code] = labels->items[i];
        }
    }
}

/* Where the labels of every category stand in the script. */
static bool find_labels(pol_coverage *coverage)
{
    const pol_script *const script = coverage->script;
    const size_t count = script->model.label_sets.count;
    coverage->labels = POL_NEW_ARRAY(&coverage->arena, pol_node **, count);
    for (uint32_t set = 0; set < count && coverage->labels != NULL; set++) {
        const pol_label_set *const known = &script->model.label_sets.items[set];
        coverage->labels[set] = POL_NEW_ARRAY(&coverage->arena, pol_node *, known->count);
        const pol_list *const all = &script->tree.root->statements;
        for (uint32_t i = 0; i < all->count && coverage->labels[set] != NULL; i++) {
            if (all->items[i]->kind == POL_N_CATEGORY && known->name.length > 0 &&
                pol_str_equal(pol_node_text(pol_node_declared(all->items[i])), known->name))
                place_labels(coverage, set, labels_of(all->items[i]));
        }
    }
    return !pol_arena_failed(&coverage->arena);
}

static bool has_labels(const pol_symbol *symbol)
{
    return symbol->type.tag == POL_T_LABEL || symbol->type.tag == POL_T_LABELS;
}

static void reach_label(pol_walk *walk, uint32_t set, uint32_t code)
{
    if (code < walk->coverage->script->model.label_sets.items[set].count &&
        walk->coverage->labels[set][code] != NULL)
        pol_walk_reach(walk, walk->coverage->labels[set][code], 0);
}

/* The category of an input: which label the claim has; of several that count only together, each. */
static void walk_label(pol_walk *walk, const pol_symbol *symbol)
{
    const uint32_t set = symbol->type.labels;
    if (!pol_walk_marks(walk)) {
        const pol_node *const type = POL_AS(input, symbol->node)->type;
        if (labels_of(type) != NULL && labels_of(type)->count > 0)
            place_labels(walk->coverage, set, labels_of(type));
        for (uint32_t code = 0; code < walk->coverage->script->model.label_sets.items[set].count; code++) {
            if (walk->coverage->labels[set][code] != NULL)
                pol_walk_offer(walk, POL_GOAL_CATEGORY, walk->coverage->labels[set][code], 1);
        }
        return;
    }
    const uint32_t chosen = walk->in->row;
    const uint32_t rows = walk->claim->rows;
    for (walk->in->row = 0; walk->in->row < rows; walk->in->row++) {
        const pol_shown shown = pol_inspect_symbol(walk->in, symbol);
        if (shown.kind == POL_SHOWN_CODE)
            reach_label(walk, set, (uint32_t)shown.code);
        for (uint32_t code = 0; shown.kind == POL_SHOWN_SET && code < 64; code++) {
            if ((shown.set >> code & 1) != 0)
                reach_label(walk, set, code);
        }
    }
    walk->in->row = chosen;
}

/* ---- expressions ------------------------------------------------------------------------------------------------ */

static bool came_by(pol_walk *walk, const pol_node *declaration)
{
    uint32_t *const stamp = &walk->coverage->stamps[declaration->id];
    const bool before = *stamp == walk->coverage->stamp;
    *stamp = walk->coverage->stamp;
    return before;
}

static void walk_set(pol_walk *walk, const pol_symbol *set)
{
    const pol_list *const all = &walk->coverage->script->tree.root->statements;
    if (!pol_walk_marks(walk) || came_by(walk, set->node))
        return;
    for (uint32_t i = 0; i < all->count; i++) { /* its declaration, and what 增加 adds to it */
        if (all->items[i]->kind != POL_N_SET ||
            !pol_str_equal(pol_node_text(POL_AS(set, all->items[i])->name), set->name))
            continue;
        pol_walk_cite(walk, all->items[i]);
        const pol_list *const members = &POL_AS(set, all->items[i])->labels;
        for (uint32_t k = 0; k < members->count; k++) { /* sets as members */
            const pol_symbol *const inner = members->items[k]->kind == POL_N_NAME
                                                ? pol_matter_find(walk->matter, pol_node_text(members->items[k]))
                                                : NULL;
            if (inner != NULL && inner->kind == POL_S_SET && inner != set)
                walk_set(walk, inner);
        }
    }
}

static void walk_name(pol_walk *walk, pol_node *node)
{
    const pol_note *const note = pol_note_of(walk->matter, node);
    pol_symbol *const symbol = note->symbol;
    if (symbol == NULL || (note->ref != POL_REF_SYMBOL && note->ref != POL_REF_SET))
        return;
    if (symbol->kind == POL_S_SET)
        walk_set(walk, symbol);
    else if ((symbol->kind == POL_S_DEFINE || symbol->kind == POL_S_PARAM) && !came_by(walk, symbol->node))
        (void)POL_PUSH(&walk->coverage->arena, walk->queue, symbol->node);
}

static bool is_order(int op)
{
    return op == POL_GE || op == POL_LE || op == POL_GT || op == POL_LT;
}

/* What must be added to a to come to b; false when that is no number. */
static bool gap_between(pol_shown a, pol_shown b, pol_rational *gap)
{
    if (a.kind == POL_SHOWN_DATE && b.kind == POL_SHOWN_DATE) {
        *gap = pol_rational_make((pol_i128)b.date - a.date, 1);
        return true;
    }
    return a.kind == POL_SHOWN_NUMBER && b.kind == POL_SHOWN_NUMBER && pol_rational_sub(b.number, a.number, gap);
}

static void walk_compare(pol_walk *walk, pol_node *node, pol_node *left, pol_node *right)
{
    pol_walk_expression(walk, left);
    pol_walk_expression(walk, right);
    pol_walk_offer(walk, POL_GOAL_EDGE, node, 2);
    if (!pol_walk_marks(walk))
        return;
    const pol_shown a = pol_inspect_node(walk->in, left), b = pol_inspect_node(walk->in, right);
    const bool portion = node->kind == POL_N_PORTION;
    const pol_shown truth = pol_inspect_node(walk->in, node);
    pol_rational gap = { 0, 1 };
    const bool known = gap_between(a, b, &gap);
    if (portion && pol_shown_has_order(a) && pol_shown_has_order(b))
        pol_walk_side(walk, node, pol_shown_compare(a, b) > 0 ? 0 : 1, known ? &gap : NULL);
    else if (!portion && truth.kind == POL_SHOWN_YESNO)
        pol_walk_side(walk, node, truth.yes ? 0 : 1, known ? &gap : NULL);
}

/* Ends of an interval that divide what can be there: not 0 below amounts, not 不限. Bit 0 low, bit 1 high. */
static unsigned real_ends(const pol_walk *walk, const pol_ast_interval *interval)
{
    const pol_note *const low = pol_note_of(walk->matter, interval->low),
                         *const high = pol_note_of(walk->matter, interval->high);
    const bool from_zero = low->constant && low->value.num == 0 && !interval->open_low;
    return (from_zero ? 0u : 1u) | (high->unlimited || interval->high->kind == POL_N_UNLIMITED ? 0u : 2u);
}

static void walk_within(pol_walk *walk, pol_ast_in *in)
{
    pol_ast_interval *const interval = POL_AS(interval, in->group);
    const unsigned ends = real_ends(walk, interval);
    pol_walk_expression(walk, interval->low);
    pol_walk_expression(walk, interval->high);
    pol_walk_offer(walk, POL_GOAL_EDGE, &in->node, 1 + (ends & 1) + (ends >> 1));
    if (!pol_walk_marks(walk))
        return;
    const pol_shown value = pol_inspect_node(walk->in, in->left), truth = pol_inspect_node(walk->in, &in->node);
    const pol_shown low = pol_inspect_node(walk->in, interval->low), high = pol_inspect_node(walk->in, interval->high);
    if (truth.kind != POL_SHOWN_YESNO || !pol_shown_has_order(value) || !pol_shown_has_order(low) || !pol_shown_has_order(high))
        return;
    const uint32_t inside = ends & 1;
    const bool is_inside = truth.yes != (in->negated != 0);
    const uint32_t side = is_inside                          ? inside
                          : pol_shown_compare(value, high) >= 0 ? inside + 1
                                                             : 0;
    pol_rational gap = { 0, 1 };
    const bool known = gap_between(value, side > inside || (side == inside && (ends & 1) == 0) ? high : low, &gap);
    pol_walk_side(walk, &in->node, side, known ? &gap : NULL);
}

static void walk_in(pol_walk *walk, pol_ast_in *in)
{
    pol_walk_expression(walk, in->left);
    if (in->group->kind == POL_N_INTERVAL)
        walk_within(walk, in);
    else if (in->group->kind == POL_N_NAME)
        walk_name(walk, in->group);
}

/* 较小, 较大: which argument decides alone. */
static void walk_extreme(pol_walk *walk, pol_ast_call *call)
{
    const pol_type_tag tag = pol_note_of(walk->matter, &call->node)->type.tag;
    if (tag == POL_T_TIERS)
        return;
    pol_walk_offer(walk, POL_GOAL_EDGE, &call->node, call->args.count);
    if (!pol_walk_marks(walk))
        return;
    const pol_shown result = pol_inspect_node(walk->in, &call->node);
    uint32_t equal = 0, last = 0;
    pol_shown nearest = { .kind = POL_SHOWN_UNKNOWN };
    for (uint32_t i = 0; i < call->args.count; i++) {
        const pol_shown value = pol_inspect_node(walk->in, call->args.items[i]);
        if (!pol_shown_has_order(value) || !pol_shown_has_order(result))
            return;
        if (pol_shown_compare(value, result) == 0) {
            equal++;
            last = i;
        } else {
            nearest = value;
        }
    }
    pol_rational gap = { 0, 1 };
    const bool known = nearest.kind != POL_SHOWN_UNKNOWN && gap_between(result, nearest, &gap);
    if (equal == 1)
        pol_walk_side(walk, &call->node, last, known ? &gap : NULL);
}

static void walk_call(pol_walk *walk, pol_ast_call *call)
{
    const int function = pol_note_of(walk->matter, &call->node)->code;
    for (uint32_t i = 0; i < call->args.count; i++)
        pol_walk_expression(walk, call->args.items[i]);
    if (function == POL_FN_MIN || function == POL_FN_MAX)
        walk_extreme(walk, call);
    if ((function != POL_FN_TIERS_AMOUNT && function != POL_FN_TIERS_RATIO) || call->args.count != 2 ||
        !pol_walk_marks(walk))
        return;
    const pol_shown upto = pol_inspect_node(walk->in, call->args.items[1]);
    if (upto.kind == POL_SHOWN_NUMBER)
        pol_walk_slices(walk, call->args.items[0], (pol_rational){ 0, 1 }, upto.number);
}

static void walk_when(pol_walk *walk, pol_ast_when *when)
{
    pol_walk_offer(walk, POL_GOAL_BRANCH, &when->node, when->cases.count + 1);
    const uint32_t taken = pol_walk_marks(walk) ? pol_inspect_branch(walk->in, when) : POL_NONE32;
    if (pol_walk_marks(walk) && taken == POL_NONE32)
        return;
    for (uint32_t i = 0; i < when->cases.count && (taken == POL_NONE32 || i <= taken); i++) {
        pol_ast_when_case *const one = POL_AS(when_case, when->cases.items[i]);
        pol_walk_expression(walk, one->cond);
        if (taken == POL_NONE32 || i == taken)
            pol_walk_expression(walk, one->value);
    }
    if (taken == POL_NONE32 || taken == when->cases.count)
        pol_walk_expression(walk, when->otherwise);
    pol_walk_reach(walk, &when->node, taken);
}

/* The rows of the tree are those of the model, in the same order but for what the checker left out. */
static uint32_t row_number(const pol_list *rows, const pol_node *value)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        if (POL_AS(row, rows->items[i])->value == value)
            return i;
    }
    return POL_NONE32;
}

static void walk_row(pol_walk *walk, pol_ast_row *row)
{
    for (uint32_t i = 0; i < row->keys.count; i++) {
        if (row->keys.items[i]->kind == POL_N_NAME)
            walk_name(walk, row->keys.items[i]);
    }
    pol_walk_cite(walk, &row->node);
    if (row->value != NULL)
        pol_walk_expression(walk, row->value);
}

/* One of several rows: all of them, or the one that counts. */
static void walk_rows(pol_walk *walk, pol_node *node, const pol_list *rows, const pol_node *value)
{
    pol_walk_offer(walk, POL_GOAL_ROW, node, rows->count);
    for (uint32_t i = 0; i < rows->count && !pol_walk_marks(walk); i++)
        walk_row(walk, POL_AS(row, rows->items[i]));
    const uint32_t taken = value == NULL ? POL_NONE32 : row_number(rows, value);
    if (!pol_walk_marks(walk) || taken == POL_NONE32)
        return;
    pol_walk_reach(walk, node, taken);
    walk_row(walk, POL_AS(row, rows->items[taken]));
}

static void walk_table(pol_walk *walk, pol_ast_table *table)
{
    const pol_table_model *const model = pol_note_of(walk->matter, &table->node)->table;
    if (model == NULL)
        return;
    for (uint32_t i = 0; i < model->column_count; i++)
        pol_walk_expression(walk, model->subjects[i]);
    const uint32_t row = pol_walk_marks(walk) ? pol_inspect_row(walk->in, model) : POL_NONE32;
    walk_rows(walk, &table->node, &table->rows, row == POL_NONE32 ? NULL : model->values[row]);
}

uint32_t pol_walk_dated_row(const pol_walk *walk, const pol_dated_model *dated)
{
    const pol_shown day = walk->matter->governing == NULL
                              ? (pol_shown){ .kind = POL_SHOWN_UNKNOWN }
                              : pol_inspect_symbol(walk->in, walk->matter->governing);
    for (uint32_t i = 0; day.kind == POL_SHOWN_DATE && i < dated->count; i++) {
        if (dated->values[i] != NULL && dated->from[i] <= day.date && day.date <= dated->to[i])
            return i;
    }
    return POL_NONE32;
}

static void walk_braces(pol_walk *walk, pol_ast_braces *braces)
{
    const pol_note *const note = pol_note_of(walk->matter, &braces->node);
    if (note->dated != NULL) {
        const uint32_t row = pol_walk_marks(walk) ? pol_walk_dated_row(walk, note->dated) : POL_NONE32;
        walk_rows(walk, &braces->node, &braces->rows, row == POL_NONE32 ? NULL : note->dated->values[row]);
    } else if (note->schedule != NULL) {
        pol_walk_offer(walk, POL_GOAL_TIER, &braces->node, note->schedule->count);
        for (uint32_t i = 0; i < braces->rows.count; i++)
            pol_walk_expression(walk, POL_AS(row, braces->rows.items[i])->value);
    }
}

/* 否 且 …, 是 或 …: the right side does not count. */
static void walk_logic(pol_walk *walk, pol_node *left, pol_node *right, bool decides)
{
    pol_walk_expression(walk, left);
    const pol_shown truth = pol_walk_marks(walk) ? pol_inspect_node(walk->in, left) : (pol_shown){ 0 };
    if (truth.kind != POL_SHOWN_YESNO || truth.yes != decides)
        pol_walk_expression(walk, right);
}

static bool walk_child(pol_node *node, void *user)
{
    pol_walk_expression(user, node);
    return true;
}

static bool is_ordered_type(const pol_walk *walk, pol_node *node)
{
    const pol_type_tag tag = pol_note_of(walk->matter, node)->type.tag;
    return tag == POL_T_MONEY || tag == POL_T_NUMBER || tag == POL_T_DATE;
}

void pol_walk_expression(pol_walk *walk, pol_node *node)
{
    switch (node->kind) {
    case POL_N_NAME: walk_name(walk, node); return;
    case POL_N_FACET: return; /* payers have their turn */
    case POL_N_CALL: walk_call(walk, POL_AS(call, node)); return;
    case POL_N_WHEN: walk_when(walk, POL_AS(when, node)); return;
    case POL_N_TABLE: walk_table(walk, POL_AS(table, node)); return;
    case POL_N_BRACES: walk_braces(walk, POL_AS(braces, node)); return;
    case POL_N_IN: walk_in(walk, POL_AS(in, node)); return;
    case POL_N_AND: walk_logic(walk, POL_AS(and, node)->left, POL_AS(and, node)->right, false); return;
    case POL_N_OR: walk_logic(walk, POL_AS(or, node)->left, POL_AS(or, node)->right, true); return;
    case POL_N_PORTION: walk_compare(walk, node, POL_AS(portion, node)->left, POL_AS(portion, node)->right); return;
    case POL_N_COMPARE: {
        pol_ast_compare *const compare = POL_AS(compare, node);
        if (is_order(compare->op) && is_ordered_type(walk, compare->left)) {
            walk_compare(walk, node, compare->left, compare->right);
            return;
        }
        break;
    }
    default: break;
    }
    pol_node_each_child(node, walk_child, walk);
}

/* ---- declarations ---------------------------------------------------------------------------------------------- */

bool pol_walk_is_given(const pol_walk *walk, const pol_symbol *param)
{
    const pol_code *const code = walk->in->code;
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (code->fields[i].role == POL_ROLE_PARAMETER && pol_str_equal(code->fields[i].name, param->name))
            return pol_reader_gave(walk->in->reader, walk->in->record->matter, i);
    }
    return false;
}

static void walk_declaration(pol_walk *walk, pol_node *node)
{
    pol_walk_cite(walk, node);
    if (node->kind == POL_N_DEFINE) {
        pol_walk_expression(walk, POL_AS(define, node)->value);
        return;
    }
    pol_ast_param *const param = POL_AS(param, node);
    const pol_symbol *const symbol = pol_matter_find(walk->matter, pol_node_text(param->name));
    if (param->by_region && symbol != NULL && symbol->type.tag == POL_T_TIERS)
        pol_walk_offer(walk, POL_GOAL_TIER, node, 2);
    if (param->value != NULL && !(pol_walk_marks(walk) && symbol != NULL && pol_walk_is_given(walk, symbol)))
        pol_walk_expression(walk, param->value);
}

/* What was named since the last call: not by recursion, for definitions can be long chains. */
static void walk_named(pol_walk *walk)
{
    for (size_t i = 0; i < walk->queue.count; i++)
        walk_declaration(walk, walk->queue.items[i]);
    walk->queue.count = 0;
}

/* ---- checks ------------------------------------------------------------------------------------------------------ */

/* 要求 in order; false at the one that fails. */
static bool walk_requires(pol_walk *walk)
{
    for (uint32_t i = 0; i < walk->matter->require_count; i++) {
        pol_ast_require *const require = POL_AS(require, walk->matter->requires[i]);
        const bool is_edge = require->cond->kind == POL_N_COMPARE && is_order(POL_AS(compare, require->cond)->op);
        pol_walk_cite(walk, &require->node);
        pol_walk_expression(walk, require->cond);
        if (!is_edge)
            pol_walk_offer(walk, POL_GOAL_EDGE, &require->node, 2);
        if (!pol_walk_marks(walk))
            continue;
        const pol_shown held = pol_inspect_node(walk->in, require->cond);
        if (held.kind != POL_SHOWN_YESNO)
            continue;
        pol_walk_reach(walk, &require->node, held.yes ? 0 : 1);
        if (!held.yes)
            return false;
    }
    return true;
}

/* 施行: before, during, after. */
static void walk_period(pol_walk *walk)
{
    const pol_model *const model = &walk->coverage->script->model;
    pol_node *const period = model->header->effective;
    if (period == NULL || walk->matter->governing == NULL)
        return;
    pol_walk_offer(walk, POL_GOAL_EDGE, period, model->to == POL_DATE_MAX ? 2 : 3);
    if (!pol_walk_marks(walk))
        return;
    const pol_shown day = pol_inspect_symbol(walk->in, walk->matter->governing);
    if (day.kind == POL_SHOWN_DATE) {
        const pol_date nearest = day.date <= model->from ? model->from - 1 : model->to;
        const pol_rational gap = pol_rational_make((pol_i128)nearest - day.date, 1);
        pol_walk_side(walk, period, day.date < model->from ? 0 : day.date <= model->to ? 1 : 2, &gap);
    }
}

static bool keeps(pol_shown value, int op, pol_shown bound)
{
    return pol_compare_holds((pol_compare_op)op, pol_shown_compare(value, bound));
}

/* A bound binds every ratio of a schedule. */
static bool keeps_bound(pol_shown value, int op, pol_shown bound)
{
    if (value.kind != POL_SHOWN_TIERS)
        return keeps(value, op, bound);
    for (uint32_t i = 0; i < value.tiers->count; i++) {
        const pol_rational ratio = pol_rational_make(value.tiers->tiers[i].ratio, value.den2);
        if (!keeps(pol_shown_number(ratio, POL_T_NUMBER), op, bound))
            return false;
    }
    return true;
}

static void walk_bound(pol_walk *walk, const pol_symbol *param, pol_ast_bound *bound)
{
    if (bound->when != NULL)
        pol_walk_expression(walk, bound->when);
    pol_walk_expression(walk, bound->value);
    pol_walk_offer(walk, POL_GOAL_EDGE, &bound->node, 2);
    if (!pol_walk_marks(walk) || (bound->when != NULL && !pol_walk_holds(walk, bound->when)))
        return;
    const pol_shown value = pol_inspect_symbol(walk->in, param), limit = pol_inspect_node(walk->in, bound->value);
    if ((value.kind != POL_SHOWN_TIERS && !pol_shown_has_order(value)) || !pol_shown_has_order(limit))
        return;
    pol_rational gap = { 0, 1 };
    const bool known = gap_between(value, limit, &gap);
    pol_walk_cite(walk, &bound->node);
    pol_walk_side(walk, &bound->node, keeps_bound(value, bound->op, limit) ? 0 : 1, known ? &gap : NULL);
}

static void walk_bounds(pol_walk *walk)
{
    for (uint32_t i = 0; i < walk->matter->param_count; i++) {
        const pol_symbol *const symbol = walk->matter->params[i];
        pol_ast_param *const param = POL_AS(param, symbol->node);
        for (uint32_t k = 0; param->by_region && k < param->bounds.count; k++)
            walk_bound(walk, symbol, POL_AS(bound, param->bounds.items[k]));
    }
}

/* ---- the settlement ------------------------------------------------------------------------------------------- */

static void walk_order(pol_walk *walk)
{
    const pol_matter *const matter = walk->matter;
    if (matter->order_count == 0)
        return;
    pol_node *const node = &matter->order_node->node;
    pol_walk_offer(walk, POL_GOAL_BRANCH, node, matter->order_count);
    const uint32_t lane = pol_walk_marks(walk) ? walk->in->lane : POL_NONE32;
    for (uint32_t i = 0; i < matter->order_count && i <= lane; i++) {
        if (matter->orders[i].cond != NULL)
            pol_walk_expression(walk, matter->orders[i].cond);
    }
    if (lane >= matter->order_count)
        return;
    pol_walk_reach(walk, node, lane);
    pol_walk_cite(walk, matter->orders[lane].node);
    if (lane + 1 == matter->order_count) /* what is cited last belongs to 否则, or to the one order */
        pol_walk_cite(walk, node);
}

static void walk_advances(pol_walk *walk)
{
    for (uint32_t i = 0; i < walk->matter->advance_count; i++) {
        pol_ast_advance *const advance = POL_AS(advance, walk->matter->advances[i]);
        if (advance->cond != NULL)
            pol_walk_expression(walk, advance->cond);
        if (pol_walk_marks(walk) && (advance->cond == NULL || pol_walk_holds(walk, advance->cond)))
            pol_walk_cite(walk, &advance->node);
    }
}

static void walk_reasons(pol_walk *walk, pol_ast_status *status)
{
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_ast_reason *const reason = POL_AS(reason, status->reasons.items[i]);
        pol_walk_offer(walk, POL_GOAL_STATUS, &reason->node, 1);
        pol_walk_expression(walk, reason->cond);
        if (!pol_walk_marks(walk) || !pol_walk_holds(walk, reason->cond))
            continue;
        pol_walk_cite(walk, &reason->node);
        pol_walk_cite(walk, &status->node);
        pol_walk_reach(walk, &reason->node, 0);
        return;
    }
}

static void walk_statuses(pol_walk *walk)
{
    for (uint32_t i = 0; i < walk->matter->status_count; i++) {
        pol_ast_status *const status = POL_AS(status, walk->matter->statuses[i]);
        if (status->cond == NULL) {
            walk_reasons(walk, status);
            continue;
        }
        pol_walk_offer(walk, POL_GOAL_STATUS, &status->node, 1);
        pol_walk_expression(walk, status->cond);
        if (!pol_walk_marks(walk) || !pol_walk_holds(walk, status->cond))
            continue;
        pol_walk_cite(walk, &status->node);
        pol_walk_reach(walk, &status->node, 0);
    }
}

static void walk_results(pol_walk *walk)
{
    const pol_matter *const matter = walk->matter;
    for (uint32_t i = 0; i < matter->accum_count; i++) {
        pol_walk_cite(walk, &matter->accums[i].node->node);
        for (uint32_t k = 0; k < matter->accums[i].term_count; k++)
            pol_walk_expression(walk, matter->accums[i].terms[k]);
    }
    for (uint32_t i = 0; i < matter->output_count; i++) {
        pol_ast_output *const output = POL_AS(output, matter->outputs[i]);
        pol_walk_cite(walk, &output->node);
        pol_walk_expression(walk, output->value != NULL ? output->value : output->name);
    }
}

/* What the matter's inputs cite, and their categories. */
static void walk_inputs(pol_walk *walk)
{
    const pol_list *const all = &walk->coverage->script->tree.root->statements;
    const pol_model *const model = &walk->coverage->script->model;
    for (uint32_t i = 0; i < walk->matter->input_count; i++) {
        const pol_symbol *const symbol = walk->matter->inputs[i];
        pol_walk_cite(walk, symbol->node);
        if (!has_labels(symbol))
            continue;
        walk_label(walk, symbol);
        const pol_str category = model->label_sets.items[symbol->type.labels].name;
        for (uint32_t k = 0; pol_walk_marks(walk) && category.length > 0 && k < all->count; k++) {
            if (all->items[k]->kind == POL_N_CATEGORY &&
                pol_str_equal(pol_node_text(pol_node_declared(all->items[k])), category))
                pol_walk_cite(walk, all->items[k]);
        }
    }
}

static void walk_settlement(pol_walk *walk)
{
    walk_inputs(walk);
    if (walk->matter->settle != NULL) {
        pol_walk_cite(walk, &walk->matter->settle->node);
        pol_walk_expression(walk, walk->matter->settle->value);
    }
    walk_order(walk);
    pol_walk_payers(walk);
    walk_advances(walk);
    walk_statuses(walk);
    walk_results(walk);
}

/* How far a claim that has run came: the phase of its error, or beyond all. */
static unsigned phase_of(const pol_one_claim *claim)
{
    if (claim->finding.code == POL_ERR_NONE)
        return POL_PHASE_SETTLE + 1;
    if (claim->finding.code == POL_ERR_UNKNOWN || claim->block.fault[claim->in.row] == POL_FAULT_NONE)
        return POL_PHASE_REQUIRED;
    return claim->in.code->sinks[claim->block.fault_sink[claim->in.row]].phase;
}

static void walk_matter(pol_walk *walk)
{
    const unsigned phase = pol_walk_marks(walk) ? phase_of(walk->claim) : POL_PHASE_SETTLE + 1;
    walk->coverage->stamp++;
    if (phase >= POL_PHASE_REQUIRE && walk_requires(walk) && phase >= POL_PHASE_IN_FORCE) {
        walk_period(walk);
        if (phase >= POL_PHASE_BOUNDS)
            walk_bounds(walk);
        if (phase > POL_PHASE_SETTLE)
            walk_settlement(walk);
    }
    walk_named(walk);
}

/* ---- the functions of coverage.h ------------------------------------------------------------------------------ */

bool pol_coverage_init(pol_coverage *coverage, const pol_script *script)
{
    *coverage = (pol_coverage){ .script = script };
    pol_arena *const arena = &coverage->arena;
    pol_arena_init(arena, &script->arena.allocator);
    coverage->first = POL_NEW_ARRAY(arena, uint32_t, script->tree.count);
    coverage->clauses = POL_NEW_ARRAY(arena, uint32_t, script->tree.count);
    coverage->stamps = POL_NEW_ARRAY(arena, uint32_t, script->tree.count);
    if (pol_arena_failed(arena) || !find_labels(coverage))
        return false;
    pol_walk walk = { .coverage = coverage };
    find_clauses(&walk);
    for (uint32_t m = 0; m < script->model.matters.count; m++) {
        walk.matter = script->model.matters.items[m];
        walk.number = m;
        walk_matter(&walk);
    }
    return !pol_arena_failed(arena);
}

void pol_coverage_fini(pol_coverage *coverage)
{
    pol_arena_reset(&coverage->arena);
}

void pol_coverage_add(pol_coverage *coverage, pol_one_claim *claim, const pol_ast_example *example)
{
    if (!claim->ran)
        return;
    pol_walk walk = { .coverage = coverage,
                      .matter = claim->in.matter,
                      .number = claim->record.matter,
                      .claim = claim,
                      .in = &claim->in };
    walk_matter(&walk);
    if (example != NULL)
        pol_walk_cite(&walk, &example->node);
}
