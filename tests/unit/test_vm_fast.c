/* The fast engine against the wide kernels: random programs and the policies, every instruction set, values around
 * the bounds of the plan. What both give must be equal in every row: results, errors, and what is to blame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "interp/vm_fast.h"

#include "code_lent.h"
#include "random_program.h"

#define ROWS 131

static assembly g_as;
static unsigned g_planned, g_by_code, g_programs, g_settled, g_odd, g_rows;

/* ---- claims ------------------------------------------------------------------------------------------- */

/* Amounts as records have them: earlier fields hold costs, later ones parts of them; sometimes at a bound. */
static int64_t some_amount(uint64_t *seed, int64_t bound, uint32_t field, bool wild)
{
    if (!wild)
        return rp_below(seed, 3) == 0 ? 0 : (int64_t)(rp_next(seed) % 9000000) >> (2 * field < 20 ? 2 * field : 20);
    const int64_t ends[] = { 0, 1, bound - 1, bound, bound + 1, POL_MAX_AMOUNT_FEN, (INT64_C(1) << 49) - 1, 99, 100, 50 };
    switch (rp_below(seed, 12)) {
    case 0: return ends[rp_below(seed, 10)];
    case 1: return (int64_t)(rp_next(seed) % (uint64_t)(bound + 1));
    case 2: return (int64_t)(rp_next(seed) % 1000);
    default: return (int64_t)(rp_next(seed) % 30000000);
    }
}

static void fill_field(pol_block *block, uint64_t *seed, const pol_field_def *field, uint32_t row, int64_t bound, uint32_t amounts, bool wild)
{
    const pol_constant *const preset = field->has_default ? &block->code->constants[field->default_constant] : NULL;
    const uint32_t reg = field->reg;
    const bool may_be_absent = field->optional || field->null_allowed;
    const bool absent = may_be_absent && rp_below(seed, 4) == 0;
    const pol_label_set *const labels =
        field->type == POL_F_LABEL || field->type == POL_F_LABELS ? &block->program->label_sets[field->labels] : NULL;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
        pol_port_num(block, reg)[row] = absent ? POL_PORT_ABSENT
                                        : field->null_unlimited && rp_below(seed, 4) == 0 ? POL_PORT_UNLIMITED
                                        : field->role == POL_ROLE_PARAMETER ? 100 * (int64_t)(rp_next(seed) % 20000)
                                                                            : some_amount(seed, bound, amounts, wild);
        break;
    case POL_F_RATIO:
        pol_port_num(block, reg)[row] = absent ? POL_PORT_ABSENT
                                        : rp_below(seed, 20) == 0 ? (int64_t)(rp_next(seed) % 1000001)
                                                                  : (int64_t)rp_below(seed, 11) * 100000;
        break;
    case POL_F_INTEGER:
        pol_port_num(block, reg)[row] = absent ? POL_PORT_ABSENT
                                        : rp_below(seed, 8) == 0 ? POL_MAX_INTEGER * (rp_below(seed, 2) == 0 ? 1 : -1)
                                                                 : (int64_t)rp_below(seed, 3000);
        break;
    case POL_F_YESNO:
        pol_port_bool(block, reg)[row] = absent ? POL_BOOL_ABSENT
                                         : preset != NULL && preset->number <= 1 && rp_below(seed, 5) != 0 ? (uint8_t)preset->number
                                                                                                           : (uint8_t)rp_below(seed, 2);
        break;
    case POL_F_DATE:
        pol_port_code(block, reg)[row] = absent                    ? POL_CODE_ABSENT
                                         : rp_below(seed, 9) != 0 ? block->program->from + (pol_date)rp_below(seed, 700)
                                                                  : POL_DATE_MIN + (pol_date)rp_below(seed, 109573);
        break;
    case POL_F_TEXT:
        pol_port_code(block, reg)[row] = absent ? POL_CODE_ABSENT : (int32_t)rp_below(seed, block->program->text_count + 2);
        break;
    case POL_F_LABEL:
        pol_port_code(block, reg)[row] = absent ? POL_CODE_ABSENT : (int32_t)rp_below(seed, labels->count);
        break;
    case POL_F_LABELS:
        pol_port_set(block, reg)[row] = absent ? POL_SET_ABSENT : (uint64_t)1 << rp_below(seed, labels->count);
        break;
    case POL_F_TIERS: {
        uint64_t few = rp_below(seed, 10) != 0 ? rp_below(seed, 2) : rp_next(seed);
        const pol_tiers *tiers = rp_tiers(block->arena, &few, 100, 1000000);
        pol_port_tiers(block, reg)[row] = absent || tiers == NULL ? POL_TIERS_ABSENT : pol_block_add_tiers(block, tiers);
        break;
    }
    }
}

