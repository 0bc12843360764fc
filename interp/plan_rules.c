/* From bytecode to the graph of a plan: one function for each opcode, or for a few alike. Constants have been folded
 * before, by the wide kernels themselves. What a rule cannot do it refuses, and the wide kernels run the matter. */
#include "interp/plan_internal.h"

#include <string.h>

#include "interp/kernels.h"

#define NOTHING      0 /* no loss */
#define LOST_FAILED  1
#define LOST_ABSENT  2
#define RATIO_MOST   ((int64_t)1 << 40)
#define QUOTIENT_LIMIT ((int64_t)1 << 44)

typedef pol_translation translation;

static node_id refuse(pol_planner *p)
{
    p->refused = true;
    return 0;
}

static node_id number(pol_planner *p, int64_t n)
{
    return pol_constant_node(p, 8, n);
}

static node_id truth(pol_planner *p, int64_t n)
{
    return pol_constant_node(p, 1, n);
}

static node_id code_number(pol_planner *p, int64_t n)
{
    return pol_constant_node(p, 4, n);
}

static int64_t low_of(pol_planner *p, node_id id)
{
    return pol_node_at(p, id)->low;
}

static int64_t high_of(pol_planner *p, node_id id)
{
    return pol_node_at(p, id)->high;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t size_of(int64_t a)
{
    return a < 0 ? -a : a;
}

static node_id condition1(pol_planner *p, unsigned op, node_id a, int64_t k, int64_t l)
{
    return pol_in_interval(p, pol_op1(p, op, a, k, l), 0, 1, 0);
}

static node_id condition2(pol_planner *p, unsigned op, node_id a, node_id b)
{
    return pol_in_interval(p, pol_op2(p, op, a, b, 0, 0), 0, 1, 0);
}

/* Rows where this condition holds are for the wide kernels. */
static void bad_if(pol_planner *p, node_id condition)
{
    p->bad = pol_or(p, p->bad, condition);
}

/* ---- losses ------------------------------------------------------------------------------------------ */

static node_id loss_node(pol_planner *p, unsigned op, node_id a)
{
    return pol_in_interval(p, pol_op1(p, op, a, 0, 0), 0, 2, 0);
}

/* The loss of a value of any class. */
static node_id loss_of(pol_planner *p, uint8_t class_, const value *v)
{
    if (class_ == POL_C_NUM || class_ == POL_C_BOOL || v->may == 0 || v->loss != NOTHING)
        return v->loss;
    if (pol_is_constant(p, v->node)) {
        const int64_t x = pol_known_of(p, v->node);
        if (class_ == POL_C_SET)
            return x == 0 ? truth(p, LOST_ABSENT) : NOTHING;
        return x > POL_CODE_FAILED ? NOTHING : truth(p, x == POL_CODE_ABSENT ? LOST_ABSENT : LOST_FAILED);
    }
    return loss_node(p, class_ == POL_C_SET ? POL_FAST_LOSSS : POL_FAST_LOSSC, v->node);
}

/* A yes/no that is lost where `loss` says so. */
static value with_loss_bool(node_id truth_node, node_id loss, uint8_t may)
{
    return (value){ .node = truth_node, .loss = loss, .may = loss == NOTHING ? 0 : may };
}

static value with_loss_code(pol_planner *p, node_id code, node_id loss, uint8_t may)
{
    value v = { .node = code };
    if (loss == NOTHING)
        return v;
    v.may = may;
    v.node = pol_op2(p, POL_FAST_LOSEC, code, loss, 0, 0);
    pol_in_interval(p, v.node, INT32_MIN, high_of(p, code), 0);
    return v;
}

/* The condition that nothing is lost. */
static node_id is_there(pol_planner *p, node_id loss)
{
    if (loss == NOTHING)
        return truth(p, 1);
    if (pol_is_constant(p, loss))
        return truth(p, pol_known_of(p, loss) == 0);
    return condition1(p, POL_FAST_IS0, loss, 0, 0);
}

/* The conditions that a yes/no is yes, and that it is no. */
static node_id is_yes(pol_planner *p, const value *v)
{
    return pol_and(p, v->node, is_there(p, v->loss));
}

static node_id is_no(pol_planner *p, const value *v)
{
    return pol_and(p, pol_not(p, v->node), is_there(p, v->loss));
}

/* After a choice it is rare that something is lost (mostly, a NEED would object): such claims are odd, and nothing
 * has to be carried on. Where the script itself chooses to have no value, that is no oddity. */
static value settled(pol_planner *p, uint8_t class_, value v)
{
    if (p->careful || v.may == 0 || p->refused)
        return v;
    if (class_ == POL_C_NUM || class_ == POL_C_BOOL)
        bad_if(p, pol_not(p, is_there(p, v.loss)));
    else if (class_ != POL_C_SET)
        bad_if(p, pol_is_constant(p, v.node) ? truth(p, 1) : condition1(p, POL_FAST_LEK32, v.node, POL_CODE_FAILED, 0));
    v.loss = NOTHING;
    v.may = 0;
    return v;
}

/* Whether the script says that there is no value. */
static bool is_none(pol_planner *p, uint8_t class_, const value *v)
{
    const node_id loss = loss_of(p, class_, v);
    return loss != NOTHING && pol_is_constant(p, loss);
}

/* ---- numbers --------------------------------------------------------------------------------------------- */

static int64_t common_den(pol_planner *p, int64_t a, int64_t b)
{
    const pol_i128 den = (pol_i128)a / pol_gcd(a, b) * b;
    if (den > INT64_C(1) << 60)
        p->refused = true;
    return den > INT64_C(1) << 60 ? a : (int64_t)den;
}

static node_id keep_unlimited(pol_planner *p, const value *of, node_id made)
{
    if (!of->may_be_unlimited)
        return made;
    const node_id id = pol_op2(p, POL_FAST_KEEPU, of->node, made, 0, 0);
    return pol_in_interval(p, id, low_of(p, made), high_of(p, made), 0);
}

/* a * k for numbers that are limited. */
static node_id times_constant(pol_planner *p, node_id a, int64_t k)
{
    const pol_i128 x = (pol_i128)low_of(p, a) * k, y = (pol_i128)high_of(p, a) * k;
    if (k == 1)
        return a;
    if (x > y ? (x > INT64_C(1) << 62) : (y > INT64_C(1) << 62))
        return refuse(p);
    if (pol_is_constant(p, a))
        return number(p, (int64_t)x);
    return pol_in_interval(p, pol_op1(p, POL_FAST_MULK, a, k, 0), x < y ? x : y, x < y ? y : x, 0);
}

/* The numerators over a multiple of the value's denominator. */
static node_id over(pol_planner *p, const value *v, int64_t den)
{
    if (v->den == den)
        return v->node;
    if (pol_is_constant(p, v->node) && pol_known_of(p, v->node) == POL_PORT_UNLIMITED)
        return v->node;
    return keep_unlimited(p, v, times_constant(p, v->node, den / v->den));
}

/* The value where it is limited, failed where it is not. */
static value finite(pol_planner *p, value v)
{
    if (!v.may_be_unlimited)
        return v;
    v.may_be_unlimited = false;
    v.may |= MAY_FAIL;
    if (pol_is_constant(p, v.node)) {
        v.node = number(p, 0);
        v.loss = pol_worse(p, v.loss, truth(p, LOST_FAILED));
        return v;
    }
    const node_id unlimited = condition1(p, POL_FAST_ISUNL, v.node, 0, 0);
    const int64_t low = low_of(p, v.node), high = high_of(p, v.node);
    v.loss = pol_worse(p, v.loss, unlimited);
    v.node = pol_in_interval(p, pol_op1(p, POL_FAST_FINITE, v.node, 0, 0), low < 0 ? low : 0, high > 0 ? high : 0, 0);
    return v;
}

static value number_value(pol_planner *p, node_id id, int64_t den, node_id loss, uint8_t may)
{
    (void)p;
    return (value){ .node = id, .den = den, .loss = loss, .may = loss == NOTHING ? 0 : may };
}

/* The registers of an instruction by argument. */
static value arg(translation *t, const pol_instr *instr, unsigned n)
{
    return pol_value_of(t, instr->arg[n]);
}

static pol_i128 register_den(const translation *t, const pol_instr *instr, unsigned n)
{
    return t->p->code->registers[instr->arg[n]].den;
}

static pol_i128 pool(const translation *t, const pol_instr *instr, unsigned n)
{
    return t->p->code->pool[instr->arg[n]];
}

static void set(translation *t, const pol_instr *instr, unsigned n, value v)
{
    const uint8_t class_ = t->p->code->registers[instr->arg[n]].class_;
    if (v.loss != NOTHING && pol_is_constant(t->p, v.loss) && pol_known_of(t->p, v.loss) == 0)
        v.loss = NOTHING;
    if (v.loss == NOTHING && (class_ == POL_C_NUM || class_ == POL_C_BOOL))
        v.may = 0;
    t->p->values[instr->arg[n]] = v;
    t->known[instr->arg[n]] = 1;
}

typedef struct pair {
    value a, b;
    node_id x, y; /* over one denominator */
    int64_t den;
    node_id loss;
    uint8_t may;
} pair;

static pair pair_of(pol_planner *p, value a, value b)
{
    pair two = { .a = a, .b = b, .den = common_den(p, a.den, b.den) };
    if (p->refused)
        return two;
    two.x = over(p, &a, two.den);
    two.y = over(p, &b, two.den);
    two.loss = pol_worse(p, a.loss, b.loss);
    two.may = a.may | b.may;
    return two;
}

static node_id add_nodes(pol_planner *p, node_id x, node_id y, int64_t den)
{
    const pol_i128 low = (pol_i128)low_of(p, x) + low_of(p, y), high = (pol_i128)high_of(p, x) + high_of(p, y);
    node_id sum;
    if (pol_is_constant(p, x) && pol_is_constant(p, y))
        return number(p, (int64_t)low);
    if (pol_is_constant(p, x) || pol_is_constant(p, y)) {
        const int64_t k = pol_known_of(p, pol_is_constant(p, x) ? x : y);
        const node_id other = pol_is_constant(p, x) ? y : x;
        sum = k == 0 ? other : pol_op1(p, POL_FAST_ADDK, other, k, 0);
    } else {
        sum = pol_op2(p, POL_FAST_ADD, x < y ? x : y, x < y ? y : x, 0, 0);
    }
    return pol_in_interval(p, sum, low, high, den);
}

static node_id subtract_nodes(pol_planner *p, node_id x, node_id y, int64_t den)
{
    const pol_i128 low = (pol_i128)low_of(p, x) - high_of(p, y), high = (pol_i128)high_of(p, x) - low_of(p, y);
    if (pol_is_constant(p, y))
        return add_nodes(p, x, number(p, -pol_known_of(p, y)), den);
    const node minuend = *pol_node_at(p, x), subtrahend = *pol_node_at(p, y);
    if (subtrahend.op == POL_FAST_SELZN && subtrahend.from[1] == x) /* x, less x unless c */
        return pol_in_interval(p, pol_op2(p, POL_FAST_SELNZ, subtrahend.from[0], x, 0, 0), low, high, den);
    if (minuend.op == POL_FAST_SUB) { /* a - b - c: the sum of what is subtracted is mostly known */
        const node_id sum = add_nodes(p, minuend.from[1], y, 0);
        return p->refused ? x : pol_in_interval(p, pol_op2(p, POL_FAST_SUB, minuend.from[0], sum, 0, 0), low, high, den);
    }
    const node_id difference = pol_is_constant(p, x) ? pol_op1(p, POL_FAST_KSUB, y, pol_known_of(p, x), 0)
                                                     : pol_op2(p, POL_FAST_SUB, x, y, 0, 0);
    return pol_in_interval(p, difference, low, high, den);
}

static void do_add(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pair two = pair_of(p, finite(p, arg(t, instr, 1)), finite(p, arg(t, instr, 2)));
    if (!p->refused)
        set(t, instr, 0, number_value(p, add_nodes(p, two.x, two.y, two.den), two.den, two.loss, two.may));
}

static value unlimited_value(pol_planner *p, node_id loss, uint8_t may)
{
    value v = number_value(p, number(p, POL_PORT_UNLIMITED), 1, loss, may);
    v.may_be_unlimited = true;
    return v;
}

static bool is_unlimited(pol_planner *p, const value *v)
{
    return pol_is_constant(p, v->node) && pol_known_of(p, v->node) == POL_PORT_UNLIMITED;
}

/* The condition that the number is unlimited. */
static node_id unlimited_node(pol_planner *p, const value *v)
{
    if (!v->may_be_unlimited || pol_is_constant(p, v->node))
        return truth(p, is_unlimited(p, v));
    return condition1(p, POL_FAST_ISUNL, v->node, 0, 0);
}

static void do_sub(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), raw = arg(t, instr, 2);
    value b = finite(p, raw);
    if (raw.may_be_unlimited && a.may_be_unlimited) /* unlimited less unlimited is unlimited */
        b.loss = pol_worse(p, raw.loss, pol_and(p, unlimited_node(p, &raw), pol_not(p, unlimited_node(p, &a))));
    const pair two = pair_of(p, a, b);
    if (p->refused)
        return;
    if (is_unlimited(p, &a)) {
        set(t, instr, 0, unlimited_value(p, two.loss, two.may));
        return;
    }
    value kept = a;
    kept.node = two.x;
    value v = number_value(p, keep_unlimited(p, &kept, subtract_nodes(p, two.x, two.y, two.den)), two.den, two.loss, two.may);
    v.may_be_unlimited = a.may_be_unlimited;
    set(t, instr, 0, v);
}

