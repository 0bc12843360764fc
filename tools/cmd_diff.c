/* `pol diff`: what changed between two policies, for whom, by how much. */
#include <stdlib.h>
#include <string.h>

#include "tools/editions.h"
#include "tools/files.h"
#include "tools/policy.h"
#include "tools/source.h"
#include "tools/text.h"

enum { DIFF_FORMAT, DIFF_SUMMARY, DIFF_CLAIMS, DIFF_IN, DIFF_CORRECTIONS, DIFF_MATTER, DIFF_OUTPUT };

static const tool_option k_options[] = {
    [DIFF_FORMAT] = { "format",
                      0,
                      { "text|json|html", "text|json|html" },
                      { "of the result; html is one page that needs nothing else", "结果的格式；html 为独立的一页" } },
    [DIFF_SUMMARY] = { "summary",
                       0,
                       { NULL, NULL },
                       { "the changed clauses in order, a sentence each, as a notice says them", "按条款次序逐条一句，如通知所写" } },
    [DIFF_CLAIMS] = { "claims",
                      0,
                      { "FILE", "数据" },
                      { "let both settle these claims: who gains, who loses", "两版都结算这批数据：谁减轻、谁加重" } },
    [DIFF_IN] = { "in",
                  0,
                  { "jsonl|csv", "jsonl|csv" },
                  { "format of the claims (else by the name's ending)", "数据的格式（否则看文件名的结尾）" } },
    [DIFF_CORRECTIONS] = { "corrections",
                           0,
                           { "FILE", "文件" },
                           { "write what each payer still owes or gets back (CSV)", "把应补、应退清单写到这个文件（CSV）" } },
    [DIFF_MATTER] = { "matter",
                      0,
                      { "NAME", "业务" },
                      { "the matter of claims that name none", "没有写业务类型的数据属于哪项业务" } },
    [DIFF_OUTPUT] = { "output",
                      'o',
                      { "FILE", "文件" },
                      { "write here; the name appears when all is written", "写到这个文件；全部写完后才出现" } },
};

/* One operand: a script, bytecode, or the edition of a folder in force on a day (FOLDER@2019-06-01). */
typedef struct side {
    pol_script *script;
    pol_program *program;
} side;

static bool open_file(const tool *t, const char *name, side *s, int *status)
{
    if (tool_ends_in(name, ".polc")) {
        s->program = tool_read_program(t, name, status);
        return s->program != NULL;
    }
    s->script = tool_read_good_script(t, name, status);
    if (s->script == NULL)
        return false;
    *status = tool_status_of(t, name, pol_script_compile(s->script, &s->program));
    return s->program != NULL;
}

/* The number of the edition in force on the day: the latest that has begun. */
static int edition_on(const tool_editions *editions, const char *day)
{
    int found = -1;
    char latest[16] = "";
    for (int i = 0; i < editions->count; i++) {
        char from[16], to[16];
        pol_program_period(editions->programs[i], from, to);
        if (strcmp(from, day) <= 0 && (to[0] == '\0' || strcmp(day, to) <= 0) && strcmp(from, latest) > 0) {
            memcpy(latest, from, sizeof latest);
            found = i;
        }
    }
    return found;
}

static bool open_edition(const tool *t, const char *folder, const char *day, side *s, int *status)
{
    tool_editions editions;
    bool good = tool_editions_open(t, &editions, folder, status);
    const int number = good ? edition_on(&editions, day) : -1;
    if (good && number < 0) {
        tool_error(t, TOOL_M_NO_EDITION_ON, folder, day);
        *status = TOOL_UNUSABLE;
    }
    good = number >= 0 && open_file(t, editions.names[number], s, status);
    tool_editions_close(&editions);
    return good;
}

static bool open_side(const tool *t, const char *name, side *s, int *status)
{
    const char *at = strrchr(name, '@');
    if (at == NULL || strlen(at + 1) != 10)
        return open_file(t, name, s, status);
    char *folder = malloc((size_t)(at - name) + 1);
    if (folder == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        *status = TOOL_UNUSABLE;
        return false;
    }
    memcpy(folder, name, (size_t)(at - name));
    folder[at - name] = '\0';
    const bool good = tool_is_folder(folder) ? open_edition(t, folder, at + 1, s, status) : open_file(t, name, s, status);
    free(folder);
    return good;
}

static void close_side(side *s)
{
    pol_program_free(s->program);
    pol_script_free(s->script);
}

/* ---- claims ------------------------------------------------------------------------------------------ */

static pol_status feed(pol_diff *diff, tool_source *claims, bool *readable)
{
    tool_piece piece = { .bytes = NULL };
    const char *bytes;
    size_t length;
    pol_status fed = POL_OK;
    *readable = tool_source_start(claims, NULL);
    if (*readable && claims->header != NULL)
        fed = pol_diff_feed(diff, claims->header, claims->header_length);
    while (fed == POL_OK && *readable && (*readable = tool_source_next(claims, &piece)) && piece.length != 0) {
        fed = tool_source_decode(claims, &piece, &bytes, &length) ? pol_diff_feed(diff, bytes, length) : POL_NO_MEMORY;
    }
    tool_piece_free(&piece);
    return fed == POL_OK && *readable ? pol_diff_finish(diff) : fed;
}

