/* Instructions, constants, lists: made once each, then pruned and renumbered. Operations that bring
 * their operands to a common denominator and see where nothing has to be computed. */
#include "interp/lower_internal.h"

#include <assert.h>
#include <string.h>

/* Before dead code is dropped there may be more than a program can hold, but not without bound. */
#define MAX_RAW_INSTRUCTIONS (16 * POL_MAX_INSTRUCTIONS)

/* ---- content tables ----------------------------------------------------------------------------- */

typedef bool (*same_content)(const pol_lowering *lo, uint32_t number, const void *key);

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t mix_number(uint64_t hash, pol_i128 number)
{
    return mix(mix(hash, (uint64_t)number), (uint64_t)((pol_u128)number >> 64));
}

static uint32_t index_find(const pol_lowering *lo, const pol_index *index, uint64_t hash,
                           same_content same, const void *key)
{
    if (index->slot_count == 0)
        return POL_NONE32;
    const uint32_t mask = index->slot_count - 1;
    for (uint32_t i = (uint32_t)hash & mask; index->slots[i].entry != 0; i = (i + 1) & mask)
        if (index->slots[i].hash == hash && same(lo, index->slots[i].entry - 1, key))
            return index->slots[i].entry - 1;
    return POL_NONE32;
}

static void put_slot(pol_slot *slots, uint32_t slot_count, pol_slot slot)
{
    uint32_t i = (uint32_t)slot.hash & (slot_count - 1);
    while (slots[i].entry != 0)
        i = (i + 1) & (slot_count - 1);
    slots[i] = slot;
}

/* Out of memory the entry is lost, which later shows in the arena. */
static void index_add(pol_lowering *lo, pol_index *index, uint64_t hash, uint32_t number)
{
    if (index->count + index->count / 2 >= index->slot_count) {
        const uint32_t slot_count = index->slot_count == 0 ? 64 : 2 * index->slot_count;
        pol_slot *slots = POL_NEW_ARRAY(lo->arena, pol_slot, slot_count);
        if (slots == NULL)
            return;
        for (uint32_t i = 0; i < index->slot_count; i++)
            if (index->slots[i].entry != 0)
                put_slot(slots, slot_count, index->slots[i]);
        index->slots = slots;
        index->slot_count = slot_count;
    }
    put_slot(index->slots, index->slot_count, (pol_slot){ hash, number + 1 });
    index->count++;
}

/* ---- what was lowered where ----------------------------------------------------------------------- */

static uint64_t memo_key(uint32_t scope, uint32_t node)
{
    return (uint64_t)scope << 32 | node;
}

static bool same_memo(const pol_lowering *lo, uint32_t number, const void *key)
{
    return lo->memos.items[number].key == *(const uint64_t *)key;
}

const pol_value *pol_memo_find(const pol_lowering *lo, uint32_t scope, uint32_t node)
{
    const uint64_t key = memo_key(scope, node);
    const uint32_t number = index_find(lo, &lo->memo_index, mix(0, key), same_memo, &key);
    return number == POL_NONE32 ? NULL : &lo->memos.items[number].value;
}

void pol_memo_add(pol_lowering *lo, uint32_t scope, uint32_t node, pol_value value)
{
    const uint64_t key = memo_key(scope, node);
    if (POL_PUSH(lo->arena, lo->memos, ((pol_memo){ key, value })))
        index_add(lo, &lo->memo_index, mix(0, key), (uint32_t)lo->memos.count - 1);
}

/* ---- places ------------------------------------------------------------------------------------------ */

uint32_t pol_line_of(const pol_lowering *lo, pol_node *node)
{
    if (node->span.file >= lo->model->sources->count)
        return 0;
    const pol_source *source = &lo->model->sources->items[node->span.file];
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= node->span.start)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

void pol_emit_at(pol_lowering *lo, pol_node *node)
{
    lo->here = node->span;
    lo->line = pol_line_of(lo, node);
}

/* ---- registers ----------------------------------------------------------------------------------------- */

static const pol_register k_no_register = { .den = 1, .den2 = 1 };

const pol_register *pol_reg(const pol_lowering *lo, uint32_t reg)
{
    return reg < lo->registers.count ? &lo->registers.items[reg] : &k_no_register;
}

bool pol_knows(const pol_lowering *lo, uint32_t reg, unsigned what)
{
    return reg < lo->known.count && (lo->known.items[reg] & what) == what;
}

void pol_learn(pol_lowering *lo, uint32_t reg, unsigned what)
{
    if (reg < lo->known.count)
        lo->known.items[reg] = (uint8_t)(lo->known.items[reg] | what);
}

static unsigned known_of_both(const pol_lowering *lo, uint32_t a, uint32_t b)
{
    return a < lo->known.count && b < lo->known.count
               ? (unsigned)(lo->known.items[a] & lo->known.items[b])
               : 0;
}

static uint32_t new_register(pol_lowering *lo, pol_register reg)
{
    if (!POL_PUSH(lo->arena, lo->known, 0) || !POL_PUSH(lo->arena, lo->registers, reg))
        return POL_NONE32;
    return (uint32_t)lo->registers.count - 1;
}

static bool is_num(const pol_lowering *lo, uint32_t reg)
{
    return pol_reg(lo, reg)->class_ == POL_C_NUM;
}

static void note_too_fine(pol_lowering *lo)
{
    if (lo->too_fine.file == UINT32_MAX)
        lo->too_fine = lo->here;
}

