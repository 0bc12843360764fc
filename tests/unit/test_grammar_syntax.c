/* Syntax errors: which message stands where, and how the parser goes on. The words of the messages are
 * pinned in tests/diag. */
#include "test_grammar.h"

#define HEAD "政策 \"p\" \"t\" 施行 自 2024-01-01 起\n"

static void assert_codes(const char *text, const char *expected)
{
    parsed p;
    parse_text(&p, text);
    const char *codes = codes_text(&p);
    if (strcmp(codes, expected) != 0)
        fail_msg("%s\n  gives    %s\n  expected %s", text, codes, expected);
    parsed_free(&p);
}

/* How many statements there are, and of which kinds. */
static void assert_statements(const char *text, const char *expected)
{
    parsed p;
    pol_text kinds;
    parse_text(&p, text);
    assert_true(p.diags.error_count > 0);
    pol_text_init(&kinds, &p.arena);
    pol_text_add(&kinds, POL_STR(""));
    for (uint32_t i = 0; p.tree.root != NULL && i < p.tree.root->statements.count; i++)
        pol_text_format(&kinds, "%s%s", i > 0 ? " " : "",
                        pol_node_kind_name(p.tree.root->statements.items[i]->kind));
    assert_string_equal(kinds.bytes, expected);
    parsed_free(&p);
}

static void headers(void **state)
{
    (void)state;
    assert_codes("", "E0112@1:1");
    assert_codes("# 注释\n", "E0112@2:1");
    assert_codes("条款 \"一\" \"二\"\n待遇 x 比例 1", "E0112@1:1");
    assert_codes("abc\n条款 \"一\"\n", "E0112@1:1 E0102@2:4");
    assert_codes("政册 \"p\" \"t\"", "E0115@1:1");
    assert_codes("Policy \"p\" \"t\"", "E0116@1:1");
    assert_codes("政策 p \"t\"\n条款 \"一\" 二\n", "E0101@1:4 E0101@2:8");
    assert_codes(HEAD "政策 \"q\" \"u\"\n条款 \"一\" 二", "E0113@2:1 E0101@3:8");
    assert_codes(
        "政策 \"p\" \"t\" 文号 \"a\" 文号 \"b\" 施行 自 2024-01-01 起 施行 自 2024-01-01 起",
        "E0111@1:19 E0111@1:44");
    assert_codes("政策 \"p\" \"t\"\n文号 a\n施行 自 2024-1-1 起\n地区 b",
                 "E0101@2:4 E0123@3:6 E0101@4:4");
}

static void marks_between_statements(void **state)
{
    (void)state;
    assert_codes(HEAD "定义 a = 1。\n定义 b = 2，\n定义 c = 3；\n输入：\n x : 金额，\n y : 金额",
                 "E0006@2:9 E0108@3:9 E0108@4:9 E0124@5:3 E0108@6:8");
    assert_codes(HEAD "待遇 a\n 基数 b，\n 比例：50%；", "E0108@3:6 E0124@4:4 E0108@4:8");
}

static void reserved_words_as_names(void **state)
{
    (void)state;
    assert_codes(HEAD "输入\n 金额 : 金额\n 状态 : 文字\n 日期 : 日期", "E0104@3:2 E0104@4:2");
    assert_codes(HEAD "定义 比例 = 3\n定义 a = 比例 + 1", "E0104@2:4 E0104@3:8");
    assert_codes(HEAD "类别 a { 是, 否, 其余 }", "E0104@2:8 E0104@2:11 E0104@2:14");
    assert_codes(HEAD "案例 \"x\" 给定 金额 = 3元，状态 = 是 期望 a = 1", "E0104@2:11 E0104@2:19");
    assert_codes(HEAD "定义 a = 按 b { 状态 : 1; 其余 : 2 }", "E0104@2:14");
    assert_codes(HEAD "待遇 条件 依据 \"一\" 比例 1", "E0104@2:4");
}

