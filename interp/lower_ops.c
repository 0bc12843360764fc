/* Operations that bring their operands to a common denominator and see where nothing has to be
 * computed: numbers, conditions, choice. */
#include "interp/lower_internal.h"

#include <assert.h>

/* ---- what is known ----------------------------------------------------------------------------------- */

static bool is_known_zero(const pol_lowering *lo, uint32_t reg)
{
    pol_rational value;
    return pol_known_number(lo, reg, &value) && value.num == 0;
}

static bool is_known_unlimited(const pol_lowering *lo, uint32_t reg)
{
    const uint32_t constant = pol_constant_of(lo, reg);
    return constant != POL_NONE32 && lo->constants.items[constant].number == POL_NUM_UNLIMITED;
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

uint32_t pol_emit_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den)
{
    const pol_i128 from = pol_reg(lo, reg)->den;
    if (from == den || pol_reg(lo, reg)->class_ != POL_C_NUM)
        return reg;
    const uint32_t constant = pol_constant_of(lo, reg);
    if (constant != POL_NONE32) {
        const pol_i128 number = lo->constants.items[constant].number;
        return pol_is_sentinel(number) ? pol_emit_constant(lo, POL_C_NUM, number, den)
                                   : pol_emit_number(lo, (pol_rational){ number, from }, den);
    }
    if (den % from != 0) {
        pol_too_fine(lo);
        return reg;
    }
    const uint32_t result = EMIT(lo, SCALE, den, reg, pol_emit_pool(lo, den / from));
    pol_learn(lo, result, pol_known_of_both(lo, reg, reg));
    return result;
}

static void order(pol_rational *least, pol_rational *most)
{
    if (pol_rational_compare(*least, *most) > 0) {
        const pol_rational swapped = *least;
        *least = *most;
        *most = swapped;
    }
}

static bool fold_arith(pol_opcode op, pol_rational a, pol_rational b, pol_rational *result)
{
    const pol_rational zero = { 0, 1 };
    pol_rational least = a, most = b;
    order(&least, &most);
    switch (op) {
    case POL_OP_ADD: return pol_rational_add(a, b, result);
    case POL_OP_SUB: return pol_rational_sub(a, b, result);
    case POL_OP_MIN: *result = least; return true;
    case POL_OP_MAX: *result = most; return true;
    case POL_OP_EXCESS:
        if (!pol_rational_sub(a, b, result))
            return false;
        if (result->num < 0)
            *result = zero;
        return true;
    default: return false;
    }
}

/* Where one operand changes nothing, the other; else POL_NONE32. */
static uint32_t neutral(pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const bool zero_a = is_known_zero(lo, a), zero_b = is_known_zero(lo, b);
    switch (op) {
    case POL_OP_ADD: return zero_b ? a : zero_a ? b : POL_NONE32;
    case POL_OP_SUB: return zero_b ? a : POL_NONE32;
    case POL_OP_EXCESS: return zero_b && pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE) ? a : POL_NONE32;
    case POL_OP_MIN: return is_known_unlimited(lo, b) ? a : is_known_unlimited(lo, a) ? b : POL_NONE32;
    case POL_OP_MAX:
        if (zero_b && pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE))
            return a;
        return zero_a && pol_knows(lo, b, POL_KNOWN_NOT_NEGATIVE) ? b : POL_NONE32;
    default: return POL_NONE32;
    }
}

static unsigned known_of_arith(const pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const unsigned both = pol_known_of_both(lo, a, b);
    const bool either = pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE) ||
                        pol_knows(lo, b, POL_KNOWN_NOT_NEGATIVE);
    switch (op) {
    case POL_OP_ADD: return both & POL_KNOWN_NOT_NEGATIVE;
    case POL_OP_MIN: return both;
    case POL_OP_MAX: return both | (either ? POL_KNOWN_NOT_NEGATIVE : 0u);
    case POL_OP_EXCESS: return POL_KNOWN_NOT_NEGATIVE;
    default: return 0;
    }
}

