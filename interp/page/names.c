/* Names with links to where they are explained, kinds of statements, clauses and where they are used. */
#include "interp/base/utf8.h"
#include "interp/page/page.h"

/* ---- where declarations stand ----------------------------------------------------------------------------- */

static void stands(pol_page *page, const pol_node *node, uint32_t where)
{
    if (page->shown != NULL && node != NULL && page->shown[node->id] == 0)
        page->shown[node->id] = where;
}

static void stand_all(pol_page *page, pol_node *const *nodes, uint32_t count, uint32_t where)
{
    for (uint32_t i = 0; i < count; i++)
        stands(page, nodes[i], where);
}

static void survey_matter(pol_page *page, const pol_matter *matter, uint32_t where)
{
    for (size_t i = 0; i < matter->symbols.count; i++)
        stands(page, matter->symbols.items[i]->node, where);
    stand_all(page, matter->requires, matter->require_count, where);
    stand_all(page, matter->advances, matter->advance_count, where);
    stand_all(page, matter->statuses, matter->status_count, where);
    stand_all(page, matter->outputs, matter->output_count, where);
    stands(page, matter->settle == NULL ? NULL : &matter->settle->node, where);
    stands(page, matter->order_node == NULL ? NULL : &matter->order_node->node, where);
}

void pol_page_survey(pol_page *page)
{
    const pol_list *const statements = &page->script->tree.root->statements;
    page->shown = POL_NEW_ARRAY(&page->arena, uint32_t, page->script->tree.count);
    page->cited = POL_NEW_ARRAY(&page->arena, uint32_t, page->script->tree.count);
    uint32_t examples = 0;
    for (uint32_t i = 0; i < statements->count; i++) {
        const pol_node *const node = statements->items[i];
        if (node->kind == POL_N_CLAUSE) {
            (void)POL_PUSH(&page->arena, page->clauses, POL_AS_CONST(clause, node));
            (void)POL_PUSH(&page->arena, page->keys, pol_utf8_key(&page->arena, pol_node_text(POL_AS_CONST(clause, node)->number)));
        }
        if (node->kind == POL_N_CATEGORY || node->kind == POL_N_SET)
            stands(page, node, POL_PAGE_SHARED);
    }
    for (uint32_t m = 0; m < page->model->matters.count; m++) {
        const pol_matter *const matter = page->model->matters.items[m];
        survey_matter(page, matter, m + 1);
        for (uint32_t i = 0; i < matter->example_count; i++)
            stands(page, matter->examples[i], ++examples); /* its number */
    }
}

static void put_id(pol_page *page, const pol_node *declaration, uint32_t matter)
{
    if (declaration->kind == POL_N_CATEGORY || declaration->kind == POL_N_SET)
        pol_page_put_format(page, "n%u", (unsigned)declaration->id);
    else if (declaration->kind == POL_N_EXAMPLE)
        pol_page_put_format(page, "e%u", (unsigned)declaration->id);
    else
        pol_page_put_format(page, "m%un%u", (unsigned)matter, (unsigned)declaration->id);
}

void pol_page_anchor(pol_page *page, const pol_node *declaration)
{
    pol_page_put(page, " id=\"");
    put_id(page, declaration, page->number + 1);
    pol_page_put(page, "\"");
}

static void put_link(pol_page *page, const pol_node *declaration, uint32_t matter)
{
    pol_page_put(page, "<a href=\"#");
    put_id(page, declaration, matter);
    pol_page_put(page, "\">");
}

void pol_page_name(pol_page *page, const pol_node *declaration, pol_str name)
{
    const bool linked = page->audience == POL_FOR_OFFICERS;
    if (linked)
        put_link(page, declaration, page->number + 1);
    pol_page_text(page, name);
    pol_page_put(page, linked ? "</a>" : "");
}

/* ---- expressions with links ------------------------------------------------------------------------------- */

/* No text of a script holds these. */
#define LINK_OPENS '\1'
#define LINK_NAMES '\2'
#define LINK_ENDS  '\3'

static const pol_symbol *symbol_of(const pol_page *page, const pol_node *node)
{
    if (page->matter == NULL)
        return NULL;
    const pol_note *const note = pol_note_of(page->matter, node);
    const bool names = note->ref == POL_REF_SYMBOL || note->ref == POL_REF_SET;
    return names && note->symbol != NULL && note->symbol->node != NULL ? note->symbol : NULL;
}

