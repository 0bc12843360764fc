/* The life of an analysis, and diagnostics as data. */
#include "interp/assist/assist.h"

#include <string.h>

#include "grammar/lex_word.h"

uint32_t pol_script_file_count(const pol_script *script)
{
    return script->sources.count;
}

const char *pol_script_file_name(const pol_script *script, uint32_t file)
{
    return file < script->sources.count ? script->sources.items[file].name.bytes : "";
}

const char *pol_script_file_text(const pol_script *script, uint32_t file, size_t *length)
{
    *length = file < script->sources.count ? script->sources.items[file].text.length : 0;
    return file < script->sources.count ? script->sources.items[file].text.bytes : "";
}

pol_status pol_analysis_new(pol_script *script, pol_lang lang, pol_analysis **analysis)
{
    *analysis = NULL;
    if (!script->loaded || script->sources.count == 0)
        return POL_BAD_ARGUMENT;
    const pol_allocator allocator = script->arena.allocator;
    pol_analysis *made = pol_reallocate(&allocator, NULL, 0, sizeof *made);
    if (made == NULL)
        return POL_NO_MEMORY;
    *made = (pol_analysis){ .script = script, .lang = lang };
    pol_arena_init(&made->arena, &allocator);
    pol_arena_init(&made->answer, &allocator);
    if (!pol_mentions_collect(made)) {
        pol_analysis_free(made);
        return POL_NO_MEMORY;
    }
    *analysis = made;
    return POL_OK;
}

void pol_analysis_free(pol_analysis *analysis)
{
    if (analysis == NULL)
        return;
    const pol_allocator allocator = analysis->arena.allocator;
    pol_arena_reset(&analysis->arena);
    pol_arena_reset(&analysis->answer);
    (void)pol_reallocate(&allocator, analysis, sizeof *analysis, 0);
}

/* ---- answers ------------------------------------------------------------------------------------------- */

void pol_answer_begin(pol_analysis *analysis)
{
    pol_arena_reset(&analysis->answer);
}

pol_status pol_answer_status(const pol_analysis *analysis)
{
    return pol_arena_failed(&analysis->answer) ? POL_NO_MEMORY : POL_OK;
}

const char *pol_answer_text(pol_analysis *analysis, pol_str text)
{
    const char *copy = pol_arena_copy(&analysis->answer, text.bytes == NULL ? "" : text.bytes, text.length);
    return copy != NULL ? copy : "";
}

pol_extent pol_extent_of(pol_span span)
{
    return (pol_extent){ span.file, span.start, span.end };
}

pol_str pol_assist_say(const pol_analysis *analysis, const char *en, const char *zh)
{
    return pol_str_of(analysis->lang == POL_ZH ? zh : en);
}

/* ---- names as they are written ---------------------------------------------------------------------------- */

bool pol_analysis_is_english(const pol_analysis *analysis)
{
    const pol_model *model = &analysis->script->model;
    return model->header != NULL ? pol_model_is_english(model) : analysis->lang == POL_EN;
}

static bool is_plain(pol_str name)
{
    const pol_keyword *keyword = pol_keyword_find(name);
    return pol_is_word(name) && (keyword == NULL || keyword->is_soft);
}

static pol_str enclosed(pol_analysis *analysis, const char *open, pol_str name, const char *close)
{
    pol_text text;
    pol_text_init(&text, &analysis->answer);
    pol_text_add(&text, pol_str_of(open));
    pol_text_add(&text, name);
    pol_text_add(&text, pol_str_of(close));
    return pol_text_str(&text);
}

pol_str pol_name_written(pol_analysis *analysis, pol_str name)
{
    if (is_plain(name))
        return name;
    if (pol_analysis_is_english(analysis) && memchr(name.bytes, '`', name.length) == NULL)
        return enclosed(analysis, "`", name, "`");
    return enclosed(analysis, "「", name, "」");
}

pol_str pol_label_written(pol_analysis *analysis, pol_str label)
{
    if (is_plain(label))
        return label;
    const bool quoted = memchr(label.bytes, '"', label.length) != NULL;
    return quoted ? enclosed(analysis, "“", label, "”") : enclosed(analysis, "\"", label, "\"");
}

/* ---- diagnostics ------------------------------------------------------------------------------------------- */

static pol_diagnostic as_data(pol_analysis *a, const pol_diag *diag)
{
    pol_diagnostic data = {
        .code = pol_diag_code_text(diag->code),
        .is_error = pol_diag_is_error(diag->code),
        .range = pol_extent_of(diag->span),
        .message = pol_answer_text(a, pol_diag_message(&a->answer, diag, a->lang)),
        .has_fix = diag->has_fix,
        .remark_count = diag->notes.count,
    };
    pol_remark *remarks = POL_NEW_ARRAY(&a->answer, pol_remark, diag->notes.count + 1);
    for (size_t i = 0; remarks != NULL && i < diag->notes.count; i++) {
        const pol_diag_note *note = &diag->notes.items[i];
        remarks[i] = (pol_remark){ pol_extent_of(note->span),
                                   pol_answer_text(a, a->lang == POL_ZH ? note->zh : note->en) };
    }
    data.remarks = remarks;
    if (diag->has_fix)
        data.fix = (pol_edit){ pol_extent_of(diag->fix_span), pol_answer_text(a, diag->fix_text) };
    return data;
}

pol_status pol_analysis_diagnostics(pol_analysis *analysis, const pol_diagnostic **items, size_t *count)
{
    const pol_diags *diags = &analysis->script->diags;
    pol_answer_begin(analysis);
    pol_diagnostic *made = POL_NEW_ARRAY(&analysis->answer, pol_diagnostic, diags->items.count + 1);
    for (size_t i = 0; made != NULL && i < diags->items.count; i++)
        made[i] = as_data(analysis, diags->items.items[i]);
    *items = made;
    *count = diags->items.count;
    return pol_answer_status(analysis);
}
