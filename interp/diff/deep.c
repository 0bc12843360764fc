/* One script looked at by itself (pol check --deep): where the person's burden falls although the bill grows,
 * what can never be reached given the rest, what always or never happens, who gets nothing.
 *
 * A question is a pair of terms; the search for claims that tell them apart (behave.c) answers it. "Never" and
 * "always" are said only when the search went through; claims that are shown were settled by the VM. */
#include "interp/diff/behave.h"

#include <string.h>

#include "interp/diff/inputs.h"

#define LEAST_FALL 100  /* fen by which a burden must fall to be told: less is rounding */
#define MOST_FALLS 20   /* of one matter */
#define OTHER_PARTS 100000 /* fen: what the other parts of the bill are, beside nothing */
#define SAY(en, zh) pol_diff_say(deep->diff, (en), (zh))

typedef struct study {
    pol_diff *diff;
    pol_text *out;
    bool json;
    unsigned findings;
    const pol_code *code;
    /* of the combination at hand */
    pol_behaviour *b;
    const pol_path *path;
    uint32_t var;
    int64_t last_x;
    pol_rational last_burden;
    bool has_last, falling;
    int64_t fall_from;
    pol_slice slice;
    unsigned falls;
    POL_VEC(pol_str) told;   /* cliffs by what they say, so that each is told once */
} study;

/* ---- findings --------------------------------------------------------------------------------------------------- */

static pol_str clauses_of(study *deep, pol_node_kind kind, pol_str name)
{
    for (size_t i = 0; i < deep->diff->new.decls.count; i++) {
        const pol_decl *decl = deep->diff->new.decls.items[i];
        if (decl->kind == kind && pol_str_equal(decl->name, name) &&
            (decl->section.length == 0 || pol_str_equal(decl->section, deep->code->matter)))
            return pol_decl_clauses(deep->diff, decl, NULL);
    }
    return POL_STR("");
}

/* The clauses of a payer's cap: its own, else the payer's. *words is the cap as it is written. */
static pol_str cap_clauses(study *deep, pol_str payer, pol_str *words)
{
    *words = POL_STR("");
    for (size_t i = 0; i < deep->diff->new.decls.count; i++) {
        const pol_decl *decl = deep->diff->new.decls.items[i];
        if (decl->kind != POL_N_BENEFIT || !pol_str_equal(decl->name, payer) || (decl->section.length > 0 && !pol_str_equal(decl->section, deep->code->matter)))
            continue;
        for (size_t n = 0; n < decl->nodes.count; n++) {
            const pol_ast_benefit *benefit = decl->nodes.items[n]->kind == POL_N_BENEFIT ? POL_AS(benefit, decl->nodes.items[n]) : NULL;
            for (uint32_t k = 0; benefit != NULL && k < benefit->steps.count; k++) {
                const pol_ast_step *step = POL_AS(step, benefit->steps.items[k]);
                if (step->kind != POL_STEP_CAP)
                    continue;
                *words = pol_words(deep->diff, step->value, POL_WORDS_SHOWN);
                return pol_decl_clauses(deep->diff, decl, benefit->steps.items[k]);
            }
        }
    }
    return clauses_of(deep, POL_N_BENEFIT, payer);
}

static void json_member(pol_text *out, const char *key, pol_str value)
{
    pol_text_format(out, "%s\"%s\":", out->bytes[out->length - 1] == '{' ? "" : ",", key);
    pol_json_write_string(out, value);
}

