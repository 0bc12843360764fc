#include "interp/inherit.h"

typedef struct merger {
    pol_tree *tree;
    pol_diags *diags;
} merger;

/* ---- statements by kind and name ------------------------------------------------------------------- */

/* 先付 and 待遇 are one kind, payer. */
static pol_node_kind family(pol_node_kind kind)
{
    return kind == POL_N_PRIOR ? POL_N_BENEFIT : kind;
}

static bool same_declaration(const pol_node *a, const pol_node *b)
{
    if (family(a->kind) != family(b->kind))
        return false;
    if (a->kind == POL_N_ORDER || a->kind == POL_N_SETTLE)
        return true;
    if (a->kind == POL_N_ACCUM && (!POL_AS_CONST(accum, a)->type || !POL_AS_CONST(accum, b)->type))
        return false; /* a reopened one is an addition, not a declaration */
    const pol_node *na = pol_node_declared(a), *nb = pol_node_declared(b);
    return na && nb && pol_str_equal(pol_node_text(na), pol_node_text(nb));
}

static bool is_replaceable(pol_node_kind kind)
{
    return kind == POL_N_CATEGORY || kind == POL_N_SET || kind == POL_N_INPUTS || kind == POL_N_PARAM || kind == POL_N_DEFINE
           || kind == POL_N_ACCUM || kind == POL_N_SETTLE || kind == POL_N_PRIOR || kind == POL_N_BENEFIT
           || kind == POL_N_ORDER || kind == POL_N_STATUS || kind == POL_N_OUTPUT;
}

static void report(merger *m, pol_diag_code code, const pol_node *node, const pol_node *name)
{
    pol_diag *d = pol_report(m->diags, code, (name ? name : node)->span);
    pol_diag_text(m->diags, d, "name", name ? pol_node_text(name) : POL_STR("…"));
}

/* The script itself has written `name` before: declared, set or replaced. */
static bool written_before(merger *m, const pol_node *before, const pol_node *node, const pol_node *name)
{
    if (before->span.file != node->span.file)
        return false;
    pol_diag *d = pol_report(m->diags, POL_D_DECLARED_TWICE, (name ? name : node)->span);
    pol_diag_text(m->diags, d, "name", name ? pol_node_text(name) : POL_STR("…"));
    pol_diag_note_at(m->diags, d, before->span, POL_STR("declared here first"), POL_STR("先在这里声明"));
    return true;
}

/* ---- one statement of the extending script -------------------------------------------------------------- */

/* The inherited statement that `node` continues or replaces; NULL when there is none. */
static pol_node **find_declaration(pol_list *section, const pol_node *node)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (same_declaration(section->items[i], node))
            return &section->items[i];
    return NULL;
}

static bool append_all(merger *m, pol_list *list, const pol_list *more)
{
    pol_list joined = {0};
    for (uint32_t i = 0; i < list->count; i++)
        if (!pol_list_add(m->tree, &joined, list->items[i]))
            return false;
    for (uint32_t i = 0; i < more->count; i++)
        if (!pol_list_add(m->tree, &joined, more->items[i]))
            return false;
    *list = joined;
    return true;
}

/* A node of the same kind and place that can be changed; the original stays as it is. */
static void *copy_node(merger *m, const pol_node *node, size_t size)
{
    void *copy = pol_node_new(m->tree, node->kind, node->span);
    if (!copy)
        return NULL;
    uint32_t id = ((pol_node *)copy)->id;
    char *to = copy;
    const char *from = (const char *)node;
    for (size_t i = 0; i < size; i++)
        to[i] = from[i];
    ((pol_node *)copy)->id = id;
    return copy;
}

