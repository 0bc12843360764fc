/* What the debugger says: to standard output, and to the transcript without colours. */
#include "tools/repl/repl.h"

static const tool_text k_messages[REPL_MESSAGE_COUNT] = {
#define REPL_MESSAGE(name, en, zh) [REPL_M_##name] = { en, zh },
#include "tools/repl/messages.def"
#undef REPL_MESSAGE
};

const char *repl_word(const repl *r, repl_message message)
{
    return tool_say(r->t, k_messages[message]);
}

void repl_putn(repl *r, const char *text, size_t length)
{
    (void)fwrite(text, 1, length, stdout);
    if (r->transcript != NULL)
        (void)fwrite(text, 1, length, r->transcript);
}

void repl_put(repl *r, const char *text)
{
    repl_putn(r, text, strlen(text));
}

static void put_blanks(repl *r, int count)
{
    while (count-- > 0)
        repl_put(r, " ");
}

void repl_pad(repl *r, const char *text, int width)
{
    repl_put(r, text);
    put_blanks(r, width - tool_text_width(text));
}

void repl_pad_left(repl *r, const char *text, int width)
{
    put_blanks(r, width - tool_text_width(text));
    repl_put(r, text);
}

void repl_tell_list(repl *r, repl_message message, const char *const *arguments)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    for (const char *at = repl_word(r, message); *at != '\0'; at++) {
        const size_t number = at[0] == '{' ? (size_t)(at[1] - '0') : count;
        if (number < count) {
            repl_put(r, arguments[number]);
            at += 2;
        } else {
            repl_putn(r, at, 1);
        }
    }
    repl_put(r, "\n");
}

static bool write_said(void *user, const char *bytes, size_t length)
{
    repl_putn(user, bytes, length);
    return !ferror(stdout);
}

pol_writer repl_writer(repl *r)
{
    return (pol_writer){ write_said, r };
}

void repl_color(repl *r, const char *code)
{
    if (r->t->color)
        printf("\033[%sm", code);
}

tool_number repl_number(size_t number)
{
    return tool_count_text(number);
}
