/* Sources and places, diagnostics as text and as JSON. The wording of messages is not tested here:
 * what is expected is put together from the table of codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interp/base/diag.h"
#include "interp/base/utf8.h"

typedef struct row {
    const char *name, *code, *severity, *en, *zh;
} row;

static const row k_rows[] = {
#define POL_DIAG(name, code, severity, en, zh) { #name, code, #severity, en, zh },
#include "interp/base/diag_codes.def"
#undef POL_DIAG
};

static pol_arena g_arena;
static pol_sources g_sources;
static pol_diags g_diags;

static int set_up(void **state)
{
    (void)state;
    pol_arena_init(&g_arena, NULL);
    pol_sources_init(&g_sources, &g_arena);
    pol_diags_init(&g_diags, &g_arena, &g_sources);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    const bool failed = pol_arena_failed(&g_arena);
    pol_arena_reset(&g_arena);
    return failed ? -1 : 0;
}

#define assert_str(text, expected)                                                                 \
    do {                                                                                           \
        const pol_str assert_str_ = (text);                                                        \
        assert_int_equal(assert_str_.length, strlen(expected));                                    \
        assert_memory_equal(assert_str_.bytes, (expected), strlen(expected));                      \
    } while (0)

static uint32_t add_source(const char *name, const char *text)
{
    return pol_sources_add(&g_sources, pol_str_of(name), pol_str_of(text));
}

/* The span of the first occurrence of `part` in a source. */
static pol_span span_of(uint32_t file, const char *part)
{
    const char *text = g_sources.items[file].text.bytes;
    const char *at = strstr(text, part);
    assert_non_null(at);
    const uint32_t start = (uint32_t)(at - text);
    return (pol_span){ file, start, start + (uint32_t)strlen(part) };
}

/* ---- the table -------------------------------------------------------------------------------- */

/* Writes the placeholders of a template, sorted, each once: "{a}{b}". */
static void list_placeholders(const char *template, char *out)
{
    const char *found[POL_DIAG_ARGS * 4];
    size_t lengths[POL_DIAG_ARGS * 4];
    size_t count = 0;
    for (const char *at = strchr(template, '{'); at != NULL; at = strchr(at + 1, '{')) {
        const char *end = strchr(at, '}');
        assert_non_null(end);
        const size_t length = (size_t)(end - at) + 1;
        size_t to = 0;
        int order = 1;
        for (; to < count; to++) {
            order = strncmp(at, found[to], length > lengths[to] ? length : lengths[to]);
            if (order <= 0)
                break;
        }
        if (to < count && order == 0)
            continue;
        assert_true(count < POL_DIAG_ARGS * 4);
        memmove(found + to + 1, found + to, (count - to) * sizeof found[0]);
        memmove(lengths + to + 1, lengths + to, (count - to) * sizeof lengths[0]);
        found[to] = at;
        lengths[to] = length;
        count++;
    }
    assert_true(count <= POL_DIAG_ARGS);
    for (size_t i = 0; i < count; i++, out += strlen(out))
        sprintf(out, "%.*s", (int)lengths[i], found[i]);
    *out = '\0';
}

static void test_table(void **state)
{
    (void)state;
    for (int i = 0; i < POL_DIAG_COUNT; i++) {
        const row *r = &k_rows[i];
        assert_int_equal(strlen(r->code), 5);
        assert_int_equal(strspn(r->code + 1, "0123456789"), 4);
        const bool is_error = strcmp(r->severity, "ERROR") == 0;
        assert_true(is_error || strcmp(r->severity, "WARNING") == 0);
        assert_int_equal(r->code[0], is_error ? 'E' : 'W');
        assert_int_equal(pol_diag_is_error((pol_diag_code)i), is_error);
        assert_string_equal(pol_diag_code_text((pol_diag_code)i), r->code);
        assert_true(r->en[0] != '\0' && r->zh[0] != '\0');
        char en[1000], zh[1000];
        list_placeholders(r->en, en);
        list_placeholders(r->zh, zh);
        if (strcmp(en, zh) != 0)
            fail_msg("%s: English has %s, Chinese has %s", r->name, en, zh);
        for (int j = 0; j < i; j++)
            if (strcmp(r->code, k_rows[j].code) == 0)
                fail_msg("%s is both %s and %s", r->code, k_rows[j].name, r->name);
    }
}

