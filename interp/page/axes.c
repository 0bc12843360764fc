/* A curve drawn: what each payer, the hospital and the person bear, one above the other, against the bill; its
 * points as a table. */
#include "interp/page/page.h"

/* Tenths of a unit of the picture. */
enum { LEFT = 560, WIDTH = 4300, HEIGHT = 2800, MARK_ROWS = 4, MARK_APART = 140, MARK_HEIGHT = 110 };

#define THE_HOSPITAL (POL_NONE32 - 1)
#define THE_PERSON   POL_NONE32

typedef struct chart {
    pol_page *page;
    const pol_curve *curve;
    uint32_t *layers; /* bottom to top: payer numbers, THE_HOSPITAL, THE_PERSON */
    uint32_t count;
    int64_t most, unit; /* largest bill; fen of a unit of the axes */
    int top;            /* above it stand the numbers of edges */
} chart;

static int64_t borne(const pol_outcome *outcome, uint32_t layer)
{
    return layer == THE_PERSON ? outcome->person : layer == THE_HOSPITAL ? outcome->hospital : outcome->paid[layer];
}

static bool ever_bears(const pol_curve *curve, uint32_t layer)
{
    for (size_t i = 0; i < curve->points.count; i++)
        if (borne(&curve->points.items[i].outcome, layer) > 0)
            return true;
    return false;
}

static void add_layers(chart *c)
{
    const pol_outcome *const base = &c->curve->base->outcome;
    c->layers = POL_NEW_ARRAY(&c->page->arena, uint32_t, base->order_count + 2);
    for (uint32_t i = 0; i < base->order_count && c->layers != NULL; i++)
        if (!c->page->matter->payers[base->order[i]].by_hospital)
            c->layers[c->count++] = base->order[i];
    if (c->layers != NULL && ever_bears(c->curve, THE_HOSPITAL))
        c->layers[c->count++] = THE_HOSPITAL;
    if (c->layers != NULL)
        c->layers[c->count++] = THE_PERSON;
}

static void put_layer_class(chart *c, uint32_t i)
{
    if (c->layers[i] == THE_PERSON)
        pol_page_put(c->page, "sp");
    else if (c->layers[i] == THE_HOSPITAL)
        pol_page_put(c->page, "sh");
    else
        pol_page_put_format(c->page, "s%u", (unsigned)i % 10);
}

static void put_layer_name(chart *c, uint32_t i)
{
    if (c->layers[i] == THE_PERSON)
        pol_page_say(c->page, "the person", "个人负担");
    else if (c->layers[i] == THE_HOSPITAL)
        pol_page_say(c->page, "the hospital", "医院承担");
    else
        pol_page_text(c->page, c->page->matter->payers[c->layers[i]].symbol->name);
}

/* ---- axes ------------------------------------------------------------------------------------------------- */

static int scaled(const chart *c, int64_t fen, int size)
{
    return (int)((pol_i128)fen * size / c->most);
}

static void put_tenths(chart *c, int tenths)
{
    pol_page_put_format(c->page, "%d.%d", tenths / 10, tenths % 10);
}

static int64_t tick_step(int64_t most)
{
    static const int k_steps[] = { 1, 2, 5 };
    for (int64_t unit = 100;; unit *= 10)
        for (size_t i = 0; i < sizeof k_steps / sizeof *k_steps; i++)
            if (unit * k_steps[i] * 6 >= most)
                return unit * k_steps[i];
}

static void put_tick(chart *c, int64_t fen)
{
    char label[64];
    pol_decimal_text(label, fen, c->unit, 4, true);
    const int x = LEFT + scaled(c, fen, WIDTH), y = c->top + HEIGHT - scaled(c, fen, HEIGHT);
    pol_page_put_format(c->page, "<path class=\"grid\" d=\"M%d %dh%d\"/>", LEFT / 10, y / 10, WIDTH / 10);
    pol_page_put_format(c->page, "<text class=\"q\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>", x / 10, (c->top + HEIGHT) / 10 + 17, label);
    pol_page_put_format(c->page, "<text class=\"q\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT / 10 - 7, y / 10 + 4, label);
}

static void put_axes(chart *c)
{
    const bool zh = pol_page_zh(c->page), large = c->most >= 1000000;
    const int64_t step = tick_step(c->most);
    c->unit = !large ? 100 : zh ? 1000000 : 100000;
    for (int64_t fen = 0; fen <= c->most; fen += step)
        put_tick(c, fen);
    pol_page_put_format(c->page, "<path class=\"axis\" fill=\"none\" d=\"M%d %dv%dh%d\"/>", LEFT / 10, c->top / 10, HEIGHT / 10, WIDTH / 10);
    pol_page_put_format(c->page, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", (LEFT + WIDTH) / 10, (c->top + HEIGHT) / 10 + 36);
    pol_page_say(c->page, large ? "total (thousand yuan)" : "total (yuan)", large ? "总费用（万元）" : "总费用（元）");
    pol_page_put_format(c->page, "</text><text transform=\"rotate(-90)\" x=\"%d\" y=\"13\" text-anchor=\"middle\">", -(c->top + HEIGHT / 2) / 10);
    pol_page_say(c->page, large ? "paid (thousand yuan)" : "paid (yuan)", large ? "支付（万元）" : "支付（元）");
    pol_page_put(c->page, "</text>\n");
}

/* ---- layers ----------------------------------------------------------------------------------------------- */

static int64_t below(const chart *c, const pol_outcome *outcome, uint32_t layer)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < layer; i++)
        sum += borne(outcome, c->layers[i]);
    return sum;
}

