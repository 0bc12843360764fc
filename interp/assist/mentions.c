/* The index: every word of the texts that means something, and what it means. */
#include "interp/assist/assist.h"

#include <string.h>

#include "interp/base/utf8.h"

typedef struct walker {
    pol_analysis *analysis;
    const pol_model *model;
    pol_matter *matter;     /* of the statement; NULL: shared by all */
    uint32_t file;
    pol_names shared_words; /* names that shared statements write: they mean the declarations of all matters */
} walker;

static bool visit(pol_node *node, void *user);

/* ---- subjects ------------------------------------------------------------------------------------------ */

static pol_word_kind kind_of_symbol(const pol_symbol *symbol)
{
    switch (symbol->kind) {
    case POL_S_INPUT: return POL_WORD_INPUT;
    case POL_S_PARAM: return POL_WORD_PARAMETER;
    case POL_S_DEFINE: return POL_WORD_DEFINITION;
    case POL_S_ACCUM: return POL_WORD_ACCUMULATOR;
    case POL_S_PAYER: return POL_WORD_PAYER;
    case POL_S_STATUS: return POL_WORD_STATUS;
    case POL_S_SET: return POL_WORD_SET;
    case POL_S_TOTAL:
    case POL_S_REMAINING:
    case POL_S_PERSON:
    case POL_S_HOSPITAL:
    case POL_S_IN_FORCE: return POL_WORD_FIGURE;
    }
    return POL_WORD_NAME;
}

/* The subject of a key: made from `model` when it is new. UINT32_MAX when memory ran out. */
static uint32_t intern(walker *w, const pol_text *key, const pol_subject *model)
{
    pol_analysis *const a = w->analysis;
    const uint32_t number = pol_names_add(&a->keys, pol_text_str(key));
    if (number != POL_NO_NAME && number == a->subjects.count && !POL_PUSH(&a->arena, a->subjects, *model))
        return UINT32_MAX;
    return number;
}

static const pol_span k_nowhere = { UINT32_MAX, 0, 0 };

static uint32_t plain_subject(walker *w, char space, uint32_t owner, pol_word_kind kind, pol_str name)
{
    pol_text key;
    pol_text_init(&key, &w->analysis->arena);
    pol_text_format(&key, "%c%u/", space, (unsigned)owner);
    pol_text_add(&key, pol_utf8_key(&w->analysis->arena, name));
    const pol_subject subject = { .kind = kind, .name = name, .declared = k_nowhere, .labels = POL_NONE32 };
    return intern(w, &key, &subject);
}

static uint32_t number_of(const walker *w, const pol_matter *matter)
{
    for (uint32_t i = 0; i < w->model->matters.count; i++)
        if (w->model->matters.items[i] == matter)
            return i;
    return 0;
}

static uint32_t symbol_subject(walker *w, pol_matter *matter, pol_symbol *symbol)
{
    if (symbol->kind == POL_S_PAYER && symbol->input != NULL)
        symbol = symbol->input;
    const bool everywhere = symbol->shared || symbol->node == NULL ||
                            pol_names_find(&w->shared_words, symbol->name) != POL_NO_NAME;
    const uint32_t number =
        plain_subject(w, 's', everywhere ? UINT32_MAX : number_of(w, matter), kind_of_symbol(symbol), symbol->name);
    if (number < w->analysis->subjects.count && w->analysis->subjects.items[number].symbol == NULL) {
        w->analysis->subjects.items[number].symbol = symbol;
        w->analysis->subjects.items[number].matter = matter;
    }
    return number;
}

static uint32_t label_subject(walker *w, uint32_t labels, uint32_t code)
{
    const pol_label_set *set = &w->model->label_sets.items[labels];
    const uint32_t number = plain_subject(w, 'l', labels, POL_WORD_LABEL, set->labels[code]);
    if (number < w->analysis->subjects.count)
        w->analysis->subjects.items[number].labels = labels;
    return number;
}

static uint32_t builtin_subject(walker *w, const pol_builtin *all, unsigned count, pol_word_kind kind, pol_str name)
{
    for (unsigned i = 0; i < count; i++) {
        if (!pol_str_equal(name, pol_str_of(all[i].zh)) && !pol_str_equal(name, pol_str_of(all[i].en)))
            continue;
        const uint32_t number = plain_subject(w, kind == POL_WORD_FACET ? 'f' : 'c', i, kind, name);
        if (number < w->analysis->subjects.count) {
            w->analysis->subjects.items[number].zh = all[i].zh;
            w->analysis->subjects.items[number].en = all[i].en;
        }
        return number;
    }
    return UINT32_MAX;
}

