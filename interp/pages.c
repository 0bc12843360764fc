/* The pages of diagnostics, written out. */
#include <string.h>

#include "interp/base/diag_page.h"

typedef struct page_writer {
    pol_writer out;
    bool good;
} page_writer;

static void put(page_writer *w, const char *bytes, size_t length)
{
    w->good = w->good && (length == 0 || w->out.write(w->out.user, bytes, length));
}

static void say(page_writer *w, const char *text)
{
    put(w, text, strlen(text));
}

static const char *severity_of(pol_diag_code code, pol_lang lang)
{
    if (pol_diag_is_error(code))
        return lang == POL_ZH ? "错误" : "error";
    return lang == POL_ZH ? "警告" : "warning";
}

/* Each line of the example, indented. */
static void say_example(page_writer *w, const char *title, const char *example)
{
    say(w, "\n");
    say(w, title);
    say(w, "\n");
    while (*example != '\0') {
        const size_t length = strcspn(example, "\n") + 1;
        say(w, "  ");
        put(w, example, length);
        example += length;
    }
}

/* How the warning is switched off. */
static void write_lint(page_writer *w, pol_diag_code code, pol_lang lang)
{
    const char *name = pol_diag_lint(code, lang);
    if (name == NULL)
        return;
    say(w, lang == POL_ZH ? "\n确有道理的地方，写注释关掉：# 允许 " : "\nWhere it is justified, a comment switches it off: # allow ");
    say(w, name);
    say(w, lang == POL_ZH ? "：理由\n" : ": REASON\n");
}

static void write_text(page_writer *w, pol_diag_code code, pol_lang lang)
{
    const pol_diag_page *page = pol_diag_page_of(code);
    say(w, severity_of(code, lang));
    say(w, "[");
    say(w, pol_diag_code_text(code));
    say(w, "]: ");
    say(w, pol_diag_template(code, lang));
    say(w, "\n\n");
    say(w, lang == POL_ZH ? page->meaning_zh : page->meaning_en);
    say(w, "\n");
    write_lint(w, code, lang);
    if (page->wrong[0] == '\0')
        return;
    say_example(w, lang == POL_ZH ? "错误的写法：" : "Wrong:", page->wrong);
    say_example(w, lang == POL_ZH ? "正确的写法：" : "Right:", page->right);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void say_escaped(page_writer *w, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            say(w, "\\n");
        else if (*text == '"' || *text == '\\')
            put(w, *text == '"' ? "\\\"" : "\\\\", 2);
        else
            put(w, text, 1);
    }
}

static void say_member(page_writer *w, const char *name, const char *first, const char *second)
{
    say(w, "\"");
    say(w, name);
    say(w, "\":\"");
    say_escaped(w, first);
    say_escaped(w, second);
    say(w, "\"");
}

static void write_json(page_writer *w, pol_diag_code code, pol_lang lang)
{
    const pol_diag_page *page = pol_diag_page_of(code);
    say(w, "{");
    say_member(w, "code", pol_diag_code_text(code), "");
    say(w, ",");
    say_member(w, "severity", pol_diag_is_error(code) ? "error" : "warning", "");
    say(w, ",");
    say_member(w, "message", pol_diag_template(code, lang), "");
    say(w, ",");
    say_member(w, "meaning", lang == POL_ZH ? page->meaning_zh : page->meaning_en, "");
    say(w, ",");
    say_member(w, "wrong", page->wrong, "");
    say(w, ",");
    say_member(w, "right", page->right, "");
    say(w, ",");
    say_member(w, "wrong_script", page->wrong[0] == '\0' ? "" : pol_diag_frame(page->wrong), page->wrong);
    say(w, ",");
    say_member(w, "right_script", page->right[0] == '\0' ? "" : pol_diag_frame(page->right), page->right);
    say(w, "}\n");
}

/* ---- the public functions --------------------------------------------------------------------------- */

const char *pol_code_at(unsigned index)
{
    return index < POL_DIAG_COUNT ? pol_diag_code_text((pol_diag_code)index) : NULL;
}

pol_status pol_describe_code(const char *code, pol_format format, pol_lang lang, pol_writer out)
{
    const pol_diag_code found = pol_diag_code_find(pol_str_of(code));
    if (found == POL_DIAG_COUNT)
        return POL_BAD_ARGUMENT;
    page_writer w = { out, true };
    if (format == POL_JSON)
        write_json(&w, found, lang);
    else
        write_text(&w, found, lang);
    return w.good ? POL_OK : POL_WRITE_FAILED;
}