static pol_i128 product_den(pol_lowering *lo, pol_i128 a, pol_i128 b)
{
    pol_i128 result;
    if (a != 0 && b != 0 && pol_mul_i128(a, b, &result) && result <= pol_pow10(POL_MAX_DECIMALS))
        return result;
    note_too_fine(lo);
    return 0;
}

pol_i128 pol_common_den(pol_lowering *lo, pol_i128 a, pol_i128 b)
{
    return a == b ? a : product_den(lo, a == 0 ? 0 : a / pol_gcd(a, b), b);
}

/* ---- constants ------------------------------------------------------------------------------------------ */

typedef struct constant_key {
    pol_constant constant;
    pol_i128 den, den2;
} constant_key;

static bool same_schedule(const pol_tiers *a, const pol_tiers *b)
{
    if (a->count != b->count || a->low != b->low || a->low_in_first != b->low_in_first)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const pol_tier *x = &a->tiers[i], *y = &b->tiers[i];
        if (x->upper != y->upper || x->ratio != y->ratio || x->upper_in_next != y->upper_in_next)
            return false;
    }
    return true;
}

/* Entries of this table are register numbers. */
static bool same_constant(const pol_lowering *lo, uint32_t number, const void *key)
{
    const constant_key *wanted = key;
    const pol_register *r = &lo->registers.items[number];
    const pol_constant *c = &lo->constants.items[r->index];
    if (c->class_ != wanted->constant.class_ || c->number != wanted->constant.number ||
        r->den != wanted->den || r->den2 != wanted->den2 ||
        (c->tiers == NULL) != (wanted->constant.tiers == NULL))
        return false;
    return c->tiers == NULL || same_schedule(c->tiers, wanted->constant.tiers);
}

static uint64_t hash_constant(const constant_key *key)
{
    uint64_t hash = mix_number(mix_number(key->constant.class_, key->constant.number), key->den);
    hash = mix_number(hash, key->den2);
    const pol_tiers *tiers = key->constant.tiers;
    for (uint32_t i = 0; tiers != NULL && i < tiers->count; i++)
        hash = mix_number(mix_number(hash, tiers->tiers[i].upper), tiers->tiers[i].ratio);
    return hash;
}

static uint32_t intern_constant(pol_lowering *lo, constant_key key)
{
    const uint64_t hash = hash_constant(&key);
    uint32_t reg = index_find(lo, &lo->constant_index, hash, same_constant, &key);
    if (reg != POL_NONE32)
        return reg;
    if (!POL_PUSH(lo->arena, lo->constants, key.constant))
        return POL_NONE32;
    reg = new_register(lo, (pol_register){ .class_ = key.constant.class_,
                                           .origin = POL_FROM_CONSTANT,
                                           .index = (uint32_t)lo->constants.count - 1,
                                           .den = key.den,
                                           .den2 = key.den2 });
    if (reg != POL_NONE32)
        index_add(lo, &lo->constant_index, hash, reg);
    return reg;
}

static bool is_sentinel(pol_i128 number)
{
    return number <= POL_NUM_FAILED || number == POL_NUM_UNLIMITED;
}

uint32_t pol_emit_constant(pol_lowering *lo, pol_class class_, pol_i128 number, pol_i128 den)
{
    const uint32_t reg = intern_constant(
        lo, (constant_key){ { .class_ = (uint8_t)class_, .number = number }, den, 1 });
    if (class_ == POL_C_NUM && !is_sentinel(number)) {
        if (number >= 0)
            pol_learn(lo, reg, POL_KNOWN_NOT_NEGATIVE);
        if (number >= 0 && number <= den)
            pol_learn(lo, reg, POL_KNOWN_UNIT);
    } else if (number == POL_NUM_UNLIMITED) {
        pol_learn(lo, reg, POL_KNOWN_NOT_NEGATIVE);
    }
    return reg;
}

uint32_t pol_emit_number(pol_lowering *lo, pol_rational value, pol_i128 den)
{
    value = pol_rational_make(value.num, value.den);
    pol_i128 number;
    if (den == 0 || den % value.den != 0 || !pol_mul_i128(value.num, den / value.den, &number)) {
        note_too_fine(lo);
        return pol_emit_constant(lo, POL_C_NUM, 0, 1);
    }
    const pol_i128 limit = den * POL_MAX_MAGNITUDE; /* below 10^37 */
    if (number <= -limit || number >= limit)
        number = POL_NUM_FAILED;
    return pol_emit_constant(lo, POL_C_NUM, number, den);
}

uint32_t pol_emit_zero(pol_lowering *lo)
{
    return pol_emit_constant(lo, POL_C_NUM, 0, POL_FEN_PER_YUAN);
}

uint32_t pol_emit_truth(pol_lowering *lo, bool yes)
{
    return pol_emit_constant(lo, POL_C_BOOL, yes, 1);
}

uint32_t pol_emit_code(pol_lowering *lo, int32_t code)
{
    return pol_emit_constant(lo, POL_C_CODE, code, 1);
}

uint32_t pol_emit_unlimited(pol_lowering *lo, pol_i128 den)
{
    return pol_emit_constant(lo, POL_C_NUM, POL_NUM_UNLIMITED, den);
}

