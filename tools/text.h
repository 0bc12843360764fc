/* Messages in both languages and the width of text on a terminal. */
#ifndef POL_TOOLS_TEXT_H
#define POL_TOOLS_TEXT_H

#include <stdio.h>

#include "tools/tool.h"

typedef enum tool_message {
#define TOOL_MESSAGE(name, en, zh) TOOL_M_##name,
#include "tools/messages.def"
#undef TOOL_MESSAGE
    TOOL_MESSAGE_COUNT
} tool_message;

/* A message without arguments, in the language of the call. */
const char *tool_word(const tool *t, tool_message message);
/* Writes a message with its arguments ({0}, {1} …), NULL behind the last. No line end. */
void tool_write_list(const tool *t, FILE *to, tool_message message, const char *const *arguments);
#define tool_write(t, to, ...) tool_write_list((t), (to), TOOL_FIRST(__VA_ARGS__, NULL), TOOL_REST(__VA_ARGS__, NULL))
/* "pol: …" and a line end on standard error. */
void tool_error_list(const tool *t, tool_message message, const char *const *arguments);
#define tool_error(t, ...) tool_error_list((t), TOOL_FIRST(__VA_ARGS__, NULL), TOOL_REST(__VA_ARGS__, NULL))
#define TOOL_FIRST(first, ...) (first)
#define TOOL_REST(first, ...) ((const char *const[]){ __VA_ARGS__ })

/* What errno says, in words of the call's language where there are some. */
const char *tool_errno_text(const tool *t, int number);

/* Columns that a UTF-8 text takes on a terminal. */
int tool_text_width(const char *text);
/* Writes the text and blanks up to `width` columns. */
void tool_write_padded(FILE *to, const char *text, int width);
/* The nearest of some words to what was written: start, try each, then `found` (NULL: all are other words
 * altogether). */
typedef struct tool_nearest {
    const char *written, *found;
    int within; /* edits at most, in bytes */
} tool_nearest;
tool_nearest tool_nearest_start(const char *written);
void tool_nearest_try(tool_nearest *nearest, const char *word);

/* Decimal text of a count. */
typedef struct tool_number {
    char text[24];
} tool_number;
tool_number tool_count_text(unsigned long long count);

#endif
