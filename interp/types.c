/* Types of expressions (language 6 and 7): what each node is, over which denominator, what it reads,
 * whether it can be absent. Constants are folded here, exactly. */
#include "interp/sema_internal.h"

#include <string.h>

/* ---- small helpers ------------------------------------------------------------------------------- */

static pol_type error_type(void)
{
    return POL_TYPE(POL_T_ERROR);
}

static bool is_numeric(pol_type t)
{
    return t.tag == POL_T_MONEY || t.tag == POL_T_NUMBER;
}

pol_i128 pol_lcm(pol_i128 a, pol_i128 b)
{
    if (!a || !b)
        return 0;
    pol_i128 result;
    if (!pol_mul_i128(a / pol_gcd(a, b), b, &result) || result > pol_pow10(POL_MAX_DECIMALS))
        return 0;
    return result;
}

static pol_i128 den_product(pol_i128 a, pol_i128 b)
{
    pol_i128 result;
    if (!pol_mul_i128(a, b, &result) || result > pol_pow10(POL_MAX_DECIMALS))
        return 0;
    return result;
}

/* A denominator of 0 marks one beyond 10^22: the error of language 6.2. */
static pol_type checked(pol_checker *s, const pol_node *node, pol_type t)
{
    if (t.den && t.den2)
        return t;
    pol_sema_report(s, POL_D_TOO_MANY_DECIMALS, node);
    return error_type();
}

/* Amounts without their unit: the number itself, or those that a table or a 当 chooses from. How many there are. */
static unsigned report_missing_units(pol_checker *s, const pol_node *node)
{
    unsigned count = 0;
    if (node->kind == POL_N_NUMBER) {
        pol_diag *d = pol_sema_report(s, POL_D_NUMBER_FOR_MONEY, node);
        const pol_str text = pol_source_of(s, node);
        pol_sema_text(s, d, "number", text);
        pol_diag_fix(s->diags, d, node->span, pol_sema_format(s, pol_writes_english(s) ? "%.*s yuan" : "%.*s元", (int)text.length, text.bytes));
        return 1;
    }
    if (node->kind == POL_N_TABLE) {
        const pol_list *rows = &POL_AS_CONST(table, node)->rows;
        for (uint32_t i = 0; i < rows->count; i++)
            count += report_missing_units(s, POL_AS_CONST(row, rows->items[i])->value);
    } else if (node->kind == POL_N_WHEN) {
        const pol_ast_when *when = POL_AS_CONST(when, node);
        for (uint32_t i = 0; i < when->cases.count; i++)
            count += report_missing_units(s, POL_AS_CONST(when_case, when->cases.items[i])->value);
        count += report_missing_units(s, when->otherwise);
    }
    return count;
}

/* 2024/5/6 where a date belongs. */
static void propose_date(pol_checker *s, pol_diag *d, const pol_node *node)
{
    const pol_ast_arith *outer = POL_AS_CONST(arith, node);
    if (node->kind != POL_N_ARITH || outer->op != POL_DIV || outer->left->kind != POL_N_ARITH)
        return;
    const pol_ast_arith *inner = POL_AS_CONST(arith, outer->left);
    const pol_node *const parts[] = { inner->left, inner->right, outer->right };
    int numbers[3];
    for (int i = 0; i < 3; i++) {
        const pol_decimal value = parts[i]->kind == POL_N_NUMBER ? POL_AS_CONST(number, parts[i])->value : (pol_decimal){ .decimals = 1 };
        if (inner->op != POL_DIV || value.decimals != 0 || value.digits < 1 || value.digits > 9999)
            return;
        numbers[i] = (int)value.digits;
    }
    if (pol_date_exists(numbers[0], numbers[1], numbers[2]))
        pol_diag_fix(s->diags, d, node->span, pol_sema_format(s, "%04d-%02d-%02d", numbers[0], numbers[1], numbers[2]));
}

bool pol_expect(pol_checker *s, const pol_node *node, pol_type type, pol_type_tag tag)
{
    if (type.tag == POL_T_ERROR || type.tag == tag)
        return true;
    if (tag == POL_T_MONEY && type.tag == POL_T_NUMBER && report_missing_units(s, node) > 0)
        return false;
    pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, node);
    pol_sema_type(s, d, "expected", POL_TYPE(tag));
    pol_sema_type(s, d, "found", type);
    if (tag == POL_T_DATE)
        propose_date(s, d, node);
    return false;
}

bool pol_no_quotient(pol_checker *s, const pol_node *node, pol_type type)
{
    if (!type.quotient)
        return true;
    pol_diag *d = pol_sema_report(s, POL_D_QUOTIENT_PLACE, node);
    pol_sema_text(s, d, "quotient", pol_source_of(s, node));
    return false;
}

static bool no_unlimited(pol_checker *s, const pol_node *node, pol_type type)
{
    if (!type.may_unlimited)
        return true;
    pol_sema_report(s, POL_D_UNLIMITED_PLACE, node);
    return false;
}

static void set_constant(pol_note *note, pol_rational value)
{
    note->constant = true;
    note->value = value;
}

bool pol_same_tree(const pol_node *a, const pol_node *b)
{
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind)
        return false;
    unsigned count;
    const pol_field *fields = pol_node_fields(a->kind, &count);
    for (unsigned i = 0; i < count; i++) {
        const char *pa = (const char *)a + fields[i].offset, *pb = (const char *)b + fields[i].offset;
        switch (fields[i].kind) {
        case POL_FIELD_NODE: {
            pol_node *const *na = (pol_node *const *)(const void *)pa, *const *nb = (pol_node *const *)(const void *)pb;
            if (!pol_same_tree(*na, *nb))
                return false;
            break;
        }
        case POL_FIELD_LIST: {
            const pol_list *la = (const pol_list *)(const void *)pa, *lb = (const pol_list *)(const void *)pb;
            if (la->count != lb->count)
                return false;
            for (uint32_t k = 0; k < la->count; k++)
                if (!pol_same_tree(la->items[k], lb->items[k]))
                    return false;
            break;
        }
        case POL_FIELD_TEXT:
            if (!pol_str_equal(*(const pol_str *)(const void *)pa, *(const pol_str *)(const void *)pb))
                return false;
            break;
        case POL_FIELD_INT:
            if (*(const int *)(const void *)pa != *(const int *)(const void *)pb)
                return false;
            break;
        case POL_FIELD_VALUE: {
            const pol_decimal *va = (const pol_decimal *)(const void *)pa, *vb = (const pol_decimal *)(const void *)pb;
            if (va->digits != vb->digits || va->decimals != vb->decimals)
                return false;
            break;
        }
        }
    }
    return true;
}

/* ---- facts: what is known to hold, for 空 -------------------------------------------------------- */

static void push_fact(pol_checker *s, const pol_node *cond, bool negated, unsigned depth)
{
    if (depth > 32 || s->facts.count > 2000)
        return;
    (void)POL_PUSH(s->arena, s->facts, ((pol_fact){cond, negated}));
    if (cond->kind == POL_N_NOT) {
        push_fact(s, POL_AS_CONST(not, cond)->operand, !negated, depth + 1);
    } else if (cond->kind == POL_N_AND && !negated) {
        push_fact(s, POL_AS_CONST(and, cond)->left, false, depth + 1);
        push_fact(s, POL_AS_CONST(and, cond)->right, false, depth + 1);
    } else if (cond->kind == POL_N_OR && negated) {
        push_fact(s, POL_AS_CONST(or, cond)->left, true, depth + 1);
        push_fact(s, POL_AS_CONST(or, cond)->right, true, depth + 1);
    } else if (cond->kind == POL_N_NAME) {
        pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(cond));
        if (symbol && symbol->kind == POL_S_DEFINE && symbol->node)
            push_fact(s, POL_AS(define, symbol->node)->value, negated, depth + 1);
    }
}

size_t pol_push_facts(pol_checker *s, const pol_node *cond, bool negated)
{
    size_t mark = s->facts.count;
    if (cond)
        push_fact(s, cond, negated, 0);
    return mark;
}

/* `budget` bounds the work: definitions that repeat each other would double it at every step. */
static bool known_fact(const pol_checker *s, const pol_node *cond, unsigned *budget)
{
    if (!*budget)
        return false;
    --*budget;
    for (size_t i = 0; i < s->facts.count; i++)
        if (!s->facts.items[i].negated && pol_same_tree(s->facts.items[i].cond, cond))
            return true;
    if (cond->kind == POL_N_AND)
        return known_fact(s, POL_AS_CONST(and, cond)->left, budget) && known_fact(s, POL_AS_CONST(and, cond)->right, budget);
    if (cond->kind == POL_N_NAME) {
        pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(cond));
        if (symbol && symbol->kind == POL_S_DEFINE && symbol->node && POL_AS(define, symbol->node)->value->kind != POL_N_NAME)
            return known_fact(s, POL_AS(define, symbol->node)->value, budget);
    }
    return false;
}

