/* Explaining payers: 余额 at their turn, the alternative that applied, every step of it. */
#include "interp/explain_internal.h"

/* ---- steps of a benefit -------------------------------------------------------------------------------- */

static void cite_step(explainer *e, pol_figure *figure, const pol_alternative *alt,
                      pol_step_kind kind)
{
    if (alt->steps[kind] == NULL)
        return;
    figure->span = alt->steps[kind]->span;
    pol_ex_cite(e, figure, &POL_AS(step, alt->steps[kind])->basis);
}

static void explain_base(explainer *e, pol_figure *payer, const pol_alternative *alt, const pol_paid_for *s)
{
    if (alt->base == NULL)
        return;
    pol_figure *figure = pol_ex_part(e, payer, "基数", pol_ex_say(e, "base", "基数"));
    pol_ex_expression(e, figure, alt->base);
    cite_step(e, figure, alt, POL_STEP_BASE);
    const pol_shown raw = pol_inspect_node(e->in, alt->base);
    if (raw.kind == POL_SHOWN_NUMBER && raw.number.num < 0)
        figure->note = pol_ex_remark(e, "below zero, counted as 0.00", "小于零，按 0.00 计");
    if (alt->base_accum != NULL)
        NOTE(e, figure, "running on {0}: {1} before, {2} with this claim",
             "累计于 {0}：此前 {1}，连同本次 {2}", alt->base_accum->name,
             pol_ex_money_text(e, s->before),
             pol_ex_money_text(e, pol_ex_sum_of(s->before, s->base)));
}

static void explain_deductible(explainer *e, pol_figure *payer, const pol_alternative *alt,
                               const pol_payer_regs *regs, const pol_paid_for *s)
{
    if (alt->deductible == NULL)
        return;
    pol_figure *figure = pol_ex_part(e, payer, "起付", pol_ex_say(e, "deductible", "起付"));
    pol_ex_expression(e, figure, alt->deductible);
    cite_step(e, figure, alt, POL_STEP_DEDUCTIBLE);
    pol_rational borne;
    if (!pol_ex_number_of(e, regs->facets[POL_FACET_DEDUCTIBLE], &borne)) {
        const bool each = alt->deductible_mode == POL_MODE_EACH_CLAIM;
        const pol_rational upto = each ? s->base : pol_ex_sum_of(s->before, s->base);
        borne = pol_ex_difference(
            pol_ex_smaller(s->deductible, upto),
            pol_ex_smaller(s->deductible, each ? (pol_rational){ 0, 1 } : s->before));
    }
    if (alt->deductible_mode == POL_MODE_EACH_PERIOD)
        pol_ex_add_note(e, figure, pol_ex_remark(e, "once a period", "每期一次"));
    NOTE(e, figure, "borne by this claim: {0}", "本次承担 {0}", pol_ex_money_text(e, borne));
}

/* One slice: what of [low, high] lies in it. */
static void explain_slice(explainer *e, pol_figure *figure, const pol_paid_for *s, pol_str name,
                          pol_rational from, const pol_rational *to, pol_rational ratio)
{
    const pol_rational low = pol_ex_larger(s->low, from);
    const pol_rational high = to == NULL ? s->high : pol_ex_smaller(s->high, *to);
    if (pol_rational_compare(high, low) <= 0)
        return;
    const pol_rational length = pol_ex_difference(high, low);
    pol_figure *slice = pol_ex_part(e, figure, "档", name);
    slice->value = pol_ex_money_text(e, pol_ex_product(length, ratio));
    slice->is_number = true;
    slice->numbers =
        FILL(e, POL_STR("{0} × {1}"), pol_ex_money_text(e, length), pol_ex_share_text(e, ratio));
}

static pol_str slice_name(explainer *e, const pol_shown *tiers, uint32_t i, pol_rational from)
{
    const pol_tier *tier = &tiers->tiers->tiers[i];
    const bool low_in =
        i == 0 ? tiers->tiers->low_in_first : tiers->tiers->tiers[i - 1].upper_in_next;
    const bool unlimited = tier->upper == POL_NUM_UNLIMITED;
    return FILL(e, POL_STR("{0}{1}, {2}{3}"), low_in ? POL_STR("[") : POL_STR("("),
                pol_ex_money_text(e, from),
                unlimited ? pol_ex_say(e, "unlimited", "不限")
                          : pol_ex_money_text(e, pol_rational_make(tier->upper, tiers->den)),
                unlimited || tier->upper_in_next ? POL_STR(")") : POL_STR("]"));
}

