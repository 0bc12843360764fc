/* Completion: what the grammar and the names in scope allow at a place. */
#include <stdio.h>

#include "tools/lsp/server.h"

static int item_kind(pol_word_kind kind)
{
    enum { TEXT = 1, FUNCTION = 3, FIELD = 5, VARIABLE = 6, CLASS = 7, MODULE = 9, PROPERTY = 10, ENUM = 13, KEYWORD = 14,
           REFERENCE = 18, ENUM_MEMBER = 20, CONSTANT = 21, EVENT = 23, STRUCT = 22 };
    switch (kind) {
    case POL_WORD_KEYWORD: return KEYWORD;
    case POL_WORD_POLICY:
    case POL_WORD_MATTER: return MODULE;
    case POL_WORD_CLAUSE:
    case POL_WORD_SUPERIOR: return REFERENCE;
    case POL_WORD_CATEGORY: return ENUM;
    case POL_WORD_LABEL: return ENUM_MEMBER;
    case POL_WORD_SET: return STRUCT;
    case POL_WORD_PARAMETER: return CONSTANT;
    case POL_WORD_INPUT: return FIELD;
    case POL_WORD_PAYER: return CLASS;
    case POL_WORD_STATUS:
    case POL_WORD_OUTPUT:
    case POL_WORD_FACET: return PROPERTY;
    case POL_WORD_FUNCTION: return FUNCTION;
    case POL_WORD_EXAMPLE: return EVENT;
    case POL_WORD_DEFINITION:
    case POL_WORD_ACCUMULATOR:
    case POL_WORD_FIGURE:
    case POL_WORD_NAME:
    case POL_WORD_STATEMENT: return VARIABLE;
    case POL_WORD_TEXT:
    case POL_WORD_NUMBER:
    case POL_WORD_SIGN:
    case POL_WORD_COMMENT: break;
    }
    return TEXT;
}

static json_t *item(const lsp_server *server, lsp_document *document, const pol_proposal *proposal, size_t number)
{
    char order[24];
    snprintf(order, sizeof order, "%05zu", number); /* clients sort by this text */
    json_t *detail = proposal->detail == NULL
                         ? lsp_string(lsp_kind_text(server, proposal->kind))
                         : json_sprintf("%s%s%s", lsp_kind_text(server, proposal->kind), lsp_say(server, ": ", "："),
                                        proposal->detail);
    json_t *filter = proposal->other == NULL ? lsp_string(proposal->edit.text)
                                             : json_sprintf("%s %s", proposal->edit.text, proposal->other);
    return json_pack("{sosisosssos{soso}}", "label", lsp_string(proposal->label), "kind", item_kind(proposal->kind),
                     "detail", detail, "sortText", order, "filterText", filter, "textEdit", "range",
                     lsp_range_of(document, proposal->edit.range), "newText", lsp_string(proposal->edit.text));
}

json_t *lsp_completion(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    const pol_proposal *proposals;
    size_t count;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL)
        return NULL;
    json_t *items = json_array();
    if (pol_analysis_complete(document->analysis, offset, &proposals, &count) == POL_OK)
        for (size_t i = 0; i < count; i++)
            lsp_append(items, item(server, document, &proposals[i], i));
    return json_pack("{sbso}", "isIncomplete", 0, "items", items);
}
