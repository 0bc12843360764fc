/* Citations (language 8.2) and declarations that nothing reads. */
#include "interp/sema_internal.h"

#include "interp/base/utf8.h"

/* ---- every 依据 names a clause ------------------------------------------------------------------------- */

static void cite(pol_checker *s, pol_node *citation)
{
    if (!s->clauses.count)
        return;
    const pol_str text = pol_node_text(citation);
    pol_cited *const cited = &s->cited[(uintptr_t)text.bytes / 16 % POL_CITED];
    if (cited->text == text.bytes && cited->file == citation->span.file) { /* a clause that is there, as found before */
        s->clause_cited[cited->clause] = 1;
        return;
    }
    pol_str key = pol_utf8_key(s->arena, text);
    uint32_t number = pol_names_find(&s->clause_keys, key);
    if (number < s->clauses.count) {
        /* of equal numbers a superior's statement means the superior's clause, whose list is not checked here */
        if (s->clauses.items[number]->node.span.file != citation->span.file)
            return;
        s->clause_cited[number] = 1;
        *cited = (pol_cited){text.bytes, citation->span.file, number};
        return;
    }
    pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_CLAUSE, citation);
    pol_sema_text(s, d, "clause", pol_node_text(citation));
    unsigned best = 3;
    pol_str found = {0};
    for (uint32_t i = 0; i < s->clauses.count; i++) {
        unsigned distance = pol_str_distance(key, s->clause_keys.names[i], 2);
        if (distance < best) {
            best = distance;
            found = pol_node_text(s->clauses.items[i]->number);
        }
    }
    if (found.length && citation->kind == POL_N_STRING)
        pol_diag_guess(s->diags, d, citation->span, pol_sema_format(s, "\"%.*s\"", (int)found.length, found.bytes));
}

static bool cite_below(pol_node *node, void *user)
{
    const pol_list *basis = pol_node_basis(node);
    for (uint32_t i = 0; basis && i < basis->count; i++)
        cite(user, basis->items[i]);
    return pol_node_each_branch(node, cite_below, user);
}

/* ---- statements that reach no citation --------------------------------------------------------------------- */

typedef struct cite_search {
    pol_checker *s;
    const pol_matter *matter;
    uint32_t *seen; /* by declaration node id: the number of the last search that met it */
    uint32_t number;
    POL_VEC(const pol_node *) queue;
    bool found;
} cite_search;

static bool follow(pol_node *node, void *user)
{
    cite_search *search = user;
    const pol_list *basis = pol_node_basis(node);
    if (basis && basis->count) {
        search->found = true;
        return false;
    }
    if (node->kind == POL_N_NAME) {
        pol_symbol *symbol = pol_matter_find(search->matter, pol_node_text(node));
        pol_symbol *payer = pol_find_payer(search->matter, pol_node_text(node));
        for (int i = 0; i < 2; i++) {
            pol_symbol *reached = i ? payer : symbol;
            if (reached && reached->group)
                reached = reached->group;
            if (reached && reached->node && search->seen[reached->node->id] != search->number) {
                search->seen[reached->node->id] = search->number;
                if (!POL_PUSH(search->s->arena, search->queue, reached->node))
                    return false;
            }
        }
    }
    return pol_node_each_child(node, follow, user);
}

static bool reaches_citation(cite_search *search, const pol_matter *matter, pol_node *node)
{
    pol_checker *s = search->s;
    const pol_list *basis = pol_node_basis(node);
    if (basis && basis->count)
        return true;
    if (!search->seen)
        search->seen = POL_NEW_ARRAY(s->arena, uint32_t, s->tree->rules + 1);
    if (!search->seen)
        return true;
    search->matter = matter;
    search->number++;
    search->queue.count = 0;
    search->found = false;
    if (!POL_PUSH(s->arena, search->queue, node))
        return true;
    search->seen[node->id] = search->number;
    for (size_t i = 0; i < search->queue.count && !search->found; i++) {
        pol_node *next = s->tree->root ? (pol_node *)(uintptr_t)search->queue.items[i] : NULL;
        if (next)
            follow(next, search);
    }
    return search->found;
}

static bool computes(const pol_node *node)
{
    return node->kind == POL_N_PARAM || node->kind == POL_N_DEFINE || node->kind == POL_N_ACCUM || node->kind == POL_N_PRIOR
           || node->kind == POL_N_BENEFIT || node->kind == POL_N_STATUS || node->kind == POL_N_OUTPUT;
}

/* Where a message about a declaration stands. */
static pol_node *name_of(pol_node *node)
{
    pol_node *name = pol_node_declared(node);
    return name ? name : node;
}

