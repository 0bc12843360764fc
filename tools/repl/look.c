/* Looking: the script around the point, values, what is known, the way here, the instructions. */
#include "tools/repl/repl.h"

#define AROUND 4 /* lines shown before and after */

/* ---- list ------------------------------------------------------------------------------------------------- */

/* Line number `line` (from 1) of a text; false behind the last. */
static bool line_of(const char *text, size_t length, unsigned line, const char **start, size_t *size)
{
    const char *at = text, *end = text + length;
    for (; line > 1; line--) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (next == NULL)
            return false;
        at = next + 1;
    }
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    *start = at;
    *size = (size_t)((stop == NULL ? end : stop) - at);
    if (*size > 0 && at[*size - 1] == '\r')
        (*size)--;
    return at < end || line == 1;
}

static int width_of(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return 0;
    memcpy(copy, text, length);
    copy[length] = '\0';
    const int width = tool_text_width(copy);
    free(copy);
    return width;
}

/* Bytes [from, to) of a line that belong to the step; none: from == to. */
static void marked_part(const pol_step *step, unsigned line, size_t size, size_t *from, size_t *to)
{
    *from = *to = 0;
    if (step == NULL || line < step->line || line > step->end_line)
        return;
    *from = line == step->line ? step->column : 0;
    *to = line == step->end_line ? step->end_column : size;
    if (*to > size)
        *to = size;
    if (*from > *to)
        *from = *to;
}

static void put_line(repl *r, const pol_step *step, unsigned line, const char *text, size_t size)
{
    size_t from, to;
    char number[32];
    marked_part(step, line, size, &from, &to);
    while (from < to && text[from] == ' ')
        from++;
    snprintf(number, sizeof number, "%s%5u  ", step != NULL && line == step->line ? "→" : " ", line);
    repl_put(r, number);
    repl_putn(r, text, from);
    repl_color(r, "7");
    repl_putn(r, text + from, to - from);
    repl_color(r, "0");
    repl_putn(r, text + to, size - to);
    repl_put(r, "\n");
    if (r->t->color || from == to || step == NULL || step->line != step->end_line)
        return;
    repl_pad(r, "", 8 + width_of(text, from));
    for (int i = width_of(text + from, to - from); i > 0; i--)
        repl_put(r, "^");
    repl_put(r, "\n");
}

static void list_around(repl *r, size_t source, unsigned line, const pol_step *step)
{
    const char *name, *text, *start;
    size_t length, size;
    if (!pol_stepper_source(r->stepper, source, &name, &text, &length))
        return;
    if (!line_of(text, length, line, &start, &size)) {
        repl_tell(r, REPL_M_NO_LINE, name, repl_number(line).text);
        return;
    }
    repl_put(r, name);
    repl_put(r, "\n");
    for (unsigned at = line > AROUND ? line - AROUND : 1; at <= line + AROUND; at++) {
        if (line_of(text, length, at, &start, &size))
            put_line(r, step, at, start, size);
    }
}

void repl_do_list(repl *r, char *operands)
{
    if (!repl_needs_policy(r))
        return;
    char *end;
    const unsigned line = (unsigned)strtoul(operands, &end, 10);
    const pol_step *here = pol_stepper_at(r->stepper, r->position);
    if (operands[0] != '\0' && *end == '\0') {
        list_around(r, 0, line, here != NULL && here->source == 0 ? here : NULL);
        return;
    }
    if (operands[0] != '\0') {
        const size_t found = repl_find_position(r, operands, 1, pol_stepper_count(r->stepper));
        if (found == 0) {
            repl_refuse_name(r, operands);
            return;
        }
        here = pol_stepper_at(r->stepper, found);
    }
    if (here == NULL)
        list_around(r, 0, 1, NULL);
    else if (here->line == 0)
        repl_tell(r, REPL_M_ABSENT_PLACE);
    else
        list_around(r, here->source, here->line, here);
}

/* ---- print, where ------------------------------------------------------------------------------------------ */

