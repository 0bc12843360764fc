/* Bounds tested when a script is compiled (language 9.4): each value written for a parameter, each dated
 * piece of it, and each combination of categories, as long as value and bound depend on nothing else.
 * What cannot be decided here is left to the record. */
#include "interp/sema_internal.h"

#include <string.h>

#define MAX_COMBINATIONS 4096
#define MAX_ASSIGNED 12

typedef enum value_kind { V_UNKNOWN, V_NUMBER, V_UNLIMITED, V_BOOL, V_CODE, V_TIERS } value_kind;
typedef struct value {
    value_kind kind;
    pol_rational number;
    int code; /* BOOL, CODE */
    uint32_t count;
    pol_rational *ratios; /* TIERS */
} value;

typedef struct trial {
    pol_checker *s;
    pol_symbol *inputs[MAX_ASSIGNED]; /* labels and yes/no that matter */
    uint32_t sizes[MAX_ASSIGNED];
    uint32_t chosen[MAX_ASSIGNED];
    uint32_t count;
    unsigned budget; /* evaluation steps left */
} trial;

static const value k_unknown = {.kind = V_UNKNOWN};

static value evaluate(trial *t, pol_node *node);

static value truth(bool yes)
{
    return (value){.kind = V_BOOL, .code = yes};
}

/* ---- which inputs matter ------------------------------------------------------------------------------ */

typedef struct gather {
    trial *t;
    bool ok;
    unsigned budget;
} gather;

static bool gather_below(pol_node *node, void *user)
{
    gather *g = user;
    if (!g->budget--) {
        g->budget = 0;
        return g->ok = false;
    }
    const pol_note *note = pol_note_of(g->t->s->matter, node);
    pol_symbol *symbol = node->kind == POL_N_NAME && note->ref == POL_REF_SYMBOL ? note->symbol : NULL;
    if (!symbol)
        return pol_node_each_child(node, gather_below, user);
    if (symbol->kind == POL_S_DEFINE)
        return gather_below(POL_AS(define, symbol->node)->value, user);
    if (symbol->kind == POL_S_PARAM && !POL_AS(param, symbol->node)->by_region)
        return gather_below(POL_AS(param, symbol->node)->value, user);
    if (symbol->kind != POL_S_INPUT || (symbol->type.tag != POL_T_LABEL && symbol->type.tag != POL_T_YESNO))
        return g->ok = false;
    for (uint32_t i = 0; i < g->t->count; i++)
        if (g->t->inputs[i] == symbol)
            return true;
    if (g->t->count == MAX_ASSIGNED)
        return g->ok = false;
    g->t->sizes[g->t->count] = symbol->type.tag == POL_T_LABEL ? g->t->s->model->label_sets.items[symbol->type.labels].count : 2;
    g->t->inputs[g->t->count++] = symbol;
    return true;
}

/* ---- evaluation -------------------------------------------------------------------------------------------- */

static value evaluate_name(trial *t, pol_node *node, const pol_note *note)
{
    if (note->ref == POL_REF_LABEL)
        return (value){.kind = V_CODE, .code = note->code};
    const pol_symbol *symbol = note->ref == POL_REF_SYMBOL ? note->symbol : NULL;
    (void)node;
    if (!symbol)
        return k_unknown;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->inputs[i] == symbol)
            return (value){.kind = symbol->type.tag == POL_T_LABEL ? V_CODE : V_BOOL, .code = (int)t->chosen[i]};
    if (symbol->kind == POL_S_DEFINE)
        return evaluate(t, POL_AS(define, symbol->node)->value);
    if (symbol->kind == POL_S_PARAM && !POL_AS(param, symbol->node)->by_region)
        return evaluate(t, POL_AS(param, symbol->node)->value);
    return k_unknown;
}

/* yes, no, or unknown (kinds that do not fit). A schedule is compared ratio by ratio. */
static value compare(value a, value b, pol_compare_op op)
{
    if (a.kind == V_TIERS && b.kind == V_NUMBER) {
        bool all = true;
        for (uint32_t i = 0; i < a.count; i++)
            all = all && pol_compare_holds(op, pol_rational_compare(a.ratios[i], b.number));
        return truth(all);
    }
    if ((a.kind == V_UNLIMITED || b.kind == V_UNLIMITED) && (a.kind == V_NUMBER || b.kind == V_NUMBER || a.kind == b.kind))
        return truth(pol_compare_holds(op, (a.kind == V_UNLIMITED) - (b.kind == V_UNLIMITED)));
    if (a.kind != b.kind || a.kind == V_UNKNOWN || a.kind == V_TIERS)
        return k_unknown;
    if (a.kind == V_NUMBER)
        return truth(pol_compare_holds(op, pol_rational_compare(a.number, b.number)));
    return truth(pol_compare_holds(op, (a.code > b.code) - (a.code < b.code)));
}

