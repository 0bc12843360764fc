/* From model to program: the fields of each matter's record, the checks before settling, statuses and
 * outputs, all in the order in which findings count (language 14). Payers are lower_payer.c's. */
#include "interp/lower.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "interp/lower_internal.h"

#define RATIO_DEN    1000000
#define OUTPUT_DIGIT ((pol_rational){ 1, RATIO_DEN }) /* numbers of 附加 have 6 decimals */

pol_sink pol_sink_of(const pol_lowering *lo, pol_node *node, pol_phase phase, pol_limit limit, pol_str field)
{
    return (pol_sink){ .phase = (uint8_t)phase, .limit = (uint8_t)limit, .field = field,
                       .message = POL_STR(""), .line = pol_line_of(lo, node) };
}

static pol_sink check_sink(const pol_lowering *lo, pol_node *node, pol_phase phase, pol_claim_error error,
                           pol_str field)
{
    pol_sink sink = pol_sink_of(lo, node, phase, POL_LIMIT_NONE, field);
    sink.error = (uint8_t)error;
    return sink;
}

pol_str pol_param_path(pol_lowering *lo, const pol_symbol *param)
{
    pol_text path;
    pol_text_init(&path, lo->arena);
    pol_text_add(&path, POL_STR("参数."));
    pol_text_add(&path, param->name);
    return pol_text_str(&path);
}

/* ---- fields ------------------------------------------------------------------------------------------- */

typedef struct field_form {
    pol_field_type type;
    pol_class class_;
    pol_i128 den, den2;
} field_form;

static field_form form_of(const pol_ast_type *type)
{
    switch ((pol_type_kind)type->kind) {
    case POL_TYPE_AMOUNT: return (field_form){ POL_F_AMOUNT, POL_C_NUM, POL_FEN_PER_YUAN, 1 };
    case POL_TYPE_RATIO: return (field_form){ POL_F_RATIO, POL_C_NUM, RATIO_DEN, 1 };
    case POL_TYPE_INTEGER: return (field_form){ POL_F_INTEGER, POL_C_NUM, 1, 1 };
    case POL_TYPE_YESNO: return (field_form){ POL_F_YESNO, POL_C_BOOL, 1, 1 };
    case POL_TYPE_DATE: return (field_form){ POL_F_DATE, POL_C_DATE, 1, 1 };
    case POL_TYPE_TEXT: return (field_form){ POL_F_TEXT, POL_C_CODE, 1, 1 };
    case POL_TYPE_TIERS: return (field_form){ POL_F_TIERS, POL_C_TIERS, POL_FEN_PER_YUAN, RATIO_DEN };
    case POL_TYPE_NAMED:
    case POL_TYPE_LABELS: break;
    }
    return type->any_of ? (field_form){ POL_F_LABELS, POL_C_SET, 1, 1 }
                        : (field_form){ POL_F_LABEL, POL_C_CODE, 1, 1 };
}

/* A default that is a constant of the field's form; others are computed by code. */
static bool constant_default(pol_lowering *lo, pol_node *value, field_form form, uint32_t *constant)
{
    const pol_note *note = pol_note_at(lo, value);
    const bool known = note->constant || note->ref == POL_REF_LABEL || note->ref == POL_REF_TEXT ||
                       pol_schedule_is_constant(lo, value);
    if (!known)
        return false;
    uint32_t reg = pol_lower_root(lo, &lo->base, value).reg;
    const pol_register r = *pol_reg(lo, reg);
    if (form.class_ == POL_C_NUM && note->constant && !note->unlimited) {
        if (form.den % note->value.den != 0)
            return false;
        reg = pol_emit_number(lo, note->value, form.den);
    } else if (form.class_ == POL_C_NUM) {
        reg = pol_emit_unlimited(lo, form.den);
    } else if (form.class_ == POL_C_TIERS) {
        if (form.den % r.den != 0 || form.den2 % r.den2 != 0)
            return false;
        reg = pol_emit_tiers_scaled(lo, reg, form.den, form.den2);
    } else if (form.class_ == POL_C_SET) {
        reg = pol_emit_constant(lo, POL_C_SET, (pol_i128)(UINT64_C(1) << (note->code & 63)), 1);
    }
    *constant = pol_constant_of(lo, reg);
    return *constant != POL_NONE32;
}

