/* The formatter: what it writes, and what it never changes. POL_FORMAT_SCRIPTS sets how many random scripts. */
#include "test_grammar.h"

#include <dirent.h>
#include <sys/stat.h>

#include "grammar/format.h"
#include "interp/base/utf8.h"

#include "random_script.h"

/* ---- formatting a text ----------------------------------------------------------------------------------- */

/* The formatted text, in p's arena; NULL when it has syntax errors. */
static const char *format_text(parsed *p, const char *text, pol_keyword_lang keywords)
{
    memset(p, 0, sizeof *p);
    pol_arena_init(&p->arena, NULL);
    pol_sources_init(&p->sources, &p->arena);
    p->file = pol_sources_add(&p->sources, POL_STR("t.pol"), pol_str_of(text));
    pol_diags_init(&p->diags, &p->arena, &p->sources);
    pol_text out;
    pol_text_init(&out, &p->arena);
    pol_text_add(&out, POL_STR(""));
    bool good;
    assert_true(pol_format_source(&out, &p->sources, p->file, keywords, &p->diags, &good));
    return good ? (out.bytes == NULL ? "" : out.bytes) : NULL;
}

static void assert_formatted(const char *text, const char *expected)
{
    parsed p;
    const char *formatted = format_text(&p, text, POL_KEYWORDS_KEPT);
    assert_non_null(formatted);
    assert_string_equal(formatted, expected);
    parsed_free(&p);
}

#define HEAD "政策 \"a\" \"b\"\n"

/* ---- what it writes ---------------------------------------------------------------------------------------- */

static void blanks_and_signs(void **state)
{
    (void)state;
    assert_formatted(HEAD "定义 a＝（ｂ＋1）*2/3 并且 c>=1　或者 d != 2",
                     HEAD "定义 a = (b + 1) × 2 ÷ 3 且 c ≥ 1 或 d ≠ 2\n");
    assert_formatted("policy \"a\" \"b\"\ndefine a＝（b＋1）×2÷3 and c≥1 or d≠2",
                     "policy \"a\" \"b\"\ndefine a = (b + 1) * 2 / 3 and c >= 1 or d != 2\n");
    assert_formatted(HEAD "定义 a=较大 ( b ， 1000 元 ) 超过１０００元\n定义 b=a .基数",
                     HEAD "定义 a = 较大(b, 1000元) 超过 1000元\n定义 b = a.基数\n");
}

static void statements_and_columns(void **state)
{
    (void)state;
    assert_formatted("政策 \"a\" \"b\" 文号 \"x\" 施行 自 2024-01-01 起 条款 \"一\" \"长长的\" 不计算 \"y\" 条款 \"二十\" \"短\" "
                     "不计算 \"z\"\n\n\n\n先付 医保=医保支付 视同 当 c 先付 大病保险 依据 “一”，\"二\"",
                     "政策 \"a\" \"b\"  文号 \"x\"  施行 自 2024-01-01 起\n"
                     "条款 \"一\"   \"长长的\"  不计算 \"y\"\n"
                     "条款 \"二十\" \"短\"      不计算 \"z\"\n"
                     "\n"
                     "先付 医保 = 医保支付  视同 当 c\n"
                     "先付 大病保险  依据 \"一\"、\"二\"\n"
                     );
    assert_formatted(HEAD "输入 日:日期 人员类别:{甲,乙}=甲\n就医 : 是否",
                     HEAD "输入\n"
                          "  日       : 日期\n"
                          "  人员类别 : { 甲, 乙 } = 甲\n"
                          "  就医     : 是否\n");
    assert_formatted(HEAD "输入 费用:金额", HEAD "输入 费用 : 金额\n");
}

static void tables(void **state)
{
    (void)state;
    assert_formatted(HEAD "待遇 a 分段 {[1000元,1万元):70%;\n[1万元,5万元):85%  依据 \"x\";\n[5万元,不限):95%}",
                     HEAD "待遇 a  分段 { [1000元, 1万元) : 70%;\n"
                          "               [1万元,  5万元) : 85% 依据 \"x\";\n"
                          "               [5万元,  不限)  : 95% }\n");
    assert_formatted(HEAD "定义 a=按 人员,医院 {\n特困，不论:100%;\n低保,{一级,二级}:80%\n}",
                     HEAD "定义 a = 按 人员, 医院 {\n"
                          "  特困, 不论           : 100%;\n"
                          "  低保, { 一级, 二级 } : 80%\n"
                          "}\n");
    assert_formatted(HEAD "定义 a=按 人员 {特困，低保:1;其余:2}", HEAD "定义 a = 按 人员 { 特困、低保 : 1; 其余 : 2 }\n");
    assert_formatted(HEAD "定义 a = 当 甲 则 1\n当 乙乙 则 2\n否则 3",
                     HEAD "定义 a = 当 甲   则 1\n"
                          "         当 乙乙 则 2\n"
                          "         否则       3\n");
}