static value evaluate_logic(trial *t, pol_node *left, pol_node *right, bool both)
{
    value a = evaluate(t, left), b = evaluate(t, right);
    if ((a.kind == V_BOOL && (a.code != 0) != both) || (b.kind == V_BOOL && (b.code != 0) != both))
        return truth(!both);
    return a.kind == V_BOOL && b.kind == V_BOOL ? truth(both) : k_unknown;
}

static value evaluate_when(trial *t, pol_ast_when *when)
{
    for (uint32_t i = 0; i < when->cases.count; i++) {
        pol_ast_when_case *branch = POL_AS(when_case, when->cases.items[i]);
        value cond = evaluate(t, branch->cond);
        if (cond.kind != V_BOOL)
            return k_unknown;
        if (cond.code)
            return evaluate(t, branch->value);
    }
    return evaluate(t, when->otherwise);
}

static value evaluate_table(trial *t, const pol_table_model *m)
{
    if (!m || !m->fixed)
        return k_unknown;
    uint32_t cell = 0;
    for (uint32_t c = 0; c < m->column_count; c++) {
        const pol_table_column *column = &m->table.columns[c];
        value subject = evaluate(t, m->subjects[c]);
        if ((subject.kind != V_CODE || column->class_ != POL_C_CODE) && (subject.kind != V_BOOL || column->class_ != POL_C_BOOL))
            return k_unknown;
        cell = cell * column->class_count + column->class_of[subject.code];
    }
    uint16_t row = m->table.cells[cell];
    return row < m->row_count ? evaluate(t, m->values[row]) : k_unknown;
}

static value evaluate_schedule(trial *t, const pol_schedule_model *m)
{
    value result = {.kind = V_TIERS};
    if (!m)
        return k_unknown;
    result.ratios = POL_NEW_ARRAY(t->s->arena, pol_rational, m->count);
    if (!result.ratios)
        return k_unknown;
    for (uint32_t i = 0; i < m->count; i++) {
        value ratio = evaluate(t, m->ratios[i]);
        if (ratio.kind != V_NUMBER)
            return k_unknown;
        result.ratios[result.count++] = ratio.number;
    }
    return result;
}

static bool arithmetic(pol_arith_op op, pol_rational a, pol_rational b, pol_rational *r)
{
    switch (op) {
    case POL_ADD: return pol_rational_add(a, b, r);
    case POL_SUB: return pol_rational_sub(a, b, r);
    case POL_MUL: return pol_rational_mul(a, b, r);
    case POL_DIV: return pol_rational_div(a, b, r);
    }
    return false;
}

static value evaluate_arith(trial *t, pol_ast_arith *n)
{
    value a = evaluate(t, n->left), b = evaluate(t, n->right), r = k_unknown;
    if (a.kind == V_NUMBER && b.kind == V_NUMBER && arithmetic((pol_arith_op)n->op, a.number, b.number, &r.number))
        r.kind = V_NUMBER;
    if ((a.kind != V_TIERS || b.kind != V_NUMBER) && (a.kind != V_NUMBER || b.kind != V_TIERS))
        return r;
    const value *tiers = a.kind == V_TIERS ? &a : &b;
    r = (value){.kind = V_TIERS, .ratios = POL_NEW_ARRAY(t->s->arena, pol_rational, tiers->count)};
    for (uint32_t i = 0; r.ratios && i < tiers->count; i++) {
        pol_rational left = a.kind == V_TIERS ? a.ratios[i] : a.number, right = b.kind == V_TIERS ? b.ratios[i] : b.number;
        if (!arithmetic((pol_arith_op)n->op, left, right, &r.ratios[r.count++]))
            return k_unknown;
    }
    return r.ratios ? r : k_unknown;
}

static value evaluate_call(trial *t, pol_ast_call *call, int function)
{
    if (function != POL_FN_MIN && function != POL_FN_MAX)
        return k_unknown;
    value best = evaluate(t, call->args.items[0]);
    for (uint32_t i = 1; i < call->args.count; i++) {
        value other = evaluate(t, call->args.items[i]);
        if (best.kind != V_NUMBER || other.kind != V_NUMBER)
            return k_unknown;
        if ((pol_rational_compare(other.number, best.number) < 0) == (function == POL_FN_MIN))
            best = other;
    }
    return best;
}

static value evaluate_in(trial *t, pol_ast_in *in, const pol_note *note)
{
    value left = evaluate(t, in->left);
    if (left.kind != V_CODE || in->group->kind == POL_N_INTERVAL)
        return k_unknown;
    return truth(pol_codes_have(&note->members, left.code) != (in->negated != 0));
}

