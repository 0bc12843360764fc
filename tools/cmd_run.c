/* `pol run`: a stream of claims to a stream of settlements, in constant memory. */
#include <string.h>
#include <unistd.h>

#include "tools/editions.h"
#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { RUN_IN, RUN_OUT, RUN_BILL, RUN_OUTPUT, RUN_REJECTS, RUN_MATTER };

static const tool_option k_options[] = {
    [RUN_IN] = { "in",
                 0,
                 { "jsonl|csv", "jsonl|csv" },
                 { "format of the claims (else by the name's ending)",
                   "数据的格式（否则看文件名的结尾）" } },
    [RUN_OUT] = { "out",
                  0,
                  { "jsonl|csv", "jsonl|csv" },
                  { "format of the settlements (else that of the claims)",
                    "结果的格式（否则与数据相同）" } },
    [RUN_BILL] = { "bill",
                   0,
                   { NULL, NULL },
                   { "a bill to read for each claim instead",
                     "改为每笔输出一张便于阅读的结算单" } },
    [RUN_OUTPUT] = { "output",
                     'o',
                     { "FILE", "文件" },
                     { "write here; the name appears when all is written",
                       "写到这个文件；全部写完后才出现" } },
    [RUN_REJECTS] = { "rejects",
                      0,
                      { "FILE", "文件" },
                      { "write rejected claims here, with their text",
                        "被拒绝的数据连同原文写到这个文件" } },
    [RUN_MATTER] = { "matter",
                     0,
                     { "NAME", "业务" },
                     { "the matter of claims that name none",
                       "没有写业务类型的数据属于哪项业务" } },
};

/* The files of a run. */
typedef struct run_files {
    tool_input claims;
    tool_output settlements, rejects;
    bool has_rejects;
} run_files;

static bool is_csv(const char *wish, const char *name)
{
    return wish != NULL ? strcmp(wish, "csv") == 0
                        : tool_ends_in(name, ".csv") || tool_ends_in(name, ".CSV");
}

/* What the options mean; false after an error. */
static bool read_options(const tool *t, const tool_args *args, const char *claims,
                         pol_run_options *options)
{
    if (args->values[RUN_BILL] != NULL && args->values[RUN_OUT] != NULL) {
        tool_error(t, TOOL_M_EXCLUDES, "--bill", "--out");
        return false;
    }
    const char *output = args->values[RUN_OUTPUT], *rejects = args->values[RUN_REJECTS];
    if (output != NULL && rejects != NULL && strcmp(output, rejects) == 0) {
        tool_error(t, TOOL_M_SAME_FILE, output);
        return false;
    }
    options->in = is_csv(args->values[RUN_IN], claims) ? POL_CSV : POL_JSON_LINES;
    options->out = args->values[RUN_OUT] == NULL               ? options->in
                   : strcmp(args->values[RUN_OUT], "csv") == 0 ? POL_CSV
                                                               : POL_JSON_LINES;
    if (args->values[RUN_BILL] != NULL)
        options->out = POL_BILL;
    options->lang = t->lang;
    options->matter = args->values[RUN_MATTER];
    return true;
}

static bool open_files(const tool *t, const tool_args *args, const char *claims, bool csv,
                       run_files *files)
{
    if (!tool_input_open(t, &files->claims, claims, csv))
        return false;
    if (!tool_output_open(t, &files->settlements, args->values[RUN_OUTPUT]))
        return false;
    files->has_rejects = args->values[RUN_REJECTS] != NULL;
    return !files->has_rejects || tool_output_open(t, &files->rejects, args->values[RUN_REJECTS]);
}

static void close_files(run_files *files)
{
    tool_input_close(&files->claims);
    tool_output_drop(&files->settlements);
    tool_output_drop(&files->rejects);
}

/* Feeds everything to the runner. *readable is false when reading failed, which has been reported. */
static pol_status feed(const tool *t, pol_runner *runner, tool_input *claims, bool *readable)
{
    for (;;) {
        const char *bytes;
        size_t length;
        *readable = tool_input_next(t, claims, &bytes, &length);
        if (!*readable)
            return POL_OK;
        const bool is_last = length == 0;
        const pol_status fed =
            is_last && !claims->decodes ? POL_OK : pol_runner_feed(runner, bytes, length);
        if (fed != POL_OK && fed != POL_FINDINGS)
            return fed;
        if (is_last)
            return pol_runner_finish(runner);
    }
}

