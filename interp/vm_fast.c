/* Runs plans: checks of fields, the kernels one after the other, and for the rows that the plan does not bear (out of
 * its range, or objected to) the wide kernels, whose results and findings take their place. */
#include "interp/vm_fast.h"

#include "interp/x86.h"

#include <assert.h>
#include <string.h>

#include "interp/native.h"

#define COLUMN_ALIGNMENT 64
#define COLUMN_SKEW      64 /* columns of whole pages would fall on the same lines of the cache */

/* ---- instruction sets --------------------------------------------------------------------------------- */

pol_instruction_set pol_fast_best(void)
{
#ifdef POL_KERNELS_X86
    if (CPU_HAS(AVX512F, "avx512f") && CPU_HAS(AVX512BW, "avx512bw") && CPU_HAS(AVX512CD, "avx512cd") &&
        CPU_HAS(AVX512DQ, "avx512dq") && CPU_HAS(AVX512VL, "avx512vl"))
        return POL_SET_V4;
    if (CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi") && CPU_HAS(BMI2, "bmi2") &&
        CPU_HAS(FMA, "fma"))
        return POL_SET_V3;
#endif
    return POL_SET_BASE;
}

const pol_fast_kernel *pol_fast_kernels(pol_instruction_set set)
{
#ifdef POL_KERNELS_X86
    if (set <= pol_fast_best() && set != POL_SET_BASE)
        return set == POL_SET_V4 ? pol_kernels_v4 : pol_kernels_v3;
#endif
    return set == POL_SET_BASE ? pol_kernels_base : NULL;
}

/* What the kernels do in doubles relies on it. */
static bool rounds_to_nearest(void)
{
#ifdef POL_KERNELS_X86
    return (__builtin_ia32_stmxcsr() & 0x6000) == 0;
#else
    const volatile double one = 1, small = 0x1.8p-54, large = 0x1.8p-53;
    return one + small == one && one + large > one && -one - small == -one && -one - large < -one;
#endif
}

/* ---- blocks ------------------------------------------------------------------------------------------------ */

void *pol_fast_new_column(pol_block *block, uint32_t rows, size_t element_bytes)
{
    const size_t bytes = (rows + POL_GROUP_ROWS - 1) / POL_GROUP_ROWS * POL_GROUP_ROWS * element_bytes + COLUMN_ALIGNMENT + COLUMN_SKEW;
    char *const memory = pol_arena_array(block->arena, bytes, 1);
    if (memory == NULL)
        return NULL;
    return memory + (COLUMN_ALIGNMENT - (uintptr_t)memory % COLUMN_ALIGNMENT) % COLUMN_ALIGNMENT;
}

static void *new_column(pol_block *block, size_t element_bytes)
{
    return pol_fast_new_column(block, block->capacity, element_bytes);
}

static void fill(void *column, uint8_t bytes, int64_t value, uint32_t count)
{
    for (uint32_t row = 0; row < count; row++) {
        if (bytes == 8)
            ((int64_t *)column)[row] = value;
        else if (bytes == 4)
            ((int32_t *)column)[row] = (int32_t)value;
        else
            ((uint8_t *)column)[row] = (uint8_t)value;
    }
}

/* Of the last run's rows, in 64 bits. */
static void widen(const pol_fast_block *fast, unsigned op, uint16_t from, int64_t *to)
{
    if (fast->rows == 1) {
        *to = *(const int32_t *)fast->columns[from];
        return;
    }
    void *const columns[] = { NULL, to, fast->columns[from] };
    const pol_fast_instr instr = { .op = (uint16_t)op, .result = { 1 }, .operand = { 2 } };
    fast->kernels[op](columns, &instr, fast->rows);
}

void pol_fast_fill_port(const pol_block *block, uint32_t reg)
{
    block->late[reg] = 0;
    block->fast->plan->asked[reg] = 1;
    if (block->fast->by_row)
        pol_fast_row_fill(block, reg);
    else
        widen(block->fast, POL_FAST_WIDEN, block->fast->made_in[reg], block->ports[reg]);
}

