/* pol_script_coverage: how much the examples of a script reach, and what they do not. */
#include "interp/coverage.h"

#include "interp/base/utf8.h"
#include "interp/examples.h"
#include "interp/json.h"

typedef struct words {
    const char *en, *zh;
} words;

static const char *in_lang(words text, pol_lang lang)
{
    return lang == POL_ZH ? text.zh : text.en;
}

const char *pol_goal_kind_text(pol_goal_kind kind, pol_lang lang)
{
    static const words k_kinds[POL_GOAL_KIND_COUNT] = {
        [POL_GOAL_CLAUSE] = { "clauses", "条款" },     [POL_GOAL_PAYER] = { "payers", "付款方" },
        [POL_GOAL_ALTERNATIVE] = { "alternatives", "情形" }, [POL_GOAL_TIER] = { "tiers", "分段" },
        [POL_GOAL_EDGE] = { "edges", "界线" },         [POL_GOAL_CAP] = { "caps", "封顶" },
        [POL_GOAL_ROW] = { "table rows", "表行" },     [POL_GOAL_BRANCH] = { "branches", "分支" },
        [POL_GOAL_CATEGORY] = { "categories", "类别" }, [POL_GOAL_STATUS] = { "statuses", "状态" },
    };
    return in_lang(k_kinds[kind], lang);
}

/* ---- goals in words ------------------------------------------------------------------------------------------ */

typedef struct wording {
    pol_inspect in; /* for source texts: script, arena, language */
    pol_str name, part;
} wording;

static pol_str say(const wording *w, const char *en, const char *zh)
{
    return pol_str_of(w->in.lang == POL_ZH ? zh : en);
}

static pol_str join(const wording *w, pol_str a, const char *between, pol_str b)
{
    pol_text text;
    pol_text_init(&text, w->in.arena);
    pol_text_add(&text, a);
    if (a.length > 0 && b.length > 0)
        pol_text_add(&text, pol_str_of(between));
    pol_text_add(&text, b);
    return pol_text_str(&text);
}

/* Words of the script, shortened when they are many. */
static pol_str excerpt(const wording *w, pol_node *node)
{
    enum { LONGEST = 64 };
    const pol_str text = pol_source_text(&w->in, node);
    if (pol_utf8_text_width(text) <= LONGEST)
        return text;
    size_t at = 0, size = 0;
    for (int width = 0; at < text.length && width < LONGEST - 2; at += size) {
        (void)pol_utf8_next(text.bytes + at, text.length - at, &size);
        width += pol_utf8_text_width((pol_str){ text.bytes + at, size });
    }
    return join(w, (pol_str){ text.bytes, at }, "", POL_STR("…"));
}

static const pol_alternative *alternatives_of(const pol_coverage *coverage, const pol_goal *goal, uint32_t *count)
{
    const pol_matter *const matter = coverage->script->model.matters.items[goal->matter];
    for (uint32_t i = 0; i < matter->payer_count; i++) {
        if (matter->payers[i].node != goal->node)
            continue;
        *count = matter->payers[i].alternative_count;
        return matter->payers[i].alternatives;
    }
    *count = 0;
    return NULL;
}

static void word_alternative(wording *w, const pol_coverage *coverage, const pol_goal *goal)
{
    uint32_t count;
    const pol_alternative *const alternatives = alternatives_of(coverage, goal, &count);
    w->name = pol_node_text(pol_node_declared(goal->node));
    if (goal->part >= count) {
        w->part = say(w, "no condition holds", "条件均不成立");
        return;
    }
    pol_text text;
    pol_text_init(&text, w->in.arena);
    pol_text_format(&text, w->in.lang == POL_ZH ? "第 %u 种情形：" : "alternative %u: ", (unsigned)goal->part + 1);
    pol_node *const condition = alternatives[goal->part].condition;
    pol_text_add(&text, condition == NULL ? say(w, "the rest", "其余") : excerpt(w, condition));
    w->part = pol_text_str(&text);
}

static void word_row(wording *w, const pol_list *rows, uint32_t part)
{
    if (part >= rows->count)
        return;
    const pol_ast_row *const row = POL_AS(row, rows->items[part]);
    for (uint32_t i = 0; i < row->keys.count; i++)
        w->part = join(w, w->part, w->in.lang == POL_ZH ? "、" : ", ", pol_source_text(&w->in, row->keys.items[i]));
}

static pol_str subjects_text(wording *w, const pol_list *subjects)
{
    pol_str text = POL_STR("");
    for (uint32_t i = 0; i < subjects->count; i++)
        text = join(w, text, w->in.lang == POL_ZH ? "、" : ", ", pol_source_text(&w->in, subjects->items[i]));
    return join(w, say(w, "by", "按"), " ", text);
}

