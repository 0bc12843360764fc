/* Encodings of x86-64: see assembler.h. */
#include "interp/assembler.h"

#include <string.h>

/* In two forms, or in one. */
enum { BOTH, EACH, W64, W64_EACH, EVEX, EVEX_EACH, VEX, VEX128 };

typedef struct encoding {
    uint8_t map, prefix, opcode, w, form;
} encoding;

static const encoding k_encodings[POL_V_COUNT] = {
#define VECTOR(NAME, map, prefix, opcode, w, form) [POL_V_##NAME] = { map, prefix, opcode, w, form },
#include "interp/assembler.def"
};

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static void byte(pol_assembler *as, unsigned value)
{
    (void)POL_PUSH(as->arena, as->code, (uint8_t)value);
}

static void bytes(pol_assembler *as, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) byte(as, (unsigned)(value >> 8 * i & 0xff));
}

/* ---- what an instruction reads or writes ---------------------------------------------------------------------------- */

static unsigned bit3(unsigned reg)
{
    return reg >> 3 & 1;
}

/* The bits of registers that stand in a prefix: of index and base, or of a register the fourth and the fifth. */
static unsigned index_bit(pol_operand b)
{
    if (b.kind == POL_OPERAND_REG)
        return b.reg >> 4 & 1;
    return b.kind == POL_OPERAND_MEMORY && b.index != POL_NO_REG ? bit3(b.index) : 0;
}

static unsigned base_bit(pol_operand b)
{
    return b.kind == POL_OPERAND_CONSTANT ? 0 : bit3(b.reg);
}

static unsigned scale_bits(unsigned scale)
{
    return scale == 8 ? 3 : scale == 4 ? 2 : scale == 2 ? 1 : 0;
}

/* ModRM and what follows it. An offset is none or of 32 bits. tail: bytes of the instruction behind it. */
static void operand(pol_assembler *as, unsigned reg, pol_operand b, unsigned tail)
{
    const unsigned field = (reg & 7) << 3;
    if (b.kind == POL_OPERAND_REG) {
        byte(as, 0xc0 | field | (b.reg & 7));
        return;
    }
    if (b.kind == POL_OPERAND_CONSTANT) { /* from the next instruction on */
        byte(as, field | 5);
        const uint32_t at = (uint32_t)as->code.count;
        (void)POL_PUSH(as->arena, as->fixups, ((pol_fixup){ at, at + 4 + tail, b.constant }));
        bytes(as, 0, 4);
        return;
    }
    const bool has_offset = b.offset != 0 || (b.reg & 7) == POL_RBP;
    const unsigned mode = has_offset ? 0x80 : 0;
    if (b.index != POL_NO_REG || (b.reg & 7) == POL_RSP) {
        const unsigned index = b.index != POL_NO_REG ? b.index & 7 : 4;
        byte(as, mode | field | 4);
        byte(as, scale_bits(b.scale) << 6 | index << 3 | (b.reg & 7));
    } else {
        byte(as, mode | field | (b.reg & 7));
    }
    if (has_offset)
        bytes(as, (uint32_t)b.offset, 4);
}

/* ---- vectors ------------------------------------------------------------------------------------------------------- */

static void vex(pol_assembler *as, const encoding *e, unsigned dst, unsigned a, pol_operand b)
{
    const unsigned w = e->form == W64 || e->form == W64_EACH ? e->w : 0, length = e->form == VEX128 ? 0 : 1;
    byte(as, 0xc4);
    byte(as, (bit3(dst) ^ 1) << 7 | (index_bit(b) ^ 1) << 6 | (base_bit(b) ^ 1) << 5 | e->map);
    byte(as, w << 7 | (~a & 15) << 3 | length << 2 | e->prefix);
}

static void evex(pol_assembler *as, const encoding *e, unsigned dst, unsigned a, pol_operand b, unsigned mask, bool one)
{
    byte(as, 0x62);
    byte(as, (bit3(dst) ^ 1) << 7 | (index_bit(b) ^ 1) << 6 | (base_bit(b) ^ 1) << 5 | ((dst >> 4 & 1) ^ 1) << 4 | e->map);
    byte(as, (unsigned)e->w << 7 | (~a & 15) << 3 | 4 | e->prefix);
    byte(as, 2 << 5 | (unsigned)one << 4 | ((a >> 4 & 1) ^ 1) << 3 | mask);
}

static bool takes_one(const encoding *e)
{
    return e->form == EACH || e->form == EVEX_EACH || e->form == W64_EACH;
}

static void vector(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, unsigned mask, unsigned tail)
{
    const encoding *e = &k_encodings[op];
    const bool is_one = as->wide && b.kind == POL_OPERAND_CONSTANT && as->constants.items[b.constant].step == 0;
    if (is_one && op == POL_V_LOAD)
        e = &k_encodings[POL_V_PBROADCASTQ];
    if (e->form == EVEX || e->form == EVEX_EACH || (as->wide && e->form < EVEX))
        evex(as, e, dst, a, b, mask, is_one && takes_one(e));
    else
        vex(as, e, dst, a, b);
    byte(as, e->opcode);
    operand(as, dst, b, tail);
}

void pol_vector(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b)
{
    vector(as, op, dst, a, b, 0, 0);
}

void pol_vector_imm(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, uint8_t imm)
{
    vector(as, op, dst, a, b, 0, 1);
    byte(as, imm);
}

void pol_vector_masked(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, unsigned mask)
{
    vector(as, op, dst, a, b, mask, 0);
}

/* ---- constants ------------------------------------------------------------------------------------------------------- */

