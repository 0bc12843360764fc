/* Payers, orders, caps, advances and accumulators (language 10 and 11). Each order of 顺序 is a lane in
 * which its payers are settled one after the other; afterwards their figures are merged by the number
 * of the person's order. */
#include "interp/lower_internal.h"

#include <assert.h>

static uint64_t bit_of(uint32_t payer)
{
    return UINT64_C(1) << payer;
}

/* ---- orders ------------------------------------------------------------------------------------------ */

/* The first order whose condition holds; the last has none. */
static void choose_order(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    uint32_t chosen = pol_emit_code(lo, (int32_t)matter->order_count - 1);
    for (uint32_t i = matter->order_count - 1; i-- > 0;) {
        const uint32_t cond = pol_lower_root(lo, &lo->base, matter->orders[i].cond).reg;
        pol_emit_at(lo, matter->orders[i].node);
        chosen = pol_emit_select(lo, cond, pol_emit_code(lo, (int32_t)i), chosen);
    }
    pol_node *node = &matter->order_node->node;
    pol_emit_need(lo, chosen, pol_emit_truth(lo, true),
                  pol_sink_of(lo, node, POL_PHASE_SETTLE, POL_LIMIT_NONE, POL_STR("顺序")));
    lo->order_case = chosen;
}

static void start_lane(pol_lowering *lo, uint32_t number)
{
    const pol_matter *matter = lo->matter;
    pol_lane *lane = &lo->lanes[number];
    const bool several = lo->order_case != POL_NONE32;
    lane->number = number;
    lane->gate = several ? EMIT(lo, EQC, 1, lo->order_case, pol_emit_code(lo, (int32_t)number), POL_EQ)
                         : pol_emit_truth(lo, true);
    lane->turns = POL_NEW_ARRAY(lo->arena, pol_turn, matter->payer_count);
    lane->scope = (pol_scope){ .kind = POL_SCOPE_LANE, .number = lo->scope_count++, .lane = lane,
                               .remaining = POL_NONE32, .own_base = POL_NONE32, .own_deductible = POL_NONE32 };
    lane->remaining = lane->person = lo->total;
    lane->hospital = pol_emit_zero(lo);
    if (matter->order_count > 0) {
        lane->payers = matter->orders[number].payers;
        lane->payer_count = matter->orders[number].count;
        return;
    }
    uint32_t *everybody = POL_NEW_ARRAY(lo->arena, uint32_t, matter->payer_count);
    for (uint32_t i = 0; everybody != NULL && i < matter->payer_count; i++)
        everybody[i] = i;
    lane->payers = everybody;
    lane->payer_count = everybody != NULL ? matter->payer_count : 0;
}

void pol_lower_order(pol_lowering *lo)
{
    if (lo->matter->order_count > 1)
        choose_order(lo);
    for (uint32_t i = 0; i < lo->lane_count; i++)
        start_lane(lo, i);
    lo->result = (pol_scope){ .kind = POL_SCOPE_RESULT, .remaining = POL_NONE32, .own_base = POL_NONE32,
                              .own_deductible = POL_NONE32 };
    lo->result.number = lo->lane_count == 1 ? lo->lanes[0].scope.number : lo->scope_count++;
}

/* The lanes' registers as one; an absent number of the order has been reported before. */
static uint32_t merged(pol_lowering *lo, const uint32_t *regs)
{
    bool same = true;
    for (uint32_t i = 1; i < lo->lane_count; i++)
        same = same && regs[i] == regs[0];
    return same ? regs[0] : pol_emit_pick(lo, lo->order_case, regs, lo->lane_count);
}

/* ---- facets --------------------------------------------------------------------------------------------- */

static bool is_truth_facet(pol_facet facet)
{
    return facet == POL_FACET_CAPPED || facet == POL_FACET_OVER_REMAINING;
}

/* Of a payer that is not in the order, or not settled yet. */
static uint32_t zero_facet(pol_lowering *lo, pol_facet facet)
{
    return is_truth_facet(facet) ? pol_emit_truth(lo, false) : pol_emit_zero(lo);
}

/* By alternative, the first whose condition holds; 0 when none does. */
static uint32_t first_that_holds(pol_lowering *lo, const pol_turn *turn, const uint32_t *by_alternative)
{
    uint32_t result = pol_emit_zero(lo);
    for (uint32_t i = turn->payer->alternative_count; i-- > 0;)
        result = pol_emit_select(lo, turn->alternatives[i].condition, by_alternative[i], result);
    return result;
}

static uint32_t before_cap(pol_lowering *lo, const pol_turn *turn)
{
    const uint32_t rounded = pol_emit_round(lo, POL_PLAIN(turn->exact), (unsigned)turn->rounding.mode,
                                       turn->rounding.unit, POL_FEN_PER_YUAN);
    return pol_emit_not_negative(lo, rounded);
}

