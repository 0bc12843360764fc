/* The JSON pull reader and the writing of strings. */
#include "interp/json.h"

#include <string.h>

#include "interp/base/utf8.h"

/* What may come next. */
enum { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COMMA_OR_END, NOTHING, FAILED };

enum {
    NO_PROBLEM,
    BAD_VALUE,
    BAD_KEY,
    BAD_COLON,
    BAD_COMMA,
    BAD_STRING,
    BAD_ESCAPE,
    BAD_CONTROL,
    BAD_NUMBER,
    BAD_DEPTH,
    BAD_REST,
    BAD_CUT
};

static const char *const k_problems[][2] = {
    [NO_PROBLEM] = { "", "" },
    [BAD_VALUE] = { "这里应是一个值", "a value is expected here" },
    [BAD_KEY] = { "这里应是带双引号的字段名", "a field name in double quotes is expected here" },
    [BAD_COLON] = { "字段名后面应是冒号", "a colon is expected after the field name" },
    [BAD_COMMA] = { "这里应是逗号或右括号", "a comma or a closing bracket is expected here" },
    [BAD_STRING] = { "文字没有结束的双引号", "the text has no closing quote" },
    [BAD_ESCAPE] = { "反斜杠后的写法不对", "this is no escape sequence" },
    [BAD_CONTROL] = { "文字中有控制字符", "a control character in a text" },
    [BAD_NUMBER] = { "这不是 JSON 数", "this is no JSON number" },
    [BAD_DEPTH] = { "嵌套过深", "nested too deeply" },
    [BAD_REST] = { "记录之后还有内容", "something follows the record" },
    [BAD_CUT] = { "记录不完整", "the record is incomplete" },
};

void pol_json_init(pol_json *json, pol_str text)
{
    *json = (pol_json){ .text = text, .expected = VALUE };
}

const char *pol_json_problem(const pol_json *json, pol_lang lang)
{
    return k_problems[json->problem][lang == POL_EN];
}

/* ---- characters --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(pol_json *json)
{
    while (json->at < json->text.length && is_blank(json->text.bytes[json->at]))
        json->at++;
}

/* Eight bytes at once: a byte's high bit is set where the byte equals `c`, is below 0x20 or above 0x7f.
 * Bytes above the lowest that is found may be reported wrongly. */
#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

static uint64_t read_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static uint64_t bytes_equal(uint64_t word, char c)
{
    const uint64_t x = word ^ (ONES * (unsigned char)c);
    return (x - ONES) & ~x & HIGHS;
}

static uint64_t bytes_below_blank(uint64_t word)
{
    return (word - ONES * 0x20) & ~word & HIGHS;
}

/* Behind the bytes from `at` on that a string may hold as they are. */
static size_t skip_plain(const char *bytes, size_t at, size_t length)
{
    while (length - at >= 8) {
        const uint64_t word = read_word(bytes + at);
        if ((bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_below_blank(word)) != 0)
            break;
        at += 8;
    }
    while (at < length && bytes[at] != '"' && bytes[at] != '\\' && (unsigned char)bytes[at] >= 0x20)
        at++;
    return at;
}

/* ---- tokens ------------------------------------------------------------------------------------- */

static pol_json_event fail(pol_json *json, uint8_t problem)
{
    json->problem = json->at >= json->text.length && problem != BAD_STRING ? BAD_CUT : problem;
    json->expected = FAILED;
    json->token = (pol_str){ json->text.bytes + json->at, 0 };
    return POL_JSON_ERROR;
}

static void take(pol_json *json, size_t length)
{
    json->token = (pol_str){ json->text.bytes + json->at, length };
    json->at += length;
}

/* Length of the escape sequence at `from`, 0 when it is none. */
static size_t escape_length(pol_str text, size_t from)
{
    if (from + 1 >= text.length)
        return 0;
    if (text.bytes[from + 1] != 'u')
        return strchr("\"\\/bfnrt", text.bytes[from + 1]) != NULL && text.bytes[from + 1] != '\0' ? 2
                                                                                                  : 0;
    for (size_t i = 2; i < 6; i++) {
        if (from + i >= text.length || hex_value(text.bytes[from + i]) < 0)
            return 0;
    }
    return 6;
}

/* The string that begins at json->at becomes the token. */
static bool take_string(pol_json *json)
{
    const char *const bytes = json->text.bytes;
    const size_t length = json->text.length;
    size_t at = json->at + 1;
    json->escaped = false;
    for (;;) {
        at = skip_plain(bytes, at, length);
        if (at >= length || bytes[at] == '"')
            break;
        if (bytes[at] != '\\') {
            json->at = at;
            fail(json, BAD_CONTROL);
            return false;
        }
        const size_t escape = escape_length(json->text, at);
        if (escape == 0) {
            json->at = at;
            fail(json, BAD_ESCAPE);
            return false;
        }
        json->escaped = true;
        at += escape;
    }
    if (at >= length) {
        fail(json, BAD_STRING);
        return false;
    }
    take(json, at + 1 - json->at);
    return true;
}

