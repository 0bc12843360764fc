/* The stepper and questions through the public functions: positions, what is known where, giving fields, the order of
 * parts, what is passed over, misuse; all of it with every allocation failing once. What the debugger shows of the
 * project's policies is in tests/repl. */
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
    "输入 日子 : 日期  人 : 人员  费 : 金额  备注 : 文字 = \"\"\n"
    "参数 线 : 金额 由统筹区定 依据 \"一\"\n"
    "参数 顶 : 金额 = 1000元 依据 \"一\"\n"
    "累计 已付 : 金额 每人 每年 增加 救助 依据 \"一\"\n"
    "定义 率 = 按 人 { 甲 : 30%; 乙 : 20% } 依据 \"一\"\n"
    "结算 总费用 = 费 依据 \"一\"\n"
    "待遇 救助 依据 \"一\" 条件 人 = 甲 或 费 超过 10元 基数 余额 起付 线 比例 率 封顶 顶 累计于 已付\n"
    "待遇 补助 依据 \"一\" 基数 余额 比例 当 人 = 甲 则 10% 否则 5%\n"
    "状态 多 当 个人负担 超过 100元 依据 \"一\"\n"
    "业务 别\n"
    "输入 数 : 金额\n"
    "结算 总费用 = 数\n";
/* 救助 (2000 - 100) × 30% = 570, 补助 (2000 - 570) × 10% = 143, the person 1287 */
static const char k_claim[] = "{\"编号\":\"1\",\"业务类型\":\"结\",\"日子\":\"2020-05-01\",\"人\":\"甲\",\"费\":\"2000\","
                              "\"参数\":{\"线\":\"100\"}}";

typedef struct text {
    char bytes[1 << 15];
    size_t length;
} text;

static bool collect(void *user, const char *bytes, size_t length)
{
    text *t = user;
    if (t->length + length >= sizeof t->bytes)
        return false;
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
    return true;
}

static text g_text;

static pol_writer writer(void)
{
    g_text.length = 0;
    g_text.bytes[0] = '\0';
    return (pol_writer){ collect, &g_text };
}

static pol_script *script_of(const pol_allocator *allocator)
{
    pol_script *script = pol_script_new(allocator);
    if (script != NULL && pol_script_load(script, "t.pol", k_script, sizeof k_script - 1) != POL_OK) {
        pol_script_free(script);
        return NULL;
    }
    return script;
}

