/* The code of each operation of fast.def that has some: the same elements as the kernels make, in one or two registers. */
#include "interp/native_internal.h"

#include <string.h>

#define REG(n)    pol_in_reg(n)
#define C32(bits) pol_native_32(g, (uint32_t)(bits))
#define C64(bits) pol_native_64(g, (uint64_t)(bits))

#define NUMBER    POL_FORM_NUMBER
#define BYTE      POL_FORM_BYTE
#define CONDITION POL_FORM_CONDITION
#define K(n)      ((uint32_t)instr->k[n])

static void v(pol_generator *g, pol_vector_op op, unsigned dst, unsigned a, pol_operand b)
{
    pol_vector(&g->as, op, dst, a, b);
}

static void v_imm(pol_generator *g, pol_vector_op op, unsigned dst, unsigned a, pol_operand b, unsigned imm)
{
    pol_vector_imm(&g->as, op, dst, a, b, (uint8_t)imm);
}

static pol_operand c_double(pol_generator *g, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return C64(bits);
}

static pol_operand c_float(pol_generator *g, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return C32(bits);
}

enum { SHIFT_RIGHT = 2, SHIFT_LEFT = 6 };

static void shift(pol_generator *g, pol_vector_op op, unsigned how, unsigned dst, unsigned from, unsigned by)
{
    v_imm(g, op, how, dst, REG(from), by);
}

/* ---- conditions of numbers ------------------------------------------------------------------------------------------ */

enum { EQUAL = 0, LESS = 1, AT_MOST = 2, UNEQUAL = 4, AT_LEAST = 5, GREATER = 6 }; /* as the immediates of compares */

static void from_mask(pol_generator *g, unsigned dst, unsigned mask)
{
    v(g, POL_V_PMOVM2D, dst, 0, REG(mask));
}

static void invert(pol_generator *g, unsigned dst)
{
    v(g, POL_V_PXOR, dst, dst, C32(-1));
}

/* dst may be a or b. */
static void compare(pol_generator *g, unsigned how, unsigned dst, unsigned a, pol_operand b)
{
    if (g->as.wide) {
        v_imm(g, POL_V_PCMPD, K1, a, b, how);
        from_mask(g, dst, K1);
        return;
    }
    if ((how == LESS || how == AT_LEAST) && b.kind != POL_OPERAND_REG) {
        v(g, POL_V_LOAD, T3, 0, b);
        b = REG(T3);
    }
    if (how == EQUAL || how == UNEQUAL)
        v(g, POL_V_PCMPEQD, dst, a, b);
    else if (how == GREATER || how == AT_MOST)
        v(g, POL_V_PCMPGTD, dst, a, b);
    else
        v(g, POL_V_PCMPGTD, dst, b.reg, REG(a));
    if (how == UNEQUAL || how == AT_MOST || how == AT_LEAST)
        invert(g, dst);
}

/* Whether a is at most b, both without a sign. Spoils T3; dst is not a. */
static void at_most(pol_generator *g, unsigned dst, unsigned a, pol_operand b)
{
    if (g->as.wide) {
        v_imm(g, POL_V_PCMPUD, K1, a, b, AT_MOST);
        from_mask(g, dst, K1);
    } else {
        v(g, POL_V_PMINUD, T3, a, b);
        v(g, POL_V_PCMPEQD, dst, T3, REG(a));
    }
}

/* One instruction of the machine on two operands … */
static void on_both(pol_generator *g, pol_vector_op op, pol_form of_a, pol_form of_b, pol_form of_result)
{
    const unsigned a = pol_native_in(g, 0, of_a);
    const pol_operand b = pol_native_operand(g, 1, of_b);
    pol_native_release(g);
    v(g, op, pol_native_out(g, 0, of_result), a, b);
}

/* … or on one and a constant. */
static void with_constant(pol_generator *g, pol_vector_op op, pol_form form, uint32_t bits)
{
    const unsigned a = pol_native_in(g, 0, form);
    pol_native_release(g);
    v(g, op, pol_native_out(g, 0, form), a, C32(bits));
}

static void compares(pol_generator *g, const pol_fast_instr *instr, unsigned how)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    const pol_operand b = pol_native_operand(g, 1, NUMBER);
    (void)instr;
    pol_native_release(g);
    compare(g, how, pol_native_out(g, 0, CONDITION), a, b);
}

static void compares_k(pol_generator *g, const pol_fast_instr *instr, unsigned how)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    const int64_t k = (int32_t)instr->k[0];
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, CONDITION);
    if (how == AT_LEAST && k > INT32_MIN && !g->as.wide)
        compare(g, GREATER, dst, a, C32(k - 1));
    else if (how == AT_MOST && k < INT32_MAX && !g->as.wide)
        compare(g, LESS, dst, a, C32(k + 1));
    else
        compare(g, how, dst, a, C32(k));
}

static void within(pol_generator *g, const pol_fast_instr *instr, unsigned outside)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, CONDITION);
    v(g, POL_V_PSUBD, T0, a, C32(K(0)));
    at_most(g, dst, T0, C32(K(1)));
    if (outside)
        invert(g, dst);
}

