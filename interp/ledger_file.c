/* The ledger as a file: CSV that a spreadsheet opens, checked to the last byte when it is read.
 *
 *   pol 台账,版本 1,系列,guangan
 *   业务,累计,期间,参保人,家庭,分项1,日期,数值
 *   住院,救助本年已付,2024年,P-1,,哮喘,2024-05-20,16799.86
 *   结束,1,a64d1f0c5b0e3f21
 *
 * One row an entry, in the order in which they came to be; of a rolling accumulator one row a day. 业务 is
 * empty for a shared accumulator; one of 参保人 and 家庭 is filled. 日期 is that of the last claim, empty
 * where all were rejected. Amounts have two decimals, integers none. A further input (分项) that is absent is 空; a text of its own that
 * begins with ' or is empty or 空 has a ' before it. The last row counts the rows and holds a check sum of
 * all before it; where a file was mended by hand on purpose, the sum is left empty. */
#include <stdio.h>
#include <string.h>

#include "interp/csv.h"
#include "interp/ledger.h"

#define TITLE        "pol 台账"
#define VERSION      "版本 1"
#define SERIES       "系列"
#define END          "结束"
#define ABSENT       "空"
#define MAX_KEYS     64
#define MAX_DIGITS   25 /* of a value: sums of any file stay far within 128 bits */
#define FIXED_CELLS  7 /* beside the keys */
#define OUTPUT_BYTES ((size_t)64 << 10)

static const char *const k_columns[] = { "业务", "累计", "期间", "参保人", "家庭" };
enum { CELL_MATTER, CELL_NAME, CELL_PERIOD, CELL_PERSON, CELL_HOUSEHOLD, CELL_KEYS };

/* FNV-1a over rows, each with a line feed. */
static uint64_t sum_row(uint64_t sum, pol_str row)
{
    for (size_t i = 0; i <= row.length; i++) {
        sum ^= i == row.length ? (unsigned char)'\n' : (unsigned char)row.bytes[i];
        sum *= UINT64_C(0x100000001b3);
    }
    return sum;
}
#define EMPTY_SUM UINT64_C(0xcbf29ce484222325)

/* ---- writing ------------------------------------------------------------------------------------------ */

typedef struct writing {
    const pol_ledger *ledger;
    pol_writer out;
    pol_text text; /* rows not yet written */
    size_t begin;  /* of the row at hand */
    uint32_t keys; /* columns of further inputs */
    uint64_t rows, sum;
    pol_status status;
} writing;

static void send(writing *w)
{
    if (pol_arena_failed(w->text.arena))
        w->status = POL_NO_MEMORY;
    if (w->status == POL_OK && w->text.length != 0 &&
        !w->out.write(w->out.user, w->text.bytes, w->text.length))
        w->status = POL_WRITE_FAILED;
    w->text.length = 0;
    w->begin = 0;
}

static void begin_row(writing *w, pol_str cell)
{
    w->begin = w->text.length;
    pol_csv_write(&w->text, cell);
}

static void add_next(writing *w, pol_str cell)
{
    pol_text_char(&w->text, ',');
    pol_csv_write(&w->text, cell);
}

static void end_row(writing *w)
{
    if (!pol_arena_failed(w->text.arena))
        w->sum = sum_row(w->sum, (pol_str){ w->text.bytes + w->begin, w->text.length - w->begin });
    pol_text_char(&w->text, '\n');
    if (w->text.length >= OUTPUT_BYTES)
        send(w);
}

static void period_text(char out[40], const pol_account *account, int32_t period)
{
    switch ((pol_period_kind)account->period) {
    case POL_YEARLY:
        if (account->start_month == 1 && account->start_day == 1)
            snprintf(out, 40, "%d年", (int)period);
        else
            snprintf(out, 40, "%d-%02d-%02d起一年", (int)period, account->start_month, account->start_day);
        break;
    case POL_QUARTERLY: snprintf(out, 40, "%d年%d季", (int)(period / 4), (int)(period % 4 + 1)); break;
    case POL_MONTHLY: snprintf(out, 40, "%d年%d月", (int)(period / 12), (int)(period % 12 + 1)); break;
    case POL_ROLLING: snprintf(out, 40, "滚动%u个月", (unsigned)account->months); break;
    case POL_LIFELONG: snprintf(out, 40, "不清零"); break;
    }
}

