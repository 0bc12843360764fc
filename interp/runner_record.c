/* Records read one at a time, by the exact reader, into the blocks of a round. */
#include "interp/lanes.h"
#include "interp/runner_internal.h"

#define MAX_BLOCK_BYTES ((size_t)64 << 20) /* of the columns of one matter */
#define MAX_PENDING_TIERS 4096               /* schedules of unsettled claims */

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

static bool has_schedules(const pol_code *code)
{
    for (uint32_t f = 0; f < code->field_count; f++) {
        if (code->fields[f].type == POL_F_TIERS)
            return true;
    }
    return false;
}

/* Sizes of a matter's blocks; they are made when they are needed. */
pol_status pol_round_make_matter(pol_runner *runner, const pol_program *program, const pol_code *code,
                              matter_blocks *matter)
{
    const size_t rows = MAX_BLOCK_BYTES / row_bytes(code);
    block_pool *const first = &matter->pools[0], *const later = &matter->pools[1];
    matter->best = pol_lanes_field(code);
    const uint32_t least = matter->best == POL_NONE32 ? 1 : POL_MAX_LANES; /* room for every label that a claim may hold */
    first->capacity = rows < runner->capacity ? (uint32_t)rows : runner->capacity;
    first->capacity = first->capacity < least ? least : first->capacity;
    later->capacity = first->capacity < LATER_ROWS ? first->capacity : LATER_ROWS;
    /* the reader knows the default schedules of one block only */
    const bool one = code->accum_count == 0 || runner->capacity == 1 || has_schedules(code);
    first->most = one ? 1 : FIRST_BLOCKS;
    later->most = one ? 0 : LATER_BLOCKS;
    first->blocks = POL_NEW_ARRAY(&runner->arena, matter_block, first->most);
    later->blocks = POL_NEW_ARRAY(&runner->arena, matter_block, later->most);
    matter->accounts = POL_NEW_ARRAY(&runner->arena, uint32_t, code->accum_count);
    if (first->blocks == NULL || later->blocks == NULL || matter->accounts == NULL ||
        !pol_totals_add_matter(&runner->totals, code, &matter->totals))
        return POL_NO_MEMORY;
    pol_status status = pol_ledger_belong(runner->ledger, pol_round_series(program));
    for (uint32_t a = 0; a < code->accum_count && status == POL_OK; a++) {
        const pol_account account = pol_ledger_account_of(&code->accums[a], code->matter);
        status = pol_ledger_account(runner->ledger, &account, &matter->accounts[a]);
    }
    return status;
}

void pol_round_plan(pol_runner *runner, const pol_code *code, matter_blocks *matter)
{
    if (!matter->planned && !runner->has_few)
        matter->plan = pol_plan_new(&runner->arena, code, false);
    matter->planned = true;
}

static bool make_block(pol_runner *runner, const pol_code *code, matter_blocks *matter, matter_block *block,
                       uint32_t capacity)
{
    pol_round_plan(runner, code, matter);
    block->edition = runner->edition;
    block->capacity = capacity;
    block->settled = POL_NEW_ARRAY(&runner->arena, uint8_t, block->capacity);
    block->ready = POL_NEW_ARRAY(&runner->arena, uint8_t, block->capacity);
    block->alone = POL_NEW_ARRAY(&runner->arena, pending *, block->capacity);
    block->postings = POL_NEW_ARRAY(&runner->arena, pol_posting, (size_t)block->capacity * code->accum_count);
    return (!pol_arena_failed(&runner->arena) &&
            pol_row_marks_init(&block->marks, &runner->arena,
                               &runner->edition->rows.matters[code - runner->edition->program->matters], block->capacity) &&
            pol_intake_group_init(&block->group, &runner->arena) &&
            pol_block_init_fast(&block->block, &runner->arena, runner->edition->program, code, matter->plan,
                                block->capacity)) ||
           pol_round_no_memory(runner);
}

matter_block *pol_round_block(pol_runner *runner, uint32_t number, uint32_t wave)
{
    const pol_code *const code = &runner->edition->program->matters[number];
    matter_blocks *const matter = &runner->edition->matters[number];
    block_pool *const pool = &matter->pools[wave != 0];
    const uint32_t room = matter->best == POL_NONE32 ? 1 : POL_MAX_LANES;
    if (wave >= LATER_BLOCKS)
        return NULL;
    matter_block *latest = matter->latest[wave];
    if (latest != NULL && latest->capacity - latest->rows >= room)
        return latest;
    /* A block of the first wave is a round, unless runners take turns, which read all of a piece before theirs: the
     * others wait only while blocks run. */
    if (pool->used == pool->most || (wave == 0 && latest != NULL && !runner->has_turn))
        return NULL;
    if (pool->used == pool->made && !make_block(runner, code, matter, &pool->blocks[pool->made], pool->capacity))
        return NULL;
    pool->made += pool->used == pool->made;
    latest = &pool->blocks[pool->used++];
    latest->wave = wave;
    return matter->latest[wave] = latest;
}

