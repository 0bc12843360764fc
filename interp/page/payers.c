/* Payers: what each pays, step by step. */
#include "interp/page/page.h"

/* ---- for officers ----------------------------------------------------------------------------------------- */

static void open_row(pol_page *page, const char *en, const char *zh)
{
    pol_page_put(page, "<tr>");
    pol_page_tagged(page, "th", en, zh);
    pol_page_put(page, "<td>");
}

static void close_row(pol_page *page, const pol_node *step)
{
    pol_page_put(page, "</td><td class=\"basis\">");
    if (step != NULL)
        pol_page_basis(page, &POL_AS_CONST(step, step)->basis);
    pol_page_put(page, "</td></tr>\n");
}

static void put_running(pol_page *page, const pol_symbol *accum)
{
    if (accum == NULL)
        return;
    pol_page_say(page, ", counted on ", "，累计于 ");
    pol_page_name(page, accum->node, accum->name);
}

static void put_base(pol_page *page, const pol_alternative *alt)
{
    if (alt->base == NULL)
        return;
    open_row(page, "Base", "基数");
    pol_page_value(page, alt->base);
    put_running(page, alt->base_accum);
    close_row(page, alt->steps[POL_STEP_BASE]);
}

static void put_deductible(pol_page *page, const pol_alternative *alt)
{
    if (alt->deductible == NULL)
        return;
    open_row(page, "Deductible", "起付");
    pol_page_value(page, alt->deductible);
    if (alt->deductible_mode == POL_MODE_EACH_PERIOD)
        pol_page_say(page, " (once a period)", "（每期一次）");
    else if (alt->deductible_mode == POL_MODE_EACH_CLAIM)
        pol_page_say(page, " (every claim)", "（每次都扣）");
    close_row(page, alt->steps[POL_STEP_DEDUCTIBLE]);
}

static void put_amount(pol_page *page, const pol_alternative *alt)
{
    if (alt->tiers != NULL) {
        open_row(page, "Tiers", "分段");
        pol_page_value(page, alt->tiers);
        if (alt->tiers_mode == POL_MODE_FROM_ZERO)
            pol_page_say(page, " (slices count from zero)", "（各段从零算起）");
        else if (alt->tiers_mode == POL_MODE_FROM_DEDUCTIBLE)
            pol_page_say(page, " (slices count from the deductible)", "（各段从起付线算起）");
        close_row(page, alt->steps[POL_STEP_TIERS]);
    }
    if (alt->ratio != NULL) {
        open_row(page, "Ratio", "比例");
        pol_page_value(page, alt->ratio);
        close_row(page, alt->steps[POL_STEP_RATIO]);
    }
    if (alt->amount != NULL) {
        open_row(page, "Amount", "金额");
        pol_page_value(page, alt->amount);
        close_row(page, alt->steps[POL_STEP_AMOUNT]);
    }
}

static void put_rounding(pol_page *page, const pol_alternative *alt)
{
    if (alt->steps[POL_STEP_ROUND] == NULL)
        return;
    open_row(page, "Rounding", "取整");
    pol_page_words(page, POL_AS(step, alt->steps[POL_STEP_ROUND])->value);
    close_row(page, alt->steps[POL_STEP_ROUND]);
}

static void put_caps(pol_page *page, const pol_alternative *alt)
{
    for (uint32_t i = 0; i < alt->cap_count; i++) {
        open_row(page, "Cap", "封顶");
        pol_page_value(page, alt->caps[i].limit);
        put_running(page, alt->caps[i].running_on);
        close_row(page, alt->caps[i].step);
    }
}

static void put_alternative(pol_page *page, const pol_alternative *alt, uint32_t number, uint32_t count)
{
    if (count > 1) {
        pol_page_put(page, "<tr><th colspan=\"3\">");
        pol_page_say(page, "Alternative ", "情形 ");
        pol_page_put_format(page, "%u</th></tr>\n", (unsigned)number + 1);
    }
    if (alt->condition_step != NULL) {
        open_row(page, "Condition", "条件");
        if (alt->condition == NULL)
            pol_page_say(page, "all others", "其余");
        else
            pol_page_words(page, alt->condition);
        close_row(page, alt->condition_step);
    }
    put_base(page, alt);
    put_deductible(page, alt);
    put_amount(page, alt);
    put_rounding(page, alt);
    put_caps(page, alt);
}

