/* The terms that a policy uses, explained. */
#include "interp/page/page.h"

typedef enum term {
#define TERM(name, zh, en, about_zh, about_en) TERM_##name,
#include "interp/page/terms.def"
#undef TERM
    TERM_COUNT
} term;

typedef struct term_text {
    const char *zh, *en, *about_zh, *about_en;
} term_text;

static const term_text k_terms[TERM_COUNT] = {
#define TERM(name, zh, en, about_zh, about_en) { zh, en, about_zh, about_en },
#include "interp/page/terms.def"
#undef TERM
};

typedef struct used {
    bool terms[TERM_COUNT];
} used;

static void use_step(used *u, const pol_ast_step *step)
{
    switch ((pol_step_kind)step->kind) {
    case POL_STEP_BY_HOSPITAL: u->terms[TERM_HOSPITAL] = true; break;
    case POL_STEP_DEEMED: u->terms[TERM_DEEMED] = true; break;
    case POL_STEP_BASE: u->terms[TERM_BASE] = true; break;
    case POL_STEP_DEDUCTIBLE: u->terms[TERM_DEDUCTIBLE] = true; break;
    case POL_STEP_TIERS: u->terms[TERM_TIERS] = true; break;
    case POL_STEP_RATIO: u->terms[TERM_RATIO] = true; break;
    case POL_STEP_CAP: u->terms[TERM_CAP] = true; break;
    case POL_STEP_CONDITION:
    case POL_STEP_AMOUNT:
    case POL_STEP_ROUND: break;
    }
    u->terms[TERM_RUNNING] |= step->running_on != NULL;
}

static bool use_node(pol_node *node, void *user)
{
    used *const u = user;
    switch (node->kind) {
    case POL_N_SETTLE: u->terms[TERM_TOTAL] = u->terms[TERM_PERSON] = true; break;
    case POL_N_STEP: use_step(u, POL_AS(step, node)); break;
    case POL_N_ACCUM: u->terms[TERM_ACCUM] = true; break;
    case POL_N_PRIOR:
        u->terms[TERM_PRIOR] = true;
        u->terms[TERM_DEEMED] |= POL_AS(prior, node)->deemed != 0;
        break;
    case POL_N_ADVANCE: u->terms[TERM_ADVANCE] = true; break;
    case POL_N_PARAM: u->terms[TERM_REGION] |= POL_AS(param, node)->by_region != 0; break;
    case POL_N_INPUT:
        u->terms[TERM_BEST] |= POL_AS(input, node)->best != 0;
        u->terms[TERM_RANKED] |= POL_AS(input, node)->ranked != 0;
        break;
    case POL_N_NAME:
        u->terms[TERM_REMAINING] |= pol_str_equal(pol_node_text(node), POL_STR("余额")) || pol_str_equal(pol_node_text(node), POL_STR("remaining"));
        break;
    default: break;
    }
    return pol_node_each_child(node, use_node, u);
}

void pol_page_terms(pol_page *page)
{
    used u = { { false } };
    pol_node_each_child(&page->script->tree.root->node, use_node, &u);
    pol_page_put(page, "<h2 id=\"terms\">");
    pol_page_say(page, "Terms", "名词解释");
    pol_page_put(page, "</h2>\n<table class=\"terms\"><tbody>\n");
    for (int i = 0; i < TERM_COUNT; i++) {
        if (!u.terms[i])
            continue;
        pol_page_put(page, "<tr>");
        pol_page_tagged(page, "th", k_terms[i].en, k_terms[i].zh);
        pol_page_tagged(page, "td", k_terms[i].about_en, k_terms[i].about_zh);
        pol_page_put(page, "</tr>\n");
    }
    pol_page_put(page, "</tbody></table>\n");
}
