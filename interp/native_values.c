/* Where the values of a stretch stand: in registers, in their columns, or in slots on the stack. A register is taken
 * from the value that is read last of all. */
#include "interp/native_internal.h"

#define REG(n) pol_in_reg(n)

static const pol_native_op *op_at(const pol_generator *g)
{
    return &g->ops[g->at];
}

static pol_native_value *operand_of(const pol_generator *g, unsigned operand)
{
    return &g->values[op_at(g)->in[operand]];
}

/* ---- constants ---------------------------------------------------------------------------------------------------- */

pol_operand pol_native_64(pol_generator *g, uint64_t bits)
{
    return bits == 0 && g->as.wide ? REG(ZERO) : pol_constant_64(&g->as, bits);
}

pol_operand pol_native_32(pol_generator *g, uint32_t bits)
{
    return pol_native_64(g, (uint64_t)bits << 32 | bits);
}

/* ---- columns ------------------------------------------------------------------------------------------------------ */

pol_operand pol_native_memory(pol_generator *g, uint16_t column, unsigned from)
{
    const unsigned bytes = g->plan->bytes[column];
    unsigned base = g->pinned_pointer[column];
    if (base == POL_NO_REG) {
        base = POL_R11;
        if (g->pointer != column)
            pol_load(&g->as, base, pol_in_memory(POL_RDI, POL_NO_REG, 1, (int32_t)(column * sizeof(void *))));
        g->pointer = column;
    }
    return pol_in_memory(base, POL_RAX, bytes, (int32_t)(from * bytes));
}

void pol_native_halves(pol_generator *g, uint16_t column, unsigned low, unsigned high)
{
    const unsigned lanes = pol_vector_bytes(&g->as) / 8;
    pol_vector(&g->as, g->one ? POL_V_LOADQ : POL_V_LOAD, low, 0, pol_native_memory(g, column, 0));
    if (!g->one)
        pol_vector(&g->as, POL_V_LOAD, high, 0, pol_native_memory(g, column, lanes));
}

void pol_native_widen(pol_generator *g, uint16_t column, unsigned reg)
{
    pol_assembler *const as = &g->as;
    const unsigned lanes = pol_vector_bytes(as) / 8;
    pol_vector(as, POL_V_PMOVSXDQ, T0, 0, REG(reg));
    pol_vector(as, g->one ? POL_V_MOVQ : POL_V_STORE, T0, 0, pol_native_memory(g, column, 0));
    if (g->one)
        return;
    pol_vector_imm(as, as->wide ? POL_V_EXTRACTI64X4 : POL_V_EXTRACTI128, reg, 0, REG(T1), 1);
    pol_vector(as, POL_V_PMOVSXDQ, T1, 0, REG(T1));
    pol_vector(as, POL_V_STORE, T1, 0, pol_native_memory(g, column, lanes));
}

/* Elements of 32 bits, or bytes as such. */
static void load_column(pol_generator *g, uint16_t column, unsigned reg)
{
    pol_assembler *const as = &g->as;
    const bool is_byte = g->plan->bytes[column] == 1;
    const pol_operand from = pol_native_memory(g, column, 0);
    if (!g->one) {
        pol_vector(as, is_byte ? POL_V_PMOVZXBD : POL_V_LOAD, reg, 0, from);
        return;
    }
    pol_vector(as, is_byte ? POL_V_PBROADCASTB : POL_V_LOADD, reg, 0, from);
    if (is_byte)
        pol_vector(as, POL_V_PAND, reg, reg, pol_native_32(g, 0xff));
}

#define EVEN_OF_TWO    0x88 /* numbers 0 and 2 of the one, then of the other */
#define MIDDLE_SWAPPED 0xd8

void pol_native_join(pol_generator *g, unsigned dst, unsigned low, unsigned high)
{
    pol_assembler *const as = &g->as;
    if (g->one) {
        if (dst != low)
            pol_vector(as, POL_V_MOVE, dst, 0, REG(low));
    } else if (as->wide) {
        pol_vector(as, POL_V_PERMT2D, low, EVEN, REG(high));
        if (dst != low)
            pol_vector(as, POL_V_MOVE, dst, 0, REG(low));
    } else {
        pol_vector_imm(as, POL_V_SHUFPS, low, low, REG(high), EVEN_OF_TWO);
        pol_vector_imm(as, POL_V_PERMQ, dst, 0, REG(low), MIDDLE_SWAPPED);
    }
}

