/* Finding one claim in a file of JSON objects. The library reads and judges claims; this only finds
 * where one begins and ends, and what it is called. */
#include "tools/claim.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && is_blank(text[at]))
        at++;
    return at;
}

/* Behind the string that begins at `at`, or length when it has no end. */
static size_t skip_string(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at < length ? at + 1 : length;
}

/* Behind the object or array that begins at `at`, or length + 1 when it has no end. */
static size_t skip_nested(const char *text, size_t length, size_t at)
{
    size_t depth = 0;
    while (at < length) {
        const char c = text[at];
        if (c == '"') {
            at = skip_string(text, length, at);
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
        if (depth == 0)
            return at;
    }
    return length + 1;
}

/* Behind the value that begins at `at`: a nest, a string or a word. */
static size_t skip_value(const char *text, size_t length, size_t at)
{
    if (text[at] == '{' || text[at] == '[')
        return skip_nested(text, length, at);
    if (text[at] == '"')
        return skip_string(text, length, at);
    while (at < length && !is_blank(text[at]) && text[at] != ',' && text[at] != '}' &&
           text[at] != ']')
        at++;
    return at;
}

bool tool_next_claim(const char *text, size_t length, size_t *at, size_t *start, size_t *end)
{
    if (*at == 0 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        *at = 3; /* byte-order mark */
    *start = skip_blanks(text, length, *at);
    if (*start >= length)
        return false;
    *end = text[*start] == '{' ? skip_nested(text, length, *start) : length + 1;
    if (*end > length) {
        const char *line_end = memchr(text + *start, '\n', length - *start);
        *end = line_end == NULL ? length : (size_t)(line_end - text);
    }
    *at = *end;
    return true;
}

/* ---- the name of a claim ---------------------------------------------------------------------------- */

static int hex_value(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)(found - digits) % 16;
}

/* The code unit of \uXXXX behind the u, -1 when it is none. */
static long code_unit(const char *text, size_t length)
{
    long unit = 0;
    for (size_t i = 0; i < 4; i++) {
        const int digit = i < length ? hex_value(text[i]) : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static size_t put_utf8(char *to, unsigned long point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char k_first[] = { 0, 0xc0, 0xe0, 0xf0 };
    to[0] = (char)(k_first[more] | point >> (6 * more));
    for (int i = 1; i <= more; i++)
        to[i] = (char)(0x80 | (point >> (6 * (more - i)) & 0x3f));
    return (size_t)more + 1;
}

/* One escape behind its backslash; returns how many bytes it has, *size what it wrote. */
static size_t decode_escape(const char *text, size_t length, char *to, size_t *size)
{
    static const char k_names[] = "bfnrt", k_meant[] = "\b\f\n\r\t";
    const char *named = length > 0 && text[0] != '\0' ? strchr(k_names, text[0]) : NULL;
    if (length == 0 || text[0] != 'u') {
        to[0] = named != NULL ? k_meant[named - k_names] : length > 0 ? text[0] : '\\';
        *size = 1;
        return length > 0;
    }
    long point = code_unit(text + 1, length - 1);
    size_t used = 5;
    if (point >= 0xd800 && point < 0xdc00 && length >= 11 && text[5] == '\\' && text[6] == 'u') {
        const long low = code_unit(text + 7, length - 7);
        if (low >= 0xdc00 && low < 0xe000) {
            point = 0x10000 + (point - 0xd800) * 0x400 + (low - 0xdc00);
            used = 11;
        }
    }
    *size = point < 0 ? 0 : put_utf8(to, (unsigned long)point);
    return used <= length ? used : length;
}

/* Is the JSON value text[0..length), a string or a bare word, this text? */
static bool value_is(const char *text, size_t length, const char *wanted)
{
    const size_t wanted_length = strlen(wanted);
    if (length == 0 || text[0] != '"')
        return length == wanted_length && memcmp(text, wanted, length) == 0;
    char *plain = malloc(length + 4); /* decoding never lengthens */
    if (plain == NULL)
        return false;
    size_t size = 0;
    for (size_t at = 1; at + 1 < length;) {
        size_t written = 1;
        if (text[at] == '\\') {
            at++;
            at += decode_escape(text + at, length - 1 - at, plain + size, &written);
        } else {
            plain[size] = text[at++];
        }
        size += written;
    }
    const bool same = size == wanted_length && memcmp(plain, wanted, size) == 0;
    free(plain);
    return same;
}

bool tool_claim_has_id(const char *object, size_t length, const char *id)
{
    size_t at = 1;
    while (at < length) {
        const size_t name = skip_blanks(object, length, at);
        if (name >= length || object[name] != '"')
            return false;
        const size_t name_end = skip_string(object, length, name);
        const size_t colon = skip_blanks(object, length, name_end);
        const size_t value = skip_blanks(object, length, colon + 1);
        if (value >= length || object[colon] != ':')
            return false;
        const size_t value_end = skip_value(object, length, value);
        if (value_end > length)
            return false;
        if (value_is(object + name, name_end - name, "编号"))
            return value_is(object + value, value_end - value, id);
        at = skip_blanks(object, length, value_end);
        if (at >= length || object[at] != ',')
            return false;
        at++;
    }
    return false;
}