static void add_key(writing *w, pol_str part, bool absent)
{
    const bool marked = part.length == 0 || part.bytes[0] == '\'' || pol_str_equal(part, POL_STR(ABSENT));
    if (absent || !marked) {
        add_next(w, absent ? POL_STR(ABSENT) : part);
        return;
    }
    pol_text_char(&w->text, ',');
    const size_t begin = w->text.length;
    pol_text_char(&w->text, '\'');
    pol_text_add(&w->text, part);
    pol_csv_quote(&w->text, begin);
}

static void add_row(writing *w, const pol_ledger_cursor *entry, pol_date date, pol_i128 value)
{
    const pol_account *const account = &w->ledger->accounts.items[entry->account];
    char period[40], number[64], day[16] = "";
    pol_str rest = entry->key, holder = entry->key, part;
    bool absent;
    if (account->key_count != 0)
        (void)pol_ledger_next_part(&rest, &holder, &absent);
    period_text(period, account, entry->period);
    begin_row(w, account->matter);
    add_next(w, account->name);
    add_next(w, pol_str_of(period));
    add_next(w, account->household ? POL_STR("") : holder);
    add_next(w, account->household ? holder : POL_STR(""));
    for (uint32_t k = 0; k < w->keys; k++) {
        if (k < account->key_count && pol_ledger_next_part(&rest, &part, &absent))
            add_key(w, part, absent);
        else
            add_next(w, POL_STR(""));
    }
    if (date != POL_NO_DATE)
        pol_date_text(day, date);
    add_next(w, pol_str_of(day));
    const size_t length = account->integer ? pol_decimal_text(number, value, 1, 0, false)
                                           : pol_decimal_text(number, value, POL_FEN_PER_YUAN, 2, false);
    add_next(w, (pol_str){ number, length });
    end_row(w);
    w->rows++;
}

/* A rolling entry's days; one more of 0 when the last claim added nothing, or none was settled. */
static void add_days(writing *w, const pol_ledger_cursor *entry)
{
    pol_ledger_day day = { .started = false };
    const pol_date last = pol_ledger_date(w->ledger, entry->number);
    bool listed = false;
    while (pol_ledger_next_day(w->ledger, entry->number, &day)) {
        add_row(w, entry, day.date, day.sum);
        listed = listed || day.date == last;
    }
    if (!listed)
        add_row(w, entry, last, 0);
}

static void add_head(writing *w)
{
    char name[24];
    for (size_t i = 0; i < w->ledger->accounts.count; i++) {
        const uint32_t keys = w->ledger->accounts.items[i].key_count;
        w->keys = keys > w->keys ? keys : w->keys;
    }
    pol_text_add(&w->text, POL_STR("\xef\xbb\xbf"));
    begin_row(w, POL_STR(TITLE));
    add_next(w, POL_STR(VERSION));
    add_next(w, POL_STR(SERIES));
    add_next(w, w->ledger->series);
    end_row(w);
    begin_row(w, pol_str_of(k_columns[0]));
    for (uint32_t i = 1; i < CELL_KEYS; i++)
        add_next(w, pol_str_of(k_columns[i]));
    for (uint32_t k = 0; k < w->keys; k++) {
        snprintf(name, sizeof name, "分项%u", (unsigned)k + 1);
        add_next(w, pol_str_of(name));
    }
    add_next(w, POL_STR("日期"));
    add_next(w, POL_STR("数值"));
    end_row(w);
}

