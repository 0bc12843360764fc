/* A plan cut in three: what does not depend on the balances of accumulators, what leads from them to their new values,
 * and the rest. Nodes are put into that order before they get their columns. */
#include "interp/plan_internal.h"

#include <string.h>

static bool is_computed(const node *n)
{
    return n->op < POL_BLOCK_END;
}

/* Balances of accumulators that count from claim to claim. One that sums up a window of days is in no cell. */
static bool all_count(const pol_code *code)
{
    for (uint32_t a = 0; a < code->accum_count; a++)
        if (code->accums[a].period == POL_ROLLING)
            return false;
    return code->accum_count != 0;
}

/* By node: whether a balance has come into it. */
static void find_dependent(const pol_planner *p, bool *depends)
{
    for (uint32_t i = 1; i < p->nodes.count; i++) {
        const node *const n = &p->nodes.items[i];
        for (uint32_t a = 0; n->op == NODE_FIELD && a < p->code->accum_count; a++)
            depends[i] = depends[i] || p->code->fields[p->code->accums[a].field].reg == (uint32_t)n->k[0];
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
            depends[i] = depends[i] || depends[n->from[k]];
    }
}

/* By node: whether a new value is made of it. */
static void find_leading(const pol_planner *p, const node_id *results, bool *leads)
{
    for (uint32_t a = 0; a < p->code->accum_count; a++)
        leads[results[p->code->accums[a].after]] = true;
    for (size_t i = p->nodes.count; i-- > 1;)
        for (unsigned k = 0; k < POL_FAST_OPERANDS && leads[i]; k++)
            leads[p->nodes.items[i].from[k]] = true;
}

/* Puts each node into its part, and says which depend on balances. False: memory ran out, or some operation of the slice
 * makes schedules. */
static bool find_parts(pol_planner *p, const node_id *results, bool **depends)
{
    bool *const leads = POL_NEW_ARRAY(p->arena, bool, p->nodes.count);
    *depends = POL_NEW_ARRAY(p->arena, bool, p->nodes.count);
    if (*depends == NULL || leads == NULL)
        return false;
    find_dependent(p, *depends);
    find_leading(p, results, leads);
    for (uint32_t i = 1; i < p->nodes.count; i++) {
        node *const n = pol_node_at(p, i);
        if (n->op == NODE_SECOND)
            n->part = pol_node_at(p, n->from[0])->part;
        else
            n->part = !is_computed(n) || !(*depends)[i] ? PART_BEFORE : leads[i] ? PART_SLICE : PART_AFTER;
        if (n->live && n->part == PART_SLICE && (n->op == POL_BLOCK_SCHEDULE || n->op == POL_BLOCK_TNUM))
            return false;
    }
    return true;
}

/* ---- payments up to what a balance leaves ----------------------------------------------------------------- */

/* The same payment without a cap; 0: it is none that has one. */
static uint16_t without_cap(unsigned op)
{
    switch (op) {
    case POL_FAST_TAILC: return POL_FAST_TAIL;
    case POL_FAST_TAILCY: return POL_FAST_TAILY;
    case POL_FAST_TAILC32: return POL_FAST_TAIL32;
    case POL_FAST_TAILCY32: return POL_FAST_TAILY32;
    case POL_FAST_TAILRC: return POL_FAST_TAILR;
    case POL_FAST_TAILRCY: return POL_FAST_TAILRY;
    default: return 0;
    }
}

/* Whether the number is 0 or more, whatever it is made of. */
static bool is_never_below_0(const pol_planner *p, node_id id)
{
    const node *const n = &p->nodes.items[id];
    switch (n->op) {
    case POL_FAST_OVER:
    case POL_FAST_OVER32:
    case POL_FAST_OVERK:
    case POL_FAST_OVERK32:
    case POL_FAST_KOVER:
    case POL_FAST_KOVER32: return true;
    case POL_FAST_MIN:
    case POL_FAST_MIN32: return is_never_below_0(p, n->from[0]) && is_never_below_0(p, n->from[1]);
    default: return false;
    }
}

/* Of a payment of the slice only the cap comes from a balance: what would be paid without a cap is found before, the
 * lesser of both in the slice, and what remains wherever it is read. The payment without a cap is 0 where its condition
 * does not hold, and so must be the lesser one. */
static void split_payment(pol_planner *p, node_id id)
{
    const node before = *pol_node_at(p, id);
    const node_id rest = before.second;
    node uncapped = { .op = without_cap(before.op), .bytes = before.bytes, .from = { before.from[0], before.from[1] },
                      .low = before.low, .high = before.high, .live = true };
    uncapped.from[3] = before.from[3];
    memcpy(uncapped.k, before.k, sizeof uncapped.k);
    memcpy(uncapped.x, before.x, sizeof uncapped.x);
    const node_id made = pol_new_node(p, &uncapped);
    pol_second(p, made, before.bytes);
    pol_node_at(p, made)->live = true;
    node *const lesser = pol_node_at(p, id), *const remains = pol_node_at(p, rest);
    lesser->op = before.bytes == 4 ? POL_FAST_MIN32 : POL_FAST_MIN;
    lesser->second = lesser->from[3] = 0;
    lesser->from[0] = before.from[2];
    lesser->from[1] = made;
    lesser->from[2] = 0;
    memset(lesser->k, 0, sizeof lesser->k);
    memset(lesser->x, 0, sizeof lesser->x);
    remains->op = before.bytes == 4 ? POL_FAST_SUB32 : POL_FAST_SUB;
    remains->from[0] = before.from[1];
    remains->from[1] = id;
}

