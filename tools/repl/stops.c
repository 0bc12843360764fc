/* Breakpoints and watches. Both are conditions on a position, so they work in both directions. */
#include "tools/repl/repl.h"

static bool drop(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

bool repl_ask(repl *r, const char *expression, size_t position, bool quiet, pol_answer *answer, pol_question **question)
{
    const pol_writer errors = quiet ? (pol_writer){ drop, NULL } : repl_writer(r);
    *answer = (pol_answer){ .text = "" };
    *question = NULL;
    if (pol_question_new(r->stepper, expression, position, errors, question) != POL_OK)
        return false;
    const pol_status status = pol_question_ask(*question, r->stepper, position, answer);
    if (status == POL_OK && answer->known)
        return true;
    if (!quiet)
        repl_tell(r, status == POL_OK ? REPL_M_UNKNOWN_YET : REPL_M_NO_ANSWER, answer->text);
    pol_question_free(*question);
    *question = NULL;
    return false;
}

/* ---- does it stop here? ---------------------------------------------------------------------------------- */

/* Is `clause` among the clauses that the step cites? */
static bool cites(const pol_step *step, const char *clause)
{
    const size_t length = strlen(clause);
    for (const char *at = strstr(step->clause, clause); at != NULL; at = strstr(at + 1, clause)) {
        const char *end = at + length;
        const bool starts = at == step->clause || at[-1] == ' ' || (at - step->clause >= 3 && strncmp(at - 3, "；", 3) == 0);
        if (starts && (*end == '\0' || *end == ' ' || *end == ';' || strncmp(end, "“", 3) == 0 || strncmp(end, "；", 3) == 0))
            return true;
    }
    return false;
}

/* "12" or "file.pol:12". */
static bool is_line(const char *what, const char **file, size_t *file_length, unsigned *line)
{
    const char *colon = strrchr(what, ':'), *digits = colon == NULL ? what : colon + 1;
    char *end;
    *file = what;
    *file_length = colon == NULL ? 0 : (size_t)(colon - what);
    *line = (unsigned)strtoul(digits, &end, 10);
    return end != digits && *end == '\0';
}

/* Does the script's name end in what was written of it? */
static bool is_file(const char *script, const char *file, size_t length)
{
    const size_t all = strlen(script);
    return length == 0 || (length <= all && strncmp(script + all - length, file, length) == 0);
}

static bool is_at(const repl *r, const repl_stop *stop, const pol_step *step)
{
    const char *file;
    size_t length;
    unsigned line;
    if (step == NULL)
        return false;
    if (is_line(stop->what, &file, &length, &line))
        return step->line == line && is_file(step->script, file, length) && (length > 0 || step->source == 0);
    return repl_step_is(r, step, stop->what) || cites(step, stop->what);
}

static bool names_figure(const repl *r, const char *what)
{
    return repl_find_position(r, what, 1, pol_stepper_count(r->stepper)) > 0;
}

/* The first figure of several that belong to the place. */
static bool breaks_at(const repl *r, const repl_stop *stop, size_t position)
{
    const pol_step *step = pol_stepper_at(r->stepper, position);
    if (!is_at(r, stop, step))
        return false;
    if (repl_step_is(r, step, stop->what))
        return true;
    for (size_t i = position - 1; i > 0; i--) { /* of each statement once */
        const pol_step *before = pol_stepper_at(r->stepper, i);
        if (before->statement != step->statement)
            break;
        if (is_at(r, stop, before))
            return false;
    }
    return true;
}

/* An expression that is no figure's name: does it get its value, or another one, here? */
static bool changes_at(repl *r, const repl_stop *stop, size_t position)
{
    pol_answer now, before;
    pol_question *question = NULL, *earlier = NULL;
    if (!repl_ask(r, stop->what, position, true, &now, &question))
        return false;
    const bool had = repl_ask(r, stop->what, position - 1, true, &before, &earlier);
    const bool changes = !had || strcmp(now.text, before.text) != 0;
    pol_question_free(question);
    pol_question_free(earlier);
    return changes;
}

static bool condition_holds(repl *r, const repl_stop *stop, size_t position)
{
    pol_answer answer;
    pol_question *question;
    if (stop->condition == NULL)
        return true;
    const bool asked = repl_ask(r, stop->condition, position, true, &answer, &question);
    const bool holds = asked && answer.is_yes;
    pol_question_free(question);
    return holds;
}

static bool stops(repl *r, const repl_stop *stop, size_t position)
{
    if (stop->disabled)
        return false;
    const bool here = stop->is_watch && !names_figure(r, stop->what) ? changes_at(r, stop, position)
                                                                     : breaks_at(r, stop, position);
    return here && condition_holds(r, stop, position);
}

static void say_watched(repl *r, const repl_stop *stop, size_t position)
{
    const pol_step *step = pol_stepper_at(r->stepper, position);
    pol_answer answer = { .text = step->value };
    pol_question *question = NULL;
    if (!repl_step_is(r, step, stop->what))
        (void)repl_ask(r, stop->what, position, true, &answer, &question);
    repl_tell(r, REPL_M_WATCHED, repl_number((size_t)stop->number).text, stop->what, answer.text);
    pol_question_free(question);
}

bool repl_stops_at(repl *r, size_t position, bool say)
{
    bool any = false;
    for (size_t i = 0; i < r->stop_count; i++) {
        const repl_stop *stop = &r->stops[i];
        if (!stops(r, stop, position))
            continue;
        any = true;
        if (say && stop->is_watch)
            say_watched(r, stop, position);
        else if (say)
            repl_tell(r, REPL_M_STOPPED, repl_number((size_t)stop->number).text, stop->what);
    }
    return any;
}

/* ---- keeping them ----------------------------------------------------------------------------------------- */

static void free_stop(repl_stop *stop)
{
    free(stop->what);
    free(stop->condition);
}

void repl_free_stops(repl *r)
{
    for (size_t i = 0; i < r->stop_count; i++)
        free_stop(&r->stops[i]);
    free(r->stops);
    r->stops = NULL;
    r->stop_count = r->stop_capacity = 0;
}

static bool add_stop(repl *r, repl_stop stop)
{
    if (r->stop_count == r->stop_capacity) {
        const size_t capacity = r->stop_capacity == 0 ? 8 : r->stop_capacity * 2;
        repl_stop *grown = realloc(r->stops, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        r->stops = grown;
        r->stop_capacity = capacity;
    }
    r->stops[r->stop_count++] = stop;
    return true;
}

/* Does this claim come by there at all? */
static bool is_passed(repl *r, const repl_stop *stop)
{
    if (!r->has_claim || (stop->is_watch && !names_figure(r, stop->what)))
        return true;
    for (size_t i = 1; i <= pol_stepper_count(r->stepper); i++) {
        if (is_at(r, stop, pol_stepper_at(r->stepper, i)))
            return true;
    }
    return false;
}

/* A watch or condition that no expression can be is refused at once. */
static bool is_sensible(repl *r, const char *expression)
{
    pol_question *question;
    if (expression == NULL || pol_stepper_matter(r->stepper) == NULL)
        return true;
    const bool good = pol_question_new(r->stepper, expression, r->position, repl_writer(r), &question) == POL_OK;
    pol_question_free(question);
    return good;
}

static void make_stop(repl *r, char *operands, bool is_watch)
{
    char *condition = repl_cut_condition(operands);
    char *what = repl_trim(operands);
    if (!is_sensible(r, condition) ||
        (is_watch && r->has_claim && !names_figure(r, what) && !is_sensible(r, what)))
        return;
    repl_stop stop = { .number = r->next_stop, .is_watch = is_watch, .what = repl_copy(what),
                       .condition = condition == NULL ? NULL : repl_copy(condition) };
    if (stop.what == NULL || !add_stop(r, stop)) {
        free_stop(&stop);
        return;
    }
    r->next_stop++;
    const repl_message said = is_passed(r, &stop) ? REPL_M_ADDED : REPL_M_NOT_HERE;
    repl_tell(r, said, repl_number((size_t)stop.number).text, stop.what);
}

void repl_do_break(repl *r, char *operands)
{
    if (!repl_needs_policy(r))
        return;
    if (operands[0] == '\0')
        repl_do_stops(r, operands);
    else
        make_stop(r, operands, false);
}

void repl_do_watch(repl *r, char *operands)
{
    if (!repl_needs_policy(r))
        return;
    if (operands[0] == '\0')
        repl_usage(r, "watch");
    else
        make_stop(r, operands, true);
}

void repl_do_stops(repl *r, char *operands)
{
    (void)operands;
    if (r->stop_count == 0)
        repl_tell(r, REPL_M_NO_STOPS);
    for (size_t i = 0; i < r->stop_count; i++) {
        const repl_stop *stop = &r->stops[i];
        repl_pad_left(r, repl_number((size_t)stop->number).text, 3);
        repl_put(r, "  ");
        for (int k = 0; k < repl_command_count; k++) {
            if (repl_commands[k].run == (stop->is_watch ? repl_do_watch : repl_do_break))
                repl_put(r, tool_say(r->t, repl_commands[k].name));
        }
        repl_put(r, " ");
        repl_put(r, stop->what);
        repl_put(r, stop->condition == NULL ? "" : " if ");
        repl_put(r, stop->condition == NULL ? "" : stop->condition);
        repl_put(r, stop->disabled ? "  " : "");
        repl_put(r, stop->disabled ? repl_word(r, REPL_M_RESTING) : "");
        repl_put(r, "\n");
    }
}

static repl_stop *find_stop(repl *r, const char *operands)
{
    const int number = (int)strtol(operands, NULL, 10);
    for (size_t i = 0; i < r->stop_count; i++) {
        if (r->stops[i].number == number)
            return &r->stops[i];
    }
    repl_tell(r, REPL_M_NO_STOP, operands);
    return NULL;
}

void repl_do_delete(repl *r, char *operands)
{
    if (strcmp(operands, "all") == 0 || strcmp(operands, "全部") == 0) {
        repl_free_stops(r);
        repl_tell(r, REPL_M_NO_STOPS);
        return;
    }
    repl_stop *stop = find_stop(r, operands);
    if (stop == NULL)
        return;
    repl_tell(r, REPL_M_DELETED, stop->what);
    free_stop(stop);
    memmove(stop, stop + 1, (size_t)(r->stops + r->stop_count - stop - 1) * sizeof *stop);
    r->stop_count--;
}

static void set_resting(repl *r, const char *operands, bool rests)
{
    repl_stop *stop = find_stop(r, operands);
    if (stop == NULL)
        return;
    stop->disabled = rests;
    repl_do_stops(r, NULL);
}

void repl_do_disable(repl *r, char *operands)
{
    set_resting(r, operands, true);
}

void repl_do_enable(repl *r, char *operands)
{
    set_resting(r, operands, false);
}
