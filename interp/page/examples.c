/* Worked examples: what is given, what comes out, and every step between. */
#include "interp/examples.h"
#include "interp/explain.h"
#include "interp/page/page.h"

/* ---- given and bill --------------------------------------------------------------------------------------- */

static void put_item(pol_page *page, const pol_ast_item *item)
{
    if (item->labels.count > 0)
        pol_page_labels(page, &item->labels);
    else if (item->value != NULL && item->value->kind == POL_N_STRING)
        pol_page_text(page, pol_node_text(item->value));
    else if (item->value != NULL)
        pol_page_value_inline(page, item->value);
}

void pol_page_given_inline(pol_page *page, const pol_ast_example *example)
{
    for (uint32_t i = 0; i < example->given.count; i++) {
        const pol_ast_item *const item = POL_AS(item, example->given.items[i]);
        if (i > 0)
            pol_page_say(page, ", ", "，");
        pol_page_text(page, pol_node_text(item->name));
        pol_page_put(page, " ");
        put_item(page, item);
    }
}

void pol_page_given(pol_page *page, const pol_ast_example *example)
{
    pol_page_put(page, "<table class=\"given small\"><tbody>\n");
    for (uint32_t i = 0; i < example->given.count; i++) {
        const pol_ast_item *const item = POL_AS(item, example->given.items[i]);
        pol_page_put(page, "<tr><th>");
        pol_page_text(page, pol_node_text(item->name));
        pol_page_put(page, "</th><td>");
        put_item(page, item);
        pol_page_put(page, "</td></tr>\n");
    }
    pol_page_put(page, "</tbody></table>\n");
}

static void put_line(pol_page *page, const char *class, pol_str name, int64_t fen)
{
    pol_page_put_format(page, "<tr%s><th>", class);
    pol_page_text(page, name);
    pol_page_put(page, "</th><td class=\"num\">");
    pol_page_fen(page, fen);
    pol_page_put(page, "</td></tr>\n");
}

void pol_page_bill(pol_page *page, const pol_outcome *outcome)
{
    const bool brief = page->audience == POL_FOR_CITIZENS; /* without those who pay nothing */
    const bool zh = pol_page_zh(page);
    pol_page_put(page, "<table class=\"bill small\"><tbody>\n");
    put_line(page, "", pol_str_of(zh ? "总费用" : "total"), outcome->total);
    for (uint32_t i = 0; i < outcome->order_count; i++) {
        const pol_payer *const payer = &page->matter->payers[outcome->order[i]];
        if (!payer->by_hospital && (!brief || outcome->paid[outcome->order[i]] > 0))
            put_line(page, "", payer->symbol->name, outcome->paid[outcome->order[i]]);
    }
    if (outcome->hospital > 0)
        put_line(page, "", pol_str_of(zh ? "医院承担" : "hospital pays"), outcome->hospital);
    put_line(page, " class=\"self total\"", pol_str_of(zh ? "个人负担" : "person pays"), outcome->person);
    pol_page_put(page, "</tbody></table>\n");
}

/* ---- the tree of figures ---------------------------------------------------------------------------------- */

#define DEEPEST 200

static void put_formula(pol_page *page, const pol_figure *figure, pol_str text)
{
    if (text.length == 0)
        return;
    pol_page_put(page, figure->value.length > 0 ? "<div class=\"why\">= " : "<div class=\"why\">");
    pol_page_text(page, text);
    pol_page_put(page, "</div>");
}

static void put_citations(pol_page *page, const pol_figure *figure)
{
    if (figure->citations.count == 0)
        return;
    pol_page_put(page, "<div class=\"why\">");
    pol_page_say(page, "Basis: ", "依据：");
    for (size_t i = 0; i < figure->citations.count; i++) {
        if (i > 0)
            pol_page_say(page, "; ", "；");
        pol_page_clause_link(page, 0, figure->citations.items[i].clause);
    }
    pol_page_put(page, "</div>");
}

