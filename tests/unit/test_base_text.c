/* Strings, names, output text, UTF-8, normalisation, widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "interp/base/str.h"
#include "interp/base/utf8.h"

static pol_arena g_arena;

static int set_up(void **state)
{
    (void)state;
    pol_arena_init(&g_arena, NULL);
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

/* ---- UTF-8 ------------------------------------------------------------------------------------ */

/* Well-formed byte sequences as the Unicode standard lists them (table 3-7). */
static size_t well_formed_length(const unsigned char *b, size_t length)
{
    static const unsigned char k_rows[][3] = {
        /* first byte from, to, bytes */
        { 0xc2, 0xdf, 2 }, { 0xe0, 0xe0, 3 }, { 0xe1, 0xec, 3 }, { 0xed, 0xed, 3 },
        { 0xee, 0xef, 3 }, { 0xf0, 0xf0, 4 }, { 0xf1, 0xf3, 4 }, { 0xf4, 0xf4, 4 },
    };
    if (b[0] < 0x80)
        return 1;
    for (size_t row = 0; row < sizeof k_rows / sizeof k_rows[0]; row++) {
        if (b[0] < k_rows[row][0] || b[0] > k_rows[row][1])
            continue;
        const size_t size = k_rows[row][2];
        if (size > length)
            return 0;
        const unsigned char low = b[0] == 0xe0 ? 0xa0 : b[0] == 0xf0 ? 0x90 : 0x80;
        const unsigned char high = b[0] == 0xed ? 0x9f : b[0] == 0xf4 ? 0x8f : 0xbf;
        if (b[1] < low || b[1] > high)
            return 0;
        for (size_t i = 2; i < size; i++)
            if (b[i] < 0x80 || b[i] > 0xbf)
                return 0;
        return size;
    }
    return 0;
}

static void check_sequence(const unsigned char *bytes, size_t length)
{
    size_t size = 99;
    const size_t expected = well_formed_length(bytes, length);
    const int32_t point = pol_utf8_next((const char *)bytes, length, &size);
    if (expected == 0) {
        assert_int_equal(point, -1);
        assert_int_equal(size, 1);
    } else {
        assert_true(point >= 0);
        assert_int_equal(size, expected);
    }
}

static void test_every_sequence_of_three_bytes(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            const unsigned char two[2] = { (unsigned char)a, (unsigned char)b };
            check_sequence(two, 1);
            check_sequence(two, 2);
            for (unsigned c = 0; a >= 0xe0 && c < 256; c += b >= 0x7e && b <= 0xc1 ? 1 : 85) {
                const unsigned char three[3] = { two[0], two[1], (unsigned char)c };
                check_sequence(three, 3);
                for (unsigned d = 0; a >= 0xf0 && d < 256; d += 63) {
                    const unsigned char four[4] = { two[0], two[1], three[2], (unsigned char)d };
                    check_sequence(four, 4);
                }
            }
        }
}

static size_t encode(char out[4], uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 63));
        out[2] = (char)(0x80 | (point & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 63));
    out[2] = (char)(0x80 | (point >> 6 & 63));
    out[3] = (char)(0x80 | (point & 63));
    return 4;
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x110000; point++) {
        char bytes[4];
        size_t size = 0;
        const size_t length = encode(bytes, point);
        const int32_t read = pol_utf8_next(bytes, length, &size);
        if (point >= 0xd800 && point <= 0xdfff) {
            assert_int_equal(read, -1);
            continue;
        }
        assert_int_equal(read, point);
        assert_int_equal(size, length);
        const int width = pol_utf8_width((int32_t)point);
        assert_true(width >= 0 && width <= 2);
    }
}

static void test_ill_formed_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length, first_bad;
    } k_cases[] = {
        { "", 0, 0 },
        { "abc", 3, 3 },
        { "费用", 6, 6 },
        { "费\xe7\x94", 5, 3 },        /* cut off */
        { "a\xc0\x80", 3, 1 },         /* overlong NUL */
        { "a\xed\xa0\x80", 4, 1 },     /* surrogate */
        { "a\xf4\x90\x80\x80", 5, 1 }, /* beyond U+10FFFF */
        { "\x80", 1, 0 },              /* continuation alone */
        { "\xff", 1, 0 },
        { "a\0b\xfe", 4, 3 },
        { "\xf0\x9f\x98", 3, 0 },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        const pol_str text = { k_cases[i].text, k_cases[i].length };
        assert_int_equal(pol_utf8_check(text), k_cases[i].first_bad);
    }
    size_t size = 99;
    assert_int_equal(pol_utf8_next("", 0, &size), -1);
    assert_int_equal(size, 0);
}

