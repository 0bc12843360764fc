/* Streams of claims: results in every form, errors in their place, accumulators through the ledger,
 * the same output whatever the blocks and the pieces, and clean failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/runner_internal.h"

#define SCRIPT                                                                                         \
    "政策 \"run-2024\" \"流水结算测试办法\"  施行 自 2024-01-01 起\n"                                  \
    "类别 人员 { 特困, 低保, 其他 }\n"                                                                 \
    "累计 全部已付 : 金额 每人 不清零 增加 救助基金\n"                                                 \
    "业务 住院 按 出院日期\n"                                                                          \
    "输入 出院日期 : 日期  人员 : 人员  病种 : 文字 = \"\"  费用 : 金额  医保支付 : 金额 = 0元\n"       \
    "     说明材料 : 文字 可空 必填 当 费用 超过 50000元\n"                                            \
    "参数 单次限额 : 金额 = 不限 由统筹区定\n"                                                         \
    "要求 医保支付 ≤ 费用 \"医保支付不得大于费用\"\n"                                                  \
    "累计 本年已付 : 金额 每人 每年 自 9月1日 起 增加 救助基金\n"                                      \
    "累计 本季病种已付 : 金额 每人, 病种 每季 增加 救助基金\n"                                         \
    "累计 本月次数 : 整数 每人 每月 增加 1\n"                                                          \
    "累计 近三月已付 : 金额 每人 滚动 3个月 增加 救助基金\n"                                           \
    "累计 家庭自付 : 金额 每户 每年 增加 个人负担\n"                                                   \
    "结算 总费用 = 费用\n"                                                                             \
    "先付 医疗保险 = 医保支付\n"                                                                       \
    "待遇 救助基金  条件 人员 ≠ 其他  基数 余额  比例 按 人员 { 特困 : 100%; 低保 : 70%; 其他 : 0% }\n" \
    "  封顶 1万元 累计于 本年已付  封顶 单次限额\n"                                                    \
    "待遇 医院减免 由医院承担 金额 余额 × 10%\n"                                                       \
    "垫付 定点医院 代 救助基金 当 人员 = 特困\n"                                                       \
    "状态 达年度限额 当 救助基金.达到封顶\n"                                                           \
    "状态 频繁住院 当 本月次数 ≥ 2\n"                                                                  \
    "附加 病种 = 病种  附加 人员 = 人员  附加 出院 = 出院日期  附加 大额 = 费用 ≥ 10000元\n"           \
    "附加 单价 = 费用 ÷ 3  附加 负担率 = 个人负担 ÷ 总费用  附加 材料 = 说明材料\n"                    \
    "业务 门诊 按 就诊日期\n"                                                                          \
    "输入 就诊日期 : 日期  费用 : 金额\n"                                                              \
    "结算 总费用 = 费用\n"                                                                             \
    "待遇 救助基金 基数 余额 比例 50% 封顶 (50000元 超过 全部已付 的部分)\n"

/* The same claims by another policy, whose balances go from claim to claim inside a block in one of its matters. */
#define SEQUENCE                                                                                       \
    "政策 \"run-2025\" \"流水顺序测试办法\"  施行 自 2024-01-01 起\n"                                  \
    "类别 人员 { 特困, 低保, 其他 }\n"                                                                 \
    "业务 住院 按 出院日期\n"                                                                          \
    "输入 出院日期 : 日期  人员 : 人员  病种 : 文字 = \"\"  费用 : 金额  医保支付 : 金额 = 0元\n"       \
    "参数 单次限额 : 金额 = 不限 由统筹区定\n"                                                         \
    "要求 医保支付 ≤ 费用 \"医保支付不得大于费用\"\n"                                                  \
    "累计 全部已付 : 金额 每人 不清零 增加 救助基金\n"                                                 \
    "要求 本年已付 ≤ 9999元 \"已满\"\n"                                                                \
    "累计 本年已付 : 金额 每人 每年 自 9月1日 起 增加 救助基金\n"                                      \
    "累计 本季病种已付 : 金额 每人, 病种 每季 增加 救助基金\n"                                         \
    "累计 本月次数 : 整数 每人 每月 增加 1\n"                                                          \
    "累计 家庭自付 : 金额 每户 每年 增加 个人负担\n"                                                   \
    "结算 总费用 = 费用\n"                                                                             \
    "先付 医疗保险 = 医保支付\n"                                                                       \
    "待遇 救助基金  条件 人员 ≠ 其他  基数 余额  比例 按 人员 { 特困 : 100%; 低保 : 70%; 其他 : 0% }\n" \
    "  封顶 1万元 累计于 本年已付  封顶 6000元 累计于 本季病种已付  封顶 单次限额\n"                   \
    "待遇 医院减免 由医院承担 金额 (余额 + 全部已付) × 1%\n"                                           \
    "状态 达年度限额 当 救助基金.达到封顶\n"                                                           \
    "状态 频繁住院 当 本月次数 ≥ 2\n"                                                                  \
    "附加 病种 = 病种  附加 单价 = 费用 ÷ 3  附加 负担率 = 个人负担 ÷ 总费用\n"                         \
    "业务 门诊 按 就诊日期\n"                                                                          \
    "输入 就诊日期 : 日期  费用 : 金额\n"                                                              \
    "累计 近三月已付 : 金额 每人 滚动 3个月 增加 救助基金\n"                                           \
    "结算 总费用 = 费用\n"                                                                             \
    "待遇 救助基金 基数 余额 比例 50% 封顶 (50000元 超过 近三月已付 的部分)\n"

/* ---- a growing text as writer ---------------------------------------------------------------------------- */

typedef struct sink {
    char *bytes;
    size_t length, capacity;
    size_t fail_after; /* calls; SIZE_MAX: never */
} sink;

static bool collect(void *user, const char *bytes, size_t length)
{
    sink *const s = user;
    if (s->fail_after == 0)
        return false;
    s->fail_after -= s->fail_after != SIZE_MAX;
    if (s->length + length + 1 > s->capacity) {
        s->capacity = (s->length + length + 1) * 2;
        s->bytes = realloc(s->bytes, s->capacity);
        assert_non_null(s->bytes);
    }
    memcpy(s->bytes + s->length, bytes, length);
    s->length += length;
    s->bytes[s->length] = '\0';
    return true;
}