/* ---- places ----------------------------------------------------------------------------------- */

static void check_place(uint32_t file, uint32_t offset, uint32_t line, uint32_t column,
                        uint32_t display)
{
    const pol_place place = pol_source_place(&g_sources.items[file], offset);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
    assert_int_equal(place.column_display, display);
}

static void test_places(void **state)
{
    (void)state;
    const uint32_t f = add_source("a.pol", "费用 a\nb\r\n\ré\t|\xff|\n");
    /*  offsets: 费0 用3 ' '6 a7 \n8 | b9 \r10 \n11 | \r12 | é13 \t15 |16 ff17 |18 \n19 | 20 */
    check_place(f, 0, 1, 1, 0);
    check_place(f, 3, 1, 2, 2);
    check_place(f, 4, 1, 2, 2); /* inside a character */
    check_place(f, 6, 1, 3, 4);
    check_place(f, 8, 1, 5, 6);
    check_place(f, 9, 2, 1, 0);
    check_place(f, 12, 3, 1, 0);
    check_place(f, 13, 4, 1, 0);
    check_place(f, 15, 4, 2, 1);
    check_place(f, 16, 4, 3, 8);
    check_place(f, 17, 4, 4, 9);
    check_place(f, 18, 4, 5, 10);
    check_place(f, 20, 5, 1, 0);
    check_place(f, 9999, 5, 1, 0);
    const pol_source *source = &g_sources.items[f];
    assert_int_equal(source->line_count, 5);
    assert_str(pol_source_line(source, 1), "费用 a");
    assert_str(pol_source_line(source, 2), "b");
    assert_str(pol_source_line(source, 3), "");
    assert_str(pol_source_line(source, 4), "é\t|\xff|");
    assert_str(pol_source_line(source, 5), "");
    assert_str(pol_source_line(source, 0), "");
    assert_str(pol_source_line(source, 6), "");
}

static void test_places_of_odd_texts(void **state)
{
    (void)state;
    const uint32_t empty = add_source("", "");
    check_place(empty, 0, 1, 1, 0);
    assert_str(pol_source_line(&g_sources.items[empty], 1), "");
    const uint32_t marked = add_source("bom", "\xef\xbb\xbf"
                                              "ab\n"
                                              "c");
    check_place(marked, 0, 1, 1, 0);
    check_place(marked, 2, 1, 1, 0);
    check_place(marked, 3, 1, 1, 0);
    check_place(marked, 4, 1, 2, 1);
    check_place(marked, 6, 2, 1, 0);
    assert_str(pol_source_line(&g_sources.items[marked], 1), "ab");
    const uint32_t cut = add_source("cut", "a\xe8\xb4");
    check_place(cut, 3, 1, 4, 3);
}

static void test_spans(void **state)
{
    (void)state;
    const uint32_t f = add_source("a", "0123456789");
    const pol_span none = { UINT32_MAX, 0, 0 };
    assert_str(pol_span_text(&g_sources, (pol_span){ f, 2, 5 }), "234");
    assert_str(pol_span_text(&g_sources, (pol_span){ f, 8, 50 }), "89");
    assert_str(pol_span_text(&g_sources, (pol_span){ f, 5, 5 }), "");
    assert_str(pol_span_text(&g_sources, (pol_span){ f, 5, 2 }), "");
    assert_str(pol_span_text(&g_sources, (pol_span){ f, 50, 60 }), "");
    assert_str(pol_span_text(&g_sources, (pol_span){ f + 1, 0, 1 }), "");
    assert_str(pol_span_text(&g_sources, none), "");
    const pol_span joined = pol_span_join((pol_span){ f, 4, 5 }, (pol_span){ f, 1, 2 });
    assert_true(joined.file == f && joined.start == 1 && joined.end == 5);
    assert_int_equal(pol_span_join(none, joined).start, 1);
    assert_int_equal(pol_span_join(joined, none).end, 5);
}

