/* The lowering: what policies compute, claim by claim, and the form of the code (no dead instruction,
 * each constant once, the same results with every figure kept); chains of definitions that are longer
 * than the stack is deep; limits; every failing allocation. Figures are worked out by hand from the
 * language reference, section numbers beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/script.h"

#define HEAD "政策 \"t\" \"t\" 施行 自 2020-01-01 起\n业务 甲 按 日\n输入 日 : 日期\n"
#define DAY  "\"日\":\"2024-05-06\""

/* ---- settling one claim ---------------------------------------------------------------------------- */

static char g_output[1 << 16];
static size_t g_length;

static bool take_output(void *user, const char *bytes, size_t length)
{
    (void)user;
    if (g_length + length >= sizeof g_output)
        return false;
    memcpy(g_output + g_length, bytes, length);
    g_length += length;
    g_output[g_length] = '\0';
    return true;
}

static const pol_writer k_output = { take_output, NULL };

static pol_script *load(const char *text)
{
    pol_script *script = pol_script_new(NULL);
    assert_non_null(script);
    if (pol_script_load(script, "t.pol", text, strlen(text)) != POL_OK) {
        g_length = 0;
        (void)pol_script_diagnostics(script, POL_TEXT, POL_EN, false, k_output);
        fail_msg("%s", g_output);
    }
    return script;
}

static void run(const pol_program *program, const char *claim)
{
    char line[4096];
    pol_runner *runner;
    const pol_run_options one_by_one = { .block = 1 };
    const int length = snprintf(line, sizeof line, "{\"业务类型\":\"甲\",%s}\n", claim);
    assert_int_equal(pol_runner_new(NULL, program, &one_by_one, k_output, &runner), POL_OK);
    g_length = 0;
    (void)pol_runner_feed(runner, line, (size_t)length);
    (void)pol_runner_finish(runner);
    pol_runner_free(runner);
}

/* The claim's result, as JSON, in g_output. */
static void settle(const char *text, const char *claim)
{
    pol_script *script = load(text);
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    run(program, claim);
    pol_program_free(program);
    pol_script_free(script);
}

static void assert_has(const char *expected)
{
    if (strstr(g_output, expected) == NULL)
        fail_msg("no %s in %s", expected, g_output);
}

static void assert_error(const char *code, const char *field)
{
    char expected[256];
    (void)snprintf(expected, sizeof expected, "\"错误\":\"%s\",\"字段\":\"%s\"", code, field);
    assert_has(expected);
}

/* ---- payers, 11.3 -------------------------------------------------------------------------------------- */

static void steps_of_a_benefit(void **state)
{
    (void)state;
    /* base 3333.33, deductible 500: 2833.33 × 33% = 934.9989; up to the next 0.1 yuan: 935.0 */
    settle(HEAD "费用 : 金额\n结算 总费用 = 费用\n"
                "待遇 甲救助 基数 费用 起付 500元 比例 33% 取整 进位 0.1元 封顶 1000元\n"
                "附加 前 = 甲救助.封顶前 附加 线 = 甲救助.起付 附加 基 = 甲救助.基数\n",
           DAY ",\"费用\":\"3333.33\"");
    assert_has("\"付款方\":\"甲救助\",\"金额\":\"935.00\"");
    assert_has("\"个人负担\":\"2398.33\"");
    assert_has("\"前\":\"935.00\",\"线\":\"500.00\",\"基\":\"3333.33\"");
}

static void tiers_from_zero_or_from_the_deductible(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额\n结算 总费用 = 费用\n"
        "待遇 零 基数 费用 起付 1000元 分段 { [0元, 2000元) : 50%; [2000元, 不限) : 80% } 从零起\n"
        "待遇 线 基数 费用 起付 1000元 分段 { [0元, 2000元) : 50%; [2000元, 不限) : 80% } 从起付线起\n";
    /* from zero: 50% of 1000..2000 and 80% of 2000..2500 = 900; from the deductible: 50% of 0..1500 = 750 */
    settle(k_text, DAY ",\"费用\":\"2500\"");
    assert_has("\"零\",\"金额\":\"900.00\"");
    assert_has("\"线\",\"金额\":\"750.00\"");
    settle(k_text, DAY ",\"费用\":\"900\"");
    assert_has("\"零\",\"金额\":\"0.00\"");
    assert_has("\"线\",\"金额\":\"0.00\"");
}

#define RUNNING(deductible, rest)                                                                      \
    HEAD "费用 : 金额\n结算 总费用 = 费用\n累计 本年 : 金额 每人 每年 增加 救助.基数\n"                \
         "待遇 救助 基数 费用 累计于 本年 起付 " deductible " " rest "\n附加 线 = 救助.起付\n"

