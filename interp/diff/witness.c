/* Claims that show a difference: made of the variables' values, settled by both programs on the VM. What is
 * shown of a witness is what the VM said. */
#include "interp/diff/behave.h"

/* ---- the claim as JSON ---------------------------------------------------------------------------------------- */

static void add_key(pol_text *out, pol_str name)
{
    if (out->bytes[out->length - 1] != '{')
        pol_text_add(out, POL_STR(", "));
    pol_json_write_string(out, name);
    pol_text_add(out, POL_STR(": "));
}

static void add_number(pol_text *out, const pol_var *var)
{
    char text[64];
    const unsigned decimals = var->type == POL_F_AMOUNT ? 2 : 6;
    pol_decimal_text(text, (pol_i128)var->number * var->unit.num, var->unit.den, decimals, var->type != POL_F_AMOUNT);
    pol_text_format(out, var->type == POL_F_INTEGER ? "%s" : "\"%s\"", text);
}

static void add_tiers(pol_text *out, const pol_tiers *tiers)
{
    pol_text_char(out, '[');
    for (uint32_t i = 0; i < tiers->count; i++) {
        char bound[64], ratio[64];
        pol_decimal_text(ratio, tiers->tiers[i].ratio, 1000000, 6, true);
        pol_text_add(out, i > 0 ? POL_STR(", {\"上限\": ") : POL_STR("{\"上限\": "));
        if (tiers->tiers[i].upper == POL_NUM_UNLIMITED) {
            pol_text_add(out, POL_STR("null"));
        } else {
            pol_decimal_text(bound, tiers->tiers[i].upper, POL_FEN_PER_YUAN, 2, false);
            pol_text_format(out, "\"%s\"", bound);
        }
        pol_text_format(out, ", \"比例\": \"%s\"}", ratio);
    }
    pol_text_char(out, ']');
}

static void add_labels(pol_text *out, const pol_label_set *labels, uint64_t set)
{
    bool first = true;
    pol_text_char(out, '[');
    for (uint32_t i = 0; i < labels->count; i++) {
        if ((set >> i & 1) == 0)
            continue;
        if (!first)
            pol_text_add(out, POL_STR(", "));
        first = false;
        pol_json_write_string(out, labels->labels[i]);
    }
    pol_text_char(out, ']');
}

static void add_value(pol_text *out, const pol_program *program, const pol_field_def *field, const pol_var *var, unsigned side)
{
    const pol_var_value *value = var->class_ == POL_C_NUM ? NULL : &var->values.items[var->value];
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: add_number(out, var); break;
    case POL_F_YESNO: pol_text_add(out, value->element[side] == 1 ? POL_STR("true") : POL_STR("false")); break;
    case POL_F_DATE: {
        char day[16];
        pol_date_text(day, (pol_date)value->element[side]);
        pol_text_format(out, "\"%s\"", day);
        break;
    }
    case POL_F_TEXT:
    case POL_F_LABEL: pol_json_write_string(out, value->text); break;
    case POL_F_LABELS: add_labels(out, &program->label_sets[field->labels], (uint64_t)value->element[side]); break;
    case POL_F_TIERS: add_tiers(out, value->tiers); break;
    }
}

static void add_fields(pol_text *out, const pol_program *program, const pol_behaviour *b, unsigned side, bool parameters)
{
    const pol_code *code = b->code[side];
    for (uint32_t i = 0; i < code->field_count; i++) {
        const pol_field_def *field = &code->fields[i];
        const pol_var *var = &b->vars[b->var_of[side][i]];
        if ((field->role == POL_ROLE_PARAMETER) != parameters || var->state == POL_VAR_ABSENT)
            continue;
        add_key(out, field->name);
        add_value(out, program, field, var, side);
    }
}

static bool has_parameters(const pol_behaviour *b, unsigned side)
{
    for (uint32_t i = 0; i < b->code[side]->field_count; i++)
        if (b->code[side]->fields[i].role == POL_ROLE_PARAMETER && b->vars[b->var_of[side][i]].state != POL_VAR_ABSENT)
            return true;
    return false;
}

static pol_str claim_text(pol_diff *diff, const pol_behaviour *b, unsigned side)
{
    const pol_program *program = side == 0 ? diff->old.program : diff->new.program;
    pol_text text;
    pol_text_init(&text, &diff->arena);
    pol_text_add(&text, POL_STR("{"));
    add_key(&text, POL_STR("业务类型"));
    pol_json_write_string(&text, b->code[side]->matter);
    add_fields(&text, program, b, side, false);
    if (has_parameters(b, side)) {
        add_key(&text, POL_STR("参数"));
        pol_text_char(&text, '{');
        add_fields(&text, program, b, side, true);
        pol_text_char(&text, '}');
    }
    pol_text_char(&text, '}');
    return pol_text_str(&text);
}

