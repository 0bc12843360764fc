/* A program as text for people: each matter's record, its instructions with the line of the script, and
 * where the results are. Registers are named by class and number (n3), fields by their names in 「」,
 * constants by their values. The same program always gives the same text; tests compare it.
 *
 *     line  no.  opcode   results = arguments
 *       31    4  add      n14/100 = 「政策范围内费用」 + 「自费费用」 */
#include "interp/program.h"

#include <string.h>

typedef struct dis {
    pol_text *out;
    pol_lang lang;
    const pol_program *program;
    const pol_code *code;
} dis;

static const char k_letters[POL_CLASS_COUNT] = { 'n', 'b', 'c', 'd', 's', 't' };

#define MAX_SHOWN 64 /* entries of a table or set */

/* ---- words and values ------------------------------------------------------------------------------------ */

static const char *word(const dis *d, const char *zh, const char *en)
{
    return d->lang == POL_EN ? en : zh;
}

static void add(const dis *d, const char *text)
{
    pol_text_add(d->out, pol_str_of(text));
}

static void add_word(const dis *d, const char *zh, const char *en)
{
    add(d, word(d, zh, en));
}

static void add_name(const dis *d, pol_str name)
{
    add(d, "「");
    pol_text_add(d->out, name);
    add(d, "」");
}

static void add_integer(const dis *d, pol_i128 number)
{
    char digits[64];
    (void)pol_decimal_text(digits, number, 1, 0, true);
    add(d, digits);
}

/* A number over its denominator: as a decimal when that is exact, else as a fraction. */
static void add_number(const dis *d, pol_i128 number, pol_i128 den)
{
    char digits[64];
    if (number == POL_NUM_ABSENT) {
        add_word(d, "空", "none");
    } else if (number == POL_NUM_FAILED) {
        add_word(d, "越界", "failed");
    } else if (number == POL_NUM_UNLIMITED) {
        add_word(d, "不限", "unlimited");
    } else if (pol_pow10(POL_MAX_DECIMALS) % den == 0) {
        (void)pol_decimal_text(digits, number, den, POL_MAX_DECIMALS, true);
        add(d, digits);
    } else {
        add_integer(d, number);
        add(d, "/");
        add_integer(d, den);
    }
}

static void add_tiers(const dis *d, const pol_tiers *tiers, const pol_register *r)
{
    bool closed = tiers->low_in_first;
    add(d, "{ ");
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *tier = &tiers->tiers[i];
        add(d, i == 0 ? "" : "; ");
        add(d, closed ? "[" : "(");
        add_number(d, i == 0 ? tiers->low : tiers->tiers[i - 1].upper, r->den);
        add(d, ", ");
        add_number(d, tier->upper, r->den);
        add(d, tier->upper_in_next || tier->upper == POL_NUM_UNLIMITED ? ") : " : "] : ");
        add_number(d, tier->ratio, r->den2);
        closed = tier->upper_in_next;
    }
    add(d, " }");
}

static void add_set(const dis *d, uint64_t mask)
{
    const char *separator = "";
    add(d, "{");
    for (unsigned label = 0; mask != 0; label++, mask >>= 1) {
        if ((mask & 1) == 0)
            continue;
        pol_text_format(d->out, "%s#%u", separator, label);
        separator = ", ";
    }
    add(d, "}");
}

/* A code of this field: the label or text that it stands for. */
static void add_code(const dis *d, pol_i128 code, const pol_field_def *field)
{
    const pol_program *program = d->program;
    if (field->type == POL_F_LABEL && code >= 0 &&
        code < program->label_sets[field->labels].count) {
        pol_text_add(d->out, program->label_sets[field->labels].labels[code]);
    } else if (field->type == POL_F_TEXT && code >= 0 && code < program->text_count) {
        add(d, "“");
        pol_text_add(d->out, program->texts[code]);
        add(d, "”");
    } else {
        add(d, "#");
        add_integer(d, code);
    }
}