static void a_base_that_runs_on_an_accumulator(void **state)
{
    (void)state;
    /* 700 before, 600 now, 1000 once a period: from 1000 to 1300, of which 50% */
    settle(RUNNING("每期 1000元", "比例 50%"), DAY ",\"费用\":\"600\",\"本年\":\"700\"");
    assert_has("\"救助\",\"金额\":\"150.00\"");
    assert_has("\"线\":\"300.00\"");
    assert_has("\"本年\":\"1300.00\"");
    /* every claim: 600 - 200 = 400 */
    settle(RUNNING("每次 200元", "比例 50%"), DAY ",\"费用\":\"600\",\"本年\":\"700\"");
    assert_has("\"救助\",\"金额\":\"200.00\"");
    assert_has("\"线\":\"200.00\"");
    /* the threshold of 1000 lies inside the claim: 700..1000 at 10%, 1000..1100 at 100% */
    settle(RUNNING("每次 200元", "分段 { [0元, 1000元) : 10%; [1000元, 不限) : 100% }"),
           DAY ",\"费用\":\"600\",\"本年\":\"700\"");
    assert_has("\"救助\",\"金额\":\"130.00\"");
    /* once a period, from the deductible: 0..300 at 10% */
    settle(RUNNING("每期 1000元", "分段 { [0元, 1000元) : 10%; [1000元, 不限) : 100% } 从起付线起"),
           DAY ",\"费用\":\"600\",\"本年\":\"700\"");
    assert_has("\"救助\",\"金额\":\"30.00\"");
}

static void alternatives(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 类 : { 一, 二, 三 }\n结算 总费用 = 费用\n"
        "待遇 救助 基数 费用\n"
        "  条件 类 = 一 起付 100元 比例 33% 取整 舍去 1元 封顶 200元\n"
        "  条件 类 = 二 比例 33%\n"
        "附加 前 = 救助.封顶前 附加 顶 = 救助.达到封顶 附加 线 = 救助.起付 附加 余 = 救助.余额 附加 基 = 救助.基数\n";
    settle(k_text, DAY ",\"费用\":\"1000\",\"类\":\"一\"");
    assert_has("\"前\":\"297.00\",\"顶\":true,\"线\":\"100.00\",\"余\":\"1000.00\",\"基\":\"1000.00\"");
    assert_has("\"金额\":\"200.00\"");
    settle(k_text, DAY ",\"费用\":\"1.01\",\"类\":\"二\""); /* 0.3333: its own rule of rounding */
    assert_has("\"前\":\"0.33\",\"顶\":false,\"线\":\"0.00\",\"余\":\"1.01\",\"基\":\"1.01\"");
    settle(k_text, DAY ",\"费用\":\"1000\",\"类\":\"三\"");
    assert_has("\"前\":\"0.00\",\"顶\":false,\"线\":\"0.00\",\"余\":\"1000.00\",\"基\":\"0.00\"");
}

static void given_amounts(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 报销 : 金额 参保 : 是否\n结算 总费用 = 费用\n"
        "先付 医保 = 报销 - 100元 视同 当 非 参保\n先付 报销\n待遇 减免 由医院承担 金额 费用 ÷ 3\n"
        "附加 医 = 医保 附加 付 = 医保.实付 附加 超 = 报销.超出余额\n";
    settle(k_text, DAY ",\"费用\":\"1000\",\"报销\":\"600\",\"参保\":true");
    assert_has("[{\"付款方\":\"医保\",\"金额\":\"500.00\"},{\"付款方\":\"报销\",\"金额\":\"500.00\"}]");
    assert_has("\"个人负担\":\"0.00\",\"医院承担\":\"0.00\"");
    assert_has("\"超\":true");
    settle(k_text, DAY ",\"费用\":\"1000\",\"报销\":\"400\",\"参保\":false"); /* deemed: the person bears it */
    assert_has("[{\"付款方\":\"医保\",\"金额\":\"0.00\"},{\"付款方\":\"报销\",\"金额\":\"400.00\"}]");
    assert_has("\"个人负担\":\"300.00\",\"医院承担\":\"300.00\"");
    assert_has("\"医\":\"300.00\",\"付\":\"0.00\"");
    settle(k_text, DAY ",\"费用\":\"1000\",\"报销\":\"40\",\"参保\":true"); /* a negative amount is 0 */
    assert_has("[{\"付款方\":\"医保\",\"金额\":\"0.00\"},{\"付款方\":\"报销\",\"金额\":\"40.00\"}]");
    assert_has("\"个人负担\":\"626.67\",\"医院承担\":\"333.33\"");
}

/* ---- caps, 11.5 ------------------------------------------------------------------------------------------- */