/* 参数 X = … , 参数 X { bounds }: sets or tightens an open parameter; its type and bounds stay. */
static bool set_parameter(merger *m, pol_node **place, pol_ast_param *own)
{
    pol_ast_param *inherited = POL_AS(param, *place);
    if (written_before(m, &inherited->node, &own->node, own->name))
        return true;
    if (!inherited->by_region) {
        report(m, POL_D_SETS_FIXED, &own->node, own->name);
        pol_diag *d = m->diags->items.count ? m->diags->items.items[m->diags->items.count - 1] : NULL;
        if (d)
            pol_diag_note_at(m->diags, d, inherited->node.span, POL_STR("the superior fixes it here"), POL_STR("上级在这里已定"));
        return true;
    }
    pol_ast_param *merged = copy_node(m, &inherited->node, sizeof *merged);
    if (!merged)
        return false;
    merged->name = own->name;
    merged->node.span = own->node.span;
    if (own->value) {
        merged->value = own->value;
        merged->by_region = own->by_region;
        merged->set = 1;
        if (!own->by_region) {
            merged->optional = 0;
            merged->required = NULL;
        }
    }
    if (own->basis.count)
        merged->basis = own->basis;
    *place = &merged->node;
    return append_all(m, &merged->bounds, &own->bounds);
}

static bool replace_inputs(merger *m, pol_list *section, pol_ast_inputs *own)
{
    for (uint32_t i = 0; i < own->items.count; i++) {
        pol_node *input = own->items.items[i];
        bool found = false;
        for (uint32_t k = 0; k < section->count && !found; k++) {
            if (section->items[k]->kind != POL_N_INPUTS)
                continue;
            pol_ast_inputs *inputs = POL_AS(inputs, section->items[k]);
            for (uint32_t j = 0; j < inputs->items.count && !found; j++) {
                if (!same_declaration(inputs->items.items[j], input))
                    continue;
                found = true;
                if (written_before(m, inputs->items.items[j], input, pol_node_declared(input)))
                    break;
                pol_ast_inputs *merged = copy_node(m, &inputs->node, sizeof *merged);
                pol_list none = {0};
                if (!merged || !append_all(m, &merged->items, &none))
                    return false;
                merged->items.items[j] = input;
                section->items[k] = &merged->node;
            }
        }
        if (!found)
            report(m, POL_D_REPLACES_NOTHING, input, pol_node_declared(input));
    }
    return true;
}

static bool replace_statement(merger *m, pol_list *section, pol_node *own)
{
    own->replace = 0;
    if (!is_replaceable(own->kind)) {
        report(m, POL_D_NOT_REPLACEABLE, own, NULL);
        return true;
    }
    if (own->kind == POL_N_INPUTS)
        return replace_inputs(m, section, POL_AS(inputs, own));
    pol_node **place = find_declaration(section, own);
    if (!place) {
        report(m, POL_D_REPLACES_NOTHING, own, pol_node_declared(own));
        return true;
    }
    if (written_before(m, *place, own, pol_node_declared(own)))
        return true;
    if (own->kind == POL_N_PARAM && POL_AS(param, own)->type) {
        /* bounds stay, whatever is replaced below */
        pol_ast_param *merged = copy_node(m, own, sizeof *merged);
        if (!merged)
            return false;
        pol_list bounds = POL_AS(param, *place)->bounds;
        if (!append_all(m, &bounds, &merged->bounds))
            return false;
        merged->bounds = bounds;
        merged->set = 1;
        own = &merged->node;
    }
    *place = own;
    return true;
}

static bool add_statement(merger *m, pol_list *section, pol_node *own)
{
    if (own->replace)
        return replace_statement(m, section, own);
    pol_node **place = find_declaration(section, own);
    if (own->kind == POL_N_PARAM && !POL_AS(param, own)->type) {
        if (place)
            return set_parameter(m, place, POL_AS(param, own));
        report(m, POL_D_UNKNOWN_PARAM, own, pol_node_declared(own));
        return true;
    }
    if (own->kind == POL_N_CATEGORY && POL_AS(category, own)->add && place) {
        pol_ast_category *merged = copy_node(m, *place, sizeof *merged);
        if (!merged || !append_all(m, &merged->labels, &POL_AS(category, own)->labels)
            || !append_all(m, &merged->basis, &POL_AS(category, own)->basis))
            return false;
        *place = &merged->node;
        return true;
    }
    if (own->kind == POL_N_SET && POL_AS(set, own)->add && place) {
        pol_ast_set *merged = copy_node(m, *place, sizeof *merged);
        if (!merged || !append_all(m, &merged->labels, &POL_AS(set, own)->labels)
            || !append_all(m, &merged->basis, &POL_AS(set, own)->basis))
            return false;
        *place = &merged->node;
        return true;
    }
    return pol_list_add(m->tree, section, own);
}

