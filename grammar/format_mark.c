/* What the tree says of the pieces: where statements, parts and values begin, what is a list, what stands in
 * columns. The tree does not hold keywords and brackets; they are found beside the places that it does hold. */
#include "grammar/format_internal.h"

/* Ranks of columns. */
enum { RANK_FIRST = 1, RANK_SECOND, RANK_THIRD, RANK_ROW_COLON = 1000, RANK_ROW_BASIS };

/* Behind the last, and for POL_NO_PIECE, a piece that nobody looks at. */
static pol_format_piece *piece_at(pol_format_state *f, uint32_t index)
{
    f->nothing = (pol_format_piece){ 0 };
    return index < f->pieces.count ? &f->pieces.items[index] : &f->nothing;
}

/* ---- ranges -------------------------------------------------------------------------------------------------- */

static bool is_group_paren(pol_format_state *f, uint32_t index)
{
    return piece_at(f, index)->kind == TOK_LPAREN &&
           (piece_at(f, index)->marks & POL_MARK_CALL) == 0;
}

/* Pieces of a node, with the parentheses around it, of which the tree says nothing. */
typedef struct range {
    uint32_t start, end;
} range;

static range range_of(pol_format_state *f, pol_node *node)
{
    range r = { pol_piece_at(f, node->span.start), pol_piece_at(f, node->span.end) };
    while (r.start > 0 && is_group_paren(f, r.start - 1) &&
           piece_at(f, r.end)->kind == TOK_RPAREN) {
        r.start--;
        r.end++;
    }
    return r;
}

static range range_of_list(pol_format_state *f, const pol_list *list)
{
    if (list->count == 0)
        return (range){ POL_NO_PIECE, POL_NO_PIECE };
    return (range){ range_of(f, list->items[0]).start,
                    range_of(f, list->items[list->count - 1]).end };
}

/* Lines that go on inside begin below the first piece. */
static void mark_value(pol_format_state *f, range r)
{
    if (r.start >= r.end || r.start >= f->pieces.count)
        return;
    pol_format_piece *piece = piece_at(f, r.start);
    if (r.end > piece->value_end)
        piece->value_end = r.end;
}

static void mark_node_value(pol_format_state *f, pol_node *node)
{
    if (node != NULL)
        mark_value(f, range_of(f, node));
}

/* The first piece of the kind in [start, end) outside brackets; POL_NO_PIECE when there is none. */
static uint32_t find_outside(pol_format_state *f, range r, int kind)
{
    int depth = 0;
    for (uint32_t i = r.start; i < r.end; i++) {
        const pol_format_piece *piece = piece_at(f, i);
        depth -= pol_piece_closes(piece);
        if (depth == 0 && piece->kind == kind)
            return i;
        depth += pol_piece_opens(piece);
    }
    return POL_NO_PIECE;
}

/* The piece before `index` that is no comment. */
static uint32_t piece_before(pol_format_state *f, uint32_t index)
{
    while (index > 0 && piece_at(f, index - 1)->kind == POL_TOKEN_COMMENT)
        index--;
    return index == 0 || index > f->pieces.count ? POL_NO_PIECE : index - 1;
}

/* ---- columns and lists -------------------------------------------------------------------------------------------- */

static void add_stop(pol_format_state *f, uint32_t group, uint32_t rank, uint32_t piece, uint32_t origin)
{
    const pol_stop stop = { group, rank, piece, origin };
    if (piece != POL_NO_PIECE && piece < f->pieces.count)
        (void)POL_PUSH(f->arena, f->stops, stop);
}

static uint32_t add_list(pol_format_state *f, range r, bool fills)
{
    const pol_format_list list = { .start = r.start, .end = r.end, .fills = fills };
    return POL_PUSH(f->arena, f->lists, list) ? (uint32_t)f->lists.count - 1 : POL_NO_LIST;
}

static void mark_elements(pol_format_state *f, const pol_list *list, unsigned from, bool fills)
{
    if (list->count <= from)
        return;
    const uint32_t number = add_list(f, range_of_list(f, list), fills);
    for (unsigned i = from; i < list->count; i++)
        piece_at(f, range_of(f, list->items[i]).start)->list = number;
}

