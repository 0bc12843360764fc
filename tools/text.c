/* Messages in both languages and the width of text on a terminal. */
#include "tools/text.h"

#include <errno.h>
#include <string.h>

static const tool_text k_messages[TOOL_MESSAGE_COUNT] = {
#define TOOL_MESSAGE(name, en, zh) [TOOL_M_##name] = { en, zh },
#include "tools/messages.def"
#undef TOOL_MESSAGE
};

const char *tool_word(const tool *t, tool_message message)
{
    return tool_say(t, k_messages[message]);
}

void tool_write_list(const tool *t, FILE *to, tool_message message, const char *const *arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    const char *from = tool_word(t, message), *at = from;
    while (*at != '\0') {
        const size_t number = at[0] == '{' ? (size_t)(at[1] - '0') : count;
        if (number >= count) {
            at++;
            continue;
        }
        fwrite(from, 1, (size_t)(at - from), to);
        fputs(arguments[number], to);
        from = at += 3;
    }
    fputs(from, to);
}

void tool_error_list(const tool *t, tool_message message, const char *const *arguments)
{
    fflush(stdout);
    fputs(t->color_errors ? "\033[1;31mpol:\033[0m " : "pol: ", stderr);
    tool_write_list(t, stderr, message, arguments);
    fputc('\n', stderr);
}

const char *tool_errno_text(const tool *t, int number)
{
    switch (number) {
    case ENOENT: return tool_word(t, TOOL_M_NO_SUCH_FILE);
    case ENOTDIR: return tool_word(t, TOOL_M_NO_SUCH_FOLDER);
    case EACCES:
    case EPERM:
    case EROFS: return tool_word(t, TOOL_M_NOT_ALLOWED);
    case EISDIR: return tool_word(t, TOOL_M_IS_FOLDER);
    case ENOSPC: return tool_word(t, TOOL_M_DISK_FULL);
    case EBADF: return tool_word(t, TOOL_M_IS_CLOSED);
    case ENOMEM: return tool_word(t, TOOL_M_NO_MEMORY);
    default: return strerror(number);
    }
}

/* ---- width --------------------------------------------------------------------------------------- */

/* The wide blocks of the scripts that our own texts and file names hold. The library knows all of
 * Unicode; the program only aligns its help with this. */
static bool is_wide(unsigned long point)
{
    static const struct {
        unsigned long first, last;
    } k_wide[] = {
        { 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },
        { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
        { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
    };
    for (int i = 0; i < TOOL_COUNT(k_wide); i++) {
        if (point >= k_wide[i].first && point <= k_wide[i].last)
            return true;
    }
    return false;
}

int tool_text_width(const char *text)
{
    int width = 0;
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        unsigned long point = *at++;
        if (point >= 0xc0) /* our own texts are well formed */
            point &= point >= 0xf0 ? 0x07u : point >= 0xe0 ? 0x0fu : 0x1fu;
        while ((*at & 0xc0) == 0x80)
            point = point << 6 | (*at++ & 0x3fu);
        width += is_wide(point) ? 2 : 1;
    }
    return width;
}

void tool_write_padded(FILE *to, const char *text, int width)
{
    fprintf(to, "%s%*s", text, width > tool_text_width(text) ? width - tool_text_width(text) : 0,
            "");
}

#define LONGEST_WORD 40

static int distance_of(const char *a, const char *b)
{
    const size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > LONGEST_WORD || b_length > LONGEST_WORD)
        return LONGEST_WORD;
    int row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            const int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            const int changed = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replaced < changed ? replaced : changed;
        }
    }
    return row[b_length];
}

tool_nearest tool_nearest_start(const char *written)
{
    return (tool_nearest){ .written = written, .within = (int)strlen(written) / 3 + 1 };
}

void tool_nearest_try(tool_nearest *nearest, const char *word)
{
    const int distance = distance_of(nearest->written, word);
    if (distance <= nearest->within) {
        nearest->within = distance - 1;
        nearest->found = word;
    }
}

tool_number tool_count_text(unsigned long long count)
{
    tool_number number;
    snprintf(number.text, sizeof number.text, "%llu", count);
    return number;
}
