/* A figure against a field: a table, a plot, and where the line bends or jumps. */
#include "tools/repl/repl.h"

#define COLUMNS 61 /* of the plot: points of the sweep */
#define ROWS 12
#define TABLE_ROWS 10
#define MOST_EDGES 12

__extension__ typedef __int128 wide; /* products of two amounts */

typedef struct sweep {
    repl *r;
    pol_stepper *stepper;
    pol_question *question;
    char *field_name;
    pol_claim_field field;
    long long from, to;
    pol_answer shape;      /* is_share … of the figure */
    long long x[COLUMNS], y[COLUMNS];
    bool known[COLUMNS];   /* a rejected claim has no figure */
    struct {
        long long x, before, after;
        bool is_jump;
    } edges[MOST_EDGES];
    int edge_count;
    bool more_edges, interrupted;
} sweep;

/* The figure for a value of the field, in millionths; false: rejected, or no number. */
static bool value_at(sweep *s, long long x, long long *y)
{
    char json[40];
    pol_answer answer;
    repl_write_units(&s->field, x, true, json);
    if (repl_interrupted()) {
        s->interrupted = true;
        return false;
    }
    (void)pol_stepper_put(s->stepper, s->field_name, json);
    if (!pol_stepper_settled(s->stepper) ||
        pol_question_ask(s->question, s->stepper, SIZE_MAX, &answer) != POL_OK || !answer.is_number)
        return false;
    s->shape = answer;
    s->shape.text = "";
    *y = answer.millionths;
    return true;
}

/* ---- edges --------------------------------------------------------------------------------------------------- */

/* How far a point lies from the line between two others, in millionths. */
static long long off_line(long long x0, long long y0, long long x1, long long y1, long long x, long long y)
{
    const wide wanted = y0 + (wide)(y1 - y0) * (x - x0) / (x1 - x0);
    const long long off = y - (long long)wanted;
    return off < 0 ? -off : off;
}

static void add_edge(sweep *s, long long x, long long before, long long after, bool is_jump)
{
    if (s->edge_count == MOST_EDGES) {
        s->more_edges = true;
        return;
    }
    s->edges[s->edge_count].x = x;
    s->edges[s->edge_count].before = before;
    s->edges[s->edge_count].after = after;
    s->edges[s->edge_count++].is_jump = is_jump;
}

/* A step between neighbours that no rounding and no slope up to 1 explains, in millionths of yuan or of a share. */
static bool is_jump(const sweep *s, long long low, long long high)
{
    const long long step = high - low < 0 ? low - high : high - low;
    return step > (s->field.takes == POL_TAKES_AMOUNT ? 30000 : 1000000);
}

/* The rounding of a few payers: what a straight line may be off. */
#define SLACK 40000

/* Halves [a, b], whose line is not straight, down to the place where it bends. Both ends are known. */
static void find_edge(sweep *s, long long a, long long ya, long long b, long long yb, int depth)
{
    while (b - a > 1 && depth-- > 0) {
        const long long middle = a + (b - a) / 2;
        long long y, q1, q3;
        if (!value_at(s, middle, &y))
            return;
        const long long left = a + (middle - a) / 2, right = middle + (b - middle) / 2;
        const bool left_known = left > a && left < middle && value_at(s, left, &q1);
        const bool right_known = right > middle && right < b && value_at(s, right, &q3);
        const long long bend_left = left_known ? off_line(a, ya, middle, y, left, q1) : 0;
        const long long bend_right = right_known ? off_line(middle, y, b, yb, right, q3) : 0;
        const long long steep_left = middle > a ? (y - ya) / (middle - a) : 0, steep_right = (yb - y) / (b - middle);
        const long long left_size = steep_left < 0 ? -steep_left : steep_left;
        const long long right_size = steep_right < 0 ? -steep_right : steep_right;
        const bool go_left = bend_left > SLACK || bend_right > SLACK ? bend_left >= bend_right : left_size > right_size;
        if (bend_left <= SLACK && bend_right <= SLACK && b - a <= 400 && !is_jump(s, y, ya) && !is_jump(s, y, yb))
            break; /* bends in the middle */
        if (go_left) {
            b = middle;
            yb = y;
        } else {
            a = middle;
            ya = y;
        }
    }
    add_edge(s, b - a > 1 ? a + (b - a) / 2 : b, ya, yb, b - a == 1 && is_jump(s, ya, yb));
}

