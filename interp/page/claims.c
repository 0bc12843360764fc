/* Claims that a page shows: the script's examples and what becomes of them when one thing is different. */
#include "interp/examples.h"
#include "interp/page/page.h"
#include "interp/result.h"

/* ---- running ---------------------------------------------------------------------------------------------- */

static pol_str trouble_of(pol_page *page, const pol_finding *finding)
{
    pol_text text;
    pol_text_init(&text, &page->arena);
    pol_text_add(&text, pol_str_of(pol_claim_error_text(finding->code)));
    pol_text_add(&text, finding->field.length > 0 ? POL_STR(" ") : POL_STR(""));
    pol_text_add(&text, finding->field);
    const pol_str about = pol_page_zh(page) ? finding->zh : finding->en;
    if (about.length > 0) {
        pol_text_add(&text, pol_page_zh(page) ? POL_STR("：") : POL_STR(": "));
        pol_text_add(&text, about);
    }
    return pol_text_str(&text);
}

static pol_str field_of(pol_page *page, const pol_finding *finding)
{
    const pol_str prefix = POL_STR("参数."), field = finding->field;
    const bool is_parameter = field.length > prefix.length && pol_str_equal((pol_str){ field.bytes, prefix.length }, prefix);
    const size_t start = is_parameter ? prefix.length : 0;
    return pol_str_copy(&page->arena, (pol_str){ field.bytes + start, field.length - start });
}

static int64_t amount_in(const pol_one_claim *claim, uint32_t reg)
{
    return pol_port_num(&claim->block, reg)[claim->in.row];
}

static void read_outcome(pol_page *page, const pol_one_claim *claim, pol_outcome *outcome)
{
    const pol_code *const code = claim->in.code;
    const pol_result result = { .reader = &claim->reader, .record = &claim->record, .block = &claim->block, .row = claim->in.row };
    outcome->settled = true;
    outcome->total = amount_in(claim, code->total);
    outcome->person = amount_in(claim, code->person);
    outcome->hospital = amount_in(claim, code->hospital);
    outcome->order = pol_result_order(&result, &outcome->order_count); /* of the program: outlives the claim */
    outcome->paid = POL_NEW_ARRAY(&page->arena, int64_t, code->payer_count);
    for (uint32_t i = 0; i < code->payer_count && outcome->paid != NULL; i++)
        outcome->paid[i] = amount_in(claim, code->payers[i].paid);
    outcome->settled = outcome->paid != NULL;
}

pol_outcome pol_page_run(pol_page *page, pol_str record, pol_trial *values)
{
    pol_outcome outcome = { .settled = false };
    pol_one_claim claim;
    const pol_status status = pol_one_claim_run(&claim, page->script, record, page->number, page->lang);
    if (status != POL_OK && page->status == POL_OK)
        page->status = status;
    if (status == POL_OK && claim.ran && claim.finding.code == POL_ERR_NONE) {
        read_outcome(page, &claim, &outcome);
        if (values != NULL)
            pol_trial_read(&page->trials, &claim, values);
    } else if (status == POL_OK) {
        outcome.trouble = trouble_of(page, &claim.finding);
        outcome.field = field_of(page, &claim.finding);
    }
    pol_one_claim_free(&claim);
    return outcome;
}

pol_outcome pol_page_run_trial(pol_page *page, const pol_trial *trial)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &page->arena.allocator);
    pol_text record;
    pol_text_init(&record, &scratch);
    pol_trial_json(&page->trials, &record, trial);
    pol_outcome outcome = { .settled = false };
    if (pol_arena_failed(&scratch))
        page->status = POL_NO_MEMORY;
    else
        outcome = pol_page_run(page, pol_text_str(&record), NULL);
    pol_arena_reset(&scratch);
    return outcome;
}

pol_str pol_page_record(pol_page *page, const pol_ast_example *example)
{
    pol_text record;
    pol_text_init(&record, &page->arena);
    pol_str what;
    return pol_example_record(&record, page->script, page->number, example, &what) ? pol_text_str(&record) : POL_STR("");
}

/* ---- examples to show ------------------------------------------------------------------------------------- */

static uint32_t payers_of(const pol_page *page, const pol_outcome *outcome)
{
    uint32_t count = outcome->hospital > 0 ? 1 : 0;
    for (uint32_t i = 0; i < pol_page_code(page)->payer_count; i++)
        count += outcome->paid[i] > 0 && !page->matter->payers[i].prior ? 1 : 0;
    return count;
}

uint32_t pol_page_person_field(const pol_page *page)
{
    const pol_code *const code = pol_page_code(page);
    for (uint32_t i = 0; i < code->field_count; i++)
        if (code->fields[i].type == POL_F_LABEL || code->fields[i].type == POL_F_LABELS)
            return i;
    return POL_NONE32;
}

/* Amounts given that are no whole hundreds of yuan: such examples try an edge, others show a case. */
static uint32_t odd_amounts(const pol_page *page, const pol_case *one)
{
    const pol_code *const code = pol_page_code(page);
    uint32_t count = 0;
    for (uint32_t i = 0; i < code->input_count; i++)
        count += code->fields[i].type == POL_F_AMOUNT && one->trial.fields[i].number % (100 * POL_FEN_PER_YUAN) != 0 ? 1 : 0;
    return count;
}

