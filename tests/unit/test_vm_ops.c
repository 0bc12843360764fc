/* Every opcode alone: a program of one instruction over constants, verified and run, its result
 * compared with a value worked out by hand. What the table says of ABSENT, FAILED and UNLIMITED is tried
 * for every opcode from its signature; the exceptions are listed here once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/vm.h"

#include "assemble.h"

/* ---- values --------------------------------------------------------------------------------------------- */

typedef struct value {
    uint8_t class_;
    pol_i128 number; /* sentinels of numbers serve for every class */
    pol_i128 den, den2;
    const pol_tiers *tiers; /* T with a value */
} value;

static value N(pol_i128 number, pol_i128 den)
{
    return (value){ .class_ = POL_C_NUM, .number = number, .den = den };
}
static value B(int yes)
{
    return (value){ .class_ = POL_C_BOOL, .number = yes };
}
static value C(int code)
{
    return (value){ .class_ = POL_C_CODE, .number = code };
}
static value D(int year, int month, int day)
{
    return (value){ .class_ = POL_C_DATE, .number = pol_date_of(year, month, day) };
}
static value S(uint64_t mask)
{
    return (value){ .class_ = POL_C_SET, .number = mask };
}

#define ABSENT    POL_NUM_ABSENT
#define FAILED    POL_NUM_FAILED
#define UNLIMITED POL_NUM_UNLIMITED

/* The same kind of value, but without one. */
static value with(value like, pol_i128 sentinel)
{
    like.number = sentinel;
    like.tiers = NULL;
    return like;
}

/* ---- arguments -------------------------------------------------------------------------------------------- */

typedef enum arg_kind { A_VALUE, A_LIST, A_SMALL, A_POOL, A_TABLE, A_SET, A_SINK } arg_kind;
typedef struct arg {
    arg_kind kind;
    value v;
    value list[70];
    unsigned count;
    uint32_t k;
    pol_i128 i;
    pol_sink sink;
} arg;

#define MAX_ARGS 8
typedef struct example {
    pol_opcode op;
    arg args[MAX_ARGS];
    unsigned count;
    value expected[2]; /* NEED and CHECK: none */
    pol_fault fault;
} example;

static pol_arena g_arena; /* schedules of examples */
static unsigned g_runs[POL_OP_COUNT], g_absent[POL_OP_COUNT], g_failed[POL_OP_COUNT];

static pol_table g_table;
static pol_members g_members;

static example of(pol_opcode op)
{
    return (example){ .op = op };
}
static void v(example *e, value x)
{
    e->args[e->count++] = (arg){ .kind = A_VALUE, .v = x };
}
static void k(example *e, uint32_t x)
{
    e->args[e->count++] = (arg){ .kind = A_SMALL, .k = x };
}
static void i(example *e, pol_i128 x)
{
    e->args[e->count++] = (arg){ .kind = A_POOL, .i = x };
}
static void list(example *e, unsigned count, const value *items)
{
    arg a = { .kind = A_LIST, .count = count };
    for (unsigned n = 0; n < count; n++)
        a.list[n] = items[n];
    e->args[e->count++] = a;
}
#define LIST(e, ...)                                                                               \
    list((e), sizeof((value[]){ __VA_ARGS__ }) / sizeof(value), (value[]){ __VA_ARGS__ })
static void sink(example *e, pol_limit limit)
{
    const pol_sink s = { .limit = (uint8_t)limit,
                         .error = POL_ERR_CONTRADICTION,
                         .field = POL_STR("金额甲") };
    e->args[e->count++] = (arg){ .kind = A_SINK, .sink = s };
}

/* ---- running ------------------------------------------------------------------------------------------------ */

static uint32_t assemble_value(assembly *as, value x)
{
    pol_constant constant = { .class_ = x.class_, .number = x.number };
    if (x.tiers != NULL)
        constant.tiers = as_copy(&as->arena, x.tiers, 1, sizeof *x.tiers);
    return as_constant(as, constant, x.den, x.den2);
}

static uint32_t assemble_arg(assembly *as, const arg *a)
{
    uint32_t operands[70];
    switch (a->kind) {
    case A_VALUE: return assemble_value(as, a->v);
    case A_LIST:
        for (unsigned n = 0; n < a->count; n++)
            operands[n] = assemble_value(as, a->list[n]);
        return as_list(as, a->count, operands);
    case A_SMALL: return a->k;
    case A_POOL: return as_pool(as, a->i);
    case A_TABLE: as->tables[as->code.table_count] = g_table; return as->code.table_count++;
    case A_SET: as->members[as->code.member_count] = g_members; return as->code.member_count++;
    case A_SINK: return as_sink(as, a->sink);
    }
    return 0;
}

/* The element of a register in the last row, as a value. */
static value read(const pol_block *block, uint32_t reg)
{
    const pol_register *r = &block->code->registers[reg];
    const uint32_t row = block->capacity - 1;
    value x = { .class_ = r->class_, .den = r->den, .den2 = r->den2 };
    switch ((pol_class)r->class_) {
    case POL_C_NUM: x.number = pol_col_num(block, reg)[row]; break;
    case POL_C_BOOL: {
        const uint8_t b = pol_col_bool(block, reg)[row];
        x.number = b == POL_BOOL_ABSENT ? ABSENT : b == POL_BOOL_FAILED ? FAILED : b;
        break;
    }
    case POL_C_CODE:
    case POL_C_DATE: {
        const int32_t c = pol_col_code(block, reg)[row];
        x.number = c == POL_CODE_ABSENT ? ABSENT : c == POL_CODE_FAILED ? FAILED : c;
        break;
    }
    case POL_C_SET: x.number = pol_col_set(block, reg)[row]; break;
    case POL_C_TIERS: {
        const uint32_t t = pol_col_tiers(block, reg)[row];
        if (t >= POL_TIERS_FAILED)
            x.number = t == POL_TIERS_ABSENT ? ABSENT : FAILED;
        else
            x.tiers = as_copy(&g_arena, &block->tiers.items[t], 1, sizeof(pol_tiers));
        break;
    }
    case POL_CLASS_COUNT: break;
    }
    return x;
}

typedef struct outcome {
    value results[2];
    pol_fault fault;
} outcome;

static outcome run(const example *e)
{
    static assembly as;
    const char *signature = pol_op_signature(e->op);
    const unsigned results = (unsigned)(strchr(signature, '=') - signature);
    uint32_t args[POL_MAX_ARGS] = { 0 };
    char reason[256];
    outcome out = { .fault = POL_FAULT_NONE };
    as_start(&as);
    for (unsigned n = 0; n < e->count; n++)
        args[results + n] = assemble_arg(&as, &e->args[n]);
    for (unsigned n = 0; n < results; n++)
        args[n] = as_result(&as, e->expected[n].class_, e->expected[n].den, e->expected[n].den2);
    as_emit(&as, e->op, results + e->count, args);
    pol_program *program = as_finish(&as);
    if (!pol_verify(program, reason))
        fail_msg("%s", reason);
    pol_arena arena;
    pol_block block;
    pol_arena_init(&arena, NULL);
    assert_true(pol_block_init(&block, &arena, program, &program->matters[0], 3));
    assert_true(pol_vm_run(&block, 3));
    for (unsigned n = 0; n < results; n++)
        out.results[n] = read(&block, args[n]);
    out.fault = (pol_fault)block.fault[2];
    if (out.fault != POL_FAULT_NONE)
        assert_int_equal(block.fault_sink[2], 0);
    pol_arena_reset(&arena);
    pol_program_free(program);
    as_end(&as);
    g_runs[e->op]++;
    return out;
}

