/* Keys, values before and values after of a claim's accumulators. */
#include "interp/posting.h"

#include <string.h>

/* ---- keys ---------------------------------------------------------------------------------------------- */


/* The labels held, in order of their text, joined by 、 (one inside a label is doubled). */
static void add_labels(pol_text *out, const pol_reader *reader, uint32_t set, uint64_t held)
{
    const pol_str mark = POL_STR("、");
    pol_str labels[POL_MAX_SET_LABELS];
    uint32_t count = 0;
    for (uint32_t code = 0; code < POL_MAX_SET_LABELS; code++) {
        if ((held >> code & 1) == 0)
            continue;
        uint32_t at = count++;
        for (; at > 0 && pol_str_compare(labels[at - 1], reader->label_keys[set][code]) > 0; at--)
            labels[at] = labels[at - 1];
        labels[at] = reader->label_keys[set][code];
    }
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            pol_text_add(out, mark);
        for (size_t b = 0; b < labels[i].length; b++) {
            const bool doubled = labels[i].length - b >= mark.length &&
                                 memcmp(labels[i].bytes + b, mark.bytes, mark.length) == 0;
            if (doubled)
                pol_text_add(out, mark);
            pol_text_char(out, labels[i].bytes[b]);
        }
    }
}

/* A number of a field as text: amounts with two decimals, ratios as short as they are, integers whole. */
static pol_str number_part(char space[64], pol_field_type type, pol_i128 number)
{
    const pol_i128 den = type == POL_F_AMOUNT ? POL_FEN_PER_YUAN : type == POL_F_RATIO ? 1000000 : 1;
    const unsigned decimals = type == POL_F_AMOUNT ? 2 : type == POL_F_RATIO ? 6 : 0;
    return (pol_str){ space, pol_decimal_text(space, number, den, decimals, type == POL_F_RATIO) };
}

/* One further input of a key, by what it says: a code may change its meaning from edition to edition. */
static void add_part(pol_text *key, const pol_reader *reader, const pol_block *block, uint32_t row, uint32_t number)
{
    const pol_field_def *const field = &block->code->fields[number];
    char space[64];
    pol_str part = POL_STR("");
    bool absent = false;
    pol_text labels;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: {
        const int64_t value = pol_port_num(block, field->reg)[row];
        absent = !pol_port_is_value(value);
        if (!absent)
            part = number_part(space, (pol_field_type)field->type, value);
        break;
    }
    case POL_F_YESNO: {
        const uint8_t value = pol_port_bool(block, field->reg)[row];
        absent = value > 1;
        part = value == 1 ? POL_STR("是") : POL_STR("否");
        break;
    }
    case POL_F_DATE: {
        const pol_date value = pol_port_code(block, field->reg)[row];
        absent = value < POL_DATE_MIN;
        if (!absent) {
            pol_date_text(space, value);
            part = pol_str_of(space);
        }
        break;
    }
    case POL_F_LABELS: {
        const uint64_t held = pol_port_set(block, field->reg)[row];
        absent = held == POL_SET_ABSENT;
        pol_text_init(&labels, key->arena);
        add_labels(&labels, reader, field->labels, held);
        part = pol_text_str(&labels);
        break;
    }
    case POL_F_TEXT:
    case POL_F_LABEL: {
        const int32_t code = pol_port_code(block, field->reg)[row];
        absent = code < 0;
        if (!absent)
            part = field->type == POL_F_TEXT ? pol_reader_text_key(reader, code)
                                             : reader->label_keys[field->labels][code];
        break;
    }
    case POL_F_TIERS: absent = true; break;
    }
    pol_ledger_key_part(key, part, absent);
}

/* ---- making -------------------------------------------------------------------------------------------- */

pol_date pol_postings_date(const pol_block *block, uint32_t row)
{
    const pol_code *const code = block->code;
    if (code->governing_field == POL_NONE32)
        return POL_NO_DATE;
    return pol_port_code(block, code->fields[code->governing_field].reg)[row];
}

/* Whether a claim of that date has a period. */
static bool has_period(const pol_accum_def *accumulator, pol_date date)
{
    return (date >= POL_DATE_MIN && date <= POL_DATE_MAX) || (date == POL_NO_DATE && accumulator->period == POL_LIFELONG);
}

static int32_t period_of(const pol_accum_def *accumulator, pol_date date)
{
    return pol_ledger_period(accumulator, date == POL_NO_DATE ? 0 : date);
}

/* The holder and what the further inputs of the row say. */
static pol_str whole_key(pol_reader *reader, pol_str holder, const pol_block *block, uint32_t row,
                         const pol_accum_def *accumulator)
{
    pol_text key;
    pol_text_init(&key, &reader->scratch);
    pol_ledger_key_part(&key, holder, false);
    for (uint32_t i = 0; i < accumulator->key_count; i++)
        add_part(&key, reader, block, row, accumulator->keys[i]);
    return pol_text_str(&key);
}