static void explain_slices(explainer *e, pol_figure *figure, const pol_paid_for *s, const pol_shown *tiers)
{
    const pol_rational zero = { 0, 1 };
    pol_rational from = pol_rational_make(tiers->tiers->low, tiers->den);
    explain_slice(e, figure, s,
                  FILL(e, pol_ex_say(e, "below {0}", "不足 {0}"), pol_ex_money_text(e, from)), zero,
                  &from, zero);
    for (uint32_t i = 0; i < tiers->tiers->count; i++) {
        const pol_tier *tier = &tiers->tiers->tiers[i];
        const bool unlimited = tier->upper == POL_NUM_UNLIMITED;
        const pol_rational to = unlimited ? zero : pol_rational_make(tier->upper, tiers->den);
        explain_slice(e, figure, s, slice_name(e, tiers, i, from), from, unlimited ? NULL : &to,
                      pol_rational_make(tier->ratio, tiers->den2));
        if (unlimited)
            return;
        from = to;
    }
    explain_slice(e, figure, s,
                  FILL(e, pol_ex_say(e, "above {0}", "超过 {0}"), pol_ex_money_text(e, from)), from,
                  NULL, zero);
}

static void explain_tiers(explainer *e, pol_figure *payer, const pol_alternative *alt,
                          const struct pol_alt_regs *regs, const pol_paid_for *s)
{
    pol_figure *figure = pol_ex_part(e, payer, "分段", pol_ex_say(e, "tiers", "分段"));
    pol_ex_show(e, figure, pol_inspect_register(e->in, regs->exact, MONEY_TYPE), false);
    cite_step(e, figure, alt, POL_STEP_TIERS);
    pol_ex_place(e, figure, alt->tiers);
    if (alt->tiers_mode == POL_MODE_FROM_ZERO)
        figure->note = pol_ex_remark(e, "bounds count from zero", "从零起");
    else if (alt->tiers_mode == POL_MODE_FROM_DEDUCTIBLE)
        figure->note = pol_ex_remark(e, "bounds count from the deductible", "从起付线起");
    if (alt->base_accum != NULL || alt->tiers_mode != POL_MODE_NONE)
        NOTE(e, figure, "from {0} to {1}", "自 {0} 至 {1}", pol_ex_money_text(e, s->low),
             pol_ex_money_text(e, s->high));
    if (alt->tiers->kind != POL_N_BRACES && alt->tiers->kind != POL_N_WHEN &&
        alt->tiers->kind != POL_N_TABLE) {
        figure->formula = pol_source_text(e->in, alt->tiers);
        pol_ex_parts(e, figure, alt->tiers);
    } else if (alt->tiers->kind != POL_N_BRACES) {
        pol_ex_parts(e, figure, alt->tiers);
    }
    const pol_shown tiers = pol_inspect_node(e->in, alt->tiers);
    if (tiers.kind == POL_SHOWN_TIERS && s->known)
        explain_slices(e, figure, s, &tiers);
}

static void explain_ratio(explainer *e, pol_figure *payer, const pol_alternative *alt,
                          const struct pol_alt_regs *regs, const pol_paid_for *s)
{
    const pol_shown ratio = pol_inspect_node(e->in, alt->ratio);
    pol_figure *figure = pol_ex_part(e, payer, "比例", pol_ex_say(e, "ratio", "比例"));
    pol_ex_show(e, figure, ratio, true);
    pol_ex_expression(e, figure, alt->ratio);
    cite_step(e, figure, alt, POL_STEP_RATIO);
    pol_figure *due = pol_ex_part(e, payer, "应付", pol_ex_say(e, "due", "应付"));
    pol_ex_show(e, due, pol_inspect_register(e->in, regs->exact, MONEY_TYPE), false);
    if (alt->deductible != NULL)
        due->formula = pol_ex_say(e, "base above the deductible × ratio", "超过起付的部分 × 比例");
    else
        due->formula = pol_ex_say(e, "base × ratio", "基数 × 比例");
    if (ratio.kind != POL_SHOWN_NUMBER || !s->known)
        return;
    const pol_rational length = pol_ex_difference(s->high, s->low);
    if (due->value.length == 0) {
        due->value = pol_ex_money_text(e, pol_ex_product(length, ratio.number));
        due->is_number = true;
    }
    due->numbers = FILL(e, POL_STR("{0} × {1}"), pol_ex_money_text(e, length),
                        pol_ex_share_text(e, ratio.number));
}

