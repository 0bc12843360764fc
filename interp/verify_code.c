/* The code of a matter, proved in one pass over its instructions: by each opcode's signature and
 * denominator column in opcodes.def, and for what they cannot say by one rule an opcode at the end of
 * this file. Work is linear in the size of the file; nothing recurses. */
#include "interp/verify_internal.h"

#include <string.h>

#define MAX_DEN pol_pow10(POL_MAX_DECIMALS)

static const char *const k_class_names[POL_CLASS_COUNT] = { "number", "yes/no", "code",
                                                            "date",   "set",    "schedule" };

/* ---- constants -------------------------------------------------------------------------------------- */

static bool is_number(pol_i128 number, pol_i128 den)
{
    const pol_i128 limit = den * POL_MAX_MAGNITUDE;
    return number > -limit && number < limit;
}

static bool is_schedule(const pol_tiers *tiers, pol_i128 den, pol_i128 den2)
{
    if (tiers->count == 0 || tiers->count > POL_MAX_TIERS || !is_number(tiers->low, den))
        return false;
    pol_i128 previous = tiers->low;
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *tier = &tiers->tiers[i];
        const bool open = i + 1 == tiers->count && tier->upper == POL_NUM_UNLIMITED;
        if (tier->upper <= previous || !(open || is_number(tier->upper, den)) ||
            !is_number(tier->ratio, den2))
            return false;
        previous = tier->upper;
    }
    return true;
}

bool pol_check_constant(const pol_constant *constant, uint8_t class_, pol_i128 den, pol_i128 den2)
{
    const pol_i128 number = constant->number;
    const bool lost = number == POL_NUM_ABSENT || number == POL_NUM_FAILED;
    if (constant->class_ != class_)
        return false;
    if (class_ == POL_C_TIERS) /* either a schedule or none */
        return constant->tiers == NULL ? lost : !lost && is_schedule(constant->tiers, den, den2);
    if (number == POL_NUM_ABSENT)
        return true;
    if (number == POL_NUM_FAILED)
        return class_ != POL_C_SET;
    switch ((pol_class)class_) {
    case POL_C_NUM: return number == POL_NUM_UNLIMITED || is_number(number, den);
    case POL_C_BOOL: return number >= 0 && number <= POL_BOOL_FAILED;
    case POL_C_CODE: return number >= INT32_MIN && number <= INT32_MAX;
    case POL_C_DATE:
        return (number >= POL_DATE_MIN && number <= POL_DATE_MAX) || number == POL_CODE_ABSENT ||
               number == POL_CODE_FAILED;
    case POL_C_SET: return number >= 0 && number <= (pol_i128)UINT64_MAX;
    case POL_C_TIERS:
    case POL_CLASS_COUNT: break;
    }
    return false;
}

/* ---- registers -------------------------------------------------------------------------------------- */

/* Denominators that a class does not use may be 0. */
static bool den_ok(pol_i128 den, bool used)
{
    return den >= (used ? 1 : 0) && den <= MAX_DEN;
}

static pol_reach reach_of_constant(const pol_constant *constant)
{
    pol_reach reach = { .end = 0 };
    const pol_i128 number = constant->number;
    if (constant->class_ == POL_C_CODE && number > POL_CODE_FAILED) {
        reach.negative = number < 0;
        reach.end = number < 0 ? 0 : (uint32_t)number + 1;
    } else if (constant->class_ == POL_C_SET && number != POL_NUM_ABSENT) {
        for (uint64_t rest = (uint64_t)number; rest != 0; rest >>= 1)
            reach.end++;
    }
    return reach;
}

static pol_reach reach_of_field(const pol_program *program, const pol_field_def *field)
{
    pol_reach reach = { .end = 0, .record_text = field->type == POL_F_TEXT };
    if (field->type == POL_F_LABEL || field->type == POL_F_LABELS)
        reach.end = program->label_sets[field->labels].count;
    return reach;
}

