/* The figures of a settled claim in words: numbers, values, and the script's own text. */
#include "interp/inspect.h"

#include "interp/base/utf8.h"

/* ---- numbers in words -------------------------------------------------------------------------------- */

#define MOST_DECIMALS  POL_MAX_DECIMALS
#define ABOUT_DECIMALS 6

/* Decimals that the number needs to be written exactly; above MOST_DECIMALS when it cannot. */
static unsigned exact_decimals(pol_rational number)
{
    pol_i128 rest = number.num % number.den;
    unsigned decimals = 0;
    while (rest != 0 && decimals <= MOST_DECIMALS) {
        rest = rest % number.den * 10 % number.den;
        decimals++;
    }
    return decimals;
}

pol_str pol_number_text(pol_arena *arena, pol_rational number, bool is_money, bool is_share)
{
    char digits[64];
    pol_text text;
    pol_text_init(&text, arena);
    if (is_share) {
        const pol_rational hundred = { 100, 1 };
        is_share = pol_rational_mul(number, hundred, &number);
    }
    const unsigned needed =
        number.den > pol_pow10(POL_MAX_DECIMALS) ? MOST_DECIMALS + 1 : exact_decimals(number);
    const bool exact = needed <= MOST_DECIMALS;
    unsigned decimals = exact ? needed : ABOUT_DECIMALS;
    if (is_money && decimals < 2)
        decimals = 2;
    pol_decimal_text(digits, number.num, number.den, decimals, false);
    pol_text_format(&text, "%s%s%s", exact ? "" : "≈", digits, is_share ? "%" : "");
    return pol_text_str(&text);
}

#define SHARE_DEPTH 100 /* definitions in definitions; beyond it a number is no share */

static bool is_share(const pol_inspect *in, pol_node *node, unsigned depth);

static bool call_is_share(const pol_inspect *in, pol_ast_call *call, unsigned depth)
{
    const int function = pol_note_of(in->matter, &call->node)->code;
    const bool keeps = function <= POL_FN_ROUND_DOWN;
    return function == POL_FN_TIERS_RATIO ||
           (keeps && call->args.count > 0 && is_share(in, call->args.items[0], depth));
}

/* Of a definition: found once and kept, so that definitions that use each other many times cost little. */
static bool definition_is_share(const pol_inspect *in, pol_node *node, unsigned depth)
{
    enum { NOT_ASKED, BEING_ASKED, NO, YES };
    uint8_t *known = &in->shares[node->id];
    if (*known == NOT_ASKED && depth < SHARE_DEPTH) {
        *known = BEING_ASKED;
        *known = is_share(in, POL_AS(define, node)->value, depth + 1) ? YES : NO;
    }
    return *known == YES;
}

static bool symbol_is_share(const pol_inspect *in, const pol_symbol *symbol, unsigned depth)
{
    pol_node *type = NULL;
    if (symbol->kind == POL_S_DEFINE)
        return definition_is_share(in, symbol->node, depth);
    if (symbol->kind == POL_S_INPUT)
        type = POL_AS(input, symbol->node)->type;
    else if (symbol->kind == POL_S_PARAM)
        type = POL_AS(param, symbol->node)->type;
    return type != NULL && POL_AS(type, type)->kind == POL_TYPE_RATIO;
}

static bool arith_is_share(const pol_inspect *in, pol_ast_arith *arith, unsigned depth)
{
    const bool left = is_share(in, arith->left, depth), right = is_share(in, arith->right, depth);
    if (arith->op != POL_DIV)
        return left || right;
    return left && !right && pol_note_of(in->matter, arith->right)->type.tag == POL_T_NUMBER;
}

static bool is_share(const pol_inspect *in, pol_node *node, unsigned depth)
{
    const pol_note *note = pol_note_of(in->matter, node);
    if (note->type.tag != POL_T_NUMBER)
        return false;
    switch (node->kind) {
    case POL_N_PERCENT: return true;
    case POL_N_NAME:
        return note->ref == POL_REF_SYMBOL && note->symbol != NULL &&
               symbol_is_share(in, note->symbol, depth);
    case POL_N_CALL: return call_is_share(in, POL_AS(call, node), depth);
    case POL_N_WHEN: return is_share(in, POL_AS(when, node)->otherwise, depth);
    case POL_N_TABLE:
        return note->table != NULL && note->table->row_count > 0 &&
               is_share(in, note->table->values[0], depth);
    case POL_N_PORTION: return is_share(in, POL_AS(portion, node)->left, depth);
    case POL_N_ARITH: return arith_is_share(in, POL_AS(arith, node), depth);
    default: return false;
    }
}

