#include "grammar/build.h"

#include <string.h>

#include "grammar/lex_word.h"
#include "interp/base/utf8.h"

/* ---- findings -------------------------------------------------------------------------------------------- */

pol_span pol_token_span(const pol_build *build, const pol_token *token)
{
    return (pol_span){ build->file, token->start, token->end };
}

pol_finding *pol_build_find(pol_build *build, pol_diag_code code, pol_span span)
{
    const pol_finding finding = { .code = code, .span = span };
    if (!POL_PUSH(build->scratch, build->findings, finding)) {
        memset(&build->dummy, 0, sizeof build->dummy);
        return (pol_finding *)(void *)&build->dummy;
    }
    return &build->findings.items[build->findings.count - 1];
}

void pol_finding_arg(pol_finding *finding, const char *name, pol_str zh, pol_str en)
{
    const int i = finding->names[0] == NULL ? 0 : 1;
    finding->names[i] = name;
    finding->zh[i] = zh;
    finding->en[i] = en;
}

static void finding_text(pol_finding *finding, const char *name, pol_str text)
{
    pol_finding_arg(finding, name, text, text);
}

static void finding_fix(pol_finding *finding, pol_span span, pol_str text)
{
    finding->has_fix = true;
    finding->fix_span = span;
    finding->fix = text;
}

void pol_build_report(pol_build *build)
{
    for (size_t i = 0; i < build->findings.count; i++) {
        const pol_finding *finding = &build->findings.items[i];
        pol_diag *diag = pol_report(build->diags, finding->code, finding->span);
        for (int arg = 0; arg < 2 && finding->names[arg] != NULL; arg++)
            pol_diag_texts(build->diags, diag, finding->names[arg], finding->en[arg],
                           finding->zh[arg]);
        if (finding->has_fix)
            pol_diag_fix(build->diags, diag, finding->fix_span, finding->fix);
    }
    pol_build_forget(build);
}

void pol_build_forget(pol_build *build)
{
    build->findings.count = 0;
    build->long_reported = false;
}

static pol_str source_text(const pol_build *build, pol_span span)
{
    return pol_span_text(build->sources, span);
}

/* ---- nodes -------------------------------------------------------------------------------------------------- */

static pol_node *dummy_node(pol_build *build, pol_node_kind kind, pol_span span)
{
    pol_node *node = (pol_node *)(void *)&build->dummy;
    memset(&build->dummy, 0, sizeof build->dummy);
    node->kind = kind;
    node->span = span;
    return node;
}

/* How deep the tree below a node is that is no child of another yet. */
static unsigned depth_of(const pol_build *build, const pol_node *node)
{
    const uint32_t index = node->id - build->first_id;
    return index < build->depths.count ? build->depths.items[index] : 0;
}

static unsigned depth_of_children(const pol_build *build, const pol_node *node)
{
    unsigned deepest = 0;
    for (const pol_child_field *field = pol_child_fields(node->kind); field->offset != 0; field++) {
        const void *const at = (const char *)node + field->offset;
        const pol_list *const list = at;
        pol_node *const *const items = field->is_list ? list->items : at;
        for (uint32_t i = 0; i < (field->is_list ? list->count : 1); i++) {
            const unsigned depth = items[i] != NULL ? depth_of(build, items[i]) : 0;
            deepest = depth > deepest ? depth : deepest;
        }
    }
    return deepest;
}

/* The kinds that a long expression chains or nests. */
static bool is_operation(pol_node_kind kind)
{
    return (kind >= POL_N_WHEN && kind <= POL_N_ARITH) || kind == POL_N_CALL ||
           kind == POL_N_TABLE || kind == POL_N_BRACES;
}

static pol_node *too_long(pol_build *build, pol_span span)
{
    if (!build->long_reported) {
        pol_finding *finding = pol_build_find(build, POL_D_EXPRESSION_TOO_LONG, span);
        pol_text limit;
        pol_text_init(&limit, build->scratch);
        pol_text_format(&limit, "%d", POL_MAX_TREE_DEPTH);
        finding_text(finding, "limit", pol_text_str(&limit));
        build->long_reported = true;
    }
    const pol_ast_none none = { .node = { .kind = POL_N_NONE, .span = span } };
    return pol_build_node(build, &none.node, sizeof none);
}

/* Notes how deep the tree at a new node is. A run that starts again takes its numbers back. */
static bool note_depth(pol_build *build, const pol_node *node, unsigned depth)
{
    build->depths.count = node->id - build->first_id;
    return POL_PUSH(build->scratch, build->depths, (uint16_t)depth);
}

pol_node *pol_build_node(pol_build *build, const pol_node *node, size_t size)
{
    pol_node *made = pol_node_copy(build->tree, node, size);
    if (made == NULL)
        return dummy_node(build, node->kind, node->span);
    const unsigned deepest = depth_of_children(build, made);
    if (deepest >= POL_MAX_TREE_DEPTH && is_operation(made->kind))
        return too_long(build, made->span);
    return note_depth(build, made, deepest + 1) ? made : dummy_node(build, node->kind, node->span);
}