/* The commas between elements are 、 in Chinese. */
static void mark_enumeration(pol_format_state *f, const pol_list *list)
{
    const range r = range_of_list(f, list);
    int depth = 0;
    for (uint32_t i = r.start; i < r.end; i++) {
        pol_format_piece *piece = piece_at(f, i);
        depth += pol_piece_opens(piece) - pol_piece_closes(piece);
        if (depth == 0 && piece->kind == TOK_COMMA)
            piece->marks |= POL_MARK_ENUMERATE;
    }
}

static void mark_name(pol_format_state *f, pol_node *node)
{
    piece_at(f, pol_piece_at(f, node->span.start))->marks |= POL_MARK_NAME;
}

static void mark_labels(pol_format_state *f, const pol_list *labels)
{
    mark_elements(f, labels, 1, true);
    for (uint32_t i = 0; i < labels->count; i++)
        mark_name(f, labels->items[i]);
}

static void mark_names(pol_format_state *f, const pol_list *names)
{
    mark_enumeration(f, names);
    mark_value(f, range_of_list(f, names));
}

static void mark_basis(pol_format_state *f, const pol_list *basis)
{
    if (basis->count == 0)
        return;
    mark_enumeration(f, basis);
    mark_value(f, range_of_list(f, basis));
}

/* ---- inside statements ---------------------------------------------------------------------------------------------- */

static void mark(pol_format_state *f, pol_node *node);

static void mark_all(pol_format_state *f, const pol_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        mark(f, list->items[i]);
}

static void mark_child(pol_format_state *f, pol_node *node)
{
    if (node != NULL)
        mark(f, node);
}

/* 当 … 则 …  当 … 则 …  否则 …: each case on a line, where there is more than fits one. */
static void mark_case(pol_format_state *f, uint32_t group, uint32_t list, uint32_t word, range value)
{
    piece_at(f, word)->list = list;
    if (piece_at(f, word)->kind == TOK_WHEN)
        add_stop(f, group, RANK_FIRST, piece_before(f, value.start), word);
    mark_value(f, value);
}

/* What follows 否则 stands below what follows 则, where there are several cases. */
static void mark_otherwise(pol_format_state *f, uint32_t group, uint32_t list, range value, unsigned cases)
{
    const uint32_t word = piece_before(f, value.start);
    mark_case(f, group, list, word, value);
    if (cases > 1)
        add_stop(f, group, RANK_SECOND, value.start, word);
}

static void mark_when(pol_format_state *f, pol_ast_when *when)
{
    const range whole = range_of(f, &when->node);
    const uint32_t group = f->group_count++, list = add_list(f, whole, false);
    for (uint32_t i = 0; i < when->cases.count; i++) {
        pol_ast_when_case *one = POL_AS(when_case, when->cases.items[i]);
        mark_node_value(f, one->cond);
        const uint32_t word = pol_piece_at(f, one->node.span.start);
        const range value = range_of(f, one->value);
        mark_case(f, group, list, word, value);
        if (when->cases.count > 1)
            add_stop(f, group, RANK_SECOND, value.start, word);
    }
    mark_otherwise(f, group, list, range_of(f, when->otherwise), when->cases.count);
    piece_at(f, pol_piece_at(f, when->node.span.start))->list = POL_NO_LIST;
    for (uint32_t i = 0; i < when->cases.count; i++) {
        mark(f, POL_AS(when_case, when->cases.items[i])->cond);
        mark(f, POL_AS(when_case, when->cases.items[i])->value);
    }
    mark(f, when->otherwise);
}

/* Keys in columns of their own, also the ends of intervals; then the colon; then the citation. */
static void mark_row(pol_format_state *f, uint32_t group, pol_ast_row *row)
{
    const uint32_t origin = pol_piece_at(f, row->node.span.start);
    for (uint32_t i = 0; i < row->keys.count; i++) {
        pol_node *key = row->keys.items[i];
        if (i > 0)
            add_stop(f, group, 2 * i, range_of(f, key).start, origin);
        if (key->kind == POL_N_INTERVAL)
            add_stop(f, group, 2 * i + 1, range_of(f, POL_AS(interval, key)->high).start, origin);
        mark(f, key);
    }
    const range value = range_of(f, row->value);
    mark_value(f, value);
    add_stop(f, group, RANK_ROW_COLON, piece_before(f, value.start), origin);
    mark(f, row->value);
    if (row->basis.count > 0)
        add_stop(f, group, RANK_ROW_BASIS,
                 piece_before(f, range_of(f, row->basis.items[0]).start), origin);
    mark_basis(f, &row->basis);
}

