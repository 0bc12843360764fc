/* Open texts, and what is known of each. */
#include <stdlib.h>
#include <string.h>

#include "tools/lsp/server.h"

lsp_document *lsp_document_find(const lsp_server *server, const char *uri)
{
    for (lsp_document *d = server->documents; d != NULL; d = d->next)
        if (strcmp(d->uri, uri) == 0)
            return d;
    return NULL;
}

lsp_document *lsp_document_of_path(const lsp_server *server, const char *path)
{
    for (lsp_document *d = server->documents; d != NULL; d = d->next)
        if (strcmp(d->path, path) == 0)
            return d;
    return NULL;
}

/* ---- what is known ------------------------------------------------------------------------------------------- */

static void forget(lsp_document *document)
{
    const uint32_t files = document->script == NULL ? 0 : pol_script_file_count(document->script);
    for (uint32_t i = 0; document->file_lines != NULL && i < files; i++)
        lsp_lines_close(&document->file_lines[i]);
    free(document->file_lines);
    pol_analysis_free(document->analysis);
    pol_script_free(document->script);
    document->file_lines = NULL;
    document->analysis = NULL;
    document->script = NULL;
    document->is_published = false;
}

static bool is_made_of(const lsp_document *document, const char *path)
{
    for (uint32_t i = 0; document->script != NULL && i < pol_script_file_count(document->script); i++)
        if (strcmp(pol_script_file_name(document->script, i), path) == 0)
            return true;
    return false;
}

void lsp_documents_forget(lsp_server *server, const char *path)
{
    for (lsp_document *d = server->documents; d != NULL; d = d->next)
        if (path == NULL || strcmp(d->path, path) == 0 || is_made_of(d, path))
            forget(d);
}

bool lsp_document_check(lsp_server *server, lsp_document *document)
{
    if (document->analysis != NULL)
        return true;
    forget(document);
    document->script = pol_script_new(NULL);
    if (document->script == NULL)
        return false;
    pol_script_set_lenient(document->script);
    pol_script_set_loader(document->script, lsp_workspace_loader(server));
    const pol_status status = pol_script_load(document->script, document->path, document->text, document->length);
    if ((status == POL_OK || status == POL_FINDINGS) &&
        pol_analysis_new(document->script, server->lang, &document->analysis) == POL_OK)
        document->file_lines = calloc(pol_script_file_count(document->script), sizeof *document->file_lines);
    if (document->file_lines != NULL)
        return true;
    forget(document);
    return false;
}

lsp_lines *lsp_document_lines(lsp_document *document, uint32_t file)
{
    if (file == 0 || document->script == NULL || file >= pol_script_file_count(document->script))
        return &document->lines;
    lsp_lines *lines = &document->file_lines[file];
    size_t length;
    const char *text = pol_script_file_text(document->script, file, &length);
    return lines->starts != NULL || lsp_lines_open(lines, text, length) ? lines : &document->lines;
}

/* ---- texts ----------------------------------------------------------------------------------------------------- */

static void free_document(lsp_document *document)
{
    forget(document);
    lsp_lines_close(&document->lines);
    free(document->uri);
    free(document->path);
    free(document->text);
    free(document);
}

/* Takes the text over. */
static bool set_text(lsp_server *server, lsp_document *document, char *text, size_t length)
{
    lsp_lines lines;
    if (text == NULL || !lsp_lines_open(&lines, text, length)) {
        free(text);
        return false;
    }
    lsp_documents_forget(server, document->path);
    lsp_lines_close(&document->lines);
    free(document->text);
    document->lines = lines;
    document->text = text;
    document->length = length;
    return true;
}

static char *copy(const char *text, size_t length)
{
    char *made = malloc(length + 1);
    if (made == NULL)
        return NULL;
    memcpy(made, text, length);
    made[length] = '\0';
    return made;
}

static lsp_document *new_document(lsp_server *server, const char *uri)
{
    lsp_document *document = calloc(1, sizeof *document);
    if (document == NULL)
        return NULL;
    document->uri = copy(uri, strlen(uri));
    document->path = lsp_path_of_uri(uri);
    if (document->path == NULL)
        document->path = copy(uri, strlen(uri));
    if (document->uri == NULL || document->path == NULL) {
        free_document(document);
        return NULL;
    }
    document->next = server->documents;
    server->documents = document;
    return document;
}

bool lsp_document_open(lsp_server *server, const char *uri, const char *text, size_t length, json_int_t version)
{
    lsp_document *document = lsp_document_find(server, uri);
    if (document == NULL)
        document = new_document(server, uri);
    if (document == NULL)
        return false;
    document->version = version;
    if (set_text(server, document, copy(text, length), length))
        return true;
    if (document->text == NULL)
        lsp_document_close(server, document);
    return false;
}

bool lsp_document_replace(lsp_server *server, lsp_document *document, size_t start, size_t end, const char *text,
                          size_t length)
{
    const size_t rest = document->length - end;
    char *made = malloc(start + length + rest + 1);
    if (made != NULL) {
        memcpy(made, document->text, start);
        memcpy(made + start, text, length);
        memcpy(made + start + length, document->text + end, rest);
        made[start + length + rest] = '\0';
    }
    return set_text(server, document, made, start + length + rest);
}

void lsp_document_close(lsp_server *server, lsp_document *document)
{
    lsp_document **place = &server->documents;
    while (*place != document)
        place = &(*place)->next;
    *place = document->next;
    lsp_documents_forget(server, document->path); /* those that extend it read the file again */
    free_document(document);
}

void lsp_documents_free(lsp_server *server)
{
    while (server->documents != NULL) {
        lsp_document *next = server->documents->next;
        free_document(server->documents);
        server->documents = next;
    }
}

/* ---- notifications --------------------------------------------------------------------------------------------- */

void lsp_did_open(lsp_server *server, const json_t *params)
{
    const json_t *item = json_object_get(params, "textDocument");
    const char *uri = lsp_text(item, "uri");
    const json_t *text = json_object_get(item, "text");
    if (uri != NULL && json_is_string(text))
        (void)lsp_document_open(server, uri, json_string_value(text), json_string_length(text),
                                json_integer_value(json_object_get(item, "version")));
}

static void change(lsp_server *server, lsp_document *document, const json_t *event)
{
    const json_t *text = json_object_get(event, "text");
    const json_t *range = json_object_get(event, "range");
    size_t start = 0, end = document->length;
    if (!json_is_string(text) || (range != NULL && !lsp_read_range(&document->lines, range, &start, &end)))
        return;
    (void)lsp_document_replace(server, document, start, end, json_string_value(text), json_string_length(text));
}

void lsp_did_change(lsp_server *server, const json_t *params)
{
    lsp_error ignored = { 0 };
    lsp_document *document = lsp_document_in(server, params, &ignored);
    const json_t *events = json_object_get(params, "contentChanges");
    if (document == NULL)
        return;
    for (size_t i = 0; i < json_array_size(events); i++)
        change(server, document, json_array_get(events, i));
    document->version = json_integer_value(json_object_get(json_object_get(params, "textDocument"), "version"));
}

void lsp_did_close(lsp_server *server, const json_t *params)
{
    lsp_error ignored = { 0 };
    lsp_document *document = lsp_document_in(server, params, &ignored);
    if (document == NULL)
        return;
    lsp_publish_nothing(server, document->uri);
    lsp_document_close(server, document);
}

void lsp_did_change_files(lsp_server *server, const json_t *params)
{
    (void)params;
    lsp_documents_forget(server, NULL);
}
