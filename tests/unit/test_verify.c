/* The verifier refuses every single corruption that matters, names its place, and lets nothing through
 * that does not run. The program has one instruction for each opcode, in the table's order, so that
 * instruction POL_OP_X is the one with opcode X. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/base/utf8.h"

#include "polc_bytes.h"

static assembly g_as;
static pb_bytes g_bytes; /* the good program */

/* ---- the good program ------------------------------------------------------------------------------------ */

static int start(void **state)
{
    (void)state;
    uint64_t seed = 42;
    as_start(&g_as);
    rp_world(&g_as, &seed);
    for (unsigned op = 0; op < POL_OP_COUNT; op++)
        rp_instr(&g_as, &seed, (pol_opcode)op);
    rp_results(&g_as, &seed);
    for (uint8_t class_ = POL_C_BOOL; class_ <= POL_C_SET; class_++) /* read by nothing */
        (void)as_value(&g_as, class_, 1);
    pol_program *program = as_finish(&g_as);
    char reason[256];
    if (!pol_verify(program, reason))
        fail_msg("%s", reason);
    g_bytes = pb_of(program);
    pol_program_free(program);
    as_end(&g_as);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(g_bytes.bytes);
    return 0;
}

/* A copy that a test may spoil. */
static pol_program *good_program(void)
{
    char reason[256];
    pol_program *program = pol_polc_read(NULL, g_bytes.bytes, g_bytes.length, reason);
    if (program == NULL)
        fail_msg("%s", reason);
    return program;
}

static void expect_refused(pol_program *program, const char *why, int line)
{
    char reason[256] = "";
    if (pol_verify(program, reason))
        fail_msg("line %d: accepted, though %s", line, why);
    if (strstr(reason, why) == NULL)
        fail_msg("line %d: \"%s\" instead of \"%s\"", line, reason, why);
    pol_program_free(program);
}

/* REFUSED(reason, statements): the statements spoil `program` or its matter `code`. */
#define REFUSED(why, ...)                                                                          \
    do {                                                                                           \
        pol_program *program = good_program();                                                     \
        pol_code *code = program->matters;                                                         \
        (void)code;                                                                                \
        __VA_ARGS__;                                                                               \
        expect_refused(program, (why), __LINE__);                                                  \
    } while (0)

#define ARG(op, n)    code->instrs[POL_OP_##op].arg[n]
#define REG(op, n)    code->registers[ARG(op, n)]
#define REG_OF(field) code->registers[code->fields[field].reg]
#define POOL(op, n)   code->pool[ARG(op, n)]

static const pol_str k_broken = { "\xe4\xb8", 2 }; /* half a character */

/* ---- the program's own parts ------------------------------------------------------------------------------- */

static void test_header(void **state)
{
    (void)state;
    REFUSED("identifier", program->id_z = "other");
    REFUSED("identifier", program->id_z = NULL);
    REFUSED("identifier", program->id.length = 0);
    REFUSED("identifier", program->id = k_broken);
    REFUSED("not UTF-8", program->title = k_broken);
    REFUSED("not UTF-8", program->series = k_broken);
    REFUSED("not UTF-8", program->superior = k_broken);
    REFUSED("period in force", program->from = POL_DATE_MIN - 1);
    REFUSED("period in force", program->to = POL_DATE_MAX + 1);
    REFUSED("period in force", program->to = program->from - 1);
    REFUSED("labels are missing", program->label_sets = NULL);
    REFUSED("labels 0: name", program->label_sets[0].name = k_broken);
    REFUSED("label 1: name", program->label_sets[0].labels[1] = k_broken);
    REFUSED("label 1: name", program->label_sets[0].labels[1].length = 0);
    REFUSED("text 1", program->texts[1] = k_broken);
    REFUSED("its name is not UTF-8", code->matter = k_broken);
}

