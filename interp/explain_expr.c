/* Explaining expressions: the script's words, the numbers in them, and what stands behind the names. */
#include "interp/explain_internal.h"

#include "interp/base/utf8.h"

#define DEEPEST_PART 40 /* definitions in definitions; what lies deeper is named, not shown */

pol_str pol_ex_say(const explainer *e, const char *en, const char *zh)
{
    return pol_str_of(e->in->lang == POL_ZH ? zh : en);
}

pol_str pol_ex_remark(const explainer *e, const char *en, const char *zh)
{
    return pol_str_of(e->lang == POL_ZH ? zh : en);
}

pol_figure *pol_ex_part(explainer *e, pol_figure *parent, const char *kind, pol_str name)
{
    pol_figure *figure = pol_figure_add(e->arena, parent, kind, name);
    return figure == NULL ? &e->nowhere : figure;
}

/* ---- citations ----------------------------------------------------------------------------------------- */

/* A clause by the script it stands in and its number in the form in which numbers are compared. */
static pol_str clause_key(explainer *e, uint32_t file, pol_str number)
{
    const pol_str key = pol_utf8_key(e->arena, number);
    pol_text text;
    pol_text_init(&text, e->arena);
    pol_text_format(&text, "%u ", (unsigned)file);
    pol_text_add(&text, key);
    return pol_text_str(&text);
}

void pol_ex_read_clauses(explainer *e)
{
    const pol_list *statements = &e->in->script->tree.root->statements;
    pol_names_init(&e->clauses, e->arena);
    e->titles = POL_NEW_ARRAY(e->arena, pol_str, statements->count);
    for (uint32_t i = 0; i < statements->count && e->titles != NULL; i++) {
        if (statements->items[i]->kind != POL_N_CLAUSE)
            continue;
        const pol_ast_clause *clause = POL_AS(clause, statements->items[i]);
        const pol_str key = clause_key(e, clause->node.span.file, pol_node_text(clause->number));
        const uint32_t number = pol_names_add(&e->clauses, key);
        if (number != POL_NO_NAME)
            e->titles[number] = pol_node_text(clause->title);
    }
}

/* The title of a cited clause: of the script that cites it, else of those that it extends. */
static pol_str clause_title(explainer *e, const pol_node *citation)
{
    for (uint32_t file = citation->span.file; file < e->in->script->sources.count; file++) {
        const uint32_t number =
            pol_names_find(&e->clauses, clause_key(e, file, pol_node_text(citation)));
        if (number != POL_NO_NAME)
            return e->titles[number];
    }
    return POL_STR("");
}

void pol_ex_cite(explainer *e, pol_figure *figure, const pol_list *basis)
{
    for (uint32_t i = 0; i < basis->count; i++) {
        const pol_citation citation = { pol_node_text(basis->items[i]),
                                        clause_title(e, basis->items[i]) };
        (void)POL_PUSH(e->arena, figure->citations, citation);
    }
}

void pol_ex_place(explainer *e, pol_figure *figure, const pol_node *node)
{
    figure->line = pol_source_line_of(e->in, node);
    figure->span = node->span;
    figure->script = pol_source_superior(e->in, node);
}

/* ---- values -------------------------------------------------------------------------------------------- */

void pol_ex_show(explainer *e, pol_figure *figure, pol_shown shown, bool is_share)
{
    figure->value = pol_shown_figure(e->in, shown, is_share);
    figure->is_number = shown.kind == POL_SHOWN_NUMBER;
}

pol_str pol_ex_money_text(explainer *e, pol_rational amount)
{
    return pol_number_text(e->arena, amount, true, false);
}

pol_str pol_ex_share_text(explainer *e, pol_rational ratio)
{
    return pol_number_text(e->arena, ratio, false, true);
}

/* "{0}" … "{3}" of a template filled in. */
pol_str pol_ex_fill(explainer *e, pol_str template, const pol_str *texts, size_t count)
{
    pol_text out;
    pol_text_init(&out, e->arena);
    for (size_t i = 0; i < template.length; i++) {
        const size_t number =
            template.bytes[i] == '{' ? (size_t)(template.bytes[i + 1] - '0') : count;
        if (number < count) {
            pol_text_add(&out, texts[number]);
            i += 2;
        } else {
            pol_text_char(&out, template.bytes[i]);
        }
    }
    return pol_text_str(&out);
}

