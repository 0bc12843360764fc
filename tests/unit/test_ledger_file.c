/* The ledger as a file: what is written is read, in any pieces; damage is refused and never crashes; memory
 * may run out anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/ledger.h"

typedef struct sink {
    char *bytes;
    size_t length, capacity;
    size_t fail_after; /* calls; SIZE_MAX: never */
} sink;

static bool collect(void *user, const char *bytes, size_t length)
{
    sink *const s = user;
    if (s->fail_after == 0)
        return false;
    s->fail_after -= s->fail_after != SIZE_MAX;
    if (s->length + length + 1 > s->capacity) {
        s->capacity = (s->length + length + 1) * 2;
        s->bytes = realloc(s->bytes, s->capacity);
        assert_non_null(s->bytes);
    }
    memcpy(s->bytes + s->length, bytes, length);
    s->length += length;
    s->bytes[s->length] = '\0';
    return true;
}

static uint64_t g_seed;

static uint32_t below(uint32_t count)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(g_seed >> 33) % count;
}

/* ---- memory that can run out ------------------------------------------------------------------------------- */

typedef struct meter {
    size_t now, left;
} meter;

static void *metered(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    meter *const m = user;
    if (new_bytes == 0) {
        m->now -= memory == NULL ? 0 : old_bytes;
        free(memory);
        return NULL;
    }
    if (m->left == 0)
        return NULL;
    m->left -= m->left != SIZE_MAX;
    void *const moved = realloc(memory, new_bytes);
    assert_non_null(moved);
    m->now += new_bytes - (memory == NULL ? 0 : old_bytes);
    return moved;
}

/* ---- a ledger of every kind --------------------------------------------------------------------------------- */

static const pol_account k_accounts[] = {
    { .name = { "公共", 6 }, .period = POL_LIFELONG, .start_month = 1, .start_day = 1 },
    { .matter = { "住院", 6 }, .name = { "年", 3 }, .period = POL_YEARLY, .start_month = 1, .start_day = 1 },
    { .matter = { "住院", 6 }, .name = { "学年", 6 }, .period = POL_YEARLY, .start_month = 9, .start_day = 1, .household = true },
    { .matter = { "门诊", 6 }, .name = { "季", 3 }, .period = POL_QUARTERLY, .start_month = 1, .start_day = 1, .integer = true },
    { .matter = { "门诊", 6 }, .name = { "月", 3 }, .period = POL_MONTHLY, .start_month = 1, .start_day = 1, .key_count = 2 },
    { .matter = { "门诊", 6 }, .name = { "滚", 3 }, .period = POL_ROLLING, .start_month = 1, .start_day = 1, .months = 12, .key_count = 1 },
};
#define ACCOUNTS (sizeof k_accounts / sizeof k_accounts[0])

static pol_str word(void)
{
    static const char *const words[] = { "甲", "空", "'", "", "a,b", "\"", "x\ny", " ", "51012319900101123X", "，", "结束" };
    return pol_str_of(words[below(sizeof words / sizeof words[0])]);
}

static void random_key(pol_text *key, const pol_account *account)
{
    pol_str holder = word();
    while (holder.length == 0)
        holder = word();
    key->length = 0;
    if (account->key_count == 0) {
        pol_text_add(key, holder);
        return;
    }
    pol_ledger_key_part(key, holder, false);
    for (uint32_t k = 0; k < account->key_count; k++)
        pol_ledger_key_part(key, word(), below(4) == 0);
}

static void fill(pol_ledger *ledger, uint32_t entries)
{
    pol_arena arena;
    pol_text key;
    pol_arena_init(&arena, NULL);
    pol_text_init(&key, &arena);
    assert_int_equal(pol_ledger_belong(ledger, POL_STR("系列,一")), POL_OK);
    for (uint32_t i = 0; i < entries; i++) {
        const pol_account *const account = &k_accounts[below(ACCOUNTS)];
        uint32_t number;
        assert_int_equal(pol_ledger_account(ledger, account, &number), POL_OK);
        const pol_date date = pol_date_of(2024, 1, 1) + (pol_date)below(700);
        const pol_accum_def about = { .period = account->period, .start_month = account->start_month, .start_day = account->start_day };
        random_key(&key, account);
        const uint32_t entry = pol_ledger_entry(ledger, number, pol_ledger_period(&about, date), pol_text_str(&key));
        assert_int_not_equal(entry, POL_NO_ENTRY);
        if (below(8) == 0)
            continue; /* nothing stored */
        if (account->period != POL_ROLLING)
            pol_ledger_store(ledger, entry, account->integer ? (int64_t)below(2000) - 1000 : (int64_t)below(1000000));
        else
            assert_true(pol_ledger_add(ledger, entry, date, (pol_i128)below(1000) - 500));
        if ((account->period == POL_ROLLING || below(8) != 0) && pol_ledger_date(ledger, entry) < date)
            pol_ledger_set_date(ledger, entry, date);
    }
    pol_arena_reset(&arena);
}

static sink saved(const pol_ledger *ledger)
{
    sink s = { .fail_after = SIZE_MAX };
    assert_int_equal(pol_ledger_save(ledger, (pol_writer){ collect, &s }), POL_OK);
    return s;
}

