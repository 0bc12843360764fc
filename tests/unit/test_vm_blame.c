/* Whose fault it is: the error of a rejected row and the field that its message names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/vm.h"

#include "assemble.h"

/* ---- a small world: one row, fields of all kinds, all absent unless said --------------------------------- */

enum {
    AMOUNT_1,
    AMOUNT_2,
    AMOUNT_3,
    YES_1,
    YES_2,
    CODE_1,
    DATE_1,
    SET_1,
    TIERS_1,
    PARAM_1,
    FIELDS
};

static assembly g_as;
static uint32_t g_reg[FIELDS];
static uint32_t g_yes, g_no, g_one; /* constants */
static pol_i128 g_values[FIELDS];   /* POL_NUM_ABSENT: absent */

static int start(void **state)
{
    (void)state;
    static const uint8_t k_types[FIELDS] = { POL_F_AMOUNT, POL_F_AMOUNT, POL_F_AMOUNT, POL_F_YESNO,
                                             POL_F_YESNO,  POL_F_TEXT,   POL_F_DATE,   POL_F_LABELS,
                                             POL_F_TIERS,  POL_F_AMOUNT };
    static const char *const k_names[FIELDS] = { "费用一", "费用二", "费用三", "是否一", "是否二",
                                                 "病种",   "日期",   "身份",   "分段",   "限额" };
    static pol_str labels[] = { { "甲", 3 }, { "乙", 3 } };
    as_start(&g_as);
    g_as.label_sets[0] = (pol_label_set){ .count = 2, .labels = labels };
    g_as.label_set_count = 1;
    for (int i = 0; i < FIELDS; i++) {
        const uint8_t role = i == PARAM_1 ? POL_ROLE_PARAMETER : POL_ROLE_INPUT;
        g_reg[i] = as_field(&g_as, (pol_field_def){ .name = pol_str_of(k_names[i]),
                                                    .type = k_types[i],
                                                    .role = role,
                                                    .optional = true });
        g_values[i] = POL_NUM_ABSENT;
    }
    g_yes = as_value(&g_as, POL_C_BOOL, 1);
    g_no = as_value(&g_as, POL_C_BOOL, 0);
    g_one = as_number(&g_as, 100, 100);
    return 0;
}

static uint32_t sink_of(const char *field, pol_claim_error error)
{
    return as_sink(&g_as, (pol_sink){ .phase = POL_PHASE_SETTLE,
                                      .error = (uint8_t)error,
                                      .field = pol_str_of(field),
                                      .message = POL_STR("说明") });
}

static uint32_t number_of(pol_opcode op, uint32_t a, uint32_t b)
{
    const uint32_t r = as_result(&g_as, POL_C_NUM, 100, 0);
    AS_EMIT(&g_as, op, r, a, b);
    return r;
}

static uint32_t yes_of(pol_opcode op, uint32_t a, uint32_t b)
{
    const uint32_t r = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, op, r, a, b);
    return r;
}

static uint32_t choice_of(uint32_t condition, uint32_t a, uint32_t b)
{
    const uint32_t r = as_result(&g_as, POL_C_NUM, 100, 0);
    AS_EMIT(&g_as, POL_OP_SELN, r, condition, a, b);
    return r;
}

static void set_field(pol_block *block, int field)
{
    const pol_i128 value = g_values[field];
    const bool absent = value == POL_NUM_ABSENT;
    const uint32_t reg = g_reg[field];
    switch ((pol_class)block->code->registers[reg].class_) {
    case POL_C_NUM: pol_port_num(block, reg)[0] = pol_port_of(value); break;
    case POL_C_BOOL: pol_port_bool(block, reg)[0] = absent ? POL_BOOL_ABSENT : (uint8_t)value; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_port_code(block, reg)[0] = absent ? POL_CODE_ABSENT : (int32_t)value; break;
    case POL_C_SET: pol_port_set(block, reg)[0] = absent ? POL_SET_ABSENT : (uint64_t)value; break;
    case POL_C_TIERS: pol_port_tiers(block, reg)[0] = POL_TIERS_ABSENT; break;
    case POL_CLASS_COUNT: break;
    }
}