static void caps_share_an_accumulator(void **state)
{
    (void)state;
    /* 900 before; the first takes 60 of the 100 left, the definition counts it, the second gets 40 */
    settle(HEAD "费用 : 金额\n结算 总费用 = 费用\n"
                "累计 本年 : 金额 每人 每年 增加 合计\n定义 合计 = 门诊 + 住院\n"
                "待遇 门诊 金额 60元 封顶 1000元 累计于 本年\n"
                "待遇 住院 金额 500元 封顶 1000元 累计于 本年\n"
                "附加 顶 = 门诊.达到封顶 附加 又 = 住院.达到封顶\n",
           DAY ",\"费用\":\"5000\",\"本年\":\"900\"");
    assert_has("\"门诊\",\"金额\":\"60.00\"");
    assert_has("\"住院\",\"金额\":\"40.00\"");
    assert_has("\"顶\":false,\"又\":true");
    assert_has("\"本年\":\"1000.00\"");
}

static void what_is_left_is_whole_fen_and_not_negative(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 限额 : 金额\n结算 总费用 = 费用\n累计 本年 : 金额 每人 每年 增加 救助 ÷ 3\n"
        "待遇 救助 金额 费用 封顶 限额 ÷ 3 封顶 限额 累计于 本年\n";
    settle(k_text, DAY ",\"费用\":\"500\",\"限额\":\"100\""); /* 33.33…: the lower fen */
    assert_has("\"救助\",\"金额\":\"33.33\"");
    assert_has("\"本年\":\"11.11\"");
    settle(k_text, DAY ",\"费用\":\"500\",\"限额\":\"100\",\"本年\":\"120\"");
    assert_has("\"救助\",\"金额\":\"0.00\"");
}

static void a_cap_without_limit(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 贫困 : 是否\n参数 限额 : 金额 = 不限 由统筹区定\n结算 总费用 = 费用\n"
        "累计 本年 : 金额 每人 每年 增加 救助\n"
        "待遇 救助 金额 费用 封顶 当 贫困 则 不限 否则 较小(限额, 300元) 累计于 本年 封顶 限额\n";
    settle(k_text, DAY ",\"费用\":\"500\",\"贫困\":true");
    assert_has("\"救助\",\"金额\":\"500.00\"");
    settle(k_text, DAY ",\"费用\":\"500\",\"贫困\":false,\"本年\":\"100\"");
    assert_has("\"救助\",\"金额\":\"200.00\"");
    settle(k_text, DAY ",\"费用\":\"500\",\"贫困\":true,\"参数\":{\"限额\":\"80\"}");
    assert_has("\"救助\",\"金额\":\"80.00\"");
    settle(k_text, DAY ",\"费用\":\"500\",\"贫困\":true,\"参数\":{\"限额\":null}"); /* 6.4 */
    assert_has("\"救助\",\"金额\":\"500.00\"");
}

/* ---- orders, 11.7 ------------------------------------------------------------------------------------------- */

static void orders(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 档 : { 甲, 乙, 无 }\n结算 总费用 = 费用\n"
        "待遇 一 金额 100元\n待遇 二 金额 余额 × 50%\n"
        "顺序 当 档 = 甲 则 一、二 当 档 = 乙 则 二 否则 空\n"
        "累计 本年 : 金额 每人 每年 增加 一、二\n状态 有余 当 一.余额 超过 0元\n附加 余 = 二.余额\n";
    settle(k_text, DAY ",\"费用\":\"1000\",\"档\":\"甲\"");
    assert_has("[{\"付款方\":\"一\",\"金额\":\"100.00\"},{\"付款方\":\"二\",\"金额\":\"450.00\"}]");
    assert_has("\"状态\":[\"有余\"],\"累计\":{\"本年\":\"550.00\"},\"附加\":{\"余\":\"900.00\"}");
    settle(k_text, DAY ",\"费用\":\"1000\",\"档\":\"乙\"");
    assert_has("[{\"付款方\":\"二\",\"金额\":\"500.00\"}]");
    assert_has("\"状态\":[],\"累计\":{\"本年\":\"500.00\"},\"附加\":{\"余\":\"1000.00\"}");
    settle(k_text, DAY ",\"费用\":\"1000\",\"档\":\"无\"");
    assert_has("\"支付明细\":[],\"个人负担\":\"1000.00\"");
    assert_has("\"附加\":{\"余\":\"0.00\"}");
}

static void a_payer_outside_the_order_is_not_needed(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 额 : 金额 可空 有 : 是否\n结算 总费用 = 费用\n待遇 一 金额 额\n"
        "顺序 当 有 则 一 否则 空\n";
    settle(k_text, DAY ",\"费用\":\"1000\",\"有\":false");
    assert_has("\"个人负担\":\"1000.00\"");
    settle(k_text, DAY ",\"费用\":\"1000\",\"有\":true");
    assert_error("缺少字段", "额");
}

/* ---- absence and failure, 6.3 ---------------------------------------------------------------------------------- */

