/* Two declarations that are twins, compared by what a declaration of their kind consists of; and what
 * only one side has. */
#include "interp/diff/diff.h"

#define SAY(en, zh) pol_diff_say(at->diff, (en), (zh))

void pol_diff_add(pol_diff *diff, pol_difference change)
{
    (void)POL_PUSH(&diff->arena, diff->changes, change);
}

static pol_node *first(const pol_decl *decl)
{
    return decl->nodes.count > 0 ? decl->nodes.items[0] : NULL;
}

static pol_str yes_no(const pol_pair_at *at, int yes)
{
    return yes ? SAY("yes", "是") : SAY("no", "否");
}

static void compare_flag(const pol_pair_at *at, const char *aspect, pol_str what, int before, int after)
{
    pol_diff_text(at, aspect, what, yes_no(at, before), yes_no(at, after));
}

static void compare_list(const pol_pair_at *at, const char *aspect, pol_str what, const pol_list *before,
                         const pol_list *after)
{
    if (!pol_str_equal(pol_words_list(at->diff, before, POL_WORDS_OLD), pol_words_list(at->diff, after, POL_WORDS_NEW)))
        pol_diff_text(at, aspect, what, pol_words_list(at->diff, before, POL_WORDS_SHOWN),
                      pol_words_list(at->diff, after, POL_WORDS_SHOWN));
}

/* ---- things in which order means nothing ----------------------------------------------------------------- */

typedef POL_VEC(pol_str) texts;

static bool has(const texts *list, pol_str text)
{
    for (size_t i = 0; i < list->count; i++)
        if (pol_str_equal(list->items[i], text))
            return true;
    return false;
}

static pol_str join(const pol_pair_at *at, const texts *list)
{
    pol_text text;
    pol_text_init(&text, &at->diff->arena);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            pol_text_add(&text, SAY(", ", "、"));
        pol_text_add(&text, list->items[i]);
    }
    return pol_text_str(&text);
}

/* What one list has that the other lacks, as one removal and one addition. */
static void compare_members(const pol_pair_at *at, const char *aspect, pol_str what, const texts *before,
                            const texts *after)
{
    texts gone = { 0 }, come = { 0 };
    for (size_t i = 0; i < before->count; i++)
        if (!has(after, pol_renamed(at->diff, before->items[i])))
            (void)POL_PUSH(&at->diff->arena, gone, before->items[i]);
    for (size_t i = 0; i < after->count; i++) {
        bool found = false;
        for (size_t k = 0; k < before->count; k++)
            found |= pol_str_equal(pol_renamed(at->diff, before->items[k]), after->items[i]);
        if (!found)
            (void)POL_PUSH(&at->diff->arena, come, after->items[i]);
    }
    pol_diff_text(at, aspect, what, join(at, &gone), POL_STR(""));
    pol_diff_text(at, aspect, what, POL_STR(""), join(at, &come));
}

/* Whether what both lists have stands in one order in both. */
static bool same_order(const pol_pair_at *at, const texts *before, const texts *after)
{
    texts common = { 0 };
    for (size_t i = 0; i < before->count; i++)
        if (has(after, pol_renamed(at->diff, before->items[i])))
            (void)POL_PUSH(&at->diff->arena, common, pol_renamed(at->diff, before->items[i]));
    size_t next = 0;
    for (size_t i = 0; i < after->count; i++)
        if (has(&common, after->items[i]) && !pol_str_equal(common.items[next++], after->items[i]))
            return false;
    return true;
}

/* ---- header, clauses, vocabularies ------------------------------------------------------------------------- */

static void compare_headers(const pol_pair_at *at)
{
    const pol_ast_header *a = POL_AS(header, first(at->before)), *b = POL_AS(header, first(at->after));
    pol_diff_text(at, "id", SAY("identifier", "标识"), pol_node_text(a->id), pol_node_text(b->id));
    pol_diff_text(at, "title", SAY("title", "名称"), pol_node_text(a->title), pol_node_text(b->title));
    pol_diff_text(at, "doc_no", SAY("document number", "文号"), pol_node_text(a->doc_no), pol_node_text(b->doc_no));
    pol_diff_text(at, "region", SAY("region", "地区"), pol_node_text(a->region), pol_node_text(b->region));
    pol_diff_value(at, "issued", SAY("issued", "印发"), a->issued, b->issued);
    pol_diff_text(at, "series", SAY("series", "系列"), pol_node_text(a->series), pol_node_text(b->series));
    pol_diff_text(at, "extends", SAY("extends", "沿用"), pol_node_text(a->extends), pol_node_text(b->extends));
    pol_diff_value(at, "effective", SAY("effective", "施行"), a->effective, b->effective);
    compare_flag(at, "settle_outside", SAY("settles outside", "期外照算"), a->settle_outside, b->settle_outside);
    pol_diff_value(at, "rounding", SAY("rounding", "取整"), a->rounding, b->rounding);
}

