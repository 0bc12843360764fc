/* The table of terms: equal ones are found, sums and comparisons are brought into one form. */
#include "interp/diff/term.h"

#include <string.h>

static const pol_rational k_zero = { 0, 1 }, k_one = { 1, 1 }, k_minus = { -1, 1 };

bool pol_terms_init(pol_terms *terms, pol_arena *arena)
{
    *terms = (pol_terms){ .arena = arena, .bucket_count = 1u << 12 };
    terms->buckets = POL_NEW_ARRAY(arena, pol_term, terms->bucket_count);
    for (uint32_t i = 0; terms->buckets != NULL && i < terms->bucket_count; i++)
        terms->buckets[i] = POL_NO_TERM;
    return terms->buckets != NULL;
}

/* ---- numbers that fit or fail ------------------------------------------------------------------------------ */

static pol_rational add(pol_terms *terms, pol_rational a, pol_rational b)
{
    pol_rational r = k_zero;
    terms->failed |= !pol_rational_add(a, b, &r);
    return r;
}

static pol_rational multiply(pol_terms *terms, pol_rational a, pol_rational b)
{
    pol_rational r = k_zero;
    terms->failed |= !pol_rational_mul(a, b, &r);
    return r;
}

static bool same(pol_rational a, pol_rational b)
{
    return a.num == b.num && a.den == b.den;
}

/* ---- finding and making -------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

static uint64_t mix_rational(uint64_t hash, pol_rational r)
{
    hash = mix(hash, (uint64_t)r.num);
    hash = mix(hash, (uint64_t)(r.num >> 64));
    return mix(hash, (uint64_t)r.den);
}

static uint64_t hash_of(const pol_term_node *n)
{
    uint64_t hash = mix(n->kind, n->class_);
    hash = mix(hash, (uint64_t)n->k << 32 | (uint64_t)n->special << 16 | n->op);
    hash = mix(hash, (uint64_t)n->payload << 1 | n->definite);
    hash = mix_rational(mix_rational(hash, n->value), n->unit);
    for (uint32_t i = 0; i < n->arg_count; i++) {
        hash = mix(hash, n->args[i]);
        if (n->coefs != NULL)
            hash = mix_rational(hash, n->coefs[i]);
    }
    return hash;
}

static bool equal(const pol_term_node *a, const pol_term_node *b)
{
    if (a->hash != b->hash || a->kind != b->kind || a->class_ != b->class_ || a->k != b->k || a->special != b->special ||
        a->op != b->op || a->definite != b->definite || a->payload != b->payload || a->arg_count != b->arg_count ||
        !same(a->value, b->value) || !same(a->unit, b->unit) || (a->coefs == NULL) != (b->coefs == NULL))
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (a->args[i] != b->args[i] || (a->coefs != NULL && !same(a->coefs[i], b->coefs[i])))
            return false;
    return true;
}

static void rehash(pol_terms *terms)
{
    const uint32_t count = terms->bucket_count * 4;
    pol_term *buckets = POL_NEW_ARRAY(terms->arena, pol_term, count);
    if (buckets == NULL)
        return;
    for (uint32_t i = 0; i < count; i++)
        buckets[i] = POL_NO_TERM;
    for (uint32_t t = 0; t < terms->nodes.count; t++) {
        pol_term *bucket = &buckets[terms->nodes.items[t].hash & (count - 1)];
        terms->nodes.items[t].next = *bucket;
        *bucket = t;
    }
    terms->buckets = buckets;
    terms->bucket_count = count;
}

pol_term pol_term_make(pol_terms *terms, const pol_term_node *wanted)
{
    pol_term_node node = *wanted;
    node.hash = hash_of(&node);
    const uint32_t place = (uint32_t)node.hash & (terms->bucket_count - 1);
    for (pol_term t = terms->buckets[place]; t != POL_NO_TERM; t = terms->nodes.items[t].next)
        if (equal(&terms->nodes.items[t], &node))
            return t;
    pol_term *args = POL_NEW_ARRAY(terms->arena, pol_term, node.arg_count);
    pol_rational *coefs = node.coefs == NULL ? NULL : POL_NEW_ARRAY(terms->arena, pol_rational, node.arg_count);
    if (args == NULL || (node.coefs != NULL && coefs == NULL))
        return 0;
    for (uint32_t i = 0; i < node.arg_count; i++) {
        args[i] = node.args[i];
        if (coefs != NULL)
            coefs[i] = node.coefs[i];
        for (size_t w = 0; w < POL_MOST_VARS / 64; w++)
            node.deps[w] |= pol_term_at(terms, args[i])->deps[w];
    }
    if (node.kind == POL_TERM_VAR)
        node.deps[node.payload / 64] |= (uint64_t)1 << (node.payload % 64);
    node.args = args;
    node.coefs = coefs;
    node.next = terms->buckets[place];
    const pol_term made = (pol_term)terms->nodes.count;
    if (!POL_PUSH(terms->arena, terms->nodes, node))
        return 0;
    terms->buckets[place] = made;
    if (terms->nodes.count > terms->bucket_count)
        rehash(terms);
    return made;
}

uint32_t pol_term_content(pol_terms *terms, pol_str bytes, const void *object)
{
    for (size_t i = 0; i < terms->contents.count; i++)
        if (pol_str_equal(terms->contents.items[i], bytes))
            return (uint32_t)i;
    (void)POL_PUSH(terms->arena, terms->contents, pol_str_copy(terms->arena, bytes));
    (void)POL_PUSH(terms->arena, terms->objects, object);
    return (uint32_t)terms->contents.count - 1;
}

/* ---- leaves -------------------------------------------------------------------------------------------------- */

