/* The payers of a matter: steps and alternatives of 待遇, 先付, 顺序, and the accumulators that caps and
 * bases run on (language 10, 11). */
#include "interp/sema_internal.h"

/* ---- 顺序 ------------------------------------------------------------------------------------------- */

static int order_position(const pol_order_model *order, uint32_t payer)
{
    for (uint32_t i = 0; i < order->count; i++)
        if (order->payers[i] == payer)
            return (int)i;
    return -1;
}

static void read_sequence(pol_checker *s, pol_ast_order_case *node, pol_order_model *order)
{
    order->payers = POL_NEW_ARRAY(s->arena, uint32_t, node->payers.count);
    for (uint32_t i = 0; order->payers && i < node->payers.count; i++) {
        pol_node *name = node->payers.items[i];
        pol_symbol *payer = pol_find_payer(s->matter, pol_node_text(name));
        if (!payer) {
            pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_PAYER, name);
            pol_sema_text(s, d, "name", pol_node_text(name));
            pol_suggest_name(s, d, name);
        } else if (order_position(order, payer->index) >= 0) {
            pol_diag *d = pol_sema_report(s, POL_D_PAYER_TWICE, name);
            pol_sema_text(s, d, "name", payer->name);
        } else {
            order->payers[order->count++] = payer->index;
        }
    }
}

static void check_order(pol_checker *s)
{
    pol_matter *m = s->matter;
    if (!m->order_node)
        return;
    pol_ast_order *node = m->order_node;
    if (node->cases.count > POL_MAX_ORDERS) {
        pol_sema_report(s, POL_D_TOO_MANY_BRANCHES, &node->node);
        return;
    }
    m->orders = POL_NEW_ARRAY(s->arena, pol_order_model, node->cases.count);
    if (!m->orders)
        return;
    uint64_t named = 0;
    s->place_en = "in a condition of the payer order";
    s->place_zh = "顺序的条件中";
    for (uint32_t i = 0; i < node->cases.count; i++) {
        pol_ast_order_case *order_case = POL_AS(order_case, node->cases.items[i]);
        pol_order_model *order = &m->orders[m->order_count++];
        order->node = &order_case->node;
        order->cond = order_case->cond;
        if (order->cond) {
            s->context = POL_IN_ORDER;
            s->now = (pol_reads){0};
            pol_type_condition(s, order->cond);
        }
        read_sequence(s, order_case, order);
        for (uint32_t k = 0; k < order->count; k++)
            named |= (uint64_t)1 << order->payers[k];
    }
    for (uint32_t p = 0; p < m->payer_count; p++) {
        if (!(named >> p & 1)) {
            pol_diag *d = pol_sema_report(s, POL_D_PAYER_IN_NO_ORDER, m->payers[p].node);
            pol_sema_text(s, d, "name", m->payers[p].symbol->name);
            pol_sema_see(s, d, &node->node, "the payer order", "顺序");
        }
    }
}

/* Payers whose turn has come before p's in every order that has p. */
static uint64_t settled_before(const pol_matter *m, uint32_t p)
{
    uint64_t before = 0;
    for (uint32_t j = 0; j < m->payer_count; j++) {
        bool ok = m->order_count ? true : j < p;
        for (uint32_t o = 0; o < m->order_count && ok; o++) {
            int here = order_position(&m->orders[o], p), there = order_position(&m->orders[o], j);
            ok = here < 0 || there < here;
        }
        if (ok && j != p)
            before |= (uint64_t)1 << j;
    }
    return before;
}

/* ---- steps of 待遇 ------------------------------------------------------------------------------------ */

static const struct {
    const char *zh, *en;
    int rank; /* place in the order of language 11.3 */
} k_steps[] = {
    [POL_STEP_BY_HOSPITAL] = {"由医院承担", "by_hospital", 0}, [POL_STEP_DEEMED] = {"视同", "deemed", 0},
    [POL_STEP_CONDITION] = {"条件", "condition", 1},           [POL_STEP_BASE] = {"基数", "base", 2},
    [POL_STEP_DEDUCTIBLE] = {"起付", "deductible", 3},         [POL_STEP_TIERS] = {"分段", "tiers", 4},
    [POL_STEP_RATIO] = {"比例", "ratio", 4},                   [POL_STEP_AMOUNT] = {"金额", "amount", 4},
    [POL_STEP_ROUND] = {"取整", "round", 5},                   [POL_STEP_CAP] = {"封顶", "cap", 6},
};

