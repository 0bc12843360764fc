/* Between the rows of a block and the ledger: which entries a claim reads and writes, the values before
 * into the row, the values after out of it.
 *
 * A claim has one posting for each accumulator of its matter. What needs the record is done when the row
 * is filled (pol_postings_make), what needs the ledger later (open, read, store), so that runners that
 * share a ledger hold it for a short time only. */
#ifndef POL_INTERP_POSTING_H
#define POL_INTERP_POSTING_H

#include "interp/ledger.h"
#include "interp/record.h"

typedef struct pol_posting {
    pol_str key;     /* of the ledger; bytes NULL: no holder or no period, so no ledger */
    pol_date date;   /* the claim's governing date; POL_NO_DATE: none */
    int32_t period;
    uint32_t entry;  /* POL_NO_ENTRY until opened */
    bool given;      /* the record carries the value before */
} pol_posting;

/* The postings of the claim in `row`, of these holders (empty: not given); their texts must stay, other parts of keys
 * go to the scratch memory of the reader that filled the row. False when memory ran out. What the record gives is
 * set by the caller. `like`: those of an earlier claim of the matter, which may be similar; or NULL. */
bool pol_postings_make(pol_posting *postings, pol_reader *reader, pol_str person, pol_str household, const pol_block *block,
                       uint32_t row, const pol_posting *like);
/* The same for rows of a block, whose postings, persons and households are by row. */
bool pol_postings_make_rows(pol_posting *postings, pol_reader *reader, const pol_str *persons, const pol_str *households,
                            const pol_block *block, const uint32_t *rows, uint32_t count);

/* Postings that are looked up together. Starts with zeros. */
#define POL_POSTING_BATCH 64
typedef struct pol_posting_question {
    pol_posting *posting;
    uint32_t count;          /* so many that follow each other have the same entry */
    const pol_posting *like; /* has it too; NULL: look it up */
    uint32_t account, hash;
} pol_posting_question;
typedef struct pol_posting_batch {
    pol_posting_question questions[POL_POSTING_BATCH];
    uint32_t count;
} pol_posting_batch;

/* Finds or makes the entries of consecutive rows, in their order, when the batch is full or, at last, by
 * pol_postings_opened. `accounts`: by accumulator of the matter. `like` as above, given to the batch before. False when
 * memory ran out. */
bool pol_postings_open(pol_posting_batch *batch, pol_ledger *ledger, const uint32_t *accounts, const pol_code *code,
                       pol_posting *postings, uint32_t rows, const pol_posting *like);
bool pol_postings_opened(pol_posting_batch *batch, pol_ledger *ledger);
/* Values before into the rows row .. row + count - 1, where the record did not give them. */
void pol_postings_read(const pol_ledger *ledger, const pol_posting *postings, const pol_block *block, uint32_t row,
                       uint32_t count);
/* The first accumulator whose entry was last written by a claim of a later date; POL_NONE32: none. */
uint32_t pol_postings_disorder(const pol_ledger *ledger, const pol_posting *postings, const pol_block *block,
                               uint32_t row);
/* Values after, and what was added, into the ledger. False when memory ran out. */
bool pol_postings_store(pol_ledger *ledger, const pol_posting *postings, const pol_block *block, uint32_t row);
/* The same for the chosen (1) of rows 0 .. count-1, each its claim's only one. Unless any order will do it stops at the
 * first that is out of order: *disorder is its accumulator, *row its row; else POL_NONE32. */
bool pol_postings_store_rows(pol_ledger *ledger, const pol_posting *postings, const pol_block *block, const uint8_t *chosen,
                             uint32_t count, bool any_order, uint32_t *row, uint32_t *disorder);
/* The row's governing date; POL_NO_DATE when the matter has none. */
pol_date pol_postings_date(const pol_block *block, uint32_t row);

#endif