static void put_tags(pol_page *page, const pol_payer *payer)
{
    if (payer->by_hospital)
        pol_page_tagged(page, "span class=\"tag\"", "borne by the hospital", "由医院承担");
    if (payer->prior)
        pol_page_tagged(page, "span class=\"tag\"", "amount given", "金额由别处给出");
    if (payer->deemed)
        pol_page_tagged(page, "span class=\"tag\"", "deemed", "视同：扣除而不付");
}

static void put_payer(pol_page *page, const pol_payer *payer, uint32_t number)
{
    pol_page_put(page, "<section class=\"payer\"");
    pol_page_anchor(page, payer->node);
    pol_page_put_format(page, "><h4>%u. ", (unsigned)number + 1);
    pol_page_text(page, payer->symbol->name);
    put_tags(page, payer);
    pol_page_put(page, "</h4>");
    const pol_list *const basis = pol_node_basis(payer->node);
    if (basis != NULL && basis->count > 0) {
        pol_page_put(page, "<p class=\"basis\">");
        pol_page_say(page, "Basis: ", "依据：");
        pol_page_basis(page, basis);
        pol_page_put(page, "</p>");
    }
    pol_page_put(page, "<table class=\"steps\"><tbody>\n");
    if (payer->deemed_when != NULL) {
        open_row(page, "Deemed if", "视同");
        pol_page_say(page, "", "当 ");
        pol_page_words(page, payer->deemed_when);
        close_row(page, NULL);
    }
    if (payer->prior) {
        open_row(page, "Amount", "金额");
        if (payer->amount != NULL)
            pol_page_value(page, payer->amount);
        else if (payer->symbol->input != NULL)
            pol_page_name(page, payer->symbol->input->node, payer->symbol->input->name);
        close_row(page, NULL);
    }
    for (uint32_t i = 0; i < payer->alternative_count && !payer->prior; i++)
        put_alternative(page, &payer->alternatives[i], i, payer->alternative_count);
    pol_page_put(page, "</tbody></table></section>\n");
}

void pol_page_payers(pol_page *page)
{
    for (uint32_t i = 0; i < page->matter->payer_count; i++)
        put_payer(page, &page->matter->payers[i], i);
    pol_page_flush(page, false);
}

/* ---- for citizens ----------------------------------------------------------------------------------------- */

static void put_brief(pol_page *page, const pol_alternative *alt)
{
    if (alt->base != NULL) {
        pol_page_words(page, alt->base);
        pol_page_say(page, ", ", "，");
    }
    if (alt->deductible != NULL) {
        pol_page_say(page, "above ", "超过 ");
        pol_page_value_inline(page, alt->deductible);
        pol_page_say(page, ", ", " 的部分，");
    }
    if (alt->tiers != NULL)
        pol_page_value_inline(page, alt->tiers);
    if (alt->ratio != NULL) {
        pol_page_say(page, "at ", "按 ");
        pol_page_value_inline(page, alt->ratio);
    }
    if (alt->amount != NULL)
        pol_page_value_inline(page, alt->amount);
    for (uint32_t i = 0; i < alt->cap_count; i++) {
        pol_page_say(page, "; at most ", "；最高 ");
        pol_page_value_inline(page, alt->caps[i].limit);
        if (alt->caps[i].running_on != NULL) {
            pol_page_say(page, " (", "（");
            pol_page_text(page, alt->caps[i].running_on->name);
            pol_page_say(page, ", this claim included)", "，连同本次）");
        }
    }
}

void pol_page_payer_brief(pol_page *page, const pol_payer *payer)
{
    pol_page_put(page, "<strong>");
    pol_page_text(page, payer->symbol->name);
    pol_page_put(page, "</strong>");
    pol_page_say(page, ": ", "：");
    if (payer->prior)
        pol_page_say(page, "as settled there", "按其结算的金额");
    for (uint32_t i = 0; i < payer->alternative_count && !payer->prior; i++) {
        if (i > 0)
            pol_page_put(page, "<br>");
        if (payer->alternative_count > 1 && payer->alternatives[i].condition != NULL) {
            pol_page_words(page, payer->alternatives[i].condition);
            pol_page_say(page, ": ", "的，");
        }
        put_brief(page, &payer->alternatives[i]);
    }
    if (payer->by_hospital)
        pol_page_say(page, " (borne by the hospital)", "（由医院承担）");
    if (payer->deemed)
        pol_page_say(page, " (may be deemed: taken off, not paid)", "（可能视同已付：扣除而不付）");
}
