/* Expressions that choose: 当 in order, 按 by the one row that matches, tier schedules, values by date
 * (language 7.3 to 7.6). */
#include "interp/lower_internal.h"

/* ---- 当 and 按 ---------------------------------------------------------------------------------------- */

pol_value pol_lower_when(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_ast_when *when = POL_AS(when, node);
    const pol_type type = pol_note_at(lo, node)->type;
    pol_value result = pol_lower_branch(lo, scope, when->otherwise, type);
    for (uint32_t i = when->cases.count; i-- > 0;) {
        pol_ast_when_case *branch = POL_AS(when_case, when->cases.items[i]);
        const uint32_t cond = pol_lower_plain(lo, scope, branch->cond);
        const pol_value value = pol_lower_branch(lo, scope, branch->value, type);
        pol_emit_at(lo, &branch->node);
        result = pol_emit_select_value(lo, cond, value, result);
    }
    return result;
}

typedef struct column { /* of a table whose keys are compared when the claim is settled */
    pol_value subject;
    uint32_t named; /* some row names the value in this column; POL_NONE32: not needed yet */
} column;

static uint32_t lower_key(pol_lowering *lo, const pol_scope *scope, pol_value subject, const pol_key *key)
{
    switch (key->kind) {
    case POL_KEY_CODES: return pol_lower_in_codes(lo, subject.reg, &key->codes);
    case POL_KEY_BOOL: return key->yes ? subject.reg : pol_emit_not(lo, subject.reg);
    case POL_KEY_VALUE: return pol_emit_compare(lo, subject, pol_lower_expr(lo, scope, key->node), POL_EQ);
    case POL_KEY_INTERVAL: return pol_lower_within(lo, scope, subject, false, key->node);
    case POL_KEY_DATES: {
        const uint32_t from = pol_emit_constant(lo, POL_C_DATE, key->from, 1);
        const uint32_t to = pol_emit_constant(lo, POL_C_DATE, key->to, 1);
        return pol_emit_and(lo, EMIT(lo, CMPD, 1, subject.reg, from, POL_GE), EMIT(lo, CMPD, 1, subject.reg, to, POL_LE));
    }
    case POL_KEY_REST:
    case POL_KEY_ANY: break;
    }
    return pol_emit_truth(lo, true);
}

static bool is_open_key(const pol_key *key)
{
    return key->kind == POL_KEY_REST || key->kind == POL_KEY_ANY;
}

/* The value of column c is named by some row. */
static uint32_t named_in(pol_lowering *lo, const pol_scope *scope, const pol_table_model *m, uint32_t c,
                         column *columns)
{
    if (columns[c].named != POL_NONE32)
        return columns[c].named;
    uint32_t named = pol_emit_truth(lo, false);
    for (uint32_t i = c; i < m->row_count * m->column_count; i += m->column_count)
        for (uint32_t k = 0; k < m->key_counts[i]; k++)
            if (!is_open_key(&m->keys[i][k]))
                named = pol_emit_or(lo, named, lower_key(lo, scope, columns[c].subject, &m->keys[i][k]));
    return columns[c].named = named;
}

static uint32_t lower_cell(pol_lowering *lo, const pol_scope *scope, const pol_table_model *m, uint32_t cell,
                           column *columns)
{
    const uint32_t c = cell % m->column_count;
    uint32_t matches = pol_emit_truth(lo, false);
    for (uint32_t k = 0; k < m->key_counts[cell]; k++) {
        const pol_key *key = &m->keys[cell][k];
        const uint32_t one = key->kind == POL_KEY_REST ? pol_emit_not(lo, named_in(lo, scope, m, c, columns))
                                                       : lower_key(lo, scope, columns[c].subject, key);
        if (pol_known_truth(lo, one) == 1)
            return one;
        matches = pol_emit_or(lo, matches, one);
    }
    return matches;
}

/* Yes when the subject has a value; absent or failed with it. */
static uint32_t present(pol_lowering *lo, pol_value subject)
{
    if (!pol_is_quotient(subject))
        return pol_emit_compare(lo, subject, subject, POL_EQ);
    const pol_value zero = POL_PLAIN(pol_emit_constant(lo, POL_C_NUM, 0, 1));
    const uint32_t above = pol_emit_compare(lo, subject, zero, POL_GE);
    return EMIT(lo, OR, 1, above, pol_emit_not(lo, above));
}

/* Row numbers by comparing: exactly one row's condition must hold; every subject is needed. */
static uint32_t lower_dynamic_row(pol_lowering *lo, const pol_scope *scope, const pol_table_model *m)
{
    column columns[POL_MAX_TABLE_COLUMNS];
    uint32_t *rows = POL_NEW_ARRAY(lo->arena, uint32_t, m->row_count);
    if (rows == NULL)
        return POL_NONE32;
    uint32_t all = pol_emit_truth(lo, true);
    for (uint32_t c = 0; c < m->column_count; c++) {
        columns[c] = (column){ pol_lower_expr(lo, scope, m->subjects[c]), POL_NONE32 };
        all = pol_emit_and(lo, all, present(lo, columns[c].subject));
    }
    for (uint32_t r = 0; r < m->row_count; r++) {
        rows[r] = pol_emit_truth(lo, true);
        for (uint32_t c = 0; c < m->column_count; c++)
            rows[r] = pol_emit_and(lo, rows[r], lower_cell(lo, scope, m, r * m->column_count + c, columns));
    }
    const uint32_t row = EMIT(lo, ONLY, 1, pol_emit_list(lo, rows, m->row_count));
    return EMIT(lo, SELC, 1, all, row, row);
}