/* Runs the assembled program on one row and compares its error. */
static void expect_error(pol_claim_error error, const char *field)
{
    char reason[256];
    pol_program *program = as_finish(&g_as);
    if (!pol_verify(program, reason))
        fail_msg("%s", reason);
    pol_arena arena;
    pol_block block;
    pol_arena_init(&arena, NULL);
    assert_true(pol_block_init(&block, &arena, program, program->matters, 1));
    for (int i = 0; i < FIELDS; i++)
        set_field(&block, i);
    assert_true(pol_vm_run(&block, 1));
    pol_str found, message;
    assert_int_equal(pol_vm_error(&block, 0, &arena, &found, &message), error);
    if (!pol_str_equal(found, pol_str_of(field)))
        fail_msg("%.*s instead of %s", (int)found.length, found.bytes, field);
    assert_true(pol_str_equal(message, pol_str_of(error == POL_ERR_NONE ? "" : "说明")));
    pol_arena_reset(&arena);
    pol_program_free(program);
    as_end(&g_as);
}

static void need_number(uint32_t reg)
{
    AS_EMIT(&g_as, POL_OP_NEEDN, reg, g_yes, sink_of("医疗救助", POL_ERR_NONE));
}

static void need_yes(uint32_t reg)
{
    AS_EMIT(&g_as, POL_OP_NEEDB, reg, g_yes, sink_of("医疗救助", POL_ERR_NONE));
}

/* ---- which field ------------------------------------------------------------------------------------------------ */

static void test_first_declared(void **state)
{
    (void)state;
    const uint32_t sum = number_of(POL_OP_ADD, g_reg[AMOUNT_3], g_reg[AMOUNT_2]);
    need_number(number_of(POL_OP_SUB, g_one, number_of(POL_OP_MIN, sum, g_one)));
    expect_error(POL_ERR_MISSING, "费用二");
}

static void test_only_absent_ones(void **state)
{
    (void)state;
    g_values[AMOUNT_2] = 100;
    need_number(number_of(POL_OP_ADD, g_reg[AMOUNT_3], g_reg[AMOUNT_2]));
    expect_error(POL_ERR_MISSING, "费用三");
}

static void test_parameter(void **state)
{
    (void)state;
    need_number(number_of(POL_OP_MAX, g_one, g_reg[PARAM_1]));
    expect_error(POL_ERR_MISSING, "参数.限额");
}

static void test_condition_of_choice(void **state)
{
    (void)state;
    need_number(choice_of(g_reg[YES_2], g_reg[AMOUNT_1], g_reg[AMOUNT_2]));
    expect_error(POL_ERR_MISSING, "是否二");
}

static void test_chosen_branch(void **state)
{
    (void)state;
    g_values[YES_2] = 1;
    need_number(choice_of(g_reg[YES_2], g_reg[AMOUNT_2], g_reg[AMOUNT_1]));
    expect_error(POL_ERR_MISSING, "费用二");
}

static void test_other_branch(void **state)
{
    (void)state;
    g_values[YES_2] = 0;
    g_values[AMOUNT_1] = 5;
    need_number(choice_of(g_reg[YES_2], g_reg[AMOUNT_1], g_reg[AMOUNT_3]));
    expect_error(POL_ERR_MISSING, "费用三");
}

static void pick(pol_i128 choice)
{
    const uint32_t list =
        as_list(&g_as, 3, (uint32_t[]){ g_reg[AMOUNT_1], g_reg[AMOUNT_2], g_reg[AMOUNT_3] });
    g_values[CODE_1] = choice;
    need_number(number_of(POL_OP_PICKN, g_reg[CODE_1], list));
}

static void test_picked(void **state)
{
    (void)state;
    pick(1);
    expect_error(POL_ERR_MISSING, "费用二");
}

static void test_picked_absent(void **state)
{
    (void)state;
    pick(POL_NUM_ABSENT);
    expect_error(POL_ERR_MISSING, "病种");
}

static void test_logic(void **state)
{
    (void)state;
    g_values[YES_1] = 1;
    const uint32_t either = yes_of(POL_OP_OR, g_no, g_reg[YES_2]);
    need_yes(yes_of(POL_OP_AND, g_reg[YES_1], either));
    expect_error(POL_ERR_MISSING, "是否二");
}

static void test_logic_decided(void **state)
{
    (void)state;
    need_yes(yes_of(POL_OP_AND, g_no, g_reg[YES_2]));
    expect_error(POL_ERR_NONE, "");
}