static void test_place_in_reason(void **state)
{
    (void)state;
    REFUSED("matter 0 (测试): instruction 2 (mul): ", ARG(MUL, 1) = UINT32_MAX);
    REFUSED("matter 0 (", code->matter = k_broken);
    static char name[400];
    for (int i = 0; i < 132; i++)
        memcpy(name + 3 * i, "测", 3);
    REFUSED("试", code->matter = POL_STR("试"); ARG(ADD, 1) = UINT32_MAX);
    /* A long name is cut to whole characters. */
    pol_program *program = good_program();
    char reason[256];
    program->matters->matter = (pol_str){ name, 396 };
    program->matters->total = UINT32_MAX;
    assert_false(pol_verify(program, reason));
    assert_int_equal(pol_utf8_check(pol_str_of(reason)), strlen(reason));
    assert_non_null(strstr(reason, "测测): total 0"));
    pol_program_free(program);
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

static void many_labels(pol_program *program)
{
    const uint32_t count = POL_MAX_SET_LABELS + 1;
    program->label_sets[0].labels = POL_NEW_ARRAY(&program->arena, pol_str, count);
    program->label_sets[0].count = count;
    for (uint32_t i = 0; i < count; i++)
        program->label_sets[0].labels[i] = POL_STR("甲");
}

static void test_fields(void **state)
{
    (void)state;
    REFUSED("fields are missing", code->fields = NULL);
    REFUSED("at most 4096", code->field_count = 4097);
    REFUSED("more inputs", code->input_count = code->field_count + 1);
    REFUSED("more inputs", code->accum_field_count = UINT32_MAX);
    REFUSED("field 0: name", code->fields[0].name = k_broken);
    REFUSED("field 0: no such type", code->fields[0].type = POL_F_TIERS + 1);
    REFUSED("field 0: its role", code->fields[0].role = POL_ROLE_PARAMETER);
    REFUSED("field 9: its role", code->fields[9].type = POL_F_RATIO);
    REFUSED("field 8: its role", code->input_count--; code->accum_field_count++);
    REFUSED("field 6: no labels 7", code->fields[6].labels = 7);
    REFUSED("field 6: number of labels", program->label_sets[0].count = 0);
    REFUSED("field 7: number of labels", many_labels(program));
    REFUSED("field 0: no register", code->fields[0].reg = UINT32_MAX);
    REFUSED("field 0: register", code->fields[0].reg = code->fields[1].reg);
    REFUSED("field 0: register", code->registers[code->fields[0].reg].class_ = POL_C_BOOL);
    REFUSED("field 0: denominator", code->registers[code->fields[0].reg].den = 1);
    REFUSED("field 8: denominator", code->registers[code->fields[8].reg].den2 = 1);
    REFUSED("only numbers can be unlimited", code->fields[3].null_unlimited = true);
    REFUSED("field 6: only an input of several", code->fields[6].best = true);
    REFUSED("field 9: only an input of several", code->fields[9].best = true);
    REFUSED("more than one best", code->fields[6].type = POL_F_LABELS; code->fields[6].best = true;
            REG_OF(6).class_ = POL_C_SET; code->fields[7].best = true);
    REFUSED("governing date", code->governing_field = 0);
    REFUSED("governing date", code->governing_field = code->input_count);
}

static void give_default(pol_code *code, uint32_t field, uint8_t class_, pol_i128 number)
{
    code->constants[0] = (pol_constant){ .class_ = class_, .number = number };
    code->fields[field].has_default = true;
    code->fields[field].default_constant = 0;
}

static void test_defaults(void **state)
{
    (void)state;
    REFUSED("field 0: no constant", code->fields[0].has_default = true;
            code->fields[0].default_constant = UINT32_MAX);
    REFUSED("field 0: its default", give_default(code, 0, POL_C_BOOL, 1));
    REFUSED("field 0: its default", give_default(code, 0, POL_C_NUM, POL_NUM_ABSENT));
    REFUSED("field 0: its default", give_default(code, 0, POL_C_NUM, 100 * POL_MAX_MAGNITUDE));
    REFUSED("field 3: its default", give_default(code, 3, POL_C_BOOL, 2));
    REFUSED("field 4: its default", give_default(code, 4, POL_C_DATE, POL_DATE_MAX + 1));
    REFUSED("field 4: its default", give_default(code, 4, POL_C_DATE, POL_CODE_ABSENT));
    REFUSED("field 5: its default", give_default(code, 5, POL_C_CODE, 2));
    REFUSED("field 5: its default", give_default(code, 5, POL_C_CODE, -1));
    REFUSED("field 6: its default", give_default(code, 6, POL_C_CODE, 3));
    REFUSED("field 7: its default", give_default(code, 7, POL_C_SET, 8));
    REFUSED("field 7: its default", give_default(code, 7, POL_C_SET, 0));
    REFUSED("field 8: its default", give_default(code, 8, POL_C_TIERS, 0));
}

/* ---- registers, constants, tables ------------------------------------------------------------------------------------ */

/* The last register of an origin and class. */
static pol_register *find(pol_code *code, pol_origin origin, pol_class class_)
{
    for (uint32_t i = code->register_count; i-- > 0;)
        if (code->registers[i].origin == origin && code->registers[i].class_ == class_ &&
            (origin != POL_FROM_CONSTANT || class_ != POL_C_TIERS ||
             code->constants[code->registers[i].index].tiers != NULL))
            return &code->registers[i];
    fail_msg("no such register");
    return NULL;
}

static pol_constant *constant_of(pol_code *code, pol_class class_)
{
    return &code->constants[find(code, POL_FROM_CONSTANT, class_)->index];
}

static void test_registers(void **state)
{
    (void)state;
    REFUSED("registers are missing", code->registers = NULL);
    REFUSED("at most 262144", code->register_count = 262145);
    REFUSED("no such class", find(code, POL_FROM_CONSTANT, POL_C_BOOL)->class_ = POL_CLASS_COUNT);
    REFUSED("no such origin", find(code, POL_FROM_CONSTANT, POL_C_BOOL)->origin = 3);
    REFUSED("denominator out of range", find(code, POL_FROM_CONSTANT, POL_C_NUM)->den = 0);
    REFUSED("denominator out of range", find(code, POL_FROM_INSTR, POL_C_NUM)->den = -1);
    REFUSED("denominator out of range",
            find(code, POL_FROM_INSTR, POL_C_NUM)->den = pol_pow10(22) + 1);
    REFUSED("denominator out of range", find(code, POL_FROM_CONSTANT, POL_C_TIERS)->den2 = 0);
    REFUSED("not its field's", find(code, POL_FROM_CONSTANT, POL_C_NUM)->origin = POL_FROM_FIELD);
    REFUSED("no such constant", find(code, POL_FROM_CONSTANT, POL_C_NUM)->index = UINT32_MAX);
    REFUSED("no such instruction", find(code, POL_FROM_INSTR, POL_C_NUM)->index = UINT32_MAX);
    REFUSED("constant out of range", constant_of(code, POL_C_NUM)->class_ = POL_C_BOOL);
    REFUSED("constant out of range", constant_of(code, POL_C_NUM)->number = POL_I128_MAX - 1);
    REFUSED("constant out of range", constant_of(code, POL_C_NUM)->number = POL_I128_MIN + 2);
    REFUSED("constant out of range", constant_of(code, POL_C_BOOL)->number = 4);
    REFUSED("constant out of range", constant_of(code, POL_C_BOOL)->number = -1);
    REFUSED("constant out of range", constant_of(code, POL_C_CODE)->number = (pol_i128)1 << 31);
    REFUSED("constant out of range", constant_of(code, POL_C_CODE)->number = POL_NUM_UNLIMITED);
    REFUSED("constant out of range", constant_of(code, POL_C_DATE)->number = POL_DATE_MIN - 1);
    REFUSED("constant out of range", constant_of(code, POL_C_SET)->number = (pol_i128)1 << 64);
    REFUSED("constant out of range", constant_of(code, POL_C_SET)->number = POL_NUM_FAILED);
    REFUSED("never written", pol_register *r = find(code, POL_FROM_CONSTANT, POL_C_SET);
            r->origin = POL_FROM_INSTR; r->index = 0);
}

static void test_schedules(void **state)
{
    (void)state;
    const char *const why = "constant out of range";
    REFUSED(why, constant_of(code, POL_C_TIERS)->number = POL_NUM_ABSENT);
    REFUSED(why, constant_of(code, POL_C_TIERS)->number = POL_NUM_FAILED);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers = NULL);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->count = 0);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->count = 33);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->low = POL_NUM_ABSENT);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->low = POL_NUM_UNLIMITED);
    REFUSED(why, pol_tiers *t = constant_of(code, POL_C_TIERS)->tiers; t->tiers[0].upper = t->low);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->tiers[0].ratio = POL_NUM_UNLIMITED);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->tiers[0].ratio = POL_NUM_ABSENT);
    REFUSED(why, constant_of(code, POL_C_TIERS)->tiers->tiers[0].upper = POL_I128_MAX - 1);
    REFUSED(why, pol_tiers *t = constant_of(code, POL_C_TIERS)->tiers; t->count = 2;
            t->tiers[0].upper = t->tiers[1].upper = POL_NUM_UNLIMITED);
}

