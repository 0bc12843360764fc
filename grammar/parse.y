/* The grammar of pol: section 5 of the language reference, production by production.
 *
 * Tokens come from lexer.c by way of parse.c; each action calls one constructor of build.c. There are
 * no error productions: on a syntax error the parser stops, and parse.c says why, takes out what does
 * not fit and starts again (START_FILE, START_BODY). The stack is of fixed size and nothing is
 * allocated here. */

%require "3.8"

%code requires {
#include "grammar/ast.h"

/* What an accumulator adds or becomes. */
typedef struct pol_change_terms {
    int change;
    pol_list terms;
} pol_change_terms;

struct pol_build;

/* 64 levels of brackets need less than a thousand entries. */
#define YYINITDEPTH 2000
#define YYMAXDEPTH 2000
}

%code provides {
/* The next token, its value and its place. */
int pol_yylex(POL_YYSTYPE *value, pol_span *span, struct pol_build *build);
/* The number of the token with this symbol kind, as in the enumeration above. */
int pol_yytoken_of_symbol(int symbol);
#define POL_YYSYMBOLS 200 /* more than there are */
}

%code {
#include "grammar/build.h"

static void yyerror(const pol_span *span, struct pol_build *build, const char *message);

/* A node of the kind; fields by name. */
#define MAKE(KIND, name, span_, ...)                                                               \
    pol_build_node(build,                                                                          \
                   &(pol_ast_##name){ .node = { .kind = POL_N_##KIND, .span = (span_) },           \
                                      __VA_ARGS__ }.node,                                          \
                   sizeof(pol_ast_##name))
#define LEAF(KIND, name, span_) MAKE(KIND, name, span_, .node.replace = 0)
#define NO_LIST ((pol_list){ NULL, 0, 0 })

/* From the start of the first symbol to the end of the last; nothing stands at the end of what came
 * before. */
#define YYLLOC_DEFAULT(current, rhs, n)                                                            \
    ((current) = (n) ? whole(&YYRHSLOC(rhs, 1), &YYRHSLOC(rhs, n)) : end_of(&YYRHSLOC(rhs, 0)))

/* Values, not fields set one by one: a span is copied at once directly afterwards, and processors wait for
 * what was stored in other pieces. */
static pol_span whole(const pol_span *first, const pol_span *last)
{
    return (pol_span){ first->file, first->start, last->end };
}

static pol_span end_of(const pol_span *span)
{
    return (pol_span){ span->file, span->end, span->end };
}
}

%define api.prefix {pol_yy}
%define api.pure full
%define api.token.prefix {TOK_}
%define api.location.type {pol_span}
%define api.header.include {"grammar/parse.tab.h"}
%define parse.error custom
%define parse.lac full
%define parse.lac.es-capacity-initial "2000"
%define lr.type ielr
%locations
%expect 0

%param { struct pol_build *build }

%union {
    pol_node *node;
    pol_list list;
    pol_change_terms change;
    int number;
}

/* ---- tokens: the rows of keywords.def and punct.def, in their order ------------------------------ */

%token START_FILE START_BODY

%token POLICY DOC_NO REGION ISSUED SERIES EFFECTIVE SETTLE_OUTSIDE EXTENDS BASIS
%token CLAUSE NO_RULE CATEGORY SET PARAM OPEN MATTER INPUT OPTIONAL REQUIRED ANY_OF BEST RANKED
%token REQUIRE DEFINE ACCUM PER_PERSON PER_HOUSEHOLD YEARLY QUARTERLY MONTHLY ROLLING LIFELONG
%token ADD BECOME SETTLE PRIOR BENEFIT ORDER ADVANCE FOR STATUS OUTPUT EXAMPLE GIVEN EXPECT ERROR
%token REPLACE
%token BY_HOSPITAL DEEMED CONDITION BASE DEDUCTIBLE EACH_CLAIM EACH_PERIOD TIERS RATIO AMOUNT
%token FROM_ZERO FROM_DEDUCTIBLE ROUND CAP RUNNING_ON
%token INTEGER_T YESNO_T DATE_T TEXT_T
%token FROM TO ON REPEALED WHEN THEN OTHERWISE BY REST ANY OR AND NOT IN NOT_IN PORTION
%token EQ NE GE LE GT LT YES NO NONE UNLIMITED
%token COMMA SEMI COLON DOT LPAREN RPAREN LBRACKET RBRACKET LBRACE RBRACE PLUS MINUS TIMES DIVIDE

%token <node> NAME STRING MONEY PERCENT NUMBER DATE MONTHDAY MONTHS

/* A whole item of an example, 甲 = 500元, made by pol_yylex of its tokens where the parser can only want an item: most
 * of a policy's text are such items, which need not climb from a literal to an expression. */
%token <node> PLAIN_ITEM

%type <node> header rounding period statement declaration name header_word soft_word label tname facet
%type <node> clause category set parameter matter inputs input require define accumulator acc_period
%type <node> settle prior benefit step order order_case advance status reason output example item
%type <node> type type_opt value_opt bound expr when_case cond conj neg test comparison group sum product
%type <node> literal atom call subject row key_item interval
%type <list> basis basis_opt strings labels names sequence exprs acc_keys bounds order_cases reasons items
%type <list> when_cases keys rows subjects
%type <change> change change_opt
%type <number> add_opt acc_type person_or_household compare compare_but_above in sum_sign product_sign

%printer { fprintf(yyo, "%s", $$ == NULL ? "-" : pol_node_kind_name($$->kind)); } <node>
%printer { fprintf(yyo, "%u", (unsigned)$$.count); } <list>
%printer { fprintf(yyo, "%d", $$.change); } <change>
%printer { fprintf(yyo, "%d", $$); } <number>

%start start

%%

start
    : START_FILE file_header statements
    | START_BODY statements
    ;

/* ---- header: 政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起 --------------------------------- */

file_header
    : header                            { pol_build_header(build, $header); }
    ;

header
    : POLICY STRING[id] STRING[title]   { $$ = MAKE(HEADER, header, @$, .id = $id, .title = $title); }
    | header[h] DOC_NO STRING[value]    { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->doc_no, $value, @2, @$); }
    | header[h] REGION STRING[value]    { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->region, $value, @2, @$); }
    | header[h] ISSUED DATE[value]      { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->issued, $value, @2, @$); }
    | header[h] SERIES STRING[value]    { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->series, $value, @2, @$); }
    | header[h] EXTENDS STRING[value]   { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->extends, $value, @2, @$); }
    | header[h] EFFECTIVE period        { $$ = pol_build_effective(build, $h, $period, 0, @2, @$); }
    | header[h] EFFECTIVE period SETTLE_OUTSIDE
                                        { $$ = pol_build_effective(build, $h, $period, 1, @2, @$); }
    | header[h] rounding[value]         { $$ = pol_build_once(build, $h, &POL_AS(header, $h)->rounding, $value, @value, @$); }
    | header[h] basis                   { $$ = pol_build_append(build, $h, &POL_AS(header, $h)->basis, $basis, @$); }
    ;

