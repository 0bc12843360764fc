/* The ledger: periods, entries, rolling windows against a slow reference, memory a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/ledger.h"

static uint64_t g_seed;

static uint32_t below(uint32_t count)
{
    g_seed = g_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(g_seed >> 33) % count;
}

static pol_str key_of(char space[32], uint32_t person)
{
    const int length = snprintf(space, 32, "5101231990%08u", (unsigned)person);
    return (pol_str){ space, (size_t)length };
}

/* ---- periods ---------------------------------------------------------------------------------------------- */

static void test_periods(void **state)
{
    (void)state;
    pol_accum_def year = { .period = POL_YEARLY, .start_month = 1, .start_day = 1 };
    pol_accum_def school = { .period = POL_YEARLY, .start_month = 9, .start_day = 1 };
    pol_accum_def quarter = { .period = POL_QUARTERLY }, month = { .period = POL_MONTHLY };
    pol_accum_def life = { .period = POL_LIFELONG }, rolling = { .period = POL_ROLLING, .months = 12 };
    const pol_date a = pol_date_of(2023, 12, 31), b = pol_date_of(2024, 1, 1);
    assert_int_equal(pol_ledger_period(&year, a), 2023);
    assert_int_equal(pol_ledger_period(&year, b), 2024);
    assert_int_equal(pol_ledger_period(&school, a), pol_ledger_period(&school, b));
    assert_int_equal(pol_ledger_period(&school, pol_date_of(2024, 8, 31)), 2023);
    assert_int_equal(pol_ledger_period(&school, pol_date_of(2024, 9, 1)), 2024);
    assert_int_not_equal(pol_ledger_period(&quarter, a), pol_ledger_period(&quarter, b));
    assert_int_equal(pol_ledger_period(&quarter, b), pol_ledger_period(&quarter, pol_date_of(2024, 3, 31)));
    assert_int_not_equal(pol_ledger_period(&quarter, b), pol_ledger_period(&quarter, pol_date_of(2024, 4, 1)));
    assert_int_equal(pol_ledger_period(&month, b), pol_ledger_period(&month, pol_date_of(2024, 1, 31)));
    assert_int_not_equal(pol_ledger_period(&month, b), pol_ledger_period(&month, pol_date_of(2024, 2, 1)));
    assert_int_not_equal(pol_ledger_period(&month, b), pol_ledger_period(&month, pol_date_of(2025, 1, 1)));
    assert_int_equal(pol_ledger_period(&life, a), pol_ledger_period(&life, b));
    assert_int_equal(pol_ledger_period(&rolling, a), pol_ledger_period(&rolling, b));
    /* 月后(日期, −12, 月末): 29 February goes back to 28 February. */
    assert_int_equal(pol_ledger_window(&rolling, pol_date_of(2024, 2, 29)), pol_date_of(2023, 2, 28));
    assert_int_equal(pol_ledger_window(&rolling, pol_date_of(2024, 3, 31)), pol_date_of(2023, 3, 31));
    rolling.months = 1;
    assert_int_equal(pol_ledger_window(&rolling, pol_date_of(2024, 3, 31)), pol_date_of(2024, 2, 29));
    rolling.months = 999999;
    assert_true(pol_ledger_window(&rolling, b) < POL_DATE_MIN);
}

/* ---- entries ------------------------------------------------------------------------------------------------ */

static void test_accounts(void **state)
{
    (void)state;
    pol_ledger ledger;
    pol_ledger_init(&ledger, NULL);
    pol_account account = { .matter = POL_STR("m"), .name = POL_STR("x"), .period = POL_YEARLY, .start_month = 1, .start_day = 1 };
    uint32_t a, b;
    assert_int_equal(pol_ledger_account(&ledger, &account, &a), POL_OK);
    assert_int_equal(pol_ledger_account(&ledger, &account, &b), POL_OK);
    assert_int_equal(a, b);
    account.matter = POL_STR("");
    assert_int_equal(pol_ledger_account(&ledger, &account, &b), POL_OK);
    assert_int_not_equal(a, b);
    account = (pol_account){ .matter = POL_STR("m"), .name = POL_STR("y"), .period = POL_ROLLING, .months = 3, .key_count = 1 };
    assert_int_equal(pol_ledger_account(&ledger, &account, &b), POL_OK);
    assert_int_not_equal(a, b);
    /* One that counts in another way is refused, whatever it is that differs. */
    const pol_account others[] = {
        { .period = POL_ROLLING, .months = 6, .key_count = 1 }, { .period = POL_LIFELONG, .key_count = 1 },
        { .period = POL_ROLLING, .months = 3 },                 { .period = POL_ROLLING, .months = 3, .key_count = 1, .integer = true },
        { .period = POL_ROLLING, .months = 3, .key_count = 1, .household = true },
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        pol_account other = others[i];
        other.matter = account.matter;
        other.name = account.name;
        assert_int_equal(pol_ledger_account(&ledger, &other, &b), POL_REFUSED);
        assert_non_null(strstr(pol_ledger_problem(&ledger, POL_ZH), "“y”"));
    }
    /* A ledger is of one series. */
    assert_int_equal(pol_ledger_belong(&ledger, POL_STR("s")), POL_OK);
    assert_int_equal(pol_ledger_belong(&ledger, POL_STR("s")), POL_OK);
    assert_int_equal(pol_ledger_belong(&ledger, POL_STR("t")), POL_REFUSED);
    pol_ledger_fini(&ledger);
}

