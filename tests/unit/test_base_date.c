/* Dates, checked against a walk from day to day over the whole range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "interp/base/date.h"

static int days_in(int year, int month)
{
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static pol_civil tomorrow(pol_civil day)
{
    if (++day.day > days_in(day.year, day.month)) {
        day.day = 1;
        if (++day.month > 12) {
            day.month = 1;
            day.year++;
        }
    }
    return day;
}

static bool same_day(pol_civil a, pol_civil b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void test_every_day_of_the_range(void **state)
{
    (void)state;
    pol_civil day = { 1900, 1, 1 };
    for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date++) {
        assert_true(pol_date_exists(day.year, day.month, day.day));
        assert_int_equal(pol_date_of(day.year, day.month, day.day), date);
        assert_true(same_day(pol_date_civil(date), day));
        char expected[40], text[16];
        snprintf(expected, sizeof expected, "%04d-%02d-%02d", day.year, day.month, day.day);
        pol_date_text(text, date);
        assert_string_equal(text, expected);
        pol_date read = 0;
        assert_true(pol_date_read(pol_str_of(expected), &read));
        assert_int_equal(read, date);
        day = tomorrow(day);
    }
    assert_true(same_day(day, (pol_civil){ 2200, 1, 1 }));
    assert_int_equal(pol_date_of(1970, 1, 1), 0);
    assert_int_equal(pol_date_of(2000, 3, 1), 11017);
}

static void test_days_that_do_not_exist(void **state)
{
    (void)state;
    for (int year = 1890; year <= 2210; year++)
        for (int month = -1; month <= 14; month++)
            for (int day = -1; day <= 33; day++) {
                const bool exists = year >= 1900 && year <= 2199 && month >= 1 && month <= 12 &&
                                    day >= 1 && day <= days_in(year, month);
                assert_int_equal(pol_date_exists(year, month, day), exists);
            }
    assert_int_equal(pol_days_in_month(2100, 2), 28);
    assert_int_equal(pol_days_in_month(2000, 2), 29);
    assert_int_equal(pol_days_in_month(2024, 0), 0);
    assert_int_equal(pol_days_in_month(2024, 13), 0);
}

static void test_texts_that_are_no_dates(void **state)
{
    (void)state;
    static const char *const k_bad[] = {
        "",           "2024",        "2024-1-01",   "2024-01-1",
        "2024/01/01", "2024-01-01 ", " 2024-01-01", "20240-1-01",
        "2023-02-29", "2024-00-10",  "2024-13-01",  "2024-01-00",
        "2024-04-31", "1899-12-31",  "2200-01-01",  "2024-01-0a",
        "+024-01-01", "2024-+1-01",  "２０２４-01", "2024-01-01T00:00",
        "-024-01-01", "0000-01-01",
    };
    for (size_t i = 0; i < sizeof k_bad / sizeof k_bad[0]; i++) {
        pol_date date = 77;
        assert_false(pol_date_read(pol_str_of(k_bad[i]), &date));
        assert_int_equal(date, 77);
    }
    pol_date date = 77;
    assert_false(pol_date_read((pol_str){ NULL, 0 }, &date));
    assert_false(pol_date_read((pol_str){ "2024-01-0\0", 10 }, &date));
}

static void test_dates_beyond_the_range_as_text(void **state)
{
    (void)state;
    char text[16];
    pol_date_text(text, INT32_MAX);
    assert_string_equal(text, "5881580-07-11");
    pol_date_text(text, INT32_MIN);
    assert_string_equal(text, "-5877641-06-23");
    pol_date_text(text, pol_date_of(999, 1, 2));
    assert_string_equal(text, "0999-01-02");
}

/* Birthdays that lie in (birth, date], found by visiting every year. */
static int slow_age(pol_civil birth, pol_date date)
{
    int age = 0;
    for (int year = birth.year + 1; year <= 2199; year++) {
        const bool moved = birth.month == 2 && birth.day == 29 && days_in(year, 2) == 28;
        const pol_date birthday =
            moved ? pol_date_of(year, 3, 1) : pol_date_of(year, birth.month, birth.day);
        age += birthday <= date;
    }
    return age;
}

static void test_age(void **state)
{
    (void)state;
    const int births[][3] = { { 1900, 1, 1 },   { 1960, 2, 29 }, { 1959, 3, 1 }, { 1960, 2, 28 },
                              { 1999, 12, 31 }, { 2000, 2, 29 }, { 2024, 6, 15 } };
    for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
        const pol_civil born = { births[i][0], births[i][1], births[i][2] };
        const pol_date birth = pol_date_of(born.year, born.month, born.day);
        for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += 1) {
            const pol_civil day = pol_date_civil(date);
            if (day.month != 2 && day.month != 3 && day.month != born.month)
                continue;
            if (day.year % 7 != 0 && day.year % 100 != 0 && day.year % 4 != 0)
                continue;
            assert_int_equal(pol_date_age(birth, date), date < birth ? 0 : slow_age(born, date));
        }
    }
    const pol_date leap = pol_date_of(2000, 2, 29);
    assert_int_equal(pol_date_age(leap, pol_date_of(2018, 2, 28)), 17);
    assert_int_equal(pol_date_age(leap, pol_date_of(2018, 3, 1)), 18);
    assert_int_equal(pol_date_age(leap, pol_date_of(2020, 2, 28)), 19);
    assert_int_equal(pol_date_age(leap, pol_date_of(2020, 2, 29)), 20);
    assert_int_equal(pol_date_age(leap, leap), 0);
    assert_int_equal(pol_date_age(leap, leap - 1), 0);
    assert_int_equal(pol_date_age(POL_DATE_MIN, POL_DATE_MAX), 299);
}

