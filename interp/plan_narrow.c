/* From a graph of 64-bit numbers to one in which the numbers that fit stand in 32 bits: half the memory to go through.
 *
 * The graph is made anew, node by node. A number that is made in 32 bits is widened where something needs it in 64,
 * the other way round it is cut; both once. Quotients are the way back: what is summed up by a schedule, multiplied or
 * exceeded and then rounded needs more than 32 bits in between alone, and is one operation on 32-bit numbers. */
#include "interp/plan_internal.h"

#include <string.h>

#define PRODUCT_MOST (1 << 20) /* of factors, where a kernel multiplies in doubles */
#define SLICES_MOST  4         /* breaks of SLICES32 */

typedef struct narrowing {
    pol_planner *p;
    const node *old;
    size_t count;           /* of old nodes */
    node_id *wide, *narrow; /* by old node, its new ones; 0: not made */
    node_id *quotient;      /* by old node, one of its quotients */
    int64_t *divisor, *add; /* … by this, with so much added before */
} narrowing;

/* ---- what fits ------------------------------------------------------------------------------------------ */

static bool fits(const node *n)
{
    return !n->open && n->low > INT32_MIN + 2 && n->high < INT32_MAX;
}

/* The number is there in 32 bits, or needs nothing to be. */
static bool stands_narrow(const narrowing *g, node_id id)
{
    const node *const n = &g->old[id];
    return g->narrow[id] != 0 || (n->op == NODE_CONSTANT && fits(n));
}

static bool is_product(unsigned op)
{
    return op == POL_FAST_OVERL || op == POL_FAST_ABOVE;
}

static bool within(int64_t number, int64_t most)
{
    return number >= -most && number <= most;
}

static bool constants_fit(const node *n)
{
    if (n->op == POL_FAST_DIVIDE) /* used in doubles */
        return true;
    const int64_t most = is_product(n->op) ? PRODUCT_MOST : INT32_MAX - 1;
    return within(n->k[0], most) && within(n->k[1], most);
}

/* Whether an operand changes between the operation and that of 32 bits. */
static bool changes(const pol_fast_shape *of_64, unsigned operand)
{
    return of_64->operand[operand] == 8 && of_64[1].operand[operand] == 4;
}

/* Whether the operation is done in 32 bits. A comparison, only where its numbers are there. */
static bool is_narrow(const narrowing *g, const node *n)
{
    const pol_fast_shape *const shape = n->op < POL_FAST_COUNT ? pol_fast_shape_of((pol_fast_op)n->op) : NULL;
    if (shape == NULL || !shape->has_32 || !constants_fit(n))
        return false;
    const bool makes_number = n->bytes == 8;
    if (makes_number && !fits(n))
        return false;
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        if (n->from[k] != 0 && changes(shape, k) &&
            (!fits(&g->old[n->from[k]]) || (!makes_number && !stands_narrow(g, n->from[k]))))
            return false;
    return n->second == 0 || fits(&g->old[n->second]);
}

/* ---- both ways ------------------------------------------------------------------------------------------------ */

static node_id narrow_of(narrowing *g, node_id id)
{
    const node *const n = &g->old[id];
    if (g->narrow[id] == 0)
        g->narrow[id] = n->op == NODE_CONSTANT ? pol_constant_node(g->p, 4, n->k[0])
                                               : pol_op1(g->p, POL_FAST_NARROW, g->wide[id], 0, 0);
    return g->narrow[id];
}

static node_id wide_of(narrowing *g, node_id id)
{
    const node *const n = &g->old[id];
    if (id == 0 || g->wide[id] != 0)
        return id == 0 ? 0 : g->wide[id];
    if (n->op == NODE_CONSTANT)
        g->wide[id] = pol_constant_node(g->p, n->bytes, n->k[0]);
    else
        g->wide[id] = pol_op1(g->p, POL_FAST_WIDEN, g->narrow[id], 0, 0);
    return g->wide[id];
}

/* ---- quotients ----------------------------------------------------------------------------------------------------- */

/* The constants of (a * factor + add) / divisor in 32 bits. False: a numerator does not fit. */
static bool in_31_bits(const node *a, int64_t factor, int64_t add, int64_t divisor, node *n)
{
    if (!fits(a) || a->low < 0 || factor <= 0 || factor > PRODUCT_MOST || divisor < 2 || divisor > INT32_MAX ||
        a->high * factor + add > INT32_MAX)
        return false;
    n->k[0] = factor;
    n->k[1] = add;
    n->k[2] = pol_fast_multiplier((uint32_t)divisor);
    return true;
}

