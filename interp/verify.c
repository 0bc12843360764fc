/* Whether a program is safe to run, whoever made it. This file holds the program's own parts and each
 * matter's interface; verify_code.c the registers and instructions. Everything later stages rely on
 * without asking is proved here: they may index, divide and print what the program names. */
#include "interp/program.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/verify_internal.h"

#define REASON_BYTES   256
#define NAME_BYTES_MAX 60

/* ---- reasons ------------------------------------------------------------------------------------------ */

/* Where the reason's text ends once it is cut to whole characters. */
static void cut_to_characters(char *text)
{
    const size_t length = strlen(text);
    text[pol_utf8_check((pol_str){ text, length })] = '\0';
}

static size_t write_place(const pol_check *check, char *reason)
{
    int length = 0;
    if (check->code != NULL) {
        char name[NAME_BYTES_MAX + 1] = "";
        size_t bytes = check->code->matter.length;
        bytes = bytes < NAME_BYTES_MAX ? bytes : NAME_BYTES_MAX;
        if (bytes > 0)
            memcpy(name, check->code->matter.bytes, bytes);
        cut_to_characters(name);
        length = snprintf(reason, REASON_BYTES, "matter %u (%s): ", check->matter, name);
    }
    if (length >= 0 && check->code != NULL && check->instr < check->code->instr_count) {
        const uint16_t op = check->code->instrs[check->instr].op;
        const char *mnemonic = op < POL_OP_COUNT ? pol_op_mnemonic((pol_opcode)op) : "?";
        length += snprintf(reason + length, REASON_BYTES - (size_t)length,
                           "instruction %u (%s): ", check->instr, mnemonic);
    }
    return length < 0 ? 0 : (size_t)length;
}

bool pol_check_fail(pol_check *check, const char *format, ...)
{
    va_list arguments;
    const size_t used = write_place(check, check->reason);
    va_start(arguments, format);
    (void)vsnprintf(check->reason + used, REASON_BYTES - used, format, arguments);
    va_end(arguments);
    cut_to_characters(check->reason);
    return false;
}

/* ---- small things --------------------------------------------------------------------------------------- */

bool pol_check_month_day(uint32_t month, uint32_t day)
{
    const int common_year = 1901;
    return month <= 12 && day <= 31 && pol_date_exists(common_year, (int)month, (int)day);
}

static bool text_ok(pol_str text)
{
    return (text.length == 0 || text.bytes != NULL) && pol_utf8_check(text) == text.length;
}

static bool check_name(pol_check *check, const char *what, uint32_t number, pol_str name)
{
    if (name.length == 0 || !text_ok(name))
        return pol_check_fail(check, "%s %u: name is empty or not UTF-8", what, number);
    return true;
}

static bool check_count(pol_check *check, const char *what, uint32_t count, uint32_t most,
                        const void *items)
{
    if (count > most)
        return pol_check_fail(check, "%u %s, at most %u", count, what, most);
    if (count > 0 && items == NULL)
        return pol_check_fail(check, "the %s are missing", what);
    return true;
}

/* ---- fields ----------------------------------------------------------------------------------------------- */

typedef struct field_form { /* what a field's register must be */
    uint8_t class_;
    uint32_t den, den2;
} field_form;

static const field_form k_forms[] = {
    [POL_F_AMOUNT] = { POL_C_NUM, 100, 0 },        [POL_F_RATIO] = { POL_C_NUM, 1000000, 0 },
    [POL_F_INTEGER] = { POL_C_NUM, 1, 0 },         [POL_F_YESNO] = { POL_C_BOOL, 0, 0 },
    [POL_F_DATE] = { POL_C_DATE, 0, 0 },           [POL_F_TEXT] = { POL_C_CODE, 0, 0 },
    [POL_F_LABEL] = { POL_C_CODE, 0, 0 },          [POL_F_LABELS] = { POL_C_SET, 0, 0 },
    [POL_F_TIERS] = { POL_C_TIERS, 100, 1000000 },
};

static uint8_t role_at(const pol_code *code, uint32_t field)
{
    if (field < code->input_count)
        return POL_ROLE_INPUT;
    return field - code->input_count < code->accum_field_count ? POL_ROLE_ACCUMULATOR
                                                               : POL_ROLE_PARAMETER;
}

