/* Settling one claim and reading its figures. */
#include "interp/inspect.h"

#include "interp/lanes.h"

/* Expressions nest at most this deep, through definitions too (they are acyclic). */
#define MAX_DEPTH 200

/* ---- one claim --------------------------------------------------------------------------------------- */

/* The lane of a person: which case of 顺序 applies. */
static uint32_t lane_of(const pol_inspect *in)
{
    const uint32_t reg = in->code->order_case;
    if (reg == POL_NONE32)
        return 0;
    const int32_t order = pol_col_code(in->block, reg)[in->row];
    return order >= 0 && (uint32_t)order < in->map->lane_count ? (uint32_t)order : 0;
}

static bool run_row(pol_one_claim *claim)
{
    const pol_code *code = claim->in.code;
    const uint32_t best = pol_lanes_field(code);
    const uint32_t rows = best == POL_NONE32 ? 1 : POL_MAX_LANES;
    if (!pol_block_init(&claim->block, &claim->arena, claim->reader.program, code, rows) ||
        !pol_record_fill(&claim->reader, &claim->record, &claim->block, 0))
        return false;
    if (claim->record.error.code != POL_ERR_NONE)
        return true;
    claim->rows = pol_lanes_count(&claim->block, 0, best);
    pol_lanes_spread(&claim->block, 0, best, claim->rows);
    if (!pol_vm_run(&claim->block, claim->rows))
        return false;
    claim->ran = true;
    claim->in.row = pol_lanes_choose(&claim->reader, &claim->record, &claim->block, 0, claim->rows,
                                     &claim->finding);
    claim->in.lane = lane_of(&claim->in);
    return true;
}

static bool run_claim(pol_one_claim *claim, const pol_script *script, pol_str json)
{
    if (!pol_reader_json(&claim->reader, json, &claim->record))
        return false;
    const uint32_t number = claim->record.matter;
    if (number != POL_NONE32) {
        pol_inspect *in = &claim->in;
        in->matter = script->model.matters.items[number];
        in->map = &script->traced.maps[number];
        in->code = &script->traced.program->matters[number];
        claim->has_matter = true;
    }
    if (claim->record.error.code == POL_ERR_NONE && !run_row(claim))
        return false;
    if (!claim->ran)
        claim->finding = claim->record.error;
    return true;
}

pol_status pol_one_claim_run(pol_one_claim *claim, const pol_script *script, pol_str json,
                             uint32_t matter, pol_lang lang)
{
    *claim = (pol_one_claim){ 0 };
    pol_arena_init(&claim->arena, &script->arena.allocator);
    claim->in = (pol_inspect){ .script = script,
                               .block = &claim->block,
                               .reader = &claim->reader,
                               .record = &claim->record,
                               .arena = &claim->arena,
                               .lang = lang };
    claim->in.shares = POL_NEW_ARRAY(&claim->arena, uint8_t, script->tree.count);
    if (claim->in.shares == NULL ||
        !pol_reader_init(&claim->reader, &claim->arena, script->traced.program, matter))
        return POL_NO_MEMORY;
    return run_claim(claim, script, json) ? POL_OK : POL_NO_MEMORY;
}

void pol_one_claim_free(pol_one_claim *claim)
{
    pol_reader_fini(&claim->reader);
    pol_arena_reset(&claim->arena);
}

static const pol_type k_money = { .tag = POL_T_MONEY, .den = POL_FEN_PER_YUAN, .den2 = 1 };
static const pol_type k_yesno = { .tag = POL_T_YESNO, .den = 1, .den2 = 1 };

/* ---- registers ------------------------------------------------------------------------------------- */

pol_shown pol_shown_number(pol_rational number, pol_type_tag tag)
{
    pol_shown shown = { .kind = POL_SHOWN_NUMBER, .number = number };
    shown.type.tag = tag;
    return shown;
}

pol_shown pol_shown_fen(pol_i128 fen)
{
    return pol_shown_number(pol_rational_make(fen, POL_FEN_PER_YUAN), POL_T_MONEY);
}

bool pol_shown_is_yes(pol_shown shown)
{
    return shown.kind == POL_SHOWN_YESNO && shown.yes;
}

static pol_shown_kind number_kind(pol_i128 number)
{
    return number == POL_NUM_ABSENT      ? POL_SHOWN_ABSENT
           : number == POL_NUM_FAILED    ? POL_SHOWN_FAILED
           : number == POL_NUM_UNLIMITED ? POL_SHOWN_UNLIMITED
                                         : POL_SHOWN_NUMBER;
}