uint32_t pol_emit_lost(pol_lowering *lo, pol_class class_, pol_i128 den, pol_i128 den2, bool failed)
{
    const pol_i128 number = failed ? POL_NUM_FAILED : POL_NUM_ABSENT;
    return intern_constant(
        lo, (constant_key){ { .class_ = (uint8_t)class_, .number = number }, den, den2 });
}

uint32_t pol_emit_schedule(pol_lowering *lo, const pol_tiers *tiers, pol_i128 den, pol_i128 den2)
{
    pol_tiers *kept = POL_NEW(lo->arena, pol_tiers);
    if (kept == NULL)
        return POL_NONE32;
    *kept = *tiers;
    bool unit = true;
    for (uint32_t i = 0; i < tiers->count; i++)
        unit = unit && tiers->tiers[i].ratio >= 0 && tiers->tiers[i].ratio <= den2;
    const uint32_t reg = intern_constant(
        lo, (constant_key){ { .class_ = POL_C_TIERS, .tiers = kept }, den, den2 });
    if (unit)
        pol_learn(lo, reg, POL_KNOWN_UNIT);
    return reg;
}

uint32_t pol_constant_of(const pol_lowering *lo, uint32_t reg)
{
    const pol_register *r = pol_reg(lo, reg);
    return reg < lo->registers.count && r->origin == POL_FROM_CONSTANT ? r->index : POL_NONE32;
}

int pol_known_truth(const pol_lowering *lo, uint32_t reg)
{
    const uint32_t constant = pol_constant_of(lo, reg);
    if (constant == POL_NONE32 || lo->constants.items[constant].class_ != POL_C_BOOL)
        return -1;
    const pol_i128 number = lo->constants.items[constant].number;
    return number == 0 || number == 1 ? (int)number : -1;
}

/* A constant number's value; false for other registers and for sentinels. */
static bool known_number(const pol_lowering *lo, uint32_t reg, pol_rational *value)
{
    const uint32_t constant = pol_constant_of(lo, reg);
    if (constant == POL_NONE32 || lo->constants.items[constant].class_ != POL_C_NUM ||
        is_sentinel(lo->constants.items[constant].number))
        return false;
    *value = pol_rational_make(lo->constants.items[constant].number, pol_reg(lo, reg)->den);
    return true;
}

static bool is_known_zero(const pol_lowering *lo, uint32_t reg)
{
    pol_rational value;
    return known_number(lo, reg, &value) && value.num == 0;
}

static bool is_known_unlimited(const pol_lowering *lo, uint32_t reg)
{
    const uint32_t constant = pol_constant_of(lo, reg);
    return constant != POL_NONE32 && lo->constants.items[constant].number == POL_NUM_UNLIMITED;
}

uint32_t pol_emit_field(pol_lowering *lo, pol_class class_, uint32_t field, pol_i128 den,
                            pol_i128 den2)
{
    return new_register(lo, (pol_register){ .class_ = (uint8_t)class_,
                                            .origin = POL_FROM_FIELD,
                                            .index = field,
                                            .den = den,
                                            .den2 = den2 });
}

/* ---- pool, lists, tables, member sets ------------------------------------------------------------------- */

static bool same_pool(const pol_lowering *lo, uint32_t number, const void *key)
{
    return lo->pool.items[number] == *(const pol_i128 *)key;
}

uint32_t pol_emit_pool(pol_lowering *lo, pol_i128 number)
{
    const uint64_t hash = mix_number(0, number);
    const uint32_t found = index_find(lo, &lo->pool_index, hash, same_pool, &number);
    if (found != POL_NONE32)
        return found;
    if (!POL_PUSH(lo->arena, lo->pool, number))
        return 0;
    index_add(lo, &lo->pool_index, hash, (uint32_t)lo->pool.count - 1);
    return (uint32_t)lo->pool.count - 1;
}

typedef struct list_key {
    const uint32_t *regs;
    uint32_t count;
} list_key;

static bool same_list(const pol_lowering *lo, uint32_t number, const void *key)
{
    const list_key *wanted = key;
    const pol_list32 list = lo->lists.items[number];
    return list.count == wanted->count &&
           memcmp(lo->operands.items + list.start, wanted->regs, list.count * sizeof(uint32_t)) == 0;
}

uint32_t pol_emit_list(pol_lowering *lo, const uint32_t *regs, uint32_t count)
{
    const list_key key = { regs, count };
    uint64_t hash = count;
    for (uint32_t i = 0; i < count; i++)
        hash = mix(hash, regs[i]);
    const uint32_t found = index_find(lo, &lo->list_index, hash, same_list, &key);
    if (found != POL_NONE32)
        return found;
    const pol_list32 list = { (uint32_t)lo->operands.count, count };
    for (uint32_t i = 0; i < count; i++)
        if (!POL_PUSH(lo->arena, lo->operands, regs[i]))
            return 0;
    if (!POL_PUSH(lo->arena, lo->lists, list))
        return 0;
    index_add(lo, &lo->list_index, hash, (uint32_t)lo->lists.count - 1);
    return (uint32_t)lo->lists.count - 1;
}

static bool same_table(const pol_lowering *lo, uint32_t number, const void *key)
{
    return lo->tables.items[number] == key;
}

