/* Which names, labels and clauses can be meant at a place: told from the tokens before it. */
#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"
#include "interp/assist/complete.h"

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

static pol_str text_of(const pol_completer *c, size_t index)
{
    const pol_token *token = &c->tokens.items[index];
    pol_str text = pol_span_text(&c->sources, (pol_span){ 0, token->start, token->end });
    if (text.length > 6 && (unsigned char)text.bytes[0] == 0xe3 && (unsigned char)text.bytes[2] == 0x8c) /* 「…」 */
        return (pol_str){ text.bytes + 3, text.length - 6 };
    return text.length > 2 && text.bytes[0] == '`' ? (pol_str){ text.bytes + 1, text.length - 2 } : text;
}

static bool opens(int kind)
{
    return kind == TOK_LBRACE || kind == TOK_LPAREN || kind == TOK_LBRACKET;
}

static bool closes(int kind)
{
    return kind == TOK_RBRACE || kind == TOK_RPAREN || kind == TOK_RBRACKET;
}

#define NOWHERE SIZE_MAX

/* The bracket that is open before token `end`, or NOWHERE. */
static size_t enclosing(const pol_completer *c, size_t end)
{
    unsigned depth = 0;
    for (size_t i = end; i > c->start; i--) {
        const int kind = c->tokens.items[i - 1].kind;
        if (closes(kind))
            depth++;
        else if (opens(kind) && depth-- == 0)
            return i - 1;
    }
    return NOWHERE;
}

/* The last token of a kind in the statement before `end`, or NOWHERE. */
static size_t last_of(const pol_completer *c, int kind, size_t end)
{
    for (size_t i = end; i > c->start; i--)
        if (c->tokens.items[i - 1].kind == kind)
            return i - 1;
    return NOWHERE;
}

static int kind_at(const pol_completer *c, size_t index)
{
    return index != NOWHERE && index < c->tokens.count ? c->tokens.items[index].kind : 0;
}

/* ---- symbols ------------------------------------------------------------------------------------------------------- */

typedef bool (*wanted)(const pol_symbol *symbol, const pol_completer *c);

/* The matters that the place belongs to: one, or all where it is shared. */
static uint32_t matters(const pol_completer *c, pol_matter *const **items, pol_matter **one)
{
    *one = pol_matter_at(c->analysis, c->replaced.start);
    *items = *one != NULL ? (pol_matter *const *)one : c->analysis->script->model.matters.items;
    return *one != NULL ? 1 : (uint32_t)c->analysis->script->model.matters.count;
}

static pol_word_kind kind_of(const pol_symbol *symbol)
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

static bool in_other_language(const pol_completer *c, const pol_symbol *symbol)
{
    const bool english = (unsigned char)symbol->name.bytes[0] < 0x80;
    return symbol->node == NULL && english != pol_analysis_is_english(c->analysis);
}

static void add_symbol(pol_completer *c, const pol_symbol *symbol)
{
    const pol_str type = symbol->kind == POL_S_SET ? POL_STR("") : pol_type_words(c->analysis, symbol->type);
    pol_complete_add(c, kind_of(symbol), symbol->name, NULL,
                     type.length > 0 ? pol_answer_text(c->analysis, type) : NULL);
}

static void add_symbols(pol_completer *c, wanted is_wanted)
{
    pol_matter *const *items, *one;
    const uint32_t count = matters(c, &items, &one);
    for (uint32_t m = 0; m < count; m++)
        for (size_t i = 0; i < items[m]->symbols.count; i++) {
            const pol_symbol *symbol = items[m]->symbols.items[i];
            if (!in_other_language(c, symbol) && is_wanted(symbol, c))
                add_symbol(c, symbol);
        }
}

static const pol_symbol *find_symbol(const pol_completer *c, pol_str name)
{
    pol_matter *const *items, *one;
    const uint32_t count = matters(c, &items, &one);
    for (uint32_t m = 0; m < count; m++) {
        const pol_symbol *symbol = pol_matter_find(items[m], name);
        if (symbol != NULL)
            return symbol;
    }
    return NULL;
}

