/* Columns: a loop for each type over values of the usual form; all others take the exact reader. */
#include "interp/intake_column.h"

#include <string.h>

#include "interp/record_value.h"
#include "interp/swar.h"

typedef struct column {
    pol_intake *intake;
    pol_block *block;
    const pol_field_def *field;
    pol_places places;
    const uint32_t *records, *rows; /* of the group */
    uint32_t count;
    bool csv;
    uint32_t known;       /* the last that the exact reader has read; POL_NONE32: none */
    uint32_t absent;      /* the last that was not given */
    int32_t *empty;       /* of words: the code of an empty cell, or POL_NO_CODE */
} column;

/* ---- elements ---------------------------------------------------------------------------------------------- */

static void copy_element(pol_block *block, uint32_t reg, uint32_t from, uint32_t to)
{
    switch ((pol_class)block->code->registers[reg].class_) {
    case POL_C_NUM: pol_port_num(block, reg)[to] = pol_port_num(block, reg)[from]; break;
    case POL_C_BOOL: pol_port_bool(block, reg)[to] = pol_port_bool(block, reg)[from]; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_port_code(block, reg)[to] = pol_port_code(block, reg)[from]; break;
    case POL_C_SET: pol_port_set(block, reg)[to] = pol_port_set(block, reg)[from]; break;
    case POL_C_TIERS: pol_port_tiers(block, reg)[to] = pol_port_tiers(block, reg)[from]; break;
    case POL_CLASS_COUNT: break;
    }
}

void pol_intake_clear_row(pol_block *block, uint32_t row)
{
    const pol_code *const code = block->code;
    for (uint32_t f = 0; f < code->field_count; f++) {
        const uint32_t reg = code->fields[f].reg;
        switch ((pol_class)code->registers[reg].class_) {
        case POL_C_NUM: pol_port_num(block, reg)[row] = 0; break;
        case POL_C_BOOL: pol_port_bool(block, reg)[row] = 0; break;
        case POL_C_CODE:
        case POL_C_DATE: pol_port_code(block, reg)[row] = POL_CODE_ABSENT; break;
        case POL_C_SET: pol_port_set(block, reg)[row] = POL_SET_ABSENT; break;
        case POL_C_TIERS: pol_port_tiers(block, reg)[row] = POL_TIERS_ABSENT; break;
        case POL_CLASS_COUNT: break;
        }
    }
}

/* ---- the exact way -------------------------------------------------------------------------------------------- */

static bool is_there(const column *of, uint32_t from, uint32_t to)
{
    return of->csv ? from != to : to != 0;
}

static bool is_text(const column *of, uint32_t from)
{
    return of->places.bytes[from - 1] == '"';
}

/* The value as the exact reader takes it; false when it is no JSON value. */
static bool make_pair(const column *of, uint32_t from, uint32_t to, pol_pair *pair)
{
    const char *const bytes = of->places.bytes;
    const pol_str value = { bytes + from, to - from };
    *pair = (pol_pair){ .value = value, .kind = POL_V_CELL };
    if (pol_json_utf8(value) != value.length)
        return false;
    if (of->csv)
        return true;
    if (is_text(of, from)) {
        pair->kind = POL_V_STRING;
        pair->value = (pol_str){ value.bytes - 1, value.length + 2 };
        return true;
    }
    pol_json json;
    pol_json_init(&json, value);
    switch (pol_json_next(&json)) {
    case POL_JSON_NUMBER: pair->kind = POL_V_NUMBER; break;
    case POL_JSON_TRUE: pair->kind = POL_V_TRUE; break;
    case POL_JSON_FALSE: pair->kind = POL_V_FALSE; break;
    case POL_JSON_NULL: pair->kind = POL_V_NULL; break;
    case POL_JSON_ARRAY: pair->kind = POL_V_ARRAY; return true; /* whole: the window has seen to it */
    default: return false;
    }
    return pol_json_next(&json) == POL_JSON_END;
}

