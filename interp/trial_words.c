/* The values of claims as a script writes them: 给定 of examples. */
#include "interp/trial.h"

#include <string.h>

#include "grammar/lex_word.h"
#include "interp/base/utf8.h"

#define LINE_COLUMNS 84 /* after which 给定 goes on in a new line */

static bool is_plain(pol_str word)
{
    return pol_is_word(word) && pol_keyword_find(word) == NULL;
}

void pol_trial_name(pol_text *out, pol_str name)
{
    pol_text_add(out, is_plain(name) ? POL_STR("") : POL_STR("「"));
    pol_text_add(out, name);
    pol_text_add(out, is_plain(name) ? POL_STR("") : POL_STR("」"));
}

static void add_label(pol_text *out, pol_str label)
{
    const bool quoted = memchr(label.bytes, '"', label.length) != NULL;
    if (is_plain(label)) {
        pol_text_add(out, label);
        return;
    }
    pol_text_add(out, quoted ? POL_STR("“") : POL_STR("\""));
    pol_text_add(out, label);
    pol_text_add(out, quoted ? POL_STR("”") : POL_STR("\""));
}

static void add_money(pol_text *out, int64_t fen, bool english)
{
    const int64_t wan = (int64_t)10000 * POL_FEN_PER_YUAN;
    if (!english && fen >= wan && fen % (wan / 100) == 0 && fen < wan * 10000) {
        pol_trial_decimal(out, fen, wan, 2, true);
        pol_text_add(out, POL_STR("万元"));
        return;
    }
    pol_trial_decimal(out, fen, POL_FEN_PER_YUAN, 2, true);
    pol_text_add(out, english ? POL_STR(" yuan") : POL_STR("元"));
}

static void add_tiers(pol_text *out, const pol_given *value, bool english)
{
    pol_text_add(out, POL_STR("{ "));
    for (uint32_t i = 0; i < value->slices; i++) {
        pol_text_add(out, i == 0 ? POL_STR("[") : POL_STR("; ["));
        add_money(out, i == 0 ? 0 : value->uppers[i - 1], english);
        pol_text_add(out, POL_STR(", "));
        if (i + 1 == value->slices)
            pol_text_add(out, english ? POL_STR("unlimited") : POL_STR("不限"));
        else
            add_money(out, value->uppers[i], english);
        pol_text_add(out, POL_STR(") : "));
        pol_trial_decimal(out, value->ratios[i], 10000, 4, true);
        pol_text_char(out, '%');
    }
    pol_text_add(out, POL_STR(" }"));
}

static void add_labels(const pol_trials *s, pol_text *out, const pol_field_def *field, uint64_t set)
{
    const char *between = "{ ";
    for (uint32_t code = 0; code < 64; code++) {
        if ((set >> code & 1) == 0)
            continue;
        pol_text_add(out, pol_str_of(between));
        add_label(out, pol_trial_label(s, field, code));
        between = ", ";
    }
    pol_text_add(out, POL_STR(" }"));
}

void pol_trial_value(const pol_trials *s, pol_text *out, const pol_field_def *field, const pol_given *value,
                     bool english)
{
    char date[16];
    if (value->is_null) {
        pol_text_add(out, field->null_unlimited ? (english ? POL_STR("unlimited") : POL_STR("不限"))
                                                : (english ? POL_STR("none") : POL_STR("空")));
        return;
    }
    switch ((pol_field_type)field->type) {
    case POL_F_AMOUNT: add_money(out, value->number, english); return;
    case POL_F_RATIO:
        pol_trial_decimal(out, value->number, 10000, 4, true);
        pol_text_char(out, '%');
        return;
    case POL_F_INTEGER: pol_trial_decimal(out, value->number, 1, 0, false); return;
    case POL_F_YESNO:
        pol_text_add(out, value->number != 0 ? (english ? POL_STR("yes") : POL_STR("是")) : english ? POL_STR("no") : POL_STR("否"));
        return;
    case POL_F_DATE:
        pol_date_text(date, (pol_date)value->number);
        pol_text_add(out, pol_str_of(date));
        return;
    case POL_F_TEXT: {
        const bool quoted = memchr(value->text.bytes, '"', value->text.length) != NULL;
        pol_text_add(out, quoted ? POL_STR("“") : POL_STR("\""));
        pol_text_add(out, value->text);
        pol_text_add(out, quoted ? POL_STR("”") : POL_STR("\""));
        return;
    }
    case POL_F_LABEL: add_label(out, pol_trial_label(s, field, (uint32_t)value->number)); return;
    case POL_F_LABELS: add_labels(s, out, field, value->set); return;
    case POL_F_TIERS: add_tiers(out, value, english); return;
    }
}

void pol_trial_given(const pol_trials *s, pol_text *out, const pol_trial *t, bool english)
{
    const pol_code *const code = &s->script->traced.program->matters[t->matter];
    size_t line = out->length;
    bool first = true;
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (!t->fields[i].is_given)
            continue;
        pol_text_add(out, first ? POL_STR(" ") : POL_STR(", "));
        first = false;
        if (pol_utf8_text_width((pol_str){ out->bytes + line, out->length - line }) > LINE_COLUMNS) {
            pol_text_add(out, POL_STR("\n       "));
            line = out->length;
        }
        pol_trial_name(out, code->fields[i].name);
        pol_text_add(out, POL_STR(" = "));
        pol_trial_value(s, out, &code->fields[i], &t->fields[i], english);
    }
}