static sink new_sink(void)
{
    sink s = { .fail_after = SIZE_MAX };
    collect(&s, "", 0);
    return s;
}

static void drop(sink *s)
{
    free(s->bytes);
    *s = (sink){ .bytes = NULL };
}

/* ---- memory that can run out ------------------------------------------------------------------------------- */

typedef struct meter {
    size_t now, peak;
    size_t left; /* calls until failure; SIZE_MAX: never */
} meter;

static void *metered(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    meter *const m = user;
    if (new_bytes == 0) {
        m->now -= memory == NULL ? 0 : old_bytes;
        free(memory);
        return NULL;
    }
    if (m->left == 0)
        return NULL;
    m->left -= m->left != SIZE_MAX;
    void *const moved = realloc(memory, new_bytes);
    assert_non_null(moved);
    m->now += new_bytes - (memory == NULL ? 0 : old_bytes);
    m->peak = m->now > m->peak ? m->now : m->peak;
    return moved;
}

/* ---- the program --------------------------------------------------------------------------------------------- */

static pol_program *g_program, *g_sequence;

static pol_program *compile(const char *text)
{
    pol_script *const script = pol_script_new(NULL);
    pol_program *program = NULL;
    assert_non_null(script);
    if (pol_script_load(script, "test.pol", text, strlen(text)) != POL_OK) {
        sink s = new_sink();
        pol_script_diagnostics(script, POL_TEXT, POL_ZH, false, (pol_writer){ collect, &s });
        print_message("%s\n", s.bytes);
        drop(&s);
    }
    assert_int_equal(pol_script_error_count(script), 0);
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    pol_script_free(script);
    return program;
}

