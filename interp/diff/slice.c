/* The pieces of a slice. A term is evaluated over an interval: numbers as forms (slice.h), yes/no and codes
 * as constants. Where an order cannot be told over the whole interval, evaluation stops and says where to
 * cut. At a single point everything is a constant, so cutting always ends. */
#include "interp/diff/slice.h"

#include <string.h>

#include "interp/diff/execute.h"

#define MOST_PIECES 6000
#define MOST_SCANNED 40000 /* points looked at one by one where roundings repeat */

static const pol_rational k_zero = { 0, 1 }, k_one = { 1, 1 }, k_minus = { -1, 1 };

/* A rounded figure, unit × rounded(scale × inner), between its straight line and a little more or less. Or
 * what is above 0 of an inner form that only roundings move (mode ABOVE_ZERO). */
#define ABOVE_ZERO 4
typedef struct atom {
    unsigned mode; /* pol_rounding, or ABOVE_ZERO */
    pol_rational scale, unit;
    pol_form inner;
    pol_rational c0, c1, low, high; /* the line, and how far below and above it the figure can be */
    int64_t period;                 /* after which it repeats, its slope apart; 0: not known */
} atom;

typedef struct value {
    uint8_t class_;
    pol_special special;
    pol_form form;     /* NUM */
    int64_t element;   /* others */
} value;

typedef enum outcome { DECIDED, CUT, STUCK } outcome;

struct pol_slice_work {
    pol_slice *slice;
    POL_VEC(atom) atoms;
    uint32_t *places;  /* by term: the place of its value; of terms below the figures */
    uint32_t count;
    value *values;     /* by place */
    uint32_t *stamps;
    uint32_t stamp;
    int64_t low, high; /* the interval at hand */
    int64_t cut_low, cut_high; /* CUT: the points that stand alone, none when low > high */
    bool overflow;
    unsigned pieces, scanned;
};

/* ---- exact arithmetic -------------------------------------------------------------------------------------------- */

/* Most numbers are small: then 64 bits and a plain greatest common divisor do. */
static bool is_small(pol_rational a)
{
    return a.num < 1000000000 && a.num > -1000000000 && a.den < 1000000000;
}

static pol_rational reduced(int64_t num, int64_t den)
{
    uint64_t x = (uint64_t)(num < 0 ? -num : num), y = (uint64_t)den;
    while (x != 0) {
        const uint64_t rest = y % x;
        y = x;
        x = rest;
    }
    return (pol_rational){ num / (int64_t)y, den / (int64_t)y };
}

static pol_rational add(struct pol_slice_work *w, pol_rational a, pol_rational b)
{
    if (a.num == 0 || b.num == 0)
        return a.num == 0 ? b : a;
    if (is_small(a) && is_small(b)) {
        const int64_t p = (int64_t)a.num, q = (int64_t)a.den, r = (int64_t)b.num, t = (int64_t)b.den;
        return q == 1 && t == 1 ? (pol_rational){ p + r, 1 } : reduced(p * t + r * q, q * t);
    }
    pol_rational r = k_zero;
    w->overflow |= !pol_rational_add(a, b, &r);
    return r;
}

static pol_rational mul(struct pol_slice_work *w, pol_rational a, pol_rational b)
{
    if (a.num == 0 || b.num == 0)
        return k_zero;
    if (is_small(a) && is_small(b)) {
        const int64_t p = (int64_t)a.num, q = (int64_t)a.den, r = (int64_t)b.num, t = (int64_t)b.den;
        return q == 1 && t == 1 ? (pol_rational){ p * r, 1 } : reduced(p * r, q * t);
    }
    pol_rational r = k_zero;
    w->overflow |= !pol_rational_mul(a, b, &r);
    return r;
}

static pol_rational whole(int64_t n)
{
    return (pol_rational){ n, 1 };
}

static int sign_of(pol_rational a)
{
    return (a.num > 0) - (a.num < 0);
}

/* Toward minus infinity. */
static pol_i128 floor_of(pol_rational r)
{
    const pol_i128 q = r.num / r.den;
    return q - (r.num % r.den != 0 && r.num < 0);
}

static pol_i128 ceiling_of(pol_rational r)
{
    return -floor_of((pol_rational){ -r.num, r.den });
}

/* ---- forms --------------------------------------------------------------------------------------------------------- */

static void add_atom(struct pol_slice_work *w, pol_form *f, uint32_t number, pol_rational coef)
{
    uint32_t place = 0;
    while (place < f->count && f->atoms[place] < number)
        place++;
    if (place < f->count && f->atoms[place] == number) {
        f->coefs[place] = add(w, f->coefs[place], coef);
        if (f->coefs[place].num != 0)
            return;
        f->count--;
        for (uint32_t i = place; i < f->count; i++) {
            f->atoms[i] = f->atoms[i + 1];
            f->coefs[i] = f->coefs[i + 1];
        }
        return;
    }
    if (f->count == POL_MOST_ATOMS) {
        w->overflow = true;
        return;
    }
    for (uint32_t i = f->count++; i > place; i--) {
        f->atoms[i] = f->atoms[i - 1];
        f->coefs[i] = f->coefs[i - 1];
    }
    f->atoms[place] = number;
    f->coefs[place] = coef;
}

/* Forms are large and mostly empty: only what is used of them is set and copied. */
static inline void copy_form(pol_form *to, const pol_form *from)
{
    to->k0 = from->k0;
    to->k1 = from->k1;
    to->count = from->count;
    for (uint32_t i = 0; i < from->count; i++) {
        to->atoms[i] = from->atoms[i];
        to->coefs[i] = from->coefs[i];
    }
}

