/* One settled claim as the tree of its figures: the bill, the results, and why a claim was rejected. */
#include "interp/explain_internal.h"
#include "interp/lanes.h"

/* ---- the other results --------------------------------------------------------------------------------- */

void pol_ex_total(explainer *e, pol_figure *root)
{
    pol_ast_settle *settle = e->in->matter->settle;
    if (settle == NULL)
        return;
    pol_figure *figure = pol_ex_part(e, root, "总费用", pol_ex_say(e, "total", "总费用"));
    pol_ex_show(e, figure, pol_inspect_register(e->in, e->in->map->total, MONEY_TYPE), false);
    figure->again = e->down && pol_ex_seen_before(e, &settle->node);
    if (figure->again)
        return;
    pol_ex_expression(e, figure, settle->value);
    pol_ex_cite(e, figure, &settle->basis);
}

static pol_str payer_names(explainer *e, const pol_order_model *order)
{
    pol_text out;
    pol_text_init(&out, e->arena);
    for (uint32_t i = 0; i < order->count; i++) {
        if (i > 0)
            pol_text_add(&out, pol_ex_say(e, ", ", "、"));
        pol_text_add(&out, e->in->matter->payers[order->payers[i]].symbol->name);
    }
    return pol_text_str(&out);
}

static void explain_order(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    if (matter->order_count == 0)
        return;
    pol_figure *figure = pol_ex_part(e, root, "顺序", pol_ex_say(e, "order", "顺序"));
    figure->value = payer_names(e, &matter->orders[e->in->lane]);
    if (e->in->lane + 1 ==
        matter->order_count) /* what is cited last belongs to 否则, or to the one order */
        pol_ex_cite(e, figure, &matter->order_node->basis);
    for (uint32_t i = 0; i <= e->in->lane && i < matter->order_count; i++) {
        pol_ast_order_case *one = POL_AS(order_case, matter->orders[i].node);
        if (matter->orders[i].cond == NULL)
            continue;
        pol_figure *cond = pol_ex_part(e, figure, "当", pol_ex_say(e, "when", "当"));
        pol_ex_expression(e, cond, matter->orders[i].cond);
        pol_ex_cite(e, cond, &one->basis);
    }
}

static void explain_payers(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    if (matter->payer_count == 0)
        return;
    pol_figure *group = pol_ex_part(e, root, "支付", pol_ex_say(e, "payers", "支付"));
    if (matter->order_count > 0) {
        const pol_order_model *order = &matter->orders[e->in->lane];
        for (uint32_t i = 0; i < order->count; i++)
            pol_ex_payer(e, group, order->payers[i]);
        return;
    }
    for (uint32_t i = 0; i < matter->payer_count; i++)
        pol_ex_payer(e, group, i);
}

/* What all payers that really pay come to. */
static pol_rational paid_sum(explainer *e)
{
    pol_rational sum = { 0, 1 };
    for (uint32_t i = 0; i < e->in->code->payer_count; i++) {
        pol_rational paid;
        if (!e->in->code->payers[i].hospital &&
            pol_ex_number_of(e, e->in->code->payers[i].paid, &paid))
            sum = pol_ex_sum_of(sum, paid);
    }
    return sum;
}

/* The bill closes: total = payers + hospital + person. */
static void explain_closing(explainer *e, pol_figure *root)
{
    if (e->in->matter->settle == NULL)
        return;
    const pol_type money = { .tag = POL_T_MONEY };
    pol_rational hospital, person;
    (void)pol_ex_number_of(e, e->in->map->hospital, &hospital);
    (void)pol_ex_number_of(e, e->in->map->person, &person);
    pol_ex_show(e, pol_ex_part(e, root, "医院承担", pol_ex_say(e, "hospital pays", "医院承担")),
                pol_inspect_register(e->in, e->in->map->hospital, money), false);
    pol_ex_show(e, pol_ex_part(e, root, "个人负担", pol_ex_say(e, "person pays", "个人负担")),
                pol_inspect_register(e->in, e->in->map->person, money), false);
    pol_figure *sum = pol_ex_part(e, root, "合计", pol_ex_say(e, "sum", "合计"));
    const pol_rational paid = paid_sum(e);
    sum->value = pol_ex_money_text(e, pol_ex_sum_of(paid, pol_ex_sum_of(hospital, person)));
    sum->is_number = true;
    sum->formula = pol_ex_say(e, "payers + hospital + person", "支付 + 医院承担 + 个人负担");
    sum->numbers = FILL(e, POL_STR("{0} + {1} + {2}"), pol_ex_money_text(e, paid),
                        pol_ex_money_text(e, hospital), pol_ex_money_text(e, person));
}

