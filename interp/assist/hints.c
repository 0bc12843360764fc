/* What figures come to in the first example of each matter: shown beside the script's own words. */
#include "interp/assist/assist.h"

#include "interp/examples.h"
#include "interp/inspect.h"

struct pol_first_example {
    pol_one_claim claim;
};

typedef POL_VEC(pol_hint) hint_items;

/* ---- running it ----------------------------------------------------------------------------------------------- */

static bool settled(const pol_one_claim *claim)
{
    return claim->ran && claim->finding.code == POL_ERR_NONE;
}

pol_first_example *pol_first_example_run(pol_analysis *a, uint32_t number)
{
    pol_script *script = a->script;
    if (number >= script->model.matters.count || script->model.matters.items[number]->example_count == 0 ||
        pol_script_trace(script) != POL_OK)
        return NULL;
    const pol_matter *matter = script->model.matters.items[number];
    pol_first_example *run = POL_NEW(&a->answer, pol_first_example);
    pol_text record;
    pol_str what;
    pol_text_init(&record, &a->answer);
    if (run == NULL || !pol_example_record(&record, script, number, POL_AS(example, matter->examples[0]), &what))
        return NULL;
    if (pol_one_claim_run(&run->claim, script, pol_text_str(&record), number, a->lang) == POL_OK && settled(&run->claim))
        return run;
    pol_one_claim_free(&run->claim);
    return NULL;
}

void pol_first_example_end(pol_first_example *run)
{
    if (run != NULL)
        pol_one_claim_free(&run->claim);
}

pol_str pol_first_example_value(pol_analysis *a, pol_first_example *run, const pol_symbol *symbol)
{
    (void)a;
    const pol_inspect *in = &run->claim.in;
    pol_node *node = symbol->kind == POL_S_DEFINE && symbol->node != NULL ? POL_AS(define, symbol->node)->value : NULL;
    if (node != NULL)
        return pol_inspect_text(in, node);
    const pol_shown shown = symbol->kind == POL_S_PAYER ? pol_inspect_facet(in, symbol->index, POL_FACET_PAID)
                                                        : pol_inspect_symbol(in, symbol);
    return shown.kind == POL_SHOWN_UNKNOWN ? POL_STR("") : pol_shown_figure(in, shown, false);
}

/* ---- hints ------------------------------------------------------------------------------------------------------ */

static void add(pol_analysis *a, hint_items *hints, const pol_node *place, pol_str value)
{
    if (place == NULL || place->span.file != 0 || value.length == 0)
        return;
    const pol_hint hint = { pol_extent_of(place->span), pol_answer_text(a, value) };
    (void)POL_PUSH(&a->answer, *hints, hint);
}

/* A literal says itself what it is. */
static bool is_literal(const pol_node *node)
{
    return node->kind == POL_N_MONEY || node->kind == POL_N_PERCENT || node->kind == POL_N_NUMBER ||
           node->kind == POL_N_DATE || node->kind == POL_N_STRING || node->kind == POL_N_BOOL ||
           node->kind == POL_N_NONE || node->kind == POL_N_UNLIMITED;
}

static void add_value(pol_analysis *a, hint_items *hints, const pol_inspect *in, const pol_node *name, pol_node *value)
{
    if (value != NULL && !is_literal(value))
        add(a, hints, name, pol_inspect_text(in, value));
}

/* Behind the keyword of a step: what its expression came to. */
static void add_steps(pol_analysis *a, hint_items *hints, const pol_inspect *in, const pol_ast_benefit *benefit)
{
    for (uint32_t i = 0; i < benefit->steps.count; i++) {
        const pol_ast_step *step = POL_AS_CONST(step, benefit->steps.items[i]);
        const bool shows = step->kind == POL_STEP_BASE || step->kind == POL_STEP_DEDUCTIBLE ||
                           step->kind == POL_STEP_RATIO || step->kind == POL_STEP_AMOUNT ||
                           step->kind == POL_STEP_CAP || step->kind == POL_STEP_CONDITION;
        if (shows && step->value != NULL)
            add_value(a, hints, in, step->value, step->value);
    }
}

static void add_payers(pol_analysis *a, hint_items *hints, pol_first_example *run, const pol_matter *matter)
{
    const pol_inspect *in = &run->claim.in;
    for (uint32_t i = 0; i < matter->payer_count; i++) {
        const pol_payer *payer = &matter->payers[i];
        add(a, hints, pol_node_declared(payer->node), pol_first_example_value(a, run, payer->symbol));
        if (!payer->prior)
            add_steps(a, hints, in, POL_AS_CONST(benefit, payer->node));
    }
}

static void add_matter(pol_analysis *a, hint_items *hints, uint32_t number)
{
    const pol_matter *matter = a->script->model.matters.items[number];
    pol_first_example *run = pol_first_example_run(a, number);
    if (run == NULL)
        return;
    const pol_inspect *in = &run->claim.in;
    if (matter->settle != NULL)
        add_value(a, hints, in, matter->settle->name, matter->settle->value);
    for (size_t i = 0; i < matter->symbols.count; i++) {
        const pol_symbol *symbol = matter->symbols.items[i];
        if (symbol->kind == POL_S_DEFINE && symbol->node != NULL)
            add_value(a, hints, in, POL_AS(define, symbol->node)->name, POL_AS(define, symbol->node)->value);
    }
    add_payers(a, hints, run, matter);
    for (uint32_t i = 0; i < matter->output_count; i++) {
        const pol_ast_output *output = POL_AS_CONST(output, matter->outputs[i]);
        if (output->value != NULL)
            add_value(a, hints, in, output->name, output->value);
    }
    pol_first_example_end(run);
}

static bool is_shown_before(const hint_items *hints, const pol_hint *hint, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (hints->items[i].range.start == hint->range.start)
            return true;
    return false;
}

/* Of a shared statement the figure of the first matter is shown. */
static void drop_repetitions(hint_items *hints)
{
    size_t kept = 0;
    for (size_t i = 0; i < hints->count; i++)
        if (!is_shown_before(hints, &hints->items[i], kept))
            hints->items[kept++] = hints->items[i];
    hints->count = kept;
}

pol_status pol_analysis_hints(pol_analysis *analysis, const pol_hint **items, size_t *count)
{
    pol_answer_begin(analysis);
    hint_items hints = { 0 };
    const pol_script *script = analysis->script;
    const bool good = script->checked && script->diags.error_count == 0;
    for (uint32_t i = 0; good && i < script->model.matters.count; i++)
        add_matter(analysis, &hints, i);
    if (script->model.matters.count > 1)
        drop_repetitions(&hints);
    *items = hints.items;
    *count = hints.count;
    return pol_answer_status(analysis);
}