period
    : FROM DATE[from] ON                { $$ = MAKE(PERIOD, period, @$, .from = $from); }
    | FROM DATE[from] TO DATE[to]       { $$ = MAKE(PERIOD, period, @$, .from = $from, .to = $to); }
    ;

rounding
    : ROUND name[mode] MONEY[unit]      { $$ = MAKE(ROUNDING, rounding, @$, .mode = $mode, .unit = $unit); }
    ;

/* 依据 "三（一）"、"七" */
basis
    : BASIS strings                     { $$ = $strings; }
    ;

basis_opt
    : %empty                            { $$ = NO_LIST; }
    | basis
    ;

strings
    : STRING                            { $$ = pol_build_list(build, NO_LIST, $STRING); }
    | strings[list] COMMA STRING        { $$ = pol_build_list(build, $list, $STRING); }
    ;

/* ---- statements ---------------------------------------------------------------------------------- */

statements
    : %empty
    | statements statement              { pol_build_statement(build, $statement); }
    ;

statement
    : declaration
    | REPLACE declaration               { $$ = pol_build_replace(build, $declaration, @$); }
    ;

declaration
    : clause | category | set | parameter | matter | inputs | require | define | accumulator | settle
    | prior | benefit | order | advance | status | output | example
    ;

/* 条款 "五" "资金管理"  不计算 "部门职责，不影响待遇" */
clause
    : CLAUSE STRING[number] STRING[title]
        { $$ = MAKE(CLAUSE, clause, @$, .number = $number, .title = $title); }
    | CLAUSE STRING[number] STRING[title] NO_RULE STRING[reason]
        { $$ = MAKE(CLAUSE, clause, @$, .number = $number, .title = $title, .no_rule = $reason); }
    ;

