/* Where records end, without reading them: the framer's rules (csv.c) over a stream in pieces. */
#include <string.h>

#include <pol/pol.h>

/* A quote opens a cell at its beginning only, and closes it where no second quote follows. */
enum { CELL_START, PLAIN, QUOTED, QUOTE_SEEN };

static unsigned step(unsigned state, char c)
{
    if (state == QUOTED)
        return c == '"' ? QUOTE_SEEN : QUOTED;
    if (c == '"' && state != PLAIN)
        return QUOTED;
    return c == ',' || c == '\n' ? CELL_START : PLAIN;
}

/* The state behind bytes without quotes, from a state outside of quotes. */
static unsigned state_behind(unsigned state, const char *bytes, size_t length)
{
    return length == 0 ? state : step(PLAIN, bytes[length - 1]);
}

static size_t first_line_end(const char *bytes, size_t length)
{
    const char *const end = length == 0 ? NULL : memchr(bytes, '\n', length);
    return end == NULL ? 0 : (size_t)(end - bytes) + 1;
}

static size_t last_line_end(const char *bytes, size_t length)
{
    while (length > 0 && bytes[length - 1] != '\n')
        length--;
    return length;
}

size_t pol_cut_first(pol_cut *cut, pol_record_format format, const char *bytes, size_t length)
{
    if (format != POL_CSV)
        return first_line_end(bytes, length);
    unsigned state = cut->state;
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] == '\n' && state != QUOTED) {
            cut->state = CELL_START;
            return at + 1;
        }
        state = step(state, bytes[at]);
    }
    cut->state = state;
    return 0;
}

size_t pol_cut_last(pol_cut *cut, pol_record_format format, const char *bytes, size_t length)
{
    if (format != POL_CSV)
        return last_line_end(bytes, length);
    size_t at = 0, found = 0;
    while (at < length) {
        if (cut->state == QUOTED) {
            while (at < length && bytes[at] != '"')
                at++;
            if (at == length)
                break;
        }
        if (cut->state == QUOTED || cut->state == QUOTE_SEEN || (cut->state == CELL_START && bytes[at] == '"')) {
            if (cut->state == QUOTE_SEEN && bytes[at] == '\n')
                found = at + 1;
            cut->state = step(cut->state, bytes[at++]);
            continue;
        }
        /* Outside of quotes all line ends up to the next quote are ends of records. */
        const char *const quote = memchr(bytes + at, '"', length - at);
        const size_t end = quote == NULL ? length : (size_t)(quote - bytes);
        const size_t line_end = last_line_end(bytes + at, end - at);
        if (line_end != 0)
            found = at + line_end;
        cut->state = state_behind(cut->state, bytes + at, end - at);
        if (end < length)
            cut->state = step(cut->state, '"');
        at = end + (end < length);
    }
    return found;
}
