/* Programs as files: what is written is read back the same; whatever else is read is refused, or is a
 * program that runs. POL_MUTATIONS sets how many damaged files are tried (20,000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "polc_bytes.h"

static assembly g_as;

static pb_bytes random_bytes(uint64_t seed, uint32_t instructions)
{
    pol_program *program = rp_program(&g_as, seed, instructions);
    const pb_bytes bytes = pb_of(program);
    pol_program_free(program);
    as_end(&g_as);
    return bytes;
}

/* Reads a copy of exactly this length, so that reading beyond it is seen. */
static pol_program *read_exactly(const char *bytes, size_t length, char reason[256])
{
    char *copy = malloc(length == 0 ? 1 : length);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    pol_program *program = pol_polc_read(NULL, copy, length, reason);
    free(copy);
    return program;
}

static void test_round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        char reason[256];
        const pb_bytes first = random_bytes(seed, (uint32_t)seed * 5);
        pol_program *program = read_exactly(first.bytes, first.length, reason);
        if (program == NULL)
            fail_msg("%s", reason);
        const pb_bytes second = pb_of(program);
        assert_int_equal(first.length, second.length);
        assert_memory_equal(first.bytes, second.bytes, first.length);
        assert_true(pb_use(program, seed));
        pol_program_free(program);
        free(first.bytes);
        free(second.bytes);
    }
}

/* What was read stands for itself: the figures are those of the original. */
static void test_same_program(void **state)
{
    (void)state;
    char reason[256];
    pol_program *program = rp_program(&g_as, 77, 150);
    const pb_bytes bytes = pb_of(program);
    pol_program *copy = read_exactly(bytes.bytes, bytes.length, reason);
    assert_non_null(copy);
    pol_arena arena;
    pol_text a, b;
    pol_arena_init(&arena, NULL);
    pol_text_init(&a, &arena);
    pol_text_init(&b, &arena);
    pol_disassemble(&a, program, POL_EN);
    pol_disassemble(&b, copy, POL_EN);
    assert_string_equal(a.bytes, b.bytes);
    assert_string_equal(copy->id_z, "test-2024");
    pol_arena_reset(&arena);
    pol_program_free(copy);
    pol_program_free(program);
    as_end(&g_as);
    free(bytes.bytes);
}

static void refuse(const char *bytes, size_t length, const char *why)
{
    char reason[256];
    assert_null(read_exactly(bytes, length, reason));
    assert_string_equal(reason, why);
}

static void test_frame(void **state)
{
    (void)state;
    pb_bytes file = random_bytes(1, 20);
    refuse(file.bytes, 0, "it is not a .polc file");
    refuse(file.bytes, PB_HEADER - 1, "it is not a .polc file");
    refuse(file.bytes, file.length - 1, "its length is wrong");
    file.bytes[file.length / 2] ^= 1;
    refuse(file.bytes, file.length, "its checksum is wrong");
    file.bytes[8] ^= 1;
    refuse(file.bytes, file.length, "it was made for other instructions");
    file.bytes[4] ^= 1;
    refuse(file.bytes, file.length, "it has another version");
    file.bytes[0] ^= 1;
    refuse(file.bytes, file.length, "it is not a .polc file");
    free(file.bytes);
}

static void test_cut_off_anywhere(void **state)
{
    (void)state;
    pb_bytes file = random_bytes(2, 10);
    for (size_t length = PB_HEADER; length < file.length; length++) {
        pb_repair(file.bytes, length);
        refuse(file.bytes, length, "it ends too early");
    }
    assert_true(pb_write(&file, "x", 1));
    pb_repair(file.bytes, file.length);
    refuse(file.bytes, file.length, "something follows its end");
    free(file.bytes);
}

/* Damages one to four places: a bit, a byte, a limit of its size, a piece copied from elsewhere, a number
 * that is none. */
static void mutate(char *bytes, size_t length, uint64_t *seed)
{
    static const int64_t k_some[] = { 0,     1,     -1,        2,         255,
                                      65535, 65536, INT32_MAX, INT32_MIN, INT64_MAX };
    const uint32_t places = 1 + rp_below(seed, 4);
    for (uint32_t i = 0; i < places; i++) {
        const size_t at = PB_HEADER + rp_next(seed) % (length - PB_HEADER - 16);
        const size_t from = PB_HEADER + rp_next(seed) % (length - PB_HEADER - 16);
        const int64_t value = k_some[rp_below(seed, 10)];
        const pol_i128 none[3] = { POL_NUM_ABSENT, POL_NUM_FAILED, POL_NUM_UNLIMITED };
        switch (rp_below(seed, 6)) {
        case 0: bytes[at] = (char)(bytes[at] ^ (1 << rp_below(seed, 8))); break;
        case 1: bytes[at] = (char)rp_next(seed); break;
        case 2: memcpy(bytes + at, &value, (size_t)1 << rp_below(seed, 4)); break;
        case 3: memmove(bytes + at, bytes + from, 1 + rp_below(seed, 16)); break;
        case 4: memcpy(bytes + at, &none[rp_below(seed, 3)], 16); break;
        default: bytes[at] = (char)(bytes[at] + (rp_below(seed, 2) == 0 ? 1 : -1)); break;
        }
    }
}