static void mark_rows(pol_format_state *f, const pol_list *rows)
{
    const uint32_t group = f->group_count++;
    mark_elements(f, rows, 1, false);
    for (uint32_t i = 0; i < rows->count; i++)
        mark_row(f, group, POL_AS(row, rows->items[i]));
}

static void mark_table(pol_format_state *f, pol_ast_table *table)
{
    mark_all(f, &table->subjects);
    for (uint32_t i = 0; table->subjects.count == 1 && i < table->rows.count; i++)
        mark_enumeration(f, &POL_AS(row, table->rows.items[i])->keys);
    mark_rows(f, &table->rows);
}

static void mark_bounds(pol_format_state *f, const pol_list *bounds)
{
    const uint32_t group = f->group_count++;
    mark_elements(f, bounds, 1, false);
    for (uint32_t i = 0; i < bounds->count; i++) {
        pol_ast_bound *bound = POL_AS(bound, bounds->items[i]);
        const uint32_t origin = pol_piece_at(f, bound->node.span.start);
        mark(f, bound->value);
        if (bound->when != NULL) {
            const range when = range_of(f, bound->when);
            add_stop(f, group, RANK_FIRST, piece_before(f, when.start), origin);
            mark_value(f, when);
            mark(f, bound->when);
        }
        if (bound->basis.count > 0)
            add_stop(f, group, RANK_SECOND,
                     piece_before(f, range_of(f, bound->basis.items[0]).start), origin);
        mark_basis(f, &bound->basis);
    }
}

/* Everything below a node that has no rule of its own. */
static bool mark_below(pol_node *child, void *user)
{
    mark(user, child);
    return true;
}

static void mark_call(pol_format_state *f, pol_ast_call *call)
{
    mark(f, call->name);
    mark_elements(f, &call->args, 1, true);
    mark_all(f, &call->args);
}

static void mark(pol_format_state *f, pol_node *node)
{
    switch (node->kind) {
    case POL_N_NAME: mark_name(f, node); break;
    case POL_N_CALL: mark_call(f, POL_AS(call, node)); break;
    case POL_N_WHEN: mark_when(f, POL_AS(when, node)); break;
    case POL_N_TABLE: mark_table(f, POL_AS(table, node)); break;
    case POL_N_BRACES: mark_rows(f, &POL_AS(braces, node)->rows); break;
    case POL_N_LABELS: mark_labels(f, &POL_AS(labels, node)->items); break;
    case POL_N_TYPE:
        mark_child(f, POL_AS(type, node)->name);
        mark_labels(f, &POL_AS(type, node)->labels);
        break;
    default: pol_node_each_child(node, mark_below, f); break;
    }
}

/* ---- statements ------------------------------------------------------------------------------------------------------ */

static void mark_part(pol_format_state *f, uint32_t index, unsigned marks)
{
    piece_at(f, index)->marks |= POL_MARK_PART | marks;
}

static void mark_item_list(pol_format_state *f, const pol_list *items)
{
    const range r = range_of_list(f, items);
    mark_part(f, piece_before(f, r.start), 0);
    mark_value(f, r);
    mark_elements(f, items, 1, true);
    for (uint32_t i = 0; i < items->count; i++) {
        pol_ast_item *item = POL_AS(item, items->items[i]);
        mark_node_value(f, item->value);
        mark_labels(f, &item->labels);
        mark_all(f, &item->labels);
        mark(f, item->name);
        mark_child(f, item->facet);
        mark_child(f, item->value);
    }
}