static void spoken_language(void **state)
{
    (void)state;
    assert_codes(HEAD "定义 a = 如果 b > 1 那么 2 否则 3", "E0114@2:8 E0114@2:17");
    assert_codes(HEAD "待遇 a\n 起付线 300元\n 支付比例 70%\n 封顶线 5万元",
                 "E0114@3:2 E0114@4:2 E0114@5:2");
    assert_codes(HEAD "条件 a\n定义 b = 1\n 比例 5%", "E0125@2:1 E0125@4:2");
    assert_codes(HEAD "待遇 a 条件 费用 3000元以上 比例 50%", "E0121@2:12");
    assert_codes(HEAD "待遇 a 条件 费用 3000元 比例 50%", "E0121@2:12");
    assert_codes(HEAD "待遇 a 条件 费用 ≥ 3000元以上 比例 50%", "E0114@2:19");
    assert_codes(HEAD "输入 费用 : 金额\n待遇 a 条件 费用超过 3000元 比例 50%", "E0117@3:9");
    assert_codes(HEAD "待遇 a 金额 余额 超过总费用 的部分", "E0117@2:12");
    assert_codes(HEAD "定义 a 为 3", "E0114@2:6");
}

static void misspelt_keywords(void **state)
{
    (void)state;
    assert_codes(HEAD "代遇 a\n 比例 50%", "E0115@2:1");
    assert_codes(HEAD "待遇 a\n 比列 50%", "E0115@3:2");
    assert_codes(HEAD "输入 x : 金额\n待愚 a 比例 50%", "E0115@3:1");
    assert_codes(HEAD "Benefit a ratio 50%\nbenifit b ratio 50%", "E0116@2:1 E0115@3:1");
}

static void wrong_marks(void **state)
{
    (void)state;
    assert_codes(HEAD "待遇 a\n 起付 = 300元\n 比例 按 b { 甲 : 50%，乙 : 60%，\n 其余 : 70% }",
                 "E0124@3:5 E0126@4:18 E0126@4:26");
    assert_codes(HEAD "类别 a { 甲; 乙；丙 }\n输入 b = 金额\n定义 c : 3元\n状态 d = e > 3",
                 "E0126@2:9 E0126@2:12 E0126@3:6 E0126@4:6 E0126@5:6");
    assert_codes(HEAD "案例 \"x\" 给定 a : 3元 期望 b：4元", "E0126@2:13 E0126@2:22");
    assert_codes(HEAD "定义 a = { [0元, 5万元) = 60%; [5万元, 不限) : 70% }", "E0126@2:20");
    assert_codes(HEAD "待遇 a 分段 { 0元-5万元 : 60% }", "E0127@2:11");
}

static void comparisons_and_choices(void **state)
{
    (void)state;
    assert_codes(HEAD "定义 a = 1 < b < 2", "E0103@2:14");
    assert_codes(HEAD "定义 a = 1 < (b) < 2 < 3", "E0103@2:16");
    assert_codes(HEAD "定义 a = (1 < b) < 2", "");
    assert_codes(HEAD "定义 a = 当 b 则 1 否则 当 c 则 2 否则 3", "E0107@2:16");
    assert_codes(HEAD "定义 a = -5元", "E0122@2:8");
    assert_codes(HEAD "定义 a = 当 b 则 1", "E0102@2:14");
    assert_codes(HEAD "参数 a : 金额 { 超过 200,000 }", "E0022@2:16");
}

static void requirements_and_examples(void **state)
{
    (void)state;
    assert_codes(HEAD "要求 a > 1\n要求 b > 2 依据 \"一\"\n定义 c = 1", "E0105@2:1 E0105@3:1");
    assert_codes(HEAD "案例 \"x\" 给定 a = 1 且 b = 2 且 c = 3 期望 d = 4 且 e = 5",
                 "E0106@2:17 E0106@2:25 E0106@2:42");
    assert_codes(HEAD "案例 \"x\" 给定 a = { 甲, 其余 } 期望 b = 1", "E0120@2:20");
}

static void brackets(void **state)
{
    (void)state;
    assert_codes(HEAD "定义 a = (1 + 2\n定义 b = 3", "E0118@2:8");
    assert_codes(HEAD "定义 a = 1 + 2)\n定义 b = 3", "E0119@2:13");
    assert_codes(HEAD "类别 a { 甲, 乙\n定义 b = (", "E0118@2:6 E0118@3:8");
    assert_codes(HEAD "定义 a = f(1, [2", "E0101@2:13");
}

