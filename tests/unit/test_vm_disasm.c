/* The listing of a small program, word for word: other tests and people's eyes rely on its form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_program.h"

static assembly g_as;

/* Two fields, a payer with a tail, a choice, a schedule, a check. */
static pol_program *small_program(void)
{
    static pol_str labels[] = { { "特困人员", 12 }, { "其他", 6 } };
    static uint16_t of_code[] = { 0, 1 }, cells[] = { 0, UINT16_MAX };
    static pol_table_column column = { .class_ = POL_C_CODE,
                                       .class_of = of_code,
                                       .code_count = 2,
                                       .other_class = 1,
                                       .class_count = 2 };
    static uint8_t member[] = { 1, 0 };
    as_start(&g_as);
    g_as.label_sets[0] =
        (pol_label_set){ .name = POL_STR("人员类别"), .count = 2, .labels = labels };
    g_as.label_set_count = 1;
    const uint32_t cost = as_field(&g_as, (pol_field_def){ .name = POL_STR("政策范围内费用") });
    const uint32_t group = as_field(
        &g_as,
        (pol_field_def){ .name = POL_STR("人员类别"), .type = POL_F_LABEL, .optional = true });
    const uint32_t limit = as_number(&g_as, POL_NUM_UNLIMITED, 100);
    (void)as_field(&g_as, (pol_field_def){ .name = POL_STR("限额"),
                                           .role = POL_ROLE_PARAMETER,
                                           .null_unlimited = true,
                                           .has_default = true });
    g_as.tables[0] = (pol_table){
        .column_count = 1, .columns = &column, .row_count = 1, .cell_count = 2, .cells = cells
    };
    g_as.members[0] = (pol_members){ .count = 2, .member = member };
    g_as.code.table_count = g_as.code.member_count = 1;

    const uint32_t third = as_number(&g_as, 1, 3), ratio = as_number(&g_as, 750000, 1000000);
    g_as.line = 20;
    const uint32_t part = as_result(&g_as, POL_C_NUM, 100000000, 0);
    AS_EMIT(&g_as, POL_OP_MUL, part, cost, ratio);
    const uint32_t entitled = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, POL_OP_MEMBER, entitled, group, 0);
    const uint32_t row = as_result(&g_as, POL_C_CODE, 0, 0);
    AS_EMIT(&g_as, POL_OP_ROW, row, 0, as_list(&g_as, 1, &group));
    pol_constant constant = { .class_ = POL_C_TIERS };
    constant.tiers =
        as_tiers(&g_as.arena, 0, 2, (pol_i128[]){ 1000000, 700000, POL_NUM_UNLIMITED, 850000 });
    const uint32_t tiers = as_constant(&g_as, constant, 100, 1000000);
    const uint32_t sum = as_result(&g_as, POL_C_NUM, 100000000, 0);
    AS_EMIT(&g_as, POL_OP_TSUM, sum, tiers, as_number(&g_as, 0, 100), cost);
    const uint32_t paid = as_result(&g_as, POL_C_NUM, 100, 0),
                   rest = as_result(&g_as, POL_C_NUM, 100, 0);
    const uint32_t one = as_pool(&g_as, 1), million = as_pool(&g_as, 1000000);
    AS_EMIT(&g_as, POL_OP_TAIL, paid, rest, part, entitled, limit, cost, POL_HALF_UP, one, million,
            one);
    const uint32_t less = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, POL_OP_CMP, less, part, third, POL_GE);
    const uint32_t other = as_value(&g_as, POL_C_CODE, 1), far = as_value(&g_as, POL_C_CODE, 7);
    AS_EMIT(&g_as, POL_OP_EQC, as_result(&g_as, POL_C_BOOL, 0, 0), group, other, POL_NE);
    AS_EMIT(&g_as, POL_OP_EQC, as_result(&g_as, POL_C_BOOL, 0, 0), far, group, POL_EQ);
    g_as.line = UINT32_MAX; /* the next instruction has no line */
    const uint32_t late = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, POL_OP_CMPD, late, as_value(&g_as, POL_C_DATE, pol_date_of(2024, 5, 6)),
            as_value(&g_as, POL_C_DATE, POL_NUM_ABSENT), POL_LT);
    const uint32_t any = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, POL_OP_ANYOF, any, as_value(&g_as, POL_C_SET, 5), as_pool(&g_as, 3));
    AS_EMIT(&g_as, POL_OP_NEEDN, paid, as_value(&g_as, POL_C_BOOL, 1),
            as_sink(&g_as, (pol_sink){ .limit = POL_LIMIT_AMOUNT, .field = POL_STR("医疗救助") }));
    AS_EMIT(&g_as, POL_OP_CHECK, less,
            as_sink(&g_as, (pol_sink){ .error = POL_ERR_CONTRADICTION,
                                       .field = POL_STR("政策范围内费用") }));

    g_as.payers[0] = (pol_payer_def){ .name = POL_STR("医疗救助"), .paid = paid };
    g_as.payers[1] = (pol_payer_def){ .name = POL_STR("减免"), .paid = rest, .hospital = true };
    g_as.code.payer_count = 2;
    g_as.orders[0] = as_range(&g_as, 1, (uint32_t[]){ 0 });
    g_as.code.order_count = 1;
    g_as.statuses[0] = (pol_status_def){ POL_STR("达限额"), less };
    g_as.code.status_count = 1;
    g_as.outputs[0] = (pol_output_def){ .name = POL_STR("行"), .kind = POL_OUT_NUMBER, .reg = sum };
    g_as.code.output_count = 1;
    g_as.code.total = g_as.code.person = cost;
    g_as.code.hospital = rest;
    return as_finish(&g_as);
}

