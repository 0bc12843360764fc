/* Expressions and definitions to registers (language 6 and 7). Every node has one register, or three
 * for a quotient; definitions are lowered where they are used, once in a scope. Nothing recurses along
 * chains of operators or of definitions. */
#include "interp/lower_internal.h"

#include <assert.h>

/* ---- types and constants --------------------------------------------------------------------------- */

pol_class pol_class_of(pol_type type)
{
    switch (type.tag) {
    case POL_T_YESNO: return POL_C_BOOL;
    case POL_T_DATE: return POL_C_DATE;
    case POL_T_TEXT:
    case POL_T_LABEL: return POL_C_CODE;
    case POL_T_LABELS: return POL_C_SET;
    case POL_T_TIERS: return POL_C_TIERS;
    case POL_T_MONEY:
    case POL_T_NUMBER:
    case POL_T_ERROR:
    case POL_T_MONTHDAY:
    case POL_T_NONE: break;
    }
    return POL_C_NUM;
}

/* Whether the node's value is known now, and its register. */
static bool lower_constant(pol_lowering *lo, pol_node *node, uint32_t *reg)
{
    const pol_note *note = pol_note_at(lo, node);
    if (note->ref == POL_REF_LABEL || note->ref == POL_REF_TEXT) {
        *reg = pol_emit_code(lo, note->code);
        return true;
    }
    if (!note->constant || note->type.quotient)
        return false;
    switch (note->type.tag) {
    case POL_T_MONEY:
    case POL_T_NUMBER:
        *reg = note->unlimited ? pol_emit_unlimited(lo, note->type.den)
                               : pol_emit_number(lo, note->value, note->type.den);
        return true;
    case POL_T_YESNO: *reg = pol_emit_truth(lo, note->value.num != 0); return true;
    case POL_T_DATE: *reg = pol_emit_constant(lo, POL_C_DATE, note->value.num, 1); return true;
    case POL_T_ERROR:
    case POL_T_TEXT:
    case POL_T_LABEL:
    case POL_T_LABELS:
    case POL_T_TIERS:
    case POL_T_MONTHDAY:
    case POL_T_NONE: break;
    }
    return false;
}

/* A plain value brought to the denominators of a type. */
static pol_value fitted(pol_lowering *lo, pol_value value, pol_type type)
{
    if (pol_is_quotient(value) || type.quotient)
        return value;
    if (type.tag == POL_T_TIERS)
        return POL_PLAIN(pol_emit_tiers_scaled(lo, value.reg, type.den, type.den2));
    if (type.tag == POL_T_MONEY || type.tag == POL_T_NUMBER)
        return POL_PLAIN(pol_emit_scaled(lo, value.reg, type.den));
    return value;
}

/* One branch of a choice of the given type; 空 is of every type. */
pol_value pol_lower_branch(pol_lowering *lo, const pol_scope *scope, pol_node *node, pol_type type)
{
    if (pol_note_at(lo, node)->type.tag == POL_T_NONE)
        return POL_PLAIN(pol_emit_lost(lo, pol_class_of(type), type.den, type.tag == POL_T_TIERS ? type.den2 : 1, false));
    return fitted(lo, pol_lower_expr(lo, scope, node), type);
}

uint32_t pol_lower_plain(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_value value = pol_lower_expr(lo, scope, node);
    assert(!pol_is_quotient(value));
    return value.reg;
}

/* Nothing is remembered any more, so going on could take for ever: the result is thrown away anyway. */
static bool has_given_up(const pol_lowering *lo)
{
    return lo->too_many || pol_arena_failed(lo->arena);
}

/* ---- symbols ----------------------------------------------------------------------------------------- */

#define OF_PAYERS (POL_DEP_PAYERS | POL_DEP_REMAINING | POL_DEP_PERSON)

/* The scope in which a symbol is remembered: the widest in which it means the same. */
static const pol_scope *home_of(const pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    if ((symbol->depends & OF_PAYERS) == 0)
        return &lo->base;
    const bool narrow = scope->kind == POL_SCOPE_ALTERNATIVE || scope->kind == POL_SCOPE_SO_FAR;
    const uint64_t reads = symbol->reads | symbol->reads_base | symbol->reads_deductible;
    const bool differs = (reads & scope->special) != 0 ||
                         (symbol->depends & POL_DEP_PERSON) != 0;
    return narrow && !differs ? scope->outer : scope;
}

static const pol_scope *home_of_node(const pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    return (pol_note_at(lo, node)->depends & OF_PAYERS) == 0 ? &lo->base : scope;
}

