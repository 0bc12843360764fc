/* Tables (按), tier schedules and member lists: keys resolved, every combination of values matched by
 * exactly one row (language 7.4, 7.5, 9.1).
 *
 * A column's values fall into classes that the keys cannot tell apart: labels with the same rows, a
 * bound itself and the gaps between bounds. The table is then a small array over classes, and gaps and
 * overlaps are seen by looking at every cell. */
#include "interp/sema_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- member lists ------------------------------------------------------------------------------------ */

bool pol_codes_have(const pol_codes *codes, int32_t code)
{
    uint32_t low = 0, high = codes->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (codes->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < codes->count && codes->codes[low] == code;
}

static int compare_codes(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

typedef POL_VEC(int32_t) code_vec;

static void finish_codes(pol_codes *codes, code_vec *vec)
{
    if (vec->count)
        qsort(vec->items, vec->count, sizeof *vec->items, compare_codes);
    uint32_t kept = 0;
    for (size_t i = 0; i < vec->count; i++)
        if (!kept || vec->items[kept - 1] != vec->items[i])
            vec->items[kept++] = vec->items[i];
    codes->codes = vec->items;
    codes->count = kept;
}

static bool add_member(pol_checker *s, code_vec *vec, pol_node *node, bool text, uint32_t labels)
{
    pol_str word = pol_node_text(node);
    uint32_t code = text ? POL_NONE32 : pol_label_code(s, labels, word);
    if (!text && code != POL_NONE32) {
        pol_note *note = pol_note_of(s->matter, node);
        note->ref = POL_REF_LABEL;
        note->code = (int)code;
        note->type = POL_TYPE(POL_T_LABEL);
        note->type.labels = labels;
        return POL_PUSH(s->arena, *vec, (int32_t)code);
    }
    pol_symbol *set = node->kind == POL_N_NAME ? pol_matter_find(s->matter, word) : NULL;
    if (set && set->kind == POL_S_SET) {
        pol_resolve_set(s, set);
        s->used[set->node->id] = 1;
        if (set->text_set != text || (!text && set->labels != labels)) {
            pol_diag *d = pol_sema_report(s, POL_D_SET_OF_OTHER, node);
            pol_sema_text(s, d, "name", word);
            return false;
        }
        for (uint32_t i = 0; i < set->members.count; i++)
            if (!POL_PUSH(s->arena, *vec, set->members.codes[i]))
                return false;
        return true;
    }
    if (text)
        return POL_PUSH(s->arena, *vec, pol_text_code(s, word));
    pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_LABEL, node);
    pol_sema_text(s, d, "label", word);
    pol_sema_text(s, d, "category", pol_category_text(s, labels));
    pol_suggest_label(s, d, node, labels);
    return false;
}

bool pol_collect_codes(pol_checker *s, const pol_list *labels, bool text, uint32_t set, pol_codes *codes)
{
    code_vec vec = {0};
    bool ok = true;
    for (uint32_t i = 0; i < labels->count; i++)
        ok = add_member(s, &vec, labels->items[i], text, set) && ok;
    finish_codes(codes, &vec);
    return ok;
}

/* ---- keys ------------------------------------------------------------------------------------------------ */

typedef struct table_check {
    pol_table_model *model;
    pol_ast_table *node;
    pol_type types[POL_MAX_COLUMNS];
    bool constant; /* all interval ends are known */
} table_check;

static bool wrong_key(pol_checker *s, pol_node *key, pol_type column)
{
    if (column.tag == POL_T_MONEY && key->kind == POL_N_NUMBER) {
        pol_expect(s, key, POL_TYPE(POL_T_NUMBER), POL_T_MONEY);
        return false;
    }
    pol_diag *d = pol_sema_report(s, POL_D_KEY_TYPE, key);
    pol_sema_text(s, d, "key", pol_source_of(s, key));
    pol_sema_type(s, d, "type", column);
    return false;
}

static bool interval_key(pol_checker *s, table_check *t, pol_node *node, pol_type column)
{
    pol_ast_interval *interval = POL_AS(interval, node);
    pol_type low = pol_type_expr(s, interval->low, POL_NO_LABELS), high = pol_type_expr(s, interval->high, POL_NO_LABELS);
    if (low.tag == POL_T_ERROR || high.tag == POL_T_ERROR)
        return false;
    pol_note *nl = pol_note_of(s->matter, interval->low), *nh = pol_note_of(s->matter, interval->high);
    bool open_end = nh->unlimited && (column.tag == POL_T_MONEY || column.tag == POL_T_NUMBER);
    if (!pol_expect(s, interval->low, low, column.tag) || (!open_end && !pol_expect(s, interval->high, high, column.tag)))
        return false;
    if (!pol_no_quotient(s, interval->low, low) || !pol_no_quotient(s, interval->high, high))
        return false;
    if (!nl->constant || !nh->constant || nl->unlimited)
        t->constant = false;
    else if (!nh->unlimited) {
        int order = pol_rational_compare(nl->value, nh->value);
        if (order > 0 || (order == 0 && (interval->open_low || interval->open_high))) {
            pol_sema_report(s, POL_D_EMPTY_INTERVAL, node);
            return false;
        }
    }
    return true;
}

static bool read_key(pol_checker *s, table_check *t, pol_node *node, pol_type column, pol_key *key)
{
    bool labels = column.tag == POL_T_LABEL, text = column.tag == POL_T_TEXT;
    bool number = column.tag == POL_T_MONEY || column.tag == POL_T_NUMBER, date = column.tag == POL_T_DATE;
    key->node = node;
    switch (node->kind) {
    case POL_N_REST:
        key->kind = POL_KEY_REST;
        return true;
    case POL_N_ANY:
        key->kind = POL_KEY_ANY;
        return true;
    case POL_N_NAME:
    case POL_N_STRING: {
        if (!labels && !text)
            return wrong_key(s, node, column);
        code_vec vec = {0};
        key->kind = POL_KEY_CODES;
        if (text && node->kind == POL_N_NAME) {
            pol_symbol *set = pol_matter_find(s->matter, pol_node_text(node));
            if (!set || set->kind != POL_S_SET)
                return wrong_key(s, node, column);
        }
        bool ok = add_member(s, &vec, node, text, column.labels);
        finish_codes(&key->codes, &vec);
        return ok;
    }
    case POL_N_LABELS:
        if (!labels && !text)
            return wrong_key(s, node, column);
        key->kind = POL_KEY_CODES;
        return pol_collect_codes(s, &POL_AS(labels, node)->items, text, column.labels, &key->codes);
    case POL_N_BOOL:
        if (column.tag != POL_T_YESNO)
            return wrong_key(s, node, column);
        key->kind = POL_KEY_BOOL;
        key->yes = POL_AS(bool, node)->value != 0;
        return true;
    case POL_N_MONEY:
    case POL_N_PERCENT:
    case POL_N_NUMBER:
    case POL_N_DATE: {
        pol_type type = pol_type_expr(s, node, POL_NO_LABELS);
        if ((!number && !date) || type.tag != column.tag)
            return wrong_key(s, node, column);
        key->kind = POL_KEY_VALUE;
        return true;
    }
    case POL_N_INTERVAL:
        if (!number && !date)
            return wrong_key(s, node, column);
        key->kind = POL_KEY_INTERVAL;
        return interval_key(s, t, node, column);
    case POL_N_PERIOD: {
        if (!date)
            return wrong_key(s, node, column);
        pol_ast_period *period = POL_AS(period, node);
        key->kind = POL_KEY_DATES;
        key->from = POL_AS(date, period->from)->days;
        key->to = period->to ? POL_AS(date, period->to)->days : POL_DATE_MAX;
        if (key->from > key->to) {
            pol_sema_report(s, POL_D_EMPTY_INTERVAL, node);
            return false;
        }
        return true;
    }
    default:
        return wrong_key(s, node, column);
    }
}

/* The other columns' keys of two rows are written alike. */
static bool same_other_keys(const pol_table_model *m, uint32_t a, uint32_t b, uint32_t column)
{
    for (uint32_t c = 0; c < m->column_count; c++) {
        uint32_t ia = a * m->column_count + c, ib = b * m->column_count + c;
        if (c == column)
            continue;
        if (m->key_counts[ia] != m->key_counts[ib])
            return false;
        for (uint32_t k = 0; k < m->key_counts[ia]; k++)
            if (!pol_same_tree(m->keys[ia][k].node, m->keys[ib][k].node))
                return false;
    }
    return true;
}

/* 自 D 起 lasts until the day before the next 自 of that column with the same other keys. */
static void close_periods(pol_table_model *m)
{
    for (uint32_t i = 0; i < m->row_count * m->column_count; i++) {
        for (uint32_t k = 0; k < m->key_counts[i]; k++) {
            pol_key *key = &m->keys[i][k];
            if (key->kind != POL_KEY_DATES || POL_AS(period, key->node)->to)
                continue;
            uint32_t column = i % m->column_count, row = i / m->column_count;
            for (uint32_t r = 0; r < m->row_count; r++) {
                if (!same_other_keys(m, row, r, column))
                    continue;
                for (uint32_t j = 0; j < m->key_counts[r * m->column_count + column]; j++) {
                    const pol_key *other = &m->keys[r * m->column_count + column][j];
                    if (other->kind == POL_KEY_DATES && other->from > key->from && other->from <= key->to)
                        key->to = other->from - 1;
                }
            }
        }
    }
}

static bool read_rows(pol_checker *s, table_check *t)
{
    pol_table_model *m = t->model;
    bool ok = true;
    for (uint32_t r = 0; r < m->row_count; r++) {
        pol_ast_row *row = POL_AS(row, t->node->rows.items[r]);
        m->values[r] = row->value;
        if (m->column_count > 1 && row->keys.count != m->column_count) {
            pol_diag *d = pol_sema_report(s, POL_D_KEY_COUNT, &row->node);
            pol_diag_number(s->diags, d, "columns", m->column_count);
            pol_diag_number(s->diags, d, "keys", row->keys.count);
            ok = false;
            continue;
        }
        for (uint32_t c = 0; c < m->column_count; c++) {
            uint32_t count = m->column_count == 1 ? row->keys.count : 1;
            pol_key *keys = POL_NEW_ARRAY(s->arena, pol_key, count);
            if (!keys)
                return false;
            for (uint32_t k = 0; k < count; k++)
                ok = read_key(s, t, row->keys.items[m->column_count == 1 ? k : c], t->types[c], &keys[k]) && ok;
            m->keys[r * m->column_count + c] = keys;
            m->key_counts[r * m->column_count + c] = count;
        }
    }
    return ok;
}

/* ---- classes of a column's values ------------------------------------------------------------------------------ */

#define ROW_WORDS (POL_MAX_ROWS / 64)

typedef struct column_check {
    uint32_t element_count; /* values, or gaps and bounds */
    pol_rational *bounds;   /* numbers and dates */
    uint32_t bound_count;
    uint16_t *class_of;     /* by element */
    uint32_t class_count;
    uint64_t *rows;         /* by class: rows that match, ROW_WORDS words each */
    bool *ignored;          /* by class: outside the type's values, no row needed */
    uint32_t *example;      /* by class: an element */
} column_check;

static int compare_rationals(const void *a, const void *b)
{
    return pol_rational_compare(*(const pol_rational *)a, *(const pol_rational *)b);
}

static pol_rational note_value(pol_checker *s, const pol_node *node)
{
    return pol_note_of(s->matter, node)->value;
}

/* The interval of a key over numbers or dates, ends as rationals; unlimited above when !*bounded. */
static void key_ends(pol_checker *s, const pol_key *key, pol_rational *low, pol_rational *high, bool *open_low,
                     bool *open_high, bool *bounded)
{
    *open_low = *open_high = false;
    *bounded = true;
    if (key->kind == POL_KEY_VALUE) {
        *low = *high = note_value(s, key->node);
    } else if (key->kind == POL_KEY_DATES) {
        *low = (pol_rational){key->from, 1};
        *high = (pol_rational){key->to, 1};
    } else {
        const pol_ast_interval *interval = POL_AS(interval, key->node);
        *low = note_value(s, interval->low);
        *high = note_value(s, interval->high);
        *open_low = interval->open_low != 0;
        *open_high = interval->open_high != 0;
        *bounded = !pol_note_of(s->matter, interval->high)->unlimited;
    }
}

static bool collect_bounds(pol_checker *s, const pol_table_model *m, uint32_t column, column_check *check)
{
    POL_VEC(pol_rational) bounds = {0};
    for (uint32_t r = 0; r < m->row_count; r++) {
        uint32_t i = r * m->column_count + column;
        for (uint32_t k = 0; k < m->key_counts[i]; k++) {
            const pol_key *key = &m->keys[i][k];
            if (key->kind == POL_KEY_REST || key->kind == POL_KEY_ANY)
                continue;
            pol_rational low, high;
            bool open_low, open_high, bounded;
            key_ends(s, key, &low, &high, &open_low, &open_high, &bounded);
            if (!POL_PUSH(s->arena, bounds, low) || (bounded && !POL_PUSH(s->arena, bounds, high)))
                return false;
        }
    }
    if (bounds.count)
        qsort(bounds.items, bounds.count, sizeof *bounds.items, compare_rationals);
    uint32_t kept = 0;
    for (size_t i = 0; i < bounds.count; i++)
        if (!kept || pol_rational_compare(bounds.items[kept - 1], bounds.items[i]) != 0)
            bounds.items[kept++] = bounds.items[i];
    check->bounds = bounds.items;
    check->bound_count = kept;
    check->element_count = 2 * kept + 1;
    return true;
}

/* The number of the bound `v`, which is one of them. */
static uint32_t bound_number(const column_check *check, pol_rational v)
{
    uint32_t low = 0, high = check->bound_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pol_rational_compare(check->bounds[middle], v) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Marks the elements that a key names. Element 2i lies below bound i (above bound i - 1), 2i + 1 is bound i;
 * no key reaches below the first bound. */
static void mark_key(pol_checker *s, const pol_key *key, const column_check *check, pol_type type, bool *marked)
{
    uint32_t n = check->element_count;
    switch (key->kind) {
    case POL_KEY_ANY:
        memset(marked, true, n);
        return;
    case POL_KEY_REST:
        return; /* decided by the caller */
    case POL_KEY_BOOL:
        marked[key->yes ? 1 : 0] = true;
        return;
    case POL_KEY_CODES:
        for (uint32_t i = 0; i < key->codes.count; i++)
            if ((uint32_t)key->codes.codes[i] < (type.tag == POL_T_TEXT ? n - 1 : n))
                marked[key->codes.codes[i]] = true;
        return;
    case POL_KEY_VALUE:
    case POL_KEY_INTERVAL:
    case POL_KEY_DATES:
        break;
    }
    pol_rational low, high;
    bool open_low, open_high, bounded;
    key_ends(s, key, &low, &high, &open_low, &open_high, &bounded);
    uint32_t first = 2 * bound_number(check, low) + 1 + (open_low ? 1 : 0);
    uint32_t end = bounded ? 2 * bound_number(check, high) + 1 + (open_high ? 0 : 1) : n;
    for (uint32_t e = first; e < end && e < n; e++)
        marked[e] = true;
}

/* No value of the type lies in the element: below zero, above 1 for ratios, outside the calendar, or
 * between two neighbours on the type's grid. */
static bool element_empty(const column_check *check, uint32_t element, pol_type type, bool ratio)
{
    if (type.tag != POL_T_MONEY && type.tag != POL_T_NUMBER && type.tag != POL_T_DATE)
        return false;
    bool date = type.tag == POL_T_DATE;
    pol_rational least = {date ? POL_DATE_MIN : 0, 1}, most = {date ? POL_DATE_MAX : 1, 1};
    bool limited = date || ratio;
    if (element % 2 == 1) {
        pol_rational at = check->bounds[element / 2];
        return pol_rational_compare(at, least) < 0 || (limited && pol_rational_compare(at, most) > 0);
    }
    uint32_t i = element / 2;
    if (i < check->bound_count && pol_rational_compare(check->bounds[i], least) <= 0)
        return true;
    if (i > 0 && limited && pol_rational_compare(check->bounds[i - 1], most) >= 0)
        return true;
    if (i == 0 || i == check->bound_count || type.quotient)
        return false;
    /* a multiple of 1/den strictly between two bounds? */
    pol_i128 den = date ? 1 : type.den, low, high;
    if (!pol_mul_i128(check->bounds[i - 1].num, den, &low) || !pol_mul_i128(check->bounds[i].num, den, &high))
        return false;
    pol_i128 next = pol_divide_rounded(low, check->bounds[i - 1].den, POL_ROUND_DOWN) + 1;
    return pol_compare_products(next, check->bounds[i].den, high, 1) >= 0;
}

static bool classify(pol_checker *s, table_check *t, uint32_t column, column_check *check)
{
    pol_table_model *m = t->model;
    pol_type type = t->types[column];
    switch (type.tag) {
    case POL_T_LABEL:
        check->element_count = s->model->label_sets.items[type.labels].count;
        break;
    case POL_T_TEXT:
        check->element_count = (uint32_t)s->model->texts.count + 1; /* the last: any other text */
        break;
    case POL_T_YESNO:
        check->element_count = 2;
        break;
    default:
        if (!collect_bounds(s, m, column, check))
            return false;
    }
    uint32_t n = check->element_count;
    uint64_t *rows = POL_NEW_ARRAY(s->arena, uint64_t, (size_t)n * ROW_WORDS);
    bool *named = POL_NEW_ARRAY(s->arena, bool, n), *marked = POL_NEW_ARRAY(s->arena, bool, n);
    check->class_of = POL_NEW_ARRAY(s->arena, uint16_t, n);
    if (!rows || !named || !marked || !check->class_of)
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t r = 0; r < m->row_count; r++) {
            uint32_t i = r * m->column_count + column;
            for (uint32_t k = 0; k < m->key_counts[i]; k++) {
                const pol_key *key = &m->keys[i][k];
                if ((key->kind == POL_KEY_REST) != (pass == 1))
                    continue;
                memset(marked, false, n);
                if (pass == 0)
                    mark_key(s, key, check, type, marked);
                for (uint32_t e = 0; e < n; e++) {
                    if (pass == 1 ? named[e] : !marked[e])
                        continue;
                    rows[(size_t)e * ROW_WORDS + r / 64] |= (uint64_t)1 << r % 64;
                    named[e] = named[e] || (pass == 0 && key->kind != POL_KEY_ANY);
                }
            }
        }
    }
    pol_node *subject = m->subjects[column];
    pol_symbol *symbol = pol_note_of(s->matter, subject)->symbol;
    bool ratio = type.tag == POL_T_NUMBER && type.den == 1000000 && symbol
                 && (symbol->kind == POL_S_INPUT || symbol->kind == POL_S_PARAM);
    check->rows = POL_NEW_ARRAY(s->arena, uint64_t, (size_t)n * ROW_WORDS);
    check->ignored = POL_NEW_ARRAY(s->arena, bool, n);
    check->example = POL_NEW_ARRAY(s->arena, uint32_t, n);
    if (!check->rows || !check->ignored || !check->example)
        return false;
    for (uint32_t e = 0; e < n; e++) {
        const uint64_t *mine = rows + (size_t)e * ROW_WORDS;
        bool empty = element_empty(check, e, type, ratio);
        uint32_t c = 0;
        while (c < check->class_count
               && (check->ignored[c] != empty || memcmp(check->rows + (size_t)c * ROW_WORDS, mine, ROW_WORDS * sizeof *mine)))
            c++;
        if (c == check->class_count) {
            memcpy(check->rows + (size_t)c * ROW_WORDS, mine, ROW_WORDS * sizeof *mine);
            check->ignored[c] = empty;
            check->example[c] = e;
            check->class_count++;
        }
        check->class_of[e] = (uint16_t)c;
    }
    return true;
}

