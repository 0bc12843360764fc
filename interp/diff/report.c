/* The comparison as text for people, and as the paragraph that a notice would carry. */
#include <string.h>

#include "interp/diff/behave.h"

#define MOST_CLAUSES 12 /* added or removed clauses that are listed one by one */

#define SAY(en, zh) pol_diff_say(diff, (en), (zh))

static void line(pol_text *out, pol_str text)
{
    pol_text_add(out, text);
    pol_text_char(out, '\n');
}

/* ---- structure ---------------------------------------------------------------------------------------------- */

static const pol_decl *subject(const pol_difference *change)
{
    return change->after != NULL ? change->after : change->before;
}

static pol_str clauses(pol_diff *diff, const pol_decl *decl)
{
    return pol_decl_clauses(diff, decl, NULL);
}

/* Both sides' clauses, once when they are the same. */
static void add_citations(pol_diff *diff, pol_text *out, pol_str before, pol_str after)
{
    if (before.length == 0 && after.length == 0)
        return;
    pol_text_format(out, "   %s ", SAY("basis", "依据").bytes);
    pol_text_add(out, before);
    if (pol_str_equal(before, after))
        return;
    if (before.length > 0 && after.length > 0)
        pol_text_add(out, POL_STR(" → "));
    pol_text_add(out, after);
}

static const char *sign(pol_differs_how how)
{
    switch (how) {
    case POL_IS_ADDED: return "+";
    case POL_IS_REMOVED: return "-";
    case POL_IS_RENAMED:
    case POL_IS_MOVED: return "→";
    case POL_IS_CHANGED: break;
    }
    return "~";
}

static void add_detail(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    pol_text_format(out, "    %s ", sign(change->how));
    if (change->how == POL_IS_RENAMED)
        pol_text_add(out, SAY("renamed", "改名"));
    else if (change->how == POL_IS_MOVED)
        pol_text_add(out, SAY("moved", "移动"));
    else
        pol_text_add(out, change->what);
    const bool has_what = change->what.length > 0 || change->how == POL_IS_RENAMED || change->how == POL_IS_MOVED;
    pol_text_add(out, !has_what ? POL_STR("") : SAY(": ", "："));
    if (change->old_text.length > 0 && change->new_text.length > 0)
        pol_text_format(out, "%.*s → %.*s", POL_S(change->old_text), POL_S(change->new_text));
    else
        pol_text_add(out, change->old_text.length > 0 ? change->old_text : change->new_text);
    if (change->old_part != NULL || change->new_part != NULL)
        add_citations(diff, out, pol_decl_clauses(diff, change->old_part == NULL ? NULL : change->before, change->old_part),
                      pol_decl_clauses(diff, change->new_part == NULL ? NULL : change->after, change->new_part));
    pol_text_char(out, '\n');
}

static void add_heading(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    const pol_decl *decl = subject(change);
    const bool whole = change->aspect[0] == '\0';
    pol_text_format(out, "  %s ", whole ? sign(change->how) : "~");
    pol_text_add(out, pol_decl_title(diff, decl));
    if (decl->kind != POL_N_CLAUSE)
        add_citations(diff, out, clauses(diff, change->before), clauses(diff, change->after));
    const pol_str text = change->old_text.length > 0 ? change->old_text : change->new_text;
    if (whole && text.length > 0)
        pol_text_format(out, "\n      %.*s", POL_S(text));
    pol_text_char(out, '\n');
}

/* Adds and removals of clauses are counted when there are many: the declarations say what matters. */
static unsigned count_clauses(const pol_diff *diff, pol_differs_how how)
{
    unsigned count = 0;
    for (size_t i = 0; i < diff->changes.count; i++) {
        const pol_difference *change = &diff->changes.items[i];
        count += change->how == how && change->aspect[0] == '\0' && subject(change)->kind == POL_N_CLAUSE;
    }
    return count;
}

static void add_section(pol_diff *diff, pol_text *out, pol_str section)
{
    pol_text_char(out, '\n');
    if (section.length == 0)
        line(out, SAY("Shared", "共用部分"));
    else
        pol_text_format(out, "%s %.*s\n", SAY("Matter", "业务").bytes, POL_S(section));
}

