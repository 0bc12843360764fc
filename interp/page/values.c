/* Values as people read them: a table for a table, rows of ranges for a schedule, words for the rest. */
#include "interp/page/page.h"

/* ---- ranges ----------------------------------------------------------------------------------------------- */

static bool is_unlimited(const pol_page *page, const pol_node *node)
{
    return node->kind == POL_N_UNLIMITED || (page->matter != NULL && pol_note_of(page->matter, node)->unlimited);
}

static void put_end(pol_page *page, const pol_node *end, bool open)
{
    pol_page_words(page, end);
    if (open)
        pol_page_say(page, " (excluded)", "（不含）");
    else
        pol_page_say(page, " (included)", "（含）");
}

/* [1000元, 1万元) as 1000元（含）—1万元（不含）. */
static void put_range(pol_page *page, const pol_ast_interval *interval)
{
    pol_page_put(page, "<span class=\"range\">");
    put_end(page, interval->low, interval->open_low);
    if (is_unlimited(page, interval->high)) {
        pol_page_say(page, " and more", "以上");
    } else {
        pol_page_say(page, " to ", "—");
        put_end(page, interval->high, interval->open_high);
    }
    pol_page_put(page, "</span>");
}

static void put_key(pol_page *page, const pol_node *key)
{
    if (key->kind == POL_N_INTERVAL)
        put_range(page, POL_AS_CONST(interval, key));
    else if (key->kind == POL_N_STRING)
        pol_page_text(page, pol_node_text(key));
    else if (key->kind == POL_N_LABELS)
        pol_page_labels(page, &POL_AS_CONST(labels, key)->items);
    else
        pol_page_words(page, key);
}

static void put_keys(pol_page *page, const pol_list *keys)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        if (i > 0)
            pol_page_say(page, ", ", "、");
        put_key(page, keys->items[i]);
    }
}

/* ---- as tables -------------------------------------------------------------------------------------------- */

/* Is the value a figure that stands in a column? */
static bool is_figure(const pol_node *node)
{
    return node->kind == POL_N_MONEY || node->kind == POL_N_PERCENT || node->kind == POL_N_NUMBER;
}

static void put_value_cell(pol_page *page, pol_node *value, const pol_list *basis)
{
    pol_page_put(page, is_figure(value) ? "<td class=\"num\">" : "<td>");
    pol_page_value(page, value);
    pol_page_put(page, "</td>");
    if (basis != NULL) {
        pol_page_put(page, "<td class=\"basis\">");
        pol_page_basis(page, basis);
        pol_page_put(page, "</td>");
    }
}

static bool any_basis(const pol_list *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (POL_AS(row, rows->items[i])->basis.count > 0)
            return true;
    return false;
}

static void put_basis_head(pol_page *page, bool basis)
{
    if (basis)
        pol_page_tagged(page, "th", "Basis", "依据");
    pol_page_put(page, "</tr></thead><tbody>");
}

/* With several columns each key is a cell; with one, all keys are alternatives. */
static void put_table(pol_page *page, const pol_ast_table *table)
{
    const bool basis = any_basis(&table->rows);
    pol_page_put(page, "<table><thead><tr>");
    for (uint32_t i = 0; i < table->subjects.count; i++) {
        pol_page_put(page, "<th>");
        pol_page_words(page, table->subjects.items[i]);
        pol_page_put(page, "</th>");
    }
    pol_page_tagged(page, "th", "Value", "取值");
    put_basis_head(page, basis);
    for (uint32_t i = 0; i < table->rows.count; i++) {
        const pol_ast_row *const row = POL_AS(row, table->rows.items[i]);
        pol_page_put(page, "<tr>");
        for (uint32_t k = 0; table->subjects.count > 1 && k < row->keys.count; k++) {
            pol_page_put(page, "<td>");
            put_key(page, row->keys.items[k]);
            pol_page_put(page, "</td>");
        }
        if (table->subjects.count == 1) {
            pol_page_put(page, "<td>");
            put_keys(page, &row->keys);
            pol_page_put(page, "</td>");
        }
        put_value_cell(page, row->value, basis ? &row->basis : NULL);
        pol_page_put(page, "</tr>");
    }
    pol_page_put(page, "</tbody></table>");
}

