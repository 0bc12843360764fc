/* Expressions as people write them, see words.h. */
#include "interp/words.h"

#include <stdlib.h>

#include "interp/base/date.h"

/* How tightly an expression holds together; the grammar's levels. */
enum { BIND_WHEN, BIND_OR, BIND_AND, BIND_NOT, BIND_TEST, BIND_SUM, BIND_PRODUCT, BIND_ATOM };

typedef struct writer {
    const pol_wording *wording;
    pol_text *out;
    bool zh;
} writer;

static void write_node(writer *w, const pol_node *node, int least);

static void say(writer *w, const char *en, const char *zh)
{
    pol_text_add(w->out, pol_str_of(w->zh ? zh : en));
}

/* ---- literals ------------------------------------------------------------------------------------------ */

static void write_decimal(writer *w, pol_i128 num, pol_i128 den)
{
    char text[64];
    pol_decimal_text(text, num, den, POL_MAX_DECIMALS, true);
    pol_text_add(w->out, pol_str_of(text));
}

static void write_money(writer *w, pol_decimal value)
{
    const pol_i128 den = pol_pow10(value.decimals);
    const pol_i128 hundred = 100 * den; /* whole hundreds of 10,000 and more are said in 万元 */
    const bool in_wan = w->zh && value.digits >= 10000 * den && value.digits % hundred == 0;
    write_decimal(w, value.digits, in_wan ? den * 10000 : den);
    say(w, " yuan", in_wan ? "万元" : "元");
}

static void write_percent(writer *w, const pol_ast_percent *percent)
{
    write_decimal(w, percent->value.digits * 100, pol_pow10(percent->value.decimals));
    if (percent->points && !w->wording->canonical)
        say(w, " points", "个百分点");
    else
        pol_text_char(w->out, '%');
}

static void write_date(writer *w, int days)
{
    char text[16];
    pol_date_text(text, days);
    pol_text_add(w->out, pol_str_of(text));
}

static pol_str name_of(const writer *w, const pol_node *node)
{
    const pol_wording *wording = w->wording;
    const pol_str name = pol_node_text(node);
    return wording->name == NULL ? name : wording->name(wording->user, node, name);
}

/* Words of the language that stand where names stand: functions, facets, rounding, names that are taken.
 * Names declared in a script never equal them in these places. */
static const char *const k_words[][2] = {
    { "min", "较小" }, { "earlier", "较早" }, { "max", "较大" }, { "later", "较晚" },
    { "half_up", "四舍五入" }, { "half_even", "四舍六入" }, { "round_up", "进位" }, { "round_down", "舍去" },
    { "has_value", "有值" }, { "age", "周岁" }, { "deadline", "截止日" }, { "months_after", "月后" },
    { "year", "年" }, { "month", "月" }, { "day", "日" }, { "month_end", "月末" }, { "roll_over", "顺延" },
    { "tiers_amount", "分段计算" }, { "tiers_ratio", "所在比例" }, { "paid", "实付" }, { "base", "基数" },
    { "deductible", "起付" }, { "before_cap", "封顶前" }, { "capped", "达到封顶" },
    { "over_remaining", "超出余额" }, { "remaining", "余额" }, { "advance", "垫付" },
};
static const char *const k_taken[][2] = {
    { "total", "总费用" }, { "remaining", "余额" }, { "person_pays", "个人负担" },
    { "hospital_pays", "医院承担" }, { "in_force", "执行期内" }, { "month_end", "月末" }, { "roll_over", "顺延" },
};

static void write_word_of(writer *w, const pol_node *node, const char *const (*words)[2], size_t count)
{
    const pol_str text = pol_node_text(node);
    for (size_t i = 0; i < count; i++) {
        if (pol_str_equal(text, pol_str_of(words[i][0])) || pol_str_equal(text, pol_str_of(words[i][1]))) {
            say(w, words[i][0], words[i][1]);
            return;
        }
    }
    pol_text_add(w->out, name_of(w, node));
}

static void write_word(writer *w, const pol_node *node)
{
    write_word_of(w, node, k_words, sizeof k_words / sizeof *k_words);
}

/* ---- lists and braces ------------------------------------------------------------------------------------ */

static void write_items(writer *w, const pol_list *list, const char *between)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0)
            pol_text_add(w->out, pol_str_of(between));
        write_node(w, list->items[i], BIND_WHEN);
    }
}

