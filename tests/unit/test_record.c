/* Records: values by type, the order of what is wrong, keys, texts, parameters, envelope, CSV rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "interp/csv.h"
#include "interp/record_value.h"

#include "assemble.h"

/* Fields of the test matter, in order of declaration. */
enum {
    F_DAY, F_COST, F_SHARE, F_COUNT, F_LOCAL, F_GROUP, F_DISEASE, F_GROUPS, F_STEPS, F_NOTE, F_LIMIT,
    F_USED, F_VISITS, F_LINE, F_RATIO, F_TIERS, F_CAP
};

static assembly g_as;
static pol_program *g_program;
static pol_arena g_arena;
static pol_reader g_reader;
static pol_block g_block;
static pol_record g_record;
static pol_str g_labels[] = { { "特困", 6 }, { "低保(城)", 11 }, { "其他", 6 } };

static void field(const char *name, uint8_t type, uint8_t role, pol_field_def more)
{
    more.name = pol_str_of(name);
    more.type = type;
    more.role = role;
    as_field(&g_as, more);
}

static uint32_t default_number(uint8_t class_, pol_i128 number)
{
    as_constant(&g_as, (pol_constant){ .class_ = class_, .number = number }, 1, 0);
    return g_as.code.constant_count - 1;
}

static int set_up(void **state)
{
    (void)state;
    const pol_field_def required = { 0 }, optional = { .optional = true, .null_allowed = true };
    as_start(&g_as);
    g_as.label_sets[0] = (pol_label_set){ .name = POL_STR("人员"), .count = 3, .labels = g_labels };
    g_as.label_set_count = 1;
    g_as.texts[0] = POL_STR("肝硬化(失代偿期)");
    g_as.text_count = 1;
    pol_constant tiers = { .class_ = POL_C_TIERS };
    tiers.tiers = as_tiers(&g_as.arena, 0, 1, (pol_i128[]){ POL_NUM_UNLIMITED, 500000 });
    as_constant(&g_as, tiers, 100, 1000000);
    const uint32_t tiers_default = g_as.code.constant_count - 1;
    field("就医日期", POL_F_DATE, POL_ROLE_INPUT, required);
    field("费用", POL_F_AMOUNT, POL_ROLE_INPUT, required);
    field("占比", POL_F_RATIO, POL_ROLE_INPUT, optional);
    field("次数", POL_F_INTEGER, POL_ROLE_INPUT, optional);
    field("本地", POL_F_YESNO, POL_ROLE_INPUT,
          (pol_field_def){ .has_default = true, .default_constant = default_number(POL_C_BOOL, 1) });
    field("人员类别", POL_F_LABEL, POL_ROLE_INPUT, optional);
    field("病种", POL_F_TEXT, POL_ROLE_INPUT,
          (pol_field_def){ .has_default = true, .default_constant = default_number(POL_C_CODE, 0) });
    field("多重身份", POL_F_LABELS, POL_ROLE_INPUT, optional);
    field("分段表", POL_F_TIERS, POL_ROLE_INPUT,
          (pol_field_def){ .has_default = true, .default_constant = tiers_default });
    field("备注", POL_F_TEXT, POL_ROLE_INPUT, optional);
    field("限额", POL_F_AMOUNT, POL_ROLE_INPUT,
          (pol_field_def){ .has_default = true, .null_unlimited = true,
                           .default_constant = default_number(POL_C_NUM, POL_NUM_UNLIMITED) });
    field("本年已付", POL_F_AMOUNT, POL_ROLE_ACCUMULATOR, optional);
    field("本年次数", POL_F_INTEGER, POL_ROLE_ACCUMULATOR, optional);
    field("起付线", POL_F_AMOUNT, POL_ROLE_PARAMETER, required);
    field("比例", POL_F_RATIO, POL_ROLE_PARAMETER,
          (pol_field_def){ .has_default = true, .default_constant = default_number(POL_C_NUM, 0) });
    field("大病分段", POL_F_TIERS, POL_ROLE_PARAMETER, optional);
    field("封顶线", POL_F_AMOUNT, POL_ROLE_PARAMETER, optional);
    g_as.fields[F_USED].null_allowed = g_as.fields[F_VISITS].null_allowed = false;
    g_as.code.parameters_required = true;
    g_as.code.governing_field = F_DAY;
    g_program = as_finish(&g_as);
    pol_arena_init(&g_arena, NULL);
    assert_true(pol_reader_init(&g_reader, &g_arena, g_program, POL_NONE32));
    assert_true(pol_block_init(&g_block, &g_arena, g_program, &g_program->matters[0], 4));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pol_reader_fini(&g_reader);
    pol_arena_reset(&g_arena);
    pol_program_free(g_program);
    as_end(&g_as);
    return 0;
}

/* Reads a record into row 1. */
static const pol_record *read_text(pol_str text)
{
    pol_reader_clear(&g_reader);
    pol_block_clear(&g_block);
    g_record.line = 7;
    /* In memory of exactly its size. */
    assert_true(pol_reader_json(&g_reader, pol_str_copy(&g_reader.scratch, text), &g_record));
    if (g_record.error.code == POL_ERR_NONE)
        assert_true(pol_record_fill(&g_reader, &g_record, &g_block, 1));
    return &g_record;
}

#define MINIMAL "\"业务类型\":\"测试\",\"就医日期\":\"2024-05-06\",\"费用\":\"1.00\",\"参数\":{\"起付线\":0}"

