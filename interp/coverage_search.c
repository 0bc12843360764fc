/* pol_script_missing: claims that reach what the examples do not, as examples whose 期望 is still to be
 * filled in.
 *
 * It starts from the claims of the examples and changes a field or a few at a time. Where a claim came by an
 * edge on the other side, the walk says what separates them (pol_goal.gap), and amounts are moved by that:
 * most figures of a policy follow an input one to one. The rest is chance among the values that the script
 * itself writes, a fen to either side of them. Chance is the same on every call. What it finds has been run:
 * each example surely reaches what it says. */
#include <string.h>

#include "grammar/lex_word.h"
#include "interp/base/utf8.h"
#include "interp/coverage.h"
#include "interp/examples.h"
#include "interp/json.h"

#define MAX_TRIES 40000u   /* claims to be run in search of one script */
#define LITTLE 12u         /* changes tried of one claim before another is taken */
#define MAX_TEXT_VALUES 4096u
#define LINE_COLUMNS 84    /* after which 给定 goes on in a new line */

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* What a claim gives for one field. */
typedef struct given {
    bool is_given, is_null;
    int64_t number;  /* AMOUNT fen, RATIO millionths, INTEGER, DATE days, LABEL code, YESNO 0 or 1 */
    uint64_t set;    /* LABELS */
    pol_str text;    /* TEXT */
    uint32_t slices; /* TIERS */
    int64_t uppers[POL_MAX_TIERS], ratios[POL_MAX_TIERS]; /* the last upper has no bound */
} given;

typedef struct trial { /* a claim: a value for each field of its matter */
    uint32_t matter;
    uint32_t root; /* the claim of the pool that it comes from, an example's */
    given *fields;
} trial;

typedef struct target { /* a goal that is not reached yet */
    bool done;
    bool has_base;
    trial base;       /* the claim that came nearest */
    pol_rational gap; /* what separates it */
} target;

typedef struct search {
    pol_coverage coverage;
    const pol_script *script;
    pol_arena *arena; /* the coverage's */
    pol_lang lang;
    uint64_t chance;
    POL_VEC(int64_t) amounts, ratios, integers, dates; /* what the script writes, in the units of `given` */
    POL_VEC(pol_str) texts;
    POL_VEC(trial) pool;  /* the examples, then what was found */
    target *targets;      /* by goal */
    uint32_t tries;
    uint32_t found;
} search;

