/* Declarations to symbols: which statements are shared, which matters there are, what each name of a
 * matter stands for, the labels of categories and the members of sets (language 8.3, 9.1). */
#include "interp/sema_internal.h"

#include "grammar/lex_word.h"
#include "interp/base/utf8.h"

/* Arrays of declarations double when they are full, so a long script costs what it is long. */
void *pol_room_for_one(pol_checker *s, const void *items, uint32_t count, size_t element_bytes)
{
    if (count == 0)
        return pol_arena_array(s->arena, 4, element_bytes);
    if (count >= 4 && (count & (count - 1)) == 0)
        return pol_arena_grow(s->arena, items, count, (size_t)count * 2, element_bytes);
    return (void *)(uintptr_t)items;
}

/* ---- categories ------------------------------------------------------------------------------------ */

static void add_label(pol_checker *s, pol_label_set *set, uint32_t set_number, const pol_node *label)
{
    pol_str text = pol_node_text(label);
    pol_str key = pol_utf8_key(s->arena, text);
    for (uint32_t i = 0; i < set->count; i++) {
        if (pol_str_equal(pol_utf8_key(s->arena, set->labels[i]), key)) {
            pol_diag *d = pol_sema_report(s, POL_D_LABEL_TWICE, label);
            pol_sema_text(s, d, "label", text);
            return;
        }
    }
    if (set->count >= POL_MAX_LABELS) {
        pol_sema_report(s, POL_D_TOO_MANY_LABELS, label);
        return;
    }
    (void)set_number;
    pol_str *grown = pol_room_for_one(s, set->labels, set->count, sizeof *grown);
    if (!grown)
        return;
    grown[set->count++] = text;
    set->labels = grown;
}

static uint32_t new_label_set(pol_checker *s, pol_str name, const pol_list *labels)
{
    pol_label_set set = {.name = name};
    uint32_t number = (uint32_t)s->model->label_sets.count;
    for (uint32_t i = 0; i < labels->count; i++)
        add_label(s, &set, number, labels->items[i]);
    if (!POL_PUSH(s->arena, s->model->label_sets, set))
        return POL_NO_LABELS;
    return number;
}

static void declare_category(pol_checker *s, pol_ast_category *node)
{
    pol_str name = pol_node_text(node->name);
    uint32_t known = pol_names_find(&s->category_names, name);
    if (node->add) { /* merged where the superior has it (inherit.c) */
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_CATEGORY, node->name);
        pol_sema_text(s, d, "name", name);
        return;
    }
    if (known != POL_NO_NAME) {
        pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, node->name);
        pol_sema_text(s, d, "name", name);
        return;
    }
    uint32_t number = new_label_set(s, name, &node->labels);
    if (pol_names_add(&s->category_names, name) != POL_NO_NAME)
        (void)POL_PUSH(s->arena, s->category_sets, number);
}

uint32_t pol_category_labels(pol_checker *s, pol_node *name)
{
    uint32_t known = pol_names_find(&s->category_names, pol_node_text(name));
    if (known < s->category_sets.count)
        return s->category_sets.items[known];
    pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_CATEGORY, name);
    pol_sema_text(s, d, "name", pol_node_text(name));
    unsigned best = 2;
    for (uint32_t i = 0; i < s->category_names.count; i++) {
        unsigned distance = pol_str_distance(pol_node_text(name), s->category_names.names[i], best);
        if (distance < best) {
            best = distance;
            pol_diag_guess(s->diags, d, name->span, s->category_names.names[i]);
        }
    }
    return POL_NO_LABELS;
}

uint32_t pol_label_code(const pol_checker *s, uint32_t labels, pol_str text)
{
    if (labels == POL_NO_LABELS)
        return POL_NONE32;
    const pol_label_set *set = &s->model->label_sets.items[labels];
    for (uint32_t i = 0; i < set->count; i++)
        if (pol_str_equal(set->labels[i], text))
            return i;
    pol_str key = pol_utf8_key(s->arena, text);
    for (uint32_t i = 0; i < set->count; i++)
        if (pol_str_equal(pol_utf8_key(s->arena, set->labels[i]), key))
            return i;
    return POL_NONE32;
}