/* a * k compared with b * l. */
static void compares_products(pol_generator *g, const pol_fast_instr *instr, unsigned how)
{
    unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    if (instr->k[0] != 1) {
        v(g, POL_V_PMULLD, T0, a, C32(K(0)));
        a = T0;
    }
    if (instr->k[1] != 1) {
        v(g, POL_V_PMULLD, T1, b, C32(K(1)));
        b = T1;
    }
    pol_native_release(g);
    compare(g, how, pol_native_out(g, 0, CONDITION), a, REG(b));
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------- */

static void binary(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    (void)instr;
    on_both(g, op, NUMBER, NUMBER, NUMBER);
}

static void binary_k(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    with_constant(g, op, NUMBER, K(0));
}

static void sum(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    const pol_operand c = pol_native_operand(g, 2, NUMBER);
    (void)instr;
    v(g, op, T0, a, REG(b));
    pol_native_release(g);
    v(g, op, pol_native_out(g, 0, NUMBER), T0, c);
}

/* a, and c where the condition b, or unless. */
static void add_if(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, CONDITION);
    const pol_operand c = pol_native_operand(g, 2, NUMBER);
    (void)instr;
    v(g, op, T0, b, c);
    pol_native_release(g);
    v(g, POL_V_PADDD, pol_native_out(g, 0, NUMBER), a, REG(T0));
}

static void k_less(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const pol_operand a = pol_native_operand(g, 0, NUMBER);
    (void)unused;
    v(g, POL_V_LOAD, T0, 0, C32(K(0)));
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 0, NUMBER), T0, a);
}

/* What a exceeds b by: the greater less b, which no difference can overflow. */
static void over(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    (void)instr, (void)unused;
    v(g, POL_V_PMAXSD, T0, a, REG(b));
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 0, NUMBER), T0, REG(b));
}

static void over_k(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    v(g, POL_V_PMAXSD, T0, a, C32(K(0)));
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 0, NUMBER), T0, C32(K(0)));
}

static void k_over(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const pol_operand a = pol_native_operand(g, 0, NUMBER);
    (void)unused;
    v(g, POL_V_LOAD, T0, 0, C32(K(0)));
    v(g, POL_V_PMINSD, T1, T0, a);
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 0, NUMBER), T0, REG(T1));
}

/* (a * k + l) / divisor by the multiplier m, into T1. */
static void quotient31(pol_generator *g, const pol_fast_instr *instr, unsigned a)
{
    const uint32_t multiplier = (uint32_t)instr->k[2], by = (uint32_t)(instr->k[2] >> 32);
    unsigned n = a;
    if (instr->k[0] != 1)
        v(g, POL_V_PMULLD, T0, n, C32(K(0))), n = T0;
    if (instr->k[1] != 0)
        v(g, POL_V_PADDD, T0, n, C32(K(1))), n = T0;
    shift(g, POL_V_SHIFTQ, SHIFT_RIGHT, T1, n, 32);
    v(g, POL_V_PMULUDQ, T1, T1, C64(multiplier)); /* of the odd elements: the high half is theirs */
    v(g, POL_V_PMULUDQ, T0, n, C64(multiplier));
    if (g->as.wide) {
        pol_vector_masked(&g->as, POL_V_MOVSHDUP, T1, 0, REG(T0), K_EVEN);
    } else {
        shift(g, POL_V_SHIFTQ, SHIFT_RIGHT, T0, T0, 32);
        v_imm(g, POL_V_PBLENDD, T1, T0, REG(T1), 0xaa);
    }
    if (by != 0)
        shift(g, POL_V_SHIFTD, SHIFT_RIGHT, T1, T1, by);
}

static void part31(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    quotient31(g, instr, pol_native_in(g, 0, NUMBER));
    pol_native_release(g);
    v(g, POL_V_MOVE, pol_native_out(g, 0, NUMBER), 0, REG(T1));
}

static void over31(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    quotient31(g, instr, pol_native_in(g, 1, NUMBER));
    v(g, POL_V_PMAXSD, T0, a, REG(T1));
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 0, NUMBER), T0, REG(T1));
}

static void compares31(pol_generator *g, const pol_fast_instr *instr, unsigned how)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    quotient31(g, instr, pol_native_in(g, 1, NUMBER));
    pol_native_release(g);
    compare(g, how, pol_native_out(g, 0, CONDITION), a, REG(T1));
}

/* ---- by doubles -------------------------------------------------------------------------------------------------------------- */

static void to_double(pol_generator *g, unsigned dst, unsigned from, bool high)
{
    if (high)
        v_imm(g, g->as.wide ? POL_V_EXTRACTI64X4 : POL_V_EXTRACTI128, from, 0, REG(dst), 1);
    v(g, POL_V_CVTDQ2PD, dst, 0, REG(high ? dst : from));
}

static void join_halves(pol_generator *g, unsigned dst, unsigned low, unsigned high)
{
    v_imm(g, g->as.wide ? POL_V_INSERTI64X4 : POL_V_INSERTI128, dst, low, REG(high), 1);
}

