/* Settled rows as JSON or CSV, many of a kind: byte for byte what result.c writes.
 *
 * For each matter and order of payers there is a form: what stands between the values is ready to be
 * copied, and values go straight from their columns into the text. What a form does not know (a text that
 * must be quoted, a value without a usual form) is written by the functions of result.c's kind.
 * Before it: the VM; result.h says what is written. */
#ifndef POL_INTERP_RESULT_ROWS_H
#define POL_INTERP_RESULT_ROWS_H

#include "interp/result.h"
#include "interp/row_loops.h"

/* Texts ready for output; 64 bytes from any place of one can be copied. */
typedef struct pol_ready {
    const char *bytes;
    uint32_t length;
} pol_ready;

/* What comes next in a form: constant bytes, then a value. */
typedef struct pol_row_part {
    pol_ready before;
    uint8_t kind;    /* private */
    bool brief;      /* the constant has eight bytes at most, which are: */
    uint64_t word;
    uint32_t number; /* of the amount of the matter, the output …; a register */
    uint32_t run;    /* so many amounts, numbered one after the other, follow each other without constants */
} pol_row_part;

typedef struct pol_row_form {
    pol_row_part *parts;
    uint32_t count;
} pol_row_form;

#define POL_STATUS_TEXTS 64 /* remembered; a power of two */

typedef struct pol_row_matter {
    const pol_code *code;  /* borrowed */
    bool usable;           /* else result.c writes it */
    pol_row_form *forms;   /* by order of payers */
    size_t room;           /* bytes of a row beside its envelope and free texts, at most */
    uint32_t *amounts;     /* registers of amounts that are written */
    uint32_t amount_count;
    pol_ready *advances;   /* up to the amount */
    uint32_t *advance_amounts; /* by advance: number of its amount */
    uint32_t *payer_amounts;   /* the same of the payer's, which it mostly is; that of its own when it has no place */
    bool *written;             /* by amount: also elsewhere than in advances */
    uint32_t *output_amounts;  /* the same by output */
    pol_ready *statuses;   /* names, by group */
    uint32_t *groups;      /* by status: number of its name */
    uint32_t group_count;
    pol_ready *status_texts; /* of sets of statuses, by hash */
    uint64_t *status_sets;
    uint32_t status_room;  /* bytes of a list of all */
} pol_row_matter;

typedef struct pol_row_layout {
    bool csv;
    pol_arena *arena; /* borrowed */
    const pol_program *program;
    pol_row_matter *matters;
    const pol_row_loops *loops;
    bool avx2; /* the processor has it */
    pol_ready **labels; /* by label set and code */
    pol_ready *texts;   /* constants */
} pol_row_layout;

/* An output whose values are ready: labels, texts that the program knows. */
typedef struct pol_row_words {
    const int32_t *codes; /* of the block at hand */
    const pol_ready *ready;
    uint32_t count; /* 0: it is of another kind */
} pol_row_words;

/* What is found out of all rows of a block at once, or of some before they are written. */
typedef struct pol_row_marks {
    uint8_t *sound;     /* no fault, and pol_result_conserves */
    uint64_t *statuses; /* bit g: a status of group g holds */
    uint32_t rows;        /* of the block */
    uint32_t from, until; /* the rows that are prepared for writing, of which is known: */
    pol_amount_text *texts; /* by amount and row */
    bool *small;          /* by amount: its texts are of use */
    bool all_small;
    uint64_t *advanced;   /* by row: bit i says that advance i is not 0 */
    uint32_t *advance_amounts; /* by advance: the amount whose texts are its own too */
    pol_row_words *words; /* by output */
} pol_row_marks;

/* What the claims of consecutive rows call themselves: 编号, 参保人, 家庭. */
typedef struct pol_row_names {
    pol_str *texts[3]; /* by row; empty: not given */
    uint8_t *flags;    /* by row: POL_ROW_… */
    bool cells;        /* contents of cells, which JSON quotes; else as they are written */
} pol_row_names;
#define POL_ROW_PLAIN(name)  (1u << (name)) /* needs no quoting anywhere */
#define POL_ROW_QUOTED(name) (8u << (name)) /* quotes stand around the text, which JSON takes along */
#define POL_ROW_ROOMY        64u            /* 32 bytes from any place of the texts can be read */

/* `csv`: the columns of CSV results, NULL for JSON. False when memory ran out. */
bool pol_row_layout_init(pol_row_layout *layout, pol_arena *arena, const pol_program *program,
                         const pol_csv_layout *csv);
/* Room for the marks of `rows` rows of a matter. */
bool pol_row_marks_init(pol_row_marks *marks, pol_arena *arena, const pol_row_matter *matter, uint32_t rows);
/* After a run of rows 0 .. count - 1. */
void pol_row_marks_find(pol_row_marks *marks, const pol_row_layout *layout, const pol_block *block,
                        uint32_t count);
/* Writes sound rows from `row` on, `count` of them at most and until `out` holds `limit` bytes, and returns how many.
 * 0: there is no form for the first. The first row's names are names[0]. */
uint32_t pol_rows_write(const pol_row_layout *layout, pol_text *out, const pol_reader *reader, const pol_block *block,
                        pol_row_marks *marks, const pol_row_names *names, uint32_t row, uint32_t count, size_t limit);

#endif
