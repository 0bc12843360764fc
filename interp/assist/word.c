/* One word: what it is, where it is declared and mentioned, and how it gets another name. */
#include "interp/assist/assist.h"

#include <string.h>

#include "grammar/lex_word.h"
#include "grammar/parse.tab.h"
#include "interp/base/utf8.h"
#include "interp/inspect.h"

#define LONGEST_DECLARATION 400 /* bytes shown of it */

static const pol_subject *subject_of(const pol_analysis *a, const pol_mention *mention)
{
    return &a->subjects.items[mention->subject];
}

/* ---- types and values in words ---------------------------------------------------------------------------- */

static void add_labels(pol_text *text, const pol_label_set *set)
{
    for (uint32_t i = 0; i < set->count && i < 8; i++) {
        pol_text_add(text, i == 0 ? POL_STR(" { ") : POL_STR(", "));
        pol_text_add(text, set->labels[i]);
    }
    if (set->count > 0)
        pol_text_add(text, set->count > 8 ? POL_STR(", … }") : POL_STR(" }"));
}

pol_str pol_type_words(pol_analysis *a, pol_type type)
{
    const pol_model *model = &a->script->model;
    pol_str en, zh;
    if (type.tag == POL_T_ERROR)
        return POL_STR("");
    pol_type_text(model, type, &en, &zh);
    pol_text text;
    pol_text_init(&text, &a->answer);
    pol_text_add(&text, a->lang == POL_ZH ? zh : en);
    if ((type.tag == POL_T_LABEL || type.tag == POL_T_LABELS) && type.labels < model->label_sets.count) {
        const pol_label_set *set = &model->label_sets.items[type.labels];
        if (set->name.length > 0) {
            pol_text_char(&text, ' ');
            pol_text_add(&text, set->name);
        }
        add_labels(&text, set);
    }
    return pol_text_str(&text);
}

/* The type as it was declared; else what the checker found. */
static pol_str type_of(pol_analysis *a, const pol_symbol *symbol)
{
    const pol_node *type = NULL;
    if (symbol->node != NULL && symbol->kind == POL_S_INPUT)
        type = POL_AS_CONST(input, symbol->node)->type;
    else if (symbol->node != NULL && symbol->kind == POL_S_PARAM)
        type = POL_AS_CONST(param, symbol->node)->type;
    else if (symbol->node != NULL && symbol->kind == POL_S_DEFINE)
        type = POL_AS_CONST(define, symbol->node)->type;
    else if (symbol->node != NULL && symbol->kind == POL_S_ACCUM)
        type = POL_AS_CONST(accum, symbol->node)->type;
    if (type != NULL && (POL_AS_CONST(type, type)->kind < (int)POL_TYPE_NAMED))
        return pol_span_text(&a->script->sources, type->span);
    return symbol->kind == POL_S_SET ? POL_STR("") : pol_type_words(a, symbol->type);
}

static pol_node *value_node(const pol_symbol *symbol)
{
    if (symbol->node == NULL)
        return NULL;
    if (symbol->kind == POL_S_DEFINE)
        return POL_AS(define, symbol->node)->value;
    return symbol->kind == POL_S_PARAM ? POL_AS(param, symbol->node)->value : NULL;
}

static bool is_ratio(const pol_symbol *symbol, const pol_node *value)
{
    const pol_node *type = symbol->kind == POL_S_DEFINE ? POL_AS(define, symbol->node)->type : POL_AS(param, symbol->node)->type;
    return value->kind == POL_N_PERCENT || (type != NULL && POL_AS_CONST(type, type)->kind == POL_TYPE_RATIO);
}

/* Of a definition or parameter whose value is known now. */
static const char *constant_value(pol_analysis *a, const pol_subject *subject)
{
    const pol_symbol *symbol = subject->symbol;
    const pol_node *value = symbol != NULL ? value_node(symbol) : NULL;
    if (value == NULL || subject->matter == NULL || subject->matter->notes == NULL)
        return NULL;
    const pol_note *note = pol_note_of(subject->matter, value);
    if (!note->constant || note->unlimited)
        return NULL;
    if (note->type.tag == POL_T_MONEY || note->type.tag == POL_T_NUMBER)
        return pol_answer_text(a, pol_number_text(&a->answer, note->value, note->type.tag == POL_T_MONEY,
                                                  is_ratio(symbol, value)));
    return NULL;
}

/* ---- the declaration ----------------------------------------------------------------------------------------- */

