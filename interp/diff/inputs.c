/* The inputs of a matter on both sides as variables: which of the new side's is which of the old side's,
 * and the values that categories, flags and dates are tried with. */
#include "interp/diff/inputs.h"

#include <string.h>

#define MOST_DAYS 40
#define MOST_AMOUNT ((int64_t)100000000000) /* 10^9 yuan in fen */
#define MOST_COUNT 1000000

static const pol_program *program_of(const pol_diff *diff, unsigned side)
{
    return side == 0 ? diff->old.program : diff->new.program;
}

/* ---- variables --------------------------------------------------------------------------------------------------- */

static uint8_t class_of(const pol_field_def *field)
{
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: return POL_C_NUM;
    case POL_F_YESNO: return POL_C_BOOL;
    case POL_F_DATE: return POL_C_DATE;
    case POL_F_TEXT:
    case POL_F_LABEL: return POL_C_CODE;
    case POL_F_LABELS: return POL_C_SET;
    case POL_F_TIERS: return POL_C_TIERS;
    }
    return POL_C_NUM;
}

static void set_unit(pol_var *var)
{
    const bool amount = var->type == POL_F_AMOUNT, ratio = var->type == POL_F_RATIO;
    var->unit = (pol_rational){ 1, amount ? POL_FEN_PER_YUAN : ratio ? 1000000 : 1 };
    var->most = amount ? MOST_AMOUNT : ratio ? 1000000 : MOST_COUNT;
}

static uint32_t find_var(const pol_behaviour *b, pol_str name, const pol_field_def *field)
{
    for (uint32_t i = 0; i < b->var_count; i++)
        if (pol_str_equal(b->vars[i].name, name) && b->vars[i].type == field->type && b->vars[i].role == field->role &&
            b->vars[i].field[1] == POL_NONE32)
            return i;
    return POL_NONE32;
}

static bool is_optional(const pol_field_def *field)
{
    return field->optional && !field->has_default;
}

static void add_fields(pol_diff *diff, pol_behaviour *b, unsigned side)
{
    const pol_code *code = b->code[side];
    for (uint32_t i = 0; i < code->field_count; i++) {
        const pol_field_def *field = &code->fields[i];
        const pol_str name = side == 0 ? pol_renamed(diff, field->name) : field->name;
        uint32_t number = side == 0 ? POL_NONE32 : find_var(b, name, field);
        if (number == POL_NONE32) {
            number = b->var_count++;
            b->vars[number] = (pol_var){ .name = name, .type = field->type, .role = field->role, .class_ = class_of(field),
                                         .field = { POL_NONE32, POL_NONE32 }, .same_codes = true };
            set_unit(&b->vars[number]);
        }
        b->vars[number].field[side] = i;
        b->vars[number].may_be_absent |= is_optional(field);
        b->var_of[side][i] = number;
    }
}

/* ---- values ------------------------------------------------------------------------------------------------------- */

static void add_value(pol_diff *diff, pol_var *var, pol_str text, int64_t old_element, int64_t new_element)
{
    const pol_var_value value = { .text = text, .element = { old_element, new_element } };
    (void)POL_PUSH(&diff->arena, var->values, value);
}

static const pol_label_set *labels_of(const pol_diff *diff, const pol_behaviour *b, const pol_var *var, unsigned side)
{
    if (var->field[side] == POL_NONE32)
        return NULL;
    return &program_of(diff, side)->label_sets[b->code[side]->fields[var->field[side]].labels];
}

static int64_t find_text(const pol_str *texts, uint32_t count, pol_str text)
{
    for (uint32_t i = 0; i < count; i++)
        if (pol_str_equal(texts[i], text))
            return i;
    return POL_CODE_ABSENT;
}

static bool same_texts(const pol_str *a, uint32_t a_count, const pol_str *b, uint32_t b_count)
{
    bool same = a_count == b_count;
    for (uint32_t i = 0; same && i < a_count; i++)
        same = pol_str_equal(a[i], b[i]);
    return same;
}

