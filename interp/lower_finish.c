/* From what was emitted to the code of a program: drops what no result and no check reads, numbers
 * registers anew (fields, constants, then results in order) and copies everything that is still used
 * into the program's memory. */
#include "interp/lower_internal.h"

#include <string.h>

typedef struct finish {
    pol_lowering *lo;
    pol_code *code;
    uint8_t *live_instr, *live_reg;
    uint32_t *reg, *constant, *pool, *list, *table, *member; /* old number to new */
    POL_VEC(uint32_t) operands;
    POL_VEC(pol_list32) lists;
    POL_VEC(pol_i128) pools;
} finish;

/* ---- what is read ----------------------------------------------------------------------------------- */

typedef void (*visit_reg)(finish *f, uint32_t *reg);

/* Every register that a result of the matter is taken from. */
static void each_result(finish *f, visit_reg visit)
{
    pol_code *code = f->code;
    visit(f, &code->total);
    visit(f, &code->person);
    visit(f, &code->hospital);
    visit(f, &code->order_case);
    for (uint32_t i = 0; i < code->payer_count; i++)
        visit(f, &code->payers[i].paid);
    for (uint32_t i = 0; i < code->advance_count; i++)
        visit(f, &code->advances[i].amount);
    for (uint32_t i = 0; i < code->status_count; i++)
        visit(f, &code->statuses[i].reg);
    for (uint32_t i = 0; i < code->accum_count; i++) {
        visit(f, &code->accums[i].after);
        visit(f, &code->accums[i].added);
    }
    for (uint32_t i = 0; i < code->output_count; i++)
        visit(f, &code->outputs[i].reg);
    for (uint32_t i = 0; i < code->field_count; i++)
        visit(f, &code->fields[i].reg);
}

static void each_payer_reg(finish *f, const pol_payer *of, pol_payer_regs *payer, visit_reg visit)
{
    visit(f, &payer->remaining);
    visit(f, &payer->chosen);
    for (unsigned i = 0; i < POL_FACET_COUNT; i++)
        visit(f, &payer->facets[i]);
    for (uint32_t i = 0; i < payer->alt_count; i++) {
        struct pol_alt_regs *alt = &payer->alternatives[i];
        uint32_t *const regs[] = { &alt->condition, &alt->base, &alt->before, &alt->deductible,
                                   &alt->low,       &alt->high, &alt->exact,  &alt->rounded };
        for (size_t j = 0; j < sizeof regs / sizeof *regs; j++)
            visit(f, regs[j]);
        for (uint32_t j = 0; j < of->alternatives[i].cap_count; j++)
            visit(f, &alt->caps[j]);
    }
}

/* Every register that the map names. */
static void each_mapped(finish *f, visit_reg visit)
{
    pol_matter_map *map = f->lo->map;
    const pol_matter *matter = f->lo->matter;
    visit(f, &map->total);
    visit(f, &map->person);
    visit(f, &map->hospital);
    for (size_t i = 0; i < (size_t)map->lane_count * map->node_count; i++)
        visit(f, &map->registers[i]);
    for (size_t i = 0; i < (size_t)map->lane_count * matter->payer_count; i++)
        each_payer_reg(f, &matter->payers[i % matter->payer_count], &map->payers[i], visit);
    for (size_t i = 0; i < matter->symbols.count; i++)
        visit(f, &map->symbol_regs[i]);
    for (size_t i = 0; i < (size_t)matter->payer_count * POL_FACET_COUNT; i++)
        visit(f, &map->merged_facets[i]);
}

static void mark(finish *f, uint32_t *reg)
{
    if (*reg != POL_NONE32)
        f->live_reg[*reg] = 1;
}

static bool is_register_letter(char letter)
{
    return strchr("NBCDST*", letter) != NULL;
}

static bool is_list_letter(char letter)
{
    return strchr("Lluy", letter) != NULL;
}

static void mark_arguments(finish *f, const pol_instr *instr, const char *signature, unsigned results)
{
    const pol_lowering *lo = f->lo;
    for (unsigned i = results; signature[i + 1] != '\0'; i++) {
        if (is_register_letter(signature[i + 1])) {
            f->live_reg[instr->arg[i]] = 1;
        } else if (is_list_letter(signature[i + 1])) {
            const pol_list32 list = lo->lists.items[instr->arg[i]];
            for (uint32_t j = 0; j < list.count; j++)
                f->live_reg[lo->operands.items[list.start + j]] = 1;
        }
    }
}

