/* memory POLICY CLAIMS.bin ROUNDS [SET]: accumulation per person, and two threads, from columns in memory to columns in
 * memory. What was paid so far comes from a table by person here, not from the claim. Prints the median nanoseconds a
 * claim of a scalar loop that keeps that table and of the virtual machine, and the nanoseconds a claim on the clock of
 * one thread and of two without accumulation. Compares every amount with the scalar loop's.
 *
 * In the virtual machine claims stand in blocks as they come; what goes from one to the next of a person is the slice of
 * the plan alone (plan.h). */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "table.h"

#define ROWS 1024

typedef struct state {
    int64_t *paid;   /* by person */
    int32_t *person; /* by claim */
} state;

static size_t person_count(const claim *claims, size_t count)
{
    int32_t most = 0;
    for (size_t i = 0; i < count; i++) most = claims[i].person > most ? claims[i].person : most;
    return (size_t)most + 1;
}

/* ---- scalar ------------------------------------------------------------------------------------------------ */

static void settle_scalar(const claim *claims, size_t count, int64_t *paid, result *results)
{
    for (size_t i = 0; i < count; i++) {
        claim c = claims[i];
        c.paid_so_far_fen = paid[c.person];
        if (!settle(&c, &results[i])) stop("parts do not", "add up");
        paid[c.person] += results[i].fund_fen;
    }
}

/* ---- the virtual machine -------------------------------------------------------------------------------------- */

/* A block of claims, of which one begins with what another has left. */
static void settle_block(pol_block *block, const table *t, size_t at, uint32_t count, const state *s)
{
    const pol_fast_balance balance = { .table = s->paid, .index = s->person + at, .all = true };
    pol_block_clear(block);
    for (unsigned i = 0; i < CODE_COLUMNS; i++) pol_fast_bind(block, t->code_reg[i], t->code[i] + at);
    for (unsigned i = 0; i < PAID_SO_FAR; i++) pol_fast_bind(block, t->amount_reg[i], t->amount[i] + at);
    if (!pol_fast_cut_run(block, count, &balance)) stop("no memory for", "a block");
    if (block->fast->odd_count != 0) stop("a claim is not what", "the plan is for");
    for (unsigned i = 0; i < RESULT_COLUMNS; i++) pol_fast_take(block, t->result_reg[i], t->result[i] + at, true);
}

static void settle_all(pol_block *block, const table *t, size_t count, const state *s)
{
    for (size_t at = 0; at < count; at += ROWS)
        settle_block(block, t, at, count - at < ROWS ? (uint32_t)(count - at) : ROWS, s);
}

static size_t count_differences(const table *t, const result *results, size_t count)
{
    size_t differ = 0;
    for (size_t i = 0; i < count; i++)
        differ += results[i].fund_fen != t->result[FUND][i] || results[i].cover_fen != t->result[COVER][i] ||
                  results[i].district_fen != t->result[DISTRICT][i] || results[i].person_fen != t->result[PERSON][i];
    return differ;
}

/* ---- threads ------------------------------------------------------------------------------------------------- */

/* Some of the rows, in blocks of its own. */
typedef struct share {
    pol_block *block;
    const table *t;
    size_t from, to;
} share;

static void *settle_share(void *user)
{
    const share *s = user;
    for (size_t at = s->from; at < s->to; at += ROWS) {
        pol_block_clear(s->block);
        for (unsigned i = 0; i < CODE_COLUMNS; i++) pol_fast_bind(s->block, s->t->code_reg[i], s->t->code[i] + at);
        for (unsigned i = 0; i < AMOUNT_COLUMNS; i++) pol_fast_bind(s->block, s->t->amount_reg[i], s->t->amount[i] + at);
        if (!pol_vm_run(s->block, s->to - at < ROWS ? (uint32_t)(s->to - at) : ROWS)) stop("no memory for", "a block");
        for (unsigned i = 0; i < RESULT_COLUMNS; i++) pol_fast_take(s->block, s->t->result_reg[i], s->t->result[i] + at, true);
    }
    return NULL;
}

static double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* On the clock; the first half by a second thread when there are two. */
static double settle_threads(share halves[2], bool two)
{
    const double start = clock_seconds();
    pthread_t thread;
    if (two && pthread_create(&thread, NULL, settle_share, &halves[0]) != 0) stop("cannot start", "a thread");
    if (!two) settle_share(&halves[0]);
    settle_share(&halves[1]);
    if (two) pthread_join(thread, NULL);
    return clock_seconds() - start;
}

int main(int argc, char **argv)
{
    const int rounds = argc >= 4 ? atoi(argv[3]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS || argc > 5) {
        fputs("usage: memory POLICY CLAIMS.bin ROUNDS [base|v3|v4]\n", stderr);
        return 2;
    }
    const char *set = argc == 5 ? argv[4] : "";
    pol_program *program = compile(argv[1]);
    binding b = bind(program);
    size_t count, differ = 0;
    claim *claims = read_claims(argv[2], &count);
    table t = make_table(&b, claims, count, ROWS);
    const size_t persons = person_count(claims, count), half = count / 2 / ROWS * ROWS;
    result *results = get_memory(count, sizeof *results);
    int64_t *paid = get_memory(persons, sizeof *paid);
    state s = { get_memory(persons, sizeof(int64_t)), get_memory(count, sizeof(int32_t)) };
    for (size_t i = 0; i < count; i++) s.person[i] = claims[i].person;
    pol_arena arenas[3];
    for (int i = 0; i < 3; i++) pol_arena_init(&arenas[i], NULL);
    pol_block *block = make_block(&arenas[2], &b, ROWS, set);
    share halves[2] = { { make_block(&arenas[0], &b, ROWS, set), &t, 0, half }, { make_block(&arenas[1], &b, ROWS, set), &t, half, count } };

    double scalar[MAX_ROUNDS], machine[MAX_ROUNDS], one[MAX_ROUNDS], two[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) {
        memset(paid, 0, persons * sizeof *paid);
        memset(s.paid, 0, persons * sizeof *s.paid);
        const double start = seconds();
        settle_scalar(claims, count, paid, results);
        const double middle = seconds();
        settle_all(block, &t, count, &s);
        machine[round] = (seconds() - middle) / (double)count * 1e9;
        scalar[round] = (middle - start) / (double)count * 1e9;
        differ += count_differences(&t, results, count);
        one[round] = settle_threads(halves, false) / (double)count * 1e9;
        two[round] = settle_threads(halves, true) / (double)count * 1e9;
    }
    printf("%.2f %.2f %.2f %.2f\n", median(scalar, rounds), median(machine, rounds), median(one, rounds), median(two, rounds));
    if (differ) fprintf(stderr, "amounts differ on %zu claims\n", differ);
    for (int i = 0; i < 3; i++) pol_arena_reset(&arenas[i]);
    pol_program_free(program);
    return differ != 0;
}
