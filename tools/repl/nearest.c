/* Which change of one field would bring a figure to a value: for numbers by halving, for labels by trying. */
#include "tools/repl/repl.h"

typedef struct search {
    repl *r;
    pol_stepper *stepper;
    pol_question *question, *target; /* the figure; "figure = value" */
    pol_question *difference;        /* figure - value; NULL when it is no number */
    const char *claim;
    int found;
} search;

/* Is the value reached with the claim as it is now in the trial? */
static bool reached(search *s)
{
    pol_answer answer;
    return pol_stepper_settled(s->stepper) && pol_question_ask(s->target, s->stepper, SIZE_MAX, &answer) == POL_OK &&
           answer.is_yes;
}

static bool try_json(search *s, const pol_claim_field *field, const char *json)
{
    (void)pol_stepper_put(s->stepper, field->name, json);
    return reached(s);
}

/* figure - value for a value of the field; false: rejected. */
static bool gap_at(search *s, const pol_claim_field *field, long long x, long long *gap)
{
    char json[40];
    pol_answer answer;
    repl_write_units(field, x, true, json);
    (void)pol_stepper_put(s->stepper, field->name, json);
    if (!pol_stepper_settled(s->stepper) ||
        pol_question_ask(s->difference, s->stepper, SIZE_MAX, &answer) != POL_OK || !answer.is_number)
        return false;
    *gap = answer.millionths;
    return true;
}

static void put_found(search *s, const pol_claim_field *field, const char *now, const char *then, const char *figure)
{
    s->found++;
    repl_put(s->r, "  ");
    repl_pad(s->r, field->name, 24);
    repl_pad_left(s->r, now, 16);
    repl_put(s->r, " → ");
    repl_put(s->r, then);
    if (figure[0] != '\0') {
        repl_put(s->r, "  (");
        repl_put(s->r, figure);
        repl_put(s->r, ")");
    }
    repl_put(s->r, "\n");
}

static const char *figure_now(search *s)
{
    static const pol_answer k_nothing = { .text = "" };
    pol_answer answer = k_nothing;
    return pol_question_ask(s->question, s->stepper, SIZE_MAX, &answer) == POL_OK ? answer.text : "";
}

/* ---- numbers -------------------------------------------------------------------------------------------------- */

static bool changes_sign(long long a, long long b)
{
    return (a <= 0 && b >= 0) || (a >= 0 && b <= 0);
}

/* Between a and b, where the gap has other signs, to the value nearest to `a` on the far side. */
static long long halve(search *s, const pol_claim_field *field, long long a, long long gap_a, long long b)
{
    while (b - a > 1 || a - b > 1) {
        const long long middle = a + (b - a) / 2;
        long long gap;
        if (repl_interrupted() || !gap_at(s, field, middle, &gap))
            return b;
        if (changes_sign(gap_a, gap)) {
            b = middle;
        } else {
            a = middle;
            gap_a = gap;
        }
    }
    return b;
}

/* Goes from `now` in steps that double, until the gap changes its sign. */
static bool look_along(search *s, const pol_claim_field *field, long long now, long long gap_now, long long direction,
                       long long *x)
{
    const long long most = field->takes == POL_TAKES_RATIO ? 1000000
                           : field->takes == POL_TAKES_DATE ? now + 366 * 20
                                                            : 100000000000LL;
    long long at = now, gap = gap_now;
    for (long long step = 1; !repl_interrupted(); step *= 2) {
        long long next = now + direction * step, gap_next;
        next = next < 0 ? 0 : next > most ? most : next;
        if (next == at)
            return false;
        if (!gap_at(s, field, next, &gap_next))
            return false;
        if (changes_sign(gap, gap_next)) {
            *x = halve(s, field, at, gap, next);
            return true;
        }
        at = next;
        gap = gap_next;
    }
    return false;
}