static pol_shown_kind code_kind(int32_t code, pol_shown_kind present)
{
    return code == POL_CODE_ABSENT   ? POL_SHOWN_ABSENT
           : code == POL_CODE_FAILED ? POL_SHOWN_FAILED
                                     : present;
}

static pol_shown_kind tiers_kind(uint32_t tiers)
{
    return tiers == POL_TIERS_ABSENT   ? POL_SHOWN_ABSENT
           : tiers == POL_TIERS_FAILED ? POL_SHOWN_FAILED
                                       : POL_SHOWN_TIERS;
}

pol_shown pol_inspect_register(const pol_inspect *in, uint32_t reg, pol_type type)
{
    pol_shown shown = { .kind = POL_SHOWN_UNKNOWN, .type = type };
    if (reg >= in->code->register_count)
        return shown;
    const pol_register *about = &in->code->registers[reg];
    switch ((pol_class)about->class_) {
    case POL_C_NUM: {
        const pol_i128 number = pol_col_num(in->block, reg)[in->row];
        shown.kind = number_kind(number);
        if (shown.kind == POL_SHOWN_NUMBER)
            shown.number = pol_rational_make(number, about->den);
        break;
    }
    case POL_C_BOOL: {
        const uint8_t truth = pol_col_bool(in->block, reg)[in->row];
        shown.kind = truth == POL_BOOL_ABSENT   ? POL_SHOWN_ABSENT
                     : truth == POL_BOOL_FAILED ? POL_SHOWN_FAILED
                                                : POL_SHOWN_YESNO;
        shown.yes = truth == 1;
        break;
    }
    case POL_C_CODE:
        shown.code = pol_col_code(in->block, reg)[in->row];
        shown.kind = code_kind(shown.code, POL_SHOWN_CODE);
        break;
    case POL_C_DATE:
        shown.date = pol_col_code(in->block, reg)[in->row];
        shown.kind = code_kind(shown.date, POL_SHOWN_DATE);
        break;
    case POL_C_SET:
        shown.set = pol_col_set(in->block, reg)[in->row];
        shown.kind = shown.set == POL_SET_ABSENT ? POL_SHOWN_ABSENT : POL_SHOWN_SET;
        break;
    case POL_C_TIERS: {
        const uint32_t tiers = pol_col_tiers(in->block, reg)[in->row];
        shown.kind = tiers_kind(tiers);
        if (shown.kind == POL_SHOWN_TIERS)
            shown.tiers = &in->block->tiers.items[tiers];
        shown.den = about->den;
        shown.den2 = about->den2;
        break;
    }
    case POL_CLASS_COUNT: break;
    }
    return shown;
}

pol_shown pol_inspect_facet(const pol_inspect *in, uint32_t payer, pol_facet facet)
{
    const bool is_truth = facet == POL_FACET_CAPPED || facet == POL_FACET_OVER_REMAINING;
    return pol_inspect_register(in,
                                in->map->merged_facets[payer * POL_FACET_COUNT + (uint32_t)facet],
                                is_truth ? k_yesno : k_money);
}

pol_shown pol_inspect_output(const pol_inspect *in, uint32_t i)
{
    static const pol_type_tag k_tags[] = {
        [POL_OUT_AMOUNT] = POL_T_MONEY, [POL_OUT_NUMBER] = POL_T_NUMBER,
        [POL_OUT_YESNO] = POL_T_YESNO,  [POL_OUT_DATE] = POL_T_DATE,
        [POL_OUT_TEXT] = POL_T_TEXT,    [POL_OUT_LABEL] = POL_T_LABEL,
        [POL_OUT_NULL] = POL_T_NONE,
    };
    const pol_output_def *def = &in->code->outputs[i];
    const pol_type type = { .tag = k_tags[def->kind], .labels = def->labels };
    if (def->kind == POL_OUT_NULL)
        return (pol_shown){ .kind = POL_SHOWN_ABSENT, .type = type };
    return pol_inspect_register(in, def->reg, type);
}

static pol_type accumulator_type(const pol_accum_def *def)
{
    return (pol_type){ .tag = def->integer ? POL_T_NUMBER : POL_T_MONEY };
}

pol_shown pol_inspect_before(const pol_inspect *in, uint32_t i)
{
    const pol_accum_def *def = &in->code->accums[i];
    return pol_inspect_register(in, in->code->fields[def->field].reg, accumulator_type(def));
}

pol_shown pol_inspect_after(const pol_inspect *in, uint32_t i)
{
    const pol_accum_def *def = &in->code->accums[i];
    return pol_inspect_register(in, def->after, accumulator_type(def));
}

