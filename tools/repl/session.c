/* Reading commands and finding who does them; small things that commands share. */
#include "tools/repl/repl.h"

/* The group of a command stands with its first one: a group's row sets it, the next command takes it. */
#define REPL_GROUP(id, en, zh) { .group = { en, zh } },
#define REPL_COMMAND(id, en, letter_, zh, operands_en, operands_zh, help_en, help_zh)                                \
    { .run = repl_do_##id, .letter = letter_, .name = { en, zh }, .operands = { operands_en, operands_zh },          \
      .help = { help_en, help_zh } },
const repl_command repl_commands[] = {
#include "tools/repl/commands.def"
};
#undef REPL_GROUP
#undef REPL_COMMAND
const int repl_command_count = TOOL_COUNT(repl_commands);

/* ---- small things ------------------------------------------------------------------------------------- */

/* Bytes of the blank (also the full-width one) that a text begins with, 0: none. */
static size_t blank_at(const char *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
        return 1;
    return strncmp(text, "　", 3) == 0 ? 3 : 0;
}

char *repl_trim(char *text)
{
    for (size_t blank = blank_at(text); blank > 0; blank = blank_at(text))
        text += blank;
    size_t length = strlen(text);
    for (;;) {
        if (length > 0 && blank_at(text + length - 1) == 1)
            length--;
        else if (length >= 3 && strncmp(text + length - 3, "　", 3) == 0)
            length -= 3;
        else
            break;
    }
    text[length] = '\0';
    return text;
}

char *repl_copy(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

bool repl_add_line(repl_lines *lines, const char *text)
{
    if (lines->count == lines->capacity) {
        const size_t capacity = lines->capacity == 0 ? 16 : lines->capacity * 2;
        char **grown = realloc(lines->items, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        lines->items = grown;
        lines->capacity = capacity;
    }
    lines->items[lines->count] = repl_copy(text);
    lines->count += lines->items[lines->count] != NULL;
    return true;
}

void repl_free_lines(repl_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i]);
    free(lines->items);
    *lines = (repl_lines){ 0 };
}

char *repl_cut_word(char *text, char **rest)
{
    char *at = text;
    while (*at != '\0' && blank_at(at) == 0)
        at++;
    const size_t blank = blank_at(at);
    *rest = repl_trim(at + blank);
    *at = '\0';
    return text;
}

/* Behind the quoted or bracketed piece that begins here, or this very place. */
static const char *skip_nested(const char *at)
{
    static const char *const k_pairs[][2] = { { "\"", "\"" }, { "“", "”" }, { "「", "」" }, { "(", ")" },
                                              { "（", "）" }, { "{", "}" }, { "[", "]" } };
    for (int i = 0; i < TOOL_COUNT(k_pairs); i++) {
        const size_t size = strlen(k_pairs[i][0]);
        if (strncmp(at, k_pairs[i][0], size) != 0)
            continue;
        const char *end = strstr(at + size, k_pairs[i][1]);
        return end == NULL ? at : end + strlen(k_pairs[i][1]);
    }
    return at;
}

/* A name without the quotes 「…」 around it. */
static char *without_quotes(char *name)
{
    const size_t length = strlen(name);
    if (length < 6 || strncmp(name, "「", 3) != 0 || strcmp(name + length - 3, "」") != 0)
        return name;
    name[length - 3] = '\0';
    return name + 3;
}

bool repl_split_equals(char *text, char **left, char **right)
{
    for (char *at = text; *at != '\0';) {
        const char *behind = skip_nested(at);
        if (behind != at) {
            at += behind - at;
            continue;
        }
        const size_t size = *at == '=' ? 1 : strncmp(at, "＝", 3) == 0 ? 3 : 0;
        if (size > 0) {
            *at = '\0';
            *left = without_quotes(repl_trim(text));
            *right = repl_trim(at + size);
            return **left != '\0' && **right != '\0';
        }
        at++;
    }
    return false;
}

char *repl_cut_condition(char *text)
{
    static const char *const k_words[] = { " if ", " 当 " };
    for (int i = 0; i < TOOL_COUNT(k_words); i++) {
        char *found = strstr(text, k_words[i]);
        if (found == NULL)
            continue;
        *found = '\0';
        return repl_trim(found + strlen(k_words[i]));
    }
    return NULL;
}

/* ---- finding a command --------------------------------------------------------------------------------- */

static bool is_name(const repl_command *command, const char *word)
{
    return command->run != NULL && (strcmp(command->name.en, word) == 0 || strcmp(command->name.zh, word) == 0 ||
                                    (command->letter[0] != '\0' && strcmp(command->letter, word) == 0));
}

static bool begins(const repl_command *command, const char *word)
{
    const size_t length = strlen(word);
    return command->run != NULL &&
           (strncmp(command->name.en, word, length) == 0 || strncmp(command->name.zh, word, length) == 0);
}