static bool check_field_form(pol_check *check, uint32_t number, const pol_field_def *field)
{
    const pol_code *code = check->code;
    const field_form *form = &k_forms[field->type];
    if (field->reg >= code->register_count)
        return pol_check_fail(check, "field %u: no register %u", number, field->reg);
    const pol_register *r = &code->registers[field->reg];
    if (r->origin != POL_FROM_FIELD || r->index != number || r->class_ != form->class_)
        return pol_check_fail(check, "field %u: register %u is not its own", number, field->reg);
    if ((form->den != 0 && r->den != form->den) || (form->den2 != 0 && r->den2 != form->den2))
        return pol_check_fail(check, "field %u: denominator", number);
    return true;
}

static bool check_labels(pol_check *check, uint32_t number, const pol_field_def *field)
{
    if (field->type != POL_F_LABEL && field->type != POL_F_LABELS)
        return true;
    if (field->labels >= check->program->label_set_count)
        return pol_check_fail(check, "field %u: no labels %u", number, field->labels);
    const uint32_t count = check->program->label_sets[field->labels].count;
    if (count == 0 || (field->type == POL_F_LABELS && count > POL_MAX_SET_LABELS))
        return pol_check_fail(check, "field %u: number of labels", number);
    return true;
}

/* A default must be a value that a record could give, or unlimited. */
static bool default_ok(const pol_check *check, const pol_field_def *field)
{
    const pol_constant *constant = &check->code->constants[field->default_constant];
    const field_form *form = &k_forms[field->type];
    const pol_i128 number = constant->number;
    if (!pol_check_constant(constant, form->class_, form->den, form->den2))
        return false;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: return number > POL_NUM_FAILED;
    case POL_F_YESNO: return number == 0 || number == 1;
    case POL_F_DATE: return number >= POL_DATE_MIN;
    case POL_F_TEXT: return number >= 0 && number < check->program->text_count;
    case POL_F_LABEL:
        return number >= 0 && number < check->program->label_sets[field->labels].count;
    case POL_F_LABELS: {
        const uint32_t count = check->program->label_sets[field->labels].count;
        return number > 0 && number <= (pol_i128)(UINT64_MAX >> (POL_MAX_SET_LABELS - count));
    }
    case POL_F_TIERS: return constant->tiers != NULL;
    }
    return false;
}

static bool check_field(pol_check *check, uint32_t number)
{
    const pol_field_def *field = &check->code->fields[number];
    const uint8_t role = role_at(check->code, number);
    if (!check_name(check, "field", number, field->name))
        return false;
    if (field->type > POL_F_TIERS)
        return pol_check_fail(check, "field %u: no such type", number);
    if (field->role != role || (role == POL_ROLE_ACCUMULATOR && field->type != POL_F_AMOUNT &&
                                field->type != POL_F_INTEGER))
        return pol_check_fail(check, "field %u: its role", number);
    if (field->best && (role != POL_ROLE_INPUT || field->type != POL_F_LABELS))
        return pol_check_fail(check, "field %u: only an input of several labels can be the best",
                              number);
    if (field->null_unlimited && k_forms[field->type].class_ != POL_C_NUM)
        return pol_check_fail(check, "field %u: only numbers can be unlimited", number);
    if (!check_labels(check, number, field) || !check_field_form(check, number, field))
        return false;
    if (!field->has_default)
        return true;
    if (field->default_constant >= check->code->constant_count)
        return pol_check_fail(check, "field %u: no constant %u", number, field->default_constant);
    return default_ok(check, field) || pol_check_fail(check, "field %u: its default", number);
}

static bool check_fields(pol_check *check)
{
    const pol_code *code = check->code;
    if (code->input_count > code->field_count ||
        code->accum_field_count > code->field_count - code->input_count)
        return pol_check_fail(check, "more inputs and accumulators than fields");
    uint32_t best_count = 0;
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (!check_field(check, i))
            return false;
        best_count += code->fields[i].best;
    }
    if (best_count > 1)
        return pol_check_fail(check, "more than one best of several labels");
    if (code->governing_field != POL_NONE32 &&
        (code->governing_field >= code->input_count ||
         code->fields[code->governing_field].type != POL_F_DATE))
        return pol_check_fail(check, "the governing date is not a date of the record");
    return true;
}