static void mark_example(pol_format_state *f, pol_ast_example *example)
{
    mark_basis(f, &example->basis);
    mark_item_list(f, &example->given);
    if (example->error == NULL) {
        mark_item_list(f, &example->expect);
        return;
    }
    const uint32_t word = piece_before(f, pol_piece_at(f, example->error->span.start));
    mark_part(f, piece_before(f, word), 0);
    mark(f, example->error);
    mark(f, example->field);
}

static void mark_benefit(pol_format_state *f, pol_ast_benefit *benefit)
{
    mark(f, benefit->name);
    mark_basis(f, &benefit->basis);
    const uint32_t list = benefit->steps.count == 0
                              ? POL_NO_LIST
                              : add_list(f, range_of_list(f, &benefit->steps), false);
    for (uint32_t i = 0; i < benefit->steps.count; i++) {
        pol_ast_step *step = POL_AS(step, benefit->steps.items[i]);
        const uint32_t first = pol_piece_at(f, step->node.span.start);
        mark_part(f, first, POL_MARK_APART);
        if (step->kind != POL_STEP_BY_HOSPITAL && step->kind != POL_STEP_DEEMED)
            piece_at(f, first)->list = list;
        mark_node_value(f, step->kind == POL_STEP_ROUND ? NULL : step->value);
        mark_child(f, step->value);
        mark_child(f, step->running_on);
        mark_basis(f, &step->basis);
    }
}

static void mark_inputs(pol_format_state *f, pol_ast_inputs *inputs)
{
    const uint32_t group = f->group_count++;
    for (uint32_t i = 0; i < inputs->items.count; i++) {
        pol_ast_input *input = POL_AS(input, inputs->items.items[i]);
        const range whole = range_of(f, &input->node);
        mark_part(f, whole.start, 0);
        add_stop(f, group, RANK_FIRST, find_outside(f, whole, TOK_COLON), whole.start);
        mark_node_value(f, input->value);
        mark_node_value(f, input->required);
        mark(f, input->name);
        mark(f, input->type);
        mark_child(f, input->value);
        mark_child(f, input->required);
        mark_basis(f, &input->basis);
        if (inputs->items.count > 1 && piece_at(f, whole.start)->breaks == 0)
            piece_at(f, whole.start)->breaks = 1;
    }
}

static void mark_order(pol_format_state *f, pol_ast_order *order)
{
    const uint32_t group = f->group_count++;
    uint32_t list = POL_NO_LIST, first = POL_NO_PIECE;
    for (uint32_t i = 0; i < order->cases.count; i++) {
        pol_ast_order_case *one = POL_AS(order_case, order->cases.items[i]);
        range value = range_of_list(f, &one->payers);
        uint32_t word = pol_piece_at(f, one->node.span.start);
        if (one->cond != NULL) {
            const range cond = range_of(f, one->cond);
            if (one->payers.count == 0)
                value = (range){ cond.end + 1, cond.end + 2 };
            mark_value(f, cond);
            mark(f, one->cond);
        } else if (one->payers.count == 0) {
            value = (range){ word, word + 1 };
        }
        if (order->cases.count > 1) {
            if (i == 0) {
                first = word;
                list = add_list(f, (range){ word, pol_piece_at(f, order->node.span.end) }, false);
            }
            if (one->cond == NULL)
                mark_otherwise(f, group, list, value, order->cases.count - 1);
            else
                mark_case(f, group, list, word, value);
            if (one->cond != NULL && order->cases.count > 2)
                add_stop(f, group, RANK_SECOND, value.start, word);
        }
        mark_names(f, &one->payers);
        mark_all(f, &one->payers);
        mark_basis(f, &one->basis);
    }
    if (first != POL_NO_PIECE) {
        piece_at(f, first)->list = POL_NO_LIST;
        mark_value(f, (range){ first, pol_piece_at(f, order->node.span.end) });
    }
    mark_basis(f, &order->basis);
}

static void mark_status(pol_format_state *f, pol_ast_status *status)
{
    const uint32_t group = f->group_count++;
    mark(f, status->name);
    mark_node_value(f, status->cond);
    mark_child(f, status->cond);
    mark_basis(f, &status->basis);
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_ast_reason *reason = POL_AS(reason, status->reasons.items[i]);
        const uint32_t word = pol_piece_at(f, reason->node.span.start);
        mark_part(f, word, 0);
        add_stop(f, group, RANK_FIRST, piece_before(f, pol_piece_at(f, reason->label->span.start)), word);
        mark_node_value(f, reason->cond);
        mark(f, reason->cond);
        mark(f, reason->label);
        mark_basis(f, &reason->basis);
    }
}

