/* A stream of bytes into records: lines for JSON Lines, rows for CSV (RFC 4180).
 *
 * The framer takes any pieces of the stream and hands out one complete record after another, pointing
 * into the piece where it can. It never holds more than POL_MAX_RECORD_BYTES: a longer record is read
 * to its end and handed out without text. A byte-order mark at the start and blank lines are skipped.
 * The CSV table turns a row into pairs under the names of the header. After it: record.h. */
#ifndef POL_INTERP_CSV_H
#define POL_INTERP_CSV_H

#include "interp/record.h"

typedef struct pol_frame {
    pol_str text;  /* without its line end; valid until the next call */
    uint64_t line; /* where it begins, from 1 */
    bool too_long; /* more than POL_MAX_RECORD_BYTES; text is empty */
} pol_frame;

typedef struct pol_framer {
    pol_arena *arena; /* borrowed */
    bool csv;         /* line ends inside quotes belong to the record */
    uint8_t state;    /* private, as all below */
    bool too_long;
    uint64_t line;     /* of the byte that comes next */
    uint64_t begin;    /* line of the record being read */
    pol_text held;     /* the record's beginning from earlier pieces */
    unsigned mark;     /* bytes of a byte-order mark seen at the very start */
    bool started;      /* the start is behind */
} pol_framer;

void pol_framer_init(pol_framer *framer, pol_arena *arena, bool csv);
/* Begins anew, with a record that starts on this line. */
void pol_framer_at(pol_framer *framer, uint64_t line);
/* A line of blanks is no record. */
bool pol_framer_is_blank(pol_str text);
/* Whether the next byte begins a record. */
bool pol_framer_is_between(const pol_framer *framer);
/* The caller has taken whole records of that many lines itself. */
void pol_framer_skip(pol_framer *framer, uint64_t lines);
/* Takes from *bytes until a record is complete (true) or nothing is left (false). */
bool pol_framer_next(pol_framer *framer, const char **bytes, size_t *length, pol_frame *frame);
/* At the end of the stream: the last record, when its line end was missing. */
bool pol_framer_last(pol_framer *framer, pol_frame *frame);

/* The header of a CSV stream. */
typedef struct pol_csv {
    pol_arena *arena;  /* borrowed */
    pol_str *columns;  /* names, compared form */
    uint8_t *repeated; /* the name stands in several columns */
    uint32_t count;
    bool has_header;
} pol_csv;

void pol_csv_init(pol_csv *csv, pol_arena *arena);
/* The first row: names of columns; one called "-" is not read. False when memory ran out. */
bool pol_csv_header(pol_csv *csv, pol_str row);
/* A later row into the reader's pairs and the record's envelope; record->error says what is wrong.
 * *blank: every cell is empty, the row is no record. False when memory ran out. */
bool pol_csv_row(pol_csv *csv, pol_str row, pol_reader *reader, pol_record *record, bool *blank);

/* Appends the text as a cell, quoted where it must be. */
void pol_csv_write(pol_text *out, pol_str text);
/* Quotes what stands in `out` from `begin` on, where it must be. */
void pol_csv_quote(pol_text *out, size_t begin);

#endif
