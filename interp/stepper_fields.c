/* What a claim can give: its fields with what is allowed, giving them, the claim as a record and as an example. */
#include "interp/stepper_internal.h"

#include "interp/examples.h"

/* ---- fields --------------------------------------------------------------------------------------------- */

static const pol_symbol *symbol_of(const pol_stepper *s, pol_str name)
{
    return pol_matter_find(s->claim.in.matter, name);
}

static const pol_list *basis_of(const pol_symbol *symbol)
{
    return symbol == NULL || symbol->node == NULL ? NULL : pol_node_basis(symbol->node);
}

static const char *clause_of(pol_stepper *s, const pol_symbol *symbol)
{
    const pol_list *basis = basis_of(symbol);
    pol_text out;
    pol_text_init(&out, &s->claim.arena);
    for (uint32_t i = 0; basis != NULL && i < basis->count; i++) {
        if (i > 0)
            pol_text_add(&out, s->lang == POL_ZH ? POL_STR("、") : POL_STR(", "));
        pol_text_add(&out, pol_node_text(basis->items[i]));
    }
    return pol_stepper_text(s, pol_text_str(&out));
}

static const char *const *labels_of(pol_stepper *s, const pol_field_def *field, size_t *count)
{
    if (field->type != POL_F_LABEL && field->type != POL_F_LABELS)
        return NULL;
    const pol_label_set *set = &s->script->traced.program->label_sets[field->labels];
    const char **labels = POL_NEW_ARRAY(&s->claim.arena, const char *, set->count);
    for (uint32_t i = 0; labels != NULL && i < set->count; i++)
        labels[i] = pol_stepper_text(s, set->labels[i]);
    *count = labels == NULL ? 0 : set->count;
    return labels;
}

/* The default as the script writes it. */
static pol_str default_of(pol_stepper *s, const pol_symbol *symbol)
{
    pol_node *value = NULL;
    if (symbol != NULL && symbol->kind == POL_S_INPUT)
        value = POL_AS(input, symbol->node)->value;
    else if (symbol != NULL && symbol->kind == POL_S_PARAM)
        value = POL_AS(param, symbol->node)->value;
    return value == NULL ? POL_STR("") : pol_source_text(&s->claim.in, value);
}

static pol_str value_of(pol_stepper *s, const pol_field_def *field, pol_str raw)
{
    const pol_symbol *symbol = symbol_of(s, field->name);
    if (!s->claim.ran) {
        pol_str text = raw;
        if (raw.length > 0 && raw.bytes[0] == '"')
            (void)pol_json_decode(&s->claim.arena, raw, true, &text);
        return raw.length > 0 ? text : default_of(s, symbol);
    }
    if (symbol == NULL)
        return raw;
    return pol_shown_figure(&s->claim.in, pol_inspect_symbol(&s->claim.in, symbol), field->type == POL_F_RATIO);
}

static pol_claim_field open_field(pol_stepper *s, const pol_field_def *def, const pol_trials *trials,
                                  const pol_given *given)
{
    static const pol_takes k_takes[] = {
        [POL_F_AMOUNT] = POL_TAKES_AMOUNT, [POL_F_RATIO] = POL_TAKES_RATIO, [POL_F_INTEGER] = POL_TAKES_INTEGER,
        [POL_F_YESNO] = POL_TAKES_YESNO,   [POL_F_DATE] = POL_TAKES_DATE,   [POL_F_TEXT] = POL_TAKES_TEXT,
        [POL_F_LABEL] = POL_TAKES_LABEL,   [POL_F_LABELS] = POL_TAKES_LABELS, [POL_F_TIERS] = POL_TAKES_TIERS,
    };
    const bool parameter = def->role == POL_ROLE_PARAMETER;
    const pol_str raw = pol_record_member(&s->claim.arena, s->json, def->name, parameter);
    pol_text literal;
    pol_text_init(&literal, &s->claim.arena);
    if (given != NULL && given->is_given)
        pol_trial_value(trials, &literal, def, given, pol_model_is_english(&s->script->model));
    pol_claim_field field = {
        .name = pol_stepper_text(s, def->name),
        .takes = k_takes[def->type],
        .role = parameter                           ? POL_IS_OPEN_PARAMETER
                : def->role == POL_ROLE_ACCUMULATOR ? POL_IS_ACCUMULATOR
                                                    : POL_IS_INPUT,
        .given = raw.length > 0,
        .optional = def->optional || def->has_default || def->role == POL_ROLE_ACCUMULATOR,
        .value = pol_stepper_text(s, value_of(s, def, raw)),
        .literal = pol_stepper_text(s, pol_text_str(&literal)),
        .clause = clause_of(s, symbol_of(s, def->name)),
    };
    field.labels = labels_of(s, def, &field.label_count);
    return field;
}

