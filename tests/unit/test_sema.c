/* The checker: what notes it leaves, and that no input, and no failing allocation, breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/sema.h"

typedef struct checked {
    pol_arena arena;
    pol_sources sources;
    pol_diags diags;
    pol_tree tree;
    pol_model model;
    bool complete;
} checked;

static void check_text(checked *c, const char *text, size_t length, const pol_allocator *allocator)
{
    *c = (checked){0};
    pol_arena_init(&c->arena, allocator);
    pol_sources_init(&c->sources, &c->arena);
    uint32_t file = pol_sources_add(&c->sources, POL_STR("t.pol"), (pol_str){text, length});
    pol_diags_init(&c->diags, &c->arena, &c->sources);
    c->tree.arena = &c->arena;
    c->complete = file != UINT32_MAX && pol_parse(&c->tree, &c->sources, file, &c->diags);
    if (c->complete && !c->diags.error_count)
        c->complete = pol_sema(&c->model, &c->tree, &c->sources, &c->diags, &c->arena);
}

#define HEAD "政策 \"t\" \"t\" 施行 自 2024-01-01 起\n业务 甲 按 日\n输入 日 : 日期 费用 : 金额 比率 : 比例 次数 : 整数 可空 类 : { 甲类, 乙类 }\n" \
             "状态 读 当 费用 > 0元 且 比率 = 0 且 类 = 甲类 且 有值(次数)\n"

static const pol_note *value_note(checked *c, const char *expression)
{
    static char text[4096];
    strcpy(text, HEAD "定义 结果 = ");
    strcat(text, expression);
    strcat(text, "\n");
    check_text(c, text, strlen(text), NULL);
    assert_true(c->complete);
    assert_int_equal(c->diags.error_count, 0);
    pol_matter *matter = c->model.matters.items[0];
    pol_symbol *symbol = pol_matter_find(matter, POL_STR("结果"));
    assert_non_null(symbol);
    return pol_note_of(matter, POL_AS(define, symbol->node)->value);
}

static void assert_type(const char *expression, pol_type_tag tag, int64_t den)
{
    checked c;
    const pol_note *note = value_note(&c, expression);
    if (note->type.tag != tag || note->type.den != den)
        fail_msg("%s: tag %d, denominator %lld", expression, (int)note->type.tag, (long long)note->type.den);
    pol_arena_reset(&c.arena);
}

static void assert_constant(const char *expression, int64_t num, int64_t den)
{
    checked c;
    const pol_note *note = value_note(&c, expression);
    if (!note->constant || note->value.num != num || note->value.den != den)
        fail_msg("%s: constant %d, %lld/%lld", expression, note->constant, (long long)note->value.num, (long long)note->value.den);
    pol_arena_reset(&c.arena);
}

/* Language 6.2: × adds decimals, a sum takes the larger, a constant divisor adds its own. */
static void denominators(void **state)
{
    (void)state;
    assert_type("费用", POL_T_MONEY, 100);
    assert_type("比率", POL_T_NUMBER, 1000000);
    assert_type("费用 × 比率", POL_T_MONEY, 100000000);
    assert_type("费用 ÷ 3", POL_T_MONEY, 300);
    assert_type("费用 ÷ 3 + 费用 ÷ 7", POL_T_MONEY, 2100);
    assert_type("费用 × 10%", POL_T_MONEY, 1000);
    assert_type("费用 ÷ 0.85", POL_T_MONEY, 1700);
    assert_type("四舍五入(费用 ÷ 3, 0.01元)", POL_T_MONEY, 100);
    assert_type("四舍五入(费用 ÷ 3, 10元)", POL_T_MONEY, 1);
    assert_type("日 - 2024-01-01", POL_T_NUMBER, 1);
    assert_type("日 + 3天", POL_T_DATE, 1);
    assert_type("较小(费用, 0.001元)", POL_T_MONEY, 1000);
    assert_type("费用 超过 1000元 的部分", POL_T_MONEY, 100);
    assert_type("当 类 = 甲类 则 费用 否则 费用 × 50%", POL_T_MONEY, 200);
    assert_type("按 类 { 甲类 : 10%; 乙类 : 25% }", POL_T_NUMBER, 20);
    assert_type("类 = 乙类", POL_T_YESNO, 1);
}

static void constants(void **state)
{
    (void)state;
    assert_constant("70% + 5个百分点", 3, 4);
    assert_constant("2万元 × 1.5", 30000, 1);
    assert_constant("1元 ÷ 3", 1, 3);
    assert_constant("四舍五入(1元 ÷ 3, 0.01元)", 33, 100);
    assert_constant("四舍六入(0.025元, 0.01元)", 1, 50);
    assert_constant("较小(3元, 2元, 5元)", 2, 1);
    assert_constant("3 - 5", -2, 1);
}

