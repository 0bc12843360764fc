/* Many records at once: those of the usual form by the window reader, others in their place by the exact one. */
#include <string.h>

#include "interp/runner_internal.h"

#define WINDOW_BYTES ((size_t)4 << 10)      /* fewer are read record by record */
#define EDGE_BYTES   ((size_t)4 << 10)      /* of a piece are read in a copy at most at either end */
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
    runner->head.copy = pol_arena_alloc(&runner->arena, EDGE_BYTES + 3 * POL_WINDOW_SLACK);
    runner->tail.copy = pol_arena_alloc(&runner->arena, EDGE_BYTES + 3 * POL_WINDOW_SLACK);
    if (runner->intake == NULL || runner->head.copy == NULL || runner->tail.copy == NULL ||
        !pol_intake_init(runner->intake, &runner->arena, &runner->edition->reader,
                         runner->in_format == POL_CSV ? &runner->csv : NULL) ||
        !pol_text_reserve(&runner->written, OUTPUT_BYTES + OUTPUT_BYTES / 4)) { /* grown by and by it is twice that */
        pol_round_no_memory(runner);
        return NULL;
    }
    if (runner->has_set) {
        static const unsigned k_scans[] = { 0, 2, 3 };
        runner->intake->loops = pol_text_loops_variant(runner->set);
        runner->intake->window.scan = pol_csv_scan_variant(k_scans[runner->set]);
    }
    return intake_of(runner);
}

/* ---- places ----------------------------------------------------------------------------------------------- */

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

/* Whether the record reads none of its accumulators from the ledger. */
static bool gives_all(const pol_runner *runner, uint32_t number)
{
    const pol_code *const code = &runner->edition->program->matters[runner->intake->matter[number]];
    for (uint32_t a = 0; a < code->accum_count; a++) {
        if (code->accums[a].shared || !pol_intake_gave(runner->intake, number, code->accums[a].field))
            return false;
    }
    return true;
}

/* Whether every record of the matter in the window gives the accumulator itself. */
static bool all_give(const pol_intake *intake, uint32_t matter, const pol_accum_def *accumulator)
{
    pol_places places;
    const bool only = matter == intake->only_matter;
    const bool some = !accumulator->shared && pol_intake_places(intake, matter, accumulator->field, &places);
    for (uint32_t r = 0; r < intake->window.rows.count; r++) {
        if ((only || intake->matter[r] == matter) &&
            !(some && pol_intake_is_there(intake, pol_place_from(&places, r), pol_place_to(&places, r))))
            return false;
    }
    return true;
}

/* Whether no record of the window can have to wait for another claim of the round: the waves need not be asked. */
static bool is_free(pol_runner *runner)
{
    const pol_intake *const intake = runner->intake;
    const pol_program *const program = runner->edition->program;
    if (runner->last_wave != 0)
        return false;
    for (uint32_t r = 0; r < intake->window.rows.count && intake->only_matter == POL_NONE32; r++) {
        if (intake->matter[r] == POL_NONE32)
            return false;
    }
    for (uint32_t m = 0; m < program->matter_count; m++) {
        for (uint32_t a = 0; a < program->matters[m].accum_count && !pol_round_in_sequence(runner, m); a++) {
            if ((intake->only_matter == POL_NONE32 || intake->only_matter == m) && !all_give(intake, m, &program->matters[m].accums[a]))
                return false;
        }
    }
    return true;
}

/* Whether the waves are asked for claims of the matter. */
static bool goes_by_waves(pol_runner *runner, uint32_t matter)
{
    return runner->edition->program->matters[matter].accum_count != 0 && !pol_round_in_sequence(runner, matter);
}

/* The wave of a record. */
static uint32_t wave_of(pol_runner *runner, uint32_t number, bool free)
{
    const pol_intake *const intake = runner->intake;
    if (free || !goes_by_waves(runner, intake->matter[number]))
        return 0;
    return pol_waves_of(&runner->waves, pol_intake_name(intake, number, POL_PERSON),
                        pol_intake_name(intake, number, POL_HOUSEHOLD), !gives_all(runner, number));
}

/* Gives the record a row of a block, in the last stretch when it goes on there. CONFLICT: settle first. */
static reading place_record(pol_runner *runner, stretch **last, uint32_t number, bool free)
{
    const uint32_t matter = runner->intake->matter[number], wave = wave_of(runner, number, free);
    stretch *of = *last;
    if (of == NULL || of->block->block.code != &runner->edition->program->matters[matter] || of->block->wave != wave ||
        of->block->rows == of->block->capacity || of->line + of->count != runner->framer.line) {
        matter_block *const block = pol_round_block(runner, matter, wave);
        const stretch next = { .block = block, .row = block == NULL ? 0 : block->rows, .line = runner->framer.line,
                               .known = !free || !goes_by_waves(runner, matter) };
        if (block == NULL)
            return runner->status == POL_OK ? CONFLICT : READ_FAILED;
        if (!POL_PUSH(&runner->arena, runner->stretches, next)) {
            pol_round_no_memory(runner);
            return READ_FAILED;
        }
        *last = of = &runner->stretches.items[runner->stretches.count - 1];
    }
    if (!free && goes_by_waves(runner, matter))
        pol_waves_put(&runner->waves, wave);
    runner->last_wave = wave > runner->last_wave ? wave : runner->last_wave;
    pol_intake_group *const group = &of->block->group;
    group->records[group->count] = number;
    group->rows[group->count++] = of->block->rows++;
    of->count++;
    runner->claim_count++;
    runner->summary.claims++;
    return READ;
}

