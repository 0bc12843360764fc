/* Pages of a script with allocations failing and with writers that stop; misuse. What a page holds is compared in
 * tests/page. */
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

static const char k_script[] =
    "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n"
    "条款 \"一\" \"甲\"\n"
    "类别 人员 { 甲, 乙 }\n"
    "业务 结 按 日子\n"
    "输入 日子 : 日期  人 : 人员  费 : 金额\n"
    "参数 线 : 金额 由统筹区定 依据 \"一\"\n"
    "累计 已付 : 金额 每人 每年 增加 救助 依据 \"一\"\n"
    "定义 率 = 按 人 { 甲 : 30%; 乙 : 20% } 依据 \"一\"\n"
    "结算 总费用 = 费 依据 \"一\"\n"
    "待遇 救助 依据 \"一\" 条件 人 = 甲 或 费 超过 10元 基数 余额 起付 线 比例 率 封顶 1000元 累计于 已付\n"
    "待遇 补助 依据 \"一\" 基数 余额 分段 { [10元, 100元) : 10%; [100元, 不限) : 20% }\n"
    "状态 不予 当 人 = 乙 则 乙类 依据 \"一\"\n"
    "案例 \"一\" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 2000元, 线 = 100元 期望 救助 = 570元\n";

static pol_status write_page(const pol_allocator *allocator, const char *text, pol_audience audience, written *w)
{
    pol_script *script = pol_script_new(allocator);
    if (script == NULL)
        return POL_NO_MEMORY;
    pol_status status = pol_script_load(script, "t.pol", text, strlen(text));
    if (status == POL_OK || status == POL_FINDINGS)
        status = pol_script_page(script, audience, POL_ZH, (pol_writer){ take, w });
    pol_script_free(script);
    return status;
}

static pol_status write_index(const pol_allocator *allocator, written *w)
{
    pol_script *script = pol_script_new(allocator);
    if (script == NULL)
        return POL_NO_MEMORY;
    pol_status status = pol_script_load(script, "t.pol", k_script, strlen(k_script));
    static const char *const k_addresses[] = { "t.html", "u.html" };
    pol_script *const scripts[] = { script, script };
    if (status == POL_OK)
        status = pol_page_index(scripts, k_addresses, 2, POL_EN, (pol_writer){ take, w });
    pol_script_free(script);
    return status;
}

/* A page settles thousands of claims, so that only some of its allocations fail. */
static void fail_in_turn(pol_audience audience)
{
    failing f = { 0 };
    const pol_allocator allocator = { reallocate, &f };
    written all = { .room = SIZE_MAX };
    assert_int_equal(write_page(&allocator, k_script, audience, &all), POL_OK);
    assert_int_equal(f.held, 0);
    const unsigned calls = f.calls;
    for (unsigned at = 1; at <= calls; at += at < 300 ? 1 : at / 12) {
        for (int from_then_on = 0; from_then_on < 2; from_then_on++) {
            written some = { .room = SIZE_MAX };
            f = (failing){ .fail_at = at, .from_then_on = from_then_on != 0 };
            const pol_status status = write_page(&allocator, k_script, audience, &some);
            assert_int_equal(f.held, 0);
            if (from_then_on)
                assert_int_equal(status, POL_NO_MEMORY);
            else if (status == POL_OK) /* something did without: then nothing is missing */
                assert_true(some.length == all.length && some.sum == all.sum);
            else
                assert_int_equal(status, POL_NO_MEMORY);
        }
    }
}

static void test_a_page_survives_failing_allocations(void **state)
{
    (void)state;
    fail_in_turn(POL_FOR_OFFICERS);
}

static void test_a_card_survives_failing_allocations(void **state)
{
    (void)state;
    fail_in_turn(POL_FOR_CITIZENS);
}

static void test_an_index_survives_failing_allocations(void **state)
{
    (void)state;
    failing f = { 0 };
    const pol_allocator allocator = { reallocate, &f };
    written all = { .room = SIZE_MAX };
    assert_int_equal(write_index(&allocator, &all), POL_OK);
    const unsigned calls = f.calls;
    for (unsigned at = 1; at <= calls; at++) {
        written some = { .room = SIZE_MAX };
        f = (failing){ .fail_at = at, .from_then_on = true };
        assert_int_equal(write_index(&allocator, &some), POL_NO_MEMORY);
        assert_int_equal(f.held, 0);
    }
}

static void test_a_writer_that_stops_is_reported(void **state)
{
    (void)state;
    written w = { .room = 1000 };
    assert_int_equal(write_page(NULL, k_script, POL_FOR_OFFICERS, &w), POL_WRITE_FAILED);
    w = (written){ .room = 10 };
    assert_int_equal(write_index(NULL, &w), POL_WRITE_FAILED);
}

static void test_scripts_with_errors_are_refused(void **state)
{
    (void)state;
    written w = { .room = SIZE_MAX };
    assert_int_equal(write_page(NULL, "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n结算 总费用 = 无\n", POL_FOR_OFFICERS, &w), POL_BAD_ARGUMENT);
    assert_int_equal(write_page(NULL, "?", POL_FOR_CITIZENS, &w), POL_BAD_ARGUMENT);
    assert_int_equal(pol_page_index(NULL, NULL, 0, POL_ZH, (pol_writer){ take, &w }), POL_BAD_ARGUMENT);
    assert_int_equal(w.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_survives_failing_allocations),
        cmocka_unit_test(test_a_card_survives_failing_allocations),
        cmocka_unit_test(test_an_index_survives_failing_allocations),
        cmocka_unit_test(test_a_writer_that_stops_is_reported),
        cmocka_unit_test(test_scripts_with_errors_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