static void test_deadline(void **state)
{
    (void)state;
    static const int k_days[][2] = { { 12, 20 }, { 1, 1 }, { 2, 28 }, { 12, 31 }, { 3, 1 } };
    for (size_t i = 0; i < sizeof k_days / sizeof k_days[0]; i++)
        for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += 13) {
            pol_date expected = date;
            pol_civil day = pol_date_civil(date);
            while (day.month != k_days[i][0] || day.day != k_days[i][1]) {
                day = tomorrow(day);
                expected++;
            }
            assert_int_equal(pol_date_deadline(date, k_days[i][0], k_days[i][1]), expected);
        }
    assert_true(pol_date_deadline(POL_DATE_MAX, 1, 1) > POL_DATE_MAX);
}

static void check_months(const char *from, int64_t months, const char *month_end,
                         const char *rolled)
{
    pol_date date = 0, result = 0;
    char text[16];
    assert_true(pol_date_read(pol_str_of(from), &date));
    assert_true(pol_date_add_months(date, months, false, &result));
    pol_date_text(text, result);
    assert_string_equal(text, month_end);
    assert_true(pol_date_add_months(date, months, true, &result));
    pol_date_text(text, result);
    assert_string_equal(text, rolled);
}

static void test_months(void **state)
{
    (void)state;
    check_months("2024-01-31", 1, "2024-02-29", "2024-03-01");
    check_months("2023-01-31", 1, "2023-02-28", "2023-03-01");
    check_months("2023-01-29", 1, "2023-02-28", "2023-03-01");
    check_months("2023-01-28", 1, "2023-02-28", "2023-02-28");
    check_months("2024-03-31", -1, "2024-02-29", "2024-03-01");
    check_months("2024-01-15", -1, "2023-12-15", "2023-12-15");
    check_months("2024-01-15", 0, "2024-01-15", "2024-01-15");
    check_months("2024-12-31", 2, "2025-02-28", "2025-03-01");
    check_months("2024-02-29", -12, "2023-02-28", "2023-03-01");
    check_months("1900-01-01", 3599, "2199-12-01", "2199-12-01");
    check_months("2199-12-31", -3599, "1900-01-31", "1900-01-31");
}

static void test_months_against_steps(void **state)
{
    (void)state;
    for (pol_date date = POL_DATE_MIN; date <= POL_DATE_MAX; date += 97)
        for (int months = -40; months <= 40; months++) {
            const pol_civil day = pol_date_civil(date);
            int year = day.year, month = day.month;
            for (int i = 0; i < months; i++)
                if (++month > 12) {
                    month = 1;
                    year++;
                }
            for (int i = 0; i > months; i--)
                if (--month < 1) {
                    month = 12;
                    year--;
                }
            const bool inside = year >= 1900 && year <= 2199;
            pol_date result = 77;
            assert_int_equal(pol_date_add_months(date, months, false, &result), inside);
            if (!inside) {
                assert_int_equal(result, 77);
                continue;
            }
            const int last = days_in(year, month);
            assert_int_equal(result, pol_date_of(year, month, day.day < last ? day.day : last));
        }
}

static void test_months_out_of_range(void **state)
{
    (void)state;
    static const int64_t k_far[] = { 3600, -3600, 100000, INT64_MAX, INT64_MIN, INT64_MAX / 12 };
    pol_date result = 77;
    for (size_t i = 0; i < sizeof k_far / sizeof k_far[0]; i++) {
        assert_false(pol_date_add_months(POL_DATE_MIN, k_far[i], true, &result));
        assert_false(pol_date_add_months(POL_DATE_MAX, k_far[i], false, &result));
    }
    assert_false(pol_date_add_months(POL_DATE_MAX, 1, true, &result));
    assert_false(pol_date_add_months(POL_DATE_MAX + 1, -1, true, &result));
    assert_false(pol_date_add_months(INT32_MIN, 12, true, &result));
    assert_int_equal(result, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_of_the_range),
        cmocka_unit_test(test_days_that_do_not_exist),
        cmocka_unit_test(test_texts_that_are_no_dates),
        cmocka_unit_test(test_dates_beyond_the_range_as_text),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_months_against_steps),
        cmocka_unit_test(test_months_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