static void add_constant(const dis *d, const pol_constant *constant, const pol_register *r)
{
    const pol_i128 number = constant->number;
    char date[16];
    if (number == POL_NUM_ABSENT || number == POL_NUM_FAILED || constant->class_ == POL_C_NUM) {
        add_number(d, number, r->den);
        if (number == POL_NUM_ABSENT && constant->missing.length > 0)
            add_name(d, constant->missing);
        return;
    }
    switch ((pol_class)constant->class_) {
    case POL_C_BOOL:
        if (number > 1)
            add_number(d, number == POL_BOOL_ABSENT ? POL_NUM_ABSENT : POL_NUM_FAILED, 1);
        else
            add(d, number == 1 ? word(d, "是", "yes") : word(d, "否", "no"));
        break;
    case POL_C_CODE:
    case POL_C_DATE:
        if (number == POL_CODE_ABSENT || number == POL_CODE_FAILED) {
            add_number(d, number == POL_CODE_ABSENT ? POL_NUM_ABSENT : POL_NUM_FAILED, 1);
        } else if (constant->class_ == POL_C_DATE) {
            pol_date_text(date, (pol_date)number);
            add(d, date);
        } else {
            add(d, "#");
            add_integer(d, number);
        }
        break;
    case POL_C_SET: add_set(d, (uint64_t)number); break;
    case POL_C_TIERS:
        if (constant->tiers == NULL)
            add_number(d, POL_NUM_ABSENT, 1);
        else
            add_tiers(d, constant->tiers, r);
        break;
    case POL_C_NUM:
    case POL_CLASS_COUNT: break;
    }
}

/* ---- registers --------------------------------------------------------------------------------------------- */

static void add_register(const dis *d, uint32_t reg)
{
    const pol_register *r = &d->code->registers[reg];
    if (r->origin == POL_FROM_CONSTANT)
        add_constant(d, &d->code->constants[r->index], r);
    else if (r->origin == POL_FROM_FIELD)
        add_name(d, d->code->fields[r->index].name);
    else
        pol_text_format(d->out, "%c%u", k_letters[r->class_], reg);
}

/* A denominator: long powers of ten as 1e8. */
static void add_den(const dis *d, pol_i128 den)
{
    unsigned exponent = 0;
    while (exponent < POL_MAX_DECIMALS && pol_pow10(exponent) < den)
        exponent++;
    add(d, "/");
    if (exponent > 3 && pol_pow10(exponent) == den)
        pol_text_format(d->out, "1e%u", exponent);
    else
        add_integer(d, den);
}

/* The register with its denominators, where it is made. */
static void add_definition(const dis *d, uint32_t reg)
{
    const pol_register *r = &d->code->registers[reg];
    pol_text_format(d->out, "%c%u", k_letters[r->class_], reg);
    if (r->class_ == POL_C_NUM || r->class_ == POL_C_TIERS)
        add_den(d, r->den);
    if (r->class_ == POL_C_TIERS)
        add_den(d, r->den2);
}

/* ---- instructions ---------------------------------------------------------------------------------------------- */

static const char *rounding_name(const dis *d, uint32_t mode)
{
    switch ((pol_rounding)(mode & 3)) {
    case POL_HALF_UP: return word(d, "四舍五入", "half_up");
    case POL_HALF_EVEN: return word(d, "四舍六入", "half_even");
    case POL_ROUND_UP: return word(d, "进位", "round_up");
    case POL_ROUND_DOWN: return word(d, "舍去", "round_down");
    }
    return "?";
}

static const char *const k_compare[] = { "=", "≠", "≥", "≤", ">", "<" };

static void add_small(const dis *d, pol_opcode op, uint32_t k)
{
    static const char *const k_tnum[] = { "+b", "-b", "b-", "*b", "min", "max" };
    switch (op) {
    case POL_OP_CMPQ: add(d, k_compare[k]); break;
    case POL_OP_ROUND:
    case POL_OP_ROUNDQ:
    case POL_OP_TAIL:
        add(d, rounding_name(d, k));
        add(d, (k & 4) != 0 ? word(d, "（可不限）", " (or unlimited)") : "");
        break;
    case POL_OP_TNUM: add(d, k_tnum[k]); break;
    default: pol_text_format(d->out, "%u", k); break;
    }
}

static const char *limit_name(const dis *d, uint8_t limit)
{
    switch ((pol_limit)limit) {
    case POL_LIMIT_NONE: return word(d, "须有", "present");
    case POL_LIMIT_OPTIONAL: return word(d, "可空", "optional");
    case POL_LIMIT_AMOUNT: return word(d, "金额", "amount");
    case POL_LIMIT_SIGNED: return word(d, "有符号金额", "signed amount");
    case POL_LIMIT_INTEGER: return word(d, "整数", "integer");
    case POL_LIMIT_NUMBER: return word(d, "数", "number");
    }
    return "?";
}