static pol_form constant_form(pol_rational k)
{
    pol_form f;
    f.k0 = k;
    f.k1 = k_zero;
    f.count = 0;
    return f;
}

/* f + coef × b, in place. */
static void add_form(struct pol_slice_work *w, pol_form *f, const pol_form *b, pol_rational coef)
{
    f->k0 = add(w, f->k0, mul(w, b->k0, coef));
    f->k1 = add(w, f->k1, mul(w, b->k1, coef));
    for (uint32_t i = 0; i < b->count; i++)
        add_atom(w, f, b->atoms[i], mul(w, b->coefs[i], coef));
}

/* a + coef × b */
static pol_form combine(struct pol_slice_work *w, const pol_form *a, const pol_form *b, pol_rational coef)
{
    pol_form f;
    copy_form(&f, a);
    add_form(w, &f, b, coef);
    return f;
}

static bool is_constant(const pol_form *f)
{
    return f->k1.num == 0 && f->count == 0;
}

static bool same_form(const pol_form *a, const pol_form *b)
{
    if (a->k0.num != b->k0.num || a->k0.den != b->k0.den || a->k1.num != b->k1.num || a->k1.den != b->k1.den || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->atoms[i] != b->atoms[i] || a->coefs[i].num != b->coefs[i].num || a->coefs[i].den != b->coefs[i].den)
            return false;
    return true;
}

/* The line along which a form runs, and its distance from it at most. */
typedef struct band {
    pol_rational c0, c1, low, high;
} band;

static band band_of(struct pol_slice_work *w, const pol_form *f)
{
    band b = { f->k0, f->k1, k_zero, k_zero };
    for (uint32_t i = 0; i < f->count; i++) {
        const atom *a = &w->atoms.items[f->atoms[i]];
        const bool up = f->coefs[i].num > 0;
        b.c0 = add(w, b.c0, mul(w, f->coefs[i], a->c0));
        b.c1 = add(w, b.c1, mul(w, f->coefs[i], a->c1));
        b.low = add(w, b.low, mul(w, f->coefs[i], up ? a->low : a->high));
        b.high = add(w, b.high, mul(w, f->coefs[i], up ? a->high : a->low));
    }
    return b;
}

static pol_rational line_at(struct pol_slice_work *w, const band *b, int64_t x)
{
    return add(w, b->c0, mul(w, b->c1, whole(x)));
}

/* Least and most of a form over the interval. */
static void range_of(struct pol_slice_work *w, const pol_form *f, pol_rational *least, pol_rational *most)
{
    const band b = band_of(w, f);
    const pol_rational at_low = line_at(w, &b, w->low), at_high = line_at(w, &b, w->high);
    const bool rises = pol_rational_compare(at_low, at_high) <= 0;
    *least = add(w, rises ? at_low : at_high, b.low);
    *most = add(w, rises ? at_high : at_low, b.high);
}

/* ---- cutting ---------------------------------------------------------------------------------------------------------- */

static outcome cut_in_half(struct pol_slice_work *w)
{
    if (w->low == w->high)
        return STUCK;
    w->cut_low = w->low + (w->high - w->low) / 2 + 1;
    w->cut_high = w->cut_low - 1;
    return CUT;
}

/* Where a form can be 0: these points are to stand alone. */
static outcome cut_at_zero(struct pol_slice_work *w, const pol_form *f)
{
    const band b = band_of(w, f);
    if (b.c1.num == 0)
        return w->high - w->low < 4096 ? cut_in_half(w) : STUCK;
    pol_rational one = k_zero, other = k_zero;
    if (!pol_rational_div(mul(w, add(w, b.c0, b.low), k_minus), b.c1, &one) ||
        !pol_rational_div(mul(w, add(w, b.c0, b.high), k_minus), b.c1, &other))
        return STUCK;
    if (pol_rational_compare(one, other) > 0) {
        const pol_rational swap = one;
        one = other;
        other = swap;
    }
    pol_i128 from = ceiling_of(one), to = floor_of(other);
    if (from > w->high || to < w->low)
        from = to + 1; /* between two points */
    if (from <= w->low && to >= w->high)
        return cut_in_half(w);
    if (from > to && (from <= w->low || from > w->high))
        return STUCK;
    w->cut_low = from < w->low ? w->low : (int64_t)from;
    w->cut_high = to > w->high ? w->high : (int64_t)to;
    return CUT;
}

/* -1, 0 or 1 over the whole interval. */
static outcome sign(struct pol_slice_work *w, const pol_form *f, int *result)
{
    pol_rational least, most;
    range_of(w, f, &least, &most);
    if (w->overflow)
        return STUCK;
    if (sign_of(least) == sign_of(most)) {
        *result = sign_of(least);
        if (*result != 0 || is_constant(f))
            return DECIDED;
    }
    return cut_at_zero(w, f);
}

/* Not below 0 (1) or not above 0 (-1): enough for the larger of two. */
static outcome side(struct pol_slice_work *w, const pol_form *f, int *result)
{
    pol_rational least, most;
    range_of(w, f, &least, &most);
    if (w->overflow)
        return STUCK;
    if (sign_of(least) >= 0 || sign_of(most) <= 0) {
        *result = sign_of(least) >= 0 ? 1 : -1;
        return DECIDED;
    }
    return cut_at_zero(w, f);
}

/* ---- rounding ------------------------------------------------------------------------------------------------------------ */

