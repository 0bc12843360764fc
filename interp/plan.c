/* A plan from the verified code of a matter: fields and constants, folding, and the bounds that are tried. */
#include "interp/plan_internal.h"

#include <string.h>

#include "interp/kernels.h"

#define RATIO_STEP 100 /* ratios of records are whole hundredths of a percent, or odd */
#define RATIO_ONE  1000000
#define DATE_SPAN  131071 /* of dates that are checked together: a power of 2 less 1 */

typedef pol_translation translation;

/* ---- constants ------------------------------------------------------------------------------------------ */

static value lost_number(pol_planner *p, bool absent)
{
    return (value){ .node = pol_constant_node(p, 8, 0),
                    .den = 1,
                    .loss = pol_constant_node(p, 1, absent ? 2 : 1),
                    .may = absent ? MAY_BE_ABSENT : MAY_FAIL };
}

static value number_constant(pol_planner *p, pol_i128 number, pol_i128 den)
{
    if (number == POL_NUM_ABSENT || number == POL_NUM_FAILED)
        return lost_number(p, number == POL_NUM_ABSENT);
    if (number == POL_NUM_UNLIMITED)
        return (value){ .node = pol_constant_node(p, 8, POL_PORT_UNLIMITED), .den = 1, .may_be_unlimited = true };
    const pol_i128 g = pol_gcd(number, den), limit = (pol_i128)1 << 60;
    if (number / g > limit || number / g < -limit || den / g > limit) {
        p->refused = true;
        return lost_number(p, false);
    }
    if (number == 0)
        return (value){ .node = pol_constant_node(p, 8, 0), .den = 1 };
    return (value){ .node = pol_constant_node(p, 8, (int64_t)(number / g)), .den = (int64_t)(den / g) };
}

static int64_t largest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A schedule over its smallest denominators; refused when it does not fit. */
static value schedule_constant(pol_planner *p, const pol_tiers *tiers, pol_i128 den, pol_i128 den2)
{
    const pol_i128 limit = (pol_i128)1 << 40;
    pol_i128 g = pol_gcd(den, tiers->low), g2 = den2;
    for (uint32_t i = 0; i < tiers->count; i++) {
        g = tiers->tiers[i].upper == POL_NUM_UNLIMITED ? g : pol_gcd(g, tiers->tiers[i].upper);
        g2 = pol_gcd(g2, tiers->tiers[i].ratio);
    }
    value v = { .den = den / g < limit ? (int64_t)(den / g) : 1, .den2 = den2 / g2 < limit ? (int64_t)(den2 / g2) : 1 };
    pol_schedule made = { .count = tiers->count, .low_in_first = tiers->low_in_first };
    bool fits = den / g < limit && den2 / g2 < limit && tiers->low / g < limit && tiers->low / g > -limit;
    made.low = (int64_t)(tiers->low / g);
    v.bound_most = made.low < 0 ? -made.low : made.low;
    for (uint32_t i = 0; i < tiers->count; i++) {
        const pol_tier *const tier = &tiers->tiers[i];
        const bool open = tier->upper == POL_NUM_UNLIMITED;
        const pol_i128 upper = open ? 0 : tier->upper / g, ratio = tier->ratio / g2;
        fits = fits && upper < limit && upper > -limit && ratio < limit && ratio > -limit;
        made.upper[i] = open ? POL_PORT_UNLIMITED : (int64_t)upper;
        made.ratio[i] = (int64_t)ratio;
        made.upper_in_next[i] = tier->upper_in_next;
        v.bound_most = largest(v.bound_most, (int64_t)(upper < 0 ? -upper : upper));
        v.ratio_most = largest(v.ratio_most, (int64_t)(ratio < 0 ? -ratio : ratio));
        v.ratio_below_0 = v.ratio_below_0 || ratio < 0;
    }
    if (!fits)
        p->refused = true;
    v.node = pol_constant_node(p, 4, (int64_t)p->schedules.count);
    if (!POL_PUSH(p->arena, p->schedules, made))
        p->refused = true;
    return v;
}

static value lost_code(pol_planner *p, bool absent)
{
    return (value){ .node = pol_constant_node(p, 4, absent ? POL_CODE_ABSENT : POL_CODE_FAILED),
                    .may = absent ? MAY_BE_ABSENT : MAY_FAIL,
                    .den = 1,
                    .den2 = 1 };
}