static const char *error_name(const dis *d, uint8_t error)
{
    static const char *const k_english[] = { "",
                                             "missing_field",
                                             "unknown_field",
                                             "bad_value",
                                             "contradiction",
                                             "parameter_out_of_bounds",
                                             "not_in_force",
                                             "out_of_range" };
    return word(d, pol_claim_error_text((pol_claim_error)error), k_english[error]);
}

static void add_sink(const dis *d, pol_opcode op, uint32_t number)
{
    const pol_sink *sink = &d->code->sinks[number];
    add(d, "→ ");
    add_name(d, sink->field);
    add(d, " ");
    add(d, op == POL_OP_CHECK ? error_name(d, sink->error) : limit_name(d, sink->limit));
}

static void add_list(const dis *d, uint32_t number)
{
    const pol_list32 list = d->code->lists[number];
    add(d, "(");
    for (uint32_t i = 0; i < list.count; i++) {
        add(d, i == 0 ? "" : ", ");
        add_register(d, d->code->operands[list.start + i]);
    }
    add(d, ")");
}

static void add_argument(const dis *d, pol_opcode op, char letter, uint32_t arg)
{
    switch (letter) {
    case 'k': add_small(d, op, arg); break;
    case 'i': add_integer(d, d->code->pool[arg]); break;
    case 't': pol_text_format(d->out, "%s %u", word(d, "表", "table"), arg); break;
    case 'm': pol_text_format(d->out, "%s %u", word(d, "集合", "set"), arg); break;
    case 's': add_sink(d, op, arg); break;
    case 'L':
    case 'l':
    case 'u':
    case 'y': add_list(d, arg); break;
    default: add_register(d, arg); break;
    }
}

/* One side of a sign: a code is named by the field it is compared with. */
static void add_side(const dis *d, uint32_t reg, uint32_t other)
{
    const pol_register *r = &d->code->registers[reg], *o = &d->code->registers[other];
    if (r->class_ == POL_C_CODE && r->origin == POL_FROM_CONSTANT && o->origin == POL_FROM_FIELD &&
        d->code->constants[r->index].number > POL_CODE_FAILED)
        add_code(d, d->code->constants[r->index].number, &d->code->fields[o->index]);
    else
        add_register(d, reg);
}

/* The sign between two arguments, for opcodes that are written so; else NULL. */
static const char *infix(const dis *d, const pol_instr *instr)
{
    switch ((pol_opcode)instr->op) {
    case POL_OP_ADD: return "+";
    case POL_OP_SUB: return "-";
    case POL_OP_MUL: return "×";
    case POL_OP_AND: return word(d, "且", "and");
    case POL_OP_OR: return word(d, "或", "or");
    case POL_OP_CMP:
    case POL_OP_CMPD:
    case POL_OP_EQB:
    case POL_OP_EQC: return k_compare[instr->arg[3]];
    default: return NULL;
    }
}

static void add_arguments(const dis *d, const pol_instr *instr, const char *signature,
                          unsigned results)
{
    const char *sign = infix(d, instr);
    if (sign != NULL) {
        add_side(d, instr->arg[1], instr->arg[2]);
        pol_text_format(d->out, " %s ", sign);
        add_side(d, instr->arg[2], instr->arg[1]);
        return;
    }
    for (unsigned i = results; signature[i + 1] != '\0'; i++) {
        add(d, i == results ? "" : signature[i + 1] == 's' ? " " : ", ");
        add_argument(d, (pol_opcode)instr->op, signature[i + 1], instr->arg[i]);
    }
}

static void add_instr(const dis *d, uint32_t number)
{
    const pol_instr *instr = &d->code->instrs[number];
    const char *signature = pol_op_signature((pol_opcode)instr->op);
    const unsigned results = (unsigned)strcspn(signature, "=");
    if (instr->line == 0)
        pol_text_format(d->out, "%6s", "");
    else
        pol_text_format(d->out, "%6u", instr->line);
    pol_text_format(d->out, " %6u  %-8s ", number, pol_op_mnemonic((pol_opcode)instr->op));
    for (unsigned i = 0; i < results; i++) {
        add(d, i == 0 ? "" : ", ");
        add_definition(d, instr->arg[i]);
    }
    add(d, results == 0 ? "" : " = ");
    add_arguments(d, instr, signature, results);
    add(d, "\n");
}

/* ---- the record ------------------------------------------------------------------------------------------------------ */

