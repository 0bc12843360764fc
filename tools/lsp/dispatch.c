/* From a message to the function that answers it; the server's life cycle. */
#include <stdlib.h>
#include <string.h>

#include "tools/lsp/server.h"

typedef json_t *(*answer)(lsp_server *server, const json_t *params, lsp_error *error);
typedef void (*take_notice)(lsp_server *server, const json_t *params);

typedef struct lsp_method {
    const char *name;
    answer request;
    take_notice notice;
} lsp_method;

static const lsp_method k_methods[] = {
#define LSP_REQUEST(method, name) { method, lsp_##name, NULL },
#define LSP_NOTICE(method, name)  { method, NULL, lsp_##name },
#include "tools/lsp/methods.def"
#undef LSP_REQUEST
#undef LSP_NOTICE
};

static const lsp_method *find_method(const char *name)
{
    for (size_t i = 0; i < sizeof k_methods / sizeof k_methods[0]; i++)
        if (strcmp(k_methods[i].name, name) == 0)
            return &k_methods[i];
    return NULL;
}

/* ---- answers --------------------------------------------------------------------------------------------------- */

void lsp_refuse(lsp_server *server, json_t *id, lsp_error error)
{
    lsp_wire_send(&server->wire, json_pack("{sssos{siso}}", "jsonrpc", "2.0", "id", id == NULL ? json_null() : json_incref(id),
                                           "error", "code", (int)error.code, "message", lsp_string(error.message)));
}

static void answer_request(lsp_server *server, const lsp_method *method, json_t *id, const json_t *params)
{
    lsp_error error = { LSP_OK, "" };
    const bool starts = method != NULL && method->request == lsp_initialize;
    if (server->is_shut_down || (starts && server->is_initialized))
        error = (lsp_error){ LSP_INVALID_REQUEST, server->is_shut_down ? "the server is shut down" : "initialized already" };
    else if (!server->is_initialized && !starts)
        error = (lsp_error){ LSP_NOT_INITIALIZED, "initialize comes first" };
    else if (method == NULL || method->request == NULL)
        error = (lsp_error){ LSP_METHOD_NOT_FOUND, "there is no such request" };
    json_t *result = error.code == LSP_OK ? method->request(server, params, &error) : NULL;
    if (error.code != LSP_OK) {
        json_decref(result);
        lsp_refuse(server, id, error);
        return;
    }
    lsp_wire_send(&server->wire, json_pack("{sssOso}", "jsonrpc", "2.0", "id", id, "result",
                                           result == NULL ? json_null() : result));
}

static bool is_id(const json_t *id)
{
    return json_is_string(id) || json_is_integer(id);
}

static void handle(lsp_server *server, const json_t *message)
{
    json_t *id = json_object_get(message, "id");
    const char *name = lsp_text(message, "method");
    const json_t *params = json_object_get(message, "params");
    if (name == NULL && is_id(id) && (json_object_get(message, "result") != NULL || json_object_get(message, "error") != NULL))
        return; /* a response: the server asks nothing */
    if (name == NULL || (id != NULL && !is_id(id))) {
        lsp_refuse(server, is_id(id) ? id : NULL, (lsp_error){ LSP_INVALID_REQUEST, "neither request nor notification" });
        return;
    }
    const lsp_method *method = find_method(name);
    if (id != NULL)
        answer_request(server, method, id, params);
    else if (method != NULL && method->notice != NULL && (server->is_initialized || method->notice == lsp_exit))
        method->notice(server, params);
}

void lsp_dispatch(lsp_server *server, const char *bytes, size_t length)
{
    json_error_t why;
    json_t *message = json_loadb(bytes, length, JSON_ALLOW_NUL, &why);
    if (message == NULL)
        lsp_refuse(server, NULL, (lsp_error){ LSP_PARSE_ERROR, why.text });
    else if (!json_is_object(message))
        lsp_refuse(server, NULL, (lsp_error){ LSP_INVALID_REQUEST, "a message is an object" });
    else
        handle(server, message);
    json_decref(message);
}

/* ---- life cycle ------------------------------------------------------------------------------------------------- */

static json_t *capabilities(void)
{
    return json_pack(
        "{ss s{sbsi} s{s[ssssss]} sb sb sb sb s{sb} sb sb sb s{s[s]} s{sosb} sb s{s{sbsb}}}",
        "positionEncoding", "utf-16",
        "textDocumentSync", "openClose", 1, "change", 2,
        "completionProvider", "triggerCharacters", ".", "\"", "“", "「", "`", "．",
        "hoverProvider", 1,
        "definitionProvider", 1,
        "referencesProvider", 1,
        "documentHighlightProvider", 1,
        "renameProvider", "prepareProvider", 1,
        "documentSymbolProvider", 1,
        "foldingRangeProvider", 1,
        "documentFormattingProvider", 1,
        "codeActionProvider", "codeActionKinds", "quickfix",
        "semanticTokensProvider", "legend", lsp_color_legend(), "full", 1,
        "inlayHintProvider", 1,
        "workspace", "workspaceFolders", "supported", 1, "changeNotifications", 1);
}

static void choose_language(lsp_server *server, const json_t *params)
{
    const char *lang = lsp_text(json_object_get(params, "initializationOptions"), "lang");
    if (lang != NULL && strcmp(lang, "zh") == 0)
        server->lang = POL_ZH;
    if (lang != NULL && strcmp(lang, "en") == 0)
        server->lang = POL_EN;
}

static void add_folders(lsp_server *server, const json_t *params)
{
    const json_t *folders = json_object_get(params, "workspaceFolders");
    for (size_t i = 0; i < json_array_size(folders); i++) {
        const char *uri = lsp_text(json_array_get(folders, i), "uri");
        if (uri != NULL)
            lsp_workspace_add(server, uri);
    }
    const char *root = lsp_text(params, "rootUri");
    if (root != NULL && json_array_size(folders) == 0)
        lsp_workspace_add(server, root);
}

static bool accepts_markdown(const json_t *params)
{
    const json_t *document = json_object_get(json_object_get(params, "capabilities"), "textDocument");
    const json_t *formats = json_object_get(json_object_get(document, "hover"), "contentFormat");
    for (size_t i = 0; i < json_array_size(formats); i++) {
        const char *format = json_string_value(json_array_get(formats, i));
        if (format != NULL && strcmp(format, "markdown") == 0)
            return true;
    }
    return false;
}

json_t *lsp_initialize(lsp_server *server, const json_t *params, lsp_error *error)
{
    (void)error;
    choose_language(server, params);
    add_folders(server, params);
    server->wants_markdown = accepts_markdown(params);
    server->is_initialized = true;
    return json_pack("{sos{ssss}}", "capabilities", capabilities(), "serverInfo", "name", "pol", "version", pol_version());
}

void lsp_initialized(lsp_server *server, const json_t *params)
{
    (void)server;
    (void)params;
}

json_t *lsp_shutdown(lsp_server *server, const json_t *params, lsp_error *error)
{
    (void)params;
    (void)error;
    server->is_shut_down = true;
    return NULL;
}

void lsp_exit(lsp_server *server, const json_t *params)
{
    (void)params;
    server->exits = true;
}