static bool same_tiers(const pol_tiers *a, const pol_tiers *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->count != b->count || a->low != b->low || a->low_in_first != b->low_in_first)
        return false;
    for (uint32_t n = 0; n < a->count; n++)
        if (a->tiers[n].upper != b->tiers[n].upper || a->tiers[n].ratio != b->tiers[n].ratio ||
            a->tiers[n].upper_in_next != b->tiers[n].upper_in_next)
            return false;
    return true;
}

static void print_value(const char *what, value x)
{
    char digits[64];
    pol_decimal_text(digits, x.number, 1, 0, true);
    print_error("%s class %d: %s%s\n", what, x.class_,
                x.number == ABSENT   ? "absent"
                : x.number == FAILED ? "failed"
                                     : digits,
                x.tiers != NULL ? " schedule" : "");
}

static void must_equal(const example *e, const char *what, value found, value expected)
{
    if (found.number == expected.number && same_tiers(found.tiers, expected.tiers))
        return;
    print_value("expected", expected);
    print_value("found", found);
    fail_msg("%s: %s", pol_op_mnemonic(e->op), what);
}

static unsigned result_count(pol_opcode op)
{
    return (unsigned)(strchr(pol_op_signature(op), '=') - pol_op_signature(op));
}

static void expect_outcome(const example *e, const char *what)
{
    const outcome out = run(e);
    for (unsigned n = 0; n < result_count(e->op); n++)
        must_equal(e, what, out.results[n], e->expected[n]);
    if (out.fault != e->fault)
        fail_msg("%s: %s: fault %d", pol_op_mnemonic(e->op), what, (int)out.fault);
}

static void expect(example e, value expected)
{
    e.expected[0] = expected;
    expect_outcome(&e, "value");
}

/* ---- shorthands for common shapes --------------------------------------------------------------------------- */

static void two(pol_opcode op, value a, value b, value expected)
{
    example e = of(op);
    v(&e, a);
    v(&e, b);
    expect(e, expected);
}

static void one(pol_opcode op, value a, value expected)
{
    example e = of(op);
    v(&e, a);
    expect(e, expected);
}

static void with_small(pol_opcode op, value a, value b, uint32_t small, value expected)
{
    example e = of(op);
    v(&e, a);
    v(&e, b);
    k(&e, small);
    expect(e, expected);
}