static void add_payers(pol_completer *c)
{
    pol_matter *const *items, *one;
    const uint32_t count = matters(c, &items, &one);
    for (uint32_t m = 0; m < count; m++)
        for (uint32_t i = 0; i < items[m]->payer_count; i++)
            pol_complete_add(c, POL_WORD_PAYER, items[m]->payers[i].symbol->name, NULL, NULL);
}

static void add_outputs(pol_completer *c)
{
    pol_matter *const *items, *one;
    const uint32_t count = matters(c, &items, &one);
    for (uint32_t m = 0; m < count; m++)
        for (uint32_t i = 0; i < items[m]->output_count; i++)
            pol_complete_add(c, POL_WORD_OUTPUT, pol_node_text(POL_AS_CONST(output, items[m]->outputs[i])->name), NULL, NULL);
}

static bool is_value(const pol_symbol *symbol, const pol_completer *c)
{
    const bool in_payer = c->head == TOK_BENEFIT || c->head == TOK_PRIOR;
    return symbol->kind != POL_S_SET && (symbol->kind != POL_S_REMAINING || in_payer);
}

static bool is_set(const pol_symbol *symbol, const pol_completer *c)
{
    (void)c;
    return symbol->kind == POL_S_SET;
}

static bool is_accumulator(const pol_symbol *symbol, const pol_completer *c)
{
    (void)c;
    return symbol->kind == POL_S_ACCUM;
}

static bool is_input(const pol_symbol *symbol, const pol_completer *c)
{
    (void)c;
    return symbol->kind == POL_S_INPUT;
}

static bool is_date_input(const pol_symbol *symbol, const pol_completer *c)
{
    return is_input(symbol, c) && symbol->type.tag == POL_T_DATE;
}

static bool is_open(const pol_symbol *symbol, const pol_completer *c)
{
    (void)c;
    return symbol->kind == POL_S_PARAM && symbol->node != NULL && POL_AS_CONST(param, symbol->node)->by_region;
}

static bool is_given(const pol_symbol *symbol, const pol_completer *c)
{
    return is_input(symbol, c) || is_accumulator(symbol, c) || is_open(symbol, c);
}

static bool is_expected(const pol_symbol *symbol, const pol_completer *c)
{
    (void)c;
    switch (symbol->kind) {
    case POL_S_PAYER:
    case POL_S_STATUS:
    case POL_S_ACCUM:
    case POL_S_DEFINE:
    case POL_S_TOTAL:
    case POL_S_PERSON:
    case POL_S_HOSPITAL: return true;
    case POL_S_INPUT:
    case POL_S_PARAM:
    case POL_S_SET:
    case POL_S_REMAINING:
    case POL_S_IN_FORCE: break;
    }
    return false;
}

/* What the script takes over and can set, add to or replace with the statement being written. */
static bool is_inherited(const pol_symbol *symbol, const pol_completer *c)
{
    if (symbol->node == NULL || symbol->node->span.file == 0)
        return false;
    if (symbol->shared != (pol_matter_at(c->analysis, c->replaced.start) == NULL))
        return false; /* of another section */
    const bool replaces = c->tokens.items[c->start].kind == TOK_REPLACE;
    switch (c->head) {
    case TOK_PARAM: return symbol->kind == POL_S_PARAM && (replaces || is_open(symbol, c));
    case TOK_DEFINE: return replaces && symbol->kind == POL_S_DEFINE;
    case TOK_BENEFIT:
    case TOK_PRIOR: return replaces && symbol->kind == POL_S_PAYER;
    case TOK_SET: return symbol->kind == POL_S_SET;
    case TOK_ACCUM: return symbol->kind == POL_S_ACCUM;
    case TOK_INPUT: return replaces && symbol->kind == POL_S_INPUT;
    case TOK_STATUS: return replaces && symbol->kind == POL_S_STATUS;
    default: return false;
    }
}

/* ---- labels ---------------------------------------------------------------------------------------------------------- */