/* A good record with one more member; `{"…` must not repeat MINIMAL's keys. */
static const pol_record *read_with(const char *member)
{
    char text[20000];
    snprintf(text, sizeof text, "{" MINIMAL ",%s}", member);
    return read_text(pol_str_of(text));
}

/* With the member of 参数 in the place of the minimal one. */
static const pol_record *read_with_parameters(const char *members)
{
    char text[20000];
    snprintf(text, sizeof text,
             "{\"业务类型\":\"测试\",\"就医日期\":\"2024-05-06\",\"费用\":\"1.00\",\"参数\":{%s}}", members);
    return read_text(pol_str_of(text));
}

static void check_finding(const pol_finding *finding, pol_claim_error code, const char *path)
{
    if (finding->code != code || (code != POL_ERR_NONE && !pol_str_equal(finding->field, pol_str_of(path))))
        print_message("got %d “%.*s”, expected %d “%s”\n", (int)finding->code,
                      (int)finding->field.length, finding->field.bytes, (int)code, path);
    assert_int_equal(finding->code, code);
    if (code == POL_ERR_NONE)
        return;
    assert_true(pol_str_equal(finding->field, pol_str_of(path)));
    assert_true(finding->zh.length != 0 && finding->en.length != 0);
}

static void check_error(const pol_record *record, pol_claim_error code, const char *path)
{
    check_finding(&record->error, code, path);
}

static pol_i128 number(uint32_t f)
{
    return pol_port_wide(pol_port_num(&g_block, g_program->matters[0].fields[f].reg)[1]);
}
static int32_t code_of(uint32_t f)
{
    return pol_port_code(&g_block, g_program->matters[0].fields[f].reg)[1];
}
static bool has_tiers(uint32_t f)
{
    return pol_port_tiers(&g_block, g_program->matters[0].fields[f].reg)[1] != POL_TIERS_ABSENT;
}
static pol_tiers tiers_of(uint32_t f)
{
    const uint32_t index = pol_port_tiers(&g_block, g_program->matters[0].fields[f].reg)[1];
    assert_true(index < g_block.tiers.count);
    return g_block.tiers.items[index];
}
static bool contains(pol_str text, const char *piece)
{
    for (size_t i = 0; i + strlen(piece) <= text.length; i++) {
        if (memcmp(text.bytes + i, piece, strlen(piece)) == 0)
            return true;
    }
    return false;
}

/* ---- numbers by their text ---------------------------------------------------------------------------- */

static void test_amount_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } good[] = { { "0", 0 },        { "0.0", 0 },     { "0.00", 0 },
                 { "0.1", 10 },     { "0.01", 1 },    { "12", 1200 },
                 { "12.3", 1230 },  { "12.34", 1234 }, { "99999999999.99", 9999999999999 },
                 { "10000000000000", POL_MAX_AMOUNT_FEN }, { "10000000000000.00", POL_MAX_AMOUNT_FEN },
                 { "9999999999999.99", POL_MAX_AMOUNT_FEN - 1 } };
    static const char *const bad[] = { "", "-1", "+1", "01", "00", "1.", ".5", "1.234", "0.005", "1e3",
                                       "1E3", " 1", "1 ", "1,000", "１", "10000000000000.01",
                                       "10000000000001", "100000000000000", "0x1", "1.2.3", "-0", "1..2",
                                       "NaN", "null" };
    int64_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(pol_read_amount(pol_str_of(good[i].text), &value));
        assert_true(value == good[i].fen);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(pol_read_amount(pol_str_of(bad[i]), &value));
}

static void test_ratio_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t millionths;
    } good[] = { { "0", 0 }, { "1", 1000000 }, { "1.000000", 1000000 }, { "0.7", 700000 },
                 { "0.70", 700000 }, { "0.000001", 1 }, { "0.999999", 999999 } };
    static const char *const bad[] = { "1.000001", "2", "0.0000001", "70%", "-0.1", ".7", "1.", "07", "",
                                       "10", "0.7e0" };
    int64_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(pol_read_ratio(pol_str_of(good[i].text), &value));
        assert_true(value == good[i].millionths);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(pol_read_ratio(pol_str_of(bad[i]), &value));
}

static void test_integer_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } good[] = { { "0", 0 }, { "-0", 0 }, { "2014", 2014 }, { "-5", -5 }, { "999999999", 999999999 },
                 { "-999999999", -999999999 } };
    static const char *const bad[] = { "1000000000", "-1000000000", "1.0", "1.", "01", "-01", "1e3", "",
                                       "-", "--1", "+1", "99999999999999999999999999999999999999999999" };
    int64_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(pol_read_integer(pol_str_of(good[i].text), &value));
        assert_true(value == good[i].number);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(pol_read_integer(pol_str_of(bad[i]), &value));
}

/* ---- values of each type ---------------------------------------------------------------------------------- */

