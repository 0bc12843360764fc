/* From the nodes of a plan to its instructions: what is live, which column each value stands in, what is checked
 * before. */
#include "interp/plan_internal.h"

#include <string.h>

/* ---- what is live ------------------------------------------------------------------------------------ */

void pol_mark_live(pol_planner *p, const node_id *results)
{
    if (!pol_is_constant(p, p->bad) || pol_known_of(p, p->bad) != 0)
        pol_node_at(p, p->bad)->live = true;
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        if (results[reg] != 0)
            pol_node_at(p, results[reg])->live = true;
    for (size_t i = p->nodes.count; i-- > 1;) {
        const node *const n = &p->nodes.items[i];
        for (unsigned k = 0; n->live && k < POL_FAST_OPERANDS; k++)
            p->nodes.items[n->from[k]].live = true;
    }
}

/* What comes from before and goes into the slice stays until its end: the slice may run again. */
static void keep_for_slice(pol_planner *p)
{
    const uint32_t end = (uint32_t)p->nodes.count;
    for (uint32_t i = 1; p->is_cut && i < end; i++)
        if (p->nodes.items[i].live && p->nodes.items[i].part == PART_SLICE)
            p->slice_end = i;
    for (uint32_t i = 1; i < p->slice_end; i++) {
        node *const n = &p->nodes.items[i];
        if (n->part == PART_BEFORE && n->last < p->slice_end && p->nodes.items[n->last].part == PART_SLICE)
            n->last = p->slice_end;
    }
}

/* Who reads each node last. A second result lives from its first on. */
static void find_last(pol_planner *p, const node_id *results)
{
    const uint32_t end = (uint32_t)p->nodes.count;
    for (uint32_t i = 1; i < end; i++) {
        node *const n = &p->nodes.items[i];
        n->last = n->last > i ? n->last : i;
        for (unsigned k = 0; n->live && k < POL_FAST_OPERANDS; k++)
            p->nodes.items[n->from[k]].last = i;
    }
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        if (results[reg] != 0)
            p->nodes.items[results[reg]].last = UINT32_MAX;
    p->nodes.items[p->bad].last = UINT32_MAX;
}

/* ---- columns --------------------------------------------------------------------------------------------- */

typedef struct columns {
    pol_planner *p;
    pol_plan *plan;
    uint16_t *unused[9]; /* by bytes of an element */
    uint32_t unused_count[9];
} columns;

static uint16_t new_column(columns *c, uint8_t bytes)
{
    if (c->plan->column_count >= UINT16_MAX) {
        c->p->refused = true;
        return 0;
    }
    c->plan->bytes[c->plan->column_count] = bytes;
    return (uint16_t)c->plan->column_count++;
}

static uint16_t take(columns *c, uint8_t bytes)
{
    return c->unused_count[bytes] != 0 ? c->unused[bytes][--c->unused_count[bytes]] : new_column(c, bytes);
}

static void give_back(columns *c, const node *n)
{
    c->unused[n->bytes][c->unused_count[n->bytes]++] = n->column;
}

static bool is_computed(const node *n)
{
    return n->op < POL_BLOCK_END;
}

/* Gives back what the node at i reads last, and what nobody reads at all. */
static void give_back_dying(columns *c, uint32_t i)
{
    pol_planner *const p = c->p;
    const node *const n = pol_node_at(p, i);
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) {
        node *const from = pol_node_at(p, n->from[k]);
        bool seen = n->from[k] == 0;
        for (unsigned j = 0; j < k; j++)
            seen = seen || n->from[j] == n->from[k];
        if (!seen && from->last == i && (is_computed(from) || from->op == NODE_SECOND))
            give_back(c, from);
    }
}

static void add_constant(columns *c, uint16_t column, int64_t number)
{
    c->plan->constants[c->plan->constant_count++] = (pol_plan_constant){ column, number };
}