static uint64_t chance(search *s)
{
    uint64_t z = s->chance += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint32_t below(search *s, size_t count)
{
    return count == 0 ? 0 : (uint32_t)(chance(s) % count);
}

static const pol_code *code_of(const search *s, uint32_t matter)
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
    search *const s = user;
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

static void gather_values(search *s)
{
    static const int64_t k_amounts[] = { 0, 1, 100, 100000, 1000000, 10000000, 100000000 };
    static const int64_t k_ratios[] = { 0, 1, 500000, 1000000 };
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
}

/* ---- trials ------------------------------------------------------------------------------------------------------ */

static trial copy_trial(search *s, const trial *from)
{
    trial made = { .matter = from->matter, .root = from->root };
    const uint32_t count = code_of(s, from->matter)->field_count;
    made.fields = POL_NEW_ARRAY(s->arena, given, count);
    if (made.fields != NULL && count > 0)
        memcpy(made.fields, from->fields, count * sizeof *made.fields);
    return made;
}

/* Of one matter. */
static void assign(trial *to, const trial *from, uint32_t fields)
{
    to->root = from->root;
    if (fields > 0)
        memcpy(to->fields, from->fields, fields * sizeof *to->fields);
}

static void add_decimal(pol_text *out, int64_t number, int64_t unit, unsigned decimals, bool trim)
{
    char digits[64];
    pol_decimal_text(digits, number, unit, decimals, trim);
    pol_text_add(out, pol_str_of(digits));
}

static pol_str label_of(const search *s, const pol_field_def *field, uint32_t code)
{
    return s->script->traced.program->label_sets[field->labels].labels[code];
}

static void add_json_tiers(pol_text *out, const given *value)
{
    for (uint32_t i = 0; i < value->slices; i++) {
        pol_text_add(out, i == 0 ? POL_STR("[{\"上限\":") : POL_STR(",{\"上限\":"));
        if (i + 1 == value->slices)
            pol_text_add(out, POL_STR("null"));
        else
            add_decimal(out, value->uppers[i], POL_FEN_PER_YUAN, 2, false);
        pol_text_add(out, POL_STR(",\"比例\":"));
        add_decimal(out, value->ratios[i], 1000000, 6, true);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_json_value(const search *s, pol_text *out, const pol_field_def *field, const given *value)
{
    char date[16];
    if (value->is_null) {
        pol_text_add(out, POL_STR("null"));
        return;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: add_decimal(out, value->number, POL_FEN_PER_YUAN, 2, false); return;
    case POL_F_RATIO: add_decimal(out, value->number, 1000000, 6, true); return;
    case POL_F_INTEGER: add_decimal(out, value->number, 1, 0, false); return;
    case POL_F_YESNO: pol_text_add(out, value->number != 0 ? POL_STR("true") : POL_STR("false")); return;
    case POL_F_DATE:
        pol_date_text(date, (pol_date)value->number);
        pol_json_write_string(out, pol_str_of(date));
        return;
    case POL_F_TEXT: pol_json_write_string(out, value->text); return;
    case POL_F_LABEL: pol_json_write_string(out, label_of(s, field, (uint32_t)value->number)); return;
    case POL_F_LABELS: {
        char before = '[';
        for (uint32_t code = 0; code < 64; code++) {
            if ((value->set >> code & 1) == 0)
                continue;
            pol_text_char(out, before);
            pol_json_write_string(out, label_of(s, field, code));
            before = ',';
        }
        pol_text_char(out, ']');
        return;
    }
    case POL_F_TIERS: add_json_tiers(out, value); return;
    }
}

static void add_json_fields(const search *s, pol_text *out, const trial *t, bool parameters, bool *any)
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

static void write_json(const search *s, pol_text *out, const trial *t)
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

/* ---- running ------------------------------------------------------------------------------------------------------- */

typedef struct outcome {
    bool ran;
    pol_claim_error error;
} outcome;

static int64_t units_of(pol_rational number, pol_i128 unit)
{
    return (int64_t)(number.num * unit / number.den);
}

static void read_tiers(given *value, const pol_shown *shown)
{
    value->slices = shown->tiers->count;
    for (uint32_t i = 0; i < value->slices; i++) {
        const pol_tier *const tier = &shown->tiers->tiers[i];
        value->ratios[i] = units_of(pol_rational_make(tier->ratio, shown->den2), 1000000);
        if (tier->upper != POL_NUM_UNLIMITED)
            value->uppers[i] = units_of(pol_rational_make(tier->upper, shown->den), POL_FEN_PER_YUAN);
    }
}

static void read_value(given *value, pol_inspect *in, const pol_field_def *field)
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

/* The fields that the claim's record gave. A category that is 就高 has been spread: each row has one. */
static void read_fields(search *s, pol_one_claim *claim, trial *values)
{
    const pol_code *const code = claim->in.code;
    for (uint32_t i = 0; i < code->field_count; i++) {
        given *const value = &values->fields[i];
        *value = (given){ .is_given = false };
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

/* Runs a record; the coverage's marks and gaps are then this claim's alone. Of an example: `values` takes
 * what it gives. */
static pol_status run_record(search *s, pol_str record, uint32_t matter, const pol_ast_example *example, trial *values,
                             outcome *result)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        s->coverage.goals.items[i].reached = s->coverage.goals.items[i].has_gap = false;
    pol_one_claim claim;
    const pol_status status = pol_one_claim_run(&claim, s->script, record, matter, s->lang);
    *result = (outcome){ claim.ran, claim.finding.code };
    if (status == POL_OK && claim.ran) {
        pol_coverage_add(&s->coverage, &claim, example);
        if (values != NULL)
            read_fields(s, &claim, values);
    }
    pol_one_claim_free(&claim);
    return status;
}

static pol_status run_trial(search *s, const trial *t, outcome *result)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &s->script->arena.allocator);
    pol_text record;
    pol_text_init(&record, &scratch);
    write_json(s, &record, t);
    const pol_status status = pol_arena_failed(&scratch)
                                  ? POL_NO_MEMORY
                                  : run_record(s, pol_text_str(&record), t->matter, NULL, NULL, result);
    pol_arena_reset(&scratch);
    s->tries++;
    return status;
}

/* ---- changing a claim ------------------------------------------------------------------------------------------------ */

static int64_t pick(search *s, const int64_t *values, size_t count)
{
    return count == 0 ? 0 : values[below(s, count)];
}

static int64_t clamped(pol_i128 value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : (int64_t)value;
}

/* Another amount: one that the script writes or near it, another field's, a multiple, a little more or less. */
static int64_t other_amount(search *s, const trial *t, int64_t now)
{
    static const int64_t k_steps[] = { -100, -1, 0, 0, 1, 100 };
    const pol_code *const code = code_of(s, t->matter);
    const int64_t step = k_steps[below(s, sizeof k_steps / sizeof k_steps[0])];
    const uint32_t field = below(s, code->field_count);
    switch (below(s, 7)) {
    case 0:
        if (code->fields[field].type == POL_F_AMOUNT && t->fields[field].is_given)
            return clamped((pol_i128)t->fields[field].number + step, POL_MAX_AMOUNT_FEN);
        return now;
    case 1: return clamped((pol_i128)now * (2 + below(s, 19)), POL_MAX_AMOUNT_FEN);
    case 2: return now / (2 + below(s, 19));
    case 4: return clamped((pol_i128)now + below(s, 201) - 100, POL_MAX_AMOUNT_FEN);
    case 3: return clamped((pol_i128)now + pick(s, s->amounts.items, s->amounts.count), POL_MAX_AMOUNT_FEN);
    default: return clamped((pol_i128)pick(s, s->amounts.items, s->amounts.count) + step, POL_MAX_AMOUNT_FEN);
    }
}

static void other_tiers(search *s, given *value)
{
    const uint32_t slices = 1 + below(s, 3);
    int64_t upper = 0;
    value->slices = slices;
    for (uint32_t i = 0; i < slices; i++) {
        upper += 1 + pick(s, s->amounts.items, s->amounts.count);
        value->uppers[i] = upper;
        value->ratios[i] = clamped(pick(s, s->ratios.items, s->ratios.count), 1000000);
    }
}

static void other_value(search *s, const trial *t, uint32_t number)
{
    const pol_field_def *const field = &code_of(s, t->matter)->fields[number];
    given *const value = &t->fields[number];
    const bool may_lack = field->optional || field->has_default;
    if (may_lack && below(s, 8) == 0) {
        *value = (given){ .is_given = field->null_unlimited && below(s, 2) == 0, .is_null = true };
        return;
    }
    value->is_given = true;
    value->is_null = false;
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: value->number = other_amount(s, t, value->number); return;
    case POL_F_RATIO:
        value->number = clamped((pol_i128)pick(s, s->ratios.items, s->ratios.count) +
                                    (below(s, 3) == 0 ? (int64_t)below(s, 20001) - 10000 : 0), 1000000);
        return;
    case POL_F_INTEGER: value->number = pick(s, s->integers.items, s->integers.count) + below(s, 3) - 1; return;
    case POL_F_DATE:
        value->number = pick(s, s->dates.items, s->dates.count) + (int64_t)below(s, 3) - 1;
        value->number = value->number < POL_DATE_MIN ? POL_DATE_MIN : value->number > POL_DATE_MAX ? POL_DATE_MAX : value->number;
        return;
    case POL_F_YESNO: value->number = value->number == 0 ? 1 : 0; return;
    case POL_F_TEXT: value->text = s->texts.items[below(s, s->texts.count)]; return;
    case POL_F_LABEL: value->number = below(s, s->script->traced.program->label_sets[field->labels].count); return;
    case POL_F_LABELS: {
        const uint64_t label = (uint64_t)1 << below(s, s->script->traced.program->label_sets[field->labels].count);
        value->set = below(s, 2) == 0 || (value->set & ~label) == 0 ? value->set | label : value->set & ~label;
        return;
    }
    case POL_F_TIERS: other_tiers(s, value); return;
    }
}

/* Moves one figure by what separates the claim from the edge; a share of it, where a ratio lies between. */
static bool move_by_gap(search *s, const trial *t, pol_rational gap)
{
    const pol_code *const code = code_of(s, t->matter);
    const uint32_t number = below(s, code->field_count);
    given *const value = &t->fields[number];
    const uint8_t type = code->fields[number].type;
    const pol_i128 unit = type == POL_F_AMOUNT ? POL_FEN_PER_YUAN : type == POL_F_RATIO ? 1000000 : 1;
    if ((type != POL_F_AMOUNT && type != POL_F_RATIO && type != POL_F_INTEGER && type != POL_F_DATE) || value->is_null)
        return false;
    const pol_i128 limit = (pol_i128)POL_MAX_AMOUNT_FEN * 2;
    pol_i128 move = gap.num / gap.den > limit || gap.num / gap.den < -limit ? 0 : gap.num * unit / gap.den;
    const int64_t ratio = pick(s, s->ratios.items, s->ratios.count);
    if (below(s, 3) == 0 && ratio > 0 && move < limit && move > -limit)
        move = move * 1000000 / ratio;
    if (below(s, 2) == 0)
        move = -move;
    move += (int64_t)below(s, 3) - 1;
    const pol_i128 now = (pol_i128)value->number + move;
    const int64_t most = type == POL_F_AMOUNT ? POL_MAX_AMOUNT_FEN : type == POL_F_RATIO ? 1000000 : type == POL_F_DATE ? POL_DATE_MAX : 999999999;
    const bool fits = now <= most && now >= (type == POL_F_DATE ? POL_DATE_MIN : type == POL_F_INTEGER ? -most : 0);
    if (fits) {
        value->is_given = true;
        value->number = (int64_t)now;
    }
    return fits;
}

static void change(search *s, const trial *t, const target *aim)
{
    const uint32_t fields = code_of(s, t->matter)->field_count;
    if (fields == 0)
        return;
    if (aim != NULL && aim->has_base && below(s, 4) != 0)
        for (uint32_t tries = 0; tries < 8 && !move_by_gap(s, t, aim->gap); tries++)
            ;
    else
        other_value(s, t, below(s, fields));
    while (below(s, 3) == 0)
        other_value(s, t, below(s, fields));
}

/* ---- what was found --------------------------------------------------------------------------------------------------- */

static bool is_plain(pol_str word)
{
    return pol_is_word(word) && pol_keyword_find(word) == NULL;
}

static void add_name(pol_text *out, pol_str name)
{
    pol_text_add(out, is_plain(name) ? POL_STR("") : POL_STR("「"));
    pol_text_add(out, name);
    pol_text_add(out, is_plain(name) ? POL_STR("") : POL_STR("」"));
}

static void add_label(pol_text *out, pol_str label)
{
    const bool quoted = memchr(label.bytes, '"', label.length) != NULL;
    if (is_plain(label)) {
        pol_text_add(out, label);
        return;
    }
    pol_text_add(out, quoted ? POL_STR("“") : POL_STR("\""));
    pol_text_add(out, label);
    pol_text_add(out, quoted ? POL_STR("”") : POL_STR("\""));
}

static void add_money(pol_text *out, int64_t fen, bool english)
{
    const int64_t wan = (int64_t)10000 * POL_FEN_PER_YUAN;
    if (!english && fen >= wan && fen % (wan / 100) == 0 && fen < wan * 10000) {
        add_decimal(out, fen, wan, 2, true);
        pol_text_add(out, POL_STR("万元"));
        return;
    }
    add_decimal(out, fen, POL_FEN_PER_YUAN, 2, true);
    pol_text_add(out, english ? POL_STR(" yuan") : POL_STR("元"));
}

static void add_tiers(pol_text *out, const given *value, bool english)
{
    pol_text_add(out, POL_STR("{ "));
    for (uint32_t i = 0; i < value->slices; i++) {
        pol_text_add(out, i == 0 ? POL_STR("[") : POL_STR("; ["));
        add_money(out, i == 0 ? 0 : value->uppers[i - 1], english);
        pol_text_add(out, POL_STR(", "));
        if (i + 1 == value->slices)
            pol_text_add(out, english ? POL_STR("unlimited") : POL_STR("不限"));
        else
            add_money(out, value->uppers[i], english);
        pol_text_add(out, POL_STR(") : "));
        add_decimal(out, value->ratios[i], 10000, 4, true);
        pol_text_char(out, '%');
    }
    pol_text_add(out, POL_STR(" }"));
}

static void add_labels(const search *s, pol_text *out, const pol_field_def *field, uint64_t set)
{
    const char *between = "{ ";
    for (uint32_t code = 0; code < 64; code++) {
        if ((set >> code & 1) == 0)
            continue;
        pol_text_add(out, pol_str_of(between));
        add_label(out, label_of(s, field, code));
        between = ", ";
    }
    pol_text_add(out, POL_STR(" }"));
}

static void add_value(const search *s, pol_text *out, const pol_field_def *field, const given *value, bool english)
{
    char date[16];
    if (value->is_null) {
        pol_text_add(out, field->null_unlimited ? (english ? POL_STR("unlimited") : POL_STR("不限"))
                                                : (english ? POL_STR("none") : POL_STR("空")));
        return;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: add_money(out, value->number, english); return;
    case POL_F_RATIO:
        add_decimal(out, value->number, 10000, 4, true);
        pol_text_char(out, '%');
        return;
    case POL_F_INTEGER: add_decimal(out, value->number, 1, 0, false); return;
    case POL_F_YESNO:
        pol_text_add(out, value->number != 0 ? (english ? POL_STR("yes") : POL_STR("是")) : english ? POL_STR("no") : POL_STR("否"));
        return;
    case POL_F_DATE:
        pol_date_text(date, (pol_date)value->number);
        pol_text_add(out, pol_str_of(date));
        return;
    case POL_F_TEXT: {
        const bool quoted = memchr(value->text.bytes, '"', value->text.length) != NULL;
        pol_text_add(out, quoted ? POL_STR("“") : POL_STR("\""));
        pol_text_add(out, value->text);
        pol_text_add(out, quoted ? POL_STR("”") : POL_STR("\""));
        return;
    }
    case POL_F_LABEL: add_label(out, label_of(s, field, (uint32_t)value->number)); return;
    case POL_F_LABELS: add_labels(s, out, field, value->set); return;
    case POL_F_TIERS: add_tiers(out, value, english); return;
    }
}

/* The goals that a trial was found for, as comments. */
static void add_reasons(const search *s, pol_text *out, const bool *news)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        const pol_goal *const goal = &s->coverage.goals.items[i];
        pol_str name, part;
        if (!news[i])
            continue;
        pol_goal_text(&s->coverage, goal, s->lang, out->arena, &name, &part);
        pol_text_format(out, s->lang == POL_ZH ? "# 第 %u 行 %s " : "# line %u %s ", (unsigned)pol_goal_line(&s->coverage, goal),
                        pol_goal_kind_text(goal->kind, s->lang));
        pol_text_add(out, name);
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("：") : POL_STR(": "));
        pol_text_add(out, part);
        pol_text_char(out, '\n');
    }
}

