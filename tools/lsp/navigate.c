/* From a word to its places: definition, references, another name; the outline, and what can be folded. */
#include <string.h>

#include "tools/lsp/server.h"

/* ---- mentions -------------------------------------------------------------------------------------------------- */

json_t *lsp_definition(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    const pol_extent *places;
    size_t count;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL || pol_analysis_definitions(document->analysis, offset, &places, &count) != POL_OK)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        lsp_append(list, lsp_location(server, document, places[i]));
    return list;
}

json_t *lsp_references(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    const pol_mention_at *places;
    size_t count;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    const json_t *with_declaration = json_object_get(json_object_get(params, "context"), "includeDeclaration");
    if (document == NULL || pol_analysis_mentions(document->analysis, offset, &places, &count) != POL_OK)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        if (!places[i].declares || !json_is_false(with_declaration))
            lsp_append(list, lsp_location(server, document, places[i].range));
    return list;
}

json_t *lsp_highlight(lsp_server *server, const json_t *params, lsp_error *error)
{
    enum { READ = 2, WRITE = 3 };
    uint32_t offset;
    const pol_mention_at *places;
    size_t count;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL || pol_analysis_mentions(document->analysis, offset, &places, &count) != POL_OK)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        if (places[i].range.file == 0)
            lsp_append(list, json_pack("{sosi}", "range", lsp_range_of(document, places[i].range), "kind",
                                       places[i].declares ? WRITE : READ));
    return list;
}

/* ---- another name ----------------------------------------------------------------------------------------------- */

json_t *lsp_prepare_rename(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    const pol_edit *edits;
    size_t count;
    const char *reason;
    pol_word_info info;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL)
        return NULL;
    if (pol_analysis_rename(document->analysis, offset, NULL, &edits, &count, &reason) != POL_OK) {
        *error = (lsp_error){ LSP_REQUEST_FAILED, reason };
        return NULL;
    }
    if (pol_analysis_word(document->analysis, offset, &info) != POL_OK)
        return NULL;
    return json_pack("{soso}", "range", lsp_range_of(document, info.range), "placeholder", lsp_string(info.name));
}

json_t *lsp_rename(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    const pol_edit *edits;
    size_t count;
    const char *reason = "out of memory", *name = lsp_text(params, "newName");
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL)
        return NULL;
    if (name == NULL) {
        *error = (lsp_error){ LSP_INVALID_PARAMS, "newName is missing" };
        return NULL;
    }
    if (pol_analysis_rename(document->analysis, offset, name, &edits, &count, &reason) != POL_OK) {
        *error = (lsp_error){ LSP_REQUEST_FAILED, reason };
        return NULL;
    }
    json_t *list = json_array(), *changes = json_object();
    for (size_t i = 0; i < count; i++)
        lsp_append(list, json_pack("{soso}", "range", lsp_range_of(document, edits[i].range), "newText",
                                   lsp_string(edits[i].text)));
    (void)json_object_set_new(changes, document->uri, list);
    return json_pack("{so}", "changes", changes);
}

/* ---- outline ------------------------------------------------------------------------------------------------------ */

static int symbol_kind(pol_word_kind kind)
{
    enum { NAMESPACE = 3, PROPERTY = 7, FIELD = 8, ENUM = 10, FUNCTION = 12, VARIABLE = 13, CONSTANT = 14, STRING = 15,
           NUMBER = 16, BOOLEAN = 17, ARRAY = 18, OBJECT = 19, ENUM_MEMBER = 22, EVENT = 24 };
    switch (kind) {
    case POL_WORD_POLICY:
    case POL_WORD_MATTER: return NAMESPACE;
    case POL_WORD_CLAUSE: return STRING;
    case POL_WORD_CATEGORY: return ENUM;
    case POL_WORD_LABEL: return ENUM_MEMBER;
    case POL_WORD_SET: return ARRAY;
    case POL_WORD_PARAMETER: return CONSTANT;
    case POL_WORD_INPUT: return FIELD;
    case POL_WORD_DEFINITION: return VARIABLE;
    case POL_WORD_ACCUMULATOR:
    case POL_WORD_OUTPUT: return PROPERTY;
    case POL_WORD_PAYER: return FUNCTION;
    case POL_WORD_STATUS: return BOOLEAN;
    case POL_WORD_FIGURE: return NUMBER;
    case POL_WORD_EXAMPLE: return EVENT;
    case POL_WORD_KEYWORD:
    case POL_WORD_FACET:
    case POL_WORD_FUNCTION:
    case POL_WORD_SUPERIOR:
    case POL_WORD_STATEMENT:
    case POL_WORD_NAME:
    case POL_WORD_TEXT:
    case POL_WORD_NUMBER:
    case POL_WORD_SIGN:
    case POL_WORD_COMMENT: break;
    }
    return OBJECT;
}

/* The items from *next on that are deeper than `depth`, as a tree. */
static json_t *outline_level(lsp_document *document, const pol_outline_item *items, size_t count, size_t *next,
                             unsigned depth)
{
    json_t *list = json_array();
    while (*next < count && items[*next].depth >= depth) {
        const pol_outline_item *item = &items[(*next)++];
        json_t *children = outline_level(document, items, count, next, item->depth + 1);
        json_t *value = json_pack("{sososisososo}", "name", lsp_string(item->name), "detail", lsp_string(item->detail),
                                  "kind", symbol_kind(item->kind), "range", lsp_range_of(document, item->range),
                                  "selectionRange", lsp_range_of(document, item->name_range), "children", children);
        lsp_append(list, value);
    }
    return list;
}

json_t *lsp_document_symbol(lsp_server *server, const json_t *params, lsp_error *error)
{
    const pol_outline_item *items;
    size_t count, next = 0;
    lsp_document *document = lsp_checked_document(server, params, error);
    if (document == NULL || pol_analysis_outline(document->analysis, &items, &count) != POL_OK)
        return NULL;
    return outline_level(document, items, count, &next, 0);
}

json_t *lsp_folding_range(lsp_server *server, const json_t *params, lsp_error *error)
{
    const pol_fold *folds;
    size_t count;
    lsp_document *document = lsp_checked_document(server, params, error);
    if (document == NULL || pol_analysis_folds(document->analysis, &folds, &count) != POL_OK)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const lsp_position start = lsp_position_of(&document->lines, folds[i].range.start),
                           end = lsp_position_of(&document->lines, folds[i].range.end);
        lsp_append(list, json_pack("{sIsIss}", "startLine", (json_int_t)start.line, "endLine", (json_int_t)end.line, "kind",
                                   folds[i].is_comment ? "comment" : "region"));
    }
    return list;
}