/* ---- gaps and overlaps --------------------------------------------------------------------------------------------- */

static void value_text(pol_checker *s, pol_text *out, pol_rational v, pol_type type)
{
    char text[64];
    if (type.tag == POL_T_DATE) {
        pol_date_text(text, (pol_date)v.num);
        pol_text_add(out, pol_str_of(text));
        return;
    }
    (void)s;
    pol_decimal_text(text, v.num, v.den, 6, true);
    pol_text_add(out, pol_str_of(text));
    if (type.tag == POL_T_MONEY)
        pol_text_add(out, POL_STR("元"));
}

static void element_text(pol_checker *s, pol_text *out, const column_check *check, uint32_t element, pol_type type)
{
    switch (type.tag) {
    case POL_T_LABEL:
        pol_text_add(out, s->model->label_sets.items[type.labels].labels[element]);
        return;
    case POL_T_TEXT:
        pol_text_add(out, element + 1 == check->element_count ? POL_STR("…") : s->model->texts.items[element]);
        return;
    case POL_T_YESNO:
        pol_text_add(out, element ? POL_STR("是") : POL_STR("否"));
        return;
    default:
        break;
    }
    uint32_t i = element / 2;
    if (element % 2 == 1) {
        value_text(s, out, check->bounds[i], type);
        return;
    }
    if (i > 0) {
        pol_text_add(out, POL_STR("> "));
        value_text(s, out, check->bounds[i - 1], type);
    }
    if (i > 0 && i < check->bound_count)
        pol_text_add(out, POL_STR(", "));
    if (i < check->bound_count) {
        pol_text_add(out, POL_STR("< "));
        value_text(s, out, check->bounds[i], type);
    }
}