static void store_one(pol_generator *g, const pol_native_value *value)
{
    unsigned from = value->reg;
    if (value->bytes == 4) {
        pol_vector(&g->as, POL_V_MOVD, from, 0, pol_native_memory(g, value->column, 0));
        return;
    }
    if (value->form == POL_FORM_CONDITION)
        pol_vector(&g->as, POL_V_PABSD, T0, 0, REG(from)), from = T0;
    pol_vector_imm(&g->as, POL_V_PEXTRB, from, 0, pol_native_memory(g, value->column, 0), 0);
}

static void store_bytes(pol_generator *g, const pol_native_value *value)
{
    pol_assembler *const as = &g->as;
    unsigned from = value->reg;
    if (as->wide) {
        if (value->form == POL_FORM_CONDITION)
            pol_vector(as, POL_V_PABSD, T0, 0, REG(from)), from = T0;
        pol_vector(as, POL_V_PMOVDB, from, 0, pol_native_memory(g, value->column, 0));
    } else if (value->form == POL_FORM_CONDITION) {
        pol_vector(as, POL_V_MOVMSKPS, POL_R10, 0, REG(from));
        pol_pdep(as, POL_R10, POL_R10, POL_R9);
        pol_store(as, POL_R10, pol_native_memory(g, value->column, 0));
    } else {
        pol_vector_imm(as, POL_V_EXTRACTI128, from, 0, REG(T0), 1);
        pol_vector(as, POL_V_PACKSSDW, T0, from, REG(T0));
        pol_vector(as, POL_V_PACKUSWB, T0, T0, REG(T0));
        pol_vector(as, POL_V_MOVQ, T0, 0, pol_native_memory(g, value->column, 0));
    }
}

static void store(pol_generator *g, pol_native_value *value)
{
    value->in_column = true;
    if (g->one)
        store_one(g, value);
    else if (value->bytes == 4)
        pol_vector(&g->as, POL_V_STORE, value->reg, 0, pol_native_memory(g, value->column, 0));
    else
        store_bytes(g, value);
}

/* ---- checks -------------------------------------------------------------------------------------------------------- */

#define A_OR_B_AND_C 0xf8
#define A_OR_B_OR_C  0xfe

static uint64_t beyond(const pol_fast_check *check, unsigned bytes)
{
    const uint32_t bits = ~(uint32_t)check->limit;
    return bytes == 8 ? ~(uint64_t)check->limit : (uint64_t)bits << 32 | bits;
}

/* Notes bits of a register that are among some. T2 is spoilt. */
static void note_outside(pol_generator *g, unsigned reg, uint64_t bits)
{
    pol_assembler *const as = &g->as;
    if (as->wide) {
        pol_vector_imm(as, POL_V_PTERNLOGQ, OUTSIDE, reg, pol_native_64(g, bits), A_OR_B_AND_C);
    } else {
        pol_vector(as, POL_V_PAND, T2, reg, pol_native_64(g, bits));
        pol_vector(as, POL_V_POR, OUTSIDE, OUTSIDE, REG(T2));
    }
}

/* 64-bit elements of two halves. T2 and T3 are spoilt. */
static void check_halves(pol_generator *g, const pol_fast_check *check, unsigned low, unsigned high)
{
    pol_assembler *const as = &g->as;
    if (check->least == 0 && check->limit == g->cuts_limit) {
        if (as->wide) {
            pol_vector_imm(as, POL_V_PTERNLOGQ, CUTS, low, REG(high), A_OR_B_OR_C);
        } else {
            pol_vector(as, POL_V_POR, CUTS, CUTS, REG(low));
            if (!g->one)
                pol_vector(as, POL_V_POR, CUTS, CUTS, REG(high));
        }
        return;
    }
    pol_vector(as, POL_V_PSUBQ, T3, g->one ? low : high, pol_native_64(g, (uint64_t)check->least));
    pol_vector(as, POL_V_PSUBQ, T2, low, pol_native_64(g, (uint64_t)check->least));
    pol_vector(as, POL_V_POR, T3, T3, REG(T2));
    note_outside(g, T3, beyond(check, 8));
}

/* Elements of 32 bits in a register. T2 and T3 are spoilt. */
static void check_register(pol_generator *g, const pol_fast_check *check, unsigned reg)
{
    unsigned from = reg;
    if (check->least != 0)
        pol_vector(&g->as, POL_V_PSUBD, from = T3, reg, pol_native_32(g, (uint32_t)check->least));
    note_outside(g, from, beyond(check, 4));
}

static void check_column(pol_generator *g, const pol_fast_check *check, unsigned number)
{
    const uint16_t column = check->column[number], to = check->op == POL_FAST_CUT8 ? check->narrow[number] : 0;
    const unsigned bytes = g->plan->bytes[column];
    if (bytes == 8) {
        pol_native_halves(g, column, T0, T1);
        check_halves(g, check, T0, T1);
    } else {
        load_column(g, column, T0);
        check_register(g, check, T0);
    }
    if (to == 0 || !g->needed[to])
        return;
    pol_native_join(g, T0, T0, T1);
    pol_vector(&g->as, g->one ? POL_V_MOVD : POL_V_STORE, T0, 0, pol_native_memory(g, to, 0));
}

