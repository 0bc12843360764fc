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