uint32_t pol_emit_arith(pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const uint32_t other = neutral(lo, op, a, b);
    if (other != POL_NONE32)
        return other;
    const pol_i128 den = pol_common_den(lo, pol_reg(lo, a)->den, pol_reg(lo, b)->den);
    pol_rational x, y, folded;
    if (pol_known_number(lo, a, &x) && pol_known_number(lo, b, &y) && fold_arith(op, x, y, &folded))
        return pol_emit_number(lo, folded, den);
    const uint32_t result =
        pol_emit(lo, op, den, 1, 2, (const uint32_t[]){ pol_emit_scaled(lo, a, den), pol_emit_scaled(lo, b, den) });
    pol_learn(lo, result, known_of_arith(lo, op, a, b));
    return result;
}

uint32_t pol_emit_not_negative(pol_lowering *lo, uint32_t reg)
{
    return pol_emit_arith(lo, POL_OP_MAX, reg, pol_emit_constant(lo, POL_C_NUM, 0, pol_reg(lo, reg)->den));
}

uint32_t pol_emit_times(pol_lowering *lo, uint32_t reg, pol_rational factor)
{
    const pol_i128 den = pol_product_den(lo, pol_reg(lo, reg)->den, factor.den);
    const pol_i128 size = factor.num < 0 ? -factor.num : factor.num;
    pol_rational value;
    if (pol_known_number(lo, reg, &value) && pol_rational_mul(value, factor, &value))
        return pol_emit_number(lo, value, den);
    if (factor.num == 0) /* still absent or failed with the factor */
        return EMIT(lo, ALSON, den, pol_emit_constant(lo, POL_C_NUM, 0, den), reg);
    uint32_t result = reg;
    if (size != 1 || factor.den != 1) {
        result = EMIT(lo, MULC, den, reg, pol_emit_pool(lo, size), pol_emit_pool(lo, factor.den));
        pol_learn(lo, result, pol_known_of_both(lo, reg, reg) & POL_KNOWN_NOT_NEGATIVE);
        if (pol_knows(lo, reg, POL_KNOWN_UNIT) && size <= factor.den)
            pol_learn(lo, result, POL_KNOWN_UNIT);
    }
    return factor.num > 0 ? result
                          : pol_emit_arith(lo, POL_OP_SUB, pol_emit_constant(lo, POL_C_NUM, 0, den), result);
}

/* (n1 * n2) / (d1 * d2 * d3) in lowest terms; false (and noted) when a part does not fit. */
static bool reduced(pol_lowering *lo, pol_i128 numerators[2], pol_i128 denominators[3], pol_rational *r)
{
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned j = 0; j < 3; j++) {
            const pol_i128 common = pol_gcd(numerators[i], denominators[j]);
            numerators[i] /= common;
            denominators[j] /= common;
        }
    }
    pol_i128 low;
    if (pol_mul_i128(numerators[0], numerators[1], &r->num) &&
        pol_mul_i128(denominators[0], denominators[1], &low) &&
        pol_mul_i128(low, denominators[2], &r->den))
        return true;
    pol_too_fine(lo);
    *r = (pol_rational){ 1, 1 };
    return false;
}

bool pol_rounding_args(pol_lowering *lo, pol_rational unit, pol_i128 den, pol_i128 result_den,
                       uint32_t i[3])
{
    pol_rational factor;
    const bool fits = reduced(lo, (pol_i128[2]){ unit.den, 1 }, (pol_i128[3]){ den, unit.num, 1 }, &factor);
    assert(result_den % unit.den == 0);
    pol_i128 back;
    if (!pol_mul_i128(unit.num, result_den / unit.den, &back)) {
        pol_too_fine(lo);
        back = 1;
    }
    i[0] = pol_emit_pool(lo, factor.num);
    i[1] = pol_emit_pool(lo, factor.den);
    i[2] = pol_emit_pool(lo, back);
    return fits;
}

static uint32_t round_quotient(pol_lowering *lo, pol_value value, unsigned mode, pol_rational unit,
                               pol_i128 result_den)
{
    const pol_i128 dx = pol_reg(lo, value.reg)->den, dz = pol_reg(lo, value.times)->den,
                   dy = pol_reg(lo, value.over)->den;
    uint32_t i[3];
    pol_rational factor;
    (void)pol_rounding_args(lo, unit, 1, result_den, i);
    (void)reduced(lo, (pol_i128[2]){ dy, unit.den }, (pol_i128[3]){ dx, dz, unit.num }, &factor);
    return EMIT(lo, ROUNDQ, result_den, value.reg, value.times, value.over, mode,
                pol_emit_pool(lo, factor.num), pol_emit_pool(lo, factor.den), i[2]);
}

