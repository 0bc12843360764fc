/* Reading and making the protocol's values. */
#include <stdlib.h>
#include <string.h>

#include "tools/lsp/server.h"

const char *lsp_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

const char *lsp_say(const lsp_server *server, const char *en, const char *zh)
{
    return server->lang == POL_ZH ? zh : en;
}

const char *lsp_kind_text(const lsp_server *server, pol_word_kind kind)
{
    static const struct {
        const char *en, *zh;
    } k_kinds[] = {
        [POL_WORD_KEYWORD] = { "keyword", "关键字" },       [POL_WORD_POLICY] = { "policy", "政策" },
        [POL_WORD_MATTER] = { "matter", "业务" },           [POL_WORD_CLAUSE] = { "clause", "条款" },
        [POL_WORD_CATEGORY] = { "category", "类别" },       [POL_WORD_LABEL] = { "label", "标签" },
        [POL_WORD_SET] = { "set", "集合" },                 [POL_WORD_PARAMETER] = { "parameter", "参数" },
        [POL_WORD_INPUT] = { "input", "输入" },             [POL_WORD_DEFINITION] = { "definition", "定义" },
        [POL_WORD_ACCUMULATOR] = { "accumulator", "累计" }, [POL_WORD_PAYER] = { "payer", "付款方" },
        [POL_WORD_STATUS] = { "status", "状态" },           [POL_WORD_OUTPUT] = { "output", "附加" },
        [POL_WORD_FIGURE] = { "figure of the bill", "结算数" }, [POL_WORD_FACET] = { "facet", "各项数" },
        [POL_WORD_FUNCTION] = { "function", "函数" },       [POL_WORD_SUPERIOR] = { "superior script", "上级脚本" },
        [POL_WORD_EXAMPLE] = { "example", "案例" },         [POL_WORD_STATEMENT] = { "statement", "语句" },
        [POL_WORD_NAME] = { "name", "名称" },               [POL_WORD_TEXT] = { "text", "文字" },
        [POL_WORD_NUMBER] = { "number", "数" },             [POL_WORD_SIGN] = { "sign", "符号" },
        [POL_WORD_COMMENT] = { "comment", "注释" },
    };
    return lsp_say(server, k_kinds[kind].en, k_kinds[kind].zh);
}

/* ---- documents and places ------------------------------------------------------------------------------------ */

lsp_document *lsp_document_in(lsp_server *server, const json_t *params, lsp_error *error)
{
    const char *uri = lsp_text(json_object_get(params, "textDocument"), "uri");
    lsp_document *document = uri == NULL ? NULL : lsp_document_find(server, uri);
    if (document == NULL)
        *error = (lsp_error){ LSP_INVALID_PARAMS, uri == NULL ? "textDocument.uri is missing" : "the document is not open" };
    return document;
}

lsp_document *lsp_checked_document(lsp_server *server, const json_t *params, lsp_error *error)
{
    lsp_document *document = lsp_document_in(server, params, error);
    if (document == NULL || lsp_document_check(server, document))
        return document;
    *error = (lsp_error){ LSP_INTERNAL_ERROR, "out of memory" };
    return NULL;
}

/* A whole number from 0; false for anything else. */
static bool read_count(const json_t *value, size_t *count)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *count = (size_t)json_integer_value(value);
    return true;
}

static bool read_position(const lsp_lines *lines, const json_t *position, size_t *offset)
{
    lsp_position at;
    if (!read_count(json_object_get(position, "line"), &at.line) ||
        !read_count(json_object_get(position, "character"), &at.character))
        return false;
    *offset = lsp_offset_of(lines, at);
    return true;
}

lsp_document *lsp_place_in(lsp_server *server, const json_t *params, uint32_t *offset, lsp_error *error)
{
    lsp_document *document = lsp_document_in(server, params, error);
    size_t at;
    if (document == NULL)
        return NULL;
    if (!read_position(&document->lines, json_object_get(params, "position"), &at)) {
        *error = (lsp_error){ LSP_INVALID_PARAMS, "position is not a place" };
        return NULL;
    }
    if (!lsp_document_check(server, document)) {
        *error = (lsp_error){ LSP_INTERNAL_ERROR, "out of memory" };
        return NULL;
    }
    *offset = (uint32_t)at;
    return document;
}

bool lsp_read_range(const lsp_lines *lines, const json_t *range, size_t *start, size_t *end)
{
    return read_position(lines, json_object_get(range, "start"), start) &&
           read_position(lines, json_object_get(range, "end"), end) && *start <= *end;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static json_t *position_value(lsp_lines *lines, size_t offset)
{
    const lsp_position at = lsp_position_of(lines, offset);
    return json_pack("{sIsI}", "line", (json_int_t)at.line, "character", (json_int_t)at.character);
}

json_t *lsp_range(lsp_lines *lines, size_t start, size_t end)
{
    json_t *first = position_value(lines, start);
    return json_pack("{soso}", "start", first, "end", position_value(lines, end < start ? start : end));
}

json_t *lsp_range_of(lsp_document *document, pol_extent extent)
{
    return lsp_range(lsp_document_lines(document, extent.file), extent.start, extent.end);
}

json_t *lsp_location(lsp_server *server, lsp_document *document, pol_extent extent)
{
    const char *path = pol_script_file_name(document->script, extent.file);
    const lsp_document *open = extent.file == 0 ? document : lsp_document_of_path(server, path);
    char *uri = open != NULL ? NULL : lsp_uri_of_path(path);
    json_t *location = json_pack("{soso}", "uri", lsp_string(open != NULL ? open->uri : uri), "range",
                                 lsp_range_of(document, extent));
    free(uri);
    return location;
}

json_t *lsp_string(const char *text)
{
    json_t *made = json_string(text == NULL ? "" : text);
    if (made != NULL)
        return made;
    char *plain = strdup(text); /* not UTF-8: what is not ASCII becomes a question mark */
    for (char *at = plain; at != NULL && *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    made = json_string(plain == NULL ? "" : plain);
    free(plain);
    return made;
}

void lsp_append(json_t *array, json_t *item)
{
    if (array == NULL)
        json_decref(item);
    else if (item != NULL)
        (void)json_array_append_new(array, item);
}