static void compare_clauses(const pol_pair_at *at)
{
    const pol_ast_clause *a = POL_AS(clause, first(at->before)), *b = POL_AS(clause, first(at->after));
    pol_diff_text(at, "title", SAY("title", "内容"), pol_node_text(a->title), pol_node_text(b->title));
    pol_diff_text(at, "no_rule", SAY("no rule", "不计算"), pol_node_text(a->no_rule), pol_node_text(b->no_rule));
}

static texts category_labels(const pol_pair_at *at, const pol_decl *decl)
{
    texts labels = { 0 };
    for (size_t i = 0; i < decl->nodes.count; i++) {
        const pol_list *list = &POL_AS(category, decl->nodes.items[i])->labels;
        for (uint32_t k = 0; k < list->count; k++)
            (void)POL_PUSH(&at->diff->arena, labels, pol_node_text(list->items[k]));
    }
    return labels;
}

static void compare_categories(const pol_pair_at *at)
{
    const texts before = category_labels(at, at->before), after = category_labels(at, at->after);
    compare_members(at, "label", SAY("category", "类"), &before, &after);
    if (!same_order(at, &before, &after))
        pol_diff_text(at, "order", SAY("order", "次序"), join(at, &before), join(at, &after));
}

/* The labels or texts that a set holds, sets inside it and extensions included. */
static texts set_members(const pol_pair_at *at, const pol_side *side, const pol_decl *decl)
{
    texts members = { 0 };
    const pol_symbol *symbol = decl->matter == NULL ? NULL : pol_matter_find(decl->matter, decl->name);
    const pol_model *model = &side->script->model;
    for (uint32_t i = 0; symbol != NULL && i < symbol->members.count; i++) {
        const size_t code = (size_t)symbol->members.codes[i];
        const pol_str text = symbol->text_set ? model->texts.items[code]
                                              : model->label_sets.items[symbol->labels].labels[code];
        (void)POL_PUSH(&at->diff->arena, members, text);
    }
    return members;
}

static void compare_sets(const pol_pair_at *at)
{
    const texts before = set_members(at, &at->diff->old, at->before), after = set_members(at, &at->diff->new, at->after);
    compare_members(at, "member", SAY("member", "成员"), &before, &after);
}

/* ---- inputs and parameters -------------------------------------------------------------------------------------- */

/* A bound is known by its comparison and its condition; its value may change. */
static bool same_bound(const pol_pair_at *at, const pol_ast_bound *a, const pol_ast_bound *b)
{
    return a->op == b->op && pol_words_same(at->diff, a->when, b->when);
}

static pol_str bound_name(const pol_pair_at *at, const pol_ast_bound *bound)
{
    static const char *const k_en[] = { "equals", "not_equals", "at_least", "at_most", "above", "below" };
    static const char *const k_zh[] = { "等于", "不等于", "不低于", "不超过", "超过", "低于" };
    const pol_str op = SAY(k_en[bound->op], k_zh[bound->op]);
    if (bound->when == NULL)
        return pol_diff_format(at->diff, "%s %.*s", SAY("bound", "限").bytes, POL_S(op));
    const pol_str when = pol_words(at->diff, bound->when, POL_WORDS_SHOWN);
    return at->diff->lang == POL_ZH ? pol_diff_format(at->diff, "限 当 %.*s %.*s", POL_S(when), POL_S(op))
                                    : pol_diff_format(at->diff, "bound when %.*s: %.*s", POL_S(when), POL_S(op));
}

static void compare_bounds(const pol_pair_at *at, const pol_list *before, const pol_list *after)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const pol_ast_bound *a = POL_AS(bound, before->items[i]), *twin = NULL;
        for (uint32_t k = 0; k < after->count && twin == NULL; k++)
            if (same_bound(at, a, POL_AS(bound, after->items[k])))
                twin = POL_AS(bound, after->items[k]);
        const pol_pair_at part = { at->diff, at->before, at->after, &a->node, twin == NULL ? NULL : &twin->node };
        pol_diff_value(&part, "bound", bound_name(at, a), a->value, twin == NULL ? NULL : twin->value);
    }
    for (uint32_t k = 0; k < after->count; k++) {
        const pol_ast_bound *b = POL_AS(bound, after->items[k]);
        uint32_t i = 0;
        while (i < before->count && !same_bound(at, POL_AS(bound, before->items[i]), b))
            i++;
        const pol_pair_at part = { at->diff, at->before, at->after, NULL, &b->node };
        if (i == before->count)
            pol_diff_value(&part, "bound", bound_name(at, b), NULL, b->value);
    }
}

