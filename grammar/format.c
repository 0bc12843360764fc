#include "grammar/format.h"

#include "grammar/format_internal.h"
#include "grammar/lex_word.h"
#include "grammar/parse.h"

bool pol_piece_opens(const pol_format_piece *piece)
{
    return piece->kind == TOK_LPAREN || piece->kind == TOK_LBRACKET || piece->kind == TOK_LBRACE;
}

bool pol_piece_closes(const pol_format_piece *piece)
{
    return piece->kind == TOK_RPAREN || piece->kind == TOK_RBRACKET || piece->kind == TOK_RBRACE;
}

uint32_t pol_piece_at(const pol_format_state *f, uint32_t offset)
{
    size_t low = 0, high = f->pieces.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (f->pieces.items[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static bool read_pieces(pol_format_state *f)
{
    f->lexer.keep_comments = true;
    for (;;) {
        const pol_token token = pol_lexer_next(&f->lexer);
        if (token.kind == 0)
            return !pol_arena_failed(f->arena);
        const pol_format_piece piece = {
            .kind = token.kind, .start = token.start, .end = token.end, .list = POL_NO_LIST
        };
        if (!POL_PUSH(f->arena, f->pieces, piece))
            return false;
    }
}

/* The language of the first keyword, unless another is wished. */
static pol_lang find_lang(const pol_format_state *f)
{
    if (f->keywords != POL_KEYWORDS_KEPT)
        return f->keywords == POL_KEYWORDS_ZH ? POL_ZH : POL_EN;
    for (size_t i = 0; i < f->pieces.count; i++) {
        const pol_format_piece *piece = &f->pieces.items[i];
        if (pol_keyword_of(piece->kind) != NULL)
            return (unsigned char)f->lexer.text.bytes[piece->start] < 0x80 ? POL_EN : POL_ZH;
    }
    return POL_ZH;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

static void write_times(pol_text *out, char c, int times)
{
    for (int i = 0; i < times; i++)
        pol_text_char(out, c);
}

static void write_pieces(pol_text *out, const pol_format_state *f)
{
    for (size_t i = 0; i < f->pieces.count; i++) {
        const pol_format_piece *piece = &f->pieces.items[i];
        write_times(out, '\n', (int)piece->breaks);
        write_times(out, ' ', piece->breaks > 0 ? piece->column : piece->gap);
        pol_text_add(out, piece->text);
    }
    if (f->pieces.count > 0)
        pol_text_char(out, '\n');
}

/* False when memory ran out. */
static bool lay_out(pol_format_state *f, pol_ast_file *root)
{
    f->lang = find_lang(f);
    pol_format_read_breaks(f);
    pol_format_mark(f, root);
    pol_format_spell(f);
    if (pol_arena_failed(f->arena))
        return false;
    pol_format_break(f);
    pol_format_gaps(f);
    pol_format_wrap(f);
    pol_format_align(f);
    return !pol_arena_failed(f->arena);
}

/* ---- the entry point ------------------------------------------------------------------------------------------ */

bool pol_format_source(pol_text *out, const pol_sources *sources, uint32_t file, pol_keyword_lang keywords,
                pol_diags *diags, bool *good)
{
    const uint32_t errors = diags->error_count;
    pol_arena scratch;
    pol_arena_init(&scratch, &out->arena->allocator);
    pol_tree tree = { .arena = &scratch };
    bool ok = pol_parse(&tree, sources, file, diags);
    *good = ok && diags->error_count == errors && tree.root != NULL;
    if (*good) {
        pol_format_state *f = POL_NEW(&scratch, pol_format_state);
        ok = f != NULL && pol_lexer_init(&f->lexer, &scratch, &scratch, sources, file, NULL);
        if (ok) {
            f->arena = &scratch;
            f->keywords = keywords;
            ok = read_pieces(f);
        }
        ok = ok && lay_out(f, tree.root);
        if (ok)
            write_pieces(out, f);
    }
    pol_arena_reset(&scratch);
    return ok && !pol_arena_failed(out->arena);
}