static pol_function find_function(pol_str name);

/* X is surely present here: 有值(X) holds, or the condition of its 必填 当. */
static bool is_present(const pol_checker *s, const pol_symbol *symbol)
{
    pol_node *required = symbol->kind == POL_S_INPUT ? POL_AS(input, symbol->node)->required
                         : symbol->kind == POL_S_PARAM ? POL_AS(param, symbol->node)->required : NULL;
    unsigned budget = 256;
    if (required && known_fact(s, required, &budget))
        return true;
    for (size_t i = 0; i < s->facts.count; i++) {
        const pol_node *cond = s->facts.items[i].cond;
        if (s->facts.items[i].negated || cond->kind != POL_N_CALL)
            continue;
        const pol_ast_call *call = POL_AS_CONST(call, cond);
        if (find_function(pol_node_text(call->name)) == POL_FN_HAS_VALUE && call->args.count == 1
            && pol_str_equal(pol_node_text(call->args.items[0]), symbol->name))
            return true;
    }
    return false;
}

/* ---- names --------------------------------------------------------------------------------------- */

static void report_early(pol_checker *s, const pol_node *node, uint64_t payers)
{
    uint32_t number = 0;
    while (!(payers >> number & 1))
        number++;
    pol_diag *d = pol_sema_report(s, POL_D_PAYER_TOO_EARLY, node);
    pol_sema_text(s, d, "payer", s->matter->payers[number].symbol->name);
    pol_sema_see(s, d, s->matter->payers[number].node, "its statement", "它的语句");
}

/* What the context allows to read. */
static void check_context(pol_checker *s, const pol_node *node, const pol_symbol *symbol, pol_reads r)
{
    unsigned forbidden = 0;
    switch (s->context) {
    case POL_IN_CONSTANT: forbidden = ~0u; break;
    case POL_IN_REQUIRE: forbidden = POL_DEP_PAYERS | POL_DEP_REMAINING | POL_DEP_PERSON | POL_DEP_TOTAL; break;
    case POL_IN_PARAM: forbidden = ~(unsigned)(POL_DEP_INPUTS | POL_DEP_DATE); break;
    case POL_IN_ORDER: forbidden = POL_DEP_PAYERS | POL_DEP_REMAINING | POL_DEP_PERSON; break;
    case POL_IN_PAYER: forbidden = POL_DEP_PERSON; break;
    case POL_IN_DEFINE: forbidden = POL_DEP_REMAINING; break;
    case POL_IN_RESULT: forbidden = POL_DEP_REMAINING; break;
    }
    if (r.depends & forbidden) {
        if (symbol->kind == POL_S_REMAINING && s->context == POL_IN_DEFINE) {
            pol_sema_report(s, POL_D_REMAINING_IN_DEFINE, node);
            return;
        }
        pol_diag *d = pol_sema_report(s, POL_D_MAY_NOT_READ, node);
        pol_sema_text(s, d, "name", symbol->name);
        pol_sema_words(s, d, "place", s->place_en ? s->place_en : "here", s->place_zh ? s->place_zh : "这里");
        return;
    }
    if (s->context != POL_IN_PAYER)
        return;
    uint64_t early = (r.reads & ~s->may_read) | (r.reads_base & ~(s->may_read | s->may_read_base))
                     | (r.reads_deductible & ~(s->may_read | s->may_read_deductible));
    if (early)
        report_early(s, node, early);
}

static void add_reads(pol_checker *s, pol_reads r)
{
    s->now.depends |= r.depends;
    s->now.reads |= r.reads;
    s->now.reads_base |= r.reads_base;
    s->now.reads_deductible |= r.reads_deductible;
}

static pol_type label_of(pol_checker *s, pol_node *node, uint32_t labels, uint32_t code)
{
    pol_note *note = pol_note_of(s->matter, node);
    note->ref = POL_REF_LABEL;
    note->code = (int)code;
    pol_type t = POL_TYPE(POL_T_LABEL);
    t.labels = labels;
    return t;
}

static pol_type type_symbol(pol_checker *s, pol_node *node, pol_symbol *symbol)
{
    pol_note *note = pol_note_of(s->matter, node);
    note->ref = POL_REF_SYMBOL;
    note->symbol = symbol;
    if (symbol->kind == POL_S_SET) {
        pol_diag *d = pol_sema_report(s, POL_D_SET_AS_VALUE, node);
        pol_sema_text(s, d, "name", symbol->name);
        return error_type();
    }
    pol_ensure(s, symbol);
    if (symbol->node)
        s->used[symbol->node->id] = 1;
    if (symbol->kind == POL_S_IN_FORCE) {
        s->reads_in_force = true;
        if (!s->matter->governing)
            pol_sema_report(s, POL_D_NEEDS_GOVERNING, node);
    }
    pol_reads r = {symbol->depends, symbol->reads, symbol->reads_base, symbol->reads_deductible};
    check_context(s, node, symbol, r);
    add_reads(s, r);
    pol_type t = symbol->type;
    if (t.may_absent && (symbol->kind == POL_S_INPUT || symbol->kind == POL_S_PARAM) && is_present(s, symbol))
        t.may_absent = false;
    if (symbol->kind == POL_S_PARAM || symbol->kind == POL_S_DEFINE) {
        pol_node *value = symbol->kind == POL_S_PARAM
                              ? (POL_AS(param, symbol->node)->by_region ? NULL : POL_AS(param, symbol->node)->value)
                              : POL_AS(define, symbol->node)->value;
        if (value && pol_note_of(s->matter, value)->constant) {
            note->constant = true;
            note->value = pol_note_of(s->matter, value)->value;
            note->unlimited = pol_note_of(s->matter, value)->unlimited;
        }
    }
    return t;
}

static pol_type type_name(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_str text = pol_node_text(node);
    uint32_t code = pol_label_code(s, labels, text);
    if (code != POL_NONE32)
        return label_of(s, node, labels, code);
    pol_symbol *symbol = pol_matter_find(s->matter, text);
    if (symbol)
        return type_symbol(s, node, symbol);
    if (labels != POL_NO_LABELS) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_LABEL, node);
        pol_sema_text(s, d, "label", text);
        pol_sema_text(s, d, "category", pol_category_text(s, labels));
        pol_suggest_label(s, d, node, labels);
        return error_type();
    }
    pol_symbol *payer = pol_find_payer(s->matter, text);
    if (payer)
        return type_symbol(s, node, payer);
    pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_NAME, node);
    pol_sema_text(s, d, "name", text);
    pol_suggest_name(s, d, node);
    return error_type();
}

static pol_type type_string(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_note *note = pol_note_of(s->matter, node);
    if (labels != POL_NO_LABELS) {
        uint32_t code = pol_label_code(s, labels, pol_node_text(node));
        if (code != POL_NONE32)
            return label_of(s, node, labels, code);
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_LABEL, node);
        pol_sema_text(s, d, "label", pol_node_text(node));
        pol_sema_text(s, d, "category", pol_category_text(s, labels));
        pol_suggest_label(s, d, node, labels);
        return error_type();
    }
    note->ref = POL_REF_TEXT;
    note->code = pol_text_code(s, pol_node_text(node));
    return POL_TYPE(POL_T_TEXT);
}

/* ---- facets ---------------------------------------------------------------------------------------- */

static const pol_builtin k_facets[] = {
    {"实付", "paid", POL_FACET_PAID},           {"基数", "base", POL_FACET_BASE},
    {"起付", "deductible", POL_FACET_DEDUCTIBLE}, {"封顶前", "before_cap", POL_FACET_BEFORE_CAP},
    {"达到封顶", "capped", POL_FACET_CAPPED},   {"超出余额", "over_remaining", POL_FACET_OVER_REMAINING},
    {"余额", "remaining", POL_FACET_REMAINING}, {"垫付", "advance", POL_FACET_ADVANCE},
};

pol_facet pol_find_facet(pol_str name)
{
    for (size_t i = 0; i < sizeof k_facets / sizeof *k_facets; i++)
        if (pol_str_equal(name, pol_str_of(k_facets[i].zh)) || pol_str_equal(name, pol_str_of(k_facets[i].en)))
            return (pol_facet)k_facets[i].code;
    return POL_FACET_COUNT;
}

const pol_builtin *pol_facets(unsigned *count)
{
    *count = sizeof k_facets / sizeof *k_facets;
    return k_facets;
}

