/* Two expressions in the same place, compared as what they are: tier schedules by slice, tables by key,
 * dated values by date, choices by case, conditions by their parts; anything else as a whole. */
#include "interp/diff/diff.h"

#define MOST_KEYS 4096 /* combinations of labels for which tables are compared */

static void value(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after);

static pol_str shown(const pol_pair_at *at, const pol_node *node)
{
    return node == NULL ? POL_STR("") : pol_words(at->diff, node, POL_WORDS_SHOWN);
}

static bool same(const pol_pair_at *at, const pol_node *before, const pol_node *after)
{
    return pol_words_same(at->diff, before, after);
}

static void report(const pol_pair_at *at, const char *aspect, pol_str what, pol_str before, pol_str after)
{
    pol_diff_add(at->diff, (pol_difference){ .how = before.length == 0  ? POL_IS_ADDED
                                                : after.length == 0 ? POL_IS_REMOVED
                                                                    : POL_IS_CHANGED,
                                         .before = at->before,
                                         .after = at->after,
                                         .aspect = aspect,
                                         .what = what,
                                         .old_text = before,
                                         .new_text = after,
                                         .old_part = at->old_part,
                                         .new_part = at->new_part });
}

void pol_diff_text(const pol_pair_at *at, const char *aspect, pol_str what, pol_str before, pol_str after)
{
    if (!pol_str_equal(before, after))
        report(at, aspect, what, before, after);
}

/* "what, more"; either may be empty. */
static pol_str place(const pol_pair_at *at, pol_str what, pol_str more)
{
    if (what.length == 0)
        return more;
    return pol_diff_format(at->diff, "%.*s %.*s", POL_S(what), POL_S(more));
}

/* ---- braces: schedules and dated values -------------------------------------------------------------------- */

static const pol_list *rows_of(const pol_node *node)
{
    return &POL_AS_CONST(braces, node)->rows;
}

static pol_ast_row *row_at(const pol_list *rows, uint32_t i)
{
    return POL_AS(row, rows->items[i]);
}

static bool is_schedule(const pol_node *node)
{
    if (node->kind != POL_N_BRACES)
        return false;
    const pol_list *rows = rows_of(node);
    for (uint32_t i = 0; i < rows->count; i++)
        if (row_at(rows, i)->keys.count != 1 || row_at(rows, i)->keys.items[0]->kind != POL_N_INTERVAL)
            return false;
    return rows->count > 0;
}

static pol_str tier_name(const pol_pair_at *at, uint32_t number, const pol_node *interval)
{
    const pol_str text = shown(at, interval);
    return at->diff->lang == POL_ZH ? pol_diff_format(at->diff, "第%u档 %.*s", number + 1, POL_S(text))
                                    : pol_diff_format(at->diff, "tier %u %.*s", number + 1, POL_S(text));
}

static void compare_tier(const pol_pair_at *at, pol_str what, uint32_t number, pol_ast_row *before, pol_ast_row *after)
{
    pol_node *old_range = before->keys.items[0], *new_range = after->keys.items[0];
    const pol_str name = place(at, what, tier_name(at, number, old_range));
    if (!same(at, old_range, new_range))
        report(at, "tier.range", place(at, name, pol_diff_say(at->diff, "range", "范围")), shown(at, old_range),
               shown(at, new_range));
    value(at, "tier.ratio", place(at, name, pol_diff_say(at->diff, "ratio", "比例")), before->value, after->value);
}

/* Slices by number when there are as many, else by range, else by lower bound. */
static bool same_slice(const pol_pair_at *at, pol_ast_row *a, pol_ast_row *b)
{
    return same(at, POL_AS(interval, a->keys.items[0])->low, POL_AS(interval, b->keys.items[0])->low);
}

static void compare_schedules(const pol_pair_at *at, pol_str what, const pol_list *before, const pol_list *after)
{
    if (before->count == after->count) {
        for (uint32_t i = 0; i < before->count; i++)
            compare_tier(at, what, i, row_at(before, i), row_at(after, i));
        return;
    }
    for (uint32_t i = 0; i < before->count; i++) {
        uint32_t k = 0;
        while (k < after->count && !same_slice(at, row_at(before, i), row_at(after, k)))
            k++;
        if (k < after->count)
            compare_tier(at, what, i, row_at(before, i), row_at(after, k));
        else
            report(at, "tier", place(at, what, tier_name(at, i, row_at(before, i)->keys.items[0])),
                   shown(at, row_at(before, i)->value), POL_STR(""));
    }
    for (uint32_t k = 0; k < after->count; k++) {
        uint32_t i = 0;
        while (i < before->count && !same_slice(at, row_at(before, i), row_at(after, k)))
            i++;
        if (i == before->count)
            report(at, "tier", place(at, what, tier_name(at, k, row_at(after, k)->keys.items[0])), POL_STR(""),
                   shown(at, row_at(after, k)->value));
    }
}

