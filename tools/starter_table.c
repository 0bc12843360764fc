/* From a table of a spreadsheet to a script. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/starter.h"
#include "tools/text.h"

/* ---- words of both languages ---------------------------------------------------------------------------------- */

static const struct {
    tool_text remark, brackets, policy, category, matter, date, second, cost, settle, benefit, base, tiers, ratio, define, amount,
        by, rest, other, unlimited;
} k_words = {
    .remark = { "# Made from {0}. Put in the names, dates and clauses of your document.\n",
                "# 由表格 {0} 生成。请换上文件里的名称、日期和条款。\n" },
    .brackets = { "# Brackets of tiers: [ includes the bound, ) does not; compare with the clause.\n",
                  "# 分段的括号：[ 含界点，) 不含，请对照条文。\n" },
    .policy = { "policy \"number\" \"name\"  effective from 2024-01-01 on\n\n", "政策 \"文件编号\" \"文件名称\"  施行 自 2024-01-01 起\n\n" },
    .category = { "category", "类别" },
    .matter = { "\nmatter medical_bill by visit_date\n\ninput\n", "\n业务 医疗费用结算 按 就医日期\n\n输入\n" },
    .date = { "  visit_date : date\n", "  就医日期 : 日期\n" },
    .second = { "kind", "类型" },
    .cost = { "cost", "费用" },
    .settle = { "\nsettle total = cost\n\n", "\n结算 总费用 = 费用\n\n" },
    .benefit = { "benefit aid\n", "待遇 救助\n" },
    .base = { "  base cost\n", "  基数 费用\n" },
    .tiers = { "  tiers ", "  分段 " },
    .ratio = { "  ratio ", "  比例 " },
    .define = { "define ", "定义 " },
    .amount = { "  amount ", "  金额 " },
    .by = { "by ", "按 " },
    .rest = { "rest", "其余" },
    .other = { "other", "其他" },
    .unlimited = { "unlimited", "不限" },
};

typedef struct maker {
    const tool *t;
    const tool_table *table;
    tool_bytes *out;
    int keys;      /* columns before the values */
    bool is_tiers; /* the first two columns are the ends of tiers */
    bool failed;
} maker;

static void put(maker *m, const char *text)
{
    const pol_writer to = tool_bytes_writer(m->out);
    m->failed |= !to.write(to.user, text, strlen(text));
}

static void say(maker *m, tool_text text)
{
    put(m, tool_say(m->t, text));
}

static const char *cell(const maker *m, int row, int column)
{
    return tool_table_cell(m->table, row, column);
}

/* ---- cells ----------------------------------------------------------------------------------------------------- */

static bool holds(const char *text, const char *const *pieces)
{
    for (; *pieces != NULL; pieces++)
        if (strstr(text, *pieces) != NULL)
            return true;
    return false;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool is_rest(const char *label)
{
    static const char *const k_rest[] = { "其余", "rest", "*", NULL };
    return is_one_of(label, k_rest);
}

/* A word as the language has it: letters, digits and _, no digit first. Full-width signs are none. */
static bool is_word(const char *text)
{
    if (*text == '\0' || isdigit((unsigned char)*text))
        return false;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        const bool is_sign = (c[0] == 0xe3 && c[1] == 0x80) || (c[0] == 0xef && c[1] >= 0xbc) || (c[0] == 0xe2 && c[1] <= 0x8b);
        if ((*c < 0x80 && !isalnum(*c) && *c != '_') || is_sign)
            return false;
    }
    return true;
}

/* Can a category have this name as it is, or is it a word of the language? */
static bool is_free(const char *name)
{
    static const char k_before[] = "政策 \"a\" \"b\"  施行 自 2024-01-01 起\n类别 ", k_behind[] = " { 甲 }\n";
    tool_bytes text = { 0 };
    const pol_writer to = tool_bytes_writer(&text);
    pol_script *script = pol_script_new(NULL);
    const bool free_name = script != NULL && to.write(to.user, k_before, sizeof k_before - 1) &&
                           to.write(to.user, name, strlen(name)) &&
                           to.write(to.user, k_behind, sizeof k_behind - 1) &&
                           pol_script_load(script, "name", text.bytes, text.length) == POL_OK;
    pol_script_free(script);
    free(text.bytes);
    return free_name;
}

