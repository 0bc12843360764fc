/* Blocks that run a plan. Private to the VM, its tests and benchmarks. */
#ifndef POL_INTERP_VM_FAST_H
#define POL_INTERP_VM_FAST_H

#include "interp/plan.h"

/* One claim: elements by column of the plan. */
typedef struct pol_fast_row {
    int64_t *elements;
    uint32_t *fields;         /* registers, by bytes of an element: 8, 4, 1 */
    uint32_t count_of[3];
    uint8_t *late;            /* by register: all results */
} pol_fast_row;

/* Where an accumulator stands, for a run of claims that come one after the other. */
typedef struct pol_fast_balance {
    int64_t *const *cells; /* by row, NULL: the field says what the claim begins with, and nobody sees what becomes of it */
    const uint8_t *given;  /* by row: the field says what the claim begins with all the same; NULL: none */
    bool all;              /* every row has a cell and begins with it */
    int64_t *table;        /* where cells is NULL: all rows have a cell, in this table … */
    const int32_t *index;  /* … by row */
} pol_fast_balance;

/* The rows of a block by what they wait for: those of one rank wait for rows of lower ranks only. */
typedef struct pol_fast_slice {
    const pol_fast_balance *balances; /* of the run at hand or the last one */
    uint32_t *before;      /* by accumulator and row: 1 + the last row before it with the same cell; 0: none */
    int64_t *stands;       /* by accumulator and row: the cell before the row */
    int64_t *held_at;      /* by accumulator and row: what a held row leaves in the cell, whatever the plan says */
    uint8_t *held;         /* by row */
    uint32_t held_count;
    uint8_t *followed;     /* by 1 + row: another row waits for it */
    uint32_t *rank;        /* by 1 + row, of which 0 is that of no row */
    uint32_t *order, *first; /* rows by rank; where each rank begins */
    uint32_t rank_count;   /* 0: they have not been ranked */
    pol_fast_balance *own; /* the balances with cells, where the caller has told a table; NULL: not needed yet */
    int64_t **own_cells;   /* by accumulator and row */
    void **columns;        /* by column of the plan: of few rows that stand together; constants */
} pol_fast_slice;

typedef struct pol_fast_block {
    const pol_plan *plan;            /* borrowed */
    const pol_fast_kernel *kernels;
    void **columns;                  /* by column of the plan */
    void *scratch[3];                /* columns of numbers for the plan's block operations */
    POL_VEC(pol_schedule) schedules; /* constants of the plan, then those of this run */
    POL_VEC(uint32_t) taken;         /* by schedule of the block: number of the plan's + 1; 0: not yet */
    pol_block *judge;                /* wide, for rows that the plan does not bear; made when there is one */
    uint32_t *judged;                /* by row: its row there, POL_NONE32 */
    uint32_t *odd;                   /* such rows of this run */
    uint32_t odd_count;
    uint64_t odd_sum, row_sum;       /* of runs in which some row was odd */
    bool careful;                    /* a careful plan has been tried */
    uint32_t rows;                   /* of the last run */
    uint16_t *made_in;               /* by register: the column of a result */
    uint8_t *late;                   /* by register: what is late after a run */
    pol_fast_row *row;               /* runs blocks of one row; NULL: the plan has no such way */
    bool by_row;                     /* the last run was one */
    enum { POL_RUN_BY_NEED, POL_RUN_KERNELS, POL_RUN_CODE } by;
    const struct pol_native *native[POL_CODE_KINDS]; /* POL_RUN_CODE */
    pol_instruction_set set;
    void **one_columns;              /* by column of the plan */
    pol_fast_slice *slice;           /* made with the first run of claims that come one after the other */
    bool in_sequence;                    /* the run at hand is one */
} pol_fast_block;

bool pol_fast_block_init(pol_block *block, const pol_plan *plan);
bool pol_fast_run(pol_block *block, uint32_t count);
/* The same for a caller that fills the rows the plan does not bear itself: runs the plan and notes them in odd … */
bool pol_fast_try(pol_block *block, uint32_t count);
/* … gives the wide block whose row i is to have the fields of odd[i] (NULL: memory ran out) … */
pol_block *pol_fast_odd_rows(pol_block *block);
/* … and settles them there. */
bool pol_fast_judge_rows(pol_block *block);
/* Where many claims have been odd, has the block run a plan that carries on what is lost, which may bear them: after a
 * run, and after claims in sequence are through. False when memory ran out. */
