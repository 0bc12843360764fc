/* Cuts a plan into stretches that have code and instructions that have none, and writes a loop for each stretch. */
#include "interp/native.h"

#include <string.h>

#include "interp/code_memory.h"
#include "interp/native_internal.h"

#ifdef POL_NATIVE_X86

#define MOST_INSTRS 4096 /* of a plan; beyond, the code would not stay in the cache */

/* ---- pointers ------------------------------------------------------------------------------------------------------------ */

/* General registers that hold addresses of columns. Others: RAX the row, RDI the columns, RDX the number of rows, RBP the
 * frame, R10 and R11 for use within an instruction, R9 a constant when narrow. */
static const uint8_t k_pointers[] = { POL_RCX, POL_RSI, POL_R8, POL_RBX, POL_R12, POL_R13, POL_R14, POL_R15, POL_R9 };
static const uint8_t k_saved[] = { POL_RBX, POL_R12, POL_R13, POL_R14, POL_R15 };

/* How often the memory of columns is touched, about: fields are read and checked, what is needed is stored. */
static void count_touches(const pol_generator *g, uint32_t *touches)
{
    const pol_plan *const plan = g->plan;
    for (uint32_t c = 1; c < plan->column_count; c++) {
        const pol_native_value *const value = &g->values[c];
        touches[value->cut != 0 ? value->cut : c] += value->next != NEVER && !value->is_constant;
    }
    for (uint32_t i = 0; i < g->count; i++)
        for (unsigned r = 0; r < 2; r++)
            touches[g->ops[i].instr->result[r]] += g->ops[i].is_last[r] && g->needed[g->ops[i].instr->result[r]] != 0;
}

/* The columns that are touched most keep their addresses in registers. */
static void pin_pointers(pol_generator *g)
{
    const unsigned count = sizeof k_pointers - !g->as.wide;
    uint32_t *const touches = POL_NEW_ARRAY(g->arena, uint32_t, g->plan->column_count);
    if (touches == NULL)
        return;
    count_touches(g, touches);
    memset(g->pinned_pointer, POL_NO_REG, g->plan->column_count);
    for (unsigned i = 0; i < count; i++) {
        uint32_t best = 0;
        for (uint32_t c = 1; c < g->plan->column_count; c++)
            if (g->pinned_pointer[c] == POL_NO_REG && touches[c] > touches[best])
                best = c;
        if (best != 0)
            g->pinned_pointer[best] = k_pointers[i];
    }
}

/* ---- the frame ------------------------------------------------------------------------------------------------------------- */

static uint32_t start(pol_generator *g, uint32_t *frame)
{
    pol_assembler *const as = &g->as;
    pol_push(as, POL_RBP);
    pol_move(as, POL_RBP, POL_RSP);
    for (unsigned i = 0; i < sizeof k_saved; i++) pol_push(as, k_saved[i]);
    pol_arith_imm(as, POL_ARITH_SUB, POL_RSP, 0);
    *frame = (uint32_t)as->code.count - 4;
    pol_arith_imm(as, POL_ARITH_AND, POL_RSP, -64);
    for (uint32_t c = 1; c < g->plan->column_count; c++)
        if (g->pinned_pointer[c] != POL_NO_REG)
            pol_load(as, g->pinned_pointer[c], pol_in_memory(POL_RDI, POL_NO_REG, 1, (int32_t)(c * sizeof(void *))));
    pol_vector(as, POL_V_LOAD, OUTSIDE, 0, pol_constant_32(as, 0));
    pol_vector(as, POL_V_LOAD, CUTS, 0, pol_constant_32(as, 0));
    if (as->wide) {
        pol_vector(as, POL_V_LOAD, ZERO, 0, pol_constant_32(as, 0));
        pol_vector(as, POL_V_LOAD, EVEN, 0, pol_constant_steps(as, 2));
        pol_load_imm(as, POL_RAX, 0x5555);
        pol_vector(as, POL_V_KMOVW, K_EVEN, 0, pol_in_reg(POL_RAX));
    } else {
        pol_load_imm(as, POL_R9, UINT64_C(0x0101010101010101));
    }
    pol_load_imm(as, POL_RAX, 0);
    g->pointer = 0;
    return (uint32_t)as->code.count;
}

static void end(pol_generator *g, uint32_t loop, uint32_t frame)
{
    pol_assembler *const as = &g->as;
    const uint32_t bytes = g->slots * pol_vector_bytes(as);
    if (!g->one) {
        pol_arith_imm(as, POL_ARITH_ADD, POL_RAX, (int32_t)pol_vector_bytes(as) / 4);
        pol_compare(as, POL_RAX, POL_RDX);
        pol_jump_below(as, loop);
    }
    pol_native_gather(g);
    if (as->wide) {
        pol_vector(as, POL_V_PTESTMD, K1, OUTSIDE, pol_in_reg(OUTSIDE));
        pol_vector(as, POL_V_KORTESTW, K1, 0, pol_in_reg(K1));
    } else {
        pol_vector(as, POL_V_PTEST, OUTSIDE, 0, pol_in_reg(OUTSIDE));
    }
    pol_set_unless_zero(as, POL_RAX);
    pol_move(as, POL_RSP, POL_RBP);
    pol_arith_imm(as, POL_ARITH_SUB, POL_RSP, (int32_t)(sizeof k_saved * 8));
    for (unsigned i = sizeof k_saved; i-- > 0;) pol_pop(as, k_saved[i]);
    pol_pop(as, POL_RBP);
    pol_zero_upper(as);
    pol_return(as);
    if (!pol_arena_failed(g->arena))
        memcpy(as->code.items + frame, &bytes, sizeof bytes);
}