static void expect_listing(pol_lang lang, const char *expected)
{
    char reason[256];
    pol_program *program = small_program();
    if (!pol_verify(program, reason))
        fail_msg("%s", reason);
    pol_arena arena;
    pol_text text;
    pol_arena_init(&arena, NULL);
    pol_text_init(&text, &arena);
    pol_disassemble(&text, program, lang);
    assert_string_equal(text.bytes, expected);
    pol_arena_reset(&arena);
    pol_program_free(program);
    as_end(&g_as);
}

static void test_english(void **state)
{
    (void)state;
    expect_listing(POL_EN, "policy test-2024 「测试政策」  2024-01-01 …\n"
                           "\n"
                           "matter 「测试」  registers 25  instructions 12\n"
                           "  input 「政策范围内费用」 : amount n0/100\n"
                           "  input 「人员类别」 : label c1 optional\n"
                           "      #0 特困人员 #1 其他\n"
                           "  parameter 「限额」 : amount n3/100 = unlimited null_is_unlimited\n"
                           "  table 0: 1 rows\n"
                           "    c  0 1 rest 1\n"
                           "    -> 0 -\n"
                           "  set 0: #0\n"
                           "  line    no.  opcode\n"
                           "    21      0  mul      n6/1e8 = 「政策范围内费用」 × 0.75\n"
                           "    22      1  member   b7 = 「人员类别」, set 0\n"
                           "    23      2  row      c8 = table 0, (「人员类别」)\n"
                           "    24      3  tsum     n10/1e8 = { [0, 10000) : 0.7; [10000, "
                           "unlimited) : 0.85 }, 0, 「政策范围内费用」\n"
                           "    25      4  tail     n12/100, n13/100 = n6, b7, unlimited, "
                           "「政策范围内费用」, half_up, 1, 1000000, 1\n"
                           "    26      5  cmp      b14 = n6 ≥ 1/3\n"
                           "    27      6  eqc      b17 = 「人员类别」 ≠ 其他\n"
                           "    28      7  eqc      b18 = #7 = 「人员类别」\n"
                           "            8  cmpd     b19 = 2024-05-06 < none\n"
                           "     1      9  anyof    b22 = {#0, #2}, 3\n"
                           "     2     10  needn    n12, yes → 「医疗救助」 amount\n"
                           "     3     11  check    b14 → 「政策范围内费用」 contradiction\n"
                           "  total = 「政策范围内费用」\n"
                           "  order #0: 「医疗救助」\n"
                           "  payer 「医疗救助」 = n12\n"
                           "  payer (hospital) 「减免」 = n13\n"
                           "  person_pays = 「政策范围内费用」\n"
                           "  hospital_pays = n13\n"
                           "  status 「达限额」 = b14\n"
                           "  output 「行」 = n10\n");
}

static void test_chinese(void **state)
{
    (void)state;
    expect_listing(POL_ZH, "政策 test-2024 「测试政策」  2024-01-01 …\n"
                           "\n"
                           "业务 「测试」  寄存器 25  指令 12\n"
                           "  输入 「政策范围内费用」 : 金额 n0/100\n"
                           "  输入 「人员类别」 : 标签 c1 可空\n"
                           "      #0 特困人员 #1 其他\n"
                           "  参数 「限额」 : 金额 n3/100 = 不限 null 为不限\n"
                           "  表 0: 1 行\n"
                           "    c  0 1 其余 1\n"
                           "    -> 0 -\n"
                           "  集合 0: #0\n"
                           "    行    序号  指令\n"
                           "    21      0  mul      n6/1e8 = 「政策范围内费用」 × 0.75\n"
                           "    22      1  member   b7 = 「人员类别」, 集合 0\n"
                           "    23      2  row      c8 = 表 0, (「人员类别」)\n"
                           "    24      3  tsum     n10/1e8 = { [0, 10000) : 0.7; [10000, 不限) : "
                           "0.85 }, 0, 「政策范围内费用」\n"
                           "    25      4  tail     n12/100, n13/100 = n6, b7, 不限, "
                           "「政策范围内费用」, 四舍五入, 1, 1000000, 1\n"
                           "    26      5  cmp      b14 = n6 ≥ 1/3\n"
                           "    27      6  eqc      b17 = 「人员类别」 ≠ 其他\n"
                           "    28      7  eqc      b18 = #7 = 「人员类别」\n"
                           "            8  cmpd     b19 = 2024-05-06 < 空\n"
                           "     1      9  anyof    b22 = {#0, #2}, 3\n"
                           "     2     10  needn    n12, 是 → 「医疗救助」 金额\n"
                           "     3     11  check    b14 → 「政策范围内费用」 输入矛盾\n"
                           "  总费用 = 「政策范围内费用」\n"
                           "  顺序 #0: 「医疗救助」\n"
                           "  支付 「医疗救助」 = n12\n"
                           "  支付（医院） 「减免」 = n13\n"
                           "  个人负担 = 「政策范围内费用」\n"
                           "  医院承担 = n13\n"
                           "  状态 「达限额」 = b14\n"
                           "  附加 「行」 = n10\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_english),
        cmocka_unit_test(test_chinese),
    };
    return cmocka_run_group_tests_name("vm_disasm", tests, NULL, NULL);
}