static void test_defaults(void **state)
{
    (void)state;
    check_error(read_text(POL_STR("{" MINIMAL "}")), POL_ERR_NONE, "");
    check_finding(&g_record.unknown, POL_ERR_NONE, "");
    assert_int_equal(g_record.matter, 0);
    assert_int_equal(code_of(F_DAY), pol_date_of(2024, 5, 6));
    assert_true(number(F_COST) == 100);
    assert_true(number(F_SHARE) == POL_NUM_ABSENT);
    assert_true(number(F_COUNT) == POL_NUM_ABSENT);
    assert_int_equal(pol_port_bool(&g_block, g_program->matters[0].fields[F_LOCAL].reg)[1], 1);
    assert_int_equal(code_of(F_GROUP), POL_CODE_ABSENT);
    assert_int_equal(code_of(F_DISEASE), 0);
    assert_true(pol_port_set(&g_block, g_program->matters[0].fields[F_GROUPS].reg)[1] == POL_SET_ABSENT);
    assert_int_equal(tiers_of(F_STEPS).count, 1);
    assert_true(tiers_of(F_STEPS).tiers[0].ratio == 500000);
    assert_int_equal(code_of(F_NOTE), POL_CODE_ABSENT);
    assert_true(number(F_LIMIT) == POL_NUM_UNLIMITED);
    assert_true(number(F_USED) == 0 && number(F_VISITS) == 0);
    assert_false(pol_reader_gave(&g_reader, 0, F_USED));
    assert_true(number(F_LINE) == 0 && number(F_RATIO) == 0);
    assert_false(has_tiers(F_TIERS));
    assert_true(number(F_CAP) == POL_NUM_ABSENT);
}

static void test_good_values(void **state)
{
    (void)state;
    check_error(read_with("\"占比\":\"0.70\",\"次数\":-3,\"本地\":false,\"人员类别\":\" 低保（城） \","
                          "\"病种\":\"\",\"多重身份\":[\"其他\",\"特困\",\"其他\"],\"限额\":null,"
                          "\"本年已付\":12.5,\"本年次数\":4"),
                POL_ERR_NONE, "");
    assert_true(number(F_SHARE) == 700000 && number(F_COUNT) == -3);
    assert_int_equal(pol_port_bool(&g_block, g_program->matters[0].fields[F_LOCAL].reg)[1], 0);
    assert_int_equal(code_of(F_GROUP), 1);
    assert_int_equal(code_of(F_DISEASE), 1);
    assert_true(pol_port_set(&g_block, g_program->matters[0].fields[F_GROUPS].reg)[1] == 5);
    assert_true(number(F_LIMIT) == POL_NUM_UNLIMITED);
    assert_true(number(F_USED) == 1250 && number(F_VISITS) == 4);
    assert_true(pol_reader_gave(&g_reader, 0, F_USED));
    check_error(read_with("\"占比\":0.000001,\"次数\":null,\"限额\":5,\"备注\":null"), POL_ERR_NONE, "");
    assert_true(number(F_SHARE) == 1 && number(F_COUNT) == POL_NUM_ABSENT && number(F_LIMIT) == 500);
    /* Escapes stand for characters, in keys too. */
    check_error(read_with("\"\\u5360\\u6bd4\":\"\\u0030.5\""), POL_ERR_NONE, "");
    assert_true(number(F_SHARE) == 500000);
}

static void test_bad_values(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *values[16];
    } cases[] = {
        { "占比", { "1.5", "\"70%\"", "true", "[]", "{}", "\"\"", "1e-1", "0.1234567", "\"0,5\"", "-0.5" } },
        { "次数", { "1.0", "\"3\"", "1e3", "true", "1000000000", "[1]", "{}" } },
        { "本地", { "\"是\"", "1", "\"true\"", "null", "[true]" } },
        { "人员类别", { "\"低保\"", "1", "true", "[\"特困\"]", "\"\"", "{}", "\"特 困\"" } },
        { "病种", { "1", "null", "false", "[]", "{}", "\"\\ud800\"" } },
        { "多重身份", { "[]", "\"特困\"", "[1]", "[\"不知\"]", "[null]", "[[\"特困\"]]", "{}" } },
        { "限额", { "\"不限\"", "-1", "0.005", "1e3", "\"1,000\"", "\" 1\"", "99999999999999999999" } },
        { "本年已付", { "null", "-0.01", "\"\"", "true" } },
        { "本年次数", { "null", "1.5", "\"1\"" } },
        { "分段表", { "null", "\"x\"", "[]", "{}", "1" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t v = 0; v < 16 && cases[i].values[v] != NULL; v++) {
            char member[200];
            snprintf(member, sizeof member, "\"%s\":%s", cases[i].name, cases[i].values[v]);
            check_error(read_with(member), POL_ERR_BAD_VALUE, cases[i].name);
        }
    }
}

static void test_dates(void **state)
{
    (void)state;
    static const char *const bad[] = { "\"2024-02-30\"", "\"2023-02-29\"", "\"1899-12-31\"",
                                       "\"2200-01-01\"", "\"2024-5-6\"",   "\"20240506\"",
                                       "\"2024/05/06\"", "\"2024-05-06 \"", "20240506",
                                       "null",           "\"2024-13-01\"", "\"2024-00-10\"" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"业务类型\":\"测试\",\"就医日期\":%s,\"费用\":1,\"参数\":{\"起付线\":0}}", bad[i]);
        check_error(read_text(pol_str_of(text)), POL_ERR_BAD_VALUE, "就医日期");
    }
    static const char *const good[] = { "1900-01-01", "2199-12-31", "2024-02-29" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "{\"业务类型\":\"测试\",\"就医日期\":\"%s\",\"费用\":1,\"参数\":{\"起付线\":0}}", good[i]);
        check_error(read_text(pol_str_of(text)), POL_ERR_NONE, "");
    }
}