static void test_widths(void **state)
{
    (void)state;
    assert_int_equal(pol_utf8_text_width(POL_STR("abc")), 3);
    assert_int_equal(pol_utf8_text_width(POL_STR("费用 < 10%")), 10);
    assert_int_equal(pol_utf8_text_width(POL_STR("（全角）　")), 10);
    assert_int_equal(pol_utf8_text_width(POL_STR("“…≥①")), 4);      /* ambiguous: narrow */
    assert_int_equal(pol_utf8_text_width(POL_STR("e\xcc\x81")), 1); /* combining acute */
    assert_int_equal(pol_utf8_text_width(POL_STR("𠮷")), 2);
    assert_int_equal(pol_utf8_text_width(POL_STR("")), 0);
    assert_int_equal(pol_utf8_width(-1), 1);
}

static void test_forbidden_characters(void **state)
{
    (void)state;
    static const int32_t k_forbidden[] = {
        0x00,   0x01,   0x08,   0x0b,   0x0c,   0x1b,    0x7f,    0x80,   0x85,
        0x9f,   0xad,   0x61c,  0x200b, 0x200c, 0x200d,  0x200e,  0x200f, 0x2028,
        0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,  0x2060,  0x2061, 0x2066,
        0x2067, 0x2068, 0x2069, 0xfeff, 0xfff9, 0xe0001, 0xe007f, -1,
    };
    for (size_t i = 0; i < sizeof k_forbidden / sizeof k_forbidden[0]; i++)
        assert_true(pol_utf8_is_forbidden(k_forbidden[i]));
    static const int32_t k_allowed[] = { '\t',   '\n',   '\r',   ' ',     'a',
                                         '~',    0xa0,   0xb7,   0x3000,  0x4e00,
                                         0x2f08, 0x3007, 0xff08, 0x20bb7, 0x301 };
    for (size_t i = 0; i < sizeof k_allowed / sizeof k_allowed[0]; i++)
        assert_false(pol_utf8_is_forbidden(k_allowed[i]));
}

/* ---- normalisation ---------------------------------------------------------------------------- */