/* Labels of both sides; one that a side lacks it does not settle. */
static void add_labels(pol_diff *diff, const pol_behaviour *b, pol_var *var)
{
    const pol_label_set *old_set = labels_of(diff, b, var, 0), *new_set = labels_of(diff, b, var, 1);
    const pol_label_set *first = old_set != NULL ? old_set : new_set;
    if (first == NULL)
        return;
    for (uint32_t i = 0; i < first->count; i++)
        add_value(diff, var, first->labels[i], old_set == NULL ? 0 : (int64_t)i,
                  new_set == NULL ? 0 : find_text(new_set->labels, new_set->count, first->labels[i]));
    if (old_set == NULL || new_set == NULL)
        return;
    var->same_codes = same_texts(old_set->labels, old_set->count, new_set->labels, new_set->count);
    for (uint32_t i = 0; i < new_set->count; i++)
        if (find_text(old_set->labels, old_set->count, new_set->labels[i]) == POL_CODE_ABSENT)
            add_value(diff, var, new_set->labels[i], POL_CODE_ABSENT, i);
}

/* Several categories: each alone; all pairs when there are few. */
static void add_label_sets(pol_diff *diff, const pol_behaviour *b, pol_var *var)
{
    const pol_label_set *old_set = labels_of(diff, b, var, 0), *new_set = labels_of(diff, b, var, 1);
    const pol_label_set *first = old_set != NULL ? old_set : new_set;
    if (old_set != NULL && new_set != NULL)
        var->same_codes = same_texts(old_set->labels, old_set->count, new_set->labels, new_set->count);
    for (uint32_t i = 0; first != NULL && i < first->count; i++) {
        const int64_t other = new_set == NULL ? (int64_t)i : find_text(new_set->labels, new_set->count, first->labels[i]);
        add_value(diff, var, first->labels[i], (int64_t)1 << i, other == POL_CODE_ABSENT ? other : (int64_t)1 << other);
    }
    var->sampled = true;
}

/* Every text that either side knows, and one that none does. */
static void add_texts(pol_diff *diff, pol_var *var)
{
    const pol_program *a = diff->old.program, *b = diff->new.program;
    var->same_codes = same_texts(a->texts, a->text_count, b->texts, b->text_count);
    add_value(diff, var, pol_diff_say(diff, "(any other text)", "（其他文字）"), a->text_count, b->text_count);
    for (uint32_t i = 0; i < a->text_count; i++) {
        const int64_t other = find_text(b->texts, b->text_count, a->texts[i]);
        add_value(diff, var, a->texts[i], i, other == POL_CODE_ABSENT ? (int64_t)b->text_count : other);
    }
    for (uint32_t i = 0; i < b->text_count; i++)
        if (find_text(a->texts, a->text_count, b->texts[i]) == POL_CODE_ABSENT)
            add_value(diff, var, b->texts[i], a->text_count, i);
}

/* ---- days ----------------------------------------------------------------------------------------------------------- */

typedef struct days {
    pol_date items[MOST_DAYS];
    uint32_t count;
    bool full;
} days;

static void add_day(days *d, pol_date day, pol_date from, pol_date to)
{
    uint32_t place = 0;
    if (day < from || day > to)
        return;
    while (place < d->count && d->items[place] < day)
        place++;
    if (place < d->count && d->items[place] == day)
        return;
    if (d->count == MOST_DAYS) {
        d->full = true;
        return;
    }
    for (uint32_t i = d->count++; i > place; i--)
        d->items[i] = d->items[i - 1];
    d->items[place] = day;
}

static void add_around(days *d, pol_date day, pol_date from, pol_date to)
{
    add_day(d, day, from, to);
    add_day(d, day - 1, from, to);
    add_day(d, day + 1, from, to);
}

/* Days at which either code can turn: its constants, the days of the year that it names, each with its
 * neighbours. */
static void add_turns(days *d, const pol_code *code, pol_date from, pol_date to)
{
    const pol_civil first = pol_date_civil(from);
    for (uint32_t i = 0; i < code->constant_count; i++)
        if (code->constants[i].class_ == POL_C_DATE && code->constants[i].number > POL_CODE_FAILED)
            add_around(d, (pol_date)code->constants[i].number, from, to);
    for (uint32_t t = 0; t < code->table_count; t++)
        for (uint32_t c = 0; c < code->tables[t].column_count; c++)
            for (uint32_t i = 0; code->tables[t].columns[c].class_ == POL_C_DATE && i < code->tables[t].columns[c].bound_count; i++)
                add_around(d, (pol_date)code->tables[t].columns[c].bounds[i], from, to);
    for (uint32_t i = 0; i < code->instr_count; i++)
        if (code->instrs[i].op == POL_OP_DEADLINE && first.year < 2198)
            add_around(d, pol_date_of(first.year + 1, (int)code->instrs[i].arg[2], (int)code->instrs[i].arg[3]), from, to);
}

