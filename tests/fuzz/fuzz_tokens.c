/* The scanner alone: any bytes give tokens or diagnostics, never a crash or a hang. */
#include "grammar/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pol_arena arena;
    pol_sources sources;
    pol_diags diags;
    pol_text out;
    pol_arena_init(&arena, NULL);
    arena.limit_bytes = (size_t)256 << 20;
    pol_sources_init(&sources, &arena);
    uint32_t file = pol_sources_add(&sources, POL_STR("fuzz.pol"), (pol_str){(const char *)data, size});
    pol_diags_init(&diags, &arena, &sources);
    pol_text_init(&out, &arena);
    if (file != UINT32_MAX)
        pol_print_tokens(&out, &sources, file, &diags);
    pol_arena_reset(&arena);
    return 0;
}
