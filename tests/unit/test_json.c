/* The JSON pull reader: what is JSON and what is not, that texts come out untouched, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "interp/json.h"

/* All events of a text as letters, tokens in brackets; ends in "E" (end) or "!" (error). */
static void trace(pol_text *out, pol_str text)
{
    static const char letters[] = "!E{}[]KSNtfn";
    pol_json json;
    pol_json_init(&json, text);
    for (;;) {
        const pol_json_event event = pol_json_next(&json);
        pol_text_char(out, letters[event]);
        if (event == POL_JSON_KEY || event == POL_JSON_STRING || event == POL_JSON_NUMBER) {
            pol_text_char(out, '<');
            pol_text_add(out, json.token);
            pol_text_char(out, '>');
        }
        if (event == POL_JSON_ERROR) {
            assert_true(pol_json_problem(&json, POL_ZH)[0] != '\0');
            assert_true(pol_json_problem(&json, POL_EN)[0] != '\0');
            assert_true(json.at <= text.length);
            assert_int_equal(pol_json_next(&json), POL_JSON_ERROR);
        }
        if (event == POL_JSON_END || event == POL_JSON_ERROR)
            return;
    }
}

static void check_trace(const char *text, const char *expected)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text out;
    pol_text_init(&out, &arena);
    /* In memory of exactly its size, so that reading behind it is seen. */
    trace(&out, pol_str_copy(&arena, pol_str_of(text)));
    assert_string_equal(out.bytes, expected);
    pol_arena_reset(&arena);
}

static void test_events(void **state)
{
    (void)state;
    check_trace("{}", "{}E");
    check_trace(" { \"a\" : 1 , \"b\":[true,false,null,\"x\"] } ", "{K<\"a\">N<1>K<\"b\">[tfnS<\"x\">]}E");
    check_trace("[]", "[]E");
    check_trace("[[],{}]", "[[]{}]E");
    check_trace("\"甲\"", "S<\"甲\">E");
    check_trace("{\"甲\":\"乙\"}", "{K<\"甲\">S<\"乙\">}E");
    check_trace("\t\r\n1\n", "N<1>E");
}

static void test_number_texts(void **state)
{
    (void)state;
    static const char *const good[] = { "0", "-0", "10", "1.50", "0.005", "1e3", "1E+3", "1.0e-10",
                                        "12345678901234567890123456789012345678901234567890.1" };
    static const char *const bad[] = { "01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "00", "-01",
                                       "NaN", "Infinity", "1 2", "1,000", "--1" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        pol_json json;
        pol_json_init(&json, pol_str_of(good[i]));
        assert_int_equal(pol_json_next(&json), POL_JSON_NUMBER);
        assert_true(pol_str_equal(json.token, pol_str_of(good[i])));
        assert_int_equal(pol_json_next(&json), POL_JSON_END);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pol_json json;
        pol_json_init(&json, pol_str_of(bad[i]));
        pol_json_event event = pol_json_next(&json);
        if (event == POL_JSON_NUMBER)
            event = pol_json_next(&json);
        assert_int_equal(event, POL_JSON_ERROR);
    }
}

static void test_what_is_not_json(void **state)
{
    (void)state;
    check_trace("", "!");
    check_trace("   ", "!");
    check_trace("{", "{!");
    check_trace("{\"a\"", "{!");
    check_trace("{\"a\":", "{K<\"a\">!");
    check_trace("{\"a\":1", "{K<\"a\">N<1>!");
    check_trace("{\"a\":1,", "{K<\"a\">N<1>!");
    check_trace("{\"a\":1,}", "{K<\"a\">N<1>!");
    check_trace("{,}", "{!");
    check_trace("{a:1}", "{!");
    check_trace("{'a':1}", "{!");
    check_trace("{\"a\" 1}", "{!");
    check_trace("{\"a\":1 \"b\":2}", "{K<\"a\">N<1>!");
    check_trace("[1,]", "[N<1>!");
    check_trace("[1 2]", "[N<1>!");
    check_trace("[1}", "[N<1>!");
    check_trace("{\"a\":1]", "{K<\"a\">N<1>!");
    check_trace("]", "!");
    check_trace("{}{}", "{}!");
    check_trace("{} x", "{}!");
    check_trace("nul", "!");
    check_trace("True", "!");
    check_trace("\"", "!");
    check_trace("\"a", "!");
    check_trace("\"a\\", "!");
    check_trace("\"\\x\"", "!");
    check_trace("\"\\u12\"", "!");
    check_trace("\"\\u12g4\"", "!");
    check_trace("\"a\tb\"", "!");
    check_trace("\"a\nb\"", "!");
    check_trace("// x\n{}", "!");
}

