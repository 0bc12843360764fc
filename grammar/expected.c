/* What could stand at a syntax error, in classes that somebody who writes policies knows: steps, statements,
 * operators, names, amounts; at most five. */
#include <stdio.h>

#include "grammar/lex_word.h"
#include "grammar/syntax.h"

bool pol_syntax_expects(const pol_build *build, int token)
{
    for (unsigned i = 0; i < build->expected_count; i++)
        if (build->expected[i] == token)
            return true;
    return false;
}

/* A name could stand here, and a literal and a bracket too. */
bool pol_syntax_expects_expression(const pol_build *build)
{
    return pol_syntax_expects(build, TOK_NAME) && pol_syntax_expects(build, TOK_LPAREN) &&
           pol_syntax_expects(build, TOK_MONEY);
}

#define ALTERNATIVES 5

typedef struct alternatives {
    const pol_build *build;
    pol_text zh, en;
    unsigned count;
    bool more;
} alternatives;

static void offer(alternatives *list, const char *zh, const char *en)
{
    if (list->count == ALTERNATIVES) {
        list->more = true;
        return;
    }
    pol_text_format(&list->zh, "%s%s", list->count > 0 ? "、" : "", zh);
    pol_text_format(&list->en, "%s%s", list->count > 0 ? ", " : "", en);
    list->count++;
}

static void offer_word(alternatives *list, int token)
{
    char zh[40], en[40];
    const pol_str in_zh = pol_token_spelling(token, POL_ZH),
                  in_en = pol_token_spelling(token, POL_EN);
    snprintf(zh, sizeof zh, "“%.*s”", (int)in_zh.length, in_zh.bytes);
    snprintf(en, sizeof en, "“%.*s”", (int)in_en.length, in_en.bytes);
    offer(list, zh, en);
}

static unsigned count_role(const pol_build *build, pol_token_role role)
{
    unsigned count = 0;
    for (unsigned i = 0; i < build->expected_count; i++)
        count += pol_token_role_of(build->expected[i]) == role;
    return count;
}

/* Names and literals: one class where an expression can begin, else one by one. */
static void offer_values(alternatives *list)
{
    static const struct {
        int token;
        const char *zh, *en;
    } k_literals[] = {
        { TOK_STRING, "带引号的文字（\"…\"）", "a text (\"…\")" },
        { TOK_MONEY, "金额（如 1000元）", "an amount (1000 yuan)" },
        { TOK_PERCENT, "比例（如 70%）", "a ratio (70%)" },
        { TOK_NUMBER, "数", "a number" },
        { TOK_DATE, "日期（如 2018-10-21）", "a date (2018-10-21)" },
        { TOK_MONTHDAY, "月和日（如 12月20日）", "month and day (Dec-20)" },
        { TOK_MONTHS, "月数（如 12个月）", "months (12 months)" },
    };
    const pol_build *build = list->build;
    if (pol_syntax_expects(build, TOK_ANY_OF)) {
        offer(list, "类型（金额、比例、整数、是否、日期、文字 …）",
              "a type (amount, ratio, integer, yes_no, date, text …)");
        return;
    }
    if (pol_syntax_expects_expression(build)) {
        offer(list, "名称、金额或数", "a name, an amount or a number");
        return;
    }
    if (pol_syntax_expects(build, TOK_MONEY)) {
        offer(list, "表中的一栏（标签、数、[a, b)、其余 …）",
              "a key (label, number, [a, b), rest …)");
        return;
    }
    if (pol_syntax_expects(build, TOK_NAME))
        offer(list, "名称", "a name");
    for (size_t i = 0; i < sizeof k_literals / sizeof k_literals[0]; i++)
        if (pol_syntax_expects(build, k_literals[i].token))
            offer(list, k_literals[i].zh, k_literals[i].en);
}

#define A_CLASS 3 /* so many of a role are named together */

