/* Streams of claims: nothing crashes, every line of output is JSON, every settlement adds up, and the
 * output is the same whatever the size of blocks and pieces.
 *
 * The first byte says how the stream is read (bit 0: CSV; bits 1-3: the size of the pieces). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/json.h"
#include "pol/pol.h"

static const char k_script[] =
    "政策 \"fuzz\" \"测试\"  施行 自 2024-01-01 起\n"
    "类别 人员 { 特困, 低保, 其他 }\n"
    "累计 全部 : 金额 每人 不清零 增加 救助\n"
    "业务 住院 按 日期\n"
    "输入 「日期」 : 日期  人员 : 人员  病种 : 文字 = \"\"  费用 : 金额  医保 : 金额 = 0元\n"
    "     比 : 比例 可空  次 : 整数 可空  本地 : 是否 = 是  身份 : 多选 人员 可空\n"
    "     材料 : 文字 可空 必填 当 费用 超过 50000元\n"
    "参数 限额 : 金额 = 不限 由统筹区定\n"
    "参数 分档 : 分段 = { [0元, 不限) : 50% } 由统筹区定\n"
    "要求 医保 ≤ 费用 \"医保支付不得大于费用\"\n"
    "累计 本年 : 金额 每人 每年 增加 救助\n"
    "累计 本季 : 金额 每人, 病种 每季 增加 救助\n"
    "累计 次数 : 整数 每人 每月 增加 1\n"
    "累计 三月 : 金额 每人 滚动 3个月 增加 救助\n"
    "累计 一家 : 金额 每户 每年 增加 个人负担\n"
    "结算 总费用 = 费用\n"
    "先付 医疗保险 = 医保\n"
    "待遇 救助  条件 人员 ≠ 其他  基数 余额  分段 分档  封顶 1万元 累计于 本年  封顶 限额\n"
    "待遇 减免 由医院承担 金额 余额 × 10%\n"
    "垫付 医院 代 救助 当 本地\n"
    "状态 达限 当 救助.达到封顶\n"
    "附加 病种 = 病种  附加 人员 = 人员  附加 出院 = 日期  附加 比 = 比  附加 材料 = 材料  附加 均 = 费用 ÷ 3\n"
    "业务 门诊 按 「日期」\n"
    "输入 「日期」 : 日期  费用 : 金额\n"
    "结算 总费用 = 费用\n"
    "待遇 救助 基数 余额 比例 50%\n";

static pol_program *g_program;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static bool show(void *user, const char *bytes, size_t length)
{
    (void)user;
    return fwrite(bytes, 1, length, stderr) == length;
}

static void compile(void)
{
    pol_script *const script = pol_script_new(NULL);
    require(script != NULL, "no memory");
    if (pol_script_load(script, "fuzz.pol", k_script, sizeof k_script - 1) != POL_OK)
        pol_script_diagnostics(script, POL_TEXT, POL_EN, false, (pol_writer){ show, NULL });
    require(pol_script_compile(script, &g_program) == POL_OK, "the script does not compile");
    pol_script_free(script);
}

static bool collect(void *user, const char *bytes, size_t length)
{
    pol_text_add(user, (pol_str){ bytes, length });
    return true;
}

static void run(pol_text *out, const pol_run_options *options, const uint8_t *data, size_t size,
                size_t piece)
{
    pol_runner *runner;
    require(pol_runner_new(NULL, g_program, options, (pol_writer){ collect, out }, &runner) == POL_OK,
            "no runner");
    while (size != 0) {
        const size_t length = size < piece ? size : piece;
        char *const copy = malloc(length);
        require(copy != NULL, "no memory");
        memcpy(copy, data, length);
        require(pol_runner_feed(runner, copy, length) == POL_OK, "feeding failed");
        free(copy);
        data += length;
        size -= length;
    }
    const pol_status status = pol_runner_finish(runner);
    const pol_run_summary summary = pol_runner_summary(runner);
    require(summary.claims == summary.settled + summary.rejected, "claims are lost");
    require(status == (summary.rejected == 0 ? POL_OK : POL_FINDINGS), "the status is wrong");
    pol_runner_free(runner);
}

/* "12.34" with its quotes, in fen. */
static long long fen_of(pol_str token)
{
    long long fen = 0;
    for (size_t i = 0; i < token.length; i++) {
        if (token.bytes[i] >= '0' && token.bytes[i] <= '9')
            fen = fen * 10 + (token.bytes[i] - '0');
    }
    return fen;
}

/* Sum of the amounts (金额) in the array just entered. */
static long long sum_of(pol_json *json)
{
    long long sum = 0;
    bool amount = false;
    for (;;) {
        const pol_json_event event = pol_json_next(json);
        if (event == POL_JSON_ARRAY_END)
            return sum;
        require(event != POL_JSON_ERROR, "not JSON");
        if (event == POL_JSON_STRING && amount)
            sum += fen_of(json->token);
        amount = event == POL_JSON_KEY && pol_str_equal(json->token, POL_STR("\"金额\""));
    }
}

static void check_line(pol_str line)
{
    pol_json json;
    long long total = -1, paid = 0;
    require(pol_json_utf8(line) == line.length, "not UTF-8");
    pol_json_init(&json, line);
    require(pol_json_next(&json) == POL_JSON_OBJECT, "not an object");
    while (pol_json_next(&json) == POL_JSON_KEY) {
        const pol_str key = json.token;
        const pol_json_event event = pol_json_next(&json);
        if (pol_str_equal(key, POL_STR("\"总费用\"")))
            total = fen_of(json.token);
        else if (pol_str_equal(key, POL_STR("\"个人负担\"")) ||
                 pol_str_equal(key, POL_STR("\"医院承担\"")))
            paid += fen_of(json.token);
        else if (pol_str_equal(key, POL_STR("\"支付明细\"")))
            paid += sum_of(&json);
        else if (event == POL_JSON_OBJECT || event == POL_JSON_ARRAY)
            require(pol_json_skip(&json), "not JSON");
    }
    require(pol_json_next(&json) == POL_JSON_END, "not JSON");
    require(total < 0 || total == paid, "the bill does not add up");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t pieces[] = { 1, 3, 17, 64, 251, 1000, 4096, 65536 };
    if (g_program == NULL)
        compile();
    if (size == 0)
        return 0;
    const uint8_t mode = *data++;
    size--;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text one, many, other;
    pol_text_init(&one, &arena);
    pol_text_init(&many, &arena);
    pol_text_init(&other, &arena);
    const pol_writer rejects = { collect, &other };
    pol_run_options options = { .in = (mode & 1) != 0 ? POL_CSV : POL_JSON_LINES, .block = 1, .any_order = true };
    run(&one, &options, data, size, pieces[mode >> 1 & 7]);
    options.block = 9;
    run(&many, &options, data, size, 65536);
    require(pol_str_equal(pol_text_str(&one), pol_text_str(&many)), "blocks change the result");
    for (size_t at = 0; at < one.length;) {
        const char *const end = memchr(one.bytes + at, '\n', one.length - at);
        require(end != NULL, "no line end");
        check_line((pol_str){ one.bytes + at, (size_t)(end - one.bytes) - at });
        at = (size_t)(end - one.bytes) + 1;
    }
    options.out = POL_CSV;
    options.block = 3;
    run(&other, &options, data, size, 65536);
    options.out = POL_BILL;
    options.rejects = &rejects;
    options.lang = POL_EN;
    run(&many, &options, data, size, 65536);
    pol_arena_reset(&arena);
    return 0;
}