pol_term pol_term_const(pol_terms *terms, pol_class class_, pol_rational value, pol_special special)
{
    const pol_term_node node = { .kind = POL_TERM_CONST,
                                 .class_ = (uint8_t)class_,
                                 .special = (uint8_t)special,
                                 .definite = special == POL_ORDINARY,
                                 .value = special == POL_ORDINARY ? value : k_zero,
                                 .unit = k_zero };
    return pol_term_make(terms, &node);
}

pol_term pol_term_number(pol_terms *terms, pol_i128 num, pol_i128 den)
{
    return pol_term_const(terms, POL_C_NUM, pol_rational_make(num, den), POL_ORDINARY);
}

pol_term pol_term_bool(pol_terms *terms, bool yes)
{
    return pol_term_const(terms, POL_C_BOOL, yes ? k_one : k_zero, POL_ORDINARY);
}

pol_term pol_term_var(pol_terms *terms, pol_class class_, uint32_t var, bool definite, pol_rational unit, unsigned which)
{
    const pol_term_node node = { .kind = POL_TERM_VAR, .class_ = (uint8_t)class_, .k = (uint8_t)which, .definite = definite,
                                 .payload = var, .value = k_zero, .unit = unit };
    return pol_term_make(terms, &node);
}

/* ---- sums ---------------------------------------------------------------------------------------------------- */

#define MOST_PARTS 64

typedef struct sum {
    pol_rational constant;
    pol_term args[MOST_PARTS];
    pol_rational coefs[MOST_PARTS];
    uint32_t count;
} sum;

static void add_part(pol_terms *terms, sum *s, pol_term t, pol_rational coef)
{
    uint32_t place = 0;
    while (place < s->count && s->args[place] < t)
        place++;
    if (place < s->count && s->args[place] == t) {
        s->coefs[place] = add(terms, s->coefs[place], coef);
        if (s->coefs[place].num != 0)
            return;
        s->count--;
        for (uint32_t i = place; i < s->count; i++) {
            s->args[i] = s->args[i + 1];
            s->coefs[i] = s->coefs[i + 1];
        }
        return;
    }
    if (s->count == MOST_PARTS) {
        terms->failed = true;
        return;
    }
    for (uint32_t i = s->count++; i > place; i--) {
        s->args[i] = s->args[i - 1];
        s->coefs[i] = s->coefs[i - 1];
    }
    s->args[place] = t;
    s->coefs[place] = coef;
}

static void add_term(pol_terms *terms, sum *s, pol_term t, pol_rational coef)
{
    const pol_term_node *n = pol_term_at(terms, t);
    if (coef.num == 0)
        return;
    if (n->kind == POL_TERM_CONST) {
        s->constant = add(terms, s->constant, multiply(terms, n->value, coef));
    } else if (n->kind == POL_TERM_SUM) {
        s->constant = add(terms, s->constant, multiply(terms, n->value, coef));
        for (uint32_t i = 0; i < n->arg_count; i++)
            add_part(terms, s, n->args[i], multiply(terms, n->coefs[i], coef));
    } else {
        add_part(terms, s, t, coef);
    }
}

static pol_term make_sum(pol_terms *terms, const sum *s)
{
    if (s->count == 0)
        return pol_term_const(terms, POL_C_NUM, s->constant, POL_ORDINARY);
    if (s->count == 1 && s->constant.num == 0 && same(s->coefs[0], k_one))
        return s->args[0];
    const pol_term_node node = { .kind = POL_TERM_SUM, .class_ = POL_C_NUM, .definite = true, .value = s->constant, .unit = k_zero,
                                 .arg_count = s->count, .args = s->args, .coefs = s->coefs };
    return pol_term_make(terms, &node);
}

pol_term pol_term_add(pol_terms *terms, pol_term a, pol_term b, pol_rational coef_b)
{
    sum s = { .constant = k_zero };
    add_term(terms, &s, a, k_one);
    add_term(terms, &s, b, coef_b);
    return make_sum(terms, &s);
}