static void test_texts(void **state)
{
    (void)state;
    /* Equal after folding; the constant's spelling is shown, another text's own. */
    check_error(read_with("\"病种\":\"肝硬化（失代偿期）\",\"备注\":\"ＡＢＣ \""), POL_ERR_NONE, "");
    assert_int_equal(code_of(F_DISEASE), 0);
    assert_int_equal(code_of(F_NOTE), 1);
    assert_true(pol_str_equal(pol_reader_text(&g_reader, &g_record, 0), POL_STR("肝硬化(失代偿期)")));
    assert_true(pol_str_equal(pol_reader_text(&g_reader, &g_record, 1), POL_STR("ＡＢＣ ")));
    assert_true(pol_str_equal(pol_reader_text(&g_reader, NULL, 1), POL_STR("ABC")));
    assert_true(pol_str_equal(pol_reader_text_key(&g_reader, 1), POL_STR("ABC")));
    check_error(read_with("\"病种\":\"x\",\"备注\":\"x\""), POL_ERR_NONE, "");
    assert_int_equal(code_of(F_DISEASE), code_of(F_NOTE));
    /* 4 KiB is the limit. */
    char member[6000];
    memset(member, 'x', sizeof member);
    memcpy(member, "\"备注\":\"", 10);
    memcpy(member + 10 + POL_MAX_RECORD_TEXT, "\"", 2);
    check_error(read_with(member), POL_ERR_NONE, "");
    memcpy(member + 10 + POL_MAX_RECORD_TEXT, "x\"", 3);
    check_error(read_with(member), POL_ERR_BAD_VALUE, "备注");
}

static void test_suggestions(void **state)
{
    (void)state;
    check_error(read_with("\"人员类别\":\"低保(乡)\""), POL_ERR_BAD_VALUE, "人员类别");
    assert_true(contains(g_record.error.zh, "低保(城)"));
    assert_true(contains(g_record.error.en, "did you mean"));
    check_error(read_with("\"人员类别\":\"abcdefgh\""), POL_ERR_BAD_VALUE, "人员类别");
    assert_true(contains(g_record.error.zh, "特困、低保(城)、其他"));
    read_with("\"人员类型\":\"特困\"");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "人员类型");
    assert_true(contains(g_record.unknown.zh, "人员类别"));
    check_error(read_text(POL_STR("{\"业务类型\":\"测验\"}")), POL_ERR_BAD_VALUE, "业务类型");
    assert_true(contains(g_record.error.zh, "测试"));
}

/* ---- tiers ---------------------------------------------------------------------------------------------- */

#define TIER(upper, ratio) "{\"上限\":" upper ",\"比例\":" ratio "}"

static void test_tiers(void **state)
{
    (void)state;
    check_error(read_with_parameters("\"起付线\":0,\"大病分段\":[" TIER("\"50000.00\"", "\"0.60\"") ","
                                     "{\"比例\":0.7,\"上限\":null}]"),
                POL_ERR_NONE, "");
    const pol_tiers tiers = tiers_of(F_TIERS);
    assert_int_equal(tiers.count, 2);
    assert_true(tiers.low == 0 && tiers.low_in_first);
    assert_true(tiers.tiers[0].upper == 5000000 && tiers.tiers[0].ratio == 600000);
    assert_true(tiers.tiers[1].upper == POL_NUM_UNLIMITED && tiers.tiers[1].ratio == 700000);
    assert_false(tiers.tiers[0].upper_in_next);
    check_error(read_with_parameters("\"起付线\":0,\"大病分段\":[" TIER("null", "1") "]"), POL_ERR_NONE, "");
}

static void test_bad_tiers(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        pol_claim_error code;
        const char *path;
    } cases[] = {
        { "[]", POL_ERR_BAD_VALUE, "" },
        { "{}", POL_ERR_BAD_VALUE, "" },
        { "[1]", POL_ERR_BAD_VALUE, "[0]" },
        { "[" TIER("null", "1") ",null]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[" TIER("1", "1") ",null]", POL_ERR_BAD_VALUE, "[1]" },
        { "[{}]", POL_ERR_MISSING, "[0].上限" },
        { "[{\"比例\":1}]", POL_ERR_MISSING, "[0].上限" },
        { "[{\"上限\":null}]", POL_ERR_MISSING, "[0].比例" },
        { "[{\"上限\":1}]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[" TIER("5", "1") "]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[" TIER("0", "1") "," TIER("null", "1") "]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[" TIER("5", "1") "," TIER("5", "1") "," TIER("null", "1") "]", POL_ERR_BAD_VALUE, "[1].上限" },
        { "[" TIER("5", "1") "," TIER("4.99", "1") "," TIER("null", "1") "]", POL_ERR_BAD_VALUE, "[1].上限" },
        { "[" TIER("null", "1.5") "]", POL_ERR_BAD_VALUE, "[0].比例" },
        { "[" TIER("null", "\"70%\"") "]", POL_ERR_BAD_VALUE, "[0].比例" },
        { "[" TIER("null", "null") "]", POL_ERR_BAD_VALUE, "[0].比例" },
        { "[" TIER("true", "1") "," TIER("null", "1") "]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[" TIER("5", "2") "," TIER("4", "1") "]", POL_ERR_BAD_VALUE, "[0].比例" },
        { "[{\"上限\":null,\"比例\":1,\"下限\":0}]", POL_ERR_UNKNOWN, "[0].下限" },
        { "[{\"下限\":0,\"上限\":null}]", POL_ERR_MISSING, "[0].比例" },
        { "[{\"上限\":null,\"上限\":null,\"比例\":1}]", POL_ERR_BAD_VALUE, "[0].上限" },
        { "[{\"上限\":null,\"比例\":1,\"比例\":1}]", POL_ERR_BAD_VALUE, "[0].比例" },
        { "[{\"上限\":null,\"比例\":{\"a\":[1]}}]", POL_ERR_BAD_VALUE, "[0].比例" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600];
        snprintf(text, sizeof text, "\"起付线\":0,\"大病分段\":%s", cases[i].value);
        char path[100];
        snprintf(path, sizeof path, "参数.大病分段%s", cases[i].path);
        check_error(read_with_parameters(text), cases[i].code, path);
    }
    /* 32 are allowed. */
    for (int count = 32; count <= 33; count++) {
        char text[4000] = "\"起付线\":0,\"大病分段\":[";
        for (int i = 1; i < count; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), TIER("%d", "1") ",", i);
        strcat(text, TIER("null", "1") "]");
        check_error(read_with_parameters(text), count == 32 ? POL_ERR_NONE : POL_ERR_BAD_VALUE,
                    "参数.大病分段");
    }
    /* An input of the type has no prefix. */
    check_error(read_with("\"分段表\":[{}]"), POL_ERR_MISSING, "分段表[0].上限");
}