int pol_text_code(pol_checker *s, pol_str text)
{
    pol_str key = pol_utf8_key(s->arena, text);
    uint32_t known = pol_names_find(&s->model->text_keys, key);
    if (known == POL_NO_NAME) {
        known = pol_names_add(&s->model->text_keys, key);
        if (known == POL_NO_NAME || !POL_PUSH(s->arena, s->model->texts, text))
            return 0;
    }
    return (int)known;
}

pol_type pol_declared_type(pol_checker *s, pol_node *node)
{
    pol_ast_type *type = POL_AS(type, node);
    pol_type result = POL_TYPE(POL_T_ERROR);
    uint32_t labels = POL_NO_LABELS;
    switch ((pol_type_kind)type->kind) {
    case POL_TYPE_AMOUNT:
        result = POL_TYPE(POL_T_MONEY);
        result.den = POL_FEN_PER_YUAN;
        return result;
    case POL_TYPE_RATIO:
        result = POL_TYPE(POL_T_NUMBER);
        result.den = 1000000;
        return result;
    case POL_TYPE_INTEGER:
        return POL_TYPE(POL_T_NUMBER);
    case POL_TYPE_YESNO:
        return POL_TYPE(POL_T_YESNO);
    case POL_TYPE_DATE:
        return POL_TYPE(POL_T_DATE);
    case POL_TYPE_TEXT:
        return POL_TYPE(POL_T_TEXT);
    case POL_TYPE_TIERS:
        result = POL_TYPE(POL_T_TIERS);
        result.den = POL_FEN_PER_YUAN;
        result.den2 = 1000000;
        return result;
    case POL_TYPE_NAMED:
        labels = pol_category_labels(s, type->name);
        break;
    case POL_TYPE_LABELS:
        if (s->labels_of_type[node->id]) {
            labels = s->labels_of_type[node->id] - 1;
        } else {
            labels = new_label_set(s, POL_STR(""), &type->labels);
            if (labels != POL_NO_LABELS)
                s->labels_of_type[node->id] = labels + 1;
        }
        break;
    }
    if (labels == POL_NO_LABELS)
        return result;
    if (type->any_of && s->model->label_sets.items[labels].count > POL_MAX_SET_LABELS)
        pol_sema_report(s, POL_D_TOO_MANY_LABELS, node);
    result = POL_TYPE(type->any_of ? POL_T_LABELS : POL_T_LABEL);
    result.labels = labels;
    return result;
}

/* ---- the file ---------------------------------------------------------------------------------------- */

static pol_matter *new_matter(pol_checker *s, pol_str name, pol_node *node)
{
    pol_matter *matter = POL_NEW(s->arena, pol_matter);
    if (!matter)
        return NULL;
    matter->name = name;
    matter->node = node;
    for (size_t i = 0; i < s->model->matters.count; i++) {
        if (pol_str_equal(s->model->matters.items[i]->name, name)) {
            pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, POL_AS(matter, node)->name);
            pol_sema_text(s, d, "name", name);
        }
    }
    return POL_PUSH(s->arena, s->model->matters, matter) ? matter : NULL;
}

static void declare_clause(pol_checker *s, pol_ast_clause *clause)
{
    pol_str key = pol_utf8_key(s->arena, pol_node_text(clause->number));
    uint32_t known = pol_names_find(&s->clause_keys, key);
    if (known < s->clauses.count && s->clauses.items[known]->node.span.file != clause->node.span.file) {
        s->clauses.items[known] = clause; /* of equal numbers the own clause is meant */
        return;
    }
    if (known != POL_NO_NAME) {
        pol_diag *d = pol_sema_report(s, POL_D_CLAUSE_TWICE, clause->number);
        pol_sema_text(s, d, "clause", pol_node_text(clause->number));
        return;
    }
    if (pol_names_add(&s->clause_keys, key) != POL_NO_NAME)
        (void)POL_PUSH(s->arena, s->clauses, clause);
}