/* Length of the digits at `from`. */
static size_t digits(pol_str text, size_t from)
{
    size_t at = from;
    while (at < text.length && is_digit(text.bytes[at]))
        at++;
    return at - from;
}

/* Length of the number at `from`, 0 when it is none. */
static size_t number_length(pol_str text, size_t from)
{
    size_t at = from;
    if (text.bytes[at] == '-')
        at++;
    const size_t whole = digits(text, at);
    if (whole == 0 || (whole > 1 && text.bytes[at] == '0'))
        return 0;
    at += whole;
    if (at < text.length && text.bytes[at] == '.') {
        const size_t fraction = digits(text, at + 1);
        if (fraction == 0)
            return 0;
        at += 1 + fraction;
    }
    if (at < text.length && (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        at++;
        if (at < text.length && (text.bytes[at] == '+' || text.bytes[at] == '-'))
            at++;
        const size_t exponent = digits(text, at);
        if (exponent == 0)
            return 0;
        at += exponent;
    }
    return at - from;
}

/* ---- events ------------------------------------------------------------------------------------- */

static uint8_t after_value(const pol_json *json)
{
    return json->depth == 0 ? NOTHING : COMMA_OR_END;
}

static bool in_object(const pol_json *json)
{
    return (json->in_object >> (json->depth - 1) & 1) != 0;
}

static pol_json_event open_level(pol_json *json, bool object)
{
    if (json->depth == POL_JSON_NESTING)
        return fail(json, BAD_DEPTH);
    const uint64_t bit = (uint64_t)1 << json->depth++;
    json->in_object = object ? json->in_object | bit : json->in_object & ~bit;
    json->expected = object ? KEY_OR_END : VALUE_OR_END;
    take(json, 1);
    return object ? POL_JSON_OBJECT : POL_JSON_ARRAY;
}

static pol_json_event close_level(pol_json *json)
{
    const bool object = in_object(json);
    json->depth--;
    json->expected = after_value(json);
    take(json, 1);
    return object ? POL_JSON_OBJECT_END : POL_JSON_ARRAY_END;
}

static pol_json_event word(pol_json *json, pol_str spelling, pol_json_event event)
{
    if (json->text.length - json->at < spelling.length ||
        memcmp(json->text.bytes + json->at, spelling.bytes, spelling.length) != 0)
        return fail(json, BAD_VALUE);
    take(json, spelling.length);
    json->expected = after_value(json);
    return event;
}

static pol_json_event value(pol_json *json)
{
    const char first = json->text.bytes[json->at];
    switch (first) {
    case '{': return open_level(json, true);
    case '[': return open_level(json, false);
    case 't': return word(json, POL_STR("true"), POL_JSON_TRUE);
    case 'f': return word(json, POL_STR("false"), POL_JSON_FALSE);
    case 'n': return word(json, POL_STR("null"), POL_JSON_NULL);
    case '"':
        if (!take_string(json))
            return POL_JSON_ERROR;
        json->expected = after_value(json);
        return POL_JSON_STRING;
    default: break;
    }
    if (first != '-' && !is_digit(first))
        return fail(json, BAD_VALUE);
    const size_t length = number_length(json->text, json->at);
    if (length == 0)
        return fail(json, BAD_NUMBER);
    take(json, length);
    json->expected = after_value(json);
    return POL_JSON_NUMBER;
}

static pol_json_event key(pol_json *json)
{
    if (json->text.bytes[json->at] != '"')
        return fail(json, BAD_KEY);
    if (!take_string(json))
        return POL_JSON_ERROR;
    const pol_str token = json->token;
    skip_blanks(json);
    if (json->at >= json->text.length || json->text.bytes[json->at] != ':')
        return fail(json, BAD_COLON);
    json->at++;
    json->token = token;
    json->expected = VALUE;
    return POL_JSON_KEY;
}

pol_json_event pol_json_next(pol_json *json)
{
    if (json->expected == FAILED)
        return POL_JSON_ERROR;
    skip_blanks(json);
    if (json->expected == NOTHING) {
        json->token = (pol_str){ json->text.bytes + json->at, 0 };
        return json->at >= json->text.length ? POL_JSON_END : fail(json, BAD_REST);
    }
    if (json->at >= json->text.length)
        return fail(json, BAD_CUT);
    const char next = json->text.bytes[json->at];
    switch (json->expected) {
    case VALUE: return value(json);
    case VALUE_OR_END: return next == ']' ? close_level(json) : value(json);
    case KEY: return key(json);
    case KEY_OR_END: return next == '}' ? close_level(json) : key(json);
    default: break;
    }
    /* COMMA_OR_END */
    if (next == (in_object(json) ? '}' : ']'))
        return close_level(json);
    if (next != ',')
        return fail(json, BAD_COMMA);
    json->at++;
    skip_blanks(json);
    if (json->at >= json->text.length)
        return fail(json, BAD_CUT);
    return in_object(json) ? key(json) : value(json);
}

bool pol_json_skip(pol_json *json)
{
    const unsigned outside = json->depth - 1;
    while (json->depth > outside) {
        if (pol_json_next(json) == POL_JSON_ERROR)
            return false;
    }
    return true;
}

/* ---- content of strings ---------------------------------------------------------------------------- */

static uint32_t read_hex4(const char *bytes)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++)
        unit = unit << 4 | (uint32_t)hex_value(bytes[i]);
    return unit;
}

