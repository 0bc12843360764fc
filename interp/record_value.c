/* Values of a record by type (language 6.1), with messages that say what was expected. */
#include "interp/record_value.h"

#include <string.h>

#include "interp/base/utf8.h"

#define SHOWN_CHARACTERS 40 /* of a wrong value in a message */
#define SHOWN_LABELS 12     /* of a category in a message */
#define MAX_AMOUNT_DIGITS 14
#define RATIO_DECIMALS 6

/* ---- numbers by their text ------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The text as (0|[1-9]\d*)(\.\d{1,max})? with at most `max_whole` digits before the point, times
 * 10^max_decimals. */
static bool read_decimal(pol_str text, size_t max_whole, unsigned max_decimals, int64_t *scaled)
{
    size_t at = 0;
    int64_t number = 0;
    while (at < text.length && is_digit(text.bytes[at]) && at <= max_whole)
        number = number * 10 + (text.bytes[at++] - '0');
    if (at == 0 || at > max_whole || (at > 1 && text.bytes[0] == '0'))
        return false;
    unsigned decimals = 0;
    if (at < text.length) {
        if (text.bytes[at++] != '.')
            return false;
        while (at < text.length && is_digit(text.bytes[at]) && decimals < max_decimals) {
            number = number * 10 + (text.bytes[at++] - '0');
            decimals++;
        }
        if (decimals == 0 || at < text.length)
            return false;
    }
    for (; decimals < max_decimals; decimals++)
        number *= 10;
    *scaled = number;
    return true;
}

bool pol_read_amount(pol_str text, int64_t *fen)
{
    int64_t scaled;
    if (!read_decimal(text, MAX_AMOUNT_DIGITS, 2, &scaled) || scaled > POL_MAX_AMOUNT_FEN)
        return false;
    *fen = scaled;
    return true;
}

bool pol_read_ratio(pol_str text, int64_t *millionths)
{
    int64_t scaled;
    if (!read_decimal(text, 1, RATIO_DECIMALS, &scaled) || scaled > 1000000)
        return false;
    *millionths = scaled;
    return true;
}

/* "70%" of a CSV cell. */
static bool read_percent(pol_str text, int64_t *millionths)
{
    int64_t scaled;
    if (text.length == 0 || text.bytes[text.length - 1] != '%')
        return false;
    text.length--;
    if (!read_decimal(text, 3, RATIO_DECIMALS - 2, &scaled) || scaled > 1000000)
        return false;
    *millionths = scaled;
    return true;
}

bool pol_read_integer(pol_str text, int64_t *number)
{
    int64_t scaled;
    const bool negative = text.length != 0 && text.bytes[0] == '-';
    if (negative)
        text = (pol_str){ text.bytes + 1, text.length - 1 };
    if (!read_decimal(text, 9, 0, &scaled))
        return false;
    *number = negative ? -scaled : scaled;
    return true;
}

/* ---- messages ------------------------------------------------------------------------------------- */

static pol_str render(pol_arena *arena, const char *template_text, const pol_str arguments[2])
{
    pol_text out;
    pol_text_init(&out, arena);
    const char *from = template_text;
    for (const char *at = from; *at != '\0'; at++) {
        if (at[0] != '{' || (at[1] != '0' && at[1] != '1') || at[2] != '}')
            continue;
        pol_text_add(&out, (pol_str){ from, (size_t)(at - from) });
        pol_text_add(&out, arguments[at[1] - '0']);
        at += 2;
        from = at + 1;
    }
    pol_text_add(&out, pol_str_of(from));
    return pol_text_str(&out);
}

void pol_find(pol_arena *arena, pol_finding *finding, pol_claim_error code, pol_str field,
              const char *zh, const char *en, pol_str a, pol_str b)
{
    const pol_str arguments[2] = { a, b };
    *finding = (pol_finding){ .code = code,
                              .field = field,
                              .zh = render(arena, zh, arguments),
                              .en = render(arena, en, arguments) };
}