static value bool_constant(pol_planner *p, uint8_t element)
{
    if (element < POL_BOOL_ABSENT)
        return (value){ .node = pol_constant_node(p, 1, element) };
    return (value){ .node = pol_constant_node(p, 1, 0),
                    .loss = pol_constant_node(p, 1, element == POL_BOOL_ABSENT ? 2 : 1),
                    .may = element == POL_BOOL_ABSENT ? MAY_BE_ABSENT : MAY_FAIL };
}

/* The only element of a register in the block of one row. */
static value folded(translation *t, uint32_t reg)
{
    pol_planner *const p = t->p;
    const pol_register *const r = &p->code->registers[reg];
    switch ((pol_class)r->class_) {
    case POL_C_NUM: return number_constant(p, pol_col_num(&t->fold, reg)[0], r->den);
    case POL_C_BOOL: return bool_constant(p, pol_col_bool(&t->fold, reg)[0]);
    case POL_C_CODE:
    case POL_C_DATE: {
        const int32_t code = pol_col_code(&t->fold, reg)[0];
        if (code <= POL_CODE_FAILED)
            return lost_code(p, code == POL_CODE_ABSENT);
        return (value){ .node = pol_constant_node(p, 4, code) };
    }
    case POL_C_SET: {
        const uint64_t set = pol_col_set(&t->fold, reg)[0];
        return (value){ .node = pol_constant_node(p, 8, (int64_t)set), .may = set == 0 ? MAY_BE_ABSENT : 0 };
    }
    case POL_C_TIERS: {
        const uint32_t index = pol_col_tiers(&t->fold, reg)[0];
        if (index >= POL_TIERS_FAILED)
            return lost_code(p, index == POL_TIERS_ABSENT);
        return schedule_constant(p, &t->fold.tiers.items[index], r->den, r->den2);
    }
    case POL_CLASS_COUNT: break;
    }
    p->refused = true;
    return lost_code(p, false);
}

/* A value that is known, for the block of one row. False: it is not, or cannot be put there. */
static bool unfold(translation *t, uint32_t reg)
{
    pol_planner *const p = t->p;
    const pol_register *const r = &p->code->registers[reg];
    const value v = pol_value_of(t, reg);
    if (p->refused || !pol_is_constant(p, v.node) || (v.loss != 0 && !pol_is_constant(p, v.loss)))
        return false;
    const int64_t element = pol_known_of(p, v.node);
    switch ((pol_class)r->class_) {
    case POL_C_NUM: {
        pol_i128 number = 0;
        if (v.loss != 0)
            number = pol_known_of(p, v.loss) == 2 ? POL_NUM_ABSENT : POL_NUM_FAILED;
        else if (element == POL_PORT_UNLIMITED)
            number = POL_NUM_UNLIMITED;
        else if (r->den % v.den != 0 || !pol_mul_i128(element, r->den / v.den, &number))
            return false;
        pol_col_num(&t->fold, reg)[0] = number;
        return true;
    }
    case POL_C_BOOL:
        pol_col_bool(&t->fold, reg)[0] = (uint8_t)(v.loss == 0 ? element : 4 - pol_known_of(p, v.loss));
        return true;
    case POL_C_CODE:
    case POL_C_DATE: pol_col_code(&t->fold, reg)[0] = (int32_t)element; return true;
    case POL_C_SET: pol_col_set(&t->fold, reg)[0] = (uint64_t)element; return true;
    case POL_C_TIERS: return r->origin == POL_FROM_CONSTANT || pol_col_tiers(&t->fold, reg)[0] < t->fold.tiers.count;
    case POL_CLASS_COUNT: break;
    }
    return false;
}

/* ---- fields ----------------------------------------------------------------------------------------------- */

static void bad_if(pol_planner *p, node_id condition)
{
    p->bad = pol_or(p, p->bad, condition);
}

static node_id condition_of(pol_planner *p, unsigned op, node_id a, int64_t k, int64_t l)
{
    return pol_in_interval(p, pol_op1(p, op, a, k, l), 0, 1, 0);
}

/* In every claim, 0 <= element - least <= limit. */
static void require(pol_planner *p, node_id field, unsigned op, int64_t least, int64_t limit)
{
    const pol_required required = { .field = field, .op = (uint16_t)op, .least = least, .limit = limit };
    if (!POL_PUSH(p->arena, p->required, required))
        p->refused = true;
    pol_in_interval(p, field, least, (pol_i128)least + limit, 0);
}

static bool may_be_absent(const pol_code *code, const pol_field_def *field)
{
    return field->optional || field->null_allowed ||
           (field->has_default && code->constants[field->default_constant].number == POL_NUM_ABSENT);
}

