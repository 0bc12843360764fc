#include "grammar/lexer.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "grammar/lex_literal.h"
#include "grammar/lex_word.h"
#include "grammar/parse.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"

#include "grammar/scan.lex.h"

/* ---- reporting ----------------------------------------------------------------------------------------- */

static pol_span span_of(const pol_lexer *lexer, size_t start, size_t end)
{
    return (pol_span){ lexer->file, (uint32_t)start, (uint32_t)end };
}

static pol_str slice(const pol_lexer *lexer, size_t start, size_t end)
{
    return (pol_str){ lexer->text.bytes + start, end - start };
}

static pol_str rest_of(const pol_lexer *lexer, size_t at)
{
    return slice(lexer, at, lexer->text.length);
}

/* True when `text` begins with `piece`: pieces are short, and of many that are tried most differ in the first byte. */
static inline bool starts_with(pol_str text, const char *piece)
{
    size_t at = 0;
    while (piece[at] != '\0' && at < text.length && text.bytes[at] == piece[at])
        at++;
    return piece[at] == '\0';
}

static inline bool begins(const pol_lexer *lexer, size_t at, const char *piece)
{
    return starts_with(rest_of(lexer, at), piece);
}

/* A character by itself and by its code point: {character}, {code}. */
static pol_diag *report_character(pol_lexer *lexer, pol_diag_code code, size_t at, size_t size,
                                  int32_t point)
{
    lexer->reported = true;
    if (lexer->diags == NULL)
        return NULL;
    char text[16];
    const int length = snprintf(text, sizeof text, "U+%04X", (unsigned)point);
    pol_diag *diag = pol_report(lexer->diags, code, span_of(lexer, at, at + size));
    const bool is_seen = code != POL_D_INVISIBLE_CHARACTER;
    pol_diag_text(lexer->diags, diag, "character",
                  is_seen ? slice(lexer, at, at + size) : pol_str_of(text));
    return pol_diag_text(lexer->diags, diag, "code", (pol_str){ text, (size_t)length });
}

static pol_diag *report_text(pol_lexer *lexer, pol_diag_code code, size_t start, size_t end,
                             const char *name, pol_str text)
{
    lexer->reported |= pol_diag_is_error(code);
    if (lexer->diags == NULL)
        return NULL;
    pol_diag *diag = pol_report(lexer->diags, code, span_of(lexer, start, end));
    return pol_diag_text(lexer->diags, diag, name, text);
}

static void add_text(pol_lexer *lexer, pol_diag *diag, const char *name, pol_str text)
{
    if (diag != NULL)
        pol_diag_text(lexer->diags, diag, name, text);
}

static void add_fix(pol_lexer *lexer, pol_diag *diag, size_t start, size_t end, pol_str text)
{
    if (diag != NULL)
        pol_diag_fix(lexer->diags, diag, span_of(lexer, start, end), text);
}

static void check_length(pol_lexer *lexer, size_t start, size_t end, size_t length)
{
    if (length <= POL_MAX_TEXT_BYTES || lexer->diags == NULL)
        return;
    pol_diag *diag = pol_report(lexer->diags, POL_D_TEXT_TOO_LONG, span_of(lexer, start, end));
    pol_diag_number(lexer->diags, diag, "limit", POL_MAX_TEXT_BYTES);
    pol_diag_number(lexer->diags, diag, "length", (int64_t)length);
}

static const pol_word k_nothing = { { "", 0 }, TOK_NAME, false, false }; /* when memory has run out */

/* ---- tokens ------------------------------------------------------------------------------------------------ */

static size_t make(pol_lexer *lexer, int kind, size_t at, size_t length)
{
    lexer->token.kind = (int16_t)kind;
    lexer->token.start = (uint32_t)at;
    lexer->token.end = (uint32_t)(at + length);
    return length;
}

/* The same for a word or a text that has been looked up. */
static size_t make_word(pol_lexer *lexer, const pol_word *word, int kind, size_t at, size_t length)
{
    const bool is_known = word != &k_nothing;
    lexer->token.word = is_known ? (uint32_t)(word - lexer->words.items) + 1 : 0;
    return make(lexer, kind, at, length);
}

/* Leaves out something that has been reported; what follows is not reported again. */
static size_t leave_out(pol_lexer *lexer, size_t length)
{
    lexer->after_error = true;
    return length;
}

/* Control characters and what cannot be seen or turns the direction of text: an error wherever it
 * stands. */