pol_str pol_field_path(pol_arena *arena, const pol_field_def *field)
{
    if (field->role != POL_ROLE_PARAMETER)
        return field->name;
    pol_text path;
    pol_text_init(&path, arena);
    pol_text_add(&path, POL_STR("参数."));
    pol_text_add(&path, field->name);
    return pol_text_str(&path);
}

/* The beginning of a value, for a message. */
static pol_str shown(pol_arena *arena, pol_str text)
{
    size_t at = 0;
    for (unsigned i = 0; i < SHOWN_CHARACTERS && at < text.length; i++) {
        size_t size;
        pol_utf8_next(text.bytes + at, text.length - at, &size);
        at += size;
    }
    if (at >= text.length)
        return text;
    pol_text cut;
    pol_text_init(&cut, arena);
    pol_text_add(&cut, (pol_str){ text.bytes, at });
    pol_text_add(&cut, POL_STR("…"));
    return pol_text_str(&cut);
}

static pol_str shown_value(pol_arena *arena, const pol_pair *pair)
{
    if (pair->kind == POL_V_STRING || pair->kind == POL_V_BROKEN)
        return shown(arena, (pol_str){ pair->value.bytes + 1, pair->value.length - 2 });
    return shown(arena, pair->value);
}

pol_str pol_nearest(const pol_str *names, uint32_t count, pol_str text)
{
    pol_str best = POL_STR("");
    if (text.length > 256)
        return best;
    /* At least one character must be shared: half of them, counted as Chinese ones. */
    unsigned limit = (unsigned)(text.length / 6);
    limit = limit == 0 ? 1 : limit;
    for (uint32_t i = 0; i < count; i++) {
        const unsigned distance = pol_str_distance(names[i], text, limit);
        if (distance > limit || distance >= names[i].length)
            continue;
        best = names[i];
        if (distance == 0)
            break;
        limit = distance - 1;
    }
    return best;
}

/* "甲、乙、丙 等". */
static pol_str listed(pol_arena *arena, const pol_label_set *set)
{
    pol_text out;
    pol_text_init(&out, arena);
    for (uint32_t i = 0; i < set->count && i < SHOWN_LABELS; i++) {
        if (i != 0)
            pol_text_add(&out, POL_STR("、"));
        pol_text_add(&out, set->labels[i]);
    }
    if (set->count > SHOWN_LABELS)
        pol_text_add(&out, POL_STR("…"));
    return pol_text_str(&out);
}

static const char *const k_expected[][2] = {
    [POL_F_AMOUNT] = { "应为不小于 0 的金额，单位元，最多两位小数，不超过 10 万亿元，如 1234.50",
                       "an amount in yuan is expected: at least 0, at most two decimals, at most "
                       "10^13, such as 1234.50" },
    [POL_F_RATIO] = { "应为 0 到 1 的比例，最多六位小数，如 0.70",
                      "a ratio from 0 to 1 is expected, with at most six decimals, such as 0.70" },
    [POL_F_INTEGER] = { "应为整数，不加引号，不带小数点，绝对值小于 10 亿",
                        "a whole number is expected, without quotes or a point, below 10^9" },
    [POL_F_YESNO] = { "应为 true 或 false，不加引号（CSV 中写 是 或 否）",
                      "true or false is expected, without quotes (in CSV also 是 or 否)" },
    [POL_F_DATE] = { "应为存在的日期，写作 2024-05-06", "a date that exists is expected, such as 2024-05-06" },
    [POL_F_TEXT] = { "应为文字，不超过 4096 字节", "a text of at most 4096 bytes is expected" },
    [POL_F_LABEL] = { "应为一个取值", "one label is expected" },
    [POL_F_LABELS] = { "应为一个或多个取值的数组（CSV 中用、隔开）",
                       "an array of labels is expected (in CSV joined by 、)" },
    [POL_F_TIERS] = { "应为分段数组，1 至 32 段，如 [{\"上限\": \"50000.00\", \"比例\": \"0.60\"}, "
                      "{\"上限\": null, \"比例\": \"0.70\"}]（CSV 中不能给出）",
                      "an array of 1 to 32 tiers is expected, such as [{\"上限\": \"50000.00\", "
                      "\"比例\": \"0.60\"}, {\"上限\": null, \"比例\": \"0.70\"}] (not in CSV)" },
};

