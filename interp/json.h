/* JSON as claims need it: a pull reader that hands out the text of every value untouched, so that no
 * number is ever anything but its digits, and what is needed to write JSON.
 *
 * The reader works on one complete text in memory, allocates nothing and recurses nowhere; its events
 * point into the text. Before it: a line from the framer (csv.h); after it: record.h. */
#ifndef POL_INTERP_JSON_H
#define POL_INTERP_JSON_H

#include <string.h>

#include "interp/base/str.h"

#define POL_JSON_NESTING 64 /* deeper texts are refused */

typedef enum pol_json_event {
    POL_JSON_ERROR, /* not JSON from here on; the reader stays here */
    POL_JSON_END,   /* after the one value of the text */
    POL_JSON_OBJECT,
    POL_JSON_OBJECT_END,
    POL_JSON_ARRAY,
    POL_JSON_ARRAY_END,
    POL_JSON_KEY,
    POL_JSON_STRING,
    POL_JSON_NUMBER,
    POL_JSON_TRUE,
    POL_JSON_FALSE,
    POL_JSON_NULL
} pol_json_event;

typedef struct pol_json {
    pol_str text;       /* borrowed */
    size_t at;          /* read so far; after an error, where it is */
    pol_str token;      /* raw text of the last event, strings and keys with their quotes */
    bool escaped;       /* the last string or key holds a backslash */
    uint8_t expected;   /* private */
    uint8_t problem;    /* private: why it is not JSON */
    unsigned depth;     /* open objects and arrays */
    uint64_t in_object; /* private: bit d is set when level d is an object */
} pol_json;

/* The text must be well-formed UTF-8: see pol_json_utf8. */
void pol_json_init(pol_json *json, pol_str text);
pol_json_event pol_json_next(pol_json *json);
/* After POL_JSON_OBJECT or POL_JSON_ARRAY: goes behind its end. False when the text is not JSON. */
bool pol_json_skip(pol_json *json);
/* What is wrong at json->at, in words. */
const char *pol_json_problem(const pol_json *json, pol_lang lang);

/* The content of a raw string or key with its quotes: a piece of `token`, or, when it is escaped, memory
 * of the arena. False when an escape names no character (half of a surrogate pair) or memory ran out. */
bool pol_json_decode(pol_arena *arena, pol_str token, bool escaped, pol_str *content);

/* Offset of the first byte that is not well-formed UTF-8, or the length. */
size_t pol_json_utf8(pol_str text);

/* pol_text_add for the many short pieces of a record: in place when there is room. */
static inline void pol_json_put(pol_text *out, pol_str piece)
{
    if (piece.length >= out->capacity - out->length) {
        pol_text_add(out, piece);
        return;
    }
    memcpy(out->bytes + out->length, piece.bytes, piece.length);
    out->length += piece.length;
    out->bytes[out->length] = '\0';
}

/* Appends the text as a JSON string; bytes that are not UTF-8 become U+FFFD. */
void pol_json_write_string(pol_text *out, pol_str text);

#endif