/* ---- the order of what is wrong ---------------------------------------------------------------------------- */

static void test_not_a_record(void **state)
{
    (void)state;
    static const char *const texts[] = { "x", "[]", "1", "\"a\"", "null", "{", "{}x", "{\"a\":01}",
                                         "{\"a\":1.}", "{\"a\":\"\xff\"}", "{\"a\":NaN}", "{\"\xc0\x80\":1}" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check_error(read_text(pol_str_of(texts[i])), POL_ERR_BAD_VALUE, "");
        assert_true(contains(g_record.error.zh, "第 7 行第 "));
        assert_true(contains(g_record.error.en, "line 7, column "));
    }
    check_error(read_text(POL_STR("{\"编号\":\"甲\",\"费用\" 1}")), POL_ERR_BAD_VALUE, "");
    assert_true(contains(g_record.error.zh, "第 7 行第 16 列"));
    /* What could be read of it is echoed. */
    assert_true(pol_str_equal(g_record.id, POL_STR("\"甲\"")));
}

static void test_matter(void **state)
{
    (void)state;
    check_error(read_text(POL_STR("{}")), POL_ERR_MISSING, "业务类型");
    check_error(read_text(POL_STR("{\"业务类型\":1}")), POL_ERR_BAD_VALUE, "业务类型");
    check_error(read_text(POL_STR("{\"业务类型\":null}")), POL_ERR_BAD_VALUE, "业务类型");
    check_error(read_text(POL_STR("{\"业务类型\":\"x\",\"费用\":-1}")), POL_ERR_BAD_VALUE, "业务类型");
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"业务类型\":\"测试\"}")), POL_ERR_BAD_VALUE,
                "业务类型");
    check_error(read_text(POL_STR("{\"业务类型\":\" 测试 \"}")), POL_ERR_MISSING, "就医日期");
    g_reader.default_matter = 0;
    check_error(read_text(POL_STR("{}")), POL_ERR_MISSING, "就医日期");
    g_reader.default_matter = POL_NONE32;
}

static void test_order(void **state)
{
    (void)state;
    /* Fields in order of declaration, whatever the order in the record. */
    check_error(read_text(POL_STR("{\"费用\":-1,\"业务类型\":\"测试\"}")), POL_ERR_MISSING, "就医日期");
    check_error(read_text(POL_STR("{\"占比\":9,\"费用\":-1,\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\"}")),
                POL_ERR_BAD_VALUE, "费用");
    check_error(read_text(POL_STR("{\"占比\":9,\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\"}")),
                POL_ERR_MISSING, "费用");
    /* Accumulators after inputs, parameters after accumulators, unknown keys after parameters. */
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,"
                                  "\"本年次数\":1.5,\"无此\":1}")),
                POL_ERR_BAD_VALUE, "本年次数");
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,\"无此\":1}")),
                POL_ERR_MISSING, "参数");
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,\"参数\":{},"
                                  "\"无此\":1}")),
                POL_ERR_MISSING, "参数.起付线");
    check_error(read_with_parameters("\"无此\":1,\"封顶线\":-1,\"起付线\":0"), POL_ERR_BAD_VALUE,
                "参数.封顶线");
    check_error(read_with_parameters("\"比例\":5,\"起付线\":-1"), POL_ERR_BAD_VALUE, "参数.起付线");
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,\"参数\":null}")),
                POL_ERR_BAD_VALUE, "参数");
    check_error(read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,\"参数\":[]}")),
                POL_ERR_BAD_VALUE, "参数");
}