static void only_what_is_chosen_is_needed(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 甲 : 金额 可空 乙 : 金额 可空 类 : { 一, 二, 三 }\n结算 总费用 = 费用\n"
        "待遇 救助\n  条件 类 = 一 金额 甲\n  条件 乙 超过 0元 基数 甲 金额 10元\n";
    settle(k_text, DAY ",\"费用\":\"100\",\"甲\":\"5\",\"类\":\"一\"");
    assert_has("\"金额\":\"5.00\"");
    settle(k_text, DAY ",\"费用\":\"100\",\"乙\":\"0\",\"类\":\"二\"");
    assert_has("\"金额\":\"0.00\"");
    settle(k_text, DAY ",\"费用\":\"100\",\"类\":\"二\"");
    assert_error("缺少字段", "乙");
    settle(k_text, DAY ",\"费用\":\"100\",\"乙\":\"1\",\"类\":\"二\""); /* a base beside an amount */
    assert_error("缺少字段", "甲");
}

static void quotients(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "总 : 金额 外 : 金额 数 : 整数\n结算 总费用 = 总\n"
        "定义 占比 = 当 数 = 0 则 0 否则 外 ÷ 总\n"
        "待遇 按比 基数 1000元 比例 外 ÷ 总\n待遇 按额 金额 外 ÷ 总 × 100元\n"
        "状态 高 当 占比 超过 10%\n"
        "附加 占比 附加 整 = 进位(外 ÷ 总 × 数, 1) 附加 档 = 按 占比 { [0, 10%] : \"低\"; (10%, 100%] : \"中\"; 其余 : \"高\" }\n";
    settle(k_text, DAY ",\"总\":\"3000\",\"外\":\"1000\",\"数\":10");
    assert_has("\"按比\",\"金额\":\"333.33\"");
    assert_has("\"按额\",\"金额\":\"33.33\"");
    assert_has("\"状态\":[\"高\"]");
    assert_has("\"占比\":\"0.333333\",\"整\":\"4\",\"档\":\"中\"");
    settle(k_text, DAY ",\"总\":\"3000\",\"外\":\"300\",\"数\":10"); /* exactly 10% */
    assert_has("\"状态\":[]");
    assert_has("\"档\":\"低\"");
    settle(k_text, DAY ",\"总\":\"0\",\"外\":\"1\",\"数\":1");
    assert_error("计算越界", "按比");
    settle(k_text, DAY ",\"总\":\"2\",\"外\":\"3\",\"数\":1"); /* a ratio above 1 */
    assert_error("计算越界", "按比");
}

static void tables_whose_ends_are_parameters(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "额 : 金额 类 : { 甲, 乙 } 别 : { 甲, 乙 } 可空\n参数 低 : 金额 由统筹区定\n参数 高 : 金额 由统筹区定\n"
        "附加 档 = 按 额 { [0元, 低) : 1; [低, 高) : 2; [高, 不限) : 3 }\n"
        "附加 表 = 按 类, 别, (额) { 甲, 不论, 不论 : 1; 其余, 甲, [0元, 低) : 2; 其余, 甲, [低, 不限) : 3; 其余, 乙, 不论 : 4 }\n";
#define LIMITS ",\"参数\":{\"低\":\"100\",\"高\":\"200\"}"
    settle(k_text, DAY ",\"额\":\"100\",\"类\":\"乙\",\"别\":\"甲\"" LIMITS);
    assert_has("\"档\":\"2\",\"表\":\"3\"");
    settle(k_text, DAY ",\"额\":\"200\",\"类\":\"乙\",\"别\":\"乙\"" LIMITS);
    assert_has("\"档\":\"3\",\"表\":\"4\"");
    /* every subject is needed, also where its key is 不论 */
    settle(k_text, DAY ",\"额\":\"0\",\"类\":\"甲\"" LIMITS);
    assert_has("\"档\":\"1\",\"表\":null");
    /* an overlap that matters to this claim */
    settle(k_text, DAY ",\"额\":\"150\",\"类\":\"甲\",\"别\":\"甲\",\"参数\":{\"低\":\"200\",\"高\":\"100\"}");
    assert_error("计算越界", "档");
}

static void schedules(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "额 : 金额 降 : 比例\n参数 段 : 分段 由统筹区定\n结算 总费用 = 额\n"
        "待遇 减 基数 额 分段 较大(0%, 段 - 降)\n待遇 加 基数 额 分段 段 + 降\n"
        "附加 所在 = 所在比例(段, 额) 附加 边 = 分段计算({ [0元, 额 × 50%) : 100%; [额 × 50%, 不限) : 0% }, 额)\n";
#define TIERS ",\"参数\":{\"段\":[{\"上限\":\"100\",\"比例\":\"0.1\"},{\"上限\":null,\"比例\":\"0.5\"}]}"
    settle(k_text, DAY ",\"额\":\"300\",\"降\":\"0.2\"" TIERS); /* 0% and 30%; 30% and 70% */
    assert_has("\"减\",\"金额\":\"60.00\"");
    assert_has("\"加\",\"金额\":\"170.00\"");
    assert_has("\"所在\":\"0.5\",\"边\":\"150.00\"");
    settle(k_text, DAY ",\"额\":\"300\",\"降\":\"0.6\"" TIERS); /* 110% in a slice */
    assert_error("计算越界", "加");
}

