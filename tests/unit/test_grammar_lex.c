/* Words, literals, marks: what begins where, how far it goes, what it means. */
#include "test_grammar.h"

#include "interp/base/utf8.h"

static pol_arena g_arena;

static int set_up(void **state)
{
    (void)state;
    pol_arena_init(&g_arena, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pol_arena_reset(&g_arena);
    return 0;
}

/* The tokens of a text, as "KIND:spelling KIND:spelling"; codes of diagnostics behind " !". */
static const char *tokens_of(const char *text)
{
    pol_sources sources;
    pol_diags diags;
    pol_arena scratch;
    pol_lexer lexer;
    pol_text out;
    pol_arena_init(&scratch, NULL);
    pol_sources_init(&sources, &g_arena);
    const uint32_t file = pol_sources_add(&sources, POL_STR("t"), pol_str_of(text));
    pol_diags_init(&diags, &g_arena, &sources);
    pol_text_init(&out, &g_arena);
    pol_text_add(&out, POL_STR(""));
    assert_true(pol_lexer_init(&lexer, &g_arena, &scratch, &sources, file, &diags));
    for (;;) {
        const pol_token token = pol_lexer_next(&lexer);
        if (token.kind == 0)
            break;
        const pol_str spelling =
            pol_span_text(&sources, (pol_span){ file, token.start, token.end });
        pol_text_format(&out, "%s%s:%.*s", out.length > 0 ? " " : "", pol_token_name(token.kind),
                        (int)spelling.length, spelling.bytes);
    }
    assert_int_equal(pol_lexer_next(&lexer).kind, 0); /* again and again */
    for (size_t i = 0; i < diags.items.count; i++)
        pol_text_format(&out, " !%s", pol_diag_code_text(diags.items.items[i]->code));
    pol_arena_reset(&scratch);
    return out.bytes;
}

#define assert_tokens(text, expected) assert_string_equal(tokens_of(text), expected)

/* ---- keywords and marks -------------------------------------------------------------------------------- */

/* Every spelling of every row gives its token, alone and between others. */
static void every_spelling(void **state)
{
    (void)state;
    unsigned count;
    const pol_keyword *keywords = pol_keywords(&count);
    assert_in_range(count, 90, 120);
    for (unsigned i = 0; i < count; i++) {
        const char *const *lists[] = { keywords[i].zh, keywords[i].en };
        for (size_t list = 0; list < 2; list++)
            for (const char *const *spelling = lists[list]; *spelling != NULL; spelling++) {
                char expected[100];
                snprintf(expected, sizeof expected, "%s:%s", keywords[i].token_name, *spelling);
                assert_tokens(*spelling, expected);
                assert_ptr_equal(pol_keyword_find(pol_str_of(*spelling)), &keywords[i]);
                assert_true(pol_is_word(pol_str_of(*spelling)));
            }
        assert_ptr_equal(pol_keyword_of(keywords[i].token), &keywords[i]);
        assert_non_null(keywords[i].zh[0]);
        assert_non_null(keywords[i].en[0]);
    }
    const pol_punct *puncts = pol_puncts(&count);
    for (unsigned i = 0; i < count; i++)
        for (const char *const *spelling = puncts[i].spellings; *spelling != NULL; spelling++) {
            char expected[100];
            snprintf(expected, sizeof expected, "%s:%s", puncts[i].token_name, *spelling);
            assert_tokens(*spelling, expected);
        }
}

static void same_answers(const pol_spellings *index, pol_str text)
{
    size_t length, indexed_length;
    assert_ptr_equal(pol_spellings_keyword(index, text), pol_keyword_find(text));
    assert_ptr_equal(pol_spellings_punct(index, text, &indexed_length), pol_punct_find(text, &length));
    assert_int_equal(indexed_length, length);
}

/* The index finds what a look at all rows finds: for every spelling, what it begins and ends with, what nearly is
 * it, and what two of them make. */
static void index_and_rows_agree(void **state)
{
    (void)state;
    pol_spellings index;
    pol_spellings_init(&index);
    const char *spellings[400];
    unsigned count, total = 0;
    const pol_keyword *keywords = pol_keywords(&count);
    for (unsigned i = 0; i < count; i++)
        for (unsigned s = 0; s < POL_SPELLINGS; s++) {
            if (keywords[i].zh[s] != NULL)
                spellings[total++] = keywords[i].zh[s];
            if (keywords[i].en[s] != NULL)
                spellings[total++] = keywords[i].en[s];
        }
    assert_int_equal(count > 90 && total >= 2 * count, 1);
    const unsigned words = total;
    const pol_punct *puncts = pol_puncts(&count);
    for (unsigned i = 0; i < count; i++)
        for (const char *const *mark = puncts[i].spellings; *mark != NULL; mark++)
            spellings[total++] = *mark;
    for (unsigned i = 0; i < total; i++) {
        const pol_str whole = pol_str_of(spellings[i]);
        assert_true(i >= words || pol_spellings_keyword(&index, whole) != NULL);
        for (size_t length = 0; length <= whole.length; length++) {
            same_answers(&index, (pol_str){ whole.bytes, length });
            same_answers(&index, (pol_str){ whole.bytes + length, whole.length - length });
        }
        char other[64];
        for (size_t at = 0; at < whole.length; at++)
            for (int change = 1; change < 256; change += 17) {
                memcpy(other, whole.bytes, whole.length);
                other[at] = (char)(other[at] ^ change);
                same_answers(&index, (pol_str){ other, whole.length });
            }
        for (unsigned j = 0; j < total; j++) {
            snprintf(other, sizeof other, "%s%s", spellings[i], spellings[j]);
            same_answers(&index, pol_str_of(other));
        }
    }
}

/* Any two bytes at the start of anything. */
static void marks_by_index(void **state)
{
    (void)state;
    pol_spellings index;
    pol_spellings_init(&index);
    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 0; second < 256; second++) {
            const char bytes[] = { (char)first, (char)second, '=', '=' };
            for (size_t length = 0; length <= sizeof bytes; length++)
                same_answers(&index, (pol_str){ bytes, length });
        }
}