static bool check_register(pol_check *check, uint32_t number)
{
    const pol_code *code = check->code;
    const pol_register *r = &code->registers[number];
    if (r->class_ >= POL_CLASS_COUNT)
        return pol_check_fail(check, "register %u: no such class", number);
    const bool schedules = r->class_ == POL_C_TIERS;
    if (!den_ok(r->den, schedules || r->class_ == POL_C_NUM) || !den_ok(r->den2, schedules))
        return pol_check_fail(check, "register %u: denominator out of range", number);
    check->defined[number] = r->origin != POL_FROM_INSTR;
    switch ((pol_origin)r->origin) {
    case POL_FROM_FIELD:
        if (r->index >= code->field_count || code->fields[r->index].reg != number)
            return pol_check_fail(check, "register %u: not its field's", number);
        check->reach[number] = reach_of_field(check->program, &code->fields[r->index]);
        return true;
    case POL_FROM_CONSTANT:
        if (r->index >= code->constant_count)
            return pol_check_fail(check, "register %u: no such constant", number);
        if (!pol_check_constant(&code->constants[r->index], r->class_, r->den, r->den2))
            return pol_check_fail(check, "register %u: constant out of range", number);
        check->reach[number] = reach_of_constant(&code->constants[r->index]);
        return true;
    case POL_FROM_INSTR:
        if (r->index >= code->instr_count)
            return pol_check_fail(check, "register %u: no such instruction", number);
        return true;
    }
    return pol_check_fail(check, "register %u: no such origin", number);
}

/* ---- tables and sinks --------------------------------------------------------------------------------- */

/* How many entries class_of has, 0 when the column is of no class that tables know. */
static uint64_t column_entries(const pol_table_column *column)
{
    switch (column->class_) {
    case POL_C_BOOL: return 2;
    case POL_C_CODE: return column->code_count;
    case POL_C_NUM:
    case POL_C_DATE: return 2 * (uint64_t)column->bound_count + 1;
    default: return 0;
    }
}

static bool check_bounds(const pol_table_column *column)
{
    for (uint32_t i = 0; i < column->bound_count; i++) {
        const pol_i128 bound = column->bounds[i];
        const bool fits = column->class_ == POL_C_NUM
                              ? is_number(bound, column->den)
                              : bound >= POL_DATE_MIN && bound <= POL_DATE_MAX;
        if (!fits || (i > 0 && bound <= column->bounds[i - 1]))
            return false;
    }
    return true;
}

static bool check_column(pol_check *check, uint32_t table, const pol_table_column *column)
{
    const uint64_t entries = column_entries(column);
    if (entries == 0 && column->class_ != POL_C_CODE)
        return pol_check_fail(check, "table %u: no such class of columns", table);
    if (entries > 0 && column->class_of == NULL)
        return pol_check_fail(check, "table %u: classes missing", table);
    if (!den_ok(column->den, column->class_ == POL_C_NUM))
        return pol_check_fail(check, "table %u: denominator out of range", table);
    const bool bounded = column->class_ == POL_C_NUM || column->class_ == POL_C_DATE;
    if (bounded && !check_bounds(column))
        return pol_check_fail(check, "table %u: bounds out of range or order", table);
    for (uint64_t i = 0; i < entries; i++)
        if (column->class_of[i] >= column->class_count)
            return pol_check_fail(check, "table %u: class out of range", table);
    if (column->class_ == POL_C_CODE && column->other_class >= column->class_count)
        return pol_check_fail(check, "table %u: class out of range", table);
    return true;
}