/* ---- checks before settling, 14 ------------------------------------------------------------------------------- */

static void checks_and_their_fields(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "甲 : 金额 乙 : 金额 可空 必填 当 甲 超过 10元\n"
        "参数 比 : 比例 = 50% 由统筹区定 { 不低于 60% 当 甲 超过 5元 依据 \"二\" }\n"
        "参数 段 : 分段 由统筹区定 可空 { 不超过 80% }\n"
        "条款 \"二\" \"二\"\n定义 过大 = 甲 超过 100元\n"
        "累计 本年 : 金额 每人 每年 增加 0元\n结算 总费用 = 甲\n"
        "要求 比 ≠ 1% 且 本年 ≤ 50元 \"本年不得大于 50 元\" 要求 非 过大 \"甲不得大于 100 元\" 要求 段计 ≤ 3元 \"-\"\n"
        "定义 段计 = 分段计算(段, 10元)\n待遇 救助 基数 甲 比例 比\n";
    settle(k_text, DAY ",\"甲\":\"11\",\"本年\":\"51\"");
    assert_error("缺少字段", "乙");
    settle(k_text, DAY ",\"甲\":\"1\",\"本年\":\"51\"");
    assert_error("输入矛盾", "本年");
    assert_has("本年不得大于 50 元");
    settle(k_text, DAY ",\"甲\":\"101\",\"乙\":\"1\"");
    assert_error("输入矛盾", "甲"); /* the first that its definitions reach */
    settle(k_text, "\"日\":\"2019-12-31\",\"甲\":\"6\",\"乙\":\"1\"");
    assert_error("不在执行期", "日");
    settle(k_text, DAY ",\"甲\":\"6\",\"乙\":\"1\""); /* the default breaks the bound */
    assert_error("参数越限", "参数.比");
    assert_has("不低于 60% 当 甲 超过 5元（二）");
    settle(k_text, DAY ",\"甲\":\"5\"");
    assert_has("\"金额\":\"2.50\"");
    settle(k_text, DAY ",\"甲\":\"5\",\"参数\":{\"段\":[{\"上限\":\"9\",\"比例\":\"0.1\"},{\"上限\":null,\"比例\":\"0.9\"}]}");
    assert_error("参数越限", "参数.段");
    settle(k_text, DAY ",\"甲\":\"5\",\"参数\":{\"段\":[{\"上限\":null,\"比例\":\"0.4\"}]}");
    assert_error("输入矛盾", "参数.段");
}

static void defaults(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "类 : { 甲, 乙 } = 乙 名 : 文字 = \"某\" 多 : 多选 { 子, 丑, 寅 } 依序\n"
        "参数 额 : 金额 = 按 类 { 甲 : 10元; 乙 : 20元 } 由统筹区定\n参数 固 : 金额 = 额 × 2\n"
        "参数 段 : 分段 = { [0元, 不限) : 50% } 由统筹区定\n"
        "附加 额 附加 固 附加 类 附加 名 附加 多 附加 分 = 分段计算(段, 8元) 附加 丑 = 多 属于 { 丑, 寅 }\n";
    settle(k_text, DAY ",\"多\":[\"寅\",\"丑\"]");
    assert_has("\"额\":\"20.00\",\"固\":\"40.00\",\"类\":\"乙\",\"名\":\"某\",\"多\":\"丑\",\"分\":\"4.00\",\"丑\":true");
    settle(k_text, DAY ",\"多\":[\"子\"],\"类\":\"甲\",\"名\":\"别的\",\"参数\":{\"额\":\"7\"}");
    assert_has("\"额\":\"7.00\",\"固\":\"14.00\",\"类\":\"甲\",\"名\":\"别的\",\"多\":\"子\",\"分\":\"4.00\",\"丑\":false");
}

static void sets_of_labels(void **state)
{
    (void)state;
    static const char k_text[] = HEAD "类 : 多选 { 甲, 乙, 丙 }\n状态 有 当 类 属于 { 甲, 丙 }\n状态 无 当 类 不属于 { 甲, 丙 }\n";
    settle(k_text, DAY ",\"类\":[\"乙\",\"丙\"]");
    assert_has("\"状态\":[\"有\"]");
    settle(k_text, DAY ",\"类\":[\"乙\"]");
    assert_has("\"状态\":[\"无\"]");
}

