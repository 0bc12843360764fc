/* `pol lsp`: the command and its loop. */
#include <unistd.h>

#include "tools/lsp/server.h"

/* Reads until `exit` or the end of the stream; whatever comes in between is answered or passed over. */
static void serve(lsp_server *server)
{
    const char *bytes;
    size_t length;
    while (!server->exits && !server->wire.closed) {
        if (!lsp_wire_is_waiting(&server->wire))
            lsp_publish(server);
        switch (lsp_wire_read(&server->wire, &bytes, &length)) {
        case LSP_READ: lsp_dispatch(server, bytes, length); break;
        case LSP_TOO_LARGE: lsp_refuse(server, NULL, (lsp_error){ LSP_INVALID_REQUEST, "the message is too large" }); break;
        case LSP_ENDED: return;
        }
    }
}

static const tool_option k_options[] = {
    { "stdio", 0, { NULL, NULL }, { "accepted, because many editors give it: there is no other way",
                                    "许多编辑器会给出这个选项；本来就只有这一种方式" } },
};

static int lsp(tool *t, const tool_args *args)
{
    (void)args;
    lsp_server server = { .t = t, .lang = t->lang, .wire = { .in = STDIN_FILENO, .out = STDOUT_FILENO } };
    if (t->root != NULL)
        lsp_workspace_add_path(&server, t->root);
    serve(&server);
    lsp_documents_free(&server);
    lsp_workspace_free(&server);
    lsp_wire_close(&server.wire);
    return server.is_shut_down ? TOOL_DONE : TOOL_FINDINGS; /* as the protocol says */
}

const tool_verb tool_lsp_verb = {
    .name = "lsp",
    .run = lsp,
    .summary = { "serve an editor (Language Server Protocol)", "供编辑器使用（语言服务器协议）" },
    .operands = { "", "" },
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "An editor starts it and speaks to it over standard input and output (LSP 3.17). It checks while one\n"
               "types, completes, explains words, finds and renames names, formats and shows the figures of the first\n"
               "example. --root, and the editor's workspace folders, say where superior scripts may lie.\n",
               "由编辑器启动，经标准输入输出对话（LSP 3.17）：边写边查、补全、说明、跳转、改名、排版，并显示第一个案例的数。\n"
               "上级脚本只在 --root 和编辑器打开的目录中查找。\n" },
};
