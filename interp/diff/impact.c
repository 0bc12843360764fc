/* Both sides settle the same claims: who gains and who loses, by how much, payer by payer. The claims are
 * streamed; what is kept grows with the persons and with the claims whose burden changes.
 *
 * Each side is a runner with a tap. The sides cut their blocks where they like, so figures wait in two
 * queues until both have come to a claim. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/diff/diff.h"

#define MOST_FIELDS 8 /* inputs with labels by which claims are grouped, a matter */

/* Figures of one claim on one side; payers follow. */
typedef struct figures {
    bool settled;
    uint32_t matter;
    uint64_t line;
    uint32_t id_at, id_length;         /* in the queue's texts */
    uint32_t person_at, person_length;
    int32_t codes[MOST_FIELDS];
    uint64_t statuses;                 /* a hash of what else the result says */
    int64_t total, person, hospital;
    int64_t paid[];
} figures;

typedef struct queue {
    char *bytes, *texts; /* owned */
    size_t head, count, capacity; /* in figures */
    size_t text_length, text_capacity;
} queue;

/* A status as both sides know it: what it adds to the number that tells findings apart. Rows of one name stand
 * together and count once. */
typedef struct status_mark {
    uint64_t hash;
    uint32_t first; /* row of its name */
} status_mark;

typedef struct side_work {
    struct pol_impact_work *work;
    const pol_program *program;
    pol_runner *runner;
    queue waiting;
    uint32_t **payers;  /* by matter and payer: number among all payers */
    status_mark **statuses; /* by matter and status */
    uint32_t **fields;  /* by matter: up to MOST_FIELDS fields with labels, POL_NONE32 behind the last */
} side_work;

struct pol_impact_work {
    pol_diff *diff;
    pol_impact *impact;
    side_work old, new;
    size_t stride;      /* bytes of one claim's figures */
    pol_names persons;
    POL_VEC(int64_t) person_change; /* by number of the person */
    uint32_t last_person;           /* of the claim before: claims of one person often stand together */
    bool has_last_person;
    POL_VEC(int64_t) changes;       /* of claims whose burden changes */
    uint32_t **groups;  /* by matter of the new side and field: first group; its labels follow */
    pol_writer corrections;
    bool has_corrections, header_written;
    bool failed, write_failed;
};

/* ---- queues ------------------------------------------------------------------------------------------------ */

static figures *figures_at(const struct pol_impact_work *work, const queue *q, size_t i)
{
    return (figures *)(void *)(q->bytes + i * work->stride);
}

static bool grow(struct pol_impact_work *work, char **bytes, size_t *capacity, size_t wanted, size_t element)
{
    if (wanted <= *capacity)
        return true;
    const size_t more = wanted < 1024 ? 1024 : wanted * 2;
    char *grown = pol_reallocate(&work->diff->arena.allocator, *bytes, *capacity * element, more * element);
    if (grown == NULL)
        return false;
    *bytes = grown;
    *capacity = more;
    return true;
}

static void empty(queue *q)
{
    q->head = q->count = q->text_length = 0;
}

static figures *push(side_work *side)
{
    queue *q = &side->waiting;
    if (q->head == q->count)
        empty(q);
    if (!grow(side->work, &q->bytes, &q->capacity, q->count + 1, side->work->stride)) {
        side->work->failed = true;
        return NULL;
    }
    figures *made = figures_at(side->work, q, q->count++);
    memset(made, 0, side->work->stride);
    return made;
}

static uint32_t keep_text(side_work *side, pol_str text)
{
    queue *q = &side->waiting;
    if (!grow(side->work, &q->texts, &q->text_capacity, q->text_length + text.length, 1)) {
        side->work->failed = true;
        return 0;
    }
    const size_t at = q->text_length;
    if (text.length > 0)
        memcpy(q->texts + at, text.bytes, text.length);
    q->text_length += text.length;
    return (uint32_t)at;
}

