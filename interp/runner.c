/* pol_runner_*: a stream of claims to a stream of settlements.
 *
 * Bytes become records (csv.h), records become rows of a block for each matter (record.h), a full block
 * runs (vm.h), and what came of every claim is written in the order of the input (result.h). Values of
 * accumulators come from the ledger and go back to it (posting.h). Claims of one holder go into blocks of
 * different waves (waves.h), and waves run one after another, so results never depend on blocks.
 *
 * Memory does not grow with the stream, the ledger and nothing else excepted. */
#include <stdio.h>
#include <string.h>

#include "interp/csv.h"
#include "interp/intake.h"
#include "interp/lanes.h"
#include "interp/plan.h"
#include "interp/posting.h"
#include "interp/result_rows.h"
#include "interp/runner.h"
#include "interp/totals.h"
#include "interp/waves.h"

#define MAX_BLOCK_ROWS 16384u
#define MAX_BLOCKS     8u                   /* of one matter with accumulators */
#define MAX_BLOCK_BYTES ((size_t)64 << 20)  /* of the columns of one matter */
#define MAX_PENDING_BYTES ((size_t)8 << 20) /* of texts of unsettled claims */
#define MAX_PENDING_TIERS 4096               /* schedules of unsettled claims */
#define OUTPUT_BYTES ((size_t)256 << 10)    /* collected before they are written */
#define WINDOW_BYTES ((size_t)4 << 10)      /* fewer are read record by record */
#define FIRST_RECORDS 16u                   /* of a window while no form of JSON records is known */
#define LESSONS      4u                     /* forms of records learned from a window */

typedef struct matter_block {
    pol_block block;
    uint32_t capacity, rows;
    uint32_t wave;
    struct pending **claims; /* by number, in the order of the input */
    uint32_t claim_count;
    uint8_t *settled; /* by row: it is a result */
    pol_row_marks marks;
    pol_intake_group group; /* of the window at hand */
} matter_block;

/* The blocks of one matter: those in use come first. Without accumulators one is enough. */
typedef struct matter_blocks {
    matter_block *blocks;
    uint32_t used, made, most;
    uint32_t capacity;  /* rows of each */
    uint32_t best;      /* the field that is 就高, or POL_NONE32 */
    uint32_t *accounts; /* of the ledger, by accumulator */
    pol_posting *made_last, *opened_last; /* of this round's claims; NULL: none */
    const pol_plan *plan; /* of all blocks; NULL before the first, or when there is none */
    pol_matter_totals totals;
} matter_blocks;

/* A claim that has been read and not yet written. */
typedef struct pending {
    pol_record record;
    struct edition *edition; /* that settles it */
    matter_block *block;     /* NULL when record.error is set */
    uint32_t row;            /* of the block; after the run that of the result */
    uint32_t lanes;          /* rows from there on: one for each category held (就高) */
    uint8_t plain;           /* see pol_row_write */
    pol_posting *postings;   /* by accumulator of the matter; NULL: none */
    pol_finding finding;     /* after the run */
    pol_str original;        /* when rejects want it */
} pending;

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
    pol_str default_matter; /* of records without 业务类型; empty: none */
    pol_framer framer;
    pol_csv csv;
    pol_ledger *ledger, own_ledger; /* own_ledger unless one was given */
    pol_ledger_turn turn;
    bool has_turn, holds_turn;
    bool any_order;
    pol_disorder disorder; /* line 0: none */
    pol_intake *intake; /* of the only edition; made with the first window */
    pending **window;   /* by record of the window: its claim, NULL: none */
    bool exact;         /* every record is read and written alone */
    bool borrows;       /* claims point into the piece that is being fed */
    pol_waves waves;
    pending *claims; /* in the order of the input; made with the first */
    uint32_t claim_count, claim_capacity;
    pol_text written, rejected;
    pol_totals totals;
    const pol_row_loops *loops;
    bool header_written, finished;
    pol_status status; /* sticky */
    pol_run_summary summary;
};

static bool no_memory(pol_runner *runner)
{
    runner->status = POL_NO_MEMORY;
    return false;
}

/* ---- output --------------------------------------------------------------------------------------------- */

static bool send(pol_runner *runner, pol_text *text, const pol_writer *writer)
{
    if (pol_arena_failed(&runner->arena))
        return no_memory(runner);
    if (text->length != 0 && !writer->write(writer->user, text->bytes, text->length)) {
        runner->status = POL_WRITE_FAILED;
        return false;
    }
    text->length = 0;
    return true;
}

static bool send_all(pol_runner *runner)
{
    return send(runner, &runner->written, &runner->out) &&
           send(runner, &runner->rejected, &runner->rejects);
}

static void write_header(pol_runner *runner)
{
    if (runner->out_format == POL_CSV && !runner->header_written)
        pol_csv_layout_header(&runner->written, &runner->edition->columns);
    runner->header_written = true;
}

static void write_finding(pol_runner *runner, const pending *claim, const pol_finding *finding)
{
    const pol_program *const program = runner->edition->program;
    pol_text *const out = &runner->written;
    const pol_record *const record = &claim->record;
    if (runner->tap.take != NULL)
        runner->tap.take(runner->tap.user, record, NULL, finding);
    else if (runner->has_rejects)
        pol_finding_json(&runner->rejected, program, record, finding, runner->lang, &claim->original);
    else if (runner->out_format == POL_CSV)
        pol_finding_csv(out, &runner->edition->columns, program, record, finding, runner->lang);
    else if (runner->out_format == POL_BILL)
        pol_finding_bill(out, &runner->edition->reader.scratch, program, record, finding, runner->lang);
    else
        pol_finding_json(out, program, record, finding, runner->lang, NULL);
}

static void write_result(pol_runner *runner, const pending *claim)
{
    const pol_result every = { .reader = &runner->edition->reader,
                               .record = &claim->record,
                               .block = &claim->block->block,
                               .row = claim->row };
    const pol_result *const result = &every;
    if (!runner->exact && runner->tap.take == NULL && runner->out_format != POL_BILL &&
        pol_row_write(&runner->edition->rows, &runner->written, result, &claim->block->marks, claim->plain))
        return;
    if (runner->tap.take != NULL)
        runner->tap.take(runner->tap.user, result->record, result, NULL);
    else if (runner->out_format == POL_CSV)
        pol_result_csv(&runner->written, &runner->edition->columns, result);
    else if (runner->out_format == POL_BILL)
        pol_result_bill(&runner->written, &runner->edition->reader.scratch, result, runner->lang);
    else
        pol_result_json(&runner->written, &runner->edition->json, result);
}

/* ---- settling ----------------------------------------------------------------------------------------------- */

