/* The tree as an S-expression. Generic: fields come from ast.def, words for numbers from the table below. */
#include <string.h>

#include "grammar/ast.h"
#include "interp/base/date.h"

/* ---- words for fields that hold an enumeration ---------------------------------------------------------- */

static const struct {
    pol_node_kind kind;
    const char *field;
    const char *words; /* separated by blanks, by value; "-" is left out */
} k_enums[] = {
    { POL_N_COMPARE, "op", "= ≠ ≥ ≤ > <" },
    { POL_N_BOUND, "op", "= ≠ ≥ ≤ > <" },
    { POL_N_ARITH, "op", "+ - × ÷" },
    { POL_N_TYPE, "kind", "amount ratio integer yes_no date text tiers named labels" },
    { POL_N_STEP, "kind",
      "by_hospital deemed condition base deductible tiers ratio amount round cap" },
    { POL_N_STEP, "mode", "- each_claim each_period from_zero from_deductible" },
    { POL_N_ACCUM, "change", "- add become" },
    { POL_N_ACC_PERIOD, "kind", "yearly quarterly monthly rolling lifelong" },
    { POL_N_BOOL, "value", "no yes" },
};

static pol_str nth_word(const char *words, int n)
{
    for (; n > 0 && *words != '\0'; words++)
        n -= *words == ' ';
    return (pol_str){ words, strcspn(words, " ") };
}

static void print_int(pol_text *out, const pol_node *node, const pol_field *field, int value)
{
    for (size_t i = 0; i < sizeof k_enums / sizeof k_enums[0]; i++)
        if (k_enums[i].kind == node->kind && strcmp(k_enums[i].field, field->name) == 0) {
            const pol_str word = nth_word(k_enums[i].words, value);
            if (!pol_str_equal(word, POL_STR("-")) || node->kind == POL_N_ARITH)
                pol_text_format(out, " %.*s", (int)word.length, word.bytes);
            return;
        }
    char date[16];
    switch (node->kind) {
    case POL_N_DATE:
        pol_date_text(date, value);
        pol_text_format(out, " %s", date);
        return;
    case POL_N_MONTHDAY:
    case POL_N_MONTHS: pol_text_format(out, " %d", value); return;
    default: break;
    }
    if (value != 0)
        pol_text_format(out, " %s", field->name); /* a flag */
}

static void print_value(pol_text *out, pol_decimal value)
{
    char text[64];
    pol_decimal_text(text, value.digits, pol_pow10(value.decimals), value.decimals, true);
    pol_text_format(out, " %s", text);
}

static void print_text(pol_text *out, const pol_node *node, pol_str text)
{
    const char *quote = node->kind == POL_N_STRING ? "\"" : "";
    if (text.length > 0 || node->kind == POL_N_STRING)
        pol_text_format(out, " %s%.*s%s", quote, (int)text.length, text.bytes, quote);
}

/* ---- nodes ----------------------------------------------------------------------------------------------------- */

static void print_node(pol_text *out, const pol_node *node, const char *field, int depth);

static void print_own(pol_text *out, const pol_node *node, const pol_field *field)
{
    const void *at = (const char *)node + field->offset;
    switch (field->kind) {
    case POL_FIELD_INT: print_int(out, node, field, *(const int *)at); break;
    case POL_FIELD_TEXT: print_text(out, node, *(const pol_str *)at); break;
    case POL_FIELD_VALUE: print_value(out, *(const pol_decimal *)at); break;
    case POL_FIELD_NODE:
    case POL_FIELD_LIST: break;
    }
}

static void print_children(pol_text *out, const pol_node *node, const pol_field *field, int depth)
{
    const void *at = (const char *)node + field->offset;
    if (field->kind == POL_FIELD_NODE && *(pol_node *const *)at != NULL)
        print_node(out, *(pol_node *const *)at, field->name, depth);
    if (field->kind != POL_FIELD_LIST)
        return;
    const pol_list *list = at;
    for (uint32_t i = 0; i < list->count; i++)
        print_node(out, list->items[i], field->name, depth);
}

/* Recursion is as deep as the tree, which the parser limits. */
static void print_node(pol_text *out, const pol_node *node, const char *field, int depth)
{
    if (depth > 0)
        pol_text_char(out, '\n');
    for (int i = 0; i < depth; i++)
        pol_text_add(out, POL_STR("  "));
    if (field != NULL)
        pol_text_format(out, "%s: ", field);
    pol_text_format(out, "(%s%s", pol_node_kind_name(node->kind), node->replace ? " replace" : "");
    unsigned count;
    const pol_field *fields = pol_node_fields(node->kind, &count);
    for (unsigned i = 0; i < count; i++)
        print_own(out, node, &fields[i]);
    for (unsigned i = 0; i < count; i++)
        print_children(out, node, &fields[i], depth + 1);
    pol_text_char(out, ')');
}

void pol_tree_print(pol_text *out, const pol_node *root)
{
    if (root == NULL)
        return;
    print_node(out, root, NULL, 0);
    pol_text_char(out, '\n');
}
