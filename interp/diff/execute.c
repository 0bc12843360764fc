/* Symbolic execution: straight-line, single-assignment code makes it one pass. */
#include "interp/diff/execute.h"

#include <string.h>

#include "interp/kernels.h"

#define MOST_CHOICES 8 /* one inside the other, when it is asked whether a figure is there */

static const pol_rational k_zero = { 0, 1 }, k_one = { 1, 1 }, k_minus = { -1, 1 };

bool pol_executor_init(pol_executor *run, pol_arena *arena, pol_terms *terms, const pol_program *program,
                       const pol_code *code, unsigned side, pol_var *vars, const uint32_t *var_of)
{
    *run = (pol_executor){ .terms = terms, .code = code, .vars = vars, .var_of = var_of, .side = side };
    run->symbols = POL_NEW_ARRAY(arena, pol_term, code->register_count);
    run->contents = POL_NEW_ARRAY(arena, uint32_t, code->instr_count);
    return pol_block_init(&run->block, arena, program, code, 1) && !pol_arena_failed(arena);
}

/* ---- elements of columns ------------------------------------------------------------------------------------ */

static const pol_register *reg_of(const pol_executor *run, uint32_t reg)
{
    return &run->code->registers[reg];
}

static pol_special special_number(pol_i128 n)
{
    return n == POL_NUM_ABSENT ? POL_ABSENT : n == POL_NUM_FAILED ? POL_FAILED : n == POL_NUM_UNLIMITED ? POL_UNLIMITED : POL_ORDINARY;
}

static pol_special special_code(int32_t code)
{
    return code == POL_CODE_ABSENT ? POL_ABSENT : code == POL_CODE_FAILED ? POL_FAILED : POL_ORDINARY;
}

static void add_ratio(pol_text *text, pol_i128 num, pol_i128 den)
{
    char digits[64];
    if (num == POL_NUM_UNLIMITED) {
        pol_text_add(text, POL_STR("∞ "));
        return;
    }
    pol_decimal_text(digits, num, den, POL_MAX_DECIMALS, true);
    pol_text_format(text, "%s ", digits);
}

/* A schedule is known by its bounds and ratios, whatever their denominators. */
static uint32_t schedule_content(pol_executor *run, const pol_tiers *tiers, pol_i128 den, pol_i128 den2)
{
    pol_text text;
    pol_text_init(&text, run->terms->arena);
    pol_text_format(&text, "T%u ", (unsigned)tiers->low_in_first);
    add_ratio(&text, tiers->low, den);
    for (uint32_t i = 0; i < tiers->count; i++) {
        add_ratio(&text, tiers->tiers[i].upper, den);
        add_ratio(&text, tiers->tiers[i].ratio, den2);
        pol_text_format(&text, "%u ", (unsigned)tiers->tiers[i].upper_in_next);
    }
    pol_schedule *copy = POL_NEW(run->terms->arena, pol_schedule);
    if (copy != NULL)
        *copy = (pol_schedule){ *tiers, den, den2 };
    return pol_term_content(run->terms, pol_text_str(&text), copy);
}

static pol_term known_tiers(pol_executor *run, uint32_t reg)
{
    const uint32_t index = pol_col_tiers(&run->block, reg)[0];
    if (index >= POL_TIERS_FAILED)
        return pol_term_const(run->terms, POL_C_TIERS, k_zero, index == POL_TIERS_ABSENT ? POL_ABSENT : POL_FAILED);
    const uint32_t content = schedule_content(run, &run->block.tiers.items[index], reg_of(run, reg)->den, reg_of(run, reg)->den2);
    return pol_term_const(run->terms, POL_C_TIERS, (pol_rational){ content, 1 }, POL_ORDINARY);
}

/* A schedule of which only sums are taken: to which tier a bound itself belongs makes no difference to them. */
static pol_term for_sums(pol_executor *run, pol_term term)
{
    const pol_term_node *n = pol_term_at(run->terms, term);
    if (n->kind != POL_TERM_CONST || n->special != POL_ORDINARY)
        return term;
    const pol_schedule *s = run->terms->objects.items[(size_t)n->value.num];
    if (s == NULL)
        return term;
    pol_tiers tiers = s->tiers;
    tiers.low_in_first = true;
    for (uint32_t i = 0; i < tiers.count; i++)
        tiers.tiers[i].upper_in_next = true;
    return pol_term_const(run->terms, POL_C_TIERS, (pol_rational){ schedule_content(run, &tiers, s->den, s->den2), 1 }, POL_ORDINARY);
}

