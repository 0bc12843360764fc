/* Claims made for a policy, see trial.h. */
#include "interp/trial.h"

#include <string.h>

#define MAX_TEXT_VALUES 4096u

static uint64_t chance(pol_trials *s)
{
    uint64_t z = s->chance += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint32_t pol_trial_below(pol_trials *s, size_t count)
{
    return count == 0 ? 0 : (uint32_t)(chance(s) % count);
}

static const pol_code *code_of(const pol_trials *s, uint32_t matter)
{
    return &s->script->traced.program->matters[matter];
}

/* ---- values that the script writes ------------------------------------------------------------------------------ */

static bool whole_units(pol_decimal value, pol_i128 unit, int64_t *whole)
{
    const pol_i128 den = pol_pow10(value.decimals);
    if (value.digits < 0 || value.digits > POL_MAX_AMOUNT_FEN || value.digits * unit % den != 0)
        return false;
    *whole = (int64_t)(value.digits * unit / den);
    return true;
}

static bool gather(pol_node *node, void *user)
{
    pol_trials *const s = user;
    int64_t value;
    if (node->kind == POL_N_MONEY && whole_units(POL_AS(money, node)->value, POL_FEN_PER_YUAN, &value))
        (void)POL_PUSH(s->arena, s->amounts, value);
    if (node->kind == POL_N_PERCENT && whole_units(POL_AS(percent, node)->value, 1000000, &value))
        (void)POL_PUSH(s->arena, s->ratios, value);
    if (node->kind == POL_N_NUMBER && whole_units(POL_AS(number, node)->value, 1, &value))
        (void)POL_PUSH(s->arena, s->integers, value);
    if (node->kind == POL_N_DATE)
        (void)POL_PUSH(s->arena, s->dates, POL_AS(date, node)->days);
    return pol_node_each_child(node, gather, s);
}

bool pol_trials_init(pol_trials *s, const pol_script *script, pol_arena *arena, uint64_t seed)
{
    static const int64_t k_amounts[] = { 0, 1, 100, 100000, 1000000, 10000000, 100000000 };
    static const int64_t k_ratios[] = { 0, 1, 500000, 1000000 };
    *s = (pol_trials){ .script = script, .arena = arena, .chance = seed };
    for (size_t i = 0; i < sizeof k_amounts / sizeof k_amounts[0]; i++)
        (void)POL_PUSH(s->arena, s->amounts, k_amounts[i]);
    for (size_t i = 0; i < sizeof k_ratios / sizeof k_ratios[0]; i++)
        (void)POL_PUSH(s->arena, s->ratios, k_ratios[i]);
    for (int64_t i = 0; i < 4; i++)
        (void)POL_PUSH(s->arena, s->integers, i);
    pol_node_each_child(&s->script->tree.root->node, gather, s);
    for (size_t i = 0; i < s->script->model.texts.count && i < MAX_TEXT_VALUES; i++)
        (void)POL_PUSH(s->arena, s->texts, s->script->model.texts.items[i]);
    const pol_str other = POL_STR("x");
    (void)POL_PUSH(s->arena, s->texts, other);
    return !pol_arena_failed(arena);
}

/* ---- trials ------------------------------------------------------------------------------------------------------ */

pol_trial pol_trial_copy(pol_trials *s, const pol_trial *from)
{
    pol_trial made = { .matter = from->matter, .root = from->root };
    const uint32_t count = code_of(s, from->matter)->field_count;
    made.fields = POL_NEW_ARRAY(s->arena, pol_given, count);
    if (made.fields != NULL && count > 0)
        memcpy(made.fields, from->fields, count * sizeof *made.fields);
    return made;
}

void pol_trial_assign(const pol_trials *s, pol_trial *to, const pol_trial *from)
{
    const uint32_t fields = code_of(s, from->matter)->field_count;
    to->matter = from->matter;
    to->root = from->root;
    if (fields > 0)
        memcpy(to->fields, from->fields, fields * sizeof *to->fields);
}

void pol_trial_decimal(pol_text *out, int64_t number, int64_t unit, unsigned decimals, bool trim)
{
    char digits[64];
    pol_decimal_text(digits, number, unit, decimals, trim);
    pol_text_add(out, pol_str_of(digits));
}

pol_str pol_trial_label(const pol_trials *s, const pol_field_def *field, uint32_t code)
{
    return s->script->traced.program->label_sets[field->labels].labels[code];
}

static void add_json_tiers(pol_text *out, const pol_given *value)
{
    for (uint32_t i = 0; i < value->slices; i++) {
        pol_text_add(out, i == 0 ? POL_STR("[{\"上限\":") : POL_STR(",{\"上限\":"));
        if (i + 1 == value->slices)
            pol_text_add(out, POL_STR("null"));
        else
            pol_trial_decimal(out, value->uppers[i], POL_FEN_PER_YUAN, 2, false);
        pol_text_add(out, POL_STR(",\"比例\":"));
        pol_trial_decimal(out, value->ratios[i], 1000000, 6, true);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_json_value(const pol_trials *s, pol_text *out, const pol_field_def *field, const pol_given *value)
{
    char date[16];
    if (value->is_null) {
        pol_text_add(out, POL_STR("null"));
        return;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: pol_trial_decimal(out, value->number, POL_FEN_PER_YUAN, 2, false); return;
    case POL_F_RATIO: pol_trial_decimal(out, value->number, 1000000, 6, true); return;
    case POL_F_INTEGER: pol_trial_decimal(out, value->number, 1, 0, false); return;
    case POL_F_YESNO: pol_text_add(out, value->number != 0 ? POL_STR("true") : POL_STR("false")); return;
    case POL_F_DATE:
        pol_date_text(date, (pol_date)value->number);
        pol_json_write_string(out, pol_str_of(date));
        return;
    case POL_F_TEXT: pol_json_write_string(out, value->text); return;
    case POL_F_LABEL: pol_json_write_string(out, pol_trial_label(s, field, (uint32_t)value->number)); return;
    case POL_F_LABELS: {
        char before = '[';
        for (uint32_t code = 0; code < 64; code++) {
            if ((value->set >> code & 1) == 0)
                continue;
            pol_text_char(out, before);
            pol_json_write_string(out, pol_trial_label(s, field, code));
            before = ',';
        }
        pol_text_char(out, ']');
        return;
    }
    case POL_F_TIERS: add_json_tiers(out, value); return;
    }
}

static void add_json_fields(const pol_trials *s, pol_text *out, const pol_trial *t, bool parameters, bool *any)
{
    const pol_code *const code = code_of(s, t->matter);
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (!t->fields[i].is_given || (code->fields[i].role == POL_ROLE_PARAMETER) != parameters)
            continue;
        if (*any)
            pol_text_char(out, ',');
        *any = true;
        pol_json_write_string(out, code->fields[i].name);
        pol_text_char(out, ':');
        add_json_value(s, out, &code->fields[i], &t->fields[i]);
    }
}

void pol_trial_json(const pol_trials *s, pol_text *out, const pol_trial *t)
{
    bool any = false, any_parameter = false;
    pol_text_char(out, '{');
    const pol_str matter = s->script->model.matters.items[t->matter]->name;
    if (matter.length > 0) {
        pol_text_add(out, POL_STR("\"业务类型\":"));
        pol_json_write_string(out, matter);
        any = true;
    }
    add_json_fields(s, out, t, false, &any);
    pol_text_add(out, any ? POL_STR(",\"参数\":{") : POL_STR("\"参数\":{"));
    const size_t before = out->length;
    add_json_fields(s, out, t, true, &any_parameter);
    if (!any_parameter)
        out->length = before - (any ? strlen(",\"参数\":{") : strlen("\"参数\":{"));
    pol_text_add(out, any_parameter ? POL_STR("}}") : POL_STR("}"));
}

/* ---- from a claim that has run ---------------------------------------------------------------- */

static int64_t units_of(pol_rational number, pol_i128 unit)
{
    return (int64_t)(number.num * unit / number.den);
}

static void read_tiers(pol_given *value, const pol_shown *shown)
{
    value->slices = shown->tiers->count;
    for (uint32_t i = 0; i < value->slices; i++) {
        const pol_tier *const tier = &shown->tiers->tiers[i];
        value->ratios[i] = units_of(pol_rational_make(tier->ratio, shown->den2), 1000000);
        if (tier->upper != POL_NUM_UNLIMITED)
            value->uppers[i] = units_of(pol_rational_make(tier->upper, shown->den), POL_FEN_PER_YUAN);
    }
}

static void read_value(pol_given *value, pol_inspect *in, const pol_field_def *field)
{
    const pol_shown shown = pol_inspect_register(in, field->reg, (pol_type){ .tag = POL_T_MONEY, .labels = field->labels });
    value->is_given = true;
    switch (shown.kind) {
    case POL_SHOWN_UNKNOWN:
    case POL_SHOWN_FAILED: value->is_given = false; return;
    case POL_SHOWN_ABSENT:
    case POL_SHOWN_UNLIMITED: value->is_null = true; return;
    case POL_SHOWN_NUMBER:
        value->number = units_of(shown.number, field->type == POL_F_AMOUNT  ? POL_FEN_PER_YUAN
                                               : field->type == POL_F_RATIO ? 1000000
                                                                            : 1);
        return;
    case POL_SHOWN_YESNO: value->number = shown.yes ? 1 : 0; return;
    case POL_SHOWN_DATE: value->number = shown.date; return;
    case POL_SHOWN_CODE:
        value->number = shown.code;
        if (field->type == POL_F_TEXT)
            value->text = pol_str_copy(in->arena, pol_reader_text(in->reader, in->record, shown.code));
        return;
    case POL_SHOWN_SET: value->set = shown.set; return;
    case POL_SHOWN_TIERS: read_tiers(value, &shown); return;
    }
}

/* A category that is 就高 has been spread: each row has one. */
void pol_trial_read(pol_trials *s, pol_one_claim *claim, pol_trial *values)
{
    const pol_code *const code = claim->in.code;
    for (uint32_t i = 0; i < code->field_count; i++) {
        pol_given *const value = &values->fields[i];
        *value = (pol_given){ .is_given = false };
        if (!pol_reader_gave(&claim->reader, claim->record.matter, i))
            continue;
        read_value(value, &claim->in, &code->fields[i]);
        value->text = pol_str_copy(s->arena, value->text);
        const uint32_t chosen = claim->in.row;
        for (claim->in.row = 0; code->fields[i].best && claim->in.row < claim->rows; claim->in.row++)
            value->set |= pol_inspect_register(&claim->in, code->fields[i].reg, (pol_type){ .tag = POL_T_LABELS }).set;
        claim->in.row = chosen;
    }
}

/* ---- changing a claim ------------------------------------------------------------------------------------------------ */

int64_t pol_trial_pick(pol_trials *s, const int64_t *values, size_t count)
{
    return count == 0 ? 0 : values[pol_trial_below(s, count)];
}

static int64_t clamped(pol_i128 value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : (int64_t)value;
}

/* Another amount: one that the script writes or near it, another field's, a multiple, a little more or less. */
static int64_t other_amount(pol_trials *s, const pol_trial *t, int64_t now)
{
    static const int64_t k_steps[] = { -100, -1, 0, 0, 1, 100 };
    const pol_code *const code = code_of(s, t->matter);
    const int64_t step = k_steps[pol_trial_below(s, sizeof k_steps / sizeof k_steps[0])];
    const uint32_t field = pol_trial_below(s, code->field_count);
    switch (pol_trial_below(s, 7)) {
    case 0:
        if (code->fields[field].type == POL_F_AMOUNT && t->fields[field].is_given)
            return clamped((pol_i128)t->fields[field].number + step, POL_MAX_AMOUNT_FEN);
        return now;
    case 1: return clamped((pol_i128)now * (2 + pol_trial_below(s, 19)), POL_MAX_AMOUNT_FEN);
    case 2: return now / (2 + pol_trial_below(s, 19));
    case 4: return clamped((pol_i128)now + pol_trial_below(s, 201) - 100, POL_MAX_AMOUNT_FEN);
    case 3: return clamped((pol_i128)now + pol_trial_pick(s, s->amounts.items, s->amounts.count), POL_MAX_AMOUNT_FEN);
    default: return clamped((pol_i128)pol_trial_pick(s, s->amounts.items, s->amounts.count) + step, POL_MAX_AMOUNT_FEN);
    }
}

static void other_tiers(pol_trials *s, pol_given *value)
{
    const uint32_t slices = 1 + pol_trial_below(s, 3);
    int64_t upper = 0;
    value->slices = slices;
    for (uint32_t i = 0; i < slices; i++) {
        upper += 1 + pol_trial_pick(s, s->amounts.items, s->amounts.count);
        value->uppers[i] = upper;
        value->ratios[i] = clamped(pol_trial_pick(s, s->ratios.items, s->ratios.count), 1000000);
    }
}

void pol_trial_change(pol_trials *s, const pol_trial *t, uint32_t number)
{
    const pol_field_def *const field = &code_of(s, t->matter)->fields[number];
    pol_given *const value = &t->fields[number];
    const bool may_lack = field->optional || field->has_default;
    if (may_lack && pol_trial_below(s, 8) == 0) {
        *value = (pol_given){ .is_given = field->null_unlimited && pol_trial_below(s, 2) == 0, .is_null = true };
        return;
    }
    value->is_given = true;
    value->is_null = false;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: value->number = other_amount(s, t, value->number); return;
    case POL_F_RATIO:
        value->number = clamped((pol_i128)pol_trial_pick(s, s->ratios.items, s->ratios.count) +
                                    (pol_trial_below(s, 3) == 0 ? (int64_t)pol_trial_below(s, 20001) - 10000 : 0), 1000000);
        return;
    case POL_F_INTEGER: value->number = pol_trial_pick(s, s->integers.items, s->integers.count) + pol_trial_below(s, 3) - 1; return;
    case POL_F_DATE:
        value->number = pol_trial_pick(s, s->dates.items, s->dates.count) + (int64_t)pol_trial_below(s, 3) - 1;
        value->number = value->number < POL_DATE_MIN ? POL_DATE_MIN : value->number > POL_DATE_MAX ? POL_DATE_MAX : value->number;
        return;
    case POL_F_YESNO: value->number = value->number == 0 ? 1 : 0; return;
    case POL_F_TEXT: value->text = s->texts.items[pol_trial_below(s, s->texts.count)]; return;
    case POL_F_LABEL: value->number = pol_trial_below(s, s->script->traced.program->label_sets[field->labels].count); return;
    case POL_F_LABELS: {
        const uint64_t label = (uint64_t)1 << pol_trial_below(s, s->script->traced.program->label_sets[field->labels].count);
        value->set = pol_trial_below(s, 2) == 0 || (value->set & ~label) == 0 ? value->set | label : value->set & ~label;
        return;
    }
    case POL_F_TIERS: other_tiers(s, value); return;
    }
}

pol_trial pol_trial_plain(pol_trials *s, uint32_t matter)
{
    const pol_code *const code = code_of(s, matter);
    pol_trial made = { .matter = matter, .fields = POL_NEW_ARRAY(s->arena, pol_given, code->field_count) };
    for (uint32_t i = 0; i < code->field_count && made.fields != NULL; i++) {
        pol_given *const value = &made.fields[i];
        value->is_given = !code->fields[i].optional && !code->fields[i].has_default && code->fields[i].role != POL_ROLE_ACCUMULATOR;
        value->number = code->fields[i].type == POL_F_DATE ? s->script->model.from : 0;
        value->set = 1;
        value->text = POL_STR("");
        value->slices = 1;
    }
    return made;
}