bool pol_resolve_file(pol_checker *s)
{
    pol_list *statements = &s->tree->root->statements;
    pol_names_init(&s->category_names, s->arena);
    pol_names_init(&s->clause_keys, s->arena);
    pol_names_init(&s->model->text_keys, s->arena);
    bool in_matter = false, any_rule = false;
    for (uint32_t i = 0; i < statements->count; i++) {
        pol_node *node = statements->items[i];
        if (node->kind == POL_N_MATTER) {
            in_matter = true;
            pol_ast_matter *matter = POL_AS(matter, node);
            if (!new_matter(s, pol_node_text(matter->name), node))
                return false;
        } else if (!in_matter) {
            if (node->kind == POL_N_EXAMPLE)
                continue; /* judged below: an error beside matters */
            if (!POL_PUSH(s->arena, s->shared, node))
                return false;
            any_rule |= node->kind == POL_N_INPUTS || node->kind == POL_N_SETTLE || node->kind == POL_N_STATUS
                        || node->kind == POL_N_OUTPUT;
        }
        if (node->kind == POL_N_CATEGORY)
            declare_category(s, POL_AS(category, node));
        else if (node->kind == POL_N_CLAUSE)
            declare_clause(s, POL_AS(clause, node));
        if (node->replace && !s->model->header->extends)
            pol_sema_report(s, POL_D_REPLACES_NOTHING, node);
    }
    if (!in_matter && any_rule && !new_matter(s, POL_STR(""), NULL))
        return false;
    for (uint32_t i = 0; in_matter && i < statements->count && statements->items[i]->kind != POL_N_MATTER; i++)
        if (statements->items[i]->kind == POL_N_EXAMPLE)
            pol_sema_report(s, POL_D_SHARED_EXAMPLE, statements->items[i]);
    return !pol_arena_failed(s->arena);
}

/* ---- symbols of a matter ------------------------------------------------------------------------------- */

static const struct {
    const char *zh, *en;
    pol_symbol_kind kind;
} k_predeclared[] = {
    {"总费用", "total", POL_S_TOTAL},           {"余额", "remaining", POL_S_REMAINING},
    {"个人负担", "person_pays", POL_S_PERSON},  {"医院承担", "hospital_pays", POL_S_HOSPITAL},
    {"执行期内", "in_force", POL_S_IN_FORCE},
};

static const char *const k_envelope[] = {"编号", "参保人", "家庭", "业务类型", "参数"};

static pol_symbol *add_symbol(pol_checker *s, pol_matter *matter, pol_symbol_kind kind, pol_str name, pol_node *node,
                              bool shared, bool named)
{
    pol_symbol *symbol = POL_NEW(s->arena, pol_symbol);
    if (!symbol)
        return NULL;
    *symbol = (pol_symbol){.kind = kind, .name = name, .node = node, .shared = shared, .type = POL_TYPE(POL_T_ERROR), .labels = POL_NO_LABELS};
    if (!named)
        return symbol;
    uint32_t number = pol_names_add(&matter->names, name);
    if (number == POL_NO_NAME || !POL_PUSH(s->arena, matter->symbols, symbol))
        return NULL;
    return symbol;
}

pol_symbol *pol_matter_find(const pol_matter *matter, pol_str name)
{
    uint32_t number = pol_names_find(&matter->names, name);
    return number < matter->symbols.count ? matter->symbols.items[number] : NULL; /* fewer when memory ran out */
}

pol_symbol *pol_find_payer(const pol_matter *matter, pol_str name)
{
    for (uint32_t i = 0; i < matter->payer_count; i++)
        if (pol_str_equal(matter->payers[i].symbol->name, name))
            return matter->payers[i].symbol;
    return NULL;
}

