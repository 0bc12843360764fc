/* Random programs of all opcodes: the verifier accepts them, a block gives what single claims give, and
 * nothing depends on what ran before. The reference for quotients and schedules is slow and obvious. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/kernels.h"
#include "interp/wide.h"

#include "random_program.h"

#define ROWS 37

static assembly g_as;

static bool same_schedule(const pol_block *a, uint32_t x, const pol_block *b, uint32_t y)
{
    if (x >= POL_TIERS_FAILED || y >= POL_TIERS_FAILED)
        return x == y;
    const pol_tiers *s = &a->tiers.items[x], *t = &b->tiers.items[y];
    bool same = s->count == t->count && s->low == t->low && s->low_in_first == t->low_in_first;
    for (uint32_t i = 0; same && i < s->count; i++)
        same = s->tiers[i].upper == t->tiers[i].upper && s->tiers[i].ratio == t->tiers[i].ratio &&
               s->tiers[i].upper_in_next == t->tiers[i].upper_in_next;
    return same;
}

/* Whether a register has the same element in row x of one block and row y of another. */
static bool same_element(const pol_block *a, uint32_t x, const pol_block *b, uint32_t y,
                         uint32_t reg)
{
    switch ((pol_class)a->code->registers[reg].class_) {
    case POL_C_NUM: return pol_col_num(a, reg)[x] == pol_col_num(b, reg)[y];
    case POL_C_BOOL: return pol_col_bool(a, reg)[x] == pol_col_bool(b, reg)[y];
    case POL_C_CODE:
    case POL_C_DATE: return pol_col_code(a, reg)[x] == pol_col_code(b, reg)[y];
    case POL_C_SET: return pol_col_set(a, reg)[x] == pol_col_set(b, reg)[y];
    case POL_C_TIERS:
        return same_schedule(a, pol_col_tiers(a, reg)[x], b, pol_col_tiers(b, reg)[y]);
    case POL_CLASS_COUNT: break;
    }
    return false;
}

/* Every number a run leaves behind is a sentinel or in range. */
static void check_ranges(const pol_block *block, uint32_t count)
{
    for (uint32_t reg = 0; reg < block->code->register_count; reg++) {
        const pol_register *r = &block->code->registers[reg];
        for (uint32_t row = 0; row < count && r->class_ == POL_C_NUM; row++) {
            const pol_i128 number = pol_col_num(block, reg)[row];
            const pol_i128 limit = r->den * POL_MAX_MAGNITUDE;
            assert_true(number == POL_NUM_ABSENT || number == POL_NUM_FAILED ||
                        number == POL_NUM_UNLIMITED || (number > -limit && number < limit));
        }
    }
}

static void compare_with_singles(const pol_block *block, uint64_t seed)
{
    pol_arena arena;
    pol_block single;
    pol_arena_init(&arena, NULL);
    assert_true(pol_block_init(&single, &arena, block->program, block->code, 1));
    for (uint32_t row = 0; row < ROWS; row++) {
        pol_block_clear(&single);
        rp_fill_row(&single, seed + row, 0);
        assert_true(pol_vm_run(&single, 1));
        for (uint32_t reg = 0; reg < block->code->register_count; reg++)
            if (!same_element(block, row, &single, 0, reg))
                fail_msg("row %u, register %u", row, reg);
        assert_int_equal(block->fault[row], single.fault[0]);
        assert_int_equal(block->fault_sink[row], single.fault_sink[0]);
    }
    pol_arena_reset(&arena);
}

