/* `pol bench`: how fast a policy compiles and settles here. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { BENCH_CLAIMS, BENCH_ROUNDS, BENCH_SEED, BENCH_WRITE };

#define MAX_ROUNDS 99
#define MAX_COLUMNS 4096
#define BLOCK_CLAIMS 512u

static const tool_option k_options[] = {
    [BENCH_CLAIMS] = { "claims", 'n', { "N", "笔数" }, { "claims to settle (100000)", "结算的笔数（100000）" } },
    [BENCH_ROUNDS] = { "rounds", 0, { "N", "轮数" }, { "the median of so many rounds is shown (5)", "取这么多轮的中位数（5）" } },
    [BENCH_SEED] = { "seed", 0, { "N", "数" }, { "which claims (1); the same seed, the same claims", "数据的种子（1）；种子相同，数据相同" } },
    [BENCH_WRITE] = { "write", 0, { "FILE", "文件" }, { "write the claims instead of settling them", "只写出这些数据，不结算" } },
};

/* ---- what is measured ------------------------------------------------------------------------------------- */

typedef struct bytes {
    char *start;
    size_t length, capacity;
} bytes;

static bool to_bytes(void *user, const char *piece, size_t length)
{
    bytes *const b = user;
    if (b->length + length > b->capacity) {
        const size_t capacity = (b->length + length) * 2;
        char *const grown = realloc(b->start, capacity);
        if (grown == NULL)
            return false;
        b->start = grown;
        b->capacity = capacity;
    }
    memcpy(b->start + b->length, piece, length);
    b->length += length;
    return true;
}

