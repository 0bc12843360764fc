/* Comparisons with allocations failing and with writers that stop; misuse. What a comparison says is tested in
 * tests/diff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pol/pol.h>

#include "failing.h"
#include "written.h"

static const char k_old[] =
    "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n"
    "条款 \"一\" \"甲\"\n"
    "类别 人员 { 甲, 乙 }\n"
    "业务 结 按 日子\n"
    "输入 日子 : 日期  人 : 人员  费 : 金额  成 : 比例 可空\n"
    "参数 线 : 金额 由统筹区定 依据 \"一\"\n"
    "参数 档 : 分段 由统筹区定 { 不低于 60% } 依据 \"一\"\n"
    "累计 已付 : 金额 每人 每年 增加 救助 依据 \"一\"\n"
    "定义 率 = 按 人 { 甲 : 30%; 乙 : 20% } 依据 \"一\"\n"
    "要求 费 不超过 9万元 \"过多\"\n"
    "结算 总费用 = 费 依据 \"一\"\n"
    "待遇 救助 依据 \"一\" 条件 人 = 甲 或 费 超过 10元 基数 余额 起付 线 比例 率 封顶 1000元 累计于 已付\n"
    "待遇 补助 依据 \"一\" 基数 余额 分段 档\n"
    "待遇 另付 条件 日子 超过 2021-05-01 且 有值(成) 金额 余额 × 成\n"
    "状态 不予 当 人 = 乙 则 乙类 依据 \"一\"\n";
static const char k_claims[] =
    "{\"编号\":\"1\",\"参保人\":\"P\",\"业务类型\":\"结\",\"日子\":\"2020-05-01\",\"人\":\"甲\",\"费\":\"2000.00\",\"参数\":{\"线\":\"100.00\",\"档\":[{\"上限\":null,\"比例\":\"0.7\"}]}}\n"
    "{\"编号\":\"2\",\"参保人\":\"Q\",\"业务类型\":\"结\",\"日子\":\"2020-05-02\",\"人\":\"乙\",\"费\":\"90.00\",\"参数\":{\"线\":\"10.00\",\"档\":[{\"上限\":null,\"比例\":\"0.6\"}]}}\n"
    "{\"编号\":\"3\",\"业务类型\":\"结\",\"日子\":\"2020-05-02\",\"人\":\"丙\",\"费\":\"90.00\"}\n";

/* The text with the first `from` made `to`. */
static void replaced(char *to_text, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    const size_t before = (size_t)(at - text);
    memcpy(to_text, text, before);
    strcpy(to_text + before, to);
    strcat(to_text, at + strlen(from));
}

static pol_status load(const pol_allocator *allocator, const char *text, pol_diff_side *side, pol_program **program)
{
    side->script = pol_script_new(allocator);
    if (side->script == NULL)
        return POL_NO_MEMORY;
    pol_status status = pol_script_load(side->script, "t.pol", text, strlen(text));
    if (status == POL_OK)
        status = pol_script_compile(side->script, program);
    side->program = *program;
    return status;
}

static pol_status report(pol_diff *diff, written *w)
{
    const pol_writer out = { take, w };
    pol_status status = pol_diff_claims(diff, NULL, &out);
    if (status == POL_OK)
        status = pol_diff_feed(diff, k_claims, strlen(k_claims));
    if (status == POL_OK)
        status = pol_diff_finish(diff);
    for (pol_diff_form form = POL_DIFF_TEXT; form <= POL_DIFF_SUMMARY && (status == POL_OK || status == POL_FINDINGS); form++)
        status = pol_diff_write(diff, form, out);
    return status;
}

