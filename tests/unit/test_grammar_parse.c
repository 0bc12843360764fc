/* Every construct in Chinese, in English and mixed gives the same tree; what belongs to what. */
#include "test_grammar.h"

/* ---- twins --------------------------------------------------------------------------------------------- */

typedef struct twin {
    const char *zh, *en, *mixed;
} twin;

#define ZH_HEAD "政策 \"p\" \"t\" 施行 自 2024-01-01 起\n"
#define EN_HEAD "policy \"p\" \"t\" effective from 2024-01-01 on\n"

static const twin k_headers[] = {
    { "政策 \"p\" \"t\"", "policy \"p\" \"t\"", "政策 “p” “t”" },
    { "政策 \"p\" \"t\" 文号 \"a\" 地区 \"b\" 印发 2018-10-21 系列 \"s\" 沿用 \"../x.pol\" 施行 自 "
      "2018-10-21 至 2020-12-31 期外照算 取整 四舍五入 1元 依据 \"a\"、\"b\"",
      "policy \"p\" \"t\" doc_no \"a\" region \"b\" issued 2018-10-21 series \"s\" extends "
      "\"../x.pol\" effective from 2018-10-21 to 2020-12-31 settle_outside round 四舍五入 1 yuan "
      "basis \"a\", \"b\"",
      "政策 \"p\" \"t\" doc_no \"a\" 地区 \"b\" issued 2018年10月21日 系列 \"s\" extends "
      "\"../x.pol\" 施行 from 2018-10-21 至 2020-12-31 settle_outside 取整 四舍五入 1元 basis "
      "\"a\"，\"b\"" },
    { "政策 \"p\" \"t\" 依据 \"a\" 施行 自 2018-10-21 起 依据 \"b\" 文号 \"c\"",
      "policy \"p\" \"t\" basis \"a\" doc_no \"c\" effective from 2018-10-21 on basis \"b\"",
      "policy \"p\" \"t\" 施行 自 2018-10-21 on doc_no \"c\" 依据 \"a\", \"b\"" },
};