/* "…的值…不对：" and what was expected. */
static bool refuse(const pol_cell *cell, pol_finding *finding, pol_str path, pol_str given,
                   const char *expected_zh, const char *expected_en)
{
    pol_arena *const arena = &cell->reader->scratch;
    pol_text zh, en;
    pol_text_init(&zh, arena);
    pol_text_init(&en, arena);
    pol_text_add(&zh, POL_STR("“{0}”的值“{1}”不对："));
    pol_text_add(&zh, pol_str_of(expected_zh));
    pol_text_add(&en, POL_STR("the value “{1}” of {0} is wrong: "));
    pol_text_add(&en, pol_str_of(expected_en));
    if (!pol_arena_failed(arena))
        pol_find(arena, finding, POL_ERR_BAD_VALUE, path, zh.bytes, en.bytes, path, given);
    finding->code = POL_ERR_BAD_VALUE;
    return false;
}

static bool refuse_pair(const pol_cell *cell, const pol_pair *pair, pol_finding *finding)
{
    pol_arena *const arena = &cell->reader->scratch;
    const char *zh = k_expected[cell->field->type][0], *en = k_expected[cell->field->type][1];
    if (pair->kind == POL_V_NULL) {
        zh = "这里不能为 null；没有值时请不要写这个字段";
        en = "null is not allowed here; leave the key out when there is no value";
    } else if (pair->kind == POL_V_BROKEN) {
        zh = "\\u 转义不是完整的字符";
        en = "a \\u escape names no character";
    }
    return refuse(cell, finding, pol_field_path(arena, cell->field), shown_value(arena, pair), zh, en);
}

/* ---- where values go ---------------------------------------------------------------------------------- */

void pol_cell_put(const pol_cell *cell, int64_t number)
{
    const uint32_t reg = cell->field->reg;
    switch ((pol_field_type)cell->field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: pol_port_num(cell->block, reg)[cell->row] = number; break;
    case POL_F_YESNO: pol_port_bool(cell->block, reg)[cell->row] = (uint8_t)number; break;
    case POL_F_DATE:
    case POL_F_TEXT:
    case POL_F_LABEL: pol_port_code(cell->block, reg)[cell->row] = (int32_t)number; break;
    case POL_F_LABELS: pol_port_set(cell->block, reg)[cell->row] = (uint64_t)number; break;
    case POL_F_TIERS: break;
    }
}

void pol_cell_put_tiers(const pol_cell *cell, uint32_t schedule)
{
    pol_port_tiers(cell->block, cell->field->reg)[cell->row] = schedule;
}

void pol_cell_put_absent(const pol_cell *cell)
{
    switch ((pol_field_type)cell->field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: pol_cell_put(cell, POL_PORT_ABSENT); break;
    case POL_F_YESNO: pol_cell_put(cell, POL_BOOL_ABSENT); break;
    case POL_F_DATE:
    case POL_F_TEXT:
    case POL_F_LABEL: pol_cell_put(cell, POL_CODE_ABSENT); break;
    case POL_F_LABELS: pol_cell_put(cell, POL_SET_ABSENT); break;
    case POL_F_TIERS: pol_cell_put_tiers(cell, POL_TIERS_ABSENT); break;
    }
}

/* ---- texts and labels ---------------------------------------------------------------------------------- */

#define FEW_NAMES 8 /* looked through one by one */

static uint32_t find_name(const pol_names *names, pol_str text)
{
    if (names->count > FEW_NAMES)
        return pol_names_find(names, text);
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->names[i].length == text.length &&
            (text.length == 0 || memcmp(names->names[i].bytes, text.bytes, text.length) == 0))
            return i;
    }
    return POL_NO_NAME;
}

