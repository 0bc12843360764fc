#include "grammar/lex_word.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "grammar/lex_literal.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"

/* ---- keywords and marks ------------------------------------------------------------------------------ */

#define RESERVED false
#define SOFT     true
#define SPELLINGS(...)                                                                             \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

#define TOKENS 512 /* above every token */

static const pol_keyword k_keywords[] = {
#define POL_KEYWORD(TOKEN, class, ROLE, zh, en)                                                    \
    { TOK_##TOKEN, #TOKEN, class, POL_ROLE_##ROLE, SPELLINGS zh, SPELLINGS en },
#include "grammar/keywords.def"
#undef POL_KEYWORD
};

static const pol_punct k_puncts[] = {
#define POL_PUNCT(TOKEN, ROLE, spellings)                                                          \
    { TOK_##TOKEN, #TOKEN, POL_ROLE_##ROLE, SPELLINGS spellings },
#include "grammar/punct.def"
#undef POL_PUNCT
};

enum {
    KEYWORDS = sizeof k_keywords / sizeof k_keywords[0],
    PUNCTS = sizeof k_puncts / sizeof k_puncts[0]
};

const pol_keyword *pol_keywords(unsigned *count)
{
    *count = KEYWORDS;
    return k_keywords;
}

const pol_punct *pol_puncts(unsigned *count)
{
    *count = PUNCTS;
    return k_puncts;
}

static bool spelt(pol_str text, const char *const *spellings)
{
    for (; *spellings != NULL; spellings++)
        if (strncmp(*spellings, text.bytes, text.length) == 0 && (*spellings)[text.length] == '\0')
            return true;
    return false;
}

#define LONGEST_KEYWORD 24 /* bytes */

const pol_keyword *pol_keyword_find(pol_str word)
{
    if (word.length == 0 || word.length > LONGEST_KEYWORD)
        return NULL;
    const bool is_english = (unsigned char)word.bytes[0] < 0x80;
    for (size_t i = 0; i < KEYWORDS; i++)
        if (spelt(word, is_english ? k_keywords[i].en : k_keywords[i].zh))
            return &k_keywords[i];
    return NULL;
}

/* Rows by token, + 1: asked for every token that is read. */
enum {
#define POL_KEYWORD(TOKEN, class, ROLE, zh, en) ROW_OF_##TOKEN,
#include "grammar/keywords.def"
#undef POL_KEYWORD
};
static const uint8_t k_row_of[TOKENS] = {
#define POL_KEYWORD(TOKEN, class, ROLE, zh, en) [TOK_##TOKEN] = ROW_OF_##TOKEN + 1,
#include "grammar/keywords.def"
#undef POL_KEYWORD
};
enum {
#define POL_PUNCT(TOKEN, ROLE, spellings) PUNCT_ROW_OF_##TOKEN,
#include "grammar/punct.def"
#undef POL_PUNCT
};
static const uint8_t k_punct_row_of[TOKENS] = {
#define POL_PUNCT(TOKEN, ROLE, spellings) [TOK_##TOKEN] = PUNCT_ROW_OF_##TOKEN + 1,
#include "grammar/punct.def"
#undef POL_PUNCT
};
_Static_assert(KEYWORDS < UINT8_MAX && PUNCTS < UINT8_MAX, "a row fits a byte");

const pol_keyword *pol_keyword_of(int token)
{
    const uint8_t row = token >= 0 && token < TOKENS ? k_row_of[token] : 0;
    return row == 0 ? NULL : &k_keywords[row - 1];
}

const pol_punct *pol_punct_find(pol_str text, size_t *length)
{
    const pol_punct *found = NULL;
    *length = 0;
    for (size_t i = 0; i < PUNCTS; i++)
        for (const char *const *spelling = k_puncts[i].spellings; *spelling != NULL; spelling++) {
            if (text.length == 0 || **spelling != text.bytes[0])
                continue;
            const size_t size = strlen(*spelling);
            if (size > *length && size <= text.length && memcmp(*spelling, text.bytes, size) == 0) {
                found = &k_puncts[i];
                *length = size;
            }
        }
    return found;
}

/* ---- by how they are spelt ------------------------------------------------------------------------------ */

_Static_assert(PUNCTS * POL_SPELLINGS <= POL_PUNCT_SPELLINGS && POL_PUNCT_SPELLINGS < UINT8_MAX, "a spelling fits a byte");

/* Of a keyword's length: its first eight bytes and the length tell nearly all apart. */
static uint32_t slot_of(pol_str word)
{
    uint64_t head = 0;
    memcpy(&head, word.bytes, word.length < sizeof head ? word.length : sizeof head);
    return (uint32_t)((head + word.length) * UINT64_C(0x9e3779b97f4a7c15) >> 55); /* the upper nine bits */
}
_Static_assert(POL_KEYWORD_SLOTS == 1 << 9, "slot_of gives nine bits");

static void add_keyword(pol_spellings *index, const char *spelling, size_t row)
{
    uint32_t slot = slot_of(pol_str_of(spelling));
    while (index->keywords[slot] != 0)
        slot = (slot + 1) % POL_KEYWORD_SLOTS;
    index->keywords[slot] = (uint8_t)(row + 1);
}

void pol_spellings_init(pol_spellings *index)
{
    memset(index, 0, sizeof *index);
    for (size_t i = 0; i < KEYWORDS; i++) {
        for (const char *const *zh = k_keywords[i].zh; *zh != NULL; zh++)
            add_keyword(index, *zh, i);
        for (const char *const *en = k_keywords[i].en; *en != NULL; en++)
            add_keyword(index, *en, i);
    }
    for (size_t i = 0; i < PUNCTS; i++)
        for (size_t s = 0; k_puncts[i].spellings[s] != NULL; s++) {
            const size_t spelling = i * POL_SPELLINGS + s;
            uint8_t *const first = &index->first[(unsigned char)k_puncts[i].spellings[s][0]];
            index->next[spelling] = *first;
            *first = (uint8_t)(spelling + 1);
        }
}

const pol_keyword *pol_spellings_keyword(const pol_spellings *index, pol_str word)
{
    if (word.length == 0 || word.length > LONGEST_KEYWORD)
        return NULL;
    const bool is_english = (unsigned char)word.bytes[0] < 0x80;
    for (uint32_t slot = slot_of(word); index->keywords[slot] != 0; slot = (slot + 1) % POL_KEYWORD_SLOTS) {
        const pol_keyword *const row = &k_keywords[index->keywords[slot] - 1];
        if (spelt(word, is_english ? row->en : row->zh))
            return row;
    }
    return NULL;
}

const pol_punct *pol_spellings_punct(const pol_spellings *index, pol_str text, size_t *length)
{
    const pol_punct *found = NULL;
    *length = 0;
    if (text.length == 0)
        return NULL;
    for (size_t at = index->first[(unsigned char)text.bytes[0]]; at != 0; at = index->next[at - 1]) {
        const pol_punct *const row = &k_puncts[(at - 1) / POL_SPELLINGS];
        const char *const spelling = row->spellings[(at - 1) % POL_SPELLINGS];
        const size_t size = strlen(spelling);
        if (size > *length && size <= text.length && memcmp(spelling, text.bytes, size) == 0) {
            found = row;
            *length = size;
        }
    }
    return found;
}

const pol_punct *pol_spellings_byte(const pol_spellings *index, char byte)
{
    const size_t at = index->first[(unsigned char)byte];
    if (at == 0 || index->next[at - 1] != 0)
        return NULL;
    const pol_punct *const row = &k_puncts[(at - 1) / POL_SPELLINGS];
    return row->spellings[(at - 1) % POL_SPELLINGS][1] == '\0' ? row : NULL;
}

/* ---- by token -------------------------------------------------------------------------------------------- */

const pol_punct *pol_punct_of(int token)
{
    const uint8_t row = token >= 0 && token < TOKENS ? k_punct_row_of[token] : 0;
    return row == 0 ? NULL : &k_puncts[row - 1];
}

const char *pol_token_name(int token)
{
    const pol_keyword *keyword = pol_keyword_of(token);
    const pol_punct *punct = pol_punct_of(token);
    /* Comparison signs stand in both tables under one name. */
    if (keyword != NULL)
        return keyword->token_name;
    if (punct != NULL)
        return punct->token_name;
    switch (token) {
    case TOK_NAME: return "NAME";
    case TOK_STRING: return "STRING";
    case TOK_MONEY: return "MONEY";
    case TOK_PERCENT: return "PERCENT";
    case TOK_NUMBER: return "NUMBER";
    case TOK_DATE: return "DATE";
    case TOK_MONTHDAY: return "MONTHDAY";
    case TOK_MONTHS: return "MONTHS";
    default: return "END";
    }
}

pol_str pol_token_spelling(int token, pol_lang lang)
{
    const pol_punct *punct = pol_punct_of(token);
    if (punct != NULL)
        return pol_str_of(punct->spellings[0]);
    const pol_keyword *keyword = pol_keyword_of(token);
    if (keyword != NULL)
        return pol_str_of(lang == POL_ZH ? keyword->zh[0] : keyword->en[0]);
    return (pol_str){ "", 0 };
}

pol_token_role pol_token_role_of(int token)
{
    const pol_punct *punct = pol_punct_of(token);
    if (punct != NULL)
        return punct->role;
    const pol_keyword *keyword = pol_keyword_of(token);
    return keyword != NULL ? keyword->role : POL_ROLE_LITERAL;
}

bool pol_token_is_literal(int token)
{
    return token < 0 || token >= TOKENS || (k_punct_row_of[token] == 0 && k_row_of[token] == 0);
}

/* ---- where words end ----------------------------------------------------------------------------------- */

#define MIDDLE_DOT 0x00b7 /* inside transliterated names */

static bool is_radical(int32_t point)
{
    return point >= 0x2e80 && point <= 0x2fdf;
}

/* Letters that show nothing; they belong to category Lo all the same. */
static bool is_filler(int32_t point)
{
    return point == 0x115f || point == 0x1160 || point == 0x3164 || point == 0xffa0;
}

static bool starts_word(int32_t point)
{
    if (point < 0x80)
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || point == '_';
    if (pol_utf8_is_han(point))
        return true;
    if (is_radical(point) || point == 0xff3f) /* ＿ */
        return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL: return !is_filler(point);
    default: return false;
    }
}

static bool is_digit(int32_t point)
{
    return point < 0x80 ? point >= '0' && point <= '9'
                        : utf8proc_category(point) == UTF8PROC_CATEGORY_ND;
}

/* Marks that change nothing visible: variation selectors and the like. */
static bool is_silent_mark(int32_t point)
{
    return (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef) ||
           point == 0x034f || point == 0x17b4 || point == 0x17b5 ||
           (point >= 0x180b && point <= 0x180f);
}

static bool continues_word(int32_t point)
{
    if (starts_word(point) || is_digit(point))
        return true;
    if (point < 0x80)
        return false;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC: return !is_silent_mark(point);
    case UTF8PROC_CATEGORY_PC: return true;
    default: return false;
    }
}