typedef struct fixture {
    pol_script *script;
    pol_stepper *stepper;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f.script = script_of(NULL);
    assert_non_null(f.script);
    assert_int_equal(pol_stepper_new(f.script, POL_ZH, &f.stepper), POL_OK);
    assert_int_equal(pol_stepper_claim(f.stepper, k_claim, sizeof k_claim - 1), POL_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    pol_stepper_free(f->stepper);
    pol_script_free(f->script);
    return 0;
}

static size_t position_of(pol_stepper *stepper, const char *name)
{
    for (size_t i = 1; i <= pol_stepper_count(stepper); i++) {
        if (pol_stepper_at(stepper, i)->depth == 0 && strcmp(pol_stepper_at(stepper, i)->name, name) == 0)
            return i;
    }
    return 0;
}

/* What an expression comes to at a position; "?" with what it lacks when that is not known. */
static const char *value(pol_stepper *stepper, const char *expression, size_t position)
{
    static char shown[256];
    pol_question *question;
    pol_answer answer;
    if (pol_question_new(stepper, expression, position, writer(), &question) != POL_OK)
        return "wrong";
    assert_int_equal(pol_question_ask(question, stepper, position, &answer), POL_OK);
    snprintf(shown, sizeof shown, "%s%s", answer.known ? "" : "?", answer.text);
    pol_question_free(question);
    return shown;
}

static void test_order(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    static const struct {
        const char *name, *value;
        unsigned depth;
    } k_steps[] = {
        { "总费用", "2000.00", 0 }, { "余额", "2000.00", 1 }, { "条件", "是", 1 },     { "基数", "2000.00", 1 },
        { "线", "100.00", 2 },      { "起付", "100.00", 1 },  { "按 人", "甲", 3 },    { "甲", "30%", 4 },
        { "率", "30%", 2 },         { "比例", "30%", 1 },     { "应付", "570.00", 1 }, { "顶", "1000.00", 2 },
        { "封顶", "1000.00", 1 },   { "救助", "570.00", 0 },  { "余额", "1430.00", 1 }, { "基数", "1430.00", 1 },
        { "当", "是", 2 },          { "则", "10%", 2 },       { "比例", "10%", 1 },    { "应付", "143.00", 1 },
        { "补助", "143.00", 0 },    { "医院承担", "0.00", 0 }, { "个人负担", "1287.00", 0 }, { "合计", "2000.00", 0 },
        { "多", "是", 0 },          { "此前", "0.00", 1 },    { "增加", "570.00", 1 }, { "已付", "570.00", 0 },
    };
    const size_t count = sizeof k_steps / sizeof k_steps[0];
    assert_true(pol_stepper_settled(s));
    assert_int_equal(pol_stepper_count(s), count);
    for (size_t i = 0; i < count; i++) {
        const pol_step *step = pol_stepper_at(s, i + 1);
        assert_string_equal(step->name, k_steps[i].name);
        assert_string_equal(step->value, k_steps[i].value);
        assert_int_equal(step->depth, k_steps[i].depth);
        assert_int_equal(step->position, i + 1);
        assert_true(step->statement >= i + 1 && pol_stepper_at(s, step->statement)->depth == 0);
    }
    assert_null(pol_stepper_at(s, 0));
    assert_null(pol_stepper_at(s, count + 1));
    const pol_step *passed = pol_stepper_passed(s, 0);
    assert_string_equal(passed->formula, "5%");
    assert_int_equal(passed->position, 18);
    assert_null(pol_stepper_passed(s, 1));
}

/* The part of a benefit is the step that says it: its line and its bytes. */
static void test_places(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    const char *name, *source;
    size_t length;
    assert_true(pol_stepper_source(s, 0, &name, &source, &length));
    assert_string_equal(name, "t.pol");
    const pol_step *cap = pol_stepper_at(s, 13);
    assert_int_equal(cap->line, 11);
    const char *line = strstr(source, "待遇 救助");
    assert_memory_equal(line + cap->column, "封顶 顶 累计于 已付", strlen("封顶 顶 累计于 已付"));
    assert_int_equal(cap->end_column - cap->column, strlen("封顶 顶 累计于 已付"));
    assert_string_equal(cap->clause, "一“甲”");
    assert_false(pol_stepper_source(s, 1, &name, &source, &length));
}

static void test_known(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    const size_t aid = position_of(s, "救助"), extra = position_of(s, "补助"), person = position_of(s, "个人负担");
    assert_string_equal(value(s, "费 + 1元", 0), "2001.00");
    assert_string_equal(value(s, "总费用", 0), "?总费用");
    assert_string_equal(value(s, "救助", aid - 1), "?救助");
    assert_string_equal(value(s, "救助", aid), "570.00");
    assert_string_equal(value(s, "救助.基数 + 补助", aid), "?补助");
    assert_string_equal(value(s, "多", extra), "?个人负担");
    assert_string_equal(value(s, "多", person), "是");
    assert_string_equal(value(s, "余额", 0), "2000.00");
    assert_string_equal(value(s, "余额", aid - 1), "2000.00");
    assert_string_equal(value(s, "余额", aid), "1430.00");
    assert_string_equal(value(s, "余额 × 2", extra), "2574.00");
    assert_string_equal(value(s, "救助.余额", extra), "2000.00");
    assert_string_equal(value(s, "率", 0), "30%");
    assert_string_equal(value(s, "人", 0), "甲");
    assert_string_equal(value(s, "费 +", 0), "wrong");
    assert_non_null(strstr(g_text.bytes, "?:1:"));
    assert_string_equal(value(s, "费 状态 x 当 是", 0), "wrong");
    assert_string_equal(value(s, "", 0), "wrong");
}

static void test_set(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    assert_int_equal(pol_stepper_set(s, "费", "费 × 2 + 0.50元", 0, writer()), POL_OK);
    assert_string_equal(value(s, "费", 0), "4000.50");
    assert_int_equal(pol_stepper_set(s, "人", "乙", 0, writer()), POL_OK);
    assert_string_equal(value(s, "率", 0), "20%");
    assert_int_equal(pol_stepper_set(s, "线", "救助", 0, writer()), POL_BAD_ARGUMENT);
    assert_string_equal(g_text.bytes, "还不知道：救助\n");
    assert_int_equal(pol_stepper_set(s, "线", "10%", 0, writer()), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_set(s, "人", "丙", 0, writer()), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_set(s, "没有", "1元", 0, writer()), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_set(s, "备注", "\"甲\\乙\"", 0, writer()), POL_OK);
    assert_int_equal(pol_stepper_set(s, "备注", "\"甲\" 期望 总费用 = 1元 给定 费 = 1元", 0, writer()), POL_BAD_ARGUMENT);
    assert_string_equal(value(s, "费", 0), "4000.50");
    assert_int_equal(pol_stepper_put(s, "线", NULL), POL_FINDINGS);
    assert_false(pol_stepper_settled(s));
    assert_string_equal(pol_stepper_at(s, 1)->value, "缺少字段");
    assert_int_equal(pol_stepper_put(s, "线", "\"50\""), POL_OK);
    assert_int_equal(pol_stepper_write(s, writer()), POL_OK);
    assert_string_equal(g_text.bytes, "{\"编号\": \"1\", \"业务类型\": \"结\", \"日子\": \"2020-05-01\", \"人\": \"乙\", "
                                      "\"费\": \"4000.50\", \"备注\": \"甲\\\\乙\", \"参数\": {\"线\": \"50\"}}");
    assert_int_equal(pol_stepper_put(s, "业务类型", "\"别\""), POL_FINDINGS);
    assert_string_equal(pol_stepper_matter(s), "别");
}

static void test_fields(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    const pol_claim_field *person = pol_stepper_field(s, 1), *line = pol_stepper_field(s, 5), *top = pol_stepper_field(s, 6);
    assert_string_equal(person->name, "人");
    assert_int_equal(person->takes, POL_TAKES_LABEL);
    assert_int_equal(person->label_count, 2);
    assert_string_equal(person->labels[1], "乙");
    assert_string_equal(line->name, "线");
    assert_int_equal(line->role, POL_IS_OPEN_PARAMETER);
    assert_string_equal(line->literal, "100元");
    assert_string_equal(line->clause, "一");
    assert_string_equal(top->name, "顶");
    assert_int_equal(top->role, POL_IS_FIXED_PARAMETER);
    assert_string_equal(top->value, "1000.00");
    assert_null(pol_stepper_field(s, 7));
}

/* What is exported is an example that passes. */
static void test_example(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    assert_int_equal(pol_stepper_example(s, "出口", writer()), POL_OK);
    static char whole[1 << 14];
    char *end = strstr(strcpy(whole, k_script), "业务 别");
    strcpy(end, g_text.bytes);
    pol_script *script = pol_script_new(NULL);
    assert_int_equal(pol_script_load(script, "again.pol", whole, strlen(whole)), POL_OK);
    pol_test_summary summary;
    assert_int_equal(pol_script_test(script, false, POL_TEXT, POL_ZH, writer(), &summary), POL_OK);
    assert_int_equal(summary.passed, 1);
    pol_script_free(script);
}

static void test_why(void **state)
{
    pol_stepper *s = ((fixture *)*state)->stepper;
    assert_int_equal(pol_stepper_why(s, "个人负担", writer()), POL_OK);
    assert_non_null(strstr(g_text.bytes, "救助"));
    assert_non_null(strstr(g_text.bytes, "线"));
    assert_int_equal(pol_stepper_why(s, "没有", writer()), POL_BAD_ARGUMENT);
}

/* ---- every allocation fails once ----------------------------------------------------------------------------- */

/* A little session; what comes of it is not looked at, only that nothing leaks or crashes. */
static void live(const pol_allocator *allocator)
{
    pol_script *script = script_of(allocator);
    pol_stepper *stepper = NULL;
    pol_question *question = NULL;
    pol_answer answer;
    if (script == NULL || pol_stepper_new(script, POL_ZH, &stepper) != POL_OK) {
        pol_script_free(script);
        return;
    }
    (void)pol_stepper_claim(stepper, k_claim, sizeof k_claim - 1);
    (void)pol_stepper_set(stepper, "费", "费 + 1元", 0, writer());
    (void)pol_stepper_set(stepper, "人", "乙", 0, writer());
    (void)pol_stepper_field(stepper, 0);
    if (pol_question_new(stepper, "救助 + 余额", 3, writer(), &question) == POL_OK)
        (void)pol_question_ask(question, stepper, SIZE_MAX, &answer);
    pol_question_free(question);
    (void)pol_stepper_why(stepper, "补助", writer());
    (void)pol_stepper_explain(stepper, writer());
    (void)pol_stepper_example(stepper, "x", writer());
    for (size_t i = 1; i <= pol_stepper_count(stepper); i++)
        assert_non_null(pol_stepper_at(stepper, i)->name);
    pol_stepper_free(stepper);
    pol_script_free(script);
}

static void test_allocations(void **state)
{
    (void)state;
    failing count = { 0 };
    live(&(pol_allocator){ reallocate, &count });
    assert_int_equal(count.held, 0);
    for (unsigned at = 1; at <= count.calls; at++) {
        failing f = { .fail_at = at };
        live(&(pol_allocator){ reallocate, &f });
        assert_int_equal(f.held, 0);
    }
}

static void test_misuse(void **state)
{
    (void)state;
    pol_script *script = pol_script_new(NULL);
    pol_stepper *stepper;
    assert_int_equal(pol_stepper_new(script, POL_ZH, &stepper), POL_BAD_ARGUMENT);
    assert_null(stepper);
    pol_script_free(script);
    script = script_of(NULL);
    assert_int_equal(pol_stepper_new(script, POL_EN, &stepper), POL_OK);
    pol_question *question;
    assert_int_equal(pol_question_new(stepper, "1", 0, writer(), &question), POL_BAD_ARGUMENT); /* no matter */
    assert_null(pol_stepper_matter(stepper));
    assert_null(pol_stepper_field(stepper, 0));
    assert_null(pol_stepper_name(stepper, 0));
    assert_int_equal(pol_stepper_why(stepper, "总费用", writer()), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_example(stepper, "x", writer()), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_put(stepper, "费", "1"), POL_BAD_ARGUMENT);
    assert_int_equal(pol_stepper_claim(stepper, "[1,", 3), POL_FINDINGS);
    assert_int_equal(pol_stepper_put(stepper, "业务类型", "\"结\""), POL_FINDINGS);
    assert_string_equal(pol_stepper_matter(stepper), "结");
    pol_stepper_free(stepper);
    pol_stepper_free(NULL);
    pol_question_free(NULL);
    pol_script_free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_example, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_why, set_up, tear_down),
        cmocka_unit_test(test_allocations),
        cmocka_unit_test(test_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