static void test_nfkc(void **state)
{
    (void)state;
    static const char *const k_cases[][2] = {
        { "", "" },
        { "ratio", "ratio" },
        { "报销比例", "报销比例" },
        { "ＡＢＣ１２", "ABC12" },
        { "肝硬化（失代偿期）", "肝硬化(失代偿期)" },
        { "⼈", "人" },
        { "e\xcc\x81", "é" },
        { "ﬁ", "fi" },
        { "①", "1" },
        { "か\xe3\x82\x99", "が" },
        { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한" },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++)
        assert_str(pol_utf8_nfkc(&g_arena, pol_str_of(k_cases[i][0])), k_cases[i][1]);
}

static void test_nfkc_borrows_what_does_not_change(void **state)
{
    (void)state;
    static const char *const k_same[] = { "", "ratio", "报销比例 70%", "é", "𠮷", "「比例」、“”" };
    const size_t used = g_arena.used_bytes;
    for (size_t i = 0; i < sizeof k_same / sizeof k_same[0]; i++)
        assert_ptr_equal(pol_utf8_nfkc(&g_arena, pol_str_of(k_same[i])).bytes, k_same[i]);
    static const char k_bad[] = "Ａ\xff";
    assert_ptr_equal(pol_utf8_nfkc(&g_arena, pol_str_of(k_bad)).bytes, k_bad);
    assert_int_equal(g_arena.used_bytes, used);
}

static void test_nfkc_of_long_texts(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    char *wide = pol_arena_alloc(&g_arena, (size_t)COUNT * 3);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(wide + 3 * i, "Ａ", 3);
    const pol_str folded = pol_utf8_nfkc(&g_arena, (pol_str){ wide, (size_t)COUNT * 3 });
    assert_int_equal(folded.length, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(folded.bytes[i], 'A');
    for (size_t length = 1; length < 600; length++) {
        const pol_str part = pol_utf8_nfkc(&g_arena, (pol_str){ wide, length * 3 });
        assert_int_equal(part.length, length);
        assert_int_equal(part.bytes[length - 1], 'A');
    }
    /* Marks to be put in order, far too many of them: left alone, and at once. */
    char *marks = pol_arena_alloc(&g_arena, (size_t)COUNT * 4 + 1);
    marks[0] = 'a';
    for (size_t i = 0; i < (size_t)COUNT * 2; i++)
        memcpy(marks + 1 + 2 * i, i < COUNT ? "\xcc\x81" : "\xcc\x96", 2);
    const pol_str text = { marks, (size_t)COUNT * 4 + 1 };
    assert_ptr_equal(pol_utf8_nfkc(&g_arena, text).bytes, marks);
}

static void test_nfkc_is_idempotent(void **state)
{
    (void)state;
    for (uint32_t point = 0x80; point < 0x110000; point += point < 0x3400 ? 1 : 7) {
        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        char bytes[4];
        const pol_str text = { bytes, encode(bytes, point) };
        const pol_str once = pol_utf8_nfkc(&g_arena, text);
        const pol_str twice = pol_utf8_nfkc(&g_arena, once);
        assert_true(pol_str_equal(once, twice));
        assert_int_equal(pol_utf8_check(once), once.length);
    }
}

/* Folded as utf8proc folds, whichever characters stand side by side. */
static void test_nfkc_of_neighbours(void **state)
{
    (void)state;
    static const char *const k_pieces[] = { "", "a", "1", ".", "费", "一", "鿿", "（", "）", "Ａ", "１", "！", "～", "·", "￥", "　", "é",
                                            "e", "\xcc\x81", "\xcc\x96", "ﾊ", "ﾞ", "①", "〇", "𠮷", "㍻" };
    enum { PIECES = sizeof k_pieces / sizeof k_pieces[0] };
    for (size_t i = 0; i < PIECES * PIECES * PIECES; i++) {
        char bytes[16];
        const int length = snprintf(bytes, sizeof bytes, "%s%s%s", k_pieces[i % PIECES], k_pieces[i / PIECES % PIECES],
                                    k_pieces[i / PIECES / PIECES]);
        utf8proc_uint8_t *expected;
        const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
        const utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)bytes, length, &expected, options);
        const pol_str folded = pol_utf8_nfkc(&g_arena, (pol_str){ bytes, (size_t)length });
        assert_int_equal(folded.length, size);
        assert_memory_equal(folded.bytes, expected, folded.length);
        free(expected);
    }
}

/* A text is checked as one character after another is, wherever it breaks off or is damaged. */
static void test_check_agrees_with_next(void **state)
{
    (void)state;
    static const char k_text[] = "费用 < 10%，（全角）é·①𠮷 abc 不超过三万元的部分 \xef\xbf\xbf ASCII only, sixteen bytes of it 一二三四五六七八九十";
    char bytes[sizeof k_text];
    for (size_t place = 0; place < sizeof k_text; place++)
        for (unsigned damage = 0; damage < 256; damage += damage < 0x80 ? 31 : 1) {
            memcpy(bytes, k_text, sizeof bytes);
            bytes[place] = (char)damage;
            const pol_str text = { bytes, damage % 3 == 0 ? place + 1 : sizeof k_text };
            size_t at = 0, size = 1;
            while (at < text.length && pol_utf8_next_any(bytes + at, text.length - at, &size) >= 0)
                at += size;
            assert_int_equal(pol_utf8_check(text), at);
        }
}

static void test_keys(void **state)
{
    (void)state;
    assert_str(pol_utf8_key(&g_arena, POL_STR("  肝硬化（失代偿期）　")), "肝硬化(失代偿期)");
    assert_str(pol_utf8_key(&g_arena, POL_STR("\t a b \r\n")), "a b");
    assert_str(pol_utf8_key(&g_arena, POL_STR("　 　")), "");
    assert_str(pol_utf8_key(&g_arena, POL_STR("")), "");
    assert_str(pol_utf8_key(&g_arena, (pol_str){ NULL, 0 }), "");
}

/* ---- strings ---------------------------------------------------------------------------------- */

static void test_compare(void **state)
{
    (void)state;
    static const char *const k_ordered[] = {
        "", "A", "a", "aa", "ab", "b", "é", "一", "费用", "𠮷"
    };
    const int count = sizeof k_ordered / sizeof k_ordered[0];
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++) {
            const pol_str a = pol_str_of(k_ordered[i]), b = pol_str_of(k_ordered[j]);
            assert_int_equal(pol_str_compare(a, b), (i > j) - (i < j));
            assert_int_equal(pol_str_equal(a, b), i == j);
        }
    const pol_str none = { NULL, 0 };
    assert_true(pol_str_equal(none, POL_STR("")));
    assert_int_equal(pol_str_compare(none, POL_STR("")), 0);
    assert_int_equal(pol_str_compare(none, POL_STR("a")), -1);
    assert_int_equal(pol_str_of(NULL).length, 0);
    assert_int_equal(pol_str_copy(&g_arena, none).length, 0);
    assert_true(pol_str_equal((pol_str){ "a\0b", 3 }, POL_STR("a\0b")));
    assert_false(pol_str_equal((pol_str){ "a\0b", 3 }, POL_STR("a\0c")));
}