void pol_fast_take(const pol_block *block, uint32_t reg, int64_t *to, bool much)
{
    const pol_fast_block *const fast = block->fast;
    if (fast->by_row || block->late[reg] == 0)
        memcpy(to, pol_port(block, reg), fast->rows * sizeof *to);
    else
        widen(fast, much ? POL_FAST_STREAM : POL_FAST_STORE, fast->made_in[reg], to);
}

static void fill_late_ports(const pol_block *block)
{
    const pol_plan *const plan = block->fast->plan;
    for (uint32_t i = 0; i < plan->result_count; i++)
        (void)pol_port(block, plan->results[i].reg);
}

static void set_results(pol_block *block, const pol_plan *plan)
{
    pol_fast_block *const fast = block->fast;
    memset(fast->late, 0, block->code->register_count);
    for (uint32_t i = 0; i < plan->result_count; i++) {
        fast->made_in[plan->results[i].reg] = plan->results[i].from;
        fast->late[plan->results[i].reg] = plan->results[i].late;
    }
}

/* Has the block run the plan from now on. Ports stay where they are. */
static bool use_plan(pol_block *block, const pol_plan *plan)
{
    pol_arena *const arena = block->arena;
    fill_late_ports(block);
    pol_fast_block *const fast = block->fast;
    void **const columns = POL_NEW_ARRAY(arena, void *, plan->column_count);
    if (columns == NULL)
        return false;
    for (uint32_t reg = 0; reg < block->code->register_count; reg++)
        if (plan->port[reg] != 0)
            columns[plan->port[reg]] = block->ports[reg];
    for (uint32_t i = 1; i < plan->column_count; i++)
        if (columns[i] == NULL && (columns[i] = new_column(block, plan->bytes[i])) == NULL)
            return false;
    for (unsigned i = 0; i < 3 && plan->schedule_ops; i++)
        if (fast->scratch[i] == NULL && (fast->scratch[i] = new_column(block, sizeof(int64_t))) == NULL)
            return false;
    for (uint32_t i = 0; i < plan->constant_count; i++)
        fill(columns[plan->constants[i].column], plan->bytes[plan->constants[i].column], plan->constants[i].value,
             block->capacity);
    for (uint32_t reg = 0; reg < block->code->register_count; reg++)
        if (plan->port[reg] != 0)
            block->ports[reg] = columns[plan->port[reg]];
    set_results(block, plan);
    fast->row = plan->schedule_ops ? NULL : pol_fast_row_new(block, plan);
    if (fast->row == NULL && !plan->schedule_ops)
        return false;
    fast->plan = plan;
    fast->columns = columns;
    fast->one_columns = NULL;
    fast->slice = NULL;
    fast->schedules.count = fast->taken.count = 0;
    for (uint32_t i = 0; i < plan->schedule_count; i++)
        if (!POL_PUSH(arena, fast->schedules, plan->schedules[i]))
            return false;
    return true;
}

bool pol_fast_block_init(pol_block *block, const pol_plan *plan)
{
    pol_arena *const arena = block->arena;
    pol_fast_block *const fast = block->fast = POL_NEW(arena, pol_fast_block);
    if (fast == NULL)
        return false;
    fast->set = pol_fast_best();
    fast->kernels = pol_fast_kernels(fast->set);
    fast->judged = POL_NEW_ARRAY(arena, uint32_t, block->capacity);
    fast->odd = POL_NEW_ARRAY(arena, uint32_t, block->capacity);
    fast->made_in = POL_NEW_ARRAY(arena, uint16_t, block->code->register_count);
    fast->late = POL_NEW_ARRAY(arena, uint8_t, block->code->register_count);
    block->late = POL_NEW_ARRAY(arena, uint8_t, block->code->register_count);
    block->ports = POL_NEW_ARRAY(arena, void *, block->code->register_count);
    fast->plan = plan;
    return !pol_arena_failed(arena) && use_plan(block, plan);
}