uint32_t pol_emit_round(pol_lowering *lo, pol_value value, unsigned mode, pol_rational unit,
                   pol_i128 result_den)
{
    if (pol_is_quotient(value))
        return round_quotient(lo, value, mode, unit, result_den);
    const uint32_t reg = value.reg;
    const pol_i128 den = pol_reg(lo, reg)->den;
    pol_i128 steps;
    if (pol_mul_i128(den, unit.num, &steps) && unit.den % steps == 0)
        return pol_emit_scaled(lo, reg, result_den);
    pol_rational known;
    pol_i128 multiples;
    if (pol_known_number(lo, reg, &known) && pol_mul_i128(known.den, unit.num, &steps) &&
        pol_muldiv_rounded(known.num, unit.den, steps, (pol_rounding)(mode & 3), &multiples) &&
        pol_rational_mul((pol_rational){ multiples, 1 }, unit, &known))
        return pol_emit_number(lo, known, result_den);
    uint32_t i[3];
    (void)pol_rounding_args(lo, unit, den, result_den, i);
    const uint32_t result = EMIT(lo, ROUND, result_den, reg, mode, i[0], i[1], i[2]);
    pol_learn(lo, result, pol_known_of_both(lo, reg, reg) & POL_KNOWN_NOT_NEGATIVE);
    return result;
}

/* ---- yes/no and choice ------------------------------------------------------------------------------------------- */

uint32_t pol_emit_not(pol_lowering *lo, uint32_t a)
{
    const int known = pol_known_truth(lo, a);
    if (known >= 0)
        return pol_emit_truth(lo, known == 0);
    const pol_register *r = pol_reg(lo, a);
    if (r->origin == POL_FROM_INSTR && r->index < lo->instrs.count &&
        lo->instrs.items[r->index].op == POL_OP_NOT)
        return lo->instrs.items[r->index].arg[1];
    return EMIT(lo, NOT, 1, a);
}

/* No and a failed value is failed, so only yes can be left out. */
uint32_t pol_emit_and(pol_lowering *lo, uint32_t a, uint32_t b)
{
    if (pol_known_truth(lo, a) == 1 || a == b)
        return b;
    return pol_known_truth(lo, b) == 1 ? a : EMIT(lo, AND, 1, a, b);
}

uint32_t pol_emit_or(pol_lowering *lo, uint32_t a, uint32_t b)
{
    if (pol_known_truth(lo, a) == 0 || a == b)
        return b;
    return pol_known_truth(lo, b) == 0 ? a : EMIT(lo, OR, 1, a, b);
}

static uint32_t retiered(pol_lowering *lo, uint32_t constant, pol_i128 up, pol_i128 up2, pol_i128 den,
                         pol_i128 den2)
{
    const pol_constant *c = &lo->constants.items[constant];
    if (c->tiers == NULL)
        return pol_emit_lost(lo, POL_C_TIERS, den, den2, c->number == POL_NUM_FAILED);
    pol_tiers tiers = *c->tiers; /* numbers of a schedule are below 10^15 over at most 10^22 */
    tiers.low *= up;
    for (uint32_t i = 0; i < tiers.count; i++) {
        if (tiers.tiers[i].upper != POL_NUM_UNLIMITED)
            tiers.tiers[i].upper *= up;
        tiers.tiers[i].ratio *= up2;
    }
    return pol_emit_schedule(lo, &tiers, den, den2);
}

uint32_t pol_emit_tiers_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den, pol_i128 den2)
{
    const pol_register r = *pol_reg(lo, reg);
    if (r.den == den && r.den2 == den2)
        return reg;
    const bool divides = den % r.den == 0 && den2 % r.den2 == 0;
    const uint32_t constant = pol_constant_of(lo, reg);
    if (divides && constant != POL_NONE32)
        return retiered(lo, constant, den / r.den, den2 / r.den2, den, den2);
    if (!divides || r.den != den) { /* no instruction changes the bounds' denominator */
        pol_too_fine(lo);
        return reg;
    }
    const pol_i128 up = den2 / r.den2;
    const uint32_t one = pol_emit_constant(lo, POL_C_NUM, up, up);
    const uint32_t result = EMIT2(lo, TNUM, den, den2, reg, one, 3);
    pol_learn(lo, result, pol_known_of_both(lo, reg, reg));
    return result;
}

