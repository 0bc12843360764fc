/* What an editor asks of a script: words, mentions, other names, outline, colours, proposals, figures. A place is
 * written ‸ in the text. */
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

#define MARK "‸"

static const char k_policy[] = "政策 \"demo\" \"某县医疗救助办法\"  施行 自 2024-01-01 起\n"
                               "条款 \"三\" \"救助标准\"\n"
                               "条款 \"四\" \"年度限额\"\n"
                               "类别 人员类别 { 特困人员, 低保对象, \"边缘(家庭)\" }  依据 \"三\"\n"
                               "业务 医疗费用结算 按 出院日期\n"
                               "输入\n"
                               "  出院日期 : 日期\n"
                               "  人员类别 : 人员类别\n"
                               "  费用     : 金额\n"
                               "  就医类型 : { 住院, 门诊 }\n"
                               "参数 门槛 : 金额 = 1000元 + 500元  依据 \"三\"\n"
                               "集合 重点 : 人员类别 { 特困人员, 低保对象 } 依据 \"三\"\n"
                               "定义 可救助 = 人员类别 属于 重点 且 就医类型 = 住院  依据 \"三\"、\"四\"\n"
                               "累计 本年 : 金额 每人 每年 增加 救助  依据 \"四\"\n"
                               "结算 总费用 = 费用\n"
                               "待遇 救助  依据 \"三\"\n"
                               "  条件 可救助\n"
                               "  基数 余额\n"
                               "  起付 门槛\n"
                               "  比例 按 人员类别 { 特困人员 : 100%; 其余 : 50% }\n"
                               "  封顶 3万元 累计于 本年\n"
                               "状态 到顶 当 救助.达到封顶  依据 \"四\"\n"
                               "附加 方式 = 当 就医类型 = 住院 则 \"一站式\" 否则 \"事后\"  依据 \"三\"\n"
                               "案例 \"甲\"\n"
                               "  给定 出院日期 = 2024-05-01, 人员类别 = 特困人员, 费用 = 5000元, 就医类型 = 住院\n"
                               "  期望 救助 = 3500元, 方式 = \"一站式\"\n";

typedef struct asked {
    char *text;
    size_t length;
    uint32_t offset; /* of the mark, which is taken out */
    pol_script *script;
    pol_analysis *analysis;
} asked;

static const char *g_superior;

static bool load_superior(void *user, const char *from, const char *path, const char **name, const char **text,
                          size_t *length)
{
    (void)user;
    (void)from;
    *name = path;
    *text = g_superior;
    *length = g_superior == NULL ? 0 : strlen(g_superior);
    return g_superior != NULL;
}

static asked ask_in(const char *text, pol_lang lang)
{
    asked a = { .text = malloc(strlen(text) + 1) };
    strcpy(a.text, text);
    char *mark = strstr(a.text, MARK);
    if (mark != NULL) {
        a.offset = (uint32_t)(mark - a.text);
        memmove(mark, mark + strlen(MARK), strlen(mark + strlen(MARK)) + 1);
    }
    a.length = strlen(a.text);
    a.script = pol_script_new(NULL);
    pol_script_set_lenient(a.script);
    pol_script_set_loader(a.script, (pol_loader){ load_superior, NULL });
    (void)pol_script_load(a.script, "a.pol", a.text, a.length);
    assert_int_equal(pol_analysis_new(a.script, lang, &a.analysis), POL_OK);
    return a;
}

static asked ask(const char *text)
{
    return ask_in(text, POL_ZH);
}

/* The policy with `insert`, which holds the mark, behind the first `behind`. */
static asked ask_behind(const char *behind, const char *insert)
{
    char text[8000];
    const char *at = strstr(k_policy, behind);
    assert_non_null(at);
    at += strlen(behind);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - k_policy), k_policy, insert, at);
    return ask(text);
}

static asked ask_at_end(const char *statement)
{
    char text[8000];
    snprintf(text, sizeof text, "%s%s", k_policy, statement);
    return ask(text);
}

