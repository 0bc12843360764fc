/* Slices that many policies have, each as one loop from row to row: what is added to a balance, and what is paid up to
 * a cap less the balance. Other slices go by ranks (vm_fast_slice.c). */
#include "interp/fast_values.h"
#include "interp/vm_fast.h"

/* Where a loop finds its elements. */
typedef struct place {
    int64_t *const *cells;
    int64_t *table; /* instead of them, and … */
    const int32_t *index;
    int64_t *field;
    void *const *columns;
    const pol_fast_instr *instrs; /* of the slice */
    unsigned other;               /* operand of the last one that is not the balance */
} place;

#define OUT(type, i, n) ((type *)at->columns[at->instrs[i].result[n]])
#define IN(type, i, n)  ((const type *)at->columns[at->instrs[i].operand[n]])

#define BY_CELL  (at->cells[row])
#define BY_INDEX (&at->table[at->index[row]])

/* The balance that a row finds: its field, too. The check of fields will make it one of 32 bits. */
INLINE num find_balance(const place *at, uint32_t row, const int64_t *cell)
{
    return at->field[row] = *cell;
}

/* balance + other */
#define RUN_ADD(NAME, T, CELL)                                                                     \
    static void run_##NAME(const place *at, uint32_t count)                                        \
    {                                                                                              \
        T *const after = OUT(T, 0, 0);                                                             \
        const T *const other = IN(T, 0, at->other);                                                \
        for (uint32_t row = 0; row < count; row++) {                                               \
            int64_t *const cell = CELL;                                                            \
            *cell = after[row] = (T)find_balance(at, row, cell) + other[row];                      \
        }                                                                                          \
    }

/* balance + (c where b) */
#define RUN_ADDIF(NAME, T, CELL)                                                                   \
    static void run_##NAME(const place *at, uint32_t count)                                        \
    {                                                                                              \
        T *const after = OUT(T, 0, 0);                                                             \
        const byte *const b = IN(byte, 0, 1);                                                      \
        const T *const c = IN(T, 0, 2);                                                            \
        for (uint32_t row = 0; row < count; row++) {                                               \
            int64_t *const cell = CELL;                                                            \
            *cell = after[row] = (T)find_balance(at, row, cell) + (c[row] & -(T)b[row]);           \
        }                                                                                          \
    }

/* What the cap leaves over the balance, what is paid up to it, their sum. */
#define RUN_CAP(NAME, T, CELL, LEFT)                                                               \
    static void run_##NAME(const place *at, uint32_t count)                                        \
    {                                                                                              \
        T *const left = OUT(T, 0, 0), *const paid = OUT(T, 1, 0), *const after = OUT(T, 2, 0);     \
        const T *const due = IN(T, 1, 1), cap = (T)at->instrs[0].k[0];                             \
        (void)left;                                                                                \
        for (uint32_t row = 0; row < count; row++) {                                               \
            int64_t *const cell = CELL;                                                            \
            const T balance = (T)find_balance(at, row, cell);                                      \
            const T room = cap > balance ? cap - balance : 0, pays = SMALLER(room, due[row]);      \
            LEFT;                                                                                  \
            paid[row] = pays;                                                                      \
            *cell = after[row] = balance + pays;                                                   \
        }                                                                                          \
    }
#define LEFT_IS_READ left[row] = room
#define NOBODY_READS (void)0

#define EACH_WAY(RUN, NAME, T) RUN(NAME, T, BY_CELL) RUN(NAME##_indexed, T, BY_INDEX)
EACH_WAY(RUN_ADD, add, num)
EACH_WAY(RUN_ADD, add_32, code)
EACH_WAY(RUN_ADDIF, addif, num)
EACH_WAY(RUN_ADDIF, addif_32, code)
RUN_CAP(cap, num, BY_CELL, LEFT_IS_READ)
RUN_CAP(cap_indexed, num, BY_INDEX, LEFT_IS_READ)
RUN_CAP(cap_32, code, BY_CELL, LEFT_IS_READ)
RUN_CAP(cap_32_indexed, code, BY_INDEX, LEFT_IS_READ)
RUN_CAP(cap_only_32, code, BY_CELL, NOBODY_READS)
RUN_CAP(cap_only_32_indexed, code, BY_INDEX, NOBODY_READS)