static void test_blocks_agree_with_singles(void **state)
{
    (void)state;
    unsigned seen[POL_OP_COUNT] = { 0 };
    for (uint64_t seed = 1; seed <= 60; seed++) {
        char reason[256];
        pol_program *program = rp_program(&g_as, seed, 120);
        if (!pol_verify(program, reason))
            fail_msg("seed %u: %s", (unsigned)seed, reason);
        pol_arena arena;
        pol_block block;
        pol_arena_init(&arena, NULL);
        assert_true(pol_block_init(&block, &arena, program, program->matters, ROWS));
        for (uint32_t row = 0; row < ROWS; row++)
            rp_fill_row(&block, seed * 1000 + row, row);
        assert_true(pol_vm_run(&block, ROWS));
        check_ranges(&block, ROWS);
        compare_with_singles(&block, seed * 1000);
        for (uint32_t i = 0; i < block.code->instr_count; i++)
            seen[block.code->instrs[i].op]++;
        pol_arena_reset(&arena);
        pol_program_free(program);
        as_end(&g_as);
    }
    for (unsigned op = 0; op < POL_OP_COUNT; op++)
        if (seen[op] == 0)
            fail_msg("no program has %s", pol_op_mnemonic((pol_opcode)op));
}

/* A block is used again and again; its pool of schedules must not grow. */
static void test_block_is_reusable(void **state)
{
    (void)state;
    pol_program *program = rp_program(&g_as, 5, 200);
    pol_arena arena;
    pol_block block;
    pol_arena_init(&arena, NULL);
    assert_true(pol_block_init(&block, &arena, program, program->matters, ROWS));
    size_t count = 0;
    for (int run = 0; run < 3; run++) {
        pol_block_clear(&block);
        assert_int_equal(block.tiers.count, block.constant_tiers);
        for (uint32_t row = 0; row < ROWS; row++)
            rp_fill_row(&block, row, row);
        assert_true(pol_vm_run(&block, ROWS));
        assert_true(run == 0 || block.tiers.count == count);
        count = block.tiers.count;
    }
    pol_arena_reset(&arena);
    pol_program_free(program);
    as_end(&g_as);
}

/* ---- quotients against a bit-by-bit division ---------------------------------------------------------------- */

#define BITS 520
typedef struct bits { /* most significant last */
    uint8_t bit[BITS];
} bits;

static bits bits_of(pol_i128 value)
{
    bits b = { { 0 } };
    const pol_u128 size = value < 0 ? 0 - (pol_u128)value : (pol_u128)value;
    for (int i = 0; i < 128; i++)
        b.bit[i] = (uint8_t)(size >> i & 1);
    return b;
}

static int bits_compare(const bits *a, const bits *b)
{
    for (int i = BITS; i-- > 0;)
        if (a->bit[i] != b->bit[i])
            return a->bit[i] < b->bit[i] ? -1 : 1;
    return 0;
}

/* a + b * 2^shift */
static void bits_add(bits *a, const bits *b, int shift)
{
    uint8_t carry = 0;
    for (int i = shift; i < BITS; i++) {
        const uint8_t sum = (uint8_t)(a->bit[i] + b->bit[i - shift] + carry);
        a->bit[i] = sum & 1;
        carry = sum >> 1;
    }
}

static void bits_sub(bits *a, const bits *b)
{
    int borrow = 0;
    for (int i = 0; i < BITS; i++) {
        const int rest = a->bit[i] - b->bit[i] - borrow;
        a->bit[i] = (uint8_t)(rest & 1);
        borrow = rest < 0;
    }
}

static bits bits_mul(const bits *a, const bits *b)
{
    bits product = { { 0 } };
    for (int i = 0; i < BITS; i++)
        if (b->bit[i] != 0)
            bits_add(&product, a, i);
    return product;
}

/* Bit by bit; `a` becomes the remainder. */
static bits bits_div(bits *a, const bits *b)
{
    bits quotient = { { 0 } }, rest = { { 0 } };
    for (int i = BITS; i-- > 0;) {
        memmove(rest.bit + 1, rest.bit, BITS - 1);
        rest.bit[0] = a->bit[i];
        if (bits_compare(&rest, b) >= 0) {
            bits_sub(&rest, b);
            quotient.bit[i] = 1;
        }
    }
    *a = rest;
    return quotient;
}

/* A magnitude of random length. */
static pol_i128 random_wide(uint64_t *seed, bool positive)
{
    const pol_u128 all = (pol_u128)rp_next(seed) << 64 | rp_next(seed);
    const pol_i128 size = (pol_i128)(all >> (1 + rp_below(seed, 127)));
    if (positive)
        return size == 0 ? 1 : size;
    return rp_below(seed, 2) == 0 ? size : -size;
}

