/* Where records end: the same places as a slow reading of RFC 4180 and as the framer, in any pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "interp/csv.h"

enum { LONGEST = 60 };

static uint64_t g_seed;

static uint32_t below(uint32_t count)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(g_seed >> 33) % count;
}

/* A cell at a time: quoted ones end at a quote that no second follows; what comes behind it up to the comma
 * belongs to it. ends[i]: a record ends with byte i. */
static void read_slowly(const char *text, size_t length, bool csv, bool ends[LONGEST])
{
    size_t at = 0;
    memset(ends, 0, LONGEST * sizeof ends[0]);
    while (at < length) {
        if (csv && text[at] == '"') {
            do { /* a quoted stretch; after a doubled quote another begins */
                at++;
                while (at < length && text[at] != '"')
                    at++;
                at++;
            } while (at < length && text[at] == '"');
        }
        while (at < length && text[at] != '\n' && (!csv || text[at] != ','))
            at++;
        if (at < length)
            ends[at] = text[at] == '\n';
        at++;
    }
}

static void test_all_ways(void **state)
{
    (void)state;
    static const char k_alphabet[] = "a\",\n\r\"\n,b ";
    g_seed = 11;
    for (int round = 0; round < 200000; round++) {
        char text[LONGEST];
        bool ends[LONGEST];
        const bool csv = round % 8 != 0;
        const pol_record_format format = csv ? POL_CSV : POL_JSON_LINES;
        const size_t length = below(LONGEST);
        for (size_t i = 0; i < length; i++)
            text[i] = k_alphabet[below(sizeof k_alphabet - 1)];
        read_slowly(text, length, csv, ends);
        /* one record after another, each looked for in pieces */
        for (size_t at = 0; at < length;) {
            pol_cut cut = { 0 };
            size_t end = 0, seen = at;
            while (end == 0 && seen < length) {
                const size_t piece = 1 + below((uint32_t)(length - seen));
                end = pol_cut_first(&cut, format, text + seen, piece);
                if (end == 0)
                    seen += piece;
            }
            size_t wanted = at;
            while (wanted < length && !ends[wanted])
                wanted++;
            assert_int_equal(end == 0 ? length : seen + end, wanted < length ? wanted + 1 : length);
            at = wanted + 1;
        }
        /* the last one, over pieces */
        pol_cut cut = { 0 };
        for (size_t seen = 0; seen < length;) {
            const size_t piece = 1 + below((uint32_t)(length - seen));
            const size_t end = pol_cut_last(&cut, format, text + seen, piece);
            size_t wanted = seen + piece;
            while (wanted > seen && !ends[wanted - 1])
                wanted--;
            assert_int_equal(end, wanted - seen);
            seen += piece;
        }
    }
}

/* Every frame of the framer ends where a record does. */
static void test_like_the_framer(void **state)
{
    (void)state;
    static const char k_alphabet[] = "a\",\nb\n,c";
    g_seed = 13;
    for (int round = 0; round < 50000; round++) {
        char text[LONGEST];
        bool ends[LONGEST];
        const size_t length = below(LONGEST);
        for (size_t i = 0; i < length; i++)
            text[i] = k_alphabet[below(sizeof k_alphabet - 1)];
        read_slowly(text, length, true, ends);
        pol_arena arena;
        pol_framer framer;
        pol_frame frame;
        pol_arena_init(&arena, NULL);
        pol_framer_init(&framer, &arena, true);
        const char *bytes = text;
        size_t left = length, frames = 0, wanted = 0;
        while (left != 0 && pol_framer_next(&framer, &bytes, &left, &frame)) {
            assert_true(ends[bytes - text - 1]);
            frames++;
        }
        for (size_t i = 0; i < length; i++) /* all but empty lines, which the framer leaves out */
            wanted += ends[i] && i > 0 && !(ends[i - 1]);
        assert_int_equal(frames, wanted);
        pol_arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_ways), cmocka_unit_test(test_like_the_framer) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