/* Both sides settle the claims. An exit status; TOOL_FINDINGS when something comes out differently. */
static int settle(tool *t, const tool_args *args, pol_diff *diff)
{
    const char *name = args->values[DIFF_CLAIMS], *wish = args->values[DIFF_IN];
    const bool csv = wish != NULL ? strcmp(wish, "csv") == 0 : tool_ends_in(name, ".csv") || tool_ends_in(name, ".CSV");
    const pol_run_options options = { .in = csv ? POL_CSV : POL_JSON_LINES, .matter = args->values[DIFF_MATTER],
                                      .any_order = true };
    tool_source claims = { .input = { .descriptor = -1 } };
    tool_output list = { 0 };
    const bool has_list = args->values[DIFF_CORRECTIONS] != NULL;
    int status = TOOL_UNUSABLE;
    if (tool_source_open(t, &claims, name, options.in) && (!has_list || tool_output_open(t, &list, args->values[DIFF_CORRECTIONS]))) {
        const pol_writer corrections = tool_output_writer(&list);
        bool readable = true;
        pol_status settled = pol_diff_claims(diff, &options, has_list ? &corrections : NULL);
        if (settled == POL_BAD_ARGUMENT && options.matter != NULL)
            tool_error(t, TOOL_M_NO_MATTER, args->operands[0], options.matter);
        else if (settled == POL_OK)
            settled = feed(diff, &claims, &readable);
        const bool written = settled == POL_BAD_ARGUMENT || !has_list || tool_output_finish(t, &list);
        if (readable && written && settled != POL_BAD_ARGUMENT)
            status = tool_status_of(t, name, settled);
    }
    tool_source_close(&claims);
    tool_output_drop(&list);
    return status;
}

/* ---- the result --------------------------------------------------------------------------------------- */

static pol_diff_form form_of(const tool_args *args)
{
    const char *format = args->values[DIFF_FORMAT];
    if (args->values[DIFF_SUMMARY] != NULL)
        return POL_DIFF_SUMMARY;
    if (format == NULL || strcmp(format, "text") == 0)
        return POL_DIFF_TEXT;
    return strcmp(format, "json") == 0 ? POL_DIFF_JSON : POL_DIFF_HTML;
}

static bool write_result(tool *t, const tool_args *args, pol_diff *diff)
{
    tool_output output = { 0 };
    if (!tool_output_open(t, &output, args->values[DIFF_OUTPUT]))
        return false;
    const pol_status written = pol_diff_write(diff, form_of(args), tool_output_writer(&output));
    const bool good = written == POL_OK || written == POL_WRITE_FAILED
                          ? tool_output_finish(t, &output)
                          : tool_status_of(t, args->operands[1], written) == TOOL_DONE;
    tool_output_drop(&output);
    return good;
}

static int compare(tool *t, const tool_args *args, const side *before, const side *after)
{
    pol_diff *diff = NULL;
    int status = tool_status_of(t, args->operands[1],
                                pol_diff_new(NULL, (pol_diff_side){ before->script, before->program },
                                             (pol_diff_side){ after->script, after->program }, t->lang, &diff));
    if (diff != NULL && args->values[DIFF_CLAIMS] != NULL) {
        const int settled = settle(t, args, diff);
        status = settled > status ? settled : status;
    }
    if (status != TOOL_UNUSABLE && !write_result(t, args, diff))
        status = TOOL_UNUSABLE;
    pol_diff_free(diff);
    return status;
}

static int run_diff(tool *t, const tool_args *args)
{
    side before = { NULL, NULL }, after = { NULL, NULL };
    int status = TOOL_UNUSABLE;
    if (args->values[DIFF_SUMMARY] != NULL && args->values[DIFF_FORMAT] != NULL)
        tool_error(t, TOOL_M_EXCLUDES, "--summary", "--format");
    else if (args->values[DIFF_CORRECTIONS] != NULL && args->values[DIFF_CLAIMS] == NULL)
        tool_error(t, TOOL_M_NEEDS_OPTION, "--corrections", "--claims");
    else if (open_side(t, args->operands[0], &before, &status) && open_side(t, args->operands[1], &after, &status))
        status = compare(t, args, &before, &after);
    else
        status = TOOL_UNUSABLE; /* 1 would say that they differ */
    close_side(&before);
    close_side(&after);
    return status;
}

const tool_verb tool_diff_verb = {
    .name = "diff",
    .run = run_diff,
    .summary = { "tell what changed between two policies", "说明两版政策有什么变化" },
    .operands = { "OLD NEW", "旧 新" },
    .least = 2,
    .most = 2,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "OLD and NEW are scripts (.pol), bytecode (.polc) or the edition of a folder in force on a day\n"
               "(FOLDER@2019-06-01). Declarations are compared as what they are: layout, comments, the language of\n"
               "keywords and the order of independent declarations are no change. Exit status: 0 same, 1 different,\n"
               "2 trouble.\n",
               "旧、新是脚本（.pol）、字节码（.polc），或目录中某日施行的版本（目录@2019-06-01）。按条文的含义比较：\n"
               "排版、注释、关键字的语言、互不相关的声明的次序不算变化。退出码：0 相同，1 有变化，2 无法比较。\n" },
};