/* A new name of the matter; reports names that are taken. NULL then, or when memory ran out. */
static pol_symbol *declare(pol_checker *s, pol_symbol_kind kind, pol_node *name, pol_node *node, bool shared)
{
    pol_str text = pol_node_text(name);
    for (size_t i = 0; i < sizeof k_envelope / sizeof *k_envelope; i++) {
        if (pol_str_equal(text, pol_str_of(k_envelope[i]))) {
            pol_diag *d = pol_sema_report(s, POL_D_NAME_RESERVED, name);
            pol_sema_text(s, d, "name", text);
            return NULL;
        }
    }
    pol_symbol *known = pol_matter_find(s->matter, text);
    if (known && !known->node) {
        pol_diag *d = pol_sema_report(s, POL_D_NAME_RESERVED, name);
        pol_sema_text(s, d, "name", text);
        return NULL;
    }
    if (known) {
        pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, name);
        pol_sema_text(s, d, "name", text);
        pol_sema_see(s, d, known->node, "declared here first", "先在这里声明");
        return NULL;
    }
    return add_symbol(s, s->matter, kind, text, node, shared, true);
}

static void declare_input(pol_checker *s, pol_ast_input *input, bool shared)
{
    pol_symbol *symbol = declare(s, POL_S_INPUT, input->name, &input->node, shared);
    if (!symbol)
        return;
    pol_matter *m = s->matter;
    pol_symbol **grown = pol_room_for_one(s, m->inputs, m->input_count, sizeof *grown);
    if (!grown)
        return;
    symbol->index = m->input_count;
    grown[m->input_count++] = symbol;
    m->inputs = grown;
    symbol->type = pol_declared_type(s, input->type);
    symbol->depends = POL_DEP_INPUTS;
    symbol->state = 2;
    if (input->value && (input->required || (input->node.replace)))
        pol_sema_report(s, POL_D_DEFAULT_AND_REQUIRED, &input->node);
    symbol->type.may_absent = input->optional || input->required;
    if (symbol->type.tag == POL_T_LABELS && (input->ranked || input->best))
        symbol->type.tag = POL_T_LABEL;
    for (uint32_t i = 0; input->best && i < symbol->index; i++)
        if (POL_AS(input, m->inputs[i]->node)->best)
            pol_sema_report(s, POL_D_BEST_TWICE, &input->node);
    if ((input->best || input->ranked) && input->type->kind == POL_N_TYPE && !POL_AS(type, input->type)->any_of)
        pol_sema_report(s, POL_D_RANK_NEEDS_ANY_OF, &input->node);
}

static void declare_param(pol_checker *s, pol_ast_param *param, bool shared)
{
    if (!param->type) {
        pol_symbol *known = pol_matter_find(s->matter, pol_node_text(param->name));
        pol_diag *d = pol_sema_report(s, known ? POL_D_DECLARED_TWICE : POL_D_PARAM_NEEDS_TYPE, param->name);
        pol_sema_text(s, d, "name", pol_node_text(param->name));
        return;
    }
    pol_symbol *symbol = declare(s, POL_S_PARAM, param->name, &param->node, shared);
    if (!symbol)
        return;
    pol_matter *m = s->matter;
    pol_symbol **grown = pol_room_for_one(s, m->params, m->param_count, sizeof *grown);
    if (!grown)
        return;
    symbol->index = m->param_count;
    grown[m->param_count++] = symbol;
    m->params = grown;
    symbol->type = pol_declared_type(s, param->type);
    symbol->type.may_absent = param->optional || param->required;
    if (!param->value && !param->by_region)
        pol_sema_report(s, POL_D_PARAM_NEEDS_VALUE, &param->node);
    if (!param->by_region && (param->optional || param->required))
        pol_sema_report(s, POL_D_FIXED_PARAM_OPTIONAL, &param->node);
    if (param->value && param->required)
        pol_sema_report(s, POL_D_DEFAULT_AND_REQUIRED, &param->node);
    if (param->value && param->value->kind == POL_N_UNLIMITED && param->optional)
        pol_sema_report(s, POL_D_UNLIMITED_AND_OPTIONAL, &param->node);
}