static bool is_invisible(int32_t point)
{
    if (point < 0x80)
        return (point < 0x20 && point != '\t' && point != '\n' && point != '\r') || point == 0x7f;
    if (pol_utf8_is_han(point))
        return false;
    return pol_utf8_is_forbidden(point) || (point >= 0xfe00 && point <= 0xfe0f) ||
           (point >= 0xe0100 && point <= 0xe01ef) || (point >= 0x180b && point <= 0x180f) ||
           point == 0x034f || point == 0x115f || point == 0x1160 || point == 0x17b4 ||
           point == 0x17b5 || point == 0x2800 || point == 0x3164 || point == 0xffa0;
}

static bool check_visible(pol_lexer *lexer, size_t at, size_t size, int32_t point)
{
    if (!is_invisible(point))
        return true;
    if (point != 0) {
        report_character(lexer, POL_D_INVISIBLE_CHARACTER, at, size, point);
    } else if (!lexer->nul_reported) {
        lexer->nul_reported = true;
        if (lexer->diags != NULL)
            pol_report(lexer->diags, POL_D_NUL_BYTE, span_of(lexer, at, at + 1));
    }
    return false;
}

static void check_all_visible(pol_lexer *lexer, size_t at, size_t end)
{
    for (size_t size;; at += size) {
        const size_t from = at;
        at += pol_utf8_han_length(slice(lexer, at, end));
        while (at < end && lexer->text.bytes[at] >= 0x20 && lexer->text.bytes[at] < 0x7f)
            at++;
        size = 0;
        if (at >= end)
            return;
        if (at != from)
            continue;
        const int32_t point = pol_utf8_next(lexer->text.bytes + at, lexer->text.length - at, &size);
        check_visible(lexer, at, size, point);
    }
}

/* ---- noticed in passing ------------------------------------------------------------------------------------ */

static void note_comment(pol_lexer *lexer, size_t start, size_t end)
{
    const pol_comment comment = { .start = (uint32_t)start, .end = (uint32_t)end, .first_on_line = lexer->line_began };
    (void)POL_PUSH(lexer->arena, lexer->notes->comments, comment);
}

/* The token in `lexer` follows the comments that are waiting. */
static void note_token(pol_lexer *lexer)
{
    pol_text_notes *const notes = lexer->notes;
    for (; notes->waiting < notes->comments.count; notes->waiting++)
        notes->comments.items[notes->waiting].next = lexer->token.start;
    lexer->after_dot = lexer->token.kind == TOK_DOT;
}

static void note_word(pol_lexer *lexer, size_t start, size_t end)
{
    if (lexer->after_dot)
        return;
    const size_t lang = (unsigned char)lexer->text.bytes[start] < 0x80 ? POL_EN : POL_ZH;
    if (lexer->notes->keywords[lang]++ == 0)
        lexer->notes->first[lang] = span_of(lexer, start, end);
}

/* ---- blanks and comments ----------------------------------------------------------------------------------- */

size_t pol_lexer_blank(pol_lexer *lexer, size_t at, size_t length)
{
    for (size_t i = at; i < at + length; i++)
        if (lexer->text.bytes[i] == '\n' || lexer->text.bytes[i] == '\r')
            lexer->line_began = true;
    return length;
}

size_t pol_lexer_spaces(const pol_lexer *lexer, size_t at)
{
    size_t end = at;
    while (end < lexer->text.length && lexer->text.bytes[end] == ' ')
        end++;
    return end - at;
}

static bool is_line_end(const pol_lexer *lexer, size_t at)
{
    return at >= lexer->text.length || lexer->text.bytes[at] == '\n' ||
           lexer->text.bytes[at] == '\r';
}

static size_t line_end(const pol_lexer *lexer, size_t at)
{
    while (!is_line_end(lexer, at))
        at++;
    return at;
}

size_t pol_lexer_comment(pol_lexer *lexer, size_t at)
{
    const size_t end = line_end(lexer, at);
    check_all_visible(lexer, at, end);
    if (lexer->notes != NULL)
        note_comment(lexer, at, end);
    return lexer->keep_comments ? make(lexer, POL_TOKEN_COMMENT, at, end - at) : end - at;
}

/* ---- words ------------------------------------------------------------------------------------------------- */

/* What stands between the quotes; `text` has an opening quote and perhaps a closing one. */
static pol_str between_quotes(pol_str text)
{
    static const char *const k_quotes[] = { "\"", "“",  "”",  "`",  "「", "」", "'", "‘",
                                            "’",  "『", "』", "＂", "＇", "｀", "｢", "｣" };
    enum { QUOTES = sizeof k_quotes / sizeof k_quotes[0] };
    size_t open = 0, close = 0;
    for (size_t i = 0; i < QUOTES && open == 0; i++)
        if (starts_with(text, k_quotes[i]))
            open = strlen(k_quotes[i]);
    for (size_t i = 0; i < QUOTES && close == 0 && open > 0; i++) {
        const size_t length = strlen(k_quotes[i]);
        if (text.length >= open + length &&
            memcmp(text.bytes + text.length - length, k_quotes[i], length) == 0)
            close = length;
    }
    return (pol_str){ text.bytes + open, text.length - open - close };
}