/* The largest numerator over a denominator. */
static pol_i128 top(pol_i128 den)
{
    return den * POL_MAX_MAGNITUDE - 1;
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static void test_add_sub(void **state)
{
    (void)state;
    two(POL_OP_ADD, N(150, 100), N(-375, 100), N(-225, 100));
    two(POL_OP_ADD, N(top(100), 100), N(0, 100), N(top(100), 100));
    two(POL_OP_ADD, N(top(100), 100), N(1, 100), N(FAILED, 100));
    two(POL_OP_ADD, N(-top(100), 100), N(-1, 100), N(FAILED, 100));
    const pol_i128 most = pol_pow10(22);
    two(POL_OP_ADD, N(top(most), most), N(top(most), most), N(FAILED, most));
    two(POL_OP_ADD, N(UNLIMITED, 100), N(1, 100), N(FAILED, 100));
    two(POL_OP_ADD, N(UNLIMITED, 100), N(ABSENT, 100), N(ABSENT, 100));
    two(POL_OP_SUB, N(150, 100), N(375, 100), N(-225, 100));
    two(POL_OP_SUB, N(-top(1), 1), N(1, 1), N(FAILED, 1));
    two(POL_OP_SUB, N(UNLIMITED, 100), N(7, 100), N(UNLIMITED, 100));
    two(POL_OP_SUB, N(UNLIMITED, 100), N(UNLIMITED, 100), N(UNLIMITED, 100));
    two(POL_OP_SUB, N(7, 100), N(UNLIMITED, 100), N(FAILED, 100));
    two(POL_OP_SUB, N(UNLIMITED, 100), N(ABSENT, 100), N(ABSENT, 100));
    two(POL_OP_SUB, N(UNLIMITED, 100), N(FAILED, 100), N(FAILED, 100));
}

static void test_mul(void **state)
{
    (void)state;
    const pol_i128 million = 1000000;
    two(POL_OP_MUL, N(12345, 100), N(700000, million), N((pol_i128)12345 * 700000, 100 * million));
    two(POL_OP_MUL, N(-3, 1), N(7, 10), N(-21, 10));
    two(POL_OP_MUL, N(99999999, 1), N(9999999, 1), N((pol_i128)99999999 * 9999999, 1));
    two(POL_OP_MUL, N(100000000, 1), N(10000000, 1), N(FAILED, 1));
    const pol_i128 wide = pol_pow10(11);
    two(POL_OP_MUL, N(top(wide), wide), N(top(wide), wide), N(FAILED, wide * wide));
    two(POL_OP_MUL, N(top(wide), wide), N(-1, wide), N(-top(wide), wide * wide));
    two(POL_OP_MUL, N(UNLIMITED, 1), N(0, 1), N(FAILED, 1));
    example e = of(POL_OP_SCALE);
    v(&e, N(-125, 100));
    i(&e, 10000);
    expect(e, N(-1250000, million));
    e.args[0].v = N(UNLIMITED, 100);
    expect(e, N(UNLIMITED, million));
    e = of(POL_OP_MULC);
    v(&e, N(125, 100));
    i(&e, 3);
    i(&e, 8);
    expect(e, N(375, 800));
    e.args[0].v = N(UNLIMITED, 100);
    expect(e, N(FAILED, 800));
    e.args[0].v = N(top(100), 100);
    e.args[1].i = 9; /* 9/8 of the largest */
    expect(e, N(FAILED, 800));
    e.args[1].i = POL_I128_MAX;
    expect(e, N(FAILED, 800));
}

static void test_min_max_excess(void **state)
{
    (void)state;
    two(POL_OP_MIN, N(5, 100), N(-7, 100), N(-7, 100));
    two(POL_OP_MIN, N(5, 100), N(UNLIMITED, 100), N(5, 100));
    two(POL_OP_MIN, N(UNLIMITED, 100), N(UNLIMITED, 100), N(UNLIMITED, 100));
    two(POL_OP_MAX, N(5, 100), N(-7, 100), N(5, 100));
    two(POL_OP_MAX, N(UNLIMITED, 100), N(-7, 100), N(UNLIMITED, 100));
    two(POL_OP_EXCESS, N(5, 100), N(7, 100), N(0, 100));
    two(POL_OP_EXCESS, N(7, 100), N(5, 100), N(2, 100));
    two(POL_OP_EXCESS, N(7, 100), N(7, 100), N(0, 100));
    two(POL_OP_EXCESS, N(top(1), 1), N(-1, 1), N(FAILED, 1));
    two(POL_OP_EXCESS, N(UNLIMITED, 100), N(5, 100), N(UNLIMITED, 100));
    two(POL_OP_EXCESS, N(5, 100), N(UNLIMITED, 100), N(0, 100));
    two(POL_OP_EXCESS, N(UNLIMITED, 100), N(UNLIMITED, 100), N(UNLIMITED, 100));
}

static example round_of(pol_i128 a, pol_i128 a_den, pol_rounding mode, pol_i128 i1, pol_i128 i2,
                        pol_i128 i3)
{
    example e = of(POL_OP_ROUND);
    v(&e, N(a, a_den));
    k(&e, mode);
    i(&e, i1);
    i(&e, i2);
    i(&e, i3);
    return e;
}

static void test_round(void **state)
{
    (void)state;
    /* to the fen from ten-thousandths: 1.2350, 1.2450 */
    expect(round_of(12350, 10000, POL_HALF_UP, 1, 100, 1), N(124, 100));
    expect(round_of(12350, 10000, POL_HALF_EVEN, 1, 100, 1), N(124, 100));
    expect(round_of(12450, 10000, POL_HALF_EVEN, 1, 100, 1), N(124, 100));
    expect(round_of(12450, 10000, POL_HALF_UP, 1, 100, 1), N(125, 100));
    expect(round_of(12401, 10000, POL_ROUND_UP, 1, 100, 1), N(125, 100));
    expect(round_of(12499, 10000, POL_ROUND_DOWN, 1, 100, 1), N(124, 100));
    /* mirrored below zero */
    expect(round_of(-12350, 10000, POL_HALF_UP, 1, 100, 1), N(-124, 100));
    expect(round_of(-12401, 10000, POL_ROUND_UP, 1, 100, 1), N(-125, 100));
    expect(round_of(-12499, 10000, POL_ROUND_DOWN, 1, 100, 1), N(-124, 100));
    /* to whole multiples of 50 yuan */
    expect(round_of(12500, 100, POL_HALF_UP, 1, 5000, 5000), N(15000, 100));
    expect(round_of(12499, 100, POL_HALF_UP, 1, 5000, 5000), N(10000, 100));
    /* a third: 1.00 / 3 */
    expect(round_of(100, 100, POL_HALF_UP, 1, 3, 1), N(33, 100));
    /* products beyond 128 bits inside, a result that fits */
    const pol_i128 den = pol_pow10(22), factor = pol_pow10(37);
    expect(round_of(top(den), den, POL_ROUND_DOWN, factor, factor, 1), N(top(den), den));
    expect(round_of(top(den), den, POL_ROUND_UP, factor, 1, 1), N(FAILED, den));
    expect(round_of(top(den), den, POL_ROUND_DOWN, 1, 1, factor), N(FAILED, den));
    expect(round_of(top(100), 100, POL_ROUND_UP, 1, 100, 100), N(FAILED, 100));
    expect(round_of(UNLIMITED, 100, POL_HALF_UP, 1, 1, 1), N(FAILED, 100));
    expect(round_of(UNLIMITED, 100, (pol_rounding)(POL_ROUND_DOWN | 4), 1, 1, 1),
           N(UNLIMITED, 100));
    expect(round_of(199, 100, (pol_rounding)(POL_ROUND_DOWN | 4), 1, 100, 100), N(100, 100));
}

static example roundq_of(pol_i128 a, pol_i128 b, pol_i128 c, pol_rounding mode, pol_i128 i1,
                         pol_i128 i2, pol_i128 i3)
{
    example e = of(POL_OP_ROUNDQ);
    v(&e, N(a, 100));
    v(&e, N(b, 100));
    v(&e, N(c, 100));
    k(&e, mode);
    i(&e, i1);
    i(&e, i2);
    i(&e, i3);
    return e;
}

static void test_roundq(void **state)
{
    (void)state;
    /* 10.00 × 10.00 ÷ 3.00 = 33.33…, in fen */
    expect(roundq_of(1000, 1000, 300, POL_HALF_UP, 1, 1, 1), N(3333, 100));
    expect(roundq_of(1000, 1000, 300, POL_ROUND_UP, 1, 1, 1), N(3334, 100));
    expect(roundq_of(1000, 1000, -300, POL_ROUND_UP, 1, 1, 1), N(-3334, 100));
    expect(roundq_of(-1000, 1000, -300, POL_HALF_UP, 1, 1, 1), N(3333, 100));
    expect(roundq_of(1, 1, 2, POL_HALF_UP, 1, 1, 7), N(7, 100));
    expect(roundq_of(1, 1, 2, POL_HALF_EVEN, 1, 1, 7), N(0, 100));
    expect(roundq_of(3, 1, 2, POL_HALF_EVEN, 1, 1, 7), N(14, 100));
    expect(roundq_of(0, 5, 7, POL_ROUND_UP, 1, 1, 1), N(0, 100));
    expect(roundq_of(1000, 1000, 0, POL_HALF_UP, 1, 1, 1), N(FAILED, 100));
    expect(roundq_of(0, 0, 0, POL_HALF_UP, 1, 1, 1), N(FAILED, 100));
    /* 375 bits over 251 bits */
    expect(roundq_of(top(100), top(100), top(100), POL_ROUND_DOWN, POL_I128_MAX, POL_I128_MAX, 1),
           N(top(100), 100));
    expect(roundq_of(top(100), top(100), 1, POL_ROUND_DOWN, POL_I128_MAX, 1, 1), N(FAILED, 100));
    expect(roundq_of(top(100), 1, 1, POL_ROUND_DOWN, 1, 1, 2), N(FAILED, 100));
    expect(roundq_of(top(100), 1, 1, POL_ROUND_DOWN, 1, 1, POL_I128_MAX), N(FAILED, 100));
    expect(roundq_of(UNLIMITED, 1, 1, POL_ROUND_DOWN, 1, 1, 1), N(FAILED, 100));
    expect(roundq_of(1, 1, UNLIMITED, POL_ROUND_DOWN, 1, 1, 1), N(FAILED, 100));
}

/* What each comparison says of less, equal and greater. */
static const int k_truth[6][3] = {
    [POL_EQ] = { 0, 1, 0 }, [POL_NE] = { 1, 0, 1 }, [POL_GE] = { 0, 1, 1 },
    [POL_LE] = { 1, 1, 0 }, [POL_GT] = { 0, 0, 1 }, [POL_LT] = { 1, 0, 0 },
};

static void compare(value a, value b, int order)
{
    for (uint32_t op = POL_EQ; op <= POL_LT; op++) {
        with_small(POL_OP_CMP, a, b, op, B(k_truth[op][order + 1]));
        with_small(POL_OP_CMP, b, a, op, B(k_truth[op][1 - order]));
    }
}

static void test_cmp(void **state)
{
    (void)state;
    const pol_i128 most = pol_pow10(22);
    compare(N(1, 100), N(2, 100), -1);
    compare(N(50, 100), N(500000, 1000000), 0);
    compare(N(50, 100), N(500001, 1000000), -1);
    compare(N(-1, 3), N(-33333333, 100000000), -1);
    compare(N(top(most), most), N(top(1), 1), 1);
    compare(N(UNLIMITED, 100), N(top(1), 1), 1);
    compare(N(UNLIMITED, 100), N(UNLIMITED, 1), 0);
}

static example cmpq_of(pol_i128 a, pol_i128 b, pol_i128 c, pol_i128 d, uint32_t op, pol_i128 i1,
                       pol_i128 i2)
{
    example e = of(POL_OP_CMPQ);
    v(&e, N(a, 100));
    v(&e, N(b, 1));
    v(&e, N(c, 100));
    v(&e, N(d, 10));
    k(&e, op);
    i(&e, i1);
    i(&e, i2);
    return e;
}

static void test_cmpq(void **state)
{
    (void)state;
    for (uint32_t op = POL_EQ; op <= POL_LT; op++) {
        /* 10.00 ÷ 100.00 against 0.1: a/c × 10 against d */
        expect(cmpq_of(1000, 1, 10000, 1, op, 10, 1), B(k_truth[op][1]));
        expect(cmpq_of(1001, 1, 10000, 1, op, 10, 1), B(k_truth[op][2]));
        expect(cmpq_of(999, 1, 10000, 1, op, 10, 1), B(k_truth[op][0]));
        /* a negative divisor turns the sign */
        expect(cmpq_of(999, 1, -10000, -1, op, 10, 1), B(k_truth[op][2]));
        expect(cmpq_of(-1001, 1, -10000, 1, op, 10, 1), B(k_truth[op][2]));
        expect(cmpq_of(-1001, 1, 10000, 1, op, 10, 1), B(k_truth[op][0]));
        expect(cmpq_of(0, 5, -3, 0, op, 1, 1), B(k_truth[op][1]));
        expect(cmpq_of(1, 1, 1, UNLIMITED, op, 1, 1), B(k_truth[op][0]));
        /* beyond 256 bits: equal but for one unit */
        expect(cmpq_of(top(100), top(1), top(100), top(1), op, POL_I128_MAX, POL_I128_MAX),
               B(k_truth[op][1]));
        expect(cmpq_of(top(100), top(1), top(100), top(1), op, POL_I128_MAX, POL_I128_MAX - 1),
               B(k_truth[op][2]));
    }
    expect(cmpq_of(1, 1, 0, 1, POL_EQ, 1, 1), with(B(0), FAILED));
    expect(cmpq_of(1, 1, 0, UNLIMITED, POL_LT, 1, 1), with(B(0), FAILED));
    expect(cmpq_of(UNLIMITED, 1, 1, 1, POL_LT, 1, 1), with(B(0), FAILED));
}

static void test_unit_whole(void **state)
{
    (void)state;
    one(POL_OP_UNIT, N(0, 100), N(0, 100));
    one(POL_OP_UNIT, N(100, 100), N(100, 100));
    one(POL_OP_UNIT, N(101, 100), N(FAILED, 100));
    one(POL_OP_UNIT, N(-1, 100), N(FAILED, 100));
    one(POL_OP_UNIT, N(UNLIMITED, 100), N(FAILED, 100));
    one(POL_OP_WHOLE, N(-300, 100), N(-3, 1));
    one(POL_OP_WHOLE, N(-301, 100), N(FAILED, 1));
    one(POL_OP_WHOLE, N(UNLIMITED, 100), N(FAILED, 1));
}

/* ---- yes/no --------------------------------------------------------------------------------------------------------- */

static void test_logic(void **state)
{
    (void)state;
    const value no = B(0), yes = B(1), absent = with(B(0), ABSENT), failed = with(B(0), FAILED);
    const value all[4] = { no, yes, absent, failed };
    const value conjunction[4][4] = { { no, no, no, failed },
                                      { no, yes, absent, failed },
                                      { no, absent, absent, absent },
                                      { failed, failed, absent, failed } };
    const value disjunction[4][4] = { { no, yes, absent, failed },
                                      { yes, yes, yes, failed },
                                      { absent, yes, absent, absent },
                                      { failed, failed, absent, failed } };
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            two(POL_OP_AND, all[a], all[b], conjunction[a][b]);
            two(POL_OP_OR, all[a], all[b], disjunction[a][b]);
        }
    }
    one(POL_OP_NOT, no, yes);
    one(POL_OP_NOT, yes, no);
    for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 2; b++) {
            with_small(POL_OP_EQB, B(a), B(b), POL_EQ, B(a == b));
            with_small(POL_OP_EQB, B(a), B(b), POL_NE, B(a != b));
        }
    }
}

