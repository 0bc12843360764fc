/* GB18030 to UTF-8, a piece at a time. */
#include "tools/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void tool_decoder_init(tool_decoder *decoder)
{
    *decoder = (tool_decoder){ .encoding = TOOL_UNDECIDED };
}

void tool_decoder_free(tool_decoder *decoder)
{
    if (decoder->converter != NULL)
        iconv_close((iconv_t)decoder->converter);
    free(decoder->output);
    tool_decoder_init(decoder);
}

/* ---- which encoding -------------------------------------------------------------------------------- */

/* Size of the well-formed UTF-8 character at bytes[0..length): 0 when ill-formed; length + 1 when the
 * bytes end within it. */
static size_t utf8_size(const unsigned char *bytes, size_t length)
{
    const unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if (i == length)
            return length + 1;
        unsigned char low = 0x80, high = 0xbf;
        if (i == 1) { /* overlong forms, surrogates, beyond U+10FFFF */
            low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : low;
            high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high;
        }
        if (bytes[i] < low || bytes[i] > high)
            return 0;
    }
    return size;
}

tool_encoding tool_guess_encoding(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && (unsigned char)bytes[at] < 0x80)
        at++;
    if (at == length)
        return TOOL_UNDECIDED;
    /* the line around the first byte beyond ASCII */
    while (at < length && bytes[at] != '\n') {
        const size_t size = utf8_size((const unsigned char *)bytes + at, length - at);
        if (size == 0)
            return TOOL_GB18030;
        if (size > length - at)
            break;
        at += size;
    }
    return TOOL_UTF8;
}

/* ---- converting ------------------------------------------------------------------------------------ */

static bool open_converter(tool_decoder *decoder)
{
    const iconv_t converter = iconv_open("UTF-8", "GB18030");
    decoder->unavailable = (intptr_t)converter == -1;
    decoder->converter = decoder->unavailable ? NULL : (void *)converter;
    return !decoder->unavailable;
}

/* Room for what `length` bytes of GB18030 can become: at most 3 bytes for each (U+FFFD for a bad one). */
static bool reserve_output(tool_decoder *decoder, size_t length)
{
    const size_t needed = length * 3 + 16;
    if (needed <= decoder->output_bytes)
        return true;
    char *grown = realloc(decoder->output, needed);
    if (grown == NULL)
        return false;
    decoder->output = grown;
    decoder->output_bytes = needed;
    return true;
}

/* Converts input[0..length) to `to`; a byte that is no character becomes U+FFFD. Returns the end of the
 * output; *used is where an unfinished character begins. */
static char *convert(tool_decoder *decoder, char *input, size_t length, char *to, char *to_end,
                     size_t *used)
{
    char *from = input;
    size_t left = length;
    while (left > 0) {
        size_t room = (size_t)(to_end - to);
        if (iconv((iconv_t)decoder->converter, &from, &left, &to, &room) != (size_t)-1 ||
            errno != EILSEQ)
            break;
        memcpy(to, "\xef\xbf\xbd", 3);
        to += 3;
        from++;
        left--;
    }
    *used = length - left;
    return to;
}

bool tool_decode(tool_decoder *decoder, const char *bytes, size_t length, bool is_last,
                 const char **decoded, size_t *decoded_length)
{
    if (decoder->encoding == TOOL_UNDECIDED)
        decoder->encoding = tool_guess_encoding(bytes, length);
    *decoded = bytes;
    *decoded_length = length;
    if (decoder->encoding != TOOL_GB18030)
        return true;
    if (decoder->converter == NULL && !open_converter(decoder))
        return false;
    const size_t all = decoder->rest_length + length;
    char *joined = malloc(all + 1);
    if (joined == NULL || !reserve_output(decoder, all)) {
        free(joined);
        return false;
    }
    memcpy(joined, decoder->rest, decoder->rest_length);
    if (length > 0)
        memcpy(joined + decoder->rest_length, bytes, length);
    size_t used;
    char *end = convert(decoder, joined, all, decoder->output,
                        decoder->output + decoder->output_bytes, &used);
    decoder->rest_length = all - used;
    if (is_last && decoder->rest_length > 0) {
        memcpy(end, "\xef\xbf\xbd", 3);
        end += 3;
        decoder->rest_length = 0;
    }
    memcpy(decoder->rest, joined + used, decoder->rest_length);
    free(joined);
    *decoded = decoder->output;
    *decoded_length = (size_t)(end - decoder->output);
    return true;
}