static void digits_in_labels(void **state)
{
    (void)state;
    assert_codes(HEAD "类别 年龄 { 60岁以上, 3级, 70岁 }\n集合 x : 文字 { 2型糖尿病 }",
                 "E0024@2:9 E0024@2:16 E0024@2:20 E0024@3:13");
    assert_statements(HEAD "类别 年龄 { 60岁以上, 3级, 70岁 }", "category");
}

/* One cause, one message: what the lexer has reported is not reported again. */
static void no_echo(void **state)
{
    (void)state;
    assert_codes(HEAD "定义 a = 1 @ 2\n定义 b = 3", "E0004@2:10");
    assert_codes(HEAD "定义 a = \"abc\n定义 b = 3", "E0007@2:8");
    assert_codes(HEAD "定义 3级 = 1", "E0024@2:4");
    assert_codes(HEAD "定义 a\xe2\x80\x8b b = 1", "E0002@2:5");
}

/* Every error of a file in one run, in order. */
static void every_error(void **state)
{
    (void)state;
    assert_codes(
        HEAD
        "定义 = 1\n定义 b = \n待遇 c\n 基数 × 1\n 起付 2元\n 比例 比例\n 封顶 + 3\n定义 d = 4 5",
        "E0101@2:4 E0102@3:6 E0101@5:5 E0101@7:5 E0101@8:5 E0101@9:10");
    assert_codes(HEAD "输入\n a 金额\n b : 金额\n c : : 金额\n d : 日期 = = 1\n e : 文字",
                 "E0101@3:4 E0101@5:6 E0101@6:11");
}

/* After an error: to the next statement keyword that begins a line; in a 待遇 also to a step, in 输入 to the
 * next input, in the header to the next item. */
static void recovery(void **state)
{
    (void)state;
    assert_statements(HEAD "定义 a = = 1\n定义 b = 2\n定义 c = 3", "define define");
    assert_statements(HEAD "定义 a = = 1 定义 x = 2\n定义 b = 2", "define");
    assert_statements(HEAD "状态 a 当 b 5元 c\n定义 b = 2",
                      "status define"); /* complete up to the error */
    parsed p;
    parse_text(&p, HEAD
               "待遇 a\n 条件 b\n 基数 × 1\n 起付 2元\n 比例 比例\n 封顶 3元 累计于 c\n定义 d = 1");
    assert_int_equal(p.tree.root->statements.count, 2);
    const pol_ast_benefit *benefit = POL_AS(benefit, p.tree.root->statements.items[0]);
    assert_int_equal(benefit->steps.count, 3);
    assert_int_equal(POL_AS(step, benefit->steps.items[1])->kind, POL_STEP_DEDUCTIBLE);
    parsed_free(&p);
    parse_text(&p, HEAD "输入\n a : 金额\n b : = 1\n c : 日期\n d 文字\n e : 文字");
    assert_int_equal(POL_AS(inputs, p.tree.root->statements.items[0])->items.count, 3);
    parsed_free(&p);
    parse_text(&p, "政策 \"p\" \"t\"\n文号 x\n地区 \"y\"\n施行 自 2024-01-01 起\n定义 a = 1");
    assert_non_null(p.tree.root->header);
    assert_non_null(POL_AS(header, p.tree.root->header)->region);
    assert_null(POL_AS(header, p.tree.root->header)->doc_no);
    assert_int_equal(p.tree.root->statements.count, 1);
    parsed_free(&p);
    parse_text(&p, "政策 p\n定义 a = 1");
    assert_null(p.tree.root->header);
    assert_int_equal(p.tree.root->statements.count, 1);
    parsed_free(&p);
    parse_text(&p, "");
    assert_null(p.tree.root);
    parsed_free(&p);
}