static void write_summary(const tool *t, const pol_runner *runner)
{
    const pol_run_summary summary = pol_runner_summary(runner);
    fflush(stdout);
    tool_write(t, stderr, TOOL_M_RUN_SUMMARY, tool_count_text(summary.claims).text,
               tool_count_text(summary.settled).text, tool_count_text(summary.rejected).text);
    fputc('\n', stderr);
}

/* Settles the claims and completes the files. */
static int settle(tool *t, const char *policy, pol_runner *runner, run_files *files)
{
    bool readable;
    const pol_status settled = feed(t, runner, &files->claims, &readable);
    if (!readable)
        return TOOL_UNUSABLE;
    if (settled != POL_OK && settled != POL_FINDINGS && settled != POL_WRITE_FAILED)
        return tool_status_of(t, policy, settled);
    bool written = tool_output_finish(t, &files->settlements);
    if (files->has_rejects)
        written &= tool_output_finish(t, &files->rejects);
    if (!written || settled == POL_WRITE_FAILED)
        return TOOL_UNUSABLE;
    write_summary(t, runner);
    return tool_status_of(t, policy, settled);
}

static int run_program(tool *t, const tool_args *args, const tool_editions *editions)
{
    const char *policy = args->operands[0],
               *claims = args->operand_count > 1 ? args->operands[1] : "-";
    pol_run_options options = { 0 };
    run_files files = { .claims = { .descriptor = -1 } };
    pol_runner *runner = NULL;
    int status = TOOL_UNUSABLE;
    if (!read_options(t, args, claims, &options))
        return status;
    if (editions->count > 1 && options.out == POL_CSV) {
        tool_error(t, TOOL_M_EDITIONS_CSV);
        return status;
    }
    if (!open_files(t, args, claims, options.in == POL_CSV, &files))
        goto done;
    if (files.claims.descriptor == STDIN_FILENO && isatty(STDIN_FILENO)) {
        tool_write(t, stderr, TOOL_M_FROM_KEYBOARD);
        fputc('\n', stderr);
    }
    const pol_writer rejects = tool_output_writer(&files.rejects);
    options.rejects = files.has_rejects ? &rejects : NULL;
    const pol_status made = pol_runner_new(NULL, editions->programs[0], &options,
                                           tool_output_writer(&files.settlements), &runner);
    if (made == POL_OK)
        status = tool_editions_add(t, editions, runner) ? settle(t, policy, runner, &files)
                                                        : TOOL_UNUSABLE;
    else if (made == POL_BAD_ARGUMENT && options.matter != NULL)
        tool_error(t, TOOL_M_NO_MATTER, policy, options.matter);
    else
        status = tool_status_of(t, policy, made);
done:
    pol_runner_free(runner);
    close_files(&files);
    return status;
}

static int run(tool *t, const tool_args *args)
{
    int status;
    tool_editions editions;
    if (tool_editions_open(t, &editions, args->operands[0], &status))
        status = run_program(t, args, &editions);
    tool_editions_close(&editions);
    return status;
}

const tool_verb tool_run_verb = {
    .name = "run",
    .run = run,
    .summary = { "settle claims", "结算一批数据" },
    .operands = { "POLICY [CLAIMS]", "政策 [数据]" },
    .least = 1,
    .most = 2,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "POLICY is a script (.pol) or bytecode (.polc), or a folder with the editions of "
               "one policy: each claim is\n"
               "settled by the edition in force on its date. CLAIMS holds a JSON object a line, or "
               "CSV with a line of\n"
               "names first, in UTF-8 or GB18030; \"-\" or nothing is standard input. One result a "
               "claim, in the same\n"
               "order. Claims that cannot be settled become error records; then the exit status is "
               "1.\n",
               "政策是脚本（.pol）或字节码（."
               "polc），或放有同一政策各版本的目录（按日期选用施行中的版本）。\n"
               "数据每行一个 JSON 对象，或为首行是字段名的 CSV（UTF-8 或\n"
               "GB18030）；写“-"
               "”或不写表示标准输入。每笔一个结果，次序不变。不能结算的成为错误记录，退出码为 "
               "1。\n" },
};
