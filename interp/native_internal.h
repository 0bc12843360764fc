/* What writes machine code shares: the values of a stretch and where they stand. Private to native*.c. */
#ifndef POL_INTERP_NATIVE_INTERNAL_H
#define POL_INTERP_NATIVE_INTERNAL_H

#include "interp/assembler.h"
#include "interp/native.h"

#define NEVER UINT32_MAX

/* How the elements of a value stand in a register, 32 bits each. A condition is 0 or -1. */
typedef enum pol_form { POL_FORM_NUMBER, POL_FORM_BYTE, POL_FORM_CONDITION } pol_form;

/* A value: what a column holds from where it is made to where another takes its place. */
typedef struct pol_native_value {
    uint16_t column;
    uint16_t cut;      /* the column of 64 bits that it is cut from; 0: none */
    uint8_t bytes;     /* of an element in its column */
    bool in_column;    /* its column holds it */
    bool is_constant;
    bool has_reg, has_slot;
    pol_form form, slot_form;
    uint8_t reg;
    uint16_t slot;
    const pol_fast_check *check; /* yet to be made when it is loaded; NULL: none */
    int64_t constant;
    uint32_t next;     /* the instruction that reads it next */
} pol_native_value;

/* An instruction with its values by number; results: 0 is none. Who reads each after it: number in the order, NEVER. */
typedef struct pol_native_op {
    const pol_fast_instr *instr;
    uint32_t in[POL_FAST_OPERANDS], out[2];
    uint32_t next_in[POL_FAST_OPERANDS], next_out[2];
    bool is_last[2]; /* the value that the result's column holds after the stretch */
} pol_native_op;

/* Registers: the first few are for use within an instruction; the next two gather what is outside, and the bits of all
 * fields that are cut with one limit. Only when wide: nought, and the numbers of even elements. */
enum { T0, T1, T2, T3, OUTSIDE, CUTS, ZERO, EVEN, FIRST_NARROW = ZERO, FIRST_WIDE = EVEN + 1 };
#define MOST_REGS  32
#define MOST_SLOTS 62 /* less than a page of the stack */
#define K1 1 /* masks for use within an instruction */
#define K2 2
#define K_EVEN 7 /* the even elements */

typedef struct pol_generator {
    pol_assembler as;
    bool one;              /* for one row: no more than its elements is read and written */
    uint8_t *late;         /* by register; a result that is put into its port is no more */
    pol_arena *arena;      /* for the time of writing */
    const pol_plan *plan;
    const pol_fast_instr *instrs; /* of the stretch, from number `first` of the plan on */
    uint32_t first, count;
    uint32_t first_check, end_check; /* checks of fields that it makes */
    pol_native_op *ops;    /* the same in the order of the code */
    uint32_t at;           /* the one being written */
    uint8_t *needed;       /* by column: its last value is to stand in it afterwards */
    pol_native_value *values; /* what columns hold before the stretch, by column; then the results */
    uint32_t value_count;
    uint32_t *first_next;  /* by value of a column: who reads it first */
    uint32_t owner[MOST_REGS]; /* by register: its value; 0: free */
    bool pinned[MOST_REGS];
    unsigned first_reg, end_reg; /* for values */
    uint16_t slots;        /* on the stack */
    uint16_t free_slots[MOST_SLOTS], free_slot_count;
    int64_t cuts_limit;    /* of the fields whose bits are gathered */
    uint16_t pointer;      /* the column whose address R11 holds; 0: none */
    uint8_t *pinned_pointer; /* by column: the general register that holds its address; POL_NO_REG */
    bool refused;
} pol_generator;

/* ---- native_values.c ------------------------------------------------------------------------------------------------- */

/* The register that holds an operand's value in the form; it stays there until the instruction ends. */
unsigned pol_native_in(pol_generator *g, unsigned operand, pol_form form);
/* The same, or memory where nothing reads it later. */
pol_operand pol_native_operand(pol_generator *g, unsigned operand, pol_form form);
/* The form that a byte stands in, or would stand in. */
pol_form pol_native_form(pol_generator *g, unsigned operand);
/* Operands that nothing reads later give up their registers; what comes next may write there. */
void pol_native_release(pol_generator *g);
/* The register for a result of the instruction. */
unsigned pol_native_out(pol_generator *g, unsigned result, pol_form form);
/* The only result stands in its column, and in no register. */
void pol_native_out_column(pol_generator *g);
/* Ends an instruction: results that are wanted in their columns go there. */
void pol_native_end(pol_generator *g);
/* 64 bits, or 32 bits twice, all through a vector: a register or memory. */
pol_operand pol_native_64(pol_generator *g, uint64_t bits);
pol_operand pol_native_32(pol_generator *g, uint32_t bits);
/* The memory of a column's rows: of the group, from element `from` on. */
pol_operand pol_native_memory(pol_generator *g, uint16_t column, unsigned from);
/* Whether the instruction makes a result that is to stand in its port, not in 32 bits. */
bool pol_native_fills_port(const pol_generator *g, const pol_plan_result *result, const pol_fast_instr *instr);
/* Both halves of a column of 64 bits; the second is any when there is but one row. */
void pol_native_halves(pol_generator *g, uint16_t column, unsigned low, unsigned high);
/* 32-bit numbers of a register into a column of 64 bits; T0 and T1 are spoilt. */
void pol_native_widen(pol_generator *g, uint16_t column, unsigned reg);
/* 64-bit elements of two halves to 32 bits; both are spoilt. */
void pol_native_join(pol_generator *g, unsigned dst, unsigned low, unsigned high);
/* Before the first instruction: checks fields that nothing reads. Others are checked when they are loaded. */
void pol_native_checks(pol_generator *g);
/* After the loop: OUTSIDE has all bits that are outside. */
void pol_native_gather(pol_generator *g);

/* ---- native_order.c ---------------------------------------------------------------------------------------------------- */

/* Fills ops, value_count and first_next. False when memory ran out. */
bool pol_native_order(pol_generator *g);

/* ---- native_ops.c -------------------------------------------------------------------------------------------------------- */

/* Whether there is code for the operation. */
bool pol_native_knows(const pol_fast_instr *instr);
void pol_native_instr(pol_generator *g, const pol_fast_instr *instr);

/* About: instructions of the machine, and cycles from the last operand to the result. */
typedef struct pol_native_cost {
    uint8_t instrs, latency;
} pol_native_cost;
pol_native_cost pol_native_cost_of(const pol_fast_instr *instr);

#endif