/* For the map: each lane has a row, what stands after the merge and what needs no payer one each. */
static void note_register(pol_lowering *lo, const pol_scope *scope, pol_node *node, pol_value value)
{
    if (lo->node_regs == NULL || scope->kind == POL_SCOPE_SO_FAR || pol_is_quotient(value))
        return;
    const uint32_t row = scope->kind == POL_SCOPE_BASE     ? lo->lane_count + 1
                         : scope->kind == POL_SCOPE_RESULT ? lo->lane_count
                                                           : scope->lane->number;
    uint32_t *reg = &lo->node_regs[(size_t)row * lo->map->node_count + node->id];
    if (*reg == POL_NONE32)
        *reg = value.reg;
}

static void remember(pol_lowering *lo, const pol_scope *scope, pol_node *node, pol_value value)
{
    pol_memo_add(lo, scope->number, node->id, value);
    note_register(lo, scope, node, value);
}

static uint32_t lower_in_force(pol_lowering *lo)
{
    const uint32_t date = lo->fields[lo->matter->governing->index];
    const uint32_t from = pol_emit_constant(lo, POL_C_DATE, lo->model->from, 1);
    const uint32_t since = EMIT(lo, CMPD, 1, date, from, POL_GE);
    if (lo->model->to == POL_DATE_MAX)
        return since;
    const uint32_t to = pol_emit_constant(lo, POL_C_DATE, lo->model->to, 1);
    return pol_emit_and(lo, since, EMIT(lo, CMPD, 1, date, to, POL_LE));
}

/* What a parameter's statement writes: a value, or one for each date. */
static pol_value lower_written(pol_lowering *lo, const pol_symbol *symbol, pol_node *value)
{
    const pol_note *note = pol_note_at(lo, value);
    if (note->dated == NULL)
        return pol_lower_branch(lo, &lo->base, value, symbol->type);
    return pol_lower_dated(lo, value, pol_emit_missing(lo, note->type, pol_param_path(lo, symbol)));
}

/* An open parameter: the field, or where the record has none the default that needs computing. */
static pol_value lower_open_param(pol_lowering *lo, const pol_symbol *symbol, const pol_ast_param *param)
{
    const uint32_t number = lo->param_fields[symbol->index];
    const pol_field_def *field = &lo->code->fields[number];
    if (param->value == NULL || field->has_default)
        return POL_PLAIN(field->reg);
    const pol_value computed = lower_written(lo, symbol, param->value);
    return POL_PLAIN(pol_emit_select(lo, pol_emit_has(lo, field->reg), field->reg, computed.reg));
}

static pol_value lower_param(pol_lowering *lo, const pol_symbol *symbol)
{
    const pol_ast_param *param = POL_AS(param, symbol->node);
    const pol_value value = param->by_region ? lower_open_param(lo, symbol, param)
                                             : lower_written(lo, symbol, param->value);
    return fitted(lo, value, symbol->type);
}

static uint32_t ranked_input(pol_lowering *lo, const pol_symbol *symbol)
{
    const uint32_t reg = lo->fields[symbol->index];
    return pol_reg(lo, reg)->class_ == POL_C_SET && symbol->type.tag == POL_T_LABEL
               ? EMIT(lo, FIRST, 1, reg)
               : reg;
}

uint32_t pol_lower_group(pol_lowering *lo, const pol_scope *scope, const pol_symbol *group)
{
    const pol_scope *home = home_of(lo, scope, group);
    const pol_value *known = pol_memo_find(lo, home->number, group->node->id);
    if (known != NULL)
        return known->reg;
    const pol_ast_status *status = POL_AS(status, group->node);
    uint32_t chosen = pol_emit_code(lo, -1);
    for (uint32_t i = status->reasons.count; i-- > 0;) {
        pol_ast_reason *reason = POL_AS(reason, status->reasons.items[i]);
        const uint32_t cond = pol_lower_plain(lo, home, reason->cond);
        pol_emit_at(lo, &reason->node);
        chosen = pol_emit_select(lo, cond, pol_emit_code(lo, (int32_t)i), chosen);
    }
    pol_memo_add(lo, home->number, group->node->id, POL_PLAIN(chosen));
    return chosen;
}

/* A reason of a group is the case when one of the conditions that give it was the first to hold. */
static uint32_t lower_reason(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    const pol_ast_status *status = POL_AS(status, symbol->group->node);
    const uint32_t chosen = pol_lower_group(lo, scope, symbol->group);
    pol_codes codes = { 0, POL_NEW_ARRAY(lo->arena, int32_t, status->reasons.count) };
    for (uint32_t i = 0; codes.codes != NULL && i < status->reasons.count; i++) {
        pol_node *label = POL_AS(reason, status->reasons.items[i])->label;
        if (pol_str_equal(pol_node_text(label), symbol->name))
            codes.codes[codes.count++] = (int32_t)i;
    }
    if (codes.count == 1)
        return EMIT(lo, EQC, 1, chosen, pol_emit_code(lo, codes.codes[0]), POL_EQ);
    return EMIT(lo, MEMBER, 1, chosen, pol_emit_members(lo, &codes));
}