static pol_claim_field fixed_field(pol_stepper *s, const pol_symbol *symbol)
{
    const pol_ast_param *param = POL_AS(param, symbol->node);
    const bool is_share = param->type != NULL && POL_AS(type, param->type)->kind == POL_TYPE_RATIO;
    const pol_shown shown = s->claim.ran ? pol_inspect_symbol(&s->claim.in, symbol) : (pol_shown){ 0 };
    const pol_str value = s->claim.ran ? pol_shown_figure(&s->claim.in, shown, is_share) : default_of(s, symbol);
    return (pol_claim_field){
        .name = pol_stepper_text(s, symbol->name),
        .role = POL_IS_FIXED_PARAMETER,
        .optional = true,
        .value = pol_stepper_text(s, value),
        .literal = "",
        .clause = clause_of(s, symbol),
    };
}

static bool make_fields(pol_stepper *s)
{
    const pol_matter *matter = s->claim.in.matter;
    const pol_code *code = s->claim.in.code;
    s->fields = POL_NEW_ARRAY(&s->claim.arena, pol_claim_field, code->field_count + matter->param_count);
    pol_trials trials = { .script = s->script, .arena = &s->claim.arena };
    pol_trial values = pol_trial_plain(&trials, s->claim.record.matter);
    if (s->fields == NULL || values.fields == NULL)
        return false;
    if (s->claim.ran)
        pol_trial_read(&trials, &s->claim, &values);
    for (uint32_t i = 0; i < code->field_count; i++)
        s->fields[s->field_count++] =
            open_field(s, &code->fields[i], &trials, s->claim.ran ? &values.fields[i] : NULL);
    for (uint32_t i = 0; i < matter->param_count; i++) {
        if (!POL_AS(param, matter->params[i]->node)->by_region)
            s->fields[s->field_count++] = fixed_field(s, matter->params[i]);
    }
    return !pol_arena_failed(&s->claim.arena);
}

const pol_claim_field *pol_stepper_field(pol_stepper *s, size_t number)
{
    if (!s->claim.has_matter || (s->fields == NULL && !make_fields(s)))
        return NULL;
    return number < s->field_count ? &s->fields[number] : NULL;
}

/* ---- giving a field --------------------------------------------------------------------------------------- */

static bool is_envelope(pol_str name)
{
    return pol_str_equal(name, POL_STR("编号")) || pol_str_equal(name, POL_STR("参保人")) ||
           pol_str_equal(name, POL_STR("家庭")) || pol_str_equal(name, POL_STR("业务类型"));
}

static const pol_field_def *field_def(const pol_stepper *s, pol_str name)
{
    for (uint32_t i = 0; s->claim.has_matter && i < s->claim.in.code->field_count; i++) {
        if (pol_str_equal(s->claim.in.code->fields[i].name, name))
            return &s->claim.in.code->fields[i];
    }
    return NULL;
}

static pol_status put(pol_stepper *s, pol_str name, bool parameter, pol_str json)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &s->script->arena.allocator);
    const pol_str record = pol_record_with(&scratch, s->json, name, parameter, json);
    pol_status status = POL_NO_MEMORY;
    if (!pol_arena_failed(&scratch))
        status = pol_stepper_settle(s, record.length > 0 ? record : POL_STR("{}"));
    pol_arena_reset(&scratch);
    return status;
}

pol_status pol_stepper_put(pol_stepper *s, const char *name, const char *json)
{
    const pol_str key = pol_str_of(name);
    const pol_field_def *field = field_def(s, key);
    if (field == NULL && !is_envelope(key))
        return POL_BAD_ARGUMENT;
    return put(s, key, field != NULL && field->role == POL_ROLE_PARAMETER, pol_str_of(json));
}

static void add_labels(pol_text *out, const pol_inspect *in, pol_shown shown)
{
    const pol_label_set *set = &in->script->model.label_sets.items[shown.type.labels];
    pol_text_char(out, '[');
    for (uint32_t code = 0, count = 0; code < set->count && code < POL_MAX_SET_LABELS; code++) {
        if ((shown.set >> code & 1) == 0)
            continue;
        if (count++ > 0)
            pol_text_char(out, ',');
        pol_json_write_string(out, set->labels[code]);
    }
    pol_text_char(out, ']');
}