static int64_t lowest_multiple(int64_t a, int64_t b)
{
    const pol_i128 m = (pol_i128)a / pol_gcd(a, b) * b;
    return a == 0 || b == 0 || m > MOST_SCANNED ? 0 : (int64_t)m;
}

/* After how many X all roundings of a form repeat. */
static int64_t period_of(const struct pol_slice_work *w, const pol_form *f)
{
    int64_t period = 1;
    for (uint32_t i = 0; i < f->count; i++)
        period = lowest_multiple(period, w->atoms.items[f->atoms[i]].period);
    return period;
}

static bool always_whole(struct pol_slice_work *w, const pol_form *f, pol_rational scale)
{
    if (mul(w, f->k0, scale).den != 1 || mul(w, f->k1, scale).den != 1)
        return false;
    for (uint32_t i = 0; i < f->count; i++)
        if (w->atoms.items[f->atoms[i]].mode == ABOVE_ZERO || mul(w, mul(w, f->coefs[i], w->atoms.items[f->atoms[i]].unit), scale).den != 1)
            return false;
    return true;
}

static void set_band(struct pol_slice_work *w, atom *a)
{
    static const pol_rational k_half = { 1, 2 }, k_less = { -1, 2 };
    const band inner = band_of(w, &a->inner);
    const pol_rational by = mul(w, a->scale, a->unit);
    pol_rational least, most, below = k_less, above = k_half;
    range_of(w, &a->inner, &least, &most);
    if (a->mode == POL_ROUND_UP || a->mode == POL_ROUND_DOWN) {
        const bool up = a->mode == POL_ROUND_UP;
        below = sign_of(least) >= 0 && up ? k_zero : k_minus;
        above = sign_of(least) >= 0 && !up ? k_zero : k_one;
    }
    a->c0 = mul(w, inner.c0, by);
    a->c1 = mul(w, inner.c1, by);
    a->low = add(w, mul(w, inner.low, by), mul(w, below, a->unit));
    a->high = add(w, mul(w, inner.high, by), mul(w, above, a->unit));
    const int64_t period = period_of(w, &a->inner);
    const pol_rational step = mul(w, mul(w, inner.c1, a->scale), whole(period == 0 ? 1 : period));
    a->period = period == 0 || step.den > MOST_SCANNED ? 0 : lowest_multiple(1, period * (int64_t)step.den);
}

static uint32_t find_atom(struct pol_slice_work *w, const atom *wanted)
{
    for (size_t i = 0; i < w->atoms.count; i++) {
        const atom *a = &w->atoms.items[i];
        if (a->mode == wanted->mode && pol_rational_compare(a->scale, wanted->scale) == 0 &&
            pol_rational_compare(a->unit, wanted->unit) == 0 && same_form(&a->inner, &wanted->inner))
            return (uint32_t)i;
    }
    if (!POL_PUSH(w->slice->arena, w->atoms, *wanted)) {
        w->overflow = true;
        return 0;
    }
    return (uint32_t)w->atoms.count - 1;
}

static pol_form round_form(struct pol_slice_work *w, const pol_form *inner, pol_rational scale, pol_rational unit, pol_rounding mode)
{
    if (is_constant(inner)) {
        const pol_rational scaled = mul(w, inner->k0, scale);
        return constant_form(mul(w, (pol_rational){ pol_divide_rounded(scaled.num, scaled.den, mode), 1 }, unit));
    }
    const pol_form none = constant_form(k_zero);
    if (always_whole(w, inner, scale))
        return combine(w, &none, inner, mul(w, scale, unit));
    atom a = { .mode = mode, .scale = scale, .unit = unit, .inner = *inner };
    set_band(w, &a);
    pol_form f = none;
    add_atom(w, &f, find_atom(w, &a), k_one);
    return f;
}

/* ---- terms over the interval -------------------------------------------------------------------------------------------- */

static outcome value_of(struct pol_slice_work *w, pol_term term, const value **v);
static outcome evaluate(struct pol_slice_work *w, pol_term term, value *result);

static outcome form_of(struct pol_slice_work *w, pol_term term, pol_form *form)
{
    const value *v;
    const outcome done = value_of(w, term, &v);
    if (done != DECIDED)
        return done;
    copy_form(form, &v->form);
    return v->class_ == POL_C_NUM && v->special == POL_ORDINARY ? DECIDED : STUCK;
}

static outcome element_of(struct pol_slice_work *w, pol_term term, int64_t *element)
{
    value v;
    const outcome done = evaluate(w, term, &v);
    if (done != DECIDED)
        return done;
    *element = v.element;
    return v.special == POL_ORDINARY ? DECIDED : STUCK;
}

/* max(0, f) of a form without a slope: its sign turns with every rounding. */
static pol_form above_zero(struct pol_slice_work *w, const pol_form *f)
{
    atom a = { .mode = ABOVE_ZERO, .scale = k_one, .unit = k_one, .inner = *f, .c0 = k_zero, .c1 = k_zero, .low = k_zero };
    pol_rational least;
    range_of(w, f, &least, &a.high);
    a.period = period_of(w, f);
    pol_form result = constant_form(k_zero);
    add_atom(w, &result, find_atom(w, &a), k_one);
    return result;
}

