/* Claims: from a file, by number, by a condition, or asked field by field. */
#include "tools/repl/repl.h"

#include "tools/claim.h"

#define LARGEST_CLAIM_FILE ((size_t)1 << 30)

void repl_take_claim(repl *r, const char *json, size_t length)
{
    repl_report(r, pol_stepper_claim(r->stepper, json, length));
}

/* Claim number `number` (from 1) of the file, or how many there are. */
static bool find_number(const repl *r, size_t number, size_t *start, size_t *end, size_t *count)
{
    size_t at = 0;
    for (*count = 0; tool_next_claim(r->claims_text, r->claims_length, &at, start, end);) {
        if (++*count == number)
            return true;
    }
    return false;
}

static void take_number(repl *r, size_t number)
{
    size_t start, end, count;
    if (!find_number(r, number, &start, &end, &count)) { /* there is no number 0 */
        repl_tell(r, REPL_M_NO_CLAIM_NUMBER, r->claims, repl_number(count).text, repl_number(number).text);
        return;
    }
    r->claim_number = number;
    repl_tell(r, REPL_M_CLAIM_OF, repl_number(number).text, r->claims);
    repl_take_claim(r, r->claims_text + start, end - start);
}

void repl_take_file(repl *r, const char *name, size_t number)
{
    size_t length;
    char *text = tool_read_file(r->t, name, LARGEST_CLAIM_FILE, &length), *copy = repl_copy(name);
    if (text == NULL || copy == NULL) {
        free(text);
        free(copy);
        return;
    }
    free(r->claims);
    free(r->claims_text);
    r->claims = copy;
    r->claims_text = text;
    r->claims_length = length;
    r->claim_number = 0;
    take_number(r, number);
}

/* ---- asked field by field ------------------------------------------------------------------------------- */

/* The answer, owned; NULL: no more of this. An empty one leaves things as they are. */
static char *ask(repl *r, const char *prompt)
{
    char *line = repl_read_line(r, prompt);
    if (line == NULL)
        return NULL;
    char *text = repl_trim(line);
    if (strcmp(text, ".") == 0 || strcmp(text, "。") == 0) {
        free(line);
        return NULL;
    }
    memmove(line, text, strlen(text) + 1);
    return line;
}

static bool ask_matter(repl *r)
{
    if (pol_stepper_matter(r->stepper) != NULL)
        return true;
    const char *name;
    for (size_t i = 0; (name = pol_stepper_matters(r->stepper, i)) != NULL; i++) {
        repl_pad_left(r, repl_number(i + 1).text, 3);
        repl_put(r, "  ");
        repl_put(r, name);
        repl_put(r, "\n");
    }
    while (pol_stepper_matter(r->stepper) == NULL) {
        char prompt[64];
        snprintf(prompt, sizeof prompt, "%s = ", repl_word(r, REPL_M_ASK_MATTER));
        char *answer = ask(r, prompt);
        if (answer == NULL)
            return false;
        const unsigned long number = strtoul(answer, NULL, 10);
        name = number > 0 ? pol_stepper_matters(r->stepper, number - 1) : NULL;
        char json[512];
        snprintf(json, sizeof json, "\"%s\"", name != NULL ? name : answer);
        if (strpbrk(name != NULL ? name : answer, "\"\\") == NULL)
            (void)pol_stepper_put(r->stepper, "业务类型", json);
        free(answer);
    }
    return true;
}

/* False: the user wants to be asked no more. */
static bool ask_field(repl *r, size_t number)
{
    for (;;) {
        const pol_claim_field *field = pol_stepper_field(r->stepper, number);
        repl_put(r, "  ");
        repl_put_takes(r, field);
        const char *without = field->given || field->value[0] != '\0' ? field->value
                              : field->optional                       ? repl_word(r, REPL_M_LEAVE_OUT)
                                                                      : repl_word(r, REPL_M_MUST);
        repl_put(r, "  ");
        repl_tell(r, REPL_M_ASK_EMPTY, without);
        char prompt[512];
        snprintf(prompt, sizeof prompt, "%s = ", field->name);
        char *answer = ask(r, prompt);
        if (answer == NULL)
            return false;
        const bool skipped = answer[0] == '\0' && (field->optional || field->given);
        const bool done = skipped || (answer[0] != '\0' && pol_stepper_set(r->stepper, field->name, answer, 0, repl_writer(r)) != POL_BAD_ARGUMENT);
        free(answer);
        if (done)
            return true;
    }
}

static void ask_claim(repl *r)
{
    r->claim_number = 0;
    if (r->has_claim)
        (void)pol_stepper_claim(r->stepper, "{}", 2);
    const pol_claim_field *field;
    bool more = ask_matter(r);
    for (size_t i = 0; more && (field = pol_stepper_field(r->stepper, i)) != NULL; i++)
        more = field->role == POL_IS_FIXED_PARAMETER || field->role == POL_IS_ACCUMULATOR || ask_field(r, i);
    char *claim = repl_claim_text(r);
    if (claim != NULL)
        repl_take_claim(r, claim, strlen(claim));
    free(claim);
}