static pol_term known(pol_executor *run, uint32_t reg)
{
    pol_terms *terms = run->terms;
    switch ((pol_class)reg_of(run, reg)->class_) {
    case POL_C_NUM: {
        const pol_i128 n = pol_col_num(&run->block, reg)[0];
        const pol_special special = special_number(n);
        return pol_term_const(terms, POL_C_NUM, special == POL_ORDINARY ? pol_rational_make(n, reg_of(run, reg)->den) : k_zero, special);
    }
    case POL_C_BOOL: {
        const uint8_t b = pol_col_bool(&run->block, reg)[0];
        return b < POL_BOOL_ABSENT ? pol_term_bool(terms, b == 1)
                                   : pol_term_const(terms, POL_C_BOOL, k_zero, b == POL_BOOL_ABSENT ? POL_ABSENT : POL_FAILED);
    }
    case POL_C_CODE:
    case POL_C_DATE: {
        const int32_t c = pol_col_code(&run->block, reg)[0];
        return pol_term_const(terms, (pol_class)reg_of(run, reg)->class_, (pol_rational){ c, 1 }, special_code(c));
    }
    case POL_C_SET: {
        const uint64_t set = pol_col_set(&run->block, reg)[0];
        return pol_term_const(terms, POL_C_SET, (pol_rational){ (pol_i128)set, 1 }, set == POL_SET_ABSENT ? POL_ABSENT : POL_ORDINARY);
    }
    case POL_C_TIERS: return known_tiers(run, reg);
    case POL_CLASS_COUNT: break;
    }
    return 0;
}

pol_term pol_executor_term(pol_executor *run, uint32_t reg)
{
    return run->symbols[reg] == POL_NO_TERM ? known(run, reg) : run->symbols[reg];
}

static void set_special(pol_executor *run, uint32_t reg, pol_special special)
{
    switch ((pol_class)reg_of(run, reg)->class_) {
    case POL_C_NUM:
        pol_col_num(&run->block, reg)[0] = special == POL_ABSENT ? POL_NUM_ABSENT : special == POL_FAILED ? POL_NUM_FAILED : POL_NUM_UNLIMITED;
        break;
    case POL_C_BOOL: pol_col_bool(&run->block, reg)[0] = special == POL_ABSENT ? POL_BOOL_ABSENT : POL_BOOL_FAILED; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_col_code(&run->block, reg)[0] = special == POL_ABSENT ? POL_CODE_ABSENT : POL_CODE_FAILED; break;
    case POL_C_SET: pol_col_set(&run->block, reg)[0] = POL_SET_ABSENT; break;
    case POL_C_TIERS: pol_col_tiers(&run->block, reg)[0] = special == POL_ABSENT ? POL_TIERS_ABSENT : POL_TIERS_FAILED; break;
    case POL_CLASS_COUNT: break;
    }
}

/* Puts a term into a register: as an element where it is known and fits, else as a symbol. */
static void put(pol_executor *run, uint32_t reg, pol_term term)
{
    const pol_term_node *n = pol_term_at(run->terms, term);
    const pol_register *r = reg_of(run, reg);
    run->symbols[reg] = term;
    if (n->kind != POL_TERM_CONST)
        return;
    if (n->special != POL_ORDINARY) {
        set_special(run, reg, (pol_special)n->special);
    } else if (r->class_ == POL_C_NUM) {
        pol_i128 scaled;
        if (r->den % n->value.den != 0 || !pol_mul_i128(n->value.num, r->den / n->value.den, &scaled))
            return;
        pol_col_num(&run->block, reg)[0] = scaled;
    } else if (r->class_ == POL_C_BOOL) {
        pol_col_bool(&run->block, reg)[0] = (uint8_t)n->value.num;
    } else if (r->class_ == POL_C_CODE || r->class_ == POL_C_DATE) {
        pol_col_code(&run->block, reg)[0] = (int32_t)n->value.num;
    } else if (r->class_ == POL_C_SET) {
        pol_col_set(&run->block, reg)[0] = (uint64_t)n->value.num;
    } else if (r->class_ == POL_C_TIERS) {
        const pol_schedule *schedule = run->terms->objects.items[(size_t)n->value.num];
        if (schedule->den != r->den || schedule->den2 != r->den2)
            return;
        pol_col_tiers(&run->block, reg)[0] = pol_block_add_tiers(&run->block, &schedule->tiers);
    }
    run->symbols[reg] = POL_NO_TERM;
}

