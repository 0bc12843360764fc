/* The instructions of a stretch with their values by number, in an order that lets the processor overlap them: what a long
 * chain waits for comes early, what nothing waits for fills the time. A column that is used again for another value is no
 * reason to wait. */
#include "interp/native_internal.h"

#include <string.h>

#define MOST_ORDERED 512 /* longer stretches stay as they are */

/* ---- values by number ----------------------------------------------------------------------------------------------- */

/* Values 0 … columns - 1 are what the columns hold before the stretch; each result is one more. */
static bool number_values(pol_generator *g)
{
    const uint32_t columns = g->plan->column_count;
    uint32_t *const now = POL_NEW_ARRAY(g->arena, uint32_t, columns);
    if (now == NULL)
        return false;
    for (uint32_t c = 0; c < columns; c++) now[c] = c;
    g->value_count = columns;
    for (uint32_t i = 0; i < g->count; i++) {
        pol_native_op *const op = &g->ops[i];
        op->instr = &g->instrs[i];
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) op->in[k] = now[op->instr->operand[k]];
        for (unsigned r = 0; r < 2; r++)
            if (op->instr->result[r] != 0)
                now[op->instr->result[r]] = op->out[r] = g->value_count++;
    }
    for (uint32_t i = 0; i < g->count; i++)
        for (unsigned r = 0; r < 2; r++)
            g->ops[i].is_last[r] = g->ops[i].out[r] != 0 && now[g->ops[i].instr->result[r]] == g->ops[i].out[r];
    return true;
}

/* ---- what waits for what --------------------------------------------------------------------------------------------- */

typedef struct order {
    const pol_generator *g;
    uint32_t words;      /* of a set of instructions */
    uint64_t *before;    /* by instruction: the set of those that it waits for and that are not placed yet */
    uint32_t *path;      /* by instruction: cycles from its start to the end of all that wait for it */
    uint32_t *ready;     /* by instruction: when all it waits for is done */
    bool *placed;
} order;

static bool waits(const order *o, uint32_t i, uint32_t on)
{
    return o->before[i * o->words + on / 64] >> on % 64 & 1;
}

static void wait_for(const order *o, uint32_t i, uint32_t on)
{
    o->before[i * o->words + on / 64] |= UINT64_C(1) << on % 64;
}

static bool reads(const pol_native_op *op, uint32_t value)
{
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        if (op->instr->operand[k] != 0 && op->in[k] == value)
            return true;
    return false;
}

/* Whether the instruction reads or writes the column's memory, where numbers of 64 bits always stand. */
static bool touches(const pol_native_op *op, uint16_t column)
{
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        if (op->instr->operand[k] == column)
            return true;
    return op->instr->result[0] == column;
}

/* Whether a result takes the place of what the other instruction reads in memory, or leaves there. */
static bool replaces(const pol_generator *g, const pol_native_op *op, unsigned result, const pol_native_op *other)
{
    const uint16_t column = op->instr->result[result];
    return g->plan->bytes[column] == 8 ? touches(other, column) : reads(other, column);
}

/* A value waits for its operands; what goes to a column, for those who read what was there before. */
static void find_waits(const order *o)
{
    const pol_native_op *const ops = o->g->ops;
    for (uint32_t i = 0; i < o->g->count; i++)
        for (uint32_t j = 0; j < i; j++)
            for (unsigned r = 0; r < 2; r++)
                if ((ops[j].out[r] != 0 && reads(&ops[i], ops[j].out[r])) ||
                    (ops[i].out[r] != 0 && replaces(o->g, &ops[i], r, &ops[j])))
                    wait_for(o, i, j);
}

static void find_paths(const order *o)
{
    for (uint32_t i = o->g->count; i-- > 0;) {
        o->path[i] += pol_native_cost_of(o->g->ops[i].instr).latency;
        for (uint32_t j = 0; j < i; j++) {
            if (waits(o, i, j) && o->path[j] < o->path[i])
                o->path[j] = o->path[i];
        }
    }
}

/* ---- placing ------------------------------------------------------------------------------------------------------------ */

static bool is_free(const order *o, uint32_t i)
{
    for (uint32_t w = 0; w < o->words; w++)
        if (o->before[i * o->words + w] != 0)
            return false;
    return !o->placed[i];
}

/* Of those that can start, the one with the longest path behind it; else the one that can start first. */
static uint32_t choose(const order *o, uint32_t now)
{
    uint32_t best = NEVER;
    for (uint32_t i = 0; i < o->g->count; i++) {
        if (!is_free(o, i))
            continue;
        if (best == NEVER) {
            best = i;
            continue;
        }
        const bool can = o->ready[i] <= now, could = o->ready[best] <= now;
        if (can != could ? can : can ? o->path[i] > o->path[best] : o->ready[i] < o->ready[best])
            best = i;
    }
    return best;
}

#define A_CYCLE 6 /* instructions of the machine that enter it */

static void place(const order *o, pol_native_op *placed)
{
    uint32_t issued = 0;
    for (uint32_t n = 0; n < o->g->count; n++) {
        const uint32_t i = choose(o, issued / A_CYCLE);
        const pol_native_cost cost = pol_native_cost_of(o->g->ops[i].instr);
        const uint32_t start = issued / A_CYCLE > o->ready[i] ? issued / A_CYCLE : o->ready[i];
        issued += cost.instrs;
        o->placed[i] = true;
        placed[n] = o->g->ops[i];
        for (uint32_t j = 0; j < o->g->count; j++) {
            if (!waits(o, j, i))
                continue;
            o->before[j * o->words + i / 64] &= ~(UINT64_C(1) << i % 64);
            o->ready[j] = o->ready[j] > start + cost.latency ? o->ready[j] : start + cost.latency;
        }
    }
}

/* ---- who reads a value next ---------------------------------------------------------------------------------------------- */

static bool find_next(pol_generator *g)
{
    g->first_next = pol_arena_array(g->arena, g->value_count, sizeof *g->first_next);
    if (g->first_next == NULL)
        return false;
    uint32_t *const next = g->first_next;
    for (uint32_t v = 0; v < g->value_count; v++) next[v] = NEVER;
    for (uint32_t i = g->count; i-- > 0;) {
        pol_native_op *const op = &g->ops[i];
        for (unsigned r = 0; r < 2; r++) op->next_out[r] = next[op->out[r]];
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) op->next_in[k] = next[op->in[k]];
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) next[op->in[k]] = i;
    }
    return true;
}

bool pol_native_order(pol_generator *g)
{
    g->ops = pol_arena_array(g->arena, g->count + 1, sizeof *g->ops);
    if (g->ops == NULL || !number_values(g))
        return false;
    if (g->as.wide && g->count <= MOST_ORDERED) {
        order o = { .g = g, .words = g->count / 64 + 1 };
        o.before = POL_NEW_ARRAY(g->arena, uint64_t, (size_t)o.words * g->count + 1);
        o.path = POL_NEW_ARRAY(g->arena, uint32_t, g->count + 1);
        o.ready = POL_NEW_ARRAY(g->arena, uint32_t, g->count + 1);
        o.placed = POL_NEW_ARRAY(g->arena, bool, g->count + 1);
        pol_native_op *const placed = pol_arena_array(g->arena, g->count + 1, sizeof *placed);
        if (pol_arena_failed(g->arena))
            return false;
        find_waits(&o);
        find_paths(&o);
        place(&o, placed);
        g->ops = placed;
    }
    return find_next(g);
}