/* ---- mentions -------------------------------------------------------------------------------------------- */

static void mention(walker *w, const pol_node *node, uint32_t subject)
{
    const pol_mention one = { .span = node->span, .node = node, .subject = subject };
    if (subject < w->analysis->subjects.count)
        (void)POL_PUSH(&w->analysis->arena, w->analysis->mentions, one);
}

/* The name of a declaration. The script's own place is kept, and among several the first. */
static void declare(walker *w, const pol_node *name, const pol_node *statement, uint32_t number)
{
    mention(w, name, number);
    if (number >= w->analysis->subjects.count || pol_arena_failed(&w->analysis->arena))
        return;
    w->analysis->mentions.items[w->analysis->mentions.count - 1].declares = true;
    pol_subject *subject = &w->analysis->subjects.items[number];
    if (subject->node != NULL)
        return;
    subject->node = statement;
    subject->declared = name->span;
}

/* The matters that a word here can belong to: one, or all. */
static uint32_t matter_count(const walker *w)
{
    return w->matter != NULL ? 1 : (uint32_t)w->model->matters.count;
}

static pol_matter *matter_number(const walker *w, uint32_t i)
{
    return w->matter != NULL ? w->matter : w->model->matters.items[i];
}

static uint32_t look_up(walker *w, pol_str name)
{
    for (uint32_t i = 0; i < matter_count(w); i++) {
        pol_matter *matter = matter_number(w, i);
        pol_symbol *symbol = pol_matter_find(matter, name);
        if (symbol == NULL)
            symbol = pol_find_payer(matter, name);
        if (symbol != NULL)
            return symbol_subject(w, matter, symbol);
    }
    return UINT32_MAX;
}

static void mention_symbol(walker *w, const pol_node *name)
{
    if (name != NULL)
        mention(w, name, look_up(w, pol_node_text(name)));
}

static void declare_symbol(walker *w, const pol_node *name, const pol_node *statement)
{
    declare(w, name, statement, look_up(w, pol_node_text(name)));
}

static uint32_t find_code(const walker *w, uint32_t labels, pol_str text)
{
    const pol_label_set *set = &w->model->label_sets.items[labels];
    for (uint32_t i = 0; i < set->count; i++)
        if (pol_str_equal(set->labels[i], text))
            return i;
    const pol_str key = pol_utf8_key(&w->analysis->arena, text);
    for (uint32_t i = 0; i < set->count; i++)
        if (pol_str_equal(pol_utf8_key(&w->analysis->arena, set->labels[i]), key))
            return i;
    return POL_NONE32;
}

/* What the checker found the word to be, in the first matter where it found something. */
static uint32_t noted(walker *w, const pol_node *node)
{
    for (uint32_t i = 0; i < matter_count(w); i++) {
        pol_matter *matter = matter_number(w, i);
        if (matter->notes == NULL)
            continue;
        const pol_note *note = pol_note_of(matter, node);
        switch (note->ref) {
        case POL_REF_LABEL:
            if (note->type.labels < w->model->label_sets.count && note->code >= 0 &&
                (uint32_t)note->code < w->model->label_sets.items[note->type.labels].count)
                return label_subject(w, note->type.labels, (uint32_t)note->code);
            break;
        case POL_REF_SYMBOL:
        case POL_REF_SET:
        case POL_REF_FACET:
            if (note->symbol != NULL)
                return symbol_subject(w, matter, note->symbol);
            break;
        case POL_REF_TEXT:
        case POL_REF_NONE: break;
        }
    }
    return UINT32_MAX;
}

/* A word in an expression. */
static void mention_word(walker *w, const pol_node *node)
{
    const uint32_t known = noted(w, node);
    if (known != UINT32_MAX)
        mention(w, node, known);
    else if (node->kind == POL_N_NAME)
        mention_symbol(w, node);
}

/* A member of a list: a label, a set; other words are texts. */
static void mention_member(walker *w, const pol_node *node)
{
    uint32_t number = noted(w, node);
    if (number == UINT32_MAX && node->kind == POL_N_NAME) {
        number = look_up(w, pol_node_text(node));
        if (number < w->analysis->subjects.count && w->analysis->subjects.items[number].kind != POL_WORD_SET)
            return;
    }
    mention(w, node, number);
}

static void mention_members(walker *w, const pol_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        mention_member(w, list->items[i]);
}