/* ---- settling it ------------------------------------------------------------------------------------------------ */

typedef struct listener {
    pol_diff *diff;
    const pol_behaviour *b;
    pol_witness *witness;
    unsigned side;
} listener;

static pol_str amount_text(pol_diff *diff, const pol_result *result, uint32_t reg)
{
    char text[64];
    const size_t length = pol_result_amount(text, result, reg);
    return pol_str_copy(&diff->arena, (pol_str){ text, length });
}

static pol_str value_text(const listener *l, const pol_result *result, const pol_output_pair *pair)
{
    const pol_code *code = result->block->code;
    const uint32_t index = pair->index[l->side];
    char space[64];
    pol_str text = POL_STR("");
    switch (pair->kind) {
    case POL_FIGURE_ASKED:
    case POL_FIGURE_SETTLED: return POL_STR("是");
    case POL_FIGURE_TOTAL: return amount_text(l->diff, result, code->total);
    case POL_FIGURE_PERSON: return amount_text(l->diff, result, code->person);
    case POL_FIGURE_HOSPITAL: return amount_text(l->diff, result, code->hospital);
    case POL_FIGURE_PAYER: return index == POL_NONE32 ? POL_STR("0.00") : amount_text(l->diff, result, code->payers[index].paid);
    case POL_FIGURE_ADVANCE: return index == POL_NONE32 ? POL_STR("0.00") : amount_text(l->diff, result, code->advances[index].amount);
    case POL_FIGURE_STATUS:
        return index != POL_NONE32 && pol_result_status(result, index) ? pol_diff_say(l->diff, "yes", "是") : pol_diff_say(l->diff, "no", "否");
    case POL_FIGURE_OUTPUT:
        if (index == POL_NONE32 || !pol_result_output(result, &code->outputs[index], space, &text))
            return POL_STR("—");
        return pol_str_copy(&l->diff->arena, text);
    case POL_FIGURE_ACCUM: {
        if (index == POL_NONE32)
            return POL_STR("—");
        const pol_accum_def *accum = &code->accums[index];
        const int64_t after = pol_port_num(result->block, accum->after)[result->row];
        return accum->integer ? pol_diff_format(l->diff, "%lld", (long long)after) : pol_words_fen(l->diff, after);
    }
    }
    return text;
}

static void listen(void *user, const pol_record *record, const pol_result *result, const pol_finding *finding)
{
    listener *l = user;
    (void)record;
    l->witness->settled[l->side] = result != NULL;
    if (result == NULL) {
        l->witness->error[l->side] = pol_diff_format(l->diff, "%s %.*s", pol_claim_error_text(finding->code), POL_S(finding->field));
        return;
    }
    for (size_t i = 0; i < l->b->outputs.count; i++)
        l->witness->values[l->side][i] = value_text(l, result, &l->b->outputs.items[i]);
}

static bool nowhere(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

static bool settle(pol_diff *diff, const pol_behaviour *b, pol_witness *witness, unsigned side)
{
    const pol_program *program = side == 0 ? diff->old.program : diff->new.program;
    const pol_run_options options = { .in = POL_JSON_LINES, .block = 1 };
    listener l = { diff, b, witness, side };
    pol_runner *runner = NULL;
    pol_status status = pol_runner_new(&diff->arena.allocator, program, &options, (pol_writer){ nowhere, NULL }, &runner);
    if (status != POL_OK)
        return false;
    pol_runner_tap(runner, (pol_tap){ listen, &l });
    status = pol_runner_feed(runner, witness->claim[side].bytes, witness->claim[side].length);
    if (status == POL_OK)
        status = pol_runner_finish(runner);
    pol_runner_free(runner);
    return status == POL_OK || status == POL_FINDINGS;
}

bool pol_witness_make(pol_diff *diff, const pol_behaviour *b, pol_witness *witness)
{
    *witness = (pol_witness){ .replayed = true };
    for (unsigned side = 0; side < 2; side++) {
        witness->values[side] = POL_NEW_ARRAY(&diff->arena, pol_str, b->outputs.count);
        witness->claim[side] = claim_text(diff, b, side);
        if (witness->values[side] == NULL || pol_arena_failed(&diff->arena) || !settle(diff, b, witness, side))
            return false;
    }
    return true;
}

bool pol_witness_differs(const pol_behaviour *b, const pol_witness *witness)
{
    if (!witness->replayed || witness->settled[0] != witness->settled[1])
        return witness->replayed;
    for (size_t i = 0; i < b->outputs.count && witness->settled[0]; i++)
        if (!pol_str_equal(witness->values[0][i], witness->values[1][i]))
            return true;
    return false;
}