/* Whether days are only ever compared with fixed days: then the days around these are all there is. */
static bool compares_fixed_days(const pol_code *code)
{
    for (uint32_t i = 0; i < code->instr_count; i++) {
        const pol_instr *instr = &code->instrs[i];
        switch ((pol_opcode)instr->op) {
        case POL_OP_CMPD:
            if (code->registers[instr->arg[1]].origin != POL_FROM_CONSTANT && code->registers[instr->arg[2]].origin != POL_FROM_CONSTANT)
                return false;
            break;
        case POL_OP_DIFFD:
        case POL_OP_ADDD:
        case POL_OP_SUBD:
        case POL_OP_MIND:
        case POL_OP_MAXD:
        case POL_OP_AGE:
        case POL_OP_DEADLINE:
        case POL_OP_MONTHS:
        case POL_OP_PART: return false;
        default: break;
        }
    }
    return true;
}

static void add_days(pol_diff *diff, pol_var *var, const days *d, bool sampled)
{
    for (uint32_t i = 0; i < d->count; i++) {
        char text[16];
        pol_date_text(text, d->items[i]);
        add_value(diff, var, pol_str_copy(&diff->arena, pol_str_of(text)), d->items[i], d->items[i]);
    }
    var->sampled |= sampled || d->full;
}

static void say_days(pol_diff *diff, pol_behaviour *b, pol_date from, pol_date to)
{
    char first[16], last[16] = "";
    pol_date_text(first, from);
    if (to != POL_DATE_MAX)
        pol_date_text(last, to);
    b->days = pol_diff_format(diff, "%s … %s", first, last);
}

/* On which days the two are compared: those on which both are in force; else each on one of its own. */
static void add_dates(pol_diff *diff, pol_behaviour *b)
{
    const pol_program *p = diff->old.program, *q = diff->new.program;
    const bool outside = p->settle_outside && q->settle_outside;
    pol_date from = p->from > q->from ? p->from : q->from, to = p->to < q->to ? p->to : q->to;
    b->apart = from > to && !outside;
    const pol_date old_day = p->to < q->from ? p->to : p->from, new_day = p->to < q->from ? q->from : q->to;
    days d = { .count = 0 };
    if (outside || b->apart) {
        from = POL_DATE_MIN + 400;
        to = POL_DATE_MAX - 400;
    }
    add_around(&d, p->from, from, to);
    add_around(&d, q->from, from, to);
    for (unsigned side = 0; side < 2; side++)
        add_turns(&d, b->code[side], outside ? p->from : from, to);
    if (d.count == 0)
        add_day(&d, from, from, to);
    const bool fixed = compares_fixed_days(b->code[0]) && compares_fixed_days(b->code[1]);
    if (b->apart) {
        char old_text[16], new_text[16];
        pol_date_text(old_text, old_day);
        pol_date_text(new_text, new_day);
        b->days = pol_diff_format(diff, "%s / %s", old_text, new_text);
    } else {
        say_days(diff, b, outside ? POL_DATE_MIN : from, to);
    }
    for (uint32_t i = 0; i < b->var_count; i++) {
        pol_var *var = &b->vars[i];
        const bool governs = (var->field[0] != POL_NONE32 && var->field[0] == b->code[0]->governing_field) ||
                             (var->field[1] != POL_NONE32 && var->field[1] == b->code[1]->governing_field);
        if (var->class_ != POL_C_DATE)
            continue;
        if (governs && b->apart) {
            var->same_codes = false;
            add_value(diff, var, b->days, old_day, new_day);
            var->state = POL_VAR_VALUE;
        } else {
            add_days(diff, var, &d, !fixed);
        }
    }
}

/* ---- counts ---------------------------------------------------------------------------------------------------- */

/* The number that an instruction compares the register with; false: it does anything else with it. */
static bool compared_with(const pol_code *code, const pol_instr *instr, uint32_t reg, int64_t *number)
{
    const uint32_t other = instr->arg[1] == reg ? instr->arg[2] : instr->arg[1];
    const pol_register *r = &code->registers[other];
    if (instr->op != POL_OP_CMP || r->origin != POL_FROM_CONSTANT)
        return false;
    const pol_i128 value = code->constants[r->index].number;
    if (value == POL_NUM_ABSENT || value == POL_NUM_FAILED || value == POL_NUM_UNLIMITED)
        return false;
    *number = (int64_t)(value / r->den);
    return true;
}