static void groups_of_statuses(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "额 : 金额 数 : 整数\n结算 总费用 = 额\n"
        "状态 拒付 当 额 超过 100元 则 过大 当 数 = 1 则 其一 当 四舍五入(额 ÷ (数 - 2), 0.01元) 超过 50元 则 过大\n"
        "状态 小 当 额 低于 10元\n待遇 救助 条件 非 拒付 金额 额\n附加 过 = 过大 附加 一 = 其一 附加 组 = 拒付\n";
    settle(k_text, DAY ",\"额\":\"101\",\"数\":1");
    assert_has("\"状态\":[\"过大\"]");
    assert_has("\"过\":true,\"一\":false,\"组\":true");
    settle(k_text, DAY ",\"额\":\"5\",\"数\":1");
    assert_has("\"状态\":[\"其一\",\"小\"]");
    settle(k_text, DAY ",\"额\":\"60\",\"数\":3"); /* a reason may recur */
    assert_has("\"状态\":[\"过大\"]");
    settle(k_text, DAY ",\"额\":\"101\",\"数\":2"); /* what follows the first that holds is not needed */
    assert_has("\"状态\":[\"过大\"]");
    settle(k_text, DAY ",\"额\":\"5\",\"数\":3");
    assert_has("\"救助\",\"金额\":\"5.00\"");
    assert_has("\"组\":false");
}

static void dated_values(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "参数 收入 : 金额 = { 自 2022-01-01 至 2022-06-30 : 300元; 自 2023-01-01 起 : 315元; 自 2025-01-01 起 : 废止 }\n"
        "附加 收入\n";
    settle(k_text, "\"日\":\"2021-12-31\"");
    assert_has("\"收入\":null");
    settle(k_text, "\"日\":\"2022-06-30\"");
    assert_has("\"收入\":\"300.00\"");
    settle(k_text, "\"日\":\"2022-07-01\"");
    assert_has("\"收入\":null");
    settle(k_text, "\"日\":\"2024-12-31\"");
    assert_has("\"收入\":\"315.00\"");
    settle(k_text, "\"日\":\"2025-01-01\"");
    assert_has("\"收入\":null");
    settle(HEAD "额 : 金额 可空\n参数 晚 : 金额 = { 自 2025-01-01 起 : 1元 }\n参数 早 : 金额 = { 自 2025-01-01 起 : 1元 }\n"
                "结算 总费用 = 100元\n待遇 救助 金额 早 + 晚\n", DAY);
    assert_error("缺少字段", "参数.晚"); /* the one declared first */
}

static void the_best_of_several_labels(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "类 : 多选 { 甲, 乙, 丙 } 就高\n结算 总费用 = 100元\n待遇 救助 金额 按 类 { 甲 : 10元; 乙 : 30元; 丙 : 20元 }\n附加 类\n";
    settle(k_text, DAY ",\"类\":[\"丙\",\"乙\"]");
    assert_has("\"个人负担\":\"70.00\"");
    assert_has("\"类\":\"乙\"");
}

static void accumulators_and_advances(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "额 : 金额 一站式 : 是否\n结算 总费用 = 额\n待遇 基金 金额 额 × 30%\n"
        "累计 次数 : 整数 每人 每年 增加 当 基金 超过 0元 则 1 否则 0\n"
        "累计 链 : 金额 每人 不清零 改为 当 一站式 则 链 + 基金 ÷ 3 否则 0元\n累计 记 : 金额 每户 每年 自 9月1日 起\n"
        "垫付 医院 代 基金 当 一站式\n";
    settle(k_text, DAY ",\"额\":\"100\",\"一站式\":true,\"次数\":3,\"链\":\"1\",\"记\":\"7\"");
    assert_has("\"垫付\":[{\"垫付方\":\"医院\",\"应付方\":\"基金\",\"金额\":\"30.00\"}]");
    assert_has("\"累计\":{\"次数\":4,\"链\":\"11.00\",\"记\":\"7.00\"}");
    settle(k_text, DAY ",\"额\":\"0.02\",\"一站式\":true"); /* 0.006: a fen, a third of it rounds to 0 */
    assert_has("\"累计\":{\"次数\":1,\"链\":\"0.00\",\"记\":\"0.00\"}");
    settle(k_text, DAY ",\"额\":\"100\",\"一站式\":false,\"链\":\"1\"");
    assert_has("\"垫付\":[]");
    assert_has("\"累计\":{\"次数\":1,\"链\":\"0.00\",\"记\":\"0.00\"}");
}

static void a_determination_has_no_bill(void **state)
{
    (void)state;
    settle(HEAD "额 : 金额\n状态 达标 当 额 不低于 60元\n附加 空着 = 空\n", DAY ",\"额\":\"60\"");
    assert_has("\"总费用\":\"0.00\",\"支付明细\":[],\"个人负担\":\"0.00\",\"医院承担\":\"0.00\"");
    assert_has("\"状态\":[\"达标\"]");
    assert_has("\"空着\":null");
}

/* ---- the form of the code ----------------------------------------------------------------------------------------- */

static void counts(const char *text, bool keep_all, uint32_t *instructions, uint32_t *constants)
{
    pol_script *script = load(text);
    pol_lowered lowered;
    assert_true(pol_lower(&script->model, NULL, &script->arena, keep_all, &lowered));
    assert_non_null(lowered.program);
    *instructions = lowered.program->matters[0].instr_count;
    *constants = lowered.program->matters[0].constant_count;
    pol_program_free(lowered.program);
    pol_script_free(script);
}