static bool expected_quotient(pol_i128 a, pol_i128 b, pol_i128 i1, pol_i128 c, pol_i128 i2,
                              pol_rounding mode, pol_i128 *result)
{
    const bits x = bits_of(a), y = bits_of(b), z = bits_of(i1), u = bits_of(c), w = bits_of(i2);
    const bits xy = bits_mul(&x, &y), divisor = bits_mul(&u, &w);
    bits rest = bits_mul(&xy, &z);
    bits quotient = bits_div(&rest, &divisor), twice = rest;
    const bits one = bits_of(1);
    bits_add(&twice, &rest, 0);
    const int half = bits_compare(&twice, &divisor);
    const bool exact = bits_compare(&rest, &(bits){ { 0 } }) == 0;
    const bool up[4] = { half >= 0, half > 0 || (half == 0 && quotient.bit[0] == 1), !exact,
                         false };
    if (up[mode])
        bits_add(&quotient, &one, 0);
    pol_u128 size = 0;
    for (int i = BITS; i-- > 0;) {
        if (i >= 127 && quotient.bit[i] != 0)
            return false;
        if (i < 127)
            size = size << 1 | quotient.bit[i];
    }
    *result = ((a < 0) != (b < 0)) != (c < 0) ? -(pol_i128)size : (pol_i128)size;
    return true;
}

static void test_quotients(void **state)
{
    (void)state;
    uint64_t seed = 20240506;
    unsigned fitting = 0;
    for (int i = 0; i < 4000; i++) {
        const pol_i128 a = random_wide(&seed, false), b = random_wide(&seed, false);
        const pol_i128 i1 = random_wide(&seed, true), i2 = random_wide(&seed, true);
        const pol_i128 c =
            rp_below(&seed, 2) == 0 ? random_wide(&seed, true) : -random_wide(&seed, true);
        const pol_rounding mode = (pol_rounding)rp_below(&seed, 4);
        pol_i128 found = 0, expected = 0;
        const bool fits = expected_quotient(a, b, i1, c, i2, mode, &expected);
        assert_int_equal(pol_quotient_rounded(a, b, i1, c, i2, mode, &found), fits);
        if (!fits)
            continue;
        fitting++;
        assert_true(found == expected);
        /* Toward zero and away from it enclose the quotient. */
        pol_i128 down, up;
        assert_true(pol_quotient_rounded(a, b, i1, c, i2, POL_ROUND_DOWN, &down));
        if (!pol_quotient_rounded(a, b, i1, c, i2, POL_ROUND_UP, &up))
            continue;
        const int at_down = pol_quotient_compare(a, b, i1, c, i2, down);
        const int at_up = pol_quotient_compare(a, b, i1, c, i2, up);
        const int sign = up > down ? 1 : -1;
        assert_true(up == down ? at_down == 0 && at_up == 0 : at_down == sign && at_up == -sign);
    }
    assert_true(fitting > 500);
}

/* Dividends just below and at multiples of divisors full of ones and zeros: where quotient digits are
 * estimated too large. */
static void test_hard_quotients(void **state)
{
    (void)state;
    const pol_i128 shapes[] = { 1,
                                3,
                                0xffffffff,
                                (pol_i128)1 << 32,
                                ((pol_i128)1 << 64) - 1,
                                ((pol_i128)1 << 96) - 1,
                                (pol_i128)1 << 95,
                                POL_I128_MAX,
                                POL_I128_MAX - 0xffffffff,
                                ((pol_i128)0x80000000 << 64) + 1 };
    const unsigned count = sizeof shapes / sizeof shapes[0];
    for (unsigned n = 0; n < count * count * count * count; n++) {
        const pol_i128 a = shapes[n % count], b = shapes[n / count % count];
        const pol_i128 i1 = shapes[n / count / count % count];
        const pol_i128 c = shapes[n / count / count / count], i2 = shapes[(n * 7 + 3) % count];
        const pol_rounding mode = (pol_rounding)(n % 4);
        pol_i128 found = 0, expected = 0;
        const bool fits = expected_quotient(a, b, i1, c, i2, mode, &expected);
        assert_int_equal(pol_quotient_rounded(a, b, i1, c, i2, mode, &found), fits);
        assert_true(!fits || found == expected);
    }
}

