/* Fast kernels where they are delicate: division by doubles next to ties and at the limits, days of the year. Every
 * instruction set that this machine has, and the table for single claims, against slow and obvious arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/plan_internal.h"

#define ROWS 509
#define ROOM 512 /* whole groups */

static int64_t g_in[ROOM], g_out[ROOM], g_rest[ROOM], g_paid[ROOM], g_after[ROOM];
static int32_t g_dates[ROOM], g_found[ROOM];
static uint8_t g_yes[ROOM];

static void put_element(void *column, size_t bytes, uint32_t row, int64_t number)
{
    if (bytes == 8)
        ((int64_t *)column)[row] = number;
    else if (bytes == 4)
        ((int32_t *)column)[row] = (int32_t)number;
    else
        ((uint8_t *)column)[row] = (uint8_t)number;
}

static int64_t element_of(const void *column, size_t bytes, uint32_t row)
{
    return bytes == 8   ? ((const int64_t *)column)[row]
           : bytes == 4 ? ((const int32_t *)column)[row]
                        : ((const uint8_t *)column)[row];
}

/* Runs the instruction by every table, and row by row as for single claims. */
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
        int64_t elements[8] = { 0 };
        for (unsigned i = 1; i < count; i++)
            elements[i] = element_of(columns[i], bytes[i], row);
        pol_fast_run_row(elements, instr, instr + 1);
        for (unsigned r = 0; r < 2 && instr->result[r] != 0; r++)
            put_element(columns[instr->result[r]], bytes[instr->result[r]], row, elements[instr->result[r]]);
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
            for (int row = 0; row < ROWS; row++) /* of one month */
                g_dates[row] = g_dates[row / 16];
            each_table(&instr, columns, bytes, 3, check_deadlines, k_days[i]);
        }
    }
}

static int32_t g_births[ROOM];

static void check_ages(const void *about)
{
    (void)about;
    for (uint32_t row = 0; row < ROWS; row++)
        if (g_found[row] != pol_date_age(g_births[row], g_dates[row]))
            fail_msg("%d from %d to %d", g_found[row], g_births[row], g_dates[row]);
}

static void check_parts(const void *about)
{
    const int part = *(const int *)about;
    for (uint32_t row = 0; row < ROWS; row++) {
        const pol_civil civil = pol_date_civil(g_dates[row]);
        if (g_found[row] != (part == 0 ? civil.year : part == 1 ? civil.month : civil.day))
            fail_msg("part %d of %d: %d", part, g_dates[row], g_found[row]);
    }
}

/* Parts of every date; ages about birthdays of every date, to the end of the calendar. */
static void test_calendar(void **state)
{
    void *const columns[] = { NULL, g_found, g_births, g_dates };
    const size_t bytes[] = { 0, 4, 4, 4 };
    (void)state;
    for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += ROWS) {
        for (int row = 0; row < ROWS; row++)
            g_dates[row] = date + row <= POL_DATE_MAX ? date + row : POL_DATE_MAX;
        for (int part = 0; part < 3; part++) {
            const pol_fast_instr instr = { .op = POL_FAST_PART32, .result = { 1 }, .operand = { 3 }, .k = { part } };
            each_table(&instr, columns, bytes, 4, check_parts, &part);
        }
        for (int years = 0; years < 120; years += 1 + years / 3)
            for (int beside = -1; beside <= 1; beside++) {
                const pol_fast_instr instr = { .op = POL_FAST_AGE32, .result = { 1 }, .operand = { 2, 3 } };
                for (int row = 0; row < ROWS; row++) {
                    const pol_civil civil = pol_date_civil(g_dates[row]);
                    const int day = civil.month == 2 && civil.day == 29 ? 28 : civil.day;
                    const pol_date birth = pol_date_of(civil.year - years, civil.month, day) + beside;
                    g_births[row] = birth < POL_DATE_MIN ? POL_DATE_MIN : birth;
                }
                each_table(&instr, columns, bytes, 4, check_ages, NULL);
            }
    }
}

/* ---- numbers of 32 bits ------------------------------------------------------------------------------------ */