static outcome extreme_form(struct pol_slice_work *w, const pol_form *a, const pol_form *b, bool most, pol_form *result)
{
    const pol_form difference = combine(w, a, b, k_minus);
    int which;
    const outcome done = side(w, &difference, &which);
    if (done == DECIDED) {
        *result = (which > 0) == most ? *a : *b;
    } else if (done == STUCK && !w->overflow && band_of(w, &difference).c1.num == 0) {
        const pol_form above = above_zero(w, &difference); /* max(a, b) = b + max(0, a - b) */
        *result = most ? combine(w, b, &above, k_one) : combine(w, a, &above, k_minus);
        return w->overflow ? STUCK : DECIDED;
    }
    return done;
}

#define TRY(call) \
    do { \
        const outcome tried = (call); \
        if (tried != DECIDED) \
            return tried; \
    } while (0)

static outcome sum_form(struct pol_slice_work *w, const pol_term_node *n, pol_form *result)
{
    pol_form f = constant_form(n->value);
    for (uint32_t i = 0; i < n->arg_count; i++) {
        pol_form part;
        TRY(form_of(w, n->args[i], &part));
        add_form(w, &f, &part, n->coefs[i]);
    }
    copy_form(result, &f);
    return w->overflow ? STUCK : DECIDED;
}

static outcome product_form(struct pol_slice_work *w, const pol_form *a, const pol_form *b, pol_form *result)
{
    if (!is_constant(a) && !is_constant(b))
        return STUCK;
    const pol_form none = constant_form(k_zero);
    *result = is_constant(a) ? combine(w, &none, b, a->k0) : combine(w, &none, a, b->k0);
    return DECIDED;
}

/* ---- schedules and tables ------------------------------------------------------------------------------------------------- */

static pol_form bound_form(pol_i128 num, pol_i128 den)
{
    return constant_form(pol_rational_make(num, den));
}

static const pol_schedule *schedule_of(const struct pol_slice_work *w, int64_t content)
{
    return w->slice->terms->objects.items[(size_t)content];
}

/* Ratio × length of the part of [from, to] in each slice. */
static outcome slices_sum(struct pol_slice_work *w, const pol_schedule *s, const pol_form *from, const pol_form *to, pol_form *result)
{
    pol_form low = bound_form(s->tiers.low, s->den), sum = constant_form(k_zero);
    const pol_form none = constant_form(k_zero);
    for (uint32_t i = 0; i < s->tiers.count; i++) {
        const pol_tier *tier = &s->tiers.tiers[i];
        pol_form start, end = *to, length;
        TRY(extreme_form(w, from, &low, true, &start));
        if (tier->upper != POL_NUM_UNLIMITED) {
            const pol_form upper = bound_form(tier->upper, s->den);
            TRY(extreme_form(w, to, &upper, false, &end));
            low = upper;
        }
        length = combine(w, &end, &start, k_minus);
        TRY(extreme_form(w, &length, &none, true, &length));
        sum = combine(w, &sum, &length, pol_rational_make(tier->ratio, s->den2));
    }
    *result = sum;
    return w->overflow ? STUCK : DECIDED;
}

static outcome order_with(struct pol_slice_work *w, const pol_form *f, pol_i128 num, pol_i128 den, int *order)
{
    const pol_form bound = bound_form(num, den), difference = combine(w, f, &bound, k_minus);
    return sign(w, &difference, order);
}

static outcome slice_ratio(struct pol_slice_work *w, const pol_schedule *s, const pol_form *point, pol_form *result)
{
    int order;
    *result = constant_form(k_zero);
    TRY(order_with(w, point, s->tiers.low, s->den, &order));
    if (order < 0 || (order == 0 && !s->tiers.low_in_first))
        return DECIDED;
    for (uint32_t i = 0; i < s->tiers.count; i++) {
        const pol_tier *tier = &s->tiers.tiers[i];
        order = -1;
        if (tier->upper != POL_NUM_UNLIMITED)
            TRY(order_with(w, point, tier->upper, s->den, &order));
        if (order < 0 || (order == 0 && !tier->upper_in_next)) {
            *result = constant_form(pol_rational_make(tier->ratio, s->den2));
            return DECIDED;
        }
    }
    return DECIDED;
}

static outcome column_class(struct pol_slice_work *w, const pol_table_column *column, pol_term subject, uint32_t *result)
{
    value v;
    TRY(evaluate(w, subject, &v));
    if (v.special != POL_ORDINARY)
        return STUCK;
    if (column->class_ == POL_C_CODE || column->class_ == POL_C_BOOL) {
        const bool inside = v.element >= 0 && (column->class_ == POL_C_BOOL || (uint64_t)v.element < column->code_count);
        *result = inside ? column->class_of[v.element] : column->other_class;
        return DECIDED;
    }
    const bool is_number = column->class_ == POL_C_NUM;
    const pol_form point = is_number ? v.form : constant_form(whole(v.element));
    for (uint32_t i = 0; i < column->bound_count; i++) {
        int order;
        TRY(order_with(w, &point, column->bounds[i], is_number ? column->den : 1, &order));
        if (order <= 0) {
            *result = column->class_of[2 * i + (order == 0)];
            return DECIDED;
        }
    }
    *result = column->class_of[2 * column->bound_count];
    return DECIDED;
}

static outcome table_row(struct pol_slice_work *w, const pol_term_node *n, int64_t *row)
{
    const pol_table *table = w->slice->terms->objects.items[n->payload];
    uint32_t cell = 0;
    if (table == NULL || n->arg_count != table->column_count)
        return STUCK;
    for (uint32_t i = 0; i < n->arg_count; i++) {
        uint32_t class_;
        TRY(column_class(w, &table->columns[i], n->args[i], &class_));
        cell = cell * table->columns[i].class_count + class_;
    }
    *row = table->cells[cell];
    return *row == 0xFFFF ? STUCK : DECIDED;
}