static uint32_t lower_fixed_row(pol_lowering *lo, const pol_scope *scope, const pol_table_model *m)
{
    uint32_t subjects[POL_MAX_TABLE_COLUMNS];
    for (uint32_t c = 0; c < m->column_count; c++)
        subjects[c] = pol_lower_plain(lo, scope, m->subjects[c]);
    return EMIT(lo, ROW, 1, pol_emit_table(lo, &m->table), pol_emit_list(lo, subjects, m->column_count));
}

pol_value pol_lower_table(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_note *note = pol_note_at(lo, node);
    const pol_table_model *m = note->table;
    pol_value *values = POL_NEW_ARRAY(lo->arena, pol_value, m->row_count);
    if (values == NULL)
        return POL_PLAIN(POL_NONE32);
    for (uint32_t r = 0; r < m->row_count; r++)
        values[r] = pol_lower_branch(lo, scope, m->values[r], note->type);
    pol_emit_at(lo, node);
    const uint32_t row = m->fixed ? lower_fixed_row(lo, scope, m) : lower_dynamic_row(lo, scope, m);
    return pol_emit_pick_value(lo, row, values, m->row_count);
}

/* ---- schedules ------------------------------------------------------------------------------------------------------- */

bool pol_schedule_is_constant(const pol_lowering *lo, pol_node *node)
{
    const pol_schedule_model *m = pol_note_at(lo, node)->schedule;
    if (m == NULL)
        return false;
    bool constant = pol_note_at(lo, m->low)->constant;
    for (uint32_t i = 0; i < m->count; i++)
        constant = constant && pol_note_at(lo, m->uppers[i])->constant && pol_note_at(lo, m->ratios[i])->constant;
    return constant;
}

static pol_i128 over(pol_lowering *lo, const pol_note *note, pol_i128 den)
{
    const uint32_t reg = note->unlimited ? pol_emit_unlimited(lo, den) : pol_emit_number(lo, note->value, den);
    const uint32_t constant = pol_constant_of(lo, reg);
    return constant == POL_NONE32 ? 0 : lo->constants.items[constant].number;
}

static uint32_t constant_schedule(pol_lowering *lo, const pol_schedule_model *m, pol_type type)
{
    pol_tiers tiers = { .count = m->count,
                        .low = over(lo, pol_note_at(lo, m->low), type.den),
                        .low_in_first = !m->low_open };
    for (uint32_t i = 0; i < m->count; i++)
        tiers.tiers[i] = (pol_tier){ .upper = over(lo, pol_note_at(lo, m->uppers[i]), type.den),
                                     .ratio = over(lo, pol_note_at(lo, m->ratios[i]), type.den2),
                                     .upper_in_next = m->upper_open[i] };
    return pol_emit_schedule(lo, &tiers, type.den, type.den2);
}

uint32_t pol_lower_schedule(pol_lowering *lo, const pol_scope *scope, pol_node *node)
{
    const pol_note *note = pol_note_at(lo, node);
    const pol_schedule_model *m = note->schedule;
    if (pol_schedule_is_constant(lo, node))
        return constant_schedule(lo, m, note->type);
    uint32_t regs[2 * POL_MAX_TIERS + 1], flags = m->low_open ? 0 : 1;
    regs[0] = pol_emit_scaled(lo, pol_lower_plain(lo, scope, m->low), note->type.den);
    for (uint32_t i = 0; i < m->count; i++) {
        regs[2 * i + 1] = pol_emit_scaled(lo, pol_lower_plain(lo, scope, m->uppers[i]), note->type.den);
        regs[2 * i + 2] = pol_emit_scaled(lo, pol_lower_plain(lo, scope, m->ratios[i]), note->type.den2);
        if (m->upper_open[i] && i + 1 < POL_MAX_TIERS)
            flags |= UINT32_C(1) << (i + 1);
    }
    pol_emit_at(lo, node);
    return EMIT2(lo, TMAKE, note->type.den, note->type.den2, pol_emit_list(lo, regs, 2 * m->count + 1), flags);
}

/* ---- dated values --------------------------------------------------------------------------------------------------------- */

static pol_value from_day_on(pol_lowering *lo, pol_date day, pol_value value, pol_value before)
{
    const uint32_t date = lo->fields[lo->matter->governing->index];
    const uint32_t reached = EMIT(lo, CMPD, 1, date, pol_emit_constant(lo, POL_C_DATE, day, 1), POL_GE);
    return pol_emit_select_value(lo, reached, value, before);
}

/* The value of the row that the governing date falls in; absent outside all rows, and after 废止. */
pol_value pol_lower_dated(pol_lowering *lo, pol_node *node, uint32_t absent)
{
    const pol_type type = pol_note_at(lo, node)->type;
    const pol_dated_model *m = pol_note_at(lo, node)->dated;
    pol_value result = POL_PLAIN(absent);
    for (uint32_t i = 0; i < m->count; i++) {
        pol_node *row = m->values[i];
        const pol_value value = row != NULL ? pol_lower_branch(lo, &lo->base, row, type) : POL_PLAIN(absent);
        pol_emit_at(lo, row != NULL ? row : node);
        result = from_day_on(lo, m->from[i], value, result);
        const bool ends = m->to[i] < POL_DATE_MAX && (i + 1 == m->count || m->to[i] + 1 < m->from[i + 1]);
        if (ends)
            result = from_day_on(lo, m->to[i] + 1, POL_PLAIN(absent), result);
    }
    return result;
}
