/* Records read many at once against the exact reader and writer: the same bytes of results and of rejected
 * records for every policy, on claims made from the policy's inputs, as they are and with every kind of
 * damage, in both formats, however the stream is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/csv.h"
#include "interp/json.h"
#include "interp/runner.h"

#define CLAIMS 240

static uint64_t g_state;

static uint32_t below(uint32_t limit)
{
    g_state = g_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((g_state >> 33) * limit >> 31);
}

static bool collect(void *user, const char *bytes, size_t length)
{
    pol_text_add(user, (pol_str){ bytes, length });
    return true;
}

/* ---- policies ------------------------------------------------------------------------------------------------ */

static char *read_file(const char *path, size_t *length)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *const text = malloc(*length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, *length, file), *length);
    fclose(file);
    return text;
}

/* Compiles the policy and makes claims from its inputs. NULL: it needs another script. */
static pol_program *load(const char *path, pol_text *claims)
{
    size_t length;
    char *const text = read_file(path, &length);
    pol_script *const script = pol_script_new(NULL);
    pol_program *program = NULL;
    assert_non_null(script);
    if (pol_script_load(script, path, text, length) == POL_OK) {
        assert_int_equal(pol_script_compile(script, &program), POL_OK);
        assert_int_equal(pol_script_generate(script, CLAIMS, 7, (pol_writer){ collect, claims }), POL_OK);
    }
    pol_script_free(script);
    free(text);
    return program;
}

/* ---- runs ------------------------------------------------------------------------------------------------------- */

typedef struct outcome {
    pol_text out, rejected;
    pol_status status;
} outcome;

/* cut: 0 at once; else pieces of up to so many bytes; < 0: two pieces, the first of -cut bytes. */
static outcome run(pol_arena *arena, const pol_program *program, pol_run_options options, bool exact, pol_str input,
                   long cut)
{
    outcome done;
    pol_runner *runner;
    pol_text_init(&done.out, arena);
    pol_text_init(&done.rejected, arena);
    const pol_writer rejects = { collect, &done.rejected };
    options.rejects = options.rejects != NULL ? &rejects : NULL;
    options.any_order = true;
    assert_int_equal(pol_runner_new(NULL, program, &options, (pol_writer){ collect, &done.out }, &runner), POL_OK);
    if (exact)
        pol_runner_read_exactly(runner);
    else
        pol_runner_use_set(runner, below(4)); /* the last is none: what fits this processor */
    for (size_t at = 0; at < input.length;) {
        size_t piece = input.length - at;
        if (cut > 0 && piece > (size_t)cut)
            piece = 1 + below((uint32_t)cut);
        if (cut < 0 && at == 0 && piece > (size_t)-cut)
            piece = (size_t)-cut;
        char *const copy = malloc(piece); /* of exactly its size, gone after the call */
        assert_non_null(copy);
        memcpy(copy, input.bytes + at, piece);
        assert_int_equal(pol_runner_feed(runner, copy, piece), POL_OK);
        free(copy);
        at += piece;
    }
    done.status = pol_runner_finish(runner);
    pol_runner_free(runner);
    return done;
}

static void check_same(const pol_text *a, const pol_text *b, const char *what, pol_str input)
{
    size_t at = 0, line = 0;
    while (at < a->length && at < b->length && a->bytes[at] == b->bytes[at])
        line = a->bytes[at++] == '\n' ? at : line;
    if (at == a->length && at == b->length)
        return;
    print_message("%s differs:\nexact:  %.1500s\nwindow: %.1500s\n", what, a->length != 0 ? a->bytes + line : "",
                  b->length != 0 ? b->bytes + line : "");
    const char *const folder = getenv("POL_BUILD"); /* where ctest builds: for whoever looks into it */
    char path[1024];
    snprintf(path, sizeof path, "%s/windows-input", folder == NULL ? "/tmp" : folder);
    FILE *const file = fopen(path, "wb");
    if (file != NULL) {
        fwrite(input.bytes, 1, input.length, file);
        fclose(file);
    }
    fail();
}

