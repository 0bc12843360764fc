/* Claims that come one after the other in a block: each begins with what those before it have left in its cells.
 *
 * What does not depend on a cell is done for all rows at once, and so is what nothing but results is made of. Only the
 * slice of the plan between goes by ranks: rows that are the first of their cells, rows behind one of those, and so on.
 * It runs for all rows of the block, again and again, where a rank has many; where it has few, for those rows alone,
 * which are put together for it. A row that the plan does not bear is held: what it leaves is known from its last run. */
#include "interp/vm_fast.h"

#include <assert.h>
#include <string.h>

#define FEW_ROWS 128u /* that are put together at once */

/* A cell that a row of this block has, while rows are being linked. No balance is as low. */
#define TAG (INT64_MIN + 2)

typedef pol_fast_slice slice;

bool pol_fast_is_cut(const pol_block *block)
{
    return block->fast != NULL && block->fast->plan->cut.balances != NULL;
}

/* ---- memory -------------------------------------------------------------------------------------------- */

/* Columns of few rows, for what the slice reads and makes; those of constants are the block's. */
static bool make_few(pol_block *block, slice *s)
{
    const pol_plan *const plan = block->fast->plan;
    const pol_plan_cut *const cut = &plan->cut;
    s->columns = POL_NEW_ARRAY(block->arena, void *, plan->column_count);
    if (s->columns == NULL)
        return false;
    for (uint32_t i = 0; i < cut->in_count; i++)
        s->columns[cut->in[i]] = pol_fast_new_column(block, FEW_ROWS, plan->bytes[cut->in[i]]);
    for (uint32_t i = cut->slice; i < cut->end; i++) {
        for (unsigned k = 0; k < 2; k++) {
            const uint16_t made = plan->instrs[i].result[k];
            if (made != 0 && s->columns[made] == NULL)
                s->columns[made] = pol_fast_new_column(block, FEW_ROWS, plan->bytes[made]);
        }
    }
    for (uint32_t i = 0; i < plan->constant_count; i++)
        s->columns[plan->constants[i].column] = block->fast->columns[plan->constants[i].column];
    return !pol_arena_failed(block->arena);
}

static bool make_slice(pol_block *block)
{
    const size_t accums = block->code->accum_count, cells = accums * block->capacity;
    slice *const s = POL_NEW(block->arena, slice);
    if (s == NULL)
        return false;
    s->before = POL_NEW_ARRAY(block->arena, uint32_t, cells);
    s->stands = POL_NEW_ARRAY(block->arena, int64_t, cells);
    s->held_at = POL_NEW_ARRAY(block->arena, int64_t, cells);
    s->held = POL_NEW_ARRAY(block->arena, uint8_t, block->capacity);
    s->followed = POL_NEW_ARRAY(block->arena, uint8_t, block->capacity + 1);
    s->rank = POL_NEW_ARRAY(block->arena, uint32_t, block->capacity + 1);
    s->order = POL_NEW_ARRAY(block->arena, uint32_t, block->capacity);
    s->first = POL_NEW_ARRAY(block->arena, uint32_t, block->capacity + 3);
    if (pol_arena_failed(block->arena) || !make_few(block, s))
        return false;
    block->fast->slice = s;
    return true;
}

/* ---- which row waits for which --------------------------------------------------------------------------- */

/* Puts the number of the row into its cells, to be found by the next one that has the same. */
static void link_rows(const pol_fast_balance *balance, uint32_t *before, int64_t *stands, uint32_t count)
{
    for (uint32_t row = 0; row < count; row++) {
        int64_t *const cell = balance->cells[row];
        before[row] = 0;
        if (cell == NULL)
            continue;
        const int64_t found = *cell;
        const uint64_t number = (uint64_t)found - (uint64_t)TAG;
        const bool behind = number < count;
        before[row] = behind ? (uint32_t)number + 1 : 0;
        stands[row] = behind ? stands[row] : found;
        *cell = TAG + (int64_t)row;
    }
}

/* What the rows that wait for none begin with. */
static void begin_rows(const pol_block *block, uint32_t a, uint32_t count)
{
    const pol_plan_balance *const where = &block->fast->plan->cut.balances[a];
    const pol_fast_balance *const balance = &block->fast->slice->balances[a];
    const int64_t *const stands = block->fast->slice->stands + (size_t)a * block->capacity;
    int64_t *const field = block->fast->columns[where->before];
    int32_t *const narrow = block->fast->columns[where->narrow];
    for (uint32_t row = 0; row < count; row++)
        if (balance->cells[row] != NULL && (balance->given == NULL || balance->given[row] == 0))
            field[row] = stands[row];
    for (uint32_t row = 0; where->narrow != 0 && row < count; row++)
        narrow[row] = (int32_t)field[row];
}

