/* kernels: nanoseconds an element of every fast kernel, for each instruction set of this machine, over columns of 512
 * rows in the cache. The best of many runs: a guard against a kernel that has become slow, not a measurement of pol. */
#include <stdio.h>
#include <stdlib.h>

#include "interp/vm_fast.h"

#include "baseline/claims.h"

#define ROWS   512u
#define RUNS   500u
#define TRIALS 15

static double measure(pol_fast_kernel kernel, void *const *columns, const pol_fast_instr *instr)
{
    double best = 1e9;
    for (int trial = 0; trial < TRIALS; trial++) {
        const double start = seconds();
        for (unsigned run = 0; run < RUNS; run++) kernel(columns, instr, ROWS);
        const double took = (seconds() - start) / (RUNS * (double)ROWS) * 1e9;
        best = took < best ? took : best;
    }
    return best;
}

/* A column of small values of that many bytes; conditions are 0 or 1. */
static void *make_column(unsigned bytes)
{
    void *column = get_memory(ROWS, sizeof(int64_t));
    for (unsigned row = 0; row < ROWS; row++) {
        const unsigned some = row * 2654435761u >> 16;
        if (bytes == 8) ((int64_t *)column)[row] = some % 100000;
        if (bytes == 4) ((int32_t *)column)[row] = (int32_t)(some % 8);
        if (bytes == 1) ((uint8_t *)column)[row] = some & 1;
    }
    return column;
}

int main(void)
{
    static const char *const k_names[] = { "base", "v3", "v4" };
    static int64_t zeros[4096];
    const pol_slices slices = { .count = 3, .at = { 0, 1000, 50000 }, .slope = { 70, 15, 10 } };
    const pol_fast_check check = { .count = POL_CHECK_COLUMNS, .column = { 3, 3, 3, 3, 3, 3, 3, 3 },
                                  .narrow = { 1, 2, 5, 6, 1, 2, 5, 6 }, .limit = 7 };
    printf("%-10s", "ns");
    for (int set = POL_SET_BASE; set <= POL_SET_V4; set++)
        if (pol_fast_kernels((pol_instruction_set)set)) printf("%8s", k_names[set]);
    printf("\n");
    for (unsigned op = 0; op < POL_FAST_COUNT; op++) {
        const pol_fast_shape *shape = pol_fast_shape_of((pol_fast_op)op);
        void *columns[7] = { NULL };
        pol_fast_instr instr = { .op = (uint16_t)op, .result = { 1, 2 }, .operand = { 3, 4, 5, 6 }, .k = { 3, 10, 2 },
                                 .x = { 0.1, -0.45 }, .table = zeros };
        columns[1] = make_column(8);
        columns[2] = make_column(8);
        for (unsigned i = 0; i < POL_FAST_OPERANDS; i++) columns[3 + i] = make_column(shape->operand[i] != 0 ? shape->operand[i] : 8);
        if (op == POL_FAST_SLICES || op == POL_FAST_SLICES32 || op == POL_FAST_SLICESB) instr.table = &slices;
        if (op == POL_FAST_ORN8 || op == POL_FAST_CUT8 || op == POL_FAST_ORC8 || op == POL_FAST_ORB8) instr.table = &check;
        printf("%-10s", shape->name);
        for (int set = POL_SET_BASE; set <= POL_SET_V4; set++)
            if (pol_fast_kernels((pol_instruction_set)set))
                printf("%8.3f", measure(pol_fast_kernels((pol_instruction_set)set)[op], columns, &instr));
        printf("%s\n", shape->vector ? "" : "   a row at a time");
        for (unsigned i = 1; i < 7; i++) free(columns[i]);
    }
    return 0;
}