static void explain_amount(explainer *e, pol_figure *payer, const pol_alternative *alt)
{
    pol_figure *figure = pol_ex_part(e, payer, "金额", pol_ex_say(e, "amount", "金额"));
    pol_ex_expression(e, figure, alt->amount);
    cite_step(e, figure, alt, POL_STEP_AMOUNT);
    const pol_shown raw = pol_inspect_node(e->in, alt->amount);
    if (raw.kind == POL_SHOWN_NUMBER && raw.number.num < 0)
        pol_ex_add_note(e, figure,
                        pol_ex_remark(e, "below zero, counted as 0.00", "小于零，按 0.00 计"));
}

/* ---- rounding, caps, what is left ---------------------------------------------------------------------- */

static pol_str rounding_text(explainer *e, pol_rounding mode)
{
    switch (mode) {
    case POL_HALF_UP: return pol_ex_remark(e, "half up", "四舍五入");
    case POL_HALF_EVEN: return pol_ex_remark(e, "half to even", "四舍六入");
    case POL_ROUND_UP: return pol_ex_remark(e, "up", "进位");
    case POL_ROUND_DOWN: return pol_ex_remark(e, "down", "舍去");
    }
    return POL_STR("");
}

static void explain_rounding(explainer *e, pol_figure *payer, const pol_alternative *alt,
                             pol_rational exact, pol_rational rounded)
{
    if (alt->steps[POL_STEP_ROUND] == NULL && pol_rational_compare(exact, rounded) == 0)
        return;
    pol_figure *figure = pol_ex_part(e, payer, "取整", pol_ex_say(e, "round", "取整"));
    figure->value = pol_ex_money_text(e, rounded);
    figure->is_number = true;
    figure->note =
        FILL(e, pol_ex_remark(e, "{0} to {1}", "{0}到 {1} 元"),
             rounding_text(e, alt->rounding.mode), pol_ex_money_text(e, alt->rounding.unit));
    cite_step(e, figure, alt, POL_STEP_ROUND);
}

/* 累计于 of a cap: before the claim, what earlier payers of this claim added, what is left. */
static void note_running(explainer *e, pol_figure *figure, const pol_cap *cap,
                         const pol_rational *left)
{
    const pol_shown before = pol_inspect_symbol(e->in, cap->running_on);
    const pol_shown limit = pol_inspect_node(e->in, cap->limit);
    NOTE(e, figure, "running on {0}: {1} before", "累计于 {0}：此前 {1}", cap->running_on->name,
         pol_shown_text(e->in, before, false));
    if (left == NULL)
        return;
    if (before.kind == POL_SHOWN_NUMBER && limit.kind == POL_SHOWN_NUMBER && left->num > 0) {
        const pol_rational used =
            pol_ex_difference(pol_ex_difference(limit.number, before.number), *left);
        if (used.num > 0)
            NOTE(e, figure, "{0} in this claim", "本次已计 {0}", pol_ex_money_text(e, used));
    }
    NOTE(e, figure, "{0} left", "尚余 {0}", pol_ex_money_text(e, *left));
}

static void explain_cap(explainer *e, pol_figure *payer, const pol_cap *cap, uint32_t left_reg,
                        pol_rational amount)
{
    pol_figure *figure = pol_ex_part(e, payer, "封顶", pol_ex_say(e, "cap", "封顶"));
    pol_ex_expression(e, figure, cap->limit);
    figure->span = cap->step->span;
    pol_ex_cite(e, figure, &POL_AS(step, cap->step)->basis);
    pol_rational left;
    const bool limited = pol_ex_number_of(e, left_reg, &left);
    if (cap->running_on != NULL)
        note_running(e, figure, cap, limited ? &left : NULL);
    if (limited && pol_rational_compare(left, amount) < 0)
        NOTE(e, figure, "reached: {0} becomes {1}", "达到封顶：{0} 降为 {1}",
             pol_ex_money_text(e, amount), pol_ex_money_text(e, left));
    else
        pol_ex_add_note(e, figure, pol_ex_remark(e, "not reached", "未达到"));
}