/* ---- commands --------------------------------------------------------------------------------------------- */

/* "3 of FILE", "3": a number, and the file's name or nothing. */
static bool is_number_of(char *operands, size_t *number, char **file)
{
    char *end;
    const unsigned long written = strtoul(operands, &end, 10);
    if (end == operands || (*end != '\0' && *end != ' '))
        return false;
    *number = written;
    end = repl_trim(end);
    *file = strncmp(end, "of ", 3) == 0 ? repl_trim(end + 3) : end;
    return true;
}

void repl_do_claim(repl *r, char *operands)
{
    size_t number = 1;
    char *file = operands;
    if (!repl_needs_policy(r))
        return;
    if (operands[0] == '\0') {
        ask_claim(r);
    } else if (operands[0] == '{') {
        r->claim_number = 0;
        repl_take_claim(r, operands, strlen(operands));
    } else if (is_number_of(operands, &number, &file) && file[0] == '\0') {
        if (r->claims == NULL)
            repl_tell(r, REPL_M_NO_FILE_OPEN);
        else
            take_number(r, number);
    } else {
        repl_take_file(r, file, number);
    }
}

static bool has_file(repl *r)
{
    if (!repl_needs_policy(r))
        return false;
    if (r->claims == NULL)
        repl_tell(r, REPL_M_NO_FILE_OPEN);
    return r->claims != NULL;
}

void repl_do_nextclaim(repl *r, char *operands)
{
    (void)operands;
    size_t start, end, count;
    if (!has_file(r))
        return;
    if (find_number(r, r->claim_number + 1, &start, &end, &count))
        take_number(r, r->claim_number + 1);
    else
        repl_tell(r, REPL_M_LAST_CLAIM);
}

void repl_do_prevclaim(repl *r, char *operands)
{
    (void)operands;
    if (!has_file(r))
        return;
    if (r->claim_number > 1)
        take_number(r, r->claim_number - 1);
    else
        repl_tell(r, REPL_M_FIRST_CLAIM);
}

static bool drop(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

/* A condition, compiled for each matter when its first claim comes. */
typedef struct searching {
    const char *condition;
    struct {
        char *matter;
        pol_question *question; /* NULL: not sensible there */
    } of[64];
    int count;
} searching;

static pol_question *question_for(searching *s, pol_stepper *stepper)
{
    const char *matter = pol_stepper_matter(stepper);
    for (int i = 0; matter != NULL && i < s->count; i++) {
        if (strcmp(s->of[i].matter, matter) == 0)
            return s->of[i].question;
    }
    if (matter == NULL || s->count == TOOL_COUNT(s->of))
        return NULL;
    s->of[s->count].matter = repl_copy(matter);
    (void)pol_question_new(stepper, s->condition, SIZE_MAX, (pol_writer){ drop, NULL }, &s->of[s->count].question);
    return s->of[s->count++].question;
}

static bool claim_holds(searching *s, pol_stepper *stepper, const char *json, size_t length)
{
    (void)pol_stepper_claim(stepper, json, length);
    pol_question *question = question_for(s, stepper);
    pol_answer answer;
    return question != NULL && pol_stepper_settled(stepper) &&
           pol_question_ask(question, stepper, SIZE_MAX, &answer) == POL_OK && answer.is_yes;
}

/* Says what is wrong with a condition that no matter could understand. */
static void explain_condition(repl *r, searching *s, pol_stepper *stepper)
{
    pol_question *question = NULL;
    for (int i = 0; i < s->count; i++) {
        if (s->of[i].question != NULL)
            return;
    }
    if (pol_stepper_matter(stepper) != NULL)
        (void)pol_question_new(stepper, s->condition, SIZE_MAX, repl_writer(r), &question);
    pol_question_free(question);
}

void repl_do_find(repl *r, char *operands)
{
    if (!has_file(r))
        return;
    if (operands[0] == '\0') {
        repl_usage(r, "find");
        return;
    }
    pol_stepper *stepper = repl_fork(r);
    if (stepper == NULL)
        return;
    searching s = { .condition = operands };
    size_t start, end, at = 0, number = 0, looked = 0;
    bool found = false;
    while (!found && !repl_interrupted() && tool_next_claim(r->claims_text, r->claims_length, &at, &start, &end)) {
        if (++number <= r->claim_number)
            continue;
        looked++;
        found = claim_holds(&s, stepper, r->claims_text + start, end - start);
    }
    if (found)
        take_number(r, number);
    else if (repl_interrupted())
        repl_tell(r, REPL_M_INTERRUPTED);
    else
        repl_tell(r, REPL_M_NOT_FOUND, r->claims, repl_number(looked).text);
    if (!found)
        explain_condition(r, &s, stepper);
    for (int i = 0; i < s.count; i++) {
        free(s.of[i].matter);
        pol_question_free(s.of[i].question);
    }
    pol_stepper_free(stepper);
}
