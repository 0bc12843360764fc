/* CSV without the quotes that it can do without: the rest of the library reads such rows many at a time.
 *
 * A quoted cell that holds neither comma, quote nor control character means what it means without quotes. Rows in which
 * all quoted cells are of that kind are copied without quotes, all others as they are. Records, their cells and their
 * lines are the same. */
#ifndef POL_INTERP_CSV_UNQUOTE_H
#define POL_INTERP_CSV_UNQUOTE_H

#include "interp/base/str.h"

/* Appends bytes[0 .. length), which begins with a row and may end within one. False when memory ran out. */
bool pol_csv_unquote(pol_text *out, const char *bytes, size_t length);

#endif