static value schedule(pol_i128 den, pol_i128 den2, pol_i128 low, unsigned count,
                      const pol_i128 *pairs)
{
    return (value){ .class_ = POL_C_TIERS,
                    .den = den,
                    .den2 = den2,
                    .tiers = as_tiers(&g_arena, low, count, pairs) };
}
#define SCHEDULE(den, den2, low, ...)                                                              \
    schedule((den), (den2), (low), sizeof((pol_i128[]){ __VA_ARGS__ }) / sizeof(pol_i128) / 2,     \
             (pol_i128[]){ __VA_ARGS__ })

static void test_has(void **state)
{
    (void)state;
    const value samples[] = { N(0, 100),     B(0), C(0),
                              D(2024, 1, 1), S(1), SCHEDULE(100, 100, 0, UNLIMITED, 50) };
    for (unsigned n = 0; n < 6; n++) {
        const pol_opcode op = (pol_opcode)(POL_OP_HASN + n);
        one(op, samples[n], B(1));
        one(op, with(samples[n], ABSENT), B(0));
        if (samples[n].class_ != POL_C_SET)
            one(op, with(samples[n], FAILED), with(B(0), FAILED));
    }
    one(POL_OP_HASN, N(UNLIMITED, 100), B(1));
}

/* ---- codes, sets, dates ------------------------------------------------------------------------------------------------ */

static void test_codes_and_sets(void **state)
{
    (void)state;
    with_small(POL_OP_EQC, C(3), C(3), POL_EQ, B(1));
    with_small(POL_OP_EQC, C(3), C(4), POL_EQ, B(0));
    with_small(POL_OP_EQC, C(3), C(4), POL_NE, B(1));
    with_small(POL_OP_EQC, C(3), C(3), POL_NE, B(0));
    static uint8_t member[] = { 0, 1, 0, 1 };
    g_members = (pol_members){ .count = 4, .member = member };
    for (int code = -1; code < 6; code++) {
        example e = of(POL_OP_MEMBER);
        v(&e, C(code));
        e.args[e.count++] = (arg){ .kind = A_SET };
        expect(e, B(code == 1 || code == 3));
    }
    example e = of(POL_OP_ANYOF);
    v(&e, S(UINT64_C(1) << 63 | 2));
    i(&e, (pol_i128)(UINT64_C(1) << 63));
    expect(e, B(1));
    e.args[1].i = 5;
    expect(e, B(0));
    e.args[1].i = 0;
    expect(e, B(0));
    one(POL_OP_FIRST, S(12), C(2));
    one(POL_OP_FIRST, S(UINT64_C(1) << 63), C(63));
}

static void test_dates(void **state)
{
    (void)state;
    for (uint32_t op = POL_EQ; op <= POL_LT; op++) {
        with_small(POL_OP_CMPD, D(2024, 2, 29), D(2024, 3, 1), op, B(k_truth[op][0]));
        with_small(POL_OP_CMPD, D(2024, 2, 29), D(2024, 2, 29), op, B(k_truth[op][1]));
        with_small(POL_OP_CMPD, D(2024, 3, 1), D(1924, 3, 1), op, B(k_truth[op][2]));
    }
    two(POL_OP_DIFFD, D(2024, 3, 1), D(2024, 2, 28), N(2, 1));
    two(POL_OP_DIFFD, D(1900, 1, 1), D(2199, 12, 31), N(-109572, 1));
    two(POL_OP_ADDD, D(2024, 2, 28), N(200, 100), D(2024, 3, 1));
    two(POL_OP_ADDD, D(2024, 2, 28), N(-1, 1), D(2024, 2, 27));
    two(POL_OP_ADDD, D(2024, 2, 28), N(150, 100), with(D(2024, 1, 1), FAILED));
    two(POL_OP_ADDD, D(2199, 12, 30), N(1, 1), D(2199, 12, 31));
    two(POL_OP_ADDD, D(2199, 12, 31), N(1, 1), with(D(2024, 1, 1), FAILED));
    two(POL_OP_ADDD, D(2199, 12, 31), N(top(1), 1), with(D(2024, 1, 1), FAILED));
    two(POL_OP_ADDD, D(2199, 12, 31), N(UNLIMITED, 1), with(D(2024, 1, 1), FAILED));
    two(POL_OP_SUBD, D(2024, 3, 1), N(1, 1), D(2024, 2, 29));
    two(POL_OP_SUBD, D(1900, 1, 1), N(1, 1), with(D(2024, 1, 1), FAILED));
    two(POL_OP_SUBD, D(1900, 1, 1), N(-top(1), 1), with(D(2024, 1, 1), FAILED));
    two(POL_OP_MIND, D(2024, 3, 1), D(2024, 2, 29), D(2024, 2, 29));
    two(POL_OP_MAXD, D(2024, 3, 1), D(2024, 2, 29), D(2024, 3, 1));
    two(POL_OP_AGE, D(2000, 2, 29), D(2023, 2, 28), N(22, 1));
    two(POL_OP_AGE, D(2000, 2, 29), D(2023, 3, 1), N(23, 1));
    two(POL_OP_AGE, D(2024, 1, 1), D(2023, 3, 1), N(0, 1));
}

