/* What is shown beside and over a text: hover, colours, figures; and its layout. */
#include <stdlib.h>
#include <string.h>

#include "tools/files.h"
#include "tools/lsp/server.h"

/* ---- hover ----------------------------------------------------------------------------------------------------- */

typedef struct hover_text {
    tool_bytes bytes;
    bool markdown;
} hover_text;

static void add(hover_text *text, const char *piece)
{
    const pol_writer out = tool_bytes_writer(&text->bytes);
    (void)out.write(out.user, piece, strlen(piece));
}

/* A text of the script: nothing in it is markup. */
static void add_plain(hover_text *text, const char *piece)
{
    for (; *piece != '\0'; piece++) {
        const char one[] = { *piece, '\0' };
        if (text->markdown && strchr("\\`*_[]<>#|~", *piece) != NULL)
            add(text, "\\");
        add(text, one);
    }
}

static void add_line(hover_text *text, const char *what, const char *value)
{
    if (value == NULL)
        return;
    add(text, text->markdown ? "\n\n" : "\n");
    add(text, what);
    add_plain(text, value);
}

static void add_declaration(hover_text *text, const pol_word_info *info)
{
    if (info->declaration == NULL)
        return;
    const bool fence = text->markdown && strstr(info->declaration, "```") == NULL;
    add(text, fence ? "\n\n```pol\n" : "\n\n");
    add(text, info->declaration);
    add(text, fence ? "\n```" : "");
}

static void add_clauses(const lsp_server *server, hover_text *text, const pol_word_info *info)
{
    for (size_t i = 0; i < info->clause_count; i++) {
        add(text, i > 0 ? "\n" : text->markdown ? "\n\n" : "\n");
        add(text, "- ");
        add(text, lsp_say(server, "clause ", "依据 "));
        add_plain(text, info->clauses[i].text);
    }
}

static void describe(const lsp_server *server, hover_text *text, const pol_word_info *info)
{
    add(text, text->markdown ? "**" : "");
    add_plain(text, info->name);
    add(text, text->markdown ? "** — " : " — ");
    add(text, lsp_kind_text(server, info->kind));
    if (info->type != NULL) {
        add(text, lsp_say(server, ", ", "，"));
        add_plain(text, info->type);
    }
    add_line(text, info->kind == POL_WORD_CLAUSE ? "" : lsp_say(server, "also written: ", "也可写作："), info->about);
    add_line(text, lsp_say(server, "value: ", "值："), info->value);
    add_line(text, lsp_say(server, "in the first example: ", "第一个案例中："), info->first_value);
    if (info->kind != POL_WORD_CLAUSE)
        add_declaration(text, info);
    add_clauses(server, text, info);
}

json_t *lsp_hover(lsp_server *server, const json_t *params, lsp_error *error)
{
    uint32_t offset;
    pol_word_info info;
    lsp_document *document = lsp_place_in(server, params, &offset, error);
    if (document == NULL || pol_analysis_word(document->analysis, offset, &info) != POL_OK)
        return NULL;
    hover_text text = { .markdown = server->wants_markdown };
    describe(server, &text, &info);
    const pol_writer out = tool_bytes_writer(&text.bytes);
    (void)out.write(out.user, "", 1); /* the end of a C string */
    json_t *hover = json_pack("{s{ssso}so}", "contents", "kind", text.markdown ? "markdown" : "plaintext", "value",
                              lsp_string(text.bytes.bytes), "range", lsp_range_of(document, info.range));
    free(text.bytes.bytes);
    return hover;
}

/* ---- colours ------------------------------------------------------------------------------------------------------ */

enum { KEYWORD, COMMENT, STRING, NUMBER, OPERATOR, NAMESPACE, ENUM, ENUM_MEMBER, TYPE, PARAMETER, VARIABLE, PROPERTY,
       FUNCTION, CLASS, COLOR_COUNT };
static const char *const k_colors[COLOR_COUNT] = { "keyword", "comment", "string", "number", "operator", "namespace", "enum",
                                                   "enumMember", "type", "parameter", "variable", "property", "function",
                                                   "class" };
enum { DECLARATION = 1, READONLY = 2 };

json_t *lsp_color_legend(void)
{
    json_t *types = json_array();
    for (int i = 0; i < COLOR_COUNT; i++)
        lsp_append(types, json_string(k_colors[i]));
    return json_pack("{sos[ss]}", "tokenTypes", types, "tokenModifiers", "declaration", "readonly");
}

