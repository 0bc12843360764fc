/* The parts of a script, for an editor's outline; and what it can fold. */
#include "interp/assist/assist.h"

#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"

typedef POL_VEC(pol_outline_item) outline_items;
typedef POL_VEC(pol_fold) fold_items;

static const pol_ast_file *own_file(const pol_analysis *a)
{
    return a->script->chain.count > 0 ? a->script->chain.files[0] : NULL;
}

/* ---- outline ---------------------------------------------------------------------------------------------- */

static pol_word_kind kind_of(const pol_node *node)
{
    switch (node->kind) {
    case POL_N_CLAUSE: return POL_WORD_CLAUSE;
    case POL_N_CATEGORY: return POL_WORD_CATEGORY;
    case POL_N_SET: return POL_WORD_SET;
    case POL_N_PARAM: return POL_WORD_PARAMETER;
    case POL_N_MATTER: return POL_WORD_MATTER;
    case POL_N_INPUT: return POL_WORD_INPUT;
    case POL_N_DEFINE: return POL_WORD_DEFINITION;
    case POL_N_ACCUM: return POL_WORD_ACCUMULATOR;
    case POL_N_PRIOR:
    case POL_N_BENEFIT: return POL_WORD_PAYER;
    case POL_N_STATUS: return POL_WORD_STATUS;
    case POL_N_OUTPUT: return POL_WORD_OUTPUT;
    case POL_N_SETTLE: return POL_WORD_FIGURE;
    case POL_N_EXAMPLE: return POL_WORD_EXAMPLE;
    default: return POL_WORD_STATEMENT;
    }
}

/* The node that an outline shows for a statement: its name or its title; NULL for one without. */
static const pol_node *title_of(const pol_node *node)
{
    switch (node->kind) {
    case POL_N_CLAUSE: return POL_AS_CONST(clause, node)->number;
    case POL_N_REQUIRE: return POL_AS_CONST(require, node)->message;
    case POL_N_SETTLE: return POL_AS_CONST(settle, node)->name;
    case POL_N_EXAMPLE: return POL_AS_CONST(example, node)->title;
    case POL_N_ADVANCE: return POL_AS_CONST(advance, node)->by;
    default: return pol_node_declared(node);
    }
}

static pol_span first_word(const pol_analysis *a, const pol_node *node)
{
    pol_span span = node->span;
    span.end = span.start + (uint32_t)pol_word_length(pol_span_text(&a->script->sources, node->span));
    return span;
}

static void add(pol_analysis *a, outline_items *items, const pol_node *node, unsigned depth)
{
    const pol_str keyword = pol_span_text(&a->script->sources, first_word(a, node));
    const pol_node *title = title_of(node);
    const pol_str name = pol_node_text(title);
    pol_outline_item item = {
        .kind = kind_of(node),
        .range = pol_extent_of(node->span),
        .name_range = pol_extent_of(name.length > 0 ? title->span : first_word(a, node)),
        .name = pol_answer_text(a, name.length > 0 ? name : keyword),
        .detail = pol_answer_text(a, name.length > 0 ? keyword : POL_STR("")),
        .depth = depth,
    };
    if (node->kind == POL_N_CLAUSE)
        item.detail = pol_answer_text(a, pol_node_text(POL_AS_CONST(clause, node)->title));
    if (node->kind == POL_N_INPUT)
        item.detail = pol_answer_text(a, pol_span_text(&a->script->sources, POL_AS_CONST(input, node)->type->span));
    if (item.name[0] != '\0')
        (void)POL_PUSH(&a->answer, *items, item);
}

/* Where the section of statement i, a 业务, ends. */
static uint32_t section_end(const pol_list *statements, uint32_t i)
{
    uint32_t end = statements->items[i]->span.end;
    for (i++; i < statements->count && statements->items[i]->kind != POL_N_MATTER; i++)
        if (statements->items[i]->span.end > end)
            end = statements->items[i]->span.end;
    return end;
}

static void add_header(pol_analysis *a, outline_items *items, const pol_node *node)
{
    const pol_ast_header *header = POL_AS_CONST(header, node);
    const pol_node *name = header->title != NULL ? header->title : header->id;
    if (name == NULL || pol_node_text(name).length == 0)
        return;
    const pol_outline_item item = {
        .kind = POL_WORD_POLICY,
        .range = pol_extent_of(node->span),
        .name_range = pol_extent_of(name->span),
        .name = pol_answer_text(a, pol_node_text(name)),
        .detail = pol_answer_text(a, pol_node_text(header->id)),
    };
    (void)POL_PUSH(&a->answer, *items, item);
}