static const twin k_statements[] = {
    { "条款 \"三\" \"摘要\"", "clause \"三\" \"摘要\"", "条款 “三” \"摘要\"" },
    { "条款 \"三\" \"摘要\" 不计算 \"理由\"", "clause \"三\" \"摘要\" no_rule \"理由\"",
      "条款 \"三\" \"摘要\" no_rule \"理由\"" },
    { "类别 a { 甲, 乙 }", "category a { 甲, 乙 }", "类别 a ｛甲、乙，｝" },
    { "类别 a 增加 { \"甲(1)\", 乙, } 依据 \"一\"", "category a add { \"甲(1)\", 乙 } basis \"一\"",
      "category a 增加 { “甲(1)”, 乙 } 依据 \"一\"" },
    { "集合 a : b { 甲 }", "set a : b { 甲 }", "集合 a：b { 甲, }" },
    { "集合 a : 文字 { 甲 } 依据 \"一\"", "set a : text { 甲 } basis \"一\"",
      "set a : 文字 { 甲 } 依据 \"一\"" },
    { "集合 a 增加 { 甲 }", "set a add { 甲 }", "集合 a add { 甲 }" },
    { "参数 a : 金额 = 5000元", "parameter a : amount = 5000 yuan", "参数 a : amount ＝ 5000元" },
    { "参数 a : 比例 由统筹区定 { 不低于 80% 当 b 属于 c 依据 \"一\"; 等于 100%; 超过 0; 低于 1; "
      "不等于 2; 不超过 3; }",
      "parameter a : ratio set_by_region { at_least 80% when b in c basis \"一\"; equals 100%; "
      "above 0; below 1; not_equals 2; at_most 3 }",
      "参数 a : ratio 由统筹区定 { ≥ 80％ 当 b in c 依据 \"一\"；= 100%；＞ 0；< 1；<> 2；≦ 3 }" },
    { "参数 a : 整数 可空 必填 当 b 依据 \"一\" 由统筹区定 依据 \"二\"",
      "parameter a : integer set_by_region optional basis \"一\" required when b basis \"二\"",
      "parameter a : 整数 可空 由统筹区定 required 当 b 依据 \"一\"、\"二\"" },
    { "参数 a", "parameter a", "参数 a" },
    { "参数 a = { 自 2022-01-01 起 : 3元; 自 2023-01-01 至 2023-12-31 : 4元 依据 \"一\"; 自 "
      "2025-01-01 起 : 废止 }",
      "parameter a = { from 2022-01-01 on : 3 yuan; from 2023-01-01 to 2023-12-31 : 4 yuan basis "
      "\"一\"; from 2025-01-01 on : repealed; }",
      "参数 a = { 自2022-01-01起 : 3元; from 2023-01-01 至 2023-12-31 : 4元 依据 \"一\"; 自 "
      "2025-01-01 on : 废止 }" },
    { "业务 a", "matter a", "matter a" },
    { "业务 a 按 b", "matter a by b", "业务 a by b" },
    { "输入 a : 金额 b : 比例 = 0% c : 整数 = 0 天数 : 是否 = 是 d : 日期 可空 e : 文字 = \"\" f : "
      "分段",
      "input a : amount b : ratio = 0% c : integer = 0 天数 : yes_no = yes d : date optional e : "
      "text = \"\" f : tiers",
      "输入\n a：金额\n b：ratio = 0％\n c：整数 = 0\n 天数：是否 = yes\n d：日期 optional\n "
      "e：文字 = “”\n f：tiers" },
    { "输入 a : 人员 b : { 甲, 乙 } = 甲 c : 多选 人员 就高 d : 多选 { 甲, 乙 } 依序 依据 \"一\" e "
      ": 金额 可空 必填 当 b = 甲",
      "input a : 人员 b : { 甲, 乙 } = 甲 c : any_of 人员 best d : any_of { 甲, 乙, } ranked basis "
      "\"一\" e : amount optional required when b = 甲",
      "input a : 人员 b : { 甲, 乙 } = 甲 c : 多选 人员 best d : any_of { 甲, 乙 } basis \"一\" "
      "依序 e : 金额 必填 当 b = 甲 optional" },
    { "要求 a ≤ b \"文\"", "require a <= b \"文\"", "要求 a 不超过 b “文”" },
    { "要求 a ≤ b \"文\" 依据 \"一\"", "require a at_most b \"文\" basis \"一\"",
      "require a ≦ b \"文\" 依据 \"一\"" },
    { "定义 a = b", "define a = b", "定义 a ＝ b" },
    { "定义 a : 人员 = 当 b 则 c 当 d 则 e 否则 f 依据 \"一\"",
      "define a : 人员 = when b then c when d then e otherwise f basis \"一\"",
      "定义 a : 人员 = when b 则 c 当 d then e otherwise f 依据 \"一\"" },
    { "累计 a : 金额 每人 每年 增加 b、c 依据 \"一\"",
      "accumulator a : amount per_person yearly add b, c basis \"一\"",
      "累计 a : 金额 per_person 每年 add b，c 依据 \"一\"" },
    { "累计 a : 整数 每户, b, c 每年 自 9月1日 起 改为 当 d 则 1 否则 0",
      "accumulator a : integer per_household, b, c yearly from Sep-1 on become when d then 1 "
      "otherwise 0",
      "累计 a : integer 每户、b、c yearly 自 9月1日 on 改为 when d 则 1 否则 0" },
    { "累计 a : 金额 每人 滚动 12个月", "accumulator a : amount per_person rolling 12 months",
      "accumulator a : 金额 每人 滚动 12 months" },
    { "累计 a : 金额 每人 每季", "accumulator a : amount per_person quarterly",
      "累计 a : amount 每人 quarterly" },
    { "累计 a : 金额 每人 每月", "accumulator a : amount per_person monthly",
      "累计 a : 金额 每人 monthly" },
    { "累计 a : 金额 每人 不清零", "accumulator a : amount per_person lifelong",
      "累计 a : 金额 每人 lifelong" },
    { "累计 a 增加 b", "accumulator a add b", "累计 a add b" },
    { "累计 a 改为 b 依据 \"一\"", "accumulator a become b basis \"一\"",
      "accumulator a 改为 b basis \"一\"" },
    { "结算 总费用 = a + b 依据 \"一\"", "settle 总费用 = a + b basis \"一\"",
      "settle 总费用 = a ＋ b 依据 \"一\"" },
    { "先付 a", "prior a", "先付 a" },
    { "先付 a = b 视同 当 非 c 依据 \"一\"", "prior a = b deemed when not c basis \"一\"",
      "先付 a = b deemed 当 not c 依据 \"一\"" },
    { "先付 a 视同", "prior a deemed", "prior a 视同" },
    { "待遇 a 依据 \"一\" 由医院承担 条件 b 依据 \"二\" 基数 c 累计于 d 起付 每期 e 分段 f 从零起 "
      "取整 g 1元 封顶 h 封顶 i 累计于 j 条件 其余 起付 每次 k 比例 50% 依据 \"三\" 依据 \"四\"",
      "benefit a basis \"一\" by_hospital condition b basis \"二\" base c running_on d deductible "
      "each_period e tiers f from_zero round g 1 yuan cap h cap i running_on j condition rest "
      "deductible each_claim k ratio 50% basis \"三\", \"四\"",
      "待遇 a basis \"一\"\n by_hospital\n 条件 b 依据 \"二\"\n base c 累计于 d\n 起付 each_period "
      "e\n tiers f 从零起\n round g 1元\n cap h\n 封顶 i running_on j\n condition 其余\n 起付 每次 "
      "k\n ratio 50％ 依据 \"三\" basis \"四\"" },
    { "待遇 a 视同 当 b 金额 c 超过 d 的部分", "benefit a deemed when b amount c above d portion",
      "待遇 a 视同 when b amount c 高于 d portion" },
    { "待遇 a 视同 起付 b 分段 c 从起付线起",
      "benefit a deemed deductible b tiers c from_deductible",
      "benefit a 视同 起付 b tiers c from_deductible" },
    { "顺序 a、b", "order a, b", "顺序 a，b" },
    { "顺序 空 依据 \"一\"", "order none basis \"一\"", "order 空 依据 \"一\"" },
    { "顺序 当 a 则 空 依据 \"一\" 当 b 则 c、d 否则 e 依据 \"二\"",
      "order when a then none basis \"一\" when b then c, d otherwise e basis \"二\"",
      "顺序 when a 则 none 依据 \"一\" 当 b then c，d 否则 e 依据 \"二\"" },
    { "垫付 a 代 b、c 当 d 依据 \"一\"", "advance a for b, c when d basis \"一\"",
      "垫付 a for b、c when d 依据 \"一\"" },
    { "垫付 \"某院\" 代 b", "advance \"某院\" for b", "垫付 “某院” for b" },
    { "状态 a 当 b 依据 \"一\"", "status a when b basis \"一\"", "状态 a when b 依据 \"一\"" },
    { "状态 \"a(b)\" 当 c 则 d 依据 \"一\" 当 e 则 \"f\"",
      "status \"a(b)\" when c then d basis \"一\" when e then \"f\"",
      "状态 “a(b)” 当 c then d 依据 \"一\" when e 则 “f”" },
    { "附加 a", "output a", "附加 a" },
    { "附加 a = 空 依据 \"一\"", "output a = none basis \"一\"", "output a = 空 依据 \"一\"" },
    { "案例 \"x\" 依据 \"一\" 给定 a = 1元，b = { 甲, 乙 }，c = { [0元, 不限) : 5% } 期望 d = 2元 "
      "e.实付 = 3元 f = 是",
      "example \"x\" basis \"一\" given a = 1 yuan, b = { 甲, 乙, }, c = { [0 yuan, unlimited) : "
      "5% } expect d = 2 yuan, e.实付 = 3 yuan, f = yes",
      "案例 “x” 依据 \"一\" given a = 1元 b = {甲、乙} c = { [0元，unlimited） : 5％ } expect d = "
      "2元，e.实付 = 3元 f = yes" },
    { "案例 \"x\" 给定 a = 1 期望 错误 输入矛盾 \"参数.a\"",
      "example \"x\" given a = 1 expect error 输入矛盾 \"参数.a\"",
      "案例 \"x\" given a = 1 期望 error 输入矛盾 “参数.a”" },
    { "替换 待遇 a 比例 1", "replace benefit a ratio 1", "替换 benefit a ratio 1" },
    { "替换 输入 a : 金额", "replace input a : amount", "replace 输入 a : 金额" },
    /* soft keywords are names */
    { "输入 文号 : 文字 地区 : 整数 印发 : 日期 系列 : 是否 整数 : 金额 是否 : 金额 日期 : 日期 "
      "文字 : 文字",
      "input 文号 : text 地区 : integer 印发 : date 系列 : yes_no 整数 : amount 是否 : amount 日期 "
      ": date 文字 : text",
      "输入 文号：text 地区：integer 印发：date 系列：yes_no 整数：amount 是否：amount 日期：date "
      "文字：text" },
};