/* ---- what one side says ------------------------------------------------------------------------------------ */

static int64_t amount(const pol_result *result, uint32_t reg)
{
    return reg == POL_NONE32 ? 0 : pol_port_num(result->block, reg)[result->row];
}

/* Statuses that hold, as one number that tells two claims apart. */
static uint64_t status_hash(const side_work *side, uint32_t matter, const pol_result *result)
{
    const pol_code *code = result->block->code;
    const status_mark *marks = side->statuses[matter];
    uint64_t hash = 0;
    uint32_t counted = POL_NONE32;
    for (uint32_t i = 0; i < code->status_count; i++) {
        if (!pol_result_status(result, i) || marks[i].first == counted)
            continue;
        counted = marks[i].first;
        hash += marks[i].hash;
    }
    return hash;
}

static void take_result(side_work *side, figures *f, const pol_result *result)
{
    const pol_code *code = result->block->code;
    f->settled = true;
    f->total = amount(result, code->total);
    f->person = amount(result, code->person);
    f->hospital = amount(result, code->hospital);
    for (uint32_t i = 0; i < code->payer_count; i++)
        f->paid[side->payers[f->matter][i]] = amount(result, code->payers[i].paid);
    f->statuses = status_hash(side, f->matter, result);
    for (uint32_t i = 0; i < MOST_FIELDS && side->fields[f->matter][i] != POL_NONE32; i++)
        f->codes[i] = pol_port_code(result->block, code->fields[side->fields[f->matter][i]].reg)[result->row];
}

static void compare_heads(struct pol_impact_work *work);

static void take(void *user, const pol_record *record, const pol_result *result, const pol_finding *finding)
{
    side_work *side = user;
    figures *f = push(side);
    if (f == NULL)
        return;
    f->matter = record->matter;
    f->line = record->line;
    if (side == &side->work->old) {
        f->id_at = keep_text(side, record->id_text);
        f->id_length = (uint32_t)record->id_text.length;
        f->person_at = keep_text(side, record->person_text);
        f->person_length = (uint32_t)record->person_text.length;
    }
    if (result != NULL)
        take_result(side, f, result);
    else
        f->statuses = pol_str_hash(finding->field) + (uint64_t)finding->code;
    compare_heads(side->work);
}

/* ---- one claim on both sides --------------------------------------------------------------------------------- */

static void add_largest(pol_impact *impact, const pol_impact_claim *claim)
{
    const int64_t size = claim->change_fen < 0 ? -claim->change_fen : claim->change_fen;
    uint32_t place = impact->largest_count;
    for (; place > 0; place--) {
        const int64_t other = impact->largest[place - 1].change_fen;
        if ((other < 0 ? -other : other) >= size)
            break;
    }
    if (place == POL_IMPACT_LARGEST)
        return;
    if (impact->largest_count < POL_IMPACT_LARGEST)
        impact->largest_count++;
    for (uint32_t i = impact->largest_count - 1; i > place; i--)
        impact->largest[i] = impact->largest[i - 1];
    impact->largest[place] = *claim;
}

static bool is_large(const pol_impact *impact, int64_t change)
{
    if (impact->largest_count < POL_IMPACT_LARGEST)
        return true;
    const int64_t least = impact->largest[POL_IMPACT_LARGEST - 1].change_fen;
    return (change < 0 ? -change : change) > (least < 0 ? -least : least);
}

static void compare_payers(struct pol_impact_work *work, const figures *a, const figures *b, pol_impact_claim *claim)
{
    claim->payer = POL_NONE32;
    for (size_t i = 0; i < work->impact->payers.count; i++) {
        pol_impact_payer *payer = &work->impact->payers.items[i];
        const int64_t change = b->paid[i] - a->paid[i];
        payer->old_fen += a->paid[i];
        payer->new_fen += b->paid[i];
        payer->up += change > 0;
        payer->down += change < 0;
        const int64_t size = change < 0 ? -change : change;
        const int64_t most = claim->payer_fen < 0 ? -claim->payer_fen : claim->payer_fen;
        if (size > most) {
            claim->payer = (uint32_t)i;
            claim->payer_fen = change;
        }
    }
}