static void put_figure(pol_page *page, const pol_figure *figure, unsigned depth)
{
    pol_page_put(page, figure->unused ? "<li class=\"unused\"><div class=\"row\"><span>" : "<li><div class=\"row\"><span>");
    pol_page_text(page, figure->name);
    if (figure->again)
        pol_page_say(page, " (see above)", "（见上）");
    if (figure->unused)
        pol_page_say(page, " (not used)", "（未用）");
    pol_page_put(page, "</span>");
    if (figure->value.length > 0) {
        pol_page_put(page, "<span class=\"num\">");
        pol_page_number(page, figure->value);
        pol_page_put(page, "</span>");
    }
    pol_page_put(page, "</div>");
    put_formula(page, figure, figure->formula);
    put_formula(page, figure, figure->numbers);
    put_formula(page, &(pol_figure){ 0 }, figure->note);
    put_citations(page, figure);
    if (figure->parts.count > 0 && depth < DEEPEST) {
        pol_page_put(page, "<ul>\n");
        for (size_t i = 0; i < figure->parts.count; i++)
            put_figure(page, figure->parts.items[i], depth + 1);
        pol_page_put(page, "</ul>");
    }
    pol_page_put(page, "</li>\n");
}

static void put_steps(pol_page *page, pol_str record, bool open)
{
    pol_one_claim claim;
    const pol_status status = pol_one_claim_run(&claim, page->script, record, page->number, page->lang);
    const pol_figure *const root = status == POL_OK ? pol_explain_claim(&claim, page->lang) : NULL;
    if (root == NULL && page->status == POL_OK)
        page->status = POL_NO_MEMORY;
    if (root != NULL) {
        pol_page_put(page, open ? "<details open><summary>" : "<details><summary>");
        pol_page_say(page, "Every step", "逐步计算");
        pol_page_put(page, "</summary><ul class=\"tree\">\n");
        for (size_t i = 0; i < root->parts.count; i++)
            put_figure(page, root->parts.items[i], 0);
        pol_page_put(page, "</ul></details>\n");
    }
    pol_one_claim_free(&claim);
}

/* ---- examples --------------------------------------------------------------------------------------------- */

static void put_result(pol_page *page, const pol_outcome *outcome)
{
    if (outcome->settled) {
        pol_page_bill(page, outcome);
        return;
    }
    pol_page_put(page, "<p class=\"trouble\">");
    pol_page_say(page, "Rejected: ", "不能结算：");
    pol_page_text(page, outcome->trouble);
    pol_page_put(page, "</p>\n");
}

static void put_example(pol_page *page, const pol_ast_example *example, bool open)
{
    const pol_str record = pol_page_record(page, example);
    pol_page_put(page, "<article class=\"ex\"");
    pol_page_anchor(page, &example->node);
    pol_page_put(page, "><h4>");
    pol_page_say(page, "Example ", "案例 ");
    pol_page_put_format(page, "%u. ", page->shown == NULL ? 0 : (unsigned)page->shown[example->node.id]);
    pol_page_text(page, pol_node_text(example->title));
    pol_page_put(page, "</h4>\n<p class=\"basis\">");
    pol_page_basis(page, &example->basis);
    pol_page_put(page, "</p>\n<div class=\"pair\"><div><h5>");
    pol_page_say(page, "Given", "给定");
    pol_page_put(page, "</h5>");
    pol_page_given(page, example);
    pol_page_put(page, "</div><div><h5>");
    pol_page_say(page, "Result", "结果");
    pol_page_put(page, "</h5>");
    const pol_outcome outcome = pol_page_run(page, record, NULL);
    put_result(page, &outcome);
    pol_page_put(page, "</div></div>\n");
    put_steps(page, record, open);
    pol_page_put(page, "<details><summary>");
    pol_page_say(page, "The claim as JSON", "这笔数据（JSON）");
    pol_page_put(page, "</summary><pre class=\"record\">");
    pol_page_text(page, record);
    pol_page_put(page, "</pre></details></article>\n");
    pol_page_flush(page, false);
}

void pol_page_examples(pol_page *page)
{
    for (uint32_t i = 0; i < page->matter->example_count && page->status == POL_OK; i++)
        put_example(page, POL_AS(example, page->matter->examples[i]), i == 0);
}
