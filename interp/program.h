/* The compiled policy: for each matter an interface (fields, results) and straight-line,
 * single-assignment code over typed registers. Immutable and self-contained; what .polc stores.
 *
 * A register is a column of a block of claims. Classes and their elements:
 *   NUM   128-bit numerator over the register's constant denominator (value in yuan, or a number)
 *   BOOL  uint8 0 / 1      CODE  int32 (label code, text number, row)      DATE  int32 days since 1970
 *   SET   uint64, one bit a label                TIERS  uint32, number of a schedule in the block's pool
 * Each class has an ABSENT and a FAILED element; NUM also UNLIMITED (不限). */
#ifndef POL_INTERP_PROGRAM_H
#define POL_INTERP_PROGRAM_H

#include "grammar/ast.h"
#include "interp/base/date.h"
#include "interp/base/number.h"

typedef enum pol_class { POL_C_NUM, POL_C_BOOL, POL_C_CODE, POL_C_DATE, POL_C_SET, POL_C_TIERS, POL_CLASS_COUNT } pol_class;

#define POL_NUM_ABSENT POL_I128_MIN
#define POL_NUM_FAILED (POL_I128_MIN + 1)
#define POL_NUM_UNLIMITED POL_I128_MAX
#define POL_BOOL_ABSENT 2
#define POL_BOOL_FAILED 3
#define POL_CODE_ABSENT INT32_MIN /* DATE too */
#define POL_CODE_FAILED (INT32_MIN + 1)
#define POL_SET_ABSENT ((uint64_t)0)
#define POL_TIERS_ABSENT UINT32_MAX
#define POL_TIERS_FAILED (UINT32_MAX - 1)

typedef enum pol_opcode {
#define POL_OP(NAME, mnemonic, signature, dens, en, zh) POL_OP_##NAME,
#include "interp/opcodes.def"
#undef POL_OP
    POL_OP_COUNT
} pol_opcode;

#define POL_MAX_ARGS 10
#define POL_MAX_INSTRUCTIONS 65536
/* Further limits of the verifier, by matter. */
#define POL_MAX_FIELDS 4096
#define POL_MAX_CONSTANTS 65536
#define POL_MAX_REGISTERS 262144
#define POL_MAX_OPERANDS 1048576  /* registers named by the lists of all instructions together */
#define POL_MAX_SCHEDULES 1024    /* instructions that make schedules: memory by row */
#define POL_MAX_SET_LABELS 64     /* labels of a 多选 */
#define POL_MAX_TABLE_COLUMNS 8
#define POL_MAX_TABLE_CELLS 65536
#define POL_MAX_TIERS 32

typedef struct pol_instr {
    uint16_t op;
    uint32_t line;              /* of the script, 0: none */
    uint32_t arg[POL_MAX_ARGS]; /* by the opcode's signature: results first */
} pol_instr;

typedef enum pol_origin { POL_FROM_FIELD, POL_FROM_CONSTANT, POL_FROM_INSTR } pol_origin;

typedef struct pol_register {
    uint8_t class_;  /* pol_class */
    uint8_t origin;  /* pol_origin */
    uint32_t index;  /* field, constant or instruction number */
    pol_i128 den;    /* NUM: denominator > 0, at most 10^22; TIERS: of the bounds */
    pol_i128 den2;   /* TIERS: of the ratios */
} pol_register;

/* One slice ends at `upper` (numerator over the bounds' denominator, POL_NUM_UNLIMITED for 不限);
 * `upper_in_next`: the point itself belongs to the slice above. */
typedef struct pol_tier {
    pol_i128 upper;
    pol_i128 ratio;
    bool upper_in_next;
} pol_tier;
typedef struct pol_tiers {
    uint32_t count;
    pol_i128 low; /* below it nothing is paid */
    bool low_in_first;
    pol_tier tiers[POL_MAX_TIERS];
} pol_tiers;
bool pol_tiers_equal(const pol_tiers *a, const pol_tiers *b);

typedef struct pol_constant {
    uint8_t class_;
    pol_i128 number;  /* NUM (or sentinel), BOOL, CODE, DATE; SET mask; the class's own ABSENT and FAILED or NUM's */
    pol_tiers *tiers; /* TIERS */
    pol_str missing;  /* of an ABSENT one: what 缺少字段 names when it is needed ("参数.X": a dated value
                         outside its dates); may be empty */
} pol_constant;

