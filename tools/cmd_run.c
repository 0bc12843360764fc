/* `pol run`: a stream of claims to a stream of settlements, in constant memory. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/jobs.h"
#include "tools/policy.h"
#include "tools/sort.h"
#include "tools/state.h"
#include "tools/stop.h"
#include "tools/summary.h"
#include "tools/text.h"

#define SORT_MEMORY_MIB 64u

enum {
    RUN_IN, RUN_OUT, RUN_BILL, RUN_OUTPUT, RUN_REJECTS, RUN_MATTER, RUN_COLUMNS, RUN_JOBS, RUN_SORT, RUN_SORT_MEMORY,
    RUN_ANY_ORDER, RUN_STATE, RUN_STATE_OUT, RUN_RESUME
};

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
    [RUN_COLUMNS] = { "columns",
                      0,
                      { "MAP", "对照表" },
                      { "CSV: lines \"name in the file,name in the policy\"",
                        "CSV 列名对照，每行“文件中的列名,政策中的名称”" } },
    [RUN_JOBS] = { "jobs",
                   'j',
                   { "N", "数" },
                   { "threads (1); the results are the same for any number",
                     "用几个线程（缺省 1）；结果与线程数无关" } },
    [RUN_SORT] = { "sort",
                   0,
                   { NULL, NULL },
                   { "settle in the order of dates, those of a day as they come",
                     "按业务日期先后结算，同一天的按输入次序" } },
    [RUN_SORT_MEMORY] = { "sort-memory",
                          0,
                          { "MIB", "MIB" },
                          { "memory for --sort (64); the rest goes to TMPDIR",
                            "--sort 用的内存（缺省 64），其余放在 TMPDIR" } },
    [RUN_ANY_ORDER] = { "any-order",
                        0,
                        { NULL, NULL },
                        { "accumulators: settle in the order of the input, whatever the dates",
                          "有累计时也按输入次序结算，不管日期" } },
    [RUN_STATE] = { "state",
                    0,
                    { "FILE", "文件" },
                    { "begin with the accumulators of this ledger",
                      "从这份台账的累计开始" } },
    [RUN_STATE_OUT] = { "state-out",
                        0,
                        { "FILE", "文件" },
                        { "write the ledger at the end (may be the same file)",
                          "结束时写出台账（可以是同一文件）" } },
    [RUN_RESUME] = { "resume",
                     0,
                     { NULL, NULL },
                     { "go on with the OUTPUT.partial of an interrupted run",
                       "接着做上次中断、留有 .partial 的一次" } },
};

/* What a run works with. */
typedef struct work {
    tool *t;
    const tool_args *args;
    const char *claims; /* their name */
    tool_run run;
    tool_columns columns;
    tool_source source;
    tool_sort *sort;
    tool_progress progress;
    tool_output settlements, rejects, state;
    pol_ledger *ledger;
    unsigned sort_memory; /* MiB */
} work;

static const char *value(const work *w, int option)
{
    return w->args->values[option];
}

/* ---- the options ------------------------------------------------------------------------------------ */

/* By the ending of the name, that of compression left aside. */
static bool is_csv(const char *wish, const char *name)
{
    if (wish != NULL)
        return strcmp(wish, "csv") == 0;
    const size_t length = tool_unpacked_name(name);
    return length >= 4 && (memcmp(name + length - 4, ".csv", 4) == 0 || memcmp(name + length - 4, ".CSV", 4) == 0);
}

static bool read_number(const work *w, int option, unsigned least, unsigned most, unsigned *number)
{
    const char *const text = value(w, option);
    char shown[40];
    if (text == NULL)
        return true;
    char *end;
    const unsigned long read = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && read >= least && read <= most) {
        *number = (unsigned)read;
        return true;
    }
    snprintf(shown, sizeof shown, "--%s", k_options[option].name);
    tool_error(w->t, TOOL_M_BAD_NUMBER, shown, text, tool_count_text(least).text, tool_count_text(most).text);
    return false;
}