/* Whether the instruction reads the register: by its signature, lists included. */
static bool reads(const pol_code *code, const pol_instr *instr, uint32_t reg)
{
    bool results = true;
    uint32_t arg = 0;
    for (const char *s = pol_op_signature((pol_opcode)instr->op); *s != '\0'; s++) {
        if (*s == '=') {
            results = false;
            continue;
        }
        const uint32_t value = instr->arg[arg++];
        if (results || strchr("kitms", *s) != NULL)
            continue;
        if (strchr("Lluy", *s) == NULL) {
            if (value == reg)
                return true;
            continue;
        }
        for (uint32_t i = 0; i < code->lists[value].count; i++)
            if (code->operands[code->lists[value].start + i] == reg)
                return true;
    }
    return false;
}

static void add_count(pol_diff *diff, pol_var *var, int64_t number)
{
    if (number < 0 || number > var->most)
        return;
    for (uint32_t i = 0; i < var->values.count; i++)
        if (var->values.items[i].element[0] == number)
            return;
    add_value(diff, var, pol_diff_format(diff, "%lld", (long long)number), number, number);
}

/* A count that is only ever compared with fixed numbers: these and their neighbours are all there is. */
static void add_counts(pol_diff *diff, const pol_behaviour *b, pol_var *var)
{
    var->gate = true;
    for (unsigned side = 0; side < 2; side++) {
        const pol_code *code = b->code[side];
        const uint32_t reg = var->field[side] == POL_NONE32 ? POL_NONE32 : code->fields[var->field[side]].reg;
        for (uint32_t i = 0; reg != POL_NONE32 && i < code->instr_count && var->gate; i++) {
            const pol_instr *instr = &code->instrs[i];
            int64_t number = 0;
            if (!reads(code, instr, reg) || instr->op == POL_OP_HASN)
                continue;
            var->gate = compared_with(code, instr, reg, &number);
            for (int64_t k = -1; k <= 1 && var->gate; k++)
                add_count(diff, var, number + k);
        }
    }
    add_count(diff, var, 0);
}

/* ---- schedules ---------------------------------------------------------------------------------------------------- */

static const pol_tiers *make_schedule(pol_diff *diff, int64_t low_ratio, int64_t edge_fen, int64_t high_ratio)
{
    pol_tiers *tiers = POL_NEW(&diff->arena, pol_tiers);
    if (tiers == NULL)
        return NULL;
    tiers->low_in_first = true;
    tiers->count = edge_fen == 0 ? 1 : 2;
    tiers->tiers[0] = (pol_tier){ edge_fen == 0 ? POL_NUM_UNLIMITED : edge_fen, low_ratio, false };
    if (edge_fen != 0)
        tiers->tiers[1] = (pol_tier){ POL_NUM_UNLIMITED, high_ratio, false };
    return tiers;
}

/* Ratios that either code names, in millionths: bounds turn there. */
uint32_t pol_inputs_ratios(const pol_behaviour *b, int64_t *ratios, uint32_t most)
{
    uint32_t count = 0;
    for (unsigned side = 0; side < 2; side++) {
        const pol_code *code = b->code[side];
        for (uint32_t reg = 0; reg < code->register_count; reg++) {
            const pol_register *r = &code->registers[reg];
            if (r->class_ != POL_C_NUM || r->origin != POL_FROM_CONSTANT || r->den > pol_pow10(22))
                continue;
            const pol_i128 value = code->constants[r->index].number;
            int64_t ratio = 0;
            if (value <= 0 || value > r->den || 1000000 % r->den != 0)
                continue;
            ratio = (int64_t)(value * (1000000 / r->den));
            bool known = false;
            for (uint32_t i = 0; i < count; i++)
                known |= ratios[i] == ratio;
            if (!known && count < most)
                ratios[count++] = ratio;
        }
    }
    return count;
}

