/* From a record to a row of a block: keys to fields, texts to values, and the first thing that is wrong.
 *
 * A record arrives as pairs of key and raw value, from JSON (pol_reader_json) or from a CSV row
 * (csv.h); pol_record_fill checks them in the order of language 14 (checks 1 to 4) and writes the
 * columns of the matter's fields. Nothing of a value goes through floating point. Before it: the framer
 * and json.h; after it: the ledger (accumulators that the record did not carry) and the VM.
 *
 * Lifetimes: a reader belongs to one program and may not be shared by threads. What a record points to
 * is the text it was read from or the reader's scratch memory, which lasts until pol_reader_clear. */
#ifndef POL_INTERP_RECORD_H
#define POL_INTERP_RECORD_H

#include "interp/json.h"
#include "interp/vm.h"

#define POL_MAX_RECORD_BYTES (1u << 20)
#define POL_MAX_RECORD_TEXT 4096 /* bytes of one text of a record */

typedef enum pol_value_kind {
    POL_V_NULL,
    POL_V_TRUE,
    POL_V_FALSE,
    POL_V_NUMBER, /* `value` is its text */
    POL_V_STRING, /* with its quotes */
    POL_V_ARRAY,  /* whole */
    POL_V_OBJECT,
    POL_V_CELL,   /* a CSV cell, unquoted; never empty unless the column stands twice */
    POL_V_BROKEN  /* a string with an escape that names no character */
} pol_value_kind;

typedef struct pol_pair {
    pol_str key;   /* decoded */
    pol_str value; /* raw text */
    uint8_t kind;  /* pol_value_kind */
    bool escaped;  /* STRING: holds a backslash */
} pol_pair;
typedef POL_VEC(pol_pair) pol_pairs;

/* Something wrong with a record. */
typedef struct pol_finding {
    pol_claim_error code; /* POL_ERR_NONE: nothing */
    pol_str field;        /* 字段 */
    pol_str zh, en;       /* 说明 */
} pol_finding;

/* A text field whose spelling is not the form in which texts are compared; for printing. */
typedef struct pol_spelling {
    int32_t code;
    pol_str text;
} pol_spelling;

typedef struct pol_record {
    uint64_t line;                 /* of the input, from 1; set by the caller; 0: none */
    uint32_t matter;               /* number, or POL_NONE32 when unknown */
    pol_str id, person, household; /* 编号, 参保人, 家庭 as JSON text; empty: not given or unreadable */
    pol_str id_text, person_text, household_text; /* their content */
    pol_finding error;   /* the first of checks 1 to 3; the row is then not to be run */
    pol_finding unknown; /* the first unknown key (check 4): yields only to POL_PHASE_REQUIRED */
    pol_spelling *spellings;
    uint32_t spelling_count;
} pol_record;

/* Which key of the record is what. */
typedef struct pol_lookup {
    pol_names names;
    uint32_t *numbers; /* by number of the name */
    uint32_t capacity;
} pol_lookup;

typedef struct pol_reader_matter {
    pol_lookup keys;       /* top level: field numbers; beyond them the envelope */
    pol_lookup parameters; /* under 参数: field numbers */
    uint32_t *given;       /* by field: pair number + 1, 0 when not given, REPEATED */
    uint32_t *expected;    /* by position in the record: what stood there last time */
    uint32_t expected_count;
    uint32_t *default_tiers; /* by field: number in the block, POL_TIERS_ABSENT when not yet there */
    bool open;               /* some parameter comes from the record */
} pol_reader_matter;

typedef struct pol_reader {
    const pol_program *program; /* borrowed */
    pol_arena *arena;           /* borrowed: as long as the reader */
    pol_arena scratch;          /* owned: until the next clear */
    uint32_t default_matter;    /* for records without 业务类型; POL_NONE32: none */
    pol_reader_matter *matters;
    pol_lookup matter_names, texts;
    pol_lookup *labels;         /* by label set */
    pol_str **label_keys;       /* by label set and code: the form in which they are compared */
    pol_str *text_keys;
    pol_names block_texts;      /* texts of this block that are no constants, compared form */
    pol_pairs pairs;            /* of the record being read */
    pol_pairs inner;            /* of its 参数 */
} pol_reader;

/* False when memory ran out. `default_matter` may be POL_NONE32. */
bool pol_reader_init(pol_reader *reader, pol_arena *arena, const pol_program *program,
                     uint32_t default_matter);
void pol_reader_fini(pol_reader *reader);
/* Forgets the texts and messages of the last block. Call it with pol_block_clear. */
void pol_reader_clear(pol_reader *reader);
/* Number of the matter of that name, or POL_NONE32. */
uint32_t pol_reader_matter_number(pol_reader *reader, pol_str name);

/* Splits a JSON object into reader->pairs and reads its envelope into the record; record->error says
 * what is wrong. False when memory ran out. */
bool pol_reader_json(pol_reader *reader, pol_str text, pol_record *record);
/* The same for pairs that the caller has put into reader->pairs (keys of parameters: "参数.X"). */
bool pol_reader_cells(pol_reader *reader, pol_record *record);
/* Fills row `row` of a block of the record's matter. An accumulator that is not given becomes 0. The
 * row is not filled when record->error is set afterwards. False when memory ran out. */
bool pol_record_fill(pol_reader *reader, pol_record *record, pol_block *block, uint32_t row);
/* Whether the record filled last gave this field. */
bool pol_reader_gave(const pol_reader *reader, uint32_t matter, uint32_t field);
/* A text of this block by its code, as the record spelled it (record may be NULL). */
pol_str pol_reader_text(const pol_reader *reader, const pol_record *record, int32_t code);
/* The same in the form in which texts are compared. */
pol_str pol_reader_text_key(const pol_reader *reader, int32_t code);

/* What a finding of the VM in a filled row comes to (after record->error): the unknown key, the fault of
 * the VM, or nothing. */
pol_finding pol_record_verdict(pol_reader *reader, const pol_record *record, const pol_block *block,
                               uint32_t row);

#endif
