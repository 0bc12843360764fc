/* Words side by side: what has been met before gives the codes of all its columns at once. */
#include <string.h>

#include "interp/intake_column.h"

#define ASKED 2048 /* rows, before a run is given up in which too much is new */
#define NEW   8    /* of so many rows one, at most */

/* ---- finding runs ----------------------------------------------------------------------------------------------- */

/* The field of words that the slot is; POL_NONE32: none. */
static uint32_t word_at(const pol_code *code, const pol_intake_matter *matter, uint32_t slot)
{
    for (uint32_t f = 0; f < code->field_count; f++) {
        if (matter->slots[f] == slot)
            return code->fields[f].type == POL_F_TEXT || code->fields[f].type == POL_F_LABEL ? f : POL_NONE32;
    }
    return POL_NONE32;
}

static bool add_run(pol_intake *intake, pol_intake_matter *matter, const pol_word_run *found)
{
    pol_word_run *const run = &matter->runs[matter->run_count];
    *run = *found;
    run->known = POL_NEW_ARRAY(intake->arena, pol_known_run, POL_KNOWN_RUNS);
    matter->run_count += run->known != NULL;
    return run->known != NULL;
}

void pol_intake_find_runs(pol_intake *intake, uint32_t number)
{
    const pol_code *const code = &intake->reader->program->matters[number];
    pol_intake_matter *const matter = &intake->matters[number];
    const uint32_t slots = (uint32_t)intake->window.slots.count;
    pol_word_run run = { .count = 0 };
    matter->run_count = 0;
    memset(matter->done, 0, code->field_count * sizeof *matter->done);
    if (!intake->window.csv)
        return;
    matter->runs = POL_NEW_ARRAY(intake->arena, pol_word_run, code->field_count / 2 + 1);
    /* the first and the last cell of a row have another place than the others */
    for (uint32_t s = 1; s < slots && matter->runs != NULL; s++) {
        const uint32_t field = s + 1 < slots ? word_at(code, matter, s) : POL_NONE32;
        if (field != POL_NONE32) {
            run.slot = run.count == 0 ? s : run.slot;
            run.fields[run.count++] = field;
        }
        if (run.count == POL_RUN_WORDS || field == POL_NONE32) {
            if (run.count > 1 && !add_run(intake, matter, &run))
                return;
            run.count = 0;
        }
    }
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* Remembers a text whose words have been read into the row. */
static void learn(pol_word_run *run, const pol_block *block, uint32_t row, const char *text, uint32_t length)
{
    pol_known_run made = { .length = length };
    memcpy(made.bytes, text, length);
    for (uint32_t i = 0; i < run->count; i++)
        made.codes[i] = pol_port_code(block, block->code->fields[run->fields[i]].reg)[row];
    run->known[pol_run_slot(made.bytes)] = made;
}

static void put_codes(const pol_word_run *run, const pol_block *block, uint32_t row, uint32_t count, const uint32_t *slots)
{
    for (uint32_t i = 0; i < run->count; i++) {
        int32_t *const out = pol_port_code(block, block->code->fields[run->fields[i]].reg) + row;
        const pol_known_run *const known = run->known;
        for (uint32_t k = 0; k < count; k++)
            out[k] = known[slots[k]].codes[i];
    }
}

/* Reads the words of record k, whose text was not known in that place before, one by one. */
static void read_new(pol_intake *intake, pol_word_run *run, pol_block *block, const pol_intake_group *group, uint32_t k, uint32_t slot)
{
    const pol_places first = pol_window_places(&intake->window, run->slot);
    const pol_places last = pol_window_places(&intake->window, run->slot + run->count - 1);
    const uint32_t from = pol_place_from(&first, group->records[k]), to = pol_place_to(&last, group->records[k]);
    const pol_known_run *const known = &run->known[slot];
    if (known->length == to - from && memcmp(known->bytes, first.bytes + from, to - from) == 0) { /* met a few rows ago */
        put_codes(run, block, group->rows[k], 1, &slot);
        return;
    }
    bool named = to - from <= POL_RUN_BYTES;
    run->missed++;
    for (uint32_t i = 0; i < run->count; i++)
        named = pol_intake_word(intake, block, run->fields[i], group, k) && named;
    if (named)
        learn(run, block, group->rows[k], first.bytes + from, to - from);
}

/* False: too much was new to make it worth while. */
static bool read_run(pol_intake *intake, pol_word_run *run, pol_block *block, const pol_intake_group *group)
{
    uint32_t slots[POL_WINDOW_ROWS], others[POL_WINDOW_ROWS + 1];
    const pol_places first = pol_window_places(&intake->window, run->slot);
    const pol_spans spans = { .bytes = first.bytes,
                              .places = first.from + (size_t)group->records[0] * first.from_stride,
                              .stride = first.from_stride,
                              .skip = first.skip };
    if (run->asked > ASKED && run->missed > run->asked / NEW)
        return false;
    const uint32_t other = intake->loops->runs(&spans, run->count, group->count, run->known, slots, others);
    run->asked += group->count;
    put_codes(run, block, group->rows[0], group->count, slots);
    for (uint32_t i = 0; i < other; i++)
        read_new(intake, run, block, group, others[i], slots[others[i]]);
    return true;
}

void pol_intake_runs(pol_intake *intake, pol_block *block, const pol_intake_group *group)
{
    pol_intake_matter *const matter = &intake->matters[block->code - intake->reader->program->matters];
    const uint32_t count = group->count;
    const bool together = count != 0 && group->records[count - 1] - group->records[0] == count - 1 &&
                          group->rows[count - 1] - group->rows[0] == count - 1;
    for (uint32_t i = 0; i < matter->run_count; i++) {
        pol_word_run *const run = &matter->runs[i];
        const bool done = together && read_run(intake, run, block, group);
        for (uint32_t f = 0; f < run->count; f++)
            matter->done[run->fields[f]] = done;
    }
}