uint32_t pol_emit_table(pol_lowering *lo, const pol_table *table)
{
    const uint64_t hash = mix(0, (uint64_t)(uintptr_t)table);
    const uint32_t found = index_find(lo, &lo->table_index, hash, same_table, table);
    if (found != POL_NONE32)
        return found;
    if (!POL_PUSH(lo->arena, lo->tables, table))
        return 0;
    index_add(lo, &lo->table_index, hash, (uint32_t)lo->tables.count - 1);
    return (uint32_t)lo->tables.count - 1;
}

static bool same_members(const pol_lowering *lo, uint32_t number, const void *key)
{
    const pol_codes *wanted = key, *codes = lo->members.items[number];
    return codes->count == wanted->count &&
           (codes->codes == wanted->codes ||
            memcmp(codes->codes, wanted->codes, codes->count * sizeof *codes->codes) == 0);
}

uint32_t pol_emit_members(pol_lowering *lo, const pol_codes *codes)
{
    uint64_t hash = codes->count;
    for (uint32_t i = 0; i < codes->count; i++)
        hash = mix(hash, (uint32_t)codes->codes[i]);
    const uint32_t found = index_find(lo, &lo->member_index, hash, same_members, codes);
    if (found != POL_NONE32)
        return found;
    pol_codes *kept = POL_NEW(lo->arena, pol_codes);
    if (kept == NULL)
        return 0;
    *kept = *codes;
    if (!POL_PUSH(lo->arena, lo->members, kept))
        return 0;
    index_add(lo, &lo->member_index, hash, (uint32_t)lo->members.count - 1);
    return (uint32_t)lo->members.count - 1;
}

/* ---- instructions ------------------------------------------------------------------------------------------ */

static unsigned result_count(pol_opcode op)
{
    return (unsigned)strcspn(pol_op_signature(op), "=");
}

typedef struct instr_key {
    const pol_instr *instr;
    pol_i128 den, den2;
    unsigned results;
} instr_key;

static bool same_instr(const pol_lowering *lo, uint32_t number, const void *key)
{
    const instr_key *wanted = key;
    const pol_instr *instr = &lo->instrs.items[number];
    if (instr->op != wanted->instr->op)
        return false;
    for (unsigned i = wanted->results; i < POL_MAX_ARGS; i++)
        if (instr->arg[i] != wanted->instr->arg[i])
            return false;
    const pol_register *r = pol_reg(lo, instr->arg[0]);
    return r->den == wanted->den && r->den2 == wanted->den2;
}

static uint8_t class_of_letter(char letter)
{
    switch (letter) {
    case 'B': return POL_C_BOOL;
    case 'C': return POL_C_CODE;
    case 'D': return POL_C_DATE;
    case 'S': return POL_C_SET;
    case 'T': return POL_C_TIERS;
    default: return POL_C_NUM;
    }
}

static bool room_for_one(pol_lowering *lo)
{
    if (lo->instrs.count >= MAX_RAW_INSTRUCTIONS)
        lo->too_many = true;
    return !lo->too_many;
}

uint32_t pol_emit(pol_lowering *lo, pol_opcode op, pol_i128 den, pol_i128 den2, size_t count,
                  const uint32_t *args)
{
    const char *signature = pol_op_signature(op);
    const unsigned results = result_count(op);
    assert(results > 0 && results + count + 1 == strlen(signature));
    pol_instr instr = { .op = (uint16_t)op, .line = lo->line };
    uint64_t hash = mix_number(mix_number(op, den), den2);
    for (size_t i = 0; i < count; i++) {
        instr.arg[results + i] = args[i];
        hash = mix(hash, args[i]);
    }
    const instr_key key = { &instr, den, den2, results };
    const uint32_t found = index_find(lo, &lo->instr_index, hash, same_instr, &key);
    if (found != POL_NONE32)
        return lo->instrs.items[found].arg[0];
    if (!room_for_one(lo))
        return POL_NONE32;
    for (unsigned i = 0; i < results; i++)
        instr.arg[i] = new_register(lo, (pol_register){ .class_ = class_of_letter(signature[i]),
                                                        .origin = POL_FROM_INSTR,
                                                        .index = (uint32_t)lo->instrs.count,
                                                        .den = den,
                                                        .den2 = den2 });
    if (!POL_PUSH(lo->arena, lo->instrs, instr))
        return POL_NONE32;
    index_add(lo, &lo->instr_index, hash, (uint32_t)lo->instrs.count - 1);
    return instr.arg[0];
}

static uint32_t new_sink(pol_lowering *lo, pol_sink sink)
{
    return POL_PUSH(lo->arena, lo->sinks, sink) ? (uint32_t)lo->sinks.count - 1 : 0;
}

static void emit_sink(pol_lowering *lo, pol_opcode op, const uint32_t *args, unsigned count,
                      pol_sink sink)
{
    if (!room_for_one(lo))
        return;
    pol_instr instr = { .op = (uint16_t)op, .line = sink.line };
    for (unsigned i = 0; i < count; i++)
        instr.arg[i] = args[i];
    instr.arg[count] = new_sink(lo, sink);
    (void)POL_PUSH(lo->arena, lo->instrs, instr);
}

void pol_emit_need(pol_lowering *lo, uint32_t reg, uint32_t gate, pol_sink sink)
{
    static const pol_opcode k_needs[POL_CLASS_COUNT] = {
        [POL_C_NUM] = POL_OP_NEEDN,  [POL_C_BOOL] = POL_OP_NEEDB, [POL_C_CODE] = POL_OP_NEEDC,
        [POL_C_DATE] = POL_OP_NEEDD, [POL_C_SET] = POL_OP_COUNT,  [POL_C_TIERS] = POL_OP_COUNT,
    };
    const pol_opcode op = k_needs[pol_reg(lo, reg)->class_];
    assert(op != POL_OP_COUNT);
    emit_sink(lo, op, (const uint32_t[]){ reg, gate }, 2, sink);
}

