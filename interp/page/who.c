/* Who is entitled, and what the words of it mean: the kinds of persons, the conditions under which payers pay, the reasons why they do not. */
#include "interp/page/page.h"

static void put_name(pol_page *page, const pol_node *declaration, pol_str name)
{
    pol_page_put(page, "<li><strong>");
    pol_page_name(page, declaration, name);
    pol_page_put(page, "</strong>");
}

static void put_persons(pol_page *page)
{
    const uint32_t field = pol_page_person_field(page);
    if (field == POL_NONE32)
        return;
    const pol_label_set *const set = &page->script->traced.program->label_sets[pol_page_code(page)->fields[field].labels];
    put_name(page, page->matter->inputs[field]->node, pol_page_code(page)->fields[field].name);
    pol_page_say(page, ": ", "：");
    for (uint32_t i = 0; i < set->count; i++) {
        if (i > 0)
            pol_page_say(page, ", ", "、");
        pol_page_text(page, set->labels[i]);
    }
    pol_page_put(page, "</li>\n");
}

static void put_conditions(pol_page *page, const pol_payer *payer)
{
    bool any = false;
    for (uint32_t i = 0; i < payer->alternative_count && !payer->prior; i++) {
        if (payer->alternatives[i].condition == NULL)
            continue;
        if (!any) {
            put_name(page, payer->node, payer->symbol->name);
            pol_page_say(page, ", for those with: ", "，须符合：");
        } else {
            pol_page_say(page, "; or ", "；或者 ");
        }
        any = true;
        pol_page_words(page, payer->alternatives[i].condition);
    }
    pol_page_put(page, any ? "</li>\n" : "");
}

static void put_refusal(pol_page *page, const pol_ast_status *status)
{
    if (status->reasons.count == 0)
        return;
    put_name(page, &status->node, pol_node_text(status->name));
    pol_page_say(page, " if: ", "，有以下情形之一的：");
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        if (i > 0)
            pol_page_say(page, "; ", "；");
        pol_page_text(page, pol_node_text(POL_AS(reason, status->reasons.items[i])->label));
    }
    pol_page_put(page, "</li>\n");
}

void pol_page_who(pol_page *page)
{
    pol_page_put(page, "<ul class=\"brief\">\n");
    put_persons(page);
    for (uint32_t i = 0; i < page->matter->payer_count; i++)
        put_conditions(page, &page->matter->payers[i]);
    for (uint32_t i = 0; i < page->matter->status_count; i++)
        put_refusal(page, POL_AS(status, page->matter->statuses[i]));
    pol_page_put(page, "</ul>\n");
}

/* ---- what the names mean ---------------------------------------------------------------------------------- */

typedef struct meanings {
    pol_page *page;
    POL_VEC(const pol_symbol *) found; /* in the order in which they are met */
} meanings;

static bool collect(pol_node *node, void *user)
{
    meanings *const m = user;
    const pol_note *const note = pol_note_of(m->page->matter, node);
    const bool defined = node->kind == POL_N_NAME && note->ref == POL_REF_SYMBOL && note->symbol->kind == POL_S_DEFINE;
    bool known = !defined;
    for (size_t i = 0; i < m->found.count && !known; i++)
        known = m->found.items[i] == note->symbol;
    if (known)
        return pol_node_each_child(node, collect, m);
    if (!POL_PUSH(&m->page->arena, m->found, note->symbol))
        return false;
    return collect(POL_AS(define, note->symbol->node)->value, m);
}

void pol_page_meanings(pol_page *page)
{
    meanings m = { .page = page };
    for (uint32_t i = 0; i < page->matter->payer_count; i++)
        pol_node_each_child(page->matter->payers[i].node, collect, &m);
    for (size_t i = 0; i < m.found.count; i++) {
        pol_page_put(page, i == 0 ? "<p class=\"soft\">" : "");
        if (i == 0)
            pol_page_say(page, "Here: ", "其中：");
        else
            pol_page_say(page, "; ", "；");
        pol_page_text(page, m.found.items[i]->name);
        pol_page_say(page, " means ", "，指 ");
        pol_page_value_inline(page, POL_AS(define, m.found.items[i]->node)->value);
    }
    if (m.found.count > 0)
        pol_page_say(page, ".", "。");
    pol_page_put(page, m.found.count > 0 ? "</p>\n" : "");
}
