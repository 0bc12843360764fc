/* UTF-8 reading, folding for comparison, display width. All Unicode knowledge is utf8proc's. */
#ifndef POL_BASE_UTF8_H
#define POL_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/str.h"

/* The code point at text[0..length) and its size in bytes; -1 (size 1) when ill-formed,
 * -1 (size 0) when there is none. */
int32_t pol_utf8_next_any(const char *text, size_t length, size_t *size);

/* The same: here for what scripts consist of, ASCII and most of what has three bytes, Han first of all. */
static inline int32_t pol_utf8_next(const char *text, size_t length, size_t *size)
{
    const unsigned char *const byte = (const unsigned char *)text;
    if (length > 0 && byte[0] < 0x80) {
        *size = 1;
        return byte[0];
    }
    if (length >= 3 && byte[0] > 0xe0 && byte[0] < 0xed && (byte[1] & 0xc0) == 0x80 && (byte[2] & 0xc0) == 0x80) {
        *size = 3;
        return (byte[0] & 0x0f) << 12 | (byte[1] & 0x3f) << 6 | (byte[2] & 0x3f);
    }
    return pol_utf8_next_any(text, length, size);
}

/* Unified Han ideographs of the first block: always letters, seen, their own normal form. */
static inline bool pol_utf8_is_han(int32_t code_point)
{
    return code_point >= 0x4e00 && code_point <= 0x9fff;
}

/* How many bytes of the text, from its start, are such characters. */
static inline size_t pol_utf8_han_length(pol_str text)
{
    const unsigned char *const byte = (const unsigned char *)text.bytes;
    size_t at = 0;
    for (; text.length - at >= 3; at += 3) {
        const unsigned first = byte[at], second = byte[at + 1] ^ 0x80u, third = byte[at + 2] ^ 0x80u;
        if ((second | third) >= 0x40 || (first - 0xe5 > 0xe9 - 0xe5 && (first != 0xe4 || second < 0x38)))
            return at;
    }
    return at;
}

/* Offset of the first ill-formed byte, or length. */
size_t pol_utf8_check(pol_str text);
/* Columns on a terminal: 2 for wide characters, 0 for combining ones. */
int pol_utf8_width(int32_t code_point);
int pol_utf8_text_width(pol_str text);
/* Control, invisible (category Cf) and bidirectional characters, line and paragraph separators:
 * errors everywhere in a script. Tab, LF and CR are not, -1 is. */
bool pol_utf8_is_forbidden(int32_t code_point);
/* NFKC of the text; the input itself when nothing changes, when it is ill-formed, or when a letter
 * carries more than 30 marks. */
pol_str pol_utf8_nfkc(pol_arena *arena, pol_str text);
/* The form in which two texts are compared (language 6.5): NFKC, no blanks at the ends. */
pol_str pol_utf8_key(pol_arena *arena, pol_str text);

#endif