static void test_unknown_keys(void **state)
{
    (void)state;
    check_error(read_with("\"甲\":1,\"乙\":{\"x\":[1,{}]}"), POL_ERR_NONE, "");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "甲");
    read_text(POL_STR("{\"乙\":[],\"甲\":1," MINIMAL "}"));
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "乙");
    check_error(read_with_parameters("\"丙\":1,\"起付线\":0"), POL_ERR_NONE, "");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "参数.丙");
    /* Those of the record before those under 参数. */
    read_text(POL_STR("{\"业务类型\":\"测试\",\"就医日期\":\"2024-01-01\",\"费用\":1,"
                      "\"参数\":{\"丙\":1,\"起付线\":0},\"甲\":1}"));
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "甲");
    read_with("\"\":1");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "");
    /* A parameter is no field of the record, nor the reverse. */
    read_with("\"起付线\":1");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "起付线");
    read_with_parameters("\"起付线\":0,\"费用\":1");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "参数.费用");
    read_with("\"编号\":1,\"参保人\":\"甲\",\"家庭\":\"乙\"");
    check_finding(&g_record.unknown, POL_ERR_NONE, "");
}

static void test_repeated_keys(void **state)
{
    (void)state;
    check_error(read_with("\"占比\":0.1,\"占比\":0.1"), POL_ERR_BAD_VALUE, "占比");
    check_error(read_with("\"占比\":0.1,\"\\u5360比\":0.1"), POL_ERR_BAD_VALUE, "占比");
    check_error(read_with("\"参数\":{\"起付线\":0}"), POL_ERR_BAD_VALUE, "参数");
    check_error(read_with_parameters("\"起付线\":0,\"起付线\":0"), POL_ERR_BAD_VALUE, "参数.起付线");
    check_error(read_with("\"编号\":1,\"编号\":1"), POL_ERR_BAD_VALUE, "编号");
    read_with("\"甲\":1,\"甲\":1");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "甲");
}

static void test_verdict(void **state)
{
    (void)state;
    /* An unknown key yields to what is required under a condition, and to nothing later. */
    pol_sink sinks[2] = { { .phase = POL_PHASE_REQUIRED, .error = POL_ERR_MISSING,
                            .field = POL_STR("占比") },
                          { .phase = POL_PHASE_REQUIRE, .error = POL_ERR_CONTRADICTION,
                            .field = POL_STR("费用"), .message = POL_STR("说明") } };
    pol_code *const code = &g_program->matters[0];
    pol_sink *const kept = code->sinks;
    code->sinks = sinks;
    code->sink_count = 2;
    read_with("\"甲\":1");
    for (uint32_t sink = 0; sink < 2; sink++) {
        g_block.fault[1] = POL_FAULT_CHECK;
        g_block.fault_sink[1] = sink;
        const pol_finding finding = pol_record_verdict(&g_reader, &g_record, &g_block, 1);
        check_finding(&finding, sink == 0 ? POL_ERR_MISSING : POL_ERR_UNKNOWN, sink == 0 ? "占比" : "甲");
    }
    read_with("\"占比\":1");
    pol_finding finding = pol_record_verdict(&g_reader, &g_record, &g_block, 1);
    check_finding(&finding, POL_ERR_CONTRADICTION, "费用");
    assert_true(pol_str_equal(finding.zh, POL_STR("说明")));
    g_block.fault[1] = POL_FAULT_NONE;
    finding = pol_record_verdict(&g_reader, &g_record, &g_block, 1);
    check_finding(&finding, POL_ERR_NONE, "");
    code->sinks = kept;
    code->sink_count = 0;
}

/* ---- the envelope ------------------------------------------------------------------------------------------- */

static void test_envelope(void **state)
{
    (void)state;
    read_with("\"编号\":\"A-\\u0031\",\"参保人\":510123,\"家庭\":\"户\"");
    assert_true(pol_str_equal(g_record.id, POL_STR("\"A-\\u0031\"")));
    assert_true(pol_str_equal(g_record.id_text, POL_STR("A-1")));
    assert_true(pol_str_equal(g_record.person, POL_STR("510123")));
    assert_true(pol_str_equal(g_record.person_text, POL_STR("510123")));
    assert_true(pol_str_equal(g_record.household_text, POL_STR("户")));
    static const char *const bad[] = { "null", "true", "[]", "{}", "\"\\ud800\"" };
    static const char *const keys[] = { "编号", "参保人", "家庭" };
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 3; k++) {
            char member[100];
            snprintf(member, sizeof member, "\"%s\":%s", keys[k], bad[i]);
            check_error(read_with(member), POL_ERR_BAD_VALUE, keys[k]);
            assert_int_equal(g_record.id.length, 0);
        }
    }
    /* Echoed beside an error too. */
    check_error(read_text(POL_STR("{\"编号\":7,\"业务类型\":\"无\"}")), POL_ERR_BAD_VALUE, "业务类型");
    assert_true(pol_str_equal(g_record.id, POL_STR("7")));
}

/* ---- limits -------------------------------------------------------------------------------------------------- */

static void test_limits(void **state)
{
    (void)state;
    /* Ten thousand digits, deep nesting and very many keys are clean errors. */
    static char text[POL_MAX_RECORD_BYTES + 100];
    const size_t size = sizeof text;
    int used = snprintf(text, size, "{" MINIMAL ",\"限额\":");
    memset(text + used, '9', 10000);
    memcpy(text + used + 10000, "}", 2);
    check_error(read_text(pol_str_of(text)), POL_ERR_BAD_VALUE, "限额");
    assert_true(g_record.error.zh.length < 1000);
    used = snprintf(text, size, "{" MINIMAL ",\"限额\":");
    memset(text + used, '[', 100000);
    text[used + 100000] = '\0';
    check_error(read_text(pol_str_of(text)), POL_ERR_BAD_VALUE, "");
    used = snprintf(text, size, "{" MINIMAL);
    while (used < 1000000)
        used += snprintf(text + used, size - (size_t)used, ",\"%x\":0", (unsigned)used);
    memcpy(text + used, "}", 2);
    check_error(read_text(pol_str_of(text)), POL_ERR_NONE, "");
    assert_int_equal(g_record.unknown.code, POL_ERR_UNKNOWN);
    memset(text, ' ', size);
    memcpy(text, "{}", 2);
    check_error(read_text((pol_str){ text, size }), POL_ERR_BAD_VALUE, "");
}