/* Options that exclude or need each other. */
static bool fit_together(const work *w)
{
    static const struct {
        int option, other;
    } k_excluded[] = { { RUN_BILL, RUN_OUT }, { RUN_SORT, RUN_ANY_ORDER } },
      k_needed[] = { { RUN_SORT_MEMORY, RUN_SORT }, { RUN_RESUME, RUN_OUTPUT } };
    char a[40], b[40];
    for (int i = 0; i < TOOL_COUNT(k_excluded); i++) {
        snprintf(a, sizeof a, "--%s", k_options[k_excluded[i].option].name);
        snprintf(b, sizeof b, "--%s", k_options[k_excluded[i].other].name);
        if (value(w, k_excluded[i].option) != NULL && value(w, k_excluded[i].other) != NULL) {
            tool_error(w->t, TOOL_M_EXCLUDES, a, b);
            return false;
        }
    }
    for (int i = 0; i < TOOL_COUNT(k_needed); i++) {
        snprintf(a, sizeof a, "--%s", k_options[k_needed[i].option].name);
        snprintf(b, sizeof b, "--%s", k_options[k_needed[i].other].name);
        if (value(w, k_needed[i].option) != NULL && value(w, k_needed[i].other) == NULL) {
            tool_error(w->t, TOOL_M_NEEDS_OPTION, a, b);
            return false;
        }
    }
    return true;
}

/* No file twice among the outputs. */
static bool are_apart(const work *w)
{
    static const int k_outputs[] = { RUN_OUTPUT, RUN_REJECTS, RUN_STATE_OUT };
    for (int i = 0; i < TOOL_COUNT(k_outputs); i++) {
        for (int j = 0; j < i; j++) {
            const char *const a = value(w, k_outputs[i]), *const b = value(w, k_outputs[j]);
            if (a != NULL && b != NULL && strcmp(a, b) == 0) {
                tool_error(w->t, TOOL_M_SAME_FILE, a);
                return false;
            }
        }
    }
    return true;
}

/* What the options mean; false after an error. */
static bool read_options(work *w)
{
    pol_run_options *const options = &w->run.options;
    if (!fit_together(w) || !are_apart(w) || !read_number(w, RUN_JOBS, 1, TOOL_MAX_JOBS, &w->run.jobs) ||
        !read_number(w, RUN_SORT_MEMORY, 1, 65536, &w->sort_memory))
        return false;
    options->in = is_csv(value(w, RUN_IN), w->claims) ? POL_CSV : POL_JSON_LINES;
    options->out = value(w, RUN_OUT) == NULL ? options->in : is_csv(value(w, RUN_OUT), "") ? POL_CSV : POL_JSON_LINES;
    if (value(w, RUN_BILL) != NULL)
        options->out = POL_BILL;
    options->lang = w->t->lang;
    options->matter = value(w, RUN_MATTER);
    options->any_order = value(w, RUN_ANY_ORDER) != NULL;
    if (value(w, RUN_COLUMNS) != NULL && options->in != POL_CSV) {
        tool_error(w->t, TOOL_M_NEEDS_CSV, "--columns");
        return false;
    }
    if (w->run.editions->count > 1 && options->out == POL_CSV) {
        tool_error(w->t, TOOL_M_EDITIONS_CSV);
        return false;
    }
    return true;
}

/* ---- files ------------------------------------------------------------------------------------------ */

static bool open_output(const work *w, tool_output *output, int option)
{
    const bool resumes = value(w, RUN_RESUME) != NULL && option != RUN_STATE_OUT;
    return resumes ? tool_output_resume(w->t, output, value(w, option)) : tool_output_open(w->t, output, value(w, option));
}