/* ---- results ------------------------------------------------------------------------------------------------ */

/* A register that results are taken from. `den` 0: any. */
static bool check_reg(pol_check *check, const char *what, uint32_t number, uint32_t reg,
                      uint8_t class_, uint32_t den)
{
    const pol_code *code = check->code;
    if (reg >= code->register_count)
        return pol_check_fail(check, "%s %u: no register %u", what, number, reg);
    const pol_register *r = &code->registers[reg];
    if (r->class_ != class_ || (den != 0 && r->den != den))
        return pol_check_fail(check, "%s %u: class or denominator of register %u", what, number,
                              reg);
    return true;
}

static bool check_amount(pol_check *check, const char *what, uint32_t number, uint32_t reg)
{
    return check_reg(check, what, number, reg, POL_C_NUM, POL_FEN_PER_YUAN);
}

static bool check_payers(pol_check *check)
{
    const pol_code *code = check->code;
    for (uint32_t i = 0; i < code->payer_count; i++)
        if (!check_name(check, "payer", i, code->payers[i].name) ||
            !check_amount(check, "payer", i, code->payers[i].paid))
            return false;
    for (uint32_t i = 0; i < code->advance_count; i++)
        if (!check_name(check, "advance", i, code->advances[i].by) ||
            !check_name(check, "advance", i, code->advances[i].payer) ||
            !check_amount(check, "advance", i, code->advances[i].amount))
            return false;
    return true;
}

/* The payers of one order: each at most once. `seen` holds the number of the last order that named it. */
static bool check_order(pol_check *check, uint32_t number, uint32_t *seen)
{
    const pol_code *code = check->code;
    const pol_list32 order = code->orders[number];
    if (order.start > code->operand_count || order.count > code->operand_count - order.start)
        return pol_check_fail(check, "order %u: beyond the operands", number);
    for (uint32_t i = 0; i < order.count; i++) {
        const uint32_t payer = code->operands[order.start + i];
        if (payer >= code->payer_count || seen[payer] == number + 1)
            return pol_check_fail(check, "order %u: payer %u", number, payer);
        seen[payer] = number + 1;
    }
    return true;
}

static bool check_orders(pol_check *check, pol_arena *scratch)
{
    const pol_code *code = check->code;
    uint32_t *seen = POL_NEW_ARRAY(scratch, uint32_t, code->payer_count);
    if (seen == NULL)
        return pol_check_fail(check, "out of memory");
    for (uint32_t i = 0; i < code->order_count; i++)
        if (!check_order(check, i, seen))
            return false;
    if (code->order_case == POL_NONE32)
        return code->order_count <= 1 || pol_check_fail(check, "nothing chooses among the orders");
    if (!check_reg(check, "order", 0, code->order_case, POL_C_CODE, 0))
        return false;
    const pol_reach *reach = &check->reach[code->order_case];
    return (reach->end <= code->order_count && !reach->negative && !reach->record_text) ||
           pol_check_fail(check, "the order chosen may not exist");
}

static bool check_statuses(pol_check *check)
{
    const pol_code *code = check->code;
    for (uint32_t i = 0; i < code->status_count; i++) {
        if (!check_name(check, "status", i, code->statuses[i].name) ||
            !check_reg(check, "status", i, code->statuses[i].reg, POL_C_BOOL, 0))
            return false;
        if (i > 0 && pol_str_compare(code->statuses[i - 1].name, code->statuses[i].name) > 0)
            return pol_check_fail(check, "status %u: not sorted", i);
    }
    return true;
}

static bool check_accum_period(pol_check *check, uint32_t number, const pol_accum_def *accum)
{
    const bool rolling = accum->period == POL_ROLLING;
    if (accum->period > POL_LIFELONG || accum->start_month < 1 || accum->start_day < 1 ||
        !pol_check_month_day((uint32_t)accum->start_month, (uint32_t)accum->start_day))
        return pol_check_fail(check, "accumulator %u: its period", number);
    if (rolling && (accum->months == 0 || accum->months > 3600 || accum->added == POL_NONE32))
        return pol_check_fail(check, "accumulator %u: its months", number);
    return true;
}