/* ---- values ------------------------------------------------------------------------------------------------------------------- */

/* What columns hold before the stretch. */
static void begin_values(pol_generator *g)
{
    const pol_plan *const plan = g->plan;
    for (uint32_t c = 0; c < plan->column_count; c++)
        g->values[c] = (pol_native_value){ .column = (uint16_t)c, .bytes = plan->bytes[c], .in_column = true,
                                           .form = plan->bytes[c] == 1 ? POL_FORM_BYTE : POL_FORM_NUMBER,
                                           .next = g->first_next[c] };
    for (uint32_t i = 0; i < g->count; i++)
        for (unsigned r = 0; r < 2; r++) {
            const uint16_t column = g->ops[i].instr->result[r];
            if (column != 0)
                g->values[g->ops[i].out[r]] = (pol_native_value){ .column = column, .bytes = plan->bytes[column] };
        }
    for (uint32_t i = 0; i < plan->constant_count; i++) {
        pol_native_value *const value = &g->values[plan->constants[i].column];
        value->is_constant = value->bytes != 8;
        value->constant = plan->constants[i].value;
    }
    for (uint32_t i = g->first_check; i < g->end_check; i++) {
        const pol_fast_check *const check = &plan->checks[i];
        for (unsigned k = 0; k < check->count && check->op == POL_FAST_CUT8; k++) {
            pol_native_value *const value = &g->values[check->narrow[k]];
            value->cut = check->column[k];
            g->cuts_limit = check->limit;
            value->in_column = false;
        }
    }
}

/* Marks columns whose last value of the stretch others read: instructions behind it, or without code, and results. */
static void find_needed(pol_generator *g)
{
    const pol_plan *const plan = g->plan;
    for (uint32_t i = 0; i < plan->result_count; i++) {
        bool filled = false;
        for (uint32_t k = 0; k < g->count; k++) filled = filled || pol_native_fills_port(g, &plan->results[i], &g->instrs[k]);
        g->needed[plan->results[i].from] |= !filled;
    }
    g->needed[plan->bad] = 1;
    for (uint32_t a = 0; plan->cut.balances != NULL && a < plan->code->accum_count; a++)
        g->needed[plan->cut.balances[a].after] = 1; /* it goes to the next claim from there */
    for (uint32_t i = 0; i < plan->instr_count; i++)
        for (unsigned k = 0; k < POL_FAST_OPERANDS && (i < g->first || i >= g->first + g->count); k++)
            g->needed[plan->instrs[i].operand[k]] = 1;
}

/* ---- a stretch --------------------------------------------------------------------------------------------------------------------- */

static bool get_memory(pol_generator *g)
{
    const uint32_t columns = g->plan->column_count;
    g->needed = POL_NEW_ARRAY(g->arena, uint8_t, columns);
    g->pinned_pointer = POL_NEW_ARRAY(g->arena, uint8_t, columns);
    g->values = pol_arena_array(g->arena, g->value_count, sizeof *g->values);
    return !pol_arena_failed(g->arena);
}

/* The loop; the first checks fields. */
static void write_loop(pol_generator *g)
{
    uint32_t frame;
    const uint32_t loop = start(g, &frame);
    g->at = 0;
    pol_native_checks(g);
    for (uint32_t i = 0; i < g->count && !g->refused && !pol_arena_failed(g->arena); i++) {
        g->at = i;
        pol_native_instr(g, g->ops[i].instr);
    }
    end(g, loop, frame);
}

/* Writes the code for a stretch, which may be empty. False: there is none. */
static bool write_stretch(pol_generator *g)
{
    if (!pol_native_order(g) || !get_memory(g))
        return false;
    find_needed(g);
    begin_values(g);
    pin_pointers(g);
    write_loop(g);
    return !g->refused && pol_assembler_finish(&g->as);
}

/* ---- a plan -------------------------------------------------------------------------------------------------------------------------- */

typedef struct maker {
    pol_arena *arena; /* of what is made */
    const pol_plan *plan;
    pol_code_kind kind;
    pol_native *native;
} maker;

static bool is_wide(pol_code_kind kind)
{
    return kind == POL_CODE_WIDE || kind == POL_CODE_CUT_WIDE;
}

static bool is_cut(pol_code_kind kind)
{
    return kind == POL_CODE_CUT_NARROW || kind == POL_CODE_CUT_WIDE;
}