/* What is plain is repaired, so that the rest of the statement is kept and read. */
static void repairs(void **state)
{
    (void)state;
    static const struct {
        const char *wrong, *right;
    } k_pairs[] = {
        { "定义 比例 = 3", "定义 「比例」 = 3" },
        { "输入 金额 : 金额 状态 : 文字", "输入 「金额」 : 金额 「状态」 : 文字" },
        { "定义 a = 如果 b 那么 c 否则 d", "定义 a = 当 b 则 c 否则 d" },
        { "定义 a = 当 b 则 c 否则 当 d 则 e 否则 f", "定义 a = 当 b 则 c 当 d 则 e 否则 f" },
        { "待遇 a 条件 费用 3000元以上 比例 50%", "待遇 a 条件 费用 ≥ 3000元 比例 50%" },
        { "定义 a = 余额超过 3000元", "定义 a = 余额 超过 3000元" },
        { "案例 \"x\" 给定 a = 1 且 b = 2 期望 c = 3", "案例 \"x\" 给定 a = 1, b = 2 期望 c = 3" },
        { "代遇 a 比例 50%", "待遇 a 比例 50%" },
        { "定义 a = b && c || d == 3", "定义 a = b 且 c 或 d = 3" },
        { "定义 a = 3千元 + 200,000元 + 20万", "定义 a = 3000元 + 20万元 + 20万元" },
        { "类别 a { 60岁以上 }", "类别 a { \"60岁以上\" }" },
        { "输入：\n a : 金额，\n b : 金额；", "输入 a : 金额 b : 金额" },
        { "定义 a = (b　+　c）× d", "定义 a = (b + c) × d" },
    };
    for (size_t i = 0; i < sizeof k_pairs / sizeof k_pairs[0]; i++) {
        char wrong[512], right[512];
        parsed first, second;
        snprintf(wrong, sizeof wrong, HEAD "%s", k_pairs[i].wrong);
        snprintf(right, sizeof right, HEAD "%s", k_pairs[i].right);
        parse_text(&first, wrong);
        parse_text(&second, right);
        assert_int_equal(second.diags.error_count, 0);
        /* quoted or not is the only difference that may remain */
        const char *a = tree_text(&first), *b = tree_text(&second);
        pol_text plain;
        pol_text_init(&plain, &second.arena);
        for (const char *c = b; *c != '\0'; c++) {
            if (strncmp(c, " quoted", 7) == 0)
                c += 7;
            pol_text_char(&plain, *c);
        }
        assert_string_equal(a, plain.bytes);
        parsed_free(&first);
        parsed_free(&second);
    }
}

/* A script with most of the language in it. */
static const char k_script[] =
    HEAD " 文号 \"a\" 地区 \"b\"\n 依据 \"c\"、\"d\"\n条款 \"一\" \"对象\"\n条款 \"二\" \"经费\" "
         "不计算 \"部门职责\"\n"
         "类别 人员类别 { 特困人员, 低保对象, 其他 } 依据 \"一\"\n集合 甲组 : 人员类别 { 特困人员, "
         "低保对象 }\n业务 医疗费用结算 按 出院日期\n"
         "输入\n  出院日期 : 日期\n  人员类别 : 人员类别\n  费用 : 金额\n  自费 : 金额 = 0元\n  "
         "转诊 : 是否 = 是\n"
         "  等级 : { 一级, 二级 } = 一级\n  申报日期 : 日期 可空 必填 当 转诊\n"
         "参数 年度限额 : 金额 = 不限 由统筹区定 依据 \"一\"\n  { 不低于 1万元 当 人员类别 属于 "
         "甲组; 不超过 5万元 }\n"
         "要求 自费 ≤ 费用 \"自费不得大于费用\"\n累计 本年已付 : 金额 每人 每年 增加 医疗救助\n"
         "定义 可救助 = 人员类别 属于 甲组 且 非 (转诊 或 等级 = 二级)\n结算 总费用 = 费用 + "
         "自费\n先付 基本医保 = 费用 × 50% 视同 当 非 转诊\n"
         "待遇 医疗救助 依据 \"一\"\n  条件 可救助\n  基数 余额 - 自费 累计于 本年已付\n  起付 "
         "每期 当 转诊 则 300元 否则 500元\n"
         "  分段 { [0元, 5万元) : 60%; [5万元, 不限) : 70% } 从零起\n  封顶 年度限额 累计于 "
         "本年已付\n  条件 其余\n"
         "  比例 按 人员类别, 等级 { 其他, 不论 : 10%; 其余, { 一级, 二级 } : 20% }\n"
         "垫付 医院 代 医疗救助 当 转诊\n顺序 当 转诊 则 基本医保、医疗救助 否则 基本医保\n"
         "状态 不予支付\n  当 非 转诊 则 未转诊 依据 \"一\"\n  当 等级 = 二级 则 "
         "\"等级不符\"\n附加 方式 = 当 转诊 则 \"一站式\" 否则 \"常规\"\n"
         "案例 \"x\" 依据 \"一\"\n  给定 出院日期 = 2024-05-06，人员类别 = 低保对象，费用 = "
         "2万元\n  期望 医疗救助 = 2500元，医疗救助.起付 = 0元\n";