/* A double that is not negative, to a quotient of 32 bits, rounded down. */
static void quotient(pol_generator *g, const pol_fast_instr *instr, unsigned dst, unsigned from)
{
    v(g, POL_V_MULPD, from, from, c_double(g, instr->x[0]));
    v(g, POL_V_ADDPD, from, from, c_double(g, instr->x[1] + 0.5));
    v(g, POL_V_CVTTPD2DQ, dst, 0, REG(from));
}

/* The first of both where a is negative: the second less it. dst is not a. */
static void negate_where(pol_generator *g, unsigned dst, unsigned a)
{
    if (g->as.wide) {
        v(g, POL_V_PMOVD2M, K1, 0, REG(a));
        pol_vector_masked(&g->as, POL_V_PSUBD, dst, ZERO, REG(dst), K1);
    } else {
        v(g, POL_V_PSIGND, dst, dst, REG(a));
    }
}

static void quotient32(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    v(g, POL_V_PABSD, T2, 0, REG(a));
    for (unsigned half = T0; half <= T1; half++) {
        to_double(g, half, T2, half == T1);
        v(g, POL_V_ADDPD, half, half, c_double(g, (double)instr->k[0]));
        quotient(g, instr, half, half);
    }
    join_halves(g, T0, T0, T1);
    negate_where(g, T0, a);
    pol_native_release(g);
    v(g, POL_V_MOVE, pol_native_out(g, 0, NUMBER), 0, REG(T0));
}

static void share32(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    for (unsigned half = T0; half <= T1; half++) {
        to_double(g, half, a, half == T1);
        v(g, POL_V_MULPD, half, half, c_double(g, (double)instr->k[1]));
        v(g, POL_V_ADDPD, half, half, c_double(g, (double)instr->k[0]));
        quotient(g, instr, half, half);
    }
    pol_native_release(g);
    join_halves(g, pol_native_out(g, 0, NUMBER), T0, T1);
}

/* What a * one exceeds b * other by, as doubles in T0 or T1. */
static void excess(pol_generator *g, unsigned half, unsigned a, unsigned b, int64_t one, int64_t other)
{
    to_double(g, half, a, half == T1);
    to_double(g, T2, b, half == T1);
    v(g, POL_V_MULPD, half, half, c_double(g, (double)one));
    v(g, POL_V_MULPD, T2, T2, c_double(g, (double)other));
    v(g, POL_V_SUBPD, half, half, REG(T2));
    v(g, POL_V_MAXPD, half, half, C64(0));
}

static void excess32(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    (void)unused;
    for (unsigned half = T0; half <= T1; half++) {
        excess(g, half, a, b, instr->k[1], instr->k[2]);
        v(g, POL_V_ADDPD, half, half, c_double(g, (double)instr->k[0]));
        quotient(g, instr, half, half);
    }
    pol_native_release(g);
    join_halves(g, pol_native_out(g, 0, NUMBER), T0, T1);
}

static void over_products(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    (void)unused;
    for (unsigned half = T0; half <= T1; half++) {
        excess(g, half, a, b, instr->k[0], instr->k[1]);
        v(g, POL_V_CVTTPD2DQ, half, 0, REG(half));
    }
    pol_native_release(g);
    join_halves(g, pol_native_out(g, 0, NUMBER), T0, T1);
}

#define GREATER_ORDERED 14

/* 64-bit elements that are conditions, in both halves or their masks, to a condition. */
static void join_conditions(pol_generator *g, unsigned dst, unsigned low, unsigned high)
{
    if (g->as.wide) {
        v(g, POL_V_KUNPCKBW, K1, high, REG(low));
        from_mask(g, dst, K1);
    } else {
        pol_native_join(g, dst, low, high);
    }
}

static void above(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    (void)unused;
    for (unsigned half = T0; half <= T1; half++) {
        to_double(g, half, b, half == T1);
        to_double(g, T2, a, half == T1);
        v(g, POL_V_MULPD, half, half, c_double(g, (double)instr->k[0]));
        v(g, POL_V_ADDPD, half, half, c_double(g, (double)instr->k[1]));
        v_imm(g, POL_V_CMPPD, g->as.wide ? K1 + half - T0 : half, T2, REG(half), GREATER_ORDERED);
    }
    pol_native_release(g);
    join_conditions(g, pol_native_out(g, 0, CONDITION), g->as.wide ? K1 : T0, g->as.wide ? K2 : T1);
}

static void slices32(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const pol_slices *const slices = instr->table;
    const unsigned a = pol_native_in(g, 0, NUMBER);
    double start = (double)instr->k[0];
    (void)unused;
    for (uint32_t i = 0; i < slices->count; i++) start -= (double)slices->slope[i] * (double)slices->at[i];
    for (unsigned half = T0; half <= T1; half++) {
        to_double(g, half, a, half == T1);
        v(g, POL_V_LOAD, T2, 0, c_double(g, start));
        for (uint32_t i = 0; i < slices->count; i++) {
            v(g, POL_V_MAXPD, T3, half, c_double(g, (double)slices->at[i]));
            v(g, POL_V_FMADD231PD, T2, T3, c_double(g, (double)slices->slope[i]));
        }
        quotient(g, instr, half, T2);
    }
    pol_native_release(g);
    join_halves(g, pol_native_out(g, 0, NUMBER), T0, T1);
}