static pol_str linked_name(void *user, const pol_node *node, pol_str name)
{
    pol_page *const page = user;
    const pol_symbol *const symbol = symbol_of(page, node);
    if (symbol == NULL || page->audience != POL_FOR_OFFICERS)
        return name;
    pol_text text;
    pol_text_init(&text, &page->arena);
    pol_text_char(&text, LINK_OPENS);
    if (symbol->node->kind == POL_N_SET)
        pol_text_format(&text, "n%u", (unsigned)symbol->node->id);
    else
        pol_text_format(&text, "m%un%u", (unsigned)page->number + 1, (unsigned)symbol->node->id);
    pol_text_char(&text, LINK_NAMES);
    pol_text_add(&text, name);
    pol_text_char(&text, LINK_ENDS);
    return pol_text_str(&text);
}

static void put_linked(pol_page *page, pol_str text)
{
    size_t start = 0;
    for (size_t at = 0; at < text.length; at++) {
        const char c = text.bytes[at];
        if (c != LINK_OPENS && c != LINK_NAMES && c != LINK_ENDS)
            continue;
        pol_page_text(page, (pol_str){ text.bytes + start, at - start });
        pol_page_put(page, c == LINK_OPENS ? "<a href=\"#" : c == LINK_NAMES ? "\">" : "</a>");
        start = at + 1;
    }
    pol_page_text(page, (pol_str){ text.bytes + start, text.length - start });
}

static pol_wording wording_of(pol_page *page)
{
    return (pol_wording){ .arena = &page->arena, .lang = page->lang, .name = linked_name, .user = page };
}

void pol_page_words(pol_page *page, const pol_node *node)
{
    const pol_wording wording = wording_of(page);
    put_linked(page, pol_word_node(&wording, node));
}

void pol_page_labels(pol_page *page, const pol_list *labels)
{
    const pol_wording wording = wording_of(page);
    put_linked(page, pol_word_list(&wording, labels));
}

/* ---- kinds ------------------------------------------------------------------------------------------------ */

static const char *step_kind(const pol_page *page, int kind)
{
    static const char *const k_steps[][2] = {
        [POL_STEP_BY_HOSPITAL] = { "borne by the hospital", "由医院承担" }, [POL_STEP_DEEMED] = { "deemed", "视同" },
        [POL_STEP_CONDITION] = { "condition", "条件" },   [POL_STEP_BASE] = { "base", "基数" },
        [POL_STEP_DEDUCTIBLE] = { "deductible", "起付" }, [POL_STEP_TIERS] = { "tiers", "分段" },
        [POL_STEP_RATIO] = { "ratio", "比例" },           [POL_STEP_AMOUNT] = { "amount", "金额" },
        [POL_STEP_ROUND] = { "rounding", "取整" },        [POL_STEP_CAP] = { "cap", "封顶" },
    };
    return k_steps[kind][pol_page_zh(page) ? 1 : 0];
}

const char *pol_page_kind(const pol_page *page, const pol_node *node)
{
    const bool zh = pol_page_zh(page);
    switch (node->kind) {
    case POL_N_HEADER: return zh ? "政策" : "policy";
    case POL_N_CATEGORY: return zh ? "类别" : "category";
    case POL_N_SET: return zh ? "集合" : "set";
    case POL_N_PARAM: return zh ? "参数" : "parameter";
    case POL_N_BOUND: return zh ? "界限" : "bound";
    case POL_N_MATTER: return zh ? "业务" : "matter";
    case POL_N_INPUT: return zh ? "输入" : "input";
    case POL_N_REQUIRE: return zh ? "要求" : "requirement";
    case POL_N_DEFINE: return zh ? "定义" : "definition";
    case POL_N_ACCUM: return zh ? "累计" : "accumulator";
    case POL_N_SETTLE: return zh ? "总费用" : "total";
    case POL_N_PRIOR: return zh ? "先付" : "prior payer";
    case POL_N_BENEFIT: return zh ? "待遇" : "benefit";
    case POL_N_STEP: return step_kind(page, POL_AS_CONST(step, node)->kind);
    case POL_N_ORDER: return zh ? "顺序" : "order";
    case POL_N_ADVANCE: return zh ? "垫付" : "advance";
    case POL_N_STATUS: return zh ? "状态" : "status";
    case POL_N_REASON: return zh ? "理由" : "reason";
    case POL_N_OUTPUT: return zh ? "附加" : "output";
    case POL_N_EXAMPLE: return zh ? "案例" : "example";
    default: return "";
    }
}