static uint32_t labels_of_category(const pol_completer *c, pol_str name)
{
    const pol_model *model = &c->analysis->script->model;
    for (uint32_t i = 0; i < model->label_sets.count; i++)
        if (name.length > 0 && pol_str_equal(model->label_sets.items[i].name, name))
            return i;
    return POL_NONE32;
}

/* The labels that the value of the word at `index` can have: a name, or a category behind a colon. */
static uint32_t labels_of_word(const pol_completer *c, size_t index)
{
    if (index == NOWHERE || index < c->start || index >= c->tokens.count || kind_at(c, index) != TOK_NAME)
        return POL_NONE32;
    const int before = index > c->start ? kind_at(c, index - 1) : 0;
    if (before == TOK_COLON || before == TOK_ANY_OF)
        return labels_of_category(c, text_of(c, index));
    const pol_symbol *symbol = before == TOK_DOT ? NULL : find_symbol(c, text_of(c, index));
    const bool labelled = symbol != NULL && (symbol->type.tag == POL_T_LABEL || symbol->type.tag == POL_T_LABELS);
    return labelled ? symbol->type.labels : POL_NONE32;
}

/* The subject of a column of the table whose brace is at `brace`. */
static size_t subject_of(const pol_completer *c, size_t brace, unsigned column)
{
    const size_t by = last_of(c, TOK_BY, brace);
    unsigned depth = 0, at = 0;
    for (size_t i = by == NOWHERE ? brace : by + 1; i < brace; i++) {
        const int kind = kind_at(c, i);
        if (depth == 0 && at == column && kind == TOK_NAME)
            return i;
        depth += opens(kind);
        depth -= closes(kind) && depth > 0;
        at += kind == TOK_COMMA && depth == 0;
    }
    return NOWHERE;
}

/* In the keys of a table's row: the labels of the column. */
static uint32_t labels_of_key(const pol_completer *c)
{
    size_t brace = enclosing(c, c->tokens.count), from = c->tokens.count;
    if (brace != NOWHERE && pol_complete_allows(c, TOK_REST) == false && kind_at(c, brace) == TOK_LBRACE) {
        from = brace; /* alternatives in braces of their own */
        brace = enclosing(c, brace);
    }
    if (brace == NOWHERE || kind_at(c, brace) != TOK_LBRACE || last_of(c, TOK_BY, brace) == NOWHERE)
        return POL_NONE32;
    unsigned column = 0, depth = 0;
    for (size_t i = from; i > brace + 1; i--) {
        const int kind = kind_at(c, i - 1);
        if (kind == TOK_SEMI && depth == 0)
            break;
        if (kind == TOK_COLON && depth == 0)
            return POL_NONE32; /* the value, not a key */
        depth += closes(kind);
        depth -= opens(kind) && depth > 0;
        column += kind == TOK_COMMA && depth == 0;
    }
    return labels_of_word(c, subject_of(c, brace, column));
}

static bool compares(int kind)
{
    return kind == TOK_EQ || kind == TOK_NE || kind == TOK_IN || kind == TOK_NOT_IN;
}

/* The type that a definition declares: what its branches and rows give. */
static uint32_t labels_of_statement(const pol_completer *c)
{
    const int last = pol_complete_before(c, 1);
    if (c->head != TOK_DEFINE || (last != TOK_THEN && last != TOK_OTHERWISE && last != TOK_COLON))
        return POL_NONE32;
    const size_t sign = c->start + 2 + (kind_at(c, c->start) == TOK_REPLACE);
    return kind_at(c, sign) == TOK_COLON ? labels_of_word(c, sign + 1) : POL_NONE32;
}

/* The labels that can stand at the place, or POL_NONE32. */
static uint32_t labels_wanted(const pol_completer *c)
{
    const size_t count = c->tokens.count;
    const int last = pol_complete_before(c, 1);
    if ((last == TOK_EQ || last == TOK_NE) && count >= c->start + 2)
        return labels_of_word(c, count - 2);
    const size_t brace = enclosing(c, count);
    if (kind_at(c, brace) == TOK_LBRACE && brace >= c->start + 2 && (last == TOK_LBRACE || last == TOK_COMMA)) {
        if (compares(kind_at(c, brace - 1)))
            return labels_of_word(c, brace - 2);
        if (c->head == TOK_SET && kind_at(c, brace - 1) == TOK_NAME)
            return labels_of_word(c, brace - 1);
    }
    const uint32_t statement = labels_of_statement(c);
    return statement != POL_NONE32 ? statement : labels_of_key(c);
}

