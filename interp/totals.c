/* Sums and counts of a run, column by column. */
#include "interp/totals.h"

#include <string.h>

static void init_rows(pol_total_rows *rows, pol_arena *arena)
{
    *rows = (pol_total_rows){ .rows = { NULL, 0, 0 } };
    pol_names_init(&rows->names, arena);
}

void pol_totals_init(pol_totals *totals, pol_arena *arena)
{
    *totals = (pol_totals){ .arena = arena };
    init_rows(&totals->payers, arena);
    init_rows(&totals->statuses, arena);
}

/* The row of that name, new or known; POL_NO_NAME when memory ran out. */
static uint32_t row_of(pol_arena *arena, pol_total_rows *rows, pol_str name)
{
    const uint32_t number = pol_names_add(&rows->names, name);
    if (number == POL_NO_NAME || number < rows->rows.count)
        return number;
    const pol_total_row row = { .name_z = pol_arena_copy(arena, name.bytes, name.length) };
    return row.name_z != NULL && POL_PUSH(arena, rows->rows, row) ? number : POL_NO_NAME;
}

bool pol_totals_add_matter(pol_totals *totals, const pol_code *code, pol_matter_totals *matter)
{
    matter->payers = POL_NEW_ARRAY(totals->arena, uint32_t, code->payer_count);
    matter->statuses = POL_NEW_ARRAY(totals->arena, uint32_t, code->status_count);
    if (matter->payers == NULL || matter->statuses == NULL)
        return false;
    for (uint32_t i = 0; i < code->payer_count; i++) {
        matter->payers[i] = POL_NO_NAME;
        if (!code->payers[i].hospital)
            matter->payers[i] = row_of(totals->arena, &totals->payers, code->payers[i].name);
    }
    for (uint32_t i = 0; i < code->status_count; i++)
        matter->statuses[i] = row_of(totals->arena, &totals->statuses, code->statuses[i].name);
    return !pol_arena_failed(totals->arena);
}

#define SUMMED_ROWS 4096 /* of amounts whose sum fits 64 bits */

static void add_amounts(pol_total_row *row, const pol_block *block, uint32_t reg, const uint8_t *settled,
                        uint32_t count, const pol_row_loops *loops)
{
    const int64_t *const amounts = pol_port_num(block, reg);
    for (uint32_t from = 0; from < count; from += SUMMED_ROWS) {
        const uint32_t rows = count - from < SUMMED_ROWS ? count - from : SUMMED_ROWS;
        row->fen += loops->sum(amounts + from, settled + from, rows, &row->claims);
    }
}

/* Several rows of one name stand together and count once a claim. */
static void add_status(pol_total_row *row, const pol_block *block, uint32_t first, uint32_t end,
                       const uint8_t *settled, uint32_t count, const pol_row_loops *loops)
{
    const pol_status_def *const statuses = block->code->statuses;
    for (uint32_t from = 0; from < count; from += SUMMED_ROWS) {
        const uint32_t rows = count - from < SUMMED_ROWS ? count - from : SUMMED_ROWS;
        uint64_t sets[SUMMED_ROWS];
        memset(sets, 0, rows * sizeof *sets);
        for (uint32_t s = first; s < end; s++)
            loops->mark(pol_port_bool(block, statuses[s].reg) + from, rows, 0, sets);
        row->claims += loops->count(sets, settled + from, rows, 0);
    }
}

void pol_totals_add_block(pol_totals *totals, const pol_matter_totals *matter, const pol_block *block,
                          const uint64_t *sets, const uint8_t *settled, uint32_t count, const pol_row_loops *loops)
{
    const pol_code *const code = block->code;
    add_amounts(&totals->bill, block, code->total, settled, count, loops);
    add_amounts(&totals->hospital, block, code->hospital, settled, count, loops);
    add_amounts(&totals->person, block, code->person, settled, count, loops);
    for (uint32_t i = 0; i < code->payer_count; i++) {
        if (matter->payers[i] != POL_NO_NAME)
            add_amounts(&totals->payers.rows.items[matter->payers[i]], block, code->payers[i].paid, settled,
                        count, loops);
    }
    for (uint32_t first = 0, end, group = 0; first < code->status_count; first = end, group++) {
        for (end = first + 1; end < code->status_count; end++) {
            if (matter->statuses[end] != matter->statuses[first])
                break;
        }
        pol_total_row *const row = &totals->statuses.rows.items[matter->statuses[first]];
        if (sets != NULL)
            row->claims += loops->count(sets, settled, count, group);
        else
            add_status(row, block, first, end, settled, count, loops);
    }
}

/* ---- several runs ------------------------------------------------------------------------------------ */

static void add_row(pol_total_row *row, const pol_total_row *other)
{
    row->claims += other->claims;
    row->fen += other->fen;
}

static bool add_rows(pol_arena *arena, pol_total_rows *rows, const pol_total_rows *other)
{
    for (size_t i = 0; i < other->rows.count; i++) {
        const uint32_t number = row_of(arena, rows, pol_str_of(other->rows.items[i].name_z));
        if (number == POL_NO_NAME)
            return false;
        add_row(&rows->rows.items[number], &other->rows.items[i]);
    }
    return true;
}

bool pol_totals_add(pol_totals *totals, const pol_totals *other)
{
    add_row(&totals->bill, &other->bill);
    add_row(&totals->hospital, &other->hospital);
    add_row(&totals->person, &other->person);
    for (size_t i = 0; i <= POL_ERR_OUT_OF_RANGE; i++)
        totals->errors[i] += other->errors[i];
    return add_rows(totals->arena, &totals->payers, &other->payers) &&
           add_rows(totals->arena, &totals->statuses, &other->statuses);
}

static void fill(pol_total *line, pol_total_kind kind, const char *name, const pol_total_row *row)
{
    char amount[64];
    *line = (pol_total){ .kind = kind, .name = name, .claims = row->claims };
    const size_t length = pol_decimal_text(amount, row->fen, POL_FEN_PER_YUAN, 2, false);
    memcpy(line->amount, amount, length < sizeof line->amount ? length : sizeof line->amount - 1);
}

static bool fill_error(const pol_totals *totals, size_t index, pol_total *line)
{
    for (size_t code = 1; code <= POL_ERR_OUT_OF_RANGE; code++) {
        if (totals->errors[code] == 0)
            continue;
        if (index-- == 0) {
            const pol_total_row row = { .claims = totals->errors[code] };
            fill(line, POL_TOTAL_ERROR, pol_claim_error_text((pol_claim_error)code), &row);
            return true;
        }
    }
    return false;
}

bool pol_totals_line(const pol_totals *totals, size_t index, pol_total *line)
{
    const size_t payers = totals->payers.rows.count, statuses = totals->statuses.rows.count;
    if (index == 0)
        fill(line, POL_TOTAL_BILL, "", &totals->bill);
    else if (index < 1 + payers)
        fill(line, POL_TOTAL_PAYER, totals->payers.rows.items[index - 1].name_z,
             &totals->payers.rows.items[index - 1]);
    else if (index == 1 + payers)
        fill(line, POL_TOTAL_HOSPITAL, "", &totals->hospital);
    else if (index == 2 + payers)
        fill(line, POL_TOTAL_PERSON, "", &totals->person);
    else if (index < 3 + payers + statuses)
        fill(line, POL_TOTAL_STATUS, totals->statuses.rows.items[index - 3 - payers].name_z,
             &totals->statuses.rows.items[index - 3 - payers]);
    else
        return fill_error(totals, index - 3 - payers - statuses, line);
    return true;
}