/* No two rows share a spelling. */
static void spellings_are_unique(void **state)
{
    (void)state;
    unsigned count;
    const pol_keyword *keywords = pol_keywords(&count);
    pol_names names;
    pol_names_init(&names, &g_arena);
    uint32_t expected = 0;
    for (unsigned i = 0; i < count; i++) {
        for (const char *const *zh = keywords[i].zh; *zh != NULL; zh++, expected++)
            assert_int_equal(pol_names_add(&names, pol_str_of(*zh)), expected);
        for (const char *const *en = keywords[i].en; *en != NULL; en++, expected++)
            assert_int_equal(pol_names_add(&names, pol_str_of(*en)), expected);
    }
    assert_int_equal(names.count, expected);
}

static void english_keywords_are_lower_case(void **state)
{
    (void)state;
    assert_tokens("Benefit BENEFIT benefit", "NAME:Benefit NAME:BENEFIT BENEFIT:benefit");
}

static void quoted_names_are_no_keywords(void **state)
{
    (void)state;
    assert_tokens("「比例」 `ratio` 「不予支付(非定点)」",
                  "NAME:「比例」 NAME:`ratio` NAME:「不予支付(非定点)」");
}

/* ---- words --------------------------------------------------------------------------------------------- */

static void words_end_at_blanks_and_marks(void **state)
{
    (void)state;
    assert_tokens("余额超过 超过", "NAME:余额超过 GT:超过");
    assert_tokens("费用，自费;甲\t乙\xe3\x80\x80丙\n丁",
                  "NAME:费用 COMMA:， NAME:自费 SEMI:; NAME:甲 NAME:乙 NAME:丙 NAME:丁");
    assert_tokens("年龄＜60", "NAME:年龄 LT:＜ NUMBER:60");
    assert_tokens("a1_b 高血压病1级高危 〇二 々",
                  "NAME:a1_b NAME:高血压病1级高危 NAME:〇二 NAME:々");
    assert_tokens("买买提·艾力 甲·", "NAME:买买提·艾力 NAME:甲 DOT:· !E0005");
    assert_tokens("# 注释 待遇\n＃ 注释 “\n甲", "NAME:甲");
    assert_tokens("\xef\xbb\xbf待遇", "BENEFIT:待遇");
}

