#include "tools/table.h"

#include <stdlib.h>
#include <string.h>

#include "tools/encoding.h"
#include "tools/text.h"

#define LARGEST_TABLE  ((size_t)4 << 20)
#define MOST_COLUMNS   64
#define MOST_ROWS      2000

/* ---- the text, in UTF-8 -------------------------------------------------------------------------------------- */

/* UTF-8 or, as spreadsheets here write it, GB18030; with a zero at the end. */
static bool read_text(const tool *t, const char *name, tool_bytes *text)
{
    size_t length;
    char *const raw = tool_read_file(t, name, LARGEST_TABLE, &length);
    if (raw == NULL)
        return false;
    tool_decoder decoder;
    tool_decoder_init(&decoder);
    decoder.encoding = tool_guess_encoding(raw, length);
    const char *bytes;
    size_t decoded;
    const pol_writer to = tool_bytes_writer(text);
    bool good = tool_decode(&decoder, raw, length, true, &bytes, &decoded);
    if (!good && decoder.unavailable) {
        tool_error(t, TOOL_M_NO_CONVERSION);
    } else if (!good || !to.write(to.user, bytes, decoded) || !to.write(to.user, "", 1)) {
        tool_error(t, TOOL_M_NO_MEMORY);
        good = false;
    }
    tool_decoder_free(&decoder);
    free(raw);
    return good;
}

/* ---- cells ----------------------------------------------------------------------------------------------------- */

/* Cuts the cell at *at in place; *at moves behind its separator, *end says which one that was. */
static char *take_cell(char **at, char separator, char *end)
{
    char *cell = *at, *to = *at, *from = *at;
    const bool quoted = *from == '"';
    from += quoted;
    for (; *from != '\0'; from++) {
        if (quoted && from[0] == '"' && from[1] == '"')
            from++;
        else if (quoted && *from == '"')
            break;
        else if (!quoted && (*from == separator || *from == '\n' || *from == '\r'))
            break;
        *to++ = *from;
    }
    while (*from != '\0' && *from != separator && *from != '\n' && *from != '\r')
        from++; /* the closing quote and what should not be behind it */
    *end = *from;
    if (*from == '\r' && from[1] == '\n')
        from++;
    *at = *from == '\0' ? from : from + 1;
    if (*end == '\r')
        *end = '\n';
    while (to > cell && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    *to = '\0';
    return cell + strspn(cell, " \t");
}

static bool is_blank(char *const *row, int count)
{
    for (int i = 0; i < count; i++)
        if (row[i][0] != '\0')
            return false;
    return true;
}

/* Reads one row; its length, or -1 when it is too long. */
static int take_row(char **at, char separator, char **row)
{
    int count = 0;
    char end = separator;
    while (end == separator) {
        if (count == MOST_COLUMNS)
            return -1;
        row[count++] = take_cell(at, separator, &end);
    }
    return count;
}

/* 0: nothing wrong, otherwise the line. */
static int cut(tool_table *table, char *at)
{
    static const char k_mark[] = "\xef\xbb\xbf";
    if (strncmp(at, k_mark, sizeof k_mark - 1) == 0)
        at += sizeof k_mark - 1;
    const size_t first_line = strcspn(at, "\r\n");
    const char separator = memchr(at, '\t', first_line) != NULL ? '\t' : ',';
    char *row[MOST_COLUMNS];
    for (int line = 1; *at != '\0'; line++) {
        const int count = take_row(&at, separator, row);
        if (count < 0 || table->rows == MOST_ROWS)
            return line;
        if (is_blank(row, count))
            continue;
        if (table->rows == 0)
            table->columns = count;
        if (!is_blank(row + (count < table->columns ? count : table->columns),
                      count < table->columns ? 0 : count - table->columns))
            return line;
        char **to = table->cells + table->rows++ * table->columns;
        for (int i = 0; i < table->columns; i++)
            to[i] = i < count ? row[i] : at + strlen(at);
    }
    return 0;
}

bool tool_table_read(const tool *t, tool_table *table, const char *name)
{
    *table = (tool_table){ 0 };
    tool_bytes text = { 0 };
    bool good = read_text(t, name, &text);
    table->bytes = text.bytes;
    if (good) {
        table->cells = calloc((size_t)MOST_ROWS * MOST_COLUMNS, sizeof *table->cells);
        good = table->cells != NULL;
        if (!good)
            tool_error(t, TOOL_M_NO_MEMORY);
    }
    if (good) {
        const int line = cut(table, text.bytes);
        good = line == 0 && table->rows >= 2 && table->columns >= 2;
        if (line > 0)
            tool_error(t, TOOL_M_BAD_TABLE_LINE, name, tool_count_text((unsigned)line).text);
        else if (!good)
            tool_error(t, TOOL_M_NO_TABLE, name);
    }
    if (!good)
        tool_table_free(table);
    return good;
}

const char *tool_table_cell(const tool_table *table, int row, int column)
{
    return table->cells[row * table->columns + column];
}

void tool_table_free(tool_table *table)
{
    free(table->cells);
    free(table->bytes);
    *table = (tool_table){ 0 };
}