bool pol_shown_json(pol_text *out, const pol_inspect *in, pol_shown shown, const pol_field_def *field)
{
    char digits[64];
    switch (shown.kind) {
    case POL_SHOWN_UNKNOWN:
    case POL_SHOWN_FAILED:
    case POL_SHOWN_TIERS: return false;
    case POL_SHOWN_ABSENT:
    case POL_SHOWN_UNLIMITED: pol_text_add(out, POL_STR("null")); return true;
    case POL_SHOWN_NUMBER: { /* what a record can hold: fen, millionths, whole numbers; rounded half up to it */
        const unsigned decimals = field->type == POL_F_AMOUNT ? 2 : field->type == POL_F_RATIO ? 6 : 0;
        pol_decimal_text(digits, shown.number.num, shown.number.den, decimals, field->type == POL_F_RATIO);
        pol_text_format(out, field->type == POL_F_INTEGER ? "%s" : "\"%s\"", digits);
        return true;
    }
    case POL_SHOWN_YESNO: pol_text_add(out, shown.yes ? POL_STR("true") : POL_STR("false")); return true;
    case POL_SHOWN_DATE:
    case POL_SHOWN_CODE: pol_json_write_string(out, pol_shown_text(in, shown, false)); return true;
    case POL_SHOWN_SET: add_labels(out, in, shown); return true;
    }
    return false;
}

/* The value as 给定 of an example would write it; empty when it cannot be read so. */
static pol_status literal_json(pol_stepper *s, const pol_field_def *field, const char *expression, pol_arena *arena,
                               pol_str *json, pol_extended *extended)
{
    pol_text text;
    pol_text_init(&text, arena);
    pol_text_add(&text, POL_STR("政策 \"?\" \"?\" 施行 自 2000-01-01 起 案例 \"?\" 给定 「"));
    pol_text_add(&text, field->name);
    pol_text_format(&text, "」 =\n%s\n期望 错误 缺少字段 \"?\"", expression);
    const uint32_t matter = pol_stepper_matter_number(s);
    const pol_status status =
        pol_script_extend(s->script, matter, pol_text_str(&text), POL_N_EXAMPLE, extended);
    if (status != POL_OK)
        return status;
    const pol_ast_example *example = POL_AS(example, extended->added);
    pol_text record;
    pol_text_init(&record, arena);
    pol_str what;
    if (example->given.count == 1 && pol_example_record(&record, extended->script, matter, example, &what))
        *json = pol_record_member(arena, pol_text_str(&record), field->name, field->role == POL_ROLE_PARAMETER);
    return pol_arena_failed(arena) ? POL_NO_MEMORY : POL_OK;
}

static bool write_text(pol_writer out, const char *text)
{
    return out.write(out.user, text, strlen(text));
}