static pol_shown advanced_amount(explainer *e, pol_str by, pol_str payer)
{
    for (uint32_t i = 0; i < e->in->code->advance_count; i++) {
        const pol_advance_def *row = &e->in->code->advances[i];
        if (pol_str_equal(row->by, by) && pol_str_equal(row->payer, payer)) {
            const pol_shown amount = pol_inspect_register(e->in, row->amount, MONEY_TYPE);
            if (amount.kind == POL_SHOWN_NUMBER && amount.number.num > 0)
                return amount;
        }
    }
    return (pol_shown){ 0 };
}

static void explain_advances(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    for (uint32_t i = 0; i < matter->advance_count; i++) {
        pol_ast_advance *advance = POL_AS(advance, matter->advances[i]);
        const pol_str by = pol_node_text(advance->by);
        pol_figure *figure =
            pol_ex_part(e, root, "垫付", FILL(e, pol_ex_say(e, "advance by {0}", "垫付 {0}"), by));
        pol_ex_cite(e, figure, &advance->basis);
        if (advance->cond != NULL)
            pol_ex_expression(e, figure, advance->cond);
        if (advance->cond != NULL && !pol_shown_is_yes(pol_inspect_node(e->in, advance->cond)))
            continue;
        for (uint32_t k = 0; k < advance->payers.count; k++) {
            const pol_str payer = pol_node_text(advance->payers.items[k]);
            const pol_shown amount = advanced_amount(e, by, payer);
            if (amount.kind == POL_SHOWN_NUMBER)
                pol_ex_show(e,
                            pol_ex_part(e, figure, "代付",
                                        FILL(e, pol_ex_say(e, "for {0}", "代 {0}"), payer)),
                            amount, false);
        }
    }
}

/* The name that a status gives to the result; empty when it does not hold. */
static pol_str status_given(explainer *e, pol_ast_status *status)
{
    if (status->cond != NULL)
        return pol_shown_is_yes(pol_inspect_node(e->in, status->cond)) ? pol_node_text(status->name)
                                                                       : POL_STR("");
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_ast_reason *reason = POL_AS(reason, status->reasons.items[i]);
        if (pol_shown_is_yes(pol_inspect_node(e->in, reason->cond)))
            return pol_node_text(reason->label);
    }
    return POL_STR("");
}

static void explain_given_status(explainer *e, pol_figure *group, pol_ast_status *status,
                                 pol_str given)
{
    pol_figure *figure = pol_ex_part(e, group, "状态", given);
    figure->again = pol_ex_seen_before(e, &status->node);
    pol_ex_place(e, figure, &status->node);
    pol_ex_cite(e, figure, &status->basis);
    if (figure->again)
        return;
    if (status->cond != NULL)
        pol_ex_expression(e, figure, status->cond);
    else
        pol_ex_reasons(e, figure, &status->reasons);
}

static void explain_statuses(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    if (matter->status_count == 0)
        return;
    pol_figure *group = pol_ex_part(e, root, "状态", pol_ex_say(e, "status", "状态"));
    pol_text others;
    pol_text_init(&others, e->arena);
    for (uint32_t i = 0; i < matter->status_count; i++) {
        pol_ast_status *status = POL_AS(status, matter->statuses[i]);
        const pol_str given = status_given(e, status);
        if (given.length > 0) {
            explain_given_status(e, group, status, given);
            continue;
        }
        if (others.length > 0)
            pol_text_add(&others, pol_ex_say(e, ", ", "、"));
        pol_text_add(&others, pol_node_text(status->name));
    }
    if (others.length > 0) {
        pol_figure *none = pol_ex_part(e, group, "说明", pol_ex_say(e, "not given", "没有出现"));
        none->formula = pol_text_str(&others);
    }
}

void pol_ex_accumulator(explainer *e, pol_figure *parent, uint32_t number)
{
    const pol_accum *accum = &e->in->matter->accums[number];
    pol_figure *figure = pol_ex_part(e, parent, "累计", accum->symbol->name);
    pol_ex_show(e, figure, pol_inspect_after(e->in, number), false);
    pol_ex_place(e, figure, &accum->node->node);
    pol_ex_cite(e, figure, &accum->node->basis);
    pol_ex_show(e, pol_ex_part(e, figure, "此前", pol_ex_say(e, "before", "此前")),
                pol_inspect_before(e->in, number), false);
    for (uint32_t k = 0; k < accum->term_count; k++) {
        const bool adds = accum->change == POL_CHANGE_ADD;
        pol_ex_expression(
            e,
            pol_ex_part(e, figure, "增加",
                        adds ? pol_ex_say(e, "add", "增加") : pol_ex_say(e, "become", "改为")),
            accum->terms[k]);
    }
}