static uint32_t make_facet(pol_lowering *lo, const pol_turn *turn, pol_facet facet)
{
    const uint32_t no = pol_emit_truth(lo, false);
    switch (facet) {
    case POL_FACET_TAKEN: return turn->taken;
    case POL_FACET_PAID: return turn->paid;
    case POL_FACET_REMAINING: return turn->remaining;
    case POL_FACET_BASE:
        return turn->payer->prior ? turn->bases[0] : first_that_holds(lo, turn, turn->bases);
    case POL_FACET_DEDUCTIBLE:
        return turn->payer->prior ? pol_emit_zero(lo) : first_that_holds(lo, turn, turn->deductibles);
    case POL_FACET_BEFORE_CAP:
        return pol_emit_select(lo, turn->applies, before_cap(lo, turn), pol_emit_zero(lo));
    case POL_FACET_CAPPED: {
        const uint32_t below = pol_emit_compare(lo, POL_PLAIN(turn->cap), POL_PLAIN(before_cap(lo, turn)), POL_LT);
        return pol_emit_select(lo, turn->applies, below, no);
    }
    case POL_FACET_OVER_REMAINING: {
        const uint32_t capped = pol_emit_arith(lo, POL_OP_MIN, before_cap(lo, turn), turn->cap);
        const uint32_t above = pol_emit_compare(lo, POL_PLAIN(capped), POL_PLAIN(turn->remaining), POL_GT);
        return pol_emit_select(lo, turn->applies, above, no);
    }
    case POL_FACET_ADVANCE:
    case POL_FACET_COUNT: break;
    }
    return pol_emit_zero(lo);
}

static uint32_t lane_facet(pol_lowering *lo, pol_lane *lane, uint32_t payer, pol_facet facet)
{
    pol_turn *turn = &lane->turns[payer];
    if (!turn->settled)
        return zero_facet(lo, facet);
    if (turn->facets[facet] == POL_NONE32)
        turn->facets[facet] = make_facet(lo, turn, facet);
    return turn->facets[facet];
}

static uint32_t merged_facet(pol_lowering *lo, uint32_t payer, pol_facet facet)
{
    uint32_t *known = &lo->merged[(size_t)payer * POL_FACET_COUNT + facet];
    uint32_t *regs = POL_NEW_ARRAY(lo->arena, uint32_t, lo->lane_count);
    if (*known != POL_NONE32 || regs == NULL)
        return *known;
    for (uint32_t i = 0; i < lo->lane_count; i++)
        regs[i] = lane_facet(lo, &lo->lanes[i], payer, facet);
    return *known = merged(lo, regs);
}

uint32_t pol_payer_facet(pol_lowering *lo, const pol_scope *scope, uint32_t payer, pol_facet facet)
{
    const bool special = (scope->special & bit_of(payer)) != 0;
    switch (scope->kind) {
    case POL_SCOPE_RESULT: return merged_facet(lo, payer, facet);
    case POL_SCOPE_LANE: return lane_facet(lo, scope->lane, payer, facet);
    case POL_SCOPE_SO_FAR:
        return special ? zero_facet(lo, facet) : lane_facet(lo, scope->lane, payer, facet);
    case POL_SCOPE_ALTERNATIVE:
        if (special && facet == POL_FACET_BASE && scope->own_base != POL_NONE32)
            return scope->own_base;
        if (special && facet == POL_FACET_DEDUCTIBLE && scope->own_deductible != POL_NONE32)
            return scope->own_deductible;
        return lane_facet(lo, scope->lane, payer, facet);
    case POL_SCOPE_BASE: break;
    }
    return zero_facet(lo, facet);
}

void pol_keep_facets(pol_lowering *lo)
{
    for (uint32_t p = 0; p < lo->matter->payer_count; p++)
        for (unsigned facet = 0; facet < POL_FACET_COUNT; facet++)
            (void)merged_facet(lo, p, (pol_facet)facet);
}

/* ---- caps -------------------------------------------------------------------------------------------------- */

static const pol_accum *accum_of(const pol_lowering *lo, const pol_symbol *symbol)
{
    return &lo->matter->accums[symbol->index];
}

static uint32_t before_claim(const pol_lowering *lo, const pol_symbol *accum)
{
    return lo->fields[lo->matter->input_count + accum->index];
}

/* The value before the claim and what its terms amount to in the scope. */
static uint32_t with_terms(pol_lowering *lo, const pol_scope *scope, const pol_accum *accum)
{
    uint32_t sum = before_claim(lo, accum->symbol);
    for (uint32_t i = 0; accum->change == POL_CHANGE_ADD && i < accum->term_count; i++) {
        const uint32_t term = pol_lower_root(lo, scope, accum->terms[i]).reg;
        pol_emit_at(lo, accum->terms[i]);
        sum = pol_emit_arith(lo, POL_OP_ADD, sum, term);
    }
    return sum;
}