static void do_mul(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value a = finite(p, arg(t, instr, 1)), b = finite(p, arg(t, instr, 2));
    const pol_i128 den = (pol_i128)a.den * b.den;
    if (den > INT64_C(1) << 60) {
        refuse(p);
        return;
    }
    const node_id loss = pol_worse(p, a.loss, b.loss);
    node_id product;
    if (pol_is_constant(p, a.node) || pol_is_constant(p, b.node)) {
        const bool first = pol_is_constant(p, a.node);
        product = times_constant(p, first ? b.node : a.node, pol_known_of(p, first ? a.node : b.node));
    } else {
        const pol_i128 ends[4] = { (pol_i128)low_of(p, a.node) * low_of(p, b.node),
                                   (pol_i128)low_of(p, a.node) * high_of(p, b.node),
                                   (pol_i128)high_of(p, a.node) * low_of(p, b.node),
                                   (pol_i128)high_of(p, a.node) * high_of(p, b.node) };
        pol_i128 low = ends[0], high = ends[0];
        for (unsigned i = 1; i < 4; i++) {
            low = ends[i] < low ? ends[i] : low;
            high = ends[i] > high ? ends[i] : high;
        }
        product = pol_in_interval(p, pol_op2(p, POL_FAST_MUL, a.node, b.node, 0, 0), low, high, (int64_t)den);
    }
    if (!p->refused)
        set(t, instr, 0, number_value(p, pol_in_interval(p, product, low_of(p, product), high_of(p, product), (int64_t)den),
                                      (int64_t)den, loss, a.may | b.may));
}

/* The value is the same; only the bytecode's denominator grows. */
static void do_scale(translation *t, const pol_instr *instr)
{
    set(t, instr, 0, arg(t, instr, 1));
}

static void do_mulc(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value v = finite(p, arg(t, instr, 1));
    const pol_i128 i1 = pool(t, instr, 2), i2 = pool(t, instr, 3), g = pol_gcd(i1, i2);
    const pol_i128 den = i2 / g < INT64_C(1) << 60 ? v.den * (i2 / g) : 0;
    if (i1 / g > INT64_C(1) << 60 || den == 0 || den > INT64_C(1) << 60) {
        refuse(p);
        return;
    }
    v.node = times_constant(p, v.node, (int64_t)(i1 / g));
    v.den = (int64_t)den;
    if (!p->refused)
        pol_in_interval(p, v.node, low_of(p, v.node), high_of(p, v.node), v.den);
    set(t, instr, 0, v);
}

static void do_min_max(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const bool least = instr->op == POL_OP_MIN;
    const pair two = pair_of(p, arg(t, instr, 1), arg(t, instr, 2));
    if (p->refused)
        return;
    const bool x_open = two.a.may_be_unlimited, y_open = two.b.may_be_unlimited;
    const int64_t xl = low_of(p, two.x), xh = high_of(p, two.x), yl = low_of(p, two.y), yh = high_of(p, two.y);
    node_id id;
    bool open = least ? x_open && y_open : x_open || y_open;
    if (is_unlimited(p, &two.a) || is_unlimited(p, &two.b)) {
        const bool a_is = is_unlimited(p, &two.a);
        id = least == a_is ? two.y : two.x;
        open = least ? (a_is ? y_open : x_open) : true;
    } else if (!x_open && (least ? xh <= yl : xl >= yh) && !(y_open && !least)) {
        id = two.x;
        open = false;
    } else if (!y_open && (least ? yh <= xl : yl >= xh) && !(x_open && !least)) {
        id = two.y;
        open = false;
    } else {
        const bool constant = pol_is_constant(p, two.x) || pol_is_constant(p, two.y);
        const node_id k = pol_is_constant(p, two.x) ? two.x : two.y, other = k == two.x ? two.y : two.x;
        const node difference = *pol_node_at(p, other);
        if (constant && !least && pol_known_of(p, k) == 0 && difference.op == POL_FAST_SUB)
            id = pol_op2(p, POL_FAST_OVER, difference.from[0], difference.from[1], 0, 0);
        else
            id = constant ? pol_op1(p, least ? POL_FAST_MINK : POL_FAST_MAXK, other, pol_known_of(p, k), 0)
                      : pol_op2(p, least ? POL_FAST_MIN : POL_FAST_MAX, two.x < two.y ? two.x : two.y,
                                two.x < two.y ? two.y : two.x, 0, 0);
        if (least)
            pol_in_interval(p, id, xl < yl ? xl : yl, x_open ? yh : y_open ? xh : xh < yh ? xh : yh, two.den);
        else
            pol_in_interval(p, id, xl > yl ? xl : yl, xh > yh ? xh : yh, two.den);
    }
    value v = number_value(p, id, two.den, two.loss, two.may);
    v.may_be_unlimited = open;
    set(t, instr, 0, v);
}

/* a over b, not below 0, for a that is limited; b may not be. */
static node_id over_nodes(pol_planner *p, const value *a, const value *b, int64_t den, bool b_open)
{
    const int64_t ka = den / a->den, kb = den / b->den;
    node_id y = b->node;
    if (b_open) { /* a bound above every number, from which subtraction does not wrap */
        y = pol_op1(p, POL_FAST_MINK, over(p, b, den), INT64_C(1) << 61, 0);
        pol_in_interval(p, y, low_of(p, b->node), INT64_C(1) << 61, 0);
    }
    const pol_i128 al = (pol_i128)low_of(p, a->node) * ka, ah = (pol_i128)high_of(p, a->node) * ka;
    const pol_i128 bl = (pol_i128)low_of(p, b->node) * kb, bh = b_open ? (pol_i128)1 << 61 : (pol_i128)high_of(p, b->node) * kb;
    const pol_i128 low = al > bh ? al - bh : 0, high = ah > bl ? ah - bl : 0;
    if (al < -((pol_i128)1 << 61) || ah > (pol_i128)1 << 61 || bl < -((pol_i128)1 << 61) || bh > (pol_i128)1 << 61)
        return refuse(p);
    node_id id;
    if (high == 0)
        return number(p, 0);
    if (pol_is_constant(p, a->node))
        id = pol_op1(p, POL_FAST_KOVER, b_open ? y : over(p, b, den), (int64_t)al, 0);
    else if (pol_is_constant(p, b->node))
        id = bl == 0 && al >= 0 ? over(p, a, den) : pol_op1(p, POL_FAST_OVERK, over(p, a, den), (int64_t)bl, 0);
    else if (ka == 1 && (kb == 1 || b_open))
        id = pol_op2(p, POL_FAST_OVER, a->node, y, 0, 0);
    else if (b_open)
        id = pol_op2(p, POL_FAST_OVER, over(p, a, den), y, 0, 0);
    else
        id = pol_op2(p, POL_FAST_OVERL, a->node, b->node, ka, kb);
    return pol_in_interval(p, id, low, high, den);
}