pol_term pol_term_scale(pol_terms *terms, pol_term a, pol_rational by)
{
    sum s = { .constant = k_zero };
    add_term(terms, &s, a, by);
    return make_sum(terms, &s);
}

/* ---- other numbers -------------------------------------------------------------------------------------------- */

pol_term pol_term_mul(pol_terms *terms, pol_term a, pol_term b)
{
    if (pol_term_is_const(terms, a))
        return pol_term_scale(terms, b, pol_term_at(terms, a)->value);
    if (pol_term_is_const(terms, b))
        return pol_term_scale(terms, a, pol_term_at(terms, b)->value);
    const pol_term args[2] = { a < b ? a : b, a < b ? b : a };
    const pol_term_node node = { .kind = POL_TERM_MUL, .class_ = POL_C_NUM, .definite = true, .value = k_zero, .unit = k_zero, .arg_count = 2, .args = args };
    return pol_term_make(terms, &node);
}

pol_term pol_term_extreme(pol_terms *terms, pol_term_kind kind, pol_term a, pol_term b)
{
    const pol_term difference = pol_term_add(terms, a, b, k_minus);
    if (pol_term_is_const(terms, difference)) {
        const bool a_larger = pol_term_at(terms, difference)->value.num > 0;
        return a_larger == (kind == POL_TERM_MAX) ? a : b;
    }
    const pol_term args[2] = { a < b ? a : b, a < b ? b : a };
    const pol_term_node node = { .kind = (uint8_t)kind, .class_ = POL_C_NUM, .definite = true, .value = k_zero, .unit = k_zero, .arg_count = 2, .args = args };
    return pol_term_make(terms, &node);
}

/* Always a multiple of 1 / `scale`: then rounding changes nothing. */
static bool is_whole(pol_terms *terms, pol_term t, pol_rational scale)
{
    const pol_term_node *n = pol_term_at(terms, t);
    pol_rational r = k_zero;
    switch ((pol_term_kind)n->kind) {
    case POL_TERM_CONST: return pol_rational_mul(n->value, scale, &r) && r.den == 1;
    case POL_TERM_VAR:
    case POL_TERM_ROUND: return pol_rational_mul(n->unit, scale, &r) && r.den == 1;
    case POL_TERM_MIN:
    case POL_TERM_MAX: {
        const pol_term a = n->args[0], b = n->args[1];
        return is_whole(terms, a, scale) && is_whole(terms, b, scale);
    }
    case POL_TERM_SUM:
        if (!pol_rational_mul(n->value, scale, &r) || r.den != 1)
            return false;
        for (uint32_t i = 0; i < n->arg_count; i++) {
            const pol_term_node *now = pol_term_at(terms, t);
            if (!pol_rational_mul(now->coefs[i], scale, &r) || !is_whole(terms, now->args[i], r))
                return false;
        }
        return true;
    default: return false;
    }
}

pol_term pol_term_round(pol_terms *terms, pol_term a, pol_rational scale, pol_rational unit, pol_rounding mode)
{
    const pol_term_node *n = pol_term_at(terms, a);
    pol_rational scaled = multiply(terms, scale, n->value);
    if (n->kind == POL_TERM_CONST)
        return pol_term_const(terms, POL_C_NUM,
                              multiply(terms, (pol_rational){ pol_divide_rounded(scaled.num, scaled.den, mode), 1 }, unit), POL_ORDINARY);
    if (is_whole(terms, a, scale))
        return pol_term_scale(terms, a, multiply(terms, scale, unit));
    const pol_term_node node = { .kind = POL_TERM_ROUND, .class_ = POL_C_NUM, .k = (uint8_t)mode, .definite = true, .value = scale, .unit = unit, .arg_count = 1, .args = &a };
    return pol_term_make(terms, &node);
}

/* ---- yes/no ---------------------------------------------------------------------------------------------------- */

