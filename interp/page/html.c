/* Markup: what is written by this program, what is escaped, how figures look. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/page/page.h"

#define FLUSH_BYTES ((size_t)256 << 10)

void pol_page_put(pol_page *page, const char *markup)
{
    pol_text_add(&page->text, pol_str_of(markup));
}

void pol_page_put_format(pol_page *page, const char *format, ...)
{
    char text[256];
    va_list list;
    va_start(list, format);
    const int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length > 0 && (size_t)length < sizeof text)
        pol_text_add(&page->text, (pol_str){ text, (size_t)length });
}

void pol_page_text(pol_page *page, pol_str text)
{
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        switch (point) {
        case '&': pol_page_put(page, "&amp;"); break;
        case '<': pol_page_put(page, "&lt;"); break;
        case '>': pol_page_put(page, "&gt;"); break;
        case '"': pol_page_put(page, "&quot;"); break;
        case '\'': pol_page_put(page, "&#39;"); break;
        default:
            if (point < ' ' || point == 0x7f)
                pol_page_put(page, point == '\n' || point == '\t' ? " " : "\xef\xbf\xbd");
            else
                pol_text_add(&page->text, (pol_str){ text.bytes + at, size });
        }
    }
}

void pol_page_say(pol_page *page, const char *en, const char *zh)
{
    pol_page_text(page, pol_str_of(pol_page_zh(page) ? zh : en));
}

void pol_page_tagged(pol_page *page, const char *tag, const char *en, const char *zh)
{
    pol_page_put_format(page, "<%s>", tag);
    pol_page_say(page, en, zh);
    pol_page_put_format(page, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* ---- figures --------------------------------------------------------------------------------------------- */

/* Digits before the point; 0 when the text is no decimal. */
static size_t whole_digits(pol_str text)
{
    size_t at = text.length > 0 && text.bytes[0] == '-' ? 1 : 0;
    const size_t start = at;
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    const size_t count = at - start;
    if (at < text.length && text.bytes[at] == '.')
        at++;
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at == text.length ? count : 0;
}

void pol_page_number(pol_page *page, pol_str text)
{
    const size_t digits = whole_digits(text);
    if (digits <= 3) {
        pol_page_text(page, text);
        return;
    }
    const size_t sign = text.bytes[0] == '-' ? 1 : 0;
    size_t at = sign + (digits % 3 == 0 ? 3 : digits % 3);
    pol_text_add(&page->text, (pol_str){ text.bytes, at });
    for (; at < sign + digits; at += 3) {
        pol_page_put(page, "<span class=\"k\">");
        pol_text_add(&page->text, (pol_str){ text.bytes + at, 3 });
        pol_page_put(page, "</span>");
    }
    pol_text_add(&page->text, (pol_str){ text.bytes + at, text.length - at });
}

void pol_page_fen(pol_page *page, int64_t fen)
{
    char text[64];
    const size_t length = pol_fen_text(text, fen);
    pol_page_number(page, (pol_str){ text, length });
}

/* ---- the document ---------------------------------------------------------------------------------------- */

void pol_page_flush(pol_page *page, bool all)
{
    if (pol_arena_failed(&page->arena) && page->status == POL_OK)
        page->status = POL_NO_MEMORY;
    if (page->text.length < FLUSH_BYTES && !all)
        return;
    if (page->status == POL_OK && page->text.length > 0 && !page->out.write(page->out.user, page->text.bytes, page->text.length))
        page->status = POL_WRITE_FAILED;
    page->text.length = 0;
}

void pol_page_begin(pol_page *page, pol_str title)
{
    pol_page_put_format(page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", pol_page_zh(page) ? "zh-Hans" : "en");
    pol_page_put(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"generator\" content=\"pol\">\n<title>");
    pol_page_text(page, title);
    pol_page_put(page, "</title>\n<style>\n");
    for (size_t i = 0; pol_page_style[i] != NULL; i++)
        pol_page_put(page, pol_page_style[i]);
    pol_page_put(page, "</style>\n</head>\n<body>\n<main>\n");
}

void pol_page_end(pol_page *page)
{
    pol_page_put(page, "</main>\n</body>\n</html>\n");
    pol_page_flush(page, true);
}