/* A comparison word, 自 or 至 directly before a digit ends there; nothing else does. */
static void comparison_words_end_before_digits(void **state)
{
    (void)state;
    assert_tokens("超过1000元 达到5% 不低于３元 自2020-01-01起 至2020年12月31日",
                  "GT:超过 MONEY:1000元 GE:达到 PERCENT:5% GE:不低于 MONEY:３元 FROM:自 "
                  "DATE:2020-01-01 ON:起 TO:至 DATE:2020年12月31日");
    assert_tokens("费用超过3000元", "NAME:费用超过3000元");
    assert_tokens("当3 属于3 above3 from3", "NAME:当3 NAME:属于3 NAME:above3 NAME:from3");
}

static void folding(void **state)
{
    (void)state;
    assert_tokens("Ａ１", "NAME:Ａ１ !W0001");
    assert_tokens("⼈员", "NAME:⼈员 !W0001");
    assert_tokens("ｂｅｎｅｆｉｔ", "BENEFIT:ｂｅｎｅｆｉｔ !W0001");
    assert_tokens("ﷺ", "NAME:ﷺ !E0014"); /* folds to words with blanks */
}

static void texts(void **state)
{
    (void)state;
    assert_tokens("\"a“b”\" “c\"d” \"\"", "STRING:\"a“b”\" STRING:“c\"d” STRING:\"\"");
    assert_tokens("\"abc\n待遇", "STRING:\"abc BENEFIT:待遇 !E0007");
    assert_tokens("“abc“ 甲", "STRING:“abc“ NAME:甲 !E0007");
    assert_tokens("「abc\n甲", "NAME:「abc NAME:甲 !E0008");
    assert_tokens("「」 ` `", "NAME:「」 NAME:` ` !E0009 !E0009");
    assert_tokens("'a' ‘b’", "STRING:'a' STRING:‘b’ !E0012 !E0012");
}

/* ---- characters ---------------------------------------------------------------------------------------- */

static void wrong_characters(void **state)
{
    (void)state;
    assert_tokens("甲\xe2\x80\x8b", "NAME:甲 !E0002"); /* zero width space */
    assert_tokens("# \xe2\x80\xae", " !E0002");        /* right-to-left override, in a comment */
    assert_tokens("\"\xe2\x81\xa6\"", "STRING:\"\xe2\x81\xa6\" !E0002");
    assert_tokens("甲\xef\xb8\x80", "NAME:甲 !E0002"); /* variation selector */
    assert_tokens("\x01 \x7f", " !E0002 !E0002");
    assert_tokens("@ @@@ \\", " !E0004 !E0004 !E0004");
    assert_tokens("甲。乙", "NAME:甲 NAME:乙 !E0006");
    assert_tokens("a — b \xc2\xa0 c", "NAME:a MINUS:— NAME:b NAME:c !E0005 !E0005");
    assert_tokens("a && b || c == d => e != f",
                  "NAME:a AND:&& NAME:b OR:|| NAME:c EQ:== NAME:d GE:=> NAME:e NE:!= NAME:f "
                  "!E0012 !E0012 !E0012 !E0012");
    assert_tokens("// 甲", " !E0012");
    assert_tokens("① ½ 10² ٣", "NUMBER:10 !E0013 !E0013 !E0013 !E0013");
    assert_tokens("%", " !E0030");
}

static void nul_bytes_are_reported_once(void **state)
{
    (void)state;
    parsed p;
    parse_bytes(&p, (pol_str){ "# \0\0\n\0", 6 }, NULL);
    assert_string_equal(codes_text(&p), "E0003@1:3 E0112@2:2");
    parsed_free(&p);
}

/* ---- literals ------------------------------------------------------------------------------------------ */

typedef struct literal_case {
    const char *text;
    int token;
    size_t length;
    int64_t digits;
    unsigned decimals;
} literal_case;

