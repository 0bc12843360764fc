/* pol_script_missing: claims that reach what the examples do not, as examples whose 期望 is still to be
 * filled in.
 *
 * It starts from the claims of the examples and changes a field or a few at a time. Where a claim came by an
 * edge on the other side, the walk says what separates them (pol_goal.gap), and amounts are moved by that:
 * most figures of a policy follow an input one to one. The rest is chance among the values that the script
 * itself writes, a fen to either side of them. Chance is the same on every call. What it finds has been run:
 * each example surely reaches what it says. */
#include <string.h>

#include "interp/coverage.h"
#include "interp/examples.h"
#include "interp/trial.h"

#define MAX_TRIES 40000u   /* claims to be run in search of one script */
#define LITTLE 12u         /* changes tried of one claim before another is taken */

typedef struct target { /* a goal that is not reached yet */
    bool done;
    bool has_base;
    pol_trial base;       /* the claim that came nearest */
    pol_rational gap; /* what separates it */
} target;

typedef struct search {
    pol_coverage coverage;
    const pol_script *script;
    pol_arena *arena; /* the coverage's */
    pol_lang lang;
    pol_trials trials;
    POL_VEC(pol_trial) pool;  /* the examples, then what was found */
    target *targets;      /* by goal */
    uint32_t tries;
    uint32_t found;
} search;

static const pol_code *code_of(const search *s, uint32_t matter)
{
    return &s->script->traced.program->matters[matter];
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

typedef struct outcome {
    bool ran;
    pol_claim_error error;
} outcome;

/* Runs a record; the coverage's marks and gaps are then this claim's alone. Of an example: `values` takes
 * what it gives. */
static pol_status run_record(search *s, pol_str record, uint32_t matter, const pol_ast_example *example, pol_trial *values,
                             outcome *result)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        s->coverage.goals.items[i].reached = s->coverage.goals.items[i].has_gap = false;
    pol_one_claim claim;
    const pol_status status = pol_one_claim_run(&claim, s->script, record, matter, s->lang);
    *result = (outcome){ claim.ran, claim.finding.code };
    if (status == POL_OK && claim.ran) {
        pol_coverage_add(&s->coverage, &claim, example);
        if (values != NULL)
            pol_trial_read(&s->trials, &claim, values);
    }
    pol_one_claim_free(&claim);
    return status;
}

static pol_status run_trial(search *s, const pol_trial *t, outcome *result)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &s->script->arena.allocator);
    pol_text record;
    pol_text_init(&record, &scratch);
    pol_trial_json(&s->trials, &record, t);
    const pol_status status = pol_arena_failed(&scratch)
                                  ? POL_NO_MEMORY
                                  : run_record(s, pol_text_str(&record), t->matter, NULL, NULL, result);
    pol_arena_reset(&scratch);
    s->tries++;
    return status;
}

/* Moves one figure by what separates the claim from the edge; a share of it, where a ratio lies between. */
static bool move_by_gap(search *s, const pol_trial *t, pol_rational gap)
{
    const pol_code *const code = code_of(s, t->matter);
    const uint32_t number = pol_trial_below(&s->trials, code->field_count);
    pol_given *const value = &t->fields[number];
    const uint8_t type = code->fields[number].type;
    const pol_i128 unit = type == POL_F_AMOUNT ? POL_FEN_PER_YUAN : type == POL_F_RATIO ? 1000000 : 1;
    if ((type != POL_F_AMOUNT && type != POL_F_RATIO && type != POL_F_INTEGER && type != POL_F_DATE) || value->is_null)
        return false;
    const pol_i128 limit = (pol_i128)POL_MAX_AMOUNT_FEN * 2;
    pol_i128 move = gap.num / gap.den > limit || gap.num / gap.den < -limit ? 0 : gap.num * unit / gap.den;
    const int64_t ratio = pol_trial_pick(&s->trials, s->trials.ratios.items, s->trials.ratios.count);
    if (pol_trial_below(&s->trials, 3) == 0 && ratio > 0 && move < limit && move > -limit)
        move = move * 1000000 / ratio;
    if (pol_trial_below(&s->trials, 2) == 0)
        move = -move;
    move += (int64_t)pol_trial_below(&s->trials, 3) - 1;
    const pol_i128 now = (pol_i128)value->number + move;
    const int64_t most = type == POL_F_AMOUNT ? POL_MAX_AMOUNT_FEN : type == POL_F_RATIO ? 1000000 : type == POL_F_DATE ? POL_DATE_MAX : 999999999;
    const bool fits = now <= most && now >= (type == POL_F_DATE ? POL_DATE_MIN : type == POL_F_INTEGER ? -most : 0);
    if (fits) {
        value->is_given = true;
        value->number = (int64_t)now;
    }
    return fits;
}

