/* The program `pol`: finds the subcommand and calls it. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "tools/files.h"
#include "tools/options.h"
#include "tools/policy.h"
#include "tools/text.h"

static int help(tool *t, const tool_args *args);

static const tool_option k_help_options[] = {
    { "format", 0, { "text|json", "text|json" }, { "json: the page of a code as one object", "json：编码的说明，一行 JSON" } },
};

const tool_verb tool_help_verb = {
    .name = "help",
    .run = help,
    .summary = { "tell how a command is used, or what a code means", "说明一个命令的用法，或一个编码的意思" },
    .operands = { "[COMMAND|CODE]", "[命令|编码]" },
    .most = 1,
    .options = k_help_options,
    .option_count = TOOL_COUNT(k_help_options),
    .about = { "Of a command the same as pol COMMAND --help. Of a code of pol check, such as E0301: what it\n"
               "means, an example that is wrong and one that is right.\n",
               "命令：与 pol 命令 --help 相同。pol check 的编码（如 E0301）：意思、错误的写法和正确的写法。\n" },
};

static const tool_verb *const k_verbs[] = {
#define TOOL_VERB(name) &tool_##name##_verb,
#include "tools/verbs.def"
#undef TOOL_VERB
};

static const tool_verb *find_verb(const char *name)
{
    for (int i = 0; i < TOOL_COUNT(k_verbs); i++) {
        if (strcmp(k_verbs[i]->name, name) == 0)
            return k_verbs[i];
    }
    return NULL;
}

static int refuse_verb(const tool *t, const char *name)
{
    tool_nearest nearest = tool_nearest_start(name);
    for (int i = 0; i < TOOL_COUNT(k_verbs); i++)
        tool_nearest_try(&nearest, k_verbs[i]->name);
    if (nearest.found == NULL)
        tool_error(t, TOOL_M_UNKNOWN_VERB, name);
    else
        tool_error(t, TOOL_M_NEAREST_VERB, name, nearest.found);
    tool_error(t, TOOL_M_SEE_HELP_ALL);
    return TOOL_UNUSABLE;
}

static int show_help(const tool *t, const tool_verb *verb)
{
    if (verb == NULL)
        tool_write_help(t, stdout, k_verbs, TOOL_COUNT(k_verbs));
    else
        tool_write_verb_help(t, stdout, verb);
    return TOOL_DONE;
}

/* E0301, w0401 */
static bool is_code(const char *word)
{
    return strchr("EWew", word[0]) != NULL && strlen(word) == 5 && strspn(word + 1, "0123456789") == 4;
}

static int describe(const tool *t, const char *code, const char *format)
{
    const bool json = format != NULL && strcmp(format, "json") == 0;
    const pol_status status = pol_describe_code(code, json ? POL_JSON : POL_TEXT, t->lang, tool_stdout());
    if (status != POL_BAD_ARGUMENT)
        return tool_status_of(t, code, status);
    tool_nearest nearest = tool_nearest_start(code);
    for (unsigned i = 0; pol_code_at(i) != NULL; i++)
        tool_nearest_try(&nearest, pol_code_at(i));
    if (nearest.found == NULL)
        tool_error(t, TOOL_M_UNKNOWN_CODE, code);
    else
        tool_error(t, TOOL_M_NEAREST_CODE, code, nearest.found);
    return TOOL_UNUSABLE;
}

static int help(tool *t, const tool_args *args)
{
    if (args->operand_count == 0)
        return show_help(t, NULL);
    if (is_code(args->operands[0]))
        return describe(t, args->operands[0], args->values[0]);
    const tool_verb *verb = find_verb(args->operands[0]);
    return verb == NULL ? refuse_verb(t, args->operands[0]) : show_help(t, verb);
}

static int run_verb(tool *t, const tool_verb *verb, int count, char **arguments)
{
    tool_args args;
    int used, status = TOOL_UNUSABLE;
    switch (tool_read_arguments(t, verb, count, arguments, &args, &used)) {
    case TOOL_READ: status = verb->run(t, &args); break;
    case TOOL_HELP: status = show_help(t, verb); break;
    case TOOL_VERSION:
        printf("pol %s\n", pol_version());
        status = TOOL_DONE;
        break;
    case TOOL_BAD: break;
    }
    free(args.operands);
    return status;
}

static int dispatch(tool *t, int count, char **arguments)
{
    tool_args args;
    int used;
    const tool_reading reading =
        tool_read_arguments(t, NULL, count - 1, arguments + 1, &args, &used);
    free(args.operands);
    if (reading == TOOL_BAD)
        return TOOL_UNUSABLE;
    if (reading == TOOL_HELP)
        return show_help(t, NULL);
    if (reading == TOOL_VERSION) {
        printf("pol %s\n", pol_version());
        return TOOL_DONE;
    }
    char **rest = arguments + 1 + used;
    const int rest_count = count - 1 - used;
    if (rest_count == 0) {
        tool_write_help(t, stderr, k_verbs, TOOL_COUNT(k_verbs));
        return TOOL_UNUSABLE;
    }
    const tool_verb *verb = find_verb(rest[0]);
    return verb == NULL ? refuse_verb(t, rest[0]) : run_verb(t, verb, rest_count - 1, rest + 1);
}

/* A standard stream that is closed would give its number to the next file opened. Here it becomes one
 * that cannot be used: writing to it fails and is reported. */
static void hold_standard_streams(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0)
            (void)open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
    }
}

/* What is given back is used again, not returned to the system: at the start of a program, pages that are touched for
 * the first time cost more than what is done on them. */
static void keep_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    mallopt(M_TOP_PAD, 256 << 10);
#endif
}

int main(int count, char **arguments)
{
    keep_memory();
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a reader that leaves makes a write fail; see files.h */
    tool t = { .lang = tool_choose_lang(count, arguments) };
    const int status = dispatch(&t, count, arguments);
    return tool_flush_standard(&t) ? status : TOOL_UNUSABLE;
}