static pol_symbol *running_accum(pol_checker *s, pol_node *name)
{
    if (!name)
        return NULL;
    pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(name));
    if (!symbol || symbol->kind != POL_S_ACCUM || symbol->type.tag != POL_T_MONEY) {
        pol_diag *d = pol_sema_report(s, POL_D_RUNNING_ON_WHAT, name);
        pol_sema_text(s, d, "name", pol_node_text(name));
        if (!symbol)
            pol_suggest_name(s, d, name);
        return NULL;
    }
    s->used[symbol->node->id] = 1;
    return symbol;
}

bool pol_read_rounding(pol_checker *s, pol_node *node, pol_rounding_rule *rule)
{
    static const struct { const char *zh, *en; pol_rounding mode; } k_modes[] = {
        {"四舍五入", "half_up", POL_HALF_UP}, {"四舍六入", "half_even", POL_HALF_EVEN},
        {"进位", "round_up", POL_ROUND_UP}, {"舍去", "round_down", POL_ROUND_DOWN},
    };
    pol_ast_rounding *rounding = POL_AS(rounding, node);
    pol_str name = pol_node_text(rounding->mode);
    size_t i = 0;
    while (i < 4 && !pol_str_equal(name, pol_str_of(k_modes[i].zh)) && !pol_str_equal(name, pol_str_of(k_modes[i].en)))
        i++;
    if (i == 4) {
        pol_diag *d = pol_sema_report(s, POL_D_ROUNDING_MODE, rounding->mode);
        pol_sema_text(s, d, "name", name);
        return false;
    }
    pol_rational unit = pol_rational_of_decimal(POL_AS(money, rounding->unit)->value);
    if (unit.num <= 0 || POL_FEN_PER_YUAN % unit.den != 0) {
        pol_sema_report(s, POL_D_ROUNDING_UNIT, rounding->unit);
        return false;
    }
    *rule = (pol_rounding_rule){k_modes[i].mode, unit};
    return true;
}

/* One alternative: the common steps (before the first 条件) and its own, in order. */
typedef struct step_run {
    pol_ast_step *steps[64];
    uint32_t count;
} step_run;

static void order_error(pol_checker *s, const pol_ast_step *step, const pol_ast_step *before)
{
    pol_diag *d = pol_sema_report(s, POL_D_STEP_ORDER, &step->node);
    pol_sema_words(s, d, "step", k_steps[step->kind].en, k_steps[step->kind].zh);
    pol_sema_words(s, d, "before", k_steps[before->kind].en, k_steps[before->kind].zh);
}

static void twice_error(pol_checker *s, const pol_ast_step *step, const pol_ast_step *before)
{
    bool same = step->kind == before->kind;
    pol_diag *d = pol_sema_report(s, same ? POL_D_STEP_TWICE : POL_D_TWO_AMOUNTS, &step->node);
    pol_sema_words(s, d, "step", k_steps[step->kind].en, k_steps[step->kind].zh);
    if (!same)
        pol_sema_words(s, d, "other", k_steps[before->kind].en, k_steps[before->kind].zh);
    pol_sema_see(s, d, &before->node, "the first one", "第一处");
}

static bool check_step_order(pol_checker *s, const step_run *run)
{
    bool ok = true;
    const pol_ast_step *before = NULL;
    for (uint32_t i = 0; i < run->count; i++) {
        const pol_ast_step *step = run->steps[i];
        if (before && k_steps[step->kind].rank < k_steps[before->kind].rank) {
            order_error(s, step, before);
            ok = false;
        } else if (before && k_steps[step->kind].rank == k_steps[before->kind].rank && step->kind != POL_STEP_CAP
                   && k_steps[step->kind].rank != 0) {
            twice_error(s, step, before);
            ok = false;
        }
        before = step;
    }
    return ok;
}