static void put_name(maker *m, const char *name)
{
    const bool plain = is_word(name) && is_free(name);
    put(m, plain ? "" : "「");
    put(m, name);
    put(m, plain ? "" : "」");
}

static void put_label(maker *m, const char *label)
{
    const bool plain = is_word(label) && is_free(label);
    put(m, plain ? "" : "\"");
    put(m, label);
    put(m, plain ? "" : "\"");
}

/* The number of a cell, without separators, signs of money and units. */
typedef struct number {
    char digits[40];
    bool is_percent, is_wan, good;
} number;

static number read_number(const char *text)
{
    static const char *const k_skipped[] = { ",", "，", "￥", "¥", " ", "元", "以上", "以下", "%", "％", "万", NULL };
    number n = { .is_percent = strstr(text, "%") != NULL || strstr(text, "％") != NULL, .is_wan = strstr(text, "万") != NULL };
    size_t length = 0;
    int points = 0;
    while (*text != '\0') {
        const char *const *skip = k_skipped;
        while (*skip != NULL && strncmp(text, *skip, strlen(*skip)) != 0)
            skip++;
        if (*skip != NULL) {
            text += strlen(*skip);
        } else if ((isdigit((unsigned char)*text) || *text == '.') && length + 4 < sizeof n.digits) {
            points += *text == '.';
            n.digits[length++] = *text++;
        } else {
            return (number){ 0 };
        }
    }
    n.good = length > 0 && points <= 1 && isdigit((unsigned char)n.digits[0]) && n.digits[length - 1] != '.';
    return n;
}

/* Without needless zeros: 70.00 is 70. */
static void strip(char *digits)
{
    char *point = strchr(digits, '.');
    for (size_t i = strlen(digits); point != NULL && i > 0 && (digits[i - 1] == '0' || digits[i - 1] == '.'); i--) {
        const bool was_point = digits[i - 1] == '.';
        digits[i - 1] = '\0';
        if (was_point)
            break;
    }
    const size_t zeros = strspn(digits, "0");
    if (zeros > 0 && isdigit((unsigned char)digits[zeros]))
        memmove(digits, digits + zeros, strlen(digits + zeros) + 1);
    else if (zeros > 1)
        memmove(digits, digits + zeros - 1, strlen(digits + zeros - 1) + 1);
}

/* 0.7 becomes 70: the point moves two digits to the right. */
static void times_hundred(char *digits)
{
    char *point = strchr(digits, '.');
    if (point == NULL) {
        strcat(digits, "00");
        return;
    }
    for (int i = 0; i < 2; i++, point++) {
        point[0] = isdigit((unsigned char)point[1]) ? point[1] : '0';
        if (point[1] == '\0')
            point[2] = '\0';
        point[1] = '.';
    }
}

static bool is_fraction(const char *digits)
{
    return strtod(digits, NULL) <= 1; /* 0.7, but also 1: the whole */
}

static void put_ratio(maker *m, const char *text)
{
    number n = read_number(text);
    if (!n.good) {
        put(m, text);
        return;
    }
    if (!n.is_percent && is_fraction(n.digits))
        times_hundred(n.digits);
    strip(n.digits);
    put(m, n.digits);
    put(m, "%");
}

static void put_amount(maker *m, const char *text, const char *heading)
{
    number n = read_number(text);
    if (!n.good) {
        put(m, text);
        return;
    }
    strip(n.digits);
    put(m, n.digits);
    put(m, n.is_wan || (strstr(heading, "万元") != NULL && strcmp(n.digits, "0") != 0) ? "万元" : "元");
}

/* ---- what kind of table it is ------------------------------------------------------------------------------------- */