/* What one 封顶 leaves, in whole fen: never below 0, perhaps unlimited. */
static uint32_t lower_cap(pol_lowering *lo, const pol_scope *scope, const pol_scope *so_far, const pol_cap *cap)
{
    const uint32_t limit = pol_lower_root(lo, scope, cap->limit).reg;
    uint32_t left;
    if (cap->running_on != NULL) {
        const uint32_t used = with_terms(lo, so_far, accum_of(lo, cap->running_on));
        pol_emit_at(lo, cap->step);
        left = pol_emit_arith(lo, POL_OP_EXCESS, limit, used);
    } else {
        pol_emit_at(lo, cap->step);
        left = pol_emit_not_negative(lo, limit);
    }
    return pol_emit_round(lo, POL_PLAIN(left), POL_ROUND_DOWN | 4u, POL_FEN, POL_FEN_PER_YUAN);
}

static uint32_t lower_caps(pol_lowering *lo, const pol_scope *scope, const pol_scope *so_far,
                           const pol_alternative *alternative, uint32_t *caps)
{
    uint32_t least = pol_emit_unlimited(lo, POL_FEN_PER_YUAN);
    for (uint32_t i = 0; i < alternative->cap_count; i++) {
        const uint32_t left = lower_cap(lo, scope, so_far, &alternative->caps[i]);
        if (caps != NULL)
            caps[i] = left;
        least = pol_emit_arith(lo, POL_OP_MIN, least, left);
    }
    return least;
}

/* ---- amounts ------------------------------------------------------------------------------------------------- */

typedef struct steps { /* of one alternative, lowered */
    uint32_t base, before, deductible; /* POL_NONE32 when not there */
    pol_step_mode deductible_mode;
    pol_value exact;
    uint32_t cap;
} steps;

static uint32_t or_zero(pol_lowering *lo, uint32_t reg)
{
    return reg == POL_NONE32 ? pol_emit_zero(lo) : reg;
}

static bool each_claim(const steps *s)
{
    return s->before == POL_NONE32 || s->deductible_mode == POL_MODE_EACH_CLAIM;
}

/* b above the deductible that this claim bears by itself. */
static uint32_t base_above(pol_lowering *lo, const steps *s)
{
    return s->deductible == POL_NONE32 ? s->base : pol_emit_arith(lo, POL_OP_EXCESS, s->base, s->deductible);
}

/* lo and hi of language 11.3. */
static uint32_t low_end(pol_lowering *lo, const steps *s)
{
    const uint32_t before = or_zero(lo, s->before), deductible = or_zero(lo, s->deductible);
    return s->deductible_mode == POL_MODE_EACH_CLAIM ? before : pol_emit_arith(lo, POL_OP_MAX, deductible, before);
}

static uint32_t high_end(pol_lowering *lo, const steps *s)
{
    const uint32_t before = or_zero(lo, s->before), deductible = or_zero(lo, s->deductible);
    if (s->deductible_mode == POL_MODE_EACH_CLAIM)
        return pol_emit_arith(lo, POL_OP_ADD, before, base_above(lo, s));
    return pol_emit_arith(lo, POL_OP_MAX, deductible, pol_emit_arith(lo, POL_OP_ADD, before, s->base));
}

/* hi - lo */
static uint32_t length(pol_lowering *lo, const steps *s)
{
    if (each_claim(s) || s->deductible == POL_NONE32)
        return base_above(lo, s);
    const uint32_t result = pol_emit_arith(lo, POL_OP_SUB, high_end(lo, s), low_end(lo, s));
    pol_learn(lo, result, POL_KNOWN_NOT_NEGATIVE);
    return result;
}

/* length × ratio; as a quotient where the product's denominator would be too fine. */
static pol_value times_ratio(pol_lowering *lo, uint32_t amount, uint32_t ratio)
{
    pol_i128 den;
    if (!pol_fits_den(pol_reg(lo, amount)->den, pol_reg(lo, ratio)->den, &den))
        return (pol_value){ amount, ratio, pol_emit_constant(lo, POL_C_NUM, 1, 1) };
    const uint32_t result = EMIT(lo, MUL, den, amount, ratio);
    if (pol_knows(lo, amount, POL_KNOWN_NOT_NEGATIVE))
        pol_learn(lo, result, POL_KNOWN_NOT_NEGATIVE);
    return POL_PLAIN(result);
}

/* x ÷ y as a ratio: fails outside 0 ... 1, and so does the amount. */
static pol_value times_quotient(pol_lowering *lo, uint32_t amount, pol_value ratio)
{
    const pol_value zero = POL_PLAIN(pol_emit_constant(lo, POL_C_NUM, 0, 1));
    const pol_value one = POL_PLAIN(pol_emit_constant(lo, POL_C_NUM, 1, 1));
    const uint32_t valid = pol_emit_and(lo, pol_emit_compare(lo, ratio, zero, POL_GE), pol_emit_compare(lo, ratio, one, POL_LE));
    const pol_i128 den = pol_reg(lo, amount)->den;
    amount = pol_emit_select(lo, valid, amount, pol_emit_lost(lo, POL_C_NUM, den, 1, true));
    const pol_value x = pol_knows(lo, ratio.times, POL_KNOWN_UNIT) && pol_constant_of(lo, ratio.times) != POL_NONE32
                            ? POL_PLAIN(ratio.reg) /* x ÷ y alone: times is 1 */
                            : times_ratio(lo, ratio.reg, ratio.times);
    return (pol_value){ amount, x.reg, ratio.over };
}

