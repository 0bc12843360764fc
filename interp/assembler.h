/* An assembler for the machine code of plans: vector instructions of x86-64-v3 (VEX, 256 bits) or, when `wide`, of
 * x86-64-v4 (EVEX, 512 bits), and the few others that a loop is made of. Private to native*.c and its tests.
 *
 * Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2. Nothing here knows of plans. */
#ifndef POL_INTERP_ASSEMBLER_H
#define POL_INTERP_ASSEMBLER_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/arena.h"

/* General registers by their numbers. */
enum { POL_RAX, POL_RCX, POL_RDX, POL_RBX, POL_RSP, POL_RBP, POL_RSI, POL_RDI, POL_R8, POL_R9, POL_R10, POL_R11, POL_R12,
       POL_R13, POL_R14, POL_R15, POL_NO_REG = 0xff };

/* A register, or memory: base + index * scale + offset, or a constant of the code's own. */
typedef struct pol_operand {
    enum { POL_OPERAND_REG, POL_OPERAND_MEMORY, POL_OPERAND_CONSTANT } kind;
    uint8_t reg;   /* or base */
    uint8_t index; /* POL_NO_REG: none */
    uint8_t scale; /* 1, 2, 4, 8 */
    int32_t offset;
    uint32_t constant; /* its number */
} pol_operand;

static inline pol_operand pol_in_reg(unsigned reg)
{
    return (pol_operand){ .kind = POL_OPERAND_REG, .reg = (uint8_t)reg };
}
static inline pol_operand pol_in_memory(unsigned base, unsigned index, unsigned scale, int32_t offset)
{
    return (pol_operand){ POL_OPERAND_MEMORY, (uint8_t)base, (uint8_t)index, (uint8_t)scale, offset, 0 };
}

/* Vector instructions, named as the manual names them without the V: what is written, what is read first, the operand. */
typedef enum pol_vector_op {
#define VECTOR(NAME, map, prefix, opcode, w, form) POL_V_##NAME,
#include "interp/assembler.def"
    POL_V_COUNT
} pol_vector_op;

typedef struct pol_fixup {
    uint32_t at;  /* of the four bytes that hold the distance … */
    uint32_t end; /* … from here, the end of the instruction … */
    uint32_t constant; /* … to this constant */
} pol_fixup;

/* A constant through a vector: 64 bits again and again, or, if `step` is not 0, 32-bit numbers 0, step, 2 * step … */
typedef struct pol_vector_constant {
    uint64_t bits;
    uint32_t step;
} pol_vector_constant;

typedef struct pol_assembler {
    pol_arena *arena; /* borrowed; failures stick to it */
    bool wide;
    POL_VEC(uint8_t) code;
    POL_VEC(pol_vector_constant) constants;
    POL_VEC(pol_fixup) fixups;
} pol_assembler;

/* Bytes of a vector. */
static inline unsigned pol_vector_bytes(const pol_assembler *as)
{
    return as->wide ? 64 : 32;
}

/* The same 64 bits, or 32 bits twice, all through a vector. */
pol_operand pol_constant_64(pol_assembler *as, uint64_t bits);
pol_operand pol_constant_32(pol_assembler *as, uint32_t bits);
/* 32-bit numbers 0, step, 2 * step … */
pol_operand pol_constant_steps(pol_assembler *as, uint32_t step);

/* dst, a: numbers of vector or mask registers, 0 where the instruction has none. */
void pol_vector(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b);
void pol_vector_imm(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, uint8_t imm);
/* Only elements that the mask register (1 … 7) names are written. */
void pol_vector_masked(pol_assembler *as, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, unsigned mask);

void pol_load(pol_assembler *as, unsigned reg, pol_operand from);  /* 64 bits */
void pol_store(pol_assembler *as, unsigned reg, pol_operand to);
void pol_load_imm(pol_assembler *as, unsigned reg, uint64_t value);
void pol_move(pol_assembler *as, unsigned to, unsigned from);
typedef enum pol_arith { POL_ARITH_ADD = 0, POL_ARITH_AND = 4, POL_ARITH_SUB = 5 } pol_arith;
void pol_arith_imm(pol_assembler *as, pol_arith op, unsigned reg, int32_t value); /* 64 bits */
void pol_compare(pol_assembler *as, unsigned a, unsigned b);                    /* 64 bits */
void pol_push(pol_assembler *as, unsigned reg);
void pol_pop(pol_assembler *as, unsigned reg);
void pol_pdep(pol_assembler *as, unsigned to, unsigned bits, unsigned mask);
void pol_set_unless_zero(pol_assembler *as, unsigned reg); /* 1 or 0 of the zero flag, in 32 bits */
void pol_jump_below(pol_assembler *as, uint32_t to); /* back to a place of the code */
void pol_zero_upper(pol_assembler *as);
void pol_return(pol_assembler *as);

/* Puts the constants, aligned, behind the code and the distances into it. False when memory ran out. The code is
 * right at any place that is aligned to 64 bytes. */
bool pol_assembler_finish(pol_assembler *as);

#endif