/* ---- yes/no and choices --------------------------------------------------------------------------------------------------- */

/* value × a × b ÷ c against d, multiplied out. */
static outcome ratio_sign(struct pol_slice_work *w, const pol_term_node *n, int64_t *result)
{
    pol_form f[4], top, right;
    for (uint32_t i = 0; i < 4; i++)
        TRY(form_of(w, n->args[i], &f[i]));
    int divisor, order;
    TRY(sign(w, &f[2], &divisor));
    if (divisor == 0)
        return STUCK;
    TRY(product_form(w, &f[0], &f[1], &top));
    TRY(product_form(w, &f[2], &f[3], &right));
    const pol_form none = constant_form(k_zero);
    top = combine(w, &none, &top, n->value);
    top = combine(w, &top, &right, k_minus);
    TRY(sign(w, &top, &order));
    *result = pol_compare_holds((pol_compare_op)n->k, order * divisor);
    return DECIDED;
}

static outcome quotient_form(struct pol_slice_work *w, const pol_term_node *n, pol_form *result)
{
    pol_form a, b, c, top;
    TRY(form_of(w, n->args[0], &a));
    TRY(form_of(w, n->args[1], &b));
    TRY(form_of(w, n->args[2], &c));
    if (!is_constant(&c) || c.k0.num == 0)
        return w->high - w->low < 4096 ? cut_in_half(w) : STUCK;
    TRY(product_form(w, &a, &b, &top));
    pol_rational scale = k_zero;
    if (!pol_rational_div(n->value, c.k0, &scale))
        return STUCK;
    *result = round_form(w, &top, scale, n->unit, (pol_rounding)n->k);
    return DECIDED;
}

static outcome and_or(struct pol_slice_work *w, const pol_term_node *n, bool is_and, int64_t *result)
{
    int64_t first = 0, second = 0;
    const outcome one = element_of(w, n->args[0], &first);
    if (one == DECIDED && (first == 1) != is_and) { /* the other side does not matter */
        *result = first;
        return DECIDED;
    }
    const outcome two = element_of(w, n->args[1], &second);
    if (two == DECIDED && (second == 1) != is_and) {
        *result = second;
        return DECIDED;
    }
    if (one != DECIDED)
        return element_of(w, n->args[0], &first) == CUT ? CUT : one; /* cut where the first turns */
    *result = second;
    return two;
}

static outcome choose(struct pol_slice_work *w, const pol_term_node *n, value *result)
{
    int64_t cond;
    TRY(element_of(w, n->args[0], &cond));
    return evaluate(w, n->args[cond == 1 ? 1 : 2], result);
}

static outcome pick(struct pol_slice_work *w, const pol_term_node *n, value *result)
{
    int64_t number;
    TRY(element_of(w, n->args[0], &number));
    if (number < 0 || (uint64_t)number + 1 >= n->arg_count)
        return STUCK;
    return evaluate(w, n->args[1 + number], result);
}

static outcome only(struct pol_slice_work *w, const pol_term_node *n, int64_t *result)
{
    int found = 0;
    for (uint32_t i = 0; i < n->arg_count; i++) {
        int64_t yes;
        TRY(element_of(w, n->args[i], &yes));
        if (yes == 1) {
            found++;
            *result = i;
        }
    }
    return found == 1 ? DECIDED : STUCK;
}

/* Equality, membership and order of constants. */
static outcome compare_elements(struct pol_slice_work *w, const pol_term_node *n, int64_t *result)
{
    int64_t a, b = 0;
    TRY(element_of(w, n->args[0], &a));
    if (n->op == POL_OP_MEMBER) {
        const pol_members *members = w->slice->terms->objects.items[n->payload];
        *result = members != NULL && a >= 0 && (uint64_t)a < members->count && members->member[a] != 0;
        return DECIDED;
    }
    TRY(element_of(w, n->args[1], &b));
    *result = pol_compare_holds((pol_compare_op)n->k, (a > b) - (a < b));
    return DECIDED;
}

static outcome operation(struct pol_slice_work *w, const pol_term_node *n, value *v)
{
    pol_form a, b;
    int64_t element;
    switch ((pol_opcode)n->op) {
    case POL_OP_AND:
    case POL_OP_OR: return and_or(w, n, n->op == POL_OP_AND, &v->element);
    case POL_OP_NOT:
        TRY(element_of(w, n->args[0], &element));
        v->element = element == 0;
        return DECIDED;
    case POL_OP_SELN:
    case POL_OP_SELB:
    case POL_OP_SELC:
    case POL_OP_SELD:
    case POL_OP_SELT: return choose(w, n, v);
    case POL_OP_PICKN:
    case POL_OP_PICKB:
    case POL_OP_PICKC:
    case POL_OP_PICKD:
    case POL_OP_PICKT: return pick(w, n, v);
    case POL_OP_ONLY: return only(w, n, &v->element);
    case POL_OP_ROW: return table_row(w, n, &v->element);
    case POL_OP_EQB:
    case POL_OP_EQC:
    case POL_OP_CMPD:
    case POL_OP_MEMBER: return compare_elements(w, n, &v->element);
    case POL_OP_TSUM:
        TRY(element_of(w, n->args[0], &element));
        TRY(form_of(w, n->args[1], &a));
        TRY(form_of(w, n->args[2], &b));
        return slices_sum(w, schedule_of(w, element), &a, &b, &v->form);
    case POL_OP_TRATE:
        TRY(element_of(w, n->args[0], &element));
        TRY(form_of(w, n->args[1], &a));
        return slice_ratio(w, schedule_of(w, element), &a, &v->form);
    case POL_OP_UNIT: {
        pol_rational least, most;
        TRY(form_of(w, n->args[0], &v->form));
        range_of(w, &v->form, &least, &most);
        return sign_of(least) >= 0 && pol_rational_compare(most, k_one) <= 0 ? DECIDED : STUCK;
    }
    case POL_OP_WHOLE:
        TRY(form_of(w, n->args[0], &v->form));
        return always_whole(w, &v->form, k_one) ? DECIDED : STUCK;
    default: return STUCK;
    }
}

