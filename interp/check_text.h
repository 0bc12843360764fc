/* Warnings about the script's own text, and warnings that its comments switch off:
 *
 *   # allow falling-ratio: clause 5 says so        # 允许 比例下降：第五条如此
 *
 * at the end of the line that the warning points at, or on lines of their own directly above. */
#ifndef POL_INTERP_CHECK_TEXT_H
#define POL_INTERP_CHECK_TEXT_H

#include "grammar/lexer.h"

/* The last step of checking: `diags` holds what was found, `notes` what the scanner noticed in the first text.
 * False when memory ran out. */
bool pol_check_text(const pol_sources *sources, const pol_text_notes *notes, pol_diags *diags);

#endif