/* ---- what the code reads ---------------------------------------------------------------------------------------- */

static void set_value(pol_executor *run, uint32_t reg, const pol_var *var)
{
    const pol_var_value *value = var->class_ == POL_C_NUM ? NULL : &var->values.items[var->value];
    switch ((pol_class)var->class_) {
    case POL_C_NUM:
        put(run, reg, pol_term_number(run->terms, (pol_i128)var->number * var->unit.num, var->unit.den));
        break;
    case POL_C_BOOL: pol_col_bool(&run->block, reg)[0] = (uint8_t)value->element[run->side]; break;
    case POL_C_CODE:
    case POL_C_DATE: pol_col_code(&run->block, reg)[0] = (int32_t)value->element[run->side]; break;
    case POL_C_SET: pol_col_set(&run->block, reg)[0] = (uint64_t)value->element[run->side]; break;
    case POL_C_TIERS: pol_col_tiers(&run->block, reg)[0] = pol_block_add_tiers(&run->block, value->tiers); break;
    case POL_CLASS_COUNT: break;
    }
}

static void load_field(pol_executor *run, uint32_t field)
{
    const pol_var *var = &run->vars[run->var_of[field]];
    const uint32_t reg = run->code->fields[field].reg;
    run->symbols[reg] = POL_NO_TERM;
    if (var->state == POL_VAR_ABSENT) {
        set_special(run, reg, POL_ABSENT);
    } else if (var->state == POL_VAR_VALUE) {
        set_value(run, reg, var);
        if (var->class_ != POL_C_NUM && var->values.items[var->value].element[run->side] == POL_CODE_ABSENT)
            run->valid = pol_term_bool(run->terms, false); /* this side does not know the label */
    } else {
        const bool definite = var->state == POL_VAR_PRESENT || !var->may_be_absent;
        run->symbols[reg] = pol_term_var(run->terms, (pol_class)var->class_, run->var_of[field], definite, var->unit,
                                         var->same_codes ? 0 : run->side + 1);
    }
}

/* ---- parts of an instruction -------------------------------------------------------------------------------------- */

#define MOST_ARGS 256

/* The registers that an instruction reads, lists spread out. */
typedef struct reads {
    uint32_t regs[MOST_ARGS];
    uint32_t count, results;
    bool too_many;
} reads;

static reads reads_of(const pol_executor *run, const pol_instr *instr)
{
    reads r = { .count = 0 };
    const char *signature = pol_op_signature((pol_opcode)instr->op);
    uint32_t arg = 0;
    bool results = true;
    for (; *signature != '\0'; signature++) {
        if (*signature == '=') {
            results = false;
            r.results = arg;
            continue;
        }
        const uint32_t value = instr->arg[arg++];
        if (results || strchr("kitms", *signature) != NULL)
            continue;
        if (strchr("LluY", *signature) == NULL && *signature != 'y') {
            if (r.count < MOST_ARGS)
                r.regs[r.count++] = value;
            continue;
        }
        const pol_list32 list = run->code->lists[value];
        for (uint32_t i = 0; i < list.count; i++) {
            if (r.count == MOST_ARGS)
                r.too_many = true;
            else
                r.regs[r.count++] = run->code->operands[list.start + i];
        }
    }
    return r;
}

static void add_table(pol_text *text, const pol_table *table)
{
    for (uint32_t c = 0; c < table->column_count; c++) {
        const pol_table_column *column = &table->columns[c];
        pol_text_format(text, "c%u:%u:%u:", column->class_, column->class_count, column->other_class);
        const uint32_t count = column->class_ == POL_C_CODE   ? column->code_count
                               : column->class_ == POL_C_BOOL ? 2
                                                              : 2 * column->bound_count + 1;
        for (uint32_t i = 0; i < count; i++)
            pol_text_format(text, "%u,", column->class_of[i]);
        for (uint32_t i = 0; i < column->bound_count; i++)
            add_ratio(text, column->bounds[i], column->class_ == POL_C_NUM ? column->den : 1);
    }
    for (uint32_t i = 0; i < table->cell_count; i++)
        pol_text_format(text, "%u ", table->cells[i]);
}

