/* Random scripts that the grammar accepts, whatever they mean, written in the worst of layouts. The same seed gives
 * the same script. */
#ifndef POL_TESTS_RANDOM_SCRIPT_H
#define POL_TESTS_RANDOM_SCRIPT_H

#include <string.h>

#include "grammar/lex_word.h"
#include "interp/base/str.h"

/* ---- random numbers: splitmix64 --------------------------------------------------------------------- */

static inline uint32_t rs_below(uint64_t *seed, uint32_t count)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) % count);
}

/* ---- the grammar -------------------------------------------------------------------------------------- */

/* <x> is a rule; other pieces are tokens, keywords in Chinese; 'x is a name or literal as it is written. The first
 * alternative of a rule ends. */
typedef struct rs_rule {
    const char *name;
    const char *alternatives[20];
} rs_rule;

static const rs_rule k_rs_rules[] = {
    { "file", { "<header>", "<header> <statements>" } },
    { "header", { "政策 <string> <string> <header-items>" } },
    { "header-items",
      { "", "文号 <string> 地区 <string> 印发 '2024-01-31 <effective>",
        "<effective> 系列 <string> 取整 '四舍五入 '1元 <basis>",
        "沿用 '\"../a.pol\" 地区 <string> <effective> <basis>" } },
    { "effective",
      { "施行 自 '2024-01-01 起", "施行 自 '2024年1月1日 至 '2024-12-31 期外照算" } },
    { "statements", { "<statement>", "<statement> <statements>", "<statement> <statements>" } },
    { "statement",
      { "条款 <string> <string>", "条款 <string> <string> 不计算 <string>",
        "类别 <name> { <labels> } <basis?>", "<replace?> 类别 <name> 增加 { <labels> , } <basis?>",
        "集合 <name> : '甲类 { <labels> } <basis?>", "集合 <name> : 文字 { <labels> }",
        "参数 <name> <type?> <value?> <open?> <bounds?> <basis?>", "业务 <name> 按 <name>",
        "输入 <inputs>", "要求 <cond> <string> <basis?>",
        "<replace?> 定义 <name> <type?> = <expr> <basis?>",
        "累计 <name> : 金额 每人 , <name> <period> <change?> <basis?>", "累计 <name> <change> <basis?>",
        "结算 '总费用 = <expr> <basis?>", "先付 <name> <value?> <deemed?> <basis?>",
        "<replace?> 待遇 <name> <basis?> <steps>", "<order> <basis?>",
        "垫付 <label> 代 <names> <when?> <basis?>", "<status>", "<example>" } },
    { "replace?", { "", "", "替换" } },
    { "string", { "'\"一\"", "'“三（一）·基数”", "'\"a，b；（c）“d”\"", "'\"\"" } },
    { "basis", { "依据 <strings>" } },
    { "basis?", { "", "", "<basis>" } },
    { "strings", { "<string>", "<string> , <strings>" } },
    { "name", { "'甲", "'费用", "'日期", "'文号", "'「比例」", "'`a b`", "'in_scope_cost", "'集合甲" } },
    { "names", { "<name>", "<name> , <names>" } },
    { "label", { "<name>", "<string>", "'特困人员" } },
    { "labels", { "<label>", "<label> , <labels>", "<label> , <labels>", "<label> , <labels>" } },
    { "type", { "金额", "比例", "整数", "日期", "分段", "'人员类别", "{ <labels> }", "多选 '人员类别" } },
    { "type?", { "", ": <type>" } },
    { "value?", { "", "= <expr>" } },
    { "open?", { "", "由统筹区定", "由统筹区定 可空", "由统筹区定 必填 当 <cond>" } },
    { "bounds?", { "", "", "{ <bounds> }" } },
    { "bounds", { "<bound>", "<bound> ; <bounds>" } },
    { "bound", { "<compare> <sum> <basis?>", "<compare> <sum> 当 <cond> <basis?>" } },
    { "compare", { "不低于", "≥", "≤", "=", "≠", "<", "高于", "达到" } },
    { "inputs", { "<input>", "<input> <inputs>", "<input> <inputs>" } },
    { "input",
      { "<name> : <type>", "<name> : <type> = <sum>", "<name> : <type> 可空 必填 当 <cond> <basis?>" } },
    { "period", { "每年", "每年 自 '9月1日 起", "滚动 '12个月", "不清零" } },
    { "change", { "增加 <exprs>", "改为 <expr>" } },
    { "change?", { "", "<change>" } },
    { "exprs", { "<sum>", "<sum> , <exprs>" } },
    { "deemed?", { "", "视同", "视同 当 <cond>" } },
    { "when?", { "", "当 <cond>" } },
    { "steps", { "<step>", "<step> <steps>", "<step> <steps>" } },
    { "step",
      { "由医院承担", "条件 <cond> <basis?>", "条件 其余", "基数 <expr> 累计于 <name>",
        "起付 每次 <expr> <basis?>", "分段 <tiers> 从零起 <basis?>", "比例 <expr>", "金额 <expr> <basis?>",
        "取整 '四舍五入 '0.1元", "封顶 <expr> 累计于 <name> <basis?>" } },
    { "tiers", { "<name>", "{ <tier-rows> }", "{ <tier-rows> ; } + '5个百分点" } },
    { "tier-rows",
      { "[ '0元 , 不限 ) : <sum>", "[ '0元 , '5万元 ) : '70% <basis?> ; [ '5万元 , 不限 ) : '7% <basis?>" } },
    { "order",
      { "顺序 <names>", "顺序 空", "顺序 当 <cond> 则 <names> <basis?> 否则 空",
        "顺序 当 <cond> 则 空 当 <cond> 则 <names> <basis?> 否则 <names>" } },
    { "status", { "状态 <label> 当 <cond> <basis?>", "状态 <label> <reasons>" } },
    { "reasons", { "<reason>", "<reason> <reasons>" } },
    { "reason", { "当 <cond> 则 <label> <basis?>" } },
    { "example",
      { "案例 <string> <basis?> 给定 <items> 期望 <items>",
        "案例 <string> 给定 <items> 期望 错误 '缺少字段 <label>" } },
    { "items", { "<item>", "<item> , <items>", "<item> , <items>", "<item> <items>" } },
    { "item",
      { "<name> = <sum>", "<name> . '实付 = <sum>", "<name> = { <labels> }", "<name> . 基数 = <literal>" } },
    { "expr",
      { "<cond>", "当 <cond> 则 <cond> 否则 <cond>", "当 <cond> 则 <cond> 当 <cond> 则 <cond> 否则 <cond>",
        "<cond>" } },
    { "cond", { "<neg>", "<neg> 且 <cond>", "<neg> 或者 <cond>", "<neg> 并且 <neg>" } },
    { "neg", { "<test>", "非 <test>" } },
    { "test",
      { "<sum>", "<sum> <compare> <sum>", "<sum> 超过 <sum> 的部分", "<sum> 属于 <group>",
        "<sum> 不属于 <group>" } },
    { "group", { "<name>", "{ <labels> }", "<interval>" } },
    { "sum", { "<atom>", "<atom> + <sum>", "<atom> - <atom>", "<atom> × <atom>", "<atom> ÷ <atom>" } },
    { "literal",
      { "'１０００元", "'2万元", "'5000 yuan", "'70％", "'5个百分点", "'90天", "'2024-02-29", "'12月20日", "是", "空",
        "不限", "<string>", "'3" } },
    { "atom",
      { "<literal>", "<name>", "<name> . 起付", "'较大 ( <exprs> )", "( <expr> )", "( ( <expr> ) )",
        "按 <subject> { <one-rows> }", "按 <subject> , <subject> { <two-rows> }", "{ <dated> }" } },
    { "subject", { "<name>", "( <expr> )", "'年龄 ( <name> )", "<name> . 基数" } },
    { "one-rows",
      { "其余 : <expr>", "<key> , <key> : <expr> <basis?> ; <one-rows>", "<key> : <expr> ; <one-rows>" } },
    { "two-rows", { "<key> , 不论 : <expr> ;", "<key> , <key> : <expr> <basis?> ; <two-rows>" } },
    { "key", { "<name>", "<literal>", "{ <labels> }", "<interval>", "自 '2024-01-01 起" } },
    { "interval", { "[ '0元 , '1万元 )", "( '0 , '14 ]", "[ <sum> , <sum> )" } },
    { "dated", { "自 '2024-01-01 起 : <sum> ; 自 '2025-01-01 起 : 废止" } },
};