/* 类别 人员类别 { 特困人员, 孤儿 } */
category
    : CATEGORY name add_opt LBRACE labels comma_opt RBRACE basis_opt
        { $$ = MAKE(CATEGORY, category, @$, .name = $name, .add = $add_opt, .labels = $labels, .basis = $basis_opt); }
    ;

add_opt
    : %empty                            { $$ = 0; }
    | ADD                               { $$ = 1; }
    ;

/* 集合 甲组 : 人员类别 { 特困人员 }    集合 慢性病 增加 { 冠心病 } */
set
    : SET name COLON tname[of] LBRACE labels comma_opt RBRACE basis_opt
        { $$ = MAKE(SET, set, @$, .name = $name, .of = $of, .labels = $labels, .basis = $basis_opt); }
    | SET name COLON TEXT_T[of] LBRACE labels comma_opt RBRACE basis_opt
        { $$ = MAKE(SET, set, @$, .name = $name, .of = MAKE(TYPE, type, @of, .kind = POL_TYPE_TEXT), .labels = $labels, .basis = $basis_opt); }
    | SET name ADD LBRACE labels comma_opt RBRACE basis_opt
        { $$ = MAKE(SET, set, @$, .name = $name, .add = 1, .labels = $labels, .basis = $basis_opt); }
    ;

/* 参数 救助比例 : 比例 由统筹区定 { 不低于 80% 当 人员类别 属于 甲组 依据 "二.6" } */
parameter
    : PARAM name type_opt value_opt     { $$ = MAKE(PARAM, param, @$, .name = $name, .type = $type_opt, .value = $value_opt); }
    | parameter[p] OPEN                 { $$ = pol_build_flag(build, $p, &POL_AS(param, $p)->by_region, @2, @$); }
    | parameter[p] OPTIONAL             { $$ = pol_build_flag(build, $p, &POL_AS(param, $p)->optional, @2, @$); }
    | parameter[p] REQUIRED WHEN cond   { $$ = pol_build_once(build, $p, &POL_AS(param, $p)->required, $cond, @2, @$); }
    | parameter[p] LBRACE bounds semi_opt RBRACE
                                        { $$ = pol_build_append(build, $p, &POL_AS(param, $p)->bounds, $bounds, @$); }
    | parameter[p] basis                { $$ = pol_build_append(build, $p, &POL_AS(param, $p)->basis, $basis, @$); }
    ;

bounds
    : bound                             { $$ = pol_build_list(build, NO_LIST, $bound); }
    | bounds[list] SEMI bound           { $$ = pol_build_list(build, $list, $bound); }
    ;

bound
    : compare[op] sum basis_opt         { $$ = MAKE(BOUND, bound, @$, .op = $op, .value = $sum, .basis = $basis_opt); }
    | compare[op] sum WHEN cond basis_opt
                                        { $$ = MAKE(BOUND, bound, @$, .op = $op, .value = $sum, .when = $cond, .basis = $basis_opt); }
    ;

/* 业务 医疗费用结算 按 就医日期 */
matter
    : MATTER name                       { $$ = MAKE(MATTER, matter, @$, .name = $name); }
    | MATTER name BY name[by]           { $$ = MAKE(MATTER, matter, @$, .name = $2, .by = $by); }
    ;

/* 输入  就医日期 : 日期   审核合理自费 : 金额 可空 必填 当 专家审核结果 = 部分合理 */
inputs
    : INPUT input                       { $$ = MAKE(INPUTS, inputs, @$, .items = pol_build_list(build, NO_LIST, $input)); }
    | inputs[list] input                { $$ = pol_build_child(build, $list, &POL_AS(inputs, $list)->items, $input, @$); }
    ;

input
    : name COLON type                   { $$ = MAKE(INPUT, input, @$, .name = $name, .type = $type); }
    | name COLON type EQ sum            { $$ = MAKE(INPUT, input, @$, .name = $name, .type = $type, .value = $sum); }
    | input[i] OPTIONAL                 { $$ = pol_build_flag(build, $i, &POL_AS(input, $i)->optional, @2, @$); }
    | input[i] REQUIRED WHEN cond       { $$ = pol_build_once(build, $i, &POL_AS(input, $i)->required, $cond, @2, @$); }
    | input[i] BEST                     { $$ = pol_build_flag(build, $i, &POL_AS(input, $i)->best, @2, @$); }
    | input[i] RANKED                   { $$ = pol_build_flag(build, $i, &POL_AS(input, $i)->ranked, @2, @$); }
    | input[i] basis                    { $$ = pol_build_append(build, $i, &POL_AS(input, $i)->basis, $basis, @$); }
    ;