static void test_hash_spreads(void **state)
{
    (void)state;
    /* Every length from 0 to 40, each bit of the last byte: all different. */
    char bytes[41];
    memset(bytes, 'x', sizeof bytes);
    for (size_t length = 1; length <= 40; length++) {
        const uint64_t plain = pol_str_hash((pol_str){ bytes, length });
        assert_true(plain != pol_str_hash((pol_str){ bytes, length - 1 }));
        for (unsigned bit = 0; bit < 8; bit++) {
            char changed[41];
            memcpy(changed, bytes, sizeof bytes);
            changed[length - 1] = (char)(changed[length - 1] ^ (1 << bit));
            assert_true(plain != pol_str_hash((pol_str){ changed, length }));
        }
    }
    assert_true(pol_str_hash((pol_str){ NULL, 0 }) == pol_str_hash(POL_STR("")));
}

static void test_names(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    pol_names names;
    pol_names_init(&names, &g_arena);
    assert_int_equal(pol_names_find(&names, POL_STR("nothing")), POL_NO_NAME);
    char text[32];
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "名%u", (unsigned)i * 64);
        assert_int_equal(pol_names_find(&names, pol_str_of(text)), POL_NO_NAME);
        assert_int_equal(pol_names_add(&names, pol_str_of(text)), i);
        assert_int_equal(pol_names_add(&names, pol_str_of(text)), i);
    }
    assert_int_equal(names.count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "名%u", (unsigned)i * 64);
        assert_int_equal(pol_names_find(&names, pol_str_of(text)), i);
        assert_str(names.names[i], text);
    }
    assert_int_equal(pol_names_find(&names, POL_STR("名1")), POL_NO_NAME);
    assert_int_equal(pol_names_add(&names, (pol_str){ NULL, 0 }), COUNT);
    assert_int_equal(pol_names_find(&names, POL_STR("")), COUNT);
    assert_int_equal(pol_names_add(&names, (pol_str){ "a\0b", 3 }), COUNT + 1);
    assert_int_equal(pol_names_add(&names, (pol_str){ "a\0c", 3 }), COUNT + 2);
}

/* Room in advance changes nothing but when memory is taken. */
static void test_names_with_room(void **state)
{
    (void)state;
    char text[32];
    for (uint32_t room = 0; room < 300; room = room * 2 + 1)
        for (uint32_t before = 0; before < 40; before += 13) {
            pol_names names;
            pol_names_init(&names, &g_arena);
            for (uint32_t i = 0; i < 200; i++) {
                if (i == before)
                    pol_names_reserve(&names, room);
                const uint32_t capacity = names.capacity;
                snprintf(text, sizeof text, "n%u", (unsigned)i);
                assert_int_equal(pol_names_add(&names, pol_str_of(text)), i);
                assert_true(i < before || i >= room || names.capacity == capacity);
            }
            for (uint32_t i = 0; i < 200; i++) {
                snprintf(text, sizeof text, "n%u", (unsigned)i);
                assert_int_equal(pol_names_find(&names, pol_str_of(text)), i);
            }
            assert_int_equal(pol_names_find(&names, POL_STR("n200")), POL_NO_NAME);
        }
}