/* ---- from rules to text ---------------------------------------------------------------------------------- */

typedef struct rs_writer {
    uint64_t seed;
    pol_text *out;
    unsigned depth;
    unsigned comments; /* written so far; each is another text */
    uint32_t mess;     /* 0: a blank between tokens; otherwise how seldom something else stands there */
} rs_writer;

static inline const rs_rule *rs_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof k_rs_rules / sizeof k_rs_rules[0]; i++)
        if (strlen(k_rs_rules[i].name) == length && memcmp(k_rs_rules[i].name, name, length) == 0)
            return &k_rs_rules[i];
    return NULL;
}

/* Something between two tokens. A number and a word that is a unit stay apart: never less than a blank. */
static inline void rs_between(rs_writer *w)
{
    static const char *const k_between[] = { "  ", "\n", "\n\n\n", "　", "\t", "\n    ", "\r\n", "\r" };
    const uint32_t kind = w->mess == 0 ? 99 : rs_below(&w->seed, 9 * w->mess);
    if (kind < 8) {
        pol_text_add(w->out, pol_str_of(k_between[kind]));
    } else if (kind == 8) {
        static const char *const k_marks[] = { " # ", "\n#", "\n  ＃ ", "\n\n# " };
        pol_text_add(w->out, pol_str_of(k_marks[rs_below(&w->seed, 4)]));
        pol_text_format(w->out, "注%u，“ \n", w->comments++);
    } else {
        pol_text_char(w->out, ' ');
    }
}

