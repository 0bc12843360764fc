/* Civil dates of the Gregorian calendar, 1900-01-01 to 2199-12-31, without time of day. */
#ifndef POL_BASE_DATE_H
#define POL_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "interp/base/str.h"

/* Days since 1970-01-01. */
typedef int32_t pol_date;

#define POL_DATE_MIN ((pol_date)-25567) /* 1900-01-01 */
#define POL_DATE_MAX ((pol_date)84005)  /* 2199-12-31 */

typedef struct pol_civil {
    int year, month, day;
} pol_civil;

bool pol_date_exists(int year, int month, int day); /* within the range above */
pol_date pol_date_of(int year, int month, int day); /* the date must exist in the calendar */
pol_civil pol_date_civil(pol_date date);
/* "YYYY-MM-DD"; false when the text has another form or the day does not exist. */
bool pol_date_read(pol_str text, pol_date *date);
void pol_date_text(char out[16], pol_date date);
int pol_days_in_month(int year, int month);
/* Full years from birth to date, 0 before birth; 29 February counts on 1 March in common years. */
int pol_date_age(pol_date birth, pol_date date);
/* The first month/day on or after date; may lie in the year after the range. */
pol_date pol_date_deadline(pol_date date, int month, int day);
/* n months later; a missing day becomes the last of the month, or the first of the next
 * (roll_over). False when the result leaves the range. */
bool pol_date_add_months(pol_date date, int64_t months, bool roll_over, pol_date *result);

#endif
