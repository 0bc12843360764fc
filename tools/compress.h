/* Compressed files: gzip (zlib) and Zstandard (libzstd). What is read is known by its first bytes, what is
 * written by the ending of its name. Every piece that is written is a member (a frame) of its own, so
 * that a file that ends early holds whole pieces, and pieces can be made by several threads. */
#ifndef POL_TOOLS_COMPRESS_H
#define POL_TOOLS_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum tool_packing { TOOL_PLAIN, TOOL_GZIP, TOOL_ZSTD } tool_packing;

/* By the ending .gz or .zst. */
tool_packing tool_packing_of(const char *name);
/* The length of the name without that ending. */
size_t tool_unpacked_name(const char *name);

/* ---- reading -------------------------------------------------------------------------------------- */

typedef enum tool_unpacked { TOOL_UNPACKED, TOOL_CUT_OFF, TOOL_DAMAGED, TOOL_UNPACK_MEMORY } tool_unpacked;

typedef struct tool_unpacker {
    tool_packing packing;
    void *stream;  /* owned; NULL before the first byte, and for plain text */
    bool known;    /* the first bytes have been seen */
    bool within;   /* inside of a member or frame */
} tool_unpacker;

/* Bytes that say how a file is packed; give at least these at first, if there are so many. */
#define TOOL_MAGIC_BYTES 4
/* Unpacks from *bytes (moved forward) to out (at most `room`, *length is set). `is_last`: nothing follows
 * these bytes. Call it again while it fills the room. */
tool_unpacked tool_unpack(tool_unpacker *unpacker, const char **bytes, size_t *count, bool is_last, char *out,
                          size_t room, size_t *length);
void tool_unpacker_free(tool_unpacker *unpacker);

/* ---- writing -------------------------------------------------------------------------------------- */

typedef struct tool_packer {
    tool_packing packing;
    void *stream; /* owned */
    char *bytes;  /* owned: the last piece */
    size_t room;
} tool_packer;

/* A whole member or frame; the result lives until the next call. False when memory ran out. */
bool tool_pack(tool_packer *packer, const char *bytes, size_t count, const char **packed, size_t *length);
void tool_packer_free(tool_packer *packer);

#endif
