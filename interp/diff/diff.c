/* The public functions of the comparison; the parts stand beside this file (diff.h). */
#include "interp/diff/behave.h"

static pol_status compare(pol_diff *diff)
{
    if (!pol_diff_structure(diff) || !pol_diff_behaviour(diff))
        return POL_NO_MEMORY;
    return pol_diff_differs(diff) ? POL_FINDINGS : POL_OK;
}

pol_status pol_diff_new(const pol_allocator *allocator, pol_diff_side before, pol_diff_side after, pol_lang lang,
                        pol_diff **diff)
{
    *diff = NULL;
    if (before.program == NULL || after.program == NULL)
        return POL_BAD_ARGUMENT;
    if ((before.script != NULL && !before.script->checked) || (after.script != NULL && !after.script->checked))
        return POL_BAD_ARGUMENT;
    pol_diff *made = pol_reallocate(allocator, NULL, 0, sizeof *made);
    if (made == NULL)
        return POL_NO_MEMORY;
    *made = (pol_diff){ .lang = lang,
                        .old = { .script = before.script, .program = before.program },
                        .new = { .script = after.script, .program = after.program } };
    pol_arena_init(&made->arena, allocator);
    pol_names_init(&made->renamed, &made->arena);
    const pol_status status = compare(made);
    if (status == POL_OK || status == POL_FINDINGS)
        *diff = made;
    else
        pol_diff_free(made);
    return status;
}

bool pol_diff_differs(const pol_diff *diff)
{
    return diff->changes.count > 0 || pol_behaviour_differs(diff) || pol_impact_differs(diff->impact);
}

pol_status pol_diff_write(pol_diff *diff, pol_diff_form form, pol_writer out)
{
    pol_text text;
    pol_text_init(&text, &diff->arena);
    switch (form) {
    case POL_DIFF_TEXT: pol_diff_report_text(diff, &text); break;
    case POL_DIFF_JSON: pol_diff_report_json(diff, &text); break;
    case POL_DIFF_HTML: pol_diff_report_html(diff, &text); break;
    case POL_DIFF_SUMMARY: pol_diff_report_summary(diff, &text); break;
    }
    if (pol_arena_failed(&diff->arena))
        return POL_NO_MEMORY;
    return text.length == 0 || out.write(out.user, text.bytes, text.length) ? POL_OK : POL_WRITE_FAILED;
}

void pol_diff_free(pol_diff *diff)
{
    if (diff == NULL)
        return;
    pol_impact_free(diff);
    const pol_allocator allocator = diff->arena.allocator;
    pol_arena_reset(&diff->arena);
    (void)pol_reallocate(&allocator, diff, sizeof *diff, 0);
}

void pol_program_period(const pol_program *program, char from[16], char to[16])
{
    pol_date_text(from, program->from);
    to[0] = '\0';
    if (program->to != POL_DATE_MAX)
        pol_date_text(to, program->to);
}