static void compare_params(const pol_pair_at *at)
{
    const pol_ast_param *a = POL_AS(param, first(at->before)), *b = POL_AS(param, first(at->after));
    pol_diff_value(at, "type", SAY("type", "类型"), a->type, b->type);
    pol_diff_value(at, "value", SAY("", ""), a->value, b->value);
    compare_flag(at, "open", SAY("set by region", "由统筹区定"), a->by_region, b->by_region);
    compare_flag(at, "optional", SAY("optional", "可空"), a->optional, b->optional);
    pol_diff_value(at, "required", SAY("required when", "必填 当"), a->required, b->required);
    compare_bounds(at, &a->bounds, &b->bounds);
}

static void compare_inputs(const pol_pair_at *at)
{
    const pol_ast_input *a = POL_AS(input, first(at->before)), *b = POL_AS(input, first(at->after));
    const pol_ast_type *old_type = POL_AS(type, a->type), *new_type = POL_AS(type, b->type);
    if (old_type->kind == POL_TYPE_LABELS && new_type->kind == POL_TYPE_LABELS && old_type->any_of == new_type->any_of) {
        texts before = { 0 }, after = { 0 };
        for (uint32_t i = 0; i < old_type->labels.count; i++)
            (void)POL_PUSH(&at->diff->arena, before, pol_node_text(old_type->labels.items[i]));
        for (uint32_t i = 0; i < new_type->labels.count; i++)
            (void)POL_PUSH(&at->diff->arena, after, pol_node_text(new_type->labels.items[i]));
        compare_members(at, "label", SAY("category", "类"), &before, &after);
    } else {
        pol_diff_value(at, "type", SAY("type", "类型"), a->type, b->type);
    }
    pol_diff_value(at, "default", SAY("default", "缺省"), a->value, b->value);
    compare_flag(at, "optional", SAY("optional", "可空"), a->optional, b->optional);
    pol_diff_value(at, "required", SAY("required when", "必填 当"), a->required, b->required);
    compare_flag(at, "best", SAY("best", "就高"), a->best, b->best);
    compare_flag(at, "ranked", SAY("ranked", "依序"), a->ranked, b->ranked);
}

/* ---- accumulators -------------------------------------------------------------------------------------------------- */

static pol_str period_text(const pol_pair_at *at, const pol_node *node)
{
    static const char *const k_en[] = { "yearly", "quarterly", "monthly", "rolling", "lifelong" };
    static const char *const k_zh[] = { "每年", "每季", "每月", "滚动", "不清零" };
    if (node == NULL)
        return POL_STR("");
    const pol_ast_acc_period *period = POL_AS_CONST(acc_period, node);
    const pol_str kind = SAY(k_en[period->kind], k_zh[period->kind]);
    const pol_node *more = period->start != NULL ? period->start : period->months;
    if (more == NULL)
        return kind;
    const pol_str text = pol_words(at->diff, more, POL_WORDS_SHOWN);
    return pol_diff_format(at->diff, "%.*s %.*s", POL_S(kind), POL_S(text));
}

static texts terms_of(const pol_pair_at *at, const pol_decl *decl, pol_words_mode mode)
{
    texts terms = { 0 };
    for (size_t i = 0; i < decl->nodes.count; i++) {
        const pol_ast_accum *accum = POL_AS(accum, decl->nodes.items[i]);
        for (uint32_t k = 0; k < accum->terms.count; k++)
            (void)POL_PUSH(&at->diff->arena, terms, pol_words(at->diff, accum->terms.items[k], mode));
    }
    return terms;
}

static int change_of(const pol_decl *decl)
{
    int change = POL_CHANGE_NONE;
    for (size_t i = 0; i < decl->nodes.count; i++)
        if (POL_AS(accum, decl->nodes.items[i])->change != POL_CHANGE_NONE)
            change = POL_AS(accum, decl->nodes.items[i])->change;
    return change;
}

