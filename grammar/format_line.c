/* Lines: where they end, how far they are indented, and what happens to those that are too long. */
#include <string.h>

#include "grammar/format_internal.h"

/* ---- line breaks -------------------------------------------------------------------------------------------------- */

static unsigned count_breaks(pol_str text, uint32_t start, uint32_t end)
{
    unsigned count = 0;
    for (uint32_t i = start; i < end; i++) {
        const bool is_pair = text.bytes[i] == '\r' && i + 1 < end && text.bytes[i + 1] == '\n';
        count += (text.bytes[i] == '\n' || text.bytes[i] == '\r') && !is_pair;
    }
    return count;
}

void pol_format_read_breaks(pol_format_state *f)
{
    const pol_str text = f->lexer.text;
    for (size_t i = 1; i < f->pieces.count; i++) {
        pol_format_piece *piece = &f->pieces.items[i];
        const unsigned count = count_breaks(text, piece[-1].end, piece->start);
        piece->breaks = count > 2 ? 2 : count;
        piece->was_indented = count > 0 && text.bytes[piece->start - 1] != '\n' &&
                              text.bytes[piece->start - 1] != '\r';
    }
}

static bool is_comment(const pol_format_piece *piece)
{
    return piece->kind == POL_TOKEN_COMMENT;
}

static void at_least(pol_format_piece *piece, unsigned breaks)
{
    if (piece->breaks < breaks)
        piece->breaks = breaks;
}

/* Marks that belong to what stands before them do not begin a line: the line ends behind them. */
static bool follows_closely(const pol_format_piece *piece)
{
    return piece->kind == TOK_COMMA || piece->kind == TOK_SEMI;
}

static bool never_breaks(const pol_format_piece *before, const pol_format_piece *piece)
{
    return piece->kind == TOK_DOT || before->kind == TOK_DOT ||
           (piece->marks & POL_MARK_CALL) != 0;
}

void pol_format_break(pol_format_state *f)
{
    for (size_t i = 1; i < f->pieces.count; i++) {
        pol_format_piece *piece = &f->pieces.items[i], *before = piece - 1;
        if (is_comment(before)) {
            at_least(piece, 1);
            continue;
        }
        if ((piece->marks & POL_MARK_STATEMENT) != 0 || piece->kind == TOK_GIVEN ||
            piece->kind == TOK_EXPECT)
            at_least(piece, 1);
        if (never_breaks(before, piece))
            piece->breaks = 0;
        if (follows_closely(piece) && piece->breaks > 0) {
            if (i + 1 < f->pieces.count && !is_comment(piece + 1))
                at_least(piece + 1, piece->breaks);
            piece->breaks = 0;
        }
    }
}

/* ---- where pieces stand --------------------------------------------------------------------------------------------- */

enum { SCOPES = 512, LAST_SCOPES = 80 };

/* An open bracket or a value that goes on: where its lines begin. */
typedef struct scope {
    bool is_bracket, is_inline; /* inline: something follows the bracket on its line */
    uint32_t end;               /* of a value */
    int column, outer;          /* of the lines inside; of a closing bracket */
} scope;

typedef struct placer {
    pol_format_state *f;
    int column;      /* behind the last piece */
    int line_indent; /* of the line */
    int base;        /* of the statement or its part */
    int brackets;    /* open */
    bool in_citation;
    uint32_t next_token; /* behind the comments that were placed last */
    size_t count;
    scope scopes[SCOPES];
} placer;

static void copy_placer(placer *to, const placer *from)
{
    memcpy(to, from, offsetof(placer, scopes) + from->count * sizeof from->scopes[0]);
}

static const scope *innermost(const placer *p)
{
    return p->count > 0 ? &p->scopes[p->count - 1] : NULL;
}

static void end_values(placer *p, uint32_t index)
{
    while (p->count > 0 && !innermost(p)->is_bracket && innermost(p)->end <= index)
        p->count--;
}

static void end_bracket(placer *p)
{
    while (p->count > 0 && !innermost(p)->is_bracket)
        p->count--;
    if (p->count > 0) {
        p->count--;
        p->brackets--;
    }
}

static int indent_inside(const placer *p, const pol_format_piece *piece)
{
    const scope *inner = innermost(p);
    if (inner == NULL)
        return p->base + POL_INDENT;
    if (!inner->is_bracket && piece->kind == TOK_LBRACE && p->brackets == 0)
        return p->base + POL_INDENT;
    return inner->column;
}

static int indent_of_comment(placer *p, uint32_t index)
{
    const pol_format_state *f = p->f;
    const pol_format_piece *comment = &f->pieces.items[index];
    if (p->next_token <= index)
        p->next_token = index + 1;
    while (p->next_token < f->pieces.count && is_comment(&f->pieces.items[p->next_token]))
        p->next_token++;
    const pol_format_piece *piece =
        p->next_token < f->pieces.count ? &f->pieces.items[p->next_token] : NULL;
    if (piece == NULL || (piece->marks & POL_MARK_STATEMENT) != 0)
        return comment->was_indented && comment->breaks == 1 ? POL_INDENT : 0;
    if ((piece->marks & POL_MARK_PART) != 0 && p->brackets == 0)
        return POL_INDENT;
    return indent_inside(p, piece);
}

