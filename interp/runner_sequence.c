/* Claims of one holder in one block, one behind the other: the plan of their matter is cut, so that balances go from
 * claim to claim inside the block (vm_fast_slice.c), straight from the ledger's entries and into them. */
#include "interp/runner_internal.h"

#define MANY_RUNS  8u /* of one block */
#define RUN_BLOCKS 16u /* after which it is asked whether … */
#define RUNS_EACH  3u  /* … so many runs again a block were too many */

/* ---- whether ---------------------------------------------------------------------------------------------- */

/* Whether claims of other matters write to the entries that this one's read. */
static bool shares(const pol_program *program, const pol_code *code)
{
    bool own = false, other = false;
    for (uint32_t m = 0; m < program->matter_count; m++)
        for (uint32_t a = 0; a < program->matters[m].accum_count; a++)
            *(&program->matters[m] == code ? &own : &other) |= program->matters[m].accums[a].shared;
    return own && other;
}

static bool make_places(pol_runner *runner, const pol_code *code, matter_blocks *matter)
{
    const size_t count = (size_t)matter->pools[0].capacity * code->accum_count;
    matter->balances = POL_NEW_ARRAY(&runner->arena, pol_fast_balance, code->accum_count);
    matter->cells = POL_NEW_ARRAY(&runner->arena, int64_t *, count);
    matter->given = POL_NEW_ARRAY(&runner->arena, uint8_t, count);
    return !pol_arena_failed(&runner->arena);
}

bool pol_round_in_sequence(pol_runner *runner, uint32_t number)
{
    const pol_code *const code = &runner->edition->program->matters[number];
    matter_blocks *const matter = &runner->edition->matters[number];
    if (matter->sequence_asked)
        return matter->in_sequence;
    matter->sequence_asked = true;
    /* rows of 就高 are one claim; editions share the ledger */
    if (code->accum_count == 0 || runner->capacity == 1 || runner->edition_count > 1 || matter->best != POL_NONE32 ||
        shares(runner->edition->program, code))
        return false;
    pol_round_plan(runner, code, matter);
    matter->in_sequence = matter->plan != NULL && matter->plan->cut.balances != NULL && make_places(runner, code, matter);
    return matter->in_sequence;
}

void pol_round_review_sequence(matter_blocks *matter)
{
    if (matter->run_count >= RUN_BLOCKS && matter->again_count > RUNS_EACH * matter->run_count)
        matter->in_sequence = false;
}

/* ---- running ---------------------------------------------------------------------------------------------------- */

/* Whether the row is a claim: one that was refused has none of its values. */
static bool is_claim(const matter_block *block, uint32_t row)
{
    return block->alone[row] == NULL || block->alone[row]->block != NULL;
}

/* Where the ledger has what an accumulator of each row stands at. */
static void find_cells(const pol_runner *runner, const matter_block *block, const matter_blocks *matter, uint32_t a)
{
    const pol_posting *posting = block->postings + a;
    int64_t **const cells = matter->cells + (size_t)a * block->capacity;
    uint8_t *const given = matter->given + (size_t)a * block->capacity;
    bool some = false, all = true;
    for (uint32_t row = 0; row < block->rows; row++, posting += block->block.code->accum_count) {
        const bool has = posting->key.bytes != NULL && is_claim(block, row);
        cells[row] = has ? &pol_ledger_at(runner->ledger, posting->entry)->value : NULL;
        given[row] = posting->given;
        some |= posting->given;
        all &= has;
    }
    matter->balances[a] = (pol_fast_balance){ .cells = cells, .given = some ? given : NULL, .all = all && !some };
}

/* Which claims leave new balances: as judge_block will find. */
static void find_settled(matter_block *block)
{
    for (uint32_t row = 0; row < block->rows; row++) {
        const pending *const claim = block->alone[row];
        block->settled[row] = block->marks.sound[row] && is_claim(block, row) &&
                              (claim == NULL || claim->record.unknown.code == POL_ERR_NONE);
    }
}

static void look(matter_block *block)
{
    pol_row_marks_find(&block->marks, &block->edition->rows, &block->block, block->rows);
    find_settled(block);
}

bool pol_round_run_sequence(pol_runner *runner, matter_block *block)
{
    matter_blocks *const matter = &block->edition->matters[block->block.code - block->block.program->matters];
    for (uint32_t a = 0; a < block->block.code->accum_count; a++)
        find_cells(runner, block, matter, a);
    if (!pol_fast_cut_run(&block->block, block->rows, matter->balances))
        return false;
    look(block);
    uint32_t again = 0;
    for (; pol_fast_cut_hold(&block->block, block->settled); again++) {
        if (!pol_fast_cut_again(&block->block))
            return false;
        look(block);
    }
    matter->run_count++;
    matter->again_count += again < MANY_RUNS ? again : again * RUN_BLOCKS;
    return pol_fast_be_careful(&block->block);
}