static void fill_row(pol_block *block, uint64_t seed, uint32_t row, int64_t bound)
{
    const bool wild = rp_below(&seed, 3) == 0;
    uint32_t amounts = 0;
    for (uint32_t i = 0; i < block->code->field_count; i++) {
        fill_field(block, &seed, &block->code->fields[i], row, bound, amounts, wild);
        amounts += block->code->fields[i].type == POL_F_AMOUNT && rp_below(&seed, 2) == 0;
    }
}

/* ---- comparing --------------------------------------------------------------------------------------------- */

typedef struct comparison {
    const pol_block *fast, *wide;
    uint32_t row, wide_row;
    const char *what;
} comparison;

static void compare_result(void *user, uint32_t reg)
{
    const comparison *const c = user;
    const uint32_t row = c->row, other = c->wide_row;
    bool same = false;
    switch ((pol_class)c->fast->code->registers[reg].class_) {
    case POL_C_NUM: same = pol_port_num(c->fast, reg)[row] == pol_port_num(c->wide, reg)[other]; break;
    case POL_C_BOOL: same = pol_port_bool(c->fast, reg)[row] == pol_port_bool(c->wide, reg)[other]; break;
    case POL_C_CODE:
    case POL_C_DATE: same = pol_port_code(c->fast, reg)[row] == pol_port_code(c->wide, reg)[other]; break;
    default: same = true; break;
    }
    if (!same && c->fast->code->registers[reg].class_ == POL_C_NUM)
        print_error("fast %lld, wide %lld\n", (long long)pol_port_num(c->fast, reg)[row], (long long)pol_port_num(c->wide, reg)[other]);
    if (!same && c->fast->code->registers[reg].class_ == POL_C_BOOL)
        print_error("fast %d, wide %d\n", pol_port_bool(c->fast, reg)[row], pol_port_bool(c->wide, reg)[other]);
    if (!same && (c->fast->code->registers[reg].class_ == POL_C_CODE || c->fast->code->registers[reg].class_ == POL_C_DATE))
        print_error("fast %d, wide %d\n", pol_port_code(c->fast, reg)[row], pol_port_code(c->wide, reg)[other]);
    if (!same)
        fail_msg("%s: row %u of %u, register %u", c->what, row, c->fast->fast->rows, reg);
}

static void compare_row(const pol_block *fast, uint32_t row, const pol_block *wide, uint32_t other, const char *what)
{
    comparison c = { fast, wide, row, other, what };
    if (fast->fault[row] != wide->fault[other])
        fail_msg("%s: row %u: fault %u, not %u (sink %u)", what, row, fast->fault[row], wide->fault[other], wide->fault_sink[other]);
    if (wide->fault[other] == POL_FAULT_NONE) {
        g_settled++;
        pol_code_results(fast->code, compare_result, &c);
        return;
    }
    pol_str field, message, other_field, other_message;
    assert_int_equal(fast->fault_sink[row], wide->fault_sink[other]);
    assert_int_equal(pol_vm_error(fast, row, fast->arena, &field, &message),
                     pol_vm_error(wide, other, wide->arena, &other_field, &other_message));
    assert_true(pol_str_equal(field, other_field));
}

static void compare_rows(const pol_block *fast, const pol_block *wide, uint32_t count, const char *what)
{
    for (uint32_t row = 0; row < count; row++)
        compare_row(fast, row, wide, row, what);
    g_rows += count;
    g_odd += fast->fast->odd_count;
}