static int set_up(void **state)
{
    (void)state;
    g_program = compile(SCRIPT);
    g_sequence = compile(SEQUENCE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pol_program_free(g_program);
    pol_program_free(g_sequence);
    return 0;
}

/* Runs the whole input in pieces of `piece` bytes (0: at once). */
static pol_status run(sink *out, const pol_run_options *options, const char *input, size_t piece)
{
    pol_runner *runner;
    pol_status status = pol_runner_new(NULL, g_program, options, (pol_writer){ collect, out }, &runner);
    if (status != POL_OK)
        return status;
    size_t left = strlen(input);
    piece = piece == 0 ? left : piece;
    while (left != 0 && status == POL_OK) {
        const size_t length = left < piece ? left : piece;
        /* In memory of exactly its size, gone after the call. */
        char *const copy = malloc(length);
        assert_non_null(copy);
        memcpy(copy, input, length);
        status = pol_runner_feed(runner, copy, length);
        free(copy);
        input += length;
        left -= length;
    }
    const pol_status finish = pol_runner_finish(runner);
    const pol_run_summary summary = pol_runner_summary(runner);
    assert_true(summary.claims == summary.settled + summary.rejected || status != POL_OK);
    pol_runner_free(runner);
    return status == POL_OK ? finish : status;
}

static void check_run(const pol_run_options *options, const char *input, const char *expected,
                      pol_status status)
{
    sink out = new_sink();
    assert_int_equal(run(&out, options, input, 0), status);
    assert_string_equal(out.bytes, expected);
    drop(&out);
}

/* The n-th line (from 0) of a text. */
static const char *line_of(const char *text, int number)
{
    static char line[4096];
    for (; number > 0; number--)
        text = strchr(text, '\n') + 1;
    const size_t length = strcspn(text, "\n");
    assert_true(length < sizeof line);
    memcpy(line, text, length);
    line[length] = '\0';
    return line;
}

static void check_contains(const char *text, const char *piece)
{
    if (strstr(text, piece) == NULL)
        print_message("%s\nlacks %s\n", text, piece);
    assert_non_null(strstr(text, piece));
}

/* ---- forms of results ------------------------------------------------------------------------------------------ */

#define CLAIM_1                                                                                        \
    "{\"编号\":\"A\\t1\",\"参保人\":5101,\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"特困\"," \
    "\"病种\":\"肺炎（重）\",\"费用\":\"10000.00\",\"医保支付\":4000.5}\n"
#define CLAIM_2                                                                                        \
    "{\"参保人\":\"乙\",\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"其他\",\"费用\":0,"  \
    "\"说明材料\":\"\"}\n"

static void test_json_results(void **state)
{
    (void)state;
    check_run(
        NULL, CLAIM_1 CLAIM_2,
        "{\"编号\":\"A\\t1\",\"参保人\":5101,\"文件\":\"run-2024\",\"业务类型\":\"住院\",\"总费用\":\"10000.00\","
        "\"支付明细\":[{\"付款方\":\"医疗保险\",\"金额\":\"4000.50\"},{\"付款方\":\"救助基金\",\"金额\":\"5999.50\"}],"
        "\"个人负担\":\"0.00\",\"医院承担\":\"0.00\",\"垫付\":[{\"垫付方\":\"定点医院\",\"应付方\":\"救助基金\","
        "\"金额\":\"5999.50\"}],\"状态\":[],\"累计\":{\"全部已付\":\"5999.50\",\"本年已付\":\"5999.50\","
        "\"本季病种已付\":\"5999.50\",\"本月次数\":1,\"近三月已付\":\"5999.50\",\"家庭自付\":\"0.00\"},"
        "\"附加\":{\"病种\":\"肺炎（重）\",\"人员\":\"特困\",\"出院\":\"2024-05-06\",\"大额\":true,"
        "\"单价\":\"3333.33\",\"负担率\":\"0\",\"材料\":null}}\n"
        "{\"参保人\":\"乙\",\"业务类型\":\"住院\",\"错误\":\"计算越界\",\"字段\":\"负担率\","
        "\"说明\":\"“负担率”的数值超出可计算的范围，或除数为零\",\"行\":2}\n",
        POL_FINDINGS);
}

static void test_csv_results(void **state)
{
    (void)state;
    const pol_run_options options = { .out = POL_CSV };
    check_run(
        &options, CLAIM_1 "{\"编号\":\"x,\\\"y\",\"业务类型\":\"门诊\",\"就诊日期\":\"2024-05-06\",\"费用\":\"9.99\"}\n{}\n",
        "编号,参保人,家庭,业务类型,总费用,医疗保险,救助基金,个人负担,医院承担,垫付,状态,累计.全部已付,累计.本年已付,"
        "累计.本季病种已付,累计.本月次数,累计.近三月已付,累计.家庭自付,附加.病种,附加.人员,附加.出院,附加.大额,"
        "附加.单价,附加.负担率,附加.材料,错误,字段,说明,行\r\n"
        "A\t1,5101,,住院,10000.00,4000.50,5999.50,0.00,0.00,定点医院 代 救助基金 5999.50,,5999.50,5999.50,5999.50,1,"
        "5999.50,0.00,肺炎（重）,特困,2024-05-06,true,3333.33,0,,,,,\r\n"
        "\"x,\"\"y\",,,门诊,9.99,,5.00,4.99,0.00,,,5.00,,,,,,,,,,,,,,,,\r\n"
        ",,,,,,,,,,,,,,,,,,,,,,,,缺少字段,业务类型,缺少“业务类型”，不知道按哪项业务结算,3\r\n",
        POL_FINDINGS);
    /* The header stands even when there is no claim. */
    sink out = new_sink();
    assert_int_equal(run(&out, &options, "", 0), POL_OK);
    check_contains(out.bytes, "编号,参保人,");
    drop(&out);
}

static void test_bills(void **state)
{
    (void)state;
    const pol_run_options options = { .out = POL_BILL };
    sink out = new_sink();
    assert_int_equal(run(&out, &options, CLAIM_1 "{\"编号\":\"\\u001b[31m\"}\n", 0), POL_FINDINGS);
    check_contains(out.bytes, " 总费用                                            10000.00\n"
                              "   医疗保险                                         4000.50\n"
                              "   救助基金                                         5999.50\n"
                              " 医院承担                                              0.00\n"
                              " 个人负担                                              0.00\n");
    check_contains(out.bytes, " 垫付     定点医院 代 救助基金                      5999.50\n");
    check_contains(out.bytes, "          人员                                         特困\n");
    check_contains(out.bytes, " 未能结算");
    check_contains(out.bytes, " 错误     缺少字段\n 字段     业务类型\n");
    /* Nothing of a record may command the terminal. */
    assert_null(strchr(out.bytes, '\x1b'));
    assert_null(strchr(out.bytes, '\t'));
    drop(&out);
    const pol_run_options english = { .out = POL_BILL, .lang = POL_EN };
    out = new_sink();
    assert_int_equal(run(&out, &english, CLAIM_1, 0), POL_OK);
    check_contains(out.bytes, " Total  ");
    check_contains(out.bytes, " Person pays  ");
    drop(&out);
}

static void test_rejects(void **state)
{
    (void)state;
    sink out = new_sink(), rejects = new_sink();
    const pol_writer writer = { collect, &rejects };
    const pol_run_options options = { .rejects = &writer, .lang = POL_EN };
    assert_int_equal(run(&out, &options, "{\"编号\":1}\n" CLAIM_1 "\xff\"\n", 0), POL_FINDINGS);
    assert_string_equal(rejects.bytes,
                        "{\"编号\":1,\"错误\":\"缺少字段\",\"字段\":\"业务类型\",\"说明\":\"业务类型 is missing: "
                        "the matter is unknown\",\"行\":1,\"原文\":\"{\\\"编号\\\":1}\"}\n"
                        "{\"错误\":\"取值错误\",\"字段\":\"\",\"说明\":\"line 3, column 1: this is not UTF-8\","
                        "\"行\":3,\"原文\":\"\xef\xbf\xbd\\\"\"}\n");
    check_contains(out.bytes, "\"总费用\":\"10000.00\"");
    assert_null(strstr(out.bytes, "错误"));
    drop(&out);
    drop(&rejects);
}

static void test_errors_in_place(void **state)
{
    (void)state;
#define INPATIENT "\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"低保\","
    static const struct {
        const char *claim, *error, *field;
    } cases[] = {
        { "{" INPATIENT "\"费用\":1,\"医保支付\":2}", "输入矛盾", "医保支付" },
        { "{" INPATIENT "\"费用\":1,\"医保支付\":2,\"其它\":1}", "未知字段", "其它" },
        { "{" INPATIENT "\"费用\":50000.01,\"其它\":1}", "缺少字段", "说明材料" },
        { "{" INPATIENT "\"费用\":50000.01,\"参数\":{\"单次限额\":-1}}", "取值错误", "参数.单次限额" },
        { "{" INPATIENT "\"费用\":1,\"参数\":{\"x\":1}}", "未知字段", "参数.x" },
        { "{" INPATIENT "\"费用\":1,\"本月次数\":-1.5}", "取值错误", "本月次数" },
        { "{\"业务类型\":\"门诊\",\"就诊日期\":\"2024-05-06\",\"费用\":1,\"参数\":{}}", "未知字段", "参数" },
        { "{\"业务类型\":\"门诊\",\"就诊日期\":\"2023-12-31\",\"费用\":1}", "不在执行期", "就诊日期" },
        { "{\"业务类型\":\"门诊\",\"就诊日期\":\"2023-12-31\",\"费用\":1,\"x\":1}", "未知字段", "x" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sink out = new_sink();
        char expected[200];
        assert_int_equal(run(&out, NULL, cases[i].claim, 0), POL_FINDINGS);
        snprintf(expected, sizeof expected, "\"错误\":\"%s\",\"字段\":\"%s\",", cases[i].error,
                 cases[i].field);
        check_contains(out.bytes, expected);
        drop(&out);
    }
    sink out = new_sink();
    assert_int_equal(run(&out, NULL, cases[0].claim, 0), POL_FINDINGS);
    check_contains(out.bytes, "\"说明\":\"医保支付不得大于费用\"");
    drop(&out);
}

static void test_matter_option(void **state)
{
    (void)state;
    const pol_run_options options = { .matter = "门诊" };
    sink out = new_sink();
    assert_int_equal(run(&out, &options, "{\"就诊日期\":\"2024-05-06\",\"费用\":1}", 0), POL_OK);
    check_contains(out.bytes, "\"业务类型\":\"门诊\"");
    drop(&out);
    const pol_run_options wrong = { .matter = "住店" };
    pol_runner *runner = NULL;
    const pol_writer writer = { collect, &out };
    assert_int_equal(pol_runner_new(NULL, g_program, &wrong, writer, &runner), POL_BAD_ARGUMENT);
    assert_null(runner);
    const pol_run_options bill_in = { .in = POL_BILL };
    assert_int_equal(pol_runner_new(NULL, g_program, &bill_in, writer, &runner), POL_BAD_ARGUMENT);
    assert_int_equal(pol_runner_new(NULL, NULL, NULL, writer, &runner), POL_BAD_ARGUMENT);
    assert_int_equal(pol_runner_new(NULL, g_program, NULL, (pol_writer){ NULL, NULL }, &runner),
                     POL_BAD_ARGUMENT);
    assert_int_equal(pol_runner_feed(NULL, "", 0), POL_BAD_ARGUMENT);
    assert_int_equal(pol_runner_finish(NULL), POL_BAD_ARGUMENT);
    pol_runner_free(NULL);
}

/* ---- accumulators --------------------------------------------------------------------------------------------- */

static const char *inpatient(const char *person, const char *date, const char *disease, const char *cost,
                             const char *more)
{
    static char text[16][600];
    static unsigned next;
    char *const line = text[next++ % 16];
    snprintf(line, sizeof text[0],
             "{\"参保人\":\"%s\",\"业务类型\":\"住院\",\"出院日期\":\"%s\",\"人员\":\"特困\",\"病种\":\"%s\","
             "\"费用\":%s%s}\n",
             person, date, disease, cost, more);
    return line;
}

static void check_totals(const char *output, int line, const char *totals)
{
    check_contains(line_of(output, line), totals);
}

static const pol_run_options k_any_order = { .any_order = true };

static void test_periods_and_keys(void **state)
{
    (void)state;
    char input[8000] = "";
    strcat(input, inpatient("甲", "2024-08-31", "a", "1000", ",\"家庭\":\"H\""));
    strcat(input, inpatient("甲", "2024-09-01", "b", "200", ",\"家庭\":\"H\""));
    strcat(input, inpatient("甲", "2024-09-30", "ｂ ", "30", ",\"家庭\":\"H\""));
    strcat(input, inpatient("乙", "2024-09-30", "b", "4", ",\"家庭\":\"H\""));
    strcat(input, inpatient("甲", "2024-11-30", "a", "5", ""));
    strcat(input, inpatient("甲", "2024-12-01", "a", "6", ""));
    strcat(input, inpatient("甲", "2024-08-30", "a", "7", ""));
    sink out = new_sink();
    assert_int_equal(run(&out, &k_any_order, input, 0), POL_OK);
    check_totals(out.bytes, 0, "\"全部已付\":\"1000.00\",\"本年已付\":\"1000.00\",\"本季病种已付\":\"1000.00\","
                               "\"本月次数\":1,\"近三月已付\":\"1000.00\"");
    check_totals(out.bytes, 1, "\"全部已付\":\"1200.00\",\"本年已付\":\"200.00\",\"本季病种已付\":\"200.00\","
                               "\"本月次数\":1,\"近三月已付\":\"1200.00\"");
    check_totals(out.bytes, 2, "\"全部已付\":\"1230.00\",\"本年已付\":\"230.00\",\"本季病种已付\":\"230.00\","
                               "\"本月次数\":2,\"近三月已付\":\"1230.00\"");
    check_totals(out.bytes, 3, "\"全部已付\":\"4.00\",\"本年已付\":\"4.00\",\"本季病种已付\":\"4.00\","
                               "\"本月次数\":1,\"近三月已付\":\"4.00\"");
    /* 30 November: the window begins after 31 August (月末 of a shorter month is not needed). */
    check_totals(out.bytes, 4, "\"全部已付\":\"1235.00\",\"本年已付\":\"235.00\",\"本季病种已付\":\"5.00\","
                               "\"本月次数\":1,\"近三月已付\":\"1235.00\"");
    /* 1 December: after 1 September, so 200 falls out too. */
    check_totals(out.bytes, 5, "\"全部已付\":\"1241.00\",\"本年已付\":\"241.00\",\"本季病种已付\":\"11.00\","
                               "\"本月次数\":1,\"近三月已付\":\"41.00\"");
    /* An earlier date sees only what lies before it, and the year it belongs to. */
    check_totals(out.bytes, 6, "\"全部已付\":\"1248.00\",\"本年已付\":\"1007.00\",\"本季病种已付\":\"1007.00\","
                               "\"本月次数\":2,\"近三月已付\":\"7.00\"");
    drop(&out);
}

static void test_trusted_values(void **state)
{
    (void)state;
    char input[8000] = "";
    strcat(input, inpatient("甲", "2024-05-01", "a", "9000", ""));
    /* The record's value is taken, the ledger's is not, and the new one is stored. */
    strcat(input, inpatient("甲", "2024-05-02", "a", "100", ",\"本年已付\":0,\"本月次数\":9"));
    strcat(input, inpatient("甲", "2024-05-03", "a", "100", ""));
    /* A claim that is refused stores nothing. */
    strcat(input, inpatient("甲", "2024-05-03", "a", "100", ",\"x\":1"));
    strcat(input, inpatient("甲", "2024-05-03", "a", "20000", ""));
    /* Without a person before is 0 and nothing is stored. */
    strcat(input, "{\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"特困\",\"费用\":5}\n");
    strcat(input, "{\"参保人\":\"\",\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"特困\",\"费用\":5}\n");
    strcat(input, "{\"参保人\":\"\",\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"特困\",\"费用\":5}\n");
    sink out = new_sink();
    assert_int_equal(run(&out, NULL, input, 0), POL_FINDINGS);
    check_totals(out.bytes, 1, "\"全部已付\":\"9100.00\",\"本年已付\":\"100.00\",\"本季病种已付\":\"9100.00\","
                               "\"本月次数\":10,\"近三月已付\":\"9100.00\"");
    check_totals(out.bytes, 2, "\"本年已付\":\"200.00\"");
    check_totals(out.bytes, 2, "\"本月次数\":11");
    check_totals(out.bytes, 3, "未知字段");
    check_totals(out.bytes, 4, "\"本年已付\":\"10000.00\"");
    check_totals(out.bytes, 4, "\"状态\":[\"达年度限额\",\"频繁住院\"]");
    check_totals(out.bytes, 5, "\"本年已付\":\"5.00\"");
    check_totals(out.bytes, 7, "\"本年已付\":\"5.00\"");
    drop(&out);
}

static void test_shared_between_matters(void **state)
{
    (void)state;
    char input[4000] = "";
    strcat(input, inpatient("甲", "2024-05-01", "a", "9000", ""));
    strcat(input, "{\"参保人\":\"甲\",\"业务类型\":\"门诊\",\"就诊日期\":\"2030-05-06\",\"费用\":99999}\n");
    strcat(input, "{\"参保人\":\"甲\",\"业务类型\":\"门诊\",\"就诊日期\":\"2024-05-06\",\"费用\":5}\n");
    strcat(input, inpatient("甲", "2024-05-01", "a", "1", ""));
    sink out = new_sink();
    assert_int_equal(run(&out, &k_any_order, input, 0), POL_OK);
    check_totals(out.bytes, 1, "{\"付款方\":\"救助基金\",\"金额\":\"41000.00\"}");
    check_totals(out.bytes, 1, "\"累计\":{\"全部已付\":\"50000.00\"}");
    check_totals(out.bytes, 2, "{\"付款方\":\"救助基金\",\"金额\":\"0.00\"}");
    check_totals(out.bytes, 3, "\"全部已付\":\"50001.00\",\"本年已付\":\"9001.00\"");
    drop(&out);
}

/* ---- the same whatever the blocks and pieces ------------------------------------------------------------------- */

static uint64_t g_seed;
static unsigned below(unsigned count)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(g_seed >> 33) % count;
}
static bool chance(unsigned percent)
{
    return below(100) < percent;
}

static unsigned g_persons = 6, g_defects = 100; /* of all, of those that there might be */

static bool defect(unsigned percent)
{
    return below(10000) < percent * g_defects;
}

/* Random claims of few persons, some with defects. */
static void random_claims(sink *out, int count)
{
    static const char *const groups[] = { "特困", "低保", "其他", "没有" };
    static const char *const diseases[] = { "甲", "乙 ", "Ａ", "A" };
    for (int i = 0; i < count; i++) {
        char line[800];
        int used = snprintf(line, sizeof line, "{\"编号\":%d", i);
#define ADD(...) used += snprintf(line + used, sizeof line - (size_t)used, __VA_ARGS__)
        if (chance(90))
            ADD(",\"参保人\":\"P%u\"", below(g_persons));
        if (chance(50))
            ADD(",\"家庭\":%u", below(3));
        const char *const date = defect(10) ? "x" : "";
        if (chance(70)) {
            ADD(",\"业务类型\":\"住院\",\"出院日期\":\"2024-%02u-%02u%s\",\"人员\":\"%s\",\"病种\":\"%s\"",
                1 + below(12), 1 + below(28), date, groups[below(defect(5) ? 4 : 3)],
                diseases[below(4)]);
            if (chance(10))
                ADD(",\"本年已付\":%u.%02u", below(10000), below(100));
            if (defect(10))
                ADD(",\"近三月已付\":%u", below(10000));
            if (chance(30))
                ADD(",\"医保支付\":%u", below(3000));
            if (chance(20))
                ADD(",\"参数\":{\"单次限额\":%u}", below(5000));
        } else {
            ADD(",\"业务类型\":\"门诊\",\"就诊日期\":\"2024-%02u-%02u%s\"", 1 + below(12), 1 + below(28), date);
        }
        if (!defect(3))
            ADD(",\"费用\":\"%u.%02u\"", below(8000), below(100));
        if (defect(3))
            ADD(",\"未知\":[{}]");
        ADD(defect(2) ? "\n" : "}\n");
        if (chance(3))
            ADD("\r\n");
#undef ADD
        collect(out, line, strlen(line));
    }
}

static void test_blocks_and_pieces(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        g_seed = seed;
        sink input = new_sink(), expected = new_sink();
        random_claims(&input, 1500);
        pol_run_options options = { .block = 1, .any_order = true };
        assert_int_equal(run(&expected, &options, input.bytes, 0), POL_FINDINGS);
        static const unsigned blocks[] = { 2, 7, 512, 0, 100000 };
        static const size_t pieces[] = { 0, 1, 1000, 65536, 17 };
        for (size_t i = 0; i < 5; i++) {
            sink out = new_sink();
            options.block = blocks[i];
            assert_int_equal(run(&out, &options, input.bytes, pieces[i]), POL_FINDINGS);
            assert_string_equal(out.bytes, expected.bytes);
            drop(&out);
        }
        drop(&input);
        drop(&expected);
    }
}

