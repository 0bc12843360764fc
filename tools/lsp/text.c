#include "tools/lsp/text.h"

#include <stdlib.h>

/* ---- characters ------------------------------------------------------------------------------------------------ */

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Bytes of the character at `at`, which lies before `end`; ill-formed bytes are characters of their own. */
static size_t size_at(const char *text, size_t at, size_t end)
{
    const unsigned char first = (unsigned char)text[at];
    const size_t size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
    size_t found = 1;
    while (found < size && at + found < end && continues(text[at + found]))
        found++;
    return found == size ? size : 1;
}

/* Four bytes of UTF-8 are two units. */
static size_t units_of(size_t size)
{
    return size == 4 ? 2 : 1;
}

/* ---- lines -------------------------------------------------------------------------------------------------------- */

static size_t list_lines(const char *text, size_t length, size_t *starts)
{
    size_t count = 1;
    if (starts != NULL)
        starts[0] = 0;
    for (size_t at = 0; at < length; at++) {
        if (text[at] != '\n' && text[at] != '\r')
            continue;
        if (text[at] == '\r' && at + 1 < length && text[at + 1] == '\n')
            at++;
        if (starts != NULL)
            starts[count] = at + 1;
        count++;
    }
    return count;
}

bool lsp_lines_open(lsp_lines *lines, const char *text, size_t length)
{
    *lines = (lsp_lines){ .text = text, .length = length, .count = list_lines(text, length, NULL) };
    lines->starts = malloc(lines->count * sizeof *lines->starts);
    if (lines->starts == NULL)
        return false;
    (void)list_lines(text, length, lines->starts);
    return true;
}

void lsp_lines_close(lsp_lines *lines)
{
    free(lines->starts);
    *lines = (lsp_lines){ 0 };
}

/* Where the line's text ends, its line end left out. */
static size_t end_of_line(const lsp_lines *lines, size_t line)
{
    size_t end = line + 1 < lines->count ? lines->starts[line + 1] : lines->length;
    const size_t start = lines->starts[line];
    if (line + 1 < lines->count && end > start && lines->text[end - 1] == '\n')
        end--;
    if (line + 1 < lines->count && end > start && lines->text[end - 1] == '\r')
        end--;
    return end;
}

static size_t line_of(const lsp_lines *lines, size_t offset)
{
    size_t low = 0, high = lines->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

lsp_position lsp_position_of(lsp_lines *lines, size_t offset)
{
    const size_t line = line_of(lines, offset);
    const size_t end = end_of_line(lines, line);
    size_t at = lines->starts[line], units = 0;
    if (lines->last.line == line && lines->last.offset >= at && lines->last.offset <= offset) {
        at = lines->last.offset;
        units = lines->last.units;
    }
    while (at < end) {
        const size_t size = size_at(lines->text, at, end);
        if (at + size > offset)
            break;
        units += units_of(size);
        at += size;
    }
    lines->last.line = line;
    lines->last.offset = at;
    lines->last.units = units;
    return (lsp_position){ line, units };
}

size_t lsp_offset_of(const lsp_lines *lines, lsp_position position)
{
    if (position.line >= lines->count)
        return lines->length;
    const size_t end = end_of_line(lines, position.line);
    size_t at = lines->starts[position.line];
    for (size_t units = 0; at < end;) {
        const size_t size = size_at(lines->text, at, end);
        units += units_of(size);
        if (units > position.character)
            break;
        at += size;
    }
    return at;
}
