/* scalar CLAIMS.bin ROUNDS OUT.csv: settles the claims from memory to memory, one after the other, and
 * prints the median nanoseconds a claim; writes id and the four amounts in fen as the reference. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "baseline/claims.h"

#define MAX_ROUNDS 99

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int rounds = argc == 4 ? atoi(argv[2]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fputs("usage: scalar CLAIMS.bin ROUNDS OUT.csv\n", stderr);
        return 2;
    }
    size_t count, unbalanced = 0;
    claim *claims = read_claims(argv[1], &count);
    result *results = get_memory(count, sizeof *results);
    double times[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) {
        double start = seconds();
        for (size_t i = 0; i < count; i++) unbalanced += !settle(claims + i, results + i);
        times[round] = seconds() - start;
    }
    qsort(times, (size_t)rounds, sizeof *times, compare_doubles);
    printf("%.3f\n", times[rounds / 2] / (double)count * 1e9);

    FILE *out = fopen(argv[3], "w");
    if (!out) return 2;
    for (size_t i = 0; i < count; i++) {
        const result *r = results + i;
        fprintf(out, "%zu,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "\n", i + 1, r->fund_fen,
                r->cover_fen, r->district_fen, r->person_fen);
    }
    if (fclose(out) != 0 || unbalanced) return 1;
    return 0;
}
