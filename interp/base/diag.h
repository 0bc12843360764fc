/* Diagnostics as data: code, place, named arguments, notes, a fix. Text is made at the edge, in
 * Chinese or English, from diag_codes.def (the single source of codes and templates). */
#ifndef POL_BASE_DIAG_H
#define POL_BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/source.h"
#include "pol/pol.h"

typedef enum pol_diag_code {
#define POL_DIAG(name, code, severity, en, zh) POL_D_##name,
#include "interp/base/diag_codes.def"
#undef POL_DIAG
    POL_DIAG_COUNT
} pol_diag_code;

#define POL_DIAG_ARGS  8
#define POL_DIAG_LIMIT 200 /* more are counted, not kept */

typedef struct pol_diag_arg {
    const char *name; /* static */
    pol_str text;     /* zh or both */
    pol_str text_en;  /* when it differs by language, else empty */
} pol_diag_arg;

typedef struct pol_diag_note {
    pol_span span; /* file UINT32_MAX: no place */
    pol_str en, zh;
} pol_diag_note;

typedef struct pol_diag {
    pol_diag_code code;
    pol_span span;
    pol_diag_arg args[POL_DIAG_ARGS];
    unsigned arg_count;
    POL_VEC(pol_diag_note) notes;
    bool has_fix;
    bool is_guess; /* the fix is one of several things that may have been meant */
    pol_span fix_span;
    pol_str fix_text;
    uint32_t sequence; /* order of emission, for a stable sort */
} pol_diag;

typedef struct pol_diags {
    pol_arena *arena;
    const pol_sources *sources;
    POL_VEC(pol_diag *) items;
    uint32_t error_count, warning_count; /* all, also those beyond the limit */
    uint32_t next_sequence, kept_warnings;
    pol_diag spare; /* written when memory or the limit ran out */
} pol_diags;

void pol_diags_init(pol_diags *diags, pol_arena *arena, const pol_sources *sources);
/* Adds a diagnostic and returns it for arguments; never NULL. At the limit an error takes the place
 * of the last warning, so that errors are never hidden by warnings. */
pol_diag *pol_report(pol_diags *diags, pol_diag_code code, pol_span span);
/* Each copies its text (of a very long one the beginning, with an ellipsis; a fix in full). `name` is
 * the placeholder without braces, a literal. Return the same diag. */
pol_diag *pol_diag_text(pol_diags *diags, pol_diag *diag, const char *name, pol_str text);
pol_diag *pol_diag_texts(pol_diags *diags, pol_diag *diag, const char *name, pol_str en,
                         pol_str zh);
pol_diag *pol_diag_number(pol_diags *diags, pol_diag *diag, const char *name, int64_t value);
/* A secondary place with a short text (printf-free, already rendered in both languages). */
void pol_diag_note_at(pol_diags *diags, pol_diag *diag, pol_span span, pol_str en, pol_str zh);
void pol_diag_fix(pol_diags *diags, pol_diag *diag, pol_span span, pol_str replacement);
/* A fix that somebody must look at first: the nearest of several names. */
void pol_diag_guess(pol_diags *diags, pol_diag *diag, pol_span span, pol_str replacement);
/* By file and place, then order of emission; exact repetitions are dropped and no longer counted. */
void pol_diags_sort(pol_diags *diags);

const char *pol_diag_code_text(pol_diag_code code); /* "E0301" */
bool pol_diag_is_error(pol_diag_code code);
/* The message without place, placeholders filled. Invisible characters show as <U+202E>. */
pol_str pol_diag_message(pol_arena *arena, const pol_diag *diag, pol_lang lang);
/* Message, place, source line with a caret under the right wide character, notes, fix; ends with a
 * line end. Long lines are cut around the place. */
void pol_diag_render(pol_text *out, const pol_diags *diags, const pol_diag *diag, pol_lang lang,
                     bool color);
/* One JSON object on one line, line end included (keys: code, severity, file, line, column, end_line,
 * end_column, message, fix, notes). Columns count code points from 1, the end is the first position
 * behind. `fix` is null or has line, column, end_line, end_column, text and certain; `notes` is a list of objects
 * with file, line, column, end_line, end_column, message. Without a place file and numbers are null. */
void pol_diag_render_json(pol_text *out, const pol_diags *diags, const pol_diag *diag,
                          pol_lang lang);

#endif