/* Everything that is no register: modes, constants, tables by what they hold. */
static uint32_t content_of(pol_executor *run, uint32_t number)
{
    if (run->contents[number] != 0)
        return run->contents[number] - 1;
    const pol_instr *instr = &run->code->instrs[number];
    pol_text text;
    pol_text_init(&text, run->terms->arena);
    const void *object = NULL;
    uint32_t arg = 0;
    for (const char *s = pol_op_signature((pol_opcode)instr->op); *s != '\0'; s++) {
        if (*s == '=')
            continue;
        const uint32_t value = instr->arg[arg++];
        if (*s == 'k') {
            pol_text_format(&text, "k%u ", value);
        } else if (*s == 'i') {
            pol_text_add(&text, POL_STR("i"));
            add_ratio(&text, run->code->pool[value], 1);
        } else if (*s == 't') {
            object = &run->code->tables[value];
            add_table(&text, object);
        } else if (*s == 'm') {
            object = &run->code->members[value];
            for (uint32_t i = 0; i < run->code->members[value].count; i++)
                if (run->code->members[value].member[i])
                    pol_text_format(&text, "m%u ", i);
        }
    }
    run->contents[number] = pol_term_content(run->terms, pol_text_str(&text), object) + 1;
    return run->contents[number] - 1;
}

/* ---- operations over terms ------------------------------------------------------------------------------------------ */

static const pol_term_node *at(const pol_executor *run, pol_term t)
{
    return pol_term_at(run->terms, t);
}

/* Any instruction as a node of its own. */
static pol_term opaque(pol_executor *run, uint32_t number, pol_class class_, const reads *r)
{
    const pol_instr *instr = &run->code->instrs[number];
    pol_term args[MOST_ARGS];
    bool definite = !r->too_many;
    for (uint32_t i = 0; i < r->count; i++) {
        args[i] = pol_executor_term(run, r->regs[i]);
        if (instr->op == POL_OP_TSUM && at(run, args[i])->class_ == POL_C_TIERS)
            args[i] = for_sums(run, args[i]);
        definite &= at(run, args[i])->definite;
    }
    uint8_t k = 0;
    uint32_t arg = 0;
    for (const char *s = pol_op_signature((pol_opcode)instr->op); *s != '\0'; s++) {
        if (*s == '=')
            continue;
        if (*s == 'k') {
            k = (uint8_t)instr->arg[arg];
            break;
        }
        arg++;
    }
    const pol_term_node node = { .kind = POL_TERM_OP, .class_ = (uint8_t)class_, .op = instr->op, .k = k, .definite = definite,
                                 .payload = content_of(run, number), .value = k_zero, .unit = k_zero, .arg_count = r->count, .args = args };
    return pol_term_make(run->terms, &node);
}

static bool both_definite(const pol_executor *run, pol_term a, pol_term b)
{
    return at(run, a)->definite && at(run, b)->definite;
}

static pol_term const_special(pol_executor *run, pol_class class_, pol_special special)
{
    return pol_term_const(run->terms, class_, k_zero, special);
}

/* Where one side is a constant that is absent, the result is; POL_NO_TERM: go on. */
static pol_term lost(pol_executor *run, pol_class class_, pol_term a, pol_term b)
{
    if (at(run, a)->special == POL_ABSENT || at(run, b)->special == POL_ABSENT)
        return const_special(run, class_, POL_ABSENT);
    if ((at(run, a)->special == POL_FAILED && at(run, b)->definite) || (at(run, b)->special == POL_FAILED && at(run, a)->definite))
        return const_special(run, class_, POL_FAILED);
    return POL_NO_TERM;
}

static bool unlimited(const pol_executor *run, pol_term t)
{
    return at(run, t)->special == POL_UNLIMITED;
}

/* Two numbers of which one is unlimited and the other definite. */
static pol_term with_unlimited(pol_executor *run, pol_opcode op, pol_term a, pol_term b)
{
    const bool first = unlimited(run, a);
    switch (op) {
    case POL_OP_MIN: return first ? b : a;
    case POL_OP_MAX: return first ? a : b;
    case POL_OP_SUB: return first ? a : const_special(run, POL_C_NUM, POL_FAILED);
    case POL_OP_EXCESS: return first ? a : pol_term_number(run->terms, 0, 1);
    default: return const_special(run, POL_C_NUM, POL_FAILED);
    }
}