/* ---- expressions ------------------------------------------------------------------------------------- */

static pol_shown inspect(const pol_inspect *in, pol_node *node, unsigned depth);

static pol_shown constant_of(const pol_note *note)
{
    pol_shown shown = { .kind = POL_SHOWN_UNKNOWN, .type = note->type };
    if (note->unlimited) {
        shown.kind = POL_SHOWN_UNLIMITED;
    } else if (note->ref == POL_REF_LABEL || note->ref == POL_REF_TEXT) {
        shown.kind = POL_SHOWN_CODE;
        shown.code = note->code;
        shown.type.tag = note->ref == POL_REF_TEXT ? POL_T_TEXT : POL_T_LABEL;
    } else if (note->constant && note->type.tag == POL_T_YESNO) {
        shown.kind = POL_SHOWN_YESNO;
        shown.yes = note->value.num != 0;
    } else if (note->constant && note->type.tag == POL_T_DATE) {
        shown.kind = POL_SHOWN_DATE;
        shown.date = (pol_date)note->value.num;
    } else if (note->constant) {
        shown.kind = POL_SHOWN_NUMBER;
        shown.number = note->value;
    }
    return shown;
}

static uint32_t symbol_number(const pol_inspect *in, const pol_symbol *symbol)
{
    return pol_names_find(&in->matter->names, symbol->name);
}

static uint32_t input_register(const pol_inspect *in, const pol_symbol *symbol)
{
    for (uint32_t i = 0; i < in->code->input_count; i++) {
        if (pol_str_equal(in->code->fields[i].name, symbol->name))
            return in->code->fields[i].reg;
    }
    return POL_NONE32;
}

static pol_shown inspect_symbol(const pol_inspect *in, const pol_symbol *symbol, unsigned depth)
{
    const uint32_t number = symbol_number(in, symbol);
    pol_shown shown = { .kind = POL_SHOWN_UNKNOWN, .type = symbol->type };
    switch (symbol->kind) {
    case POL_S_TOTAL: return pol_inspect_register(in, in->map->total, k_money);
    case POL_S_PERSON: return pol_inspect_register(in, in->map->person, k_money);
    case POL_S_HOSPITAL: return pol_inspect_register(in, in->map->hospital, k_money);
    case POL_S_PAYER: return pol_inspect_facet(in, symbol->index, POL_FACET_TAKEN);
    case POL_S_INPUT: return pol_inspect_register(in, input_register(in, symbol), symbol->type);
    case POL_S_STATUS: shown.type = k_yesno; break;
    case POL_S_DEFINE: shown = inspect(in, POL_AS(define, symbol->node)->value, depth + 1); break;
    case POL_S_PARAM:
    case POL_S_ACCUM:
    case POL_S_REMAINING:
    case POL_S_IN_FORCE:
    case POL_S_SET: break;
    }
    if (shown.kind == POL_SHOWN_UNKNOWN && number != POL_NO_NAME)
        shown = pol_inspect_register(in, in->map->symbol_regs[number], shown.type);
    if (shown.kind == POL_SHOWN_UNKNOWN && symbol->kind == POL_S_PARAM &&
        POL_AS(param, symbol->node)->value != NULL)
        shown = inspect(in, POL_AS(param, symbol->node)->value, depth + 1);
    return shown;
}

/* A quotient has no register: its sides have. */
static pol_shown inspect_arith(const pol_inspect *in, pol_ast_arith *arith, unsigned depth)
{
    const pol_shown left = inspect(in, arith->left, depth + 1),
                    right = inspect(in, arith->right, depth + 1);
    pol_shown result = { .kind = POL_SHOWN_UNKNOWN,
                         .type = pol_note_of(in->matter, &arith->node)->type };
    if (left.kind != POL_SHOWN_NUMBER || right.kind != POL_SHOWN_NUMBER)
        return result;
    bool fits = false;
    switch ((pol_arith_op)arith->op) {
    case POL_ADD: fits = pol_rational_add(left.number, right.number, &result.number); break;
    case POL_SUB: fits = pol_rational_sub(left.number, right.number, &result.number); break;
    case POL_MUL: fits = pol_rational_mul(left.number, right.number, &result.number); break;
    case POL_DIV: fits = pol_rational_div(left.number, right.number, &result.number); break;
    }
    result.kind = fits                    ? POL_SHOWN_NUMBER
                  : right.number.num == 0 ? POL_SHOWN_FAILED
                                          : POL_SHOWN_UNKNOWN;
    return result;
}