bool pol_is_share(const pol_inspect *in, pol_node *node)
{
    return is_share(in, node, 0);
}

/* ---- values in words --------------------------------------------------------------------------------- */

static pol_str label_text(const pol_inspect *in, uint32_t labels, int32_t code)
{
    if (labels >= in->script->model.label_sets.count || code < 0)
        return POL_STR("?");
    const pol_label_set *set = &in->script->model.label_sets.items[labels];
    return (uint32_t)code < set->count ? set->labels[code] : POL_STR("?");
}

static pol_str set_text(const pol_inspect *in, pol_shown shown)
{
    pol_text text;
    pol_text_init(&text, in->arena);
    for (int32_t code = 0; code < 64; code++) {
        if ((shown.set >> code & 1) == 0)
            continue;
        if (text.length > 0)
            pol_text_add(&text, POL_STR("、"));
        pol_text_add(&text, label_text(in, shown.type.labels, code));
    }
    return pol_text_str(&text);
}

static pol_str tiers_text(const pol_inspect *in, pol_shown shown)
{
    pol_text text;
    pol_text_init(&text, in->arena);
    pol_i128 low = shown.tiers->low;
    bool low_in = shown.tiers->low_in_first;
    for (uint32_t i = 0; i < shown.tiers->count; i++) {
        const pol_tier *tier = &shown.tiers->tiers[i];
        const bool unlimited = tier->upper == POL_NUM_UNLIMITED;
        pol_text_add(&text, i == 0               ? POL_STR("")
                            : in->lang == POL_ZH ? POL_STR("；")
                                                 : POL_STR("; "));
        pol_text_add(&text, low_in ? POL_STR("[") : POL_STR("("));
        pol_text_add(&text,
                     pol_number_text(in->arena, pol_rational_make(low, shown.den), true, false));
        pol_text_add(&text, POL_STR(", "));
        if (unlimited)
            pol_text_add(&text, in->lang == POL_ZH ? POL_STR("不限") : POL_STR("unlimited"));
        else
            pol_text_add(
                &text,
                pol_number_text(in->arena, pol_rational_make(tier->upper, shown.den), true, false));
        pol_text_add(&text, unlimited || tier->upper_in_next ? POL_STR(") ") : POL_STR("] "));
        pol_text_add(&text, pol_number_text(in->arena, pol_rational_make(tier->ratio, shown.den2),
                                            false, true));
        low = tier->upper;
        low_in = tier->upper_in_next;
    }
    return pol_text_str(&text);
}

pol_str pol_shown_text(const pol_inspect *in, pol_shown shown, bool is_share)
{
    const bool zh = in->lang == POL_ZH;
    switch (shown.kind) {
    case POL_SHOWN_UNKNOWN: return POL_STR("");
    case POL_SHOWN_ABSENT: return zh ? POL_STR("空") : POL_STR("none");
    case POL_SHOWN_FAILED: return zh ? POL_STR("计算越界") : POL_STR("out of range");
    case POL_SHOWN_UNLIMITED: return zh ? POL_STR("不限") : POL_STR("unlimited");
    case POL_SHOWN_NUMBER:
        return pol_number_text(in->arena, shown.number, shown.type.tag == POL_T_MONEY, is_share);
    case POL_SHOWN_YESNO:
        return zh ? (shown.yes ? POL_STR("是") : POL_STR("否"))
                  : (shown.yes ? POL_STR("yes") : POL_STR("no"));
    case POL_SHOWN_DATE: {
        char text[16];
        pol_date_text(text, shown.date);
        return pol_str_copy(in->arena, pol_str_of(text));
    }
    case POL_SHOWN_CODE:
        if (shown.type.tag == POL_T_TEXT)
            return pol_reader_text(in->reader, in->record, shown.code);
        return label_text(in, shown.type.labels, shown.code);
    case POL_SHOWN_SET: return set_text(in, shown);
    case POL_SHOWN_TIERS: return tiers_text(in, shown);
    }
    return POL_STR("");
}