static void tail(pol_i128 condition)
{
    const uint32_t one = as_pool(&g_as, 1);
    const uint32_t paid = as_result(&g_as, POL_C_NUM, 100, 0);
    const uint32_t rest = as_result(&g_as, POL_C_NUM, 100, 0);
    g_values[YES_2] = condition;
    AS_EMIT(&g_as, POL_OP_TAIL, paid, rest, g_reg[AMOUNT_2], g_reg[YES_2], g_reg[PARAM_1],
            g_reg[AMOUNT_3], POL_HALF_UP, one, one, one);
    need_number(number_of(POL_OP_ADD, paid, rest));
}

static void test_tail_condition(void **state)
{
    (void)state;
    tail(POL_NUM_ABSENT);
    expect_error(POL_ERR_MISSING, "是否二");
}

static void test_tail_amounts(void **state)
{
    (void)state;
    tail(1);
    expect_error(POL_ERR_MISSING, "费用二");
}

static void test_tail_cap(void **state)
{
    (void)state;
    g_values[AMOUNT_2] = g_values[AMOUNT_3] = 100;
    tail(1);
    expect_error(POL_ERR_MISSING, "参数.限额");
}

static void test_tail_not_taken(void **state)
{
    (void)state;
    tail(0);
    expect_error(POL_ERR_MISSING, "费用三");
}

static void test_lists(void **state)
{
    (void)state;
    const uint32_t list = as_list(&g_as, 2, (uint32_t[]){ g_reg[YES_2], g_reg[YES_1] });
    const uint32_t only = as_result(&g_as, POL_C_CODE, 0, 0);
    AS_EMIT(&g_as, POL_OP_ONLY, only, list);
    AS_EMIT(&g_as, POL_OP_NEEDC, only, g_yes, sink_of("医疗救助", POL_ERR_NONE));
    expect_error(POL_ERR_MISSING, "是否一");
}

static void test_sets_dates_schedules(void **state)
{
    (void)state;
    const uint32_t rate = as_result(&g_as, POL_C_NUM, 1000000, 0);
    AS_EMIT(&g_as, POL_OP_TLEAST, rate, g_reg[TIERS_1]);
    const uint32_t years = as_result(&g_as, POL_C_NUM, 1, 0);
    AS_EMIT(&g_as, POL_OP_PART, years, g_reg[DATE_1], 0);
    const uint32_t both = as_result(&g_as, POL_C_BOOL, 0, 0);
    AS_EMIT(&g_as, POL_OP_CMP, both, rate, years, POL_LT);
    const uint32_t first = as_result(&g_as, POL_C_CODE, 0, 0);
    AS_EMIT(&g_as, POL_OP_FIRST, first, g_reg[SET_1]);
    AS_EMIT(&g_as, POL_OP_NEEDB, both, g_yes, sink_of("甲", POL_ERR_NONE));
    AS_EMIT(&g_as, POL_OP_NEEDC, first, g_yes, sink_of("乙", POL_ERR_NONE));
    AS_EMIT(&g_as, POL_OP_NEEDD, g_reg[DATE_1], g_yes, sink_of("丙", POL_ERR_NONE));
    expect_error(POL_ERR_MISSING, "日期");
}

static void test_sets(void **state)
{
    (void)state;
    const uint32_t first = as_result(&g_as, POL_C_CODE, 0, 0);
    AS_EMIT(&g_as, POL_OP_FIRST, first, g_reg[SET_1]);
    AS_EMIT(&g_as, POL_OP_NEEDC, first, g_yes, sink_of("乙", POL_ERR_NONE));
    expect_error(POL_ERR_MISSING, "身份");
}

/* A constant that is absent has no field: the statement is named. */
static void test_absent_constant(void **state)
{
    (void)state;
    need_number(number_of(POL_OP_ADD, as_number(&g_as, POL_NUM_ABSENT, 100), g_one));
    expect_error(POL_ERR_MISSING, "医疗救助");
}

/* One that has a name, such as a dated value, is named; but fields come first. */
static uint32_t named_constant(void)
{
    const uint32_t reg = as_number(&g_as, POL_NUM_ABSENT, 100);
    g_as.constants[g_as.registers[reg].index].missing = POL_STR("参数.人均可支配收入");
    return reg;
}

static void test_named_constant(void **state)
{
    (void)state;
    const uint32_t unnamed = as_number(&g_as, POL_NUM_ABSENT, 100);
    need_number(number_of(POL_OP_ADD, unnamed, named_constant()));
    expect_error(POL_ERR_MISSING, "参数.人均可支配收入");
}