static void test_csv_in(void **state)
{
    (void)state;
    const char *const input = "\xef\xbb\xbf编号,参保人,业务类型,出院日期,就诊日期,人员,病种,费用,参数.单次限额\r\n"
                              "1,甲,住院,2024-05-06,,特困,\"咳\r\n嗽\",100.50,99\r\n"
                              "\r\n"
                              ",,,,,,,,\r\n"
                              "2,甲,门诊,,2024-05-06,,,10,\r\n"
                              "3,甲,门诊,2024-05-06,2024-05-06,,,10,\r\n"
                              "4,甲,门诊,,2024-05-06,,,10,,\r\n"
                              "5,甲,门诊,,2024-05-06,,,\"10";
    for (size_t piece = 0; piece < 40; piece += 3) {
        sink out = new_sink();
        const pol_run_options options = { .in = POL_CSV };
        assert_int_equal(run(&out, &options, input, piece), POL_FINDINGS);
        check_contains(line_of(out.bytes, 0), "{\"编号\":\"1\",\"参保人\":\"甲\",");
        check_contains(line_of(out.bytes, 0), "{\"付款方\":\"救助基金\",\"金额\":\"99.00\"}");
        check_contains(line_of(out.bytes, 0), "\"病种\":\"咳\\r\\n嗽\"");
        check_contains(line_of(out.bytes, 1), "\"全部已付\":\"104.00\"");
        check_contains(line_of(out.bytes, 2), "\"错误\":\"未知字段\",\"字段\":\"出院日期\"");
        check_contains(line_of(out.bytes, 2), "\"行\":7");
        check_contains(line_of(out.bytes, 3), "\"错误\":\"取值错误\",\"字段\":\"\"");
        check_contains(line_of(out.bytes, 4), "\"错误\":\"取值错误\",\"字段\":\"\"");
        check_contains(line_of(out.bytes, 4), "\"编号\":\"5\"");
        drop(&out);
    }
}