static void test_output_text(void **state)
{
    (void)state;
    pol_text text;
    pol_text_init(&text, &g_arena);
    assert_str(pol_text_str(&text), "");
    pol_text_add(&text, (pol_str){ NULL, 0 });
    pol_text_char(&text, 'a');
    pol_text_format(&text, "%s", "");
    pol_text_format(&text, "%d-%s", 12, "费用");
    assert_string_equal(text.bytes, "a12-费用");
    assert_str(pol_text_str(&text), "a12-费用");
    /* Every length around the sizes at which it grows, by format and piecewise. */
    for (int length = 0; length < 600; length++) {
        pol_text by_format, by_char;
        pol_text_init(&by_format, &g_arena);
        pol_text_init(&by_char, &g_arena);
        pol_text_format(&by_format, "%*s|", length, "");
        for (int i = 0; i < length; i++)
            pol_text_char(&by_char, ' ');
        pol_text_char(&by_char, '|');
        assert_int_equal(by_format.length, length + 1);
        assert_int_equal(strlen(by_format.bytes), length + 1);
        assert_true(pol_str_equal(pol_text_str(&by_format), pol_text_str(&by_char)));
    }
}

/* ---- edit distance ---------------------------------------------------------------------------- */

static unsigned slow_distance(const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0')
        return (unsigned)(strlen(a) + strlen(b));
    if (*a == *b)
        return slow_distance(a + 1, b + 1);
    const unsigned x = slow_distance(a + 1, b), y = slow_distance(a, b + 1);
    const unsigned z = slow_distance(a + 1, b + 1);
    const unsigned least = x < y ? x : y;
    return 1 + (least < z ? least : z);
}

static void test_distance(void **state)
{
    (void)state;
    /* All pairs of words of up to five letters out of two. */
    char words[63][6];
    int count = 0;
    for (unsigned length = 0; length <= 5; length++)
        for (unsigned bits = 0; bits < 1u << length; bits++, count++) {
            for (unsigned i = 0; i < length; i++)
                words[count][i] = (char)('a' + (bits >> i & 1));
            words[count][length] = '\0';
        }
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++) {
            const pol_str a = pol_str_of(words[i]), b = pol_str_of(words[j]);
            const unsigned expected = slow_distance(words[i], words[j]);
            for (unsigned limit = 0; limit <= 6; limit++)
                assert_int_equal(pol_str_distance(a, b, limit),
                                 expected <= limit ? expected : limit + 1);
        }
}

static void test_distance_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(pol_str_distance(POL_STR("低保对象"), POL_STR("低保对像"), 3), 1);
    assert_int_equal(pol_str_distance(POL_STR("低保对象"), POL_STR("保对象"), 3), 1);
    assert_int_equal(pol_str_distance(POL_STR("一"), POL_STR("丁"), 3),
                     1); /* share their first bytes */
    assert_int_equal(pol_str_distance(POL_STR("\xe4\xb8\x80"), POL_STR("\xe5\xb8\x80"), 3), 1);
    assert_int_equal(pol_str_distance(POL_STR("总费用"), POL_STR(""), 9), 3);
    assert_int_equal(pol_str_distance((pol_str){ NULL, 0 }, (pol_str){ NULL, 0 }, 0), 0);
    assert_int_equal(pol_str_distance(POL_STR("a"), POL_STR("b"), UINT32_MAX), 1);
    enum { LONG = 100000 };
    char *a = pol_arena_alloc(&g_arena, LONG), *b = pol_arena_alloc(&g_arena, LONG);
    memset(a, 'a', LONG);
    memset(b, 'b', LONG);
    assert_int_equal(pol_str_distance((pol_str){ a, LONG }, (pol_str){ b, LONG }, 5), 6);
    memset(b, 'a', LONG);
    b[LONG / 2] = 'b';
    assert_int_equal(pol_str_distance((pol_str){ a, LONG }, (pol_str){ b, LONG }, 5), 1);
    assert_int_equal(pol_str_distance((pol_str){ a, 256 }, (pol_str){ a, 0 }, 300), 256);
    assert_int_equal(pol_str_distance((pol_str){ a, 257 }, (pol_str){ a, 0 }, 300), 301);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_every_sequence_of_three_bytes),
        TEST(test_every_code_point),
        TEST(test_ill_formed_texts),
        TEST(test_widths),
        TEST(test_forbidden_characters),
        TEST(test_nfkc),
        TEST(test_nfkc_borrows_what_does_not_change),
        TEST(test_nfkc_of_long_texts),
        TEST(test_nfkc_is_idempotent),
        TEST(test_nfkc_of_neighbours),
        TEST(test_check_agrees_with_next),
        TEST(test_keys),
        TEST(test_compare),
        TEST(test_hash_spreads),
        TEST(test_names),
        TEST(test_names_with_room),
        TEST(test_output_text),
        TEST(test_distance),
        TEST(test_distance_counts_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
