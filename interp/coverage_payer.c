/* Payers: who pays, by which alternative, through which slices, up to which cap; see coverage.h. */
#include "interp/coverage_internal.h"

/* ---- slices of a schedule -------------------------------------------------------------------------------------- */

/* Where the bounds of a schedule are written: a BRACES node, or the PARAM whose value the record gave. */
static pol_node *origin_of(pol_walk *walk, pol_node *node)
{
    for (;;) {
        const pol_note *const note = pol_note_of(walk->matter, node);
        if (node->kind == POL_N_BRACES && note->dated != NULL) {
            const uint32_t row = pol_walk_dated_row(walk, note->dated);
            node = row == POL_NONE32 ? NULL : note->dated->values[row];
        } else if (node->kind == POL_N_NAME && note->symbol != NULL && note->symbol->kind == POL_S_DEFINE) {
            node = POL_AS(define, note->symbol->node)->value;
        } else if (node->kind == POL_N_NAME && note->symbol != NULL && note->symbol->kind == POL_S_PARAM) {
            if (pol_walk_is_given(walk, note->symbol))
                return note->symbol->node;
            node = POL_AS(param, note->symbol->node)->value;
        } else if (node->kind == POL_N_WHEN) {
            pol_ast_when *const when = POL_AS(when, node);
            const uint32_t branch = pol_inspect_branch(walk->in, when);
            node = branch == POL_NONE32          ? NULL
                   : branch == when->cases.count ? when->otherwise
                                                 : POL_AS(when_case, when->cases.items[branch])->value;
        } else if (node->kind == POL_N_TABLE && note->table != NULL) {
            const uint32_t row = pol_inspect_row(walk->in, note->table);
            node = row == POL_NONE32 ? NULL : note->table->values[row];
        } else if (node->kind == POL_N_ARITH) { /* with a number: the bounds stay */
            pol_ast_arith *const arith = POL_AS(arith, node);
            const bool left = pol_note_of(walk->matter, arith->left)->type.tag == POL_T_TIERS;
            node = left ? arith->left : arith->right;
        } else if (node->kind == POL_N_CALL) {
            pol_ast_call *const call = POL_AS(call, node);
            node = NULL;
            for (uint32_t i = 0; i < call->args.count && node == NULL; i++) {
                if (pol_note_of(walk->matter, call->args.items[i])->type.tag == POL_T_TIERS)
                    node = call->args.items[i];
            }
        } else {
            return node;
        }
        if (node == NULL)
            return NULL;
    }
}

static bool has_money(pol_rational low, pol_rational high, pol_rational from, const pol_rational *to)
{
    const pol_rational start = pol_rational_compare(low, from) > 0 ? low : from;
    const pol_rational end = to != NULL && pol_rational_compare(high, *to) > 0 ? *to : high;
    return pol_rational_compare(end, start) > 0;
}

void pol_walk_slices(pol_walk *walk, pol_node *schedule, pol_rational low, pol_rational high)
{
    const pol_shown shown = pol_inspect_node(walk->in, schedule);
    pol_node *const origin = origin_of(walk, schedule);
    if (origin == NULL || shown.kind != POL_SHOWN_TIERS)
        return;
    pol_rational from = pol_rational_make(shown.tiers->low, shown.den);
    for (uint32_t i = 0; i < shown.tiers->count; i++) {
        const bool open = shown.tiers->tiers[i].upper == POL_NUM_UNLIMITED;
        const pol_rational to = open ? from : pol_rational_make(shown.tiers->tiers[i].upper, shown.den);
        if (has_money(low, high, from, open ? NULL : &to)) {
            pol_walk_reach(walk, origin, origin->kind == POL_N_PARAM && i > 0 ? 1 : i);
            if (origin->kind == POL_N_BRACES && i < POL_AS(braces, origin)->rows.count)
                pol_walk_cite(walk, POL_AS(braces, origin)->rows.items[i]);
        }
        from = to;
    }
}

/* ---- steps -------------------------------------------------------------------------------------------------------- */

/* All steps of the alternative take part, but for caps, which are walked one by one. */
static void cite_steps(pol_walk *walk, const pol_alternative *alt)
{
    for (int kind = 0; kind < POL_STEP_CAP; kind++) {
        if (alt->steps[kind] != NULL)
            pol_walk_cite(walk, alt->steps[kind]);
    }
}

static void walk_deductible(pol_walk *walk, const pol_alternative *alt, const pol_paid_for *paid)
{
    pol_node *const step = alt->steps[POL_STEP_DEDUCTIBLE];
    if (alt->deductible == NULL || step == NULL)
        return;
    pol_walk_expression(walk, alt->deductible);
    pol_walk_offer(walk, POL_GOAL_EDGE, step, 2);
    if (!pol_walk_marks(walk) || !paid->known || paid->deductible.num <= 0)
        return;
    pol_rational upto = paid->base, gap = { 0, 1 };
    if (alt->deductible_mode != POL_MODE_EACH_CLAIM)
        (void)pol_rational_add(paid->before, paid->base, &upto);
    (void)pol_rational_sub(paid->deductible, upto, &gap);
    pol_walk_side(walk, step, gap.num >= 0 ? 0 : 1, &gap);
}