static void change(search *s, const pol_trial *t, const target *aim)
{
    const uint32_t fields = code_of(s, t->matter)->field_count;
    if (fields == 0)
        return;
    if (aim != NULL && aim->has_base && pol_trial_below(&s->trials, 4) != 0)
        for (uint32_t tries = 0; tries < 8 && !move_by_gap(s, t, aim->gap); tries++)
            ;
    else
        pol_trial_change(&s->trials, t, pol_trial_below(&s->trials, fields));
    while (pol_trial_below(&s->trials, 3) == 0)
        pol_trial_change(&s->trials, t, pol_trial_below(&s->trials, fields));
}

/* ---- what was found --------------------------------------------------------------------------------------------------- */

/* The goals that a trial was found for, as comments. */
static void add_reasons(const search *s, pol_text *out, const bool *news)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        const pol_goal *const goal = &s->coverage.goals.items[i];
        pol_str name, part;
        if (!news[i])
            continue;
        pol_goal_text(&s->coverage, goal, s->lang, out->arena, &name, &part);
        pol_text_format(out, s->lang == POL_ZH ? "# 第 %u 行 %s " : "# line %u %s ", (unsigned)pol_goal_line(&s->coverage, goal),
                        pol_goal_kind_text(goal->kind, s->lang));
        pol_text_add(out, name);
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("：") : POL_STR(": "));
        pol_text_add(out, part);
        pol_text_char(out, '\n');
    }
}

static void add_example(search *s, pol_text *out, const pol_trial *t, const bool *news, bool rejected)
{
    const bool english = pol_model_is_english(&s->script->model);
    add_reasons(s, out, news);
    pol_text_format(out, english ? "example \"to fill in %u\"\n  given" : "案例 \"待填 %u\"\n  给定", (unsigned)++s->found);
    pol_trial_given(&s->trials, out, t, english);
    pol_text_add(out, english ? POL_STR("\n  expect  # ") : POL_STR("\n  期望  # "));
    if (rejected)
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("待填：按文件这笔数据不能结算，写“错误 代码 字段”")
                                            : POL_STR("to fill in: the document refuses this claim: error CODE FIELD"));
    else
        pol_text_add(out, s->lang == POL_ZH ? POL_STR("待填：按文件算出的各方支付、个人负担、状态")
                                            : POL_STR("to fill in: payers, the person's share and statuses by the document"));
    pol_text_add(out, POL_STR("\n\n"));
}

/* ---- the search ---------------------------------------------------------------------------------------------------------- */

static uint32_t open_targets(const search *s)
{
    uint32_t open = 0;
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        open += s->targets[i].done ? 0 : 1;
    return open;
}

static bool is_nearer(pol_rational a, pol_rational b)
{
    a.num = a.num < 0 ? -a.num : a.num;
    b.num = b.num < 0 ? -b.num : b.num;
    return pol_rational_compare(a, b) < 0;
}