static void make_posting(pol_posting *posting, pol_reader *reader, pol_str holder, const pol_block *block,
                         uint32_t row, const pol_accum_def *accumulator, const pol_posting *like)
{
    const pol_date date = pol_postings_date(block, row);
    *posting = (pol_posting){ .date = date, .entry = POL_NO_ENTRY };
    if (holder.length == 0 || !has_period(accumulator, date))
        return;
    const bool same = like != NULL && like->key.bytes != NULL && like->date == date;
    posting->period = same ? like->period : period_of(accumulator, date);
    posting->key = accumulator->key_count == 0 ? holder : whole_key(reader, holder, block, row, accumulator);
}

/* The postings of one accumulator; `postings` is that of row 0. */
static void make_column(pol_posting *postings, pol_reader *reader, const pol_str *holders, const pol_block *block,
                        const uint32_t *rows, uint32_t count, const pol_accum_def *accumulator)
{
    const pol_code *const code = block->code;
    const pol_date *const dates =
        code->governing_field == POL_NONE32 ? NULL : pol_port_code(block, code->fields[code->governing_field].reg);
    pol_date last = POL_NO_DATE;
    bool good = has_period(accumulator, last);
    int32_t period = good ? period_of(accumulator, last) : 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t row = rows[k];
        const pol_date date = dates == NULL ? POL_NO_DATE : dates[row];
        pol_posting *const posting = &postings[(size_t)row * code->accum_count];
        if (date != last) {
            last = date;
            good = has_period(accumulator, date);
            period = good ? period_of(accumulator, date) : 0;
        }
        posting->key = holders[row];
        posting->date = date;
        posting->period = period;
        posting->entry = POL_NO_ENTRY;
        if (holders[row].length == 0 || !good)
            posting->key.bytes = NULL;
        else if (accumulator->key_count != 0)
            posting->key = whole_key(reader, holders[row], block, row, accumulator);
    }
}

bool pol_postings_make_rows(pol_posting *postings, pol_reader *reader, const pol_str *persons, const pol_str *households,
                            const pol_block *block, const uint32_t *rows, uint32_t count)
{
    const pol_code *const code = block->code;
    for (uint32_t a = 0; a < code->accum_count; a++)
        make_column(postings + a, reader, code->accums[a].household ? households : persons, block, rows, count, &code->accums[a]);
    return !pol_arena_failed(&reader->scratch);
}

bool pol_postings_make(pol_posting *postings, pol_reader *reader, pol_str person, pol_str household, const pol_block *block,
                       uint32_t row, const pol_posting *like)
{
    const pol_code *const code = block->code;
    for (uint32_t a = 0; a < code->accum_count; a++)
        make_posting(&postings[a], reader, code->accums[a].household ? household : person, block, row, &code->accums[a],
                     like == NULL ? NULL : &like[a]);
    return !pol_arena_failed(&reader->scratch);
}

/* ---- with the ledger ------------------------------------------------------------------------------------ */

static bool is_alike(const pol_posting *a, const pol_posting *b)
{
    return a->period == b->period && a->key.length == b->key.length && a->key.bytes != NULL &&
           memcmp(a->key.bytes, b->key.bytes, a->key.length) == 0;
}

/* In the order in which they stand, which is that of new entries. */
bool pol_postings_opened(pol_posting_batch *batch, pol_ledger *ledger)
{
    const uint32_t count = batch->count;
    batch->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (batch->questions[i].like == NULL)
            pol_ledger_expect(ledger, batch->questions[i].hash);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (batch->questions[i].like == NULL)
            pol_ledger_expect_entry(ledger, batch->questions[i].hash);
    }
    for (uint32_t i = 0; i < count; i++) {
        const pol_posting_question *const asked = &batch->questions[i];
        pol_posting *const posting = asked->posting;
        const uint32_t entry = asked->like != NULL
                                   ? asked->like->entry
                                   : pol_ledger_entry_of(ledger, asked->hash, asked->account, posting->period, posting->key);
        if (entry == POL_NO_ENTRY)
            return false;
        for (uint32_t k = 0; k < asked->count; k++)
            posting[k].entry = entry;
    }
    return true;
}

