/* Limits just under, at and over; hostile texts; every allocation failing. */
#include "test_grammar.h"

#define HEAD "政策 \"p\" \"t\" 施行 自 2024-01-01 起\n"

typedef struct buffer {
    char *bytes;
    size_t length, capacity;
} buffer;

static void put(buffer *b, const char *text)
{
    const size_t length = strlen(text);
    if (b->length + length + 1 > b->capacity) {
        b->capacity = (b->length + length + 1) * 2;
        b->bytes = realloc(b->bytes, b->capacity);
        assert_non_null(b->bytes);
    }
    memcpy(b->bytes + b->length, text, length + 1);
    b->length += length;
}

static void put_times(buffer *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        put(b, text);
}

/* Parses and frees; the codes must be these (NULL: anything but a crash). */
static void assert_buffer(buffer *b, const char *expected)
{
    parsed p;
    parse_bytes(&p, (pol_str){ b->bytes, b->length }, NULL);
    assert_true(p.complete);
    if (expected != NULL)
        assert_string_equal(codes_text(&p), expected);
    (void)tree_text(&p); /* printing is as deep as the tree */
    assert_false(pol_arena_failed(&p.arena));
    parsed_free(&p);
    free(b->bytes);
    *b = (buffer){ NULL, 0, 0 };
}

static void nested(const char *open, const char *middle, const char *close, size_t levels,
                   const char *expected)
{
    buffer b = { NULL, 0, 0 };
    put(&b, HEAD "定义 a = ");
    put_times(&b, open, levels);
    put(&b, middle);
    put_times(&b, close, levels);
    put(&b, "\n定义 b = 1\n");
    assert_buffer(&b, expected);
}

static void nesting(void **state)
{
    (void)state;
    nested("(", "1", ")", 64, "");
    nested("(", "1", ")", 65, "E0109@2:72");
    nested("(", "1", ")", 100000, "E0109@2:72");
    nested("(", "", "", 100000, "E0109@2:72");
    nested("非 ", "b", "", 64, "");
    nested("非 ", "b", "", 65, "E0109@2:136");
    nested("非 ", "b", "", 100000, "E0109@2:136");
    nested("f(", "1", ")", 64, "");
    nested("f(", "1", ")", 3000, "E0109@2:137");
    nested("按 x { y : ", "1", " }", 64, "");
    nested("按 x { y : ", "1", " }", 3000, NULL);
    nested("{ y : ", "1", " }", 3000, NULL);
    nested("(当 b 则 1 否则 ", "2", ")", 64, "");
    nested("(当 b 则 1 否则 ", "2", ")", 3000, NULL);
    nested("(当 ", "b", " 则 1 否则 2)", 3000, NULL);
    nested("b 属于 [", "1", ", 2)", 3000, NULL);
    nested("(a 或 b 且 c + d × (e 超过 ", "1", " 的部分))", 32, "");
    nested("(a 或 b 且 c + d × (e 超过 ", "1", " 的部分))", 3000, NULL);
    nested("按 (", "1", ") { 其余 : 1 }", 64, "");
    nested("按 (", "1", ") { 其余 : 1 }", 3000, NULL);
    nested("[", "1", "]", 3000, NULL);
    nested("]", "1", "[", 3000, NULL);
}

/* The deepest stack the parser can need: all levels with everything open that can be. */
static void deepest_stack(void **state)
{
    (void)state;
    nested("f(a, 当 b 则 c 当 d 或 e 且 f + g × h 则 i 否则 j 或 k 且 l + m × (", "1", "))", 32,
           "");
    nested("按 a, (b 或 c 且 d + e × f(g, ", "1", ")) { h, 甲 : 1; i : 2 }", 32, "");
}

static void chains(void **state)
{
    (void)state;
    static const char *const k_links[] = { " + 1", " × 1", " 或 b", " 且 b", " - a.实付" };
    for (size_t i = 0; i < sizeof k_links / sizeof k_links[0]; i++) {
        buffer b = { NULL, 0, 0 };
        put(&b, HEAD "定义 a = b");
        put_times(&b, k_links[i], POL_MAX_TREE_DEPTH - 5);
        assert_buffer(&b, "");
        put(&b, HEAD "定义 a = b");
        put_times(&b, k_links[i], 10000);
        put(&b, "\n定义 c = 1 2");
        assert_buffer(&b, "E0110@2:8 E0101@3:10");
    }
}