static void good_literals(void **state)
{
    (void)state;
    static const literal_case k_cases[] = {
        { "0", TOK_NUMBER, 1, 0, 0 },
        { "3", TOK_NUMBER, 1, 3, 0 },
        { "0.85", TOK_NUMBER, 4, 85, 2 },
        { "0.50", TOK_NUMBER, 4, 50, 2 },
        { "1000元", TOK_MONEY, 7, 1000, 0 },
        { "1000元以上", TOK_MONEY, 7, 1000, 0 },
        { "20万元", TOK_MONEY, 8, 200000, 0 },
        { "1.5亿元", TOK_MONEY, 9, 150000000, 0 },
        { "1.234567万元", TOK_MONEY, 14, 1234567, 2 },
        { "0.01元", TOK_MONEY, 7, 1, 2 },
        { "5000 yuan", TOK_MONEY, 9, 5000, 0 },
        { "5000yuan", TOK_MONEY, 8, 5000, 0 },
        { "5 元", TOK_MONEY, 5, 5, 0 },
        { "5\t万元", TOK_MONEY, 8, 50000, 0 },
        { "5\xe3\x80\x80元", TOK_MONEY, 7, 5, 0 },
        { "5\n元", TOK_NUMBER, 1, 5, 0 },
        { "5 元整", TOK_NUMBER, 1, 5, 0 },
        { "10000000000000元", TOK_MONEY, 17, 10000000000000, 0 },
        { "100000亿元", TOK_MONEY, 12, 10000000000000, 0 },
        { "70%", TOK_PERCENT, 3, 70, 2 },
        { "70 %", TOK_PERCENT, 4, 70, 2 },
        { "70％", TOK_PERCENT, 5, 70, 2 },
        { "0.2%", TOK_PERCENT, 4, 2, 3 },
        { "5个百分点", TOK_PERCENT, 13, 5, 2 },
        { "5 points", TOK_PERCENT, 8, 5, 2 },
        { "5 pointsx", TOK_NUMBER, 1, 5, 0 },
        { "90天", TOK_NUMBER, 5, 90, 0 },
        { "90 days", TOK_NUMBER, 7, 90, 0 },
        { "60岁以上", TOK_NUMBER, 5, 60, 0 },
        { "2次", TOK_NUMBER, 4, 2, 0 },
        { "0 天数", TOK_NUMBER, 1, 0, 0 },
        { "0天数", TOK_NUMBER, 4, 0, 0 },
        { "３．５％", TOK_PERCENT, 12, 35, 3 },
        { "１２３元", TOK_MONEY, 12, 123, 0 },
        { "999999999999999", TOK_NUMBER, 15, 999999999999999, 0 },
        { "1.123456", TOK_NUMBER, 8, 1123456, 6 },
        { "007", TOK_NUMBER, 3, 7, 0 },
        { "1,2", TOK_NUMBER, 1, 1, 0 },
        { "100,200)", TOK_NUMBER, 3, 100, 0 },
        { "0,100元", TOK_NUMBER, 1, 0, 0 },
        { "1, 100元", TOK_NUMBER, 1, 1, 0 },
        { "3.", TOK_NUMBER, 1, 3, 0 },
        { "3.实付", TOK_NUMBER, 1, 3, 0 },
        { "2018-1-5", TOK_NUMBER, 4, 2018, 0 },
        { "2018-10-211", TOK_NUMBER, 4, 2018, 0 },
        { "12018-10-21", TOK_NUMBER, 5, 12018, 0 },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        pol_literal literal;
        pol_lex_literal(pol_str_of(k_cases[i].text), &literal);
        if (literal.problem >= 0 || literal.token != k_cases[i].token ||
            literal.length != k_cases[i].length || literal.value.digits != k_cases[i].digits ||
            literal.value.decimals != k_cases[i].decimals)
            fail_msg("%s: token %d, length %zu, value %lld/10^%d, problem %d", k_cases[i].text,
                     literal.token, literal.length, (long long)literal.value.digits,
                     literal.value.decimals, literal.problem);
    }
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int token;
        int year, month, day;
    } k_cases[] = {
        { "2018-10-21", TOK_DATE, 2018, 10, 21 },
        { "2018年10月21日", TOK_DATE, 2018, 10, 21 },
        { "2018年1月2日起", TOK_DATE, 2018, 1, 2 },
        { "２０１８－１０－２１", TOK_DATE, 2018, 10, 21 },
        { "2020-02-29", TOK_DATE, 2020, 2, 29 },
        { "1900-01-01", TOK_DATE, 1900, 1, 1 },
        { "2199-12-31", TOK_DATE, 2199, 12, 31 },
        { "12月20日", TOK_MONTHDAY, 0, 12, 20 },
        { "2月28日", TOK_MONTHDAY, 0, 2, 28 },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        pol_literal literal;
        pol_lex_literal(pol_str_of(k_cases[i].text), &literal);
        assert_int_equal(literal.token, k_cases[i].token);
        assert_int_equal(literal.problem, -1);
        if (k_cases[i].token == TOK_DATE) {
            assert_int_equal(literal.date,
                             pol_date_of(k_cases[i].year, k_cases[i].month, k_cases[i].day));
        } else {
            assert_int_equal(literal.month, k_cases[i].month);
            assert_int_equal(literal.day, k_cases[i].day);
        }
    }
    pol_literal literal;
    assert_true(pol_lex_month_name(POL_STR("Dec-20"), &literal));
    assert_int_equal(literal.month, 12);
    assert_int_equal(literal.day, 20);
    assert_true(pol_lex_month_name(POL_STR("Sep-1 on"), &literal));
    assert_false(pol_lex_month_name(POL_STR("Dec-200"), &literal));
    assert_false(pol_lex_month_name(POL_STR("Dec - 20"), &literal));
    assert_false(pol_lex_month_name(POL_STR("dec-20"), &literal));
    pol_lex_literal(POL_STR("12个月"), &literal);
    assert_int_equal(literal.token, TOK_MONTHS);
    assert_int_equal(literal.months, 12);
    pol_lex_literal(POL_STR("12 months"), &literal);
    assert_int_equal(literal.token, TOK_MONTHS);
}