/* What a schedule sums up, over the divisor. */
static bool fuse_slices(narrowing *g, const node *amount, node *n)
{
    const node *const a = &g->old[amount->from[0]];
    const pol_slices *const slices = amount->table;
    pol_i128 size = 0; /* of the products on the way: doubles must hold them */
    for (uint32_t i = 0; i < slices->count; i++) {
        const int64_t most = a->high > slices->at[i] ? a->high : slices->at[i];
        size += (pol_i128)(most < 0 ? -most : most) * (slices->slope[i] < 0 ? -slices->slope[i] : slices->slope[i]);
    }
    if (slices->count > SLICES_MOST || !fits(a) || size > (pol_i128)1 << 50)
        return false;
    n->op = POL_FAST_SLICES32;
    n->table = slices;
    n->from[0] = narrow_of(g, amount->from[0]);
    return true;
}

static bool fuse_product(narrowing *g, const node *amount, node *n)
{
    const node *const a = &g->old[amount->from[0]];
    const int64_t add = n->k[0], divisor = n->k[1];
    if (!fits(a) || !within(amount->k[0], PRODUCT_MOST))
        return false;
    n->from[0] = narrow_of(g, amount->from[0]);
    n->op = POL_FAST_PART31;
    if (!in_31_bits(a, amount->k[0], add, divisor, n)) {
        n->op = POL_FAST_SHARE32;
        n->k[1] = amount->k[0];
        n->k[2] = divisor;
    }
    return true;
}

/* Whether something else exceeds the same part. */
static bool is_shared(const narrowing *g, const node *amount)
{
    unsigned times = 0;
    for (size_t i = 1; i < g->count && times < 2; i++) {
        const node *const n = &g->old[i];
        times += n->live && n->op == amount->op && n->from[1] == amount->from[1] && n->k[0] == amount->k[0] && n->k[1] == amount->k[1];
    }
    return times > 1;
}

/* What a exceeds a part of b by: the part is rounded the other way. */
static bool fuse_excess(narrowing *g, const node *amount, node *n)
{
    const node *const a = &g->old[amount->from[0]], *const b = &g->old[amount->from[1]];
    const int64_t add = n->k[0], divisor = n->k[1];
    if (!fits(a) || !fits(b) || !within(amount->k[0], PRODUCT_MOST) || !within(amount->k[1], PRODUCT_MOST))
        return false;
    n->from[0] = narrow_of(g, amount->from[0]);
    n->from[1] = narrow_of(g, amount->from[1]);
    n->op = POL_FAST_OVER31;
    if (amount->k[0] != divisor || a->low < 0 || !in_31_bits(b, amount->k[1], divisor - 1 - add, divisor, n)) {
        n->op = POL_FAST_EXCESS32;
        n->k[1] = amount->k[0];
        n->k[2] = amount->k[1];
    } else if (is_shared(g, amount)) {
        const node part = { .op = POL_FAST_PART31, .bytes = 4, .from = { n->from[1] }, .k = { n->k[0], n->k[1], n->k[2] } };
        n->op = POL_FAST_OVER32;
        n->from[1] = pol_new_node(g->p, &part);
        memset(n->k, 0, sizeof n->k);
    }
    return true;
}

/* What is rounded, as an operation of 32-bit numbers. False: there is none. */
static bool fuse(narrowing *g, node_id amount, node *n)
{
    const node *const a = &g->old[amount];
    switch (a->low < 0 ? NODE_NONE : a->op) {
    case POL_FAST_SLICES: return fuse_slices(g, a, n);
    case POL_FAST_MULK: return fuse_product(g, a, n);
    case POL_FAST_OVERL: return fuse_excess(g, a, n);
    default: break;
    }
    if (!stands_narrow(g, amount))
        return false;
    n->from[0] = narrow_of(g, amount);
    n->op = in_31_bits(a, 1, n->k[0], n->k[1], n) ? POL_FAST_PART31 : POL_FAST_QUOTIENT32;
    return true;
}

static int64_t quotient_of(int64_t number, int64_t divisor)
{
    return (number < 0 ? -number : number) / divisor + 1;
}