static void add_example(search *s, pol_text *out, const trial *t, const bool *news, bool rejected)
{
    const pol_code *const code = code_of(s, t->matter);
    const bool english = pol_model_is_english(&s->script->model);
    add_reasons(s, out, news);
    pol_text_format(out, english ? "example \"to fill in %u\"\n  given" : "案例 \"待填 %u\"\n  给定", (unsigned)++s->found);
    size_t line = out->length;
    bool first = true;
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (!t->fields[i].is_given)
            continue;
        pol_text_add(out, first ? POL_STR(" ") : english ? POL_STR(", ") : POL_STR("，"));
        first = false;
        if (pol_utf8_text_width((pol_str){ out->bytes + line, out->length - line }) > LINE_COLUMNS) {
            pol_text_add(out, POL_STR("\n       "));
            line = out->length;
        }
        add_name(out, code->fields[i].name);
        pol_text_add(out, POL_STR(" = "));
        add_value(s, out, &code->fields[i], &t->fields[i], english);
    }
    pol_text_add(out, english ? POL_STR("\n  expect  # ") : POL_STR("\n  期望  # "));
    if (rejected)
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("待填：按文件这笔数据不能结算，写“错误 代码 字段”")
                                            : POL_STR("to fill in: the document refuses this claim: error CODE FIELD"));
    else
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("待填：按文件算出的各方支付、个人负担、状态")
                                            : POL_STR("to fill in: payers, the person's share and statuses by the document"));
    pol_text_add(out, POL_STR("\n\n"));
}