void pol_native_checks(pol_generator *g)
{
    for (uint32_t i = g->first_check; i < g->end_check; i++) {
        const pol_fast_check *const check = &g->plan->checks[i];
        for (unsigned k = 0; k < check->count; k++) {
            pol_native_value *const value = &g->values[check->op == POL_FAST_CUT8 ? check->narrow[k] : check->column[k]];
            if (value->next == NEVER || (value->bytes == 8 && value->cut == 0))
                check_column(g, check, k);
            else
                value->check = check;
        }
    }
}

void pol_native_gather(pol_generator *g)
{
    note_outside(g, CUTS, ~(uint64_t)g->cuts_limit);
}

/* ---- registers ------------------------------------------------------------------------------------------------------ */

static void give_up(pol_generator *g, pol_native_value *value)
{
    g->owner[value->reg] = 0;
    value->has_reg = false;
    value->form = value->has_slot ? value->slot_form : value->bytes == 1 ? POL_FORM_BYTE : POL_FORM_NUMBER;
}

static pol_operand slot(const pol_generator *g, unsigned number)
{
    return pol_in_memory(POL_RSP, POL_NO_REG, 1, (int32_t)(number * pol_vector_bytes(&g->as)));
}

static bool needs_slot(const pol_native_value *value)
{
    return value->next != NEVER && !value->has_slot && !value->in_column && !value->is_constant && value->cut == 0;
}

static void spill(pol_generator *g, pol_native_value *value)
{
    if (g->free_slot_count == 0 && g->slots == MOST_SLOTS) {
        g->refused = true;
        return;
    }
    value->has_slot = true;
    value->slot = g->free_slot_count != 0 ? g->free_slots[--g->free_slot_count] : g->slots++;
    value->slot_form = value->form;
    pol_vector(&g->as, POL_V_STORE, value->reg, 0, slot(g, value->slot));
}

static unsigned free_reg(pol_generator *g)
{
    unsigned best = 0;
    for (unsigned reg = g->first_reg; reg < g->end_reg; reg++) {
        if (g->owner[reg] == 0)
            return reg;
        if (g->pinned[reg])
            continue;
        if (best == 0 || g->values[g->owner[reg]].next > g->values[g->owner[best]].next)
            best = reg;
    }
    pol_native_value *const value = &g->values[g->owner[best]];
    if (needs_slot(value))
        spill(g, value);
    give_up(g, value);
    return best;
}

static void hold(pol_generator *g, uint32_t number, unsigned reg, pol_form form)
{
    pol_native_value *const value = &g->values[number];
    g->owner[reg] = number;
    g->pinned[reg] = true;
    value->has_reg = true;
    value->reg = (uint8_t)reg;
    value->form = form;
}

/* ---- operands ----------------------------------------------------------------------------------------------------------- */

static pol_operand constant(pol_generator *g, const pol_native_value *value)
{
    return pol_native_32(g, (uint32_t)value->constant);
}

static void cut(pol_generator *g, pol_native_value *value, unsigned reg)
{
    const unsigned low = g->as.wide ? reg : T0; /* where it is joined in place */
    pol_native_halves(g, value->cut, low, T1);
    if (value->check != NULL)
        check_halves(g, value->check, low, T1);
    value->check = NULL;
    pol_native_join(g, reg, low, T1);
}

static void load(pol_generator *g, uint32_t number)
{
    const unsigned reg = free_reg(g);
    pol_native_value *const value = &g->values[number];
    pol_assembler *const as = &g->as;
    pol_form form = value->bytes == 1 ? POL_FORM_BYTE : POL_FORM_NUMBER;
    if (value->has_slot) {
        pol_vector(as, POL_V_LOAD, reg, 0, slot(g, value->slot));
        form = value->slot_form;
    } else if (value->is_constant) {
        pol_vector(as, POL_V_LOAD, reg, 0, constant(g, value));
    } else if (value->cut != 0 && !value->in_column) {
        cut(g, value, reg);
    } else {
        load_column(g, value->column, reg);
    }
    hold(g, number, reg, form);
    if (value->check != NULL)
        check_register(g, value->check, reg);
    value->check = NULL;
    if (value->cut != 0 && g->needed[value->column] && !value->in_column)
        store(g, value);
}

