/* The page of a policy for officers, part after part, and the public functions. */
#include "interp/page/page.h"

#include <string.h>

#define BEST_CASES 2 /* charts of a matter */

/* ---- the head --------------------------------------------------------------------------------------------- */

static void open_fact(pol_page *page, const char *en, const char *zh)
{
    pol_page_tagged(page, "dt", en, zh);
    pol_page_put(page, "<dd>");
}

static void put_date(pol_page *page, pol_date date)
{
    char text[16];
    pol_date_text(text, date);
    pol_page_text(page, pol_str_of(text));
}

static void put_period(pol_page *page)
{
    open_fact(page, "In force", "施行");
    pol_page_say(page, "from ", "自 ");
    put_date(page, page->model->from);
    if (page->model->to == POL_DATE_MAX) {
        pol_page_say(page, " on", " 起");
    } else {
        pol_page_say(page, " to ", " 至 ");
        put_date(page, page->model->to);
    }
    if (page->model->settle_outside)
        pol_page_say(page, "; claims outside are settled too, with what the policy says of them", "；期外的也结算，按文件写明的后果");
    pol_page_put(page, "</dd>\n");
}

static void put_fact(pol_page *page, const char *en, const char *zh, const pol_node *text)
{
    if (text == NULL)
        return;
    open_fact(page, en, zh);
    if (text->kind == POL_N_STRING)
        pol_page_text(page, pol_node_text(text));
    else
        pol_page_words(page, text);
    pol_page_put(page, "</dd>\n");
}

void pol_page_facts(pol_page *page)
{
    const pol_ast_header *const header = page->model->header;
    pol_page_put(page, "<dl class=\"facts\">\n");
    put_fact(page, "Document", "文号", header->doc_no);
    put_fact(page, "Region", "地区", header->region);
    if (page->audience == POL_FOR_OFFICERS)
        put_fact(page, "Issued", "印发", header->issued);
    put_period(page);
    if (page->audience == POL_FOR_OFFICERS) {
        put_fact(page, "Identifier", "编号", header->id);
        put_fact(page, "Series", "系列", header->series);
        put_fact(page, "Extends", "沿用", header->extends);
        put_fact(page, "Rounding", "取整", header->rounding);
        if (header->basis.count > 0) {
            open_fact(page, "Rests on", "依据");
            for (uint32_t i = 0; i < header->basis.count; i++) {
                if (i > 0)
                    pol_page_say(page, "; ", "；");
                pol_page_text(page, pol_node_text(header->basis.items[i]));
            }
            pol_page_put(page, "</dd>\n");
        }
    }
    pol_page_put(page, "</dl>\n");
}

/* ---- sections --------------------------------------------------------------------------------------------- */

static bool has_vocabulary(const pol_page *page)
{
    const pol_list *const statements = &page->script->tree.root->statements;
    for (uint32_t i = 0; i < statements->count; i++)
        if (statements->items[i]->kind == POL_N_CATEGORY || statements->items[i]->kind == POL_N_SET)
            return true;
    return false;
}

/* A heading within the matter at work; `part` is the end of its anchor. */
static void put_heading(pol_page *page, const char *part, const char *en, const char *zh)
{
    pol_page_put_format(page, "<h3 id=\"m%u-%s\">", (unsigned)page->number + 1, part);
    pol_page_say(page, en, zh);
    pol_page_put(page, "</h3>\n");
}

static void open_table(pol_page *page, const char *class)
{
    pol_page_put_format(page, "<div class=\"wide\"><table class=\"%s\"><thead><tr>", class);
}

static void put_columns(pol_page *page, const char *const (*columns)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        pol_page_tagged(page, "th", columns[i][0], columns[i][1]);
}
static void open_rows(pol_page *page)
{
    pol_page_put(page, "</tr></thead><tbody>\n");
}
#define COLUMNS(page, ...)                                                                                     \
    put_columns((page), (const char *const[][2]){ __VA_ARGS__ },                                               \
                sizeof((const char *const[][2]){ __VA_ARGS__ }) / sizeof(const char *[2]))

static void close_table(pol_page *page)
{
    pol_page_put(page, "</tbody></table></div>\n");
    pol_page_flush(page, false);
}