static void done(asked *a)
{
    pol_analysis_free(a->analysis);
    pol_script_free(a->script);
    free(a->text);
}

static void append(char *list, size_t size, const char *text)
{
    if (list[0] != '\0')
        strncat(list, " ", size - strlen(list) - 1);
    strncat(list, text, size - strlen(list) - 1);
}

/* ---- proposals ------------------------------------------------------------------------------------------------- */

static const char *proposals(asked *a)
{
    static char list[4000];
    const pol_proposal *items;
    size_t count;
    list[0] = '\0';
    const pol_status status = pol_analysis_complete(a->analysis, a->offset, &items, &count);
    assert_true(status == POL_OK || (status == POL_FINDINGS && count == 0));
    for (size_t i = 0; i < count; i++)
        append(list, sizeof list, items[i].edit.text);
    return list;
}

static void expect_proposals(const char *statement, const char *expected)
{
    asked a = ask_at_end(statement);
    assert_string_equal(proposals(&a), expected);
    done(&a);
}

static bool proposes(asked *a, const char *text)
{
    char list[4100], word[200];
    snprintf(list, sizeof list, " %s ", proposals(a));
    snprintf(word, sizeof word, " %s ", text);
    return strstr(list, word) != NULL;
}

static void test_grammar_says_what_follows(void **state)
{
    (void)state;
    expect_proposals("案例 \"乙\" " MARK, "依据 给定");
    expect_proposals("累计 新 : 金额 " MARK, "每人 每户");
    expect_proposals("累计 新 : 金额 每人 " MARK, "每年 每季 每月 滚动 不清零");
    expect_proposals("输入 新 : " MARK, "人员类别 分段 比例 金额 多选 整数 是否 日期 文字");
    asked a = ask_at_end("待遇 乙 " MARK);
    assert_memory_equal(proposals(&a), "由医院承担 视同 条件 基数 起付 分段 比例 金额 取整 封顶 依据 ",
                        strlen("由医院承担 视同 条件 基数 起付 分段 比例 金额 取整 封顶 依据 "));
    done(&a);
    a = ask(MARK);
    assert_string_equal(proposals(&a), "政策");
    done(&a);
    a = ask("政策 \"a\" \"b\" " MARK);
    assert_memory_equal(proposals(&a), "取整 依据 文号 地区 印发 系列 施行 沿用 条款 类别 ",
                        strlen("取整 依据 文号 地区 印发 系列 施行 沿用 条款 类别 "));
    done(&a);
}

static void test_labels_where_labels_can_stand(void **state)
{
    (void)state;
    expect_proposals("待遇 乙 条件 人员类别 属于 { " MARK, "特困人员 低保对象 \"边缘(家庭)\" 重点");
    expect_proposals("待遇 乙 条件 人员类别 属于 " MARK, "重点");
    expect_proposals("集合 新 : 人员类别 { 特困人员, " MARK, "特困人员 低保对象 \"边缘(家庭)\" 重点");
    asked a = ask_at_end("案例 \"乙\" 给定 就医类型 = " MARK);
    assert_memory_equal(proposals(&a), "住院 门诊 ", strlen("住院 门诊 "));
    assert_false(proposes(&a, "费用"));
    done(&a);
    expect_proposals("待遇 乙 比例 按 人员类别, 就医类型 { 低保对象, " MARK, "住院 门诊 其余 不论");
    asked subjects = ask_at_end("待遇 乙 比例 按 人员类别, " MARK);
    assert_true(proposes(&subjects, "就医类型"));
    done(&subjects);
    expect_proposals("待遇 乙 比例 按 人员类别 { { 低保对象, " MARK, "特困人员 低保对象 \"边缘(家庭)\" 重点");
    a = ask_at_end("待遇 乙 比例 按 人员类别, 就医类型 { 低保对象, 住院 : 3%; " MARK);
    assert_true(proposes(&a, "特困人员"));
    assert_false(proposes(&a, "门诊"));
    done(&a);
    a = ask_at_end("待遇 乙 基数 费用 条件 就医类型 = " MARK);
    assert_true(proposes(&a, "门诊") && proposes(&a, "可救助"));
    done(&a);
}