static void comments(void **state)
{
    (void)state;
    assert_formatted("＃ 首 \n政策 \"a\" \"b\" # 尾　\n输入 # i\n a : 金额 # x\n bb : 整数　＃y\n  # 缩进\n# 顶格\n定义 c = (1 # 加\n+ "
                     "2)\n# 末",
                     "# 首\n"
                     "政策 \"a\" \"b\"  # 尾\n"
                     "输入          # i\n"
                     "  a  : 金额   # x\n"
                     "  bb : 整数   #y\n"
                     "  # 缩进\n"
                     "# 顶格\n"
                     "定义 c = (1  # 加\n"
                     "          + 2)\n"
                     "# 末\n");
}

static void long_lines(void **state)
{
    (void)state;
    assert_formatted(
        HEAD "案例 \"x\" 给定 费用一 = 1000元，费用二 = 1000元，费用三 = 1000元，费用四 = 1000元，费用五 = 1000元，费用六 = 1000元，费用七 = "
             "1000元 期望 a = 1",
        HEAD "案例 \"x\"\n"
             "  给定 费用一 = 1000元, 费用二 = 1000元, 费用三 = 1000元, 费用四 = 1000元, 费用五 = 1000元, 费用六 = 1000元,\n"
             "       费用七 = 1000元\n"
             "  期望 a = 1\n");
    assert_formatted(
        HEAD "待遇 救助资金 条件 人员类别 属于 救助对象 且 定点医疗机构 基数 政策范围内费用 - 基本医疗保险 - 大病保险 比例 "
             "70% 封顶 3万元 累计于 本年已付",
        HEAD "待遇 救助资金\n"
             "  条件 人员类别 属于 救助对象 且 定点医疗机构\n"
             "  基数 政策范围内费用 - 基本医疗保险 - 大病保险\n"
             "  比例 70%\n"
             "  封顶 3万元 累计于 本年已付\n");
}

static void keyword_languages(void **state)
{
    (void)state;
    static const char k_zh[] = "政策 \"a\" \"b\"\n"
                               "定义 日期 = 费用 超过 1000元 且 x ≥ 2  依据 \"一\"、\"二\"\n"
                               "累计 y : 金额 每人 每年 增加 救助.基数\n";
    static const char k_en[] = "policy \"a\" \"b\"\n"
                               "define 日期 = 费用 above 1000元 and x >= 2  basis \"一\", \"二\"\n"
                               "accumulator y : amount per_person yearly add 救助.基数\n";
    parsed p;
    assert_string_equal(format_text(&p, k_zh, POL_KEYWORDS_EN), k_en);
    parsed_free(&p);
    assert_string_equal(format_text(&p, k_en, POL_KEYWORDS_ZH), k_zh);
    parsed_free(&p);
}

static void errors_and_nothing(void **state)
{
    (void)state;
    parsed p;
    assert_null(format_text(&p, HEAD "定义 a = = 1", POL_KEYWORDS_KEPT));
    assert_true(p.diags.error_count > 0);
    parsed_free(&p);
    assert_null(format_text(&p, "", POL_KEYWORDS_KEPT));
    parsed_free(&p);
    assert_null(format_text(&p, "\xff\xfe", POL_KEYWORDS_KEPT));
    parsed_free(&p);
}

/* ---- what it never changes ------------------------------------------------------------------------------------ */