static pol_value by_ratio(pol_lowering *lo, const pol_scope *scope, pol_node *node, const steps *s)
{
    pol_value ratio = pol_lower_root(lo, scope, node);
    pol_emit_at(lo, node);
    const uint32_t amount = length(lo, s);
    if (pol_is_quotient(ratio))
        return times_quotient(lo, amount, ratio);
    if (pol_note_at(lo, node)->constant)
        return POL_PLAIN(pol_emit_times(lo, amount, pol_note_at(lo, node)->value));
    if (!pol_knows(lo, ratio.reg, POL_KNOWN_UNIT)) {
        ratio.reg = EMIT(lo, UNIT, pol_reg(lo, ratio.reg)->den, ratio.reg);
        pol_learn(lo, ratio.reg, POL_KNOWN_UNIT | POL_KNOWN_NOT_NEGATIVE);
    }
    return times_ratio(lo, amount, ratio.reg);
}

/* The ends that the schedule is laid over: not below each other, TSUM sees to that. */
static void tier_ends(pol_lowering *lo, const steps *s, pol_step_mode mode, uint32_t *from, uint32_t *to)
{
    const bool running = s->before != POL_NONE32, deducted = s->deductible != POL_NONE32;
    if (!running) {
        const bool from_zero = deducted && mode == POL_MODE_FROM_ZERO;
        *from = from_zero ? s->deductible : pol_emit_zero(lo);
        *to = from_zero ? s->base : base_above(lo, s);
        return;
    }
    *from = s->before;
    if (!deducted || s->deductible_mode == POL_MODE_EACH_CLAIM) {
        *to = pol_emit_arith(lo, POL_OP_ADD, s->before, base_above(lo, s));
        return;
    }
    *to = pol_emit_arith(lo, POL_OP_ADD, s->before, s->base);
    if (mode == POL_MODE_FROM_ZERO) {
        *from = pol_emit_arith(lo, POL_OP_MAX, s->deductible, s->before);
    } else {
        *from = pol_emit_arith(lo, POL_OP_EXCESS, s->before, s->deductible);
        *to = pol_emit_arith(lo, POL_OP_EXCESS, *to, s->deductible);
    }
}

static pol_value by_tiers(pol_lowering *lo, const pol_scope *scope, const pol_alternative *alternative,
                          const steps *s)
{
    uint32_t tiers = pol_lower_root(lo, scope, alternative->tiers).reg;
    pol_emit_at(lo, alternative->tiers);
    const pol_register t = *pol_reg(lo, tiers);
    if (!pol_knows(lo, tiers, POL_KNOWN_UNIT)) {
        tiers = EMIT2(lo, TVALID, t.den, t.den2, tiers);
        pol_learn(lo, tiers, POL_KNOWN_UNIT);
    }
    uint32_t from, to;
    tier_ends(lo, s, alternative->tiers_mode, &from, &to);
    pol_i128 den = pol_common_den(lo, pol_reg(lo, from)->den, pol_reg(lo, to)->den);
    den = pol_common_den(lo, den, t.den);
    from = pol_emit_scaled(lo, from, den);
    to = pol_emit_scaled(lo, to, den);
    const uint32_t sum = EMIT(lo, TSUM, pol_product_den(lo, den, t.den2), tiers, from, to);
    pol_learn(lo, sum, POL_KNOWN_NOT_NEGATIVE);
    return POL_PLAIN(sum);
}

/* ---- one alternative -------------------------------------------------------------------------------------------- */

static uint32_t rounded_by(pol_lowering *lo, pol_value exact, pol_rounding_rule rule)
{
    return pol_emit_round(lo, exact, (unsigned)rule.mode, rule.unit, POL_FEN_PER_YUAN);
}

/* 较小(D, a + b) - 较小(D, a): the part of the deductible that this claim bore. */
static uint32_t borne_deductible(pol_lowering *lo, const steps *s)
{
    if (s->deductible == POL_NONE32 || s->base == POL_NONE32)
        return pol_emit_zero(lo);
    if (each_claim(s))
        return pol_emit_arith(lo, POL_OP_MIN, s->deductible, s->base);
    const uint32_t sum = pol_emit_arith(lo, POL_OP_ADD, s->before, s->base);
    return pol_emit_arith(lo, POL_OP_SUB, pol_emit_arith(lo, POL_OP_MIN, s->deductible, sum),
                      pol_emit_arith(lo, POL_OP_MIN, s->deductible, s->before));
}

