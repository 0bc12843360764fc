/* Columns: pieces of one group and rank stand below each other. */
#include <stdlib.h>

#include "grammar/format_internal.h"

static int compare(long a, long b)
{
    return (a > b) - (a < b);
}

/* Inner groups first, since what they need moves the columns around them; then from left to right. */
static int by_group(const void *a, const void *b)
{
    const pol_stop *x = a, *y = b;
    if (x->group != y->group)
        return compare(y->group, x->group);
    return x->rank != y->rank ? compare(x->rank, y->rank) : compare(x->piece, y->piece);
}

static bool begins_line(const pol_format_state *f, uint32_t index)
{
    return index == 0 || f->pieces.items[index].breaks > 0;
}

/* Columns from the origin to the piece; -1 when they are not on one line. */
static int distance(const pol_format_state *f, const pol_stop *stop)
{
    int columns = 0;
    for (uint32_t i = stop->origin; i < stop->piece; i++) {
        if (i > stop->origin && begins_line(f, i))
            return -1;
        columns += f->pieces.items[i].width + (i > stop->origin ? f->pieces.items[i].gap : 0);
    }
    return begins_line(f, stop->piece) ? -1 : columns + f->pieces.items[stop->piece].gap;
}

/* All members begin lines, the first excepted: nothing to align otherwise. */
static bool is_column(const pol_format_state *f, const pol_stop *stops, size_t count)
{
    uint32_t first = stops[0].origin;
    for (size_t i = 1; i < count; i++)
        first = stops[i].origin < first ? stops[i].origin : first;
    for (size_t i = 0; i < count; i++)
        if (stops[i].origin != first && !begins_line(f, stops[i].origin))
            return false;
    return true;
}

/* The widest of those that are not much too wide. */
static int column_of(const int *distances, size_t count, int limit)
{
    int column = 0;
    for (size_t i = 0; i < count; i++)
        if (distances[i] > column && distances[i] <= limit)
            column = distances[i];
    return column;
}

static void align_rank(pol_format_state *f, const pol_stop *stops, size_t count, int *distances)
{
    for (size_t i = 0; i < count; i++)
        distances[i] = distance(f, &stops[i]);
    const int column = column_of(distances, count, POL_COLUMN_WIDTH);
    for (size_t i = 0; i < count; i++)
        if (distances[i] >= 0 && distances[i] < column)
            f->pieces.items[stops[i].piece].gap += column - distances[i];
}

static void align_group(pol_format_state *f, const pol_stop *stops, size_t count, int *distances)
{
    if (!is_column(f, stops, count))
        return;
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && stops[end].rank == stops[i].rank)
            end++;
        align_rank(f, stops + i, end - i, distances);
        i = end;
    }
}

static void align_groups(pol_format_state *f, int *distances)
{
    pol_stop *stops = f->stops.items;
    const size_t count = f->stops.count;
    if (count == 0)
        return;
    qsort(stops, count, sizeof *stops, by_group);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && stops[end].group == stops[i].group)
            end++;
        align_group(f, stops + i, end - i, distances);
        i = end;
    }
}

/* ---- citations and comments ------------------------------------------------------------------------------------------ */

/* True when the citation ends its line. */
static bool ends_line(const pol_format_state *f, uint32_t index)
{
    for (index++; index < f->pieces.count && !begins_line(f, index); index++)
        if (f->pieces.items[index].kind != TOK_STRING && f->pieces.items[index].kind != TOK_COMMA)
            return f->pieces.items[index].kind == POL_TOKEN_COMMENT;
    return true;
}

/* Citations that stand at the end of a line, outside brackets: in one column through the whole text. */
static size_t find_citations(const pol_format_state *f, uint32_t *found)
{
    size_t count = 0;
    int brackets = 0;
    bool is_aligned = false;
    for (uint32_t i = 0; i < f->pieces.count; i++) {
        const pol_format_piece *piece = &f->pieces.items[i];
        brackets += pol_piece_opens(piece) - pol_piece_closes(piece);
        if ((piece->marks & POL_MARK_STATEMENT) != 0)
            is_aligned = piece->kind != TOK_POLICY && piece->kind != TOK_EXAMPLE;
        if (piece->kind == TOK_BASIS && is_aligned && brackets == 0 && !begins_line(f, i) &&
            ends_line(f, i))
            found[count++] = i;
    }
    return count;
}

static void align_at(pol_format_state *f, const uint32_t *pieces, size_t count, int limit)
{
    int column = 0;
    for (size_t i = 0; i < count; i++) {
        const int here = f->pieces.items[pieces[i]].column;
        column = here > column && here <= limit ? here : column;
    }
    for (size_t i = 0; i < count; i++) {
        pol_format_piece *piece = &f->pieces.items[pieces[i]];
        if (piece->column < column)
            piece->gap += column - piece->column;
    }
}

static void align_citations(pol_format_state *f, uint32_t *found)
{
    align_at(f, found, find_citations(f, found), POL_CITATION_WIDTH);
}

/* Comments behind the text of lines that follow each other. */
static void align_comments(pol_format_state *f, uint32_t *found)
{
    size_t count = 0;
    bool had_comment = false, has_comment = false;
    for (uint32_t i = 0; i <= f->pieces.count; i++) {
        const bool is_end = i == f->pieces.count;
        if (is_end || begins_line(f, i)) {
            had_comment = has_comment && !is_end && f->pieces.items[i].breaks == 1;
            has_comment = false;
            if (!had_comment) {
                align_at(f, found, count, POL_LINE_WIDTH);
                count = 0;
            }
        } else if (f->pieces.items[i].kind == POL_TOKEN_COMMENT) {
            found[count++] = i;
            has_comment = true;
        }
    }
}

void pol_format_align(pol_format_state *f)
{
    int *distances = POL_NEW_ARRAY(f->arena, int, f->stops.count);
    uint32_t *found = POL_NEW_ARRAY(f->arena, uint32_t, f->pieces.count);
    if (distances == NULL || found == NULL)
        return;
    align_groups(f, distances);
    pol_format_place(f);
    align_citations(f, found);
    pol_format_place(f);
    align_comments(f, found);
}