/* The place among `nearby` for a spelling, by its first and last bytes. */
static uint32_t *nearby_of(pol_lexer *lexer, pol_str spelling)
{
    const size_t length = spelling.length;
    uint64_t head = 0, tail = 0;
    if (length >= sizeof head) {
        memcpy(&head, spelling.bytes, sizeof head);
        memcpy(&tail, spelling.bytes + length - sizeof tail, sizeof tail);
    } else {
        for (size_t i = 0; i < length; i++)
            head = head << 8 | (unsigned char)spelling.bytes[i];
    }
    const uint64_t mix = (head + tail * 31 + length) * UINT64_C(0x9e3779b97f4a7c15);
    return &lexer->nearby[mix >> 32 & (POL_NEARBY_WORDS - 1)];
}

/* Folds and looks up a spelling (of the source), once for each; k_nothing when memory ran out. */
static const pol_word *look_up(pol_lexer *lexer, pol_str spelling, int kind, bool is_quoted)
{
    uint32_t *const nearby = nearby_of(lexer, spelling);
    if (*nearby != 0 && *nearby <= lexer->words.count && pol_str_equal(lexer->spellings.names[*nearby - 1], spelling))
        return &lexer->words.items[*nearby - 1];
    const uint32_t number = pol_names_add(&lexer->spellings, spelling);
    if (number == POL_NO_NAME)
        return &k_nothing;
    *nearby = number + 1;
    if (number < lexer->words.count)
        return &lexer->words.items[number];
    pol_word word = { .text = spelling, .token = (int16_t)kind };
    if (kind == TOK_STRING) {
        word.text = between_quotes(spelling);
    } else if (is_quoted) {
        word.text = pol_utf8_key(lexer->scratch, between_quotes(spelling));
    } else {
        word.text = pol_utf8_nfkc(lexer->scratch, spelling);
        const pol_keyword *keyword = pol_spellings_keyword(&lexer->index, word.text);
        if (keyword != NULL)
            word.token = (int16_t)keyword->token;
        word.is_noted = keyword != NULL && !keyword->is_soft;
        word.is_folded = word.text.bytes == spelling.bytes;
    }
    word.text = pol_str_copy(lexer->arena, word.text);
    if (!POL_PUSH(lexer->scratch, lexer->words, word))
        return &k_nothing;
    return &lexer->words.items[number];
}

static void check_folding(pol_lexer *lexer, size_t at, size_t end, pol_str folded)
{
    const pol_str written = slice(lexer, at, end);
    if (pol_str_equal(written, folded))
        return;
    if (!pol_is_word(folded)) {
        pol_diag *diag = report_text(lexer, POL_D_BAD_WORD, at, end, "text", written);
        add_text(lexer, diag, "folded", folded);
        return;
    }
    pol_diag *diag = report_text(lexer, POL_D_FOLDED_WORD, at, end, "text", written);
    add_text(lexer, diag, "folded", folded);
    add_fix(lexer, diag, at, end, folded);
}

static void report_literal(pol_lexer *lexer, const pol_literal *literal, size_t at)
{
    const size_t end = at + literal->length;
    pol_diag *diag =
        report_text(lexer, (pol_diag_code)literal->problem, at, end, "text", slice(lexer, at, end));
    add_text(lexer, diag, "proposal", pol_str_of(literal->proposal));
    if (literal->proposal[0] != '\0' && literal->problem != POL_D_DATE_WITHOUT_DAY)
        add_fix(lexer, diag, at, end, pol_str_of(literal->proposal));
}

size_t pol_lexer_word(pol_lexer *lexer, size_t at)
{
    pol_literal literal;
    if (pol_lex_month_name(rest_of(lexer, at), &literal)) {
        if (literal.problem >= 0)
            report_literal(lexer, &literal, at);
        return make(lexer, TOK_MONTHDAY, at, literal.length);
    }
    const size_t length = pol_word_length(rest_of(lexer, at));
    check_length(lexer, at, at + length, length);
    const pol_word *word = look_up(lexer, slice(lexer, at, at + length), TOK_NAME, false);
    if (!word->is_folded)
        check_folding(lexer, at, at + length, word->text);
    if (lexer->notes != NULL && word->is_noted)
        note_word(lexer, at, at + length);
    return make_word(lexer, word, word->token, at, length);
}