/* A day without an edition: says which there are. */
static void name_editions(pol_runner *runner, pol_finding *finding)
{
    pol_text list;
    pol_text_init(&list, &runner->edition->reader.scratch);
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        const edition *const each = runner->editions[e];
        char from[16], to[16] = "";
        pol_date_text(from, each->program->from);
        if (each->to != POL_DATE_MAX)
            pol_date_text(to, each->to);
        pol_text_format(&list, "%s%s（%s%s%s）", e == 0 ? "" : "、", each->program->id_z, from, to[0] != 0 ? " — " : " 起", to);
    }
    pol_text zh, en;
    pol_text_init(&zh, &runner->edition->reader.scratch);
    pol_text_init(&en, &runner->edition->reader.scratch);
    pol_text_add(&zh, POL_STR("没有在这一天施行的版本；现有："));
    pol_text_add(&zh, pol_text_str(&list));
    pol_text_add(&en, POL_STR("no edition is in force on that day; there are: "));
    pol_text_add(&en, pol_text_str(&list));
    finding->zh = pol_text_str(&zh);
    finding->en = pol_text_str(&en);
}

/* Whether the claim's day comes after the end that a later edition, which lacks its matter, gave to an
 * open-ended one: the code of the edition does not know of it. A finding of an earlier check comes first. */
static bool is_superseded(const edition *of, const pol_result *result, const pol_finding *finding)
{
    const pol_code *const code = result->block->code;
    if (of->to == of->program->to || of->program->settle_outside || code->governing_field == POL_NONE32 ||
        pol_port_code(result->block, code->fields[code->governing_field].reg)[result->row] <= of->to)
        return false;
    if (finding->code == POL_ERR_NONE)
        return true;
    return finding->code != POL_ERR_UNKNOWN && result->block->fault[result->row] != POL_FAULT_NONE &&
           code->sinks[result->block->fault_sink[result->row]].phase > POL_PHASE_IN_FORCE;
}

/* Before the ledger is looked into: waits until earlier pieces of the stream are done with it. */
static bool take_turn(pol_runner *runner)
{
    if (!runner->has_turn || runner->holds_turn)
        return true;
    runner->holds_turn = runner->turn.take(runner->turn.user);
    if (!runner->holds_turn)
        runner->status = POL_STOPPED;
    return runner->holds_turn;
}

static void pass_turn(pol_runner *runner)
{
    if (runner->holds_turn)
        runner->turn.pass(runner->turn.user);
    runner->holds_turn = false;
}

/* Keeps the claim that stands first in the input. */
static bool note_disorder(pol_runner *runner, const pending *claim, uint32_t number)
{
    const pol_block *const block = &claim->block->block;
    const pol_accum_def *const accumulator = &block->code->accums[number];
    const pol_str holder = accumulator->household ? claim->record.household_text : claim->record.person_text;
    pol_disorder *const disorder = &runner->disorder;
    if (disorder->line != 0 && disorder->line <= claim->record.line)
        return true;
    *disorder = (pol_disorder){
        .line = claim->record.line,
        .holder = pol_arena_copy(&runner->arena, holder.bytes, holder.length),
        .accumulator = pol_arena_copy(&runner->arena, accumulator->name.bytes, accumulator->name.length)
    };
    pol_date_text(disorder->date, pol_postings_date(block, claim->row));
    pol_date_text(disorder->settled, pol_ledger_date(runner->ledger, claim->postings[number].entry));
    return !pol_arena_failed(&runner->arena) || no_memory(runner);
}

/* Puts what a settled claim counts into the ledger. One that is out of order is left out: the run ends. */
static bool post(pol_runner *runner, const pending *claim)
{
    const pol_block *const block = &claim->block->block;
    const uint32_t disorder = runner->any_order
                                  ? POL_NONE32
                                  : pol_postings_disorder(runner->ledger, claim->postings, block, claim->row);
    if (disorder != POL_NONE32)
        return note_disorder(runner, claim, disorder);
    return pol_postings_store(runner->ledger, claim->postings, block, claim->row) || no_memory(runner);
}

/* Whether the marks of its block already say that the claim is settled. */
static bool is_sound(const pol_runner *runner, const pending *claim)
{
    return !runner->exact && runner->edition_count == 1 && claim->lanes == 1 &&
           claim->block->marks.sound[claim->row] && claim->record.unknown.code == POL_ERR_NONE;
}

/* What came of one claim whose rows have run. */
static bool judge(pol_runner *runner, pending *claim)
{
    runner->edition = claim->edition;
    if (is_sound(runner, claim)) {
        claim->finding.code = POL_ERR_NONE;
        claim->block->settled[claim->row] = 1;
        return claim->postings == NULL || post(runner, claim);
    }
    pol_result result = { .reader = &runner->edition->reader, .record = &claim->record, .block = &claim->block->block };
    claim->row = result.row = pol_lanes_choose(&runner->edition->reader, &claim->record, result.block, claim->row,
                                               claim->lanes, &claim->finding);
    if (claim->finding.code == POL_ERR_NONE && !pol_result_conserves(&result))
        claim->finding = pol_result_broken();
    const pol_code *const code = result.block->code;
    if (is_superseded(runner->edition, &result, &claim->finding))
        claim->finding = (pol_finding){ .code = POL_ERR_NOT_IN_FORCE, .field = code->fields[code->governing_field].name };
    if (claim->finding.code == POL_ERR_NOT_IN_FORCE && runner->edition_count > 1)
        name_editions(runner, &claim->finding);
    if (claim->finding.code != POL_ERR_NONE)
        return true;
    claim->block->settled[claim->row] = 1;
    return claim->postings == NULL || post(runner, claim);
}

/* Runs a block and settles its claims. */
static bool run_block(pol_runner *runner, matter_block *block)
{
    for (uint32_t i = 0; i < block->claim_count; i++) {
        const pending *const claim = block->claims[i];
        if (claim->postings != NULL)
            pol_postings_read(runner->ledger, claim->postings, &block->block, claim->row, claim->lanes);
    }
    if (block->rows != 0 && !pol_vm_run(&block->block, block->rows))
        return no_memory(runner);
    if (block->claim_count != 0)
        pol_row_marks_find(&block->marks, &block->claims[0]->edition->rows, &block->block, block->rows);
    for (uint32_t i = 0; i < block->claim_count; i++) {
        if (!judge(runner, block->claims[i]))
            return false;
    }
    return true;
}

/* Opens the entries of all claims, in the order of the input. */
static bool open_entries(pol_runner *runner)
{
    for (uint32_t i = 0; i < runner->claim_count; i++) {
        const pending *const claim = &runner->claims[i];
        if (claim->postings == NULL)
            continue;
        matter_blocks *const matter = &claim->edition->matters[claim->record.matter];
        if (!take_turn(runner))
            return false;
        if (!pol_postings_open(runner->ledger, matter->accounts, claim->block->block.code, claim->postings,
                               matter->opened_last))
            return no_memory(runner);
        matter->opened_last = claim->postings;
    }
    return true;
}