static const pol_fast_kernel *kernels_for(pol_code_kind kind)
{
    return pol_fast_kernels(is_wide(kind) ? POL_SET_V4 : POL_SET_V3);
}

static pol_fast_kernel make_stretch(const maker *m, uint32_t first, uint32_t count)
{
    const bool wide = is_wide(m->kind);
    pol_arena scratch;
    pol_arena_init(&scratch, &m->arena->allocator);
    pol_generator g = { .one = m->kind == POL_CODE_ONE, .late = m->native->late, .arena = &scratch, .plan = m->plan,
                        .instrs = m->plan->instrs + first, .first = first, .count = count };
    g.as = (pol_assembler){ .arena = &scratch, .wide = wide };
    g.first_reg = wide ? FIRST_WIDE : FIRST_NARROW;
    g.end_reg = wide ? 32 : 16;
    if (m->native->step_count == 0) /* before anything else */
        g.end_check = is_cut(m->kind) ? m->plan->cut.check : m->plan->check_count;
    else if (m->native->step_count == m->native->behind) { /* what the slice has told */
        g.first_check = m->plan->cut.check;
        g.end_check = m->plan->check_count;
    }
    const void *code = NULL;
    if (write_stretch(&g))
        code = pol_code_memory(m->arena, g.as.code.items, g.as.code.count);
    pol_arena_reset(&scratch);
    pol_fast_kernel run;
    memcpy(&run, &code, sizeof run); /* no cast goes from data to functions */
    return run;
}

static void add_step(const maker *m, pol_fast_kernel run, const pol_fast_instr *instr)
{
    m->native->steps[m->native->step_count++] = (pol_native_step){ run, instr };
}

static void add_kernels(const maker *m, const pol_fast_instr *instr, uint32_t count)
{
    for (; count > 0; count--, instr++) {
        m->native->finds_bad = m->native->finds_bad && instr->result[0] != m->plan->bad;
        for (unsigned k = 0; k < POL_FAST_OPERANDS; k++) m->native->kernels_read[instr->operand[k]] = 1;
        add_step(m, instr->op < POL_FAST_COUNT ? kernels_for(m->kind)[instr->op] : NULL, instr);
    }
}

static bool add_stretch(const maker *m, uint32_t first, uint32_t count)
{
    const pol_fast_instr *const instr = m->plan->instrs + first;
    const pol_fast_kernel run = make_stretch(m, first, count);
    if (run == NULL)
        return false;
    add_step(m, run, instr);
    for (uint32_t i = 0; i < count && m->plan->bad != 0; i++)
        if (instr[i].result[0] == m->plan->bad || instr[i].result[1] == m->plan->bad)
            m->native->finds_bad = true;
    return true;
}

#define LEAST_STRETCH 3 /* instructions; fewer are as fast as kernels */

/* Instructions of the plan: stretches, and between them what has no code. The first step, of all or behind the slice, is a
 * stretch, maybe an empty one. False: there is no code for the plan. */
static bool add_steps(const maker *m, uint32_t from, uint32_t to)
{
    const pol_fast_instr *const instrs = m->plan->instrs;
    while (from < to || m->native->step_count == m->native->behind) {
        uint32_t end = from;
        while (end < to && pol_native_knows(instrs + end)) end++;
        if (m->native->step_count != m->native->behind && end - from < LEAST_STRETCH)
            add_kernels(m, instrs + from, end - from);
        else if (!add_stretch(m, from, end - from))
            return false;
        for (from = end; end < to && !pol_native_knows(instrs + end);) end++;
        add_kernels(m, instrs + from, end - from);
        from = end;
    }
    return true;
}

const pol_native *pol_native_new(pol_arena *arena, const pol_plan *plan, pol_code_kind kind)
{
    if (kernels_for(kind) == NULL || plan->instr_count == 0 || plan->instr_count > MOST_INSTRS)
        return NULL;
    pol_native *const native = POL_NEW(arena, pol_native);
    if (native == NULL || (native->steps = POL_NEW_ARRAY(arena, pol_native_step, plan->instr_count + 2)) == NULL)
        return NULL;
    native->finds_bad = plan->bad == 0;
    native->late = POL_NEW_ARRAY(arena, uint8_t, plan->code->register_count);
    native->kernels_read = POL_NEW_ARRAY(arena, uint8_t, plan->column_count);
    if (native->late == NULL || native->kernels_read == NULL)
        return NULL;
    for (uint32_t i = 0; i < plan->result_count; i++) native->late[plan->results[i].reg] = plan->results[i].late;
    const maker m = { arena, plan, kind, native };
    if (!add_steps(&m, 0, is_cut(kind) ? plan->cut.slice : plan->instr_count))
        return NULL;
    native->behind = native->step_count;
    if (is_cut(kind) && !add_steps(&m, plan->cut.end, plan->instr_count))
        return NULL;
    return native;
}

#else

const pol_native *pol_native_new(pol_arena *arena, const pol_plan *plan, pol_code_kind kind)
{
    (void)arena, (void)plan, (void)kind;
    return NULL;
}
#endif
