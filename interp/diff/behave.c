/* The comparison of behaviour: both codes run over terms; where outputs are not the same term, categories
 * and flags that they depend on are tried value by value, until only amounts are left; then these are
 * looked at exactly. What cannot be decided is kept as undecided. */
#include "interp/diff/behave.h"

#include <string.h>

#include "interp/diff/inputs.h"

#define MOST_RUNS 2500      /* executions of a matter's two codes, for what is paid */
#define MOST_MORE_RUNS 2500 /* for all else together */
#define MOST_FOCUSED 250    /* for one output */
#define MOST_REGIONS 12     /* of an output, or of what is paid */
#define MOST_LOOKED 14      /* combinations that are looked at amount by amount */
#define MOST_POINTS 60      /* of a drawing */
#define MOST_LEAVES 60      /* combinations that are visited */
#define MOST_QUESTIONS 8    /* to the solver, a matter */
#define MOST_CONDITIONS 200  /* of settling a claim */
#define MOST_OWN 8           /* of these that only one side asks, to be told apart first */
#define MOST_TRIALS 6        /* with usual values, for one output */
#define MOST_DAY_TRIALS 4000
#define MOST_LISTED 8       /* values that are listed one by one */
#define MOST_RATIOS 8       /* that come with the record */
#define MOST_RATIO_STEPS 300
#define USUAL_AMOUNT 10000000 /* fen: where 0 does not do */
#define MOST_RATIO_LOOKS 60 /* with one ratio by itself, a matter */
#define MOST_WINDOW 100     /* amounts looked at where a difference may be largest */

typedef struct search {
    pol_diff *diff;
    pol_behaviour *b;
    pol_path path;
    uint32_t focus;     /* the only output that counts, POL_NONE32: what is paid */
    bool found;         /* with a focus: a difference, so that the search is over */
    bool exhausted;     /* the rest is not looked at */
    bool trial;         /* what is not known is no answer */
    unsigned looked, differing;
    bool akin;          /* two versions of one policy: they ask nearly the same of a claim */
    unsigned trials, ratio_looks;
    pol_at_leaf at_leaf;/* what is done with combinations, of question leaf_question only; NULL: compared */
    void *user;
    uint32_t leaf_question;
    pol_arena scratch;  /* of the amounts being looked at */
    unsigned runs, most_runs, questions;
    POL_VEC(pol_str) signatures; /* of the regions and of what was proved the same */
    POL_VEC(uint32_t) region_of; /* POL_NONE32: the same */
} search;

/* ---- outputs ------------------------------------------------------------------------------------------------------ */

static pol_output_pair *find_pair(pol_behaviour *b, pol_figure_kind kind, pol_str name, pol_str by)
{
    for (size_t i = 0; i < b->outputs.count; i++) {
        pol_output_pair *pair = &b->outputs.items[i];
        if (pair->kind == kind && pol_str_equal(pair->name, name) && pol_str_equal(pair->by, by))
            return pair;
    }
    return NULL;
}

static void add_pair(search *s, unsigned side, pol_figure_kind kind, pol_str name, pol_str by, bool is_money, uint32_t index)
{
    if (side == 0) {
        name = pol_renamed(s->diff, name);
        by = pol_renamed(s->diff, by);
    }
    pol_output_pair *pair = find_pair(s->b, kind, name, by);
    if (pair != NULL) {
        if (pair->index[side] == POL_NONE32)
            pair->index[side] = index;
        return;
    }
    pol_output_pair made = { .kind = kind, .name = name, .by = by, .is_money = is_money, .index = { POL_NONE32, POL_NONE32 } };
    made.index[side] = index;
    (void)POL_PUSH(&s->diff->arena, s->b->outputs, made);
}

static void pair_outputs(search *s)
{
    const pol_str none = POL_STR("");
    for (unsigned side = 0; side < 2; side++) {
        const pol_code *code = s->b->code[side];
        add_pair(s, side, POL_FIGURE_SETTLED, pol_diff_say(s->diff, "settled", "可结算"), none, false, 0);
        add_pair(s, side, POL_FIGURE_TOTAL, pol_diff_say(s->diff, "total", "总费用"), none, true, 0);
        add_pair(s, side, POL_FIGURE_PERSON, pol_diff_say(s->diff, "person", "个人负担"), none, true, 0);
        add_pair(s, side, POL_FIGURE_HOSPITAL, pol_diff_say(s->diff, "hospital", "医院承担"), none, true, 0);
        for (uint32_t i = 0; i < code->payer_count; i++)
            add_pair(s, side, POL_FIGURE_PAYER, code->payers[i].name, none, true, i);
        for (uint32_t i = 0; i < code->advance_count; i++)
            add_pair(s, side, POL_FIGURE_ADVANCE, code->advances[i].payer, code->advances[i].by, true, i);
        for (uint32_t i = 0; i < code->status_count; i++)
            add_pair(s, side, POL_FIGURE_STATUS, code->statuses[i].name, none, false, i);
        for (uint32_t i = 0; i < code->output_count; i++)
            add_pair(s, side, POL_FIGURE_OUTPUT, code->outputs[i].name, none, code->outputs[i].kind == POL_OUT_AMOUNT, i);
        for (uint32_t i = 0; i < code->accum_count; i++)
            add_pair(s, side, POL_FIGURE_ACCUM, code->accums[i].name, none, !code->accums[i].integer, i);
    }
}

/* Whether both sides number an output's labels (or texts) alike. */
static bool numbered_alike(const search *s, const pol_output_pair *pair)
{
    if (pair->index[0] == POL_NONE32 || pair->index[1] == POL_NONE32)
        return false;
    const pol_output_def *a = &s->b->code[0]->outputs[pair->index[0]], *c = &s->b->code[1]->outputs[pair->index[1]];
    if (a->kind != c->kind)
        return false;
    if (a->kind == POL_OUT_TEXT)
        return s->b->same_texts;
    const pol_label_set *x = &s->diff->old.program->label_sets[a->labels], *y = &s->diff->new.program->label_sets[c->labels];
    bool same = x->count == y->count;
    for (uint32_t i = 0; same && i < x->count; i++)
        same = pol_str_equal(x->labels[i], y->labels[i]);
    return same;
}

/* A code as something that both sides say alike: by its words, once it is known. */
static pol_term spoken(search *s, unsigned side, const pol_output_pair *pair)
{
    const pol_program *program = side == 0 ? s->diff->old.program : s->diff->new.program;
    const pol_output_def *output = &s->b->code[side]->outputs[pair->index[side]];
    const pol_term term = pol_executor_term(&s->b->run[side], output->reg);
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    if (numbered_alike(s, pair) || (n->kind == POL_TERM_CONST && n->special != POL_ORDINARY))
        return term;
    if (n->kind != POL_TERM_CONST) {
        const pol_term_node hidden = { .kind = POL_TERM_OP, .class_ = POL_C_CODE, .op = UINT16_MAX, .payload = side, .definite = n->definite,
                                       .value = { 0, 1 }, .unit = { 0, 1 }, .arg_count = 1, .args = &term };
        return pol_term_make(&s->b->terms, &hidden);
    }
    const pol_label_set *labels = output->kind == POL_OUT_LABEL ? &program->label_sets[output->labels] : NULL;
    const size_t code = (size_t)n->value.num, count = labels != NULL ? labels->count : program->text_count;
    if (code >= count)
        return term;
    const uint32_t content = pol_term_content(&s->b->terms, labels != NULL ? labels->labels[code] : program->texts[code], NULL);
    return pol_term_const(&s->b->terms, POL_C_CODE, (pol_rational){ (pol_i128)content + 1000000, 1 }, POL_ORDINARY);
}

static pol_term status_term(search *s, pol_executor *run, unsigned side, uint32_t index)
{
    const pol_code *code = s->b->code[side];
    pol_term term = pol_executor_term(run, code->statuses[index].reg);
    for (uint32_t i = index + 1; i < code->status_count && pol_str_equal(code->statuses[i].name, code->statuses[index].name); i++)
        term = pol_term_or(&s->b->terms, term, pol_executor_term(run, code->statuses[i].reg));
    return term;
}

static pol_term lacking(search *s, const pol_output_pair *pair)
{
    const pol_rational zero = { 0, 1 };
    switch (pair->kind) {
    case POL_FIGURE_STATUS: return pol_term_bool(&s->b->terms, false);
    case POL_FIGURE_OUTPUT:
    case POL_FIGURE_ACCUM: return pol_term_const(&s->b->terms, POL_C_NUM, zero, POL_ABSENT);
    default: return pol_term_number(&s->b->terms, 0, 1);
    }
}

static pol_term term_of(search *s, unsigned side, const pol_output_pair *pair)
{
    pol_executor *run = &s->b->run[side];
    const pol_code *code = s->b->code[side];
    const uint32_t index = pair->index[side];
    if (index == POL_NONE32 && pair->kind != POL_FIGURE_ASKED)
        return lacking(s, pair);
    switch (pair->kind) {
    case POL_FIGURE_SETTLED: return run->valid;
    case POL_FIGURE_TOTAL: return pol_executor_term(run, code->total);
    case POL_FIGURE_PERSON: return pol_executor_term(run, code->person);
    case POL_FIGURE_HOSPITAL: return pol_executor_term(run, code->hospital);
    case POL_FIGURE_PAYER: return pol_executor_term(run, code->payers[index].paid);
    case POL_FIGURE_ADVANCE: return pol_executor_term(run, code->advances[index].amount);
    case POL_FIGURE_STATUS: return status_term(s, run, side, index);
    case POL_FIGURE_OUTPUT:
        if (code->outputs[index].kind == POL_OUT_TEXT || code->outputs[index].kind == POL_OUT_LABEL)
            return spoken(s, side, pair);
        if (code->outputs[index].kind == POL_OUT_NULL)
            return pol_term_const(&s->b->terms, POL_C_NUM, (pol_rational){ 0, 1 }, POL_ABSENT);
        return pol_executor_term(run, code->outputs[index].reg);
    case POL_FIGURE_ACCUM: return pol_executor_term(run, code->accums[index].after);
    case POL_FIGURE_ASKED: return pair->ask(s->b, pair, side);
    }
    return 0;
}