/* The facet 基数 where no base is written: the amount that was given, before rounding. A quotient has no
 * denominator known now, and is taken to the fen. */
static uint32_t given_amount(pol_lowering *lo, pol_value exact)
{
    const pol_rounding_rule to_the_fen = { POL_HALF_UP, POL_FEN };
    return pol_emit_not_negative(lo, pol_is_quotient(exact) ? rounded_by(lo, exact, to_the_fen) : exact.reg);
}

static uint32_t lower_condition(pol_lowering *lo, const pol_scope *scope, pol_node *condition)
{
    return condition == NULL ? pol_emit_truth(lo, true) : pol_lower_root(lo, scope, condition).reg;
}

static void lower_alternative(pol_lowering *lo, pol_scope *scope, const pol_scope *so_far, pol_turn *turn,
                              uint32_t number, steps *s)
{
    const pol_alternative *alternative = &turn->payer->alternatives[number];
    struct pol_alt_regs *regs = &turn->alternatives[number];
    *s = (steps){ POL_NONE32, POL_NONE32, POL_NONE32, alternative->deductible_mode, POL_PLAIN(POL_NONE32), POL_NONE32 };
    regs->condition = lower_condition(lo, scope, alternative->condition);
    if (alternative->base != NULL) {
        s->base = pol_emit_not_negative(lo, pol_lower_root(lo, scope, alternative->base).reg);
        scope->own_base = s->base;
    }
    if (alternative->base_accum != NULL)
        s->before = before_claim(lo, alternative->base_accum);
    if (alternative->deductible != NULL)
        s->deductible = pol_emit_not_negative(lo, pol_lower_root(lo, scope, alternative->deductible).reg);
    turn->deductibles[number] = borne_deductible(lo, s);
    if (alternative->deductible != NULL)
        scope->own_deductible = turn->deductibles[number];
    if (alternative->tiers != NULL) {
        s->exact = by_tiers(lo, scope, alternative, s);
    } else if (alternative->ratio != NULL) {
        s->exact = by_ratio(lo, scope, alternative->ratio, s);
    } else {
        s->exact = pol_lower_root(lo, scope, alternative->amount);
        pol_emit_at(lo, alternative->amount);
        if (s->base != POL_NONE32)
            s->exact.reg = EMIT(lo, ALSON, pol_reg(lo, s->exact.reg)->den, s->exact.reg, s->base);
    }
    turn->bases[number] = s->base != POL_NONE32 ? s->base : given_amount(lo, s->exact);
    regs->caps = POL_NEW_ARRAY(lo->map_arena, uint32_t, alternative->cap_count);
    s->cap = lower_caps(lo, scope, so_far, alternative, regs->caps);
    regs->base = s->base;
    regs->before = s->before;
    regs->deductible = s->deductible;
    regs->exact = pol_is_quotient(s->exact) ? POL_NONE32 : s->exact.reg;
    if (lo->keep_all) {
        regs->low = s->base == POL_NONE32 ? POL_NONE32 : low_end(lo, s);
        regs->high = s->base == POL_NONE32 ? POL_NONE32 : high_end(lo, s);
        regs->rounded = pol_emit_not_negative(lo, rounded_by(lo, s->exact, alternative->rounding));
    }
}

/* ---- a payer's turn ------------------------------------------------------------------------------------------------ */

static bool same_rounding(pol_rounding_rule a, pol_rounding_rule b)
{
    return a.mode == b.mode && pol_rational_compare(a.unit, b.unit) == 0;
}

/* The alternatives' exact amounts can be chosen among before rounding: one rule, and no quotient. */
static bool can_round_once(const pol_lowering *lo, const pol_payer *payer, const steps *s)
{
    pol_i128 den = 1;
    for (uint32_t i = 0; i < payer->alternative_count; i++) {
        if (pol_is_quotient(s[i].exact) ||
            !same_rounding(payer->alternatives[0].rounding, payer->alternatives[i].rounding))
            return false;
        const pol_i128 next = pol_reg(lo, s[i].exact.reg)->den;
        if (!pol_fits_den(den / pol_gcd(den, next), next, &den))
            return false;
    }
    return true;
}

static void choose_alternative(pol_lowering *lo, pol_turn *turn, const steps *s)
{
    const pol_payer *payer = turn->payer;
    const bool once = can_round_once(lo, payer, s);
    turn->rounding = once ? payer->alternatives[0].rounding : (pol_rounding_rule){ POL_HALF_UP, POL_FEN };
    turn->applies = pol_emit_truth(lo, false);
    for (uint32_t i = payer->alternative_count; i-- > 0;) {
        const uint32_t cond = turn->alternatives[i].condition;
        const uint32_t exact = once ? s[i].exact.reg : rounded_by(lo, s[i].exact, payer->alternatives[i].rounding);
        const bool last = i + 1 == payer->alternative_count; /* nobody looks at it when none holds */
        turn->exact = last || turn->exact == exact ? exact : pol_emit_select(lo, cond, exact, turn->exact);
        turn->cap = last || turn->cap == s[i].cap ? s[i].cap : pol_emit_select(lo, cond, s[i].cap, turn->cap);
        turn->applies = pol_emit_select(lo, cond, pol_emit_truth(lo, true), turn->applies);
    }
}