static outcome compute(struct pol_slice_work *w, const pol_term_node *n, value *v)
{
    pol_form a, b;
    int order;
    v->class_ = n->class_;
    v->special = POL_ORDINARY;
    v->element = 0;
    v->form.k0 = v->form.k1 = k_zero;
    v->form.count = 0;
    switch ((pol_term_kind)n->kind) {
    case POL_TERM_CONST:
        v->special = (pol_special)n->special;
        v->form = constant_form(n->value);
        v->element = (int64_t)n->value.num;
        return DECIDED;
    case POL_TERM_VAR:
        if (n->payload != w->slice->var || n->class_ != POL_C_NUM)
            return STUCK;
        v->form = constant_form(k_zero);
        if (w->low == w->high)
            v->form.k0 = mul(w, w->slice->unit, whole(w->low));
        else
            v->form.k1 = w->slice->unit;
        return DECIDED;
    case POL_TERM_SUM: return sum_form(w, n, &v->form);
    case POL_TERM_MUL:
        TRY(form_of(w, n->args[0], &a));
        TRY(form_of(w, n->args[1], &b));
        return product_form(w, &a, &b, &v->form);
    case POL_TERM_MIN:
    case POL_TERM_MAX:
        TRY(form_of(w, n->args[0], &a));
        TRY(form_of(w, n->args[1], &b));
        return extreme_form(w, &a, &b, n->kind == POL_TERM_MAX, &v->form);
    case POL_TERM_ROUND:
        TRY(form_of(w, n->args[0], &a));
        v->form = round_form(w, &a, n->value, n->unit, (pol_rounding)n->k);
        return w->overflow ? STUCK : DECIDED;
    case POL_TERM_QUOTIENT: return quotient_form(w, n, &v->form);
    case POL_TERM_SIGN:
        TRY(form_of(w, n->args[0], &a));
        if (n->k == POL_GE) { /* 0 itself belongs to the upper side */
            pol_rational least, most;
            range_of(w, &a, &least, &most);
            if (!w->overflow && sign_of(least) >= 0) {
                v->element = 1;
                return DECIDED;
            }
        }
        TRY(sign(w, &a, &order));
        v->element = pol_compare_holds((pol_compare_op)n->k, order);
        return DECIDED;
    case POL_TERM_RATIO_SIGN: return ratio_sign(w, n, &v->element);
    case POL_TERM_OP: return operation(w, n, v);
    }
    return STUCK;
}

/* The value where it is kept; it stays there as long as the interval is the same. */
static outcome value_of(struct pol_slice_work *w, pol_term term, const value **v)
{
    const uint32_t place = w->places[term];
    if (w->stamps[place] != w->stamp) {
        const outcome done = compute(w, pol_term_at(w->slice->terms, term), &w->values[place]);
        if (done != DECIDED)
            return done;
        w->stamps[place] = w->stamp;
    }
    *v = &w->values[place];
    return DECIDED;
}

static outcome evaluate(struct pol_slice_work *w, pol_term term, value *result)
{
    const value *v;
    const outcome done = value_of(w, term, &v);
    if (done != DECIDED)
        return done;
    result->class_ = v->class_;
    result->special = v->special;
    result->element = v->element;
    copy_form(&result->form, &v->form);
    return DECIDED;
}

static void begin(struct pol_slice_work *w, int64_t low, int64_t high)
{
    w->low = low;
    w->high = high;
    w->stamp++;
    w->overflow = false;
    w->atoms.count = 0; /* bands are those of the interval */
}

/* ---- comparing over an interval --------------------------------------------------------------------------------------------- */

static void mark(pol_piece *piece, uint32_t figure)
{
    piece->differs[figure / 64] |= (uint64_t)1 << (figure % 64);
}

/* The figures at one point: all constants. */
static outcome compare_point(struct pol_slice_work *w, uint32_t figure, bool *differs)
{
    value a, b;
    TRY(evaluate(w, w->slice->figures[figure].before, &a));
    TRY(evaluate(w, w->slice->figures[figure].after, &b));
    *differs = a.special != b.special ||
               (a.special == POL_ORDINARY && (a.class_ == POL_C_NUM ? !same_form(&a.form, &b.form) : a.element != b.element));
    return DECIDED;
}

/* Whether two rounded figures that run on one line differ anywhere: one period is looked at. */
static outcome scan_period(struct pol_slice_work *w, uint32_t figure, const pol_form *difference, bool *differs)
{
    const int64_t low = w->low, high = w->high, period = period_of(w, difference);
    int64_t last = period == 0 || high - low < period ? high : low + period - 1;
    const bool complete = (period > 0 && last - low < MOST_SCANNED) || high - low < MOST_SCANNED;
    if (last - low >= MOST_SCANNED)
        last = low + 2000;
    outcome done = complete ? DECIDED : STUCK;
    *differs = false;
    for (int64_t x = low; x <= last && !*differs; x++) {
        begin(w, x, x);
        if (w->scanned++ > 4 * MOST_SCANNED || compare_point(w, figure, differs) != DECIDED) {
            done = STUCK;
            break;
        }
    }
    begin(w, low, high);
    return *differs ? DECIDED : done;
}