/* Backwards: whoever reads a register comes after the one who writes it. */
static uint32_t mark_live(finish *f)
{
    const pol_lowering *lo = f->lo;
    uint32_t count = 0;
    for (size_t n = lo->instrs.count; n-- > 0;) {
        const pol_instr *instr = &lo->instrs.items[n];
        const char *signature = pol_op_signature((pol_opcode)instr->op);
        const unsigned results = (unsigned)strcspn(signature, "=");
        bool live = results == 0 || lo->keep_all;
        for (unsigned i = 0; i < results; i++)
            live = live || f->live_reg[instr->arg[i]] != 0;
        if (!live)
            continue;
        f->live_instr[n] = 1;
        count++;
        mark_arguments(f, instr, signature, results);
    }
    return count;
}

/* ---- new numbers -------------------------------------------------------------------------------------- */

static uint32_t *numbers(pol_lowering *lo, size_t count)
{
    uint32_t *result = POL_NEW_ARRAY(lo->arena, uint32_t, count);
    for (size_t i = 0; result != NULL && i < count; i++)
        result[i] = POL_NONE32;
    return result;
}

static void renumber(finish *f, uint32_t *reg)
{
    if (*reg != POL_NONE32)
        *reg = f->reg[*reg];
}

static bool copy_constants(finish *f)
{
    pol_lowering *lo = f->lo;
    pol_code *code = f->code;
    uint8_t *wanted = POL_NEW_ARRAY(lo->arena, uint8_t, lo->constants.count);
    if (wanted == NULL)
        return false;
    for (size_t r = 0; r < lo->registers.count; r++)
        if (f->live_reg[r] != 0 && lo->registers.items[r].origin == POL_FROM_CONSTANT)
            wanted[lo->registers.items[r].index] = 1;
    for (uint32_t i = 0; i < code->field_count; i++)
        if (code->fields[i].has_default)
            wanted[code->fields[i].default_constant] = 1;
    code->constants = POL_NEW_ARRAY(lo->program, pol_constant, lo->constants.count);
    if (code->constants == NULL)
        return false;
    for (size_t i = 0; i < lo->constants.count; i++) {
        if (wanted[i] == 0)
            continue;
        pol_constant constant = lo->constants.items[i];
        if (constant.tiers != NULL) {
            pol_tiers *tiers = POL_NEW(lo->program, pol_tiers);
            if (tiers == NULL)
                return false;
            *tiers = *constant.tiers;
            constant.tiers = tiers;
        }
        constant.missing = pol_str_copy(lo->program, constant.missing);
        f->constant[i] = code->constant_count;
        code->constants[code->constant_count++] = constant;
    }
    for (uint32_t i = 0; i < code->field_count; i++)
        if (code->fields[i].has_default)
            code->fields[i].default_constant = f->constant[code->fields[i].default_constant];
    return true;
}

static void add_register(finish *f, uint32_t old, uint32_t index)
{
    pol_register r = f->lo->registers.items[old];
    const bool has_den = r.class_ == POL_C_NUM || r.class_ == POL_C_TIERS;
    r.index = index;
    r.den = has_den ? r.den : 1;
    r.den2 = r.class_ == POL_C_TIERS ? r.den2 : 1;
    f->reg[old] = f->code->register_count;
    f->code->registers[f->code->register_count++] = r;
}

static bool copy_registers(finish *f, uint32_t instr_count)
{
    const pol_lowering *lo = f->lo;
    const size_t count = lo->registers.count;
    f->code->registers = POL_NEW_ARRAY(lo->program, pol_register,
                                       (size_t)f->code->field_count + f->code->constant_count + 2 * (size_t)instr_count);
    if (f->code->registers == NULL)
        return false;
    for (uint32_t r = 0; r < count; r++)
        if (lo->registers.items[r].origin == POL_FROM_FIELD)
            add_register(f, r, lo->registers.items[r].index);
    for (uint32_t r = 0; r < count; r++)
        if (lo->registers.items[r].origin == POL_FROM_CONSTANT && f->live_reg[r] != 0)
            add_register(f, r, f->constant[lo->registers.items[r].index]);
    uint32_t number = 0;
    for (size_t n = 0; n < lo->instrs.count; n++) {
        if (f->live_instr[n] == 0)
            continue;
        const pol_instr *instr = &lo->instrs.items[n];
        const unsigned results = (unsigned)strcspn(pol_op_signature((pol_opcode)instr->op), "=");
        for (unsigned i = 0; i < results; i++)
            add_register(f, instr->arg[i], number);
        number++;
    }
    return true;
}

/* ---- arguments ------------------------------------------------------------------------------------------- */

