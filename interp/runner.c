/* pol_runner_*: a stream of claims to a stream of settlements.
 *
 * Bytes become records (csv.h), records become rows of a block for each matter (record.h), a full block
 * runs (vm.h), and what came of every claim is written in the order of the input (result.h). Values of
 * accumulators come from the ledger and go back to it (posting.h). Claims of one holder follow each other in a
 * block (runner_sequence.c) or go into blocks of different waves (waves.h), which run one after another: results
 * never depend on blocks.
 *
 * Memory does not grow with the stream, the ledger and nothing else excepted. */
#include <stdio.h>
#include <string.h>

#include "interp/csv_scan.h"
#include "interp/csv_unquote.h"
#include "interp/runner_internal.h"

#define MAX_BLOCK_ROWS 16384u
#define MAX_UNQUOTED   ((size_t)1 << 20) /* of a larger piece quotes stay */

bool pol_round_no_memory(pol_runner *runner)
{
    runner->status = POL_NO_MEMORY;
    return false;
}

pol_str pol_round_series(const pol_program *program)
{
    return program->series.length != 0 ? program->series : program->id;
}

/* ---- pieces ------------------------------------------------------------------------------------------------- */

/* CSV with quotes goes by windows without those that are not needed. A rejected record is shown as it came. */
static bool unquote(pol_runner *runner, const char **bytes, size_t *length)
{
    const bool may = runner->in_format == POL_CSV && runner->csv.has_header && runner->csv.count > 1 && !runner->exact &&
                     !runner->has_rejects && runner->edition_count == 1;
    if (!may || *length > MAX_UNQUOTED || !pol_framer_is_between(&runner->framer) || memchr(*bytes, '"', *length) == NULL)
        return true;
    runner->unquoted.length = 0;
    if (!pol_csv_unquote(&runner->unquoted, *bytes, *length))
        return pol_round_no_memory(runner);
    *bytes = runner->unquoted.bytes;
    *length = runner->unquoted.length;
    return true;
}

/* Takes the records of a piece that are complete. `whole`: no others belong to it. */
static void take_piece(pol_runner *runner, const char *bytes, size_t length, bool whole)
{
    if (length == 0 || !unquote(runner, &bytes, &length))
        return;
    const char *const begin = bytes;
    pol_frame frame;
    runner->head.from = runner->tail.from = NULL;
    while (runner->status == POL_OK && length != 0) {
        if (pol_round_take_window(runner, begin, &bytes, &length))
            continue;
        if (runner->status != POL_OK || !pol_framer_next(&runner->framer, &bytes, &length, &frame))
            break;
        pol_round_take(runner, &frame);
        if (runner->places != NULL)
            pol_round_pass(runner, 1);
    }
    if (runner->status == POL_OK && runner->borrows)
        pol_round_settle(runner, whole && pol_framer_is_between(&runner->framer));
}

void pol_runner_read_exactly(pol_runner *runner)
{
    runner->exact = true;
}

void pol_runner_use_set(pol_runner *runner, unsigned set)
{
    if (pol_row_loops_variant(set) == NULL || pol_text_loops_variant(set) == NULL)
        return;
    runner->has_set = true;
    runner->set = set;
    runner->loops = pol_row_loops_variant(set);
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        runner->editions[e]->rows.loops = runner->loops;
        runner->editions[e]->rows.avx2 = runner->editions[e]->rows.avx2 && set != 0;
    }
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
        status = pol_round_make_matter(runner, program, &program->matters[m], &each->matters[m]);
    if (status != POL_OK || runner->default_matter.length == 0)
        return status;
    each->reader.default_matter = pol_reader_matter_number(&each->reader, runner->default_matter);
    if (pol_arena_failed(&each->reader.scratch))
        return POL_NO_MEMORY;
    return each->reader.default_matter == POL_NONE32 ? POL_BAD_ARGUMENT : POL_OK;
}