static void word_branch(wording *w, const pol_goal *goal)
{
    const bool is_order = goal->node->kind == POL_N_ORDER;
    const pol_list *const cases = is_order ? &POL_AS(order, goal->node)->cases : &POL_AS(when, goal->node)->cases;
    pol_node *cond = NULL;
    if (goal->part < cases->count)
        cond = is_order ? POL_AS(order_case, cases->items[goal->part])->cond
                        : POL_AS(when_case, cases->items[goal->part])->cond;
    w->name = is_order ? say(w, "order", "顺序") : excerpt(w, goal->node);
    w->part = cond == NULL ? say(w, "otherwise", "否则")
                           : join(w, say(w, "when", "当"), " ", excerpt(w, cond));
}

/* The name of the benefit that a step belongs to. */
static pol_str payer_of(const pol_coverage *coverage, const pol_goal *goal)
{
    const pol_matter *const matter = coverage->script->model.matters.items[goal->matter];
    for (uint32_t i = 0; i < matter->payer_count; i++) {
        if (matter->payers[i].node->span.start <= goal->node->span.start &&
            goal->node->span.end <= matter->payers[i].node->span.end &&
            matter->payers[i].node->span.file == goal->node->span.file)
            return matter->payers[i].symbol->name;
    }
    return POL_STR("");
}

static void word_step(wording *w, const pol_coverage *coverage, const pol_goal *goal, words first, words second)
{
    w->name = join(w, payer_of(coverage, goal), " ", excerpt(w, goal->node));
    w->part = pol_str_of(in_lang(goal->part == 0 ? first : second, w->in.lang));
}

static void word_within(wording *w, const pol_goal *goal)
{
    const pol_ast_interval *const interval = POL_AS(interval, POL_AS(in, goal->node)->group);
    const bool from_zero = interval->low->kind == POL_N_MONEY && POL_AS(money, interval->low)->value.digits == 0 &&
                           !interval->open_low;
    const uint32_t side = goal->part + (from_zero ? 1 : 0);
    w->name = excerpt(w, goal->node);
    w->part = side == 0 ? say(w, "below", "低于下端") : side == 1 ? say(w, "inside", "在内") : say(w, "above", "高于上端");
}

static void word_edge(wording *w, const pol_coverage *coverage, const pol_goal *goal)
{
    static const words k_within = { "within the deductible", "未超过起付" }, k_beyond = { "beyond the deductible", "超过起付" };
    const bool first = goal->part == 0;
    switch (goal->node->kind) {
    case POL_N_STEP: word_step(w, coverage, goal, k_within, k_beyond); return;
    case POL_N_IN: word_within(w, goal); return;
    case POL_N_PERIOD:
        w->name = pol_source_text(&w->in, goal->node);
        w->part = first ? say(w, "before", "之前") : goal->part == 1 ? say(w, "during", "期内") : say(w, "after", "之后");
        return;
    case POL_N_CALL:
        w->name = excerpt(w, goal->node);
        w->part = join(w, say(w, "decided by", "起作用的是"), " ",
                       excerpt(w, POL_AS(call, goal->node)->args.items[goal->part]));
        return;
    case POL_N_BOUND:
        w->name = excerpt(w, goal->node);
        w->part = first ? say(w, "kept", "符合") : say(w, "broken", "违反");
        return;
    case POL_N_REQUIRE:
        w->name = excerpt(w, goal->node);
        w->part = first ? say(w, "met", "符合") : say(w, "not met", "不符合");
        return;
    case POL_N_PORTION:
        w->name = excerpt(w, goal->node);
        w->part = first ? say(w, "above", "超过") : say(w, "not above", "不超过");
        return;
    default:
        w->name = excerpt(w, goal->node);
        w->part = first ? say(w, "holds", "成立") : say(w, "does not hold", "不成立");
    }
}

static void word_tier(wording *w, const pol_goal *goal)
{
    if (goal->node->kind == POL_N_PARAM) {
        w->name = pol_node_text(POL_AS(param, goal->node)->name);
        w->part = goal->part == 0 ? say(w, "lowest slice", "最低一档") : say(w, "a higher slice", "较高的档");
        return;
    }
    w->name = say(w, "tiers", "分段");
    word_row(w, &POL_AS(braces, goal->node)->rows, goal->part);
}

