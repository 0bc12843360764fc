/* From the 给定 of an example to the JSON record that says the same. */
#include "interp/examples.h"

typedef struct record_writer {
    pol_text *out;
    const pol_matter *matter;
    const pol_code *code;
} record_writer;

/* An exact decimal; false when the number has none. */
static bool add_number(pol_text *out, pol_rational number, bool quoted)
{
    char digits[64];
    unsigned decimals = 0;
    while (decimals < POL_MAX_DECIMALS && pol_pow10(decimals) % number.den != 0)
        decimals++;
    if (pol_pow10(decimals) % number.den != 0)
        return false;
    pol_decimal_text(digits, number.num, number.den, decimals, false);
    pol_text_format(out, quoted ? "\"%s\"" : "%s", digits);
    return true;
}

static const pol_note *constant_note(const record_writer *w, const pol_node *node)
{
    const pol_note *note = pol_note_of(w->matter, node);
    return note->constant ? note : NULL;
}

/* ---- schedules ------------------------------------------------------------------------------------- */

static bool add_tier(record_writer *w, const pol_rational *upper, pol_rational ratio)
{
    pol_text_add(w->out, POL_STR("{\"上限\":"));
    if (upper == NULL)
        pol_text_add(w->out, POL_STR("null"));
    else if (!add_number(w->out, *upper, true))
        return false;
    pol_text_add(w->out, POL_STR(",\"比例\":"));
    const bool added = add_number(w->out, ratio, true);
    pol_text_char(w->out, '}');
    return added;
}

/* A record's schedule begins at 0 and has no end; what the script's leaves out is paid at 0%. */
static bool add_schedule(record_writer *w, const pol_schedule_model *schedule)
{
    const pol_rational zero = { 0, 1 };
    const pol_note *low = constant_note(w, schedule->low);
    if (low == NULL)
        return false;
    pol_text_char(w->out, '[');
    if (low->value.num != 0) {
        if (!add_tier(w, &low->value, zero))
            return false;
        pol_text_char(w->out, ',');
    }
    for (uint32_t i = 0; i < schedule->count; i++) {
        const pol_note *ratio = constant_note(w, schedule->ratios[i]);
        const bool open = pol_note_of(w->matter, schedule->uppers[i])->unlimited ||
                          schedule->uppers[i]->kind == POL_N_UNLIMITED;
        const pol_note *upper = open ? NULL : constant_note(w, schedule->uppers[i]);
        if (ratio == NULL || (upper == NULL && !open) ||
            !add_tier(w, open ? NULL : &upper->value, ratio->value))
            return false;
        if (!open && i + 1 == schedule->count) {
            pol_text_char(w->out, ',');
            if (!add_tier(w, NULL, zero))
                return false;
        }
        if (i + 1 < schedule->count)
            pol_text_char(w->out, ',');
    }
    pol_text_char(w->out, ']');
    return true;
}

/* ---- values ------------------------------------------------------------------------------------------ */

static void add_labels(pol_text *out, const pol_list *labels)
{
    pol_text_char(out, '[');
    for (uint32_t i = 0; i < labels->count; i++) {
        if (i > 0)
            pol_text_char(out, ',');
        pol_json_write_string(out, pol_node_text(labels->items[i]));
    }
    pol_text_char(out, ']');
}

static bool add_date(pol_text *out, pol_date date)
{
    char text[16];
    pol_date_text(text, date);
    pol_json_write_string(out, pol_str_of(text));
    return true;
}

static bool add_value(record_writer *w, const pol_field_def *field, pol_node *value)
{
    const pol_note *note = pol_note_of(w->matter, value);
    if (value->kind == POL_N_NONE || value->kind == POL_N_UNLIMITED || note->unlimited) {
        pol_text_add(w->out, POL_STR("null"));
        return true;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO: return note->constant && add_number(w->out, note->value, true);
    case POL_F_INTEGER: return note->constant && add_number(w->out, note->value, false);
    case POL_F_YESNO:
        pol_text_add(w->out,
                     note->constant && note->value.num != 0 ? POL_STR("true") : POL_STR("false"));
        return note->constant;
    case POL_F_DATE: return note->constant && add_date(w->out, (pol_date)note->value.num);
    case POL_F_TEXT:
    case POL_F_LABEL:
    case POL_F_LABELS:
        if (value->kind != POL_N_STRING && value->kind != POL_N_NAME)
            return false;
        if (field->type == POL_F_LABELS)
            pol_text_char(w->out, '[');
        pol_json_write_string(w->out, pol_node_text(value));
        if (field->type == POL_F_LABELS)
            pol_text_char(w->out, ']');
        return true;
    case POL_F_TIERS: return note->schedule != NULL && add_schedule(w, note->schedule);
    }
    return false;
}

/* ---- the record -------------------------------------------------------------------------------------- */

static const pol_field_def *find_field(const pol_code *code, pol_str name)
{
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (pol_str_equal(code->fields[i].name, name))
            return &code->fields[i];
    }
    return NULL;
}

/* The items of one level of the record: parameters, or all the others. */
static bool add_items(record_writer *w, const pol_ast_example *example, bool parameters, bool *any,
                      pol_str *what)
{
    for (uint32_t i = 0; i < example->given.count; i++) {
        pol_ast_item *item = POL_AS(item, example->given.items[i]);
        *what = pol_node_text(item->name);
        const pol_field_def *field = find_field(w->code, *what);
        if (field == NULL)
            return false;
        if ((field->role == POL_ROLE_PARAMETER) != parameters)
            continue;
        if (*any)
            pol_text_char(w->out, ',');
        *any = true;
        pol_json_write_string(w->out, *what);
        pol_text_char(w->out, ':');
        if (item->labels.count > 0)
            add_labels(w->out, &item->labels);
        else if (item->value == NULL || !add_value(w, field, item->value))
            return false;
    }
    return true;
}

bool pol_example_record(pol_text *out, const pol_script *script, uint32_t matter,
                        const pol_ast_example *example, pol_str *what)
{
    record_writer w = { .out = out,
                        .matter = script->model.matters.items[matter],
                        .code = &script->traced.program->matters[matter] };
    bool any = false, any_parameter = false;
    pol_text_char(out, '{');
    if (w.matter->name.length > 0) {
        pol_text_add(out, POL_STR("\"业务类型\":"));
        pol_json_write_string(out, w.matter->name);
        any = true;
    }
    if (!add_items(&w, example, false, &any, what))
        return false;
    const size_t before = out->length;
    pol_text_add(out, any ? POL_STR(",\"参数\":{") : POL_STR("\"参数\":{"));
    if (!add_items(&w, example, true, &any_parameter, what))
        return false;
    if (any_parameter)
        pol_text_char(out, '}');
    else
        out->length = before;
    pol_text_char(out, '}');
    return true;
}
