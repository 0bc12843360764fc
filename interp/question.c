/* Expressions asked of a settled claim (pol_question of pol.h).
 *
 * An expression becomes a definition at the end of the claim's matter, in a copy of the script that is parsed,
 * checked and compiled like any other: so whatever the language allows can be asked, and what is wrong with it
 * is said by the checker. The claim then runs in the copy. */
#include "interp/stepper_internal.h"

#include "grammar/lexer.h"
#include "interp/base/utf8.h"
#include "interp/inherit.h"

#define MILLIONTHS 1000000

/* ---- a script with one more statement ---------------------------------------------------------------- */

typedef struct replay { /* gives out the superior scripts that the script was loaded with, in order */
    const pol_script *script;
    pol_arena *arena;
    uint32_t next;
} replay;

static bool load_again(void *user, const char *from, const char *path, const char **name, const char **text,
                       size_t *length)
{
    replay *r = user;
    (void)from;
    (void)path;
    if (r->next >= r->script->sources.count)
        return false;
    const pol_source *source = &r->script->sources.items[r->next++];
    *name = pol_arena_copy(r->arena, source->name.bytes, source->name.length);
    *text = source->text.bytes;
    *length = source->text.length;
    return *name != NULL;
}

static bool parse_again(pol_script *made, const pol_script *script)
{
    replay again = { script, &made->arena, 1 };
    const pol_loader loader = { load_again, &again };
    const pol_source *own = &script->sources.items[0];
    made->loaded = true;
    made->tree.arena = &made->arena;
    return pol_sources_add(&made->sources, own->name, own->text) != UINT32_MAX &&
           pol_parse_chain(&made->tree, &made->sources, 0, &loader, &made->diags, NULL, &made->chain);
}

/* The statements with `added` at the end of the matter's section. */
static bool splice(pol_script *made, const pol_node *matter, pol_node *added)
{
    const pol_list old = made->tree.root->statements;
    pol_list list = { 0 };
    bool inside = matter == NULL, placed = false;
    for (uint32_t i = 0; i < old.count; i++) {
        pol_node *statement = old.items[i];
        if (statement->kind == POL_N_MATTER && inside && !placed) {
            placed = true;
            if (!pol_list_add(&made->tree, &list, added))
                return false;
        }
        if (statement->kind == POL_N_MATTER)
            inside = pol_str_equal(pol_node_text(POL_AS(matter, statement)->name),
                                   pol_node_text(POL_AS_CONST(matter, matter)->name));
        if (!pol_list_add(&made->tree, &list, statement))
            return false;
    }
    made->tree.root->statements = list;
    return placed || pol_list_add(&made->tree, &made->tree.root->statements, added);
}

/* Another statement stands where the expression should have ended. */
static void report_statement(pol_script *script, const pol_node *statement)
{
    pol_diag *diag = pol_report(&script->diags, POL_D_SYNTAX, statement->span);
    pol_diag_text(&script->diags, diag, "found", pol_span_text(&script->sources, statement->span));
    pol_diag_texts(&script->diags, diag, "expected", POL_STR("one expression"), POL_STR("一个式子"));
}

/* Parses the fragment; leaves the one statement it is to be in made->added, else an error. */
static bool parse_fragment(pol_extended *made, pol_str fragment, pol_node_kind kind)
{
    pol_script *script = made->script;
    pol_ast_file *root = script->tree.root;
    const uint32_t file = pol_sources_add(&script->sources, POL_STR("?"), fragment);
    if (file == UINT32_MAX)
        return false;
    script->sources.items[file].hidden_lines = 1;
    if (!pol_parse(&script->tree, &script->sources, file, &script->diags))
        return false;
    const pol_ast_file *parsed = script->tree.root;
    script->tree.root = root;
    if (script->diags.error_count > 0 || parsed == NULL)
        return true;
    const pol_list *statements = &parsed->statements;
    if (statements->count == 1 && statements->items[0]->kind == kind)
        made->added = statements->items[0];
    else if (statements->count > 0)
        report_statement(script, statements->items[statements->count - 1]);
    return true;
}

static pol_status extend(const pol_script *script, uint32_t matter, pol_str fragment, pol_node_kind kind,
                         pol_extended *made)
{
    pol_script *copy = made->script;
    const pol_node *section = script->model.matters.items[matter]->node;
    if (!parse_again(copy, script) || copy->tree.root == NULL || copy->diags.error_count > 0 ||
        !parse_fragment(made, fragment, kind))
        return POL_NO_MEMORY;
    if (made->added == NULL)
        return POL_FINDINGS;
    if (!splice(copy, section, made->added) ||
        !pol_sema(&copy->model, &copy->tree, &copy->sources, &copy->diags, &copy->arena))
        return POL_NO_MEMORY;
    copy->checked = true;
    pol_diags_sort(&copy->diags);
    return copy->diags.error_count > 0 ? POL_FINDINGS : pol_script_trace(copy);
}