static void word_goal(wording *w, const pol_coverage *coverage, const pol_goal *goal)
{
    static const words k_hit = { "reached", "达到封顶" }, k_free = { "not reached", "未达到封顶" };
    switch (goal->kind) {
    case POL_GOAL_CLAUSE:
        w->name = pol_node_text(POL_AS(clause, goal->node)->number);
        w->part = pol_node_text(POL_AS(clause, goal->node)->title);
        return;
    case POL_GOAL_PAYER:
        w->name = pol_node_text(goal->node);
        w->part = say(w, "pays", "有支付");
        return;
    case POL_GOAL_ALTERNATIVE: word_alternative(w, coverage, goal); return;
    case POL_GOAL_TIER: word_tier(w, goal); return;
    case POL_GOAL_EDGE: word_edge(w, coverage, goal); return;
    case POL_GOAL_CAP: word_step(w, coverage, goal, k_hit, k_free); return;
    case POL_GOAL_ROW:
        w->name = goal->node->kind == POL_N_TABLE ? subjects_text(w, &POL_AS(table, goal->node)->subjects)
                                                  : say(w, "dated value", "按日期取值");
        word_row(w, goal->node->kind == POL_N_TABLE ? &POL_AS(table, goal->node)->rows : &POL_AS(braces, goal->node)->rows,
                 goal->part);
        return;
    case POL_GOAL_BRANCH: word_branch(w, goal); return;
    case POL_GOAL_CATEGORY:
        w->name = pol_node_text(goal->node);
        w->part = say(w, "given", "给定过");
        return;
    case POL_GOAL_STATUS:
        w->name = pol_node_text(goal->node->kind == POL_N_REASON ? POL_AS(reason, goal->node)->label
                                                                 : POL_AS(status, goal->node)->name);
        w->part = say(w, "set", "出现");
        return;
    case POL_GOAL_KIND_COUNT: return;
    }
}

void pol_goal_text(const pol_coverage *coverage, const pol_goal *goal, pol_lang lang, pol_arena *arena,
                   pol_str *name, pol_str *part)
{
    wording w = { .in = { .script = coverage->script, .arena = arena, .lang = lang } };
    word_goal(&w, coverage, goal);
    *name = w.name;
    *part = w.part;
}

uint32_t pol_goal_line(const pol_coverage *coverage, const pol_goal *goal)
{
    return pol_source_place(&coverage->script->sources.items[goal->node->span.file], goal->node->span.start).line;
}

/* ---- the examples ----------------------------------------------------------------------------------------------- */

static pol_status add_example(pol_coverage *coverage, uint32_t matter, pol_ast_example *example)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &coverage->script->arena.allocator);
    pol_text record;
    pol_text_init(&record, &scratch);
    pol_str what;
    pol_status status = POL_OK;
    if (pol_example_record(&record, coverage->script, matter, example, &what) && !pol_arena_failed(&scratch)) {
        pol_one_claim claim;
        status = pol_one_claim_run(&claim, coverage->script, pol_text_str(&record), matter, POL_ZH);
        if (status == POL_OK)
            pol_coverage_add(coverage, &claim, example);
        pol_one_claim_free(&claim);
    }
    if (pol_arena_failed(&scratch) || pol_arena_failed(&coverage->arena))
        status = POL_NO_MEMORY;
    pol_arena_reset(&scratch);
    return status;
}

pol_status pol_coverage_add_examples(pol_coverage *coverage)
{
    const pol_script *const script = coverage->script;
    pol_status status = POL_OK;
    for (uint32_t m = 0; m < script->model.matters.count && status == POL_OK; m++) {
        const pol_matter *const matter = script->model.matters.items[m];
        for (uint32_t i = 0; i < matter->example_count && status == POL_OK; i++)
            status = add_example(coverage, m, POL_AS(example, matter->examples[i]));
    }
    return status;
}

/* ---- the report -------------------------------------------------------------------------------------------------- */

static pol_coverage_summary count_goals(const pol_coverage *coverage, pol_goal_kind kind)
{
    pol_coverage_summary sum = { 0, 0 };
    for (size_t i = 0; i < coverage->goals.count; i++) {
        if (kind != POL_GOAL_KIND_COUNT && coverage->goals.items[i].kind != kind)
            continue;
        sum.all++;
        sum.reached += coverage->goals.items[i].reached ? 1 : 0;
    }
    return sum;
}

static void add_padding(pol_text *out, int columns)
{
    for (int i = 0; i < columns; i++)
        pol_text_char(out, ' ');
}

