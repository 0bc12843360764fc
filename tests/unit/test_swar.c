/* Eight characters at once, sets of words, ends of cells and loops over rows: against the plain way to do it,
 * for every instruction set that this processor has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/number.h"
#include "interp/csv_scan.h"
#include "interp/record_value.h"
#include "interp/row_loops.h"
#include "interp/swar.h"
#include "interp/text_loops.h"
#include "interp/word_set.h"

static uint64_t g_state = 1;

static uint64_t next_number(void)
{
    g_state ^= g_state << 13;
    g_state ^= g_state >> 7;
    return g_state ^= g_state << 17;
}

/* Amounts of every length, round ones and neighbours of powers of ten more often. */
static int64_t some_fen(void)
{
    int64_t power = 1;
    for (uint64_t n = next_number() % 16; n > 0; n--)
        power *= 10;
    switch (next_number() % 4) {
    case 0: return power;
    case 1: return power - 1;
    default: return (int64_t)(next_number() % (uint64_t)power);
    }
}

/* ---- amounts -------------------------------------------------------------------------------------------------- */

static void test_amounts_are_written_as_decimals(void **state)
{
    (void)state;
    for (int i = 0; i < 300000; i++) {
        const int64_t fen = i < 20000 ? i : some_fen();
        char wanted[64], got[64];
        const size_t length = pol_fen_text(wanted, fen);
        *pol_swar_put_amount(got, (uint64_t)fen) = '\0';
        assert_string_equal(got, wanted);
        assert_int_equal(strlen(got), length);
    }
}

/* The text of a cell, at the end of a buffer that can be read before and behind it. */
static bool read_both(const char *text, int64_t *exact, int64_t *fast)
{
    char buffer[64] = "7777777777777777777777777777777777777777777777777777777777777";
    const uint32_t length = (uint32_t)strlen(text);
    char *const end = buffer + 40;
    memcpy(end - length, text, length);
    const bool found = pol_swar_amount(end, length, fast);
    /* What is read must be right; what is not read is left to the exact reader. */
    assert_true(!found || pol_read_amount((pol_str){ end - length, length }, exact));
    return found;
}