/* ---- one execution ----------------------------------------------------------------------------------------------- */

static bool execute(search *s)
{
    pol_behaviour *b = s->b;
    s->runs++;
    if (!pol_execute(&b->run[0]) || !pol_execute(&b->run[1]))
        return false;
    for (size_t i = 0; i < b->outputs.count; i++)
        for (unsigned side = 0; side < 2; side++)
            b->outputs.items[i].term[side] = term_of(s, side, &b->outputs.items[i]);
    return !pol_arena_failed(&s->diff->arena);
}

static bool never(const pol_behaviour *b, pol_term term)
{
    const pol_term_node *n = pol_term_at(&b->terms, term);
    return n->kind == POL_TERM_CONST && n->value.num == 0;
}

static bool both_reject(const pol_behaviour *b)
{
    return never(b, b->run[0].valid) && never(b, b->run[1].valid);
}

/* What is paid is looked at as a whole, everything else one by one. */
static bool is_paid(const pol_output_pair *pair)
{
    return pair->kind <= POL_FIGURE_PAYER;
}

static bool counts(const search *s, size_t number)
{
    return s->focus == POL_NONE32 ? is_paid(&s->b->outputs.items[number]) : s->focus == number;
}

static bool pair_differs(const search *s, size_t number)
{
    const pol_output_pair *pair = &s->b->outputs.items[number];
    return counts(s, number) && pair->term[0] != pair->term[1];
}

static bool any_differs(const search *s)
{
    const pol_behaviour *b = s->b;
    if (b->terms.failed)
        return true;
    if (both_reject(b))
        return false;
    for (size_t i = 0; i < b->outputs.count; i++)
        if (pair_differs(s, i))
            return true;
    return false;
}

/* What differs; empty: nothing. */
static pol_str figures_signature(search *s)
{
    pol_text text;
    pol_text_init(&text, &s->diff->arena);
    for (size_t i = 0; i < s->b->outputs.count && any_differs(s); i++)
        if (pair_differs(s, i))
            pol_text_format(&text, "%zu:%u:%u ", i, s->b->outputs.items[i].term[0], s->b->outputs.items[i].term[1]);
    return pol_text_str(&text);
}

/* What differs, and when the claim is settled: equal for combinations that behave alike. */
static pol_str signature(search *s)
{
    pol_text text;
    pol_text_init(&text, &s->diff->arena);
    if (!any_differs(s))
        return POL_STR("");
    pol_text_add(&text, figures_signature(s));
    pol_text_format(&text, "%u %u", s->b->run[0].valid, s->b->run[1].valid);
    return pol_text_str(&text);
}

static bool depends(const search *s, uint32_t var, bool figures)
{
    const pol_behaviour *b = s->b;
    if (!figures)
        return pol_term_depends(&b->terms, b->run[0].valid, var) || pol_term_depends(&b->terms, b->run[1].valid, var);
    for (size_t i = 0; i < b->outputs.count; i++)
        if (pair_differs(s, i) && (pol_term_depends(&b->terms, b->outputs.items[i].term[0], var) ||
                                                   pol_term_depends(&b->terms, b->outputs.items[i].term[1], var)))
            return true;
    return false;
}

/* Decided by the conditions in which it stands. */
static bool is_gate(const pol_var *var)
{
    return var->gate;
}

static void assign(pol_var *var, uint32_t value)
{
    var->state = POL_VAR_VALUE;
    var->value = value;
    if (var->class_ == POL_C_NUM)
        var->number = var->values.items[value].element[0];
}

/* Open, and to be tried value by value (for numbers and days: whether there is one). */
static bool can_split(const pol_var *var)
{
    return var->state == POL_VAR_OPEN && ((pol_var_is_discrete(var) && !is_gate(var)) || var->may_be_absent);
}

static uint32_t next_var_of(const search *s, bool figures)
{
    for (uint32_t i = 0; i < s->b->var_count; i++)
        if (can_split(&s->b->vars[i]) && depends(s, i, figures))
            return i;
    return POL_NONE32;
}

/* A category of both sides with labels that only one knows: with these only one settles. */
static uint32_t next_unknown(const search *s)
{
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        const pol_var *var = &s->b->vars[i];
        if (var->type != POL_F_LABEL || var->field[0] == POL_NONE32 || var->field[1] == POL_NONE32 || !can_split(var))
            continue;
        for (uint32_t k = 0; k < var->values.count; k++)
            if (var->values.items[k].element[0] == POL_CODE_ABSENT || var->values.items[k].element[1] == POL_CODE_ABSENT)
                return i;
    }
    return POL_NONE32;
}

static uint32_t next_var(const search *s)
{
    const uint32_t var = next_var_of(s, true);
    return var != POL_NONE32 ? var : next_var_of(s, false);
}

/* A day that is still open where no condition is left to split on: tried value by value. */
static uint32_t next_day(const search *s)
{
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        const pol_var *var = &s->b->vars[i];
        if (is_gate(var) && (var->state == POL_VAR_OPEN || var->state == POL_VAR_PRESENT) && (depends(s, i, true) || depends(s, i, false)))
            return i;
    }
    return POL_NONE32;
}

/* A condition of days below a term, as far down as there is one. */
static pol_term condition_below(const search *s, pol_term term)
{
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    bool has_day = false;
    for (size_t w = 0; w < POL_MOST_VARS / 64; w++)
        has_day |= (n->deps[w] & s->b->run[0].gates[w]) != 0;
    if (!has_day)
        return POL_NO_TERM;
    for (uint32_t i = 0; i < n->arg_count; i++) {
        const pol_term found = condition_below(s, n->args[i]);
        if (found != POL_NO_TERM)
            return found;
    }
    return n->class_ == POL_C_BOOL && n->definite && pol_of_gates(&s->b->run[0], term) ? term : POL_NO_TERM;
}

/* The parts of which all must hold that a claim is settled. */
typedef struct parts {
    pol_term items[MOST_CONDITIONS];
    uint32_t count;
    bool too_many;
} parts;

static void add_parts(const search *s, pol_term term, parts *all)
{
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    if (n->kind == POL_TERM_OP && n->op == POL_OP_AND) {
        const pol_term second = n->args[1];
        add_parts(s, n->args[0], all);
        add_parts(s, second, all);
        return;
    }
    all->too_many |= all->count == MOST_CONDITIONS;
    if (!all->too_many)
        all->items[all->count++] = term;
}

static bool is_among(const parts *all, pol_term term)
{
    for (uint32_t i = 0; i < all->count; i++)
        if (all->items[i] == term)
            return true;
    return false;
}

/* What only one side asks of a claim; empty: both ask the same. */
static parts own_parts(const search *s)
{
    parts sides[2] = { { .count = 0 }, { .count = 0 } }, own = { .count = 0 };
    for (unsigned side = 0; side < 2; side++) {
        add_parts(s, s->b->run[side].valid, &sides[side]);
        own.too_many |= sides[side].too_many;
    }
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < sides[side].count && own.count < MOST_CONDITIONS; i++)
            if (!is_among(&sides[1 - side], sides[side].items[i]))
                own.items[own.count++] = sides[side].items[i];
    own.too_many |= own.count == MOST_CONDITIONS;
    return own;
}

static bool parts_depend(const search *s, const parts *own, uint32_t var)
{
    for (uint32_t i = 0; i < own->count; i++)
        if (pol_term_depends(&s->b->terms, own->items[i], var))
            return true;
    return false;
}

static pol_term condition_of_figures(const search *s)
{
    const pol_behaviour *b = s->b;
    pol_term found = POL_NO_TERM;
    for (size_t i = 0; i < b->outputs.count && found == POL_NO_TERM; i++) {
        if (!pair_differs(s, i))
            continue;
        found = condition_below(s, b->outputs.items[i].term[0]);
        if (found == POL_NO_TERM)
            found = condition_below(s, b->outputs.items[i].term[1]);
    }
    return found;
}

static pol_term next_condition(const search *s)
{
    const pol_behaviour *b = s->b;
    pol_term found = condition_of_figures(s);
    for (unsigned side = 0; side < 2 && found == POL_NO_TERM; side++)
        found = condition_below(s, b->run[side].valid);
    return found;
}

/* ---- regions ------------------------------------------------------------------------------------------------------- */

static pol_path copy_path(search *s)
{
    pol_path path = { 0 };
    for (size_t i = 0; i < s->path.count; i++)
        (void)POL_PUSH(&s->diff->arena, path, s->path.items[i]);
    return path;
}

static pol_str step_words(search *s, const pol_var *var, pol_str values, uint32_t count, bool rest);

/* The only step in which two paths differ, of one variable; POL_NONE32: they differ otherwise. */
static uint32_t only_difference(const pol_path *a, const pol_path *b)
{
    uint32_t found = POL_NONE32;
    if (a->count != b->count)
        return POL_NONE32;
    for (uint32_t i = 0; i < a->count; i++) {
        if (pol_str_equal(a->items[i].words, b->items[i].words))
            continue;
        if (found != POL_NONE32 || a->items[i].var == POL_NONE32 || a->items[i].var != b->items[i].var)
            return POL_NONE32;
        found = i;
    }
    return found;
}