static void put_corner(chart *c, const pol_outcome *outcome, int64_t height)
{
    put_tenths(c, LEFT + scaled(c, outcome->total, WIDTH));
    pol_page_put(c->page, ",");
    put_tenths(c, c->top + HEIGHT - scaled(c, height, HEIGHT));
    pol_page_put(c->page, " ");
}

/* One layer over points [from, to). */
static void put_area(chart *c, uint32_t layer, size_t from, size_t to)
{
    const pol_sample *const points = c->curve->points.items;
    pol_page_put(c->page, "<polygon class=\"");
    put_layer_class(c, layer);
    pol_page_put(c->page, "\" points=\"");
    for (size_t i = from; i < to; i++)
        put_corner(c, &points[i].outcome, below(c, &points[i].outcome, layer + 1));
    for (size_t i = to; i > from; i--)
        put_corner(c, &points[i - 1].outcome, below(c, &points[i - 1].outcome, layer));
    pol_page_put(c->page, "\"/>\n");
}

static void put_layers(chart *c)
{
    for (size_t from = 0, to; from < c->curve->points.count; from = to) {
        for (to = from + 1; to < c->curve->points.count && !c->curve->points.items[to].apart; to++)
            ;
        for (uint32_t layer = 0; layer < c->count; layer++)
            if (ever_bears(c->curve, c->layers[layer]))
                put_area(c, layer, from, to);
    }
}

/* The row for the number of an edge at x, where numbers stand close; the last where none is free. */
static int mark_row(int last[MARK_ROWS], int x)
{
    int row = 0;
    while (row < MARK_ROWS - 1 && x - last[row] < MARK_APART)
        row++;
    last[row] = x;
    return row;
}

static int mark_rows(const chart *c)
{
    int last[MARK_ROWS] = { -WIDTH, -WIDTH, -WIDTH, -WIDTH }, rows = 0;
    for (size_t i = 0; i < c->curve->points.count; i++) {
        if (!c->curve->points.items[i].edge)
            continue;
        const int row = mark_row(last, LEFT + scaled(c, c->curve->points.items[i].outcome.total, WIDTH));
        rows = row + 1 > rows ? row + 1 : rows;
    }
    return rows;
}

/* Lines at the edges, with their numbers. */
static void put_marks(chart *c)
{
    int last[MARK_ROWS] = { -WIDTH, -WIDTH, -WIDTH, -WIDTH };
    unsigned number = 0;
    for (size_t i = 0; i < c->curve->points.count; i++) {
        const pol_sample *const point = &c->curve->points.items[i];
        if (!point->edge)
            continue;
        const int x = LEFT + scaled(c, point->outcome.total, WIDTH), row = mark_row(last, x);
        pol_page_put(c->page, "<path class=\"mark\" d=\"M");
        put_tenths(c, x);
        pol_page_put_format(c->page, " %dV%d\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%u</text>\n", c->top / 10 - 4,
                            (c->top + HEIGHT) / 10, x / 10, (c->top - 50 - row * MARK_HEIGHT) / 10, ++number);
    }
}

