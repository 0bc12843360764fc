/* Lines from the terminal by libedit, else plainly from standard input. */
#define _DEFAULT_SOURCE
#include "tools/repl/repl.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <unistd.h>

#define LONGEST_LINE ((size_t)1 << 20)
#define HISTORY_LINES 500

struct repl_input {
    EditLine *edit; /* NULL: standard input is no terminal */
    History *history;
    const char *prompt;
    bool cancelled; /* the line that is being returned, by Ctrl-C */
};

static volatile sig_atomic_t k_interrupted; /* the one thing that a signal handler can reach */

static void interrupt(int number)
{
    (void)number;
    k_interrupted = 1;
}

bool repl_interrupted(void)
{
    return k_interrupted != 0;
}

void repl_calm(void)
{
    k_interrupted = 0;
}

static void *client_of(EditLine *edit)
{
    void *client = NULL;
    el_get(edit, EL_CLIENTDATA, &client);
    return client;
}

static char *prompt_of(EditLine *edit)
{
    const repl *r = client_of(edit);
    return (char *)(uintptr_t)r->input->prompt; /* libedit only reads it */
}

static size_t common_length(const repl_lines *found)
{
    size_t length = strlen(found->items[0]);
    for (size_t i = 1; i < found->count; i++) {
        size_t same = 0;
        while (same < length && found->items[0][same] == found->items[i][same])
            same++;
        length = same;
    }
    while (length > 0 && ((unsigned char)found->items[0][length] & 0xc0) == 0x80)
        length--; /* not in the middle of a character */
    return length;
}

static void list_candidates(const repl_lines *found)
{
    putchar('\n');
    for (size_t i = 0; i < found->count; i++)
        printf("%s%s", found->items[i], i + 1 < found->count ? "  " : "\n");
    fflush(stdout);
}

static bool ends_word(const char *text)
{
    return strchr(" \t=<>+-*/(),;{}[].", *text) != NULL;
}

/* The beginning of the word before the cursor; full-width marks end words too. */
static size_t word_start(const char *line, size_t cursor)
{
    static const char *const k_wide[] = { "　", "＝", "，", "、", "；", "（", "）", "×", "÷", "≥", "≤", "≠" };
    size_t start = 0;
    for (size_t i = 0; i < cursor; i++) {
        if (ends_word(line + i))
            start = i + 1;
        for (int k = 0; k < TOOL_COUNT(k_wide); k++) {
            const size_t size = strlen(k_wide[k]);
            if (i + size <= cursor && strncmp(line + i, k_wide[k], size) == 0)
                start = i + size;
        }
    }
    return start;
}

static unsigned char complete(EditLine *edit, int key)
{
    (void)key;
    repl *r = client_of(edit);
    const LineInfo *info = el_line(edit);
    const size_t cursor = (size_t)(info->cursor - info->buffer);
    char *line = malloc(cursor + 1);
    if (line == NULL)
        return CC_ERROR;
    memcpy(line, info->buffer, cursor);
    line[cursor] = '\0';
    const size_t start = word_start(line, cursor);
    repl_lines found = { 0 };
    repl_candidates(r, line, start, cursor - start, &found);
    unsigned char result = CC_ERROR;
    if (found.count > 0) {
        const size_t common = common_length(&found);
        result = CC_REFRESH;
        if (common > cursor - start) {
            found.items[0][common] = '\0';
            el_insertstr(edit, found.items[0] + (cursor - start));
        } else if (found.count > 1) {
            list_candidates(&found);
            result = CC_REDISPLAY;
        }
        if (found.count == 1)
            el_insertstr(edit, " ");
    }
    repl_free_lines(&found);
    free(line);
    return result;
}

/* While a line is edited Ctrl-C is a key: it gives the line up, however fast the next one is typed. */
static unsigned char cancel(EditLine *edit, int key)
{
    (void)key;
    const repl *r = client_of(edit);
    r->input->cancelled = true;
    fputs("^C", stdout);
    return CC_NEWLINE;
}

/* On many terminals libedit moves what stands behind the cursor by columns of one character; wide ones then end
 * up elsewhere. Without these capabilities it writes the rest of the line anew. */