/* People write 超过1000元 and 自2020-01-01起: these words end directly before a digit. */
static bool ends_before_digit(pol_str word)
{
    static const int k_tokens[] = { TOK_EQ, TOK_NE, TOK_GE, TOK_LE, TOK_GT, TOK_LT, TOK_FROM, TOK_TO };
    for (size_t i = 0; i < sizeof k_tokens / sizeof k_tokens[0]; i++)
        if (spelt(word, pol_keyword_of(k_tokens[i])->zh))
            return true;
    return false;
}

/* How much of the text, from its start, is Han and Latin letters: nearly all of nearly every word. */
static size_t letters_length(pol_str text)
{
    size_t at = 0;
    for (;;) {
        const size_t han = pol_utf8_han_length((pol_str){ text.bytes + at, text.length - at });
        at += han;
        if (at < text.length && (unsigned char)text.bytes[at] < 0x80 && starts_word(text.bytes[at]))
            at++;
        else if (han == 0)
            return at; /* other letters may follow */
    }
}

/* Of ASCII, what no word holds. */
static bool is_blank_or_sign(char c)
{
    return (unsigned char)c < 0x80 && !starts_word(c) && !is_digit(c);
}

size_t pol_word_length(pol_str text)
{
    size_t at = letters_length(text), size = 0;
    int32_t point;
    if (at > 0 && at < text.length && is_blank_or_sign(text.bytes[at]))
        return at;
    if (at == 0) {
        point = pol_utf8_next(text.bytes, text.length, &size);
        if (point < 0 || !starts_word(point))
            return 0;
    }
    for (;;) {
        at += size;
        point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        if (point == MIDDLE_DOT) {
            size_t next;
            const int32_t after =
                pol_utf8_next(text.bytes + at + size, text.length - at - size, &next);
            if (after < 0 || !continues_word(after))
                return at;
            continue;
        }
        if (point < 0 || !continues_word(point))
            return at;
        if (is_digit(point) && ends_before_digit((pol_str){ text.bytes, at }))
            return at;
    }
}

