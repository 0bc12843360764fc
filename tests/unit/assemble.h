/* Hand-assembled programs for tests: one matter, built instruction by instruction.
 *
 *   assembly as; as_start(&as);
 *   uint32_t r = as_result(&as, POL_C_NUM, 100, 0);
 *   as_emit(&as, POL_OP_ADD, 3, (uint32_t[]){ r, a, b });
 *   pol_program *program = as_finish(&as);
 *
 * Limits are asserted, not grown. All functions are inline so that a test may leave some unused. */
#ifndef POL_TESTS_ASSEMBLE_H
#define POL_TESTS_ASSEMBLE_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "interp/program.h"

#define AS_MAX 4096

typedef struct assembly {
    pol_field_def fields[64];
    pol_payer_def payers[16];
    pol_advance_def advances[8];
    pol_status_def statuses[16];
    pol_accum_def accums[8];
    pol_output_def outputs[16];
    pol_list32 orders[8];
    pol_register registers[AS_MAX];
    pol_instr instrs[AS_MAX];
    uint32_t operands[AS_MAX];
    pol_list32 lists[AS_MAX];
    pol_constant constants[AS_MAX];
    pol_i128 pool[AS_MAX];
    pol_table tables[8];
    pol_members members[8];
    pol_sink sinks[64];
    pol_label_set label_sets[8];
    pol_str texts[16];
    uint32_t label_set_count, text_count, line;
    pol_code code; /* its counts, and what is not an array */
    pol_arena arena;
} assembly;

static inline void as_start(assembly *as)
{
    memset(as, 0, sizeof *as);
    pol_arena_init(&as->arena, NULL);
    as->code.matter = POL_STR("测试");
    as->code.governing_field = POL_NONE32;
    as->code.order_case = POL_NONE32;
    as->code.total = as->code.person = as->code.hospital = POL_NONE32;
}

static inline uint32_t as_register(assembly *as, uint8_t class_, pol_origin origin, uint32_t index,
                                   pol_i128 den, pol_i128 den2)
{
    const uint32_t reg = as->code.register_count++;
    assert(reg < AS_MAX);
    as->registers[reg] = (pol_register){
        .class_ = class_, .origin = (uint8_t)origin, .index = index, .den = den, .den2 = den2
    };
    return reg;
}

static inline uint32_t as_constant(assembly *as, pol_constant constant, pol_i128 den, pol_i128 den2)
{
    const uint32_t number = as->code.constant_count++;
    assert(number < AS_MAX);
    as->constants[number] = constant;
    return as_register(as, constant.class_, POL_FROM_CONSTANT, number, den, den2);
}

static inline uint32_t as_number(assembly *as, pol_i128 number, pol_i128 den)
{
    return as_constant(as, (pol_constant){ .class_ = POL_C_NUM, .number = number }, den, 0);
}

static inline uint32_t as_value(assembly *as, uint8_t class_, pol_i128 number)
{
    return as_constant(as, (pol_constant){ .class_ = class_, .number = number }, 0, 0);
}

/* The register that the next instruction writes. */
static inline uint32_t as_result(assembly *as, uint8_t class_, pol_i128 den, pol_i128 den2)
{
    return as_register(as, class_, POL_FROM_INSTR, as->code.instr_count, den, den2);
}

static inline void as_emit(assembly *as, pol_opcode op, unsigned count, const uint32_t *args)
{
    const uint32_t number = as->code.instr_count++;
    assert(number < AS_MAX && count <= POL_MAX_ARGS);
    as->instrs[number] = (pol_instr){ .op = (uint16_t)op, .line = ++as->line };
    for (unsigned i = 0; i < count; i++)
        as->instrs[number].arg[i] = args[i];
}
#define AS_EMIT(as, op, ...)                                                                       \
    as_emit((as), (op), sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t),                    \
            (uint32_t[]){ __VA_ARGS__ })

/* The operands of a list, as a fresh range. */
static inline pol_list32 as_range(assembly *as, uint32_t count, const uint32_t *operands)
{
    const pol_list32 range = { as->code.operand_count, count };
    assert(range.start + count <= AS_MAX);
    for (uint32_t i = 0; i < count; i++)
        as->operands[as->code.operand_count++] = operands[i];
    return range;
}

static inline uint32_t as_list(assembly *as, uint32_t count, const uint32_t *operands)
{
    const uint32_t number = as->code.list_count++;
    assert(number < AS_MAX);
    as->lists[number] = as_range(as, count, operands);
    return number;
}