static void test_names_in_scope(void **state)
{
    (void)state;
    expect_proposals("待遇 乙 封顶 3元 累计于 " MARK, "本年");
    expect_proposals("顺序 " MARK, "救助 空 当");
    expect_proposals("定义 x = 救助." MARK, "实付 基数 起付 封顶前 达到封顶 超出余额 余额");
    expect_proposals("案例 \"乙\" 给定 " MARK, "出院日期 人员类别 费用 就医类型 本年");
    expect_proposals("案例 \"乙\" 给定 费用 = 1元 期望 " MARK, "救助 总费用 个人负担 医院承担 可救助 本年 到顶 方式 错误");
    expect_proposals("定义 丙 = 1 顺序 " MARK, "救助 空 当"); /* a statement need not begin its line */
    expect_proposals("待遇 乙 取整 " MARK, "四舍五入 四舍六入 进位 舍去");
    expect_proposals("业务 乙 按 " MARK, "出院日期");
    expect_proposals("待遇 乙 依据 \"三\"、" MARK, "\"三\" \"四\"");
    asked a = ask_at_end("待遇 乙 基数 " MARK);
    assert_true(proposes(&a, "余额") && proposes(&a, "较小") && proposes(&a, "门槛") && proposes(&a, "按"));
    assert_false(proposes(&a, "remaining"));
    assert_false(proposes(&a, "重点"));
    done(&a);
    a = ask_at_end("定义 新 = " MARK);
    assert_false(proposes(&a, "余额"));
    done(&a);
}

static void test_what_is_begun_is_replaced(void **state)
{
    (void)state;
    const pol_proposal *items;
    size_t count;
    asked a = ask_behind("  基数 ", "费" MARK " + ");
    assert_int_equal(pol_analysis_complete(a.analysis, a.offset, &items, &count), POL_OK);
    assert_int_equal(items[0].edit.range.start, a.offset - 3);
    assert_int_equal(items[0].edit.range.end, a.offset);
    done(&a);
    a = ask_behind("待遇 救助  依据 \"", MARK); /* between the quotes, which the text behind closes */
    assert_true(proposes(&a, "\"四\""));
    done(&a);
    a = ask_at_end("待遇 乙 依据 \"" MARK "\"");
    assert_int_equal(pol_analysis_complete(a.analysis, a.offset, &items, &count), POL_OK);
    assert_int_equal(count, 2);
    assert_string_equal(items[0].edit.text, "\"三\"");
    assert_string_equal(items[0].detail, "救助标准");
    assert_int_equal(items[0].edit.range.start, a.offset - 1);
    assert_int_equal(items[0].edit.range.end, a.offset + 1);
    done(&a);
    a = ask_at_end("待遇 乙 基数 「门" MARK);
    assert_true(proposes(&a, "「门槛」"));
    done(&a);
}

static void test_nothing_is_proposed_in_comments_and_numbers(void **state)
{
    (void)state;
    expect_proposals("# 待遇 " MARK, "");
    expect_proposals("待遇 乙 比例 30" MARK, "");
    expect_proposals("条款 \"" MARK, "");
}

static void test_english_scripts_get_english_words(void **state)
{
    (void)state;
    asked a = ask("policy \"a\" \"b\" effective from 2024-01-01 on\ninput cost : amount\nsettle total = cost\n"
                  "benefit aid " MARK);
    assert_true(proposes(&a, "base") && proposes(&a, "deductible"));
    assert_false(proposes(&a, "基数"));
    const pol_proposal *items;
    size_t count;
    assert_int_equal(pol_analysis_complete(a.analysis, a.offset, &items, &count), POL_OK);
    assert_string_equal(items[0].label, "by_hospital");
    assert_string_equal(items[0].other, "由医院承担");
    done(&a);
}

/* ---- words --------------------------------------------------------------------------------------------------------- */