/* The comments of a text, a line each, as they are written in a canonical text. */
static const char *comments_of(parsed *p)
{
    pol_arena scratch;
    pol_arena_init(&scratch, NULL);
    pol_lexer lexer;
    assert_true(pol_lexer_init(&lexer, &scratch, &scratch, &p->sources, p->file, NULL));
    lexer.keep_comments = true;
    pol_text out;
    pol_text_init(&out, &p->arena);
    pol_text_add(&out, POL_STR(""));
    for (pol_token token = pol_lexer_next(&lexer); token.kind != 0; token = pol_lexer_next(&lexer)) {
        if (token.kind != POL_TOKEN_COMMENT)
            continue;
        pol_str text = { lexer.text.bytes + token.start, token.end - token.start };
        const size_t mark = text.bytes[0] == '#' ? 1 : strlen("＃");
        text = (pol_str){ text.bytes + mark, text.length - mark };
        while (text.length > 0 && text.bytes[text.length - 1] == ' ')
            text.length--;
        pol_text_add(&out, text);
        pol_text_char(&out, '\n');
    }
    pol_arena_reset(&scratch);
    return out.bytes;
}

static void fail_with(const char *what, const char *text, const char *formatted)
{
    fprintf(stderr, "%s\n---- of:\n%s\n---- formatted:\n%s\n", what, text, formatted);
    fail();
}

static void check_unchanged(const char *text, pol_keyword_lang keywords)
{
    parsed before, after, once, twice;
    parse_text(&before, text);
    if (before.diags.error_count > 0)
        fail_with(codes_text(&before), text, "");
    const char *formatted = format_text(&once, text, keywords);
    assert_non_null(formatted);
    parse_text(&after, formatted);
    if (after.diags.error_count > 0 || strcmp(tree_text(&before), tree_text(&after)) != 0)
        fail_with("another tree", text, formatted);
    if (strcmp(comments_of(&before), comments_of(&after)) != 0)
        fail_with("other comments", text, formatted);
    const char *again = format_text(&twice, formatted, keywords);
    if (again == NULL || strcmp(formatted, again) != 0)
        fail_with(again, text, formatted);
    parsed_free(&before);
    parsed_free(&after);
    parsed_free(&once);
    parsed_free(&twice);
}

static pol_keyword_lang some_keywords(uint64_t *seed)
{
    const uint32_t kind = rs_below(seed, 6);
    return kind == 0 ? POL_KEYWORDS_ZH : kind == 1 ? POL_KEYWORDS_EN : POL_KEYWORDS_KEPT;
}

static uint32_t script_count(void)
{
    const char *wish = getenv("POL_FORMAT_SCRIPTS");
    return wish == NULL ? 500 : (uint32_t)strtoul(wish, NULL, 10);
}

static void random_scripts(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= script_count(); seed++) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        pol_text text;
        pol_text_init(&text, &arena);
        rs_script(&text, seed, (uint32_t)(seed % 5));
        uint64_t choice = seed;
        check_unchanged(text.bytes, some_keywords(&choice));
        pol_arena_reset(&arena);
    }
}

/* ---- existing scripts, laid out at random ------------------------------------------------------------------------ */

/* The text with other blanks where it has blanks, line breaks and comments between tokens. */
static void mess_up(pol_text *out, const parsed *p, uint64_t *seed)
{
    pol_arena scratch;
    pol_arena_init(&scratch, NULL);
    pol_lexer lexer;
    assert_true(pol_lexer_init(&lexer, &scratch, &scratch, &p->sources, p->file, NULL));
    lexer.keep_comments = true;
    rs_writer w = { .seed = *seed, .out = out, .mess = 3 };
    uint32_t end = 0;
    bool was_comment = false;
    for (pol_token token = pol_lexer_next(&lexer); token.kind != 0; token = pol_lexer_next(&lexer)) {
        const pol_str between = { lexer.text.bytes + end, token.start - end };
        if (was_comment || memchr(between.bytes, '\n', between.length) != NULL)
            pol_text_char(out, '\n');
        if (between.length > 0)
            rs_between(&w);
        pol_text_add(out, (pol_str){ lexer.text.bytes + token.start, token.end - token.start });
        end = token.end;
        was_comment = token.kind == POL_TOKEN_COMMENT;
    }
    *seed = w.seed;
    pol_arena_reset(&scratch);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1u << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1u << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void check_file(const char *path, uint64_t *seed)
{
    char *text = read_file(path);
    parsed p;
    parse_text(&p, text);
    if (p.diags.error_count == 0 && strlen(text) == p.sources.items[0].text.length) {
        check_unchanged(text, POL_KEYWORDS_KEPT);
        const uint32_t rounds = script_count() / 500 + 1;
        for (uint32_t i = 0; i < rounds; i++) {
            pol_text mess;
            pol_text_init(&mess, &p.arena);
            mess_up(&mess, &p, seed);
            check_unchanged(mess.bytes, some_keywords(seed));
        }
    }
    parsed_free(&p);
    free(text);
}

static unsigned check_folder(const char *folder, uint64_t *seed)
{
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    unsigned count = 0;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char path[1024];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        const size_t length = strlen(path);
        if (entry->d_name[0] == '.' || stat(path, &about) != 0)
            continue;
        if (S_ISDIR(about.st_mode)) {
            count += check_folder(path, seed);
        } else if (length > 4 && strcmp(path + length - 4, ".pol") == 0 && about.st_size > 0) {
            check_file(path, seed);
            count++;
        }
    }
    closedir(entries);
    return count;
}

