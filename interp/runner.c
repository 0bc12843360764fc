/* pol_runner_*: a stream of claims to a stream of settlements.
 *
 * Bytes become records (csv.h), records become rows of a block for each matter (record.h), a full block
 * runs (vm.h), and what came of every claim is written in the order of the input (result.h). Values of
 * accumulators come from the ledger and go back to it. A block is cut early when a claim reads a ledger
 * entry that an earlier claim of the unsettled block will write, so results never depend on its size.
 *
 * Memory does not grow with the stream, the ledger and nothing else excepted. */
#include <stdio.h>
#include <string.h>

#include "interp/csv.h"
#include "interp/lanes.h"
#include "interp/ledger.h"
#include "interp/runner.h"

#define MAX_BLOCK_ROWS 16384u
#define MAX_BLOCK_BYTES ((size_t)64 << 20)  /* of the columns of one matter */
#define MAX_PENDING_BYTES ((size_t)8 << 20) /* of texts of unsettled claims */
#define MAX_PENDING_TIERS 4096               /* schedules of unsettled claims */
#define OUTPUT_BYTES ((size_t)64 << 10)     /* collected before they are written */

/* A claim that has been read and not yet written. */
typedef struct pending {
    pol_record record;
    struct edition *edition; /* that settles it */
    uint32_t row;      /* of its matter's block; POL_NONE32 when record.error is set */
    uint32_t lanes;    /* rows from there on: one for each category held (就高) */
    uint32_t *entries; /* of the ledger, by accumulator of the matter */
    pol_str original;  /* when rejects want it */
} pending;

typedef struct matter_block {
    pol_block block;
    uint32_t capacity; /* 0: not made yet */
    uint32_t rows;
    uint32_t best;      /* the field that is 就高, or POL_NONE32 */
    uint32_t *accounts; /* of the ledger, by accumulator */
} matter_block;

/* One edition of the policy (language 13.2), with what is being read and settled by it. */
typedef struct edition {
    const pol_program *program; /* borrowed */
    pol_csv_layout columns;
    pol_json_layout json;
    pol_reader reader;
    matter_block *blocks;
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
    pol_ledger ledger;
    pending *claims; /* in the order of the input */
    uint32_t claim_count;
    uint32_t stamp; /* of the unsettled block, on the entries that it writes */
    pol_text key, written, rejected;
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

/* ---- the ledger -------------------------------------------------------------------------------------------- */

static void key_bytes(pol_text *key, const void *bytes, size_t length)
{
    const char head[2] = { (char)(length >> 8 & 0xff), (char)(length & 0xff) };
    pol_text_add(key, (pol_str){ head, 2 });
    pol_text_add(key, (pol_str){ bytes, length });
}

/* One further input of a key. Labels and texts by what they say, so that a code may change its meaning. */
static void key_value(pol_runner *runner, const pol_block *block, uint32_t row, uint32_t number)
{
    const pol_field_def *const field = &block->code->fields[number];
    pol_text *const key = &runner->key;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: key_bytes(key, &pol_port_num(block, field->reg)[row], sizeof(int64_t)); break;
    case POL_F_YESNO: key_bytes(key, &pol_port_bool(block, field->reg)[row], 1); break;
    case POL_F_DATE: key_bytes(key, &pol_port_code(block, field->reg)[row], sizeof(int32_t)); break;
    case POL_F_LABELS: key_bytes(key, &pol_port_set(block, field->reg)[row], sizeof(uint64_t)); break;
    case POL_F_TEXT:
    case POL_F_LABEL: {
        const int32_t code = pol_port_code(block, field->reg)[row];
        pol_str text = POL_STR("");
        pol_text_char(key, code < 0 ? '-' : '+');
        if (code >= 0)
            text = field->type == POL_F_TEXT ? pol_reader_text_key(&runner->edition->reader, code)
                                             : runner->edition->reader.label_keys[field->labels][code];
        key_bytes(key, text.bytes, text.length);
        break;
    }
    case POL_F_TIERS: break;
    }
}

/* The entry of an accumulator for the claim in this row; POL_NO_ENTRY when it has no person (household).
 * False when memory ran out. */