static bool ignore(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

/* What an expression over the claim comes to, as JSON. */
static pol_status computed_json(pol_stepper *s, const pol_field_def *field, const char *expression, size_t position,
                                pol_arena *arena, pol_str *json, pol_writer errors, bool *compiled)
{
    const pol_writer nowhere = { ignore, NULL };
    pol_question *question;
    pol_status status = pol_question_new(s, expression, position, nowhere, &question);
    *compiled = status == POL_OK;
    if (status != POL_OK)
        return status;
    pol_shown shown;
    pol_answer answer;
    pol_text text;
    pol_text_init(&text, arena);
    status = pol_question_shown(question, s, position, &shown, &answer);
    const bool fits = field->type != POL_F_AMOUNT || !answer.is_share; /* 70% is no amount */
    if (status == POL_OK && answer.known && fits && pol_shown_json(&text, pol_question_inspect(question), shown, field))
        *json = pol_text_str(&text);
    else if (status == POL_OK || status == POL_FINDINGS)
        status = write_text(errors, answer.known || status == POL_FINDINGS ? (s->lang == POL_ZH ? "没有可以给定的值：" : "no value that can be given: ")
                                                 : (s->lang == POL_ZH ? "还不知道：" : "not yet known: ")) &&
                         write_text(errors, answer.text) && write_text(errors, "\n")
                     ? POL_FINDINGS
                     : POL_WRITE_FAILED;
    pol_question_free(question);
    return pol_arena_failed(arena) ? POL_NO_MEMORY : status;
}

/* JSON of an expression: a literal of the field's type, else computed; the errors of the better reading. */
static pol_status expression_json(pol_stepper *s, const pol_field_def *field, const char *expression, size_t position,
                                  pol_arena *arena, pol_str *json, pol_writer errors)
{
    pol_extended extended = { 0 };
    pol_status literal = literal_json(s, field, expression, arena, json, &extended), status = literal;
    if ((status == POL_OK && json->length == 0) || status == POL_FINDINGS) {
        bool compiled;
        status = computed_json(s, field, expression, position, arena, json, errors, &compiled);
        if (status == POL_FINDINGS && !compiled) {
            const pol_status written = pol_extended_errors(&extended, s->lang, errors);
            status = written == POL_OK ? POL_FINDINGS : written;
        }
    }
    pol_script_free(extended.script);
    return status;
}

pol_status pol_stepper_set(pol_stepper *s, const char *name, const char *expression, size_t position,
                           pol_writer errors)
{
    const pol_field_def *field = field_def(s, pol_str_of(name));
    if (field == NULL)
        return POL_BAD_ARGUMENT;
    pol_arena scratch;
    pol_arena_init(&scratch, &s->script->arena.allocator);
    pol_str json = POL_STR("");
    pol_status status = expression_json(s, field, expression, position, &scratch, &json, errors);
    if (status == POL_OK)
        status = put(s, pol_str_of(name), field->role == POL_ROLE_PARAMETER, json);
    else if (status == POL_FINDINGS)
        status = POL_BAD_ARGUMENT;
    pol_arena_reset(&scratch);
    return status;
}

pol_status pol_stepper_write(pol_stepper *s, pol_writer out)
{
    return out.write(out.user, s->json.bytes, s->json.length) ? POL_OK : POL_WRITE_FAILED;
}

/* ---- as an example ---------------------------------------------------------------------------------------- */

typedef struct expecting {
    pol_stepper *s;
    pol_text *out;
    pol_trials *trials;
    bool english, any;
    size_t line;
} expecting;

#define EXPECT_COLUMNS 84

static void start_item(expecting *x, pol_str name)
{
    pol_text_add(x->out, !x->any ? POL_STR(" ") : x->english ? POL_STR(", ") : POL_STR("，"));
    x->any = true;
    if (x->out->length - x->line > EXPECT_COLUMNS + EXPECT_COLUMNS / 2) { /* bytes: Chinese takes 3 for 2 columns */
        pol_text_add(x->out, POL_STR("\n       "));
        x->line = x->out->length;
    }
    pol_trial_name(x->out, name);
    pol_text_add(x->out, POL_STR(" = "));
}

static void expect_value(expecting *x, pol_str name, pol_field_type type, pol_given value)
{
    const pol_field_def field = { .type = (uint8_t)type };
    value.is_given = true;
    start_item(x, name);
    pol_trial_value(x->trials, x->out, &field, &value, x->english);
}

static void expect_amount(expecting *x, pol_str name, pol_shown shown)
{
    if (shown.kind == POL_SHOWN_NUMBER && POL_FEN_PER_YUAN % shown.number.den == 0)
        expect_value(x, name, POL_F_AMOUNT,
                     (pol_given){ .number = (int64_t)(shown.number.num * (POL_FEN_PER_YUAN / shown.number.den)) });
}

static void expect_output(expecting *x, uint32_t number)
{
    const pol_inspect *in = &x->s->claim.in;
    const pol_output_def *def = &in->code->outputs[number];
    const pol_shown shown = pol_inspect_output(in, number);
    switch (shown.kind) {
    case POL_SHOWN_ABSENT: expect_value(x, def->name, POL_F_TEXT, (pol_given){ .is_null = true }); return;
    case POL_SHOWN_YESNO: expect_value(x, def->name, POL_F_YESNO, (pol_given){ .number = shown.yes }); return;
    case POL_SHOWN_DATE: expect_value(x, def->name, POL_F_DATE, (pol_given){ .number = shown.date }); return;
    case POL_SHOWN_CODE: expect_value(x, def->name, POL_F_TEXT, (pol_given){ .text = pol_shown_text(in, shown, false) }); return;
    case POL_SHOWN_NUMBER:
        if (def->kind == POL_OUT_AMOUNT)
            expect_amount(x, def->name, shown);
        else if (shown.number.den == 1)
            expect_value(x, def->name, POL_F_INTEGER, (pol_given){ .number = (int64_t)shown.number.num });
        return;
    case POL_SHOWN_UNKNOWN:
    case POL_SHOWN_FAILED:
    case POL_SHOWN_UNLIMITED:
    case POL_SHOWN_SET:
    case POL_SHOWN_TIERS: return;
    }
}

static void expect_settlement(expecting *x)
{
    const pol_inspect *in = &x->s->claim.in;
    const pol_matter *matter = in->matter;
    const pol_type money = { .tag = POL_T_MONEY };
    expect_amount(x, x->english ? POL_STR("total") : POL_STR("总费用"), pol_inspect_register(in, in->map->total, money));
    for (uint32_t i = 0; i < matter->payer_count; i++)
        expect_amount(x, matter->payers[i].symbol->name, pol_inspect_facet(in, i, POL_FACET_PAID));
    expect_amount(x, x->english ? POL_STR("person") : POL_STR("个人负担"), pol_inspect_register(in, in->map->person, money));
    expect_amount(x, x->english ? POL_STR("hospital") : POL_STR("医院承担"), pol_inspect_register(in, in->map->hospital, money));
    for (size_t i = 0; i < matter->symbols.count; i++) {
        const pol_symbol *symbol = matter->symbols.items[i];
        const pol_shown shown = pol_inspect_symbol(in, symbol);
        if (symbol->kind == POL_S_STATUS && symbol->group == NULL && shown.kind == POL_SHOWN_YESNO)
            expect_value(x, symbol->name, POL_F_YESNO, (pol_given){ .number = shown.yes });
    }
    for (uint32_t i = 0; i < matter->output_count; i++)
        expect_output(x, i);
    for (uint32_t i = 0; i < matter->accum_count; i++) {
        if (matter->accums[i].integer && pol_inspect_after(in, i).kind == POL_SHOWN_NUMBER)
            expect_value(x, matter->accums[i].symbol->name, POL_F_INTEGER,
                         (pol_given){ .number = (int64_t)pol_inspect_after(in, i).number.num });
        else
            expect_amount(x, matter->accums[i].symbol->name, pol_inspect_after(in, i));
    }
}

static void expect_error(expecting *x)
{
    const pol_finding *finding = &x->s->claim.finding;
    pol_text_add(x->out, x->english ? POL_STR(" error ") : POL_STR(" 错误 "));
    pol_text_add(x->out, pol_str_of(pol_claim_error_text(finding->code)));
    pol_text_add(x->out, POL_STR(" \""));
    pol_text_add(x->out, finding->field);
    pol_text_add(x->out, POL_STR("\""));
}

static void write_example(pol_stepper *s, pol_text *out, pol_str title)
{
    pol_trials trials = { .script = s->script, .arena = &s->claim.arena };
    pol_trial values = pol_trial_plain(&trials, s->claim.record.matter);
    if (values.fields == NULL)
        return;
    pol_trial_read(&trials, &s->claim, &values);
    expecting x = { .s = s, .out = out, .trials = &trials, .english = pol_model_is_english(&s->script->model) };
    pol_text_add(out, x.english ? POL_STR("example ") : POL_STR("案例 "));
    pol_trial_value(&trials, out, &(pol_field_def){ .type = POL_F_TEXT }, &(pol_given){ .text = title }, false);
    pol_text_add(out, x.english ? POL_STR("\n  given") : POL_STR("\n  给定"));
    pol_trial_given(&trials, out, &values, x.english);
    pol_text_add(out, x.english ? POL_STR("\n  expect") : POL_STR("\n  期望"));
    x.line = out->length;
    if (pol_stepper_settled(s))
        expect_settlement(&x);
    else
        expect_error(&x);
    pol_text_char(out, '\n');
}

pol_status pol_stepper_example(pol_stepper *s, const char *title, pol_writer out)
{
    if (!s->claim.ran)
        return POL_BAD_ARGUMENT;
    pol_text text;
    pol_text_init(&text, &s->claim.arena);
    write_example(s, &text, pol_str_of(title));
    if (pol_arena_failed(&s->claim.arena))
        return POL_NO_MEMORY;
    return out.write(out.user, text.bytes, text.length) ? POL_OK : POL_WRITE_FAILED;
}