/* ---- categories and their labels -------------------------------------------------------------------------- */

static uint32_t set_of_category(const walker *w, pol_str name)
{
    for (uint32_t i = 0; i < w->model->label_sets.count; i++)
        if (name.length > 0 && pol_str_equal(w->model->label_sets.items[i].name, name))
            return i;
    return POL_NONE32;
}

static uint32_t category_subject(walker *w, pol_str name)
{
    const uint32_t labels = set_of_category(w, name);
    if (labels == POL_NONE32)
        return UINT32_MAX;
    const uint32_t number = plain_subject(w, 'k', 0, POL_WORD_CATEGORY, name);
    if (number < w->analysis->subjects.count)
        w->analysis->subjects.items[number].labels = labels;
    return number;
}

static void declare_labels(walker *w, const pol_list *list, uint32_t labels, const pol_node *statement)
{
    for (uint32_t i = 0; i < list->count && labels < w->model->label_sets.count; i++) {
        const uint32_t code = find_code(w, labels, pol_node_text(list->items[i]));
        if (code != POL_NONE32)
            declare(w, list->items[i], statement, label_subject(w, labels, code));
    }
}

static void visit_category(walker *w, pol_ast_category *category)
{
    const uint32_t number = category_subject(w, pol_node_text(category->name));
    if (category->add)
        mention(w, category->name, number);
    else
        declare(w, category->name, &category->node, number);
    declare_labels(w, &category->labels, set_of_category(w, pol_node_text(category->name)), &category->node);
}

/* The type of a declaration: a category by name, or labels written in place, which are the declared symbol's. */
static void visit_type(walker *w, const pol_node *node, const pol_node *name, const pol_node *statement)
{
    if (node == NULL)
        return;
    const pol_ast_type *type = POL_AS_CONST(type, node);
    if (type->kind == POL_TYPE_NAMED)
        mention(w, type->name, category_subject(w, pol_node_text(type->name)));
    if (type->kind != POL_TYPE_LABELS || name == NULL)
        return;
    const uint32_t number = look_up(w, pol_node_text(name));
    const pol_symbol *symbol =
        number < w->analysis->subjects.count ? w->analysis->subjects.items[number].symbol : NULL;
    if (symbol != NULL && (symbol->type.tag == POL_T_LABEL || symbol->type.tag == POL_T_LABELS))
        declare_labels(w, &type->labels, symbol->type.labels, statement);
}

/* ---- clauses ------------------------------------------------------------------------------------------------ */

/* A clause of this file, else of the nearest superior that has it. */
static uint32_t clause_subject(walker *w, pol_str number)
{
    for (uint32_t file = w->file; file < w->analysis->script->chain.count; file++) {
        pol_text key;
        pol_text_init(&key, &w->analysis->arena);
        pol_text_format(&key, "p%u/", (unsigned)file);
        pol_text_add(&key, pol_utf8_key(&w->analysis->arena, number));
        const uint32_t known = pol_names_find(&w->analysis->keys, pol_text_str(&key));
        if (known != POL_NO_NAME)
            return known;
    }
    return UINT32_MAX;
}

static void declare_clause(walker *w, const pol_ast_clause *clause)
{
    declare(w, clause->number, &clause->node,
            plain_subject(w, 'p', w->file, POL_WORD_CLAUSE, pol_node_text(clause->number)));
}

static void visit_basis(walker *w, const pol_node *node)
{
    const pol_list *basis = node->kind == POL_N_HEADER ? NULL : pol_node_basis(node);
    for (uint32_t i = 0; basis != NULL && i < basis->count; i++)
        mention(w, basis->items[i], clause_subject(w, pol_node_text(basis->items[i])));
}

/* ---- parts of statements ------------------------------------------------------------------------------------- */

static void visit_all(walker *w, const pol_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        visit(list->items[i], w);
}

static void visit_one(walker *w, pol_node *node)
{
    if (node != NULL)
        visit(node, w);
}

static void mention_symbols(walker *w, const pol_list *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        mention_symbol(w, names->items[i]);
}

/* Payers: a name that both an input and a payer have means both. */
static void visit_facet(walker *w, const pol_node *of, const pol_node *facet)
{
    unsigned count;
    const pol_builtin *all = pol_facets(&count);
    mention_symbol(w, of);
    if (facet != NULL)
        mention(w, facet, builtin_subject(w, all, count, POL_WORD_FACET, pol_node_text(facet)));
}