/* ---- the search ---------------------------------------------------------------------------------------------------------- */

static uint32_t open_targets(const search *s)
{
    uint32_t open = 0;
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        open += s->targets[i].done ? 0 : 1;
    return open;
}

static bool is_nearer(pol_rational a, pol_rational b)
{
    a.num = a.num < 0 ? -a.num : a.num;
    b.num = b.num < 0 ? -b.num : b.num;
    return pol_rational_compare(a, b) < 0;
}

/* After a run: which open goals it came nearer to. */
static void note_gaps(search *s, const trial *t)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        const pol_goal *const goal = &s->coverage.goals.items[i];
        target *const aim = &s->targets[i];
        if (aim->done || goal->reached || !goal->has_gap || (aim->has_base && !is_nearer(goal->gap, aim->gap)))
            continue;
        if (aim->has_base && aim->base.matter == t->matter)
            assign(&aim->base, t, code_of(s, t->matter)->field_count);
        else
            aim->base = copy_trial(s, t);
        aim->has_base = aim->base.fields != NULL;
        aim->gap = goal->gap;
    }
}

/* After a run: the open goals that it reached. */
static bool note_news(const search *s, bool *news)
{
    bool any = false;
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        news[i] = !s->targets[i].done && s->coverage.goals.items[i].reached;
        any |= news[i];
    }
    return any;
}