static void compare(const pol_program *program, pol_run_options options, pol_str input, long cut)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    const outcome exact = run(&arena, program, options, true, input, 0);
    const outcome window = run(&arena, program, options, false, input, cut);
    check_same(&exact.out, &window.out, "a result", input);
    check_same(&exact.rejected, &window.rejected, "a rejected record", input);
    assert_int_equal(exact.status, window.status);
    pol_arena_reset(&arena);
}

/* Some of the lines, in any order, with the numbers that they have in the input. */
typedef struct picked {
    pol_record_place *places;
    size_t count;
    pol_text bytes;
} picked;

static picked pick_lines(pol_arena *arena, pol_str input, bool header)
{
    picked made = { .places = malloc((input.length + 1) * sizeof *made.places) };
    pol_str *const lines = malloc((input.length + 1) * sizeof *lines);
    assert_non_null(made.places);
    assert_non_null(lines);
    size_t count = 0;
    for (const char *at = input.bytes, *end; (end = memchr(at, '\n', (size_t)(input.bytes + input.length - at))) != NULL; at = end + 1)
        lines[count++] = (pol_str){ at, (size_t)(end - at) - (end > at && end[-1] == '\r') };
    pol_text_init(&made.bytes, arena);
    for (size_t i = header; i < count; i++) {
        const size_t number = below(3) != 0 ? i : header + below((uint32_t)(count - header));
        if (below(10) == 0)
            continue;
        made.places[made.count++] = (pol_record_place){ .at = made.bytes.length, .length = lines[number].length, .line = number + 1 };
        pol_text_add(&made.bytes, lines[number]);
        pol_text_char(&made.bytes, '\n');
    }
    free(lines);
    return made;
}

static outcome run_picked(pol_arena *arena, const pol_program *program, pol_run_options options, bool exact, pol_str header,
                          const picked *of)
{
    outcome done;
    pol_runner *runner;
    pol_text_init(&done.out, arena);
    pol_text_init(&done.rejected, arena);
    const pol_writer rejects = { collect, &done.rejected };
    options.rejects = options.rejects != NULL ? &rejects : NULL;
    options.any_order = true;
    assert_int_equal(pol_runner_new(NULL, program, &options, (pol_writer){ collect, &done.out }, &runner), POL_OK);
    if (exact)
        pol_runner_read_exactly(runner);
    if (header.length != 0)
        assert_int_equal(pol_runner_feed(runner, header.bytes, header.length), POL_OK);
    const pol_stream_piece piece = { .bytes = of->bytes.bytes, .length = of->bytes.length, .line = 1, .first = true,
                                     .records = of->places, .record_count = of->count };
    done.status = pol_runner_settle(runner, &piece);
    pol_runner_free(runner);
    return done;
}

/* Records picked by their places: the same claims, results and line numbers. */
static void compare_picked(const pol_program *program, pol_record_format in, pol_str input)
{
    const pol_writer some = { collect, NULL };
    const pol_run_options options = { .in = in, .out = below(2) == 0 ? POL_JSON_LINES : POL_CSV, .rejects = below(2) == 0 ? &some : NULL };
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    const char *const end = in == POL_CSV ? memchr(input.bytes, '\n', input.length) : NULL;
    const pol_str header = { input.bytes, end == NULL ? 0 : (size_t)(end - input.bytes) + 1 };
    const picked of = pick_lines(&arena, input, in == POL_CSV);
    if (of.count != 0) {
        const outcome exact = run_picked(&arena, program, options, true, header, &of);
        const outcome window = run_picked(&arena, program, options, false, header, &of);
        check_same(&exact.out, &window.out, "a result", pol_text_str(&of.bytes));
        check_same(&exact.rejected, &window.rejected, "a rejected record", pol_text_str(&of.bytes));
        assert_int_equal(exact.status, window.status);
    }
    free(of.places);
    pol_arena_reset(&arena);
}

/* Half of the formats of results, by chance. */
static void compare_all(const pol_program *program, pol_record_format in, pol_str input, long cut)
{
    const pol_writer some = { collect, NULL };
    for (unsigned i = below(2); i < 6; i += 2) {
        const pol_record_format out = i % 3 == 0 ? POL_JSON_LINES : i % 3 == 1 ? POL_CSV : POL_BILL;
        const pol_run_options options = { .in = in, .out = out, .rejects = i < 3 ? &some : NULL,
                                          .lang = below(2) == 0 ? POL_EN : POL_ZH, .block = below(3) == 0 ? 1 + below(40) : 0 };
        compare(program, options, input, cut);
    }
}