/* The literal that begins at `at`: read once, since its token is asked for it soon. */
static const pol_literal *literal_at(pol_lexer *lexer, size_t at)
{
    for (size_t i = 0; i < POL_RECENT_LITERALS; i++)
        if (lexer->recent[i].literal.length != 0 && lexer->recent[i].at == at)
            return &lexer->recent[i].literal;
    pol_recent_literal *const recent = &lexer->recent[lexer->oldest];
    lexer->oldest = (lexer->oldest + 1) % POL_RECENT_LITERALS;
    recent->at = at;
    pol_lex_literal(rest_of(lexer, at), &recent->literal);
    return &recent->literal;
}

size_t pol_lexer_number(pol_lexer *lexer, size_t at)
{
    const pol_literal *const literal = literal_at(lexer, at);
    if (literal->problem >= 0)
        report_literal(lexer, literal, at);
    return make(lexer, literal->token, at, literal->length);
}

/* ---- texts and quoted names ----------------------------------------------------------------------------------- */

typedef struct quotes {
    const char *open, *close;
    const char *also; /* closes too, when `close` is missing on the line */
    const char *also2;
    int kind;
    const char *good; /* what to write instead, NULL: these are right */
} quotes;

static const quotes k_quotes[] = {
    { "\"", "\"", "”", "“", TOK_STRING, NULL },    { "“", "”", "\"", "“", TOK_STRING, NULL },
    { "「", "」", "』", "」", TOK_NAME, NULL },    { "`", "`", "｀", "`", TOK_NAME, NULL },
    { "”", "“", "”", "\"", TOK_STRING, "\"…\"" },  { "'", "'", "’", "‘", TOK_STRING, "\"…\"" },
    { "‘", "’", "'", "‘", TOK_STRING, "\"…\"" },   { "＂", "＂", "\"", "”", TOK_STRING, "\"…\"" },
    { "＇", "＇", "'", "’", TOK_STRING, "\"…\"" }, { "『", "』", "」", "』", TOK_NAME, "「…」" },
    { "｢", "｣", "」", "｣", TOK_NAME, "「…」" },    { "｀", "｀", "`", "｀", TOK_NAME, "`…`" },
};

static const quotes *quotes_at(const pol_lexer *lexer, size_t at)
{
    for (size_t i = 0; i < sizeof k_quotes / sizeof k_quotes[0]; i++)
        if (begins(lexer, at, k_quotes[i].open))
            return &k_quotes[i];
    return NULL;
}

/* The place of `mark` on this line from `at`, or SIZE_MAX. */
static size_t find_on_line(const pol_lexer *lexer, size_t at, const char *mark)
{
    const char first = mark[0];
    if (mark[1] == '\0' && at < lexer->text.length) {
        const char *const from = lexer->text.bytes + at;
        const char *const found = memchr(from, first, lexer->text.length - at);
        const size_t length = found == NULL ? 0 : (size_t)(found - from);
        const bool here = found != NULL && memchr(from, '\n', length) == NULL && memchr(from, '\r', length) == NULL;
        return here ? at + length : SIZE_MAX;
    }
    for (; !is_line_end(lexer, at); at++)
        if (lexer->text.bytes[at] == first && begins(lexer, at, mark))
            return at;
    return SIZE_MAX;
}

/* A line that ends with one word: the closing quote belongs behind it. */
static bool is_one_word(const pol_lexer *lexer, size_t start, size_t end)
{
    return end > start && is_line_end(lexer, end) &&
           pol_word_length(slice(lexer, start, end)) == end - start;
}

/* Looks for the closing quote; without one the text ends with its line. */
static size_t quoted_end(pol_lexer *lexer, const quotes *q, size_t at)
{
    const size_t inside = at + strlen(q->open);
    size_t *searched = &lexer->no_close_before[q - k_quotes];
    size_t close = inside < *searched ? SIZE_MAX : find_on_line(lexer, inside, q->close);
    if (close != SIZE_MAX)
        return close + strlen(q->close);
    const char *const others[] = { q->also, q->also2 };
    size_t end = SIZE_MAX;
    if (inside >= *searched)
        *searched = line_end(lexer, inside);
    for (size_t i = at + strlen(q->open); i < *searched && end == SIZE_MAX; i++)
        for (size_t other = 0; other < 2 && end == SIZE_MAX; other++)
            if (begins(lexer, i, others[other]))
                end = i + strlen(others[other]);
    if (end == SIZE_MAX)
        end = *searched > inside ? *searched : inside;
    if (q->good == NULL) {
        pol_diag *diag = report_text(
            lexer, q->kind == TOK_STRING ? POL_D_UNTERMINATED_TEXT : POL_D_UNTERMINATED_NAME, at,
            end, "mark", pol_str_of(q->close));
        if (is_one_word(lexer, inside, end))
            add_fix(lexer, diag, end, end, pol_str_of(q->close));
    }
    return end;
}