void pol_ex_add_note(explainer *e, pol_figure *figure, pol_str note)
{
    figure->note = figure->note.length == 0
                       ? note
                       : FILL(e, pol_ex_remark(e, "{0}; {1}", "{0}；{1}"), figure->note, note);
}

/* A number of the block as an exact value; false when it is absent, failed or unlimited. */
bool pol_ex_number_of(explainer *e, uint32_t reg, pol_rational *number)
{
    const pol_shown shown = pol_inspect_register(e->in, reg, MONEY_TYPE);
    *number = shown.kind == POL_SHOWN_NUMBER ? shown.number : (pol_rational){ 0, 1 };
    return shown.kind == POL_SHOWN_NUMBER;
}

pol_rational pol_ex_sum_of(pol_rational a, pol_rational b)
{
    pol_rational result = { 0, 1 };
    (void)pol_rational_add(a, b, &result); /* amounts of a claim that settled: below 10^15 */
    return result;
}

pol_rational pol_ex_difference(pol_rational a, pol_rational b)
{
    pol_rational result = { 0, 1 };
    (void)pol_rational_sub(a, b, &result);
    return result;
}

pol_rational pol_ex_product(pol_rational a, pol_rational b)
{
    pol_rational result = { 0, 1 };
    (void)pol_rational_mul(a, b, &result);
    return result;
}

pol_rational pol_ex_smaller(pol_rational a, pol_rational b)
{
    return pol_rational_compare(a, b) < 0 ? a : b;
}

pol_rational pol_ex_larger(pol_rational a, pol_rational b)
{
    return pol_rational_compare(a, b) > 0 ? a : b;
}

/* ---- expressions --------------------------------------------------------------------------------------- */

static bool is_literal(const pol_node *node)
{
    return node->kind == POL_N_MONEY || node->kind == POL_N_PERCENT || node->kind == POL_N_NUMBER ||
           node->kind == POL_N_DATE || node->kind == POL_N_BOOL || node->kind == POL_N_STRING ||
           node->kind == POL_N_NONE || node->kind == POL_N_UNLIMITED;
}

/* Formula, numbers and parts of an expression; the value too when the figure has none yet. */
void pol_ex_expression(explainer *e, pol_figure *figure, pol_node *node)
{
    if (figure->value.length == 0)
        pol_ex_show(e, figure, pol_inspect_node(e->in, node), pol_is_share(e->in, node));
    if (figure->line == 0)
        pol_ex_place(e, figure, node);
    if (is_literal(node) || pol_note_of(e->in->matter, node)->schedule != NULL)
        return; /* the value says it all */
    if (node->kind != POL_N_WHEN && node->kind != POL_N_TABLE) {
        figure->formula = pol_source_text(e->in, node);
        figure->numbers = pol_source_values(e->in, node);
        if (pol_str_equal(figure->numbers, figure->formula) ||
            pol_str_equal(figure->numbers, figure->value))
            figure->numbers = POL_STR("");
        if (pol_str_equal(figure->formula, figure->value))
            figure->formula = POL_STR("");
    }
    pol_ex_parts(e, figure, node);
}

/* Marks a declaration as explained; true when it was already. */
bool pol_ex_seen_before(explainer *e, const pol_node *declaration)
{
    if (e->seen == NULL || declaration == NULL || e->seen[declaration->id] != 0)
        return true;
    e->seen[declaration->id] = 1;
    return false;
}

static void explain_definition(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    pol_ast_define *define = POL_AS(define, symbol->node);
    pol_figure *figure = pol_ex_part(e, parent, "定义", symbol->name);
    pol_ex_show(e, figure, pol_inspect_symbol(e->in, symbol), pol_is_share(e->in, define->value));
    figure->again = pol_ex_seen_before(e, symbol->node);
    if (figure->again || e->depth >= DEEPEST_PART)
        return;
    pol_ex_cite(e, figure, &define->basis);
    e->depth++;
    pol_ex_expression(e, figure, define->value);
    e->depth--;
}

/* Does the record give this open parameter? Otherwise it has its default. */
static bool is_given(const explainer *e, const pol_symbol *symbol)
{
    const pol_code *code = e->in->code;
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (code->fields[i].role == POL_ROLE_PARAMETER &&
            pol_str_equal(code->fields[i].name, symbol->name))
            return pol_reader_gave(e->in->reader, e->in->record->matter, i);
    }
    return false;
}

