#include "grammar/lex_literal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"

/* ---- reading characters ---------------------------------------------------------------------------- */

static pol_str rest_of(pol_str text, size_t at)
{
    return (pol_str){ text.bytes + at, text.length - at };
}

static bool begins(pol_str text, size_t at, const char *piece)
{
    if (at >= text.length || text.bytes[at] != piece[0])
        return false;
    const size_t length = strlen(piece);
    return text.length - at >= length && memcmp(text.bytes + at, piece, length) == 0;
}

/* The length of the first of the pieces that stands at `at`, or 0. */
static size_t begins_any(pol_str text, size_t at, const char *const *pieces)
{
    for (; *pieces != NULL; pieces++)
        if (begins(text, at, *pieces))
            return strlen(*pieces);
    return 0;
}

static const char *const k_minus[] = { "-", "－", "−", NULL };
static const char *const k_point[] = { ".", "．", NULL };
static const char *const k_comma[] = { ",", "，", NULL };
static const char *const k_day[] = { "日", "号", NULL };
static const char *const k_date_mark[] = { "-", "－", "−", "/", "／", ".", "．", NULL };

int pol_lex_digit(pol_str text, size_t *size)
{
    *size = 1;
    if (text.length > 0 && text.bytes[0] >= '0' && text.bytes[0] <= '9')
        return text.bytes[0] - '0';
    if (text.length >= 3 && (unsigned char)text.bytes[0] == 0xef &&
        (unsigned char)text.bytes[1] == 0xbc) {
        const int digit = (unsigned char)text.bytes[2] - 0x90; /* U+FF10 … U+FF19 */
        if (digit >= 0 && digit <= 9) {
            *size = 3;
            return digit;
        }
    }
    return -1;
}

/* A run of digits: where it ends, how many, and their value (of the first eighteen). */
typedef struct digits {
    size_t end;
    unsigned count;
    int64_t value;
} digits;

static digits read_digits(pol_str text, size_t at)
{
    digits run = { at, 0, 0 };
    for (;;) {
        size_t size;
        const int digit = pol_lex_digit(rest_of(text, run.end), &size);
        if (digit < 0)
            return run;
        if (run.count < 18)
            run.value = run.value * 10 + digit;
        run.count++;
        run.end += size;
    }
}

static void propose_date(pol_literal *literal, int64_t year, int64_t month, int64_t day)
{
    if (year >= 0 && year <= 9999 && month >= 0 && month <= 99 && day >= 0 && day <= 99)
        snprintf(literal->proposal, sizeof literal->proposal, "%04d-%02d-%02d", (int)year,
                 (int)month, (int)day);
}

/* ---- dates ---------------------------------------------------------------------------------------- */

static void set_date(pol_literal *literal, size_t length, digits year, digits month, digits day)
{
    literal->token = TOK_DATE;
    literal->length = length;
    const bool exists = year.count == 4 && month.count <= 2 && day.count <= 2 &&
                        pol_date_exists((int)year.value, (int)month.value, (int)day.value);
    if (exists)
        literal->date = pol_date_of((int)year.value, (int)month.value, (int)day.value);
    else
        literal->problem = POL_D_BAD_DATE;
}

/* 2018-10-21: four digits, two, two, without blanks, is always a date. */
static bool read_iso_date(pol_str text, digits year, pol_literal *literal)
{
    size_t mark = begins_any(text, year.end, k_minus);
    if (year.count != 4 || mark == 0)
        return false;
    const digits month = read_digits(text, year.end + mark);
    mark = begins_any(text, month.end, k_minus);
    if (month.count != 2 || mark == 0)
        return false;
    const digits day = read_digits(text, month.end + mark);
    if (day.count != 2)
        return false;
    set_date(literal, day.end, year, month, day);
    return true;
}

static void set_monthday(pol_literal *literal, size_t length, digits month, digits day)
{
    literal->token = TOK_MONTHDAY;
    literal->length = length;
    literal->month = literal->day = 1;
    /* 2001 is a common year: what exists in it exists in every year. */
    if (month.count <= 2 && day.count <= 2 &&
        pol_date_exists(2001, (int)month.value, (int)day.value)) {
        literal->month = (int)month.value;
        literal->day = (int)day.value;
    } else {
        literal->problem = POL_D_BAD_MONTHDAY;
    }
}

