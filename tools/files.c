#define _XOPEN_SOURCE 700 /* realpath */
/* Files at the edge of the library. */
#include "tools/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/stop.h"
#include "tools/text.h"

#define READ_BYTES  ((size_t)256 << 10)
#define FIRST_BYTES ((size_t)4 << 10) /* they tell how the rest is packed; what is not goes past `raw` */
#define WRITE_BYTES ((size_t)64 << 10) /* larger pieces go past the buffer */

static bool is_standard(const char *name)
{
    return name == NULL || strcmp(name, "-") == 0;
}

bool tool_ends_in(const char *name, const char *ending)
{
    const size_t length = strlen(name), ending_length = strlen(ending);
    return length >= ending_length && strcmp(name + length - ending_length, ending) == 0;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static bool refuse_reading(const tool *t, const char *name, int error)
{
    tool_error(t, TOOL_M_CANNOT_READ, name, tool_errno_text(t, error));
    return false;
}

bool tool_input_open(const tool *t, tool_input *input, const char *name)
{
    struct stat about;
    *input = (tool_input){ .name = is_standard(name) ? tool_word(t, TOOL_M_STANDARD_INPUT) : name,
                           .descriptor = STDIN_FILENO };
    if (!is_standard(name))
        input->descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0)
        return refuse_reading(t, input->name, errno);
    input->may_wait = fstat(input->descriptor, &about) != 0 || !S_ISREG(about.st_mode);
    if (!input->may_wait && about.st_size > 0)
        input->size = (uint64_t)about.st_size;
    input->raw = malloc(FIRST_BYTES);
    input->raw_room = FIRST_BYTES;
    if (input->raw != NULL)
        return true;
    const char *const shown = input->name;
    tool_input_close(input);
    return refuse_reading(t, shown, ENOMEM);
}

void tool_input_close(tool_input *input)
{
    if (input->descriptor > STDERR_FILENO)
        close(input->descriptor);
    free(input->raw);
    tool_unpacker_free(&input->unpacker);
    *input = (tool_input){ .descriptor = -1 };
}

/* Waits for a slow input. False when a stop was asked for meanwhile. */
static bool await(const tool_input *input)
{
    if (!input->may_wait)
        return !tool_stop_asked();
    struct pollfd waiting[2] = { { .fd = input->descriptor, .events = POLLIN },
                                 { .fd = tool_stop_descriptor(), .events = POLLIN } };
    while (!tool_stop_asked()) {
        const int ready = poll(waiting, waiting[1].fd < 0 ? 1 : 2, -1);
        if (ready < 0 && errno != EINTR)
            break; /* read() will say what is wrong */
        if (ready > 0 && waiting[0].revents != 0)
            break;
    }
    return !tool_stop_asked();
}

/* What one read gives: 0 at the end (and when a stop was asked for), -1 after an error. */
static ssize_t read_some(tool_input *input, char *bytes, size_t room)
{
    ssize_t count;
    if (!await(input))
        return 0;
    do {
        count = read(input->descriptor, bytes, room);
    } while (count < 0 && errno == EINTR && !tool_stop_asked());
    if (count > 0)
        input->read += (uint64_t)count;
    return count < 0 && errno == EINTR ? 0 : count;
}

/* More raw bytes behind those that are left; at first enough to tell how they are packed. */
static bool read_raw(const tool *t, tool_input *input)
{
    if (input->unpacker.known && input->raw_room < READ_BYTES) {
        char *const grown = realloc(input->raw, READ_BYTES);
        if (grown == NULL)
            return refuse_reading(t, input->name, ENOMEM);
        input->raw = grown;
        input->raw_room = READ_BYTES;
    }
    memmove(input->raw, input->raw + input->raw_at, input->raw_end - input->raw_at);
    input->raw_end -= input->raw_at;
    input->raw_at = 0;
    do {
        const ssize_t count = read_some(input, input->raw + input->raw_end, input->raw_room - input->raw_end);
        if (count < 0)
            return refuse_reading(t, input->name, errno);
        input->raw_over = count == 0;
        input->raw_end += (size_t)count;
    } while (!input->raw_over && !input->unpacker.known && input->raw_end < TOOL_MAGIC_BYTES);
    return true;
}

static bool refuse_packed(const tool *t, const tool_input *input, tool_unpacked result)
{
    if (result == TOOL_UNPACK_MEMORY)
        return refuse_reading(t, input->name, ENOMEM);
    tool_error(t, TOOL_M_CANNOT_READ, input->name,
               tool_word(t, result == TOOL_CUT_OFF ? TOOL_M_CUT_OFF : TOOL_M_DAMAGED));
    return false;
}

/* Plain bytes, past the raw ones. */
static bool read_plain(const tool *t, tool_input *input, char *bytes, size_t room, size_t *length)
{
    while (*length < room && !input->raw_over) {
        const ssize_t count = read_some(input, bytes + *length, room - *length);
        if (count < 0)
            return refuse_reading(t, input->name, errno);
        input->raw_over = count == 0;
        *length += (size_t)count;
    }
    return true;
}