static const twin k_expressions[] = {
    { "a 或 b 且 非 c", "a or b and not c", "a 或者 b 并且 not c" },
    { "a = 1 且 b ≠ 2 且 c ≥ 3 且 d ≤ 4 且 e > 5 且 f < 6",
      "a equals 1 and b not_equals 2 and c at_least 3 and d at_most 4 and e above 5 and f below 6",
      "a 等于 1 且 b <> 2 且 c 达到 3 且 d 不超过 4 且 e 大于 5 且 f 不足 6" },
    { "a 不低于 3 或 b 高于 4 或 c 低于 5 或 d 小于 6", "a >= 3 or b > 4 or c < 5 or d < 6",
      "a ≧ 3 或 b ＞ 4 或 c ＜ 5 或 d below 6" },
    { "a 超过 b 的部分", "a above b portion", "a > b 的部分" },
    { "余额 超过 (3000元 超过 a 的部分) 的部分", "余额 above (3000 yuan above a portion) portion",
      "余额 高于（3000元 above a portion）的部分" },
    { "a 属于 { 甲, 乙 } 或 b 不属于 c 或 d 属于 [1元, 2元) 或 e 属于 (0, 14]",
      "a in { 甲, 乙 } or b not_in c or d in [1 yuan, 2 yuan) or e in (0, 14]",
      "a in ｛甲、乙、｝ 或 b 不属于 c or d 属于 【1元，2元） 或 e 属于 （0，14］" },
    { "a + b - c × d ÷ e", "a + b - c * d / e", "a ＋ b － c ＊ d ／ e" },
    { "(a + b) × (c - d)", "(a + b) * (c - d)", "（a ＋ b）×（c − d）" },
    { "按 a { 甲, 乙 : 1; 其余 : 2 依据 \"一\"; }", "by a { 甲, 乙 : 1; rest : 2 basis \"一\" }",
      "按 a {甲、乙 : 1；rest : 2 依据 \"一\"}" },
    { "按 a, b.实付, f(c), (d + e) { 甲, { 乙, 丙 }, [1元, 2元], 不论 : 1; \"x\", 5元, 2018-10-21, "
      "其余 : 2; 是, 否, 自 2018-10-21 起, 3 : 4 }",
      "by a, b.实付, f(c), (d + e) { 甲, { 乙, 丙, }, [1 yuan, 2 yuan], any : 1; \"x\", 5 yuan, "
      "2018-10-21, rest : 2; yes, no, from 2018-10-21 on, 3 : 4 }",
      "按 a、b.实付、f(c)、(d + e) { 甲、{ 乙、丙 "
      "}、[1元，2元]、不论：1；“x”、5元、2018年10月21日、rest：2；是、no、自 2018-10-21 on、3：4 "
      "}" },
    { "f(a, 当 b 则 c 否则 d)", "f(a, when b then c otherwise d)", "f（a，when b 则 c 否则 d）" },
    { "截止日(a, 12月20日)", "截止日(a, Dec-20)", "截止日（a，12月20日）" },
    { "{ [0元, 5万元) : 60%; [5万元, 不限) : 70% } + 5个百分点",
      "{ [0 yuan, 50000 yuan) : 60%; [50000 yuan, unlimited) : 70% } + 5 points",
      "{ [0元, 5万元) : 60％；[5万元, unlimited) : 70%; } + 5个百分点" },
    { "是 或 否 或 空 = 不限", "yes or no or none = unlimited", "yes 或 否 or 空 ＝ unlimited" },
    { "a - b ≤ 90天", "a - b <= 90 days", "a − b ≤ 90天" },
    { "a.基数 + b.起付 + c.垫付", "a.基数 + b.起付 + c.垫付", "a．基数 + b.起付 + c.垫付" },
};