/* Calls `act` with every block in use of the wave (POL_NONE32: of any); false when it did. */
static bool each_block(pol_runner *runner, uint32_t wave, bool (*act)(pol_runner *, matter_block *))
{
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        for (uint32_t m = 0; m < each->program->matter_count; m++) {
            for (uint32_t b = 0; b < each->matters[m].used; b++) {
                matter_block *const block = &each->matters[m].blocks[b];
                if ((wave == POL_NONE32 || block->wave == wave) && !act(runner, block))
                    return false;
            }
        }
    }
    return true;
}

/* Settles what has been read, wave by wave. */
static bool run_waves(pol_runner *runner)
{
    if (!open_entries(runner))
        return false;
    for (uint32_t wave = 0; wave < MAX_BLOCKS; wave++) {
        if (!each_block(runner, wave, run_block))
            return false;
    }
    if (runner->disorder.line != 0)
        runner->status = POL_OUT_OF_ORDER;
    return runner->status == POL_OK;
}

/* The result or error record of one claim. */
static bool write_claim(pol_runner *runner, const pending *claim)
{
    runner->edition = claim->edition;
    const pol_finding *const finding = claim->block == NULL ? &claim->record.error : &claim->finding;
    if (finding->code == POL_ERR_NONE) {
        runner->summary.settled++;
        write_result(runner, claim);
    } else {
        runner->summary.rejected++;
        runner->totals.errors[finding->code]++;
        write_finding(runner, claim, finding);
    }
    if (pol_arena_failed(&runner->arena) || pol_arena_failed(&runner->edition->reader.scratch))
        return no_memory(runner);
    return (runner->written.length < OUTPUT_BYTES && runner->rejected.length < OUTPUT_BYTES) || send_all(runner);
}

/* Counts what the blocks came to and empties them. */
static void clear_matter(pol_runner *runner, matter_blocks *matter)
{
    for (uint32_t b = 0; b < matter->used; b++) {
        matter_block *const block = &matter->blocks[b];
        pol_totals_add_block(&runner->totals, &matter->totals, &block->block, block->settled, block->rows,
                             runner->loops);
        memset(block->settled, 0, block->rows);
        pol_block_clear(&block->block);
        block->rows = block->claim_count = 0;
    }
    matter->used = 0;
    matter->made_last = matter->opened_last = NULL;
}

/* Runs what has been read, writes it, and begins new blocks. `is_last`: of the piece. */
static bool settle(pol_runner *runner, bool is_last)
{
    write_header(runner);
    if (!run_waves(runner))
        return false;
    if (is_last)
        pass_turn(runner);
    for (uint32_t i = 0; i < runner->claim_count; i++) {
        if (!write_claim(runner, &runner->claims[i]))
            return false;
    }
    runner->claim_count = 0;
    runner->borrows = false;
    pol_waves_clear(&runner->waves);
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        pol_reader_clear(&each->reader);
        for (uint32_t m = 0; m < each->program->matter_count; m++)
            clear_matter(runner, &each->matters[m]);
    }
    return true;
}

/* ---- reading -------------------------------------------------------------------------------------------------- */

/* At most, and never 0. */
static size_t row_bytes(const pol_code *code)
{
    size_t bytes = sizeof(pol_i128);
    for (uint32_t reg = 0; reg < code->register_count; reg++) {
        const pol_register *const r = &code->registers[reg];
        const bool schedule = r->class_ == POL_C_TIERS && r->origin == POL_FROM_INSTR;
        bytes += schedule ? sizeof(pol_tiers) : sizeof(pol_i128);
    }
    return bytes;
}

static pol_str series_of(const pol_program *program)
{
    return program->series.length != 0 ? program->series : program->id;
}

static bool has_schedules(const pol_code *code)
{
    for (uint32_t f = 0; f < code->field_count; f++) {
        if (code->fields[f].type == POL_F_TIERS)
            return true;
    }
    return false;
}

/* Sizes of a matter's blocks; they are made when they are needed. */
static pol_status make_matter(pol_runner *runner, const pol_program *program, const pol_code *code,
                              matter_blocks *matter)
{
    const size_t rows = MAX_BLOCK_BYTES / row_bytes(code);
    matter->capacity = rows < runner->capacity ? (uint32_t)(rows == 0 ? 1 : rows) : runner->capacity;
    matter->best = pol_lanes_field(code);
    if (matter->best != POL_NONE32 && matter->capacity < POL_MAX_LANES)
        matter->capacity = POL_MAX_LANES; /* room for every label that a claim may hold */
    /* the reader knows the default schedules of one block only */
    const bool one = code->accum_count == 0 || runner->capacity == 1 || has_schedules(code);
    matter->most = one ? 1 : MAX_BLOCKS;
    matter->blocks = POL_NEW_ARRAY(&runner->arena, matter_block, matter->most);
    matter->accounts = POL_NEW_ARRAY(&runner->arena, uint32_t, code->accum_count);
    if (matter->blocks == NULL || matter->accounts == NULL ||
        !pol_totals_add_matter(&runner->totals, code, &matter->totals))
        return POL_NO_MEMORY;
    pol_status status = pol_ledger_belong(runner->ledger, series_of(program));
    for (uint32_t a = 0; a < code->accum_count && status == POL_OK; a++) {
        const pol_account account = pol_ledger_account_of(&code->accums[a], code->matter);
        status = pol_ledger_account(runner->ledger, &account, &matter->accounts[a]);
    }
    return status;
}

static bool make_block(pol_runner *runner, const pol_code *code, matter_blocks *matter, matter_block *block)
{
    if (matter->made == 0)
        matter->plan = pol_plan_new(&runner->arena, code, false);
    block->capacity = matter->capacity;
    block->settled = POL_NEW_ARRAY(&runner->arena, uint8_t, block->capacity);
    block->claims = POL_NEW_ARRAY(&runner->arena, pending *, block->capacity);
    return (block->settled != NULL && block->claims != NULL &&
            pol_row_marks_init(&block->marks, &runner->arena,
                               &runner->edition->rows.matters[code - runner->edition->program->matters], block->capacity) &&
            pol_intake_group_init(&block->group, &runner->arena) &&
            pol_block_init_fast(&block->block, &runner->arena, runner->edition->program, code, matter->plan,
                                block->capacity)) ||
           no_memory(runner);
}