static void deadline(value from, uint32_t month, uint32_t day, value expected)
{
    example e = of(POL_OP_DEADLINE);
    v(&e, from);
    k(&e, month);
    k(&e, day);
    expect(e, expected);
}

static void test_calendar(void **state)
{
    (void)state;
    deadline(D(2024, 12, 20), 12, 20, D(2024, 12, 20));
    deadline(D(2024, 12, 21), 12, 20, D(2025, 12, 20));
    deadline(D(2199, 12, 21), 12, 20, with(D(2024, 1, 1), FAILED));
    with_small(POL_OP_MONTHS, D(2024, 1, 31), N(1, 1), 0, D(2024, 2, 29));
    with_small(POL_OP_MONTHS, D(2024, 1, 31), N(1, 1), 1, D(2024, 3, 1));
    with_small(POL_OP_MONTHS, D(2024, 1, 31), N(-200, 100), 0, D(2023, 11, 30));
    with_small(POL_OP_MONTHS, D(2024, 1, 31), N(1, 2), 0, with(D(2024, 1, 1), FAILED));
    with_small(POL_OP_MONTHS, D(2024, 1, 31), N(top(1), 1), 0, with(D(2024, 1, 1), FAILED));
    with_small(POL_OP_MONTHS, D(2199, 12, 1), N(1, 1), 0, with(D(2024, 1, 1), FAILED));
    const int parts[3] = { 2024, 2, 29 };
    for (uint32_t part = 0; part < 3; part++) {
        example e = of(POL_OP_PART);
        v(&e, D(2024, 2, 29));
        k(&e, part);
        expect(e, N(parts[part], 1));
    }
}

/* ---- choice ------------------------------------------------------------------------------------------------------------------ */

static value sample(pol_class class_, int which)
{
    switch (class_) {
    case POL_C_NUM: return N(100 + which, 100);
    case POL_C_BOOL: return B(which & 1);
    case POL_C_CODE: return C(7 + which);
    case POL_C_DATE: return D(2024, 1, 1 + which);
    case POL_C_SET: return S(1 + (unsigned)which);
    case POL_C_TIERS: return SCHEDULE(100, 1000, 0, UNLIMITED, 500 + which);
    case POL_CLASS_COUNT: break;
    }
    return B(0);
}

static void test_select(void **state)
{
    (void)state;
    const pol_opcode ops[] = { POL_OP_SELN, POL_OP_SELB, POL_OP_SELC, POL_OP_SELD, POL_OP_SELT };
    const pol_class classes[] = { POL_C_NUM, POL_C_BOOL, POL_C_CODE, POL_C_DATE, POL_C_TIERS };
    for (unsigned n = 0; n < 5; n++) {
        const value a = sample(classes[n], 0), b = sample(classes[n], 1);
        const value choices[] = { a, b, with(a, ABSENT), with(a, FAILED) };
        for (unsigned x = 0; x < 4; x++) {
            for (unsigned y = 0; y < 4; y++) {
                example e = of(ops[n]);
                v(&e, B(1));
                v(&e, choices[x]);
                v(&e, choices[y]);
                expect(e, choices[x]);
                e.args[0].v = B(0);
                expect(e, choices[y]);
                e.args[0].v = with(B(0), ABSENT);
                expect(e, with(a, ABSENT));
                e.args[0].v = with(B(0), FAILED);
                expect(e, with(a, FAILED));
            }
        }
    }
    example e = of(POL_OP_SELN);
    v(&e, B(1));
    v(&e, N(UNLIMITED, 100));
    v(&e, N(1, 100));
    expect(e, N(UNLIMITED, 100));
}

static void test_pick(void **state)
{
    (void)state;
    const pol_opcode ops[] = { POL_OP_PICKN, POL_OP_PICKB, POL_OP_PICKC, POL_OP_PICKD,
                               POL_OP_PICKT };
    const pol_class classes[] = { POL_C_NUM, POL_C_BOOL, POL_C_CODE, POL_C_DATE, POL_C_TIERS };
    for (unsigned n = 0; n < 5; n++) {
        const value a = sample(classes[n], 0);
        const value items[] = { a, sample(classes[n], 1), with(a, ABSENT), with(a, FAILED) };
        example e = of(ops[n]);
        v(&e, C(0));
        LIST(&e, items[0], items[1], items[2], items[3]);
        for (int c = 0; c < 4; c++) {
            e.args[0].v = C(c);
            expect(e, items[c]);
        }
        e.args[0].v = C(4);
        expect(e, with(a, FAILED));
        e.args[0].v = C(-1);
        expect(e, with(a, FAILED));
        e.args[0].v = with(C(0), ABSENT);
        expect(e, with(a, ABSENT));
        e.args[0].v = with(C(0), FAILED);
        expect(e, with(a, FAILED));
    }
    example e = of(POL_OP_PICKN);
    v(&e, C(1));
    LIST(&e, N(1, 100), N(UNLIMITED, 100));
    expect(e, N(UNLIMITED, 100));
}

static void test_also_only(void **state)
{
    (void)state;
    two(POL_OP_ALSON, N(5, 100), N(7, 3), N(5, 100));
    two(POL_OP_ALSON, N(UNLIMITED, 100), N(UNLIMITED, 3), N(UNLIMITED, 100));
    example e = of(POL_OP_ONLY);
    LIST(&e, B(0), B(0), B(1));
    expect(e, C(2));
    e.args[0].list[0] = B(1);
    expect(e, with(C(0), FAILED));
    e.args[0].list[0] = e.args[0].list[2] = B(0);
    expect(e, with(C(0), FAILED));
    e.args[0].list[1] = with(B(0), ABSENT);
    expect(e, with(C(0), ABSENT));
    e.args[0].list[2] = with(B(0), FAILED);
    expect(e, with(C(0), ABSENT));
    e.args[0].list[1] = B(1);
    expect(e, with(C(0), FAILED));
}

static void row(value a, value b, value c, value d, value expected)
{
    example e = of(POL_OP_ROW);
    e.args[e.count++] = (arg){ .kind = A_TABLE };
    LIST(&e, a, b, c, d);
    expect(e, expected);
}

/* Columns yes/no × code × number × date; the row is the cell's number but for one hole. */
static void test_table(void **state)
{
    (void)state;
    static uint16_t of_bool[] = { 1, 0 }, of_code[] = { 0, 2 }, of_number[] = { 0, 1, 1, 2, 0 };
    static uint16_t of_date[] = { 0, 1, 1 };
    static pol_i128 numbers[] = { 1000, 2000 }, dates[1];
    dates[0] = pol_date_of(2024, 5, 1);
    static pol_table_column columns[4];
    columns[0] = (pol_table_column){ .class_ = POL_C_BOOL, .class_of = of_bool, .class_count = 2 };
    columns[1] = (pol_table_column){ .class_ = POL_C_CODE,
                                     .code_count = 2,
                                     .class_of = of_code,
                                     .other_class = 1,
                                     .class_count = 3 };
    columns[2] = (pol_table_column){ .class_ = POL_C_NUM,
                                     .class_of = of_number,
                                     .bound_count = 2,
                                     .bounds = numbers,
                                     .den = 1000,
                                     .class_count = 3 };
    columns[3] = (pol_table_column){ .class_ = POL_C_DATE,
                                     .class_of = of_date,
                                     .bound_count = 1,
                                     .bounds = dates,
                                     .class_count = 2 };
    static uint16_t cells[36];
    for (uint16_t n = 0; n < 36; n++)
        cells[n] = n;
    cells[35] = UINT16_MAX;
    g_table = (pol_table){
        .column_count = 4, .columns = columns, .row_count = 35, .cell_count = 36, .cells = cells
    };
    const value early = D(2024, 4, 30), on = D(2024, 5, 1), late = D(2024, 5, 2);
    /* classes: bool × 18 + code × 6 + number × 2 + date */
    row(B(1), C(0), N(999, 1000), early, C(0));
    row(B(1), C(0), N(1000, 1000), on, C(3));
    row(B(1), C(0), N(1, 1), late, C(3));
    row(B(0), C(0), N(150, 100), early, C(18 + 2));
    row(B(0), C(1), N(2, 1), early, C(18 + 12 + 4));
    row(B(0), C(1), N(2, 1), on, with(C(0), FAILED));
    row(B(0), C(1), N(2001, 1000), on, C(18 + 12 + 1));
    row(B(1), C(2), N(-5, 3), early, C(6));
    row(B(1), C(-1), N(-5, 3), early, C(6));
    row(B(1), C(9999), N(top(1), 1), late, C(7));
    row(B(1), C(0), N(UNLIMITED, 100), late, with(C(0), FAILED));
    row(with(B(0), FAILED), C(0), with(N(0, 1), ABSENT), late, with(C(0), ABSENT));
}