static void rank_rows(slice *s, uint32_t accums, uint32_t capacity, uint32_t count)
{
    uint32_t most = 0;
    s->rank[0] = UINT32_MAX; /* one less than the first */
    for (uint32_t row = 0; row < count; row++) {
        uint32_t rank = s->rank[s->before[row]] + 1;
        for (uint32_t a = 1; a < accums; a++) {
            const uint32_t other = s->rank[s->before[(size_t)a * capacity + row]] + 1;
            rank = rank > other ? rank : other;
        }
        s->rank[row + 1] = rank;
        most = most > rank ? most : rank;
    }
    s->rank_count = most + 1;
}

static void sort_rows(slice *s, uint32_t count)
{
    uint32_t *const next = s->first + 1; /* where the next row of a rank comes: at last where the next rank begins */
    memset(s->first, 0, (s->rank_count + 2) * sizeof *s->first);
    for (uint32_t row = 0; row < count; row++)
        s->first[s->rank[row + 1] + 2]++;
    for (uint32_t rank = 2; rank <= s->rank_count; rank++)
        s->first[rank] += s->first[rank - 1];
    for (uint32_t row = 0; row < count; row++)
        s->order[next[s->rank[row + 1]]++] = row;
}

/* ---- rank by rank ------------------------------------------------------------------------------------------- */

/* What rows leave of an accumulator: in 32 or 64 bits, or held. */
typedef struct leaving {
    const int32_t *narrow; /* or NULL */
    const int64_t *wide, *held_at;
    const uint8_t *held;
} leaving;

static leaving leaving_of(const pol_block *block, uint32_t a)
{
    const slice *const s = block->fast->slice;
    const uint16_t after = block->fast->plan->cut.balances[a].after;
    const void *const column = block->fast->columns[after];
    const bool is_narrow = block->fast->plan->bytes[after] == 4;
    return (leaving){ .narrow = is_narrow ? column : NULL,
                      .wide = column,
                      .held_at = s->held_at + (size_t)a * block->capacity,
                      .held = s->held };
}

static inline int64_t left_by(const leaving *of, uint32_t row)
{
    if (of->held[row])
        return of->held_at[row];
    return of->narrow != NULL ? of->narrow[row] : of->wide[row];
}

/* What rows of a rank, whose forerunners have run, begin with. */
static void take_over(const pol_block *block, uint32_t a, const uint32_t *rows, uint32_t count)
{
    const pol_plan_balance *const where = &block->fast->plan->cut.balances[a];
    const pol_fast_balance *const balance = &block->fast->slice->balances[a];
    const uint32_t *const before = block->fast->slice->before + (size_t)a * block->capacity;
    int64_t *const stands = block->fast->slice->stands + (size_t)a * block->capacity;
    int64_t *const field = block->fast->columns[where->before];
    int32_t *const narrow = block->fast->columns[where->narrow];
    const leaving of = leaving_of(block, a);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t row = rows[i];
        if (before[row] == 0)
            continue;
        stands[row] = left_by(&of, before[row] - 1);
        if (balance->given != NULL && balance->given[row] != 0)
            continue;
        field[row] = stands[row];
        if (where->narrow != 0)
            narrow[row] = (int32_t)stands[row];
    }
}

/* Elements of some rows to rows 0 … count-1 of another column, or back. */
static void move_rows(char *few, char *all, uint8_t bytes, const uint32_t *rows, uint32_t count, bool back)
{
    for (uint32_t i = 0; i < count; i++) {
        char *const a = few + (size_t)i * bytes, *const b = all + (size_t)rows[i] * bytes;
        if (bytes == 8)
            memcpy(back ? b : a, back ? a : b, 8);
        else if (bytes == 4)
            memcpy(back ? b : a, back ? a : b, 4);
        else
            *(back ? b : a) = *(back ? a : b);
    }
}

