/* Civil dates by whole-number arithmetic: no time zones, no C library calendar. */
#include "interp/base/date.h"

#include <stdlib.h>

#define MIN_YEAR          1900
#define MAX_YEAR          2199
#define DAYS_OF_400_YEARS 146097
#define DAYS_TO_1970      719468 /* from 0000-03-01 */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int pol_days_in_month(int year, int month)
{
    static const int k_days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (month < 1 || month > 12)
        return 0;
    return k_days[month - 1] + (month == 2 && is_leap(year));
}

bool pol_date_exists(int year, int month, int day)
{
    return year >= MIN_YEAR && year <= MAX_YEAR && day >= 1 &&
           day <= pol_days_in_month(year, month);
}

/* Years are counted from 1 March, so that the leap day is a year's last; 400 years make an era.
 * Month m of such a year (March 0 … February 11) begins on day (153 m + 2) / 5. */
pol_date pol_date_of(int year, int month, int day)
{
    const int64_t shifted = month <= 2 ? (int64_t)year - 1 : year;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    const int64_t year_of_era = shifted - era * 400;
    const int64_t day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (pol_date)(era * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_1970);
}

pol_civil pol_date_civil(pol_date date)
{
    const int64_t days = (int64_t)date + DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (DAYS_OF_400_YEARS - 1)) / DAYS_OF_400_YEARS;
    const int64_t day_of_era = days - era * DAYS_OF_400_YEARS;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (pol_civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

/* The value of `count` ASCII digits, or -1. */
static int read_digits(const char *bytes, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return -1;
        value = value * 10 + (bytes[i] - '0');
    }
    return value;
}

bool pol_date_read(pol_str text, pol_date *date)
{
    if (text.length != 10 || text.bytes[4] != '-' || text.bytes[7] != '-')
        return false;
    const int year = read_digits(text.bytes, 4);
    const int month = read_digits(text.bytes + 5, 2);
    const int day = read_digits(text.bytes + 8, 2);
    if (!pol_date_exists(year, month, day))
        return false;
    *date = pol_date_of(year, month, day);
    return true;
}

/* Writes at least `at_least` digits; returns behind them. */
static char *write_digits(char *out, int value, int at_least)
{
    char reversed[12];
    int count = 0;
    for (; value != 0 || count < at_least; value /= 10)
        reversed[count++] = (char)('0' + value % 10);
    while (count > 0)
        *out++ = reversed[--count];
    return out;
}

void pol_date_text(char out[16], pol_date date)
{
    const pol_civil civil = pol_date_civil(date);
    char *end = out;
    if (civil.year < 0)
        *end++ = '-';
    end = write_digits(end, abs(civil.year), 4);
    *end++ = '-';
    end = write_digits(end, civil.month, 2);
    *end++ = '-';
    end = write_digits(end, civil.day, 2);
    *end = '\0';
}

static bool is_earlier_in_year(int month, int day, int other_month, int other_day)
{
    return month < other_month || (month == other_month && day < other_day);
}

int pol_date_age(pol_date birth, pol_date date)
{
    if (date < birth)
        return 0;
    const pol_civil from = pol_date_civil(birth), to = pol_date_civil(date);
    /* Born on 29 February: 28 February comes before it, 1 March after it, in every year. */
    return to.year - from.year - is_earlier_in_year(to.month, to.day, from.month, from.day);
}

pol_date pol_date_deadline(pol_date date, int month, int day)
{
    const pol_civil civil = pol_date_civil(date);
    return pol_date_of(civil.year + is_earlier_in_year(month, day, civil.month, civil.day), month,
                       day);
}

bool pol_date_add_months(pol_date date, int64_t months, bool roll_over, pol_date *result)
{
    const int64_t most = (MAX_YEAR - MIN_YEAR + 1) * 12;
    if (date < POL_DATE_MIN || date > POL_DATE_MAX || months < -most || months > most)
        return false;
    const pol_civil civil = pol_date_civil(date);
    const int64_t index = (int64_t)civil.year * 12 + civil.month - 1 + months;
    const int year = (int)(index / 12), month = (int)(index % 12) + 1;
    if (year < MIN_YEAR || year > MAX_YEAR)
        return false;
    const int days = pol_days_in_month(year, month);
    *result = civil.day <= days ? pol_date_of(year, month, civil.day)
                                : pol_date_of(year, month, days) + (roll_over ? 1 : 0);
    return true;
}