static value evaluate(trial *t, pol_node *node)
{
    if (!t->budget)
        return k_unknown;
    t->budget--;
    const pol_note *note = pol_note_of(t->s->matter, node);
    if (note->constant && note->unlimited)
        return (value){.kind = V_UNLIMITED};
    if (note->constant && (note->type.tag == POL_T_MONEY || note->type.tag == POL_T_NUMBER))
        return (value){.kind = V_NUMBER, .number = note->value};
    value a;
    switch (node->kind) {
    case POL_N_BOOL: return truth(POL_AS(bool, node)->value != 0);
    case POL_N_STRING:
    case POL_N_NAME: return evaluate_name(t, node, note);
    case POL_N_NOT:
        a = evaluate(t, POL_AS(not, node)->operand);
        return a.kind == V_BOOL ? truth(!a.code) : k_unknown;
    case POL_N_AND: return evaluate_logic(t, POL_AS(and, node)->left, POL_AS(and, node)->right, true);
    case POL_N_OR: return evaluate_logic(t, POL_AS(or, node)->left, POL_AS(or, node)->right, false);
    case POL_N_COMPARE:
        return compare(evaluate(t, POL_AS(compare, node)->left), evaluate(t, POL_AS(compare, node)->right),
                       (pol_compare_op)POL_AS(compare, node)->op);
    case POL_N_IN: return evaluate_in(t, POL_AS(in, node), note);
    case POL_N_WHEN: return evaluate_when(t, POL_AS(when, node));
    case POL_N_TABLE: return evaluate_table(t, note->table);
    case POL_N_BRACES: return evaluate_schedule(t, note->schedule);
    case POL_N_ARITH: return evaluate_arith(t, POL_AS(arith, node));
    case POL_N_CALL: return evaluate_call(t, POL_AS(call, node), note->code);
    default: return k_unknown;
    }
}

/* ---- each value against each bound --------------------------------------------------------------------------- */

static void report_broken(trial *t, pol_symbol *param, pol_node *written, pol_ast_bound *bound)
{
    pol_checker *s = t->s;
    pol_text who;
    pol_text_init(&who, s->arena);
    for (uint32_t i = 0; i < t->count; i++) {
        if (i)
            pol_text_add(&who, POL_STR(", "));
        pol_text_add(&who, t->inputs[i]->name);
        pol_text_add(&who, POL_STR(" = "));
        pol_type type = t->inputs[i]->type;
        pol_text_add(&who, type.tag == POL_T_LABEL ? s->model->label_sets.items[type.labels].labels[t->chosen[i]]
                           : t->chosen[i]          ? POL_STR("是")
                                                   : POL_STR("否"));
    }
    const pol_list *basis = bound->basis.count ? &bound->basis : &POL_AS(param, param->node)->basis;
    pol_diag *d = pol_sema_report(s, POL_D_BOUND_BROKEN, written);
    pol_sema_text(s, d, "name", param->name);
    pol_node shown = bound->node; /* without its 依据 */
    shown.span.end = (bound->when ? bound->when : bound->value)->span.end;
    pol_sema_text(s, d, "bound", pol_source_of(s, &shown));
    pol_sema_text(s, d, "clause", basis->count ? pol_node_text(basis->items[0]) : POL_STR("—"));
    if (t->count)
        pol_sema_text(s, d, "who", pol_text_str(&who));
    else
        pol_sema_words(s, d, "who", "every case", "任何情形");
    pol_sema_see(s, d, &bound->node, "the bound", "界限");
}

static void try_bound(pol_checker *s, pol_symbol *param, pol_node *written, pol_ast_bound *bound)
{
    trial t = {.s = s};
    gather g = {&t, true, 100000};
    gather_below(written, &g);
    gather_below(bound->value, &g);
    if (bound->when)
        gather_below(bound->when, &g);
    uint64_t combinations = 1;
    for (uint32_t i = 0; i < t.count; i++)
        combinations *= t.sizes[i];
    if (!g.ok || combinations > MAX_COMBINATIONS)
        return; /* the record decides */
    for (uint64_t c = 0; c < combinations; c++) {
        uint64_t rest = c;
        for (uint32_t i = 0; i < t.count; i++) {
            t.chosen[i] = (uint32_t)(rest % t.sizes[i]);
            rest /= t.sizes[i];
        }
        t.budget = 10000;
        value when = bound->when ? evaluate(&t, bound->when) : truth(true);
        if (when.kind != V_BOOL || !when.code)
            continue;
        value within = compare(evaluate(&t, written), evaluate(&t, bound->value), (pol_compare_op)bound->op);
        if (within.kind != V_BOOL || within.code)
            continue;
        report_broken(&t, param, written, bound);
        return;
    }
}

void pol_check_bounds(pol_checker *s)
{
    for (uint32_t i = 0; i < s->matter->param_count; i++) {
        pol_symbol *symbol = s->matter->params[i];
        pol_ast_param *param = POL_AS(param, symbol->node);
        if (!param->value || symbol->type.tag == POL_T_ERROR || (param->by_region && !param->set))
            continue;
        const pol_dated_model *dated = pol_note_of(s->matter, param->value)->dated;
        for (uint32_t k = 0; k < param->bounds.count; k++)
            for (uint32_t p = 0; p < (dated ? dated->count : 1); p++)
                if (!dated || dated->values[p])
                    try_bound(s, symbol, dated ? dated->values[p] : param->value, POL_AS(bound, param->bounds.items[k]));
    }
}