/* One word too few or twice: one message, seldom two. */
static void one_mistake_one_message(void **state)
{
    (void)state;
    parsed whole;
    parse_text(&whole, k_script);
    assert_string_equal(codes_text(&whole), "");
    pol_arena scratch;
    pol_lexer lexer;
    pol_arena_init(&scratch, NULL);
    assert_true(pol_lexer_init(&lexer, &whole.arena, &scratch, &whole.sources, whole.file, NULL));
    unsigned tokens = 0, messages = 0;
    for (;; tokens++) {
        const pol_token token = pol_lexer_next(&lexer);
        if (token.kind == 0)
            break;
        char text[sizeof k_script * 2];
        parsed p;
        snprintf(text, sizeof text, "%.*s%s", (int)token.start, k_script, k_script + token.end);
        parse_text(&p, text);
        if (p.diags.error_count > 2)
            fail_msg("without %.*s: %s", (int)(token.end - token.start), k_script + token.start,
                     codes_text(&p));
        messages += p.diags.error_count;
        parsed_free(&p);
        snprintf(text, sizeof text, "%.*s %s", (int)token.end, k_script, k_script + token.start);
        parse_text(&p, text);
        if (p.diags.error_count > 3)
            fail_msg("twice %.*s: %s", (int)(token.end - token.start), k_script + token.start,
                     codes_text(&p));
        messages += p.diags.error_count;
        parsed_free(&p);
    }
    assert_true(tokens > 250);
    assert_in_range(messages, tokens, 2 * tokens + tokens / 8);
    pol_arena_reset(&scratch);
    parsed_free(&whole);
}

/* No message names a token of the grammar or an end of file; at most five alternatives. */
static void messages_are_for_people(void **state)
{
    (void)state;
    static const char *const k_texts[] = {
        "",
        "政策",
        "政策 \"p\" \"t\" 施行",
        HEAD "定义",
        HEAD "定义 a",
        HEAD "定义 a = ",
        HEAD "定义 a = b c",
        HEAD "待遇 a = 3",
        HEAD "待遇 a 基数 b c",
        HEAD "输入 a b",
        HEAD "输入 a :",
        HEAD "输入 a : 金额 = ",
        HEAD "输入 a : 金额 当",
        HEAD "参数 a : 金额 {",
        HEAD "参数 a { 5 }",
        HEAD "累计 a",
        HEAD "累计 a : 文字",
        HEAD "累计 a : 金额 每人 滚动 3",
        HEAD "顺序 当 a 则",
        HEAD "垫付 a b",
        HEAD "状态 a = 3",
        HEAD "案例 \"x\" 期望",
        HEAD "案例 \"x\" 给定 a 3",
        HEAD "定义 a = 按 b 5",
        HEAD "定义 a = 按 b { 5 }",
        HEAD "定义 a = f(1",
        HEAD "定义 a = b 属于 5",
        HEAD "定义 a = { 自 2020-01-01 : 3 }",
        HEAD "依据 一",
        HEAD "条款 一",
    };
    static const char *const k_never[] = { "TOK_", "END",    "$",    "token",   "file",
                                           "NAME", "LBRACE", "语法", "{found}", "{expected}" };
    for (size_t i = 0; i < sizeof k_texts / sizeof k_texts[0]; i++) {
        parsed p;
        parse_text(&p, k_texts[i]);
        assert_true(p.diags.items.count > 0);
        for (size_t d = 0; d < p.diags.items.count; d++)
            for (int lang = 0; lang < 2; lang++) {
                const pol_str message =
                    pol_diag_message(&p.arena, p.diags.items.items[d], lang == 0 ? POL_ZH : POL_EN);
                const char *text = pol_str_copy(&p.arena, message).bytes;
                for (size_t never = 0; never < sizeof k_never / sizeof k_never[0]; never++)
                    if (strstr(text, k_never[never]) != NULL)
                        fail_msg("%s: %s", k_texts[i], text);
                assert_true(message.length < 500);
            }
        parsed_free(&p);
    }
}