static void report_missing(pol_text *out, const pol_coverage *coverage, pol_goal_kind kind, pol_lang lang)
{
    for (size_t i = 0; i < coverage->goals.count; i++) {
        const pol_goal *const goal = &coverage->goals.items[i];
        if (goal->kind != kind || goal->reached)
            continue;
        pol_str name, part;
        pol_goal_text(coverage, goal, lang, out->arena, &name, &part);
        pol_text_format(out, lang == POL_ZH ? "      第 %u 行  " : "      line %u  ",
                        (unsigned)pol_goal_line(coverage, goal));
        pol_text_add(out, name);
        pol_text_add(out, lang == POL_ZH ? POL_STR("：") : POL_STR(": "));
        pol_text_add(out, part);
        pol_text_char(out, '\n');
    }
}

static void report_text(pol_text *out, const pol_coverage *coverage, pol_lang lang)
{
    const pol_str name = coverage->script->sources.items[0].name;
    const pol_coverage_summary all = count_goals(coverage, POL_GOAL_KIND_COUNT);
    pol_text_format(out, lang == POL_ZH ? "%.*s：案例覆盖 %u/%u" : "%.*s: the examples reach %u of %u", (int)name.length,
                    name.bytes, all.reached, all.all);
    if (all.all > 0)
        pol_text_format(out, lang == POL_ZH ? "（%u%%）" : " (%u%%)",
                        (unsigned)((uint64_t)all.reached * 100 / all.all));
    pol_text_char(out, '\n');
    for (int kind = 0; kind < POL_GOAL_KIND_COUNT; kind++) {
        const pol_coverage_summary sum = count_goals(coverage, (pol_goal_kind)kind);
        const char *const text = pol_goal_kind_text((pol_goal_kind)kind, lang);
        if (sum.all == 0)
            continue;
        pol_text_format(out, "  %s", text);
        add_padding(out, 14 - pol_utf8_text_width(pol_str_of(text)));
        pol_text_format(out, "%4u/%u\n", sum.reached, sum.all);
        report_missing(out, coverage, (pol_goal_kind)kind, lang);
    }
}

static void add_member(pol_text *out, const char *key, pol_str text)
{
    pol_text_format(out, "\"%s\":", key);
    pol_json_write_string(out, text);
}

static void report_json(pol_text *out, const pol_coverage *coverage)
{
    pol_text_char(out, '{');
    add_member(out, "脚本", coverage->script->sources.items[0].name);
    pol_text_add(out, POL_STR(",\"覆盖\":{"));
    for (int kind = 0; kind < POL_GOAL_KIND_COUNT; kind++) {
        const pol_coverage_summary sum = count_goals(coverage, (pol_goal_kind)kind);
        pol_text_format(out, "%s\"%s\":{\"已到\":%u,\"全部\":%u}", kind == 0 ? "" : ",",
                        pol_goal_kind_text((pol_goal_kind)kind, POL_ZH), sum.reached, sum.all);
    }
    pol_text_add(out, POL_STR("},\"未到\":["));
    bool first = true;
    for (size_t i = 0; i < coverage->goals.count; i++) {
        const pol_goal *const goal = &coverage->goals.items[i];
        pol_str name, part;
        if (goal->reached)
            continue;
        pol_goal_text(coverage, goal, POL_ZH, out->arena, &name, &part);
        pol_text_add(out, first ? POL_STR("{") : POL_STR(",{"));
        add_member(out, "种类", pol_str_of(pol_goal_kind_text(goal->kind, POL_ZH)));
        pol_text_char(out, ',');
        add_member(out, "名称", name);
        pol_text_char(out, ',');
        add_member(out, "部分", part);
        pol_text_format(out, ",\"行\":%u}", (unsigned)pol_goal_line(coverage, goal));
        first = false;
    }
    pol_text_add(out, POL_STR("]}\n"));
}

pol_status pol_script_coverage(pol_script *script, pol_format format, pol_lang lang, pol_writer out,
                               pol_coverage_summary *summary)
{
    pol_status status = pol_script_trace(script);
    if (status != POL_OK)
        return status == POL_FINDINGS ? POL_BAD_ARGUMENT : status;
    pol_coverage coverage;
    status = pol_coverage_init(&coverage, script) ? pol_coverage_add_examples(&coverage) : POL_NO_MEMORY;
    if (status == POL_OK) {
        pol_text text;
        pol_text_init(&text, &coverage.arena);
        if (format == POL_JSON)
            report_json(&text, &coverage);
        else
            report_text(&text, &coverage, lang);
        if (pol_arena_failed(&coverage.arena))
            status = POL_NO_MEMORY;
        else if (!out.write(out.user, text.bytes, text.length))
            status = POL_WRITE_FAILED;
        if (summary != NULL)
            *summary = count_goals(&coverage, POL_GOAL_KIND_COUNT);
    }
    pol_coverage_fini(&coverage);
    return status;
}