pol_str pol_shown_figure(const pol_inspect *in, pol_shown shown, bool is_share)
{
    const pol_str text = pol_shown_text(in, shown, is_share);
    return text.length == 0 && shown.kind == POL_SHOWN_CODE ? POL_STR("\"\"") : text;
}

pol_str pol_inspect_text(const pol_inspect *in, pol_node *node)
{
    return pol_shown_figure(in, pol_inspect_node(in, node), pol_is_share(in, node));
}

/* ---- the script's own words -------------------------------------------------------------------------- */

uint32_t pol_source_line_of(const pol_inspect *in, const pol_node *node)
{
    return pol_source_place(&in->script->sources.items[node->span.file], node->span.start).line;
}

pol_str pol_source_superior(const pol_inspect *in, const pol_node *node)
{
    return node->span.file == 0 ? POL_STR("") : in->script->sources.items[node->span.file].name;
}

/* Appends source text on one line: comments left out, blanks squeezed to one. `quote` is the mark that
 * closes the text being copied, 0 outside; it goes on from piece to piece. */
static void add_squeezed(pol_text *out, pol_str text, int32_t *quote)
{
    bool in_comment = false;
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        if (*quote != 0) {
            *quote = point == *quote ? 0 : *quote;
        } else if (in_comment) {
            in_comment = point != '\n' && point != '\r';
            continue;
        } else if (point == '#' || point == 0xff03) {
            in_comment = true;
            continue;
        } else if (point == ' ' || point == '\t' || point == '\n' || point == '\r' ||
                   point == 0x3000) {
            if (out->length > 0 && out->bytes[out->length - 1] != ' ')
                pol_text_char(out, ' ');
            continue;
        } else {
            *quote = point == '"'      ? '"'
                     : point == 0x201c ? 0x201d
                     : point == 0x300c ? 0x300d
                     : point == '`'    ? '`'
                                       : 0;
        }
        pol_text_add(out, (pol_str){ text.bytes + at, size });
    }
}

pol_str pol_source_text(const pol_inspect *in, pol_node *node)
{
    pol_text text;
    pol_text_init(&text, in->arena);
    int32_t quote = 0;
    add_squeezed(&text, pol_span_text(&in->script->sources, node->span), &quote);
    return pol_text_str(&text);
}

/* The walk that puts values in place of names. */
typedef struct replacing {
    const pol_inspect *in;
    pol_text text;
    pol_node *root;
    uint32_t at; /* offset in the source up to which it is copied */
    int32_t quote;
} replacing;

static bool is_replaced(const replacing *r, pol_node *node)
{
    if (node->kind == POL_N_WHEN || node->kind == POL_N_TABLE)
        return node != r->root;
    const pol_note *note = pol_note_of(r->in->matter, node);
    return node->kind == POL_N_FACET || (node->kind == POL_N_NAME && note->ref == POL_REF_SYMBOL);
}

static void copy_until(replacing *r, uint32_t end)
{
    if (end > r->at)
        add_squeezed(
            &r->text,
            pol_span_text(&r->in->script->sources, (pol_span){ r->root->span.file, r->at, end }),
            &r->quote);
    r->at = end > r->at ? end : r->at;
}

static bool replace_in(pol_node *node, void *user)
{
    replacing *r = user;
    if (is_replaced(r, node)) {
        const pol_str value = pol_inspect_text(r->in, node);
        if (value.length == 0)
            return true;
        copy_until(r, node->span.start);
        pol_text_add(&r->text, value);
        r->at = node->span.end;
        return true;
    }
    if (node->kind == POL_N_CALL) { /* its name is no figure */
        const pol_list *args = &POL_AS(call, node)->args;
        for (uint32_t i = 0; i < args->count; i++)
            replace_in(args->items[i], r);
        return true;
    }
    if (node->kind == POL_N_IN)
        return replace_in(POL_AS(in, node)->left, r) &&
               (POL_AS(in, node)->group->kind != POL_N_INTERVAL ||
                replace_in(POL_AS(in, node)->group, r));
    return pol_node_each_child(node, replace_in, r);
}

pol_str pol_source_values(const pol_inspect *in, pol_node *node)
{
    replacing r = { .in = in, .root = node, .at = node->span.start };
    pol_text_init(&r.text, in->arena);
    replace_in(node, &r);
    copy_until(&r, node->span.end);
    return pol_text_str(&r.text);
}