static uint32_t lower_status(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    if (symbol->group != NULL)
        return lower_reason(lo, scope, symbol);
    const pol_ast_status *status = POL_AS(status, symbol->node);
    if (status->cond != NULL)
        return pol_lower_plain(lo, home_of(lo, scope, symbol), status->cond);
    const uint32_t chosen = pol_lower_group(lo, scope, symbol);
    return EMIT(lo, EQC, 1, chosen, pol_emit_code(lo, -1), POL_NE);
}

static uint32_t person_or_hospital(pol_lowering *lo, const pol_scope *scope, uint32_t reg)
{
    return scope->kind == POL_SCOPE_SO_FAR ? pol_emit_zero(lo) : reg;
}

static pol_value lower_body(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    switch (symbol->kind) {
    case POL_S_DEFINE: return pol_lower_expr(lo, scope, POL_AS(define, symbol->node)->value);
    case POL_S_PARAM: return lower_param(lo, symbol);
    case POL_S_STATUS: return POL_PLAIN(lower_status(lo, scope, symbol));
    case POL_S_INPUT: return POL_PLAIN(ranked_input(lo, symbol));
    case POL_S_ACCUM: return POL_PLAIN(lo->fields[lo->matter->input_count + symbol->index]);
    case POL_S_PAYER: return POL_PLAIN(pol_payer_facet(lo, scope, symbol->index, POL_FACET_TAKEN));
    case POL_S_TOTAL: return POL_PLAIN(lo->total);
    case POL_S_REMAINING: return POL_PLAIN(scope->remaining);
    case POL_S_PERSON: return POL_PLAIN(person_or_hospital(lo, scope, lo->person));
    case POL_S_HOSPITAL: return POL_PLAIN(person_or_hospital(lo, scope, lo->hospital));
    case POL_S_IN_FORCE: return POL_PLAIN(lower_in_force(lo));
    case POL_S_SET: break;
    }
    return POL_PLAIN(POL_NONE32);
}

/* Symbols whose value has a body: those that are remembered and lowered ahead. */
bool pol_has_body(const pol_symbol *symbol)
{
    return symbol->kind == POL_S_DEFINE || symbol->kind == POL_S_PARAM || symbol->kind == POL_S_STATUS;
}

/* Groups are remembered by their number, not by their yes or no. */
static const pol_symbol *remembered_as(const pol_symbol *symbol)
{
    return symbol->group != NULL ? symbol->group : symbol;
}

static bool is_group(const pol_symbol *symbol)
{
    return symbol->kind == POL_S_STATUS &&
           (symbol->group != NULL || POL_AS(status, symbol->node)->cond == NULL);
}

pol_value pol_lower_symbol(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    if (has_given_up(lo))
        return POL_PLAIN(POL_NONE32);
    if (!pol_has_body(symbol) || is_group(symbol))
        return lower_body(lo, scope, symbol);
    const pol_scope *home = home_of(lo, scope, symbol);
    const pol_value *known = pol_memo_find(lo, home->number, symbol->node->id);
    if (known != NULL)
        return *known;
    const pol_value value = lower_body(lo, home, symbol);
    pol_memo_add(lo, home->number, symbol->node->id, value);
    return value;
}

/* ---- definitions ahead of their use ----------------------------------------------------------------------- */

typedef struct push_children {
    pol_lowering *lo;
} push_children;

static bool push_child(pol_node *child, void *user)
{
    pol_lowering *lo = ((push_children *)user)->lo;
    return POL_PUSH(lo->arena, lo->stack, child);
}

/* Children onto the stack so that the first of the text comes off first. */
static void push_in_order(pol_lowering *lo, pol_node *node)
{
    const size_t start = lo->stack.count;
    push_children user = { lo };
    (void)pol_node_each_child(node, push_child, &user);
    for (size_t i = start, j = lo->stack.count; i + 1 < j; i++, j--) {
        pol_node *swapped = lo->stack.items[i];
        lo->stack.items[i] = lo->stack.items[j - 1];
        lo->stack.items[j - 1] = swapped;
    }
}

