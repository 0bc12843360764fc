/* The command line: options of a subcommand, options known everywhere, help. */
#include "tools/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/text.h"

/* ---- options known everywhere -------------------------------------------------------------------- */

enum { COMMON_LANG, COMMON_COLOR, COMMON_ROOT, COMMON_HELP, COMMON_VERSION };

static const tool_option k_common[] = {
    [COMMON_LANG] = { "lang",
                      0,
                      { "zh|en", "zh|en" },
                      { "language of messages (else POL_LANG, else the locale)",
                        "信息的语言（否则按 POL_LANG，再按系统语言）" } },
    [COMMON_COLOR] = { "color",
                       0,
                       { "auto|always|never", "auto|always|never" },
                       { "colours; auto: on a terminal, unless NO_COLOR is set",
                         "颜色；auto：输出到终端且未设 NO_COLOR 时使用" } },
    [COMMON_ROOT] = { "root",
                      0,
                      { "DIR", "目录" },
                      { "folder that 沿用 (extends) never leaves; by default the current one",
                        "沿用的脚本不得超出的目录；缺省为当前目录" } },
    [COMMON_HELP] = { "help", 'h', { NULL, NULL }, { "this help", "显示本帮助" } },
    [COMMON_VERSION] = { "version", 0, { NULL, NULL }, { "the version", "显示版本" } },
};