bool pol_fast_use(pol_block *block, pol_instruction_set set)
{
    const pol_fast_kernel *const kernels = pol_fast_kernels(set);
    if (kernels == NULL)
        return false;
    block->fast->kernels = kernels;
    block->fast->set = set;
    block->fast->by = POL_RUN_KERNELS;
    memset(block->fast->native, 0, sizeof block->fast->native);
    return true;
}

static pol_code_kind kind_for(const pol_fast_block *fast, uint32_t count)
{
    const bool wide = fast->set == POL_SET_V4;
    if (fast->in_sequence)
        return wide ? POL_CODE_CUT_WIDE : POL_CODE_CUT_NARROW;
    return count == 1 ? POL_CODE_ONE : wide ? POL_CODE_WIDE : POL_CODE_NARROW;
}

#define WORTH 8192 /* rows, … */
#define OF_A_RUN 8 /* … and so many more for each run: from there on code has soon paid for its making */

static const pol_native *code_of(const pol_block *block, uint32_t count)
{
    pol_fast_block *const fast = block->fast;
    const pol_code_kind kind = kind_for(fast, count);
    pol_plan_code *const made = &fast->plan->made[kind];
    if (fast->set == POL_SET_BASE)
        return NULL;
    if (fast->by == POL_RUN_CODE && fast->native[kind] == NULL)
        fast->native[kind] = pol_native_new(block->arena, fast->plan, kind);
    if (fast->by != POL_RUN_BY_NEED)
        return fast->native[kind];
    if (!made->tried && (made->work += count + OF_A_RUN) > WORTH) {
        made->tried = true;
        made->native = pol_native_new(block->arena, fast->plan, kind);
    }
    return made->native;
}

bool pol_fast_use_code(pol_block *block, pol_instruction_set set)
{
    if (set == POL_SET_BASE || !pol_fast_use(block, set))
        return false;
    block->fast->by = POL_RUN_CODE;
    return code_of(block, 1) != NULL && code_of(block, block->capacity) != NULL;
}

bool pol_fast_use_set(pol_block *block, pol_instruction_set set)
{
    if (!pol_fast_use(block, set))
        return false;
    block->fast->by = POL_RUN_BY_NEED;
    return true;
}

void pol_fast_bind(pol_block *block, uint32_t reg, void *column)
{
    block->ports[reg] = column;
    block->fast->columns[block->fast->plan->port[reg]] = column;
}

/* ---- rows that the plan does not bear --------------------------------------------------------------------------- */

/* Marks rows with an element outside. */
static void find_outside(const pol_fast_block *fast, const pol_fast_check *check, uint8_t *odd, uint32_t count)
{
    for (unsigned i = 0; i < check->count; i++) {
        const void *const column = fast->columns[check->column[i]];
        for (uint32_t row = 0; row < count; row++) {
            const int64_t element = check->op == POL_FAST_ORC8   ? ((const int32_t *)column)[row]
                                    : check->op == POL_FAST_ORB8 ? ((const uint8_t *)column)[row]
                                                                 : ((const int64_t *)column)[row];
            odd[row] |= (uint64_t)element - (uint64_t)check->least > (uint64_t)check->limit;
        }
    }
}

/* Whether one of some checks of fields fails somewhere: then block->fault has 1 where. */
static bool check_fields(pol_block *block, uint32_t from, uint32_t to, uint32_t count)
{
    const pol_fast_block *const fast = block->fast;
    bool outside = false;
    for (uint32_t i = from; i < to; i++) {
        const pol_fast_check *const check = &fast->plan->checks[i];
        const pol_fast_instr instr = { .op = check->op, .table = check };
        const uint64_t all = fast->kernels[check->op](fast->columns, &instr, count);
        if ((all & ~(uint64_t)check->limit) == 0)
            continue;
        find_outside(fast, check, block->fault, count);
        outside = true;
    }
    return outside;
}

