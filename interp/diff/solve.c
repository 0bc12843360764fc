/* Several amounts at once: the question whether any figure differs, put to Z3 over whole numbers (amounts in
 * their smallest unit). A figure is a numerator with a constant denominator; rounding is whole division.
 * What Z3 leaves open is left open here: its limit is counted in steps, so that answers do not depend on
 * the machine. */
#include "interp/diff/behave.h"

#ifndef POL_WITH_Z3

pol_found pol_solve(pol_behaviour *b, const pol_compared *figures, uint32_t count, pol_term valid_before, pol_term valid_after)
{
    (void)b;
    (void)figures;
    (void)count;
    (void)valid_before;
    (void)valid_after;
    return POL_FOUND_UNKNOWN;
}

const char *pol_solver_missing(pol_lang lang)
{
    return lang == POL_ZH ? "编译时没有求解器（Z3）" : "built without the solver (Z3)";
}

#else

#include <stdio.h>

#include "interp/diff/z3_library.h"

#define STEPS 300000 /* of one question */

/* A term in Z3: numbers over a denominator; yes/no and codes as they are. */
typedef struct translated {
    Z3_ast ast; /* NULL: not yet */
    pol_i128 den;
} translated;

typedef struct question {
    pol_behaviour *b;
    const pol_terms *terms;
    pol_z3 z3;
    Z3_context context;
    Z3_sort whole;
    translated *known; /* by term */
    Z3_ast *vars;      /* by variable */
    bool failed;       /* something cannot be said */
} question;

static translated say(question *q, pol_term term);

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static Z3_ast literal(question *q, pol_i128 n)
{
    char digits[64];
    pol_decimal_text(digits, n, 1, 0, true);
    return q->z3.mk_numeral(q->context, digits, q->whole);
}

static Z3_ast times(question *q, Z3_ast a, pol_i128 by)
{
    if (by == 1)
        return a;
    Z3_ast args[2] = { literal(q, by), a };
    return q->z3.mk_mul(q->context, 2, args);
}

static Z3_ast plus(question *q, Z3_ast a, Z3_ast b)
{
    Z3_ast args[2] = { a, b };
    return q->z3.mk_add(q->context, 2, args);
}

/* The numerator over another denominator, a multiple of its own. */
static Z3_ast over(question *q, translated t, pol_i128 den)
{
    return times(q, t.ast, den / t.den);
}

static pol_i128 common(question *q, pol_i128 a, pol_i128 b)
{
    pol_i128 result;
    if (!pol_mul_i128(a / pol_gcd(a, b), b, &result) || result > pol_pow10(30)) {
        q->failed = true;
        return a;
    }
    return result;
}

static translated number(question *q, pol_rational r)
{
    return (translated){ literal(q, r.num), r.den };
}

static translated sum(question *q, const pol_term_node *n)
{
    translated total = number(q, n->value);
    for (uint32_t i = 0; i < n->arg_count && !q->failed; i++) {
        const translated part = say(q, n->args[i]);
        const translated scaled = { times(q, part.ast, n->coefs[i].num), part.den * n->coefs[i].den };
        if (part.den > pol_pow10(15) || n->coefs[i].den > pol_pow10(15)) {
            q->failed = true;
            break;
        }
        const pol_i128 den = common(q, total.den, scaled.den);
        total = (translated){ plus(q, over(q, total, den), over(q, scaled, den)), den };
    }
    return total;
}

static translated extreme(question *q, translated a, translated b, bool most)
{
    const pol_i128 den = common(q, a.den, b.den);
    Z3_ast x = over(q, a, den), y = over(q, b, den);
    Z3_ast larger = q->z3.mk_ge(q->context, x, y);
    return (translated){ q->z3.mk_ite(q->context, larger, most ? x : y, most ? y : x), den };
}