static bool check_table(pol_check *check, uint32_t number)
{
    const pol_table *table = &check->code->tables[number];
    uint64_t cells = 1;
    if (table->column_count == 0 || table->column_count > POL_MAX_TABLE_COLUMNS)
        return pol_check_fail(check, "table %u: number of columns", number);
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!check_column(check, number, &table->columns[i]))
            return false;
        cells *= table->columns[i].class_count;
        if (cells == 0 || cells > POL_MAX_TABLE_CELLS)
            return pol_check_fail(check, "table %u: number of cells", number);
    }
    if (cells != table->cell_count || table->cells == NULL)
        return pol_check_fail(check, "table %u: number of cells", number);
    for (uint32_t i = 0; i < table->cell_count; i++)
        if (table->cells[i] != UINT16_MAX && table->cells[i] >= table->row_count)
            return pol_check_fail(check, "table %u: row out of range", number);
    return true;
}

static bool check_members(pol_check *check, uint32_t number)
{
    const pol_members *set = &check->code->members[number];
    if (set->count > 0 && set->member == NULL)
        return pol_check_fail(check, "set %u: members missing", number);
    for (uint32_t i = 0; i < set->count; i++)
        if (set->member[i] > 1)
            return pol_check_fail(check, "set %u: neither yes nor no", number);
    return true;
}

static bool check_sink(pol_check *check, uint32_t number)
{
    const pol_sink *sink = &check->code->sinks[number];
    if (sink->phase > POL_PHASE_SETTLE || sink->limit > POL_LIMIT_NUMBER ||
        sink->error > POL_ERR_OUT_OF_RANGE)
        return pol_check_fail(check, "sink %u: phase, limit or error", number);
    return true;
}

static bool check_list(pol_check *check, uint32_t number)
{
    const pol_list32 list = check->code->lists[number];
    if (list.start > check->code->operand_count ||
        list.count > check->code->operand_count - list.start)
        return pol_check_fail(check, "list %u: beyond the operands", number);
    return true;
}

/* ---- instructions: what the signature says --------------------------------------------------------------- */

static const pol_register *reg_at(const pol_check *check, uint32_t reg)
{
    return &check->code->registers[reg];
}

static bool is_class(pol_check *check, uint32_t reg, uint8_t class_)
{
    if (reg_at(check, reg)->class_ != class_)
        return pol_check_fail(check, "register %u is not a %s", reg, k_class_names[class_]);
    return true;
}

static bool is_readable(pol_check *check, uint32_t reg)
{
    if (reg >= check->code->register_count)
        return pol_check_fail(check, "no register %u", reg);
    if (check->defined[reg] == 0)
        return pol_check_fail(check, "register %u is read before it is written", reg);
    return true;
}

static bool check_result(pol_check *check, uint32_t reg, uint8_t class_)
{
    if (reg >= check->code->register_count)
        return pol_check_fail(check, "no register %u", reg);
    const pol_register *r = reg_at(check, reg);
    if (r->origin != POL_FROM_INSTR || r->index != check->instr || check->defined[reg] != 0)
        return pol_check_fail(check, "register %u is not this instruction's to write", reg);
    return is_class(check, reg, class_);
}

/* The class a letter asks for; POL_CLASS_COUNT for letters that are no register. */
static uint8_t class_of_letter(char letter, uint8_t first_class)
{
    switch (letter) {
    case 'N':
    case 'y': return POL_C_NUM;
    case 'B':
    case 'l': return POL_C_BOOL;
    case 'C': return POL_C_CODE;
    case 'D': return POL_C_DATE;
    case 'S': return POL_C_SET;
    case 'T': return POL_C_TIERS;
    case '*':
    case 'L': return first_class;
    default: return POL_CLASS_COUNT;
    }
}

/* A list whose registers all have one class (subjects: those of the table's columns, see its rule). */
static bool check_list_argument(pol_check *check, char letter, uint32_t number, uint8_t class_)
{
    if (number >= check->code->list_count)
        return pol_check_fail(check, "no list %u", number);
    const pol_list32 list = check->code->lists[number];
    if (list.count == 0)
        return pol_check_fail(check, "list %u is empty", number);
    if (list.count > POL_MAX_OPERANDS - check->operands)
        return pol_check_fail(check, "lists too long");
    check->operands += list.count;
    for (uint32_t i = 0; i < list.count; i++) {
        const uint32_t reg = check->code->operands[list.start + i];
        if (!is_readable(check, reg) || (letter != 'u' && !is_class(check, reg, class_)))
            return false;
    }
    return true;
}