void pol_emit_check(pol_lowering *lo, uint32_t reg, pol_sink sink)
{
    emit_sink(lo, POL_OP_CHECK, &reg, 1, sink);
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

uint32_t pol_emit_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den)
{
    const pol_i128 from = pol_reg(lo, reg)->den;
    if (from == den || den == 0 || !is_num(lo, reg))
        return reg;
    const uint32_t constant = pol_constant_of(lo, reg);
    if (constant != POL_NONE32) {
        const pol_i128 number = lo->constants.items[constant].number;
        return is_sentinel(number) ? pol_emit_constant(lo, POL_C_NUM, number, den)
                                   : pol_emit_number(lo, (pol_rational){ number, from }, den);
    }
    if (den % from != 0) {
        note_too_fine(lo);
        return reg;
    }
    const uint32_t result = EMIT(lo, SCALE, den, reg, pol_emit_pool(lo, den / from));
    pol_learn(lo, result, known_of_both(lo, reg, reg));
    return result;
}

static void order(pol_rational *least, pol_rational *most)
{
    if (pol_rational_compare(*least, *most) > 0) {
        const pol_rational swapped = *least;
        *least = *most;
        *most = swapped;
    }
}

static bool fold_arith(pol_opcode op, pol_rational a, pol_rational b, pol_rational *result)
{
    const pol_rational zero = { 0, 1 };
    pol_rational least = a, most = b;
    order(&least, &most);
    switch (op) {
    case POL_OP_ADD: return pol_rational_add(a, b, result);
    case POL_OP_SUB: return pol_rational_sub(a, b, result);
    case POL_OP_MIN: *result = least; return true;
    case POL_OP_MAX: *result = most; return true;
    case POL_OP_EXCESS:
        if (!pol_rational_sub(a, b, result))
            return false;
        if (result->num < 0)
            *result = zero;
        return true;
    default: return false;
    }
}

/* Where one operand changes nothing, the other; else POL_NONE32. */
static uint32_t neutral(pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const bool zero_a = is_known_zero(lo, a), zero_b = is_known_zero(lo, b);
    switch (op) {
    case POL_OP_ADD: return zero_b ? a : zero_a ? b : POL_NONE32;
    case POL_OP_SUB: return zero_b ? a : POL_NONE32;
    case POL_OP_EXCESS: return zero_b && pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE) ? a : POL_NONE32;
    case POL_OP_MIN: return is_known_unlimited(lo, b) ? a : is_known_unlimited(lo, a) ? b : POL_NONE32;
    case POL_OP_MAX:
        if (zero_b && pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE))
            return a;
        return zero_a && pol_knows(lo, b, POL_KNOWN_NOT_NEGATIVE) ? b : POL_NONE32;
    default: return POL_NONE32;
    }
}

static unsigned known_of_arith(const pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const unsigned both = known_of_both(lo, a, b);
    const bool either = pol_knows(lo, a, POL_KNOWN_NOT_NEGATIVE) ||
                        pol_knows(lo, b, POL_KNOWN_NOT_NEGATIVE);
    switch (op) {
    case POL_OP_ADD: return both & POL_KNOWN_NOT_NEGATIVE;
    case POL_OP_MIN: return both;
    case POL_OP_MAX: return both | (either ? POL_KNOWN_NOT_NEGATIVE : 0u);
    case POL_OP_EXCESS: return POL_KNOWN_NOT_NEGATIVE;
    default: return 0;
    }
}

uint32_t pol_emit_arith(pol_lowering *lo, pol_opcode op, uint32_t a, uint32_t b)
{
    const uint32_t other = neutral(lo, op, a, b);
    if (other != POL_NONE32)
        return other;
    const pol_i128 den = pol_common_den(lo, pol_reg(lo, a)->den, pol_reg(lo, b)->den);
    pol_rational x, y, folded;
    if (known_number(lo, a, &x) && known_number(lo, b, &y) && fold_arith(op, x, y, &folded))
        return pol_emit_number(lo, folded, den);
    const uint32_t result =
        pol_emit(lo, op, den, 1, 2, (const uint32_t[]){ pol_emit_scaled(lo, a, den), pol_emit_scaled(lo, b, den) });
    pol_learn(lo, result, known_of_arith(lo, op, a, b));
    return result;
}

uint32_t pol_emit_not_negative(pol_lowering *lo, uint32_t reg)
{
    return pol_emit_arith(lo, POL_OP_MAX, reg, pol_emit_constant(lo, POL_C_NUM, 0, pol_reg(lo, reg)->den));
}

