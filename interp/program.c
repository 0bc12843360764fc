/* Making and freeing programs: the one object whose memory is not an arena's. */
#include "interp/program.h"

pol_program *pol_program_new(const pol_allocator *allocator)
{
    pol_program *program = pol_reallocate(allocator, NULL, 0, sizeof *program);
    if (program == NULL)
        return NULL;
    *program = (pol_program){ .id_z = "" };
    pol_arena_init(&program->arena, allocator);
    return program;
}

void pol_program_free(pol_program *program)
{
    if (program == NULL)
        return;
    const pol_allocator allocator = program->arena.allocator;
    pol_arena_reset(&program->arena);
    (void)pol_reallocate(&allocator, program, sizeof *program, 0);
}

void pol_code_results(const pol_code *code, void (*visit)(void *user, uint32_t reg), void *user)
{
    visit(user, code->total);
    visit(user, code->person);
    visit(user, code->hospital);
    if (code->order_case != POL_NONE32)
        visit(user, code->order_case);
    for (uint32_t i = 0; i < code->payer_count; i++)
        visit(user, code->payers[i].paid);
    for (uint32_t i = 0; i < code->advance_count; i++)
        visit(user, code->advances[i].amount);
    for (uint32_t i = 0; i < code->status_count; i++)
        visit(user, code->statuses[i].reg);
    for (uint32_t i = 0; i < code->accum_count; i++) {
        visit(user, code->accums[i].after);
        if (code->accums[i].added != POL_NONE32)
            visit(user, code->accums[i].added);
    }
    for (uint32_t i = 0; i < code->output_count; i++)
        if (code->outputs[i].kind != POL_OUT_NULL)
            visit(user, code->outputs[i].reg);
}

bool pol_tiers_equal(const pol_tiers *a, const pol_tiers *b)
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