bool pol_postings_open(pol_posting_batch *batch, pol_ledger *ledger, const uint32_t *accounts, const pol_code *code,
                       pol_posting *postings, uint32_t rows, const pol_posting *like)
{
    for (uint32_t row = 0; row < rows; row++, like = postings, postings += code->accum_count) {
        for (uint32_t a = 0; a < code->accum_count; a++) {
            pol_posting *const posting = &postings[a];
            if (posting->key.bytes == NULL)
                continue;
            const bool alike = like != NULL && is_alike(posting, &like[a]);
            if (alike && code->accum_count == 1 && batch->count != 0) {
                pol_posting_question *const last = &batch->questions[batch->count - 1];
                if (last->posting + last->count == posting) {
                    last->count++;
                    continue;
                }
            }
            pol_posting_question *const asked = &batch->questions[batch->count++];
            asked->posting = posting;
            asked->count = 1;
            asked->like = alike ? &like[a] : NULL;
            asked->account = accounts[a];
            asked->hash = alike ? 0 : pol_ledger_hash(ledger, accounts[a], posting->period, posting->key);
            if (batch->count == POL_POSTING_BATCH && !pol_postings_opened(batch, ledger))
                return false;
        }
    }
    return true;
}

static int64_t value_before(const pol_ledger *ledger, const pol_accum_def *accumulator, uint32_t entry, pol_date date)
{
    if (accumulator->period != POL_ROLLING)
        return pol_ledger_value(ledger, entry);
    return pol_port_of(pol_ledger_sum(ledger, entry, pol_ledger_window(accumulator, date), date));
}

void pol_postings_read(const pol_ledger *ledger, const pol_posting *postings, const pol_block *block, uint32_t row,
                       uint32_t count)
{
    const pol_code *const code = block->code;
    const pol_date date = pol_postings_date(block, row);
    for (uint32_t a = 0; a < code->accum_count; a++) {
        if (postings[a].entry == POL_NO_ENTRY || postings[a].given)
            continue;
        const int64_t before = value_before(ledger, &code->accums[a], postings[a].entry, date);
        int64_t *const column = pol_port_num(block, code->fields[code->accums[a].field].reg);
        for (uint32_t r = row; r < row + count; r++)
            column[r] = before;
    }
}

uint32_t pol_postings_disorder(const pol_ledger *ledger, const pol_posting *postings, const pol_block *block,
                               uint32_t row)
{
    const pol_date date = pol_postings_date(block, row);
    for (uint32_t a = 0; a < block->code->accum_count && date != POL_NO_DATE; a++) {
        if (postings[a].entry != POL_NO_ENTRY && pol_ledger_date(ledger, postings[a].entry) > date)
            return a;
    }
    return POL_NONE32;
}

/* What the claim added, in whole units (fen or 1). */
static int64_t value_added(const pol_block *block, uint32_t row, const pol_accum_def *accumulator)
{
    const int64_t number = pol_port_num(block, accumulator->added)[row];
    return pol_port_is_value(number) ? number : 0;
}

bool pol_postings_store_rows(pol_ledger *ledger, const pol_posting *postings, const pol_block *block, const uint8_t *chosen,
                             uint32_t count, bool any_order, uint32_t *row, uint32_t *disorder)
{
    const pol_code *const code = block->code;
    const pol_accum_def *const only = &code->accums[0];
    const bool simple = code->accum_count == 1 && only->period != POL_ROLLING;
    const int64_t *const after = simple ? pol_port_num(block, only->after) : NULL;
    *disorder = POL_NONE32;
    for (*row = 0; *row < count; ++*row, postings += code->accum_count) {
        if (!chosen[*row])
            continue;
        if (!simple) {
            *disorder = any_order ? POL_NONE32 : pol_postings_disorder(ledger, postings, block, *row);
            if (*disorder != POL_NONE32)
                return true;
            if (!pol_postings_store(ledger, postings, block, *row))
                return false;
        } else if (postings->entry != POL_NO_ENTRY) {
            pol_ledger_head *const entry = pol_ledger_at(ledger, postings->entry);
            *disorder = !any_order && entry->date > postings->date && postings->date != POL_NO_DATE ? 0 : POL_NONE32;
            if (*disorder != POL_NONE32)
                return true;
            entry->value = after[*row];
            entry->date = entry->date < postings->date ? postings->date : entry->date;
        }
    }
    return true;
}

bool pol_postings_store(pol_ledger *ledger, const pol_posting *postings, const pol_block *block, uint32_t row)
{
    const pol_code *const code = block->code;
    const pol_date date = pol_postings_date(block, row);
    for (uint32_t a = 0; a < code->accum_count; a++) {
        const pol_accum_def *const accumulator = &code->accums[a];
        const uint32_t entry = postings[a].entry;
        if (entry == POL_NO_ENTRY)
            continue;
        if (accumulator->period != POL_ROLLING)
            pol_ledger_store(ledger, entry, pol_port_num(block, accumulator->after)[row]);
        else if (accumulator->added != POL_NONE32 &&
                 !pol_ledger_add(ledger, entry, date, value_added(block, row, accumulator)))
            return false;
        if (pol_ledger_date(ledger, entry) < date)
            pol_ledger_set_date(ledger, entry, date);
    }
    return true;
}