/* ---- sections ----------------------------------------------------------------------------------------------- */

/* Where the section (shared: NULL, or the matter of that name) lies in a list of statements. */
static bool section_bounds(const pol_list *all, const pol_node *matter, uint32_t *start, uint32_t *end)
{
    bool inside = !matter;
    *start = *end = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind != POL_N_MATTER)
            continue;
        if (inside) {
            *end = i;
            return true;
        }
        if (matter && same_declaration(all->items[i], matter)) {
            inside = true;
            *start = i + 1;
        }
    }
    *end = all->count;
    return inside;
}

static bool merge_section(merger *m, const pol_list *superior, const pol_list *own, const pol_node *matter, pol_list *out)
{
    pol_list section = {0};
    uint32_t start, end;
    if (section_bounds(superior, matter, &start, &end))
        for (uint32_t i = start; i < end; i++)
            if (superior->items[i]->kind != POL_N_EXAMPLE && !pol_list_add(m->tree, &section, superior->items[i]))
                return false;
    if (section_bounds(own, matter, &start, &end))
        for (uint32_t i = start; i < end; i++)
            if (!add_statement(m, &section, own->items[i]))
                return false;
    return append_all(m, out, &section);
}

static bool merge_matter(merger *m, pol_node *inherited, const pol_list *own, pol_list *out)
{
    for (uint32_t i = 0; i < own->count; i++) {
        pol_node *node = own->items[i];
        if (node->kind != POL_N_MATTER || !same_declaration(node, inherited))
            continue;
        pol_node *by = POL_AS(matter, node)->by, *before = POL_AS(matter, inherited)->by;
        if (by && (!before || !pol_str_equal(pol_node_text(by), pol_node_text(before))))
            report(m, POL_D_MATTER_DATE_CHANGED, by, POL_AS(matter, node)->name);
    }
    return pol_list_add(m->tree, out, inherited);
}

/* The superior (merged already) and the script itself. */
static pol_ast_file *merge_files(merger *m, pol_ast_file *superior, pol_ast_file *own)
{
    pol_ast_file *merged = pol_node_new(m->tree, POL_N_FILE, own->node.span);
    if (!merged || !own->header || !superior->header)
        return merged ? own : NULL;
    pol_ast_header *header = POL_AS(header, own->header);
    merged->header = own->header;
    if (!header->rounding)
        header->rounding = POL_AS(header, superior->header)->rounding;
    if (!merge_section(m, &superior->statements, &own->statements, NULL, &merged->statements))
        return NULL;
    for (uint32_t i = 0; i < superior->statements.count; i++) {
        pol_node *matter = superior->statements.items[i];
        if (matter->kind == POL_N_MATTER
            && (!merge_matter(m, matter, &own->statements, &merged->statements)
                || !merge_section(m, &superior->statements, &own->statements, matter, &merged->statements)))
            return NULL;
    }
    uint32_t start, end;
    for (uint32_t i = 0; i < own->statements.count; i++) {
        pol_node *matter = own->statements.items[i];
        if (matter->kind != POL_N_MATTER || section_bounds(&superior->statements, matter, &start, &end))
            continue;
        pol_list nothing = {0};
        if (!pol_list_add(m->tree, &merged->statements, matter)
            || !merge_section(m, &nothing, &own->statements, matter, &merged->statements))
            return NULL;
    }
    return merged;
}

/* ---- the chain of files ------------------------------------------------------------------------------------------ */

/* Relative, with '/', ending in .pol. */
static bool good_path(pol_str path)
{
    if (path.length < 5 || path.bytes[0] == '/' || !pol_str_equal((pol_str){path.bytes + path.length - 4, 4}, POL_STR(".pol")))
        return false;
    for (size_t i = 0; i < path.length; i++)
        if (path.bytes[i] == '\\' || path.bytes[i] == ':' || path.bytes[i] == '\0')
            return false;
    return true;
}