/* ---- payers -------------------------------------------------------------------------------------------------------------------- */

enum { WITH_CAP = 1, WITH_CONDITION = 2 };

static void tail(pol_generator *g, const pol_fast_instr *instr, unsigned with)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, NUMBER);
    const unsigned cap = with & WITH_CAP ? pol_native_in(g, 2, NUMBER) : 0;
    const unsigned condition = with & WITH_CONDITION ? pol_native_in(g, 3, CONDITION) : 0;
    const unsigned paid = pol_native_out(g, 0, NUMBER);
    (void)instr;
    v(g, POL_V_PMAXSD, T0, a, C32(0));
    if (with & WITH_CAP)
        v(g, POL_V_PMINSD, T0, T0, REG(cap));
    v(g, POL_V_PMINSD, paid, T0, REG(b));
    if (with & WITH_CONDITION)
        v(g, POL_V_PAND, paid, paid, REG(condition));
    pol_native_release(g);
    v(g, POL_V_PSUBD, pol_native_out(g, 1, NUMBER), b, REG(paid));
}

/* ---- choice ---------------------------------------------------------------------------------------------------------------------- */

/* By the bits of the three: bit 4 * a + 2 * b + c of the table. dst may be any of them. */
static void by_table(pol_generator *g, unsigned table, unsigned dst, unsigned a, unsigned b, pol_operand c)
{
    unsigned swapped = 0;
    if (dst == b && dst != a) {
        for (unsigned i = 0; i < 8; i++) swapped |= (table >> i & 1) << ((i & 1) | (i & 2) << 1 | (i & 4) >> 1);
        b = a;
    } else if (c.kind == POL_OPERAND_REG && dst == c.reg && dst != a) {
        for (unsigned i = 0; i < 8; i++) swapped |= (table >> i & 1) << ((i & 2) | (i & 1) << 2 | (i & 4) >> 2);
        c.reg = (uint8_t)a;
    } else {
        swapped = table;
        if (dst != a)
            v(g, POL_V_MOVE, dst, 0, REG(a));
    }
    v_imm(g, POL_V_PTERNLOGD, dst, b, c, swapped);
}

#define A_CHOOSES_B 0xca /* of b and c */
#define A_CHOOSES_C 0xac /* of c and b */

/* dst = condition ? a : b; dst may be any of them. */
static void choose(pol_generator *g, unsigned dst, unsigned condition, pol_operand a, unsigned b)
{
    if (!g->as.wide)
        v_imm(g, POL_V_PBLENDVB, dst, b, a, condition << 4);
    else
        by_table(g, A_CHOOSES_C, dst, condition, b, a);
}

/* dst = condition ? a : b, where b may be memory. */
static void choose_else(pol_generator *g, unsigned dst, unsigned condition, unsigned a, pol_operand b)
{
    if (g->as.wide) {
        by_table(g, A_CHOOSES_B, dst, condition, a, b);
        return;
    }
    if (b.kind != POL_OPERAND_REG)
        v(g, POL_V_LOAD, T3, 0, b);
    v_imm(g, POL_V_PBLENDVB, dst, b.kind != POL_OPERAND_REG ? T3 : b.reg, REG(a), condition << 4);
}

static void select_both(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, CONDITION), c = pol_native_in(g, 2, NUMBER);
    const pol_operand b = pol_native_operand(g, 1, NUMBER);
    (void)instr, (void)unused;
    pol_native_release(g);
    choose(g, pol_native_out(g, 0, NUMBER), a, b, c);
}

static void select_or_zero(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    (void)instr;
    on_both(g, op, CONDITION, NUMBER, NUMBER);
}

static void select_k(pol_generator *g, const pol_fast_instr *instr, unsigned k_first)
{
    const unsigned a = pol_native_in(g, 0, CONDITION), b = pol_native_in(g, 1, NUMBER);
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, NUMBER);
    if (k_first)
        choose(g, dst, a, C32(K(0)), b);
    else
        choose_else(g, dst, a, b, C32(K(0)));
}

/* l, or l ^ (k ^ l). */
static void select_constants(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, CONDITION);
    (void)unused;
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, NUMBER);
    v(g, POL_V_PAND, dst, a, C32(K(0) ^ K(1)));
    if (K(1) != 0)
        v(g, POL_V_PXOR, dst, dst, C32(K(1)));
}

static void select_bytes(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const bool conditions = pol_native_form(g, 1) == CONDITION && pol_native_form(g, 2) == CONDITION;
    const pol_form form = conditions ? CONDITION : BYTE;
    unsigned a = pol_native_in(g, 0, CONDITION);
    if (form == BYTE && (instr->operand[1] == instr->operand[0] || instr->operand[2] == instr->operand[0]))
        v(g, POL_V_MOVE, T0, 0, REG(a)), a = T0; /* it is about to stand in the other form */
    const unsigned b = pol_native_in(g, 1, form), c = pol_native_in(g, 2, form);
    (void)unused;
    pol_native_release(g);
    choose(g, pol_native_out(g, 0, form), a, REG(b), c);
}