void repl_do_print(repl *r, char *operands)
{
    pol_answer answer;
    pol_question *question;
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    if (operands[0] == '\0') {
        repl_usage(r, "print");
        return;
    }
    if (!repl_ask(r, operands, r->position, false, &answer, &question))
        return;
    repl_color(r, "32");
    repl_put(r, answer.text);
    repl_color(r, "0");
    repl_put(r, "\n");
    pol_question_free(question);
}

static void put_row(repl *r, repl_message name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    repl_pad(r, repl_word(r, name), 10);
    repl_put(r, "  ");
    repl_put(r, value);
    repl_put(r, "\n");
}

void repl_do_where(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r))
        return;
    char text[160];
    const pol_step *step = pol_stepper_at(r->stepper, r->position);
    const pol_step *statement = step == NULL ? NULL : pol_stepper_at(r->stepper, step->statement);
    snprintf(text, sizeof text, "%zu/%zu", r->position, pol_stepper_count(r->stepper));
    put_row(r, REPL_M_POSITION, text);
    put_row(r, REPL_M_MATTER, pol_stepper_matter(r->stepper));
    if (step == NULL) {
        repl_tell(r, REPL_M_AT_START);
        return;
    }
    put_row(r, REPL_M_STATEMENT, statement->name);
    if (step->depth > 0)
        put_row(r, REPL_M_PART, step->name);
    put_row(r, REPL_M_BASIS, step->clause);
    snprintf(text, sizeof text, "%s:%u", step->script, step->line);
    put_row(r, REPL_M_POLICY, step->line > 0 ? text : "");
}

/* ---- info -------------------------------------------------------------------------------------------------- */

static void put_heading(repl *r, repl_message message)
{
    repl_color(r, "1");
    repl_put(r, repl_word(r, message));
    repl_color(r, "0");
    repl_put(r, "\n");
}

/* Statements' own figures of the positions in (from, to], and with `kind` the parts of that kind. */
static void put_figures(repl *r, size_t from, size_t to, const char *kind, bool values)
{
    int width = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = from + 1; i <= to; i++) {
            const pol_step *step = pol_stepper_at(r->stepper, i);
            if (kind == NULL ? step->depth > 0 : strcmp(step->kind, kind) != 0)
                continue;
            if (pass == 0) {
                width = tool_text_width(step->name) > width ? tool_text_width(step->name) : width;
                continue;
            }
            repl_put(r, "  ");
            repl_pad(r, step->name, values ? width + 2 : 0);
            repl_put(r, values ? step->value : "");
            repl_put(r, "\n");
        }
    }
}

static bool has_kind(const repl *r, size_t to, const char *kind)
{
    for (size_t i = 1; i <= to; i++) {
        if (strcmp(pol_stepper_at(r->stepper, i)->kind, kind) == 0)
            return true;
    }
    return false;
}

static bool has_role(repl *r, pol_field_is role)
{
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        if (field->role == role)
            return true;
    }
    return false;
}

void repl_do_info(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    const size_t count = pol_stepper_count(r->stepper);
    put_heading(r, REPL_M_INPUTS);
    repl_put_fields(r, POL_IS_INPUT);
    if (has_role(r, POL_IS_ACCUMULATOR)) {
        put_heading(r, REPL_M_ACCUMULATORS);
        repl_put_fields(r, POL_IS_ACCUMULATOR);
    }
    if (has_kind(r, r->position, "定义")) {
        put_heading(r, REPL_M_DEFINITIONS);
        put_figures(r, 0, r->position, "定义", true);
    }
    put_heading(r, REPL_M_FIGURES);
    put_figures(r, 0, r->position, NULL, true);
    pol_answer answer;
    pol_question *question;
    if (pol_stepper_settled(r->stepper) && repl_ask(r, "余额", r->position, true, &answer, &question)) {
        repl_put(r, "  ");
        repl_put(r, repl_word(r, REPL_M_REMAINING));
        repl_put(r, "  ");
        repl_put(r, answer.text);
        repl_put(r, "\n");
        pol_question_free(question);
    }
    if (r->position < count) {
        put_heading(r, REPL_M_NOT_KNOWN);
        put_figures(r, r->position, count, NULL, false);
    }
}