/* One finding: what kind, in words, where, the clauses, and claims that show it. */
static void tell(study *deep, const char *kind, pol_str text, pol_str where, pol_str clauses, pol_str claim, pol_str other)
{
    pol_text *out = deep->out;
    deep->findings++;
    if (deep->json) {
        pol_text_add(out, POL_STR("{"));
        json_member(out, "种类", pol_str_of(kind));
        json_member(out, "业务类型", deep->code->matter);
        json_member(out, "说明", text);
        json_member(out, "情形", where);
        json_member(out, "依据", clauses);
        if (claim.length > 0)
            pol_text_format(out, ",\"数据\":[%.*s%s%.*s]", POL_S(claim), other.length > 0 ? "," : "", POL_S(other));
        pol_text_add(out, POL_STR("}\n"));
        return;
    }
    pol_text_format(out, "%.*s：%.*s", POL_S(deep->code->matter), POL_S(text));
    if (clauses.length > 0)
        pol_text_format(out, "   %s %.*s", SAY("basis", "依据").bytes, POL_S(clauses));
    pol_text_char(out, '\n');
    if (where.length > 0)
        pol_text_format(out, "    %.*s\n", POL_S(where));
    if (claim.length > 0)
        pol_text_format(out, "    %.*s\n", POL_S(claim));
    if (other.length > 0)
        pol_text_format(out, "    %.*s\n", POL_S(other));
}

/* ---- questions ----------------------------------------------------------------------------------------------------- */

/* index[0] says which, index[1] against what: 0 or 1. */
static pol_term constant_of(pol_behaviour *b, const pol_output_pair *pair)
{
    return pol_term_bool(&b->terms, pair->index[1] == 1);
}

static pol_term ask_status(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    if (side == 1)
        return constant_of(b, pair);
    const pol_code *code = b->code[0];
    pol_term term = pol_executor_term(&b->run[0], code->statuses[pair->index[0]].reg);
    for (uint32_t i = pair->index[0] + 1; i < code->status_count && pol_str_equal(code->statuses[i].name, code->statuses[i - 1].name); i++)
        term = pol_term_or(&b->terms, term, pol_executor_term(&b->run[0], code->statuses[i].reg));
    return term;
}

static pol_term ask_payer(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    if (side == 1)
        return pol_term_number(&b->terms, 0, 1);
    return pol_executor_term(&b->run[0], b->code[0]->payers[pair->index[0]].paid);
}

/* Something that is not known yet: it depends on all of these and equals nothing. */
static pol_term not_yet(pol_behaviour *b, pol_class class_, uint32_t count, const pol_term *args)
{
    const pol_term_node open = { .kind = POL_TERM_OP, .class_ = (uint8_t)class_, .op = UINT16_MAX, .payload = 2, .definite = true,
                                 .value = { 0, 1 }, .unit = { 0, 1 }, .arg_count = count, .args = args };
    return pol_term_make(&b->terms, &open);
}

/* Whether the amount of a payer's instruction is above its cap, where the payer pays at all. */
static pol_term ask_cap(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    pol_executor *run = &b->run[0];
    const pol_instr *instr = &b->code[0]->instrs[pair->index[0]];
    const pol_term amount = pol_executor_term(run, instr->arg[2]), cond = pol_executor_term(run, instr->arg[3]), cap = pol_executor_term(run, instr->arg[4]);
    const bool definite = pol_term_at(&b->terms, amount)->definite && pol_term_at(&b->terms, cap)->definite && pol_term_at(&b->terms, cond)->definite;
    if (side == 1)
        return pol_term_bool(&b->terms, false);
    const pol_term args[3] = { amount, cond, cap };
    if (pol_term_at(&b->terms, cap)->special == POL_UNLIMITED)
        return pol_term_bool(&b->terms, false);
    if (!definite)
        return not_yet(b, POL_C_BOOL, 3, args);
    return pol_term_and(&b->terms, cond, pol_term_compare(&b->terms, amount, cap, POL_GT));
}