bool tool_input_read(const tool *t, tool_input *input, char *bytes, size_t room, size_t *length)
{
    *length = 0;
    while (*length < room) {
        const bool empty = input->raw_at == input->raw_end;
        if (empty && input->unpacker.known && input->unpacker.packing == TOOL_PLAIN)
            return read_plain(t, input, bytes, room, length);
        if (empty && !input->raw_over && !read_raw(t, input))
            return false;
        if (tool_stop_asked())
            return true;
        const char *from = input->raw + input->raw_at;
        size_t count = input->raw_end - input->raw_at, made;
        const tool_unpacked result =
            tool_unpack(&input->unpacker, &from, &count, input->raw_over, bytes + *length, room - *length, &made);
        input->raw_at = input->raw_end - count;
        *length += made;
        if (result != TOOL_UNPACKED)
            return refuse_packed(t, input, result);
        if (made == 0 && input->raw_over && input->raw_at == input->raw_end)
            break;
    }
    return true;
}

static bool reserve(tool_bytes *to, size_t count, size_t room)
{
    if (to->length + count <= to->room)
        return true;
    char *grown = realloc(to->bytes, room);
    if (grown == NULL)
        return false;
    to->bytes = grown;
    to->room = room;
    return true;
}

static bool append(void *user, const char *bytes, size_t count)
{
    tool_bytes *to = user;
    if (!reserve(to, count + 1, (to->length + count) * 2 + 1))
        return false;
    memcpy(to->bytes + to->length, bytes, count);
    to->length += count;
    return true;
}

pol_writer tool_bytes_writer(tool_bytes *to)
{
    return (pol_writer){ append, to };
}

char *tool_read_file(const tool *t, const char *name, size_t limit_bytes, size_t *length)
{
    tool_input input;
    if (!tool_input_open(t, &input, name))
        return NULL;
    tool_bytes text = { .bytes = NULL };
    const size_t expected = input.size == 0 || input.size > READ_BYTES ? READ_BYTES : (size_t)input.size;
    bool good = true;
    for (size_t count = 1; good && count > 0; text.length += count) {
        if (reserve(&text, 1, (text.length == 0 ? expected : text.length * 2) + 1))
            good = tool_input_read(t, &input, text.bytes + text.length, text.room - text.length, &count);
        else
            good = refuse_reading(t, input.name, ENOMEM);
        if (good && text.length + count > limit_bytes) {
            tool_error(t, TOOL_M_TOO_LARGE, input.name, tool_count_text(limit_bytes >> 20).text);
            good = false;
        }
    }
    tool_input_close(&input);
    *length = text.length;
    if (good)
        return text.bytes;
    free(text.bytes);
    return NULL;
}

/* ---- writing -------------------------------------------------------------------------------------- */

static bool refuse_writing(const tool *t, const char *name, int error)
{
    if (error != EPIPE) /* the reader went away: nothing to complain of */
        tool_error(t, TOOL_M_CANNOT_WRITE, name, tool_errno_text(t, error));
    return false;
}