static void test_tables(void **state)
{
    (void)state;
    REFUSED("an array is missing", code->tables = NULL);
    REFUSED("number of columns", code->tables[0].column_count = 0);
    REFUSED("number of columns", code->tables[0].column_count = 9);
    REFUSED("number of cells", code->tables[0].cell_count--);
    REFUSED("number of cells", code->tables[0].cells = NULL);
    REFUSED("number of cells", code->tables[0].columns[0].class_count = 3);
    REFUSED("number of cells", code->tables[0].columns[0].class_count = UINT16_MAX;
            code->tables[0].columns[1].class_count = UINT16_MAX);
    REFUSED("row out of range", code->tables[0].row_count = 6);
    REFUSED("no such class of columns", code->tables[0].columns[0].class_ = POL_C_SET);
    REFUSED("class out of range", code->tables[0].columns[0].class_of[1] = 2);
    REFUSED("class out of range", code->tables[0].columns[1].other_class = 2);
    REFUSED("class out of range", code->tables[0].columns[2].class_of[2] = 2);
    REFUSED("classes missing", code->tables[0].columns[1].class_of = NULL);
    REFUSED("denominator", code->tables[0].columns[2].den = 0);
    REFUSED("bounds", code->tables[0].columns[2].bounds[0] = POL_NUM_UNLIMITED);
    REFUSED("table 0: bounds", code->tables[0].columns[2].class_ = POL_C_DATE);
    REFUSED("the table has 3 columns", code->lists[ARG(ROW, 2)].count = 2);
    REFUSED("is not a yes/no", uint32_t *from = code->operands + code->lists[ARG(ROW, 2)].start;
            from[0] = from[2]);
    REFUSED("members missing", code->members[0].member = NULL);
    REFUSED("neither yes nor no", code->members[0].member[0] = 2);
    REFUSED("phase, limit or error", code->sinks[0].phase = POL_PHASE_SETTLE + 1);
    REFUSED("phase, limit or error", code->sinks[0].limit = POL_LIMIT_NUMBER + 1);
    REFUSED("phase, limit or error", code->sinks[0].error = POL_ERR_OUT_OF_RANGE + 1);
    REFUSED("constant 1: not UTF-8", code->constants[1].missing = k_broken);
    REFUSED("sink 0: not UTF-8", code->sinks[0].field = k_broken);
    REFUSED("sink 0: not UTF-8", code->sinks[0].message = k_broken);
}