bool pol_is_word(pol_str text)
{
    return text.length > 0 && pol_word_length(text) == text.length;
}

/* ---- cutting a word that is not known --------------------------------------------------------------- */

#define SPLIT_POINTS 64 /* longer words are not cut */
#define UNREACHED    255

typedef enum piece_kind { NO_PIECE, NAME_PIECE, OTHER_PIECE } piece_kind;

static piece_kind kind_of_piece(pol_str piece, pol_is_known known, void *user)
{
    size_t size;
    if (pol_lex_digit(piece, &size) >= 0) {
        pol_literal literal;
        pol_lex_literal(piece, &literal);
        return literal.length == piece.length && literal.problem < 0 ? OTHER_PIECE : NO_PIECE;
    }
    const pol_keyword *keyword = pol_keyword_find(piece);
    if (keyword != NULL)
        return keyword->is_soft ? NAME_PIECE : OTHER_PIECE;
    return known != NULL && known(piece, user) ? NAME_PIECE : NO_PIECE;
}

bool pol_lex_split(pol_arena *arena, pol_str word, pol_is_known known, void *user, pol_str *text)
{
    /* The fewest pieces that reach each boundary between characters. */
    size_t bounds[SPLIT_POINTS + 1];
    unsigned char pieces[SPLIT_POINTS + 1], from[SPLIT_POINTS + 1];
    bool has_other[SPLIT_POINTS + 1] = { false }; /* two names alone make no sense */
    unsigned count = 0;
    for (size_t at = 0, size; at < word.length; at += size) {
        if (count == SPLIT_POINTS || pol_utf8_next(word.bytes + at, word.length - at, &size) < 0)
            return false;
        bounds[count++] = at;
    }
    bounds[count] = word.length;
    memset(pieces, UNREACHED, sizeof pieces);
    pieces[0] = 0;
    for (unsigned start = 0; start < count; start++) {
        if (pieces[start] == UNREACHED)
            continue;
        for (unsigned end = count; end > start; end--) {
            const pol_str piece = { word.bytes + bounds[start], bounds[end] - bounds[start] };
            if (piece.length == word.length || pieces[end] <= pieces[start] + 1)
                continue;
            const piece_kind kind = kind_of_piece(piece, known, user);
            if (kind == NO_PIECE)
                continue;
            pieces[end] = (unsigned char)(pieces[start] + 1);
            has_other[end] = has_other[start] || kind == OTHER_PIECE;
            from[end] = (unsigned char)start;
        }
    }
    if (count == 0 || pieces[count] == UNREACHED || !has_other[count])
        return false;
    unsigned cuts[SPLIT_POINTS + 1], cut_count = 0;
    for (unsigned at = count; at > 0; at = from[at])
        cuts[cut_count++] = from[at];
    pol_text out;
    pol_text_init(&out, arena);
    for (unsigned i = cut_count; i > 0; i--) {
        const size_t end = i > 1 ? bounds[cuts[i - 2]] : word.length;
        if (i < cut_count)
            pol_text_char(&out, ' ');
        pol_text_add(&out,
                     (pol_str){ word.bytes + bounds[cuts[i - 1]], end - bounds[cuts[i - 1]] });
    }
    *text = pol_text_str(&out);
    return true;
}