static bool open_files(work *w)
{
    tool_run *const run = &w->run;
    if (value(w, RUN_COLUMNS) != NULL && !tool_columns_open(w->t, &w->columns, value(w, RUN_COLUMNS)))
        return false;
    if (value(w, RUN_STATE) != NULL)
        w->ledger = tool_state_read(w->t, value(w, RUN_STATE));
    else if (value(w, RUN_STATE_OUT) != NULL || run->jobs > 1)
        (void)tool_status_of(w->t, run->policy, pol_ledger_new(NULL, &w->ledger));
    run->options.ledger = w->ledger;
    if (w->ledger == NULL && (value(w, RUN_STATE) != NULL || value(w, RUN_STATE_OUT) != NULL || run->jobs > 1))
        return false;
    if (!tool_source_open(w->t, &w->source, w->claims, run->options.in) || !open_output(w, &w->settlements, RUN_OUTPUT))
        return false;
    run->settlements = &w->settlements;
    run->settlement_packing = tool_packing_of(value(w, RUN_OUTPUT));
    if (value(w, RUN_REJECTS) != NULL) {
        if (!open_output(w, &w->rejects, RUN_REJECTS))
            return false;
        run->rejects = &w->rejects;
        run->reject_packing = tool_packing_of(value(w, RUN_REJECTS));
    }
    return value(w, RUN_STATE_OUT) == NULL || open_output(w, &w->state, RUN_STATE_OUT);
}

static void close_files(work *w)
{
    tool_sort_free(w->sort);
    tool_source_close(&w->source);
    tool_columns_close(&w->columns);
    tool_output_drop(&w->settlements);
    tool_output_drop(&w->rejects);
    tool_output_drop(&w->state);
    pol_ledger_free(w->ledger);
}

/* ---- the run ---------------------------------------------------------------------------------------- */

static bool next_piece(void *from, tool_piece *piece)
{
    return tool_source_next(from, piece);
}

/* A runner that only reads, for the dates. */
static bool sort_claims(work *w)
{
    pol_runner *reader = NULL;
    pol_run_options options = w->run.options;
    options.ledger = NULL;
    bool good = tool_run_reader(&w->run, &options, &reader);
    if (good)
        w->sort = tool_sort_new(&w->source, reader, (size_t)w->sort_memory << 20, &w->progress);
    pol_runner_free(reader);
    w->run.next = tool_sort_next;
    w->run.from = w->sort;
    return w->sort != NULL;
}

static bool start(work *w)
{
    tool_run *const run = &w->run;
    if (w->source.input.descriptor == STDIN_FILENO && isatty(STDIN_FILENO)) {
        tool_write(w->t, stderr, TOOL_M_FROM_KEYBOARD);
        fputc('\n', stderr);
    }
    tool_progress_start(&w->progress, w->t, w->source.input.size);
    run->progress = &w->progress;
    if (!tool_source_start(&w->source, value(w, RUN_COLUMNS) == NULL ? NULL : &w->columns))
        return false;
    run->header = w->source.header;
    run->header_length = w->source.header_length;
    run->next = next_piece;
    run->from = &w->source;
    if (w->source.over)
        run->jobs = 1; /* there is one piece */
    const uint32_t most = tool_source_most(&w->source);
    run->options.claims = most < UINT32_MAX ? most : 0;
    return value(w, RUN_SORT) == NULL || sort_claims(w);
}

static void report_disorder(const work *w)
{
    const pol_disorder *const disorder = &w->run.disorder;
    tool_error(w->t, TOOL_M_OUT_OF_ORDER, w->source.input.name, tool_count_text(disorder->line).text, w->run.holder,
               disorder->date, disorder->settled, w->run.accumulator);
    tool_write(w->t, stderr, TOOL_M_ORDER_HINT);
    fputc('\n', stderr);
}

/* The run did not come to its end: what is whole stays, and how to go on is said. */
static int leave(work *w)
{
    const bool asked = w->run.ending == TOOL_ASKED_TO_STOP || tool_stop_asked();
    if (asked)
        tool_error(w->t, TOOL_M_STOPPED);
    const char *const name = value(w, RUN_OUTPUT);
    const bool kept = tool_output_keep(&w->settlements);
    if (value(w, RUN_REJECTS) != NULL)
        (void)tool_output_keep(&w->rejects);
    if (kept)
        tool_error(w->t, TOOL_M_KEPT, name, tool_count_text(w->run.claims).text);
    return TOOL_UNUSABLE;
}