/* The slice for FEW_ROWS rows at most. */
static bool run_few(pol_block *block, const uint32_t *rows, uint32_t count)
{
    pol_fast_block *const fast = block->fast;
    const pol_plan *const plan = fast->plan;
    void **const all = fast->columns, **const few = fast->slice->columns;
    for (uint32_t i = 0; i < plan->cut.in_count; i++)
        move_rows(few[plan->cut.in[i]], all[plan->cut.in[i]], plan->bytes[plan->cut.in[i]], rows, count, false);
    fast->columns = few;
    const bool done = pol_fast_run_instrs(block, plan->cut.slice, plan->cut.end, count);
    fast->columns = all;
    for (uint32_t i = 0; i < plan->cut.out_count; i++)
        move_rows(few[plan->cut.out[i]], all[plan->cut.out[i]], plan->bytes[plan->cut.out[i]], rows, count, true);
    return done;
}

#define MOVE_COST 10 /* of an element to another column and back, a vector operation being 1 */

/* Whether moving rows costs less than running the slice for all of the block. */
static bool are_few(const pol_plan_cut *cut, uint32_t rows, uint32_t count)
{
    const uint64_t moves = MOVE_COST * (uint64_t)(cut->in_count + cut->out_count);
    return rows * (cut->cost + moves) < (uint64_t)cut->cost * count;
}

static bool run_rank(pol_block *block, const uint32_t *rows, uint32_t row_count, uint32_t count)
{
    const pol_plan_cut *const cut = &block->fast->plan->cut;
    for (uint32_t a = 0; a < block->code->accum_count; a++)
        take_over(block, a, rows, row_count);
    if (!are_few(cut, row_count, count))
        return pol_fast_run_instrs(block, cut->slice, cut->end, count);
    for (uint32_t i = 0; i < row_count; i += FEW_ROWS)
        if (!run_few(block, rows + i, row_count - i < FEW_ROWS ? row_count - i : FEW_ROWS))
            return false;
    return true;
}