/* The amount (an old node) over the divisor, rounded as the operation `of` rounds, if that has 32 bits; else 0. */
static node_id quotient(narrowing *g, node_id amount, const node *of)
{
    const node *const a = &g->old[amount];
    const int64_t divisor = of->k[1];
    if (g->quotient[amount] != 0 && g->divisor[amount] == divisor && g->add[amount] == of->k[0])
        return g->quotient[amount];
    if (a->open || quotient_of(a->low, divisor) > INT32_MAX - 2 || quotient_of(a->high, divisor) > INT32_MAX - 2)
        return 0;
    node n = { .op = POL_FAST_DIVIDE32, .bytes = 4, .k = { of->k[0], divisor }, .x = { of->x[0], of->x[1] } };
    if (!fuse(g, amount, &n))
        n.from[0] = wide_of(g, amount);
    g->divisor[amount] = divisor;
    g->add[amount] = of->k[0];
    return g->quotient[amount] = pol_new_node(g->p, &n);
}

/* ---- operations ---------------------------------------------------------------------------------------------------------- */

static node_id made(narrowing *g, node_id old, const node *n)
{
    const node_id id = pol_new_node(g->p, n);
    node *const copy = pol_node_at(g->p, id);
    copy->low = g->old[old].low;
    copy->high = g->old[old].high;
    copy->open = g->old[old].open;
    return id;
}

/* The second result beside the first, both of as many bytes. */
static void make_second(narrowing *g, const node *n, node_id first, node_id *of)
{
    if (n->second != 0)
        of[n->second] = pol_second(g->p, first, of == g->narrow ? 4 : g->old[n->second].bytes);
}

static void copy(narrowing *g, node_id old)
{
    node n = g->old[old];
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        n.from[k] = wide_of(g, n.from[k]);
    n.second = 0;
    n.live = false;
    g->wide[old] = made(g, old, &n);
    make_second(g, &g->old[old], g->wide[old], g->wide);
}

static void narrow(narrowing *g, node_id old)
{
    node n = g->old[old];
    const pol_fast_shape *const shape = pol_fast_shape_of((pol_fast_op)n.op);
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        if (n.from[k] != 0)
            n.from[k] = changes(shape, k) ? narrow_of(g, n.from[k]) : wide_of(g, n.from[k]);
    n.op++;
    n.bytes = shape[1].result[0];
    n.second = 0;
    n.live = false;
    node_id *const of = g->old[old].bytes == 8 ? g->narrow : g->wide;
    of[old] = made(g, old, &n);
    make_second(g, &g->old[old], of[old], of);
}

/* A payment of what is rounded first. False: it is none, or does not fit. */
static bool narrow_tail(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    static const uint16_t k_ops[][2] = { { POL_FAST_TAILR, POL_FAST_TAIL32 }, { POL_FAST_TAILRC, POL_FAST_TAILC32 },
                                         { POL_FAST_TAILRY, POL_FAST_TAILY32 }, { POL_FAST_TAILRCY, POL_FAST_TAILCY32 } };
    unsigned i = 0;
    while (i < 4 && k_ops[i][0] != n->op)
        i++;
    if (i == 4 || !fits(&g->old[n->from[1]]) || (n->from[2] != 0 && !fits(&g->old[n->from[2]])))
        return false;
    const node_id rounded = quotient(g, n->from[0], n);
    if (rounded == 0)
        return false;
    node tail = { .op = k_ops[i][1], .bytes = 4, .from = { rounded, narrow_of(g, n->from[1]) } };
    tail.from[2] = n->from[2] != 0 ? narrow_of(g, n->from[2]) : 0;
    tail.from[3] = wide_of(g, n->from[3]);
    g->narrow[old] = made(g, old, &tail);
    make_second(g, n, g->narrow[old], g->narrow);
    return true;
}

/* What is above a number when rounded, where that has been rounded already. */
static bool narrow_above(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    if (n->op != POL_FAST_ABOVE || g->quotient[n->from[0]] == 0 || g->divisor[n->from[0]] != n->k[0] ||
        g->add[n->from[0]] != n->k[0] - 1 - n->k[1] || !stands_narrow(g, n->from[1]))
        return false;
    const node compared = { .op = POL_FAST_GT32, .bytes = 1, .from = { g->quotient[n->from[0]], narrow_of(g, n->from[1]) } };
    g->wide[old] = made(g, old, &compared);
    return true;
}

static bool product_fits(const node *n, int64_t factor)
{
    return factor > 0 && factor < PRODUCT_MOST && n->high * factor < INT32_MAX;
}