static uint64_t g_seed = 3;

static int64_t number_below(int64_t limit)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((g_seed >> 16) % (uint64_t)limit);
}

/* The columns of an operation: 64 bits, and what they hold in as many bytes as an operation wants. */
typedef struct operands {
    int64_t wide[POL_FAST_OPERANDS][ROOM];
    int64_t as_wanted[POL_FAST_OPERANDS][ROOM], result[2][ROOM];
} operands;

static operands g_operands;

/* Without kernels, row by row. */
static void run_shape(unsigned op, const pol_fast_kernel *kernels, const pol_fast_instr *constants)
{
    const pol_fast_shape *const shape = pol_fast_shape_of((pol_fast_op)op);
    void *columns[] = { NULL, g_operands.result[0], g_operands.result[1], g_operands.as_wanted[0], g_operands.as_wanted[1],
                        g_operands.as_wanted[2], g_operands.as_wanted[3] };
    pol_fast_instr instr = *constants;
    instr.op = (uint16_t)op;
    instr.result[0] = 1, instr.result[1] = 2;
    for (uint16_t i = 0; i < POL_FAST_OPERANDS; i++) {
        instr.operand[i] = (uint16_t)(3 + i);
        for (uint32_t row = 0; row < ROWS && shape->operand[i] != 0; row++)
            put_element(g_operands.as_wanted[i], shape->operand[i], row, g_operands.wide[i][row]);
    }
    if (kernels != NULL) {
        kernels[op](columns, &instr, ROWS);
        return;
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        int64_t elements[7] = { 0 };
        for (unsigned i = 0; i < POL_FAST_OPERANDS; i++)
            elements[3 + i] = element_of(columns[3 + i], shape->operand[i], row);
        pol_fast_run_row(elements, &instr, &instr + 1);
        for (unsigned r = 0; r < 2 && shape->result[r] != 0; r++)
            put_element(columns[1 + r], shape->result[r], row, elements[1 + r]);
    }
}

/* Every operation that is there for 64 and for 32 bits finds the same of the same numbers. */
static void test_both_widths(void **state)
{
    static int64_t expected[2][ROWS];
    unsigned compared = 0;
    (void)state;
    for (unsigned op = 0; op < POL_FAST_COUNT; op++) {
        const pol_fast_shape *const of_64 = pol_fast_shape_of((pol_fast_op)op), *const of_32 = of_64 + 1;
        if (!of_64->has_32)
            continue;
        for (unsigned trial = 0; trial < 50; trial++) {
            const int64_t most = op == POL_FAST_MUL || op == POL_FAST_MULK ? 30000 : op == POL_FAST_SUM ? INT32_MAX / 3 : INT32_MAX / 2;
            pol_fast_instr constants = { .k = { number_below(2000), 1 + number_below(2000) } };
            if (op == POL_FAST_DIVIDE) {
                constants.k[0] = number_below(constants.k[1]);
                constants.x[0] = 1.0 / (double)constants.k[1];
                constants.x[1] = 0.5 * constants.x[0] - 0.5;
            }
            for (unsigned i = 0; i < POL_FAST_OPERANDS; i++)
                for (uint32_t row = 0; row < ROWS; row++)
                    g_operands.wide[i][row] = of_64->operand[i] == 1 ? number_below(2)
                                              : row % 3 == 0         ? number_below(2 * most) - most
                                                                     : number_below(4000) - 2000;
            if (op == POL_FAST_OVERL) /* its own limit: the result fits */
                constants.k[0] = 1, constants.k[1] = 1 + number_below(3);
            for (uint32_t row = 0; row < ROWS && op == POL_FAST_OVERL; row++)
                g_operands.wide[0][row] = number_below(INT32_MAX), g_operands.wide[1][row] = number_below(INT32_MAX);
            run_shape(op, pol_kernels_base, &constants);
            for (uint32_t row = 0; row < ROWS; row++)
                for (unsigned r = 0; r < 2; r++)
                    expected[r][row] = of_64->result[r] == 0 ? 0 : element_of(g_operands.result[r], of_64->result[r], row);
            for (int set = POL_SET_BASE; set <= POL_SET_V4 + 1; set++) {
                const pol_fast_kernel *const kernels = set > POL_SET_V4 ? NULL : pol_fast_kernels((pol_instruction_set)set);
                if (kernels == NULL && set <= POL_SET_V4)
                    continue;
                run_shape(op + 1, kernels, &constants);
                for (uint32_t row = 0; row < ROWS; row++)
                    for (unsigned r = 0; r < 2 && of_32->result[r] != 0; r++)
                        if (element_of(g_operands.result[r], of_32->result[r], row) != expected[r][row])
                            fail_msg("%s of %lld and %lld: %lld, not %lld", of_32->name, (long long)g_operands.wide[0][row],
                                     (long long)g_operands.wide[1][row],
                                     (long long)element_of(g_operands.result[r], of_32->result[r], row), (long long)expected[r][row]);
                compared++;
            }
        }
    }
    assert_true(compared > 1000);
}

