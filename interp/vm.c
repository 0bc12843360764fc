/* Blocks and the loop over instructions. A verified program and filled field columns come in; every
 * register's column and each row's first fault are there afterwards. All that an opcode does stands
 * in a kernel table; nothing here knows one opcode from another. */
#include "interp/vm.h"

#include "interp/kernels.h"
#include "interp/vm_fast.h"

#include <assert.h>

static size_t element_bytes(uint8_t class_)
{
    switch ((pol_class)class_) {
    case POL_C_NUM: return sizeof(pol_i128);
    case POL_C_BOOL: return sizeof(uint8_t);
    case POL_C_CODE:
    case POL_C_DATE: return sizeof(int32_t);
    case POL_C_SET: return sizeof(uint64_t);
    case POL_C_TIERS: return sizeof(uint32_t);
    case POL_CLASS_COUNT: break;
    }
    return sizeof(pol_i128);
}

/* ---- constants -------------------------------------------------------------------------------------- */

static uint8_t bool_element(pol_i128 number)
{
    if (number == POL_NUM_ABSENT)
        return POL_BOOL_ABSENT;
    return number == POL_NUM_FAILED ? POL_BOOL_FAILED : (uint8_t)number;
}

static int32_t code_element(pol_i128 number)
{
    if (number == POL_NUM_ABSENT)
        return POL_CODE_ABSENT;
    return number == POL_NUM_FAILED ? POL_CODE_FAILED : (int32_t)number;
}

static uint32_t tiers_element(pol_block *block, const pol_constant *constant)
{
    if (constant->tiers != NULL)
        return pol_block_add_tiers(block, constant->tiers);
    return constant->number == POL_NUM_FAILED ? POL_TIERS_FAILED : POL_TIERS_ABSENT;
}

#define FILL(column, value)                                                                        \
    for (uint32_t row = 0; row < block->capacity; row++)                                           \
    (column)[row] = (value)

static void fill_constant(pol_block *block, uint32_t reg, const pol_constant *constant)
{
    switch ((pol_class)constant->class_) {
    case POL_C_NUM: FILL(pol_col_num(block, reg), constant->number); break;
    case POL_C_BOOL: FILL(pol_col_bool(block, reg), bool_element(constant->number)); break;
    case POL_C_CODE:
    case POL_C_DATE: FILL(pol_col_code(block, reg), code_element(constant->number)); break;
    case POL_C_SET: {
        const bool absent = constant->number == POL_NUM_ABSENT;
        FILL(pol_col_set(block, reg), absent ? POL_SET_ABSENT : (uint64_t)constant->number);
        break;
    }
    case POL_C_TIERS: {
        const uint32_t index = tiers_element(block, constant);
        FILL(pol_col_tiers(block, reg), index);
        break;
    }
    case POL_CLASS_COUNT: break;
    }
}

/* ---- ports ------------------------------------------------------------------------------------------- */

/* Gives the register a port: a column of its own for a number, else the one that the code works on. */
static void open_port(void *user, uint32_t reg)
{
    pol_block *const block = user;
    const pol_register *r = &block->code->registers[reg];
    if (block->ports[reg] != NULL)
        return;
    if (r->class_ != POL_C_NUM) {
        block->ports[reg] = block->columns[reg];
        return;
    }
    block->ports[reg] = POL_NEW_ARRAY(block->arena, int64_t, block->capacity);
    if (r->origin != POL_FROM_FIELD)
        block->result_numbers[block->result_number_count++] = reg;
}

static bool open_ports(pol_block *block)
{
    const pol_code *code = block->code;
    block->ports = POL_NEW_ARRAY(block->arena, void *, code->register_count);
    block->result_numbers = POL_NEW_ARRAY(block->arena, uint32_t, code->register_count);
    if (block->ports == NULL || block->result_numbers == NULL)
        return false;
    for (uint32_t i = 0; i < code->field_count; i++)
        open_port(block, code->fields[i].reg);
    pol_code_results(code, open_port, block);
    return !pol_arena_failed(block->arena);
}