/* One of a token's spellings. */
static inline void rs_token(rs_writer *w, pol_str text)
{
    if (text.bytes[0] == '\'') {
        pol_text_add(w->out, (pol_str){ text.bytes + 1, text.length - 1 });
        return;
    }
    size_t length;
    const pol_keyword *keyword = pol_keyword_find(text);
    const pol_punct *punct = keyword == NULL ? pol_punct_find(text, &length) : NULL;
    const char *const *spellings = keyword == NULL           ? punct->spellings
                                   : rs_below(&w->seed, 3) > 0 ? keyword->zh
                                                               : keyword->en;
    uint32_t count = 0;
    while (spellings[count] != NULL)
        count++;
    const char *chosen = spellings[rs_below(&w->seed, count)];
    pol_text_add(w->out, pol_str_of(chosen));
}

static inline void rs_rule_out(rs_writer *w, const rs_rule *rule)
{
    uint32_t count = 0;
    while (count < 20 && rule->alternatives[count] != NULL)
        count++;
    const char *text = rule->alternatives[w->depth > 14 ? 0 : rs_below(&w->seed, count)];
    w->depth++;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (text[0] == '\'') /* quoted names and literals may hold a blank */
            for (const char *end = text; *end != '\0'; end++)
                if ((*end == '`' || *end == '"') && end > text + 1)
                    length = (size_t)(end - text) + 1;
        if (strncmp(text, "'5000 yuan", 10) == 0)
            length = 10;
        if (text[0] == '<' && length > 1 && text[length - 1] == '>') {
            rs_rule_out(w, rs_find(text + 1, length - 2));
        } else {
            rs_token(w, (pol_str){ text, length });
            rs_between(w);
        }
        text += length;
        text += *text == ' ';
    }
    w->depth--;
}

/* A script; `mess` 0: one blank between all tokens. */
static inline void rs_script(pol_text *out, uint64_t seed, uint32_t mess)
{
    rs_writer w = { .seed = seed, .out = out, .mess = mess };
    rs_rule_out(&w, &k_rs_rules[0]);
}

#endif
