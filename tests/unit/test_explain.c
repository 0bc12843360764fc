/* The life cycle of a script through the public functions with every allocation failing once; trees of
 * long chains of definitions; misuse. What explain says is compared in tests/cli and tests/golden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pol/pol.h>

#include "failing.h"

static const char k_script[] =
    "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n"
    "条款 \"一\" \"甲\"\n"
    "类别 人员 { 甲, 乙 }\n"
    "业务 结 按 日子\n"
    "输入 日子 : 日期  人 : 人员  费 : 金额\n"
    "参数 线 : 金额 由统筹区定 依据 \"一\"\n"
    "要求 费 ≤ 100万元 \"太多\" 依据 \"一\"\n"
    "累计 已付 : 金额 每人 每年 增加 救助 依据 \"一\"\n"
    "定义 率 = 按 人 { 甲 : 30%; 乙 : 20% } 依据 \"一\"\n"
    "结算 总费用 = 费 依据 \"一\"\n"
    "待遇 救助 依据 \"一\" 条件 人 = 甲 或 费 超过 10元 基数 余额 起付 线 比例 率 封顶 1000元 "
    "累计于 已付\n"
    "待遇 补助 依据 \"一\" 基数 余额 分段 { [10元, 100元) : 10%; [100元, 不限) : 20% }\n"
    "垫付 机构 代 救助 当 人 = 甲 依据 \"一\"\n"
    "状态 不予 当 人 = 乙 则 乙类 依据 \"一\"\n"
    "附加 档 = 当 人 = 甲 则 \"甲类\" 否则 \"乙类\" 依据 \"一\"\n"
    "案例 \"一\" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 2000元, 线 = 100元 期望 救助 = 570元, 档 = "
    "\"甲类\"\n"
    "案例 \"二\" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 2000元, 线 = 100元 期望 救助 = 571元\n";
static const char k_claim[] = "{\"业务类型\":\"结\",\"日子\":\"2020-05-01\",\"人\":\"甲\",\"费\":"
                              "\"2000\",\"参数\":{\"线\":\"100\"}}";

static bool count_bytes(void *user, const char *bytes, size_t length)
{
    (void)bytes;
    *(size_t *)user += length;
    return true;
}

typedef struct file {
    char bytes[1 << 16];
    size_t length;
} file;

static bool to_file(void *user, const char *bytes, size_t length)
{
    file *f = user;
    assert_true(f->length + length <= sizeof f->bytes);
    memcpy(f->bytes + f->length, bytes, length);
    f->length += length;
    return true;
}

/* Writes a program and reads it again. */
static pol_status save_and_load(const pol_allocator *allocator, const pol_program *program)
{
    static file saved;
    saved.length = 0;
    char reason[256];
    pol_program *again = NULL;
    pol_status status = pol_program_save(program, (pol_writer){ to_file, &saved });
    if (status == POL_OK)
        status = pol_program_load(allocator, saved.bytes, saved.length, reason, &again);
    if (status == POL_OK)
        assert_string_equal(pol_program_id(again), "t");
    pol_program_free(again);
    return status;
}