static pol_status init(pol_runner *runner, const pol_run_options *options)
{
    const uint32_t wanted = options->block == 0 ? POL_BLOCK_ROWS : options->block;
    const uint32_t rows = options->claims != 0 && options->claims < wanted ? options->claims : wanted;
    runner->capacity = rows > MAX_BLOCK_ROWS ? MAX_BLOCK_ROWS : rows;
    runner->has_few = options->claims != 0 && options->claims <= FEW_CLAIMS;
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
    pol_text_init(&runner->unquoted, &runner->arena);
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
        if (!pol_str_equal(pol_round_series(other), pol_round_series(program)))
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
    take_piece(runner, bytes, length, false);
    if (runner->status == POL_OK)
        pol_round_send(runner);
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
        pol_round_take(runner, &frame);
    if (runner->status == POL_OK && pol_round_settle(runner, true))
        pol_round_send(runner);
    runner->finished = true;
    return status_so_far(runner);
}

/* Records picked by their places, one by one. */
static void take_places(pol_runner *runner, const pol_stream_piece *piece)
{
    for (size_t i = 0; i < piece->record_count && runner->status == POL_OK; i++) {
        const pol_record_place *const place = &piece->records[i];
        const bool too_long = place->length > POL_MAX_RECORD_BYTES;
        const pol_str text = { piece->bytes + place->at, place->length };
        const pol_frame frame = { .text = too_long ? POL_STR("") : text, .line = place->line, .too_long = too_long };
        pol_round_take(runner, &frame);
    }
}

/* Whether the records picked are lines (rows) that follow each other in the piece, and nothing else. */
static bool are_lines(const pol_runner *runner, const pol_stream_piece *piece)
{
    const bool csv = runner->in_format == POL_CSV && piece->length != 0 && memchr(piece->bytes, '"', piece->length) != NULL;
    size_t at = 0;
    for (size_t i = 0; i < piece->record_count; i++) {
        const pol_record_place *const place = &piece->records[i];
        if (place->at != at || place->length == 0 || place->length >= piece->length - at ||
            place->length > POL_MAX_RECORD_BYTES)
            return false;
        const pol_str text = { piece->bytes + at, place->length };
        const size_t end = at + place->length;
        const char *const feed = csv ? piece->bytes + pol_csv_row_end(piece->bytes, at, end + 1)
                                     : memchr(text.bytes, '\n', text.length + 1);
        if (feed != piece->bytes + end || *feed != '\n' || feed[-1] == '\r' || pol_framer_is_blank(text))
            return false;
        at = end + 1;
    }
    return at == piece->length;
}

static void take_all(pol_runner *runner, const pol_stream_piece *piece)
{
    pol_frame frame;
    pol_framer_at(&runner->framer, piece->line);
    take_piece(runner, piece->bytes, piece->length, true);
    if (runner->status == POL_OK && pol_framer_last(&runner->framer, &frame))
        pol_round_take(runner, &frame);
}

/* Records picked by their places that are lines all the same. */
static void take_picked(pol_runner *runner, const pol_stream_piece *piece)
{
    pol_framer_at(&runner->framer, 2); /* not at the start, where a byte-order mark would be */
    runner->places = piece->records;
    runner->place_count = piece->record_count;
    runner->place = SIZE_MAX;
    pol_round_pass(runner, 0);
    take_piece(runner, piece->bytes, piece->length, true);
    runner->places = NULL;
}

pol_status pol_runner_settle(pol_runner *runner, const pol_stream_piece *piece)
{
    if (runner == NULL || piece == NULL || (piece->bytes == NULL && piece->length != 0) || runner->finished)
        return POL_BAD_ARGUMENT;
    runner->header_written = !piece->first;
    if (piece->records != NULL && are_lines(runner, piece))
        take_picked(runner, piece);
    else if (piece->records != NULL)
        take_places(runner, piece);
    else
        take_all(runner, piece);
    if (runner->status == POL_OK && pol_round_settle(runner, true))
        pol_round_send(runner);
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
        read = pol_round_read_record(runner, &frame, &claim);
    } while (read && e > 0 && claim.record.matter == POL_NONE32);
    const bool dated = read && claim.record.matter != POL_NONE32 &&
                       pol_round_date(runner->edition, claim.record.matter, date);
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