uint32_t pol_lookup_find(const pol_lookup *lookup, pol_arena *scratch, pol_str text)
{
    uint32_t number = find_name(&lookup->names, text);
    if (number == POL_NO_NAME && text.length <= POL_MAX_RECORD_TEXT) {
        const pol_str key = pol_utf8_key(scratch, text);
        if (key.length != text.length || memcmp(key.bytes, text.bytes, key.length) != 0)
            number = find_name(&lookup->names, key);
    }
    return number == POL_NO_NAME ? POL_NONE32 : lookup->numbers[number];
}

/* Remembers how the record spelled a text that is no constant. */
static void keep_spelling(const pol_cell *cell, int32_t code, pol_str text)
{
    pol_record *const record = cell->record;
    pol_arena *const arena = &cell->reader->scratch;
    if (record->spellings == NULL)
        record->spellings = POL_NEW_ARRAY(arena, pol_spelling, cell->block->code->field_count);
    if (record->spellings != NULL)
        record->spellings[record->spelling_count++] =
            (pol_spelling){ .code = code, .text = pol_str_copy(arena, text) };
}

static void put_text(const pol_cell *cell, pol_str text)
{
    pol_reader *const reader = cell->reader;
    uint32_t code = pol_lookup_find(&reader->texts, &reader->scratch, text);
    if (code == POL_NONE32) {
        code = pol_names_find(&reader->block_texts, text);
        if (code == POL_NO_NAME) {
            const pol_str key = pol_utf8_key(&reader->scratch, text);
            code = pol_names_add(&reader->block_texts, key);
            if (code == POL_NO_NAME)
                return;
            if (!pol_str_equal(key, text))
                keep_spelling(cell, (int32_t)(reader->program->text_count + code), text);
        }
        code += reader->program->text_count;
    }
    pol_cell_put(cell, (int32_t)code);
}

static bool refuse_label(const pol_cell *cell, pol_str text, pol_finding *finding)
{
    pol_arena *const arena = &cell->reader->scratch;
    const pol_label_set *const set = &cell->reader->program->label_sets[cell->field->labels];
    const pol_str nearest = pol_nearest(set->labels, set->count, text);
    const pol_str path = pol_field_path(arena, cell->field);
    pol_text zh, en;
    pol_text_init(&zh, arena);
    pol_text_init(&en, arena);
    pol_text_add(&zh, POL_STR("“{0}”没有“{1}”这个取值"));
    pol_text_add(&en, POL_STR("{0} has no label “{1}”"));
    if (nearest.length != 0) {
        pol_text_format(&zh, "，是否想写“%.*s”？", (int)nearest.length, nearest.bytes);
        pol_text_format(&en, "; did you mean “%.*s”?", (int)nearest.length, nearest.bytes);
    } else {
        const pol_str all = listed(arena, set);
        pol_text_format(&zh, "，可写：%.*s", (int)all.length, all.bytes);
        pol_text_format(&en, "; there are: %.*s", (int)all.length, all.bytes);
    }
    if (!pol_arena_failed(arena))
        pol_find(arena, finding, POL_ERR_BAD_VALUE, path, zh.bytes, en.bytes, path,
                 shown(arena, text));
    finding->code = POL_ERR_BAD_VALUE;
    return false;
}

static bool find_label(const pol_cell *cell, pol_str text, uint32_t *code)
{
    pol_reader *const reader = cell->reader;
    *code = pol_lookup_find(&reader->labels[cell->field->labels], &reader->scratch, text);
    return *code != POL_NONE32;
}

/* ["甲", "乙"] */
static bool read_labels(const pol_cell *cell, const pol_pair *pair, pol_finding *finding)
{
    pol_arena *const arena = &cell->reader->scratch;
    uint64_t set = 0;
    pol_json json;
    pol_json_init(&json, pair->value);
    pol_json_next(&json);
    for (;;) {
        const pol_json_event event = pol_json_next(&json);
        if (event == POL_JSON_ARRAY_END)
            break;
        pol_str text;
        if (event != POL_JSON_STRING || !pol_json_decode(arena, json.token, json.escaped, &text))
            return refuse_pair(cell, pair, finding);
        uint32_t code;
        if (!find_label(cell, text, &code))
            return refuse_label(cell, text, finding);
        set |= (uint64_t)1 << (code & 63);
    }
    if (set == 0)
        return refuse_pair(cell, pair, finding);
    pol_cell_put(cell, (int64_t)set);
    return true;
}