static void say_ambiguous(repl *r, const char *word)
{
    char names[512] = "";
    for (int i = 0; i < repl_command_count; i++) {
        const repl_command *one = &repl_commands[i];
        if (!begins(one, word) || strlen(names) + 40 > sizeof names)
            continue;
        strcat(names, names[0] == '\0' ? "" : r->t->lang == POL_ZH ? "、" : ", ");
        strcat(names, tool_say(r->t, one->name));
    }
    repl_tell(r, REPL_M_AMBIGUOUS, word, names);
}

static void say_unknown(repl *r, const char *word)
{
    tool_nearest nearest = tool_nearest_start(word);
    for (int i = 0; i < repl_command_count; i++) {
        if (repl_commands[i].run == NULL)
            continue;
        tool_nearest_try(&nearest, repl_commands[i].name.en);
        tool_nearest_try(&nearest, repl_commands[i].name.zh);
    }
    if (nearest.found == NULL)
        repl_tell(r, REPL_M_NO_COMMAND, word);
    else
        repl_tell(r, REPL_M_NEAREST_COMMAND, word, nearest.found);
}

/* NULL after a message. */
static const repl_command *find(repl *r, const char *word)
{
    const repl_command *found = NULL;
    int count = 0;
    if (strcmp(word, "?") == 0 || strcmp(word, "？") == 0)
        word = "help";
    for (int i = 0; i < repl_command_count; i++) {
        if (is_name(&repl_commands[i], word))
            return &repl_commands[i];
        if (begins(&repl_commands[i], word)) {
            found = &repl_commands[i];
            count++;
        }
    }
    if (count > 1)
        say_ambiguous(r, word);
    else if (count == 0)
        say_unknown(r, word);
    return count == 1 ? found : NULL;
}

void repl_execute(repl *r, const char *line)
{
    char *copy = repl_copy(line);
    char *text = copy == NULL ? NULL : repl_trim(copy);
    if (text == NULL || text[0] == '#') {
        free(copy);
        return;
    }
    if (text[0] == '\0' && r->history.count > 0) { /* an empty line does the last one again */
        free(copy);
        copy = repl_copy(r->history.items[r->history.count - 1]);
        text = copy;
    } else if (text[0] != '\0') {
        (void)repl_add_line(&r->history, text);
    }
    if (text != NULL && text[0] != '\0') {
        char *operands;
        const char *word = repl_cut_word(text, &operands);
        const repl_command *command = find(r, word);
        repl_calm();
        if (command != NULL)
            command->run(r, operands);
    }
    free(copy);
    fflush(stdout);
}

void repl_usage(repl *r, const char *name)
{
    for (int i = 0; i < repl_command_count; i++) {
        const repl_command *one = &repl_commands[i];
        if (one->run == NULL || strcmp(one->name.en, name) != 0)
            continue;
        char usage[256];
        snprintf(usage, sizeof usage, "%s %s", tool_say(r->t, one->name), tool_say(r->t, one->operands));
        repl_tell(r, REPL_M_USAGE, usage);
    }
}

/* ---- help ------------------------------------------------------------------------------------------------ */

static void put_names(repl *r, const repl_command *one)
{
    char names[64];
    snprintf(names, sizeof names, "%s%s%s", one->name.en, one->letter[0] != '\0' ? ", " : "", one->letter);
    repl_put(r, "  ");
    repl_pad(r, names, 14);
    repl_pad(r, one->name.zh, 8);
}

void repl_do_help(repl *r, char *operands)
{
    if (operands[0] != '\0') {
        const repl_command *one = find(r, operands);
        if (one == NULL)
            return;
        put_names(r, one);
        repl_put(r, tool_say(r->t, one->operands));
        repl_put(r, "\n  ");
        repl_put(r, tool_say(r->t, one->help));
        repl_put(r, "\n");
        return;
    }
    for (int i = 0; i < repl_command_count; i++) {
        const repl_command *one = &repl_commands[i];
        if (one->run == NULL) {
            repl_color(r, "1");
            repl_put(r, tool_say(r->t, one->group));
            repl_color(r, "0");
            repl_put(r, "\n");
            continue;
        }
        put_names(r, one);
        repl_pad(r, tool_say(r->t, one->help), 0);
        repl_put(r, "\n");
    }
}

void repl_do_history(repl *r, char *operands)
{
    (void)operands;
    for (size_t i = 0; i + 1 < r->history.count; i++) {
        repl_pad_left(r, repl_number(i + 1).text, 5);
        repl_put(r, "  ");
        repl_put(r, r->history.items[i]);
        repl_put(r, "\n");
    }
}

void repl_do_quit(repl *r, char *operands)
{
    (void)operands;
    r->done = true;
}

void repl_close(repl *r)
{
    repl_free_stops(r);
    repl_free_lines(&r->history);
    pol_stepper_free(r->stepper);
    pol_script_free(r->script);
    free(r->policy);
    free(r->claims);
    free(r->claims_text);
    free(r->transcript_name);
    if (r->transcript != NULL)
        fclose(r->transcript);
    repl_input_close(r->input);
}