/* unit × rounded(num ÷ den): whole division rounds down, for a positive divisor. */
static translated rounded(question *q, translated a, pol_rational scale, pol_rational unit, pol_rounding mode)
{
    Z3_ast num = times(q, a.ast, scale.num), zero = literal(q, 0), quotient;
    const pol_i128 den = a.den * scale.den;
    if (a.den > pol_pow10(15) || scale.den > pol_pow10(15) || mode == POL_HALF_EVEN) {
        q->failed = true;
        return a;
    }
    Z3_ast divisor = literal(q, den), negative = q->z3.mk_lt(q->context, num, zero), minus = times(q, num, -1);
    if (mode == POL_HALF_UP) {
        Z3_ast twice = literal(q, 2 * den);
        Z3_ast up = q->z3.mk_div(q->context, plus(q, times(q, num, 2), divisor), twice);
        Z3_ast down = times(q, q->z3.mk_div(q->context, plus(q, times(q, minus, 2), divisor), twice), -1);
        quotient = q->z3.mk_ite(q->context, negative, down, up);
    } else {
        Z3_ast below = q->z3.mk_div(q->context, num, divisor), above = times(q, q->z3.mk_div(q->context, minus, divisor), -1);
        quotient = mode == POL_ROUND_UP ? q->z3.mk_ite(q->context, negative, below, above) : q->z3.mk_ite(q->context, negative, above, below);
    }
    return (translated){ times(q, quotient, unit.num), unit.den };
}

static translated variable(question *q, const pol_term_node *n)
{
    const pol_var *var = &q->b->vars[n->payload];
    if (n->class_ != POL_C_NUM || !n->definite) {
        q->failed = true;
        return (translated){ literal(q, 0), 1 };
    }
    return (translated){ times(q, q->vars[n->payload], var->unit.num), var->unit.den };
}

static translated schedule_sum(question *q, const pol_term_node *n)
{
    const pol_term_node *t = pol_term_at(q->terms, n->args[0]);
    translated total = number(q, (pol_rational){ 0, 1 }), zero = total;
    if (t->kind != POL_TERM_CONST || t->special != POL_ORDINARY) {
        q->failed = true;
        return total;
    }
    const pol_schedule *s = q->terms->objects.items[(size_t)t->value.num];
    const translated from = say(q, n->args[1]), to = say(q, n->args[2]);
    translated low = { literal(q, s->tiers.low), s->den };
    for (uint32_t i = 0; i < s->tiers.count && !q->failed; i++) {
        const pol_tier *tier = &s->tiers.tiers[i];
        translated end = to;
        const translated start = extreme(q, from, low, true);
        if (tier->upper != POL_NUM_UNLIMITED) {
            low = (translated){ literal(q, tier->upper), s->den };
            end = extreme(q, to, low, false);
        }
        const pol_i128 den = common(q, start.den, end.den);
        translated length = { plus(q, over(q, end, den), times(q, over(q, start, den), -1)), den };
        length = extreme(q, length, zero, true);
        const pol_rational ratio = pol_rational_make(tier->ratio, s->den2);
        const translated part = { times(q, length.ast, ratio.num), length.den * ratio.den };
        const pol_i128 whole = common(q, total.den, part.den);
        total = (translated){ plus(q, over(q, total, whole), over(q, part, whole)), whole };
    }
    return total;
}

/* ---- yes/no and choices ---------------------------------------------------------------------------------------- */

static Z3_ast compared(question *q, Z3_ast a, Z3_ast b, pol_compare_op op)
{
    switch (op) {
    case POL_EQ: return q->z3.mk_eq(q->context, a, b);
    case POL_NE: return q->z3.mk_not(q->context, q->z3.mk_eq(q->context, a, b));
    case POL_GE: return q->z3.mk_ge(q->context, a, b);
    case POL_LE: return q->z3.mk_le(q->context, a, b);
    case POL_GT: return q->z3.mk_gt(q->context, a, b);
    case POL_LT: return q->z3.mk_lt(q->context, a, b);
    }
    return q->z3.mk_true(q->context);
}

static translated operation(question *q, const pol_term_node *n)
{
    Z3_ast args[3];
    translated a, b;
    switch ((pol_opcode)n->op) {
    case POL_OP_AND:
    case POL_OP_OR:
        args[0] = say(q, n->args[0]).ast;
        args[1] = say(q, n->args[1]).ast;
        return (translated){ n->op == POL_OP_AND ? q->z3.mk_and(q->context, 2, args) : q->z3.mk_or(q->context, 2, args), 1 };
    case POL_OP_NOT: return (translated){ q->z3.mk_not(q->context, say(q, n->args[0]).ast), 1 };
    case POL_OP_SELN:
    case POL_OP_SELB:
    case POL_OP_SELC:
    case POL_OP_SELD: {
        args[0] = say(q, n->args[0]).ast;
        a = say(q, n->args[1]);
        b = say(q, n->args[2]);
        if (q->failed)
            return a;
        if (n->class_ == POL_C_BOOL)
            return (translated){ q->z3.mk_ite(q->context, args[0], a.ast, b.ast), 1 };
        const pol_i128 den = common(q, a.den, b.den);
        return (translated){ q->z3.mk_ite(q->context, args[0], over(q, a, den), over(q, b, den)), den };
    }
    case POL_OP_EQC:
    case POL_OP_CMPD:
        a = say(q, n->args[0]);
        b = say(q, n->args[1]);
        return (translated){ compared(q, a.ast, b.ast, (pol_compare_op)n->k), 1 };
    case POL_OP_EQB:
        a = say(q, n->args[0]);
        b = say(q, n->args[1]);
        return (translated){ compared(q, a.ast, b.ast, (pol_compare_op)n->k), 1 };
    case POL_OP_TSUM: return schedule_sum(q, n);
    default: q->failed = true; return (translated){ literal(q, 0), 1 };
    }
}