pol_node *pol_build_leaf(pol_build *build, const pol_token *token)
{
    pol_leaf leaf;
    const size_t size = pol_lexer_leaf(&build->lexer, token, &leaf);
    if (size == 0)
        return NULL;
    pol_node *const made = pol_node_copy(build->tree, &leaf.node, size);
    return made != NULL && note_depth(build, made, 1) ? made : dummy_node(build, leaf.node.kind, leaf.node.span);
}

pol_node *pol_build_word(pol_build *build, pol_span span)
{
    const pol_token token = { .kind = TOK_NAME, .start = span.start, .end = span.end };
    return pol_build_leaf(build, &token);
}

pol_list pol_build_list(pol_build *build, pol_list list, pol_node *item)
{
    pol_list_add(build->tree, &list, item);
    return list;
}

/* ---- parts in any order ---------------------------------------------------------------------------------------- */

static void report_twice(pol_build *build, pol_span keyword)
{
    pol_span word = keyword;
    const size_t length = pol_word_length(source_text(build, keyword));
    if (length > 0)
        word.end = word.start + (uint32_t)length;
    pol_finding *finding = pol_build_find(build, POL_D_TWICE, word);
    finding_text(finding, "word", source_text(build, word));
}

pol_node *pol_build_once(pol_build *build, pol_node *owner, pol_node **field, pol_node *value,
                         pol_span keyword, pol_span whole)
{
    if (*field != NULL)
        report_twice(build, keyword);
    else
        *field = value;
    owner->span = whole;
    return owner;
}

pol_node *pol_build_flag(pol_build *build, pol_node *owner, int *field, pol_span keyword,
                         pol_span whole)
{
    if (*field)
        report_twice(build, keyword);
    *field = 1;
    owner->span = whole;
    return owner;
}

pol_node *pol_build_effective(pol_build *build, pol_node *header, pol_node *period,
                              int settle_outside, pol_span keyword, pol_span whole)
{
    if (settle_outside)
        POL_AS(header, header)->settle_outside = 1;
    return pol_build_once(build, header, &POL_AS(header, header)->effective, period, keyword,
                          whole);
}

pol_node *pol_build_append(pol_build *build, pol_node *owner, pol_list *field, pol_list more,
                           pol_span whole)
{
    for (uint32_t i = 0; i < more.count; i++)
        pol_list_add(build->tree, field, more.items[i]);
    owner->span = whole;
    return owner;
}

pol_node *pol_build_child(pol_build *build, pol_node *owner, pol_list *field, pol_node *child,
                          pol_span whole)
{
    pol_list_add(build->tree, field, child);
    owner->span = whole;
    return owner;
}

pol_node *pol_build_step_basis(pol_build *build, pol_node *benefit, pol_list basis, pol_span whole)
{
    pol_ast_benefit *owner = POL_AS(benefit, benefit);
    benefit->span = whole;
    if (owner->steps.count == 0)
        return pol_build_append(build, benefit, &owner->basis, basis, whole);
    pol_node *step = owner->steps.items[owner->steps.count - 1];
    step->span.end = whole.end;
    pol_build_append(build, step, &POL_AS(step, step)->basis, basis, step->span);
    return benefit;
}

pol_node *pol_build_any_of(pol_node *type, pol_span whole)
{
    POL_AS(type, type)->any_of = 1;
    type->span = whole;
    return type;
}

pol_node *pol_build_replace(pol_build *build, pol_node *declaration, pol_span whole)
{
    (void)build;
    declaration->replace = 1;
    declaration->span = whole;
    return declaration;
}

/* ---- read in order to be refused ---------------------------------------------------------------------------------- */

/* What stands before the second sign of a chain: 且 b. */
static pol_str join_chain(pol_build *build, pol_str middle)
{
    pol_text text;
    pol_text_init(&text, build->scratch);
    pol_text_format(&text, "且 %.*s ", (int)middle.length, middle.bytes);
    return pol_text_str(&text);
}

/* a < b < c: the comparison a < b stands for it; the message proposes a < b 且 b < c. */
pol_node *pol_build_chain(pol_build *build, pol_node *left, pol_node *right, pol_span sign,
                          pol_span whole)
{
    const pol_span middle =
        left->kind == POL_N_COMPARE ? POL_AS(compare, left)->right->span : left->span;
    const bool said = build->chained == left;
    const pol_str first = source_text(build, left->span), second = source_text(build, sign);
    const pol_str between = source_text(build, middle), last = source_text(build, right->span);
    pol_text zh, en;
    left->span = whole;
    if (said)
        return left; /* a < b < c < d: once */
    build->chained = left;
    pol_text_init(&zh, build->scratch);
    pol_text_init(&en, build->scratch);
    const size_t room = POL_MAX_TEXT_BYTES;
    if (first.length < room && between.length < room && last.length < room) {
        for (int i = 0; i < 2; i++)
            pol_text_format(i == 0 ? &zh : &en, "%.*s %s %.*s %.*s %.*s", (int)first.length,
                            first.bytes, i == 0 ? "且" : "and", (int)between.length, between.bytes,
                            (int)second.length, second.bytes, (int)last.length, last.bytes);
    } else {
        pol_text_add(&zh, POL_STR("a < b 且 b < c"));
        pol_text_add(&en, POL_STR("a < b and b < c"));
    }
    pol_finding *finding = pol_build_find(build, POL_D_CHAINED_COMPARISON, sign);
    pol_finding_arg(finding, "proposal", pol_text_str(&zh), pol_text_str(&en));
    if (first.length < room && between.length < room && last.length < room)
        finding_fix(finding, (pol_span){ sign.file, sign.start, sign.start },
                    join_chain(build, between));
    return left;
}