pol_lang tool_choose_lang(int count, char **arguments)
{
    static const char *const k_variables[] = { "POL_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *chosen = NULL;
    for (int i = 1; i < count && strcmp(arguments[i], "--") != 0; i++) {
        if (strncmp(arguments[i], "--lang=", 7) == 0)
            chosen = arguments[i] + 7;
        else if (strcmp(arguments[i], "--lang") == 0 && i + 1 < count)
            chosen = arguments[i + 1];
    }
    for (int i = 0; i < TOOL_COUNT(k_variables) && chosen == NULL; i++) {
        const char *value = getenv(k_variables[i]);
        if (value != NULL && value[0] != '\0')
            chosen = value;
    }
    return chosen == NULL || strncmp(chosen, "zh", 2) == 0 ? POL_ZH : POL_EN;
}

static bool takes_color(const char *wish, int descriptor)
{
    if (wish != NULL && strcmp(wish, "auto") != 0)
        return strcmp(wish, "always") == 0;
    const char *off = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (off != NULL && off[0] != '\0')
        return false;
    return isatty(descriptor) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* A walk over the command line. */
typedef struct reader {
    tool *t;
    const tool_verb *verb; /* NULL: before the subcommand */
    int count, at;
    char **arguments;
    const char *common[TOOL_COUNT(k_common)];
    tool_args *args;
} reader;

/* An option as the user wrote it: the table's row and where its value goes. */
typedef struct found {
    const tool_option *option; /* NULL: there is none */
    const char **value;
} found;

static bool option_fits(const tool_option *option, const char *name, size_t length, char letter)
{
    return name != NULL ? strlen(option->name) == length && memcmp(option->name, name, length) == 0
                        : option->letter == letter;
}

/* By name, or, with name NULL, by letter. */
static found find_option(reader *r, const char *name, size_t length, char letter)
{
    for (int i = 0; r->verb != NULL && i < r->verb->option_count; i++) {
        if (option_fits(&r->verb->options[i], name, length, letter))
            return (found){ &r->verb->options[i], &r->args->values[i] };
    }
    for (int i = 0; i < TOOL_COUNT(k_common); i++) {
        if (option_fits(&k_common[i], name, length, letter))
            return (found){ &k_common[i], &r->common[i] };
    }
    return (found){ NULL, NULL };
}

static bool refuse_unknown(const reader *r, const char *written)
{
    char name[40];
    snprintf(name, sizeof name, "%s", written + strspn(written, "-"));
    name[strcspn(name, "=")] = '\0';
    tool_nearest nearest = tool_nearest_start(name);
    for (int i = 0; r->verb != NULL && i < r->verb->option_count; i++)
        tool_nearest_try(&nearest, r->verb->options[i].name);
    for (int i = 0; i < TOOL_COUNT(k_common); i++)
        tool_nearest_try(&nearest, k_common[i].name);
    if (nearest.found == NULL)
        tool_error(r->t, TOOL_M_UNKNOWN_OPTION, written);
    else
        tool_error(r->t, TOOL_M_NEAREST_OPTION, written, nearest.found);
    return false;
}

/* Is `word` one of the words of "a|b|c"? */
static bool is_choice(const char *choices, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = choices; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return length > 0;
    }
    return false;
}

/* Stores an option's value: the text written with it, else the next word of the line. */
static bool take_value(reader *r, found f, const char *shown, const char *written)
{
    const char *expected = tool_say(r->t, f.option->value);
    if (expected == NULL) {
        if (written != NULL)
            tool_error(r->t, TOOL_M_TAKES_NO_VALUE, shown);
        *f.value = "";
        return written == NULL;
    }
    if (written == NULL && r->at < r->count)
        written = r->arguments[r->at++];
    if (written == NULL) {
        tool_error(r->t, TOOL_M_NEEDS_VALUE, shown, expected);
        return false;
    }
    if (strchr(expected, '|') != NULL && !is_choice(expected, written)) {
        tool_error(r->t, TOOL_M_BAD_CHOICE, shown, written, expected);
        return false;
    }
    *f.value = written;
    return true;
}

/* --name, --name=value */
static bool read_long(reader *r, const char *word)
{
    const char *name = word + 2;
    const size_t length = strcspn(name, "=");
    const found f = find_option(r, name, length, 0);
    if (f.option == NULL)
        return refuse_unknown(r, word);
    char shown[40];
    snprintf(shown, sizeof shown, "--%s", f.option->name);
    return take_value(r, f, shown, name[length] == '=' ? name + length + 1 : NULL);
}

/* -v, -o value, -ovalue, -vh */
static bool read_letters(reader *r, const char *word)
{
    for (const char *at = word + 1; *at != '\0'; at++) {
        const found f = find_option(r, NULL, 0, *at);
        if (f.option == NULL)
            return refuse_unknown(r, word);
        const bool has_value = f.option->value.en != NULL && at[1] != '\0';
        const char shown[3] = { '-', *at, '\0' };
        if (!take_value(r, f, shown, has_value ? at + 1 : NULL))
            return false;
        if (has_value)
            break;
    }
    return true;
}

static bool read_words(reader *r)
{
    bool options_over = false;
    while (r->at < r->count) {
        const char *word = r->arguments[r->at];
        const bool is_option = !options_over && word[0] == '-' && word[1] != '\0';
        if (!is_option && r->verb == NULL)
            return true; /* the subcommand */
        r->at++;
        if (!is_option)
            r->args->operands[r->args->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            options_over = true;
        else if (!(word[1] == '-' ? read_long(r, word) : read_letters(r, word)))
            return false;
    }
    return true;
}

static bool has_right_operands(const reader *r)
{
    const tool_verb *verb = r->verb;
    if (verb == NULL)
        return true;
    if (r->args->operand_count < verb->least)
        tool_error(r->t, TOOL_M_TOO_FEW, verb->name, tool_say(r->t, verb->operands));
    else if (verb->most >= 0 && r->args->operand_count > verb->most)
        tool_error(r->t, TOOL_M_TOO_MANY, r->args->operands[verb->most]);
    else
        return true;
    return false;
}

tool_reading tool_read_arguments(tool *t, const tool_verb *verb, int count, char **arguments,
                                 tool_args *args, int *used)
{
    *args = (tool_args){ .operands = calloc((size_t)count + 1, sizeof(char *)) };
    if (args->operands == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        return TOOL_BAD;
    }
    reader r = { .t = t, .verb = verb, .count = count, .arguments = arguments, .args = args };
    const bool understood = read_words(&r);
    *used = r.at;
    if (understood && r.common[COMMON_COLOR] != NULL)
        t->color_wish = r.common[COMMON_COLOR];
    if (understood && r.common[COMMON_ROOT] != NULL)
        t->root = r.common[COMMON_ROOT];
    t->color = takes_color(t->color_wish, STDOUT_FILENO);
    t->color_errors = takes_color(t->color_wish, STDERR_FILENO);
    if (understood && r.common[COMMON_HELP] != NULL)
        return TOOL_HELP;
    if (understood && r.common[COMMON_VERSION] != NULL)
        return TOOL_VERSION;
    if (understood && has_right_operands(&r))
        return TOOL_READ;
    if (verb == NULL)
        tool_error(t, TOOL_M_SEE_HELP_ALL);
    else
        tool_error(t, TOOL_M_SEE_HELP, verb->name);
    return TOOL_BAD;
}

/* ---- help ----------------------------------------------------------------------------------------- */

static void write_title(const tool *t, FILE *to, tool_message title)
{
    fprintf(to, "\n%s%s%s\n", t->color ? "\033[1m" : "", tool_word(t, title),
            t->color ? "\033[0m" : "");
}

/* "-o, --output FILE" */
static void option_text(const tool *t, const tool_option *option, char out[80])
{
    const char *value = tool_say(t, option->value);
    char letter[8] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(out, 80, "%s--%s%s%s", letter, option->name, value == NULL ? "" : " ",
             value == NULL ? "" : value);
}

static int widest_option(const tool *t, const tool_option *options, int count)
{
    int widest = 0;
    for (int i = 0; i < count; i++) {
        char text[80];
        option_text(t, &options[i], text);
        if (tool_text_width(text) > widest)
            widest = tool_text_width(text);
    }
    return widest;
}

static void write_options(const tool *t, FILE *to, const tool_option *options, int count, int width)
{
    for (int i = 0; i < count; i++) {
        char text[80];
        option_text(t, &options[i], text);
        fputs("  ", to);
        tool_write_padded(to, text, width + 2);
        fprintf(to, "%s\n", tool_say(t, options[i].help));
    }
}

void tool_write_help(const tool *t, FILE *to, const tool_verb *const *verbs, int verb_count)
{
    static const tool_text k_title = {
        "pol: subsidy policies, written down and settled exactly",
        "pol：把补助政策写成条文一样的脚本，并精确结算",
    };
    static const tool_text k_more = {
        "\npol COMMAND --help tells more about a command.\n"
        "Exit status: 0 done, 1 findings (errors in a script, failed examples, rejected claims), 2 "
        "unusable\n"
        "arguments or environment.\n",
        "\npol 命令 --help 说明一个命令的用法。\n"
        "退出码：0 完成；1 有问题（脚本有错误、案例未通过、有数据被拒绝）；2 参数或环境不可用。\n",
    };
    fprintf(to, "%s\n", tool_say(t, k_title));
    write_title(t, to, TOOL_M_USAGE);
    fprintf(to, "  pol %s %s\n", tool_word(t, TOOL_M_COMMAND_WORD),
            tool_word(t, TOOL_M_OPTIONS_WORD));
    write_title(t, to, TOOL_M_COMMANDS);
    for (int i = 0; i < verb_count; i++) {
        fputs("  ", to);
        tool_write_padded(to, verbs[i]->name, 10);
        fprintf(to, "%s\n", tool_say(t, verbs[i]->summary));
    }
    write_title(t, to, TOOL_M_EVERYWHERE);
    write_options(t, to, k_common, TOOL_COUNT(k_common),
                  widest_option(t, k_common, TOOL_COUNT(k_common)));
    fputs(tool_say(t, k_more), to);
}

void tool_write_verb_help(const tool *t, FILE *to, const tool_verb *verb)
{
    fprintf(to, "%s\n", tool_say(t, verb->summary));
    write_title(t, to, TOOL_M_USAGE);
    const char *operands = tool_say(t, verb->operands);
    fprintf(to, "  pol %s %s%s%s\n\n%s", verb->name, operands, operands[0] == '\0' ? "" : " ",
            tool_word(t, TOOL_M_OPTIONS_WORD), tool_say(t, verb->about));
    const int own = widest_option(t, verb->options, verb->option_count);
    const int common = widest_option(t, k_common, TOOL_COUNT(k_common));
    const int width = own > common ? own : common;
    if (verb->option_count > 0) {
        write_title(t, to, TOOL_M_OPTIONS);
        write_options(t, to, verb->options, verb->option_count, width);
    }
    write_title(t, to, TOOL_M_EVERYWHERE);
    write_options(t, to, k_common, TOOL_COUNT(k_common), width);
}