static bool index_within(pol_check *check, const char *what, uint32_t index, uint32_t count)
{
    return index < count ? true : pol_check_fail(check, "no %s %u", what, index);
}

static bool check_argument(pol_check *check, char letter, uint32_t arg, uint8_t first_class)
{
    const pol_code *code = check->code;
    const uint8_t class_ = class_of_letter(letter, first_class);
    switch (letter) {
    case 'k': return true; /* the opcode's rule */
    case 'i': return index_within(check, "constant in the pool", arg, code->pool_count);
    case 't': return index_within(check, "table", arg, code->table_count);
    case 'm': return index_within(check, "set", arg, code->member_count);
    case 's': return index_within(check, "sink", arg, code->sink_count);
    case 'L':
    case 'l':
    case 'u':
    case 'y': return check_list_argument(check, letter, arg, class_);
    default: return is_readable(check, arg) && is_class(check, arg, class_);
    }
}

/* ---- instructions: the denominator column --------------------------------------------------------------------- */

static bool same_den(pol_check *check, uint32_t reg, const pol_register *result)
{
    const pol_register *r = reg_at(check, reg);
    const bool numbers = r->class_ == POL_C_NUM;
    const bool schedules = r->class_ == POL_C_TIERS;
    if (((numbers || schedules) && r->den != result->den) || (schedules && r->den2 != result->den2))
        return pol_check_fail(check, "register %u has another denominator", reg);
    return true;
}

/* 's': every number or schedule among the arguments shares the first result's. */
static bool check_same_dens(pol_check *check, const pol_instr *instr, const char *signature)
{
    const pol_register *result = reg_at(check, instr->arg[0]);
    const char *arguments = strchr(signature, '=') + 1;
    const uint32_t first = (uint32_t)(arguments - 1 - signature);
    for (uint32_t i = 0; arguments[i] != '\0'; i++) {
        const uint32_t arg = instr->arg[first + i];
        if (strchr("NT*", arguments[i]) != NULL && !same_den(check, arg, result))
            return false;
        if (arguments[i] != 'L')
            continue;
        const pol_list32 list = check->code->lists[arg];
        for (uint32_t j = 0; j < list.count; j++)
            if (!same_den(check, check->code->operands[list.start + j], result))
                return false;
    }
    return true;
}

static bool is_product(pol_i128 product, pol_i128 a, pol_i128 b)
{
    pol_i128 result;
    return pol_mul_i128(a, b, &result) && result == product;
}

static bool wrong_den(pol_check *check)
{
    return pol_check_fail(check, "the denominators do not fit together");
}

/* 'p': the result's is the product of two arguments'. */
static bool check_product_den(pol_check *check, const pol_instr *instr)
{
    const pol_register *a = reg_at(check, instr->arg[1]), *b = reg_at(check, instr->arg[2]);
    return is_product(reg_at(check, instr->arg[0])->den, a->den, b->den) || wrong_den(check);
}

/* ---- instructions: one rule an opcode ---------------------------------------------------------------------------- */

typedef bool (*rule)(pol_check *check, const pol_instr *instr);

#define RULE(name) static bool name(pol_check *check, const pol_instr *instr)

static pol_i128 den_of(const pol_check *check, const pol_instr *instr, unsigned n)
{
    return reg_at(check, instr->arg[n])->den;
}

static pol_i128 den2_of(const pol_check *check, const pol_instr *instr, unsigned n)
{
    return reg_at(check, instr->arg[n])->den2;
}