/* 甲、乙 or 甲;乙 */
static bool read_joined_labels(const pol_cell *cell, pol_str joined, pol_finding *finding)
{
    const pol_str comma = POL_STR("、");
    uint64_t set = 0;
    for (size_t from = 0, at = 0; at <= joined.length;) {
        size_t mark = 0;
        if (at == joined.length || joined.bytes[at] == ';')
            mark = 1;
        else if (joined.length - at >= comma.length &&
                 memcmp(joined.bytes + at, comma.bytes, comma.length) == 0)
            mark = comma.length;
        if (mark == 0) {
            at++;
            continue;
        }
        const pol_str text = { joined.bytes + from, at - from };
        uint32_t code;
        if (!find_label(cell, text, &code))
            return refuse_label(cell, text, finding);
        set |= (uint64_t)1 << (code & 63);
        from = at += mark;
    }
    pol_cell_put(cell, (int64_t)set);
    return true;
}

/* ---- tier schedules ---------------------------------------------------------------------------------- */

/* One {"上限": …, "比例": …} as found. */
typedef struct pol_raw_tier {
    pol_pair upper, ratio;
    unsigned upper_count, ratio_count;
    pol_str unknown; /* the first other key */
    bool has_unknown;
} pol_raw_tier;

/* "参数.大病分段[0].比例"; key empty: "参数.大病分段[0]". */
static pol_str tier_path(const pol_cell *cell, uint32_t number, pol_str key)
{
    pol_text path;
    pol_text_init(&path, &cell->reader->scratch);
    pol_text_add(&path, pol_field_path(&cell->reader->scratch, cell->field));
    pol_text_format(&path, "[%u]", (unsigned)number);
    if (key.length != 0)
        pol_text_char(&path, '.');
    pol_text_add(&path, key);
    return pol_text_str(&path);
}

static uint8_t kind_of(pol_json_event event)
{
    switch (event) {
    case POL_JSON_STRING: return POL_V_STRING;
    case POL_JSON_NUMBER: return POL_V_NUMBER;
    case POL_JSON_TRUE: return POL_V_TRUE;
    case POL_JSON_FALSE: return POL_V_FALSE;
    case POL_JSON_ARRAY: return POL_V_ARRAY;
    case POL_JSON_OBJECT: return POL_V_OBJECT;
    default: return POL_V_NULL;
    }
}

/* The members of the object just entered. False when memory ran out or a key names no text. */
static bool collect_tier(pol_arena *arena, pol_json *json, pol_raw_tier *tier)
{
    *tier = (pol_raw_tier){ .upper_count = 0 };
    while (pol_json_next(json) == POL_JSON_KEY) {
        pol_str key;
        if (!pol_json_decode(arena, json->token, json->escaped, &key))
            return false;
        const pol_json_event event = pol_json_next(json);
        const pol_pair pair = { .key = key, .value = json->token, .kind = kind_of(event),
                                .escaped = json->escaped };
        if ((event == POL_JSON_OBJECT || event == POL_JSON_ARRAY) && !pol_json_skip(json))
            return false;
        if (pol_str_equal(key, POL_STR("上限"))) {
            tier->upper = pair;
            tier->upper_count++;
        } else if (pol_str_equal(key, POL_STR("比例"))) {
            tier->ratio = pair;
            tier->ratio_count++;
        } else if (!tier->has_unknown) {
            tier->unknown = key;
            tier->has_unknown = true;
        }
    }
    return true;
}

/* The decimal text of a string or number. */
static bool decimal_text(pol_arena *arena, const pol_pair *pair, pol_str *text)
{
    *text = pair->value;
    if (pair->kind == POL_V_STRING)
        return pol_json_decode(arena, pair->value, pair->escaped, text);
    return pair->kind == POL_V_NUMBER || pair->kind == POL_V_CELL;
}