/* One figure over the interval: SAME, DIFFERS or SCATTERED. */
static outcome compare_figure(struct pol_slice_work *w, uint32_t figure, pol_piece_kind *kind)
{
    value a, b;
    TRY(evaluate(w, w->slice->figures[figure].before, &a));
    TRY(evaluate(w, w->slice->figures[figure].after, &b));
    if (a.special != b.special || a.class_ != POL_C_NUM || a.special != POL_ORDINARY) {
        const bool same = a.special == b.special && (a.special != POL_ORDINARY || a.element == b.element);
        *kind = same ? POL_PIECE_SAME : POL_PIECE_DIFFERS;
        return DECIDED;
    }
    *kind = POL_PIECE_SAME;
    if (same_form(&a.form, &b.form))
        return DECIDED;
    const pol_form difference = combine(w, &b.form, &a.form, k_minus);
    pol_rational least, most;
    range_of(w, &difference, &least, &most);
    if (w->overflow)
        return STUCK;
    *kind = POL_PIECE_DIFFERS;
    if (sign_of(least) > 0 || sign_of(most) < 0)
        return DECIDED;
    const band b2 = band_of(w, &difference);
    if (b2.c1.num != 0) {
        const outcome cut = cut_at_zero(w, &difference);
        const bool narrow = w->high - w->low <= 64;
        if (cut == CUT && (w->cut_high < w->cut_low || w->cut_high - w->cut_low <= 64 || narrow))
            return CUT;
        if (cut == CUT && (w->cut_low > w->low || w->cut_high < w->high) && w->cut_high - w->cut_low < w->high - w->low)
            return CUT; /* the rest differs for certain; the window is looked at again */
    }
    bool differs = false;
    TRY(scan_period(w, figure, &difference, &differs));
    *kind = differs ? POL_PIECE_SCATTERED : POL_PIECE_SAME;
    return DECIDED;
}

static outcome validity(struct pol_slice_work *w, pol_piece *piece)
{
    int64_t before, after;
    TRY(element_of(w, w->slice->valid_before, &before));
    TRY(element_of(w, w->slice->valid_after, &after));
    piece->only_before = before == 1 && after == 0;
    piece->only_after = before == 0 && after == 1;
    if (before == 0 && after == 0)
        piece->kind = POL_PIECE_REJECTED;
    else if (before != after)
        piece->kind = POL_PIECE_DIFFERS;
    return DECIDED;
}

static outcome compare_interval(struct pol_slice_work *w, pol_piece *piece)
{
    piece->kind = POL_PIECE_SAME;
    TRY(validity(w, piece));
    if (piece->kind != POL_PIECE_SAME)
        return DECIDED;
    for (uint32_t i = 0; i < w->slice->figure_count; i++) {
        pol_piece_kind kind;
        if (w->low == w->high) {
            bool differs;
            TRY(compare_point(w, i, &differs));
            kind = differs ? POL_PIECE_DIFFERS : POL_PIECE_SAME;
        } else {
            TRY(compare_figure(w, i, &kind));
        }
        if (kind == POL_PIECE_SAME)
            continue;
        mark(piece, i);
        if (kind == POL_PIECE_DIFFERS || piece->kind != POL_PIECE_DIFFERS)
            piece->kind = kind;
    }
    return DECIDED;
}

/* ---- the pieces ---------------------------------------------------------------------------------------------------------------- */

static bool alike(const pol_piece *a, const pol_piece *b)
{
    return (a->lines == b->lines || a->lines == 0 || b->lines == 0) && a->kind == b->kind && a->only_before == b->only_before && a->only_after == b->only_after &&
           memcmp(a->differs, b->differs, sizeof a->differs) == 0;
}

static void keep(struct pol_slice_work *w, const pol_piece *piece)
{
    pol_slice *slice = w->slice;
    pol_piece *last = slice->pieces.count > 0 ? &slice->pieces.items[slice->pieces.count - 1] : NULL;
    if (last != NULL && alike(last, piece)) {
        last->high = piece->high;
        last->lines = last->lines == 0 ? piece->lines : last->lines;
    } else
        (void)POL_PUSH(slice->arena, slice->pieces, *piece);
}

/* The lines along which the figures that differ run, as one number. */
static uint64_t lines_of(struct pol_slice_work *w, const pol_piece *piece)
{
    uint64_t hash = 1;
    if (piece->high - piece->low < 16 || piece->kind == POL_PIECE_SAME || piece->kind == POL_PIECE_REJECTED)
        return 0;
    for (uint32_t i = 0; i < w->slice->figure_count; i++) {
        value a, b;
        if ((piece->differs[i / 64] >> (i % 64) & 1) == 0 || evaluate(w, w->slice->figures[i].before, &a) != DECIDED ||
            evaluate(w, w->slice->figures[i].after, &b) != DECIDED || a.class_ != POL_C_NUM || b.class_ != POL_C_NUM)
            continue;
        const band x = band_of(w, &a.form), y = band_of(w, &b.form);
        const pol_rational all[4] = { x.c0, x.c1, y.c0, y.c1 };
        for (int k = 0; k < 4; k++)
            hash = (hash ^ (uint64_t)all[k].num ^ (uint64_t)all[k].den << 32) * 0x9e3779b97f4a7c15u;
    }
    return hash | 1;
}

