/* How both sides come to the figures of a claim: the trees that pol explain writes, laid side by side. What
 * is kept is what differs – a payer, the steps in it that differ, what these rest on –, each with its clauses. */
#include "interp/diff/behave.h"
#include "interp/explain.h"

#define DEEPEST    3   /* of the lines: payer, step, definition, what that rests on */
#define MOST_LINES 40
#define MOST_PARTS 128 /* of one figure that are looked at */

typedef struct tracing {
    pol_diff *diff;
    pol_witness *witness;
    pol_str only; /* the one figure that is asked for; empty: all that is paid */
} tracing;

static bool is_kind(const pol_figure *figure, const char *kind)
{
    return pol_str_equal(pol_str_of(figure->kind), pol_str_of(kind));
}

static pol_str clauses_of(pol_diff *diff, const pol_figure *figure)
{
    pol_text text;
    pol_text_init(&text, &diff->arena);
    for (size_t i = 0; i < figure->citations.count; i++) {
        if (i > 0)
            pol_text_add(&text, pol_diff_say(diff, ", ", "、"));
        pol_text_add(&text, figure->citations.items[i].clause);
    }
    return pol_text_str(&text);
}

static void fill(pol_diff *diff, pol_trace_line *line, unsigned side, const pol_figure *figure)
{
    if (figure == NULL)
        return;
    line->has[side] = true;
    line->value[side] = pol_str_copy(&diff->arena, figure->value);
    line->formula[side] = pol_str_copy(&diff->arena, figure->formula);
    line->numbers[side] = pol_str_copy(&diff->arena, figure->numbers);
    line->clauses[side] = clauses_of(diff, figure);
}

static bool differ(const pol_figure *a, const pol_figure *b)
{
    if (a == NULL || b == NULL)
        return true;
    return !pol_str_equal(a->value, b->value) || !pol_str_equal(a->formula, b->formula) || !pol_str_equal(a->numbers, b->numbers);
}

/* Nothing to tell of a payer that only one side knows and that pays nothing, nor of a branch not taken. */
static bool is_idle(const pol_figure *figure)
{
    return figure == NULL || figure->unused || pol_str_equal(figure->value, POL_STR("0.00"));
}

static void lay(tracing *t, const pol_figure *a, const pol_figure *b, unsigned depth);

/* The parts of two figures, matched by kind and name, in the order of the new; what is gone comes first. */
static void lay_parts(tracing *t, const pol_figure *a, const pol_figure *b, unsigned depth)
{
    bool used[MOST_PARTS] = { false };
    const size_t old_count = a == NULL ? 0 : a->parts.count < MOST_PARTS ? a->parts.count : MOST_PARTS;
    const size_t new_count = b == NULL ? 0 : b->parts.count;
    const pol_figure *twins[MOST_PARTS] = { NULL };
    for (size_t n = 0; n < new_count && n < MOST_PARTS; n++) {
        const pol_figure *part = b->parts.items[n];
        for (size_t o = 0; o < old_count && twins[n] == NULL; o++) {
            const pol_figure *other = a->parts.items[o];
            if (used[o] || !is_kind(part, other->kind) || !pol_str_equal(pol_renamed(t->diff, other->name), part->name))
                continue;
            used[o] = true;
            twins[n] = other;
        }
    }
    for (size_t o = 0; o < old_count; o++)
        if (!used[o])
            lay(t, a->parts.items[o], NULL, depth);
    for (size_t n = 0; n < new_count && n < MOST_PARTS; n++)
        lay(t, twins[n], b->parts.items[n], depth);
}

/* A figure of both sides, or of one, and what differs below it. */
static void lay(tracing *t, const pol_figure *a, const pol_figure *b, unsigned depth)
{
    const pol_figure *shown = b != NULL ? b : a;
    if (depth > DEEPEST || t->witness->trace.count >= MOST_LINES || !differ(a, b))
        return;
    if ((a == NULL || b == NULL) && is_idle(shown))
        return;
    if (shown->unused || (a != NULL && a->unused))
        return;
    pol_trace_line line = { .depth = depth, .name = pol_str_copy(&t->diff->arena, shown->name) };
    fill(t->diff, &line, 0, a);
    fill(t->diff, &line, 1, b);
    if (POL_PUSH(&t->diff->arena, t->witness->trace, line) && a != NULL && b != NULL)
        lay_parts(t, a, b, depth + 1);
    else if (depth == 0)
        lay_parts(t, a, b, depth + 1);
}

static const pol_figure *part_named(const pol_figure *figure, pol_diff *diff, pol_str name, const char *kind)
{
    for (size_t i = 0; figure != NULL && i < figure->parts.count; i++) {
        const pol_figure *part = figure->parts.items[i];
        if ((kind != NULL && is_kind(part, kind)) || (kind == NULL && pol_str_equal(pol_renamed(diff, part->name), name)))
            return part;
    }
    return NULL;
}

/* A status, an output or an accumulator: it stands at the top or one step below. */
static const pol_figure *figure_named(const pol_figure *root, pol_diff *diff, pol_str name)
{
    const pol_figure *found = part_named(root, diff, name, NULL);
    for (size_t i = 0; i < root->parts.count && found == NULL; i++)
        found = part_named(root->parts.items[i], diff, name, NULL);
    return found;
}

static void lay_trees(tracing *t, const pol_figure *a, const pol_figure *b)
{
    static const char *const k_sums[] = { "总费用", "支付", "医院承担", "个人负担" };
    if (t->only.length > 0) {
        const pol_figure *x = figure_named(a, t->diff, t->only), *y = figure_named(b, t->diff, t->only);
        if (x != NULL || y != NULL)
            lay(t, x, y, 0);
        return;
    }
    for (size_t i = 0; i < sizeof k_sums / sizeof *k_sums; i++) {
        const pol_figure *x = part_named(a, t->diff, POL_STR(""), k_sums[i]), *y = part_named(b, t->diff, POL_STR(""), k_sums[i]);
        if (i == 1)
            lay_parts(t, x, y, 0);
        else if (x != NULL && y != NULL)
            lay(t, x, y, 0);
    }
}

bool pol_trace_make(pol_diff *diff, const pol_behaviour *b, uint32_t focus, pol_witness *witness)
{
    pol_script *scripts[2] = { diff->old.script, diff->new.script };
    if (scripts[0] == NULL || scripts[1] == NULL || !witness->settled[0] || !witness->settled[1])
        return true;
    pol_one_claim claims[2] = { 0 };
    const pol_figure *roots[2] = { NULL, NULL };
    bool good = true;
    unsigned made = 0;
    for (unsigned side = 0; side < 2 && good; side++) {
        const pol_status traced = pol_script_trace(scripts[side]);
        good = traced == POL_OK;
        if (!good)
            break;
        made++;
        good = pol_one_claim_run(&claims[side], scripts[side], witness->claim[side], POL_NONE32, diff->lang) == POL_OK;
        roots[side] = good ? pol_explain_claim(&claims[side], diff->lang) : NULL;
        good = roots[side] != NULL;
    }
    tracing t = { diff, witness, focus == POL_NONE32 ? POL_STR("") : b->outputs.items[focus].name };
    if (good)
        lay_trees(&t, roots[0], roots[1]);
    for (unsigned side = 0; side < made; side++)
        pol_one_claim_free(&claims[side]);
    return good && !pol_arena_failed(&diff->arena);
}