static void count_groups(struct pol_impact_work *work, const figures *a, const figures *b)
{
    for (uint32_t i = 0; i < MOST_FIELDS && work->new.fields[b->matter][i] != POL_NONE32; i++) {
        if (b->codes[i] < 0)
            continue;
        pol_impact_group *group = &work->impact->groups.items[work->groups[b->matter][i] + (uint32_t)b->codes[i]];
        group->claims++;
        group->gain += b->person < a->person;
        group->lose += b->person > a->person;
        group->old_fen += a->person;
        group->new_fen += b->person;
    }
}

static void count_person(struct pol_impact_work *work, pol_str person, int64_t change)
{
    if (person.length == 0)
        return;
    if (!work->has_last_person || !pol_str_equal(work->persons.names[work->last_person], person)) {
        const uint32_t before = work->persons.count, number = pol_names_add(&work->persons, person);
        if (number == POL_NO_NAME || (number == before && !POL_PUSH(&work->diff->arena, work->person_change, 0))) {
            work->failed = true;
            return;
        }
        work->last_person = number;
        work->has_last_person = true;
    }
    work->person_change.items[work->last_person] += change;
}

/* ---- 应退应补 -------------------------------------------------------------------------------------------------- */

/* A CSV cell: quoted where it must be. */
static void add_cell(pol_text *out, pol_str text)
{
    bool plain = true;
    for (size_t i = 0; i < text.length; i++)
        plain &= text.bytes[i] != ',' && text.bytes[i] != '"' && text.bytes[i] != '\n' && text.bytes[i] != '\r';
    if (plain) {
        pol_text_add(out, text);
        return;
    }
    pol_text_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"')
            pol_text_char(out, '"');
        pol_text_char(out, text.bytes[i]);
    }
    pol_text_char(out, '"');
}

static void add_fen(pol_text *out, int64_t fen)
{
    char text[64];
    pol_fen_text(text, fen);
    pol_text_char(out, ',');
    pol_text_add(out, pol_str_of(text));
}