static pol_type money_step(pol_checker *s, pol_node *node, bool quotient, bool unlimited)
{
    pol_type t = pol_type_expr(s, node, POL_NO_LABELS);
    if (!pol_expect(s, node, t, POL_T_MONEY))
        return POL_TYPE(POL_T_ERROR);
    if (!quotient && !pol_no_quotient(s, node, t))
        return POL_TYPE(POL_T_ERROR);
    if (!unlimited && t.may_unlimited)
        pol_sema_report(s, POL_D_UNLIMITED_PLACE, node);
    pol_warn_absent(s, node);
    return t;
}

static void check_ratio_step(pol_checker *s, pol_node *node)
{
    pol_type t = pol_type_expr(s, node, POL_NO_LABELS);
    if (!pol_expect(s, node, t, POL_T_NUMBER))
        return;
    if (t.quotient && node->kind == POL_N_ARITH && POL_AS(arith, node)->op == POL_MUL)
        pol_no_quotient(s, node, t);
    pol_note *note = pol_note_of(s->matter, node);
    if (note->constant && (note->value.num < 0 || note->value.num > note->value.den))
        pol_report_ratio(s, node);
    pol_warn_absent(s, node);
}

static pol_i128 widen(pol_checker *s, const pol_node *node, pol_i128 den, pol_i128 other)
{
    pol_i128 both = pol_lcm(den ? den : 1, other ? other : 1);
    if (!both)
        pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, node);
    return both ? both : 1;
}

static void type_steps(pol_checker *s, pol_payer *payer, pol_alternative *alt, const step_run *run)
{
    uint64_t own = (uint64_t)1 << payer->symbol->index;
    for (uint32_t i = 0; i < run->count; i++) {
        pol_ast_step *step = run->steps[i];
        pol_type t;
        alt->steps[step->kind] = &step->node;
        switch ((pol_step_kind)step->kind) {
        case POL_STEP_BY_HOSPITAL:
        case POL_STEP_DEEMED:
        case POL_STEP_CONDITION:
            break; /* elsewhere */
        case POL_STEP_BASE:
            alt->base = step->value;
            alt->base_accum = running_accum(s, step->running_on);
            t = money_step(s, step->value, false, false);
            payer->base_den = widen(s, step->value, payer->base_den, t.den);
            s->may_read_base |= own;
            break;
        case POL_STEP_DEDUCTIBLE:
            alt->deductible = step->value;
            alt->deductible_mode = (pol_step_mode)step->mode;
            t = money_step(s, step->value, false, false);
            payer->deductible_den = widen(s, step->value, payer->deductible_den, t.den);
            break;
        case POL_STEP_TIERS:
            alt->tiers = step->value;
            alt->tiers_mode = (pol_step_mode)step->mode;
            s->may_read_base |= own;
            s->may_read_deductible |= own;
            t = pol_type_expr(s, step->value, POL_NO_LABELS);
            pol_expect(s, step->value, t, POL_T_TIERS);
            pol_warn_absent(s, step->value);
            break;
        case POL_STEP_RATIO:
            alt->ratio = step->value;
            s->may_read_base |= own;
            s->may_read_deductible |= own;
            check_ratio_step(s, step->value);
            break;
        case POL_STEP_AMOUNT:
            alt->amount = step->value;
            t = money_step(s, step->value, true, false);
            if (!alt->base && !t.quotient)
                payer->base_den = widen(s, step->value, payer->base_den, t.den);
            break;
        case POL_STEP_ROUND:
            pol_read_rounding(s, step->value, &alt->rounding);
            break;
        case POL_STEP_CAP: {
            s->may_read_base |= own;
            s->may_read_deductible |= own;
            pol_cap *grown = pol_room_for_one(s, alt->caps, alt->cap_count, sizeof *grown);
            if (!grown)
                return;
            if (alt->cap_count >= POL_MAX_CAPS) {
                pol_sema_report(s, POL_D_TOO_MANY_CAPS, &step->node);
                break;
            }
            money_step(s, step->value, false, true);
            grown[alt->cap_count++] = (pol_cap){step->value, running_accum(s, step->running_on), &step->node};
            alt->caps = grown;
            break;
        }
        }
    }
}