static pol_term excess(pol_executor *run, pol_term a, pol_term b)
{
    return pol_term_extreme(run->terms, POL_TERM_MAX, pol_term_add(run->terms, a, b, k_minus), pol_term_number(run->terms, 0, 1));
}

/* ADD … EXCESS; POL_NO_TERM: not to be simplified. */
static pol_term two_numbers(pol_executor *run, pol_opcode op, pol_term a, pol_term b)
{
    const pol_term gone = lost(run, POL_C_NUM, a, b);
    if (gone != POL_NO_TERM)
        return gone;
    if ((unlimited(run, a) && at(run, b)->definite) || (unlimited(run, b) && at(run, a)->definite))
        return with_unlimited(run, op, a, b);
    if (!both_definite(run, a, b))
        return POL_NO_TERM;
    switch (op) {
    case POL_OP_ADD: return pol_term_add(run->terms, a, b, k_one);
    case POL_OP_SUB: return pol_term_add(run->terms, a, b, k_minus);
    case POL_OP_MUL: return pol_term_mul(run->terms, a, b);
    case POL_OP_MIN: return pol_term_extreme(run->terms, POL_TERM_MIN, a, b);
    case POL_OP_MAX: return pol_term_extreme(run->terms, POL_TERM_MAX, a, b);
    case POL_OP_EXCESS: return excess(run, a, b);
    default: return POL_NO_TERM;
    }
}

static pol_term compared(pol_executor *run, pol_term a, pol_term b, pol_compare_op op)
{
    const pol_term gone = lost(run, POL_C_BOOL, a, b);
    if (gone != POL_NO_TERM)
        return gone;
    if ((unlimited(run, a) && at(run, b)->definite) || (unlimited(run, b) && at(run, a)->definite)) {
        const bool a_larger = unlimited(run, a);
        return pol_term_bool(run->terms, op == POL_NE || (a_larger ? op == POL_GE || op == POL_GT : op == POL_LE || op == POL_LT));
    }
    return both_definite(run, a, b) ? pol_term_compare(run->terms, a, b, op) : POL_NO_TERM;
}

static pol_rational pool(const pol_executor *run, const pol_instr *instr, unsigned arg)
{
    return (pol_rational){ run->code->pool[instr->arg[arg]], 1 };
}

static pol_rational ratio(pol_executor *run, pol_rational a, pol_rational b)
{
    pol_rational r = k_zero;
    run->terms->failed |= !pol_rational_div(a, b, &r);
    return r;
}

static pol_rational product(pol_executor *run, pol_rational a, pol_rational b)
{
    pol_rational r = k_zero;
    run->terms->failed |= !pol_rational_mul(a, b, &r);
    return r;
}

/* k-rounded(raw × i1 / i2) × i3 over the result's denominator, as unit × rounded(scale × value). */
static pol_term rounded(pol_executor *run, const pol_instr *instr, unsigned result, pol_term a, pol_i128 den, unsigned k)
{
    const pol_rational raw = { den, 1 }, scale = product(run, raw, ratio(run, pool(run, instr, k + 1), pool(run, instr, k + 2)));
    const pol_rational unit = pol_rational_make(pool(run, instr, k + 3).num, reg_of(run, instr->arg[result])->den);
    return pol_term_round(run->terms, a, scale, unit, (pol_rounding)(instr->arg[k] & 3));
}

static pol_term round_op(pol_executor *run, const pol_instr *instr, pol_term a)
{
    if (at(run, a)->kind == POL_TERM_CONST && at(run, a)->special != POL_ORDINARY)
        return a;
    return at(run, a)->definite ? rounded(run, instr, 0, a, reg_of(run, instr->arg[1])->den, 2) : POL_NO_TERM;
}