static void push_body(pol_lowering *lo, const pol_symbol *symbol)
{
    if (symbol->group != NULL)
        symbol = symbol->group;
    if (symbol->kind == POL_S_DEFINE) {
        (void)POL_PUSH(lo->arena, lo->stack, POL_AS(define, symbol->node)->value);
    } else if (symbol->kind == POL_S_PARAM && POL_AS(param, symbol->node)->value != NULL) {
        (void)POL_PUSH(lo->arena, lo->stack, POL_AS(param, symbol->node)->value);
    } else if (symbol->kind == POL_S_STATUS) {
        const pol_ast_status *status = POL_AS(status, symbol->node);
        for (uint32_t i = status->reasons.count; i-- > 0;)
            (void)POL_PUSH(lo->arena, lo->stack, POL_AS(reason, status->reasons.items[i])->cond);
        if (status->cond != NULL)
            (void)POL_PUSH(lo->arena, lo->stack, status->cond);
    }
}

void pol_walk_symbols(pol_lowering *lo, pol_node *root, pol_visit_symbol visit, void *user)
{
    const size_t bottom = lo->stack.count;
    (void)POL_PUSH(lo->arena, lo->stack, root);
    while (lo->stack.count > bottom) {
        pol_node *node = lo->stack.items[--lo->stack.count];
        const pol_note *note = pol_note_at(lo, node);
        if (note->ref == POL_REF_SYMBOL || note->ref == POL_REF_FACET)
            visit(lo, note->symbol, note, user);
        else if (note->ref == POL_REF_NONE)
            push_in_order(lo, node);
    }
}

void pol_walk_body(pol_lowering *lo, const pol_symbol *symbol, pol_visit_symbol visit, void *user)
{
    const size_t bottom = lo->stack.count;
    push_body(lo, symbol);
    while (lo->stack.count > bottom)
        pol_walk_symbols(lo, lo->stack.items[--lo->stack.count], visit, user);
}

typedef struct gather {
    POL_VEC(pol_symbol *) symbols;
} gather;

static void gather_bodies(pol_lowering *lo, pol_symbol *symbol, const pol_note *note, void *user)
{
    gather *g = user;
    if (!note->constant && pol_has_body(symbol))
        (void)POL_PUSH(lo->arena, g->symbols, symbol);
}

static pol_uses uses_of_body(pol_lowering *lo, const pol_symbol *symbol)
{
    pol_uses *uses = &lo->uses[remembered_as(symbol)->node->id];
    if (uses->known)
        return *uses;
    gather g = { 0 };
    pol_walk_body(lo, symbol, gather_bodies, &g);
    *uses = (pol_uses){ g.symbols.items, (uint32_t)g.symbols.count, true };
    return *uses;
}

static bool is_lowered(const pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    symbol = remembered_as(symbol);
    return pol_memo_find(lo, home_of(lo, scope, symbol)->number, symbol->node->id) != NULL;
}

typedef struct frame {
    const pol_symbol *symbol; /* NULL: the root expression */
    pol_uses uses;
    uint32_t next;
} frame;

/* Depth first over the definitions that are not lowered yet, with a stack of our own. */
static void lower_ahead(pol_lowering *lo, const pol_scope *scope, frame first)
{
    POL_VEC(frame) frames = { 0 };
    if (!POL_PUSH(lo->arena, frames, first))
        return;
    while (frames.count > 0 && !has_given_up(lo)) {
        frame *top = &frames.items[frames.count - 1];
        if (top->next < top->uses.count) {
            const pol_symbol *symbol = top->uses.symbols[top->next++];
            if (!is_lowered(lo, scope, symbol)) {
                const frame needed = { .symbol = symbol, .uses = uses_of_body(lo, symbol) };
                if (!POL_PUSH(lo->arena, frames, needed))
                    return;
            }
            continue;
        }
        if (top->symbol != NULL)
            (void)pol_lower_symbol(lo, scope, top->symbol);
        frames.count--;
    }
}

pol_value pol_lower_root(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    gather g = { 0 };
    pol_walk_symbols(lo, node, gather_bodies, &g);
    if (g.symbols.count > 0)
        lower_ahead(lo, scope, (frame){ .uses = { g.symbols.items, (uint32_t)g.symbols.count, true } });
    return pol_lower_expr(lo, scope, node);
}

void pol_lower_with_uses(pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    if (pol_has_body(symbol) && !is_lowered(lo, scope, symbol))
        lower_ahead(lo, scope, (frame){ .symbol = symbol, .uses = uses_of_body(lo, symbol) });
}