static void add_labels(pol_completer *c, uint32_t labels)
{
    const pol_model *model = &c->analysis->script->model;
    if (labels >= model->label_sets.count)
        return;
    const pol_label_set *set = &model->label_sets.items[labels];
    const char *category = set->name.length > 0 ? pol_answer_text(c->analysis, set->name) : NULL;
    for (uint32_t i = 0; i < set->count; i++)
        pol_complete_add(c, POL_WORD_LABEL, set->labels[i], NULL, category);
}

/* In the braces of 属于 and 集合: labels, and sets. */
static void add_members(pol_completer *c)
{
    const uint32_t labels = labels_wanted(c);
    add_labels(c, labels);
    if (labels != POL_NONE32 && c->head != TOK_EXAMPLE)
        add_symbols(c, is_set);
}

static void add_categories(pol_completer *c)
{
    const pol_model *model = &c->analysis->script->model;
    for (uint32_t i = 0; i < model->label_sets.count; i++)
        pol_complete_add(c, POL_WORD_CATEGORY, model->label_sets.items[i].name, NULL, NULL);
}

/* ---- words of the language ---------------------------------------------------------------------------------------------- */

static void add_builtins(pol_completer *c, pol_word_kind kind, const pol_builtin *all, unsigned count)
{
    const bool english = pol_analysis_is_english(c->analysis);
    for (unsigned i = 0; i < count; i++)
        pol_complete_add(c, kind, pol_str_of(english ? all[i].en : all[i].zh), english ? all[i].zh : all[i].en, NULL);
}

static void add_facets(pol_completer *c)
{
    unsigned count;
    const pol_builtin *all = pol_facets(&count);
    for (unsigned i = 0; i < count; i++)
        if (all[i].code != POL_FACET_ADVANCE || c->head == TOK_EXAMPLE) /* only an expectation names it */
            add_builtins(c, POL_WORD_FACET, &all[i], 1);
}

static void add_functions(pol_completer *c, bool rounding_only)
{
    unsigned count;
    const pol_builtin *all = pol_functions(&count);
    for (unsigned i = 0; i < count; i++)
        if (!rounding_only || (all[i].code >= POL_FN_HALF_UP && all[i].code <= POL_FN_ROUND_DOWN))
            add_builtins(c, POL_WORD_FUNCTION, &all[i], 1);
}

/* ---- clauses --------------------------------------------------------------------------------------------------------------- */

/* Behind 依据, and between its commas. */
static bool is_citation(const pol_completer *c)
{
    size_t i = c->tokens.count;
    while (i >= c->start + 2 && kind_at(c, i - 1) == TOK_COMMA && kind_at(c, i - 2) == TOK_STRING)
        i -= 2;
    return i > c->start && kind_at(c, i - 1) == TOK_BASIS && c->head != TOK_POLICY;
}

static void add_clauses(pol_completer *c)
{
    for (size_t i = 0; i < c->analysis->subjects.count; i++) {
        const pol_subject *subject = &c->analysis->subjects.items[i];
        if (subject->kind != POL_WORD_CLAUSE || subject->node == NULL)
            continue;
        const pol_str title = pol_node_text(POL_AS_CONST(clause, subject->node)->title);
        pol_complete_add(c, POL_WORD_CLAUSE, subject->name, NULL, pol_answer_text(c->analysis, title));
    }
}

/* ---- which of them -------------------------------------------------------------------------------------------------------- */

static void add_example_names(pol_completer *c)
{
    const size_t expect = last_of(c, TOK_EXPECT, c->tokens.count);
    if (expect == NOWHERE) {
        add_symbols(c, is_given);
        return;
    }
    if (last_of(c, TOK_ERROR, c->tokens.count) != NOWHERE) {
        add_symbols(c, is_input);
        return;
    }
    add_payers(c);
    add_symbols(c, is_expected);
    add_outputs(c);
}