/* What is said of a statement does not depend on how many tokens stand before it. */
static void far_behind(void **state)
{
    (void)state;
    static const char k_wrong[] = "案例 \"x\" 依据 \"一\"\n案例 \"y\" 给定 a 5元\n要求 a ≤\n附加 a = b\n";
    char text[4096 + sizeof k_wrong];
    for (unsigned before = 0; before < 300; before++) {
        size_t length = (size_t)snprintf(text, sizeof text, "%s条款 \"二\" \"三\"\n", HEAD);
        for (unsigned i = 0; i < before; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, "附加 a\n");
        snprintf(text + length, sizeof text - length, "%s", k_wrong);
        parsed p;
        parse_text(&p, text);
        if (p.diags.error_count != 3)
            fail_msg("%u statements before: %s", before, codes_text(&p));
        parsed_free(&p);
    }
}

/* Items of examples that are read at once and the same ones behind brackets: trees and messages. */
static void plain_items(void **state)
{
    (void)state;
    static const char *const k_values[] = { "5元", "甲", "\"甲\"", "是", "否", "2024-01-01", "80%", "3", "12月20日" };
    static const char *const k_after[] = { ", b = 1元 期望 c = 2元", " 期望 c.垫付 = %s, d = %s\n案例 \"y\" 给定 a = 1 期望 b = 2",
                                           "\n案例 \"y\" 给定 a = 1 期望 b = 2", " 期望 c = %s 期望 d = 1", " 期望 c = %s\n条款 \"一\" \"二\"",
                                           ",, b = 1", " 期望", " 期望 c.甲 = %s, 期望", " 期望 c = %s)", " 期望 错误 c = %s", " + 1, b = 2" };
    for (size_t v = 0; v < sizeof k_values / sizeof k_values[0]; v++)
        for (size_t a = 0; a < sizeof k_after / sizeof k_after[0]; a++) {
            parsed plain, other;
            char value[64], after[200], text[600];
            const char *trees[2];
            size_t counts[2];
            for (int brackets = 0; brackets < 2; brackets++) {
                parsed *const p = brackets != 0 ? &other : &plain;
                snprintf(value, sizeof value, brackets != 0 ? "(%s)" : "%s", k_values[v]);
                size_t length = 0;
                for (const char *c = k_after[a]; *c != '\0'; c++) {
                    const bool here = c[0] == '%' && c[1] == 's';
                    length += (size_t)snprintf(after + length, sizeof after - length, "%.*s", here ? (int)strlen(value) : 1, here ? value : c);
                    c += here;
                }
                snprintf(text, sizeof text, HEAD "案例 \"x\" 给定 a = %s%s", value, after);
                parse_text(p, text);
                trees[brackets] = tree_text(p);
                counts[brackets] = p->diags.items.count;
            }
            assert_string_equal(trees[0], trees[1]);
            assert_int_equal(counts[0], counts[1]);
            for (size_t i = 0; i < counts[0]; i++) {
                const pol_str first = pol_diag_message(&plain.arena, plain.diags.items.items[i], POL_ZH);
                const pol_str second = pol_diag_message(&other.arena, other.diags.items.items[i], POL_ZH);
                assert_true(plain.diags.items.items[i]->code == other.diags.items.items[i]->code);
                if (!pol_str_equal(first, second))
                    fail_msg("%s: %.*s", text, (int)first.length, first.bytes);
            }
            parsed_free(&plain);
            parsed_free(&other);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),
        cmocka_unit_test(marks_between_statements),
        cmocka_unit_test(reserved_words_as_names),
        cmocka_unit_test(spoken_language),
        cmocka_unit_test(misspelt_keywords),
        cmocka_unit_test(wrong_marks),
        cmocka_unit_test(comparisons_and_choices),
        cmocka_unit_test(requirements_and_examples),
        cmocka_unit_test(brackets),
        cmocka_unit_test(digits_in_labels),
        cmocka_unit_test(no_echo),
        cmocka_unit_test(every_error),
        cmocka_unit_test(recovery),
        cmocka_unit_test(repairs),
        cmocka_unit_test(one_mistake_one_message),
        cmocka_unit_test(messages_are_for_people),
        cmocka_unit_test(far_behind),
        cmocka_unit_test(plain_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