/* One block of random claims on every instruction set, and rows of it alone. */
static void compare_plan(const pol_program *program, const pol_code *code, uint64_t seed, bool careful, const char *what)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    const pol_plan *const plan = pol_plan_new(&arena, code, careful);
    g_programs++;
    if (plan != NULL) {
        g_planned++;
        pol_block fast, wide;
        assert_true(pol_block_init_fast(&fast, &arena, program, code, plan, ROWS));
        assert_true(pol_block_init(&wide, &arena, program, code, ROWS));
        for (int way = 0; way <= 2 * POL_SET_V4; way++) { /* kernels and code in turn */
            const pol_instruction_set set = (pol_instruction_set)((way + 1) / 2);
            if (seed % 2 == 0) /* code leaves ports for later that nobody has asked for */
                memset(plan->asked, 0, code->register_count);
            if (way % 2 == 0 ? !pol_fast_use(&fast, set) : !pol_fast_use_code(&fast, set))
                continue;
            g_by_code += way % 2 != 0;
            for (uint32_t count = ROWS; count != 0; count /= 5) {
                pol_block_clear(&fast);
                pol_block_clear(&wide);
                fast.fast->odd_count = 0;
                for (uint32_t row = 0; row < count; row++) {
                    fill_row(&fast, seed + row, row, plan->bound);
                    fill_row(&wide, seed + row, row, plan->bound);
                }
                assert_true(pol_vm_run(&fast, count));
                assert_true(pol_vm_run(&wide, count));
                compare_rows(&fast, &wide, count, what);
                seed += 1000;
            }
        }
    }
    pol_arena_reset(&arena);
}

static void compare_code(const pol_program *program, const pol_code *code, uint64_t seed, const char *what)
{
    compare_plan(program, code, seed, false, what);
    compare_plan(program, code, seed, true, what);
}

/* ---- random programs ------------------------------------------------------------------------------------------ */

static void test_random_programs(void **state)
{
    (void)state;
    g_by_code = g_programs = g_planned = g_settled = g_rows = g_odd = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        char what[32];
        pol_program *program = rp_program(&g_as, seed, 1 + (uint32_t)(seed % 9));
        snprintf(what, sizeof what, "seed %u", (unsigned)seed);
        compare_code(program, program->matters, seed * 7919, what);
        pol_program_free(program);
        as_end(&g_as);
    }
    assert_true(g_planned > g_programs / 2 && g_settled > g_rows / 2 && g_odd < g_rows / 2);
    print_message("%u of %u programs planned, %u by code, %u rows, %u settled, %u odd\n", g_planned, g_programs, g_by_code, g_rows, g_settled, g_odd);
}

/* ---- policies ---------------------------------------------------------------------------------------------------- */

static pol_program *compile_text(const char *name, const char *text, size_t length)
{
    pol_program *program = NULL;
    pol_script *const script = pol_script_new(NULL);
    assert_int_equal(pol_script_load(script, name, text, length), POL_OK);
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    pol_script_free(script);
    return program;
}

static pol_program *compile(const char *path)
{
    static char text[1 << 20], whole[512];
    snprintf(whole, sizeof whole, "%s/%s", getenv("POL_SOURCE") != NULL ? getenv("POL_SOURCE") : ".", path);
    FILE *const file = fopen(whole, "rb");
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    return compile_text(path, text, length);
}

static void compare_policy(const char *path)
{
    pol_program *const program = compile(path);
    g_by_code = g_programs = g_planned = g_settled = g_rows = g_odd = 0;
    for (uint32_t m = 0; m < program->matter_count; m++)
        for (uint64_t seed = 0; seed < 40; seed++)
            compare_code(program, &program->matters[m], seed * 104729, path);
    assert_true(g_rows == 0 || g_settled > g_rows / 250);
    print_message("%s: %u of %u planned, %u rows, %u settled, %u odd\n", path, g_planned, g_programs, g_rows, g_settled, g_odd);
    pol_program_free(program);
}