static bool is_ratio(const maker *m, int column)
{
    static const char *const k_ratio[] = { "比例", "比率", "%", "％", "ratio", "rate", "share", NULL };
    static const char *const k_percent[] = { "%", "％", NULL };
    return m->is_tiers || holds(cell(m, 0, column), k_ratio) || holds(cell(m, 1, column), k_percent);
}

static bool is_number_column(const tool_table *table, int column)
{
    for (int row = 1; row < table->rows; row++)
        if (!read_number(tool_table_cell(table, row, column)).good)
            return false;
    return true;
}

static bool is_lower_end(const char *heading)
{
    static const char *const k_lower[] = { "起", "从", "下限", "以上", "from", "lower", "above", NULL };
    static const char *const k_other[] = { "起付", "封顶", NULL };
    return holds(heading, k_lower) && !holds(heading, k_other);
}

static void classify(maker *m)
{
    const tool_table *table = m->table;
    m->is_tiers = table->columns >= 3 && is_lower_end(tool_table_cell(table, 0, 0)) && is_number_column(table, 0);
    m->keys = m->is_tiers ? 2 : 0;
    while (!m->is_tiers && m->keys < table->columns && !is_number_column(table, m->keys))
        m->keys++;
}

/* ---- categories ------------------------------------------------------------------------------------------------------ */

/* Is it the first row with this label? */
static bool is_new(const maker *m, int row, int column)
{
    for (int before = 1; before < row; before++)
        if (strcmp(cell(m, before, column), cell(m, row, column)) == 0)
            return false;
    return true;
}

static void put_category(maker *m, int column)
{
    bool has_rest = false, has_other = false;
    say(m, k_words.category);
    put(m, " ");
    put_name(m, cell(m, 0, column));
    put(m, " { ");
    const char *between = "";
    for (int row = 1; row < m->table->rows; row++) {
        const char *label = cell(m, row, column);
        has_rest |= is_rest(label);
        has_other |= strcmp(label, tool_say(m->t, k_words.other)) == 0;
        if (is_rest(label) || !is_new(m, row, column))
            continue;
        put(m, between);
        put_label(m, label);
        between = ", ";
    }
    if (has_rest && !has_other) { /* somebody whom the last row is for */
        put(m, between);
        say(m, k_words.other);
    }
    put(m, " }\n");
}

/* Several columns of values: their names are the labels of one more category. */
static void put_heading_category(maker *m)
{
    say(m, k_words.category);
    put(m, " ");
    say(m, k_words.second);
    put(m, " { ");
    for (int column = m->keys; column < m->table->columns; column++) {
        put(m, column > m->keys ? ", " : "");
        put_label(m, cell(m, 0, column));
    }
    put(m, " }\n");
}

static bool is_wide(const maker *m)
{
    return m->table->columns > m->keys + 1;
}

static void put_input(maker *m, const char *name)
{
    put(m, "  ");
    put_name(m, name);
    put(m, " : ");
    put_name(m, name);
    put(m, "\n");
}

static void put_key(maker *m, const char *label)
{
    if (is_rest(label))
        say(m, k_words.rest);
    else
        put_label(m, label);
}

/* ---- values ---------------------------------------------------------------------------------------------------------- */

static void put_value(maker *m, int row, int column)
{
    if (is_ratio(m, column))
        put_ratio(m, cell(m, row, column));
    else
        put_amount(m, cell(m, row, column), cell(m, 0, column));
}

static void put_table(maker *m)
{
    say(m, k_words.by);
    for (int key = 0; key < m->keys; key++) {
        put(m, key > 0 ? ", " : "");
        put_name(m, cell(m, 0, key));
    }
    if (is_wide(m)) {
        put(m, m->keys > 0 ? ", " : "");
        say(m, k_words.second);
    }
    put(m, " {");
    for (int row = 1; row < m->table->rows; row++)
        for (int column = m->keys; column < m->table->columns; column++) {
            put(m, row > 1 || column > m->keys ? ";\n  " : "\n  ");
            for (int key = 0; key < m->keys; key++) {
                put(m, key > 0 ? ", " : "");
                put_key(m, cell(m, row, key));
            }
            if (is_wide(m)) {
                put(m, m->keys > 0 ? ", " : "");
                put_label(m, cell(m, 0, column));
            }
            put(m, " : ");
            put_value(m, row, column);
        }
    put(m, " }\n");
}

