/* One claim of a script, its figures in the order in which they come about (pol_stepper of pol.h).
 *
 * The claim runs once, in the program that keeps every register; explain's tree says what each figure is and
 * where it stands. Here the tree is put into order: what a figure rests on first, then the figure itself. */
#include "interp/stepper_internal.h"

#include <string.h>

/* ---- texts ------------------------------------------------------------------------------------------- */

const char *pol_stepper_text(pol_stepper *s, pol_str text)
{
    const char *copy = text.length == 0 ? "" : pol_arena_copy(&s->claim.arena, text.bytes, text.length);
    return copy == NULL ? "" : copy;
}

const char *pol_stepper_clauses(pol_stepper *s, const pol_figure *figure)
{
    pol_text out;
    pol_text_init(&out, &s->claim.arena);
    for (size_t i = 0; i < figure->citations.count; i++) {
        const pol_citation *citation = &figure->citations.items[i];
        if (i > 0)
            pol_text_add(&out, s->lang == POL_ZH ? POL_STR("；") : POL_STR("; "));
        pol_text_add(&out, citation->clause);
        if (citation->title.length == 0)
            continue;
        pol_text_add(&out, s->lang == POL_ZH ? POL_STR("“") : POL_STR(" “"));
        pol_text_add(&out, citation->title);
        pol_text_add(&out, POL_STR("”"));
    }
    return pol_stepper_text(s, pol_text_str(&out));
}

/* ---- from the tree to the order of figures ----------------------------------------------------------- */

typedef struct around { /* what a part takes over from the figure it belongs to */
    pol_span span;
    const char *clause;
    unsigned depth;
} around;

static bool is_kind(const pol_figure *figure, const char *kind)
{
    return strcmp(figure->kind, kind) == 0;
}

static void set_place(pol_stepper *s, pol_step *step, pol_span span)
{
    const pol_source *source = &s->script->sources.items[span.file];
    step->script = pol_stepper_text(s, source->name);
    step->source = span.file;
    if (span.end == 0)
        return;
    step->line = pol_source_place(source, span.start).line;
    step->end_line = pol_source_place(source, span.end).line;
    step->column = span.start - source->line_starts[step->line - 1];
    step->end_column = span.end - source->line_starts[step->end_line - 1];
}

/* Which of the claim's payers, statuses … this is: positions that expressions ask for. */
static void note_position(pol_stepper *s, const pol_figure *figure)
{
    const pol_matter *matter = s->claim.in.matter;
    if (is_kind(figure, "总费用"))
        s->total_position = s->steps.count;
    else if (is_kind(figure, "个人负担"))
        s->person_position = s->steps.count;
    for (uint32_t i = 0; is_kind(figure, "付款方") && i < matter->payer_count; i++) {
        if (pol_str_equal(matter->payers[i].symbol->name, figure->name))
            s->payer_positions[i] = s->steps.count;
    }
}

static pol_step make_step(pol_stepper *s, const pol_figure *figure, const around *a)
{
    const bool holds = figure->value.length == 0; /* a status that is given */
    pol_step step = {
        .kind = figure->kind,
        .name = pol_stepper_text(s, figure->name),
        .value = holds ? (s->lang == POL_ZH ? "是" : "yes") : pol_stepper_text(s, figure->value),
        .formula = pol_stepper_text(s, figure->formula),
        .numbers = pol_stepper_text(s, figure->numbers),
        .note = pol_stepper_text(s, figure->note),
        .clause = a->clause,
        .depth = a->depth,
    };
    set_place(s, &step, a->span);
    return step;
}

static void add_step(pol_stepper *s, const pol_figure *figure, const around *a)
{
    pol_step step = make_step(s, figure, a);
    step.position = s->steps.count + 1;
    (void)POL_PUSH(&s->claim.arena, s->steps, step);
    if (a->depth == 0)
        note_position(s, figure);
}

static void pass_over(pol_stepper *s, const pol_figure *figure, const around *outer, unsigned depth)
{
    around a = *outer;
    a.depth = depth;
    pol_step step = make_step(s, figure, &a);
    step.position = s->steps.count;
    step.value = pol_stepper_text(s, figure->value);
    (void)POL_PUSH(&s->claim.arena, s->passed, step);
}

static bool has_value(const pol_figure *figure)
{
    return figure->value.length > 0 || (is_kind(figure, "状态") && figure->line > 0);
}