static const char *tree_of(parsed *p, const char *head, const char *body)
{
    static char text[8192];
    snprintf(text, sizeof text, "%s%s\n", head, body);
    parse_text(p, text);
    if (p->diags.error_count > 0)
        fail_msg("%s: %s", body, codes_text(p));
    return tree_text(p);
}

static void assert_twins(const twin *t, const char *zh_head, const char *en_head,
                         const char *zh_prefix, const char *en_prefix)
{
    static char zh_text[4096], en_text[4096], mixed_text[4096];
    snprintf(zh_text, sizeof zh_text, "%s%s", zh_prefix, t->zh);
    snprintf(en_text, sizeof en_text, "%s%s", en_prefix, t->en);
    snprintf(mixed_text, sizeof mixed_text, "%s%s", zh_prefix, t->mixed);
    parsed zh, en, mixed;
    const char *zh_tree = tree_of(&zh, zh_head, zh_text);
    assert_string_equal(zh_tree, tree_of(&en, en_head, en_text));
    assert_string_equal(zh_tree, tree_of(&mixed, zh_head, mixed_text));
    parsed_free(&zh);
    parsed_free(&en);
    parsed_free(&mixed);
}

static void twins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof k_headers / sizeof k_headers[0]; i++)
        assert_twins(&k_headers[i], "", "", "", "");
    for (size_t i = 0; i < sizeof k_statements / sizeof k_statements[0]; i++)
        assert_twins(&k_statements[i], ZH_HEAD, EN_HEAD, "", "");
    for (size_t i = 0; i < sizeof k_expressions / sizeof k_expressions[0]; i++) {
        assert_twins(&k_expressions[i], ZH_HEAD, EN_HEAD, "定义 x = ", "define x = ");
        assert_twins(&k_expressions[i], ZH_HEAD, EN_HEAD, "待遇 x 基数 ", "benefit x base ");
    }
}