/* Which words go together: 分段 beside 起付, 每次 / 每期 beside a running base (language 11.3). */
static void check_combination(pol_checker *s, pol_payer *payer, pol_alternative *alt)
{
    pol_node *at = alt->condition_step ? alt->condition_step : payer->node;
    if (!alt->tiers && !alt->ratio && !alt->amount) {
        pol_diag *d = pol_sema_report(s, POL_D_NO_AMOUNT, at);
        pol_sema_text(s, d, "name", payer->symbol->name);
        return;
    }
    if ((alt->tiers || alt->ratio) && !alt->base) {
        pol_sema_report(s, POL_D_NEEDS_BASE, alt->steps[alt->tiers ? POL_STEP_TIERS : POL_STEP_RATIO]);
        return;
    }
    if (alt->amount && (alt->deductible || alt->base_accum)) {
        pol_sema_report(s, POL_D_AMOUNT_ALONE, alt->steps[alt->deductible ? POL_STEP_DEDUCTIBLE : POL_STEP_BASE]);
        return;
    }
    bool running = alt->base && alt->steps[POL_STEP_BASE] && POL_AS(step, alt->steps[POL_STEP_BASE])->running_on;
    if (alt->deductible && running && alt->deductible_mode == POL_MODE_NONE) {
        pol_diag *d = pol_sema_report(s, POL_D_HOW_OFTEN, alt->steps[POL_STEP_DEDUCTIBLE]);
        pol_sema_text(s, d, "name", pol_node_text(POL_AS(step, alt->steps[POL_STEP_BASE])->running_on));
    }
    if (alt->deductible && !running && alt->deductible_mode != POL_MODE_NONE)
        pol_sema_report(s, POL_D_HOW_OFTEN_WITHOUT, alt->steps[POL_STEP_DEDUCTIBLE]);
    if (!alt->tiers)
        return;
    bool word_needed = alt->deductible && alt->deductible_mode != POL_MODE_EACH_CLAIM;
    if (word_needed && alt->tiers_mode == POL_MODE_NONE)
        pol_sema_report(s, POL_D_COUNT_FROM, alt->steps[POL_STEP_TIERS]);
    if (!word_needed && alt->tiers_mode != POL_MODE_NONE)
        pol_sema_report(s, POL_D_COUNT_FROM_WITHOUT, alt->steps[POL_STEP_TIERS]);
}

static void push_order_facts(pol_checker *s, uint32_t p)
{
    int only = -1;
    for (uint32_t o = 0; o < s->matter->order_count; o++) {
        if (order_position(&s->matter->orders[o], p) < 0)
            continue;
        if (only >= 0)
            return;
        only = (int)o;
    }
    if (only < 0)
        return;
    for (int o = 0; o < only; o++)
        pol_push_facts(s, s->matter->orders[o].cond, true);
    pol_push_facts(s, s->matter->orders[only].cond, false);
}

static bool add_alternative(pol_checker *s, pol_payer *payer, pol_ast_step *condition, step_run *common, pol_ast_benefit *node,
                            uint32_t *next)
{
    pol_alternative alt = {.rounding = s->model->rounding};
    step_run run = *common;
    size_t mark = s->facts.count;
    if (condition) {
        alt.condition = condition->value;
        alt.condition_step = &condition->node;
        if (condition->value) {
            pol_type_condition(s, condition->value);
            pol_warn_absent(s, condition->value);
            pol_push_facts(s, condition->value, false);
        }
    }
    uint32_t i = *next;
    for (; i < node->steps.count && POL_AS(step, node->steps.items[i])->kind != POL_STEP_CONDITION; i++) {
        if (run.count == 64) {
            pol_sema_report(s, POL_D_TOO_MANY_CAPS, node->steps.items[i]);
            break;
        }
        run.steps[run.count++] = POL_AS(step, node->steps.items[i]);
    }
    *next = i;
    bool ok = check_step_order(s, &run);
    uint64_t base = s->may_read_base, deductible = s->may_read_deductible;
    if (ok) {
        type_steps(s, payer, &alt, &run);
        check_combination(s, payer, &alt);
    }
    s->may_read_base = base;
    s->may_read_deductible = deductible;
    s->facts.count = mark;
    if (condition && condition->value) {
        /* later alternatives know that this one's condition did not hold */
        pol_push_facts(s, condition->value, true);
    }
    pol_alternative *grown = pol_room_for_one(s, payer->alternatives, payer->alternative_count, sizeof *grown);
    if (!grown)
        return false;
    grown[payer->alternative_count++] = alt;
    payer->alternatives = grown;
    return ok;
}