static bool to_nowhere(void *user, const char *piece, size_t length)
{
    (void)piece;
    *(size_t *)user += length;
    return true;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, unsigned count)
{
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

/* ---- the engine alone: columns in memory ---------------------------------------------------------------------- */

/* A block of claims of one matter, as columns, all of them ordinary. */
typedef struct columns {
    pol_columns *engine;
    void *inputs[MAX_COLUMNS], *results[MAX_COLUMNS];
    uint8_t errors[BLOCK_CLAIMS];
} columns;

static size_t element_bytes(const pol_column *column)
{
    return column->type == POL_COLUMN_YESNO ? 1
           : column->type == POL_COLUMN_DATE || column->type == POL_COLUMN_TEXT || column->type == POL_COLUMN_LABEL ||
                     column->type == POL_COLUMN_TIERS
               ? 4
               : 8;
}

static void free_columns(columns *c)
{
    for (unsigned i = 0; i < MAX_COLUMNS; i++) {
        free(c->inputs[i]);
        free(c->results[i]);
    }
    pol_columns_free(c->engine);
}

/* Room for a block; false when memory ran out. */
static bool make_columns(columns *c, const pol_program *program, unsigned matter)
{
    *c = (columns){ .engine = NULL };
    if (pol_columns_new(NULL, program, matter, &c->engine) != POL_OK)
        return false;
    bool made = pol_columns_input_count(c->engine) <= MAX_COLUMNS && pol_columns_result_count(c->engine) <= MAX_COLUMNS;
    for (unsigned i = 0; made && i < pol_columns_input_count(c->engine); i++)
        made = (c->inputs[i] = calloc(BLOCK_CLAIMS, element_bytes(pol_columns_input(c->engine, i)))) != NULL;
    for (unsigned i = 0; made && i < pol_columns_result_count(c->engine); i++)
        made = (c->results[i] = calloc(BLOCK_CLAIMS, element_bytes(pol_columns_result(c->engine, i)))) != NULL;
    return made;
}

/* The first claims of the matter. */
static size_t fill_columns(columns *c, const bytes *claims)
{
    size_t rows = 0;
    for (const char *at = claims->start, *end; at < claims->start + claims->length && rows < BLOCK_CLAIMS; at = end + 1) {
        pol_claim_error error;
        end = memchr(at, '\n', (size_t)(claims->start + claims->length - at));
        if (pol_columns_record(c->engine, at, (size_t)(end - at), rows, c->inputs, &error) == POL_OK)
            rows++;
    }
    return rows;
}

static double settle_block(columns *c, size_t rows, size_t times)
{
    const double start = seconds_now();
    for (size_t i = 0; i < times; i++)
        (void)pol_columns_settle(c->engine, rows, (const void *const *)c->inputs, c->results, c->errors);
    return (seconds_now() - start) * 1e9 / ((double)times * (double)rows);
}

static void measure_matter(const tool *t, const pol_program *program, unsigned matter, const bytes *claims, unsigned rounds)
{
    columns *const c = calloc(1, sizeof *c);
    if (c == NULL || !make_columns(c, program, matter)) {
        tool_error(t, TOOL_M_NO_MEMORY);
    } else {
        const size_t rows = fill_columns(c, claims);
        double block[MAX_ROUNDS], single[MAX_ROUNDS];
        for (unsigned r = 0; r < rounds && rows > 0; r++) {
            block[r] = settle_block(c, rows, 400);
            single[r] = settle_block(c, 1, 20000);
        }
        if (rows > 0) {
            const double ns = median(block, rounds);
            size_t length;
            const char *const name = pol_program_matter(program, matter, &length);
            printf(t->lang == POL_ZH ? "  虚拟机 %.*s  %.1f 纳秒/笔，%.2f 百万笔/秒；每条指令 %.3f 纳秒（%zu 条）；单独一笔 %.0f 纳秒\n"
                                     : "  engine, %.*s  %.1f ns a claim, %.2f million claims/s; %.3f ns an instruction (%zu); "
                                       "one claim alone %.0f ns\n",
                   (int)length, name, ns, 1e3 / ns, ns / (double)pol_columns_instruction_count(c->engine),
                   pol_columns_instruction_count(c->engine), median(single, rounds));
        }
    }
    if (c != NULL)
        free_columns(c);
    free(c);
}

/* ---- from text to text ------------------------------------------------------------------------------------------ */

static pol_status run_claims(const pol_program *program, const bytes *claims, size_t *written)
{
    const pol_writer out = { to_nowhere, written };
    const pol_run_options options = { .any_order = true }; /* their dates are random */
    pol_runner *runner;
    pol_status status = pol_runner_new(NULL, program, &options, out, &runner);
    for (size_t at = 0; at < claims->length && (status == POL_OK || status == POL_FINDINGS); at += 256u << 10) {
        const size_t left = claims->length - at;
        status = pol_runner_feed(runner, claims->start + at, left < 256u << 10 ? left : 256u << 10);
    }
    if (status == POL_OK || status == POL_FINDINGS)
        status = pol_runner_finish(runner);
    pol_runner_free(runner);
    return status;
}

static void measure_text(const tool *t, const pol_program *program, const bytes *claims, unsigned long count, unsigned rounds)
{
    double times[MAX_ROUNDS];
    size_t written = 0;
    for (unsigned r = 0; r < rounds; r++) {
        const double start = seconds_now();
        written = 0;
        const pol_status status = run_claims(program, claims, &written);
        if (status != POL_OK && status != POL_FINDINGS) {
            tool_error(t, TOOL_M_NO_MEMORY);
            return;
        }
        times[r] = seconds_now() - start;
    }
    const double s = median(times, rounds);
    printf(t->lang == POL_ZH ? "  文本到文本  %.0f 纳秒/笔，%.2f 百万笔/秒；读 %.0f MB/秒，写 %.0f MB/秒（JSON Lines，单线程）\n"
                             : "  text to text  %.0f ns a claim, %.2f million claims/s; %.0f MB/s read, %.0f MB/s written "
                               "(JSON Lines, one thread)\n",
           s * 1e9 / (double)count, (double)count / s / 1e6, (double)claims->length / s / 1e6, (double)written / s / 1e6);
}

/* ---- from script to program ----------------------------------------------------------------------------------------- */

static void measure_compiler(const tool *t, const char *name, unsigned rounds)
{
    double times[MAX_ROUNDS];
    for (unsigned r = 0; r < rounds; r++) {
        int status;
        pol_program *program = NULL;
        const double start = seconds_now();
        pol_script *const script = tool_read_script(t, name, &status);
        if (script == NULL || pol_script_compile(script, &program) != POL_OK)
            rounds = 0;
        times[r] = seconds_now() - start;
        pol_program_free(program);
        pol_script_free(script);
    }
    if (rounds > 0)
        printf(t->lang == POL_ZH ? "  编译  %.2f 毫秒\n" : "  compiling  %.2f ms\n", median(times, rounds) * 1e3);
}

/* ---- the command ------------------------------------------------------------------------------------------------------ */

/* A whole number from 1 on; 0 after an error, which has been reported. */
static unsigned long count_of(const tool *t, const tool_args *args, int option, unsigned long preset, unsigned long most)
{
    const char *const text = args->values[option];
    if (text == NULL)
        return preset;
    char *end;
    const unsigned long value = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && value >= 1 && value <= most)
        return value;
    tool_error(t, TOOL_M_NOT_A_COUNT, k_options[option].name, text, tool_count_text(most).text);
    return 0;
}