static void add_field(pol_lowering *lo, const pol_symbol *symbol, pol_field_role role, pol_node *type,
                      pol_node *value)
{
    const field_form form = form_of(POL_AS(type, type));
    const uint32_t number = lo->code->field_count++;
    pol_field_def *field = &lo->code->fields[number];
    *field = (pol_field_def){ .name = pol_str_copy(lo->program, symbol->name),
                              .type = (uint8_t)form.type,
                              .role = (uint8_t)role,
                              .labels = symbol->type.labels };
    field->reg = pol_emit_field(lo, form.class_, number, form.den, form.den2);
    if (form.type == POL_F_AMOUNT || form.type == POL_F_RATIO)
        pol_learn(lo, field->reg, POL_KNOWN_NOT_NEGATIVE);
    if (form.type == POL_F_RATIO || form.type == POL_F_TIERS)
        pol_learn(lo, field->reg, POL_KNOWN_UNIT);
    if (value == NULL)
        return;
    field->has_default = constant_default(lo, value, form, &field->default_constant);
    field->null_unlimited = pol_note_at(lo, value)->unlimited;
    field->optional = !field->has_default;
}

static void add_input(pol_lowering *lo, const pol_symbol *symbol)
{
    const pol_ast_input *input = POL_AS(input, symbol->node);
    add_field(lo, symbol, POL_ROLE_INPUT, input->type, input->value);
    pol_field_def *field = &lo->code->fields[lo->code->field_count - 1];
    field->optional = input->optional != 0 || input->required != NULL;
    field->null_allowed = input->optional != 0;
    field->best = input->best != 0;
}

/* Without the field the ledger gives the value, and 0 where there is none. */
static void add_accum(pol_lowering *lo, const pol_accum *accum)
{
    add_field(lo, accum->symbol, POL_ROLE_ACCUMULATOR, accum->node->type, NULL);
}

static void add_param(pol_lowering *lo, const pol_symbol *symbol)
{
    const pol_ast_param *param = POL_AS(param, symbol->node);
    add_field(lo, symbol, POL_ROLE_PARAMETER, param->type, param->value);
    pol_field_def *field = &lo->code->fields[lo->code->field_count - 1];
    field->optional = field->optional || param->optional != 0 || param->required != NULL;
    field->null_allowed = param->optional != 0;
    if (param->value == NULL && param->optional == 0 && param->required == NULL)
        lo->code->parameters_required = true;
}

/* Of several that are missing, the one declared first is named: their constants are made in that order. */
static void name_what_is_missing(pol_lowering *lo, const pol_symbol *symbol)
{
    pol_node *value = POL_AS(param, symbol->node)->value;
    if (value != NULL && pol_note_at(lo, value)->dated != NULL)
        (void)pol_emit_missing(lo, pol_note_at(lo, value)->type, pol_param_path(lo, symbol));
}

/* Inputs, accumulators, open parameters. Constants of defaults come between their registers, which
 * nothing minds: registers are numbered anew at the end. */
static bool add_fields(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    pol_code *code = lo->code;
    const size_t count = (size_t)matter->input_count + matter->accum_count;
    code->fields = POL_NEW_ARRAY(lo->program, pol_field_def, count + matter->param_count);
    lo->fields = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    lo->param_fields = POL_NEW_ARRAY(lo->arena, uint32_t, matter->param_count);
    if (code->fields == NULL || lo->fields == NULL || lo->param_fields == NULL)
        return false;
    for (uint32_t i = 0; i < matter->input_count; i++)
        add_input(lo, matter->inputs[i]);
    for (uint32_t i = 0; i < matter->accum_count; i++)
        add_accum(lo, &matter->accums[i]);
    for (size_t i = 0; i < count; i++)
        lo->fields[i] = code->fields[i].reg;
    for (uint32_t i = 0; i < matter->param_count; i++) {
        name_what_is_missing(lo, matter->params[i]);
        lo->param_fields[i] = POL_NONE32;
        if (POL_AS(param, matter->params[i]->node)->by_region == 0)
            continue;
        lo->param_fields[i] = code->field_count;
        add_param(lo, matter->params[i]);
    }
    code->input_count = matter->input_count;
    code->accum_field_count = matter->accum_count;
    code->governing_field = matter->governing != NULL ? matter->governing->index : POL_NONE32;
    return true;
}

/* ---- checks before settling ------------------------------------------------------------------------------ */

/* The record must have the field where the condition holds; an absent condition asks nothing. */
static void require_field(pol_lowering *lo, pol_node *node, pol_node *cond, uint32_t reg, pol_str name)
{
    const uint32_t holds = pol_lower_root(lo, &lo->base, cond).reg;
    pol_emit_at(lo, node);
    const uint32_t passes = pol_emit_select(lo, holds, pol_emit_has(lo, reg), pol_emit_truth(lo, true));
    pol_emit_check(lo, passes, check_sink(lo, node, POL_PHASE_REQUIRED, POL_ERR_MISSING, name));
}