static void compare_accums(const pol_pair_at *at)
{
    const pol_ast_accum *a = POL_AS(accum, first(at->before)), *b = POL_AS(accum, first(at->after));
    pol_diff_value(at, "type", SAY("type", "类型"), a->type, b->type);
    pol_diff_text(at, "holder", SAY("holder", "主体"), a->household ? SAY("per_household", "每户") : SAY("per_person", "每人"),
                  b->household ? SAY("per_household", "每户") : SAY("per_person", "每人"));
    compare_list(at, "keys", SAY("keys", "分项"), &a->keys, &b->keys);
    pol_diff_text(at, "period", SAY("period", "周期"), period_text(at, a->period), period_text(at, b->period));
    static const char *const k_en[] = { "", "add", "become" }, *const k_zh[] = { "", "增加", "改为" };
    const int before = change_of(at->before), after = change_of(at->after);
    if (before == POL_CHANGE_BECOME && after == POL_CHANGE_BECOME && a->terms.count == 1 && b->terms.count == 1) {
        pol_diff_value(at, "become", SAY("become", "改为"), a->terms.items[0], b->terms.items[0]);
        return;
    }
    pol_diff_text(at, "change", SAY("change", "变动方式"), SAY(k_en[before], k_zh[before]), SAY(k_en[after], k_zh[after]));
    const texts old_terms = terms_of(at, at->before, POL_WORDS_OLD), new_terms = terms_of(at, at->after, POL_WORDS_NEW);
    compare_members(at, "add", SAY("adds", "增加"), &old_terms, &new_terms);
}

/* ---- payers ---------------------------------------------------------------------------------------------------------- */

static const pol_payer *payer_of(const pol_decl *decl)
{
    for (uint32_t i = 0; decl->matter != NULL && i < decl->matter->payer_count; i++)
        if (pol_str_equal(decl->matter->payers[i].symbol->name, decl->name))
            return &decl->matter->payers[i];
    return NULL;
}

static pol_str mode_text(const pol_pair_at *at, pol_step_mode mode)
{
    switch (mode) {
    case POL_MODE_EACH_CLAIM: return SAY("each_claim", "每次");
    case POL_MODE_EACH_PERIOD: return SAY("each_period", "每期");
    case POL_MODE_FROM_ZERO: return SAY("from_zero", "从零起");
    case POL_MODE_FROM_DEDUCTIBLE: return SAY("from_deductible", "从起付线起");
    case POL_MODE_NONE: break;
    }
    return POL_STR("");
}

static pol_str symbol_name(const pol_symbol *symbol)
{
    return symbol == NULL ? POL_STR("") : symbol->name;
}

static pol_str in_alternative(const pol_pair_at *at, uint32_t number, uint32_t count, const char *en, const char *zh)
{
    const pol_str word = SAY(en, zh);
    if (count < 2)
        return word;
    return at->diff->lang == POL_ZH ? pol_diff_format(at->diff, "第%u项 %.*s", number + 1, POL_S(word))
                                    : pol_diff_format(at->diff, "alternative %u %.*s", number + 1, POL_S(word));
}

static pol_str cap_name(const pol_pair_at *at, pol_str what, pol_str on)
{
    if (on.length == 0)
        return what;
    return at->diff->lang == POL_ZH ? pol_diff_format(at->diff, "%.*s（累计于 %.*s）", POL_S(what), POL_S(on))
                                    : pol_diff_format(at->diff, "%.*s (running_on %.*s)", POL_S(what), POL_S(on));
}

/* Caps by the accumulator that they run on, then by number. */
static void compare_caps(const pol_pair_at *at, pol_str what, const pol_alternative *a, const pol_alternative *b)
{
    bool used[64] = { false };
    for (uint32_t i = 0; i < a->cap_count; i++) {
        const pol_str on = pol_renamed(at->diff, symbol_name(a->caps[i].running_on));
        uint32_t k = 0;
        while (k < b->cap_count && k < 64 && (used[k] || !pol_str_equal(on, symbol_name(b->caps[k].running_on))))
            k++;
        if (k == b->cap_count && a->cap_count == b->cap_count && i < 64 && !used[i]) {
            k = i; /* the same cap on another accumulator */
            pol_diff_text(at, "cap.running_on",
                          pol_diff_format(at->diff, "%.*s %s", POL_S(what), SAY("running_on", "累计于").bytes),
                          symbol_name(a->caps[i].running_on), symbol_name(b->caps[k].running_on));
        }
        if (k < b->cap_count && k < 64)
            used[k] = true;
        const pol_str name = cap_name(at, what, on);
        pol_pair_at step = *at;
        step.old_part = a->caps[i].step;
        step.new_part = k < b->cap_count ? b->caps[k].step : NULL;
        pol_diff_value(&step, "cap", name, a->caps[i].limit, k < b->cap_count ? b->caps[k].limit : NULL);
    }
    for (uint32_t k = 0; k < b->cap_count && k < 64; k++) {
        pol_pair_at step = *at;
        step.new_part = b->caps[k].step;
        if (!used[k])
            pol_diff_value(&step, "cap", cap_name(at, what, symbol_name(b->caps[k].running_on)), NULL, b->caps[k].limit);
    }
}