static int done(const tool *t, const char *name, pol_status status)
{
    if (status != POL_FINDINGS)
        return tool_status_of(t, name, status);
    tool_error(t, TOOL_M_NO_CLAIMS_MADE, name);
    return TOOL_UNUSABLE;
}

static int write_claims(tool *t, pol_script *script, const char *name, unsigned long count, unsigned long seed, const char *file)
{
    tool_output output;
    if (!tool_output_open(t, &output, file))
        return TOOL_UNUSABLE;
    const pol_status status = pol_script_generate(script, count, seed, tool_output_writer(&output));
    if (status != POL_OK && status != POL_WRITE_FAILED) {
        tool_output_drop(&output);
        return done(t, name, status);
    }
    return tool_output_finish(t, &output) ? TOOL_DONE : TOOL_UNUSABLE;
}

static int measure(tool *t, pol_script *script, const char *name, unsigned long count, unsigned long seed, unsigned rounds)
{
    pol_program *program = NULL;
    bytes claims = { .start = NULL };
    pol_status status = pol_script_compile(script, &program);
    if (status == POL_OK)
        status = pol_script_generate(script, count, seed, (pol_writer){ to_bytes, &claims });
    if (status == POL_OK) {
        tool_write(t, stdout, TOOL_M_BENCH_OF, name, tool_count_text(count).text, tool_count_text(seed).text,
                   tool_count_text(rounds).text);
        putchar('\n');
        measure_compiler(t, name, rounds);
        for (unsigned m = 0; m < pol_program_matter_count(program); m++)
            measure_matter(t, program, m, &claims, rounds);
        measure_text(t, program, &claims, count, rounds);
    }
    free(claims.start);
    pol_program_free(program);
    return done(t, name, status);
}

static int bench(tool *t, const tool_args *args)
{
    const unsigned long count = count_of(t, args, BENCH_CLAIMS, 100000, 100000000);
    const unsigned long rounds = count_of(t, args, BENCH_ROUNDS, 5, MAX_ROUNDS);
    const unsigned long seed = count_of(t, args, BENCH_SEED, 1, 4294967295u);
    if (count == 0 || rounds == 0 || seed == 0)
        return TOOL_UNUSABLE;
    int status;
    pol_script *const script = tool_read_good_script(t, args->operands[0], &status);
    if (script == NULL)
        return status;
    status = args->values[BENCH_WRITE] != NULL
                 ? write_claims(t, script, args->operands[0], count, seed, args->values[BENCH_WRITE])
                 : measure(t, script, args->operands[0], count, seed, (unsigned)rounds);
    pol_script_free(script);
    return status;
}

const tool_verb tool_bench_verb = {
    .name = "bench",
    .run = bench,
    .summary = { "measure how fast a policy settles here", "测量一份政策在本机结算有多快" },
    .operands = { "POLICY", "脚本" },
    .least = 1,
    .most = 1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Claims are made from the policy's own inputs and examples: persons with one to seven claims, by day.\n"
               "Measured are compiling the script, the engine alone over columns in memory, and JSON Lines to JSON\n"
               "Lines. Times depend on the machine and on what else it does: only compare what was measured together.\n",
               "数据由政策自己的输入和案例变化而来：每人一至七笔，按日期排列。测量三件事：编译脚本；只算不读写（数据按列放在内存里）；\n"
               "从 JSON Lines 到 JSON Lines。时间随机器和当时的负担而变，只宜比较同时测得的数。\n" },
};