pol_status pol_ledger_save(const pol_ledger *ledger, pol_writer out)
{
    if (ledger == NULL || out.write == NULL)
        return POL_BAD_ARGUMENT;
    pol_arena scratch;
    pol_arena_init(&scratch, &ledger->allocator);
    writing w = { .ledger = ledger, .out = out, .sum = EMPTY_SUM };
    pol_text_init(&w.text, &scratch);
    add_head(&w);
    pol_ledger_cursor entry = { .chunk = 0 };
    while (w.status == POL_OK && pol_ledger_next(ledger, &entry)) {
        if (ledger->accounts.items[entry.account].period == POL_ROLLING)
            add_days(&w, &entry);
        else
            add_row(&w, &entry, pol_ledger_date(ledger, entry.number),
                    pol_ledger_value(ledger, entry.number));
    }
    pol_text_format(&w.text, END ",%llu,%016llx\n", (unsigned long long)w.rows, (unsigned long long)w.sum);
    send(&w);
    pol_arena_reset(&scratch);
    return w.status;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

typedef struct pol_ledger_reading {
    pol_arena arena;   /* the framer's, as long as the file is read */
    pol_arena scratch; /* one row's */
    pol_framer framer;
    uint64_t rows, sum;
    uint32_t keys;
    enum { IN_TITLE, IN_HEADER, IN_ROWS, BEHIND } place;
    pol_text key;
    uint64_t line;
    pol_str cells[FIXED_CELLS + MAX_KEYS];
    uint32_t cell_count;
} reading;

void pol_ledger_stop_reading(pol_ledger *ledger)
{
    if (ledger->reading == NULL)
        return;
    pol_arena_reset(&ledger->reading->arena);
    pol_arena_reset(&ledger->reading->scratch);
    pol_reallocate(&ledger->allocator, ledger->reading, sizeof *ledger->reading, 0);
    ledger->reading = NULL;
}

static pol_status start_reading(pol_ledger *ledger)
{
    if (ledger->reading != NULL)
        return POL_OK;
    reading *const r = pol_reallocate(&ledger->allocator, NULL, 0, sizeof *r);
    if (r == NULL)
        return POL_NO_MEMORY;
    *r = (reading){ .sum = EMPTY_SUM };
    pol_arena_init(&r->arena, &ledger->allocator);
    pol_arena_init(&r->scratch, &ledger->allocator);
    pol_framer_init(&r->framer, &r->arena, true);
    pol_text_init(&r->key, &r->arena);
    ledger->reading = r;
    return POL_OK;
}

static pol_status refuse(pol_ledger *ledger, const char *zh, const char *en)
{
    char zh_line[256], en_line[256];
    const unsigned long long line = ledger->reading->line;
    snprintf(zh_line, sizeof zh_line, "第 %llu 行：%s", line, zh);
    snprintf(en_line, sizeof en_line, "line %llu: %s", line, en);
    pol_ledger_refuse(ledger, zh_line, en_line);
    return POL_REFUSED;
}

/* Takes one cell from the row's front. False when its quotes are wrong. */
static bool take_cell(reading *r, pol_str *row, pol_str *cell)
{
    size_t at = 0;
    if (row->length == 0 || row->bytes[0] != '"') {
        while (at < row->length && row->bytes[at] != ',' && row->bytes[at] != '"')
            at++;
        *cell = (pol_str){ row->bytes, at };
    } else {
        pol_text text;
        pol_text_init(&text, &r->scratch);
        for (at = 1; at < row->length; at++) {
            if (row->bytes[at] == '"' && (++at >= row->length || row->bytes[at] != '"'))
                break;
            pol_text_char(&text, row->bytes[at]);
        }
        if (row->bytes[at - 1] != '"' || at == 1)
            return false;
        *cell = pol_text_str(&text);
    }
    *row = (pol_str){ row->bytes + at, row->length - at };
    return row->length == 0 || row->bytes[0] == ',';
}

static bool split(reading *r, pol_str row)
{
    r->cell_count = 0;
    while (r->cell_count < FIXED_CELLS + MAX_KEYS) {
        if (!take_cell(r, &row, &r->cells[r->cell_count++]))
            return false;
        if (row.length == 0)
            return true;
        row = (pol_str){ row.bytes + 1, row.length - 1 };
    }
    return false;
}

static bool is_cell(const reading *r, uint32_t number, const char *text)
{
    return pol_str_equal(r->cells[number], pol_str_of(text));
}

/* ---- the parts of a row ---- */

/* Skips a text at the front; false when it is not there. */
static bool skip(pol_str *text, const char *front)
{
    const size_t length = strlen(front);
    if (text->length < length || memcmp(text->bytes, front, length) != 0)
        return false;
    *text = (pol_str){ text->bytes + length, text->length - length };
    return true;
}

/* Digits at the front, without a leading zero; at most `most`. */
static bool take_number(pol_str *text, uint32_t most, uint32_t *number)
{
    size_t at = 0;
    uint64_t value = 0;
    for (; at < text->length && text->bytes[at] >= '0' && text->bytes[at] <= '9' && value <= most; at++)
        value = value * 10 + (uint64_t)(text->bytes[at] - '0');
    if (at == 0 || value > most || (text->bytes[0] == '0' && at > 1))
        return false;
    *number = (uint32_t)value;
    *text = (pol_str){ text->bytes + at, text->length - at };
    return true;
}

static bool read_school_year(pol_str text, pol_account *account, int32_t *period)
{
    pol_date start;
    if (text.length < 10 || !pol_date_read((pol_str){ text.bytes, 10 }, &start))
        return false;
    const pol_civil day = pol_date_civil(start);
    account->period = POL_YEARLY;
    account->start_month = day.month;
    account->start_day = day.day;
    *period = day.year;
    text = (pol_str){ text.bytes + 10, text.length - 10 };
    return skip(&text, "起一年") && text.length == 0;
}

static bool read_period(pol_str text, pol_account *account, int32_t *period)
{
    uint32_t year, part;
    account->start_month = account->start_day = 1;
    *period = 0;
    if (pol_str_equal(text, POL_STR("不清零"))) {
        account->period = POL_LIFELONG;
        return true;
    }
    if (skip(&text, "滚动")) {
        account->period = POL_ROLLING;
        return take_number(&text, UINT32_MAX - 1, &account->months) && skip(&text, "个月") && text.length == 0;
    }
    pol_str rest = text;
    if (!take_number(&rest, 9999, &year) || !skip(&rest, "年"))
        return read_school_year(text, account, period);
    account->period = POL_YEARLY;
    *period = (int32_t)year;
    if (rest.length == 0)
        return true;
    if (!take_number(&rest, 12, &part) || part == 0)
        return false;
    const bool quarter = skip(&rest, "季");
    account->period = quarter ? POL_QUARTERLY : POL_MONTHLY;
    *period = (int32_t)(year * (quarter ? 4 : 12) + part - 1);
    return rest.length == 0 ? quarter && part <= 4 : !quarter && skip(&rest, "月") && rest.length == 0;
}

/* "-12.34" in fen, "12" as it is; as written by add_row. */
static bool read_value(pol_str text, bool *integer, pol_i128 *value)
{
    const bool negative = skip(&text, "-");
    pol_i128 number = 0;
    size_t digits = 0, decimals = 0;
    bool point = false;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.bytes[i];
        if (c == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > MAX_DIGITS)
            return false;
        decimals += point;
        number = number * 10 + (c - '0');
    }
    *integer = !point;
    *value = negative ? -number : number;
    const bool zero_first = text.length > 1 && text.bytes[0] == '0' && text.bytes[1] != '.';
    return digits > 0 && decimals == (point ? 2u : 0u) && !zero_first && (!negative || number != 0);
}