/* A block of the matter with room for a claim of this wave. NULL: settle first, or (status) no memory. */
static matter_block *block_for(pol_runner *runner, uint32_t number, uint32_t wave)
{
    const pol_code *const code = &runner->edition->program->matters[number];
    matter_blocks *const matter = &runner->edition->matters[number];
    const uint32_t room = matter->best == POL_NONE32 ? 1 : POL_MAX_LANES;
    for (uint32_t b = matter->used; b-- > 0;) {
        matter_block *const block = &matter->blocks[b];
        if (block->wave == wave && block->capacity - block->rows >= room)
            return block;
    }
    if (matter->used == matter->most || wave >= matter->most)
        return NULL;
    /* While nobody waits for anybody, a block at a time stays in the cache. Runners that take turns read all of
     * a piece before theirs: the others wait only while blocks run. */
    if (!runner->has_turn && matter->used == 1 && matter->blocks[0].wave == wave)
        return NULL;
    if (matter->used == matter->made && !make_block(runner, code, matter, &matter->blocks[matter->made]))
        return NULL;
    matter->made += matter->used == matter->made;
    matter->blocks[matter->used].wave = wave;
    return &matter->blocks[matter->used++];
}

/* Reads the frame into claim->record. False: stop, or (status POL_OK) no claim is in it. */
static bool read_record(pol_runner *runner, const pol_frame *frame, pending *claim)
{
    *claim = (pending){ .lanes = 0 };
    claim->record.line = frame->line;
    if (frame->too_long) {
        claim->record.matter = POL_NONE32;
        claim->record.error = (pol_finding){ .code = POL_ERR_BAD_VALUE,
                                             .field = POL_STR(""),
                                             .zh = POL_STR("记录超过 1 MiB"),
                                             .en = POL_STR("the record is longer than 1 MiB") };
        return true;
    }
    if (runner->in_format != POL_CSV)
        return pol_reader_json(&runner->edition->reader, frame->text, &claim->record) || no_memory(runner);
    bool blank;
    if (!pol_csv_row(&runner->csv, frame->text, &runner->edition->reader, &claim->record, &blank))
        return no_memory(runner);
    return !blank;
}

typedef enum reading { READ, CONFLICT, READ_FAILED } reading;

static bool counts_something(const pol_runner *runner, const pending *claim)
{
    return runner->edition->program->matters[claim->record.matter].accum_count != 0;
}

static bool make_postings(pol_runner *runner, pending *claim, const pol_block *block, uint32_t row)
{
    matter_blocks *const matter = &claim->edition->matters[claim->record.matter];
    claim->postings =
        pol_postings_make(&claim->edition->reader, &claim->record, block, row, matter->made_last);
    matter->made_last = claim->postings;
    return claim->postings != NULL || no_memory(runner);
}

/* Puts the record into a row of a block of its matter and wave. CONFLICT: settle first. */
static reading fill_row(pol_runner *runner, pending *claim)
{
    pol_reader *const reader = &runner->edition->reader;
    const pol_str person = claim->record.person_text, household = claim->record.household_text;
    const bool counts = counts_something(runner, claim);
    const uint32_t wave = counts ? pol_waves_of(&runner->waves, person, household, true) : 0;
    matter_block *const block = block_for(runner, claim->record.matter, wave);
    if (block == NULL)
        return runner->status == POL_OK ? CONFLICT : READ_FAILED;
    const uint32_t row = block->rows;
    if (!pol_record_fill(reader, &claim->record, &block->block, row)) {
        no_memory(runner);
        return READ_FAILED;
    }
    if (claim->record.error.code != POL_ERR_NONE)
        return READ;
    const uint32_t best = runner->edition->matters[claim->record.matter].best;
    claim->lanes = pol_lanes_count(&block->block, row, best);
    if (counts) {
        if (!make_postings(runner, claim, &block->block, row))
            return READ_FAILED;
        for (uint32_t a = 0; a < block->block.code->accum_count; a++)
            claim->postings[a].given = pol_reader_gave(reader, claim->record.matter, block->block.code->accums[a].field);
        pol_waves_put(&runner->waves, wave);
    }
    pol_lanes_spread(&block->block, row, best, claim->lanes);
    claim->block = block;
    claim->row = row;
    block->rows += claim->lanes;
    block->claims[block->claim_count++] = claim;
    return READ;
}

/* The copy of a text of the record, and of its content that may lie inside. */
static void keep(pol_arena *arena, pol_str *raw, pol_str *content)
{
    if (raw->length == 0)
        return;
    const uintptr_t from = (uintptr_t)raw->bytes, inside = (uintptr_t)content->bytes;
    const bool within = inside >= from && inside < from + raw->length;
    const pol_str copy = pol_str_copy(arena, *raw);
    if (within && copy.length != 0)
        content->bytes = copy.bytes + (inside - from);
    else
        *content = pol_str_copy(arena, *content);
    *raw = copy;
}

/* Lets the claim outlive the bytes it was read from. */
static bool keep_claim(pol_runner *runner, const pol_frame *frame, pending *claim)
{
    pol_arena *const scratch = &runner->edition->reader.scratch;
    keep(scratch, &claim->record.id, &claim->record.id_text);
    keep(scratch, &claim->record.person, &claim->record.person_text);
    keep(scratch, &claim->record.household, &claim->record.household_text);
    if (runner->has_rejects)
        claim->original = pol_str_copy(scratch, frame->text);
    return !pol_arena_failed(scratch) || no_memory(runner);
}

/* Whether the unsettled claims are as many, or hold as much, as they may. */
static bool is_full(const pol_runner *runner, const pending *claim)
{
    if (runner->claim_count == runner->claim_capacity ||
        runner->edition->reader.scratch.used_bytes > MAX_PENDING_BYTES)
        return true;
    return claim->block != NULL &&
           claim->block->block.tiers.count - claim->block->block.constant_tiers > MAX_PENDING_TIERS;
}

/* ---- editions ------------------------------------------------------------------------------------------------ */

/* The governing date as the record writes it. False: it has none that can be read. */
static bool governing_date(const edition *of, uint32_t matter, pol_date *date)
{
    const pol_code *const code = &of->program->matters[matter];
    if (code->governing_field == POL_NONE32)
        return false;
    const pol_str name = code->fields[code->governing_field].name;
    for (size_t i = 0; i < of->reader.pairs.count; i++) {
        const pol_pair *const pair = &of->reader.pairs.items[i];
        pol_str text = pair->value;
        if (!pol_str_equal(pair->key, name))
            continue;
        if (pair->kind == POL_V_STRING && text.length >= 2)
            text = (pol_str){ text.bytes + 1, text.length - 2 };
        return pol_date_read(text, date);
    }
    return false;
}

/* The edition that settles a claim of this matter on this day (language 13.2): the one in force, else the
 * latest earlier one with 期外照算, else the earliest later one with it, else the latest earlier one, else
 * the earliest (its checks then say 不在执行期). */