static pol_i128 pool_at(const pol_check *check, const pol_instr *instr, unsigned n)
{
    return check->code->pool[instr->arg[n]];
}

static bool small_within(pol_check *check, const pol_instr *instr, unsigned n, uint32_t most)
{
    return instr->arg[n] <= most || pol_check_fail(check, "no mode %u", instr->arg[n]);
}

static bool positive(pol_check *check, const pol_instr *instr, unsigned n, unsigned count)
{
    for (unsigned i = n; i < n + count; i++)
        if (pool_at(check, instr, i) < 1)
            return pol_check_fail(check, "constant %u of the pool is not positive", instr->arg[i]);
    return true;
}

RULE(rule_scale)
{
    return positive(check, instr, 2, 1) &&
           (is_product(den_of(check, instr, 0), den_of(check, instr, 1),
                       pool_at(check, instr, 2)) ||
            wrong_den(check));
}

RULE(rule_mulc)
{
    return positive(check, instr, 2, 2) &&
           (is_product(den_of(check, instr, 0), den_of(check, instr, 1),
                       pool_at(check, instr, 3)) ||
            wrong_den(check));
}

RULE(rule_round)
{
    return small_within(check, instr, 2, POL_ROUND_DOWN | 4) && positive(check, instr, 3, 3);
}

RULE(rule_roundq)
{
    return small_within(check, instr, 4, POL_ROUND_DOWN) && positive(check, instr, 5, 3);
}

RULE(rule_compare)
{
    return small_within(check, instr, 3, POL_LT);
}

RULE(rule_equal)
{
    return small_within(check, instr, 3, POL_NE);
}

RULE(rule_cmpq)
{
    return small_within(check, instr, 5, POL_LT) && positive(check, instr, 6, 2);
}

RULE(rule_over_1)
{
    return den_of(check, instr, 0) == 1 || wrong_den(check);
}

RULE(rule_part)
{
    return small_within(check, instr, 2, 2) && rule_over_1(check, instr);
}

RULE(rule_anyof)
{
    const pol_i128 mask = pool_at(check, instr, 2);
    return (mask >= 0 && mask <= (pol_i128)UINT64_MAX) ||
           pol_check_fail(check, "the mask has more than 64 bits");
}

RULE(rule_first)
{
    check->reach[instr->arg[0]].end = check->reach[instr->arg[1]].end;
    return true;
}

RULE(rule_deadline)
{
    return pol_check_month_day(instr->arg[2], instr->arg[3]) ||
           pol_check_fail(check, "not a day of every year");
}

RULE(rule_months)
{
    return small_within(check, instr, 3, 1);
}

static void widen(pol_reach *reach, const pol_reach *by)
{
    if (by->end > reach->end)
        reach->end = by->end;
    reach->record_text = reach->record_text || by->record_text;
    reach->negative = reach->negative || by->negative;
}

RULE(rule_selc)
{
    widen(&check->reach[instr->arg[0]], &check->reach[instr->arg[2]]);
    widen(&check->reach[instr->arg[0]], &check->reach[instr->arg[3]]);
    return true;
}

RULE(rule_pickc)
{
    const pol_list32 list = check->code->lists[instr->arg[2]];
    for (uint32_t i = 0; i < list.count; i++)
        widen(&check->reach[instr->arg[0]], &check->reach[check->code->operands[list.start + i]]);
    return true;
}

RULE(rule_row)
{
    const pol_table *table = &check->code->tables[instr->arg[1]];
    const pol_list32 list = check->code->lists[instr->arg[2]];
    if (list.count != table->column_count)
        return pol_check_fail(check, "the table has %u columns", table->column_count);
    for (uint32_t i = 0; i < list.count; i++)
        if (!is_class(check, check->code->operands[list.start + i], table->columns[i].class_))
            return false;
    check->reach[instr->arg[0]].end = table->row_count;
    return true;
}