static bool still_reaches(const search *s, const bool *news)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        if (news[i] && !s->coverage.goals.items[i].reached)
            return false;
    }
    return true;
}

/* Takes back every change that the goals do not need: what is left is what it differs in from an example. */
static pol_status simplify(search *s, trial *t, const bool *news)
{
    const trial *const origin = &s->pool.items[t->root];
    const uint32_t fields = code_of(s, t->matter)->field_count;
    outcome result;
    for (uint32_t i = 0; i < fields; i++) {
        if (memcmp(&t->fields[i], &origin->fields[i], sizeof *t->fields) == 0)
            continue;
        const given changed = t->fields[i];
        t->fields[i] = origin->fields[i];
        const pol_status status = run_trial(s, t, &result);
        if (status != POL_OK)
            return status;
        if (!still_reaches(s, news))
            t->fields[i] = changed;
    }
    return run_trial(s, t, &result);
}

static pol_status keep(search *s, pol_text *out, trial *t, bool *news)
{
    pol_status status = simplify(s, t, news);
    outcome result;
    if (status == POL_OK)
        status = run_trial(s, t, &result);
    if (status != POL_OK)
        return status;
    (void)note_news(s, news);
    add_example(s, out, t, news, result.error != POL_ERR_NONE);
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        s->targets[i].done |= news[i];
    const trial kept = copy_trial(s, t);
    (void)POL_PUSH(s->arena, s->pool, kept);
    return pol_arena_failed(s->arena) ? POL_NO_MEMORY : POL_OK;
}