static bool missing_in_tier(const pol_cell *cell, pol_str path, pol_finding *finding)
{
    pol_find(&cell->reader->scratch, finding, POL_ERR_MISSING, path, "缺少“{0}”", "{0} is missing",
             path, path);
    return false;
}

static bool read_tier(const pol_cell *cell, const pol_raw_tier *raw, uint32_t number, bool last,
                      pol_tiers *tiers, pol_finding *finding)
{
    pol_arena *const arena = &cell->reader->scratch;
    pol_tier *const tier = &tiers->tiers[number];
    const pol_i128 below = number == 0 ? 0 : tiers->tiers[number - 1].upper;
    pol_str text;
    int64_t upper, ratio;
    if (raw->upper_count == 0)
        return missing_in_tier(cell, tier_path(cell, number, POL_STR("上限")), finding);
    if (raw->upper_count == 1 && raw->upper.kind == POL_V_NULL && last)
        tier->upper = POL_NUM_UNLIMITED;
    else if (last || raw->upper_count != 1 || !decimal_text(arena, &raw->upper, &text) ||
             !pol_read_amount(text, &upper) || (tier->upper = upper) <= below)
        return refuse(cell, finding, tier_path(cell, number, POL_STR("上限")),
                      shown_value(arena, &raw->upper),
                      last ? "最后一段的上限应为 null" : "上限应为金额，并大于前一段的上限",
                      last ? "the upper bound of the last tier is null"
                           : "an amount above the bound of the tier before is expected");
    if (raw->ratio_count == 0)
        return missing_in_tier(cell, tier_path(cell, number, POL_STR("比例")), finding);
    if (raw->ratio_count != 1 || !decimal_text(arena, &raw->ratio, &text) ||
        !pol_read_ratio(text, &ratio))
        return refuse(cell, finding, tier_path(cell, number, POL_STR("比例")),
                      shown_value(arena, &raw->ratio), k_expected[POL_F_RATIO][0],
                      k_expected[POL_F_RATIO][1]);
    tier->ratio = ratio;
    if (raw->has_unknown) {
        const pol_str path = tier_path(cell, number, raw->unknown);
        pol_find(arena, finding, POL_ERR_UNKNOWN, path, "不认识“{0}”：分段只有 上限 和 比例",
                 "{0} is not known: a tier has 上限 and 比例 only", path, path);
        return false;
    }
    return true;
}

/* Values in the array; reads to its end. */
static uint32_t count_values(pol_str array)
{
    uint32_t count = 0;
    pol_json json;
    pol_json_init(&json, array);
    pol_json_next(&json);
    for (;;) {
        const pol_json_event event = pol_json_next(&json);
        if (event == POL_JSON_ARRAY_END || event == POL_JSON_ERROR)
            return count;
        count++;
        if ((event == POL_JSON_OBJECT || event == POL_JSON_ARRAY) && !pol_json_skip(&json))
            return count;
    }
}

static bool read_tiers(const pol_cell *cell, const pol_pair *pair, pol_finding *finding)
{
    pol_arena *const arena = &cell->reader->scratch;
    pol_tiers tiers = { .count = 0, .low = 0, .low_in_first = true };
    const uint32_t count = pair->kind == POL_V_ARRAY ? count_values(pair->value) : 0;
    if (count == 0 || count > POL_MAX_TIERS)
        return refuse_pair(cell, pair, finding);
    pol_json json;
    pol_json_init(&json, pair->value);
    pol_json_next(&json);
    for (; tiers.count < count; tiers.count++) {
        pol_raw_tier raw;
        if (pol_json_next(&json) != POL_JSON_OBJECT || !collect_tier(arena, &json, &raw))
            return refuse(cell, finding, tier_path(cell, tiers.count, POL_STR("")),
                          shown(arena, json.token), "应为 {\"上限\": …, \"比例\": …}",
                          "{\"上限\": …, \"比例\": …} is expected");
        if (!read_tier(cell, &raw, tiers.count, tiers.count + 1 == count, &tiers, finding))
            return false;
    }
    const uint32_t schedule = pol_block_add_tiers(cell->block, &tiers);
    if (schedule == POL_TIERS_ABSENT)
        arena->failed = true;
    pol_cell_put_tiers(cell, schedule);
    return true;
}

