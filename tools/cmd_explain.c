/* `pol explain`: one settlement as the tree of its figures. */
#include <stdlib.h>
#include <string.h>

#include "tools/claim.h"
#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

#define LARGEST_CLAIM_FILE ((size_t)1 << 30)

enum { EXPLAIN_FORMAT, EXPLAIN_ID };

static const tool_option k_options[] = {
    [EXPLAIN_FORMAT] = { "format",
                         0,
                         { "text|json", "text|json" },
                         { "json: the same tree for programs", "json：同样的内容，供程序读取" } },
    [EXPLAIN_ID] = { "id",
                     0,
                     { "ID", "编号" },
                     { "the claim whose 编号 this is (else the first)",
                       "说明编号是它的那一笔（否则为第一笔）" } },
};

/* Finds the claim; false after an error. */
static bool find_claim(const tool *t, const tool_args *args, const char *text, size_t length,
                       size_t *start, size_t *end)
{
    const char *id = args->values[EXPLAIN_ID];
    size_t at = 0;
    while (tool_next_claim(text, length, &at, start, end)) {
        if (id == NULL || tool_claim_has_id(text + *start, *end - *start, id))
            return true;
    }
    if (id == NULL)
        tool_error(t, TOOL_M_NO_CLAIM, args->operands[1]);
    else
        tool_error(t, TOOL_M_NO_SUCH_CLAIM, args->operands[1], id);
    return false;
}

static int explain_in(const tool *t, const tool_args *args, pol_script *script, const char *text,
                      size_t length)
{
    size_t start, end;
    if (!find_claim(t, args, text, length, &start, &end))
        return TOOL_UNUSABLE;
    const bool json =
        args->values[EXPLAIN_FORMAT] != NULL && strcmp(args->values[EXPLAIN_FORMAT], "json") == 0;
    const pol_status explained = pol_explain(script, text + start, end - start,
                                             json ? POL_JSON : POL_TEXT, t->lang, tool_stdout());
    return tool_status_of(t, args->operands[1], explained);
}

static int explain(tool *t, const tool_args *args)
{
    int status;
    pol_script *script = tool_read_good_script(t, args->operands[0], &status);
    if (script == NULL)
        return status;
    size_t length;
    char *text = tool_read_file(t, args->operands[1], LARGEST_CLAIM_FILE, &length);
    status = text == NULL ? TOOL_UNUSABLE : explain_in(t, args, script, text, length);
    free(text);
    pol_script_free(script);
    return status;
}

const tool_verb tool_explain_verb = {
    .name = "explain",
    .run = explain,
    .summary = { "show how one claim is settled, figure by figure", "逐项说明一笔数据怎样算出来" },
    .operands = { "POLICY CLAIM", "脚本 数据" },
    .least = 2,
    .most = 2,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Every figure with its formula, the numbers in it and the clause it rests on. CLAIM "
               "may hold several\n"
               "JSON objects; \"-\" is standard input.\n",
               "列出每个数的算式、代入的数字和依据的条款。数据文件可以有多个 JSON "
               "对象；“-”表示标准输入。\n" },
};