static void put_picture(chart *c)
{
    pol_page_put_format(c->page, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" font-size=\"11\"><title>", (LEFT + WIDTH) / 10 + 24,
                        (c->top + HEIGHT) / 10 + 42);
    pol_page_say(c->page, "Who pays what against the bill", "各方支付随总费用变化");
    pol_page_put(c->page, "</title>\n");
    put_axes(c);
    put_layers(c);
    put_marks(c);
    pol_page_put(c->page, "</svg>\n<ul class=\"legend\">");
    for (uint32_t i = c->count; i > 0; i--) {
        if (!ever_bears(c->curve, c->layers[i - 1]))
            continue;
        pol_page_put(c->page, "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect width=\"10\" height=\"10\" class=\"");
        put_layer_class(c, i - 1);
        pol_page_put(c->page, "\"/></svg>");
        put_layer_name(c, i - 1);
        pol_page_put(c->page, "</li>");
    }
    pol_page_put(c->page, "</ul>\n");
}

/* ---- points ----------------------------------------------------------------------------------------------- */

static void put_fen_cell(chart *c, int64_t fen)
{
    pol_page_put(c->page, "<td class=\"num\">");
    pol_page_fen(c->page, fen);
    pol_page_put(c->page, "</td>");
}

static void put_points(chart *c)
{
    pol_page_put(c->page, "<div class=\"wide small\"><table class=\"points\"><thead><tr>");
    pol_page_tagged(c->page, "th", "Mark", "标记");
    pol_page_put(c->page, "<th class=\"num\">");
    pol_page_text(c->page, pol_page_code(c->page)->fields[c->curve->field].name);
    pol_page_put(c->page, "</th>");
    pol_page_tagged(c->page, "th class=\"num\"", "total", "总费用");
    for (uint32_t i = 0; i < c->count; i++) {
        if (!ever_bears(c->curve, c->layers[i]))
            continue;
        pol_page_put(c->page, "<th class=\"num\">");
        put_layer_name(c, i);
        pol_page_put(c->page, "</th>");
    }
    pol_page_put(c->page, "</tr></thead><tbody>\n");
    unsigned number = 0;
    for (size_t i = 0; i < c->curve->points.count; i++) {
        const pol_sample *const point = &c->curve->points.items[i];
        pol_page_put(c->page, "<tr><td>");
        if (point->edge)
            pol_page_put_format(c->page, "%u", ++number);
        pol_page_put(c->page, "</td>");
        put_fen_cell(c, point->amount);
        put_fen_cell(c, point->outcome.total);
        for (uint32_t k = 0; k < c->count; k++)
            if (ever_bears(c->curve, c->layers[k]))
                put_fen_cell(c, borne(&point->outcome, c->layers[k]));
        pol_page_put(c->page, "</tr>\n");
    }
    pol_page_put(c->page, "</tbody></table></div>\n");
}

static bool has_edges(const pol_curve *curve)
{
    for (size_t i = 0; i < curve->points.count; i++)
        if (curve->points.items[i].edge)
            return true;
    return false;
}

static void put_caption(chart *c)
{
    pol_page *const page = c->page;
    pol_page_put(page, "<figcaption>");
    pol_page_say(page, "Example “", "案例“");
    pol_page_text(page, pol_node_text(c->curve->base->example->title));
    pol_page_say(page, "”, only its “", "”，只改变其中的“");
    pol_page_text(page, pol_page_code(page)->fields[c->curve->field].name);
    pol_page_say(page, "” changed.", "”。");
    if (has_edges(c->curve))
        pol_page_say(page, " At the numbered lines somebody begins or ceases to pay, or a share changes; where that is at no round amount, a "
                           "neighbour is shown.",
                     "标有编号处，有一方开始支付、不再支付，或比例改变；折点不在整数上的，取紧邻的金额。");
    pol_page_say(page, " All figures of the table were settled for the amount in their row.", "表中各数都按该行的金额结算得出。");
    bool apart = c->curve->points.items[0].amount > 0;
    for (size_t i = 0; i < c->curve->points.count; i++)
        apart |= c->curve->points.items[i].apart;
    if (apart)
        pol_page_say(page, " Where nothing is drawn, the claim contradicts itself and is not settled.", "没有画出的部分，数据前后矛盾，不能结算。");
    pol_page_put(page, "</figcaption>\n");
}

void pol_page_chart(pol_page *page, const pol_curve *curve)
{
    chart c = { .page = page, .curve = curve };
    for (size_t i = 0; i < curve->points.count; i++)
        c.most = curve->points.items[i].outcome.total > c.most ? curve->points.items[i].outcome.total : c.most;
    add_layers(&c);
    c.top = c.most == 0 ? 0 : 100 + mark_rows(&c) * MARK_HEIGHT;
    if (c.most == 0 || c.layers == NULL)
        return;
    pol_page_put(page, "<figure class=\"curve\">\n");
    put_picture(&c);
    put_caption(&c);
    put_points(&c);
    pol_page_put(page, "</figure>\n");
}