static bool any_bad(const pol_fast_block *fast, uint32_t count)
{
    if (fast->plan->bad == 0)
        return false;
    pol_fast_check all = { .op = POL_FAST_ORB8, .count = 1 };
    for (unsigned i = 0; i < POL_CHECK_COLUMNS; i++)
        all.column[i] = fast->plan->bad;
    const pol_fast_instr instr = { .op = POL_FAST_ORB8, .table = &all };
    return fast->kernels[POL_FAST_ORB8](fast->columns, &instr, count) != 0;
}

static void copy_port(const pol_block *from, uint32_t a, pol_block *to, uint32_t b, uint32_t reg)
{
    switch ((pol_class)from->code->registers[reg].class_) {
    case POL_C_NUM: pol_port_num(to, reg)[b] = pol_port_num(from, reg)[a]; break;
    case POL_C_BOOL: pol_port_bool(to, reg)[b] = pol_port_bool(from, reg)[a]; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_port_code(to, reg)[b] = pol_port_code(from, reg)[a]; break;
    case POL_C_SET: pol_port_set(to, reg)[b] = pol_port_set(from, reg)[a]; break;
    case POL_C_TIERS: {
        const uint32_t index = pol_port_tiers(from, reg)[a];
        pol_port_tiers(to, reg)[b] =
            index < POL_TIERS_FAILED ? pol_block_add_tiers(to, &from->tiers.items[index]) : index;
        break;
    }
    case POL_CLASS_COUNT: break;
    }
}

static pol_block *judge_of(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    if (fast->judge != NULL)
        return fast->judge;
    pol_block *const made = POL_NEW(block->arena, pol_block);
    if (made == NULL || !pol_block_init(made, block->arena, block->program, block->code, block->capacity))
        return NULL;
    return fast->judge = made;
}

typedef struct result_copy {
    pol_block *judge, *block;
} result_copy;

static void copy_result(void *user, uint32_t reg)
{
    const result_copy *const copy = user;
    const pol_fast_block *const fast = copy->block->fast;
    if (copy->block->code->registers[reg].origin == POL_FROM_FIELD)
        return;
    for (uint32_t i = 0; i < fast->odd_count; i++)
        copy_port(copy->judge, i, copy->block, fast->odd[i], reg);
}

#define ROWS_TO_LOOK_AT 256

/* It is tried once. What depends on the plan's cut goes on: another plan is cut as well. */
bool pol_fast_be_careful(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    if (fast->careful || fast->row_sum < ROWS_TO_LOOK_AT || fast->odd_sum < fast->row_sum / 4)
        return true;
    fast->careful = true;
    const pol_plan *const plan = pol_plan_new(block->arena, block->code, true);
    if (plan != NULL && pol_fast_is_cut(block) && plan->cut.balances == NULL)
        return true;
    memset(fast->native, 0, sizeof fast->native); /* the code is of the other plan */
    return plan != NULL ? use_plan(block, plan) : !pol_arena_failed(block->arena);
}

pol_block *pol_fast_odd_rows(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    pol_block *const judge = judge_of(block);
    if (judge == NULL)
        return NULL;
    pol_block_clear(judge);
    for (uint32_t i = 0; i < fast->odd_count; i++)
        fast->judged[fast->odd[i]] = i;
    return judge;
}

static bool judge_rows(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    pol_block *const judge = fast->judge;
    if (!pol_vm_run(judge, fast->odd_count))
        return false;
    result_copy copy = { judge, block };
    pol_code_results(block->code, copy_result, &copy);
    for (uint32_t i = 0; i < fast->odd_count; i++) {
        block->fault[fast->odd[i]] = judge->fault[i];
        block->fault_sink[fast->odd[i]] = judge->fault_sink[i];
    }
    fast->odd_sum += fast->odd_count;
    fast->row_sum += fast->rows;
    return !pol_arena_failed(block->arena);
}

