#include "tools/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "tools/stop.h"
#include "tools/text.h"

#define PIECE_BYTES   ((size_t)256 << 10)
#define LONGEST_BYTES ((size_t)4 << 20) /* of a record that is kept whole; the library allows 1 MiB of UTF-8 */
#define SKIP_BYTES    ((size_t)64 << 10)

void tool_piece_free(tool_piece *piece)
{
    free(piece->bytes);
    free(piece->records);
    *piece = (tool_piece){ .bytes = NULL };
}

static bool no_memory(const tool_source *source)
{
    tool_error(source->t, TOOL_M_NO_MEMORY);
    return false;
}

static bool reserve(char **bytes, size_t *room, size_t needed)
{
    if (needed <= *room)
        return true;
    char *const grown = realloc(*bytes, needed);
    if (grown == NULL)
        return false;
    *bytes = grown;
    *room = needed;
    return true;
}

#if defined(__SSE2__)
/* Counts in bytes of 16 more; an equal byte is -1. */
static inline __m128i count_in_16(const char *bytes, __m128i sums)
{
    const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return _mm_sub_epi8(sums, _mm_cmpeq_epi8(all, _mm_set1_epi8('\n')));
}
#endif

/* How many line feeds. */
static uint64_t count_lines(const char *bytes, size_t length)
{
    uint64_t count = 0;
    size_t at = 0;
#if defined(__SSE2__)
    while (at + 64 <= length) {
        __m128i sums = _mm_setzero_si128(); /* in bytes: at most 4 a round */
        for (unsigned round = 0; round < 63 && at + 64 <= length; round++, at += 64)
            sums = count_in_16(bytes + at + 48, count_in_16(bytes + at + 32, count_in_16(bytes + at + 16, count_in_16(bytes + at, sums))));
        const __m128i halves = _mm_sad_epu8(sums, _mm_setzero_si128());
        count += (uint64_t)_mm_cvtsi128_si32(halves) + (uint64_t)_mm_extract_epi16(halves, 4);
    }
#endif
    for (; at < length; at++)
        count += bytes[at] == '\n';
    return count;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

/* Fills the piece up to `wanted` bytes. */
static bool fill(tool_source *source, tool_piece *piece, size_t wanted)
{
    size_t length;
    if (!reserve(&piece->bytes, &piece->room, wanted))
        return no_memory(source);
    if (source->over || wanted <= piece->length)
        return true;
    if (!tool_input_read(source->t, &source->input, piece->bytes + piece->length, wanted - piece->length, &length))
        return false;
    piece->length += length;
    source->over = piece->length < wanted;
    return true;
}

static bool keep_rest(tool_source *source, const tool_piece *piece, size_t from)
{
    const size_t length = piece->length - from;
    if (!reserve(&source->rest, &source->rest_room, length))
        return no_memory(source);
    if (length != 0)
        memcpy(source->rest, piece->bytes + from, length);
    source->rest_length = length;
    return true;
}

/* Passes over the rest of a record that is too long to be kept; what follows it becomes the rest. */
static bool skip_record(tool_source *source, pol_cut *cut)
{
    tool_piece passed = { .bytes = NULL };
    size_t end = 0;
    bool good = true;
    while (good && end == 0 && !source->over) {
        passed.length = 0;
        good = fill(source, &passed, SKIP_BYTES);
        if (good) {
            end = pol_cut_first(cut, source->format, passed.bytes, passed.length);
            source->line += count_lines(passed.bytes, end == 0 ? passed.length : end);
        }
    }
    good = good && keep_rest(source, &passed, end == 0 ? passed.length : end);
    tool_piece_free(&passed);
    return good;
}

/* Ends the piece behind its last whole record; more is read when there is none. */
static bool end_piece(tool_source *source, tool_piece *piece)
{
    pol_cut cut = { 0 };
    size_t end = 0;
    for (size_t wanted = PIECE_BYTES; end == 0; wanted *= 2) {
        cut = (pol_cut){ 0 };
        if (!fill(source, piece, wanted))
            return false;
        end = source->over ? piece->length : pol_cut_last(&cut, source->format, piece->bytes, piece->length);
        if (source->over || wanted >= LONGEST_BYTES)
            break;
    }
    const bool too_long = end == 0 && !source->over; /* its beginning stands for the record */
    if (too_long)
        end = piece->length;
    source->line += count_lines(piece->bytes, end);
    if (!(too_long ? skip_record(source, &cut) : keep_rest(source, piece, end)))
        return false;
    piece->length = end;
    return true;
}

/* Begins the piece with what the last one left. */
static bool take_rest(tool_source *source, tool_piece *piece)
{
    piece->length = 0;
    if (!reserve(&piece->bytes, &piece->room, source->rest_length > PIECE_BYTES ? source->rest_length : PIECE_BYTES))
        return no_memory(source);
    if (source->rest_length != 0)
        memcpy(piece->bytes, source->rest, source->rest_length);
    piece->length = source->rest_length;
    source->rest_length = 0;
    return true;
}

bool tool_source_next(tool_source *source, tool_piece *piece)
{
    piece->record_count = 0;
    piece->line = source->line;
    piece->number = source->number++;
    if (!take_rest(source, piece) || !end_piece(source, piece))
        return false;
    if (tool_stop_asked())
        piece->length = 0;
    if (source->encoding == TOOL_UNDECIDED && source->format == POL_CSV)
        source->encoding = tool_guess_encoding(piece->bytes, piece->length);
    piece->encoding = source->encoding;
    piece->read = source->input.read;
    return true;
}

/* ---- the first row ---------------------------------------------------------------------------------- */

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n')
            return false;
    }
    return true;
}