static void do_excess(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), b = arg(t, instr, 2);
    const int64_t den = common_den(p, a.den, b.den);
    const node_id loss = pol_worse(p, a.loss, b.loss);
    const uint8_t may = a.may | b.may;
    if (p->refused)
        return;
    if (is_unlimited(p, &a)) {
        set(t, instr, 0, unlimited_value(p, loss, may));
    } else if (is_unlimited(p, &b) && !a.may_be_unlimited) {
        set(t, instr, 0, number_value(p, number(p, 0), 1, loss, may));
    } else {
        value kept = a, over_a = a;
        kept.node = over(p, &a, den);
        if (a.may_be_unlimited) {
            over_a.node = kept.node;
            over_a.den = den;
        }
        value other = b;
        if (is_unlimited(p, &b)) { /* 0 unless a is unlimited itself */
            other = number_value(p, number(p, INT64_C(1) << 61), den, NOTHING, 0);
        }
        const node_id made = over_nodes(p, &over_a, &other, den, other.may_be_unlimited);
        if (p->refused)
            return;
        value v = number_value(p, keep_unlimited(p, &kept, made), den, loss, may);
        v.may_be_unlimited = a.may_be_unlimited;
        set(t, instr, 0, v);
    }
}

/* ---- rounding ----------------------------------------------------------------------------------------------- */

typedef struct fraction {
    int64_t up, down;
    int64_t times;
    pol_rounding mode;
} fraction;

/* How many integers k-rounded(raw * i1 / i2) are, for a value over den of a register over raw_den. */
static fraction fraction_of(translation *t, const pol_instr *instr, unsigned n, int64_t den, pol_i128 raw_den)
{
    fraction f = { .up = 1, .down = 1, .times = 1, .mode = (pol_rounding)(instr->arg[n] & 3) };
    const pol_i128 i1 = pool(t, instr, n + 1), i2 = pool(t, instr, n + 2), i3 = pool(t, instr, n + 3);
    pol_i128 up, down;
    const pol_i128 g = pol_gcd(i1, i2);
    /* raw = x * raw_den / den */
    if (!pol_mul_i128(raw_den, i1 / g, &up) || !pol_mul_i128(den, i2 / g, &down) || i3 > INT64_C(1) << 60) {
        refuse(t->p);
        return f;
    }
    const pol_i128 h = pol_gcd(up, down);
    if (up / h > INT64_C(1) << 60 || down / h > INT64_C(1) << 51) {
        refuse(t->p);
        return f;
    }
    f.up = (int64_t)(up / h);
    f.down = (int64_t)(down / h);
    f.times = (int64_t)i3;
    return f;
}

/* The rounded number; its denominator is the result's. */
static node_id rounded(pol_planner *p, node_id a, const fraction *f)
{
    node_id id = times_constant(p, a, f->up);
    if (!p->refused && f->down != 1)
        id = pol_divide_node(p, id, f->down, f->mode);
    return p->refused ? 0 : times_constant(p, id, f->times);
}

static void do_round(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pol_i128 den = register_den(t, instr, 0);
    value a = arg(t, instr, 1);
    const bool keep = (instr->arg[2] & 4) != 0;
    if (is_unlimited(p, &a) && keep) {
        set(t, instr, 0, a);
        return;
    }
    value v = keep ? a : finite(p, a);
    const fraction f = fraction_of(t, instr, 2, v.den, register_den(t, instr, 1));
    if (p->refused || den > INT64_C(1) << 60) {
        refuse(p);
        return;
    }
    const node_id made = rounded(p, v.node, &f);
    if (p->refused)
        return;
    v.node = pol_in_interval(p, keep_unlimited(p, &v, made), low_of(p, made), high_of(p, made), (int64_t)den);
    v.den = (int64_t)den;
    set(t, instr, 0, v);
}

static node_id second_status(pol_planner *p, node_id id, uint8_t *may)
{
    const node_id status = pol_in_interval(p, pol_second(p, id, 1), 0, 7, 0);
    pol_node_at(p, status)->high = 7;
    bad_if(p, condition1(p, POL_FAST_NOT0, pol_in_interval(p, pol_op1(p, POL_FAST_BITS, status, POL_STATUS_ODD, 0), 0, 3, 0), 0, 0));
    *may |= MAY_FAIL;
    return condition1(p, POL_FAST_BITS, status, POL_STATUS_FAILED, 0);
}

static pol_plan_quotient *quotient(translation *t, const pol_instr *instr, const value *of, unsigned first, unsigned count)
{
    pol_planner *const p = t->p;
    pol_plan_quotient *const q = POL_NEW(p->arena, pol_plan_quotient);
    pol_i128 up = 1, down = 1;
    if (q == NULL)
        return NULL;
    /* raw numerators are the plan's times the quotient of denominators */
    for (unsigned i = 0; i < 2; i++) {
        const pol_i128 d = register_den(t, instr, first + i);
        if (d % of[i].den != 0 || !pol_mul_i128(up, d / of[i].den, &up))
            return NULL;
    }
    const pol_i128 c = register_den(t, instr, first + 2);
    if (c % of[2].den != 0 || !pol_mul_i128(down, c / of[2].den, &down))
        return NULL;
    if (count == 4) { /* compared with d */
        const pol_i128 d = register_den(t, instr, first + 3);
        if (d % of[3].den != 0 || !pol_mul_i128(down, d / of[3].den, &down))
            return NULL;
    }
    const pol_i128 i1 = pool(t, instr, instr->op == POL_OP_CMPQ ? 6 : 5), i2 = pool(t, instr, instr->op == POL_OP_CMPQ ? 7 : 6);
    if (!pol_mul_i128(up, i1, &q->i1) || !pol_mul_i128(down, i2, &q->i2))
        return NULL;
    const pol_i128 g = pol_gcd(q->i1, q->i2);
    q->i1 /= g;
    q->i2 /= g;
    return q;
}

static void do_roundq(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pol_i128 den = register_den(t, instr, 0), i3 = pool(t, instr, 7);
    value of[3];
    node_id loss = NOTHING;
    uint8_t may = 0;
    for (unsigned i = 0; i < 3; i++) {
        of[i] = finite(p, arg(t, instr, 1 + i));
        loss = pol_worse(p, loss, of[i].loss);
        may |= of[i].may;
    }
    pol_plan_quotient *const q = quotient(t, instr, of, 1, 3);
    if (q == NULL || den > INT64_C(1) << 40 || i3 > INT64_C(1) << 40) {
        refuse(p);
        return;
    }
    q->mode = (uint8_t)(instr->arg[4] & 3);
    q->limit = (den * POL_MAX_MAGNITUDE - 1) / i3;
    q->most = q->limit < QUOTIENT_LIMIT ? (int64_t)q->limit : QUOTIENT_LIMIT;
    const node_id id = pol_new_node(p, &(node){ .op = POL_BLOCK_QUOTIENT, .bytes = 8, .table = q,
                                                .from = { of[0].node, of[1].node, of[2].node } });
    pol_in_interval(p, id, -(pol_i128)q->most, q->most, 0);
    loss = pol_worse(p, loss, second_status(p, id, &may));
    const node_id result = times_constant(p, id, (int64_t)i3);
    if (!p->refused)
        set(t, instr, 0, number_value(p, pol_in_interval(p, result, low_of(p, result), high_of(p, result), (int64_t)den),
                                      (int64_t)den, loss, may));
}

static void do_cmpq(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value of[4];
    node_id loss = NOTHING;
    uint8_t may = MAY_FAIL;
    for (unsigned i = 0; i < 4; i++) {
        of[i] = arg(t, instr, 1 + i);
        of[i] = i == 3 ? of[i] : finite(p, of[i]);
        loss = pol_worse(p, loss, of[i].loss);
        may |= of[i].may;
    }
    pol_plan_quotient *const q = quotient(t, instr, of, 1, 4);
    if (q == NULL) {
        refuse(p);
        return;
    }
    q->mode = (uint8_t)instr->arg[5];
    const node_id id = pol_new_node(p, &(node){ .op = POL_BLOCK_COMPARE, .bytes = 1, .table = q,
                                                .from = { of[0].node, of[1].node, of[2].node, of[3].node } });
    /* failed for c = 0, unless an argument is absent */
    loss = pol_worse(p, loss, loss_node(p, POL_FAST_LOSS4, id));
    set(t, instr, 0, with_loss_bool(condition1(p, POL_FAST_IS1, id, 0, 0), loss, may));
}

/* ---- comparisons ---------------------------------------------------------------------------------------------- */

static int64_t floor_div(pol_i128 a, int64_t b)
{
    const pol_i128 q = a / b;
    return (int64_t)(a % b < 0 ? q - 1 : q);
}

/* x op constant, both as values; x not constant. */
static node_id compare_constant(pol_planner *p, const value *v, const value *k, pol_compare_op op)
{
    const int64_t low = low_of(p, v->node), high = v->may_be_unlimited ? POL_PORT_UNLIMITED : high_of(p, v->node);
    if (is_unlimited(p, k)) {
        const node_id is_open = v->may_be_unlimited ? condition1(p, POL_FAST_ISUNL, v->node, 0, 0) : truth(p, 0);
        switch (op) {
        case POL_EQ:
        case POL_GE: return is_open;
        case POL_NE:
        case POL_LT: return pol_not(p, is_open);
        case POL_LE: return truth(p, 1);
        case POL_GT: return truth(p, 0);
        }
    }
    const pol_i128 scaled = (pol_i128)pol_known_of(p, k->node) * v->den; /* over k's denominator */
    const int64_t below = floor_div(scaled, k->den);
    const bool exact = (pol_i128)below * k->den == scaled;
    const int64_t least = exact ? below : below + 1; /* the least x that is not below k */
    switch (op) {
    case POL_GE: return low >= least ? truth(p, 1) : high < least ? truth(p, 0) : condition1(p, POL_FAST_GEK, v->node, least, 0);
    case POL_GT: return low > below ? truth(p, 1) : high <= below ? truth(p, 0) : condition1(p, POL_FAST_GEK, v->node, below + 1, 0);
    case POL_LE: return high <= below ? truth(p, 1) : low > below ? truth(p, 0) : condition1(p, POL_FAST_LEK, v->node, below, 0);
    case POL_LT: return high < least ? truth(p, 1) : low >= least ? truth(p, 0) : condition1(p, POL_FAST_LEK, v->node, least - 1, 0);
    case POL_EQ:
    case POL_NE: break;
    }
    if (!exact || low > below || high < below)
        return truth(p, op == POL_NE);
    return condition1(p, op == POL_EQ ? POL_FAST_EQK : POL_FAST_NEK, v->node, below, 0);
}