/* A quotient: kept as an operation unless the divisor is known. */
static pol_term quotient(pol_executor *run, const pol_instr *instr, bool compares)
{
    pol_term args[4];
    const unsigned first = 1, count = compares ? 4 : 3;
    for (unsigned i = 0; i < count; i++) {
        args[i] = pol_executor_term(run, instr->arg[first + i]);
        if (!at(run, args[i])->definite)
            return POL_NO_TERM;
    }
    const pol_i128 a = reg_of(run, instr->arg[1])->den, b = reg_of(run, instr->arg[2])->den, c = reg_of(run, instr->arg[3])->den;
    const unsigned k = compares ? 5 : 4;
    pol_rational scale = product(run, (pol_rational){ a, 1 }, (pol_rational){ b, 1 });
    scale = product(run, ratio(run, scale, (pol_rational){ c, 1 }), ratio(run, pool(run, instr, k + 1), pool(run, instr, k + 2)));
    const pol_term_node node = {
        .kind = compares ? POL_TERM_RATIO_SIGN : POL_TERM_QUOTIENT, .class_ = compares ? POL_C_BOOL : POL_C_NUM,
        .k = (uint8_t)(instr->arg[k] & (compares ? 7 : 3)), .definite = true,
        .value = compares ? ratio(run, scale, (pol_rational){ reg_of(run, instr->arg[4])->den, 1 }) : scale,
        .unit = compares ? k_zero : pol_rational_make(pool(run, instr, k + 3).num, reg_of(run, instr->arg[0])->den),
        .arg_count = count, .args = args
    };
    if (!compares && pol_term_is_const(run->terms, args[2]) && at(run, args[2])->value.num != 0)
        return pol_term_round(run->terms, pol_term_mul(run->terms, args[0], args[1]),
                              ratio(run, scale, at(run, args[2])->value), node.unit, (pol_rounding)node.k);
    return pol_term_make(run->terms, &node);
}

/* Payer's share and what remains. */
static bool tail(pol_executor *run, const pol_instr *instr)
{
    pol_terms *terms = run->terms;
    const pol_term amount = pol_executor_term(run, instr->arg[2]), cond = pol_executor_term(run, instr->arg[3]),
                   cap = pol_executor_term(run, instr->arg[4]), remaining = pol_executor_term(run, instr->arg[5]);
    if (!at(run, cond)->definite || !at(run, remaining)->definite)
        return false;
    pol_term paid = pol_term_number(terms, 0, 1);
    if (!pol_term_is_const(terms, cond) || at(run, cond)->value.num == 1) {
        if (!at(run, amount)->definite || (!at(run, cap)->definite && !unlimited(run, cap)))
            return false;
        paid = rounded(run, instr, 0, amount, reg_of(run, instr->arg[2])->den, 6);
        if (!unlimited(run, cap))
            paid = pol_term_extreme(terms, POL_TERM_MIN, paid, cap);
        paid = pol_term_extreme(terms, POL_TERM_MIN, paid, remaining);
        paid = pol_term_extreme(terms, POL_TERM_MAX, paid, pol_term_number(terms, 0, 1));
        paid = pol_term_select(terms, POL_C_NUM, cond, paid, pol_term_number(terms, 0, 1));
    }
    put(run, instr->arg[0], paid);
    put(run, instr->arg[1], pol_term_add(terms, remaining, paid, k_minus));
    return true;
}

static pol_term pick(pol_executor *run, const pol_instr *instr, const reads *r)
{
    const pol_term code = pol_executor_term(run, r->regs[0]);
    const pol_term_node *n = at(run, code);
    const pol_class class_ = (pol_class)reg_of(run, instr->arg[0])->class_;
    if (n->kind != POL_TERM_CONST)
        return POL_NO_TERM;
    if (n->special != POL_ORDINARY)
        return const_special(run, class_, (pol_special)n->special);
    if (n->value.num < 0 || n->value.num + 1 >= r->count)
        return const_special(run, class_, POL_FAILED);
    return pol_executor_term(run, r->regs[1 + (size_t)n->value.num]);
}

static pol_term select(pol_executor *run, const pol_instr *instr)
{
    const pol_term cond = pol_executor_term(run, instr->arg[1]), a = pol_executor_term(run, instr->arg[2]), b = pol_executor_term(run, instr->arg[3]);
    return pol_term_select(run->terms, (pol_class)reg_of(run, instr->arg[0])->class_, cond, a, b);
}

/* Whether there is a value: known for what is definite. */
static pol_term has_value(pol_executor *run, pol_term a)
{
    if (at(run, a)->definite)
        return pol_term_bool(run->terms, true);
    return POL_NO_TERM;
}

