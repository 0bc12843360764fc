#include "interp/lanes.h"

uint32_t pol_lanes_field(const pol_code *code)
{
    for (uint32_t i = 0; i < code->input_count; i++)
        if (code->fields[i].best)
            return i;
    return POL_NONE32;
}

uint32_t pol_lanes_count(const pol_block *block, uint32_t row, uint32_t field)
{
    if (field == POL_NONE32)
        return 1;
    uint32_t count = 0;
    for (uint64_t set = pol_port_set(block, block->code->fields[field].reg)[row]; set != 0; set &= set - 1)
        count++;
    return count == 0 ? 1 : count; /* an absent input is one settlement */
}

static void copy_element(pol_block *block, const pol_field_def *field, uint32_t from, uint32_t to)
{
    const uint32_t reg = field->reg;
    switch ((pol_class)block->code->registers[reg].class_) {
    case POL_C_NUM: pol_port_num(block, reg)[to] = pol_port_num(block, reg)[from]; break;
    case POL_C_BOOL: pol_port_bool(block, reg)[to] = pol_port_bool(block, reg)[from]; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_port_code(block, reg)[to] = pol_port_code(block, reg)[from]; break;
    case POL_C_SET: pol_port_set(block, reg)[to] = pol_port_set(block, reg)[from]; break;
    case POL_C_TIERS: pol_port_tiers(block, reg)[to] = pol_port_tiers(block, reg)[from]; break;
    case POL_CLASS_COUNT: break;
    }
}

void pol_lanes_spread(pol_block *block, uint32_t row, uint32_t field, uint32_t count)
{
    if (count < 2)
        return;
    const pol_code *const code = block->code;
    uint64_t *const sets = pol_port_set(block, code->fields[field].reg);
    uint64_t rest = sets[row];
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t f = 0; f < code->field_count; f++)
            copy_element(block, &code->fields[f], row, row + i);
    for (uint32_t i = 0; i < count; i++, rest &= rest - 1)
        sets[row + i] = rest & (~rest + 1); /* the lowest bit: first in the category */
}

uint32_t pol_lanes_choose(pol_reader *reader, const pol_record *record, const pol_block *block, uint32_t row,
                          uint32_t count, pol_finding *finding)
{
    const int64_t *const person = pol_port_num(block, block->code->person);
    uint32_t best = row;
    for (uint32_t i = row; i < row + count; i++) {
        *finding = pol_record_verdict(reader, record, block, i);
        if (finding->code != POL_ERR_NONE)
            return i; /* nothing is guessed */
        if (person[i] < person[best])
            best = i;
    }
    return best;
}