static void dead_code_is_dropped_and_equal_code_made_once(void **state)
{
    (void)state;
    uint32_t instructions, constants, kept, kept_constants;
    static const char k_text[] = HEAD
        "甲 : 金额 乙 : 金额\n定义 没人读 = 甲 ÷ 7 + 13元\n附加 一 = (甲 + 乙) × 10% 附加 二 = (甲 + 乙) × 10% + 0元\n";
    counts(k_text, false, &instructions, &constants);
    /* in force (cmpd, check), add, mulc, round, need twice */
    assert_int_equal(instructions, 7);
    assert_int_equal(constants, 3); /* the first day; yes; 0 yuan, the bill */
    counts(k_text, true, &kept, &kept_constants);
    assert_int_equal(kept, 9); /* mulc and add of the definition */
    assert_true(kept_constants > constants);
}

static void keeping_every_figure_changes_no_result(void **state)
{
    (void)state;
    static const char k_text[] = HEAD
        "费用 : 金额 档 : { 甲, 乙 }\n结算 总费用 = 费用\n定义 半 = 一 × 50%\n"
        "待遇 一 基数 费用 条件 档 = 甲 起付 10元 比例 33% 封顶 500元 条件 其余 分段 { [100元, 不限) : 60% }\n"
        "待遇 二 由医院承担 金额 余额 超过 半 的部分\n顺序 当 档 = 甲 则 一、二 否则 一\n附加 半\n";
    static char plain[2][sizeof g_output];
    static const char *const k_claims[] = { DAY ",\"费用\":\"777.77\",\"档\":\"甲\"", DAY ",\"费用\":\"777.77\",\"档\":\"乙\"" };
    for (int i = 0; i < 2; i++) {
        settle(k_text, k_claims[i]);
        memcpy(plain[i], g_output, sizeof plain[i]);
    }
    pol_script *script = load(k_text);
    pol_lowered lowered;
    assert_true(pol_lower(&script->model, NULL, &script->arena, true, &lowered));
    for (int i = 0; i < 2; i++) {
        run(lowered.program, k_claims[i]);
        assert_string_equal(g_output, plain[i]);
    }
    /* every expression of the payers has a register in the lane that it stands in */
    const pol_matter_map *map = &lowered.maps[0];
    const pol_matter *matter = script->model.matters.items[0];
    assert_int_equal(map->lane_count, 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_int_not_equal(map->registers[matter->payers[0].alternatives[i].base->id], POL_NONE32);
    assert_int_not_equal(map->payers[0].facets[POL_FACET_CAPPED], POL_NONE32);
    assert_int_equal(map->payers[3].alt_count, 0); /* 二 in the second lane */
    assert_int_not_equal(map->merged_facets[POL_FACET_COUNT + POL_FACET_REMAINING], POL_NONE32);
    pol_program_free(lowered.program);
    pol_script_free(script);
}

/* ---- size --------------------------------------------------------------------------------------------------------------- */

/* `line` count times, backwards, so that each needs one that is written later: # is the number, @ the
 * one below. */
static char *grow_text(const char *head, const char *line, unsigned count, const char *tail)
{
    const size_t capacity = strlen(head) + strlen(tail) + (size_t)count * (strlen(line) + 24) + 1;
    char *text = malloc(capacity);
    assert_non_null(text);
    size_t length = (size_t)snprintf(text, capacity, "%s", head);
    for (unsigned i = count; i > 0; i--) {
        for (const char *c = line; *c != '\0'; c++) {
            if (*c == '#' || *c == '@')
                length += (size_t)snprintf(text + length, capacity - length, "%u", *c == '#' ? i : i - 1);
            else
                text[length++] = *c;
        }
    }
    (void)snprintf(text + length, capacity - length, "%s", tail);
    return text;
}

static void long_chains_of_definitions(void **state)
{
    (void)state;
    char *text = grow_text(HEAD "额 : 金额\n结算 总费用 = 额\n待遇 救助 金额 额\n", "定义 甲# = 甲@ + 1元\n", 10000,
                           "定义 甲0 = 救助\n附加 结果 = 甲10000\n");
    settle(text, DAY ",\"额\":\"5\"");
    assert_has("\"结果\":\"10005.00\"");
    free(text);
}

static void wide_expressions(void **state)
{
    (void)state;
    char *text = grow_text(HEAD "额 : 金额\n附加 结果 = 额", " + 额 × # ÷ 2.5", 200, "\n");
    settle(text, DAY ",\"额\":\"0\"");
    assert_has("\"结果\":\"0.00\"");
    free(text);
}

static void figures_with_many_decimals(void **state)
{
    (void)state;
#define FINE HEAD "额 : 金额 比 : 比例\n参数 段 : 分段 由统筹区定\n结算 总费用 = 额\n定义 细 = 额 × 0.123456 × 0.123456 × 0.5\n"
    /* 7620.691968 × 0.654321²: more than 22 decimals, rounded all the same */
    settle(FINE "待遇 救助 基数 细 比例 比 × 比\n状态 有 当 所在比例(段, 额) = 1\n",
           DAY ",\"额\":\"1000000\",\"比\":\"0.654321\",\"参数\":{\"段\":[{\"上限\":null,\"比例\":\"0.5\"}]}");
    assert_has("\"救助\",\"金额\":\"3262.69\"");
    pol_script *script = load(FINE "待遇 救助 基数 细 分段 段 × 比 × 比\n");
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_FINDINGS);
    g_length = 0;
    (void)pol_script_diagnostics(script, POL_TEXT, POL_EN, false, k_output);
    assert_has("E0311");
    pol_script_free(script);
}

