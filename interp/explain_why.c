/* What stands behind one name: the tree of explain, followed through payers and inputs instead of stopping at
 * their names. */
#include "interp/explain_internal.h"

void pol_ex_given(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    const bool is_input = symbol->kind == POL_S_INPUT;
    pol_figure *figure = pol_ex_part(e, parent, is_input ? "输入" : "此前", symbol->name);
    figure->note = is_input ? pol_ex_remark(e, "input", "输入") : pol_ex_remark(e, "before the claim", "此前");
    const pol_node *type = is_input ? POL_AS(input, symbol->node)->type : NULL;
    pol_ex_show(e, figure, pol_inspect_symbol(e->in, symbol),
                type != NULL && POL_AS_CONST(type, type)->kind == POL_TYPE_RATIO);
    figure->again = pol_ex_seen_before(e, symbol->node);
    if (figure->again) {
        figure->note = POL_STR("");
        return;
    }
    pol_ex_place(e, figure, symbol->node);
    if (pol_node_basis(symbol->node) != NULL)
        pol_ex_cite(e, figure, pol_node_basis(symbol->node));
}

void pol_ex_payer_below(explainer *e, pol_figure *parent, uint32_t number)
{
    const pol_payer *payer = &e->in->matter->payers[number];
    if (pol_ex_seen_before(e, payer->node)) {
        pol_figure *figure = pol_ex_part(e, parent, "付款方", payer->symbol->name);
        pol_ex_show(e, figure, pol_inspect_facet(e->in, number, POL_FACET_TAKEN), false);
        figure->again = true;
        return;
    }
    e->depth++;
    pol_ex_payer(e, parent, number);
    e->depth--;
}

/* The payers whose turn comes before `last` in the person's order, or all. */
static void payers_before(explainer *e, pol_figure *parent, uint32_t last)
{
    const pol_matter *matter = e->in->matter;
    const pol_order_model *order = matter->order_count > 0 ? &matter->orders[e->in->lane] : NULL;
    const uint32_t count = order != NULL ? order->count : matter->payer_count;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = order != NULL ? order->payers[i] : i;
        if (number == last)
            return;
        pol_ex_payer_below(e, parent, number);
    }
}

void pol_ex_remaining(explainer *e, pol_figure *parent)
{
    pol_ex_total(e, parent);
    payers_before(e, parent, e->payer);
}

void pol_ex_burden(explainer *e, pol_figure *parent, pol_symbol *symbol)
{
    const bool is_person = symbol->kind == POL_S_PERSON;
    pol_figure *figure = is_person ? pol_ex_part(e, parent, "个人负担", pol_ex_say(e, "person pays", "个人负担"))
                                   : pol_ex_part(e, parent, "医院承担", pol_ex_say(e, "hospital pays", "医院承担"));
    pol_ex_show(e, figure, pol_inspect_symbol(e->in, symbol), false);
    if (is_person)
        figure->formula = pol_ex_say(e, "total - payers - hospital", "总费用 - 支付 - 医院承担");
    if (is_person)
        pol_ex_total(e, figure);
    payers_before(e, figure, POL_NONE32);
}

static void explain_symbol(explainer *e, pol_figure *root, pol_symbol *symbol)
{
    if (symbol->kind != POL_S_ACCUM) {
        pol_ex_name(e, root, symbol);
        return;
    }
    pol_ex_accumulator(e, root, symbol->index);
}

static bool explain_output(explainer *e, pol_figure *root, pol_str name)
{
    for (uint32_t i = 0; i < e->in->matter->output_count; i++) {
        const pol_ast_output *output = POL_AS(output, e->in->matter->outputs[i]);
        if (pol_str_equal(pol_node_text(output->name), name)) {
            pol_ex_output(e, root, i);
            return true;
        }
    }
    return false;
}

pol_figure *pol_explain_why(pol_one_claim *claim, pol_str name, pol_lang lang)
{
    explainer *e = POL_NEW(&claim->arena, explainer);
    if (e == NULL || !claim->ran)
        return NULL;
    pol_ex_start(e, claim, lang);
    e->down = true;
    e->payer = POL_NONE32;
    pol_symbol *symbol = pol_matter_find(e->in->matter, name);
    pol_figure *root = pol_ex_part(e, NULL, "结算", name);
    if (symbol != NULL)
        explain_symbol(e, root, symbol);
    else if (!explain_output(e, root, name))
        return NULL;
    return pol_arena_failed(e->arena) || root->parts.count == 0 ? NULL : root->parts.items[0];
}
