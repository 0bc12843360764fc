/* Warnings about rules that are legal and probably not meant: conditions never reached, ratios that can
 * leave 0 ... 100%, caps below the deductible, payments that jump, names that look alike (language 16). */
#include "interp/sema_internal.h"

/* ---- ranges of numbers ---------------------------------------------------------------------------------- */

typedef struct range {
    bool known; /* otherwise anything */
    pol_rational low, high;
} range;

static const pol_rational k_zero = {0, 1}, k_one = {1, 1};

static range range_of(pol_checker *s, pol_node *node);

static range join(range a, range b)
{
    if (!a.known || !b.known)
        return (range){0};
    return (range){true, pol_rational_compare(a.low, b.low) < 0 ? a.low : b.low,
                   pol_rational_compare(a.high, b.high) > 0 ? a.high : b.high};
}

static range range_of_call(pol_checker *s, pol_ast_call *call)
{
    pol_function f = (pol_function)pol_note_of(s->matter, &call->node)->code;
    if (f == POL_FN_TIERS_RATIO) { /* the ratio of a slice, 0 outside */
        range slices = range_of(s, call->args.items[0]);
        return slices.known ? join(slices, (range){true, k_zero, k_zero}) : slices;
    }
    if (f != POL_FN_MIN && f != POL_FN_MAX)
        return (range){0};
    /* one known argument already bounds one side: enough for 较大(0%, …) of a difference below 1 */
    range r = range_of(s, call->args.items[0]);
    for (uint32_t i = 1; i < call->args.count; i++) {
        range b = range_of(s, call->args.items[i]);
        if (!r.known || !b.known)
            return (range){0};
        bool low = pol_rational_compare(b.low, r.low) < 0, high = pol_rational_compare(b.high, r.high) < 0;
        if (f == POL_FN_MIN)
            r = (range){true, low ? b.low : r.low, high ? b.high : r.high};
        else
            r = (range){true, low ? r.low : b.low, high ? r.high : b.high};
    }
    return r;
}

static range range_of_arith(pol_checker *s, pol_ast_arith *n)
{
    range a = range_of(s, n->left), b = range_of(s, n->right), r = {.known = true};
    if (!a.known || !b.known)
        return (range){0};
    switch ((pol_arith_op)n->op) {
    case POL_ADD:
        r.known = pol_rational_add(a.low, b.low, &r.low) && pol_rational_add(a.high, b.high, &r.high);
        return r;
    case POL_SUB:
        r.known = pol_rational_sub(a.low, b.high, &r.low) && pol_rational_sub(a.high, b.low, &r.high);
        return r;
    case POL_MUL:
        if (a.low.num < 0 || b.low.num < 0)
            return (range){0};
        r.known = pol_rational_mul(a.low, b.low, &r.low) && pol_rational_mul(a.high, b.high, &r.high);
        return r;
    case POL_DIV:
        if (a.low.num < 0 || b.low.num <= 0)
            return (range){0};
        r.known = pol_rational_div(a.low, b.high, &r.low) && pol_rational_div(a.high, b.low, &r.high);
        return r;
    }
    return (range){0};
}