size_t pol_lexer_quoted(pol_lexer *lexer, size_t at)
{
    const quotes *q = quotes_at(lexer, at);
    if (q == NULL)
        return pol_lexer_other(lexer, at);
    const size_t end = quoted_end(lexer, q, at), open = strlen(q->open);
    check_all_visible(lexer, at + open, end);
    if (q->good != NULL) {
        pol_diag *diag =
            report_text(lexer, POL_D_SIGN_FORM, at, end, "text", slice(lexer, at, end));
        add_text(lexer, diag, "good", pol_str_of(q->good));
    }
    if (end - at > POL_MAX_TEXT_BYTES)
        check_length(lexer, at, end, between_quotes(slice(lexer, at, end)).length);
    const pol_word *word = look_up(lexer, slice(lexer, at, end), q->kind, true);
    if (q->kind == TOK_NAME && word->text.length == 0 && lexer->diags != NULL)
        pol_report(lexer->diags, POL_D_EMPTY_NAME, span_of(lexer, at, end));
    return make_word(lexer, word, q->kind, at, end - at);
}

/* ---- marks and everything else ----------------------------------------------------------------------------------- */

#define DROP  0 /* nothing takes its place */
#define BLANK 1 /* a blank does (1 is no token) */

/* Signs of other languages; what to write instead, NULL: the token's word. */
static const struct {
    const char *text;
    int token;
    const char *good;
} k_signs[] = {
    { "===", TOK_EQ, "=" },  { "==", TOK_EQ, "=" },    { "＝＝", TOK_EQ, "=" },
    { ":=", TOK_EQ, "=" },   { "：=", TOK_EQ, "=" },   { "=>", TOK_GE, "≥" },
    { "=<", TOK_LE, "≤" },   { "><", TOK_NE, "≠" },    { "！=", TOK_NE, "≠" },
    { "！＝", TOK_NE, "≠" }, { "＞＝", TOK_GE, "≥" },  { "＞=", TOK_GE, "≥" },
    { "＜＝", TOK_LE, "≤" }, { "＜=", TOK_LE, "≤" },   { "＜＞", TOK_NE, "≠" },
    { "&&", TOK_AND, NULL }, { "&", TOK_AND, NULL },   { "＆", TOK_AND, NULL },
    { "||", TOK_OR, NULL },  { "|", TOK_OR, NULL },    { "｜", TOK_OR, NULL },
    { "!", TOK_NOT, NULL },  { "**", TOK_TIMES, "×" },
};
enum { SIGNS = sizeof k_signs / sizeof k_signs[0] };
_Static_assert(SIGNS <= POL_SIGNS, "the lexer has room for them");

/* Characters that look like one of the language's. */
static const struct {
    const char *text;
    int token;
    const char *good;
} k_lookalikes[] = {
    { "—", TOK_MINUS, "-" },
    { "–", TOK_MINUS, "-" },
    { "―", TOK_MINUS, "-" },
    { "‐", TOK_MINUS, "-" },
    { "‑", TOK_MINUS, "-" },
    { "‒", TOK_MINUS, "-" },
    { "﹣", TOK_MINUS, "-" },
    { "➖", TOK_MINUS, "-" },
    { "﹢", TOK_PLUS, "+" },
    { "➕", TOK_PLUS, "+" },
    { "∗", TOK_TIMES, "×" },
    { "✕", TOK_TIMES, "×" },
    { "✖", TOK_TIMES, "×" },
    { "╳", TOK_TIMES, "×" },
    { "⁄", TOK_DIVIDE, "÷" },
    { "∕", TOK_DIVIDE, "÷" },
    { "➗", TOK_DIVIDE, "÷" },
    { "∶", TOK_COLON, ":" },
    { "﹕", TOK_COLON, ":" },
    { "︰", TOK_COLON, ":" },
    { "﹐", TOK_COMMA, "," },
    { "､", TOK_COMMA, "," },
    { "﹑", TOK_COMMA, "," },
    { "﹔", TOK_SEMI, ";" },
    { "·", TOK_DOT, "." },
    { "・", TOK_DOT, "." },
    { "•", TOK_DOT, "." },
    { "﹒", TOK_DOT, "." },
    { "﹦", TOK_EQ, "=" },
    { "⩾", TOK_GE, "≥" },
    { "⩽", TOK_LE, "≤" },
    { "﹥", TOK_GT, ">" },
    { "﹤", TOK_LT, "<" },
    { "﹙", TOK_LPAREN, "(" },
    { "﹚", TOK_RPAREN, ")" },
    { "〔", TOK_LPAREN, "(" },
    { "〕", TOK_RPAREN, ")" },
    { "〖", TOK_LBRACKET, "[" },
    { "〗", TOK_RBRACKET, "]" },
    { "﹛", TOK_LBRACE, "{" },
    { "﹜", TOK_RBRACE, "}" },
    { "￥", DROP, "1000元" },
    { "¥", DROP, "1000元" },
    { "～", DROP, "[1000元, 1万元)" },
    { "~", DROP, "[1000元, 1万元)" },
};