/* After a run: which open goals it came nearer to. */
static void note_gaps(search *s, const pol_trial *t)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        const pol_goal *const goal = &s->coverage.goals.items[i];
        target *const aim = &s->targets[i];
        if (aim->done || goal->reached || !goal->has_gap || (aim->has_base && !is_nearer(goal->gap, aim->gap)))
            continue;
        if (aim->has_base && aim->base.matter == t->matter)
            pol_trial_assign(&s->trials, &aim->base, t);
        else
            aim->base = pol_trial_copy(&s->trials, t);
        aim->has_base = aim->base.fields != NULL;
        aim->gap = goal->gap;
    }
}

/* After a run: the open goals that it reached. */
static bool note_news(const search *s, bool *news)
{
    bool any = false;
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        news[i] = !s->targets[i].done && s->coverage.goals.items[i].reached;
        any |= news[i];
    }
    return any;
}

static bool still_reaches(const search *s, const bool *news)
{
    for (size_t i = 0; i < s->coverage.goals.count; i++) {
        if (news[i] && !s->coverage.goals.items[i].reached)
            return false;
    }
    return true;
}

/* Takes back every change that the goals do not need: what is left is what it differs in from an example. */
static pol_status simplify(search *s, pol_trial *t, const bool *news)
{
    const pol_trial *const origin = &s->pool.items[t->root];
    const uint32_t fields = code_of(s, t->matter)->field_count;
    outcome result;
    for (uint32_t i = 0; i < fields; i++) {
        if (memcmp(&t->fields[i], &origin->fields[i], sizeof *t->fields) == 0)
            continue;
        const pol_given changed = t->fields[i];
        t->fields[i] = origin->fields[i];
        const pol_status status = run_trial(s, t, &result);
        if (status != POL_OK)
            return status;
        if (!still_reaches(s, news))
            t->fields[i] = changed;
    }
    return run_trial(s, t, &result);
}

static pol_status keep(search *s, pol_text *out, pol_trial *t, bool *news)
{
    pol_status status = simplify(s, t, news);
    outcome result;
    if (status == POL_OK)
        status = run_trial(s, t, &result);
    if (status != POL_OK)
        return status;
    (void)note_news(s, news);
    add_example(s, out, t, news, result.error != POL_ERR_NONE);
    for (size_t i = 0; i < s->coverage.goals.count; i++)
        s->targets[i].done |= news[i];
    const pol_trial kept = pol_trial_copy(&s->trials, t);
    (void)POL_PUSH(s->arena, s->pool, kept);
    return pol_arena_failed(s->arena) ? POL_NO_MEMORY : POL_OK;
}

/* One open goal, by chance; NULL when none has a claim near it. */
static const target *choose_target(search *s)
{
    const size_t count = s->coverage.goals.count, start = pol_trial_below(&s->trials, count);
    for (size_t i = 0; i < count; i++) {
        const target *const aim = &s->targets[(start + i) % count];
        if (!aim->done && aim->has_base)
            return aim;
    }
    return NULL;
}

/* A claim to start from, and a few changes of it. */
static pol_status explore(search *s, pol_text *out, bool *news)
{
    const target *const aim = pol_trial_below(&s->trials, 3) == 0 ? NULL : choose_target(s);
    const pol_trial origin = pol_trial_copy(&s->trials, aim != NULL ? &aim->base : &s->pool.items[pol_trial_below(&s->trials, s->pool.count)]);
    pol_trial now = pol_trial_copy(&s->trials, &origin);
    pol_status status = pol_arena_failed(s->arena) ? POL_NO_MEMORY : POL_OK;
    for (uint32_t i = 0; i < LITTLE && status == POL_OK; i++) {
        outcome result;
        pol_trial_assign(&s->trials, &now, &origin);
        change(s, &now, aim);
        status = run_trial(s, &now, &result);
        if (status != POL_OK || !result.ran)
            continue;
        note_gaps(s, &now);
        if (note_news(s, news))
            status = keep(s, out, &now, news);
    }
    return status;
}

static void add_to_pool(search *s, pol_trial root)
{
    root.root = (uint32_t)s->pool.count;
    (void)POL_PUSH(s->arena, s->pool, root);
}