/* What people write instead: still one literal, with a proposal. */
static void wrong_literals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        pol_diag_code code;
        int token;
        const char *proposal;
        size_t left;
    } k_cases[] = {
        { "200,000元", POL_D_THOUSANDS, TOK_MONEY, "20万元", 0 },
        { "1，234，567.50元", POL_D_THOUSANDS, TOK_MONEY, "1234567.5元", 0 },
        { "200,000 yuan", POL_D_THOUSANDS, TOK_MONEY, "200000 yuan", 0 },
        { "20万", POL_D_LITERAL_FORM, TOK_MONEY, "20万元", 0 },
        { "20万块", POL_D_LITERAL_FORM, TOK_MONEY, "20万元", 0 },
        { "20万块钱", POL_D_LITERAL_FORM, TOK_MONEY, "20万元", 0 },
        { "3千元", POL_D_LITERAL_FORM, TOK_MONEY, "3000元", 0 },
        { "3万2千元", POL_D_LITERAL_FORM, TOK_MONEY, "3.2万元", 0 },
        { "2百万元", POL_D_LITERAL_FORM, TOK_MONEY, "200万元", 0 },
        { "5块", POL_D_LITERAL_FORM, TOK_MONEY, "5元", 0 },
        { "5角", POL_D_LITERAL_FORM, TOK_MONEY, "0.5元", 0 },
        { "5分", POL_D_LITERAL_FORM, TOK_MONEY, "0.05元", 0 },
        { "7成", POL_D_LITERAL_FORM, TOK_PERCENT, "70%", 0 },
        { "3‰", POL_D_LITERAL_FORM, TOK_PERCENT, "0.3%", 0 },
        { "5百分点", POL_D_LITERAL_FORM, TOK_PERCENT, "5个百分点", 0 },
        { "60周岁", POL_D_LITERAL_FORM, TOK_NUMBER, "60岁", 0 },
        { "2014年", POL_D_LITERAL_FORM, TOK_NUMBER, "2014", 0 },
        { "6月", POL_D_LITERAL_FORM, TOK_MONTHS, "6个月", 0 },
        { "2018.10.21", POL_D_LITERAL_FORM, TOK_DATE, "2018-10-21", 0 },
        { "2018年10月21号", POL_D_LITERAL_FORM, TOK_DATE, "2018年10月21日", 0 },
        { "10月21号", POL_D_LITERAL_FORM, TOK_MONTHDAY, "10月21日", 0 },
        { "2018年10月", POL_D_DATE_WITHOUT_DAY, TOK_DATE, "2018-10-01", 0 },
        { "2018-02-30", POL_D_BAD_DATE, TOK_DATE, "", 0 },
        { "1899-12-31", POL_D_BAD_DATE, TOK_DATE, "", 0 },
        { "2200年1月1日", POL_D_BAD_DATE, TOK_DATE, "", 0 },
        { "18年10月21日", POL_D_BAD_DATE, TOK_DATE, "", 0 },
        { "2月29日", POL_D_BAD_MONTHDAY, TOK_MONTHDAY, "", 0 },
        { "13月1日", POL_D_BAD_MONTHDAY, TOK_MONTHDAY, "", 0 },
        { "1.5个月", POL_D_BAD_MONTHS, TOK_MONTHS, "", 0 },
        { "0个月", POL_D_BAD_MONTHS, TOK_MONTHS, "", 0 },
        { "3601个月", POL_D_BAD_MONTHS, TOK_MONTHS, "", 0 },
        { "1234567890123456", POL_D_NUMBER_TOO_LONG, TOK_NUMBER, "", 0 },
        { "1.1234567元", POL_D_NUMBER_TOO_LONG, TOK_MONEY, "", 0 },
        { "10000000000000.01元", POL_D_MONEY_TOO_LARGE, TOK_MONEY, "", 0 },
        { "999999999999999亿元", POL_D_MONEY_TOO_LARGE, TOK_MONEY, "", 0 },
        { "1.2.3", POL_D_BAD_NUMBER, TOK_NUMBER, "", 0 },
        { "3级", POL_D_STARTS_WITH_DIGIT, TOK_STRING, "\"3级\"", 0 },
        { "12abc甲3", POL_D_STARTS_WITH_DIGIT, TOK_STRING, "\"12abc甲3\"", 0 },
        { "1e5", POL_D_STARTS_WITH_DIGIT, TOK_STRING, "\"1e5\"", 0 },
        { "20万人", POL_D_STARTS_WITH_DIGIT, TOK_STRING, "\"20万人\"", 0 },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        pol_literal literal;
        pol_lex_literal(pol_str_of(k_cases[i].text), &literal);
        if (literal.problem != (int)k_cases[i].code || literal.token != k_cases[i].token ||
            strcmp(literal.proposal, k_cases[i].proposal) != 0 ||
            literal.length != strlen(k_cases[i].text) - k_cases[i].left)
            fail_msg("%s: problem %s, token %d, length %zu, proposal %s", k_cases[i].text,
                     literal.problem >= 0 ? pol_diag_code_text((pol_diag_code)literal.problem)
                                          : "none",
                     literal.token, literal.length, literal.proposal);
    }
}