static void test_policies(void **state)
{
    static const char *const k_paths[] = {
        "stdlib-policies/chongqing/banan-2018.pol", "stdlib-policies/guangdong/guangdong-2021.pol",
        "stdlib-policies/guangdong/jiangmen-2019.pol", "stdlib-policies/guangdong/zhanjiang-2018.pol",
        "stdlib-policies/sichuan/guangan-2018.pol", "tests/elsewhere/base-cap.pol", "tests/elsewhere/best.pol",
        "tests/elsewhere/dated.pol", "tests/elsewhere/dates.pol", "tests/elsewhere/deductible.pol",
        "tests/elsewhere/formula.pol", "tests/elsewhere/household.pol", "tests/elsewhere/monthly.pol",
        "tests/elsewhere/orders.pol", "tests/elsewhere/quotient.pol", "tests/elsewhere/ranked.pol",
        "tests/elsewhere/running.pol", "tests/elsewhere/shared.pol", "tests/elsewhere/whole-amount.pol",
    };
    (void)state;
    unsigned planned = 0, programs = 0;
    for (size_t i = 0; i < sizeof k_paths / sizeof *k_paths; i++) {
        compare_policy(k_paths[i]);
        planned += g_planned;
        programs += g_programs;
    }
    assert_true(planned > programs * 8 / 10); /* all but those of long products */
}

/* ---- claims one after the other ------------------------------------------------------------------------------- */

#define CELLS     ROWS
#define GOOD_ROWS 64

static unsigned g_again, g_clean, g_cut, g_direct;

/* How the claims of a block share their holders: row by row, for one accumulator. */
static uint32_t holder_of(uint64_t *seed, unsigned pattern, uint32_t row)
{
    switch (pattern) {
    case 0: return 0;
    case 1: return row;
    case 2: return row / 4;
    case 3: return row % 3;
    case 4: return rp_below(seed, 30);
    default: return row < 70 ? row : rp_below(seed, 2);
    }
}

typedef struct sequence {
    const pol_program *program;
    const pol_code *code;
    pol_block fast, wide; /* wide: one row */
    uint64_t good[GOOD_ROWS]; /* seeds of rows that are rarely odd */
    uint32_t good_count;
    uint64_t row_seed[ROWS];
    int64_t cells[8][CELLS], expected[8][CELLS];
    int64_t *where[8][ROWS];
    int32_t index[8][ROWS]; /* the same by number */
    uint8_t given[8][ROWS], settled[ROWS];
    pol_fast_balance balances[8];
    int64_t bound;
} sequence;

static int64_t some_balance(uint64_t *seed, const sequence *t)
{
    const int64_t some[] = { 0, 0, 1, 99, 100000, 4999999, 5000000, 5000001, t->bound, t->bound + 1, -1 };
    return rp_below(seed, 3) == 0 ? some[rp_below(seed, 11)] : (int64_t)(rp_next(seed) % 6000000);
}

/* Which cells the rows have, what these hold. */
static void fill_cells(sequence *t, uint64_t seed)
{
    const bool any_given = rp_below(&seed, 4) == 0, any_none = rp_below(&seed, 4) == 0;
    const unsigned pattern = rp_below(&seed, 6);
    for (uint32_t a = 0; a < t->code->accum_count; a++) {
        const unsigned own = rp_below(&seed, 3) == 0 ? rp_below(&seed, 6) : pattern;
        for (uint32_t i = 0; i < CELLS; i++)
            t->cells[a][i] = t->expected[a][i] = some_balance(&seed, t);
        for (uint32_t row = 0; row < ROWS; row++) {
            t->index[a][row] = (int32_t)(holder_of(&seed, own, row) % CELLS);
            t->where[a][row] = any_none && rp_below(&seed, 5) == 0 ? NULL : &t->cells[a][t->index[a][row]];
            t->given[a][row] = any_given && rp_below(&seed, 5) == 0;
        }
        t->balances[a] = (pol_fast_balance){ .cells = t->where[a], .given = any_given ? t->given[a] : NULL,
                                             .all = !any_given && !any_none };
        if (t->balances[a].all && rp_below(&seed, 2) == 0)
            t->balances[a] = (pol_fast_balance){ .table = t->cells[a], .index = t->index[a], .all = true };
    }
}

static bool finds(const sequence *t, uint32_t a, uint32_t row)
{
    return t->where[a][row] != NULL && t->given[a][row] == 0;
}