/* ---- limits and failures --------------------------------------------------------------------------------------- */

static void test_constant_memory(void **state)
{
    (void)state;
    meter m = { .left = SIZE_MAX };
    const pol_allocator allocator = { metered, &m };
    sink out = new_sink();
    pol_runner *runner;
    assert_int_equal(pol_runner_new(&allocator, g_program, NULL, (pol_writer){ collect, &out }, &runner),
                     POL_OK);
    /* Claims with a text each that no other has, and unknown keys: 60 MB of them, more than one round. */
    enum { CLAIM_BYTES = 7000 };
    static char line[70000];
    size_t early = 0;
    for (int i = 0; i < 9000; i++) {
        const int head = snprintf(line, CLAIM_BYTES,
                                  "{\"业务类型\":\"住院\",\"出院日期\":\"2024-05-06\",\"人员\":\"特困\","
                                  "\"费用\":1,\"病种\":\"%d\",\"x\":\"",
                                  i);
        memset(line + head, 'y', CLAIM_BYTES - (size_t)head);
        memcpy(line + CLAIM_BYTES - 3, "\"}\n", 3);
        assert_int_equal(pol_runner_feed(runner, line, CLAIM_BYTES), POL_OK);
        out.length = 0;
        early = i == 4500 ? m.peak : early;
    }
    /* A line of 100 MB. */
    for (int i = 0; i < 1500; i++) {
        memset(line, 'z', sizeof line);
        assert_int_equal(pol_runner_feed(runner, line, sizeof line), POL_OK);
    }
    assert_int_equal(pol_runner_feed(runner, "\n" CLAIM_1, strlen(CLAIM_1) + 1), POL_OK);
    out.length = 0;
    assert_int_equal(pol_runner_finish(runner), POL_FINDINGS);
    check_contains(out.bytes, "{\"错误\":\"取值错误\",\"字段\":\"\",\"说明\":\"记录超过 1 MiB\",\"行\":9001}\n"
                              "{\"编号\":\"A\\t1\"");
    assert_true(early != 0 && m.peak <= early + (4u << 20));
    assert_true(m.peak < (32u << 20));
    assert_int_equal(pol_runner_summary(runner).claims, 9002);
    assert_int_equal(pol_runner_summary(runner).settled, 1);
    assert_int_equal(pol_runner_feed(runner, "x", 1), POL_BAD_ARGUMENT);
    pol_runner_free(runner);
    assert_int_equal(m.now, 0);
    drop(&out);
}