/* Line ends of all kinds in all orders, against a walk; and millions of them in no time. */
static void test_lines_of_all_ends(void **state)
{
    (void)state;
    uint32_t random = 3;
    for (int round = 0; round < 2000; round++) {
        char text[40];
        size_t length = 0;
        for (random = random * 1664525u + 1013904223u; length < (random >> 8) % sizeof text; length++) {
            random = random * 1664525u + 1013904223u;
            text[length] = "a\r\n\n\rb\n\r"[random >> 29];
        }
        const uint32_t f = pol_sources_add(&g_sources, POL_STR("t"), (pol_str){ text, length });
        const pol_source *const source = &g_sources.items[f];
        uint32_t line = 0;
        assert_int_equal(source->line_starts[0], 0);
        for (size_t at = 0; at < length; at++)
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == length || text[at + 1] != '\n')))
                assert_int_equal(source->line_starts[++line], at + 1);
        assert_int_equal(source->line_count, line + 1);
    }
    enum { MANY = 4 << 20 };
    char *const many = pol_arena_alloc(&g_arena, MANY);
    memset(many, '\r', MANY - 1);
    many[MANY - 1] = '\n'; /* far behind every other end */
    const clock_t from = clock();
    const uint32_t f = pol_sources_add(&g_sources, POL_STR("many"), (pol_str){ many, MANY });
    assert_true(clock() - from < 20 * CLOCKS_PER_SEC);
    assert_int_equal(g_sources.items[f].line_count, MANY);
}

/* A long text of all kinds of lines: every place as a walk from the beginning finds it. */
static void test_places_in_long_lines(void **state)
{
    (void)state;
    static const char *const k_pieces[] = { "a",    "费",        "é",  "\t",
                                            "\xff", "e\xcc\x81", "𠮷", "\xe8\xb4" };
    pol_text text;
    pol_text_init(&text, &g_arena);
    uint32_t random = 7;
    while (text.length < 400000) {
        random = random * 1664525u + 1013904223u;
        pol_text_add(&text, pol_str_of(k_pieces[random >> 29]));
        if ((text.length > 250000 && random % 997 == 0) || (random >> 8) % 60000 == 0)
            pol_text_char(&text, '\n');
    }
    const uint32_t f = pol_sources_add(&g_sources, POL_STR("long"), pol_text_str(&text));
    uint32_t line = 1, column = 1, display = 0;
    const pol_str all = pol_text_str(&text);
    for (size_t at = 0, size; at < all.length; at += size) {
        const int32_t point = pol_utf8_next(all.bytes + at, all.length - at, &size);
        if (at % 11 == 0 || (at & 0x1fff) < 8 || (at & 0x1fff) > 0x1ff8)
            check_place(f, (uint32_t)at, line, column, display);
        column++;
        display = point == '\t' ? display / 8 * 8 + 8 : display + (uint32_t)pol_utf8_width(point);
        if (point == '\n') {
            line++;
            column = 1;
            display = 0;
        }
    }
    assert_int_equal(g_sources.items[f].line_count, line);
}

/* ---- rendering -------------------------------------------------------------------------------- */

static pol_str render(const pol_diag *diag, pol_lang lang, bool color)
{
    pol_text out;
    pol_text_init(&out, &g_arena);
    pol_diag_render(&out, &g_diags, diag, lang, color);
    return pol_text_str(&out);
}

/* The rendering must be the headline of BAD_UTF8 and then `below`. */
static void check_below(const pol_diag *diag, pol_lang lang, const char *below)
{
    const row *r = &k_rows[POL_D_BAD_UTF8];
    char expected[4000];
    snprintf(expected, sizeof expected, "%s[%s]: %s\n%s", lang == POL_EN ? "error" : "错误",
             r->code, lang == POL_EN ? r->en : r->zh, below);
    assert_string_equal(render(diag, lang, false).bytes, expected);
}

static void test_caret_under_wide_characters(void **state)
{
    (void)state;
    const uint32_t f = add_source("甲.pol", "政策\n  费用 封顶 + 70%\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "封顶 + 70%")), POL_ZH,
                " --> 甲.pol:2:6\n"
                "2 |   费用 封顶 + 70%\n"
                "  |   　　 ^^^^^^^^^^\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "用")), POL_EN,
                " --> 甲.pol:2:4\n"
                "2 |   费用 封顶 + 70%\n"
                "  |   　^^\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "政策")), POL_EN,
                " --> 甲.pol:1:1\n"
                "1 | 政策\n"
                "  | ^^^^\n");
}