void pol_ex_parameter(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    pol_ast_param *param = POL_AS(param, symbol->node);
    pol_figure *figure = pol_ex_part(e, parent, "参数", symbol->name);
    const bool is_share = param->type != NULL && POL_AS(type, param->type)->kind == POL_TYPE_RATIO;
    pol_ex_show(e, figure, pol_inspect_symbol(e->in, symbol), is_share);
    figure->again = pol_ex_seen_before(e, symbol->node);
    if (figure->again || e->depth >= DEEPEST_PART)
        return;
    pol_ex_place(e, figure, symbol->node);
    pol_ex_cite(e, figure, &param->basis);
    e->depth++;
    if (param->by_region && is_given(e, symbol))
        figure->note = pol_ex_remark(e, "set by the region", "由统筹区定");
    else if (param->by_region)
        figure->note = pol_ex_remark(e, "set by the region; default", "由统筹区定；缺省值");
    else if (param->value != NULL)
        pol_ex_expression(e, figure, param->value);
    e->depth--;
}

/* The reasons of a group, up to the one that applies. */
void pol_ex_reasons(explainer *e, pol_figure *figure, const pol_list *reasons)
{
    for (uint32_t i = 0; i < reasons->count; i++) {
        pol_ast_reason *reason = POL_AS(reason, reasons->items[i]);
        pol_figure *one = pol_ex_part(e, figure, "理由", pol_node_text(reason->label));
        pol_ex_expression(e, one, reason->cond);
        pol_ex_cite(e, one, &reason->basis);
        if (pol_shown_is_yes(pol_inspect_node(e->in, reason->cond)))
            return;
    }
}

static void explain_status(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    pol_node *node = symbol->group != NULL ? symbol->group->node : symbol->node;
    pol_figure *figure = pol_ex_part(e, parent, "状态", symbol->name);
    pol_ex_show(e, figure, pol_inspect_symbol(e->in, symbol), false);
    figure->again = pol_ex_seen_before(e, node);
    if (figure->again || e->depth >= DEEPEST_PART || node->kind != POL_N_STATUS)
        return;
    pol_ast_status *status = POL_AS(status, node);
    pol_ex_cite(e, figure, &status->basis);
    e->depth++;
    if (status->cond != NULL)
        pol_ex_expression(e, figure, status->cond);
    else
        pol_ex_reasons(e, figure, &status->reasons);
    e->depth--;
}

/* What stands outside the statement: named in the formula, explained at its own place, shown here only when
 * the chain is followed down to the inputs. */
static void explain_outside(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    switch (symbol->kind) {
    case POL_S_INPUT:
    case POL_S_ACCUM: pol_ex_given(e, parent, symbol); return;
    case POL_S_PAYER: pol_ex_payer_below(e, parent, symbol->index); return;
    case POL_S_TOTAL: pol_ex_total(e, parent); return;
    case POL_S_REMAINING: pol_ex_remaining(e, parent); return;
    case POL_S_PERSON:
    case POL_S_HOSPITAL: pol_ex_burden(e, parent, symbol); return;
    case POL_S_DEFINE:
    case POL_S_PARAM:
    case POL_S_STATUS:
    case POL_S_SET:
    case POL_S_IN_FORCE: return;
    }
}

void pol_ex_name(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    if (symbol->kind == POL_S_DEFINE)
        explain_definition(e, parent, symbol);
    else if (symbol->kind == POL_S_PARAM)
        pol_ex_parameter(e, parent, symbol);
    else if (symbol->kind == POL_S_STATUS)
        explain_status(e, parent, symbol);
    else if (e->down && e->depth < DEEPEST_PART)
        explain_outside(e, parent, symbol);
}

static void add_unused(explainer *e, pol_figure *parent, const char *kind, pol_str name,
                       pol_node *node)
{
    pol_figure *figure = pol_ex_part(e, parent, kind, name);
    figure->unused = true;
    figure->formula = pol_source_text(e->in, node);
}

/* The branches of a 当: those tried, the one taken, those not looked at. */
static void explain_when(explainer *e, pol_figure *parent, pol_ast_when *when)
{
    const uint32_t taken = pol_inspect_branch(e->in, when);
    for (uint32_t i = 0; i < when->cases.count; i++) {
        pol_ast_when_case *branch = POL_AS(when_case, when->cases.items[i]);
        if (i > taken) {
            add_unused(e, parent, "当", pol_ex_say(e, "when", "当"), branch->cond);
            continue;
        }
        pol_figure *cond = pol_ex_part(e, parent, "当", pol_ex_say(e, "when", "当"));
        pol_ex_expression(e, cond, branch->cond);
        if (i == taken)
            pol_ex_expression(e, pol_ex_part(e, parent, "则", pol_ex_say(e, "then", "则")),
                              branch->value);
    }
    if (taken == when->cases.count)
        pol_ex_expression(e, pol_ex_part(e, parent, "否则", pol_ex_say(e, "otherwise", "否则")),
                          when->otherwise);
    else if (taken != POL_NONE32)
        add_unused(e, parent, "否则", pol_ex_say(e, "otherwise", "否则"), when->otherwise);
}

