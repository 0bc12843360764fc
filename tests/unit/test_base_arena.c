/* Arenas, and what everything in base does when memory runs out: each allocation of a scenario that
 * uses all of base fails once, alone and with all that follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/diag.h"
#include "interp/base/utf8.h"

/* ---- an allocator that counts, checks sizes and fails ----------------------------------------- */

typedef struct ledger {
    size_t calls;      /* that asked for memory */
    size_t fail_at;    /* this one (from 1) fails; 0: none */
    bool fail_onwards; /* and all after it */
    size_t live, live_bytes, failures;
    size_t misalign; /* what comes back is this many bytes off */
} ledger;

/* In front of each piece: its size, to be compared with what the caller says it is. */
#define PREFIX 32

static void *ledger_reallocate(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    ledger *l = user;
    if (memory != NULL) {
        size_t recorded;
        char *start = (char *)memory - PREFIX - l->misalign;
        memcpy(&recorded, start, sizeof recorded);
        assert_int_equal(recorded, old_bytes);
        if (new_bytes == 0) {
            l->live--;
            l->live_bytes -= old_bytes;
            free(start);
            return NULL;
        }
    } else {
        assert_int_equal(old_bytes, 0);
    }
    l->calls++;
    if (l->fail_at != 0 && (l->calls == l->fail_at || (l->fail_onwards && l->calls > l->fail_at))) {
        l->failures++;
        return NULL;
    }
    assert_null(memory); /* arenas never resize */
    char *start = malloc(PREFIX + new_bytes + l->misalign);
    assert_non_null(start);
    memcpy(start, &new_bytes, sizeof new_bytes);
    memset(start + PREFIX, 0xa5, new_bytes + l->misalign);
    l->live++;
    l->live_bytes += new_bytes;
    return start + PREFIX + l->misalign;
}

static pol_allocator allocator_of(ledger *l)
{
    return (pol_allocator){ .reallocate = ledger_reallocate, .user = l };
}

/* ---- arenas ----------------------------------------------------------------------------------- */

static void fill_and_check(pol_arena *arena)
{
    enum { COUNT = 500 };
    unsigned char *pieces[COUNT];
    size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 37 == 0 ? i * 113 : i * 7 % 61;
        pieces[i] = pol_arena_alloc(arena, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i & 0xff), sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(pieces[i][j], i & 0xff);
}

static void test_memory_is_zeroed_aligned_and_disjoint(void **state)
{
    (void)state;
    for (size_t misalign = 0; misalign < 24; misalign += 8) {
        ledger l = { .misalign = misalign };
        const pol_allocator allocator = allocator_of(&l);
        pol_arena arena;
        pol_arena_init(&arena, &allocator);
        fill_and_check(&arena);
        pol_arena_reset(&arena);
        assert_int_equal(l.live, 0);
        assert_int_equal(l.live_bytes, 0);
        assert_int_equal(arena.used_bytes, 0);
        fill_and_check(&arena); /* usable again */
        pol_arena_reset(&arena);
        pol_arena_reset(&arena);
        assert_int_equal(l.live, 0);
    }
}

/* Raw memory is handed out like any other; only what is in it is open. */
static void test_raw_arrays(void **state)
{
    (void)state;
    ledger l = { 0 };
    const pol_allocator allocator = allocator_of(&l);
    pol_arena arena;
    pol_arena_init(&arena, &allocator);
    for (size_t count = 0; count < 3000; count = count * 2 + 1) {
        uint64_t *const raw = POL_NEW_RAW_ARRAY(&arena, uint64_t, count);
        assert_non_null(raw);
        assert_int_equal((uintptr_t)raw % 16, 0);
        if (count != 0)
            memset(raw, 0xff, count * sizeof *raw);
        fill_and_check(&arena);
        for (size_t i = 0; i < count; i++)
            assert_true(raw[i] == UINT64_MAX);
    }
    assert_null(POL_NEW_RAW_ARRAY(&arena, uint64_t, SIZE_MAX / 4));
    assert_true(pol_arena_failed(&arena));
    pol_arena_reset(&arena);
    assert_int_equal(l.live, 0);
}

static void test_default_allocator(void **state)
{
    (void)state;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    fill_and_check(&arena);
    pol_arena_reset(&arena);
    fill_and_check(&arena); /* of memory that has been used before */
    for (size_t size = 1000; size < ((size_t)4 << 20); size = size * 3 + 1) {
        char *const large = pol_arena_alloc(&arena, size);
        assert_non_null(large);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(large[i], 0);
        memset(large, 0xa5, size);
        char *const grown = pol_arena_grow(&arena, large, size, 2 * size, 1);
        assert_non_null(grown);
        for (size_t i = 0; i < 2 * size; i++)
            assert_int_equal((unsigned char)grown[i], i < size ? 0xa5 : 0);
        if (size % 2 == 0)
            pol_arena_reset(&arena);
    }
    pol_arena_reset(&arena);
    char *memory = pol_reallocate(NULL, NULL, 0, 10);
    assert_non_null(memory);
    memcpy(memory, "012345678", 10);
    memory = pol_reallocate(NULL, memory, 10, 100000);
    assert_string_equal(memory, "012345678");
    assert_null(pol_reallocate(NULL, memory, 100000, 0));
    assert_null(pol_reallocate(NULL, NULL, 0, 0));
}

