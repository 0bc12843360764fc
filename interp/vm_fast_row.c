/* A plan for one claim: its elements are put side by side and each instruction is a few steps on them, without columns
 * and calls. A block of one row runs so. */
#include "interp/vm_fast.h"

#include <string.h>

/* Fields in groups of as many bytes: each group is one loop without a choice. */
static const uint8_t k_bytes[] = { 8, 4, 1 };

static uint8_t bytes_of(const pol_plan *plan, uint32_t reg)
{
    return plan->bytes[plan->port[reg]];
}

pol_fast_row *pol_fast_row_new(const pol_block *block, const pol_plan *plan)
{
    pol_arena *const arena = block->arena;
    const pol_code *const code = block->code;
    pol_fast_row *const row = POL_NEW(arena, pol_fast_row);
    if (row == NULL)
        return NULL;
    row->elements = POL_NEW_ARRAY(arena, int64_t, plan->column_count);
    row->fields = POL_NEW_ARRAY(arena, uint32_t, code->field_count);
    row->late = POL_NEW_ARRAY(arena, uint8_t, code->register_count);
    if (pol_arena_failed(arena))
        return NULL;
    for (unsigned b = 0, at = 0; b < sizeof k_bytes; b++)
        for (uint32_t i = 0; i < code->field_count; i++)
            if (bytes_of(plan, code->fields[i].reg) == k_bytes[b]) {
                row->fields[at++] = code->fields[i].reg;
                row->count_of[b]++;
            }
    for (uint32_t i = 0; i < plan->constant_count; i++)
        row->elements[plan->constants[i].column] = plan->constants[i].value;
    for (uint32_t i = 0; i < plan->result_count; i++)
        row->late[plan->results[i].reg] = 1;
    return row;
}

static void take_fields(const pol_block *block)
{
    const pol_fast_row *const row = block->fast->row;
    const uint16_t *const port = block->fast->plan->port;
    const uint32_t *reg = row->fields;
    for (const uint32_t *const end = reg + row->count_of[0]; reg < end; reg++)
        row->elements[port[*reg]] = *(const int64_t *)block->ports[*reg];
    for (const uint32_t *const end = reg + row->count_of[1]; reg < end; reg++)
        row->elements[port[*reg]] = *(const int32_t *)block->ports[*reg];
    for (const uint32_t *const end = reg + row->count_of[2]; reg < end; reg++)
        row->elements[port[*reg]] = *(const uint8_t *)block->ports[*reg];
}

/* Whether a field is outside what the plan is for. Those that go on in 32 bits do. */
static bool check_fields(const pol_plan *plan, int64_t *elements)
{
    bool outside = false;
    for (uint32_t i = 0; i < plan->check_count; i++) {
        const pol_fast_check *const check = &plan->checks[i];
        for (unsigned k = 0; k < check->count; k++) {
            const int64_t element = elements[check->column[k]];
            outside |= (uint64_t)element - (uint64_t)check->least > (uint64_t)check->limit;
            elements[check->narrow[k]] = element;
        }
    }
    return outside;
}

bool pol_fast_row_run(pol_block *block)
{
    const pol_fast_block *const fast = block->fast;
    const pol_plan *const plan = fast->plan;
    int64_t *const elements = fast->row->elements;
    take_fields(block);
    const bool outside = check_fields(plan, elements);
    pol_fast_run_row(elements, plan->instrs, plan->instrs + plan->instr_count);
    memcpy(block->late, fast->row->late, block->code->register_count);
    return outside || (plan->bad != 0 && elements[plan->bad] != 0);
}

void pol_fast_row_fill(const pol_block *block, uint32_t reg)
{
    const pol_fast_block *const fast = block->fast;
    const int64_t element = fast->row->elements[fast->made_in[reg]];
    switch (bytes_of(fast->plan, reg)) {
    case 8: *(int64_t *)block->ports[reg] = element; break;
    case 4: *(int32_t *)block->ports[reg] = (int32_t)element; break;
    default: *(uint8_t *)block->ports[reg] = (uint8_t)element; break;
    }
}
