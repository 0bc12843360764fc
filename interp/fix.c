/* The script's own text with the proposals of its diagnostics put in place. */
#include <stdlib.h>

#include "interp/script.h"

static int by_place(const void *a, const void *b)
{
    const pol_diag *x = *(pol_diag *const *)a, *y = *(pol_diag *const *)b;
    if (x->fix_span.start != y->fix_span.start)
        return x->fix_span.start < y->fix_span.start ? -1 : 1;
    if (x->fix_span.end != y->fix_span.end) /* the wider one says more */
        return x->fix_span.end > y->fix_span.end ? -1 : 1;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* The certain fixes of the script's own text, by place; NULL when memory ran out. */
static pol_diag **find_fixes(const pol_script *script, pol_arena *arena, size_t *count)
{
    pol_diag **found = POL_NEW_ARRAY(arena, pol_diag *, script->diags.items.count + 1);
    *count = 0;
    for (size_t i = 0; found != NULL && i < script->diags.items.count; i++) {
        pol_diag *diag = script->diags.items.items[i];
        if (diag->has_fix && !diag->is_guess && diag->fix_span.file == 0)
            found[(*count)++] = diag;
    }
    if (*count > 0)
        qsort(found, *count, sizeof(pol_diag *), by_place);
    return found;
}

static void put_fixes(pol_text *out, pol_str text, pol_diag *const *fixes, size_t count, unsigned *done)
{
    size_t at = 0;
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        const pol_span span = fixes[i]->fix_span;
        if (!is_first && span.start < at)
            continue;
        pol_text_add(out, (pol_str){ text.bytes + at, span.start - at });
        pol_text_add(out, fixes[i]->fix_text);
        at = span.end;
        is_first = false;
        ++*done;
        while (i + 1 < count && fixes[i + 1]->fix_span.start == span.start)
            i++; /* one proposal for one place */
    }
    pol_text_add(out, (pol_str){ text.bytes + at, text.length - at });
}

pol_status pol_script_fix(pol_script *script, pol_writer out, unsigned *count)
{
    *count = 0;
    if (!script->loaded || script->sources.count == 0)
        return POL_BAD_ARGUMENT;
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    size_t found;
    pol_diag **fixes = find_fixes(script, &scratch, &found);
    pol_text text;
    pol_text_init(&text, &scratch);
    if (fixes != NULL)
        put_fixes(&text, script->sources.items[0].text, fixes, found, count);
    pol_status status = POL_OK;
    if (pol_arena_failed(&scratch))
        status = POL_NO_MEMORY;
    else if (text.length > 0 && !out.write(out.user, text.bytes, text.length))
        status = POL_WRITE_FAILED;
    pol_arena_reset(&scratch);
    return status;
}