uint32_t pol_lowered_symbol(const pol_lowering *lo, const pol_scope *scope, const pol_symbol *symbol)
{
    const pol_value *known = pol_memo_find(lo, home_of(lo, scope, symbol)->number, symbol->node->id);
    return known == NULL || pol_is_quotient(*known) ? POL_NONE32 : known->reg;
}

/* ---- arithmetic ---------------------------------------------------------------------------------------------- */

static bool known_factor(const pol_lowering *lo, pol_node *node, pol_rational *value)
{
    const pol_note *note = pol_note_at(lo, node);
    *value = note->value;
    return note->constant && !note->unlimited && !note->type.quotient;
}

static uint32_t lower_dates(pol_lowering *lo, pol_arith_op op, uint32_t a, uint32_t b)
{
    if (pol_reg(lo, b)->class_ == POL_C_DATE)
        return EMIT(lo, DIFFD, 1, a, b);
    return op == POL_ADD ? EMIT(lo, ADDD, 1, a, b) : EMIT(lo, SUBD, 1, a, b);
}

/* Operations of TNUM by its number. */
enum { TNUM_ADD, TNUM_SUB, TNUM_FROM, TNUM_TIMES, TNUM_MIN, TNUM_MAX };

/* Each ratio of a schedule with a number. */
static uint32_t tiers_with_number(pol_lowering *lo, uint32_t tiers, uint32_t number, uint32_t op)
{
    const pol_register t = *pol_reg(lo, tiers);
    pol_i128 den2;
    if (op == TNUM_TIMES) {
        den2 = pol_product_den(lo, t.den2, pol_reg(lo, number)->den);
    } else {
        den2 = pol_common_den(lo, t.den2, pol_reg(lo, number)->den);
        tiers = pol_emit_tiers_scaled(lo, tiers, t.den, den2);
        number = pol_emit_scaled(lo, number, den2);
    }
    const uint32_t result = EMIT2(lo, TNUM, t.den, den2, tiers, number, op);
    if (op == TNUM_TIMES || op == TNUM_MIN || op == TNUM_MAX)
        pol_learn(lo, result, pol_known_of_both(lo, tiers, number) & POL_KNOWN_UNIT);
    return result;
}

static uint32_t lower_tiers_arith(pol_lowering *lo, pol_arith_op op, uint32_t a, uint32_t b)
{
    const bool first = pol_reg(lo, a)->class_ == POL_C_TIERS;
    const uint32_t tiers = first ? a : b, number = first ? b : a;
    switch (op) {
    case POL_ADD: return tiers_with_number(lo, tiers, number, TNUM_ADD);
    case POL_SUB: return tiers_with_number(lo, tiers, number, first ? TNUM_SUB : TNUM_FROM);
    case POL_MUL:
    case POL_DIV: break;
    }
    return tiers_with_number(lo, tiers, number, TNUM_TIMES);
}

static uint32_t product(pol_lowering *lo, uint32_t a, uint32_t b)
{
    const pol_i128 den = pol_product_den(lo, pol_reg(lo, a)->den, pol_reg(lo, b)->den);
    const uint32_t result = EMIT(lo, MUL, den, a, b);
    pol_learn(lo, result, pol_known_of_both(lo, a, b));
    return result;
}

static pol_rational reciprocal(pol_rational value)
{
    return value.num < 0 ? (pol_rational){ -value.den, -value.num } : (pol_rational){ value.den, value.num };
}

static pol_value lower_product(pol_lowering *lo, const pol_ast_arith *n, pol_value a, pol_value b)
{
    pol_rational factor;
    if (pol_is_quotient(b) || (!pol_is_quotient(a) && known_factor(lo, n->left, &factor))) {
        const pol_value swapped = a; /* the quotient, or what is not constant, first */
        a = b;
        b = swapped;
    }
    const bool constant = known_factor(lo, n->left, &factor) || known_factor(lo, n->right, &factor);
    uint32_t *which = pol_is_quotient(a) ? &a.times : &a.reg;
    *which = constant ? pol_emit_times(lo, *which, factor) : product(lo, *which, b.reg);
    return a;
}

static pol_value lower_division(pol_lowering *lo, const pol_ast_arith *n, pol_value a, pol_value b)
{
    pol_rational divisor;
    if (!known_factor(lo, n->right, &divisor))
        return (pol_value){ a.reg, pol_emit_constant(lo, POL_C_NUM, 1, 1), b.reg };
    a.reg = pol_emit_times(lo, a.reg, reciprocal(divisor));
    return a;
}