static const pol_node *category_of(const pol_page *page, pol_str name)
{
    const pol_list *const statements = &page->script->tree.root->statements;
    for (uint32_t i = 0; i < statements->count; i++) {
        const pol_node *const node = statements->items[i];
        if (node->kind == POL_N_CATEGORY && pol_str_equal(pol_node_text(POL_AS_CONST(category, node)->name), name))
            return node;
    }
    return NULL;
}

void pol_page_type(pol_page *page, const pol_ast_type *type)
{
    static const char *const k_types[][2] = {
        [POL_TYPE_AMOUNT] = { "amount", "金额" },        [POL_TYPE_RATIO] = { "ratio", "比例" },
        [POL_TYPE_INTEGER] = { "whole number", "整数" }, [POL_TYPE_YESNO] = { "yes or no", "是或否" },
        [POL_TYPE_DATE] = { "date", "日期" },            [POL_TYPE_TEXT] = { "text", "文字" },
        [POL_TYPE_TIERS] = { "tiers", "分段比例" },      [POL_TYPE_NAMED] = { "", "" },
    };
    if (type == NULL)
        return;
    const pol_node *const category = type->kind == POL_TYPE_NAMED ? category_of(page, pol_node_text(type->name)) : NULL;
    if (type->any_of)
        pol_page_say(page, "any of: ", "可多选：");
    if (type->kind == POL_TYPE_LABELS)
        pol_page_labels(page, &type->labels);
    else if (category != NULL)
        pol_page_name(page, category, pol_node_text(type->name));
    else if (type->kind == POL_TYPE_NAMED)
        pol_page_text(page, pol_node_text(type->name));
    else
        pol_page_say(page, k_types[type->kind][0], k_types[type->kind][1]);
}

/* ---- clauses ---------------------------------------------------------------------------------------------- */

/* The clause that a citation of a script means: its own, else one of those that it extends. */
static size_t find_clause(pol_page *page, uint32_t file, pol_str number)
{
    const pol_str key = pol_utf8_key(&page->arena, number);
    size_t found = page->clauses.count;
    for (size_t i = 0; i < page->clauses.count && i < page->keys.count; i++) {
        const pol_ast_clause *const clause = page->clauses.items[i];
        if (clause->node.span.file < file || !pol_str_equal(page->keys.items[i], key))
            continue;
        if (found == page->clauses.count || clause->node.span.file < page->clauses.items[found]->node.span.file)
            found = i;
    }
    return found;
}

/* The same for a citation; looked for once. */
static size_t cited_clause(pol_page *page, const pol_node *citation)
{
    if (page->cited == NULL)
        return page->clauses.count;
    if (page->cited[citation->id] == 0)
        page->cited[citation->id] = (uint32_t)find_clause(page, citation->span.file, pol_node_text(citation)) + 1;
    return page->cited[citation->id] - 1;
}

void pol_page_clause_link(pol_page *page, uint32_t file, pol_str number)
{
    const size_t found = find_clause(page, file, number);
    const bool linked = found < page->clauses.count && page->audience == POL_FOR_OFFICERS;
    if (linked)
        pol_page_put_format(page, "<a href=\"#c%u\">", (unsigned)found + 1);
    pol_page_text(page, number);
    pol_page_put(page, linked ? "</a>" : "");
}

void pol_page_basis(pol_page *page, const pol_list *basis)
{
    for (uint32_t i = 0; basis != NULL && i < basis->count; i++) {
        if (i > 0)
            pol_page_say(page, "; ", "；");
        pol_page_clause_link(page, basis->items[i]->span.file, pol_node_text(basis->items[i]));
    }
}

/* One walk for each clause; what is found is written at once. */
typedef struct uses {
    pol_page *page;
    size_t clause;
    const pol_node *statement; /* being walked, */
    const pol_node *part;      /*   the step, reason or bound of it */
    const pol_node *last;      /* statement written last, */
    const pol_node *last_part;
    unsigned count;
} uses;