pol_status pol_script_extend(const pol_script *script, uint32_t matter, pol_str fragment, pol_node_kind kind,
                             pol_extended *made)
{
    *made = (pol_extended){ .script = pol_script_new(&script->arena.allocator) };
    return made->script == NULL ? POL_NO_MEMORY : extend(script, matter, fragment, kind, made);
}

pol_status pol_extended_errors(const pol_extended *extended, pol_lang lang, pol_writer out)
{
    const pol_diags *diags = &extended->script->diags;
    pol_arena scratch;
    pol_arena_init(&scratch, &extended->script->arena.allocator);
    pol_text text;
    pol_text_init(&text, &scratch);
    for (size_t i = 0; i < diags->items.count; i++) {
        if (pol_diag_is_error(diags->items.items[i]->code))
            pol_diag_render(&text, diags, diags->items.items[i], lang, false);
    }
    pol_status status = pol_arena_failed(&scratch) ? POL_NO_MEMORY : POL_OK;
    if (status == POL_OK && text.length > 0 && !out.write(out.user, text.bytes, text.length))
        status = POL_WRITE_FAILED;
    pol_arena_reset(&scratch);
    return status;
}

/* ---- 余额 ---------------------------------------------------------------------------------------------- */

/* What remains at a position: at the turn of the payer that is next to be settled, else the person's share. */
static pol_shown remaining_at(const pol_stepper *s, size_t position)
{
    const pol_inspect *in = &s->claim.in;
    const uint32_t count = in->matter->payer_count;
    uint32_t next = POL_NONE32;
    for (uint32_t i = 0; i < count; i++) {
        if (s->payer_positions[i] > position &&
            (next == POL_NONE32 || s->payer_positions[i] < s->payer_positions[next]))
            next = i;
    }
    const uint32_t reg =
        next == POL_NONE32 ? in->map->person : in->map->payers[in->lane * count + next].remaining;
    return pol_inspect_register(in, reg, (pol_type){ .tag = POL_T_MONEY });
}

/* The expression with 余额 as the amount that it is here. */
static bool add_expression(pol_text *out, const pol_stepper *s, pol_str expression, size_t position)
{
    pol_sources sources;
    pol_sources_init(&sources, out->arena);
    const uint32_t file = pol_sources_add(&sources, POL_STR("?"), expression);
    if (file == UINT32_MAX)
        return false;
    pol_lexer *lexer = POL_NEW(out->arena, pol_lexer);
    if (lexer == NULL || expression.length > POL_MAX_FILE_BYTES ||
        pol_utf8_check(expression) < expression.length ||
        !pol_lexer_init(lexer, out->arena, out->arena, &sources, file, NULL)) {
        pol_text_add(out, expression);
        return !pol_arena_failed(out->arena);
    }
    size_t copied = 0;
    bool behind_point = false;
    while (!pol_arena_failed(out->arena)) {
        const pol_token token = pol_lexer_next(lexer);
        if (token.kind == 0)
            break;
        const pol_str word = { expression.bytes + token.start, token.end - token.start };
        const bool is_remaining = pol_str_equal(word, POL_STR("余额")) || pol_str_equal(word, POL_STR("remaining"));
        if (is_remaining && !behind_point && s->claim.ran) {
            const pol_shown amount = remaining_at(s, position);
            pol_text_add(out, (pol_str){ expression.bytes + copied, token.start - copied });
            pol_text_add(out, amount.kind == POL_SHOWN_NUMBER ? pol_number_text(out->arena, amount.number, true, false) : word);
            pol_text_add(out, amount.kind == POL_SHOWN_NUMBER ? POL_STR("元") : POL_STR(""));
            copied = token.end;
        }
        behind_point = pol_str_equal(word, POL_STR("."));
    }
    pol_text_add(out, (pol_str){ expression.bytes + copied, expression.length - copied });
    return !pol_arena_failed(out->arena);
}

/* ---- questions ------------------------------------------------------------------------------------------ */

struct pol_question {
    pol_extended extended;
    uint32_t matter;
    pol_one_claim claim; /* of the last time it was asked */
    bool asked;
};

static pol_status compile(pol_question *q, const pol_stepper *s, pol_str expression, size_t position)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &s->script->arena.allocator);
    pol_text text;
    pol_text_init(&text, &scratch);
    pol_text_add(&text, POL_STR("政策 \"?\" \"?\" 施行 自 2000-01-01 起 定义 「?」 =\n"));
    pol_status status = POL_NO_MEMORY;
    if (add_expression(&text, s, expression, position))
        status = pol_script_extend(s->script, q->matter, pol_text_str(&text), POL_N_DEFINE, &q->extended);
    pol_arena_reset(&scratch);
    return status;
}

