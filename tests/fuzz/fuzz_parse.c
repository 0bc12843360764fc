/* Scanner, parser, printer, renderer of messages: any bytes. */
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
    pol_tree tree = {.arena = &arena};
    pol_text_init(&out, &arena);
    if (file != UINT32_MAX && pol_parse(&tree, &sources, file, &diags)) {
        if (tree.root)
            pol_tree_print(&out, &tree.root->node);
        pol_diags_sort(&diags);
        for (size_t i = 0; i < diags.items.count; i++)
            pol_diag_render(&out, &diags, diags.items.items[i], i % 2 ? POL_ZH : POL_EN, false);
    }
    pol_arena_reset(&arena);
    return 0;
}