static pol_type type_facet(pol_checker *s, pol_node *node)
{
    pol_ast_facet *facet = POL_AS(facet, node);
    pol_note *note = pol_note_of(s->matter, node);
    pol_symbol *payer = pol_find_payer(s->matter, pol_node_text(facet->of));
    if (!payer) {
        pol_diag *d = pol_sema_report(s, POL_D_FACET_OF_NO_PAYER, facet->of);
        pol_sema_text(s, d, "name", pol_node_text(facet->of));
        if (!pol_matter_find(s->matter, pol_node_text(facet->of)))
            pol_suggest_name(s, d, facet->of);
        return error_type();
    }
    pol_facet found = pol_find_facet(pol_node_text(facet->facet));
    if (found == POL_FACET_COUNT) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_FACET, facet->facet);
        pol_sema_text(s, d, "name", pol_node_text(facet->facet));
        return error_type();
    }
    note->ref = POL_REF_FACET;
    note->symbol = payer;
    note->code = (int)found;
    if (found == POL_FACET_ADVANCE) {
        pol_sema_report(s, POL_D_ADVANCE_FACET, node);
        return error_type();
    }
    bool base = note->code == POL_FACET_BASE || note->code == POL_FACET_DEDUCTIBLE;
    uint64_t bit = (uint64_t)1 << payer->index;
    pol_reads r = {.depends = POL_DEP_PAYERS};
    *(note->code == POL_FACET_BASE ? &r.reads_base : note->code == POL_FACET_DEDUCTIBLE ? &r.reads_deductible : &r.reads) = bit;
    check_context(s, node, payer, r);
    add_reads(s, r);
    s->used[payer->node->id] = 1;
    if (note->code == POL_FACET_CAPPED || note->code == POL_FACET_OVER_REMAINING)
        return POL_TYPE(POL_T_YESNO);
    pol_type t = POL_TYPE(POL_T_MONEY);
    t.den = POL_FEN_PER_YUAN;
    if (base) {
        pol_ensure_payer(s, payer);
        const pol_payer *p = &s->matter->payers[payer->index];
        t.den = note->code == POL_FACET_BASE ? p->base_den : p->deductible_den;
        if (!t.den)
            t.den = POL_FEN_PER_YUAN;
    }
    return t;
}

/* ---- conditions -------------------------------------------------------------------------------------- */

/* The first name below (or at) a node that can be absent there. */
typedef struct absent_search {
    pol_checker *s;
    pol_node *found;
} absent_search;

static bool find_absent(pol_node *node, void *user)
{
    absent_search *search = user;
    const pol_note *note = pol_note_of(search->s->matter, node);
    if (node->kind == POL_N_NAME && note->visited && note->type.may_absent && note->ref == POL_REF_SYMBOL) {
        search->found = node;
        return false;
    }
    if (node->kind == POL_N_CALL && note->code == POL_FN_HAS_VALUE)
        return true;
    return pol_node_each_child(node, find_absent, user);
}

void pol_warn_absent(pol_checker *s, pol_node *node)
{
    if (!pol_note_of(s->matter, node)->type.may_absent)
        return;
    absent_search search = {s, NULL};
    find_absent(node, &search);
    pol_node *at = search.found ? search.found : node;
    pol_diag *d = pol_sema_report(s, POL_D_MAY_BE_ABSENT, at);
    pol_sema_text(s, d, "what", pol_source_of(s, at));
}

bool pol_type_condition(pol_checker *s, pol_node *node)
{
    pol_type t = pol_type_expr(s, node, POL_NO_LABELS);
    return pol_expect(s, node, t, POL_T_YESNO);
}

/* The category an expression is a value of, if that can be told without deciding what it is. */
static uint32_t label_side(pol_checker *s, pol_node *node)
{
    if (node->kind == POL_N_NAME) {
        pol_symbol *symbol = pol_matter_find(s->matter, pol_node_text(node));
        if (!symbol || symbol->kind == POL_S_SET)
            return POL_NO_LABELS;
        if (symbol->kind == POL_S_DEFINE && symbol->state == 0) {
            pol_reads saved = s->now;
            pol_ensure(s, symbol);
            s->now = saved;
        }
        return symbol->type.tag == POL_T_LABEL || symbol->type.tag == POL_T_LABELS ? symbol->type.labels : POL_NO_LABELS;
    }
    if (node->kind == POL_N_WHEN && POL_AS(when, node)->cases.count) {
        pol_ast_when *when = POL_AS(when, node);
        for (uint32_t i = 0; i < when->cases.count; i++) {
            uint32_t found = label_side(s, POL_AS(when_case, when->cases.items[i])->value);
            if (found != POL_NO_LABELS)
                return found;
        }
        return label_side(s, when->otherwise);
    }
    return POL_NO_LABELS;
}

static bool is_bare_label(pol_checker *s, pol_node *node, uint32_t labels)
{
    return labels != POL_NO_LABELS && (node->kind == POL_N_NAME || node->kind == POL_N_STRING)
           && pol_label_code(s, labels, pol_node_text(node)) != POL_NONE32;
}

/* The labels of 人员 = 甲 或 乙 或 …, with commas; false when something else stands among them. */
static bool add_alternatives(pol_checker *s, pol_text *text, pol_node *node, uint32_t labels)
{
    if (node->kind == POL_N_OR) {
        if (!add_alternatives(s, text, POL_AS(or, node)->left, labels))
            return false;
        node = POL_AS(or, node)->right;
    } else if (node->kind == POL_N_COMPARE && POL_AS(compare, node)->op == POL_EQ) {
        node = POL_AS(compare, node)->right;
    }
    if (!is_bare_label(s, node, labels))
        return false;
    if (text->length > 0)
        pol_text_add(text, POL_STR(", "));
    pol_text_add(text, pol_source_of(s, node));
    return true;
}

/* 人员 属于 { 甲, 乙 } in place of what stands up to `operand`, where nothing but labels does. */
static void propose_set(pol_checker *s, pol_diag *d, pol_ast_compare *compare, pol_node *before, pol_node *operand)
{
    pol_text text;
    pol_text_init(&text, s->arena);
    if (!add_alternatives(s, &text, before, label_side(s, compare->left)))
        return;
    const pol_str subject = pol_source_of(s, compare->left), last = pol_source_of(s, operand);
    pol_diag_fix(s->diags, d, pol_span_join(compare->node.span, operand->span),
                 pol_sema_format(s, "%.*s %s { %.*s, %.*s }", (int)subject.length, subject.bytes,
                                 pol_writes_english(s) ? "in" : "属于", (int)text.length, text.bytes,
                                 (int)last.length, last.bytes));
}

/* 人员 = 甲 或 乙: a label where a condition must stand (the sibling tells of which category). */
static bool label_as_condition(pol_checker *s, pol_node *operand, pol_node *sibling)
{
    if (operand->kind != POL_N_NAME || pol_matter_find(s->matter, pol_node_text(operand)))
        return false;
    pol_node *before = sibling;
    while (sibling->kind == POL_N_OR || sibling->kind == POL_N_AND)
        sibling = sibling->kind == POL_N_OR ? POL_AS(or, sibling)->left : POL_AS(and, sibling)->left;
    if (sibling->kind != POL_N_COMPARE)
        return false;
    pol_ast_compare *compare = POL_AS(compare, sibling);
    uint32_t labels = label_side(s, compare->left);
    if (!is_bare_label(s, operand, labels))
        return false;
    pol_diag *d = pol_sema_report(s, POL_D_LABEL_AS_CONDITION, operand);
    pol_sema_text(s, d, "label", pol_node_text(operand));
    pol_sema_text(s, d, "name", pol_source_of(s, compare->left));
    pol_sema_text(s, d, "first", pol_source_of(s, compare->right));
    propose_set(s, d, compare, before, operand);
    return true;
}

static pol_type type_logic(pol_checker *s, pol_node *node)
{
    pol_node *left, *right;
    bool both = node->kind == POL_N_AND;
    if (both) {
        left = POL_AS(and, node)->left;
        right = POL_AS(and, node)->right;
    } else {
        left = POL_AS(or, node)->left;
        right = POL_AS(or, node)->right;
    }
    bool ok = pol_type_condition(s, left);
    size_t mark = pol_push_facts(s, left, !both);
    if (!label_as_condition(s, right, left))
        ok = pol_type_condition(s, right) && ok;
    s->facts.count = mark;
    pol_type t = POL_TYPE(ok ? POL_T_YESNO : POL_T_ERROR);
    t.may_absent = pol_note_of(s->matter, left)->type.may_absent || pol_note_of(s->matter, right)->type.may_absent;
    return t;
}