static void known_scripts(void **state)
{
    (void)state;
    const char *source = getenv("POL_SOURCE");
    if (source == NULL)
        skip();
    char folder[1024];
    uint64_t seed = 7;
    snprintf(folder, sizeof folder, "%s/stdlib-policies", source);
    assert_true(check_folder(folder, &seed) >= 7);
    snprintf(folder, sizeof folder, "%s/tests", source);
    assert_true(check_folder(folder, &seed) >= 100);
}

/* ---- memory and time ------------------------------------------------------------------------------------------------ */

static void every_allocation_fails(void **state)
{
    (void)state;
    static const char k_text[] = HEAD "输入 a : 金额 # x\n b : 整数\n待遇 c 分段 { [0元, 1元) : 7%;\n [1元, 不限) : 8% } 依据 \"x\"、\"y\"\n";
    for (size_t limit = 1; limit < 60000; limit += 16) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        pol_sources sources;
        pol_sources_init(&sources, &arena);
        const uint32_t file = pol_sources_add(&sources, POL_STR("t"), pol_str_of(k_text));
        pol_diags diags;
        pol_diags_init(&diags, &arena, &sources);
        arena.limit_bytes = limit;
        pol_text out;
        pol_text_init(&out, &arena);
        bool good = false;
        const bool ok = pol_format_source(&out, &sources, file, POL_KEYWORDS_KEPT, &diags, &good);
        assert_true(!ok || good);
        pol_arena_reset(&arena);
    }
}

/* Linear in the length of a text, however it is built. */
static void long_texts(void **state)
{
    (void)state;
    static const struct {
        const char *head, *unit, *tail;
    } k_texts[] = {
        { HEAD "集合 a : 文字 { b", ", 甲乙丙", " }" },
        { HEAD "定义 a = 较大(1", ", 按 x { 甲 : 1; 乙 : 2 }", ")" },
        { HEAD "定义 a = 当 b 则 1 ", "当 c 则 2 ", "否则 3" },
        { HEAD "案例 \"x\" 给定 a = 1 ", "b = { 甲, 乙 } ", "期望 c = 1" },
        { HEAD "输入 ", "a : 金额 ", "" },
        { HEAD, "# 注\n", "定义 a = 1" },
        { HEAD "定义 a = 按 x { 甲 : 1", "; 乙 : 2", " }" },
    };
    for (size_t i = 0; i < sizeof k_texts / sizeof k_texts[0]; i++) {
        pol_arena arena;
        pol_arena_init(&arena, NULL);
        pol_text text;
        pol_text_init(&text, &arena);
        pol_text_add(&text, pol_str_of(k_texts[i].head));
        while (text.length < 1u << 18)
            pol_text_add(&text, pol_str_of(k_texts[i].unit));
        pol_text_add(&text, pol_str_of(k_texts[i].tail));
        parsed p;
        assert_non_null(format_text(&p, text.bytes, POL_KEYWORDS_KEPT));
        parsed_free(&p);
        pol_arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_and_signs),     cmocka_unit_test(statements_and_columns),
        cmocka_unit_test(tables),               cmocka_unit_test(comments),
        cmocka_unit_test(long_lines),           cmocka_unit_test(keyword_languages),
        cmocka_unit_test(errors_and_nothing),   cmocka_unit_test(random_scripts),
        cmocka_unit_test(known_scripts),        cmocka_unit_test(every_allocation_fails),
        cmocka_unit_test(long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