static translated translate(question *q, const pol_term_node *n)
{
    switch ((pol_term_kind)n->kind) {
    case POL_TERM_CONST:
        if (n->special != POL_ORDINARY)
            q->failed = true;
        if (n->class_ == POL_C_BOOL)
            return (translated){ n->value.num == 1 ? q->z3.mk_true(q->context) : q->z3.mk_false(q->context), 1 };
        return number(q, n->value);
    case POL_TERM_VAR: return variable(q, n);
    case POL_TERM_SUM: return sum(q, n);
    case POL_TERM_MIN: return extreme(q, say(q, n->args[0]), say(q, n->args[1]), false);
    case POL_TERM_MAX: return extreme(q, say(q, n->args[0]), say(q, n->args[1]), true);
    case POL_TERM_ROUND: return rounded(q, say(q, n->args[0]), n->value, n->unit, (pol_rounding)n->k);
    case POL_TERM_SIGN: return (translated){ compared(q, say(q, n->args[0]).ast, literal(q, 0), (pol_compare_op)n->k), 1 };
    case POL_TERM_OP: return operation(q, n);
    case POL_TERM_MUL:
    case POL_TERM_QUOTIENT:
    case POL_TERM_RATIO_SIGN: break;
    }
    q->failed = true;
    return (translated){ literal(q, 0), 1 };
}

static translated say(question *q, pol_term term)
{
    const pol_term_node *n = pol_term_at(q->terms, term);
    if (q->known[term].ast == NULL && !q->failed)
        q->known[term] = translate(q, n);
    if (q->failed) /* of the right sort, so that what is built around it can be built */
        return (translated){ n->class_ == POL_C_BOOL ? q->z3.mk_true(q->context) : literal(q, 0), 1 };
    return q->known[term];
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

static Z3_ast differ(question *q, const pol_compared *figure)
{
    const pol_term_node *a = pol_term_at(q->terms, figure->before), *b = pol_term_at(q->terms, figure->after);
    if (a->special != POL_ORDINARY || b->special != POL_ORDINARY) { /* 不限, or without a value */
        if (a->kind != POL_TERM_CONST || b->kind != POL_TERM_CONST)
            q->failed = true;
        return a->special == b->special ? q->z3.mk_false(q->context) : q->z3.mk_true(q->context);
    }
    const translated x = say(q, figure->before), y = say(q, figure->after);
    if (q->failed)
        return q->z3.mk_true(q->context);
    if (a->class_ == POL_C_BOOL)
        return q->z3.mk_not(q->context, q->z3.mk_eq(q->context, x.ast, y.ast));
    const pol_i128 den = common(q, x.den, y.den);
    return q->z3.mk_not(q->context, q->z3.mk_eq(q->context, over(q, x, den), over(q, y, den)));
}

static void ask(question *q, Z3_solver solver, const pol_compared *figures, uint32_t count, pol_term valid_before, pol_term valid_after)
{
    Z3_ast any[POL_MOST_COMPARED + 1], either[2] = { say(q, valid_before).ast, say(q, valid_after).ast };
    uint32_t n = 0;
    for (uint32_t i = 0; i < count && n < POL_MOST_COMPARED && !q->failed; i++)
        any[n++] = differ(q, &figures[i]);
    if (q->failed)
        return;
    Z3_ast both = q->z3.mk_and(q->context, 2, either), one_only = q->z3.mk_xor(q->context, either[0], either[1]);
    Z3_ast found[2] = { both, n > 0 ? q->z3.mk_or(q->context, n, any) : q->z3.mk_false(q->context) };
    Z3_ast cases[2] = { q->z3.mk_and(q->context, 2, found), one_only };
    if (!q->failed)
        q->z3.solver_assert(q->context, solver, q->z3.mk_or(q->context, 2, cases));
}

static void bound_vars(question *q, Z3_solver solver)
{
    for (uint32_t i = 0; i < q->b->var_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "x%u", (unsigned)i);
        q->vars[i] = q->z3.mk_const(q->context, q->z3.mk_string_symbol(q->context, name), q->whole);
        q->z3.solver_assert(q->context, solver, q->z3.mk_ge(q->context, q->vars[i], literal(q, 0)));
        q->z3.solver_assert(q->context, solver, q->z3.mk_le(q->context, q->vars[i], literal(q, q->b->vars[i].most)));
    }
}