/* ---- CSV rows -------------------------------------------------------------------------------------------------- */

static const pol_record *read_row(pol_csv *csv, const char *row)
{
    bool blank;
    pol_reader_clear(&g_reader);
    pol_block_clear(&g_block);
    g_record.line = 2;
    const pol_str text = pol_str_copy(&g_reader.scratch, pol_str_of(row));
    assert_true(pol_csv_row(csv, text, &g_reader, &g_record, &blank));
    assert_false(blank);
    if (g_record.error.code == POL_ERR_NONE)
        assert_true(pol_record_fill(&g_reader, &g_record, &g_block, 1));
    return &g_record;
}

static void test_csv_rows(void **state)
{
    (void)state;
    pol_csv csv;
    bool blank;
    pol_csv_init(&csv, &g_arena);
    assert_true(pol_csv_header(&csv, POL_STR("编号,业务类型,就医日期,费用,占比,次数,本地,人员类别,多重身份,参数.起付线,"
                                             "分段表,病种,无此")));
    check_error(read_row(&csv, "A1,测试,2024-05-06,12.5,70%,3,否,特困,其他、特困,100,,\"甲,\"\"乙\"\"\","),
                POL_ERR_NONE, "");
    check_finding(&g_record.unknown, POL_ERR_NONE, "");
    assert_true(pol_str_equal(g_record.id, POL_STR("\"A1\"")));
    assert_true(number(F_COST) == 1250 && number(F_SHARE) == 700000 && number(F_COUNT) == 3);
    assert_int_equal(pol_port_bool(&g_block, g_program->matters[0].fields[F_LOCAL].reg)[1], 0);
    assert_true(pol_port_set(&g_block, g_program->matters[0].fields[F_GROUPS].reg)[1] == 5);
    assert_true(number(F_LINE) == 10000);
    assert_true(pol_str_equal(pol_reader_text(&g_reader, &g_record, code_of(F_DISEASE)), POL_STR("甲,\"乙\"")));
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,0.5,,1,,其他;特困,0,,,"), POL_ERR_NONE, "");
    assert_true(number(F_SHARE) == 500000 && number(F_COUNT) == POL_NUM_ABSENT);
    assert_true(pol_port_set(&g_block, g_program->matters[0].fields[F_GROUPS].reg)[1] == 5);
    /* Empty cells are absent keys. */
    check_error(read_row(&csv, "A1,,2024-05-06,1,,,,,,0,,,"), POL_ERR_MISSING, "业务类型");
    check_error(read_row(&csv, "A1,测试,,1,,,,,,0,,,"), POL_ERR_MISSING, "就医日期");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,,,,,,,,,"), POL_ERR_MISSING, "参数");
    read_row(&csv, "A1,测试,2024-05-06,1,,,,,,0,,,x");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "无此");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,,,,,,0,[],,"), POL_ERR_BAD_VALUE, "分段表");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,170%,,,,,0,,,"), POL_ERR_BAD_VALUE, "占比");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,0.00001%,,,,,0,,,"), POL_ERR_BAD_VALUE, "占比");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,,,,,其他、,0,,,"), POL_ERR_BAD_VALUE, "多重身份");
    /* The form of the row. */
    check_error(read_row(&csv, "A1,测试,2024-05-06"), POL_ERR_BAD_VALUE, "");
    assert_true(pol_str_equal(g_record.id, POL_STR("\"A1\"")));
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,,,,,,0,,,,"), POL_ERR_BAD_VALUE, "");
    check_error(read_row(&csv, "A1,\"测试,2024-05-06,1,,,,,,0,,,"), POL_ERR_BAD_VALUE, "");
    check_error(read_row(&csv, "A1,\"测试\"x,2024-05-06,1,,,,,,0,,,"), POL_ERR_BAD_VALUE, "");
    check_error(read_row(&csv, "A1,测试,2024-05-06,1,,,,,,0,,\xff,"), POL_ERR_BAD_VALUE, "");
    assert_true(pol_csv_row(&csv, POL_STR(",,,,"), &g_reader, &g_record, &blank));
    assert_true(blank);
}

static void test_csv_headers(void **state)
{
    (void)state;
    pol_csv csv;
    pol_csv_init(&csv, &g_arena);
    /* Names are folded; a name that stands twice is wrong in every record. */
    assert_true(pol_csv_header(&csv, POL_STR(" 业务类型 ,\"就医日期\",费用,费用,参数．起付线")));
    check_error(read_row(&csv, "测试,2024-05-06,1,,0"), POL_ERR_BAD_VALUE, "费用");
    pol_csv_init(&csv, &g_arena);
    assert_true(pol_csv_header(&csv, POL_STR("业务类型,就医日期,费用,参数.起付线,")));
    check_error(read_row(&csv, "测试,2024-05-06,1,0,"), POL_ERR_NONE, "");
    check_finding(&g_record.unknown, POL_ERR_NONE, "");
    read_row(&csv, "测试,2024-05-06,1,0,x");
    check_finding(&g_record.unknown, POL_ERR_UNKNOWN, "");
}

