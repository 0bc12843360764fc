/* How each piece is written: one spelling of each sign and word, narrow signs, plain digits. Texts and names stay. */
#include <string.h>

#include "grammar/format_internal.h"
#include "grammar/lex_word.h"
#include "interp/base/utf8.h"

static pol_str source_of(const pol_format_state *f, const pol_format_piece *piece)
{
    return (pol_str){ f->lexer.text.bytes + piece->start, piece->end - piece->start };
}

static bool begins(pol_str text, const char *piece)
{
    const size_t length = strlen(piece);
    return text.length >= length && memcmp(text.bytes, piece, length) == 0;
}

/* ---- words and signs -------------------------------------------------------------------------------------------- */

/* Signs of which an English text writes another spelling than the first. */
static const struct {
    int token;
    const char *english;
} k_english_signs[] = {
    { TOK_NE, "!=" }, { TOK_GE, ">=" }, { TOK_LE, "<=" }, { TOK_TIMES, "*" }, { TOK_DIVIDE, "/" },
};

static pol_str spell_sign(const pol_format_state *f, const pol_format_piece *piece, const pol_punct *punct)
{
    if (piece->kind == TOK_COMMA && f->lang == POL_ZH && (piece->marks & POL_MARK_ENUMERATE) != 0)
        return POL_STR("、");
    for (size_t i = 0; i < sizeof k_english_signs / sizeof k_english_signs[0]; i++)
        if (k_english_signs[i].token == piece->kind && f->lang == POL_EN)
            return pol_str_of(k_english_signs[i].english);
    return pol_str_of(punct->spellings[0]);
}

static pol_str first_spelling(int token, pol_lang lang)
{
    const pol_keyword *keyword = pol_keyword_of(token);
    return pol_str_of(lang == POL_ZH ? keyword->zh[0] : keyword->en[0]);
}

/* Words for comparing stay those of the document; 或者, 并且 become 或, 且. */
static pol_str spell_keyword(const pol_format_state *f, const pol_format_piece *piece, pol_str folded)
{
    const bool is_english = folded.length > 0 && (unsigned char)folded.bytes[0] < 0x80;
    if (f->keywords == POL_KEYWORDS_KEPT) {
        if (piece->kind == TOK_OR || piece->kind == TOK_AND)
            return first_spelling(piece->kind, is_english ? POL_EN : POL_ZH);
        return folded;
    }
    if (is_english == (f->lang == POL_EN) && piece->kind != TOK_OR && piece->kind != TOK_AND)
        return folded;
    return first_spelling(piece->kind, f->lang);
}

static pol_str spell_word(pol_format_state *f, const pol_format_piece *piece)
{
    const pol_str written = source_of(f, piece);
    if (begins(written, "「") || begins(written, "`"))
        return written;
    const pol_str folded = pol_utf8_nfkc(f->arena, written);
    if ((piece->marks & POL_MARK_NAME) != 0 || piece->kind == TOK_NAME)
        return folded;
    return spell_keyword(f, piece, folded);
}

/* ---- literals, texts, comments ------------------------------------------------------------------------------------ */

/* Plain digits; one blank at most inside, and none before a Chinese unit. */
static pol_str spell_literal(pol_format_state *f, const pol_format_piece *piece)
{
    const pol_str folded = pol_utf8_nfkc(f->arena, source_of(f, piece));
    pol_text text;
    pol_text_init(&text, f->arena);
    for (size_t i = 0; i < folded.length; i++) {
        const char c = folded.bytes[i];
        if (c != ' ' && c != '\t') {
            pol_text_char(&text, c);
            continue;
        }
        const unsigned char next = i + 1 < folded.length ? (unsigned char)folded.bytes[i + 1] : 0x80;
        if (next != ' ' && next != '\t' && next < 0x80)
            pol_text_char(&text, ' ');
    }
    return pol_text_str(&text);
}

/* “…” becomes "…" where the text holds no ". */
static pol_str spell_text(pol_format_state *f, const pol_format_piece *piece)
{
    const pol_str written = source_of(f, piece);
    const size_t quote = strlen("“");
    if (!begins(written, "“") || written.length < 2 * quote ||
        memchr(written.bytes, '"', written.length) != NULL)
        return written;
    pol_text text;
    pol_text_init(&text, f->arena);
    pol_text_char(&text, '"');
    pol_text_add(&text, (pol_str){ written.bytes + quote, written.length - 2 * quote });
    pol_text_char(&text, '"');
    return pol_text_str(&text);
}

static size_t without_blanks(pol_str text)
{
    size_t length = text.length;
    for (;;) {
        if (length > 0 && (text.bytes[length - 1] == ' ' || text.bytes[length - 1] == '\t'))
            length--;
        else if (length >= 3 && memcmp(text.bytes + length - 3, "\xe3\x80\x80", 3) == 0)
            length -= 3;
        else
            return length;
    }
}

static pol_str spell_comment(pol_format_state *f, const pol_format_piece *piece)
{
    pol_str written = source_of(f, piece);
    written.length = without_blanks(written);
    if (!begins(written, "＃"))
        return written;
    pol_text text;
    pol_text_init(&text, f->arena);
    pol_text_char(&text, '#');
    const size_t mark = strlen("＃");
    pol_text_add(&text, (pol_str){ written.bytes + mark, written.length - mark });
    return pol_text_str(&text);
}

static pol_str spell(pol_format_state *f, const pol_format_piece *piece)
{
    if (piece->kind == POL_TOKEN_COMMENT)
        return spell_comment(f, piece);
    if (piece->kind == TOK_STRING)
        return spell_text(f, piece);
    if (piece->kind == TOK_NAME || pol_word_length(source_of(f, piece)) > 0)
        return piece->kind == TOK_MONTHDAY ? source_of(f, piece) : spell_word(f, piece);
    const pol_punct *punct = pol_punct_of(piece->kind);
    return punct != NULL ? spell_sign(f, piece, punct) : spell_literal(f, piece);
}

void pol_format_spell(pol_format_state *f)
{
    for (size_t i = 0; i < f->pieces.count; i++) {
        pol_format_piece *piece = &f->pieces.items[i];
        piece->text = spell(f, piece);
        piece->width = pol_utf8_text_width(piece->text);
    }
}

/* ---- blanks --------------------------------------------------------------------------------------------------------- */

static int gap_between(const pol_format_piece *before, const pol_format_piece *piece, int brackets)
{
    switch (piece->kind) {
    case TOK_COMMA:
    case TOK_SEMI:
    case TOK_DOT:
    case TOK_RPAREN:
    case TOK_RBRACKET: return 0;
    default: break;
    }
    if (before->kind == TOK_LPAREN || before->kind == TOK_LBRACKET || before->kind == TOK_DOT)
        return piece->kind == POL_TOKEN_COMMENT ? 2 : 0;
    if (piece->kind == TOK_BASIS)
        return brackets == 0 ? 2 : 1;
    if (piece->kind == POL_TOKEN_COMMENT || (piece->marks & POL_MARK_APART) != 0)
        return 2;
    if ((piece->marks & POL_MARK_CALL) != 0)
        return 0;
    return before->kind == TOK_COMMA && before->text.length > 1 ? 0 : 1; /* 、 has its blank inside */
}

void pol_format_gaps(pol_format_state *f)
{
    int brackets = 0;
    for (size_t i = 1; i < f->pieces.count; i++) {
        pol_format_piece *piece = &f->pieces.items[i];
        brackets += pol_piece_opens(piece) - pol_piece_closes(piece);
        piece->gap = gap_between(piece - 1, piece, brackets);
    }
}
