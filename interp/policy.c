/* The statements around the payers: inputs and parameters, 要求, 总费用, statuses, outputs, 垫付, and the
 * names in examples (language 9, 11.1, 11.8, 12). */
#include "interp/sema_internal.h"

/* ---- order of definitions ------------------------------------------------------------------------- */

/* Types what each declaration needs before it, by an explicit stack: a chain of definitions may be
 * longer than the C stack is deep. Names that are labels give edges too many, never too few. */
typedef struct visit_item {
    pol_symbol *symbol;
    bool leave;
} visit_item;
typedef struct visit_stack {
    pol_checker *s;
    POL_VEC(visit_item) items;
    uint8_t *seen; /* by declaration node id */
} visit_stack;

static pol_symbol *typed_symbol(const pol_matter *m, const pol_node *name)
{
    pol_symbol *symbol = pol_matter_find(m, pol_node_text(name));
    if (symbol && symbol->group)
        symbol = symbol->group;
    if (!symbol || !symbol->node || symbol->state == 2)
        return NULL;
    bool typed = symbol->kind == POL_S_DEFINE || symbol->kind == POL_S_PARAM || symbol->kind == POL_S_STATUS;
    return typed ? symbol : NULL;
}

static bool push_needed(pol_node *node, void *user)
{
    visit_stack *stack = user;
    if (node->kind == POL_N_NAME) {
        pol_symbol *symbol = typed_symbol(stack->s->matter, node);
        if (symbol && !stack->seen[symbol->node->id])
            return POL_PUSH(stack->s->arena, stack->items, ((visit_item){symbol, false}));
        return true;
    }
    return pol_node_each_child(node, push_needed, user);
}

static bool ensure_in_order(pol_checker *s, visit_stack *stack, pol_symbol *first)
{
    if (!POL_PUSH(s->arena, stack->items, ((visit_item){first, false})))
        return false;
    while (stack->items.count) {
        visit_item item = stack->items.items[--stack->items.count];
        if (item.leave) {
            pol_ensure(s, item.symbol);
            continue;
        }
        if (stack->seen[item.symbol->node->id])
            continue;
        stack->seen[item.symbol->node->id] = 1;
        if (!POL_PUSH(s->arena, stack->items, ((visit_item){item.symbol, true}))
            || !pol_node_each_child(item.symbol->node, push_needed, stack))
            return false;
    }
    return true;
}

static void ensure_declarations(pol_checker *s)
{
    visit_stack stack = {.s = s};
    stack.seen = POL_NEW_ARRAY(s->arena, uint8_t, s->tree->rules + 1);
    if (!stack.seen)
        return;
    for (size_t i = 0; i < s->matter->symbols.count; i++) {
        pol_symbol *symbol = s->matter->symbols.items[i];
        bool typed = symbol->kind == POL_S_DEFINE || symbol->kind == POL_S_PARAM
                     || (symbol->kind == POL_S_STATUS && !symbol->group);
        /* a shared definition counts only where a matter reaches it */
        if (!typed || !symbol->node || (symbol->kind == POL_S_DEFINE && symbol->shared))
            continue;
        if (!ensure_in_order(s, &stack, symbol))
            return;
    }
    for (size_t i = 0; i < s->matter->symbols.count; i++)
        if (s->matter->symbols.items[i]->kind == POL_S_STATUS)
            pol_ensure(s, s->matter->symbols.items[i]);
}

/* ---- inputs and parameters --------------------------------------------------------------------------- */

static void set_place(pol_checker *s, const char *en, const char *zh)
{
    s->place_en = en;
    s->place_zh = zh;
}

static void require_condition(pol_checker *s, pol_node *cond)
{
    s->context = POL_IN_REQUIRE;
    s->now = (pol_reads){0};
    pol_type_condition(s, cond);
}

static void check_default(pol_checker *s, pol_symbol *input)
{
    pol_node *value = POL_AS(input, input->node)->value;
    set_place(s, "in a default", "缺省值中");
    pol_type t = pol_type_root(s, value, POL_IN_CONSTANT, input->type.tag == POL_T_LABEL ? input->type.labels : POL_NO_LABELS);
    if (!pol_expect(s, value, t, input->type.tag) || t.tag == POL_T_ERROR)
        return;
    pol_note *note = pol_note_of(s->matter, value);
    bool known = note->constant || note->ref == POL_REF_LABEL || note->ref == POL_REF_TEXT || t.tag == POL_T_TIERS;
    if (!known || t.quotient || note->unlimited) {
        pol_sema_report(s, POL_D_DEFAULT_NOT_CONSTANT, value);
        return;
    }
    bool amount = t.tag == POL_T_MONEY, number = t.tag == POL_T_NUMBER;
    bool ratio = number && input->type.den != 1;
    if ((amount && (note->value.num < 0 || POL_FEN_PER_YUAN % note->value.den != 0))
        || (ratio && (note->value.num < 0 || note->value.num > note->value.den)) || (number && !ratio && note->value.den != 1)) {
        pol_diag *d = pol_sema_report(s, POL_D_PARAM_RANGE, value);
        pol_sema_text(s, d, "name", input->name);
    }
}