static void declare_accum(pol_checker *s, pol_ast_accum *accum, bool shared)
{
    if (!accum->type)
        return; /* reopened: payers.c adds the terms */
    pol_symbol *symbol = declare(s, POL_S_ACCUM, accum->name, &accum->node, shared);
    if (!symbol)
        return;
    pol_matter *m = s->matter;
    pol_accum *grown = pol_room_for_one(s, m->accums, m->accum_count, sizeof *grown);
    if (!grown)
        return;
    symbol->index = m->accum_count;
    grown[m->accum_count++] = (pol_accum){.symbol = symbol, .node = accum, .change = POL_CHANGE_NONE};
    m->accums = grown;
    symbol->type = pol_declared_type(s, accum->type);
    symbol->depends = POL_DEP_ACCUMS;
    symbol->state = 2;
    grown[symbol->index].integer = symbol->type.tag == POL_T_NUMBER;
}

static void declare_payer(pol_checker *s, pol_node *node, bool shared)
{
    bool prior = node->kind == POL_N_PRIOR;
    pol_node *name = prior ? POL_AS(prior, node)->name : POL_AS(benefit, node)->name;
    pol_matter *m = s->matter;
    pol_symbol *symbol;
    if (prior && !POL_AS(prior, node)->value) {
        /* 先付 X: the name means the input X (language 11.2) */
        pol_symbol *input = pol_matter_find(m, pol_node_text(name));
        symbol = add_symbol(s, m, POL_S_PAYER, pol_node_text(name), node, shared, false);
        if (!symbol)
            return;
        symbol->input = input;
    } else {
        symbol = declare(s, POL_S_PAYER, name, node, shared);
        if (!symbol)
            return;
    }
    if (pol_find_payer(m, symbol->name)) {
        pol_diag *d = pol_sema_report(s, POL_D_DECLARED_TWICE, name);
        pol_sema_text(s, d, "name", symbol->name);
        return;
    }
    if (m->payer_count >= POL_MAX_PAYERS) {
        pol_sema_report(s, POL_D_TOO_MANY_PAYERS, node);
        return;
    }
    pol_payer *grown = pol_room_for_one(s, m->payers, m->payer_count, sizeof *grown);
    if (!grown)
        return;
    symbol->index = m->payer_count;
    symbol->type = POL_TYPE(POL_T_MONEY);
    symbol->type.den = POL_FEN_PER_YUAN;
    symbol->depends = POL_DEP_PAYERS;
    symbol->reads = (uint64_t)1 << symbol->index;
    symbol->state = 2;
    grown[m->payer_count++] = (pol_payer){.symbol = symbol, .node = node, .prior = prior};
    m->payers = grown;
}

static void declare_status(pol_checker *s, pol_ast_status *status, bool shared)
{
    pol_symbol *group = declare(s, POL_S_STATUS, status->name, &status->node, shared);
    if (!group)
        return;
    group->type = POL_TYPE(POL_T_YESNO);
    pol_node **grown = pol_room_for_one(s, s->matter->statuses, s->matter->status_count, sizeof *grown);
    if (!grown)
        return;
    group->index = s->matter->status_count;
    grown[s->matter->status_count++] = &status->node;
    s->matter->statuses = grown;
    if (status->reasons.count > POL_MAX_BRANCHES)
        pol_sema_report(s, POL_D_TOO_MANY_BRANCHES, &status->node);
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_ast_reason *reason = POL_AS(reason, status->reasons.items[i]);
        pol_symbol *known = pol_matter_find(s->matter, pol_node_text(reason->label));
        if (known && known->group == group)
            continue; /* within a group a reason may recur */
        pol_symbol *symbol = declare(s, POL_S_STATUS, reason->label, &reason->node, shared);
        if (!symbol)
            continue;
        symbol->type = POL_TYPE(POL_T_YESNO);
        symbol->group = group;
    }
}