/* The claims of the examples: the pool, and what they reach. */
static pol_status start(search *s)
{
    pol_status status = POL_OK;
    for (uint32_t m = 0; m < s->script->model.matters.count && status == POL_OK; m++) {
        const pol_matter *const matter = s->script->model.matters.items[m];
        add_to_pool(s, pol_trial_plain(&s->trials, m));
        for (uint32_t i = 0; i < matter->example_count && status == POL_OK; i++) {
            pol_text record;
            pol_text_init(&record, s->arena);
            pol_str what;
            outcome result;
            pol_trial values = pol_trial_plain(&s->trials, m);
            pol_ast_example *const example = POL_AS(example, matter->examples[i]);
            if (!pol_example_record(&record, s->script, m, example, &what))
                continue;
            status = pol_arena_failed(s->arena) ? POL_NO_MEMORY
                                                : run_record(s, pol_text_str(&record), m, example, &values, &result);
            if (status != POL_OK || !result.ran)
                continue;
            add_to_pool(s, values);
            for (size_t g = 0; g < s->coverage.goals.count; g++)
                s->targets[g].done |= s->coverage.goals.items[g].reached;
            note_gaps(s, &s->pool.items[s->pool.count - 1]);
        }
    }
    return pol_arena_failed(s->arena) ? POL_NO_MEMORY : status;
}

static void add_unreached(const search *s, pol_text *out)
{
    if (open_targets(s) == 0)
        return;
    pol_text_add(out, s->lang == POL_ZH ? POL_STR("# 没有找到能到达下列各处的数据（可能本来就到不了）：\n")
                                        : POL_STR("# no claim was found that reaches these (perhaps none can):\n"));
    bool *const news = POL_NEW_ARRAY(out->arena, bool, s->coverage.goals.count);
    for (size_t i = 0; i < s->coverage.goals.count && news != NULL; i++)
        news[i] = !s->targets[i].done;
    if (news != NULL)
        add_reasons(s, out, news);
}

static pol_status find_missing(search *s, pol_text *out, pol_coverage_summary *summary)
{
    bool *const news = POL_NEW_ARRAY(s->arena, bool, s->coverage.goals.count);
    s->targets = POL_NEW_ARRAY(s->arena, target, s->coverage.goals.count);
    pol_status status = pol_trials_init(&s->trials, s->script, s->arena, 0) ? start(s) : POL_NO_MEMORY;
    while (status == POL_OK && s->tries < MAX_TRIES && s->pool.count > 0 && open_targets(s) > 0)
        status = explore(s, out, news);
    if (status == POL_OK)
        add_unreached(s, out);
    *summary = (pol_coverage_summary){ (unsigned)s->coverage.goals.count - (status == POL_OK ? open_targets(s) : 0),
                                       (unsigned)s->coverage.goals.count };
    return status;
}

pol_status pol_script_missing(pol_script *script, pol_lang lang, pol_writer out, pol_coverage_summary *summary)
{
    pol_status status = pol_script_trace(script);
    if (status != POL_OK)
        return status == POL_FINDINGS ? POL_BAD_ARGUMENT : status;
    pol_coverage_summary sum = { 0, 0 };
    search s = { .script = script, .lang = lang };
    status = pol_coverage_init(&s.coverage, script) ? POL_OK : POL_NO_MEMORY;
    s.arena = &s.coverage.arena;
    pol_text text;
    pol_text_init(&text, s.arena);
    if (status == POL_OK)
        status = find_missing(&s, &text, &sum);
    if (status == POL_OK && pol_arena_failed(s.arena))
        status = POL_NO_MEMORY;
    if (status == POL_OK && text.length > 0 && !out.write(out.user, text.bytes, text.length))
        status = POL_WRITE_FAILED;
    if (summary != NULL)
        *summary = sum;
    pol_coverage_fini(&s.coverage);
    return status;
}