static void check_required(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    for (uint32_t i = 0; i < matter->input_count; i++) {
        const pol_symbol *symbol = matter->inputs[i];
        pol_node *cond = POL_AS(input, symbol->node)->required;
        if (cond != NULL)
            require_field(lo, symbol->node, cond, lo->fields[i], symbol->name);
    }
    for (uint32_t i = 0; i < matter->param_count; i++) {
        const pol_symbol *symbol = matter->params[i];
        pol_node *cond = POL_AS(param, symbol->node)->required;
        if (cond != NULL && lo->param_fields[i] != POL_NONE32)
            require_field(lo, symbol->node, cond, lo->code->fields[lo->param_fields[i]].reg, pol_param_path(lo, symbol));
    }
}

/* Which field a 要求 names: the first input or accumulator in the text, else the first parameter. */
typedef struct pol_blame {
    const pol_symbol *field, *param;
    bool known;
} pol_blame;

typedef struct named { /* the symbols of a body, in order of the text */
    POL_VEC(pol_symbol *) symbols;
} named;

static void list_symbol(pol_lowering *lo, pol_symbol *symbol, const pol_note *note, void *user)
{
    named *list = user;
    (void)note;
    (void)POL_PUSH(lo->arena, list->symbols, symbol);
}

static void blame_directly(pol_lowering *lo, pol_symbol *symbol, const pol_note *note, void *user)
{
    pol_blame *found = user;
    (void)lo;
    (void)note;
    if (found->field == NULL && (symbol->kind == POL_S_INPUT || symbol->kind == POL_S_ACCUM))
        found->field = symbol;
    if (found->param == NULL && symbol->kind == POL_S_PARAM)
        found->param = symbol;
}

static void blame_more(pol_blame *found, const pol_blame *more)
{
    found->field = found->field == NULL ? more->field : found->field;
    found->param = found->param == NULL ? more->param : found->param;
}

typedef struct blame_frame {
    const pol_symbol *symbol;
    named body;
    uint32_t next;
    pol_blame found;
} blame_frame;

/* Through definitions, depth first with a stack of our own; remembered for each. */
static pol_blame blame_through(pol_lowering *lo, const pol_symbol *first)
{
    POL_VEC(blame_frame) frames = { 0 };
    const pol_blame none = { NULL, NULL, true };
    blame_frame start = { .symbol = first };
    pol_walk_body(lo, first, list_symbol, &start.body);
    if (!POL_PUSH(lo->arena, frames, start))
        return none;
    while (frames.count > 0) {
        blame_frame *top = &frames.items[frames.count - 1];
        if (top->found.field == NULL && top->next < top->body.symbols.count) {
            pol_symbol *symbol = top->body.symbols.items[top->next];
            blame_directly(lo, symbol, NULL, &top->found);
            if (pol_has_body(symbol) && !lo->blames[symbol->node->id].known) {
                blame_frame inner = { .symbol = symbol };
                pol_walk_body(lo, symbol, list_symbol, &inner.body);
                if (!POL_PUSH(lo->arena, frames, inner))
                    return none;
                continue; /* and look at it again */
            }
            if (pol_has_body(symbol))
                blame_more(&top->found, &lo->blames[symbol->node->id]);
            top->next++;
            continue;
        }
        top->found.known = true;
        lo->blames[top->symbol->node->id] = top->found;
        frames.count--;
    }
    return lo->blames[first->node->id];
}

static void blame_indirectly(pol_lowering *lo, pol_symbol *symbol, const pol_note *note, void *user)
{
    pol_blame *found = user;
    (void)note;
    if (found->field != NULL || !pol_has_body(symbol))
        return;
    const pol_blame more = lo->blames[symbol->node->id].known ? lo->blames[symbol->node->id] : blame_through(lo, symbol);
    blame_more(found, &more);
}

/* What the condition names itself comes first, then what its definitions reach (language 9.3). */
static pol_str field_to_blame(pol_lowering *lo, pol_node *cond)
{
    pol_blame found = { NULL, NULL, true };
    pol_walk_symbols(lo, cond, blame_directly, &found);
    if (found.field == NULL && found.param == NULL)
        pol_walk_symbols(lo, cond, blame_indirectly, &found);
    if (found.field != NULL)
        return found.field->name;
    if (found.param != NULL)
        return pol_param_path(lo, found.param);
    return lo->matter->governing != NULL ? lo->matter->governing->name : POL_STR("");
}

static void check_requires(pol_lowering *lo)
{
    for (uint32_t i = 0; i < lo->matter->require_count; i++) {
        const pol_ast_require *require = POL_AS(require, lo->matter->requires[i]);
        const uint32_t holds = pol_lower_root(lo, &lo->base, require->cond).reg;
        pol_sink sink = check_sink(lo, lo->matter->requires[i], POL_PHASE_REQUIRE, POL_ERR_CONTRADICTION,
                                   field_to_blame(lo, require->cond));
        sink.message = pol_node_text(require->message);
        pol_emit_check(lo, holds, sink);
    }
}