static void check_inputs(pol_checker *s)
{
    uint32_t optional = 0;
    for (uint32_t i = 0; i < s->matter->input_count; i++) {
        pol_symbol *symbol = s->matter->inputs[i];
        pol_ast_input *input = POL_AS(input, symbol->node);
        optional += input->optional || input->required;
        if (optional == POL_MAX_OPTIONAL + 1)
            pol_sema_report(s, POL_D_TOO_MANY_OPTIONAL, symbol->node);
        if (input->value)
            check_default(s, symbol);
        if (input->required) {
            set_place(s, "in the condition of 必填", "必填的条件中");
            require_condition(s, input->required);
        }
    }
}

static void check_bound(pol_checker *s, pol_symbol *param, pol_ast_bound *bound)
{
    set_place(s, "in a bound", "参数界限中");
    if (bound->when)
        require_condition(s, bound->when);
    pol_type t = pol_type_root(s, bound->value, POL_IN_REQUIRE, param->type.tag == POL_T_LABEL ? param->type.labels : POL_NO_LABELS);
    if (param->type.tag == POL_T_ERROR)
        return;
    pol_expect(s, bound->value, t, param->type.tag == POL_T_TIERS ? POL_T_NUMBER : param->type.tag);
    pol_no_quotient(s, bound->value, t);
    bool ordered = param->type.tag == POL_T_MONEY || param->type.tag == POL_T_NUMBER || param->type.tag == POL_T_DATE
                   || param->type.tag == POL_T_TIERS;
    if (param->type.tag == POL_T_TIERS && bound->op == POL_NE) {
        pol_sema_report(s, POL_D_BOUND_NOT_EQUAL, &bound->node);
        return;
    }
    if (!ordered && bound->op != POL_EQ && bound->op != POL_NE) {
        pol_diag *d = pol_sema_report(s, POL_D_NO_ORDER, &bound->node);
        pol_sema_type(s, d, "type", param->type);
    }
}

static void check_params(pol_checker *s)
{
    uint32_t optional = 0;
    for (uint32_t i = 0; i < s->matter->param_count; i++) {
        pol_symbol *symbol = s->matter->params[i];
        pol_ast_param *param = POL_AS(param, symbol->node);
        optional += param->optional || param->required;
        if (optional == POL_MAX_OPTIONAL + 1)
            pol_sema_report(s, POL_D_TOO_MANY_OPTIONAL, symbol->node);
        if (param->required) {
            set_place(s, "in the condition of 必填", "必填的条件中");
            require_condition(s, param->required);
        }
        if (param->bounds.count && !param->by_region && !param->set)
            pol_sema_report(s, POL_D_BOUND_ON_FIXED, param->bounds.items[0]);
        for (uint32_t k = 0; k < param->bounds.count; k++)
            check_bound(s, symbol, POL_AS(bound, param->bounds.items[k]));
    }
    if (!s->diags->error_count)
        pol_check_bounds(s);
}

/* ---- the bill, results -------------------------------------------------------------------------------- */

static void check_settle(pol_checker *s)
{
    pol_ast_settle *settle = s->matter->settle;
    if (!settle)
        return;
    pol_str name = pol_node_text(settle->name);
    if (!pol_str_equal(name, POL_STR("总费用")) && !pol_str_equal(name, POL_STR("total"))) {
        pol_diag *d = pol_sema_report(s, POL_D_SETTLE_NAME, settle->name);
        pol_sema_text(s, d, "name", name);
    }
    set_place(s, "in the bill's total", "总费用中");
    pol_type t = pol_type_root(s, settle->value, POL_IN_REQUIRE, POL_NO_LABELS);
    pol_expect(s, settle->value, t, POL_T_MONEY);
    pol_no_quotient(s, settle->value, t);
    if (t.may_unlimited)
        pol_sema_report(s, POL_D_UNLIMITED_PLACE, settle->value);
    pol_warn_absent(s, settle->value);
}

