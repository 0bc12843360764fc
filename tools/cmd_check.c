/* `pol check`: every error and warning of scripts; and the compiler's stages, for people. */
#include <stdlib.h>
#include <string.h>

#include "tools/difference.h"
#include "tools/editions.h"
#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { CHECK_FORMAT, CHECK_DUMP, CHECK_WARNINGS, CHECK_FIX, CHECK_DIFF, CHECK_DEEP };

/* Rounds of repairing: what a repair uncovers is repaired too. */
#define FIX_ROUNDS 10

static const tool_option k_options[] = {
    [CHECK_FORMAT] = { "format",
                       0,
                       { "text|json", "text|json" },
                       { "json: one object a line for each finding", "json：每个问题一行 JSON" } },
    [CHECK_DUMP] = { "dump",
                     0,
                     { "tokens|tree|types|code", "tokens|tree|types|code" },
                     { "show a stage of the compiler instead", "改为显示编译器某一步的结果" } },
    [CHECK_WARNINGS] = { "warnings",
                         'W',
                         { "show|error", "show|error" },
                         { "error: warnings are findings too (exit status 1)",
                           "error：有警告也算有问题（退出码 1）" } },
    [CHECK_FIX] = { "fix",
                    0,
                    { NULL, NULL },
                    { "put the proposals that are certain in place, then check", "先照确定的建议改好文件，再检查" } },
    [CHECK_DIFF] = { "diff",
                     0,
                     { NULL, NULL },
                     { "with --fix: show what would change, write nothing", "与 --fix 同用：只显示会怎样改，不写文件" } },
    [CHECK_DEEP] = { "deep",
                     0,
                     { NULL, NULL },
                     { "also: burdens that fall while the bill grows, what is never reached, who gets nothing",
                       "另查：费用多反而负担少、永远达不到的档和封顶、得不到任何支付的人" } },
};

static void write_summary(const tool *t, const char *name, const pol_script *script)
{
    const tool_number errors = tool_count_text(pol_script_error_count(script));
    const tool_number warnings = tool_count_text(pol_script_warning_count(script));
    if (pol_script_error_count(script) > 0)
        tool_write(t, stdout, TOOL_M_CHECKED_BAD, name, errors.text, warnings.text);
    else if (pol_script_warning_count(script) > 0)
        tool_write(t, stdout, TOOL_M_CHECKED_WARN, name, warnings.text);
    else
        tool_write(t, stdout, TOOL_M_CHECKED, name);
    fputc('\n', stdout);
}

static int show_findings(const tool *t, const tool_args *args, const char *name, pol_script *script)
{
    const bool json =
        args->values[CHECK_FORMAT] != NULL && strcmp(args->values[CHECK_FORMAT], "json") == 0;
    const bool strict =
        args->values[CHECK_WARNINGS] != NULL && strcmp(args->values[CHECK_WARNINGS], "error") == 0;
    const pol_status shown = pol_script_diagnostics(script, json ? POL_JSON : POL_TEXT, t->lang,
                                                    t->color, tool_stdout());
    if (!json)
        write_summary(t, name, script);
    if (shown != POL_OK)
        return tool_status_of(t, name, shown);
    return pol_script_error_count(script) > 0 || (strict && pol_script_warning_count(script) > 0)
               ? TOOL_FINDINGS
               : TOOL_DONE;
}

/* What the script does, looked at by itself: findings of another kind than errors. */
static int look_deep(const tool *t, const tool_args *args, const char *name, pol_script *script)
{
    const bool json = args->values[CHECK_FORMAT] != NULL && strcmp(args->values[CHECK_FORMAT], "json") == 0;
    pol_program *program = NULL;
    pol_status status = pol_script_compile(script, &program);
    if (status == POL_OK)
        status = pol_script_deep(script, program, json ? POL_JSON : POL_TEXT, t->lang, tool_stdout());
    pol_program_free(program);
    return tool_status_of(t, name, status);
}

static int dump(const tool *t, const tool_args *args, const char *name, pol_script *script)
{
    const pol_status dumped =
        pol_script_dump(script, args->values[CHECK_DUMP], t->lang, tool_stdout());
    if (dumped != POL_FINDINGS)
        return tool_status_of(t, name, dumped);
    fflush(stdout);
    pol_script_diagnostics(script, POL_TEXT, t->lang, t->color_errors, tool_stderr());
    return TOOL_FINDINGS;
}

/* ---- repairing ------------------------------------------------------------------------------------- */

/* The script with its proposals in place, loaded anew; *text becomes its text, *count grows. NULL when there was
 * nothing to repair (*status is then TOOL_DONE) or it could not be done. */
static pol_script *repair_once(const tool *t, const char *name, pol_script *script, tool_bytes *text,
                               unsigned *count, int *status)
{
    tool_bytes repaired = { 0 };
    unsigned found;
    const pol_status fixed = pol_script_fix(script, tool_bytes_writer(&repaired), &found);
    *status = tool_status_of(t, name, fixed == POL_WRITE_FAILED ? POL_NO_MEMORY : fixed);
    pol_script *next = NULL;
    if (*status == TOOL_DONE && found > 0) {
        next = tool_load_script(t, name, repaired.bytes, repaired.length, status);
        *count += found;
    }
    if (next == NULL) {
        free(repaired.bytes);
        return NULL;
    }
    free(text->bytes);
    *text = repaired;
    return next;
}