/* ---- yes/no -------------------------------------------------------------------------------------------------------------------------- */

static void logic(pol_generator *g, const pol_fast_instr *instr, unsigned op)
{
    (void)instr;
    on_both(g, op, CONDITION, CONDITION, CONDITION);
}

/* a, unless b; PANDN inverts its first. */
static void and_not(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned b = pol_native_in(g, 1, CONDITION);
    const pol_operand a = pol_native_operand(g, 0, CONDITION);
    (void)instr, (void)unused;
    pol_native_release(g);
    v(g, POL_V_PANDN, pol_native_out(g, 0, CONDITION), b, a);
}

static void or_not(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, CONDITION);
    const pol_operand b = pol_native_operand(g, 1, CONDITION);
    (void)instr, (void)unused;
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, CONDITION);
    v(g, POL_V_PANDN, dst, a, b);
    invert(g, dst);
}

static void inverse(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)instr, (void)unused;
    with_constant(g, POL_V_PXOR, CONDITION, UINT32_MAX);
}

/* dst = a and b or a or b, each inverted or not; whether the result is the inverse. */
static bool combine(pol_generator *g, bool is_or, unsigned dst, unsigned a, bool not_a, unsigned b, bool not_b)
{
    if (not_a == not_b) { /* both inverted: De Morgan */
        v(g, is_or != not_a ? POL_V_POR : POL_V_PAND, dst, a, REG(b));
        return not_a;
    }
    const unsigned inverted = not_a ? a : b, plain = not_a ? b : a;
    if (is_or) /* the inverse of: inverted, unless plain */
        v(g, POL_V_PANDN, dst, plain, REG(inverted));
    else
        v(g, POL_V_PANDN, dst, inverted, REG(plain));
    return is_or;
}

enum { OR_FIRST = 1, OR_SECOND = 2 };

static void logic3(pol_generator *g, const pol_fast_instr *instr, unsigned how)
{
    const unsigned a = pol_native_in(g, 0, CONDITION), b = pol_native_in(g, 1, CONDITION), c = pol_native_in(g, 2, CONDITION);
    const bool not_a = instr->k[0] & 1, not_b = instr->k[1] & 1, not_c = instr->k[2] & 1;
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, CONDITION);
    if (!g->as.wide) {
        const bool inverted = combine(g, how & OR_FIRST, T0, a, not_a, b, not_b);
        if (combine(g, how & OR_SECOND, dst, T0, inverted, c, not_c))
            invert(g, dst);
        return;
    }
    unsigned table = 0;
    for (unsigned i = 0; i < 8; i++) {
        const bool x = (i >> 2 & 1) != not_a, y = (i >> 1 & 1) != not_b, z = (i & 1) != not_c;
        const bool first = how & OR_FIRST ? x || y : x && y;
        table |= (unsigned)(how & OR_SECOND ? first || z : first && z) << i;
    }
    by_table(g, table, dst, a, b, REG(c));
}

/* ---- bytes --------------------------------------------------------------------------------------------------------------------------- */

/* Whether a byte is k; where it is a condition, k is 0 or 1. */
static void is_byte(pol_generator *g, const pol_fast_instr *instr, unsigned k)
{
    const bool is_condition = pol_native_form(g, 0) == CONDITION && k <= 1;
    const unsigned a = pol_native_in(g, 0, is_condition ? CONDITION : BYTE);
    (void)instr;
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, CONDITION);
    if (!is_condition)
        compare(g, EQUAL, dst, a, C32(k));
    else if (k == 0)
        v(g, POL_V_PXOR, dst, a, C32(-1));
    else
        v(g, POL_V_MOVE, dst, 0, REG(a));
}

static void is_not_0(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, BYTE);
    (void)instr, (void)unused;
    pol_native_release(g);
    compare(g, GREATER, pol_native_out(g, 0, CONDITION), a, C32(0));
}

static void at_least_byte(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, BYTE);
    (void)unused;
    pol_native_release(g);
    compare(g, GREATER, pol_native_out(g, 0, CONDITION), a, C32((int32_t)(uint8_t)instr->k[0] - 1));
}

static void bits(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    with_constant(g, POL_V_PAND, BYTE, (uint8_t)instr->k[0]);
}

/* b where a is 1, or where it is 0. */
static void byte_if(pol_generator *g, const pol_fast_instr *instr, unsigned wanted)
{
    const bool is_condition = pol_native_form(g, 0) == CONDITION;
    const pol_form form = pol_native_form(g, 1) == CONDITION ? CONDITION : BYTE;
    unsigned a = pol_native_in(g, 0, is_condition ? CONDITION : BYTE);
    const unsigned b = pol_native_in(g, 1, form);
    (void)instr;
    if (!is_condition)
        compare(g, EQUAL, T0, a, C32(wanted)), a = T0;
    pol_native_release(g);
    v(g, is_condition && wanted == 0 ? POL_V_PANDN : POL_V_PAND, pol_native_out(g, 0, form), a, REG(b));
}

static void worse(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)instr, (void)unused;
    on_both(g, POL_V_PMAXSD, BYTE, BYTE, BYTE);
}