static void add_node(pol_checker *s, pol_node ***items, uint32_t *count, pol_node *node)
{
    pol_node **grown = pol_room_for_one(s, *items, *count, sizeof *grown);
    if (!grown)
        return;
    grown[(*count)++] = node;
    *items = grown;
}

static void declare_statement(pol_checker *s, pol_node *node, bool shared)
{
    pol_matter *m = s->matter;
    switch (node->kind) {
    case POL_N_SET: {
        pol_ast_set *set = POL_AS(set, node);
        if (set->add) {
            pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_SET, set->name);
            pol_sema_text(s, d, "name", pol_node_text(set->name));
        } else
            declare(s, POL_S_SET, set->name, node, shared);
        break;
    }
    case POL_N_PARAM:
        declare_param(s, POL_AS(param, node), shared);
        break;
    case POL_N_INPUTS: {
        pol_ast_inputs *inputs = POL_AS(inputs, node);
        for (uint32_t i = 0; i < inputs->items.count; i++)
            declare_input(s, POL_AS(input, inputs->items.items[i]), shared);
        break;
    }
    case POL_N_DEFINE:
        declare(s, POL_S_DEFINE, POL_AS(define, node)->name, node, shared);
        break;
    case POL_N_ACCUM:
        declare_accum(s, POL_AS(accum, node), shared);
        break;
    case POL_N_SETTLE:
        if (m->settle)
            pol_sema_see(s, pol_sema_report(s, POL_D_SETTLE_TWICE, node), &m->settle->node, "the first one", "第一处");
        else
            m->settle = POL_AS(settle, node);
        break;
    case POL_N_REQUIRE:
        add_node(s, &m->requires, &m->require_count, node);
        break;
    case POL_N_ORDER:
        if (m->order_node)
            pol_sema_see(s, pol_sema_report(s, POL_D_ORDER_TWICE, node), &m->order_node->node, "the first one", "第一处");
        else
            m->order_node = POL_AS(order, node);
        break;
    case POL_N_ADVANCE:
        add_node(s, &m->advances, &m->advance_count, node);
        break;
    case POL_N_STATUS:
        declare_status(s, POL_AS(status, node), shared);
        break;
    case POL_N_OUTPUT:
        add_node(s, &m->outputs, &m->output_count, node);
        break;
    case POL_N_EXAMPLE:
        add_node(s, &m->examples, &m->example_count, node);
        break;
    default: /* payers in a second pass, after the inputs they may be called like; the rest per file */
        break;
    }
}

static void for_each_statement(pol_checker *s, void (*visit)(pol_checker *, pol_node *, bool shared))
{
    for (size_t i = 0; i < s->shared.count; i++)
        visit(s, s->shared.items[i], true);
    pol_list *all = &s->tree->root->statements;
    if (!s->matter->node) {
        for (uint32_t i = 0; i < all->count; i++)
            if (all->items[i]->kind == POL_N_EXAMPLE)
                visit(s, all->items[i], false);
        return;
    }
    bool inside = false;
    for (uint32_t i = 0; i < all->count; i++) {
        pol_node *node = all->items[i];
        if (node->kind == POL_N_MATTER)
            inside = node == s->matter->node;
        else if (inside)
            visit(s, node, false);
    }
}

static void declare_payer_statement(pol_checker *s, pol_node *node, bool shared)
{
    if (node->kind == POL_N_PRIOR || node->kind == POL_N_BENEFIT)
        declare_payer(s, node, shared);
}

/* ---- sets -------------------------------------------------------------------------------------------------- */

