/* `pol doc`: a script as a page for people. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { DOC_OUTPUT, DOC_FOR };

static const tool_option k_options[] = {
    [DOC_OUTPUT] = { "output", 'o', { "DIR", "目录" }, { "write the pages into this folder (else the current one)", "网页写到这个目录（否则为当前目录）" } },
    [DOC_FOR] = { "for",
                  0,
                  { "officer|citizen", "officer|citizen" },
                  { "officer: all of it; citizen: one sheet", "officer：完整说明；citizen：一页明白卡" } },
};

/* The pages of one call. */
typedef struct pages {
    pol_script **scripts; /* owned */
    char **names;         /* owned: names of files in the folder */
    int count;
} pages;

/* ---- names of files ----------------------------------------------------------------------------------- */

static bool is_taken(const pages *p, const char *name)
{
    bool taken = strcmp(name, "index.html") == 0;
    for (int i = 0; i < p->count && !taken; i++)
        taken = strcmp(p->names[i], name) == 0;
    return taken;
}

/* The script's name without folder and ending; what a file's name should not hold becomes "_". */
static char *page_name(const pages *p, const char *script)
{
    const char *slash = strrchr(script, '/'), *base = slash == NULL ? script : slash + 1;
    const size_t length = strlen(base) - (tool_ends_in(base, ".pol") ? strlen(".pol") : 0);
    char *name = malloc(length + 32);
    if (name == NULL)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)base[i];
        const bool plain = c > '~' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           (c == '.' && i > 0);
        name[i] = (char)(plain && c != 0x7f ? c : '_');
    }
    (void)snprintf(name + length, 32, length > 0 ? ".html" : "_.html");
    for (int number = 2; is_taken(p, name); number++)
        (void)snprintf(name + length, 32, "-%d.html", number);
    return name;
}

static char *path_in(const char *folder, const char *name)
{
    const size_t length = strlen(folder) + strlen(name) + 2;
    char *path = malloc(length);
    if (path != NULL)
        (void)snprintf(path, length, "%s/%s", folder, name);
    return path;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

typedef struct page_work {
    pol_audience audience;
    const char *folder;
} page_work;

/* Page number `number`, or, with -1, the index. An exit status. */
static int write_page(tool *t, const pages *p, const page_work *work, int number)
{
    char *path = path_in(work->folder, number < 0 ? "index.html" : p->names[number]);
    tool_output output = { 0 };
    int status = TOOL_UNUSABLE;
    if (path == NULL)
        tool_error(t, TOOL_M_NO_MEMORY);
    else if (tool_output_open(t, &output, path)) {
        const pol_writer out = tool_output_writer(&output);
        const pol_status written =
            number < 0 ? pol_page_index(p->scripts, (const char *const *)p->names, (size_t)p->count, t->lang, out)
                       : pol_script_page(p->scripts[number], work->audience, t->lang, out);
        if (written != POL_OK && written != POL_WRITE_FAILED)
            status = tool_status_of(t, path, written);
        else if (tool_output_finish(t, &output)) {
            tool_write(t, stdout, TOOL_M_BUILT, path);
            putchar('\n');
            status = TOOL_DONE;
        }
        tool_output_drop(&output);
    }
    free(path);
    return status;
}

static int write_pages(tool *t, const pages *p, const page_work *work)
{
    int status = TOOL_DONE;
    for (int i = 0; i < p->count && status == TOOL_DONE; i++)
        status = write_page(t, p, work, i);
    return status == TOOL_DONE && p->count > 1 ? write_page(t, p, work, -1) : status;
}

static bool make_folder(const tool *t, const char *folder)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return true;
    tool_error(t, TOOL_M_CANNOT_WRITE, folder, tool_errno_text(t, errno));
    return false;
}

/* Reads all scripts: nothing is written unless every one of them is free of errors. */
static int read_scripts(const tool *t, const tool_args *args, pages *p)
{
    int status = TOOL_DONE;
    for (int i = 0; i < args->operand_count; i++) {
        int one = TOOL_DONE;
        pol_script *script = tool_read_good_script(t, args->operands[i], &one);
        char *name = script == NULL ? NULL : page_name(p, args->operands[i]);
        if (script != NULL && name == NULL) {
            tool_error(t, TOOL_M_NO_MEMORY);
            one = TOOL_UNUSABLE;
        }
        if (name == NULL) {
            pol_script_free(script);
            status = one > status ? one : status;
            continue;
        }
        p->scripts[p->count] = script;
        p->names[p->count++] = name;
    }
    return status;
}

static int run_doc(tool *t, const tool_args *args)
{
    const size_t count = (size_t)args->operand_count;
    pages p = { .scripts = calloc(count, sizeof *p.scripts), .names = calloc(count, sizeof *p.names) };
    const page_work work = { .audience = args->values[DOC_FOR] != NULL && strcmp(args->values[DOC_FOR], "citizen") == 0
                                             ? POL_FOR_CITIZENS
                                             : POL_FOR_OFFICERS,
                             .folder = args->values[DOC_OUTPUT] == NULL ? "." : args->values[DOC_OUTPUT] };
    int status = TOOL_UNUSABLE;
    if (p.scripts == NULL || p.names == NULL)
        tool_error(t, TOOL_M_NO_MEMORY);
    else
        status = read_scripts(t, args, &p);
    if (status == TOOL_DONE)
        status = make_folder(t, work.folder) ? write_pages(t, &p, &work) : TOOL_UNUSABLE;
    for (int i = 0; i < p.count; i++) {
        pol_script_free(p.scripts[i]);
        free(p.names[i]);
    }
    free(p.scripts);
    free(p.names);
    return status;
}

const tool_verb tool_doc_verb = {
    .name = "doc",
    .run = run_doc,
    .summary = { "write a policy as a page for people", "把政策写成便于阅读的网页" },
    .operands = { "POLICY…", "脚本…" },
    .least = 1,
    .most = -1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "One HTML page a script, named after it: who is entitled, tables, order of payers, curves, worked examples,\n"
               "clauses, terms. With --for citizen one sheet to hand out. Several scripts also get index.html. The pages\n"
               "need nothing else and print on A4. Nothing is written when a script has errors.\n",
               "每个脚本写成一个同名的 HTML 网页：对象、表、付款次序、曲线、逐步计算的案例、条款索引、名词解释。\n"
               "加 --for citizen 写成一页明白卡，供群众阅读。多个脚本另有目录 index.html。网页不用联网，可打印在\n"
               "A4 纸上。脚本有错误时什么也不写。\n" },
};
