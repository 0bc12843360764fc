/* The shortest way from one text to the other (E. Myers, An O(ND) Difference Algorithm, 1986), printed in hunks. */
#include "tools/difference.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT  3
#define STEPS    2000 /* texts that differ in more lines than this are shown as replaced in the middle */

typedef struct line {
    const char *bytes;
    size_t length; /* with its line end */
} line;

typedef struct lines {
    line *items;
    int count;
} lines;

/* kept[i]: line i of `before` stands in `after` at kept[i]; -1: it went. */
typedef struct comparison {
    lines before, after;
    int *kept;
} comparison;

static bool split(lines *to, const tool_bytes *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->length; i++)
        count += text->bytes[i] == '\n';
    to->items = calloc(count + 1, sizeof *to->items);
    if (to->items == NULL)
        return false;
    for (size_t start = 0; start < text->length;) {
        const char *end = memchr(text->bytes + start, '\n', text->length - start);
        const size_t length =
            end == NULL ? text->length - start : (size_t)(end - (text->bytes + start)) + 1;
        to->items[to->count++] = (line){ text->bytes + start, length };
        start += length;
    }
    return true;
}

static bool same(const comparison *c, int i, int j)
{
    const line *a = &c->before.items[i], *b = &c->after.items[j];
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* ---- the shortest way ------------------------------------------------------------------------------------------ */

/* The part that is compared: [low, high) of both, without the common beginning and end. */
typedef struct part {
    int low, before_high, after_high;
} part;

static part differing(const comparison *c)
{
    part p = { 0, c->before.count, c->after.count };
    while (p.low < p.before_high && p.low < p.after_high && same(c, p.low, p.low))
        p.low++;
    while (p.before_high > p.low && p.after_high > p.low &&
           same(c, p.before_high - 1, p.after_high - 1)) {
        p.before_high--;
        p.after_high--;
    }
    return p;
}

/* On diagonal k after d steps: whether the last step took a line of `after`. */
static bool is_down(const int *reach, int k, int d)
{
    return k == -d || (k != d && reach[k - 1] < reach[k + 1]);
}

/* Walks back along the recorded reaches and notes the lines kept. */
static void note_kept(comparison *c, part p, int **trace, int steps)
{
    int x = p.before_high - p.low, y = p.after_high - p.low;
    for (int d = steps; d >= 0; d--) {
        const int *reach = trace[d] + d + 1;
        const int k = x - y, previous = is_down(reach, k, d) ? k + 1 : k - 1;
        const int from_x = d == 0 ? 0 : reach[previous], from_y = d == 0 ? 0 : from_x - previous;
        while (x > from_x && y > from_y) {
            x--;
            y--;
            c->kept[p.low + x] = p.low + y;
        }
        x = from_x;
        y = from_y;
    }
}

/* One round: how far each diagonal reaches with d steps. True when the end is reached. */
static bool reach_out(const comparison *c, part p, int *reach, int d)
{
    const int width = p.before_high - p.low, height = p.after_high - p.low;
    for (int k = -d; k <= d; k += 2) {
        int x = is_down(reach, k, d) ? reach[k + 1] : reach[k - 1] + 1;
        while (x < width && x - k < height && x - k >= 0 && same(c, p.low + x, p.low + x - k))
            x++;
        reach[k] = x;
        if (x >= width && x - k >= height)
            return true;
    }
    return false;
}

static bool compare(comparison *c)
{
    const part p = differing(c);
    for (int i = 0; i < c->before.count; i++)
        c->kept[i] = i < p.low ? i : -1;
    for (int i = p.before_high; i < c->before.count; i++)
        c->kept[i] = i - p.before_high + p.after_high;
    const int most = p.before_high + p.after_high - 2 * p.low;
    const int limit = most < STEPS ? most : STEPS;
    int *reach = calloc(2 * (size_t)limit + 3, sizeof *reach);
    int **trace = calloc((size_t)limit + 1, sizeof *trace);
    bool good = reach != NULL && trace != NULL;
    for (int d = 0; good && d <= limit; d++) {
        /* what the round starts from: diagonals -d-1 … d+1 */
        trace[d] = malloc((2 * (size_t)d + 3) * sizeof **trace);
        good = trace[d] != NULL;
        if (good)
            memcpy(trace[d], reach + limit - d, (2 * (size_t)d + 3) * sizeof **trace);
        if (good && reach_out(c, p, reach + limit + 1, d)) {
            note_kept(c, p, trace, d);
            break;
        }
    }
    for (int d = 0; trace != NULL && d <= limit; d++)
        free(trace[d]);
    free(trace);
    free(reach);
    return good;
}

/* ---- hunks ----------------------------------------------------------------------------------------------------- */

/* A place in both texts. */
typedef struct place {
    int before, after;
} place;

static bool is_kept(const comparison *c, place at)
{
    return at.before < c->before.count && c->kept[at.before] == at.after;
}

static bool is_end(const comparison *c, place at)
{
    return at.before == c->before.count && at.after == c->after.count;
}

/* The next place where something changed. */
static place next_change(const comparison *c, place at)
{
    while (is_kept(c, at)) {
        at.before++;
        at.after++;
    }
    return at;
}

static place behind_change(const comparison *c, place at)
{
    while (at.before < c->before.count && c->kept[at.before] < 0)
        at.before++;
    at.after = at.before < c->before.count ? c->kept[at.before] : c->after.count;
    return at;
}

static void write_line(FILE *to, char mark, const line *l)
{
    fputc(mark, to);
    fwrite(l->bytes, 1, l->length, to);
    if (l->length == 0 || l->bytes[l->length - 1] != '\n')
        fputs("\n\\ No newline at end of file\n", to);
}

/* From one place to another, changed and unchanged lines. */
static void write_hunk(FILE *to, const comparison *c, place at, place end)
{
    const int before = end.before - at.before, after = end.after - at.after;
    fprintf(to, "@@ -%d,%d +%d,%d @@\n", at.before + (before > 0), before, at.after + (after > 0),
            after);
    while (at.before < end.before || at.after < end.after) {
        if (at.before < end.before && is_kept(c, at)) {
            write_line(to, ' ', &c->before.items[at.before++]);
            at.after++;
        } else if (at.before < end.before && c->kept[at.before] < 0) {
            write_line(to, '-', &c->before.items[at.before++]);
        } else {
            write_line(to, '+', &c->after.items[at.after++]);
        }
    }
}

static place moved(place at, int by)
{
    return (place){ at.before + by, at.after + by };
}

static void write_hunks(FILE *to, const comparison *c, const char *name)
{
    place at = next_change(c, (place){ 0, 0 }), shown = { 0, 0 };
    if (!is_end(c, at))
        fprintf(to, "--- %s\n+++ %s\n", name, name);
    while (!is_end(c, at)) {
        const int room = at.before - shown.before;
        const place start = moved(at, -(room < CONTEXT ? room : CONTEXT));
        place end = behind_change(c, at);
        place next = next_change(c, end);
        while (!is_end(c, next) && next.before - end.before <= 2 * CONTEXT) {
            end = behind_change(c, next);
            next = next_change(c, end);
        }
        const int after = next.before - end.before;
        const place stop = moved(end, after < CONTEXT ? after : CONTEXT);
        write_hunk(to, c, start, stop);
        shown = stop;
        at = next;
    }
}

bool tool_write_difference(FILE *to, const char *name, const tool_bytes *before, const tool_bytes *after)
{
    comparison c = { 0 };
    bool good = split(&c.before, before) && split(&c.after, after);
    if (good) {
        c.kept = calloc((size_t)c.before.count + 1, sizeof *c.kept);
        good = c.kept != NULL && compare(&c);
    }
    if (good)
        write_hunks(to, &c, name);
    free(c.kept);
    free(c.before.items);
    free(c.after.items);
    return good;
}