static inline uint32_t as_pool(assembly *as, pol_i128 number)
{
    assert(as->code.pool_count < AS_MAX);
    as->pool[as->code.pool_count] = number;
    return as->code.pool_count++;
}

static inline uint32_t as_sink(assembly *as, pol_sink sink)
{
    as->sinks[as->code.sink_count] = sink;
    return as->code.sink_count++;
}

/* A field with its register, of the class and denominators of its type. */
static inline uint32_t as_field(assembly *as, pol_field_def field)
{
    static const uint8_t k_classes[] = { POL_C_NUM,  POL_C_NUM,  POL_C_NUM, POL_C_BOOL, POL_C_DATE,
                                         POL_C_CODE, POL_C_CODE, POL_C_SET, POL_C_TIERS };
    static const int32_t k_dens[] = { 100, 1000000, 1, 0, 0, 0, 0, 0, 100 };
    const uint32_t number = as->code.field_count++;
    const int32_t den2 = field.type == POL_F_TIERS ? 1000000 : 0;
    field.reg =
        as_register(as, k_classes[field.type], POL_FROM_FIELD, number, k_dens[field.type], den2);
    as->fields[number] = field;
    as->code.input_count += field.role == POL_ROLE_INPUT;
    as->code.accum_field_count += field.role == POL_ROLE_ACCUMULATOR;
    return field.reg;
}

static inline void *as_copy(pol_arena *arena, const void *items, size_t count, size_t size)
{
    void *copy = pol_arena_array(arena, count, size);
    if (copy != NULL && count > 0)
        memcpy(copy, items, count * size);
    return copy;
}

/* The program; what tests made besides (tables, schedules) stays in as->arena: see as_end. */
static inline pol_program *as_finish(assembly *as)
{
    pol_program *program = pol_program_new(NULL);
    assert(program != NULL);
    pol_arena *arena = &program->arena;
    pol_code *code = POL_NEW(arena, pol_code);
    if (as->code.total == POL_NONE32)
        as->code.total = as->code.person = as->code.hospital = as_number(as, 0, 100);
    *code = as->code;
#define AS_TAKE(items, count)                                                                      \
    code->items = as_copy(arena, as->items, code->count, sizeof as->items[0])
    AS_TAKE(fields, field_count);
    AS_TAKE(payers, payer_count);
    AS_TAKE(advances, advance_count);
    AS_TAKE(statuses, status_count);
    AS_TAKE(accums, accum_count);
    AS_TAKE(outputs, output_count);
    AS_TAKE(orders, order_count);
    AS_TAKE(registers, register_count);
    AS_TAKE(instrs, instr_count);
    AS_TAKE(operands, operand_count);
    AS_TAKE(lists, list_count);
    AS_TAKE(constants, constant_count);
    AS_TAKE(pool, pool_count);
    AS_TAKE(tables, table_count);
    AS_TAKE(members, member_count);
    AS_TAKE(sinks, sink_count);
#undef AS_TAKE
    program->id_z = "test-2024";
    program->id = POL_STR("test-2024");
    program->title = POL_STR("测试政策");
    program->series = POL_STR("");
    program->superior = POL_STR("");
    program->from = pol_date_of(2024, 1, 1);
    program->to = POL_DATE_MAX;
    program->label_set_count = as->label_set_count;
    program->label_sets =
        as_copy(arena, as->label_sets, as->label_set_count, sizeof as->label_sets[0]);
    program->text_count = as->text_count;
    program->texts = as_copy(arena, as->texts, as->text_count, sizeof as->texts[0]);
    program->matter_count = 1;
    program->matters = code;
    return program;
}

static inline void as_end(assembly *as)
{
    pol_arena_reset(&as->arena);
}

/* A schedule of `count` slices from `low`: pairs of bound and ratio; every bound belongs to the slice
 * above, as in [a, b). */
static inline pol_tiers *as_tiers(pol_arena *arena, pol_i128 low, unsigned count,
                                  const pol_i128 *pairs)
{
    pol_tiers *tiers = POL_NEW(arena, pol_tiers);
    tiers->count = count;
    tiers->low = low;
    tiers->low_in_first = true;
    for (unsigned i = 0; i < count; i++) {
        tiers->tiers[i].upper = pairs[2 * i];
        tiers->tiers[i].ratio = pairs[2 * i + 1];
        tiers->tiers[i].upper_in_next = pairs[2 * i] != POL_NUM_UNLIMITED;
    }
    return tiers;
}

#endif
