/* A figure against a field: a table, a plot, and where the line bends or jumps. */
#include "tools/repl/repl.h"

#define COLUMNS 61 /* of the plot: points of the sweep */
#define ROWS 12
#define TABLE_ROWS 10
#define MOST_EDGES 12
#define MOST_CHANGES 64

__extension__ typedef __int128 wide; /* products of two amounts */

/* What a claim comes to for one value of the field. */
typedef struct point {
    long long x, y;         /* y in millionths */
    bool known;             /* false: rejected, or no number */
    unsigned long long way; /* which figures there are and which are 0, not what they are */
} point;

typedef struct sweep {
    repl *r;
    pol_stepper *stepper;
    pol_question *question;
    char *field_name;
    pol_claim_field field;
    long long from, to;
    pol_answer shape; /* is_share … of the figure */
    point points[COLUMNS];
    struct {
        point low, high;
    } changes[MOST_CHANGES];
    int change_count;
    struct {
        long long x, before, after;
        bool is_jump;
    } edges[MOST_EDGES];
    int edge_count;
    bool more_edges, interrupted;
} sweep;

/* Digits say how much, everything else says which way the settlement went. */
static unsigned long long add_words(unsigned long long way, const char *text)
{
    for (; *text != '\0'; text++) {
        if ((*text < '0' || *text > '9') && *text != '.')
            way = (way ^ (unsigned char)*text) * 0x100000001b3u;
    }
    return way * 31;
}

/* Less than a fen. */
static bool is_nothing(const char *value)
{
    return strncmp(value, "0.00", 4) == 0 || strncmp(value, "≈0.00", 7) == 0;
}

/* A number only says whether it is 0; what is rounded away comes and goes with every fen. */
static unsigned long long way_of(pol_stepper *stepper)
{
    unsigned long long way = 0xcbf29ce484222325u;
    for (size_t i = 1; i <= pol_stepper_count(stepper); i++) {
        const pol_step *step = pol_stepper_at(stepper, i);
        const bool is_number = (step->value[0] >= '0' && step->value[0] <= '9') || strncmp(step->value, "≈", 3) == 0;
        if (strcmp(step->kind, "取整") == 0)
            continue;
        way = add_words(way, step->kind);
        way = strcmp(step->kind, "档") == 0 ? repl_hash(step->name, strlen(step->name)) ^ way * 31 : add_words(way, step->name);
        way = add_words(way, !is_number ? step->value : is_nothing(step->value) ? "zero" : "number");
        way = add_words(way, step->note);
    }
    return way;
}

static point point_at(sweep *s, long long x)
{
    char json[40];
    pol_answer answer;
    point p = { .x = x };
    repl_write_units(&s->field, x, true, json);
    s->interrupted |= repl_interrupted();
    if (s->interrupted)
        return p;
    (void)pol_stepper_put(s->stepper, s->field_name, json);
    p.way = way_of(s->stepper);
    if (!pol_stepper_settled(s->stepper) ||
        pol_question_ask(s->question, s->stepper, SIZE_MAX, &answer) != POL_OK || !answer.is_number)
        return p;
    s->shape = answer;
    s->shape.text = "";
    p.known = true;
    p.y = answer.millionths;
    return p;
}

/* ---- edges --------------------------------------------------------------------------------------------------- */

