/* Operations of a plan that are no kernels: quotients, which need more than 64 bits, and the schedules of records,
 * of which a block has few. Distinct schedules are made once a block; sums over them are vector kernels again. */
#include "interp/vm_fast.h"

#include <string.h>

#include "interp/wide.h"

#define RESULT(type, n) ((type *)block->fast->columns[instr->result[n]])
#define IN(type, n)     ((const type *)block->fast->columns[instr->operand[n]])

/* ---- quotients ----------------------------------------------------------------------------------------- */

static void run_quotient(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    const pol_plan_quotient *const q = instr->table;
    int64_t *const result = RESULT(int64_t, 0);
    uint8_t *const status = RESULT(uint8_t, 1);
    const int64_t *const a = IN(int64_t, 0), *const b = IN(int64_t, 1), *const c = IN(int64_t, 2);
    for (uint32_t row = 0; row < count; row++) {
        pol_i128 rounded;
        result[row] = 0;
        status[row] = POL_STATUS_FAILED;
        if (c[row] == 0 || !pol_quotient_rounded(a[row], b[row], q->i1, c[row], q->i2, (pol_rounding)q->mode, &rounded) ||
            rounded > q->limit || rounded < -q->limit)
            continue;
        const bool odd = rounded > q->most || rounded < -q->most;
        status[row] = odd ? POL_STATUS_ODD : 0;
        result[row] = odd ? 0 : (int64_t)rounded;
    }
}

static void run_compare(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    const pol_plan_quotient *const q = instr->table;
    uint8_t *const result = RESULT(uint8_t, 0);
    const int64_t *const a = IN(int64_t, 0), *const b = IN(int64_t, 1), *const c = IN(int64_t, 2), *const d = IN(int64_t, 3);
    for (uint32_t row = 0; row < count; row++) {
        if (c[row] == 0)
            result[row] = POL_BOOL_FAILED;
        else if (d[row] == POL_PORT_UNLIMITED)
            result[row] = pol_compare_holds(q->mode, -1);
        else
            result[row] = pol_compare_holds(q->mode, pol_quotient_compare(a[row], b[row], q->i1, c[row], q->i2, d[row]));
    }
}

/* ---- schedules of this run --------------------------------------------------------------------------------- */

static bool same_schedule(const pol_schedule *a, const pol_schedule *b)
{
    if (a->count != b->count || a->low != b->low || a->low_in_first != b->low_in_first)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->upper[i] != b->upper[i] || a->ratio[i] != b->ratio[i] || a->upper_in_next[i] != b->upper_in_next[i])
            return false;
    return true;
}

#define LOOK_BACK 8 /* schedules that a new one is compared with */

/* The number of the schedule among those of this run; POL_CODE_FAILED and a failed arena: memory ran out. */
static int32_t keep(pol_block *block, const pol_schedule *schedule)
{
    pol_fast_block *const fast = block->fast;
    const size_t count = fast->schedules.count;
    for (size_t i = count; i-- > fast->plan->schedule_count && i + LOOK_BACK >= count;)
        if (same_schedule(&fast->schedules.items[i], schedule))
            return (int32_t)i;
    const pol_schedule copy = *schedule;
    return POL_PUSH(block->arena, fast->schedules, copy) ? (int32_t)count : POL_CODE_FAILED;
}

/* A schedule of a record in the plan's numbers. False: it does not fit. */
static bool convert(const pol_tiers *tiers, const pol_plan_field *about, pol_schedule *schedule)
{
    bool fits = tiers->low >= 0 && tiers->low <= about->bound_most;
    schedule->count = tiers->count;
    schedule->low = (int64_t)tiers->low;
    schedule->low_in_first = tiers->low_in_first;
    for (uint32_t i = 0; i < tiers->count && fits; i++) {
        const pol_tier *const tier = &tiers->tiers[i];
        const bool open = tier->upper == POL_NUM_UNLIMITED;
        fits = (open || (tier->upper >= 0 && tier->upper <= about->bound_most)) && tier->ratio >= 0 &&
               tier->ratio <= (pol_i128)about->ratio_most * about->ratio_divisor;
        if (!fits)
            break;
        const int64_t ratio = (int64_t)tier->ratio;
        fits = ratio % about->ratio_divisor == 0;
        schedule->upper[i] = open ? POL_PORT_UNLIMITED : (int64_t)tier->upper;
        schedule->ratio[i] = ratio / about->ratio_divisor;
        schedule->upper_in_next[i] = tier->upper_in_next;
    }
    return fits;
}