/* ---- which loop ------------------------------------------------------------------------------------------- */

#define BOTH_WAYS(NAME) { run_##NAME, run_##NAME##_indexed }

static const struct {
    uint16_t ops[3];
    uint8_t count;
    bool is_32;
    bool first_is_own; /* nobody else reads what the first one makes */
    void (*run[2])(const place *at, uint32_t count);
} k_loops[] = {
    { { POL_FAST_ADD }, 1, false, false, BOTH_WAYS(add) },
    { { POL_FAST_ADD32 }, 1, true, false, BOTH_WAYS(add_32) },
    { { POL_FAST_ADDIF }, 1, false, false, BOTH_WAYS(addif) },
    { { POL_FAST_ADDIF32 }, 1, true, false, BOTH_WAYS(addif_32) },
    { { POL_FAST_KOVER, POL_FAST_MIN, POL_FAST_ADD }, 3, false, false, BOTH_WAYS(cap) },
    { { POL_FAST_KOVER32, POL_FAST_MIN32, POL_FAST_ADD32 }, 3, true, true, BOTH_WAYS(cap_only_32) },
    { { POL_FAST_KOVER32, POL_FAST_MIN32, POL_FAST_ADD32 }, 3, true, false, BOTH_WAYS(cap_32) },
};

/* Whether others than the slice read the column. */
static bool is_read(const pol_plan_cut *cut, uint16_t column)
{
    uint32_t i = 0;
    while (i < cut->out_count && cut->out[i] != column) i++;
    return i < cut->out_count;
}

/* Whether the instructions read each other and the balance as the loop does; which operand of the last is another. */
static bool reads_alike(const pol_fast_instr *instrs, uint8_t count, uint16_t balance, unsigned *other)
{
    const pol_fast_instr *const last = &instrs[count - 1];
    const bool is_sum = last->op == POL_FAST_ADD || last->op == POL_FAST_ADD32;
    *other = last->operand[0] == balance ? 1 : 0;
    if (last->operand[1 - *other] != balance || (!is_sum && *other == 0))
        return false;
    return count == 1 ? last->operand[1] != last->operand[0] && last->operand[2] != balance
                      : instrs[0].operand[0] == balance && instrs[1].operand[0] == instrs[0].result[0] &&
                            instrs[1].operand[1] != instrs[0].result[0] && last->operand[*other] == instrs[1].result[0];
}

/* The number of the loop for this slice; the number of loops when there is none. */
static size_t find_loop(const pol_plan *plan, unsigned *other)
{
    const pol_plan_cut *const cut = &plan->cut;
    const size_t loops = sizeof k_loops / sizeof *k_loops;
    for (size_t i = 0; i < loops && plan->code->accum_count == 1; i++) {
        const pol_fast_instr *const instrs = plan->instrs + cut->slice;
        bool same = cut->end - cut->slice == k_loops[i].count && !(k_loops[i].first_is_own && is_read(cut, instrs[0].result[0]));
        for (uint8_t k = 0; same && k < k_loops[i].count; k++)
            same = instrs[k].op == k_loops[i].ops[k];
        if (same && instrs[k_loops[i].count - 1].result[0] == cut->balances->after &&
            reads_alike(instrs, k_loops[i].count, k_loops[i].is_32 ? cut->balances->narrow : cut->balances->before, other))
            return i;
    }
    return loops;
}

bool pol_fast_slice_direct(const pol_block *block, uint32_t count)
{
    const pol_fast_block *const fast = block->fast;
    const pol_plan *const plan = fast->plan;
    const pol_plan_balance *const balance = plan->cut.balances;
    place at = { .columns = fast->columns, .instrs = plan->instrs + plan->cut.slice };
    const size_t loop = find_loop(plan, &at.other);
    if (loop == sizeof k_loops / sizeof *k_loops || !fast->slice->balances->all)
        return false;
    at.cells = fast->slice->balances->cells;
    at.table = fast->slice->balances->table;
    at.index = fast->slice->balances->index;
    at.field = fast->columns[balance->before];
    k_loops[loop].run[at.cells == NULL](&at, count);
    return true;
}