/* Each claim alone, by the wide kernels, with what those before it have left: compares it, and leaves its balances. */
static void settle_expected(sequence *t, uint32_t count, const char *what)
{
    for (uint32_t row = 0; row < count; row++) {
        pol_block_clear(&t->wide);
        fill_row(&t->wide, t->row_seed[row], 0, t->bound);
        for (uint32_t a = 0; a < t->code->accum_count; a++)
            if (finds(t, a, row))
                pol_port_num(&t->wide, t->code->fields[t->code->accums[a].field].reg)[0] = t->expected[a][t->where[a][row] - t->cells[a]];
        assert_true(pol_vm_run(&t->wide, 1));
        assert_int_equal(t->fast.fault[row], t->wide.fault[0]);
        compare_row(&t->fast, row, &t->wide, 0, what);
        for (uint32_t a = 0; a < t->code->accum_count; a++)
            if (t->where[a][row] != NULL && t->settled[row] != 0)
                t->expected[a][t->where[a][row] - t->cells[a]] = pol_port_num(&t->wide, t->code->accums[a].after)[0];
    }
    for (uint32_t a = 0; a < t->code->accum_count; a++)
        assert_memory_equal(t->cells[a], t->expected[a], sizeof t->cells[a]);
}

/* Claims without a fault are settled, but for some. */
static void find_settled(sequence *t, uint32_t count, uint64_t but)
{
    for (uint32_t row = 0; row < count; row++)
        t->settled[row] = t->fast.fault[row] == POL_FAULT_NONE && (but == 0 || (t->row_seed[row] + row) % but != 0);
}

static void settle_in_sequence(sequence *t, uint32_t count, uint64_t seed, const char *what)
{
    const bool clean = rp_below(&seed, 2) == 0 && t->good_count != 0;
    const uint64_t but = rp_below(&seed, 3) == 0 ? 2 + rp_below(&seed, 40) : 0;
    fill_cells(t, rp_next(&seed));
    pol_block_clear(&t->fast);
    for (uint32_t row = 0; row < count; row++) {
        t->row_seed[row] = clean && rp_below(&seed, 200) != 0 ? t->good[rp_below(&seed, t->good_count)] : rp_next(&seed);
        fill_row(&t->fast, t->row_seed[row], row, t->bound);
        for (uint32_t a = 0; a < t->code->accum_count; a++) /* not to be looked at */
            if (finds(t, a, row))
                pol_port_num(&t->fast, t->code->fields[t->code->accums[a].field].reg)[row] = (int64_t)rp_next(&seed);
    }
    uint32_t runs = 1;
    assert_true(pol_fast_cut_run(&t->fast, count, t->balances));
    g_clean += t->fast.fast->odd_count == 0;
    g_direct += t->fast.fast->slice->rank_count == 0;
    for (find_settled(t, count, but); pol_fast_cut_hold(&t->fast, t->settled); find_settled(t, count, but), runs++)
        assert_true(pol_fast_cut_again(&t->fast));
    assert_true(runs <= count + 1);
    g_again += runs - 1;
    g_rows += count;
    settle_expected(t, count, what);
}

/* Rows that the plan bears. */
static void find_good(sequence *t, uint64_t seed)
{
    for (unsigned tries = 0; tries < 200; tries += ROWS) {
        pol_block_clear(&t->fast);
        for (uint32_t row = 0; row < ROWS; row++)
            fill_row(&t->fast, seed + tries + row, row, t->bound);
        assert_true(pol_fast_try(&t->fast, ROWS));
        for (uint32_t row = 0, odd = 0; row < ROWS && t->good_count < GOOD_ROWS; row++) {
            if (odd < t->fast.fast->odd_count && t->fast.fast->odd[odd] == row)
                odd++;
            else
                t->good[t->good_count++] = seed + tries + row;
        }
    }
}

static void compare_in_sequence(const pol_program *program, const pol_code *code, uint64_t seed, bool careful, const char *what)
{
    static sequence t;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    const pol_plan *const plan = pol_plan_new(&arena, code, careful);
    g_programs++;
    if (plan != NULL && plan->cut.balances != NULL && code->accum_count <= 8) {
        g_cut++;
        t = (sequence){ .program = program, .code = code, .bound = plan->bound };
        assert_true(pol_block_init_fast(&t.fast, &arena, program, code, plan, ROWS));
        assert_true(pol_block_init(&t.wide, &arena, program, code, 1));
        find_good(&t, seed);
        for (int way = 0; way <= 2 * POL_SET_V4; way++) { /* kernels and code in turn */
            const pol_instruction_set set = (pol_instruction_set)((way + 1) / 2);
            if (way % 2 == 0 ? !pol_fast_use(&t.fast, set) : !pol_fast_use_code(&t.fast, set))
                continue;
            g_by_code += way % 2 != 0;
            for (uint32_t count = ROWS; count != 0; count /= 3)
                settle_in_sequence(&t, count, seed += 1000, what);
        }
    }
    pol_arena_reset(&arena);
}