static uint32_t number_of_alternative(pol_lowering *lo, const pol_turn *turn)
{
    uint32_t chosen = pol_emit_code(lo, -1);
    for (uint32_t i = turn->payer->alternative_count; i-- > 0;)
        chosen = pol_emit_select(lo, turn->alternatives[i].condition, pol_emit_code(lo, (int32_t)i), chosen);
    return chosen;
}

static bool start_turn(pol_lowering *lo, pol_lane *lane, const pol_payer *payer, pol_turn *turn)
{
    const uint32_t count = payer->prior ? 1 : payer->alternative_count;
    *turn = (pol_turn){ .payer = payer, .remaining = lane->remaining };
    for (unsigned i = 0; i < POL_FACET_COUNT; i++)
        turn->facets[i] = POL_NONE32;
    turn->bases = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    turn->deductibles = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    turn->alternatives = POL_NEW_ARRAY(lo->map_arena, struct pol_alt_regs, payer->alternative_count);
    if (turn->bases == NULL || turn->deductibles == NULL || turn->alternatives == NULL)
        return false;
    for (uint32_t i = 0; i < payer->alternative_count; i++) {
        struct pol_alt_regs *r = &turn->alternatives[i];
        r->condition = r->base = r->before = r->deductible = r->low = r->high = r->exact = r->rounded = POL_NONE32;
    }
    return true;
}

static pol_scope turn_scope(pol_lowering *lo, pol_lane *lane, const pol_payer *payer)
{
    return (pol_scope){ .kind = POL_SCOPE_ALTERNATIVE, .number = lo->scope_count++, .outer = &lane->scope,
                        .lane = lane, .special = bit_of(payer->symbol->index), .remaining = lane->remaining,
                        .own_base = POL_NONE32, .own_deductible = POL_NONE32 };
}

static void lower_prior(pol_lowering *lo, pol_lane *lane, pol_turn *turn)
{
    const pol_payer *payer = turn->payer;
    const pol_scope scope = turn_scope(lo, lane, payer);
    const pol_rounding_rule rule = { POL_HALF_UP, POL_FEN };
    const pol_value given = payer->amount != NULL ? pol_lower_root(lo, &scope, payer->amount)
                                                  : pol_lower_symbol(lo, &scope, payer->symbol->input);
    pol_emit_at(lo, payer->node);
    turn->exact = pol_is_quotient(given) ? rounded_by(lo, given, rule) : given.reg;
    turn->rounding = rule;
    turn->applies = pol_emit_truth(lo, true);
    turn->cap = pol_emit_unlimited(lo, POL_FEN_PER_YUAN);
    turn->bases[0] = given_amount(lo, given);
    turn->deductibles[0] = pol_emit_zero(lo);
}

static void lower_benefit(pol_lowering *lo, pol_lane *lane, pol_turn *turn)
{
    const pol_payer *payer = turn->payer;
    steps *s = POL_NEW_ARRAY(lo->arena, steps, payer->alternative_count);
    if (s == NULL)
        return;
    const uint64_t everybody = lo->matter->payer_count == 64 ? UINT64_MAX : bit_of(lo->matter->payer_count) - 1;
    const pol_scope so_far = { .kind = POL_SCOPE_SO_FAR, .number = lo->scope_count++, .outer = &lane->scope,
                               .lane = lane, .special = everybody & ~lane->settled, .remaining = POL_NONE32,
                               .own_base = POL_NONE32, .own_deductible = POL_NONE32 };
    for (uint32_t i = 0; i < payer->alternative_count; i++) {
        pol_scope scope = turn_scope(lo, lane, payer);
        lower_alternative(lo, &scope, &so_far, turn, i, &s[i]);
    }
    pol_emit_at(lo, payer->node);
    choose_alternative(lo, turn, s);
}

/* What is really paid: nothing where the payer is deemed to have paid. `need` becomes a register that
 * lacks whatever this takes. */