static void test_words(void **state)
{
    (void)state;
    pol_word_info info;
    asked a = ask_behind("  起付 门", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_OK);
    assert_int_equal(info.kind, POL_WORD_PARAMETER);
    assert_string_equal(info.name, "门槛");
    assert_string_equal(info.type, "金额");
    assert_string_equal(info.value, "1500.00");
    assert_string_equal(info.declaration, "参数 门槛 : 金额 = 1000元 + 500元  依据 \"三\"");
    assert_int_equal(info.clause_count, 1);
    assert_string_equal(info.clauses[0].text, "三 救助标准");
    done(&a);
    a = ask_behind("  条件 可", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_OK);
    assert_int_equal(info.kind, POL_WORD_DEFINITION);
    assert_string_equal(info.first_value, "是");
    assert_int_equal(info.clause_count, 2);
    done(&a);
    a = ask_behind("当 救助.达到", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_OK);
    assert_int_equal(info.kind, POL_WORD_FACET);
    assert_string_equal(info.about, "capped");
    done(&a);
    a = ask_behind("  封", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_OK);
    assert_int_equal(info.kind, POL_WORD_KEYWORD);
    assert_string_equal(info.about, "cap");
    done(&a);
    a = ask_at_end("# 封顶" MARK); /* in a comment it is no keyword */
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_FINDINGS);
    done(&a);
    a = ask_behind("比例 按 人员类别 { 特困", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_OK);
    assert_int_equal(info.kind, POL_WORD_LABEL);
    assert_string_equal(info.type, "人员类别");
    done(&a);
    a = ask_behind("费用 = 50", MARK);
    assert_int_equal(pol_analysis_word(a.analysis, a.offset, &info), POL_FINDINGS);
    done(&a);
}

/* The text of each mention, those that declare with a star, as "line:column". */
static const char *mentions(asked *a)
{
    static char list[1000];
    const pol_mention_at *items;
    size_t count;
    list[0] = '\0';
    if (pol_analysis_mentions(a->analysis, a->offset, &items, &count) != POL_OK)
        return list;
    for (size_t i = 0; i < count; i++) {
        char place[40];
        size_t length;
        const char *text = pol_script_file_text(a->script, items[i].range.file, &length);
        unsigned line = 1;
        for (uint32_t at = 0; at < items[i].range.start; at++)
            line += text[at] == '\n';
        snprintf(place, sizeof place, "%u/%u%s", items[i].range.file, line, items[i].declares ? "*" : "");
        append(list, sizeof list, place);
    }
    return list;
}

static void test_mentions(void **state)
{
    (void)state;
    asked a = ask_behind("  基数 余额\n  起付 门", MARK);
    assert_string_equal(mentions(&a), "0/11* 0/19");
    done(&a);
    a = ask_behind("属于 重", MARK);
    assert_string_equal(mentions(&a), "0/12* 0/13");
    done(&a);
    a = ask_behind("类别 人员类别 { 特困", MARK); /* the label */
    assert_string_equal(mentions(&a), "0/4* 0/12 0/20 0/25");
    done(&a);
    a = ask_behind("  人员", MARK); /* the input, not the category of its name */
    assert_string_equal(mentions(&a), "0/8* 0/13 0/20 0/25");
    done(&a);
    a = ask_behind("  人员类别 : 人员", MARK); /* the category */
    assert_string_equal(mentions(&a), "0/4* 0/8 0/12");
    done(&a);
    a = ask_behind("增加 救", MARK); /* the payer, in examples too */
    assert_string_equal(mentions(&a), "0/14 0/16* 0/22 0/26");
    done(&a);
    a = ask_behind("条款 \"四", MARK);
    assert_string_equal(mentions(&a), "0/3* 0/13 0/14 0/22");
    done(&a);
}