/* ---- instructions ------------------------------------------------------------------------------------------------------ */

static void test_signatures(void **state)
{
    (void)state;
    REFUSED("at most 65536", code->instr_count = 65537);
    REFUSED("no such opcode", code->instrs[0].op = POL_OP_COUNT);
    REFUSED("not this instruction's", ARG(SUB, 0) = ARG(ADD, 0));
    REFUSED("not this instruction's", ARG(ADD, 0) = code->fields[0].reg);
    REFUSED("no register", ARG(ADD, 0) = UINT32_MAX);
    REFUSED("no register", ARG(ADD, 1) = UINT32_MAX);
    REFUSED("not this instruction's", ARG(TAIL, 1) = ARG(TAIL, 0) - 1);
    REFUSED("written twice", ARG(TAIL, 1) = ARG(TAIL, 0));
    REFUSED("read before it is written", ARG(ADD, 1) = ARG(ADD, 0));
    REFUSED("read before it is written", ARG(ADD, 1) = ARG(TAIL, 0));
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        const char *signature = pol_op_signature((pol_opcode)op);
        const unsigned results = (unsigned)(strchr(signature, '=') - signature);
        for (unsigned n = 0; n < strlen(signature) - 1; n++) {
            const char letter = signature[n < results ? n : n + 1];
            if (letter == 'k')
                continue;
            REFUSED("no ", code->instrs[op].arg[n] = UINT32_MAX);
            if (strchr("NBCDST*", letter) == NULL)
                continue;
            /* another class: a set for all but sets */
            const uint32_t other = letter == 'S' ? POL_C_BOOL : POL_C_SET;
            pol_program *program = good_program();
            pol_code *code = program->matters;
            code->instrs[op].arg[n] =
                (uint32_t)(find(code, POL_FROM_FIELD, (pol_class)other) - code->registers);
            expect_refused(program, n < results ? "not this instruction's" : "is not a", (int)op);
        }
    }
}