static void cut(struct pol_slice_work *w, int64_t low, int64_t high)
{
    if (low > high)
        return;
    pol_piece piece = { .low = low, .high = high };
    begin(w, low, high);
    const outcome done = w->pieces++ < MOST_PIECES ? compare_interval(w, &piece) : STUCK;
    if (done == CUT) {
        const int64_t first = w->cut_low, last = w->cut_high;
        cut(w, low, first - 1);
        if (last - first > 64) {
            cut(w, first, last);
        } else {
            for (int64_t x = first; x <= last; x++)
                cut(w, x, x);
        }
        cut(w, last < first ? first : last + 1, high);
        return;
    }
    if (done == STUCK)
        piece = (pol_piece){ .low = low, .high = high, .kind = POL_PIECE_UNDECIDED };
    else
        piece.lines = lines_of(w, &piece);
    keep(w, &piece);
}

/* ---- preparing -------------------------------------------------------------------------------------------------------------------- */

static void collect(struct pol_slice_work *w, pol_term term)
{
    if (w->places[term] != 0)
        return;
    w->places[term] = ++w->count; /* 0 stays without a term */
    const pol_term_node *n = pol_term_at(w->slice->terms, term);
    for (uint32_t i = 0; i < n->arg_count; i++)
        collect(w, n->args[i]);
}

static bool prepare(pol_slice *slice)
{
    pol_arena *arena = slice->arena;
    struct pol_slice_work *w = POL_NEW(arena, struct pol_slice_work);
    const size_t node_count = slice->terms->nodes.count;
    if (w == NULL)
        return false;
    slice->work = w;
    w->slice = slice;
    w->places = POL_NEW_ARRAY(arena, uint32_t, node_count);
    if (w->places == NULL)
        return false;
    for (uint32_t i = 0; i < slice->figure_count; i++) {
        collect(w, slice->figures[i].before);
        collect(w, slice->figures[i].after);
    }
    collect(w, slice->valid_before);
    collect(w, slice->valid_after);
    w->values = POL_NEW_ARRAY(arena, value, w->count + 1);
    w->stamps = POL_NEW_ARRAY(arena, uint32_t, w->count + 1);
    return !pol_arena_failed(arena);
}

bool pol_slice_cut(pol_slice *slice, int64_t low, int64_t high)
{
    if (slice->work == NULL && !prepare(slice))
        return false;
    slice->pieces.count = 0;
    slice->work->pieces = slice->work->scanned = 0;
    cut(slice->work, low, high);
    return !pol_arena_failed(slice->arena);
}

bool pol_slice_at(pol_slice *slice, pol_term term, int64_t x, pol_rational *result)
{
    value v;
    if (slice->work == NULL && !prepare(slice))
        return false;
    begin(slice->work, x, x);
    if (evaluate(slice->work, term, &v) != DECIDED || v.special != POL_ORDINARY)
        return false;
    *result = v.class_ == POL_C_NUM ? v.form.k0 : whole(v.element);
    return true;
}

bool pol_slice_formula(pol_slice *slice, pol_term term, int64_t low, int64_t high, pol_rational *k0, pol_rational *k1, bool *rounded)
{
    value v;
    struct pol_slice_work *w = slice->work;
    outcome done = STUCK;
    for (int tries = 0; tries < 40 && low <= high; tries++) { /* the largest part without a turn */
        begin(w, low, high);
        done = evaluate(w, term, &v);
        if (done != CUT)
            break;
        if (w->cut_low - low > high - w->cut_high)
            high = w->cut_low - 1;
        else
            low = (w->cut_high < w->cut_low ? w->cut_low : w->cut_high + 1);
    }
    if (done != DECIDED || v.class_ != POL_C_NUM || v.special != POL_ORDINARY || low == high)
        return false;
    const band b = band_of(w, &v.form);
    *k0 = b.c0;
    *rounded = v.form.count > 0;
    return pol_rational_div(b.c1, slice->unit, k1);
}

/* ---- one number along the amount -------------------------------------------------------------------------------------------- */

static bool run_over(struct pol_slice_work *w, pol_term term, int64_t low, int64_t high,
                     bool (*take)(void *user, const pol_run_piece *piece), void *user)
{
    value v;
    if (low > high)
        return true;
    begin(w, low, high);
    const outcome done = w->pieces++ < MOST_PIECES ? evaluate(w, term, &v) : STUCK;
    if (done == CUT) {
        const int64_t first = w->cut_low, last = w->cut_high < w->cut_low ? w->cut_low - 1 : w->cut_high;
        return run_over(w, term, low, first - 1, take, user) && run_over(w, term, first, last, take, user) &&
               run_over(w, term, last + 1, high, take, user);
    }
    pol_run_piece piece = { .low = low, .high = high, .k1 = k_zero, .known = done == DECIDED && v.class_ == POL_C_NUM };
    if (piece.known)
        piece.k1 = band_of(w, &v.form).c1;
    return take(user, &piece);
}

bool pol_slice_runs(pol_slice *slice, pol_term term, int64_t low, int64_t high, bool (*take)(void *user, const pol_run_piece *piece), void *user)
{
    if (slice->work == NULL && !prepare(slice))
        return false;
    slice->work->pieces = 0;
    return run_over(slice->work, term, low, high, take, user);
}
