/* Row by row: the cells of a row are copied until one is not as it should be; then the row is copied whole. */
#include "interp/csv_unquote.h"

#include <string.h>

#include "interp/csv_scan.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MAX_ROW_BYTES ((size_t)64 << 10) /* a longer one stays as it is: quotes count towards the limit of a record */

/* Whether the byte ends what is copied of a cell: its quote, comma or line end, or what has no place in it. */
static inline bool is_end(char c, bool quoted)
{
    return c == '"' || c == ',' || (quoted ? (unsigned char)c < 0x20 : c == '\n');
}

/* Copies a cell up to such a byte, or to `stop`; may write 16 bytes behind it. Returns where it ended; *to is moved on. */
static inline const char *copy_cell(char **to, const char *from, const char *stop, bool quoted)
{
    char *out = *to;
#if defined(__SSE2__)
    const __m128i least = _mm_set1_epi8(quoted ? 0x1f : '\n');
    for (; stop - from >= 16; from += 16, out += 16) {
        const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)from);
        const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8('"')), _mm_cmpeq_epi8(all, _mm_set1_epi8(',')));
        const __m128i others = _mm_cmpeq_epi8(quoted ? _mm_max_epu8(all, least) : all, least);
        const int ends = _mm_movemask_epi8(_mm_or_si128(marks, others));
        _mm_storeu_si128((__m128i *)(void *)out, all);
        if (ends != 0) {
            *to = out + __builtin_ctz((unsigned)ends);
            return from + __builtin_ctz((unsigned)ends);
        }
    }
#endif
    while (from < stop && !is_end(*from, quoted))
        *out++ = *from++;
    *to = out;
    return from;
}

/* Writes the row without quotes; behind it, or NULL when it cannot do without or does not end. *to is moved on. */
static const char *copy_row(char **to, const char *row, const char *stop)
{
    const char *at = row;
    char *out = *to;
    bool several = false; /* cells: a line of one might be blank without its quotes */
    for (;;) {
        const bool quoted = at < stop && *at == '"';
        at = quoted ? copy_cell(&out, at + 1, stop, true) : copy_cell(&out, at, stop, false);
        if (at == stop || (quoted && *at != '"'))
            return NULL;
        at += quoted;
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
    if (!pol_text_reserve(out, length + 16)) /* behind the end something may be written */
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