static void explain_remaining_limit(explainer *e, pol_figure *payer, const pol_payer_regs *regs,
                                    pol_rational amount)
{
    pol_rational remaining;
    if (!pol_ex_number_of(e, regs->remaining, &remaining) ||
        pol_rational_compare(remaining, amount) >= 0)
        return;
    pol_figure *figure =
        pol_ex_part(e, payer, "余额限制", pol_ex_say(e, "what remained", "不超过余额"));
    figure->value = pol_ex_money_text(e, remaining);
    figure->is_number = true;
    figure->note = FILL(e, pol_ex_remark(e, "{0} becomes {1}", "{0} 降为 {1}"),
                        pol_ex_money_text(e, amount), pol_ex_money_text(e, remaining));
}

/* Steps behind the amount: rounding, caps, what remained. */
static void explain_tail(explainer *e, pol_figure *payer, const pol_alternative *alt,
                         const pol_payer_regs *regs, const struct pol_alt_regs *alt_regs)
{
    pol_rational exact, rounded;
    if (!pol_ex_number_of(e, alt_regs->exact, &exact))
        return;
    if (exact.num < 0)
        exact = (pol_rational){ 0, 1 };
    if (!pol_ex_number_of(e, alt_regs->rounded, &rounded))
        rounded = exact;
    explain_rounding(e, payer, alt, exact, rounded);
    pol_rational amount = rounded;
    for (uint32_t i = 0; i < alt->cap_count; i++) {
        pol_rational left;
        explain_cap(e, payer, &alt->caps[i], alt_regs->caps[i], rounded);
        if (pol_ex_number_of(e, alt_regs->caps[i], &left))
            amount = pol_ex_smaller(amount, left);
    }
    explain_remaining_limit(e, payer, regs, amount);
}

/* ---- payers -------------------------------------------------------------------------------------------- */

/* The parts of an 且 that are not 是. */
static void add_failing(explainer *e, pol_node *node, pol_text *out)
{
    if (node->kind == POL_N_AND) {
        add_failing(e, POL_AS(and, node)->left, out);
        add_failing(e, POL_AS(and, node)->right, out);
    } else if (!pol_shown_is_yes(pol_inspect_node(e->in, node))) {
        if (out->length > 0)
            pol_text_add(out, pol_ex_remark(e, "; ", "；"));
        pol_text_add(out, pol_source_text(e->in, node));
    }
}

/* The condition of an alternative; true when it holds. */
static bool explain_condition(explainer *e, pol_figure *payer, const pol_alternative *alt)
{
    if (alt->condition == NULL) {
        if (alt->condition_step != NULL)
            pol_ex_part(e, payer, "条件", pol_ex_say(e, "condition", "条件"))->value =
                pol_ex_say(e, "rest", "其余");
        return true;
    }
    pol_figure *figure = pol_ex_part(e, payer, "条件", pol_ex_say(e, "condition", "条件"));
    pol_ex_expression(e, figure, alt->condition);
    if (alt->condition_step != NULL)
        figure->span = alt->condition_step->span;
    if (alt->condition_step != NULL)
        pol_ex_cite(e, figure, &POL_AS(step, alt->condition_step)->basis);
    if (pol_shown_is_yes(pol_inspect_node(e->in, alt->condition)))
        return true;
    if (alt->condition->kind == POL_N_AND) {
        pol_text failing;
        pol_text_init(&failing, e->arena);
        add_failing(e, alt->condition, &failing);
        figure->note =
            FILL(e, pol_ex_remark(e, "does not hold: {0}", "不成立：{0}"), pol_text_str(&failing));
    }
    return false;
}