static void check_in_force(pol_lowering *lo)
{
    const pol_symbol *governing = lo->matter->governing;
    if (governing == NULL || lo->model->settle_outside)
        return;
    pol_emit_at(lo, lo->matter->node != NULL ? lo->matter->node : governing->node);
    const pol_symbol in_force = { .kind = POL_S_IN_FORCE };
    const uint32_t inside = pol_lower_symbol(lo, &lo->base, &in_force).reg;
    pol_emit_check(lo, inside,
                   check_sink(lo, lo->model->header->effective, POL_PHASE_IN_FORCE, POL_ERR_NOT_IN_FORCE, governing->name));
}

/* ---- bounds of parameters ----------------------------------------------------------------------------------- */

/* A text on one line. */
static void add_on_one_line(pol_text *out, pol_str text)
{
    bool blank = false;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.bytes[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = true;
            continue;
        }
        if (blank)
            pol_text_char(out, ' ');
        blank = false;
        pol_text_char(out, c);
    }
}

/* "不低于 80% 当 人员类别 属于 甲组（二.6）" */
static pol_str bound_text(pol_lowering *lo, const pol_ast_param *param, const pol_ast_bound *bound)
{
    pol_text text;
    pol_text_init(&text, lo->arena);
    pol_span span = bound->node.span;
    span.end = bound->when != NULL ? bound->when->span.end : bound->value->span.end;
    add_on_one_line(&text, pol_span_text(lo->model->sources, span));
    const pol_list *basis = bound->basis.count > 0 ? &bound->basis : &param->basis;
    for (uint32_t i = 0; i < basis->count; i++) {
        pol_text_add(&text, i == 0 ? POL_STR("（") : POL_STR("、"));
        pol_text_add(&text, pol_node_text(basis->items[i]));
    }
    if (basis->count > 0)
        pol_text_add(&text, POL_STR("）"));
    return pol_text_str(&text);
}

/* Every ratio of a schedule against a number. */
static uint32_t compare_ratios(pol_lowering *lo, uint32_t tiers, uint32_t number, pol_compare_op op)
{
    const pol_i128 den = pol_reg(lo, tiers)->den2;
    const pol_value value = POL_PLAIN(number);
    uint32_t least = POL_NONE32, most = POL_NONE32;
    if (op != POL_LE && op != POL_LT)
        least = pol_emit_compare(lo, POL_PLAIN(EMIT(lo, TLEAST, den, tiers)), value, op);
    if (op != POL_GE && op != POL_GT)
        most = pol_emit_compare(lo, POL_PLAIN(EMIT(lo, TMOST, den, tiers)), value, op);
    return least == POL_NONE32 ? most : most == POL_NONE32 ? least : pol_emit_and(lo, least, most);
}

static void check_bound(pol_lowering *lo, const pol_symbol *symbol, pol_ast_bound *bound)
{
    const pol_compare_op op = (pol_compare_op)bound->op;
    const bool tiers = symbol->type.tag == POL_T_TIERS;
    const uint32_t holds = bound->when != NULL ? pol_lower_root(lo, &lo->base, bound->when).reg : pol_emit_truth(lo, true);
    const pol_value limit = pol_lower_root(lo, &lo->base, bound->value);
    pol_emit_at(lo, &bound->node);
    const pol_value value = pol_lower_symbol(lo, &lo->base, symbol);
    const uint32_t within = tiers ? compare_ratios(lo, value.reg, limit.reg, op) : pol_emit_compare(lo, value, limit, op);
    pol_sink sink = check_sink(lo, &bound->node, POL_PHASE_BOUNDS, POL_ERR_OUT_OF_BOUNDS, pol_param_path(lo, symbol));
    sink.message = bound_text(lo, POL_AS(param, symbol->node), bound);
    pol_emit_check(lo, pol_emit_select(lo, holds, within, pol_emit_truth(lo, true)), sink);
}

static void check_bounds(pol_lowering *lo)
{
    for (uint32_t i = 0; i < lo->matter->param_count; i++) {
        const pol_symbol *symbol = lo->matter->params[i];
        const pol_ast_param *param = POL_AS(param, symbol->node);
        if (param->bounds.count > 0)
            pol_lower_with_uses(lo, &lo->base, symbol);
        for (uint32_t k = 0; k < param->bounds.count; k++)
            check_bound(lo, symbol, POL_AS(bound, param->bounds.items[k]));
    }
}

/* ---- the bill ---------------------------------------------------------------------------------------------------- */