static void test_caret_in_odd_places(void **state)
{
    (void)state;
    const uint32_t f = add_source("a", "\tx\ty费z\r\nlast");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "费")), POL_EN,
                " --> a:1:5\n"
                "1 | \tx\ty费z\n"
                "  | \t \t ^^\n");
    /* of no width */
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 4, 4 }), POL_EN,
                " --> a:1:5\n"
                "1 | \tx\ty费z\n"
                "  | \t \t ^\n");
    /* over the line's end: on the first line only */
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 7, 99 }), POL_EN,
                " --> a:1:6\n"
                "1 | \tx\ty费z\n"
                "  | \t \t 　^\n");
    /* the line end itself, the end of the text, and beyond it */
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 8, 10 }), POL_EN,
                " --> a:1:7\n"
                "1 | \tx\ty费z\n"
                "  | \t \t 　 ^\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 14, 14 }), POL_EN,
                " --> a:2:5\n"
                "2 | last\n"
                "  |     ^\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 5000, 6000 }), POL_EN,
                " --> a:2:5\n"
                "2 | last\n"
                "  |     ^\n");
    /* a tab is marked once */
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 1, 4 }), POL_EN,
                " --> a:1:2\n"
                "1 | \tx\ty费z\n"
                "  | \t^^\n");
    /* a combining mark alone */
    const uint32_t g = add_source("b", "e\xcc\x81x");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ g, 1, 3 }), POL_EN,
                " --> b:1:2\n"
                "1 | e\xcc\x81x\n"
                "  |  ^\n");
    /* no place at all */
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ UINT32_MAX, 0, 0 }), POL_EN, "");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ 77, 0, 0 }), POL_ZH, "");
    const uint32_t empty = add_source("empty", "");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ empty, 0, 0 }), POL_EN,
                " --> empty:1:1\n"
                "1 | \n"
                "  | ^\n");
}

static void test_nothing_foreign_reaches_the_terminal(void **state)
{
    (void)state;
    const uint32_t f = add_source("\x1b[2J", "a\x1b[31mb\xe2\x80\xae"
                                             "c\xff"
                                             "d");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "c")), POL_EN,
                " --> <U+001B>[2J:1:9\n"
                "1 | a<U+001B>[31mb<U+202E>c\xef\xbf\xbd"
                "d\n"
                "  |                       ^\n");
    check_below(pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "\xe2\x80\xae")), POL_EN,
                " --> <U+001B>[2J:1:8\n"
                "1 | a<U+001B>[31mb<U+202E>c\xef\xbf\xbd"
                "d\n"
                "  |               ^^^^^^^^\n");
}

static void test_notes_and_fix(void **state)
{
    (void)state;
    const uint32_t f = add_source("a.pol", "封顶 金额\n\n\n\n\n\n\n\n\n余额超过 3\n");
    pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "余额超过"));
    pol_diag_note_at(&g_diags, diag, span_of(f, "金额"), POL_STR("declared here"),
                     POL_STR("在此声明"));
    pol_diag_note_at(&g_diags, diag, (pol_span){ UINT32_MAX, 0, 0 }, POL_STR("by the way"),
                     POL_STR("顺便说"));
    pol_diag_fix(&g_diags, diag, span_of(f, "余额超过"), POL_STR("余额 超过"));
    check_below(diag, POL_ZH,
                " --> a.pol:10:1\n"
                "10 | 余额超过 3\n"
                "   | ^^^^^^^^\n"
                "说明：在此声明\n"
                " --> a.pol:1:4\n"
                "1 | 封顶 金额\n"
                "  | 　　 ----\n"
                "说明：顺便说\n"
                "建议：把“余额超过”改为“余额 超过”\n");
    check_below(diag, POL_EN,
                " --> a.pol:10:1\n"
                "10 | 余额超过 3\n"
                "   | ^^^^^^^^\n"
                "note: declared here\n"
                " --> a.pol:1:4\n"
                "1 | 封顶 金额\n"
                "  | 　　 ----\n"
                "note: by the way\n"
                "suggestion: replace \"余额超过\" with \"余额 超过\"\n");
    const char *head = " --> a.pol:10:1\n10 | 余额超过 3\n   | ^^^^^^^^\n";
    char expected[1000];
    diag = pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "余额超过"));
    pol_diag_fix(&g_diags, diag, (pol_span){ f, 13, 13 }, POL_STR("年度\n上限\n"));
    snprintf(expected, sizeof expected, "%s建议：加上“年度⏎上限⏎”（a.pol:1:6）\n", head);
    check_below(diag, POL_ZH, expected);
    pol_diag_fix(&g_diags, diag, span_of(f, "金额"), POL_STR(""));
    snprintf(expected, sizeof expected, "%ssuggestion: delete \"金额\" (a.pol:1:4)\n", head);
    check_below(diag, POL_EN, expected);
}