static void find_edges(sweep *s)
{
    for (int i = 0; i + 2 < COLUMNS && !s->interrupted; i++) {
        if (!s->known[i] || !s->known[i + 1] || !s->known[i + 2] || s->x[i] == s->x[i + 2] || s->x[i + 1] == s->x[i + 2])
            continue;
        if (off_line(s->x[i], s->y[i], s->x[i + 2], s->y[i + 2], s->x[i + 1], s->y[i + 1]) <= SLACK)
            continue;
        find_edge(s, s->x[i], s->y[i], s->x[i + 2], s->y[i + 2], 60);
        i++; /* the same bend shows in the next three points too */
    }
}

/* ---- showing --------------------------------------------------------------------------------------------------- */

static void put_row(sweep *s, int i)
{
    char x[40], y[48];
    repl_write_units(&s->field, s->x[i], false, x);
    repl_put(s->r, "  ");
    repl_pad_left(s->r, x, 16);
    if (s->known[i])
        repl_write_answer(&s->shape, s->y[i], y);
    repl_pad_left(s->r, s->known[i] ? y : "—", 18);
    repl_put(s->r, "\n");
}

static void put_table(sweep *s, const char *name)
{
    repl_put(s->r, "  ");
    repl_pad_left(s->r, s->field_name, 16);
    repl_pad_left(s->r, name, 18);
    repl_put(s->r, "\n");
    for (int i = 0; i < COLUMNS; i += (COLUMNS - 1) / TABLE_ROWS)
        put_row(s, i);
}

static void find_range(const sweep *s, long long *low, long long *high)
{
    bool any = false;
    *low = *high = 0;
    for (int i = 0; i < COLUMNS; i++) {
        if (!s->known[i])
            continue;
        *low = !any || s->y[i] < *low ? s->y[i] : *low;
        *high = !any || s->y[i] > *high ? s->y[i] : *high;
        any = true;
    }
}

/* The row of a value, 0 at the bottom. */
static int row_of(long long y, long long low, long long high)
{
    return high == low ? 0 : (int)(((wide)(y - low) * (ROWS - 1) * 2 + (high - low)) / (2 * (wide)(high - low)));
}

static const char *mark_at(const sweep *s, int column)
{
    for (int i = 0; i < s->edge_count; i++) {
        const long long width = (s->to - s->from) / (COLUMNS - 1) + 1;
        if (s->edges[i].x > s->x[column] - (width + 1) / 2 && s->edges[i].x <= s->x[column] + width / 2)
            return s->edges[i].is_jump ? "!" : "o";
    }
    return "*";
}

static void put_plot(sweep *s)
{
    long long low, high;
    char label[48], from[40], to[40];
    find_range(s, &low, &high);
    repl_put(s->r, "\n");
    for (int row = ROWS - 1; row >= 0; row--) {
        repl_write_answer(&s->shape, low + (high - low) / (ROWS - 1) * row, label);
        repl_pad_left(s->r, row == ROWS - 1 || row == 0 ? label : "", 16);
        repl_put(s->r, " |");
        for (int i = 0; i < COLUMNS; i++)
            repl_put(s->r, s->known[i] && row_of(s->y[i], low, high) == row ? mark_at(s, i) : " ");
        repl_put(s->r, "\n");
    }
    repl_pad(s->r, "", 17);
    repl_put(s->r, "+");
    for (int i = 0; i < COLUMNS; i++)
        repl_put(s->r, "-");
    repl_put(s->r, "\n");
    repl_write_units(&s->field, s->from, false, from);
    repl_write_units(&s->field, s->to, false, to);
    repl_pad(s->r, "", 18);
    repl_pad(s->r, from, COLUMNS - tool_text_width(to));
    repl_put(s->r, to);
    repl_put(s->r, "\n");
}

