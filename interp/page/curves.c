/* Who pays what against the bill: an example settled again and again, one amount changed. Between two points
 * of a curve everything runs straight. Halving puts samples where lines bend or jump; then the sample that lies
 * farthest beside the lines between the points becomes one of them, moved to where it lies farthest and, within
 * what rounding hides, to the roundest amount, until all samples lie on the lines. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "interp/page/page.h"

enum { PIECES = 32, MOST_RUNS = 6000, MOST_EDGES = 48 };

typedef POL_VEC(pol_sample) samples;
typedef struct tracer {
    pol_page *page;
    pol_curve *curve;
    pol_trial trial;
    samples all;
    int64_t tolerance; /* fen that rounding may put beside a straight line */
    unsigned runs;
} tracer;

static pol_sample sample_at(tracer *t, int64_t amount)
{
    for (size_t i = 0; i < t->all.count; i++)
        if (t->all.items[i].amount == amount)
            return t->all.items[i];
    pol_given *const value = &t->trial.fields[t->curve->field];
    *value = (pol_given){ .is_given = true, .number = amount };
    const pol_sample made = { .amount = amount, .outcome = pol_page_run_trial(t->page, &t->trial) };
    (void)POL_PUSH(&t->page->arena, t->all, made);
    t->runs++;
    return made;
}

/* ---- where lines bend ------------------------------------------------------------------------------------- */

static int64_t line_of(const pol_outcome *o, uint32_t line)
{
    return line == 0 ? o->total : line == 1 ? o->person : line == 2 ? o->hospital : o->paid[line - 3];
}

/* How far the middle of three lies beside the straight line, at most, in fen; -1: not all three settle. */
static int64_t beside(const tracer *t, const pol_sample *a, const pol_sample *m, const pol_sample *b)
{
    const pol_i128 width = b->amount - a->amount;
    int64_t most = 0;
    for (uint32_t line = 0; line < pol_page_code(t->page)->payer_count + 3; line++) {
        const pol_i128 straight =
            (pol_i128)line_of(&a->outcome, line) * (b->amount - m->amount) + (pol_i128)line_of(&b->outcome, line) * (m->amount - a->amount);
        const pol_i128 apart = (line_of(&m->outcome, line) * width - straight) / width;
        const int64_t distance = (int64_t)(apart < 0 ? -apart : apart);
        most = distance > most ? distance : most;
    }
    return most;
}

static bool bends(const tracer *t, const pol_sample *a, const pol_sample *m, const pol_sample *b)
{
    if (a->outcome.settled != b->outcome.settled || a->outcome.settled != m->outcome.settled)
        return true;
    return a->outcome.settled && beside(t, a, m, b) > t->tolerance;
}

/* Two neighbouring amounts: does a line jump between them, or do claims cease to settle? */
static bool jumps(const tracer *t, const pol_sample *a, const pol_sample *b)
{
    if (a->outcome.settled != b->outcome.settled)
        return true;
    for (uint32_t line = 0; a->outcome.settled && line < pol_page_code(t->page)->payer_count + 3; line++)
        if (llabs(line_of(&b->outcome, line) - line_of(&a->outcome, line)) > t->tolerance + 1)
            return true;
    return false;
}

static void keep(tracer *t, pol_sample sample, bool edge)
{
    pol_curve *const curve = t->curve;
    for (size_t i = 0; i < curve->points.count; i++) {
        if (curve->points.items[i].amount != sample.amount)
            continue;
        curve->points.items[i].edge |= edge;
        return;
    }
    sample.edge = edge;
    (void)POL_PUSH(&t->page->arena, curve->points, sample);
}

static int zeros(int64_t amount)
{
    int count = 0;
    for (; amount != 0 && amount % 10 == 0; amount /= 10)
        count++;
    return amount == 0 ? INT_MAX : count;
}