static void too_many_instructions(void **state)
{
    (void)state;
    char *text = grow_text(HEAD "额 : 金额\n", "状态 甲# 当 额 超过 @元\n", 40000, "");
    pol_script *script = load(text);
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_FINDINGS);
    assert_null(program);
    g_length = 0;
    (void)pol_script_diagnostics(script, POL_TEXT, POL_EN, false, k_output);
    assert_has("E0491");
    pol_script_free(script);
    free(text);
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------ */

typedef struct failing {
    unsigned long left; /* allocations that still succeed */
    long blocks;        /* in use */
} failing;

static void *fail_after(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    failing *f = user;
    (void)old_bytes;
    if (new_bytes == 0) {
        f->blocks -= memory != NULL;
        free(memory);
        return NULL;
    }
    if (f->left == 0)
        return NULL;
    f->left--;
    f->blocks += memory == NULL;
    return realloc(memory, new_bytes);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    pol_script *script = load(HEAD
        "费用 : 金额 档 : { 甲, 乙 } 名 : 文字 = \"某\"\n参数 段 : 分段 由统筹区定 可空 必填 当 档 = 乙 { 不低于 10% }\n"
        "结算 总费用 = 费用\n累计 本年 : 金额 每人 每年 增加 一、二\n"
        "待遇 一 基数 费用 条件 档 = 甲 起付 10元 比例 33% 封顶 500元 累计于 本年 条件 其余 分段 段\n"
        "待遇 二 由医院承担 金额 余额 ÷ (费用 + 1元) × 10元\n顺序 当 档 = 甲 则 一、二 否则 一\n"
        "状态 拒 当 名 属于 { \"某\", \"别\" } 则 其一 当 费用 = 0元 则 其二\n垫付 医院 代 一 当 档 = 甲\n"
        "附加 表 = 按 档, 费用 { 甲, [0元, 费用 × 2) : 1; 甲, [费用 × 2, 不限) : 2; 其余, 不论 : 3 }\n");
    for (unsigned long n = 0;; n++) {
        failing f = { .left = n };
        const pol_allocator allocator = { fail_after, &f };
        pol_arena maps;
        pol_lowered lowered;
        pol_arena_init(&maps, &allocator);
        const bool done = pol_lower(&script->model, &allocator, &maps, n % 2 == 1, &lowered);
        assert_int_equal(done, lowered.program != NULL);
        assert_int_equal(script->diags.error_count, 0);
        pol_program_free(lowered.program);
        pol_arena_reset(&maps);
        assert_int_equal(f.blocks, 0);
        if (done && n % 2 == 1)
            break;
        assert_true(n < 100000);
    }
    pol_script_free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_a_benefit),
        cmocka_unit_test(tiers_from_zero_or_from_the_deductible),
        cmocka_unit_test(a_base_that_runs_on_an_accumulator),
        cmocka_unit_test(alternatives),
        cmocka_unit_test(given_amounts),
        cmocka_unit_test(caps_share_an_accumulator),
        cmocka_unit_test(what_is_left_is_whole_fen_and_not_negative),
        cmocka_unit_test(a_cap_without_limit),
        cmocka_unit_test(orders),
        cmocka_unit_test(a_payer_outside_the_order_is_not_needed),
        cmocka_unit_test(only_what_is_chosen_is_needed),
        cmocka_unit_test(quotients),
        cmocka_unit_test(tables_whose_ends_are_parameters),
        cmocka_unit_test(schedules),
        cmocka_unit_test(checks_and_their_fields),
        cmocka_unit_test(defaults),
        cmocka_unit_test(sets_of_labels),
        cmocka_unit_test(groups_of_statuses),
        cmocka_unit_test(dated_values),
        cmocka_unit_test(the_best_of_several_labels),
        cmocka_unit_test(accumulators_and_advances),
        cmocka_unit_test(a_determination_has_no_bill),
        cmocka_unit_test(dead_code_is_dropped_and_equal_code_made_once),
        cmocka_unit_test(keeping_every_figure_changes_no_result),
        cmocka_unit_test(long_chains_of_definitions),
        cmocka_unit_test(wide_expressions),
        cmocka_unit_test(figures_with_many_decimals),
        cmocka_unit_test(too_many_instructions),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
