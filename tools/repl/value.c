/* Values of fields as whole numbers to count with: fen, millionths, days. */
#include "tools/repl/repl.h"

#define LARGEST_UNITS 1000000000000000LL /* 10^13 yuan in fen */

bool repl_counts(const pol_claim_field *field)
{
    return field->role != POL_IS_FIXED_PARAMETER &&
           (field->takes == POL_TAKES_AMOUNT || field->takes == POL_TAKES_RATIO ||
            field->takes == POL_TAKES_INTEGER || field->takes == POL_TAKES_DATE);
}

/* ---- dates: days since 1970-01-01 ------------------------------------------------------------------------- */

static long long days_of(long long year, long long month, long long day)
{
    year -= month <= 2;
    const long long era = year / 400, of_era = year % 400;
    const long long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(long long days, char out[40])
{
    days += 719468;
    const long long era = days / 146097, of_era = days % 146097;
    const long long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const long long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long long shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
    snprintf(out, 40, "%04lld-%02lld-%02lld", era * 400 + year_of_era + (month <= 2), month,
             of_year - (153 * shifted + 2) / 5 + 1);
}

static bool read_date(const char *text, long long *days)
{
    int year, month, day, used = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || text[used] != '\0' || year < 1900 ||
        year > 2199 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *days = days_of(year, month, day);
    char again[40];
    date_of(*days, again);
    return strcmp(again, text) == 0;
}

/* ---- decimals ---------------------------------------------------------------------------------------------- */

/* "1234.5" × scale as a whole number, and what follows; false when it is none or not whole. */
static bool read_decimal(const char *text, long long scale, long long *units, const char **rest)
{
    long long value = 0, left = scale;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (*at - '0');
        if (value > LARGEST_UNITS)
            return false;
    }
    if (at == text || value > LARGEST_UNITS * 100 / scale)
        return false;
    *units = value * scale;
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9'; at++) {
            if (*at != '0' && left % 10 != 0)
                return false;
            left /= 10;
            *units += (*at - '0') * left;
        }
    }
    *rest = at;
    return true;
}

bool repl_read_units(const pol_claim_field *field, const char *text, long long *units)
{
    const char *rest;
    switch (field->takes) {
    case POL_TAKES_AMOUNT:
        if (!read_decimal(text, 100, units, &rest) && !read_decimal(text, 1000000, units, &rest))
            return false;
        if (strncmp(rest, "万", 3) == 0)
            return read_decimal(text, 1000000, units, &rest) &&
                   (strcmp(rest, "万元") == 0 || strcmp(rest, "万") == 0) && *units <= LARGEST_UNITS;
        rest += *rest == ' ';
        return (*rest == '\0' || strcmp(rest, "元") == 0 || strcmp(rest, "yuan") == 0) && *units <= LARGEST_UNITS;
    case POL_TAKES_RATIO: /* 70% or 0.7 */
        return read_decimal(text, 10000, units, &rest) && strcmp(rest, "%") == 0
                   ? true
                   : read_decimal(text, 1000000, units, &rest) && *rest == '\0';
    case POL_TAKES_INTEGER: return read_decimal(text, 1, units, &rest);
    case POL_TAKES_DATE: return read_date(text, units);
    case POL_TAKES_YESNO:
    case POL_TAKES_TEXT:
    case POL_TAKES_LABEL:
    case POL_TAKES_LABELS:
    case POL_TAKES_TIERS: return false;
    }
    return false;
}

void repl_write_units(const pol_claim_field *field, long long units, bool for_record, char out[40])
{
    const char *quote = for_record ? "\"" : "";
    char date[40];
    switch (field->takes) {
    case POL_TAKES_AMOUNT: snprintf(out, 40, "%s%lld.%02lld%s", quote, units / 100, units % 100, quote); return;
    case POL_TAKES_RATIO:
        if (for_record)
            snprintf(out, 40, "\"%lld.%06lld\"", units / 1000000, units % 1000000);
        else if (units % 10000 == 0)
            snprintf(out, 40, "%lld%%", units / 10000);
        else
            snprintf(out, 40, "%lld.%04lld%%", units / 10000, units % 10000);
        return;
    case POL_TAKES_DATE:
        date_of(units, date);
        snprintf(out, 40, "%s%.12s%s", quote, date, quote);
        return;
    case POL_TAKES_INTEGER:
    case POL_TAKES_YESNO:
    case POL_TAKES_TEXT:
    case POL_TAKES_LABEL:
    case POL_TAKES_LABELS:
    case POL_TAKES_TIERS: snprintf(out, 40, "%lld", units); return;
    }
}

void repl_write_answer(const pol_answer *answer, long long millionths, char out[48])
{
    const long long scaled = answer->is_share ? 10000 : 1000000;
    const long long size = millionths < 0 ? -millionths : millionths;
    const long long hundredths = (size + scaled / 200) / (scaled / 100);
    snprintf(out, 48, "%s%lld.%02lld%s", millionths < 0 ? "-" : "", hundredths / 100, hundredths % 100,
             answer->is_share ? "%" : "");
}