static void write_corrections(struct pol_impact_work *work, const figures *a, const figures *b, pol_str id, pol_str person)
{
    pol_arena scratch;
    pol_text text;
    pol_arena_init(&scratch, &work->diff->arena.allocator);
    pol_text_init(&text, &scratch);
    if (!work->header_written)
        pol_text_add(&text, POL_STR("编号,参保人,行,付款方,原金额,新金额,应补,应退\n"));
    work->header_written = true;
    for (size_t i = 0; a != NULL && i < work->impact->payers.count; i++) {
        if (a->paid[i] == b->paid[i])
            continue;
        add_cell(&text, id);
        pol_text_char(&text, ',');
        add_cell(&text, person);
        pol_text_format(&text, ",%llu,", (unsigned long long)a->line);
        add_cell(&text, work->impact->payers.items[i].name);
        add_fen(&text, a->paid[i]);
        add_fen(&text, b->paid[i]);
        add_fen(&text, b->paid[i] > a->paid[i] ? b->paid[i] - a->paid[i] : 0);
        add_fen(&text, b->paid[i] < a->paid[i] ? a->paid[i] - b->paid[i] : 0);
        pol_text_char(&text, '\n');
    }
    if (pol_arena_failed(&scratch))
        work->failed = true;
    else if (text.length > 0 && !work->corrections.write(work->corrections.user, text.bytes, text.length))
        work->write_failed = true;
    pol_arena_reset(&scratch);
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

static bool payers_differ(const struct pol_impact_work *work, const figures *a, const figures *b)
{
    return memcmp(a->paid, b->paid, work->impact->payers.count * sizeof *a->paid) != 0;
}

static void count_settled(struct pol_impact_work *work, const figures *a, const figures *b, pol_str id, pol_str person)
{
    pol_impact *impact = work->impact;
    const int64_t change = b->person - a->person;
    impact->gain += change < 0;
    impact->lose += change > 0;
    const bool differs = a->total != b->total || a->hospital != b->hospital || a->statuses != b->statuses ||
                         payers_differ(work, a, b);
    impact->moved += change == 0 && differs;
    impact->same += change == 0 && !differs;
    impact->old_total += a->total;
    impact->new_total += b->total;
    impact->old_person += a->person;
    impact->new_person += b->person;
    impact->old_hospital += a->hospital;
    impact->new_hospital += b->hospital;
    pol_impact_claim claim = { .line = a->line, .change_fen = change, .old_fen = a->person, .new_fen = b->person };
    compare_payers(work, a, b, &claim);
    count_groups(work, a, b);
    count_person(work, person, change);
    if (change != 0) {
        work->failed |= !POL_PUSH(&work->diff->arena, work->changes, change);
        if (is_large(impact, change)) {
            claim.id = pol_str_copy(&work->diff->arena, id);
            add_largest(impact, &claim);
        }
    }
    if (work->has_corrections && payers_differ(work, a, b))
        write_corrections(work, a, b, id, person);
}

static void compare_claim(struct pol_impact_work *work, const figures *a, const figures *b)
{
    pol_impact *impact = work->impact;
    const char *texts = work->old.waiting.texts;
    const pol_str id = { texts + a->id_at, a->id_length }, person = { texts + a->person_at, a->person_length };
    impact->claims++;
    impact->only_old += a->settled && !b->settled;
    impact->only_new += !a->settled && b->settled;
    impact->neither += !a->settled && !b->settled;
    if (a->settled && b->settled)
        count_settled(work, a, b, id, person);
}

static void compare_heads(struct pol_impact_work *work)
{
    queue *a = &work->old.waiting, *b = &work->new.waiting;
    while (a->head < a->count && b->head < b->count && !work->failed)
        compare_claim(work, figures_at(work, a, a->head++), figures_at(work, b, b->head++));
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

static uint32_t payer_number(pol_diff *diff, pol_impact *impact, pol_str name)
{
    for (size_t i = 0; i < impact->payers.count; i++)
        if (pol_str_equal(impact->payers.items[i].name, name))
            return (uint32_t)i;
    const pol_impact_payer payer = { .name = name };
    (void)POL_PUSH(&diff->arena, impact->payers, payer);
    return (uint32_t)impact->payers.count - 1;
}

static bool map_statuses(pol_diff *diff, side_work *side, uint32_t matter, bool is_old)
{
    const pol_code *code = &side->program->matters[matter];
    side->statuses[matter] = POL_NEW_ARRAY(&diff->arena, status_mark, code->status_count);
    for (uint32_t i = 0; i < code->status_count && side->statuses[matter] != NULL; i++) {
        const pol_str name = code->statuses[i].name;
        const bool again = i > 0 && pol_str_equal(name, code->statuses[i - 1].name);
        side->statuses[matter][i].hash = pol_str_hash(is_old ? pol_renamed(diff, name) : name);
        side->statuses[matter][i].first = again ? side->statuses[matter][i - 1].first : i;
    }
    return side->statuses[matter] != NULL;
}

/* Which payers, statuses and inputs with labels a side has. */
static bool map_side(pol_diff *diff, side_work *side, bool is_old)
{
    const pol_program *program = side->program;
    side->payers = POL_NEW_ARRAY(&diff->arena, uint32_t *, program->matter_count);
    side->fields = POL_NEW_ARRAY(&diff->arena, uint32_t *, program->matter_count);
    side->statuses = POL_NEW_ARRAY(&diff->arena, status_mark *, program->matter_count);
    for (uint32_t m = 0; !pol_arena_failed(&diff->arena) && m < program->matter_count; m++) {
        const pol_code *code = &program->matters[m];
        side->payers[m] = POL_NEW_ARRAY(&diff->arena, uint32_t, code->payer_count);
        side->fields[m] = POL_NEW_ARRAY(&diff->arena, uint32_t, MOST_FIELDS + 1);
        if (side->payers[m] == NULL || side->fields[m] == NULL || !map_statuses(diff, side, m, is_old))
            return false;
        for (uint32_t i = 0; i < code->payer_count; i++)
            side->payers[m][i] = payer_number(diff, diff->impact, is_old ? pol_renamed(diff, code->payers[i].name) : code->payers[i].name);
        uint32_t count = 0;
        for (uint32_t i = 0; i < code->input_count && count < MOST_FIELDS; i++)
            if (code->fields[i].type == POL_F_LABEL)
                side->fields[m][count++] = i;
        side->fields[m][count] = POL_NONE32;
    }
    return !pol_arena_failed(&diff->arena);
}

/* A group for every label of every such input of the new side; matters that share an input share groups. */
static uint32_t group_number(pol_diff *diff, pol_str field, const pol_label_set *labels)
{
    pol_impact *impact = diff->impact;
    for (uint32_t i = 0; i + labels->count <= impact->groups.count; i++) {
        uint32_t k = 0;
        while (k < labels->count && pol_str_equal(impact->groups.items[i + k].field, field) &&
               pol_str_equal(impact->groups.items[i + k].label, labels->labels[k]))
            k++;
        if (k == labels->count)
            return i;
    }
    for (uint32_t k = 0; k < labels->count; k++) {
        const pol_impact_group group = { .field = field, .label = labels->labels[k] };
        (void)POL_PUSH(&diff->arena, impact->groups, group);
    }
    return (uint32_t)impact->groups.count - labels->count;
}

static bool map_groups(pol_diff *diff, struct pol_impact_work *work)
{
    const pol_program *program = diff->new.program;
    work->groups = POL_NEW_ARRAY(&diff->arena, uint32_t *, program->matter_count);
    for (uint32_t m = 0; work->groups != NULL && m < program->matter_count; m++) {
        work->groups[m] = POL_NEW_ARRAY(&diff->arena, uint32_t, MOST_FIELDS);
        for (uint32_t i = 0; work->groups[m] != NULL && work->new.fields[m][i] != POL_NONE32; i++) {
            const pol_field_def *field = &program->matters[m].fields[work->new.fields[m][i]];
            work->groups[m][i] = group_number(diff, field->name, &program->label_sets[field->labels]);
        }
    }
    return !pol_arena_failed(&diff->arena);
}

static bool nowhere(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

static pol_status open_side(pol_diff *diff, side_work *side, const pol_run_options *options)
{
    const pol_run_options own = { .in = options->in,
                                  .matter = options->matter,
                                  .block = options->block,
                                  .any_order = options->any_order };
    const pol_writer out = { nowhere, NULL };
    const pol_status status = pol_runner_new(&diff->arena.allocator, side->program, &own, out, &side->runner);
    if (status == POL_OK)
        pol_runner_tap(side->runner, (pol_tap){ take, side });
    return status;
}

pol_status pol_diff_claims(pol_diff *diff, const pol_run_options *options, const pol_writer *corrections)
{
    static const pol_run_options k_default = { .in = POL_JSON_LINES, .any_order = true };
    if (diff->impact != NULL)
        return POL_BAD_ARGUMENT;
    diff->impact = POL_NEW(&diff->arena, pol_impact);
    struct pol_impact_work *work = POL_NEW(&diff->arena, struct pol_impact_work);
    if (diff->impact == NULL || work == NULL)
        return POL_NO_MEMORY;
    diff->impact->work = work;
    work->diff = diff;
    work->impact = diff->impact;
    work->old = (side_work){ .work = work, .program = diff->old.program };
    work->new = (side_work){ .work = work, .program = diff->new.program };
    work->has_corrections = corrections != NULL;
    if (corrections != NULL)
        work->corrections = *corrections;
    pol_names_init(&work->persons, &diff->arena);
    if (!map_side(diff, &work->old, true) || !map_side(diff, &work->new, false) || !map_groups(diff, work))
        return POL_NO_MEMORY;
    work->stride = (sizeof(figures) + diff->impact->payers.count * sizeof(int64_t) + 15) / 16 * 16;
    options = options == NULL ? &k_default : options;
    const pol_status status = open_side(diff, &work->old, options);
    return status == POL_OK ? open_side(diff, &work->new, options) : status;
}

/* ---- feeding --------------------------------------------------------------------------------------------------------- */

static pol_status status_of(const struct pol_impact_work *work, pol_status status)
{
    if (work->failed)
        return POL_NO_MEMORY;
    if (work->write_failed)
        return POL_WRITE_FAILED;
    return status == POL_FINDINGS ? POL_OK : status;
}

pol_status pol_diff_feed(pol_diff *diff, const char *bytes, size_t length)
{
    if (diff->impact == NULL)
        return POL_BAD_ARGUMENT;
    struct pol_impact_work *work = diff->impact->work;
    const pol_status status = status_of(work, pol_runner_feed(work->old.runner, bytes, length));
    return status == POL_OK ? status_of(work, pol_runner_feed(work->new.runner, bytes, length)) : status;
}

static int compare_changes(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void conclude(struct pol_impact_work *work)
{
    pol_impact *impact = work->impact;
    impact->persons = work->persons.count;
    for (size_t i = 0; i < work->person_change.count; i++) {
        impact->person_gain += work->person_change.items[i] < 0;
        impact->person_lose += work->person_change.items[i] > 0;
    }
    const size_t count = work->changes.count;
    impact->has_deciles = count > 0;
    if (count == 0)
        return;
    qsort(work->changes.items, count, sizeof *work->changes.items, compare_changes);
    for (size_t i = 0; i < POL_IMPACT_DECILES; i++) /* the smallest change that i + 1 tenths do not exceed */
        impact->deciles[i] = work->changes.items[((i + 1) * count + 9) / 10 - 1];
}

pol_status pol_diff_finish(pol_diff *diff)
{
    if (diff->impact == NULL)
        return POL_BAD_ARGUMENT;
    struct pol_impact_work *work = diff->impact->work;
    pol_status status = status_of(work, pol_runner_finish(work->old.runner));
    if (status == POL_OK)
        status = status_of(work, pol_runner_finish(work->new.runner));
    if (status != POL_OK)
        return status;
    if (work->has_corrections && !work->header_written)
        write_corrections(work, NULL, NULL, POL_STR(""), POL_STR(""));
    conclude(work);
    status = status_of(work, POL_OK);
    return status == POL_OK && pol_impact_differs(diff->impact) ? POL_FINDINGS : status;
}

bool pol_impact_differs(const pol_impact *impact)
{
    return impact != NULL && impact->gain + impact->lose + impact->moved + impact->only_old + impact->only_new > 0;
}

static void close_side(pol_diff *diff, side_work *side, size_t stride)
{
    pol_runner_free(side->runner);
    (void)pol_reallocate(&diff->arena.allocator, side->waiting.bytes, side->waiting.capacity * stride, 0);
    (void)pol_reallocate(&diff->arena.allocator, side->waiting.texts, side->waiting.text_capacity, 0);
}

void pol_impact_free(pol_diff *diff)
{
    if (diff->impact == NULL || diff->impact->work == NULL)
        return;
    close_side(diff, &diff->impact->work->old, diff->impact->work->stride);
    close_side(diff, &diff->impact->work->new, diff->impact->work->stride);
}