static void put_rows(pol_page *page, const pol_ast_braces *braces, bool dated)
{
    const bool basis = any_basis(&braces->rows);
    pol_page_put(page, "<table><thead><tr>");
    if (dated)
        pol_page_tagged(page, "th", "In force", "施行期间");
    else
        pol_page_tagged(page, "th", "Slice", "分段");
    if (dated)
        pol_page_tagged(page, "th", "Value", "取值");
    else
        pol_page_tagged(page, "th class=\"num\"", "Ratio", "比例");
    put_basis_head(page, basis);
    for (uint32_t i = 0; i < braces->rows.count; i++) {
        const pol_ast_row *const row = POL_AS(row, braces->rows.items[i]);
        pol_page_put(page, "<tr><td>");
        put_keys(page, &row->keys);
        pol_page_put(page, "</td>");
        put_value_cell(page, row->value, basis ? &row->basis : NULL);
        pol_page_put(page, "</tr>");
    }
    pol_page_put(page, "</tbody></table>");
}

static void put_when(pol_page *page, const pol_ast_when *when)
{
    pol_page_put(page, "<ul class=\"choice\">");
    for (uint32_t i = 0; i < when->cases.count; i++) {
        const pol_ast_when_case *const one = POL_AS(when_case, when->cases.items[i]);
        pol_page_put(page, "<li>");
        pol_page_say(page, "if ", "当 ");
        pol_page_words(page, one->cond);
        pol_page_say(page, ": ", "：");
        pol_page_value(page, one->value);
        pol_page_put(page, "</li>");
    }
    pol_page_put(page, "<li>");
    pol_page_say(page, "otherwise: ", "否则：");
    pol_page_value(page, when->otherwise);
    pol_page_put(page, "</li></ul>");
}

static bool is_dated(const pol_ast_braces *braces)
{
    const pol_list *const keys = &POL_AS(row, braces->rows.items[0])->keys;
    return keys->count > 0 && keys->items[0]->kind == POL_N_PERIOD;
}

void pol_page_value(pol_page *page, pol_node *node)
{
    if (node == NULL)
        return;
    if (node->kind == POL_N_TABLE)
        put_table(page, POL_AS(table, node));
    else if (node->kind == POL_N_BRACES && POL_AS(braces, node)->rows.count > 0)
        put_rows(page, POL_AS(braces, node), is_dated(POL_AS(braces, node)));
    else if (node->kind == POL_N_WHEN)
        put_when(page, POL_AS(when, node));
    else
        pol_page_words(page, node);
}

/* ---- in one line ------------------------------------------------------------------------------------------ */

static void put_inline_rows(pol_page *page, const pol_list *rows)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        const pol_ast_row *const row = POL_AS(row, rows->items[i]);
        if (i > 0)
            pol_page_say(page, "; ", "；");
        put_keys(page, &row->keys);
        pol_page_put(page, " ");
        const bool nested = row->value->kind == POL_N_BRACES || row->value->kind == POL_N_TABLE;
        if (nested)
            pol_page_say(page, "(", "（");
        pol_page_value_inline(page, row->value);
        if (nested)
            pol_page_say(page, ")", "）");
    }
}

static void put_inline_when(pol_page *page, const pol_ast_when *when)
{
    for (uint32_t i = 0; i < when->cases.count; i++) {
        const pol_ast_when_case *const one = POL_AS(when_case, when->cases.items[i]);
        pol_page_words(page, one->cond);
        pol_page_say(page, ": ", "的，");
        pol_page_value_inline(page, one->value);
        pol_page_say(page, "; ", "；");
    }
    pol_page_say(page, "otherwise ", "否则 ");
    pol_page_value_inline(page, when->otherwise);
}

/* What a name stands for: the value of a fixed parameter. */
static pol_node *fixed_value(const pol_page *page, pol_node *node)
{
    const pol_note *const note = page->matter == NULL ? NULL : pol_note_of(page->matter, node);
    if (node->kind != POL_N_NAME || note == NULL || note->ref != POL_REF_SYMBOL || note->symbol->kind != POL_S_PARAM)
        return node;
    const pol_ast_param *const param = POL_AS(param, note->symbol->node);
    return param->value == NULL || param->by_region ? node : param->value;
}

void pol_page_value_inline(pol_page *page, pol_node *written)
{
    pol_node *const node = fixed_value(page, written);
    if (node->kind == POL_N_TABLE)
        put_inline_rows(page, &POL_AS(table, node)->rows);
    else if (node->kind == POL_N_BRACES)
        put_inline_rows(page, &POL_AS(braces, node)->rows);
    else if (node->kind == POL_N_WHEN)
        put_inline_when(page, POL_AS(when, node));
    else
        pol_page_words(page, node);
}