/* Every color is switched off again, and without colors the text is the same. */
static void test_colors(void **state)
{
    (void)state;
    const uint32_t f = add_source("a.pol", "封顶 金额\n余额超过 3\n");
    pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "余额超过"));
    pol_diag_note_at(&g_diags, diag, span_of(f, "金额"), POL_STR("here"), POL_STR("此处"));
    pol_diag_fix(&g_diags, diag, span_of(f, "余额超过"), POL_STR("余额 超过"));
    const pol_str colored = render(diag, POL_ZH, true), plain = render(diag, POL_ZH, false);
    char *stripped = calloc(1, colored.length + 1), *to = stripped;
    bool on = false;
    for (const char *at = colored.bytes; *at != '\0';) {
        if (*at == '\x1b') {
            on = strncmp(at, "\x1b[0m", 4) != 0;
            at = strchr(at, 'm') + 1;
        } else {
            assert_false(on && *at == '\n');
            *to++ = *at++;
        }
    }
    assert_false(on);
    assert_string_equal(stripped, plain.bytes);
    assert_true(colored.length > plain.length);
    free(stripped);
}

/* ---- arguments -------------------------------------------------------------------------------- */

/* The template with its one placeholder replaced, as the message should read. */
static void replace_placeholder(char *out, const char *template, const char *value)
{
    const char *open = strchr(template, '{');
    assert_non_null(open);
    const char *close = strchr(open, '}');
    sprintf(out, "%.*s%s%s", (int)(open - template), template, value, close + 1);
}

static void test_arguments(void **state)
{
    (void)state;
    const row *r = &k_rows[POL_D_INVISIBLE_CHARACTER];
    const pol_span nowhere = { UINT32_MAX, 0, 0 };
    char expected[1000];
    pol_diag *diag = pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, nowhere);
    assert_str(pol_diag_message(&g_arena, diag, POL_EN), r->en); /* not given: left as it is */
    assert_ptr_equal(pol_diag_text(&g_diags, diag, "character", POL_STR("甲{x}\n")), diag);
    replace_placeholder(expected, r->en, "甲{x}<U+000A>");
    assert_str(pol_diag_message(&g_arena, diag, POL_EN), expected);
    replace_placeholder(expected, r->zh, "甲{x}<U+000A>");
    assert_str(pol_diag_message(&g_arena, diag, POL_ZH), expected);

    diag = pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, nowhere);
    pol_diag_texts(&g_diags, diag, "character", POL_STR("amount"), POL_STR("金额"));
    replace_placeholder(expected, r->en, "amount");
    assert_str(pol_diag_message(&g_arena, diag, POL_EN), expected);
    replace_placeholder(expected, r->zh, "金额");
    assert_str(pol_diag_message(&g_arena, diag, POL_ZH), expected);

    static const struct {
        int64_t value;
        const char *text;
    } k_numbers[] = { { 0, "0" },
                      { -7, "-7" },
                      { 1200, "1200" },
                      { INT64_MAX, "9223372036854775807" },
                      { INT64_MIN, "-9223372036854775808" } };
    for (size_t i = 0; i < sizeof k_numbers / sizeof k_numbers[0]; i++) {
        diag = pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, nowhere);
        pol_diag_number(&g_diags, diag, "character", k_numbers[i].value);
        replace_placeholder(expected, r->en, k_numbers[i].text);
        assert_str(pol_diag_message(&g_arena, diag, POL_EN), expected);
    }
    for (int i = 0; i < 20; i++)
        pol_diag_number(&g_diags, diag, "more", i);
    assert_int_equal(diag->arg_count, POL_DIAG_ARGS);
}

