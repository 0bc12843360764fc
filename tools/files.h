/* Files at the edge of the library: read whole or in pieces, written so that a name never stands for
 * half a result. "-" is standard input or output. Errors are reported here, in the call's language. */
#ifndef POL_TOOLS_FILES_H
#define POL_TOOLS_FILES_H

#include <stdint.h>
#include <stdio.h>

#include "tools/compress.h"
#include "tools/tool.h"

/* ---- reading -------------------------------------------------------------------------------------- */

bool tool_ends_in(const char *name, const char *ending);

/* A text that grows; zeroed it is empty. The owner frees `bytes`. */
typedef struct tool_bytes {
    char *bytes;
    size_t length, room;
} tool_bytes;
/* Adds what is written to `to`, which must outlive the writer; fails when memory runs out. */
pol_writer tool_bytes_writer(tool_bytes *to);

/* The whole of a file; NULL after an error. The caller frees it. */
char *tool_read_file(const tool *t, const char *name, size_t limit_bytes, size_t *length);

/* A stream of bytes, unpacked when it is gzip or Zstandard. */
typedef struct tool_input {
    const char *name; /* as shown in messages */
    int descriptor;
    bool may_wait;       /* no regular file: its next byte may be long in coming */
    uint64_t size, read; /* bytes of the file, as they are stored; size 0: not known */
    char *raw;           /* owned: bytes still packed */
    size_t raw_at, raw_end, raw_room;
    bool raw_over;
    tool_unpacker unpacker;
} tool_input;

/* name NULL or "-": standard input. */
bool tool_input_open(const tool *t, tool_input *input, const char *name);
/* Fills the room; *length is less at the end only, and when a stop was asked for (stop.h). False after an
 * error. */
bool tool_input_read(const tool *t, tool_input *input, char *bytes, size_t room, size_t *length);
void tool_input_close(tool_input *input);

/* ---- writing -------------------------------------------------------------------------------------- */

/* A regular file is written as NAME.partial and gets its name only when it is complete. */
typedef struct tool_output {
    const char *name; /* as shown in messages */
    FILE *file;
    char *partial;      /* owned; NULL: written in place (standard output, a device, a pipe) */
    int error;          /* errno of the first failed write, 0: none */
    uint64_t written;   /* bytes */
    uint64_t committed; /* of them whole (tool_output_commit) */
    uint64_t known;     /* bytes of an earlier, interrupted run, which must be met again */
    bool differs;       /* they were not */
} tool_output;

/* name NULL or "-": standard output. */
bool tool_output_open(const tool *t, tool_output *output, const char *name);
/* The same, going on with the NAME.partial of an interrupted run: what is written must begin with what
 * stands there. False too when there is none. */
bool tool_output_resume(const tool *t, tool_output *output, const char *name);
bool tool_output_put(tool_output *output, const char *bytes, size_t length);
/* Writes to `output`, which must outlive the writer. */
pol_writer tool_output_writer(tool_output *output);
/* What has been written so far is whole by itself. False when it did not arrive. */
bool tool_output_commit(tool_output *output);
/* Completes the file and gives it its name. False after an error, which has been reported (a reader of
 * a pipe that went away is none to speak of); the file is then as tool_output_keep leaves it. */
bool tool_output_finish(tool *t, tool_output *output);
/* Reports why a write failed. */
void tool_output_report(const tool *t, const tool_output *output);
/* Leaves what was committed as NAME.partial. True when there is such a file. */
bool tool_output_keep(tool_output *output);
/* Gives up: what was written under NAME.partial is removed. */
void tool_output_drop(tool_output *output);

/* Gives an existing file a new content, at once or not at all; its permissions stay, and a link goes on leading to
 * it. False after an error, which has been reported. */
bool tool_replace_file(tool *t, const char *name, const char *bytes, size_t length);

/* Flushes standard output at the end of the program; false when what was written did not arrive. */
bool tool_flush_standard(tool *t);

#endif