static void write_label(writer *w, const pol_node *label)
{
    pol_text_add(w->out, name_of(w, label));
}

static int compare_texts(const void *a, const void *b)
{
    return pol_str_compare(*(const pol_str *)a, *(const pol_str *)b);
}

/* Parts in which order means nothing, in one order when they are to be compared. */
static void write_unordered(writer *w, pol_str *parts, size_t count, const char *between)
{
    if (w->wording->canonical && parts != NULL)
        qsort(parts, count, sizeof *parts, compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            pol_text_add(w->out, pol_str_of(between));
        pol_text_add(w->out, parts[i]);
    }
}

static pol_str part_text(writer *w, const pol_node *node, int least)
{
    pol_text text;
    pol_text_init(&text, w->wording->arena);
    writer inner = *w;
    inner.out = &text;
    write_node(&inner, node, least);
    return pol_text_str(&text);
}

static void write_labels(writer *w, const pol_list *labels)
{
    pol_str *parts = POL_NEW_ARRAY(w->wording->arena, pol_str, labels->count);
    for (uint32_t i = 0; i < labels->count && parts != NULL; i++)
        parts[i] = name_of(w, labels->items[i]);
    say(w, "{ ", "{ ");
    if (parts != NULL)
        write_unordered(w, parts, labels->count, w->zh ? "、" : ", ");
    say(w, " }", " }");
}

static void write_row(writer *w, const pol_ast_row *row)
{
    for (uint32_t i = 0; i < row->keys.count; i++) {
        if (i > 0)
            say(w, ", ", ", ");
        if (row->keys.items[i]->kind == POL_N_STRING)
            write_label(w, row->keys.items[i]);
        else
            write_node(w, row->keys.items[i], BIND_WHEN);
    }
    say(w, " : ", " : ");
    write_node(w, row->value, BIND_WHEN);
}

static void write_rows(writer *w, const pol_list *rows)
{
    say(w, "{ ", "{ ");
    for (uint32_t i = 0; i < rows->count; i++) {
        if (i > 0)
            say(w, "; ", "; ");
        write_row(w, POL_AS_CONST(row, rows->items[i]));
    }
    say(w, " }", " }");
}

/* ---- operators ------------------------------------------------------------------------------------------- */

typedef struct parts {
    pol_str items[64];
    size_t count;
} parts;

/* The operands of a chain of 且 (or 或), however it is nested. */
static void collect(writer *w, const pol_node *node, pol_node_kind kind, parts *found)
{
    if (node->kind == kind) {
        const pol_ast_and *chain = POL_AS_CONST(and, node); /* 或 has the same fields */
        collect(w, chain->left, kind, found);
        collect(w, chain->right, kind, found);
    } else if (found->count < sizeof found->items / sizeof *found->items) {
        found->items[found->count++] = part_text(w, node, kind == POL_N_AND ? BIND_NOT : BIND_AND);
    }
}

static void write_chain(writer *w, const pol_node *node, const char *en, const char *zh)
{
    parts *found = POL_NEW(w->wording->arena, parts);
    if (found == NULL)
        return;
    collect(w, node, node->kind, found);
    write_unordered(w, found->items, found->count, w->zh ? zh : en);
}

static void write_compare_sign(writer *w, int op)
{
    static const char *const k_signs[] = { " = ", " ≠ ", " ≥ ", " ≤ ", " > ", " < " };
    pol_text_add(w->out, pol_str_of(k_signs[op]));
}

static void write_arith(writer *w, const pol_ast_arith *sum)
{
    static const char *const k_signs[] = { " + ", " - ", " × ", " ÷ " };
    const int level = sum->op == POL_ADD || sum->op == POL_SUB ? BIND_SUM : BIND_PRODUCT;
    write_node(w, sum->left, level);
    pol_text_add(w->out, pol_str_of(k_signs[sum->op]));
    write_node(w, sum->right, level + 1);
}

static void write_when(writer *w, const pol_ast_when *choice)
{
    for (uint32_t i = 0; i < choice->cases.count; i++) {
        const pol_ast_when_case *each = POL_AS_CONST(when_case, choice->cases.items[i]);
        say(w, i > 0 ? " when " : "when ", i > 0 ? " 当 " : "当 ");
        write_node(w, each->cond, BIND_OR);
        say(w, " then ", " 则 ");
        write_node(w, each->value, BIND_OR);
    }
    say(w, " otherwise ", " 否则 ");
    write_node(w, choice->otherwise, BIND_OR);
}