void pol_resolve_set(pol_checker *s, pol_symbol *symbol)
{
    if (symbol->state == 2)
        return;
    if (symbol->state == 1 || s->set_depth > 200) {
        pol_diag *d = pol_sema_report(s, symbol->state == 1 ? POL_D_CYCLE : POL_D_CHAIN_TOO_LONG, symbol->node);
        pol_sema_text(s, d, "chain", symbol->name);
        symbol->state = 2;
        return;
    }
    symbol->state = 1;
    s->set_depth++;
    pol_ast_set *set = POL_AS(set, symbol->node);
    pol_ast_type *of = set->of ? POL_AS(type, set->of) : NULL;
    symbol->text_set = of && of->kind == POL_TYPE_TEXT;
    if (of && !symbol->text_set)
        symbol->labels = pol_category_labels(s, of->name);
    if (set->labels.count > POL_MAX_MEMBERS)
        pol_sema_report(s, POL_D_TOO_MANY_LABELS, symbol->node);
    else if (symbol->text_set || symbol->labels != POL_NO_LABELS)
        pol_collect_codes(s, &set->labels, symbol->text_set, symbol->labels, &symbol->members);
    s->set_depth--;
    symbol->state = 2;
}

static void resolve_set_statement(pol_checker *s, pol_node *node, bool shared)
{
    (void)shared;
    if (node->kind != POL_N_SET || POL_AS(set, node)->add)
        return;
    pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(POL_AS(set, node)->name));
    if (symbol && symbol->node == node)
        pol_resolve_set(s, symbol);
}

static void resolve_governing(pol_checker *s)
{
    pol_matter *m = s->matter;
    pol_node *by = m->node ? POL_AS(matter, m->node)->by : NULL;
    if (!by)
        return;
    pol_symbol *symbol = pol_matter_find(m, pol_node_text(by));
    if (!symbol || symbol->kind != POL_S_INPUT) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_NAME, by);
        pol_sema_text(s, d, "name", pol_node_text(by));
        if (!symbol)
            pol_suggest_name(s, d, by);
        return;
    }
    if (symbol->type.tag != POL_T_DATE || symbol->type.may_absent) {
        pol_diag *d = pol_sema_report(s, POL_D_GOVERNING_DATE, by);
        pol_sema_text(s, d, "name", symbol->name);
        return;
    }
    m->governing = symbol;
    s->used[symbol->node->id] = 1;
}

pol_note *pol_note_new(const pol_matter *matter, const pol_node *node)
{
    pol_note *note = POL_NEW(matter->arena, pol_note);
    if (!note) {
        *matter->spare = (pol_note){0};
        return matter->spare;
    }
    return matter->notes[node->id] = note;
}

bool pol_resolve_matter(pol_checker *s, pol_matter *matter)
{
    s->matter = matter;
    s->note_bytes += (size_t)s->tree->count * sizeof(pol_note);
    if (s->note_bytes > POL_MAX_NOTE_BYTES) {
        pol_sema_report(s, POL_D_TOO_MANY_MATTERS, matter->node);
        return false;
    }
    matter->arena = s->arena;
    matter->notes = POL_NEW_ARRAY(s->arena, pol_note *, s->tree->count + 1);
    matter->spare = POL_NEW(s->arena, pol_note);
    if (!matter->notes || !matter->spare)
        return false;
    pol_names_init(&matter->names, s->arena);
    for (size_t i = 0; i < sizeof k_predeclared / sizeof *k_predeclared; i++) {
        for (int english = 0; english < 2; english++) {
            pol_str name = pol_str_of(english ? k_predeclared[i].en : k_predeclared[i].zh);
            pol_symbol *symbol = add_symbol(s, matter, k_predeclared[i].kind, name, NULL, true, true);
            if (!symbol)
                return false;
            symbol->state = 2;
            symbol->type = POL_TYPE(k_predeclared[i].kind == POL_S_IN_FORCE ? POL_T_YESNO : POL_T_MONEY);
            symbol->type.den = k_predeclared[i].kind == POL_S_IN_FORCE ? 1 : POL_FEN_PER_YUAN;
            symbol->depends = symbol->kind == POL_S_TOTAL       ? POL_DEP_TOTAL
                              : symbol->kind == POL_S_REMAINING ? POL_DEP_REMAINING
                              : symbol->kind == POL_S_IN_FORCE  ? POL_DEP_DATE
                                                                : POL_DEP_PERSON;
        }
    }
    for_each_statement(s, declare_statement);
    for_each_statement(s, declare_payer_statement);
    for_each_statement(s, resolve_set_statement);
    resolve_governing(s);
    return !pol_arena_failed(s->arena);
}