/* Finds the first record that is not blank, from *at on; *end is behind it, *at == *end when there is none. */
static bool find_header(tool_source *source, tool_piece *piece, size_t *at, size_t *end)
{
    size_t wanted = PIECE_BYTES;
    for (;;) {
        pol_cut cut = { 0 };
        size_t length = pol_cut_first(&cut, source->format, piece->bytes + *at, piece->length - *at);
        if (length == 0 && !source->over && wanted < LONGEST_BYTES) {
            if (!fill(source, piece, wanted *= 2))
                return false;
            continue;
        }
        if (length == 0)
            length = piece->length - *at;
        *end = *at + length;
        if (length == 0 || !is_blank(piece->bytes + *at, length))
            return true;
        source->line += count_lines(piece->bytes + *at, length);
        *at = *end;
    }
}

/* The row in UTF-8 and under the policy's names. */
static bool make_header(tool_source *source, const char *row, size_t length, const tool_columns *columns)
{
    tool_decoder decoder;
    const char *decoded;
    size_t decoded_length;
    tool_decoder_init(&decoder);
    const bool good = tool_decode(&decoder, row, length, true, &decoded, &decoded_length);
    source->encoding = decoder.encoding;
    if (!good && decoder.unavailable) {
        tool_error(source->t, TOOL_M_CANNOT_READ, source->input.name, tool_word(source->t, TOOL_M_NO_CONVERSION));
    } else if (good && columns != NULL) {
        while (decoded_length > 0 && strchr("\r\n", decoded[decoded_length - 1]) != NULL)
            decoded_length--;
        source->header = tool_columns_rename(source->t, columns, decoded, decoded_length, &source->header_length);
    } else if (good) {
        source->header = malloc(decoded_length + 1);
        if (source->header == NULL)
            no_memory(source);
        else
            memcpy(source->header, decoded, decoded_length);
        source->header_length = decoded_length;
        if (source->header != NULL && decoded[decoded_length - 1] != '\n')
            source->header[source->header_length++] = '\n';
    }
    tool_decoder_free(&decoder);
    return source->header != NULL;
}

bool tool_source_start(tool_source *source, const tool_columns *columns)
{
    tool_piece piece = { .bytes = NULL };
    bool good = fill(source, &piece, PIECE_BYTES);
    const bool marked = good && piece.length >= 3 && memcmp(piece.bytes, "\xef\xbb\xbf", 3) == 0;
    size_t at = marked ? 3 : 0, end = at;
    if (good && source->format == POL_CSV) {
        good = find_header(source, &piece, &at, &end);
        if (good && end != at) {
            source->line += count_lines(piece.bytes + at, end - at);
            good = make_header(source, piece.bytes + at, end - at, columns);
        }
    }
    good = good && keep_rest(source, &piece, end);
    tool_piece_free(&piece);
    return good;
}

uint32_t tool_source_most(const tool_source *source)
{
    if (!source->over)
        return UINT32_MAX;
    const size_t length = source->rest_length;
    const bool open = length == 0 || source->rest[length - 1] != '\n'; /* the last line, or an empty stream's */
    const uint64_t lines = count_lines(source->rest, length) + open;
    return lines < UINT32_MAX ? (uint32_t)lines : UINT32_MAX;
}

bool tool_source_open(const tool *t, tool_source *source, const char *name, pol_record_format format)
{
    *source = (tool_source){ .t = t, .format = format, .line = 1 };
    return tool_input_open(t, &source->input, name);
}

bool tool_source_decode(tool_source *source, const tool_piece *piece, const char **bytes, size_t *length)
{
    *bytes = piece->bytes;
    *length = piece->length;
    if (piece->encoding != TOOL_GB18030)
        return true;
    source->decoder.encoding = TOOL_GB18030;
    return tool_decode(&source->decoder, piece->bytes, piece->length, true, bytes, length);
}

void tool_source_close(tool_source *source)
{
    tool_decoder_free(&source->decoder);
    tool_input_close(&source->input);
    free(source->rest);
    free(source->header);
    *source = (tool_source){ .input = { .descriptor = -1 } };
}
