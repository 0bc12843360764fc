/* The order of payers: one picture for each case, from the bill down to the person. */
#include "interp/base/utf8.h"
#include "interp/page/page.h"

enum { WIDTH = 320, BOX_X = 20, BOX_WIDTH = 280, LINE = 20, PAD = 9, GAP = 26, COLUMNS = 34 };

/* End of the piece of a text that fits in `columns`. */
static size_t piece(pol_str text, size_t at, int columns)
{
    int width = 0;
    size_t size;
    for (; at < text.length; at += size) {
        width += pol_utf8_width(pol_utf8_next(text.bytes + at, text.length - at, &size));
        if (width > columns)
            return at;
    }
    return at;
}

static int line_count(pol_str text)
{
    int lines = 0;
    for (size_t at = 0; at < text.length; lines++)
        at = piece(text, at, COLUMNS);
    return lines;
}

static void put_lines(pol_page *page, pol_str text, int y, const char *class)
{
    for (size_t at = 0; at < text.length; y += LINE) {
        const size_t end = piece(text, at, COLUMNS);
        pol_page_put_format(page, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"15\"%s>", WIDTH / 2, y + 15, class);
        pol_page_text(page, (pol_str){ text.bytes + at, end - at });
        pol_page_put(page, "</text>");
        at = end;
    }
}

/* A box with a name and a remark; returns where the next begins. */
static int put_box(pol_page *page, int y, pol_str name, pol_str remark, const char *class, bool last)
{
    const int height = PAD * 2 + LINE * (line_count(name) + line_count(remark));
    pol_page_put_format(page, "<rect class=\"box%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>", class, BOX_X, y, BOX_WIDTH, height);
    put_lines(page, name, y + PAD, "");
    put_lines(page, remark, y + PAD + LINE * line_count(name), " class=\"q\"");
    y += height;
    if (!last)
        pol_page_put_format(page, "<path class=\"arrow\" d=\"M%d %dv%d\"/><path class=\"head\" d=\"M%d %dl-5 -8h10z\"/>\n", WIDTH / 2, y, GAP - 8,
                            WIDTH / 2, y + GAP);
    return y + GAP;
}

static pol_str remark_of(const pol_page *page, const pol_payer *payer)
{
    const bool zh = pol_page_zh(page);
    if (payer->by_hospital)
        return pol_str_of(zh ? "由医院承担" : "borne by the hospital");
    if (payer->deemed && payer->deemed_when == NULL)
        return pol_str_of(zh ? "视同已付：扣除而不付" : "deemed: taken off, not paid");
    if (payer->prior)
        return pol_str_of(zh ? "金额由别处给出" : "amount given");
    return POL_STR("");
}

static pol_str numbered(pol_page *page, uint32_t number, pol_str name)
{
    pol_text text;
    pol_text_init(&text, &page->arena);
    pol_text_format(&text, "%u. ", (unsigned)number);
    pol_text_add(&text, name);
    return pol_text_str(&text);
}

static int picture_height(pol_page *page, const uint32_t *payers, uint32_t count)
{
    int height = 1 + 2 * (PAD * 2 + LINE) + GAP;
    for (uint32_t i = 0; i < count; i++) {
        const pol_payer *const payer = &page->matter->payers[payers[i]];
        height += PAD * 2 + GAP + LINE * (line_count(numbered(page, i + 1, payer->symbol->name)) + line_count(remark_of(page, payer)));
    }
    return height + 1;
}

static void put_picture(pol_page *page, const uint32_t *payers, uint32_t count)
{
    pol_page_put_format(page, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, picture_height(page, payers, count));
    int y = put_box(page, 1, pol_str_of(pol_page_zh(page) ? "总费用" : "total"), POL_STR(""), " sum", false);
    for (uint32_t i = 0; i < count; i++) {
        const pol_payer *const payer = &page->matter->payers[payers[i]];
        y = put_box(page, y, numbered(page, i + 1, payer->symbol->name), remark_of(page, payer), "", false);
    }
    put_box(page, y, pol_str_of(pol_page_zh(page) ? "其余：个人负担" : "the rest: the person pays"), POL_STR(""), " own", true);
    pol_page_put(page, "</svg>\n");
}

static void put_case(pol_page *page, const pol_order_model *order, uint32_t number)
{
    pol_page_put(page, "<figure>");
    put_picture(page, order->payers, order->count);
    pol_page_put_format(page, "<figcaption>%u. ", (unsigned)number + 1);
    if (order->cond == NULL) {
        pol_page_say(page, "All others", "其余的人");
    } else {
        pol_page_say(page, "If ", "当 ");
        pol_page_words(page, order->cond);
    }
    if (order->count == 0)
        pol_page_say(page, ": nobody pays", "：没有付款方");
    const pol_list *const basis = &POL_AS(order_case, order->node)->basis;
    if (basis->count > 0) {
        pol_page_put(page, " <span class=\"basis\">");
        pol_page_basis(page, basis);
        pol_page_put(page, "</span>");
    }
    pol_page_put(page, "</figcaption></figure>\n");
}

void pol_page_order(pol_page *page)
{
    const pol_matter *const matter = page->matter;
    pol_page_put(page, "<div class=\"orders\"");
    if (matter->order_node != NULL)
        pol_page_anchor(page, &matter->order_node->node);
    pol_page_put(page, ">\n");
    for (uint32_t i = 0; i < matter->order_count; i++)
        put_case(page, &matter->orders[i], i);
    if (matter->order_count == 0) {
        uint32_t *const all = POL_NEW_ARRAY(&page->arena, uint32_t, matter->payer_count);
        for (uint32_t i = 0; i < matter->payer_count && all != NULL; i++)
            all[i] = i;
        pol_page_put(page, "<figure>");
        if (all != NULL)
            put_picture(page, all, matter->payer_count);
        pol_page_put(page, "</figure>\n");
    }
    pol_page_put(page, "</div>\n");
}