/* ---- schedules ------------------------------------------------------------------------------------------------------------------- */

static void test_tmake(void **state)
{
    (void)state;
    example e = of(POL_OP_TMAKE);
    LIST(&e, N(0, 100), N(500, 100), N(60, 1000), N(UNLIMITED, 100), N(70, 1000));
    k(&e, 3);
    const value expected = SCHEDULE(100, 1000, 0, 500, 60, UNLIMITED, 70);
    expect(e, expected);
    e.args[1].k = 0; /* every bound to the slice below */
    value other = expected;
    pol_tiers *tiers = as_copy(&g_arena, expected.tiers, 1, sizeof *tiers);
    tiers->low_in_first = tiers->tiers[0].upper_in_next = false;
    other.tiers = tiers;
    expect(e, other);
    e.args[0].list[1] = N(0, 100); /* does not ascend */
    expect(e, with(expected, FAILED));
    e.args[0].list[1] = N(UNLIMITED, 100);
    expect(e, with(expected, FAILED));
    e.args[0].list[1] = N(500, 100);
    e.args[0].list[0] = N(UNLIMITED, 100);
    expect(e, with(expected, FAILED));
    e.args[0].list[0] = N(0, 100);
    e.args[0].list[2] = N(UNLIMITED, 1000);
    expect(e, with(expected, FAILED));
    e.args[0].list[2] = N(60, 1000);
    e.args[0].list[3] = N(500, 100);
    expect(e, with(expected, FAILED));
}

/* The longest schedule: 32 slices; the flag of its last bound does not exist. */
static void test_tmake_longest(void **state)
{
    (void)state;
    value items[65];
    pol_i128 pairs[64];
    items[0] = N(0, 100);
    for (int n = 0; n < 32; n++) {
        items[2 * n + 1] = N(n + 1, 100);
        items[2 * n + 2] = N(n, 1000);
        pairs[2 * n] = n + 1;
        pairs[2 * n + 1] = n;
    }
    example e = of(POL_OP_TMAKE);
    list(&e, 65, items);
    k(&e, UINT32_MAX);
    value expected = schedule(100, 1000, 0, 32, pairs);
    pol_tiers *tiers = as_copy(&g_arena, expected.tiers, 1, sizeof *tiers);
    tiers->tiers[31].upper_in_next = false;
    expected.tiers = tiers;
    expect(e, expected);
}

static void test_tnum(void **state)
{
    (void)state;
    const value t = SCHEDULE(100, 100, 0, 500, 60, UNLIMITED, 80);
    const pol_i128 number = 70;
    const pol_i128 expected[6][2] = { { 130, 150 },   { -10, 10 }, { 10, -10 },
                                      { 4200, 5600 }, { 60, 70 },  { 70, 80 } };
    for (uint32_t op = 0; op < 6; op++) {
        const value result = SCHEDULE(100, op == 3 ? 10000 : 100, 0, 500, expected[op][0],
                                      UNLIMITED, expected[op][1]);
        with_small(POL_OP_TNUM, t, N(number, 100), op, result);
    }
    const value steep = SCHEDULE(100, 100, 0, UNLIMITED, top(100));
    with_small(POL_OP_TNUM, steep, N(1, 100), 0, with(steep, FAILED));
    with_small(POL_OP_TNUM, steep, N(-1, 100), 1, with(steep, FAILED));
    with_small(POL_OP_TNUM, steep, N(-1, 100), 2, with(steep, FAILED));
    with_small(POL_OP_TNUM, steep, N(2, 1), 3, with(steep, FAILED));
    with_small(POL_OP_TNUM, steep, N(UNLIMITED, 100), 4, with(steep, FAILED));
}

static void test_tvalid(void **state)
{
    (void)state;
    const value good = SCHEDULE(100, 100, 0, 500, 0, UNLIMITED, 100);
    const value above = SCHEDULE(100, 100, 0, 500, 0, UNLIMITED, 101);
    const value below = SCHEDULE(100, 100, 0, 500, -1, UNLIMITED, 100);
    one(POL_OP_TVALID, good, good);
    one(POL_OP_TVALID, above, with(good, FAILED));
    one(POL_OP_TVALID, below, with(good, FAILED));
    const value t = SCHEDULE(1, 1000, 0, 5, 300, 9, -7, UNLIMITED, 40);
    one(POL_OP_TLEAST, t, N(-7, 1000));
    one(POL_OP_TMOST, t, N(300, 1000));
}

static void tsum(value t, value from, value to, value expected)
{
    example e = of(POL_OP_TSUM);
    v(&e, t);
    v(&e, from);
    v(&e, to);
    expect(e, expected);
}

static void test_tsum(void **state)
{
    (void)state;
    /* [1000, 10000) 70 %, [10000, unlimited) 85 %, bounds in yuan, amounts in fen */
    const value t = SCHEDULE(1, 100, 1000, 10000, 70, UNLIMITED, 85);
    tsum(t, N(0, 100), N(500000, 100), N((500000 - 100000) * 70, 10000));
    tsum(t, N(0, 100), N(1500000, 100), N(900000 * 70 + 500000 * 85, 10000));
    tsum(t, N(950000, 100), N(1050001, 100), N(50000 * 70 + 50001 * 85, 10000));
    tsum(t, N(2000000, 100), N(2000100, 100), N(100 * 85, 10000));
    tsum(t, N(0, 100), N(100000, 100), N(0, 10000));
    tsum(t, N(500000, 100), N(200000, 100), N(0, 10000));
    tsum(t, N(-500000, 100), N(-1, 100), N(0, 10000));
    tsum(t, N(0, 100), N(UNLIMITED, 100), N(FAILED, 10000));
    const value closed = SCHEDULE(1, 100, 0, 10, 50);
    tsum(closed, N(0, 100), N(99999, 100), N(1000 * 50, 10000));
    tsum(closed, N(2000, 100), N(99999, 100), N(0, 10000));
    /* ratios beyond all measure: the sum leaves the range, the product even 128 bits */
    const value steep = SCHEDULE(1, 1, 0, UNLIMITED, 2);
    tsum(steep, N(0, 1), N(top(1), 1), N(FAILED, 1));
    const pol_i128 den = pol_pow10(11);
    const value steeper = SCHEDULE(1, den, 0, UNLIMITED, top(den));
    tsum(steeper, N(0, den), N(top(den), den), N(FAILED, den * den));
}