static void test_lists(void **state)
{
    (void)state;
    REFUSED("an array is missing", code->lists = NULL);
    REFUSED("operands are missing", code->operands = NULL);
    REFUSED("beyond the operands", code->lists[0].start = code->operand_count + 1);
    REFUSED("beyond the operands", code->lists[0].count = UINT32_MAX);
    REFUSED("is empty", code->lists[ARG(PICKN, 2)].count = 0);
    REFUSED("no register", code->operands[code->lists[ARG(ONLY, 1)].start] = UINT32_MAX);
    REFUSED("is not a yes/no", code->operands[code->lists[ARG(ONLY, 1)].start] = 0);
    REFUSED("is not a number", code->operands[code->lists[ARG(PICKN, 2)].start] = 3);
    REFUSED("is not a number", code->operands[code->lists[ARG(TMAKE, 1)].start] = 3);
    REFUSED("1 to 32 slices", code->lists[ARG(TMAKE, 1)].count = 2);
    REFUSED("1 to 32 slices", code->lists[ARG(TMAKE, 1)].count = 1);
}

static void test_modes(void **state)
{
    (void)state;
    const uint32_t huge = UINT32_MAX;
    REFUSED("no mode 8", ARG(ROUND, 2) = 8);
    REFUSED("no mode 4", ARG(ROUNDQ, 4) = 4);
    REFUSED("no mode 6", ARG(CMP, 3) = 6);
    REFUSED("no mode 6", ARG(CMPQ, 5) = 6);
    REFUSED("no mode 2", ARG(EQB, 3) = 2);
    REFUSED("no mode 2", ARG(EQC, 3) = 2);
    REFUSED("no mode 6", ARG(CMPD, 3) = 6);
    REFUSED("no mode 2", ARG(MONTHS, 3) = 2);
    REFUSED("no mode 3", ARG(PART, 2) = 3);
    REFUSED("no mode 6", code->registers[ARG(TNUM, 2)].den = code->registers[ARG(TNUM, 1)].den2;
            REG(TNUM, 0).den2 = REG(TNUM, 1).den2; ARG(TNUM, 3) = 6);
    REFUSED("no mode 4", ARG(TAIL, 6) = 4);
    REFUSED("not a day of every year", ARG(DEADLINE, 2) = 13);
    REFUSED("not a day of every year", ARG(DEADLINE, 2) = 0);
    REFUSED("not a day of every year", ARG(DEADLINE, 2) = 2; ARG(DEADLINE, 3) = 29);
    REFUSED("not a day of every year", ARG(DEADLINE, 3) = huge);
    REFUSED("has no error", code->sinks[ARG(CHECK, 1)].error = POL_ERR_NONE);
}

static void test_pool(void **state)
{
    (void)state;
    REFUSED("pool are missing", code->pool = NULL);
    REFUSED("not positive", POOL(SCALE, 2) = 0);
    REFUSED("not positive", POOL(MULC, 2) = -1);
    REFUSED("not positive", POOL(MULC, 3) = 0);
    for (unsigned n = 0; n < 3; n++) {
        REFUSED("not positive", POOL(ROUND, 3 + n) = 0);
        REFUSED("not positive", POOL(ROUNDQ, 5 + n) = -5);
        REFUSED("not positive", POOL(TAIL, 7 + n) = 0);
    }
    REFUSED("not positive", POOL(CMPQ, 6) = 0);
    REFUSED("not positive", POOL(CMPQ, 7) = 0);
    REFUSED("more than 64 bits", POOL(ANYOF, 2) = -1);
    REFUSED("more than 64 bits", POOL(ANYOF, 2) = (pol_i128)1 << 64);
}