/* Do the same payers pay? With `persons`: and is it the same kind of person? */
static bool alike(const pol_page *page, const pol_case *a, const pol_case *b, bool persons)
{
    const pol_code *const code = pol_page_code(page);
    const uint32_t field = pol_page_person_field(page);
    if (persons && field != POL_NONE32 &&
        (a->trial.fields[field].number != b->trial.fields[field].number || a->trial.fields[field].set != b->trial.fields[field].set))
        return false;
    for (uint32_t i = 0; i < code->payer_count; i++)
        if ((a->outcome.paid[i] > 0) != (b->outcome.paid[i] > 0))
            return false;
    return true;
}

static bool is_new(const pol_page *page, const pol_case *cases, uint32_t count, const pol_case *one, bool persons)
{
    for (uint32_t i = 0; i < count; i++)
        if (alike(page, &cases[i], one, persons))
            return false;
    return true;
}

static bool shows_more(const pol_page *page, const pol_case *a, const pol_case *b)
{
    const uint32_t payers_a = payers_of(page, &a->outcome), payers_b = payers_of(page, &b->outcome);
    return payers_a != payers_b ? payers_a > payers_b : odd_amounts(page, a) < odd_amounts(page, b);
}

/* The example that shows most and is not like those taken; false: none. */
static bool take_next(const pol_page *page, pol_case *cases, uint32_t count, bool persons)
{
    const pol_case *best = NULL;
    for (size_t i = 0; i < page->cases.count; i++) {
        const pol_case *const one = &page->cases.items[i];
        if (is_new(page, cases, count, one, persons) && (best == NULL || shows_more(page, one, best)))
            best = one;
    }
    if (best == NULL || (count > 0 && payers_of(page, &best->outcome) == 0))
        return false;
    cases[count] = *best;
    return true;
}

uint32_t pol_page_cases(pol_page *page, pol_case *cases, uint32_t most, bool persons)
{
    uint32_t count = 0;
    while (count < most && (take_next(page, cases, count, false) || (persons && take_next(page, cases, count, true))))
        count++;
    return count;
}

void pol_page_open_matter(pol_page *page, uint32_t number)
{
    page->number = number;
    page->matter = page->model->matters.items[number];
    page->cases.count = 0;
    for (uint32_t i = 0; i < page->matter->example_count && page->status == POL_OK; i++) {
        pol_case one = { .example = POL_AS(example, page->matter->examples[i]), .trial = pol_trial_plain(&page->trials, number) };
        const pol_str record = pol_page_record(page, one.example);
        if (record.length == 0 || one.trial.fields == NULL)
            continue;
        one.outcome = pol_page_run(page, record, &one.trial);
        if (one.outcome.settled && one.outcome.total > 0)
            (void)POL_PUSH(&page->arena, page->cases, one);
    }
}

/* ---- the same bill for everybody -------------------------------------------------------------------------- */

/* One kind of person. */
typedef struct person_row {
    pol_str label;
    pol_outcome outcome;
} person_row;

#define MOST_MENDED 8 /* fields of one claim */

static bool same_person(const pol_trial *a, const pol_trial *b, uint32_t person)
{
    return a->fields[person].number == b->fields[person].number && a->fields[person].set == b->fields[person].set;
}

/* Gives the field to blame the value that an example has, of this kind of person or of others; true when the
 * claim then settles or another field is to blame. */
static bool mend(pol_page *page, const pol_trial *trial, uint32_t field, uint32_t person, bool of_same, pol_outcome *outcome)
{
    const pol_given before = trial->fields[field];
    for (size_t i = 0; i < page->cases.count; i++) {
        const pol_trial *const other = &page->cases.items[i].trial;
        if (!other->fields[field].is_given || same_person(trial, other, person) != of_same)
            continue;
        trial->fields[field] = other->fields[field];
        const pol_outcome now = pol_page_run_trial(page, trial);
        if (now.settled || !pol_str_equal(now.field, outcome->field)) {
            *outcome = now;
            return true;
        }
    }
    trial->fields[field] = before;
    return false;
}

static uint32_t field_named(const pol_code *code, pol_str name)
{
    for (uint32_t i = 0; i < code->field_count; i++)
        if (pol_str_equal(code->fields[i].name, name))
            return i;
    return POL_NONE32;
}

/* The claim for another kind of person. What it lacks for one, and the region's parameters where they cannot
 * be the same, come from the examples. */