static edition *edition_for(pol_runner *runner, pol_str matter, pol_date date)
{
    edition *earlier = NULL, *earlier_outside = NULL, *later = NULL, *later_outside = NULL;
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        if (pol_reader_matter_number(&each->reader, matter) == POL_NONE32)
            continue;
        if (each->program->from <= date && date <= each->to)
            return each;
        const bool before = each->to < date;
        if (before)
            earlier = each;
        else if (later == NULL)
            later = each;
        if (each->program->settle_outside && before)
            earlier_outside = each;
        else if (each->program->settle_outside && later_outside == NULL)
            later_outside = each;
    }
    return earlier_outside != NULL ? earlier_outside
           : later_outside != NULL ? later_outside
           : earlier != NULL       ? earlier
                                   : later;
}

/* Reads the record by the edition that is to settle it. False as read_record. */
static bool read_by_edition(pol_runner *runner, const pol_frame *frame, pending *claim)
{
    uint32_t e = runner->edition_count;
    do { /* the latest edition that knows the matter */
        runner->edition = runner->editions[--e];
        if (!read_record(runner, frame, claim))
            return false;
    } while (e > 0 && claim->record.matter == POL_NONE32 && claim->record.error.code != POL_ERR_NONE);
    claim->edition = runner->edition;
    if (runner->edition_count == 1)
        return true;
    edition *chosen = runner->editions[runner->edition_count - 1];
    pol_date date;
    if (claim->record.matter != POL_NONE32) {
        const pol_str matter = runner->edition->program->matters[claim->record.matter].matter;
        chosen = governing_date(runner->edition, claim->record.matter, &date) ? edition_for(runner, matter, date)
                                                                               : runner->edition;
    }
    if (chosen == runner->edition)
        return true;
    runner->edition = chosen;
    const bool read = read_record(runner, frame, claim);
    claim->edition = chosen;
    return read;
}

/* Room for the claims of a round, when the editions are known. */
static bool make_claims(pol_runner *runner)
{
    if (runner->claims != NULL)
        return true;
    const bool one = runner->capacity == 1 || !pol_runner_uses_ledger(runner);
    runner->claim_capacity = runner->capacity * (one ? 1 : MAX_BLOCKS);
    runner->claims = POL_NEW_ARRAY(&runner->arena, pending, runner->claim_capacity);
    return (runner->claims != NULL && pol_waves_init(&runner->waves, &runner->arena, runner->claim_capacity)) ||
           no_memory(runner);
}

static bool take_frame(pol_runner *runner, const pol_frame *frame)
{
    if (!make_claims(runner))
        return false;
    pending *const claim = &runner->claims[runner->claim_count];
    if (pol_arena_failed(&runner->arena))
        return no_memory(runner);
    if (runner->in_format == POL_CSV && !runner->csv.has_header)
        return pol_csv_header(&runner->csv, frame->text) || no_memory(runner);
    if (!read_by_edition(runner, frame, claim))
        return runner->status == POL_OK;
    if (!keep_claim(runner, frame, claim))
        return false;
    if (claim->record.error.code == POL_ERR_NONE) {
        const reading done = fill_row(runner, claim);
        if (done == READ_FAILED)
            return false;
        /* Settling forgets what was read, so the claim, now the first, is read again. */
        if (done == CONFLICT)
            return settle(runner, false) && take_frame(runner, frame);
    }
    runner->summary.claims++;
    runner->claim_count++;
    return !is_full(runner, claim) || settle(runner, false);
}

/* ---- many records at once ------------------------------------------------------------------------------------- */

/* The window reader of the stream; NULL: there is none, or (status) no memory. */
static pol_intake *intake_of(pol_runner *runner)
{
    if (runner->intake != NULL)
        return runner->intake->window.unusable ? NULL : runner->intake;
    if (runner->exact || runner->edition_count > 1 || (runner->in_format == POL_CSV && !runner->csv.has_header))
        return NULL;
    runner->intake = POL_NEW(&runner->arena, pol_intake);
    runner->window = POL_NEW_ARRAY(&runner->arena, pending *, POL_WINDOW_ROWS);
    if (runner->intake == NULL || runner->window == NULL ||
        !pol_intake_init(runner->intake, &runner->arena, &runner->edition->reader,
                         runner->in_format == POL_CSV ? &runner->csv : NULL) ||
        !pol_text_reserve(&runner->written, OUTPUT_BYTES + OUTPUT_BYTES / 4)) { /* grown by and by it is twice that */
        no_memory(runner);
        return NULL;
    }
    return intake_of(runner);
}

/* The claim of a record that the window reader is to read, without its values. */
static void begin_claim(pol_runner *runner, pending *claim, uint32_t number, uint64_t line)
{
    pol_intake *const intake = runner->intake;
    pol_record *const record = &claim->record;
    record->line = line;
    /* CSV results name a claim by its content alone */
    const bool raw = runner->out_format != POL_CSV || runner->has_rejects || runner->tap.take != NULL;
    pol_intake_envelope(intake, number, raw, record);
    record->error.code = record->unknown.code = POL_ERR_NONE;
    record->spellings = NULL;
    record->spelling_count = 0;
    claim->edition = runner->edition;
    claim->lanes = 1;
    claim->plain = intake->plain[number] | (raw && intake->window.csv ? 0 : POL_ROW_ROOMY); /* the window's slack */
    claim->postings = NULL;
    if (runner->has_rejects)
        claim->original = pol_intake_text(intake, number);
}

/* Whether the claim reads none of its accumulators from the ledger. */
static bool gives_all(const pol_runner *runner, const pol_code *code, uint32_t number)
{
    for (uint32_t a = 0; a < code->accum_count; a++) {
        if (code->accums[a].shared || !pol_intake_gave(runner->intake, number, code->accums[a].field))
            return false;
    }
    return true;
}

/* Gives the claim a row of a block. CONFLICT: settle first. */
static reading place_claim(pol_runner *runner, pending *claim, uint32_t number)
{
    const pol_code *const code = &runner->edition->program->matters[claim->record.matter];
    const pol_str person = claim->record.person_text, household = claim->record.household_text;
    const bool counts = counts_something(runner, claim);
    const uint32_t wave =
        counts ? pol_waves_of(&runner->waves, person, household, !gives_all(runner, code, number)) : 0;
    matter_block *const block = block_for(runner, claim->record.matter, wave);
    if (block == NULL)
        return runner->status == POL_OK ? CONFLICT : READ_FAILED;
    if (counts)
        pol_waves_put(&runner->waves, wave);
    claim->block = block;
    claim->row = block->rows++;
    block->group.records[block->group.count] = number;
    block->group.rows[block->group.count++] = claim->row;
    return READ;
}

/* Reads a record of the window exactly; *claim becomes NULL when it holds none. */
static bool read_frame(pol_runner *runner, pending **claim, uint32_t number, uint64_t line)
{
    const pol_frame frame = { .text = pol_intake_text(runner->intake, number), .line = line };
    if (pol_framer_is_blank(frame.text) || !read_by_edition(runner, &frame, *claim)) {
        *claim = NULL;
        return runner->status == POL_OK;
    }
    if (runner->has_rejects)
        (*claim)->original = frame.text;
    return true;
}