pol_node *pol_build_no_message(pol_build *build, pol_span keyword, pol_node *cond)
{
    pol_finding *finding = pol_build_find(build, POL_D_NO_MESSAGE, keyword);
    finding_text(finding, "word", source_text(build, keyword));
    pol_span end = cond->span;
    end.start = end.end;
    const pol_ast_string empty = { .node = { .kind = POL_N_STRING, .span = end },
                                   .text = { "", 0 } };
    return pol_build_node(build, &empty.node, sizeof empty);
}

/* x = 1 且 y = 2, read as x = (1 且 (y = 2)): the items that were meant, outermost last. */
static pol_list split_item(pol_build *build, pol_list list, pol_node *item)
{
    pol_node *value = POL_AS(item, item)->value;
    const pol_node *right =
        value != NULL && value->kind == POL_N_AND ? POL_AS(and, value)->right : NULL;
    if (right == NULL || right->kind != POL_N_COMPARE ||
        ((const pol_ast_compare *)(const void *)right)->op != POL_EQ ||
        ((const pol_ast_compare *)(const void *)right)->left->kind != POL_N_NAME) {
        pol_list_add(build->tree, &list, item);
        return list;
    }
    const pol_ast_compare *pair = (const pol_ast_compare *)(const void *)right;
    const pol_span gap = { item->span.file, POL_AS(and, value)->left->span.end, right->span.start };
    pol_finding *finding = pol_build_find(build, POL_D_ITEMS_JOINED, gap);
    pol_str text = source_text(build, gap);
    while (text.length > 0 && pol_word_length(text) == 0) {
        text.bytes++;
        text.length--;
        finding->span.start++;
    }
    text.length = pol_word_length(text);
    finding->span.end = finding->span.start + (uint32_t)text.length;
    finding_text(finding, "word", text);
    finding_fix(finding, finding->span, POL_STR("，"));
    POL_AS(item, item)->value = POL_AS(and, value)->left;
    list = split_item(build, list, item);
    const pol_ast_item second = { .node = { .kind = POL_N_ITEM, .span = right->span },
                                  .name = pair->left,
                                  .value = pair->right };
    pol_list_add(build->tree, &list, pol_build_node(build, &second.node, sizeof second));
    return list;
}

pol_list pol_build_item(pol_build *build, pol_list list, pol_node *item)
{
    return split_item(build, list, item);
}

pol_list pol_build_labels(pol_build *build, pol_list keys)
{
    pol_list labels = { NULL, 0, 0 };
    for (uint32_t i = 0; i < keys.count; i++) {
        if (keys.items[i]->kind == POL_N_NAME || keys.items[i]->kind == POL_N_STRING)
            pol_list_add(build->tree, &labels, keys.items[i]);
        else
            pol_build_find(build, POL_D_NOT_A_LABEL, keys.items[i]->span);
    }
    return labels;
}

/* ---- complete headers and statements --------------------------------------------------------------------------------- */

static void complete(pol_build *build, uint32_t end)
{
    build->done_end = end;
    build->done_count = build->tree->count;
    if (build->quiet)
        pol_build_forget(build);
    else
        pol_build_report(build);
}

void pol_build_header(pol_build *build, pol_node *header)
{
    build->header = POL_AS(header, header);
    complete(build, header->span.end);
}

static bool declare(pol_node *node, void *user)
{
    pol_build *build = user;
    if (node->kind == POL_N_INPUTS)
        return pol_node_each_child(node, declare, user);
    const pol_node *name = pol_node_declared(node);
    if (name != NULL)
        pol_names_add(&build->declared, pol_node_text(name));
    return true;
}

void pol_build_statement(pol_build *build, pol_node *statement)
{
    declare(statement, build);
    if (statement->kind != POL_N_EXAMPLE)
        build->tree->rules = build->tree->count;
    pol_list_add(build->tree, &build->statements, statement);
    complete(build, statement->span.end);
}

/* ---- errors -------------------------------------------------------------------------------------------------------------- */

void pol_build_expected(pol_build *build, int token)
{
    if (build->expected_count < POL_EXPECTED_MAX)
        build->expected[build->expected_count++] = token;
}

void pol_build_overflow(pol_build *build)
{
    build->overflow = true;
}