static void walk_cap(pol_walk *walk, const pol_cap *cap, const struct pol_alt_regs *regs, uint32_t number)
{
    pol_walk_expression(walk, cap->limit);
    pol_walk_cite(walk, cap->step);
    pol_walk_offer(walk, POL_GOAL_CAP, cap->step, 2);
    if (!pol_walk_marks(walk))
        return;
    const pol_type money = { .tag = POL_T_MONEY };
    const pol_shown amount = pol_inspect_register(walk->in, regs->rounded, money);
    const pol_shown left = pol_inspect_register(walk->in, regs->caps[number], money);
    if (amount.kind != POL_SHOWN_NUMBER || amount.number.num <= 0)
        return; /* nothing to be cut */
    if (left.kind == POL_SHOWN_UNLIMITED)
        pol_walk_reach(walk, cap->step, 1);
    if (left.kind != POL_SHOWN_NUMBER)
        return;
    pol_rational gap = { 0, 1 };
    (void)pol_rational_sub(left.number, amount.number, &gap);
    pol_walk_side(walk, cap->step, gap.num < 0 ? 0 : 1, &gap);
}

static void walk_alternative(pol_walk *walk, const pol_alternative *alt, const struct pol_alt_regs *regs)
{
    pol_paid_for paid = { .known = false };
    if (pol_walk_marks(walk))
        paid = pol_inspect_paid_for(walk->in, alt, regs);
    cite_steps(walk, alt);
    if (alt->base != NULL)
        pol_walk_expression(walk, alt->base);
    walk_deductible(walk, alt, &paid);
    pol_node *const measure = alt->tiers != NULL ? alt->tiers : alt->ratio != NULL ? alt->ratio : alt->amount;
    if (measure != NULL)
        pol_walk_expression(walk, measure);
    if (alt->tiers != NULL && paid.known)
        pol_walk_slices(walk, alt->tiers, paid.low, paid.high);
    for (uint32_t i = 0; i < alt->cap_count; i++)
        walk_cap(walk, &alt->caps[i], regs, i);
}

/* ---- payers ------------------------------------------------------------------------------------------------------- */

/* The alternative that applies, or how many there are. */
static uint32_t chosen_alternative(pol_walk *walk, const pol_payer *payer)
{
    for (uint32_t i = 0; i < payer->alternative_count; i++) {
        if (payer->alternatives[i].condition == NULL || pol_walk_holds(walk, payer->alternatives[i].condition))
            return i;
    }
    return payer->alternative_count;
}

static void walk_benefit(pol_walk *walk, const pol_payer *payer, const pol_payer_regs *regs)
{
    const uint32_t count = payer->alternative_count;
    if (count == 0)
        return;
    const bool always = payer->alternatives[count - 1].condition == NULL;
    pol_walk_offer(walk, POL_GOAL_ALTERNATIVE, payer->node, always ? (count > 1 ? count : 0) : count + 1);
    const uint32_t chosen = pol_walk_marks(walk) ? chosen_alternative(walk, payer) : POL_NONE32;
    for (uint32_t i = 0; i < count && i <= chosen; i++) {
        const pol_alternative *const alt = &payer->alternatives[i];
        if (alt->condition != NULL)
            pol_walk_expression(walk, alt->condition);
        if (pol_walk_marks(walk) && i != chosen)
            continue;
        walk_alternative(walk, alt, pol_walk_marks(walk) ? &regs->alternatives[i] : NULL);
    }
    if (chosen < count)
        pol_walk_cite(walk, payer->node);
    pol_walk_reach(walk, payer->node, chosen);
}

static void walk_payer(pol_walk *walk, uint32_t number)
{
    const pol_payer *const payer = &walk->matter->payers[number];
    const pol_payer_regs *const regs =
        pol_walk_marks(walk) ? &walk->in->map->payers[walk->in->lane * walk->matter->payer_count + number] : NULL;
    pol_node *const name = pol_node_declared(payer->node);
    pol_walk_offer(walk, POL_GOAL_PAYER, name, 1);
    if (payer->prior)
        pol_walk_cite(walk, payer->node);
    if (payer->amount != NULL)
        pol_walk_expression(walk, payer->amount);
    if (!payer->prior)
        walk_benefit(walk, payer, regs);
    if (payer->deemed_when != NULL)
        pol_walk_expression(walk, payer->deemed_when);
    if (!pol_walk_marks(walk))
        return;
    const pol_shown taken = pol_inspect_facet(walk->in, number, POL_FACET_TAKEN);
    if (taken.kind == POL_SHOWN_NUMBER && taken.number.num > 0)
        pol_walk_reach(walk, name, 0);
}

void pol_walk_payers(pol_walk *walk)
{
    const pol_matter *const matter = walk->matter;
    if (!pol_walk_marks(walk) || matter->order_count == 0) {
        for (uint32_t i = 0; i < matter->payer_count; i++)
            walk_payer(walk, i);
        return;
    }
    const pol_order_model *const order = &matter->orders[walk->in->lane];
    for (uint32_t i = 0; i < order->count; i++)
        walk_payer(walk, order->payers[i]);
}