/* Gives the open number variables the values of the model. */
static bool take_model(question *q, Z3_solver solver)
{
    Z3_model model = q->z3.solver_get_model(q->context, solver);
    bool good = model != NULL;
    if (!good)
        return false;
    q->z3.model_inc_ref(q->context, model);
    for (uint32_t i = 0; i < q->b->var_count && good; i++) {
        pol_var *var = &q->b->vars[i];
        Z3_ast value = NULL;
        int64_t number = 0;
        if (var->class_ != POL_C_NUM || (var->state != POL_VAR_OPEN && var->state != POL_VAR_PRESENT))
            continue;
        good = q->z3.model_eval(q->context, model, q->vars[i], true, &value) && value != NULL && q->z3.get_numeral_int64(q->context, value, &number);
        if (good) {
            var->state = POL_VAR_VALUE;
            var->number = number;
        }
    }
    q->z3.model_dec_ref(q->context, model);
    return good;
}

static void ignore_error(Z3_context context, Z3_error_code code)
{
    (void)context;
    (void)code;
}

pol_found pol_solve(pol_behaviour *b, const pol_compared *figures, uint32_t count, pol_term valid_before, pol_term valid_after)
{
    question q = { .b = b, .terms = &b->terms };
    if (!pol_z3_open(&q.z3))
        return POL_FOUND_UNKNOWN;
    Z3_config config = q.z3.mk_config();
    q.z3.set_param_value(config, "model", "true");
    q.context = q.z3.mk_context(config);
    q.z3.del_config(config);
    q.z3.set_error_handler(q.context, ignore_error); /* the default one would end the program */
    q.whole = q.z3.mk_int_sort(q.context);
    Z3_solver solver = q.z3.mk_solver(q.context);
    q.z3.solver_inc_ref(q.context, solver);
    Z3_params params = q.z3.mk_params(q.context);
    q.z3.params_inc_ref(q.context, params);
    q.z3.params_set_uint(q.context, params, q.z3.mk_string_symbol(q.context, "rlimit"), STEPS);
    q.z3.params_set_uint(q.context, params, q.z3.mk_string_symbol(q.context, "random_seed"), 1);
    q.z3.solver_set_params(q.context, solver, params);
    q.known = POL_NEW_ARRAY(b->terms.arena, translated, b->terms.nodes.count);
    q.vars = POL_NEW_ARRAY(b->terms.arena, Z3_ast, b->var_count);
    pol_found answer = POL_FOUND_UNKNOWN;
    if (q.known != NULL && q.vars != NULL) {
        bound_vars(&q, solver);
        ask(&q, solver, figures, count, valid_before, valid_after);
        if (!q.failed && q.z3.get_error_code(q.context) == Z3_OK) {
            const Z3_lbool said = q.z3.solver_check(q.context, solver);
            if (said == Z3_L_FALSE && q.z3.get_error_code(q.context) == Z3_OK)
                answer = POL_FOUND_NONE;
            else if (said == Z3_L_TRUE && take_model(&q, solver))
                answer = POL_FOUND_WITNESS;
        }
    }
    q.z3.params_dec_ref(q.context, params);
    q.z3.solver_dec_ref(q.context, solver);
    q.z3.del_context(q.context);
    return answer;
}

const char *pol_solver_missing(pol_lang lang)
{
    pol_z3 z3;
    if (pol_z3_open(&z3))
        return NULL;
    return lang == POL_ZH ? "没有找到求解器 Z3（" POL_Z3_SONAME "）" : "the solver Z3 (" POL_Z3_SONAME ") was not found";
}

#endif
