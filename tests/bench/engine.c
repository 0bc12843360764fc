/* engine POLICY CLAIMS jsonl|csv BLOCK ROUNDS: settles the claims through the public interface, text in
 * memory to text in memory, and prints the median milliseconds of compiling and the median nanoseconds
 * a claim. BLOCK 0 is the library's own choice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pol/pol.h>

#include "baseline/claims.h"

#define MAX_ROUNDS 99
#define PIECE_BYTES (256u << 10)

static _Noreturn void stop(const char *why, const char *what)
{
    fprintf(stderr, "%s %s\n", why, what);
    exit(1);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) stop("cannot read", path);
    long size = ftell(file);
    rewind(file);
    *length = (size_t)size;
    char *text = get_memory(*length, 1);
    if (fread(text, 1, *length, file) != *length) stop("cannot read", path);
    fclose(file);
    return text;
}

/* What a caller does at least: takes the bytes into a buffer of its own. */
static bool take(void *user, const char *bytes, size_t length)
{
    static char buffer[PIECE_BYTES];
    size_t *sum = user;
    *sum += length;
    memcpy(buffer, bytes, length < sizeof buffer ? length : sizeof buffer);
    return true;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}

static pol_program *compile(const char *path, const char *text, size_t length)
{
    pol_program *program = NULL;
    pol_script *script = pol_script_new(NULL);
    if (!script || pol_script_load(script, path, text, length) != POL_OK ||
        pol_script_compile(script, &program) != POL_OK) {
        stop("cannot compile", path);
    }
    pol_script_free(script);
    return program;
}

static uint64_t run(const pol_program *program, const pol_run_options *options, const char *claims,
                    size_t length)
{
    size_t written = 0;
    pol_runner *runner = NULL;
    pol_writer out = { take, &written };
    if (pol_runner_new(NULL, program, options, out, &runner) != POL_OK) stop("cannot", "run");
    for (size_t at = 0; at < length; at += PIECE_BYTES) {
        size_t piece = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
        pol_status status = pol_runner_feed(runner, claims + at, piece);
        if (status != POL_OK && status != POL_FINDINGS) stop("cannot", "settle");
    }
    if (pol_runner_finish(runner) != POL_OK) stop("some claims were", "rejected");
    pol_run_summary summary = pol_runner_summary(runner);
    pol_runner_free(runner);
    return summary.settled;
}

int main(int argc, char **argv)
{
    int rounds = argc == 6 ? atoi(argv[5]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fputs("usage: engine POLICY CLAIMS jsonl|csv BLOCK ROUNDS\n", stderr);
        return 2;
    }
    pol_run_options options = { .block = (unsigned)atoi(argv[4]), .any_order = true };
    options.in = options.out = strcmp(argv[3], "csv") == 0 ? POL_CSV : POL_JSON_LINES;
    size_t policy_length, claims_length;
    char *policy = read_file(argv[1], &policy_length), *claims = read_file(argv[2], &claims_length);

    double compiling[MAX_ROUNDS], running[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) {
        double start = seconds();
        pol_program *program = compile(argv[1], policy, policy_length);
        double compiled = seconds();
        uint64_t settled = run(program, &options, claims, claims_length);
        running[round] = (seconds() - compiled) / (double)settled * 1e9;
        compiling[round] = (compiled - start) * 1e3;
        pol_program_free(program);
    }
    printf("%.3f %.1f\n", median(compiling, rounds), median(running, rounds));
    return 0;
}
