/* `pol test`: the examples (案例) of scripts. */
#include <string.h>

#include "tools/policy.h"
#include "tools/text.h"

enum { TEST_VERBOSE, TEST_FORMAT, TEST_COVERAGE, TEST_MISSING };

static const tool_option k_options[] = {
    [TEST_VERBOSE] = { "verbose",
                       'v',
                       { NULL, NULL },
                       { "list the examples that pass too", "通过的案例也列出" } },
    [TEST_FORMAT] = { "format",
                      0,
                      { "text|json", "text|json" },
                      { "json: one object a line for each example", "json：每个案例一行 JSON" } },
    [TEST_COVERAGE] = { "coverage",
                        0,
                        { NULL, NULL },
                        { "what of the script the examples reach", "列出案例覆盖了脚本的哪些部分" } },
    [TEST_MISSING] = { "missing",
                       0,
                       { NULL, NULL },
                       { "write examples that reach the rest, to be filled in", "写出补足覆盖的案例，期望留待填写" } },
};

static int test_file(const tool *t, const tool_args *args, const char *name,
                     pol_test_summary *total)
{
    int status;
    pol_script *script = tool_read_good_script(t, name, &status);
    if (script == NULL)
        return status;
    const bool json =
        args->values[TEST_FORMAT] != NULL && strcmp(args->values[TEST_FORMAT], "json") == 0;
    pol_test_summary summary = { 0, 0 };
    const pol_status tested =
        pol_script_test(script, args->values[TEST_VERBOSE] != NULL, json ? POL_JSON : POL_TEXT,
                        t->lang, tool_stdout(), &summary);
    total->passed += summary.passed;
    total->failed += summary.failed;
    int worst = tool_status_of(t, name, tested);
    if (args->values[TEST_COVERAGE] != NULL && worst != TOOL_UNUSABLE) {
        const pol_status covered =
            pol_script_coverage(script, json ? POL_JSON : POL_TEXT, t->lang, tool_stdout(), NULL);
        const int reported = tool_status_of(t, name, covered);
        worst = reported > worst ? reported : worst;
    }
    if (args->values[TEST_MISSING] != NULL && worst != TOOL_UNUSABLE) {
        const int searched = tool_status_of(t, name, pol_script_missing(script, t->lang, tool_stdout(), NULL));
        worst = searched > worst ? searched : worst;
    }
    pol_script_free(script);
    return worst;
}

static int test(tool *t, const tool_args *args)
{
    pol_test_summary total = { 0, 0 };
    int worst = TOOL_DONE;
    for (int i = 0; i < args->operand_count; i++) {
        const int status = test_file(t, args, args->operands[i], &total);
        worst = status > worst ? status : worst;
    }
    if (args->operand_count > 1 &&
        (args->values[TEST_FORMAT] == NULL || strcmp(args->values[TEST_FORMAT], "text") == 0)) {
        tool_write(t, stdout, TOOL_M_TEST_TOTAL, tool_count_text(total.passed).text,
                   tool_count_text(total.failed).text);
        fputc('\n', stdout);
    }
    return worst;
}

const tool_verb tool_test_verb = {
    .name = "test",
    .run = test,
    .summary = { "run the examples in scripts", "验算脚本里的案例" },
    .operands = { "POLICY…", "脚本…" },
    .least = 1,
    .most = -1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Every figure an example expects must come out exactly. What differs is shown: "
               "expected, actual, place.\n",
               "案例期望的每个数都必须分毫不差。不一致的逐项列出：期望、实得、位置。\n" },
};
