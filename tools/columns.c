#include "tools/columns.h"

#include <stdlib.h>
#include <string.h>

#include "tools/encoding.h"
#include "tools/files.h"
#include "tools/text.h"

#define LARGEST_MAP ((size_t)1 << 20)

/* ---- cells ------------------------------------------------------------------------------------------ */

/* Takes the next cell of a row and unquotes it in place; *at moves behind its comma. False when its quotes
 * are wrong. */
static bool take_cell(char *row, size_t length, size_t *at, char **cell, size_t *cell_length)
{
    size_t from = *at, to = *at;
    *cell = row + from;
    if (from < length && row[from] == '"') {
        for (from++; from < length; from++) {
            if (row[from] == '"' && (++from >= length || row[from] != '"'))
                break;
            row[to++] = row[from];
        }
        if (row[from - 1] != '"')
            return false;
    } else {
        while (from < length && row[from] != ',')
            row[to++] = row[from++];
    }
    *cell_length = (size_t)(row + to - *cell);
    *at = from + 1;
    return from >= length || row[from] == ',';
}

static void trim(char **text, size_t *length)
{
    while (*length > 0 && strchr(" \t\r", (*text)[*length - 1]) != NULL)
        (*length)--;
    while (*length > 0 && strchr(" \t", **text) != NULL) {
        (*text)++;
        (*length)--;
    }
}

/* ---- the map ---------------------------------------------------------------------------------------- */

static int index_of(const tool_columns *columns, const char *name, size_t length)
{
    for (int i = 0; i < columns->count; i++) {
        if (strlen(columns->from[i]) == length && memcmp(columns->from[i], name, length) == 0)
            return i;
    }
    return -1;
}

/* One line of the map. */
static bool add_line(const tool *t, tool_columns *columns, char *line, size_t length, int number)
{
    char *from, *to;
    size_t at = 0, from_length, to_length = 0;
    trim(&line, &length);
    if (length == 0)
        return true;
    if (!take_cell(line, length, &at, &from, &from_length) || at > length ||
        !take_cell(line, length, &at, &to, &to_length) || at <= length) {
        tool_error(t, TOOL_M_MAP_LINE, columns->name, tool_count_text((unsigned long long)number).text);
        return false;
    }
    trim(&from, &from_length);
    trim(&to, &to_length);
    if (from_length == 0 || to_length == 0 || index_of(columns, from, from_length) >= 0) {
        tool_error(t, TOOL_M_MAP_LINE, columns->name, tool_count_text((unsigned long long)number).text);
        return false;
    }
    from[from_length] = to[to_length] = '\0'; /* there is a comma or a line end */
    columns->from[columns->count] = from;
    columns->to[columns->count++] = to;
    return true;
}

static int count_lines(const char *text, size_t length)
{
    int count = 1;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count;
}

static bool read_map(const tool *t, tool_columns *columns, size_t length)
{
    const int lines = count_lines(columns->text, length);
    columns->from = calloc((size_t)lines, sizeof *columns->from);
    columns->to = calloc((size_t)lines, sizeof *columns->to);
    bool good = columns->from != NULL && columns->to != NULL;
    if (!good)
        tool_error(t, TOOL_M_NO_MEMORY);
    char *at = columns->text, *const end = columns->text + length;
    for (int number = 1; good && number <= lines; number++) {
        char *const line_end = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        const size_t line_length = (size_t)((line_end == NULL ? end : line_end) - at);
        good = add_line(t, columns, at, line_length, number);
        at += line_length + 1;
    }
    return good;
}

/* The text in UTF-8 without a byte-order mark, with a NUL behind it; frees `text`. */
static char *decode_map(const tool *t, const char *name, char *text, size_t *length)
{
    tool_decoder decoder;
    tool_decoder_init(&decoder);
    const char *decoded = text;
    size_t decoded_length = *length;
    char *plain = NULL;
    if (tool_decode(&decoder, text, *length, true, &decoded, &decoded_length)) {
        const bool marked = decoded_length >= 3 && memcmp(decoded, "\xef\xbb\xbf", 3) == 0;
        *length = decoded_length - (marked ? 3 : 0);
        plain = calloc(1, *length + 1);
        if (plain != NULL)
            memcpy(plain, decoded + (marked ? 3 : 0), *length);
    }
    if (plain == NULL && decoder.unavailable)
        tool_error(t, TOOL_M_CANNOT_READ, name, tool_word(t, TOOL_M_NO_CONVERSION));
    else if (plain == NULL)
        tool_error(t, TOOL_M_NO_MEMORY);
    tool_decoder_free(&decoder);
    free(text);
    return plain;
}

bool tool_columns_open(const tool *t, tool_columns *columns, const char *name)
{
    size_t length;
    *columns = (tool_columns){ .name = name };
    char *const text = tool_read_file(t, name, LARGEST_MAP, &length);
    if (text == NULL)
        return false;
    columns->text = decode_map(t, name, text, &length);
    return columns->text != NULL && read_map(t, columns, length);
}

void tool_columns_close(tool_columns *columns)
{
    free(columns->from);
    free(columns->to);
    free(columns->text);
    *columns = (tool_columns){ 0 };
}

/* ---- the first row ---------------------------------------------------------------------------------- */

/* Always in quotes: then whatever a name holds is right. */
static size_t add_cell(char *to, const char *name, size_t length)
{
    size_t at = 0;
    to[at++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '"')
            to[at++] = '"';
        to[at++] = name[i];
    }
    to[at++] = '"';
    return at;
}

static size_t longest_name(const tool_columns *columns)
{
    size_t longest = 0;
    for (int i = 0; i < columns->count; i++)
        longest = strlen(columns->to[i]) > longest ? strlen(columns->to[i]) : longest;
    return longest;
}

static bool all_met(const tool *t, const tool_columns *columns, const bool *met)
{
    for (int i = 0; i < columns->count; i++) {
        if (!met[i]) {
            tool_error(t, TOOL_M_MAP_COLUMN, columns->name, columns->from[i]);
            return false;
        }
    }
    return true;
}

char *tool_columns_rename(const tool *t, const tool_columns *columns, const char *row, size_t length, size_t *renamed)
{
    size_t commas = 1;
    for (size_t i = 0; i < length; i++)
        commas += row[i] == ',';
    char *const cells = malloc(length + 1);
    char *const out = malloc(commas * (2 * longest_name(columns) + 3) + 2 * length + 2);
    bool *const met = calloc((size_t)columns->count + 1, sizeof *met);
    bool good = cells != NULL && out != NULL && met != NULL;
    if (!good)
        tool_error(t, TOOL_M_NO_MEMORY);
    if (good && length != 0)
        memcpy(cells, row, length);
    *renamed = 0;
    for (size_t at = 0; good && at <= length;) {
        char *cell;
        size_t cell_length;
        if (!take_cell(cells, length, &at, &cell, &cell_length)) {
            tool_error(t, TOOL_M_BAD_HEADER);
            good = false;
            break;
        }
        trim(&cell, &cell_length);
        const int number = index_of(columns, cell, cell_length);
        if (*renamed != 0)
            out[(*renamed)++] = ',';
        if (number >= 0)
            met[number] = true;
        *renamed += number >= 0 ? add_cell(out + *renamed, columns->to[number], strlen(columns->to[number]))
                                : add_cell(out + *renamed, cell, cell_length);
    }
    good = good && all_met(t, columns, met);
    free(cells);
    free(met);
    if (good) {
        out[(*renamed)++] = '\n';
        return out;
    }
    free(out);
    return NULL;
}