static bool check_accum(pol_check *check, uint32_t number)
{
    const pol_code *code = check->code;
    const pol_accum_def *accum = &code->accums[number];
    const uint32_t den = accum->integer ? 1 : POL_FEN_PER_YUAN;
    if (!check_name(check, "accumulator", number, accum->name) ||
        !check_accum_period(check, number, accum) ||
        !check_reg(check, "accumulator", number, accum->after, POL_C_NUM, den))
        return false;
    if (accum->added != POL_NONE32 &&
        !check_reg(check, "accumulator", number, accum->added, POL_C_NUM, den))
        return false;
    if (accum->field >= code->field_count ||
        code->fields[accum->field].role != POL_ROLE_ACCUMULATOR ||
        code->fields[accum->field].type != (accum->integer ? POL_F_INTEGER : POL_F_AMOUNT))
        return pol_check_fail(check, "accumulator %u: its field", number);
    if (accum->key_count > code->input_count || (accum->key_count > 0 && accum->keys == NULL))
        return pol_check_fail(check, "accumulator %u: its key", number);
    for (uint32_t i = 0; i < accum->key_count; i++)
        if (accum->keys[i] >= code->input_count)
            return pol_check_fail(check, "accumulator %u: its key", number);
    return true;
}

/* Codes that are printed must have names. */
static bool check_output_codes(pol_check *check, uint32_t number, const pol_output_def *output)
{
    const pol_program *program = check->program;
    const pol_reach *reach = &check->reach[output->reg];
    uint32_t known = program->text_count;
    if (output->kind == POL_OUT_LABEL) {
        if (output->labels >= program->label_set_count)
            return pol_check_fail(check, "output %u: no labels %u", number, output->labels);
        known = program->label_sets[output->labels].count;
    }
    const bool is_text = output->kind == POL_OUT_TEXT;
    return (reach->end <= known && !reach->negative && (is_text || !reach->record_text)) ||
           pol_check_fail(check, "output %u: codes without a name", number);
}

static bool check_output(pol_check *check, uint32_t number)
{
    const pol_output_def *output = &check->code->outputs[number];
    const uint32_t reg = output->reg;
    if (!check_name(check, "output", number, output->name))
        return false;
    switch ((pol_output_kind)output->kind) {
    case POL_OUT_AMOUNT: return check_amount(check, "output", number, reg);
    case POL_OUT_NUMBER: return check_reg(check, "output", number, reg, POL_C_NUM, 0);
    case POL_OUT_YESNO: return check_reg(check, "output", number, reg, POL_C_BOOL, 0);
    case POL_OUT_DATE: return check_reg(check, "output", number, reg, POL_C_DATE, 0);
    case POL_OUT_TEXT:
    case POL_OUT_LABEL:
        return check_reg(check, "output", number, reg, POL_C_CODE, 0) &&
               check_output_codes(check, number, output);
    case POL_OUT_NULL: return true;
    }
    return pol_check_fail(check, "output %u: no such kind", number);
}

static bool check_results(pol_check *check, pol_arena *scratch)
{
    const pol_code *code = check->code;
    if (!check_amount(check, "total", 0, code->total) ||
        !check_amount(check, "person", 0, code->person) ||
        !check_amount(check, "hospital", 0, code->hospital) || !check_payers(check) ||
        !check_orders(check, scratch) || !check_statuses(check))
        return false;
    for (uint32_t i = 0; i < code->accum_count; i++)
        if (!check_accum(check, i))
            return false;
    for (uint32_t i = 0; i < code->output_count; i++)
        if (!check_output(check, i))
            return false;
    for (uint32_t i = 0; i < code->constant_count; i++)
        if (!text_ok(code->constants[i].missing))
            return pol_check_fail(check, "constant %u: not UTF-8", i);
    for (uint32_t i = 0; i < code->sink_count; i++)
        if (!text_ok(code->sinks[i].field) || !text_ok(code->sinks[i].message))
            return pol_check_fail(check, "sink %u: not UTF-8", i);
    return true;
}

/* ---- matters and the program ------------------------------------------------------------------------------------ */