/* Names of two matters are two things, unless something shared means both. */
static void test_matters_have_names_of_their_own(void **state)
{
    (void)state;
    static const char k_matters[] = "业务 甲\n输入 费用 : 金额\n结算 总费用 = 费" MARK "用\n"
                                    "业务 乙\n输入 费用 : 金额\n结算 总费用 = 费用\n";
    static const char k_header[] = "政策 \"a\" \"b\" 施行 自 2024-01-01 起\n";
    char text[1000];
    snprintf(text, sizeof text, "%s%s", k_header, k_matters);
    asked a = ask(text);
    assert_string_equal(mentions(&a), "0/3* 0/4");
    done(&a);
    snprintf(text, sizeof text, "%s定义 一半 = 费用 ÷ 2\n%s", k_header, k_matters);
    a = ask(text);
    assert_string_equal(mentions(&a), "0/2 0/4* 0/5 0/7* 0/8");
    done(&a);
    const pol_extent *places;
    size_t count;
    snprintf(text, sizeof text, "%s定义 一半 = 费" MARK "用 ÷ 2\n业务 甲\n输入 费用 : 金额\n业务 乙\n输入 费用 : 金额\n", k_header);
    a = ask(text);
    assert_int_equal(pol_analysis_definitions(a.analysis, a.offset, &places, &count), POL_OK);
    assert_int_equal(count, 2);
    done(&a);
}

static void test_words_survive_errors(void **state)
{
    (void)state;
    asked a = ask_at_end("待遇 乙 基数 + \n定义 新 = 门" MARK "槛 × 2\n");
    assert_int_not_equal(pol_script_error_count(a.script), 0);
    assert_string_equal(mentions(&a), "0/11* 0/19 0/28");
    done(&a);
}

/* ---- superiors ------------------------------------------------------------------------------------------------------- */

static const char k_superior[] = "政策 \"上级\" \"办法\" 施行 自 2020-01-01 起\n"
                                 "条款 \"一\" \"标准\"\n"
                                 "业务 报销 按 日期\n"
                                 "输入 日期 : 日期 费用 : 金额\n"
                                 "参数 救助比例 : 比例 由统筹区定 { 不低于 50% 依据 \"一\" } 依据 \"一\"\n"
                                 "结算 总费用 = 费用\n"
                                 "待遇 救助 依据 \"一\" 基数 余额 比例 救助比例\n";
#define OWN_HEADER "政策 \"下级\" \"细则\" 沿用 \"上级.pol\" 施行 自 2021-01-01 起\n"

static void test_superiors(void **state)
{
    (void)state;
    const pol_extent *places;
    size_t count;
    g_superior = k_superior;
    asked a = ask(OWN_HEADER "业务 报销\n参数 救助" MARK "比例 = 60%\n");
    assert_int_equal(pol_script_error_count(a.script), 0);
    assert_string_equal(mentions(&a), "0/3 1/5* 1/7");
    assert_int_equal(pol_analysis_definitions(a.analysis, a.offset, &places, &count), POL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(places[0].file, 1);
    done(&a);
    a = ask(OWN_HEADER "业务 报销\n参数 " MARK);
    assert_string_equal(proposals(&a), "救助比例");
    done(&a);
    a = ask(OWN_HEADER "参数 " MARK); /* of the matter, not of the shared section */
    assert_string_equal(proposals(&a), "");
    done(&a);
    a = ask(OWN_HEADER "业务 " MARK);
    assert_string_equal(proposals(&a), "报销");
    done(&a);
    a = ask(OWN_HEADER "业务 报销\n附加 甲 = " MARK);
    assert_true(proposes(&a, "费用") && proposes(&a, "救助"));
    done(&a);
    a = ask(OWN_HEADER "业务 报销\n替换 待遇 " MARK);
    assert_string_equal(proposals(&a), "救助");
    done(&a);
    a = ask("政策 \"下级\" \"细则\" 沿用 \"上" MARK "级.pol\" 施行 自 2021-01-01 起\n");
    assert_int_equal(pol_analysis_definitions(a.analysis, a.offset, &places, &count), POL_OK);
    assert_int_equal(places[0].file, 1);
    assert_int_equal(places[0].start, 0);
    done(&a);
    const pol_edit *edits;
    const char *reason;
    a = ask(OWN_HEADER "业务 报销\n参数 救助" MARK "比例 = 60%\n");
    assert_int_equal(pol_analysis_rename(a.analysis, a.offset, "比例甲", &edits, &count, &reason), POL_FINDINGS);
    assert_string_equal(reason, "上级脚本里也用这个名称，请在上级脚本里改");
    done(&a);
    g_superior = NULL;
}

/* ---- another name ----------------------------------------------------------------------------------------------------- */

/* The text after renaming what stands at the mark; the reason when that is refused. Caller frees. */
static char *renamed(asked *a, const char *name)
{
    const pol_edit *edits;
    size_t count;
    const char *reason = "";
    char *text = calloc(1, a->length + 4096);
    if (pol_analysis_rename(a->analysis, a->offset, name, &edits, &count, &reason) != POL_OK)
        return strcpy(text, reason);
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        strncat(text, a->text + at, edits[i].range.start - at);
        strcat(text, edits[i].text);
        at = edits[i].range.end;
    }
    return strcat(text, a->text + at);
}

