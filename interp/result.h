/* A settled row, or what is wrong with a record, as JSON, CSV or a bill for people.
 *
 * JSON is the result of language 14: one object on one line, amounts as text with two decimals. Before
 * anything is written the caller asks pol_result_conserves: a bill that does not add up is never shown.
 * Before it: the VM (columns of results) and record.h (what the record called itself). */
#ifndef POL_INTERP_RESULT_H
#define POL_INTERP_RESULT_H

#include "interp/record.h"

typedef struct pol_result {
    const pol_reader *reader; /* borrowed, as all below */
    const pol_record *record;
    const pol_block *block;
    uint32_t row;
} pol_result;

/* The parts of JSON results that are the same in every record, ready to be copied. By matter. */
typedef struct pol_json_matter {
    pol_str head;                                     /* "文件":"…","业务类型":"…","总费用":" */
    pol_str *payers, *advances, *accums;              /* up to the figure */
    pol_str *statuses, *outputs;                      /* whole; up to the value */
} pol_json_matter;
typedef struct pol_json_layout {
    pol_json_matter *matters;
    pol_str **labels; /* by label set and code, quoted */
    pol_str *texts;   /* constants, quoted */
} pol_json_layout;

/* One column of CSV results. */
typedef struct pol_csv_column {
    uint8_t kind;      /* private */
    pol_str name;      /* of the header */
    uint32_t *sources; /* by matter: number of the payer, accumulator or output; POL_NONE32: none */
} pol_csv_column;
typedef struct pol_csv_layout {
    pol_csv_column *columns;
    uint32_t count;
} pol_csv_layout;

/* Payers, hospital and person together pay the total, nobody pays less than nothing, and no amount is
 * beyond its limit. */
bool pol_result_conserves(const pol_result *result);
/* The finding that stands for a result that does not. */
pol_finding pol_result_broken(void);

/* The layout of a program; false when memory ran out. */
bool pol_json_layout_init(pol_json_layout *layout, pol_arena *arena, const pol_program *program);
/* One line each, with its line end. */
void pol_result_json(pol_text *out, const pol_json_layout *layout, const pol_result *result);
/* `original`: the record as it came, under 原文; NULL to leave it out. */
void pol_finding_json(pol_text *out, const pol_program *program, const pol_record *record,
                      const pol_finding *finding, pol_lang lang, const pol_str *original);

/* The columns of all matters of a program; the same for every run. False when memory ran out. */
bool pol_csv_layout_init(pol_csv_layout *layout, pol_arena *arena, const pol_program *program);
void pol_csv_layout_header(pol_text *out, const pol_csv_layout *layout);
void pol_result_csv(pol_text *out, const pol_csv_layout *layout, const pol_result *result);
void pol_finding_csv(pol_text *out, const pol_csv_layout *layout, const pol_program *program,
                     const pol_record *record, const pol_finding *finding, pol_lang lang);

/* For a terminal. `scratch` holds it while it is laid out. */
void pol_result_bill(pol_text *out, pol_arena *scratch, const pol_result *result, pol_lang lang);
void pol_finding_bill(pol_text *out, pol_arena *scratch, const pol_program *program,
                      const pol_record *record, const pol_finding *finding, pol_lang lang);

/* Pieces that the forms share: the amount in a register, and an output as text (false: no value). */
size_t pol_result_amount(char out[64], const pol_result *result, uint32_t reg);
bool pol_result_output(const pol_result *result, const pol_output_def *output, char space[64],
                       pol_str *text);
/* The payers of the person's order, in order. */
const uint32_t *pol_result_order(const pol_result *result, uint32_t *count);
/* Whether row i of code->statuses holds (rows of one name stand together). */
bool pol_result_status(const pol_result *result, uint32_t number);

#endif
