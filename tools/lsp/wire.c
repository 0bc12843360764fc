/* Messages on two streams: headers, an empty line, a JSON text (base protocol). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tools/lsp/server.h"

#define PIECE          ((size_t)1 << 16)
#define LONGEST_HEADER ((size_t)4096) /* of one line */
#define NO_LENGTH      SIZE_MAX

/* ---- bytes ---------------------------------------------------------------------------------------------------- */

static size_t held(const lsp_wire *wire)
{
    return wire->end - wire->start;
}

/* Room for one more piece behind what is held. */
static bool make_room(lsp_wire *wire)
{
    if (wire->start > 0 && wire->capacity - wire->end < PIECE) {
        memmove(wire->buffer, wire->buffer + wire->start, held(wire));
        wire->end -= wire->start;
        wire->start = 0;
    }
    if (wire->capacity - wire->end >= PIECE)
        return true;
    const size_t capacity = wire->capacity * 2 + PIECE;
    char *grown = realloc(wire->buffer, capacity);
    if (grown == NULL)
        return false;
    wire->buffer = grown;
    wire->capacity = capacity;
    return true;
}

/* Reads what there is; false at the end of the stream. */
static bool read_more(lsp_wire *wire)
{
    if (!make_room(wire))
        return false;
    ssize_t got;
    do
        got = read(wire->in, wire->buffer + wire->end, PIECE);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return false;
    wire->end += (size_t)got;
    return true;
}

bool lsp_wire_is_waiting(const lsp_wire *wire)
{
    struct pollfd in = { .fd = wire->in, .events = POLLIN };
    return held(wire) > 0 || poll(&in, 1, 0) > 0;
}

/* ---- headers ---------------------------------------------------------------------------------------------------- */

/* The next line without its end, of an overlong one the beginning. False at the end of the stream. */
static bool read_line(lsp_wire *wire, char line[LONGEST_HEADER])
{
    size_t length = 0;
    for (;;) {
        if (held(wire) == 0 && !read_more(wire))
            return false;
        const char byte = wire->buffer[wire->start++];
        if (byte == '\n')
            break;
        if (length + 1 < LONGEST_HEADER)
            line[length++] = byte;
    }
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    return true;
}

/* The number of a Content-Length header; NO_LENGTH for other lines and for what is no number. */
static size_t content_length(const char *line)
{
    static const char k_name[] = "Content-Length:";
    if (strncasecmp(line, k_name, sizeof k_name - 1) != 0)
        return NO_LENGTH;
    const char *digits = line + sizeof k_name - 1;
    digits += strspn(digits, " \t");
    const size_t count = strspn(digits, "0123456789");
    if (count == 0 || count > 15 || digits[count + strspn(digits + count, " \t")] != '\0')
        return NO_LENGTH;
    return (size_t)strtoull(digits, NULL, 10);
}

/* Reads headers up to the empty line behind them. Lines that are no headers are skipped, and so are blocks
 * without a length: after something malformed the next good header is found again. */
static bool read_headers(lsp_wire *wire, size_t *length)
{
    char line[LONGEST_HEADER];
    *length = NO_LENGTH;
    while (read_line(wire, line)) {
        if (line[0] == '\0' && *length != NO_LENGTH)
            return true;
        const size_t found = content_length(line);
        if (found != NO_LENGTH)
            *length = found;
        else if (strchr(line, ':') == NULL)
            *length = NO_LENGTH;
    }
    return false;
}

static bool skip(lsp_wire *wire, size_t length)
{
    while (length > 0) {
        if (held(wire) == 0 && !read_more(wire))
            return false;
        const size_t taken = held(wire) < length ? held(wire) : length;
        wire->start += taken;
        length -= taken;
    }
    return true;
}

lsp_reading lsp_wire_read(lsp_wire *wire, const char **bytes, size_t *length)
{
    if (!read_headers(wire, length))
        return LSP_ENDED;
    if (*length > LSP_LARGEST_MESSAGE)
        return skip(wire, *length) ? LSP_TOO_LARGE : LSP_ENDED;
    while (held(wire) < *length)
        if (!read_more(wire))
            return LSP_ENDED;
    *bytes = wire->buffer + wire->start;
    wire->start += *length;
    return LSP_READ;
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

static bool write_all(int out, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t put = write(out, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

void lsp_wire_send(lsp_wire *wire, json_t *message)
{
    char *text = message == NULL || wire->closed ? NULL : json_dumps(message, JSON_COMPACT);
    json_decref(message);
    if (text == NULL)
        return;
    char header[64];
    const size_t length = strlen(text);
    const int header_length = snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", length);
    if (!write_all(wire->out, header, (size_t)header_length) || !write_all(wire->out, text, length))
        wire->closed = true;
    free(text);
}

void lsp_wire_close(lsp_wire *wire)
{
    free(wire->buffer);
    *wire = (lsp_wire){ 0 };
}