/* Brings two registers of one class to common denominators. */
static void unify(pol_lowering *lo, uint32_t *a, uint32_t *b)
{
    const pol_register x = *pol_reg(lo, *a), y = *pol_reg(lo, *b);
    if (x.class_ != POL_C_NUM && x.class_ != POL_C_TIERS)
        return;
    const pol_i128 den = pol_common_den(lo, x.den, y.den);
    if (x.class_ == POL_C_NUM) {
        *a = pol_emit_scaled(lo, *a, den);
        *b = pol_emit_scaled(lo, *b, den);
        return;
    }
    const pol_i128 den2 = pol_common_den(lo, x.den2, y.den2);
    *a = pol_emit_tiers_scaled(lo, *a, den, den2);
    *b = pol_emit_tiers_scaled(lo, *b, den, den2);
}

uint32_t pol_emit_select(pol_lowering *lo, uint32_t cond, uint32_t a, uint32_t b)
{
    static const pol_opcode k_selects[POL_CLASS_COUNT] = {
        [POL_C_NUM] = POL_OP_SELN,  [POL_C_BOOL] = POL_OP_SELB, [POL_C_CODE] = POL_OP_SELC,
        [POL_C_DATE] = POL_OP_SELD, [POL_C_SET] = POL_OP_COUNT, [POL_C_TIERS] = POL_OP_SELT,
    };
    const int known = pol_known_truth(lo, cond);
    if (known >= 0)
        return known != 0 ? a : b;
    if (pol_known_truth(lo, a) == 1 && pol_known_truth(lo, b) == 0)
        return cond;
    if (pol_known_truth(lo, a) == 0 && pol_known_truth(lo, b) == 1)
        return pol_emit_not(lo, cond);
    unify(lo, &a, &b);
    const pol_register r = *pol_reg(lo, a);
    const pol_opcode op = k_selects[r.class_];
    assert(op != POL_OP_COUNT);
    const uint32_t result = pol_emit(lo, op, r.den, r.den2, 3, (const uint32_t[]){ cond, a, b });
    pol_learn(lo, result, pol_known_of_both(lo, a, b));
    return result;
}

/* A plain value as a quotient by one. */
static pol_value as_quotient(pol_lowering *lo, pol_value value)
{
    if (pol_is_quotient(value))
        return value;
    const uint32_t one = pol_emit_constant(lo, POL_C_NUM, 1, 1);
    return (pol_value){ value.reg, one, one };
}

pol_value pol_emit_select_value(pol_lowering *lo, uint32_t cond, pol_value a, pol_value b)
{
    const int known = pol_known_truth(lo, cond);
    if (known >= 0)
        return known != 0 ? a : b;
    if (!pol_is_quotient(a) && !pol_is_quotient(b))
        return POL_PLAIN(pol_emit_select(lo, cond, a.reg, b.reg));
    a = as_quotient(lo, a);
    b = as_quotient(lo, b);
    return (pol_value){ pol_emit_select(lo, cond, a.reg, b.reg), pol_emit_select(lo, cond, a.times, b.times),
                        pol_emit_select(lo, cond, a.over, b.over) };
}

uint32_t pol_emit_pick(pol_lowering *lo, uint32_t choice, const uint32_t *regs, uint32_t count)
{
    static const pol_opcode k_picks[POL_CLASS_COUNT] = {
        [POL_C_NUM] = POL_OP_PICKN,  [POL_C_BOOL] = POL_OP_PICKB, [POL_C_CODE] = POL_OP_PICKC,
        [POL_C_DATE] = POL_OP_PICKD, [POL_C_SET] = POL_OP_COUNT,  [POL_C_TIERS] = POL_OP_PICKT,
    };
    uint32_t *list = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    if (list == NULL || count == 0)
        return POL_NONE32;
    pol_register sum = *pol_reg(lo, regs[0]);
    for (uint32_t i = 1; i < count; i++) {
        sum.den = pol_common_den(lo, sum.den, pol_reg(lo, regs[i])->den);
        sum.den2 = pol_common_den(lo, sum.den2, pol_reg(lo, regs[i])->den2);
    }
    unsigned known = POL_KNOWN_NOT_NEGATIVE | POL_KNOWN_UNIT;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = sum.class_ == POL_C_NUM     ? pol_emit_scaled(lo, regs[i], sum.den)
                  : sum.class_ == POL_C_TIERS ? pol_emit_tiers_scaled(lo, regs[i], sum.den, sum.den2)
                                              : regs[i];
        known &= pol_known_of_both(lo, list[i], list[i]);
    }
    const pol_opcode op = k_picks[sum.class_];
    assert(op != POL_OP_COUNT);
    const uint32_t result = pol_emit(lo, op, sum.den, sum.den2, 2,
                                     (const uint32_t[]){ choice, pol_emit_list(lo, list, count) });
    pol_learn(lo, result, known);
    return result;
}

