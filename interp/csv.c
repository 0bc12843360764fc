/* Framing of JSON Lines and CSV, and CSV rows. */
#include "interp/csv.h"

#include <string.h>

#include "interp/base/utf8.h"
#include "interp/record_value.h"

#define MAX_COLUMNS 16384

/* ---- framing --------------------------------------------------------------------------------------- */

/* Where the framer is in a CSV record. */
enum { CELL_START, PLAIN, QUOTED, QUOTE_SEEN };

static const char k_mark[] = "\xef\xbb\xbf";

void pol_framer_init(pol_framer *framer, pol_arena *arena, bool csv)
{
    *framer = (pol_framer){ .arena = arena, .csv = csv, .line = 1, .begin = 1 };
    pol_text_init(&framer->held, arena);
}

void pol_framer_at(pol_framer *framer, uint64_t line)
{
    const pol_text held = framer->held;
    *framer = (pol_framer){ .arena = framer->arena, .csv = framer->csv, .line = line, .begin = line, .held = held };
    framer->held.length = 0;
    framer->started = line != 1; /* a byte-order mark stands at the very start only */
}

/* Drops a byte-order mark at the start, however it is cut up. */
static void skip_mark(pol_framer *framer, const char **bytes, size_t *length)
{
    while (!framer->started && *length != 0) {
        if (**bytes != k_mark[framer->mark]) {
            framer->started = true;
            pol_text_add(&framer->held, (pol_str){ k_mark, framer->mark });
            return;
        }
        framer->started = ++framer->mark == 3;
        (*bytes)++;
        (*length)--;
    }
}

/* Offset of the line feed that ends the record, or length. */
static size_t find_line_end(const char *bytes, size_t length)
{
    const char *const end = memchr(bytes, '\n', length);
    return end == NULL ? length : (size_t)(end - bytes);
}

/* One byte of a CSV record that is not in a fast stretch. True when it ends the record. */
static bool step(pol_framer *framer, char c)
{
    if (framer->state == QUOTED) {
        if (c == '"')
            framer->state = QUOTE_SEEN;
        else if (c == '\n')
            framer->line++;
        return false;
    }
    if (c == '\n')
        return true;
    if (c == '"' && (framer->state == CELL_START || framer->state == QUOTE_SEEN))
        framer->state = QUOTED;
    else
        framer->state = c == ',' ? CELL_START : PLAIN;
    return false;
}

/* The same for CSV, where quotes count. Keeps the state over pieces. */
static size_t find_row_end(pol_framer *framer, const char *bytes, size_t length)
{
    if (framer->state == CELL_START || framer->state == PLAIN) {
        /* Without a quote in the line, its end is the row's end. */
        const size_t end = find_line_end(bytes, length);
        if (end == 0)
            return end;
        if (memchr(bytes, '"', end) == NULL) {
            framer->state = bytes[end - 1] == ',' ? CELL_START : PLAIN;
            return end;
        }
    }
    for (size_t at = 0; at < length; at++) {
        if (step(framer, bytes[at]))
            return at;
    }
    return length;
}

bool pol_framer_is_blank(pol_str text)
{
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.bytes[i];
        if (c != ' ' && c != '\t' && c != '\r')
            return false;
    }
    return true;
}

/* Hands out what was collected; false for a blank line. */
static bool hand_out(pol_framer *framer, pol_str text, pol_frame *frame)
{
    if (text.length != 0 && text.bytes[text.length - 1] == '\r')
        text.length--;
    framer->too_long = framer->too_long || text.length > POL_MAX_RECORD_BYTES;
    *frame = (pol_frame){ .text = framer->too_long ? POL_STR("") : text,
                          .line = framer->begin,
                          .too_long = framer->too_long };
    framer->held.length = 0;
    framer->too_long = false;
    framer->state = CELL_START;
    framer->begin = framer->line;
    return frame->too_long || !pol_framer_is_blank(text);
}

/* Keeps a piece of a record for later. */
static void hold(pol_framer *framer, const char *bytes, size_t length)
{
    if (framer->too_long || length > POL_MAX_RECORD_BYTES + 1 - framer->held.length) {
        framer->too_long = true;
        framer->held.length = 0;
        return;
    }
    pol_text_add(&framer->held, (pol_str){ bytes, length });
}