/* A jump keeps both its sides; the mark stands at the rounder of them that settles. */
static void keep_jump(tracer *t, pol_sample low, pol_sample high)
{
    const bool first = low.outcome.settled && (!high.outcome.settled || zeros(low.amount) > zeros(high.amount));
    if (low.outcome.settled)
        keep(t, low, first);
    if (high.outcome.settled)
        keep(t, high, !first);
}

/* Samples between two, more where lines bend. */
static void halve(tracer *t, pol_sample a, pol_sample b)
{
    if (t->runs > MOST_RUNS || t->page->status != POL_OK)
        return;
    if (b.amount - a.amount <= 1) {
        if (jumps(t, &a, &b))
            keep_jump(t, a, b);
        return;
    }
    const pol_sample m = sample_at(t, a.amount + (b.amount - a.amount) / 2);
    const pol_sample q = sample_at(t, a.amount + (b.amount - a.amount) * 3 / 8);
    if (!bends(t, &a, &m, &b) && !bends(t, &a, &q, &b))
        return;
    halve(t, a, m);
    halve(t, m, b);
}

/* ---- the curve -------------------------------------------------------------------------------------------- */

static int by_amount(const void *a, const void *b)
{
    const int64_t x = ((const pol_sample *)a)->amount, y = ((const pol_sample *)b)->amount;
    return x < y ? -1 : x > y;
}

/* Between two points either all claims settle or none does. */
static void mark_gaps(tracer *t)
{
    for (size_t i = 1; i < t->curve->points.count; i++) {
        const int64_t low = t->curve->points.items[i - 1].amount, high = t->curve->points.items[i].amount;
        t->curve->points.items[i].apart = high - low > 1 && !sample_at(t, low + (high - low) / 2).outcome.settled;
    }
}

/* Two points and a sample between them. */
typedef struct triple {
    pol_sample low, middle, high;
} triple;

/* The sample farthest beside the lines between the points; false: all lie on them. */
static bool find_farthest(const tracer *t, triple *found)
{
    const pol_sample *const points = t->curve->points.items;
    int64_t most = t->tolerance * 2;
    bool any = false;
    for (size_t i = 1; i < t->curve->points.count; i++) {
        for (size_t k = 0; k < t->all.count; k++) {
            const pol_sample *const one = &t->all.items[k];
            if (points[i].apart || one->amount <= points[i - 1].amount || one->amount >= points[i].amount || !one->outcome.settled ||
                beside(t, &points[i - 1], one, &points[i]) <= most)
                continue;
            most = beside(t, &points[i - 1], one, &points[i]);
            *found = (triple){ points[i - 1], *one, points[i] };
            any = true;
        }
    }
    return any;
}

static int64_t beside_at(tracer *t, const triple *at, int64_t amount)
{
    const pol_sample sample = sample_at(t, amount);
    return sample.outcome.settled ? beside(t, &at->low, &sample, &at->high) : 0;
}

/* Moves the middle to the amount between its neighbours that lies farthest beside the line. */
static void climb(tracer *t, triple *at)
{
    int64_t low = at->low.amount, high = at->high.amount;
    for (size_t i = 0; i < t->all.count; i++) {
        const int64_t amount = t->all.items[i].amount;
        low = amount < at->middle.amount && amount > low ? amount : low;
        high = amount > at->middle.amount && amount < high ? amount : high;
    }
    int64_t best = beside_at(t, at, at->middle.amount);
    while (high - low > 2) {
        const int64_t left = low + (high - low) / 3, right = high - (high - low) / 3;
        const int64_t at_left = beside_at(t, at, left), at_right = beside_at(t, at, right);
        const int64_t higher = at_left >= at_right ? left : right;
        if (beside_at(t, at, higher) > best) {
            best = beside_at(t, at, higher);
            at->middle = sample_at(t, higher);
        }
        if (at_left <= at_right)
            low = left;
        if (at_left >= at_right)
            high = right;
    }
}

