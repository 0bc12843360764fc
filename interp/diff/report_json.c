/* The comparison as one JSON object; its keys are those of docs/diff.schema.json. */
#include "interp/diff/behave.h"

#define FORMAT_VERSION 1

static void key(pol_text *out, const char *name)
{
    const char last = out->length > 0 ? out->bytes[out->length - 1] : '{';
    if (last != '{' && last != '[')
        pol_text_char(out, ',');
    pol_text_format(out, "\"%s\":", name);
}

static void text(pol_text *out, pol_str value)
{
    pol_json_write_string(out, value);
}

static void member(pol_text *out, const char *name, pol_str value)
{
    key(out, name);
    text(out, value);
}

static void count(pol_text *out, const char *name, uint64_t value)
{
    key(out, name);
    pol_text_format(out, "%llu", (unsigned long long)value);
}

static void amount(pol_text *out, const char *name, pol_i128 fen)
{
    char digits[64];
    pol_decimal_text(digits, fen, POL_FEN_PER_YUAN, 2, false);
    member(out, name, pol_str_of(digits));
}

static void comma(pol_text *out, size_t i)
{
    if (i > 0)
        pol_text_char(out, ',');
}

/* ---- sides and structure ------------------------------------------------------------------------------------ */

static void add_side(pol_text *out, const char *name, const pol_side *side)
{
    char from[16], to[16];
    pol_program_period(side->program, from, to);
    key(out, name);
    pol_text_char(out, '{');
    member(out, "文件", side->program->id);
    member(out, "名称", side->program->title);
    member(out, "施行自", pol_str_of(from));
    key(out, "施行至");
    if (to[0] == '\0')
        pol_text_add(out, POL_STR("null"));
    else
        text(out, pol_str_of(to));
    key(out, "有条文");
    pol_text_add(out, side->script == NULL ? POL_STR("false") : POL_STR("true"));
    pol_text_char(out, '}');
}

static void add_clauses(pol_text *out, const char *name, const pol_decl *decl, const pol_node *part)
{
    const pol_list *own = part == NULL ? NULL : pol_node_basis(part);
    key(out, name);
    pol_text_char(out, '[');
    if (own != NULL && own->count > 0) {
        for (uint32_t i = 0; i < own->count; i++) {
            comma(out, i);
            text(out, pol_node_text(own->items[i]));
        }
    } else {
        for (size_t i = 0; decl != NULL && i < decl->basis.count; i++) {
            comma(out, i);
            text(out, decl->basis.items[i]);
        }
    }
    pol_text_char(out, ']');
}

static void add_change(pol_text *out, const pol_difference *change)
{
    static const char *const k_how[] = { "新增", "删去", "改变", "改名", "移动" };
    const pol_decl *decl = change->after != NULL ? change->after : change->before;
    pol_text_char(out, '{');
    member(out, "变化", pol_str_of(k_how[change->how]));
    member(out, "种类", pol_str_of(pol_node_kind_name(decl->kind)));
    member(out, "业务类型", decl->section);
    member(out, "名称", decl->name);
    if (change->before != NULL && change->after != NULL && !pol_str_equal(change->before->name, change->after->name))
        member(out, "原名称", change->before->name);
    member(out, "方面", pol_str_of(change->aspect));
    member(out, "内容", change->what);
    if (change->old_text.length > 0)
        member(out, "旧", change->old_text);
    if (change->new_text.length > 0)
        member(out, "新", change->new_text);
    add_clauses(out, "旧依据", change->before, change->old_part);
    add_clauses(out, "新依据", change->after, change->new_part);
    pol_text_char(out, '}');
}

static void add_structure(pol_text *out, const pol_diff *diff)
{
    key(out, "条文");
    pol_text_char(out, '[');
    for (size_t i = 0; i < diff->changes.count; i++) {
        comma(out, i);
        add_change(out, &diff->changes.items[i]);
    }
    pol_text_char(out, ']');
}