/* (a * factor + add) / divisor rounded down, for numerators that are not negative. */
static int64_t part(int64_t a, int64_t factor, int64_t add, int64_t divisor)
{
    return (a * factor + add) / divisor;
}

typedef struct fused {
    unsigned op;
    int64_t factor, add, divisor, other; /* other: what multiplies a of an excess */
    pol_slices slices;
} fused;

static int64_t fused_by_hand(const fused *f, int64_t a, int64_t b)
{
    const int64_t excess = a * f->other - b * f->factor;
    int64_t sum = f->add;
    for (uint32_t i = 0; i < f->slices.count; i++)
        sum += a > f->slices.at[i] ? f->slices.slope[i] * (a - f->slices.at[i]) : 0;
    switch (f->op) {
    case POL_FAST_QUOTIENT32: return a < 0 ? -part(-a, 1, f->add, f->divisor) : part(a, 1, f->add, f->divisor);
    case POL_FAST_SHARE32:
    case POL_FAST_PART31: return part(a, f->factor, f->add, f->divisor);
    case POL_FAST_EXCESS32: return part(excess > 0 ? excess : 0, 1, f->add, f->divisor);
    case POL_FAST_OVER31: return a > part(b, f->factor, f->add, f->divisor) ? a - part(b, f->factor, f->add, f->divisor) : 0;
    case POL_FAST_GE31: return a >= part(b, f->factor, f->add, f->divisor);
    case POL_FAST_GT31: return a > part(b, f->factor, f->add, f->divisor);
    case POL_FAST_LE31: return a <= part(b, f->factor, f->add, f->divisor);
    case POL_FAST_LT31: return a < part(b, f->factor, f->add, f->divisor);
    case POL_FAST_SLICES32: return sum / f->divisor;
    case POL_FAST_GEL32: return a * f->factor >= b * f->other;
    case POL_FAST_GTL32: return a * f->factor > b * f->other;
    default: return 0;
    }
}

/* Numbers whose numerators lie about multiples of the divisor, up to the limit. */
static void fill_about(const fused *f, int64_t *column, int64_t limit)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        const int64_t multiple = number_below(limit / f->divisor + 1) * f->divisor;
        int64_t number = (row % 4 == 0 ? limit - number_below(limit < 100 ? limit + 1 : 100) : multiple) - f->add;
        number = number / f->factor + number_below(3) - 1;
        column[row] = number < 0 || number * f->factor + f->add > limit ? 0 : number;
    }
}

