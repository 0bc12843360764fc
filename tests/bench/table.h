/* The claims of the benchmark as columns in memory, and blocks of document 003 for them. Shared by the programs that
 * know the inside of the library: its blocks are not part of the public interface. */
#ifndef POL_BENCH_TABLE_H
#define POL_BENCH_TABLE_H

#include "interp/vm_fast.h"

#include "baseline/claims.h"

#define MAX_ROUNDS 99

/* Registers of the fields that differ from claim to claim, and of the results. */
typedef struct binding {
    const pol_program *program;
    const pol_code *code;
    uint32_t visit, disease, referral, inside, outside, basic, critical, civil, paid_so_far;
    uint32_t fund, cover, district, person;
    int32_t inpatient, outpatient, coronary, none, first_contact, unreferred;
} binding;

/* The fields that differ, column by column, as a reader would leave them; padded for the last block. */
enum { VISIT, DISEASE, REFERRAL, CODE_COLUMNS };
enum { INSIDE, OUTSIDE, BASIC, CRITICAL, CIVIL, PAID_SO_FAR, AMOUNT_COLUMNS };
enum { FUND, COVER, DISTRICT, PERSON, RESULT_COLUMNS };
typedef struct table {
    int32_t *code[CODE_COLUMNS];
    int64_t *amount[AMOUNT_COLUMNS], *result[RESULT_COLUMNS];
    uint32_t code_reg[CODE_COLUMNS], amount_reg[AMOUNT_COLUMNS], result_reg[RESULT_COLUMNS];
} table;

/* All end the program with a message when they cannot. */
_Noreturn void stop(const char *why, const char *what);
pol_program *compile(const char *path);
binding bind(const pol_program *program);
table make_table(const binding *b, const claim *claims, size_t count, uint32_t block_rows);
/* A block with the fields that are the same in all claims. `set`: wide, base, v3 or v4, v3-kernels or
 * v4-kernels without machine code made for the plan; else the best of the machine. */
pol_block *make_block(pol_arena *arena, const binding *b, uint32_t rows, const char *set);
double median(double *values, int count);

#endif