static const char *const k_sentence_ends[] = { "。", "｡", "！", "？", "?", "……", "…" };

/* A sign of another language: the sign that was meant. */
static size_t read_sign(pol_lexer *lexer, size_t at, size_t longer_than)
{
    for (size_t next = lexer->first_sign[(unsigned char)lexer->text.bytes[at]]; next != 0;) {
        const size_t i = next - 1;
        next = lexer->next_sign[i];
        if (!begins(lexer, at, k_signs[i].text))
            continue;
        const size_t length = strlen(k_signs[i].text);
        if (length <= longer_than)
            continue;
        pol_diag *diag = report_text(lexer, POL_D_SIGN_FORM, at, at + length, "text",
                                     slice(lexer, at, at + length));
        if (k_signs[i].good != NULL) {
            add_text(lexer, diag, "good", pol_str_of(k_signs[i].good));
            add_fix(lexer, diag, at, at + length, pol_str_of(k_signs[i].good));
        } else if (diag != NULL) {
            pol_diag_texts(lexer->diags, diag, "good", pol_token_spelling(k_signs[i].token, POL_EN),
                           pol_token_spelling(k_signs[i].token, POL_ZH));
        }
        return make(lexer, k_signs[i].token, at, length);
    }
    return 0;
}

static size_t read_lookalike(pol_lexer *lexer, size_t at, size_t size, int32_t point)
{
    const bool is_blank = point > 0x80 && utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
    int token = is_blank ? BLANK : -1;
    const char *good = is_blank ? " " : NULL;
    for (size_t i = 0; i < sizeof k_lookalikes / sizeof k_lookalikes[0] && token < 0; i++)
        if (begins(lexer, at, k_lookalikes[i].text)) {
            token = k_lookalikes[i].token;
            good = k_lookalikes[i].good;
        }
    if (token < 0)
        return 0;
    pol_diag *diag = report_character(lexer, POL_D_LOOKALIKE, at, size, point);
    if (diag != NULL)
        pol_diag_texts(lexer->diags, diag, "good", pol_str_of(is_blank ? "a plain blank" : good),
                       pol_str_of(is_blank ? "普通空格" : good));
    if (token == DROP)
        return leave_out(lexer, size);
    add_fix(lexer, diag, at, at + size, pol_str_of(good));
    return token == BLANK ? size : make(lexer, token, at, size);
}

/* How often the character stands here without interruption, in bytes: one message for all. */
static size_t run_length(const pol_lexer *lexer, size_t at, size_t size)
{
    size_t end = at + size;
    while (lexer->text.length - end >= size &&
           memcmp(lexer->text.bytes + at, lexer->text.bytes + end, size) == 0)
        end += size;
    return end - at;
}

static size_t read_wrong(pol_lexer *lexer, size_t at, size_t size, int32_t point)
{
    if (!check_visible(lexer, at, size, point))
        return leave_out(lexer, size);
    for (size_t i = 0; i < sizeof k_sentence_ends / sizeof k_sentence_ends[0]; i++)
        if (begins(lexer, at, k_sentence_ends[i])) {
            const size_t length = strlen(k_sentence_ends[i]);
            pol_diag *diag = report_text(lexer, POL_D_SENTENCE_END, at, at + length, "mark",
                                         slice(lexer, at, at + length));
            add_fix(lexer, diag, at, at + length, POL_STR(""));
            return leave_out(lexer, length);
        }
    const size_t lookalike = read_lookalike(lexer, at, size, point);
    if (lookalike > 0)
        return lookalike;
    if (point == '%' || point == 0xff05) {
        if (lexer->diags != NULL)
            pol_report(lexer->diags, POL_D_BARE_PERCENT, span_of(lexer, at, at + size));
        return leave_out(lexer, size);
    }
    const utf8proc_category_t category = utf8proc_category(point);
    const bool is_number = category == UTF8PROC_CATEGORY_NO || category == UTF8PROC_CATEGORY_ND;
    report_character(lexer, is_number ? POL_D_BAD_DIGIT : POL_D_BAD_CHARACTER, at, size, point);
    return leave_out(lexer, run_length(lexer, at, size));
}