static void mark_header(pol_format_state *f, pol_ast_header *header)
{
    const range whole = range_of(f, &header->node);
    const uint32_t list = add_list(f, whole, true);
    for (uint32_t i = whole.start + 1; i < whole.end; i++)
        switch (piece_at(f, i)->kind) {
        case TOK_DOC_NO:
        case TOK_REGION:
        case TOK_ISSUED:
        case TOK_SERIES:
        case TOK_EXTENDS:
        case TOK_EFFECTIVE:
        case TOK_ROUND:
        case TOK_BASIS:
            mark_part(f, i, POL_MARK_APART);
            piece_at(f, i)->list = list;
            break;
        default: break;
        }
    mark_basis(f, &header->basis);
    mark_child(f, header->rounding);
}

static void mark_accum(pol_format_state *f, pol_ast_accum *accum)
{
    mark_enumeration(f, &accum->terms);
    mark_value(f, range_of_list(f, &accum->terms));
    mark_elements(f, &accum->terms, 1, true);
    mark(f, accum->name);
    mark_all(f, &accum->keys);
    mark_all(f, &accum->terms);
    mark_basis(f, &accum->basis);
}

static void mark_param(pol_format_state *f, pol_ast_param *param)
{
    mark(f, param->name);
    mark_node_value(f, param->value);
    mark_node_value(f, param->required);
    mark_child(f, param->type);
    mark_child(f, param->value);
    mark_child(f, param->required);
    mark_bounds(f, &param->bounds);
    mark_basis(f, &param->basis);
}

/* A statement of a name and perhaps a value, conditions and citations. */
static void mark_plain(pol_format_state *f, pol_node *node)
{
    unsigned count;
    const pol_field *fields = pol_node_fields(node->kind, &count);
    for (unsigned i = 0; i < count; i++) {
        const char *at = (const char *)node + fields[i].offset;
        if (fields[i].kind == POL_FIELD_NODE) {
            pol_node *child = *(pol_node *const *)(const void *)at;
            const bool is_name = child != NULL && (child->kind == POL_N_NAME || child->kind == POL_N_TYPE);
            if (child != NULL && !(is_name && i == 0))
                mark_node_value(f, child);
            mark_child(f, child);
        } else if (fields[i].kind == POL_FIELD_LIST) {
            const pol_list *list = (const pol_list *)(const void *)at;
            if (list->count > 0 && list->items[0]->kind == POL_N_STRING && i + 1 == count)
                mark_basis(f, list);
            else
                mark_all(f, list);
        }
    }
}

static void mark_inside(pol_format_state *f, pol_node *node)
{
    switch (node->kind) {
    case POL_N_EXAMPLE: mark_example(f, POL_AS(example, node)); break;
    case POL_N_BENEFIT: mark_benefit(f, POL_AS(benefit, node)); break;
    case POL_N_INPUTS: mark_inputs(f, POL_AS(inputs, node)); break;
    case POL_N_ORDER: mark_order(f, POL_AS(order, node)); break;
    case POL_N_STATUS: mark_status(f, POL_AS(status, node)); break;
    case POL_N_ACCUM: mark_accum(f, POL_AS(accum, node)); break;
    case POL_N_PARAM: mark_param(f, POL_AS(param, node)); break;
    case POL_N_CATEGORY:
        mark_labels(f, &POL_AS(category, node)->labels);
        mark_plain(f, node);
        break;
    case POL_N_SET:
        mark_labels(f, &POL_AS(set, node)->labels);
        mark_plain(f, node);
        break;
    case POL_N_ADVANCE:
        mark_names(f, &POL_AS(advance, node)->payers);
        mark_plain(f, node);
        break;
    case POL_N_REQUIRE:
        mark_plain(f, node);
        mark_value(f, (range){ range_of(f, POL_AS(require, node)->cond).start,
                               range_of(f, POL_AS(require, node)->message).end });
        break;
    default: mark_plain(f, node); break;
    }
}