/* ---- impact --------------------------------------------------------------------------------------------------- */

static void amounts(pol_text *out, pol_i128 before, pol_i128 after)
{
    amount(out, "旧", before);
    amount(out, "新", after);
    amount(out, "差", after - before);
}

static void add_payers(pol_text *out, const pol_impact *impact)
{
    key(out, "付款方");
    pol_text_char(out, '[');
    for (size_t i = 0; i < impact->payers.count; i++) {
        const pol_impact_payer *payer = &impact->payers.items[i];
        comma(out, i);
        pol_text_char(out, '{');
        member(out, "名称", payer->name);
        amounts(out, payer->old_fen, payer->new_fen);
        count(out, "多付", payer->up);
        count(out, "少付", payer->down);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_sum(pol_text *out, const char *name, pol_i128 before, pol_i128 after)
{
    key(out, name);
    pol_text_char(out, '{');
    amounts(out, before, after);
    pol_text_char(out, '}');
}

static void add_groups(pol_text *out, const pol_impact *impact)
{
    size_t written = 0;
    key(out, "类别");
    pol_text_char(out, '[');
    for (size_t i = 0; i < impact->groups.count; i++) {
        const pol_impact_group *group = &impact->groups.items[i];
        if (group->claims == 0)
            continue;
        comma(out, written++);
        pol_text_char(out, '{');
        member(out, "输入", group->field);
        member(out, "标签", group->label);
        count(out, "笔数", group->claims);
        count(out, "减轻", group->gain);
        count(out, "加重", group->lose);
        amounts(out, group->old_fen, group->new_fen);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_largest(pol_text *out, const pol_impact *impact)
{
    key(out, "最大变化");
    pol_text_char(out, '[');
    for (uint32_t i = 0; i < impact->largest_count; i++) {
        const pol_impact_claim *claim = &impact->largest[i];
        comma(out, i);
        pol_text_char(out, '{');
        member(out, "编号", claim->id);
        count(out, "行", claim->line);
        amounts(out, claim->old_fen, claim->new_fen);
        if (claim->payer != POL_NONE32) {
            member(out, "付款方", impact->payers.items[claim->payer].name);
            amount(out, "付款方变化", claim->payer_fen);
        }
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_impact(pol_text *out, const pol_impact *impact)
{
    if (impact == NULL)
        return;
    key(out, "影响");
    pol_text_char(out, '{');
    count(out, "笔数", impact->claims);
    count(out, "减轻", impact->gain);
    count(out, "加重", impact->lose);
    count(out, "不变", impact->same);
    count(out, "其他变化", impact->moved);
    count(out, "只有旧版能结算", impact->only_old);
    count(out, "只有新版能结算", impact->only_new);
    count(out, "都不能结算", impact->neither);
    count(out, "人数", impact->persons);
    count(out, "减轻人数", impact->person_gain);
    count(out, "加重人数", impact->person_lose);
    add_payers(out, impact);
    add_sum(out, "总费用", impact->old_total, impact->new_total);
    add_sum(out, "个人负担", impact->old_person, impact->new_person);
    add_sum(out, "医院承担", impact->old_hospital, impact->new_hospital);
    add_groups(out, impact);
    key(out, "十分位");
    pol_text_char(out, '[');
    for (size_t i = 0; impact->has_deciles && i < POL_IMPACT_DECILES; i++) {
        char digits[64];
        comma(out, i);
        pol_fen_text(digits, impact->deciles[i]);
        text(out, pol_str_of(digits));
    }
    pol_text_char(out, ']');
    add_largest(out, impact);
    pol_text_char(out, '}');
}

/* ---- behaviour ------------------------------------------------------------------------------------------------ */

static void add_verdicts(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    static const char *const k_kinds[] = { "可结算", "总费用", "个人负担", "医院承担", "付款方", "垫付", "状态", "附加", "累计" };
    key(out, "结论");
    pol_text_char(out, '[');
    for (size_t i = 0; i < b->outputs.count; i++) {
        const pol_output_pair *pair = &b->outputs.items[i];
        comma(out, i);
        pol_text_char(out, '{');
        member(out, "种类", pol_str_of(k_kinds[pair->kind]));
        member(out, "名称", pol_output_name(diff, pair));
        member(out, "结论", pol_str_of(pol_output_verdict(b, pair)));
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_part(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region, const pol_region_part *part)
{
    static const char *const k_kinds[] = { "same", "differs", "scattered", "rejected", "undecided" };
    const pol_var *var = &b->vars[region->var];
    pol_text_char(out, '{');
    member(out, "自", pol_region_amount(diff, var, part->low));
    key(out, "至");
    if (part->high >= var->most)
        pol_text_add(out, POL_STR("null"));
    else
        text(out, pol_region_amount(diff, var, part->high));
    member(out, "种类", pol_str_of(k_kinds[part->kind]));
    if (part->only_before || part->only_after)
        member(out, "能结算", part->only_before ? POL_STR("旧") : POL_STR("新"));
    key(out, "不同");
    pol_text_char(out, '[');
    size_t count_written = 0;
    for (size_t i = 0; i < b->outputs.count; i++) {
        if ((part->figures[i / 64] >> (i % 64) & 1) == 0)
            continue;
        comma(out, count_written++);
        text(out, pol_output_name(diff, &b->outputs.items[i]));
    }
    pol_text_char(out, ']');
    key(out, "算式");
    pol_text_char(out, '[');
    for (size_t i = 0; i < part->formulas.count; i++) {
        comma(out, i);
        text(out, part->formulas.items[i]);
    }
    pol_text_add(out, POL_STR("]}"));
}

static void add_trace_side(pol_text *out, const pol_trace_line *line, unsigned side)
{
    key(out, side == 0 ? "旧" : "新");
    if (!line->has[side]) {
        pol_text_add(out, POL_STR("null"));
        return;
    }
    pol_text_char(out, '{');
    member(out, "值", line->value[side]);
    if (line->formula[side].length > 0)
        member(out, "算式", line->formula[side]);
    if (line->numbers[side].length > 0)
        member(out, "代入", line->numbers[side]);
    member(out, "依据", line->clauses[side]);
    pol_text_char(out, '}');
}

static void add_trace(pol_text *out, const pol_witness *w)
{
    if (w->trace.count == 0)
        return;
    key(out, "算法");
    pol_text_char(out, '[');
    for (size_t i = 0; i < w->trace.count; i++) {
        const pol_trace_line *line = &w->trace.items[i];
        comma(out, i);
        pol_text_char(out, '{');
        count(out, "层", line->depth);
        member(out, "名称", line->name);
        add_trace_side(out, line, 0);
        add_trace_side(out, line, 1);
        pol_text_char(out, '}');
    }
    pol_text_char(out, ']');
}

static void add_witness(pol_diff *diff, pol_text *out, const pol_behaviour *b, const char *name, const pol_witness *w)
{
    static const char *const k_sides[] = { "旧", "新" };
    if (!pol_witness_differs(b, w))
        return;
    key(out, name);
    pol_text_char(out, '{');
    for (unsigned side = 0; side < 2; side++) {
        key(out, k_sides[side]);
        pol_text_add(out, POL_STR("{\"数据\":"));
        pol_text_add(out, w->claim[side]);
        if (!w->settled[side])
            member(out, "错误", w->error[side]);
        key(out, "结果");
        pol_text_char(out, '{');
        for (size_t i = 0; i < b->outputs.count && w->settled[side]; i++) {
            if (w->settled[0] && w->settled[1] && pol_str_equal(w->values[0][i], w->values[1][i]))
                continue;
            comma(out, out->bytes[out->length - 1] != '{');
            text(out, pol_output_name(diff, &b->outputs.items[i]));
            pol_text_char(out, ':');
            text(out, w->values[side][i]);
        }
        pol_text_add(out, POL_STR("}}"));
    }
    add_trace(out, w);
    pol_text_char(out, '}');
}

static void add_region(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region)
{
    pol_text_char(out, '{');
    member(out, "结论", region->verdict == POL_REGION_DIFFERS ? POL_STR("differs") : POL_STR("undecided"));
    if (region->reason.length > 0)
        member(out, "原因", region->reason);
    if (region->focus != POL_NONE32)
        member(out, "只看", pol_output_name(diff, &b->outputs.items[region->focus]));
    key(out, "取试过的值");
    pol_text_add(out, region->sampled ? POL_STR("true") : POL_STR("false"));
    key(out, "情形");
    pol_text_char(out, '[');
    for (size_t i = 0; i < region->paths.count; i++) {
        comma(out, i);
        text(out, pol_region_words(diff, &region->paths.items[i]));
    }
    pol_text_char(out, ']');
    if (region->var != POL_NONE32)
        member(out, "金额", b->vars[region->var].name);
    member(out, "其中", region->others);
    key(out, "段");
    pol_text_char(out, '[');
    for (size_t i = 0; i < region->parts.count; i++) {
        comma(out, i);
        add_part(diff, out, b, region, &region->parts.items[i]);
    }
    pol_text_char(out, ']');
    if (region->largest_figure != POL_NONE32) {
        key(out, "最大差");
        pol_text_char(out, '{');
        member(out, "名称", pol_output_name(diff, &b->outputs.items[region->largest_figure]));
        amount(out, "差", region->largest_fen);
        pol_text_char(out, '}');
    }
    if (region->verdict == POL_REGION_DIFFERS) {
        add_witness(diff, out, b, "最小的一笔", &region->first);
        add_witness(diff, out, b, "最大的一笔", &region->last);
        add_witness(diff, out, b, "差别最大的一笔", &region->largest);
    }
    pol_text_char(out, '}');
}

static void add_behaviour(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    pol_text_char(out, '{');
    member(out, "业务类型", b->matter);
    if (b->only.length > 0) {
        member(out, "只有一方", b->only);
        pol_text_char(out, '}');
        return;
    }
    member(out, "日期", b->days);
    key(out, "不同时施行");
    pol_text_add(out, b->apart ? POL_STR("true") : POL_STR("false"));
    member(out, "只有一方的输入", b->lacking);
    key(out, "相同");
    pol_text_add(out, b->regions.count == 0 ? POL_STR("true") : POL_STR("false"));
    count(out, "未定", b->undecided);
    add_verdicts(diff, out, b);
    key(out, "区域");
    pol_text_char(out, '[');
    for (size_t i = 0; i < b->regions.count; i++) {
        comma(out, i);
        add_region(diff, out, b, &b->regions.items[i]);
    }
    pol_text_add(out, POL_STR("]}"));
}

static void add_behaviours(pol_diff *diff, pol_text *out)
{
    key(out, "行为");
    pol_text_char(out, '[');
    for (size_t i = 0; i < diff->behaviours.count; i++) {
        comma(out, i);
        add_behaviour(diff, out, &diff->behaviours.items[i]);
    }
    pol_text_char(out, ']');
}

void pol_diff_report_json(pol_diff *diff, pol_text *out)
{
    pol_text_char(out, '{');
    member(out, "格式", POL_STR("pol-diff"));
    count(out, "版本", FORMAT_VERSION);
    add_side(out, "旧", &diff->old);
    add_side(out, "新", &diff->new);
    key(out, "相同");
    pol_text_add(out, pol_diff_differs(diff) ? POL_STR("false") : POL_STR("true"));
    add_structure(out, diff);
    add_behaviours(diff, out);
    add_impact(out, diff->impact);
    pol_text_add(out, POL_STR("}\n"));
}