static pol_str declaration_text(const pol_analysis *a, const pol_node *node)
{
    pol_str text = pol_span_text(&a->script->sources, node->span);
    if (text.length <= LONGEST_DECLARATION)
        return text;
    size_t end = LONGEST_DECLARATION;
    while (end > 0 && text.bytes[end] != '\n')
        end--;
    if (end == 0)
        end = LONGEST_DECLARATION;
    while (end > 0 && ((unsigned char)text.bytes[end] & 0xc0) == 0x80)
        end--;
    return (pol_str){ text.bytes, end };
}

static const pol_mention *mention_of(const pol_analysis *a, const pol_node *node)
{
    const pol_mention *found = pol_mention_from(a, node->span.file, node->span.start);
    return found != NULL && found->node == node ? found : NULL;
}

static void cite(pol_analysis *a, pol_word_info *info, const pol_list *basis)
{
    pol_edit *clauses = POL_NEW_ARRAY(&a->answer, pol_edit, basis->count);
    for (uint32_t i = 0; clauses != NULL && i < basis->count; i++) {
        const pol_mention *mention = mention_of(a, basis->items[i]);
        if (mention == NULL)
            continue;
        const pol_subject *clause = subject_of(a, mention);
        if (clause->node == NULL || clause->kind != POL_WORD_CLAUSE)
            continue;
        pol_text text;
        pol_text_init(&text, &a->answer);
        pol_text_add(&text, clause->name);
        pol_text_add(&text, POL_STR(" "));
        pol_text_add(&text, pol_node_text(POL_AS_CONST(clause, clause->node)->title));
        clauses[info->clause_count++] = (pol_edit){ pol_extent_of(clause->declared), pol_answer_text(a, pol_text_str(&text)) };
    }
    info->clauses = clauses;
}

static void add_first_value(pol_analysis *a, pol_word_info *info, const pol_subject *subject)
{
    const pol_model *model = &a->script->model;
    if (subject->symbol == NULL || info->value != NULL)
        return;
    for (uint32_t i = 0; i < model->matters.count; i++) {
        if (model->matters.items[i] != subject->matter)
            continue;
        pol_first_example *run = pol_first_example_run(a, i);
        const pol_str value = run != NULL ? pol_first_example_value(a, run, subject->symbol) : POL_STR("");
        if (value.length > 0)
            info->first_value = pol_answer_text(a, value);
        pol_first_example_end(run);
    }
}

static void describe(pol_analysis *a, pol_word_info *info, const pol_subject *subject)
{
    info->kind = subject->kind;
    info->name = pol_answer_text(a, subject->name);
    info->declared = pol_extent_of(subject->declared);
    if (subject->en != NULL)
        info->about = pol_str_equal(subject->name, pol_str_of(subject->en)) ? subject->zh : subject->en;
    if (subject->symbol != NULL) {
        const pol_str type = type_of(a, subject->symbol);
        info->type = type.length > 0 ? pol_answer_text(a, type) : NULL;
        info->value = constant_value(a, subject);
        add_first_value(a, info, subject);
    }
    if (subject->kind == POL_WORD_LABEL && subject->labels < a->script->model.label_sets.count) {
        const pol_str category = a->script->model.label_sets.items[subject->labels].name;
        info->type = category.length > 0 ? pol_answer_text(a, category) : NULL;
    }
    if (subject->kind == POL_WORD_CLAUSE && subject->node != NULL)
        info->about = pol_answer_text(a, pol_node_text(POL_AS_CONST(clause, subject->node)->title));
    if (subject->node == NULL)
        return;
    info->declaration = pol_answer_text(a, declaration_text(a, subject->node));
    const pol_list *basis = pol_node_basis(subject->node);
    if (basis != NULL && basis->count > 0)
        cite(a, info, basis);
}

/* ---- keywords ---------------------------------------------------------------------------------------------------- */

/* The keyword that covers the offset, NULL when there is none: no token crosses a line, so only its line is scanned. */
static const pol_keyword *keyword_at(pol_analysis *a, uint32_t offset, pol_span *span)
{
    const pol_source *source = &a->script->sources.items[0];
    const uint32_t number = pol_source_place(source, offset).line;
    const pol_str line = pol_source_line(source, number);
    const uint32_t start = (uint32_t)(line.bytes - source->text.bytes);
    pol_sources sources;
    pol_sources_init(&sources, &a->answer);
    pol_lexer *lexer = POL_NEW(&a->answer, pol_lexer);
    if (line.length == 0 || pol_sources_add(&sources, source->name, line) == UINT32_MAX ||
        !pol_assist_lexer(a, lexer, &sources))
        return NULL;
    for (pol_token token = pol_lexer_next(lexer); token.kind != 0; token = pol_lexer_next(lexer)) {
        if (token.end + start < offset)
            continue;
        *span = (pol_span){ 0, token.start + start, token.end + start };
        return token.start + start <= offset && token.kind != POL_TOKEN_COMMENT ? pol_keyword_of(token.kind) : NULL;
    }
    return NULL;
}