/* 2018年10月21日, 12月20日, and the same with 号 for 日 (an error with a proposal). */
static bool read_chinese_date(pol_str text, digits first, pol_literal *literal)
{
    const size_t mark = strlen("年");
    const bool has_year = begins(text, first.end, "年");
    const digits month = has_year ? read_digits(text, first.end + mark) : first;
    if (month.count == 0 || !begins(text, month.end, "月"))
        return false;
    const digits day = read_digits(text, month.end + mark);
    const size_t day_mark = day.count > 0 ? begins_any(text, day.end, k_day) : 0;
    if (day_mark == 0) {
        if (!has_year)
            return false;
        literal->token = TOK_DATE;
        literal->length = month.end + mark;
        literal->problem = POL_D_DATE_WITHOUT_DAY;
        propose_date(literal, first.value, month.value, 1);
        return true;
    }
    if (has_year)
        set_date(literal, day.end + day_mark, first, month, day);
    else
        set_monthday(literal, day.end + day_mark, month, day);
    if (literal->problem < 0 && begins(text, day.end, "号")) {
        literal->problem = POL_D_LITERAL_FORM;
        if (has_year)
            snprintf(literal->proposal, sizeof literal->proposal, "%d年%d月%d日", (int)first.value,
                     (int)month.value, (int)day.value);
        else
            snprintf(literal->proposal, sizeof literal->proposal, "%d月%d日", (int)month.value,
                     (int)day.value);
    }
    return true;
}