/* Every allocation fails once: no crash, POL_NO_MEMORY, and everything is given back. */
static void test_no_memory(void **state)
{
    (void)state;
    g_seed = 5;
    sink input = new_sink();
    random_claims(&input, 40);
    for (int format = 0; format < 3; format++) {
        const pol_record_format out_format = format == 0 ? POL_JSON_LINES : format == 1 ? POL_CSV : POL_BILL;
        for (size_t calls = 0;; calls++) {
            meter m = { .left = calls };
            const pol_allocator allocator = { metered, &m };
            sink out = new_sink(), rejects = new_sink();
            const pol_writer writer = { collect, &rejects };
            const pol_run_options options = { .out = out_format, .block = 16, .matter = "门诊", .any_order = true,
                                              .rejects = format == 2 ? &writer : NULL };
            pol_runner *runner = NULL;
            pol_status status =
                pol_runner_new(&allocator, g_program, &options, (pol_writer){ collect, &out }, &runner);
            if (status == POL_OK) {
                status = pol_runner_feed(runner, input.bytes, input.length);
                const pol_status finish = pol_runner_finish(runner);
                status = status == POL_OK ? finish : status;
            }
            pol_runner_free(runner);
            assert_int_equal(m.now, 0);
            drop(&out);
            drop(&rejects);
            if (status == POL_FINDINGS)
                break;
            assert_int_equal(status, POL_NO_MEMORY);
            assert_true(calls < 5000);
        }
    }
    drop(&input);
}

static void test_write_failures(void **state)
{
    (void)state;
    g_seed = 9;
    sink input = new_sink();
    random_claims(&input, 300);
    for (int to_rejects = 0; to_rejects < 2; to_rejects++) {
        sink out = new_sink(), rejects = new_sink();
        const pol_writer writer = { collect, &rejects };
        const pol_run_options options = { .block = 4, .rejects = &writer, .any_order = true };
        (to_rejects ? &rejects : &out)->fail_after = 0;
        assert_int_equal(run(&out, &options, input.bytes, 500), POL_WRITE_FAILED);
        drop(&out);
        drop(&rejects);
    }
    drop(&input);
}

/* ---- pieces, a shared ledger, totals --------------------------------------------------------------------------- */

enum { CREW = 3 };

typedef struct turn_log {
    unsigned taken, passed, pieces;
    bool refuse;
} turn_log;

static bool take_turn(void *user)
{
    turn_log *const log = user;
    assert_int_equal(log->taken, log->passed); /* once a piece, and it is given back */
    log->taken++;
    return !log->refuse;
}

static void pass_turn(void *user)
{
    turn_log *const log = user;
    log->passed++;
    assert_int_equal(log->taken, log->passed);
}

