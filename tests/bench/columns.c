/* columns POLICY CLAIMS.jsonl REFERENCE.csv ROUNDS: settles the claims through pol_columns_settle(): all payers and the
 * person, block by block and claim by claim, and every result. Compares every amount with the reference and single claims
 * with blocks; prints the median nanoseconds a claim: one claim a call; blocks; blocks with every result. A caller of single
 * claims has each claim's values side by side and points to them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pol/pol.h>

#include "table.h"

#define MOST    64 /* inputs or results */
#define SINGLES 100000

typedef struct claims {
    pol_columns *columns;
    unsigned inputs, results;
    void *in[MOST], *out[MOST];
    size_t count;
    uint8_t *errors;
} claims;

static size_t bytes_of(const pol_column *column)
{
    switch (column->type) {
    case POL_COLUMN_YESNO: return 1;
    case POL_COLUMN_DATE:
    case POL_COLUMN_TEXT:
    case POL_COLUMN_LABEL:
    case POL_COLUMN_TIERS: return 4;
    default: return 8;
    }
}

static bool is_payer(const pol_column *column)
{
    return column->role == POL_COLUMN_PAYER || column->role == POL_COLUMN_PERSON;
}

static size_t count_lines(FILE *file)
{
    size_t lines = 0;
    for (int c; (c = getc(file)) != EOF;) lines += c == '\n';
    rewind(file);
    return lines;
}

static void read_records(claims *c, const char *path)
{
    static char line[1 << 16];
    FILE *file = fopen(path, "rb");
    if (!file) stop("cannot read", path);
    const size_t lines = count_lines(file);
    for (unsigned i = 0; i < c->inputs; i++) c->in[i] = get_memory(lines, bytes_of(pol_columns_input(c->columns, i)));
    for (unsigned i = 0; i < c->results; i++) c->out[i] = get_memory(lines, bytes_of(pol_columns_result(c->columns, i)));
    c->errors = get_memory(lines, 1);
    for (; fgets(line, sizeof line, file); c->count++) {
        pol_claim_error error;
        if (pol_columns_record(c->columns, line, strcspn(line, "\n"), c->count, c->in, &error) != POL_OK) stop("a claim is", "wrong");
    }
    fclose(file);
}

/* Nanoseconds a claim. */
static double settle_blocks(claims *c, bool all)
{
    void *out[MOST];
    for (unsigned i = 0; i < c->results; i++) out[i] = all || is_payer(pol_columns_result(c->columns, i)) ? c->out[i] : NULL;
    const double start = seconds();
    if (pol_columns_settle(c->columns, c->count, (const void *const *)c->in, out, c->errors) != POL_OK) stop("a claim was", "rejected");
    return (seconds() - start) / (double)c->count * 1e9;
}

/* A claim's values side by side, eight bytes each. */
static int64_t *side_by_side(const claims *c, size_t count)
{
    int64_t *values = get_memory(count * c->inputs, sizeof *values);
    for (size_t row = 0; row < count; row++)
        for (unsigned i = 0; i < c->inputs; i++) {
            const size_t bytes = bytes_of(pol_columns_input(c->columns, i));
            memcpy(&values[row * c->inputs + i], (const char *)c->in[i] + row * bytes, bytes);
        }
    return values;
}

static double settle_singles(claims *c, const int64_t *values, size_t count, size_t *differ)
{
    int64_t results[MOST] = { 0 };
    const void *in[MOST];
    void *out[MOST];
    for (unsigned i = 0; i < c->results; i++) out[i] = is_payer(pol_columns_result(c->columns, i)) ? &results[i] : NULL;
    const double start = seconds();
    for (size_t row = 0; row < count; row++) {
        uint8_t error;
        for (unsigned i = 0; i < c->inputs; i++) in[i] = values + row * c->inputs + i;
        if (pol_columns_settle(c->columns, 1, in, out, &error) != POL_OK) stop("a claim was", "rejected");
        for (unsigned i = 0; i < c->results; i++) *differ += out[i] && results[i] != ((int64_t *)c->out[i])[row];
    }
    return (seconds() - start) / (double)count * 1e9;
}

static size_t count_differences(const claims *c, const char *path)
{
    const int64_t *amounts[4] = { NULL };
    static const char *const k_names[] = { "贫困人口医疗救助基金", "精准脱贫保", "区级医疗救助", "个人负担" };
    size_t differ = 0;
    for (unsigned i = 0; i < c->results; i++)
        for (unsigned k = 0; k < 4; k++) {
            const pol_column *column = pol_columns_result(c->columns, i);
            if (column->name_length == strlen(k_names[k]) && memcmp(column->name, k_names[k], column->name_length) == 0)
                amounts[k] = c->out[i];
        }
    FILE *file = fopen(path, "r");
    if (!file) stop("cannot read", path);
    for (size_t row = 0; row < c->count; row++) {
        size_t id;
        int64_t expected[4];
        if (fscanf(file, "%zu,%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64, &id, &expected[0], &expected[1], &expected[2],
                   &expected[3]) != 5)
            stop("cannot read", path);
        for (unsigned k = 0; k < 4; k++) differ += !amounts[k] || amounts[k][row] != expected[k];
    }
    fclose(file);
    return differ;
}

int main(int argc, char **argv)
{
    const int rounds = argc == 5 ? atoi(argv[4]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fputs("usage: columns POLICY CLAIMS.jsonl REFERENCE.csv ROUNDS\n", stderr);
        return 2;
    }
    pol_program *program = compile(argv[1]);
    claims c = { 0 };
    if (pol_columns_new(NULL, program, 0, &c.columns) != POL_OK) stop("no memory for", "columns");
    c.inputs = pol_columns_input_count(c.columns);
    c.results = pol_columns_result_count(c.columns);
    if (c.inputs > MOST || c.results > MOST) stop("too many columns in", argv[1]);
    read_records(&c, argv[2]);

    const size_t singles = c.count < SINGLES ? c.count : SINGLES;
    const int64_t *values = side_by_side(&c, singles);
    double single[MAX_ROUNDS], payers[MAX_ROUNDS], all[MAX_ROUNDS];
    size_t differ = 0;
    for (int round = 0; round < rounds; round++) {
        all[round] = settle_blocks(&c, true);
        payers[round] = settle_blocks(&c, false);
        single[round] = settle_singles(&c, values, singles, &differ);
    }
    differ += count_differences(&c, argv[3]);
    printf("%.1f %.2f %.2f\n", median(single, rounds), median(payers, rounds), median(all, rounds));
    if (differ) fprintf(stderr, "%zu amounts differ\n", differ);
    pol_columns_free(c.columns);
    pol_program_free(program);
    return differ != 0;
}