static bool period_of(const pol_ast_header *header, int *from, int *to)
{
    if (!header->effective)
        return false;
    const pol_ast_period *period = POL_AS_CONST(period, header->effective);
    *from = POL_AS_CONST(date, period->from)->days;
    *to = period->to ? POL_AS_CONST(date, period->to)->days : INT32_MAX;
    return true;
}

/* The superior must be in force on all of the script's days. */
static void check_period(merger *m, const pol_ast_header *superior, const pol_ast_header *own)
{
    int from, to, own_from, own_to;
    if (!period_of(superior, &from, &to) || !period_of(own, &own_from, &own_to) || (from <= own_from && own_to <= to))
        return;
    pol_diag *d = pol_report(m->diags, POL_D_SUPERIOR_NOT_IN_FORCE, own->effective->span);
    pol_diag_text(m->diags, d, "name", superior->id ? pol_node_text(superior->id) : POL_STR(""));
    pol_diag_note_at(m->diags, d, superior->effective->span, POL_STR("the superior's period"), POL_STR("上级的施行期"));
}

static uint32_t load_superior(merger *m, pol_sources *sources, uint32_t file, const pol_loader *loader, const pol_node *extends)
{
    pol_str path = pol_node_text(extends);
    const char *name = NULL, *text = NULL;
    size_t length = 0;
    pol_diag_code code = POL_D_SUPERIOR_PATH;
    if (good_path(path)) {
        code = POL_D_SUPERIOR_MISSING;
        char *from = pol_arena_copy(m->tree->arena, sources->items[file].name.bytes, sources->items[file].name.length);
        char *wanted = pol_arena_copy(m->tree->arena, path.bytes, path.length);
        if (!from || !wanted)
            return UINT32_MAX;
        if (loader && loader->load && loader->load(loader->user, from, wanted, &name, &text, &length)) {
            for (uint32_t i = 0; i < sources->count; i++)
                if (pol_str_equal(sources->items[i].name, pol_str_of(name)))
                    code = POL_D_SUPERIOR_CYCLE;
            if (code != POL_D_SUPERIOR_CYCLE && sources->count >= POL_MAX_SUPERIORS)
                code = POL_D_SUPERIOR_CHAIN;
            if (code == POL_D_SUPERIOR_MISSING)
                return pol_sources_add(sources, pol_str_of(name), (pol_str){text, length});
        }
    }
    pol_diag *d = pol_report(m->diags, code, extends->span);
    pol_diag_text(m->diags, d, "path", path);
    return UINT32_MAX;
}

bool pol_parse_chain(pol_tree *tree, pol_sources *sources, uint32_t file, const pol_loader *loader, pol_diags *diags,
                     pol_diags *beyond, pol_chain *chain)
{
    merger m = {tree, diags};
    chain->count = 0;
    for (;;) {
        tree->root = NULL;
        if (!pol_parse(tree, sources, file, m.diags))
            return false;
        tree->notes = NULL; /* of the first file only */
        if (!tree->root)
            break;
        chain->files[chain->count++] = tree->root;
        pol_ast_header *header = tree->root->header ? POL_AS(header, tree->root->header) : NULL;
        if (beyond && diags->error_count)
            m.diags = beyond;
        if (!header || !header->extends || (!beyond && diags->error_count))
            break;
        file = load_superior(&m, sources, file, loader, header->extends);
        if (file == UINT32_MAX)
            break;
    }
    if (beyond && diags->error_count)
        m.diags = beyond;
    tree->root = chain->count ? chain->files[chain->count - 1] : NULL;
    if ((!beyond && diags->error_count) || pol_arena_failed(tree->arena)) {
        tree->root = chain->count ? chain->files[0] : NULL;
        return !pol_arena_failed(tree->arena);
    }
    for (uint32_t i = chain->count; i-- > 1;) {
        if (tree->root->header && chain->files[i - 1]->header)
            check_period(&m, POL_AS_CONST(header, tree->root->header), POL_AS_CONST(header, chain->files[i - 1]->header));
        tree->root = merge_files(&m, tree->root, chain->files[i - 1]);
        if (!tree->root)
            return false;
    }
    return !pol_arena_failed(tree->arena);
}