/* Values beyond these were never written. */
static bool is_in_range(const pol_account *account, pol_i128 value)
{
    if (account->period == POL_ROLLING)
        return true;
    return account->integer ? value >= -POL_MAX_INTEGER && value <= POL_MAX_INTEGER
                            : value >= 0 && value <= POL_MAX_AMOUNT_FEN;
}

/* The key of the row into r->key. False when it has no holder, or two. */
static bool read_key(reading *r, pol_account *account)
{
    const pol_str person = r->cells[CELL_PERSON], household = r->cells[CELL_HOUSEHOLD];
    const pol_str holder = person.length != 0 ? person : household;
    if ((person.length == 0) == (household.length == 0))
        return false;
    account->household = household.length != 0;
    while (account->key_count < r->keys && r->cells[CELL_KEYS + account->key_count].length != 0)
        account->key_count++;
    for (uint32_t k = account->key_count; k < r->keys; k++) {
        if (r->cells[CELL_KEYS + k].length != 0)
            return false;
    }
    r->key.length = 0;
    if (account->key_count == 0) {
        pol_text_add(&r->key, holder);
        return true;
    }
    pol_ledger_key_part(&r->key, holder, false);
    for (uint32_t k = 0; k < account->key_count; k++) {
        pol_str part = r->cells[CELL_KEYS + k];
        const bool absent = pol_str_equal(part, POL_STR(ABSENT));
        (void)skip(&part, "'");
        pol_ledger_key_part(&r->key, part, absent);
    }
    return true;
}