static void lower_total(pol_lowering *lo)
{
    pol_ast_settle *settle = lo->matter->settle;
    lo->total = pol_emit_zero(lo);
    if (settle == NULL)
        return;
    const pol_value value = pol_lower_root(lo, &lo->base, settle->value);
    pol_emit_at(lo, &settle->node);
    lo->total = pol_emit_round(lo, value, POL_HALF_UP, POL_FEN, POL_FEN_PER_YUAN);
    pol_learn(lo, lo->total, POL_KNOWN_NOT_NEGATIVE); /* else the claim ends here */
    pol_emit_need(lo, lo->total, pol_emit_truth(lo, true),
                  pol_sink_of(lo, &settle->node, POL_PHASE_SETTLE, POL_LIMIT_AMOUNT, POL_STR("总费用")));
}

/* ---- statuses ------------------------------------------------------------------------------------------------------ */

static void add_status(pol_lowering *lo, pol_str name, uint32_t reg)
{
    lo->code->statuses[lo->code->status_count++] = (pol_status_def){ pol_str_copy(lo->program, name), reg };
}

static bool named_before(const pol_ast_status *status, uint32_t reason)
{
    const pol_str name = pol_node_text(POL_AS(reason, status->reasons.items[reason])->label);
    for (uint32_t i = 0; i < reason; i++)
        if (pol_str_equal(pol_node_text(POL_AS(reason, status->reasons.items[i])->label), name))
            return true;
    return false;
}

static void lower_status(pol_lowering *lo, pol_node *node)
{
    const pol_ast_status *status = POL_AS(status, node);
    const pol_symbol *symbol = pol_matter_find(lo->matter, pol_node_text(status->name));
    const uint32_t yes = pol_emit_truth(lo, true);
    const pol_sink sink = pol_sink_of(lo, node, POL_PHASE_SETTLE, POL_LIMIT_NONE, pol_node_text(status->name));
    pol_emit_at(lo, node);
    pol_lower_with_uses(lo, &lo->result, symbol);
    if (status->cond != NULL) {
        const uint32_t reg = pol_lower_symbol(lo, &lo->result, symbol).reg;
        pol_emit_need(lo, reg, yes, sink);
        add_status(lo, symbol->name, reg);
        return;
    }
    pol_emit_need(lo, pol_lower_group(lo, &lo->result, symbol), yes, sink);
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        const pol_node *label = POL_AS(reason, status->reasons.items[i])->label;
        const pol_symbol *reason = pol_matter_find(lo->matter, pol_node_text(label));
        if (reason != NULL && !named_before(status, i))
            add_status(lo, reason->name, pol_lower_symbol(lo, &lo->result, reason).reg);
    }
}

static int compare_statuses(const void *a, const void *b)
{
    const pol_status_def *x = a, *y = b;
    return pol_str_compare(x->name, y->name);
}

static void lower_statuses(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    size_t count = 0;
    for (uint32_t i = 0; i < matter->status_count; i++)
        count += 1 + (size_t)POL_AS(status, matter->statuses[i])->reasons.count;
    lo->code->statuses = POL_NEW_ARRAY(lo->program, pol_status_def, count);
    if (lo->code->statuses == NULL)
        return;
    for (uint32_t i = 0; i < matter->status_count; i++)
        lower_status(lo, matter->statuses[i]);
    if (lo->code->status_count > 0 && !pol_arena_failed(lo->program))
        qsort(lo->code->statuses, lo->code->status_count, sizeof *lo->code->statuses, compare_statuses);
}

/* ---- outputs ---------------------------------------------------------------------------------------------------------- */

static pol_output_kind kind_of(pol_type type)
{
    switch (type.tag) {
    case POL_T_MONEY: return POL_OUT_AMOUNT;
    case POL_T_NUMBER: return POL_OUT_NUMBER;
    case POL_T_YESNO: return POL_OUT_YESNO;
    case POL_T_DATE: return POL_OUT_DATE;
    case POL_T_TEXT: return POL_OUT_TEXT;
    case POL_T_LABEL: return POL_OUT_LABEL;
    case POL_T_ERROR:
    case POL_T_LABELS:
    case POL_T_TIERS:
    case POL_T_MONTHDAY:
    case POL_T_NONE: break;
    }
    return POL_OUT_NULL;
}

/* Numbers that a result can hold: fen, or at most 6 decimals. */
static uint32_t presentable(pol_lowering *lo, pol_value value, pol_output_kind kind)
{
    if (kind == POL_OUT_AMOUNT)
        return pol_emit_round(lo, value, POL_HALF_UP, POL_FEN, POL_FEN_PER_YUAN);
    const bool fits = !pol_is_quotient(value) && RATIO_DEN % pol_reg(lo, value.reg)->den == 0;
    return fits || kind != POL_OUT_NUMBER ? value.reg
                                          : pol_emit_round(lo, value, POL_HALF_UP, OUTPUT_DIGIT, RATIO_DEN);
}