/* False: memory ran out. */
static bool split_payments(pol_planner *p, const bool *depends)
{
    const uint32_t count = (uint32_t)p->nodes.count;
    for (uint32_t i = 1; i < count && !pol_arena_failed(p->arena); i++) {
        const node *const n = pol_node_at(p, i);
        if (n->live && n->part == PART_SLICE && without_cap(n->op) != 0 && n->second != 0 && !depends[n->from[0]] &&
            !depends[n->from[1]] && !depends[n->from[3]] && (n->from[3] == 0 || is_never_below_0(p, n->from[2])))
            split_payment(p, i);
    }
    return !pol_arena_failed(p->arena);
}

/* ---- the order of the parts ---------------------------------------------------------------------------------- */

/* Puts the nodes into the order of their parts. */
static bool sort_nodes(pol_planner *p, node_id *results)
{
    const uint32_t count = (uint32_t)p->nodes.count;
    node_id *const now = POL_NEW_ARRAY(p->arena, node_id, count); /* by old place */
    node *const sorted = POL_NEW_ARRAY(p->arena, node, count);
    if (now == NULL || sorted == NULL)
        return false;
    uint32_t at = 1;
    for (plan_part part = PART_BEFORE; part <= PART_AFTER; part++)
        for (uint32_t i = 1; i < count; i++)
            if (p->nodes.items[i].part == part)
                now[i] = at++;
    sorted[0] = p->nodes.items[0];
    for (uint32_t i = 1; i < count; i++) {
        node *const n = &sorted[now[i]];
        *n = p->nodes.items[i];
        n->second = now[n->second];
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
            n->from[k] = now[n->from[k]];
    }
    p->nodes.items = sorted;
    p->nodes.capacity = count;
    p->bad = now[p->bad];
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        results[reg] = now[results[reg]];
    for (size_t i = 0; i < p->required.count; i++) {
        p->required.items[i].field = now[p->required.items[i].field];
        p->required.items[i].cut = now[p->required.items[i].cut];
    }
    return true;
}

void pol_plan_cut_nodes(pol_planner *p, node_id *results)
{
    bool *depends;
    if (!all_count(p->code) || !find_parts(p, results, &depends))
        return;
    p->is_cut = split_payments(p, depends) && find_parts(p, results, &depends) && sort_nodes(p, results);
    p->refused = p->refused || !p->is_cut; /* memory ran out: the order is lost */
}

bool pol_plan_is_balance(const pol_code *code, uint32_t reg)
{
    for (uint32_t a = 0; a < code->accum_count; a++)
        if (code->fields[code->accums[a].field].reg == reg)
            return true;
    return false;
}

/* ---- the cut of a plan --------------------------------------------------------------------------------- */

static bool is_made(const node *n)
{
    return is_computed(n) || n->op == NODE_SECOND;
}

/* Columns that go into the slice, each once; constants stand where they are. */
static void find_in(const pol_planner *p, pol_plan_cut *cut, bool *seen)
{
    for (uint32_t i = 1; i < p->nodes.count; i++) {
        const node *const n = &p->nodes.items[i];
        for (unsigned k = 0; k < POL_FAST_OPERANDS && n->live && is_computed(n) && n->part == PART_SLICE; k++) {
            const node *const from = &p->nodes.items[n->from[k]];
            if (n->from[k] == 0 || from->op == NODE_CONSTANT || (is_made(from) && from->part == PART_SLICE) || seen[n->from[k]])
                continue;
            seen[n->from[k]] = true;
            cut->in[cut->in_count++] = from->column;
        }
    }
}

static void find_out(const pol_planner *p, pol_plan_cut *cut)
{
    for (uint32_t i = 1; i < p->nodes.count; i++) {
        const node *const n = &p->nodes.items[i];
        if (n->live && is_made(n) && n->part == PART_SLICE && n->last > p->slice_end)
            cut->out[cut->out_count++] = n->column;
    }
}

#define BLOCK_COST 30 /* of an operation that is no vector kernel */

static uint32_t cost_of(const pol_plan *plan)
{
    uint32_t cost = 0;
    for (uint32_t i = plan->cut.slice; i < plan->cut.end; i++)
        cost += plan->instrs[i].op < POL_FAST_COUNT ? 1 : BLOCK_COST;
    return cost;
}

bool pol_plan_finish_cut(pol_planner *p, const node_id *results, pol_plan *plan)
{
    const pol_code *const code = p->code;
    pol_plan_cut *const cut = &plan->cut;
    bool *const seen = POL_NEW_ARRAY(p->arena, bool, p->nodes.count);
    pol_plan_balance *const balances = POL_NEW_ARRAY(p->arena, pol_plan_balance, code->accum_count);
    cut->in = POL_NEW_ARRAY(p->arena, uint16_t, p->nodes.count);
    cut->out = POL_NEW_ARRAY(p->arena, uint16_t, p->nodes.count);
    if (pol_arena_failed(p->arena))
        return false;
    cut->cost = cost_of(plan);
    find_in(p, cut, seen);
    find_out(p, cut);
    for (uint32_t a = 0; a < code->accum_count; a++) {
        const uint32_t reg = code->fields[code->accums[a].field].reg, after = code->accums[a].after;
        balances[a].before = plan->port[reg];
        balances[a].after = results[after] != 0 ? pol_node_at(p, results[after])->column : plan->port[after];
        for (size_t i = 0; i < p->required.count; i++) {
            const pol_required *const required = &p->required.items[i];
            const node_id narrow = required->cut;
            if (narrow != 0 && pol_node_at(p, narrow)->live && pol_node_at(p, required->field)->k[0] == (int64_t)reg)
                balances[a].narrow = pol_node_at(p, narrow)->column;
        }
    }
    cut->balances = balances;
    return true;
}