static uint64_t count_of(const char *text, char c)
{
    uint64_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

/* A stream cut anywhere between records, its pieces settled by several runners in turn with one ledger, gives
 * what one runner gives; so do its counts and sums. */
static void test_pieces(void **state)
{
    (void)state;
    g_seed = 21;
    sink input = new_sink(), expected = new_sink();
    random_claims(&input, 900);
    pol_run_options options = { .any_order = true };
    pol_runner *whole = NULL, *crew[CREW];
    assert_int_equal(pol_runner_new(NULL, g_program, &options, (pol_writer){ collect, &expected }, &whole), POL_OK);
    assert_int_equal(pol_runner_feed(whole, input.bytes, input.length), POL_OK);
    assert_int_equal(pol_runner_finish(whole), POL_FINDINGS);

    sink out = new_sink();
    turn_log log = { 0 };
    const pol_ledger_turn turn = { take_turn, pass_turn, &log };
    pol_ledger *ledger = NULL;
    assert_int_equal(pol_ledger_new(NULL, &ledger), POL_OK);
    options.ledger = ledger;
    options.turn = &turn;
    for (int i = 0; i < CREW; i++)
        assert_int_equal(pol_runner_new(NULL, g_program, &options, (pol_writer){ collect, &out }, &crew[i]), POL_OK);
    uint64_t line = 1;
    for (size_t at = 0; at < input.length;) {
        pol_cut cut = { 0 };
        const size_t most = 1 + below(20000), left = input.length - at;
        size_t end = pol_cut_last(&cut, POL_JSON_LINES, input.bytes + at, most < left ? most : left);
        if (end == 0)
            end = most < left ? 0 : left;
        if (end == 0)
            continue;
        char *const copy = malloc(end + 1);
        assert_non_null(copy);
        memcpy(copy, input.bytes + at, end);
        copy[end] = '\0';
        const pol_stream_piece piece = { .bytes = copy, .length = end, .line = line, .first = at == 0 };
        const pol_status status = pol_runner_settle(crew[log.pieces++ % CREW], &piece);
        assert_true(status == POL_OK || status == POL_FINDINGS);
        assert_int_equal(log.taken, log.passed);
        line += count_of(copy, '\n');
        at += end;
        free(copy);
    }
    assert_true(log.pieces > 10 && log.taken > 10);
    assert_string_equal(out.bytes, expected.bytes);

    for (int i = 1; i < CREW; i++)
        assert_int_equal(pol_runner_add_totals(crew[0], crew[i]), POL_OK);
    const pol_run_summary a = pol_runner_summary(whole), b = pol_runner_summary(crew[0]);
    assert_true(a.claims == b.claims && a.settled == b.settled && a.rejected == b.rejected);
    pol_total x, y;
    size_t lines = 0;
    uint64_t errors = 0;
    for (; pol_runner_total(whole, lines, &x); lines++) {
        assert_true(pol_runner_total(crew[0], lines, &y));
        assert_int_equal(x.kind, y.kind);
        assert_string_equal(x.name, y.name);
        assert_true(x.claims == y.claims);
        assert_string_equal(x.amount, y.amount);
        errors += x.kind == POL_TOTAL_ERROR ? x.claims : 0;
    }
    assert_false(pol_runner_total(crew[0], lines, &y));
    assert_true(errors == a.rejected && errors > 0);

    log.refuse = true;
    sink one = new_sink();
    random_claims(&one, 20);
    const pol_stream_piece last = { .bytes = one.bytes, .length = one.length, .line = 1 };
    const size_t before = out.length;
    assert_int_equal(pol_runner_settle(crew[0], &last), POL_STOPPED);
    assert_int_equal(out.length, before);
    for (int i = 0; i < CREW; i++)
        pol_runner_free(crew[i]);
    pol_runner_free(whole);
    pol_ledger_free(ledger);
    drop(&one);
    drop(&input);
    drop(&expected);
    drop(&out);
}

/* What is out of order: of one accumulator, holder and period; judged by settled claims only. */
static void test_disorder(void **state)
{
    (void)state;
    char input[8000] = "";
    strcat(input, inpatient("甲", "2024-05-10", "a", "10", ""));
    strcat(input, inpatient("乙", "2024-01-01", "a", "10", ""));          /* another person */
    strcat(input, inpatient("甲", "2024-12-31", "a", "10", ",\"x\":1"));  /* rejected */
    strcat(input, inpatient("甲", "2024-05-10", "a", "10", ""));          /* the same day */
    strcat(input, inpatient("甲", "2024-06-01", "a", "10", ""));
    strcat(input, "{\"业务类型\":\"住院\",\"出院日期\":\"2020-01-06\",\"人员\":\"特困\",\"费用\":5}\n"); /* nobody */
    sink out = new_sink();
    assert_int_equal(run(&out, NULL, input, 0), POL_FINDINGS);
    drop(&out);
    strcat(input, inpatient("甲", "2024-05-31", "a", "10", ""));
    strcat(input, inpatient("乙", "2023-05-31", "a", "10", ""));
    for (unsigned block = 0; block < 10; block++) {
        const pol_run_options options = { .block = block };
        pol_runner *runner = NULL;
        out = new_sink();
        assert_int_equal(pol_runner_new(NULL, g_program, &options, (pol_writer){ collect, &out }, &runner), POL_OK);
        pol_status status = pol_runner_feed(runner, input, strlen(input));
        status = status == POL_OK ? pol_runner_finish(runner) : status;
        assert_int_equal(status, POL_OUT_OF_ORDER);
        const pol_disorder found = pol_runner_disorder(runner);
        assert_int_equal(found.line, 7);
        assert_string_equal(found.holder, "甲");
        assert_string_equal(found.accumulator, "全部已付");
        assert_string_equal(found.date, "2024-05-31");
        assert_string_equal(found.settled, "2024-06-01");
        pol_runner_free(runner);
        drop(&out);
    }
}

/* ---- claims in sequence ------------------------------------------------------------------------------------------ */

static void save(const pol_ledger *ledger, sink *out)
{
    assert_int_equal(pol_ledger_save(ledger, (pol_writer){ collect, out }), POL_OK);
}

/* Whatever the block, results and ledger are those of claims that are settled one by one. */
static void check_sequence(const sink *input, const char *what)
{
    static const unsigned k_blocks[] = { 1, 2, 7, 64, 512, 0 };
    sink expected = new_sink(), balances = new_sink();
    for (size_t i = 0; i < sizeof k_blocks / sizeof *k_blocks; i++) {
        sink out = new_sink(), saved = new_sink();
        pol_run_options options = { .block = k_blocks[i], .any_order = true };
        assert_int_equal(pol_ledger_new(NULL, &options.ledger), POL_OK);
        const pol_status status = run(&out, &options, input->bytes, i % 2 == 0 ? 0 : 40000);
        assert_true(status == POL_OK || status == POL_FINDINGS);
        save(options.ledger, &saved);
        if (i > 0 && (strcmp(out.bytes, expected.bytes) != 0 || strcmp(saved.bytes, balances.bytes) != 0))
            fail_msg("%s: blocks of %u differ", what, k_blocks[i]);
        sink *const keep[] = { &out, &saved }, *const kept[] = { &expected, &balances };
        for (int k = 0; k < 2; k++) {
            if (i == 0)
                drop(kept[k]), *kept[k] = *keep[k];
            else
                drop(keep[k]);
        }
        pol_ledger_free(options.ledger);
    }
    drop(&expected);
    drop(&balances);
}

static void test_sequence(void **state)
{
    static const unsigned k_persons[] = { 1, 2, 30, 5000 }, k_defects[] = { 0, 2, 100 };
    (void)state;
    pol_program *const usual = g_program;
    g_program = g_sequence;
    for (size_t i = 0; i < 12; i++) {
        char what[64];
        sink input = new_sink();
        g_seed = 100 + i;
        g_persons = k_persons[i % 4];
        g_defects = k_defects[i / 4];
        snprintf(what, sizeof what, "%u persons, %u defects", g_persons, g_defects);
        random_claims(&input, 2500);
        check_sequence(&input, what);
        drop(&input);
    }
    g_persons = 6;
    g_defects = 100;
    g_program = usual;
}

/* Which matters go without waves. */
static void test_who_goes_in_sequence(void **state)
{
    (void)state;
    const pol_program *const programs[] = { g_program, g_sequence };
    for (int i = 0; i < 2; i++) {
        pol_runner *runner = NULL;
        sink out = new_sink();
        assert_int_equal(pol_runner_new(NULL, programs[i], NULL, (pol_writer){ collect, &out }, &runner), POL_OK);
        assert_int_equal(pol_round_in_sequence(runner, 0), i == 1);  /* with a window of months, no */
        assert_false(pol_round_in_sequence(runner, 1));              /* an account of both matters, a window */
        assert_int_equal(pol_runner_finish(runner), POL_OK);
        pol_runner_free(runner);
        drop(&out);
    }
}

/* What was checked of the one policy, of the other. */
static void check_again(void (*test)(void **), void **state)
{
    pol_program *const usual = g_program;
    g_program = g_sequence;
    test(state);
    g_program = usual;
}

static void test_sequence_blocks(void **state)
{
    check_again(test_blocks_and_pieces, state);
}

static void test_sequence_no_memory(void **state)
{
    check_again(test_no_memory, state);
}

static void test_sequence_pieces(void **state)
{
    check_again(test_pieces, state);
}

static void test_sequence_disorder(void **state)
{
    check_again(test_disorder, state);
}

static void test_dates(void **state)
{
    (void)state;
    pol_runner *runner = NULL;
    sink out = new_sink();
    assert_int_equal(pol_runner_new(NULL, g_program, NULL, (pol_writer){ collect, &out }, &runner), POL_OK);
    const char *const claim = inpatient("甲", "2024-05-31", "a", "10", "");
    int32_t date = 0;
    assert_true(pol_runner_date(runner, claim, strlen(claim) - 1, &date));
    assert_int_equal(date, 19874); /* days from 1970-01-01 */
    const char *const undated[] = { "", "x", "{}", "{\"业务类型\":\"住院\",\"出院日期\":\"2024-02-30\"}",
                                    "{\"业务类型\":\"住店\",\"出院日期\":\"2024-02-03\"}" };
    for (size_t i = 0; i < sizeof undated / sizeof undated[0]; i++)
        assert_false(pol_runner_date(runner, undated[i], strlen(undated[i]), &date));
    assert_int_equal(pol_runner_finish(runner), POL_OK);
    assert_int_equal(out.length, 0);
    pol_runner_free(runner);
    drop(&out);
}

static void test_nothing(void **state)
{
    (void)state;
    check_run(NULL, "", "", POL_OK);
    check_run(NULL, "\n\r\n  \n", "", POL_OK);
    check_run(NULL, "\xef\xbb\xbf", "", POL_OK);
    const pol_run_options options = { .in = POL_CSV };
    check_run(&options, "编号,费用\n", "", POL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_results),   cmocka_unit_test(test_csv_results),
        cmocka_unit_test(test_bills),          cmocka_unit_test(test_rejects),
        cmocka_unit_test(test_errors_in_place), cmocka_unit_test(test_matter_option),
        cmocka_unit_test(test_periods_and_keys), cmocka_unit_test(test_trusted_values),
        cmocka_unit_test(test_shared_between_matters), cmocka_unit_test(test_blocks_and_pieces),
        cmocka_unit_test(test_csv_in),         cmocka_unit_test(test_constant_memory),
        cmocka_unit_test(test_no_memory),      cmocka_unit_test(test_write_failures),
        cmocka_unit_test(test_pieces),         cmocka_unit_test(test_disorder),
        cmocka_unit_test(test_sequence),       cmocka_unit_test(test_who_goes_in_sequence),
        cmocka_unit_test(test_sequence_blocks), cmocka_unit_test(test_sequence_no_memory),
        cmocka_unit_test(test_sequence_pieces), cmocka_unit_test(test_sequence_disorder),
        cmocka_unit_test(test_dates),          cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