static pol_compare_op turned(pol_compare_op op)
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

/* x rounded half up to a multiple, above b: x itself above a multiple of b. 0: it is no such comparison. */
static node_id rounded_above(pol_planner *p, node_id a, node_id b)
{
    const node quotient = *pol_node_at(p, a);
    const int64_t divisor = quotient.k[1];
    if ((quotient.op != POL_FAST_DIVIDE && quotient.op != POL_FAST_DIVIDEB) || low_of(p, quotient.from[0]) < 0 ||
        pol_node_at(p, b)->op == NODE_CONSTANT ||
        (pol_i128)(size_of(high_of(p, b)) + size_of(low_of(p, b)) + 2) * divisor > INT64_C(1) << 61)
        return 0;
    /* (x + k) / divisor > b, rounded down: x > divisor * b + divisor - k - 1 */
    return pol_in_interval(p, pol_op2(p, POL_FAST_ABOVE, quotient.from[0], b, divisor, divisor - quotient.k[0] - 1), 0, 1, 0);
}

static node_id compare_nodes(pol_planner *p, unsigned op, unsigned scaled_op, const value *a, const value *b, int64_t den)
{
    if (op == POL_FAST_GT && a->den == den && b->den == den && !a->may_be_unlimited && !b->may_be_unlimited) {
        const node_id id = rounded_above(p, a->node, b->node);
        if (id != 0)
            return id;
    }
    const bool plain = (a->den == den && b->den == den) || a->may_be_unlimited || b->may_be_unlimited;
    if (plain)
        return condition2(p, op, over(p, a, den), over(p, b, den));
    const int64_t ka = den / a->den, kb = den / b->den;
    if ((pol_i128)high_of(p, a->node) * ka > INT64_C(1) << 62 || (pol_i128)low_of(p, a->node) * ka < -(INT64_C(1) << 62) ||
        (pol_i128)high_of(p, b->node) * kb > INT64_C(1) << 62 || (pol_i128)low_of(p, b->node) * kb < -(INT64_C(1) << 62))
        return refuse(p);
    return pol_in_interval(p, pol_op2(p, scaled_op, a->node, b->node, ka, kb), 0, 1, 0);
}

static void do_cmp(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value a = arg(t, instr, 1), b = arg(t, instr, 2);
    pol_compare_op op = (pol_compare_op)instr->arg[3];
    const node_id loss = pol_worse(p, a.loss, b.loss);
    if (pol_is_constant(p, a.node)) {
        const value swapped = a;
        a = b;
        b = swapped;
        op = turned(op);
    }
    node_id id = 0;
    if (pol_is_constant(p, a.node)) {
        refuse(p); /* both: one is lost, which folding has not seen */
    } else if (pol_is_constant(p, b.node)) {
        id = compare_constant(p, &a, &b, op);
    } else {
        const int64_t den = common_den(p, a.den, b.den);
        const value *const x = op == POL_LE || op == POL_LT ? &b : &a, *const y = x == &a ? &b : &a;
        if (!p->refused)
            id = op == POL_GE || op == POL_LE   ? compare_nodes(p, POL_FAST_GE, POL_FAST_GEL, x, y, den)
                 : op == POL_GT || op == POL_LT ? compare_nodes(p, POL_FAST_GT, POL_FAST_GTL, x, y, den)
                                                : compare_nodes(p, POL_FAST_EQ, POL_FAST_EQL, x, y, den);
        if (!p->refused && op == POL_NE)
            id = pol_not(p, id);
    }
    if (!p->refused)
        set(t, instr, 0, with_loss_bool(id, loss, a.may | b.may));
}

static void do_unit(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value v = finite(p, arg(t, instr, 1));
    if (low_of(p, v.node) < 0 || high_of(p, v.node) > v.den) {
        v.loss = pol_worse(p, v.loss, pol_is_constant(p, v.node) ? truth(p, LOST_FAILED)
                                                                  : condition1(p, POL_FAST_OUTSIDE, v.node, 0, v.den));
        v.may |= MAY_FAIL;
    }
    set(t, instr, 0, v);
}

/* The value as a whole number; what it is not whole for is failed. */
static value whole(pol_planner *p, value v)
{
    v = finite(p, v);
    if (v.den == 1)
        return v;
    const node_id quotient = pol_divide_node(p, v.node, v.den, POL_ROUND_DOWN);
    if (p->refused)
        return v;
    const node_id back = times_constant(p, quotient, v.den);
    if (p->refused)
        return v;
    v.loss = pol_worse(p, v.loss, condition2(p, POL_FAST_NE, back, v.node));
    v.may |= MAY_FAIL;
    v.node = quotient;
    v.den = 1;
    return v;
}

static void do_whole(translation *t, const pol_instr *instr)
{
    set(t, instr, 0, whole(t->p, arg(t, instr, 1)));
}

/* ---- yes/no -------------------------------------------------------------------------------------------------------- */

/* 2 where absent, 3 where failed. */
static node_id four_valued(pol_planner *p, const value *v)
{
    if (v->loss == NOTHING)
        return v->node;
    if (pol_is_constant(p, v->loss))
        return truth(p, 4 - pol_known_of(p, v->loss));
    return pol_op2(p, POL_FAST_LOSEB, v->node, v->loss, 0, 0);
}

static void do_and_or(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const bool both = instr->op == POL_OP_AND;
    const value a = arg(t, instr, 1), b = arg(t, instr, 2);
    const uint8_t may = a.may | b.may;
    const node_id plain = both ? pol_and(p, a.node, b.node) : pol_or(p, a.node, b.node);
    if (may == 0) {
        set(t, instr, 0, (value){ .node = plain });
    } else if (p->careful) {
        const node_id four = pol_op2(p, both ? POL_FAST_AND4 : POL_FAST_OR4, four_valued(p, &a), four_valued(p, &b), 0, 0);
        set(t, instr, 0, with_loss_bool(condition1(p, POL_FAST_IS1, four, 0, 0), loss_node(p, POL_FAST_LOSS4, four), may));
    } else {
        /* an absent one matters unless the other decides alone; a failed one always does */
        const node_id a_decides = both ? is_no(p, &a) : is_yes(p, &a), b_decides = both ? is_no(p, &b) : is_yes(p, &b);
        const node_id a_lost = pol_not(p, is_there(p, a.loss)), b_lost = pol_not(p, is_there(p, b.loss));
        if ((may & MAY_FAIL) != 0) {
            bad_if(p, pol_or(p, a_lost, b_lost));
        } else {
            bad_if(p, pol_and(p, a_lost, pol_not(p, b_decides)));
            bad_if(p, pol_and(p, b_lost, pol_not(p, a_decides)));
        }
        set(t, instr, 0, (value){ .node = plain });
    }
}

static void do_not(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value v = arg(t, instr, 1);
    v.node = pol_not(p, v.node);
    set(t, instr, 0, v);
}

static void do_eqb(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), b = arg(t, instr, 2);
    const node_id loss = pol_worse(p, loss_of(p, POL_C_BOOL, &a), loss_of(p, POL_C_BOOL, &b));
    const node_id x = a.node, y = b.node;
    node_id differ;
    if (pol_is_constant(p, x) || pol_is_constant(p, y)) {
        const bool one = pol_known_of(p, pol_is_constant(p, x) ? x : y) != 0;
        const node_id other = pol_is_constant(p, x) ? y : x;
        differ = one ? pol_not(p, other) : other;
    } else {
        differ = condition2(p, POL_FAST_XOR, x, y);
    }
    set(t, instr, 0, with_loss_bool(instr->arg[3] == POL_NE ? differ : pol_not(p, differ), loss, a.may | b.may));
}

static void do_has(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const uint8_t class_ = p->code->registers[instr->arg[1]].class_;
    const value a = arg(t, instr, 1);
    const node_id loss = loss_of(p, class_, &a);
    value v = { .node = is_there(p, loss) };
    if (loss != NOTHING && (a.may & MAY_FAIL) != 0) { /* failed stays failed */
        v.loss = pol_is_constant(p, loss) ? truth(p, pol_known_of(p, loss) == LOST_FAILED)
                                          : condition1(p, POL_FAST_IS1, loss, 0, 0);
        v.may = MAY_FAIL;
    }
    set(t, instr, 0, v);
}

/* ---- codes and dates -------------------------------------------------------------------------------------------------- */

/* The condition that a code is k; through choices between constants. */
static node_id code_is(pol_planner *p, node_id code, int64_t k)
{
    const node n = *pol_node_at(p, code);
    if (n.op == NODE_CONSTANT)
        return truth(p, n.k[0] == k);
    if (k < n.low || k > n.high)
        return truth(p, 0);
    if (n.op == POL_FAST_SELKK32)
        return pol_choose(p, n.from[0], truth(p, n.k[0] == k), truth(p, n.k[1] == k));
    if (n.op == POL_FAST_SELNK32)
        return pol_choose(p, n.from[0], code_is(p, n.from[1], k), truth(p, n.k[0] == k));
    if (n.op == POL_FAST_SELKN32)
        return pol_choose(p, n.from[0], truth(p, n.k[0] == k), code_is(p, n.from[1], k));
    return condition1(p, POL_FAST_EQK32, code, k, 0);
}

static void do_eqc(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value a = arg(t, instr, 1), b = arg(t, instr, 2);
    const node_id loss = pol_worse(p, loss_of(p, POL_C_CODE, &a), loss_of(p, POL_C_CODE, &b));
    node_id equal;
    if (pol_is_constant(p, a.node) || pol_is_constant(p, b.node)) {
        const bool first = pol_is_constant(p, a.node);
        equal = code_is(p, first ? b.node : a.node, pol_known_of(p, first ? a.node : b.node));
    } else {
        equal = condition2(p, POL_FAST_EQ32, a.node, b.node);
    }
    set(t, instr, 0, with_loss_bool(instr->arg[3] == POL_NE ? pol_not(p, equal) : equal, loss, a.may | b.may));
}