static pol_value lower_arith(pol_lowering *lo, pol_node *node, pol_value a, const pol_scope *scope)
{
    const pol_ast_arith *n = POL_AS(arith, node);
    const pol_arith_op op = (pol_arith_op)n->op;
    pol_value b = pol_lower_expr(lo, scope, n->right);
    pol_emit_at(lo, node);
    const uint8_t left = pol_reg(lo, a.reg)->class_, right = pol_reg(lo, b.reg)->class_;
    if (left == POL_C_TIERS || right == POL_C_TIERS) {
        pol_rational divisor;
        if (op == POL_DIV && known_factor(lo, n->right, &divisor)) {
            divisor = reciprocal(divisor);
            b.reg = pol_emit_number(lo, divisor, divisor.den);
        }
        return POL_PLAIN(lower_tiers_arith(lo, op, a.reg, b.reg));
    }
    if (left == POL_C_DATE)
        return POL_PLAIN(lower_dates(lo, op, a.reg, b.reg));
    switch (op) {
    case POL_ADD: return POL_PLAIN(pol_emit_arith(lo, POL_OP_ADD, a.reg, b.reg));
    case POL_SUB: return POL_PLAIN(pol_emit_arith(lo, POL_OP_SUB, a.reg, b.reg));
    case POL_MUL: return lower_product(lo, n, a, b);
    case POL_DIV: break;
    }
    return lower_division(lo, n, a, b);
}

/* ---- conditions --------------------------------------------------------------------------------------------------- */

/* A subject that can be 不限 lies in no interval that ends there open. */
uint32_t pol_lower_within(pol_lowering *lo, const pol_scope *scope, pol_value subject,
                                bool may_unlimited, pol_node *node)
{
    const pol_ast_interval *interval = POL_AS(interval, node);
    const pol_value low = pol_lower_expr(lo, scope, interval->low);
    uint32_t inside = pol_emit_compare(lo, subject, low, interval->open_low ? POL_GT : POL_GE);
    if (pol_note_at(lo, interval->high)->unlimited && !may_unlimited)
        return inside;
    const pol_value high = pol_lower_expr(lo, scope, interval->high);
    return pol_emit_and(lo, inside, pol_emit_compare(lo, subject, high, interval->open_high ? POL_LT : POL_LE));
}

uint32_t pol_lower_in_codes(pol_lowering *lo, uint32_t reg, const pol_codes *codes)
{
    if (pol_reg(lo, reg)->class_ != POL_C_SET)
        return codes->count == 1 && codes->codes[0] >= 0
                   ? EMIT(lo, EQC, 1, reg, pol_emit_code(lo, codes->codes[0]), POL_EQ)
                   : EMIT(lo, MEMBER, 1, reg, pol_emit_members(lo, codes));
    uint64_t mask = 0;
    for (uint32_t i = 0; i < codes->count; i++)
        mask |= UINT64_C(1) << (codes->codes[i] & 63);
    return EMIT(lo, ANYOF, 1, reg, pol_emit_pool(lo, (pol_i128)mask));
}

static uint32_t lower_in(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_ast_in *in = POL_AS(in, node);
    const pol_value left = pol_lower_expr(lo, scope, in->left);
    pol_emit_at(lo, node);
    const uint32_t inside = in->group->kind == POL_N_INTERVAL
                                ? pol_lower_within(lo, scope, left, pol_note_at(lo, in->left)->type.may_unlimited, in->group)
                                : pol_lower_in_codes(lo, left.reg, &pol_note_at(lo, node)->members);
    return in->negated ? pol_emit_not(lo, inside) : inside;
}

/* ---- functions ---------------------------------------------------------------------------------------------------------- */

/* The schedule first, then each number with it. */
static uint32_t lower_tiers_extreme(pol_lowering *lo, const pol_scope *scope, const pol_list *args, bool least)
{
    uint32_t result = POL_NONE32;
    for (uint32_t i = 0; i < args->count; i++)
        if (pol_note_at(lo, args->items[i])->type.tag == POL_T_TIERS)
            result = pol_lower_plain(lo, scope, args->items[i]);
    for (uint32_t i = 0; i < args->count; i++)
        if (pol_note_at(lo, args->items[i])->type.tag != POL_T_TIERS)
            result = tiers_with_number(lo, result, pol_lower_plain(lo, scope, args->items[i]),
                                       least ? TNUM_MIN : TNUM_MAX);
    return result;
}