/* ---- suggestions --------------------------------------------------------------------------------------------- */

/* How far a misspelling may be from what it means: one character, two in long words. */
static unsigned likeness_limit(pol_str word)
{
    size_t count = 0;
    for (size_t i = 0, size; i < word.length; i += size, count++)
        (void)pol_utf8_next(word.bytes + i, word.length - i, &size);
    return count < 6 ? 1 : 2;
}

/* A proposed name or label as it has to be written: in quotes when it is no plain word. */
static pol_str quoted_if_needed(pol_checker *s, pol_str name)
{
    const pol_keyword *keyword = pol_keyword_find(name);
    if (pol_is_word(name) && (keyword == NULL || keyword->is_soft))
        return name;
    return pol_sema_format(s, pol_writes_english(s) ? "`%.*s`" : "「%.*s」", (int)name.length, name.bytes);
}

void pol_suggest_label(pol_checker *s, pol_diag *d, const pol_node *name, uint32_t labels)
{
    const pol_label_set *set = &s->model->label_sets.items[labels];
    unsigned best = likeness_limit(pol_node_text(name)) + 1;
    pol_str found = {0};
    for (uint32_t i = 0; i < set->count; i++) {
        unsigned distance = pol_str_distance(pol_node_text(name), set->labels[i], best);
        if (distance < best) {
            best = distance;
            found = set->labels[i];
        }
    }
    if (found.length)
        pol_diag_guess(s->diags, d, name->span, quoted_if_needed(s, found));
}

pol_str pol_category_text(pol_checker *s, uint32_t labels)
{
    const pol_label_set *set = &s->model->label_sets.items[labels];
    if (set->name.length)
        return set->name;
    pol_text text;
    pol_text_init(&text, s->arena);
    pol_text_add(&text, POL_STR("{ "));
    for (uint32_t i = 0; i < set->count && i < 8; i++) {
        if (i)
            pol_text_add(&text, POL_STR(", "));
        pol_text_add(&text, set->labels[i]);
    }
    pol_text_add(&text, set->count > 8 ? POL_STR(", … }") : POL_STR(" }"));
    return pol_text_str(&text);
}

static bool is_known_name(pol_str word, void *user)
{
    return pol_matter_find(((pol_checker *)user)->matter, word) != NULL;
}

void pol_suggest_name(pol_checker *s, pol_diag *d, const pol_node *name)
{
    pol_str word = pol_node_text(name);
    pol_str split;
    if (pol_lex_split(s->arena, word, is_known_name, s, &split)) {
        pol_diag_fix(s->diags, d, name->span, split);
        return;
    }
    pol_synonym synonym;
    if (pol_lex_suggest(s->arena, word, &synonym)) {
        d->code = POL_D_UNKNOWN_WORD;
        pol_diag_texts(s->diags, d, "advice", synonym.en, synonym.zh);
        return;
    }
    unsigned best = likeness_limit(word) + 1;
    pol_str found = {0};
    for (uint32_t i = 0; i < s->matter->symbols.count; i++) {
        pol_str other = s->matter->names.names[i];
        unsigned distance = pol_str_distance(word, other, best);
        if (distance < best && s->matter->symbols.items[i]->node) {
            best = distance;
            found = other;
        }
    }
    if (found.length)
        pol_diag_guess(s->diags, d, name->span, quoted_if_needed(s, found));
}
