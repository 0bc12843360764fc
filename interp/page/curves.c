/* Who pays what against the bill: an example settled again and again, one amount changed. Between two points
 * of a curve everything runs straight: where a line bends or jumps is found by halving, to a fen or to where
 * rounding hides it, and of the amounts that are then left the roundest is shown. */
#include <stdlib.h>

#include "interp/page/page.h"

enum { PIECES = 32, MOST_RUNS = 6000, MOST_MISSED = 32 };

typedef POL_VEC(pol_sample) samples;
typedef struct bracket { /* a line bends somewhere here, ends included */
    int64_t low, high;
} bracket;

typedef struct tracer {
    pol_page *page;
    pol_curve *curve;
    pol_trial trial;
    samples all;
    POL_VEC(bracket) brackets;
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

static void add_bracket(tracer *t, int64_t low, int64_t high)
{
    const bracket made = { low, high };
    (void)POL_PUSH(&t->page->arena, t->brackets, made);
}

/* Halves say no more, together they bend: it is near the middle, as near as rounding hides a bend. */
static void add_near(tracer *t, const pol_sample *a, const pol_sample *m, const pol_sample *b)
{
    const int64_t distance = a->outcome.settled && m->outcome.settled && b->outcome.settled ? beside(t, a, m, b) : 0;
    const int64_t half = (b->amount - a->amount) / 2 + 1;
    const int64_t near = distance == 0 ? half : (int64_t)((pol_i128)t->tolerance * half / distance) + 1;
    add_bracket(t, m->amount - near > a->amount ? m->amount - near : a->amount, m->amount + near < b->amount ? m->amount + near : b->amount);
}

/* Whether a line bends between two samples. */
static bool halve(tracer *t, pol_sample a, pol_sample b)
{
    if (b.amount - a.amount <= 1 || t->runs > MOST_RUNS || t->page->status != POL_OK) {
        const bool jump = jumps(t, &a, &b);
        if (jump)
            add_bracket(t, a.amount, b.amount);
        return jump;
    }
    const pol_sample m = sample_at(t, a.amount + (b.amount - a.amount) / 2);
    const pol_sample q = sample_at(t, a.amount + (b.amount - a.amount) * 3 / 8);
    if (!bends(t, &a, &m, &b) && !bends(t, &a, &q, &b))
        return false;
    const bool left = halve(t, a, m), right = halve(t, m, b);
    if (!left && !right)
        add_near(t, &a, &m, &b);
    return true;
}

/* The amount between two with most zeros at its end. */
static int64_t roundest(int64_t low, int64_t high)
{
    for (int64_t unit = (int64_t)1000000000000; unit > 1; unit /= 10)
        if (high / unit * unit >= low)
            return high / unit * unit;
    return high;
}

/* ---- the curve -------------------------------------------------------------------------------------------- */

static int by_amount(const void *a, const void *b)
{
    const int64_t x = ((const pol_sample *)a)->amount, y = ((const pol_sample *)b)->amount;
    return x < y ? -1 : x > y;
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

/* A jump keeps both its sides, a bend the roundest amount it can be at. */
static void keep_bracket(tracer *t, bracket at)
{
    const pol_sample low = sample_at(t, at.low), high = sample_at(t, at.high);
    if (at.high - at.low <= 1 && jumps(t, &low, &high)) {
        const bool first = roundest(at.low, at.high) == at.low;
        if (low.outcome.settled)
            keep(t, low, first && high.outcome.settled);
        if (high.outcome.settled)
            keep(t, high, !first || !low.outcome.settled);
        return;
    }
    const pol_sample edge = sample_at(t, roundest(at.low, at.high));
    if (edge.outcome.settled)
        keep(t, edge, true);
}

/* Between two points either all claims settle or none does. */
static void mark_gaps(tracer *t)
{
    for (size_t i = 1; i < t->curve->points.count; i++) {
        const int64_t low = t->curve->points.items[i - 1].amount, high = t->curve->points.items[i].amount;
        t->curve->points.items[i].apart = high - low > 1 && !sample_at(t, low + (high - low) / 2).outcome.settled;
    }
}

static void sort_points(tracer *t)
{
    if (t->curve->points.count > 0)
        qsort(t->curve->points.items, t->curve->points.count, sizeof *t->curve->points.items, by_amount);
}

/* A bend that lies where two pieces meet is in neither. The sample farthest beside the points shows it; false: all
 * samples lie on the lines between the points. */
static bool add_missed(tracer *t)
{
    const pol_sample *const points = t->curve->points.items;
    int64_t most = t->tolerance * 2;
    pol_sample at[3];
    bool found = false;
    for (size_t i = 1; i < t->curve->points.count; i++) {
        for (size_t k = 0; k < t->all.count; k++) {
            const pol_sample *const one = &t->all.items[k];
            if (points[i].apart || one->amount <= points[i - 1].amount || one->amount >= points[i].amount || !one->outcome.settled ||
                beside(t, &points[i - 1], one, &points[i]) <= most)
                continue;
            most = beside(t, &points[i - 1], one, &points[i]);
            at[0] = points[i - 1], at[1] = *one, at[2] = points[i];
            found = true;
        }
    }
    if (found) {
        add_near(t, &at[0], &at[1], &at[2]);
        keep_bracket(t, t->brackets.items[t->brackets.count - 1]);
    }
    return found;
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
    for (size_t i = 0; i < t->brackets.count; i++)
        keep_bracket(t, t->brackets.items[i]);
    sort_points(t);
    mark_gaps(t);
    for (int i = 0; i < MOST_MISSED && t->curve->points.count > 0 && !pol_arena_failed(&t->page->arena) && add_missed(t); i++) {
        sort_points(t);
        mark_gaps(t);
    }
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
    if (node->kind == POL_N_CALL && POL_AS(call, node)->args.count == 2)
        add_unit(r, POL_AS(call, node)->args.items[1]);
    return pol_node_each_child(node, add_roundings, r);
}

static int64_t tolerance_of(const pol_page *page)
{
    roundings r = { 1 };
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