/* The roundest amount that lies as far beside the line, but for rounding. */
static pol_sample roundest(tracer *t, const triple *at)
{
    const int64_t farthest = beside_at(t, at, at->middle.amount);
    for (int64_t unit = (int64_t)1000000000000; unit > 1; unit /= 10) {
        const int64_t amount = (at->middle.amount + unit / 2) / unit * unit;
        if (amount > at->low.amount && amount < at->high.amount && beside_at(t, at, amount) >= farthest - t->tolerance)
            return sample_at(t, amount);
    }
    return at->middle;
}

static void arrange(tracer *t)
{
    if (t->curve->points.count > 0)
        qsort(t->curve->points.items, t->curve->points.count, sizeof *t->curve->points.items, by_amount);
    mark_gaps(t);
}

/* Where the farthest sample lay on a line that runs beside the points, it is no edge once others are known. */
static void drop_straight(tracer *t)
{
    pol_sample *const points = t->curve->points.items;
    for (size_t i = 1; i + 1 < t->curve->points.count;) {
        const bool straight = points[i].edge && !points[i].apart && !points[i + 1].apart &&
                              beside(t, &points[i - 1], &points[i], &points[i + 1]) <= t->tolerance * 2;
        if (!straight) {
            i++;
            continue;
        }
        memmove(&points[i], &points[i + 1], (t->curve->points.count - i - 1) * sizeof *points);
        t->curve->points.count--;
    }
}

/* Two amounts beside one edge that lies at none: the rounder stays. */
static void drop_twins(tracer *t)
{
    pol_sample *const points = t->curve->points.items;
    for (size_t i = 0; i + 1 < t->curve->points.count;) {
        const int64_t apart = points[i + 1].amount - points[i].amount;
        if (!points[i].edge || !points[i + 1].edge || apart <= 1 || apart > POL_FEN_PER_YUAN) {
            i++;
            continue;
        }
        const size_t gone = zeros(points[i].amount) >= zeros(points[i + 1].amount) ? i + 1 : i;
        memmove(&points[gone], &points[gone + 1], (t->curve->points.count - gone - 1) * sizeof *points);
        t->curve->points.count--;
    }
}

static bool trace(tracer *t)
{
    pol_sample before = sample_at(t, 0);
    if (before.outcome.settled)
        keep(t, before, false);
    for (int i = 1; i <= PIECES; i++) { /* odd amounts: hardly an edge lies on them */
        const int64_t piece = t->curve->most / PIECES, amount = i == PIECES ? t->curve->most : piece * i - piece * 3 / 11 - 13 * i;
        if (amount <= before.amount || amount > t->curve->most)
            continue;
        const pol_sample next = sample_at(t, amount);
        halve(t, before, next);
        before = next;
    }
    if (before.outcome.settled)
        keep(t, before, false);
    arrange(t);
    triple at;
    for (int i = 0; i < MOST_EDGES && t->page->status == POL_OK && find_farthest(t, &at); i++) {
        climb(t, &at);
        keep(t, roundest(t, &at), true);
        arrange(t);
    }
    drop_straight(t);
    drop_twins(t);
    return t->curve->points.count >= 2 && !pol_arena_failed(&t->page->arena);
}

/* ---- which amount, how far -------------------------------------------------------------------------------- */

/* Does the bill grow with the amount, one to one? */
static bool grows(pol_page *page, const pol_case *one, uint32_t field)
{
    enum { MORE = 10000 };
    const pol_trial trial = pol_trial_copy(&page->trials, &one->trial);
    if (trial.fields == NULL)
        return false;
    trial.fields[field].number += MORE;
    const pol_outcome outcome = pol_page_run_trial(page, &trial);
    return outcome.settled && outcome.total == one->outcome.total + MORE;
}

/* The largest amount that the bill grows with. */
static uint32_t field_to_change(pol_page *page, const pol_case *one)
{
    const pol_code *const code = pol_page_code(page);
    uint32_t best = POL_NONE32;
    for (uint32_t i = 0; i < code->input_count; i++) {
        const pol_given *const value = &one->trial.fields[i];
        if (code->fields[i].type != POL_F_AMOUNT || !value->is_given || value->is_null)
            continue;
        if ((best == POL_NONE32 || value->number > one->trial.fields[best].number) && grows(page, one, i))
            best = i;
    }
    return best;
}

