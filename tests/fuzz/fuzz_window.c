/* Records read many at once: whatever stands among usual records, results and rejected records are those of
 * the exact reader and writer, byte for byte.
 *
 * The first byte says what goes in and out (bit 0: CSV in; bit 1: CSV out; bit 2: rejects apart; bits 3-4: how
 * the stream is cut). The rest stands between usual records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/runner.h"

#define AROUND 24 /* usual records before and behind */

static const char k_script[] =
    "政策 \"fuzz\" \"测试\"  施行 自 2024-01-01 起\n"
    "类别 人员 { 特困, 低保, 其他 }\n"
    "业务 住院 按 日期\n"
    "输入 「日期」 : 日期  人员 : 人员  病种 : 文字 = \"\"  费用 : 金额  医保 : 金额 = 0元\n"
    "     比 : 比例 可空  次 : 整数 可空  本地 : 是否 = 是  身份 : 多选 人员 可空\n"
    "     材料 : 文字 可空 必填 当 费用 超过 50000元\n"
    "参数 限额 : 金额 = 不限 由统筹区定\n"
    "参数 分档 : 分段 = { [0元, 不限) : 50% } 由统筹区定\n"
    "要求 医保 ≤ 费用 \"医保支付不得大于费用\"\n"
    "累计 本年 : 金额 每人 每年 增加 救助\n"
    "累计 次数 : 整数 每户, 病种 每月 增加 1\n"
    "结算 总费用 = 费用\n"
    "先付 医疗保险 = 医保\n"
    "待遇 救助  条件 人员 ≠ 其他  基数 余额  分段 分档  封顶 1万元 累计于 本年  封顶 限额\n"
    "待遇 减免 由医院承担 金额 余额 × 10%\n"
    "垫付 医院 代 救助 当 本地\n"
    "状态 达限 当 救助.达到封顶  状态 大额 当 费用 ≥ 10000元\n"
    "附加 病种 = 病种  附加 人员 = 人员  附加 出院 = 日期  附加 比 = 比  附加 材料 = 材料  附加 均 = 费用 ÷ 3\n"
    "业务 门诊 按 「日期」\n"
    "输入 「日期」 : 日期  费用 : 金额\n"
    "结算 总费用 = 费用\n"
    "待遇 救助 基数 余额 比例 50%\n";

static const char *const k_json[] = {
    "{\"编号\":\"A-1\",\"参保人\":\"P-1\",\"家庭\":7,\"业务类型\":\"住院\",\"日期\":\"2024-05-06\",\"人员\":\"低保\","
    "\"病种\":\"冠心病\",\"费用\":\"1234.50\",\"医保\":200.25,\"比\":\"0.5\",\"次\":3,\"本地\":true,\"身份\":[\"特困\",\"低保\"],"
    "\"参数\":{\"限额\":\"500.00\",\"分档\":[{\"上限\":null,\"比例\":\"0.70\"}]},\"材料\":\"有\"}\n",
    "{\"编号\":\"A-2\",\"参保人\":\"P-1\",\"业务类型\":\"门诊\",\"日期\":\"2024-05-07\",\"费用\":\"10.00\"}\n",
    "{\"业务类型\":\"住院\",\"日期\":\"2025-01-01\",\"人员\":\"特困\",\"费用\":30000,\"本年\":\"12.00\",\"参数\":{\"限额\":null}}\n",
};
static const char k_head[] = "编号,参保人,家庭,业务类型,日期,人员,病种,费用,医保,比,次,本地,身份,材料,本年,参数.限额\n";
static const char *const k_csv[] = {
    "A-1,P-1,7,住院,2024-05-06,低保,冠心病,1234.50,200.25,50%,3,是,特困、低保,有,,500.00\n",
    "A-2,P-1,,门诊,2024-05-07,,,10.00,,,,,,,,\n",
    "A-3,,H 1,住院,2025-01-01,特困,,30000,,,,,,,12.00,\r\n",
};

static pol_program *g_program;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void compile(void)
{
    pol_script *const script = pol_script_new(NULL);
    require(script != NULL, "no memory");
    pol_script_load(script, "fuzz.pol", k_script, sizeof k_script - 1);
    require(pol_script_compile(script, &g_program) == POL_OK, "the script does not compile");
    pol_script_free(script);
}

static bool collect(void *user, const char *bytes, size_t length)
{
    pol_text_add(user, (pol_str){ bytes, length });
    return true;
}

static void run(pol_text *out, pol_text *rejected, uint8_t mode, bool exact, pol_str input)
{
    static const size_t pieces[] = { SIZE_MAX, 9000, 5000, 7 };
    const size_t most = exact ? SIZE_MAX : pieces[mode >> 3 & 3];
    const pol_writer rejects = { collect, rejected };
    const pol_run_options options = { .in = (mode & 1) != 0 ? POL_CSV : POL_JSON_LINES,
                                      .out = (mode & 2) != 0 ? POL_CSV : POL_JSON_LINES,
                                      .rejects = (mode & 4) != 0 ? &rejects : NULL,
                                      .any_order = true };
    pol_runner *runner;
    require(pol_runner_new(NULL, g_program, &options, (pol_writer){ collect, out }, &runner) == POL_OK, "no runner");
    if (exact)
        pol_runner_read_exactly(runner);
    for (size_t at = 0; at < input.length;) {
        const size_t length = input.length - at < most ? input.length - at : most;
        char *const copy = malloc(length);
        require(copy != NULL, "no memory");
        memcpy(copy, input.bytes + at, length);
        require(pol_runner_feed(runner, copy, length) == POL_OK, "feeding failed");
        free(copy);
        at += length;
    }
    pol_runner_finish(runner);
    const pol_run_summary summary = pol_runner_summary(runner);
    pol_text_format(out, "%llu %llu", (unsigned long long)summary.claims, (unsigned long long)summary.settled);
    pol_runner_free(runner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (g_program == NULL)
        compile();
    if (size == 0)
        return 0;
    const bool csv = (data[0] & 1) != 0;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text input, texts[4];
    pol_text_init(&input, &arena);
    for (unsigned i = 0; i < 4; i++)
        pol_text_init(&texts[i], &arena);
    if (csv)
        pol_text_add(&input, pol_str_of(k_head));
    for (unsigned i = 0; i < AROUND; i++)
        pol_text_add(&input, pol_str_of(csv ? k_csv[i % 3] : k_json[i % 3]));
    pol_text_add(&input, (pol_str){ (const char *)data + 1, size - 1 });
    pol_text_add(&input, POL_STR("\n"));
    for (unsigned i = 0; i < 3 * AROUND; i++)
        pol_text_add(&input, pol_str_of(csv ? k_csv[i % 3] : k_json[i % 3]));
    run(&texts[0], &texts[1], data[0], true, pol_text_str(&input));
    run(&texts[2], &texts[3], data[0], false, pol_text_str(&input));
    require(pol_str_equal(pol_text_str(&texts[0]), pol_text_str(&texts[2])), "results differ");
    require(pol_str_equal(pol_text_str(&texts[1]), pol_text_str(&texts[3])), "rejected records differ");
    pol_arena_reset(&arena);
    return 0;
}