/* a * k >= b * l, or above it: as it is, or one number and a quotient of the other. */
static bool narrow_scaled(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    const bool strict = n->op == POL_FAST_GTL;
    if ((!strict && n->op != POL_FAST_GEL) || !stands_narrow(g, n->from[0]) || !stands_narrow(g, n->from[1]) ||
        g->old[n->from[0]].low < 0 || g->old[n->from[1]].low < 0)
        return false;
    node compared = { .bytes = 1, .from = { n->from[0], n->from[1] }, .k = { n->k[0], n->k[1] } };
    if (product_fits(&g->old[n->from[0]], n->k[0]) && product_fits(&g->old[n->from[1]], n->k[1]))
        compared.op = strict ? POL_FAST_GTL32 : POL_FAST_GEL32;
    else if (in_31_bits(&g->old[n->from[1]], n->k[1], strict ? 0 : n->k[0] - 1, n->k[0], &compared))
        compared.op = strict ? POL_FAST_GT31 : POL_FAST_GE31;
    else if (in_31_bits(&g->old[n->from[0]], n->k[0], strict ? n->k[1] - 1 : 0, n->k[1], &compared))
        compared = (node){ .op = strict ? POL_FAST_LT31 : POL_FAST_LE31, .bytes = 1, .from = { n->from[1], n->from[0] },
                           .k = { compared.k[0], compared.k[1], compared.k[2] } };
    else
        return false;
    compared.from[0] = narrow_of(g, compared.from[0]);
    compared.from[1] = narrow_of(g, compared.from[1]);
    g->wide[old] = made(g, old, &compared);
    return true;
}

static bool narrow_quotient(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    if (n->op == POL_FAST_DIVIDE && fits(n))
        g->narrow[old] = quotient(g, n->from[0], n);
    return g->narrow[old] != 0;
}

static void make(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    if (n->op == NODE_CONSTANT || n->op == NODE_SECOND || n->op == NODE_NONE)
        return; /* made where it is asked for, or with the first */
    if (narrow_tail(g, old) || narrow_above(g, old) || narrow_scaled(g, old) || narrow_quotient(g, old))
        return;
    if (is_narrow(g, n))
        narrow(g, old);
    else
        copy(g, old);
}

/* ---- all of it ------------------------------------------------------------------------------------------------------------- */

/* Required fields are read by the check of fields, live or not, and cut there. */
static void make_required(narrowing *g)
{
    pol_planner *const p = g->p;
    for (size_t i = 0; i < p->required.count; i++) {
        pol_required *const required = &p->required.items[i];
        const node_id old = required->field;
        if (g->wide[old] == 0)
            copy(g, old);
        required->field = g->wide[old];
        if (required->op == POL_FAST_ORN8 && g->narrow[old] == 0)
            required->cut = g->narrow[old] =
                made(g, old, &(node){ .op = NODE_CUT, .bytes = 4, .from = { required->field } });
    }
}

/* Where a result stands: in 32 bits if it is there or a constant. Copies are for what is written to anew. */
static node_id result_of(narrowing *g, node_id old)
{
    const node *const n = &g->old[old];
    if (n->bytes == 8 && n->op == POL_FAST_COPYN && stands_narrow(g, n->from[0]))
        return narrow_of(g, n->from[0]);
    return n->bytes == 8 && g->narrow[old] != 0 ? g->narrow[old] : wide_of(g, old);
}

void pol_plan_narrow(pol_planner *p, node_id *results)
{
    const size_t count = p->nodes.count;
    narrowing g = { .p = p, .old = p->nodes.items, .count = count };
    g.wide = POL_NEW_ARRAY(p->arena, node_id, count);
    g.narrow = POL_NEW_ARRAY(p->arena, node_id, count);
    g.quotient = POL_NEW_ARRAY(p->arena, node_id, count);
    g.divisor = POL_NEW_ARRAY(p->arena, int64_t, count);
    g.add = POL_NEW_ARRAY(p->arena, int64_t, count);
    pol_mark_live(p, results);
    const node_id bad = p->bad;
    memset(&p->nodes, 0, sizeof p->nodes);
    memset(p->slots, 0, sizeof p->slots);
    if (!POL_PUSH(p->arena, p->nodes, ((node){ .op = NODE_NONE, .bytes = 8 })) || pol_arena_failed(p->arena))
        return;
    make_required(&g);
    for (node_id id = 1; id < count && !pol_arena_failed(p->arena); id++)
        if (g.old[id].live && g.wide[id] == 0)
            make(&g, id);
    p->bad = wide_of(&g, bad);
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        if (results[reg] != 0)
            results[reg] = result_of(&g, results[reg]);
}