/* Whether the payer pays something that is below its cap. */
static pol_term ask_below_cap(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    pol_executor *run = &b->run[0];
    const pol_instr *instr = &b->code[0]->instrs[pair->index[0]];
    const pol_term amount = pol_executor_term(run, instr->arg[2]), cond = pol_executor_term(run, instr->arg[3]), cap = pol_executor_term(run, instr->arg[4]);
    const bool definite = pol_term_at(&b->terms, amount)->definite && pol_term_at(&b->terms, cond)->definite;
    if (side == 1)
        return pol_term_bool(&b->terms, false);
    const pol_term args[3] = { amount, cond, cap };
    if (!definite || (!pol_term_at(&b->terms, cap)->definite && pol_term_at(&b->terms, cap)->special != POL_UNLIMITED))
        return not_yet(b, POL_C_BOOL, 3, args);
    const pol_term some = pol_term_and(&b->terms, cond, pol_term_compare(&b->terms, amount, pol_term_number(&b->terms, 0, 1), POL_GT));
    if (pol_term_at(&b->terms, cap)->special == POL_UNLIMITED)
        return some;
    return pol_term_and(&b->terms, some, pol_term_compare(&b->terms, amount, cap, POL_LT));
}

/* Whether slice number index[1] of a schedule is reached. */
static pol_term ask_tier(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    pol_executor *run = &b->run[0];
    const pol_instr *instr = &b->code[0]->instrs[pair->index[0]];
    const pol_term schedule = pol_executor_term(run, instr->arg[1]), to = pol_executor_term(run, instr->arg[3]);
    const pol_term_node *n = pol_term_at(&b->terms, schedule);
    if (side == 1)
        return pol_term_bool(&b->terms, false);
    if (n->kind != POL_TERM_CONST || n->special != POL_ORDINARY || !pol_term_at(&b->terms, to)->definite)
        return pol_term_bool(&b->terms, true); /* not known: then nothing is said of it */
    const pol_schedule *s = b->terms.objects.items[(size_t)n->value.num];
    if (pair->index[1] >= s->tiers.count)
        return pol_term_bool(&b->terms, false);
    const pol_i128 low = pair->index[1] == 0 ? s->tiers.low : s->tiers.tiers[pair->index[1] - 1].upper;
    return pol_term_compare(&b->terms, to, pol_term_number(&b->terms, low, s->den), POL_GT);
}

/* What all payers together pay to a person of one category. */
static pol_term ask_label(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    pol_terms *terms = &b->terms;
    const pol_code *code = b->code[0];
    const pol_term nothing = pol_term_number(terms, 0, 1);
    if (side == 1)
        return nothing;
    const pol_term label = pol_executor_term(&b->run[0], code->fields[b->vars[pair->index[0]].field[0]].reg);
    const pol_term_node *n = pol_term_at(terms, label);
    const bool known = n->kind == POL_TERM_CONST && n->special == POL_ORDINARY;
    if (known && n->value.num != pair->index[1])
        return nothing;
    pol_term sum = nothing;
    for (uint32_t i = 0; i < code->payer_count; i++) {
        const pol_term paid = pol_executor_term(&b->run[0], code->payers[i].paid), args[3] = { sum, paid, label };
        if (code->payers[i].hospital)
            continue;
        sum = known && pol_term_at(terms, paid)->definite ? pol_term_add(terms, sum, paid, (pol_rational){ 1, 1 }) : not_yet(b, POL_C_NUM, 3, args);
    }
    return sum;
}

static pol_term ask_burden(pol_behaviour *b, const pol_output_pair *pair, unsigned side)
{
    (void)pair;
    return side == 1 ? pol_term_number(&b->terms, -1, 1) : pol_executor_term(&b->run[0], b->code[0]->person);
}

static void add_question(study *deep, pol_behaviour *b, pol_asked ask, pol_str name, uint32_t which, uint32_t value)
{
    const pol_output_pair pair = { .kind = POL_FIGURE_ASKED, .name = name, .ask = ask, .index = { which, value } };
    if (b->outputs.count < POL_MOST_COMPARED)
        (void)POL_PUSH(&deep->diff->arena, b->outputs, pair);
}

static pol_str payer_of(const pol_code *code, const pol_instr *instr)
{
    for (uint32_t i = 0; i < code->payer_count; i++)
        if (code->payers[i].line == instr->line || code->payers[i].paid == instr->arg[0])
            return code->payers[i].name;
    return POL_STR("");
}