static int finish(work *w)
{
    tool_run *const run = &w->run;
    bool written = value(w, RUN_STATE_OUT) == NULL || tool_state_write(w->t, w->ledger, &w->state, value(w, RUN_STATE_OUT));
    written = written && tool_output_finish(w->t, &w->settlements);
    if (run->rejects != NULL)
        written = written && tool_output_finish(w->t, &w->rejects);
    if (value(w, RUN_STATE_OUT) != NULL)
        written = written && tool_output_finish(w->t, &w->state);
    if (!written)
        return leave(w);
    fflush(stdout);
    tool_summary_write(w->t, stderr, run->runner);
    return pol_runner_summary(run->runner).rejected != 0 ? TOOL_FINDINGS : TOOL_DONE;
}

static int settle(work *w)
{
    tool_run *const run = &w->run;
    const bool begun = start(w) && tool_run_settle(run);
    tool_progress_end(&w->progress);
    if (!begun)
        return tool_stop_asked() ? leave(w) : TOOL_UNUSABLE;
    switch (run->ending) {
    case TOOL_COMPLETE: return finish(w);
    case TOOL_DISORDERED: report_disorder(w); return TOOL_UNUSABLE;
    case TOOL_RUN_FAILED: (void)tool_status_of(w->t, run->policy, run->status); return leave(w);
    case TOOL_OUTPUT_FAILED:
        w->t->output_failed |= w->settlements.file == stdout;
        tool_output_report(w->t, w->settlements.error != 0 ? &w->settlements : &w->rejects);
        return leave(w);
    case TOOL_ASKED_TO_STOP:
    case TOOL_INPUT_FAILED: return leave(w);
    }
    return TOOL_UNUSABLE;
}

static int run_program(tool *t, const tool_args *args, const tool_editions *editions)
{
    work w = { .t = t,
               .args = args,
               .claims = args->operand_count > 1 ? args->operands[1] : "-",
               .run = { .t = t, .policy = args->operands[0], .editions = editions, .jobs = 1 },
               .source = { .input = { .descriptor = -1 } },
               .sort_memory = SORT_MEMORY_MIB };
    int status = TOOL_UNUSABLE;
    if (read_options(&w)) {
        (void)tool_stop_watch();
        if (open_files(&w))
            status = settle(&w);
        tool_run_free(&w.run);
        close_files(&w);
        tool_stop_obey();
    }
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
    .about = { "POLICY is a script (.pol) or bytecode (.polc), or a folder with the editions of one policy: each claim is\n"
               "settled by the edition in force on its date. CLAIMS holds a JSON object a line, or CSV with a line of\n"
               "names first, in UTF-8 or GB18030; \"-\" or nothing is standard input. gzip and Zstandard are unpacked, and\n"
               "written where a name ends in .gz or .zst. One result a claim, in the same order. Claims that cannot be\n"
               "settled become error records; then the exit status is 1.\n"
               "With accumulators a claim must not be dated before one of the same person that comes earlier; --sort\n"
               "puts claims into order. --state and --state-out carry accumulators from run to run.\n"
               "Ctrl-C or a full disk leaves the results so far in OUTPUT.partial.\n",
               "政策是脚本（.pol）或字节码（.polc），或放有同一政策各版本的目录（按日期选用施行中的版本）。\n"
               "数据每行一个 JSON 对象，或为首行是字段名的 CSV（UTF-8 或 GB18030）；写“-”或不写表示标准输入。\n"
               "gzip、Zstandard 压缩的数据自动解开；结果文件名以 .gz 或 .zst 结尾时压缩写出。\n"
               "每笔一个结果，次序不变。不能结算的成为错误记录，退出码为 1。\n"
               "政策有累计时，同一个人的数据应按日期先后排列；--sort 先按日期排好。--state 和 --state-out 把累计从\n"
               "一次运行带到下一次。按 Ctrl-C 或磁盘写满时，已有的结果留在“结果文件名.partial”。\n" },
};
