/* Shared by the files of the runner; private to them.
 *
 *   runner.c          the public functions, editions      runner_window.c   many records at once
 *   runner_record.c   one record at a time                runner_settle.c   running, judging, writing
 *   runner_sequence.c claims of one holder in one block
 *
 * What has been read and not yet written is a round: claims in the order of the input, and the blocks that hold
 * their rows. */
#ifndef POL_INTERP_RUNNER_INTERNAL_H
#define POL_INTERP_RUNNER_INTERNAL_H

#include "interp/csv.h"
#include "interp/intake.h"
#include "interp/plan.h"
#include "interp/posting.h"
#include "interp/result_rows.h"
#include "interp/runner.h"
#include "interp/totals.h"
#include "interp/vm_fast.h"
#include "interp/waves.h"

#define FIRST_BLOCKS 8u                       /* of one matter with accumulators, of the first wave */
#define LATER_BLOCKS 64u                      /* the same behind it, and waves */
#define LATER_ROWS   64u                      /* of such a block, unless a claim needs more */
#define MAX_PENDING_BYTES ((size_t)8 << 20)   /* of texts of unsettled claims */
#define OUTPUT_BYTES ((size_t)64 << 10)      /* collected before they are written */
#define FEW_CLAIMS 8u                         /* run without a plan, which takes longer to make */

/* Rows that run together. Most are records that a window has read; a claim that was read alone stands at its first. */
typedef struct matter_block {
    pol_block block;
    struct edition *edition;
    uint32_t capacity, rows;
    uint32_t wave;
    struct pending **alone; /* by row; NULL: of a window, or a further row of the claim before */
    uint32_t alone_count;
    pol_posting *postings;  /* by row and accumulator */
    uint32_t asking;        /* how many of them read the ledger */
    pol_row_names names;    /* of records of windows */
    pol_str *originals;     /* the same, when rejects want them */
    uint8_t *settled;       /* by row: it is a result */
    uint8_t *ready;         /* by row: the same, of a window, and nothing else is to be seen to */
    pol_row_marks marks;
    pol_intake_group group; /* of the window at hand */
} matter_block;

/* Blocks of one size: those in use come first. */
typedef struct block_pool {
    matter_block *blocks;
    uint32_t used, made, most;
    uint32_t capacity; /* rows of each */
} block_pool;

/* The blocks of one matter. Without accumulators one is enough. */
typedef struct matter_blocks {
    block_pool pools[2]; /* of the first wave; of those behind it, in which are ever fewer claims */
    matter_block *latest[LATER_BLOCKS]; /* by wave: where the next claim has a place, if there is room; NULL: none yet */
    uint32_t best;      /* the field that is 就高, or POL_NONE32 */
    uint32_t *accounts; /* of the ledger, by accumulator */
    const pol_posting *made_last, *opened_last; /* of this round's claims; NULL: none */
    const pol_plan *plan; /* of all blocks; NULL: there is none */
    bool planned;         /* it has been asked for */
    bool sequence_asked;  /* the next is known */
    bool in_sequence;     /* claims of one holder may stand in one block, and need no waves */
    pol_fast_balance *balances; /* of the block that runs in sequence */
    int64_t **cells;      /* by accumulator and row, of the same */
    uint8_t *given;       /* the same */
    uint32_t run_count, again_count; /* of blocks in sequence; of those that ran again */
    pol_matter_totals totals;
} matter_blocks;

/* A claim that was read alone and is not yet written. */
typedef struct pending {
    pol_record record;
    struct edition *edition; /* that settles it */
    matter_block *block;     /* NULL when record.error is set */
    uint32_t row;            /* of the block */
    uint32_t lanes;          /* rows from there on: one for each category held (就高) */
    uint32_t result;         /* after the run: the row of the result */
    pol_finding finding;     /* after the run */
    pol_str original;        /* when rejects want it */
} pending;

/* Claims that follow each other in the input: rows of a block, of records that follow each other in a window, or one
 * claim that was read alone. */
typedef struct stretch {
    matter_block *block; /* NULL: the claim has no row */
    uint32_t row, count;
    pending *alone;
    uint64_t line; /* of the first record */
    bool known;    /* to the waves are its holders */
} stretch;

/* One edition of the policy (language 13.2), with what is being read and settled by it. */
typedef struct edition {
    const pol_program *program; /* borrowed */
    pol_csv_layout columns;
    pol_json_layout json;
    pol_row_layout rows;
    pol_reader reader;
    matter_blocks *matters;
    pol_date to; /* the program's, or the day before the next edition begins */
} edition;

/* Bytes of a piece that are copied, to have room around them. */
typedef struct piece_edge {
    char *copy;
    const char *from; /* in the piece; NULL: not copied yet */
    size_t length;
} piece_edge;