static void absence(void **state)
{
    (void)state;
    checked c;
    assert_true(value_note(&c, "次数 + 1")->type.may_absent);
    pol_arena_reset(&c.arena);
    assert_false(value_note(&c, "当 有值(次数) 则 次数 + 1 否则 0")->type.may_absent);
    pol_arena_reset(&c.arena);
    assert_false(value_note(&c, "有值(次数) 且 次数 > 1")->type.may_absent);
    pol_arena_reset(&c.arena);
    assert_false(value_note(&c, "非 有值(次数) 或 次数 > 1")->type.may_absent);
    pol_arena_reset(&c.arena);
    assert_true(value_note(&c, "有值(次数) 或 次数 > 1")->type.may_absent);
    pol_arena_reset(&c.arena);
}

/* ---- memory ------------------------------------------------------------------------------------------- */

typedef struct counter {
    size_t calls, fail_at;
    size_t live;
} counter;

static void *count_reallocate(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    counter *c = user;
    if (!new_bytes) {
        if (memory)
            c->live--;
        free(memory);
        return NULL;
    }
    if (c->fail_at && ++c->calls >= c->fail_at)
        return NULL;
    void *result = realloc(memory, new_bytes);
    if (result && !memory)
        c->live++;
    (void)old_bytes;
    return result;
}

static const char k_everything[] =
    HEAD "集合 某些 : 文字 { 子, \"丑\" }\n"
         "参数 线 : 金额 = 按 类 { 甲类 : 300元; 其余 : 500元 }\n"
         "参数 段 : 分段 由统筹区定 { 不低于 60% 当 类 = 甲类 }\n"
         "参数 限 : 金额 = 不限 由统筹区定\n"
         "累计 已付 : 金额 每人 每年 增加 救助\n"
         "定义 高 = 费用 ÷ 次数 > 100元\n"
         "状态 拒 当 高 则 高额 当 日 > 2025-01-01 则 太晚\n"
         "结算 总费用 = 费用\n"
         "先付 医保 = 费用 × 50%\n"
         "待遇 救助 条件 非 拒 基数 费用 - 医保 起付 线 分段 段 从零起 封顶 限 累计于 已付\n"
         "  条件 其余 金额 余额 超过 总费用 × 10% 的部分\n"
         "顺序 当 类 = 甲类 则 医保、救助 否则 医保\n"
         "垫付 医院 代 救助 当 类 = 甲类\n"
         "附加 名 = 按 类, 高 { 甲类, 是 : \"一\"; 甲类, 否 : \"二\"; 乙类, 不论 : \"三\" }\n"
         "案例 \"一\" 给定 费用 = 1元，类 = 甲类 期望 救助 = 0元\n";

static void failing_memory(void **state)
{
    (void)state;
    counter c = {0};
    pol_allocator allocator = {count_reallocate, &c};
    for (size_t n = 1;; n++) {
        assert_true(n < 100000);
        c.calls = 0;
        c.fail_at = n;
        checked k;
        check_text(&k, k_everything, sizeof k_everything - 1, &allocator);
        bool complete = k.complete;
        if (complete)
            assert_int_equal(k.diags.error_count, 0);
        pol_arena_reset(&k.arena);
        assert_int_equal(c.live, 0);
        if (complete && c.calls < n)
            break;
    }
}

/* The same with a limit on bytes: it runs out inside a block too, not only between blocks. */
static void little_memory(void **state)
{
    (void)state;
    checked full;
    check_text(&full, k_everything, sizeof k_everything - 1, NULL);
    assert_true(full.complete);
    size_t needed = full.arena.used_bytes;
    pol_arena_reset(&full.arena);
    for (size_t limit = 1; limit < needed; limit += 97) {
        checked c = {0};
        pol_arena_init(&c.arena, NULL);
        c.arena.limit_bytes = limit;
        pol_sources_init(&c.sources, &c.arena);
        uint32_t file = pol_sources_add(&c.sources, POL_STR("t.pol"), (pol_str){k_everything, sizeof k_everything - 1});
        pol_diags_init(&c.diags, &c.arena, &c.sources);
        c.tree.arena = &c.arena;
        if (file != UINT32_MAX && pol_parse(&c.tree, &c.sources, file, &c.diags) && !c.diags.error_count)
            assert_false(pol_sema(&c.model, &c.tree, &c.sources, &c.diags, &c.arena) && !pol_arena_failed(&c.arena));
        pol_arena_reset(&c.arena);
    }
}

/* ---- long chains ---------------------------------------------------------------------------------------- */

/* 20,000 definitions, each needing the next: no recursion follows the chain. */
static void long_chain(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    char *text = malloc(COUNT * 48 + 4096);
    assert_non_null(text);
    size_t length = (size_t)sprintf(text, "%s结算 总费用 = d0\n", HEAD);
    for (int i = 0; i < COUNT; i++)
        length += (size_t)(i + 1 < COUNT ? sprintf(text + length, "定义 d%d = d%d + 1元\n", i, i + 1)
                                         : sprintf(text + length, "定义 d%d = 费用\n", i));
    checked c;
    check_text(&c, text, length, NULL);
    assert_true(c.complete);
    assert_int_equal(c.diags.error_count, 0);
    pol_arena_reset(&c.arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(denominators), cmocka_unit_test(constants),     cmocka_unit_test(absence),
        cmocka_unit_test(failing_memory), cmocka_unit_test(little_memory), cmocka_unit_test(long_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
