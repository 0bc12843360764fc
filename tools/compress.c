/* gzip by zlib, Zstandard by libzstd. */
#include "tools/compress.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#define ZSTD_LEVEL  3
#define GZIP_WINDOW (15 + 16) /* zlib: the largest window, with a gzip header */
#define MOST_BYTES  ((size_t)1 << 30) /* of one call of zlib, whose counts are narrow */

static bool ends_in(const char *name, const char *ending)
{
    const size_t length = strlen(name), ending_length = strlen(ending);
    return length >= ending_length && strcmp(name + length - ending_length, ending) == 0;
}

tool_packing tool_packing_of(const char *name)
{
    return name == NULL ? TOOL_PLAIN : ends_in(name, ".gz") ? TOOL_GZIP : ends_in(name, ".zst") ? TOOL_ZSTD : TOOL_PLAIN;
}

size_t tool_unpacked_name(const char *name)
{
    const tool_packing packing = tool_packing_of(name);
    return strlen(name) - (packing == TOOL_GZIP ? 3 : packing == TOOL_ZSTD ? 4 : 0);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static tool_packing packing_by_magic(const char *bytes, size_t count)
{
    if (count >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0)
        return TOOL_GZIP;
    return count >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0 ? TOOL_ZSTD : TOOL_PLAIN;
}

static bool start_unpacking(tool_unpacker *unpacker)
{
    if (unpacker->packing == TOOL_ZSTD) {
        unpacker->stream = ZSTD_createDStream();
        return unpacker->stream != NULL;
    }
    z_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL || inflateInit2(stream, GZIP_WINDOW) != Z_OK) {
        free(stream);
        return false;
    }
    unpacker->stream = stream;
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One step; moves *bytes and *length forward. */
static tool_unpacked inflate_some(tool_unpacker *unpacker, const char **bytes, size_t *count, char *out, size_t room,
                                  size_t *length)
{
    z_stream *const stream = unpacker->stream;
    union {
        const char *read_only;
        unsigned char *bytes;
    } input = { .read_only = *bytes }; /* zlib does not write there */
    stream->next_in = input.bytes;
    stream->avail_in = (uInt)least(*count, MOST_BYTES);
    stream->next_out = (unsigned char *)out + *length;
    stream->avail_out = (uInt)least(room - *length, MOST_BYTES);
    const uInt in = stream->avail_in, space = stream->avail_out;
    unpacker->within = true;
    const int result = inflate(stream, Z_NO_FLUSH);
    *bytes += in - stream->avail_in;
    *count -= in - stream->avail_in;
    *length += space - stream->avail_out;
    if (result == Z_STREAM_END) {
        unpacker->within = false;
        return inflateReset(stream) == Z_OK ? TOOL_UNPACKED : TOOL_DAMAGED;
    }
    return result == Z_OK || result == Z_BUF_ERROR ? TOOL_UNPACKED
           : result == Z_MEM_ERROR                 ? TOOL_UNPACK_MEMORY
                                                   : TOOL_DAMAGED;
}

static tool_unpacked decompress_some(tool_unpacker *unpacker, const char **bytes, size_t *count, char *out, size_t room,
                                     size_t *length)
{
    ZSTD_inBuffer in = { *bytes, *count, 0 };
    ZSTD_outBuffer to = { out, room, *length };
    const size_t result = ZSTD_decompressStream(unpacker->stream, &to, &in);
    *bytes += in.pos;
    *count -= in.pos;
    *length = to.pos;
    unpacker->within = result != 0;
    return ZSTD_isError(result) ? TOOL_DAMAGED : TOOL_UNPACKED;
}

static void copy_some(const char **bytes, size_t *count, char *out, size_t room, size_t *length)
{
    const size_t moved = least(*count, room - *length);
    if (moved != 0)
        memcpy(out + *length, *bytes, moved);
    *bytes += moved;
    *count -= moved;
    *length += moved;
}

/* Zeros behind the last member, as tapes leave them. */
static bool is_padding(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != '\0')
            return false;
    }
    return true;
}