#define FEW_RANGES 4

static void do_member(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pol_members *const set_of = &p->code->members[instr->arg[2]];
    const value a = arg(t, instr, 1);
    node_id in = truth(p, 0);
    unsigned ranges = 0;
    for (uint32_t i = 0; i < set_of->count; i++)
        ranges += set_of->member[i] != 0 && (i == 0 || set_of->member[i - 1] == 0);
    if (pol_is_constant(p, a.node)) {
        const int64_t k = pol_known_of(p, a.node);
        in = truth(p, k >= 0 && k < set_of->count && set_of->member[k] != 0);
    } else if (ranges > FEW_RANGES) {
        const node_id id = pol_new_node(p, &(node){ .op = POL_FAST_MEMBER, .bytes = 1, .from = { a.node },
                                                    .k = { set_of->count }, .table = set_of->member });
        in = pol_in_interval(p, id, 0, 1, 0);
    } else {
        for (uint32_t i = 0; i < set_of->count; i++) {
            uint32_t end = i;
            while (end < set_of->count && set_of->member[end] != 0)
                end++;
            if (end == i + 1)
                in = pol_or(p, in, code_is(p, a.node, i));
            else if (end > i)
                in = pol_or(p, in, condition1(p, POL_FAST_WITHIN, a.node, i, end - 1 - i));
            i = end > i ? end - 1 : i;
        }
    }
    set(t, instr, 0, with_loss_bool(in, loss_of(p, POL_C_CODE, &a), a.may));
}

static void do_anyof(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1);
    set(t, instr, 0, with_loss_bool(condition1(p, POL_FAST_ANYOF, a.node, (int64_t)(uint64_t)pool(t, instr, 2), 0),
                                    loss_of(p, POL_C_SET, &a), a.may));
}

static void do_first(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1);
    value v = { .node = pol_op1(p, POL_FAST_FIRST, a.node, 0, 0), .may = a.may };
    pol_in_interval(p, v.node, a.may == 0 ? 0 : INT32_MIN, 63, 0);
    set(t, instr, 0, v);
}

static node_id date_order(pol_planner *p, node_id a, node_id b, pol_compare_op op)
{
    if (pol_is_constant(p, a)) {
        const node_id swapped = a;
        a = b;
        b = swapped;
        op = turned(op);
    }
    if (pol_is_constant(p, b)) {
        const int64_t k = pol_known_of(p, b);
        switch (op) {
        case POL_GE: return condition1(p, POL_FAST_GEK32, a, k, 0);
        case POL_GT: return condition1(p, POL_FAST_GEK32, a, k + 1, 0);
        case POL_LE: return condition1(p, POL_FAST_LEK32, a, k, 0);
        case POL_LT: return condition1(p, POL_FAST_LEK32, a, k - 1, 0);
        case POL_EQ: return condition1(p, POL_FAST_EQK32, a, k, 0);
        case POL_NE: return condition1(p, POL_FAST_NEK32, a, k, 0);
        }
    }
    switch (op) {
    case POL_GE: return condition2(p, POL_FAST_GE32, a, b);
    case POL_GT: return condition2(p, POL_FAST_GT32, a, b);
    case POL_LE: return condition2(p, POL_FAST_GE32, b, a);
    case POL_LT: return condition2(p, POL_FAST_GT32, b, a);
    case POL_EQ: return condition2(p, POL_FAST_EQ32, a, b);
    case POL_NE: return condition2(p, POL_FAST_NE32, a, b);
    }
    return refuse(p);
}

typedef struct dates {
    value a, b;
    node_id loss;
    uint8_t may;
} dates;

static dates dates_of(translation *t, const pol_instr *instr)
{
    dates d = { .a = arg(t, instr, 1), .b = arg(t, instr, 2) };
    d.loss = pol_worse(t->p, loss_of(t->p, POL_C_DATE, &d.a), loss_of(t->p, POL_C_DATE, &d.b));
    d.may = d.a.may | d.b.may;
    return d;
}

static void do_cmpd(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const dates d = dates_of(t, instr);
    set(t, instr, 0, with_loss_bool(date_order(p, d.a.node, d.b.node, (pol_compare_op)instr->arg[3]), d.loss, d.may));
}

static void do_diffd(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const dates d = dates_of(t, instr);
    const node_id id = pol_op2(p, POL_FAST_DIFFD, d.a.node, d.b.node, 0, 0);
    pol_in_interval(p, id, (pol_i128)low_of(p, d.a.node) - high_of(p, d.b.node),
                    (pol_i128)high_of(p, d.a.node) - low_of(p, d.b.node), 0);
    set(t, instr, 0, number_value(p, id, 1, d.loss, d.may));
}

static void do_min_max_date(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const dates d = dates_of(t, instr);
    const node_id x = d.a.node, y = d.b.node;
    const node_id id = pol_op2(p, instr->op == POL_OP_MIND ? POL_FAST_MIN32 : POL_FAST_MAX32, x < y ? x : y, x < y ? y : x, 0, 0);
    pol_in_interval(p, id, low_of(p, x) < low_of(p, y) ? low_of(p, x) : low_of(p, y),
                    high_of(p, x) > high_of(p, y) ? high_of(p, x) : high_of(p, y), 0);
    set(t, instr, 0, with_loss_code(p, id, d.loss, d.may));
}

static void do_age(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const dates d = dates_of(t, instr);
    const node_id id = pol_in_interval(p, pol_op2(p, POL_FAST_AGE, d.a.node, d.b.node, 0, 0), 0, 12000000, 0);
    set(t, instr, 0, number_value(p, id, 1, d.loss, d.may));
}

static void do_part(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1);
    const node_id id = pol_in_interval(p, pol_op1(p, POL_FAST_PART, a.node, instr->arg[2], 0), -6000000, 6000000, 0);
    set(t, instr, 0, number_value(p, id, 1, loss_of(p, POL_C_DATE, &a), a.may));
}

static void do_deadline(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1);
    const int64_t of_year = pol_date_of(2001, (int)instr->arg[2], (int)instr->arg[3]) -
                            pol_date_of(instr->arg[2] > 2 ? 2001 : 2000, 3, 1);
    const node_id id = pol_op1(p, POL_FAST_DEADLINE, a.node, of_year, 0);
    const bool late = high_of(p, a.node) > POL_DATE_MAX - 366;
    pol_in_interval(p, id, late ? INT32_MIN : POL_DATE_MIN, POL_DATE_MAX, 0);
    value v = with_loss_code(p, id, loss_of(p, POL_C_DATE, &a), a.may);
    v.may |= late ? MAY_FAIL : 0;
    set(t, instr, 0, a.may == 0 ? settled(p, POL_C_DATE, v) : v);
}

/* Days or months after a date: b must be whole. */
static void do_date_step(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), raw = arg(t, instr, 2);
    const value b = whole(p, raw);
    if (p->refused)
        return;
    const unsigned op = instr->op == POL_OP_ADDD ? POL_FAST_ADDD : instr->op == POL_OP_SUBD ? POL_FAST_SUBD : POL_FAST_MONTHS;
    const node_id id = pol_op2(p, op, a.node, b.node, instr->op == POL_OP_MONTHS ? instr->arg[3] : 0, 0);
    pol_in_interval(p, id, INT32_MIN, POL_DATE_MAX, 0);
    /* an absent argument beats a failed one, so what is absent is looked at first */
    const node_id loss = pol_worse(p, loss_of(p, POL_C_DATE, &a), b.loss);
    value v = with_loss_code(p, id, loss, a.may | b.may);
    v.may |= MAY_FAIL;
    set(t, instr, 0, v);
}

/* ---- choice ------------------------------------------------------------------------------------------------------------- */

static bool is_number(pol_planner *p, node_id id, int64_t k)
{
    return pol_is_constant(p, id) && pol_known_of(p, id) == k;
}

static node_id choose_number(pol_planner *p, node_id c, node_id a, node_id b)
{
    if (a == b || is_number(p, c, 1))
        return a;
    if (is_number(p, c, 0))
        return b;
    const bool ka = pol_is_constant(p, a), kb = pol_is_constant(p, b);
    const int64_t x = ka ? pol_known_of(p, a) : 0, y = kb ? pol_known_of(p, b) : 0;
    node_id id;
    if (ka && kb)
        id = pol_op1(p, POL_FAST_SELKK, c, x, y);
    else if (kb)
        id = y == 0 ? pol_op2(p, POL_FAST_SELNZ, c, a, 0, 0) : pol_op2(p, POL_FAST_SELNK, c, a, y, 0);
    else if (ka)
        id = x == 0 ? pol_op2(p, POL_FAST_SELZN, c, b, 0, 0) : pol_op2(p, POL_FAST_SELKN, c, b, x, 0);
    else
        id = pol_op3(p, POL_FAST_SELN, c, a, b, 0);
    /* unlimited is outside every interval */
    const bool ua = ka && x == POL_PORT_UNLIMITED, ub = kb && y == POL_PORT_UNLIMITED;
    const int64_t al = ua ? low_of(p, b) : low_of(p, a), ah = ua ? high_of(p, b) : high_of(p, a);
    const int64_t bl = ub ? al : low_of(p, b), bh = ub ? ah : high_of(p, b);
    return ua && ub ? id : pol_in_interval(p, id, al < bl ? al : bl, ah > bh ? ah : bh, 0);
}

static node_id choose_code(pol_planner *p, node_id c, node_id a, node_id b)
{
    if (a == b || is_number(p, c, 1))
        return a;
    if (is_number(p, c, 0))
        return b;
    const bool ka = pol_is_constant(p, a), kb = pol_is_constant(p, b);
    node_id id;
    if (ka && kb)
        id = pol_op1(p, POL_FAST_SELKK32, c, pol_known_of(p, a), pol_known_of(p, b));
    else if (kb)
        id = pol_op2(p, POL_FAST_SELNK32, c, a, pol_known_of(p, b), 0);
    else if (ka)
        id = pol_op2(p, POL_FAST_SELKN32, c, b, pol_known_of(p, a), 0);
    else
        id = pol_op3(p, POL_FAST_SELN32, c, a, b, 0);
    return pol_in_interval(p, id, low_of(p, a) < low_of(p, b) ? low_of(p, a) : low_of(p, b),
                           high_of(p, a) > high_of(p, b) ? high_of(p, a) : high_of(p, b), 0);
}

