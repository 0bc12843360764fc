/* Findings: sent when a text has changed, and as quick fixes. */
#include <string.h>

#include "tools/lsp/server.h"

enum { SEVERITY_ERROR = 1, SEVERITY_WARNING = 2 };

/* ---- publishing ---------------------------------------------------------------------------------------------- */

/* Where 沿用 names the superior, or the script's beginning: for what is wrong in a superior. */
static pol_extent own_place(lsp_document *document, pol_extent extent)
{
    const pol_colored *items;
    size_t count;
    if (extent.file == 0)
        return extent;
    const pol_extent start = { 0, 0, 0 };
    if (extent.file == POL_NO_FILE || pol_analysis_colors(document->analysis, &items, &count) != POL_OK)
        return start;
    for (size_t i = 0; i + 1 < count; i++)
        if (items[i].kind == POL_WORD_KEYWORD && items[i + 1].kind == POL_WORD_TEXT) {
            const size_t length = items[i].range.end - items[i].range.start;
            const char *word = document->text + items[i].range.start;
            if ((length == 6 && strncmp(word, "沿用", 6) == 0) || (length == 7 && strncmp(word, "extends", 7) == 0))
                return items[i + 1].range;
        }
    return start;
}

static json_t *related(lsp_server *server, lsp_document *document, const pol_diagnostic *d)
{
    json_t *list = json_array();
    if (d->range.file != 0 && d->range.file != POL_NO_FILE)
        lsp_append(list, json_pack("{soso}", "location", lsp_location(server, document, d->range), "message",
                                   lsp_string(d->message)));
    for (size_t i = 0; i < d->remark_count; i++)
        if (d->remarks[i].range.file != POL_NO_FILE)
            lsp_append(list, json_pack("{soso}", "location", lsp_location(server, document, d->remarks[i].range),
                                       "message", lsp_string(d->remarks[i].message)));
    return list;
}

/* `place`: in the document itself. */
static json_t *diagnostic_value(lsp_server *server, lsp_document *document, const pol_diagnostic *d, pol_extent place)
{
    json_t *value = json_pack("{sosissssso}", "range", lsp_range_of(document, place), "severity",
                              d->is_error ? SEVERITY_ERROR : SEVERITY_WARNING, "code", d->code, "source", "pol",
                              "message", lsp_string(d->message));
    json_t *places = related(server, document, d);
    if (json_array_size(places) > 0)
        (void)json_object_set(value, "relatedInformation", places);
    json_decref(places);
    return value;
}

static json_t *diagnostics_of(lsp_server *server, lsp_document *document)
{
    const pol_diagnostic *items;
    size_t count;
    json_t *list = json_array();
    if (!lsp_document_check(server, document))
        return list;
    const pol_extent superior = own_place(document, (pol_extent){ 1, 0, 0 });
    if (pol_analysis_diagnostics(document->analysis, &items, &count) != POL_OK)
        return list;
    for (size_t i = 0; i < count; i++)
        lsp_append(list, diagnostic_value(server, document, &items[i],
                                          items[i].range.file == 0 ? items[i].range : superior));
    return list;
}

static void send_diagnostics(lsp_server *server, const char *uri, const lsp_document *document, json_t *list)
{
    json_t *params = json_pack("{soso}", "uri", lsp_string(uri), "diagnostics", list);
    if (document != NULL)
        (void)json_object_set_new(params, "version", json_integer(document->version));
    lsp_wire_send(&server->wire, json_pack("{sssssO}", "jsonrpc", "2.0", "method", "textDocument/publishDiagnostics",
                                           "params", params));
    json_decref(params);
}

void lsp_publish(lsp_server *server)
{
    for (lsp_document *d = server->documents; d != NULL; d = d->next) {
        if (d->is_published)
            continue;
        send_diagnostics(server, d->uri, d, diagnostics_of(server, d));
        d->is_published = true;
    }
}

void lsp_publish_nothing(lsp_server *server, const char *uri)
{
    send_diagnostics(server, uri, NULL, json_array());
}

/* ---- quick fixes ------------------------------------------------------------------------------------------------- */

#define LONGEST_SHOWN 120 /* bytes of a text in a title */

/* What the fix does, in words; long texts are left out. */
static json_t *title_of(const lsp_server *server, const lsp_document *document, const pol_edit *fix)
{
    const size_t length = fix->range.end - fix->range.start;
    const char *old = document->text + fix->range.start;
    if (fix->text[0] == '\0')
        return json_sprintf("%s“%.*s”", lsp_say(server, "Delete ", "删去"), (int)(length > LONGEST_SHOWN ? 0 : length), old);
    const char *verb = length == 0 ? lsp_say(server, "Insert ", "加上") : lsp_say(server, "Change to ", "改为");
    return json_sprintf("%s“%s”", verb, strlen(fix->text) > LONGEST_SHOWN ? "…" : fix->text);
}

static json_t *action(lsp_server *server, lsp_document *document, const pol_diagnostic *d)
{
    json_t *edits = json_pack("[{soso}]", "range", lsp_range_of(document, d->fix.range), "newText", lsp_string(d->fix.text));
    json_t *changes = json_object();
    (void)json_object_set_new(changes, document->uri, edits);
    return json_pack("{sosss[o]sbs{so}}", "title", title_of(server, document, &d->fix), "kind", "quickfix", "diagnostics",
                     diagnostic_value(server, document, d, d->range), "isPreferred", 1, "edit", "changes", changes);
}

static bool wants_quick_fixes(const json_t *params)
{
    const json_t *only = json_object_get(json_object_get(params, "context"), "only");
    if (!json_is_array(only))
        return true;
    for (size_t i = 0; i < json_array_size(only); i++) {
        const char *kind = json_string_value(json_array_get(only, i));
        if (kind != NULL && (kind[0] == '\0' || strcmp(kind, "quickfix") == 0))
            return true;
    }
    return false;
}

json_t *lsp_code_action(lsp_server *server, const json_t *params, lsp_error *error)
{
    lsp_document *document = lsp_document_in(server, params, error);
    size_t start, end, count;
    const pol_diagnostic *items;
    if (document == NULL)
        return NULL;
    if (!lsp_read_range(&document->lines, json_object_get(params, "range"), &start, &end)) {
        *error = (lsp_error){ LSP_INVALID_PARAMS, "range is not a range" };
        return NULL;
    }
    json_t *list = json_array();
    if (!wants_quick_fixes(params) || !lsp_document_check(server, document) ||
        pol_analysis_diagnostics(document->analysis, &items, &count) != POL_OK)
        return list;
    for (size_t i = 0; i < count; i++) {
        const pol_extent place = items[i].range;
        if (items[i].has_fix && place.file == 0 && items[i].fix.range.file == 0 && place.start <= end && start <= place.end)
            lsp_append(list, action(server, document, &items[i]));
    }
    return list;
}