/* Of a ratio or of all ratios of a schedule. Definitions are looked into; their order is acyclic. */
static range range_of(pol_checker *s, pol_node *node)
{
    if (!s->lint_budget) /* definitions that repeat each other would double the work at every step */
        return (range){0};
    s->lint_budget--;
    const pol_note *note = pol_note_of(s->matter, node);
    if (note->constant && !note->unlimited)
        return (range){true, note->value, note->value};
    range r = {0};
    switch (node->kind) {
    case POL_N_NAME: {
        const pol_symbol *symbol = note->symbol;
        if (note->ref != POL_REF_SYMBOL || !symbol || !symbol->node)
            return r;
        if (symbol->kind == POL_S_INPUT || symbol->kind == POL_S_PARAM) {
            pol_node *type = symbol->kind == POL_S_INPUT ? POL_AS(input, symbol->node)->type : POL_AS(param, symbol->node)->type;
            int kind = type ? POL_AS(type, type)->kind : POL_TYPE_TEXT;
            bool ratio = kind == POL_TYPE_RATIO || kind == POL_TYPE_TIERS;
            return ratio ? (range){true, k_zero, k_one} : r;
        }
        return symbol->kind == POL_S_DEFINE ? range_of(s, POL_AS(define, symbol->node)->value) : r;
    }
    case POL_N_CALL:
        return range_of_call(s, POL_AS(call, node));
    case POL_N_ARITH:
        return range_of_arith(s, POL_AS(arith, node));
    case POL_N_WHEN: {
        pol_ast_when *when = POL_AS(when, node);
        r = range_of(s, when->otherwise);
        for (uint32_t i = 0; i < when->cases.count; i++)
            r = join(r, range_of(s, POL_AS(when_case, when->cases.items[i])->value));
        return r;
    }
    case POL_N_TABLE:
    case POL_N_BRACES: {
        pol_list *rows = node->kind == POL_N_TABLE ? &POL_AS(table, node)->rows : &POL_AS(braces, node)->rows;
        for (uint32_t i = 0; i < rows->count; i++) {
            range row = range_of(s, POL_AS(row, rows->items[i])->value);
            r = i ? join(r, row) : row;
        }
        return r;
    }
    default:
        return r;
    }
}

static void lint_ratio(pol_checker *s, pol_node *ratio)
{
    if (!ratio || pol_note_of(s->matter, ratio)->type.tag == POL_T_ERROR || pol_note_of(s->matter, ratio)->constant)
        return;
    s->lint_budget = 10000;
    range r = range_of(s, ratio);
    if (r.known && pol_rational_compare(r.low, k_zero) >= 0 && pol_rational_compare(r.high, k_one) <= 0)
        return;
    pol_diag *d = pol_sema_report(s, POL_D_RATIO_MAY_LEAVE, ratio);
    pol_sema_text(s, d, "ratio", pol_source_of(s, ratio));
}

/* ---- payers ------------------------------------------------------------------------------------------------ */

/* 比例 or 金额 by a table over an amount: the whole amount changes at the bound. The table may be part of a sum, a product,
 * an excess, or of 较小 and 较大. */
static void lint_jump(pol_checker *s, pol_node *value)
{
    if (!value || !s->lint_budget)
        return;
    s->lint_budget--;
    if (value->kind == POL_N_ARITH) {
        lint_jump(s, POL_AS(arith, value)->left);
        lint_jump(s, POL_AS(arith, value)->right);
    } else if (value->kind == POL_N_PORTION) {
        lint_jump(s, POL_AS(portion, value)->left);
        lint_jump(s, POL_AS(portion, value)->right);
    } else if (value->kind == POL_N_CALL) {
        pol_ast_call *call = POL_AS(call, value);
        pol_function f = (pol_function)pol_note_of(s->matter, value)->code;
        for (uint32_t i = 0; (f == POL_FN_MIN || f == POL_FN_MAX) && i < call->args.count; i++)
            lint_jump(s, call->args.items[i]);
    }
    if (value->kind != POL_N_TABLE)
        return;
    const pol_table_model *table = pol_note_of(s->matter, value)->table;
    for (uint32_t c = 0; table && c < table->column_count; c++) {
        if (pol_note_of(s->matter, table->subjects[c])->type.tag != POL_T_MONEY || table->row_count < 2)
            continue;
        pol_diag *d = pol_sema_report(s, POL_D_PAYMENT_JUMPS, value);
        pol_sema_text(s, d, "subject", pol_source_of(s, table->subjects[c]));
    }
}

/* ---- 基数 余额 ---------------------------------------------------------------------------------------------------- */

typedef struct name_search {
    pol_checker *s;
    const pol_symbol *wanted;
    unsigned budget;
    bool found;
} name_search;

/* Whether the wanted input is read below, through definitions (not through 总费用, which has it anyway). */
static bool find_name(pol_node *node, void *user)
{
    name_search *search = user;
    if (!search->budget) {
        search->found = true; /* too much to look through: no warning */
        return false;
    }
    search->budget--;
    const pol_note *note = pol_note_of(search->s->matter, node);
    if (node->kind == POL_N_NAME && note->ref == POL_REF_SYMBOL && note->symbol) {
        if (note->symbol == search->wanted) {
            search->found = true;
            return false;
        }
        if (note->symbol->kind == POL_S_DEFINE)
            return find_name(POL_AS(define, note->symbol->node)->value, user);
        return true;
    }
    return pol_node_each_child(node, find_name, user);
}