static const char *type_name(const dis *d, uint8_t type)
{
    switch ((pol_field_type)type) {
    case POL_F_AMOUNT: return word(d, "金额", "amount");
    case POL_F_RATIO: return word(d, "比例", "ratio");
    case POL_F_INTEGER: return word(d, "整数", "integer");
    case POL_F_YESNO: return word(d, "是否", "yes_no");
    case POL_F_DATE: return word(d, "日期", "date");
    case POL_F_TEXT: return word(d, "文字", "text");
    case POL_F_LABEL: return word(d, "标签", "label");
    case POL_F_LABELS: return word(d, "多选", "any_of");
    case POL_F_TIERS: return word(d, "分段", "tiers");
    }
    return "?";
}

static const char *role_name(const dis *d, uint8_t role)
{
    switch ((pol_field_role)role) {
    case POL_ROLE_INPUT: return word(d, "输入", "input");
    case POL_ROLE_ACCUMULATOR: return word(d, "累计", "accumulator");
    case POL_ROLE_PARAMETER: return word(d, "参数", "parameter");
    }
    return "?";
}

static void add_field(const dis *d, const pol_field_def *field)
{
    pol_text_format(d->out, "  %s ", role_name(d, field->role));
    add_name(d, field->name);
    pol_text_format(d->out, " : %s ", type_name(d, field->type));
    add_definition(d, field->reg);
    if (field->has_default) {
        const pol_constant *constant = &d->code->constants[field->default_constant];
        add(d, " = ");
        if (constant->class_ == POL_C_CODE)
            add_code(d, constant->number, field);
        else
            add_constant(d, constant, &d->code->registers[field->reg]);
    }
    add(d, field->best ? word(d, " 就高", " best") : "");
    add(d, field->optional ? word(d, " 可空", " optional") : "");
    add(d, field->null_unlimited ? word(d, " null 为不限", " null_is_unlimited") : "");
    add(d, "\n");
    if (field->type != POL_F_LABEL && field->type != POL_F_LABELS)
        return;
    const pol_label_set *set = &d->program->label_sets[field->labels];
    add(d, "     ");
    for (uint32_t i = 0; i < set->count && i < MAX_SHOWN; i++) {
        pol_text_format(d->out, " #%u ", i);
        pol_text_add(d->out, set->labels[i]);
    }
    add(d, set->count > MAX_SHOWN ? " …\n" : "\n");
}

/* ---- tables and sets --------------------------------------------------------------------------------------------------- */

static void add_classes(const dis *d, const pol_table_column *column, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < MAX_SHOWN; i++)
        pol_text_format(d->out, " %u", column->class_of[i]);
    add(d, count > MAX_SHOWN ? " …" : "");
}

static void add_column(const dis *d, const pol_table_column *column)
{
    char date[16];
    pol_text_format(d->out, "    %c ", k_letters[column->class_]);
    if (column->class_ == POL_C_BOOL) {
        add_classes(d, column, 2);
    } else if (column->class_ == POL_C_CODE) {
        add_classes(d, column, column->code_count);
        pol_text_format(d->out, " %s %u", word(d, "其余", "rest"), column->other_class);
    } else {
        add(d, "<");
        for (uint32_t i = 0; i < column->bound_count && i < MAX_SHOWN; i++) {
            add(d, " ");
            if (column->class_ == POL_C_DATE)
                pol_date_text(date, (pol_date)column->bounds[i]);
            if (column->class_ == POL_C_DATE)
                add(d, date);
            else
                add_number(d, column->bounds[i], column->den);
        }
        add(d, column->bound_count > MAX_SHOWN ? " … >" : " >");
        add_classes(d, column, 2 * column->bound_count + 1);
    }
    add(d, "\n");
}

static void add_table(const dis *d, uint32_t number)
{
    const pol_table *table = &d->code->tables[number];
    pol_text_format(d->out, "  %s %u: %u %s\n", word(d, "表", "table"), number, table->row_count,
                    word(d, "行", "rows"));
    for (uint32_t i = 0; i < table->column_count; i++)
        add_column(d, &table->columns[i]);
    add(d, "    ->");
    for (uint32_t i = 0; i < table->cell_count && i < MAX_SHOWN; i++) {
        if (table->cells[i] == UINT16_MAX)
            add(d, " -");
        else
            pol_text_format(d->out, " %u", table->cells[i]);
    }
    add(d, table->cell_count > MAX_SHOWN ? " …\n" : "\n");
}