static void add_structure(pol_diff *diff, pol_text *out)
{
    if (diff->old.script == NULL || diff->new.script == NULL) {
        line(out, SAY("Declarations: not compared, as bytecode has none.", "条文：字节码没有条文，未比较。"));
        return;
    }
    if (diff->changes.count == 0) {
        line(out, SAY("Declarations: no change.", "条文：没有变化。"));
        return;
    }
    const unsigned added = count_clauses(diff, POL_IS_ADDED), removed = count_clauses(diff, POL_IS_REMOVED);
    const bool many = added + removed > MOST_CLAUSES;
    pol_text_format(out, "%s %zu\n", SAY("Declarations: changes:", "条文：变化").bytes, diff->changes.count);
    if (many)
        pol_text_format(out, "  %s %u, %s %u\n", SAY("clauses removed:", "删去条款").bytes, removed,
                        SAY("added:", "新增条款").bytes, added);
    const pol_decl *last = NULL;
    pol_str section = POL_STR("\1");
    for (size_t i = 0; i < diff->changes.count; i++) {
        const pol_difference *change = &diff->changes.items[i];
        const pol_decl *decl = subject(change);
        if (many && decl->kind == POL_N_CLAUSE && change->aspect[0] == '\0')
            continue;
        if (!pol_str_equal(section, decl->section)) {
            section = decl->section;
            add_section(diff, out, section);
        }
        if (decl != last)
            add_heading(diff, out, change);
        last = decl;
        if (change->aspect[0] != '\0' && strcmp(change->aspect, "basis") != 0) /* the heading says it */
            add_detail(diff, out, change);
    }
}

/* ---- impact --------------------------------------------------------------------------------------------------- */

static void add_signed(pol_text *out, pol_i128 fen)
{
    char text[64];
    pol_decimal_text(text, fen, POL_FEN_PER_YUAN, 2, false);
    pol_text_format(out, "%s%s", fen > 0 ? "+" : "", text);
}

static void add_amounts(pol_text *out, pol_str name, pol_i128 before, pol_i128 after)
{
    char old_text[64], new_text[64];
    pol_decimal_text(old_text, before, POL_FEN_PER_YUAN, 2, false);
    pol_decimal_text(new_text, after, POL_FEN_PER_YUAN, 2, false);
    pol_text_format(out, "  %.*s: %s → %s (", POL_S(name), old_text, new_text);
    add_signed(out, after - before);
    pol_text_add(out, POL_STR(")"));
}

static void add_counts(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
#define N(x) (unsigned long long)(x)
    if (diff->lang == POL_ZH) {
        pol_text_format(out, "  共 %llu 笔：负担减轻 %llu，加重 %llu，不变 %llu，负担不变而付款或状态有变 %llu\n", N(impact->claims),
                        N(impact->gain), N(impact->lose), N(impact->same), N(impact->moved));
        pol_text_format(out, "  只有旧版能结算 %llu，只有新版能结算 %llu，都不能 %llu\n", N(impact->only_old), N(impact->only_new),
                        N(impact->neither));
        pol_text_format(out, "  共 %llu 人：减轻 %llu，加重 %llu，不变 %llu\n", N(impact->persons), N(impact->person_gain),
                        N(impact->person_lose), N(impact->persons - impact->person_gain - impact->person_lose));
        return;
    }
    pol_text_format(out, "  claims: %llu; gain %llu, lose %llu, stay %llu, same burden but payers or statuses differ %llu\n",
                    N(impact->claims), N(impact->gain), N(impact->lose), N(impact->same), N(impact->moved));
    pol_text_format(out, "  settled by the old only: %llu, by the new only: %llu, by neither: %llu\n", N(impact->only_old),
                    N(impact->only_new), N(impact->neither));
    pol_text_format(out, "  persons: %llu; gain %llu, lose %llu, stay %llu\n", N(impact->persons), N(impact->person_gain),
                    N(impact->person_lose), N(impact->persons - impact->person_gain - impact->person_lose));
}