static int32_t take(pol_block *block, uint32_t index, const pol_plan_field *about, uint8_t *status)
{
    pol_fast_block *const fast = block->fast;
    pol_schedule schedule;
    *status = 0;
    if (index >= POL_TIERS_FAILED) {
        *status = index == POL_TIERS_FAILED ? POL_STATUS_ODD : 0;
        return POL_CODE_ABSENT;
    }
    while (fast->taken.count <= index)
        if (!POL_PUSH(block->arena, fast->taken, 0))
            return POL_CODE_ABSENT;
    if (fast->taken.items[index] == 0) {
        if (!convert(&block->tiers.items[index], about, &schedule)) {
            *status = POL_STATUS_ODD;
            return POL_CODE_ABSENT;
        }
        fast->taken.items[index] = (uint32_t)keep(block, &schedule) + 1;
    }
    return (int32_t)fast->taken.items[index] - 1;
}

static void run_schedule(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int32_t *const result = RESULT(int32_t, 0);
    uint8_t *const status = RESULT(uint8_t, 1);
    const uint32_t *const from = IN(uint32_t, 0);
    for (uint32_t row = 0; row < count; row++) {
        if (row > 0 && from[row] == from[row - 1]) {
            result[row] = result[row - 1];
            status[row] = status[row - 1];
        } else {
            result[row] = take(block, from[row], instr->table, &status[row]);
        }
    }
}

enum { TNUM_ADD, TNUM_SUB, TNUM_RSUB, TNUM_MUL, TNUM_MIN, TNUM_MAX };

static int64_t ratio_with(int64_t ratio, int64_t b, int64_t op)
{
    switch (op) {
    case TNUM_ADD: return ratio + b;
    case TNUM_SUB: return ratio - b;
    case TNUM_RSUB: return b - ratio;
    case TNUM_MUL: return ratio * b;
    case TNUM_MIN: return ratio < b ? ratio : b;
    default: return ratio > b ? ratio : b;
    }
}

static int32_t schedule_with(pol_block *block, const pol_fast_instr *instr, int32_t index, int64_t b)
{
    if (index < 0)
        return index;
    pol_schedule schedule = block->fast->schedules.items[index];
    for (uint32_t i = 0; i < schedule.count; i++)
        schedule.ratio[i] = ratio_with(schedule.ratio[i] * instr->k[1], b * instr->k[2], instr->k[0]);
    return keep(block, &schedule);
}

#define PAIRS 4 /* of schedule and number that are remembered */

static void run_tnum(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int32_t *const result = RESULT(int32_t, 0);
    const int32_t *const a = IN(int32_t, 0);
    const int64_t *const b = IN(int64_t, 1);
    uint32_t seen[PAIRS] = { 0 }, known = 0;
    for (uint32_t row = 0; row < count; row++) {
        uint32_t i = 0;
        while (i < known && (a[seen[i]] != a[row] || b[seen[i]] != b[row]))
            i++;
        if (i < known) {
            result[row] = result[seen[i]];
            continue;
        }
        result[row] = schedule_with(block, instr, a[row], b[row]);
        seen[known < PAIRS ? known++ : row % PAIRS] = row;
    }
}

static bool ratios_within(const pol_schedule *schedule, int64_t one)
{
    for (uint32_t i = 0; i < schedule->count; i++)
        if (schedule->ratio[i] < 0 || schedule->ratio[i] > one)
            return false;
    return true;
}