/* ---- CSV of JSON claims ------------------------------------------------------------------------------------------- */

/* The value as a cell. */
static pol_str cell_of(pol_arena *arena, pol_json *json, pol_json_event event)
{
    pol_str content = json->token;
    if (event == POL_JSON_NULL)
        return POL_STR("");
    if (event == POL_JSON_STRING)
        pol_json_decode(arena, json->token, json->escaped, &content);
    if (event != POL_JSON_ARRAY)
        return content;
    pol_text joined;
    pol_text_init(&joined, arena);
    bool labels = true;
    while ((event = pol_json_next(json)) != POL_JSON_ARRAY_END) {
        if (event == POL_JSON_OBJECT) {
            labels = false; /* a schedule */
            pol_json_skip(json);
            continue;
        }
        if (joined.length != 0)
            pol_text_add(&joined, POL_STR("、"));
        pol_text_add(&joined, cell_of(arena, json, event));
    }
    return labels ? pol_text_str(&joined) : POL_STR("");
}

/* Calls `take` with every key (of parameters: 参数.X) and its cell. */
static void each_cell(pol_arena *arena, pol_str line, void (*take)(void *user, pol_str key, pol_str cell), void *user)
{
    pol_json json;
    bool inside = false;
    pol_json_init(&json, line);
    pol_json_next(&json);
    for (;;) {
        pol_json_event event = pol_json_next(&json);
        if (event == POL_JSON_OBJECT_END && inside) {
            inside = false;
            continue;
        }
        if (event != POL_JSON_KEY)
            return;
        pol_str key;
        pol_json_decode(arena, json.token, json.escaped, &key);
        event = pol_json_next(&json);
        if (event == POL_JSON_OBJECT) {
            inside = true;
            continue;
        }
        pol_text name;
        pol_text_init(&name, arena);
        pol_text_add(&name, inside ? POL_STR("参数.") : POL_STR(""));
        pol_text_add(&name, key);
        take(user, pol_text_str(&name), cell_of(arena, &json, event));
    }
}

static void add_column(void *user, pol_str key, pol_str cell)
{
    (void)cell;
    pol_names_add(user, key);
}

typedef struct row {
    const pol_names *columns;
    pol_str *cells;
} row;

static void put_cell(void *user, pol_str key, pol_str cell)
{
    const row *const of = user;
    of->cells[pol_names_find(of->columns, key)] = cell;
}

static pol_str next_line(const pol_text *text, size_t *at)
{
    const char *const begin = text->bytes + *at, *const end = memchr(begin, '\n', text->length - *at);
    assert_non_null(end);
    *at += (size_t)(end - begin) + 1;
    return (pol_str){ begin, (size_t)(end - begin) };
}

/* The cell, with quotes that it may not need in `quotes` of 8 cases. */
static void write_cell(pol_text *csv, pol_str cell, uint32_t quotes)
{
    const bool plain = cell.length == 0 || memchr(cell.bytes, '"', cell.length) == NULL;
    if (!plain || below(8) >= quotes) {
        pol_csv_write(csv, cell);
        return;
    }
    pol_text_char(csv, '"');
    pol_text_add(csv, cell);
    pol_text_char(csv, '"');
}

static void make_csv(pol_arena *arena, const pol_text *claims, pol_text *csv, uint32_t quotes)
{
    pol_names columns;
    pol_names_init(&columns, arena);
    for (size_t at = 0; at < claims->length;)
        each_cell(arena, next_line(claims, &at), add_column, &columns);
    for (uint32_t i = 0; i < columns.count; i++) {
        pol_text_add(csv, i == 0 ? POL_STR("") : POL_STR(","));
        pol_csv_write(csv, columns.names[i]);
    }
    pol_text_add(csv, POL_STR("\n"));
    for (size_t at = 0; at < claims->length;) {
        row of = { &columns, POL_NEW_ARRAY(arena, pol_str, columns.count) };
        assert_non_null(of.cells);
        each_cell(arena, next_line(claims, &at), put_cell, &of);
        for (uint32_t i = 0; i < columns.count; i++) {
            pol_text_add(csv, i == 0 ? POL_STR("") : POL_STR(","));
            write_cell(csv, of.cells[i], quotes);
        }
        pol_text_add(csv, below(4) == 0 ? POL_STR("\r\n") : POL_STR("\n"));
    }
}