uint32_t pol_emit_times(pol_lowering *lo, uint32_t reg, pol_rational factor)
{
    const pol_i128 den = product_den(lo, pol_reg(lo, reg)->den, factor.den);
    const pol_i128 size = factor.num < 0 ? -factor.num : factor.num;
    pol_rational value;
    if (known_number(lo, reg, &value) && pol_rational_mul(value, factor, &value))
        return pol_emit_number(lo, value, den);
    if (factor.num == 0) /* still absent or failed with the factor */
        return EMIT(lo, ALSON, den, pol_emit_constant(lo, POL_C_NUM, 0, den), reg);
    uint32_t result = reg;
    if (size != 1 || factor.den != 1) {
        result = EMIT(lo, MULC, den, reg, pol_emit_pool(lo, size), pol_emit_pool(lo, factor.den));
        pol_learn(lo, result, known_of_both(lo, reg, reg) & POL_KNOWN_NOT_NEGATIVE);
        if (pol_knows(lo, reg, POL_KNOWN_UNIT) && size <= factor.den)
            pol_learn(lo, result, POL_KNOWN_UNIT);
    }
    return factor.num > 0 ? result
                          : pol_emit_arith(lo, POL_OP_SUB, pol_emit_constant(lo, POL_C_NUM, 0, den), result);
}

/* (n1 * n2) / (d1 * d2 * d3) in lowest terms; false (and noted) when a part does not fit. */
static bool reduced(pol_lowering *lo, pol_i128 numerators[2], pol_i128 denominators[3], pol_rational *r)
{
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned j = 0; j < 3; j++) {
            const pol_i128 common = pol_gcd(numerators[i], denominators[j]);
            numerators[i] /= common;
            denominators[j] /= common;
        }
    }
    pol_i128 low;
    if (pol_mul_i128(numerators[0], numerators[1], &r->num) &&
        pol_mul_i128(denominators[0], denominators[1], &low) &&
        pol_mul_i128(low, denominators[2], &r->den))
        return true;
    note_too_fine(lo);
    *r = (pol_rational){ 1, 1 };
    return false;
}

bool pol_rounding_args(pol_lowering *lo, pol_rational unit, pol_i128 den, pol_i128 result_den,
                       uint32_t i[3])
{
    pol_rational factor;
    const bool fits = reduced(lo, (pol_i128[2]){ unit.den, 1 }, (pol_i128[3]){ den, unit.num, 1 }, &factor);
    assert(result_den % unit.den == 0);
    pol_i128 back;
    if (!pol_mul_i128(unit.num, result_den / unit.den, &back)) {
        note_too_fine(lo);
        back = 1;
    }
    i[0] = pol_emit_pool(lo, factor.num);
    i[1] = pol_emit_pool(lo, factor.den);
    i[2] = pol_emit_pool(lo, back);
    return fits;
}

static uint32_t round_quotient(pol_lowering *lo, pol_value value, unsigned mode, pol_rational unit,
                               pol_i128 result_den)
{
    const pol_i128 dx = pol_reg(lo, value.reg)->den, dz = pol_reg(lo, value.times)->den,
                   dy = pol_reg(lo, value.over)->den;
    uint32_t i[3];
    pol_rational factor;
    (void)pol_rounding_args(lo, unit, 1, result_den, i);
    (void)reduced(lo, (pol_i128[2]){ dy, unit.den }, (pol_i128[3]){ dx, dz, unit.num }, &factor);
    return EMIT(lo, ROUNDQ, result_den, value.reg, value.times, value.over, mode,
                pol_emit_pool(lo, factor.num), pol_emit_pool(lo, factor.den), i[2]);
}

uint32_t pol_emit_round(pol_lowering *lo, pol_value value, unsigned mode, pol_rational unit,
                   pol_i128 result_den)
{
    if (pol_is_quotient(value))
        return round_quotient(lo, value, mode, unit, result_den);
    const uint32_t reg = value.reg;
    const pol_i128 den = pol_reg(lo, reg)->den;
    pol_i128 steps;
    if (pol_mul_i128(den, unit.num, &steps) && unit.den % steps == 0)
        return pol_emit_scaled(lo, reg, result_den);
    pol_rational known;
    pol_i128 multiples;
    if (known_number(lo, reg, &known) && pol_mul_i128(known.den, unit.num, &steps) &&
        pol_muldiv_rounded(known.num, unit.den, steps, (pol_rounding)(mode & 3), &multiples) &&
        pol_rational_mul((pol_rational){ multiples, 1 }, unit, &known))
        return pol_emit_number(lo, known, result_den);
    uint32_t i[3];
    (void)pol_rounding_args(lo, unit, den, result_den, i);
    const uint32_t result = EMIT(lo, ROUND, result_den, reg, mode, i[0], i[1], i[2]);
    pol_learn(lo, result, known_of_both(lo, reg, reg) & POL_KNOWN_NOT_NEGATIVE);
    return result;
}

/* ---- yes/no and choice ------------------------------------------------------------------------------------------- */

uint32_t pol_emit_not(pol_lowering *lo, uint32_t a)
{
    const int known = pol_known_truth(lo, a);
    if (known >= 0)
        return pol_emit_truth(lo, known == 0);
    const pol_register *r = pol_reg(lo, a);
    if (r->origin == POL_FROM_INSTR && r->index < lo->instrs.count &&
        lo->instrs.items[r->index].op == POL_OP_NOT)
        return lo->instrs.items[r->index].arg[1];
    return EMIT(lo, NOT, 1, a);
}

/* No and a failed value is failed, so only yes can be left out. */
uint32_t pol_emit_and(pol_lowering *lo, uint32_t a, uint32_t b)
{
    if (pol_known_truth(lo, a) == 1 || a == b)
        return b;
    return pol_known_truth(lo, b) == 1 ? a : EMIT(lo, AND, 1, a, b);
}