/* One open goal, by chance; NULL when none has a claim near it. */
static const target *choose_target(search *s)
{
    const size_t count = s->coverage.goals.count, start = below(s, count);
    for (size_t i = 0; i < count; i++) {
        const target *const aim = &s->targets[(start + i) % count];
        if (!aim->done && aim->has_base)
            return aim;
    }
    return NULL;
}

/* A claim to start from, and a few changes of it. */
static pol_status explore(search *s, pol_text *out, bool *news)
{
    const target *const aim = below(s, 3) == 0 ? NULL : choose_target(s);
    const trial origin = copy_trial(s, aim != NULL ? &aim->base : &s->pool.items[below(s, s->pool.count)]);
    trial now = copy_trial(s, &origin);
    const uint32_t fields = code_of(s, origin.matter)->field_count;
    pol_status status = pol_arena_failed(s->arena) ? POL_NO_MEMORY : POL_OK;
    for (uint32_t i = 0; i < LITTLE && status == POL_OK; i++) {
        outcome result;
        assign(&now, &origin, fields);
        change(s, &now, aim);
        status = run_trial(s, &now, &result);
        if (status != POL_OK || !result.ran)
            continue;
        note_gaps(s, &now);
        if (note_news(s, news))
            status = keep(s, out, &now, news);
    }
    return status;
}

/* A claim of a matter without examples: what its fields are at least. */
static trial plain_trial(search *s, uint32_t matter)
{
    const pol_code *const code = code_of(s, matter);
    trial made = { .matter = matter, .fields = POL_NEW_ARRAY(s->arena, given, code->field_count) };
    for (uint32_t i = 0; i < code->field_count && made.fields != NULL; i++) {
        given *const value = &made.fields[i];
        value->is_given = !code->fields[i].optional && !code->fields[i].has_default && code->fields[i].role != POL_ROLE_ACCUMULATOR;
        value->number = code->fields[i].type == POL_F_DATE ? s->script->model.from : 0;
        value->set = 1;
        value->text = POL_STR("");
        value->slices = 1;
    }
    return made;
}