static pol_type type_compare(pol_checker *s, pol_node *node)
{
    pol_ast_compare *compare = POL_AS(compare, node);
    if (compare->right->kind == POL_N_NONE || compare->left->kind == POL_N_NONE) {
        pol_node *other = compare->right->kind == POL_N_NONE ? compare->left : compare->right;
        pol_diag *d = pol_sema_report(s, POL_D_COMPARE_WITH_NONE, node);
        pol_sema_text(s, d, "name", pol_source_of(s, other));
        return error_type();
    }
    uint32_t of_left = label_side(s, compare->left), of_right = label_side(s, compare->right);
    pol_type a, b;
    if (is_bare_label(s, compare->left, of_right) && !(compare->left->kind == POL_N_NAME && of_left == of_right)) {
        a = pol_type_expr(s, compare->left, of_right);
        b = pol_type_expr(s, compare->right, POL_NO_LABELS);
    } else {
        a = pol_type_expr(s, compare->left, POL_NO_LABELS);
        uint32_t labels = a.tag == POL_T_LABEL || a.tag == POL_T_LABELS ? a.labels : POL_NO_LABELS;
        if (labels != POL_NO_LABELS && compare->right->kind == POL_N_NAME && of_right != POL_NO_LABELS
            && !is_bare_label(s, compare->right, labels))
            labels = POL_NO_LABELS;
        b = pol_type_expr(s, compare->right, labels);
    }
    if (a.tag == POL_T_ERROR || b.tag == POL_T_ERROR)
        return error_type();
    pol_type t = POL_TYPE(POL_T_YESNO);
    t.may_absent = a.may_absent || b.may_absent;
    if (a.tag == POL_T_LABELS || b.tag == POL_T_LABELS) {
        pol_diag *d = pol_sema_report(s, POL_D_ANY_OF_COMPARED, node);
        pol_sema_text(s, d, "name", pol_source_of(s, a.tag == POL_T_LABELS ? compare->left : compare->right));
        return error_type();
    }
    if (a.tag != b.tag || (a.tag == POL_T_LABEL && a.labels != b.labels)) {
        if (a.tag == POL_T_MONEY && compare->right->kind == POL_N_NUMBER)
            pol_expect(s, compare->right, b, POL_T_MONEY);
        else if (b.tag == POL_T_MONEY && compare->left->kind == POL_N_NUMBER)
            pol_expect(s, compare->left, a, POL_T_MONEY);
        else {
            pol_diag *d = pol_sema_report(s, POL_D_COMPARE_TYPES, node);
            pol_sema_type(s, d, "left", a);
            pol_sema_type(s, d, "right", b);
        }
        return error_type();
    }
    bool ordered = is_numeric(a) || a.tag == POL_T_DATE;
    bool equality = compare->op == POL_EQ || compare->op == POL_NE;
    if (a.tag == POL_T_TIERS || a.tag == POL_T_MONTHDAY || (!ordered && !equality)) {
        pol_diag *d = pol_sema_report(s, POL_D_NO_ORDER, node);
        pol_sema_type(s, d, "type", a);
        return error_type();
    }
    if (a.quotient && b.quotient)
        pol_no_quotient(s, compare->right, b);
    return t;
}

static pol_type type_in(pol_checker *s, pol_node *node)
{
    pol_ast_in *in = POL_AS(in, node);
    pol_note *note = pol_note_of(s->matter, node);
    pol_type a = pol_type_expr(s, in->left, POL_NO_LABELS);
    pol_type t = POL_TYPE(POL_T_YESNO);
    t.may_absent = a.may_absent;
    if (a.tag == POL_T_ERROR)
        return a;
    bool labelled = a.tag == POL_T_LABEL || a.tag == POL_T_LABELS;
    if (in->group->kind == POL_N_INTERVAL) {
        pol_ast_interval *interval = POL_AS(interval, in->group);
        if (!is_numeric(a) && a.tag != POL_T_DATE) {
            pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, in->left);
            pol_sema_words(s, d, "expected", "an amount, a number or a date", "金额、数或日期");
            pol_sema_type(s, d, "found", a);
            return error_type();
        }
        pol_type low = pol_type_expr(s, interval->low, POL_NO_LABELS);
        pol_type high = pol_type_expr(s, interval->high, POL_NO_LABELS);
        if (!pol_expect(s, interval->low, low, a.tag) || !pol_expect(s, interval->high, high, a.tag))
            return error_type();
        pol_no_quotient(s, interval->low, low);
        pol_no_quotient(s, interval->high, high);
        t.may_absent |= low.may_absent || high.may_absent;
        return t;
    }
    if (!labelled && a.tag != POL_T_TEXT) {
        pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, in->left);
        pol_sema_words(s, d, "expected", "a label or a text", "类别取值或文字");
        pol_sema_type(s, d, "found", a);
        return error_type();
    }
    if (in->group->kind == POL_N_LABELS) {
        if (!pol_collect_codes(s, &POL_AS(labels, in->group)->items, !labelled, a.labels, &note->members))
            return error_type();
        return t;
    }
    pol_symbol *set = pol_matter_find(s->matter, pol_node_text(in->group));
    if (!set || set->kind != POL_S_SET) {
        bool label = labelled && pol_label_code(s, a.labels, pol_node_text(in->group)) != POL_NONE32;
        pol_diag *d = pol_sema_report(s, label ? POL_D_IN_ONE_LABEL : POL_D_UNKNOWN_SET, in->group);
        pol_sema_text(s, d, "name", pol_node_text(in->group));
        return error_type();
    }
    s->used[set->node->id] = 1;
    if (set->text_set != !labelled || (labelled && set->labels != a.labels)) {
        pol_diag *d = pol_sema_report(s, POL_D_SET_OF_OTHER, in->group);
        pol_sema_text(s, d, "name", set->name);
        return error_type();
    }
    pol_note *group = pol_note_of(s->matter, in->group);
    group->ref = POL_REF_SET;
    group->symbol = set;
    note->members = set->members;
    return t;
}

/* ---- choice -------------------------------------------------------------------------------------------- */

bool pol_unify(pol_checker *s, const pol_node *node, pol_type *sum, pol_type t)
{
    if (t.tag == POL_T_ERROR || sum->tag == POL_T_ERROR) {
        if (sum->tag == POL_T_ERROR)
            *sum = t;
        return true;
    }
    bool absent = sum->may_absent || t.may_absent || sum->tag == POL_T_NONE || t.tag == POL_T_NONE;
    if (sum->tag == POL_T_NONE) {
        *sum = t;
    } else if (t.tag != POL_T_NONE) {
        if (t.tag != sum->tag || (t.tag == POL_T_LABEL && t.labels != sum->labels)) {
            if (sum->tag == POL_T_MONEY && node->kind == POL_N_NUMBER)
                pol_expect(s, node, t, POL_T_MONEY);
            else {
                pol_diag *d = pol_sema_report(s, POL_D_BRANCH_TYPES, node);
                pol_sema_type(s, d, "first", *sum);
                pol_sema_type(s, d, "other", t);
            }
            return false;
        }
        sum->den = pol_lcm(sum->den, t.den);
        sum->den2 = pol_lcm(sum->den2, t.den2);
        sum->quotient |= t.quotient;
        sum->may_unlimited |= t.may_unlimited;
    }
    sum->may_absent = absent;
    return true;
}

static pol_type type_when(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_ast_when *when = POL_AS(when, node);
    pol_type t = POL_TYPE(POL_T_NONE);
    t.may_absent = false;
    bool ok = true, absent = false;
    if (when->cases.count > POL_MAX_BRANCHES)
        pol_sema_report(s, POL_D_TOO_MANY_BRANCHES, node);
    size_t outer = s->facts.count;
    bool first = true;
    for (uint32_t i = 0; i <= when->cases.count; i++) {
        pol_node *value = when->otherwise;
        size_t mark = s->facts.count;
        if (i < when->cases.count) {
            pol_ast_when_case *branch = POL_AS(when_case, when->cases.items[i]);
            ok = pol_type_condition(s, branch->cond) && ok;
            absent |= pol_note_of(s->matter, branch->cond)->type.may_absent;
            pol_push_facts(s, branch->cond, false);
            value = branch->value;
        }
        if (!value) { /* 否则 is missing: the parser has said so */
            ok = false;
            break;
        }
        pol_type branch_type = pol_type_expr(s, value, labels);
        s->facts.count = mark;
        if (i < when->cases.count)
            pol_push_facts(s, POL_AS(when_case, when->cases.items[i])->cond, true);
        if (branch_type.tag == POL_T_ERROR)
            ok = false;
        else if (first)
            t = branch_type;
        else
            ok = pol_unify(s, value, &t, branch_type) && ok;
        first = first && branch_type.tag == POL_T_ERROR;
    }
    s->facts.count = outer;
    t.may_absent |= absent;
    if (!ok)
        return error_type();
    return checked(s, node, t);
}