static void write_use(uses *u)
{
    pol_page *const page = u->page;
    const uint32_t where = page->shown == NULL ? 0 : page->shown[u->statement->id];
    if (u->last == u->statement && u->last_part == u->part)
        return;
    pol_page_put(page, u->count > 0 ? "<br>" : "");
    const bool example = u->statement->kind == POL_N_EXAMPLE;
    if (where != 0)
        put_link(page, u->statement, where);
    pol_page_text(page, pol_str_of(pol_page_kind(page, u->statement)));
    if (example) {
        pol_page_put_format(page, " %u", (unsigned)where);
    } else if (pol_node_declared(u->statement) != NULL && u->statement->kind != POL_N_SETTLE) {
        pol_page_put(page, " ");
        pol_page_text(page, pol_node_text(pol_node_declared(u->statement)));
    }
    pol_page_put(page, where != 0 ? "</a>" : "");
    if (u->part != NULL && pol_page_kind(page, u->part)[0] != '\0') {
        pol_page_put(page, " · ");
        pol_page_text(page, pol_str_of(pol_page_kind(page, u->part)));
    }
    u->last = u->statement;
    u->last_part = u->part;
    u->count++;
}

static bool walk_uses(pol_node *node, void *user)
{
    uses *const u = user;
    const pol_node *const outer = u->part, *const statement = u->statement;
    if (node->kind == POL_N_INPUT)
        u->statement = node;
    if (node->kind == POL_N_STEP || node->kind == POL_N_REASON || node->kind == POL_N_BOUND || node->kind == POL_N_ORDER_CASE)
        u->part = node;
    const pol_list *const basis = pol_node_basis(node);
    for (uint32_t i = 0; basis != NULL && i < basis->count; i++)
        if (cited_clause(u->page, basis->items[i]) == u->clause)
            write_use(u);
    pol_node_each_child(node, walk_uses, u);
    u->part = outer;
    u->statement = statement;
    return true;
}

static void write_uses(pol_page *page, size_t number)
{
    uses u = { .page = page, .clause = number };
    const pol_list *const statements = &page->script->tree.root->statements;
    for (uint32_t i = 0; i < statements->count; i++) {
        if (statements->items[i]->kind == POL_N_EXAMPLE && statements->items[i]->span.file != 0)
            continue;
        u.statement = statements->items[i];
        walk_uses(statements->items[i], &u);
    }
    if (u.count == 0 && page->clauses.items[number]->no_rule == NULL)
        pol_page_say(page, "not used", "未用到");
}

void pol_page_clauses(pol_page *page)
{
    if (page->clauses.count == 0)
        return;
    pol_page_put(page, "<h2 id=\"clauses\">");
    pol_page_say(page, "Clauses and where they are used", "条款索引");
    pol_page_put(page, "</h2>\n<div class=\"wide small\"><table><thead><tr>");
    pol_page_tagged(page, "th", "Clause", "条款");
    pol_page_tagged(page, "th", "It says", "内容");
    pol_page_tagged(page, "th", "Used in", "用在哪里");
    pol_page_put(page, "</tr></thead><tbody>\n");
    uint32_t file = 0;
    for (size_t i = 0; i < page->clauses.count; i++) {
        const pol_ast_clause *const clause = page->clauses.items[i];
        if (clause->node.span.file != file) {
            file = clause->node.span.file;
            pol_page_put(page, "<tr><th colspan=\"3\">");
            pol_page_say(page, "Of the superior script ", "上级脚本 ");
            pol_page_text(page, page->script->sources.items[file].name);
            pol_page_put(page, "</th></tr>\n");
        }
        pol_page_put_format(page, "<tr id=\"c%u\"><th>", (unsigned)i + 1);
        pol_page_text(page, pol_node_text(clause->number));
        pol_page_put(page, "</th><td>");
        pol_page_text(page, pol_node_text(clause->title));
        pol_page_put(page, "</td><td>");
        if (clause->no_rule != NULL) {
            pol_page_say(page, "computes nothing: ", "不计算：");
            pol_page_text(page, pol_node_text(clause->no_rule));
        }
        write_uses(page, i);
        pol_page_put(page, "</td></tr>\n");
        pol_page_flush(page, false);
    }
    pol_page_put(page, "</tbody></table></div>\n");
}