static void test_trate(void **state)
{
    (void)state;
    value t = SCHEDULE(1, 100, 10, 20, 70, 30, 85);
    const pol_i128 points[] = { 999, 1000, 1999, 2000, 2999, 3000, 3001 };
    const int expected[] = { 0, 70, 70, 85, 85, 0, 0 };
    for (int n = 0; n < 7; n++)
        two(POL_OP_TRATE, t, N(points[n], 100), N(expected[n], 100));
    pol_tiers *tiers = as_copy(&g_arena, t.tiers, 1, sizeof *tiers);
    tiers->low_in_first = tiers->tiers[0].upper_in_next = tiers->tiers[1].upper_in_next = false;
    t.tiers = tiers;
    const int below[] = { 0, 0, 70, 70, 85, 85, 0 };
    for (int n = 0; n < 7; n++)
        two(POL_OP_TRATE, t, N(points[n], 100), N(below[n], 100));
    two(POL_OP_TRATE, SCHEDULE(1, 100, 10, UNLIMITED, 70), N(top(1), 1), N(70, 100));
    two(POL_OP_TRATE, t, N(UNLIMITED, 100), N(FAILED, 100));
}

/* ---- payers -------------------------------------------------------------------------------------------------------------------------- */

static void tail(pol_i128 amount, value condition, pol_i128 cap, pol_i128 remaining, pol_i128 paid,
                 pol_i128 rest)
{
    example e = of(POL_OP_TAIL);
    v(&e, N(amount, 10000));
    v(&e, condition);
    v(&e, N(cap, 100));
    v(&e, N(remaining, 100));
    k(&e, POL_HALF_UP);
    i(&e, 1);
    i(&e, 100);
    i(&e, 1);
    e.expected[0] = N(paid, 100);
    e.expected[1] = N(rest, 100);
    expect_outcome(&e, "value");
}

static void test_tail(void **state)
{
    (void)state;
    const value yes = B(1), no = B(0);
    tail(12350, yes, UNLIMITED, 1000, 124, 876);
    tail(12349, yes, 5000, 1000, 123, 877);
    tail(12350, yes, 100, 1000, 100, 900);
    tail(12350, yes, 1000, 50, 50, 0);
    tail(12350, yes, 0, 1000, 0, 1000);
    tail(12350, yes, -5, 1000, 0, 1000);
    tail(-12350, yes, UNLIMITED, 1000, 0, 1000);
    tail(12350, yes, 1000, -7, 0, -7);
    tail(12350, no, 1000, 1000, 0, 1000);
    tail(ABSENT, no, FAILED, 1000, 0, 1000);
    tail(12350, no, 1000, ABSENT, 0, ABSENT);
    tail(12350, no, 1000, FAILED, 0, FAILED);
    tail(12350, no, 1000, UNLIMITED, 0, FAILED);
    tail(ABSENT, yes, 1000, 1000, ABSENT, ABSENT);
    tail(FAILED, yes, 1000, 1000, FAILED, FAILED);
    tail(FAILED, yes, ABSENT, 1000, ABSENT, ABSENT);
    tail(12350, yes, FAILED, 1000, FAILED, FAILED);
    tail(12350, yes, 1000, ABSENT, ABSENT, ABSENT);
    tail(12350, yes, 1000, FAILED, FAILED, FAILED);
    tail(UNLIMITED, yes, 1000, 1000, FAILED, FAILED);
    tail(12350, yes, 1000, UNLIMITED, FAILED, FAILED);
    tail(12350, with(no, ABSENT), 1000, 1000, ABSENT, ABSENT);
    tail(12350, with(no, FAILED), 1000, ABSENT, FAILED, FAILED);
    tail(top(10000), yes, UNLIMITED, top(100), FAILED, FAILED);
    tail(top(10000) - 50, yes, UNLIMITED, top(100), top(100), 0);
}

/* ---- what is needed and checked ---------------------------------------------------------------------------------------------------------- */

static void need(pol_opcode op, value a, value gate, pol_limit limit, pol_fault fault)
{
    example e = of(op);
    v(&e, a);
    v(&e, gate);
    sink(&e, limit);
    e.fault = fault;
    expect_outcome(&e, "fault");
}

static void needn(pol_i128 number, pol_i128 den, pol_limit limit, pol_fault fault)
{
    need(POL_OP_NEEDN, N(number, den), B(1), limit, fault);
    need(POL_OP_NEEDN, N(number, den), B(0), limit, POL_FAULT_NONE);
    need(POL_OP_NEEDN, N(number, den), with(B(0), ABSENT), limit, POL_FAULT_NONE);
    need(POL_OP_NEEDN, N(number, den), with(B(0), FAILED), limit, POL_FAULT_NONE);
}

static void test_needn(void **state)
{
    (void)state;
    const pol_i128 yuan = pol_pow10(13), billion = 1000000000;
    static const pol_fault k_absent[] = { POL_FAULT_ABSENT, POL_FAULT_NONE,   POL_FAULT_ABSENT,
                                          POL_FAULT_NONE,   POL_FAULT_ABSENT, POL_FAULT_NONE };
    for (int limit = POL_LIMIT_NONE; limit <= POL_LIMIT_NUMBER; limit++) {
        needn(0, 100, (pol_limit)limit, POL_FAULT_NONE);
        needn(ABSENT, 100, (pol_limit)limit, k_absent[limit]);
        needn(FAILED, 100, (pol_limit)limit, POL_FAULT_FAILED);
        needn(UNLIMITED, 100, (pol_limit)limit,
              limit <= POL_LIMIT_OPTIONAL ? POL_FAULT_NONE : POL_FAULT_FAILED);
        needn(top(100), 100, (pol_limit)limit,
              limit <= POL_LIMIT_OPTIONAL ? POL_FAULT_NONE : POL_FAULT_FAILED);
    }
    needn(yuan * 100, 100, POL_LIMIT_AMOUNT, POL_FAULT_NONE);
    needn(yuan * 100 + 1, 100, POL_LIMIT_AMOUNT, POL_FAULT_FAILED);
    needn(-1, 100, POL_LIMIT_AMOUNT, POL_FAULT_FAILED);
    needn(-yuan * 10000, 10000, POL_LIMIT_SIGNED, POL_FAULT_NONE);
    needn(-yuan * 10000 - 1, 10000, POL_LIMIT_SIGNED, POL_FAULT_FAILED);
    needn((billion - 1) * 10, 10, POL_LIMIT_INTEGER, POL_FAULT_NONE);
    needn(-(billion - 1) * 10, 10, POL_LIMIT_INTEGER, POL_FAULT_NONE);
    needn(billion * 10, 10, POL_LIMIT_INTEGER, POL_FAULT_FAILED);
    needn(15, 10, POL_LIMIT_INTEGER, POL_FAULT_FAILED);
    needn(billion * 10, 10, POL_LIMIT_NUMBER, POL_FAULT_NONE);
    needn(-billion * 10 - 1, 10, POL_LIMIT_NUMBER, POL_FAULT_FAILED);
}

static void test_need_other(void **state)
{
    (void)state;
    const pol_opcode ops[] = { POL_OP_NEEDB, POL_OP_NEEDC, POL_OP_NEEDD };
    const value samples[] = { B(0), C(5), D(2024, 1, 1) };
    for (int n = 0; n < 3; n++) {
        need(ops[n], samples[n], B(1), POL_LIMIT_NONE, POL_FAULT_NONE);
        need(ops[n], with(samples[n], ABSENT), B(1), POL_LIMIT_NONE, POL_FAULT_ABSENT);
        need(ops[n], with(samples[n], ABSENT), B(1), POL_LIMIT_OPTIONAL, POL_FAULT_NONE);
        need(ops[n], with(samples[n], FAILED), B(1), POL_LIMIT_OPTIONAL, POL_FAULT_FAILED);
        need(ops[n], with(samples[n], FAILED), B(0), POL_LIMIT_NONE, POL_FAULT_NONE);
        need(ops[n], with(samples[n], ABSENT), with(B(0), ABSENT), POL_LIMIT_NONE, POL_FAULT_NONE);
    }
}