/* The greater of two products, INT64_MAX when one is beyond reason. */
static int64_t most_of(int64_t a, int64_t times_a, int64_t b, int64_t times_b)
{
    const pol_i128 x = (pol_i128)a * times_a, y = (pol_i128)b * times_b, greater = x > y ? x : y;
    return greater > INT64_MAX ? INT64_MAX : (int64_t)greater;
}

static node_id over_schedule(pol_planner *p, const value *v, int64_t den, int64_t den2);

/* c ? a : b for elements of a class, where c is 0 or 1. */
static value choose(pol_planner *p, uint8_t class_, node_id c, const value *a, const value *b)
{
    value v = *a;
    if (pol_is_constant(p, c))
        return pol_known_of(p, c) != 0 ? *a : *b;
    v.may = a->may | b->may;
    switch ((pol_class)class_) {
    case POL_C_NUM:
        v.may_be_unlimited = a->may_be_unlimited || b->may_be_unlimited;
        v.den = common_den(p, a->den, b->den);
        v.node = p->refused ? 0 : choose_number(p, c, over(p, a, v.den), over(p, b, v.den));
        v.loss = pol_worse(p, pol_loss_if(p, c, true, a->loss), pol_loss_if(p, c, false, b->loss));
        break;
    case POL_C_BOOL:
        v.node = pol_choose(p, c, a->node, b->node);
        v.loss = pol_worse(p, pol_loss_if(p, c, true, a->loss), pol_loss_if(p, c, false, b->loss));
        break;
    case POL_C_TIERS:
        v.den = common_den(p, a->den, b->den);
        v.den2 = common_den(p, a->den2, b->den2);
        v.bound_most = most_of(a->bound_most, v.den / a->den, b->bound_most, v.den / b->den);
        v.ratio_below_0 = a->ratio_below_0 || b->ratio_below_0;
        v.ratio_most = most_of(a->ratio_most, v.den2 / a->den2, b->ratio_most, v.den2 / b->den2);
        if (p->refused || v.bound_most > RATIO_MOST || v.ratio_most > RATIO_MOST) {
            refuse(p);
            break;
        }
        v.node = choose_code(p, c, over_schedule(p, a, v.den, v.den2), over_schedule(p, b, v.den, v.den2));
        break;
    case POL_C_CODE:
    case POL_C_DATE:
        v.loss = NOTHING; /* it stands in the elements */
        v.node = choose_code(p, c, a->node, b->node);
        break;
    case POL_C_SET:
    case POL_CLASS_COUNT: refuse(p); break;
    }
    return v;
}

/* The value where nothing is lost, else lost. */
static value lose(pol_planner *p, uint8_t class_, value v, node_id loss, uint8_t may)
{
    if (loss == NOTHING)
        return v;
    if (class_ == POL_C_NUM || class_ == POL_C_BOOL) { /* what is lost already does not count */
        v.loss = pol_worse(p, loss, pol_loss_if(p, is_there(p, loss), true, v.loss));
        v.may |= may;
        return v;
    }
    value lost = with_loss_code(p, v.node, loss, v.may | may);
    lost.den = v.den;
    lost.den2 = v.den2;
    lost.bound_most = v.bound_most;
    lost.ratio_most = v.ratio_most;
    lost.ratio_below_0 = v.ratio_below_0;
    return lost;
}

static void do_select(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const uint8_t class_ = p->code->registers[instr->arg[0]].class_;
    const value c = arg(t, instr, 1), a = arg(t, instr, 2), b = arg(t, instr, 3);
    const bool none = is_none(p, class_, &a) || is_none(p, class_, &b);
    value v = choose(p, class_, c.node, &a, &b);
    if (p->refused)
        return;
    v = lose(p, class_, v, c.loss, c.may);
    set(t, instr, 0, none ? v : settled(p, class_, v));
}

static void do_pick(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const uint8_t class_ = p->code->registers[instr->arg[0]].class_;
    const pol_list32 list = p->code->lists[instr->arg[2]];
    const uint32_t *const regs = p->code->operands + list.start;
    const value c = arg(t, instr, 1);
    value v = pol_value_of(t, regs[0]);
    bool none = is_none(p, class_, &v);
    for (uint32_t i = 1; i < list.count && !p->refused; i++) {
        const value each = pol_value_of(t, regs[i]);
        none = none || is_none(p, class_, &each);
        v = choose(p, class_, code_is(p, c.node, i), &each, &v);
    }
    if (p->refused)
        return;
    node_id lost = loss_of(p, POL_C_CODE, &c);
    uint8_t may = c.may;
    if (pol_node_at(p, c.node)->low < 0 || pol_node_at(p, c.node)->high >= list.count) {
        lost = pol_worse(p, lost, pol_not(p, condition1(p, POL_FAST_WITHIN, c.node, 0, list.count - 1)));
        may |= MAY_FAIL;
    }
    v = lose(p, class_, v, lost, may);
    set(t, instr, 0, none ? v : settled(p, class_, v));
}

static void do_also(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value v = arg(t, instr, 1);
    const value b = arg(t, instr, 2);
    v.loss = pol_worse(p, v.loss, b.loss);
    v.may |= b.may;
    set(t, instr, 0, v);
}

static int32_t *classes_of(pol_planner *p, const pol_table_column *column, uint32_t count)
{
    int32_t *const table = POL_NEW_ARRAY(p->arena, int32_t, count + 1);
    for (uint32_t i = 0; table != NULL && i < count; i++)
        table[i] = column->class_of[i];
    if (table != NULL)
        table[count] = column->class_ == POL_C_CODE ? column->other_class : 0;
    return table;
}

/* The class of a number or date among bounds: the number of the gap or bound. */
static node_id class_among(pol_planner *p, const pol_table_column *column, const value *v)
{
    node_id class_ = code_number(p, 0);
    const bool dates_column = column->class_ == POL_C_DATE;
    value scaled = *v;
    pol_i128 den = 1, factor = 1;
    if (!dates_column) {
        pol_i128 common = column->den;
        for (uint32_t i = 0; i < column->bound_count; i++)
            common = pol_gcd(common, column->bounds[i]);
        den = column->den / common; /* over which every bound is whole */
        if (den > INT64_C(1) << 60)
            return refuse(p);
        scaled.den = common_den(p, v->den, (int64_t)den);
        if (p->refused)
            return 0;
        scaled.node = over(p, v, scaled.den);
        factor = common;
    }
    for (uint32_t i = 0; i < column->bound_count && !p->refused; i++) {
        const pol_i128 bound = dates_column ? column->bounds[i] : column->bounds[i] / factor * (scaled.den / den);
        if (bound > INT64_C(1) << 62 || bound < -(INT64_C(1) << 62))
            return refuse(p);
        class_ = pol_op2(p, dates_column ? POL_FAST_CLASSC32 : POL_FAST_CLASSC, class_, scaled.node, (int64_t)bound, 0);
    }
    return class_;
}

static void do_row(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pol_table *const table = &p->code->tables[instr->arg[1]];
    const uint32_t *const regs = p->code->operands + p->code->lists[instr->arg[2]].start;
    node_id cell = code_number(p, 0), loss = NOTHING;
    uint8_t may = 0;
    for (uint32_t i = 0; i < table->column_count && !p->refused; i++) {
        const pol_table_column *const column = &table->columns[i];
        value v = pol_value_of(t, regs[i]);
        if (column->class_ == POL_C_NUM)
            v = finite(p, v);
        loss = pol_worse(p, loss, loss_of(p, column->class_, &v));
        may |= v.may;
        if (column->class_ == POL_C_BOOL) {
            node n = { .op = POL_FAST_CLASSB, .bytes = 4, .from = { cell, v.node },
                       .k = { column->class_count, column->class_of[1], column->class_of[0] } };
            cell = pol_new_node(p, &n);
            continue;
        }
        const bool codes = column->class_ == POL_C_CODE;
        const uint32_t count = codes ? column->code_count : 2 * column->bound_count + 1;
        const node_id class_ = codes ? v.node : class_among(p, column, &v);
        int32_t *const classes = classes_of(p, column, count);
        if (classes == NULL || p->refused) {
            refuse(p);
            return;
        }
        cell = pol_new_node(p, &(node){ .op = POL_FAST_CLASSOF, .bytes = 4, .from = { cell, class_ },
                                        .k = { column->class_count, count }, .table = classes });
    }
    int32_t *const cells = POL_NEW_ARRAY(p->arena, int32_t, table->cell_count);
    if (cells == NULL || p->refused) {
        refuse(p);
        return;
    }
    bool holes = false;
    for (uint32_t i = 0; i < table->cell_count; i++) {
        holes = holes || table->cells[i] == UINT16_MAX;
        cells[i] = table->cells[i] == UINT16_MAX ? POL_CODE_FAILED : table->cells[i];
    }
    const node_id id = pol_new_node(p, &(node){ .op = POL_FAST_CELL, .bytes = 4, .from = { cell }, .table = cells });
    pol_in_interval(p, id, holes ? INT32_MIN : 0, (pol_i128)table->row_count - 1, 0);
    value v = with_loss_code(p, id, loss, may);
    v.may |= holes ? MAY_FAIL : 0;
    set(t, instr, 0, v);
}

static void do_only(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const pol_list32 list = p->code->lists[instr->arg[1]];
    node_id found = code_number(p, 0), any = truth(p, 0), several = truth(p, 0), loss = NOTHING;
    uint8_t may = MAY_FAIL;
    for (uint32_t i = 0; i < list.count; i++) {
        const value c = pol_value_of(t, p->code->operands[list.start + i]);
        const node_id yes = is_yes(p, &c);
        loss = pol_worse(p, loss, loss_of(p, POL_C_BOOL, &c));
        may |= c.may;
        several = pol_or(p, several, pol_and(p, any, yes));
        any = pol_or(p, any, yes);
        found = choose_code(p, yes, code_number(p, i), found);
    }
    loss = pol_worse(p, loss, pol_or(p, several, pol_not(p, any)));
    set(t, instr, 0, with_loss_code(p, found, loss, may));
}

