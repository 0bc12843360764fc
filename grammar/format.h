/* From text to the same text in its canonical layout: what `pol fmt` and editors write.
 *
 * Line breaks inside a statement are the writer's; what stands where on the lines is decided here: blanks,
 * columns, spellings of signs, lines that are too long. Comments stay where they are. The tree of the result is
 * that of the text, and the result formatted again is itself. */
#ifndef POL_GRAMMAR_FORMAT_H
#define POL_GRAMMAR_FORMAT_H

#include "grammar/ast.h"
#include "interp/base/diag.h"

/* Writes source number `file` in its canonical layout, keywords as `keywords` says. A text with syntax errors is
 * reported to `diags` and not written: *good is then false. Returns false only when memory ran out. */
bool pol_format_source(pol_text *out, const pol_sources *sources, uint32_t file, pol_keyword_lang keywords,
                pol_diags *diags, bool *good);

#endif