static uint32_t new_list(finish *f, uint32_t old)
{
    const pol_lowering *lo = f->lo;
    if (f->list[old] != POL_NONE32)
        return f->list[old];
    const pol_list32 from = lo->lists.items[old];
    const pol_list32 list = { (uint32_t)f->operands.count, from.count };
    for (uint32_t i = 0; i < from.count; i++)
        if (!POL_PUSH(lo->program, f->operands, f->reg[lo->operands.items[from.start + i]]))
            return 0;
    if (!POL_PUSH(lo->program, f->lists, list))
        return 0;
    return f->list[old] = (uint32_t)f->lists.count - 1;
}

static uint32_t new_pool(finish *f, uint32_t old)
{
    if (f->pool[old] == POL_NONE32 && POL_PUSH(f->lo->program, f->pools, f->lo->pool.items[old]))
        f->pool[old] = (uint32_t)f->pools.count - 1;
    return f->pool[old];
}

static void *copy(pol_arena *arena, const void *items, size_t count, size_t element_bytes)
{
    void *result = pol_arena_array(arena, count, element_bytes);
    if (result != NULL && count > 0)
        memcpy(result, items, count * element_bytes);
    return result;
}

static bool copy_column(pol_arena *arena, const pol_table_column *from, pol_table_column *to)
{
    *to = *from;
    const bool bounded = from->class_ == POL_C_NUM || from->class_ == POL_C_DATE;
    const size_t classes = bounded                       ? 2 * (size_t)from->bound_count + 1
                           : from->class_ == POL_C_BOOL  ? 2
                                                         : from->code_count;
    to->class_of = copy(arena, from->class_of, classes, sizeof *from->class_of);
    to->bounds = copy(arena, from->bounds, bounded ? from->bound_count : 0, sizeof *from->bounds);
    return to->class_of != NULL && to->bounds != NULL;
}

static uint32_t new_table(finish *f, uint32_t old)
{
    pol_arena *arena = f->lo->program;
    if (f->table[old] != POL_NONE32)
        return f->table[old];
    const pol_table *from = f->lo->tables.items[old];
    pol_table table = *from;
    table.columns = POL_NEW_ARRAY(arena, pol_table_column, from->column_count);
    table.cells = copy(arena, from->cells, from->cell_count, sizeof *from->cells);
    if (table.columns == NULL || table.cells == NULL)
        return 0;
    for (uint32_t i = 0; i < from->column_count; i++)
        if (!copy_column(arena, &from->columns[i], &table.columns[i]))
            return 0;
    f->code->tables[f->code->table_count] = table;
    return f->table[old] = f->code->table_count++;
}

static uint32_t new_members(finish *f, uint32_t old)
{
    if (f->member[old] != POL_NONE32)
        return f->member[old];
    const pol_codes *codes = f->lo->members.items[old];
    const int32_t last = codes->count > 0 ? codes->codes[codes->count - 1] : -1;
    pol_members members = { .count = (uint32_t)(last + 1) };
    members.member = POL_NEW_ARRAY(f->lo->program, uint8_t, members.count);
    if (members.member == NULL)
        return 0;
    for (uint32_t i = 0; i < codes->count; i++)
        members.member[codes->codes[i]] = 1;
    f->code->members[f->code->member_count] = members;
    return f->member[old] = f->code->member_count++;
}

static uint32_t new_sink(finish *f, uint32_t old)
{
    pol_sink sink = f->lo->sinks.items[old];
    sink.field = pol_str_copy(f->lo->program, sink.field);
    sink.message = pol_str_copy(f->lo->program, sink.message);
    f->code->sinks[f->code->sink_count] = sink;
    return f->code->sink_count++;
}

static uint32_t new_argument(finish *f, char letter, uint32_t arg)
{
    if (is_register_letter(letter))
        return f->reg[arg];
    if (is_list_letter(letter))
        return new_list(f, arg);
    switch (letter) {
    case 'i': return new_pool(f, arg);
    case 't': return new_table(f, arg);
    case 'm': return new_members(f, arg);
    case 's': return new_sink(f, arg);
    default: return arg;
    }
}