/* ---- tier schedules --------------------------------------------------------------------------------------------------------- */

/* The schedule over other denominators, multiples of its own. */
static node_id over_schedule(pol_planner *p, const value *v, int64_t den, int64_t den2)
{
    const int64_t f = den / v->den, f2 = den2 / v->den2;
    if (f == 1 && f2 == 1)
        return v->node;
    if (pol_is_constant(p, v->node) && pol_known_of(p, v->node) >= 0) {
        pol_schedule made = p->schedules.items[pol_known_of(p, v->node)];
        made.low *= f;
        for (uint32_t i = 0; i < made.count; i++) {
            made.upper[i] = made.upper[i] == POL_PORT_UNLIMITED ? POL_PORT_UNLIMITED : made.upper[i] * f;
            made.ratio[i] *= f2;
        }
        const node_id id = code_number(p, (int64_t)p->schedules.count);
        return POL_PUSH(p->arena, p->schedules, made) ? id : refuse(p);
    }
    if (pol_is_constant(p, v->node))
        return v->node;
    return f != 1 ? refuse(p) : pol_new_node(p, &(node){ .op = POL_BLOCK_TNUM, .bytes = 4, .from = { v->node, number(p, 0) }, .k = { 0, f2, 1 } });
}

static void do_tnum(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), b = finite(p, arg(t, instr, 2));
    const bool product = instr->arg[3] == 3;
    const int64_t den2 = product ? a.den2 : common_den(p, a.den2, b.den);
    const int64_t b_most = most(size_of(low_of(p, b.node)), size_of(high_of(p, b.node)));
    const pol_i128 most_ratio = product ? (pol_i128)a.ratio_most * b_most
                                        : (pol_i128)a.ratio_most * (den2 / a.den2) + (pol_i128)b_most * (den2 / b.den);
    const pol_i128 new_den = product ? (pol_i128)a.den2 * b.den : den2;
    if (p->refused || most_ratio > RATIO_MOST || new_den > RATIO_MOST) {
        refuse(p);
        return;
    }
    const node_id id = pol_new_node(p, &(node){ .op = POL_BLOCK_TNUM, .bytes = 4, .from = { a.node, b.node },
                                                .k = { instr->arg[3], den2 / a.den2, product ? 1 : den2 / b.den } });
    value v = { .node = id, .may = a.may, .den = a.den, .den2 = (int64_t)new_den, .bound_most = a.bound_most,
                .ratio_most = (int64_t)most_ratio, .ratio_below_0 = true };
    if (b.loss != NOTHING)
        v = lose(p, POL_C_TIERS, v, pol_worse(p, loss_of(p, POL_C_TIERS, &a), b.loss), b.may);
    set(t, instr, 0, v);
}

static void do_tvalid(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    value v = arg(t, instr, 1);
    v.node = pol_new_node(p, &(node){ .op = POL_BLOCK_TVALID, .bytes = 4, .from = { v.node }, .k = { v.den2 } });
    v.may |= MAY_FAIL;
    v.ratio_below_0 = false;
    v.ratio_most = v.den2 > v.ratio_most ? v.ratio_most : v.den2;
    set(t, instr, 0, v);
}

/* The breaks of a constant schedule over a denominator `scale` times that of its bounds. */
static pol_slices *slices_of(pol_planner *p, const pol_schedule *schedule, int64_t scale)
{
    pol_slices *const slices = POL_NEW(p->arena, pol_slices);
    int64_t before = 0, at = schedule->low;
    for (uint32_t i = 0; slices != NULL && i <= schedule->count; i++) {
        const bool last = i == schedule->count;
        const int64_t ratio = last ? 0 : schedule->ratio[i];
        if (ratio != before) {
            if ((pol_i128)at * scale > INT64_C(1) << 61 || (pol_i128)at * scale < -(INT64_C(1) << 61))
                return NULL;
            slices->at[slices->count] = at * scale;
            slices->slope[slices->count++] = ratio - before;
        }
        before = ratio;
        at = last ? at : schedule->upper[i];
        if (at == POL_PORT_UNLIMITED)
            break;
    }
    return slices;
}

#define DOUBLE_MOST (((pol_i128)1 << 50) - 1)

/* The sum from nothing up to x; whether every step fits doubles. */
static node_id slices_to(pol_planner *p, const pol_slices *slices, node_id x)
{
    pol_i128 sum = 0, size = most(size_of(low_of(p, x)), size_of(high_of(p, x)));
    bool small = size < DOUBLE_MOST;
    for (uint32_t i = 0; i < slices->count; i++) {
        const pol_i128 length = high_of(p, x) > slices->at[i] ? (pol_i128)high_of(p, x) - slices->at[i] : 0;
        sum += length * size_of(slices->slope[i]);
        small = small && size_of(slices->at[i]) < DOUBLE_MOST;
        if (sum > (pol_i128)1 << 61)
            return refuse(p);
    }
    small = small && sum < DOUBLE_MOST;
    const node_id id = pol_new_node(p, &(node){ .op = small ? POL_FAST_SLICES : POL_FAST_SLICESB, .bytes = 8, .from = { x },
                                                .table = slices });
    return pol_in_interval(p, id, -sum, sum, 0);
}

static pol_i128 slices_at(const pol_slices *slices, int64_t x)
{
    pol_i128 sum = 0;
    for (uint32_t i = 0; i < slices->count; i++)
        sum += x > slices->at[i] ? (pol_i128)slices->slope[i] * ((pol_i128)x - slices->at[i]) : 0;
    return sum;
}

/* max(from, to): the sum runs from `from` to it. */
static node_id not_below(pol_planner *p, node_id to, node_id from)
{
    if (pol_is_constant(p, from) && low_of(p, to) >= pol_known_of(p, from))
        return to;
    const node_id id = pol_is_constant(p, from) ? pol_op1(p, POL_FAST_MAXK, to, pol_known_of(p, from), 0)
                       : pol_is_constant(p, to) ? pol_op1(p, POL_FAST_MAXK, from, pol_known_of(p, to), 0)
                                                : pol_op2(p, POL_FAST_MAX, to, from, 0, 0);
    return pol_in_interval(p, id, most(low_of(p, to), low_of(p, from)), most(high_of(p, to), high_of(p, from)), 0);
}

static node_id constant_tsum(pol_planner *p, const pol_schedule *schedule, int64_t scale, node_id from, node_id to)
{
    const pol_slices *const slices = slices_of(p, schedule, scale);
    if (slices == NULL)
        return refuse(p);
    if (slices->count == 0)
        return number(p, 0);
    if (pol_is_constant(p, from) && pol_known_of(p, from) <= slices->at[0])
        return pol_is_constant(p, to) ? refuse(p) : slices_to(p, slices, to);
    const node_id end = not_below(p, to, from);
    if (pol_is_constant(p, end))
        return refuse(p);
    const node_id upper = slices_to(p, slices, end);
    if (p->refused)
        return 0;
    if (pol_is_constant(p, from)) {
        const pol_i128 lower = slices_at(slices, pol_known_of(p, from));
        if (lower > INT64_C(1) << 61 || lower < -(INT64_C(1) << 61))
            return refuse(p);
        return add_nodes(p, upper, number(p, -(int64_t)lower), 0);
    }
    const node_id lower = slices_to(p, slices, from);
    return p->refused ? 0 : subtract_nodes(p, upper, lower, 0);
}

static void do_tsum(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), b = finite(p, arg(t, instr, 2)), c = finite(p, arg(t, instr, 3));
    const pair two = pair_of(p, b, c);
    if (p->refused)
        return;
    const int64_t den = common_den(p, two.den, a.den);
    const pol_i128 result_den = (pol_i128)den * a.den2;
    if (p->refused || result_den > INT64_C(1) << 60) {
        refuse(p);
        return;
    }
    const node_id from = over(p, &b, den), to = over(p, &c, den);
    if (p->refused)
        return;
    const pol_i128 length = (pol_i128)high_of(p, to) - low_of(p, from), sum = length > 0 ? length * a.ratio_most : 0;
    node_id id;
    if (pol_is_constant(p, a.node) && pol_known_of(p, a.node) >= 0) {
        id = constant_tsum(p, &p->schedules.items[pol_known_of(p, a.node)], den / a.den, from, to);
    } else { /* steps on the way may wrap: only the sum must fit */
        if ((pol_i128)a.bound_most * (den / a.den) > INT64_C(1) << 61) {
            refuse(p);
            return;
        }
        id = pol_new_node(p, &(node){ .op = POL_BLOCK_TSUM, .bytes = 8, .from = { a.node, from, to }, .k = { den / a.den } });
    }
    if (p->refused)
        return;
    pol_in_interval(p, id, a.ratio_below_0 ? -sum : 0, sum, (int64_t)result_den);
    set(t, instr, 0, number_value(p, id, (int64_t)result_den, pol_worse(p, two.loss, loss_of(p, POL_C_TIERS, &a)), two.may | a.may));
}

static void do_trate(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1), b = finite(p, arg(t, instr, 2));
    const int64_t den = common_den(p, a.den, b.den);
    if (p->refused || (pol_i128)a.bound_most * (den / a.den) > INT64_C(1) << 61) {
        refuse(p);
        return;
    }
    const node_id id = pol_new_node(p, &(node){ .op = POL_BLOCK_TRATE, .bytes = 8, .from = { a.node, over(p, &b, den) },
                                                .k = { den / a.den } });
    pol_in_interval(p, id, -a.ratio_most, a.ratio_most, 0);
    set(t, instr, 0, number_value(p, id, a.den2, pol_worse(p, b.loss, loss_of(p, POL_C_TIERS, &a)), a.may | b.may));
}

static void do_textreme(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = arg(t, instr, 1);
    const node_id id = pol_new_node(p, &(node){ .op = POL_BLOCK_TEXTREME, .bytes = 8, .from = { a.node },
                                                .k = { instr->op == POL_OP_TMOST } });
    pol_in_interval(p, id, -a.ratio_most, a.ratio_most, 0);
    set(t, instr, 0, number_value(p, id, a.den2, loss_of(p, POL_C_TIERS, &a), a.may));
}