/* The result of an instruction whose arguments are not all known; POL_NO_TERM: as an operation of its own. */
static pol_term symbolic(pol_executor *run, const pol_instr *instr, const reads *r)
{
    pol_terms *terms = run->terms;
    const pol_opcode op = (pol_opcode)instr->op;
    const pol_term a = r->count > 0 ? pol_executor_term(run, r->regs[0]) : 0, b = r->count > 1 ? pol_executor_term(run, r->regs[1]) : 0;
    switch (op) {
    case POL_OP_ADD:
    case POL_OP_SUB:
    case POL_OP_MUL:
    case POL_OP_MIN:
    case POL_OP_MAX:
    case POL_OP_EXCESS: return two_numbers(run, op, a, b);
    case POL_OP_SCALE: return at(run, a)->definite ? a : POL_NO_TERM;
    case POL_OP_MULC: {
        if (!at(run, a)->definite)
            return POL_NO_TERM;
        /* raw × i1 over den × i2 */
        return pol_term_scale(terms, a, ratio(run, pool(run, instr, 2), pool(run, instr, 3)));
    }
    case POL_OP_ROUND: return round_op(run, instr, a);
    case POL_OP_ROUNDQ: return quotient(run, instr, false);
    case POL_OP_CMPQ: return quotient(run, instr, true);
    case POL_OP_CMP: return compared(run, a, b, (pol_compare_op)instr->arg[3]);
    case POL_OP_NOT: return pol_term_not(terms, a);
    case POL_OP_AND: return pol_term_and(terms, a, b);
    case POL_OP_OR: return pol_term_or(terms, a, b);
    case POL_OP_HASN:
    case POL_OP_HASB:
    case POL_OP_HASC:
    case POL_OP_HASD:
    case POL_OP_HASS:
    case POL_OP_HAST: return has_value(run, a);
    case POL_OP_SELN:
    case POL_OP_SELB:
    case POL_OP_SELC:
    case POL_OP_SELD:
    case POL_OP_SELT: return select(run, instr);
    case POL_OP_PICKN:
    case POL_OP_PICKB:
    case POL_OP_PICKC:
    case POL_OP_PICKD:
    case POL_OP_PICKT: return pick(run, instr, r);
    case POL_OP_ALSON: return at(run, b)->definite ? a : POL_NO_TERM;
    default: return POL_NO_TERM;
    }
}

/* ---- what makes a claim invalid ---------------------------------------------------------------------------------------- */

/* Whether a figure is there as its sink wants it; of a choice, the branch that is taken. */
static pol_term present(pol_executor *run, const pol_instr *instr, pol_term a, const pol_sink *sink, unsigned depth)
{
    pol_terms *terms = run->terms;
    const pol_term_node *n = at(run, a);
    const bool is_choice = n->kind == POL_TERM_OP && (n->op == POL_OP_SELN || n->op == POL_OP_SELB || n->op == POL_OP_SELC || n->op == POL_OP_SELD);
    if (is_choice && !n->definite && depth < MOST_CHOICES && at(run, n->args[0])->definite) {
        const pol_term cond = n->args[0], first = n->args[1], second = n->args[2];
        const pol_term x = present(run, instr, first, sink, depth + 1), y = present(run, instr, second, sink, depth + 1);
        return pol_term_select(terms, POL_C_BOOL, cond, x, y);
    }
    if (n->definite) {
        const bool amount = n->class_ == POL_C_NUM && sink->limit == POL_LIMIT_AMOUNT;
        return amount ? pol_term_compare(terms, a, pol_term_number(terms, 0, 1), POL_GE) : pol_term_bool(terms, true);
    }
    if (n->kind == POL_TERM_CONST) {
        const bool may_lack = sink->limit == POL_LIMIT_OPTIONAL || sink->limit == POL_LIMIT_SIGNED || sink->limit == POL_LIMIT_NUMBER;
        return pol_term_bool(terms, (n->special == POL_ABSENT && may_lack) || (n->special == POL_UNLIMITED && sink->limit == POL_LIMIT_NONE));
    }
    const pol_term_node node = { .kind = POL_TERM_OP, .class_ = POL_C_BOOL, .op = instr->op, .k = sink->limit, .definite = true, .value = k_zero, .unit = k_zero, .arg_count = 1, .args = &a };
    return pol_term_make(terms, &node);
}

static void need(pol_executor *run, const pol_instr *instr)
{
    const pol_sink *sink = &run->code->sinks[instr->arg[2]];
    const pol_term a = pol_executor_term(run, instr->arg[0]), when = pol_executor_term(run, instr->arg[1]);
    const pol_term good = pol_term_or(run->terms, pol_term_not(run->terms, when), present(run, instr, a, sink, 0));
    run->valid = pol_term_and(run->terms, run->valid, good);
}