static bool describe_keyword(pol_analysis *a, uint32_t offset, pol_word_info *info)
{
    pol_span span;
    const pol_keyword *keyword = keyword_at(a, offset, &span);
    if (keyword == NULL)
        return false;
    const pol_str written = pol_span_text(&a->script->sources, span);
    if (pol_word_length(written) == 0) /* a sign: > is 超过 */
        return false;
    const bool english = (unsigned char)written.bytes[0] < 0x80;
    info->kind = POL_WORD_KEYWORD;
    info->range = pol_extent_of(span);
    info->name = pol_answer_text(a, written);
    info->about = english ? keyword->zh[0] : keyword->en[0];
    return true;
}

pol_status pol_analysis_word(pol_analysis *analysis, uint32_t offset, pol_word_info *info)
{
    pol_answer_begin(analysis);
    *info = (pol_word_info){ .declared = { POL_NO_FILE, 0, 0 } };
    const pol_mention *mention = pol_mention_at_offset(analysis, offset);
    if (mention != NULL) {
        info->range = pol_extent_of(mention->span);
        describe(analysis, info, subject_of(analysis, mention));
    } else if (!describe_keyword(analysis, offset, info)) {
        return POL_FINDINGS;
    }
    return pol_answer_status(analysis);
}

/* ---- mentions --------------------------------------------------------------------------------------------------- */

/* A superior's path leads to the beginning of its text. */
static pol_status superior_place(pol_analysis *a, const pol_mention *mention, const pol_extent **items, size_t *count)
{
    pol_extent *place = POL_NEW(&a->answer, pol_extent);
    if (mention->span.file + 1 >= a->script->sources.count)
        return POL_FINDINGS;
    if (place != NULL)
        place->file = mention->span.file + 1;
    *items = place;
    *count = 1;
    return pol_answer_status(a);
}

pol_status pol_analysis_definitions(pol_analysis *analysis, uint32_t offset, const pol_extent **items, size_t *count)
{
    pol_answer_begin(analysis);
    *count = 0;
    const pol_mention *here = pol_mention_at_offset(analysis, offset);
    if (here == NULL)
        return POL_FINDINGS;
    if (subject_of(analysis, here)->kind == POL_WORD_SUPERIOR)
        return superior_place(analysis, here, items, count);
    POL_VEC(pol_extent) places = { 0 };
    for (size_t i = 0; i < analysis->mentions.count; i++) {
        const pol_mention *mention = &analysis->mentions.items[i];
        if (mention->subject == here->subject && mention->declares)
            (void)POL_PUSH(&analysis->answer, places, pol_extent_of(mention->span));
    }
    *items = places.items;
    *count = places.count;
    return places.count == 0 ? POL_FINDINGS : pol_answer_status(analysis);
}

pol_status pol_analysis_mentions(pol_analysis *analysis, uint32_t offset, const pol_mention_at **items, size_t *count)
{
    pol_answer_begin(analysis);
    *count = 0;
    const pol_mention *here = pol_mention_at_offset(analysis, offset);
    if (here == NULL)
        return POL_FINDINGS;
    POL_VEC(pol_mention_at) places = { 0 };
    for (size_t i = 0; i < analysis->mentions.count; i++) {
        const pol_mention *mention = &analysis->mentions.items[i];
        const pol_mention_at place = { pol_extent_of(mention->span), mention->declares };
        if (mention->subject == here->subject)
            (void)POL_PUSH(&analysis->answer, places, place);
    }
    *items = places.items;
    *count = places.count;
    return pol_answer_status(analysis);
}

/* ---- another name ------------------------------------------------------------------------------------------------ */

static bool has_subject(const pol_analysis *a, const pol_subject *subject, pol_str name)
{
    const pol_model *model = &a->script->model;
    if (subject->kind == POL_WORD_LABEL || subject->kind == POL_WORD_CLAUSE || subject->kind == POL_WORD_MATTER) {
        for (size_t i = 0; i < a->subjects.count; i++) {
            const pol_subject *other = &a->subjects.items[i];
            if (other->kind == subject->kind && other->labels == subject->labels && pol_str_equal(other->name, name))
                return true;
        }
        return false;
    }
    for (uint32_t i = 0; i < model->matters.count; i++)
        if (pol_matter_find(model->matters.items[i], name) != NULL || pol_find_payer(model->matters.items[i], name) != NULL)
            return true;
    for (uint32_t i = 0; subject->kind == POL_WORD_CATEGORY && i < model->label_sets.count; i++)
        if (pol_str_equal(model->label_sets.items[i].name, name))
            return true;
    return false;
}