/* 要求 基本医保支付 ≤ 政策范围内费用 "医保支付不得大于政策范围内费用" */
require
    : REQUIRE cond STRING[text] basis_opt
        { $$ = MAKE(REQUIRE, require, @$, .cond = $cond, .message = $text, .basis = $basis_opt); }
    | REQUIRE cond basis_opt
        { $$ = MAKE(REQUIRE, require, @$, .cond = $cond, .message = pol_build_no_message(build, @1, $cond), .basis = $basis_opt); }
    ;

/* 定义 身份 : 人员类别 = 当 标注退出 则 其他 否则 人员类别 */
define
    : DEFINE name type_opt EQ expr basis_opt
        { $$ = MAKE(DEFINE, define, @$, .name = $name, .type = $type_opt, .value = $expr, .basis = $basis_opt); }
    ;

/* 累计 家庭本年自付 : 金额 每户 每年 自 9月1日 起 增加 个人负担 */
accumulator
    : ACCUM name COLON acc_type[kind] person_or_household[household] acc_keys acc_period change_opt[change] basis_opt
        { $$ = MAKE(ACCUM, accum, @$, .name = $name, .type = MAKE(TYPE, type, @kind, .kind = $kind), .household = $household,
                    .keys = $acc_keys, .period = $acc_period, .change = $change.change, .terms = $change.terms, .basis = $basis_opt); }
    | ACCUM name change basis_opt
        { $$ = MAKE(ACCUM, accum, @$, .name = $name, .change = $change.change, .terms = $change.terms, .basis = $basis_opt); }
    ;

acc_type
    : AMOUNT                            { $$ = POL_TYPE_AMOUNT; }
    | INTEGER_T                         { $$ = POL_TYPE_INTEGER; }
    ;

person_or_household
    : PER_PERSON                        { $$ = 0; }
    | PER_HOUSEHOLD                     { $$ = 1; }
    ;

acc_keys
    : %empty                            { $$ = NO_LIST; }
    | acc_keys[list] COMMA name         { $$ = pol_build_list(build, $list, $name); }
    ;

acc_period
    : YEARLY                            { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_YEARLY); }
    | YEARLY FROM MONTHDAY[start] ON    { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_YEARLY, .start = $start); }
    | QUARTERLY                         { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_QUARTERLY); }
    | MONTHLY                           { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_MONTHLY); }
    | ROLLING MONTHS[months]            { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_ROLLING, .months = $months); }
    | LIFELONG                          { $$ = MAKE(ACC_PERIOD, acc_period, @$, .kind = POL_LIFELONG); }
    ;

change
    : ADD exprs                         { $$ = (pol_change_terms){ POL_CHANGE_ADD, $exprs }; }
    | BECOME expr                       { $$ = (pol_change_terms){ POL_CHANGE_BECOME, pol_build_list(build, NO_LIST, $expr) }; }
    ;

change_opt
    : %empty                            { $$ = (pol_change_terms){ POL_CHANGE_NONE, NO_LIST }; }
    | change
    ;

exprs
    : expr                              { $$ = pol_build_list(build, NO_LIST, $expr); }
    | exprs[list] COMMA expr            { $$ = pol_build_list(build, $list, $expr); }
    ;

/* 结算 总费用 = 政策范围内费用 + 自费费用 */
settle
    : SETTLE name EQ expr basis_opt     { $$ = MAKE(SETTLE, settle, @$, .name = $name, .value = $expr, .basis = $basis_opt); }
    ;

/* 先付 城乡居民医保 = 医保报销 视同 当 非 已参保 */
prior
    : PRIOR name value_opt basis_opt
        { $$ = MAKE(PRIOR, prior, @$, .name = $name, .value = $value_opt, .basis = $basis_opt); }
    | PRIOR name value_opt DEEMED basis_opt
        { $$ = MAKE(PRIOR, prior, @$, .name = $name, .value = $value_opt, .deemed = 1, .basis = $basis_opt); }
    | PRIOR name value_opt DEEMED WHEN cond basis_opt
        { $$ = MAKE(PRIOR, prior, @$, .name = $name, .value = $value_opt, .deemed = 1, .deemed_when = $cond, .basis = $basis_opt); }
    ;