static pol_status store_row(pol_ledger *ledger, const pol_account *account, int32_t period, pol_date date,
                            pol_i128 value)
{
    reading *const r = ledger->reading;
    uint32_t number;
    pol_status status = pol_ledger_account(ledger, account, &number);
    if (status == POL_REFUSED)
        return refuse(ledger, "与前面同名的累计类型、按谁、期间或分项不同",
                      "an accumulator of this name has another type, holder, period or key above");
    if (status != POL_OK)
        return status;
    if (pol_arena_failed(&r->arena) || pol_arena_failed(&r->scratch))
        return POL_NO_MEMORY;
    const uint32_t entries = ledger->entry_count;
    const uint32_t entry = pol_ledger_entry(ledger, number, period, pol_text_str(&r->key));
    if (entry == POL_NO_ENTRY)
        return POL_NO_MEMORY;
    const pol_date known = pol_ledger_date(ledger, entry);
    if (account->period != POL_ROLLING) {
        if (entries == ledger->entry_count)
            return refuse(ledger, "同一个人（户）、同一期间的同一累计出现两次",
                          "the same accumulator, holder and period stand here twice");
        pol_ledger_store(ledger, entry, (int64_t)value);
        pol_ledger_set_date(ledger, entry, date);
        return POL_OK;
    }
    if (date == POL_NO_DATE)
        return value == 0 ? POL_OK
                          : refuse(ledger, "滚动的累计每行要有日期", "a rolling accumulator needs a date in each row");
    if (known == POL_NO_DATE || known < date)
        pol_ledger_set_date(ledger, entry, date);
    return pol_ledger_add(ledger, entry, date, value) ? POL_OK : POL_NO_MEMORY;
}

static pol_status read_row(pol_ledger *ledger)
{
    reading *const r = ledger->reading;
    pol_account account = { .matter = r->cells[CELL_MATTER], .name = r->cells[CELL_NAME] };
    int32_t period;
    pol_i128 value;
    pol_date date = POL_NO_DATE;
    const pol_str day = r->cells[CELL_KEYS + r->keys];
    if (r->cell_count != FIXED_CELLS + r->keys)
        return refuse(ledger, "列数与表头不同", "not as many cells as the header has");
    if (account.name.length == 0)
        return refuse(ledger, "没有写累计的名称", "the accumulator has no name");
    if (!read_period(r->cells[CELL_PERIOD], &account, &period))
        return refuse(ledger, "期间不对", "the period is wrong");
    if (!read_key(r, &account))
        return refuse(ledger, "参保人和家庭应当只填一个，分项应当依次填写",
                      "one of 参保人 and 家庭 must be filled, and 分项 from the left");
    if (day.length != 0 && !pol_date_read(day, &date))
        return refuse(ledger, "日期不对", "the date is wrong");
    if (!read_value(r->cells[CELL_KEYS + r->keys + 1], &account.integer, &value) || !is_in_range(&account, value))
        return refuse(ledger, "数值不对：金额写两位小数，整数不写小数",
                      "the value is wrong: amounts have two decimals, integers none");
    r->rows++;
    return store_row(ledger, &account, period, date, value);
}

static pol_status read_title(pol_ledger *ledger)
{
    reading *const r = ledger->reading;
    if (r->cell_count < 4 || !is_cell(r, 0, TITLE) || !is_cell(r, 2, SERIES))
        return refuse(ledger, "不是 pol 台账文件", "this is no ledger of pol");
    if (!is_cell(r, 1, VERSION))
        return refuse(ledger, "是另一种版本的台账，本程序只认识版本 1",
                      "a ledger of another version; this program knows version 1");
    r->place = IN_HEADER;
    return pol_ledger_belong(ledger, r->cells[3]);
}