pol_status pol_analysis_outline(pol_analysis *analysis, const pol_outline_item **items, size_t *count)
{
    pol_answer_begin(analysis);
    const pol_ast_file *file = own_file(analysis);
    outline_items made = { 0 };
    if (file != NULL && file->header != NULL)
        add_header(analysis, &made, file->header);
    unsigned depth = 0;
    for (uint32_t i = 0; file != NULL && i < file->statements.count; i++) {
        const pol_node *node = file->statements.items[i];
        const bool is_matter = node->kind == POL_N_MATTER;
        const size_t before = made.count;
        add(analysis, &made, node, is_matter ? 0 : depth);
        if (is_matter && made.count > before) {
            made.items[before].range.end = section_end(&file->statements, i);
            depth = 1;
        }
        if (node->kind == POL_N_INPUTS)
            for (uint32_t k = 0; k < POL_AS_CONST(inputs, node)->items.count; k++)
                add(analysis, &made, POL_AS_CONST(inputs, node)->items.items[k], depth + 1);
    }
    *items = made.items;
    *count = made.count;
    return pol_answer_status(analysis);
}

/* ---- folds -------------------------------------------------------------------------------------------------- */

static uint32_t line_of(const pol_analysis *a, uint32_t offset)
{
    return pol_source_place(&a->script->sources.items[0], offset).line;
}

static void add_fold(pol_analysis *a, fold_items *folds, uint32_t start, uint32_t end, bool is_comment)
{
    const pol_fold fold = { { 0, start, end }, is_comment };
    if (line_of(a, start) < line_of(a, end))
        (void)POL_PUSH(&a->answer, *folds, fold);
}

static void fold_statements(pol_analysis *a, fold_items *folds, const pol_ast_file *file)
{
    if (file->header != NULL)
        add_fold(a, folds, file->header->span.start, file->header->span.end, false);
    for (uint32_t i = 0; i < file->statements.count; i++) {
        const pol_node *node = file->statements.items[i];
        const uint32_t end = node->kind == POL_N_MATTER ? section_end(&file->statements, i) : node->span.end;
        add_fold(a, folds, node->span.start, end, false);
    }
}

#define DEEPEST 64

/* Braces, and comments of several lines. */
static void fold_tokens(pol_analysis *a, fold_items *folds, pol_lexer *lexer)
{
    uint32_t open[DEEPEST], depth = 0, comment = 0, comment_end = 0;
    pol_token token;
    do {
        token = pol_lexer_next(lexer);
        if (token.kind == POL_TOKEN_COMMENT && token.first_on_line) {
            if (comment_end == 0 || line_of(a, token.start) > line_of(a, comment_end) + 1)
                comment = token.start;
            if (comment_end != 0 && comment != token.start)
                folds->count -= folds->count > 0 && folds->items[folds->count - 1].is_comment &&
                                folds->items[folds->count - 1].range.start == comment;
            comment_end = token.end;
            add_fold(a, folds, comment, token.end, true);
        } else {
            comment_end = 0;
        }
        if (token.kind == TOK_LBRACE) {
            if (depth < DEEPEST)
                open[depth] = token.start;
            depth++;
        } else if (token.kind == TOK_RBRACE && depth > 0) {
            depth--;
            if (depth < DEEPEST)
                add_fold(a, folds, open[depth], token.end, false);
        }
    } while (token.kind != 0);
}

pol_status pol_analysis_folds(pol_analysis *analysis, const pol_fold **items, size_t *count)
{
    pol_answer_begin(analysis);
    fold_items folds = { 0 };
    pol_lexer *lexer = POL_NEW(&analysis->answer, pol_lexer);
    if (own_file(analysis) != NULL)
        fold_statements(analysis, &folds, own_file(analysis));
    if (pol_assist_lexer(analysis, lexer, &analysis->script->sources))
        fold_tokens(analysis, &folds, lexer);
    *items = folds.items;
    *count = folds.count;
    return pol_answer_status(analysis);
}