/* Line breaks and indentation mean nothing. */
static void blanks_mean_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof k_statements / sizeof k_statements[0]; i++) {
        static char broken[4096];
        size_t length = 0;
        bool in_text = false;
        for (const char *c = k_statements[i].zh; *c != '\0'; c++) {
            in_text ^= *c == '"';
            broken[length++] = *c == ' ' && !in_text ? '\n' : *c;
        }
        broken[length] = '\0';
        parsed plain, lines;
        assert_string_equal(tree_of(&plain, ZH_HEAD, k_statements[i].zh),
                            tree_of(&lines, ZH_HEAD, broken));
        parsed_free(&plain);
        parsed_free(&lines);
    }
}

/* ---- shapes -------------------------------------------------------------------------------------------------- */

static void assert_expression(const char *expression, const char *expected)
{
    static char text[1024];
    parsed p;
    snprintf(text, sizeof text, "定义 x = %s", expression);
    const char *tree = strstr(tree_of(&p, ZH_HEAD, text), "value: ");
    assert_non_null(tree);
    /* one line, without field names */
    static char flat[2048];
    size_t length = 0;
    for (const char *c = tree; *c != '\0'; c++) {
        const size_t skip = strspn(c, "abcdefghijklmnopqrstuvwxyz_");
        if (skip > 0 && c[skip] == ':') {
            c += skip + 1;
        } else if (*c == '\n') {
            flat[length++] = ' ';
            c += strspn(c + 1, " ");
        } else {
            flat[length++] = *c;
        }
    }
    while (length > 0 && (flat[length - 1] == ')' || flat[length - 1] == ' '))
        length--;
    flat[length] = '\0';
    assert_string_equal(flat, expected);
    parsed_free(&p);
}