static void test_very_long_arguments(void **state)
{
    (void)state;
    enum { LONG = 1000000 };
    char *text = pol_arena_alloc(&g_arena, (size_t)LONG * 3);
    for (size_t i = 0; i < LONG; i++)
        memcpy(text + 3 * i, "费", 3);
    const size_t used = g_arena.used_bytes;
    for (size_t cut = 0; cut < 4; cut++) {
        pol_diag *diag = pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, (pol_span){ 0, 0, 0 });
        pol_diag_text(&g_diags, diag, "character", (pol_str){ text + cut, (size_t)LONG * 3 - cut });
        const pol_str message = pol_diag_message(&g_arena, diag, POL_ZH);
        assert_true(message.length < 10000);
        assert_non_null(strstr(message.bytes, "…"));
        assert_int_equal(pol_utf8_check(message), message.length);
    }
    assert_true(g_arena.used_bytes - used < 100000);
}

/* ---- very long lines -------------------------------------------------------------------------- */

/* The line between the first and the second line end. */
static pol_str nth_line(pol_str text, int n)
{
    const char *start = text.bytes;
    for (int i = 0; i < n; i++)
        start = strchr(start, '\n') + 1;
    return (pol_str){ start, strcspn(start, "\n") };
}

static pol_str without_gutter(pol_str line)
{
    const char *bar = strstr(line.bytes, "| ");
    const size_t cut = (size_t)(bar - line.bytes) + 2;
    return (pol_str){ line.bytes + cut, line.length - cut };
}

/* Columns of `text` up to `part`. */
static int columns_before(pol_str text, const char *part)
{
    const char *at = strstr(text.bytes, part);
    assert_true(at != NULL && at < text.bytes + text.length);
    return pol_utf8_text_width((pol_str){ text.bytes, (size_t)(at - text.bytes) });
}

static void check_cut_line(uint32_t file, const char *part)
{
    const pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, span_of(file, part));
    const pol_str text = render(diag, POL_EN, false);
    const pol_str line = without_gutter(nth_line(text, 2)),
                  marks = without_gutter(nth_line(text, 3));
    assert_true(pol_utf8_text_width(line) <= 160);
    assert_true(pol_utf8_text_width(marks) <= 160);
    assert_int_equal(columns_before(line, part), columns_before(marks, "^"));
}

static void test_long_lines_are_cut_around_the_place(void **state)
{
    (void)state;
    pol_text text;
    pol_text_init(&text, &g_arena);
    pol_text_add(&text, POL_STR("START"));
    for (int i = 0; i < 5000; i++)
        pol_text_add(&text, i % 3 == 0 ? POL_STR("费") : POL_STR("a\xcc\x81"));
    pol_text_add(&text, POL_STR("MIDDLE"));
    for (int i = 0; i < 5000; i++)
        pol_text_add(&text, POL_STR("用"));
    pol_text_add(&text, POL_STR("END\nnext"));
    const uint32_t f = pol_sources_add(&g_sources, POL_STR("a"), pol_text_str(&text));
    check_cut_line(f, "START");
    check_cut_line(f, "MIDDLE");
    check_cut_line(f, "END");
    check_cut_line(f, "用");
    /* A span as long as the line. */
    const pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 3, 20000 });
    assert_true(pol_utf8_text_width(without_gutter(nth_line(render(diag, POL_EN, false), 3))) <=
                160);
    /* 160 columns are shown whole, 161 are not. */
    char exact[162];
    memset(exact, 'x', sizeof exact);
    exact[160] = '\0';
    const uint32_t whole = add_source("b", exact);
    diag = pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ whole, 159, 160 });
    assert_null(strstr(render(diag, POL_EN, false).bytes, "…"));
    exact[160] = 'x';
    exact[161] = '\0';
    const uint32_t cut = add_source("c", exact);
    diag = pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ cut, 0, 1 });
    assert_non_null(strstr(render(diag, POL_EN, false).bytes, "…"));
}