static void add_schedules(pol_diff *diff, const pol_behaviour *b, pol_var *var)
{
    const struct {
        const char *text;
        int64_t low, edge, high;
    } k_tried[] = {
        { "75%, 85% > 50000.00", 750000, 5000000, 850000 }, { "80%", 800000, 0, 0 }, { "100%", 1000000, 0, 0 }, { "60%", 600000, 0, 0 },
    };
    for (size_t i = 0; i < sizeof k_tried / sizeof *k_tried; i++) {
        add_value(diff, var, pol_str_of(k_tried[i].text), 0, 0);
        var->values.items[var->values.count - 1].tiers = make_schedule(diff, k_tried[i].low, k_tried[i].edge, k_tried[i].high);
    }
    int64_t ratios[8];
    const uint32_t count = pol_inputs_ratios(b, ratios, 8);
    for (uint32_t i = 0; i < count; i++) {
        char text[64];
        pol_decimal_text(text, (pol_i128)ratios[i] * 100, 1000000, 4, true);
        add_value(diff, var, pol_diff_format(diff, "%s%%", text), 0, 0);
        var->values.items[var->values.count - 1].tiers = make_schedule(diff, ratios[i], 0, 0);
    }
    var->sampled = true;
}

/* ---- all ------------------------------------------------------------------------------------------------------------- */

bool pol_inputs_make(pol_diff *diff, pol_behaviour *b)
{
    const uint32_t most = b->code[0]->field_count + b->code[1]->field_count;
    b->vars = POL_NEW_ARRAY(&diff->arena, pol_var, most);
    for (unsigned side = 0; side < 2; side++)
        b->var_of[side] = POL_NEW_ARRAY(&diff->arena, uint32_t, b->code[side]->field_count);
    if (pol_arena_failed(&diff->arena))
        return false;
    add_fields(diff, b, 0);
    add_fields(diff, b, 1);
    for (uint32_t i = 0; i < b->var_count; i++) {
        pol_var *var = &b->vars[i];
        switch (var->type) {
        case POL_F_YESNO:
            add_value(diff, var, pol_diff_say(diff, "yes", "是"), 1, 1);
            add_value(diff, var, pol_diff_say(diff, "no", "否"), 0, 0);
            break;
        case POL_F_LABEL: add_labels(diff, b, var); break;
        case POL_F_LABELS: add_label_sets(diff, b, var); break;
        case POL_F_TEXT: add_texts(diff, var); break;
        case POL_F_TIERS: add_schedules(diff, b, var); break;
        case POL_F_INTEGER: add_counts(diff, b, var); break;
        case POL_F_DATE: var->gate = true; break;
        default: break;
        }
    }
    add_dates(diff, b);
    return !pol_arena_failed(&diff->arena);
}

bool pol_var_is_discrete(const pol_var *var)
{
    return var->class_ != POL_C_NUM || var->gate;
}

/* The value that a record without the key has; else one that both sides know, no rather than yes. */
static uint32_t usual_value(const pol_behaviour *b, const pol_var *var)
{
    for (unsigned side = 0; side < 2; side++) {
        if (var->field[side] == POL_NONE32 || !b->code[side]->fields[var->field[side]].has_default)
            continue;
        const pol_constant *usual = &b->code[side]->constants[b->code[side]->fields[var->field[side]].default_constant];
        for (uint32_t i = 0; i < var->values.count; i++)
            if (usual->number == var->values.items[i].element[side])
                return i;
    }
    if (var->class_ == POL_C_BOOL)
        return 1;
    uint32_t i = 0;
    while (i + 1 < var->values.count &&
           (var->values.items[i].element[0] == POL_CODE_ABSENT || var->values.items[i].element[1] == POL_CODE_ABSENT))
        i++;
    return i;
}

void pol_inputs_close_one(pol_behaviour *b, uint32_t number)
{
    pol_var *var = &b->vars[number];
    if (var->state != POL_VAR_OPEN && var->state != POL_VAR_PRESENT)
        return;
    const bool absent = var->may_be_absent && var->state == POL_VAR_OPEN;
    var->state = absent ? POL_VAR_ABSENT : POL_VAR_VALUE;
    var->value = pol_var_is_discrete(var) ? usual_value(b, var) : 0;
    var->number = pol_var_is_discrete(var) && var->class_ == POL_C_NUM ? var->values.items[var->value].element[0] : 0;
}

void pol_inputs_close(pol_behaviour *b)
{
    for (uint32_t i = 0; i < b->var_count; i++)
        pol_inputs_close_one(b, i);
}