/* A proposal is a literal without problems, of the same kind. */
static void proposals_are_literals(void **state)
{
    (void)state;
    static const char *const k_texts[] = { "200,000元", "20万",   "3千元",      "7成", "3‰",
                                           "5角",       "60周岁", "2018.10.21", "6月" };
    for (size_t i = 0; i < sizeof k_texts / sizeof k_texts[0]; i++) {
        pol_literal first, second;
        pol_lex_literal(pol_str_of(k_texts[i]), &first);
        pol_lex_literal(pol_str_of(first.proposal), &second);
        assert_int_equal(second.problem, -1);
        assert_int_equal(second.token, first.token);
        assert_int_equal(second.length, strlen(first.proposal));
        const pol_rational a = pol_rational_of_decimal(first.value),
                           b = pol_rational_of_decimal(second.value);
        if (first.token == TOK_MONEY || first.token == TOK_PERCENT)
            assert_int_equal(pol_rational_compare(a, b), 0);
    }
}

static void ten_thousand_digits(void **state)
{
    (void)state;
    static char text[20100];
    memset(text, '7', 10000);
    text[10000] = '.';
    memset(text + 10001, '3', 10000);
    memcpy(text + 20001, "元", 4);
    pol_literal literal;
    pol_lex_literal(pol_str_of(text), &literal);
    assert_int_equal(literal.problem, POL_D_NUMBER_TOO_LONG);
    assert_int_equal(literal.token, TOK_MONEY);
    assert_int_equal(literal.length, 20004);
}

/* ---- splits and synonyms --------------------------------------------------------------------------------- */

static bool known(pol_str name, void *user)
{
    (void)user;
    return pol_str_equal(name, POL_STR("费用")) || pol_str_equal(name, POL_STR("余额")) ||
           pol_str_equal(name, POL_STR("总费用"));
}

