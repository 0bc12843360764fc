/* Claims in the caller's memory: the same results as for records, for every policy; what a reader would refuse
 * is refused; texts, schedules, several categories; every allocation failing. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/lanes.h"
#include "interp/record.h"
#include "interp/script.h"

#include "failing.h"
#include "guarded.h"

#define CLAIMS 700u /* more than a block */
#define MOST_COLUMNS 256

typedef struct memory {
    char *bytes;
    size_t length, capacity;
} memory;

static bool to_memory(void *user, const char *bytes, size_t length)
{
    memory *m = user;
    if (m->length + length > m->capacity) {
        m->capacity = (m->length + length) * 2;
        m->bytes = realloc(m->bytes, m->capacity);
        assert_non_null(m->bytes);
    }
    memcpy(m->bytes + m->length, bytes, length);
    m->length += length;
    return true;
}

static pol_script *load(const char *text, size_t length)
{
    pol_script *script = pol_script_new(NULL);
    assert_non_null(script);
    assert_int_equal(pol_script_load(script, "t.pol", text, length), POL_OK);
    return script;
}

static size_t bytes_of(const pol_column *column)
{
    switch (column->type) {
    case POL_COLUMN_AMOUNT:
    case POL_COLUMN_RATIO:
    case POL_COLUMN_NUMBER:
    case POL_COLUMN_LABELS: return 8;
    case POL_COLUMN_YESNO: return 1;
    case POL_COLUMN_DATE:
    case POL_COLUMN_TEXT:
    case POL_COLUMN_LABEL:
    case POL_COLUMN_TIERS: return 4;
    }
    return 8;
}

/* ---- the same as for records --------------------------------------------------------------------------- */

/* Where the result of that name and role stands in the block. */
static uint32_t register_of(const pol_code *code, const pol_column *column)
{
    const pol_str name = { column->name, column->name_length };
    switch (column->role) {
    case POL_COLUMN_TOTAL: return code->total;
    case POL_COLUMN_PERSON: return code->person;
    case POL_COLUMN_HOSPITAL: return code->hospital;
    case POL_COLUMN_PAYER:
        for (uint32_t i = 0; i < code->payer_count; i++)
            if (pol_str_equal(code->payers[i].name, name))
                return code->payers[i].paid;
        break;
    case POL_COLUMN_ACCUMULATOR:
        for (uint32_t i = 0; i < code->accum_count; i++)
            if (pol_str_equal(code->accums[i].name, name))
                return code->accums[i].after;
        break;
    case POL_COLUMN_OUTPUT:
        for (uint32_t i = 0; i < code->output_count; i++)
            if (pol_str_equal(code->outputs[i].name, name) && code->outputs[i].kind != POL_OUT_NULL)
                return code->outputs[i].reg;
        break;
    default: break;
    }
    return POL_NONE32;
}

static bool status_holds(const pol_block *block, const pol_column *column, uint32_t row)
{
    for (uint32_t i = 0; i < block->code->status_count; i++) {
        const pol_status_def *status = &block->code->statuses[i];
        if (pol_str_equal(status->name, (pol_str){ column->name, column->name_length }) &&
            pol_port_bool(block, status->reg)[row] == 1)
            return true;
    }
    return false;
}

#define SINGLE_CLAIMS 3000 /* so many, and they run by code where there is some */

