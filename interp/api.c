/* The public functions that tie the stages together:
 *
 *   text ─ pol_parse_chain ─▶ tree ─ pol_sema ─▶ model ─ pol_lower ─▶ verified bytecode
 *
 * The rest of pol.h stands in runner.c (streams of claims), explain.c and examples.c. */
#include <string.h>

#include <pol/version.h>

#include "grammar/format.h"
#include "interp/check_text.h"
#include "interp/script.h"

const char *pol_version(void)
{
    return POL_VERSION;
}

/* ---- scripts ---------------------------------------------------------------------------------------- */

pol_script *pol_script_new(const pol_allocator *allocator)
{
    pol_script *script = pol_reallocate(allocator, NULL, 0, sizeof *script);
    if (script == NULL)
        return NULL;
    *script = (pol_script){ 0 };
    pol_arena_init(&script->arena, allocator);
    pol_sources_init(&script->sources, &script->arena);
    pol_diags_init(&script->diags, &script->arena, &script->sources);
    return script;
}

void pol_script_free(pol_script *script)
{
    if (script == NULL)
        return;
    const pol_allocator allocator = script->arena.allocator;
    pol_program_free(script->traced.program);
    pol_arena_reset(&script->arena);
    (void)pol_reallocate(&allocator, script, sizeof *script, 0);
}

void pol_script_set_loader(pol_script *script, pol_loader loader)
{
    script->loader = loader;
}

void pol_script_set_lenient(pol_script *script)
{
    script->lenient = true;
}

pol_status pol_script_load(pol_script *script, const char *name, const char *text, size_t length)
{
    if (script->loaded)
        return POL_BAD_ARGUMENT;
    script->loaded = true;
    const uint32_t file =
        pol_sources_add(&script->sources, pol_str_of(name), (pol_str){ text, length });
    if (file == UINT32_MAX)
        return POL_NO_MEMORY;
    pol_text_notes notes = { .waiting = 0 };
    script->tree.arena = &script->arena;
    script->tree.notes = &notes;
    pol_diags ignored; /* what would be said in vain: of a broken text */
    pol_diags_init(&ignored, &script->arena, &script->sources);
    if (!pol_parse_chain(&script->tree, &script->sources, file, &script->loader, &script->diags,
                         script->lenient ? &ignored : NULL, &script->chain))
        return POL_NO_MEMORY;
    const bool parsed = script->diags.error_count == 0;
    if ((parsed || script->lenient) && !pol_sema(&script->model, &script->tree, &script->sources,
                                                 parsed ? &script->diags : &ignored, &script->arena))
        return POL_NO_MEMORY;
    script->model.diags = &script->diags;
    script->checked = parsed;
    if (!pol_check_text(&script->sources, &notes, &script->diags))
        return POL_NO_MEMORY;
    pol_diags_sort(&script->diags);
    return script->diags.error_count == 0 ? POL_OK : POL_FINDINGS;
}

unsigned pol_script_error_count(const pol_script *script)
{
    return script->diags.error_count;
}

unsigned pol_script_warning_count(const pol_script *script)
{
    return script->diags.warning_count;
}

/* A script that can be compiled. */
static bool is_good(const pol_script *script)
{
    return script->checked && script->diags.error_count == 0;
}

/* ---- from model to bytecode -------------------------------------------------------------------------- */

static pol_status lower(pol_script *script, bool keep_all, pol_lowered *lowered)
{
    *lowered = (pol_lowered){ 0 };
    if (!is_good(script))
        return POL_FINDINGS;
    if (!pol_lower(&script->model, &script->arena.allocator, &script->arena, keep_all, lowered))
        return POL_NO_MEMORY;
    if (script->diags.error_count == 0)
        return POL_OK;
    pol_diags_sort(&script->diags); /* a limit */
    pol_program_free(lowered->program);
    lowered->program = NULL;
    return POL_FINDINGS;
}

pol_status pol_script_compile(pol_script *script, pol_program **program)
{
    pol_lowered lowered;
    const pol_status status = lower(script, false, &lowered);
    *program = lowered.program;
    return status;
}

pol_status pol_script_trace(pol_script *script)
{
    return script->traced.program != NULL ? POL_OK : lower(script, true, &script->traced);
}

/* ---- looking at the stages --------------------------------------------------------------------------- */

static pol_status write_text(const pol_text *text, pol_writer out)
{
    if (pol_arena_failed(text->arena))
        return POL_NO_MEMORY;
    return text->length == 0 || out.write(out.user, text->bytes, text->length) ? POL_OK
                                                                               : POL_WRITE_FAILED;
}

