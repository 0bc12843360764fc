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
#include "interp/lanes.h"
#include "interp/posting.h"
#include "interp/runner.h"
#include "interp/totals.h"
#include "interp/waves.h"

#define MAX_BLOCK_ROWS 16384u
#define MAX_BLOCKS     8u                   /* of one matter with accumulators */
#define MAX_BLOCK_BYTES ((size_t)64 << 20)  /* of the columns of one matter */
#define MAX_PENDING_BYTES ((size_t)8 << 20) /* of texts of unsettled claims */
#define MAX_PENDING_TIERS 4096               /* schedules of unsettled claims */
#define OUTPUT_BYTES ((size_t)64 << 10)     /* collected before they are written */

typedef struct matter_block {
    pol_block block;
    uint32_t capacity, rows;
    uint32_t wave;
    struct pending **claims; /* by number, in the order of the input */
    uint32_t claim_count;
    uint8_t *settled; /* by row: it is a result */
} matter_block;

/* The blocks of one matter: those in use come first. Without accumulators one is enough. */
typedef struct matter_blocks {
    matter_block *blocks;
    uint32_t used, made, most;
    uint32_t capacity;  /* rows of each */
    uint32_t best;      /* the field that is 就高, or POL_NONE32 */
    uint32_t *accounts; /* of the ledger, by accumulator */
    pol_matter_totals totals;
} matter_blocks;

/* A claim that has been read and not yet written. */
typedef struct pending {
    pol_record record;
    struct edition *edition; /* that settles it */
    matter_block *block;     /* NULL when record.error is set */
    uint32_t row;            /* of the block; after the run that of the result */
    uint32_t lanes;          /* rows from there on: one for each category held (就高) */
    pol_posting *postings;   /* by accumulator of the matter; NULL: none */
    pol_finding finding;     /* after the run */
    pol_str original;        /* when rejects want it */
} pending;

/* One edition of the policy (language 13.2), with what is being read and settled by it. */
typedef struct edition {
    const pol_program *program; /* borrowed */
    pol_csv_layout columns;
    pol_json_layout json;
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
    pol_waves waves;
    pending *claims; /* in the order of the input; made with the first */
    uint32_t claim_count, claim_capacity;
    pol_text written, rejected;
    pol_totals totals;
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

static void write_result(pol_runner *runner, const pol_result *result)
{
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

/* What came of one claim whose rows have run. */
static bool judge(pol_runner *runner, pending *claim)
{
    runner->edition = claim->edition;
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
        const uint32_t *const accounts = claim->edition->matters[claim->record.matter].accounts;
        if (!take_turn(runner))
            return false;
        if (!pol_postings_open(runner->ledger, accounts, claim->block->block.code, claim->postings))
            return no_memory(runner);
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
        const pol_result result = { .reader = &runner->edition->reader,
                                    .record = &claim->record,
                                    .block = &claim->block->block,
                                    .row = claim->row };
        runner->summary.settled++;
        write_result(runner, &result);
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
        pol_totals_add_block(&runner->totals, &matter->totals, &block->block, block->settled, block->rows);
        memset(block->settled, 0, block->rows);
        pol_block_clear(&block->block);
        block->rows = block->claim_count = 0;
    }
    matter->used = 0;
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

static bool make_block(pol_runner *runner, const pol_code *code, const matter_blocks *matter, matter_block *block)
{
    block->capacity = matter->capacity;
    block->settled = POL_NEW_ARRAY(&runner->arena, uint8_t, block->capacity);
    block->claims = POL_NEW_ARRAY(&runner->arena, pending *, block->capacity);
    return (block->settled != NULL && block->claims != NULL &&
            pol_block_init(&block->block, &runner->arena, runner->edition->program, code, block->capacity)) ||
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

/* Puts the record into a row of a block of its matter and wave. CONFLICT: settle first. */
static reading fill_row(pol_runner *runner, pending *claim)
{
    pol_reader *const reader = &runner->edition->reader;
    const pol_str person = claim->record.person_text, household = claim->record.household_text;
    const bool counts = counts_something(runner, claim);
    const uint32_t wave = counts ? pol_waves_of(&runner->waves, person, household) : 0;
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
        claim->postings = pol_postings_make(reader, &claim->record, &block->block, row);
        if (claim->postings == NULL) {
            no_memory(runner);
            return READ_FAILED;
        }
        pol_waves_put(&runner->waves, person, household, wave);
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
        !pol_json_layout_init(&each->json, &runner->arena, program))
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
    pol_frame frame;
    while (runner->status == POL_OK && length != 0 &&
           pol_framer_next(&runner->framer, &bytes, &length, &frame))
        take_frame(runner, &frame);
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
    const char *bytes = piece->bytes;
    size_t length = piece->length;
    pol_frame frame;
    pol_framer_at(&runner->framer, piece->line);
    while (runner->status == POL_OK && length != 0 && pol_framer_next(&runner->framer, &bytes, &length, &frame))
        take_frame(runner, &frame);
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