static void check_benefit(pol_checker *s, pol_payer *payer)
{
    pol_ast_benefit *node = POL_AS(benefit, payer->node);
    step_run common = {0};
    uint32_t i = 0;
    for (; i < node->steps.count; i++) {
        pol_ast_step *step = POL_AS(step, node->steps.items[i]);
        if (step->kind == POL_STEP_CONDITION)
            break;
        if (step->kind == POL_STEP_BY_HOSPITAL)
            payer->by_hospital = true;
        if (step->kind == POL_STEP_DEEMED) {
            payer->deemed = true;
            payer->deemed_when = step->value;
            if (step->value)
                pol_type_condition(s, step->value);
        }
        if (common.count == 64) {
            pol_sema_report(s, POL_D_TOO_MANY_CAPS, &step->node);
            return;
        }
        common.steps[common.count++] = step;
    }
    if (payer->by_hospital && payer->deemed)
        pol_sema_report(s, POL_D_HOSPITAL_AND_DEEMED, payer->node);
    if (i == node->steps.count) {
        add_alternative(s, payer, NULL, &common, node, &i);
        return;
    }
    bool rest = false;
    while (i < node->steps.count) {
        pol_ast_step *condition = POL_AS(step, node->steps.items[i++]);
        if (rest)
            pol_sema_report(s, POL_D_REST_NOT_LAST, &condition->node);
        rest = !condition->value;
        if (payer->alternative_count >= POL_MAX_ALTERNATIVES) {
            pol_sema_report(s, POL_D_TOO_MANY_BRANCHES, &condition->node);
            return;
        }
        for (uint32_t k = i; k < node->steps.count && POL_AS(step, node->steps.items[k])->kind != POL_STEP_CONDITION; k++)
            if (k_steps[POL_AS(step, node->steps.items[k])->kind].rank == 0)
                pol_sema_report(s, POL_D_STEP_BEFORE_CONDITION, node->steps.items[k]);
        add_alternative(s, payer, condition, &common, node, &i);
    }
}

static void check_prior(pol_checker *s, pol_payer *payer)
{
    pol_ast_prior *node = POL_AS(prior, payer->node);
    payer->deemed = node->deemed != 0;
    payer->deemed_when = node->deemed_when;
    payer->amount = node->value;
    if (node->value) {
        pol_type t = money_step(s, node->value, true, false);
        if (!t.quotient)
            payer->base_den = widen(s, node->value, payer->base_den, t.den);
    } else {
        pol_symbol *input = payer->symbol->input;
        if (!input || input->kind != POL_S_INPUT || input->type.tag != POL_T_MONEY) {
            pol_diag *d = pol_sema_report(s, POL_D_PRIOR_WITHOUT_INPUT, node->name);
            pol_sema_text(s, d, "name", payer->symbol->name);
        } else {
            s->used[input->node->id] = 1;
            payer->base_den = POL_FEN_PER_YUAN;
        }
    }
    if (node->deemed_when)
        pol_type_condition(s, node->deemed_when);
}

