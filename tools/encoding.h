/* CSV as spreadsheets here write it: GB18030 becomes UTF-8 on the way in.
 *
 * The first line that holds more than ASCII decides: when it is valid UTF-8 the file is taken as it is,
 * otherwise as GB18030. One decision for the whole file, so that a single damaged line of a UTF-8 file
 * stays one rejected claim. */
#ifndef POL_TOOLS_ENCODING_H
#define POL_TOOLS_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

typedef enum tool_encoding { TOOL_UNDECIDED, TOOL_UTF8, TOOL_GB18030 } tool_encoding;

/* What the bytes are; undecided while they are ASCII. They begin a line. */
tool_encoding tool_guess_encoding(const char *bytes, size_t length);

typedef struct tool_decoder {
    tool_encoding encoding;
    void *converter; /* iconv_t, owned, once GB18030 is known */
    char *output;    /* owned */
    size_t output_bytes;
    char rest[8];    /* the beginning of a character that the last piece broke off */
    size_t rest_length;
    bool unavailable; /* the system has no GB18030 */
} tool_decoder;

void tool_decoder_init(tool_decoder *decoder);
/* Decodes a piece; the result lives until the next call. `is_last`: nothing follows. False when memory
 * ran out or the system cannot convert (`unavailable`). */
bool tool_decode(tool_decoder *decoder, const char *bytes, size_t length, bool is_last,
                 const char **decoded, size_t *decoded_length);
void tool_decoder_free(tool_decoder *decoder);

#endif