RULE(rule_only)
{
    check->reach[instr->arg[0]].end = check->code->lists[instr->arg[1]].count;
    return true;
}

RULE(rule_alson)
{
    return den_of(check, instr, 0) == den_of(check, instr, 1) || wrong_den(check);
}

static bool count_schedule(pol_check *check)
{
    check->schedules++;
    return check->schedules <= POL_MAX_SCHEDULES || pol_check_fail(check, "too many schedules");
}

RULE(rule_tmake)
{
    const pol_list32 list = check->code->lists[instr->arg[1]];
    const pol_register *result = reg_at(check, instr->arg[0]);
    if (list.count % 2 == 0 || list.count < 3 || list.count > 2 * POL_MAX_TIERS + 1)
        return pol_check_fail(check, "a schedule has a low bound and 1 to 32 slices");
    for (uint32_t i = 0; i < list.count; i++) {
        const pol_i128 den = reg_at(check, check->code->operands[list.start + i])->den;
        const bool is_bound = i == 0 || i % 2 == 1;
        if (den != (is_bound ? result->den : result->den2))
            return wrong_den(check);
    }
    return count_schedule(check);
}

RULE(rule_tnum)
{
    const pol_i128 ratios = den2_of(check, instr, 1), number = den_of(check, instr, 2);
    const pol_i128 result = den2_of(check, instr, 0);
    const bool is_times = instr->arg[3] == 3;
    if (den_of(check, instr, 0) != den_of(check, instr, 1) ||
        (is_times ? !is_product(result, ratios, number) : result != ratios || number != ratios))
        return wrong_den(check);
    return small_within(check, instr, 3, 5) && count_schedule(check);
}

RULE(rule_tvalid)
{
    return (den_of(check, instr, 0) == den_of(check, instr, 1) &&
            den2_of(check, instr, 0) == den2_of(check, instr, 1)) ||
           wrong_den(check);
}

RULE(rule_tsum)
{
    const pol_i128 amounts = den_of(check, instr, 2);
    return (amounts == den_of(check, instr, 3) && amounts % den_of(check, instr, 1) == 0 &&
            is_product(den_of(check, instr, 0), amounts, den2_of(check, instr, 1))) ||
           wrong_den(check);
}

RULE(rule_trate)
{
    return (den_of(check, instr, 2) % den_of(check, instr, 1) == 0 &&
            den_of(check, instr, 0) == den2_of(check, instr, 1)) ||
           wrong_den(check);
}

RULE(rule_textreme)
{
    return den_of(check, instr, 0) == den2_of(check, instr, 1) || wrong_den(check);
}

RULE(rule_tail)
{
    for (unsigned i = 0; i <= 5; i++)
        if (i != 2 && i != 3 && den_of(check, instr, i) != POL_FEN_PER_YUAN)
            return wrong_den(check);
    return small_within(check, instr, 6, POL_ROUND_DOWN) && positive(check, instr, 7, 3);
}

RULE(rule_check)
{
    return check->code->sinks[instr->arg[1]].error != POL_ERR_NONE ||
           pol_check_fail(check, "the sink of a check has no error");
}

