/* What a word could go on to: commands, names of the policy, labels, files. */
#define _DEFAULT_SOURCE
#include "tools/repl/repl.h"

#include <dirent.h>

typedef struct wanted {
    const char *word;
    size_t length;
    repl_lines *found;
} wanted;

static void try_word(const wanted *w, const char *candidate)
{
    if (strncmp(candidate, w->word, w->length) != 0)
        return;
    for (size_t i = 0; i < w->found->count; i++) {
        if (strcmp(w->found->items[i], candidate) == 0)
            return;
    }
    (void)repl_add_line(w->found, candidate);
}

static void try_commands(const wanted *w)
{
    for (int i = 0; i < repl_command_count; i++) {
        if (repl_commands[i].run == NULL)
            continue;
        try_word(w, repl_commands[i].name.zh);
        try_word(w, repl_commands[i].name.en);
    }
}

static void try_names(repl *r, const wanted *w)
{
    const char *name;
    for (size_t i = 0; (name = pol_stepper_name(r->stepper, i)) != NULL; i++)
        try_word(w, name);
    for (size_t i = 0; (name = pol_stepper_matters(r->stepper, i)) != NULL && w->length > 0; i++)
        try_word(w, name);
    for (size_t i = 1; i <= pol_stepper_count(r->stepper) && w->length > 0; i++)
        try_word(w, pol_stepper_at(r->stepper, i)->name);
}

static void try_labels(repl *r, const wanted *w)
{
    const pol_claim_field *field;
    for (size_t i = 0; w->length > 0 && (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        for (size_t k = 0; k < field->label_count; k++)
            try_word(w, field->labels[k]);
    }
}

/* Labels of the field in front of '=', when that is what is being written. */
static bool try_labels_of(repl *r, const wanted *w, const char *line, size_t before)
{
    char *copy = repl_copy(line);
    if (copy == NULL)
        return false;
    copy[before] = '\0';
    char *operands, *name, *value;
    repl_cut_word(copy, &operands);
    bool found = false;
    char *marked = malloc(strlen(operands) + 2); /* a value, so that the split succeeds */
    if (marked != NULL) {
        sprintf(marked, "%sx", operands);
        const pol_claim_field *field = repl_split_equals(marked, &name, &value) ? repl_find_field(r, name) : NULL;
        for (size_t k = 0; field != NULL && k < field->label_count; k++)
            try_word(w, field->labels[k]);
        found = field != NULL && field->label_count > 0;
    }
    free(marked);
    free(copy);
    return found;
}

static void try_files(const char *line, size_t before, size_t length, repl_lines *found)
{
    size_t start = before + length; /* file names hold points and hyphens: from the last blank on */
    while (start > 0 && line[start - 1] != ' ')
        start--;
    const char *path = line + start, *slash = strrchr(path, '/');
    const size_t folder_length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char folder[1024], candidate[2048];
    snprintf(folder, sizeof folder, "%.*s", folder_length == 0 ? 1 : (int)folder_length, folder_length == 0 ? "." : path);
    DIR *open = opendir(folder);
    if (open == NULL)
        return;
    const char *name = path + folder_length;
    for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        if (strncmp(entry->d_name, name, strlen(name)) != 0 || entry->d_name[0] == '.')
            continue;
        snprintf(candidate, sizeof candidate, "%.*s%s", (int)folder_length, path, entry->d_name);
        if (strlen(candidate) >= before - start)
            (void)repl_add_line(found, candidate + (before - start));
    }
    closedir(open);
}

static bool takes_file(const char *line)
{
    static const char *const k_words[] = { "load ", "载入 ", "save ", "保存 ", "transcript ", "记录 " };
    for (int i = 0; i < TOOL_COUNT(k_words); i++) {
        if (strncmp(line, k_words[i], strlen(k_words[i])) == 0)
            return true;
    }
    return strncmp(line, "claim ", 6) == 0 || strncmp(line, "数据 ", 7) == 0;
}

void repl_candidates(repl *r, const char *line, size_t before, size_t length, repl_lines *found)
{
    const wanted w = { line + before, length, found };
    const size_t indent = strspn(line, " ");
    if (before <= indent) {
        try_commands(&w);
        return;
    }
    if (takes_file(line + indent)) {
        try_files(line, before, length, found);
        return;
    }
    if (strncmp(line + indent, "help ", 5) == 0 || strncmp(line + indent, "帮助 ", 7) == 0) {
        try_commands(&w);
        return;
    }
    if (r->stepper == NULL || try_labels_of(r, &w, line, before))
        return;
    try_names(r, &w);
    try_labels(r, &w);
}