static void flatten(pol_stepper *s, const pol_figure *figure, const around *outer, unsigned depth)
{
    around a = *outer;
    a.depth = depth;
    if (figure->span.end > 0)
        a.span = figure->span;
    else if (depth == 1)
        a.span.end = a.span.start;
    if (figure->citations.count > 0)
        a.clause = pol_stepper_clauses(s, figure);
    bool added = !has_value(figure);
    for (size_t i = 0; i < figure->parts.count; i++) {
        const pol_figure *part = figure->parts.items[i];
        if (part->unused)
            pass_over(s, part, &a, depth + 1);
        if (part->unused || part->again)
            continue;
        if (!added && is_kind(part, "行")) { /* 按: its subject is known before the row */
            add_step(s, figure, &a);
            added = true;
        }
        flatten(s, part, &a, depth + 1);
    }
    if (!added)
        add_step(s, figure, &a);
}

static void add_statement(pol_stepper *s, const pol_figure *figure, const around *outer)
{
    const size_t first = s->steps.count, first_passed = s->passed.count;
    flatten(s, figure, outer, 0);
    for (size_t i = first_passed; i < s->passed.count; i++)
        s->passed.items[i].statement = s->steps.count;
    for (size_t i = first; i < s->steps.count; i++)
        s->steps.items[i].statement = s->steps.count;
}

static void list_steps(pol_stepper *s, const pol_figure *root)
{
    const around nothing = { .clause = "" };
    for (size_t i = 0; i < root->parts.count; i++) {
        const pol_figure *part = root->parts.items[i];
        if (has_value(part) || part->parts.count == 0) {
            add_statement(s, part, &nothing);
            continue;
        }
        for (size_t k = 0; k < part->parts.count; k++) /* a group: 支付, 状态 … */
            add_statement(s, part->parts.items[k], &nothing);
    }
}

/* ---- claims ------------------------------------------------------------------------------------------ */

static void forget(pol_stepper *s)
{
    pol_one_claim_free(&s->claim);
    s->claim = (pol_one_claim){ 0 };
    pol_arena_init(&s->claim.arena, &s->script->arena.allocator);
    s->steps.items = NULL;
    s->steps.count = s->steps.capacity = 0;
    s->passed.items = NULL;
    s->passed.count = s->passed.capacity = 0;
    s->payer_positions = NULL;
    s->total_position = s->person_position = 0;
    s->fields = NULL;
    s->field_count = 0;
}

pol_status pol_stepper_settle(pol_stepper *s, pol_str json)
{
    pol_arena kept = s->text;
    pol_arena_init(&s->text, &kept.allocator);
    s->json = pol_str_copy(&s->text, json);
    const bool copied = !pol_arena_failed(&s->text);
    pol_arena_reset(&kept);
    forget(s);
    if (!copied)
        return POL_NO_MEMORY;
    const uint32_t only = s->script->model.matters.count == 1 ? 0 : POL_NONE32;
    const pol_status status = pol_one_claim_run(&s->claim, s->script, s->json, only, s->lang);
    if (status != POL_OK)
        return status;
    const uint32_t payers = s->claim.in.matter == NULL ? 0 : s->claim.in.matter->payer_count;
    s->payer_positions = POL_NEW_ARRAY(&s->claim.arena, size_t, payers);
    const pol_figure *root = pol_explain_claim(&s->claim, s->lang);
    if (root != NULL && s->payer_positions != NULL)
        list_steps(s, root);
    if (pol_arena_failed(&s->claim.arena))
        return POL_NO_MEMORY;
    return s->claim.finding.code == POL_ERR_NONE ? POL_OK : POL_FINDINGS;
}

pol_status pol_stepper_new(pol_script *script, pol_lang lang, pol_stepper **stepper)
{
    *stepper = NULL;
    const pol_status traced = pol_script_trace(script);
    if (traced != POL_OK)
        return traced == POL_FINDINGS ? POL_BAD_ARGUMENT : traced;
    pol_stepper *s = pol_reallocate(&script->arena.allocator, NULL, 0, sizeof *s);
    if (s == NULL)
        return POL_NO_MEMORY;
    *s = (pol_stepper){ .script = script, .lang = lang };
    pol_arena_init(&s->arena, &script->arena.allocator);
    pol_arena_init(&s->text, &script->arena.allocator);
    pol_arena_init(&s->claim.arena, &script->arena.allocator);
    const pol_status status = pol_stepper_settle(s, POL_STR("{}"));
    if (status == POL_NO_MEMORY) {
        pol_stepper_free(s);
        return status;
    }
    *stepper = s;
    return POL_OK;
}