static void put_schedule(maker *m, int column)
{
    put(m, "{ ");
    for (int row = 1; row < m->table->rows; row++) {
        const char *high = cell(m, row, 1);
        put(m, row > 1 ? ";\n" : "");
        put(m, "[");
        put_amount(m, cell(m, row, 0), cell(m, 0, 0));
        put(m, ", ");
        if (read_number(high).good)
            put_amount(m, high, cell(m, 0, 1));
        else
            say(m, k_words.unlimited);
        put(m, ") : ");
        put_value(m, row, column);
    }
    put(m, " }");
}

static void put_schedules(maker *m)
{
    say(m, k_words.tiers);
    if (!is_wide(m)) {
        put_schedule(m, 2);
        put(m, "\n");
        return;
    }
    say(m, k_words.by);
    say(m, k_words.second);
    put(m, " {\n");
    for (int column = 2; column < m->table->columns; column++) {
        put(m, column > 2 ? ";\n" : "");
        put_label(m, cell(m, 0, column));
        put(m, " : ");
        put_schedule(m, column);
    }
    put(m, " }\n");
}

/* ---- the script -------------------------------------------------------------------------------------------------------- */

static void put_remark(maker *m, const char *name)
{
    const char *text = tool_say(m->t, k_words.remark), *hole = strstr(text, "{0}");
    const pol_writer to = tool_bytes_writer(m->out);
    m->failed |= !to.write(to.user, text, (size_t)(hole - text));
    put(m, name);
    put(m, hole + 3);
    if (m->is_tiers)
        say(m, k_words.brackets);
}

static void put_benefit(maker *m)
{
    if (m->is_tiers) {
        say(m, k_words.benefit);
        say(m, k_words.base);
        put_schedules(m);
    } else if (is_ratio(m, m->keys)) {
        say(m, k_words.benefit);
        say(m, k_words.base);
        say(m, k_words.ratio);
        put_table(m);
    } else {
        const char *name = is_wide(m) ? tool_say(m->t, (tool_text){ "standard", "标准" }) : cell(m, 0, m->keys);
        say(m, k_words.define);
        put_name(m, name);
        put(m, " = ");
        put_table(m);
        say(m, k_words.benefit);
        say(m, k_words.amount);
        put_name(m, name);
        put(m, "\n");
    }
}

bool tool_script_of_table(const tool *t, const tool_table *table, const char *name, tool_bytes *script)
{
    maker m = { .t = t, .table = table, .out = script };
    classify(&m);
    if (m.keys == table->columns || (m.keys == 0 && !is_wide(&m))) {
        tool_error(t, TOOL_M_NO_TABLE, name);
        return false;
    }
    const int categories = m.is_tiers ? 0 : m.keys;
    put_remark(&m, name);
    say(&m, k_words.policy);
    for (int key = 0; key < categories; key++)
        put_category(&m, key);
    if (is_wide(&m))
        put_heading_category(&m);
    say(&m, k_words.matter);
    say(&m, k_words.date);
    for (int key = 0; key < categories; key++)
        put_input(&m, cell(&m, 0, key));
    if (is_wide(&m))
        put_input(&m, tool_say(t, k_words.second));
    put(&m, "  ");
    say(&m, k_words.cost);
    put(&m, t->lang == POL_ZH ? " : 金额\n" : " : amount\n");
    say(&m, k_words.settle);
    put_benefit(&m);
    if (m.failed)
        tool_error(t, TOOL_M_NO_MEMORY);
    return !m.failed;
}