static void widen_fields(pol_block *block, uint32_t count)
{
    for (uint32_t i = 0; i < block->code->field_count; i++) {
        const uint32_t reg = block->code->fields[i].reg;
        if (block->code->registers[reg].class_ != POL_C_NUM)
            continue;
        const int64_t *const from = pol_port_num(block, reg);
        pol_i128 *const to = pol_col_num(block, reg);
        for (uint32_t row = 0; row < count; row++)
            to[row] = pol_port_wide(from[row]);
    }
}

static void narrow_results(pol_block *block, uint32_t count)
{
    for (uint32_t i = 0; i < block->result_number_count; i++) {
        const uint32_t reg = block->result_numbers[i];
        const pol_i128 *const from = pol_col_num(block, reg);
        int64_t *const to = pol_port_num(block, reg);
        for (uint32_t row = 0; row < count; row++)
            to[row] = pol_port_of(from[row]);
    }
}

/* ---- blocks ------------------------------------------------------------------------------------------ */

bool pol_block_init(pol_block *block, pol_arena *arena, const pol_program *program,
                    const pol_code *code, uint32_t capacity)
{
    *block = (pol_block){ .program = program, .code = code, .capacity = capacity, .arena = arena };
    block->columns = POL_NEW_ARRAY(arena, void *, code->register_count);
    block->fault_sink = POL_NEW_ARRAY(arena, uint32_t, capacity);
    block->fault = POL_NEW_ARRAY(arena, uint8_t, capacity);
    if (pol_arena_failed(arena))
        return false;
    for (uint32_t reg = 0; reg < code->register_count; reg++) {
        const pol_register *r = &code->registers[reg];
        block->columns[reg] = pol_arena_array(arena, capacity, element_bytes(r->class_));
        if (block->columns[reg] == NULL)
            return false;
        if (r->origin == POL_FROM_CONSTANT)
            fill_constant(block, reg, &code->constants[r->index]);
    }
    block->constant_tiers = (uint32_t)block->tiers.count;
    return open_ports(block);
}

bool pol_block_init_fast(pol_block *block, pol_arena *arena, const pol_program *program, const pol_code *code,
                         const pol_plan *plan, uint32_t capacity)
{
    if (plan == NULL)
        return pol_block_init(block, arena, program, code, capacity);
    *block = (pol_block){ .program = program, .code = code, .capacity = capacity, .arena = arena };
    block->fault_sink = POL_NEW_ARRAY(arena, uint32_t, capacity);
    block->fault = POL_NEW_ARRAY(arena, uint8_t, capacity);
    return !pol_arena_failed(arena) && pol_fast_block_init(block, plan);
}

void pol_block_clear(pol_block *block)
{
    block->tiers.count = block->constant_tiers;
    if (block->fast != NULL) {
        block->fast->taken.count = 0;
        block->fast->schedules.count = block->fast->plan->schedule_count;
    }
}

uint32_t pol_block_add_tiers(pol_block *block, const pol_tiers *tiers)
{
    const size_t index = block->tiers.count;
    if (index > block->constant_tiers && pol_tiers_equal(&block->tiers.items[index - 1], tiers))
        return (uint32_t)index - 1;
    const pol_tiers copy = *tiers; /* it may stand in the pool, which moves as it grows */
    if (index >= POL_TIERS_FAILED || !POL_PUSH(block->arena, block->tiers, copy))
        return POL_TIERS_ABSENT;
    return (uint32_t)index;
}

/* ---- running ----------------------------------------------------------------------------------------- */

bool pol_vm_run(pol_block *block, uint32_t count)
{
    assert(count <= block->capacity);
    if (block->fast != NULL)
        return pol_fast_run(block, count);
    const pol_code *code = block->code;
    for (uint32_t row = 0; row < count; row++) {
        block->fault[row] = POL_FAULT_NONE;
        block->fault_sink[row] = POL_NONE32;
    }
    widen_fields(block, count);
    for (uint32_t i = 0; i < code->instr_count; i++) {
        const pol_instr *instr = &code->instrs[i];
        pol_kernels_wide[instr->op](block, instr, count);
    }
    narrow_results(block, count);
    return !pol_arena_failed(block->arena);
}