static void lower_output(pol_lowering *lo, pol_node *node)
{
    const pol_ast_output *output = POL_AS(output, node);
    pol_node *value = output->value != NULL ? output->value : output->name;
    const pol_type type = pol_note_at(lo, value)->type;
    const pol_output_kind kind = kind_of(type);
    const pol_str name = pol_node_text(output->name);
    pol_output_def def = { .name = pol_str_copy(lo->program, name), .kind = (uint8_t)kind, .labels = type.labels,
                           .reg = POL_NONE32 };
    if (kind != POL_OUT_NULL) {
        const pol_value computed = pol_lower_root(lo, &lo->result, value);
        pol_emit_at(lo, node);
        def.reg = presentable(lo, computed, kind);
        const pol_limit limit = kind == POL_OUT_AMOUNT   ? POL_LIMIT_SIGNED
                                : kind == POL_OUT_NUMBER ? POL_LIMIT_NUMBER
                                                         : POL_LIMIT_OPTIONAL;
        pol_emit_need(lo, def.reg, pol_emit_truth(lo, true), pol_sink_of(lo, node, POL_PHASE_SETTLE, limit, name));
    }
    lo->code->outputs[lo->code->output_count++] = def;
}

static void lower_outputs(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    lo->code->outputs = POL_NEW_ARRAY(lo->program, pol_output_def, matter->output_count);
    for (uint32_t i = 0; lo->code->outputs != NULL && i < matter->output_count; i++)
        lower_output(lo, matter->outputs[i]);
}

/* ---- the map ------------------------------------------------------------------------------------------------------------ */

static bool fill_none(uint32_t *regs, size_t count)
{
    for (size_t i = 0; regs != NULL && i < count; i++)
        regs[i] = POL_NONE32;
    return regs != NULL;
}

static bool start_map(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    pol_matter_map *map = lo->map;
    const size_t lanes = lo->lane_count, payers = matter->payer_count;
    const size_t nodes = lo->keep_all ? lo->model->tree->count : 0;
    map->lane_count = lo->lane_count;
    map->node_count = (uint32_t)nodes;
    map->total = map->person = map->hospital = POL_NONE32;
    map->registers = POL_NEW_ARRAY(lo->map_arena, uint32_t, lanes * nodes);
    map->payers = POL_NEW_ARRAY(lo->map_arena, pol_payer_regs, lanes * payers);
    map->symbol_regs = POL_NEW_ARRAY(lo->map_arena, uint32_t, matter->symbols.count);
    map->merged_facets = POL_NEW_ARRAY(lo->map_arena, uint32_t, payers * POL_FACET_COUNT);
    lo->merged = POL_NEW_ARRAY(lo->arena, uint32_t, payers * POL_FACET_COUNT);
    if (lo->keep_all)
        lo->node_regs = POL_NEW_ARRAY(lo->arena, uint32_t, (lanes + 2) * nodes);
    if (lo->keep_all && !fill_none(lo->node_regs, (lanes + 2) * nodes))
        return false;
    if (map->payers == NULL || !fill_none(map->registers, lanes * nodes) ||
        !fill_none(map->symbol_regs, matter->symbols.count) ||
        !fill_none(map->merged_facets, payers * POL_FACET_COUNT) ||
        !fill_none(lo->merged, payers * POL_FACET_COUNT))
        return false;
    for (size_t i = 0; i < lanes * payers; i++) {
        map->payers[i].remaining = map->payers[i].chosen = POL_NONE32;
        (void)fill_none(map->payers[i].facets, POL_FACET_COUNT);
    }
    return true;
}

/* What a symbol's register is, if it was lowered. */
static uint32_t symbol_register(pol_lowering *lo, const pol_symbol *symbol)
{
    switch (symbol->kind) {
    case POL_S_INPUT:
    case POL_S_ACCUM:
    case POL_S_TOTAL:
    case POL_S_PERSON:
    case POL_S_HOSPITAL: return pol_lower_symbol(lo, &lo->result, symbol).reg;
    case POL_S_PARAM:
    case POL_S_DEFINE: return pol_lowered_symbol(lo, &lo->result, symbol);
    case POL_S_STATUS: {
        const pol_symbol *group = symbol->group != NULL ? symbol->group : symbol;
        const bool lowered = pol_lowered_symbol(lo, &lo->result, group) != POL_NONE32;
        return lowered ? pol_lower_symbol(lo, &lo->result, symbol).reg : POL_NONE32;
    }
    case POL_S_PAYER:
    case POL_S_SET:
    case POL_S_REMAINING:
    case POL_S_IN_FORCE: break;
    }
    return POL_NONE32;
}

