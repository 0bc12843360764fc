#define _XOPEN_SOURCE 700 /* scandir */
#include "tools/editions.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

bool tool_is_folder(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0 && S_ISDIR(about.st_mode);
}

static int is_policy(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && (tool_ends_in(entry->d_name, ".pol") || tool_ends_in(entry->d_name, ".polc"));
}

/* FOLDER/NAME; the caller frees it. */
static char *join(const char *folder, const char *name)
{
    const size_t length = strlen(folder);
    char *path = malloc(length + strlen(name) + 2);
    if (path == NULL)
        return NULL;
    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + 1, name, strlen(name) + 1);
    return path;
}

static bool add(const tool *t, tool_editions *editions, char *name, int *status)
{
    if (name == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        *status = TOOL_UNUSABLE;
        return false;
    }
    editions->names[editions->count] = name;
    editions->programs[editions->count++] = tool_read_program(t, name, status);
    return editions->programs[editions->count - 1] != NULL;
}

static bool open_folder(const tool *t, tool_editions *editions, const char *folder, int *status)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_policy, alphasort);
    *status = TOOL_UNUSABLE;
    bool good = count > 0;
    if (!good)
        tool_error(t, TOOL_M_NO_EDITIONS, folder);
    editions->names = calloc((size_t)(count > 0 ? count : 1), sizeof *editions->names);
    editions->programs = calloc((size_t)(count > 0 ? count : 1), sizeof *editions->programs);
    if (editions->names == NULL || editions->programs == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        good = false;
    }
    for (int i = 0; i < count; i++) {
        good = good && add(t, editions, join(folder, entries[i]->d_name), status);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool tool_editions_open(const tool *t, tool_editions *editions, const char *name, int *status)
{
    *editions = (tool_editions){ 0 };
    if (tool_is_folder(name))
        return open_folder(t, editions, name, status);
    editions->names = calloc(1, sizeof *editions->names);
    editions->programs = calloc(1, sizeof *editions->programs);
    if (editions->names == NULL || editions->programs == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        *status = TOOL_UNUSABLE;
        return false;
    }
    return add(t, editions, strdup(name), status);
}

bool tool_editions_add(const tool *t, const tool_editions *editions, pol_runner *runner)
{
    for (int i = 1; i < editions->count; i++) {
        char reason[256] = "";
        if (pol_runner_add_edition(runner, editions->programs[i], reason) != POL_OK) {
            tool_error(t, TOOL_M_EDITIONS, editions->names[i], reason);
            return false;
        }
    }
    return true;
}

static bool nowhere(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

bool tool_editions_check(const tool *t, const tool_editions *editions)
{
    pol_runner *runner = NULL;
    const pol_writer out = { nowhere, NULL };
    bool good = editions->count > 0 && pol_runner_new(NULL, editions->programs[0], NULL, out, &runner) == POL_OK;
    good = good && tool_editions_add(t, editions, runner);
    pol_runner_free(runner);
    return good;
}

void tool_editions_close(tool_editions *editions)
{
    for (int i = 0; i < editions->count; i++) {
        pol_program_free(editions->programs[i]);
        free(editions->names[i]);
    }
    free(editions->programs);
    free(editions->names);
    *editions = (tool_editions){ 0 };
}
