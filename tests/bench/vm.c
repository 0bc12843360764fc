/* vm POLICY CLAIMS.bin REFERENCE.csv BLOCK ROUNDS [SET]: settles the claims in the virtual machine without any text,
 * from columns in memory to columns in memory, block by block, compares every amount with the reference, and prints the
 * median nanoseconds a claim: from memory; of the code alone (the last block over and over, resident in the cache); a
 * claim at a time; and the number of instructions. SET: wide, base, v3 or v4, also v3-kernels and v4-kernels without code
 * made for the plan; the best of the machine unless told. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* Lets the block work on the caller's columns from row `at` on. */
static void bind_block(pol_block *block, const table *t, size_t at)
{
    for (unsigned i = 0; i < CODE_COLUMNS; i++) pol_fast_bind(block, t->code_reg[i], t->code[i] + at);
    for (unsigned i = 0; i < AMOUNT_COLUMNS; i++) pol_fast_bind(block, t->amount_reg[i], t->amount[i] + at);
}

/* Fills the block's own columns. */
static void copy_in(pol_block *block, const table *t, size_t at, uint32_t count)
{
    for (unsigned i = 0; i < CODE_COLUMNS; i++)
        memcpy(pol_port_code(block, t->code_reg[i]), t->code[i] + at, count * sizeof(int32_t));
    for (unsigned i = 0; i < AMOUNT_COLUMNS; i++)
        memcpy(pol_port_num(block, t->amount_reg[i]), t->amount[i] + at, count * sizeof(int64_t));
}

static void copy_out(const pol_block *block, const table *t, size_t at, uint32_t count)
{
    for (unsigned i = 0; i < RESULT_COLUMNS; i++)
        if (block->fast)
            pol_fast_take(block, t->result_reg[i], t->result[i] + at, true);
        else
            memcpy(t->result[i] + at, pol_port_num(block, t->result_reg[i]), count * sizeof(int64_t));
}

static uint32_t settle_block(pol_block *block, const table *t, size_t at, uint32_t count)
{
    uint32_t faults = 0;
    pol_block_clear(block);
    if (block->fast)
        bind_block(block, t, at);
    else
        copy_in(block, t, at, count);
    if (!pol_vm_run(block, count)) stop("no memory for", "a block");
    copy_out(block, t, at, count);
    for (uint32_t row = 0; row < count; row++) faults += block->fault[row] != POL_FAULT_NONE;
    return faults;
}

static size_t count_differences(const char *path, const table *t, size_t count)
{
    size_t differ = 0;
    FILE *file = fopen(path, "r");
    if (!file) stop("cannot read", path);
    for (size_t i = 0; i < count; i++) {
        size_t id;
        result r;
        if (fscanf(file, "%zu,%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64, &id, &r.fund_fen,
                   &r.cover_fen, &r.district_fen, &r.person_fen) != 5) {
            stop("cannot read", path);
        }
        differ += r.fund_fen != t->result[FUND][i] || r.cover_fen != t->result[COVER][i] ||
                  r.district_fen != t->result[DISTRICT][i] || r.person_fen != t->result[PERSON][i];
    }
    fclose(file);
    return differ;
}

int main(int argc, char **argv)
{
    int rounds = argc >= 6 ? atoi(argv[5]) : 0;
    long size = argc >= 6 ? atol(argv[4]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS || size < 1 || size > 65536 || argc > 7) {
        fputs("usage: vm POLICY CLAIMS.bin REFERENCE.csv BLOCK ROUNDS [wide|base|v3|v4|v3-kernels|v4-kernels]\n", stderr);
        return 2;
    }
    const uint32_t block_rows = (uint32_t)size;
    const char *set = argc == 7 ? argv[6] : "";
    pol_program *program = compile(argv[1]);
    binding b = bind(program);
    size_t count;
    claim *claims = read_claims(argv[2], &count);
    table t = make_table(&b, claims, count, block_rows);

    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_block *block = make_block(&arena, &b, block_rows, set), *one = make_block(&arena, &b, 1, set);
    pol_block *still = make_block(&arena, &b, block_rows, set); /* whose results are looked at, not taken */

    double memory[MAX_ROUNDS], resident[MAX_ROUNDS], single[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) {
        size_t faults = 0, blocks = (count + block_rows - 1) / block_rows, singles = count < 100000 ? count : 100000;
        double start = seconds();
        for (size_t i = 0; i < singles; i++) faults += settle_block(one, &t, i, 1);
        double first = seconds();
        for (size_t i = 0; i < count; i += block_rows)
            faults += settle_block(block, &t, i, count - i < block_rows ? (uint32_t)(count - i) : block_rows);
        double middle = seconds();
        memory[round] = (middle - first) / (double)count * 1e9;
        copy_in(still, &t, (blocks - 1) * block_rows, block_rows); /* as a reader fills it */
        middle = seconds();
        for (size_t i = 0; i < blocks; i++) {
            pol_block_clear(still);
            if (!pol_vm_run(still, block_rows)) stop("no memory for", "a block");
            for (unsigned r = 0; r < RESULT_COLUMNS; r++) (void)pol_port_num(still, t.result_reg[r]); /* as a writer reads them */
        }
        resident[round] = (seconds() - middle) / (double)(blocks * block_rows) * 1e9;
        single[round] = (first - start) / (double)singles * 1e9;
        if (faults) stop("a claim was", "rejected");
    }
    const uint32_t instructions = block->fast ? block->fast->plan->instr_count : b.code->instr_count;
    size_t differ = count_differences(argv[3], &t, count);
    printf("%.2f %.2f %.1f %" PRIu32 "\n", median(memory, rounds), median(resident, rounds), median(single, rounds), instructions);
    if (differ) fprintf(stderr, "amounts differ on %zu claims\n", differ);
    pol_arena_reset(&arena);
    pol_program_free(program);
    return differ != 0;
}
