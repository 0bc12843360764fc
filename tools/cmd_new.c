/* `pol new`: a script to start from. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/policy.h"
#include "tools/starter.h"
#include "tools/text.h"

enum { NEW_FROM, NEW_TABLE, NEW_OUTPUT };

static const tool_option k_options[] = {
    [NEW_FROM] = { "from",
                   0,
                   { "SCRIPT", "脚本" },
                   { "for a region: what this superior script leaves open, ready to be filled in",
                     "地方脚本：列出这个上级脚本由地方定的参数、界限和条款，供填写" } },
    [NEW_TABLE] = { "from-csv",
                    0,
                    { "TABLE", "表格" },
                    { "around a table of tiers or categories that a spreadsheet saved as CSV",
                      "由表格程序存为 CSV 的分段表或类别表生成" } },
    [NEW_OUTPUT] = { "output",
                     'o',
                     { "FILE", "文件" },
                     { "write the script here, where nothing may be yet", "写到这个文件（不得已存在）" } },
};

/* ---- the path that the new script writes behind 沿用 ------------------------------------------------------------ */

/* The folder of the file `name`, as a full path; the caller frees it. */
static char *folder_of(const char *name)
{
    const char *slash = name == NULL ? NULL : strrchr(name, '/');
    if (slash == NULL)
        return realpath(".", NULL);
    char *folder = malloc((size_t)(slash - name) + 2);
    if (folder == NULL)
        return NULL;
    memcpy(folder, name, (size_t)(slash - name));
    strcpy(folder + (slash - name), slash == name ? "/" : "");
    char *full = realpath(folder, NULL);
    free(folder);
    return full;
}

/* From the folder to the file, both full paths; the caller frees it. */
static char *relative_path(const char *folder, const char *file)
{
    size_t common = 0;
    for (size_t i = 0;; i++) {
        const bool ends = folder[i] == '\0' || folder[i] == '/';
        if (ends && file[i] == '/')
            common = i;
        if (folder[i] == '\0' || folder[i] != file[i])
            break;
    }
    size_t ups = 0;
    for (const char *c = folder + common; *c != '\0'; c++)
        ups += *c == '/' && c[1] != '\0';
    char *path = malloc(3 * ups + strlen(file + common) + 1);
    if (path == NULL)
        return NULL;
    path[0] = '\0';
    for (size_t i = 0; i < ups; i++)
        strcat(path, "../");
    return strcat(path, file + common + 1);
}

static char *path_to(const char *superior, const char *output)
{
    char *folder = folder_of(output), *file = realpath(superior, NULL);
    char *path = folder != NULL && file != NULL ? relative_path(folder, file) : NULL;
    free(folder);
    free(file);
    return path;
}

/* ---- the text ------------------------------------------------------------------------------------------------------ */

static int start_from_script(const tool *t, const tool_args *args, tool_bytes *text)
{
    int status;
    const char *superior = args->values[NEW_FROM];
    pol_script *script = tool_read_good_script(t, superior, &status);
    if (script == NULL)
        return status;
    char *path = path_to(superior, args->values[NEW_OUTPUT]);
    if (path == NULL) {
        tool_error(t, TOOL_M_FAILED, superior);
        status = TOOL_UNUSABLE;
    } else {
        const pol_status started = pol_script_starter(script, path, t->lang, tool_bytes_writer(text));
        status = tool_status_of(t, superior, started == POL_WRITE_FAILED ? POL_NO_MEMORY : started);
    }
    free(path);
    pol_script_free(script);
    return status;
}

static int start_from_table(const tool *t, const char *name, tool_bytes *text)
{
    tool_table table;
    if (!tool_table_read(t, &table, name))
        return TOOL_UNUSABLE;
    const bool good = tool_script_of_table(t, &table, name, text);
    tool_table_free(&table);
    return good ? TOOL_DONE : TOOL_UNUSABLE;
}

static int start(const tool *t, const tool_args *args, tool_bytes *text)
{
    if (args->values[NEW_FROM] != NULL)
        return start_from_script(t, args, text);
    if (args->values[NEW_TABLE] != NULL)
        return start_from_table(t, args->values[NEW_TABLE], text);
    const char *blank = tool_say(t, tool_blank_script);
    const pol_writer to = tool_bytes_writer(text);
    return tool_status_of(t, "new", to.write(to.user, blank, strlen(blank)) ? POL_OK : POL_NO_MEMORY);
}

/* ---- putting it out --------------------------------------------------------------------------------------------------- */

/* Puts the layout right, where the syntax is. */
static bool lay_out(const tool *t, const char *name, tool_bytes *text)
{
    int status;
    tool_bytes tidy = { 0 };
    pol_script *script = tool_load_script(t, name, text->bytes, text->length, &status);
    const pol_status formatted =
        script == NULL ? POL_NO_MEMORY
                       : pol_script_format(script, POL_KEYWORDS_KEPT, tool_bytes_writer(&tidy));
    pol_script_free(script);
    if (formatted == POL_OK) {
        free(text->bytes);
        *text = tidy;
        return true;
    }
    free(tidy.bytes);
    if (formatted != POL_FINDINGS)
        tool_error(t, TOOL_M_NO_MEMORY);
    return formatted == POL_FINDINGS;
}

/* What is still wrong – a gap in a table, for instance – is reported, and *worst says so. */
static bool finish_text(const tool *t, const char *name, tool_bytes *text, int *worst)
{
    pol_script *script = lay_out(t, name, text)
                             ? tool_load_script(t, name, text->bytes, text->length, worst)
                             : NULL;
    if (script == NULL)
        return false;
    pol_script_diagnostics(script, POL_TEXT, t->lang, t->color_errors, tool_stderr());
    pol_script_free(script);
    return true;
}

static bool exists(const char *name)
{
    struct stat about;
    return lstat(name, &about) == 0;
}

static int new_script(tool *t, const tool_args *args)
{
    const char *output = args->values[NEW_OUTPUT];
    if (args->values[NEW_FROM] != NULL && args->values[NEW_TABLE] != NULL) {
        tool_error(t, TOOL_M_EXCLUDES, "--from", "--from-csv");
        return TOOL_UNUSABLE;
    }
    if (output != NULL && exists(output)) {
        tool_error(t, TOOL_M_EXISTS, output);
        return TOOL_UNUSABLE;
    }
    tool_bytes text = { 0 };
    int status = start(t, args, &text), worst = TOOL_DONE;
    tool_output to;
    if (status == TOOL_DONE && !finish_text(t, output == NULL ? "new.pol" : output, &text, &worst))
        status = TOOL_UNUSABLE;
    if (status == TOOL_DONE) {
        status = TOOL_UNUSABLE;
        if (tool_output_open(t, &to, output)) {
            const pol_writer writer = tool_output_writer(&to);
            (void)writer.write(writer.user, text.bytes, text.length);
            status = tool_output_finish(t, &to) ? worst : TOOL_UNUSABLE;
        }
    }
    free(text.bytes);
    return status;
}

const tool_verb tool_new_verb = {
    .name = "new",
    .run = new_script,
    .summary = { "write a script to start from", "生成一个起步用的脚本" },
    .operands = { "", "" },
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "Without options a small whole script with every section explained. A table's first line names\n"
               "its columns: from, to, ratio for tiers; or labels, then values. What is missing in it is reported\n"
               "(exit status 1), and the script is written all the same.\n",
               "不带选项时生成一个完整的小脚本，每一部分都有说明。表格第一行是列名：分段表为 起、止、比例；\n"
               "类别表为 类别、值。表中缺少的情形会指出（退出码 1），脚本照样写出。\n" },
};