static bool find_entry(pol_runner *runner, const pending *claim, const matter_block *matter, uint32_t row,
                       uint32_t number)
{
    const pol_code *const code = matter->block.code;
    const pol_accum_def *const accumulator = &code->accums[number];
    const pol_str owner =
        accumulator->household ? claim->record.household_text : claim->record.person_text;
    claim->entries[number] = POL_NO_ENTRY;
    if (owner.length == 0)
        return true;
    runner->key.length = 0;
    if (accumulator->key_count == 0)
        pol_text_add(&runner->key, owner);
    else
        key_bytes(&runner->key, owner.bytes, owner.length);
    for (uint32_t i = 0; i < accumulator->key_count; i++)
        key_value(runner, &matter->block, row, accumulator->keys[i]);
    pol_date date = 0;
    if (code->governing_field != POL_NONE32)
        date = pol_port_code(&matter->block, code->fields[code->governing_field].reg)[row];
    else if (accumulator->period != POL_LIFELONG)
        return true; /* no period to speak of */
    if (date < POL_DATE_MIN || date > POL_DATE_MAX)
        return true;
    if (pol_arena_failed(&runner->arena))
        return no_memory(runner);
    claim->entries[number] =
        pol_ledger_entry(&runner->ledger, matter->accounts[number],
                         pol_ledger_period(accumulator, date), pol_text_str(&runner->key));
    return claim->entries[number] != POL_NO_ENTRY || no_memory(runner);
}

static int64_t value_before(const pol_runner *runner, const pol_code *code, const pol_block *block,
                             uint32_t row, const pol_accum_def *accumulator, uint32_t entry)
{
    if (accumulator->period != POL_ROLLING)
        return pol_ledger_value(&runner->ledger, entry);
    const pol_date date = pol_port_code(block, code->fields[code->governing_field].reg)[row];
    return pol_port_of(pol_ledger_sum(&runner->ledger, entry, pol_ledger_window(accumulator, date), date));
}

typedef enum reading { READ, CONFLICT, READ_FAILED } reading;

/* The values before, for accumulators that the record does not carry. CONFLICT: an unsettled claim will
 * write one of them; nothing has been changed then. */
static reading read_ledger(pol_runner *runner, pending *claim, matter_block *matter, uint32_t row)
{
    const pol_code *const code = matter->block.code;
    if (code->accum_count == 0)
        return READ;
    claim->entries = POL_NEW_ARRAY(&runner->edition->reader.scratch, uint32_t, code->accum_count);
    if (claim->entries == NULL) {
        no_memory(runner);
        return READ_FAILED;
    }
    for (uint32_t a = 0; a < code->accum_count; a++) {
        if (!find_entry(runner, claim, matter, row, a))
            return READ_FAILED;
        const bool gave = pol_reader_gave(&runner->edition->reader, claim->record.matter, code->accums[a].field);
        if (claim->entries[a] != POL_NO_ENTRY && !gave &&
            pol_ledger_stamp(&runner->ledger, claim->entries[a]) == runner->stamp)
            return CONFLICT;
    }
    for (uint32_t a = 0; a < code->accum_count; a++) {
        const pol_accum_def *const accumulator = &code->accums[a];
        const uint32_t entry = claim->entries[a];
        if (entry == POL_NO_ENTRY)
            continue;
        pol_ledger_set_stamp(&runner->ledger, entry, runner->stamp);
        if (!pol_reader_gave(&runner->edition->reader, claim->record.matter, accumulator->field))
            pol_port_num(&matter->block, code->fields[accumulator->field].reg)[row] =
                value_before(runner, code, &matter->block, row, accumulator, entry);
    }
    return READ;
}

/* What the claim added, in whole units (fen or 1). */
static int64_t value_added(const pol_block *block, uint32_t row, const pol_accum_def *accumulator)
{
    const int64_t number = pol_port_num(block, accumulator->added)[row];
    return pol_port_is_value(number) ? number : 0;
}