void pol_stepper_free(pol_stepper *s)
{
    if (s == NULL)
        return;
    const pol_allocator allocator = s->arena.allocator;
    forget(s);
    pol_arena_reset(&s->text);
    pol_arena_reset(&s->arena);
    (void)pol_reallocate(&allocator, s, sizeof *s, 0);
}

pol_status pol_stepper_claim(pol_stepper *s, const char *claim, size_t length)
{
    return pol_stepper_settle(s, (pol_str){ claim, length });
}

/* ---- looking ----------------------------------------------------------------------------------------- */

uint32_t pol_stepper_matter_number(const pol_stepper *s)
{
    return s->claim.has_matter ? s->claim.record.matter : POL_NONE32;
}

bool pol_stepper_settled(const pol_stepper *s)
{
    return s->claim.ran && s->claim.finding.code == POL_ERR_NONE;
}

size_t pol_stepper_count(const pol_stepper *s)
{
    return s->steps.count;
}

const pol_step *pol_stepper_at(const pol_stepper *s, size_t number)
{
    return number == 0 || number > s->steps.count ? NULL : &s->steps.items[number - 1];
}

const pol_step *pol_stepper_passed(const pol_stepper *s, size_t number)
{
    return number < s->passed.count ? &s->passed.items[number] : NULL;
}

const char *pol_stepper_matters(pol_stepper *s, size_t number)
{
    if (number >= s->script->model.matters.count)
        return NULL;
    const pol_str name = s->script->model.matters.items[number]->name;
    const char *copy = pol_arena_copy(&s->claim.arena, name.bytes, name.length);
    return copy == NULL ? "" : copy;
}

const char *pol_stepper_matter(pol_stepper *s)
{
    const uint32_t number = pol_stepper_matter_number(s);
    return number == POL_NONE32 ? NULL : pol_stepper_matters(s, number);
}

bool pol_stepper_source(pol_stepper *s, size_t number, const char **name, const char **text, size_t *length)
{
    if (number >= s->script->sources.count)
        return false;
    const pol_source *source = &s->script->sources.items[number];
    *name = pol_arena_copy(&s->claim.arena, source->name.bytes, source->name.length);
    *text = source->text.bytes;
    *length = source->text.length;
    return *name != NULL;
}

const char *pol_stepper_name(pol_stepper *s, size_t number)
{
    const pol_matter *matter = s->claim.in.matter;
    if (!s->claim.has_matter || number >= matter->symbols.count + matter->output_count)
        return NULL;
    const pol_str name = number < matter->symbols.count
                             ? matter->symbols.items[number]->name
                             : pol_node_text(POL_AS(output, matter->outputs[number - matter->symbols.count])->name);
    return pol_stepper_text(s, name);
}

static pol_status write_figure(pol_stepper *s, pol_figure *root, bool whole, pol_writer out)
{
    pol_text text;
    pol_text_init(&text, &s->claim.arena);
    pol_figure above = { .kind = "", .parts = { 0 } };
    if (!whole) { /* with its own name, value and formula */
        above.name = POL_STR("");
        (void)POL_PUSH(&s->claim.arena, above.parts, root);
    }
    pol_figure_text(&text, whole ? root : &above, s->lang);
    if (pol_arena_failed(&s->claim.arena))
        return POL_NO_MEMORY;
    const size_t skip = !whole && text.length > 0 ? 1 : 0; /* the line of `above` */
    return out.write(out.user, text.bytes + skip, text.length - skip) ? POL_OK : POL_WRITE_FAILED;
}

pol_status pol_stepper_why(pol_stepper *s, const char *name, pol_writer out)
{
    if (!s->claim.ran)
        return POL_BAD_ARGUMENT;
    pol_figure *figure = pol_explain_why(&s->claim, pol_str_of(name), s->lang);
    if (figure == NULL)
        return pol_arena_failed(&s->claim.arena) ? POL_NO_MEMORY : POL_BAD_ARGUMENT;
    return write_figure(s, figure, false, out);
}

pol_status pol_stepper_explain(pol_stepper *s, pol_writer out)
{
    if (s->claim.in.script == NULL) /* the last claim found no memory */
        return POL_NO_MEMORY;
    pol_figure *root = pol_explain_claim(&s->claim, s->lang);
    return root == NULL ? POL_NO_MEMORY : write_figure(s, root, true, out);
}