/* ---- everyday words ------------------------------------------------------------------------------------- */

#define NO_TOKEN (-1)

/* Word, the token that takes its place, what to write in Chinese and in English. */
static const struct everyday {
    const char *word;
    int token;
    const char *zh, *en;
} k_everyday[] = {
    { "以上", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "及以上", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "不少于", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "不小于", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "大于等于", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "大于或等于", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "至少", TOK_GE, "“不低于”（同 ≥）", "“at_least” (≥)" },
    { "以下", TOK_LE, "“不超过”（同 ≤）或“低于”（同 <）", "“at_most” (≤) or “below” (<)" },
    { "及以下", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "以内", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "之内", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "不高于", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "不大于", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "不多于", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "小于等于", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "小于或等于", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "至多", TOK_LE, "“不超过”（同 ≤）", "“at_most” (≤)" },
    { "多于", TOK_GT, "“超过”（同 >）", "“above” (>)" },
    { "少于", TOK_LT, "“低于”（同 <）", "“below” (<)" },
    { "未达到", TOK_LT, "“低于”（同 <）", "“below” (<)" },
    { "未满", TOK_LT, "“低于”（同 <）", "“below” (<)" },
    { "为", TOK_EQ, "“=”", "“=”" },
    { "等於", TOK_EQ, "“=”", "“=”" },
    { "不是", TOK_NE, "“≠”（条件前用“非”）", "“!=” (before a condition “not”)" },
    { "不为", TOK_NE, "“≠”", "“!=”" },
    { "并非", TOK_NOT, "“非”", "“not”" },
    { "如果", TOK_WHEN, "“当”", "“when”" },
    { "若", TOK_WHEN, "“当”", "“when”" },
    { "如", TOK_WHEN, "“当”", "“when”" },
    { "假如", TOK_WHEN, "“当”", "“when”" },
    { "那么", TOK_THEN, "“则”", "“then”" },
    { "就", TOK_THEN, "“则”", "“then”" },
    { "不然", TOK_OTHERWISE, "“否则”", "“otherwise”" },
    { "其他情况", TOK_OTHERWISE, "“否则”", "“otherwise”" },
    { "同时", TOK_AND, "“且”", "“and”" },
    { "而且", TOK_AND, "“且”", "“and”" },
    { "和", TOK_AND, "“且”（条件之间）或“、”（各项之间）", "“and” (conditions) or “,” (items)" },
    { "与", TOK_AND, "“且”（条件之间）或“、”（各项之间）", "“and” (conditions) or “,” (items)" },
    { "及", TOK_AND, "“且”（条件之间）或“、”（各项之间）", "“and” (conditions) or “,” (items)" },
    { "加", TOK_PLUS, "“+”", "“+”" },
    { "减", TOK_MINUS, "“-”", "“-”" },
    { "减去", TOK_MINUS, "“-”", "“-”" },
    { "乘", TOK_TIMES, "“×”", "“*”" },
    { "乘以", TOK_TIMES, "“×”", "“*”" },
    { "除以", TOK_DIVIDE, "“÷”", "“/”" },
    { "起付线", TOK_DEDUCTIBLE, "“起付”", "“deductible”" },
    { "起付标准", TOK_DEDUCTIBLE, "“起付”", "“deductible”" },
    { "封顶线", TOK_CAP, "“封顶”", "“cap”" },
    { "限额", TOK_CAP, "“封顶”", "“cap”" },
    { "最高限额", TOK_CAP, "“封顶”", "“cap”" },
    { "支付比例", TOK_RATIO, "“比例”", "“ratio”" },
    { "报销比例", TOK_RATIO, "“比例”", "“ratio”" },
    { "救助比例", TOK_RATIO, "“比例”", "“ratio”" },
    { "真", TOK_YES, "“是”", "“yes”" },
    { "假", TOK_NO, "“否”", "“no”" },
    { "true", TOK_YES, "“是”", "“yes”" },
    { "false", TOK_NO, "“否”", "“no”" },
    { "null", TOK_NONE, "“空”", "“none”" },
    { "if", TOK_WHEN, "“当”", "“when”" },
    { "else", TOK_OTHERWISE, "“否则”", "“otherwise”" },
    { "is", TOK_EQ, "“=”", "“=”" },
    { "无", NO_TOKEN, "：不设起付线就不写“起付”，不设限额写“不限”，没有值写“空”",
      "nothing: without a deductible leave “deductible” out, without a limit write “unlimited”" },
    { "无上限", TOK_UNLIMITED, "“不限”", "“unlimited”" },
    { "不设限", TOK_UNLIMITED, "“不限”", "“unlimited”" },
    { "全额", NO_TOKEN, "“比例 100%”", "“ratio 100%”" },
    { "全部", NO_TOKEN, "“比例 100%”", "“ratio 100%”" },
    { "一半", NO_TOKEN, "“50%”", "“50%”" },
    { "千元", NO_TOKEN, "“元”或“万元”：3千元写成 3000元", "“yuan”: 3千元 is 3000 yuan" },
    { "百元", NO_TOKEN, "“元”：5百元写成 500元", "“yuan”: 5百元 is 500 yuan" },
    { "万", NO_TOKEN, "“万元”", "“万元”" },
    { "亿", NO_TOKEN, "“亿元”", "“亿元”" },
    { "块", NO_TOKEN, "“元”", "“yuan”" },
    { "块钱", NO_TOKEN, "“元”", "“yuan”" },
    { "day", NO_TOKEN, "“days”", "“days”" },
    { "month", NO_TOKEN, "“months”", "“months”" },
    { "point", NO_TOKEN, "“points”", "“points”" },
    { "percent", NO_TOKEN, "“%”", "“%”" },
};