static void add_totals(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    line(out, SAY("By payer:", "按付款方："));
    for (size_t i = 0; i < impact->payers.count; i++) {
        const pol_impact_payer *payer = &impact->payers.items[i];
        add_amounts(out, payer->name, payer->old_fen, payer->new_fen);
        pol_text_format(out, diff->lang == POL_ZH ? "，多付 %llu 笔，少付 %llu 笔\n" : ", more on %llu, less on %llu\n", N(payer->up),
                        N(payer->down));
    }
    add_amounts(out, SAY("person", "个人负担"), impact->old_person, impact->new_person);
    pol_text_char(out, '\n');
    add_amounts(out, SAY("hospital", "医院承担"), impact->old_hospital, impact->new_hospital);
    pol_text_char(out, '\n');
}

static void add_groups(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    pol_str field = POL_STR("");
    for (size_t i = 0; i < impact->groups.count; i++) {
        const pol_impact_group *group = &impact->groups.items[i];
        if (group->claims == 0)
            continue;
        if (!pol_str_equal(field, group->field))
            pol_text_format(out, diff->lang == POL_ZH ? "个人负担，按%.*s：\n" : "Person, by %.*s:\n", POL_S(group->field));
        field = group->field;
        add_amounts(out, group->label, group->old_fen, group->new_fen);
        pol_text_format(out, diff->lang == POL_ZH ? "，%llu 笔，减轻 %llu，加重 %llu\n" : ", claims %llu, gain %llu, lose %llu\n",
                        N(group->claims), N(group->gain), N(group->lose));
    }
}
#undef N

/* The clauses of a payer, by which a claim was moved. */
static pol_str payer_clauses(pol_diff *diff, pol_str name)
{
    for (size_t i = 0; i < diff->new.decls.count; i++)
        if (diff->new.decls.items[i]->kind == POL_N_BENEFIT && pol_str_equal(diff->new.decls.items[i]->name, name))
            return clauses(diff, diff->new.decls.items[i]);
    return POL_STR("");
}

static void add_largest(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    line(out, SAY("Largest changes of the person's burden:", "个人负担变化最大的："));
    for (uint32_t i = 0; i < impact->largest_count; i++) {
        const pol_impact_claim *claim = &impact->largest[i];
        const pol_str id = claim->id.length > 0
                               ? claim->id
                               : pol_diff_format(diff, diff->lang == POL_ZH ? "第%llu行" : "line %llu", (unsigned long long)claim->line);
        add_amounts(out, id, claim->old_fen, claim->new_fen);
        if (claim->payer != POL_NONE32) {
            const pol_str name = impact->payers.items[claim->payer].name, basis = payer_clauses(diff, name);
            pol_text_format(out, "  %.*s ", POL_S(name));
            add_signed(out, claim->payer_fen);
            if (basis.length > 0)
                pol_text_format(out, "  %s %.*s", SAY("basis", "依据").bytes, POL_S(basis));
        }
        pol_text_char(out, '\n');
    }
}

static void add_deciles(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    pol_text_add(out, SAY("Deciles of the changes:", "变化的十分位："));
    for (int i = 0; i < POL_IMPACT_DECILES; i++) {
        pol_text_char(out, ' ');
        add_signed(out, impact->deciles[i]);
    }
    pol_text_char(out, '\n');
}