/* The ratio of the slice that holds a point; bounds count `scale` times. */
static int64_t rate_at(const pol_schedule *schedule, int64_t scale, int64_t point)
{
    const int64_t low = schedule->low * scale;
    if (point < low || (point == low && !schedule->low_in_first))
        return 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        const int64_t upper = schedule->upper[i];
        if (upper == POL_PORT_UNLIMITED || point < upper * scale || (point == upper * scale && !schedule->upper_in_next[i]))
            return schedule->ratio[i];
    }
    return 0;
}

static int64_t extreme(const pol_schedule *schedule, bool most)
{
    int64_t best = schedule->ratio[0];
    for (uint32_t i = 1; i < schedule->count; i++)
        best = (most ? schedule->ratio[i] > best : schedule->ratio[i] < best) ? schedule->ratio[i] : best;
    return best;
}

static void run_tvalid(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int32_t *const result = RESULT(int32_t, 0);
    const int32_t *const a = IN(int32_t, 0);
    for (uint32_t row = 0; row < count; row++) {
        if (row > 0 && a[row] == a[row - 1])
            result[row] = result[row - 1];
        else
            result[row] = a[row] < 0 || ratios_within(&block->fast->schedules.items[a[row]], instr->k[0]) ? a[row] : POL_CODE_FAILED;
    }
}

static void run_trate(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int64_t *const result = RESULT(int64_t, 0);
    const int32_t *const a = IN(int32_t, 0);
    const int64_t *const b = IN(int64_t, 1);
    for (uint32_t row = 0; row < count; row++)
        result[row] = a[row] < 0 ? 0 : rate_at(&block->fast->schedules.items[a[row]], instr->k[0], b[row]);
}

static void run_textreme(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int64_t *const result = RESULT(int64_t, 0);
    const int32_t *const a = IN(int32_t, 0);
    for (uint32_t row = 0; row < count; row++) {
        if (row > 0 && a[row] == a[row - 1])
            result[row] = result[row - 1];
        else
            result[row] = a[row] < 0 ? 0 : extreme(&block->fast->schedules.items[a[row]], instr->k[0] != 0);
    }
}

/* ---- sums over schedules ------------------------------------------------------------------------------------------ */

static void slices_of(const pol_schedule *schedule, int64_t scale, pol_slices *slices)
{
    int64_t before = 0, at = schedule->low;
    slices->count = 0;
    for (uint32_t i = 0; i <= schedule->count; i++) {
        const int64_t ratio = i == schedule->count ? 0 : schedule->ratio[i];
        if (ratio != before) {
            slices->at[slices->count] = at * scale;
            slices->slope[slices->count++] = ratio - before;
        }
        before = ratio;
        at = i == schedule->count ? at : schedule->upper[i];
        if (at == POL_PORT_UNLIMITED)
            break;
    }
    if (slices->count == 0) {
        slices->count = 1;
        slices->at[0] = slices->slope[0] = 0;
    }
}

static int64_t sum_to(const pol_slices *slices, int64_t x)
{
    uint64_t sum = 0; /* the whole fits, steps may wrap */
    for (uint32_t i = 0; i < slices->count; i++)
        sum += x > slices->at[i] ? (uint64_t)slices->slope[i] * ((uint64_t)x - (uint64_t)slices->at[i]) : 0;
    return (int64_t)sum;
}

#define FEW_SCHEDULES 4

/* Distinct schedules of the rows; more than `FEW_SCHEDULES` are not counted. */
static uint32_t distinct(const int32_t *index, uint32_t count, int32_t found[FEW_SCHEDULES])
{
    uint32_t known = 0;
    for (uint32_t row = 0; row < count; row++) {
        uint32_t i = 0;
        if (row > 0 && index[row] == index[row - 1])
            continue;
        while (i < known && found[i] != index[row])
            i++;
        if (i < known)
            continue;
        if (known == FEW_SCHEDULES)
            return FEW_SCHEDULES + 1;
        found[known++] = index[row];
    }
    return known;
}