/* ---- framing -------------------------------------------------------------------------------------------------- */

/* Frames of a stream cut into pieces of `size` bytes, joined by |. */
static void frames(pol_text *out, const char *stream, size_t size, bool csv)
{
    pol_framer framer;
    pol_frame frame;
    pol_framer_init(&framer, out->arena, csv);
    size_t left = strlen(stream);
    while (left != 0) {
        size_t piece = left < size ? left : size;
        const char *copy = pol_arena_copy(out->arena, stream, piece);
        stream += piece;
        left -= piece;
        while (pol_framer_next(&framer, &copy, &piece, &frame))
            pol_text_format(out, "%llu:%.*s|", (unsigned long long)frame.line, (int)frame.text.length,
                            frame.text.bytes);
    }
    while (pol_framer_last(&framer, &frame))
        pol_text_format(out, "%llu:%.*s|", (unsigned long long)frame.line, (int)frame.text.length,
                        frame.text.bytes);
}

static void test_framing(void **state)
{
    (void)state;
    static const struct {
        bool csv;
        const char *stream, *expected;
    } cases[] = {
        { false, "", "" },
        { false, "a\nb\n", "1:a|2:b|" },
        { false, "a\r\n\r\n  \n\tb", "1:a|4:\tb|" },
        { false, "\xef\xbb\xbf" "a\n\xef\xbb\xbf", "1:a|2:\xef\xbb\xbf|" },
        { false, "\xef\xbb\xbf", "" },
        { false, "\xef\xbb", "1:\xef\xbb|" },
        { false, "\xef\xbbx\n", "1:\xef\xbbx|" },
        { false, "\"a\nb\"", "1:\"a|2:b\"|" },
        { true, "\"a\nb\",c\nd\n", "1:\"a\nb\",c|3:d|" },
        { true, "\"a\"\"\n\",c\r\nd,\"\"\n", "1:\"a\"\"\n\",c|3:d,\"\"|" },
        { true, "a\"b\nc\n", "1:a\"b|2:c|" },
        { true, "a,b\"\nc,\"d\"\n", "1:a,b\"|2:c,\"d\"|" },
        { true, "a,\"b", "1:a,\"b|" },
        { true, "\"a\"b\"\nc\n", "1:\"a\"b\"|2:c|" },
        { true, "\"\",\n\",\"\n", "1:\"\",|2:\",\"|" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t size = 1; size < 12; size++) {
            pol_arena arena;
            pol_arena_init(&arena, NULL);
            pol_text out;
            pol_text_init(&out, &arena);
            pol_text_add(&out, POL_STR(""));
            frames(&out, cases[i].stream, size, cases[i].csv);
            assert_string_equal(out.bytes, cases[i].expected);
            pol_arena_reset(&arena);
        }
    }
}

/* A record of 100 MB is read to its end and never held. */
static void test_overlong(void **state)
{
    (void)state;
    static char piece[1 << 16];
    for (int csv = 0; csv < 2; csv++) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        pol_framer framer;
        pol_frame frame;
        pol_framer_init(&framer, &arena, csv != 0);
        memset(piece, 'x', sizeof piece);
        if (csv)
            piece[0] = '"';
        for (int i = 0; i < 1600; i++) {
            const char *bytes = piece;
            size_t length = sizeof piece;
            assert_false(pol_framer_next(&framer, &bytes, &length, &frame));
            assert_int_equal(length, 0);
            piece[0] = csv ? '\n' : 'x';
        }
        const char *bytes = csv ? "\"\na\n" : "\na\n";
        size_t length = strlen(bytes);
        assert_true(pol_framer_next(&framer, &bytes, &length, &frame));
        assert_true(frame.too_long && frame.text.length == 0 && frame.line == 1);
        assert_true(pol_framer_next(&framer, &bytes, &length, &frame));
        assert_false(frame.too_long);
        assert_true(pol_str_equal(frame.text, POL_STR("a")));
        assert_int_equal(frame.line, csv ? 1601 : 2);
        assert_true(arena.used_bytes < (4u << 20));
        pol_arena_reset(&arena);
    }
    /* The limit is on the byte, whatever the pieces. */
    static char line[POL_MAX_RECORD_BYTES + 3];
    for (size_t over = 0; over < 2; over++) {
        for (int pieces = 1; pieces < 3; pieces++) {
            pol_arena arena;
            pol_arena_init(&arena, NULL);
            pol_framer framer;
            pol_frame frame = { .line = 0 };
            pol_framer_init(&framer, &arena, false);
            memset(line, 'x', sizeof line);
            memcpy(line + POL_MAX_RECORD_BYTES + over, "\r\n", 2);
            size_t left = POL_MAX_RECORD_BYTES + over + 2, half = pieces == 1 ? left : left / 2;
            const char *bytes = line;
            left -= half;
            bool found = pol_framer_next(&framer, &bytes, &half, &frame);
            if (left != 0)
                found = pol_framer_next(&framer, &bytes, &left, &frame);
            assert_true(found);
            assert_int_equal(frame.too_long, over);
            pol_arena_reset(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amount_texts),
        cmocka_unit_test(test_ratio_texts),
        cmocka_unit_test(test_integer_texts),
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_good_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suggestions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_tiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_a_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeated_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_envelope, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_csv_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_csv_headers, set_up, tear_down),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_overlong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