bool pol_round_each(pol_runner *runner, uint32_t wave, bool (*act)(pol_runner *, matter_block *))
{
    for (uint32_t e = 0; e < runner->edition_count; e++) {
        edition *const each = runner->editions[e];
        for (uint32_t m = 0; m < 2 * each->program->matter_count; m++) {
            block_pool *const pool = &each->matters[m / 2].pools[m % 2];
            for (uint32_t b = 0; b < pool->used; b++) {
                if ((wave == POL_NONE32 || pool->blocks[b].wave == wave) && !act(runner, &pool->blocks[b]))
                    return false;
            }
        }
    }
    return true;
}

/* Reads the frame into claim->record. False: stop, or (status POL_OK) no claim is in it. */
bool pol_round_read_record(pol_runner *runner, const pol_frame *frame, pending *claim)
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
        return pol_reader_json(&runner->edition->reader, frame->text, &claim->record) || pol_round_no_memory(runner);
    bool blank;
    if (!pol_csv_row(&runner->csv, frame->text, &runner->edition->reader, &claim->record, &blank))
        return pol_round_no_memory(runner);
    return !blank;
}

/* What the claim counts, when its row is filled. */
static bool make_postings(pol_runner *runner, const pending *claim, matter_block *block, uint32_t row)
{
    const pol_code *const code = block->block.code;
    matter_blocks *const matter = &claim->edition->matters[claim->record.matter];
    pol_posting *const postings = block->postings + (size_t)row * code->accum_count;
    if (!pol_postings_make(postings, &claim->edition->reader, claim->record.person_text, claim->record.household_text,
                           &block->block, row, matter->made_last))
        return pol_round_no_memory(runner);
    for (uint32_t a = 0; a < code->accum_count; a++)
        postings[a].given = pol_reader_gave(&claim->edition->reader, claim->record.matter, code->accums[a].field);
    matter->made_last = postings;
    block->asking++;
    return true;
}

bool pol_round_fill_again(pol_runner *runner, pending *claim, matter_block *block, uint32_t row)
{
    pol_reader *const reader = &claim->edition->reader;
    if (!pol_record_fill(reader, &claim->record, &block->block, row))
        return pol_round_no_memory(runner);
    if (claim->record.error.code != POL_ERR_NONE)
        return true;
    claim->block = block;
    claim->row = row;
    claim->lanes = pol_lanes_count(&block->block, row, claim->edition->matters[claim->record.matter].best);
    return block->block.code->accum_count == 0 || make_postings(runner, claim, block, row);
}

/* Puts the record into a row of a block of its matter and wave. CONFLICT: settle first. */
reading pol_round_fill(pol_runner *runner, pending *claim)
{
    const matter_blocks *const matter = &runner->edition->matters[claim->record.matter];
    const bool counts = runner->edition->program->matters[claim->record.matter].accum_count != 0 &&
                        !pol_round_in_sequence(runner, claim->record.matter);
    if (counts && !pol_round_register(runner))
        return READ_FAILED;
    const uint32_t wave =
        counts ? pol_waves_of(&runner->waves, claim->record.person_text, claim->record.household_text, true) : 0;
    matter_block *const block = pol_round_block(runner, claim->record.matter, wave);
    if (block == NULL)
        return runner->status == POL_OK ? CONFLICT : READ_FAILED;
    if (!pol_round_fill_again(runner, claim, block, block->rows))
        return READ_FAILED;
    if (claim->block == NULL)
        return READ;
    if (counts)
        pol_waves_put(&runner->waves, wave);
    runner->last_wave = wave > runner->last_wave ? wave : runner->last_wave;
    pol_lanes_spread(&block->block, claim->row, matter->best, claim->lanes);
    block->rows += claim->lanes;
    return READ;
}

pending *pol_round_new_claim(pol_runner *runner)
{
    pending *const claim = POL_NEW(&runner->editions[0]->reader.scratch, pending);
    if (claim == NULL)
        pol_round_no_memory(runner);
    return claim;
}

bool pol_round_add(pol_runner *runner, pending *claim)
{
    const stretch alone = { .block = claim->block, .row = claim->row, .count = 1, .alone = claim, .line = claim->record.line };
    if (claim->block != NULL)
        pol_round_note_alone(claim);
    runner->summary.claims++;
    runner->claim_count++;
    return POL_PUSH(&runner->arena, runner->stretches, alone) || pol_round_no_memory(runner);
}