static void write_period(writer *w, const pol_ast_period *period)
{
    say(w, "from ", "自 ");
    write_node(w, period->from, BIND_ATOM);
    if (period->to == NULL) {
        say(w, " on", " 起");
        return;
    }
    say(w, " to ", " 至 ");
    write_node(w, period->to, BIND_ATOM);
}

static void write_type(writer *w, const pol_ast_type *type)
{
    static const char *const k_types[][2] = {
        [POL_TYPE_AMOUNT] = { "amount", "金额" }, [POL_TYPE_RATIO] = { "ratio", "比例" },
        [POL_TYPE_INTEGER] = { "integer", "整数" }, [POL_TYPE_YESNO] = { "yes_no", "是否" },
        [POL_TYPE_DATE] = { "date", "日期" }, [POL_TYPE_TEXT] = { "text", "文字" },
        [POL_TYPE_TIERS] = { "tiers", "分段" },
    };
    if (type->any_of)
        say(w, "any_of ", "多选 ");
    if (type->kind == POL_TYPE_NAMED)
        write_label(w, type->name);
    else if (type->kind == POL_TYPE_LABELS)
        write_labels(w, &type->labels);
    else
        say(w, k_types[type->kind][0], k_types[type->kind][1]);
}

/* ---- any node -------------------------------------------------------------------------------------------- */

static int level_of(const pol_node *node)
{
    switch (node->kind) {
    case POL_N_WHEN: return BIND_WHEN;
    case POL_N_OR: return BIND_OR;
    case POL_N_AND: return BIND_AND;
    case POL_N_NOT: return BIND_NOT;
    case POL_N_COMPARE:
    case POL_N_PORTION:
    case POL_N_IN: return BIND_TEST;
    case POL_N_ARITH: {
        const int op = POL_AS_CONST(arith, node)->op;
        return op == POL_ADD || op == POL_SUB ? BIND_SUM : BIND_PRODUCT;
    }
    default: return BIND_ATOM;
    }
}