static pol_str rounding_text(const pol_pair_at *at, const pol_rounding_rule *rule)
{
    static const char *const k_en[] = { "half_up", "half_even", "round_up", "round_down" };
    static const char *const k_zh[] = { "四舍五入", "四舍六入", "进位", "舍去" };
    char unit[64];
    pol_decimal_text(unit, rule->unit.num, rule->unit.den, 2, true);
    return pol_diff_format(at->diff, "%s %s%s", SAY(k_en[rule->mode], k_zh[rule->mode]).bytes, unit, SAY(" yuan", "元").bytes);
}

static pol_pair_at at_step(const pol_pair_at *at, const pol_alternative *a, const pol_alternative *b, pol_step_kind kind)
{
    pol_pair_at step = *at;
    step.old_part = a->steps[kind];
    step.new_part = b->steps[kind];
    return step;
}

static void compare_alternatives(const pol_pair_at *at, uint32_t number, uint32_t count, const pol_alternative *a,
                                 const pol_alternative *b)
{
#define WHAT(en, zh) in_alternative(at, number, count, (en), (zh))
    const pol_pair_at condition = at_step(at, a, b, POL_STEP_CONDITION), base = at_step(at, a, b, POL_STEP_BASE),
                      deductible = at_step(at, a, b, POL_STEP_DEDUCTIBLE), tiers = at_step(at, a, b, POL_STEP_TIERS),
                      ratio = at_step(at, a, b, POL_STEP_RATIO), sum = at_step(at, a, b, POL_STEP_AMOUNT),
                      rounding = at_step(at, a, b, POL_STEP_ROUND);
    pol_diff_value(&condition, "condition", WHAT("condition", "条件"), a->condition, b->condition);
    pol_diff_value(&base, "base", WHAT("base", "基数"), a->base, b->base);
    pol_diff_text(&base, "base.running_on", WHAT("base running_on", "基数 累计于"), pol_renamed(at->diff, symbol_name(a->base_accum)),
                  symbol_name(b->base_accum));
    pol_diff_value(&deductible, "deductible", WHAT("deductible", "起付"), a->deductible, b->deductible);
    pol_diff_text(&deductible, "deductible.mode", WHAT("deductible", "起付方式"), mode_text(at, a->deductible_mode),
                  mode_text(at, b->deductible_mode));
    pol_diff_value(&tiers, "tiers", WHAT("tiers", "分段"), a->tiers, b->tiers);
    if (a->tiers != NULL && b->tiers != NULL)
        pol_diff_text(&tiers, "tiers.mode", WHAT("tiers count", "分段起算"), mode_text(at, a->tiers_mode),
                      mode_text(at, b->tiers_mode));
    pol_diff_value(&ratio, "ratio", WHAT("ratio", "比例"), a->ratio, b->ratio);
    pol_diff_value(&sum, "amount", WHAT("amount", "金额"), a->amount, b->amount);
    pol_diff_text(&rounding, "round", WHAT("round", "取整"), rounding_text(at, &a->rounding), rounding_text(at, &b->rounding));
    compare_caps(at, WHAT("cap", "封顶"), a, b);
#undef WHAT
}

static pol_str kind_text(const pol_pair_at *at, const pol_payer *payer)
{
    return payer->prior ? SAY("prior", "先付") : SAY("benefit", "待遇");
}

static void compare_deemed(const pol_pair_at *at, const pol_payer *a, const pol_payer *b)
{
    if (a->deemed == b->deemed && a->deemed)
        pol_diff_value(at, "deemed", SAY("deemed when", "视同 当"), a->deemed_when, b->deemed_when);
    else
        compare_flag(at, "deemed", SAY("deemed", "视同"), a->deemed, b->deemed);
}