/* One column of a table: maps a subject's value to a class of values that its keys tell apart. */
typedef struct pol_table_column {
    uint8_t class_;         /* BOOL, CODE, DATE or NUM */
    uint32_t code_count;    /* CODE: size of class_of_code; codes beyond take other_class */
    uint16_t *class_of;     /* CODE: by code; BOOL: 2 entries; NUM, DATE: 2 * bound_count + 1 entries:
                               entry 2i is the open gap below bound i, 2i + 1 the bound itself */
    uint32_t bound_count;
    pol_i128 *bounds;       /* ascending; NUM over `den`, DATE days */
    pol_i128 den;
    uint16_t other_class;
    uint16_t class_count;
} pol_table_column;
typedef struct pol_table {
    uint32_t column_count; /* at most 8 */
    pol_table_column *columns;
    uint32_t row_count;
    uint32_t cell_count;   /* product of class counts, at most 65,536 */
    uint16_t *cells;       /* row number; the first column varies slowest; 0xFFFF: no row */
} pol_table;

/* Codes that are members: member[c] for c < count, others are not. */
typedef struct pol_members {
    uint32_t count;
    uint8_t *member;
} pol_members;

typedef struct pol_list32 {
    uint32_t start, count; /* in pol_code.operands */
} pol_list32;

typedef enum pol_limit {
    POL_LIMIT_NONE,    /* present and not failed */
    POL_LIMIT_OPTIONAL,/* may be absent, not failed */
    POL_LIMIT_AMOUNT,  /* 0 ... 10^13 yuan */
    POL_LIMIT_SIGNED,  /* magnitude at most 10^13 yuan; may be absent */
    POL_LIMIT_INTEGER, /* whole, magnitude below 10^9 */
    POL_LIMIT_NUMBER   /* magnitude at most 10^9; may be absent */
} pol_limit;

/* Phases of checking (language 14), in order. A finding of the reader beats later phases. */
typedef enum pol_phase { POL_PHASE_REQUIRED, POL_PHASE_REQUIRE, POL_PHASE_IN_FORCE, POL_PHASE_BOUNDS, POL_PHASE_SETTLE } pol_phase;

typedef struct pol_sink {
    uint8_t phase;  /* pol_phase */
    uint8_t limit;  /* pol_limit */
    uint8_t error;  /* pol_claim_error when a CHECK is no */
    pol_str field;  /* 字段 of 计算越界 and of CHECK's error: the statement's or input's name, "参数.X" */
    pol_str message;/* 说明: a 要求's text, a bound with its clause; may be empty */
    uint32_t line;
} pol_sink;

/* ---- the interface of a matter ------------------------------------------------------------------ */
typedef enum pol_field_type {
    POL_F_AMOUNT, POL_F_RATIO, POL_F_INTEGER, POL_F_YESNO, POL_F_DATE, POL_F_TEXT, POL_F_LABEL, POL_F_LABELS, POL_F_TIERS
} pol_field_type;
typedef enum pol_field_role { POL_ROLE_INPUT, POL_ROLE_ACCUMULATOR, POL_ROLE_PARAMETER } pol_field_role;

typedef struct pol_label_set { /* names of label codes */
    pol_str name;              /* of the 类别; empty when written in place */
    uint32_t count;
    pol_str *labels;           /* as the script writes them */
} pol_label_set;

typedef struct pol_field_def { /* one key of the record */
    pol_str name;              /* without "参数." */
    uint8_t type;              /* pol_field_type */
    uint8_t role;              /* pol_field_role */
    bool optional;             /* may be absent (可空, 必填 当, or a default computed by code) */
    bool null_allowed;         /* JSON null means absent */
    bool null_unlimited;       /* JSON null means 不限 */
    bool best;                 /* LABELS, 就高: settled once for each label held (lanes.h) */
    uint32_t labels;           /* LABEL, LABELS: index into program.label_sets */
    uint32_t reg;              /* its register; denominators: AMOUNT 100, RATIO 10^6, INTEGER 1, TIERS 100 and 10^6 */
    bool has_default;          /* then the constant below is used when the key is absent */
    uint32_t default_constant; /* CODE constants of a TEXT field are text numbers */
} pol_field_def;

typedef struct pol_payer_def {
    pol_str name;
    bool hospital;   /* 由医院承担 */
    uint32_t paid;   /* NUM over 100: 实付, 0 outside the person's order */
    uint32_t line;
} pol_payer_def;
typedef struct pol_advance_def {
    pol_str by, payer;
    uint32_t amount; /* NUM over 100; rows of 0 are not listed */
} pol_advance_def;
typedef struct pol_status_def {
    pol_str name;
    uint32_t reg; /* BOOL */
} pol_status_def;