/* Everything that can be done with a script; false as soon as something reports no memory. */
static bool live(const pol_allocator *allocator)
{
    size_t bytes = 0;
    const pol_writer out = { count_bytes, &bytes };
    pol_script *script = pol_script_new(allocator);
    if (script == NULL)
        return false;
    pol_program *program = NULL;
    pol_test_summary summary;
    pol_status status = pol_script_load(script, "t.pol", k_script, sizeof k_script - 1);
    static const char *const k_stages[] = { "tokens", "tree", "types", "code" };
    for (size_t i = 0; i < sizeof k_stages / sizeof k_stages[0] && status == POL_OK; i++)
        status = pol_script_dump(script, k_stages[i], POL_ZH, out);
    if (status == POL_OK)
        status = pol_script_compile(script, &program);
    if (status == POL_OK)
        status = pol_program_disassemble(program, POL_ZH, out);
    if (status == POL_OK)
        status = save_and_load(allocator, program);
    if (status == POL_OK)
        status = pol_explain(script, k_claim, sizeof k_claim - 1, POL_TEXT, POL_ZH, out);
    if (status == POL_OK)
        status = pol_explain(script, k_claim, sizeof k_claim - 1, POL_JSON, POL_EN, out);
    if (status == POL_OK) {
        status = pol_script_test(script, true, POL_TEXT, POL_ZH, out, &summary);
        if (status == POL_FINDINGS) {
            assert_int_equal(summary.passed, 1);
            assert_int_equal(summary.failed, 1);
            status = POL_OK;
        }
    }
    pol_coverage_summary reached;
    if (status == POL_OK)
        status = pol_script_coverage(script, POL_TEXT, POL_ZH, out, &reached);
    if (status == POL_OK)
        status = pol_script_coverage(script, POL_JSON, POL_EN, out, &reached);
    pol_program_free(program);
    pol_script_free(script);
    assert_true(status == POL_OK || status == POL_NO_MEMORY);
    return status == POL_OK;
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    failing f = { 0 };
    const pol_allocator allocator = { reallocate, &f };
    assert_true(live(&allocator));
    assert_int_equal(f.held, 0);
    const unsigned calls = f.calls;
    for (unsigned at = 1; at <= calls; at++) {
        for (int from_then_on = 0; from_then_on < 2; from_then_on++) {
            f = (failing){ .fail_at = at, .from_then_on = from_then_on != 0 };
            const bool lived = live(&allocator);
            assert_int_equal(f.held, 0);
            if (from_then_on)
                assert_false(lived);
        }
    }
}

/* The search runs many claims, so that only some of its allocations fail. */
static pol_status seek(const pol_allocator *allocator, pol_coverage_summary *found)
{
    size_t bytes = 0;
    pol_script *script = pol_script_new(allocator);
    if (script == NULL)
        return POL_NO_MEMORY;
    pol_status status = pol_script_load(script, "t.pol", k_script, sizeof k_script - 1);
    if (status == POL_OK)
        status = pol_script_missing(script, POL_ZH, (pol_writer){ count_bytes, &bytes }, found);
    pol_script_free(script);
    return status;
}

static void test_the_search_survives_failing_allocations(void **state)
{
    (void)state;
    failing f = { 0 };
    const pol_allocator allocator = { reallocate, &f };
    pol_coverage_summary all, some;
    assert_int_equal(seek(&allocator, &all), POL_OK);
    assert_int_equal(f.held, 0);
    assert_int_equal(all.reached, all.all); /* every part of this script can be reached */
    const unsigned calls = f.calls;
    for (unsigned at = 1; at <= calls; at += at < 400 ? 1 : at / 16) {
        f = (failing){ .fail_at = at, .from_then_on = true };
        assert_int_equal(seek(&allocator, &some), POL_NO_MEMORY);
        assert_int_equal(f.held, 0);
    }
}

/* ---- writers that stop ------------------------------------------------------------------------------- */

static bool take_some(void *user, const char *bytes, size_t length)
{
    size_t *room = user;
    (void)bytes;
    if (length > *room)
        return false;
    *room -= length;
    return true;
}

static pol_script *load(const char *text, size_t length)
{
    pol_script *script = pol_script_new(NULL);
    assert_non_null(script);
    assert_int_equal(pol_script_load(script, "t.pol", text, length), POL_OK);
    return script;
}

static void test_writers_that_stop(void **state)
{
    (void)state;
    pol_script *script = load(k_script, sizeof k_script - 1);
    size_t room = 10;
    const pol_writer out = { take_some, &room };
    assert_int_equal(pol_explain(script, k_claim, sizeof k_claim - 1, POL_TEXT, POL_ZH, out),
                     POL_WRITE_FAILED);
    assert_int_equal(pol_script_test(script, true, POL_TEXT, POL_ZH, out, NULL), POL_WRITE_FAILED);
    assert_int_equal(pol_script_dump(script, "tree", POL_ZH, out), POL_WRITE_FAILED);
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    assert_int_equal(pol_program_disassemble(program, POL_EN, out), POL_WRITE_FAILED);
    assert_int_equal(pol_program_save(program, out), POL_WRITE_FAILED);
    pol_program_free(program);
    pol_script_free(script);
}

/* ---- misuse ------------------------------------------------------------------------------------------- */