static void mention_function(walker *w, const pol_node *name)
{
    unsigned count;
    const pol_builtin *all = pol_functions(&count);
    mention(w, name, builtin_subject(w, all, count, POL_WORD_FUNCTION, pol_node_text(name)));
}

static uint32_t output_subject(walker *w, pol_str name)
{
    return plain_subject(w, 'o', w->matter != NULL ? number_of(w, w->matter) : UINT32_MAX, POL_WORD_OUTPUT, name);
}

static bool is_output(const walker *w, pol_str name)
{
    for (uint32_t m = 0; m < matter_count(w); m++) {
        const pol_matter *matter = matter_number(w, m);
        for (uint32_t i = 0; i < matter->output_count; i++) {
            const pol_ast_output *output = POL_AS_CONST(output, matter->outputs[i]);
            if (output->value != NULL && pol_str_equal(pol_node_text(output->name), name))
                return true;
        }
    }
    return false;
}

/* 给定 X = … and 期望 X = …: an output of that name is meant, unless a status is compared with yes or no. */
static void visit_item(walker *w, const pol_ast_item *item)
{
    const pol_str name = pol_node_text(item->name);
    const uint32_t known = look_up(w, name);
    const bool is_status = known < w->analysis->subjects.count && item->value != NULL &&
                           item->value->kind == POL_N_BOOL &&
                           w->analysis->subjects.items[known].kind == POL_WORD_STATUS;
    if (item->facet != NULL)
        visit_facet(w, item->name, item->facet);
    else
        mention(w, item->name, is_output(w, name) && !is_status ? output_subject(w, name) : known);
    visit_one(w, item->value);
    mention_members(w, &item->labels);
}

static void visit_status(walker *w, const pol_ast_status *status)
{
    declare_symbol(w, status->name, &status->node);
    visit_one(w, status->cond);
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_ast_reason *reason = POL_AS(reason, status->reasons.items[i]);
        visit_one(w, reason->cond);
        declare_symbol(w, reason->label, &reason->node);
        visit_basis(w, &reason->node);
    }
}

static void visit_output(walker *w, const pol_ast_output *output)
{
    if (output->value == NULL) {
        mention_symbol(w, output->name);
        return;
    }
    declare(w, output->name, &output->node, output_subject(w, pol_node_text(output->name)));
    visit(output->value, w);
}

static void visit_param(walker *w, const pol_ast_param *param)
{
    if (param->type != NULL)
        declare_symbol(w, param->name, &param->node);
    else
        mention_symbol(w, param->name);
    visit_type(w, param->type, param->name, &param->node);
    visit_one(w, param->value);
    visit_one(w, param->required);
    visit_all(w, &param->bounds);
}

static void visit_accum(walker *w, const pol_ast_accum *accum)
{
    if (accum->type != NULL)
        declare_symbol(w, accum->name, &accum->node);
    else
        mention_symbol(w, accum->name);
    mention_symbols(w, &accum->keys);
    visit_all(w, &accum->terms);
}

static void visit_set(walker *w, const pol_ast_set *set)
{
    if (set->add)
        mention_symbol(w, set->name);
    else
        declare_symbol(w, set->name, &set->node);
    visit_type(w, set->of, NULL, NULL);
    mention_members(w, &set->labels);
}

static void visit_matter(walker *w, const pol_ast_matter *matter)
{
    declare(w, matter->name, &matter->node, plain_subject(w, 'm', 0, POL_WORD_MATTER, pol_node_text(matter->name)));
    mention_symbol(w, matter->by);
}

static void visit_prior(walker *w, const pol_ast_prior *prior)
{
    if (prior->value != NULL)
        declare_symbol(w, prior->name, &prior->node);
    else
        mention_symbol(w, prior->name);
    visit_one(w, prior->value);
    visit_one(w, prior->deemed_when);
}

/* 错误 参数越限 "参数.X": within the text X is a parameter. */
static void mention_field(walker *w, const pol_node *field)
{
    static const char k_prefix[] = "参数.";
    const size_t prefix = sizeof k_prefix - 1;
    const pol_str text = field != NULL ? pol_node_text(field) : POL_STR("");
    if (text.length <= prefix || memcmp(text.bytes, k_prefix, prefix) != 0) {
        mention_symbol(w, field);
        return;
    }
    const size_t quotes = field->span.end - field->span.start - text.length;
    const uint32_t start = field->span.start + (uint32_t)(quotes / 2 + prefix);
    const pol_str name = { text.bytes + prefix, text.length - prefix };
    const pol_mention one = { .span = { field->span.file, start, start + (uint32_t)name.length },
                              .node = field,
                              .subject = look_up(w, name) };
    if (one.subject < w->analysis->subjects.count)
        (void)POL_PUSH(&w->analysis->arena, w->analysis->mentions, one);
}

