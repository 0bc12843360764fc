/* Fast kernels where they are delicate: division by doubles next to ties and at the limits, days of the year. Every
 * instruction set that this machine has, and the table for single claims, against slow and obvious arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/plan_internal.h"

#define ROWS 509

static int64_t g_in[ROWS], g_out[ROWS], g_rest[ROWS], g_paid[ROWS], g_after[ROWS];
static int32_t g_dates[ROWS], g_found[ROWS];
static uint8_t g_yes[ROWS];

/* Runs the instruction by every table; the one for single claims row by row. */
static void each_table(const pol_fast_instr *instr, void *const *columns, const size_t *bytes, unsigned count,
                       void (*check)(const void *about), const void *about)
{
    for (int set = POL_SET_BASE; set <= POL_SET_V4; set++) {
        const pol_fast_kernel *const kernels = pol_fast_kernels((pol_instruction_set)set);
        if (kernels == NULL)
            continue;
        kernels[instr->op](columns, instr, ROWS);
        check(about);
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        void *moved[8] = { NULL };
        for (unsigned i = 1; i < count; i++)
            moved[i] = (char *)columns[i] + row * bytes[i];
        pol_kernels_one[instr->op](moved, instr, 1);
    }
    check(about);
}

typedef struct division {
    int64_t divisor;
    pol_rounding mode;
} division;

static void check_division(const void *about)
{
    const division *const d = about;
    for (uint32_t row = 0; row < ROWS; row++)
        if (g_out[row] != (int64_t)pol_divide_rounded(g_in[row], d->divisor, d->mode))
            fail_msg("%lld / %lld: %lld", (long long)g_in[row], (long long)d->divisor, (long long)g_out[row]);
}

static void check_tail(const void *about)
{
    const division *const d = about;
    for (uint32_t row = 0; row < ROWS; row++) {
        int64_t paid = g_in[row] < 0 ? 0 : (int64_t)pol_divide_rounded(g_in[row], d->divisor, d->mode);
        paid = paid < g_rest[row] ? paid : g_rest[row];
        paid = g_yes[row] != 0 ? paid : 0;
        if (g_paid[row] != paid || g_after[row] != g_rest[row] - paid)
            fail_msg("%lld / %lld of %lld: %lld", (long long)g_in[row], (long long)d->divisor, (long long)g_rest[row],
                     (long long)g_paid[row]);
    }
}

/* Numbers next to multiples and ties of the divisor, below the limit. */
static void fill_near(int64_t divisor, int64_t limit, uint64_t *seed)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const int64_t top = limit / divisor, quotient = (int64_t)(*seed >> 11) % (top + 1);
        int64_t number = (row % 3 == 0 ? top - 1 - (int64_t)row / 3 % (top < 100 ? 1 : 100) : quotient) * divisor;
        number += row % 2 == 0 ? divisor / 2 : 0;
        number += (int64_t)(row % 5) - 2;
        number = number < 0 ? 0 : number > limit ? limit : number;
        g_in[row] = row % 7 == 0 ? -number : number;
        g_rest[row] = row % 11 == 0 ? 0 : (int64_t)(*seed >> 30) % (top + 2);
        g_yes[row] = row % 4 != 0;
    }
}

/* What the plan would make of a division of numbers up to the limit. */
static bool plan_division(const division *d, int64_t limit, pol_fast_instr *instr)
{
    static node n;
    node from = { .low = -limit, .high = limit };
    pol_planner planner = { .nodes = { .items = &from, .count = 1 } };
    bool small;
    n = (node){ 0 };
    if (!pol_divide_constants(&planner, 0, d->divisor, d->mode, &n, &small))
        return false;
    *instr = (pol_fast_instr){ .op = (uint16_t)(d->mode == POL_HALF_EVEN ? POL_FAST_EVENDIV : small ? POL_FAST_DIVIDE : POL_FAST_DIVIDEB),
                               .result = { 1 }, .operand = { 2 }, .k = { n.k[0], n.k[1], 0 }, .x = { n.x[0], n.x[1] } };
    return true;
}