/* Renaming keeps a good script good, and back again gives the same text. */
static void expect_round_trip(const char *behind, const char *name, const char *old)
{
    asked a = ask_behind(behind, MARK);
    char *text = renamed(&a, name);
    asked b = ask(text);
    assert_int_equal(pol_script_error_count(b.script), 0);
    const char *at = strstr(text, name);
    assert_non_null(at);
    b.offset = (uint32_t)(at - text);
    char *back = renamed(&b, old);
    assert_string_equal(back, k_policy);
    free(text);
    free(back);
    done(&a);
    done(&b);
}

static void test_renaming(void **state)
{
    (void)state;
    expect_round_trip("  起付 门", "起付标准线", "门槛");
    expect_round_trip("增加 救", "基本救助", "救助");
    expect_round_trip("就医类型 : { 住", "住院治疗", "住院");
    expect_round_trip("条款 \"四", "四（一）", "四");
    expect_round_trip("定义 可", "可救助对象", "可救助");
    expect_round_trip("附加 方", "结算方式", "方式");
    asked a = ask_behind("  起付 门", MARK);
    char *text = renamed(&a, "起付");
    assert_non_null(strstr(text, "参数 「起付」 : 金额"));
    assert_non_null(strstr(text, "  起付 「起付」\n"));
    free(text);
    text = renamed(&a, "门槛 (元)");
    assert_non_null(strstr(text, "  起付 「门槛 (元)」\n"));
    free(text);
    static const struct {
        const char *name, *reason;
    } k_refused[] = {
        { "费用", "已经有这个名称" },     { "总费用", "已经有这个名称" }, { "", "不能作名称" },
        { "甲\n乙", "不能作名称" },       { "编号", "这个名称另有含义，不能用" },
        { "甲\xe2\x80\xae", "不能作名称" }, { "甲」乙", "不能作名称" },
    };
    for (size_t i = 0; i < sizeof k_refused / sizeof k_refused[0]; i++) {
        text = renamed(&a, k_refused[i].name);
        assert_string_equal(text, k_refused[i].reason);
        free(text);
    }
    done(&a);
    a = ask_behind("  基数 余", MARK);
    text = renamed(&a, "剩余");
    assert_string_equal(text, "这个名称是语言规定的，不能改");
    free(text);
    done(&a);
}

/* ---- the whole script --------------------------------------------------------------------------------------------------- */

static void test_outline_and_folds(void **state)
{
    (void)state;
    const pol_outline_item *items;
    const pol_fold *folds;
    size_t count;
    asked a = ask(k_policy);
    assert_int_equal(pol_analysis_outline(a.analysis, &items, &count), POL_OK);
    assert_string_equal(items[0].name, "某县医疗救助办法");
    unsigned inputs = 0, last = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(items[i].range.start <= items[i].name_range.start && items[i].name_range.end <= items[i].range.end);
        assert_true(items[i].depth <= last + 1);
        last = items[i].depth;
        inputs += items[i].kind == POL_WORD_INPUT;
        if (items[i].kind == POL_WORD_MATTER)
            assert_int_equal(items[i].range.end, a.length - 1);
    }
    assert_int_equal(inputs, 4);
    assert_int_equal(pol_analysis_folds(a.analysis, &folds, &count), POL_OK);
    assert_int_equal(count, 4); /* the matter, 输入, 待遇, 案例 */
    done(&a);
    a = ask("# 一\n# 二\n# 三\n政策 \"a\" \"b\"\n# 四\n类别 甲 {\n  乙\n}\n");
    assert_int_equal(pol_analysis_folds(a.analysis, &folds, &count), POL_OK);
    unsigned comments = 0;
    for (size_t i = 0; i < count; i++)
        comments += folds[i].is_comment;
    assert_int_equal(comments, 1);
    done(&a);
}