static void test_random_programs_in_sequence(void **state)
{
    (void)state;
    g_by_code = g_programs = g_cut = g_rows = g_again = g_clean = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        char what[32];
        pol_program *program = rp_program(&g_as, seed, 1 + (uint32_t)(seed % 9));
        snprintf(what, sizeof what, "seed %u", (unsigned)seed);
        program->matters->accums[1].period = POL_LIFELONG;
        compare_in_sequence(program, program->matters, seed * 7919, seed % 2 == 0, what);
        pol_program_free(program);
        as_end(&g_as);
    }
    print_message("%u of %u programs cut, %u rows, %u runs again, %u blocks at once\n", g_cut, g_programs, g_rows, g_again, g_clean);
    assert_true(g_cut > g_programs / 2 && g_again != 0 && g_clean != 0);
}

static void test_policies_in_sequence(void **state)
{
    static const char *const k_paths[] = {
        "stdlib-policies/chongqing/banan-2018.pol", "stdlib-policies/guangdong/guangdong-2021.pol",
        "stdlib-policies/guangdong/jiangmen-2019.pol", "stdlib-policies/guangdong/zhanjiang-2018.pol",
        "stdlib-policies/sichuan/guangan-2018.pol", "tests/elsewhere/dated.pol", "tests/elsewhere/household.pol",
        "tests/elsewhere/monthly.pol", "tests/elsewhere/running.pol",
    };
    (void)state;
    for (size_t i = 0; i < sizeof k_paths / sizeof *k_paths; i++) {
        pol_program *const program = compile(k_paths[i]);
        g_by_code = g_programs = g_cut = g_rows = g_again = g_clean = 0;
        for (uint32_t m = 0; m < program->matter_count; m++)
            for (uint64_t seed = 0; seed < 40 && program->matters[m].accum_count != 0; seed++)
                compare_in_sequence(program, &program->matters[m], seed * 104729, seed % 4 == 3, k_paths[i]);
        print_message("%s: %u of %u cut, %u rows, %u runs again, %u blocks at once\n", k_paths[i], g_cut, g_programs, g_rows, g_again, g_clean);
        assert_true(g_cut == g_programs && g_again != 0 && (g_by_code != 0) == code_is_lent());
        pol_program_free(program);
    }
}

/* A policy of one matter, compared in sequence by both plans. */
static void compare_rules(const char *rules, bool careful)
{
    char text[1000];
    const int length = snprintf(text, sizeof text, "政策 \"rules-2024\" \"逐笔\" 施行 自 2024-01-01 起 业务 住院 按 出院日期 "
                                "输入 出院日期 : 日期 费用 : 金额 参保 : 是否 %s", rules);
    pol_program *const program = compile_text("rules.pol", text, (size_t)length);
    g_by_code = g_programs = g_cut = g_rows = g_again = g_clean = g_direct = 0;
    for (uint64_t seed = 0; seed < 10; seed++)
        compare_in_sequence(program, program->matters, seed * 104729, careful, rules);
    assert_true(g_cut == g_programs && g_again != 0);
    pol_program_free(program);
}

/* Slices for which there is a loop of their own. */
static void test_direct(void **state)
{
    static const char *const k_rules[] = {
        "累计 本年 : 金额 每人 每年 增加 救助基金 结算 总费用 = 费用 待遇 救助基金 条件 参保 金额 余额 封顶 1万元 累计于 本年",
        "累计 本年 : 金额 每人 每年 增加 救助基金 结算 总费用 = 费用 待遇 救助基金 金额 余额 封顶 1万元 累计于 本年",
        "累计 本年 : 金额 每人 每年 增加 费用 结算 总费用 = 费用 待遇 救助基金 条件 参保 金额 余额 封顶 1万元",
        "累计 本年 : 金额 每人 每年 增加 救助基金 结算 总费用 = 费用 待遇 救助基金 条件 参保 金额 余额 封顶 1万元",
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof k_rules / sizeof *k_rules; i++) {
        compare_rules(k_rules[i / 2], i % 2 != 0);
        assert_true(g_direct != 0);
    }
}