static void search_number(search *s, const pol_claim_field *field)
{
    long long now, gap, x[2];
    char json[40], shown[40];
    if (s->difference == NULL || !repl_counts(field) || field->value[0] == '\0' ||
        !repl_read_units(field, field->value, &now) || !gap_at(s, field, now, &gap))
        return;
    const bool up = look_along(s, field, now, gap, 1, &x[0]);
    const bool down = look_along(s, field, now, gap, -1, &x[1]);
    for (int i = 0; i < 2; i++) {
        if (i == 0 ? !up : !down)
            continue;
        repl_write_units(field, x[i], true, json);
        const bool exact = try_json(s, field, json);
        repl_write_units(field, x[i], false, shown);
        put_found(s, field, field->value, shown, exact ? "" : figure_now(s));
    }
}

/* ---- everything else ------------------------------------------------------------------------------------------- */

static void search_choices(search *s, const pol_claim_field *field)
{
    if (field->takes == POL_TAKES_YESNO) {
        static const char *const k_json[] = { "true", "false" };
        const char *const words[] = { s->r->t->lang == POL_ZH ? "是" : "yes", s->r->t->lang == POL_ZH ? "否" : "no" };
        for (int i = 0; i < 2; i++) {
            if (strcmp(field->value, words[i]) != 0 && try_json(s, field, k_json[i]))
                put_found(s, field, field->value, words[i], "");
        }
    }
    for (size_t i = 0; field->takes == POL_TAKES_LABEL && i < field->label_count && !repl_interrupted(); i++) {
        char json[512];
        snprintf(json, sizeof json, "\"%s\"", field->labels[i]);
        if (strcmp(field->value, field->labels[i]) != 0 && strpbrk(field->labels[i], "\"\\") == NULL && try_json(s, field, json))
            put_found(s, field, field->value, field->labels[i], "");
    }
}

static void search_fields(search *s)
{
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(s->r->stepper, i)) != NULL && !repl_interrupted(); i++) {
        if (field->role == POL_IS_FIXED_PARAMETER)
            continue;
        (void)pol_stepper_claim(s->stepper, s->claim, strlen(s->claim));
        search_choices(s, field);
        (void)pol_stepper_claim(s->stepper, s->claim, strlen(s->claim));
        search_number(s, field);
    }
    if (repl_interrupted())
        repl_tell(s->r, REPL_M_INTERRUPTED);
    else if (s->found == 0)
        repl_tell(s->r, REPL_M_NOT_REACHED);
}

static bool drop(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

static bool prepare(search *s, const char *name, const char *value)
{
    const size_t size = strlen(name) + strlen(value) + 16;
    char *text = malloc(size);
    if (text == NULL || (s->stepper = repl_fork(s->r)) == NULL) {
        free(text);
        return false;
    }
    snprintf(text, size, "(%s) = (%s)", name, value);
    bool good = pol_question_new(s->stepper, name, SIZE_MAX, repl_writer(s->r), &s->question) == POL_OK;
    if (good && pol_question_new(s->stepper, text, SIZE_MAX, (pol_writer){ drop, NULL }, &s->target) != POL_OK) {
        snprintf(text, size, "%s = %s", name, value); /* a label stands bare */
        good = pol_question_new(s->stepper, text, SIZE_MAX, repl_writer(s->r), &s->target) == POL_OK;
    }
    snprintf(text, size, "(%s) - (%s)", name, value);
    if (good)
        (void)pol_question_new(s->stepper, text, SIZE_MAX, (pol_writer){ drop, NULL }, &s->difference);
    free(text);
    return good;
}

void repl_do_nearest(repl *r, char *operands)
{
    char *name, *value;
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    if (!repl_split_equals(operands, &name, &value)) {
        repl_usage(r, "nearest");
        return;
    }
    char *claim = repl_claim_text(r);
    search s = { .r = r, .claim = claim };
    if (claim != NULL && prepare(&s, name, value)) {
        if (reached(&s))
            repl_tell(r, REPL_M_IS_ALREADY);
        else
            search_fields(&s);
    }
    pol_question_free(s.question);
    pol_question_free(s.target);
    pol_question_free(s.difference);
    pol_stepper_free(s.stepper);
    free(claim);
}