static void test_denominators(void **state)
{
    (void)state;
    const char *const shared = "has another denominator", *const wrong = "do not fit together";
    REFUSED(shared, REG(ADD, 0).den *= 3);
    REFUSED(shared, REG(SUB, 0).den *= 3);
    REFUSED(shared, REG(MIN, 0).den *= 3);
    REFUSED(shared, REG(MAX, 0).den *= 3);
    REFUSED(shared, REG(EXCESS, 0).den *= 3);
    REFUSED(shared, REG(UNIT, 0).den *= 3);
    REFUSED(shared, REG(SELN, 0).den *= 3);
    REFUSED(shared, REG(SELT, 0).den *= 3);
    REFUSED(shared, REG(SELT, 0).den2 *= 3);
    REFUSED(shared, REG(PICKN, 0).den *= 3);
    REFUSED(shared, REG(PICKT, 0).den *= 3);
    REFUSED(shared, REG(PICKT, 0).den2 *= 3);
    REFUSED(wrong, REG(MUL, 0).den *= 3);
    REFUSED(wrong, REG(SCALE, 0).den *= 3);
    REFUSED(wrong, POOL(SCALE, 2) = POL_I128_MAX);
    REFUSED(wrong, REG(MULC, 0).den *= 3);
    REFUSED(wrong, REG(WHOLE, 0).den *= 3);
    REFUSED(wrong, REG(DIFFD, 0).den *= 3);
    REFUSED(wrong, REG(AGE, 0).den *= 3);
    REFUSED(wrong, REG(PART, 0).den *= 3);
    REFUSED(wrong, REG(ALSON, 0).den *= 3);
    REFUSED(wrong, REG(TMAKE, 0).den *= 3);
    REFUSED(wrong, REG(TMAKE, 0).den2 *= 3);
    REFUSED(wrong, REG(TNUM, 0).den *= 3);
    REFUSED(wrong, REG(TNUM, 0).den2 *= 3);
    REFUSED(wrong, REG(TVALID, 0).den *= 3);
    REFUSED(wrong, REG(TVALID, 0).den2 *= 3);
    REFUSED(wrong, REG(TSUM, 0).den *= 3);
    REFUSED(wrong, REG(TRATE, 0).den *= 3);
    REFUSED(wrong, REG(TLEAST, 0).den *= 3);
    REFUSED(wrong, REG(TMOST, 0).den *= 3);
    REFUSED(wrong, REG(TAIL, 0).den *= 3);
    REFUSED(wrong, REG(TAIL, 1).den *= 3);
}

/* ---- results -------------------------------------------------------------------------------------------------------------- */

static void test_results(void **state)
{
    (void)state;
    REFUSED("total 0: no register", code->total = POL_NONE32);
    REFUSED("person 0: class", code->person = code->fields[1].reg);
    REFUSED("hospital 0: class", code->hospital = code->fields[3].reg);
    REFUSED("payers are missing", code->payers = NULL);
    REFUSED("payer 0: name", code->payers[0].name = k_broken);
    REFUSED("payer 1: class", code->payers[1].paid = code->fields[1].reg);
    REFUSED("advance 0: name", code->advances[0].by.length = 0);
    REFUSED("advance 0: name", code->advances[0].payer = k_broken);
    REFUSED("advance 0: no register", code->advances[0].amount = POL_NONE32);
    REFUSED("order 0: beyond", code->orders[0].start = UINT32_MAX);
    REFUSED("order 0: payer 9", code->operands[code->orders[0].start] = 9);
    REFUSED("order 0: payer 0", code->operands[code->orders[0].start] = 0);
    REFUSED("nothing chooses", code->order_case = POL_NONE32);
    REFUSED("order 0: no register", code->order_case = POL_NONE32 - 1);
    REFUSED("the order chosen may not exist", code->order_case = code->fields[5].reg);
    REFUSED("the order chosen may not exist", code->order_case = code->fields[6].reg);
    REFUSED("the order chosen may not exist", code->order_count = 1);
    REFUSED("the order chosen may not exist", code->order_case = ARG(ROW, 0));
    REFUSED("status 0: name", code->statuses[0].name = k_broken);
    REFUSED("status 1: not sorted", code->statuses[0].name = POL_STR("鿿"));
    REFUSED("status 1: class", code->statuses[1].reg = code->fields[0].reg);
}

static void test_accums(void **state)
{
    (void)state;
    REFUSED("accumulator 0: name", code->accums[0].name = k_broken);
    REFUSED("its period", code->accums[0].period = POL_LIFELONG + 1);
    REFUSED("its period", code->accums[0].start_month = -1);
    REFUSED("its period", code->accums[0].start_day = 0);
    REFUSED("its period", code->accums[0].start_month = 2; code->accums[0].start_day = 29);
    REFUSED("its months", code->accums[1].months = 0);
    REFUSED("its months", code->accums[1].months = UINT32_MAX);
    REFUSED("its months", code->accums[1].added = POL_NONE32);
    REFUSED("its field", code->accums[0].field = 0);
    REFUSED("its field", code->accums[0].field = 10);
    REFUSED("its field", code->accums[0].field = UINT32_MAX);
    REFUSED("accumulator 0: class", code->accums[0].integer = true);
    REFUSED("accumulator 1: class", code->accums[1].after = code->fields[0].reg);
    REFUSED("accumulator 1: class", code->accums[1].added = code->fields[0].reg);
    REFUSED("its key", code->accums[0].keys[0] = code->input_count);
    REFUSED("its key", code->accums[0].key_count = UINT32_MAX);
}

