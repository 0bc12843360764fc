/* What an editor asks, at a place that the first two bytes choose, of any text: nothing in it is trusted. */
#include <stdlib.h>

#include "pol/pol.h"

/* Ranges lie in their files, in order. */
static void check_range(const pol_script *script, pol_extent range)
{
    size_t length;
    if (range.file == POL_NO_FILE)
        return;
    (void)pol_script_file_text(script, range.file, &length);
    if (range.start > range.end || range.end > length)
        abort();
}

static void ask(const pol_script *script, pol_analysis *a, uint32_t offset)
{
    size_t count;
    const char *reason;
    pol_word_info info;
    const pol_diagnostic *diagnostics;
    const pol_extent *places;
    const pol_mention_at *mentions;
    const pol_edit *edits;
    const pol_outline_item *outline;
    const pol_fold *folds;
    const pol_colored *colors;
    const pol_proposal *proposals;
    const pol_hint *hints;
    if (pol_analysis_word(a, offset, &info) == POL_OK)
        check_range(script, info.range);
    if (pol_analysis_diagnostics(a, &diagnostics, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, diagnostics[i].range);
    if (pol_analysis_definitions(a, offset, &places, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, places[i]);
    if (pol_analysis_mentions(a, offset, &mentions, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, mentions[i].range);
    if (pol_analysis_rename(a, offset, "新名", &edits, &count, &reason) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, edits[i].range);
    if (pol_analysis_outline(a, &outline, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, outline[i].name_range);
    if (pol_analysis_folds(a, &folds, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, folds[i].range);
    uint32_t end = 0;
    if (pol_analysis_colors(a, &colors, &count) == POL_OK)
        for (size_t i = 0; i < count; end = colors[i++].range.end) {
            check_range(script, colors[i].range);
            if (colors[i].range.start < end)
                abort(); /* not in order */
        }
    if (pol_analysis_complete(a, offset, &proposals, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, proposals[i].edit.range);
    if (pol_analysis_hints(a, &hints, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            check_range(script, hints[i].range);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const uint32_t offset = (uint32_t)(data[0] * 256 + data[1]) * (uint32_t)(size > 65536 ? size / 65536 : 1);
    pol_script *script = pol_script_new(NULL);
    if (script == NULL)
        return 0;
    pol_script_set_lenient(script);
    pol_analysis *analysis = NULL;
    (void)pol_script_load(script, "fuzz.pol", (const char *)data + 2, size - 2);
    if (pol_analysis_new(script, POL_ZH, &analysis) == POL_OK)
        ask(script, analysis, offset);
    pol_analysis_free(analysis);
    pol_script_free(script);
    return 0;
}