static size_t put_utf8(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

/* The character of the escape \uXXXX at `in` (and of the second half behind it); sets the length read.
 * UINT32_MAX when it is half a pair. */
static uint32_t unicode_escape(const char *in, size_t left, size_t *length)
{
    const uint32_t unit = read_hex4(in + 2);
    *length = 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    if (unit > 0xdbff || left < 12 || in[6] != '\\' || in[7] != 'u')
        return UINT32_MAX;
    const uint32_t second = read_hex4(in + 8);
    if (second < 0xdc00 || second > 0xdfff)
        return UINT32_MAX;
    *length = 12;
    return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
}

static char simple_escape(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
    }
}

bool pol_json_decode(pol_arena *arena, pol_str token, bool escaped, pol_str *content)
{
    *content = (pol_str){ token.bytes + 1, token.length - 2 };
    if (!escaped)
        return true;
    char *const out = pol_arena_alloc(arena, content->length);
    if (out == NULL)
        return false;
    size_t to = 0;
    for (size_t at = 0; at < content->length;) {
        const char *const in = content->bytes + at;
        if (*in != '\\') {
            out[to++] = *in;
            at++;
        } else if (in[1] != 'u') {
            out[to++] = simple_escape(in[1]);
            at += 2;
        } else {
            size_t length;
            const uint32_t point = unicode_escape(in, content->length - at, &length);
            if (point == UINT32_MAX)
                return false;
            to += put_utf8(out + to, point);
            at += length;
        }
    }
    *content = (pol_str){ out, to };
    return true;
}

/* ---- UTF-8 ------------------------------------------------------------------------------------------ */

/* Bytes at `at` that are ASCII or the common three-byte forms (all of CJK), which need no closer look. */
static size_t plain_length(const unsigned char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        const unsigned char first = bytes[at];
        if (first < 0x80 && length - at >= 8 && (read_word((const char *)bytes + at) & HIGHS) == 0)
            at += 8;
        else if (first < 0x80)
            at++;
        else if (first >= 0xe1 && first <= 0xef && first != 0xed && length - at >= 3 &&
                 (bytes[at + 1] & 0xc0) == 0x80 && (bytes[at + 2] & 0xc0) == 0x80)
            at += 3;
        else
            break;
    }
    return at;
}

size_t pol_json_utf8(pol_str text)
{
    size_t at = 0;
    for (;;) {
        at += plain_length((const unsigned char *)text.bytes + at, text.length - at);
        if (at >= text.length)
            return text.length;
        size_t size;
        if (pol_utf8_next(text.bytes + at, text.length - at, &size) < 0)
            return at;
        at += size;
    }
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void write_escape(pol_text *out, char c)
{
    switch (c) {
    case '"': pol_text_add(out, POL_STR("\\\"")); return;
    case '\\': pol_text_add(out, POL_STR("\\\\")); return;
    case '\n': pol_text_add(out, POL_STR("\\n")); return;
    case '\r': pol_text_add(out, POL_STR("\\r")); return;
    case '\t': pol_text_add(out, POL_STR("\\t")); return;
    default: break;
    }
    static const char hex[] = "0123456789abcdef";
    const unsigned char byte = (unsigned char)c;
    const char escape[6] = { '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] };
    pol_text_add(out, (pol_str){ escape, sizeof escape });
}

/* Length of what stands in a string as it is: neither escapes nor bytes that are not UTF-8. */
static size_t writable_length(const char *bytes, size_t length)
{
    const size_t end = skip_plain(bytes, 0, length);
    const size_t valid = pol_json_utf8((pol_str){ bytes, end });
    const char *const delete = valid == 0 ? NULL : memchr(bytes, 0x7f, valid);
    return delete == NULL ? valid : (size_t)(delete - bytes);
}

void pol_json_write_string(pol_text *out, pol_str text)
{
    pol_json_put(out, POL_STR("\""));
    for (size_t at = 0; at < text.length;) {
        const size_t length = writable_length(text.bytes + at, text.length - at);
        pol_json_put(out, (pol_str){ text.bytes + at, length });
        at += length;
        if (at == text.length)
            break;
        if ((unsigned char)text.bytes[at] >= 0x80)
            pol_text_add(out, POL_STR("\xef\xbf\xbd"));
        else
            write_escape(out, text.bytes[at]);
        at++;
    }
    pol_json_put(out, POL_STR("\""));
}