static int indent_of(placer *p, uint32_t index)
{
    const pol_format_piece *piece = &p->f->pieces.items[index];
    if (is_comment(piece))
        return index == 0 ? 0 : indent_of_comment(p, index);
    if ((piece->marks & POL_MARK_STATEMENT) != 0) {
        p->count = 0;
        p->brackets = 0;
        return p->base = 0;
    }
    if ((piece->marks & POL_MARK_PART) != 0 && p->brackets == 0) {
        p->count = 0;
        return p->base = POL_INDENT;
    }
    if (pol_piece_closes(piece)) {
        size_t at = p->count;
        while (at > 0 && !p->scopes[at - 1].is_bracket)
            at--;
        if (at > 0)
            return p->scopes[at - 1].outer;
    }
    return indent_inside(p, piece);
}

/* Lines do not begin too far to the right, whatever stands before. */
static int not_too_deep(const placer *p, int column)
{
    return column <= POL_DEEPEST_INDENT ? column : p->line_indent + POL_INDENT;
}

static void begin_value(placer *p, const pol_format_piece *piece)
{
    if (p->count < SCOPES - LAST_SCOPES)
        p->scopes[p->count++] =
            (scope){ .end = piece->value_end, .column = not_too_deep(p, piece->column) };
}

static void begin_bracket(placer *p, uint32_t index)
{
    const pol_format_piece *piece = &p->f->pieces.items[index], *next = piece + 1;
    const bool is_inline =
        index + 1 < p->f->pieces.count && !is_comment(next) && next->breaks == 0;
    scope bracket = { .is_bracket = true,
                      .column = p->line_indent + POL_INDENT,
                      .outer = p->line_indent };
    if (is_inline) {
        bracket.outer = not_too_deep(p, piece->column);
        bracket.column = not_too_deep(p, piece->column + piece->width + next->gap);
    }
    if (p->count < SCOPES) {
        p->scopes[p->count++] = bracket;
        p->brackets++;
    }
}

static bool begins_line(const pol_format_state *f, uint32_t index)
{
    return index == 0 || f->pieces.items[index].breaks > 0;
}

static void place(placer *p, uint32_t index)
{
    pol_format_piece *piece = &p->f->pieces.items[index];
    end_values(p, index);
    if (begins_line(p->f, index)) {
        piece->column = indent_of(p, index);
        p->line_indent = piece->column;
        p->in_citation = false;
    } else {
        piece->column = p->column + piece->gap;
    }
    p->column = piece->column + piece->width;
    if (piece->kind == TOK_BASIS)
        p->in_citation = p->brackets == 0 && !begins_line(p->f, index);
    else if (piece->kind != TOK_STRING && piece->kind != TOK_COMMA)
        p->in_citation = false;
    if (pol_piece_closes(piece))
        end_bracket(p);
    if (piece->value_end > index)
        begin_value(p, piece);
    if (pol_piece_opens(piece))
        begin_bracket(p, index);
}

void pol_format_place(pol_format_state *f)
{
    placer *p = POL_NEW(f->arena, placer);
    if (p == NULL)
        return;
    p->f = f;
    for (uint32_t i = 0; i < f->pieces.count; i++)
        place(p, i);
}

/* ---- lines that are too long ------------------------------------------------------------------------------------------ */

/* The better place for a break: outside, then as far to the right as possible. */
static uint32_t better(const pol_format_state *f, uint32_t best, uint32_t index)
{
    const uint32_t list = f->pieces.items[index].list;
    if (list == POL_NO_LIST || begins_line(f, index))
        return best;
    return best == POL_NO_PIECE || list <= f->pieces.items[best].list ? index : best;
}

/* What stands on earlier lines stays: they have their place. */
static void break_all(pol_format_state *f, uint32_t number, uint32_t line)
{
    const pol_format_list *list = &f->lists.items[number];
    for (uint32_t i = list->start > line ? list->start : line + 1; i < list->end && i < f->pieces.count; i++)
        if (f->pieces.items[i].list == number)
            at_least(&f->pieces.items[i], 1);
}

/* The elements behind the break are filled into lines anew. */
static void join_rest(pol_format_state *f, uint32_t number, uint32_t from)
{
    pol_format_list *list = &f->lists.items[number];
    for (uint32_t i = from; i < list->end && i < f->pieces.count; i++) {
        pol_format_piece *piece = &f->pieces.items[i];
        if (piece->list == number && piece->breaks == 1 && !is_comment(piece - 1))
            piece->breaks = 0;
    }
    list->is_done = true;
}

static void break_at(pol_format_state *f, uint32_t index, uint32_t line)
{
    pol_format_piece *piece = &f->pieces.items[index];
    const uint32_t number = piece->list;
    if (!f->lists.items[number].fills) {
        break_all(f, number, line);
        return;
    }
    if (!f->lists.items[number].is_done)
        join_rest(f, number, index + 1);
    piece->breaks = 1;
}

static bool is_too_long(const placer *p, uint32_t index)
{
    return p->column > POL_LINE_WIDTH && !p->in_citation && !is_comment(&p->f->pieces.items[index]);
}

void pol_format_wrap(pol_format_state *f)
{
    placer *p = POL_NEW(f->arena, placer), *before_line = POL_NEW(f->arena, placer);
    if (p == NULL || before_line == NULL)
        return;
    p->f = f;
    uint32_t line = 0, best = POL_NO_PIECE;
    for (uint32_t i = 0; i < f->pieces.count; i++) {
        if (begins_line(f, i)) {
            copy_placer(before_line, p);
            line = i;
            best = POL_NO_PIECE;
        }
        best = better(f, best, i);
        place(p, i);
        if (best == POL_NO_PIECE || !is_too_long(p, i))
            continue;
        break_at(f, best, line);
        copy_placer(p, before_line);
        i = line - 1; /* the line once more */
    }
}
