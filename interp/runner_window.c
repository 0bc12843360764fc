/* Many records at once: those of the usual form by the window reader, others in their place by the exact one. */
#include "interp/runner_internal.h"

#define WINDOW_BYTES ((size_t)4 << 10)      /* fewer are read record by record */
#define FIRST_RECORDS 16u                   /* of a window while no form of JSON records is known */
#define LESSONS      4u                     /* forms of records learned from a window */

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
        pol_round_no_memory(runner);
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
    const bool counts = pol_round_counts(runner, claim);
    const uint32_t wave =
        counts ? pol_waves_of(&runner->waves, person, household, !gives_all(runner, code, number)) : 0;
    matter_block *const block = pol_round_block(runner, claim->record.matter, wave);
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
    if (pol_framer_is_blank(frame.text) || !pol_round_read(runner, &frame, *claim)) {
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
    return *claim == NULL || (*claim)->record.error.code != POL_ERR_NONE ? READ : pol_round_fill(runner, *claim);
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
        if (claim != NULL && pol_round_is_full(runner, claim))
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
                return pol_round_no_memory(runner);
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
        return pol_round_no_memory(runner);
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
    if (!pol_round_make_postings(runner, claim, &claim->block->block, claim->row))
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
            return pol_round_no_memory(runner);
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
        if (full && !pol_round_settle(runner, false))
            return false;
    }
    return learn_forms(runner, count);
}

/* Takes many records of the piece that begins at `begin`. False: none was taken. */
bool pol_round_take_window(pol_runner *runner, const char *begin, const char **bytes, size_t *length)
{
    if (*length < WINDOW_BYTES || !pol_framer_is_between(&runner->framer) || !pol_round_begin(runner))
        return false;
    pol_intake *const intake = intake_of(runner);
    if (intake == NULL)
        return false;
    const bool blind = intake->window.slots.count == 0;
    const uint32_t most = blind ? FIRST_RECORDS : POL_WINDOW_ROWS;
    const size_t at = (size_t)(*bytes - begin);
    if (!pol_intake_find(intake, begin, at, at + *length, most < runner->claim_capacity ? most : runner->claim_capacity))
        return pol_round_no_memory(runner);
    if (intake->window.rows.count == 0)
        return false;
    const size_t used = intake->window.rows.starts[intake->window.rows.count] - intake->window.rows.starts[0];
    if (!take_records(runner))
        return false;
    *bytes += used;
    *length -= used;
    return true;
}