static void test_entries(void **state)
{
    (void)state;
    enum { PERSONS = 20000 };
    pol_ledger ledger;
    char space[32];
    pol_ledger_init(&ledger, NULL);
    static uint32_t entries[PERSONS];
    for (uint32_t i = 0; i < PERSONS; i++) {
        entries[i] = pol_ledger_entry(&ledger, i % 3, (int32_t)(i % 2), key_of(space, i / 6));
        assert_int_not_equal(entries[i], POL_NO_ENTRY);
        assert_true(pol_ledger_value(&ledger, entries[i]) == 0);
        assert_int_equal(pol_ledger_date(&ledger, entries[i]), POL_NO_DATE);
        pol_ledger_store(&ledger, entries[i], (int64_t)i * 1000003 - 5);
        pol_ledger_set_date(&ledger, entries[i], (pol_date)i);
    }
    for (uint32_t i = 0; i < PERSONS; i++) {
        const uint32_t entry = pol_ledger_entry(&ledger, i % 3, (int32_t)(i % 2), key_of(space, i / 6));
        assert_int_equal(entry, entries[i]);
        assert_true(pol_ledger_value(&ledger, entry) == (int64_t)i * 1000003 - 5);
        assert_int_equal(pol_ledger_date(&ledger, entry), i);
    }
    /* They come in the order in which they were made. */
    pol_ledger_cursor cursor = { .chunk = 0 };
    for (uint32_t i = 0; i < PERSONS; i++) {
        assert_true(pol_ledger_next(&ledger, &cursor));
        assert_int_equal(cursor.number, entries[i]);
        assert_int_equal(cursor.account, i % 3);
        assert_int_equal(cursor.period, i % 2);
        assert_true(pol_str_equal(cursor.key, key_of(space, i / 6)));
    }
    assert_false(pol_ledger_next(&ledger, &cursor));
    assert_int_equal(ledger.entry_count, PERSONS);
    /* A key may be empty, hold zeros, or be longer than a chunk. */
    char *large = calloc(1, 1 << 20);
    assert_non_null(large);
    const uint32_t empty = pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 0 });
    const uint32_t zero = pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 1 });
    const uint32_t huge = pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 1 << 20 });
    const uint32_t next = pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 2 });
    pol_ledger_store(&ledger, empty, 1);
    pol_ledger_store(&ledger, zero, 2);
    pol_ledger_store(&ledger, huge, 3);
    pol_ledger_store(&ledger, next, 4);
    assert_int_equal(pol_ledger_value(&ledger, pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 0 })), 1);
    assert_int_equal(pol_ledger_value(&ledger, pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 1 })), 2);
    assert_int_equal(pol_ledger_value(&ledger, pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 1 << 20 })), 3);
    assert_int_equal(pol_ledger_value(&ledger, pol_ledger_entry(&ledger, 9, 0, (pol_str){ large, 2 })), 4);
    free(large);
    pol_ledger_fini(&ledger);
}

/* ---- memory --------------------------------------------------------------------------------------------------- */