static void splits(void **state)
{
    (void)state;
    static const struct {
        const char *word, *split;
    } k_cases[] = {
        { "余额超过", "余额 超过" },
        { "费用超过3000元", "费用 超过 3000元" },
        { "超过总费用的部分", "超过 总费用 的部分" },
        { "当费用达到5%则", "当 费用 达到 5% 则" },
        { "费用", NULL },     /* one name */
        { "住院费用", NULL }, /* 住院 is not known */
        { "费用余额", NULL }, /* two names make no sense */
        { "日期费用", NULL },
        { "非费用", "非 费用" },
        { "超过", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        pol_str split;
        const bool found =
            pol_lex_split(&g_arena, pol_str_of(k_cases[i].word), known, NULL, &split);
        assert_int_equal(found, k_cases[i].split != NULL);
        if (found)
            assert_true(pol_str_equal(split, pol_str_of(k_cases[i].split)));
    }
    char word[400] = "";
    for (int i = 0; i < 65; i++)
        strcat(word, "非");
    pol_str split;
    assert_false(pol_lex_split(&g_arena, pol_str_of(word), NULL, NULL, &split));
}

static void synonyms(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int token;
        const char *part;
    } k_cases[] = {
        { "以上", TOK_GE, "不低于" },  { "如果", TOK_WHEN, "当" },
        { "封顶线", TOK_CAP, "封顶" }, { "支付比例", TOK_RATIO, "比例" },
        { "无", -1, "不限" },          { "七成", -1, "70%" },
        { "三千元", -1, "3000元" },    { "二十万元", -1, "20万元" },
        { "百分之七十", -1, "70%" },   { "十二天", -1, "12天" },
        { "两次", -1, "2次" },         { "叁仟元", -1, "3000元" },
    };
    for (size_t i = 0; i < sizeof k_cases / sizeof k_cases[0]; i++) {
        pol_synonym synonym;
        assert_true(pol_lex_suggest(&g_arena, pol_str_of(k_cases[i].word), &synonym));
        assert_int_equal(synonym.token, k_cases[i].token);
        assert_non_null(strstr(pol_str_copy(&g_arena, synonym.zh).bytes, k_cases[i].part));
        assert_true(synonym.en.length > 0);
    }
    pol_synonym synonym;
    assert_false(pol_lex_suggest(&g_arena, POL_STR("住院"), &synonym));
    assert_false(pol_lex_suggest(&g_arena, POL_STR("一级"), &synonym));
    assert_false(pol_lex_suggest(&g_arena, POL_STR("三"), &synonym));
}

/* ---- what is noticed in passing -------------------------------------------------------------------------- */

static void comments_and_keywords_are_noticed(void **state)
{
    (void)state;
    const char *const text = "# 一\n# 二\n待遇 救助 # 三\n依据 x.ratio when # 四\n# 五";
    pol_sources sources;
    pol_sources_init(&sources, &g_arena);
    const uint32_t file = pol_sources_add(&sources, POL_STR("t"), pol_str_of(text));
    pol_lexer lexer;
    pol_text_notes notes = { .waiting = 0 };
    assert_true(pol_lexer_init(&lexer, &g_arena, &g_arena, &sources, file, NULL));
    lexer.notes = &notes;
    uint32_t benefit = 0, basis = 0;
    for (pol_token token = pol_lexer_next(&lexer); token.kind != 0; token = pol_lexer_next(&lexer)) {
        assert_int_not_equal(token.kind, POL_TOKEN_COMMENT);
        benefit = token.kind == TOK_BENEFIT ? token.start : benefit;
        basis = token.kind == TOK_BASIS ? token.start : basis;
    }
    const uint32_t end = (uint32_t)strlen(text);
    const struct {
        const char *spelling;
        bool first_on_line;
        uint32_t next;
    } k_expected[] = {
        { "# 一", true, benefit }, { "# 二", true, benefit }, { "# 三", false, basis }, { "# 四", false, end }, { "# 五", true, end },
    };
    assert_int_equal(notes.comments.count, sizeof k_expected / sizeof k_expected[0]);
    for (size_t i = 0; i < notes.comments.count; i++) {
        const pol_comment *const comment = &notes.comments.items[i];
        const pol_str spelling = pol_span_text(&sources, (pol_span){ file, comment->start, comment->end });
        assert_true(pol_str_equal(spelling, pol_str_of(k_expected[i].spelling)));
        assert_int_equal(comment->first_on_line, k_expected[i].first_on_line);
        assert_int_equal(comment->next, k_expected[i].next);
    }
    assert_int_equal(notes.keywords[POL_ZH], 2); /* 待遇, 依据 */
    assert_int_equal(notes.keywords[POL_EN], 1); /* when; ratio stands after a point */
    assert_true(pol_str_equal(pol_span_text(&sources, notes.first[POL_ZH]), POL_STR("待遇")));
    assert_true(pol_str_equal(pol_span_text(&sources, notes.first[POL_EN]), POL_STR("when")));
}

