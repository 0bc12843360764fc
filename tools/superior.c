#define _XOPEN_SOURCE 700 /* realpath */
#include "tools/superior.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/files.h"

#define LARGEST_SCRIPT ((size_t)5 << 20)

/* The folder of a file's name, "." for a bare name. The caller frees it. */
static char *folder_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash == NULL)
        return strdup(".");
    const size_t length = slash == name ? 1 : (size_t)(slash - name);
    char *folder = malloc(length + 1);
    if (folder == NULL)
        return NULL;
    memcpy(folder, name, length);
    folder[length] = '\0';
    return folder;
}

static bool is_inside(const char *root, const char *path)
{
    const size_t length = strlen(root);
    return strncmp(root, path, length) == 0 && (root[length - 1] == '/' || path[length] == '/' || path[length] == '\0');
}

/* Folder and path joined and made canonical; NULL when there is no such file inside the root. */
static char *find_file(const tool_superior *superior, const char *from, const char *path)
{
    char *folder = folder_of(from);
    char *found = NULL;
    const size_t length = folder == NULL ? 0 : strlen(folder) + strlen(path) + 2;
    char *joined = folder == NULL ? NULL : malloc(length);
    if (joined != NULL) {
        memcpy(joined, folder, strlen(folder));
        joined[strlen(folder)] = '/';
        memcpy(joined + strlen(folder) + 1, path, strlen(path) + 1);
        found = realpath(joined, NULL);
    }
    free(joined);
    free(folder);
    if (found != NULL && superior->root != NULL && is_inside(superior->root, found) && access(found, R_OK) == 0)
        return found;
    free(found);
    return NULL;
}

/* How messages call the file: the first script as it was given (so that a cycle is seen), others from
 * the current folder where they lie below it. */
static const char *shown_name(const tool_superior *superior, const char *found)
{
    if (superior->first != NULL && strcmp(superior->first, found) == 0)
        return superior->first_given;
    const size_t length = superior->here == NULL ? 0 : strlen(superior->here);
    if (length > 0 && is_inside(superior->here, found) && found[length] == '/')
        return found + length + 1;
    return found;
}

static void find_folders(tool_superior *superior)
{
    const char *const root = superior->t->root;
    superior->found_folders = true;
    superior->here = realpath(".", NULL);
    superior->first = realpath(superior->first_given, NULL);
    superior->root = realpath(root != NULL ? root : ".", NULL);
    if (root == NULL && superior->root != NULL && superior->first != NULL
        && !is_inside(superior->root, superior->first)) {
        free(superior->root);
        superior->root = folder_of(superior->first);
    }
}

static bool load(void *user, const char *from, const char *path, const char **name, const char **text, size_t *length)
{
    tool_superior *superior = user;
    if (!superior->found_folders)
        find_folders(superior);
    char *found = find_file(superior, from, path);
    char *read = found == NULL ? NULL : tool_read_file(superior->t, found, LARGEST_SCRIPT, length);
    if (read == NULL) {
        free(found);
        return false;
    }
    free(superior->name);
    free(superior->text);
    superior->name = found;
    superior->text = read;
    *name = shown_name(superior, found);
    *text = read;
    return true;
}

pol_loader tool_superior_open(tool_superior *superior, const tool *t, const char *name)
{
    *superior = (tool_superior){ .t = t, .first_given = name };
    return (pol_loader){ load, superior };
}

void tool_superior_close(tool_superior *superior)
{
    free(superior->root);
    free(superior->here);
    free(superior->first);
    free(superior->name);
    free(superior->text);
    *superior = (tool_superior){ 0 };
}