typedef struct meter {
    size_t now;
    size_t left; /* calls until failure; SIZE_MAX: never */
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

/* At most 64 bytes a person and accumulator, identity number included, at every size above the first
 * chunk's worth. */
static void test_memory(void **state)
{
    (void)state;
    meter m = { .left = SIZE_MAX };
    const pol_allocator allocator = { metered, &m };
    pol_ledger ledger;
    char space[32];
    pol_ledger_init(&ledger, &allocator);
    double worst = 0;
    for (uint32_t i = 0; i < 300000; i++) {
        assert_int_not_equal(pol_ledger_entry(&ledger, 0, 2024, key_of(space, i)), POL_NO_ENTRY);
        if (i > 50000 && i % 1000 == 0) {
            const double bytes = (double)m.now / (double)i;
            worst = bytes > worst ? bytes : worst;
        }
    }
    print_message("worst %.1f bytes an entry\n", worst);
    assert_true(worst <= 64.0);
    assert_true((double)m.now / 300000 <= 64.0);
    pol_ledger_fini(&ledger);
    assert_int_equal(m.now, 0);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t calls = 0; calls < 40; calls++) {
        meter m = { .left = calls };
        const pol_allocator allocator = { metered, &m };
        pol_ledger ledger;
        char space[32];
        pol_ledger_init(&ledger, &allocator);
        uint32_t account;
        const pol_account about = { .matter = POL_STR("m"), .name = POL_STR("x"), .period = POL_LIFELONG };
        (void)pol_ledger_account(&ledger, &about, &account);
        for (uint32_t i = 0; i < 9000; i++) {
            const uint32_t entry = pol_ledger_entry(&ledger, 0, 0, key_of(space, i));
            if (entry != POL_NO_ENTRY)
                pol_ledger_add(&ledger, entry, (pol_date)i, 1);
        }
        pol_ledger_fini(&ledger);
        assert_int_equal(m.now, 0);
    }
}

/* ---- rolling windows -------------------------------------------------------------------------------------------- */

static void test_rolling(void **state)
{
    (void)state;
    enum { KEYS = 5, ADDED = 400 };
    static struct {
        uint32_t key;
        pol_date date;
        int64_t value;
    } added[ADDED];
    g_seed = 7;
    for (int round = 0; round < 20; round++) {
        const uint32_t days = round % 2 == 0 ? 60 : 4000;
        pol_ledger ledger;
        char space[32];
        uint32_t entries[KEYS];
        pol_ledger_init(&ledger, NULL);
        for (uint32_t k = 0; k < KEYS; k++)
            entries[k] = pol_ledger_entry(&ledger, 0, 0, key_of(space, k));
        for (uint32_t i = 0; i < ADDED; i++) {
            added[i].key = below(KEYS);
            added[i].date = pol_date_of(2020, 1, 15) + (pol_date)below(days);
            added[i].value = (int64_t)below(1000) - 300;
            assert_true(pol_ledger_add(&ledger, entries[added[i].key], added[i].date, added[i].value));
            const pol_date to = pol_date_of(2020, 1, 15) + (pol_date)below(days);
            const pol_date from = below(10) == 0 ? POL_DATE_MIN - 1 : to - (pol_date)below(days);
            const uint32_t key = below(KEYS);
            int64_t sum = 0;
            for (uint32_t j = 0; j <= i; j++) {
                if (added[j].key == key && added[j].date > from && added[j].date <= to)
                    sum += added[j].value;
            }
            assert_true(pol_ledger_sum(&ledger, entries[key], from, to) == sum);
        }
        /* The days of an entry, newest first, add up to its window without ends. */
        for (uint32_t k = 0; k < KEYS; k++) {
            pol_ledger_day day = { .started = false };
            pol_date last = POL_DATE_MAX + 1;
            pol_i128 sum = 0;
            while (pol_ledger_next_day(&ledger, entries[k], &day)) {
                assert_true(day.date < last);
                last = day.date;
                sum += day.sum;
            }
            assert_true(sum == pol_ledger_sum(&ledger, entries[k], POL_DATE_MIN - 1, POL_DATE_MAX));
        }
        pol_ledger_fini(&ledger);
    }
}

/* One person with claims on every day there is: no sum takes long. */
static void test_rolling_is_fast(void **state)
{
    (void)state;
    pol_ledger ledger;
    char space[32];
    pol_ledger_init(&ledger, NULL);
    const uint32_t entry = pol_ledger_entry(&ledger, 0, 0, key_of(space, 1));
    for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date++)
        assert_true(pol_ledger_add(&ledger, entry, date, 1));
    for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += 7)
        assert_true(pol_ledger_sum(&ledger, entry, POL_DATE_MIN - 1, date) == date - POL_DATE_MIN + 1);
    pol_ledger_fini(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods), cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_entries), cmocka_unit_test(test_memory),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_rolling),
        cmocka_unit_test(test_rolling_is_fast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