static const rule k_rules[POL_OP_COUNT] = {
    [POL_OP_SCALE] = rule_scale,       [POL_OP_MULC] = rule_mulc,
    [POL_OP_ROUND] = rule_round,       [POL_OP_ROUNDQ] = rule_roundq,
    [POL_OP_CMP] = rule_compare,       [POL_OP_CMPQ] = rule_cmpq,
    [POL_OP_WHOLE] = rule_over_1,      [POL_OP_EQB] = rule_equal,
    [POL_OP_EQC] = rule_equal,         [POL_OP_ANYOF] = rule_anyof,
    [POL_OP_FIRST] = rule_first,       [POL_OP_CMPD] = rule_compare,
    [POL_OP_DIFFD] = rule_over_1,      [POL_OP_AGE] = rule_over_1,
    [POL_OP_DEADLINE] = rule_deadline, [POL_OP_MONTHS] = rule_months,
    [POL_OP_PART] = rule_part,         [POL_OP_SELC] = rule_selc,
    [POL_OP_ROW] = rule_row,           [POL_OP_ONLY] = rule_only,
    [POL_OP_PICKC] = rule_pickc,       [POL_OP_ALSON] = rule_alson,
    [POL_OP_TMAKE] = rule_tmake,       [POL_OP_TNUM] = rule_tnum,
    [POL_OP_TVALID] = rule_tvalid,     [POL_OP_TSUM] = rule_tsum,
    [POL_OP_TRATE] = rule_trate,       [POL_OP_TLEAST] = rule_textreme,
    [POL_OP_TMOST] = rule_textreme,    [POL_OP_TAIL] = rule_tail,
    [POL_OP_CHECK] = rule_check,
};

/* ---- a matter's code ------------------------------------------------------------------------------------------------ */

static bool check_rules(pol_check *check, const pol_instr *instr, const char *signature)
{
    const pol_opcode op = (pol_opcode)instr->op;
    const char column = pol_op_denominators(op);
    if (column == 's' && !check_same_dens(check, instr, signature))
        return false;
    if (column == 'p' && !check_product_den(check, instr))
        return false;
    if (k_rules[op] != NULL)
        return k_rules[op](check, instr);
    /* A row that its columns do not describe in full must have a rule above. */
    const bool described = column != 'r' && strpbrk(signature, "kituy") == NULL;
    return described || pol_check_fail(check, "the verifier has no rule for it");
}

static bool check_instr(pol_check *check, const pol_instr *instr)
{
    if (instr->op >= POL_OP_COUNT)
        return pol_check_fail(check, "no such opcode");
    const char *signature = pol_op_signature((pol_opcode)instr->op);
    const uint8_t first_class = class_of_letter(signature[0], POL_CLASS_COUNT);
    unsigned results = 0;
    for (; signature[results] != '='; results++) {
        const uint8_t class_ = class_of_letter(signature[results], first_class);
        if (!check_result(check, instr->arg[results], class_))
            return false;
        for (unsigned i = 0; i < results; i++)
            if (instr->arg[i] == instr->arg[results])
                return pol_check_fail(check, "register %u is written twice", instr->arg[i]);
    }
    for (unsigned i = results; signature[i + 1] != '\0'; i++)
        if (!check_argument(check, signature[i + 1], instr->arg[i], first_class))
            return false;
    if (!check_rules(check, instr, signature))
        return false;
    for (unsigned i = 0; i < results; i++)
        check->defined[instr->arg[i]] = 1;
    return true;
}

typedef bool (*item_check)(pol_check *check, uint32_t number);

static bool check_each(pol_check *check, const void *items, uint32_t count, item_check item)
{
    if (count > 0 && items == NULL)
        return pol_check_fail(check, "an array is missing");
    for (uint32_t i = 0; i < count; i++)
        if (!item(check, i))
            return false;
    return true;
}

bool pol_check_code(pol_check *check)
{
    const pol_code *code = check->code;
    if (!check_each(check, code->registers, code->register_count, check_register) ||
        !check_each(check, code->tables, code->table_count, check_table) ||
        !check_each(check, code->members, code->member_count, check_members) ||
        !check_each(check, code->sinks, code->sink_count, check_sink) ||
        !check_each(check, code->lists, code->list_count, check_list))
        return false;
    for (uint32_t i = 0; i < code->instr_count; i++) {
        check->instr = i;
        if (!check_instr(check, &code->instrs[i]))
            return false;
    }
    check->instr = POL_NONE32;
    for (uint32_t i = 0; i < code->register_count; i++)
        if (check->defined[i] == 0)
            return pol_check_fail(check, "register %u is never written", i);
    return true;
}