/* ---- trace ------------------------------------------------------------------------------------------------- */

static void put_trace_line(repl *r, const pol_step *step, bool passed)
{
    char number[32];
    snprintf(number, sizeof number, "%4zu  ", step->position);
    repl_put(r, passed ? "   ·  " : number);
    for (unsigned i = 0; i < step->depth; i++)
        repl_put(r, "  ");
    repl_put(r, step->name);
    repl_put(r, "  ");
    repl_put(r, passed ? step->formula : step->value);
    if (passed) {
        repl_put(r, "  ");
        repl_put(r, repl_word(r, REPL_M_PASSED));
    }
    repl_put(r, "\n");
}

void repl_do_trace(repl *r, char *operands)
{
    if (!repl_needs_claim(r))
        return;
    if (strcmp(operands, "all") == 0 || strcmp(operands, "全部") == 0) {
        (void)pol_stepper_explain(r->stepper, repl_writer(r));
        return;
    }
    size_t passed = 0;
    for (size_t i = 0; i <= r->position; i++) {
        if (i > 0)
            put_trace_line(r, pol_stepper_at(r->stepper, i), false);
        const pol_step *step;
        while ((step = pol_stepper_passed(r->stepper, passed)) != NULL && step->position <= i) {
            if (i < r->position || step->statement <= r->position)
                put_trace_line(r, step, true);
            passed++;
        }
    }
    if (r->position == 0)
        repl_tell(r, REPL_M_AT_START);
}

/* ---- disasm ------------------------------------------------------------------------------------------------ */

typedef struct listing {
    char *text;
    size_t length;
} listing;

static bool collect(void *user, const char *bytes, size_t length)
{
    listing *l = user;
    char *grown = realloc(l->text, l->length + length + 1);
    if (grown == NULL)
        return false;
    l->text = grown;
    memcpy(l->text + l->length, bytes, length);
    l->length += length;
    l->text[l->length] = '\0';
    return true;
}

/* Writes the instructions of one line of the script, in the section of the matter; how many there were. */
static int put_instructions(repl *r, const char *text, const char *heading, unsigned wanted)
{
    bool inside = false;
    int count = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\n");
        unsigned line, number;
        char mnemonic[16];
        if (at[0] != ' ' && size > 0) {
            const char *found = strstr(at, heading);
            inside = found != NULL && found < at + size;
        }
        if (inside && at[0] == ' ' && sscanf(at, " %u %u %15s", &line, &number, mnemonic) == 3 && line == wanted) {
            repl_put(r, "        ");
            repl_putn(r, at, size);
            repl_put(r, "\n");
            count++;
        }
        at += size + (at[size] == '\n');
    }
    return count;
}

/* Each line of the statement with its instructions. */
static void put_code(repl *r, const pol_step *step, const pol_step *statement, const char *code)
{
    const char *name, *text, *start;
    size_t length, size;
    char heading[512];
    int count = 0;
    snprintf(heading, sizeof heading, "「%s」", pol_stepper_matter(r->stepper));
    if (!pol_stepper_source(r->stepper, 0, &name, &text, &length))
        return;
    for (unsigned line = statement->line; line <= statement->end_line; line++) {
        if (!line_of(text, length, line, &start, &size))
            break;
        put_line(r, step, line, start, size);
        count += put_instructions(r, code, heading, line);
    }
    if (count == 0)
        repl_tell(r, REPL_M_NO_CODE);
}

void repl_do_disasm(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    const pol_step *step = pol_stepper_at(r->stepper, r->position == 0 ? 1 : r->position);
    const pol_step *statement = step == NULL ? NULL : pol_stepper_at(r->stepper, step->statement);
    if (statement == NULL || statement->line == 0 || statement->source != 0) {
        repl_tell(r, REPL_M_NO_CODE);
        return;
    }
    listing l = { NULL, 0 };
    if (pol_script_dump(r->script, "code", r->t->lang, (pol_writer){ collect, &l }) == POL_OK && l.text != NULL)
        put_code(r, step, statement, l.text);
    free(l.text);
}
