/* Keeping: sessions, examples, transcripts. A session is a text of lines, each a word and what belongs to it. */
#include "tools/repl/repl.h"

#include <errno.h>

#define FIRST_LINE "# pol session 1"

bool repl_is_session(const char *text)
{
    return strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) == 0;
}

static void write_stops(const repl *r, FILE *file)
{
    for (size_t i = 0; i < r->stop_count; i++) {
        const repl_stop *stop = &r->stops[i];
        fprintf(file, "%s%s %s%s%s\n", stop->disabled ? "resting-" : "", stop->is_watch ? "watch" : "break", stop->what,
                stop->condition == NULL ? "" : " if ", stop->condition == NULL ? "" : stop->condition);
    }
}

static void write_session(repl *r, FILE *file)
{
    char *claim = repl_claim_text(r);
    fprintf(file, FIRST_LINE "\npolicy %s\nhash %016llx\n", r->policy, r->hash);
    if (r->claims != NULL)
        fprintf(file, "claims %zu %s\n", r->claim_number, r->claims);
    if (r->has_claim && claim != NULL) {
        for (char *at = claim; *at != '\0'; at++) /* on one line; a break inside a string would not be JSON */
            *at = *at == '\n' || *at == '\r' ? ' ' : *at;
        fprintf(file, "claim %s\nposition %zu\n", claim, r->position);
    }
    write_stops(r, file);
    for (size_t i = 0; i < r->history.count; i++)
        fprintf(file, "history %s\n", r->history.items[i]);
    free(claim);
}

void repl_do_save(repl *r, char *operands)
{
    if (!repl_needs_policy(r))
        return;
    if (operands[0] == '\0') {
        repl_usage(r, "save");
        return;
    }
    tool_output output;
    if (!tool_output_open(r->t, &output, operands))
        return;
    write_session(r, output.file);
    if (ferror(output.file))
        output.error = errno == 0 ? EIO : errno;
    if (tool_output_finish(r->t, &output))
        repl_tell(r, REPL_M_SAVED, operands);
}

/* ---- loading ------------------------------------------------------------------------------------------------- */

static void load_claims(repl *r, const char *text)
{
    char *name;
    const size_t number = strtoul(text, &name, 10);
    name += *name == ' ';
    size_t length;
    char *read = tool_read_file(r->t, name, (size_t)1 << 30, &length), *copy = repl_copy(name);
    if (read == NULL || copy == NULL) {
        free(read);
        free(copy);
        return;
    }
    free(r->claims);
    free(r->claims_text);
    r->claims = copy;
    r->claims_text = read;
    r->claims_length = length;
    r->claim_number = number;
}

static void load_stop(repl *r, char *what, bool is_watch, bool rests)
{
    const size_t before = r->stop_count;
    if (is_watch)
        repl_do_watch(r, what);
    else
        repl_do_break(r, what);
    if (r->stop_count > before)
        r->stops[before].disabled = rests;
}

static void load_line(repl *r, char *line, size_t *position, repl_lines *history)
{
    char *rest;
    const char *word = repl_cut_word(line, &rest);
    if (strcmp(word, "policy") == 0) {
        repl_load_policy(r, rest);
    } else if (strcmp(word, "history") == 0) {
        (void)repl_add_line(history, rest);
    } else if (r->stepper == NULL) {
        return;
    } else if (strcmp(word, "hash") == 0) {
        if (strtoull(rest, NULL, 16) != r->hash)
            repl_tell(r, REPL_M_CHANGED_SINCE, r->policy);
    } else if (strcmp(word, "claims") == 0) {
        load_claims(r, rest);
    } else if (strcmp(word, "claim") == 0) {
        repl_take_claim(r, rest, strlen(rest));
    } else if (strcmp(word, "position") == 0) {
        *position = strtoul(rest, NULL, 10);
    } else if (strcmp(word, "break") == 0 || strcmp(word, "resting-break") == 0) {
        load_stop(r, rest, false, word[0] == 'r');
    } else if (strcmp(word, "watch") == 0 || strcmp(word, "resting-watch") == 0) {
        load_stop(r, rest, true, word[0] == 'r');
    }
}

void repl_load_session(repl *r, const char *name, char *text)
{
    size_t position = 0;
    repl_lines history = { 0 };
    (void)name;
    repl_free_stops(r);
    r->next_stop = 1;
    for (char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\n");
        const bool ends = at[size] == '\0';
        at[size] = '\0';
        if (at[0] != '#' && at[0] != '\0')
            load_line(r, at, &position, &history);
        at += size + !ends;
    }
    repl_free_lines(&r->history);
    r->history = history;
    if (r->stepper != NULL && r->has_claim)
        repl_go(r, position <= pol_stepper_count(r->stepper) ? position : 0);
}

/* ---- examples, transcripts ----------------------------------------------------------------------------------- */

void repl_do_export(repl *r, char *operands)
{
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    const char *title = operands[0] != '\0' ? operands : r->t->lang == POL_ZH ? "待命名" : "to be named";
    if (pol_stepper_example(r->stepper, title, repl_writer(r)) == POL_BAD_ARGUMENT)
        repl_report(r, POL_FINDINGS);
}

static void close_transcript(repl *r)
{
    if (r->transcript == NULL)
        return;
    FILE *file = r->transcript;
    r->transcript = NULL;
    const bool good = !ferror(file) && fclose(file) == 0;
    if (good)
        repl_tell(r, REPL_M_STOPPED_WRITING, r->transcript_name);
    else
        tool_error(r->t, TOOL_M_CANNOT_WRITE, r->transcript_name, tool_errno_text(r->t, errno));
    free(r->transcript_name);
    r->transcript_name = NULL;
}

void repl_do_transcript(repl *r, char *operands)
{
    if (operands[0] == '\0') {
        repl_usage(r, "transcript");
        return;
    }
    close_transcript(r);
    if (strcmp(operands, "off") == 0 || strcmp(operands, "停") == 0)
        return;
    char *name = repl_copy(operands);
    FILE *file = name == NULL ? NULL : fopen(name, "w");
    if (file == NULL) {
        tool_error(r->t, TOOL_M_CANNOT_WRITE, operands, tool_errno_text(r->t, errno));
        free(name);
        return;
    }
    repl_tell(r, REPL_M_WRITING, operands);
    r->transcript = file;
    r->transcript_name = name;
}