/* How many records from `number` on are usual and of one matter. */
static uint32_t count_alike(const pol_intake *intake, uint32_t number)
{
    uint32_t end = intake->only_matter != POL_NONE32 ? intake->window.rows.count : number + 1;
    while (end < intake->window.rows.count && intake->matter[end] == intake->matter[number])
        end++;
    return end - number;
}

/* Gives records behind a usual one, of its matter, the rows behind its own, as far as there is room; how many. For
 * those that need not wait. */
static uint32_t place_more(pol_runner *runner, stretch *of, uint32_t number, uint32_t count)
{
    matter_block *const block = of->block;
    pol_intake_group *const group = &block->group;
    const uint32_t room = block->capacity - block->rows, left = runner->claim_capacity - runner->claim_count;
    count = count < room ? count : room;
    count = count < left ? count : left;
    for (uint32_t i = 0; i < count && runner->places != NULL; i++) { /* as far as lines follow each other */
        if (runner->places[runner->place + i].line != of->line + of->count + i)
            count = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        group->records[group->count + i] = number + i;
        group->rows[group->count + i] = block->rows + i;
    }
    group->count += count;
    block->rows += count;
    of->count += count;
    runner->claim_count += count;
    runner->summary.claims += count;
    runner->place += count == 0 || runner->places == NULL ? 0 : count - 1;
    if (count != 0)
        pol_round_pass(runner, count);
    return count;
}

/* Reads a record of the window exactly; *claim is NULL when it holds none. False: stop. */
static bool read_alone(pol_runner *runner, pending **claim, uint32_t number, uint64_t line)
{
    const pol_frame frame = { .text = pol_intake_text(runner->intake, number), .line = line };
    *claim = NULL;
    if (pol_framer_is_blank(frame.text))
        return true;
    pending *const made = pol_round_new_claim(runner);
    if (made == NULL || !pol_round_read(runner, &frame, made))
        return runner->status == POL_OK;
    if (runner->has_rejects)
        made->original = frame.text;
    *claim = made;
    return true;
}

/* The claim of a record that the window does not read. */
static reading take_alone(pol_runner *runner, uint32_t number)
{
    pending *claim;
    if (!read_alone(runner, &claim, number, runner->framer.line))
        return READ_FAILED;
    const reading done = claim == NULL || claim->record.error.code != POL_ERR_NONE ? READ : pol_round_fill(runner, claim);
    return done == READ && claim != NULL && !pol_round_add(runner, claim) ? READ_FAILED : done;
}

/* Gives the window's records from `from` on their places, in order, until there is no more room. The first that has
 * found none. */
static uint32_t place_records(pol_runner *runner, uint32_t from)
{
    const pol_intake *const intake = runner->intake;
    const uint32_t count = intake->window.rows.count;
    const bool free = is_free(runner);
    stretch *last = NULL; /* NULL: the next record begins a new one */
    if (!free && pol_runner_uses_ledger(runner) && !pol_round_register(runner))
        return from;
    for (uint32_t r = from; r < count; r++) {
        const bool usual = intake->matter[r] != POL_NONE32;
        if ((usual ? place_record(runner, &last, r, free) : take_alone(runner, r)) != READ)
            return r;
        last = usual ? last : NULL;
        pol_round_pass(runner, lines_of(intake, r));
        if (usual && free)
            r += place_more(runner, last, r + 1, count_alike(intake, r) - 1);
        if (pol_round_is_full(runner))
            return r + 1;
    }
    return count;
}

/* ---- values ----------------------------------------------------------------------------------------------- */

static bool make_names(pol_runner *runner, matter_block *block)
{
    if (block->names.flags != NULL)
        return true;
    block->names.cells = runner->intake->window.csv;
    block->names.flags = POL_NEW_ARRAY(&runner->arena, uint8_t, block->capacity);
    for (unsigned i = 0; i < POL_IDENTITIES; i++)
        block->names.texts[i] = POL_NEW_ARRAY(&runner->arena, pol_str, block->capacity);
    if (runner->has_rejects)
        block->originals = POL_NEW_ARRAY(&runner->arena, pol_str, block->capacity);
    return !pol_arena_failed(&runner->arena) || pol_round_no_memory(runner);
}