static void compare_payers(const pol_pair_at *at)
{
    const pol_payer *a = payer_of(at->before), *b = payer_of(at->after);
    if (a == NULL || b == NULL)
        return;
    pol_diff_text(at, "kind", SAY("kind", "种类"), kind_text(at, a), kind_text(at, b));
    compare_flag(at, "by_hospital", SAY("by hospital", "由医院承担"), a->by_hospital, b->by_hospital);
    compare_deemed(at, a, b);
    if (a->prior && b->prior)
        pol_diff_value(at, "amount", SAY("amount", "金额"), a->amount, b->amount);
    if (a->prior || b->prior)
        return;
    const pol_alternative none = { 0 };
    const uint32_t count = a->alternative_count > b->alternative_count ? a->alternative_count : b->alternative_count;
    for (uint32_t i = 0; i < count; i++) {
        const bool both = i < a->alternative_count && i < b->alternative_count;
        if (both)
            compare_alternatives(at, i, count, &a->alternatives[i], &b->alternatives[i]);
        else {
            pol_alternative with = none;
            const pol_alternative *one = i < a->alternative_count ? &a->alternatives[i] : &b->alternatives[i];
            with.rounding = one->rounding;
            compare_alternatives(at, i, count, i < a->alternative_count ? one : &with, i < a->alternative_count ? &with : one);
        }
    }
}

/* ---- order, advances, statuses, outputs ------------------------------------------------------------------------------ */

static texts payer_names(const pol_pair_at *at, const pol_matter *matter, const pol_order_model *order)
{
    texts names = { 0 };
    const uint32_t count = order == NULL ? matter->payer_count : order->count;
    for (uint32_t i = 0; i < count; i++)
        (void)POL_PUSH(&at->diff->arena, names,
                       matter->payers[order == NULL ? i : order->payers[i]].symbol->name);
    return names;
}

/* One sequence. Payers that only one side has are said where they are declared, unless the order is written. */
static void compare_sequences(const pol_pair_at *at, pol_str what, const texts *before, const texts *after)
{
    if (!same_order(at, before, after))
        pol_diff_text(at, "order", what, join(at, before), join(at, after));
}

static void compare_orders(const pol_pair_at *at)
{
    const pol_matter *a = at->before->matter, *b = at->after->matter;
    const uint32_t count = a->order_count > b->order_count ? a->order_count : b->order_count;
    if (a->order_count < 2 && b->order_count < 2) {
        const texts before = payer_names(at, a, a->order_count == 0 ? NULL : &a->orders[0]);
        const texts after = payer_names(at, b, b->order_count == 0 ? NULL : &b->orders[0]);
        if (a->order_count == b->order_count && a->order_count == 0)
            compare_sequences(at, POL_STR(""), &before, &after);
        else
            pol_diff_text(at, "order", POL_STR(""), join(at, &before), join(at, &after));
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const pol_order_model *x = i < a->order_count ? &a->orders[i] : NULL, *y = i < b->order_count ? &b->orders[i] : NULL;
        const pol_str what = pol_diff_format(at->diff, at->diff->lang == POL_ZH ? "第%u种" : "case %u", i + 1);
        pol_diff_value(at, "order.condition", pol_diff_format(at->diff, "%.*s %s", POL_S(what), SAY("when", "当").bytes),
                       x == NULL ? NULL : x->cond, y == NULL ? NULL : y->cond);
        const texts none = { 0 }, before = x == NULL ? none : payer_names(at, a, x), after = y == NULL ? none : payer_names(at, b, y);
        pol_diff_text(at, "order", what, join(at, &before), join(at, &after));
    }
}

static void compare_reasons(const pol_pair_at *at, const pol_list *before, const pol_list *after)
{
    texts old_names = { 0 }, new_names = { 0 };
    for (uint32_t i = 0; i < before->count; i++) {
        const pol_ast_reason *a = POL_AS(reason, before->items[i]), *twin = NULL;
        const pol_str label = pol_node_text(a->label);
        (void)POL_PUSH(&at->diff->arena, old_names, label);
        for (uint32_t k = 0; k < after->count && twin == NULL; k++)
            if (pol_str_equal(label, pol_node_text(POL_AS(reason, after->items[k])->label)))
                twin = POL_AS(reason, after->items[k]);
        const pol_pair_at part = { at->diff, at->before, at->after, &a->node, twin == NULL ? NULL : &twin->node };
        pol_diff_value(&part, "reason", label, a->cond, twin == NULL ? NULL : twin->cond);
    }
    for (uint32_t k = 0; k < after->count; k++) {
        const pol_ast_reason *b = POL_AS(reason, after->items[k]);
        const pol_str label = pol_node_text(b->label);
        const pol_pair_at part = { at->diff, at->before, at->after, NULL, &b->node };
        if (!has(&old_names, label))
            pol_diff_value(&part, "reason", label, NULL, b->cond);
        (void)POL_PUSH(&at->diff->arena, new_names, label);
    }
    if (!same_order(at, &old_names, &new_names))
        pol_diff_text(at, "order", SAY("order", "次序"), join(at, &old_names), join(at, &new_names));
}