static bool any_payer_reads(pol_checker *s, const pol_symbol *input)
{
    name_search search = {.s = s, .wanted = input, .budget = 100000};
    for (uint32_t p = 0; p < s->matter->payer_count && !search.found; p++) {
        search.found = s->matter->payers[p].symbol->input == input;
        if (!search.found)
            pol_node_each_child(s->matter->payers[p].node, find_name, &search);
    }
    return search.found;
}

/* The first cost of the bill that no payer looks at: probably outside the scope. */
static pol_symbol *cost_outside(pol_checker *s, pol_node *sum)
{
    if (sum->kind == POL_N_ARITH && POL_AS(arith, sum)->op == POL_ADD) {
        pol_symbol *left = cost_outside(s, POL_AS(arith, sum)->left);
        return left ? left : cost_outside(s, POL_AS(arith, sum)->right);
    }
    const pol_note *note = pol_note_of(s->matter, sum);
    if (sum->kind != POL_N_NAME || note->ref != POL_REF_SYMBOL || note->symbol->kind != POL_S_INPUT)
        return NULL;
    return any_payer_reads(s, note->symbol) ? NULL : note->symbol;
}

static void lint_remaining_base(pol_checker *s, const pol_alternative *alt)
{
    const pol_note *note = alt->base && alt->base->kind == POL_N_NAME ? pol_note_of(s->matter, alt->base) : NULL;
    if (!note || note->ref != POL_REF_SYMBOL || note->symbol->kind != POL_S_REMAINING || !s->matter->settle
        || s->matter->settle->value->kind != POL_N_ARITH)
        return;
    const pol_symbol *cost = cost_outside(s, s->matter->settle->value);
    if (!cost)
        return;
    pol_diag *d = pol_sema_report(s, POL_D_REMAINING_AS_BASE, alt->base);
    pol_sema_text(s, d, "cost", cost->name);
}

static void lint_alternative(pol_checker *s, pol_alternative *alt)
{
    lint_ratio(s, alt->ratio);
    lint_ratio(s, alt->tiers);
    s->lint_budget = 10000;
    lint_jump(s, alt->ratio);
    lint_jump(s, alt->amount);
    lint_remaining_base(s, alt);
    const pol_note *deductible = alt->deductible ? pol_note_of(s->matter, alt->deductible) : NULL;
    for (uint32_t c = 0; deductible && deductible->constant && c < alt->cap_count; c++) {
        const pol_note *limit = pol_note_of(s->matter, alt->caps[c].limit);
        if (!limit->constant || limit->unlimited || pol_rational_compare(limit->value, deductible->value) >= 0)
            continue;
        pol_diag *d = pol_sema_report(s, POL_D_CAP_BELOW_DEDUCTIBLE, alt->caps[c].limit);
        pol_sema_text(s, d, "cap", pol_source_of(s, alt->caps[c].limit));
        pol_sema_text(s, d, "deductible", pol_source_of(s, alt->deductible));
    }
}

/* ---- conditions never reached ---------------------------------------------------------------------------------- */

/* The i-th of several ordered conditions is written like an earlier one, or is a fixed no (or, not being
 * the last, a fixed yes). */
static void lint_ordered(pol_checker *s, pol_node *const *conds, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const pol_note *note = conds[i] ? pol_note_of(s->matter, conds[i]) : NULL;
        if (!note)
            continue;
        bool never = note->constant && note->value.num == 0;
        for (uint32_t j = 0; j < i && !never; j++) {
            const pol_note *earlier = conds[j] ? pol_note_of(s->matter, conds[j]) : NULL;
            never = earlier && ((earlier->constant && earlier->value.num != 0) || pol_same_tree(conds[i], conds[j]));
        }
        if (never) {
            pol_diag *d = pol_sema_report(s, POL_D_NEVER_REACHED, conds[i]);
            pol_sema_text(s, d, "condition", pol_source_of(s, conds[i]));
        }
    }
}

