/* Moving among the figures of the claim. Nothing is computed by moving: a position is looked at. */
#include "tools/repl/repl.h"

/* The language's own words for figures, whichever of both languages they are shown in. */
static const char *kind_of(const char *word)
{
    static const char *const k_kinds[][2] = {
        { "总费用", "total" }, { "个人负担", "person" }, { "医院承担", "hospital" }, { "余额", "remaining" },
        { "条件", "condition" }, { "基数", "base" }, { "起付", "deductible" }, { "分段", "tiers" },
        { "比例", "ratio" }, { "金额", "amount" }, { "取整", "round" }, { "封顶", "cap" },
    };
    for (int i = 0; i < TOOL_COUNT(k_kinds); i++) {
        if (strcmp(k_kinds[i][0], word) == 0 || strcmp(k_kinds[i][1], word) == 0)
            return k_kinds[i][0];
    }
    return NULL;
}

static bool is_called(const pol_step *step, const char *word)
{
    const char *kind = kind_of(word);
    return strcmp(step->name, word) == 0 || (kind != NULL && strcmp(step->kind, kind) == 0);
}

bool repl_step_is(const repl *r, const pol_step *step, const char *name)
{
    const char *point = strchr(name, '.');
    if (is_called(step, name))
        return true;
    if (point == NULL || !is_called(step, point + 1))
        return false;
    const pol_step *statement = pol_stepper_at(r->stepper, step->statement);
    return statement != NULL && strlen(statement->name) == (size_t)(point - name) &&
           strncmp(statement->name, name, (size_t)(point - name)) == 0;
}

size_t repl_find_position(const repl *r, const char *name, size_t from, size_t to)
{
    const size_t count = pol_stepper_count(r->stepper);
    if (from <= to) {
        for (size_t i = from == 0 ? 1 : from; i <= to && i <= count; i++) {
            if (repl_step_is(r, pol_stepper_at(r->stepper, i), name))
                return i;
        }
    } else {
        for (size_t i = from; i >= to && i > 0; i--) {
            if (repl_step_is(r, pol_stepper_at(r->stepper, i), name))
                return i;
        }
    }
    return 0;
}

void repl_put_path(repl *r, const pol_step *step)
{
    const pol_step *statement = pol_stepper_at(r->stepper, step->statement);
    if (step->depth > 0 && statement != NULL) {
        repl_put(r, statement->name);
        repl_put(r, " › ");
    }
    repl_color(r, "1");
    repl_put(r, step->name);
    repl_color(r, "0");
}

static void put_detail(repl *r, const char *mark, const char *text)
{
    if (text[0] == '\0')
        return;
    repl_put(r, "    ");
    repl_put(r, mark);
    repl_put(r, text);
    repl_put(r, "\n");
}

void repl_show(repl *r)
{
    const pol_step *step = pol_stepper_at(r->stepper, r->position);
    if (step == NULL) {
        repl_tell(r, REPL_M_AT_START);
        return;
    }
    repl_put_path(r, step);
    repl_put(r, "  ");
    repl_color(r, "32");
    repl_put(r, step->value);
    repl_color(r, "0");
    if (step->note[0] != '\0') {
        repl_put(r, "  ");
        repl_put(r, step->note);
    }
    repl_put(r, "\n");
    put_detail(r, "= ", step->formula);
    put_detail(r, "= ", step->numbers);
    char mark[64];
    snprintf(mark, sizeof mark, "%s ", repl_word(r, REPL_M_BASIS));
    put_detail(r, mark, step->clause);
    if (step->line > 0) {
        char line[32];
        snprintf(line, sizeof line, ":%u\n", step->line);
        repl_put(r, "    ");
        const char *slash = strrchr(step->script, '/');
        repl_put(r, slash == NULL ? step->script : slash + 1);
        repl_put(r, line);
    }
}

void repl_go(repl *r, size_t position)
{
    r->position = position;
    repl_show(r);
}

static bool is_count(const char *text, size_t *count)
{
    char *end;
    *count = strtoul(text, &end, 10);
    return end != text && *end == '\0';
}