/* Lines of 12 MB with findings at their end: letters of three bytes, ASCII, ill-formed bytes. */
static void test_huge_lines_take_linear_time(void **state)
{
    (void)state;
    enum { HUGE_BYTES = 12000000 };
    char *bytes = malloc(HUGE_BYTES);
    assert_non_null(bytes);
    const clock_t start = clock();
    for (int kind = 0; kind < 3; kind++) {
        static const char *const k_units[] = { "费", "aaa", "\xff\xe8\xb4" };
        for (size_t i = 0; i < HUGE_BYTES / 3; i++)
            memcpy(bytes + 3 * i, k_units[kind], 3);
        const uint32_t f =
            pol_sources_add(&g_sources, POL_STR("a"), (pol_str){ bytes, HUGE_BYTES });
        for (uint32_t i = 0; i < 60; i++) {
            const pol_span span = { f, HUGE_BYTES - 3 - 3 * i, HUGE_BYTES - 3 * i };
            const pol_str text = render(pol_report(&g_diags, POL_D_BAD_UTF8, span), POL_EN, false);
            assert_true(text.length < 4000);
        }
    }
    free(bytes);
    /* About a second; walking the line for each finding would take a hundred times that. */
    assert_true((clock() - start) / CLOCKS_PER_SEC < 30);
}

/* ---- order, repetitions, limit ---------------------------------------------------------------- */

static void test_sort(void **state)
{
    (void)state;
    static const struct {
        uint32_t file, start, end;
        const char *arg;
    } k_reports[] = {
        { 1, 5, 6, "a" },          { 0, 9, 9, "a" }, { 0, 3, 4, "a" },
        { 0, 3, 4, "b" },          { 0, 3, 4, "a" }, { 0, 3, 5, "a" },
        { UINT32_MAX, 0, 0, "a" }, { 0, 0, 1, "a" }, { 1, 5, 6, "a" },
    };
    static const int k_order[] = { 7, 2, 3, 5, 1, 0, 6 };
    for (size_t i = 0; i < sizeof k_reports / sizeof k_reports[0]; i++) {
        const pol_span span = { k_reports[i].file, k_reports[i].start, k_reports[i].end };
        pol_diag_text(&g_diags, pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, span), "character",
                      pol_str_of(k_reports[i].arg));
    }
    assert_int_equal(g_diags.error_count, 9);
    for (int again = 0; again < 2; again++) {
        pol_diags_sort(&g_diags);
        assert_int_equal(g_diags.items.count, 7);
        assert_int_equal(g_diags.error_count, 7);
        for (size_t i = 0; i < 7; i++)
            assert_int_equal(g_diags.items.items[i]->sequence, k_order[i]);
    }
}

static void test_limit(void **state)
{
    (void)state;
    const pol_span span = { UINT32_MAX, 0, 0 };
    for (uint32_t i = 0; i < 100000; i++) {
        pol_diag *diag = pol_report(&g_diags, POL_D_INVISIBLE_CHARACTER, span);
        pol_diag_number(&g_diags, diag, "character", i);
        pol_diag_note_at(&g_diags, diag, span, POL_STR("note"), POL_STR("说明"));
        pol_diag_fix(&g_diags, diag, span, POL_STR("fix"));
        assert_int_equal(diag == &g_diags.spare, i >= POL_DIAG_LIMIT);
    }
    assert_int_equal(g_diags.error_count, 100000);
    assert_int_equal(g_diags.items.count, POL_DIAG_LIMIT);
    assert_true(g_arena.used_bytes < 1000000);
}