/* The claim of a record of the window: with its values when the window reader does not read it, else with its
 * place. */
static reading take_record(pol_runner *runner, pending **claim, uint32_t number, uint64_t line)
{
    if (runner->intake->matter[number] != POL_NONE32) {
        begin_claim(runner, *claim, number, line);
        return place_claim(runner, *claim, number);
    }
    if (!read_frame(runner, claim, number, line))
        return READ_FAILED;
    return *claim == NULL || (*claim)->record.error.code != POL_ERR_NONE ? READ : fill_row(runner, *claim);
}

static uint64_t lines_of(const pol_intake *intake, uint32_t number)
{
    if (!intake->window.rows.odd[number])
        return 1;
    const pol_str text = pol_intake_text(intake, number);
    uint64_t lines = 1;
    for (size_t i = 0; i < text.length; i++)
        lines += text.bytes[i] == '\n';
    return lines;
}

/* Begins the claims of the window's records from `from` on, in order, until there is no more room. The first
 * that has found none. */
static uint32_t begin_claims(pol_runner *runner, uint32_t from)
{
    const uint32_t count = runner->intake->window.rows.count;
    for (uint32_t r = from; r < count; r++) {
        pending *claim = &runner->claims[runner->claim_count];
        if (take_record(runner, &claim, r, runner->framer.line) != READ)
            return r;
        runner->window[r] = claim;
        runner->claim_count += claim != NULL;
        runner->summary.claims += claim != NULL;
        pol_framer_skip(&runner->framer, lines_of(runner->intake, r));
        if (claim != NULL && is_full(runner, claim))
            return r + 1;
    }
    return count;
}

/* The values of the claims that have a place. */
static bool fill_groups(pol_runner *runner)
{
    edition *const each = runner->edition;
    for (uint32_t m = 0; m < each->program->matter_count; m++) {
        for (uint32_t b = 0; b < each->matters[m].used; b++) {
            matter_block *const block = &each->matters[m].blocks[b];
            if (block->group.count != 0 && !pol_intake_fill(runner->intake, &block->block, &block->group))
                return no_memory(runner);
            block->group.count = 0;
        }
    }
    return true;
}

/* Reads a claim that has a place exactly after all. */
static bool read_again(pol_runner *runner, pending *claim, uint32_t number)
{
    matter_block *const block = claim->block;
    const uint32_t row = claim->row;
    if (!read_frame(runner, &claim, number, claim->record.line))
        return false;
    if (claim->record.error.code == POL_ERR_NONE &&
        !pol_record_fill(&claim->edition->reader, &claim->record, &block->block, row))
        return no_memory(runner);
    if (claim->record.error.code != POL_ERR_NONE)
        return true;
    claim->block = block;
    claim->row = row;
    claim->lanes = 1;
    return true;
}

/* What is done for a claim when its row is filled; see fill_row. */
static bool finish_claim(pol_runner *runner, pending *claim, uint32_t number)
{
    pol_intake *const intake = runner->intake;
    const pol_code *const code = claim->block->block.code;
    if (intake->bad[number] && !read_again(runner, claim, number))
        return false;
    if (claim->block == NULL)
        return true;
    claim->block->claims[claim->block->claim_count++] = claim;
    if (code->accum_count == 0)
        return true;
    if (!make_postings(runner, claim, &claim->block->block, claim->row))
        return false;
    for (uint32_t a = 0; a < code->accum_count; a++)
        claim->postings[a].given = intake->bad[number]
                                       ? pol_reader_gave(&claim->edition->reader, claim->record.matter, code->accums[a].field)
                                       : pol_intake_gave(intake, number, code->accums[a].field);
    return true;
}

/* Forms of JSON records that have not been seen before. */
static bool learn_forms(pol_runner *runner, uint32_t count)
{
    pol_window *const window = &runner->intake->window;
    uint32_t lessons = 0;
    for (uint32_t r = 0; r < count && !window->csv && lessons < LESSONS; r++) {
        if (!window->rows.odd[r])
            continue;
        lessons++;
        if (!pol_window_learn(window, pol_intake_text(runner->intake, r)))
            return no_memory(runner);
    }
    return true;
}

/* Reads the records of the window, and settles as often as there is no more room. */
static bool take_records(pol_runner *runner)
{
    pol_intake *const intake = runner->intake;
    const uint32_t count = intake->window.rows.count;
    for (uint32_t from = 0, end; from < count; from = end) {
        runner->borrows = true;
        end = begin_claims(runner, from);
        if (runner->status != POL_OK || !fill_groups(runner))
            return false;
        for (uint32_t r = from; r < end; r++) {
            if (intake->matter[r] != POL_NONE32 && !finish_claim(runner, runner->window[r], r))
                return false;
        }
        const bool full = end < count || runner->claim_count == runner->claim_capacity;
        if (full && !settle(runner, false))
            return false;
    }
    return learn_forms(runner, count);
}

/* Takes many records of the piece that begins at `begin`. False: none was taken. */
static bool take_window(pol_runner *runner, const char *begin, const char **bytes, size_t *length)
{
    if (*length < WINDOW_BYTES || !pol_framer_is_between(&runner->framer) || !make_claims(runner))
        return false;
    pol_intake *const intake = intake_of(runner);
    if (intake == NULL)
        return false;
    const bool blind = intake->window.slots.count == 0;
    const uint32_t most = blind ? FIRST_RECORDS : POL_WINDOW_ROWS;
    const size_t at = (size_t)(*bytes - begin);
    if (!pol_intake_find(intake, begin, at, at + *length, most < runner->claim_capacity ? most : runner->claim_capacity))
        return no_memory(runner);
    if (intake->window.rows.count == 0)
        return false;
    const size_t used = intake->window.rows.starts[intake->window.rows.count] - intake->window.rows.starts[0];
    if (!take_records(runner))
        return false;
    *bytes += used;
    *length -= used;
    return true;
}

/* Takes the records of a piece that are complete. */
static void take_piece(pol_runner *runner, const char *bytes, size_t length)
{
    const char *const begin = bytes;
    pol_frame frame;
    while (runner->status == POL_OK && length != 0) {
        if (take_window(runner, begin, &bytes, &length))
            continue;
        if (runner->status != POL_OK || !pol_framer_next(&runner->framer, &bytes, &length, &frame))
            break;
        take_frame(runner, &frame);
    }
    if (runner->status == POL_OK && runner->borrows)
        settle(runner, false);
}

void pol_runner_read_exactly(pol_runner *runner)
{
    runner->exact = true;
}

/* ---- the public functions ---------------------------------------------------------------------------------- */