/* // and / * begin a comment in other languages. */
static size_t read_foreign_comment(pol_lexer *lexer, size_t at)
{
    if (lexer->text.bytes[at] != '/' && !begins(lexer, at, "／"))
        return 0;
    if (!begins(lexer, at, "//") && !begins(lexer, at, "/*") && !begins(lexer, at, "／／"))
        return 0;
    const size_t end = line_end(lexer, at), length = begins(lexer, at, "／／") ? 6 : 2;
    pol_diag *diag =
        report_text(lexer, POL_D_SIGN_FORM, at, at + length, "text", slice(lexer, at, at + length));
    add_text(lexer, diag, "good", POL_STR("#"));
    add_fix(lexer, diag, at, at + length, POL_STR("#"));
    return end - at;
}

/* .5: the point is left out, the digits follow. */
static bool is_bare_fraction(const pol_lexer *lexer, size_t at, size_t length)
{
    size_t size;
    return pol_lex_digit(rest_of(lexer, at + length), &size) >= 0;
}

/* The second byte of a mark or sign of ASCII, if it has one. */
static bool continues_mark(char c)
{
    return c == '=' || c == '<' || c == '>' || c == '&' || c == '|' || c == '*' || c == '/';
}

/* A mark of one byte with which no other begins, or could: most of them. */
static size_t read_plain_mark(pol_lexer *lexer, size_t at)
{
    const char c = lexer->text.bytes[at];
    if ((unsigned char)c >= 0x80 || c == '.' || c == '/' || (at + 1 < lexer->text.length && continues_mark(lexer->text.bytes[at + 1])))
        return 0;
    const pol_punct *const punct = pol_spellings_byte(&lexer->index, c);
    return punct == NULL ? 0 : make(lexer, punct->token, at, 1);
}

static size_t read_mark(pol_lexer *lexer, size_t at)
{
    const size_t plain = read_plain_mark(lexer, at);
    if (plain > 0)
        return plain;
    const size_t comment = read_foreign_comment(lexer, at);
    if (comment > 0)
        return comment;
    size_t length;
    const pol_punct *punct = pol_spellings_punct(&lexer->index, rest_of(lexer, at), &length);
    const size_t sign = read_sign(lexer, at, length);
    if (sign > 0)
        return sign;
    if (punct == NULL)
        return 0;
    if (punct->token == TOK_DOT && is_bare_fraction(lexer, at, length)) {
        pol_literal literal;
        pol_lex_literal(rest_of(lexer, at + length), &literal);
        const size_t end = at + length + literal.length;
        pol_diag *diag =
            report_text(lexer, POL_D_BAD_NUMBER, at, end, "text", slice(lexer, at, end));
        add_fix(lexer, diag, at, at + length, POL_STR("0."));
        return length;
    }
    return make(lexer, punct->token, at, length);
}

size_t pol_lexer_mark(pol_lexer *lexer, size_t at)
{
    const size_t mark = read_mark(lexer, at);
    if (mark > 0)
        return mark;
    size_t size;
    const int32_t point = pol_utf8_next(lexer->text.bytes + at, lexer->text.length - at, &size);
    return read_wrong(lexer, at, size, point);
}

size_t pol_lexer_other(pol_lexer *lexer, size_t at)
{
    if (pol_utf8_han_length(rest_of(lexer, at)) > 0)
        return pol_lexer_word(lexer, at);
    size_t size;
    const int32_t point = pol_utf8_next(lexer->text.bytes + at, lexer->text.length - at, &size);
    if (point == 0x3000)
        return size;
    if (point == 0xfeff && at == 0)
        return size;     /* byte-order mark */
    if (point == 0xff03) /* ＃ */
        return pol_lexer_comment(lexer, at);
    size_t digit_size;
    if (pol_lex_digit(rest_of(lexer, at), &digit_size) >= 0)
        return pol_lexer_number(lexer, at);
    if (quotes_at(lexer, at) != NULL)
        return pol_lexer_quoted(lexer, at);
    if (pol_word_length(rest_of(lexer, at)) > 0)
        return pol_lexer_word(lexer, at);
    return pol_lexer_mark(lexer, at);
}

/* ---- the lexer ----------------------------------------------------------------------------------------------------- */

#define BYTES_A_SPELLING 100 /* in policies that are written out, one new word, name or text in so many bytes */

void *pol_lexer_slab(pol_lexer *lexer, size_t size)
{
    const size_t rounded = (size + 15) & ~(size_t)15;
    if (rounded < size || rounded > sizeof lexer->slab.bytes - lexer->slab_used)
        return NULL;
    void *memory = lexer->slab.bytes + lexer->slab_used;
    lexer->slab_used += rounded;
    return memory;
}