static bool can_be_written(pol_str name)
{
    if (name.length == 0 || name.length > 200 || pol_utf8_check(name) < name.length)
        return false;
    for (size_t at = 0, size; at < name.length; at += size) {
        const int32_t point = pol_utf8_next(name.bytes + at, name.length - at, &size);
        if (pol_utf8_is_forbidden(point) || point < 0x20 || point == '"' || point == '`' || point == 0x300c ||
            point == 0x300d || (point >= 0x201c && point <= 0x201d))
            return false;
    }
    return name.bytes[0] != ' ' && name.bytes[name.length - 1] != ' ';
}

/* Why the subject cannot get this name; NULL: it can. An empty name asks about any. */
static const char *refusal(pol_analysis *a, const pol_subject *subject, pol_str name)
{
    static const char *const k_envelope[] = { "编号", "参保人", "家庭", "业务类型", "参数" };
    const bool zh = a->lang == POL_ZH;
    if (subject->declared.file == UINT32_MAX)
        return zh ? "这个名称是语言规定的，不能改" : "this name belongs to the language";
    for (size_t i = 0; i < a->mentions.count; i++) {
        const pol_mention *mention = &a->mentions.items[i];
        if (&a->subjects.items[mention->subject] == subject && mention->span.file != 0)
            return zh ? "上级脚本里也用这个名称，请在上级脚本里改" : "the superior script has this name too: rename it there";
    }
    if (name.bytes == NULL)
        return NULL;
    if (!can_be_written(name))
        return zh ? "不能作名称" : "this cannot be a name";
    name = pol_utf8_key(&a->answer, name); /* as it is compared */
    for (size_t i = 0; i < sizeof k_envelope / sizeof k_envelope[0]; i++)
        if (subject->kind != POL_WORD_LABEL && pol_str_equal(name, pol_str_of(k_envelope[i])))
            return zh ? "这个名称另有含义，不能用" : "this name has a meaning of its own";
    return has_subject(a, subject, name) ? (zh ? "已经有这个名称" : "this name is taken") : NULL;
}

/* As the place wants it: a text stays a text. */
static const char *spelled(pol_analysis *a, const pol_mention *mention, pol_str name)
{
    if (mention->node->kind == POL_N_NAME)
        return pol_answer_text(a, pol_name_written(a, name));
    if (mention->span.start != mention->node->span.start) /* a part of a text */
        return pol_answer_text(a, name);
    pol_text text;
    pol_text_init(&text, &a->answer);
    pol_text_char(&text, '"');
    pol_text_add(&text, name);
    pol_text_char(&text, '"');
    return pol_answer_text(a, pol_text_str(&text));
}

pol_status pol_analysis_rename(pol_analysis *analysis, uint32_t offset, const char *name, const pol_edit **items,
                               size_t *count, const char **reason)
{
    pol_answer_begin(analysis);
    *count = 0;
    *items = NULL;
    const pol_mention *here = pol_mention_at_offset(analysis, offset);
    if (here == NULL) {
        *reason = analysis->lang == POL_ZH ? "这里没有可以改名的名称" : "there is no name here";
        return POL_FINDINGS;
    }
    pol_str wanted = name != NULL ? pol_str_of(name) : (pol_str){ NULL, 0 };
    *reason = refusal(analysis, subject_of(analysis, here), wanted);
    if (*reason != NULL)
        return POL_FINDINGS;
    if (name != NULL && subject_of(analysis, here)->kind != POL_WORD_CLAUSE)
        wanted = pol_utf8_key(&analysis->answer, wanted); /* as names are read; texts are not folded, but must agree */
    POL_VEC(pol_edit) edits = { 0 };
    for (size_t i = 0; name != NULL && i < analysis->mentions.count; i++) {
        const pol_mention *mention = &analysis->mentions.items[i];
        if (mention->subject != here->subject)
            continue;
        const pol_edit edit = { pol_extent_of(mention->span), spelled(analysis, mention, wanted) };
        (void)POL_PUSH(&analysis->answer, edits, edit);
    }
    *items = edits.items;
    *count = edits.count;
    return pol_answer_status(analysis);
}