static uint32_t lower_extreme(pol_lowering *lo, const pol_scope *scope, pol_node *node, bool least)
{
    const pol_list *args = &POL_AS(call, node)->args;
    const pol_type type = pol_note_at(lo, node)->type;
    if (type.tag == POL_T_TIERS)
        return lower_tiers_extreme(lo, scope, args, least);
    uint32_t result = pol_lower_plain(lo, scope, args->items[0]);
    for (uint32_t i = 1; i < args->count; i++) {
        const uint32_t next = pol_lower_plain(lo, scope, args->items[i]);
        pol_emit_at(lo, node);
        if (type.tag == POL_T_DATE)
            result = least ? EMIT(lo, MIND, 1, result, next) : EMIT(lo, MAXD, 1, result, next);
        else
            result = pol_emit_arith(lo, least ? POL_OP_MIN : POL_OP_MAX, result, next);
    }
    return result;
}

/* Amounts of a schedule need a denominator that the bounds' divides. */
static uint32_t over_bounds(pol_lowering *lo, uint32_t reg, uint32_t tiers)
{
    return pol_emit_scaled(lo, reg, pol_common_den(lo, pol_reg(lo, reg)->den, pol_reg(lo, tiers)->den));
}

static uint32_t lower_tiers_amount(pol_lowering *lo, uint32_t tiers, uint32_t x)
{
    x = over_bounds(lo, x, tiers);
    const pol_i128 den = pol_product_den(lo, pol_reg(lo, x)->den, pol_reg(lo, tiers)->den2);
    return EMIT(lo, TSUM, den, tiers, pol_emit_constant(lo, POL_C_NUM, 0, pol_reg(lo, x)->den), x);
}

static uint32_t lower_has_value(pol_lowering *lo, const pol_scope *scope, pol_node *arg)
{
    const pol_symbol *symbol = pol_note_at(lo, arg)->symbol;
    if (symbol != NULL && symbol->kind == POL_S_INPUT)
        return pol_emit_has(lo, lo->fields[symbol->index]);
    return pol_emit_has(lo, pol_lower_plain(lo, scope, arg));
}

static pol_value lower_call(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_note *note = pol_note_at(lo, node);
    pol_node *const *args = POL_AS(call, node)->args.items;
    const pol_function f = (pol_function)note->code;
    uint32_t a, b;
    switch (f) {
    case POL_FN_MIN:
    case POL_FN_MAX: return POL_PLAIN(lower_extreme(lo, scope, node, f == POL_FN_MIN));
    case POL_FN_HALF_UP:
    case POL_FN_HALF_EVEN:
    case POL_FN_ROUND_UP:
    case POL_FN_ROUND_DOWN: {
        const pol_value x = pol_lower_expr(lo, scope, args[0]);
        pol_emit_at(lo, node);
        return POL_PLAIN(pol_emit_round(lo, x, (unsigned)(f - POL_FN_HALF_UP), pol_note_at(lo, args[1])->value, note->type.den));
    }
    case POL_FN_HAS_VALUE: return POL_PLAIN(lower_has_value(lo, scope, args[0]));
    case POL_FN_AGE:
        a = pol_lower_plain(lo, scope, args[0]);
        b = pol_lower_plain(lo, scope, args[1]);
        return POL_PLAIN(EMIT(lo, AGE, 1, a, b));
    case POL_FN_DEADLINE: {
        const pol_ast_monthday *day = POL_AS(monthday, args[1]);
        a = pol_lower_plain(lo, scope, args[0]);
        return POL_PLAIN(EMIT(lo, DEADLINE, 1, a, (uint32_t)day->month, (uint32_t)day->day));
    }
    case POL_FN_MONTHS_AFTER:
        a = pol_lower_plain(lo, scope, args[0]);
        b = pol_lower_plain(lo, scope, args[1]);
        return POL_PLAIN(EMIT(lo, MONTHS, 1, a, b, (uint32_t)(pol_note_at(lo, args[2])->code != 0)));
    case POL_FN_YEAR:
    case POL_FN_MONTH:
    case POL_FN_DAY:
        a = pol_lower_plain(lo, scope, args[0]);
        return POL_PLAIN(EMIT(lo, PART, 1, a, (uint32_t)(f - POL_FN_YEAR)));
    case POL_FN_TIERS_AMOUNT:
        a = pol_lower_plain(lo, scope, args[0]);
        b = pol_lower_plain(lo, scope, args[1]);
        return POL_PLAIN(lower_tiers_amount(lo, a, b));
    case POL_FN_TIERS_RATIO:
        a = pol_lower_plain(lo, scope, args[0]);
        b = over_bounds(lo, pol_lower_plain(lo, scope, args[1]), a);
        return POL_PLAIN(EMIT(lo, TRATE, pol_reg(lo, a)->den2, a, b));
    case POL_FN_COUNT: break;
    }
    return POL_PLAIN(POL_NONE32);
}

/* ---- everything ------------------------------------------------------------------------------------------------------------ */