/* ---- damage --------------------------------------------------------------------------------------------------------- */

/* The text with about one in `rate` bytes changed, lost, doubled or joined by others. */
static pol_str damaged(pol_arena *arena, pol_str text, uint32_t rate)
{
    static const char *const pieces[] = { "\"", "\\", ",", "\n", "\r\n", "0", "00", ".", "-", " ", "\t", "{", "}", "[", "]",
                                          ":", "null", "true", "1e3", "\xff", "\xe4\xb8", "\xef\xbc\x91", "\xe3\x80\x80", "\"\"",
                                          "\",\"", "9", "999999999999999", "\\u4e2d", "\\n", "是", "、", "%", "2024-02-30",
                                          "\x7f", "\x01", "'", "\xef\xbb\xbf", ",,", "\n\n", "10000000000000.01", "中文", "a b " };
    pol_text out;
    pol_text_init(&out, arena);
    for (size_t at = 0; at < text.length; at++) {
        if (below(rate) != 0) {
            pol_text_char(&out, text.bytes[at]);
            continue;
        }
        switch (below(4)) {
        case 0: break;
        case 1: pol_text_add(&out, pol_str_of(pieces[below(sizeof pieces / sizeof *pieces)])); break;
        case 2:
            pol_text_char(&out, text.bytes[at]);
            pol_text_add(&out, pol_str_of(pieces[below(sizeof pieces / sizeof *pieces)]));
            break;
        default: { /* a stretch stands twice */
            const size_t length = 1 + below(60);
            pol_text_add(&out, (pol_str){ text.bytes + at, length < text.length - at ? length : text.length - at });
            pol_text_char(&out, text.bytes[at]);
        }
        }
    }
    return pol_text_str(&out);
}

/* The same claims with lines in another order, so that forms of records and matters mix. */
/* Every third record gives its last key twice (参数, when it has one), again and again, as a form would be learned. */
static pol_str repeated(pol_arena *arena, const pol_text *claims)
{
    static const char k_parameters[] = ",\"参数\":{";
    pol_text out;
    pol_text_init(&out, arena);
    uint32_t number = 0;
    for (size_t at = 0; at < claims->length;) {
        const pol_str line = next_line(claims, &at);
        size_t last = 0, parameters = 0;
        for (size_t i = 0; i + sizeof k_parameters - 1 < line.length; i++) {
            last = line.bytes[i] == ',' && line.bytes[i + 1] == '"' ? i : last;
            parameters = memcmp(line.bytes + i, k_parameters, sizeof k_parameters - 1) == 0 ? i : parameters;
        }
        last = parameters != 0 ? parameters : last;
        pol_text_add(&out, (pol_str){ line.bytes, line.length - 1 });
        if (last != 0 && number++ % 3 == 0)
            pol_text_add(&out, (pol_str){ line.bytes + last, line.length - 1 - last });
        pol_text_add(&out, POL_STR("}\n"));
    }
    return pol_text_str(&out);
}

static void shuffle(pol_arena *arena, pol_text *claims)
{
    pol_str lines[CLAIMS];
    uint32_t count = 0;
    for (size_t at = 0; at < claims->length && count < CLAIMS;)
        lines[count++] = next_line(claims, &at);
    pol_text mixed;
    pol_text_init(&mixed, arena);
    for (uint32_t left = count; left > 0; left--) {
        const uint32_t pick = below(left);
        pol_text_add(&mixed, lines[pick]);
        pol_text_char(&mixed, '\n');
        lines[pick] = lines[left - 1];
    }
    *claims = mixed;
}

/* ---- tests -------------------------------------------------------------------------------------------------------- */