static void explain_alternative(explainer *e, pol_figure *figure, const pol_alternative *alt,
                                const pol_payer_regs *regs, const struct pol_alt_regs *alt_regs)
{
    const pol_paid_for s = pol_inspect_paid_for(e->in, alt, alt_regs);
    explain_base(e, figure, alt, &s);
    explain_deductible(e, figure, alt, regs, &s);
    if (alt->tiers != NULL)
        explain_tiers(e, figure, alt, alt_regs, &s);
    else if (alt->ratio != NULL)
        explain_ratio(e, figure, alt, alt_regs, &s);
    else if (alt->amount != NULL)
        explain_amount(e, figure, alt);
    explain_tail(e, figure, alt, regs, alt_regs);
}

static void explain_benefit(explainer *e, pol_figure *figure, const pol_payer *payer,
                            const pol_payer_regs *regs)
{
    for (uint32_t i = 0; i < payer->alternative_count && i < regs->alt_count; i++) {
        if (explain_condition(e, figure, &payer->alternatives[i])) {
            explain_alternative(e, figure, &payer->alternatives[i], regs, &regs->alternatives[i]);
            return;
        }
    }
    pol_ex_add_note(e, figure, pol_ex_remark(e, "no condition holds", "条件均不成立"));
}

static void explain_prior(explainer *e, pol_figure *figure, const pol_payer *payer,
                          const pol_payer_regs *regs)
{
    pol_figure *given = pol_ex_part(e, figure, "金额", pol_ex_say(e, "given", "先付金额"));
    pol_shown shown;
    if (payer->amount != NULL) {
        pol_ex_expression(e, given, payer->amount);
        shown = pol_inspect_node(e->in, payer->amount);
    } else {
        shown = payer->symbol->input == NULL ? (pol_shown){ 0 }
                                             : pol_inspect_symbol(e->in, payer->symbol->input);
        pol_ex_show(e, given, shown, false);
    }
    if (shown.kind != POL_SHOWN_NUMBER)
        return;
    if (shown.number.num < 0)
        given->note = pol_ex_remark(e, "below zero, counted as 0.00", "小于零，按 0.00 计");
    else
        explain_remaining_limit(e, figure, regs, shown.number);
}

/* 视同: whether it applies, and what follows. */
static void explain_deemed(explainer *e, pol_figure *figure, const pol_payer *payer,
                           pol_shown taken)
{
    if (!payer->deemed)
        return;
    pol_figure *deemed = pol_ex_part(e, figure, "视同", pol_ex_say(e, "deemed", "视同"));
    bool applies = true;
    if (payer->deemed_when != NULL) {
        pol_ex_expression(e, deemed, payer->deemed_when);
        applies = pol_shown_is_yes(pol_inspect_node(e->in, payer->deemed_when));
    }
    if (applies)
        NOTE(e, deemed, "{0} are taken off the bill but not paid", "从余额中扣除 {0}，但不实际支付",
             pol_shown_text(e->in, taken, false));
}

void pol_ex_payer(explainer *e, pol_figure *parent, uint32_t number)
{
    const pol_matter *matter = e->in->matter;
    const pol_payer *payer = &matter->payers[number];
    const pol_payer_regs *regs = &e->in->map->payers[e->in->lane * matter->payer_count + number];
    const uint32_t outer = e->payer;
    e->payer = number;
    const pol_shown taken = pol_inspect_facet(e->in, number, POL_FACET_TAKEN);
    pol_figure *figure = pol_ex_part(e, parent, "付款方", payer->symbol->name);
    pol_ex_show(e, figure,
                payer->by_hospital ? taken : pol_inspect_facet(e->in, number, POL_FACET_PAID),
                false);
    pol_ex_place(e, figure, payer->node);
    pol_ex_cite(e, figure,
                payer->prior ? &POL_AS(prior, payer->node)->basis
                             : &POL_AS(benefit, payer->node)->basis);
    if (payer->prior)
        figure->note = pol_ex_remark(e, "prior", "先付");
    if (payer->by_hospital)
        figure->note = pol_ex_remark(e, "borne by the hospital", "由医院承担");
    pol_ex_show(e, pol_ex_part(e, figure, "余额", pol_ex_say(e, "remaining", "余额")),
                pol_inspect_register(e->in, regs->remaining, MONEY_TYPE), false);
    if (payer->prior)
        explain_prior(e, figure, payer, regs);
    else
        explain_benefit(e, figure, payer, regs);
    explain_deemed(e, figure, payer, taken);
    e->payer = outer;
}
