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
    return !pol_arena_failed(&runner->arena) || pol_round_no_memory(runner);
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
    return pol_postings_store(runner->ledger, claim->postings, block, claim->row) || pol_round_no_memory(runner);
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
        return pol_round_no_memory(runner);
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
            return pol_round_no_memory(runner);
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
        return pol_round_no_memory(runner);
    return (runner->written.length < OUTPUT_BYTES && runner->rejected.length < OUTPUT_BYTES) || pol_round_send(runner);
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
bool pol_round_settle(pol_runner *runner, bool is_last)
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