static void check(pol_executor *run, const pol_instr *instr)
{
    const pol_sink *sink = &run->code->sinks[instr->arg[1]];
    pol_term a = pol_executor_term(run, instr->arg[0]);
    if (sink->error == POL_ERR_NOT_IN_FORCE && run->in_force_ignored)
        return;
    if (at(run, a)->kind == POL_TERM_CONST) /* absent is no objection, failed is one */
        a = pol_term_bool(run->terms, at(run, a)->special == POL_ABSENT || (at(run, a)->special == POL_ORDINARY && at(run, a)->value.num == 1));
    run->valid = pol_term_and(run->terms, run->valid, a);
}

/* ---- conditions of days and counts ------------------------------------------------------------------------------------------------ */

bool pol_of_gates(const pol_executor *run, pol_term term)
{
    const pol_term_node *n = at(run, term);
    bool any = false;
    for (size_t w = 0; w < POL_MOST_VARS / 64; w++) {
        any |= n->deps[w] != 0;
        if ((n->deps[w] & ~run->gates[w]) != 0)
            return false;
    }
    return any;
}

static pol_term as_assumed(const pol_executor *run, pol_term term)
{
    if (run->assumed == NULL || run->assumed->count == 0 || at(run, term)->class_ != POL_C_BOOL || !pol_of_gates(run, term))
        return term;
    const pol_term_node *n = at(run, term);
    const bool negated = n->kind == POL_TERM_OP && n->op == POL_OP_NOT;
    const pol_term condition = negated ? n->args[0] : term;
    for (size_t i = 0; i < run->assumed->count; i++)
        if (run->assumed->items[i].term == condition)
            return pol_term_bool(run->terms, run->assumed->items[i].yes != negated);
    return term;
}

/* ---- the pass --------------------------------------------------------------------------------------------------------- */

static bool all_known(const pol_executor *run, const reads *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (run->symbols[r->regs[i]] != POL_NO_TERM)
            return false;
    return true;
}

static void step(pol_executor *run, uint32_t number)
{
    const pol_instr *instr = &run->code->instrs[number];
    const pol_opcode op = (pol_opcode)instr->op;
    if (op == POL_OP_CHECK) {
        check(run, instr);
        return;
    }
    if (op == POL_OP_NEEDN || op == POL_OP_NEEDB || op == POL_OP_NEEDC || op == POL_OP_NEEDD) {
        need(run, instr);
        return;
    }
    const reads r = reads_of(run, instr);
    if (all_known(run, &r) && !r.too_many) {
        pol_kernels_wide[op](&run->block, instr, 1);
        for (uint32_t i = 0; i < r.results; i++)
            run->symbols[instr->arg[i]] = POL_NO_TERM;
        return;
    }
    if (op == POL_OP_TAIL) {
        if (tail(run, instr))
            return;
        put(run, instr->arg[0], opaque(run, number, POL_C_NUM, &r));
        const pol_term paid = pol_executor_term(run, instr->arg[0]);
        const pol_term_node rest = { .kind = POL_TERM_OP, .class_ = POL_C_NUM, .op = (uint16_t)op, .k = 255, .value = k_zero, .unit = k_zero, .arg_count = 1, .args = &paid };
        put(run, instr->arg[1], pol_term_make(run->terms, &rest));
        return;
    }
    pol_term term = symbolic(run, instr, &r);
    if (term == POL_NO_TERM)
        term = opaque(run, number, (pol_class)reg_of(run, instr->arg[0])->class_, &r);
    put(run, instr->arg[0], as_assumed(run, term));
}

bool pol_execute(pol_executor *run)
{
    const pol_code *code = run->code;
    pol_block_clear(&run->block);
    run->block.fault[0] = POL_FAULT_NONE;
    run->valid = pol_term_bool(run->terms, true);
    for (uint32_t reg = 0; reg < code->register_count; reg++)
        run->symbols[reg] = POL_NO_TERM;
    for (uint32_t field = 0; field < code->field_count; field++)
        load_field(run, field);
    for (uint32_t i = 0; i < code->instr_count; i++)
        step(run, i);
    return !pol_arena_failed(run->terms->arena);
}