/* Adds the path at hand; paths that differ in the values of one variable become one. */
static void add_path(search *s, pol_region *region)
{
    pol_path path = copy_path(s);
    for (size_t i = 0; i < region->paths.count; i++) {
        pol_path *other = &region->paths.items[i];
        const uint32_t at = only_difference(other, &path);
        if (at == POL_NONE32)
            continue;
        pol_path_step *step = &other->items[at];
        const pol_var *var = &s->b->vars[step->var];
        step->count += path.items[at].count;
        step->values = pol_diff_format(s->diff, "%.*s%s%.*s", POL_S(step->values), pol_diff_say(s->diff, ", ", "、").bytes, POL_S(path.items[at].values));
        step->words = step_words(s, var, step->values, step->count, false);
        if (step->count >= step->total && !step->sampled) {
            for (size_t k = at; k + 1 < other->count; k++)
                other->items[k] = other->items[k + 1];
            other->count--;
        }
        return;
    }
    (void)POL_PUSH(&s->diff->arena, region->paths, path);
}

static uint32_t add_region(search *s, pol_verdict verdict)
{
    pol_region region = { .verdict = verdict, .var = POL_NONE32, .largest_figure = POL_NONE32, .focus = s->focus };
    (void)POL_PUSH(&s->diff->arena, region.paths, copy_path(s));
    for (size_t i = 0; i < s->path.count; i++)
        region.sampled |= s->path.items[i].sampled;
    (void)POL_PUSH(&s->diff->arena, s->b->regions, region);
    s->b->undecided += verdict == POL_REGION_UNDECIDED;
    return (uint32_t)s->b->regions.count - 1;
}

static void leave_open(search *s, const char *en, const char *zh)
{
    const uint32_t number = add_region(s, POL_REGION_UNDECIDED);
    if (number < s->b->regions.count)
        s->b->regions.items[number].reason = pol_diff_say(s->diff, en, zh);
    if (s->focus == POL_NONE32)
        s->b->paid_undecided = true;
    else
        s->b->outputs.items[s->focus].undecided = true;
}

static void leave_unsolved(search *s)
{
    const char *const en = pol_solver_missing(POL_EN), *const zh = pol_solver_missing(POL_ZH);
    leave_open(s, en == NULL ? "the limit was reached" : en, zh == NULL ? "达到计算上限" : zh);
}

/* All that has not been looked at is left open, as one region. */
static void give_up(search *s)
{
    s->exhausted = s->b->common = true;
    s->path.count = 0;
    leave_open(s, "all other combinations: too many", "其余的组合：过多");
}

/* ---- one region's amounts ------------------------------------------------------------------------------------------- */

typedef struct looking { /* at one combination */
    search *s;
    pol_region *region;
    pol_compared figures[POL_MOST_COMPARED];
    uint32_t outputs[POL_MOST_COMPARED]; /* output pair of each figure */
    uint32_t count;
    pol_slice slice;
    uint32_t var;
} looking;

typedef enum looked { LOOK_SAME, LOOK_FOUND, LOOK_UNKNOWN, LOOK_FAILED } looked;

static void gather(looking *l)
{
    const pol_behaviour *b = l->s->b;
    l->count = 0;
    for (size_t i = 0; i < b->outputs.count && l->count < POL_MOST_COMPARED; i++) {
        const pol_output_pair *pair = &b->outputs.items[i];
        if (pair->kind == POL_FIGURE_SETTLED || !pair_differs(l->s, i))
            continue;
        l->outputs[l->count] = (uint32_t)i;
        l->figures[l->count++] = (pol_compared){ pair->term[0], pair->term[1] };
    }
}

static bool open_number(const pol_var *var)
{
    return !pol_var_is_discrete(var) && (var->state == POL_VAR_OPEN || var->state == POL_VAR_PRESENT);
}

static uint32_t count_numbers(const search *s, uint32_t *only)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        if (!open_number(&s->b->vars[i]) || (!depends(s, i, true) && !depends(s, i, false)))
            continue;
        *only = i;
        count++;
    }
    return count;
}

/* Cuts along one amount; the others have values. */
static looked look_along(looking *l, uint32_t var)
{
    pol_behaviour *b = l->s->b;
    if (!execute(l->s))
        return LOOK_FAILED;
    if (!any_differs(l->s))
        return LOOK_SAME;
    gather(l);
    l->var = var;
    pol_arena_reset(&l->s->scratch);
    l->slice = (pol_slice){ .arena = &l->s->scratch, .terms = &b->terms, .var = var, .unit = b->vars[var].unit, .figures = l->figures, .figure_count = l->count,
                            .valid_before = b->run[0].valid, .valid_after = b->run[1].valid };
    if (!pol_slice_cut(&l->slice, 0, b->vars[var].most))
        return LOOK_FAILED;
    looked result = b->terms.failed ? LOOK_UNKNOWN : LOOK_SAME;
    for (size_t i = 0; i < l->slice.pieces.count; i++) {
        const pol_piece_kind kind = l->slice.pieces.items[i].kind;
        if (kind == POL_PIECE_DIFFERS || kind == POL_PIECE_SCATTERED)
            return LOOK_FOUND;
        if (kind == POL_PIECE_UNDECIDED)
            result = LOOK_UNKNOWN;
    }
    return result;
}

static void set_number(pol_var *var, int64_t number)
{
    var->state = POL_VAR_VALUE;
    var->number = number;
}

/* Each amount in turn, the others at `others` (fen; 0 for counts). */
static looked look_along_each(looking *l, int64_t others, bool *unknown)
{
    search *s = l->s;
    pol_behaviour *b = s->b;
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, b->var_count);
    bool wanted[POL_MOST_VARS];
    if (saved == NULL)
        return LOOK_FAILED;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    for (uint32_t i = 0; i < b->var_count; i++)
        wanted[i] = open_number(&b->vars[i]) && depends(s, i, true);
    for (uint32_t x = 0; x < b->var_count; x++) {
        if (!wanted[x])
            continue;
        for (uint32_t i = 0; i < b->var_count; i++)
            if (i != x && open_number(&b->vars[i]))
                set_number(&b->vars[i], b->vars[i].type == POL_F_AMOUNT ? others : 0);
        b->vars[x].state = POL_VAR_PRESENT;
        const looked result = look_along(l, x);
        if (result == LOOK_FOUND || result == LOOK_FAILED)
            return result;
        *unknown |= result == LOOK_UNKNOWN;
        memcpy(b->vars, saved, b->var_count * sizeof *saved);
    }
    return execute(s) ? LOOK_SAME : LOOK_FAILED;
}

/* The model's amounts, as many of them 0 as can be; then along one of them. */
static looked look_around_model(looking *l, const bool *wanted)
{
    search *s = l->s;
    pol_behaviour *b = s->b;
    for (uint32_t x = 0; x < b->var_count; x++) {
        if (!wanted[x])
            continue;
        const int64_t number = b->vars[x].number;
        b->vars[x].state = POL_VAR_PRESENT;
        looked result = look_along(l, x);
        if (result == LOOK_FAILED)
            return result;
        for (uint32_t i = 0; result == LOOK_FOUND && i < b->var_count; i++) {
            pol_var *other = &b->vars[i];
            if (i == x || pol_var_is_discrete(other) || other->state != POL_VAR_VALUE || other->number == 0 || other->type == POL_F_RATIO)
                continue;
            const int64_t kept = other->number;
            other->number = 0;
            if (look_along(l, x) != LOOK_FOUND)
                other->number = kept;
        }
        if (result == LOOK_FOUND)
            return look_along(l, x);
        set_number(&b->vars[x], number);
    }
    return LOOK_UNKNOWN;
}

/* Several amounts: along each alone, then all at once by the solver. */
static looked look_at_several(looking *l)
{
    search *s = l->s;
    bool unknown = false, wanted[POL_MOST_VARS];
    looked result = look_along_each(l, 0, &unknown);
    if (result != LOOK_SAME)
        return result;
    gather(l);
    for (uint32_t i = 0; i < s->b->var_count; i++)
        wanted[i] = open_number(&s->b->vars[i]) && depends(s, i, true);
    const bool may_ask = !s->b->terms.failed && s->questions++ < MOST_QUESTIONS;
    switch (!may_ask ? POL_FOUND_UNKNOWN : pol_solve(s->b, l->figures, l->count, s->b->run[0].valid, s->b->run[1].valid)) {
    case POL_FOUND_NONE: return LOOK_SAME;
    case POL_FOUND_WITNESS: return look_around_model(l, wanted);
    case POL_FOUND_UNKNOWN: break;
    }
    result = look_along_each(l, USUAL_AMOUNT, &unknown);
    return result == LOOK_SAME ? LOOK_UNKNOWN : result;
}

static looked look_at_amounts(looking *l)
{
    search *s = l->s;
    uint32_t only = POL_NONE32;
    const uint32_t count = count_numbers(s, &only);
    if (count == 1) {
        s->b->vars[only].state = POL_VAR_PRESENT;
        return look_along(l, only);
    }
    if (count > 1)
        return look_at_several(l);
    gather(l);
    l->var = POL_NONE32;
    return s->b->terms.failed ? LOOK_UNKNOWN : LOOK_FOUND; /* constants that are not equal */
}

/* Whether the difference found is one of figures, not only of who settles. */
static bool both_settle(const looking *l)
{
    const pol_behaviour *b = l->s->b;
    if (l->var == POL_NONE32)
        return b->run[0].valid == b->run[1].valid;
    for (size_t i = 0; i < l->slice.pieces.count; i++) {
        const pol_piece *piece = &l->slice.pieces.items[i];
        if ((piece->kind == POL_PIECE_DIFFERS || piece->kind == POL_PIECE_SCATTERED) && !piece->only_before && !piece->only_after)
            return true;
    }
    return false;
}