static bool check_counts(pol_check *check)
{
    const pol_code *code = check->code;
    const uint32_t any = UINT32_MAX;
    return check_count(check, "fields", code->field_count, POL_MAX_FIELDS, code->fields) &&
           check_count(check, "registers", code->register_count, POL_MAX_REGISTERS,
                       code->registers) &&
           check_count(check, "constants", code->constant_count, POL_MAX_CONSTANTS,
                       code->constants) &&
           check_count(check, "instructions", code->instr_count, POL_MAX_INSTRUCTIONS,
                       code->instrs) &&
           check_count(check, "operands", code->operand_count, any, code->operands) &&
           check_count(check, "constants of the pool", code->pool_count, any, code->pool) &&
           check_count(check, "payers", code->payer_count, POL_MAX_FIELDS, code->payers) &&
           check_count(check, "orders", code->order_count, POL_MAX_FIELDS, code->orders) &&
           check_count(check, "advances", code->advance_count, any, code->advances) &&
           check_count(check, "statuses", code->status_count, any, code->statuses) &&
           check_count(check, "accumulators", code->accum_count, POL_MAX_FIELDS, code->accums) &&
           check_count(check, "outputs", code->output_count, any, code->outputs);
}

static bool check_matter(pol_check *check, pol_arena *scratch)
{
    const pol_code *code = check->code;
    if (!text_ok(code->matter)) /* a script without 业务 has one without a name */
        return pol_check_fail(check, "its name is not UTF-8");
    if (!check_counts(check) || !check_fields(check))
        return false;
    check->defined = POL_NEW_ARRAY(scratch, uint8_t, code->register_count);
    check->reach = POL_NEW_ARRAY(scratch, pol_reach, code->register_count);
    if (check->defined == NULL || check->reach == NULL)
        return pol_check_fail(check, "out of memory");
    return pol_check_code(check) && check_results(check, scratch);
}

static bool check_label_set(pol_check *check, uint32_t number)
{
    const pol_label_set *set = &check->program->label_sets[number];
    if (!text_ok(set->name))
        return pol_check_fail(check, "labels %u: name is not UTF-8", number);
    if (!check_count(check, "labels", set->count, INT32_MAX, set->labels))
        return false;
    for (uint32_t i = 0; i < set->count; i++)
        if (!check_name(check, "label", i, set->labels[i]))
            return false;
    return true;
}

static bool check_header(pol_check *check)
{
    const pol_program *program = check->program;
    const pol_str id = program->id;
    if (!check_name(check, "policy", 0, id) || program->id_z == NULL ||
        strlen(program->id_z) != id.length || memcmp(program->id_z, id.bytes, id.length) != 0)
        return pol_check_fail(check, "the policy's identifier");
    if (!text_ok(program->title) || !text_ok(program->series) || !text_ok(program->superior))
        return pol_check_fail(check, "the policy's title, series or superior is not UTF-8");
    if (program->from < POL_DATE_MIN || program->to > POL_DATE_MAX || program->from > program->to)
        return pol_check_fail(check, "the period in force");
    return check_count(check, "labels", program->label_set_count, UINT32_MAX,
                       program->label_sets) &&
           check_count(check, "texts", program->text_count, INT32_MAX, program->texts) &&
           check_count(check, "matters", program->matter_count, POL_MAX_FIELDS, program->matters);
}

static bool check_program(pol_check *check)
{
    const pol_program *program = check->program;
    if (!check_header(check))
        return false;
    for (uint32_t i = 0; i < program->label_set_count; i++)
        if (!check_label_set(check, i))
            return false;
    for (uint32_t i = 0; i < program->text_count; i++)
        if (!text_ok(program->texts[i]))
            return pol_check_fail(check, "text %u is not UTF-8", i);
    for (uint32_t i = 0; i < program->matter_count; i++) {
        pol_arena scratch;
        pol_arena_init(&scratch, &program->arena.allocator);
        *check = (pol_check){ .program = program,
                              .code = &program->matters[i],
                              .matter = i,
                              .instr = POL_NONE32,
                              .reason = check->reason };
        const bool passes = check_matter(check, &scratch);
        pol_arena_reset(&scratch);
        if (!passes)
            return false;
    }
    return true;
}

bool pol_verify(const pol_program *program, char reason[256])
{
    pol_check check = { .program = program, .instr = POL_NONE32, .reason = reason };
    reason[0] = '\0';
    return check_program(&check);
}