/* ---- arithmetic ------------------------------------------------------------------------------------------- */

static pol_type type_sum(pol_checker *s, pol_ast_arith *n, pol_type a, pol_type b)
{
    pol_node *node = &n->node;
    bool minus = n->op == POL_SUB;
    pol_type t = a;
    t.may_absent = a.may_absent || b.may_absent;
    if (a.tag == POL_T_DATE && b.tag == POL_T_DATE && minus) {
        t = POL_TYPE(POL_T_NUMBER);
        t.may_absent = a.may_absent || b.may_absent;
        return t;
    }
    if (a.tag == POL_T_DATE && b.tag == POL_T_NUMBER) {
        pol_no_quotient(s, n->right, b);
        return t;
    }
    if ((a.tag == POL_T_TIERS && b.tag == POL_T_NUMBER) || (a.tag == POL_T_NUMBER && b.tag == POL_T_TIERS)) {
        pol_no_quotient(s, n->left, a);
        pol_no_quotient(s, n->right, b);
        pol_type tiers = a.tag == POL_T_TIERS ? a : b, number = a.tag == POL_T_TIERS ? b : a;
        t = tiers;
        t.may_absent = a.may_absent || b.may_absent;
        t.den2 = pol_lcm(tiers.den2, number.den);
        return checked(s, node, t);
    }
    if (!is_numeric(a) || a.tag != b.tag) {
        if (a.tag == POL_T_MONEY && n->right->kind == POL_N_NUMBER)
            pol_expect(s, n->right, b, POL_T_MONEY);
        else if (b.tag == POL_T_MONEY && n->left->kind == POL_N_NUMBER)
            pol_expect(s, n->left, a, POL_T_MONEY);
        else {
            pol_diag *d = pol_sema_report(s, POL_D_ARITH_TYPES, node);
            pol_sema_type(s, d, "left", a);
            pol_sema_type(s, d, "right", b);
            pol_sema_text(s, d, "op", minus ? POL_STR("-") : POL_STR("+"));
        }
        return error_type();
    }
    bool ok = pol_no_quotient(s, n->left, a) && pol_no_quotient(s, n->right, b);
    ok = no_unlimited(s, n->right, b) && ok;
    if (!minus)
        ok = no_unlimited(s, n->left, a) && ok;
    if (!ok)
        return error_type();
    t.den = pol_lcm(a.den, b.den);
    pol_note *note = pol_note_of(s->matter, node), *na = pol_note_of(s->matter, n->left), *nb = pol_note_of(s->matter, n->right);
    pol_rational value;
    if (na->constant && nb->constant && !na->unlimited && !nb->unlimited
        && (minus ? pol_rational_sub(na->value, nb->value, &value) : pol_rational_add(na->value, nb->value, &value)))
        set_constant(note, value);
    return checked(s, node, t);
}

static pol_i128 magnitude(pol_i128 x)
{
    return x < 0 ? -x : x;
}

static pol_type type_product(pol_checker *s, pol_ast_arith *n, pol_type a, pol_type b)
{
    pol_node *node = &n->node;
    pol_note *note = pol_note_of(s->matter, node), *na = pol_note_of(s->matter, n->left), *nb = pol_note_of(s->matter, n->right);
    bool tiers = (a.tag == POL_T_TIERS && b.tag == POL_T_NUMBER) || (a.tag == POL_T_NUMBER && b.tag == POL_T_TIERS);
    if (!tiers && (!is_numeric(a) || !is_numeric(b) || (a.tag == POL_T_MONEY && b.tag == POL_T_MONEY))) {
        pol_diag *d = pol_sema_report(s, POL_D_ARITH_TYPES, node);
        pol_sema_type(s, d, "left", a);
        pol_sema_type(s, d, "right", b);
        pol_sema_text(s, d, "op", POL_STR("×"));
        return error_type();
    }
    if (!no_unlimited(s, n->left, a) || !no_unlimited(s, n->right, b))
        return error_type();
    pol_type t = tiers ? (a.tag == POL_T_TIERS ? a : b) : POL_TYPE(a.tag == POL_T_MONEY || b.tag == POL_T_MONEY ? POL_T_MONEY : POL_T_NUMBER);
    t.may_absent = a.may_absent || b.may_absent;
    if (tiers) {
        pol_type number = a.tag == POL_T_TIERS ? b : a;
        if (!pol_no_quotient(s, a.tag == POL_T_TIERS ? n->right : n->left, number))
            return error_type();
        t.den2 = den_product(t.den2, number.den);
        return checked(s, node, t);
    }
    if (a.quotient && b.quotient) {
        pol_no_quotient(s, n->right, b);
        return error_type();
    }
    t.quotient = a.quotient || b.quotient;
    if (t.quotient && !(na->constant || nb->constant)) {
        /* x ÷ y × z; a second dynamic z would be a fourth operand */
        pol_node *quotient = a.quotient ? n->left : n->right;
        if (quotient->kind == POL_N_ARITH && POL_AS(arith, quotient)->op == POL_MUL) {
            pol_sema_report(s, POL_D_QUOTIENT_TIMES_TWICE, node);
            return error_type();
        }
    }
    pol_rational value;
    if (na->constant && nb->constant && pol_rational_mul(na->value, nb->value, &value)) {
        set_constant(note, value);
        t.den = value.den > pol_pow10(POL_MAX_DECIMALS) ? 0 : value.den;
    } else if (!t.quotient) {
        t.den = na->constant ? den_product(b.den, na->value.den) : nb->constant ? den_product(a.den, nb->value.den) : den_product(a.den, b.den);
    }
    return checked(s, node, t);
}

/* The divisor surely is not zero: y > 0, y ≠ 0 … is known here. */
static bool known_nonzero(const pol_checker *s, const pol_node *divisor)
{
    for (size_t i = 0; i < s->facts.count; i++) {
        const pol_node *cond = s->facts.items[i].cond;
        if (cond->kind != POL_N_COMPARE)
            continue;
        const pol_ast_compare *compare = POL_AS_CONST(compare, cond);
        if (!pol_same_tree(compare->left, divisor))
            continue;
        const pol_note *right = pol_note_of(s->matter, compare->right);
        if (!right->constant)
            continue;
        bool negated = s->facts.items[i].negated;
        pol_compare_op op = (pol_compare_op)compare->op;
        bool zero = right->value.num == 0, positive = right->value.num > 0;
        if (!negated && ((zero && (op == POL_NE || op == POL_GT || op == POL_LT)) || (positive && (op == POL_GT || op == POL_GE || op == POL_EQ))))
            return true;
        if (negated && ((zero && (op == POL_EQ || op == POL_LE)) || (positive && op == POL_LT)))
            return true;
    }
    return false;
}

static pol_type type_division(pol_checker *s, pol_ast_arith *n, pol_type a, pol_type b)
{
    pol_node *node = &n->node;
    pol_note *note = pol_note_of(s->matter, node), *na = pol_note_of(s->matter, n->left), *nb = pol_note_of(s->matter, n->right);
    bool constant = nb->constant && !nb->unlimited;
    bool fits = (a.tag == POL_T_MONEY && is_numeric(b)) || (a.tag == POL_T_NUMBER && b.tag == POL_T_NUMBER)
                || (a.tag == POL_T_TIERS && b.tag == POL_T_NUMBER && constant);
    if (!fits) {
        pol_diag *d = pol_sema_report(s, POL_D_ARITH_TYPES, node);
        pol_sema_type(s, d, "left", a);
        pol_sema_type(s, d, "right", b);
        pol_sema_text(s, d, "op", POL_STR("÷"));
        return error_type();
    }
    if (!no_unlimited(s, n->left, a) || !no_unlimited(s, n->right, b) || !pol_no_quotient(s, n->right, b)
        || !pol_no_quotient(s, n->left, a))
        return error_type();
    pol_type t = a.tag == POL_T_TIERS ? a : POL_TYPE(a.tag == POL_T_MONEY && b.tag == POL_T_NUMBER ? POL_T_MONEY : POL_T_NUMBER);
    t.may_absent = a.may_absent || b.may_absent;
    if (constant && nb->value.num == 0) {
        pol_sema_report(s, POL_D_DIVIDED_BY_ZERO, n->right);
        return error_type();
    }
    if (!constant) {
        t.quotient = true;
        if (!known_nonzero(s, n->right)) {
            pol_diag *d = pol_sema_report(s, POL_D_DIVISOR_MAY_BE_ZERO, n->right);
            pol_sema_text(s, d, "divisor", pol_source_of(s, n->right));
        }
        return t;
    }
    if (a.tag == POL_T_TIERS) {
        t.den2 = den_product(a.den2, magnitude(nb->value.num));
        return checked(s, node, t);
    }
    pol_rational value;
    if (na->constant && pol_rational_div(na->value, nb->value, &value)) {
        set_constant(note, value);
        t.den = value.den > pol_pow10(POL_MAX_DECIMALS) ? 0 : value.den;
    } else {
        t.den = den_product(a.den, magnitude(nb->value.num));
    }
    return checked(s, node, t);
}