static void test_mutations(void **state)
{
    (void)state;
    const char *wanted = getenv("POL_MUTATIONS");
    const long count = wanted != NULL ? atol(wanted) : 20000;
    enum { FILES = 16 };
    pb_bytes files[FILES];
    uint64_t seed = 1;
    long accepted = 0;
    for (uint32_t i = 0; i < FILES; i++)
        files[i] = random_bytes(100 + i, 3 * i);
    for (long i = 0; i < count; i++) {
        const pb_bytes *file = &files[i % FILES];
        char reason[256];
        char *damaged = malloc(file->length);
        assert_non_null(damaged);
        memcpy(damaged, file->bytes, file->length);
        mutate(damaged, file->length, &seed);
        const bool repaired = i / FILES % 2 == 0;
        if (repaired)
            pb_repair(damaged, file->length);
        pol_program *program = pol_polc_read(NULL, damaged, file->length, reason);
        free(damaged);
        if (program == NULL) {
            assert_true(reason[0] != '\0');
            continue;
        }
        accepted++;
        assert_true(pb_use(program, (uint64_t)i));
        pol_program_free(program);
    }
    for (uint32_t i = 0; i < FILES; i++)
        free(files[i].bytes);
    print_message("%ld of %ld damaged files accepted\n", accepted, count);
    assert_true(count < 1000 || (accepted > 0 && accepted < count / 2));
}

/* ---- memory runs out --------------------------------------------------------------------------------------- */

typedef struct ration {
    long left; /* allocations still granted */
    long held; /* blocks not yet given back */
} ration;

static void *rationed(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    ration *r = user;
    (void)old_bytes;
    if (new_bytes == 0) {
        r->held -= memory != NULL;
        free(memory);
        return NULL;
    }
    if (r->left == 0)
        return NULL;
    r->left--;
    void *grown = realloc(memory, new_bytes);
    r->held += grown != NULL && memory == NULL;
    return grown;
}

/* Reads and runs with memory for `left` allocations. True when everything went well. */
static bool run_rationed(const pb_bytes *file, long left)
{
    ration r = { left, 0 };
    const pol_allocator allocator = { rationed, &r };
    char reason[256];
    bool done = false;
    pol_program *program = pol_polc_read(&allocator, file->bytes, file->length, reason);
    if (program == NULL) {
        assert_non_null(strstr(reason, "out of memory"));
        assert_int_equal(r.held, 0);
        return false;
    }
    pol_arena arena;
    pol_block block;
    pol_arena_init(&arena, &allocator);
    if (pol_block_init(&block, &arena, program, program->matters, 64)) {
        for (uint32_t row = 0; row < 64; row++)
            rp_fill_row(&block, row, row);
        done = pol_vm_run(&block, 64);
        pol_str field, message;
        (void)pol_vm_error(&block, 0, &arena, &field, &message);
        done = done && !pol_arena_failed(&arena);
    }
    pol_arena_reset(&arena);
    pol_program_free(program);
    assert_int_equal(r.held, 0);
    return done;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    const pb_bytes file = random_bytes(11, 300);
    long left = 0;
    while (!run_rationed(&file, left)) {
        left++;
        assert_true(left < 10000);
    }
    assert_true(left > 5);
    free(file.bytes);
}

/* The writer's file is full. */
static bool refuse_later(void *user, const char *bytes, size_t length)
{
    size_t *room = user;
    (void)bytes;
    if (length > *room)
        return false;
    *room -= length;
    return true;
}

static void test_writer_stops(void **state)
{
    (void)state;
    pol_program *program = rp_program(&g_as, 3, 300);
    const pb_bytes whole = pb_of(program);
    for (size_t room = 0; room < whole.length; room += 1000) {
        size_t left = room;
        assert_false(pol_polc_write(program, (pol_writer){ refuse_later, &left }));
    }
    size_t left = whole.length;
    assert_true(pol_polc_write(program, (pol_writer){ refuse_later, &left }));
    assert_int_equal(left, 0);
    free(whole.bytes);
    pol_program_free(program);
    as_end(&g_as);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_same_program),
        cmocka_unit_test(test_frame),        cmocka_unit_test(test_cut_off_anywhere),
        cmocka_unit_test(test_mutations),    cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_writer_stops),
    };
    return cmocka_run_group_tests_name("polc", tests, NULL, NULL);
}