static pol_status feed(pol_ledger *ledger, const char *bytes, size_t length, size_t piece)
{
    pol_status status = POL_OK;
    for (size_t at = 0; status == POL_OK && at < length; at += piece)
        status = pol_ledger_feed(ledger, bytes + at, length - at < piece ? length - at : piece);
    return status == POL_OK ? pol_ledger_complete(ledger) : status;
}

/* ---- tests ---------------------------------------------------------------------------------------------------- */

static void test_round_trip(void **state)
{
    (void)state;
    static const size_t pieces[] = { 1, 2, 3, 7, 100, 1000000 };
    g_seed = 3;
    for (int round = 0; round < 30; round++) {
        pol_ledger ledger, *back = NULL;
        pol_ledger_init(&ledger, NULL);
        fill(&ledger, below(200));
        sink first = saved(&ledger);
        assert_int_equal(pol_ledger_new(NULL, &back), POL_OK);
        if (feed(back, first.bytes, first.length, pieces[round % 6]) != POL_OK)
            fail_msg("%s\n%s", pol_ledger_problem(back, POL_EN), first.bytes);
        assert_int_equal(back->entry_count, ledger.entry_count);
        pol_ledger_cursor a = { .chunk = 0 }, b = { .chunk = 0 };
        while (pol_ledger_next(&ledger, &a)) {
            assert_true(pol_ledger_next(back, &b));
            assert_true(pol_str_equal(a.key, b.key));
            assert_int_equal(a.period, b.period);
            assert_int_equal(pol_ledger_date(&ledger, a.number), pol_ledger_date(back, b.number));
            if (ledger.accounts.items[a.account].period != POL_ROLLING)
                assert_true(pol_ledger_value(&ledger, a.number) == pol_ledger_value(back, b.number));
            else
                assert_true(pol_ledger_sum(&ledger, a.number, POL_DATE_MIN - 1, POL_DATE_MAX) ==
                            pol_ledger_sum(back, b.number, POL_DATE_MIN - 1, POL_DATE_MAX));
        }
        sink second = saved(back);
        assert_string_equal(first.bytes, second.bytes);
        free(first.bytes);
        free(second.bytes);
        pol_ledger_free(back);
        pol_ledger_fini(&ledger);
    }
}

/* Whatever is changed is refused; where only the check sum knows, without it a row may pass. */
static void test_damage(void **state)
{
    (void)state;
    g_seed = 5;
    pol_ledger ledger;
    pol_ledger_init(&ledger, NULL);
    fill(&ledger, 40);
    sink whole = saved(&ledger);
    unsigned refused = 0;
    for (int round = 0; round < 6000; round++) {
        pol_ledger *back = NULL;
        char *const copy = malloc(whole.length);
        assert_non_null(copy);
        memcpy(copy, whole.bytes, whole.length);
        size_t length = whole.length;
        const bool unsummed = round % 2 == 1;
        if (unsummed)
            length -= 17; /* the sum and its line end */
        for (uint32_t changes = 1 + below(3); changes > 0; changes--)
            copy[3 + below((uint32_t)length - 4)] ^= (char)(1 << below(8));
        if (below(4) == 0)
            length = below((uint32_t)length);
        assert_int_equal(pol_ledger_new(NULL, &back), POL_OK);
        const pol_status status = feed(back, copy, length, 1 + below(500));
        assert_true(status == POL_REFUSED || (status == POL_OK && (unsummed || memcmp(copy, whole.bytes, length) == 0)));
        refused += status == POL_REFUSED;
        assert_true(status != POL_REFUSED || (strlen(pol_ledger_problem(back, POL_ZH)) > 5 && strlen(pol_ledger_problem(back, POL_EN)) > 5));
        pol_ledger_free(back);
        free(copy);
    }
    assert_true(refused > 3500);
    free(whole.bytes);
    pol_ledger_fini(&ledger);
}

static void test_no_memory(void **state)
{
    (void)state;
    g_seed = 7;
    pol_ledger ledger;
    pol_ledger_init(&ledger, NULL);
    fill(&ledger, 60);
    sink whole = saved(&ledger);
    pol_status status = POL_NO_MEMORY;
    for (size_t calls = 0; status != POL_OK; calls++) {
        meter m = { .left = calls };
        const pol_allocator allocator = { metered, &m };
        pol_ledger *back = NULL;
        status = pol_ledger_new(&allocator, &back);
        if (status == POL_OK)
            status = feed(back, whole.bytes, whole.length, 50);
        if (status == POL_OK) {
            sink again = { .fail_after = SIZE_MAX };
            m.left = 0;
            assert_int_equal(pol_ledger_save(back, (pol_writer){ collect, &again }), POL_NO_MEMORY);
            free(again.bytes);
        }
        pol_ledger_free(back);
        assert_int_equal(m.now, 0);
        assert_true(status == POL_OK || status == POL_NO_MEMORY);
        assert_true(calls < 2000);
    }
    sink full = { .fail_after = 0 };
    assert_int_equal(pol_ledger_save(&ledger, (pol_writer){ collect, &full }), POL_WRITE_FAILED);
    assert_int_equal(pol_ledger_save(NULL, (pol_writer){ collect, &full }), POL_BAD_ARGUMENT);
    assert_int_equal(pol_ledger_feed(NULL, "", 0), POL_BAD_ARGUMENT);
    free(whole.bytes);
    pol_ledger_fini(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