/* A node's register is its lane's, else that after the merge, else the one that needs no payer. */
static void fill_node_registers(pol_lowering *lo)
{
    const size_t nodes = lo->map->node_count;
    const uint32_t *result = lo->node_regs + lo->lane_count * nodes, *base = result + nodes;
    for (size_t i = 0; i < lo->lane_count * nodes; i++) {
        const size_t node = i % nodes;
        lo->map->registers[i] = lo->node_regs[i] != POL_NONE32 ? lo->node_regs[i]
                                : result[node] != POL_NONE32   ? result[node]
                                                               : base[node];
    }
}

static void fill_map(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    pol_matter_map *map = lo->map;
    if (lo->keep_all)
        fill_node_registers(lo);
    for (size_t i = 0; i < matter->symbols.count; i++)
        map->symbol_regs[i] = symbol_register(lo, matter->symbols.items[i]);
    for (uint32_t l = 0; l < lo->lane_count; l++)
        for (uint32_t p = 0; p < matter->payer_count; p++)
            for (unsigned f = 0; f < POL_FACET_COUNT && lo->lanes[l].turns[p].settled; f++)
                map->payers[(size_t)l * matter->payer_count + p].facets[f] = lo->lanes[l].turns[p].facets[f];
    for (size_t i = 0; i < (size_t)matter->payer_count * POL_FACET_COUNT; i++)
        map->merged_facets[i] = lo->merged[i];
    map->total = lo->total;
    map->person = lo->person;
    map->hospital = lo->hospital;
}

/* Definitions and facets that nothing reads, for those who look at every figure. */
static void keep_everything(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    pol_keep_facets(lo);
    for (size_t i = 0; i < matter->symbols.count; i++) {
        const pol_symbol *symbol = matter->symbols.items[i];
        const bool has_value = symbol->kind == POL_S_DEFINE || symbol->kind == POL_S_PARAM;
        if (has_value && symbol->state == 2 && symbol->type.tag != POL_T_ERROR)
            pol_lower_with_uses(lo, &lo->result, symbol);
    }
}

/* ---- a matter --------------------------------------------------------------------------------------------------------------- */

static void lower_statements(pol_lowering *lo)
{
    check_required(lo);
    check_requires(lo);
    check_in_force(lo);
    check_bounds(lo);
    lower_total(lo);
    pol_lower_order(lo);
    pol_lower_payers(lo);
    if (pol_arena_failed(lo->arena) || lo->too_many)
        return;
    pol_lower_advances(lo);
    pol_lower_accums(lo);
    lower_statuses(lo);
    lower_outputs(lo);
    if (lo->keep_all)
        keep_everything(lo);
    fill_map(lo);
    lo->code->total = lo->total;
    lo->code->person = lo->person;
    lo->code->hospital = lo->hospital;
    lo->code->order_case = lo->order_case;
}

static bool start_matter(pol_lowering *lo)
{
    const pol_matter *matter = lo->matter;
    lo->lane_count = matter->order_count > 0 ? matter->order_count : 1;
    lo->lanes = POL_NEW_ARRAY(lo->arena, pol_lane, lo->lane_count);
    lo->uses = POL_NEW_ARRAY(lo->arena, pol_uses, lo->model->tree->rules);
    lo->blames = POL_NEW_ARRAY(lo->arena, pol_blame, lo->model->tree->rules);
    lo->order_case = POL_NONE32;
    lo->too_fine = POL_NO_SPAN;
    lo->here = POL_NO_SPAN;
    lo->base = (pol_scope){ .kind = POL_SCOPE_BASE, .number = lo->scope_count++, .remaining = POL_NONE32,
                            .own_base = POL_NONE32, .own_deductible = POL_NONE32 };
    lo->code->matter = pol_str_copy(lo->program, matter->name);
    return lo->lanes != NULL && lo->uses != NULL && lo->blames != NULL && start_map(lo) && add_fields(lo);
}

/* What cannot be written as a program: too much of it, or figures with too many decimals. */
static void report_limits(const pol_lowering *lo)
{
    pol_diags *diags = lo->model->diags;
    if (lo->too_fine.file != UINT32_MAX)
        (void)pol_report(diags, POL_D_TOO_MANY_DECIMALS, lo->too_fine);
    if (!lo->too_many)
        return;
    pol_diag *diag = pol_report(diags, POL_D_TOO_MANY_INSTRUCTIONS,
                                lo->matter->node != NULL ? lo->matter->node->span : POL_NO_SPAN);
    (void)pol_diag_text(diags, diag, "matter", lo->matter->name);
    (void)pol_diag_number(diags, diag, "limit", POL_MAX_INSTRUCTIONS);
}