/* The first coefficient becomes 1 or -1, so that multiples of one comparison are one. */
pol_term pol_term_compare(pol_terms *terms, pol_term a, pol_term b, pol_compare_op op)
{
    pol_term difference = pol_term_add(terms, a, b, k_minus);
    const pol_term_node *n = pol_term_at(terms, difference);
    if (n->kind == POL_TERM_CONST)
        return pol_term_bool(terms, pol_compare_holds(op, (n->value.num > 0) - (n->value.num < 0)));
    if (n->kind == POL_TERM_SUM) {
        const pol_rational first = n->coefs[0];
        pol_rational by = k_one;
        if (first.num < 0) {
            static const pol_compare_op k_turned[] = { POL_EQ, POL_NE, POL_LE, POL_GE, POL_LT, POL_GT };
            op = k_turned[op];
        }
        terms->failed |= !pol_rational_div(k_one, first, &by);
        difference = pol_term_scale(terms, difference, by);
    }
    const bool negated = op == POL_NE || op == POL_LE || op == POL_LT; /* kept as not =, not >, not >= */
    const pol_compare_op kept = op == POL_NE ? POL_EQ : op == POL_LE ? POL_GT : op == POL_LT ? POL_GE : op;
    const pol_term_node node = { .kind = POL_TERM_SIGN, .class_ = POL_C_BOOL, .k = (uint8_t)kept, .definite = true, .value = k_zero, .unit = k_zero, .arg_count = 1, .args = &difference };
    const pol_term made = pol_term_make(terms, &node);
    return negated ? pol_term_not(terms, made) : made;
}

static pol_term bool_op(pol_terms *terms, pol_opcode op, uint32_t count, const pol_term *args)
{
    bool definite = true;
    for (uint32_t i = 0; i < count; i++)
        definite &= pol_term_at(terms, args[i])->definite;
    const pol_term_node node = { .kind = POL_TERM_OP, .class_ = POL_C_BOOL, .op = (uint16_t)op, .definite = definite, .value = k_zero, .unit = k_zero, .arg_count = count, .args = args };
    return pol_term_make(terms, &node);
}

pol_term pol_term_not(pol_terms *terms, pol_term a)
{
    const pol_term_node *n = pol_term_at(terms, a);
    if (n->kind == POL_TERM_CONST && n->special == POL_ORDINARY)
        return pol_term_bool(terms, n->value.num == 0);
    if (n->kind == POL_TERM_CONST)
        return a;
    if (n->kind == POL_TERM_OP && n->op == POL_OP_NOT)
        return n->args[0];
    return bool_op(terms, POL_OP_NOT, 1, &a);
}

static bool is_bool(const pol_terms *terms, pol_term a, int value)
{
    const pol_term_node *n = pol_term_at(terms, a);
    return n->kind == POL_TERM_CONST && n->special == POL_ORDINARY && n->value.num == value;
}

static pol_term and_or(pol_terms *terms, pol_opcode op, pol_term a, pol_term b)
{
    const int neutral = op == POL_OP_AND;
    if (is_bool(terms, a, neutral) || a == b)
        return b;
    if (is_bool(terms, b, neutral))
        return a;
    if (is_bool(terms, a, !neutral) || is_bool(terms, b, !neutral))
        return pol_term_bool(terms, !neutral);
    const pol_term args[2] = { a < b ? a : b, a < b ? b : a };
    return bool_op(terms, op, 2, args);
}

pol_term pol_term_and(pol_terms *terms, pol_term a, pol_term b)
{
    return and_or(terms, POL_OP_AND, a, b);
}

pol_term pol_term_or(pol_terms *terms, pol_term a, pol_term b)
{
    return and_or(terms, POL_OP_OR, a, b);
}

pol_term pol_term_select(pol_terms *terms, pol_class class_, pol_term cond, pol_term a, pol_term b)
{
    static const pol_opcode k_ops[POL_CLASS_COUNT] = { POL_OP_SELN, POL_OP_SELB, POL_OP_SELC, POL_OP_SELD, POL_OP_SELN, POL_OP_SELT };
    const bool definite = pol_term_at(terms, cond)->definite;
    if (is_bool(terms, cond, 1) || (a == b && definite))
        return a;
    if (is_bool(terms, cond, 0))
        return b;
    const pol_term_node *c = pol_term_at(terms, cond);
    if (c->kind == POL_TERM_CONST) /* absent or failed */
        return pol_term_const(terms, class_, k_zero, (pol_special)c->special);
    if (c->kind == POL_TERM_OP && c->op == POL_OP_NOT)
        return pol_term_select(terms, class_, c->args[0], b, a);
    if (class_ == POL_C_BOOL && definite && is_bool(terms, a, 1) && is_bool(terms, b, 0))
        return cond;
    if (class_ == POL_C_BOOL && definite && is_bool(terms, b, 0) && pol_term_at(terms, a)->definite)
        return pol_term_and(terms, cond, a);
    if (class_ == POL_C_BOOL && definite && is_bool(terms, a, 1) && pol_term_at(terms, b)->definite)
        return pol_term_or(terms, cond, b);
    const pol_term args[3] = { cond, a, b };
    const pol_term_node node = { .kind = POL_TERM_OP, .class_ = (uint8_t)class_, .op = (uint16_t)k_ops[class_],
                                 .definite = definite && pol_term_at(terms, a)->definite && pol_term_at(terms, b)->definite,
                                 .value = k_zero, .unit = k_zero, .arg_count = 3, .args = args };
    return pol_term_make(terms, &node);
}