static void loss_byte(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, BYTE);
    (void)instr, (void)unused;
    v(g, POL_V_LOAD, T0, 0, C32(4));
    v(g, POL_V_PSUBD, T0, T0, REG(a));
    compare(g, GREATER, T1, a, C32(1));
    pol_native_release(g);
    v(g, POL_V_PAND, pol_native_out(g, 0, BYTE), T0, REG(T1));
}

static void copy(pol_generator *g, const pol_fast_instr *instr, unsigned form)
{
    const unsigned a = pol_native_in(g, 0, form);
    (void)instr;
    pol_native_release(g);
    v(g, POL_V_MOVE, pol_native_out(g, 0, form), 0, REG(a));
}

/* What is lost, as an element says it: 4 - b where b is a loss. */
static void lose_byte(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, BYTE), b = pol_native_in(g, 1, BYTE);
    (void)instr, (void)unused;
    v(g, POL_V_LOAD, T0, 0, C32(4));
    v(g, POL_V_PSUBD, T0, T0, REG(b));
    compare(g, EQUAL, T1, b, C32(0));
    pol_native_release(g);
    choose(g, pol_native_out(g, 0, BYTE), T1, REG(a), T0);
}

static void lose_code(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER), b = pol_native_in(g, 1, BYTE);
    (void)instr, (void)unused;
    compare(g, EQUAL, T0, b, C32(2));
    v(g, POL_V_PADDD, T0, T0, C32(POL_CODE_FAILED)); /* absent is one less than failed */
    compare(g, EQUAL, T1, b, C32(0));
    pol_native_release(g);
    choose(g, pol_native_out(g, 0, NUMBER), T1, REG(a), T0);
}

static void loss_code(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)instr, (void)unused;
    compare(g, EQUAL, T0, a, C32(POL_CODE_ABSENT));
    compare(g, EQUAL, T1, a, C32(POL_CODE_FAILED));
    v(g, POL_V_PAND, T0, T0, C32(2));
    v(g, POL_V_PAND, T1, T1, C32(1));
    pol_native_release(g);
    v(g, POL_V_POR, pol_native_out(g, 0, BYTE), T0, REG(T1));
}

/* 2 where the condition of T2 says absent, 4 where T0 says outside. */
static void state(pol_generator *g)
{
    v(g, POL_V_PAND, T0, T0, C32(4));
    pol_native_release(g);
    choose(g, pol_native_out(g, 0, BYTE), T2, C32(2), T0);
}

static void state_code(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    compare(g, EQUAL, T2, a, C32(POL_CODE_ABSENT));
    v(g, POL_V_PSUBD, T1, a, C32(K(0)));
    at_most(g, T0, T1, C32(K(1)));
    invert(g, T0);
    state(g);
}

/* ---- columns of 64 bits -------------------------------------------------------------------------------------------------------------- */

static uint16_t column_of(const pol_fast_instr *instr)
{
    return instr->operand[0];
}

/* Elements of the halves T0 and T1 compared with a constant; the condition to dst. T2 and T3 are spoilt when `keep`. */
static void compare_halves(pol_generator *g, unsigned how, unsigned dst, int64_t with)
{
    if (g->as.wide) {
        v_imm(g, POL_V_PCMPQ, K1, T0, C64(with), how);
        v_imm(g, POL_V_PCMPQ, K2, T1, C64(with), how);
        join_conditions(g, dst, K1, K2);
        return;
    }
    const pol_vector_op op = how == EQUAL ? POL_V_PCMPEQQ : POL_V_PCMPGTQ;
    v(g, op, T2, T0, C64(with));
    v(g, op, T3, T1, C64(with));
    pol_native_join(g, dst, T2, T3);
}

/* Whether the halves T0 and T1, less k, are above l, both without a sign. Spoils all. */
static void halves_outside(pol_generator *g, unsigned dst, uint64_t k, uint64_t l)
{
    const uint64_t sign = UINT64_C(1) << 63;
    v(g, POL_V_PSUBQ, T0, T0, C64(g->as.wide ? k : k ^ sign));
    v(g, POL_V_PSUBQ, T1, T1, C64(g->as.wide ? k : k ^ sign));
    if (g->as.wide) {
        v_imm(g, POL_V_PCMPUQ, K1, T0, C64(l), GREATER);
        v_imm(g, POL_V_PCMPUQ, K2, T1, C64(l), GREATER);
        join_conditions(g, dst, K1, K2);
    } else {
        v(g, POL_V_PCMPGTQ, T0, T0, C64(l ^ sign));
        v(g, POL_V_PCMPGTQ, T1, T1, C64(l ^ sign));
        pol_native_join(g, dst, T0, T1);
    }
}

static void state_number(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    pol_native_halves(g, column_of(instr), T0, T1);
    compare_halves(g, EQUAL, T2, POL_PORT_ABSENT);
    halves_outside(g, T0, (uint64_t)instr->k[0], (uint64_t)instr->k[1]);
    state(g);
}