static void place(columns *c)
{
    pol_planner *const p = c->p;
    for (uint32_t i = 1; i < p->nodes.count; i++) {
        node *const n = pol_node_at(p, i);
        if (!n->live || n->op == NODE_SECOND)
            continue;
        if (n->op == NODE_FIELD) {
            n->column = c->plan->port[n->k[0]];
            continue;
        }
        if (n->op == NODE_CUT) { /* filled before anything runs */
            n->column = new_column(c, n->bytes);
            continue;
        }
        if (n->op == NODE_CONSTANT) {
            n->column = new_column(c, n->bytes);
            add_constant(c, n->column, n->k[0]);
            continue;
        }
        /* what says of rows that they are bad has a column of its own: code looks at what it holds */
        n->column = i == p->bad ? new_column(c, n->bytes) : take(c, n->bytes);
        if (n->second != 0) {
            node *const second = pol_node_at(p, n->second);
            second->column = take(c, second->bytes);
        }
        give_back_dying(c, i);
        if (n->last == i)
            give_back(c, n);
        if (n->second != 0 && (!pol_node_at(p, n->second)->live || pol_node_at(p, n->second)->last <= n->second))
            give_back(c, pol_node_at(p, n->second));
    }
}

/* ---- instructions -------------------------------------------------------------------------------------------- */

static void add_instr(columns *c, const node *n)
{
    pol_planner *const p = c->p;
    pol_fast_instr *const instr = &c->plan->instrs[c->plan->instr_count++];
    *instr = (pol_fast_instr){ .op = n->op, .table = n->table };
    c->plan->schedule_ops = c->plan->schedule_ops || n->op >= POL_FAST_COUNT;
    instr->result[0] = n->column;
    instr->result[1] = n->second != 0 ? pol_node_at(p, n->second)->column : 0;
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        instr->operand[k] = n->from[k] != 0 ? pol_node_at(p, n->from[k])->column : 0;
    memcpy(instr->k, n->k, sizeof instr->k);
    memcpy(instr->x, n->x, sizeof instr->x);
}

static void add_instrs(columns *c)
{
    pol_plan_cut *const cut = &c->plan->cut;
    for (uint32_t i = 1; i < c->p->nodes.count; i++) {
        const node *const n = pol_node_at(c->p, i);
        if (!n->live || !is_computed(n))
            continue;
        add_instr(c, n);
        cut->slice = n->part == PART_BEFORE ? c->plan->instr_count : cut->slice;
        cut->end = n->part != PART_AFTER ? c->plan->instr_count : cut->end;
    }
}

/* ---- checks ----------------------------------------------------------------------------------------------------- */

static bool alike(const pol_required *a, const pol_required *b)
{
    return a->op == b->op && a->least == b->least && a->limit == b->limit;
}

/* Of all that was read, for proofs rest on it even where nothing reads it any more: of balances, when the plan is cut,
 * or of other fields. Up to eight columns at a time; the last check of a kind names one of its columns again and again. */
static void add_checks_of(columns *c, bool of_balances)
{
    pol_planner *const p = c->p;
    pol_plan *const plan = c->plan;
    const uint32_t first = plan->check_count;
    for (size_t i = 0; i < p->required.count; i++) {
        pol_required each = p->required.items[i], *const required = &each;
        const uint32_t reg = (uint32_t)pol_node_at(p, required->field)->k[0];
        if ((p->is_cut && pol_plan_is_balance(p->code, reg)) != of_balances)
            continue;
        pol_fast_check *check = NULL;
        if (required->cut != 0 && pol_node_at(p, required->cut)->live)
            required->op = POL_FAST_CUT8;
        for (uint32_t k = first; k < plan->check_count && check == NULL; k++) {
            pol_fast_check *const known = &plan->checks[k];
            const pol_required kind = { .op = known->op, .least = known->least, .limit = known->limit };
            check = known->count < POL_CHECK_COLUMNS && alike(&kind, required) ? known : NULL;
        }
        if (check == NULL) {
            check = &plan->checks[plan->check_count++];
            *check = (pol_fast_check){ .op = required->op, .least = required->least, .limit = required->limit };
        }
        check->narrow[check->count] = required->op == POL_FAST_CUT8 ? pol_node_at(p, required->cut)->column : 0;
        check->column[check->count++] = plan->port[reg];
        for (uint32_t k = check->count; k < POL_CHECK_COLUMNS; k++)
            check->column[k] = check->column[0];
    }
}