static void test_outputs(void **state)
{
    (void)state;
    REFUSED("output 0: name", code->outputs[0].name = k_broken);
    REFUSED("no such kind", code->outputs[0].kind = POL_OUT_NULL + 1);
    REFUSED("output 0: no register", code->outputs[0].reg = POL_NONE32);
    REFUSED("output 0: class", code->outputs[0].reg = code->fields[1].reg);
    for (uint32_t kind = POL_OUT_AMOUNT; kind < POL_OUT_NULL; kind++)
        REFUSED("class or denominator", code->outputs[kind].reg = code->fields[7].reg);
    REFUSED("codes without a name",
            code->outputs[POL_OUT_TEXT].reg = code->outputs[POL_OUT_LABEL].reg);
    REFUSED("codes without a name", code->outputs[POL_OUT_LABEL].reg = code->fields[5].reg);
    REFUSED("codes without a name", program->text_count = 1; code->fields[5].has_default = false);
    REFUSED("no labels 9", code->outputs[POL_OUT_LABEL].labels = 9);
    REFUSED("codes without a name", code->outputs[POL_OUT_LABEL].reg = ARG(ROW, 0));
}

/* ---- what a code can be, followed through choices ------------------------------------------------------------------------------ */

static bool label_output_accepted(uint32_t (*build)(assembly *as))
{
    uint64_t seed = 1;
    char reason[256];
    as_start(&g_as);
    rp_world(&g_as, &seed);
    g_as.outputs[0] = (pol_output_def){ .name = POL_STR("身份"), .kind = POL_OUT_LABEL };
    g_as.outputs[0].reg = build(&g_as);
    g_as.code.output_count = 1;
    pol_program *program = as_finish(&g_as);
    const bool accepted = pol_verify(program, reason);
    if (!accepted)
        assert_non_null(strstr(reason, "codes without a name"));
    pol_program_free(program);
    as_end(&g_as);
    return accepted;
}

static uint32_t choose(assembly *as, uint32_t a, uint32_t b)
{
    const uint32_t r = as_result(as, POL_C_CODE, 0, 0);
    AS_EMIT(as, POL_OP_SELC, r, as->fields[3].reg, a, b);
    return r;
}
static uint32_t pick(assembly *as, uint32_t a, uint32_t b)
{
    const uint32_t list = as_list(as, 2, (uint32_t[]){ a, b });
    const uint32_t r = as_result(as, POL_C_CODE, 0, 0);
    AS_EMIT(as, POL_OP_PICKC, r, as->fields[6].reg, list);
    return r;
}
static uint32_t first_label(assembly *as)
{
    const uint32_t r = as_result(as, POL_C_CODE, 0, 0);
    AS_EMIT(as, POL_OP_FIRST, r, as->fields[7].reg);
    return choose(as, r, as->fields[6].reg);
}
static uint32_t known_constants(assembly *as)
{
    return pick(as, as_value(as, POL_C_CODE, 2), as_value(as, POL_C_CODE, POL_NUM_ABSENT));
}
static uint32_t unknown_constant(assembly *as)
{
    return pick(as, as_value(as, POL_C_CODE, 2), as_value(as, POL_C_CODE, 3));
}
static uint32_t negative_constant(assembly *as)
{
    return choose(as, as_value(as, POL_C_CODE, -1), as->fields[6].reg);
}
static uint32_t text_of_record(assembly *as)
{
    return choose(as, as->fields[6].reg, as->fields[5].reg);
}
static uint32_t wide_set(assembly *as)
{
    const uint32_t r = as_result(as, POL_C_CODE, 0, 0);
    AS_EMIT(as, POL_OP_FIRST, r, as_value(as, POL_C_SET, 9));
    return r;
}
static uint32_t few_conditions(assembly *as)
{
    const uint32_t yes = as->fields[3].reg;
    const uint32_t list = as_list(as, 3, (uint32_t[]){ yes, yes, yes });
    const uint32_t r = as_result(as, POL_C_CODE, 0, 0);
    AS_EMIT(as, POL_OP_ONLY, r, list);
    return r;
}

static void test_codes_have_names(void **state)
{
    (void)state;
    assert_true(label_output_accepted(first_label));
    assert_true(label_output_accepted(known_constants));
    assert_true(label_output_accepted(few_conditions));
    assert_false(label_output_accepted(unknown_constant));
    assert_false(label_output_accepted(negative_constant));
    assert_false(label_output_accepted(text_of_record));
    assert_false(label_output_accepted(wide_set));
}