bool pol_fast_be_careful(pol_block *block);
/* Where to ask for the error of a row: the wide block and its row. */
const pol_block *pol_fast_judge(const pol_block *block, uint32_t *row);
/* Has the block run by the kernels of a set, never by code; false when this machine has not got it. */
bool pol_fast_use(pol_block *block, pol_instruction_set set);
/* The same by machine code from the first run on; false when there is none. */
bool pol_fast_use_code(pol_block *block, pol_instruction_set set);
/* The same by kernels, until it is worth making code. So a block runs from the beginning, with the best set. */
bool pol_fast_use_set(pol_block *block, pol_instruction_set set);
/* Lets a field stand in the caller's column, which has room for the block's capacity in whole groups of rows. */
void pol_fast_bind(pol_block *block, uint32_t reg, void *column);

/* One claim whose fields stand wherever they are: columns to be pointed to them, by pol_fast_column(). NULL: there is no code
 * for that; the block is to be filled and run. */
void **pol_fast_one_columns(pol_block *block);
uint16_t pol_fast_column(const pol_block *block, uint32_t reg);
/* Whether the field must have room for a group of rows all the same, as the block's own column has. */
bool pol_fast_one_needs_room(const pol_block *block, uint32_t reg);
/* Runs it. False: the plan may not bear the claim; fill the block and run it. */
bool pol_fast_run_one(pol_block *block);
/* Then: the element of a result, or of a field; of a number, as such. */
static inline const void *pol_fast_element_of_one(const pol_block *block, uint32_t reg)
{
    return block->fast->one_columns[block->fast->plan->port[reg]];
}
static inline int64_t pol_fast_number_of_one(const pol_block *block, uint32_t reg)
{
    const pol_fast_block *const fast = block->fast;
    return fast->late[reg] != 0 ? *(const int32_t *)fast->one_columns[fast->made_in[reg]]
                                : *(const int64_t *)pol_fast_element_of_one(block, reg);
}

/* Copies a result that is a number, of the last run's rows, to the caller's memory; past the cache when there is much
 * of it. */
void pol_fast_take(const pol_block *block, uint32_t reg, int64_t *to, bool much);

/* ---- claims that come one after the other ---- */

/* Whether the block's plan is cut, so that a block may hold claims of which one begins with what another has left. */
bool pol_fast_is_cut(const pol_block *block);
/* Runs the rows as if one after the other: each begins with what its cells hold, values above INT64_MIN / 2, and leaves
 * its new balances there. Fields of accumulators are filled. `balances` (by accumulator) and all cells stay until the
 * next run. False when memory ran out. */
bool pol_fast_cut_run(pol_block *block, uint32_t count, const pol_fast_balance *balances);
/* Rows that the wide kernels have settled leave what these say, rows that are not settled (0) what they have found.
 * True: those behind have been told something else; then … */
bool pol_fast_cut_hold(pol_block *block, const uint8_t *settled);
/* … this runs all of them again, as before but for what these leave. */
bool pol_fast_cut_again(pol_block *block);

/* vm_fast_slice.c: runs the slice of the plan for the balances at hand, from cells to cells. False when memory ran out. */
bool pol_fast_slice_run(pol_block *block, uint32_t count);
/* kernels_slice.c: the same, row by row, where there is a loop for this slice. False: there is none. */
bool pol_fast_slice_direct(const pol_block *block, uint32_t count);
/* vm_fast.c: for it, instructions from … to of the plan on the block's columns. False when memory ran out. */
bool pol_fast_run_instrs(pol_block *block, uint32_t from, uint32_t to, uint32_t count);
/* vm_fast.c: runs the rows, in sequence, and settles odd ones. False when memory ran out. */
bool pol_fast_run_cut(pol_block *block, uint32_t count);
/* A column of so many elements for the block, in whole groups of rows. NULL when memory ran out. */
void *pol_fast_new_column(pol_block *block, uint32_t rows, size_t element_bytes);

/* vm_fast_row.c: blocks of one row. NULL when memory ran out. */
pol_fast_row *pol_fast_row_new(const pol_block *block, const pol_plan *plan);
/* Runs the only row; whether the plan does not bear it. All results are late then. */
bool pol_fast_row_run(pol_block *block);
/* Fills the port from the elements. */
void pol_fast_row_fill(const pol_block *block, uint32_t reg);

/* vm_fast_block.c: an instruction of pol_block_op. False when memory ran out. */
bool pol_fast_block_op(pol_block *block, const pol_fast_instr *instr, uint32_t count);

#endif