static void cell_text(pol_checker *s, pol_text *out, const table_check *t, const column_check *checks, const uint32_t *classes)
{
    for (uint32_t c = 0; c < t->model->column_count; c++) {
        if (c)
            pol_text_add(out, POL_STR(" × "));
        element_text(s, out, &checks[c], checks[c].example[classes[c]], t->types[c]);
    }
}

#define REPORTED_CELLS 6

static bool judge_cells(pol_checker *s, table_check *t, const column_check *checks)
{
    pol_table_model *m = t->model;
    pol_table *table = &m->table;
    uint32_t classes[POL_MAX_COLUMNS] = {0};
    uint32_t gaps = 0, overlaps = 0;
    pol_text missing;
    pol_text_init(&missing, s->arena);
    for (uint32_t cell = 0; cell < table->cell_count; cell++) {
        uint64_t rows[ROW_WORDS];
        bool ignored = false;
        uint32_t hits = 0, first = 0;
        memset(rows, 0xFF, sizeof rows);
        for (uint32_t c = 0; c < m->column_count; c++) {
            const uint64_t *mine = checks[c].rows + (size_t)classes[c] * ROW_WORDS;
            for (unsigned w = 0; w < ROW_WORDS; w++)
                rows[w] &= mine[w];
            ignored |= checks[c].ignored[classes[c]];
        }
        for (unsigned w = ROW_WORDS; w-- > 0;) {
            for (uint64_t bits = rows[w]; bits; bits &= bits - 1)
                hits++;
            if (rows[w]) {
                first = w * 64;
                while (!(rows[w] >> first % 64 & 1))
                    first++;
            }
        }
        table->cells[cell] = hits == 1 ? (uint16_t)first : UINT16_MAX;
        if (hits == 0 && !ignored && gaps++ < REPORTED_CELLS) {
            if (gaps > 1)
                pol_text_add(&missing, POL_STR("；"));
            cell_text(s, &missing, t, checks, classes);
        }
        if (hits > 1 && !ignored && overlaps++ == 0) {
            pol_text where;
            pol_text_init(&where, s->arena);
            cell_text(s, &where, t, checks, classes);
            pol_diag *d = pol_sema_report(s, POL_D_TABLE_OVERLAP, t->node->rows.items[first]);
            pol_sema_text(s, d, "where", pol_text_str(&where));
            for (uint32_t r = first + 1; r < m->row_count; r++)
                if (rows[r / 64] >> r % 64 & 1)
                    pol_sema_see(s, d, t->node->rows.items[r], "this row matches too", "这一行也符合");
        }
        for (uint32_t c = m->column_count; c-- > 0;) {
            if (++classes[c] < checks[c].class_count)
                break;
            classes[c] = 0;
        }
    }
    if (gaps) {
        if (gaps > REPORTED_CELLS)
            pol_text_add(&missing, POL_STR(" …"));
        pol_diag *d = pol_sema_report(s, POL_D_TABLE_GAP, &t->node->node);
        pol_sema_text(s, d, "missing", pol_text_str(&missing));
    }
    return !gaps && !overlaps;
}