static bool copy_instrs(finish *f, uint32_t instr_count)
{
    const pol_lowering *lo = f->lo;
    pol_code *code = f->code;
    code->instrs = POL_NEW_ARRAY(lo->program, pol_instr, instr_count);
    code->tables = POL_NEW_ARRAY(lo->program, pol_table, lo->tables.count);
    code->members = POL_NEW_ARRAY(lo->program, pol_members, lo->members.count);
    code->sinks = POL_NEW_ARRAY(lo->program, pol_sink, lo->sinks.count);
    if (code->instrs == NULL || code->tables == NULL || code->members == NULL || code->sinks == NULL)
        return false;
    for (size_t n = 0; n < lo->instrs.count && !pol_arena_failed(lo->program); n++) {
        if (f->live_instr[n] == 0)
            continue;
        pol_instr instr = lo->instrs.items[n];
        const char *signature = pol_op_signature((pol_opcode)instr.op);
        const unsigned results = (unsigned)strcspn(signature, "=");
        for (unsigned i = 0; i < results; i++)
            instr.arg[i] = f->reg[instr.arg[i]];
        for (unsigned i = results; signature[i + 1] != '\0'; i++)
            instr.arg[i] = new_argument(f, signature[i + 1], instr.arg[i]);
        code->instrs[code->instr_count++] = instr;
    }
    return !pol_arena_failed(lo->program);
}

/* The payers of each order stand behind the lists' operands. */
static bool add_orders(finish *f)
{
    const pol_lowering *lo = f->lo;
    pol_code *code = f->code;
    code->orders = POL_NEW_ARRAY(lo->program, pol_list32, lo->lane_count);
    if (code->orders == NULL)
        return false;
    for (uint32_t i = 0; i < lo->lane_count; i++) {
        const pol_lane *lane = &lo->lanes[i];
        code->orders[i] = (pol_list32){ (uint32_t)f->operands.count, lane->payer_count };
        for (uint32_t j = 0; j < lane->payer_count; j++)
            if (!POL_PUSH(lo->program, f->operands, lane->payers[j]))
                return false;
    }
    code->order_count = lo->lane_count;
    return true;
}

static bool within_limits(const finish *f, uint32_t instr_count)
{
    const pol_code *code = f->code;
    uint64_t operands = 0, schedules = 0;
    for (uint32_t n = 0; n < code->instr_count; n++) {
        const pol_instr *instr = &code->instrs[n];
        const char *signature = pol_op_signature((pol_opcode)instr->op);
        const unsigned results = (unsigned)strcspn(signature, "=");
        schedules += instr->op == POL_OP_TMAKE || instr->op == POL_OP_TNUM;
        for (unsigned i = results; signature[i + 1] != '\0'; i++)
            if (is_list_letter(signature[i + 1]))
                operands += f->lists.items[instr->arg[i]].count;
    }
    return instr_count <= POL_MAX_INSTRUCTIONS && code->constant_count <= POL_MAX_CONSTANTS &&
           code->register_count <= POL_MAX_REGISTERS && code->field_count <= POL_MAX_FIELDS &&
           operands <= POL_MAX_OPERANDS && schedules <= POL_MAX_SCHEDULES;
}

static bool start(finish *f)
{
    pol_lowering *lo = f->lo;
    f->live_instr = POL_NEW_ARRAY(lo->arena, uint8_t, lo->instrs.count);
    f->live_reg = POL_NEW_ARRAY(lo->arena, uint8_t, lo->registers.count);
    f->reg = numbers(lo, lo->registers.count);
    f->constant = numbers(lo, lo->constants.count);
    f->pool = numbers(lo, lo->pool.count);
    f->list = numbers(lo, lo->lists.count);
    f->table = numbers(lo, lo->tables.count);
    f->member = numbers(lo, lo->members.count);
    return !pol_arena_failed(lo->arena);
}

bool pol_emit_finish(pol_lowering *lo)
{
    finish f = { .lo = lo, .code = lo->code };
    if (lo->too_many || pol_arena_failed(lo->arena) || pol_arena_failed(lo->program) || !start(&f))
        return false;
    each_result(&f, mark);
    const uint32_t instr_count = mark_live(&f);
    if (instr_count > POL_MAX_INSTRUCTIONS) {
        lo->too_many = true;
        return false;
    }
    if (lo->keep_all)
        each_mapped(&f, mark);
    if (!copy_constants(&f) || !copy_registers(&f, instr_count) || !copy_instrs(&f, instr_count) ||
        !add_orders(&f))
        return false;
    pol_code *code = lo->code;
    code->operands = f.operands.items;
    code->operand_count = (uint32_t)f.operands.count;
    code->lists = f.lists.items;
    code->list_count = (uint32_t)f.lists.count;
    code->pool = f.pools.items;
    code->pool_count = (uint32_t)f.pools.count;
    each_result(&f, renumber);
    each_mapped(&f, renumber);
    lo->too_many = !within_limits(&f, instr_count);
    return !lo->too_many;
}