static void outside_number(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    pol_native_halves(g, column_of(instr), T0, T1);
    pol_native_release(g);
    halves_outside(g, pol_native_out(g, 0, CONDITION), (uint64_t)instr->k[0], (uint64_t)instr->k[1]);
}

static void is_unlimited(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    pol_native_halves(g, column_of(instr), T0, T1);
    pol_native_release(g);
    compare_halves(g, EQUAL, pol_native_out(g, 0, CONDITION), POL_PORT_UNLIMITED);
}

static void present(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    pol_native_halves(g, column_of(instr), T0, T1);
    compare_halves(g, GREATER, T2, POL_PORT_FAILED);
    pol_native_release(g);
    const unsigned dst = pol_native_out(g, 0, NUMBER);
    pol_native_join(g, dst, T0, T1);
    v(g, POL_V_PAND, dst, dst, REG(T2));
}

static void narrow(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    (void)unused;
    pol_native_halves(g, column_of(instr), T0, T1);
    pol_native_release(g);
    pol_native_join(g, pol_native_out(g, 0, NUMBER), T0, T1);
}

/* Always to its column: what reads it has no code. */
static void widen(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const unsigned a = pol_native_in(g, 0, NUMBER);
    (void)unused;
    pol_native_widen(g, instr->result[0], a);
    pol_native_release(g);
    pol_native_out_column(g);
}

/* ---- dates ---------------------------------------------------------------------------------------------------------------------------- */

/* Days from 0000-03-01 to the first day of the year in T1. T3 is spoilt. */
static void days_to_year(pol_generator *g, unsigned dst)
{
    v(g, POL_V_PMULLD, dst, T1, C32(5243));
    shift(g, POL_V_SHIFTD, SHIFT_RIGHT, dst, dst, 19); /* centuries */
    shift(g, POL_V_SHIFTD, SHIFT_RIGHT, T3, dst, 2);
    v(g, POL_V_PSUBD, dst, T3, REG(dst));
    shift(g, POL_V_SHIFTD, SHIFT_RIGHT, T3, T1, 2);
    v(g, POL_V_PADDD, dst, dst, REG(T3));
    v(g, POL_V_PMULLD, T3, T1, C32(365));
    v(g, POL_V_PADDD, dst, dst, REG(T3));
}