bool pol_lexer_init(pol_lexer *lexer, pol_arena *arena, pol_arena *scratch,
                    const pol_sources *sources, uint32_t file, pol_diags *diags)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->arena = arena;
    lexer->scratch = scratch;
    lexer->diags = diags;
    lexer->file = file;
    lexer->text = sources->items[file].text;
    lexer->line_began = true;
    pol_names_init(&lexer->spellings, scratch);
    pol_names_reserve(&lexer->spellings, (uint32_t)(lexer->text.length / BYTES_A_SPELLING));
    pol_spellings_init(&lexer->index);
    for (size_t i = SIGNS; i-- > 0;) {
        uint8_t *const first = &lexer->first_sign[(unsigned char)k_signs[i].text[0]];
        lexer->next_sign[i] = *first;
        *first = (uint8_t)(i + 1);
    }
    char *const buffer = (char *)(uintptr_t)lexer->text.bytes; /* flex only writes what stands there */
    return pol_yy_scan_lex_init_extra(lexer, &lexer->scanner) == 0 &&
           pol_yy_scan__scan_buffer(buffer, lexer->text.length + 2, lexer->scanner) != NULL;
}

const pol_token *pol_lexer_read(pol_lexer *lexer)
{
    lexer->token =
        (pol_token){ .start = (uint32_t)lexer->text.length, .end = (uint32_t)lexer->text.length };
    lexer->reported = false;
    if (lexer->scanner != NULL && pol_yy_scan_lex(lexer->scanner) == 0) {
        lexer->scanner = NULL;
        lexer->token.kind = 0;
        lexer->token.start = lexer->token.end = (uint32_t)lexer->text.length;
    }
    if (lexer->token.kind == 0)
        lexer->line_began = true;
    lexer->token.first_on_line = lexer->line_began;
    lexer->token.after_error = lexer->after_error;
    lexer->token.reported = lexer->reported;
    lexer->after_error = false;
    if (lexer->token.kind != POL_TOKEN_COMMENT) {
        lexer->line_began = false;
        if (lexer->notes != NULL)
            note_token(lexer);
    }
    return &lexer->token;
}

static bool is_quoted(pol_str spelling)
{
    return starts_with(spelling, "「") || starts_with(spelling, "`") ||
           starts_with(spelling, "『") || starts_with(spelling, "｢") || starts_with(spelling, "｀");
}

pol_str pol_lexer_text(pol_lexer *lexer, const pol_token *token)
{
    const pol_str spelling = slice(lexer, token->start, token->end);
    const int kind = token->kind == TOK_STRING ? TOK_STRING : TOK_NAME;
    if (token->word != 0)
        return lexer->words.items[token->word - 1].text;
    return look_up(lexer, spelling, kind, kind == TOK_NAME && is_quoted(spelling))->text;
}

size_t pol_lexer_leaf(pol_lexer *lexer, const pol_token *token, pol_leaf *leaf)
{
    const pol_str spelling = slice(lexer, token->start, token->end);
#define LEAF(KIND, name, ...)                                                                      \
    do {                                                                                           \
        leaf->name = (pol_ast_##name){                                                             \
            .node = { .kind = POL_N_##KIND, .span = span_of(lexer, token->start, token->end) },    \
            __VA_ARGS__                                                                            \
        };                                                                                         \
        return sizeof leaf->name;                                                                  \
    } while (0)
    if (token->kind == TOK_NAME)
        LEAF(NAME, name, .text = pol_lexer_text(lexer, token), .quoted = is_quoted(spelling));
    if (token->kind == TOK_STRING)
        LEAF(STRING, string, .text = pol_lexer_text(lexer, token));
    const pol_literal *literal = literal_at(lexer, token->start);
    pol_literal other = { .problem = -1 };
    size_t size;
    if (pol_lex_digit(spelling, &size) < 0) {
        literal = &other;
        if (token->kind == TOK_MONTHDAY)
            pol_lex_month_name(spelling, &other);
    } else if (literal->length != spelling.length) { /* the parser has split what the lexer read */
        literal = &other;
        pol_lex_literal(spelling, &other);
    }
    switch (token->kind) {
    case TOK_MONEY: LEAF(MONEY, money, .value = literal->value);
    case TOK_PERCENT: LEAF(PERCENT, percent, .value = literal->value, .points = literal->points);
    case TOK_NUMBER: LEAF(NUMBER, number, .value = literal->value, .unit = literal->unit);
    case TOK_DATE: LEAF(DATE, date, .days = literal->date);
    case TOK_MONTHDAY: LEAF(MONTHDAY, monthday, .month = literal->month, .day = literal->day);
    case TOK_MONTHS: LEAF(MONTHS, months, .count = literal->months);
    default: return 0;
    }
#undef LEAF
}