/* Chinese numerals, 壹 to 玖 included; the value of a character, or -1. */
static int numeral_digit(const char *at, size_t length)
{
    static const char *const k_digits[10] = { "零〇", "一壹", "二两贰", "三叁", "四肆",
                                              "五伍", "六陆", "七柒",   "八捌", "九玖" };
    if (length < 3)
        return -1;
    for (int digit = 0; digit < 10; digit++)
        for (const char *one = k_digits[digit]; *one != '\0'; one += 3)
            if (memcmp(one, at, 3) == 0)
                return digit;
    return -1;
}

static int64_t numeral_scale(const char *at, size_t length)
{
    static const struct {
        const char *text;
        int64_t scale;
    } k_scales[] = {
        { "十", 10 },   { "拾", 10 },   { "百", 100 },   { "佰", 100 },
        { "千", 1000 }, { "仟", 1000 }, { "万", 10000 }, { "亿", 100000000 },
    };
    for (size_t i = 0; length >= 3 && i < sizeof k_scales / sizeof k_scales[0]; i++)
        if (memcmp(k_scales[i].text, at, 3) == 0)
            return k_scales[i].scale;
    return 0;
}

/* Reads 三千五百 at the start; the number of bytes it takes, 0 when there is none. */
static size_t read_numeral(pol_str text, int64_t *value)
{
    int64_t total = 0, section = 0, digit = 0;
    size_t at = 0;
    while (at < text.length) {
        const int one = numeral_digit(text.bytes + at, text.length - at);
        const int64_t scale = numeral_scale(text.bytes + at, text.length - at);
        if (one >= 0) {
            digit = one;
        } else if (scale >= 10000) {
            if (total > 0 && scale < 100000000 && total % 100000000 != 0)
                return 0;
            total = (total + section + digit) * scale;
            section = digit = 0;
        } else if (scale > 0) {
            section += (digit == 0 && section == 0 ? 1 : digit) * scale;
            digit = 0;
        } else {
            break;
        }
        if (total > (int64_t)100000000 * 100000 || section > 10000)
            return 0;
        at += 3;
    }
    *value = total + section + digit;
    return at;
}