/* ---- limits that bound memory and time ---------------------------------------------------------------------------------------------- */

static void test_many_schedules(void **state)
{
    (void)state;
    for (uint32_t count = POL_MAX_SCHEDULES; count <= POL_MAX_SCHEDULES + 1; count++) {
        char reason[256];
        as_start(&g_as);
        pol_constant constant = { .class_ = POL_C_TIERS };
        constant.tiers = as_tiers(&g_as.arena, 0, 1, (pol_i128[]){ POL_NUM_UNLIMITED, 1 });
        const uint32_t tiers = as_constant(&g_as, constant, 100, 100),
                       one = as_number(&g_as, 1, 100);
        for (uint32_t i = 0; i < count; i++)
            AS_EMIT(&g_as, POL_OP_TNUM, as_result(&g_as, POL_C_TIERS, 100, 100), tiers, one, 0);
        pol_program *program = as_finish(&g_as);
        assert_int_equal(pol_verify(program, reason), count == POL_MAX_SCHEDULES);
        pol_program_free(program);
        as_end(&g_as);
    }
}

static void test_long_lists(void **state)
{
    (void)state;
    char reason[256];
    const uint32_t length = 2048; /* 512 instructions may name as many registers each */
    uint32_t operands[2048];
    as_start(&g_as);
    const uint32_t yes = as_value(&g_as, POL_C_BOOL, 1);
    for (uint32_t i = 0; i < length; i++)
        operands[i] = yes;
    const uint32_t list = as_list(&g_as, length, operands);
    for (uint32_t i = 0; i <= POL_MAX_OPERANDS / length; i++)
        AS_EMIT(&g_as, POL_OP_ONLY, as_result(&g_as, POL_C_CODE, 0, 0), list);
    pol_program *program = as_finish(&g_as);
    assert_false(pol_verify(program, reason));
    assert_non_null(strstr(reason, "instruction 512 (only): lists too long"));
    pol_program_free(program);
    as_end(&g_as);
}

/* ---- every byte of the file --------------------------------------------------------------------------------------------------------- */

/* Puts `size` bytes at an offset of the good file: refused, or a program that runs. */
static bool spoil(char *bytes, size_t at, const void *with, size_t size)
{
    char reason[256];
    memcpy(bytes + at, with, size);
    pb_repair(bytes, g_bytes.length);
    pol_program *program = pol_polc_read(NULL, bytes, g_bytes.length, reason);
    if (program == NULL)
        assert_true(reason[0] != '\0');
    else if (!pb_use(program, at))
        fail_msg("%u bytes at %u", (unsigned)size, (unsigned)at);
    pol_program_free(program);
    memcpy(bytes + at, g_bytes.bytes + at, size);
    return program != NULL;
}

static void test_every_byte(void **state)
{
    (void)state;
    static const unsigned char k_values[] = { 0, 1, 2, 0x7f, 0x80, 0xff };
    const pol_i128 none[] = { POL_NUM_ABSENT, POL_NUM_FAILED, POL_NUM_UNLIMITED };
    unsigned long accepted = 0, count = 0;
    char *bytes = malloc(g_bytes.length);
    assert_non_null(bytes);
    memcpy(bytes, g_bytes.bytes, g_bytes.length);
    for (size_t at = PB_HEADER; at < g_bytes.length; at++) {
        for (unsigned i = 0; i < sizeof k_values; i++, count++)
            accepted += spoil(bytes, at, &k_values[i], 1);
        for (unsigned i = 0; i < 3 && at + 16 <= g_bytes.length; i++, count++)
            accepted += spoil(bytes, at, &none[i], 16);
    }
    free(bytes);
    print_message("of %lu corruptions %lu are harmless\n", count, accepted);
    assert_true(accepted > 0 && accepted < count / 2 + count / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),         cmocka_unit_test(test_place_in_reason),
        cmocka_unit_test(test_fields),         cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_registers),      cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_tables),         cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_lists),          cmocka_unit_test(test_modes),
        cmocka_unit_test(test_pool),           cmocka_unit_test(test_denominators),
        cmocka_unit_test(test_results),        cmocka_unit_test(test_accums),
        cmocka_unit_test(test_outputs),        cmocka_unit_test(test_codes_have_names),
        cmocka_unit_test(test_many_schedules), cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_every_byte),
    };
    return cmocka_run_group_tests_name("verify", tests, start, end);
}