tool_unpacked tool_unpack(tool_unpacker *unpacker, const char **bytes, size_t *count, bool is_last, char *out,
                          size_t room, size_t *length)
{
    *length = 0;
    if (!unpacker->known) {
        unpacker->packing = packing_by_magic(*bytes, *count);
        unpacker->known = true;
        if (unpacker->packing != TOOL_PLAIN && !start_unpacking(unpacker))
            return TOOL_UNPACK_MEMORY;
    }
    if (unpacker->packing == TOOL_PLAIN) {
        copy_some(bytes, count, out, room, length);
        return TOOL_UNPACKED;
    }
    tool_unpacked result = TOOL_UNPACKED;
    bool moved = true; /* all input taken, the library may still hold back output */
    while (result == TOOL_UNPACKED && moved && *length < room && (*count != 0 || unpacker->within)) {
        const size_t in = *count, made = *length;
        if (!unpacker->within && unpacker->packing == TOOL_GZIP && is_padding(*bytes, *count)) {
            *bytes += *count;
            *count = 0;
            break;
        }
        result = unpacker->packing == TOOL_GZIP ? inflate_some(unpacker, bytes, count, out, room, length)
                                                : decompress_some(unpacker, bytes, count, out, room, length);
        moved = in != *count || made != *length;
    }
    if (result == TOOL_UNPACKED && is_last && *count == 0 && *length < room && unpacker->within)
        return TOOL_CUT_OFF;
    return result;
}

void tool_unpacker_free(tool_unpacker *unpacker)
{
    if (unpacker->packing == TOOL_ZSTD)
        ZSTD_freeDStream(unpacker->stream);
    if (unpacker->packing == TOOL_GZIP && unpacker->stream != NULL) {
        inflateEnd(unpacker->stream);
        free(unpacker->stream);
    }
    *unpacker = (tool_unpacker){ .known = false };
}

/* ---- writing -------------------------------------------------------------------------------------- */

static bool start_packing(tool_packer *packer)
{
    if (packer->stream != NULL)
        return true;
    if (packer->packing == TOOL_ZSTD) {
        packer->stream = ZSTD_createCCtx();
        return packer->stream != NULL;
    }
    z_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL ||
        deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return false;
    }
    packer->stream = stream;
    return true;
}

static bool reserve(tool_packer *packer, size_t room)
{
    if (room <= packer->room)
        return true;
    char *const grown = realloc(packer->bytes, room);
    if (grown == NULL)
        return false;
    packer->bytes = grown;
    packer->room = room;
    return true;
}

static bool deflate_all(tool_packer *packer, const char *bytes, size_t count, size_t *length)
{
    z_stream *const stream = packer->stream;
    union {
        const char *read_only;
        unsigned char *bytes;
    } input = { .read_only = bytes };
    if (count > MOST_BYTES || deflateReset(stream) != Z_OK || !reserve(packer, deflateBound(stream, (uLong)count)))
        return false;
    stream->next_in = input.bytes;
    stream->avail_in = (uInt)count;
    stream->next_out = (unsigned char *)packer->bytes;
    stream->avail_out = (uInt)packer->room;
    const bool done = deflate(stream, Z_FINISH) == Z_STREAM_END;
    *length = packer->room - stream->avail_out;
    return done;
}

static bool compress_all(tool_packer *packer, const char *bytes, size_t count, size_t *length)
{
    if (!reserve(packer, ZSTD_compressBound(count)))
        return false;
    *length = ZSTD_compressCCtx(packer->stream, packer->bytes, packer->room, bytes, count, ZSTD_LEVEL);
    return !ZSTD_isError(*length);
}

bool tool_pack(tool_packer *packer, const char *bytes, size_t count, const char **packed, size_t *length)
{
    *packed = bytes;
    *length = count;
    if (packer->packing == TOOL_PLAIN)
        return true;
    const bool good = start_packing(packer) && (packer->packing == TOOL_GZIP ? deflate_all(packer, bytes, count, length)
                                                                             : compress_all(packer, bytes, count, length));
    *packed = packer->bytes;
    return good;
}

void tool_packer_free(tool_packer *packer)
{
    if (packer->packing == TOOL_ZSTD)
        ZSTD_freeCCtx(packer->stream);
    if (packer->packing == TOOL_GZIP && packer->stream != NULL) {
        deflateEnd(packer->stream);
        free(packer->stream);
    }
    free(packer->bytes);
    *packer = (tool_packer){ .packing = packer->packing };
}
