/* `--dump=types`: every expression of a checked script with its type, by matter. */
#include <stdio.h>

#include "interp/base/utf8.h"
#include "interp/script.h"

#define TEXT_COLUMNS  44 /* of an expression's text; longer ones are cut */
#define PLACE_COLUMNS 9

/* What the walk over the tree carries. */
typedef struct dumper {
    pol_text *out;
    const pol_script *script;
    const pol_matter *matter;
    pol_lang lang;
} dumper;

static void pad(pol_text *out, int columns)
{
    for (int i = 0; i < columns; i++)
        pol_text_char(out, ' ');
}

/* The node's text on one line: blanks squeezed, cut to TEXT_COLUMNS. Returns its width. */
static int add_source(dumper *d, const pol_node *node)
{
    const pol_str text = pol_span_text(&d->script->sources, node->span);
    int width = 0;
    bool was_blank = false;
    for (size_t at = 0, size; at < text.length; at += size) {
        int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        const bool is_blank = point == ' ' || point == '\t' || point == '\n' || point == '\r';
        if (is_blank && was_blank)
            continue;
        was_blank = is_blank;
        const int columns = is_blank ? 1 : pol_utf8_width(point);
        if (width + columns > TEXT_COLUMNS - 1) {
            pol_text_add(d->out, POL_STR("…"));
            return width + 1;
        }
        if (is_blank)
            pol_text_char(d->out, ' ');
        else
            pol_text_add(d->out, (pol_str){ text.bytes + at, size });
        width += columns;
    }
    return width;
}

static void add_denominator(pol_text *out, const pol_type *type)
{
    char digits[64];
    pol_decimal_text(digits, type->den, 1, 0, true);
    pol_text_format(out, " /%s", digits);
}

static void add_type(dumper *d, const pol_note *note)
{
    const bool zh = d->lang == POL_ZH;
    pol_str en_name, zh_name;
    pol_type_text(&d->script->model, note->type, &en_name, &zh_name);
    pol_text_add(d->out, zh ? zh_name : en_name);
    if ((note->type.tag == POL_T_MONEY || note->type.tag == POL_T_NUMBER) && note->type.den > 0)
        add_denominator(d->out, &note->type);
    if (note->type.quotient)
        pol_text_add(d->out, zh ? POL_STR("，商") : POL_STR(", quotient"));
    if (note->type.may_absent)
        pol_text_add(d->out, zh ? POL_STR("，可空") : POL_STR(", optional"));
    if (note->type.may_unlimited)
        pol_text_add(d->out, zh ? POL_STR("，可不限") : POL_STR(", may be unlimited"));
    if (note->constant)
        pol_text_add(d->out, zh ? POL_STR("，常数") : POL_STR(", constant"));
}

static bool is_expression(const pol_node *node)
{
    return node->kind >= POL_N_WHEN && node->kind <= POL_N_BRACES && node->kind != POL_N_WHEN_CASE;
}

static bool dump_node(pol_node *node, void *user)
{
    dumper *d = user;
    const pol_note *note = pol_note_of(d->matter, node);
    if (is_expression(node) && note->visited && note->ref != POL_REF_LABEL &&
        note->ref != POL_REF_SET) {
        const pol_place place =
            pol_source_place(&d->script->sources.items[node->span.file], node->span.start);
        char text[32];
        const int length =
            snprintf(text, sizeof text, "  %u:%u", (unsigned)place.line, (unsigned)place.column);
        pol_text_add(d->out, pol_str_of(text));
        pad(d->out, PLACE_COLUMNS + 2 - length);
        pad(d->out, TEXT_COLUMNS + 2 - add_source(d, node));
        add_type(d, note);
        pol_text_char(d->out, '\n');
    }
    return pol_node_each_child(node, dump_node, user);
}

void pol_dump_types(pol_text *out, const pol_script *script, pol_lang lang)
{
    for (size_t i = 0; i < script->model.matters.count; i++) {
        dumper d = {
            .out = out, .script = script, .matter = script->model.matters.items[i], .lang = lang
        };
        pol_text_add(out, lang == POL_ZH ? POL_STR("业务 ") : POL_STR("matter "));
        pol_text_add(out, d.matter->name);
        pol_text_char(out, '\n');
        dump_node(&script->tree.root->node, &d);
    }
}