static void warn_uncited(pol_checker *s)
{
    const pol_list *all = &s->tree->root->statements;
    const pol_matter *matter = s->model->matters.count ? s->model->matters.items[0] : NULL;
    size_t next = 0;
    cite_search search = {.s = s};
    if (!matter)
        return;
    for (uint32_t i = 0; i < all->count; i++) {
        pol_node *node = all->items[i];
        if (node->kind == POL_N_MATTER && next < s->model->matters.count)
            matter = s->model->matters.items[next++];
        if (computes(node) && !reaches_citation(&search, matter, node)) {
            pol_diag *d = pol_sema_report(s, POL_D_RULE_WITHOUT_CLAUSE, name_of(node));
            pol_sema_text(s, d, "name", pol_node_text(name_of(node)));
        }
    }
}

void pol_check_citations(pol_checker *s)
{
    s->clause_cited = POL_NEW_ARRAY(s->arena, uint8_t, s->clauses.count + 1);
    if (!s->clause_cited)
        return;
    const pol_list *all = &s->tree->root->statements;
    for (uint32_t i = 0; i < all->count; i++)
        cite_below(all->items[i], s);
    if (!s->clauses.count)
        return;
    for (size_t i = 0; i < s->clauses.count; i++) {
        pol_ast_clause *clause = s->clauses.items[i];
        if (clause->node.span.file != s->model->header->node.span.file)
            continue; /* the superior's */
        if (clause->no_rule ? s->clause_cited[i] : !s->clause_cited[i]) {
            pol_diag *d = pol_sema_report(s, clause->no_rule ? POL_D_NO_RULE_CITED : POL_D_CLAUSE_WITHOUT_RULE, &clause->node);
            pol_sema_text(s, d, "clause", pol_node_text(clause->number));
        }
    }
    warn_uncited(s);
}

/* ---- what nothing reads --------------------------------------------------------------------------------------- */

static void warn_unused(pol_checker *s, pol_node *node, const char *en, const char *zh)
{
    if (s->used[node->id])
        return;
    pol_diag *d = pol_sema_report(s, POL_D_UNUSED, name_of(node));
    pol_sema_words(s, d, "kind", en, zh);
    pol_sema_text(s, d, "name", pol_node_text(name_of(node)));
}

static bool collect_types(pol_node *node, void *user)
{
    if (node->kind == POL_N_TYPE && POL_AS(type, node)->name != NULL)
        (void)pol_names_add(user, pol_node_text(POL_AS(type, node)->name));
    return pol_node_each_branch(node, collect_types, user);
}

/* A category that no input, set or definition has. */
static void warn_unused_category(pol_checker *s, pol_node *node, const pol_names *types)
{
    if (POL_AS(category, node)->add || pol_names_find(types, pol_node_text(name_of(node))) != POL_NO_NAME)
        return;
    pol_diag *d = pol_sema_report(s, POL_D_UNUSED, name_of(node));
    pol_sema_words(s, d, "kind", "category", "类别");
    pol_sema_text(s, d, "name", pol_node_text(name_of(node)));
}

void pol_check_unused(pol_checker *s)
{
    const pol_list *all = &s->tree->root->statements;
    pol_names types;
    pol_names_init(&types, s->arena);
    for (uint32_t i = 0; i < all->count; i++)
        collect_types(all->items[i], &types);
    for (uint32_t i = 0; i < all->count; i++) {
        pol_node *node = all->items[i];
        switch (node->kind) {
        case POL_N_CATEGORY:
            warn_unused_category(s, node, &types);
            break;
        case POL_N_DEFINE:
            warn_unused(s, node, "definition", "定义");
            break;
        case POL_N_PARAM:
            if (POL_AS(param, node)->type)
                warn_unused(s, node, "parameter", "参数");
            break;
        case POL_N_SET:
            if (!POL_AS(set, node)->add)
                warn_unused(s, node, "set", "集合");
            break;
        case POL_N_INPUTS: {
            const pol_list *inputs = &POL_AS(inputs, node)->items;
            for (uint32_t k = 0; k < inputs->count; k++)
                warn_unused(s, inputs->items[k], "input", "输入");
            break;
        }
        default:
            break;
        }
    }
    if (s->model->settle_outside && !s->reads_in_force)
        pol_sema_report(s, POL_D_IN_FORCE_UNREAD, s->model->header->effective);
    if (!s->model->settle_outside && s->reads_in_force && s->model->header->effective)
        pol_sema_report(s, POL_D_IN_FORCE_ALWAYS, s->model->header->effective);
}