static bool run_ranks(pol_block *block, uint32_t count)
{
    const pol_plan_cut *const cut = &block->fast->plan->cut;
    const slice *const s = block->fast->slice;
    for (uint32_t a = 0; a < block->code->accum_count; a++)
        begin_rows(block, a, count);
    if (!pol_fast_run_instrs(block, cut->slice, cut->end, count))
        return false;
    for (uint32_t rank = 1; rank < s->rank_count; rank++)
        if (!run_rank(block, s->order + s->first[rank], s->first[rank + 1] - s->first[rank], count))
            return false;
    return true;
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

static void store_cells(const pol_block *block, uint32_t count)
{
    const slice *const s = block->fast->slice;
    for (uint32_t a = 0; a < block->code->accum_count; a++) {
        const leaving of = leaving_of(block, a);
        for (uint32_t row = 0; row < count; row++)
            if (s->balances[a].cells[row] != NULL)
                *s->balances[a].cells[row] = left_by(&of, row);
    }
}

/* What they held before the first row. */
static void restore_cells(const pol_block *block, uint32_t count)
{
    const slice *const s = block->fast->slice;
    for (uint32_t a = 0; a < block->code->accum_count; a++)
        for (uint32_t row = count; row-- > 0;)
            if (s->balances[a].cells[row] != NULL)
                *s->balances[a].cells[row] = s->stands[(size_t)a * block->capacity + row];
}

/* ---- runs ----------------------------------------------------------------------------------------------------- */

static bool have_cells(const slice *s, uint32_t accums)
{
    bool all = true;
    for (uint32_t a = 0; a < accums; a++)
        all = all && s->balances[a].cells != NULL;
    return all;
}

/* Gives rows cells where the caller has told a table. False when memory ran out. */
static bool find_cells(const pol_block *block, uint32_t count)
{
    slice *const s = block->fast->slice;
    const uint32_t accums = block->code->accum_count;
    if (have_cells(s, accums))
        return true;
    if (s->own == NULL) {
        s->own_cells = POL_NEW_ARRAY(block->arena, int64_t *, (size_t)accums * block->capacity);
        s->own = POL_NEW_ARRAY(block->arena, pol_fast_balance, accums);
        if (pol_arena_failed(block->arena))
            return false;
    }
    for (uint32_t a = 0; a < accums; a++) {
        const pol_fast_balance *const told = &s->balances[a];
        int64_t **const cells = s->own_cells + (size_t)a * block->capacity;
        for (uint32_t row = 0; row < count && told->cells == NULL; row++)
            cells[row] = &told->table[told->index[row]];
        s->own[a] = *told;
        s->own[a].cells = told->cells != NULL ? told->cells : cells;
    }
    s->balances = s->own;
    return true;
}

static void find_ranks(const pol_block *block, uint32_t count)
{
    slice *const s = block->fast->slice;
    memset(s->held, 0, count);
    s->held_count = 0;
    for (uint32_t a = 0; a < block->code->accum_count; a++)
        link_rows(&s->balances[a], s->before + (size_t)a * block->capacity, s->stands + (size_t)a * block->capacity, count);
    rank_rows(s, block->code->accum_count, block->capacity, count);
    if (s->rank_count > 1)
        sort_rows(s, count);
}

bool pol_fast_slice_run(pol_block *block, uint32_t count)
{
    slice *const s = block->fast->slice;
    if (s->rank_count == 0) { /* the first run of these rows */
        if (pol_fast_slice_direct(block, count))
            return true;
        if (!find_cells(block, count))
            return false;
        find_ranks(block, count);
    }
    const bool done = run_ranks(block, count);
    if (done)
        store_cells(block, count);
    else
        restore_cells(block, count);
    return done;
}

static bool run(pol_block *block, uint32_t count)
{
    block->fast->in_sequence = true;
    const bool done = pol_fast_run_cut(block, count);
    block->fast->in_sequence = false;
    return done;
}

bool pol_fast_cut_run(pol_block *block, uint32_t count, const pol_fast_balance *balances)
{
    assert(count <= block->capacity && pol_fast_is_cut(block));
    if (block->fast->slice == NULL && !make_slice(block))
        return false;
    block->fast->slice->balances = balances;
    block->fast->slice->rank_count = 0;
    return run(block, count);
}

/* ---- rows that leave something else ------------------------------------------------------------------------------ */

static int64_t leaves(const pol_block *block, uint32_t a, uint32_t row, bool settled)
{
    return settled ? pol_port_num(block, block->code->accums[a].after)[row]
                   : block->fast->slice->stands[(size_t)a * block->capacity + row];
}

/* Holds the row at what it leaves. True: those behind it have been told something else. */
static bool hold(const pol_block *block, uint32_t row, bool settled)
{
    slice *const s = block->fast->slice;
    bool differs = s->held[row] == 0;
    for (uint32_t a = 0; a < block->code->accum_count; a++) {
        const size_t at = (size_t)a * block->capacity + row;
        differs = differs || leaves(block, a, row, settled) != s->held_at[at];
        s->held_at[at] = leaves(block, a, row, settled);
    }
    s->held_count += s->held[row] == 0;
    s->held[row] = 1;
    return differs && s->followed[row + 1] != 0;
}

static void find_followed(const pol_block *block)
{
    const slice *const s = block->fast->slice;
    memset(s->followed, 0, block->fast->rows + 1);
    for (uint32_t a = 0; a < block->code->accum_count; a++)
        for (uint32_t row = 0; row < block->fast->rows; row++)
            s->followed[s->before[(size_t)a * block->capacity + row]] = 1;
}

bool pol_fast_cut_hold(pol_block *block, const uint8_t *settled)
{
    const pol_fast_block *const fast = block->fast;
    slice *const s = fast->slice;
    bool differs = false;
    if (fast->odd_count == 0 && s->held_count == 0 && memchr(settled, 0, fast->rows) == NULL)
        return false;
    if (s->rank_count == 0) { /* all rows of the only accumulator found in a cell what their fields say */
        memcpy(s->stands, fast->columns[fast->plan->cut.balances->before], fast->rows * sizeof *s->stands);
        if (!find_cells(block, fast->rows))
            return false; /* the arena tells */
        restore_cells(block, fast->rows);
        find_ranks(block, fast->rows);
    }
    find_followed(block);
    for (uint32_t i = 0; i < fast->odd_count; i++)
        differs |= s->held[fast->odd[i]] == 0 && hold(block, fast->odd[i], settled[fast->odd[i]] != 0);
    for (uint32_t row = 0; row < fast->rows; row++)
        if (settled[row] == 0 || s->held[row] != 0)
            differs |= hold(block, row, settled[row] != 0);
    if (!differs)
        store_cells(block, fast->rows);
    return differs;
}

bool pol_fast_cut_again(pol_block *block)
{
    restore_cells(block, block->fast->rows);
    return run(block, block->fast->rows);
}