pol_status pol_script_diagnostics(pol_script *script, pol_format format, pol_lang lang, bool color,
                                  pol_writer out)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    pol_status status = POL_OK;
    for (size_t i = 0; i < script->diags.items.count && status == POL_OK; i++) {
        pol_text text;
        pol_text_init(&text, &scratch);
        if (format == POL_JSON)
            pol_diag_render_json(&text, &script->diags, script->diags.items.items[i], lang);
        else
            pol_diag_render(&text, &script->diags, script->diags.items.items[i], lang, color);
        status = write_text(&text, out);
        pol_arena_reset(&scratch);
    }
    return status;
}

pol_status pol_script_format(pol_script *script, pol_keyword_lang keywords, pol_writer out)
{
    if (!script->loaded || script->sources.count == 0)
        return POL_BAD_ARGUMENT;
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    pol_diags ignored; /* they have been reported when the script was loaded */
    pol_diags_init(&ignored, &scratch, &script->sources);
    pol_text text;
    pol_text_init(&text, &scratch);
    bool good = false;
    pol_status status = POL_NO_MEMORY;
    if (pol_format_source(&text, &script->sources, 0, keywords, &ignored, &good))
        status = good ? write_text(&text, out) : POL_FINDINGS;
    pol_arena_reset(&scratch);
    return status;
}

static pol_status dump_tokens(pol_script *script, pol_text *text)
{
    pol_diags ignored; /* they have been reported when the script was loaded */
    pol_diags_init(&ignored, text->arena, &script->sources);
    return pol_print_tokens(text, &script->sources, 0, &ignored) ? POL_OK : POL_NO_MEMORY;
}

static pol_status dump_code(pol_script *script, pol_lang lang, pol_text *text)
{
    pol_program *program;
    const pol_status status = pol_script_compile(script, &program);
    if (status == POL_OK)
        pol_disassemble(text, program, lang);
    pol_program_free(program);
    return status;
}

static pol_status dump(pol_script *script, const char *stage, pol_lang lang, pol_text *text)
{
    if (strcmp(stage, "tokens") == 0)
        return dump_tokens(script, text);
    if (strcmp(stage, "tree") == 0) {
        if (script->tree.root != NULL)
            pol_tree_print(text, &script->tree.root->node);
        return POL_OK;
    }
    if (strcmp(stage, "types") == 0) {
        if (!is_good(script))
            return POL_FINDINGS;
        pol_dump_types(text, script, lang);
        return POL_OK;
    }
    return strcmp(stage, "code") == 0 ? dump_code(script, lang, text) : POL_BAD_ARGUMENT;
}

pol_status pol_script_dump(pol_script *script, const char *stage, pol_lang lang, pol_writer out)
{
    if (!script->loaded || script->sources.count == 0)
        return POL_BAD_ARGUMENT;
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    pol_text text;
    pol_text_init(&text, &scratch);
    pol_status status = dump(script, stage, lang, &text);
    if (status == POL_OK)
        status = write_text(&text, out);
    pol_arena_reset(&scratch);
    return status;
}

/* ---- programs ---------------------------------------------------------------------------------------- */

pol_status pol_program_load(const pol_allocator *allocator, const void *bytes, size_t length,
                            char reason[256], pol_program **program)
{
    char unwanted[256];
    char *why = reason == NULL ? unwanted : reason;
    *program = pol_polc_read(allocator, bytes, length, why);
    if (*program != NULL)
        return POL_OK;
    return strstr(why, "out of memory") != NULL ? POL_NO_MEMORY : POL_REFUSED;
}

pol_status pol_program_save(const pol_program *program, pol_writer out)
{
    return pol_polc_write(program, out) ? POL_OK : POL_WRITE_FAILED;
}

const char *pol_program_id(const pol_program *program)
{
    return program->id_z;
}

unsigned pol_program_matter_count(const pol_program *program)
{
    return program->matter_count;
}

const char *pol_program_matter(const pol_program *program, unsigned number, size_t *length)
{
    *length = number < program->matter_count ? program->matters[number].matter.length : 0;
    return number < program->matter_count ? program->matters[number].matter.bytes : NULL;
}

pol_status pol_program_disassemble(const pol_program *program, pol_lang lang, pol_writer out)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &program->arena.allocator);
    pol_text text;
    pol_text_init(&text, &scratch);
    pol_disassemble(&text, program, lang);
    const pol_status status = write_text(&text, out);
    pol_arena_reset(&scratch);
    return status;
}