static long long size_of(long long number)
{
    return number < 0 ? -number : number;
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

/* What the rounding of some payers can be off, in millionths of a yuan. */
#define SLACK 40000

/* A step between neighbours that neither rounding nor a slope explains. */
static bool is_jump(const sweep *s, const point *low, const point *high)
{
    return size_of(high->y - low->y) > (s->field.takes == POL_TAKES_AMOUNT ? SLACK : 1000000);
}

/* The neighbours between which the settlement goes another way: halves [a, b] until it has them. */
static void find_changes(sweep *s, const point *a, const point *b)
{
    if (s->interrupted || a->way == b->way || s->change_count == MOST_CHANGES)
        return;
    if (b->x - a->x <= 1) {
        s->changes[s->change_count].low = *a;
        s->changes[s->change_count++].high = *b;
        return;
    }
    const point middle = point_at(s, a->x + (b->x - a->x) / 2);
    find_changes(s, a, &middle);
    find_changes(s, &middle, b);
}

/* Where the line through `low` from the left and that through `high` from the right meet; their slopes differ. */
static long long crossing(const point *low, const point *high, wide left_rise, wide left_run, wide right_rise, wide right_run)
{
    const wide over = ((wide)high->y - low->y) * left_run * right_run - right_rise * left_run * (high->x - low->x);
    const wide x = low->x + over / (left_rise * right_run - right_rise * left_run);
    return (long long)(x < low->x ? low->x : x > high->x ? high->x : x);
}

static long long nearest_end(const sweep *s, int first, int last, long long x)
{
    long long best = s->changes[first].low.x;
    for (int i = first; i <= last; i++) {
        const long long ends[] = { s->changes[i].low.x, s->changes[i].high.x };
        for (int k = 0; k < 2; k++)
            best = size_of(ends[k] - x) < size_of(best - x) ? ends[k] : best;
    }
    return best;
}

/* Does the line bend at the changes first … last, which are close together? Looks so far to either side; *at is
 * the point of theirs nearest to where the lines from both sides meet. */
static bool bends(sweep *s, int first, int last, long long left_run, long long right_run, long long *at)
{
    const point *low = &s->changes[first].low, *high = &s->changes[last].high;
    const point left = point_at(s, low->x - left_run), right = point_at(s, high->x + right_run);
    if (!left.known || !right.known || left_run == 0 || right_run == 0)
        return false;
    const wide left_rise = low->y - left.y, right_rise = right.y - high->y;
    const wide off = left_rise * right_run - right_rise * left_run; /* of the slopes, times both runs */
    const wide most = (wide)SLACK * (left_run + right_run);
    *at = off == 0 ? low->x : nearest_end(s, first, last, crossing(low, high, left_rise, left_run, right_rise, right_run));
    return off > most || off < -most;
}

/* Changes as close as this count as one: several figures become 0 within some fen of each other. */
#define CLOSE 100

/* Those changes that show in the figure. */
static void judge_changes(sweep *s)
{
    for (int i = 0; i < s->change_count && !s->interrupted;) {
        int last = i;
        while (last + 1 < s->change_count && s->changes[last + 1].low.x - s->changes[last].high.x < CLOSE)
            last++;
        const point *low = &s->changes[i].low, *high = &s->changes[last].high;
        const long long before = i == 0 ? s->from : s->changes[i - 1].high.x;
        const long long after = last + 1 == s->change_count ? s->to : s->changes[last + 1].low.x;
        bool jumps = false;
        for (int k = i; k <= last; k++) {
            const point *a = &s->changes[k].low, *b = &s->changes[k].high;
            if (a->known && b->known && is_jump(s, a, b)) {
                add_edge(s, b->x, a->y, b->y, true);
                jumps = true;
            }
        }
        long long at;
        if (!jumps && low->known && high->known && bends(s, i, last, low->x - before, after - high->x, &at))
            add_edge(s, at, low->y, high->y, false);
        i = last + 1;
    }
}

/* ---- showing --------------------------------------------------------------------------------------------------- */

static void put_row(sweep *s, int i, const char *name)
{
    char x[40], y[48];
    repl_write_units(&s->field, s->points[i].x, false, x);
    repl_put(s->r, "  ");
    repl_pad_left(s->r, x, 16);
    if (s->points[i].known)
        repl_write_answer(&s->shape, s->points[i].y, y);
    repl_pad_left(s->r, s->points[i].known ? y : "—", tool_text_width(name) > 16 ? tool_text_width(name) + 2 : 18);
    repl_put(s->r, "\n");
}

static void put_table(sweep *s, const char *name)
{
    repl_put(s->r, "  ");
    repl_pad_left(s->r, s->field_name, 16);
    repl_put(s->r, "  ");
    repl_pad_left(s->r, name, 16);
    repl_put(s->r, "\n");
    for (int i = 0; i < COLUMNS; i += (COLUMNS - 1) / TABLE_ROWS)
        put_row(s, i, name);
}

static void find_range(const sweep *s, long long *low, long long *high)
{
    bool any = false;
    *low = *high = 0;
    for (int i = 0; i < COLUMNS; i++) {
        if (!s->points[i].known)
            continue;
        *low = !any || s->points[i].y < *low ? s->points[i].y : *low;
        *high = !any || s->points[i].y > *high ? s->points[i].y : *high;
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
        if (s->edges[i].x > s->points[column].x - (width + 1) / 2 && s->edges[i].x <= s->points[column].x + width / 2)
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
            repl_put(s->r, s->points[i].known && row_of(s->points[i].y, low, high) == row ? mark_at(s, i) : " ");
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
        s->points[i] = point_at(s, s->from + (long long)((wide)(s->to - s->from) * i / (COLUMNS - 1)));
        any |= s->points[i].known;
    }
    for (int i = 0; any && i + 1 < COLUMNS; i++)
        find_changes(s, &s->points[i], &s->points[i + 1]);
    judge_changes(s);
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
        repl_refuse_field(r, s.field_name);
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