static void test_field_before_constant(void **state)
{
    (void)state;
    need_number(number_of(POL_OP_ADD, named_constant(), g_reg[PARAM_1]));
    expect_error(POL_ERR_MISSING, "参数.限额");
}

/* ---- which fault -------------------------------------------------------------------------------------------------- */

static void test_closed_gates(void **state)
{
    (void)state;
    const uint32_t sink = sink_of("医疗救助", POL_ERR_NONE);
    AS_EMIT(&g_as, POL_OP_NEEDN, g_reg[AMOUNT_1], g_no, sink);
    AS_EMIT(&g_as, POL_OP_NEEDN, g_reg[AMOUNT_2], g_reg[YES_1], sink);
    AS_EMIT(&g_as, POL_OP_NEEDN, g_one, g_yes, sink);
    AS_EMIT(&g_as, POL_OP_NEEDN, g_reg[AMOUNT_3], g_yes, sink);
    expect_error(POL_ERR_MISSING, "费用三");
}

static void test_first_fault_wins(void **state)
{
    (void)state;
    AS_EMIT(&g_as, POL_OP_CHECK, g_yes, sink_of("先", POL_ERR_CONTRADICTION));
    AS_EMIT(&g_as, POL_OP_CHECK, g_reg[YES_1], sink_of("空", POL_ERR_CONTRADICTION));
    AS_EMIT(&g_as, POL_OP_CHECK, g_no, sink_of("参数.下限", POL_ERR_OUT_OF_BOUNDS));
    AS_EMIT(&g_as, POL_OP_CHECK, g_no, sink_of("后", POL_ERR_NOT_IN_FORCE));
    need_number(g_reg[AMOUNT_1]);
    expect_error(POL_ERR_OUT_OF_BOUNDS, "参数.下限");
}

static void test_failed_need(void **state)
{
    (void)state;
    need_number(as_number(&g_as, POL_NUM_FAILED, 100));
    expect_error(POL_ERR_OUT_OF_RANGE, "医疗救助");
}

static void test_failed_check(void **state)
{
    (void)state;
    AS_EMIT(&g_as, POL_OP_CHECK, as_value(&g_as, POL_C_BOOL, POL_BOOL_FAILED),
            sink_of("要求", POL_ERR_CONTRADICTION));
    expect_error(POL_ERR_OUT_OF_RANGE, "要求");
}

static void test_none(void **state)
{
    (void)state;
    need_number(g_one);
    expect_error(POL_ERR_NONE, "");
}

/* Every step reads the one before twice: paths double at each, and there are thousands. */
static void test_long_way_back(void **state)
{
    (void)state;
    uint32_t reg = number_of(POL_OP_MIN, g_reg[AMOUNT_3], g_reg[AMOUNT_2]);
    for (int i = 0; i < AS_MAX - 100; i++)
        reg = number_of(POL_OP_MIN, reg, reg);
    need_number(reg);
    expect_error(POL_ERR_MISSING, "费用二");
}

static void test_texts(void **state)
{
    (void)state;
    static const char *const k_texts[] = { "",         "缺少字段", "未知字段",   "取值错误",
                                           "输入矛盾", "参数越限", "不在执行期", "计算越界" };
    for (int error = POL_ERR_NONE; error <= POL_ERR_OUT_OF_RANGE; error++)
        assert_string_equal(pol_claim_error_text((pol_claim_error)error), k_texts[error]);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_first_declared),
        TEST(test_only_absent_ones),
        TEST(test_parameter),
        TEST(test_condition_of_choice),
        TEST(test_chosen_branch),
        TEST(test_other_branch),
        TEST(test_picked),
        TEST(test_picked_absent),
        TEST(test_logic),
        TEST(test_logic_decided),
        TEST(test_tail_condition),
        TEST(test_tail_amounts),
        TEST(test_tail_cap),
        TEST(test_tail_not_taken),
        TEST(test_lists),
        TEST(test_sets_dates_schedules),
        TEST(test_sets),
        TEST(test_absent_constant),
        TEST(test_named_constant),
        TEST(test_field_before_constant),
        TEST(test_closed_gates),
        TEST(test_first_fault_wins),
        TEST(test_failed_need),
        TEST(test_failed_check),
        TEST(test_none),
        TEST(test_long_way_back),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests_name("vm_blame", tests, NULL, NULL);
}