/* Nodes that are not chained by operators. */
static pol_value lower_leaf(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_note *note = pol_note_at(lo, node);
    pol_emit_at(lo, node);
    switch (note->ref) {
    case POL_REF_SYMBOL: return pol_lower_symbol(lo, scope, note->symbol);
    case POL_REF_FACET:
        return POL_PLAIN(pol_payer_facet(lo, scope, note->symbol->index, (pol_facet)note->code));
    case POL_REF_NONE:
    case POL_REF_LABEL:
    case POL_REF_TEXT:
    case POL_REF_SET: break;
    }
    switch (node->kind) {
    case POL_N_WHEN: return pol_lower_when(lo, scope, node);
    case POL_N_TABLE: return pol_lower_table(lo, scope, node);
    case POL_N_BRACES: return POL_PLAIN(pol_lower_schedule(lo, scope, node));
    case POL_N_IN: return POL_PLAIN(lower_in(lo, scope, node));
    case POL_N_CALL: return lower_call(lo, scope, node);
    default: return POL_PLAIN(POL_NONE32); /* the checker lets nothing else through */
    }
}

/* The first operand of an operator; NULL for other nodes. */
static pol_node *first_operand(pol_node *node)
{
    switch (node->kind) {
    case POL_N_AND: return POL_AS(and, node)->left;
    case POL_N_OR: return POL_AS(or, node)->left;
    case POL_N_NOT: return POL_AS(not, node)->operand;
    case POL_N_COMPARE: return POL_AS(compare, node)->left;
    case POL_N_PORTION: return POL_AS(portion, node)->left;
    case POL_N_ARITH: return POL_AS(arith, node)->left;
    default: return NULL;
    }
}

/* An operator, its first operand lowered. */
static pol_value lower_operator(pol_lowering *lo, const pol_scope *scope, pol_node *node, pol_value a)
{
    pol_value b;
    switch (node->kind) {
    case POL_N_NOT: return POL_PLAIN(pol_emit_not(lo, a.reg));
    case POL_N_AND:
        b = pol_lower_expr(lo, scope, POL_AS(and, node)->right);
        pol_emit_at(lo, node);
        return POL_PLAIN(pol_emit_and(lo, a.reg, b.reg));
    case POL_N_OR:
        b = pol_lower_expr(lo, scope, POL_AS(or, node)->right);
        pol_emit_at(lo, node);
        return POL_PLAIN(pol_emit_or(lo, a.reg, b.reg));
    case POL_N_COMPARE:
        b = pol_lower_expr(lo, scope, POL_AS(compare, node)->right);
        pol_emit_at(lo, node);
        return POL_PLAIN(pol_emit_compare(lo, a, b, (pol_compare_op)POL_AS(compare, node)->op));
    case POL_N_PORTION:
        b = pol_lower_expr(lo, scope, POL_AS(portion, node)->right);
        pol_emit_at(lo, node);
        return POL_PLAIN(pol_emit_arith(lo, POL_OP_EXCESS, a.reg, b.reg));
    default: return lower_arith(lo, node, a, scope);
    }
}

/* A value that is known without lowering: remembered, or constant. */
static bool at_hand(pol_lowering *lo, const pol_scope *home, pol_node *node, pol_value *value)
{
    const pol_value *known = pol_memo_find(lo, home->number, node->id);
    if (known != NULL) {
        *value = *known;
        return true;
    }
    uint32_t reg;
    if (!lower_constant(lo, node, &reg))
        return false;
    *value = POL_PLAIN(reg);
    note_register(lo, home, node, *value);
    return true;
}

pol_value pol_lower_expr(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const size_t bottom = lo->spine.count;
    pol_value value;
    if (has_given_up(lo))
        return POL_PLAIN(POL_NONE32);
    for (;;) { /* down the left side of a chain of operators */
        if (at_hand(lo, home_of_node(lo, scope, node), node, &value))
            break;
        pol_node *left = first_operand(node);
        if (left == NULL) {
            const pol_scope *home = home_of_node(lo, scope, node);
            value = fitted(lo, lower_leaf(lo, home, node), pol_note_at(lo, node)->type);
            remember(lo, home, node, value);
            break;
        }
        if (!POL_PUSH(lo->arena, lo->spine, node))
            return POL_PLAIN(POL_NONE32);
        node = left;
    }
    while (lo->spine.count > bottom) {
        node = lo->spine.items[--lo->spine.count];
        const pol_scope *home = home_of_node(lo, scope, node);
        value = fitted(lo, lower_operator(lo, home, node, value), pol_note_at(lo, node)->type);
        remember(lo, home, node, value);
    }
    return value;
}