/* ---- payers ------------------------------------------------------------------------------------------------------------------- */

/* The kernels of the tail by what they do: rounded, capped, conditional. */
static uint16_t tail_op(bool rounds, bool caps, bool asks)
{
    static const uint16_t k_ops[2][2][2] = {
        { { POL_FAST_TAIL, POL_FAST_TAILY }, { POL_FAST_TAILC, POL_FAST_TAILCY } },
        { { POL_FAST_TAILR, POL_FAST_TAILRY }, { POL_FAST_TAILRC, POL_FAST_TAILRCY } },
    };
    return k_ops[rounds][caps][asks];
}

static node_id not_negative(pol_planner *p, node_id a)
{
    if (low_of(p, a) >= 0)
        return a;
    return pol_in_interval(p, pol_op1(p, POL_FAST_MAXK, a, 0, 0), 0, most(high_of(p, a), 0), 0);
}

static void do_tail(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value a = finite(p, arg(t, instr, 2)), c = arg(t, instr, 3), rest = finite(p, arg(t, instr, 5));
    const value cap = arg(t, instr, 4);
    fraction f = fraction_of(t, instr, 6, a.den, register_den(t, instr, 2));
    if (p->refused || POL_FEN_PER_YUAN % rest.den != 0 || (!is_unlimited(p, &cap) && POL_FEN_PER_YUAN % cap.den != 0)) {
        refuse(p);
        return;
    }
    node n = { .bytes = 8 };
    node_id amount = times_constant(p, a.node, f.up);
    bool small = false, fused = false;
    if (p->refused)
        return;
    if (pol_is_constant(p, amount)) /* folded only together with all else */
        amount = pol_op1(p, POL_FAST_COPYN, amount, 0, 0), pol_in_interval(p, amount, low_of(p, a.node) * f.up, high_of(p, a.node) * f.up, 0);
    if (f.down != 1 && f.times == 1 && f.mode != POL_HALF_EVEN)
        fused = pol_divide_constants(p, amount, f.down, f.mode, &n, &small) && small;
    if (!fused) {
        f.up = 1;
        amount = rounded(p, amount, &f);
        n = (node){ .bytes = 8 };
    }
    if (p->refused)
        return;
    if (!fused) /* what is rounded has a limit, too */
        pol_in_interval(p, amount, low_of(p, amount), high_of(p, amount), POL_FEN_PER_YUAN);
    const node_id left = over(p, &rest, POL_FEN_PER_YUAN);
    const bool caps = !is_unlimited(p, &cap);
    const node_id condition = is_yes(p, &c);
    const bool never = is_number(p, condition, 0), asks = !pol_is_constant(p, condition);
    n.from[0] = amount;
    n.from[1] = not_negative(p, left);
    if (caps) {
        const node_id limit = over(p, &cap, POL_FEN_PER_YUAN);
        n.from[2] = p->refused ? 0 : not_negative(p, limit);
        if (cap.may_be_unlimited && !p->refused)
            n.from[2] = limit; /* amounts are never negative where they are left to be unlimited */
        if (cap.may_be_unlimited && low_of(p, cap.node) < 0)
            refuse(p);
    }
    if (p->refused)
        return;
    n.from[3] = asks ? condition : 0;
    n.op = tail_op(fused, caps, asks);
    const node_id paid = never ? number(p, 0) : pol_new_node(p, &n);
    node_id after = left;
    if (!never) {
        const int64_t largest = high_of(p, n.from[1]);
        pol_in_interval(p, paid, 0, largest, 0);
        after = n.from[1] == left ? pol_in_interval(p, pol_second(p, paid, 8), 0, largest, 0)
                                  : subtract_nodes(p, left, paid, POL_FEN_PER_YUAN);
        if (n.from[1] != left)
            pol_second(p, paid, 8);
    }
    const node_id lc = loss_of(p, POL_C_BOOL, &c);
    const node_id figures = pol_worse(p, a.loss, pol_worse(p, cap.loss, rest.loss));
    const node_id loss = pol_worse(p, lc, pol_loss_if(p, condition, true, figures));
    const node_id after_loss = pol_worse(p, lc, pol_loss_if(p, is_there(p, lc), true, pol_worse(p, loss, rest.loss)));
    const uint8_t may = a.may | cap.may | rest.may | c.may;
    set(t, instr, 0, settled(p, POL_C_NUM, number_value(p, paid, POL_FEN_PER_YUAN, loss, may)));
    set(t, instr, 1, settled(p, POL_C_NUM, number_value(p, after, POL_FEN_PER_YUAN, after_loss, may)));
}

/* ---- what is needed and checked -------------------------------------------------------------------------------------------------- */

/* The condition that the loss is one that a NEED objects to. */
static node_id objectionable(pol_planner *p, node_id loss, uint8_t may, bool may_be_absent)
{
    if (loss == NOTHING)
        return truth(p, 0);
    if (pol_is_constant(p, loss))
        return truth(p, pol_known_of(p, loss) == LOST_FAILED || (pol_known_of(p, loss) == LOST_ABSENT && !may_be_absent));
    if (may_be_absent)
        return (may & MAY_FAIL) != 0 ? condition1(p, POL_FAST_IS1, loss, 0, 0) : truth(p, 0);
    return pol_not(p, is_there(p, loss));
}

static void do_need(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const uint8_t class_ = p->code->registers[instr->arg[0]].class_;
    const pol_limit limit = (pol_limit)p->code->sinks[instr->arg[2]].limit;
    const value v = arg(t, instr, 0), gate = arg(t, instr, 1);
    const pol_range range = pol_range_of(limit, class_ == POL_C_NUM ? v.den : 1);
    node_id finding = objectionable(p, loss_of(p, class_, &v), v.may, range.may_be_absent);
    const bool limited = range.high != POL_NUM_UNLIMITED;
    if (class_ == POL_C_NUM && limited) {
        const bool constant = pol_is_constant(p, v.node);
        if (range.unit != 1)
            bad_if(p, truth(p, 1)); /* never for numbers that records hold */
        if (constant ? low_of(p, v.node) < range.low || low_of(p, v.node) > range.high
                     : v.may_be_unlimited || low_of(p, v.node) < range.low || high_of(p, v.node) > range.high) {
            const node_id outside = constant ? truth(p, 1)
                                             : condition1(p, POL_FAST_OUTSIDE, v.node, (int64_t)range.low,
                                                          (int64_t)(range.high - range.low));
            finding = pol_or(p, finding, pol_and(p, outside, is_there(p, v.loss)));
        }
    }
    bad_if(p, pol_and(p, is_yes(p, &gate), finding));
}

static void do_check(translation *t, const pol_instr *instr)
{
    pol_planner *const p = t->p;
    const value v = arg(t, instr, 0);
    bad_if(p, is_no(p, &v));
    bad_if(p, objectionable(p, v.loss, v.may, true));
}

/* ---- the table -------------------------------------------------------------------------------------------------------------------- */

static void do_refuse(translation *t, const pol_instr *instr)
{
    (void)instr;
    refuse(t->p);
}

typedef void (*rule)(translation *t, const pol_instr *instr);

static const rule k_rules[POL_OP_COUNT] = {
    [POL_OP_ADD] = do_add,         [POL_OP_SUB] = do_sub,           [POL_OP_MUL] = do_mul,         [POL_OP_SCALE] = do_scale,
    [POL_OP_MULC] = do_mulc,       [POL_OP_MIN] = do_min_max,       [POL_OP_MAX] = do_min_max,     [POL_OP_EXCESS] = do_excess,
    [POL_OP_ROUND] = do_round,     [POL_OP_ROUNDQ] = do_roundq,     [POL_OP_CMP] = do_cmp,         [POL_OP_CMPQ] = do_cmpq,
    [POL_OP_UNIT] = do_unit,       [POL_OP_WHOLE] = do_whole,       [POL_OP_AND] = do_and_or,      [POL_OP_OR] = do_and_or,
    [POL_OP_NOT] = do_not,         [POL_OP_EQB] = do_eqb,           [POL_OP_HASN] = do_has,        [POL_OP_HASB] = do_has,
    [POL_OP_HASC] = do_has,        [POL_OP_HASD] = do_has,          [POL_OP_HASS] = do_has,        [POL_OP_HAST] = do_has,
    [POL_OP_EQC] = do_eqc,         [POL_OP_MEMBER] = do_member,     [POL_OP_ANYOF] = do_anyof,     [POL_OP_FIRST] = do_first,
    [POL_OP_CMPD] = do_cmpd,       [POL_OP_DIFFD] = do_diffd,       [POL_OP_ADDD] = do_date_step,  [POL_OP_SUBD] = do_date_step,
    [POL_OP_MIND] = do_min_max_date, [POL_OP_MAXD] = do_min_max_date, [POL_OP_AGE] = do_age,       [POL_OP_DEADLINE] = do_deadline,
    [POL_OP_MONTHS] = do_date_step, [POL_OP_PART] = do_part,        [POL_OP_SELN] = do_select,     [POL_OP_SELB] = do_select,
    [POL_OP_SELC] = do_select,     [POL_OP_SELD] = do_select,       [POL_OP_SELT] = do_select,     [POL_OP_ROW] = do_row,
    [POL_OP_ONLY] = do_only,       [POL_OP_PICKN] = do_pick,        [POL_OP_PICKB] = do_pick,      [POL_OP_PICKC] = do_pick,
    [POL_OP_PICKD] = do_pick,      [POL_OP_PICKT] = do_pick,        [POL_OP_ALSON] = do_also,      [POL_OP_TMAKE] = do_refuse,
    [POL_OP_TNUM] = do_tnum,       [POL_OP_TVALID] = do_tvalid,     [POL_OP_TSUM] = do_tsum,       [POL_OP_TRATE] = do_trate,
    [POL_OP_TLEAST] = do_textreme, [POL_OP_TMOST] = do_textreme,    [POL_OP_TAIL] = do_tail,       [POL_OP_NEEDN] = do_need,
    [POL_OP_NEEDB] = do_need,      [POL_OP_NEEDC] = do_need,        [POL_OP_NEEDD] = do_need,      [POL_OP_CHECK] = do_check,
};

void pol_plan_rule(pol_translation *t, const pol_instr *instr)
{
    k_rules[instr->op](t, instr);
}