uint32_t pol_emit_or(pol_lowering *lo, uint32_t a, uint32_t b)
{
    if (pol_known_truth(lo, a) == 0 || a == b)
        return b;
    return pol_known_truth(lo, b) == 0 ? a : EMIT(lo, OR, 1, a, b);
}

static uint32_t retiered(pol_lowering *lo, uint32_t constant, pol_i128 up, pol_i128 up2, pol_i128 den,
                         pol_i128 den2)
{
    const pol_constant *c = &lo->constants.items[constant];
    if (c->tiers == NULL)
        return pol_emit_lost(lo, POL_C_TIERS, den, den2, c->number == POL_NUM_FAILED);
    pol_tiers tiers = *c->tiers; /* numbers of a schedule are below 10^15 over at most 10^22 */
    tiers.low *= up;
    for (uint32_t i = 0; i < tiers.count; i++) {
        if (tiers.tiers[i].upper != POL_NUM_UNLIMITED)
            tiers.tiers[i].upper *= up;
        tiers.tiers[i].ratio *= up2;
    }
    return pol_emit_schedule(lo, &tiers, den, den2);
}

uint32_t pol_emit_tiers_scaled(pol_lowering *lo, uint32_t reg, pol_i128 den, pol_i128 den2)
{
    const pol_register r = *pol_reg(lo, reg);
    if ((r.den == den && r.den2 == den2) || den == 0 || den2 == 0)
        return reg;
    const bool divides = den % r.den == 0 && den2 % r.den2 == 0;
    const uint32_t constant = pol_constant_of(lo, reg);
    if (divides && constant != POL_NONE32)
        return retiered(lo, constant, den / r.den, den2 / r.den2, den, den2);
    if (!divides || r.den != den) { /* no instruction changes the bounds' denominator */
        note_too_fine(lo);
        return reg;
    }
    const pol_i128 up = den2 / r.den2;
    const uint32_t one = pol_emit_constant(lo, POL_C_NUM, up, up);
    const uint32_t result = EMIT2(lo, TNUM, den, den2, reg, one, 3);
    pol_learn(lo, result, known_of_both(lo, reg, reg));
    return result;
}

/* Brings two registers of one class to common denominators. */
static void unify(pol_lowering *lo, uint32_t *a, uint32_t *b)
{
    const pol_register x = *pol_reg(lo, *a), y = *pol_reg(lo, *b);
    if (x.class_ != POL_C_NUM && x.class_ != POL_C_TIERS)
        return;
    const pol_i128 den = pol_common_den(lo, x.den, y.den);
    if (x.class_ == POL_C_NUM) {
        *a = pol_emit_scaled(lo, *a, den);
        *b = pol_emit_scaled(lo, *b, den);
        return;
    }
    const pol_i128 den2 = pol_common_den(lo, x.den2, y.den2);
    *a = pol_emit_tiers_scaled(lo, *a, den, den2);
    *b = pol_emit_tiers_scaled(lo, *b, den, den2);
}

uint32_t pol_emit_select(pol_lowering *lo, uint32_t cond, uint32_t a, uint32_t b)
{
    static const pol_opcode k_selects[POL_CLASS_COUNT] = {
        [POL_C_NUM] = POL_OP_SELN,  [POL_C_BOOL] = POL_OP_SELB, [POL_C_CODE] = POL_OP_SELC,
        [POL_C_DATE] = POL_OP_SELD, [POL_C_SET] = POL_OP_COUNT, [POL_C_TIERS] = POL_OP_SELT,
    };
    const int known = pol_known_truth(lo, cond);
    if (known >= 0)
        return known != 0 ? a : b;
    if (pol_known_truth(lo, a) == 1 && pol_known_truth(lo, b) == 0)
        return cond;
    if (pol_known_truth(lo, a) == 0 && pol_known_truth(lo, b) == 1)
        return pol_emit_not(lo, cond);
    unify(lo, &a, &b);
    const pol_register r = *pol_reg(lo, a);
    const pol_opcode op = k_selects[r.class_];
    assert(op != POL_OP_COUNT);
    const uint32_t result = pol_emit(lo, op, r.den, r.den2, 3, (const uint32_t[]){ cond, a, b });
    pol_learn(lo, result, known_of_both(lo, a, b));
    return result;
}

/* A plain value as a quotient by one. */
static pol_value as_quotient(pol_lowering *lo, pol_value value)
{
    if (pol_is_quotient(value))
        return value;
    const uint32_t one = pol_emit_constant(lo, POL_C_NUM, 1, 1);
    return (pol_value){ value.reg, one, one };
}

pol_value pol_emit_select_value(pol_lowering *lo, uint32_t cond, pol_value a, pol_value b)
{
    const int known = pol_known_truth(lo, cond);
    if (known >= 0)
        return known != 0 ? a : b;
    if (!pol_is_quotient(a) && !pol_is_quotient(b))
        return POL_PLAIN(pol_emit_select(lo, cond, a.reg, b.reg));
    a = as_quotient(lo, a);
    b = as_quotient(lo, b);
    return (pol_value){ pol_emit_select(lo, cond, a.reg, b.reg), pol_emit_select(lo, cond, a.times, b.times),
                        pol_emit_select(lo, cond, a.over, b.over) };
}