bool pol_fast_judge_rows(pol_block *block)
{
    return judge_rows(block) && pol_fast_be_careful(block);
}

/* The fields of odd rows, for the judge. */
static bool copy_odd_rows(pol_block *block)
{
    const pol_fast_block *const fast = block->fast;
    pol_block *const judge = pol_fast_odd_rows(block);
    for (uint32_t i = 0; judge != NULL && i < fast->odd_count; i++)
        for (uint32_t f = 0; f < block->code->field_count; f++)
            copy_port(block, fast->odd[i], judge, i, block->code->fields[f].reg);
    return judge != NULL;
}

const pol_block *pol_fast_judge(const pol_block *block, uint32_t *row)
{
    const pol_fast_block *const fast = block->fast;
    const uint32_t judged = fast->judged[*row];
    assert(judged < fast->judge->capacity);
    *row = judged;
    return fast->judge;
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

bool pol_fast_run_instrs(pol_block *block, uint32_t from, uint32_t to, uint32_t count)
{
    const pol_fast_block *const fast = block->fast;
    const pol_fast_kernel *const kernels = fast->kernels;
    const pol_fast_instr *instr = fast->plan->instrs + from;
    const pol_fast_instr *const end = fast->plan->instrs + to;
    if (!fast->plan->schedule_ops) {
        for (; instr < end; instr++)
            kernels[instr->op](fast->columns, instr, count);
        return true;
    }
    for (; instr < end; instr++) {
        if (instr->op < POL_FAST_COUNT)
            kernels[instr->op](fast->columns, instr, count);
        else if (!pol_fast_block_op(block, instr, count))
            return false;
    }
    return true;
}

/* Checks of fields and the instructions; in sequence, with the slice between, after which balances are known. *odd: whether
 * some row is; fields outside are noted. False when memory ran out. */
static bool run_kernels(pol_block *block, uint32_t count, bool *odd)
{
    const pol_fast_block *const fast = block->fast;
    const pol_plan *const plan = fast->plan;
    const bool cut = fast->in_sequence;
    *odd = check_fields(block, 0, cut ? plan->cut.check : plan->check_count, count);
    if (!pol_fast_run_instrs(block, 0, cut ? plan->cut.slice : plan->instr_count, count))
        return false;
    if (cut) {
        if (!pol_fast_slice_run(block, count))
            return false;
        *odd |= check_fields(block, plan->cut.check, plan->check_count, count);
        if (!pol_fast_run_instrs(block, plan->cut.end, plan->instr_count, count))
            return false;
    }
    *odd = *odd || any_bad(fast, count);
    return true;
}

/* Steps from … to on columns of the plan; *found: whether some row may be odd. */
static bool run_steps(pol_block *block, void *const *columns, const pol_native *native, uint32_t from, uint32_t to,
                      uint32_t count, bool *found)
{
    uint64_t all = 0;
    for (const pol_native_step *step = native->steps + from, *const end = native->steps + to; step < end; step++) {
        if (step->run != NULL)
            all |= step->run(columns, step->instr, count);
        else if (!pol_fast_block_op(block, step->instr, count))
            return false;
    }
    *found = *found || all != 0;
    return true;
}

/* The same as by kernels. Only where a row may be odd is it asked which one. */
static bool run_code(pol_block *block, const pol_native *native, uint32_t count, bool *odd)
{
    const pol_fast_block *const fast = block->fast;
    bool found = false;
    if (!run_steps(block, fast->columns, native, 0, native->behind, count, &found) ||
        (fast->in_sequence && !pol_fast_slice_run(block, count)) ||
        !run_steps(block, fast->columns, native, native->behind, native->step_count, count, &found))
        return false;
    *odd = found && check_fields(block, 0, fast->plan->check_count, count);
    *odd = *odd || ((found || !native->finds_bad) && any_bad(fast, count));
    return true;
}

/* Runs the plan; which rows it does not bear. False when memory ran out. */
static bool run_rows(pol_block *block, uint32_t count)
{
    pol_fast_block *const fast = block->fast;
    const bool exact = rounds_to_nearest();
    const pol_native *const native = code_of(block, count);
    bool odd = true;
    if ((exact || fast->in_sequence) &&
        !(native != NULL && exact ? run_code(block, native, count, &odd) : run_kernels(block, count, &odd)))
        return false;
    fast->by_row = false;
    memcpy(block->late, native != NULL && exact ? native->late : fast->late, block->code->register_count);
    if (exact && !odd)
        return true;
    const uint8_t *const bad = fast->plan->bad != 0 && exact ? fast->columns[fast->plan->bad] : NULL;
    for (uint32_t row = 0; row < count; row++) {
        if (!exact || block->fault[row] != 0 || (bad != NULL && bad[row] != 0))
            fast->odd[fast->odd_count++] = row;
        block->fault[row] = POL_FAULT_NONE;
    }
    return true;
}

/* The same for a block of one row. */
static void run_row(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    fast->by_row = true;
    if (!pol_fast_row_run(block))
        return;
    fast->odd[0] = 0;
    fast->odd_count = 1;
}

/* Runs the plan and notes odd rows. False when memory ran out. */
static bool run_any(pol_block *block, uint32_t count)
{
    assert(count <= block->capacity);
    pol_fast_block *const fast = block->fast;
    memset(block->fault, 0, count);
    fast->odd_count = 0;
    fast->rows = count;
    if (count != 1 || fast->row == NULL || code_of(block, 1) != NULL || !rounds_to_nearest())
        return run_rows(block, count);
    run_row(block);
    return true;
}

void **pol_fast_one_columns(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    if (fast->plan->schedule_ops || code_of(block, 1) == NULL || !rounds_to_nearest())
        return NULL;
    if (fast->one_columns == NULL && (fast->one_columns = POL_NEW_ARRAY(block->arena, void *, fast->plan->column_count)) != NULL)
        memcpy(fast->one_columns, fast->columns, fast->plan->column_count * sizeof *fast->columns);
    return fast->one_columns;
}

uint16_t pol_fast_column(const pol_block *block, uint32_t reg)
{
    return block->fast->plan->port[reg];
}

static const pol_native *code_of_one(const pol_fast_block *fast)
{
    return fast->by == POL_RUN_CODE ? fast->native[POL_CODE_ONE] : fast->plan->made[POL_CODE_ONE].native;
}

bool pol_fast_one_needs_room(const pol_block *block, uint32_t reg)
{
    return code_of_one(block->fast)->kernels_read[pol_fast_column(block, reg)] != 0;
}

bool pol_fast_run_one(pol_block *block)
{
    pol_fast_block *const fast = block->fast;
    const pol_native *const native = code_of_one(fast);
    bool found = false;
    return run_steps(block, fast->one_columns, native, 0, native->step_count, 1, &found) && !found &&
           (native->finds_bad || *(const uint8_t *)fast->columns[fast->plan->bad] == 0);
}

bool pol_fast_try(pol_block *block, uint32_t count)
{
    return run_any(block, count);
}

bool pol_fast_run(pol_block *block, uint32_t count)
{
    if (!run_any(block, count))
        return false;
    if (block->fast->odd_count == 0)
        return true;
    return copy_odd_rows(block) && pol_fast_judge_rows(block);
}

bool pol_fast_run_cut(pol_block *block, uint32_t count)
{
    pol_fast_block *const fast = block->fast;
    memset(block->fault, 0, count);
    fast->odd_count = 0;
    fast->rows = count;
    return run_rows(block, count) && (fast->odd_count == 0 || (copy_odd_rows(block) && judge_rows(block)));
}