void pol_ensure_payer(pol_checker *s, pol_symbol *symbol)
{
    pol_payer *payer = &s->matter->payers[symbol->index];
    if (payer->state)
        return; /* an open one reads itself: reported as too early */
    payer->state = 1;
    pol_scope scope = pol_scope_enter(s);
    s->context = POL_IN_PAYER;
    s->place_en = "in a payer";
    s->place_zh = "付款方语句中";
    s->may_read = settled_before(s->matter, symbol->index);
    s->may_read_base = s->may_read_deductible = 0;
    push_order_facts(s, symbol->index);
    if (payer->prior)
        check_prior(s, payer);
    else
        check_benefit(s, payer);
    payer = &s->matter->payers[symbol->index];
    payer->base_den = widen(s, payer->node, payer->base_den, POL_FEN_PER_YUAN);
    payer->deductible_den = widen(s, payer->node, payer->deductible_den, payer->base_den);
    pol_scope_leave(s, &scope);
    payer->state = 2;
}

void pol_check_payers(pol_checker *s)
{
    pol_matter *m = s->matter;
    check_order(s);
    for (uint32_t i = 0; i < m->payer_count; i++)
        pol_ensure_payer(s, m->payers[i].symbol);
    if (m->payer_count && !m->settle) {
        pol_diag *d = pol_sema_report(s, POL_D_PAYERS_WITHOUT_SETTLE, m->payers[0].node);
        pol_sema_text(s, d, "name", m->payers[0].symbol->name);
    }
}

/* ---- 累计 ------------------------------------------------------------------------------------------------- */

static void check_keys(pol_checker *s, pol_accum *accum)
{
    accum->keys = POL_NEW_ARRAY(s->arena, uint32_t, accum->node->keys.count);
    for (uint32_t i = 0; accum->keys && i < accum->node->keys.count; i++) {
        pol_node *name = accum->node->keys.items[i];
        pol_symbol *input = pol_matter_find(s->matter, pol_node_text(name));
        if (!input || input->kind != POL_S_INPUT || input->type.tag == POL_T_TIERS) {
            pol_diag *d = pol_sema_report(s, POL_D_KEY_NOT_INPUT, name);
            pol_sema_text(s, d, "name", pol_node_text(name));
            continue;
        }
        s->used[input->node->id] = 1;
        accum->keys[accum->key_count++] = input->index;
    }
    pol_ast_acc_period *period = POL_AS(acc_period, accum->node->period);
    if (period->kind == POL_ROLLING && accum->node->change == POL_CHANGE_BECOME)
        pol_sema_report(s, POL_D_ROLLING_BECOMES, &accum->node->node);
    if (period->kind != POL_LIFELONG && !s->matter->governing)
        pol_sema_report(s, POL_D_NEEDS_GOVERNING, &period->node);
}

/* 增加 民政医疗救助 where that name means the input, or a deemed payer: 实付 is meant. */
static void warn_bare_payer(pol_checker *s, pol_node *term)
{
    if (term->kind != POL_N_NAME)
        return;
    pol_symbol *payer = pol_find_payer(s->matter, pol_node_text(term));
    if (!payer)
        return;
    const pol_payer *p = &s->matter->payers[payer->index];
    if (!p->prior && !p->deemed)
        return;
    pol_diag *d = pol_sema_report(s, POL_D_ADDS_BARE_PAYER, term);
    pol_sema_text(s, d, "name", payer->name);
    pol_diag_fix(s->diags, d, term->span, pol_sema_format(s, pol_writes_english(s) ? "%.*s.paid" : "%.*s.实付", (int)payer->name.length, payer->name.bytes));
}

static void add_terms(pol_checker *s, pol_accum *accum, pol_ast_accum *node)
{
    if (node->change == POL_CHANGE_NONE)
        return;
    if (accum->change != POL_CHANGE_NONE && (accum->change != (pol_change)node->change || node->change == POL_CHANGE_BECOME)) {
        pol_sema_report(s, POL_D_ADD_AND_BECOME, &node->node);
        return;
    }
    accum->change = (pol_change)node->change;
    for (uint32_t i = 0; i < node->terms.count; i++) {
        pol_node *term = node->terms.items[i];
        pol_type t = pol_type_root(s, term, POL_IN_RESULT, POL_NO_LABELS);
        pol_expect(s, term, t, accum->integer ? POL_T_NUMBER : POL_T_MONEY);
        pol_no_quotient(s, term, t);
        if (t.may_unlimited)
            pol_sema_report(s, POL_D_UNLIMITED_PLACE, term);
        if (node->change == POL_CHANGE_ADD)
            warn_bare_payer(s, term);
        accum->symbol->reads |= s->now.reads;
        accum->symbol->reads_base |= s->now.reads_base | s->now.reads_deductible;
        pol_node **grown = pol_room_for_one(s, accum->terms, accum->term_count, sizeof *grown);
        if (!grown)
            return;
        grown[accum->term_count++] = term;
        accum->terms = grown;
    }
}