static void test_division(void **state)
{
    static const int64_t k_divisors[] = { 2, 3, 5, 7, 10, 20, 99, 100, 101, 125, 1000, 2000, 9999, 10000, 1000000, 100000000,
                                          INT64_C(1000000000000), (INT64_C(1) << 51) + 1 };
    static const uint8_t k_bits[] = { 20, 33, 40, 48, 49, 50, 53, 56, 59, 61, 62 };
    void *const columns[] = { NULL, g_out, g_in };
    const size_t bytes[] = { 0, 8, 8 };
    uint64_t seed = 1;
    unsigned divided = 0, small = 0;
    (void)state;
    for (size_t i = 0; i < sizeof k_divisors / sizeof *k_divisors; i++)
        for (size_t b = 0; b < sizeof k_bits; b++)
            for (int mode = POL_HALF_UP; mode <= POL_ROUND_DOWN; mode++) {
                const division d = { k_divisors[i], (pol_rounding)mode };
                const int64_t limit = (INT64_C(1) << k_bits[b]) - 1 - d.divisor;
                pol_fast_instr instr;
                if (limit < 2 * d.divisor || !plan_division(&d, limit, &instr))
                    continue;
                divided++;
                small += instr.op == POL_FAST_DIVIDE;
                fill_near(d.divisor, limit, &seed);
                each_table(&instr, columns, bytes, 3, check_division, &d);
            }
    assert_true(divided > 300 && small > 100);
}

static void test_tail(void **state)
{
    static const int64_t k_divisors[] = { 2, 5, 10, 20, 100, 10000, 1000000 };
    void *const columns[] = { NULL, g_paid, g_after, g_in, g_rest, g_yes };
    const size_t bytes[] = { 0, 8, 8, 8, 8, 1 };
    uint64_t seed = 2;
    (void)state;
    for (size_t i = 0; i < sizeof k_divisors / sizeof *k_divisors; i++)
        for (int mode = POL_HALF_UP; mode <= POL_ROUND_DOWN; mode++) {
            const division d = { k_divisors[i], (pol_rounding)mode };
            pol_fast_instr instr;
            if (mode == POL_HALF_EVEN)
                continue;
            const int64_t limit = (INT64_C(1) << 49) - 1 - d.divisor;
            assert_true(plan_division(&d, limit, &instr));
            assert_int_equal(instr.op, POL_FAST_DIVIDE);
            instr.op = POL_FAST_TAILRY;
            instr.result[0] = 1, instr.result[1] = 2;
            instr.operand[0] = 3, instr.operand[1] = 4, instr.operand[2] = 0, instr.operand[3] = 5;
            fill_near(d.divisor, limit, &seed);
            each_table(&instr, columns, bytes, 6, check_tail, &d);
        }
}

static void check_deadlines(const void *about)
{
    const int *const day = about;
    for (uint32_t row = 0; row < ROWS; row++) {
        const pol_date expected = pol_date_deadline(g_dates[row], day[0], day[1]);
        if (g_found[row] != (expected > POL_DATE_MAX ? POL_CODE_FAILED : expected))
            fail_msg("%d: %d after %d", day[0] * 100 + day[1], g_found[row], g_dates[row]);
    }
}

/* Every date of the calendar, for the ends of months. */
static void test_deadlines(void **state)
{
    static const int k_days[][2] = { { 1, 1 }, { 1, 31 }, { 2, 1 }, { 2, 28 }, { 3, 1 }, { 3, 2 }, { 6, 30 }, { 9, 30 }, { 12, 20 }, { 12, 31 } };
    void *const columns[] = { NULL, g_found, g_dates };
    const size_t bytes[] = { 0, 4, 4 };
    (void)state;
    for (size_t i = 0; i < sizeof k_days / sizeof *k_days; i++) {
        const int month = k_days[i][0];
        const int64_t of_year = pol_date_of(2001, month, k_days[i][1]) - pol_date_of(month > 2 ? 2001 : 2000, 3, 1);
        const pol_fast_instr instr = { .op = POL_FAST_DEADLINE, .result = { 1 }, .operand = { 2 }, .k = { of_year } };
        for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += ROWS) {
            for (int row = 0; row < ROWS; row++)
                g_dates[row] = date + row <= POL_DATE_MAX ? date + row : POL_DATE_MAX;
            each_table(&instr, columns, bytes, 3, check_deadlines, k_days[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_division),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_deadlines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