static bool build_column(pol_checker *s, pol_table_column *column, const column_check *check, pol_type type)
{
    column->class_of = check->class_of;
    column->class_count = (uint16_t)check->class_count;
    column->den = 1;
    switch (type.tag) {
    case POL_T_LABEL:
        column->class_ = POL_C_CODE;
        column->code_count = check->element_count;
        return true;
    case POL_T_TEXT:
        column->class_ = POL_C_CODE;
        column->code_count = check->element_count - 1;
        column->other_class = check->class_of[check->element_count - 1];
        return true;
    case POL_T_YESNO:
        column->class_ = POL_C_BOOL;
        return true;
    default:
        break;
    }
    column->class_ = type.tag == POL_T_DATE ? POL_C_DATE : POL_C_NUM;
    column->bound_count = check->bound_count;
    column->bounds = POL_NEW_ARRAY(s->arena, pol_i128, check->bound_count);
    if (!column->bounds)
        return false;
    pol_i128 den = type.tag == POL_T_DATE ? 1 : type.den;
    for (uint32_t i = 0; i < check->bound_count && den; i++)
        den = pol_lcm(den, check->bounds[i].den);
    if (!den)
        return false;
    column->den = den;
    for (uint32_t i = 0; i < check->bound_count; i++)
        column->bounds[i] = check->bounds[i].num * (den / check->bounds[i].den);
    return true;
}