/* Repairs the script in *script, and with it the file. */
static int repair(tool *t, const tool_args *args, const char *name, pol_script **script)
{
    tool_bytes before = { 0 }, after = { 0 };
    int status;
    before.bytes = tool_read_text(t, name, &before.length, &status);
    if (before.bytes == NULL)
        return status;
    unsigned count = 0;
    status = TOOL_DONE;
    for (int round = 0; round < FIX_ROUNDS && status != TOOL_UNUSABLE; round++) {
        pol_script *next = repair_once(t, name, *script, &after, &count, &status);
        if (next == NULL)
            break;
        pol_script_free(*script);
        *script = next;
    }
    const bool preview = args->values[CHECK_DIFF] != NULL;
    if (status != TOOL_UNUSABLE && count > 0) {
        if (preview ? !tool_write_difference(stdout, name, &before, &after)
                    : !tool_replace_file(t, name, after.bytes, after.length))
            status = TOOL_UNUSABLE;
    }
    if (status != TOOL_UNUSABLE && !preview && args->values[CHECK_FORMAT] == NULL) {
        tool_write(t, stdout, TOOL_M_FIXED, name, tool_count_text(count).text);
        fputc('\n', stdout);
    }
    free(before.bytes);
    free(after.bytes);
    return status == TOOL_UNUSABLE ? status : TOOL_DONE;
}

static int check_file(tool *t, const tool_args *args, const char *name)
{
    int status;
    pol_script *script = tool_read_script(t, name, &status);
    if (script == NULL)
        return status;
    if (args->values[CHECK_FIX] != NULL && repair(t, args, name, &script) != TOOL_DONE) {
        pol_script_free(script);
        return TOOL_UNUSABLE;
    }
    status = args->values[CHECK_DUMP] != NULL ? dump(t, args, name, script)
                                              : show_findings(t, args, name, script);
    if (args->values[CHECK_DEEP] != NULL && args->values[CHECK_DUMP] == NULL && pol_script_error_count(script) == 0) {
        const int deep = look_deep(t, args, name, script);
        status = deep > status ? deep : status;
    }
    pol_script_free(script);
    return status;
}

/* Every script of the folder, then whether they fit together as editions. */
static int check_folder(tool *t, const tool_args *args, const char *folder)
{
    tool_editions editions;
    int status;
    if (tool_editions_open(t, &editions, folder, &status)) {
        status = TOOL_DONE;
        for (int i = 0; i < editions.count; i++) {
            const int found = tool_ends_in(editions.names[i], ".pol")
                                  ? check_file(t, args, editions.names[i])
                                  : TOOL_DONE;
            status = found > status ? found : status;
        }
        if (!tool_editions_check(t, &editions))
            status = TOOL_FINDINGS;
        else if (args->values[CHECK_DUMP] == NULL && args->values[CHECK_FORMAT] == NULL) {
            tool_write(t, stdout, TOOL_M_EDITIONS_CHECKED, folder,
                       tool_count_text((unsigned long long)editions.count).text);
            fputc('\n', stdout);
        }
    }
    tool_editions_close(&editions);
    return status;
}

/* Standard input cannot be repaired in place, and a folder only file by file. */
static bool refuse_fix(const tool *t, const tool_args *args, const char *name)
{
    const bool wanted = args->values[CHECK_FIX] != NULL || args->values[CHECK_DIFF] != NULL;
    if (args->values[CHECK_DIFF] != NULL && args->values[CHECK_FIX] == NULL)
        tool_error(t, TOOL_M_DIFF_NEEDS_FIX);
    else if (wanted && (strcmp(name, "-") == 0 || tool_is_folder(name)))
        tool_error(t, TOOL_M_FIX_NEEDS_FILE, name);
    else
        return false;
    return true;
}

static int check(tool *t, const tool_args *args)
{
    int worst = TOOL_DONE;
    for (int i = 0; i < args->operand_count; i++) {
        const char *name = args->operands[i];
        if (refuse_fix(t, args, name))
            return TOOL_UNUSABLE;
        const int status =
            tool_is_folder(name) ? check_folder(t, args, name) : check_file(t, args, name);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const tool_verb tool_check_verb = {
    .name = "check",
    .run = check,
    .summary = { "find the errors and warnings of scripts", "检查脚本，列出错误和警告" },
    .operands = { "FILE…", "脚本…" },
    .least = 1,
    .most = -1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Each finding has a code, its place, the line with a mark under the words it means, "
               "and where\n"
               "there is one a proposal. \"-\" is standard input.\n",
               "每个问题都有编码、位置、标出有关字词的原文，能改的附有建议。“-”表示标准输入。\n" },
};