/* The columns of statements of one kind below each other. */
static void mark_columns(pol_format_state *f, pol_node *node, uint32_t group)
{
    const range whole = range_of(f, node);
    const uint32_t origin = whole.start;
    const uint32_t colon = find_outside(f, whole, TOK_COLON), equals = find_outside(f, whole, TOK_EQ);
    switch (node->kind) {
    case POL_N_CLAUSE: {
        const uint32_t why = find_outside(f, whole, TOK_NO_RULE);
        add_stop(f, group, RANK_FIRST,
                 pol_piece_at(f, POL_AS(clause, node)->title->span.start), origin);
        add_stop(f, group, RANK_SECOND, why, origin);
        piece_at(f, why)->marks |= POL_MARK_APART;
        break;
    }
    case POL_N_DEFINE:
        add_stop(f, group, RANK_FIRST, POL_AS(define, node)->type != NULL ? colon : equals, origin);
        break;
    case POL_N_PARAM:
        add_stop(f, group, RANK_FIRST, colon < equals ? colon : equals, origin);
        add_stop(f, group, RANK_SECOND, find_outside(f, whole, TOK_OPEN), origin);
        add_stop(f, group, RANK_THIRD, find_outside(f, whole, TOK_REQUIRED), origin);
        break;
    case POL_N_SET:
    case POL_N_ACCUM: add_stop(f, group, RANK_FIRST, colon, origin); break;
    case POL_N_PRIOR: {
        const uint32_t deemed = find_outside(f, whole, TOK_DEEMED);
        add_stop(f, group, RANK_FIRST, equals, origin);
        add_stop(f, group, RANK_SECOND, deemed, origin);
        piece_at(f, deemed)->marks |= POL_MARK_APART;
        break;
    }
    case POL_N_OUTPUT: add_stop(f, group, RANK_FIRST, equals, origin); break;
    case POL_N_STATUS:
        if (POL_AS(status, node)->cond != NULL)
            add_stop(f, group, RANK_FIRST, find_outside(f, whole, TOK_WHEN), origin);
        break;
    case POL_N_REQUIRE: {
        const uint32_t text = pol_piece_at(f, POL_AS(require, node)->message->span.start);
        add_stop(f, group, RANK_FIRST, text, origin);
        piece_at(f, text)->marks |= POL_MARK_APART;
        piece_at(f, text)->list = add_list(f, whole, true);
        break;
    }
    default: break;
    }
}

static bool is_below(pol_format_state *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i <= to; i++)
        if (piece_at(f, i)->breaks > 1)
            return false;
    return true;
}

/* Parentheses of calls and words that are names: before all else. */
static bool mark_calls(pol_node *node, void *user)
{
    pol_format_state *f = user;
    if (node->kind == POL_N_CALL) {
        uint32_t i = pol_piece_at(f, node->span.start) + 1;
        while (piece_at(f, i)->kind == POL_TOKEN_COMMENT)
            i++;
        piece_at(f, i)->marks |= POL_MARK_CALL;
    }
    return pol_node_each_child(node, mark_calls, user);
}

void pol_format_mark(pol_format_state *f, pol_ast_file *file)
{
    pol_node_each_child(&file->node, mark_calls, f);
    if (file->header != NULL) {
        piece_at(f, pol_piece_at(f, file->header->span.start))->marks |= POL_MARK_STATEMENT;
        mark_header(f, POL_AS(header, file->header));
    }
    uint32_t group = 0;
    for (uint32_t i = 0; i < file->statements.count; i++) {
        pol_node *node = file->statements.items[i];
        pol_node *before = i == 0 ? NULL : file->statements.items[i - 1];
        const uint32_t start = pol_piece_at(f, node->span.start);
        if (before == NULL || before->kind != node->kind ||
            !is_below(f, pol_piece_at(f, before->span.start), start))
            group = f->group_count++;
        piece_at(f, start)->marks |= POL_MARK_STATEMENT;
        mark_columns(f, node, group);
        mark_inside(f, node);
    }
}