static pol_type type_arith(pol_checker *s, pol_node *node)
{
    pol_ast_arith *n = POL_AS(arith, node);
    pol_type a = pol_type_expr(s, n->left, POL_NO_LABELS);
    bool outer = s->subtracted;
    s->subtracted = n->op == POL_SUB && n->right->kind == POL_N_BRACES;
    pol_type b = pol_type_expr(s, n->right, POL_NO_LABELS);
    s->subtracted = outer;
    if (a.tag == POL_T_ERROR || b.tag == POL_T_ERROR)
        return error_type();
    switch ((pol_arith_op)n->op) {
    case POL_ADD:
    case POL_SUB:
        return type_sum(s, n, a, b);
    case POL_MUL:
        return type_product(s, n, a, b);
    case POL_DIV:
        return type_division(s, n, a, b);
    }
    return error_type();
}

static pol_type type_portion(pol_checker *s, pol_node *node)
{
    pol_ast_portion *n = POL_AS(portion, node);
    pol_type a = pol_type_expr(s, n->left, POL_NO_LABELS);
    pol_type b = pol_type_expr(s, n->right, POL_NO_LABELS);
    if (a.tag == POL_T_ERROR || b.tag == POL_T_ERROR)
        return error_type();
    if (!is_numeric(a))
        return pol_expect(s, n->left, a, POL_T_MONEY), error_type();
    if (!pol_expect(s, n->right, b, a.tag) || !pol_no_quotient(s, n->left, a) || !pol_no_quotient(s, n->right, b)
        || !no_unlimited(s, n->left, a) || !no_unlimited(s, n->right, b))
        return error_type();
    pol_type t = a;
    t.may_absent = a.may_absent || b.may_absent;
    t.den = pol_lcm(a.den, b.den);
    return checked(s, node, t);
}

/* ---- functions ------------------------------------------------------------------------------------------------ */

static const pol_builtin k_functions[] = {
    {"较小", "min", POL_FN_MIN},           {"较早", "earlier", POL_FN_MIN},
    {"较大", "max", POL_FN_MAX},           {"较晚", "later", POL_FN_MAX},
    {"四舍五入", "half_up", POL_FN_HALF_UP}, {"四舍六入", "half_even", POL_FN_HALF_EVEN},
    {"进位", "round_up", POL_FN_ROUND_UP}, {"舍去", "round_down", POL_FN_ROUND_DOWN},
    {"有值", "has_value", POL_FN_HAS_VALUE}, {"周岁", "age", POL_FN_AGE},
    {"截止日", "deadline", POL_FN_DEADLINE}, {"月后", "months_after", POL_FN_MONTHS_AFTER},
    {"年", "year", POL_FN_YEAR},           {"月", "month", POL_FN_MONTH},
    {"日", "day", POL_FN_DAY},             {"分段计算", "tiers_amount", POL_FN_TIERS_AMOUNT},
    {"所在比例", "tiers_ratio", POL_FN_TIERS_RATIO},
};

static pol_function find_function(pol_str name)
{
    for (size_t i = 0; i < sizeof k_functions / sizeof *k_functions; i++)
        if (pol_str_equal(name, pol_str_of(k_functions[i].zh)) || pol_str_equal(name, pol_str_of(k_functions[i].en)))
            return (pol_function)k_functions[i].code;
    return POL_FN_COUNT;
}

const pol_builtin *pol_functions(unsigned *count)
{
    *count = sizeof k_functions / sizeof *k_functions;
    return k_functions;
}

static pol_type type_least(pol_checker *s, pol_ast_call *call, bool least)
{
    pol_type t = error_type();
    bool tiers = false, ok = true;
    for (uint32_t i = 0; i < call->args.count; i++)
        tiers |= pol_type_expr(s, call->args.items[i], POL_NO_LABELS).tag == POL_T_TIERS;
    pol_rational best = {0, 1};
    bool constant = true;
    for (uint32_t i = 0; i < call->args.count; i++) {
        pol_node *arg = call->args.items[i];
        pol_note *note = pol_note_of(s->matter, arg);
        pol_type a = note->type;
        if (a.tag == POL_T_ERROR)
            return a;
        ok = pol_no_quotient(s, arg, a) && ok;
        if (tiers) {
            if (a.tag != POL_T_TIERS && a.tag != POL_T_NUMBER)
                return pol_expect(s, arg, a, POL_T_NUMBER), error_type();
            if (t.tag == POL_T_ERROR) {
                t = POL_TYPE(POL_T_TIERS);
            } else if (a.tag == POL_T_TIERS && t.labels) {
                pol_sema_report(s, POL_D_TWO_SCHEDULES, arg);
                return error_type();
            }
            if (a.tag == POL_T_TIERS) {
                t.den = a.den;
                t.labels = 1; /* seen; cleared below */
            }
            t.den2 = pol_lcm(t.den2, a.tag == POL_T_TIERS ? a.den2 : a.den);
            t.may_absent |= a.may_absent;
            constant = false;
            continue;
        }
        if (i == 0) {
            if (!is_numeric(a) && a.tag != POL_T_DATE) {
                pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, arg);
                pol_sema_words(s, d, "expected", "an amount, a number or a date", "金额、数或日期");
                pol_sema_type(s, d, "found", a);
                return error_type();
            }
            t = a;
        } else {
            if (!pol_expect(s, arg, a, t.tag))
                return error_type();
            t.den = pol_lcm(t.den, a.den);
            t.may_absent |= a.may_absent;
            t.may_unlimited |= a.may_unlimited;
        }
        constant = constant && note->constant && !note->unlimited;
        if (constant && (i == 0 || (pol_rational_compare(note->value, best) < 0) == least))
            best = note->value;
    }
    if (t.tag == POL_T_TIERS)
        t.labels = 0;
    if (constant && call->args.count)
        set_constant(pol_note_of(s->matter, &call->node), best);
    return ok ? checked(s, &call->node, t) : error_type();
}

static pol_type type_rounding(pol_checker *s, pol_ast_call *call, pol_function f)
{
    pol_node *x = call->args.items[0], *u = call->args.items[1];
    pol_type a = pol_type_expr(s, x, POL_NO_LABELS), b = pol_type_expr(s, u, POL_NO_LABELS);
    if (a.tag == POL_T_ERROR || b.tag == POL_T_ERROR)
        return error_type();
    if (!is_numeric(a)) {
        pol_expect(s, x, a, POL_T_MONEY);
        return error_type();
    }
    pol_note *unit = pol_note_of(s->matter, u);
    bool literal = u->kind == POL_N_MONEY || u->kind == POL_N_NUMBER || u->kind == POL_N_PERCENT;
    if (!pol_expect(s, u, b, a.tag))
        return error_type();
    if (!literal || unit->value.num <= 0) {
        pol_sema_report(s, POL_D_ROUNDING_UNIT, u);
        return error_type();
    }
    if (!no_unlimited(s, x, a))
        return error_type();
    pol_type t = POL_TYPE(a.tag);
    t.may_absent = a.may_absent;
    t.den = unit->value.den;
    pol_note *nx = pol_note_of(s->matter, x);
    pol_i128 multiples;
    if (nx->constant && !a.quotient
        && pol_muldiv_rounded(nx->value.num, unit->value.den, nx->value.den * unit->value.num, (pol_rounding)(f - POL_FN_HALF_UP), &multiples))
        set_constant(pol_note_of(s->matter, &call->node), pol_rational_make(multiples * unit->value.num, unit->value.den));
    return t;
}

static pol_type type_has_value(pol_checker *s, pol_ast_call *call)
{
    pol_node *arg = call->args.items[0];
    pol_symbol *symbol = arg->kind == POL_N_NAME ? pol_matter_find(s->matter, pol_node_text(arg)) : NULL;
    if (!symbol || (symbol->kind != POL_S_INPUT && symbol->kind != POL_S_PARAM)) {
        pol_sema_report(s, POL_D_HAS_VALUE_OF, arg);
        return error_type();
    }
    pol_type_expr(s, arg, POL_NO_LABELS);
    return POL_TYPE(POL_T_YESNO);
}