static void explain_accumulators(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    if (matter->accum_count == 0)
        return;
    pol_figure *group = pol_ex_part(e, root, "累计", pol_ex_say(e, "accumulators", "累计"));
    for (uint32_t i = 0; i < matter->accum_count; i++)
        pol_ex_accumulator(e, group, i);
}

void pol_ex_output(explainer *e, pol_figure *parent, uint32_t number)
{
    pol_ast_output *output = POL_AS(output, e->in->matter->outputs[number]);
    const pol_output_def *def = &e->in->code->outputs[number];
    pol_figure *figure = pol_ex_part(e, parent, "附加", def->name);
    pol_ex_show(e, figure, pol_inspect_output(e->in, number), false);
    pol_ex_place(e, figure, &output->node);
    pol_ex_cite(e, figure, &output->basis);
    if (output->value != NULL)
        pol_ex_expression(e, figure, output->value);
    else
        pol_ex_parts(e, figure, output->name);
}

static void explain_outputs(explainer *e, pol_figure *root)
{
    const pol_matter *matter = e->in->matter;
    if (matter->output_count == 0)
        return;
    pol_figure *group = pol_ex_part(e, root, "附加", pol_ex_say(e, "outputs", "附加"));
    for (uint32_t i = 0; i < matter->output_count; i++)
        pol_ex_output(e, group, i);
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

/* 编号 without the quotes of JSON. */
static pol_str plain_id(explainer *e, pol_str id)
{
    pol_str content = id;
    if (id.length > 0 && id.bytes[0] == '"')
        (void)pol_json_decode(e->arena, id, true, &content);
    return content;
}

static pol_figure *start_tree(explainer *e, const char *kind)
{
    const pol_model *model = &e->in->script->model;
    pol_figure *root = pol_ex_part(
        e, NULL, kind, FILL(e, pol_ex_say(e, "{0} ({1})", "{0}（{1}）"), model->title, model->id));
    root->policy = model->id;
    if (e->in->matter != NULL)
        root->matter = e->in->matter->name;
    root->id = plain_id(e, e->in->record->id);
    return root;
}

/* 就高: every category that was tried, and the one that is best for the person. */
static void explain_best(explainer *e, pol_figure *root, const pol_one_claim *claim)
{
    const uint32_t best = pol_lanes_field(e->in->code);
    if (best == POL_NONE32 || claim->rows < 2)
        return;
    const pol_field_def *field = &e->in->code->fields[best];
    const pol_type type = { .tag = POL_T_LABELS, .labels = field->labels };
    const uint32_t chosen = e->in->row;
    pol_figure *figure = pol_ex_part(
        e, root, "就高", FILL(e, pol_ex_say(e, "best of {0}", "{0} 就高"), field->name));
    figure->note =
        pol_ex_remark(e, "the one with the least for the person to pay", "取个人负担最小的一种");
    for (e->in->row = 0; e->in->row < claim->rows; e->in->row++) {
        const pol_shown label = pol_inspect_register(e->in, field->reg, type);
        pol_figure *one = pol_ex_part(e, figure, "类别", pol_shown_text(e->in, label, false));
        pol_ex_show(e, one, pol_inspect_register(e->in, e->in->map->person, MONEY_TYPE), false);
        one->unused = e->in->row != chosen;
        if (!one->unused)
            figure->value = one->name;
    }
    e->in->row = chosen;
}

static void explain_settlement(explainer *e, pol_figure *root)
{
    pol_ex_total(e, root);
    explain_order(e, root);
    explain_payers(e, root);
    explain_closing(e, root);
    explain_advances(e, root);
    explain_statuses(e, root);
    explain_accumulators(e, root);
    explain_outputs(e, root);
}

/* ---- rejected claims ----------------------------------------------------------------------------------- */

static pol_str error_name(explainer *e, pol_claim_error code)
{
    switch (code) {
    case POL_ERR_NONE: break;
    case POL_ERR_MISSING: return pol_ex_say(e, "缺少字段 (missing field)", "缺少字段");
    case POL_ERR_UNKNOWN: return pol_ex_say(e, "未知字段 (unknown field)", "未知字段");
    case POL_ERR_BAD_VALUE: return pol_ex_say(e, "取值错误 (bad value)", "取值错误");
    case POL_ERR_CONTRADICTION: return pol_ex_say(e, "输入矛盾 (contradiction)", "输入矛盾");
    case POL_ERR_OUT_OF_BOUNDS:
        return pol_ex_say(e, "参数越限 (parameter out of bounds)", "参数越限");
    case POL_ERR_NOT_IN_FORCE: return pol_ex_say(e, "不在执行期 (not in force)", "不在执行期");
    case POL_ERR_OUT_OF_RANGE: return pol_ex_say(e, "计算越界 (out of range)", "计算越界");
    }
    return POL_STR("");
}

static pol_str trimmed(pol_str text)
{
    while (text.length > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && text.bytes[text.length - 1] == ' ')
        text.length--;
    return text;
}

/* The 要求 of that line that the claim breaks, explained; NULL when there is none. */
static const pol_node *explain_requirement(explainer *e, pol_figure *root, uint32_t line)
{
    for (uint32_t i = 0; i < e->in->matter->require_count; i++) {
        pol_ast_require *require = POL_AS(require, e->in->matter->requires[i]);
        const pol_shown held = pol_inspect_node(e->in, require->cond);
        if (pol_source_line_of(e->in, &require->node) != line || held.kind != POL_SHOWN_YESNO ||
            held.yes)
            continue;
        pol_figure *figure = pol_ex_part(e, root, "要求", pol_ex_say(e, "require", "要求"));
        pol_ex_expression(e, figure, require->cond);
        pol_ex_cite(e, figure, &require->basis);
        return &require->node;
    }
    return NULL;
}

/* The bound of that line that a parameter breaks, explained; NULL when there is none. */
static const pol_node *explain_bound(explainer *e, pol_figure *root, pol_symbol *symbol,
                                     uint32_t line)
{
    if (symbol == NULL || symbol->kind != POL_S_PARAM)
        return NULL;
    pol_ex_parameter(e, root, symbol);
    const pol_list *bounds = &POL_AS(param, symbol->node)->bounds;
    for (uint32_t i = 0; i < bounds->count; i++) {
        pol_ast_bound *bound = POL_AS(bound, bounds->items[i]);
        if (pol_source_line_of(e->in, &bound->node) != line)
            continue;
        pol_figure *figure = pol_ex_part(e, root, "界限", pol_ex_say(e, "bound", "界限"));
        pol_ex_place(e, figure, &bound->node);
        pol_node words = bound->node; /* without what it cites */
        words.span.end = bound->when != NULL ? bound->when->span.end : bound->value->span.end;
        figure->value = pol_source_text(e->in, &words);
        pol_ex_cite(e, figure, &bound->basis);
        return &bound->node;
    }
    return NULL;
}

/* The declaration of a name that stands before an error: an input, a payer, a status …; or NULL. */
static const pol_node *declaration_of(explainer *e, const pol_symbol *symbol, pol_str name)
{
    if (symbol != NULL && symbol->kind == POL_S_TOTAL)
        return e->in->matter->settle == NULL ? NULL : &e->in->matter->settle->node;
    if (symbol != NULL && symbol->node != NULL)
        return symbol->node;
    for (uint32_t i = 0; i < e->in->matter->output_count; i++) {
        const pol_ast_output *output = POL_AS(output, e->in->matter->outputs[i]);
        if (pol_str_equal(pol_node_text(output->name), name))
            return &output->node;
    }
    return NULL;
}

/* What the finding rests on: explained where there is more to say than its line. */
static const pol_node *explain_blamed(explainer *e, pol_figure *root, const pol_sink *sink)
{
    const pol_str prefix = POL_STR("参数.");
    pol_str name = sink->field;
    if (name.length > prefix.length &&
        pol_str_equal((pol_str){ name.bytes, prefix.length }, prefix))
        name = (pol_str){ name.bytes + prefix.length, name.length - prefix.length };
    pol_symbol *symbol = pol_matter_find(e->in->matter, name);
    switch ((pol_phase)sink->phase) {
    case POL_PHASE_REQUIRE: return explain_requirement(e, root, sink->line);
    case POL_PHASE_IN_FORCE: return &e->in->script->model.header->node;
    case POL_PHASE_BOUNDS: return explain_bound(e, root, symbol, sink->line);
    case POL_PHASE_REQUIRED:
    case POL_PHASE_SETTLE: return declaration_of(e, symbol, name);
    }
    return NULL;
}

/* The script's line, when it is known which script's. */
static void explain_line(explainer *e, pol_figure *root, const pol_node *blamed, uint32_t line)
{
    const pol_sources *sources = &e->in->script->sources;
    if (blamed == NULL && sources->count > 1)
        return;
    const pol_source *source = &sources->items[blamed == NULL ? 0 : blamed->span.file];
    if (blamed != NULL && sources->count > 1 &&
        (line < pol_source_line_of(e->in, blamed) ||
         line > pol_source_place(source, blamed->span.end).line))
        return; /* reopened in another script */
    char number[64];
    pol_decimal_text(number, line, 1, 0, true);
    const pol_str text = pol_str_copy(e->arena, pol_str_of(number));
    pol_figure *place =
        pol_ex_part(e, root, "位置", FILL(e, pol_ex_say(e, "line {0}", "第 {0} 行"), text));
    place->line = line;
    place->formula = trimmed(pol_source_line(source, line));
    if (blamed == NULL || blamed->span.file == 0)
        return;
    place->script = source->name;
    place->name = FILL(e, POL_STR("{0} {1}"), source->name, place->name);
}

static void explain_rejection(explainer *e, pol_figure *root, const pol_one_claim *claim)
{
    const pol_finding *finding = &claim->finding;
    pol_figure *error = pol_ex_part(e, root, "错误", pol_ex_say(e, "error", "错误"));
    error->value = error_name(e, finding->code);
    error->note = e->lang == POL_ZH ? finding->zh : finding->en;
    if (finding->field.length > 0)
        pol_ex_part(e, root, "字段", pol_ex_say(e, "field", "字段"))->value = finding->field;
    if (!claim->ran || finding->code == POL_ERR_UNKNOWN ||
        claim->block.fault[e->in->row] == POL_FAULT_NONE)
        return;
    const pol_sink *sink = &e->in->code->sinks[claim->block.fault_sink[e->in->row]];
    const pol_node *blamed = explain_blamed(e, root, sink);
    if (sink->line > 0)
        explain_line(e, root, blamed, sink->line);
}

void pol_ex_start(explainer *e, pol_one_claim *claim, pol_lang lang)
{
    e->in = &claim->in;
    e->arena = &claim->arena;
    e->lang = lang;
    e->seen = POL_NEW_ARRAY(e->arena, uint8_t, claim->in.script->tree.count);
    pol_ex_read_clauses(e);
}

pol_figure *pol_explain_claim(pol_one_claim *claim, pol_lang lang)
{
    explainer *e = POL_NEW(&claim->arena, explainer);
    if (e == NULL)
        return NULL;
    pol_ex_start(e, claim, lang);
    const bool settled = claim->finding.code == POL_ERR_NONE;
    pol_figure *root = start_tree(e, settled ? "结算" : "拒绝");
    if (settled)
        explain_best(e, root, claim);
    if (settled)
        explain_settlement(e, root);
    else
        explain_rejection(e, root, claim);
    return pol_arena_failed(e->arena) ? NULL : root;
}

/* ---- the public function ------------------------------------------------------------------------------- */

static pol_status write_tree(pol_one_claim *claim, pol_format format, pol_lang lang, pol_writer out)
{
    const pol_figure *root = pol_explain_claim(claim, lang);
    pol_text text;
    pol_text_init(&text, &claim->arena);
    if (format == POL_JSON)
        pol_figure_json(&text, root);
    else
        pol_figure_text(&text, root, lang);
    if (pol_arena_failed(&claim->arena))
        return POL_NO_MEMORY;
    if (!out.write(out.user, text.bytes, text.length))
        return POL_WRITE_FAILED;
    return claim->finding.code == POL_ERR_NONE ? POL_OK : POL_FINDINGS;
}

pol_status pol_explain(pol_script *script, const char *text, size_t length, pol_format format,
                       pol_lang lang, pol_writer out)
{
    const pol_status traced = pol_script_trace(script);
    if (traced != POL_OK)
        return traced == POL_FINDINGS ? POL_BAD_ARGUMENT : traced;
    const uint32_t only = script->model.matters.count == 1 ? 0 : POL_NONE32;
    pol_one_claim claim;
    pol_status status = pol_one_claim_run(&claim, script, (pol_str){ text, length }, only,
                                          format == POL_JSON ? POL_ZH : lang);
    if (status == POL_OK)
        status = write_tree(&claim, format, lang, out);
    pol_one_claim_free(&claim);
    return status;
}
