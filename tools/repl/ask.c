/* What stands behind a figure, and what another claim would come to. */
#include "tools/repl/repl.h"

void repl_do_why(repl *r, char *operands)
{
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    const pol_step *step = pol_stepper_at(r->stepper, r->position);
    if (operands[0] == '\0' && step == NULL) {
        repl_usage(r, "why");
        return;
    }
    const char *name = operands[0] != '\0' ? operands : pol_stepper_at(r->stepper, step->statement)->name;
    if (pol_stepper_why(r->stepper, name, repl_writer(r)) == POL_BAD_ARGUMENT)
        repl_refuse_name(r, name);
}

/* ---- whatif ------------------------------------------------------------------------------------------------ */

/* The next item of "A = 1, B = 2": cut at a comma outside brackets, whichever width it has. */
static char *next_change(char **at)
{
    static const char *const k_commas[] = { ",", "，", "、", ";", "；" };
    char *start = *at;
    int depth = 0;
    for (char *p = start; *p != '\0'; p++) {
        depth += *p == '(' || *p == '{' || *p == '[' || strncmp(p, "（", 3) == 0;
        depth -= *p == ')' || *p == '}' || *p == ']' || strncmp(p, "）", 3) == 0;
        for (int i = 0; depth <= 0 && i < TOOL_COUNT(k_commas); i++) {
            const size_t size = strlen(k_commas[i]);
            if (strncmp(p, k_commas[i], size) != 0 || strpbrk(p, "=") == NULL)
                continue;
            *p = '\0';
            *at = p + size;
            return start;
        }
    }
    *at = start + strlen(start);
    return start;
}

static bool change(repl *r, pol_stepper *other, char *item)
{
    char *name, *value;
    if (!repl_split_equals(item, &name, &value)) {
        repl_usage(r, "whatif");
        return false;
    }
    const pol_claim_field *field = repl_find_field(r, name);
    if (field == NULL || field->role == POL_IS_FIXED_PARAMETER) {
        repl_refuse_field(r, name);
        return false;
    }
    return pol_stepper_set(other, name, value, r->position, repl_writer(r)) != POL_BAD_ARGUMENT;
}

static const pol_step *same_figure(pol_stepper *other, const pol_step *step)
{
    for (size_t i = 1; i <= pol_stepper_count(other); i++) {
        const pol_step *one = pol_stepper_at(other, i);
        if (one->depth == 0 && strcmp(one->kind, step->kind) == 0 && strcmp(one->name, step->name) == 0)
            return one;
    }
    return NULL;
}

/* Amounts as written, in fen. */
static bool fen_of(const char *text, long long *fen)
{
    const pol_claim_field amount = { .takes = POL_TAKES_AMOUNT };
    return repl_read_units(&amount, text, fen);
}

static void put_difference(repl *r, const char *name, const char *before, const char *after, int width)
{
    long long now, then;
    repl_put(r, "  ");
    repl_pad(r, name, width);
    repl_pad_left(r, before, 16);
    repl_pad_left(r, after, 16);
    if (fen_of(before, &now) && fen_of(after, &then)) {
        char text[48];
        const long long change = then - now, size = change < 0 ? -change : change;
        snprintf(text, sizeof text, "%c%lld.%02lld", change < 0 ? '-' : '+', size / 100, size % 100);
        repl_pad_left(r, text, 16);
    }
    repl_put(r, "\n");
}

/* Figures of `a` that are not the same in `b`; those of `a` alone, too. With `reverse` only these are told. */
static int compare(repl *r, pol_stepper *a, pol_stepper *b, bool reverse, int width, bool write)
{
    int count = 0;
    for (size_t i = 1; i <= pol_stepper_count(a); i++) {
        const pol_step *step = pol_stepper_at(a, i);
        const pol_step *other = step->depth > 0 ? step : same_figure(b, step);
        if (step->depth > 0 || (other != NULL && (reverse || strcmp(step->value, other->value) == 0)))
            continue;
        count++;
        if (write)
            put_difference(r, step->name, reverse ? "—" : step->value, reverse ? step->value : other == NULL ? "—" : other->value, width);
    }
    return count;
}

static int widest(pol_stepper *stepper, int width)
{
    for (size_t i = 1; i <= pol_stepper_count(stepper); i++) {
        const pol_step *step = pol_stepper_at(stepper, i);
        if (step->depth == 0 && tool_text_width(step->name) + 2 > width)
            width = tool_text_width(step->name) + 2;
    }
    return width;
}

void repl_do_whatif(repl *r, char *operands)
{
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    if (operands[0] == '\0') {
        repl_usage(r, "whatif");
        return;
    }
    pol_stepper *other = repl_fork(r);
    bool good = other != NULL;
    for (char *at = operands; good && *at != '\0';)
        good = change(r, other, repl_trim(next_change(&at)));
    if (good && !pol_stepper_settled(other)) {
        repl_put(r, repl_word(r, REPL_M_AFTER));
        repl_put(r, r->t->lang == POL_ZH ? "：" : ": ");
        repl_put_rejection(r, other);
    } else if (good) {
        const int width = widest(other, widest(r->stepper, 12));
        if (compare(r, r->stepper, other, false, 0, false) + compare(r, other, r->stepper, true, 0, false) == 0) {
            repl_tell(r, REPL_M_SAME);
        } else {
            repl_put(r, "  ");
            repl_pad(r, "", width);
            repl_pad_left(r, repl_word(r, REPL_M_BEFORE), 16);
            repl_pad_left(r, repl_word(r, REPL_M_AFTER), 16);
            repl_pad_left(r, repl_word(r, REPL_M_DIFFERENCE), 16);
            repl_put(r, "\n");
            (void)compare(r, r->stepper, other, false, width, true);
            (void)compare(r, other, r->stepper, true, width, true);
        }
    }
    pol_stepper_free(other);
}