static void check_advance(pol_checker *s, pol_ast_advance *advance)
{
    set_place(s, "in a condition of 垫付", "垫付的条件中");
    for (uint32_t i = 0; i < advance->payers.count; i++) {
        pol_node *name = advance->payers.items[i];
        if (!pol_find_payer(s->matter, pol_node_text(name))) {
            pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_PAYER, name);
            pol_sema_text(s, d, "name", pol_node_text(name));
            pol_suggest_name(s, d, name);
        }
    }
    if (!advance->cond)
        return;
    s->context = POL_IN_RESULT;
    s->now = (pol_reads){0};
    pol_type_condition(s, advance->cond);
    pol_warn_absent(s, advance->cond);
}

static void check_status(pol_checker *s, pol_ast_status *status)
{
    if (status->cond)
        pol_warn_absent(s, status->cond);
    for (uint32_t i = 0; i < status->reasons.count; i++)
        pol_warn_absent(s, POL_AS(reason, status->reasons.items[i])->cond);
}

static void check_output(pol_checker *s, uint32_t number)
{
    pol_ast_output *output = POL_AS(output, s->matter->outputs[number]);
    for (uint32_t i = 0; i < number; i++) {
        pol_ast_output *other = POL_AS(output, s->matter->outputs[i]);
        if (pol_str_equal(pol_node_text(other->name), pol_node_text(output->name))) {
            pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, output->name);
            pol_sema_text(s, d, "name", pol_node_text(output->name));
            pol_sema_see(s, d, &other->node, "declared here first", "先在这里声明");
        }
    }
    set_place(s, "in an output", "附加中");
    pol_node *value = output->value ? output->value : output->name;
    pol_symbol *payer = output->value ? NULL : pol_find_payer(s->matter, pol_node_text(output->name));
    pol_type t;
    if (payer) {
        pol_note *note = pol_note_of(s->matter, value);
        note->ref = POL_REF_FACET;
        note->symbol = payer;
        note->code = POL_FACET_PAID;
        note->depends = POL_DEP_PAYERS;
        note->type = t = payer->type;
    } else {
        t = pol_type_root(s, value, POL_IN_RESULT, POL_NO_LABELS);
    }
    if (t.tag == POL_T_TIERS || t.tag == POL_T_LABELS || t.tag == POL_T_MONTHDAY || t.may_unlimited) {
        pol_diag *d = pol_sema_report(s, POL_D_OUTPUT_TYPE, value);
        pol_sema_type(s, d, "type", t);
    }
}

void pol_check_statements(pol_checker *s)
{
    pol_matter *m = s->matter;
    ensure_declarations(s);
    check_inputs(s);
    check_params(s);
    set_place(s, "in 要求", "要求中");
    for (uint32_t i = 0; i < m->require_count; i++)
        require_condition(s, POL_AS(require, m->requires[i])->cond);
    check_settle(s);
    pol_check_payers(s);
    pol_check_accums(s);
    for (uint32_t i = 0; i < m->advance_count; i++)
        check_advance(s, POL_AS(advance, m->advances[i]));
    for (uint32_t i = 0; i < m->status_count; i++)
        check_status(s, POL_AS(status, m->statuses[i]));
    for (uint32_t i = 0; i < m->output_count; i++)
        check_output(s, i);
}

/* ---- examples ------------------------------------------------------------------------------------------ */

static pol_type given_type(pol_checker *s, pol_ast_item *item)
{
    pol_str name = pol_node_text(item->name);
    pol_symbol *symbol = pol_matter_find(s->matter, name);
    bool open = symbol && symbol->kind == POL_S_PARAM && POL_AS(param, symbol->node)->by_region;
    if (symbol && (symbol->kind == POL_S_INPUT || symbol->kind == POL_S_ACCUM || open))
        return symbol->type;
    pol_diag *d = pol_sema_report(s, symbol ? POL_D_NOT_GIVEN : POL_D_UNKNOWN_NAME, item->name);
    pol_sema_text(s, d, "name", name);
    if (!symbol)
        pol_suggest_name(s, d, item->name);
    return POL_TYPE(POL_T_ERROR);
}

static pol_ast_output *find_output(const pol_matter *m, pol_str name)
{
    for (uint32_t i = 0; i < m->output_count; i++)
        if (pol_str_equal(pol_node_text(POL_AS(output, m->outputs[i])->name), name))
            return POL_AS(output, m->outputs[i]);
    return NULL;
}

