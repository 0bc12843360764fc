/* Places in a text: lines, and columns in UTF-16 units as the protocol counts them. */
#ifndef POL_TOOLS_LSP_TEXT_H
#define POL_TOOLS_LSP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lsp_lines {
    const char *text; /* borrowed */
    size_t length;
    size_t *starts;   /* owned; a line ends with LF, CR LF or CR */
    size_t count;
    struct {          /* the last place asked for: those of one line are asked for in order */
        size_t line, offset, units;
    } last;
} lsp_lines;

typedef struct lsp_position {
    size_t line, character; /* from 0 */
} lsp_position;

/* False when memory ran out. */
bool lsp_lines_open(lsp_lines *lines, const char *text, size_t length);
void lsp_lines_close(lsp_lines *lines);
/* An offset within a character means its beginning, one behind the text its end. */
lsp_position lsp_position_of(lsp_lines *lines, size_t offset);
/* A column behind the line's end means its end; one within a surrogate pair the character. */
size_t lsp_offset_of(const lsp_lines *lines, lsp_position position);

#endif