static bool store_in_ledger(pol_runner *runner, const pending *claim, uint32_t row)
{
    const pol_block *const block = &runner->edition->blocks[claim->record.matter].block;
    const pol_code *const code = block->code;
    for (uint32_t a = 0; a < code->accum_count; a++) {
        const pol_accum_def *const accumulator = &code->accums[a];
        const uint32_t entry = claim->entries[a];
        if (entry == POL_NO_ENTRY)
            continue;
        if (accumulator->period != POL_ROLLING) {
            pol_ledger_store(&runner->ledger, entry,
                             pol_port_num(block, accumulator->after)[row]);
        } else if (accumulator->added != POL_NONE32) {
            const pol_date date =
                pol_port_code(block, code->fields[code->governing_field].reg)[row];
            if (!pol_ledger_add(&runner->ledger, entry, date,
                                value_added(block, row, accumulator)))
                return no_memory(runner);
        }
    }
    return true;
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

/* What came of one claim. */
static bool conclude(pol_runner *runner, const pending *claim)
{
    runner->edition = claim->edition;
    pol_finding finding = claim->record.error;
    pol_result result = { .reader = &runner->edition->reader, .record = &claim->record, .row = claim->row };
    if (claim->row != POL_NONE32) {
        result.block = &runner->edition->blocks[claim->record.matter].block;
        result.row = pol_lanes_choose(&runner->edition->reader, &claim->record, result.block, claim->row,
                                      claim->lanes, &finding);
        if (finding.code == POL_ERR_NONE && !pol_result_conserves(&result))
            finding = pol_result_broken();
        const pol_code *const code = result.block->code;
        if (is_superseded(runner->edition, &result, &finding))
            finding = (pol_finding){ .code = POL_ERR_NOT_IN_FORCE, .field = code->fields[code->governing_field].name };
    }
    if (finding.code == POL_ERR_NOT_IN_FORCE && runner->edition_count > 1)
        name_editions(runner, &finding);
    if (finding.code == POL_ERR_NONE) {
        runner->summary.settled++;
        write_result(runner, &result);
        if (!store_in_ledger(runner, claim, result.row))
            return false;
    } else {
        runner->summary.rejected++;
        write_finding(runner, claim, &finding);
    }
    if (pol_arena_failed(&runner->arena) || pol_arena_failed(&runner->edition->reader.scratch))
        return no_memory(runner);
    return (runner->written.length < OUTPUT_BYTES && runner->rejected.length < OUTPUT_BYTES) ||
           send_all(runner);
}

/* Runs what has been read, writes it, and begins new blocks. */
static bool settle(pol_runner *runner)
{
    write_header(runner);
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        const edition *const each = runner->editions[e];
        for (uint32_t m = 0; m < each->program->matter_count; m++) {
            matter_block *const matter = &each->blocks[m];
            if (matter->rows != 0 && !pol_vm_run(&matter->block, matter->rows))
                return no_memory(runner);
        }
    }
    for (uint32_t i = 0; i < runner->claim_count; i++) {
        if (!conclude(runner, &runner->claims[i]))
            return false;
    }
    runner->claim_count = 0;
    runner->stamp++;
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        pol_reader_clear(&each->reader);
        for (uint32_t m = 0; m < each->program->matter_count; m++) {
            if (each->blocks[m].capacity != 0)
                pol_block_clear(&each->blocks[m].block);
            each->blocks[m].rows = 0;
        }
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

static bool make_block(pol_runner *runner, uint32_t number)
{
    const pol_code *const code = &runner->edition->program->matters[number];
    matter_block *const matter = &runner->edition->blocks[number];
    const size_t rows = MAX_BLOCK_BYTES / row_bytes(code);
    uint32_t capacity = rows < runner->capacity ? (uint32_t)(rows == 0 ? 1 : rows) : runner->capacity;
    matter->best = pol_lanes_field(code);
    if (matter->best != POL_NONE32 && capacity < POL_MAX_LANES)
        capacity = POL_MAX_LANES; /* room for every label that a claim may hold */
    matter->accounts = POL_NEW_ARRAY(&runner->arena, uint32_t, code->accum_count);
    if (matter->accounts == NULL ||
        !pol_block_init(&matter->block, &runner->arena, runner->edition->program, code, capacity))
        return no_memory(runner);
    const pol_program *const program = runner->edition->program;
    for (uint32_t a = 0; a < code->accum_count; a++) {
        matter->accounts[a] =
            pol_ledger_account(&runner->ledger, program->series.length != 0 ? program->series : program->id,
                               code->accums[a].shared ? POL_STR("") : code->matter, code->accums[a].name);
        if (matter->accounts[a] == POL_NONE32)
            return no_memory(runner);
    }
    matter->capacity = capacity;
    return true;
}

/* Reads the frame into claim->record. False: stop, or (status POL_OK) no claim is in it. */
static bool read_record(pol_runner *runner, const pol_frame *frame, pending *claim)
{
    *claim = (pending){ .row = POL_NONE32 };
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

/* Puts the record into the next row of its matter's block. CONFLICT: settle first. */
static reading fill_row(pol_runner *runner, pending *claim)
{
    matter_block *const matter = &runner->edition->blocks[claim->record.matter];
    if (matter->capacity == 0 && !make_block(runner, claim->record.matter))
        return READ_FAILED;
    if (matter->rows == matter->capacity)
        return CONFLICT;
    const uint32_t row = matter->rows;
    if (!pol_record_fill(&runner->edition->reader, &claim->record, &matter->block, row)) {
        no_memory(runner);
        return READ_FAILED;
    }
    if (claim->record.error.code != POL_ERR_NONE)
        return READ;
    claim->lanes = pol_lanes_count(&matter->block, row, matter->best);
    if (claim->lanes > matter->capacity - row)
        return CONFLICT;
    const reading done = read_ledger(runner, claim, matter, row);
    if (done != READ)
        return done;
    pol_lanes_spread(&matter->block, row, matter->best, claim->lanes);
    claim->row = row;
    matter->rows += claim->lanes;
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
    if (runner->claim_count == runner->capacity ||
        runner->edition->reader.scratch.used_bytes > MAX_PENDING_BYTES)
        return true;
    if (claim->record.matter == POL_NONE32)
        return false;
    const pol_block *const block = &runner->edition->blocks[claim->record.matter].block;
    return block->tiers.count - block->constant_tiers > MAX_PENDING_TIERS;
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

static bool take_frame(pol_runner *runner, const pol_frame *frame)
{
    pending *const claim = &runner->claims[runner->claim_count];
    if (pol_arena_failed(&runner->arena))
        return no_memory(runner);
    if (runner->in_format == POL_CSV && !runner->csv.has_header)
        return pol_csv_header(&runner->csv, frame->text) || no_memory(runner);
    if (!read_by_edition(runner, frame, claim))
        return runner->status == POL_OK;
    if (claim->record.error.code == POL_ERR_NONE) {
        const reading done = fill_row(runner, claim);
        if (done == READ_FAILED)
            return false;
        /* Settling forgets what was read, so the claim, now the first, is read again. */
        if (done == CONFLICT)
            return settle(runner) && take_frame(runner, frame);
    }
    if (!keep_claim(runner, frame, claim))
        return false;
    runner->summary.claims++;
    runner->claim_count++;
    return !is_full(runner, claim) || settle(runner);
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
    each->blocks = POL_NEW_ARRAY(&runner->arena, matter_block, program->matter_count);
    if (each->blocks == NULL || !pol_reader_init(&each->reader, &runner->arena, program, POL_NONE32) ||
        !pol_csv_layout_init(&each->columns, &runner->arena, program) ||
        !pol_json_layout_init(&each->json, &runner->arena, program))
        return POL_NO_MEMORY;
    if (runner->default_matter.length == 0)
        return POL_OK;
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
    runner->stamp = 1;
    pol_framer_init(&runner->framer, &runner->arena, options->in == POL_CSV);
    pol_csv_init(&runner->csv, &runner->arena);
    pol_text_init(&runner->key, &runner->arena);
    pol_text_init(&runner->written, &runner->arena);
    pol_text_init(&runner->rejected, &runner->arena);
    runner->claims = POL_NEW_ARRAY(&runner->arena, pending, runner->capacity);
    if (options->matter != NULL)
        runner->default_matter = pol_str_copy(&runner->arena, pol_str_of(options->matter));
    if (runner->claims == NULL || pol_arena_failed(&runner->arena))
        return POL_NO_MEMORY;
    return POL_OK;
}

static pol_str series_of(const pol_program *program)
{
    return program->series.length != 0 ? program->series : program->id;
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
    return add_edition(runner, program);
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
    pol_ledger_init(&made->ledger, &arena.allocator);
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

pol_status pol_runner_finish(pol_runner *runner)
{
    if (runner == NULL)
        return POL_BAD_ARGUMENT;
    pol_frame frame;
    if (runner->status == POL_OK && !runner->finished && pol_framer_last(&runner->framer, &frame))
        take_frame(runner, &frame);
    if (runner->status == POL_OK && settle(runner))
        send_all(runner);
    runner->finished = true;
    if (runner->status != POL_OK)
        return runner->status;
    return runner->summary.rejected != 0 ? POL_FINDINGS : POL_OK;
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
    pol_ledger_fini(&runner->ledger);
    pol_arena_reset(&runner->arena);
    pol_reallocate(&allocator, runner, sizeof *runner, 0);
}
