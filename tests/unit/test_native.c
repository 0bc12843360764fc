/* Machine code of plans: the assembler against encodings of an independent assembler, the code of each operation against
 * its kernel, and that code touches nothing but what it may. test_vm_fast.c runs whole plans by it. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "interp/assembler.h"
#include "interp/native.h"
#include "code_lent.h"
#include "failing.h"

#ifdef POL_NATIVE_X86
#include "guarded.h"

/* ---- encodings ---------------------------------------------------------------------------------------------------- */

#define NO_IMM (-1)

typedef struct encoding {
    const char *text;  /* in Intel's syntax */
    const char *bytes; /* GNU as 2.40, three-byte VEX, offsets of four bytes */
    pol_vector_op op;
    unsigned dst, a;
    pol_operand b;
    int imm;
    unsigned mask;
    bool wide;
} encoding;

static void check_encoding(const encoding *e)
{
    pol_arena arena;
    char found[64] = "";
    pol_arena_init(&arena, NULL);
    pol_assembler as = { .arena = &arena, .wide = e->wide };
    if (e->mask != 0)
        pol_vector_masked(&as, e->op, e->dst, e->a, e->b, e->mask);
    else if (e->imm != NO_IMM)
        pol_vector_imm(&as, e->op, e->dst, e->a, e->b, (uint8_t)e->imm);
    else
        pol_vector(&as, e->op, e->dst, e->a, e->b);
    assert_false(pol_arena_failed(&arena));
    assert_in_range(as.code.count, 4, 15);
    for (size_t i = 0; i < as.code.count; i++) snprintf(found + 2 * i, 3, "%02x", as.code.items[i]);
    if (strcmp(found, e->bytes) != 0)
        fail_msg("%s: %s, not %s", e->text, found, e->bytes);
    pol_arena_reset(&arena);
}