/* Ratios that come with the record are tried at some values: a product of two open numbers is beyond both
 * the pieces and the solver. */
typedef struct ratios {
    int64_t tried[14];        /* in millionths */
    uint32_t count;
    uint32_t vars[MOST_RATIOS];
    uint32_t var_count;
    int64_t weak[MOST_RATIOS];/* with which only one side settles: told when there is no other */
    bool has_weak;
    unsigned steps;
} ratios;

static void collect_ratios(const search *s, ratios *r)
{
    static const int64_t k_usual[] = { 800000, 1000000, 500000, 0 };
    const uint32_t usual = sizeof k_usual / sizeof *k_usual;
    *r = (ratios){ .count = usual };
    memcpy(r->tried, k_usual, sizeof k_usual);
    r->count += pol_inputs_ratios(s->b, r->tried + usual, sizeof r->tried / sizeof *r->tried - usual);
    for (uint32_t i = 0; i < s->b->var_count && r->var_count < MOST_RATIOS; i++)
        if (s->b->vars[i].type == POL_F_RATIO && open_number(&s->b->vars[i]) && (depends(s, i, true) || depends(s, i, false)))
            r->vars[r->var_count++] = i;
}

/* The amounts with these ratios. A difference of who settles only is kept for later, unless `weak_too`. */
static looked look_with(looking *l, ratios *r, const int64_t *values, bool weak_too)
{
    search *s = l->s;
    pol_behaviour *b = s->b;
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, b->var_count);
    if (saved == NULL)
        return LOOK_FAILED;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    for (uint32_t i = 0; i < r->var_count; i++)
        set_number(&b->vars[r->vars[i]], values[i]);
    if (!execute(s))
        return LOOK_FAILED;
    const looked result = any_differs(s) ? look_at_amounts(l) : LOOK_SAME;
    if (result == LOOK_FAILED || (result == LOOK_FOUND && (weak_too || both_settle(l))))
        return result;
    if (result == LOOK_FOUND && !r->has_weak) {
        memcpy(r->weak, values, sizeof r->weak);
        r->has_weak = true;
    }
    memcpy(b->vars, saved, b->var_count * sizeof *saved);
    return LOOK_SAME;
}

/* Ratios with which both sides can settle: from the number `from` on, those before it have values. */
static bool find_settling(search *s, ratios *r, uint32_t from, int64_t *values, bool *good)
{
    if (from == r->var_count)
        return true;
    pol_var *var = &s->b->vars[r->vars[from]];
    const pol_var saved = *var;
    for (uint32_t i = 0; i < r->count && r->steps++ < MOST_RATIO_STEPS && *good; i++) {
        values[from] = r->tried[i];
        set_number(var, values[from]);
        *good = execute(s);
        if (*good && !never(s->b, s->b->run[0].valid) && !never(s->b, s->b->run[1].valid) && find_settling(s, r, from + 1, values, good)) {
            *var = saved;
            return true;
        }
    }
    *var = saved;
    return false;
}

/* All ratios alike; then, where both sides settle, each ratio by itself. */
static looked look(looking *l)
{
    ratios r;
    int64_t values[MOST_RATIOS] = { 0 }, base[MOST_RATIOS] = { 0 };
    collect_ratios(l->s, &r);
    if (r.var_count == 0)
        return look_at_amounts(l);
    l->region->sampled = true;
    looked result = LOOK_SAME;
    for (uint32_t k = 0; k < r.count && result == LOOK_SAME; k++) {
        for (uint32_t i = 0; i < r.var_count; i++)
            values[i] = r.tried[k];
        result = look_with(l, &r, values, false);
    }
    bool good = true;
    const bool has_base = result == LOOK_SAME && r.var_count > 1 && find_settling(l->s, &r, 0, base, &good);
    for (uint32_t i = 0; i < r.var_count && has_base && good; i++) {
        memcpy(values, base, sizeof values);
        for (uint32_t k = 0; k < r.count && result == LOOK_SAME && l->s->ratio_looks++ < MOST_RATIO_LOOKS; k++) {
            values[i] = r.tried[k];
            result = look_with(l, &r, values, false);
        }
    }
    if (result == LOOK_SAME && good && r.has_weak)
        result = look_with(l, &r, r.weak, true);
    return !good ? LOOK_FAILED : result == LOOK_SAME ? LOOK_UNKNOWN : result;
}

/* ---- what was found ---------------------------------------------------------------------------------------------------- */

static pol_str amount_of(search *s, const pol_var *var, int64_t number)
{
    char text[64];
    if (var->type == POL_F_RATIO) {
        pol_decimal_text(text, (pol_i128)number * 100, 1000000, 4, true);
        return pol_diff_format(s->diff, "%s%%", text);
    }
    pol_decimal_text(text, (pol_i128)number * var->unit.num, var->unit.den, var->type == POL_F_AMOUNT ? 2 : 0, false);
    return pol_str_copy(&s->diff->arena, pol_str_of(text));
}

/* 政策范围内费用 = 0.00、比例 = 80% */
static pol_str other_numbers(search *s, uint32_t var)
{
    pol_text text;
    pol_text_init(&text, &s->diff->arena);
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        const pol_var *other = &s->b->vars[i];
        if (i == var || pol_var_is_discrete(other) || other->state != POL_VAR_VALUE)
            continue;
        if (text.length > 0)
            pol_text_add(&text, pol_diff_say(s->diff, ", ", "、"));
        pol_text_format(&text, "%.*s = %.*s", POL_S(other->name), POL_S(amount_of(s, other, other->number)));
    }
    return pol_text_str(&text);
}

static pol_str line_text(search *s, const pol_var *var, pol_rational k0, pol_rational k1)
{
    char slope[64], constant[64];
    pol_rational positive = k0;
    if (positive.num < 0)
        positive.num = -positive.num;
    pol_decimal_text(slope, k1.num * 100, k1.den, 6, true);
    pol_decimal_text(constant, positive.num, positive.den, 2, false);
    if (k1.num == 0)
        return pol_diff_format(s->diff, "%s%s", k0.num < 0 ? "-" : "", constant);
    const pol_str product = k1.num == k1.den ? var->name : pol_diff_format(s->diff, "%s%% × %.*s", slope, POL_S(var->name));
    if (k0.num == 0)
        return product;
    return pol_diff_format(s->diff, "%.*s %s %s", POL_S(product), k0.num < 0 ? "-" : "+", constant);
}

static pol_str pair_name(search *s, const pol_output_pair *pair)
{
    if (pair->kind == POL_FIGURE_ADVANCE)
        return pol_diff_format(s->diff, s->diff->lang == POL_ZH ? "%.*s 代 %.*s 垫付" : "%.*s advances for %.*s", POL_S(pair->by), POL_S(pair->name));
    return pair->name;
}

/* 基金：70% × 费用 - 700.00 → 75% × 费用 - 750.00 */
static void add_formula(looking *l, pol_region_part *part, uint32_t figure)
{
    search *s = l->s;
    const pol_output_pair *pair = &s->b->outputs.items[l->outputs[figure]];
    const pol_var *var = &s->b->vars[l->var];
    pol_rational a0, a1, b0, b1;
    bool a_rounds, b_rounds;
    if (!pair->is_money || part->low == part->high)
        return;
    if (!pol_slice_formula(&l->slice, l->figures[figure].before, part->low, part->high, &a0, &a1, &a_rounds) ||
        !pol_slice_formula(&l->slice, l->figures[figure].after, part->low, part->high, &b0, &b1, &b_rounds))
        return;
    const pol_str formula = pol_diff_format(s->diff, "%.*s%s%.*s → %.*s", POL_S(pair_name(s, pair)), pol_diff_say(s->diff, ": ", "：").bytes,
                                            POL_S(line_text(s, var, a0, a1)), POL_S(line_text(s, var, b0, b1)));
    (void)POL_PUSH(&s->diff->arena, part->formulas, formula);
}

static bool figure_differs(const uint64_t *set, uint32_t figure)
{
    return (set[figure / 64] >> (figure % 64) & 1) != 0;
}

static void add_part(looking *l, const pol_piece *piece)
{
    pol_region_part part = { .low = piece->low, .high = piece->high, .kind = piece->kind, .only_before = piece->only_before, .only_after = piece->only_after };
    for (uint32_t i = 0; i < l->count; i++) {
        if (!figure_differs(piece->differs, i))
            continue;
        part.figures[l->outputs[i] / 64] |= (uint64_t)1 << (l->outputs[i] % 64);
        l->s->b->outputs.items[l->outputs[i]].differs = true;
        add_formula(l, &part, i);
    }
    if (piece->only_before || piece->only_after)
        l->s->b->outputs.items[0].differs = true;
    (void)POL_PUSH(&l->s->diff->arena, l->region->parts, part);
}

/* The difference of a figure at one amount, in fen; 0 when there is none to be had. */
static pol_i128 difference_at(looking *l, uint32_t figure, int64_t x)
{
    pol_rational before, after, difference;
    if (!pol_slice_at(&l->slice, l->figures[figure].before, x, &before) || !pol_slice_at(&l->slice, l->figures[figure].after, x, &after) ||
        !pol_rational_sub(after, before, &difference) || !pol_rational_mul(difference, (pol_rational){ POL_FEN_PER_YUAN, 1 }, &difference))
        return 0;
    return difference.num / difference.den;
}