static void add_checks(columns *c)
{
    add_checks_of(c, false);
    c->plan->cut.check = c->plan->check_count;
    add_checks_of(c, true);
}

/* ---- results --------------------------------------------------------------------------------------------------- */

static void add_port(columns *c, uint32_t reg, const node *n)
{
    pol_plan *const plan = c->plan;
    const bool late = n->bytes == 4 && c->p->code->registers[reg].class_ == POL_C_NUM;
    plan->results[plan->result_count++] = (pol_plan_result){ reg, n->column, late };
    plan->port[reg] = late ? new_column(c, 8) : n->column;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static bool get_memory(columns *c)
{
    pol_planner *const p = c->p;
    pol_plan *const plan = c->plan;
    const size_t nodes = p->nodes.count, fields = p->code->field_count;
    plan->bytes = POL_NEW_ARRAY(p->arena, uint8_t, nodes + fields + p->code->register_count + 1);
    plan->results = POL_NEW_ARRAY(p->arena, pol_plan_result, p->code->register_count);
    plan->port = POL_NEW_ARRAY(p->arena, uint16_t, p->code->register_count);
    plan->instrs = POL_NEW_ARRAY(p->arena, pol_fast_instr, nodes);
    plan->constants = POL_NEW_ARRAY(p->arena, pol_plan_constant, nodes);
    plan->checks = POL_NEW_ARRAY(p->arena, pol_fast_check, p->required.count);
    plan->made = POL_NEW_ARRAY(p->arena, pol_plan_code, POL_CODE_KINDS);
    plan->asked = POL_NEW_ARRAY(p->arena, uint8_t, p->code->register_count);
    c->unused[8] = POL_NEW_ARRAY(p->arena, uint16_t, 2 * nodes);
    c->unused[4] = POL_NEW_ARRAY(p->arena, uint16_t, 2 * nodes);
    c->unused[1] = POL_NEW_ARRAY(p->arena, uint16_t, 2 * nodes);
    return !pol_arena_failed(p->arena);
}

pol_plan *pol_plan_finish(pol_planner *p, node_id *results)
{
    static const uint8_t k_bytes[POL_CLASS_COUNT] = { 8, 1, 4, 4, 8, 4 };
    pol_plan *const plan = POL_NEW(p->arena, pol_plan);
    columns c = { .p = p, .plan = plan };
    if (plan == NULL)
        return NULL;
    pol_mark_live(p, results);
    pol_plan_cut_nodes(p, results);
    if (!get_memory(&c))
        return NULL;
    plan->code = p->code;
    plan->bound = p->bound;
    plan->column_count = 1;
    for (uint32_t i = 0; i < p->code->field_count; i++) {
        const uint32_t reg = p->code->fields[i].reg;
        plan->port[reg] = new_column(&c, k_bytes[p->code->registers[reg].class_]);
    }
    find_last(p, results);
    keep_for_slice(p);
    place(&c);
    add_instrs(&c);
    add_checks(&c);
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        if (results[reg] != 0)
            add_port(&c, reg, pol_node_at(p, results[reg]));
    plan->bad = pol_node_at(p, p->bad)->live ? pol_node_at(p, p->bad)->column : 0;
    plan->schedules = p->schedules.items;
    plan->schedule_count = (uint32_t)p->schedules.count;
    if (p->is_cut && !pol_plan_finish_cut(p, results, plan))
        return NULL;
    return p->refused ? NULL : plan;
}