/* An output and a status may share a name: the type of the expected value decides. */
static pol_type expected_type(pol_checker *s, pol_ast_item *item)
{
    pol_str name = pol_node_text(item->name);
    pol_type money = POL_TYPE(POL_T_MONEY), any = POL_TYPE(POL_T_ERROR);
    pol_symbol *payer = pol_find_payer(s->matter, name);
    if (item->facet) {
        pol_facet facet = pol_find_facet(pol_node_text(item->facet));
        if (payer && facet < POL_FACET_COUNT)
            return facet == POL_FACET_CAPPED || facet == POL_FACET_OVER_REMAINING ? POL_TYPE(POL_T_YESNO) : money;
        pol_diag *d = pol_sema_report(s, payer ? POL_D_UNKNOWN_FACET : POL_D_FACET_OF_NO_PAYER, payer ? item->facet : item->name);
        pol_sema_text(s, d, "name", payer ? pol_node_text(item->facet) : name);
        return any;
    }
    if (payer)
        return money;
    pol_ast_output *output = find_output(s->matter, name);
    pol_symbol *symbol = pol_matter_find(s->matter, name);
    bool status = symbol && symbol->kind == POL_S_STATUS;
    if (output && !(status && item->value && item->value->kind == POL_N_BOOL)) {
        pol_type t = pol_note_of(s->matter, output->value ? output->value : output->name)->type;
        return t.tag == POL_T_NONE || (item->value && item->value->kind == POL_N_NONE) ? any : t;
    }
    if (!symbol) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_NAME, item->name);
        pol_sema_text(s, d, "name", name);
        pol_suggest_name(s, d, item->name);
        return any;
    }
    switch (symbol->kind) {
    case POL_S_TOTAL:
    case POL_S_PERSON:
    case POL_S_HOSPITAL:
        return money;
    case POL_S_ACCUM:
    case POL_S_STATUS:
        return symbol->type;
    case POL_S_DEFINE:
        pol_ensure(s, symbol);
        return symbol->type;
    default:
        break;
    }
    pol_diag *d = pol_sema_report(s, POL_D_NOT_EXPECTED, item->name);
    pol_sema_text(s, d, "name", name);
    return any;
}

static void check_item(pol_checker *s, pol_ast_item *item, pol_type type)
{
    if (item->labels.count) {
        if (type.tag == POL_T_LABELS || (type.tag == POL_T_LABEL)) {
            pol_codes codes = {0};
            pol_collect_codes(s, &item->labels, false, type.labels, &codes);
            pol_note_of(s->matter, &item->node)->members = codes;
        } else if (type.tag != POL_T_ERROR) {
            pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, &item->node);
            pol_sema_type(s, d, "expected", type);
            pol_sema_words(s, d, "found", "labels in braces", "{ … } 取值列表");
        }
        return;
    }
    if (!item->value)
        return;
    bool labelled = type.tag == POL_T_LABEL || type.tag == POL_T_LABELS;
    pol_type t = pol_type_root(s, item->value, POL_IN_CONSTANT, labelled ? type.labels : POL_NO_LABELS);
    if (t.tag == POL_T_ERROR || type.tag == POL_T_ERROR || t.tag == POL_T_NONE)
        return;
    if (labelled && t.tag == POL_T_LABEL)
        return;
    pol_expect(s, item->value, t, type.tag);
}

static const struct {
    const char *zh, *en;
} k_error_names[] = {
    {"缺少字段", "missing_field"}, {"未知字段", "unknown_field"},        {"取值错误", "bad_value"},
    {"输入矛盾", "contradiction"}, {"参数越限", "parameter_out_of_bounds"}, {"不在执行期", "not_in_force"},
    {"计算越界", "out_of_range"},
};

static void check_error_name(pol_checker *s, pol_node *name)
{
    pol_str text = pol_node_text(name);
    for (size_t i = 0; i < sizeof k_error_names / sizeof *k_error_names; i++)
        if (pol_str_equal(text, pol_str_of(k_error_names[i].zh)) || pol_str_equal(text, pol_str_of(k_error_names[i].en)))
            return;
    pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_CLAIM_ERROR, name);
    pol_sema_text(s, d, "name", text);
}

/* ---- items that stand in many examples: those without a finding are checked once ------------------------- */

#define SEEN_ITEMS 256 /* and as many literals behind them */

typedef struct seen_item {
    const pol_ast_item *item; /* NULL: none yet */
    bool expected;
} seen_item;

/* Equal spellings of a file have one text, so where it stands tells names and literals apart. */
static const char *text_at(const pol_node *node)
{
    return node ? pol_node_text(node).bytes : NULL;
}