/* What the records of the group count. */
static bool make_postings(pol_runner *runner, matter_block *block)
{
    const pol_intake *const intake = runner->intake;
    const pol_code *const code = block->block.code;
    if (!pol_postings_make_rows(block->postings, &runner->edition->reader, block->names.texts[POL_PERSON],
                                block->names.texts[POL_HOUSEHOLD], &block->block, block->group.rows, block->group.count))
        return pol_round_no_memory(runner);
    for (uint32_t a = 0; a < code->accum_count; a++) {
        pol_places places;
        const bool some = pol_intake_places(intake, (uint32_t)(code - block->block.program->matters), code->accums[a].field, &places);
        const bool csv = intake->window.csv;
        uint32_t asking = 0;
        for (uint32_t k = 0; k < block->group.count; k++) {
            const uint32_t record = block->group.records[k];
            const uint32_t from = some ? pol_place_from(&places, record) : 0, to = some ? pol_place_to(&places, record) : 0;
            const bool given = csv ? from != to : to != 0;
            block->postings[(size_t)block->group.rows[k] * code->accum_count + a].given = given;
            asking += !given;
        }
        block->asking += asking;
    }
    return true;
}

/* Reads a record that has a row exactly after all. */
static bool read_again(pol_runner *runner, matter_block *block, uint32_t row, uint32_t number)
{
    const uint32_t accums = block->block.code->accum_count;
    pending *claim;
    if (!read_alone(runner, &claim, number, pol_round_line(runner, block, row)))
        return false;
    if (accums != 0)
        memset(block->postings + (size_t)row * accums, 0, accums * sizeof *block->postings);
    block->alone[row] = claim;
    block->alone_count++;
    return claim->record.error.code != POL_ERR_NONE || pol_round_fill_again(runner, claim, block, row);
}

/* Fills the rows of the block that have been given to records of the window. */
static bool fill_block(pol_runner *runner, matter_block *block)
{
    pol_intake *const intake = runner->intake;
    pol_intake_group *const group = &block->group;
    if (group->count == 0)
        return true;
    if (!make_names(runner, block))
        return false;
    if (!pol_intake_fill(intake, &block->block, group))
        return pol_round_no_memory(runner);
    pol_intake_names(intake, group, &block->names);
    for (uint32_t k = 0; runner->has_rejects && k < group->count; k++)
        block->originals[group->rows[k]] = pol_intake_text(intake, group->records[k]);
    if (block->block.code->accum_count != 0 && !make_postings(runner, block))
        return false;
    for (uint32_t k = 0; k < group->count && intake->some_bad; k++) {
        if (intake->bad[group->records[k]] && !read_again(runner, block, group->rows[k], group->records[k]))
            return false;
    }
    group->count = 0;
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
    const uint32_t count = runner->intake->window.rows.count;
    for (uint32_t from = 0, end; from < count; from = end) {
        runner->borrows = true;
        end = place_records(runner, from);
        if (runner->status != POL_OK || !pol_round_each(runner, POL_NONE32, fill_block))
            return false;
        const bool full = end < count || runner->claim_count == runner->claim_capacity;
        if (full && !pol_round_settle(runner, false))
            return false;
    }
    return learn_forms(runner, count);
}

/* ---- windows ---------------------------------------------------------------------------------------------- */

/* Takes many records of bytes[at .. end), which begins with one; *used: so many bytes. False: none was taken. */
static bool take_window(pol_runner *runner, const char *bytes, size_t at, size_t end, size_t *used)
{
    pol_intake *const intake = runner->intake;
    const bool blind = intake->window.slots.count == 0;
    const uint32_t most = blind ? FIRST_RECORDS : POL_WINDOW_ROWS;
    if (!pol_intake_find(intake, bytes, at, end, most < runner->claim_capacity ? most : runner->claim_capacity))
        return pol_round_no_memory(runner);
    if (intake->window.rows.count == 0)
        return false;
    *used = intake->window.rows.starts[intake->window.rows.count] - intake->window.rows.starts[0];
    return take_records(runner);
}

/* The beginning or end of a piece, where a window must not look beyond: the same in a copy with room around it, which
 * stays as long as the piece. */
static bool take_edge(pol_runner *runner, piece_edge *edge, const char *bytes, size_t length, size_t *used)
{
    const size_t before = 2 * POL_WINDOW_SLACK;
    if (edge->from == NULL) {
        edge->from = bytes;
        edge->length = length < EDGE_BYTES ? length : EDGE_BYTES;
        memcpy(edge->copy + before, bytes, edge->length);
        memset(edge->copy + before + edge->length, 0, POL_WINDOW_SLACK);
    }
    const size_t passed = (size_t)(bytes - edge->from);
    return passed < edge->length &&
           take_window(runner, edge->copy, before + passed, before + edge->length + POL_WINDOW_SLACK, used);
}

bool pol_round_take_window(pol_runner *runner, const char *begin, const char **bytes, size_t *length)
{
    const size_t at = (size_t)(*bytes - begin);
    size_t used = 0;
    if (at + *length < WINDOW_BYTES || !pol_framer_is_between(&runner->framer))
        return false;
    pol_round_begin(runner);
    if (intake_of(runner) == NULL)
        return false;
    const bool taken = at < 2 * POL_WINDOW_SLACK  ? take_edge(runner, &runner->head, *bytes, *length, &used)
                       : *length <= EDGE_BYTES    ? take_edge(runner, &runner->tail, *bytes, *length, &used)
                                                  : take_window(runner, begin, at, at + *length, &used);
    if (taken) {
        *bytes += used;
        *length -= used;
    }
    return taken;
}