static void put_edges(sweep *s, bool jumps)
{
    bool any = false;
    for (int i = 0; i < s->edge_count; i++) {
        char x[40], before[48], after[48];
        if (s->edges[i].is_jump != jumps)
            continue;
        if (!any)
            repl_put(s->r, repl_word(s->r, jumps ? REPL_M_JUMPS : REPL_M_EDGES));
        any = true;
        repl_write_units(&s->field, s->edges[i].x, false, x);
        repl_put(s->r, "  ");
        repl_put(s->r, x);
        if (!jumps)
            continue;
        repl_write_answer(&s->shape, s->edges[i].before, before);
        repl_write_answer(&s->shape, s->edges[i].after, after);
        repl_put(s->r, " (");
        repl_put(s->r, before);
        repl_put(s->r, " → ");
        repl_put(s->r, after);
        repl_put(s->r, ")");
    }
    if (any)
        repl_put(s->r, "\n");
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static void run_sweep(sweep *s, const char *name)
{
    bool any = false;
    for (int i = 0; i < COLUMNS && !s->interrupted; i++) {
        s->x[i] = s->from + (long long)((wide)(s->to - s->from) * i / (COLUMNS - 1));
        s->known[i] = value_at(s, s->x[i], &s->y[i]);
        any |= s->known[i];
    }
    if (any)
        find_edges(s);
    if (s->interrupted) {
        repl_tell(s->r, REPL_M_INTERRUPTED);
        return;
    }
    if (!any) {
        repl_tell(s->r, REPL_M_NO_NUMBER, name);
        return;
    }
    put_table(s, name);
    put_plot(s);
    put_edges(s, false);
    put_edges(s, true);
    if (s->more_edges)
        repl_tell(s->r, REPL_M_MORE);
}

static bool read_range(repl *r, sweep *s, const char *from, const char *to)
{
    if (!repl_counts(&s->field)) {
        repl_tell(r, REPL_M_NO_RANGE, s->field_name);
        return false;
    }
    if (!repl_read_units(&s->field, from, &s->from)) {
        repl_tell(r, REPL_M_NO_BOUND, from, s->field_name);
        return false;
    }
    if (!repl_read_units(&s->field, to, &s->to) || s->to <= s->from) {
        repl_tell(r, REPL_M_NO_BOUND, to, s->field_name);
        return false;
    }
    return true;
}

void repl_do_sweep(repl *r, char *operands)
{
    char *from, *to, *expression;
    if (!repl_needs_claim(r) || !repl_needs_matter(r))
        return;
    sweep s = { .r = r, .field_name = repl_cut_word(operands, &from) };
    repl_cut_word(from, &to);
    repl_cut_word(to, &expression);
    if (to[0] == '\0') {
        repl_usage(r, "sweep");
        return;
    }
    const pol_claim_field *field = repl_find_field(r, s.field_name);
    if (field == NULL) {
        repl_refuse_name(r, s.field_name);
        return;
    }
    s.field = *field;
    if (!read_range(r, &s, from, to) || (s.stepper = repl_fork(r)) == NULL)
        return;
    const char *name = expression[0] != '\0' ? expression : r->t->lang == POL_ZH ? "个人负担" : "person";
    if (pol_question_new(s.stepper, name, SIZE_MAX, repl_writer(r), &s.question) == POL_OK)
        run_sweep(&s, name);
    pol_question_free(s.question);
    pol_stepper_free(s.stepper);
}