static void test_colors_cover_the_script(void **state)
{
    (void)state;
    const pol_colored *items;
    size_t count;
    asked a = ask(k_policy);
    assert_int_equal(pol_analysis_colors(a.analysis, &items, &count), POL_OK);
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        for (; end < items[i].range.start; end++) /* between tokens there are only blanks */
            assert_non_null(strchr(" \n", a.text[end]));
        end = items[i].range.end;
        if (strncmp(a.text + items[i].range.start, "特困人员", 12) == 0)
            assert_int_equal(items[i].kind, POL_WORD_LABEL);
        if (strncmp(a.text + items[i].range.start, "可救助", 9) == 0)
            assert_int_equal(items[i].kind, POL_WORD_DEFINITION);
    }
    assert_int_equal(end, a.length - 1);
    done(&a);
}

static void test_figures(void **state)
{
    (void)state;
    static const struct {
        const char *place, *text;
    } k_expected[] = {
        { "总费用", "5000.00" }, { "可救助", "是" },   { "方式", "一站式" }, { "救助", "3500.00" },
        { "余额", "5000.00" },   { "门槛", "1500.00" },
    };
    const pol_hint *items;
    size_t count;
    asked a = ask(k_policy);
    assert_int_equal(pol_analysis_hints(a.analysis, &items, &count), POL_OK);
    for (size_t k = 0; k < sizeof k_expected / sizeof k_expected[0]; k++) {
        bool found = false;
        for (size_t i = 0; i < count; i++)
            found |= strncmp(a.text + items[i].range.start, k_expected[k].place, strlen(k_expected[k].place)) == 0 &&
                     strcmp(items[i].text, k_expected[k].text) == 0;
        if (!found)
            fail_msg("no figure %s at %s", k_expected[k].text, k_expected[k].place);
    }
    done(&a);
    a = ask_at_end("待遇 乙 基数 +\n"); /* with errors there are none */
    assert_int_equal(pol_analysis_hints(a.analysis, &items, &count), POL_OK);
    assert_int_equal(count, 0);
    done(&a);
}

static void test_diagnostics_are_those_of_the_check(void **state)
{
    (void)state;
    const pol_diagnostic *items;
    size_t count;
    asked a = ask_at_end("定义 新 = 门坎 × 2\n");
    assert_int_equal(pol_analysis_diagnostics(a.analysis, &items, &count), POL_OK);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].code, "E0201") == 0 || items[i].has_fix) {
            found = true;
            assert_true(items[i].is_error);
            assert_string_equal(items[i].fix.text, "门槛");
            assert_memory_equal(a.text + items[i].range.start, "门坎", 6);
        }
    assert_true(found);
    pol_script *strict = pol_script_new(NULL);
    (void)pol_script_load(strict, "a.pol", a.text, a.length);
    assert_int_equal(pol_script_error_count(strict), pol_script_error_count(a.script));
    assert_int_equal(pol_script_warning_count(strict), pol_script_warning_count(a.script));
    pol_script_free(strict);
    done(&a);
}

/* ---- hostile texts ------------------------------------------------------------------------------------------------------ */

