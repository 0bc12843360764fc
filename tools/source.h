/* Claims in pieces of whole records: where a record ends is the library's business (pol_cut), reading
 * large pieces and the first row of a CSV file is this room's. Pieces are the same whatever the pace at
 * which the bytes come in. */
#ifndef POL_TOOLS_SOURCE_H
#define POL_TOOLS_SOURCE_H

#include "tools/columns.h"
#include "tools/encoding.h"
#include "tools/files.h"

typedef struct tool_piece {
    char *bytes;      /* owned */
    size_t length, room;
    pol_record_place *records; /* owned; NULL: the records stand one after another */
    size_t record_count, record_room;
    tool_encoding encoding;
    uint64_t line;    /* of the first record */
    uint64_t number;  /* from 0 */
    uint64_t read;    /* bytes of the input up to its end, as they are stored */
} tool_piece;

void tool_piece_free(tool_piece *piece);

typedef struct tool_source {
    const tool *t;
    tool_input input;
    pol_record_format format;
    tool_encoding encoding;
    char *rest;        /* owned: the beginning of a record from the last piece */
    size_t rest_length, rest_room;
    uint64_t line;     /* of the byte that comes next */
    uint64_t number;   /* of the next piece */
    char *header;      /* owned: the first row of CSV in UTF-8, with its line end; NULL: none */
    size_t header_length;
    bool over;
    tool_decoder decoder; /* of tool_source_decode */
} tool_source;

/* False after an error, which has been reported (here and below). */
bool tool_source_open(const tool *t, tool_source *source, const char *name, pol_record_format format);
/* Reads the first row of CSV; columns may be NULL. To be called once, before the first piece. */
bool tool_source_start(tool_source *source, const tool_columns *columns);
/* Once started: how many records there can be at most, when the input has been read to its end; else UINT32_MAX. */
uint32_t tool_source_most(const tool_source *source);
/* The next piece; its length is 0 at the end (and when a stop was asked for). False after an error. */
bool tool_source_next(tool_source *source, tool_piece *piece);
/* The piece in UTF-8, until the next call. False when memory ran out. For one thread; jobs.c has a decoder
 * for each. */
bool tool_source_decode(tool_source *source, const tool_piece *piece, const char **bytes, size_t *length);
void tool_source_close(tool_source *source);

#endif