static void compare_statuses(const pol_pair_at *at)
{
    const pol_ast_status *a = POL_AS(status, first(at->before)), *b = POL_AS(status, first(at->after));
    pol_diff_value(at, "condition", SAY("condition", "条件"), a->cond, b->cond);
    compare_reasons(at, &a->reasons, &b->reasons);
}

/* ---- any kind -------------------------------------------------------------------------------------------------------- */

static void compare_content(const pol_pair_at *at)
{
    pol_node *a = first(at->before), *b = first(at->after);
    switch (at->after->kind) {
    case POL_N_HEADER: compare_headers(at); break;
    case POL_N_CLAUSE: compare_clauses(at); break;
    case POL_N_CATEGORY: compare_categories(at); break;
    case POL_N_SET: compare_sets(at); break;
    case POL_N_PARAM: compare_params(at); break;
    case POL_N_MATTER: pol_diff_value(at, "by", SAY("governing date", "按"), POL_AS(matter, a)->by, POL_AS(matter, b)->by); break;
    case POL_N_INPUT: compare_inputs(at); break;
    case POL_N_REQUIRE: pol_diff_value(at, "condition", SAY("condition", "条件"), POL_AS(require, a)->cond, POL_AS(require, b)->cond); break;
    case POL_N_DEFINE: pol_diff_value(at, "value", POL_STR(""), POL_AS(define, a)->value, POL_AS(define, b)->value); break;
    case POL_N_ACCUM: compare_accums(at); break;
    case POL_N_SETTLE: pol_diff_value(at, "value", POL_STR(""), POL_AS(settle, a)->value, POL_AS(settle, b)->value); break;
    case POL_N_BENEFIT: compare_payers(at); break;
    case POL_N_ORDER: compare_orders(at); break;
    case POL_N_ADVANCE: pol_diff_value(at, "condition", SAY("condition", "当"), POL_AS(advance, a)->cond, POL_AS(advance, b)->cond); break;
    case POL_N_STATUS: compare_statuses(at); break;
    case POL_N_OUTPUT: pol_diff_value(at, "value", POL_STR(""), POL_AS(output, a)->value, POL_AS(output, b)->value); break;
    default: break;
    }
}

static void compare_basis(const pol_pair_at *at)
{
    const texts *a = (const texts *)(const void *)&at->before->basis, *b = (const texts *)(const void *)&at->after->basis;
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = has(b, pol_renamed(at->diff, a->items[i]));
    if (!same && at->after->kind != POL_N_CLAUSE)
        pol_diff_text(at, "basis", SAY("basis", "依据"), join(at, a), join(at, b));
}

static void compare_twins(pol_diff *diff, const pol_decl *before, const pol_decl *after)
{
    const pol_pair_at pair = { .diff = diff, .before = before, .after = after }, *at = &pair;
    if (!pol_str_equal(before->name, after->name))
        pol_diff_add(diff, (pol_difference){ .how = POL_IS_RENAMED, .before = before, .after = after, .aspect = "name", .old_text = before->name, .new_text = after->name });
    if (!pol_str_equal(pol_renamed(diff, before->section), after->section)) {
        const pol_str shared = SAY("shared", "共用");
        pol_diff_add(diff, (pol_difference){ .how = POL_IS_MOVED, .before = before, .after = after, .aspect = "section",
                                         .old_text = before->section.length == 0 ? shared : before->section,
                                         .new_text = after->section.length == 0 ? shared : after->section });
    }
    compare_content(at);
    compare_basis(at);
}

