/* URIs and paths; where superior scripts come from. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/files.h"
#include "tools/lsp/server.h"

#define LARGEST_SCRIPT ((size_t)5 << 20)

/* ---- URIs ------------------------------------------------------------------------------------------------------ */

static int hex(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Decodes %XX in place. False when a zero byte is among them. */
static bool decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        if (from[0] == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0) {
            *to = (char)(hex(from[1]) * 16 + hex(from[2]));
            from += 3;
        } else {
            *to = *from++;
        }
        if (*to == '\0')
            return false;
    }
    *to = '\0';
    return true;
}

/* Takes ".", ".." and doubled slashes out of an absolute path, in place. */
static void normalize(char *path)
{
    char *to = path;
    for (const char *from = path; *from != '\0';) {
        from += strspn(from, "/");
        const size_t length = strcspn(from, "/");
        if (length == 2 && strncmp(from, "..", 2) == 0) {
            while (to > path && *--to != '/')
                ;
        } else if (length > 0 && !(length == 1 && *from == '.')) {
            *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    if (to == path)
        *to++ = '/';
    *to = '\0';
}

char *lsp_path_of_uri(const char *uri)
{
    static const char k_file[] = "file://";
    if (strncmp(uri, k_file, sizeof k_file - 1) != 0)
        return NULL;
    const char *path = strchr(uri + sizeof k_file - 1, '/'); /* behind the host, which is this one */
    char *made = path == NULL ? NULL : strdup(path);
    if (made == NULL || !decode(made)) {
        free(made);
        return NULL;
    }
    normalize(made);
    return made;
}

char *lsp_uri_of_path(const char *path)
{
    static const char k_plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    static const char k_hex[] = "0123456789ABCDEF";
    char *uri = malloc(sizeof "file://" + strlen(path) * 3);
    if (uri == NULL)
        return NULL;
    memcpy(uri, "file://", 7);
    char *to = uri + 7;
    for (; *path != '\0'; path++) {
        if (strchr(k_plain, *path) != NULL) {
            *to++ = *path;
            continue;
        }
        *to++ = '%';
        *to++ = k_hex[(unsigned char)*path >> 4];
        *to++ = k_hex[(unsigned char)*path & 15];
    }
    *to = '\0';
    return uri;
}

/* ---- roots ------------------------------------------------------------------------------------------------------- */

static bool is_inside(const char *root, const char *path)
{
    const size_t length = strlen(root);
    return strncmp(root, path, length) == 0 && (root[length - 1] == '/' || path[length] == '/' || path[length] == '\0');
}

/* Takes the path over. */
static void add_root(lsp_server *server, char *root)
{
    char **grown = root == NULL ? NULL : realloc(server->roots, (server->root_count + 1) * sizeof *grown);
    if (grown == NULL) {
        free(root);
        return;
    }
    server->roots = grown;
    server->roots[server->root_count++] = root;
}

void lsp_workspace_add(lsp_server *server, const char *uri)
{
    char *path = lsp_path_of_uri(uri);
    if (path == NULL)
        return;
    char *real = realpath(path, NULL); /* documents may be named by either */
    if (real != NULL && strcmp(real, path) != 0)
        add_root(server, real);
    else
        free(real);
    add_root(server, path);
}

void lsp_workspace_add_path(lsp_server *server, const char *path)
{
    char *real = realpath(path, NULL);
    if (real != NULL)
        add_root(server, real);
}

void lsp_workspace_free(lsp_server *server)
{
    for (size_t i = 0; i < server->root_count; i++)
        free(server->roots[i]);
    free(server->roots);
    free(server->loaded_name);
    free(server->loaded_text);
}

void lsp_did_change_folders(lsp_server *server, const json_t *params)
{
    const json_t *added = json_object_get(json_object_get(params, "event"), "added");
    for (size_t i = 0; i < json_array_size(added); i++) {
        const char *uri = lsp_text(json_array_get(added, i), "uri");
        if (uri != NULL)
            lsp_workspace_add(server, uri);
    }
    lsp_documents_forget(server, NULL);
}

/* ---- superior scripts ---------------------------------------------------------------------------------------------- */

/* The folder of `from` and `path` joined; NULL when `from` is no file. */
static char *join(const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    if (from[0] != '/' || slash == NULL)
        return NULL;
    const size_t folder = (size_t)(slash - from) + 1;
    char *joined = malloc(folder + strlen(path) + 1);
    if (joined == NULL)
        return NULL;
    memcpy(joined, from, folder);
    memcpy(joined + folder, path, strlen(path) + 1);
    normalize(joined);
    return joined;
}

/* Inside the root that holds `from`, or, when none does, inside its folder. */
static bool is_allowed(const lsp_server *server, const char *from, const char *path)
{
    for (size_t i = 0; i < server->root_count; i++)
        if (is_inside(server->roots[i], from))
            return is_inside(server->roots[i], path);
    const char *slash = strrchr(from, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - from) + 1;
    return folder > 0 && strncmp(from, path, folder) == 0;
}

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, R_OK) == 0;
}

/* The file on the disk, links followed and still allowed. */
static char *read_file(const lsp_server *server, const char *from, const char *path, size_t *length)
{
    char *real_from = realpath(from, NULL), *real = realpath(path, NULL);
    char *text = NULL;
    if (real != NULL && is_allowed(server, real_from != NULL ? real_from : from, real) && is_file(real))
        text = tool_read_file(server->t, real, LARGEST_SCRIPT, length);
    free(real_from);
    free(real);
    return text;
}

static bool load(void *user, const char *from, const char *path, const char **name, const char **text, size_t *length)
{
    lsp_server *server = user;
    char *joined = join(from, path);
    const lsp_document *open = NULL;
    if (joined != NULL && is_allowed(server, from, joined))
        open = lsp_document_of_path(server, joined);
    free(server->loaded_name);
    free(server->loaded_text);
    server->loaded_name = joined;
    server->loaded_text = open != NULL || joined == NULL ? NULL : read_file(server, from, joined, length);
    if (open != NULL)
        *length = open->length;
    *name = joined;
    *text = open != NULL ? open->text : server->loaded_text;
    return *text != NULL;
}

pol_loader lsp_workspace_loader(lsp_server *server)
{
    return (pol_loader){ load, server };
}