static bool check_cells(pol_checker *s, table_check *t)
{
    pol_table_model *m = t->model;
    column_check checks[POL_MAX_COLUMNS] = {0};
    uint64_t cells = 1;
    m->table.columns = POL_NEW_ARRAY(s->arena, pol_table_column, m->column_count);
    if (!m->table.columns)
        return false;
    for (uint32_t c = 0; c < m->column_count; c++) {
        if (!classify(s, t, c, &checks[c]))
            return false;
        cells *= checks[c].class_count;
        if (cells > POL_MAX_CELLS) {
            pol_sema_report(s, POL_D_TABLE_TOO_BIG, &t->node->node);
            return false;
        }
        if (!build_column(s, &m->table.columns[c], &checks[c], t->types[c])) {
            if (!pol_arena_failed(s->arena))
                pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, &t->node->node);
            return false;
        }
    }
    m->table.column_count = m->column_count;
    m->table.row_count = m->row_count;
    m->table.cell_count = (uint32_t)cells;
    m->table.cells = POL_NEW_ARRAY(s->arena, uint16_t, (size_t)cells);
    return m->table.cells && judge_cells(s, t, checks);
}

/* ---- 按 ---------------------------------------------------------------------------------------------------------------- */

static bool type_subjects(pol_checker *s, table_check *t, bool *quotient, bool *absent)
{
    bool ok = true;
    for (uint32_t c = 0; c < t->model->column_count; c++) {
        pol_node *subject = t->node->subjects.items[c];
        t->model->subjects[c] = subject;
        pol_type type = pol_type_expr(s, subject, POL_NO_LABELS);
        t->types[c] = type;
        *quotient |= type.quotient;
        *absent |= type.may_absent;
        if (type.tag == POL_T_ERROR) {
            ok = false;
        } else if (type.tag == POL_T_LABELS) {
            pol_diag *d = pol_sema_report(s, POL_D_ANY_OF_COMPARED, subject);
            pol_sema_text(s, d, "name", pol_source_of(s, subject));
            ok = false;
        } else if (type.tag == POL_T_TIERS || type.tag == POL_T_MONTHDAY || type.tag == POL_T_NONE || type.may_unlimited) {
            pol_diag *d = pol_sema_report(s, POL_D_SUBJECT_TYPE, subject);
            pol_sema_type(s, d, "type", type);
            ok = false;
        }
    }
    return ok;
}