/* What has no register of its own but is made of parts that have. */
static pol_shown inspect_parts(const pol_inspect *in, pol_node *node, unsigned depth)
{
    const pol_note *note = pol_note_of(in->matter, node);
    const pol_shown unknown = { .kind = POL_SHOWN_UNKNOWN, .type = note->type };
    if (node->kind == POL_N_ARITH)
        return inspect_arith(in, POL_AS(arith, node), depth);
    if (node->kind == POL_N_NAME && note->ref == POL_REF_SYMBOL && note->symbol != NULL)
        return inspect_symbol(in, note->symbol, depth);
    if (node->kind == POL_N_FACET && note->symbol != NULL)
        return pol_inspect_facet(in, note->symbol->index, (pol_facet)note->code);
    if (node->kind == POL_N_WHEN) {
        pol_ast_when *when = POL_AS(when, node);
        const uint32_t branch = pol_inspect_branch(in, when);
        if (branch == POL_NONE32)
            return unknown;
        return inspect(in,
                       branch == when->cases.count
                           ? when->otherwise
                           : POL_AS(when_case, when->cases.items[branch])->value,
                       depth + 1);
    }
    if (node->kind == POL_N_TABLE && note->table != NULL) {
        const uint32_t row = pol_inspect_row(in, note->table);
        return row == POL_NONE32 ? unknown : inspect(in, note->table->values[row], depth + 1);
    }
    return unknown;
}

static pol_shown inspect(const pol_inspect *in, pol_node *node, unsigned depth)
{
    const pol_note *note = pol_note_of(in->matter, node);
    pol_shown shown = { .kind = POL_SHOWN_UNKNOWN, .type = note->type };
    if (depth > MAX_DEPTH)
        return shown;
    if (node->kind == POL_N_NONE)
        shown.kind = POL_SHOWN_ABSENT;
    if (shown.kind == POL_SHOWN_UNKNOWN && node->id < in->map->node_count)
        shown = pol_inspect_register(
            in, in->map->registers[in->lane * in->map->node_count + node->id], note->type);
    if (shown.kind == POL_SHOWN_UNKNOWN)
        shown = constant_of(note);
    return shown.kind == POL_SHOWN_UNKNOWN ? inspect_parts(in, node, depth) : shown;
}

pol_shown pol_inspect_node(const pol_inspect *in, pol_node *node)
{
    return inspect(in, node, 0);
}

pol_shown pol_inspect_symbol(const pol_inspect *in, const pol_symbol *symbol)
{
    return inspect_symbol(in, symbol, 0);
}

/* ---- choices ----------------------------------------------------------------------------------------- */

uint32_t pol_inspect_branch(const pol_inspect *in, pol_ast_when *when)
{
    for (uint32_t i = 0; i < when->cases.count; i++) {
        const pol_shown cond = pol_inspect_node(in, POL_AS(when_case, when->cases.items[i])->cond);
        if (cond.kind != POL_SHOWN_YESNO)
            return POL_NONE32;
        if (cond.yes)
            return i;
    }
    return when->cases.count;
}

int pol_shown_compare(pol_shown a, pol_shown b)
{
    if (a.kind == POL_SHOWN_DATE && b.kind == POL_SHOWN_DATE)
        return (a.date > b.date) - (a.date < b.date);
    if (a.kind == POL_SHOWN_UNLIMITED || b.kind == POL_SHOWN_UNLIMITED)
        return (a.kind == POL_SHOWN_UNLIMITED) - (b.kind == POL_SHOWN_UNLIMITED);
    return pol_rational_compare(a.number, b.number);
}

bool pol_shown_has_order(pol_shown shown)
{
    return shown.kind == POL_SHOWN_NUMBER || shown.kind == POL_SHOWN_DATE ||
           shown.kind == POL_SHOWN_UNLIMITED;
}

static bool is_in_interval(const pol_inspect *in, pol_ast_interval *interval, pol_shown subject)
{
    const pol_shown low = pol_inspect_node(in, interval->low),
                    high = pol_inspect_node(in, interval->high);
    if (!pol_shown_has_order(low) || !pol_shown_has_order(high) || !pol_shown_has_order(subject))
        return false;
    const int above = pol_shown_compare(subject, low), below = pol_shown_compare(high, subject);
    return (above > 0 || (above == 0 && !interval->open_low)) &&
           (below > 0 || (below == 0 && !interval->open_high));
}

static bool holds_code(const pol_codes *codes, int32_t code)
{
    for (uint32_t i = 0; i < codes->count; i++) {
        if (codes->codes[i] == code)
            return true;
    }
    return false;
}