static pol_str join_values(explainer *e, const pol_table_model *table, bool words)
{
    pol_text out;
    pol_text_init(&out, e->arena);
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            pol_text_add(&out, pol_ex_say(e, ", ", "、"));
        pol_text_add(&out, words ? pol_source_text(e->in, table->subjects[i])
                                 : pol_inspect_text(e->in, table->subjects[i]));
    }
    return pol_text_str(&out);
}

/* The row of the tree that holds this value. */
static pol_ast_row *row_of(pol_ast_table *table, const pol_node *value)
{
    for (uint32_t i = 0; i < table->rows.count; i++) {
        pol_ast_row *row = POL_AS(row, table->rows.items[i]);
        if (row->value == value)
            return row;
    }
    return NULL;
}

/* The script's words for the keys of a row. */
static pol_str keys_text(explainer *e, const pol_ast_row *row)
{
    pol_text out;
    pol_text_init(&out, e->arena);
    for (uint32_t i = 0; i < row->keys.count; i++) {
        if (i > 0)
            pol_text_add(&out, pol_ex_say(e, ", ", "、"));
        pol_text_add(&out, pol_source_text(e->in, row->keys.items[i]));
    }
    return pol_text_str(&out);
}

static void explain_table(explainer *e, pol_figure *parent, pol_ast_table *table)
{
    const pol_table_model *model = pol_note_of(e->in->matter, &table->node)->table;
    if (model == NULL)
        return;
    pol_figure *figure = pol_ex_part(
        e, parent, "按", FILL(e, pol_ex_say(e, "by {0}", "按 {0}"), join_values(e, model, true)));
    figure->value = join_values(e, model, false);
    pol_ex_place(e, figure, &table->node);
    for (uint32_t i = 0; i < model->column_count; i++)
        pol_ex_parts(e, figure, model->subjects[i]);
    const uint32_t hit = pol_inspect_row(e->in, model);
    pol_ast_row *row = hit == POL_NONE32 ? NULL : row_of(table, model->values[hit]);
    if (row == NULL)
        return;
    pol_figure *line = pol_ex_part(e, figure, "行", keys_text(e, row));
    pol_ex_place(e, line, &row->node);
    pol_ex_cite(e, line, &row->basis);
    pol_ex_expression(e, line, row->value);
}

static bool visit_part(pol_node *node, void *user);

typedef struct visit {
    explainer *e;
    pol_figure *parent;
} visit;

static void visit_list(const pol_list *list, visit *v)
{
    for (uint32_t i = 0; i < list->count; i++)
        visit_part(list->items[i], v);
}

static bool visit_part(pol_node *node, void *user)
{
    visit *v = user;
    const pol_note *note = pol_note_of(v->e->in->matter, node);
    switch (node->kind) {
    case POL_N_NAME:
        if (note->ref == POL_REF_SYMBOL && note->symbol != NULL)
            pol_ex_name(v->e, v->parent, note->symbol);
        return true;
    case POL_N_FACET:
        if (v->e->down && note->symbol != NULL)
            pol_ex_name(v->e, v->parent, note->symbol);
        return true;
    case POL_N_CALL: visit_list(&POL_AS(call, node)->args, v); return true;
    case POL_N_WHEN: explain_when(v->e, v->parent, POL_AS(when, node)); return true;
    case POL_N_TABLE: explain_table(v->e, v->parent, POL_AS(table, node)); return true;
    case POL_N_IN:
        visit_part(POL_AS(in, node)->left, v);
        return POL_AS(in, node)->group->kind != POL_N_INTERVAL ||
               visit_part(POL_AS(in, node)->group, v);
    default: return pol_node_each_child(node, visit_part, v);
    }
}

/* What stands behind the names of an expression, and which way its choices went. */
void pol_ex_parts(explainer *e, pol_figure *parent, pol_node *node)
{
    visit v = { e, parent };
    visit_part(node, &v);
}