pol_type pol_type_table(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_ast_table *ast = POL_AS(table, node);
    pol_type result = POL_TYPE(POL_T_ERROR);
    pol_table_model *m = POL_NEW(s->arena, pol_table_model);
    if (!m)
        return result;
    if (ast->subjects.count > POL_MAX_COLUMNS || ast->rows.count > POL_MAX_ROWS) {
        pol_sema_report(s, POL_D_TABLE_TOO_BIG, node);
        return result;
    }
    table_check t = {.model = m, .node = ast, .constant = true};
    m->column_count = ast->subjects.count;
    m->row_count = ast->rows.count;
    size_t keys = (size_t)m->row_count * m->column_count;
    m->subjects = POL_NEW_ARRAY(s->arena, pol_node *, m->column_count);
    m->values = POL_NEW_ARRAY(s->arena, pol_node *, m->row_count);
    m->keys = POL_NEW_ARRAY(s->arena, pol_key *, keys);
    m->key_counts = POL_NEW_ARRAY(s->arena, uint32_t, keys);
    if (!m->subjects || !m->values || !m->keys || !m->key_counts)
        return result;
    bool quotient = false, absent = false;
    bool ok = type_subjects(s, &t, &quotient, &absent);
    ok = ok && read_rows(s, &t);
    bool values_ok = true;
    for (uint32_t r = 0; r < m->row_count; r++) {
        pol_node *value = POL_AS(row, ast->rows.items[r])->value;
        pol_type type = value ? pol_type_expr(s, value, labels) : POL_TYPE(POL_T_ERROR);
        values_ok = type.tag != POL_T_ERROR && pol_unify(s, value, &result, type) && values_ok;
    }
    if (ok) {
        close_periods(m);
        if (t.constant)
            ok = check_cells(s, &t);
        m->fixed = t.constant && !quotient;
    }
    if (!ok || !values_ok || result.tag == POL_T_ERROR)
        return POL_TYPE(POL_T_ERROR);
    if (!result.den || !result.den2) {
        pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, node);
        return POL_TYPE(POL_T_ERROR);
    }
    result.may_absent |= absent;
    pol_note_of(s->matter, node)->table = m;
    return result;
}

/* ---- dated values ------------------------------------------------------------------------------------------------------- */

bool pol_is_dated(const pol_node *node)
{
    if (node->kind != POL_N_BRACES || !POL_AS_CONST(braces, node)->rows.count)
        return false;
    const pol_ast_row *first = POL_AS_CONST(row, POL_AS_CONST(braces, node)->rows.items[0]);
    return first->keys.count && first->keys.items[0]->kind == POL_N_PERIOD;
}

