/* The card for citizens (明白卡): who, how much, where, what to bring, two cases. One sheet of paper, of the
 * matter with most payers. */
#include "interp/page/page.h"

#define CASES 2

static uint32_t main_matter(const pol_page *page)
{
    uint32_t best = 0;
    for (uint32_t m = 1; m < page->model->matters.count; m++)
        if (page->model->matters.items[m]->payer_count > page->model->matters.items[best]->payer_count)
            best = m;
    return best;
}

static void put_heading(pol_page *page, const char *en, const char *zh)
{
    pol_page_tagged(page, "h2", en, zh);
    pol_page_put(page, "\n");
}

/* ---- how much --------------------------------------------------------------------------------------------- */

static void put_how_much(pol_page *page, const pol_case *one)
{
    put_heading(page, "How much", "能得多少");
    pol_page_put(page, "<p>");
    pol_page_say(page, "Those listed pay in this order; the rest is yours.", "以下各方依次支付，其余由本人负担：");
    pol_page_put(page, "</p>\n<ol class=\"payers\">\n");
    for (uint32_t i = 0; i < page->matter->payer_count; i++) {
        pol_page_put(page, "<li>");
        pol_page_payer_brief(page, &page->matter->payers[i]);
        pol_page_put(page, "</li>\n");
    }
    pol_page_put(page, "</ol>\n");
    pol_page_meanings(page);
    if (one == NULL || pol_page_person_field(page) == POL_NONE32)
        return;
    char total[64];
    pol_fen_text(total, one->outcome.total);
    pol_page_put(page, "<p>");
    pol_page_say(page, "The same bill of ", "同样一笔费用（总费用 ");
    pol_page_number(page, pol_str_of(total));
    pol_page_say(page, " yuan, by “", " 元），按“");
    pol_page_text(page, pol_page_code(page)->fields[pol_page_person_field(page)].name);
    pol_page_say(page, "”:", "”：");
    pol_page_put(page, "</p>\n");
    pol_page_by_person(page, one);
}

/* ---- where, what to bring --------------------------------------------------------------------------------- */

static void put_where(pol_page *page)
{
    const pol_ast_header *const header = page->model->header;
    put_heading(page, "Where and when", "在哪里、什么时候");
    pol_page_put(page, "<p>");
    if (header->region != NULL) {
        pol_page_text(page, pol_node_text(header->region));
        pol_page_say(page, "; ", "；");
    }
    if (page->matter->governing != NULL) {
        pol_page_text(page, page->matter->governing->name);
        pol_page_say(page, " ", "在");
    }
    char day[16];
    pol_date_text(day, page->model->from);
    pol_page_say(page, "from ", " ");
    pol_page_text(page, pol_str_of(day));
    if (page->model->to == POL_DATE_MAX) {
        pol_page_say(page, " on.", " 及以后。");
    } else {
        pol_date_text(day, page->model->to);
        pol_page_say(page, " to ", " 至 ");
        pol_page_text(page, pol_str_of(day));
        pol_page_say(page, ".", "。");
    }
    for (uint32_t i = 0; i < page->matter->input_count; i++) {
        const pol_ast_input *const input = POL_AS(input, page->matter->inputs[i]->node);
        const pol_ast_type *const type = POL_AS(type, input->type);
        if (type->kind != POL_TYPE_LABELS || type->any_of || i == pol_page_person_field(page))
            continue;
        pol_page_text(page, page->matter->inputs[i]->name);
        pol_page_say(page, ": ", "：");
        pol_page_labels(page, &type->labels);
        pol_page_say(page, ". ", "。");
    }
    pol_page_put(page, "</p>\n");
}

static void put_input_list(pol_page *page, bool required)
{
    bool any = false;
    for (uint32_t i = 0; i < page->matter->input_count; i++) {
        const pol_ast_input *const input = POL_AS(input, page->matter->inputs[i]->node);
        if ((input->value == NULL && !input->optional && input->required == NULL) != required)
            continue;
        if (any)
            pol_page_say(page, ", ", "、");
        any = true;
        pol_page_text(page, page->matter->inputs[i]->name);
    }
    if (!any)
        pol_page_say(page, "nothing", "无");
}

static void put_what_to_bring(pol_page *page)
{
    put_heading(page, "What to bring", "要带什么（要说明什么）");
    pol_page_put(page, "<p>");
    pol_page_say(page, "Proof of each: ", "须能证明：");
    put_input_list(page, true);
    pol_page_say(page, ". Where it applies: ", "。有下列情况的也要说明：");
    put_input_list(page, false);
    pol_page_say(page, ".", "。");
    pol_page_put(page, "</p>\n");
}

/* ---- cases ------------------------------------------------------------------------------------------------ */

static void put_cases(pol_page *page, const pol_case *cases, uint32_t count)
{
    if (count == 0)
        return;
    put_heading(page, "Two cases", "算两笔账");
    pol_page_put(page, "<div class=\"pair\">\n");
    for (uint32_t i = 0; i < count; i++) {
        pol_page_put(page, "<section class=\"case\"><h3>");
        pol_page_text(page, pol_node_text(cases[i].example->title));
        pol_page_put(page, "</h3>\n");
        pol_page_put(page, "<p>");
        pol_page_given_inline(page, cases[i].example);
        pol_page_say(page, ".", "。");
        pol_page_put(page, "</p>\n");
        pol_page_bill(page, &cases[i].outcome);
        pol_page_put(page, "</section>\n");
    }
    pol_page_put(page, "</div>\n");
}

void pol_page_card(pol_page *page)
{
    if (page->model->matters.count == 0)
        return;
    pol_case cases[CASES];
    pol_page_open_matter(page, main_matter(page));
    const uint32_t count = page->matter->settle == NULL ? 0 : pol_page_cases(page, cases, CASES, true);
    pol_page_put(page, "<div class=\"card\"><h1>");
    pol_page_text(page, page->model->title);
    pol_page_put(page, "</h1>\n<p class=\"under soft\">");
    pol_page_say(page, "In brief", "明白卡");
    if (page->matter->name.length > 0) {
        pol_page_put(page, " · ");
        pol_page_text(page, page->matter->name);
    }
    const pol_ast_header *const header = page->model->header;
    if (header->doc_no != NULL) {
        pol_page_put(page, " · ");
        pol_page_text(page, pol_node_text(header->doc_no));
    }
    pol_page_put(page, "</p>\n");
    put_heading(page, "Who", "谁能享受");
    pol_page_who(page);
    put_how_much(page, count > 0 ? &cases[0] : NULL);
    put_where(page);
    put_what_to_bring(page);
    put_cases(page, cases, count);
    pol_page_put(page, "</div>\n");
}