uint32_t pol_emit_pick(pol_lowering *lo, uint32_t choice, const uint32_t *regs, uint32_t count)
{
    static const pol_opcode k_picks[POL_CLASS_COUNT] = {
        [POL_C_NUM] = POL_OP_PICKN,  [POL_C_BOOL] = POL_OP_PICKB, [POL_C_CODE] = POL_OP_PICKC,
        [POL_C_DATE] = POL_OP_PICKD, [POL_C_SET] = POL_OP_COUNT,  [POL_C_TIERS] = POL_OP_PICKT,
    };
    uint32_t *list = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    if (list == NULL || count == 0)
        return POL_NONE32;
    pol_register sum = *pol_reg(lo, regs[0]);
    for (uint32_t i = 1; i < count; i++) {
        sum.den = pol_common_den(lo, sum.den, pol_reg(lo, regs[i])->den);
        sum.den2 = pol_common_den(lo, sum.den2, pol_reg(lo, regs[i])->den2);
    }
    unsigned known = POL_KNOWN_NOT_NEGATIVE | POL_KNOWN_UNIT;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = sum.class_ == POL_C_NUM     ? pol_emit_scaled(lo, regs[i], sum.den)
                  : sum.class_ == POL_C_TIERS ? pol_emit_tiers_scaled(lo, regs[i], sum.den, sum.den2)
                                              : regs[i];
        known &= known_of_both(lo, list[i], list[i]);
    }
    const pol_opcode op = k_picks[sum.class_];
    assert(op != POL_OP_COUNT);
    const uint32_t result = pol_emit(lo, op, sum.den, sum.den2, 2,
                                     (const uint32_t[]){ choice, pol_emit_list(lo, list, count) });
    pol_learn(lo, result, known);
    return result;
}

pol_value pol_emit_pick_value(pol_lowering *lo, uint32_t choice, const pol_value *values, uint32_t count)
{
    uint32_t *parts[3];
    bool quotient = false;
    for (unsigned p = 0; p < 3; p++) {
        parts[p] = POL_NEW_ARRAY(lo->arena, uint32_t, count);
        if (parts[p] == NULL)
            return POL_PLAIN(POL_NONE32);
    }
    for (uint32_t i = 0; i < count; i++)
        quotient = quotient || pol_is_quotient(values[i]);
    for (uint32_t i = 0; i < count; i++) {
        const pol_value value = quotient ? as_quotient(lo, values[i]) : values[i];
        parts[0][i] = value.reg;
        parts[1][i] = value.times;
        parts[2][i] = value.over;
    }
    if (!quotient)
        return POL_PLAIN(pol_emit_pick(lo, choice, parts[0], count));
    return (pol_value){ pol_emit_pick(lo, choice, parts[0], count), pol_emit_pick(lo, choice, parts[1], count),
                        pol_emit_pick(lo, choice, parts[2], count) };
}

static pol_compare_op mirrored(pol_compare_op op)
{
    switch (op) {
    case POL_GE: return POL_LE;
    case POL_LE: return POL_GE;
    case POL_GT: return POL_LT;
    case POL_LT: return POL_GT;
    case POL_EQ:
    case POL_NE: break;
    }
    return op;
}

static uint32_t compare_quotient(pol_lowering *lo, pol_value q, uint32_t d, pol_compare_op op)
{
    pol_rational factor;
    (void)reduced(lo, (pol_i128[2]){ pol_reg(lo, q.over)->den, pol_reg(lo, d)->den },
                  (pol_i128[3]){ pol_reg(lo, q.reg)->den, pol_reg(lo, q.times)->den, 1 }, &factor);
    return EMIT(lo, CMPQ, 1, q.reg, q.times, q.over, d, (uint32_t)op, pol_emit_pool(lo, factor.num),
                pol_emit_pool(lo, factor.den));
}

uint32_t pol_emit_compare(pol_lowering *lo, pol_value a, pol_value b, pol_compare_op op)
{
    const uint32_t k = (uint32_t)op;
    if (pol_is_quotient(a))
        return compare_quotient(lo, a, b.reg, op);
    if (pol_is_quotient(b))
        return compare_quotient(lo, b, a.reg, mirrored(op));
    switch ((pol_class)pol_reg(lo, a.reg)->class_) {
    case POL_C_BOOL:
        if (pol_known_truth(lo, b.reg) >= 0)
            return (pol_known_truth(lo, b.reg) == 1) == (op == POL_EQ) ? a.reg : pol_emit_not(lo, a.reg);
        return EMIT(lo, EQB, 1, a.reg, b.reg, k);
    case POL_C_CODE: return EMIT(lo, EQC, 1, a.reg, b.reg, k);
    case POL_C_DATE: return EMIT(lo, CMPD, 1, a.reg, b.reg, k);
    default: return EMIT(lo, CMP, 1, a.reg, b.reg, k);
    }
}

uint32_t pol_emit_has(pol_lowering *lo, uint32_t reg)
{
    switch ((pol_class)pol_reg(lo, reg)->class_) {
    case POL_C_NUM: return EMIT(lo, HASN, 1, reg);
    case POL_C_BOOL: return EMIT(lo, HASB, 1, reg);
    case POL_C_CODE: return EMIT(lo, HASC, 1, reg);
    case POL_C_DATE: return EMIT(lo, HASD, 1, reg);
    case POL_C_SET: return EMIT(lo, HASS, 1, reg);
    case POL_C_TIERS: return EMIT(lo, HAST, 1, reg);
    case POL_CLASS_COUNT: break;
    }
    return POL_NONE32;
}
