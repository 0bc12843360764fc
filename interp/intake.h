/* From windows to blocks: the values of many records at once, column by column.
 *
 * A value of the usual form goes into its column directly; every other one takes the way of the exact
 * reader (record_value.h), and a record that is not in order is left to it as a whole, so that findings
 * and their order are its own. Before it: window.h; after it: the ledger and the VM. */
#ifndef POL_INTERP_INTAKE_H
#define POL_INTERP_INTAKE_H

#include "interp/csv.h"
#include "interp/result_rows.h"
#include "interp/text_loops.h"
#include "interp/window.h"
#include "interp/word_set.h"

/* What a record calls itself; see pol_record. */
typedef enum pol_identity { POL_ID, POL_PERSON, POL_HOUSEHOLD, POL_IDENTITIES } pol_identity;

/* Columns of words that stand side by side and are read as one. */
typedef struct pol_word_run {
    uint32_t slot, count; /* the first, how many */
    uint32_t fields[POL_RUN_WORDS];
    pol_known_run *known; /* by hash */
    uint32_t asked, missed;
} pol_word_run;

/* How the slots of a window serve the fields of a matter. */
typedef struct pol_intake_matter {
    bool usable;
    uint32_t known;     /* slots of the window when this was made */
    uint32_t *slots;    /* by field: its slot, POL_NONE32 */
    pol_places *places; /* by field with a slot; `bytes` is not set */
    int32_t *absent;    /* by field that is a word: the code of an empty cell, POL_NO_CODE until one has been read */
    pol_word_run *runs; /* CSV */
    uint32_t run_count;
    bool *done;         /* by field: a run has filled it for the group at hand */
    uint32_t *strange;  /* slots that this matter does not know */
    uint32_t strange_count;
} pol_intake_matter;

/* Records of a window that go into one block. */
typedef struct pol_intake_group {
    uint32_t *records, *rows; /* numbers in the window and in the block; POL_WINDOW_ROWS */
    uint32_t count;
} pol_intake_group;

typedef struct pol_intake {
    pol_arena *arena;   /* borrowed: as long as the intake */
    pol_reader *reader; /* borrowed */
    pol_window window;
    const pol_text_loops *loops;
    pol_word_set *labels;  /* by label set */
    pol_word_set texts, names, truths; /* constants; of matters; of yes and no */
    uint32_t identity_slots[POL_IDENTITIES], matter_slot; /* POL_NONE32: none */
    pol_places identities[POL_IDENTITIES];                /* of the window */
    pol_intake_matter *matters;
    uint32_t *matter; /* by record of the window: its matter, POL_NONE32 when the exact reader is to read it */
    uint32_t only_matter; /* the same of all records; POL_NONE32: they may differ */
    uint8_t *bad;     /* by record: pol_intake_fill has found that it must be read exactly after all */
    bool some_bad;    /* one of them is */
    uint8_t *plain;   /* bit i: identity i needs no quoting anywhere */
} pol_intake;

/* For CSV with this header, or (csv NULL) for JSON Lines. False when memory ran out. */
bool pol_intake_init(pol_intake *intake, pol_arena *arena, pol_reader *reader, const pol_csv *csv);
/* Finds up to max_rows records of bytes[from .. length) and their matters; see pol_window_find. False
 * when memory ran out. */
bool pol_intake_find(pol_intake *intake, const char *bytes, size_t from, size_t length, uint32_t max_rows);
bool pol_intake_group_init(pol_intake_group *group, pol_arena *arena);
/* Fills the rows of a block; all records of the group are of its matter. The row of a record that turns out
 * to be bad holds something harmless. False when memory ran out. */
bool pol_intake_fill(pol_intake *intake, pol_block *block, const pol_intake_group *group);

/* Text of the record without its line end. */
pol_str pol_intake_text(const pol_intake *intake, uint32_t record);
/* Whether the record, which the intake has read, gave this field of its matter. */
bool pol_intake_gave(const pol_intake *intake, uint32_t record, uint32_t field);
/* The same for many: the place of a field of a matter in every record of the window. False: no record gives it. */
bool pol_intake_places(const pol_intake *intake, uint32_t matter, uint32_t field, pol_places *places);
static inline bool pol_intake_is_there(const pol_intake *intake, uint32_t from, uint32_t to)
{
    return intake->window.csv ? from != to : to != 0;
}
/* What a record of the window calls itself; empty: it does not say. */
pol_str pol_intake_name(const pol_intake *intake, uint32_t record, pol_identity which);
/* The same for the records of a group, by row of the block. */
void pol_intake_names(const pol_intake *intake, const pol_intake_group *group, const pol_row_names *names);

#endif