static void long_lists(void **state)
{
    (void)state;
    static const struct {
        const char *head, *item, *tail;
    } k_lists[] = {
        { "类别 a { 甲", ", 乙", " }" },
        { "定义 a = f(1", ", 2", ")" },
        { "定义 a = ", "当 b 则 c ", "否则 d" },
        { "状态 a ", "当 b 则 c ", "" },
        { "待遇 a ", "比例 1 ", "" },
        { "输入 ", "a : 金额 ", "" },
        { "案例 \"x\" 给定 a = 1", "，a = 1", " 期望 b = 2" },
        { "顺序 a", "、b", "" },
    };
    for (size_t i = 0; i < sizeof k_lists / sizeof k_lists[0]; i++) {
        buffer b = { NULL, 0, 0 };
        put(&b, HEAD);
        put(&b, k_lists[i].head);
        put_times(&b, k_lists[i].item, 10000);
        put(&b, k_lists[i].tail);
        assert_buffer(&b, "");
    }
}

static void file_size(void **state)
{
    (void)state;
    buffer b = { NULL, 0, 0 };
    put(&b, HEAD);
    while (b.length < POL_MAX_FILE_BYTES)
        put(&b, b.length + 5000 < POL_MAX_FILE_BYTES
                    ? "# ---------------------------------------------------------------\n"
                    : "\n");
    assert_int_equal(b.length, POL_MAX_FILE_BYTES);
    buffer over = { NULL, 0, 0 };
    put(&over, b.bytes);
    put(&over, "\n");
    assert_buffer(&b, "");
    assert_buffer(&over, "E0011@1:1");
}

static void hundred_megabytes_on_one_line(void **state)
{
    (void)state;
    const size_t length = (size_t)100 << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    parsed p;
    parse_bytes(&p, (pol_str){ bytes, length }, NULL);
    free(bytes);
    assert_true(p.complete);
    assert_string_equal(codes_text(&p), "E0011@1:1");
    parsed_free(&p);
}

static void text_length(void **state)
{
    (void)state;
    buffer b = { NULL, 0, 0 };
    put(&b, HEAD "附加 a = \"");
    put_times(&b, "x", POL_MAX_TEXT_BYTES - 1);
    put(&b, "\"");
    assert_buffer(&b, "");
    put(&b, HEAD "附加 a = \"");
    put_times(&b, "x", POL_MAX_TEXT_BYTES);
    put(&b, "\"");
    assert_buffer(&b, "");
    put(&b, HEAD "附加 a = \"");
    put_times(&b, "x", POL_MAX_TEXT_BYTES + 1);
    put(&b, "\"");
    assert_buffer(&b, "E0010@2:8");
    put(&b, HEAD "附加 a = ");
    put_times(&b, "x", POL_MAX_TEXT_BYTES + 1);
    assert_buffer(&b, "E0010@2:8");
    put(&b, HEAD "附加 a = 「");
    put_times(&b, "x", POL_MAX_TEXT_BYTES + 1);
    put(&b, "」");
    assert_buffer(&b, "E0010@2:8");
}

/* Each of these made some scanner or parser take quadratic time, or could. */
static void hostile_texts(void **state)
{
    (void)state;
    static const char *const k_units[] = {
        "(",
        "a，",
        "“\"",
        "“a\"b ",
        "'",
        "名",
        "9",
        "1,111",
        "1.",
        "1万",
        "1 ",
        "@ ",
        "超过余额 ",
        "定义 = 3\n",
        "定义 a = 3\n",
        "替换 ",
        "！",
        "待遇 a 比例 比例\n",
        "当\n",
        "\xcc\x81",
        "a : = 3\n",
        "比例 = 3\n",
        "文号 = 3\n",
        "否则 当 ",
        "「a」",
        "政策 \"a\" \"b\"\n",
        "\"a\n",
        "1e5 ",
        "2018-1-",
        "一",
    };
    static const char *const k_heads[] = {
        "", HEAD, HEAD "待遇 a\n", HEAD "输入\n", HEAD "定义 a = ", "政策 \"p\" \"t\"\n"
    };
    for (size_t i = 0; i < sizeof k_units / sizeof k_units[0]; i++)
        for (size_t head = 0; head < sizeof k_heads / sizeof k_heads[0]; head++) {
            buffer b = { NULL, 0, 0 };
            put(&b, k_heads[head]);
            put_times(&b, k_units[i], 30000 / strlen(k_units[i]));
            assert_buffer(&b, NULL);
        }
}