/* Rows by what they are for (a date, an interval), wherever they stand. */
static pol_ast_row *row_for(const pol_pair_at *at, const pol_list *rows, const pol_list *keys, bool keys_are_old)
{
    const pol_str wanted = pol_words_list(at->diff, keys, keys_are_old ? POL_WORDS_OLD : POL_WORDS_NEW);
    for (uint32_t i = 0; i < rows->count; i++)
        if (pol_str_equal(wanted, pol_words_list(at->diff, &row_at(rows, i)->keys,
                                                 keys_are_old ? POL_WORDS_NEW : POL_WORDS_OLD)))
            return row_at(rows, i);
    return NULL;
}

static void compare_rows(const pol_pair_at *at, const char *aspect, pol_str what, const pol_list *before,
                         const pol_list *after)
{
    for (uint32_t i = 0; i < before->count; i++) {
        pol_ast_row *row = row_at(before, i), *other = row_for(at, after, &row->keys, true);
        const pol_str name = place(at, what, pol_words_list(at->diff, &row->keys, POL_WORDS_SHOWN));
        value(at, aspect, name, row->value, other == NULL ? NULL : other->value);
    }
    for (uint32_t i = 0; i < after->count; i++) {
        pol_ast_row *row = row_at(after, i);
        if (row_for(at, before, &row->keys, false) == NULL)
            value(at, aspect, place(at, what, pol_words_list(at->diff, &row->keys, POL_WORDS_SHOWN)), NULL, row->value);
    }
}

/* ---- tables by category -------------------------------------------------------------------------------------- */

/* One side's table whose subjects are labels and yes/no: which row each combination of them has. */
typedef struct grid {
    const pol_table_model *table;
    const pol_model *model;
    uint32_t labels[POL_MAX_TABLE_COLUMNS]; /* label set, POL_NONE32: yes/no */
    uint32_t counts[POL_MAX_TABLE_COLUMNS];
    uint32_t total;
} grid;

static bool grid_of(const pol_side *side, const pol_decl *decl, const pol_node *node, grid *g)
{
    if (side->script == NULL || decl->matter == NULL)
        return false;
    *g = (grid){ .model = &side->script->model, .total = 1 };
    g->table = pol_note_of(decl->matter, node)->table;
    if (g->table == NULL || !g->table->fixed)
        return false;
    for (uint32_t i = 0; i < g->table->column_count; i++) {
        const pol_type type = pol_note_of(decl->matter, g->table->subjects[i])->type;
        if (type.tag != POL_T_LABEL && type.tag != POL_T_YESNO)
            return false;
        g->labels[i] = type.tag == POL_T_LABEL ? type.labels : POL_NONE32;
        g->counts[i] = type.tag == POL_T_LABEL ? g->model->label_sets.items[type.labels].count : 2;
        g->total *= g->counts[i];
        if (g->total > MOST_KEYS)
            return false;
    }
    return true;
}

static pol_str grid_label(const pol_pair_at *at, const grid *g, uint32_t column, uint32_t code)
{
    if (g->labels[column] == POL_NONE32)
        return code == 1 ? pol_diff_say(at->diff, "yes", "是") : pol_diff_say(at->diff, "no", "否");
    return g->model->label_sets.items[g->labels[column]].labels[code];
}

static pol_node *grid_value(const grid *g, const uint32_t *codes)
{
    uint32_t cell = 0;
    for (uint32_t i = 0; i < g->table->column_count; i++) {
        const pol_table_column *column = &g->table->table.columns[i];
        const uint16_t class_ = column->class_ == POL_C_BOOL || codes[i] < column->code_count
                                    ? column->class_of[codes[i]]
                                    : column->other_class;
        cell = cell * column->class_count + class_;
    }
    const uint16_t row = g->table->table.cells[cell];
    return row == 0xFFFF ? NULL : g->table->values[row];
}