static void lower_deemed(pol_lowering *lo, pol_lane *lane, pol_turn *turn, uint32_t *need)
{
    const pol_payer *payer = turn->payer;
    turn->paid = *need = turn->taken;
    if (!payer->deemed)
        return;
    const pol_scope scope = turn_scope(lo, lane, payer);
    uint32_t deemed = lower_condition(lo, &scope, payer->deemed_when);
    pol_emit_at(lo, payer->node);
    deemed = pol_emit_select(lo, turn->applies, deemed, pol_emit_truth(lo, false));
    turn->paid = pol_emit_select(lo, deemed, pol_emit_zero(lo), turn->taken);
    if (pol_known_truth(lo, deemed) < 0) {
        const uint32_t known = EMIT(lo, SELN, POL_FEN_PER_YUAN, deemed, pol_emit_zero(lo), pol_emit_zero(lo));
        *need = EMIT(lo, ALSON, POL_FEN_PER_YUAN, turn->taken, known);
    }
}

static void settle(pol_lowering *lo, pol_lane *lane, uint32_t number)
{
    const pol_payer *payer = &lo->matter->payers[number];
    pol_turn *turn = &lane->turns[number];
    if (!start_turn(lo, lane, payer, turn))
        return;
    if (payer->prior)
        lower_prior(lo, lane, turn);
    else
        lower_benefit(lo, lane, turn);
    if (pol_arena_failed(lo->arena))
        return; /* perhaps before the turn got its rounding */
    uint32_t i[3];
    (void)pol_rounding_args(lo, turn->rounding.unit, pol_reg(lo, turn->exact)->den, POL_FEN_PER_YUAN, i);
    turn->taken = EMIT(lo, TAIL, POL_FEN_PER_YUAN, turn->exact, turn->applies, turn->cap, turn->remaining,
                       (uint32_t)turn->rounding.mode, i[0], i[1], i[2]);
    const uint32_t rest = turn->taken == POL_NONE32 ? POL_NONE32 : turn->taken + 1;
    pol_learn(lo, turn->taken, POL_KNOWN_NOT_NEGATIVE);
    pol_learn(lo, rest, POL_KNOWN_NOT_NEGATIVE);
    uint32_t need;
    lower_deemed(lo, lane, turn, &need);
    pol_emit_need(lo, need, lane->gate,
                  pol_sink_of(lo, payer->node, POL_PHASE_SETTLE, POL_LIMIT_NONE, payer->symbol->name));
    lane->remaining = rest;
    if (payer->by_hospital)
        lane->hospital = pol_emit_arith(lo, POL_OP_ADD, lane->hospital, turn->taken);
    lane->settled |= bit_of(number);
    turn->settled = true;
}

/* 个人负担: what is left, and what was only deemed to be paid. */
static uint32_t person_of(pol_lowering *lo, pol_lane *lane)
{
    uint32_t person = lane->remaining;
    for (uint32_t i = 0; i < lane->payer_count; i++) {
        const pol_turn *turn = &lane->turns[lane->payers[i]];
        if (turn->settled && turn->paid != turn->taken)
            person = pol_emit_arith(lo, POL_OP_ADD, person, pol_emit_arith(lo, POL_OP_SUB, turn->taken, turn->paid));
    }
    return person;
}

static void note_turns(pol_lowering *lo, const pol_lane *lane)
{
    for (uint32_t p = 0; p < lo->matter->payer_count; p++) {
        const pol_turn *turn = &lane->turns[p];
        pol_payer_regs *regs = &lo->map->payers[(size_t)lane->number * lo->matter->payer_count + p];
        if (!turn->settled)
            continue;
        regs->remaining = turn->remaining;
        regs->alt_count = turn->payer->alternative_count;
        regs->alternatives = turn->alternatives;
        if (lo->keep_all)
            regs->chosen = number_of_alternative(lo, turn);
    }
}

void pol_lower_payers(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    uint32_t *person = POL_NEW_ARRAY(lo->arena, uint32_t, lo->lane_count);
    uint32_t *hospital = POL_NEW_ARRAY(lo->arena, uint32_t, lo->lane_count);
    lo->code->payers = POL_NEW_ARRAY(lo->program, pol_payer_def, matter->payer_count);
    if (person == NULL || hospital == NULL || lo->code->payers == NULL)
        return;
    for (uint32_t l = 0; l < lo->lane_count && !lo->too_many; l++) {
        pol_lane *lane = &lo->lanes[l];
        for (uint32_t i = 0; i < lane->payer_count; i++)
            settle(lo, lane, lane->payers[i]);
        note_turns(lo, lane);
        person[l] = person_of(lo, lane);
        hospital[l] = lane->hospital;
    }
    if (pol_arena_failed(lo->arena) || lo->too_many)
        return;
    lo->person = merged(lo, person);
    lo->hospital = merged(lo, hospital);
    for (uint32_t p = 0; p < matter->payer_count; p++) {
        const pol_payer *payer = &matter->payers[p];
        lo->code->payers[lo->code->payer_count++] =
            (pol_payer_def){ .name = pol_str_copy(lo->program, payer->symbol->name),
                             .hospital = payer->by_hospital,
                             .paid = pol_payer_facet(lo, &lo->result, p, POL_FACET_PAID),
                             .line = pol_line_of(lo, payer->node) };
    }
}

/* ---- advances ----------------------------------------------------------------------------------------------------- */