static void test_errors_push_warnings_out(void **state)
{
    (void)state;
    int warning = 0;
    while (warning < POL_DIAG_COUNT && pol_diag_is_error((pol_diag_code)warning))
        warning++;
    if (warning == POL_DIAG_COUNT)
        skip();
    for (uint32_t i = 0; i < POL_DIAG_LIMIT + 10; i++)
        pol_report(&g_diags, (pol_diag_code)warning, (pol_span){ 0, i, i });
    for (uint32_t i = 0; i < POL_DIAG_LIMIT + 10; i++) {
        const pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ 0, i, i });
        assert_int_equal(diag == &g_diags.spare, i >= POL_DIAG_LIMIT);
        if (i == 2)
            assert_int_equal(g_diags.items.items[POL_DIAG_LIMIT - 4]->code, warning);
    }
    assert_int_equal(g_diags.items.count, POL_DIAG_LIMIT);
    assert_int_equal(g_diags.error_count, POL_DIAG_LIMIT + 10);
    assert_int_equal(g_diags.warning_count, POL_DIAG_LIMIT + 10);
    for (size_t i = 0; i < POL_DIAG_LIMIT; i++)
        assert_int_equal(g_diags.items.items[i]->code, POL_D_BAD_UTF8);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static pol_str render_json(const pol_diag *diag, pol_lang lang)
{
    pol_text out;
    pol_text_init(&out, &g_arena);
    pol_diag_render_json(&out, &g_diags, diag, lang);
    return pol_text_str(&out);
}

static void test_json(void **state)
{
    (void)state;
    const uint32_t f = add_source("a\"\\\x01\xff\xe2\x80\xae.pol", "费用\n金额 超过\n");
    const char *file = "\"a\\\"\\\\\\u0001\xef\xbf\xbd\\u202e.pol\"";
    const row *r = &k_rows[POL_D_BAD_UTF8];
    char expected[2000];
    pol_diag *diag = pol_report(&g_diags, POL_D_BAD_UTF8, span_of(f, "金额"));
    snprintf(expected, sizeof expected,
             "{\"code\":\"%s\",\"severity\":\"error\",\"file\":%s,\"line\":2,\"column\":1,"
             "\"end_line\":2,\"end_column\":3,\"message\":\"%s\",\"fix\":null,\"notes\":[]}\n",
             r->code, file, r->zh);
    assert_string_equal(render_json(diag, POL_ZH).bytes, expected);

    diag = pol_report(&g_diags, POL_D_BAD_UTF8, (pol_span){ f, 3, 13 });
    pol_diag_note_at(&g_diags, diag, span_of(f, "超过"), POL_STR("he\"re"), POL_STR("此处"));
    pol_diag_note_at(&g_diags, diag, (pol_span){ UINT32_MAX, 0, 0 }, POL_STR("b"), POL_STR("乙"));
    pol_diag_fix(&g_diags, diag, span_of(f, "用"), POL_STR("\t\xf3\xa0\x80\x81\n𠮷\x7f"));
    snprintf(expected, sizeof expected,
             "{\"code\":\"%s\",\"severity\":\"error\",\"file\":%s,\"line\":1,\"column\":2,"
             "\"end_line\":2,\"end_column\":3,\"message\":\"%s\","
             "\"fix\":{\"line\":1,\"column\":2,\"end_line\":1,\"end_column\":3,"
             "\"text\":\"\\u0009\\udb40\\udc01\\u000a𠮷\\u007f\",\"certain\":true},"
             "\"notes\":[{\"file\":%s,\"line\":2,\"column\":4,\"end_line\":2,\"end_column\":6,"
             "\"message\":\"he\\\"re\"},{\"file\":null,\"line\":null,\"column\":null,"
             "\"end_line\":null,\"end_column\":null,\"message\":\"b\"}]}\n",
             r->code, file, r->en, file);
    assert_string_equal(render_json(diag, POL_EN).bytes, expected);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_table),
        TEST(test_places),
        TEST(test_places_of_odd_texts),
        TEST(test_spans),
        TEST(test_lines_of_all_ends),
        TEST(test_places_in_long_lines),
        TEST(test_caret_under_wide_characters),
        TEST(test_caret_in_odd_places),
        TEST(test_nothing_foreign_reaches_the_terminal),
        TEST(test_notes_and_fix),
        TEST(test_colors),
        TEST(test_arguments),
        TEST(test_very_long_arguments),
        TEST(test_long_lines_are_cut_around_the_place),
        TEST(test_huge_lines_take_linear_time),
        TEST(test_sort),
        TEST(test_limit),
        TEST(test_errors_push_warnings_out),
        TEST(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