static void add_members(const dis *d, uint32_t number)
{
    const pol_members *set = &d->code->members[number];
    uint32_t shown = 0;
    pol_text_format(d->out, "  %s %u:", word(d, "集合", "set"), number);
    for (uint32_t i = 0; i < set->count && shown < MAX_SHOWN; i++) {
        if (set->member[i] == 0)
            continue;
        pol_text_format(d->out, " #%u", i);
        shown++;
    }
    add(d, shown == MAX_SHOWN ? " …\n" : "\n");
}

/* ---- results --------------------------------------------------------------------------------------------------------------- */

static void add_result(const dis *d, const char *zh, const char *en, pol_str name, uint32_t reg)
{
    pol_text_format(d->out, "  %s ", word(d, zh, en));
    if (name.length > 0) {
        add_name(d, name);
        add(d, " ");
    }
    add(d, "= ");
    add_register(d, reg);
    add(d, "\n");
}

static void add_orders(const dis *d)
{
    const pol_code *code = d->code;
    if (code->order_case != POL_NONE32)
        add_result(d, "顺序", "order", POL_STR(""), code->order_case);
    for (uint32_t i = 0; i < code->order_count; i++) {
        pol_text_format(d->out, "  %s #%u:", word(d, "顺序", "order"), i);
        for (uint32_t j = 0; j < code->orders[i].count; j++) {
            add(d, " ");
            add_name(d, code->payers[code->operands[code->orders[i].start + j]].name);
        }
        add(d, "\n");
    }
}

static void add_accum(const dis *d, const pol_accum_def *accum)
{
    add_result(d, "累计", "accumulator", accum->name, accum->after);
    if (accum->added != POL_NONE32)
        add_result(d, "累计增加", "accumulator adds", accum->name, accum->added);
}

static void add_results(const dis *d)
{
    const pol_code *code = d->code;
    add_result(d, "总费用", "total", POL_STR(""), code->total);
    add_orders(d);
    for (uint32_t i = 0; i < code->payer_count; i++)
        add_result(d, code->payers[i].hospital ? "支付（医院）" : "支付",
                   code->payers[i].hospital ? "payer (hospital)" : "payer", code->payers[i].name,
                   code->payers[i].paid);
    add_result(d, "个人负担", "person_pays", POL_STR(""), code->person);
    add_result(d, "医院承担", "hospital_pays", POL_STR(""), code->hospital);
    for (uint32_t i = 0; i < code->advance_count; i++)
        add_result(d, "垫付", "advance", code->advances[i].payer, code->advances[i].amount);
    for (uint32_t i = 0; i < code->accum_count; i++)
        add_accum(d, &code->accums[i]);
    for (uint32_t i = 0; i < code->status_count; i++)
        add_result(d, "状态", "status", code->statuses[i].name, code->statuses[i].reg);
    for (uint32_t i = 0; i < code->output_count; i++)
        if (code->outputs[i].kind != POL_OUT_NULL)
            add_result(d, "附加", "output", code->outputs[i].name, code->outputs[i].reg);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------------- */

static void add_matter(const dis *d)
{
    const pol_code *code = d->code;
    pol_text_format(d->out, "\n%s ", word(d, "业务", "matter"));
    add_name(d, code->matter);
    pol_text_format(d->out, "  %s %u  %s %u\n", word(d, "寄存器", "registers"),
                    code->register_count, word(d, "指令", "instructions"), code->instr_count);
    for (uint32_t i = 0; i < code->field_count; i++)
        add_field(d, &code->fields[i]);
    for (uint32_t i = 0; i < code->table_count; i++)
        add_table(d, i);
    for (uint32_t i = 0; i < code->member_count; i++)
        add_members(d, i);
    pol_text_format(d->out, "%s\n", word(d, "    行    序号  指令", "  line    no.  opcode"));
    for (uint32_t i = 0; i < code->instr_count; i++)
        add_instr(d, i);
    add_results(d);
}

void pol_disassemble(pol_text *out, const pol_program *program, pol_lang lang)
{
    dis d = { .out = out, .lang = lang, .program = program };
    char from[16], to[16];
    pol_date_text(from, program->from);
    pol_date_text(to, program->to);
    add_word(&d, "政策 ", "policy ");
    pol_text_add(out, program->id);
    add(&d, " ");
    add_name(&d, program->title);
    pol_text_format(out, "  %s …%s%s\n", from, program->to == POL_DATE_MAX ? "" : " ",
                    program->to == POL_DATE_MAX ? "" : to);
    for (uint32_t i = 0; i < program->matter_count; i++) {
        d.code = &program->matters[i];
        add_matter(&d);
    }
}