/* 待遇 医疗救助  条件 可救助  基数 余额  起付 2万元  比例 50%  封顶 10万元 累计于 医疗救助本年已付 */
benefit
    : BENEFIT name                      { $$ = MAKE(BENEFIT, benefit, @$, .name = $name); }
    | benefit[b] step                   { $$ = pol_build_child(build, $b, &POL_AS(benefit, $b)->steps, $step, @$); }
    | benefit[b] basis                  { $$ = pol_build_step_basis(build, $b, $basis, @$); }
    ;

step
    : BY_HOSPITAL                       { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_BY_HOSPITAL); }
    | DEEMED                            { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_DEEMED); }
    | DEEMED WHEN cond                  { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_DEEMED, .value = $cond); }
    | CONDITION cond                    { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_CONDITION, .value = $cond); }
    | CONDITION REST                    { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_CONDITION); }
    | BASE expr                         { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_BASE, .value = $expr); }
    | BASE expr RUNNING_ON name[on]     { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_BASE, .value = $expr, .running_on = $on); }
    | DEDUCTIBLE expr                   { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_DEDUCTIBLE, .value = $expr); }
    | DEDUCTIBLE EACH_CLAIM expr        { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_DEDUCTIBLE, .mode = POL_MODE_EACH_CLAIM, .value = $expr); }
    | DEDUCTIBLE EACH_PERIOD expr       { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_DEDUCTIBLE, .mode = POL_MODE_EACH_PERIOD, .value = $expr); }
    | TIERS expr                        { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_TIERS, .value = $expr); }
    | TIERS expr FROM_ZERO              { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_TIERS, .mode = POL_MODE_FROM_ZERO, .value = $expr); }
    | TIERS expr FROM_DEDUCTIBLE        { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_TIERS, .mode = POL_MODE_FROM_DEDUCTIBLE, .value = $expr); }
    | RATIO expr                        { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_RATIO, .value = $expr); }
    | AMOUNT expr                       { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_AMOUNT, .value = $expr); }
    | rounding                          { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_ROUND, .value = $rounding); }
    | CAP expr                          { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_CAP, .value = $expr); }
    | CAP expr RUNNING_ON name[on]      { $$ = MAKE(STEP, step, @$, .kind = POL_STEP_CAP, .value = $expr, .running_on = $on); }
    ;

/* 顺序 当 建档立卡 则 甲、乙、丙 否则 甲、丙 */
order
    : ORDER sequence basis_opt
        { $$ = MAKE(ORDER, order, @$, .basis = $basis_opt,
                    .cases = pol_build_list(build, NO_LIST, MAKE(ORDER_CASE, order_case, @sequence, .payers = $sequence))); }
    | ORDER order_cases[cases] OTHERWISE sequence basis_opt
        { $$ = MAKE(ORDER, order, @$, .basis = $basis_opt,
                    .cases = pol_build_list(build, $cases, MAKE(ORDER_CASE, order_case, @sequence, .payers = $sequence))); }
    ;

order_cases
    : order_case                        { $$ = pol_build_list(build, NO_LIST, $order_case); }
    | order_cases[list] order_case      { $$ = pol_build_list(build, $list, $order_case); }
    ;

order_case
    : WHEN cond THEN sequence basis_opt
        { $$ = MAKE(ORDER_CASE, order_case, @$, .cond = $cond, .payers = $sequence, .basis = $basis_opt); }
    ;

sequence
    : names
    | NONE                              { $$ = NO_LIST; }
    ;

names
    : name                              { $$ = pol_build_list(build, NO_LIST, $name); }
    | names[list] COMMA name            { $$ = pol_build_list(build, $list, $name); }
    ;

/* 垫付 就诊医疗机构 代 医疗救助基金、精准脱贫保 当 一站式 */
advance
    : ADVANCE label[by] FOR names basis_opt
        { $$ = MAKE(ADVANCE, advance, @$, .by = $by, .payers = $names, .basis = $basis_opt); }
    | ADVANCE label[by] FOR names WHEN cond basis_opt
        { $$ = MAKE(ADVANCE, advance, @$, .by = $by, .payers = $names, .cond = $cond, .basis = $basis_opt); }
    ;