static void check_policy(const char *path)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text claims, csv;
    pol_text_init(&claims, &arena);
    pol_text_init(&csv, &arena);
    pol_program *const program = load(path, &claims);
    if (program != NULL && claims.length != 0) {
        compare_all(program, POL_JSON_LINES, pol_text_str(&claims), 0);
        compare_all(program, POL_JSON_LINES, repeated(&arena, &claims), 0);
        shuffle(&arena, &claims);
        make_csv(&arena, &claims, &csv, 0);
        pol_text quoted;
        pol_text_init(&quoted, &arena);
        make_csv(&arena, &claims, &quoted, 1 + below(8));
        compare_picked(program, POL_JSON_LINES, pol_text_str(&claims));
        compare_picked(program, POL_CSV, pol_text_str(&csv));
        compare_picked(program, POL_CSV, pol_text_str(&quoted));
        compare_picked(program, POL_CSV, damaged(&arena, pol_text_str(&csv), 1000));
        compare_picked(program, POL_JSON_LINES, damaged(&arena, pol_text_str(&claims), 1000));
        compare_all(program, POL_CSV, pol_text_str(&quoted), 0);
        compare_all(program, POL_CSV, pol_text_str(&quoted), 20000);
        compare_all(program, POL_CSV, damaged(&arena, pol_text_str(&quoted), 60 + below(2000)), 30000);
        compare_all(program, POL_JSON_LINES, pol_text_str(&claims), 30000);
        compare_all(program, POL_CSV, pol_text_str(&csv), 0);
        compare_all(program, POL_CSV, pol_text_str(&csv), 30000);
        for (uint32_t rate = 60; rate <= 3000; rate *= 7) {
            compare_all(program, POL_JSON_LINES, damaged(&arena, pol_text_str(&claims), rate), 0);
            compare_all(program, POL_CSV, damaged(&arena, pol_text_str(&csv), rate), 0);
        }
    }
    pol_program_free(program);
    pol_arena_reset(&arena);
}

static void test_policies(void **state)
{
    (void)state;
    const char *const source = getenv("POL_SOURCE");
    const char *const patterns[] = { "stdlib-policies/*/*.pol", "tests/elsewhere/*.pol", "tests/accumulators/*.pol" };
    size_t count = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char pattern[4096];
        glob_t found;
        snprintf(pattern, sizeof pattern, "%s/%s", source == NULL ? "." : source, patterns[i]);
        if (glob(pattern, 0, NULL, &found) != 0)
            continue;
        for (size_t p = 0; p < found.gl_pathc; p++, count++) {
            g_state = count + 1;
            check_policy(found.gl_pathv[p]);
        }
        globfree(&found);
    }
    assert_true(count > 20);
}

/* Labels as long as they may be, four of them in a result. */
static void test_long_words(void **state)
{
    (void)state;
    enum { CHARACTERS = 1300 };
    pol_arena arena;
    pol_text label, text, claims, csv;
    pol_program *program = NULL;
    pol_arena_init(&arena, NULL);
    pol_text_init(&label, &arena);
    pol_text_init(&text, &arena);
    pol_text_init(&claims, &arena);
    pol_text_init(&csv, &arena);
    for (unsigned i = 0; i < CHARACTERS; i++)
        pol_text_add(&label, POL_STR("长"));
    pol_text_format(&text,
                    "政策 \"long\" \"长\"  施行 自 2018-01-01 起\n业务 报销\n输入\n  类 : { %s, 其他 }\n  费用 : 金额\n"
                    "结算 总费用 = 费用\n待遇 救助  基数 余额  比例 70%%\n附加 甲 = 类\n附加 乙 = 类\n附加 丙 = 类\n附加 丁 = 类\n",
                    label.bytes);
    for (unsigned i = 0; i < 60; i++)
        pol_text_format(&claims, "{\"业务类型\":\"报销\",\"类\":\"%s\",\"费用\":\"%u.50\"}\n", i % 3 == 0 ? "其他" : label.bytes, i);
    make_csv(&arena, &claims, &csv, 0);
    pol_script *const script = pol_script_new(NULL);
    assert_non_null(script);
    assert_int_equal(pol_script_load(script, "long.pol", text.bytes, text.length), POL_OK);
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    pol_script_free(script);
    g_state = 1;
    for (unsigned i = 0; i < 8; i++) {
        compare_all(program, POL_JSON_LINES, pol_text_str(&claims), 0);
        compare_all(program, POL_JSON_LINES, pol_text_str(&claims), 3000);
        compare_all(program, POL_CSV, pol_text_str(&csv), 0);
        compare_all(program, POL_CSV, pol_text_str(&csv), 3000);
    }
    pol_program_free(program);
    pol_arena_reset(&arena);
}

