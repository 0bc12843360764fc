/* A script as a list of declarations: each with its name, its section, the clauses that it cites and its
 * content in one line. Statements that extend a declaration (类别 … 增加, 累计 … 增加) are part of it. */
#include "interp/diff/diff.h"

typedef struct collector {
    pol_diff *diff;
    pol_side *side;
    pol_str section;
    pol_matter *matter;
} collector;

/* ---- what a declaration is called ---------------------------------------------------------------------- */

static pol_node_kind family(pol_node_kind kind)
{
    return kind == POL_N_PRIOR ? POL_N_BENEFIT : kind;
}

/* A name for what has none: one of its kind in a section, or known by its words. */
static pol_str name_of(pol_diff *diff, const pol_node *node)
{
    switch (node->kind) {
    case POL_N_CLAUSE: return pol_node_text(POL_AS_CONST(clause, node)->number);
    case POL_N_REQUIRE: return pol_node_text(POL_AS_CONST(require, node)->message);
    case POL_N_SETTLE: return POL_STR(""); /* 总费用 or total: one and the same */
    case POL_N_ADVANCE: {
        const pol_ast_advance *advance = POL_AS_CONST(advance, node);
        const pol_str payers = pol_words_list(diff, &advance->payers, POL_WORDS_SHOWN);
        const pol_str by = pol_node_text(advance->by);
        return diff->lang == POL_ZH ? pol_diff_format(diff, "%.*s 代 %.*s", POL_S(by), POL_S(payers))
                                    : pol_diff_format(diff, "%.*s for %.*s", POL_S(by), POL_S(payers));
    }
    default: {
        const pol_node *declared = pol_node_declared(node);
        return declared == NULL ? POL_STR("") : pol_node_text(declared);
    }
    }
}

pol_str pol_decl_title(pol_diff *diff, const pol_decl *decl)
{
    const pol_node *node = decl->nodes.count > 0 ? decl->nodes.items[0] : NULL;
    const char *en = "", *zh = "";
    switch (decl->kind) {
    case POL_N_HEADER: en = "header", zh = "政策"; break;
    case POL_N_CLAUSE: en = "clause", zh = "条款"; break;
    case POL_N_CATEGORY: en = "category", zh = "类别"; break;
    case POL_N_SET: en = "set", zh = "集合"; break;
    case POL_N_PARAM: en = "parameter", zh = "参数"; break;
    case POL_N_MATTER: en = "matter", zh = "业务"; break;
    case POL_N_INPUT: en = "input", zh = "输入"; break;
    case POL_N_REQUIRE: en = "require", zh = "要求"; break;
    case POL_N_DEFINE: en = "define", zh = "定义"; break;
    case POL_N_ACCUM: en = "accumulator", zh = "累计"; break;
    case POL_N_SETTLE: en = "settle", zh = "结算"; break;
    case POL_N_BENEFIT:
        en = node != NULL && node->kind == POL_N_PRIOR ? "prior" : "benefit";
        zh = node != NULL && node->kind == POL_N_PRIOR ? "先付" : "待遇";
        break;
    case POL_N_ORDER: en = "order", zh = "顺序"; break;
    case POL_N_ADVANCE: en = "advance", zh = "垫付"; break;
    case POL_N_STATUS: en = "status", zh = "状态"; break;
    case POL_N_OUTPUT: en = "output", zh = "附加"; break;
    default: break;
    }
    const pol_str kind = pol_diff_say(diff, en, zh);
    return decl->name.length == 0 ? kind : pol_diff_format(diff, "%.*s %.*s", POL_S(kind), POL_S(decl->name));
}

/* ---- citations and content ------------------------------------------------------------------------------ */

typedef struct walk {
    pol_diff *diff;
    pol_decl *decl;
    const pol_list *basis; /* the list whose items are citations */
    pol_text *body;
} walk;

static void cite(walk *w, pol_str clause)
{
    for (size_t i = 0; i < w->decl->basis.count; i++)
        if (pol_str_equal(w->decl->basis.items[i], clause))
            return;
    (void)POL_PUSH(&w->diff->arena, w->decl->basis, clause);
}

/* Citations of the node and of all below it. */
static bool collect_citations(pol_node *node, void *user)
{
    walk *w = user;
    const pol_list *list = pol_node_basis(node);
    for (uint32_t k = 0; list != NULL && k < list->count; k++)
        cite(w, pol_node_text(list->items[k]));
    return pol_node_each_child(node, collect_citations, w);
}

static pol_str join(pol_diff *diff, const pol_str *items, size_t count)
{
    pol_text text;
    pol_text_init(&text, &diff->arena);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            pol_text_add(&text, pol_diff_say(diff, ", ", "、"));
        pol_text_add(&text, items[i]);
    }
    return pol_text_str(&text);
}

pol_str pol_decl_clauses(pol_diff *diff, const pol_decl *decl, const pol_node *part)
{
    const pol_list *own = part == NULL ? NULL : pol_node_basis(part);
    if (decl == NULL)
        return POL_STR("");
    if (own == NULL || own->count == 0) /* a benefit's first citations are for all of it */
        own = decl->nodes.count == 0 || part == NULL ? NULL : pol_node_basis(decl->nodes.items[0]);
    return own != NULL && own->count > 0 ? pol_words_list(diff, own, POL_WORDS_SHOWN)
                                         : join(diff, decl->basis.items, decl->basis.count);
}