static void add_impact(pol_diff *diff, pol_text *out)
{
    const pol_impact *impact = diff->impact;
    if (impact == NULL)
        return;
    pol_text_char(out, '\n');
    line(out, SAY("Impact on the claims:", "对数据的影响："));
    add_counts(diff, out, impact);
    add_totals(diff, out, impact);
    add_groups(diff, out, impact);
    if (impact->has_deciles) {
        add_deciles(diff, out, impact);
        add_largest(diff, out, impact);
    }
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

void pol_diff_report_text(pol_diff *diff, pol_text *out)
{
    pol_text_format(out, "%.*s %.*s → %.*s %.*s\n\n", POL_S(diff->old.program->id), POL_S(diff->old.program->title),
                    POL_S(diff->new.program->id), POL_S(diff->new.program->title));
    add_structure(diff, out);
    pol_diff_behaviour_text(diff, out);
    add_impact(diff, out);
}

/* ---- the summary --------------------------------------------------------------------------------------------------- */

static void add_clause_of(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    const pol_decl *decl = subject(change);
    if (decl->kind == POL_N_CLAUSE || decl->basis.count == 0)
        return;
    const pol_str cited = change->after != NULL ? pol_decl_clauses(diff, change->after, change->new_part)
                                                : pol_decl_clauses(diff, change->before, change->old_part);
    pol_text_format(out, diff->lang == POL_ZH ? "%.*s：" : "Clause %.*s: ", POL_S(cited));
}

static void add_sentence(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    const bool zh = diff->lang == POL_ZH;
    const pol_str title = pol_decl_title(diff, subject(change)), what = change->what;
    const char *gap = what.length == 0 ? "" : zh ? "的" : " ";
    const pol_str before = change->old_text, after = change->new_text;
    switch (change->how) {
    case POL_IS_ADDED:
        pol_text_format(out, zh ? "%.*s%s%.*s增加“%.*s”。" : "%.*s%s%.*s gains \"%.*s\".", POL_S(title), gap, POL_S(what), POL_S(after));
        break;
    case POL_IS_REMOVED:
        pol_text_format(out, zh ? "%.*s%s%.*s取消“%.*s”。" : "%.*s%s%.*s loses \"%.*s\".", POL_S(title), gap, POL_S(what), POL_S(before));
        break;
    case POL_IS_RENAMED:
        pol_text_format(out, zh ? "“%.*s”改称“%.*s”。" : "\"%.*s\" is now called \"%.*s\".", POL_S(before), POL_S(after));
        break;
    case POL_IS_MOVED:
        pol_text_format(out, zh ? "%.*s由“%.*s”移到“%.*s”。" : "%.*s moves from \"%.*s\" to \"%.*s\".", POL_S(title), POL_S(before), POL_S(after));
        break;
    case POL_IS_CHANGED:
        pol_text_format(out, zh ? "%.*s%s%.*s由“%.*s”改为“%.*s”。" : "%.*s%s%.*s changes from \"%.*s\" to \"%.*s\".", POL_S(title), gap,
                        POL_S(what), POL_S(before), POL_S(after));
        break;
    }
    pol_text_char(out, '\n');
}

/* A declaration as a whole: 新增 待遇 X。 Its steps follow as sentences of their own. */
static void add_whole(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    const bool zh = diff->lang == POL_ZH, added = change->how == POL_IS_ADDED;
    const pol_str title = pol_decl_title(diff, subject(change));
    const pol_str text = added ? change->new_text : change->old_text;
    pol_text_add(out, added ? SAY("New: ", "新增") : SAY("Removed: ", "删去"));
    pol_text_add(out, title);
    if (text.length > 0)
        pol_text_format(out, zh ? "（%.*s）" : " (%.*s)", POL_S(text));
    pol_text_add(out, zh ? POL_STR("。\n") : POL_STR(".\n"));
}

void pol_diff_report_summary(pol_diff *diff, pol_text *out)
{
    const bool zh = diff->lang == POL_ZH;
    pol_text_format(out, zh ? "《%.*s》较《%.*s》：" : "%.*s, compared with %.*s:", POL_S(diff->new.program->title), POL_S(diff->old.program->title));
    if (diff->changes.count == 0)
        pol_text_add(out, zh ? POL_STR("没有变化。") : POL_STR(" no change."));
    pol_text_char(out, '\n');
    for (size_t i = 0; i < diff->changes.count; i++) {
        const pol_difference *change = &diff->changes.items[i];
        if (strcmp(change->aspect, "basis") == 0)
            continue;
        add_clause_of(diff, out, change);
        if (change->aspect[0] == '\0')
            add_whole(diff, out, change);
        else
            add_sentence(diff, out, change);
    }
}