static void add_expression_names(pol_completer *c)
{
    add_labels(c, labels_wanted(c));
    if (c->head == TOK_EXAMPLE || c->head == TOK_INPUT)
        return; /* examples and defaults hold constants */
    add_symbols(c, is_value);
    add_payers(c);
    add_functions(c, false);
}

/* Where a name is declared: only what is taken over can be meant. */
static bool is_declaration(const pol_completer *c)
{
    return c->tokens.count > c->start && pol_complete_before(c, 1) == c->head &&
           pol_token_role_of(c->head) == POL_ROLE_STATEMENT;
}

static void add_inherited_matters(pol_completer *c)
{
    const pol_model *model = &c->analysis->script->model;
    for (uint32_t i = 0; i < model->matters.count; i++)
        if (model->matters.items[i]->node != NULL && model->matters.items[i]->node->span.file != 0)
            pol_complete_add(c, POL_WORD_MATTER, model->matters.items[i]->name, NULL, NULL);
}

/* Behind 按, and between the subjects of a table. */
static bool is_subject(const pol_completer *c)
{
    const size_t by = last_of(c, TOK_BY, c->tokens.count), bracket = enclosing(c, c->tokens.count);
    const int last = pol_complete_before(c, 1);
    return last == TOK_BY || (last == TOK_COMMA && by != NOWHERE && (bracket == NOWHERE || bracket < by));
}

/* The keys of a table: of labels nothing else is meant than these and the words for the others. */
static bool add_keys(pol_completer *c)
{
    const uint32_t labels = labels_of_key(c);
    add_labels(c, labels);
    if (labels == POL_NONE32)
        return true;
    pol_complete_keyword(c, pol_keyword_of(TOK_REST));
    pol_complete_keyword(c, pol_keyword_of(TOK_ANY));
    return false;
}

bool pol_complete_names(pol_completer *c)
{
    const int last = pol_complete_before(c, 1);
    const bool expression = pol_complete_allows(c, TOK_LPAREN) && pol_complete_allows(c, TOK_MONEY);
    const bool key = pol_complete_allows(c, TOK_REST) && last != TOK_CONDITION;
    if (is_citation(c)) {
        add_clauses(c);
        return false;
    }
    if (!pol_complete_allows(c, TOK_NAME))
        return true;
    if (last == TOK_DOT) {
        add_facets(c);
        return false;
    }
    if (is_declaration(c) && c->head != TOK_ORDER && c->head != TOK_REQUIRE && c->head != TOK_OUTPUT) {
        if (c->head == TOK_MATTER)
            add_inherited_matters(c);
        else
            add_symbols(c, is_inherited);
        return false;
    }
    if (pol_complete_allows(c, TOK_ANY_OF) || last == TOK_ANY_OF || (c->head == TOK_SET && last == TOK_COLON))
        add_categories(c);
    else if (last == TOK_RUNNING_ON)
        add_symbols(c, is_accumulator);
    else if (last == TOK_IN || last == TOK_NOT_IN)
        add_symbols(c, is_set);
    else if (c->head == TOK_MATTER && last == TOK_BY)
        add_symbols(c, is_date_input);
    else if (last == TOK_ROUND)
        add_functions(c, true);
    else if (key)
        return add_keys(c);
    else if (expression)
        add_expression_names(c);
    else if (c->head == TOK_ORDER || (c->head == TOK_ADVANCE && last_of(c, TOK_FOR, c->tokens.count) != NOWHERE))
        add_payers(c);
    else if (c->head == TOK_EXAMPLE)
        add_example_names(c);
    else if (c->head == TOK_ACCUM && last == TOK_COMMA)
        add_symbols(c, is_input);
    else if (is_subject(c))
        add_symbols(c, is_value);
    else if (last == TOK_LBRACE || last == TOK_COMMA)
        add_members(c);
    return true;
}