/* Compares, settles claims under both and writes every form; then looks at the new script by itself. */
static pol_status compare(const pol_allocator *allocator, const char *old_text, const char *new_text, written *w)
{
    pol_diff_side old_side = { NULL, NULL }, new_side = { NULL, NULL };
    pol_program *old_program = NULL, *new_program = NULL;
    pol_diff *diff = NULL;
    pol_status status = load(allocator, old_text, &old_side, &old_program);
    if (status == POL_OK)
        status = load(allocator, new_text, &new_side, &new_program);
    if (status == POL_OK) {
        status = pol_diff_new(allocator, old_side, new_side, POL_ZH, &diff);
        assert_true((diff != NULL) == (status == POL_OK || status == POL_FINDINGS));
        if (diff != NULL)
            status = report(diff, w);
        pol_diff_free(diff);
        if (status == POL_OK)
            status = pol_script_deep(new_side.script, new_program, POL_JSON, POL_EN, (pol_writer){ take, w });
    }
    pol_program_free(old_program);
    pol_program_free(new_program);
    pol_script_free(old_side.script);
    pol_script_free(new_side.script);
    return status;
}

static void test_comparing_survives_failing_allocations(void **state)
{
    (void)state;
    char changed[sizeof k_old + 64];
    replaced(changed, k_old, "甲 : 30%", "甲 : 35%");
    failing f = { 0 };
    const pol_allocator allocator = { reallocate, &f };
    written all = { .room = SIZE_MAX };
    const pol_status whole = compare(&allocator, k_old, changed, &all);
    assert_true(whole == POL_OK || whole == POL_FINDINGS);
    assert_true(all.length > 2000);
    assert_int_equal(f.held, 0);
    const unsigned calls = f.calls;
    for (unsigned at = 1; at <= calls; at += at < 100 ? 1 : 1 + at / 12) {
        for (int from_then_on = 0; from_then_on < 2; from_then_on++) {
            written some = { .room = SIZE_MAX };
            f = (failing){ .fail_at = at, .from_then_on = from_then_on != 0 };
            const pol_status status = compare(&allocator, k_old, changed, &some);
            assert_int_equal(f.held, 0);
            if (from_then_on || status == POL_NO_MEMORY)
                assert_int_equal(status, POL_NO_MEMORY);
            else /* something did without: then nothing is missing */
                assert_true(status == whole && some.length == all.length && some.sum == all.sum);
        }
    }
}

static void test_a_writer_that_stops_is_reported(void **state)
{
    (void)state;
    written w = { .room = 10 };
    assert_int_equal(compare(NULL, k_old, k_old, &w), POL_WRITE_FAILED);
    char changed[sizeof k_old + 64];
    replaced(changed, k_old, "甲 : 30%", "甲 : 35%");
    w = (written){ .room = 3000 };
    assert_int_equal(compare(NULL, k_old, changed, &w), POL_WRITE_FAILED);
}

static void test_misuse_is_refused(void **state)
{
    (void)state;
    pol_diff *diff = NULL;
    pol_diff_side side = { NULL, NULL };
    pol_program *program = NULL;
    assert_int_equal(pol_diff_new(NULL, side, side, POL_ZH, &diff), POL_BAD_ARGUMENT);
    assert_null(diff);
    assert_int_equal(load(NULL, k_old, &side, &program), POL_OK);
    assert_int_equal(pol_diff_new(NULL, side, side, POL_EN, &diff), POL_OK);
    assert_int_equal(pol_diff_feed(diff, k_claims, strlen(k_claims)), POL_BAD_ARGUMENT); /* before pol_diff_claims */
    assert_int_equal(pol_diff_finish(diff), POL_BAD_ARGUMENT);
    assert_int_equal(pol_diff_claims(diff, NULL, NULL), POL_OK);
    assert_int_equal(pol_diff_claims(diff, NULL, NULL), POL_BAD_ARGUMENT);
    pol_diff_free(diff);
    pol_program_free(program);
    pol_script_free(side.script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparing_survives_failing_allocations),
        cmocka_unit_test(test_a_writer_that_stops_is_reported),
        cmocka_unit_test(test_misuse_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