/* The payer whose amount the instruction is on the way to. */
static pol_str payer_behind(const pol_code *code, uint32_t number)
{
    while (number < code->instr_count && code->instrs[number].op != POL_OP_TAIL)
        number++;
    return number < code->instr_count ? payer_of(code, &code->instrs[number]) : POL_STR("");
}

static bool is_unlimited(const pol_code *code, uint32_t reg)
{
    const pol_register *r = &code->registers[reg];
    return r->origin == POL_FROM_CONSTANT && code->constants[r->index].number == POL_NUM_UNLIMITED;
}

static void add_questions(study *deep, pol_behaviour *b)
{
    const pol_code *code = deep->code;
    add_question(deep, b, ask_burden, POL_STR(""), 0, 0);
    for (uint32_t i = 0; i < code->status_count; i++) {
        if (i > 0 && pol_str_equal(code->statuses[i].name, code->statuses[i - 1].name))
            continue;
        add_question(deep, b, ask_status, code->statuses[i].name, i, 0);
        add_question(deep, b, ask_status, code->statuses[i].name, i, 1);
    }
    for (uint32_t i = 0; i < code->payer_count; i++)
        add_question(deep, b, ask_payer, code->payers[i].name, i, 0);
    for (uint32_t i = 0; i < code->instr_count; i++) {
        const pol_instr *instr = &code->instrs[i];
        if (instr->op == POL_OP_TAIL && !is_unlimited(code, instr->arg[4]))
            add_question(deep, b, ask_cap, payer_of(code, instr), i, 0);
        if (instr->op == POL_OP_TAIL && !is_unlimited(code, instr->arg[4]))
            add_question(deep, b, ask_below_cap, payer_of(code, instr), i, 0);
        const pol_register *schedule = instr->op == POL_OP_TSUM ? &code->registers[instr->arg[1]] : NULL;
        if (schedule == NULL || schedule->origin != POL_FROM_CONSTANT || code->constants[schedule->index].tiers == NULL)
            continue;
        for (uint32_t k = 0; k < code->constants[schedule->index].tiers->count; k++)
            add_question(deep, b, ask_tier, POL_STR(""), i, k);
    }
}

/* Questions of categories need the variables, which the search makes; they are asked apart. */
static bool add_label_questions(study *deep, pol_behaviour *b)
{
    if (!pol_inputs_make(deep->diff, b))
        return false;
    for (uint32_t v = 0; v < b->var_count; v++)
        for (uint32_t i = 0; b->vars[v].type == POL_F_LABEL && b->vars[v].role == POL_ROLE_INPUT && i < b->vars[v].values.count; i++)
            add_question(deep, b, ask_label, b->vars[v].values.items[i].text, v, i);
    b->var_count = 0;
    return true;
}

/* ---- burdens that fall ------------------------------------------------------------------------------------------------- */

static void set_number(pol_var *var, int64_t number)
{
    var->state = POL_VAR_VALUE;
    var->number = number;
}

/* The claim at one amount, settled; false when it is not settled. */
static bool claim_at(study *deep, int64_t x, pol_witness *witness)
{
    pol_behaviour *b = deep->b;
    pol_var *saved = POL_NEW_ARRAY(&deep->diff->arena, pol_var, b->var_count);
    if (saved == NULL)
        return false;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    set_number(&b->vars[deep->var], x);
    pol_inputs_close(b);
    const bool made = pol_witness_make(deep->diff, b, witness);
    memcpy(b->vars, saved, b->var_count * sizeof *saved);
    return made && witness->settled[0];
}

/* The payer that pays most more at the second claim. */
static pol_str who_jumped(study *deep, int64_t before, int64_t after)
{
    pol_str name = POL_STR("");
    pol_rational most = { 0, 1 };
    for (uint32_t i = 0; i < deep->code->payer_count; i++) {
        pol_rational a, b, difference;
        const pol_term paid = pol_executor_term(&deep->b->run[0], deep->code->payers[i].paid);
        pol_slice slice = { .arena = &deep->diff->arena, .terms = &deep->b->terms, .var = deep->var, .unit = deep->b->vars[deep->var].unit,
                            .valid_before = paid, .valid_after = paid };
        if (pol_slice_at(&slice, paid, before, &a) && pol_slice_at(&slice, paid, after, &b) && pol_rational_sub(b, a, &difference) &&
            pol_rational_compare(difference, most) > 0) {
            most = difference;
            name = deep->code->payers[i].name;
        }
    }
    return name;
}