static void precedence(void **state)
{
    (void)state;
    assert_expression("a 或 b 且 c", "(or (name a) (and (name b) (name c");
    assert_expression("非 a 且 b", "(and (not (name a)) (name b");
    assert_expression("非 a = b", "(not (compare = (name a) (name b");
    assert_expression("a + b × c", "(arith + (name a) (arith × (name b) (name c");
    assert_expression("a - b - c", "(arith - (arith - (name a) (name b)) (name c");
    assert_expression("a ÷ b × c", "(arith × (arith ÷ (name a) (name b)) (name c");
    assert_expression("a - (b - c)", "(arith - (name a) (arith - (name b) (name c");
    assert_expression("a = b + c 且 d",
                      "(and (compare = (name a) (arith + (name b) (name c))) (name d");
    assert_expression("a 超过 b + c 的部分", "(portion (name a) (arith + (name b) (name c");
    assert_expression("当 a 则 b 或 c 否则 d 且 e",
                      "(when (when_case (name a) (or (name b) (name c))) (and (name d) (name e");
    assert_expression("a = 住院 或 b = 住院",
                      "(or (compare = (name a) (name 住院)) (compare = (name b) (name 住院");
}

static void values_are_exact(void **state)
{
    (void)state;
    assert_expression("20万元", "(money 200000");
    assert_expression("0.01元", "(money 0.01");
    assert_expression("0.2%", "(percent 0.002");
    assert_expression("5个百分点", "(percent 0.05 points");
    assert_expression("60岁", "(number 60 岁");
    assert_expression("90 days", "(number 90 天");
    assert_expression("12月20日", "(monthday 12 20");
    assert_expression("2018年10月21日", "(date 2018-10-21");
}

/* ---- what belongs to what ---------------------------------------------------------------------------------- */

/* 依据 cites what stands immediately before it. */
static void citations(void **state)
{
    (void)state;
    parsed p;
    parse_text(&p, ZH_HEAD "待遇 a 依据 \"一\" 条件 b 基数 c 依据 \"二\" 比例 按 d { e : 5% 依据 "
                           "\"三\"; 其余 : 6% } 依据 \"四\"");
    assert_int_equal(p.diags.error_count, 0);
    const pol_ast_benefit *benefit = POL_AS(benefit, p.tree.root->statements.items[0]);
    assert_int_equal(benefit->basis.count, 1);
    assert_true(pol_str_equal(pol_node_text(benefit->basis.items[0]), POL_STR("一")));
    assert_int_equal(benefit->steps.count, 3);
    assert_int_equal(POL_AS(step, benefit->steps.items[0])->basis.count, 0);
    assert_true(pol_str_equal(pol_node_text(POL_AS(step, benefit->steps.items[1])->basis.items[0]),
                              POL_STR("二")));
    const pol_ast_step *ratio = POL_AS(step, benefit->steps.items[2]);
    assert_true(pol_str_equal(pol_node_text(ratio->basis.items[0]), POL_STR("四")));
    const pol_ast_table *table = POL_AS(table, ratio->value);
    assert_true(pol_str_equal(pol_node_text(POL_AS(row, table->rows.items[0])->basis.items[0]),
                              POL_STR("三")));
    parsed_free(&p);
}