/* Hundredths of a percent; what is finer is odd. */
static node_id in_steps(pol_planner *p, node_id millionths)
{
    const node_id steps = pol_divide_node(p, millionths, RATIO_STEP, POL_ROUND_DOWN);
    const node_id back = pol_op1(p, POL_FAST_MULK, steps, RATIO_STEP, 0);
    bad_if(p, pol_in_interval(p, pol_op2(p, POL_FAST_NE, back, millionths, 0, 0), 0, 1, 0));
    return pol_in_interval(p, steps, 0, RATIO_ONE / RATIO_STEP, 0);
}

/* What a state says of the loss; rows outside are odd. */
static node_id loss_of_state(pol_planner *p, node_id state)
{
    pol_node_at(p, state)->high = 4;
    bad_if(p, condition_of(p, POL_FAST_GEBK, state, 4, 0));
    return pol_in_interval(p, pol_op1(p, POL_FAST_BITS, state, 2, 0), 0, 2, 0);
}

static value number_field(pol_planner *p, const pol_field_def *field, node_id column)
{
    const bool absent = may_be_absent(p->code, field), unlimited = field->null_unlimited;
    const bool amount = field->type == POL_F_AMOUNT, ratio = field->type == POL_F_RATIO;
    const int64_t least = field->type == POL_F_INTEGER ? -POL_MAX_INTEGER : 0;
    const int64_t span = amount ? p->bound : ratio ? RATIO_ONE : 2 * POL_MAX_INTEGER;
    value v = { .node = column, .den = amount ? POL_FEN_PER_YUAN : 1 };
    pol_node_at(p, column)->open = absent || unlimited;
    if (absent || unlimited) {
        v.node = pol_op1(p, POL_FAST_PRESENT, column, 0, 0);
        pol_node_at(p, v.node)->open = unlimited;
    }
    if (absent && !unlimited) {
        v.loss = loss_of_state(p, pol_op1(p, POL_FAST_STATEN, column, least, span));
        v.may = MAY_BE_ABSENT;
        pol_in_interval(p, v.node, least, (pol_i128)least + span, 0);
    } else if (unlimited) {
        bad_if(p, condition_of(p, POL_FAST_EQK, column, POL_PORT_FAILED, 0));
    }
    if (absent && unlimited) {
        v.loss = pol_in_interval(p, pol_op1(p, POL_FAST_LOSSN, column, 0, 0), 0, 2, 0);
        v.may = MAY_BE_ABSENT;
    }
    v.may_be_unlimited = unlimited;
    if (amount && !absent && !unlimited) {
        require(p, column, POL_FAST_ORN8, 0, p->bound);
    } else if (!absent || unlimited) {
        const node_id outside = condition_of(p, POL_FAST_OUTSIDE, v.node, least, span);
        bad_if(p, unlimited ? pol_and(p, outside, pol_not(p, condition_of(p, POL_FAST_ISUNL, v.node, 0, 0))) : outside);
        pol_in_interval(p, v.node, least, (pol_i128)least + span, 0);
    }
    if (ratio) {
        if (unlimited) {
            p->refused = true;
            return v;
        }
        v.node = in_steps(p, v.node);
        v.den = RATIO_ONE / RATIO_STEP;
    }
    return v;
}

static value code_field(pol_planner *p, const pol_field_def *field, node_id column)
{
    const bool date = field->type == POL_F_DATE, absent = may_be_absent(p->code, field);
    const int64_t least = date ? POL_DATE_MIN : 0, limit = date ? DATE_SPAN : INT32_MAX;
    if (!absent) {
        require(p, column, POL_FAST_ORC8, least, limit);
        return (value){ .node = column };
    }
    pol_in_interval(p, column, INT32_MIN, least + limit, 0);
    return (value){ .node = column,
                    .loss = loss_of_state(p, pol_op1(p, POL_FAST_STATEC, column, least, limit)),
                    .may = MAY_BE_ABSENT };
}

static value bool_field(pol_planner *p, const pol_field_def *field, node_id column)
{
    if (!may_be_absent(p->code, field)) {
        require(p, column, POL_FAST_ORB8, 0, 1);
        return (value){ .node = column };
    }
    bad_if(p, condition_of(p, POL_FAST_IS3, column, 0, 0));
    return (value){ .node = condition_of(p, POL_FAST_IS1, column, 0, 0),
                    .loss = pol_in_interval(p, pol_op1(p, POL_FAST_LOSS4, column, 0, 0), 0, 2, 0),
                    .may = MAY_BE_ABSENT };
}