static pol_str amount_text(study *deep, pol_rational yuan)
{
    char text[64];
    pol_decimal_text(text, yuan.num, yuan.den, 2, false);
    return pol_str_copy(&deep->diff->arena, pol_str_of(text));
}

static bool told_before(study *deep, pol_str text)
{
    for (size_t i = 0; i < deep->told.count; i++)
        if (pol_str_equal(deep->told.items[i], text))
            return true;
    (void)POL_PUSH(&deep->diff->arena, deep->told, text);
    return false;
}

/* The burden at `after` is below that at `before`, by more than rounding. */
static void tell_fall(study *deep, int64_t before, int64_t after)
{
    pol_rational a, b, fall;
    if (deep->falls >= MOST_FALLS || !pol_slice_at(&deep->slice, deep->slice.valid_before, before, &a) ||
        !pol_slice_at(&deep->slice, deep->slice.valid_before, after, &b) || !pol_rational_sub(a, b, &fall) ||
        fall.num * POL_FEN_PER_YUAN < (pol_i128)LEAST_FALL * fall.den)
        return;
    const pol_var *var = &deep->b->vars[deep->var];
    const bool jump = after == before + 1;
    const pol_str from = pol_region_amount(deep->diff, var, before), to = pol_region_amount(deep->diff, var, after);
    const pol_str text = deep->diff->lang == POL_ZH
                             ? pol_diff_format(deep->diff, "%s：%.*s 由 %.*s 增到 %.*s，个人负担由 %.*s 降到 %.*s", jump ? "悬崖" : "费用多反而负担少",
                                               POL_S(var->name), POL_S(from), POL_S(to), POL_S(amount_text(deep, a)), POL_S(amount_text(deep, b)))
                             : pol_diff_format(deep->diff, "%s: when %.*s grows from %.*s to %.*s, the person's burden falls from %.*s to %.*s",
                                               jump ? "cliff" : "falling burden", POL_S(var->name), POL_S(from), POL_S(to), POL_S(amount_text(deep, a)), POL_S(amount_text(deep, b)));
    pol_witness first, second;
    if (told_before(deep, text) || !claim_at(deep, before, &first) || !claim_at(deep, after, &second))
        return;
    const pol_str payer = who_jumped(deep, before, after);
    deep->falls++;
    tell(deep, jump ? "cliff" : "falling", text, pol_region_words(deep->diff, deep->path), clauses_of(deep, POL_N_BENEFIT, payer), first.claim[0], second.claim[0]);
}

/* One line of the burden after another. */
static bool take_run(void *user, const pol_run_piece *piece)
{
    study *deep = user;
    if (deep->falling && (!piece->known || piece->k1.num >= 0)) {
        tell_fall(deep, deep->fall_from, deep->last_x);
        deep->falling = false;
    }
    if (deep->has_last && piece->known)
        tell_fall(deep, deep->last_x, piece->low);
    if (piece->known && piece->k1.num < 0 && !deep->falling) {
        deep->falling = true;
        deep->fall_from = piece->low;
    }
    deep->has_last = piece->known;
    deep->last_x = piece->high;
    return deep->falls < MOST_FALLS;
}

/* Whether an amount is part of the bill. */
static bool grows_with(pol_behaviour *b, const pol_code *code, uint32_t var)
{
    return pol_term_depends(&b->terms, pol_executor_term(&b->run[0], code->total), var);
}