static void convert(pol_generator *g, pol_native_value *value, pol_form form)
{
    pol_assembler *const as = &g->as;
    if (value->form == form || form == POL_FORM_NUMBER)
        return;
    if (form == POL_FORM_BYTE)
        pol_vector(as, POL_V_PABSD, value->reg, 0, REG(value->reg));
    else if (as->wide)
        pol_vector(as, POL_V_PSUBD, value->reg, ZERO, REG(value->reg));
    else
        pol_vector(as, POL_V_PCMPGTD, value->reg, value->reg, pol_native_32(g, 0));
    value->form = form;
}

unsigned pol_native_in(pol_generator *g, unsigned operand, pol_form form)
{
    pol_native_value *const value = operand_of(g, operand);
    if (!value->has_reg)
        load(g, op_at(g)->in[operand]);
    g->pinned[value->reg] = true;
    convert(g, value, form);
    return value->reg;
}

pol_operand pol_native_operand(pol_generator *g, unsigned operand, pol_form form)
{
    const pol_native_value *const value = operand_of(g, operand);
    const bool is_last = op_at(g)->next_in[operand] == NEVER;
    if (!value->has_reg && value->is_constant && form == POL_FORM_NUMBER)
        return constant(g, value);
    if (!value->has_reg && is_last && value->has_slot && value->slot_form == form)
        return slot(g, value->slot);
    if (!g->one && !value->has_reg && is_last && value->cut == 0 && value->check == NULL &&
        !value->has_slot && value->bytes == 4 && value->in_column)
        return pol_native_memory(g, value->column, 0);
    return REG(pol_native_in(g, operand, form));
}

pol_form pol_native_form(pol_generator *g, unsigned operand)
{
    return operand_of(g, operand)->form;
}

void pol_native_release(pol_generator *g)
{
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) {
        pol_native_value *const value = operand_of(g, k);
        if (op_at(g)->instr->operand[k] == 0)
            continue;
        value->next = op_at(g)->next_in[k];
        if (value->has_reg)
            g->pinned[value->reg] = false;
        if (value->has_reg && value->next == NEVER)
            give_up(g, value);
    }
}

/* Slots are given back when the instruction, which may read them, is there. */
static void release_slots(pol_generator *g)
{
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) {
        pol_native_value *const value = operand_of(g, k);
        if (op_at(g)->instr->operand[k] == 0 || value->next != NEVER || !value->has_slot)
            continue;
        g->free_slots[g->free_slot_count++] = value->slot;
        value->has_slot = false;
    }
}

/* ---- results ------------------------------------------------------------------------------------------------------------ */

static pol_native_value *result_of(const pol_generator *g, unsigned result)
{
    pol_native_value *const value = &g->values[op_at(g)->out[result]];
    value->next = op_at(g)->next_out[result];
    return value;
}

unsigned pol_native_out(pol_generator *g, unsigned result, pol_form form)
{
    const unsigned reg = free_reg(g);
    (void)result_of(g, result);
    hold(g, op_at(g)->out[result], reg, form);
    return reg;
}

void pol_native_out_column(pol_generator *g)
{
    result_of(g, 0)->in_column = true;
}

bool pol_native_fills_port(const pol_generator *g, const pol_plan_result *result, const pol_fast_instr *instr)
{
    const pol_plan *const plan = g->plan;
    if (g->one || !result->late || plan->asked[result->reg] == 0 || (instr->result[0] != result->from && instr->result[1] != result->from))
        return false;
    for (const pol_fast_instr *later = instr + 1; later < plan->instrs + plan->instr_count; later++)
        if (later->result[0] == result->from || later->result[1] == result->from)
            return false;
    return true;
}

static void fill_ports(pol_generator *g, const pol_native_value *value)
{
    for (uint32_t i = 0; i < g->plan->result_count; i++) {
        const pol_plan_result *const result = &g->plan->results[i];
        if (result->from != value->column || !pol_native_fills_port(g, result, op_at(g)->instr))
            continue;
        pol_native_widen(g, g->plan->port[result->reg], value->reg);
        g->late[result->reg] = 0;
    }
}

void pol_native_end(pol_generator *g)
{
    const pol_native_op *const op = op_at(g);
    pol_native_release(g);
    release_slots(g);
    for (unsigned r = 0; r < 2; r++) {
        pol_native_value *const value = &g->values[op->out[r]];
        if (op->out[r] == 0 || !value->has_reg)
            continue;
        if (op->is_last[r] && g->needed[value->column])
            store(g, value);
        if (op->is_last[r])
            fill_ports(g, value);
        if (op->is_last[r] && value->column == g->plan->bad)
            pol_vector(&g->as, POL_V_POR, OUTSIDE, OUTSIDE, REG(value->reg));
        g->pinned[value->reg] = false;
        if (value->next == NEVER)
            give_up(g, value);
    }
}