/* Codes of the same labels in another grid; false when it lacks one. */
static bool translate(const pol_pair_at *at, const grid *from, const uint32_t *codes, const grid *to, uint32_t *result)
{
    for (uint32_t i = 0; i < from->table->column_count; i++) {
        const pol_str label = grid_label(at, from, i, codes[i]);
        result[i] = 0;
        while (result[i] < to->counts[i] && !pol_str_equal(grid_label(at, to, i, result[i]), label))
            result[i]++;
        if (result[i] == to->counts[i])
            return false;
    }
    return true;
}

static void decode(const grid *g, uint32_t number, uint32_t *codes)
{
    for (uint32_t i = g->table->column_count; i-- > 0;) {
        codes[i] = number % g->counts[i];
        number /= g->counts[i];
    }
}

static pol_str grid_key(const pol_pair_at *at, const grid *g, const uint32_t *codes)
{
    pol_text text;
    pol_text_init(&text, &at->diff->arena);
    for (uint32_t i = 0; i < g->table->column_count; i++) {
        if (i > 0)
            pol_text_add(&text, POL_STR("·"));
        pol_text_add(&text, grid_label(at, g, i, codes[i]));
    }
    return pol_text_str(&text);
}

/* Combinations that change alike are said together. */
typedef struct alike {
    pol_node *before, *after;
    pol_text keys;
} alike;
typedef POL_VEC(alike) alikes;

static void note(const pol_pair_at *at, alikes *found, pol_node *before, pol_node *after, pol_str key)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->items[i].before == before && found->items[i].after == after) {
            pol_text_add(&found->items[i].keys, pol_diff_say(at->diff, ", ", "、"));
            pol_text_add(&found->items[i].keys, key);
            return;
        }
    }
    alike made = { .before = before, .after = after };
    pol_text_init(&made.keys, &at->diff->arena);
    pol_text_add(&made.keys, key);
    (void)POL_PUSH(&at->diff->arena, *found, made);
}

static void compare_grids(const pol_pair_at *at, const char *aspect, pol_str what, const grid *before, const grid *after)
{
    alikes found = { 0 };
    uint32_t codes[POL_MAX_TABLE_COLUMNS], other[POL_MAX_TABLE_COLUMNS];
    for (uint32_t n = 0; n < after->total; n++) {
        decode(after, n, codes);
        pol_node *now = grid_value(after, codes);
        pol_node *then = translate(at, after, codes, before, other) ? grid_value(before, other) : NULL;
        if (!same(at, then, now))
            note(at, &found, then, now, grid_key(at, after, codes));
    }
    for (uint32_t n = 0; n < before->total; n++) {
        decode(before, n, codes);
        if (!translate(at, before, codes, after, other))
            note(at, &found, grid_value(before, codes), NULL, grid_key(at, before, codes));
    }
    for (size_t i = 0; i < found.count; i++)
        value(at, aspect, place(at, what, pol_text_str(&found.items[i].keys)), found.items[i].before,
              found.items[i].after);
}

static void compare_tables(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after)
{
    grid a, b;
    const pol_list *old_subjects = &POL_AS(table, before)->subjects, *new_subjects = &POL_AS(table, after)->subjects;
    const bool alike_subjects =
        pol_str_equal(pol_words_list(at->diff, old_subjects, POL_WORDS_OLD),
                      pol_words_list(at->diff, new_subjects, POL_WORDS_NEW));
    if (!alike_subjects)
        report(at, aspect, what, shown(at, before), shown(at, after));
    else if (grid_of(&at->diff->old, at->before, before, &a) && grid_of(&at->diff->new, at->after, after, &b))
        compare_grids(at, aspect, what, &a, &b);
    else
        compare_rows(at, aspect, what, &POL_AS(table, before)->rows, &POL_AS(table, after)->rows);
}

/* ---- choices and conditions ------------------------------------------------------------------------------------ */

static void compare_choices(const pol_pair_at *at, const char *aspect, pol_str what, pol_ast_when *before,
                            pol_ast_when *after)
{
    bool alike_cases = before->cases.count == after->cases.count;
    for (uint32_t i = 0; alike_cases && i < before->cases.count; i++)
        alike_cases = same(at, POL_AS(when_case, before->cases.items[i])->cond,
                           POL_AS(when_case, after->cases.items[i])->cond);
    if (!alike_cases) {
        report(at, aspect, what, shown(at, &before->node), shown(at, &after->node));
        return;
    }
    for (uint32_t i = 0; i < before->cases.count; i++) {
        const pol_ast_when_case *a = POL_AS(when_case, before->cases.items[i]);
        const pol_str cond = shown(at, a->cond);
        value(at, aspect,
              place(at, what, at->diff->lang == POL_ZH ? pol_diff_format(at->diff, "当 %.*s", POL_S(cond))
                                                       : pol_diff_format(at->diff, "when %.*s", POL_S(cond))),
              a->value, POL_AS(when_case, after->cases.items[i])->value);
    }
    value(at, aspect, place(at, what, pol_diff_say(at->diff, "otherwise", "否则")), before->otherwise, after->otherwise);
}