struct pol_runner {
    pol_arena arena;
    edition **editions; /* in order of their first day */
    uint32_t edition_count;
    edition *edition; /* that of the claim at hand */
    pol_record_format in_format, out_format;
    pol_lang lang;
    pol_writer out, rejects;
    bool has_rejects;
    pol_tap tap; /* take NULL: claims are written */
    uint32_t capacity;
    bool has_few; /* claims in all: making a plan would take longer than they do without */
    pol_str default_matter; /* of records without 业务类型; empty: none */
    pol_framer framer;
    pol_csv csv;
    pol_ledger *ledger, own_ledger; /* own_ledger unless one was given */
    pol_ledger_turn turn;
    bool has_turn, holds_turn;
    bool any_order;
    pol_disorder disorder; /* line 0: none */
    pol_intake *intake; /* of the only edition; made with the first window */
    piece_edge head, tail; /* of the piece at hand */
    const pol_record_place *places; /* of its records, when they were picked out of the input; NULL: they follow each other */
    size_t place, place_count;      /* the next one */
    pol_text unquoted;     /* the same without needless quotes */
    bool has_set;       /* loops of: */
    unsigned set;       /* an instruction set, for tests */
    bool exact;         /* every record is read and written alone */
    bool borrows;       /* claims point into the piece that is being fed */
    pol_waves waves;
    uint32_t last_wave; /* of the round */
    size_t registered; /* so many stretches the waves know or need not know */
    POL_VEC(stretch) stretches; /* of the round, in the order of the input */
    uint32_t claim_count, claim_capacity; /* of the round */
    pol_text written, rejected;
    pol_totals totals;
    const pol_row_loops *loops;
    bool header_written, finished;
    pol_status status; /* sticky */
    pol_run_summary summary;
};

/* What reading a record came to. CONFLICT: it has no place until what was read before is settled. */
typedef enum reading { READ, CONFLICT, READ_FAILED } reading;

/* Notes that memory ran out; false. */
bool pol_round_no_memory(pol_runner *runner);
/* The series a program belongs to. */
pol_str pol_round_series(const pol_program *program);

/* ---- runner_record.c ---- */
/* Sizes of a matter's blocks; they are made when they are needed. */
pol_status pol_round_make_matter(pol_runner *runner, const pol_program *program, const pol_code *code, matter_blocks *matter);
/* Makes the plan of a matter's blocks, once. */
void pol_round_plan(pol_runner *runner, const pol_code *code, matter_blocks *matter);
/* Before the first record of a run: how large rounds are. */
void pol_round_begin(pol_runner *runner);
/* Calls `act` with every block in use of the wave (POL_NONE32: of any); false when it did. */
bool pol_round_each(pol_runner *runner, uint32_t wave, bool (*act)(pol_runner *, matter_block *));
/* A block of the matter with room for a claim of this wave. NULL: settle first, or (status) no memory. */
matter_block *pol_round_block(pol_runner *runner, uint32_t number, uint32_t wave);
/* Reads the frame into claim->record. False: stop, or (status POL_OK) no claim is in it. */
bool pol_round_read_record(pol_runner *runner, const pol_frame *frame, pending *claim);
/* Reads the record by the edition that is to settle it. False as above. */
bool pol_round_read(pol_runner *runner, const pol_frame *frame, pending *claim);
/* The governing date as the record writes it. False: it has none that can be read. */
bool pol_round_date(const edition *of, uint32_t matter, pol_date *date);
/* Puts the record into a row of a block of its matter and wave. CONFLICT: settle first. */
reading pol_round_fill(pol_runner *runner, pending *claim);
/* Fills a row that the record has got already; claim->block stays NULL when record.error is set. False when memory
 * ran out. */
bool pol_round_fill_again(pol_runner *runner, pending *claim, matter_block *block, uint32_t row);
/* Room for a claim that is read alone, until the round is settled; NULL, and noted, when memory ran out. */
pending *pol_round_new_claim(pol_runner *runner);
/* The claim, read and with its row, is the next of the round; false when memory ran out. */
bool pol_round_add(pol_runner *runner, pending *claim);
/* The row is a claim's that was read alone. */
static inline void pol_round_note_alone(pending *claim)
{
    claim->block->alone[claim->row] = claim;
    claim->block->alone_count++;
}
/* Has the waves learn of all holders so far, before anything is asked of them. False when memory ran out. */
bool pol_round_register(pol_runner *runner);
/* Whether the unsettled claims are as many, or hold as much, as they may. */
bool pol_round_is_full(const pol_runner *runner);
/* The line of the claim whose first row this is. */
uint64_t pol_round_line(const pol_runner *runner, const matter_block *block, uint32_t row);
/* Reads one record exactly, whatever it takes. */
bool pol_round_take(pol_runner *runner, const pol_frame *frame);

/* The next record of the piece begins a line further, or where its place says. */
void pol_round_pass(pol_runner *runner, uint64_t lines);

/* ---- runner_sequence.c ---- */
/* Whether claims of this matter, of the edition at hand, go to the first wave, one behind the other. */
bool pol_round_in_sequence(pol_runner *runner, uint32_t number);
/* Runs the block, each claim with what those before it have left in the ledger, whose entries are open. False when
 * memory ran out. */
bool pol_round_run_sequence(pol_runner *runner, matter_block *block);
/* After a round: whether it was worth it. */
void pol_round_review_sequence(matter_blocks *matter);

/* ---- runner_window.c ---- */
/* Takes many records of the piece that begins at `begin`. False: none was taken. */
bool pol_round_take_window(pol_runner *runner, const char *begin, const char **bytes, size_t *length);

/* ---- runner_settle.c ---- */
/* Runs what has been read, writes it, and begins new blocks. `is_last`: of the piece. */
bool pol_round_settle(pol_runner *runner, bool is_last);
/* Hands over what has been written. */
bool pol_round_send(pol_runner *runner);

#endif