void repl_do_step(repl *r, char *operands)
{
    size_t count = 1;
    if (!repl_needs_claim(r))
        return;
    if (operands[0] != '\0' && !is_count(operands, &count)) {
        repl_usage(r, "step");
        return;
    }
    const size_t last = pol_stepper_count(r->stepper);
    if (r->position >= last) {
        repl_tell(r, REPL_M_AT_END);
        return;
    }
    repl_go(r, count < last - r->position ? r->position + count : last);
}

/* The position at which the statement being settled ends; at its end already, the next one's. */
static size_t next_end(const repl *r, size_t position)
{
    const pol_step *next = pol_stepper_at(r->stepper, position + 1);
    return next == NULL ? position : next->statement;
}

void repl_do_next(repl *r, char *operands)
{
    size_t count = 1, position = r->position;
    if (!repl_needs_claim(r))
        return;
    if (operands[0] != '\0' && !is_count(operands, &count)) {
        repl_usage(r, "next");
        return;
    }
    for (; count > 0 && next_end(r, position) != position; count--)
        position = next_end(r, position);
    if (position == r->position)
        repl_tell(r, REPL_M_AT_END);
    else
        repl_go(r, position);
}

static void go_to_name(repl *r, const char *name, size_t position)
{
    if (position > 0)
        repl_go(r, position);
    else
        repl_refuse_name(r, name);
}

void repl_do_back(repl *r, char *operands)
{
    size_t count = 1;
    if (!repl_needs_claim(r))
        return;
    const size_t to = strncmp(operands, "to ", 3) == 0 ? 3 : strncmp(operands, "到", 3) == 0 ? 3 : 0;
    if (to > 0) {
        char *name = repl_trim(operands + to);
        go_to_name(r, name, r->position < 2 ? 0 : repl_find_position(r, name, r->position - 1, 0));
        return;
    }
    if (operands[0] != '\0' && !is_count(operands, &count)) {
        repl_usage(r, "back");
        return;
    }
    if (r->position == 0)
        repl_tell(r, REPL_M_IS_START);
    else
        repl_go(r, count < r->position ? r->position - count : 0);
}

void repl_do_goto(repl *r, char *operands)
{
    size_t number;
    if (!repl_needs_claim(r))
        return;
    const size_t last = pol_stepper_count(r->stepper);
    if (operands[0] == '\0') {
        repl_usage(r, "goto");
    } else if (is_count(operands, &number)) {
        repl_go(r, number < last ? number : last);
    } else { /* the next of that name, or, beyond the last one, the first */
        const size_t after = r->position < last ? repl_find_position(r, operands, r->position + 1, last) : 0;
        go_to_name(r, operands, after > 0 ? after : repl_find_position(r, operands, 1, last));
    }
}

static void run_on(repl *r)
{
    const size_t last = pol_stepper_count(r->stepper);
    while (r->position < last && !repl_interrupted()) {
        r->position++;
        if (repl_stops_at(r, r->position, true)) {
            repl_show(r);
            return;
        }
    }
    repl_show(r);
    repl_tell(r, repl_interrupted() ? REPL_M_INTERRUPTED : REPL_M_AT_END);
}

void repl_do_continue(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r))
        return;
    if (r->position >= pol_stepper_count(r->stepper))
        repl_tell(r, REPL_M_AT_END);
    else
        run_on(r);
}

void repl_do_run(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r))
        return;
    r->position = 0;
    run_on(r);
}

void repl_do_rewind(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r))
        return;
    while (r->position > 0 && !repl_interrupted()) {
        r->position--;
        if (r->position > 0 && repl_stops_at(r, r->position, true))
            break;
    }
    repl_show(r);
}

void repl_do_finish(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r))
        return;
    const pol_step *step = pol_stepper_at(r->stepper, r->position);
    if (step != NULL && step->statement == r->position)
        repl_tell(r, REPL_M_STATEMENT_DONE);
    else
        repl_go(r, next_end(r, r->position));
}

void repl_do_restart(repl *r, char *operands)
{
    (void)operands;
    if (repl_needs_claim(r))
        repl_go(r, 0);
}