/* Along one part of the bill; the other parts at `others` fen. */
static bool look_along(study *deep, uint32_t var, int64_t others)
{
    pol_behaviour *b = deep->b;
    bool is_part[POL_MOST_VARS];
    for (uint32_t i = 0; i < b->var_count; i++)
        is_part[i] = b->vars[i].type == POL_F_AMOUNT && b->vars[i].role == POL_ROLE_INPUT && grows_with(b, deep->code, i);
    for (uint32_t i = 0; i < b->var_count; i++)
        if (!pol_var_is_discrete(&b->vars[i]) && i != var && (b->vars[i].state == POL_VAR_OPEN || b->vars[i].state == POL_VAR_PRESENT))
            set_number(&b->vars[i], b->vars[i].type == POL_F_RATIO ? 800000 : is_part[i] ? others : 0);
    b->vars[var].state = POL_VAR_PRESENT;
    if (!pol_ask_again(deep->diff, b))
        return false;
    const pol_term burden = pol_executor_term(&b->run[0], deep->code->person);
    deep->var = var;
    deep->has_last = deep->falling = false;
    deep->slice = (pol_slice){ .arena = &deep->diff->arena, .terms = &b->terms, .var = var, .unit = b->vars[var].unit, .valid_before = burden, .valid_after = burden };
    (void)pol_slice_runs(&deep->slice, burden, 0, b->vars[var].most, take_run, deep);
    if (deep->falling)
        tell_fall(deep, deep->fall_from, deep->last_x);
    return !pol_arena_failed(&deep->diff->arena);
}

/* At one combination of categories: along every amount that belongs to the bill. */
static bool look_at_combination(void *user, pol_behaviour *b, const pol_path *path)
{
    study *deep = user;
    deep->b = b;
    deep->path = path;
    pol_var *saved = POL_NEW_ARRAY(&deep->diff->arena, pol_var, b->var_count);
    if (saved == NULL)
        return false;
    memcpy(saved, b->vars, b->var_count * sizeof *saved);
    bool good = true;
    for (uint32_t i = 0; i < b->var_count && good && deep->falls < MOST_FALLS; i++) {
        if (b->vars[i].type != POL_F_AMOUNT || b->vars[i].role != POL_ROLE_INPUT || saved[i].state == POL_VAR_ABSENT)
            continue;
        for (int64_t others = 0; others <= OTHER_PARTS && good; others += OTHER_PARTS) {
            good = pol_ask_again(deep->diff, b);
            if (good && grows_with(b, deep->code, i))
                good = look_along(deep, i, others);
            memcpy(b->vars, saved, b->var_count * sizeof *saved);
        }
    }
    return good;
}

/* ---- answers -------------------------------------------------------------------------------------------------------------- */

static pol_str named(study *deep, pol_str what, pol_str name)
{
    return pol_diff_format(deep->diff, "%.*s %.*s", POL_S(what), POL_S(name));
}

/* Whether the payer is known to pay something; else that it never pays is what is told. */
static bool is_paid_at_all(const pol_behaviour *b, pol_str name)
{
    for (size_t i = 0; i < b->outputs.count; i++)
        if (b->outputs.items[i].ask == ask_payer && pol_str_equal(b->outputs.items[i].name, name))
            return b->outputs.items[i].differs;
    return false;
}

