/* What the comparison writes: expressions in its language, or in the form in which they are compared, with
 * names of the old side in their new form. */
#include <stdarg.h>
#include <stdio.h>

#include "interp/diff/diff.h"
#include "interp/words.h"

pol_str pol_diff_format(pol_diff *diff, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *bytes = length < 0 ? NULL : pol_arena_alloc(&diff->arena, (size_t)length + 1);
    if (bytes == NULL)
        return POL_STR("");
    va_start(list, format);
    vsnprintf(bytes, (size_t)length + 1, format, list);
    va_end(list);
    return (pol_str){ bytes, (size_t)length };
}

pol_str pol_renamed(const pol_diff *diff, pol_str name)
{
    const uint32_t number = pol_names_find(&diff->renamed, name);
    return number == POL_NO_NAME ? name : diff->renamed_to.items[number];
}

pol_str pol_words_fen(pol_diff *diff, pol_i128 fen)
{
    char text[64];
    pol_decimal_text(text, fen, POL_FEN_PER_YUAN, 2, false);
    return pol_str_copy(&diff->arena, pol_str_of(text));
}

/* ---- expressions ----------------------------------------------------------------------------------------- */

static pol_str new_name(void *user, const pol_node *node, pol_str name)
{
    const pol_diff *diff = user;
    (void)node;
    return pol_renamed(diff, name);
}

static pol_wording wording_of(pol_diff *diff, pol_words_mode mode)
{
    return (pol_wording){ .arena = &diff->arena,
                          .lang = mode == POL_WORDS_SHOWN ? diff->lang : POL_ZH,
                          .canonical = mode != POL_WORDS_SHOWN,
                          .name = mode == POL_WORDS_OLD ? new_name : NULL,
                          .user = diff };
}

pol_str pol_words(pol_diff *diff, const pol_node *node, pol_words_mode mode)
{
    const pol_wording wording = wording_of(diff, mode);
    return pol_word_node(&wording, node);
}

pol_str pol_words_list(pol_diff *diff, const pol_list *list, pol_words_mode mode)
{
    const pol_wording wording = wording_of(diff, mode);
    return pol_word_list(&wording, list);
}

bool pol_words_same(pol_diff *diff, const pol_node *before, const pol_node *after)
{
    if (before == NULL || after == NULL)
        return before == after;
    return pol_str_equal(pol_words(diff, before, POL_WORDS_OLD), pol_words(diff, after, POL_WORDS_NEW));
}