/* The first claims of a policy, cut into two pieces at every byte of the first claims and of some that a
 * window has read. */
static void check_cuts(const char *path, size_t bytes)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text claims, csv;
    pol_text_init(&claims, &arena);
    pol_text_init(&csv, &arena);
    pol_program *const program = load(path, &claims);
    assert_non_null(program);
    make_csv(&arena, &claims, &csv, 0);
    for (unsigned i = 0; i < 2; i++) {
        const pol_run_options options = { .in = i == 0 ? POL_JSON_LINES : POL_CSV, .out = POL_CSV };
        pol_str input = i == 0 ? pol_text_str(&claims) : pol_text_str(&csv);
        input.length = input.length < bytes ? input.length : bytes;
        pol_arena runs;
        pol_arena_init(&runs, NULL);
        const outcome exact = run(&runs, program, options, true, input, 0);
        for (size_t at = 1; at < input.length; at = at == 200 ? bytes - 500 : at + 1) {
            pol_arena each;
            pol_arena_init(&each, NULL);
            const outcome window = run(&each, program, options, false, input, -(long)at);
            check_same(&exact.out, &window.out, "a result", input);
            pol_arena_reset(&each);
        }
        pol_arena_reset(&runs);
    }
    pol_program_free(program);
    pol_arena_reset(&arena);
}

static void test_cuts(void **state)
{
    (void)state;
    char path[4096];
    const char *const source = getenv("POL_SOURCE");
    snprintf(path, sizeof path, "%s/tests/elsewhere/household.pol", source == NULL ? "." : source);
    g_state = 1;
    check_cuts(path, 6000);
}

/* ---- memory that runs out ---------------------------------------------------------------------------------------- */

static void *limited(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    size_t *const left = user;
    (void)old_bytes;
    if (new_bytes == 0) {
        free(memory);
        return NULL;
    }
    if (*left == 0)
        return NULL;
    --*left;
    return realloc(memory, new_bytes);
}

/* The status of a run whose allocations fail after so many. */
static pol_status run_with(size_t allocations, const pol_program *program, pol_record_format in, pol_str input)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text out;
    pol_text_init(&out, &arena);
    const pol_allocator allocator = { limited, &allocations };
    const pol_run_options options = { .in = in, .out = POL_JSON_LINES, .any_order = true };
    pol_runner *runner;
    pol_status status = pol_runner_new(&allocator, program, &options, (pol_writer){ collect, &out }, &runner);
    if (status == POL_OK)
        status = pol_runner_feed(runner, input.bytes, input.length);
    if (status == POL_OK)
        status = pol_runner_finish(runner);
    pol_runner_free(runner);
    pol_arena_reset(&arena);
    return status;
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    char path[4096];
    const char *const source = getenv("POL_SOURCE");
    snprintf(path, sizeof path, "%s/tests/elsewhere/household.pol", source == NULL ? "." : source);
    g_state = 1;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_text claims, csv;
    pol_text_init(&claims, &arena);
    pol_text_init(&csv, &arena);
    pol_program *const program = load(path, &claims);
    assert_non_null(program);
    make_csv(&arena, &claims, &csv, 0);
    for (unsigned i = 0; i < 2; i++) {
        pol_str input = damaged(&arena, pol_text_str(i == 0 ? &claims : &csv), 4000);
        input.length = input.length < 20000 ? input.length : 20000;
        const pol_record_format in = i == 0 ? POL_JSON_LINES : POL_CSV;
        pol_status status = POL_NO_MEMORY;
        for (size_t allocations = 0; status == POL_NO_MEMORY; allocations++)
            status = run_with(allocations, program, in, input);
        assert_true(status == POL_OK || status == POL_FINDINGS);
    }
    pol_program_free(program);
    pol_arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
