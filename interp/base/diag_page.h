/* The page of a diagnostic: what it means for somebody who writes policies, and an example before and after. */
#ifndef POL_BASE_DIAG_PAGE_H
#define POL_BASE_DIAG_PAGE_H

#include "interp/base/diag.h"

typedef struct pol_diag_page {
    const char *meaning_en, *meaning_zh;
    const char *wrong, *right; /* statements or whole scripts; "" when the mistake does not show in a few lines */
} pol_diag_page;

const pol_diag_page *pol_diag_page_of(pol_diag_code code);
/* The code with this text ("E0301", small letters too), or POL_DIAG_COUNT. */
pol_diag_code pol_diag_code_find(pol_str text);
/* What stands before an example to make it a script: "" for one that is whole. */
const char *pol_diag_frame(const char *example);
/* The name of a warning, by which a comment can allow it; NULL for other codes. */
const char *pol_diag_lint(pol_diag_code code, pol_lang lang);
/* The warning with this name in either language or this code, or POL_DIAG_COUNT. */
pol_diag_code pol_diag_lint_find(pol_str name);
/* The message with its placeholders, in this language. */
const char *pol_diag_template(pol_diag_code code, pol_lang lang);

#endif