static void tell_answer(study *deep, const pol_behaviour *b, const pol_output_pair *pair)
{
    if (pair->differs || pair->undecided)
        return;
    const pol_str none = POL_STR("");
    pol_str text = none, clauses = none, cap = none;
    const char *kind = "";
    if (pair->ask == ask_status) {
        kind = pair->index[1] == 0 ? "never" : "always";
        text = named(deep, pair->index[1] == 0 ? SAY("status that can never be set:", "永远不会出现的状态：") : SAY("status that is always set:", "总是出现的状态："), pair->name);
        clauses = clauses_of(deep, POL_N_STATUS, pair->name);
    } else if (pair->ask == ask_payer) {
        kind = "payer";
        text = named(deep, SAY("never pays anything:", "从不支付："), pair->name);
        clauses = clauses_of(deep, POL_N_BENEFIT, pair->name);
    } else if (pair->ask == ask_cap) {
        kind = "cap";
        text = named(deep, SAY("cap that is never reached:", "封顶永远达不到："), pair->name);
        clauses = cap_clauses(deep, pair->name, &cap);
        text = pol_diff_format(deep->diff, deep->diff->lang == POL_ZH ? "%.*s（封顶 %.*s）" : "%.*s (cap %.*s)", POL_S(text), POL_S(cap));
    } else if (pair->ask == ask_below_cap) {
        if (!is_paid_at_all(b, pair->name))
            return;
        kind = "always_capped";
        text = named(deep, SAY("whatever is paid is as much as the cap:", "支付的总是封顶额："), pair->name);
        clauses = cap_clauses(deep, pair->name, &cap);
        text = pol_diff_format(deep->diff, deep->diff->lang == POL_ZH ? "%.*s（封顶 %.*s）" : "%.*s (cap %.*s)", POL_S(text), POL_S(cap));
    } else if (pair->ask == ask_tier) {
        kind = "tier";
        const unsigned line = deep->code->instrs[pair->index[0]].line, number = pair->index[1] + 1;
        clauses = clauses_of(deep, POL_N_BENEFIT, payer_behind(deep->code, pair->index[0]));
        text = deep->diff->lang == POL_ZH ? pol_diff_format(deep->diff, "第 %u 行：第%u档永远达不到", line, number)
                                          : pol_diff_format(deep->diff, "line %u: tier %u is never reached", line, number);
    } else if (pair->ask == ask_label) {
        kind = "category";
        clauses = clauses_of(deep, POL_N_CATEGORY, b->vars[pair->index[0]].name);
        text = named(deep, SAY("no payer ever pays for", "没有任何一方支付："),
                     pol_diff_format(deep->diff, "%.*s = %.*s", POL_S(b->vars[pair->index[0]].name), POL_S(pair->name)));
    } else {
        return;
    }
    tell(deep, kind, text, none, clauses, none, none);
}

static bool look_at_matter(study *deep)
{
    pol_behaviour falls = { .matter = deep->code->matter, .code = { deep->code, deep->code } }, labels = falls;
    add_questions(deep, &falls);
    if (!pol_ask(deep->diff, &falls, look_at_combination, deep, 0))
        return false;
    for (size_t i = 1; i < falls.outputs.count; i++)
        tell_answer(deep, &falls, &falls.outputs.items[i]);
    if (deep->code->payer_count == 0)
        return true;
    if (!add_label_questions(deep, &labels) || !pol_ask(deep->diff, &labels, NULL, NULL, POL_NONE32))
        return false;
    for (size_t i = 0; i < labels.outputs.count; i++)
        tell_answer(deep, &labels, &labels.outputs.items[i]);
    return true;
}

pol_status pol_script_deep(pol_script *script, const pol_program *program, pol_format format, pol_lang lang, pol_writer out)
{
    if (script == NULL || program == NULL || !script->checked)
        return POL_BAD_ARGUMENT;
    pol_diff diff = { .lang = lang, .old = { .program = program }, .new = { .script = script, .program = program } };
    pol_arena_init(&diff.arena, &script->arena.allocator);
    pol_names_init(&diff.renamed, &diff.arena);
    pol_text text;
    pol_text_init(&text, &diff.arena);
    study d = { .diff = &diff, .out = &text, .json = format == POL_JSON };
    bool good = pol_decls_collect(&diff, &diff.new);
    for (uint32_t m = 0; m < program->matter_count && good; m++) {
        d.code = &program->matters[m];
        d.falls = 0;
        good = look_at_matter(&d);
    }
    good = good && !pol_arena_failed(&diff.arena);
    pol_status status = !good ? POL_NO_MEMORY : d.findings > 0 ? POL_FINDINGS : POL_OK;
    if (good && text.length > 0 && !out.write(out.user, text.bytes, text.length))
        status = POL_WRITE_FAILED;
    pol_arena_reset(&diff.arena);
    return status;
}
