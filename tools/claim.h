/* Finding one claim in a file of JSON objects: one a line, or spread over several lines. */
#ifndef POL_TOOLS_CLAIM_H
#define POL_TOOLS_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

/* The next record of text[*at..length): an object with its braces, or, where none begins or it has no
 * end, the line. Moves *at behind it. False when only blanks are left. */
bool tool_next_claim(const char *text, size_t length, size_t *at, size_t *start, size_t *end);
/* Does the object have, at its top level, the member "编号" with this value (a string or a number)? */
bool tool_claim_has_id(const char *object, size_t length, const char *id);

#endif