/* A number for values that are told apart by it and their text; false: there is more to the value. */
static bool number_of(const pol_node *value, uint64_t *number)
{
    *number = 0;
    switch (value->kind) {
    case POL_N_NAME:
    case POL_N_STRING:
        return true;
    case POL_N_BOOL:
        *number = (uint64_t)POL_AS_CONST(bool, value)->value;
        return true;
    case POL_N_DATE:
        *number = (uint64_t)POL_AS_CONST(date, value)->days;
        return true;
    case POL_N_MONEY: {
        const pol_decimal money = POL_AS_CONST(money, value)->value;
        *number = (uint64_t)money.digits << 3 | money.decimals;
        return money.digits >> 60 == 0 && money.decimals < 8;
    }
    default:
        return false;
    }
}

static bool same_item(const pol_ast_item *a, const pol_ast_item *b)
{
    uint64_t number_a, number_b;
    return a->value->kind == b->value->kind && text_at(a->name) == text_at(b->name) && text_at(a->facet) == text_at(b->facet)
           && text_at(a->value) == text_at(b->value) && number_of(a->value, &number_a) && number_of(b->value, &number_b)
           && number_a == number_b;
}

/* Where such an item is kept; NULL: nowhere. */
static seen_item *place_of(seen_item *seen, const pol_ast_item *item, bool expected)
{
    uint64_t mix;
    if (!item->value || !number_of(item->value, &mix))
        return NULL;
    mix = mix * 3 + (uint64_t)(uintptr_t)text_at(item->name) * 5 + (uint64_t)(uintptr_t)text_at(item->facet) * 7;
    mix += (uint64_t)(uintptr_t)text_at(item->value) * 11 + expected;
    return &seen[(mix * UINT64_C(0x9e3779b97f4a7c15)) >> 56];
}

/* Where a literal that means the same under every name is kept; NULL: nowhere. */
static seen_item *literal_place(seen_item *seen, const pol_node *value)
{
    uint64_t mix;
    if (!value || (value->kind != POL_N_BOOL && value->kind != POL_N_DATE && value->kind != POL_N_MONEY) || !number_of(value, &mix))
        return NULL;
    return &seen[SEEN_ITEMS + ((mix * 64 + value->kind) * UINT64_C(0x9e3779b97f4a7c15) >> 56)];
}

static bool same_literal(const pol_node *a, const pol_node *b)
{
    uint64_t number_a, number_b;
    return a->kind == b->kind && number_of(a, &number_a) && number_of(b, &number_b) && number_a == number_b;
}

/* The same value of the same name means the same, wherever it stands; of equal literals there is one note. */
static void check_item_once(pol_checker *s, pol_ast_item *item, bool expected, seen_item *seen)
{
    pol_note **const notes = s->matter->notes;
    seen_item *const place = place_of(seen, item, expected), *const literal = literal_place(seen, item->value);
    if (place && place->item && place->expected == expected && same_item(place->item, item)) {
        notes[item->value->id] = notes[place->item->value->id];
        return;
    }
    if (literal && literal->item && same_literal(literal->item->value, item->value))
        notes[item->value->id] = notes[literal->item->value->id];
    check_item(s, item, expected ? expected_type(s, item) : given_type(s, item));
    /* now or for another matter: what was reported there is not reported again */
    const bool reported = s->reported[item->name->id] || (item->facet && s->reported[item->facet->id])
                          || (item->value && s->reported[item->value->id]);
    if (place && !reported)
        *place = (seen_item){item, expected};
    if (literal && !reported)
        *literal = (seen_item){item, expected};
}

void pol_check_examples(pol_checker *s)
{
    seen_item *seen = POL_NEW_ARRAY(s->arena, seen_item, 2 * SEEN_ITEMS);
    if (!seen)
        return;
    set_place(s, "in an example", "案例中");
    for (uint32_t i = 0; i < s->matter->example_count; i++) {
        pol_ast_example *example = POL_AS(example, s->matter->examples[i]);
        for (uint32_t k = 0; k < example->given.count; k++) {
            pol_ast_item *item = POL_AS(item, example->given.items[k]);
            check_item_once(s, item, false, seen);
            for (uint32_t j = 0; j < k; j++) {
                if (pol_str_equal(pol_node_text(POL_AS(item, example->given.items[j])->name), pol_node_text(item->name))) {
                    pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, item->name);
                    pol_sema_text(s, d, "name", pol_node_text(item->name));
                    break;
                }
            }
        }
        for (uint32_t k = 0; k < example->expect.count; k++) {
            pol_ast_item *item = POL_AS(item, example->expect.items[k]);
            check_item_once(s, item, true, seen);
        }
        if (example->error)
            check_error_name(s, example->error);
    }
}