static pol_status check_options(const pol_run_options *options)
{
    if (options->in != POL_JSON_LINES && options->in != POL_CSV)
        return POL_BAD_ARGUMENT;
    if (options->out != POL_JSON_LINES && options->out != POL_CSV && options->out != POL_BILL)
        return POL_BAD_ARGUMENT;
    if (options->rejects != NULL && options->rejects->write == NULL)
        return POL_BAD_ARGUMENT;
    if (options->turn != NULL && (options->turn->take == NULL || options->turn->pass == NULL))
        return POL_BAD_ARGUMENT;
    return POL_OK;
}

/* A new edition, not yet in its place. *made is NULL only when there is no memory for it at all; else it
 * is to be freed by free_edition, whatever the status. */
static pol_status make_edition(pol_runner *runner, const pol_program *program, edition **made)
{
    edition *const each = *made = POL_NEW(&runner->arena, edition);
    if (each == NULL)
        return POL_NO_MEMORY;
    each->program = program;
    each->to = program->to;
    pol_arena_init(&each->reader.scratch, &runner->arena.allocator);
    each->matters = POL_NEW_ARRAY(&runner->arena, matter_blocks, program->matter_count);
    if (each->matters == NULL || !pol_reader_init(&each->reader, &runner->arena, program, POL_NONE32) ||
        !pol_csv_layout_init(&each->columns, &runner->arena, program) ||
        !pol_json_layout_init(&each->json, &runner->arena, program) ||
        !pol_row_layout_init(&each->rows, &runner->arena, program,
                             runner->out_format == POL_CSV ? &each->columns : NULL))
        return POL_NO_MEMORY;
    pol_status status = POL_OK;
    for (uint32_t m = 0; m < program->matter_count && status == POL_OK; m++)
        status = make_matter(runner, program, &program->matters[m], &each->matters[m]);
    if (status != POL_OK || runner->default_matter.length == 0)
        return status;
    each->reader.default_matter = pol_reader_matter_number(&each->reader, runner->default_matter);
    if (pol_arena_failed(&each->reader.scratch))
        return POL_NO_MEMORY;
    return each->reader.default_matter == POL_NONE32 ? POL_BAD_ARGUMENT : POL_OK;
}

static pol_status init(pol_runner *runner, const pol_run_options *options)
{
    const uint32_t rows = options->block == 0 ? POL_BLOCK_ROWS : options->block;
    runner->capacity = rows > MAX_BLOCK_ROWS ? MAX_BLOCK_ROWS : rows;
    runner->in_format = options->in;
    runner->out_format = options->out;
    runner->lang = options->lang;
    runner->has_rejects = options->rejects != NULL;
    runner->rejects = runner->has_rejects ? *options->rejects : runner->out;
    runner->any_order = options->any_order;
    runner->has_turn = options->turn != NULL;
    if (runner->has_turn)
        runner->turn = *options->turn;
    runner->ledger = options->ledger != NULL ? options->ledger : &runner->own_ledger;
    runner->loops = pol_row_loops_of();
    pol_totals_init(&runner->totals, &runner->arena);
    pol_framer_init(&runner->framer, &runner->arena, options->in == POL_CSV);
    pol_csv_init(&runner->csv, &runner->arena);
    pol_text_init(&runner->written, &runner->arena);
    pol_text_init(&runner->rejected, &runner->arena);
    if (options->matter != NULL)
        runner->default_matter = pol_str_copy(&runner->arena, pol_str_of(options->matter));
    return pol_arena_failed(&runner->arena) ? POL_NO_MEMORY : POL_OK;
}

/* Puts the edition in its place by its first day. */
static pol_status add_edition(pol_runner *runner, const pol_program *program)
{
    const uint32_t count = runner->edition_count;
    edition **const grown = pol_arena_grow(&runner->arena, runner->editions, count, count + 1, sizeof *grown);
    edition *made = NULL;
    const pol_status status = grown == NULL ? POL_NO_MEMORY : make_edition(runner, program, &made);
    if (status != POL_OK) {
        if (made != NULL)
            pol_reader_fini(&made->reader);
        return status;
    }
    uint32_t place = count;
    for (; place > 0 && grown[place - 1]->program->from > program->from; place--)
        grown[place] = grown[place - 1];
    grown[place] = made;
    runner->editions = grown;
    runner->edition_count = count + 1;
    /* an open-ended 施行 ends the day before the next edition begins */
    for (uint32_t e = 0; e + 1 < runner->edition_count; e++)
        grown[e]->to = grown[e]->program->to == POL_DATE_MAX ? grown[e + 1]->program->from - 1 : grown[e]->program->to;
    runner->edition = grown[runner->edition_count - 1];
    return POL_OK;
}

static void explain_refusal(char reason[256], const char *what, const pol_program *a, const pol_program *b, pol_str name)
{
    if (reason != NULL)
        snprintf(reason, 256, "%s: %.60s, %.60s%s%.*s", what, a->id_z, b->id_z, name.length != 0 ? ": " : "",
                 (int)(name.length < 90 ? name.length : 90), name.bytes != NULL ? name.bytes : "");
}

static bool same_accumulator(const pol_accum_def *a, const pol_accum_def *b)
{
    return a->integer == b->integer && a->household == b->household && a->period == b->period &&
           a->months == b->months && a->start_month == b->start_month && a->start_day == b->start_day &&
           a->key_count == b->key_count;
}

/* Accumulators of one name are shared by the editions of a series: type, key and period must agree. */
static bool accumulators_agree(const pol_program *a, const pol_program *b, pol_str *name)
{
    for (uint32_t m = 0; m < a->matter_count; m++)
        for (uint32_t n = 0; n < b->matter_count; n++)
            for (uint32_t i = 0; i < a->matters[m].accum_count; i++)
                for (uint32_t k = 0; k < b->matters[n].accum_count; k++) {
                    const pol_accum_def *const x = &a->matters[m].accums[i], *const y = &b->matters[n].accums[k];
                    const bool one = (x->shared && y->shared) || pol_str_equal(a->matters[m].matter, b->matters[n].matter);
                    if (one && pol_str_equal(x->name, y->name) && !same_accumulator(x, y)) {
                        *name = x->name;
                        return false;
                    }
                }
    return true;
}

pol_status pol_runner_add_edition(pol_runner *runner, const pol_program *program, char reason[256])
{
    if (reason != NULL)
        reason[0] = '\0';
    if (runner == NULL || program == NULL || runner->summary.claims != 0 || runner->out_format == POL_CSV)
        return POL_BAD_ARGUMENT;
    pol_str name = { 0 };
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        const pol_program *const other = runner->editions[e]->program;
        const pol_program *const first = other->from <= program->from ? other : program;
        const pol_program *const next = first == other ? program : other;
        const char *what = NULL;
        if (!pol_str_equal(series_of(other), series_of(program)))
            what = "系列不同 / of different series";
        else if (first->from == next->from || (first->to != POL_DATE_MAX && first->to >= next->from))
            what = "施行期重叠 / in force on the same days";
        else if (!accumulators_agree(other, program, &name))
            what = "累计的类型、分项或周期不一致 / accumulators of one name differ";
        if (what != NULL) {
            explain_refusal(reason, what, first, next, name);
            return POL_FINDINGS;
        }
    }
    const pol_status status = add_edition(runner, program);
    if (status == POL_REFUSED && reason != NULL)
        snprintf(reason, 256, "%s", runner->ledger->problem[runner->lang == POL_EN ? POL_EN : POL_ZH]);
    return status == POL_REFUSED ? POL_FINDINGS : status;
}