static void check_reopened(pol_checker *s, pol_node *node, bool shared)
{
    pol_ast_accum *reopened = POL_AS(accum, node);
    pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(reopened->name));
    if (!symbol || symbol->kind != POL_S_ACCUM) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_ACCUM, reopened->name);
        pol_sema_text(s, d, "name", pol_node_text(reopened->name));
        if (!symbol)
            pol_suggest_name(s, d, reopened->name);
        return;
    }
    bool extending = symbol->node->span.file != node->span.file;
    if ((!symbol->shared || shared) && !extending) {
        pol_sema_report(s, POL_D_REOPENED_HERE, node);
        return;
    }
    add_terms(s, &s->matter->accums[symbol->index], reopened);
}

/* Caps run on accumulators that their benefit feeds; a base's accumulator should add that base. */
static void check_running(pol_checker *s)
{
    pol_matter *m = s->matter;
    for (uint32_t p = 0; p < m->payer_count; p++) {
        uint64_t bit = (uint64_t)1 << p;
        for (uint32_t a = 0; a < m->payers[p].alternative_count; a++) {
            pol_alternative *alt = &m->payers[p].alternatives[a];
            for (uint32_t c = 0; c < alt->cap_count; c++) {
                pol_symbol *on = alt->caps[c].running_on;
                if (on && !((on->reads | on->reads_base) & bit)) {
                    pol_diag *d = pol_sema_report(s, POL_D_CAP_NOT_FED, alt->caps[c].step);
                    pol_sema_text(s, d, "name", on->name);
                    pol_sema_text(s, d, "payer", m->payers[p].symbol->name);
                    pol_sema_see(s, d, on->node, "the accumulator", "累计语句");
                }
            }
            if (alt->base_accum && !((alt->base_accum->reads_base | alt->base_accum->reads) & bit) && m->accums[alt->base_accum->index].change != POL_CHANGE_NONE
                && !alt->base_accum->reads_base) {
                pol_diag *d = pol_sema_report(s, POL_D_BASE_NOT_ADDED, alt->steps[POL_STEP_BASE]);
                pol_sema_text(s, d, "name", alt->base_accum->name);
                pol_sema_text(s, d, "payer", m->payers[p].symbol->name);
            }
        }
    }
}

void pol_check_accums(pol_checker *s)
{
    pol_matter *m = s->matter;
    s->place_en = "in an accumulator";
    s->place_zh = "累计中";
    for (uint32_t i = 0; i < m->accum_count; i++) {
        check_keys(s, &m->accums[i]);
        add_terms(s, &m->accums[i], m->accums[i].node);
    }
    for (size_t i = 0; i < s->shared.count; i++)
        if (s->shared.items[i]->kind == POL_N_ACCUM && !POL_AS(accum, s->shared.items[i])->type)
            check_reopened(s, s->shared.items[i], true);
    pol_list *all = &s->tree->root->statements;
    bool inside = false;
    for (uint32_t i = 0; i < all->count && m->node; i++) {
        pol_node *node = all->items[i];
        if (node->kind == POL_N_MATTER)
            inside = node == m->node;
        else if (inside && node->kind == POL_N_ACCUM && !POL_AS(accum, node)->type)
            check_reopened(s, node, false);
    }
    for (uint32_t i = 0; i < m->accum_count; i++) {
        pol_accum *accum = &m->accums[i];
        if (!accum->term_count && accum->node->period && POL_AS(acc_period, accum->node->period)->kind != POL_LIFELONG) {
            pol_diag *d = pol_sema_report(s, POL_D_NOTHING_ADDS, &accum->node->node);
            pol_sema_text(s, d, "name", accum->symbol->name);
        }
    }
    check_running(s);
}
