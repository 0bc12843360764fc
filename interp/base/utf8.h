/* UTF-8 reading, folding for comparison, display width. All Unicode knowledge is utf8proc's. */
#ifndef POL_BASE_UTF8_H
#define POL_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/str.h"

/* The code point at text[0..length) and its size in bytes; -1 (size 1) when ill-formed,
 * -1 (size 0) when there is none. */
int32_t pol_utf8_next(const char *text, size_t length, size_t *size);
/* Offset of the first ill-formed byte, or length. */
size_t pol_utf8_check(pol_str text);
/* Columns on a terminal: 2 for wide characters, 0 for combining ones. */
int pol_utf8_width(int32_t code_point);
int pol_utf8_text_width(pol_str text);
/* Control, invisible (category Cf) and bidirectional characters, line and paragraph separators:
 * errors everywhere in a script. Tab, LF and CR are not, -1 is. */
bool pol_utf8_is_forbidden(int32_t code_point);
/* NFKC of the text; the input itself when nothing changes, when it is ill-formed, or when a letter
 * carries more than 30 marks. */
pol_str pol_utf8_nfkc(pol_arena *arena, pol_str text);
/* The form in which two texts are compared (language 6.5): NFKC, no blanks at the ends. */
pol_str pol_utf8_key(pol_arena *arena, pol_str text);

#endif