/* Is there something of this name that is no regular file (a device, a pipe)? */
static bool is_special(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

/* Notes what the output is called; false after an error. */
static bool name_output(const tool *t, tool_output *output, const char *name)
{
    *output =
        (tool_output){ .name = is_standard(name) ? tool_word(t, TOOL_M_STANDARD_OUTPUT) : name };
    struct stat about;
    if (is_standard(name))
        return true;
    if (stat(name, &about) == 0 && S_ISDIR(about.st_mode))
        return refuse_writing(t, name, EISDIR);
    if (is_special(name))
        return true;
    output->partial = malloc(strlen(name) + sizeof ".partial");
    if (output->partial == NULL)
        return refuse_writing(t, name, ENOMEM);
    strcpy(output->partial, name);
    strcat(output->partial, ".partial");
    return true;
}

static bool open_output(const tool *t, tool_output *output, const char *path, const char *mode)
{
    output->file = fopen(path, mode);
    if (output->file != NULL) {
        (void)setvbuf(output->file, NULL, _IOFBF, WRITE_BYTES);
        return true;
    }
    const int error = errno;
    free(output->partial);
    output->partial = NULL;
    return refuse_writing(t, output->name, error);
}

bool tool_output_open(const tool *t, tool_output *output, const char *name)
{
    if (!name_output(t, output, name))
        return false;
    output->file = is_standard(name) ? stdout : NULL;
    return output->file != NULL || open_output(t, output, output->partial != NULL ? output->partial : name, "wb");
}

bool tool_output_resume(const tool *t, tool_output *output, const char *name)
{
    struct stat about;
    if (!name_output(t, output, name))
        return false;
    if (output->partial == NULL || stat(output->partial, &about) != 0 || !S_ISREG(about.st_mode)) {
        tool_error(t, TOOL_M_NOTHING_TO_RESUME, output->name);
        free(output->partial);
        output->partial = NULL;
        return false;
    }
    output->known = (uint64_t)about.st_size;
    return open_output(t, output, output->partial, "r+b");
}

static bool fail_writing(tool_output *output, int error)
{
    if (output->error == 0)
        output->error = error;
    return false;
}

/* Compares with what an earlier run left; *used is how much of the bytes that covers. */
static bool meet_known(tool_output *output, const char *bytes, size_t length, size_t *used)
{
    char there[4096];
    *used = 0;
    while (*used < length && output->written < output->known) {
        const uint64_t left = output->known - output->written;
        size_t count = length - *used < sizeof there ? length - *used : sizeof there;
        count = left < count ? (size_t)left : count;
        if (fread(there, 1, count, output->file) != count)
            return fail_writing(output, errno);
        output->differs = memcmp(there, bytes + *used, count) != 0;
        if (output->differs)
            return fail_writing(output, EINVAL);
        *used += count;
        output->written += count;
    }
    /* from reading to writing */
    if (*used != 0 && output->written == output->known && fseek(output->file, 0, SEEK_CUR) != 0)
        return fail_writing(output, errno);
    return true;
}

bool tool_output_put(tool_output *output, const char *bytes, size_t length)
{
    size_t used = 0;
    if (output->error != 0)
        return false;
    if (output->written < output->known && !meet_known(output, bytes, length, &used))
        return false;
    if (fwrite(bytes + used, 1, length - used, output->file) != length - used)
        return fail_writing(output, errno);
    output->written += length - used;
    return true;
}

static bool write_output(void *user, const char *bytes, size_t length)
{
    return tool_output_put(user, bytes, length);
}

pol_writer tool_output_writer(tool_output *output)
{
    return (pol_writer){ write_output, output };
}

bool tool_output_commit(tool_output *output)
{
    if (output->error == 0 && fflush(output->file) != 0)
        return fail_writing(output, errno);
    if (output->error == 0)
        output->committed = output->written;
    return output->error == 0;
}

static void forget(tool_output *output)
{
    free(output->partial);
    *output = (tool_output){ .name = output->name };
}

void tool_output_drop(tool_output *output)
{
    if (output->file != NULL && output->file != stdout)
        fclose(output->file);
    if (output->partial != NULL)
        remove(output->partial);
    forget(output);
}

bool tool_output_keep(tool_output *output)
{
    /* an earlier run's bytes that were not reached stay as they are */
    const uint64_t whole = output->committed < output->known ? output->known : output->committed;
    if (output->partial == NULL || output->file == NULL || whole == 0) {
        tool_output_drop(output);
        return false;
    }
    (void)fflush(output->file);
    const bool cut = ftruncate(fileno(output->file), (off_t)whole) == 0;
    fclose(output->file);
    forget(output);
    return cut;
}

static int complete(tool_output *output)
{
    if (output->written < output->known) {
        output->differs = true;
        return EINVAL;
    }
    int error = output->error;
    if (error == 0 && fflush(output->file) != 0)
        error = errno;
    if (error == 0 && output->file != stdout) {
        if (fclose(output->file) != 0)
            error = errno;
        output->file = NULL;
    }
    if (error == 0 && output->partial != NULL && rename(output->partial, output->name) != 0)
        error = errno;
    return error;
}

void tool_output_report(const tool *t, const tool_output *output)
{
    if (output->differs)
        tool_error(t, TOOL_M_RESUME_DIFFERS, output->partial);
    else
        refuse_writing(t, output->name, output->error);
}

bool tool_output_finish(tool *t, tool_output *output)
{
    const bool is_stdout = output->file == stdout;
    output->error = complete(output);
    if (output->error == 0) {
        forget(output);
        return true;
    }
    tool_output_report(t, output);
    (void)tool_output_keep(output);
    t->output_failed |= is_stdout;
    return false;
}

bool tool_replace_file(tool *t, const char *name, const char *bytes, size_t length)
{
    char *path = realpath(name, NULL);
    struct stat about;
    tool_output output;
    if (path == NULL || stat(path, &about) != 0) {
        free(path);
        return refuse_writing(t, name, errno);
    }
    bool good = tool_output_open(t, &output, path);
    if (good) {
        if (output.partial != NULL && fchmod(fileno(output.file), about.st_mode & 07777) != 0)
            output.error = errno;
        (void)write_output(&output, bytes, length);
        output.name = path;
        good = tool_output_finish(t, &output);
    }
    free(path);
    return good;
}

bool tool_flush_standard(tool *t)
{
    if (t->output_failed)
        return false;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    return refuse_writing(t, tool_word(t, TOOL_M_STANDARD_OUTPUT), errno);
}