/* 状态 达年度限额 当 医疗救助.达到封顶    状态 不予支付 当 非 救助对象 则 非救助对象 依据 "一" 当 … */
status
    : STATUS label WHEN cond basis_opt
        { $$ = MAKE(STATUS, status, @$, .name = $label, .cond = $cond, .basis = $basis_opt); }
    | STATUS label reasons
        { $$ = MAKE(STATUS, status, @$, .name = $label, .reasons = $reasons); }
    ;

reasons
    : reason                            { $$ = pol_build_list(build, NO_LIST, $reason); }
    | reasons[list] reason              { $$ = pol_build_list(build, $list, $reason); }
    ;

reason
    : WHEN cond THEN label basis_opt    { $$ = MAKE(REASON, reason, @$, .cond = $cond, .label = $label, .basis = $basis_opt); }
    ;

/* 附加 结算方式 = 当 一站式 则 "一站式" 否则 "事后申报" */
output
    : OUTPUT label[name] basis_opt      { $$ = MAKE(OUTPUT, output, @$, .name = $name, .basis = $basis_opt); }
    | OUTPUT label[name] EQ expr basis_opt
                                        { $$ = MAKE(OUTPUT, output, @$, .name = $name, .value = $expr, .basis = $basis_opt); }
    ;

/* 案例 "…" 给定 人员类别 = 低保对象，自费费用 = 500元 期望 医疗救助 = 2500元 */
example
    : EXAMPLE STRING[title] basis_opt GIVEN items[given] EXPECT items[expect]
        { $$ = MAKE(EXAMPLE, example, @$, .title = $title, .basis = $basis_opt, .given = $given, .expect = $expect); }
    | EXAMPLE STRING[title] basis_opt GIVEN items[given] EXPECT ERROR name[error] label[field]
        { $$ = MAKE(EXAMPLE, example, @$, .title = $title, .basis = $basis_opt, .given = $given, .error = $error, .field = $field); }
    ;

items
    : item                              { $$ = pol_build_item(build, NO_LIST, $item); }
    | items[list] item                  { $$ = pol_build_item(build, $list, $item); }
    | items[list] COMMA item            { $$ = pol_build_item(build, $list, $item); }
    ;

item
    : name EQ expr                      { $$ = MAKE(ITEM, item, @$, .name = $name, .value = $expr); }
    | name DOT facet EQ expr            { $$ = MAKE(ITEM, item, @$, .name = $name, .facet = $facet, .value = $expr); }
    | name EQ LBRACE keys comma_opt RBRACE
                                        { $$ = MAKE(ITEM, item, @$, .name = $name, .labels = pol_build_labels(build, $keys)); }
    | PLAIN_ITEM
    ;

/* ---- names, labels, types -------------------------------------------------------------------------- */

name
    : NAME
    | soft_word
    ;

/* Words that are keywords only where no name can stand (SOFT in keywords.def). */
soft_word
    : header_word
    | INTEGER_T                         { $$ = pol_build_word(build, @$); }
    | YESNO_T                           { $$ = pol_build_word(build, @$); }
    | DATE_T                            { $$ = pol_build_word(build, @$); }
    | TEXT_T                            { $$ = pol_build_word(build, @$); }
    ;

header_word
    : DOC_NO                            { $$ = pol_build_word(build, @$); }
    | REGION                            { $$ = pol_build_word(build, @$); }
    | ISSUED                            { $$ = pol_build_word(build, @$); }
    | SERIES                            { $$ = pol_build_word(build, @$); }
    ;

label
    : name
    | STRING
    ;

labels
    : label                             { $$ = pol_build_list(build, NO_LIST, $label); }
    | labels[list] COMMA label          { $$ = pol_build_list(build, $list, $label); }
    ;

comma_opt
    : %empty
    | COMMA
    ;

semi_opt
    : %empty
    | SEMI
    ;

/* A category, after a colon. */
tname
    : NAME                              { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_NAMED, .name = $NAME); }
    | header_word                       { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_NAMED, .name = $header_word); }
    ;