/* ---- schedules, unit by unit ------------------------------------------------------------------------------------ */

/* The ratio of the slice that holds the open interval from x to x + 1. */
static pol_i128 ratio_over(const pol_tiers *tiers, pol_i128 x)
{
    if (x < tiers->low)
        return 0;
    for (uint32_t i = 0; i < tiers->count; i++)
        if (tiers->tiers[i].upper == POL_NUM_UNLIMITED || x < tiers->tiers[i].upper)
            return tiers->tiers[i].ratio;
    return 0;
}

/* The ratio at the point x itself. */
static pol_i128 ratio_at(const pol_tiers *tiers, pol_i128 x)
{
    pol_i128 low = tiers->low;
    bool low_in = tiers->low_in_first;
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *t = &tiers->tiers[i];
        const bool above = x > low || (x == low && low_in);
        const bool below =
            t->upper == POL_NUM_UNLIMITED || x < t->upper || (x == t->upper && !t->upper_in_next);
        if (above && below)
            return t->ratio;
        low = t->upper;
        low_in = t->upper_in_next;
    }
    return 0;
}

static pol_tiers small_schedule(uint64_t *seed)
{
    pol_tiers tiers = { .count = 1 + rp_below(seed, 5), .low = rp_below(seed, 8) };
    pol_i128 at = tiers.low;
    tiers.low_in_first = rp_below(seed, 2) != 0;
    for (uint32_t i = 0; i < tiers.count; i++) {
        at += 1 + rp_below(seed, 9);
        tiers.tiers[i] =
            (pol_tier){ at, (pol_i128)rp_below(seed, 140) - 20, rp_below(seed, 2) != 0 };
    }
    if (rp_below(seed, 2) != 0)
        tiers.tiers[tiers.count - 1].upper = POL_NUM_UNLIMITED;
    return tiers;
}

static void check_schedule(uint64_t *seed)
{
    const pol_tiers tiers = small_schedule(seed);
    const pol_i128 from = (pol_i128)rp_below(seed, 60) - 10, to = (pol_i128)rp_below(seed, 60) - 10;
    as_start(&g_as);
    pol_constant constant = { .class_ = POL_C_TIERS };
    constant.tiers = as_copy(&g_as.arena, &tiers, 1, sizeof tiers);
    const uint32_t t = as_constant(&g_as, constant, 1, 100);
    const uint32_t a = as_number(&g_as, from, 1), b = as_number(&g_as, to, 1);
    const uint32_t sum = as_result(&g_as, POL_C_NUM, 100, 0);
    AS_EMIT(&g_as, POL_OP_TSUM, sum, t, a, b);
    const uint32_t rate = as_result(&g_as, POL_C_NUM, 100, 0);
    AS_EMIT(&g_as, POL_OP_TRATE, rate, t, a);
    pol_program *program = as_finish(&g_as);
    char reason[256];
    pol_arena arena;
    pol_block block;
    pol_arena_init(&arena, NULL);
    assert_true(pol_verify(program, reason));
    assert_true(pol_block_init(&block, &arena, program, program->matters, 1));
    assert_true(pol_vm_run(&block, 1));
    pol_i128 expected = 0;
    for (pol_i128 x = from; x < to; x++)
        expected += ratio_over(&tiers, x);
    assert_true(pol_col_num(&block, sum)[0] == expected);
    assert_true(pol_col_num(&block, rate)[0] == ratio_at(&tiers, from));
    pol_arena_reset(&arena);
    pol_program_free(program);
    as_end(&g_as);
}

static void test_schedules(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < 3000; i++)
        check_schedule(&seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_agree_with_singles),
        cmocka_unit_test(test_block_is_reusable),
        cmocka_unit_test(test_quotients),
        cmocka_unit_test(test_hard_quotients),
        cmocka_unit_test(test_schedules),
    };
    return cmocka_run_group_tests_name("vm_blocks", tests, NULL, NULL);
}