static uint32_t find_payer(const pol_matter *matter, pol_str name)
{
    uint32_t p = 0;
    while (p < matter->payer_count && !pol_str_equal(matter->payers[p].symbol->name, name))
        p++;
    return p;
}

static void lower_advance(pol_lowering *lo, pol_node *node)
{
    const pol_ast_advance *advance = POL_AS(advance, node);
    const uint32_t yes = pol_emit_truth(lo, true);
    uint32_t cond = yes;
    if (advance->cond != NULL) {
        cond = pol_lower_root(lo, &lo->result, advance->cond).reg;
        pol_emit_need(lo, cond, yes, pol_sink_of(lo, node, POL_PHASE_SETTLE, POL_LIMIT_NONE, POL_STR("垫付")));
    }
    for (uint32_t i = 0; i < advance->payers.count; i++) {
        const pol_str name = pol_node_text(advance->payers.items[i]);
        const uint32_t payer = find_payer(lo->matter, name);
        if (payer == lo->matter->payer_count)
            continue;
        pol_emit_at(lo, node);
        const uint32_t paid = pol_payer_facet(lo, &lo->result, payer, POL_FACET_PAID);
        lo->code->advances[lo->code->advance_count++] =
            (pol_advance_def){ .by = pol_str_copy(lo->program, pol_node_text(advance->by)),
                               .payer = pol_str_copy(lo->program, name),
                               .amount = pol_emit_select(lo, cond, paid, pol_emit_zero(lo)) };
    }
}

void pol_lower_advances(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    size_t count = 0;
    for (uint32_t i = 0; i < matter->advance_count; i++)
        count += POL_AS(advance, matter->advances[i])->payers.count;
    lo->code->advances = POL_NEW_ARRAY(lo->program, pol_advance_def, count);
    for (uint32_t i = 0; lo->code->advances != NULL && i < matter->advance_count; i++)
        lower_advance(lo, matter->advances[i]);
}

/* ---- accumulators ---------------------------------------------------------------------------------------------------- */

static uint32_t value_after(pol_lowering *lo, const pol_accum *accum)
{
    if (accum->change == POL_CHANGE_BECOME)
        return pol_lower_root(lo, &lo->result, accum->terms[0]).reg;
    return with_terms(lo, &lo->result, accum);
}

static pol_accum_def interface_of(pol_lowering *lo, const pol_accum *accum)
{
    const pol_ast_acc_period *period = POL_AS(acc_period, accum->node->period);
    pol_accum_def def = { .name = pol_str_copy(lo->program, accum->symbol->name),
                          .integer = accum->integer,
                          .household = accum->node->household != 0,
                          .period = (uint8_t)period->kind,
                          .start_month = 1,
                          .start_day = 1,
                          .shared = accum->symbol->shared,
                          .key_count = accum->key_count,
                          .keys = POL_NEW_ARRAY(lo->program, uint32_t, accum->key_count),
                          .field = lo->matter->input_count + accum->symbol->index,
                          .added = POL_NONE32 };
    if (period->start != NULL) {
        def.start_month = POL_AS(monthday, period->start)->month;
        def.start_day = POL_AS(monthday, period->start)->day;
    }
    if (period->months != NULL)
        def.months = (uint32_t)POL_AS(months, period->months)->count;
    for (uint32_t i = 0; def.keys != NULL && i < accum->key_count; i++)
        def.keys[i] = accum->keys[i];
    return def;
}

static void lower_accum(pol_lowering *lo, const pol_accum *accum)
{
    pol_node *node = &accum->node->node;
    pol_accum_def def = interface_of(lo, accum);
    uint32_t after = value_after(lo, accum);
    pol_emit_at(lo, node);
    if (!accum->integer)
        after = pol_emit_round(lo, POL_PLAIN(after), POL_HALF_UP, POL_FEN, POL_FEN_PER_YUAN);
    else if (pol_reg(lo, after)->den != 1)
        after = EMIT(lo, WHOLE, 1, after);
    if (after != before_claim(lo, accum->symbol))
        pol_emit_need(lo, after, pol_emit_truth(lo, true),
                      pol_sink_of(lo, node, POL_PHASE_SETTLE, accum->integer ? POL_LIMIT_INTEGER : POL_LIMIT_AMOUNT,
                                  accum->symbol->name));
    def.after = after;
    if (def.period == POL_ROLLING) /* the ledger keeps what each claim added */
        def.added = pol_emit_arith(lo, POL_OP_SUB, after, before_claim(lo, accum->symbol));
    lo->code->accums[lo->code->accum_count++] = def;
}

void pol_lower_accums(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    lo->code->accums = POL_NEW_ARRAY(lo->program, pol_accum_def, matter->accum_count);
    for (uint32_t i = 0; lo->code->accums != NULL && i < matter->accum_count; i++)
        lower_accum(lo, &matter->accums[i]);
}