static void test_nesting(void **state)
{
    (void)state;
    char text[4 * POL_JSON_NESTING];
    pol_json json;
    memset(text, '[', sizeof text);
    memset(text + POL_JSON_NESTING, ']', POL_JSON_NESTING);
    pol_json_init(&json, (pol_str){ text, 2 * (size_t)POL_JSON_NESTING });
    assert_int_equal(pol_json_next(&json), POL_JSON_ARRAY);
    assert_true(pol_json_skip(&json));
    assert_int_equal(pol_json_next(&json), POL_JSON_END);
    memset(text, '[', sizeof text);
    pol_json_init(&json, (pol_str){ text, sizeof text });
    assert_int_equal(pol_json_next(&json), POL_JSON_ARRAY);
    assert_false(pol_json_skip(&json));
}

static void check_content(const char *text, const char *expected, bool escaped)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_json json;
    pol_json_init(&json, pol_str_of(text));
    assert_int_equal(pol_json_next(&json), POL_JSON_STRING);
    assert_int_equal(json.escaped, escaped);
    pol_str content;
    const bool good = pol_json_decode(&arena, json.token, json.escaped, &content);
    assert_int_equal(good, expected != NULL);
    if (good)
        assert_true(pol_str_equal(content, pol_str_of(expected)));
    pol_arena_reset(&arena);
}

static void test_content_of_strings(void **state)
{
    (void)state;
    check_content("\"\"", "", false);
    check_content("\"甲乙\"", "甲乙", false);
    check_content("\"a\\\"b\\\\c\\/d\"", "a\"b\\c/d", true);
    check_content("\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t", true);
    check_content("\"\\u0041\\u00e9\\u7532\"", "Aé甲", true);
    check_content("\"\\ud842\\udfb7\"", "𠮷", true);
    check_content("\"\\uD842\\uDFB7x\"", "𠮷x", true);
    check_content("\"\\ud842\"", NULL, true);
    check_content("\"\\ud842x\"", NULL, true);
    check_content("\"\\ud842\\u0041\"", NULL, true);
    check_content("\"\\udfb7\"", NULL, true);
    check_content("\"\\ud842\\ud842\"", NULL, true);
}

static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t valid;
    } cases[] = {
        { "", 0 },
        { "abc", 3 },
        { "甲é𠮷\xef\xbb\xbf", 12 },
        { "a\x80", 1 },
        { "\xc0\x80", 0 },
        { "\xe0\x80\x80", 0 },
        { "\xed\xa0\x80", 0 },
        { "甲\xe7\x94", 3 },
        { "\xf4\x90\x80\x80", 0 },
        { "a\xff", 1 },
        { "\xe7\x94\x41", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pol_json_utf8(pol_str_of(cases[i].text)), cases[i].valid);
}

static void test_writing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        { "", "\"\"" },
        { "甲 a", "\"甲 a\"" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "\n\r\t\x01\x7f", "\"\\n\\r\\t\\u0001\\u007f\"" },
        { "a\xff"
          "b\x80",
          "\"a\xef\xbf\xbd"
          "b\xef\xbf\xbd\"" },
        { "\xe7\x94", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "𠮷é", "\"𠮷é\"" },
    };
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pol_text out;
        pol_text_init(&out, &arena);
        pol_json_write_string(&out, pol_str_of(cases[i].text));
        assert_string_equal(out.bytes, cases[i].json);
    }
    /* A NUL inside is escaped like any control character. */
    pol_text out;
    pol_text_init(&out, &arena);
    pol_json_write_string(&out, (pol_str){ "a\0b", 3 });
    assert_string_equal(out.bytes, "\"a\\u0000b\"");
    pol_arena_reset(&arena);
}

/* What is written reads back as the same text. */
static void test_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 1;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    for (int round = 0; round < 2000; round++) {
        char bytes[40];
        size_t length = 0;
        while (length < 30) {
            static const char *const pieces[] = { "a", "\"", "\\", "\n", "甲", "𠮷", "é", "\x01", "/" };
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            const char *piece = pieces[(seed >> 33) % 9];
            memcpy(bytes + length, piece, strlen(piece));
            length += strlen(piece);
        }
        pol_text out;
        pol_text_init(&out, &arena);
        pol_json_write_string(&out, (pol_str){ bytes, length });
        pol_json json;
        pol_json_init(&json, pol_text_str(&out));
        assert_int_equal(pol_json_next(&json), POL_JSON_STRING);
        pol_str content;
        assert_true(pol_json_decode(&arena, json.token, json.escaped, &content));
        assert_true(pol_str_equal(content, (pol_str){ bytes, length }));
        assert_int_equal(pol_json_next(&json), POL_JSON_END);
    }
    pol_arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),           cmocka_unit_test(test_number_texts),
        cmocka_unit_test(test_what_is_not_json), cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_content_of_strings), cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_writing),          cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