static bool is_ascii_word_byte(pol_str text, size_t at)
{
    if (at >= text.length)
        return false;
    const char c = text.bytes[at];
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool pol_lex_month_name(pol_str text, pol_literal *literal)
{
    static const char *const k_months[] = { "Jan-", "Feb-", "Mar-", "Apr-", "May-", "Jun-",
                                            "Jul-", "Aug-", "Sep-", "Oct-", "Nov-", "Dec-" };
    if (text.length < 4 || text.bytes[3] != '-')
        return false;
    for (int month = 1; month <= 12; month++) {
        if (!begins(text, 0, k_months[month - 1]))
            continue;
        const digits day = read_digits(text, 4);
        if (day.count == 0 || day.count > 2 || is_ascii_word_byte(text, day.end))
            return false;
        memset(literal, 0, sizeof *literal);
        literal->problem = -1;
        set_monthday(literal, day.end, (digits){ 4, 1, month }, day);
        return true;
    }
    return false;
}

/* ---- numbers and units ----------------------------------------------------------------------------- */

typedef enum unit_kind {
    UNIT_MONEY,
    UNIT_PERCENT,
    UNIT_POINTS,
    UNIT_NUMBER,
    UNIT_MONTHS
} unit_kind;

typedef struct unit {
    const char *text;
    unit_kind kind;
    unsigned zeros;      /* a power of ten on the number */
    const char *reading; /* of numbers: the unit kept as a reading aid */
} unit;

/* The units of the language. Of two that begin alike the longer stands first. */
static const unit k_units[] = {
    { "元", UNIT_MONEY, 0, "" },        { "万元", UNIT_MONEY, 4, "" },
    { "亿元", UNIT_MONEY, 8, "" },      { "yuan", UNIT_MONEY, 0, "" },
    { "%", UNIT_PERCENT, 0, "" },       { "％", UNIT_PERCENT, 0, "" },
    { "个百分点", UNIT_POINTS, 0, "" }, { "points", UNIT_POINTS, 0, "" },
    { "天", UNIT_NUMBER, 0, "天" },     { "days", UNIT_NUMBER, 0, "天" },
    { "岁", UNIT_NUMBER, 0, "岁" },     { "次", UNIT_NUMBER, 0, "次" },
    { "个月", UNIT_MONTHS, 0, "" },     { "months", UNIT_MONTHS, 0, "" },
};

/* Units people write instead, each as a whole word; `form` is what to write, # the number. */
static const struct wrong_unit {
    const char *text;
    unit_kind kind;
    int zeros; /* what the number is multiplied with, as a power of ten */
    const char *form;
} k_wrong_units[] = {
    { "角", UNIT_MONEY, -1, "元" },         { "毛", UNIT_MONEY, -1, "元" },
    { "毛钱", UNIT_MONEY, -1, "元" },       { "分", UNIT_MONEY, -2, "元" },
    { "分钱", UNIT_MONEY, -2, "元" },       { "成", UNIT_PERCENT, 1, "%" },
    { "折", UNIT_PERCENT, 1, "%" },         { "‰", UNIT_PERCENT, -1, "%" },
    { "percent", UNIT_PERCENT, 0, "%" },    { "百分点", UNIT_POINTS, 0, "个百分点" },
    { "个点", UNIT_POINTS, 0, "个百分点" }, { "point", UNIT_POINTS, 0, " points" },
    { "日", UNIT_NUMBER, 0, "天" },         { "day", UNIT_NUMBER, 0, " days" },
    { "周岁", UNIT_NUMBER, 0, "岁" },       { "人次", UNIT_NUMBER, 0, "次" },
    { "个", UNIT_NUMBER, 0, "" },           { "人", UNIT_NUMBER, 0, "" },
    { "名", UNIT_NUMBER, 0, "" },           { "年", UNIT_NUMBER, 0, "" },
    { "月", UNIT_MONTHS, 0, "个月" },       { "month", UNIT_MONTHS, 0, " months" },
    { "RMB", UNIT_MONEY, 0, " yuan" },      { "CNY", UNIT_MONEY, 0, " yuan" },
    { "rmb", UNIT_MONEY, 0, " yuan" },      { "cny", UNIT_MONEY, 0, " yuan" },
};

static bool is_ascii(const char *text)
{
    return (unsigned char)text[0] < 0x80 && text[0] != '%';
}

/* True when no word goes on at `at`. */
static bool word_ends(pol_str text, size_t at)
{
    size_t size;
    return pol_word_length(rest_of(text, at)) == 0 && pol_lex_digit(rest_of(text, at), &size) < 0;
}

/* The unit at `at`: one that touches its number ends the literal, an English one is a whole word. */
static const unit *touching_unit(pol_str text, size_t at)
{
    for (size_t i = 0; i < sizeof k_units / sizeof k_units[0]; i++) {
        const unit *candidate = &k_units[i];
        if (!begins(text, at, candidate->text))
            continue;
        if (is_ascii(candidate->text) && is_ascii_word_byte(text, at + strlen(candidate->text)))
            continue;
        return candidate;
    }
    return NULL;
}

/* After a blank on the same line a unit must be a whole word. */
static const unit *separate_unit(pol_str text, size_t at, size_t *end)
{
    const size_t start = at;
    for (;;) {
        if (begins(text, at, " ") || begins(text, at, "\t"))
            at++;
        else if (begins(text, at, "\xe3\x80\x80"))
            at += 3;
        else
            break;
    }
    if (at == start)
        return NULL;
    const unit *found = touching_unit(text, at);
    if (found == NULL)
        return NULL;
    *end = at + strlen(found->text);
    const size_t word = pol_word_length(rest_of(text, at));
    return word == 0 || word == strlen(found->text) ? found : NULL;
}

/* 0.5 or 12345.67: the digits of a decimal, without trailing zeros after the point. */
static size_t decimal_text(char *out, size_t size, pol_decimal value)
{
    while (value.decimals > 0 && value.digits % 10 == 0) {
        value.digits /= 10;
        value.decimals--;
    }
    char text[64];
    const size_t length =
        pol_decimal_text(text, value.digits, pol_pow10(value.decimals), value.decimals, false);
    snprintf(out, size, "%.*s", (int)length, text);
    return length;
}

/* 200000 yuan as 20万元; beside English words as 200000 yuan. */
static void propose_money(pol_literal *literal, pol_decimal value, bool in_english)
{
    static const struct {
        unsigned zeros;
        const char *unit;
    } k_scales[] = { { 8, "亿元" }, { 4, "万元" }, { 0, "元" } };
    for (size_t i = 0; i < sizeof k_scales / sizeof k_scales[0]; i++) {
        const pol_i128 scale = pol_pow10(k_scales[i].zeros + value.decimals);
        if (k_scales[i].zeros > 0 &&
            (in_english || value.digits < scale || value.digits * 100 % scale != 0))
            continue;
        const size_t length = decimal_text(
            literal->proposal, sizeof literal->proposal,
            (pol_decimal){ value.digits, (uint8_t)(value.decimals + k_scales[i].zeros) });
        snprintf(literal->proposal + length, sizeof literal->proposal - length, "%s",
                 in_english ? " yuan" : k_scales[i].unit);
        return;
    }
}

/* The value times a power of ten, with as few decimals as that gives. */
static pol_decimal shifted(pol_decimal value, int zeros)
{
    for (; zeros > 0; zeros--) {
        if (value.decimals > 0)
            value.decimals--;
        else
            value.digits *= 10;
    }
    for (; zeros < 0; zeros++)
        value.decimals++;
    return value;
}

/* A number as far as it goes: digits, groups of thousands, a fraction. */
typedef struct number {
    size_t end;
    pol_decimal value;
    bool too_long;  /* value holds only the first digits */
    bool malformed; /* 1.2.3 */
} number;

static void add_digits(number *n, pol_str text, size_t at, size_t end, unsigned limit,
                       bool is_fraction)
{
    unsigned count = 0;
    size_t size;
    for (; at < end; at += size) {
        const int digit = pol_lex_digit(rest_of(text, at), &size);
        if (digit < 0)
            continue; /* a separator of thousands */
        if (++count > limit) {
            n->too_long = true;
            continue;
        }
        n->value.digits = n->value.digits * 10 + digit;
        if (is_fraction)
            n->value.decimals++;
    }
}

static number read_fraction(pol_str text, size_t start, size_t integer_end)
{
    number n = { integer_end, { 0, 0 }, false, false };
    add_digits(&n, text, start, integer_end, POL_MAX_INTEGER_DIGITS, false);
    const size_t point = begins_any(text, n.end, k_point);
    const digits fraction = read_digits(text, n.end + point);
    if (point == 0 || fraction.count == 0)
        return n;
    add_digits(&n, text, n.end + point, fraction.end, POL_MAX_DECIMAL_DIGITS, true);
    n.end = fraction.end;
    for (;;) {
        const size_t again = begins_any(text, n.end, k_point);
        const digits more = read_digits(text, n.end + again);
        if (again == 0 || more.count == 0)
            return n;
        n.malformed = true;
        n.end = more.end;
    }
}

/* The end of groups of three digits after the first one to three (200,000): `end` when there are none. */
static size_t thousands_end(pol_str text, digits first)
{
    size_t end = first.end;
    if (first.count > 3 || first.value == 0)
        return end;
    for (int groups = 0; groups < 8; groups++) {
        const size_t comma = begins_any(text, end, k_comma);
        const digits group = read_digits(text, end + comma);
        if (comma == 0 || group.count != 3)
            break;
        end = group.end;
    }
    return end;
}

static void apply_unit(pol_literal *literal, const number *n, const unit *found)
{
    literal->value = n->value;
    literal->token = TOK_NUMBER;
    if (found == NULL)
        return;
    switch (found->kind) {
    case UNIT_MONEY:
        literal->token = TOK_MONEY;
        literal->value = shifted(n->value, (int)found->zeros);
        if (literal->value.digits > pol_pow10(13 + literal->value.decimals)) {
            literal->problem = POL_D_MONEY_TOO_LARGE;
            literal->value = (pol_decimal){ 0, 0 };
        }
        break;
    case UNIT_POINTS: literal->points = true; /* fall through */
    case UNIT_PERCENT:
        literal->token = TOK_PERCENT;
        literal->value.decimals = (uint8_t)(n->value.decimals + 2);
        break;
    case UNIT_NUMBER: literal->unit = pol_str_of(found->reading); break;
    case UNIT_MONTHS:
        literal->token = TOK_MONTHS;
        literal->months = 1;
        if (n->value.decimals > 0 || n->value.digits < 1 || n->value.digits > POL_MAX_MONTHS)
            literal->problem = POL_D_BAD_MONTHS;
        else
            literal->months = (int)n->value.digits;
        break;
    }
}

/* ---- what people write instead --------------------------------------------------------------------- */

static const struct {
    const char *text;
    int zeros;
} k_multipliers[] = {
    { "万亿", 12 }, { "千万", 7 }, { "百万", 6 }, { "十万", 5 }, { "亿", 8 },
    { "万", 4 },    { "千", 3 },   { "百", 2 },   { "十", 1 },
};
static const char *const k_currency[] = { "元", "块钱", "块", "圆", NULL };

/* 20万块, 3千元, 3万2千元, 20万: amounts in words. The plain 20万元 has been read before. */
static bool read_amount_words(pol_str text, number first, pol_literal *literal)
{
    pol_decimal total = { 0, 0 };
    size_t at = first.end;
    number n = first;
    bool scaled = false;
    for (;;) {
        int zeros = 0;
        for (size_t i = 0; i < sizeof k_multipliers / sizeof k_multipliers[0]; i++)
            if (begins(text, at, k_multipliers[i].text)) {
                zeros = k_multipliers[i].zeros;
                at += strlen(k_multipliers[i].text);
                break;
            }
        const pol_decimal part = shifted(n.value, zeros);
        if (part.digits > pol_pow10(25))
            return false;
        while (total.decimals < part.decimals)
            total = (pol_decimal){ total.digits * 10, (uint8_t)(total.decimals + 1) };
        total.digits += part.digits * pol_pow10((unsigned)(total.decimals - part.decimals));
        if (zeros == 0 || total.decimals > POL_MAX_DECIMAL_DIGITS || total.digits > pol_pow10(25))
            break;
        scaled = true;
        const digits next = read_digits(text, at);
        if (next.count == 0)
            break;
        n = read_fraction(text, at, next.end);
        at = n.end;
    }
    const size_t currency = begins_any(text, at, k_currency);
    if ((currency == 0 && !scaled) || !word_ends(text, at + currency) ||
        total.decimals > POL_MAX_DECIMAL_DIGITS)
        return false;
    literal->token = TOK_MONEY;
    literal->length = at + currency;
    literal->problem = POL_D_LITERAL_FORM;
    literal->value = total;
    propose_money(literal, total, false);
    return true;
}

static bool read_wrong_unit(pol_str text, number n, pol_literal *literal)
{
    for (size_t i = 0; i < sizeof k_wrong_units / sizeof k_wrong_units[0]; i++) {
        const struct wrong_unit *wrong = &k_wrong_units[i];
        const size_t end = n.end + strlen(wrong->text);
        if (!begins(text, n.end, wrong->text) || !word_ends(text, end))
            continue;
        const unit right = { wrong->text, wrong->kind, 0,
                             wrong->kind == UNIT_NUMBER ? wrong->form : "" };
        n.value = shifted(n.value, wrong->zeros);
        apply_unit(literal, &n, &right);
        literal->length = end;
        literal->problem = POL_D_LITERAL_FORM;
        const size_t length = decimal_text(literal->proposal, sizeof literal->proposal, n.value);
        snprintf(literal->proposal + length, sizeof literal->proposal - length, "%s", wrong->form);
        return true;
    }
    return false;
}

/* 3级, 12abc: a text that begins with a digit. */
static void read_text(pol_str text, number n, pol_literal *literal)
{
    size_t end = n.end;
    for (;;) {
        const size_t word = pol_word_length(rest_of(text, end));
        const digits more = read_digits(text, end + word);
        if (word == 0 && more.count == 0)
            break;
        end = more.end;
    }
    literal->token = TOK_STRING;
    literal->length = end;
    literal->problem = POL_D_STARTS_WITH_DIGIT;
    if (end + 3 <= sizeof literal->proposal)
        snprintf(literal->proposal, sizeof literal->proposal, "\"%.*s\"", (int)end, text.bytes);
    else
        snprintf(literal->proposal, sizeof literal->proposal, "\"…\"");
}

/* 2018.10.21 */
static bool read_dotted_date(pol_str text, digits year, pol_literal *literal)
{
    const size_t first = begins_any(text, year.end, k_date_mark);
    const digits month = read_digits(text, year.end + first);
    const size_t second = begins_any(text, month.end, k_point);
    const digits day = read_digits(text, month.end + second);
    if (year.count != 4 || first == 0 || second == 0 || month.count == 0 || day.count == 0 ||
        month.count > 2 || day.count > 2)
        return false;
    set_date(literal, day.end, year, month, day);
    if (literal->problem < 0) {
        literal->problem = POL_D_LITERAL_FORM;
        propose_date(literal, year.value, month.value, day.value);
    }
    return true;
}

static void finish_number(number n, const unit *found, size_t end, pol_literal *literal)
{
    apply_unit(literal, &n, found);
    literal->length = end;
    if (n.too_long) {
        literal->problem = POL_D_NUMBER_TOO_LONG;
        literal->value = (pol_decimal){ 0, 0 };
    }
    if (n.malformed)
        literal->problem = POL_D_BAD_NUMBER;
}

/* 200,000元 */
static bool read_thousands(pol_str text, digits first, pol_literal *literal)
{
    const size_t groups = thousands_end(text, first);
    if (groups == first.end)
        return false;
    const number n = read_fraction(text, 0, groups);
    size_t end = n.end;
    const unit *found = touching_unit(text, n.end);
    if (found != NULL)
        end += strlen(found->text);
    else
        found = separate_unit(text, n.end, &end);
    if (found == NULL || found->kind != UNIT_MONEY)
        return false;
    finish_number(n, found, end, literal);
    if (literal->problem < 0) {
        literal->problem = POL_D_THOUSANDS;
        propose_money(literal, literal->value, is_ascii(found->text));
    }
    return true;
}

#define PLAIN_UNITS  2  /* the first of k_units */
#define PLAIN_DIGITS 14 /* a point among them: numbers that need no look at their length */

/* 1234.56元, 20万元: digits, perhaps a fraction, and at once what no other form has behind its digits. */
static bool read_plain_money(pol_str text, pol_literal *literal)
{
    const unit *found = NULL;
    int64_t value = 0;
    size_t at = 0, point = SIZE_MAX;
    for (; at < text.length && at < PLAIN_DIGITS; at++) {
        const char c = text.bytes[at];
        if (c >= '0' && c <= '9')
            value = value * 10 + (c - '0');
        else if (c == '.' && point == SIZE_MAX)
            point = at;
        else
            break;
    }
    for (size_t i = 0; i < PLAIN_UNITS && found == NULL; i++)
        if (begins(text, at, k_units[i].text))
            found = &k_units[i];
    const size_t decimals = point == SIZE_MAX ? 0 : at - point - 1;
    if (found == NULL || point == 0 || point == at - 1 || decimals > POL_MAX_DECIMAL_DIGITS)
        return false;
    const number n = { .end = at, .value = { value, (uint8_t)decimals } };
    finish_number(n, found, at + strlen(found->text), literal);
    return true;
}

void pol_lex_literal(pol_str text, pol_literal *literal)
{
    memset(literal, 0, offsetof(pol_literal, proposal) + 1);
    literal->problem = -1;
    if (read_plain_money(text, literal))
        return;
    const digits first = read_digits(text, 0);
    if (read_iso_date(text, first, literal) || read_chinese_date(text, first, literal) ||
        read_dotted_date(text, first, literal) || read_thousands(text, first, literal))
        return;
    const number n = read_fraction(text, 0, first.end);
    const unit *found = touching_unit(text, n.end);
    if (found != NULL) {
        finish_number(n, found, n.end + strlen(found->text), literal);
        return;
    }
    if (!n.too_long && (read_amount_words(text, n, literal) || read_wrong_unit(text, n, literal)))
        return;
    if (!word_ends(text, n.end)) {
        read_text(text, n, literal);
        return;
    }
    size_t end = n.end;
    found = separate_unit(text, n.end, &end);
    finish_number(n, found, found != NULL ? end : n.end, literal);
}