static pol_status read_header(pol_ledger *ledger)
{
    reading *const r = ledger->reading;
    char name[24];
    bool good = r->cell_count >= FIXED_CELLS;
    r->keys = good ? r->cell_count - FIXED_CELLS : 0;
    for (uint32_t i = 0; i < CELL_KEYS && good; i++)
        good = is_cell(r, i, k_columns[i]);
    for (uint32_t k = 0; k < r->keys && good; k++) {
        snprintf(name, sizeof name, "分项%u", (unsigned)k + 1);
        good = is_cell(r, CELL_KEYS + k, name);
    }
    if (!good || !is_cell(r, CELL_KEYS + r->keys, "日期") || !is_cell(r, CELL_KEYS + r->keys + 1, "数值"))
        return refuse(ledger, "表头不对", "the names of columns are wrong");
    r->place = IN_ROWS;
    return POL_OK;
}

static pol_status read_end(pol_ledger *ledger)
{
    reading *const r = ledger->reading;
    char count[24], sum[24];
    snprintf(count, sizeof count, "%llu", (unsigned long long)r->rows);
    snprintf(sum, sizeof sum, "%016llx", (unsigned long long)r->sum);
    r->place = BEHIND;
    if (!is_cell(r, 1, count))
        return refuse(ledger, "行数与最后一行写的不同：文件缺了或多了几行",
                      "the last row counts other rows: some are missing or too many");
    if (r->cells[2].length != 0 && !is_cell(r, 2, sum))
        return refuse(ledger, "校验不符：文件已损坏或被改动（有意改动的，把最后一格清空）",
                      "the check sum differs: the file is damaged or was changed (after a change on "
                      "purpose, empty the last cell)");
    return POL_OK;
}

/* The last row; a spreadsheet may have filled it up with empty cells. */
static bool is_end(const reading *r)
{
    if (r->place != IN_ROWS || r->cell_count < 2 || !is_cell(r, 0, END))
        return false;
    for (uint32_t i = 3; i < r->cell_count; i++) {
        if (r->cells[i].length != 0)
            return false;
    }
    return true;
}

static pol_status read_frame(pol_ledger *ledger, const pol_frame *frame)
{
    reading *const r = ledger->reading;
    r->line = frame->line;
    pol_arena_reset(&r->scratch);
    if (r->place == BEHIND)
        return refuse(ledger, "最后一行之后还有内容", "something follows the last row");
    if (frame->too_long || !split(r, frame->text))
        return refuse(ledger, "引号不成对，或一行太长", "quotes are not closed, or the row is too long");
    if (pol_arena_failed(&r->arena) || pol_arena_failed(&r->scratch))
        return POL_NO_MEMORY;
    if (is_end(r)) {
        if (r->cell_count == 2)
            r->cells[2] = POL_STR("");
        return read_end(ledger);
    }
    r->sum = sum_row(r->sum, frame->text);
    return r->place == IN_TITLE ? read_title(ledger) : r->place == IN_HEADER ? read_header(ledger) : read_row(ledger);
}

pol_status pol_ledger_feed(pol_ledger *ledger, const char *bytes, size_t length)
{
    if (ledger == NULL || (bytes == NULL && length != 0))
        return POL_BAD_ARGUMENT;
    pol_status status = start_reading(ledger);
    pol_frame frame;
    while (status == POL_OK && length != 0 && pol_framer_next(&ledger->reading->framer, &bytes, &length, &frame))
        status = read_frame(ledger, &frame);
    return status;
}

pol_status pol_ledger_complete(pol_ledger *ledger)
{
    if (ledger == NULL)
        return POL_BAD_ARGUMENT;
    pol_status status = start_reading(ledger);
    pol_frame frame;
    if (status == POL_OK && pol_framer_last(&ledger->reading->framer, &frame))
        status = read_frame(ledger, &frame);
    if (status == POL_OK && ledger->reading->place != BEHIND)
        status = refuse(ledger, "文件不完整：没有最后的“结束”一行", "the file is cut off: its last row (结束) is missing");
    pol_ledger_stop_reading(ledger);
    return status;
}