static bool argument(pol_checker *s, pol_ast_call *call, uint32_t i, pol_type_tag tag, pol_type *t)
{
    *t = pol_type_expr(s, call->args.items[i], POL_NO_LABELS);
    return t->tag != POL_T_ERROR && pol_expect(s, call->args.items[i], *t, tag) && pol_no_quotient(s, call->args.items[i], *t)
           && no_unlimited(s, call->args.items[i], *t);
}

static bool month_rule(pol_checker *s, pol_node *arg)
{
    pol_str text = pol_node_text(arg);
    bool end = pol_str_equal(text, POL_STR("月末")) || pol_str_equal(text, POL_STR("month_end"));
    bool over = pol_str_equal(text, POL_STR("顺延")) || pol_str_equal(text, POL_STR("roll_over"));
    if (arg->kind != POL_N_NAME || (!end && !over)) {
        pol_sema_report(s, POL_D_MONTH_RULE, arg);
        return false;
    }
    pol_note_of(s->matter, arg)->code = over;
    return true;
}

static pol_type type_call(pol_checker *s, pol_node *node)
{
    pol_ast_call *call = POL_AS(call, node);
    pol_note *note = pol_note_of(s->matter, node);
    pol_function f = find_function(pol_node_text(call->name));
    note->code = (int)f;
    if (f == POL_FN_COUNT) {
        pol_diag *d = pol_sema_report(s, POL_D_UNKNOWN_FUNCTION, call->name);
        pol_sema_text(s, d, "name", pol_node_text(call->name));
        return error_type();
    }
    static const struct { uint8_t least, most; } k_counts[POL_FN_COUNT] = {
        [POL_FN_MIN] = {2, POL_MAX_ARGUMENTS}, [POL_FN_MAX] = {2, POL_MAX_ARGUMENTS}, [POL_FN_HALF_UP] = {2, 2},
        [POL_FN_HALF_EVEN] = {2, 2}, [POL_FN_ROUND_UP] = {2, 2}, [POL_FN_ROUND_DOWN] = {2, 2}, [POL_FN_HAS_VALUE] = {1, 1},
        [POL_FN_AGE] = {2, 2}, [POL_FN_DEADLINE] = {2, 2}, [POL_FN_MONTHS_AFTER] = {3, 3}, [POL_FN_YEAR] = {1, 1},
        [POL_FN_MONTH] = {1, 1}, [POL_FN_DAY] = {1, 1}, [POL_FN_TIERS_AMOUNT] = {2, 2}, [POL_FN_TIERS_RATIO] = {2, 2},
    };
    if (call->args.count < k_counts[f].least || call->args.count > k_counts[f].most) {
        pol_diag *d = pol_sema_report(s, POL_D_ARGUMENT_COUNT, node);
        pol_sema_text(s, d, "name", pol_node_text(call->name));
        pol_diag_number(s->diags, d, "count", k_counts[f].least);
        return error_type();
    }
    pol_type a = error_type(), b = error_type(), t = POL_TYPE(POL_T_NUMBER);
    switch (f) {
    case POL_FN_MIN:
    case POL_FN_MAX:
        return type_least(s, call, f == POL_FN_MIN);
    case POL_FN_HALF_UP:
    case POL_FN_HALF_EVEN:
    case POL_FN_ROUND_UP:
    case POL_FN_ROUND_DOWN:
        return type_rounding(s, call, f);
    case POL_FN_HAS_VALUE:
        return type_has_value(s, call);
    case POL_FN_AGE:
        if (!argument(s, call, 0, POL_T_DATE, &a) || !argument(s, call, 1, POL_T_DATE, &b))
            return error_type();
        t.may_absent = a.may_absent || b.may_absent;
        return t;
    case POL_FN_DEADLINE:
        b = pol_type_expr(s, call->args.items[1], POL_NO_LABELS);
        if (!argument(s, call, 0, POL_T_DATE, &a) || !pol_expect(s, call->args.items[1], b, POL_T_MONTHDAY) || b.tag == POL_T_ERROR)
            return error_type();
        return a;
    case POL_FN_MONTHS_AFTER:
        if (!argument(s, call, 0, POL_T_DATE, &a) || !argument(s, call, 1, POL_T_NUMBER, &b) || !month_rule(s, call->args.items[2]))
            return error_type();
        a.may_absent |= b.may_absent;
        return a;
    case POL_FN_YEAR:
    case POL_FN_MONTH:
    case POL_FN_DAY:
        if (!argument(s, call, 0, POL_T_DATE, &a))
            return error_type();
        t.may_absent = a.may_absent;
        return t;
    case POL_FN_TIERS_AMOUNT:
    case POL_FN_TIERS_RATIO:
        if (!argument(s, call, 0, POL_T_TIERS, &a) || !argument(s, call, 1, POL_T_MONEY, &b))
            return error_type();
        t = POL_TYPE(f == POL_FN_TIERS_AMOUNT ? POL_T_MONEY : POL_T_NUMBER);
        t.may_absent = a.may_absent || b.may_absent;
        t.den = f == POL_FN_TIERS_RATIO ? a.den2 : pol_lcm(a.den, b.den) ? den_product(pol_lcm(a.den, b.den), a.den2) : 0;
        return checked(s, node, t);
    case POL_FN_COUNT:
        break;
    }
    return error_type();
}

/* ---- everything ------------------------------------------------------------------------------------------------ */

static pol_type type_literal(pol_checker *s, pol_node *node)
{
    pol_note *note = pol_note_of(s->matter, node);
    pol_type t = POL_TYPE(POL_T_NUMBER);
    pol_decimal value;
    if (node->kind == POL_N_MONEY) {
        t.tag = POL_T_MONEY;
        value = POL_AS(money, node)->value;
    } else if (node->kind == POL_N_PERCENT) {
        value = POL_AS(percent, node)->value;
    } else {
        value = POL_AS(number, node)->value;
    }
    set_constant(note, pol_rational_of_decimal(value));
    t.den = note->value.den;
    return t;
}

static pol_type type_node(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_note *note = pol_note_of(s->matter, node);
    pol_type t;
    switch (node->kind) {
    case POL_N_MONEY:
    case POL_N_PERCENT:
    case POL_N_NUMBER:
        return type_literal(s, node);
    case POL_N_DATE:
        set_constant(note, (pol_rational){POL_AS(date, node)->days, 1});
        return POL_TYPE(POL_T_DATE);
    case POL_N_MONTHDAY:
        return POL_TYPE(POL_T_MONTHDAY);
    case POL_N_BOOL:
        set_constant(note, (pol_rational){POL_AS(bool, node)->value, 1});
        return POL_TYPE(POL_T_YESNO);
    case POL_N_NONE:
        t = POL_TYPE(POL_T_NONE);
        t.may_absent = true;
        return t;
    case POL_N_UNLIMITED:
        t = POL_TYPE(POL_T_MONEY);
        t.may_unlimited = true;
        note->constant = note->unlimited = true;
        return t;
    case POL_N_STRING:
        return type_string(s, node, labels);
    case POL_N_NAME:
        return type_name(s, node, labels);
    case POL_N_FACET:
        return type_facet(s, node);
    case POL_N_CALL:
        return type_call(s, node);
    case POL_N_WHEN:
        return type_when(s, node, labels);
    case POL_N_TABLE:
        return pol_type_table(s, node, labels);
    case POL_N_BRACES:
        return pol_type_schedule(s, node);
    case POL_N_AND:
    case POL_N_OR:
        return type_logic(s, node);
    case POL_N_NOT:
        t = POL_TYPE(pol_type_condition(s, POL_AS(not, node)->operand) ? POL_T_YESNO : POL_T_ERROR);
        t.may_absent = pol_note_of(s->matter, POL_AS(not, node)->operand)->type.may_absent;
        return t;
    case POL_N_COMPARE:
        return type_compare(s, node);
    case POL_N_IN:
        return type_in(s, node);
    case POL_N_PORTION:
        return type_portion(s, node);
    case POL_N_ARITH:
        return type_arith(s, node);
    default:
        pol_sema_report(s, POL_D_NOT_A_VALUE, node);
        return error_type();
    }
}

pol_type pol_type_expr(pol_checker *s, pol_node *node, uint32_t labels)
{
    pol_reads outer = s->now;
    s->now = (pol_reads){0};
    pol_type t = type_node(s, node, labels);
    pol_note *note = pol_note_of(s->matter, node);
    note->type = t;
    note->visited = true;
    note->depends = s->now.depends;
    add_reads(s, outer);
    return t;
}

