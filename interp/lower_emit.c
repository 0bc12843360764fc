/* Instructions, constants, lists: each made once, by content. */
#include "interp/lower_internal.h"

#include <assert.h>
#include <string.h>

/* Before dead code is dropped there may be more than a program can hold, but not without bound; what is
 * lowered again and again (in other lanes, for other caps) is bounded too. */
#define MAX_RAW_INSTRUCTIONS (16 * POL_MAX_INSTRUCTIONS)
#define MAX_LOWERED_NODES    (1u << 22)

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
        if (index->slots[i].hash == (uint32_t)hash && same(lo, index->slots[i].entry - 1, key))
            return index->slots[i].entry - 1;
    return POL_NONE32;
}

static void put_slot(pol_slot *slots, uint32_t slot_count, pol_slot slot)
{
    uint32_t i = slot.hash & (slot_count - 1);
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
    put_slot(index->slots, index->slot_count, (pol_slot){ (uint32_t)hash, number + 1 });
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
    if (lo->memos.count >= MAX_LOWERED_NODES)
        lo->too_many = true;
    else if (POL_PUSH(lo->arena, lo->memos, ((pol_memo){ key, value })))
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

unsigned pol_known_of_both(const pol_lowering *lo, uint32_t a, uint32_t b)
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

void pol_too_fine(pol_lowering *lo)
{
    if (lo->too_fine.file == UINT32_MAX)
        lo->too_fine = lo->here;
}

bool pol_fits_den(pol_i128 a, pol_i128 b, pol_i128 *product)
{
    return pol_mul_i128(a, b, product) && *product <= pol_pow10(POL_MAX_DECIMALS);
}

pol_i128 pol_product_den(pol_lowering *lo, pol_i128 a, pol_i128 b)
{
    pol_i128 result;
    if (pol_fits_den(a, b, &result))
        return result;
    pol_too_fine(lo);
    return 1; /* whatever comes of it is thrown away */
}

pol_i128 pol_common_den(pol_lowering *lo, pol_i128 a, pol_i128 b)
{
    return a == b ? a : pol_product_den(lo, a / pol_gcd(a, b), b);
}

/* ---- constants ------------------------------------------------------------------------------------------ */

typedef struct constant_key {
    pol_constant constant;
    pol_i128 den, den2;
} constant_key;

/* Entries of this table are register numbers. */
static bool same_constant(const pol_lowering *lo, uint32_t number, const void *key)
{
    const constant_key *wanted = key;
    const pol_register *r = &lo->registers.items[number];
    const pol_constant *c = &lo->constants.items[r->index];
    if (c->class_ != wanted->constant.class_ || c->number != wanted->constant.number ||
        r->den != wanted->den || r->den2 != wanted->den2 ||
        (c->tiers == NULL) != (wanted->constant.tiers == NULL) ||
        !pol_str_equal(c->missing, wanted->constant.missing))
        return false;
    return c->tiers == NULL || pol_tiers_equal(c->tiers, wanted->constant.tiers);
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

bool pol_is_sentinel(pol_i128 number)
{
    return number <= POL_NUM_FAILED || number == POL_NUM_UNLIMITED;
}

uint32_t pol_emit_constant(pol_lowering *lo, pol_class class_, pol_i128 number, pol_i128 den)
{
    const uint32_t reg = intern_constant(
        lo, (constant_key){ { .class_ = (uint8_t)class_, .number = number }, den, 1 });
    if (class_ == POL_C_NUM && !pol_is_sentinel(number)) {
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
    if (den % value.den != 0 || !pol_mul_i128(value.num, den / value.den, &number)) {
        pol_too_fine(lo);
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

uint32_t pol_emit_missing(pol_lowering *lo, pol_type type, pol_str name)
{
    const pol_constant constant = { .class_ = (uint8_t)pol_class_of(type), .number = POL_NUM_ABSENT, .missing = name };
    return intern_constant(lo, (constant_key){ constant, type.den, type.tag == POL_T_TIERS ? type.den2 : 1 });
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
bool pol_known_number(const pol_lowering *lo, uint32_t reg, pol_rational *value)
{
    const uint32_t constant = pol_constant_of(lo, reg);
    if (constant == POL_NONE32 || lo->constants.items[constant].class_ != POL_C_NUM ||
        pol_is_sentinel(lo->constants.items[constant].number))
        return false;
    *value = pol_rational_make(lo->constants.items[constant].number, pol_reg(lo, reg)->den);
    return true;
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