static void lint_rows(pol_checker *s, pol_node *node)
{
    const pol_table_model *model = pol_note_of(s->matter, node)->table;
    if (!model || !model->fixed)
        return;
    uint8_t *hit = POL_NEW_ARRAY(s->arena, uint8_t, model->row_count + 1);
    if (!hit)
        return;
    for (uint32_t i = 0; i < model->table.cell_count; i++)
        if (model->table.cells[i] < model->row_count)
            hit[model->table.cells[i]] = 1;
    for (uint32_t r = 0; r < model->row_count; r++) {
        if (hit[r])
            continue;
        pol_node *row = POL_AS(table, node)->rows.items[r];
        pol_diag *d = pol_sema_report(s, POL_D_NEVER_REACHED, row);
        pol_sema_text(s, d, "condition", pol_source_of(s, row));
    }
}

static bool lint_node(pol_node *node, void *user)
{
    pol_checker *s = user;
    if (node->kind == POL_N_WHEN && pol_note_of(s->matter, node)->visited) {
        pol_ast_when *when = POL_AS(when, node);
        pol_node **conds = POL_NEW_ARRAY(s->arena, pol_node *, when->cases.count + 1);
        for (uint32_t i = 0; conds && i < when->cases.count; i++)
            conds[i] = POL_AS(when_case, when->cases.items[i])->cond;
        if (conds)
            lint_ordered(s, conds, when->cases.count);
    } else if (node->kind == POL_N_STATUS) {
        pol_ast_status *status = POL_AS(status, node);
        pol_node **conds = POL_NEW_ARRAY(s->arena, pol_node *, status->reasons.count + 1);
        for (uint32_t i = 0; conds && i < status->reasons.count; i++)
            conds[i] = POL_AS(reason, status->reasons.items[i])->cond;
        if (conds)
            lint_ordered(s, conds, status->reasons.count);
    } else if (node->kind == POL_N_TABLE) {
        lint_rows(s, node);
    }
    return pol_node_each_branch(node, lint_node, user);
}

/* ---- names that look alike ---------------------------------------------------------------------------------------- */

/* Letters and digits that are easily taken for each other become one; case does not count. */
static pol_str skeleton(pol_checker *s, pol_str name)
{
    pol_text text;
    pol_text_init(&text, s->arena);
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        if (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O')
            c = (char)(c - 'A' + 'a');
        if (c == 'l' || c == 'I' || c == '1' || c == 'i')
            c = '1';
        else if (c == 'O' || c == 'o' || c == '0')
            c = '0';
        else if (c == '_')
            continue;
        pol_text_char(&text, c);
    }
    return pol_text_str(&text);
}

static void lint_names(pol_checker *s)
{
    pol_names seen;
    POL_VEC(pol_symbol *) first = {0};
    pol_names_init(&seen, s->arena);
    for (size_t i = 0; i < s->matter->symbols.count; i++) {
        pol_symbol *symbol = s->matter->symbols.items[i];
        if (!symbol->node)
            continue;
        uint32_t before = seen.count;
        uint32_t number = pol_names_add(&seen, skeleton(s, symbol->name));
        if (number == POL_NO_NAME)
            return;
        if (number == before) {
            if (!POL_PUSH(s->arena, first, symbol))
                return;
            continue;
        }
        pol_diag *d = pol_sema_report(s, POL_D_NAMES_ALIKE, symbol->node);
        pol_sema_text(s, d, "name", symbol->name);
        pol_sema_text(s, d, "other", first.items[number]->name);
        pol_sema_see(s, d, first.items[number]->node, "the other one", "另一个");
    }
}

void pol_lint_matter(pol_checker *s)
{
    pol_matter *m = s->matter;
    for (uint32_t p = 0; p < m->payer_count; p++) {
        pol_payer *payer = &m->payers[p];
        pol_node *conds[POL_MAX_ALTERNATIVES];
        uint32_t count = 0;
        for (uint32_t a = 0; a < payer->alternative_count && a < POL_MAX_ALTERNATIVES; a++) {
            lint_alternative(s, &payer->alternatives[a]);
            conds[count++] = payer->alternatives[a].condition;
        }
        lint_ordered(s, conds, count);
    }
    pol_node_each_branch(&s->tree->root->node, lint_node, s);
    lint_names(s);
}