static void add_to_pool(search *s, trial root)
{
    root.root = (uint32_t)s->pool.count;
    (void)POL_PUSH(s->arena, s->pool, root);
}

/* The claims of the examples: the pool, and what they reach. */
static pol_status start(search *s)
{
    pol_status status = POL_OK;
    for (uint32_t m = 0; m < s->script->model.matters.count && status == POL_OK; m++) {
        const pol_matter *const matter = s->script->model.matters.items[m];
        add_to_pool(s, plain_trial(s, m));
        for (uint32_t i = 0; i < matter->example_count && status == POL_OK; i++) {
            pol_text record;
            pol_text_init(&record, s->arena);
            pol_str what;
            outcome result;
            trial values = plain_trial(s, m);
            pol_ast_example *const example = POL_AS(example, matter->examples[i]);
            if (!pol_example_record(&record, s->script, m, example, &what))
                continue;
            status = pol_arena_failed(s->arena) ? POL_NO_MEMORY
                                                : run_record(s, pol_text_str(&record), m, example, &values, &result);
            if (status != POL_OK || !result.ran)
                continue;
            add_to_pool(s, values);
            for (size_t g = 0; g < s->coverage.goals.count; g++)
                s->targets[g].done |= s->coverage.goals.items[g].reached;
            note_gaps(s, &s->pool.items[s->pool.count - 1]);
        }
    }
    return pol_arena_failed(s->arena) ? POL_NO_MEMORY : status;
}

static void add_unreached(const search *s, pol_text *out)
{
    if (open_targets(s) == 0)
        return;
    pol_text_add(out, s->lang == POL_ZH ? POL_STR("# 没有找到能到达下列各处的数据（可能本来就到不了）：\n")
                                        : POL_STR("# no claim was found that reaches these (perhaps none can):\n"));
    bool *const news = POL_NEW_ARRAY(out->arena, bool, s->coverage.goals.count);
    for (size_t i = 0; i < s->coverage.goals.count && news != NULL; i++)
        news[i] = !s->targets[i].done;
    if (news != NULL)
        add_reasons(s, out, news);
}

static pol_status find_missing(search *s, pol_text *out, pol_coverage_summary *summary)
{
    bool *const news = POL_NEW_ARRAY(s->arena, bool, s->coverage.goals.count);
    s->targets = POL_NEW_ARRAY(s->arena, target, s->coverage.goals.count);
    gather_values(s);
    pol_status status = pol_arena_failed(s->arena) ? POL_NO_MEMORY : start(s);
    while (status == POL_OK && s->tries < MAX_TRIES && s->pool.count > 0 && open_targets(s) > 0)
        status = explore(s, out, news);
    if (status == POL_OK)
        add_unreached(s, out);
    *summary = (pol_coverage_summary){ (unsigned)s->coverage.goals.count - (status == POL_OK ? open_targets(s) : 0),
                                       (unsigned)s->coverage.goals.count };
    return status;
}

pol_status pol_script_missing(pol_script *script, pol_lang lang, pol_writer out, pol_coverage_summary *summary)
{
    pol_status status = pol_script_trace(script);
    if (status != POL_OK)
        return status == POL_FINDINGS ? POL_BAD_ARGUMENT : status;
    pol_coverage_summary sum = { 0, 0 };
    search s = { .script = script, .lang = lang };
    status = pol_coverage_init(&s.coverage, script) ? POL_OK : POL_NO_MEMORY;
    s.arena = &s.coverage.arena;
    pol_text text;
    pol_text_init(&text, s.arena);
    if (status == POL_OK)
        status = find_missing(&s, &text, &sum);
    if (status == POL_OK && pol_arena_failed(s.arena))
        status = POL_NO_MEMORY;
    if (status == POL_OK && text.length > 0 && !out.write(out.user, text.bytes, text.length))
        status = POL_WRITE_FAILED;
    if (summary != NULL)
        *summary = sum;
    pol_coverage_fini(&s.coverage);
    return status;
}