typedef struct pol_accum_def {
    pol_str name;
    bool integer, household;
    uint8_t period;              /* pol_period_kind */
    int start_month, start_day;  /* 每年 自 9月1日 起; else 1, 1 */
    uint32_t months;             /* 滚动 */
    bool shared;                 /* one ledger for all matters */
    uint32_t key_count;
    uint32_t *keys;              /* further inputs of the key: field numbers */
    uint32_t field;              /* its field number: the value before */
    uint32_t after;              /* NUM over 100, or 1 for integers */
    uint32_t added;              /* 滚动: what this claim added, else POL_NONE32 */
} pol_accum_def;

typedef struct pol_output_def {
    pol_str name;
    uint8_t kind;    /* pol_output_kind */
    uint32_t labels; /* POL_OUT_LABEL */
    uint32_t reg;
} pol_output_def;
typedef enum pol_output_kind { POL_OUT_AMOUNT, POL_OUT_NUMBER, POL_OUT_YESNO, POL_OUT_DATE, POL_OUT_TEXT, POL_OUT_LABEL, POL_OUT_NULL } pol_output_kind;

#define POL_NONE32 UINT32_MAX

typedef struct pol_code { /* one matter */
    pol_str matter;
    /* interface */
    pol_field_def *fields; /* inputs, then accumulators, then open parameters, each in order of declaration */
    uint32_t field_count, input_count, accum_field_count;
    bool parameters_required; /* a parameter is required without condition: a record without 参数 lacks 参数 */
    uint32_t governing_field; /* the 按 date, or POL_NONE32 */
    uint32_t total, person, hospital; /* NUM over 100 */
    pol_payer_def *payers;
    uint32_t payer_count;
    uint32_t order_case;      /* CODE: which order applies; POL_NONE32: the only one */
    pol_list32 *orders;       /* payer numbers of each order, in pol_code.operands */
    uint32_t order_count;
    pol_advance_def *advances;
    uint32_t advance_count;
    pol_status_def *statuses; /* sorted by code point; several rows of one name are or-ed */
    uint32_t status_count;
    pol_accum_def *accums;
    uint32_t accum_count;
    pol_output_def *outputs;
    uint32_t output_count;
    /* code */
    pol_register *registers;
    uint32_t register_count;
    pol_instr *instrs;
    uint32_t instr_count;
    uint32_t *operands;
    uint32_t operand_count;
    pol_list32 *lists;
    uint32_t list_count;
    pol_constant *constants;
    uint32_t constant_count;
    pol_i128 *pool; /* 'i' arguments */
    uint32_t pool_count;
    pol_table *tables;
    uint32_t table_count;
    pol_members *members;
    uint32_t member_count;
    pol_sink *sinks;
    uint32_t sink_count;
} pol_code;

struct pol_program {
    pol_arena arena;   /* owns everything below */
    const char *id_z;  /* NUL-terminated */
    pol_str id, title, series;
    pol_date from, to; /* in force, both included; to = POL_DATE_MAX when open */
    bool settle_outside;
    pol_label_set *label_sets;
    uint32_t label_set_count;
    pol_str *texts;    /* text constants: number is the code; compared by key (language 6.5) */
    uint32_t text_count;
    pol_code *matters;
    uint32_t matter_count;
    pol_str superior;  /* reserved for 沿用 */
};

/* Calls `visit` with every register that a result of the matter is taken from; with some more than once. */
void pol_code_results(const pol_code *code, void (*visit)(void *user, uint32_t reg), void *user);

/* An empty program; its memory and its arena's come from `allocator` (NULL: malloc). NULL when memory
 * ran out. Freed by pol_program_free (pol.h). */
pol_program *pol_program_new(const pol_allocator *allocator);

/* Properties from the table. */
const char *pol_op_mnemonic(pol_opcode op);
const char *pol_op_signature(pol_opcode op);
char pol_op_denominators(pol_opcode op);
const char *pol_op_text(pol_opcode op, pol_lang lang);

/* Proves a program safe to run: every index, class, denominator, order of definition and limit, for
 * bytecode from anywhere. False with the reason (and its place) written. Done at every load and after
 * every compilation. */
bool pol_verify(const pol_program *program, char reason[256]);

/* interp/polc.c: the file form. Little endian, with a checksum; reading trusts nothing. */
bool pol_polc_write(const pol_program *program, pol_writer out);
/* NULL (with the reason) when the bytes are not a program that pol_verify accepts; also when memory ran
 * out: the reason then ends in "out of memory". */
pol_program *pol_polc_read(const pol_allocator *allocator, const void *bytes, size_t length, char reason[256]);

/* interp/disasm.c */
void pol_disassemble(pol_text *out, const pol_program *program, pol_lang lang);

#endif