static void weigh(looking *l, uint32_t figure, int64_t x, int64_t *largest_at)
{
    pol_output_pair *pair = &l->s->b->outputs.items[l->outputs[figure]];
    const pol_i128 difference = difference_at(l, figure, x);
    const pol_i128 size = difference < 0 ? -difference : difference, most = l->region->largest_fen < 0 ? -l->region->largest_fen : l->region->largest_fen;
    pair->less |= difference < 0;
    pair->more |= difference > 0;
    if (size <= most && l->region->largest_figure != POL_NONE32)
        return;
    l->region->largest_fen = difference;
    l->region->largest_figure = l->outputs[figure];
    *largest_at = x;
}

/* Where a difference is largest: at an end of its part or, by rounding, near it. The person's counts most. */
static int64_t find_largest(looking *l, pol_figure_kind kind)
{
    int64_t largest_at = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const pol_output_pair *pair = &l->s->b->outputs.items[l->outputs[i]];
        if (!pair->is_money || pair->kind != kind)
            continue;
        for (size_t p = 0; p < l->slice.pieces.count; p++) {
            const pol_piece *piece = &l->slice.pieces.items[p];
            if (!figure_differs(piece->differs, i))
                continue;
            for (int64_t k = 0; k < MOST_WINDOW && piece->low + k <= piece->high; k++) {
                weigh(l, i, piece->low + k, &largest_at);
                weigh(l, i, piece->high - k, &largest_at);
            }
        }
    }
    return largest_at;
}

static bool differs_at(looking *l, int64_t x)
{
    for (uint32_t i = 0; i < l->count; i++) {
        pol_rational before, after;
        if (pol_slice_at(&l->slice, l->figures[i].before, x, &before) && pol_slice_at(&l->slice, l->figures[i].after, x, &after) &&
            pol_rational_compare(before, after) != 0)
            return true;
    }
    return false;
}

/* The first amount of a part that differs, or the last. */
static int64_t first_amount(looking *l, const pol_region_part *part, bool last)
{
    int64_t x = last ? part->high : part->low;
    if (part->kind == POL_PIECE_SCATTERED)
        for (int64_t k = 0; k < 40000 && x >= part->low && x <= part->high && !differs_at(l, x); k++)
            x += last ? -1 : 1;
    return x;
}

/* A claim with this amount, on the VM. */
static bool make_witness(looking *l, int64_t x, pol_witness *witness)
{
    pol_behaviour *b = l->s->b;
    pol_var *saved = POL_NEW_ARRAY(&l->s->diff->arena, pol_var, b->var_count);
    if (saved == NULL)
        return false;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    if (l->var != POL_NONE32)
        set_number(&b->vars[l->var], x);
    pol_inputs_close(b);
    const bool made = pol_witness_make(l->s->diff, b, witness);
    memcpy(b->vars, saved, b->var_count * sizeof *saved);
    return made;
}

static void add_point(looking *l, uint32_t figure, int64_t x)
{
    pol_rational before, after;
    pol_region *region = l->region;
    const bool in_order = region->points.count == 0 || region->points.items[region->points.count - 1].x < x;
    if (!in_order || x > l->s->b->vars[l->var].most || !pol_slice_at(&l->slice, l->figures[figure].before, x, &before) ||
        !pol_slice_at(&l->slice, l->figures[figure].after, x, &after))
        return;
    const pol_point point = { x, before.num * POL_FEN_PER_YUAN / before.den, after.num * POL_FEN_PER_YUAN / after.den };
    (void)POL_PUSH(&l->s->diff->arena, region->points, point);
}

/* The figure of the largest difference from 0 to a little beyond the last part. */
static void trace(looking *l)
{
    const pol_region *region = l->region;
    uint32_t figure = 0;
    while (figure < l->count && l->outputs[figure] != region->largest_figure)
        figure++;
    if (figure == l->count || region->parts.count == 0)
        return;
    add_point(l, figure, 0);
    int64_t last = 0;
    for (size_t i = 0; i < region->parts.count && i < MOST_POINTS; i++) {
        const pol_region_part *part = &region->parts.items[i];
        const bool open = part->high >= l->s->b->vars[l->var].most;
        add_point(l, figure, part->low);
        last = open ? part->low * 2 + 1000000 : part->high;
        add_point(l, figure, last);
    }
    add_point(l, figure, last + last / 5);
}

static bool describe(looking *l)
{
    pol_region *region = l->region;
    region->var = l->var;
    region->others = other_numbers(l->s, l->var);
    int64_t low = 0, high = 0, largest = 0;
    if (l->var != POL_NONE32) {
        for (size_t i = 0; i < l->slice.pieces.count; i++)
            if (l->slice.pieces.items[i].kind != POL_PIECE_SAME && l->slice.pieces.items[i].kind != POL_PIECE_REJECTED)
                add_part(l, &l->slice.pieces.items[i]);
        static const pol_figure_kind k_kinds[] = { POL_FIGURE_PERSON, POL_FIGURE_PAYER, POL_FIGURE_TOTAL, POL_FIGURE_HOSPITAL, POL_FIGURE_OUTPUT, POL_FIGURE_ACCUM, POL_FIGURE_ADVANCE };
        for (size_t k = 0; k < sizeof k_kinds / sizeof *k_kinds; k++) {
            const pol_i128 before = region->largest_fen;
            const uint32_t figure = region->largest_figure;
            const int64_t at = find_largest(l, k_kinds[k]);
            if (figure == POL_NONE32 && region->largest_figure != POL_NONE32) {
                largest = at;
            } else { /* the first kind that moves is the one that is told */
                region->largest_fen = before;
                region->largest_figure = figure;
            }
        }
        trace(l);
        const pol_region_part *first = NULL, *last = NULL;
        for (size_t i = 0; i < region->parts.count; i++) {
            const pol_region_part *part = &region->parts.items[i];
            if (part->kind == POL_PIECE_UNDECIDED)
                continue;
            first = first == NULL ? part : first;
            last = part;
        }
        low = first == NULL ? 0 : first_amount(l, first, false);
        high = last == NULL ? 0 : first_amount(l, last, true);
    } else {
        for (uint32_t i = 0; i < l->count; i++)
            l->s->b->outputs.items[l->outputs[i]].differs = true;
    }
    return make_witness(l, low, &region->first) && make_witness(l, high, &region->last) && make_witness(l, largest, &region->largest);
}

/* What a witness says of payers and person, where nothing else has (constants). */
static void take_directions(search *s, const pol_witness *witness)
{
    for (size_t i = 0; i < s->b->outputs.count && witness->settled[0] && witness->settled[1]; i++) {
        pol_output_pair *pair = &s->b->outputs.items[i];
        if (pol_str_equal(witness->values[0][i], witness->values[1][i]))
            continue;
        pair->differs = true;
        if (!pair->is_money || pair->less || pair->more)
            continue;
        const pol_str a = witness->values[0][i], b = witness->values[1][i];
        const bool longer = b.length != a.length ? b.length > a.length : pol_str_compare(b, a) > 0;
        *(longer ? &pair->more : &pair->less) = true;
    }
}

static bool days_are_sampled(const search *s)
{
    bool sampled = false;
    for (uint32_t i = 0; i < s->b->var_count; i++)
        sampled |= is_gate(&s->b->vars[i]) && s->b->vars[i].sampled;
    return sampled;
}

static bool is_assumed(const pol_behaviour *b, uint32_t var)
{
    bool assumed = false;
    for (size_t a = 0; a < b->assumed.count; a++)
        assumed |= pol_term_depends(&b->terms, b->assumed.items[a].term, var);
    return assumed;
}

/* Days that fulfil what is assumed: the codes then come to the same terms without assumptions. *known is
 * false when there are none among those tried. */
static bool find_days(search *s, pol_str sign, bool *known)
{
    const bool figures_only = s->trial;
    pol_behaviour *b = s->b;
    uint32_t days[4], count = 0;
    for (uint32_t i = 0; i < b->var_count && count < 4; i++) {
        if (is_assumed(b, i) && is_gate(&b->vars[i]) && b->vars[i].values.count > 0 && b->vars[i].state != POL_VAR_VALUE)
            days[count++] = i;
    }
    uint32_t total = 1;
    for (uint32_t i = 0; i < count; i++)
        total = total * (uint32_t)b->vars[days[i]].values.count > MOST_DAY_TRIALS ? MOST_DAY_TRIALS : total * (uint32_t)b->vars[days[i]].values.count;
    const pol_assumptions assumed = b->assumed;
    const unsigned runs = s->runs; /* these are no combinations */
    *known = false;
    b->assumed.count = 0;
    for (uint32_t n = 0; n < total && !*known; n++) {
        uint32_t rest = n;
        for (uint32_t i = 0; i < count; i++) {
            pol_var *var = &b->vars[days[i]];
            assign(var, rest % (uint32_t)var->values.count);
            rest /= (uint32_t)var->values.count;
        }
        if (!execute(s))
            return false;
        *known = figures_only ? pol_str_equal(figures_signature(s), sign) && !never(b, b->run[0].valid) && !never(b, b->run[1].valid)
                              : pol_str_equal(signature(s), sign);
    }
    s->runs = runs;
    b->assumed = assumed;
    return true;
}