static void spans(void **state)
{
    (void)state;
    parsed p;
    parse_text(&p, ZH_HEAD "定义 a = (b + c) × d   # 注\n替换 待遇 x  比例 5%  \n");
    pol_node *define = p.tree.root->statements.items[0],
             *benefit = p.tree.root->statements.items[1];
    assert_true(
        pol_str_equal(pol_span_text(&p.sources, define->span), POL_STR("定义 a = (b + c) × d")));
    assert_true(pol_str_equal(pol_span_text(&p.sources, POL_AS(define, define)->value->span),
                              POL_STR("(b + c) × d")));
    assert_true(
        pol_str_equal(pol_span_text(&p.sources, benefit->span), POL_STR("替换 待遇 x  比例 5%")));
    assert_true(benefit->replace);
    assert_false(define->replace);
    parsed_free(&p);
}

/* Every span lies within its file and holds its children; every id is below the count, none twice. */
static bool check_node(pol_node *child, void *user);

typedef struct walk {
    const pol_node *parent;
    unsigned char *seen;
    uint32_t count;
    uint32_t length;
} walk;

static bool check_node(pol_node *child, void *user)
{
    walk *outer = user;
    assert_true(child->span.start <= child->span.end && child->span.end <= outer->length);
    assert_true(child->id < outer->count);
    assert_int_equal(outer->seen[child->id], 0);
    outer->seen[child->id] = 1;
    walk inner = { child, outer->seen, outer->count, outer->length };
    return pol_node_each_child(child, check_node, &inner);
}

static void ids_and_spans_are_sound(void **state)
{
    (void)state;
    static char text[65536];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", ZH_HEAD);
    for (size_t i = 0; i < sizeof k_statements / sizeof k_statements[0]; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\n", k_statements[i].zh);
    parsed p;
    parse_text(&p, text);
    assert_int_equal(p.diags.error_count, 0);
    walk all = { NULL, calloc(p.tree.count, 1), p.tree.count, (uint32_t)length };
    check_node(&p.tree.root->node, &all);
    uint32_t used = 0;
    for (uint32_t i = 0; i < p.tree.count; i++)
        used += all.seen[i];
    assert_true(used > p.tree.count * 9 / 10); /* few numbers are wasted */
    free(all.seen);
    parsed_free(&p);
}

/* Two files can share one numbering. */
static void numbering_goes_on(void **state)
{
    (void)state;
    parsed p;
    parse_text(&p, ZH_HEAD);
    const uint32_t first = p.tree.count;
    assert_true(pol_parse(&p.tree, &p.sources, p.file, &p.diags));
    assert_true(p.tree.root->node.id >= first);
    assert_int_equal(p.tree.count, 2 * first);
    parsed_free(&p);
}

static void kinds_and_fields(void **state)
{
    (void)state;
    unsigned count;
    assert_string_equal(pol_node_kind_name(POL_N_BENEFIT), "benefit");
    assert_string_equal(pol_node_kind_name(POL_N_BOOL), "bool");
    const pol_field *fields = pol_node_fields(POL_N_STEP, &count);
    assert_int_equal(count, 5);
    assert_string_equal(fields[4].name, "basis");
    assert_int_equal(fields[4].kind, POL_FIELD_LIST);
    pol_node_fields(POL_N_NONE, &count);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins),
        cmocka_unit_test(blanks_mean_nothing),
        cmocka_unit_test(precedence),
        cmocka_unit_test(values_are_exact),
        cmocka_unit_test(citations),
        cmocka_unit_test(spans),
        cmocka_unit_test(ids_and_spans_are_sound),
        cmocka_unit_test(numbering_goes_on),
        cmocka_unit_test(kinds_and_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
