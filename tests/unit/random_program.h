/* Random programs that the verifier accepts, and random claims for them. The same seed gives the same
 * program; every opcode occurs sooner or later. */
#ifndef POL_TESTS_RANDOM_PROGRAM_H
#define POL_TESTS_RANDOM_PROGRAM_H

#include "interp/vm.h"

#include "assemble.h"

/* ---- random numbers: splitmix64 --------------------------------------------------------------------- */

static inline uint64_t rp_next(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint32_t rp_below(uint64_t *seed, uint32_t count)
{
    return (uint32_t)(rp_next(seed) % count);
}

/* A number over `den`: mostly small, sometimes a limit, sometimes no number at all. */
static inline pol_i128 rp_number(uint64_t *seed, pol_i128 den)
{
    const uint32_t kind = rp_below(seed, 20);
    const pol_i128 small = (pol_i128)(rp_next(seed) % 2000000) - 200000;
    if (kind == 0)
        return POL_NUM_ABSENT;
    if (kind == 1)
        return POL_NUM_FAILED;
    if (kind == 2)
        return POL_NUM_UNLIMITED;
    if (kind == 3)
        return den * POL_MAX_MAGNITUDE - 1;
    if (kind == 4)
        return (small % 1000) * den;
    if (kind == 5)
        return small * den / 7;
    return small % (den * 1000 < 2000000 ? den * 1000 : 2000000);
}

/* A ratio or bound: never a sentinel. */
static inline pol_i128 rp_plain(uint64_t *seed, pol_i128 den)
{
    const pol_i128 number = rp_number(seed, den);
    return number <= POL_NUM_FAILED || number == POL_NUM_UNLIMITED ? den / 2 : number;
}

static inline pol_i128 rp_small_class(uint64_t *seed, uint8_t class_)
{
    const uint32_t kind = rp_below(seed, 12);
    if (kind == 0)
        return POL_NUM_ABSENT;
    if (kind == 1 && class_ != POL_C_SET)
        return POL_NUM_FAILED;
    switch (class_) {
    case POL_C_BOOL: return rp_below(seed, 2);
    case POL_C_CODE: return (pol_i128)rp_below(seed, 7) - 1;
    case POL_C_DATE: return POL_DATE_MIN + (pol_date)rp_below(seed, 109573);
    default: return 1 + (pol_i128)(rp_next(seed) % 255);
    }
}

static inline pol_tiers *rp_tiers(pol_arena *arena, uint64_t *seed, pol_i128 den, pol_i128 den2)
{
    pol_tiers *tiers = POL_NEW(arena, pol_tiers);
    if (tiers == NULL)
        return NULL;
    tiers->count = 1 + rp_below(seed, 4);
    tiers->low = rp_below(seed, 3) * den;
    tiers->low_in_first = rp_below(seed, 2) != 0;
    pol_i128 at = tiers->low;
    for (uint32_t i = 0; i < tiers->count; i++) {
        at += 1 + (pol_i128)(rp_next(seed) % 5000) * den / 2;
        tiers->tiers[i].upper = at;
        tiers->tiers[i].ratio =
            rp_below(seed, 8) == 0 ? rp_plain(seed, den2) : den2 * rp_below(seed, 101) / 100;
        tiers->tiers[i].upper_in_next = rp_below(seed, 2) != 0;
    }
    if (rp_below(seed, 2) != 0) {
        tiers->tiers[tiers->count - 1].upper = POL_NUM_UNLIMITED;
        tiers->tiers[tiers->count - 1].upper_in_next = false;
    }
    return tiers;
}

/* ---- registers ---------------------------------------------------------------------------------------- */

static inline uint32_t rp_constant(assembly *as, uint64_t *seed, uint8_t class_, pol_i128 den,
                                   pol_i128 den2)
{
    pol_constant constant = { .class_ = class_ };
    if (class_ == POL_C_NUM)
        constant.number = rp_number(seed, den);
    else if (class_ != POL_C_TIERS)
        constant.number = rp_small_class(seed, class_);
    else if (rp_below(seed, 10) == 0)
        constant.number = rp_below(seed, 2) == 0 ? POL_NUM_ABSENT : POL_NUM_FAILED;
    else
        constant.tiers = rp_tiers(&as->arena, seed, den, den2);
    if (constant.number == POL_NUM_ABSENT)
        constant.missing = POL_STR("参数.甲");
    return as_constant(as, constant, den, den2);
}

/* A register to read: one there is, if it fits, else a constant. den 0: any. */
static inline uint32_t rp_pick(assembly *as, uint64_t *seed, uint8_t class_, pol_i128 den,
                               pol_i128 den2)
{
    const bool has_den = class_ == POL_C_NUM || class_ == POL_C_TIERS;
    for (int tries = 0; tries < 24 && as->code.register_count > 0; tries++) {
        const uint32_t reg = rp_below(seed, as->code.register_count);
        const pol_register *r = &as->registers[reg];
        const bool fits = r->class_ == class_ && (!has_den || den == 0 || r->den == den) &&
                          (class_ != POL_C_TIERS || den2 == 0 || r->den2 == den2);
        /* not the results of the instruction under construction */
        if (fits && (r->origin != POL_FROM_INSTR || r->index < as->code.instr_count))
            return reg;
    }
    return rp_constant(as, seed, class_, den == 0 ? 100 : den, den2 == 0 ? 100 : den2);
}

/* ---- instructions ----------------------------------------------------------------------------------------- */

static inline uint8_t rp_class(char letter)
{
    switch (letter) {
    case 'N':
    case '*': return POL_C_NUM;
    case 'B': return POL_C_BOOL;
    case 'C': return POL_C_CODE;
    case 'D': return POL_C_DATE;
    case 'S': return POL_C_SET;
    default: return POL_C_TIERS;
    }
}

static inline uint32_t rp_positive(assembly *as, uint64_t *seed)
{
    static const int32_t k_some[] = { 1, 1, 2, 3, 100, 10000 };
    return as_pool(as, rp_below(seed, 12) == 0 ? POL_I128_MAX - rp_below(seed, 9)
                                               : k_some[rp_below(seed, 6)]);
}

static inline uint32_t rp_small(uint64_t *seed, pol_opcode op, unsigned n)
{
    switch (op) {
    case POL_OP_ROUND: return rp_below(seed, 8);
    case POL_OP_ROUNDQ:
    case POL_OP_TAIL: return rp_below(seed, 4);
    case POL_OP_CMP:
    case POL_OP_CMPQ:
    case POL_OP_CMPD:
    case POL_OP_TNUM: return rp_below(seed, 6);
    case POL_OP_DEADLINE: return 1 + rp_below(seed, n == 0 ? 12 : 28);
    case POL_OP_PART: return rp_below(seed, 3);
    case POL_OP_TMAKE: return (uint32_t)rp_next(seed);
    default: return rp_below(seed, 2);
    }
}

/* Denominators of results and arguments, by the rules of the table. Zero: any. */
typedef struct rp_dens {
    pol_i128 result, result2, number[4], tiers, tiers2;
} rp_dens;

static inline rp_dens rp_choose_dens(uint64_t *seed, pol_opcode op, uint32_t k, pol_i128 factor)
{
    static const int32_t k_dens[] = { 1, 100, 100, 10000, 1000000 };
    const pol_i128 a = k_dens[rp_below(seed, 5)], b = k_dens[rp_below(seed, 3)];
    rp_dens d = { a, 100, { a, a, a, a }, 100, 100 };
    switch (op) {
    case POL_OP_MUL: d.result = a * b, d.number[1] = b; break;
    case POL_OP_SCALE:
    case POL_OP_MULC: d.result = a * factor; break;
    case POL_OP_ROUND:
    case POL_OP_ROUNDQ: d.result = 100; break;
    case POL_OP_CMP: d.number[1] = b; break;
    case POL_OP_WHOLE: d.result = 1; break;
    case POL_OP_DIFFD:
    case POL_OP_AGE:
    case POL_OP_PART: d.result = 1; break;
    case POL_OP_TNUM:
        d.result = d.tiers;
        d.number[0] = k == 3 ? b : d.tiers2;
        d.result2 = k == 3 ? d.tiers2 * b : d.tiers2;
        break;
    case POL_OP_TMAKE:
    case POL_OP_TVALID: d.result = 100; break;
    case POL_OP_SELT:
    case POL_OP_PICKT: d.result = 100; break;
    case POL_OP_TSUM:
        d.number[0] = d.number[1] = b * 100;
        d.result = b * 100 * d.tiers2;
        break;
    case POL_OP_TRATE: d.number[0] = b * 100, d.result = d.tiers2; break;
    case POL_OP_TLEAST:
    case POL_OP_TMOST: d.result = d.tiers2; break;
    case POL_OP_TAIL: d.result = d.number[1] = d.number[2] = 100; break;
    default: break;
    }
    return d;
}

static inline uint32_t rp_random_list(assembly *as, uint64_t *seed, char letter,
                                      uint8_t first_class, const rp_dens *d)
{
    uint32_t regs[16];
    uint32_t count = 1 + rp_below(seed, 4);
    if (letter == 'y')
        count = 3 + 2 * rp_below(seed, 3);
    if (letter == 'u')
        count = as->tables[0].column_count;
    for (uint32_t i = 0; i < count; i++) {
        if (letter == 'u')
            regs[i] = rp_pick(as, seed, as->tables[0].columns[i].class_, 0, 0);
        else if (letter == 'l')
            regs[i] = rp_pick(as, seed, POL_C_BOOL, 0, 0);
        else if (letter == 'y')
            regs[i] = as_number(as, i > 0 && i % 2 == 0 ? rp_below(seed, 100) : 100 * i, 100);
        else
            regs[i] = rp_pick(as, seed, first_class, d->result, d->result2);
    }
    return as_list(as, count, regs);
}

static inline void rp_instr(assembly *as, uint64_t *seed, pol_opcode op)
{
    const char *signature = pol_op_signature(op);
    const char *letters = strchr(signature, '=') + 1;
    const unsigned results = (unsigned)(letters - 1 - signature);
    const uint8_t first_class = rp_class(signature[0]);
    uint32_t args[POL_MAX_ARGS], small[2] = { rp_small(seed, op, 0), rp_small(seed, op, 1) };
    uint32_t pool[3];
    unsigned n = results, numbers = 0, smalls = 0, pools = 0;
    for (int i = 0; i < 3; i++)
        pool[i] = rp_positive(as, seed);
    if (op == POL_OP_SCALE || op == POL_OP_MULC)
        as->pool[pool[0]] = as->pool[pool[1]] = 100; /* denominators must stay small */
    if (op == POL_OP_ANYOF)
        as->pool[pool[0]] = (pol_i128)rp_next(seed);
    const rp_dens d = rp_choose_dens(seed, op, small[0], 100);
    for (const char *letter = letters; *letter != '\0'; letter++, n++) {
        switch (*letter) {
        case 'k': args[n] = small[smalls++]; break;
        case 'i': args[n] = pool[pools++]; break;
        case 't':
        case 'm': args[n] = 0; break;
        case 's': args[n] = rp_below(seed, as->code.sink_count); break;
        case 'L':
        case 'l':
        case 'u':
        case 'y': args[n] = rp_random_list(as, seed, *letter, first_class, &d); break;
        case 'N':
        case '*': args[n] = rp_pick(as, seed, POL_C_NUM, d.number[numbers++], 0); break;
        case 'T':
            args[n] = op == POL_OP_SELT ? rp_pick(as, seed, POL_C_TIERS, d.result, d.result2)
                                        : rp_pick(as, seed, POL_C_TIERS, d.tiers, d.tiers2);
            break;
        default: args[n] = rp_pick(as, seed, rp_class(*letter), 0, 0); break;
        }
    }
    for (unsigned i = 0; i < results; i++)
        args[i] = as_result(as, rp_class(signature[i]), d.result, d.result2);
    as_emit(as, op, n, args);
}

/* ---- programs -------------------------------------------------------------------------------------------------- */

static inline void rp_world(assembly *as, uint64_t *seed)
{
    static pol_str labels[] = { { "特困人员", 12 }, { "低保对象", 12 }, { "其他", 6 } };
    static uint16_t of_bool[] = { 0, 1 }, of_code[] = { 0, 1, 1 }, of_number[] = { 0, 1, 1 };
    static pol_i128 bounds[] = { 100000 };
    static uint16_t cells[] = { 0, 1, 2, 3, 4, 5, 6, 0xFFFF };
    static pol_table_column columns[] = {
        { .class_ = POL_C_BOOL, .class_of = of_bool, .class_count = 2 },
        { .class_ = POL_C_CODE,
          .class_of = of_code,
          .code_count = 3,
          .other_class = 1,
          .class_count = 2 },
        { .class_ = POL_C_NUM,
          .class_of = of_number,
          .bound_count = 1,
          .bounds = bounds,
          .den = 10000,
          .class_count = 2 },
    };
    static uint8_t member[] = { 1, 0, 1 };
    static const char *const names[] = { "金额甲", "比例乙", "整数丙", "是否丁", "日期戊",
                                         "文字己", "标签庚", "多选辛", "分段壬" };
    as->label_sets[0] =
        (pol_label_set){ .name = POL_STR("人员类别"), .count = 3, .labels = labels };
    as->label_set_count = 1;
    as->texts[0] = POL_STR("冠心病");
    as->texts[1] = POL_STR("一站式");
    as->text_count = 2;
    for (uint8_t i = 0; i < 9; i++)
        (void)as_field(as, (pol_field_def){ .name = pol_str_of(names[i]),
                                            .type = i,
                                            .optional = true,
                                            .null_unlimited = i == 0,
                                            .best = i == POL_F_LABELS });
    (void)as_field(as,
                   (pol_field_def){ .name = POL_STR("本年已付"), .role = POL_ROLE_ACCUMULATOR });
    (void)as_field(as, (pol_field_def){ .name = POL_STR("本年次数"),
                                        .type = POL_F_INTEGER,
                                        .role = POL_ROLE_ACCUMULATOR });
    for (uint8_t i = 0; i < 2; i++) {
        pol_field_def field = { .name = POL_STR("限额"),
                                .role = POL_ROLE_PARAMETER,
                                .has_default = true,
                                .default_constant = as->code.constant_count,
                                .null_unlimited = true };
        (void)as_number(as, i == 0 ? POL_NUM_UNLIMITED : 12345600, 100);
        (void)as_field(as, field);
    }
    as->tables[0] = (pol_table){
        .column_count = 3, .columns = columns, .row_count = 7, .cell_count = 8, .cells = cells
    };
    as->members[0] = (pol_members){ .count = 3, .member = member };
    as->code.table_count = as->code.member_count = 1;
    as->code.governing_field = 4;
    for (uint8_t i = 0; i < 12; i++)
        (void)as_sink(as, (pol_sink){ .phase = i % 5,
                                      .limit = i % 6,
                                      .error = 1 + i % 7,
                                      .field = POL_STR("医疗救助"),
                                      .message = POL_STR("说明"),
                                      .line = i });
    (void)rp_next(seed);
}

static inline void rp_results(assembly *as, uint64_t *seed)
{
    pol_code *code = &as->code;
    code->total = rp_pick(as, seed, POL_C_NUM, 100, 0);
    code->person = rp_pick(as, seed, POL_C_NUM, 100, 0);
    code->hospital = rp_pick(as, seed, POL_C_NUM, 100, 0);
    as->payers[0] = (pol_payer_def){ .name = POL_STR("医疗救助"), .paid = code->total, .line = 7 };
    as->payers[1] =
        (pol_payer_def){ .name = POL_STR("减免"), .hospital = true, .paid = code->person };
    code->payer_count = 2;
    as->orders[0] = as_range(as, 2, (uint32_t[]){ 1, 0 });
    as->orders[1] = as_range(as, 0, NULL);
    code->order_count = 2;
    code->order_case = as_value(as, POL_C_CODE, 1);
    as->advances[0] = (pol_advance_def){ POL_STR("医院"), POL_STR("医疗救助"), code->hospital };
    code->advance_count = 1;
    as->statuses[0] = (pol_status_def){ POL_STR("甲状态"), rp_pick(as, seed, POL_C_BOOL, 0, 0) };
    as->statuses[1] = (pol_status_def){ POL_STR("达限额"), rp_pick(as, seed, POL_C_BOOL, 0, 0) };
    if (pol_str_compare(as->statuses[0].name, as->statuses[1].name) > 0) {
        const pol_status_def first = as->statuses[0];
        as->statuses[0] = as->statuses[1];
        as->statuses[1] = first;
    }
    code->status_count = 2;
    static uint32_t keys[] = { 6 };
    as->accums[0] = (pol_accum_def){ .name = POL_STR("本年已付"),
                                     .period = POL_YEARLY,
                                     .start_month = 9,
                                     .start_day = 1,
                                     .key_count = 1,
                                     .keys = keys,
                                     .field = 9,
                                     .after = code->total,
                                     .added = POL_NONE32 };
    as->accums[1] = (pol_accum_def){ .name = POL_STR("本年次数"),
                                     .integer = true,
                                     .household = true,
                                     .period = POL_ROLLING,
                                     .months = 12,
                                     .start_month = 1,
                                     .start_day = 1,
                                     .field = 10 };
    as->accums[1].after = as->accums[1].added = rp_pick(as, seed, POL_C_NUM, 1, 0);
    code->accum_count = 2;
    const uint32_t regs[] = { code->total,
                              rp_pick(as, seed, POL_C_NUM, 0, 0),
                              rp_pick(as, seed, POL_C_BOOL, 0, 0),
                              rp_pick(as, seed, POL_C_DATE, 0, 0),
                              as_value(as, POL_C_CODE, 1),
                              as_value(as, POL_C_CODE, 2),
                              0 };
    for (uint8_t i = 0; i <= POL_OUT_NULL; i++)
        as->outputs[i] = (pol_output_def){ .name = POL_STR("附加项"), .kind = i, .reg = regs[i] };
    code->output_count = POL_OUT_NULL + 1;
}

/* A program of `count` random instructions; as_end(as) when it is no longer needed. */
static inline pol_program *rp_program(assembly *as, uint64_t seed, uint32_t count)
{
    as_start(as);
    rp_world(as, &seed);
    for (uint32_t i = 0; i < count; i++)
        rp_instr(as, &seed, (pol_opcode)rp_below(&seed, POL_OP_COUNT));
    rp_results(as, &seed);
    return as_finish(as);
}

/* ---- claims ------------------------------------------------------------------------------------------------------ */

static inline void rp_fill_field(pol_block *block, uint64_t *seed, const pol_field_def *field,
                                 uint32_t row)
{
    const uint32_t reg = field->reg;
    const uint8_t class_ = block->code->registers[reg].class_;
    const bool absent = rp_below(seed, 8) == 0;
    switch (class_) {
    case POL_C_NUM: {
        const pol_i128 number = rp_plain(seed, block->code->registers[reg].den);
        pol_port_num(block, reg)[row] = absent ? POL_PORT_ABSENT
                                       : field->null_unlimited && rp_below(seed, 4) == 0
                                           ? POL_PORT_UNLIMITED
                                           : pol_port_of(number);
        break;
    }
    case POL_C_BOOL:
        pol_port_bool(block, reg)[row] = absent ? POL_BOOL_ABSENT : (uint8_t)rp_below(seed, 2);
        break;
    case POL_C_CODE:
        pol_port_code(block, reg)[row] = absent ? POL_CODE_ABSENT : (int32_t)rp_below(seed, 3);
        break;
    case POL_C_DATE:
        pol_port_code(block, reg)[row] =
            absent ? POL_CODE_ABSENT : POL_DATE_MIN + (pol_date)rp_below(seed, 109573);
        break;
    case POL_C_SET:
        pol_port_set(block, reg)[row] = absent ? POL_SET_ABSENT : 1 + rp_below(seed, 7);
        break;
    default: {
        const pol_tiers *tiers = rp_tiers(block->arena, seed, 100, 1000000);
        if (!absent && tiers != NULL)
            pol_port_tiers(block, reg)[row] = pol_block_add_tiers(block, tiers);
        else
            pol_port_tiers(block, reg)[row] = POL_TIERS_ABSENT;
        break;
    }
    }
}

/* Row `row` from a seed of its own, so that it can be filled again in another block. */
static inline void rp_fill_row(pol_block *block, uint64_t seed, uint32_t row)
{
    for (uint32_t i = 0; i < block->code->field_count; i++)
        rp_fill_field(block, &seed, &block->code->fields[i], row);
}

#endif