/* New balances that do not depend on those before: the slice does not make them. Payments with caps of several kinds. */
static void test_other_slices(void **state)
{
    static const char *const k_rules[] = {
        "累计 上次 : 金额 每人 不清零 改为 费用 结算 总费用 = 费用 待遇 救助基金 金额 较小(余额, 上次)",
        "累计 上次 : 金额 每人 不清零 改为 费用 × 30% 结算 总费用 = 费用 待遇 救助基金 金额 较小(余额, 上次) × 70%",
        "累计 最高 : 金额 每人 每年 改为 较大(最高, 费用) 结算 总费用 = 费用 待遇 救助基金 基数 余额 比例 40% 封顶 最高",
        "累计 本年 : 金额 每人 每年 增加 救助基金 结算 总费用 = 费用 待遇 救助基金 条件 参保 基数 余额 比例 70% 封顶 1万元 累计于 本年",
        "累计 本年 : 金额 每人 每年 增加 救助基金 结算 总费用 = 费用 待遇 救助基金 条件 参保 基数 余额 比例 70% 封顶 (20000元 - 本年)",
        ("累计 本年 : 金额 每人 每年 增加 甲 累计 次数 : 整数 每人 每年 增加 1 结算 总费用 = 费用 "
         "待遇 甲 条件 次数 < 3 基数 余额 比例 70% 封顶 1万元 累计于 本年 待遇 乙 条件 参保 金额 余额 封顶 (3000元 超过 本年 的部分)"),
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof k_rules / sizeof *k_rules; i++)
        compare_rules(k_rules[i / 2], i % 2 != 0);
}

/* Claims of eight persons. */
static bool run_in_sequence(pol_block *block, const pol_code *code)
{
    int64_t cells[8][8] = { { 0 } }, *where[8][64];
    pol_fast_balance balances[8];
    uint8_t settled[64] = { 0 };
    for (uint32_t a = 0; a < code->accum_count && a < 8; a++) {
        for (uint32_t row = 0; row < 64; row++)
            where[a][row] = &cells[a][row % 8];
        balances[a] = (pol_fast_balance){ .cells = where[a] };
    }
    bool done = pol_fast_cut_run(block, 64, balances);
    while (done && pol_fast_cut_hold(block, settled))
        done = pol_fast_cut_again(block);
    return done;
}

/* Plans and runs with so many bytes at most; false when they were too few. */
static bool run_within(const pol_program *program, const pol_code *code, size_t bytes)
{
    pol_arena arena;
    pol_block block;
    bool done = false;
    pol_arena_init(&arena, NULL);
    arena.limit_bytes = bytes;
    const pol_plan *const plan = pol_plan_new(&arena, code, bytes % 2 != 0);
    if (plan != NULL && pol_block_init_fast(&block, &arena, program, code, plan, 64)) {
        for (uint32_t row = 0; row < 64; row++)
            fill_row(&block, row, row, plan->bound);
        done = plan->cut.balances != NULL && bytes % 3 == 0 ? run_in_sequence(&block, code) : pol_vm_run(&block, 64);
        for (uint32_t row = 0; row < 64 && done; row++) {
            pol_str field, message;
            (void)pol_vm_error(&block, row, &arena, &field, &message);
        }
    }
    done = done && !pol_arena_failed(&arena);
    pol_arena_reset(&arena);
    return done;
}

/* Wherever memory runs out, nothing breaks. */
static void test_memory(void **state)
{
    pol_program *const program = compile("stdlib-policies/sichuan/guangan-2018.pol");
    (void)state;
    for (uint32_t m = 0; m < program->matter_count; m++) {
        size_t bytes = 1;
        while (!run_within(program, &program->matters[m], bytes))
            bytes += 1 + bytes / 97;
        assert_true(bytes > 10000);
    }
    pol_program_free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_random_programs),
        cmocka_unit_test(test_policies_in_sequence),
        cmocka_unit_test(test_random_programs_in_sequence),
        cmocka_unit_test(test_direct),
        cmocka_unit_test(test_other_slices),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
