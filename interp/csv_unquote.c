/* Row by row: the cells of a row are copied until one is not as it should be; then the row is copied whole. */
#include "interp/csv_unquote.h"

#include <string.h>

#include "interp/csv_scan.h"

#define MAX_ROW_BYTES ((size_t)64 << 10) /* a longer one stays as it is: quotes count towards the limit of a record */

/* The content of the quoted cell that begins behind its quote at `from`: until its closing quote. `stop` when there is none
 * or it holds what needs quotes. */
static const char *end_of_plain(const char *from, const char *stop)
{
    while (from < stop && *from != '"' && *from != ',' && (unsigned char)*from >= 0x20)
        from++;
    return from < stop && *from == '"' ? from : stop;
}

/* The comma or line end behind a cell without quotes; `stop` when there is none or a quote stands in it. */
static const char *end_of_bare(const char *from, const char *stop)
{
    while (from < stop && *from != '"' && *from != ',' && *from != '\n')
        from++;
    return from < stop && *from != '"' ? from : stop;
}

/* Writes the row without quotes; behind it, or NULL when it cannot do without or does not end. *to is moved on. */
static const char *copy_row(char **to, const char *row, const char *stop)
{
    const char *at = row;
    char *out = *to;
    bool several = false; /* cells: a line of one might be blank without its quotes */
    for (;;) {
        const bool quoted = at < stop && *at == '"';
        const char *const from = at + quoted, *const end = quoted ? end_of_plain(from, stop) : end_of_bare(from, stop);
        if (end == stop)
            return NULL;
        memcpy(out, from, (size_t)(end - from));
        out += end - from;
        at = end + quoted;
        if (quoted && stop - at >= 2 && at[0] == '\r' && at[1] == '\n')
            *out++ = *at++;
        if (at == stop || (*at != ',' && *at != '\n'))
            return NULL;
        *out++ = *at;
        several = several || *at == ',';
        if (*at++ == '\n')
            break;
    }
    if (!several)
        return NULL;
    *to = out;
    return at;
}

bool pol_csv_unquote(pol_text *out, const char *bytes, size_t length)
{
    const char *at = bytes, *const end = bytes + length;
    if (!pol_text_reserve(out, length))
        return false;
    char *to = out->bytes + out->length;
    while (at < end) {
        const char *const quote = memchr(at, '"', (size_t)(end - at));
        const char *row = quote == NULL ? end : quote;
        while (row > at && quote != NULL && row[-1] != '\n')
            row--;
        memcpy(to, at, (size_t)(row - at));
        to += row - at;
        if (quote == NULL)
            break;
        const char *const stop = (size_t)(end - row) > MAX_ROW_BYTES ? row + MAX_ROW_BYTES : end;
        at = copy_row(&to, row, stop);
        if (at == NULL) {
            const size_t line_feed = pol_csv_row_end(row, 0, (size_t)(end - row));
            at = row + line_feed + (line_feed < (size_t)(end - row));
            memcpy(to, row, (size_t)(at - row));
            to += at - row;
        }
    }
    out->length = (size_t)(to - out->bytes);
    return true;
}