/* See deadline() of fast_values.h; of both years at once, for neither is to wait for the other. */
static void deadline(pol_generator *g, const pol_fast_instr *instr, unsigned unused)
{
    const uint32_t shifted = 719468u - K(0);
    const unsigned a = pol_native_in(g, 0, NUMBER), dst = pol_native_out(g, 0, NUMBER);
    (void)unused;
    v(g, POL_V_PADDD, T0, a, C32(shifted));
    v(g, POL_V_PADDD, T1, T0, C32(3));
    v(g, POL_V_CVTDQ2PS, T1, 0, REG(T1));
    v(g, POL_V_MULPS, T1, T1, c_float(g, 1.0f / 365.2425f));
    v(g, POL_V_CVTTPS2DQ, T1, 0, REG(T1));
    days_to_year(g, T2);
    v(g, POL_V_PADDD, T1, T1, C32(1));
    days_to_year(g, dst);
    at_most(g, T1, T0, REG(T2)); /* the year is right, else one early */
    choose(g, T2, T1, REG(T2), dst);
    v(g, POL_V_PSUBD, T2, T2, C32(shifted));
    v(g, POL_V_PSUBD, T1, T2, C32(POL_DATE_MIN));
    at_most(g, T0, T1, C32(POL_DATE_MAX - POL_DATE_MIN));
    choose_else(g, dst, T0, T2, C32(POL_CODE_FAILED));
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------------ */

typedef void (*writer)(pol_generator *g, const pol_fast_instr *instr, unsigned how);

typedef struct rule {
    writer write;
    uint16_t how;
    pol_native_cost cost;
} rule;

#define RULE(NAME, write, how, instrs, latency) [POL_FAST_##NAME] = { write, how, { instrs, latency } }

static const rule k_rules[POL_FAST_COUNT] = {
    RULE(ADD32, binary, POL_V_PADDD, 1, 1),
    RULE(SUB32, binary, POL_V_PSUBD, 1, 1),
    RULE(MUL32, binary, POL_V_PMULLD, 1, 1),
    RULE(MIN32, binary, POL_V_PMINSD, 1, 1),
    RULE(MAX32, binary, POL_V_PMAXSD, 1, 1),
    RULE(DIFFD32, binary, POL_V_PSUBD, 1, 1),
    RULE(SUM32, sum, POL_V_PADDD, 2, 2),
    RULE(ADDIF32, add_if, POL_V_PAND, 2, 2),
    RULE(ADDBUT32, add_if, POL_V_PANDN, 2, 2),
    RULE(ADDK32, binary_k, POL_V_PADDD, 1, 1),
    RULE(MULK32, binary_k, POL_V_PMULLD, 1, 1),
    RULE(MINK32, binary_k, POL_V_PMINSD, 1, 1),
    RULE(MAXK32, binary_k, POL_V_PMAXSD, 1, 1),
    RULE(KSUB32, k_less, 0, 2, 1),
    RULE(OVER32, over, 0, 2, 2),
    RULE(OVERK32, over_k, 0, 2, 2),
    RULE(KOVER32, k_over, 0, 3, 2),
    RULE(OVERL32, over_products, 0, 14, 22),
    RULE(QUOTIENT32, quotient32, 0, 14, 30),
    RULE(SHARE32, share32, 0, 12, 26),
    RULE(EXCESS32, excess32, 0, 20, 30),
    RULE(SLICES32, slices32, 0, 24, 45),
    RULE(GEL32, compares_products, AT_LEAST, 4, 9),
    RULE(GTL32, compares_products, GREATER, 4, 9),
    RULE(PART31, part31, 0, 8, 16),
    RULE(OVER31, over31, 0, 9, 17),
    RULE(GE31, compares31, AT_LEAST, 9, 21),
    RULE(GT31, compares31, GREATER, 9, 21),
    RULE(LE31, compares31, AT_MOST, 9, 21),
    RULE(LT31, compares31, LESS, 9, 21),
    RULE(GE32, compares, AT_LEAST, 2, 5),
    RULE(GT32, compares, GREATER, 2, 5),
    RULE(EQ32, compares, EQUAL, 2, 5),
    RULE(NE32, compares, UNEQUAL, 2, 5),
    RULE(GEK32, compares_k, AT_LEAST, 2, 5),
    RULE(LEK32, compares_k, AT_MOST, 2, 5),
    RULE(EQK32, compares_k, EQUAL, 2, 5),
    RULE(NEK32, compares_k, UNEQUAL, 2, 5),
    RULE(ABOVE32, above, 0, 14, 26),
    RULE(OUTSIDE32, within, true, 3, 6),
    RULE(WITHIN, within, false, 3, 6),
    RULE(SELN32, select_both, 0, 2, 1),
    RULE(SELNZ32, select_or_zero, POL_V_PAND, 1, 1),
    RULE(SELZN32, select_or_zero, POL_V_PANDN, 1, 1),
    RULE(SELNK32, select_k, false, 2, 1),
    RULE(SELKN32, select_k, true, 2, 1),
    RULE(SELKK32, select_constants, 0, 2, 2),
    RULE(SELB, select_bytes, 0, 2, 1),
    RULE(AND, logic, POL_V_PAND, 1, 1),
    RULE(OR, logic, POL_V_POR, 1, 1),
    RULE(XOR, logic, POL_V_PXOR, 1, 1),
    RULE(ANDN, and_not, 0, 1, 1),
    RULE(ORN, or_not, 0, 2, 2),
    RULE(NOT, inverse, 0, 1, 1),
    RULE(AND_AND, logic3, 0, 2, 1),
    RULE(AND_OR, logic3, OR_SECOND, 2, 1),
    RULE(OR_AND, logic3, OR_FIRST, 2, 1),
    RULE(OR_OR, logic3, OR_FIRST | OR_SECOND, 2, 1),
    RULE(IS0, is_byte, 0, 2, 5),
    RULE(IS1, is_byte, 1, 2, 5),
    RULE(IS3, is_byte, 3, 2, 5),
    RULE(NOT0, is_not_0, 0, 2, 5),
    RULE(GEBK, at_least_byte, 0, 2, 5),
    RULE(BITS, bits, 0, 1, 1),
    RULE(IFYES, byte_if, 1, 1, 1),
    RULE(IFNO, byte_if, 0, 1, 1),
    RULE(WORSE, worse, 0, 1, 1),
    RULE(LOSS4, loss_byte, 0, 4, 6),
    RULE(COPYC, copy, NUMBER, 1, 1),
    RULE(COPYB, copy, BYTE, 1, 1),
    RULE(LOSEB, lose_byte, 0, 5, 7),
    RULE(LOSEC, lose_code, 0, 6, 8),
    RULE(LOSSC, loss_code, 0, 7, 8),
    RULE(STATEC, state_code, 0, 9, 9),
    RULE(STATEN, state_number, 0, 15, 14),
    RULE(OUTSIDE, outside_number, 0, 7, 10),
    RULE(ISUNL, is_unlimited, 0, 5, 8),
    RULE(PRESENT32, present, 0, 9, 10),
    RULE(NARROW, narrow, 0, 3, 6),
    RULE(WIDEN, widen, 0, 5, 3),
    RULE(TAIL32, tail, 0, 3, 3),
    RULE(TAILC32, tail, WITH_CAP, 3, 3),
    RULE(TAILY32, tail, WITH_CONDITION, 3, 3),
    RULE(TAILCY32, tail, WITH_CAP | WITH_CONDITION, 3, 3),
    RULE(DEADLINE, deadline, 0, 30, 45),
};

pol_native_cost pol_native_cost_of(const pol_fast_instr *instr)
{
    return k_rules[instr->op].cost;
}

bool pol_native_knows(const pol_fast_instr *instr)
{
    return instr->op < POL_FAST_COUNT && k_rules[instr->op].write != NULL;
}

void pol_native_instr(pol_generator *g, const pol_fast_instr *instr)
{
    k_rules[instr->op].write(g, instr, k_rules[instr->op].how);
    pol_native_end(g);
}