static value schedule_field(pol_planner *p, const pol_field_def *field, node_id column)
{
    pol_plan_field *const about = POL_NEW(p->arena, pol_plan_field);
    value v = { .den = POL_FEN_PER_YUAN, .den2 = RATIO_ONE / RATIO_STEP, .bound_most = p->bound, .ratio_most = RATIO_ONE / RATIO_STEP };
    if (about == NULL) {
        p->refused = true;
        return v;
    }
    *about = (pol_plan_field){ .bound_most = v.bound_most, .ratio_divisor = RATIO_STEP, .ratio_most = v.ratio_most };
    v.node = pol_new_node(p, &(node){ .op = POL_BLOCK_SCHEDULE, .bytes = 4, .from = { column }, .table = about });
    v.may = may_be_absent(p->code, field) ? MAY_BE_ABSENT : 0;
    const node_id status = pol_second(p, v.node, 1);
    bad_if(p, condition_of(p, POL_FAST_NOT0, status, 0, 0));
    if (v.may == 0)
        bad_if(p, pol_not(p, condition_of(p, POL_FAST_GEK32, v.node, 0, 0)));
    return v;
}

static value field_value(pol_planner *p, uint32_t reg)
{
    static const uint8_t k_bytes[POL_CLASS_COUNT] = { 8, 1, 4, 4, 8, 4 };
    const pol_field_def *const field = &p->code->fields[p->code->registers[reg].index];
    const node_id column = pol_new_node(p, &(node){ .op = NODE_FIELD, .bytes = k_bytes[p->code->registers[reg].class_], .k = { reg } });
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT:
    case POL_F_RATIO:
    case POL_F_INTEGER: return number_field(p, field, column);
    case POL_F_YESNO: return bool_field(p, field, column);
    case POL_F_DATE:
    case POL_F_TEXT:
    case POL_F_LABEL: return code_field(p, field, column);
    case POL_F_LABELS:
        if (!may_be_absent(p->code, field))
            bad_if(p, condition_of(p, POL_FAST_EQK, column, 0, 0));
        return (value){ .node = column, .may = may_be_absent(p->code, field) ? MAY_BE_ABSENT : 0 };
    case POL_F_TIERS: return schedule_field(p, field, column);
    }
    p->refused = true;
    return (value){ .node = 0 };
}

value pol_value_of(translation *t, uint32_t reg)
{
    pol_planner *const p = t->p;
    if (!t->known[reg] && !p->refused) {
        p->values[reg] = p->code->registers[reg].origin == POL_FROM_FIELD ? field_value(p, reg) : folded(t, reg);
        t->known[reg] = 1;
    }
    return p->values[reg];
}

/* ---- the code --------------------------------------------------------------------------------------------------- */

static bool list_unfolds(translation *t, uint32_t number)
{
    const pol_list32 list = t->p->code->lists[number];
    for (uint32_t i = 0; i < list.count; i++)
        if (!unfold(t, t->p->code->operands[list.start + i]))
            return false;
    return true;
}

/* Runs an instruction whose arguments are all known. */
static bool fold(translation *t, const pol_instr *instr)
{
    const char *const signature = pol_op_signature((pol_opcode)instr->op);
    const size_t results = strcspn(signature, "=");
    if (results == 0)
        return false;
    for (size_t i = results; signature[i + 1] != '\0'; i++) {
        const char letter = signature[i + 1];
        if ((strchr("NBCDST*", letter) != NULL && !unfold(t, instr->arg[i])) ||
            (strchr("Lluy", letter) != NULL && !list_unfolds(t, instr->arg[i])))
            return false;
    }
    pol_kernels_wide[instr->op](&t->fold, instr, 1);
    for (size_t i = 0; i < results; i++) {
        t->p->values[instr->arg[i]] = folded(t, instr->arg[i]);
        t->known[instr->arg[i]] = 1;
    }
    return true;
}

