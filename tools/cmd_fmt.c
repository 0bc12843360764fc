/* `pol fmt`: scripts in their canonical layout. */
#include <stdlib.h>
#include <string.h>

#include "tools/difference.h"
#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { FMT_CHECK, FMT_DIFF, FMT_KEYWORDS };

static const tool_option k_options[] = {
    [FMT_CHECK] = { "check",
                    0,
                    { NULL, NULL },
                    { "write nothing; name the files that would change (exit status 1)",
                      "不写文件，只列出需要整理的文件（退出码 1）" } },
    [FMT_DIFF] = { "diff",
                   0,
                   { NULL, NULL },
                   { "write nothing; show what would change (exit status 1)",
                     "不写文件，只显示会怎样改（退出码 1）" } },
    [FMT_KEYWORDS] = { "keywords",
                       0,
                       { "zh|en", "zh|en" },
                       { "write keywords in Chinese or in English", "关键字统一写成中文或英文" } },
};

static pol_keyword_lang wanted_keywords(const tool_args *args)
{
    const char *value = args->values[FMT_KEYWORDS];
    if (value == NULL)
        return POL_KEYWORDS_KEPT;
    return strcmp(value, "zh") == 0 ? POL_KEYWORDS_ZH : POL_KEYWORDS_EN;
}

static bool is_standard_input(const char *name)
{
    return strcmp(name, "-") == 0;
}

/* What was read against what is to be written. */
static int handle(tool *t, const tool_args *args, const char *name, const tool_bytes *before,
                  const tool_bytes *after)
{
    const bool changed = before->length != after->length ||
                         memcmp(before->bytes, after->bytes, before->length) != 0;
    if (args->values[FMT_DIFF] != NULL) {
        if (changed && !tool_write_difference(stdout, name, before, after)) {
            tool_error(t, TOOL_M_NO_MEMORY);
            return TOOL_UNUSABLE;
        }
    } else if (args->values[FMT_CHECK] != NULL) {
        if (changed)
            printf("%s\n", name);
    } else if (is_standard_input(name)) {
        fwrite(after->bytes, 1, after->length, stdout);
        return TOOL_DONE;
    } else {
        return !changed || tool_replace_file(t, name, after->bytes, after->length) ? TOOL_DONE
                                                                                   : TOOL_UNUSABLE;
    }
    return changed ? TOOL_FINDINGS : TOOL_DONE;
}

static int format_file(tool *t, const tool_args *args, const char *name)
{
    tool_bytes before = { 0 }, after = { 0 };
    int status;
    before.bytes = tool_read_text(t, name, &before.length, &status);
    pol_script *script = before.bytes == NULL
                             ? NULL
                             : tool_load_script(t, name, before.bytes, before.length, &status);
    if (script == NULL) {
        free(before.bytes);
        return status;
    }
    const pol_status formatted =
        pol_script_format(script, wanted_keywords(args), tool_bytes_writer(&after));
    if (formatted == POL_OK) {
        status = handle(t, args, name, &before, &after);
    } else {
        status = tool_status_of(t, name, formatted == POL_WRITE_FAILED ? POL_NO_MEMORY : formatted);
        if (formatted == POL_FINDINGS)
            tool_report_script(t, name, script, TOOL_M_NOT_FORMATTED);
    }
    pol_script_free(script);
    free(before.bytes);
    free(after.bytes);
    return status;
}

static int format(tool *t, const tool_args *args)
{
    int worst = TOOL_DONE;
    for (int i = 0; i < args->operand_count; i++) {
        const int status = format_file(t, args, args->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const tool_verb tool_fmt_verb = {
    .name = "fmt",
    .run = format,
    .summary = { "write scripts in their canonical layout", "整理脚本的排版" },
    .operands = { "FILE…", "脚本…" },
    .least = 1,
    .most = -1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Columns are aligned, signs outside texts become narrow; comments, names, texts and line "
               "breaks\n"
               "inside statements stay. A script with syntax errors is left as it is. \"-\" is standard "
               "input,\n"
               "whose layout goes to standard output.\n",
               "各列按显示宽度对齐，引号外的全角符号改为半角；注释、名称、文字和语句内的换行保留。\n"
               "有语法错误的脚本保持原样。“-”表示标准输入，结果写到标准输出。\n" },
};