/* What a token is asked for is what a fresh look at its spelling gives, however many literals came between. */
static void tokens_remember_their_words_and_literals(void **state)
{
    (void)state;
    pol_sources sources;
    pol_sources_init(&sources, &g_arena);
    const uint32_t file =
        pol_sources_add(&sources, POL_STR("t"), POL_STR("甲 \"乙\" 「丙 」 1元 2万元 3.5% 2020-01-02 ４天 Dec-20 `x` 超过5元 6个月"));
    pol_lexer lexer, fresh;
    assert_true(pol_lexer_init(&lexer, &g_arena, &g_arena, &sources, file, NULL));
    assert_true(pol_lexer_init(&fresh, &g_arena, &g_arena, &sources, file, NULL));
    pol_token tokens[32];
    unsigned count = 0;
    for (pol_token token = pol_lexer_next(&lexer); token.kind != 0; token = pol_lexer_next(&lexer))
        tokens[count++] = token;
    assert_int_equal(count, 13);
    for (unsigned i = count; i-- > 0;) {
        pol_token plain = tokens[i];
        plain.word = 0;
        pol_leaf known, looked_up;
        assert_int_equal(pol_lexer_leaf(&lexer, &tokens[i], &known), pol_lexer_leaf(&fresh, &plain, &looked_up));
        const pol_str text = pol_lexer_text(&lexer, &tokens[i]);
        assert_true(pol_str_equal(text, pol_lexer_text(&fresh, &plain)));
        if (tokens[i].kind == TOK_MONEY || tokens[i].kind == TOK_PERCENT) {
            assert_true(known.money.value.digits == looked_up.money.value.digits);
            assert_int_equal(known.money.value.decimals, looked_up.money.value.decimals);
        }
        assert_int_equal(known.node.kind, looked_up.node.kind);
    }
    /* a token that the parser has made of a part of another */
    pol_token part = tokens[4];
    assert_int_equal(part.kind, TOK_MONEY); /* 2万元 */
    part.end = part.start + 1;
    part.kind = TOK_NUMBER;
    pol_leaf leaf;
    assert_int_equal(pol_lexer_leaf(&lexer, &part, &leaf), sizeof(pol_ast_number));
    assert_true(leaf.number.value.digits == 2);
}

/* Amounts of every length as the short way reads them, and as the long one does, which a blank before the unit takes. */
static void plain_amounts(void **state)
{
    (void)state;
    static const char *const k_units[] = { "元", "万元" };
    for (unsigned integer = 1; integer < 18; integer++)
        for (unsigned fraction = 0; fraction < 9; fraction++)
            for (unsigned unit = 0; unit < 2; unit++) {
                char number[40], text[80];
                snprintf(number, sizeof number, "%.*s%s%.*s", (int)integer, "900718293645546372", fraction > 0 ? "." : "", (int)fraction,
                         "0120340560");
                pol_literal plain, spaced;
                snprintf(text, sizeof text, "%s%s, 5", number, k_units[unit]);
                pol_lex_literal(pol_str_of(text), &plain);
                snprintf(text, sizeof text, "%s %s, 5", number, k_units[unit]);
                pol_lex_literal(pol_str_of(text), &spaced);
                assert_int_equal(plain.token, spaced.token);
                assert_int_equal(plain.length + 1, spaced.length);
                assert_int_equal(plain.problem, spaced.problem);
                assert_true(plain.value.digits == spaced.value.digits && plain.value.decimals == spaced.value.decimals);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_spelling, set_up, tear_down),
        cmocka_unit_test(index_and_rows_agree),
        cmocka_unit_test(marks_by_index),
        cmocka_unit_test(plain_amounts),
        cmocka_unit_test_setup_teardown(comments_and_keywords_are_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tokens_remember_their_words_and_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(spellings_are_unique, set_up, tear_down),
        cmocka_unit_test_setup_teardown(english_keywords_are_lower_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quoted_names_are_no_keywords, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_end_at_blanks_and_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(comparison_words_end_before_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nul_bytes_are_reported_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(good_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(proposals_are_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ten_thousand_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(splits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(synonyms, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