/* Each claim alone has the results that it has in its block; of the caller's memory nothing but its elements is read. */
static void compare_singles(pol_columns *columns, uint32_t rows, const void *const *inputs, void *const *results, const uint8_t *errors)
{
    int64_t elements[MOST_COLUMNS];
    void *in[MOST_COLUMNS], *out[MOST_COLUMNS];
    for (unsigned i = 0; i < pol_columns_input_count(columns); i++) in[i] = guarded_new(bytes_of(pol_columns_input(columns, i)));
    for (uint32_t n = 0; n < SINGLE_CLAIMS; n++) {
        const uint32_t row = n % rows;
        uint8_t error = 99;
        for (unsigned i = 0; i < pol_columns_input_count(columns); i++)
            memcpy(in[i], (const char *)inputs[i] + row * bytes_of(pol_columns_input(columns, i)), bytes_of(pol_columns_input(columns, i)));
        for (unsigned i = 0; i < pol_columns_result_count(columns); i++) {
            elements[i] = -1;
            out[i] = (n + i) % 7 == 0 ? NULL : &elements[i];
        }
        const pol_status settled = pol_columns_settle(columns, 1, (const void *const *)in, out, &error);
        assert_int_equal(settled, errors[row] == POL_ERR_NONE ? POL_OK : POL_FINDINGS);
        assert_int_equal(error, errors[row]);
        for (unsigned i = 0; i < pol_columns_result_count(columns) && error == POL_ERR_NONE; i++) {
            const size_t bytes = bytes_of(pol_columns_result(columns, i));
            if (out[i] != NULL && memcmp(out[i], (const char *)results[i] + row * bytes, bytes) != 0)
                fail_msg("claim %u, row %u: %.*s", n, row, (int)pol_columns_result(columns, i)->name_length, pol_columns_result(columns, i)->name);
        }
    }
    for (unsigned i = 0; i < pol_columns_input_count(columns); i++) guarded_free(in[i], bytes_of(pol_columns_input(columns, i)));
}

/* A record of a claim, filled into a block by the reader and settled there, against the same values as columns. */
static void compare_matter(const pol_program *program, uint32_t matter, const char *lines, size_t length)
{
    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_reader reader;
    pol_block block;
    const pol_code *code = &program->matters[matter];
    assert_true(pol_reader_init(&reader, &arena, program, POL_NONE32));
    assert_true(pol_block_init(&block, &arena, program, code, CLAIMS));
    pol_columns *columns;
    assert_int_equal(pol_columns_new(NULL, program, matter, &columns), POL_OK);

    uint32_t rows = 0;
    const char *at = lines;
    while (at < lines + length && rows < CLAIMS) {
        const char *end = memchr(at, '\n', (size_t)(lines + length - at));
        pol_record record = { 0 };
        assert_true(pol_reader_json(&reader, (pol_str){ at, (size_t)(end - at) }, &record));
        at = end + 1;
        if (record.matter != matter)
            continue;
        assert_true(pol_record_fill(&reader, &record, &block, rows));
        assert_int_equal(record.error.code, POL_ERR_NONE);
        rows++;
    }
    assert_true(rows > 50);

    const void *inputs[MOST_COLUMNS];
    void *results[MOST_COLUMNS];
    assert_int_equal(pol_columns_input_count(columns), code->field_count);
    assert_true(code->field_count <= MOST_COLUMNS && pol_columns_result_count(columns) <= MOST_COLUMNS);
    for (uint32_t i = 0; i < code->field_count; i++) {
        const pol_column *column = pol_columns_input(columns, i);
        inputs[i] = block.ports[code->fields[i].reg];
        if (column->type != POL_COLUMN_TIERS)
            continue;
        uint32_t *numbers = POL_NEW_ARRAY(&arena, uint32_t, rows); /* schedules are made anew */
        for (uint32_t row = 0; row < rows; row++) {
            const pol_tiers *tiers = &block.tiers.items[pol_port_tiers(&block, code->fields[i].reg)[row]];
            int64_t uppers[POL_MAX_TIERS] = { 0 }, ratios[POL_MAX_TIERS];
            for (uint32_t k = 0; k < tiers->count; k++) {
                ratios[k] = (int64_t)tiers->tiers[k].ratio;
                if (k + 1 < tiers->count)
                    uppers[k] = (int64_t)tiers->tiers[k].upper;
            }
            assert_int_equal(pol_columns_schedule(columns, tiers->count, uppers, ratios, &numbers[row]), POL_OK);
        }
        inputs[i] = numbers;
    }
    for (unsigned i = 0; i < pol_columns_result_count(columns); i++)
        results[i] = pol_arena_array(&arena, rows, bytes_of(pol_columns_result(columns, i)));
    uint8_t errors[CLAIMS];
    /* texts that are no constants have the reader's codes: tell the columns as many */
    for (uint32_t i = 0; i < reader.block_texts.count; i++) {
        int32_t number;
        assert_int_equal(pol_columns_text(columns, reader.block_texts.names[i].bytes, reader.block_texts.names[i].length, &number), POL_OK);
        assert_int_equal(number, program->text_count + i);
    }
    const pol_status settled = pol_columns_settle(columns, rows, inputs, results, errors);
    assert_true(settled == POL_OK || settled == POL_FINDINGS);
    compare_singles(columns, rows, inputs, results, errors);

    assert_true(pol_vm_run(&block, rows));
    unsigned good = 0;
    for (uint32_t row = 0; row < rows; row++) {
        assert_int_equal(errors[row] == POL_ERR_NONE, block.fault[row] == POL_FAULT_NONE);
        good += errors[row] == POL_ERR_NONE ? 1 : 0;
        int64_t sum = 0, total = -1;
        for (unsigned i = 0; i < pol_columns_result_count(columns) && errors[row] == POL_ERR_NONE; i++) {
            const pol_column *column = pol_columns_result(columns, i);
            const size_t bytes = bytes_of(column);
            const char *got = (const char *)results[i] + row * bytes;
            if (column->role == POL_COLUMN_STATUS) {
                assert_int_equal(*(const uint8_t *)got, status_holds(&block, column, row));
                continue;
            }
            assert_memory_equal(got, (const char *)block.ports[register_of(code, column)] + row * bytes, bytes);
            if (column->role == POL_COLUMN_TOTAL)
                total = *(const int64_t *)(const void *)got;
            else if (column->role == POL_COLUMN_PERSON || column->role == POL_COLUMN_HOSPITAL || column->role == POL_COLUMN_PAYER)
                sum += *(const int64_t *)(const void *)got;
        }
        if (errors[row] == POL_ERR_NONE)
            assert_int_equal(sum, total);
    }
    assert_true(good > rows / 2);
    pol_columns_free(columns);
    pol_reader_fini(&reader);
    pol_arena_reset(&arena);
}