/* Gives a combination to whoever asked for it, on days that fit it. */
static bool visit_leaf(search *s, pol_str sign)
{
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, s->b->var_count);
    bool days_known = true;
    for (size_t i = 0; i < s->signatures.count; i++)
        if (pol_str_equal(s->signatures.items[i], sign))
            return true;
    (void)POL_PUSH(&s->diff->arena, s->signatures, sign);
    if (saved == NULL || s->signatures.count > MOST_LEAVES)
        return saved != NULL;
    memcpy(saved, s->b->vars, s->b->var_count * sizeof *saved);
    const pol_assumptions assumed = s->b->assumed;
    bool good = assumed.count == 0 || find_days(s, sign, &days_known);
    s->b->assumed.count = 0;
    good = good && (!days_known || s->at_leaf(s->user, s->b, &s->path));
    s->b->assumed = assumed;
    memcpy(s->b->vars, saved, s->b->var_count * sizeof *saved);
    return good && execute(s);
}

static void remember(search *s, pol_str sign, uint32_t region)
{
    (void)POL_PUSH(&s->diff->arena, s->signatures, sign);
    (void)POL_PUSH(&s->diff->arena, s->region_of, region);
}

/* The region of a signature; POL_NONE32: none. */
static uint32_t region_with(const search *s, pol_str sign)
{
    for (size_t i = 0; i < s->signatures.count; i++)
        if (pol_str_equal(s->signatures.items[i], sign))
            return s->region_of.items[i];
    return POL_NONE32;
}

static pol_str only_side(unsigned side)
{
    return side == 0 ? POL_STR("only old") : POL_STR("only new");
}

/* Who alone settles what differs at a combination: one region for all that are so. Empty: both, or now one, now the other. */
static pol_str settles_alone(const looking *l)
{
    bool only[2] = { false, false };
    if (l->s->focus != POL_NONE32 || both_settle(l) || l->var == POL_NONE32)
        return POL_STR("");
    for (size_t i = 0; i < l->slice.pieces.count; i++) {
        only[0] |= l->slice.pieces.items[i].only_before;
        only[1] |= l->slice.pieces.items[i].only_after;
    }
    return only[0] == only[1] ? POL_STR("") : only_side(only[0] ? 0 : 1);
}

/* Gives the variables values with which the side settles, the usual ones first. False: none were found. */
static bool settle_somehow(search *s, unsigned side, unsigned *steps, bool *good)
{
    pol_behaviour *b = s->b;
    *good = execute(s);
    if (!*good || never(b, b->run[side].valid) || ++*steps > MOST_RATIO_STEPS)
        return false;
    uint32_t number = 0;
    while (number < b->var_count &&
           !((b->vars[number].state == POL_VAR_OPEN || b->vars[number].state == POL_VAR_PRESENT) && pol_term_depends(&b->terms, b->run[side].valid, number)))
        number++;
    if (number == b->var_count) {
        pol_inputs_close(b);
        return true;
    }
    pol_var *var = &b->vars[number];
    const pol_var saved = *var;
    ratios tried;
    collect_ratios(s, &tried);
    const bool discrete = pol_var_is_discrete(var), ratio = var->type == POL_F_RATIO;
    const uint32_t count = discrete ? (uint32_t)var->values.count : ratio ? tried.count : 1;
    pol_inputs_close_one(b, number);
    if (settle_somehow(s, side, steps, good))
        return true;
    for (uint32_t i = 0; i < count && *good; i++) {
        *var = saved;
        if (discrete)
            assign(var, i);
        else
            set_number(var, ratio ? tried.tried[i] : USUAL_AMOUNT);
        if (settle_somehow(s, side, steps, good))
            return true;
    }
    *var = saved;
    return false;
}

/* Where only one side settles anything, nothing more is to be compared: one claim shows it. *done is false when
 * no such claim is found: then the rest is told apart as well. */
static bool look_at_one_side(search *s, bool *done)
{
    pol_behaviour *b = s->b;
    const bool no_old = never(b, b->run[0].valid), no_new = never(b, b->run[1].valid);
    *done = no_old != no_new && s->focus != POL_NONE32 && s->at_leaf == NULL;
    if (no_old == no_new || s->focus != POL_NONE32)
        return true;
    const pol_str sign = only_side(no_old ? 1 : 0);
    const uint32_t known = region_with(s, sign);
    *done = known != POL_NONE32;
    if (*done)
        add_path(s, &b->regions.items[known]);
    if (*done || b->assumed.count > 0)
        return !pol_arena_failed(&s->diff->arena);
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, b->var_count);
    pol_witness witness = { 0 };
    bool good = true;
    unsigned steps = 0;
    if (saved == NULL)
        return false;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    if (settle_somehow(s, no_old ? 1 : 0, &steps, &good) && good)
        good = pol_witness_make(s->diff, b, &witness);
    memcpy(b->vars, saved, b->var_count * sizeof *saved);
    *done = good && witness.settled[0] != witness.settled[1];
    if (*done) {
        const uint32_t number = add_region(s, POL_REGION_DIFFERS);
        b->outputs.items[0].differs = true;
        remember(s, sign, number);
        if (!pol_arena_failed(&s->diff->arena))
            b->regions.items[number].first = witness;
    }
    return good && execute(s);
}

/* A combination of which only amounts are open. */
static bool look_at_leaf(search *s, pol_str sign)
{
    s->b->common = true;
    if (s->at_leaf != NULL && s->focus == s->leaf_question)
        return visit_leaf(s, sign);
    for (size_t i = 0; i < s->signatures.count; i++) {
        if (!pol_str_equal(s->signatures.items[i], sign))
            continue;
        if (s->region_of.items[i] != POL_NONE32)
            add_path(s, &s->b->regions.items[s->region_of.items[i]]);
        return !pol_arena_failed(&s->diff->arena);
    }
    if (s->differing >= MOST_REGIONS || s->looked++ >= MOST_LOOKED) {
        give_up(s);
        return !pol_arena_failed(&s->diff->arena);
    }
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, s->b->var_count);
    pol_region region = { .verdict = POL_REGION_DIFFERS, .var = POL_NONE32, .largest_figure = POL_NONE32, .focus = s->focus };
    looking *l = POL_NEW(&s->diff->arena, looking);
    if (saved == NULL || l == NULL)
        return false;
    memcpy(saved, s->b->vars, s->b->var_count * sizeof *saved);
    l->s = s;
    l->region = &region;
    const pol_assumptions assumed = s->b->assumed;
    bool days_known = true;
    if (assumed.count > 0 && !find_days(s, sign, &days_known))
        return false;
    if (!days_known) { /* no day is like that; where not all days were tried, that is not known */
        memcpy(s->b->vars, saved, s->b->var_count * sizeof *saved);
        if (days_are_sampled(s))
            leave_open(s, "no day was found", "没有找到这样的日期");
        return !pol_arena_failed(&s->diff->arena);
    }
    s->b->assumed.count = 0;
    const looked result = look(l);
    s->b->assumed = assumed;
    uint32_t number = POL_NONE32;
    const pol_str lonely = result == LOOK_FOUND ? settles_alone(l) : POL_STR("");
    if (lonely.length > 0)
        number = region_with(s, lonely);
    if (number != POL_NONE32) {
        add_path(s, &s->b->regions.items[number]);
    } else if (result == LOOK_FOUND) {
        s->differing++;
        if (!describe(l))
            return false;
        const pol_witness *shown = pol_witness_differs(s->b, &region.first) ? &region.first : &region.last;
        number = add_region(s, POL_REGION_DIFFERS);
        if (pol_arena_failed(&s->diff->arena))
            return false;
        region.sampled |= s->b->regions.items[number].sampled;
        region.paths = s->b->regions.items[number].paths;
        const bool asked = s->focus != POL_NONE32 && s->b->outputs.items[s->focus].kind == POL_FIGURE_ASKED;
        s->found = asked;
        if (asked) {
            s->b->outputs.items[s->focus].differs = true;
        } else if (!pol_witness_differs(s->b, shown)) { /* never shown as a difference without the VM's word */
            region.verdict = POL_REGION_UNDECIDED;
            region.reason = pol_diff_say(s->diff, "the claim found does not differ", "找到的数据结算没有差别");
            s->b->undecided++;
            s->b->paid_undecided |= s->focus == POL_NONE32;
        } else {
            if (!pol_trace_make(s->diff, s->b, s->focus, &region.first))
                return false;
            if (region.var != POL_NONE32 && s->focus == POL_NONE32 && !pol_str_equal(region.first.claim[1], region.last.claim[1]) &&
                !pol_trace_make(s->diff, s->b, s->focus, &region.last))
                return false;
            take_directions(s, shown);
            s->found = s->focus != POL_NONE32;
        }
        s->b->regions.items[number] = region;
    } else if (s->trial && result != LOOK_FAILED) {
        memcpy(s->b->vars, saved, s->b->var_count * sizeof *saved);
        return !pol_arena_failed(&s->diff->arena);
    } else if (result == LOOK_UNKNOWN) {
        number = (uint32_t)s->b->regions.count;
        leave_unsolved(s);
        if (pol_arena_failed(&s->diff->arena))
            return false;
        s->b->regions.items[number].sampled |= region.sampled;
    } else if (result == LOOK_SAME) {
        bool sampled = region.sampled;
        for (size_t i = 0; i < s->path.count; i++)
            sampled |= s->path.items[i].sampled;
        if (sampled) {
            number = (uint32_t)s->b->regions.count;
            leave_open(s, "no difference at the values tried", "试过的值没有差别，其他值未定");
        } else {
            s->b->same_count++;
        }
    }
    memcpy(s->b->vars, saved, s->b->var_count * sizeof *saved);
    remember(s, sign, number);
    if (lonely.length > 0)
        remember(s, lonely, number);
    return result != LOOK_FAILED && !pol_arena_failed(&s->diff->arena);
}

/* ---- the search ------------------------------------------------------------------------------------------------------ */

typedef struct branch { /* values of a variable that lead to the same */
    pol_str sign;
    pol_text values;
    pol_assigned state;
    uint32_t value, count;
} branch;
typedef POL_VEC(branch) branches;