static void not_utf8(void **state)
{
    (void)state;
    parsed p;
    parse_text(&p, HEAD "定义 a = \xd5\xfe\xb2\xdf\n");
    assert_string_equal(codes_text(&p), "E0001@2:8");
    assert_null(p.tree.root);
    parsed_free(&p);
}

/* ---- failing allocations ----------------------------------------------------------------------------------- */

typedef struct failing {
    long left; /* calls until one fails; then all fail */
    long open; /* blocks not yet freed */
} failing;

static void *failing_reallocate(void *user, void *memory, size_t old_bytes, size_t new_bytes)
{
    failing *f = user;
    (void)old_bytes;
    if (new_bytes == 0) {
        f->open -= memory != NULL;
        free(memory);
        return NULL;
    }
    if (f->left-- <= 0)
        return NULL;
    f->open += memory == NULL;
    return realloc(memory, new_bytes);
}

static const char k_sample[] =
    HEAD "条款 \"一\" \"二\"。\n类别 人员 { 甲, 乙, 60岁以上 }\n输入\n 日 : 日期\n 金额 : 金额\n "
         "费用 : 金额 可空 必填 当 人员 = 甲\n"
         "要求 费用 ≥ 0元\n定义 a = 1 < 费用 < 2\n定义 b = 如果 费用 > 3千元 那么 １ 否则 当 "
         "费用超过 5元 则 2 否则 3\n"
         "待遇 c\n 基数 = 1\n 起付线 200,000元\n 比例 按 人员 { 甲 : 50%; 其余 : 60% } 依据 "
         "\"三\"\n 封顶 (1元\n"
         "案例 \"x\" 给定 费用 = 3元 且 日 = 2024-05-06 期望 c = 1元；\n";

/* The allocator gives up at every call once; nothing leaks, nothing crashes, and it is said. */
static void every_call_of_the_allocator_fails(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        failing f = { n, 0 };
        const pol_allocator allocator = { failing_reallocate, &f };
        parsed p;
        parse_bytes(&p, pol_str_of(k_sample), &allocator);
        const bool complete = p.complete;
        if (complete)
            assert_true(p.diags.error_count > 10);
        parsed_free(&p);
        assert_int_equal(f.open, 0);
        if (complete && f.left > 0)
            return;
        assert_true(n < 10000);
    }
}

/* The same with the arena's own limit, which reaches every single allocation from it. */
static void every_allocation_of_the_arena_fails(void **state)
{
    (void)state;
    parsed whole;
    parse_bytes(&whole, pol_str_of(k_sample), NULL);
    const size_t needed = whole.arena.used_bytes;
    parsed_free(&whole);
    for (size_t limit = 1; limit <= needed * 2; limit += 48) {
        parsed p;
        memset(&p, 0, sizeof p);
        pol_arena_init(&p.arena, NULL);
        p.arena.limit_bytes = limit;
        pol_sources_init(&p.sources, &p.arena);
        p.file = pol_sources_add(&p.sources, POL_STR("t"), pol_str_of(k_sample));
        pol_diags_init(&p.diags, &p.arena, &p.sources);
        p.tree.arena = &p.arena;
        p.complete = p.file != UINT32_MAX && pol_parse(&p.tree, &p.sources, p.file, &p.diags);
        if (!p.complete)
            assert_true(p.file == UINT32_MAX || pol_arena_failed(&p.arena) || p.tree.root == NULL);
        pol_text out;
        pol_text_init(&out, &p.arena);
        if (p.complete && p.tree.root != NULL)
            pol_tree_print(&out, &p.tree.root->node);
        if (p.file != UINT32_MAX)
            pol_print_tokens(&out, &p.sources, p.file, &p.diags);
        parsed_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting),
        cmocka_unit_test(deepest_stack),
        cmocka_unit_test(chains),
        cmocka_unit_test(long_lists),
        cmocka_unit_test(file_size),
        cmocka_unit_test(hundred_megabytes_on_one_line),
        cmocka_unit_test(text_length),
        cmocka_unit_test(hostile_texts),
        cmocka_unit_test(not_utf8),
        cmocka_unit_test(every_call_of_the_allocator_fails),
        cmocka_unit_test(every_allocation_of_the_arena_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