typedef POL_VEC(pol_node *) operands;

static void flatten(const pol_pair_at *at, pol_node *node, pol_node_kind kind, operands *out)
{
    if (node->kind != kind) {
        (void)POL_PUSH(&at->diff->arena, *out, node);
        return;
    }
    flatten(at, POL_AS(and, node)->left, kind, out);
    flatten(at, POL_AS(and, node)->right, kind, out);
}

/* Takes out of both what both hold. Returns how many there were. */
static size_t take_common(const pol_pair_at *at, operands *a, operands *b)
{
    size_t common = 0;
    for (size_t i = 0; i < a->count;) {
        size_t k = 0;
        while (k < b->count && !same(at, a->items[i], b->items[k]))
            k++;
        if (k == b->count) {
            i++;
            continue;
        }
        for (size_t j = i + 1; j < a->count; j++)
            a->items[j - 1] = a->items[j];
        for (size_t j = k + 1; j < b->count; j++)
            b->items[j - 1] = b->items[j];
        a->count--;
        b->count--;
        common++;
    }
    return common;
}

/* A chain of 且 or 或 that gained and lost parts. False: better said as a whole. */
static bool compare_chains(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after)
{
    const pol_node_kind kind = before->kind == POL_N_AND || before->kind == POL_N_OR ? before->kind : after->kind;
    if (kind != POL_N_AND && kind != POL_N_OR)
        return false;
    operands a = { 0 }, b = { 0 };
    flatten(at, before, kind, &a);
    flatten(at, after, kind, &b);
    if (take_common(at, &a, &b) == 0 || a.count > 1 || b.count > 1)
        return false;
    const pol_str word = kind == POL_N_AND ? pol_diff_say(at->diff, "and", "且") : pol_diff_say(at->diff, "or", "或");
    value(at, aspect, place(at, what, word), a.count == 0 ? NULL : a.items[0], b.count == 0 ? NULL : b.items[0]);
    return true;
}

/* An expression around one schedule, table or choice that alone differs: 大病分段 表 + 5个百分点. */
static bool compare_inside(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after)
{
    if (before->kind != POL_N_ARITH || after->kind != POL_N_ARITH ||
        POL_AS(arith, before)->op != POL_AS(arith, after)->op)
        return false;
    const pol_ast_arith *a = POL_AS(arith, before), *b = POL_AS(arith, after);
    const bool left = same(at, a->left, b->left), right = same(at, a->right, b->right);
    pol_node *inner = left ? a->right : a->left, *other = left ? b->right : b->left;
    if (left == right || inner->kind != other->kind ||
        (inner->kind != POL_N_TABLE && inner->kind != POL_N_BRACES && inner->kind != POL_N_WHEN))
        return false;
    value(at, aspect, what, inner, other);
    return true;
}

/* ---- any two ------------------------------------------------------------------------------------------------- */

static void value(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after)
{
    if (same(at, before, after))
        return;
    if (before == NULL || after == NULL)
        report(at, aspect, what, shown(at, before), shown(at, after));
    else if (is_schedule(before) && is_schedule(after))
        compare_schedules(at, what, rows_of(before), rows_of(after));
    else if (before->kind == POL_N_BRACES && after->kind == POL_N_BRACES)
        compare_rows(at, aspect, what, rows_of(before), rows_of(after));
    else if (before->kind == POL_N_TABLE && after->kind == POL_N_TABLE)
        compare_tables(at, aspect, what, before, after);
    else if (before->kind == POL_N_WHEN && after->kind == POL_N_WHEN)
        compare_choices(at, aspect, what, POL_AS(when, before), POL_AS(when, after));
    else if (!compare_chains(at, aspect, what, before, after) && !compare_inside(at, aspect, what, before, after))
        report(at, aspect, what, shown(at, before), shown(at, after));
}

void pol_diff_value(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after)
{
    value(at, aspect, what, before, after);
}