/* Asks everything; true when memory sufficed. */
static bool ask_everything(pol_script *script, uint32_t offset)
{
    pol_analysis *a;
    size_t count;
    union {
        const pol_diagnostic *diagnostics;
        const pol_extent *extents;
        const pol_mention_at *mentions;
        const pol_edit *edits;
        const pol_outline_item *outline;
        const pol_fold *folds;
        const pol_colored *colors;
        const pol_proposal *proposals;
        const pol_hint *hints;
    } items;
    pol_word_info info;
    const char *reason;
    if (pol_analysis_new(script, POL_EN, &a) != POL_OK)
        return false;
    const pol_status got[] = {
        pol_analysis_diagnostics(a, &items.diagnostics, &count),
        pol_analysis_word(a, offset, &info),
        pol_analysis_definitions(a, offset, &items.extents, &count),
        pol_analysis_mentions(a, offset, &items.mentions, &count),
        pol_analysis_rename(a, offset, "新名", &items.edits, &count, &reason),
        pol_analysis_outline(a, &items.outline, &count),
        pol_analysis_folds(a, &items.folds, &count),
        pol_analysis_colors(a, &items.colors, &count),
        pol_analysis_complete(a, offset, &items.proposals, &count),
        pol_analysis_hints(a, &items.hints, &count),
    };
    pol_analysis_free(a);
    for (size_t i = 0; i < sizeof got / sizeof got[0]; i++)
        if (got[i] == POL_NO_MEMORY)
            return false;
    return true;
}

static pol_status load_lenient(const pol_allocator *allocator, const char *text, size_t length, pol_script **script)
{
    *script = pol_script_new(allocator);
    if (*script == NULL)
        return POL_NO_MEMORY;
    pol_script_set_lenient(*script);
    pol_script_set_loader(*script, (pol_loader){ load_superior, NULL });
    return pol_script_load(*script, "a.pol", text, length);
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    g_superior = k_superior;
    static const char k_own[] = OWN_HEADER "业务 报销\n参数 救助比例 = 60%\n附加 甲 = 费用\n";
    bool all = false;
    for (unsigned at = 1; !all; at++) {
        failing f = { .fail_at = at };
        const pol_allocator allocator = { reallocate, &f };
        pol_script *script;
        const pol_status status = load_lenient(&allocator, k_own, strlen(k_own), &script);
        all = status != POL_NO_MEMORY && ask_everything(script, (uint32_t)strlen(k_own) - 1) && f.calls < at;
        pol_script_free(script);
        assert_int_equal(f.held, 0);
        assert_true(at < 20000);
    }
    g_superior = NULL;
}

/* Cut anywhere, also within a character; and with a piece left out. */
static void test_broken_texts(void **state)
{
    (void)state;
    const size_t length = strlen(k_policy);
    for (size_t cut = 0; cut <= length; cut += 1 + cut % 3) {
        pol_script *script;
        assert_int_not_equal(load_lenient(NULL, k_policy, cut, &script), POL_NO_MEMORY);
        assert_true(ask_everything(script, (uint32_t)cut));
        pol_script_free(script);
    }
    for (size_t from = 0; from + 30 < length; from += 7) {
        char text[4000];
        memcpy(text, k_policy, from);
        memcpy(text + from, k_policy + from + 17, length - from - 17);
        pol_script *script;
        assert_int_not_equal(load_lenient(NULL, text, length - 17, &script), POL_NO_MEMORY);
        assert_true(ask_everything(script, (uint32_t)from));
        assert_true(ask_everything(script, UINT32_MAX));
        pol_script_free(script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar_says_what_follows),
        cmocka_unit_test(test_labels_where_labels_can_stand),
        cmocka_unit_test(test_names_in_scope),
        cmocka_unit_test(test_what_is_begun_is_replaced),
        cmocka_unit_test(test_nothing_is_proposed_in_comments_and_numbers),
        cmocka_unit_test(test_english_scripts_get_english_words),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_matters_have_names_of_their_own),
        cmocka_unit_test(test_words_survive_errors),
        cmocka_unit_test(test_superiors),
        cmocka_unit_test(test_renaming),
        cmocka_unit_test(test_outline_and_folds),
        cmocka_unit_test(test_colors_cover_the_script),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_diagnostics_are_those_of_the_check),
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_broken_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