/* 七成, 三千元, 百分之七十, 两次: the literal. */
static bool read_spelt_literal(pol_str word, char out[64])
{
    static const struct {
        const char *unit, *form;
        int64_t factor;
    } k_forms[] = {
        { "元", "元", 1 },
        { "块", "元", 1 },
        { "块钱", "元", 1 },
        { "圆", "元", 1 },
        { "成", "%", 10 },
        { "折", "%", 10 },
        { "天", "天", 1 },
        { "日", "天", 1 },
        { "岁", "岁", 1 },
        { "周岁", "岁", 1 },
        { "次", "次", 1 },
        { "个月", "个月", 1 },
        { "个百分点", "个百分点", 1 },
    };
    int64_t value;
    const size_t hundredth = strlen("百分之");
    if (word.length > hundredth && memcmp(word.bytes, "百分之", hundredth) == 0) {
        const pol_str number = { word.bytes + hundredth, word.length - hundredth };
        if (read_numeral(number, &value) != number.length)
            return false;
        snprintf(out, 64, "%lld%%", (long long)value);
        return true;
    }
    const size_t end = read_numeral(word, &value);
    if (end == 0)
        return false;
    for (size_t i = 0; i < sizeof k_forms / sizeof k_forms[0]; i++) {
        const size_t length = strlen(k_forms[i].unit);
        if (word.length - end != length || memcmp(word.bytes + end, k_forms[i].unit, length) != 0)
            continue;
        value *= k_forms[i].factor;
        if (k_forms[i].form[0] == "元"[0] && strcmp(k_forms[i].form, "元") == 0 && value >= 10000 &&
            value % 10000 == 0)
            snprintf(out, 64, "%lld万元", (long long)(value / 10000));
        else
            snprintf(out, 64, "%lld%s", (long long)value, k_forms[i].form);
        return true;
    }
    return false;
}

bool pol_lex_suggest(pol_arena *arena, pol_str word, pol_synonym *synonym)
{
    for (size_t i = 0; i < sizeof k_everyday / sizeof k_everyday[0]; i++)
        if (pol_str_equal(word, pol_str_of(k_everyday[i].word))) {
            *synonym = (pol_synonym){ k_everyday[i].token, pol_str_of(k_everyday[i].zh),
                                      pol_str_of(k_everyday[i].en) };
            return true;
        }
    char literal[64];
    if (!read_spelt_literal(word, literal))
        return false;
    pol_text text;
    pol_text_init(&text, arena);
    pol_text_format(&text, "“%s”", literal);
    *synonym = (pol_synonym){ NO_TOKEN, pol_text_str(&text), pol_text_str(&text) };
    return true;
}