static void without_insertion(EditLine *edit)
{
    static const char *const k_capabilities[] = { "ic", "IC", "im", "ei", "ip", "dc", "DC", "dm", "ed" };
    for (int i = 0; i < TOOL_COUNT(k_capabilities); i++)
        el_set(edit, EL_SETTC, k_capabilities[i], "", NULL);
}

static bool open_editor(repl *r, repl_input *input)
{
    HistEvent event;
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    input->edit = el_init("pol", stdin, stdout, stderr);
    input->history = history_init();
    if (input->edit == NULL || input->history == NULL)
        return false;
    history(input->history, &event, H_SETSIZE, HISTORY_LINES);
    el_set(input->edit, EL_CLIENTDATA, r);
    el_set(input->edit, EL_PROMPT, prompt_of);
    el_set(input->edit, EL_EDITOR, "emacs");
    without_insertion(input->edit);
    el_set(input->edit, EL_HIST, history, input->history);
    el_set(input->edit, EL_ADDFN, "pol-complete", "complete a name", complete);
    el_set(input->edit, EL_BIND, "^I", "pol-complete", NULL);
    el_set(input->edit, EL_SETTY, "-d", "-isig", NULL);
    el_set(input->edit, EL_ADDFN, "pol-cancel", "give the line up", cancel);
    el_set(input->edit, EL_BIND, "^C", "pol-cancel", NULL);
    el_set(input->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(input->edit, EL_SIGNAL, 0);
    return true;
}

repl_input *repl_input_open(repl *r)
{
    repl_input *input = calloc(1, sizeof *input);
    if (input == NULL)
        return NULL;
    r->input = input;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !open_editor(r, input)) {
        repl_input_close(input);
        return NULL;
    }
    struct sigaction action = { .sa_handler = interrupt };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL); /* reading is interrupted too: no SA_RESTART */
    return input;
}

void repl_input_close(repl_input *input)
{
    if (input->edit != NULL)
        el_end(input->edit);
    if (input->history != NULL)
        history_end(input->history);
    free(input);
}

bool repl_is_interactive(const repl *r)
{
    return r->input->edit != NULL;
}

static char *read_edited(repl *r, const char *prompt)
{
    repl_input *input = r->input;
    input->prompt = prompt;
    for (;;) {
        int length = 0;
        errno = 0;
        input->cancelled = false;
        el_set(input->edit, EL_PREP_TERM, 1); /* before the prompt: whoever types at once is not echoed by the terminal */
        const char *line = el_gets(input->edit, &length);
        if (input->cancelled)
            continue;
        if (line == NULL || length <= 0) {
            if (!repl_interrupted() && errno != EINTR) {
                putchar('\n');
                return NULL;
            }
            repl_calm();
            el_reset(input->edit);
            printf("^C\n");
            continue;
        }
        char *copy = repl_copy(line);
        if (copy == NULL)
            return NULL;
        copy[strcspn(copy, "\n")] = '\0';
        HistEvent event;
        if (copy[strspn(copy, " \t")] != '\0')
            history(input->history, &event, H_ENTER, copy);
        return copy;
    }
}

static char *read_plain(void)
{
    size_t length = 0, capacity = 128;
    char *line = malloc(capacity);
    int c = EOF;
    while (line != NULL && length < LONGEST_LINE && (c = getchar()) != EOF && c != '\n') {
        if (length + 1 == capacity) {
            char *grown = realloc(line, capacity *= 2);
            if (grown == NULL)
                free(line);
            line = grown;
        }
        if (line != NULL && c != '\0')
            line[length++] = (char)c;
    }
    if (line == NULL || (c == EOF && length == 0)) {
        free(line);
        return NULL;
    }
    line[length] = '\0';
    return line;
}

char *repl_read_line(repl *r, const char *prompt)
{
    if (r->input->edit == NULL) { /* the transcript shows what was asked and answered */
        char *line = read_plain();
        if (line == NULL)
            return NULL;
        repl_put(r, prompt);
        repl_put(r, line);
        repl_put(r, "\n");
        return line;
    }
    fflush(stdout);
    char *line = read_edited(r, prompt);
    if (line != NULL && r->transcript != NULL)
        fprintf(r->transcript, "%s%s\n", prompt, line);
    return line;
}