typedef struct largest {
    int64_t most, found;
} largest;

/* The largest amount that the script writes, examples apart, up to a limit. */
static bool find_largest(pol_node *node, void *user)
{
    largest *const l = user;
    if (node->kind == POL_N_EXAMPLE)
        return true;
    if (node->kind == POL_N_MONEY) {
        const pol_decimal value = POL_AS(money, node)->value;
        const pol_i128 fen = value.digits * POL_FEN_PER_YUAN / pol_pow10(value.decimals);
        if (fen <= l->most && fen > l->found)
            l->found = (int64_t)fen;
    }
    return pol_node_each_child(node, find_largest, l);
}

/* 1, 2, 3, 4, 5, 6 or 8 times a power of ten, not less than the amount. */
static int64_t round_up(int64_t amount)
{
    static const int k_steps[] = { 1, 2, 3, 4, 5, 6, 8 };
    for (int64_t unit = 100;; unit *= 10)
        for (size_t i = 0; i < sizeof k_steps / sizeof *k_steps; i++)
            if (unit * k_steps[i] >= amount)
                return unit * k_steps[i];
}

static int64_t how_far(const pol_page *page, const pol_case *one, uint32_t field)
{
    const int64_t now = one->trial.fields[field].number;
    largest l = { .most = now < POL_MAX_AMOUNT_FEN / 100 ? now * 10 : 0 };
    pol_node_each_child(&page->script->tree.root->node, find_largest, &l);
    const int64_t beyond = l.found + l.found / 4;
    const int64_t most = round_up(beyond > now * 2 ? beyond : now * 2);
    return most > POL_MAX_AMOUNT_FEN / 10 ? 0 : most;
}

/* What roundings may put beside a straight line, in fen: half a unit each, three points together. */
typedef struct roundings {
    const pol_matter *matter;
    pol_i128 fen;
} roundings;

static void add_unit(roundings *r, const pol_node *unit)
{
    if (unit == NULL || unit->kind != POL_N_MONEY)
        return;
    const pol_rational value = pol_rational_of_decimal(POL_AS_CONST(money, unit)->value);
    r->fen += value.num * POL_FEN_PER_YUAN / value.den;
}

static bool add_roundings(pol_node *node, void *user)
{
    roundings *const r = user;
    if (node->kind == POL_N_EXAMPLE)
        return true;
    if (node->kind == POL_N_ROUNDING)
        add_unit(r, POL_AS(rounding, node)->unit);
    const int function = node->kind == POL_N_CALL ? pol_note_of(r->matter, node)->code : POL_FN_COUNT;
    if (function >= POL_FN_HALF_UP && function <= POL_FN_ROUND_DOWN)
        add_unit(r, POL_AS(call, node)->args.items[1]);
    return pol_node_each_child(node, add_roundings, r);
}

static int64_t tolerance_of(const pol_page *page)
{
    roundings r = { page->matter, 1 };
    for (uint32_t i = 0; i < page->matter->payer_count; i++)
        r.fen += page->matter->payers[i].prior ? 0 : 1;
    pol_node_each_child(&page->script->tree.root->node, add_roundings, &r);
    return r.fen < 100000 ? (int64_t)r.fen : 100000;
}

void pol_page_curves(pol_page *page, const pol_case *cases, uint32_t count)
{
    for (uint32_t i = 0; i < count && page->status == POL_OK; i++) {
        const uint32_t field = field_to_change(page, &cases[i]);
        if (field == POL_NONE32)
            continue;
        pol_curve curve = { .base = &cases[i], .field = field, .most = how_far(page, &cases[i], field) };
        tracer t = { .page = page, .curve = &curve, .trial = pol_trial_copy(&page->trials, &cases[i].trial) };
        t.tolerance = tolerance_of(page);
        if (curve.most > 0 && t.trial.fields != NULL && trace(&t))
            pol_page_chart(page, &curve);
        pol_page_flush(page, false);
    }
}