bool pol_framer_is_between(const pol_framer *framer)
{
    return framer->started && framer->held.length == 0 && !framer->too_long && framer->state == CELL_START;
}

void pol_framer_skip(pol_framer *framer, uint64_t lines)
{
    framer->line += lines;
    framer->begin = framer->line;
}

bool pol_framer_next(pol_framer *framer, const char **bytes, size_t *length, pol_frame *frame)
{
    skip_mark(framer, bytes, length);
    while (*length != 0) {
        const char *const from = *bytes;
        const size_t end = framer->csv ? find_row_end(framer, from, *length)
                                       : find_line_end(from, *length);
        pol_str text = { from, end };
        const bool complete = end < *length;
        *bytes += end + complete;
        *length -= end + complete;
        if (!complete || framer->held.length != 0 || framer->too_long) {
            hold(framer, from, end);
            text = pol_text_str(&framer->held);
        }
        if (!complete)
            return false;
        framer->line++;
        if (hand_out(framer, text, frame))
            return true;
    }
    return false;
}

bool pol_framer_last(pol_framer *framer, pol_frame *frame)
{
    if (!framer->started) {
        framer->started = true;
        if (framer->mark < 3)
            pol_text_add(&framer->held, (pol_str){ k_mark, framer->mark });
    }
    if (framer->held.length == 0 && !framer->too_long)
        return false;
    return hand_out(framer, pol_text_str(&framer->held), frame);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

void pol_csv_init(pol_csv *csv, pol_arena *arena)
{
    *csv = (pol_csv){ .arena = arena };
}

/* A cell while a row is split. */
typedef struct pol_split {
    pol_str row;
    size_t at;    /* behind the last cell and its comma */
    bool more;    /* another cell follows */
    bool wrong;   /* characters after a closing quote, or no closing quote */
} pol_split;

/* A quoted cell that holds quotes, as it is meant. */
static pol_str unquote(pol_arena *arena, pol_str inside)
{
    char *const out = pol_arena_alloc(arena, inside.length);
    size_t to = 0;
    if (out == NULL)
        return POL_STR("");
    for (size_t i = 0; i < inside.length; i++) {
        out[to++] = inside.bytes[i];
        i += inside.bytes[i] == '"';
    }
    return (pol_str){ out, to };
}

static pol_str quoted_cell(pol_arena *arena, pol_split *split)
{
    const pol_str row = split->row;
    const size_t from = split->at + 1;
    size_t at = from;
    bool doubled = false;
    while (at < row.length && (row.bytes[at] != '"' || (at + 1 < row.length && row.bytes[at + 1] == '"'))) {
        doubled = doubled || row.bytes[at] == '"';
        at += row.bytes[at] == '"' ? 2 : 1;
    }
    const pol_str inside = { row.bytes + from, (at < row.length ? at : row.length) - from };
    split->at = at + 1;
    if (at >= row.length || (split->at < row.length && row.bytes[split->at] != ','))
        split->wrong = true;
    split->more = split->at < row.length;
    split->at++;
    return doubled ? unquote(arena, inside) : inside;
}

static pol_str next_cell(pol_arena *arena, pol_split *split)
{
    const pol_str row = split->row;
    if (split->at < row.length && row.bytes[split->at] == '"')
        return quoted_cell(arena, split);
    const char *const from = row.bytes + split->at;
    const size_t left = row.length - split->at;
    const char *const comma = left == 0 ? NULL : memchr(from, ',', left);
    const size_t length = comma == NULL ? left : (size_t)(comma - from);
    split->more = comma != NULL;
    split->at += length + 1;
    return (pol_str){ from, length };
}

bool pol_csv_header(pol_csv *csv, pol_str row)
{
    typedef POL_VEC(pol_str) names_list;
    names_list names = { NULL, 0, 0 };
    pol_split split = { .row = row, .more = true };
    while (split.more && !split.wrong && names.count < MAX_COLUMNS) {
        const pol_str cell = next_cell(csv->arena, &split);
        const pol_str key = pol_utf8_key(csv->arena, pol_str_copy(csv->arena, cell));
        if (!POL_PUSH(csv->arena, names, key))
            return false;
    }
    csv->columns = names.items;
    csv->count = (uint32_t)names.count;
    csv->repeated = POL_NEW_ARRAY(csv->arena, uint8_t, csv->count);
    pol_names seen;
    pol_names_init(&seen, csv->arena);
    for (uint32_t i = 0; i < csv->count && csv->repeated != NULL; i++) {
        const uint32_t before = seen.count;
        const uint32_t number = pol_names_add(&seen, csv->columns[i]);
        if (number == POL_NO_NAME)
            return false;
        csv->repeated[i] = seen.count == before && csv->columns[i].length != 0;
    }
    csv->has_header = true;
    return !pol_arena_failed(csv->arena);
}

/* 取值错误 of the whole row. */
static void refuse_row(pol_reader *reader, pol_record *record, const char *zh, const char *en)
{
    pol_text place;
    pol_text_init(&place, &reader->scratch);
    pol_text_format(&place, "%llu", (unsigned long long)record->line);
    pol_find(&reader->scratch, &record->error, POL_ERR_BAD_VALUE, POL_STR(""), zh, en,
             pol_text_str(&place), POL_STR(""));
}

/* The cells that hold something as pairs; their number. */
static uint32_t split_row(pol_csv *csv, pol_split *split, pol_reader *reader, bool *blank)
{
    uint32_t count = 0;
    reader->pairs.count = 0;
    *blank = true;
    while (split->more && !split->wrong) {
        const pol_str text = next_cell(&reader->scratch, split);
        const uint32_t column = count++;
        if (column < csv->count && pol_str_equal(csv->columns[column], POL_STR("-")))
            continue; /* a column that is not read */
        *blank = *blank && text.length == 0;
        if (column >= csv->count || (text.length == 0 && !csv->repeated[column]))
            continue;
        const pol_pair pair = { .key = csv->columns[column], .value = text, .kind = POL_V_CELL };
        if (!POL_PUSH(reader->arena, reader->pairs, pair))
            break;
    }
    return count;
}

bool pol_csv_row(pol_csv *csv, pol_str row, pol_reader *reader, pol_record *record, bool *blank)
{
    pol_split split = { .row = row, .more = true };
    const bool valid = pol_json_utf8(row) == row.length;
    const uint32_t count = split_row(csv, &split, reader, blank);
    if (*blank && !split.wrong)
        return true;
    *blank = false;
    if (!pol_reader_cells(reader, record))
        return false;
    if (!valid)
        refuse_row(reader, record, "第 {0} 行不是 UTF-8 编码的文字", "line {0} is not UTF-8");
    else if (split.wrong)
        refuse_row(reader, record, "第 {0} 行引号不成对，或引号后还有字符",
                   "line {0}: a quote is not closed, or characters follow it");
    else if (count != csv->count)
        refuse_row(reader, record, "第 {0} 行的列数与表头不同",
                   "line {0} has not as many cells as the header");
    return !pol_arena_failed(&reader->scratch);
}

static bool needs_quotes(pol_str text, size_t *quotes)
{
    bool needs = text.length != 0 && (text.bytes[0] == ' ' || text.bytes[text.length - 1] == ' ');
    *quotes = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.bytes[i];
        needs = needs || c == ',' || c == '"' || c == '\n' || c == '\r';
        *quotes += c == '"';
    }
    return needs;
}

void pol_csv_quote(pol_text *out, size_t begin)
{
    size_t quotes, from = out->length;
    if (from == begin || !needs_quotes((pol_str){ out->bytes + begin, from - begin }, &quotes))
        return;
    for (size_t i = 0; i < quotes + 2; i++)
        pol_text_char(out, '"');
    if (out->length != from + quotes + 2)
        return; /* no memory */
    /* From the end, so that nothing is overwritten before it moves. */
    size_t to = out->length - 1;
    while (from > begin) {
        const char c = out->bytes[--from];
        out->bytes[--to] = c;
        if (c == '"')
            out->bytes[--to] = c;
    }
    out->bytes[begin] = '"';
}

void pol_csv_write(pol_text *out, pol_str text)
{
    const size_t begin = out->length;
    pol_text_add(out, text);
    pol_csv_quote(out, begin);
}