static void write_bare(writer *w, const pol_node *node)
{
    switch (node->kind) {
    case POL_N_WHEN: write_when(w, POL_AS_CONST(when, node)); break;
    case POL_N_OR: write_chain(w, node, " or ", " 或 "); break;
    case POL_N_AND: write_chain(w, node, " and ", " 且 "); break;
    case POL_N_NOT:
        say(w, "not ", "非 ");
        write_node(w, POL_AS_CONST(not, node)->operand, BIND_NOT);
        break;
    case POL_N_COMPARE:
        write_node(w, POL_AS_CONST(compare, node)->left, BIND_SUM);
        write_compare_sign(w, POL_AS_CONST(compare, node)->op);
        write_node(w, POL_AS_CONST(compare, node)->right, BIND_SUM);
        break;
    case POL_N_PORTION:
        write_node(w, POL_AS_CONST(portion, node)->left, BIND_SUM);
        say(w, " above ", " 超过 ");
        write_node(w, POL_AS_CONST(portion, node)->right, BIND_SUM);
        say(w, " portion", " 的部分");
        break;
    case POL_N_IN:
        write_node(w, POL_AS_CONST(in, node)->left, BIND_SUM);
        if (POL_AS_CONST(in, node)->negated)
            say(w, " not_in ", " 不属于 ");
        else
            say(w, " in ", " 属于 ");
        write_node(w, POL_AS_CONST(in, node)->group, BIND_ATOM);
        break;
    case POL_N_ARITH: write_arith(w, POL_AS_CONST(arith, node)); break;
    case POL_N_NAME:
        write_word_of(w, node, k_taken, sizeof k_taken / sizeof *k_taken);
        break;
    case POL_N_FACET:
        write_node(w, POL_AS_CONST(facet, node)->of, BIND_ATOM);
        pol_text_char(w->out, '.');
        write_word(w, POL_AS_CONST(facet, node)->facet);
        break;
    case POL_N_CALL:
        write_word(w, POL_AS_CONST(call, node)->name);
        pol_text_char(w->out, '(');
        write_items(w, &POL_AS_CONST(call, node)->args, ", ");
        pol_text_char(w->out, ')');
        break;
    case POL_N_TABLE:
        say(w, "by ", "按 ");
        write_items(w, &POL_AS_CONST(table, node)->subjects, ", ");
        pol_text_char(w->out, ' ');
        write_rows(w, &POL_AS_CONST(table, node)->rows);
        break;
    case POL_N_BRACES: write_rows(w, &POL_AS_CONST(braces, node)->rows); break;
    case POL_N_ROW: write_row(w, POL_AS_CONST(row, node)); break;
    case POL_N_LABELS: write_labels(w, &POL_AS_CONST(labels, node)->items); break;
    case POL_N_INTERVAL:
        pol_text_char(w->out, POL_AS_CONST(interval, node)->open_low ? '(' : '[');
        write_node(w, POL_AS_CONST(interval, node)->low, BIND_SUM);
        say(w, ", ", ", ");
        write_node(w, POL_AS_CONST(interval, node)->high, BIND_SUM);
        pol_text_char(w->out, POL_AS_CONST(interval, node)->open_high ? ')' : ']');
        break;
    case POL_N_MONEY: write_money(w, POL_AS_CONST(money, node)->value); break;
    case POL_N_PERCENT: write_percent(w, POL_AS_CONST(percent, node)); break;
    case POL_N_NUMBER: {
        const pol_ast_number *number = POL_AS_CONST(number, node);
        write_decimal(w, number->value.digits, pol_pow10(number->value.decimals));
        if (!w->wording->canonical && number->unit.length > 0) {
            say(w, " ", "");
            pol_text_add(w->out, number->unit);
        }
        break;
    }
    case POL_N_DATE: write_date(w, POL_AS_CONST(date, node)->days); break;
    case POL_N_MONTHDAY:
        pol_text_format(w->out, w->zh ? "%d月%d日" : "%d-%d", POL_AS_CONST(monthday, node)->month,
                        POL_AS_CONST(monthday, node)->day);
        break;
    case POL_N_MONTHS:
        pol_text_format(w->out, w->zh ? "%d个月" : "%d months", POL_AS_CONST(months, node)->count);
        break;
    case POL_N_STRING:
        pol_text_format(w->out, "\"%.*s\"", (int)pol_node_text(node).length, pol_node_text(node).bytes);
        break;
    case POL_N_BOOL:
        if (POL_AS_CONST(bool, node)->value)
            say(w, "yes", "是");
        else
            say(w, "no", "否");
        break;
    case POL_N_NONE: say(w, "none", "空"); break;
    case POL_N_UNLIMITED: say(w, "unlimited", "不限"); break;
    case POL_N_REST: say(w, "rest", "其余"); break;
    case POL_N_ANY: say(w, "any", "不论"); break;
    case POL_N_REPEALED: say(w, "repealed", "废止"); break;
    case POL_N_PERIOD: write_period(w, POL_AS_CONST(period, node)); break;
    case POL_N_TYPE: write_type(w, POL_AS_CONST(type, node)); break;
    case POL_N_ROUNDING:
        write_word(w, POL_AS_CONST(rounding, node)->mode);
        pol_text_char(w->out, ' ');
        write_node(w, POL_AS_CONST(rounding, node)->unit, BIND_ATOM);
        break;
    default: break; /* statements are not written whole */
    }
}

static void write_node(writer *w, const pol_node *node, int least)
{
    if (node == NULL)
        return;
    const bool bracket = level_of(node) < least;
    if (bracket)
        pol_text_char(w->out, '(');
    write_bare(w, node);
    if (bracket)
        pol_text_char(w->out, ')');
}

/* ---- the functions of words.h ---------------------------------------------------------------------------- */

pol_str pol_word_node(const pol_wording *wording, const pol_node *node)
{
    pol_text text;
    pol_text_init(&text, wording->arena);
    writer w = { wording, &text, wording->lang == POL_ZH };
    write_node(&w, node, BIND_WHEN);
    return pol_text_str(&text);
}

pol_str pol_word_list(const pol_wording *wording, const pol_list *list)
{
    pol_text text;
    pol_text_init(&text, wording->arena);
    writer w = { wording, &text, wording->lang == POL_ZH };
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0)
            say(&w, ", ", "、");
        if (list->items[i]->kind == POL_N_STRING)
            write_label(&w, list->items[i]);
        else
            write_node(&w, list->items[i], BIND_WHEN);
    }
    return pol_text_str(&text);
}
