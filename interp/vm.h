/* The block VM: one instruction works on a column of claims, through the kernel table. One claim is a
 * block of one. The code has been verified; the VM asserts rather than checks. */
#ifndef POL_INTERP_VM_H
#define POL_INTERP_VM_H

#include "interp/program.h"

#define POL_BLOCK_ROWS 512

/* What a claim's error is, found by the code. */
typedef enum pol_fault { POL_FAULT_NONE, POL_FAULT_ABSENT, POL_FAULT_FAILED, POL_FAULT_CHECK } pol_fault;

/* What enters and leaves the VM fits 64 bits: amounts, ratios, integers and results by their limits. A number
 * that is no value there: */
#define POL_PORT_ABSENT INT64_MIN
#define POL_PORT_FAILED (INT64_MIN + 1)
#define POL_PORT_UNLIMITED INT64_MAX

static inline bool pol_port_is_value(int64_t number) { return number > POL_PORT_FAILED && number != POL_PORT_UNLIMITED; }
/* Between the two; what does not fit, which no limit lets through, is failed. */
static inline int64_t pol_port_of(pol_i128 number)
{
    if (number <= POL_NUM_FAILED || number == POL_NUM_UNLIMITED)
        return number == POL_NUM_ABSENT ? POL_PORT_ABSENT : number == POL_NUM_FAILED ? POL_PORT_FAILED : POL_PORT_UNLIMITED;
    return number > POL_PORT_FAILED && number < POL_PORT_UNLIMITED ? (int64_t)number : POL_PORT_FAILED;
}
static inline pol_i128 pol_port_wide(int64_t number)
{
    if (pol_port_is_value(number))
        return number;
    return number == POL_PORT_ABSENT ? POL_NUM_ABSENT : number == POL_PORT_FAILED ? POL_NUM_FAILED : POL_NUM_UNLIMITED;
}

struct pol_plan;
struct pol_fast_block;

typedef struct pol_block {
    const pol_program *program; /* borrowed */
    const pol_code *code;       /* borrowed */
    uint32_t capacity;          /* rows */
    void **ports;               /* by register: fields, the caller's to fill, and results; NULL for all others */
    void **columns;             /* by register: what the code works on; filled by a run */
    uint32_t *result_numbers;   /* registers of results that are numbers and no fields */
    uint32_t result_number_count;
    uint32_t *fault_sink;       /* by row */
    uint8_t *fault;             /* by row: pol_fault */
    POL_VEC(pol_tiers) tiers;   /* schedules of this block; TIERS elements are indices */
    uint32_t constant_tiers;    /* those below are constants */
    pol_arena *arena;           /* borrowed: block memory */
    struct pol_fast_block *fast; /* runs it where it can; NULL: the wide kernels alone */
    uint8_t *late;              /* by register: the port is yet to be filled; NULL: never */
} pol_block;

/* Makes a block with columns for every register (no reuse: everything stays visible after a run).
 * False when memory ran out. */
bool pol_block_init(pol_block *block, pol_arena *arena, const pol_program *program, const pol_code *code, uint32_t capacity);
/* Makes a block that runs the plan, and the wide kernels for those rows alone that the plan does not bear. Only its
 * ports can be looked at. plan NULL: as pol_block_init. */
bool pol_block_init_fast(pol_block *block, pol_arena *arena, const pol_program *program, const pol_code *code,
                         const struct pol_plan *plan, uint32_t capacity);
/* Forgets the schedules of the last run; call before filling fields again. */
void pol_block_clear(pol_block *block);
/* Stores a schedule and returns its index, POL_TIERS_ABSENT when memory ran out. Most claims of a block repeat that of
 * the claim before, which is found again. */
uint32_t pol_block_add_tiers(pol_block *block, const pol_tiers *tiers);

/* Fills a port that is late. */
void pol_fast_fill_port(const pol_block *block, uint32_t reg);
/* Fields before a run and results after it, by register. */
static inline void *pol_port(const pol_block *b, uint32_t reg)
{
    if (b->late != NULL && b->late[reg] != 0)
        pol_fast_fill_port(b, reg);
    return b->ports[reg];
}
static inline int64_t *pol_port_num(const pol_block *b, uint32_t reg) { return (int64_t *)pol_port(b, reg); }
static inline uint8_t *pol_port_bool(const pol_block *b, uint32_t reg) { return (uint8_t *)pol_port(b, reg); }
static inline int32_t *pol_port_code(const pol_block *b, uint32_t reg) { return (int32_t *)pol_port(b, reg); } /* DATE too */
static inline uint64_t *pol_port_set(const pol_block *b, uint32_t reg) { return (uint64_t *)pol_port(b, reg); }
static inline uint32_t *pol_port_tiers(const pol_block *b, uint32_t reg) { return (uint32_t *)pol_port(b, reg); }

/* Columns of all registers by class, after a run: for those who look inside. */
static inline pol_i128 *pol_col_num(const pol_block *b, uint32_t reg) { return (pol_i128 *)b->columns[reg]; }
static inline uint8_t *pol_col_bool(const pol_block *b, uint32_t reg) { return (uint8_t *)b->columns[reg]; }
static inline int32_t *pol_col_code(const pol_block *b, uint32_t reg) { return (int32_t *)b->columns[reg]; } /* DATE too */
static inline uint64_t *pol_col_set(const pol_block *b, uint32_t reg) { return (uint64_t *)b->columns[reg]; }
static inline uint32_t *pol_col_tiers(const pol_block *b, uint32_t reg) { return (uint32_t *)b->columns[reg]; }

/* Runs all instructions over rows 0 .. count-1; their faults are found anew. False when memory ran out. */
bool pol_vm_run(pol_block *block, uint32_t count);

/* For a row whose fault is POL_FAULT_ABSENT: the field that was missing; of several the one declared
 * first (language 6.3). Walks back from the register that the sink needed. POL_NONE32 when it was no
 * field but an absent constant (see pol_constant.missing), or memory ran out. */
uint32_t pol_vm_blame(const pol_block *block, uint32_t row);

/* The error of a row: code and 字段 (borrowed from the program; "参数.X" for parameters). Where an absent
 * constant was needed: its own name, or without one the statement's. */
pol_claim_error pol_vm_error(const pol_block *block, uint32_t row, pol_arena *scratch, pol_str *field, pol_str *message);

#endif