static pol_outcome settle_for(pol_page *page, const pol_case *one, uint32_t person, uint32_t label)
{
    const pol_trial trial = pol_trial_copy(&page->trials, &one->trial);
    if (trial.fields == NULL)
        return (pol_outcome){ .settled = false };
    trial.fields[person].is_given = true;
    trial.fields[person].is_null = false;
    trial.fields[person].number = label;
    trial.fields[person].set = pol_page_code(page)->fields[person].type == POL_F_LABELS ? (uint64_t)1 << (label & 63) : trial.fields[person].set;
    pol_outcome outcome = pol_page_run_trial(page, &trial);
    for (int i = 0; i < MOST_MENDED && !outcome.settled; i++) {
        const uint32_t field = field_named(pol_page_code(page), outcome.field);
        if (field == POL_NONE32 || field == person ||
            (!mend(page, &trial, field, person, true, &outcome) && !mend(page, &trial, field, person, false, &outcome)))
            break;
    }
    return outcome;
}

static bool anybody_gets(const person_row *rows, uint32_t count, uint32_t payer)
{
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].outcome.settled && rows[i].outcome.paid[payer] > 0)
            return true;
    return false;
}

/* Those for whom the claim does not settle, for citizens. */
static void put_unsettled(pol_page *page, const person_row *rows, uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].outcome.settled)
            continue;
        if (!any)
            pol_page_put(page, "<p class=\"soft\">");
        if (any)
            pol_page_say(page, ", ", "、");
        any = true;
        pol_page_text(page, rows[i].label);
    }
    if (any)
        pol_page_say(page, ": this claim does not fit them; ask for their figures.", "：这笔数据不适用，请另行查询。");
    pol_page_put(page, any ? "</p>\n" : "");
}

static bool same_result(const pol_page *page, const person_row *a, const person_row *b)
{
    if (!a->outcome.settled || !b->outcome.settled || a->outcome.person != b->outcome.person)
        return false;
    for (uint32_t i = 0; i < pol_page_code(page)->payer_count; i++)
        if (a->outcome.paid[i] != b->outcome.paid[i])
            return false;
    return true;
}

/* The labels of a row: on a card those who get the same stand together. */
static void put_row_labels(pol_page *page, const person_row *rows, uint32_t count, const person_row *row)
{
    pol_page_text(page, row->label);
    for (const person_row *other = row + 1; other < rows + count && page->audience == POL_FOR_CITIZENS; other++) {
        if (!same_result(page, row, other))
            continue;
        pol_page_say(page, ", ", "、");
        pol_page_text(page, other->label);
    }
}

static bool stands_above(const pol_page *page, const person_row *rows, const person_row *row)
{
    for (const person_row *other = rows; other < row && page->audience == POL_FOR_CITIZENS; other++)
        if (same_result(page, other, row))
            return true;
    return false;
}

static void put_person_row(pol_page *page, const person_row *rows, uint32_t count, const person_row *row)
{
    const pol_code *const code = pol_page_code(page);
    pol_page_put(page, "<tr><th>");
    put_row_labels(page, rows, count, row);
    pol_page_put(page, "</th>");
    if (!row->outcome.settled) { /* of officers: why */
        pol_page_put_format(page, "<td class=\"soft\" colspan=\"%u\">", (unsigned)code->payer_count + 1);
        pol_page_text(page, row->outcome.trouble);
        pol_page_put(page, "</td></tr>\n");
        return;
    }
    for (uint32_t i = 0; i < code->payer_count; i++) {
        if (!anybody_gets(rows, count, i))
            continue;
        pol_page_put(page, "<td class=\"num\">");
        pol_page_fen(page, row->outcome.paid[i]);
        pol_page_put(page, "</td>");
    }
    pol_page_put(page, "<td class=\"num\">");
    pol_page_fen(page, row->outcome.person);
    pol_page_put(page, "</td></tr>\n");
}

void pol_page_by_person(pol_page *page, const pol_case *one)
{
    const pol_code *const code = pol_page_code(page);
    const uint32_t number = pol_page_person_field(page);
    if (number == POL_NONE32)
        return;
    const pol_field_def *const field = &code->fields[number];
    const uint32_t count = page->script->traced.program->label_sets[field->labels].count;
    person_row *const rows = POL_NEW_ARRAY(&page->arena, person_row, count);
    for (uint32_t i = 0; i < count && rows != NULL && page->status == POL_OK; i++)
        rows[i] = (person_row){ pol_trial_label(&page->trials, field, i), settle_for(page, one, number, i) };
    if (rows == NULL || page->status != POL_OK)
        return;
    pol_page_put(page, "<div class=\"wide small\"><table class=\"persons\"><thead><tr><th>");
    pol_page_text(page, field->name);
    pol_page_put(page, "</th>");
    for (uint32_t i = 0; i < code->payer_count; i++) {
        if (!anybody_gets(rows, count, i))
            continue;
        pol_page_put(page, "<th class=\"num\">");
        pol_page_text(page, code->payers[i].name);
        pol_page_put(page, "</th>");
    }
    pol_page_tagged(page, "th class=\"num\"", "person pays", "个人负担");
    pol_page_put(page, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < count; i++)
        if ((rows[i].outcome.settled || page->audience == POL_FOR_OFFICERS) && !stands_above(page, rows, &rows[i]))
            put_person_row(page, rows, count, &rows[i]);
    pol_page_put(page, "</tbody></table></div>\n");
    if (page->audience == POL_FOR_CITIZENS)
        put_unsettled(page, rows, count);
    pol_page_flush(page, false);
}