static void test_amounts_are_read_as_the_exact_reader_does(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789...,-+ e/:\"";
    int64_t exact = 0, fast = 0;
    for (int i = 0; i < 300000; i++) {
        char text[64];
        pol_fen_text(text, some_fen() % 1000000000000000);
        if (strlen(text) <= 16) {
            assert_true(read_both(text, &exact, &fast));
            assert_int_equal(exact, fast);
        }
        const size_t length = strlen(text);
        if (length > 20)
            continue;
        text[next_number() % length] = alphabet[next_number() % (sizeof alphabet - 1)];
        if (read_both(text, &exact, &fast))
            assert_int_equal(exact, fast);
    }
    static const char *const others[] = { "", "0", "1", ".00", "00.00", "01.00", "1.0", "1.000", "1,00", "-1.00", "12345",
                                          "000000.00", "1234567890123.45", "12345678901234.56" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(read_both(others[i], &exact, &fast), i == 12);
}

/* Many amounts in one text, some damaged: every loop agrees with the reading of one. */
static void test_amounts_are_read_together_as_one_by_one(void **state)
{
    (void)state;
    enum { COUNT = 70, BYTES = 24 };
    static const char alphabet[] = "0123456789...,-+ e/:\"";
    for (int round = 0; round < 4000; round++) {
        char bytes[(COUNT + 2) * BYTES];
        uint32_t places[3 * COUNT], others[COUNT + 1];
        int64_t wanted[COUNT] = { 0 }, fen[COUNT] = { 0 };
        bool usual[COUNT];
        const uint32_t count = (uint32_t)(next_number() % (COUNT + 1));
        memset(bytes, '7', sizeof bytes);
        for (uint32_t i = 0; i < count; i++) {
            char text[64];
            uint32_t length = (uint32_t)pol_fen_text(text, some_fen()) % BYTES;
            if (next_number() % 8 == 0)
                text[next_number() % (length + 1)] = alphabet[next_number() % (sizeof alphabet - 1)];
            length = next_number() % 16 == 0 ? (uint32_t)(next_number() % BYTES) : length;
            places[3 * i] = (i + 1) * BYTES - 2;
            places[3 * i + 1] = (i + 1) * BYTES + length;
            memcpy(bytes + (i + 1) * BYTES, text, length);
            usual[i] = pol_swar_amount(bytes + places[3 * i + 1], length, &wanted[i]);
        }
        for (unsigned v = 0; v < POL_TEXT_LOOPS; v++) {
            const pol_text_loops *const loops = pol_text_loops_variant(v);
            if (loops == NULL)
                continue;
            const pol_spans spans = { .bytes = bytes, .places = places, .stride = 3, .skip = 2 };
            const uint32_t other = loops->amounts(&spans, count, fen, others);
            uint32_t next = 0;
            for (uint32_t i = 0; i < count; i++) {
                const bool left = next < other && others[next] == i;
                assert_int_equal(left, !usual[i]);
                next += left;
                if (usual[i])
                    assert_int_equal(fen[i], wanted[i]);
            }
            assert_int_equal(next, other);
        }
    }
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

#define WORDS  200
#define PLACES 400

/* Words of all lengths, many with the same ends. */
static void make_words(char memory[WORDS][64], pol_str *texts, uint32_t *codes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char *const bytes = memory[i];
        memset(bytes, 'a' + (int)(i % 2), 64);
        const uint32_t length = 1 + i % 45;
        for (uint32_t b = 0, n = i; n != 0 && b < length; b++, n /= 2)
            bytes[length / 2 >= b ? length / 2 - b : b] = (char)('A' + n % 2);
        texts[i] = (pol_str){ bytes, length };
        codes[i] = i;
    }
}

/* A text that is one of the words, nearly one of them, or none; its length. */
static uint32_t make_text(char text[96], const pol_str *texts, uint32_t count)
{
    memset(text, 'a' + (int)(next_number() % 2), 96);
    if (count == 0 || next_number() % 2 == 0)
        return (uint32_t)(next_number() % 50);
    const pol_str word = texts[next_number() % count];
    memcpy(text + 16, word.bytes, word.length);
    if (next_number() % 4 == 0)
        text[16 + next_number() % word.length] ^= 1;
    return (uint32_t)word.length;
}

static int32_t code_among(const pol_str *texts, uint32_t count, pol_str text)
{
    for (uint32_t w = 0; w < count; w++) {
        if (pol_str_equal(texts[w], text))
            return (int32_t)w;
    }
    return -1;
}

/* Every loop over words: what it finds is right, an empty text has its own code, and what it leaves is no word or
 * stands behind another one in the set. */
static void check_loops_over_words(const pol_word_set *words, const pol_str *texts, uint32_t count)
{
    static char bytes[PLACES][96];
    uint32_t from[2 * PLACES], others[PLACES + 1], left = 0, found = 0;
    for (uint32_t i = 0; i < PLACES; i++) {
        const uint32_t length = make_text(bytes[i], texts, count);
        from[2 * i] = i * 96 + 13;
        from[2 * i + 1] = i * 96 + 16 + length;
    }
    const pol_spans spans = { .bytes = bytes[0], .places = from, .stride = 2, .skip = 3 };
    for (unsigned v = 0; v < POL_TEXT_LOOPS; v++) {
        const pol_text_loops *const loops = pol_text_loops_variant(v);
        const int32_t absent = v % 2 == 0 ? 77777 : POL_NO_CODE;
        int32_t codes[PLACES];
        if (loops == NULL)
            continue;
        const uint32_t other = loops->words(&spans, PLACES, words, absent, codes, others);
        uint32_t next = 0;
        for (uint32_t i = 0; i < PLACES; i++) {
            const uint32_t begin = from[2 * i] + spans.skip, length = from[2 * i + 1] - begin;
            const int32_t code = code_among(texts, count, (pol_str){ spans.bytes + begin, length });
            const bool is_left = next < other && others[next] == i;
            next += is_left;
            left += is_left && code >= 0;
            found += !is_left;
            if (length == 0)
                assert_int_equal(is_left, absent == POL_NO_CODE);
            else
                assert_true(is_left || code >= 0);
            if (!is_left)
                assert_int_equal(codes[i], length == 0 ? absent : code);
        }
        assert_int_equal(next, other);
    }
    assert_true(left <= found / 2); /* in the first place stands the right one nearly always */
}

static void test_words_are_found_and_no_others(void **state)
{
    (void)state;
    static char memory[WORDS][64];
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    for (uint32_t count = 0; count < WORDS; count += 1 + count / 3) {
        pol_str texts[WORDS];
        uint32_t codes[WORDS];
        pol_word_set words;
        make_words(memory, texts, codes, count);
        assert_true(pol_word_set_init(&words, &arena, texts, codes, count));
        for (int i = 0; i < 2000; i++) {
            char text[96];
            const uint32_t length = make_text(text, texts, count);
            assert_int_equal(pol_word_set_find(&words, text + 16, length), code_among(texts, count, (pol_str){ text + 16, length }));
        }
        check_loops_over_words(&words, texts, count);
    }
    pol_arena_reset(&arena);
}

/* ---- words side by side ------------------------------------------------------------------------------------------- */

/* A text is known where the table has it in its place, and only there. */
static void test_runs_are_known_by_all_their_bytes(void **state)
{
    (void)state;
    enum { TEXTS = 300 };
    static pol_known_run known[POL_KNOWN_RUNS];
    static char bytes[TEXTS][2 * POL_RUN_BYTES];
    uint32_t places[3 * TEXTS], slots[TEXTS], others[TEXTS + 1], found = 0;
    for (int round = 0; round < 200; round++) {
        memset(known, 0, sizeof known);
        for (uint32_t i = 0; i < TEXTS; i++) {
            const uint32_t length = 1 + (uint32_t)(next_number() % (round % 2 == 0 ? 8 : POL_RUN_BYTES + 3));
            for (uint32_t b = 0; b < sizeof bytes[i]; b++)
                bytes[i][b] = (char)('a' + next_number() % 2);
            places[3 * i] = i * (uint32_t)sizeof bytes[i] - 1;
            places[3 * i + 1] = (uint32_t)next_number();
            places[3 * i + 2] = i * (uint32_t)sizeof bytes[i] + length;
            if (i % 2 == 0 && length <= POL_RUN_BYTES) {
                pol_known_run run = { .length = length };
                memcpy(run.bytes, bytes[i], length);
                known[pol_run_slot(run.bytes)] = run;
            }
        }
        const pol_spans spans = { .bytes = bytes[0], .places = places, .stride = 3, .skip = 1 };
        for (unsigned v = 0; v < POL_TEXT_LOOPS; v++) {
            if (pol_text_loops_variant(v) == NULL)
                continue;
            const uint32_t other = pol_text_loops_variant(v)->runs(&spans, 2, TEXTS, known, slots, others);
            uint32_t next = 0;
            for (uint32_t i = 0; i < TEXTS; i++) {
                const uint32_t length = places[3 * i + 2] - i * (uint32_t)sizeof bytes[i];
                char text[POL_RUN_BYTES] = { 0 };
                memcpy(text, bytes[i], length < POL_RUN_BYTES ? length : POL_RUN_BYTES);
                const pol_known_run *const run = &known[pol_run_slot(text)];
                const bool is = run->length == length && memcmp(run->bytes, text, sizeof text) == 0;
                assert_int_equal(next < other && others[next] == i, !is);
                assert_true(slots[i] < POL_KNOWN_RUNS);
                if (is)
                    assert_int_equal(slots[i], pol_run_slot(text));
                next += !is;
                found += is;
            }
            assert_int_equal(next, other);
        }
    }
    assert_true(found > 10000);
}

/* ---- cells -------------------------------------------------------------------------------------------------------- */

#define COLUMNS  4
#define MAX_ROWS 50

typedef struct found_rows {
    uint32_t ends[MAX_ROWS * COLUMNS + 2 * POL_SCAN_WIDTH], starts[MAX_ROWS + 1], stops[MAX_ROWS];
    uint8_t odd[MAX_ROWS];
} found_rows;

/* Every row that is found has the bytes that the framer's rules give it, and its cells unless it is odd. */
static void check_rows(const pol_csv_rows *rows, const char *text, size_t length, uint32_t from)
{
    size_t at = from;
    for (uint32_t r = 0; r < rows->count; r++) {
        const size_t start = at;
        uint32_t cells = 0, ends[COLUMNS] = { 0 };
        bool begins = true, quoted = false, closed = false, quotes = false;
        for (;; at++) {
            assert_true(at < length);
            const char c = text[at];
            quotes = quotes || c == '"';
            if (quoted) {
                quoted = c != '"';
                closed = !quoted;
                continue;
            }
            if (c == ',' || c == '\n') {
                if (cells < COLUMNS)
                    ends[cells] = (uint32_t)at;
                cells++;
            }
            if (c == '\n')
                break;
            quoted = c == '"' && (begins || closed);
            begins = c == ',';
            closed = false;
        }
        assert_int_equal(rows->starts[r], start);
        assert_int_equal(rows->stops[r], at > start && text[at - 1] == '\r' ? at - 1 : at);
        assert_int_equal(rows->odd[r], quotes || cells != COLUMNS);
        assert_true(rows->odd[r] || memcmp(rows->ends + (size_t)r * COLUMNS, ends, sizeof ends) == 0);
        at++;
    }
    assert_int_equal(rows->starts[rows->count], at);
}

static void test_cells_are_found_with_every_instruction_set(void **state)
{
    (void)state;
    static found_rows memory;
    uint64_t found = 0;
    for (int i = 0; i < 20000; i++) {
        const size_t length = 100 + next_number() % 900;
        char *const text = malloc(length); /* of exactly its size */
        assert_non_null(text);
        for (size_t b = 0; b < length; b++) {
            const uint64_t n = next_number() % (i % 3 == 0 ? 400 : 100);
            text[b] = n < 6 ? '\n' : n < 24 ? ',' : n == 24 ? '\r' : n == 25 && i % 2 == 0 ? '"' : (char)('a' + n % 20);
        }
        for (unsigned v = 0; v < POL_CSV_SCANS; v++) {
            if (pol_csv_scan_variant(v) == NULL)
                continue;
            pol_csv_rows rows = { .ends = memory.ends, .starts = memory.starts, .stops = memory.stops, .odd = memory.odd };
            const uint32_t from = (uint32_t)(next_number() % 30), most = (uint32_t)(1 + next_number() % MAX_ROWS);
            pol_csv_scan_variant(v)(&rows, text, from, length, COLUMNS, most, 2000);
            assert_true(rows.count <= most);
            found += rows.count;
            check_rows(&rows, text, length, from);
            assert_true(length - rows.starts[rows.count] >= POL_SCAN_WIDTH - 1);
        }
        free(text);
    }
    assert_true(found > 100000);
}

/* ---- loops over rows ------------------------------------------------------------------------------------------------- */

#define ROWS 300

static void test_loops_agree(void **state)
{
    (void)state;
    const pol_row_loops *const plain = pol_row_loops_variant(0);
    for (int i = 0; i < 2000; i++) {
        int64_t fen[ROWS], like[ROWS];
        uint32_t different = 0;
        const uint32_t different_row = (uint32_t)(next_number() % ROWS);
        uint8_t chosen[ROWS];
        const uint32_t count = (uint32_t)(next_number() % ROWS);
        bool small = true;
        for (uint32_t r = 0; r < ROWS; r++) {
            fen[r] = i % 2 == 0 ? some_fen() % 4294967296 : some_fen() * (next_number() % 50 == 0 ? -3 : 1);
            chosen[r] = next_number() % 3 != 0;
            like[r] = fen[r] == 0 || (i % 3 == 0 && r == different_row) ? fen[r] + 7 : fen[r];
            different += r < count && fen[r] != 0 && like[r] != fen[r];
            small = small && (r >= count || (fen[r] >= 0 && fen[r] < 4294967296));
        }
        for (unsigned v = 0; v < POL_ROW_LOOPS; v++) {
            const pol_row_loops *const loops = pol_row_loops_variant(v);
            if (loops == NULL)
                continue;
            uint64_t sums[ROWS] = { 0 }, bad[ROWS] = { 0 }, sets[ROWS] = { 0 }, above = 5, wanted_above = 5;
            pol_amount_text texts[ROWS];
            assert_int_equal(loops->texts(fen, count, ',', texts), small);
            loops->add(fen, count, sums, bad);
            loops->mark(chosen, count, 7, sets);
            const bool alike = loops->mark_some(fen, like, count, 9, sets);
            assert_int_equal(alike, different == 0);
            uint64_t sum = 0, marked = 0;
            for (uint32_t r = 0; r < count; r++) {
                char wanted[64], got[64];
                if (small) {
                    pol_fen_text(wanted, fen[r]);
                    char *const end = pol_amount_text_put(got, &texts[r]);
                    assert_int_equal(*end, ',');
                    *end = '\0';
                    assert_string_equal(got, wanted);
                }
                assert_int_equal(sums[r], (uint64_t)fen[r]);
                assert_int_equal(bad[r] >> 63, fen[r] < 0 || fen[r] > POL_MAX_AMOUNT_FEN);
                assert_int_equal(sets[r], (uint64_t)chosen[r] << 7 | (uint64_t)(fen[r] != 0) << 9);
                sum += chosen[r] ? (uint64_t)fen[r] : 0;
                wanted_above += chosen[r] && fen[r] != 0;
                marked += chosen[r];
            }
            assert_int_equal(loops->sum(fen, chosen, count, &above), sum);
            assert_int_equal(above, wanted_above);
            assert_int_equal(loops->count(sets, chosen, count, 7), marked);
            assert_int_equal(loops->count(sets, chosen, count, 8), 0);
        }
    }
    assert_non_null(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts_are_written_as_decimals),
        cmocka_unit_test(test_amounts_are_read_as_the_exact_reader_does),
        cmocka_unit_test(test_amounts_are_read_together_as_one_by_one),
        cmocka_unit_test(test_words_are_found_and_no_others),
        cmocka_unit_test(test_runs_are_known_by_all_their_bytes),
        cmocka_unit_test(test_cells_are_found_with_every_instruction_set),
        cmocka_unit_test(test_loops_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