static char *read_policy(const char *name, size_t *length)
{
    const char *source = getenv("POL_SOURCE");
    char path[1024];
    snprintf(path, sizeof path, "%s/stdlib-policies/%s", source == NULL ? "." : source, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    memory m = { 0 };
    char piece[65536];
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        to_memory(&m, piece, got);
    fclose(file);
    *length = m.length;
    return m.bytes;
}

static void test_policies(void **state)
{
    (void)state;
    static const char *const k_policies[] = { "guangdong/jiangmen-2019.pol", "guangdong/zhanjiang-2018.pol",
                                              "guangdong/guangdong-2021.pol", "chongqing/banan-2018.pol",
                                              "sichuan/guangan-2018.pol" };
    for (size_t i = 0; i < sizeof k_policies / sizeof k_policies[0]; i++) {
        size_t length;
        char *text = read_policy(k_policies[i], &length);
        pol_script *script = load(text, length);
        pol_program *program;
        assert_int_equal(pol_script_compile(script, &program), POL_OK);
        memory claims = { 0 };
        assert_int_equal(pol_script_generate(script, 2000, i, (pol_writer){ to_memory, &claims }), POL_OK);
        for (uint32_t m = 0; m < program->matter_count; m++)
            compare_matter(program, m, claims.bytes, claims.length);
        free(claims.bytes);
        pol_program_free(program);
        pol_script_free(script);
        free(text);
    }
}

/* ---- records into columns --------------------------------------------------------------------------------- */

static void test_records(void **state)
{
    (void)state;
    static const char k_text[] = "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n业务 结\n"
                                 "输入 费 : 金额  病 : 文字\n参数 档 : 分段 由统筹区定\n结算 总费用 = 费\n"
                                 "待遇 救助 基数 余额 分段 档\n附加 病\n";
    static const char *const k_records[] = {
        "{\"业务类型\":\"结\",\"费\":\"1000\",\"病\":\"甲\",\"参数\":{\"档\":[{\"上限\":null,\"比例\":0.5}]}}",
        "{\"业务类型\":\"结\",\"费\":\"1000\",\"病\":\"乙\",\"参数\":{\"档\":[{\"上限\":100,\"比例\":0},{\"上限\":null,\"比例\":1}]}}",
        "{\"业务类型\":\"结\",\"费\":\"x\"}",
        "{\"业务类型\":\"结\",\"费\":\"1000\",\"病\":\"甲\",\"多\":1,\"参数\":{\"档\":[{\"上限\":null,\"比例\":0.5}]}}",
    };
    static const pol_claim_error k_errors[] = { POL_ERR_NONE, POL_ERR_NONE, POL_ERR_BAD_VALUE, POL_ERR_UNKNOWN };
    pol_script *script = load(k_text, sizeof k_text - 1);
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    pol_script_free(script);
    pol_columns *columns;
    assert_int_equal(pol_columns_new(NULL, program, 0, &columns), POL_OK);
    int64_t cost[4] = { 7, 7, 7, 7 }, aid[2];
    int32_t illness[4], echo[2];
    uint32_t tiers[4];
    void *inputs[] = { cost, illness, tiers };
    for (size_t i = 0; i < 4; i++) {
        pol_claim_error error;
        assert_int_equal(pol_columns_record(columns, k_records[i], strlen(k_records[i]), i, inputs, &error),
                         k_errors[i] == POL_ERR_NONE ? POL_OK : POL_FINDINGS);
        assert_int_equal(error, k_errors[i]);
        assert_int_equal(cost[i], k_errors[i] == POL_ERR_NONE ? 100000 : 7);
    }
    uint8_t errors[2];
    void *results[] = { NULL, NULL, NULL, aid, echo };
    assert_int_equal(pol_columns_settle(columns, 2, (const void *const *)inputs, results, errors), POL_OK);
    assert_int_equal(aid[0], 50000);
    assert_int_equal(aid[1], 90000);
    const char *text;
    size_t length;
    assert_true(pol_columns_text_of(columns, echo[1], &text, &length));
    assert_memory_equal(text, "乙", length);
    pol_columns_free(columns);
    pol_program_free(program);
}

/* ---- what a reader would refuse --------------------------------------------------------------------------- */

static const char k_script[] =
    "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n"
    "类别 人员 { 甲, 乙 }\n"
    "业务 结 按 日子\n"
    "输入 日子 : 日期  人 : 人员  费 : 金额  率 : 比例  次 : 整数 = 3  病 : 文字 = \"无\"  真 : 是否  出 : 日期 可空\n"
    "参数 限 : 金额 = 不限 由统筹区定\n"
    "参数 档 : 分段 由统筹区定\n"
    "累计 已付 : 金额 每人 每年 增加 救助\n"
    "要求 费 ≤ 100万元 \"太多\"\n"
    "结算 总费用 = 费\n"
    "待遇 救助 条件 真 基数 余额 × 率 分段 档 封顶 限 累计于 已付\n"
    "状态 甲类 当 人 = 甲\n"
    "状态 流感 当 病 = \"流感\"\n"
    "附加 回声 = 病\n"
    "附加 有出 = 有值(出)\n"
    "附加 次数 = 次 + 0.5\n";
enum { IN_DAY, IN_WHO, IN_COST, IN_RATIO, IN_TIMES, IN_ILLNESS, IN_TRUE, IN_OUT, IN_PAID, IN_LIMIT, IN_TIERS, INPUTS };
enum { OUT_TOTAL, OUT_PERSON, OUT_HOSPITAL, OUT_AID, OUT_FLU, OUT_GROUP, OUT_PAID, OUT_ECHO, OUT_HAS, OUT_TIMES, RESULTS };

/* One claim, and what came of it. */
typedef struct one {
    int32_t day, who, illness, out;
    int64_t cost, ratio, times, paid, limit;
    uint8_t is_true;
    uint32_t tiers;
    int64_t total, person, hospital, aid, after, half_times;
    uint8_t group, flu, has;
    int32_t echo;
    uint8_t error;
} one;

static pol_status settle(pol_columns *columns, one *claim, unsigned without)
{
    const void *inputs[INPUTS] = { &claim->day, &claim->who, &claim->cost, &claim->ratio, &claim->times, &claim->illness,
                                   &claim->is_true, &claim->out, &claim->paid, &claim->limit, &claim->tiers };
    void *results[RESULTS] = { &claim->total, &claim->person, &claim->hospital, &claim->aid, &claim->flu, &claim->group,
                               &claim->after, &claim->echo, &claim->has, &claim->half_times };
    for (unsigned i = 0; i < INPUTS; i++)
        if ((without >> i & 1) != 0)
            inputs[i] = NULL;
    return pol_columns_settle(columns, 1, inputs, results, &claim->error);
}

static pol_columns *columns_of(const pol_allocator *allocator, pol_program **program, int32_t *flu, uint32_t *tiers)
{
    static pol_script *script;
    script = load(k_script, sizeof k_script - 1);
    assert_int_equal(pol_script_compile(script, program), POL_OK);
    pol_script_free(script);
    pol_columns *columns;
    if (pol_columns_new(allocator, *program, 0, &columns) != POL_OK)
        return NULL;
    const int64_t uppers[2] = { 100000, 0 }, ratios[2] = { 500000, 800000 };
    if (pol_columns_text(columns, " 流感 ", strlen(" 流感 "), flu) != POL_OK ||
        pol_columns_schedule(columns, 2, uppers, ratios, tiers) != POL_OK) {
        pol_columns_free(columns);
        return NULL;
    }
    return columns;
}

static void test_one_claim(void **state)
{
    (void)state;
    pol_program *program;
    int32_t flu;
    uint32_t tiers;
    pol_columns *columns = columns_of(NULL, &program, &flu, &tiers);
    assert_non_null(columns);
    assert_int_equal(pol_columns_input_count(columns), INPUTS);
    assert_int_equal(pol_columns_result_count(columns), RESULTS);
    const one usual = { .day = 18500, .who = 0, .illness = flu, .out = POL_ABSENT_CODE, .cost = 300000, .ratio = 500000,
                        .times = 2, .paid = 1000, .limit = 60000, .is_true = 1, .tiers = tiers };

    /* base 3000 × 50% = 1500: 1000 at 50%, 500 at 80% are 900; of the limit of 600 10 are used */
    one claim = usual;
    assert_int_equal(settle(columns, &claim, 0), POL_OK);
    assert_int_equal(claim.error, POL_ERR_NONE);
    assert_int_equal(claim.aid, 59000);
    assert_int_equal(claim.person, 300000 - 59000);
    assert_int_equal(claim.after, 60000);
    assert_int_equal(claim.group, 1);
    assert_int_equal(claim.flu, 1);
    assert_int_equal(claim.has, 0);
    assert_int_equal(claim.echo, flu);
    assert_int_equal(pol_columns_result(columns, OUT_TIMES)->scale * 5, claim.half_times * 2);

    /* defaults: three times, no illness, no limit, nothing paid before */
    claim = usual;
    assert_int_equal(settle(columns, &claim, 1u << IN_TIMES | 1u << IN_ILLNESS | 1u << IN_LIMIT | 1u << IN_PAID), POL_OK);
    assert_int_equal(claim.aid, 90000);
    assert_int_equal(claim.after, 90000);
    assert_int_equal(claim.flu, 0);
    claim = usual;
    claim.limit = POL_UNLIMITED_AMOUNT;
    claim.paid = claim.times = POL_ABSENT_NUMBER;
    claim.illness = POL_ABSENT_CODE;
    assert_int_equal(settle(columns, &claim, 0), POL_OK);
    assert_int_equal(claim.after, 90000);
    assert_int_equal(pol_columns_result(columns, OUT_TIMES)->scale * 7, claim.half_times * 2);

    const char *text;
    size_t length;
    assert_true(pol_columns_text_of(columns, claim.echo, &text, &length));
    assert_memory_equal(text, "无", length);
    assert_true(pol_columns_label(columns, pol_columns_input(columns, IN_WHO), 1, &text, &length));
    assert_memory_equal(text, "乙", length);
    assert_false(pol_columns_label(columns, pol_columns_input(columns, IN_WHO), 2, &text, &length));
    pol_columns_free(columns);
    pol_program_free(program);
}

#define REFUSED(change, code)                                                                      \
    do {                                                                                           \
        one claim = usual;                                                                         \
        change;                                                                                    \
        assert_int_equal(settle(columns, &claim, 0), POL_FINDINGS);                                \
        assert_int_equal(claim.error, code);                                                       \
    } while (0)

static void test_refused(void **state)
{
    (void)state;
    pol_program *program;
    int32_t flu;
    uint32_t tiers;
    pol_columns *columns = columns_of(NULL, &program, &flu, &tiers);
    const one usual = { .day = 18500, .illness = flu, .out = 10957, .cost = 300000, .ratio = 500000, .times = 2,
                        .limit = 60000, .is_true = 1, .tiers = tiers };
    REFUSED(claim.cost = -1, POL_ERR_BAD_VALUE);
    REFUSED(claim.cost = 1000000000000001, POL_ERR_BAD_VALUE);
    REFUSED(claim.cost = POL_UNLIMITED_AMOUNT, POL_ERR_BAD_VALUE);
    REFUSED(claim.cost = POL_ABSENT_NUMBER, POL_ERR_MISSING);
    REFUSED(claim.ratio = 1000001, POL_ERR_BAD_VALUE);
    REFUSED(claim.times = 1000000000, POL_ERR_BAD_VALUE);
    REFUSED(claim.times = -1000000000, POL_ERR_BAD_VALUE);
    REFUSED(claim.day = POL_DATE_MIN - 1, POL_ERR_BAD_VALUE);
    REFUSED(claim.day = POL_DATE_MAX + 1, POL_ERR_BAD_VALUE);
    REFUSED(claim.day = POL_ABSENT_CODE, POL_ERR_MISSING);
    REFUSED(claim.who = 2, POL_ERR_BAD_VALUE);
    REFUSED(claim.who = -1, POL_ERR_BAD_VALUE);
    REFUSED(claim.illness = flu + 1000, POL_ERR_BAD_VALUE);
    REFUSED(claim.is_true = 3, POL_ERR_BAD_VALUE);
    REFUSED(claim.is_true = POL_ABSENT_YESNO, POL_ERR_MISSING);
    REFUSED(claim.tiers = tiers + 1, POL_ERR_BAD_VALUE);
    REFUSED(claim.tiers = UINT32_MAX, POL_ERR_MISSING);
    REFUSED((claim.who = 9, claim.is_true = POL_ABSENT_YESNO), POL_ERR_BAD_VALUE); /* the first declared */
    REFUSED((claim.who = 9, claim.day = POL_ABSENT_CODE), POL_ERR_MISSING);
    REFUSED(claim.cost = 100000001, POL_ERR_CONTRADICTION);
    REFUSED(claim.day = pol_date_of(2019, 12, 31), POL_ERR_NOT_IN_FORCE);

    uint32_t number;
    const int64_t falling[3] = { 200, 100, 0 }, zero[2] = { 0, 0 }, ratios[3] = { 0, 0, 1000001 };
    assert_int_equal(pol_columns_schedule(columns, 3, falling, zero, &number), POL_BAD_ARGUMENT);
    assert_int_equal(pol_columns_schedule(columns, 2, zero, zero, &number), POL_BAD_ARGUMENT);
    assert_int_equal(pol_columns_schedule(columns, 0, zero, zero, &number), POL_BAD_ARGUMENT);
    assert_int_equal(pol_columns_schedule(columns, 33, zero, zero, &number), POL_BAD_ARGUMENT);
    assert_int_equal(pol_columns_schedule(columns, 1, zero, &ratios[2], &number), POL_BAD_ARGUMENT);
    pol_columns *none;
    assert_int_equal(pol_columns_new(NULL, program, 1, &none), POL_BAD_ARGUMENT);
    assert_null(none);
    pol_columns_free(columns);
    pol_program_free(program);
}

/* ---- wrong elements among many claims ---------------------------------------------------------------------------- */

/* Makes an element wrong, or absent where it must not be; the error it is then. */
static pol_claim_error spoil(const pol_column *column, void *element, unsigned how)
{
    static const int64_t k_numbers[] = { -1, INT64_C(1000000000000001), POL_UNLIMITED_AMOUNT, INT64_MIN + 1 };
    static const int32_t k_codes[] = { -1, INT32_MAX, INT32_MIN + 1, 100000000 };
    static const uint8_t k_answers[] = { 3, 4, 7, 255 };
    if (how == 4 && column->optional)
        how = 0;
    switch (bytes_of(column)) {
    case 8: *(int64_t *)element = how == 4 ? POL_ABSENT_NUMBER : k_numbers[how]; break;
    case 4: *(int32_t *)element = how == 4 ? POL_ABSENT_CODE : k_codes[how]; break;
    default: *(uint8_t *)element = how == 4 ? POL_ABSENT_YESNO : k_answers[how]; break;
    }
    if (how == 0 && column->type == POL_COLUMN_NUMBER) /* -1 is a number, and a date */
        *(int64_t *)element = 1000000000;
    if (how == 0 && column->type == POL_COLUMN_DATE)
        *(int32_t *)element = POL_DATE_MAX + 1;
    return how == 4 ? POL_ERR_MISSING : POL_ERR_BAD_VALUE;
}

/* Whole blocks, the rest and single claims find the wrong ones, and nothing else changes. */
static void test_wrong_among_many(void **state)
{
    (void)state;
    enum { MANY = 1700, SPOILT = 60 };
    size_t length;
    char *text = read_policy("chongqing/banan-2018.pol", &length);
    pol_script *script = load(text, length);
    pol_program *program;
    pol_columns *columns;
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    assert_int_equal(pol_columns_new(NULL, program, 0, &columns), POL_OK);
    memory claims = { 0 };
    assert_int_equal(pol_script_generate(script, 8 * MANY, 5, (pol_writer){ to_memory, &claims }), POL_OK);
    const unsigned input_count = pol_columns_input_count(columns), result_count = pol_columns_result_count(columns);
    void *inputs[MOST_COLUMNS], *results[MOST_COLUMNS], *expected[MOST_COLUMNS];
    for (unsigned i = 0; i < input_count; i++) inputs[i] = calloc(MANY, 8);
    for (unsigned i = 0; i < result_count; i++) results[i] = calloc(MANY, 8), expected[i] = calloc(MANY, 8);
    static uint8_t errors[MANY], wanted[MANY];
    static const char *spoilt[MANY];
    uint32_t rows = 0;
    for (const char *at = claims.bytes, *end; rows < MANY && at < claims.bytes + claims.length; at = end + 1) {
        pol_claim_error error; /* only claims that are settled alone */
        end = memchr(at, '\n', (size_t)(claims.bytes + claims.length - at));
        const void *of_one[MOST_COLUMNS];
        void *none[MOST_COLUMNS] = { NULL };
        if (pol_columns_record(columns, at, (size_t)(end - at), rows, inputs, &error) != POL_OK)
            continue;
        for (unsigned i = 0; i < input_count; i++) of_one[i] = (char *)inputs[i] + rows * bytes_of(pol_columns_input(columns, i));
        rows += pol_columns_settle(columns, 1, of_one, none, errors) == POL_OK ? 1 : 0;
    }
    assert_int_equal(rows, MANY);
    assert_int_equal(pol_columns_settle(columns, MANY, (const void *const *)inputs, expected, errors), POL_OK);
    uint32_t seed = 1;
    for (unsigned n = 0; n < SPOILT; n++) { /* some blocks with a few, some with none */
        seed = seed * 1664525u + 1013904223u;
        const uint32_t row = (seed >> 8) % MANY, input = n % input_count;
        const pol_column *column = pol_columns_input(columns, input);
        if (row / 512 == 1 || wanted[row] != POL_ERR_NONE)
            continue;
        spoilt[row] = column->name;
        wanted[row] = (uint8_t)spoil(column, (char *)inputs[input] + row * bytes_of(column), n / input_count + (n + row) % 3);
    }
    assert_int_equal(pol_columns_settle(columns, MANY, (const void *const *)inputs, results, errors), POL_FINDINGS);
    for (uint32_t row = 0; row < MANY; row++)
        if (errors[row] != wanted[row])
            fail_msg("claim %u: error %u, not %u, for %s", row, errors[row], wanted[row], spoilt[row]);
    for (unsigned i = 0; i < result_count; i++) {
        const size_t bytes = bytes_of(pol_columns_result(columns, i));
        for (uint32_t row = 0; row < MANY; row++)
            if (wanted[row] == POL_ERR_NONE)
                assert_memory_equal((char *)results[i] + row * bytes, (char *)expected[i] + row * bytes, bytes);
    }
    for (unsigned i = 0; i < input_count; i++) free(inputs[i]);
    for (unsigned i = 0; i < result_count; i++) free(results[i]), free(expected[i]);
    free(claims.bytes);
    free(text);
    pol_columns_free(columns);
    pol_program_free(program);
    pol_script_free(script);
}

/* ---- several categories ------------------------------------------------------------------------------------- */

static void test_best(void **state)
{
    (void)state;
    static const char k_best[] = "政策 \"t\" \"试\" 施行 自 2020-01-01 起\n类别 人员 { 甲, 乙, 丙 }\n业务 结\n"
                                 "输入 费 : 金额  身份 : 多选 人员 就高\n结算 总费用 = 费\n"
                                 "待遇 救助 基数 余额 比例 按 身份 { 甲 : 10%; 乙 : 70%; 丙 : 40% }\n";
    pol_script *script = load(k_best, sizeof k_best - 1);
    pol_program *program;
    assert_int_equal(pol_script_compile(script, &program), POL_OK);
    pol_columns *columns;
    assert_int_equal(pol_columns_new(NULL, program, 0, &columns), POL_OK);
    const int64_t cost[5] = { 1000, 1000, 1000, 1000, 1000 };
    const uint64_t held[5] = { 1, 5, 7, 0, 8 };
    const int64_t expected[5] = { 100, 400, 700, 0, 0 };
    int64_t aid[5];
    uint8_t errors[5];
    const void *inputs[] = { cost, held };
    void *results[] = { NULL, NULL, NULL, aid };
    assert_int_equal(pol_columns_settle(columns, 5, inputs, results, errors), POL_FINDINGS);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(errors[i], POL_ERR_NONE);
        assert_int_equal(aid[i], expected[i]);
    }
    assert_int_equal(errors[3], POL_ERR_MISSING);
    assert_int_equal(errors[4], POL_ERR_BAD_VALUE);
    pol_columns_free(columns);
    pol_program_free(program);
    pol_script_free(script);
}

/* ---- failing allocations -------------------------------------------------------------------------------------- */

static void test_every_allocation_fails(void **state)
{
    (void)state;
    for (unsigned at = 1;; at++) {
        failing f = { .fail_at = at, .from_then_on = true };
        const pol_allocator allocator = { reallocate, &f };
        pol_program *program;
        int32_t flu;
        uint32_t tiers;
        pol_columns *columns = columns_of(&allocator, &program, &flu, &tiers);
        pol_status status = POL_NO_MEMORY;
        if (columns != NULL) {
            one claim = { .day = 18500, .illness = flu, .out = 10957, .cost = 300000, .ratio = 500000, .times = 2,
                          .limit = 60000, .is_true = 1, .tiers = tiers };
            status = settle(columns, &claim, 0);
        }
        pol_columns_free(columns);
        pol_program_free(program);
        assert_int_equal(f.held, 0);
        if (status == POL_OK)
            break;
        assert_int_equal(status, POL_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policies), cmocka_unit_test(test_records), cmocka_unit_test(test_one_claim), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_wrong_among_many), cmocka_unit_test(test_best),     cmocka_unit_test(test_every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
