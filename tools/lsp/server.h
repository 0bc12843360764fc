/* `pol lsp`: the Language Server Protocol 3.17 over standard input and output.
 *
 *   cmd_lsp.c     the command and its loop          wire.c       messages on the two streams
 *   dispatch.c    methods, life cycle, errors       methods.def  which function answers which method
 *   documents.c   open texts and their checks       text.c       places: UTF-16 positions and byte offsets
 *   workspace.c   URIs, paths, superior scripts     json.c       reading and making protocol values
 *   diagnose.c    findings, quick fixes             navigate.c   definition, references, rename, outline, folds
 *   describe.c    hover, colours, hints, layout     complete.c   completion
 *
 * One thread. What a document means is asked of the library (pol_analysis_… of pol.h) and kept until the text
 * changes; a change is checked when no message is waiting, or when a question needs it. */
#ifndef POL_TOOLS_LSP_SERVER_H
#define POL_TOOLS_LSP_SERVER_H

#include <jansson.h>

#include "tools/lsp/text.h"
#include "tools/tool.h"

/* ---- messages ---------------------------------------------------------------------------------------------- */

#define LSP_LARGEST_MESSAGE ((size_t)64 << 20)

typedef struct lsp_wire {
    int in, out;
    char *buffer; /* owned */
    size_t start, end, capacity;
    bool closed;  /* nothing can be written any more */
} lsp_wire;

typedef enum lsp_reading {
    LSP_READ,
    LSP_TOO_LARGE, /* and skipped */
    LSP_ENDED      /* the stream has ended */
} lsp_reading;

/* The next message; the bytes are valid until the next call. What is no header is skipped. */
lsp_reading lsp_wire_read(lsp_wire *wire, const char **bytes, size_t *length);
/* Is there something to read already? */
bool lsp_wire_is_waiting(const lsp_wire *wire);
/* Sends the message and lets go of it; NULL is not sent. */
void lsp_wire_send(lsp_wire *wire, json_t *message);
void lsp_wire_close(lsp_wire *wire);

/* ---- documents --------------------------------------------------------------------------------------------- */

typedef struct lsp_server lsp_server;

typedef struct lsp_document {
    struct lsp_document *next;
    char *uri;      /* as the client writes it */
    char *path;     /* of a file; else the URI */
    char *text;
    size_t length;
    lsp_lines lines;
    json_int_t version;
    bool is_published; /* the findings of this text have been sent */
    /* what is known of the text; NULL: not checked since the last change */
    pol_script *script;
    pol_analysis *analysis;
    lsp_lines *file_lines; /* of the script's files, filled when needed */
} lsp_document;

struct lsp_server {
    tool *t;
    pol_lang lang;
    lsp_wire wire;
    lsp_document *documents;
    char **roots; /* folders that superiors are looked for in, normalized; owned */
    size_t root_count;
    bool is_initialized, is_shut_down, exits;
    bool wants_markdown;
    char *loaded_name, *loaded_text; /* what the loader gave last */
};

lsp_document *lsp_document_find(const lsp_server *server, const char *uri);
lsp_document *lsp_document_of_path(const lsp_server *server, const char *path);
/* A new or changed text (copied). False when memory ran out. */
bool lsp_document_open(lsp_server *server, const char *uri, const char *text, size_t length, json_int_t version);
/* Replaces bytes [start, end). */
bool lsp_document_replace(lsp_server *server, lsp_document *document, size_t start, size_t end, const char *text,
                          size_t length);
void lsp_document_close(lsp_server *server, lsp_document *document);
/* Checks the text, if that has not been done. False when memory ran out. */
bool lsp_document_check(lsp_server *server, lsp_document *document);
/* What was found no longer holds: of this document and of those that extend it. */
void lsp_documents_forget(lsp_server *server, const char *path);
void lsp_documents_free(lsp_server *server);
/* Lines of a file of the document's script: 0 is the document itself. */
lsp_lines *lsp_document_lines(lsp_document *document, uint32_t file);

/* ---- the workspace ------------------------------------------------------------------------------------------- */

/* The path of a file: URI, normalized; a copy of others. NULL when it is none or memory ran out. */
char *lsp_path_of_uri(const char *uri);
char *lsp_uri_of_path(const char *path);
/* A folder in which superiors may be looked for. */
void lsp_workspace_add(lsp_server *server, const char *uri);
void lsp_workspace_add_path(lsp_server *server, const char *path);
void lsp_workspace_free(lsp_server *server);
/* Brings superior scripts: from open documents, else from the disk. */
pol_loader lsp_workspace_loader(lsp_server *server);

/* ---- protocol values ------------------------------------------------------------------------------------------- */

typedef enum lsp_error_code {
    LSP_OK = 0,
    LSP_PARSE_ERROR = -32700,
    LSP_INVALID_REQUEST = -32600,
    LSP_METHOD_NOT_FOUND = -32601,
    LSP_INVALID_PARAMS = -32602,
    LSP_INTERNAL_ERROR = -32603,
    LSP_NOT_INITIALIZED = -32002,
    LSP_REQUEST_FAILED = -32803
} lsp_error_code;

/* What is wrong with a request. */
typedef struct lsp_error {
    lsp_error_code code;
    const char *message; /* static, or valid until the next question */
} lsp_error;

/* A text member of an object; NULL when there is none. */
const char *lsp_text(const json_t *object, const char *key);
/* The document of {textDocument: {uri}}; sets the error when it is not open. */
lsp_document *lsp_document_in(lsp_server *server, const json_t *params, lsp_error *error);
/* The same, checked. */
lsp_document *lsp_checked_document(lsp_server *server, const json_t *params, lsp_error *error);
/* The same, and the offset of `position`. */
lsp_document *lsp_place_in(lsp_server *server, const json_t *params, uint32_t *offset, lsp_error *error);
/* A range of the protocol in bytes of the text. False when it is none. */
bool lsp_read_range(const lsp_lines *lines, const json_t *range, size_t *start, size_t *end);
json_t *lsp_range(lsp_lines *lines, size_t start, size_t end);
json_t *lsp_range_of(lsp_document *document, pol_extent extent);
/* {uri, range} */
json_t *lsp_location(lsp_server *server, lsp_document *document, pol_extent extent);
/* A string; ill-formed bytes are replaced. */
json_t *lsp_string(const char *text);
/* Adds to an array, which may be NULL. */
void lsp_append(json_t *array, json_t *item);
/* Of the script's language: the text in the server's. */
const char *lsp_say(const lsp_server *server, const char *en, const char *zh);
const char *lsp_kind_text(const lsp_server *server, pol_word_kind kind);

/* ---- what is done about a message --------------------------------------------------------------------------------- */

void lsp_dispatch(lsp_server *server, const char *bytes, size_t length);
void lsp_refuse(lsp_server *server, json_t *id, lsp_error error);
/* Checks what has changed and sends its findings. */
void lsp_publish(lsp_server *server);
/* Tells the client that a document has no findings any more. */
void lsp_publish_nothing(lsp_server *server, const char *uri);

/* The legend of colours, in initialize. */
json_t *lsp_color_legend(void);

/* Answers to requests, and what notifications do; each sets the error when it cannot. */
#define LSP_REQUEST(method, name) json_t *lsp_##name(lsp_server *server, const json_t *params, lsp_error *error);
#define LSP_NOTICE(method, name)  void lsp_##name(lsp_server *server, const json_t *params);
#include "tools/lsp/methods.def"
#undef LSP_REQUEST
#undef LSP_NOTICE

#endif