static bool explore(search *s);

static void join(search *s, branches *all, pol_str sign, pol_str text, pol_assigned state, uint32_t value)
{
    for (size_t i = 0; i < all->count; i++) {
        if (!pol_str_equal(all->items[i].sign, sign))
            continue;
        if (all->items[i].count++ < MOST_LISTED) {
            pol_text_add(&all->items[i].values, pol_diff_say(s->diff, ", ", "、"));
            pol_text_add(&all->items[i].values, text);
        }
        return;
    }
    branch made = { .sign = sign, .state = state, .value = value, .count = 1 };
    pol_text_init(&made.values, &s->diff->arena);
    pol_text_add(&made.values, text);
    (void)POL_PUSH(&s->diff->arena, *all, made);
}

static bool try_value(search *s, branches *all, pol_var *var, pol_assigned state, uint32_t value, pol_str text)
{
    var->state = state;
    if (state == POL_VAR_VALUE)
        assign(var, value);
    if (!execute(s))
        return false;
    s->b->common |= !any_differs(s) && !both_reject(s->b);
    join(s, all, signature(s), text, state, value);
    return true;
}

/* 人员类别 = 甲、乙 */
static pol_str step_words(search *s, const pol_var *var, pol_str values, uint32_t count, bool rest)
{
    if (rest)
        return pol_diff_format(s->diff, s->diff->lang == POL_ZH ? "%.*s 不在另列之中" : "%.*s is none of those named elsewhere", POL_S(var->name));
    const pol_str words = pol_diff_format(s->diff, "%.*s = %.*s", POL_S(var->name), POL_S(values));
    if (count <= MOST_LISTED)
        return words;
    return s->diff->lang == POL_ZH ? pol_diff_format(s->diff, "%.*s…（共%u个）", POL_S(words), count)
                                   : pol_diff_format(s->diff, "%.*s … (%u in all)", POL_S(words), count);
}

static pol_path_step step_of(search *s, uint32_t number, const branch *taken)
{
    const pol_var *var = &s->b->vars[number];
    const pol_str values = pol_text_str(&taken->values);
    const bool rest = var->type == POL_F_TEXT && taken->state == POL_VAR_VALUE && taken->value == 0;
    return (pol_path_step){ .words = step_words(s, var, values, taken->count, rest), .values = values, .var = number, .count = taken->count,
                            .total = (uint32_t)var->values.count + var->may_be_absent, .sampled = var->sampled };
}

static bool follow(search *s, const pol_path_step *step)
{
    if (step != NULL)
        (void)POL_PUSH(&s->diff->arena, s->path, *step);
    const bool good = execute(s) && explore(s);
    if (step != NULL && s->path.count > 0)
        s->path.count--;
    return good;
}

/* One variable, value by value; for numbers and days, whether there is one (unless `by_value`). */
static bool split(search *s, uint32_t number, bool by_value)
{
    pol_var *var = &s->b->vars[number];
    const pol_var saved = *var;
    const bool tried = by_value || (pol_var_is_discrete(var) && !is_gate(var));
    branches all = { 0 };
    bool good = true;
    /* What only one side knows is given: that the other does not ask for it is said by the declarations. */
    const bool one_sided = var->field[0] == POL_NONE32 || var->field[1] == POL_NONE32;
    if (var->may_be_absent && var->state == POL_VAR_OPEN && !one_sided)
        good = try_value(s, &all, var, POL_VAR_ABSENT, 0, pol_diff_say(s->diff, "(not given)", "（空）"));
    if (!tried)
        good = good && try_value(s, &all, var, POL_VAR_PRESENT, 0, pol_diff_say(s->diff, "(given)", "（有值）"));
    for (uint32_t i = 0; tried && i < saved.values.count && good; i++)
        good = try_value(s, &all, var, POL_VAR_VALUE, i, saved.values.items[i].text);
    if (good && tried && var->sampled && all.count == 1 && all.items[0].sign.length == 0 && !s->exhausted) {
        *var = saved;
        leave_open(s, "no difference at the values tried", "试过的值没有差别，其他值未定");
        return !pol_arena_failed(&s->diff->arena);
    }
    for (size_t i = 0; i < all.count && good && !s->exhausted; i++) {
        if (all.items[i].sign.length == 0)
            continue; /* the same there */
        var->state = all.items[i].state;
        if (var->state == POL_VAR_VALUE)
            assign(var, all.items[i].value);
        const pol_path_step step = step_of(s, number, &all.items[i]);
        good = follow(s, all.count > 1 || (tried && var->sampled) ? &step : NULL);
    }
    *var = saved;
    return good;
}

/* ---- conditions of days ----------------------------------------------------------------------------------------------- */

static pol_str day_words(search *s, pol_term term)
{
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    char text[64];
    if (n->kind == POL_TERM_VAR)
        return s->b->vars[n->payload].name;
    if (n->kind == POL_TERM_CONST && n->class_ == POL_C_DATE && n->special == POL_ORDINARY) {
        pol_date_text(text, (pol_date)n->value.num);
        return pol_str_copy(&s->diff->arena, pol_str_of(text));
    }
    if (n->kind == POL_TERM_CONST) {
        pol_decimal_text(text, n->value.num, n->value.den, 6, true);
        return pol_str_copy(&s->diff->arena, pol_str_of(text));
    }
    pol_text list;
    pol_text_init(&list, &s->diff->arena);
    pol_text_add(&list, n->kind == POL_TERM_OP && n->op < POL_OP_COUNT ? pol_str_of(pol_op_mnemonic((pol_opcode)n->op)) : POL_STR("±"));
    for (uint32_t i = 0; i < n->arg_count; i++) {
        pol_text_add(&list, i == 0 ? POL_STR("(") : POL_STR(", "));
        pol_text_add(&list, day_words(s, pol_term_at(&s->b->terms, term)->args[i]));
    }
    pol_text_char(&list, ')');
    return pol_text_str(&list);
}

static pol_str condition_words(search *s, pol_term term, bool yes)
{
    static const char *const k_signs[2][6] = { { "≠", "=", "<", ">", "≤", "≥" }, { "=", "≠", "≥", "≤", ">", "<" } };
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    if (n->kind == POL_TERM_OP && n->op == POL_OP_CMPD && n->k < 6)
        return pol_diff_format(s->diff, "%.*s %s %.*s", POL_S(day_words(s, n->args[0])), k_signs[yes][n->k],
                               POL_S(day_words(s, pol_term_at(&s->b->terms, term)->args[1])));
    if (n->kind == POL_TERM_SIGN) { /* 次数 ≥ 3: a count and a constant */
        const pol_term_node *sum = pol_term_at(&s->b->terms, n->args[0]);
        const bool plain = sum->kind == POL_TERM_SUM && sum->arg_count == 1;
        const pol_rational bound = plain ? (pol_rational){ -sum->value.num, sum->value.den } : (pol_rational){ 0, 1 };
        char text[64];
        pol_decimal_text(text, bound.num, bound.den, 6, true);
        return pol_diff_format(s->diff, "%.*s %s %s", POL_S(day_words(s, plain ? sum->args[0] : n->args[0])), k_signs[yes][n->k], text);
    }
    return pol_diff_format(s->diff, "%.*s = %s", POL_S(day_words(s, term)), yes ? pol_diff_say(s->diff, "yes", "是").bytes : pol_diff_say(s->diff, "no", "否").bytes);
}

/* A condition of days holds, or it does not. */
static bool suppose(search *s, pol_term condition)
{
    bool good = true;
    pol_str signs[2];
    for (int yes = 1; yes >= 0 && good; yes--) {
        const pol_assumption assumption = { condition, yes == 1 };
        good = POL_PUSH(&s->diff->arena, s->b->assumed, assumption) && execute(s);
        signs[yes] = good ? signature(s) : POL_STR("");
        s->b->common |= good && !any_differs(s) && !both_reject(s->b);
        s->b->assumed.count--;
    }
    for (int yes = 1; yes >= 0 && good; yes--) {
        if (signs[yes].length == 0 || (yes == 0 && pol_str_equal(signs[0], signs[1])))
            continue;
        const pol_assumption assumption = { condition, yes == 1 };
        const pol_path_step step = { .words = condition_words(s, condition, yes == 1), .var = POL_NONE32 };
        good = POL_PUSH(&s->diff->arena, s->b->assumed, assumption) && follow(s, pol_str_equal(signs[0], signs[1]) ? NULL : &step);
        s->b->assumed.count--;
    }
    return good;
}

/* Whether every part of a condition is one of days, flags and categories alone, or of amounts that are given
 * alone: then values that make the first part true are as good as any other. */
static bool is_separable(const search *s, pol_term term)
{
    const pol_term_node *n = pol_term_at(&s->b->terms, term);
    bool has_amount = false, has_other = false;
    if (n->kind == POL_TERM_OP && n->op == POL_OP_AND)
        return is_separable(s, n->args[0]) && is_separable(s, pol_term_at(&s->b->terms, term)->args[1]);
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        const pol_var *var = &s->b->vars[i];
        if (!pol_term_depends(&s->b->terms, term, i))
            continue;
        if (!pol_var_is_discrete(var) && var->may_be_absent && var->state == POL_VAR_OPEN)
            return false;
        *(pol_var_is_discrete(var) ? &has_other : &has_amount) = true;
    }
    return !has_amount || !has_other;
}