bool pol_runner_uses_ledger(const pol_runner *runner)
{
    for (uint32_t e = 0; runner != NULL && e < runner->edition_count; e++) {
        const pol_program *const program = runner->editions[e]->program;
        for (uint32_t m = 0; m < program->matter_count; m++) {
            if (program->matters[m].accum_count != 0)
                return true;
        }
    }
    return false;
}

pol_status pol_runner_new(const pol_allocator *allocator, const pol_program *program,
                          const pol_run_options *options, pol_writer out, pol_runner **runner)
{
    static const pol_run_options k_default = { .in = POL_JSON_LINES, .out = POL_JSON_LINES };
    if (runner == NULL)
        return POL_BAD_ARGUMENT;
    *runner = NULL;
    if (program == NULL || out.write == NULL)
        return POL_BAD_ARGUMENT;
    options = options == NULL ? &k_default : options;
    pol_status status = check_options(options);
    if (status != POL_OK)
        return status;
    pol_arena arena;
    pol_arena_init(&arena, allocator);
    pol_runner *const made = pol_reallocate(&arena.allocator, NULL, 0, sizeof *made);
    if (made == NULL)
        return POL_NO_MEMORY;
    memset(made, 0, sizeof *made);
    made->arena = arena;
    made->out = out;
    pol_ledger_init(&made->own_ledger, &arena.allocator);
    status = init(made, options);
    if (status == POL_OK)
        status = add_edition(made, program);
    if (status != POL_OK) {
        pol_runner_free(made);
        return status;
    }
    *runner = made;
    return POL_OK;
}

void pol_runner_tap(pol_runner *runner, pol_tap tap)
{
    runner->tap = tap;
}

pol_status pol_runner_feed(pol_runner *runner, const char *bytes, size_t length)
{
    if (runner == NULL || (bytes == NULL && length != 0) || runner->finished)
        return POL_BAD_ARGUMENT;
    take_piece(runner, bytes, length);
    if (runner->status == POL_OK)
        send_all(runner);
    return runner->status;
}

static pol_status status_so_far(const pol_runner *runner)
{
    if (runner->status != POL_OK)
        return runner->status;
    return runner->summary.rejected != 0 ? POL_FINDINGS : POL_OK;
}

pol_status pol_runner_finish(pol_runner *runner)
{
    if (runner == NULL)
        return POL_BAD_ARGUMENT;
    pol_frame frame;
    if (runner->status == POL_OK && !runner->finished && pol_framer_last(&runner->framer, &frame))
        take_frame(runner, &frame);
    if (runner->status == POL_OK && settle(runner, true))
        send_all(runner);
    runner->finished = true;
    return status_so_far(runner);
}

/* Records picked by their places. */
static void take_places(pol_runner *runner, const pol_stream_piece *piece)
{
    for (size_t i = 0; i < piece->record_count && runner->status == POL_OK; i++) {
        const pol_record_place *const place = &piece->records[i];
        const bool too_long = place->length > POL_MAX_RECORD_BYTES;
        const pol_str text = { piece->bytes + place->at, place->length };
        const pol_frame frame = { .text = too_long ? POL_STR("") : text, .line = place->line, .too_long = too_long };
        take_frame(runner, &frame);
    }
}

static void take_all(pol_runner *runner, const pol_stream_piece *piece)
{
    pol_frame frame;
    pol_framer_at(&runner->framer, piece->line);
    take_piece(runner, piece->bytes, piece->length);
    if (runner->status == POL_OK && pol_framer_last(&runner->framer, &frame))
        take_frame(runner, &frame);
}

pol_status pol_runner_settle(pol_runner *runner, const pol_stream_piece *piece)
{
    if (runner == NULL || piece == NULL || (piece->bytes == NULL && piece->length != 0) || runner->finished)
        return POL_BAD_ARGUMENT;
    runner->header_written = !piece->first;
    if (piece->records != NULL)
        take_places(runner, piece);
    else
        take_all(runner, piece);
    if (runner->status == POL_OK && settle(runner, true))
        send_all(runner);
    return status_so_far(runner);
}

bool pol_runner_date(pol_runner *runner, const char *record, size_t length, int32_t *date)
{
    if (runner == NULL || record == NULL || date == NULL || runner->claim_count != 0)
        return false;
    const pol_frame frame = { .text = { record, length } };
    pending claim;
    uint32_t e = runner->edition_count;
    bool read;
    do { /* the latest edition that knows the matter */
        runner->edition = runner->editions[--e];
        read = read_record(runner, &frame, &claim);
    } while (read && e > 0 && claim.record.matter == POL_NONE32);
    const bool dated = read && claim.record.matter != POL_NONE32 &&
                       governing_date(runner->edition, claim.record.matter, date);
    if (runner->edition->reader.scratch.used_bytes > MAX_PENDING_BYTES)
        pol_reader_clear(&runner->edition->reader);
    return dated;
}

pol_disorder pol_runner_disorder(const pol_runner *runner)
{
    return runner == NULL ? (pol_disorder){ .line = 0 } : runner->disorder;
}

bool pol_runner_total(const pol_runner *runner, size_t index, pol_total *total)
{
    return runner != NULL && total != NULL && pol_totals_line(&runner->totals, index, total);
}

pol_status pol_runner_add_totals(pol_runner *runner, const pol_runner *other)
{
    if (runner == NULL || other == NULL)
        return POL_BAD_ARGUMENT;
    runner->summary.claims += other->summary.claims;
    runner->summary.settled += other->summary.settled;
    runner->summary.rejected += other->summary.rejected;
    return pol_totals_add(&runner->totals, &other->totals) ? POL_OK : POL_NO_MEMORY;
}

pol_run_summary pol_runner_summary(const pol_runner *runner)
{
    return runner == NULL ? (pol_run_summary){ .claims = 0 } : runner->summary;
}

void pol_runner_free(pol_runner *runner)
{
    if (runner == NULL)
        return;
    const pol_allocator allocator = runner->arena.allocator;
    for (uint32_t e = 0; e < runner->edition_count; e++)
        pol_reader_fini(&runner->editions[e]->reader);
    pol_ledger_fini(&runner->own_ledger);
    pol_arena_reset(&runner->arena);
    pol_reallocate(&allocator, runner, sizeof *runner, 0);
}