static int color_of(pol_word_kind kind)
{
    switch (kind) {
    case POL_WORD_KEYWORD: return KEYWORD;
    case POL_WORD_MATTER:
    case POL_WORD_POLICY: return NAMESPACE;
    case POL_WORD_CATEGORY: return ENUM;
    case POL_WORD_LABEL: return ENUM_MEMBER;
    case POL_WORD_SET: return TYPE;
    case POL_WORD_INPUT: return PARAMETER;
    case POL_WORD_PARAMETER:
    case POL_WORD_DEFINITION:
    case POL_WORD_ACCUMULATOR:
    case POL_WORD_FIGURE:
    case POL_WORD_NAME: return VARIABLE;
    case POL_WORD_PAYER: return CLASS;
    case POL_WORD_STATUS:
    case POL_WORD_OUTPUT:
    case POL_WORD_FACET: return PROPERTY;
    case POL_WORD_FUNCTION: return FUNCTION;
    case POL_WORD_CLAUSE:
    case POL_WORD_SUPERIOR:
    case POL_WORD_EXAMPLE:
    case POL_WORD_STATEMENT:
    case POL_WORD_TEXT: return STRING;
    case POL_WORD_NUMBER: return NUMBER;
    case POL_WORD_SIGN: return OPERATOR;
    case POL_WORD_COMMENT: return COMMENT;
    }
    return VARIABLE;
}

json_t *lsp_semantic_tokens(lsp_server *server, const json_t *params, lsp_error *error)
{
    const pol_colored *items;
    size_t count;
    lsp_document *document = lsp_checked_document(server, params, error);
    if (document == NULL || pol_analysis_colors(document->analysis, &items, &count) != POL_OK)
        return NULL;
    json_t *data = json_array();
    lsp_position last = { 0, 0 };
    for (size_t i = 0; i < count; i++) {
        const lsp_position start = lsp_position_of(&document->lines, items[i].range.start),
                           end = lsp_position_of(&document->lines, items[i].range.end);
        if (start.line != end.line)
            continue; /* the protocol's tokens stand on one line */
        const size_t numbers[] = {
            start.line - last.line,
            start.line == last.line ? start.character - last.character : start.character,
            end.character - start.character,
            (size_t)color_of(items[i].kind),
            (size_t)((items[i].declares ? DECLARATION : 0) | (items[i].is_constant ? READONLY : 0)),
        };
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            lsp_append(data, json_integer((json_int_t)numbers[k]));
        last = start;
    }
    return json_pack("{so}", "data", data);
}

/* ---- figures --------------------------------------------------------------------------------------------------------- */

json_t *lsp_inlay_hint(lsp_server *server, const json_t *params, lsp_error *error)
{
    const pol_hint *hints;
    size_t count, start, end;
    lsp_document *document = lsp_checked_document(server, params, error);
    if (document == NULL)
        return NULL;
    if (!lsp_read_range(&document->lines, json_object_get(params, "range"), &start, &end)) {
        *error = (lsp_error){ LSP_INVALID_PARAMS, "range is not a range" };
        return NULL;
    }
    if (pol_analysis_hints(document->analysis, &hints, &count) != POL_OK)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        if (hints[i].range.end < start || hints[i].range.end > end)
            continue;
        const lsp_position at = lsp_position_of(&document->lines, hints[i].range.end);
        lsp_append(list, json_pack("{s{sIsI}sosbss}", "position", "line", (json_int_t)at.line, "character",
                                   (json_int_t)at.character, "label", json_sprintf("= %s", hints[i].text), "paddingLeft", 1,
                                   "tooltip", lsp_say(server, "in the first example", "第一个案例中的数")));
    }
    return list;
}

/* ---- layout ------------------------------------------------------------------------------------------------------------ */

/* The lines between what both texts begin and end with, as one edit; nothing when they are equal. */
static json_t *edit_between(lsp_document *document, const char *made, size_t length)
{
    const char *old = document->text;
    size_t head = 0, tail = 0;
    while (head < length && head < document->length && old[head] == made[head])
        head++;
    if (head == length && head == document->length)
        return json_array();
    while (head > 0 && old[head - 1] != '\n')
        head--;
    while (tail < length - head && tail < document->length - head &&
           old[document->length - tail - 1] == made[length - tail - 1])
        tail++;
    while (tail > 0 && made[length - tail - 1] != '\n')
        tail--;
    json_t *text = json_stringn(made + head, length - head - tail);
    return json_pack("[{soso}]", "range", lsp_range(&document->lines, head, document->length - tail), "newText", text);
}

json_t *lsp_formatting(lsp_server *server, const json_t *params, lsp_error *error)
{
    lsp_document *document = lsp_checked_document(server, params, error);
    if (document == NULL)
        return NULL;
    tool_bytes made = { 0 };
    const pol_status status = pol_script_format(document->script, POL_KEYWORDS_KEPT, tool_bytes_writer(&made));
    json_t *edits = NULL;
    if (status == POL_OK && made.bytes != NULL)
        edits = edit_between(document, made.bytes, made.length);
    else if (status == POL_FINDINGS)
        *error = (lsp_error){ LSP_REQUEST_FAILED, lsp_say(server, "the script has syntax errors: it cannot be formatted",
                                                          "脚本有语法错误，不能排版") };
    free(made.bytes);
    return edits;
}