static bool is_own_name(const pol_decl *decl, const pol_node *node)
{
    for (size_t i = 0; i < decl->nodes.count; i++)
        if (pol_node_declared(decl->nodes.items[i]) == node)
            return true;
    return false;
}

/* What the declaration says, in one line: the parts of statements, expressions as written. */
static bool collect_body(pol_node *node, void *user)
{
    walk *w = user;
    if (is_own_name(w->decl, node))
        return true;
    if ((node->kind >= POL_N_TYPE && node->kind <= POL_N_REPEALED) || node->kind == POL_N_PERIOD) {
        pol_text_add(w->body, pol_words(w->diff, node, POL_WORDS_NEW));
        pol_text_char(w->body, ' ');
        return true;
    }
    pol_text_format(w->body, "%s ", pol_node_kind_name(node->kind));
    return pol_node_each_child(node, collect_body, w);
}

static void complete(collector *c, pol_decl *decl)
{
    pol_text body;
    pol_text_init(&body, &c->diff->arena);
    walk w = { .diff = c->diff, .decl = decl, .body = &body };
    for (size_t i = 0; i < decl->nodes.count; i++) {
        collect_citations(decl->nodes.items[i], &w);
        pol_node_each_child(decl->nodes.items[i], collect_body, &w);
    }
    decl->body = pol_text_str(&body);
}

/* ---- the list -------------------------------------------------------------------------------------------- */

static pol_decl *find(const collector *c, pol_node_kind kind, pol_str section, pol_str name)
{
    for (size_t i = 0; i < c->side->decls.count; i++) {
        pol_decl *decl = c->side->decls.items[i];
        if (decl->kind == kind && pol_str_equal(decl->section, section) && pol_str_equal(decl->name, name))
            return decl;
    }
    return NULL;
}

static pol_decl *add(collector *c, pol_node *node, pol_node_kind kind, pol_str name)
{
    pol_decl *decl = POL_NEW(&c->diff->arena, pol_decl);
    if (decl == NULL)
        return NULL;
    decl->kind = kind;
    decl->section = c->section;
    decl->matter = c->matter;
    decl->name = name;
    if (node != NULL)
        (void)POL_PUSH(&c->diff->arena, decl->nodes, node);
    (void)POL_PUSH(&c->diff->arena, c->side->decls, decl);
    return decl;
}

static bool extends(const pol_node *node)
{
    return (node->kind == POL_N_CATEGORY && POL_AS_CONST(category, node)->add) ||
           (node->kind == POL_N_SET && POL_AS_CONST(set, node)->add) ||
           (node->kind == POL_N_ACCUM && POL_AS_CONST(accum, node)->type == NULL);
}

static void collect_statement(collector *c, pol_node *node)
{
    if (node->kind == POL_N_EXAMPLE)
        return;
    if (node->kind == POL_N_INPUTS) {
        const pol_list *items = &POL_AS(inputs, node)->items;
        for (uint32_t i = 0; i < items->count; i++)
            collect_statement(c, items->items[i]);
        return;
    }
    const pol_str name = name_of(c->diff, node);
    pol_decl *extended = NULL;
    if (extends(node)) {
        extended = find(c, node->kind, c->section, name);
        if (extended == NULL)
            extended = find(c, node->kind, POL_STR(""), name);
    }
    if (extended != NULL)
        (void)POL_PUSH(&c->diff->arena, extended->nodes, node);
    else
        add(c, node, family(node->kind), name);
}

static pol_matter *matter_named(const pol_model *model, pol_str name)
{
    for (size_t i = 0; i < model->matters.count; i++)
        if (pol_str_equal(model->matters.items[i]->name, name))
            return model->matters.items[i];
    return NULL;
}

/* The order of payers is a declaration, written or not. */
static void collect_orders(collector *c)
{
    const pol_model *model = &c->side->script->model;
    for (size_t i = 0; i < model->matters.count; i++) {
        pol_matter *matter = model->matters.items[i];
        if (matter->payer_count == 0 || find(c, POL_N_ORDER, matter->name, POL_STR("")) != NULL)
            continue;
        c->section = matter->name;
        c->matter = matter;
        add(c, NULL, POL_N_ORDER, POL_STR(""));
    }
}

bool pol_decls_collect(pol_diff *diff, pol_side *side)
{
    if (side->script == NULL)
        return true;
    const pol_model *model = &side->script->model;
    collector c = { .diff = diff, .side = side, .section = POL_STR("") };
    c.matter = model->matters.count > 0 ? model->matters.items[0] : NULL;
    add(&c, side->script->tree.root->header, POL_N_HEADER, POL_STR(""));
    const pol_list *statements = &side->script->tree.root->statements;
    for (uint32_t i = 0; i < statements->count; i++) {
        pol_node *node = statements->items[i];
        if (node->kind == POL_N_MATTER) {
            c.section = name_of(diff, node);
            c.matter = matter_named(model, c.section);
        }
        collect_statement(&c, node);
    }
    collect_orders(&c);
    for (size_t i = 0; i < side->decls.count; i++)
        complete(&c, side->decls.items[i]);
    return !pol_arena_failed(&diff->arena);
}