/* False when memory ran out. */
static bool lower_matter(pol_lowering *lo)
{
    if (start_matter(lo))
        lower_statements(lo);
    if (pol_arena_failed(lo->arena) || pol_arena_failed(lo->program) || pol_arena_failed(lo->map_arena))
        return false;
    const bool finished = lo->too_fine.file == UINT32_MAX && pol_emit_finish(lo);
    report_limits(lo);
    return finished || !(pol_arena_failed(lo->arena) || pol_arena_failed(lo->program));
}

/* ---- the program ---------------------------------------------------------------------------------------------------------------- */

static bool copy_labels(pol_program *program, const pol_model *model)
{
    const size_t count = model->label_sets.count;
    program->label_sets = POL_NEW_ARRAY(&program->arena, pol_label_set, count);
    for (size_t i = 0; program->label_sets != NULL && i < count; i++) {
        const pol_label_set *from = &model->label_sets.items[i];
        pol_label_set *to = &program->label_sets[i];
        *to = (pol_label_set){ .name = pol_str_copy(&program->arena, from->name), .count = from->count };
        to->labels = POL_NEW_ARRAY(&program->arena, pol_str, from->count);
        for (uint32_t k = 0; to->labels != NULL && k < from->count; k++)
            to->labels[k] = pol_str_copy(&program->arena, from->labels[k]);
    }
    program->label_set_count = (uint32_t)count;
    return !pol_arena_failed(&program->arena);
}

static bool copy_texts(pol_program *program, const pol_model *model)
{
    const size_t count = model->texts.count;
    program->texts = POL_NEW_ARRAY(&program->arena, pol_str, count);
    for (size_t i = 0; program->texts != NULL && i < count; i++)
        program->texts[i] = pol_str_copy(&program->arena, model->texts.items[i]);
    program->text_count = (uint32_t)count;
    return !pol_arena_failed(&program->arena);
}

static bool start_program(pol_program *program, const pol_model *model)
{
    pol_arena *arena = &program->arena;
    program->id = pol_str_copy(arena, model->id);
    program->id_z = program->id.bytes; /* copies end in NUL */
    program->title = pol_str_copy(arena, model->title);
    program->series = pol_str_copy(arena, model->series);
    program->superior = POL_STR("");
    program->from = model->from;
    program->to = model->to;
    program->settle_outside = model->settle_outside;
    program->matter_count = (uint32_t)model->matters.count;
    program->matters = POL_NEW_ARRAY(arena, pol_code, program->matter_count);
    return copy_labels(program, model) && copy_texts(program, model);
}

static bool lower_program(const pol_model *model, pol_arena *map_arena, bool keep_all, pol_lowered *out)
{
    pol_program *program = out->program;
    out->maps = POL_NEW_ARRAY(map_arena, pol_matter_map, model->matters.count);
    if (out->maps == NULL || !start_program(program, model))
        return false;
    for (uint32_t i = 0; i < program->matter_count; i++) {
        pol_arena scratch;
        pol_arena_init(&scratch, &program->arena.allocator);
        pol_lowering lo = { .model = model, .matter = model->matters.items[i], .arena = &scratch,
                            .program = &program->arena, .map_arena = map_arena, .code = &program->matters[i],
                            .keep_all = keep_all, .map = &out->maps[i] };
        const bool done = lower_matter(&lo);
        pol_arena_reset(&scratch);
        if (!done)
            return false;
    }
    return true;
}

/* A fault of this stage, never of the script. */
static void report_refusal(const pol_model *model, const char *reason)
{
    pol_diag *diag = pol_report(model->diags, POL_D_BYTECODE_REFUSED, POL_NO_SPAN);
    (void)pol_diag_text(model->diags, diag, "reason", pol_str_of(reason));
    assert(false);
}

bool pol_lower(const pol_model *model, const pol_allocator *allocator, pol_arena *map_arena, bool keep_all,
               pol_lowered *out)
{
    const uint32_t errors = model->diags->error_count;
    *out = (pol_lowered){ .program = pol_program_new(allocator) };
    if (out->program == NULL)
        return false;
    bool done = lower_program(model, map_arena, keep_all, out);
    bool good = done && model->diags->error_count == errors;
    if (good) {
        char reason[256];
        good = pol_verify(out->program, reason);
        done = good || strstr(reason, "out of memory") == NULL;
        if (!good && done)
            report_refusal(model, reason);
    }
    if (!good) {
        pol_program_free(out->program);
        *out = (pol_lowered){ 0 };
    }
    return done;
}