/* The value as an element of a port. */
static node_id port_node(pol_planner *p, uint32_t reg, const value *v)
{
    const pol_register *const r = &p->code->registers[reg];
    if (r->class_ == POL_C_BOOL && v->loss != 0)
        return pol_is_constant(p, v->loss) ? pol_constant_node(p, 1, 4 - pol_known_of(p, v->loss))
                                           : pol_op2(p, POL_FAST_LOSEB, v->node, v->loss, 0, 0);
    if (r->class_ != POL_C_NUM)
        return v->node;
    if (r->den % v->den != 0 || r->den / v->den > INT64_C(1) << 40) {
        p->refused = true;
        return 0;
    }
    const int64_t factor = (int64_t)(r->den / v->den);
    const bool constant = pol_is_constant(p, v->node);
    node_id id = v->node;
    if (factor != 1 && constant && pol_known_of(p, id) != POL_PORT_UNLIMITED) {
        const pol_i128 number = (pol_i128)pol_known_of(p, id) * factor;
        id = pol_constant_node(p, 8, pol_port_of(number));
    } else if (factor != 1 && !constant) {
        const pol_i128 low = (pol_i128)pol_node_at(p, id)->low * factor, high = (pol_i128)pol_node_at(p, id)->high * factor;
        const node_id scaled = pol_in_interval(p, pol_op1(p, POL_FAST_MULK, id, factor, 0), low, high, 0);
        id = v->may_be_unlimited ? pol_op2(p, POL_FAST_KEEPU, id, scaled, 0, 0) : scaled;
    }
    if (v->loss == 0)
        return id;
    if (pol_is_constant(p, v->loss))
        return pol_constant_node(p, 8, pol_known_of(p, v->loss) == 2 ? POL_PORT_ABSENT : POL_PORT_FAILED);
    return pol_op2(p, POL_FAST_LOSEN, id, v->loss, 0, 0);
}

typedef struct results {
    translation *t;
    node_id *nodes; /* by register; 0: no result */
} results;

/* A column of its own, for nobody else to read or write: what the wide kernels find goes there too. */
static void add_result(void *user, uint32_t reg)
{
    results *const r = user;
    pol_planner *const p = r->t->p;
    const value v = pol_value_of(r->t, reg);
    if (p->refused || r->nodes[reg] != 0 || p->code->registers[reg].origin == POL_FROM_FIELD)
        return;
    const node_id from = port_node(p, reg, &v);
    if (p->refused)
        return;
    node *const n = pol_node_at(p, from);
    if (!n->is_result && n->op != NODE_FIELD && n->op != NODE_CONSTANT) {
        n->is_result = true;
        r->nodes[reg] = from;
        return;
    }
    const uint8_t bytes = n->bytes;
    const unsigned op = bytes == 8 ? POL_FAST_COPYN : bytes == 4 ? POL_FAST_COPYC : POL_FAST_COPYB;
    r->nodes[reg] = pol_new_node(p, &(node){ .op = (uint16_t)op, .bytes = bytes, .from = { from }, .k = { 0, 0, (int64_t)reg + 1 } });
}

static pol_plan *try_bound(pol_arena *arena, const pol_code *code, int64_t bound, bool careful, bool narrow)
{
    pol_planner planner = { .arena = arena, .code = code, .bound = bound, .careful = careful }, *const p = &planner;
    translation t = { .p = p };
    results r = { .t = &t };
    p->values = POL_NEW_ARRAY(arena, value, code->register_count);
    t.known = POL_NEW_ARRAY(arena, uint8_t, code->register_count);
    r.nodes = POL_NEW_ARRAY(arena, node_id, code->register_count);
    if (!POL_PUSH(arena, p->nodes, ((node){ .op = NODE_NONE, .bytes = 8 })) || pol_arena_failed(arena) ||
        !pol_block_init(&t.fold, arena, NULL, code, 1))
        return NULL;
    p->bad = pol_constant_node(p, 1, 0);
    for (uint32_t i = 0; i < code->instr_count && !p->refused && !pol_arena_failed(arena); i++)
        if (!fold(&t, &code->instrs[i]) && !p->refused)
            pol_plan_rule(&t, &code->instrs[i]);
    if (!p->refused && !pol_arena_failed(arena))
        pol_code_results(code, add_result, &r);
    if (narrow && !p->refused && !pol_arena_failed(arena))
        pol_plan_narrow(p, r.nodes);
    if (!p->refused && !pol_arena_failed(arena))
        pol_plan_fuse(p, r.nodes);
    if (p->refused || pol_arena_failed(arena))
        return NULL;
    return pol_plan_finish(p, r.nodes);
}

const pol_plan *pol_plan_new(pol_arena *arena, const pol_code *code, bool careful)
{
    /* 1.3 million yuan, of which fifteen are added up in 32 bits; 687, 86 and 11 million, and 1.3 million */
    static const uint8_t k_bits[] = { 27, 36, 33, 30, 27 };
    for (size_t i = careful ? 1 : 0; i < sizeof k_bits && !pol_arena_failed(arena); i++) {
        pol_plan *const plan = try_bound(arena, code, (INT64_C(1) << k_bits[i]) - 1, careful, i == 0);
        if (plan != NULL)
            return plan;
    }
    return NULL;
}