/* One value from each date on: rows ascend, a row lasts until the next begins unless it says when it
 * ends, 废止 ends the last. */
pol_type pol_type_dated(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_ast_braces *ast = POL_AS(braces, node);
    pol_type error = POL_TYPE(POL_T_ERROR), result = error;
    uint32_t count = ast->rows.count;
    pol_dated_model *m = POL_NEW(s->arena, pol_dated_model);
    if (!m)
        return error;
    m->from = POL_NEW_ARRAY(s->arena, pol_date, count);
    m->to = POL_NEW_ARRAY(s->arena, pol_date, count);
    m->values = POL_NEW_ARRAY(s->arena, pol_node *, count);
    if (!m->from || !m->to || !m->values)
        return error;
    if (count > POL_MAX_BRANCHES) {
        pol_sema_report(s, POL_D_TOO_MANY_BRANCHES, node);
        return error;
    }
    if (!s->matter->governing)
        pol_sema_report(s, POL_D_NEEDS_GOVERNING, node);
    s->now.depends |= POL_DEP_DATE;
    bool ok = true, complete = !s->model->settle_outside;
    for (uint32_t i = 0; i < count; i++) {
        pol_ast_row *row = POL_AS(row, ast->rows.items[i]);
        pol_node *key = row->keys.count == 1 ? row->keys.items[0] : NULL;
        if (!key || key->kind != POL_N_PERIOD) {
            pol_sema_report(s, POL_D_DATED_KEY, key ? key : &row->node);
            return error;
        }
        pol_ast_period *period = POL_AS(period, key);
        bool repealed = row->value && row->value->kind == POL_N_REPEALED;
        m->from[i] = POL_AS(date, period->from)->days;
        m->to[i] = period->to ? POL_AS(date, period->to)->days : POL_DATE_MAX;
        if (m->from[i] > m->to[i] || (repealed && period->to)) {
            pol_sema_report(s, m->from[i] > m->to[i] ? POL_D_EMPTY_INTERVAL : POL_D_REPEALED_FROM, key);
            ok = false;
        }
        if (i && m->from[i] <= m->from[i - 1]) {
            pol_sema_report(s, POL_D_DATES_ASCEND, key);
            ok = false;
        } else if (i && m->to[i - 1] >= m->from[i]) {
            if (POL_AS(period, POL_AS(row, ast->rows.items[i - 1])->keys.items[0])->to) {
                pol_sema_report(s, POL_D_DATES_ASCEND, key);
                ok = false;
            }
            m->to[i - 1] = m->from[i] - 1;
        }
        complete = complete && !repealed && (i ? m->to[i - 1] + 1 == m->from[i] : m->from[0] <= s->model->from);
        if (repealed)
            continue;
        m->values[i] = row->value;
        pol_type t = row->value ? pol_type_expr(s, row->value, labels) : error;
        ok = t.tag != POL_T_ERROR && pol_unify(s, row->value, &result, t) && ok;
    }
    if (!ok || result.tag == POL_T_ERROR)
        return error;
    m->count = count;
    if (!result.den || !result.den2) {
        pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, node);
        return error;
    }
    result.may_absent |= !complete || m->to[count - 1] < s->model->to;
    pol_note *note = pol_note_of(s->matter, node);
    note->dated = m;
    note->type = result;
    note->visited = true;
    note->depends |= POL_DEP_DATE;
    return result;
}

/* ---- tier schedules ----------------------------------------------------------------------------------------------------- */

static bool schedule_bound(pol_checker *s, pol_node *node, pol_type *type)
{
    *type = pol_type_expr(s, node, POL_NO_LABELS);
    return type->tag != POL_T_ERROR && pol_expect(s, node, *type, POL_T_MONEY) && pol_no_quotient(s, node, *type);
}

/* The row begins where the one before ends, and that point belongs to exactly one of them. */
static bool rows_meet(pol_checker *s, pol_ast_interval *before, pol_ast_interval *now)
{
    pol_note *end = pol_note_of(s->matter, before->high), *start = pol_note_of(s->matter, now->low);
    bool constant = end->constant && start->constant && !end->unlimited && !start->unlimited;
    int order = constant ? pol_rational_compare(end->value, start->value) : 0;
    if (constant ? order != 0 : !pol_same_tree(before->high, now->low)) {
        pol_diag *d = pol_sema_report(s, constant && order > 0 ? POL_D_SCHEDULE_OVERLAP : POL_D_SCHEDULE_GAP, &now->node);
        pol_sema_text(s, d, "end", pol_source_of(s, before->high));
        pol_sema_text(s, d, "start", pol_source_of(s, now->low));
        pol_sema_see(s, d, &before->node, "the row before", "前一段");
        return false;
    }
    if (before->open_high != now->open_low)
        return true;
    pol_diag *d = pol_sema_report(s, before->open_high ? POL_D_SCHEDULE_POINT : POL_D_SCHEDULE_OVERLAP, &now->node);
    pol_sema_text(s, d, "start", pol_source_of(s, now->low));
    if (!before->open_high)
        pol_sema_text(s, d, "end", pol_source_of(s, before->high));
    pol_sema_see(s, d, &before->node, "the row before", "前一段");
    return false;
}

