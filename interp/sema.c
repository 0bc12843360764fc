/* The checker's driver: header, file, then each matter (see sema.h for the rooms). */
#include "interp/sema_internal.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- messages ------------------------------------------------------------------------------------------ */

pol_diag *pol_sema_report(pol_checker *s, pol_diag_code code, const pol_node *node)
{
    bool inherited = node && s->model->header && node->span.file != s->model->header->node.span.file;
    if (node && (s->reported[node->id] || (inherited && !pol_diag_is_error(code))))
        return &s->diags->spare; /* said already, or a warning that the superior's author has seen */
    pol_span span = node ? node->span : (pol_span){UINT32_MAX, 0, 0};
    if (node)
        s->reported[node->id] = 1;
    return pol_report(s->diags, code, span);
}

void pol_sema_text(pol_checker *s, pol_diag *d, const char *name, pol_str text)
{
    pol_diag_text(s->diags, d, name, text);
}

void pol_sema_words(pol_checker *s, pol_diag *d, const char *name, const char *en, const char *zh)
{
    pol_diag_texts(s->diags, d, name, pol_str_of(en), pol_str_of(zh));
}

void pol_type_text(const pol_model *model, pol_type type, pol_str *en, pol_str *zh)
{
    static const struct { const char *en, *zh; } k_names[] = {
        [POL_T_ERROR] = {"anything", "任意"},      [POL_T_MONEY] = {"an amount", "金额"}, [POL_T_NUMBER] = {"a number", "数"},
        [POL_T_YESNO] = {"a condition (yes or no)", "条件（是或否）"},     [POL_T_DATE] = {"a date", "日期"},     [POL_T_TEXT] = {"a text", "文字"},
        [POL_T_LABEL] = {"a label", "类别取值"},   [POL_T_LABELS] = {"several labels", "多选"},
        [POL_T_TIERS] = {"a tier schedule", "分段"}, [POL_T_MONTHDAY] = {"month and day", "月日"}, [POL_T_NONE] = {"none", "空"},
    };
    *en = pol_str_of(k_names[type.tag].en);
    *zh = pol_str_of(k_names[type.tag].zh);
    (void)model;
}

void pol_sema_type(pol_checker *s, pol_diag *d, const char *name, pol_type type)
{
    pol_str en, zh;
    pol_type_text(s->model, type, &en, &zh);
    pol_diag_texts(s->diags, d, name, en, zh);
}

pol_str pol_source_of(const pol_checker *s, const pol_node *node)
{
    pol_str text = pol_span_text(s->model->sources, node->span);
    if (text.length > 120)
        text.length = 0;
    return text.length ? text : POL_STR("…");
}

void pol_sema_see(pol_checker *s, pol_diag *d, const pol_node *node, const char *en, const char *zh)
{
    if (node)
        pol_diag_note_at(s->diags, d, node->span, pol_str_of(en), pol_str_of(zh));
}

pol_str pol_sema_format(pol_checker *s, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof text)
        return POL_STR("");
    return pol_str_copy(s->arena, (pol_str){text, (size_t)length});
}

bool pol_model_is_english(const pol_model *model)
{
    pol_str text = pol_span_text(model->sources, model->header->node.span);
    return text.length >= 6 && pol_str_equal((pol_str){text.bytes, 6}, POL_STR("policy"));
}

bool pol_writes_english(const pol_checker *s)
{
    return pol_model_is_english(s->model);
}

/* ---- header ----------------------------------------------------------------------------------------------- */

static void check_header(pol_checker *s, pol_ast_header *header)
{
    pol_model *m = s->model;
    m->header = header;
    m->id = header->id ? pol_node_text(header->id) : POL_STR("");
    m->title = header->title ? pol_node_text(header->title) : POL_STR("");
    m->series = header->series ? pol_node_text(header->series) : m->id;
    m->settle_outside = header->settle_outside != 0;
    m->from = POL_DATE_MIN;
    m->to = POL_DATE_MAX;
    m->rounding = (pol_rounding_rule){POL_HALF_UP, {1, POL_FEN_PER_YUAN}};
    if (!header->effective) {
        pol_sema_report(s, POL_D_NO_EFFECTIVE, header->id ? header->id : &header->node);
        return;
    }
    pol_ast_period *period = POL_AS(period, header->effective);
    m->from = POL_AS(date, period->from)->days;
    if (period->to)
        m->to = POL_AS(date, period->to)->days;
    if (m->from > m->to)
        pol_sema_report(s, POL_D_EMPTY_INTERVAL, header->effective);
}

bool pol_sema(pol_model *model, pol_tree *tree, const pol_sources *sources, pol_diags *diags, pol_arena *arena)
{
    pol_checker state = {.model = model, .arena = arena, .diags = diags, .tree = tree};
    pol_checker *s = &state;
    *model = (pol_model){.arena = arena, .tree = tree, .sources = sources, .diags = diags};
    s->labels_of_type = POL_NEW_ARRAY(arena, uint32_t, tree->rules + 1);
    s->used = POL_NEW_ARRAY(arena, uint8_t, tree->rules + 1);
    s->reported = POL_NEW_ARRAY(arena, uint8_t, tree->count + 1);
    if (!s->labels_of_type || !s->used || !s->reported)
        return false;
    if (!tree->root || !tree->root->header)
        return !pol_arena_failed(arena);
    check_header(s, POL_AS(header, tree->root->header));
    if (model->header->rounding)
        pol_read_rounding(s, model->header->rounding, &model->rounding);
    if (!pol_resolve_file(s))
        return false;
    for (size_t i = 0; i < model->matters.count; i++) {
        if (!pol_resolve_matter(s, model->matters.items[i]))
            return !pol_arena_failed(arena); /* too large: reported */
        pol_check_statements(s);
    }
    pol_check_unused(s);
    for (size_t i = 0; i < model->matters.count; i++) {
        s->matter = model->matters.items[i];
        pol_lint_matter(s);
        pol_check_examples(s);
    }
    pol_check_citations(s);
    return !pol_arena_failed(arena);
}