/* A row that is a declaration: its anchor and its name. */
static void open_declaration(pol_page *page, const pol_node *node, pol_str name)
{
    pol_page_put(page, "<tr");
    pol_page_anchor(page, node);
    pol_page_put(page, "><th>");
    pol_page_text(page, name);
    pol_page_put(page, "</th><td>");
}

static void close_declaration(pol_page *page, const pol_list *basis)
{
    pol_page_put(page, "</td><td class=\"basis\">");
    pol_page_basis(page, basis);
    pol_page_put(page, "</td></tr>\n");
}

static void put_vocabulary(pol_page *page)
{
    const pol_list *const statements = &page->script->tree.root->statements;
    if (!has_vocabulary(page))
        return;
    pol_page_put(page, "<h2 id=\"who\">");
    pol_page_say(page, "Categories and lists", "人员和名单");
    pol_page_put(page, "</h2>\n");
    open_table(page, "rules vocabulary");
    COLUMNS(page, { "Name", "名称" }, { "Members", "包括" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < statements->count; i++) {
        pol_node *const node = statements->items[i];
        if (node->kind == POL_N_CATEGORY) {
            open_declaration(page, node, pol_node_text(POL_AS(category, node)->name));
            if (POL_AS(category, node)->add)
                pol_page_say(page, "also: ", "增加：");
            pol_page_labels(page, &POL_AS(category, node)->labels);
        } else if (node->kind == POL_N_SET) {
            open_declaration(page, node, pol_node_text(POL_AS(set, node)->name));
            if (POL_AS(set, node)->add)
                pol_page_say(page, "also: ", "增加：");
            pol_page_labels(page, &POL_AS(set, node)->labels);
        } else {
            continue;
        }
        close_declaration(page, pol_node_basis(node));
    }
    close_table(page);
}

/* ---- inputs, parameters, definitions ---------------------------------------------------------------------- */

static void put_presence(pol_page *page, const pol_ast_input *input)
{
    if (input->value != NULL) {
        pol_page_say(page, "if left out: ", "不填为：");
        pol_page_words(page, input->value);
    } else if (input->required != NULL) {
        pol_page_say(page, "required if ", "必填，当 ");
        pol_page_words(page, input->required);
    } else if (input->optional) {
        pol_page_say(page, "may be left out", "可以不填");
    } else {
        pol_page_say(page, "required", "必填");
    }
    if (input->best)
        pol_page_say(page, "; the best category counts", "；就高");
    if (input->ranked)
        pol_page_say(page, "; the first category counts", "；依序");
}

static bool inputs_cite(const pol_matter *matter)
{
    for (uint32_t i = 0; i < matter->input_count; i++)
        if (pol_node_basis(matter->inputs[i]->node)->count > 0)
            return true;
    return false;
}

static void put_inputs(pol_page *page)
{
    if (page->matter->input_count == 0)
        return;
    const bool cite = inputs_cite(page->matter);
    put_heading(page, "inputs", "What is needed", "需要的数据");
    open_table(page, "inputs");
    COLUMNS(page, { "Name", "名称" }, { "Kind", "类型" }, { "Presence", "是否必填" });
    if (cite)
        pol_page_tagged(page, "th", "Basis", "依据");
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->input_count; i++) {
        const pol_ast_input *const input = POL_AS(input, page->matter->inputs[i]->node);
        open_declaration(page, &input->node, page->matter->inputs[i]->name);
        pol_page_type(page, POL_AS(type, input->type));
        pol_page_put(page, "</td><td>");
        put_presence(page, input);
        if (cite)
            close_declaration(page, &input->basis);
        else
            pol_page_put(page, "</td></tr>\n");
    }
    close_table(page);
}

