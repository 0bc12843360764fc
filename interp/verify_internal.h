/* Shared by the verifier's two files: verify.c (program and interfaces) calls verify_code.c (registers
 * and instructions). Private to them. */
#ifndef POL_INTERP_VERIFY_INTERNAL_H
#define POL_INTERP_VERIFY_INTERNAL_H

#include "interp/program.h"

/* What codes a CODE register can hold, as far as the writers of results must know: every code is below
 * `end`, unless it is the text of a record. For a SET register: every label is below `end`. */
typedef struct pol_reach {
    uint32_t end;
    bool record_text; /* a text of the claim's own */
    bool negative;
} pol_reach;

typedef struct pol_check {
    const pol_program *program;
    const pol_code *code;
    uint32_t matter;   /* its number */
    uint32_t instr;    /* under check, or POL_NONE32 */
    char *reason;      /* 256 bytes */
    uint8_t *defined;  /* by register: written so far */
    pol_reach *reach;  /* by register */
    uint32_t operands; /* named by lists so far */
    uint32_t schedules;
} pol_check;

/* Writes the reason with its place; always false. */
bool pol_check_fail(pol_check *check, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* A day of every year. */
bool pol_check_month_day(uint32_t month, uint32_t day);
/* Whether the constant is a value of its class over the register's denominators. */
bool pol_check_constant(const pol_constant *constant, uint8_t class_, pol_i128 den, pol_i128 den2);

/* Registers, tables, member sets, sinks and instructions of check->code; `defined` and `reach` are
 * filled. The fields' register numbers have been checked. */
bool pol_check_code(pol_check *check);

#endif