type
    : AMOUNT                            { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_AMOUNT); }
    | RATIO                             { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_RATIO); }
    | INTEGER_T                         { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_INTEGER); }
    | YESNO_T                           { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_YESNO); }
    | DATE_T                            { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_DATE); }
    | TEXT_T                            { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_TEXT); }
    | TIERS                             { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_TIERS); }
    | tname
    | LBRACE labels comma_opt RBRACE    { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_LABELS, .labels = $labels); }
    | ANY_OF tname                      { $$ = pol_build_any_of($tname, @$); }
    | ANY_OF LBRACE labels comma_opt RBRACE
                                        { $$ = MAKE(TYPE, type, @$, .kind = POL_TYPE_LABELS, .any_of = 1, .labels = $labels); }
    ;

type_opt
    : %empty                            { $$ = NULL; }
    | COLON type                        { $$ = $type; }
    ;

value_opt
    : %empty                            { $$ = NULL; }
    | EQ expr                           { $$ = $expr; }
    ;

/* ---- expressions, loosest first: 当, 或, 且, 非, comparison, + -, × ÷ ------------------------------- */

expr
    : cond
    | when_cases OTHERWISE cond         { $$ = MAKE(WHEN, when, @$, .cases = $when_cases, .otherwise = $cond); }
    ;

when_cases
    : when_case                         { $$ = pol_build_list(build, NO_LIST, $when_case); }
    | when_cases[list] when_case        { $$ = pol_build_list(build, $list, $when_case); }
    ;

when_case
    : WHEN cond THEN cond[value]        { $$ = MAKE(WHEN_CASE, when_case, @$, .cond = $2, .value = $value); }
    ;

cond
    : conj
    | cond[left] OR conj[right]         { $$ = MAKE(OR, or, @$, .left = $left, .right = $right); }
    ;

conj
    : neg
    | conj[left] AND neg[right]         { $$ = MAKE(AND, and, @$, .left = $left, .right = $right); }
    ;

neg
    : test
    | NOT neg[operand]                  { $$ = MAKE(NOT, not, @$, .operand = $operand); }
    ;

test
    : sum
    | comparison
    | sum[left] GT sum[right] PORTION   { $$ = MAKE(PORTION, portion, @$, .left = $left, .right = $right); }
    | sum in group                      { $$ = MAKE(IN, in, @$, .negated = $in, .left = $sum, .group = $group); }
    ;

/* A chain (a < b < c) is read in order to be refused. */
comparison
    : sum[left] compare_but_above[op] sum[right]
                                        { $$ = MAKE(COMPARE, compare, @$, .op = $op, .left = $left, .right = $right); }
    | sum[left] GT sum[right]           { $$ = MAKE(COMPARE, compare, @$, .op = POL_GT, .left = $left, .right = $right); }
    | comparison[left] compare[op] sum[right]
                                        { $$ = pol_build_chain(build, $left, $right, @op, @$); (void)$op; }
    ;

compare
    : compare_but_above
    | GT                                { $$ = POL_GT; }
    ;

compare_but_above
    : EQ                                { $$ = POL_EQ; }
    | NE                                { $$ = POL_NE; }
    | GE                                { $$ = POL_GE; }
    | LE                                { $$ = POL_LE; }
    | LT                                { $$ = POL_LT; }
    ;

in
    : IN                                { $$ = 0; }
    | NOT_IN                            { $$ = 1; }
    ;

group
    : name
    | LBRACE labels comma_opt RBRACE    { $$ = MAKE(LABELS, labels, @$, .items = $labels); }
    | interval
    ;

sum
    : product
    | sum[left] sum_sign[op] product[right]
                                        { $$ = MAKE(ARITH, arith, @$, .op = $op, .left = $left, .right = $right); }
    ;

sum_sign
    : PLUS                              { $$ = POL_ADD; }
    | MINUS                             { $$ = POL_SUB; }
    ;

product
    : atom
    | product[left] product_sign[op] atom[right]
                                        { $$ = MAKE(ARITH, arith, @$, .op = $op, .left = $left, .right = $right); }
    ;

product_sign
    : TIMES                             { $$ = POL_MUL; }
    | DIVIDE                            { $$ = POL_DIV; }
    ;

literal
    : MONEY | PERCENT | NUMBER | DATE | MONTHDAY | STRING
    | YES                               { $$ = MAKE(BOOL, bool, @$, .value = 1); }
    | NO                                { $$ = MAKE(BOOL, bool, @$, .value = 0); }
    | NONE                              { $$ = LEAF(NONE, none, @$); }
    | UNLIMITED                         { $$ = LEAF(UNLIMITED, unlimited, @$); }
    ;