/* Whether the value is written like the one that was read last. */
static bool is_known(const column *of, uint32_t from, uint32_t to)
{
    if (of->known == POL_NONE32)
        return false;
    const uint32_t known = pol_place_from(&of->places, of->records[of->known]);
    const uint32_t length = pol_place_to(&of->places, of->records[of->known]) - known;
    const char *const bytes = of->places.bytes;
    return length == to - from && is_there(of, from, to) && (of->csv || is_text(of, known) == is_text(of, from)) &&
           memcmp(bytes + known, bytes + from, length) == 0;
}

/* Leaves the record to the exact reader. */
static void give_up(const column *of, uint32_t k)
{
    of->intake->bad[of->records[k]] = of->intake->some_bad = true;
}

/* Takes the element over when the value is that of an earlier record. */
static inline bool is_repeated(const column *of, uint32_t k, uint32_t from, uint32_t to)
{
    const uint32_t like = !is_there(of, from, to) ? of->absent : is_known(of, from, to) ? of->known : POL_NONE32;
    if (like == POL_NONE32)
        return false;
    copy_element(of->block, of->field->reg, of->rows[like], of->rows[k]);
    return true;
}

static void read_exactly(column *of, uint32_t k)
{
    const uint32_t from = pol_place_from(&of->places, of->records[k]), to = pol_place_to(&of->places, of->records[k]);
    if (is_repeated(of, k, from, to))
        return;
    pol_record record = { .line = 0 };
    pol_finding finding = { .code = POL_ERR_NONE };
    const pol_cell cell = { .reader = of->intake->reader, .record = &record, .block = of->block, .field = of->field,
                            .row = of->rows[k] };
    pol_pair pair;
    if (!is_there(of, from, to)) {
        if (pol_cell_default(&cell))
            of->absent = k;
        else
            give_up(of, k);
    } else if (!make_pair(of, from, to, &pair) || !pol_cell_read(&cell, &pair, &finding) || record.spelling_count != 0) {
        give_up(of, k); /* a spelling has to be kept with the record */
    } else {
        of->known = k;
    }
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

/* Whether the numbers, which only go up, follow each other. */
static bool are_together(const uint32_t *numbers, uint32_t count)
{
    return numbers[count - 1] - numbers[0] == count - 1;
}

/* The places of the values alone; `room` is for those that do not lie side by side. */
static pol_spans find_spans(const column *of, uint32_t room[2 * POL_WINDOW_ROWS])
{
    const pol_places places = of->places;
    if (are_together(of->records, of->count) && places.to == places.from + 1 && places.to_stride == places.from_stride)
        return (pol_spans){ .bytes = places.bytes,
                            .places = places.from + (size_t)of->records[0] * places.from_stride,
                            .stride = places.from_stride,
                            .skip = places.skip };
    for (uint32_t k = 0; k < of->count; k++) {
        room[2 * k] = pol_place_from(&places, of->records[k]);
        room[2 * k + 1] = pol_place_to(&places, of->records[k]);
    }
    return (pol_spans){ .bytes = places.bytes, .places = room, .stride = 2 };
}

static void read_amounts(column *of)
{
    uint32_t places_room[2 * POL_WINDOW_ROWS], others[POL_WINDOW_ROWS + 1];
    int64_t room[POL_WINDOW_ROWS], *const out = pol_port_num(of->block, of->field->reg);
    const bool together = are_together(of->rows, of->count);
    int64_t *const fen = together ? out + of->rows[0] : room;
    const pol_spans spans = find_spans(of, places_room);
    const uint32_t other = of->intake->loops->amounts(&spans, of->count, fen, others);
    for (uint32_t k = 0; k < of->count && !together; k++)
        out[of->rows[k]] = fen[k];
    for (uint32_t i = 0; i < other; i++)
        read_exactly(of, others[i]);
}

/* Whole numbers of at most eight digits. */
static void read_integers(column *of)
{
    int64_t *const out = pol_port_num(of->block, of->field->reg);
    for (uint32_t k = 0; k < of->count; k++) {
        const uint32_t from = pol_place_from(&of->places, of->records[k]), to = pol_place_to(&of->places, of->records[k]);
        const char *const bytes = of->places.bytes;
        const uint32_t length = to - from;
        if (length - 1 < 8 && (length == 1 || bytes[from] != '0') && (of->csv || bytes[from - 1] != '"')) {
            const uint64_t digits = pol_swar_last(pol_swar_load(bytes + to - 8), length);
            if (pol_swar_is_digits(digits)) {
                out[of->rows[k]] = pol_swar_number(digits);
                continue;
            }
        }
        read_exactly(of, k);
    }
}

/* Whether the eight bytes and the two are "2024-05-06"; sets the date when it exists. */
static bool read_date(uint64_t front, uint16_t back, pol_date *date)
{
    const uint64_t digits = (front & UINT64_C(0xffffffff)) | (front >> 8 & UINT64_C(0x0000ffff00000000)) | (uint64_t)back << 48;
    if ((front & UINT64_C(0xff0000ff00000000)) != UINT64_C(0x2d00002d00000000) || !pol_swar_is_digits(digits))
        return false;
    const int number = (int)pol_swar_number(digits);
    const int year = number / 10000, month = number / 100 % 100, day = number % 100;
    if (!pol_date_exists(year, month, day))
        return false;
    *date = pol_date_of(year, month, day);
    return true;
}

static void read_dates(column *of)
{
    int32_t *const out = pol_port_code(of->block, of->field->reg);
    uint64_t last_front = 0;
    uint16_t last_back = 0;
    pol_date last = 0;
    for (uint32_t k = 0; k < of->count; k++) {
        const uint32_t from = pol_place_from(&of->places, of->records[k]), to = pol_place_to(&of->places, of->records[k]);
        const char *const bytes = of->places.bytes + from;
        if (to - from == 10 && (of->csv || bytes[-1] == '"')) {
            const uint64_t front = pol_swar_load(bytes);
            uint16_t back;
            memcpy(&back, bytes + 8, sizeof back);
            if ((front == last_front && back == last_back) || read_date(front, back, &last)) {
                last_front = front;
                last_back = back;
                out[of->rows[k]] = last;
                continue;
            }
        }
        read_exactly(of, k);
    }
}

/* Labels and texts: codes of words. */
static void read_word(column *of, const pol_word_set *words, uint32_t k)
{
    int32_t *const out = pol_port_code(of->block, of->field->reg);
    const uint32_t from = pol_place_from(&of->places, of->records[k]), to = pol_place_to(&of->places, of->records[k]);
    const char *const bytes = of->places.bytes + from;
    const bool there = is_there(of, from, to);
    const int32_t code = there && (of->csv || bytes[-1] == '"') ? pol_word_set_find(words, bytes, to - from) : -1;
    if (code >= 0)
        out[of->rows[k]] = code;
    else if (!there && of->absent != POL_NONE32)
        out[of->rows[k]] = out[of->rows[of->absent]];
    else
        read_exactly(of, k);
}

static const pol_word_set *words_of(const column *of)
{
    return of->field->type == POL_F_TEXT ? &of->intake->texts : &of->intake->labels[of->field->labels];
}

static void read_words(column *of, const pol_word_set *words)
{
    uint32_t places_room[2 * POL_WINDOW_ROWS], others[POL_WINDOW_ROWS + 1];
    int32_t room[POL_WINDOW_ROWS], *const out = pol_port_code(of->block, of->field->reg);
    const bool together = are_together(of->rows, of->count);
    int32_t *const codes = together ? out + of->rows[0] : room;
    if (!of->csv) {
        for (uint32_t k = 0; k < of->count; k++)
            read_word(of, words, k);
        return;
    }
    const pol_spans spans = find_spans(of, places_room);
    const uint32_t other = of->intake->loops->words(&spans, of->count, words, *of->empty, codes, others);
    for (uint32_t k = 0; k < of->count && !together; k++)
        out[of->rows[k]] = codes[k];
    for (uint32_t i = 0; i < other; i++)
        read_word(of, words, others[i]);
    if (of->absent != POL_NONE32)
        *of->empty = out[of->rows[of->absent]];
}

static void read_truths(column *of, const pol_word_set *words)
{
    uint8_t *const out = pol_port_bool(of->block, of->field->reg);
    for (uint32_t k = 0; k < of->count; k++) {
        const uint32_t from = pol_place_from(&of->places, of->records[k]), to = pol_place_to(&of->places, of->records[k]);
        const char *const bytes = of->places.bytes + from;
        const int32_t code =
            is_there(of, from, to) && (of->csv || bytes[-1] != '"') ? pol_word_set_find(words, bytes, to - from) : -1;
        if (code >= 0)
            out[of->rows[k]] = (uint8_t)code;
        else
            read_exactly(of, k);
    }
}

static void read_others(column *of)
{
    for (uint32_t k = 0; k < of->count; k++)
        read_exactly(of, k);
}

/* The element of the first row into all others. */
#define REPEAT(type, ports)                                                                            \
    do {                                                                                               \
        type *const values = ports(of->block, of->field->reg);                                         \
        const type first = values[of->rows[0]];                                                        \
        type *const together = values + of->rows[0];                                                   \
        for (uint32_t k = 1; k < of->count && are; k++)                                                \
            together[k] = first;                                                                       \
        for (uint32_t k = 1; k < of->count && !are; k++)                                               \
            values[of->rows[k]] = first;                                                               \
    } while (0)

static void repeat_first(const column *of)
{
    const bool are = are_together(of->rows, of->count);
    switch ((pol_class)of->block->code->registers[of->field->reg].class_) {
    case POL_C_NUM: REPEAT(int64_t, pol_port_num); break;
    case POL_C_BOOL: REPEAT(uint8_t, pol_port_bool); break;
    case POL_C_CODE:
    case POL_C_DATE: REPEAT(int32_t, pol_port_code); break;
    case POL_C_SET: REPEAT(uint64_t, pol_port_set); break;
    case POL_C_TIERS: REPEAT(uint32_t, pol_port_tiers); break;
    case POL_CLASS_COUNT: break;
    }
}

/* No record gives it. */
static void fill_default(column *of)
{
    pol_record record = { .line = 0 };
    const pol_cell cell = { .reader = of->intake->reader, .record = &record, .block = of->block, .field = of->field,
                            .row = of->rows[0] };
    if (pol_cell_default(&cell)) {
        repeat_first(of);
        return;
    }
    for (uint32_t k = 0; k < of->count; k++)
        give_up(of, k);
}

static column column_of(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group)
{
    const pol_intake_matter *const matter = &intake->matters[block->code - intake->reader->program->matters];
    column of = { .intake = intake, .block = block, .field = &block->code->fields[field],
                  .records = group->records, .rows = group->rows, .count = group->count, .csv = intake->window.csv,
                  .known = POL_NONE32, .absent = POL_NONE32, .empty = &matter->absent[field] };
    if (matter->slots[field] != POL_NONE32)
        of.places = matter->places[field];
    of.places.bytes = intake->window.bytes;
    return of;
}

bool pol_intake_word(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group, uint32_t k)
{
    column of = column_of(intake, block, field, group);
    const pol_word_set *const words = words_of(&of);
    const uint32_t from = pol_place_from(&of.places, of.records[k]), to = pol_place_to(&of.places, of.records[k]);
    int32_t *const out = &pol_port_code(block, of.field->reg)[of.rows[k]];
    if (is_there(&of, from, to)) {
        read_word(&of, words, k);
        return pol_word_set_find(words, of.places.bytes + from, to - from) >= 0;
    }
    if (*of.empty == POL_NO_CODE) {
        read_exactly(&of, k);
        *of.empty = of.absent != POL_NONE32 ? *out : POL_NO_CODE;
    } else {
        *out = *of.empty;
    }
    return *of.empty != POL_NO_CODE;
}

void pol_intake_column(pol_intake *intake, pol_block *block, uint32_t field, const pol_intake_group *group)
{
    column of = column_of(intake, block, field, group);
    if (of.count == 0)
        return;
    if (intake->matters[block->code - intake->reader->program->matters].slots[field] == POL_NONE32) {
        fill_default(&of);
        return;
    }
    switch ((pol_field_type)of.field->type) {
    case POL_F_AMOUNT: read_amounts(&of); break;
    case POL_F_INTEGER: read_integers(&of); break;
    case POL_F_DATE: read_dates(&of); break;
    case POL_F_TEXT:
    case POL_F_LABEL: read_words(&of, words_of(&of)); break;
    case POL_F_YESNO: read_truths(&of, &intake->truths); break;
    case POL_F_RATIO:
    case POL_F_LABELS:
    case POL_F_TIERS: read_others(&of); break;
    }
}