/* True for a token that a class names, or that would only be noise. */
static bool is_covered(const pol_build *build, int token, bool many_steps)
{
    const bool values =
        pol_syntax_expects(build, TOK_MONEY) || pol_syntax_expects(build, TOK_ANY_OF);
    const pol_token_role role = pol_token_role_of(token);
    switch (role) {
    case POL_ROLE_LITERAL:
    case POL_ROLE_LOGIC: return true;
    case POL_ROLE_HEADER:
        return pol_syntax_expects(build, TOK_EFFECTIVE) || pol_syntax_expects(build, TOK_EXTENDS) ||
               pol_syntax_expects(build, TOK_NAME);
    case POL_ROLE_STATEMENT:
    case POL_ROLE_COMPARE:
    case POL_ROLE_OPERATOR: return count_role(build, role) >= A_CLASS;
    case POL_ROLE_STEP:
        return many_steps || pol_syntax_expects(build, TOK_ANY_OF) ||
               pol_syntax_expects(build, TOK_NAME);
    case POL_ROLE_VALUE:
    case POL_ROLE_OPEN: return values || (token == TOK_LPAREN && build->expected_count > 1);
    case POL_ROLE_TYPE:
        return token != TOK_ANY_OF && (values || pol_syntax_expects(build, TOK_NAME));
    case POL_ROLE_WORD:
        return values &&
               (token == TOK_WHEN || token == TOK_REST || token == TOK_ANY || token == TOK_FROM);
    case POL_ROLE_MARK:
        return (token == TOK_LBRACKET && values) || (token == TOK_DOT && build->expected_count > 1);
    case POL_ROLE_ATTRIBUTE: return false;
    }
    return false;
}

static void offer_expected(alternatives *list)
{
    const pol_build *build = list->build;
    const bool many_steps =
        count_role(build, POL_ROLE_STEP) > 3 && !pol_syntax_expects(build, TOK_ANY_OF);
    offer_values(list);
    for (unsigned i = 0; i < build->expected_count; i++) {
        const int token = build->expected[i];
        if (token != 0 && token != TOK_ANY_OF && token != TOK_BASIS &&
            !is_covered(build, token, many_steps))
            offer_word(list, token);
    }
    if (count_role(build, POL_ROLE_OPERATOR) >= A_CLASS)
        offer(list, "运算符（+ - × ÷）", "an operator (+ - * /)");
    if (count_role(build, POL_ROLE_COMPARE) >= A_CLASS)
        offer(list, "比较（≥、≤、=、属于 …）", "a comparison (>=, <=, =, in …)");
    if (count_role(build, POL_ROLE_LOGIC) > 0)
        offer(list, "“且”“或”", "“and”, “or”");
    if (many_steps)
        offer(list, "下一步骤（基数、起付、比例 …）", "the next step (base, deductible, ratio …)");
    if (pol_syntax_expects(build, TOK_EFFECTIVE) || pol_syntax_expects(build, TOK_EXTENDS))
        offer(list, "抬头的其他项目（文号、施行 …）",
              "another item of the header (doc_no, effective …)");
    if (count_role(build, POL_ROLE_STATEMENT) >= A_CLASS)
        offer(list, "新语句", "a new statement");
    if (pol_syntax_expects(build, TOK_BASIS))
        offer_word(list, TOK_BASIS);
    if (list->count == 0)
        offer(list, "文件结束", "nothing more");
}

void pol_syntax_add_expected(const pol_build *build, pol_diag *diag)
{
    alternatives list = { .build = build };
    pol_text_init(&list.zh, build->scratch);
    pol_text_init(&list.en, build->scratch);
    offer_expected(&list);
    if (list.more) {
        pol_text_add(&list.zh, POL_STR(" 等"));
        pol_text_add(&list.en, POL_STR(" …"));
    }
    pol_diag_texts(build->diags, diag, "expected", pol_text_str(&list.en), pol_text_str(&list.zh));
}