pol_type pol_type_root(pol_checker *s, pol_node *node, pol_context context, uint32_t labels)
{
    s->context = context;
    s->now = (pol_reads){0};
    return pol_type_expr(s, node, labels);
}

/* ---- definitions, parameters, statuses on demand ------------------------------------------------------------------ */

static void report_cycle(pol_checker *s, pol_symbol *symbol)
{
    pol_text chain;
    pol_text_init(&chain, s->arena);
    size_t start = 0;
    while (start < s->open.count && s->open.items[start] != symbol)
        start++;
    for (size_t i = start; i < s->open.count; i++) {
        pol_text_add(&chain, s->open.items[i]->name);
        pol_text_add(&chain, POL_STR(" → "));
    }
    pol_text_add(&chain, symbol->name);
    pol_diag *d = pol_sema_report(s, POL_D_CYCLE, symbol->node);
    pol_sema_text(s, d, "chain", pol_text_str(&chain));
}

static void type_define(pol_checker *s, pol_symbol *symbol)
{
    pol_ast_define *define = POL_AS(define, symbol->node);
    uint32_t labels = POL_NO_LABELS;
    pol_type declared = error_type();
    if (define->type) {
        declared = pol_declared_type(s, define->type);
        if (declared.tag == POL_T_LABEL)
            labels = declared.labels;
    }
    pol_type t = pol_type_root(s, define->value, POL_IN_DEFINE, labels);
    if (define->type && declared.tag != POL_T_ERROR && t.tag != POL_T_ERROR) {
        if (t.tag != declared.tag || (t.tag == POL_T_LABEL && t.labels != declared.labels)) {
            pol_diag *d = pol_sema_report(s, POL_D_WRONG_TYPE, define->value);
            pol_sema_type(s, d, "expected", declared);
            pol_sema_type(s, d, "found", t);
            t = error_type();
        }
    }
    if (t.tag == POL_T_NONE || t.tag == POL_T_MONTHDAY) {
        pol_sema_report(s, POL_D_NOT_A_VALUE, define->value);
        t = error_type();
    }
    symbol->type = t;
}

static void type_status_symbol(pol_checker *s, pol_symbol *symbol)
{
    if (symbol->node->kind == POL_N_REASON) {
        pol_ensure(s, symbol->group);
        symbol->depends = symbol->group->depends;
        symbol->reads = symbol->group->reads;
        symbol->reads_base = symbol->group->reads_base;
        symbol->reads_deductible = symbol->group->reads_deductible;
        symbol->type.may_absent = symbol->group->type.may_absent;
        return;
    }
    pol_ast_status *status = POL_AS(status, symbol->node);
    s->context = POL_IN_DEFINE;
    s->now = (pol_reads){0};
    if (status->cond) {
        pol_type_condition(s, status->cond);
        symbol->type.may_absent = pol_note_of(s->matter, status->cond)->type.may_absent;
    }
    size_t outer = s->facts.count;
    for (uint32_t i = 0; i < status->reasons.count; i++) {
        pol_node *cond = POL_AS(reason, status->reasons.items[i])->cond;
        pol_type_condition(s, cond);
        symbol->type.may_absent |= pol_note_of(s->matter, cond)->type.may_absent;
        pol_push_facts(s, cond, true);
    }
    s->facts.count = outer;
}

/* A value known now must be one that a record could give: ratios 0 ... 100%, amounts of whole fen. */
static void check_param_constant(pol_checker *s, const pol_symbol *symbol, const pol_node *value)
{
    pol_node *type = POL_AS(param, symbol->node)->type;
    const pol_note *note = pol_note_of(s->matter, value);
    if (!note->constant || note->unlimited || !type)
        return;
    int kind = POL_AS(type, type)->kind;
    bool ratio = kind == POL_TYPE_RATIO, integer = kind == POL_TYPE_INTEGER, amount = kind == POL_TYPE_AMOUNT;
    if ((ratio && (note->value.num < 0 || note->value.num > note->value.den)) || (integer && note->value.den != 1)
        || (amount && (note->value.num < 0 || POL_FEN_PER_YUAN % note->value.den != 0))) {
        pol_diag *d = pol_sema_report(s, POL_D_PARAM_RANGE, value);
        pol_sema_text(s, d, "name", symbol->name);
    }
}

static void check_param_value(pol_checker *s, pol_symbol *symbol, pol_type declared)
{
    pol_ast_param *param = POL_AS(param, symbol->node);
    uint32_t labels = declared.tag == POL_T_LABEL ? declared.labels : POL_NO_LABELS;
    pol_type t;
    if (pol_is_dated(param->value)) {
        s->context = POL_IN_PARAM;
        s->now = (pol_reads){0};
        t = pol_type_dated(s, param->value, labels);
    } else {
        t = pol_type_root(s, param->value, POL_IN_PARAM, labels);
    }
    if (t.tag == POL_T_ERROR || declared.tag == POL_T_ERROR) {
        symbol->type = error_type();
        return;
    }
    if (!pol_expect(s, param->value, t, declared.tag) || !pol_no_quotient(s, param->value, t)) {
        symbol->type = error_type();
        return;
    }
    if (t.may_unlimited && declared.tag != POL_T_MONEY)
        no_unlimited(s, param->value, t);
    const pol_dated_model *dated = pol_note_of(s->matter, param->value)->dated;
    for (uint32_t i = 0; i < (dated ? dated->count : 1); i++)
        if (!dated || dated->values[i])
            check_param_constant(s, symbol, dated ? dated->values[i] : param->value);
    bool absent = symbol->type.may_absent;
    pol_i128 den = declared.den, den2 = declared.den2;
    symbol->type = t;
    symbol->type.may_absent = (t.may_absent || absent) && !(param->value && !t.may_absent && !param->optional);
    if (param->by_region) {
        symbol->type.den = pol_lcm(t.den, den);
        symbol->type.den2 = pol_lcm(t.den2, den2);
        symbol->type = checked(s, param->value, symbol->type);
    }
}

pol_scope pol_scope_enter(pol_checker *s)
{
    pol_scope scope = {s->now, s->context, s->place_en, s->place_zh, s->may_read, s->may_read_base, s->may_read_deductible,
                       s->facts.items, s->facts.count, s->facts.capacity};
    s->facts.items = NULL;
    s->facts.count = s->facts.capacity = 0;
    s->now = (pol_reads){0};
    return scope;
}

void pol_scope_leave(pol_checker *s, const pol_scope *scope)
{
    s->now = scope->now;
    s->context = scope->context;
    s->place_en = scope->place_en;
    s->place_zh = scope->place_zh;
    s->may_read = scope->may_read;
    s->may_read_base = scope->may_read_base;
    s->may_read_deductible = scope->may_read_deductible;
    s->facts.items = scope->facts;
    s->facts.count = scope->fact_count;
    s->facts.capacity = scope->fact_capacity;
}

void pol_ensure(pol_checker *s, pol_symbol *symbol)
{
    if (symbol->state == 2)
        return;
    if (symbol->state == 1) {
        report_cycle(s, symbol);
        symbol->type = error_type();
        symbol->state = 2;
        return;
    }
    if (s->open.count > 200) {
        pol_sema_report(s, POL_D_CHAIN_TOO_LONG, symbol->node);
        symbol->state = 2;
        return;
    }
    symbol->state = 1;
    pol_scope scope = pol_scope_enter(s);
    (void)POL_PUSH(s->arena, s->open, symbol);
    switch (symbol->kind) {
    case POL_S_DEFINE:
        s->place_en = "in a definition";
        s->place_zh = "定义中";
        type_define(s, symbol);
        break;
    case POL_S_PARAM:
        s->place_en = "in the value of a parameter";
        s->place_zh = "参数的值中";
        if (POL_AS(param, symbol->node)->value)
            check_param_value(s, symbol, symbol->type);
        if (POL_AS(param, symbol->node)->by_region)
            s->now.depends |= POL_DEP_INPUTS;
        break;
    case POL_S_STATUS:
        s->place_en = "in a status";
        s->place_zh = "状态中";
        type_status_symbol(s, symbol);
        break;
    default:
        break;
    }
    if (symbol->kind != POL_S_STATUS || symbol->node->kind != POL_N_REASON) {
        symbol->depends = s->now.depends;
        symbol->reads = s->now.reads;
        symbol->reads_base = s->now.reads_base;
        symbol->reads_deductible = s->now.reads_deductible;
    }
    if (s->open.count)
        s->open.count--;
    symbol->state = 2;
    pol_scope_leave(s, &scope);
}