static void test_few_calls_for_many_pieces(void **state)
{
    (void)state;
    ledger l = { 0 };
    const pol_allocator allocator = allocator_of(&l);
    pol_arena arena;
    pol_arena_init(&arena, &allocator);
    for (int i = 0; i < 1000000; i++)
        assert_non_null(pol_arena_alloc(&arena, 16));
    assert_true(l.calls < 100);
    assert_true(l.live_bytes < arena.used_bytes * 2);
    pol_arena_reset(&arena);
}

static void test_absurd_sizes(void **state)
{
    (void)state;
    pol_arena arena;
    const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 64, SIZE_MAX / 2 + 1 };
    pol_arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(pol_arena_alloc(&arena, sizes[i]));
        assert_true(pol_arena_failed(&arena));
        assert_null(pol_arena_alloc(&arena, 1)); /* sticky */
        pol_arena_reset(&arena);
        assert_false(pol_arena_failed(&arena));
        assert_null(pol_arena_array(&arena, sizes[i], 16));
        pol_arena_reset(&arena);
        assert_null(pol_arena_grow(&arena, NULL, 0, sizes[i], 16));
        assert_null(pol_arena_raw_grow(&arena, NULL, 0, sizes[i], 16));
        pol_arena_reset(&arena);
    }
    assert_null(pol_arena_copy(&arena, "", SIZE_MAX));
    assert_true(pol_arena_failed(&arena));
    pol_arena_reset(&arena);
    assert_non_null(pol_arena_array(&arena, SIZE_MAX, 0));
    assert_non_null(pol_arena_copy(&arena, NULL, 0));
    pol_arena_reset(&arena);
}

static void test_limit(void **state)
{
    (void)state;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    arena.limit_bytes = 10000;
    size_t count = 0;
    while (pol_arena_alloc(&arena, 100) != NULL)
        count++;
    assert_true(count > 50 && count <= 100);
    assert_true(pol_arena_failed(&arena));
    assert_true(arena.used_bytes <= 10000);
    pol_arena_reset(&arena);
    assert_null(pol_arena_alloc(&arena, 10001));
    pol_arena_reset(&arena);
    assert_non_null(pol_arena_alloc(&arena, 5000));
    assert_false(pol_arena_failed(&arena));
    pol_arena_reset(&arena);
}

static void test_grow_keeps_and_clears(void **state)
{
    (void)state;
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    const int old[4] = { 1, 2, 3, 4 };
    const int *grown = pol_arena_grow(&arena, old, 4, 100, sizeof(int));
    for (int i = 0; i < 100; i++)
        assert_int_equal(grown[i], i < 4 ? i + 1 : 0);
    const int *shrunk = pol_arena_grow(&arena, grown, 100, 2, sizeof(int));
    assert_true(shrunk[0] == 1 && shrunk[1] == 2);
    const int *raw = pol_arena_raw_grow(&arena, old, 4, 100, sizeof(int));
    assert_memory_equal(raw, old, sizeof old);
    assert_memory_equal(pol_arena_raw_grow(&arena, raw, 100, 3, sizeof(int)), old, 3 * sizeof(int));
    POL_VEC(uint64_t) vec = { NULL, 0, 0 };
    for (uint64_t i = 0; i < 10000; i++)
        assert_true(POL_PUSH(&arena, vec, i * i));
    for (uint64_t i = 0; i < 10000; i++)
        assert_true(vec.items[i] == i * i);
    assert_string_equal(pol_arena_copy(&arena, "abcdef", 3), "abc");
    assert_false(pol_arena_failed(&arena));
    pol_arena_reset(&arena);
}

/* ---- a scenario that uses everything ---------------------------------------------------------- */

static void use_names(pol_arena *arena)
{
    pol_names names;
    pol_names_init(&names, arena);
    char text[32];
    for (uint32_t i = 0; i < 400; i++) {
        snprintf(text, sizeof text, "名称%u", (unsigned)i);
        const uint32_t number = pol_names_add(&names, pol_str_of(text));
        assert_true(number == POL_NO_NAME ? pol_arena_failed(arena) : number == i);
    }
    for (uint32_t i = 0; i < names.count; i++) /* what is in stays findable */
        assert_int_equal(pol_names_find(&names, names.names[i]), i);
}