/* What a declaration that stands alone says, shortly. */
static pol_str summary(pol_diff *diff, const pol_decl *decl)
{
    pol_node *node = first(decl);
    if (node == NULL)
        return POL_STR("");
    switch (node->kind) {
    case POL_N_CLAUSE: return pol_node_text(POL_AS(clause, node)->title);
    case POL_N_CATEGORY: return pol_words_list(diff, &POL_AS(category, node)->labels, POL_WORDS_SHOWN);
    case POL_N_SET: return pol_words_list(diff, &POL_AS(set, node)->labels, POL_WORDS_SHOWN);
    case POL_N_PARAM: return pol_words(diff, POL_AS(param, node)->value != NULL ? POL_AS(param, node)->value : POL_AS(param, node)->type, POL_WORDS_SHOWN);
    case POL_N_INPUT: return pol_words(diff, POL_AS(input, node)->type, POL_WORDS_SHOWN);
    case POL_N_REQUIRE: return pol_words(diff, POL_AS(require, node)->cond, POL_WORDS_SHOWN);
    case POL_N_DEFINE: return pol_words(diff, POL_AS(define, node)->value, POL_WORDS_SHOWN);
    case POL_N_ACCUM: return pol_words_list(diff, &POL_AS(accum, node)->terms, POL_WORDS_SHOWN);
    case POL_N_SETTLE: return pol_words(diff, POL_AS(settle, node)->value, POL_WORDS_SHOWN);
    case POL_N_PRIOR: return pol_words(diff, POL_AS(prior, node)->value, POL_WORDS_SHOWN);
    case POL_N_STATUS: return pol_words(diff, POL_AS(status, node)->cond, POL_WORDS_SHOWN);
    case POL_N_OUTPUT: return pol_words(diff, POL_AS(output, node)->value, POL_WORDS_SHOWN);
    case POL_N_ADVANCE: return pol_words(diff, POL_AS(advance, node)->cond, POL_WORDS_SHOWN);
    default: return POL_STR("");
    }
}

/* A new or removed benefit is said step by step, as a change from nothing. */
static void say_alone(pol_diff *diff, const pol_decl *decl, bool added)
{
    pol_difference change = { .how = added ? POL_IS_ADDED : POL_IS_REMOVED, .aspect = "" };
    if (decl->kind == POL_N_ORDER && decl->nodes.count == 0)
        return; /* never written: its payers say it all */
    *(added ? &change.after : &change.before) = decl;
    *(added ? &change.new_text : &change.old_text) = summary(diff, decl);
    pol_diff_add(diff, change);
    const pol_payer *payer = decl->kind == POL_N_BENEFIT ? payer_of(decl) : NULL;
    const pol_pair_at at = { .diff = diff, .before = added ? NULL : decl, .after = added ? decl : NULL };
    for (uint32_t i = 0; payer != NULL && i < payer->alternative_count; i++) {
        pol_alternative none = { 0 };
        none.rounding = payer->alternatives[i].rounding;
        compare_alternatives(&at, i, payer->alternative_count, added ? &none : &payer->alternatives[i],
                             added ? &payer->alternatives[i] : &none);
    }
}

static void compare_section(pol_diff *diff, pol_str old_section, pol_str section, bool is_new)
{
    for (size_t i = 0; is_new && i < diff->new.decls.count; i++) {
        const pol_decl *decl = diff->new.decls.items[i];
        if (!pol_str_equal(decl->section, section))
            continue;
        if (decl->twin == NULL)
            say_alone(diff, decl, true);
        else
            compare_twins(diff, decl->twin, decl);
    }
    for (size_t i = 0; i < diff->old.decls.count; i++) {
        const pol_decl *decl = diff->old.decls.items[i];
        if (decl->twin == NULL && pol_str_equal(decl->section, old_section))
            say_alone(diff, decl, false);
    }
}

static bool seen_before(const pol_decls *decls, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (pol_str_equal(decls->items[i]->section, decls->items[at]->section))
            return true;
    return false;
}

/* The old name of a section of the new side; itself when it is new. */
static pol_str old_name(const pol_diff *diff, pol_str section)
{
    for (size_t i = 0; i < diff->renamed_to.count; i++)
        if (pol_str_equal(diff->renamed_to.items[i], section))
            return diff->renamed.names[i];
    return section;
}

static bool in_new(const pol_diff *diff, pol_str old_section)
{
    for (size_t i = 0; i < diff->new.decls.count; i++)
        if (pol_str_equal(diff->new.decls.items[i]->section, pol_renamed(diff, old_section)))
            return true;
    return false;
}

bool pol_diff_structure(pol_diff *diff)
{
    if (diff->old.script == NULL || diff->new.script == NULL)
        return true;
    if (!pol_decls_collect(diff, &diff->old) || !pol_decls_collect(diff, &diff->new) || !pol_decls_match(diff))
        return false;
    for (size_t i = 0; i < diff->new.decls.count; i++)
        if (!seen_before(&diff->new.decls, i))
            compare_section(diff, old_name(diff, diff->new.decls.items[i]->section), diff->new.decls.items[i]->section, true);
    for (size_t i = 0; i < diff->old.decls.count; i++)
        if (!seen_before(&diff->old.decls, i) && !in_new(diff, diff->old.decls.items[i]->section))
            compare_section(diff, diff->old.decls.items[i]->section, POL_STR(""), false);
    return !pol_arena_failed(&diff->arena);
}