/* One vector kernel over columns of the caller. */
static void call(const pol_block *block, unsigned op, void *result, const void *a, const void *b, const void *c,
                 const void *table, int64_t k, uint32_t count)
{
    void *const columns[] = { result, (void *)(uintptr_t)a, (void *)(uintptr_t)b, (void *)(uintptr_t)c };
    const pol_fast_instr instr = { .op = (uint16_t)op, .operand = { 1, 2, 3 }, .k = { k }, .table = table };
    block->fast->kernels[op](columns, &instr, count);
}

/* Sum of one schedule from `from` to the greater of both, into `result`. */
static void sum_of_schedule(const pol_block *block, const pol_fast_instr *instr, int32_t index, int64_t *result, uint32_t count)
{
    int64_t *const end = block->fast->scratch[0], *const lower = block->fast->scratch[1];
    const int64_t *const from = IN(int64_t, 1), *const to = IN(int64_t, 2);
    pol_slices slices;
    slices_of(&block->fast->schedules.items[index], instr->k[0], &slices);
    call(block, POL_FAST_MAX, end, to, from, from, NULL, 0, count);
    call(block, POL_FAST_SLICESB, lower, from, from, from, &slices, 0, count);
    call(block, POL_FAST_SLICESB, result, end, end, end, &slices, 0, count);
    call(block, POL_FAST_SUB, end, result, lower, lower, NULL, 0, count);
    memcpy(result, end, count * sizeof *result);
}

static void run_tsum(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    int64_t *const result = RESULT(int64_t, 0);
    const int32_t *const a = IN(int32_t, 0);
    const int64_t *const from = IN(int64_t, 1), *const to = IN(int64_t, 2);
    int32_t found[FEW_SCHEDULES];
    const uint32_t known = distinct(a, count, found);
    if (known <= FEW_SCHEDULES && count > 4) {
        memset(result, 0, count * sizeof *result);
        for (uint32_t i = 0; i < known; i++) {
            int64_t *const sum = block->fast->scratch[2];
            if (found[i] < 0)
                continue;
            sum_of_schedule(block, instr, found[i], known == 1 ? result : sum, count);
            for (uint32_t row = 0; known != 1 && row < count; row++)
                result[row] = a[row] == found[i] ? sum[row] : result[row];
        }
        return;
    }
    pol_slices slices = { .count = 0 };
    int32_t last = -1;
    for (uint32_t row = 0; row < count; row++) {
        if (a[row] >= 0 && a[row] != last)
            slices_of(&block->fast->schedules.items[last = a[row]], instr->k[0], &slices);
        result[row] = a[row] < 0 || to[row] <= from[row] ? 0 : (int64_t)((uint64_t)sum_to(&slices, to[row]) - (uint64_t)sum_to(&slices, from[row]));
    }
}

bool pol_fast_block_op(pol_block *block, const pol_fast_instr *instr, uint32_t count)
{
    switch ((pol_block_op)instr->op) {
    case POL_BLOCK_QUOTIENT: run_quotient(block, instr, count); break;
    case POL_BLOCK_COMPARE: run_compare(block, instr, count); break;
    case POL_BLOCK_SCHEDULE: run_schedule(block, instr, count); break;
    case POL_BLOCK_TNUM: run_tnum(block, instr, count); break;
    case POL_BLOCK_TVALID: run_tvalid(block, instr, count); break;
    case POL_BLOCK_TSUM: run_tsum(block, instr, count); break;
    case POL_BLOCK_TRATE: run_trate(block, instr, count); break;
    case POL_BLOCK_TEXTREME: run_textreme(block, instr, count); break;
    case POL_BLOCK_END: break;
    }
    return !pol_arena_failed(block->arena);
}