static void use_texts(pol_arena *arena)
{
    pol_text text;
    pol_text_init(&text, arena);
    for (int i = 0; i < 300; i++) {
        pol_text_format(&text, "%d 元，", i);
        pol_text_add(&text, POL_STR("费用"));
        pol_text_char(&text, '\n');
    }
    const pol_str all = pol_text_str(&text);
    assert_non_null(all.bytes);
    assert_true(text.bytes == NULL || text.bytes[text.length] == '\0');
    char wide[3 * 600];
    for (size_t i = 0; i < 600; i++)
        memcpy(wide + 3 * i, "Ａ", 3);
    const pol_str folded = pol_utf8_key(arena, (pol_str){ wide, sizeof wide });
    assert_true(folded.length == 600 || pol_arena_failed(arena));
    (void)pol_utf8_nfkc(arena, POL_STR("（短）"));
    (void)pol_str_copy(arena, POL_STR("copy"));
}

static void use_diagnostics(pol_arena *arena)
{
    pol_sources sources;
    pol_diags diags;
    pol_sources_init(&sources, arena);
    pol_diags_init(&diags, arena, &sources);
    pol_text long_line;
    pol_text_init(&long_line, arena);
    for (int i = 0; i < 15000; i++)
        pol_text_add(&long_line, POL_STR("费用超过"));
    for (int i = 0; i < 6; i++)
        (void)pol_sources_add(&sources, POL_STR("甲.pol"),
                              i == 5 ? pol_text_str(&long_line) : POL_STR("政策\n费用\t超过\n"));
    for (uint32_t i = 0; i < POL_DIAG_LIMIT + 5; i++) {
        const pol_span span = { i % 6, 3, 9 };
        pol_diag *diag = pol_report(&diags, POL_D_INVISIBLE_CHARACTER, span);
        assert_non_null(diag);
        pol_diag_texts(&diags, diag, "character", POL_STR("one"), POL_STR("一"));
        pol_diag_number(&diags, diag, "number", (int64_t)i / 2);
        for (int note = 0; note < (i == 7 ? 20 : 1); note++)
            pol_diag_note_at(&diags, diag, span, POL_STR("here"), POL_STR("此处"));
        pol_diag_fix(&diags, diag, span, POL_STR("改"));
    }
    assert_int_equal(diags.error_count, POL_DIAG_LIMIT + 5);
    pol_diags_sort(&diags);
    pol_text out;
    pol_text_init(&out, arena);
    for (size_t i = 0; i < diags.items.count; i++) {
        pol_diag_render(&out, &diags, diags.items.items[i], POL_ZH, i % 2 == 0);
        pol_diag_render_json(&out, &diags, diags.items.items[i], POL_EN);
    }
    pol_diag_render(&out, &diags, &diags.spare, POL_EN, false);
    assert_non_null(pol_diag_message(arena, &diags.spare, POL_ZH).bytes);
}

/* Each use may be the first to meet the failure, so each gets an arena of its own, and all one more. */
static void use_everything(const pol_allocator *allocator)
{
    static void (*const k_uses[])(pol_arena *) = { use_names, use_texts, use_diagnostics };
    pol_arena shared;
    pol_arena_init(&shared, allocator);
    for (size_t i = 0; i < sizeof k_uses / sizeof k_uses[0]; i++) {
        pol_arena own;
        pol_arena_init(&own, allocator);
        k_uses[i](&own);
        k_uses[i](&shared);
        pol_arena_reset(&own);
    }
    pol_arena_reset(&shared);
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    ledger all = { 0 };
    const pol_allocator counting = allocator_of(&all);
    use_everything(&counting);
    assert_int_equal(all.live, 0);
    assert_true(all.calls > 20);
    for (size_t n = 1; n <= all.calls; n++)
        for (int onwards = 0; onwards < 2; onwards++) {
            ledger l = { .fail_at = n, .fail_onwards = onwards != 0 };
            const pol_allocator failing = allocator_of(&l);
            use_everything(&failing);
            assert_true(l.failures > 0);
            assert_int_equal(l.live, 0);
            assert_int_equal(l.live_bytes, 0);
        }
}

/* The same by the limit of an arena, in steps finer than blocks. */
static void test_every_limit_fails(void **state)
{
    (void)state;
    static void (*const k_uses[])(pol_arena *) = { use_names, use_texts, use_diagnostics };
    for (size_t i = 0; i < sizeof k_uses / sizeof k_uses[0]; i++) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        k_uses[i](&arena);
        const size_t used = arena.used_bytes;
        pol_arena_reset(&arena);
        for (size_t limit = 16; limit < used; limit += 16 + limit / 100) {
            arena.limit_bytes = limit;
            k_uses[i](&arena);
            assert_true(pol_arena_failed(&arena));
            pol_arena_reset(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_aligned_and_disjoint),
        cmocka_unit_test(test_raw_arrays),
        cmocka_unit_test(test_default_allocator),
        cmocka_unit_test(test_few_calls_for_many_pieces),
        cmocka_unit_test(test_absurd_sizes),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_grow_keeps_and_clears),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_every_limit_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
