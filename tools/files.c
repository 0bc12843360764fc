#define _XOPEN_SOURCE 700 /* realpath */
/* Files at the edge of the library. */
#include "tools/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/text.h"

#define PIECE_BYTES ((size_t)1 << 20)

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

bool tool_input_open(const tool *t, tool_input *input, const char *name, bool is_csv)
{
    *input = (tool_input){ .name = is_standard(name) ? tool_word(t, TOOL_M_STANDARD_INPUT) : name,
                           .descriptor = STDIN_FILENO,
                           .decodes = is_csv };
    tool_decoder_init(&input->decoder);
    if (!is_standard(name))
        input->descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0)
        return refuse_reading(t, input->name, errno);
    input->buffer = malloc(PIECE_BYTES);
    if (input->buffer != NULL)
        return true;
    tool_input_close(input);
    return refuse_reading(t, input->name, ENOMEM);
}

void tool_input_close(tool_input *input)
{
    if (input->descriptor > STDERR_FILENO)
        close(input->descriptor);
    free(input->buffer);
    tool_decoder_free(&input->decoder);
    *input = (tool_input){ .descriptor = -1 };
}

static ssize_t read_piece(int descriptor, char *buffer, size_t room)
{
    ssize_t count;
    do {
        count = read(descriptor, buffer, room);
    } while (count < 0 && errno == EINTR);
    return count;
}

bool tool_input_next(const tool *t, tool_input *input, const char **bytes, size_t *length)
{
    const ssize_t count = read_piece(input->descriptor, input->buffer, PIECE_BYTES);
    if (count < 0)
        return refuse_reading(t, input->name, errno);
    *bytes = input->buffer;
    *length = (size_t)count;
    if (!input->decodes ||
        tool_decode(&input->decoder, input->buffer, (size_t)count, count == 0, bytes, length))
        return true;
    if (input->decoder.unavailable)
        tool_error(t, TOOL_M_CANNOT_READ, input->name, tool_word(t, TOOL_M_NO_CONVERSION));
    else
        refuse_reading(t, input->name, ENOMEM);
    return false;
}

static bool append(void *user, const char *bytes, size_t count)
{
    tool_bytes *to = user;
    if (to->length + count + 1 > to->room) {
        const size_t room = (to->length + count) * 2 + 1;
        char *grown = realloc(to->bytes, room);
        if (grown == NULL)
            return false;
        to->bytes = grown;
        to->room = room;
    }
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
    if (!tool_input_open(t, &input, name, false))
        return NULL;
    tool_bytes text = { .bytes = calloc(1, 1), .room = 1 }; /* an empty file is a text too */
    bool good = text.bytes != NULL;
    for (size_t count = 1; good && count > 0;) {
        const char *bytes;
        good = tool_input_next(t, &input, &bytes, &count);
        if (!good)
            break;
        if (text.length + count > limit_bytes) {
            tool_error(t, TOOL_M_TOO_LARGE, input.name, tool_count_text(limit_bytes >> 20).text);
            good = false;
        } else if (!append(&text, bytes, count)) {
            good = refuse_reading(t, input.name, ENOMEM);
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

bool tool_output_open(const tool *t, tool_output *output, const char *name)
{
    *output =
        (tool_output){ .name = is_standard(name) ? tool_word(t, TOOL_M_STANDARD_OUTPUT) : name };
    if (is_standard(name)) {
        output->file = stdout;
        return true;
    }
    struct stat about;
    if (stat(name, &about) == 0 && S_ISDIR(about.st_mode))
        return refuse_writing(t, name, EISDIR);
    if (!is_special(name)) {
        output->partial = malloc(strlen(name) + sizeof ".partial");
        if (output->partial == NULL)
            return refuse_writing(t, name, ENOMEM);
        strcpy(output->partial, name);
        strcat(output->partial, ".partial");
    }
    output->file = fopen(output->partial != NULL ? output->partial : name, "wb");
    if (output->file != NULL) {
        (void)setvbuf(output->file, NULL, _IOFBF, PIECE_BYTES);
        return true;
    }
    const int error = errno;
    free(output->partial);
    output->partial = NULL;
    return refuse_writing(t, name, error);
}

static bool write_output(void *user, const char *bytes, size_t length)
{
    tool_output *output = user;
    if (fwrite(bytes, 1, length, output->file) == length)
        return true;
    if (output->error == 0)
        output->error = errno;
    return false;
}

pol_writer tool_output_writer(tool_output *output)
{
    return (pol_writer){ write_output, output };
}

void tool_output_drop(tool_output *output)
{
    if (output->file != NULL && output->file != stdout)
        fclose(output->file);
    if (output->partial != NULL)
        remove(output->partial);
    free(output->partial);
    *output = (tool_output){ .name = output->name };
}

static int complete(tool_output *output)
{
    int error = output->error;
    if (error == 0 && fflush(output->file) != 0)
        error = errno;
    if (output->file != stdout) {
        if (fclose(output->file) != 0 && error == 0)
            error = errno;
        output->file = NULL;
    }
    if (error == 0 && output->partial != NULL && rename(output->partial, output->name) != 0)
        error = errno;
    return error;
}

bool tool_output_finish(tool *t, tool_output *output)
{
    const bool is_stdout = output->file == stdout;
    const int error = complete(output);
    if (error == 0) {
        free(output->partial);
        output->partial = NULL;
        return true;
    }
    tool_output_drop(output);
    t->output_failed |= is_stdout;
    return refuse_writing(t, output->name, error);
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
