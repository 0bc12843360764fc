/* Everything pol knows about characters, asked of utf8proc. */
#include "interp/base/utf8.h"

#include <limits.h>
#include <string.h>
#include <utf8proc.h>

int32_t pol_utf8_next_any(const char *text, size_t length, size_t *size)
{
    if (length == 0) {
        *size = 0;
        return -1;
    }
    const unsigned char first = (unsigned char)text[0];
    *size = 1;
    if (first < 0x80)
        return first;
    utf8proc_int32_t point = -1;
    const utf8proc_ssize_t read = utf8proc_iterate(
        (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)(length < 4 ? length : 4), &point);
    if (read <= 0)
        return -1;
    *size = (size_t)read;
    return point;
}

size_t pol_utf8_check(pol_str text)
{
    const unsigned char *const start = (const unsigned char *)text.bytes, *const end = start + text.length;
    const unsigned char *byte = start;
    for (;;) {
        while (byte < end && *byte < 0x80)
            byte++;
        while (end - byte >= 3 && *byte - 0xe1u <= 0xec - 0xe1 && ((byte[1] ^ 0x80) | (byte[2] ^ 0x80)) < 0x40)
            byte += 3;
        if (byte == end)
            return text.length;
        if (*byte < 0x80)
            continue;
        size_t size;
        if (pol_utf8_next((const char *)byte, (size_t)(end - byte), &size) < 0)
            return (size_t)(byte - start);
        byte += size;
    }
}

/* Characters of the ambiguous class (“ ” … ① ≥) are narrow here, as utf8proc has them. */
int pol_utf8_width(int32_t code_point)
{
    if (code_point >= 0x20 && code_point < 0x7f)
        return 1;
    return code_point < 0 ? 1 : utf8proc_charwidth(code_point);
}

int pol_utf8_text_width(pol_str text)
{
    int width = 0;
    for (size_t at = 0, size; at < text.length; at += size) {
        const int one = pol_utf8_width(pol_utf8_next(text.bytes + at, text.length - at, &size));
        if (width > INT_MAX - one)
            return INT_MAX;
        width += one;
    }
    return width;
}

bool pol_utf8_is_forbidden(int32_t code_point)
{
    if ((code_point >= 0x20 && code_point < 0x7f) || pol_utf8_is_han(code_point))
        return false;
    if (code_point == '\t' || code_point == '\n' || code_point == '\r')
        return false;
    if (code_point < 0)
        return true;
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF: /* bidirectional controls and U+FEFF too */
    case UTF8PROC_CATEGORY_ZL: /* U+2028, U+2029: a line's end to some editors, not to pol */
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return false;
    }
}

/* ---- normalisation ---------------------------------------------------------------------------- */

/* More marks than this on one letter and a text is left as it is (Unicode's stream-safe format has
 * the same number): ordering them takes time square in their number. */
#define MAX_MARKS    30
#define SMALL_POINTS 256
#define PLAIN_BYTES  256

enum quick_answer { QUICK_SAME, QUICK_UNKNOWN, QUICK_REFUSED };

/* How much of the text, from its start, is ASCII and unified Han. */
static size_t plain_length(pol_str text)
{
    for (size_t at = 0;;) {
        const size_t from = at;
        at += pol_utf8_han_length((pol_str){ text.bytes + at, text.length - at });
        while (at < text.length && (unsigned char)text.bytes[at] < 0x80)
            at++;
        if (at == from)
            return at;
    }
}

/* ASCII and unified Han never change, whatever stands beside them. */
static enum quick_answer quick_check(pol_str text)
{
    enum quick_answer answer = QUICK_SAME;
    unsigned marks = 0;
    for (size_t at = plain_length(text), size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        if (point < 0)
            return QUICK_REFUSED;
        if (point < 0x80 || pol_utf8_is_han(point)) {
            marks = 0;
            continue;
        }
        answer = QUICK_UNKNOWN;
        marks = utf8proc_get_property(point)->combining_class != 0 ? marks + 1 : 0;
        if (marks > MAX_MARKS)
            return QUICK_REFUSED;
    }
    return answer;
}

/* Texts of ASCII, its full-width forms (U+FF01 … U+FF5E), Han and U+00B7, which is its own normal form: no mark
 * among them, so that the forms become ASCII and all else stays. False: the text has other characters. */
static bool fold_plain(pol_arena *arena, pol_str text, pol_str *folded)
{
    char small[PLAIN_BYTES];
    size_t length = 0;
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        const bool is_wide = point >= 0xff01 && point <= 0xff5e;
        if (length + size > sizeof small || (point >= 0x80 && !is_wide && point != 0xb7 && !pol_utf8_is_han(point)))
            return false;
        if (is_wide)
            small[length++] = (char)(point - 0xff01 + '!');
        for (size_t i = 0; !is_wide && i < size; i++)
            small[length++] = text.bytes[at + i];
    }
    const pol_str result = { small, length };
    *folded = length == text.length ? text : pol_str_copy(arena, result);
    return true;
}

pol_str pol_utf8_nfkc(pol_arena *arena, pol_str text)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    pol_str folded;
    if (text.length > PTRDIFF_MAX / 128 || quick_check(text) != QUICK_UNKNOWN)
        return text;
    if (fold_plain(arena, text, &folded))
        return folded;
    /* One element more than the points: the encoder adds a NUL. */
    utf8proc_int32_t small[SMALL_POINTS + 1];
    utf8proc_int32_t *points = small;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.bytes;
    const utf8proc_ssize_t length = (utf8proc_ssize_t)text.length;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, length, points, SMALL_POINTS, options);
    if (count > SMALL_POINTS) {
        points = POL_NEW_ARRAY(arena, utf8proc_int32_t, (size_t)count + 1);
        if (points == NULL)
            return text;
        count = utf8proc_decompose(bytes, length, points, count, options);
    }
    if (count < 0)
        return text;
    const utf8proc_ssize_t encoded = utf8proc_reencode(points, count, options);
    if (encoded < 0)
        return text;
    const pol_str result = { (const char *)points, (size_t)encoded };
    if (pol_str_equal(result, text))
        return text;
    return points == small ? pol_str_copy(arena, result) : result;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

pol_str pol_utf8_key(pol_arena *arena, pol_str text)
{
    pol_str key = pol_utf8_nfkc(arena, text); /* U+3000 and U+00A0 are plain blanks from here */
    while (key.length > 0 && is_blank(key.bytes[0])) {
        key.bytes++;
        key.length--;
    }
    while (key.length > 0 && is_blank(key.bytes[key.length - 1]))
        key.length--;
    return key;
}