static void test_misuse(void **state)
{
    (void)state;
    size_t bytes = 0;
    const pol_writer out = { count_bytes, &bytes };
    pol_program *program;
    pol_script *script = pol_script_new(NULL);
    assert_int_equal(pol_script_dump(script, "tree", POL_ZH, out), POL_BAD_ARGUMENT);
    assert_int_equal(pol_script_compile(script, &program), POL_FINDINGS);
    assert_null(program);
    assert_int_equal(pol_explain(script, "{}", 2, POL_TEXT, POL_ZH, out), POL_BAD_ARGUMENT);
    assert_int_equal(pol_script_load(script, "t.pol", "政策", 6), POL_FINDINGS);
    assert_int_equal(pol_script_load(script, "t.pol", "政策", 6), POL_BAD_ARGUMENT);
    assert_int_equal(pol_script_compile(script, &program), POL_FINDINGS);
    assert_int_equal(pol_explain(script, "{}", 2, POL_TEXT, POL_ZH, out), POL_BAD_ARGUMENT);
    assert_int_equal(pol_script_test(script, false, POL_TEXT, POL_ZH, out, NULL), POL_BAD_ARGUMENT);
    assert_int_equal(pol_script_dump(script, "types", POL_ZH, out), POL_FINDINGS);
    assert_int_equal(pol_script_dump(script, "nothing", POL_ZH, out), POL_BAD_ARGUMENT);
    pol_script_free(script);
    pol_script_free(NULL);
    pol_program_free(NULL);

    script = load(k_script, sizeof k_script - 1);
    static const char *const k_bad[] = {
        "", "{", "[]", "{}", "null", "{\"业务类型\":1}", "\xff", "{\"业务类型\":\"结\"}"
    };
    for (size_t i = 0; i < sizeof k_bad / sizeof k_bad[0]; i++) {
        assert_int_equal(pol_explain(script, k_bad[i], strlen(k_bad[i]), POL_TEXT, POL_EN, out),
                         POL_FINDINGS);
        assert_int_equal(pol_explain(script, k_bad[i], strlen(k_bad[i]), POL_JSON, POL_ZH, out),
                         POL_FINDINGS);
    }
    pol_script_free(script);
}

/* ---- size ---------------------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#endif

/* Definitions that build on each other: `form` has the number of the one before, twice. */
static void explain_chain(const char *first, const char *form, const char *last, unsigned count)
{
    const size_t room = 256 + count * 256;
    char *text = malloc(room);
    assert_non_null(text);
    size_t length = (size_t)snprintf(
        text, room, "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n业务 结\n输入 费 : 金额\n%s", first);
    for (unsigned i = 1; i <= count; i++)
        length += (size_t)snprintf(text + length, room - length, form, i, i - 1, i - 1);
    length += (size_t)snprintf(text + length, room - length, last, count);
    pol_script *script = load(text, length);
    free(text);
    size_t bytes = 0;
    const pol_writer out = { count_bytes, &bytes };
    const char claim[] = "{\"业务类型\":\"结\",\"费\":\"2000\"}";
    assert_int_equal(pol_explain(script, claim, sizeof claim - 1, POL_TEXT, POL_ZH, out), POL_OK);
    assert_int_equal(pol_explain(script, claim, sizeof claim - 1, POL_JSON, POL_ZH, out), POL_OK);
    assert_true(bytes < 4000000);
    pol_script_free(script);
}

static void test_chains_of_definitions(void **state)
{
    (void)state;
    explain_chain("定义 率0 = 1%\n", "定义 率%u = 较小(率%u, 率%u)\n", "结算 总费用 = 费 × 率%u\n",
                  10000);
    explain_chain("定义 比0 = 1%\n", "定义 比%u = 比%u + 比%u\n", "结算 总费用 = 费 × 比%u\n", 30);
    explain_chain("定义 额0 = 费\n", "定义 额%u = 较小(额%u, 额%u)\n", "结算 总费用 = 额%u\n",
                  10000);
    explain_chain("定义 真0 = 费 超过 1元\n", "定义 真%u = 真%u 且 真%u\n",
                  "结算 总费用 = 当 真%u 则 费 否则 0元\n", 10000);
    explain_chain("定义 商0 = 费 ÷ (费 + 1元)\n", "定义 商%u = 当 费 超过 1元 则 商%u 否则 商%u\n",
                  "结算 总费用 = 费\n附加 商 = 商%u\n", 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_the_search_survives_failing_allocations),
        cmocka_unit_test(test_writers_that_stop),
        cmocka_unit_test(test_misuse),
        cmocka_unit_test(test_chains_of_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