static bool key_fits(const pol_inspect *in, const pol_key *key, pol_shown subject)
{
    switch (key->kind) {
    case POL_KEY_CODES:
        return subject.kind == POL_SHOWN_CODE && holds_code(&key->codes, subject.code);
    case POL_KEY_BOOL: return subject.kind == POL_SHOWN_YESNO && subject.yes == key->yes;
    case POL_KEY_VALUE: {
        const pol_shown value = pol_inspect_node(in, key->node);
        return pol_shown_has_order(value) && pol_shown_has_order(subject) && pol_shown_compare(subject, value) == 0;
    }
    case POL_KEY_INTERVAL: return is_in_interval(in, POL_AS(interval, key->node), subject);
    case POL_KEY_DATES:
        return subject.kind == POL_SHOWN_DATE && subject.date >= key->from &&
               subject.date <= key->to;
    case POL_KEY_REST:
    case POL_KEY_ANY: return true;
    }
    return false;
}

/* Does some key of the cell fit? 其余 fits here too: see names_value. */
static bool cell_fits(const pol_inspect *in, const pol_table_model *table, uint32_t row,
                      uint32_t column, pol_shown subject, bool *is_rest)
{
    const uint32_t cell = row * table->column_count + column;
    *is_rest = false;
    for (uint32_t k = 0; k < table->key_counts[cell]; k++) {
        const pol_key *key = &table->keys[cell][k];
        *is_rest |= key->kind == POL_KEY_REST;
        if (key->kind != POL_KEY_REST && key_fits(in, key, subject))
            return true;
    }
    return *is_rest;
}

/* Does some row name the subject's value in this column? */
static bool names_value(const pol_inspect *in, const pol_table_model *table, uint32_t column,
                        pol_shown subject)
{
    for (uint32_t row = 0; row < table->row_count; row++) {
        const uint32_t cell = row * table->column_count + column;
        for (uint32_t k = 0; k < table->key_counts[cell]; k++) {
            const pol_key *key = &table->keys[cell][k];
            if (key->kind != POL_KEY_REST && key->kind != POL_KEY_ANY && key_fits(in, key, subject))
                return true;
        }
    }
    return false;
}

uint32_t pol_inspect_row(const pol_inspect *in, const pol_table_model *table)
{
    for (uint32_t row = 0; row < table->row_count; row++) {
        bool fits = true;
        for (uint32_t column = 0; column < table->column_count && fits; column++) {
            const pol_shown subject = pol_inspect_node(in, table->subjects[column]);
            bool is_rest;
            fits = cell_fits(in, table, row, column, subject, &is_rest);
            if (fits && is_rest)
                fits = !names_value(in, table, column, subject);
        }
        if (fits)
            return row;
    }
    return POL_NONE32;
}

/* ---- benefits ---------------------------------------------------------------------------------------- */

static pol_rational amount_of(const pol_inspect *in, uint32_t reg, bool *known)
{
    const pol_shown shown = pol_inspect_register(in, reg, k_money);
    *known = shown.kind == POL_SHOWN_NUMBER;
    return *known ? shown.number : (pol_rational){ 0, 1 };
}

static pol_rational larger(pol_rational a, pol_rational b)
{
    return pol_rational_compare(a, b) > 0 ? a : b;
}

pol_paid_for pol_inspect_paid_for(const pol_inspect *in, const pol_alternative *alt,
                                  const struct pol_alt_regs *regs)
{
    const pol_rational zero = { 0, 1 };
    pol_paid_for p = { .low = zero, .high = zero };
    bool given;
    p.base = amount_of(in, regs->base, &p.known);
    p.before = amount_of(in, regs->before, &given);
    p.deductible = amount_of(in, regs->deductible, &given);
    pol_rational beyond = zero, upto = zero; /* amounts of a claim that settled: sums fit */
    if (alt->deductible_mode == POL_MODE_EACH_CLAIM) {
        p.low = p.before;
        (void)pol_rational_sub(p.base, p.deductible, &beyond);
        (void)pol_rational_add(p.before, larger(zero, beyond), &p.high);
    } else {
        (void)pol_rational_add(p.before, p.base, &upto);
        p.low = larger(p.deductible, p.before);
        p.high = larger(p.deductible, upto);
    }
    if (alt->tiers_mode == POL_MODE_FROM_DEDUCTIBLE) {
        (void)pol_rational_sub(p.low, p.deductible, &p.low);
        (void)pol_rational_sub(p.high, p.deductible, &p.high);
    }
    return p;
}