static void test_check(void **state)
{
    (void)state;
    const value values[] = { B(0), B(1), with(B(0), ABSENT), with(B(0), FAILED) };
    const pol_fault faults[] = { POL_FAULT_CHECK, POL_FAULT_NONE, POL_FAULT_NONE,
                                 POL_FAULT_FAILED };
    for (int n = 0; n < 4; n++) {
        example e = of(POL_OP_CHECK);
        v(&e, values[n]);
        sink(&e, POL_LIMIT_NONE);
        e.fault = faults[n];
        expect_outcome(&e, "fault");
    }
}

/* ---- every row of the table ------------------------------------------------------------------------------------------------------------------ */

/* Opcodes whose treatment of lost arguments is their own and stands in the tests above. */
static bool has_own_rule(pol_opcode op)
{
    switch (op) {
    case POL_OP_AND:
    case POL_OP_OR:
    case POL_OP_HASN:
    case POL_OP_HASB:
    case POL_OP_HASC:
    case POL_OP_HASD:
    case POL_OP_HASS:
    case POL_OP_HAST:
    case POL_OP_SELN:
    case POL_OP_SELB:
    case POL_OP_SELC:
    case POL_OP_SELD:
    case POL_OP_SELT:
    case POL_OP_PICKN:
    case POL_OP_PICKB:
    case POL_OP_PICKC:
    case POL_OP_PICKD:
    case POL_OP_PICKT:
    case POL_OP_TAIL:
    case POL_OP_NEEDN:
    case POL_OP_NEEDB:
    case POL_OP_NEEDC:
    case POL_OP_NEEDD:
    case POL_OP_CHECK: return true;
    default: return false;
    }
}

static value sample_of_letter(char letter)
{
    switch (letter) {
    case 'N':
    case '*':
    case 'y': return N(50, 100);
    case 'B': return B(1);
    case 'C': return C(1);
    case 'D': return D(2024, 5, 6);
    case 'S': return S(6);
    default: return SCHEDULE(100, 100, 0, 500, 20, UNLIMITED, 70);
    }
}

/* A valid instruction of this opcode, made from its signature. */
static example example_of(pol_opcode op)
{
    example e = of(op);
    const char *signature = pol_op_signature(op);
    for (const char *letter = strchr(signature, '=') + 1; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'k': k(&e, op == POL_OP_DEADLINE ? 5 : 0); break;
        case 'i': i(&e, 1); break;
        case 't': e.args[e.count++] = (arg){ .kind = A_TABLE }; break;
        case 'm': e.args[e.count++] = (arg){ .kind = A_SET }; break;
        case 's': sink(&e, POL_LIMIT_NONE); break;
        case 'l': LIST(&e, B(0), B(1)); break;
        case 'u': LIST(&e, B(1), C(0), N(50, 100), D(2024, 5, 6)); break;
        case 'y': LIST(&e, N(0, 100), N(50, 100), N(20, 100), N(90, 100), N(30, 100)); break;
        case 'L': break;
        default: v(&e, sample_of_letter(*letter)); break;
        }
    }
    e.expected[0] = sample_of_letter(signature[0]);
    if (op == POL_OP_MUL || op == POL_OP_TSUM)
        e.expected[0].den = 10000;
    if (op == POL_OP_WHOLE || op == POL_OP_DIFFD || op == POL_OP_AGE || op == POL_OP_PART)
        e.expected[0].den = 1;
    return e;
}

/* Runs the example with one of its arguments lost. */
static void lose(const example *e, value *argument, pol_i128 sentinel)
{
    const value kept = *argument;
    if (argument->class_ == POL_C_SET && sentinel == FAILED)
        return;
    *argument = with(*argument, sentinel);
    const outcome out = run(e);
    must_equal(e, sentinel == ABSENT ? "absent argument" : "failed argument", out.results[0],
               with(out.results[0], sentinel));
    if (sentinel == ABSENT)
        g_absent[e->op]++;
    else
        g_failed[e->op]++;
    *argument = kept;
}

static void test_losses(void **state)
{
    (void)state;
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        if (has_own_rule((pol_opcode)op))
            continue;
        example e = example_of((pol_opcode)op);
        for (unsigned n = 0; n < e.count; n++) {
            arg *a = &e.args[n];
            const unsigned count = a->kind == A_VALUE ? 1 : a->kind == A_LIST ? a->count : 0;
            for (unsigned j = 0; j < count; j++) {
                value *argument = a->kind == A_VALUE ? &a->v : &a->list[j];
                lose(&e, argument, ABSENT);
                lose(&e, argument, FAILED);
            }
        }
    }
}

/* Whether an opcode lets argument n be unlimited; choices, NEED and HAS are tried above. */
static bool takes_unlimited(pol_opcode op, unsigned n)
{
    switch (op) {
    case POL_OP_SUB: return n == 0;
    case POL_OP_SCALE:
    case POL_OP_MIN:
    case POL_OP_MAX:
    case POL_OP_EXCESS:
    case POL_OP_CMP:
    case POL_OP_ALSON: return true;
    case POL_OP_CMPQ: return n == 3;
    default: return has_own_rule(op);
    }
}

static void test_unlimited(void **state)
{
    (void)state;
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        example e = example_of((pol_opcode)op);
        for (unsigned n = 0; n < e.count; n++) {
            const value kept = e.args[n].v;
            if (e.args[n].kind != A_VALUE || kept.class_ != POL_C_NUM ||
                takes_unlimited((pol_opcode)op, n))
                continue;
            e.args[n].v = with(kept, UNLIMITED);
            const outcome out = run(&e);
            must_equal(&e, "unlimited argument", out.results[0], with(out.results[0], FAILED));
            e.args[n].v = kept;
        }
    }
}

static void test_every_opcode_ran(void **state)
{
    (void)state;
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        if (g_runs[op] == 0)
            fail_msg("%s was never executed", pol_op_mnemonic((pol_opcode)op));
        if (has_own_rule((pol_opcode)op))
            continue;
        const bool sets_only = op == POL_OP_ANYOF || op == POL_OP_FIRST; /* sets cannot fail */
        if (g_absent[op] == 0 || (g_failed[op] == 0 && !sets_only))
            fail_msg("%s never lost an argument", pol_op_mnemonic((pol_opcode)op));
    }
}

static void test_table_is_complete(void **state)
{
    (void)state;
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        assert_true(strlen(pol_op_mnemonic((pol_opcode)op)) <= 8);
        assert_non_null(strchr("spr-", pol_op_denominators((pol_opcode)op)));
        assert_true(strlen(pol_op_text((pol_opcode)op, POL_EN)) > 0);
        assert_true(strlen(pol_op_text((pol_opcode)op, POL_ZH)) > 0);
        for (unsigned other = 0; other < op; other++)
            assert_string_not_equal(pol_op_mnemonic((pol_opcode)op),
                                    pol_op_mnemonic((pol_opcode)other));
    }
}

static int start(void **state)
{
    (void)state;
    pol_arena_init(&g_arena, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    pol_arena_reset(&g_arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_sub),
        cmocka_unit_test(test_mul),
        cmocka_unit_test(test_min_max_excess),
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_roundq),
        cmocka_unit_test(test_cmp),
        cmocka_unit_test(test_cmpq),
        cmocka_unit_test(test_unit_whole),
        cmocka_unit_test(test_logic),
        cmocka_unit_test(test_has),
        cmocka_unit_test(test_codes_and_sets),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_pick),
        cmocka_unit_test(test_also_only),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_tmake),
        cmocka_unit_test(test_tmake_longest),
        cmocka_unit_test(test_tnum),
        cmocka_unit_test(test_tvalid),
        cmocka_unit_test(test_tsum),
        cmocka_unit_test(test_trate),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_needn),
        cmocka_unit_test(test_need_other),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_unlimited),
        cmocka_unit_test(test_every_opcode_ran),
        cmocka_unit_test(test_table_is_complete),
    };
    return cmocka_run_group_tests_name("vm_ops", tests, start, end);
}