void pol_report_ratio(pol_checker *s, const pol_node *ratio)
{
    pol_str text = pol_source_of(s, ratio);
    const pol_note *note = pol_note_of(s->matter, ratio);
    bool forgotten = ratio->kind == POL_N_NUMBER && note->value.num > 0 && note->value.num <= note->value.den * 100;
    pol_diag *d = pol_sema_report(s, forgotten ? POL_D_NUMBER_FOR_RATIO : POL_D_RATIO_RANGE, ratio);
    if (!forgotten)
        return;
    pol_sema_text(s, d, "number", text);
    pol_diag_fix(s->diags, d, ratio->span, pol_sema_format(s, "%.*s%%", (int)text.length, text.bytes));
}

static bool check_ratio(pol_checker *s, pol_node *ratio, pol_node *before)
{
    pol_note *note = pol_note_of(s->matter, ratio);
    if (!note->constant)
        return true;
    if (note->value.num < 0 || note->value.num > note->value.den) {
        pol_report_ratio(s, ratio);
        return false;
    }
    if (before && pol_note_of(s->matter, before)->constant) {
        int order = pol_rational_compare(pol_note_of(s->matter, before)->value, note->value);
        if (s->subtracted ? order < 0 : order > 0)
            pol_sema_report(s, POL_D_FALLING_RATIO, ratio);
    }
    return true;
}

pol_type pol_type_schedule(pol_checker *s, pol_node *node)
{
    pol_ast_braces *ast = POL_AS(braces, node);
    pol_type result = POL_TYPE(POL_T_TIERS), error = POL_TYPE(POL_T_ERROR);
    pol_schedule_model *m = POL_NEW(s->arena, pol_schedule_model);
    if (!m)
        return error;
    if (ast->rows.count > POL_MAX_TIERS) {
        pol_sema_report(s, POL_D_TOO_MANY_TIERS, node);
        return error;
    }
    m->count = ast->rows.count;
    m->uppers = POL_NEW_ARRAY(s->arena, pol_node *, m->count);
    m->upper_open = POL_NEW_ARRAY(s->arena, bool, m->count);
    m->ratios = POL_NEW_ARRAY(s->arena, pol_node *, m->count);
    if (!m->uppers || !m->upper_open || !m->ratios)
        return error;
    bool ok = true;
    pol_ast_interval *before = NULL;
    for (uint32_t i = 0; i < m->count; i++) {
        pol_ast_row *row = POL_AS(row, ast->rows.items[i]);
        pol_node *key = row->keys.count == 1 ? row->keys.items[0] : NULL;
        if (!key || key->kind != POL_N_INTERVAL) {
            bool period = key && key->kind == POL_N_PERIOD;
            pol_sema_report(s, period ? POL_D_DATED_PLACE : POL_D_SCHEDULE_KEY, key ? key : &row->node);
            return error;
        }
        pol_ast_interval *interval = POL_AS(interval, key);
        pol_type low, high, ratio;
        bool ends = schedule_bound(s, interval->low, &low);
        ends = schedule_bound(s, interval->high, &high) && ends;
        ratio = pol_type_expr(s, row->value, POL_NO_LABELS);
        bool valued = ratio.tag != POL_T_ERROR && pol_expect(s, row->value, ratio, POL_T_NUMBER) && pol_no_quotient(s, row->value, ratio);
        ok = ok && ends && valued;
        if (!ends || !valued)
            continue;
        pol_note *nl = pol_note_of(s->matter, interval->low), *nh = pol_note_of(s->matter, interval->high);
        if (nl->unlimited || (nh->unlimited && i + 1 < m->count)) {
            pol_sema_report(s, POL_D_UNLIMITED_PLACE, nl->unlimited ? interval->low : interval->high);
            ok = false;
            continue;
        }
        if (nl->constant && nh->constant && !nh->unlimited && pol_rational_compare(nl->value, nh->value) >= 0) {
            pol_sema_report(s, POL_D_EMPTY_INTERVAL, key);
            ok = false;
        }
        if (i == 0) {
            m->low = interval->low;
            m->low_open = interval->open_low != 0;
            result.den = low.den;
        } else if (before) {
            ok = rows_meet(s, before, interval) && ok;
        }
        ok = check_ratio(s, row->value, i ? m->ratios[i - 1] : NULL) && ok;
        if (i + 1 == m->count && !nh->unlimited) {
            pol_diag *d = pol_sema_report(s, POL_D_BOUNDED_LAST_TIER, interval->high);
            pol_sema_text(s, d, "bound", pol_source_of(s, interval->high));
        }
        m->uppers[i] = interval->high;
        m->upper_open[i] = interval->open_high != 0;
        m->ratios[i] = row->value;
        result.den = pol_lcm(result.den, pol_lcm(low.den, high.den));
        result.den2 = pol_lcm(result.den2, ratio.den);
        result.may_absent |= low.may_absent || high.may_absent || ratio.may_absent;
        before = interval;
    }
    if (!ok || !m->count)
        return error;
    if (!result.den || !result.den2) {
        pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, node);
        return error;
    }
    pol_note_of(s->matter, node)->schedule = m;
    return result;
}
