/* A round: its blocks run wave by wave, and what came of every claim is written in the order of the input. */
#include <string.h>

#include "interp/lanes.h"
#include "interp/runner_internal.h"

/* ---- output --------------------------------------------------------------------------------------------- */

static bool send(pol_runner *runner, pol_text *text, const pol_writer *writer)
{
    if (pol_arena_failed(&runner->arena))
        return pol_round_no_memory(runner);
    if (text->length != 0 && !writer->write(writer->user, text->bytes, text->length)) {
        runner->status = POL_WRITE_FAILED;
        return false;
    }
    text->length = 0;
    return true;
}

bool pol_round_send(pol_runner *runner)
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

static bool has_forms(const pol_runner *runner)
{
    return !runner->exact && runner->tap.take == NULL && runner->out_format != POL_BILL;
}

/* A sound claim that was read alone, by a form; how many rows were written. */
static uint32_t write_by_form(pol_runner *runner, const pending *claim)
{
    const pol_record *const record = &claim->record;
    const bool csv = runner->out_format == POL_CSV;
    pol_str texts[3] = { csv ? record->id_text : record->id, csv ? record->person_text : record->person,
                         csv ? record->household_text : record->household };
    uint8_t flags = 0;
    const pol_row_names names = { .texts = { &texts[0], &texts[1], &texts[2] }, .flags = &flags };
    if (!has_forms(runner) || record->spelling_count != 0)
        return 0;
    return pol_rows_write(&claim->edition->rows, &runner->written, &claim->edition->reader, &claim->block->block,
                          &claim->block->marks, &names, claim->result, 1, SIZE_MAX);
}