pol_status pol_question_new(pol_stepper *s, const char *expression, size_t position, pol_writer errors,
                            pol_question **question)
{
    *question = NULL;
    const uint32_t matter = pol_stepper_matter_number(s);
    if (matter == POL_NONE32)
        return POL_BAD_ARGUMENT;
    pol_question *q = pol_reallocate(&s->script->arena.allocator, NULL, 0, sizeof *q);
    if (q == NULL)
        return POL_NO_MEMORY;
    *q = (pol_question){ .matter = matter };
    pol_status status = compile(q, s, pol_str_of(expression), position);
    if (status == POL_OK) {
        *question = q;
        return POL_OK;
    }
    if (status == POL_FINDINGS)
        status = pol_extended_errors(&q->extended, s->lang, errors);
    q->asked = false;
    pol_script_free(q->extended.script);
    (void)pol_reallocate(&s->script->arena.allocator, q, sizeof *q, 0);
    return status == POL_OK ? POL_FINDINGS : status;
}

void pol_question_free(pol_question *q)
{
    if (q == NULL)
        return;
    const pol_allocator allocator = q->extended.script->arena.allocator;
    if (q->asked)
        pol_one_claim_free(&q->claim);
    pol_script_free(q->extended.script);
    (void)pol_reallocate(&allocator, q, sizeof *q, 0);
}

pol_inspect *pol_question_inspect(pol_question *q)
{
    return &q->claim.in;
}

/* ---- asking --------------------------------------------------------------------------------------------- */

static void add_lacking(pol_text *out, pol_lang lang, pol_str name)
{
    if (out->length > 0)
        pol_text_add(out, lang == POL_ZH ? POL_STR("、") : POL_STR(", "));
    pol_text_add(out, name);
}

/* What the expression needs that comes later than the position. */
static pol_str lacking_at(const pol_question *q, const pol_stepper *s, size_t position)
{
    const pol_matter *matter = s->claim.in.matter;
    const pol_symbol *symbol = pol_matter_find(q->claim.in.matter, POL_STR("?"));
    pol_text out;
    pol_text_init(&out, q->claim.in.arena);
    if (symbol == NULL)
        return POL_STR("");
    const uint64_t payers = symbol->reads | symbol->reads_base | symbol->reads_deductible;
    if ((symbol->depends & POL_DEP_TOTAL) != 0 && s->total_position > position)
        add_lacking(&out, s->lang, s->lang == POL_ZH ? POL_STR("总费用") : POL_STR("total"));
    for (uint32_t i = 0; i < matter->payer_count; i++) {
        if ((payers >> i & 1) != 0 && s->payer_positions[i] > position)
            add_lacking(&out, s->lang, matter->payers[i].symbol->name);
    }
    if ((symbol->depends & POL_DEP_PERSON) != 0 && s->person_position > position)
        add_lacking(&out, s->lang, s->lang == POL_ZH ? POL_STR("个人负担") : POL_STR("person"));
    return pol_text_str(&out);
}

static int64_t in_millionths(pol_rational number)
{
    const pol_i128 most = (pol_i128)9000000000000 * MILLIONTHS;
    pol_i128 value;
    if (!pol_muldiv_rounded(number.num, MILLIONTHS, number.den, POL_HALF_UP, &value))
        value = number.num < 0 ? -most : most;
    return (int64_t)(value > most ? most : value < -most ? -most : value);
}

static const char *as_text(pol_question *q, pol_str text)
{
    const char *copy = pol_arena_copy(&q->claim.arena, text.bytes, text.length);
    return copy == NULL ? "" : copy;
}

pol_status pol_question_shown(pol_question *q, pol_stepper *s, size_t position, pol_shown *shown, pol_answer *answer)
{
    *answer = (pol_answer){ .text = "" };
    *shown = (pol_shown){ .kind = POL_SHOWN_UNKNOWN };
    if (pol_stepper_matter_number(s) != q->matter)
        return POL_BAD_ARGUMENT;
    if (q->asked)
        pol_one_claim_free(&q->claim);
    const pol_status status = pol_one_claim_run(&q->claim, q->extended.script, s->json, q->matter, s->lang);
    q->asked = true;
    if (status != POL_OK)
        return status;
    if (!q->claim.ran) {
        answer->text = as_text(q, s->lang == POL_ZH ? q->claim.finding.zh : q->claim.finding.en);
        return POL_FINDINGS;
    }
    pol_node *value = POL_AS(define, q->extended.added)->value;
    const pol_str lacking = lacking_at(q, s, position);
    answer->known = lacking.length == 0;
    *shown = pol_inspect_node(&q->claim.in, value);
    answer->is_share = pol_is_share(&q->claim.in, value);
    answer->text = as_text(q, answer->known ? pol_shown_figure(&q->claim.in, *shown, answer->is_share) : lacking);
    return pol_arena_failed(&q->claim.arena) ? POL_NO_MEMORY : POL_OK;
}

pol_status pol_question_ask(pol_question *q, pol_stepper *s, size_t position, pol_answer *answer)
{
    pol_shown shown;
    const pol_status status = pol_question_shown(q, s, position, &shown, answer);
    if (status != POL_OK || !answer->known)
        return status;
    answer->is_yes = pol_shown_is_yes(shown);
    answer->is_number = shown.kind == POL_SHOWN_NUMBER;
    answer->is_money = shown.type.tag == POL_T_MONEY;
    if (answer->is_number)
        answer->millionths = in_millionths(shown.number);
    return POL_OK;
}