pol_value pol_emit_pick_value(pol_lowering *lo, uint32_t choice, const pol_value *values, uint32_t count)
{
    uint32_t *parts[3];
    bool quotient = false;
    for (unsigned p = 0; p < 3; p++) {
        parts[p] = POL_NEW_ARRAY(lo->arena, uint32_t, count);
        if (parts[p] == NULL)
            return POL_PLAIN(POL_NONE32);
    }
    for (uint32_t i = 0; i < count; i++)
        quotient = quotient || pol_is_quotient(values[i]);
    for (uint32_t i = 0; i < count; i++) {
        const pol_value value = quotient ? as_quotient(lo, values[i]) : values[i];
        parts[0][i] = value.reg;
        parts[1][i] = value.times;
        parts[2][i] = value.over;
    }
    if (!quotient)
        return POL_PLAIN(pol_emit_pick(lo, choice, parts[0], count));
    return (pol_value){ pol_emit_pick(lo, choice, parts[0], count), pol_emit_pick(lo, choice, parts[1], count),
                        pol_emit_pick(lo, choice, parts[2], count) };
}

static pol_compare_op mirrored(pol_compare_op op)
{
    switch (op) {
    case POL_GE: return POL_LE;
    case POL_LE: return POL_GE;
    case POL_GT: return POL_LT;
    case POL_LT: return POL_GT;
    case POL_EQ:
    case POL_NE: break;
    }
    return op;
}

static uint32_t compare_quotient(pol_lowering *lo, pol_value q, uint32_t d, pol_compare_op op)
{
    pol_rational factor;
    (void)reduced(lo, (pol_i128[2]){ pol_reg(lo, q.over)->den, pol_reg(lo, d)->den },
                  (pol_i128[3]){ pol_reg(lo, q.reg)->den, pol_reg(lo, q.times)->den, 1 }, &factor);
    return EMIT(lo, CMPQ, 1, q.reg, q.times, q.over, d, (uint32_t)op, pol_emit_pool(lo, factor.num),
                pol_emit_pool(lo, factor.den));
}

uint32_t pol_emit_compare(pol_lowering *lo, pol_value a, pol_value b, pol_compare_op op)
{
    const uint32_t k = (uint32_t)op;
    if (pol_is_quotient(a))
        return compare_quotient(lo, a, b.reg, op);
    if (pol_is_quotient(b))
        return compare_quotient(lo, b, a.reg, mirrored(op));
    switch ((pol_class)pol_reg(lo, a.reg)->class_) {
    case POL_C_BOOL:
        if (pol_known_truth(lo, b.reg) >= 0)
            return (pol_known_truth(lo, b.reg) == 1) == (op == POL_EQ) ? a.reg : pol_emit_not(lo, a.reg);
        return EMIT(lo, EQB, 1, a.reg, b.reg, k);
    case POL_C_CODE: return EMIT(lo, EQC, 1, a.reg, b.reg, k);
    case POL_C_DATE: return EMIT(lo, CMPD, 1, a.reg, b.reg, k);
    default: return EMIT(lo, CMP, 1, a.reg, b.reg, k);
    }
}

uint32_t pol_emit_has(pol_lowering *lo, uint32_t reg)
{
    switch ((pol_class)pol_reg(lo, reg)->class_) {
    case POL_C_NUM: return EMIT(lo, HASN, 1, reg);
    case POL_C_BOOL: return EMIT(lo, HASB, 1, reg);
    case POL_C_CODE: return EMIT(lo, HASC, 1, reg);
    case POL_C_DATE: return EMIT(lo, HASD, 1, reg);
    case POL_C_SET: return EMIT(lo, HASS, 1, reg);
    case POL_C_TIERS: return EMIT(lo, HAST, 1, reg);
    case POL_CLASS_COUNT: break;
    }
    return POL_NONE32;
}