static void write_result(pol_runner *runner, const pending *claim)
{
    const pol_result every = { .reader = &runner->edition->reader,
                               .record = &claim->record,
                               .block = &claim->block->block,
                               .row = claim->result };
    const pol_result *const result = &every;
    if (write_by_form(runner, claim) != 0)
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

/* The record of a claim: as it was read alone, or what a window knows of it. */
static void claim_of_row(const matter_block *block, uint32_t row, uint64_t line, pol_runner *runner, pending *claim)
{
    if (block->alone[row] != NULL) {
        *claim = *block->alone[row];
        return;
    }
    *claim = (pending){ .edition = runner->editions[0], .block = (matter_block *)(uintptr_t)block, .row = row, .lanes = 1, .result = row };
    pol_record *const record = &claim->record;
    pol_str *const raw[POL_IDENTITIES] = { &record->id, &record->person, &record->household };
    pol_str *const content[POL_IDENTITIES] = { &record->id_text, &record->person_text, &record->household_text };
    record->line = line;
    record->matter = (uint32_t)(block->block.code - block->block.program->matters);
    if (block->originals != NULL)
        claim->original = block->originals[row];
    for (unsigned i = 0; i < POL_IDENTITIES; i++) {
        const pol_str text = block->names.texts[i][row];
        const bool quoted = (block->names.flags[row] & POL_ROW_QUOTED(i)) != 0;
        *content[i] = text;
        *raw[i] = quoted ? (pol_str){ text.bytes - 1, text.length + 2 } : text;
        if (!block->names.cells || text.length == 0)
            continue;
        pol_text value;
        pol_text_init(&value, &runner->editions[0]->reader.scratch);
        pol_json_write_string(&value, text);
        *raw[i] = pol_text_str(&value);
    }
}

static const pol_posting *postings_of(const matter_block *block, uint32_t row)
{
    return block->postings + (size_t)row * block->block.code->accum_count;
}

/* Keeps the claim that stands first in the input. */
static bool note_disorder(pol_runner *runner, const matter_block *block, uint32_t row, uint32_t result, uint32_t number)
{
    const pol_accum_def *const accumulator = &block->block.code->accums[number];
    pol_disorder *const disorder = &runner->disorder;
    const uint64_t line = pol_round_line(runner, block, row);
    if (disorder->line != 0 && disorder->line <= line)
        return true;
    pending claim;
    claim_of_row(block, row, line, runner, &claim);
    const pol_str holder = accumulator->household ? claim.record.household_text : claim.record.person_text;
    *disorder = (pol_disorder){
        .line = line,
        .holder = pol_arena_copy(&runner->arena, holder.bytes, holder.length),
        .accumulator = pol_arena_copy(&runner->arena, accumulator->name.bytes, accumulator->name.length)
    };
    pol_date_text(disorder->date, pol_postings_date(&block->block, result));
    pol_date_text(disorder->settled, pol_ledger_date(runner->ledger, postings_of(block, row)[number].entry));
    return !pol_arena_failed(&runner->arena) || pol_round_no_memory(runner);
}

/* Puts what a settled claim counts into the ledger. One that is out of order is left out: the run ends. */
static bool post(pol_runner *runner, const matter_block *block, uint32_t row, uint32_t result)
{
    const pol_posting *const postings = postings_of(block, row);
    const uint32_t disorder =
        runner->any_order ? POL_NONE32 : pol_postings_disorder(runner->ledger, postings, &block->block, result);
    if (disorder != POL_NONE32)
        return note_disorder(runner, block, row, result, disorder);
    return pol_postings_store(runner->ledger, postings, &block->block, result) || pol_round_no_memory(runner);
}

/* Whether the marks of its block already say that the claim is settled. */
static bool is_sound(const pol_runner *runner, const pending *claim)
{
    return !runner->exact && runner->edition_count == 1 && claim->lanes == 1 &&
           claim->block->marks.sound[claim->row] && claim->record.unknown.code == POL_ERR_NONE;
}

/* What came of one claim whose rows have run. */
static void judge(pol_runner *runner, pending *claim)
{
    runner->edition = claim->edition;
    claim->result = claim->row;
    claim->finding.code = POL_ERR_NONE;
    if (is_sound(runner, claim))
        return;
    pol_result result = { .reader = &runner->edition->reader, .record = &claim->record, .block = &claim->block->block };
    claim->result = result.row = pol_lanes_choose(&runner->edition->reader, &claim->record, result.block, claim->row,
                                                  claim->lanes, &claim->finding);
    if (claim->finding.code == POL_ERR_NONE && !pol_result_conserves(&result))
        claim->finding = pol_result_broken();
    const pol_code *const code = result.block->code;
    if (is_superseded(runner->edition, &result, &claim->finding))
        claim->finding = (pol_finding){ .code = POL_ERR_NOT_IN_FORCE, .field = code->fields[code->governing_field].name };
    if (claim->finding.code == POL_ERR_NOT_IN_FORCE && runner->edition_count > 1)
        name_editions(runner, &claim->finding);
}

/* Judges the claims of a block. */
static void judge_block(pol_runner *runner, matter_block *block)
{
    for (uint32_t row = 0, rows = 1; row < block->rows; row += rows) {
        pending *claim = block->alone[row], found;
        rows = claim == NULL || claim->block == NULL ? 1 : claim->lanes;
        block->ready[row] = claim == NULL && block->marks.sound[row] && !runner->exact;
        block->settled[row] = block->ready[row];
        if (block->ready[row])
            continue;
        if (claim == NULL)
            claim_of_row(block, row, 0, runner, claim = &found);
        if (claim->block == NULL)
            continue;
        judge(runner, claim);
        block->settled[claim->result] = claim->finding.code == POL_ERR_NONE;
    }
}

/* Puts what the claims of a block count into the ledger. */
static bool post_block(pol_runner *runner, matter_block *block)
{
    uint32_t at, disorder;
    if (block->alone_count == 0 && block->block.code->accum_count != 0) {
        if (!pol_postings_store_rows(runner->ledger, block->postings, &block->block, block->settled, block->rows, runner->any_order,
                                     &at, &disorder))
            return pol_round_no_memory(runner);
        return disorder == POL_NONE32 || note_disorder(runner, block, at, at, disorder);
    }
    for (uint32_t row = 0, rows = 1; row < block->rows && block->block.code->accum_count != 0; row += rows) {
        const pending *const claim = block->alone[row];
        rows = claim == NULL || claim->block == NULL ? 1 : claim->lanes;
        const uint32_t result = claim == NULL ? row : claim->result;
        if ((claim == NULL || claim->block != NULL) && block->settled[result] && !post(runner, block, row, result))
            return false;
    }
    return true;
}

/* Values before, from the ledger. */
static void read_accumulators(const pol_runner *runner, const matter_block *block)
{
    for (uint32_t row = 0, rows = 1; row < block->rows; row += rows) {
        const pending *const claim = block->alone[row];
        rows = claim == NULL || claim->block == NULL ? 1 : claim->lanes;
        if (claim == NULL || claim->block != NULL)
            pol_postings_read(runner->ledger, postings_of(block, row), &block->block, row, rows);
    }
}

/* Runs a block and judges its claims. */
static bool run_block(pol_runner *runner, matter_block *block)
{
    if (block->rows == 0)
        return true;
    if (block->asking != 0)
        read_accumulators(runner, block);
    if (!pol_vm_run(&block->block, block->rows))
        return pol_round_no_memory(runner);
    pol_row_marks_find(&block->marks, &block->edition->rows, &block->block, block->rows);
    judge_block(runner, block);
    return true;
}

/* The same when entries are open and some claim of the round asks for one. */
static bool run_asking(pol_runner *runner, matter_block *block)
{
    const matter_blocks *const matter = &block->edition->matters[block->block.code - block->block.program->matters];
    if (!matter->in_sequence || block->rows == 0 || (block->rows == 1 && matter->pools[0].used == 1))
        return run_block(runner, block);
    if (!pol_round_run_sequence(runner, block))
        return pol_round_no_memory(runner);
    judge_block(runner, block);
    return true;
}

/* Opens the entries of all claims, in the order of the input. */
static bool open_entries(pol_runner *runner)
{
    pol_posting_batch batch = { .count = 0 };
    for (size_t i = 0; i < runner->stretches.count; i++) {
        const stretch *const each = &runner->stretches.items[i];
        const pol_code *const code = each->block == NULL ? NULL : each->block->block.code;
        if (code == NULL || code->accum_count == 0)
            continue;
        matter_blocks *const matter = &each->block->edition->matters[code - each->block->block.program->matters];
        pol_posting *const postings = each->block->postings + (size_t)each->row * code->accum_count;
        if (!take_turn(runner))
            return false;
        if (!pol_postings_open(&batch, runner->ledger, matter->accounts, code, postings, each->count, matter->opened_last))
            return pol_round_no_memory(runner);
        matter->opened_last = postings + (size_t)(each->count - 1) * code->accum_count;
    }
    return pol_postings_opened(&batch, runner->ledger) || pol_round_no_memory(runner);
}

static bool asks_nothing(pol_runner *runner, matter_block *block)
{
    (void)runner;
    return block->asking == 0;
}

/* Settles what has been read, wave by wave. What asks the ledger for nothing runs before its turn has come. */
static bool run_waves(pol_runner *runner)
{
    const bool independent = pol_round_each(runner, POL_NONE32, asks_nothing);
    if ((independent && !pol_round_each(runner, POL_NONE32, run_block)) || !open_entries(runner))
        return false;
    for (uint32_t wave = 0; wave <= runner->last_wave; wave++) {
        if ((!independent && !pol_round_each(runner, wave, run_asking)) || !pol_round_each(runner, wave, post_block))
            return false;
    }
    if (runner->disorder.line != 0)
        runner->status = POL_OUT_OF_ORDER;
    return runner->status == POL_OK;
}

/* Whether all is well; hands over what has been written when it is much. */
static bool check_written(pol_runner *runner)
{
    if (pol_arena_failed(&runner->arena) || pol_arena_failed(&runner->edition->reader.scratch))
        return pol_round_no_memory(runner);
    return (runner->written.length < OUTPUT_BYTES && runner->rejected.length < OUTPUT_BYTES) || pol_round_send(runner);
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
    return check_written(runner);
}

/* The same for a row of a window that is not ready, or has no form: once more what it came to. */
static bool write_row(pol_runner *runner, const stretch *of, uint32_t row)
{
    if (of->block->alone[row] != NULL)
        return write_claim(runner, of->block->alone[row]);
    pending claim;
    claim_of_row(of->block, row, of->line + (row - of->row), runner, &claim);
    judge(runner, &claim);
    return write_claim(runner, &claim);
}

/* How many rows from `row` on, up to `end`, are ready. */
static uint32_t count_ready(const matter_block *block, uint32_t row, uint32_t end)
{
    const uint8_t *const first = block->ready + row, *const other = memchr(first, 0, end - row);
    return other == NULL ? end - row : (uint32_t)(other - first);
}

static uint32_t write_ready(pol_runner *runner, matter_block *block, uint32_t row, uint32_t count)
{
    const edition *const of = runner->editions[0];
    pol_row_names names = { .flags = block->names.flags + row, .cells = block->names.cells };
    for (unsigned i = 0; i < POL_IDENTITIES; i++)
        names.texts[i] = block->names.texts[i] + row;
    const uint32_t written = pol_rows_write(&of->rows, &runner->written, &of->reader, &block->block, &block->marks, &names,
                                            row, count, OUTPUT_BYTES);
    runner->summary.settled += written;
    return written;
}

static bool write_stretch(pol_runner *runner, const stretch *of)
{
    if (of->alone != NULL)
        return write_claim(runner, of->alone);
    const uint32_t end = of->row + of->count;
    for (uint32_t row = of->row; row < end;) {
        const uint32_t ready = has_forms(runner) ? count_ready(of->block, row, end) : 0;
        const uint32_t written = ready == 0 ? 0 : write_ready(runner, of->block, row, ready);
        if (!(written != 0 ? check_written(runner) : write_row(runner, of, row)))
            return false;
        row += written != 0 ? written : 1;
    }
    return true;
}

/* Counts what a block came to and empties it. */
static bool clear_block(pol_runner *runner, matter_block *block)
{
    const matter_blocks *const matter = &block->edition->matters[block->block.code - block->block.program->matters];
    const bool marked = block->edition->rows.matters[block->block.code - block->block.program->matters].group_count <= 64;
    pol_totals_add_block(&runner->totals, &matter->totals, &block->block, marked ? block->marks.statuses : NULL,
                         block->settled, block->rows, runner->loops);
    memset(block->settled, 0, block->rows);
    if (block->alone_count != 0)
        memset(block->alone, 0, block->rows * sizeof *block->alone);
    pol_block_clear(&block->block);
    block->rows = block->alone_count = block->asking = 0;
    return true;
}

static void clear_matter(matter_blocks *matter)
{
    memset(matter->latest, 0, sizeof matter->latest);
    matter->pools[0].used = matter->pools[1].used = 0;
    matter->made_last = matter->opened_last = NULL;
}

/* Runs what has been read, writes it, and begins new blocks. `is_last`: of the piece. */
bool pol_round_settle(pol_runner *runner, bool is_last)
{
    write_header(runner);
    if (!run_waves(runner))
        return false;
    if (is_last)
        pass_turn(runner);
    for (size_t i = 0; i < runner->stretches.count; i++) {
        if (!write_stretch(runner, &runner->stretches.items[i]))
            return false;
    }
    runner->stretches.count = runner->registered = 0;
    runner->claim_count = 0;
    runner->borrows = false;
    pol_round_each(runner, POL_NONE32, clear_block);
    runner->last_wave = 0;
    if (runner->waves.slots != NULL)
        pol_waves_clear(&runner->waves);
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        pol_reader_clear(&each->reader);
        for (uint32_t m = 0; m < each->program->matter_count; m++) {
            clear_matter(&each->matters[m]);
            pol_round_review_sequence(&each->matters[m]);
        }
    }
    return true;
}