static void put_requires(pol_page *page)
{
    if (page->matter->require_count == 0)
        return;
    put_heading(page, "requires", "What must hold of the data", "数据须符合");
    open_table(page, "rules requires");
    COLUMNS(page, { "Requirement", "要求" }, { "Condition", "条件" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->require_count; i++) {
        const pol_ast_require *const require = POL_AS(require, page->matter->requires[i]);
        open_declaration(page, &require->node, pol_node_text(require->message));
        pol_page_words(page, require->cond);
        close_declaration(page, &require->basis);
    }
    close_table(page);
}

static void put_bound(pol_page *page, const pol_ast_bound *bound)
{
    static const char *const k_ops[][2] = { { "equal to ", "等于 " },  { "other than ", "不等于 " }, { "at least ", "不低于 " },
                                            { "at most ", "不超过 " }, { "above ", "高于 " },        { "below ", "低于 " } };
    pol_page_put(page, "<li>");
    pol_page_say(page, k_ops[bound->op][0], k_ops[bound->op][1]);
    pol_page_words(page, bound->value);
    if (bound->when != NULL) {
        pol_page_say(page, " if ", "，当 ");
        pol_page_words(page, bound->when);
    }
    if (bound->basis.count > 0) {
        pol_page_put(page, " <span class=\"basis\">");
        pol_page_basis(page, &bound->basis);
        pol_page_put(page, "</span>");
    }
    pol_page_put(page, "</li>");
}

static void put_parameter(pol_page *page, const pol_symbol *symbol)
{
    const pol_ast_param *const param = POL_AS(param, symbol->node);
    open_declaration(page, symbol->node, symbol->name);
    if (param->by_region) {
        pol_page_say(page, "set by the region", "由统筹区定");
        if (param->value != NULL)
            pol_page_say(page, "; if not set: ", "；未定的：");
    }
    pol_page_value(page, param->value);
    if (param->required != NULL) {
        pol_page_say(page, "; required if ", "；必须给出，当 ");
        pol_page_words(page, param->required);
    }
    if (param->bounds.count > 0)
        pol_page_put(page, "<ul>");
    for (uint32_t i = 0; i < param->bounds.count; i++)
        put_bound(page, POL_AS(bound, param->bounds.items[i]));
    pol_page_put(page, param->bounds.count > 0 ? "</ul>" : "");
    close_declaration(page, &param->basis);
}

static void put_parameters(pol_page *page)
{
    if (page->matter->param_count == 0)
        return;
    put_heading(page, "parameters", "Parameters", "参数");
    open_table(page, "rules parameters");
    COLUMNS(page, { "Name", "名称" }, { "Value", "取值" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->param_count; i++)
        put_parameter(page, page->matter->params[i]);
    close_table(page);
}

static void put_definitions(pol_page *page)
{
    bool any = false;
    for (size_t i = 0; i < page->matter->symbols.count; i++) {
        const pol_symbol *const symbol = page->matter->symbols.items[i];
        if (symbol->kind != POL_S_DEFINE)
            continue;
        if (!any) {
            put_heading(page, "definitions", "Definitions", "定义");
            open_table(page, "rules definitions");
            COLUMNS(page, { "Name", "名称" }, { "Means", "含义" }, { "Basis", "依据" });
            open_rows(page);
        }
        any = true;
        open_declaration(page, symbol->node, symbol->name);
        pol_page_value(page, POL_AS(define, symbol->node)->value);
        close_declaration(page, &POL_AS(define, symbol->node)->basis);
    }
    if (any)
        close_table(page);
}

/* ---- accumulators ----------------------------------------------------------------------------------------- */

static void put_acc_period(pol_page *page, const pol_accum *accum)
{
    const pol_ast_accum *const node = accum->node;
    const pol_ast_acc_period *const period = POL_AS(acc_period, node->period);
    static const char *const k_periods[][2] = { { "a year", "每年" },
                                                { "a quarter", "每季" },
                                                { "a month", "每月" },
                                                { "the last ", "最近 " },
                                                { "for life", "不清零" } };
    pol_page_say(page, node->household ? "each household, " : "each person, ", node->household ? "每户，" : "每人，");
    for (uint32_t i = 0; i < accum->key_count; i++) {
        pol_page_text(page, page->matter->inputs[accum->keys[i]]->name);
        pol_page_say(page, ", ", "，");
    }
    pol_page_say(page, k_periods[period->kind][0], k_periods[period->kind][1]);
    if (period->start != NULL) {
        pol_page_say(page, " from ", "，自 ");
        pol_page_words(page, period->start);
        pol_page_say(page, " on", " 起");
    }
    if (period->months != NULL)
        pol_page_words(page, period->months);
}

static void put_accumulators(pol_page *page)
{
    if (page->matter->accum_count == 0)
        return;
    put_heading(page, "accumulators", "What is kept from claim to claim", "累计");
    open_table(page, "rules accumulators");
    COLUMNS(page, { "Name", "名称" }, { "Whose, how long", "谁的、多久" }, { "Changes by", "怎样变化" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->accum_count; i++) {
        const pol_accum *const accum = &page->matter->accums[i];
        open_declaration(page, &accum->node->node, accum->symbol->name);
        put_acc_period(page, accum);
        pol_page_put(page, "</td><td>");
        if (accum->change == POL_CHANGE_ADD)
            pol_page_say(page, "adds ", "增加 ");
        else if (accum->change == POL_CHANGE_BECOME)
            pol_page_say(page, "becomes ", "改为 ");
        for (uint32_t k = 0; k < accum->term_count; k++) {
            if (k > 0)
                pol_page_say(page, " + ", " + ");
            pol_page_value(page, accum->terms[k]);
        }
        close_declaration(page, &accum->node->basis);
    }
    close_table(page);
}

/* ---- statuses, outputs, advances -------------------------------------------------------------------------- */

static void put_status(pol_page *page, const pol_ast_status *status)
{
    open_declaration(page, &status->node, pol_node_text(status->name));
    if (status->cond != NULL)
        pol_page_words(page, status->cond);
    if (status->reasons.count > 0) {
        pol_page_say(page, "the first that applies:", "依次看，第一个符合的：");
        pol_page_put(page, "<ul>");
    }
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        const pol_ast_reason *const reason = POL_AS(reason, status->reasons.items[i]);
        pol_page_put(page, "<li");
        pol_page_anchor(page, &reason->node);
        pol_page_put(page, "><strong>");
        pol_page_text(page, pol_node_text(reason->label));
        pol_page_put(page, "</strong>");
        pol_page_say(page, ": ", "：");
        pol_page_words(page, reason->cond);
        if (reason->basis.count > 0) {
            pol_page_put(page, " <span class=\"basis\">");
            pol_page_basis(page, &reason->basis);
            pol_page_put(page, "</span>");
        }
        pol_page_put(page, "</li>");
    }
    pol_page_put(page, status->reasons.count > 0 ? "</ul>" : "");
    close_declaration(page, &status->basis);
}

static void put_statuses(pol_page *page)
{
    if (page->matter->status_count == 0)
        return;
    put_heading(page, "statuses", "Statuses", "状态");
    open_table(page, "rules statuses");
    COLUMNS(page, { "Shown as", "显示为" }, { "If", "当" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->status_count; i++)
        put_status(page, POL_AS(status, page->matter->statuses[i]));
    close_table(page);
}

static void put_outputs(pol_page *page)
{
    if (page->matter->output_count == 0)
        return;
    put_heading(page, "outputs", "Other results", "附加的结果");
    open_table(page, "rules outputs");
    COLUMNS(page, { "Name", "名称" }, { "Is", "取值" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->output_count; i++) {
        const pol_ast_output *const output = POL_AS(output, page->matter->outputs[i]);
        open_declaration(page, &output->node, pol_node_text(output->name));
        if (output->value != NULL)
            pol_page_value(page, output->value);
        else
            pol_page_words(page, output->name);
        close_declaration(page, &output->basis);
    }
    close_table(page);
}

static void put_advances(pol_page *page)
{
    if (page->matter->advance_count == 0)
        return;
    put_heading(page, "advances", "Who advances", "垫付");
    open_table(page, "rules advances");
    COLUMNS(page, { "Advances", "垫付方" }, { "For", "代谁垫付" }, { "Basis", "依据" });
    open_rows(page);
    for (uint32_t i = 0; i < page->matter->advance_count; i++) {
        const pol_ast_advance *const advance = POL_AS(advance, page->matter->advances[i]);
        open_declaration(page, &advance->node, pol_node_text(advance->by));
        pol_page_labels(page, &advance->payers);
        if (advance->cond != NULL) {
            pol_page_say(page, ", if ", "，当 ");
            pol_page_words(page, advance->cond);
        }
        close_declaration(page, &advance->basis);
    }
    close_table(page);
}

/* ---- a matter --------------------------------------------------------------------------------------------- */

static void put_matter_name(pol_page *page, const pol_matter *matter)
{
    if (matter->name.length > 0)
        pol_page_text(page, matter->name);
    else
        pol_page_say(page, "Settlement", "结算");
}

static void put_total(pol_page *page)
{
    const pol_ast_settle *const settle = page->matter->settle;
    pol_page_put(page, "<p");
    pol_page_anchor(page, &settle->node);
    pol_page_put(page, ">");
    pol_page_say(page, "Total = ", "总费用 = ");
    pol_page_words(page, settle->value);
    if (settle->basis.count > 0) {
        pol_page_put(page, " <span class=\"basis\">");
        pol_page_basis(page, &settle->basis);
        pol_page_put(page, "</span>");
    }
    pol_page_put(page, "</p>\n");
}

static void put_persons(pol_page *page, const pol_case *one)
{
    put_heading(page, "persons", "The same bill, one by one", "同样的费用，不同的情形");
    pol_page_put(page, "<p class=\"soft\">");
    pol_page_say(page, "The claim of example “", "案例“");
    pol_page_text(page, pol_node_text(one->example->title));
    pol_page_say(page, "”, settled for every “", "”的数据，“");
    pol_page_text(page, pol_page_code(page)->fields[pol_page_person_field(page)].name);
    pol_page_say(page, "”; what it lacks for one, and parameters of the region that cannot be the same, come from other examples.",
                 "”换成每一种，各结算一次；另需的数据和不能相同的统筹区参数，取自其他案例。");
    pol_page_put(page, "</p>\n");
    pol_page_by_person(page, one);
}

static void put_settlement(pol_page *page)
{
    pol_case cases[BEST_CASES];
    put_heading(page, "order", "Who pays, one after the other", "付款次序");
    put_total(page);
    if (page->matter->payer_count == 0)
        return;
    pol_page_order(page);
    put_heading(page, "payers", "How much each pays", "各方怎样支付");
    pol_page_payers(page);
    const uint32_t count = pol_page_cases(page, cases, BEST_CASES, false);
    if (count == 0)
        return;
    if (pol_page_person_field(page) != POL_NONE32)
        put_persons(page, &cases[0]);
    put_heading(page, "curves", "What each pays as the bill grows", "费用增加时各方支付多少");
    pol_page_curves(page, cases, count);
}

static void put_matter(pol_page *page)
{
    pol_page_put_format(page, "<h2 id=\"m%u\">", (unsigned)page->number + 1);
    put_matter_name(page, page->matter);
    pol_page_put(page, "</h2>\n");
    if (page->matter->governing != NULL) {
        pol_page_put(page, "<p class=\"soft\">");
        pol_page_say(page, "Governed by the date: ", "以这一天为准：");
        pol_page_name(page, page->matter->governing->node, page->matter->governing->name);
        pol_page_put(page, "</p>\n");
    }
    if (page->matter->payer_count > 0) {
        put_heading(page, "who", "Who is entitled", "谁能享受");
        pol_page_who(page);
    }
    put_inputs(page);
    put_requires(page);
    if (page->matter->settle != NULL)
        put_settlement(page);
    put_definitions(page);
    put_parameters(page);
    put_accumulators(page);
    put_statuses(page);
    put_outputs(page);
    put_advances(page);
    if (page->matter->example_count > 0) {
        put_heading(page, "examples", "Worked examples", "案例");
        pol_page_examples(page);
    }
}

static void put_contents(pol_page *page)
{
    pol_page_put(page, "<nav><ul>\n");
    if (has_vocabulary(page)) {
        pol_page_put(page, "<li><a href=\"#who\">");
        pol_page_say(page, "Categories and lists", "人员和名单");
        pol_page_put(page, "</a></li>\n");
    }
    for (uint32_t m = 0; m < page->model->matters.count; m++) {
        const pol_matter *const matter = page->model->matters.items[m];
        pol_page_put_format(page, "<li><a href=\"#m%u\">", (unsigned)m + 1);
        put_matter_name(page, matter);
        pol_page_put(page, "</a></li>\n");
        if (matter->settle != NULL && matter->payer_count > 0) {
            pol_page_put_format(page, "<li><a href=\"#m%u-payers\">", (unsigned)m + 1);
            put_matter_name(page, matter);
            pol_page_say(page, ": how much each pays", "：各方怎样支付");
            pol_page_put(page, "</a></li>\n");
        }
        if (matter->example_count > 0) {
            pol_page_put_format(page, "<li><a href=\"#m%u-examples\">", (unsigned)m + 1);
            put_matter_name(page, matter);
            pol_page_say(page, ": worked examples", "：案例");
            pol_page_put(page, "</a></li>\n");
        }
    }
    if (page->clauses.count > 0) {
        pol_page_put(page, "<li><a href=\"#clauses\">");
        pol_page_say(page, "Clauses", "条款索引");
        pol_page_put(page, "</a></li>\n");
    }
    pol_page_put(page, "<li><a href=\"#terms\">");
    pol_page_say(page, "Terms", "名词解释");
    pol_page_put(page, "</a></li>\n</ul></nav>\n");
}

static void write_officer(pol_page *page)
{
    pol_page_put(page, "<h1>");
    pol_page_text(page, page->model->title);
    pol_page_put(page, "</h1>\n");
    pol_page_facts(page);
    put_contents(page);
    put_vocabulary(page);
    for (uint32_t m = 0; m < page->model->matters.count && page->status == POL_OK; m++) {
        pol_page_open_matter(page, m);
        put_matter(page);
    }
    page->matter = NULL;
    pol_page_clauses(page);
    pol_page_terms(page);
}

/* ---- the public functions --------------------------------------------------------------------------------- */

pol_status pol_script_page(pol_script *script, pol_audience audience, pol_lang lang, pol_writer out)
{
    const pol_status traced = pol_script_trace(script);
    if (traced != POL_OK)
        return traced == POL_FINDINGS ? POL_BAD_ARGUMENT : traced;
    pol_page page = { .script = script, .model = &script->model, .lang = lang, .audience = audience, .out = out };
    pol_arena_init(&page.arena, &script->arena.allocator);
    pol_text_init(&page.text, &page.arena);
    if (!pol_trials_init(&page.trials, script, &page.arena, 0))
        page.status = POL_NO_MEMORY;
    pol_page_survey(&page);
    pol_page_begin(&page, script->model.title);
    if (audience == POL_FOR_CITIZENS)
        pol_page_card(&page);
    else
        write_officer(&page);
    pol_page_end(&page);
    pol_arena_reset(&page.arena);
    return page.status;
}

static void put_address(pol_page *page, const char *address)
{
    for (const char *c = address; *c != '\0'; c++) {
        const bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("-_.", *c) != NULL;
        if (plain)
            pol_page_put_format(page, "%c", *c);
        else
            pol_page_put_format(page, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

pol_status pol_page_index(pol_script *const *scripts, const char *const *addresses, size_t count, pol_lang lang, pol_writer out)
{
    if (count == 0)
        return POL_BAD_ARGUMENT;
    for (size_t i = 0; i < count; i++)
        if (!scripts[i]->checked || pol_script_error_count(scripts[i]) > 0)
            return POL_BAD_ARGUMENT;
    pol_page page = { .lang = lang, .out = out };
    pol_arena_init(&page.arena, &scripts[0]->arena.allocator);
    pol_text_init(&page.text, &page.arena);
    pol_page_begin(&page, pol_page_zh(&page) ? POL_STR("政策目录") : POL_STR("Policies"));
    pol_page_tagged(&page, "h1", "Policies", "政策目录");
    open_table(&page, "policies");
    COLUMNS(&page, { "Policy", "政策" }, { "Document", "文号" }, { "Region", "地区" }, { "In force", "施行" });
    open_rows(&page);
    for (size_t i = 0; i < count; i++) {
        const pol_ast_header *const header = scripts[i]->model.header;
        pol_page_put(&page, "<tr><th><a href=\"");
        put_address(&page, addresses[i]);
        pol_page_put(&page, "\">");
        pol_page_text(&page, scripts[i]->model.title);
        pol_page_put(&page, "</a></th><td>");
        pol_page_text(&page, header->doc_no == NULL ? POL_STR("") : pol_node_text(header->doc_no));
        pol_page_put(&page, "</td><td>");
        pol_page_text(&page, header->region == NULL ? POL_STR("") : pol_node_text(header->region));
        pol_page_put(&page, "</td><td class=\"num\">");
        put_date(&page, scripts[i]->model.from);
        pol_page_say(&page, " – ", "—");
        if (scripts[i]->model.to != POL_DATE_MAX)
            put_date(&page, scripts[i]->model.to);
        pol_page_put(&page, "</td></tr>\n");
    }
    close_table(&page);
    pol_page_end(&page);
    pol_arena_reset(&page.arena);
    return page.status;
}