/* Whether what differs, or what only one side asks, depends on days or categories that are still open. */
static bool is_open(const search *s, const parts *own)
{
    bool open = own->too_many || own->count > (s->akin ? MOST_OWN : 0);
    for (uint32_t i = 0; i < s->b->var_count; i++) {
        const pol_var *var = &s->b->vars[i];
        const bool undecided = pol_var_is_discrete(var) && (var->state == POL_VAR_OPEN || var->state == POL_VAR_PRESENT);
        open |= undecided && (depends(s, i, true) || parts_depend(s, own, i));
    }
    return open;
}

/* What decides only whether the claim is settled takes usual values. Of one output it is enough that it differs
 * so; of what is paid this is all when both sides ask the same of the rest, and amounts do not depend on it.
 * *done is false when nothing is known so. */
static bool try_usual(search *s, const parts *own, bool *done)
{
    pol_behaviour *b = s->b;
    const bool is_all = is_separable(s, b->run[0].valid) && is_separable(s, b->run[1].valid) && !is_open(s, own);
    *done = false;
    if (s->at_leaf != NULL || (!is_all && (s->focus == POL_NONE32 || s->trials++ >= MOST_TRIALS)))
        return true;
    pol_var *saved = POL_NEW_ARRAY(&s->diff->arena, pol_var, b->var_count);
    if (saved == NULL)
        return false;
    const pol_str sign = figures_signature(s);
    const pol_assumptions assumed = b->assumed;
    bool known = true, good = true;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    s->trial = true;
    for (uint32_t i = 0; i < b->var_count; i++) /* days of the assumptions stay open */
        if (pol_var_is_discrete(&b->vars[i]) && !(is_gate(&b->vars[i]) && is_assumed(b, i)))
            pol_inputs_close_one(b, i);
    good = find_days(s, sign, &known);
    b->assumed.count = 0;
    s->trial = !is_all;
    if (good && known)
        good = look_at_leaf(s, signature(s));
    *done = known && (is_all || s->found);
    s->trial = false;
    b->assumed = assumed;
    memcpy(b->vars, saved, b->var_count * sizeof *saved);
    return good && execute(s);
}

/* The variables are assigned as the path says, and both codes have run. */
static bool explore(search *s)
{
    if (!any_differs(s) || s->found || s->exhausted)
        return true;
    if (s->runs > s->most_runs) {
        give_up(s);
        return !pol_arena_failed(&s->diff->arena);
    }
    bool done = false;
    if (!look_at_one_side(s, &done))
        return false;
    if (done)
        return true;
    const uint32_t unknown = s->focus == POL_NONE32 ? next_unknown(s) : POL_NONE32;
    uint32_t var = unknown != POL_NONE32 ? unknown : next_var_of(s, true);
    if (var != POL_NONE32)
        return split(s, var, false);
    pol_term condition = condition_of_figures(s);
    if (condition != POL_NO_TERM)
        return suppose(s, condition);
    const parts own = own_parts(s);
    const bool few = s->akin && own.count <= MOST_OWN && !own.too_many;
    for (uint32_t i = 0; i < s->b->var_count && few; i++)
        if (can_split(&s->b->vars[i]) && parts_depend(s, &own, i))
            return split(s, i, false);
    for (uint32_t i = 0; i < own.count && few && condition == POL_NO_TERM; i++)
        condition = condition_below(s, own.items[i]);
    if (condition != POL_NO_TERM)
        return suppose(s, condition);
    if (!try_usual(s, &own, &done))
        return false;
    if (done)
        return true;
    var = next_var(s);
    if (var != POL_NONE32)
        return split(s, var, false);
    condition = next_condition(s);
    if (condition != POL_NO_TERM)
        return suppose(s, condition);
    const uint32_t day = next_day(s);
    return day != POL_NONE32 ? split(s, day, true) : look_at_leaf(s, signature(s));
}

/* What is paid, region by region; then everything else, each until it is found to differ. */
static bool search_all(search *s)
{
    pol_behaviour *b = s->b;
    b->proved = true;
    for (size_t i = 0; i < b->outputs.count; i++)
        b->proved &= b->outputs.items[i].term[0] == b->outputs.items[i].term[1];
    s->focus = POL_NONE32;
    s->most_runs = MOST_RUNS;
    b->common = !any_differs(s);
    const parts own = own_parts(s);
    s->akin = own.count <= MOST_OWN && !own.too_many;
    bool good = explore(s);
    unsigned more = 0;
    s->runs = 0;
    for (size_t i = 0; i < b->outputs.count && good && b->common; i++) {
        if (is_paid(&b->outputs.items[i]))
            continue;
        s->focus = (uint32_t)i;
        s->found = s->exhausted = false;
        s->trials = s->looked = s->differing = 0;
        more += s->runs;
        s->runs = 0;
        s->most_runs = more > MOST_MORE_RUNS ? 0 : MOST_FOCUSED;
        s->signatures.count = s->region_of.count = 0;
        good = execute(s) && explore(s);
    }
    return good;
}

/* ---- matters ---------------------------------------------------------------------------------------------------------- */

static pol_str one_sided_inputs(pol_diff *diff, const pol_behaviour *b)
{
    pol_text text;
    pol_text_init(&text, &diff->arena);
    for (uint32_t i = 0; i < b->var_count; i++) {
        const pol_var *var = &b->vars[i];
        if (var->field[0] != POL_NONE32 && var->field[1] != POL_NONE32)
            continue;
        pol_text_format(&text, "%s%s%.*s", text.length > 0 ? " " : "", var->field[0] != POL_NONE32 ? "-" : "+", POL_S(var->name));
    }
    return pol_text_str(&text);
}

static bool same_texts(const pol_program *a, const pol_program *b)
{
    bool same = a->text_count == b->text_count;
    for (uint32_t i = 0; same && i < a->text_count; i++)
        same = pol_str_equal(a->texts[i], b->texts[i]);
    return same;
}

static bool compare_codes(search *s)
{
    pol_diff *diff = s->diff;
    pol_behaviour *b = s->b;
    if (!pol_inputs_make(diff, b) || !pol_terms_init(&b->terms, &diff->arena))
        return false;
    b->lacking = one_sided_inputs(diff, b);
    if (b->outputs.count == 0)
        pair_outputs(s);
    b->too_large = b->var_count > POL_MOST_VARS || b->outputs.count > POL_MOST_COMPARED;
    if (b->too_large) {
        leave_open(s, "too many inputs or outputs", "输入或结果过多");
        return !pol_arena_failed(&diff->arena);
    }
    for (unsigned side = 0; side < 2; side++) {
        const pol_program *program = side == 0 ? diff->old.program : diff->new.program;
        if (!pol_executor_init(&b->run[side], &diff->arena, &b->terms, program, b->code[side], side, b->vars, b->var_of[side]))
            return false;
        b->run[side].in_force_ignored = b->apart;
        b->run[side].assumed = &b->assumed;
        for (uint32_t i = 0; i < b->var_count; i++)
            if (is_gate(&b->vars[i]))
                b->run[side].gates[i / 64] |= (uint64_t)1 << (i % 64);
    }
    b->same_texts = same_texts(diff->old.program, diff->new.program);
    return execute(s) && search_all(s);
}

static bool compare_matter(pol_diff *diff, const pol_code *before, const pol_code *after)
{
    const pol_behaviour made = { .matter = after->matter, .code = { before, after } };
    if (!POL_PUSH(&diff->arena, diff->behaviours, made))
        return false;
    search s = { .diff = diff, .b = &diff->behaviours.items[diff->behaviours.count - 1], .focus = POL_NONE32 };
    pol_arena_init(&s.scratch, &diff->arena.allocator);
    const bool good = compare_codes(&s);
    pol_arena_reset(&s.scratch);
    return good;
}

bool pol_ask(pol_diff *diff, pol_behaviour *b, pol_at_leaf at_leaf, void *user, uint32_t leaf_question)
{
    search s = { .diff = diff, .b = b, .focus = POL_NONE32, .at_leaf = at_leaf, .user = user, .leaf_question = leaf_question };
    pol_arena_init(&s.scratch, &diff->arena.allocator);
    const bool good = compare_codes(&s);
    pol_arena_reset(&s.scratch);
    return good;
}

bool pol_ask_again(pol_diff *diff, pol_behaviour *b)
{
    search s = { .diff = diff, .b = b, .focus = POL_NONE32 };
    return execute(&s);
}

static bool add_lonely(pol_diff *diff, pol_str matter, bool is_old)
{
    const pol_behaviour made = { .matter = matter, .only = is_old ? pol_diff_say(diff, "only in the old policy", "只有旧版有") : pol_diff_say(diff, "only in the new policy", "只有新版有") };
    return POL_PUSH(&diff->arena, diff->behaviours, made);
}

static const pol_code *matter_named(const pol_program *program, pol_str name)
{
    for (uint32_t i = 0; i < program->matter_count; i++)
        if (pol_str_equal(program->matters[i].matter, name))
            return &program->matters[i];
    return NULL;
}

bool pol_diff_behaviour(pol_diff *diff)
{
    bool good = true;
    for (uint32_t i = 0; i < diff->old.program->matter_count && good; i++) {
        const pol_code *before = &diff->old.program->matters[i];
        const pol_code *after = matter_named(diff->new.program, pol_renamed(diff, before->matter));
        good = after == NULL ? add_lonely(diff, before->matter, true) : compare_matter(diff, before, after);
    }
    for (uint32_t i = 0; i < diff->new.program->matter_count && good; i++) {
        bool found = false;
        for (uint32_t k = 0; k < diff->old.program->matter_count; k++)
            found |= pol_str_equal(pol_renamed(diff, diff->old.program->matters[k].matter), diff->new.program->matters[i].matter);
        good = found || add_lonely(diff, diff->new.program->matters[i].matter, false);
    }
    return good && !pol_arena_failed(&diff->arena);
}