atom
    : literal
    | name
    | name DOT facet                    { $$ = MAKE(FACET, facet, @$, .of = $name, .facet = $facet); }
    | call
    | LPAREN expr RPAREN                { $$ = $expr; }
    | LBRACE rows semi_opt RBRACE       { $$ = MAKE(BRACES, braces, @$, .rows = $rows); }
    | BY subjects LBRACE rows semi_opt RBRACE
                                        { $$ = MAKE(TABLE, table, @$, .subjects = $subjects, .rows = $rows); }
    ;

call
    : name LPAREN exprs RPAREN          { $$ = MAKE(CALL, call, @$, .name = $name, .args = $exprs); }
    ;

subjects
    : subject                           { $$ = pol_build_list(build, NO_LIST, $subject); }
    | subjects[list] COMMA subject      { $$ = pol_build_list(build, $list, $subject); }
    ;

subject
    : name
    | name DOT facet                    { $$ = MAKE(FACET, facet, @$, .of = $name, .facet = $facet); }
    | call
    | LPAREN expr RPAREN                { $$ = $expr; }
    ;

facet
    : name
    | BASE                              { $$ = pol_build_word(build, @$); }
    | DEDUCTIBLE                        { $$ = pol_build_word(build, @$); }
    | ADVANCE                           { $$ = pol_build_word(build, @$); }
    ;

/* 特困人员, 不论 : 100% 依据 "三"    [0元, 5万元) : 60%    自 2023-01-01 起 : 31500元 */
rows
    : row                               { $$ = pol_build_list(build, NO_LIST, $row); }
    | rows[list] SEMI row               { $$ = pol_build_list(build, $list, $row); }
    ;

row
    : keys COLON expr basis_opt         { $$ = MAKE(ROW, row, @$, .keys = $keys, .value = $expr, .basis = $basis_opt); }
    | keys COLON REPEALED[value] basis_opt
                                        { $$ = MAKE(ROW, row, @$, .keys = $keys, .value = LEAF(REPEALED, repealed, @value), .basis = $basis_opt); }
    ;

keys
    : key_item                          { $$ = pol_build_list(build, NO_LIST, $key_item); }
    | keys[list] COMMA key_item         { $$ = pol_build_list(build, $list, $key_item); }
    ;

key_item
    : name
    | literal
    | LBRACE labels comma_opt RBRACE    { $$ = MAKE(LABELS, labels, @$, .items = $labels); }
    | interval
    | period
    | REST                              { $$ = LEAF(REST, rest, @$); }
    | ANY                               { $$ = LEAF(ANY, any, @$); }
    ;

interval
    : LBRACKET expr[low] COMMA expr[high] RPAREN
        { $$ = MAKE(INTERVAL, interval, @$, .low = $low, .high = $high, .open_high = 1); }
    | LBRACKET expr[low] COMMA expr[high] RBRACKET
        { $$ = MAKE(INTERVAL, interval, @$, .low = $low, .high = $high); }
    | LPAREN expr[low] COMMA expr[high] RPAREN
        { $$ = MAKE(INTERVAL, interval, @$, .open_low = 1, .low = $low, .high = $high, .open_high = 1); }
    | LPAREN expr[low] COMMA expr[high] RBRACKET
        { $$ = MAKE(INTERVAL, interval, @$, .open_low = 1, .low = $low, .high = $high); }
    ;

%%

int pol_yytoken_of_symbol(int symbol)
{
    for (int token = TOK_START_FILE; token <= TOK_MONTHS; token++)
        if (YYTRANSLATE(token) == (yysymbol_kind_t)symbol)
            return token;
    return TOK_YYEOF;
}

/* Hands the error on to parse.c, which knows what to say. */
static int yyreport_syntax_error(const yypcontext_t *context, struct pol_build *build)
{
    yysymbol_kind_t expected[POL_YYSYMBOLS];
    const int count = yypcontext_expected_tokens(context, expected, POL_YYSYMBOLS);
    for (int i = 0; i < count; i++)
        if (expected[i] != YYSYMBOL_PLAIN_ITEM)
            pol_build_expected(build, pol_yytoken_of_symbol(expected[i]));
    return 0;
}

/* Called when the stack is full, and for nothing else. */
static void yyerror(const pol_span *span, struct pol_build *build, const char *message)
{
    (void)span;
    (void)message;
    pol_build_overflow(build);
}