static void test_encodings(void **state)
{
    const encoding all[] = {
        /* clang-format off */
        { "vpaddd ymm3,ymm9,ymm14", "c4c135fede", POL_V_PADDD, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vpaddd ymm9,ymm3,[rcx+rax*4]", "c46165fe0c81", POL_V_PADDD, 9, 3, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpsubd ymm9,ymm14,ymm3", "c4610dfacb", POL_V_PSUBD, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vpsubd ymm14,ymm9,[r13+rax*8+0]", "c44135fab4c500000000", POL_V_PSUBD, 14, 9, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, false },
        { "vpmulld ymm14,ymm3,ymm9", "c4426540f1", POL_V_PMULLD, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vpmulld ymm3,ymm14,[rsp+192]", "c4e20d409c24c0000000", POL_V_PMULLD, 3, 14, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, false },
        { "vpminsd ymm3,ymm9,ymm14", "c4c23539de", POL_V_PMINSD, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vpminsd ymm9,ymm3,[r12+rax*1+64]", "c44265398c0440000000", POL_V_PMINSD, 9, 3, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, false },
        { "vpmaxsd ymm9,ymm14,ymm3", "c4620d3dcb", POL_V_PMAXSD, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vpmaxsd ymm14,ymm9,[rbp+rax*4+0]", "c462353db48500000000", POL_V_PMAXSD, 14, 9, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpminud ymm14,ymm3,ymm9", "c442653bf1", POL_V_PMINUD, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vpminud ymm3,ymm14,[rcx+rax*4]", "c4e20d3b1c81", POL_V_PMINUD, 3, 14, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpmuludq ymm3,ymm9,ymm14", "c4c135f4de", POL_V_PMULUDQ, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vpmuludq ymm9,ymm3,[r13+rax*8+0]", "c44165f48cc500000000", POL_V_PMULUDQ, 9, 3, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, false },
        { "vpaddq ymm9,ymm14,ymm3", "c4610dd4cb", POL_V_PADDQ, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vpaddq ymm14,ymm9,[rsp+192]", "c46135d4b424c0000000", POL_V_PADDQ, 14, 9, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, false },
        { "vpsubq ymm14,ymm3,ymm9", "c44165fbf1", POL_V_PSUBQ, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vpsubq ymm3,ymm14,[r12+rax*1+64]", "c4c10dfb9c0440000000", POL_V_PSUBQ, 3, 14, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, false },
        { "vaddpd ymm3,ymm9,ymm14", "c4c13558de", POL_V_ADDPD, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vaddpd ymm9,ymm3,[rbp+rax*4+0]", "c46165588c8500000000", POL_V_ADDPD, 9, 3, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vmulpd ymm9,ymm14,ymm3", "c4610d59cb", POL_V_MULPD, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vmulpd ymm14,ymm9,[rcx+rax*4]", "c46135593481", POL_V_MULPD, 14, 9, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vsubpd ymm14,ymm3,ymm9", "c441655cf1", POL_V_SUBPD, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vsubpd ymm3,ymm14,[r13+rax*8+0]", "c4c10d5c9cc500000000", POL_V_SUBPD, 3, 14, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, false },
        { "vmaxpd ymm3,ymm9,ymm14", "c4c1355fde", POL_V_MAXPD, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vmaxpd ymm9,ymm3,[rsp+192]", "c461655f8c24c0000000", POL_V_MAXPD, 9, 3, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, false },
        { "vfmadd231pd ymm9,ymm14,ymm3", "c4628db8cb", POL_V_FMADD231PD, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vfmadd231pd ymm14,ymm9,[r12+rax*1+64]", "c442b5b8b40440000000", POL_V_FMADD231PD, 14, 9, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, false },
        { "vmulps ymm14,ymm3,ymm9", "c4416459f1", POL_V_MULPS, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vmulps ymm3,ymm14,[rbp+rax*4+0]", "c4e10c599c8500000000", POL_V_MULPS, 3, 14, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpand ymm3,ymm9,ymm14", "c4c135dbde", POL_V_PAND, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vpand ymm9,ymm3,[rcx+rax*4]", "c46165db0c81", POL_V_PAND, 9, 3, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpandn ymm9,ymm14,ymm3", "c4610ddfcb", POL_V_PANDN, 9, 14, pol_in_reg(3), NO_IMM, 0, false },
        { "vpandn ymm14,ymm9,[r13+rax*8+0]", "c44135dfb4c500000000", POL_V_PANDN, 14, 9, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, false },
        { "vpor ymm14,ymm3,ymm9", "c44165ebf1", POL_V_POR, 14, 3, pol_in_reg(9), NO_IMM, 0, false },
        { "vpor ymm3,ymm14,[rsp+192]", "c4e10deb9c24c0000000", POL_V_POR, 3, 14, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, false },
        { "vpxor ymm3,ymm9,ymm14", "c4c135efde", POL_V_PXOR, 3, 9, pol_in_reg(14), NO_IMM, 0, false },
        { "vpxor ymm9,ymm3,[r12+rax*1+64]", "c44165ef8c0440000000", POL_V_PXOR, 9, 3, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, false },
        { "vmovdqu ymm3,ymm9", "c4c17e6fd9", POL_V_LOAD, 3, 0, pol_in_reg(9), NO_IMM, 0, false },
        { "vpabsd ymm9,ymm14", "c4427d1ece", POL_V_PABSD, 9, 0, pol_in_reg(14), NO_IMM, 0, false },
        { "vcvtdq2ps ymm14,ymm3", "c4617c5bf3", POL_V_CVTDQ2PS, 14, 0, pol_in_reg(3), NO_IMM, 0, false },
        { "vcvttps2dq ymm3,ymm9", "c4c17e5bd9", POL_V_CVTTPS2DQ, 3, 0, pol_in_reg(9), NO_IMM, 0, false },
        { "vmovdqa ymm9,ymm14", "c4417d6fce", POL_V_MOVE, 9, 0, pol_in_reg(14), NO_IMM, 0, false },
        { "vmovshdup ymm14,ymm3", "c4617e16f3", POL_V_MOVSHDUP, 14, 0, pol_in_reg(3), NO_IMM, 0, false },
        { "vmovdqu ymm9,[r14+rax*4]", "c4417e6f0c86", POL_V_LOAD, 9, 0, pol_in_memory(POL_R14, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vmovdqu [r15+rax*4],ymm14", "c4417e7f3487", POL_V_STORE, 14, 0, pol_in_memory(POL_R15, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vmovdqu [rsp+128],ymm9", "c4617e7f8c2480000000", POL_V_STORE, 9, 0, pol_in_memory(POL_RSP, POL_NO_REG, 1, 128), NO_IMM, 0, false },
        { "vpmovzxbd ymm14,[r8+rax*1]", "c4427d313400", POL_V_PMOVZXBD, 14, 0, pol_in_memory(POL_R8, POL_RAX, 1, 0), NO_IMM, 0, false },
        { "vpmovsxdq ymm14,xmm9", "c4427d25f1", POL_V_PMOVSXDQ, 14, 0, pol_in_reg(9), NO_IMM, 0, false },
        { "vcvtdq2pd ymm14,xmm9", "c4417ee6f1", POL_V_CVTDQ2PD, 14, 0, pol_in_reg(9), NO_IMM, 0, false },
        { "vcvttpd2dq xmm14,ymm9", "c4417de6f1", POL_V_CVTTPD2DQ, 14, 0, pol_in_reg(9), NO_IMM, 0, false },
        { "vpsrld ymm14,ymm9,19", "c4c10d72d113", POL_V_SHIFTD, 2, 14, pol_in_reg(9), 0x13, 0, false },
        { "vpslld ymm14,ymm9,31", "c4c10d72f11f", POL_V_SHIFTD, 6, 14, pol_in_reg(9), 0x1f, 0, false },
        { "vpsrlq ymm14,ymm9,32", "c4c10d73d120", POL_V_SHIFTQ, 2, 14, pol_in_reg(9), 0x20, 0, false },
        { "vshufps ymm14,ymm9,ymm3,0x88", "c46134c6f388", POL_V_SHUFPS, 14, 9, pol_in_reg(3), 0x88, 0, false },
        { "vpaddd zmm3,zmm17,zmm30", "62917540fede", POL_V_PADDD, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vpaddd zmm17,zmm3,[rcx+rax*4]", "62e16548fe0c81", POL_V_PADDD, 17, 3, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vpsubd zmm17,zmm30,zmm3", "62e10d40facb", POL_V_PSUBD, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vpsubd zmm30,zmm17,[r13+rax*8+0]", "62417540fab4c500000000", POL_V_PSUBD, 30, 17, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, true },
        { "vpmulld zmm30,zmm3,zmm17", "6222654840f1", POL_V_PMULLD, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vpmulld zmm3,zmm30,[rsp+192]", "62f20d40409c24c0000000", POL_V_PMULLD, 3, 30, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, true },
        { "vpminsd zmm3,zmm17,zmm30", "6292754039de", POL_V_PMINSD, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vpminsd zmm17,zmm3,[r12+rax*1+64]", "62c26548398c0440000000", POL_V_PMINSD, 17, 3, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, true },
        { "vpmaxsd zmm17,zmm30,zmm3", "62e20d403dcb", POL_V_PMAXSD, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vpmaxsd zmm30,zmm17,[rbp+rax*4+0]", "626275403db48500000000", POL_V_PMAXSD, 30, 17, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vpminud zmm30,zmm3,zmm17", "622265483bf1", POL_V_PMINUD, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vpminud zmm3,zmm30,[rcx+rax*4]", "62f20d403b1c81", POL_V_PMINUD, 3, 30, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vpmuludq zmm3,zmm17,zmm30", "6291f540f4de", POL_V_PMULUDQ, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vpmuludq zmm17,zmm3,[r13+rax*8+0]", "62c1e548f48cc500000000", POL_V_PMULUDQ, 17, 3, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, true },
        { "vpaddq zmm17,zmm30,zmm3", "62e18d40d4cb", POL_V_PADDQ, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vpaddq zmm30,zmm17,[rsp+192]", "6261f540d4b424c0000000", POL_V_PADDQ, 30, 17, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, true },
        { "vpsubq zmm30,zmm3,zmm17", "6221e548fbf1", POL_V_PSUBQ, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vpsubq zmm3,zmm30,[r12+rax*1+64]", "62d18d40fb9c0440000000", POL_V_PSUBQ, 3, 30, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, true },
        { "vaddpd zmm3,zmm17,zmm30", "6291f54058de", POL_V_ADDPD, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vaddpd zmm17,zmm3,[rbp+rax*4+0]", "62e1e548588c8500000000", POL_V_ADDPD, 17, 3, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vmulpd zmm17,zmm30,zmm3", "62e18d4059cb", POL_V_MULPD, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vmulpd zmm30,zmm17,[rcx+rax*4]", "6261f540593481", POL_V_MULPD, 30, 17, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vsubpd zmm30,zmm3,zmm17", "6221e5485cf1", POL_V_SUBPD, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vsubpd zmm3,zmm30,[r13+rax*8+0]", "62d18d405c9cc500000000", POL_V_SUBPD, 3, 30, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, true },
        { "vmaxpd zmm3,zmm17,zmm30", "6291f5405fde", POL_V_MAXPD, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vmaxpd zmm17,zmm3,[rsp+192]", "62e1e5485f8c24c0000000", POL_V_MAXPD, 17, 3, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, true },
        { "vfmadd231pd zmm17,zmm30,zmm3", "62e28d40b8cb", POL_V_FMADD231PD, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vfmadd231pd zmm30,zmm17,[r12+rax*1+64]", "6242f540b8b40440000000", POL_V_FMADD231PD, 30, 17, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, true },
        { "vmulps zmm30,zmm3,zmm17", "6221644859f1", POL_V_MULPS, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vmulps zmm3,zmm30,[rbp+rax*4+0]", "62f10c40599c8500000000", POL_V_MULPS, 3, 30, pol_in_memory(POL_RBP, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vpandd zmm3,zmm17,zmm30", "62917540dbde", POL_V_PAND, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vpandd zmm17,zmm3,[rcx+rax*4]", "62e16548db0c81", POL_V_PAND, 17, 3, pol_in_memory(POL_RCX, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vpandnd zmm17,zmm30,zmm3", "62e10d40dfcb", POL_V_PANDN, 17, 30, pol_in_reg(3), NO_IMM, 0, true },
        { "vpandnd zmm30,zmm17,[r13+rax*8+0]", "62417540dfb4c500000000", POL_V_PANDN, 30, 17, pol_in_memory(POL_R13, POL_RAX, 8, 0), NO_IMM, 0, true },
        { "vpord zmm30,zmm3,zmm17", "62216548ebf1", POL_V_POR, 30, 3, pol_in_reg(17), NO_IMM, 0, true },
        { "vpord zmm3,zmm30,[rsp+192]", "62f10d40eb9c24c0000000", POL_V_POR, 3, 30, pol_in_memory(POL_RSP, POL_NO_REG, 1, 192), NO_IMM, 0, true },
        { "vpxord zmm3,zmm17,zmm30", "62917540efde", POL_V_PXOR, 3, 17, pol_in_reg(30), NO_IMM, 0, true },
        { "vpxord zmm17,zmm3,[r12+rax*1+64]", "62c16548ef8c0440000000", POL_V_PXOR, 17, 3, pol_in_memory(POL_R12, POL_RAX, 1, 64), NO_IMM, 0, true },
        { "vmovdqu32 zmm3,zmm17", "62b17e486fd9", POL_V_LOAD, 3, 0, pol_in_reg(17), NO_IMM, 0, true },
        { "vpabsd zmm17,zmm30", "62827d481ece", POL_V_PABSD, 17, 0, pol_in_reg(30), NO_IMM, 0, true },
        { "vcvtdq2ps zmm30,zmm3", "62617c485bf3", POL_V_CVTDQ2PS, 30, 0, pol_in_reg(3), NO_IMM, 0, true },
        { "vcvttps2dq zmm3,zmm17", "62b17e485bd9", POL_V_CVTTPS2DQ, 3, 0, pol_in_reg(17), NO_IMM, 0, true },
        { "vmovdqa32 zmm17,zmm30", "62817d486fce", POL_V_MOVE, 17, 0, pol_in_reg(30), NO_IMM, 0, true },
        { "vmovshdup zmm30,zmm3", "62617e4816f3", POL_V_MOVSHDUP, 30, 0, pol_in_reg(3), NO_IMM, 0, true },
        { "vmovdqu32 zmm17,[r14+rax*4]", "62c17e486f0c86", POL_V_LOAD, 17, 0, pol_in_memory(POL_R14, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vmovdqu32 [r15+rax*4],zmm30", "62417e487f3487", POL_V_STORE, 30, 0, pol_in_memory(POL_R15, POL_RAX, 4, 0), NO_IMM, 0, true },
        { "vmovdqu32 [rsp+128],zmm17", "62e17e487f8c2480000000", POL_V_STORE, 17, 0, pol_in_memory(POL_RSP, POL_NO_REG, 1, 128), NO_IMM, 0, true },
        { "vpmovzxbd zmm30,[r8+rax*1]", "62427d48313400", POL_V_PMOVZXBD, 30, 0, pol_in_memory(POL_R8, POL_RAX, 1, 0), NO_IMM, 0, true },
        { "vpmovsxdq zmm30,ymm17", "62227d4825f1", POL_V_PMOVSXDQ, 30, 0, pol_in_reg(17), NO_IMM, 0, true },
        { "vcvtdq2pd zmm30,ymm17", "62217e48e6f1", POL_V_CVTDQ2PD, 30, 0, pol_in_reg(17), NO_IMM, 0, true },
        { "vcvttpd2dq ymm30,zmm17", "6221fd48e6f1", POL_V_CVTTPD2DQ, 30, 0, pol_in_reg(17), NO_IMM, 0, true },
        { "vpsrld zmm30,zmm17,19", "62b10d4072d113", POL_V_SHIFTD, 2, 30, pol_in_reg(17), 0x13, 0, true },
        { "vpslld zmm30,zmm17,31", "62b10d4072f11f", POL_V_SHIFTD, 6, 30, pol_in_reg(17), 0x1f, 0, true },
        { "vpsrlq zmm30,zmm17,32", "62b18d4073d120", POL_V_SHIFTQ, 2, 30, pol_in_reg(17), 0x20, 0, true },
        { "vshufps zmm30,zmm17,zmm3,0x88", "62617440c6f388", POL_V_SHUFPS, 30, 17, pol_in_reg(3), 0x88, 0, true },
        { "vpcmpgtd ymm9,ymm3,ymm14", "c4416566ce", POL_V_PCMPGTD, 9, 3, pol_in_reg(14), NO_IMM, 0, false },
        { "vpcmpeqd ymm9,ymm3,[rbx+rax*4]", "c46165760c83", POL_V_PCMPEQD, 9, 3, pol_in_memory(POL_RBX, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpcmpgtq ymm9,ymm3,ymm14", "c4426537ce", POL_V_PCMPGTQ, 9, 3, pol_in_reg(14), NO_IMM, 0, false },
        { "vpcmpeqq ymm9,ymm3,ymm14", "c4426529ce", POL_V_PCMPEQQ, 9, 3, pol_in_reg(14), NO_IMM, 0, false },
        { "vpsignd ymm9,ymm3,ymm14", "c442650ace", POL_V_PSIGND, 9, 3, pol_in_reg(14), NO_IMM, 0, false },
        { "vpblendd ymm9,ymm3,ymm14,0xaa", "c4436502ceaa", POL_V_PBLENDD, 9, 3, pol_in_reg(14), 0xaa, 0, false },
        { "vpblendvb ymm9,ymm3,ymm14,ymm11", "c443654cceb0", POL_V_PBLENDVB, 9, 3, pol_in_reg(14), 0xb0, 0, false },
        { "vpermq ymm9,ymm14,0xd8", "c443fd00ced8", POL_V_PERMQ, 9, 0, pol_in_reg(14), 0xd8, 0, false },
        { "vextracti128 xmm3,ymm14,1", "c4637d39f301", POL_V_EXTRACTI128, 14, 0, pol_in_reg(3), 0x1, 0, false },
        { "vinserti128 ymm9,ymm3,xmm14,1", "c4436538ce01", POL_V_INSERTI128, 9, 3, pol_in_reg(14), 0x1, 0, false },
        { "vmovmskps r10d,ymm14", "c4417c50d6", POL_V_MOVMSKPS, 10, 0, pol_in_reg(14), NO_IMM, 0, false },
        { "vpackssdw xmm0,xmm14,xmm9", "c4c1096bc1", POL_V_PACKSSDW, 0, 14, pol_in_reg(9), NO_IMM, 0, false },
        { "vpackuswb xmm0,xmm14,xmm9", "c4c10967c1", POL_V_PACKUSWB, 0, 14, pol_in_reg(9), NO_IMM, 0, false },
        { "vmovq qword ptr [r12+rax*1],xmm9", "c44179d60c04", POL_V_MOVQ, 9, 0, pol_in_memory(POL_R12, POL_RAX, 1, 0), NO_IMM, 0, false },
        { "vmovq xmm9,qword ptr [r11+rax*8]", "c4417a7e0cc3", POL_V_LOADQ, 9, 0, pol_in_memory(POL_R11, POL_RAX, 8, 0), NO_IMM, 0, false },
        { "vmovd xmm9,dword ptr [r11+rax*4]", "c441796e0c83", POL_V_LOADD, 9, 0, pol_in_memory(POL_R11, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vmovd dword ptr [rsi+rax*4],xmm9", "c461797e0c86", POL_V_MOVD, 9, 0, pol_in_memory(POL_RSI, POL_RAX, 4, 0), NO_IMM, 0, false },
        { "vpextrb byte ptr [rsi+rax*1],xmm9,0", "c46379140c0600", POL_V_PEXTRB, 9, 0, pol_in_memory(POL_RSI, POL_RAX, 1, 0), 0x0, 0, false },
        { "vpbroadcastb xmm9,byte ptr [rsi+rax*1]", "c46279780c06", POL_V_PBROADCASTB, 9, 0, pol_in_memory(POL_RSI, POL_RAX, 1, 0), NO_IMM, 0, false },
        { "vptest ymm4,ymm4", "c4e27d17e4", POL_V_PTEST, 4, 0, pol_in_reg(4), NO_IMM, 0, false },
        { "vcmppd ymm9,ymm3,ymm14,14", "c44165c2ce0e", POL_V_CMPPD, 9, 3, pol_in_reg(14), 0xe, 0, false },
        { "vcmppd k2,zmm3,zmm30,14", "6291e548c2d60e", POL_V_CMPPD, 2, 3, pol_in_reg(30), 0xe, 0, true },
        { "vpcmpd k1,zmm17,zmm30,5", "629375401fce05", POL_V_PCMPD, 1, 17, pol_in_reg(30), 0x5, 0, true },
        { "vpcmpud k1,zmm17,[rcx+rax*4],2", "62f375401e0c8102", POL_V_PCMPUD, 1, 17, pol_in_memory(POL_RCX, POL_RAX, 4, 0), 0x2, 0, true },
        { "vpcmpq k1,zmm17,zmm30,6", "6293f5401fce06", POL_V_PCMPQ, 1, 17, pol_in_reg(30), 0x6, 0, true },
        { "vpcmpuq k2,zmm0,zmm30,6", "6293fd481ed606", POL_V_PCMPUQ, 2, 0, pol_in_reg(30), 0x6, 0, true },
        { "vpmovm2d zmm19,k2", "62e27e4838da", POL_V_PMOVM2D, 19, 0, pol_in_reg(2), NO_IMM, 0, true },
        { "vpmovd2m k1,zmm19", "62b27e4839cb", POL_V_PMOVD2M, 1, 0, pol_in_reg(19), NO_IMM, 0, true },
        { "vptestmd k1,zmm4,zmm4", "62f25d4827cc", POL_V_PTESTMD, 1, 4, pol_in_reg(4), NO_IMM, 0, true },
        { "vpternlogd zmm19,zmm3,zmm30,0xca", "6283654825deca", POL_V_PTERNLOGD, 19, 3, pol_in_reg(30), 0xca, 0, true },
        { "vpternlogq zmm19,zmm3,zmm30,0xf8", "6283e54825def8", POL_V_PTERNLOGQ, 19, 3, pol_in_reg(30), 0xf8, 0, true },
        { "vpermt2d zmm19,zmm7,zmm30", "628245487ede", POL_V_PERMT2D, 19, 7, pol_in_reg(30), NO_IMM, 0, true },
        { "vpmovdb [r12+rax*1],zmm19", "62c27e48311c04", POL_V_PMOVDB, 19, 0, pol_in_memory(POL_R12, POL_RAX, 1, 0), NO_IMM, 0, true },
        { "vextracti64x4 ymm1,zmm19,1", "62e3fd483bd901", POL_V_EXTRACTI64X4, 19, 0, pol_in_reg(1), 0x1, 0, true },
        { "vinserti64x4 zmm19,zmm3,ymm30,1", "6283e5483ade01", POL_V_INSERTI64X4, 19, 3, pol_in_reg(30), 0x1, 0, true },
        { "kunpckbw k1,k2,k1", "c4e16d4bc9", POL_V_KUNPCKBW, 1, 2, pol_in_reg(1), NO_IMM, 0, true },
        { "kortestw k1,k1", "c4e17898c9", POL_V_KORTESTW, 1, 0, pol_in_reg(1), NO_IMM, 0, true },
        { "kmovw k7,eax", "c4e17892f8", POL_V_KMOVW, 7, 0, pol_in_reg(POL_RAX), NO_IMM, 0, true },
        { "vmovshdup zmm1{k7},zmm0", "62f17e4f16c8", POL_V_MOVSHDUP, 1, 0, pol_in_reg(0), NO_IMM, 7, true },
        { "vpsubd zmm19{k1},zmm6,zmm19", "62a14d49fadb", POL_V_PSUBD, 19, 6, pol_in_reg(19), NO_IMM, 1, true },
        /* clang-format on */
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) check_encoding(&all[i]);
}

/* ---- one operation ------------------------------------------------------------------------------------------------- */

#define ROWS   203
#define ROOM   256 /* whole groups */
#define GUARD  0x5a
#define COLUMN (ROOM * 8)
#define MOST   8 /* columns */

/* What elements the plan's proofs let an operand have. */
typedef enum domain { NUMBERS, SIZES, SMALL, CODES, CONDITIONS, FOUR, STATES, PORTS, PORT_CODES } domain;

typedef struct operation {
    pol_fast_op op;
    domain operands[4];
    int64_t k[3];
    double x[2];
} operation;

static const pol_slices k_slices = { .count = 3, .at = { 0, 100000, 5000000 }, .slope = { 10, 4, 3 } };
static uint8_t g_memory[MOST][COLUMN + 64] __attribute__((aligned(64)));
static uint8_t g_kept[MOST][COLUMN + 64];
static uint64_t g_seed;

static uint64_t next_random(void)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return g_seed >> 16;
}

static int64_t pick(const int64_t *some, size_t count, int64_t least, int64_t most)
{
    const uint64_t r = next_random();
    return r % 4 == 0 ? some[(r >> 8) % count] : least + (int64_t)((r >> 8) % (uint64_t)(most - least + 1));
}

static int64_t element_for(domain d)
{
    static const int64_t k_edges[] = { 0, 1, -1, 2, 99, 100, 101, -(1 << 28), 1 << 28 }, k_small[] = { 0, 1, 2, 9999, 10000 };
    static const int64_t k_ports[] = { POL_PORT_ABSENT, POL_PORT_FAILED, POL_PORT_UNLIMITED, 0, -1, 1, INT64_C(1) << 32, (1 << 27) - 1 };
    static const int64_t k_codes[] = { POL_CODE_ABSENT, POL_CODE_FAILED, 0, 1, -1, 17, 18 };
    switch (d) {
    case NUMBERS: return pick(k_edges, sizeof k_edges / sizeof *k_edges, -(1 << 29), 1 << 29);
    case SIZES: return pick(k_edges, 3 - 1, 0, 1 << 27);
    case SMALL: return pick(k_small, sizeof k_small / sizeof *k_small, 0, 20000);
    case CODES: return pick(k_small, 3, 0, 30);
    case CONDITIONS: return (int64_t)(next_random() % 2);
    case FOUR: return (int64_t)(next_random() % 4);
    case STATES: return (int64_t)(next_random() % 5);
    case PORTS: return pick(k_ports, sizeof k_ports / sizeof *k_ports, 0, 1 << 27);
    case PORT_CODES: return pick(k_codes, sizeof k_codes / sizeof *k_codes, -20000, 20000);
    }
    return 0;
}

static void put(void *column, size_t bytes, uint32_t row, int64_t value)
{
    memcpy((char *)column + row * bytes, &value, bytes); /* the machine has the least byte first */
}

/* The operation's columns: results from 1 on, then operands. */
typedef struct setting {
    pol_fast_instr instr;
    uint8_t bytes[MOST];
    uint32_t columns, results;
    pol_plan_result result[2];
    uint8_t asked[2];
    pol_code code;
    pol_plan plan;
} setting;

static void set_up(setting *s, const operation *o)
{
    const pol_fast_shape *const shape = pol_fast_shape_of(o->op);
    *s = (setting){ .instr = { .op = (uint16_t)o->op, .k = { o->k[0], o->k[1], o->k[2] }, .x = { o->x[0], o->x[1] },
                               .table = &k_slices }, .columns = 1 };
    for (unsigned r = 0; r < 2 && shape->result[r] != 0; r++) {
        s->bytes[s->columns] = shape->result[r];
        s->result[s->results++].from = (uint16_t)s->columns;
        s->instr.result[r] = (uint16_t)s->columns++;
    }
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        if (shape->operand[k] != 0) {
            s->bytes[s->columns] = shape->operand[k];
            s->instr.operand[k] = (uint16_t)s->columns++;
        }
    s->code = (pol_code){ .register_count = 2 };
    s->plan = (pol_plan){ .code = &s->code, .asked = s->asked, .column_count = s->columns, .bytes = s->bytes, .instrs = &s->instr, .instr_count = 1,
                          .results = s->result, .result_count = s->results };
}

static void fill(const setting *s, const operation *o)
{
    memset(g_memory, GUARD, sizeof g_memory);
    for (unsigned k = 0; k < POL_FAST_OPERANDS; k++)
        for (uint32_t row = 0; row < ROOM && s->instr.operand[k] != 0; row++)
            put(g_memory[s->instr.operand[k]], s->bytes[s->instr.operand[k]], row, element_for(o->operands[k]));
}

static bool is_code(const pol_native *native, const setting *s)
{
    for (int set = POL_SET_BASE; set <= POL_SET_V4; set++) {
        const pol_fast_kernel *const kernels = pol_fast_kernels((pol_instruction_set)set);
        if (kernels != NULL && native->steps[native->step_count - 1].run == kernels[s->instr.op])
            return false;
    }
    return true;
}

/* What the kernel left is in g_kept: the rows are the same, and no byte behind the room or of an operand has changed. */
static void compare_with_kept(const setting *s, const char *name)
{
    for (uint32_t c = 1; c < s->columns; c++) {
        const size_t rows = (c <= s->results ? ROWS : ROOM) * (size_t)s->bytes[c];
        for (size_t i = 0; i < rows; i++)
            if (g_memory[c][i] != g_kept[c][i])
                fail_msg("%s: column %u, row %zu", name, c, i / s->bytes[c]);
        for (size_t i = ROOM * (size_t)s->bytes[c]; i < COLUMN + 64; i++) assert_int_equal(g_memory[c][i], GUARD);
    }
}

static void run_rows(const pol_native *native, void *const *columns, const setting *s)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        void *at[MOST] = { NULL };
        for (uint32_t c = 1; c < s->columns; c++) at[c] = (char *)columns[c] + row * s->bytes[c];
        native->steps[0].run(at, native->steps[0].instr, 1);
    }
}

static bool check_operation(const operation *o)
{
    setting s;
    void *columns[MOST] = { NULL };
    bool any = false;
    set_up(&s, o);
    for (unsigned c = 1; c < MOST; c++) columns[c] = g_memory[c];
    const char *const name = pol_fast_shape_of(o->op)->name;
    for (int kind = 0; kind < POL_CODE_KINDS; kind++) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        const pol_native *const native = pol_native_new(&arena, &s.plan, (pol_code_kind)kind);
        if (native != NULL && is_code(native, &s)) {
            g_seed = (uint64_t)o->op;
            fill(&s, o);
            pol_fast_kernels(POL_SET_BASE)[o->op](columns, &s.instr, ROWS);
            memcpy(g_kept, g_memory, sizeof g_kept);
            for (uint32_t r = 1; r <= s.results; r++) memset(g_memory[r], GUARD, sizeof g_memory[r]);
            if (kind == POL_CODE_ONE)
                run_rows(native, columns, &s);
            else
                native->steps[native->step_count - 1].run(columns, &s.instr, ROWS); /* of a cut plan, the part behind the slice */
            compare_with_kept(&s, name);
            any = true;
        }
        pol_arena_reset(&arena);
    }
    return any;
}

static void test_operations(void **state)
{
    const double tenth = 1.0 / 100, bias = 0.5 / 100 - 0.5;
    const int64_t by_100 = pol_fast_multiplier(100), by_7 = pol_fast_multiplier(7);
    const operation all[] = {
        { POL_FAST_ADD32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_SUB32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_MUL32, { SMALL, SMALL }, { 0 }, { 0 } },
        { POL_FAST_MIN32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_MAX32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_DIFFD32, { PORT_CODES, CODES }, { 0 }, { 0 } },
        { POL_FAST_SUM32, { SIZES, SIZES, SIZES }, { 0 }, { 0 } },
        { POL_FAST_ADDIF32, { NUMBERS, CONDITIONS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_ADDBUT32, { NUMBERS, CONDITIONS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_ADDK32, { NUMBERS }, { -777 }, { 0 } },
        { POL_FAST_MULK32, { SMALL }, { -3 }, { 0 } },
        { POL_FAST_MINK32, { NUMBERS }, { 100 }, { 0 } },
        { POL_FAST_MAXK32, { NUMBERS }, { -100 }, { 0 } },
        { POL_FAST_KSUB32, { NUMBERS }, { 100 }, { 0 } },
        { POL_FAST_OVER32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_OVERK32, { NUMBERS }, { 100 }, { 0 } },
        { POL_FAST_KOVER32, { NUMBERS }, { 100 }, { 0 } },
        { POL_FAST_OVERL32, { SMALL, SMALL }, { 7, 9 }, { 0 } },
        { POL_FAST_QUOTIENT32, { NUMBERS }, { 50, 100 }, { tenth, bias } },
        { POL_FAST_SHARE32, { SIZES }, { 50, 65, 100 }, { tenth, bias } },
        { POL_FAST_EXCESS32, { SIZES, SIZES }, { 50, 100, 65 }, { tenth, bias } },
        { POL_FAST_SLICES32, { SIZES }, { 50, 100 }, { tenth, bias } },
        { POL_FAST_GEL32, { SMALL, SMALL }, { 1, 3 }, { 0 } },
        { POL_FAST_GTL32, { SMALL, SMALL }, { 3, 1 }, { 0 } },
        { POL_FAST_PART31, { SMALL }, { 65, 50, by_100 }, { 0 } },
        { POL_FAST_PART31, { SIZES }, { 1, 0, by_7 }, { 0 } },
        { POL_FAST_OVER31, { SMALL, SMALL }, { 65, 50, by_100 }, { 0 } },
        { POL_FAST_GE31, { SMALL, SMALL }, { 65, 50, by_100 }, { 0 } },
        { POL_FAST_GT31, { SMALL, SMALL }, { 99, 0, by_100 }, { 0 } },
        { POL_FAST_LE31, { SMALL, SMALL }, { 65, 50, by_100 }, { 0 } },
        { POL_FAST_LT31, { SMALL, SMALL }, { 99, 0, by_100 }, { 0 } },
        { POL_FAST_GE32, { NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_GT32, { CODES, CODES }, { 0 }, { 0 } },
        { POL_FAST_EQ32, { CODES, CODES }, { 0 }, { 0 } },
        { POL_FAST_NE32, { CODES, CODES }, { 0 }, { 0 } },
        { POL_FAST_GEK32, { NUMBERS }, { 100 }, { 0 } },
        { POL_FAST_GEK32, { PORT_CODES }, { INT32_MIN }, { 0 } },
        { POL_FAST_LEK32, { NUMBERS }, { -1 }, { 0 } },
        { POL_FAST_LEK32, { PORT_CODES }, { INT32_MAX }, { 0 } },
        { POL_FAST_LEK32, { PORT_CODES }, { POL_CODE_FAILED }, { 0 } },
        { POL_FAST_EQK32, { CODES }, { 2 }, { 0 } },
        { POL_FAST_NEK32, { CODES }, { 2 }, { 0 } },
        { POL_FAST_ABOVE32, { SIZES, SMALL }, { 9000, 77 }, { 0 } },
        { POL_FAST_OUTSIDE32, { PORT_CODES }, { -10, 20 }, { 0 } },
        { POL_FAST_WITHIN, { CODES }, { 2, 10 }, { 0 } },
        { POL_FAST_WITHIN, { PORT_CODES }, { -10000, 20000 }, { 0 } },
        { POL_FAST_SELN32, { CONDITIONS, NUMBERS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_SELNZ32, { CONDITIONS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_SELZN32, { CONDITIONS, NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_SELNK32, { CONDITIONS, NUMBERS }, { 42 }, { 0 } },
        { POL_FAST_SELKN32, { CONDITIONS, NUMBERS }, { -42 }, { 0 } },
        { POL_FAST_SELKK32, { CONDITIONS }, { 44, -43 }, { 0 } },
        { POL_FAST_SELKK32, { CONDITIONS }, { 1, 0 }, { 0 } },
        { POL_FAST_SELB, { CONDITIONS, FOUR, FOUR }, { 0 }, { 0 } },
        { POL_FAST_AND, { CONDITIONS, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_OR, { CONDITIONS, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_XOR, { CONDITIONS, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_ANDN, { CONDITIONS, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_ORN, { CONDITIONS, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_NOT, { CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_IS0, { FOUR }, { 0 }, { 0 } },
        { POL_FAST_IS1, { FOUR }, { 0 }, { 0 } },
        { POL_FAST_IS3, { FOUR }, { 0 }, { 0 } },
        { POL_FAST_NOT0, { STATES }, { 0 }, { 0 } },
        { POL_FAST_GEBK, { STATES }, { 4 }, { 0 } },
        { POL_FAST_BITS, { STATES }, { 2 }, { 0 } },
        { POL_FAST_IFYES, { FOUR, FOUR }, { 0 }, { 0 } },
        { POL_FAST_IFNO, { FOUR, FOUR }, { 0 }, { 0 } },
        { POL_FAST_WORSE, { FOUR, FOUR }, { 0 }, { 0 } },
        { POL_FAST_LOSS4, { FOUR }, { 0 }, { 0 } },
        { POL_FAST_LOSEB, { CONDITIONS, FOUR }, { 0 }, { 0 } },
        { POL_FAST_LOSEC, { PORT_CODES, FOUR }, { 0 }, { 0 } },
        { POL_FAST_LOSSC, { PORT_CODES }, { 0 }, { 0 } },
        { POL_FAST_STATEC, { PORT_CODES }, { -10, 20 }, { 0 } },
        { POL_FAST_STATEN, { PORTS }, { -999999999, 1999999998 }, { 0 } },
        { POL_FAST_STATEN, { PORTS }, { 0, (1 << 27) - 1 }, { 0 } },
        { POL_FAST_OUTSIDE, { PORTS }, { 0, (1 << 27) - 1 }, { 0 } },
        { POL_FAST_ISUNL, { PORTS }, { 0 }, { 0 } },
        { POL_FAST_PRESENT32, { PORTS }, { 0 }, { 0 } },
        { POL_FAST_NARROW, { SIZES }, { 0 }, { 0 } },
        { POL_FAST_WIDEN, { NUMBERS }, { 0 }, { 0 } },
        { POL_FAST_COPYC, { PORT_CODES }, { 0 }, { 0 } },
        { POL_FAST_COPYB, { STATES }, { 0 }, { 0 } },
        { POL_FAST_TAIL32, { NUMBERS, SIZES }, { 0 }, { 0 } },
        { POL_FAST_TAILC32, { NUMBERS, SIZES, SIZES }, { 0 }, { 0 } },
        { POL_FAST_TAILY32, { NUMBERS, SIZES, SIZES, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_TAILCY32, { NUMBERS, SIZES, SIZES, CONDITIONS }, { 0 }, { 0 } },
        { POL_FAST_DEADLINE, { SMALL }, { 294 }, { 0 } },
    };
    (void)state;
    unsigned with_code = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) with_code += check_operation(&all[i]);
    for (unsigned k = 0; k < 8; k++) /* three conditions, each as it is or not */
        for (unsigned op = 0; op < 4; op++) {
            static const pol_fast_op k_ops[] = { POL_FAST_AND_AND, POL_FAST_AND_OR, POL_FAST_OR_AND, POL_FAST_OR_OR };
            const operation o = { k_ops[op], { CONDITIONS, CONDITIONS, CONDITIONS }, { k & 1, k >> 1 & 1, k >> 2 }, { 0 } };
            with_code += check_operation(&o);
        }
    assert_int_equal(with_code, code_is_lent() ? sizeof all / sizeof *all + 32 : 0);
}

/* ---- what one row may touch ------------------------------------------------------------------------------------------ */

/* The code for one claim reads and writes elements of the caller's, and not a byte beyond. */
static void test_one_row(void **state)
{
    pol_fast_instr instrs[] = {
        { .op = POL_FAST_EQK32, .result = { 5 }, .operand = { 2 }, .k = { 3 } },
        { .op = POL_FAST_AND, .result = { 6 }, .operand = { 5, 3 } },
        { .op = POL_FAST_SELNZ32, .result = { 7 }, .operand = { 6, 4 } },
        { .op = POL_FAST_WIDEN, .result = { 8 }, .operand = { 7 } },
        { .op = POL_FAST_OUTSIDE, .result = { 9 }, .operand = { 1 }, .k = { 0, 99 } },
    };
    uint8_t bytes[] = { 0, 8, 4, 1, 4, 1, 1, 4, 8, 1 };
    pol_fast_check checks[] = { { .op = POL_FAST_CUT8, .count = 1, .column = { 1 }, .narrow = { 4 }, .limit = (1 << 27) - 1 },
                                { .op = POL_FAST_ORB8, .count = 1, .column = { 3 }, .limit = 1 } };
    pol_plan_result results[] = { { .from = 5 }, { .from = 6 }, { .from = 7 }, { .from = 8 }, { .from = 9 } };
    const pol_code about = { .register_count = 1 };
    uint8_t asked[1] = { 0 };
    const pol_plan plan = { .code = &about, .asked = asked, .column_count = 10, .bytes = bytes, .instrs = instrs, .instr_count = 5, .checks = checks,
                            .check_count = 2, .results = results, .result_count = 5 };
    pol_arena arena;
    (void)state;
    pol_arena_init(&arena, NULL);
    const pol_native *const native = pol_native_new(&arena, &plan, POL_CODE_ONE);
    if (native != NULL) {
        void *columns[10] = { NULL };
        for (unsigned c = 1; c < 10; c++) columns[c] = guarded_new(bytes[c]);
        for (int64_t number = -1; number < 300; number += 100)
            for (int code = 2; code < 4; code++)
                for (uint8_t yes = 0; yes < 3; yes++) {
                    *(int64_t *)columns[1] = number;
                    *(int32_t *)columns[2] = code;
                    *(uint8_t *)columns[3] = yes;
                    const bool odd = native->steps[0].run(columns, native->steps[0].instr, 1) != 0;
                    assert_int_equal(odd, number < 0 || yes > 1);
                    if (odd)
                        continue;
                    const bool both = code == 3 && yes == 1;
                    assert_int_equal(*(uint8_t *)columns[5], code == 3);
                    assert_int_equal(*(uint8_t *)columns[6], both);
                    assert_int_equal(*(int32_t *)columns[7], both ? number : 0);
                    assert_int_equal(*(int64_t *)columns[8], both ? number : 0);
                    assert_int_equal(*(uint8_t *)columns[9], number > 99);
                }
        for (unsigned c = 1; c < 10; c++) guarded_free(columns[c], bytes[c]);
    }
    pol_arena_reset(&arena);
}

/* Wherever memory runs out while code is written, there is none, and nothing is kept. */
static void test_memory(void **state)
{
    const operation o = { POL_FAST_SLICES32, { SIZES }, { 50, 100 }, { 0.01, 0.5 / 100 - 0.5 } };
    setting s;
    bool made = !code_is_lent();
    unsigned at = 0;
    (void)state;
    set_up(&s, &o);
    while (!made) {
        failing memory = { .fail_at = ++at };
        const pol_allocator allocator = { reallocate, &memory };
        pol_arena arena;
        pol_arena_init(&arena, &allocator);
        made = pol_native_new(&arena, &s.plan, POL_CODE_NARROW) != NULL;
        assert_true(made || memory.calls >= at);
        pol_arena_reset(&arena);
        assert_int_equal(memory.held, 0);
    }
    assert_true(at > 2 || !code_is_lent());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