/* What is multiplied, exceeded or summed up and then rounded. */
static void test_fused(void **state)
{
    static const unsigned k_ops[] = { POL_FAST_QUOTIENT32, POL_FAST_SHARE32, POL_FAST_EXCESS32, POL_FAST_PART31, POL_FAST_OVER31,
                                      POL_FAST_GE31, POL_FAST_GT31, POL_FAST_LE31, POL_FAST_LT31, POL_FAST_SLICES32, POL_FAST_GEL32,
                                      POL_FAST_GTL32 };
    static const int64_t k_divisors[] = { 2, 3, 5, 7, 10, 20, 99, 100, 125, 641, 1000, 9999, 10000, 65535, 65536, 1000000, INT32_MAX };
    (void)state;
    for (size_t o = 0; o < sizeof k_ops / sizeof *k_ops; o++)
        for (size_t d = 0; d < sizeof k_divisors / sizeof *k_divisors; d++)
            for (unsigned trial = 0; trial < 30; trial++) {
                const bool in_doubles = k_ops[o] <= POL_FAST_EXCESS32 || k_ops[o] == POL_FAST_SLICES32;
                fused f = { .op = k_ops[o], .divisor = k_divisors[d], .other = 1 + number_below(100) };
                f.factor = f.op == POL_FAST_QUOTIENT32 ? 1 : 1 + number_below(trial < 15 ? 3 : 5000);
                f.add = trial % 3 == 0 ? f.divisor / 2 : trial % 3 == 1 ? 0 : f.divisor - 1;
                f.add = f.add * 2 > INT32_MAX ? 0 : f.add;
                f.slices.count = f.op == POL_FAST_SLICES32 ? 1 + (uint32_t)number_below(4) : 0;
                for (uint32_t i = 0; i < f.slices.count; i++) {
                    f.slices.at[i] = number_below(INT32_MAX / 8) + (i == 0 ? 0 : f.slices.at[i - 1]);
                    f.slices.slope[i] = i == 0 ? 1 + number_below(10000) : number_below(2000);
                }
                pol_fast_instr constants = { .k = { f.add, f.divisor }, .table = &f.slices };
                constants.x[0] = 1.0 / (double)f.divisor;
                constants.x[1] = 0.5 * constants.x[0] - 0.5;
                if (f.op == POL_FAST_SHARE32)
                    constants.k[1] = f.factor;
                if (f.op == POL_FAST_EXCESS32)
                    constants.k[1] = f.other, constants.k[2] = f.factor;
                if (!in_doubles)
                    constants.k[0] = f.factor, constants.k[1] = f.add, constants.k[2] = pol_fast_multiplier((uint32_t)f.divisor);
                fill_about(&f, g_operands.wide[0], INT32_MAX);
                fill_about(&f, g_operands.wide[1], INT32_MAX);
                if (f.op == POL_FAST_GEL32 || f.op == POL_FAST_GTL32) {
                    constants.k[0] = f.factor, constants.k[1] = f.other;
                    for (uint32_t row = 0; row < ROWS; row++) { /* about where both are equal */
                        g_operands.wide[1][row] = number_below(INT32_MAX / f.factor / f.other);
                        g_operands.wide[0][row] = g_operands.wide[1][row] * f.other / f.factor + number_below(3) - 1;
                    }
                }
                for (uint32_t row = 0; row < ROWS && f.op == POL_FAST_QUOTIENT32; row += 5)
                    g_operands.wide[0][row] = -g_operands.wide[0][row];
                for (int set = POL_SET_BASE; set <= POL_SET_V4 + 1; set++) {
                    const pol_fast_kernel *const kernels = set > POL_SET_V4 ? NULL : pol_fast_kernels((pol_instruction_set)set);
                    if (kernels == NULL && set <= POL_SET_V4)
                        continue;
                    run_shape(f.op, kernels, &constants);
                    const pol_fast_shape *const shape = pol_fast_shape_of((pol_fast_op)f.op);
                    for (uint32_t row = 0; row < ROWS; row++) {
                        const int64_t wanted = fused_by_hand(&f, g_operands.wide[0][row], g_operands.wide[1][row]);
                        const int64_t got = element_of(g_operands.result[0], shape->result[0], row);
                        if (wanted <= INT32_MAX && got != wanted)
                            fail_msg("%s of %lld and %lld (* %lld + %lld) / %lld: %lld, not %lld", shape->name,
                                     (long long)g_operands.wide[0][row], (long long)g_operands.wide[1][row], (long long)f.factor,
                                     (long long)f.add, (long long)f.divisor, (long long)got, (long long)wanted);
                    }
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_both_widths),
        cmocka_unit_test(test_fused),
        cmocka_unit_test(test_division),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_deadlines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