bool pol_round_register(pol_runner *runner)
{
    if (runner->waves.slots == NULL && !pol_waves_init(&runner->waves, &runner->arena, runner->claim_capacity))
        return pol_round_no_memory(runner);
    for (; runner->registered < runner->stretches.count; runner->registered++) {
        const stretch *const each = &runner->stretches.items[runner->registered];
        if (each->known || each->alone != NULL || each->block->block.code->accum_count == 0)
            continue;
        const pol_str *const persons = each->block->names.texts[POL_PERSON], *const households = each->block->names.texts[POL_HOUSEHOLD];
        for (uint32_t row = each->row; row < each->row + each->count; row++) {
            (void)pol_waves_of(&runner->waves, persons[row], households[row], false);
            pol_waves_put(&runner->waves, 0);
        }
    }
    return true;
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
    return !pol_arena_failed(scratch) || pol_round_no_memory(runner);
}

bool pol_round_is_full(const pol_runner *runner)
{
    const size_t count = runner->stretches.count;
    const matter_block *const block = count == 0 ? NULL : runner->stretches.items[count - 1].block;
    return runner->claim_count == runner->claim_capacity || runner->edition->reader.scratch.used_bytes > MAX_PENDING_BYTES ||
           (block != NULL && block->block.tiers.count - block->block.constant_tiers > MAX_PENDING_TIERS);
}

void pol_round_pass(pol_runner *runner, uint64_t lines)
{
    if (runner->places == NULL)
        pol_framer_skip(&runner->framer, lines);
    else if (++runner->place < runner->place_count)
        pol_framer_skip(&runner->framer, runner->places[runner->place].line - runner->framer.line);
}

uint64_t pol_round_line(const pol_runner *runner, const matter_block *block, uint32_t row)
{
    for (size_t i = runner->stretches.count; i-- > 0;) {
        const stretch *const each = &runner->stretches.items[i];
        if (each->block == block && each->row <= row && row - each->row < each->count)
            return each->line + (row - each->row);
    }
    return 0;
}

/* ---- editions ------------------------------------------------------------------------------------------------ */

/* The governing date as the record writes it. False: it has none that can be read. */
bool pol_round_date(const edition *of, uint32_t matter, pol_date *date)
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
bool pol_round_read(pol_runner *runner, const pol_frame *frame, pending *claim)
{
    uint32_t e = runner->edition_count;
    do { /* the latest edition that knows the matter */
        runner->edition = runner->editions[--e];
        if (!pol_round_read_record(runner, frame, claim))
            return false;
    } while (e > 0 && claim->record.matter == POL_NONE32 && claim->record.error.code != POL_ERR_NONE);
    claim->edition = runner->edition;
    if (runner->edition_count == 1)
        return true;
    edition *chosen = runner->editions[runner->edition_count - 1];
    pol_date date;
    if (claim->record.matter != POL_NONE32) {
        const pol_str matter = runner->edition->program->matters[claim->record.matter].matter;
        chosen = pol_round_date(runner->edition, claim->record.matter, &date) ? edition_for(runner, matter, date)
                                                                               : runner->edition;
    }
    if (chosen == runner->edition)
        return true;
    runner->edition = chosen;
    const bool read = pol_round_read_record(runner, frame, claim);
    claim->edition = chosen;
    return read;
}

void pol_round_begin(pol_runner *runner)
{
    const bool one = runner->capacity == 1 || !pol_runner_uses_ledger(runner);
    if (runner->claim_capacity == 0) /* now the editions are known */
        runner->claim_capacity = runner->capacity * (one ? 1 : FIRST_BLOCKS);
}

bool pol_round_take(pol_runner *runner, const pol_frame *frame)
{
    pol_round_begin(runner);
    if (pol_arena_failed(&runner->arena))
        return pol_round_no_memory(runner);
    if (runner->in_format == POL_CSV && !runner->csv.has_header)
        return pol_csv_header(&runner->csv, frame->text) || pol_round_no_memory(runner);
    pending *const claim = pol_round_new_claim(runner);
    if (claim == NULL)
        return false;
    if (!pol_round_read(runner, frame, claim))
        return runner->status == POL_OK;
    if (!keep_claim(runner, frame, claim))
        return false;
    if (claim->record.error.code == POL_ERR_NONE) {
        const reading done = pol_round_fill(runner, claim);
        if (done == READ_FAILED)
            return false;
        /* Settling forgets what was read, so the claim, now the first, is read again. */
        if (done == CONFLICT)
            return pol_round_settle(runner, false) && pol_round_take(runner, frame);
    }
    return pol_round_add(runner, claim) &&
           (!pol_round_is_full(runner) || pol_round_settle(runner, false));
}