/* ---- one value --------------------------------------------------------------------------------------- */

static bool read_yes_no(const pol_pair *pair, int64_t *number)
{
    if (pair->kind == POL_V_TRUE || pair->kind == POL_V_FALSE) {
        *number = pair->kind == POL_V_TRUE;
        return true;
    }
    if (pair->kind != POL_V_CELL)
        return false;
    static const char *const spellings[] = { "否", "是", "false", "true", "0", "1" };
    for (unsigned i = 0; i < 6; i++) {
        if (pol_str_equal(pair->value, pol_str_of(spellings[i]))) {
            *number = i & 1;
            return true;
        }
    }
    return false;
}

static bool read_number(const pol_cell *cell, const pol_pair *pair, int64_t *number)
{
    const bool cell_text = pair->kind == POL_V_CELL;
    pol_str text;
    if (cell->field->type == POL_F_INTEGER)
        return (pair->kind == POL_V_NUMBER || cell_text) && pol_read_integer(pair->value, number);
    if (!decimal_text(&cell->reader->scratch, pair, &text))
        return false;
    if (cell->field->type == POL_F_AMOUNT)
        return pol_read_amount(text, number);
    return pol_read_ratio(text, number) || (cell_text && read_percent(text, number));
}

/* The text of a string or cell. */
static bool string_text(const pol_cell *cell, const pol_pair *pair, pol_str *text)
{
    *text = pair->value;
    return pair->kind == POL_V_CELL ||
           (pair->kind == POL_V_STRING &&
            pol_json_decode(&cell->reader->scratch, pair->value, pair->escaped, text));
}

static bool read_string(const pol_cell *cell, const pol_pair *pair, pol_finding *finding)
{
    pol_str text;
    pol_date date;
    uint32_t code;
    if (!string_text(cell, pair, &text))
        return refuse_pair(cell, pair, finding);
    switch ((pol_field_type)cell->field->type) {
    case POL_F_DATE:
        if (!pol_date_read(text, &date))
            return refuse_pair(cell, pair, finding);
        pol_cell_put(cell, date);
        return true;
    case POL_F_TEXT:
        if (text.length > POL_MAX_RECORD_TEXT)
            return refuse_pair(cell, pair, finding);
        put_text(cell, text);
        return true;
    default:
        if (!find_label(cell, text, &code))
            return refuse_label(cell, text, finding);
        pol_cell_put(cell, (int32_t)code);
        return true;
    }
}

bool pol_cell_read(const pol_cell *cell, const pol_pair *pair, pol_finding *finding)
{
    const pol_field_def *const field = cell->field;
    int64_t number = 0;
    if (pair->kind == POL_V_NULL && (field->null_allowed || field->null_unlimited)) {
        if (field->null_unlimited)
            pol_cell_put(cell, POL_PORT_UNLIMITED);
        else
            pol_cell_put_absent(cell);
        return true;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER:
        if (!read_number(cell, pair, &number))
            return refuse_pair(cell, pair, finding);
        pol_cell_put(cell, number);
        return true;
    case POL_F_YESNO:
        if (!read_yes_no(pair, &number))
            return refuse_pair(cell, pair, finding);
        pol_cell_put(cell, number);
        return true;
    case POL_F_DATE:
    case POL_F_TEXT:
    case POL_F_LABEL: return read_string(cell, pair, finding);
    case POL_F_LABELS:
        if (pair->kind == POL_V_CELL)
            return read_joined_labels(cell, pair->value, finding);
        if (pair->kind == POL_V_ARRAY)
            return read_labels(cell, pair, finding);
        return refuse_pair(cell, pair, finding);
    case POL_F_TIERS: return read_tiers(cell, pair, finding);
    }
    return refuse_pair(cell, pair, finding);
}