static pol_operand constant(pol_assembler *as, uint64_t bits, uint32_t step)
{
    const pol_vector_constant *const all = as->constants.items;
    uint32_t number = 0;
    while (number < as->constants.count && (all[number].bits != bits || all[number].step != step)) number++;
    if (number == as->constants.count)
        (void)POL_PUSH(as->arena, as->constants, ((pol_vector_constant){ bits, step }));
    return (pol_operand){ .kind = POL_OPERAND_CONSTANT, .constant = number };
}

pol_operand pol_constant_64(pol_assembler *as, uint64_t bits)
{
    return constant(as, bits, 0);
}

pol_operand pol_constant_32(pol_assembler *as, uint32_t bits)
{
    return constant(as, (uint64_t)bits << 32 | bits, 0);
}

pol_operand pol_constant_steps(pol_assembler *as, uint32_t step)
{
    return constant(as, 0, step);
}

/* Bytes of a constant: when wide, one element is read for all. */
static unsigned bytes_of(const pol_assembler *as, const pol_vector_constant *constant)
{
    return as->wide && constant->step == 0 ? 8 : pol_vector_bytes(as);
}

static void add_constant(pol_assembler *as, const pol_vector_constant *constant)
{
    for (uint32_t i = 0, count = bytes_of(as, constant) / 8; i < count; i++)
        bytes(as, constant->step == 0 ? constant->bits : (uint64_t)(2 * i + 1) * constant->step << 32 | 2 * i * constant->step, 8);
}

bool pol_assembler_finish(pol_assembler *as)
{
    uint32_t *const at = POL_NEW_ARRAY(as->arena, uint32_t, as->constants.count + 1);
    while (as->code.count % pol_vector_bytes(as) != 0 && !pol_arena_failed(as->arena)) byte(as, 0x90);
    for (int whole = 1; whole >= 0 && !pol_arena_failed(as->arena); whole--) /* those that must be aligned first */
        for (size_t i = 0; i < as->constants.count; i++) {
            const pol_vector_constant each = as->constants.items[i];
            if ((each.step != 0) != (whole != 0))
                continue;
            at[i] = (uint32_t)as->code.count;
            add_constant(as, &each);
        }
    if (pol_arena_failed(as->arena))
        return false;
    for (size_t i = 0; i < as->fixups.count; i++) {
        const pol_fixup *const fixup = &as->fixups.items[i];
        const uint32_t distance = at[fixup->constant] - fixup->end;
        memcpy(as->code.items + fixup->at, &distance, sizeof distance);
    }
    return true;
}

/* ---- the rest ------------------------------------------------------------------------------------------------------------ */

static void rex(pol_assembler *as, bool w, unsigned reg, pol_operand b)
{
    const unsigned index = b.kind == POL_OPERAND_MEMORY && b.index != POL_NO_REG ? bit3(b.index) : 0;
    byte(as, 0x40 | (unsigned)w << 3 | bit3(reg) << 2 | index << 1 | base_bit(b));
}

static void general(pol_assembler *as, unsigned opcode, unsigned reg, pol_operand b)
{
    rex(as, true, reg, b);
    byte(as, opcode);
    operand(as, reg, b, 0);
}

void pol_load(pol_assembler *as, unsigned reg, pol_operand from)
{
    general(as, 0x8b, reg, from);
}

void pol_store(pol_assembler *as, unsigned reg, pol_operand to)
{
    general(as, 0x89, reg, to);
}

void pol_move(pol_assembler *as, unsigned to, unsigned from)
{
    general(as, 0x8b, to, pol_in_reg(from));
}

void pol_compare(pol_assembler *as, unsigned a, unsigned b)
{
    general(as, 0x3b, a, pol_in_reg(b));
}

void pol_load_imm(pol_assembler *as, unsigned reg, uint64_t value)
{
    rex(as, true, 0, pol_in_reg(reg));
    byte(as, 0xb8 | (reg & 7));
    bytes(as, value, 8);
}

void pol_arith_imm(pol_assembler *as, pol_arith op, unsigned reg, int32_t value)
{
    general(as, 0x81, op, pol_in_reg(reg));
    bytes(as, (uint32_t)value, 4);
}

void pol_push(pol_assembler *as, unsigned reg)
{
    rex(as, false, 0, pol_in_reg(reg));
    byte(as, 0x50 | (reg & 7));
}

void pol_pop(pol_assembler *as, unsigned reg)
{
    rex(as, false, 0, pol_in_reg(reg));
    byte(as, 0x58 | (reg & 7));
}

void pol_pdep(pol_assembler *as, unsigned to, unsigned bits, unsigned mask)
{
    byte(as, 0xc4);
    byte(as, (bit3(to) ^ 1) << 7 | 1 << 6 | (bit3(mask) ^ 1) << 5 | 2);
    byte(as, 1 << 7 | (~bits & 15) << 3 | 3);
    byte(as, 0xf5);
    operand(as, to, pol_in_reg(mask), 0);
}

void pol_set_unless_zero(pol_assembler *as, unsigned reg)
{
    rex(as, false, 0, pol_in_reg(reg));
    bytes(as, 0x950f, 2);
    operand(as, 0, pol_in_reg(reg), 0);
    rex(as, false, reg, pol_in_reg(reg)); /* MOVZX */
    bytes(as, 0xb60f, 2);
    operand(as, reg, pol_in_reg(reg), 0);
}

void pol_jump_below(pol_assembler *as, uint32_t to)
{
    bytes(as, 0x820f, 2);
    bytes(as, to - ((uint32_t)as->code.count + 4), 4);
}

void pol_zero_upper(pol_assembler *as)
{
    bytes(as, 0x77f8c5, 3);
}

void pol_return(pol_assembler *as)
{
    byte(as, 0xc3);
}