static void visit_example(walker *w, const pol_ast_example *example)
{
    visit_all(w, &example->given);
    visit_all(w, &example->expect);
    mention_field(w, example->field);
}

static bool visit(pol_node *node, void *user)
{
    walker *const w = user;
    visit_basis(w, node);
    switch (node->kind) {
    case POL_N_NAME:
    case POL_N_STRING: mention_word(w, node); return true;
    case POL_N_FACET: visit_facet(w, POL_AS(facet, node)->of, POL_AS(facet, node)->facet); return true;
    case POL_N_CALL:
        mention_function(w, POL_AS(call, node)->name);
        visit_all(w, &POL_AS(call, node)->args);
        return true;
    case POL_N_IN:
        visit(POL_AS(in, node)->left, w);
        if (POL_AS(in, node)->group->kind == POL_N_NAME)
            mention_symbol(w, POL_AS(in, node)->group);
        else
            visit(POL_AS(in, node)->group, w);
        return true;
    case POL_N_LABELS: mention_members(w, &POL_AS(labels, node)->items); return true;
    case POL_N_STEP:
        visit_one(w, POL_AS(step, node)->value);
        mention_symbol(w, POL_AS(step, node)->running_on);
        return true;
    case POL_N_ROUNDING: mention_function(w, POL_AS(rounding, node)->mode); return true;
    case POL_N_ORDER_CASE:
        visit_one(w, POL_AS(order_case, node)->cond);
        mention_symbols(w, &POL_AS(order_case, node)->payers);
        return true;
    case POL_N_ADVANCE:
        mention_symbols(w, &POL_AS(advance, node)->payers);
        visit_one(w, POL_AS(advance, node)->cond);
        return true;
    case POL_N_CLAUSE: declare_clause(w, POL_AS(clause, node)); return true;
    case POL_N_CATEGORY: visit_category(w, POL_AS(category, node)); return true;
    case POL_N_SET: visit_set(w, POL_AS(set, node)); return true;
    case POL_N_PARAM: visit_param(w, POL_AS(param, node)); return true;
    case POL_N_MATTER: visit_matter(w, POL_AS(matter, node)); return true;
    case POL_N_INPUT:
        declare_symbol(w, POL_AS(input, node)->name, node);
        visit_type(w, POL_AS(input, node)->type, POL_AS(input, node)->name, node);
        visit_one(w, POL_AS(input, node)->value);
        visit_one(w, POL_AS(input, node)->required);
        return true;
    case POL_N_DEFINE:
        declare_symbol(w, POL_AS(define, node)->name, node);
        visit_type(w, POL_AS(define, node)->type, POL_AS(define, node)->name, node);
        visit_one(w, POL_AS(define, node)->value);
        return true;
    case POL_N_ACCUM: visit_accum(w, POL_AS(accum, node)); return true;
    case POL_N_SETTLE:
        mention_symbol(w, POL_AS(settle, node)->name);
        visit_one(w, POL_AS(settle, node)->value);
        return true;
    case POL_N_PRIOR: visit_prior(w, POL_AS(prior, node)); return true;
    case POL_N_BENEFIT:
        declare_symbol(w, POL_AS(benefit, node)->name, node);
        visit_all(w, &POL_AS(benefit, node)->steps);
        return true;
    case POL_N_STATUS: visit_status(w, POL_AS(status, node)); return true;
    case POL_N_OUTPUT: visit_output(w, POL_AS(output, node)); return true;
    case POL_N_EXAMPLE: visit_example(w, POL_AS(example, node)); return true;
    case POL_N_ITEM: visit_item(w, POL_AS(item, node)); return true;
    default: return pol_node_each_child(node, visit, w);
    }
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

static pol_matter *find_matter(const pol_model *model, pol_str name)
{
    for (uint32_t i = 0; i < model->matters.count; i++)
        if (pol_str_equal(model->matters.items[i]->name, name))
            return model->matters.items[i];
    return NULL;
}

static bool collect_words(pol_node *node, void *user)
{
    if (node->kind == POL_N_NAME)
        return pol_names_add(user, pol_node_text(node)) != POL_NO_NAME;
    return pol_node_each_child(node, collect_words, user);
}

static void collect_shared(walker *w, const pol_ast_file *file)
{
    const bool has_matters = w->model->matters.count > 1;
    for (uint32_t i = 0; has_matters && i < file->statements.count; i++) {
        pol_node *statement = file->statements.items[i];
        if (statement->kind == POL_N_MATTER)
            return;
        if (statement->kind != POL_N_CATEGORY && !collect_words(statement, &w->shared_words))
            return;
    }
}

/* Clauses come first, so that a citation above its clause finds it. */
static void collect_clauses(walker *w, const pol_ast_file *file)
{
    for (uint32_t i = 0; i < file->statements.count; i++)
        if (file->statements.items[i]->kind == POL_N_CLAUSE)
            (void)plain_subject(w, 'p', w->file, POL_WORD_CLAUSE,
                                pol_node_text(POL_AS(clause, file->statements.items[i])->number));
}

static void collect_file(walker *w, pol_ast_file *file)
{
    w->matter = NULL;
    if (file->header != NULL) {
        pol_ast_header *header = POL_AS(header, file->header);
        if (header->extends != NULL)
            mention(w, header->extends,
                    plain_subject(w, 'x', w->file, POL_WORD_SUPERIOR, pol_node_text(header->extends)));
        visit_one(w, header->rounding);
    }
    for (uint32_t i = 0; i < file->statements.count; i++) {
        pol_node *statement = file->statements.items[i];
        if (statement->kind == POL_N_MATTER)
            w->matter = find_matter(w->model, pol_node_text(POL_AS(matter, statement)->name));
        visit(statement, w);
    }
}

static bool is_before(const pol_span *a, const pol_span *b)
{
    return a->file != b->file ? a->file < b->file : a->start < b->start;
}

/* By insertion: they are almost in order. */
static void sort(pol_analysis *analysis)
{
    pol_mention *items = analysis->mentions.items;
    for (size_t i = 1; i < analysis->mentions.count; i++) {
        const pol_mention moving = items[i];
        size_t to = i;
        for (; to > 0 && is_before(&moving.span, &items[to - 1].span); to--)
            items[to] = items[to - 1];
        items[to] = moving;
    }
}

bool pol_mentions_collect(pol_analysis *analysis)
{
    walker w = { .analysis = analysis, .model = &analysis->script->model };
    const pol_chain *chain = &analysis->script->chain;
    pol_names_init(&analysis->keys, &analysis->arena);
    pol_names_init(&w.shared_words, &analysis->arena);
    for (w.file = 0; w.file < chain->count; w.file++) {
        collect_shared(&w, chain->files[w.file]);
        collect_clauses(&w, chain->files[w.file]);
    }
    for (w.file = 0; w.file < chain->count; w.file++)
        collect_file(&w, chain->files[w.file]);
    sort(analysis);
    return !pol_arena_failed(&analysis->arena);
}

/* ---- finding --------------------------------------------------------------------------------------------------- */

/* The number of mentions that begin before the place. */
static size_t count_before(const pol_analysis *analysis, uint32_t file, uint32_t start)
{
    const pol_span place = { file, start, start };
    size_t low = 0, high = analysis->mentions.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(&analysis->mentions.items[middle].span, &place))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const pol_mention *pol_mention_from(const pol_analysis *analysis, uint32_t file, uint32_t start)
{
    const size_t at = count_before(analysis, file, start);
    if (at == analysis->mentions.count)
        return NULL;
    const pol_mention *found = &analysis->mentions.items[at];
    return found->span.file == file && found->span.start == start ? found : NULL;
}

const pol_mention *pol_mention_at_offset(const pol_analysis *analysis, uint32_t offset)
{
    const size_t at = count_before(analysis, 0, offset + 1);
    if (at == 0)
        return NULL;
    const pol_mention *found = &analysis->mentions.items[at - 1];
    return found->span.file == 0 && offset <= found->span.end ? found : NULL;
}

pol_matter *pol_matter_at(const pol_analysis *analysis, uint32_t offset)
{
    const pol_script *script = analysis->script;
    const pol_ast_file *file = script->chain.count > 0 ? script->chain.files[0] : NULL;
    pol_matter *found = NULL;
    for (uint32_t i = 0; file != NULL && i < file->statements.count && file->statements.items[i]->span.start < offset; i++)
        if (file->statements.items[i]->kind == POL_N_MATTER)
            found = find_matter(&script->model, pol_node_text(POL_AS(matter, file->statements.items[i])->name));
    return found;
}
