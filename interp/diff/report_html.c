/* The comparison as one HTML page that needs nothing else: no script, no file, no network. Drawings are
 * inline SVG; all that they show stands in tables beside them. */
#include "interp/diff/behave.h"

#define SAY(en, zh) pol_diff_say(diff, (en), (zh))

#define WIDTH  640
#define HEIGHT 220
#define MARGIN 90

static const char k_head[] =
    "<style>\n"
    "body{font:15px/1.6 system-ui,\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2733}\n"
    "h1{font-size:1.4rem}h2{font-size:1.2rem;border-bottom:2px solid #c9d3dd;margin-top:2.2rem}h3{font-size:1.05rem;margin-top:1.6rem}\n"
    "table{border-collapse:collapse;margin:.6rem 0;width:100%}th,td{border-bottom:1px solid #dde4ea;padding:.25rem .6rem;text-align:left;vertical-align:top}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}del{color:#9b2c2c}ins{color:#1c6b3a;text-decoration:none;font-weight:600}\n"
    ".basis{color:#5b6b7b;font-size:.88em}.more{color:#1c6b3a}.less{color:#9b2c2c}pre{background:#f3f6f8;padding:.6rem;white-space:pre-wrap;word-break:break-all;font-size:.82em}\n"
    "svg{max-width:100%;height:auto;display:block;margin:.6rem 0}svg text{font-size:12px;fill:#44525f}.old{stroke:#8a5a00;fill:none;stroke-width:2;stroke-dasharray:6 4}.new{stroke:#0b5cad;fill:none;stroke-width:2}\n"
    "th.n{text-align:right}.trace td.n{white-space:normal}.d1{padding-left:1.8rem}.d2{padding-left:3rem}.d3{padding-left:4.2rem}.bo{fill:#d9a441}.bn{fill:#3f86cf}.axis{stroke:#8795a1}@media print{h2{break-after:avoid}svg,table{break-inside:avoid}}\n"
    "</style>\n";

/* ---- text ------------------------------------------------------------------------------------------------------ */

static void escaped(pol_text *out, pol_str text)
{
    for (size_t i = 0; i < text.length; i++) {
        switch (text.bytes[i]) {
        case '&': pol_text_add(out, POL_STR("&amp;")); break;
        case '<': pol_text_add(out, POL_STR("&lt;")); break;
        case '>': pol_text_add(out, POL_STR("&gt;")); break;
        case '"': pol_text_add(out, POL_STR("&quot;")); break;
        default: pol_text_char(out, text.bytes[i]);
        }
    }
}

static void element(pol_text *out, const char *name, pol_str text)
{
    pol_text_format(out, "<%s>", name);
    escaped(out, text);
    pol_text_format(out, "</%s>", name);
}

static void number_cell(pol_text *out, pol_str text)
{
    pol_text_add(out, POL_STR("<td class=\"n\">"));
    escaped(out, text);
    pol_text_add(out, POL_STR("</td>"));
}

static void amount_cell(pol_diff *diff, pol_text *out, pol_i128 fen, bool is_signed)
{
    const pol_str text = pol_words_fen(diff, fen);
    number_cell(out, is_signed && fen > 0 ? pol_diff_format(diff, "+%.*s", POL_S(text)) : text);
}

static void count_cell(pol_diff *diff, pol_text *out, uint64_t count)
{
    number_cell(out, pol_diff_format(diff, "%llu", (unsigned long long)count));
}

/* ---- structure -------------------------------------------------------------------------------------------------- */

static void add_change(pol_diff *diff, pol_text *out, const pol_difference *change)
{
    const pol_decl *decl = change->after != NULL ? change->after : change->before;
    pol_text_add(out, POL_STR("<tr>"));
    element(out, "td", pol_decl_title(diff, decl));
    element(out, "td", change->how == POL_IS_RENAMED ? SAY("renamed", "改名") : change->how == POL_IS_MOVED ? SAY("moved", "移动") : change->what);
    pol_text_add(out, POL_STR("<td>"));
    if (change->old_text.length > 0)
        element(out, "del", change->old_text);
    pol_text_add(out, POL_STR("</td><td>"));
    if (change->new_text.length > 0)
        element(out, "ins", change->new_text);
    if (change->old_text.length == 0 && change->new_text.length == 0)
        element(out, change->how == POL_IS_ADDED ? "ins" : "del", change->how == POL_IS_ADDED ? SAY("new", "新增") : SAY("removed", "删去"));
    pol_text_add(out, POL_STR("</td><td class=\"basis\">"));
    escaped(out, change->after != NULL ? pol_decl_clauses(diff, change->after, change->new_part) : pol_decl_clauses(diff, change->before, change->old_part));
    pol_text_add(out, POL_STR("</td></tr>\n"));
}

static void add_structure(pol_diff *diff, pol_text *out)
{
    element(out, "h2", SAY("Declarations", "条文"));
    if (diff->old.script == NULL || diff->new.script == NULL) {
        element(out, "p", SAY("Not compared: bytecode has no declarations.", "字节码没有条文，未比较。"));
        return;
    }
    if (diff->changes.count == 0) {
        element(out, "p", SAY("No change.", "没有变化。"));
        return;
    }
    pol_str section = POL_STR("\1");
    for (size_t i = 0; i < diff->changes.count; i++) {
        const pol_difference *change = &diff->changes.items[i];
        const pol_decl *decl = change->after != NULL ? change->after : change->before;
        if (!pol_str_equal(section, decl->section)) {
            if (i > 0)
                pol_text_add(out, POL_STR("</table>\n"));
            section = decl->section;
            element(out, "h3", section.length == 0 ? SAY("Shared", "共用部分") : section);
            pol_text_format(out, "<table><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n", SAY("declaration", "声明").bytes,
                            SAY("what", "内容").bytes, SAY("old", "旧").bytes, SAY("new", "新").bytes, SAY("basis", "依据").bytes);
        }
        add_change(diff, out, change);
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

/* ---- drawings ---------------------------------------------------------------------------------------------------- */

/* Where a value stands on a scale of whole pixels. */
static int scaled(pol_i128 value, pol_i128 most, int pixels)
{
    return most <= 0 ? 0 : (int)(value * pixels / most);
}

static void add_line(pol_text *out, const pol_region *region, bool after, int64_t most_x, pol_i128 most_y)
{
    pol_text_format(out, "<polyline class=\"%s\" points=\"", after ? "new" : "old");
    for (size_t i = 0; i < region->points.count; i++) {
        const pol_point *point = &region->points.items[i];
        pol_text_format(out, "%d,%d ", MARGIN + scaled(point->x, most_x, WIDTH - MARGIN - 20),
                        HEIGHT - 30 - scaled(after ? point->after : point->before, most_y, HEIGHT - 60));
    }
    pol_text_add(out, POL_STR("\"/>"));
}

/* A figure along the amount, old dashed, new whole. */
static void add_drawing(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region)
{
    pol_i128 most_y = 1;
    if (region->points.count < 2)
        return;
    const int64_t most_x = region->points.items[region->points.count - 1].x;
    for (size_t i = 0; i < region->points.count; i++) {
        const pol_point *point = &region->points.items[i];
        most_y = point->before > most_y ? point->before : most_y;
        most_y = point->after > most_y ? point->after : most_y;
    }
    const pol_str name = pol_output_name(diff, &b->outputs.items[region->largest_figure]);
    pol_text_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    escaped(out, name);
    pol_text_format(out, "\"><line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/><line class=\"axis\" x1=\"%d\" y1=\"20\" x2=\"%d\" y2=\"%d\"/>",
                    MARGIN, HEIGHT - 30, WIDTH - 10, HEIGHT - 30, MARGIN, MARGIN, HEIGHT - 30);
    pol_text_format(out, "<text x=\"%d\" y=\"14\">", MARGIN);
    escaped(out, pol_diff_format(diff, diff->lang == POL_ZH ? "%.*s（虚线旧，实线新）" : "%.*s (dashed old, whole new)", POL_S(name)));
    pol_text_format(out, "</text><text x=\"%d\" y=\"34\" text-anchor=\"end\">%.*s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>", MARGIN - 6,
                    POL_S(pol_words_fen(diff, most_y)), MARGIN - 6, HEIGHT - 26);
    pol_text_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", WIDTH - 10, HEIGHT - 12);
    escaped(out, pol_diff_format(diff, "%.*s %.*s", POL_S(b->vars[region->var].name), POL_S(pol_region_amount(diff, &b->vars[region->var], most_x))));
    pol_text_add(out, POL_STR("</text>"));
    add_line(out, region, false, most_x, most_y);
    add_line(out, region, true, most_x, most_y);
    pol_text_add(out, POL_STR("</svg>\n"));
}

/* ---- behaviour ------------------------------------------------------------------------------------------------------ */

static void add_verdicts(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    pol_text_add(out, POL_STR("<table>"));
    for (size_t i = 0; i < b->outputs.count; i++) {
        const pol_output_pair *pair = &b->outputs.items[i];
        if (pair->kind != POL_FIGURE_PERSON && pair->kind != POL_FIGURE_PAYER && !pair->differs)
            continue;
        pol_text_add(out, POL_STR("<tr>"));
        element(out, "td", pol_output_name(diff, pair));
        element(out, "td", pol_verdict_words(diff, pol_output_verdict(b, pair)));
        pol_text_add(out, POL_STR("</tr>"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_parts(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region)
{
    if (region->parts.count == 0)
        return;
    const pol_var *var = &b->vars[region->var];
    pol_text_add(out, POL_STR("<table><tr>"));
    element(out, "th", var->name);
    element(out, "th", SAY("old → new", "旧 → 新"));
    pol_text_add(out, POL_STR("</tr>\n"));
    for (size_t i = 0; i < region->parts.count; i++) {
        const pol_region_part *part = &region->parts.items[i];
        const pol_str low = pol_region_amount(diff, var, part->low), high = pol_region_amount(diff, var, part->high);
        pol_text_add(out, POL_STR("<tr>"));
        number_cell(out, part->high >= var->most ? pol_diff_format(diff, "≥ %.*s", POL_S(low)) : pol_diff_format(diff, "%.*s … %.*s", POL_S(low), POL_S(high)));
        pol_text_add(out, POL_STR("<td>"));
        if (part->kind == POL_PIECE_UNDECIDED)
            element(out, "div", SAY("not decided", "未定"));
        if (part->kind == POL_PIECE_SCATTERED)
            element(out, "div", SAY("at some amounts, by rounding", "因取整，部分金额有差别"));
        if (part->only_before || part->only_after)
            element(out, "div", part->only_before ? SAY("settled by the old only", "只有旧版能结算") : SAY("settled by the new only", "只有新版能结算"));
        for (size_t k = 0; k < part->formulas.count; k++)
            element(out, "div", part->formulas.items[k]);
        pol_text_add(out, POL_STR("</td></tr>\n"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_trace(pol_diff *diff, pol_text *out, const pol_witness *w)
{
    if (w->trace.count == 0)
        return;
    pol_text_format(out, "<table class=\"trace\"><tr><th>%s</th><th class=\"n\">%s</th><th class=\"n\">%s</th><th>%s</th></tr>\n", SAY("reckoned", "算法").bytes,
                    SAY("old", "旧").bytes, SAY("new", "新").bytes, SAY("basis", "依据").bytes);
    for (size_t i = 0; i < w->trace.count; i++) {
        const pol_trace_line *line = &w->trace.items[i];
        pol_str formulas[2];
        pol_trace_formulas(diff, line, &formulas[0], &formulas[1]);
        pol_text_format(out, "<tr><td class=\"d%u\">", line->depth);
        escaped(out, line->name);
        for (unsigned k = 0; k < 2; k++) {
            if (formulas[k].length == 0)
                continue;
            pol_text_add(out, POL_STR("<div class=\"basis\">"));
            escaped(out, formulas[k]);
            pol_text_add(out, POL_STR("</div>"));
        }
        pol_text_add(out, POL_STR("</td>"));
        for (unsigned side = 0; side < 2; side++)
            number_cell(out, line->has[side] ? line->value[side] : POL_STR("—"));
        pol_text_add(out, POL_STR("<td class=\"basis\">"));
        escaped(out, pol_trace_clauses(diff, line));
        pol_text_add(out, POL_STR("</td></tr>\n"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_witness(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_witness *w, pol_str title)
{
    if (!pol_witness_differs(b, w))
        return;
    pol_text_add(out, POL_STR("<details><summary>"));
    escaped(out, title);
    size_t names = 0;
    for (size_t i = 0; i < b->outputs.count && w->settled[0] && w->settled[1]; i++) {
        const pol_output_pair *pair = &b->outputs.items[i];
        if (pol_str_equal(w->values[0][i], w->values[1][i]) || pair->kind > POL_FIGURE_PAYER)
            continue;
        escaped(out, pol_diff_format(diff, "%s %.*s %.*s → %.*s", names++ == 0 ? "" : SAY(",", "，").bytes, POL_S(pol_output_name(diff, pair)), POL_S(w->values[0][i]), POL_S(w->values[1][i])));
    }
    for (unsigned side = 0; side < 2; side++)
        if (!w->settled[side])
            escaped(out, pol_diff_format(diff, " %s: %.*s", side == 0 ? SAY("old", "旧").bytes : SAY("new", "新").bytes, POL_S(w->error[side])));
    pol_text_add(out, POL_STR("</summary>"));
    element(out, "pre", w->claim[0]);
    if (!pol_str_equal(w->claim[0], w->claim[1]))
        element(out, "pre", w->claim[1]);
    add_trace(diff, out, w);
    pol_text_add(out, POL_STR("</details>\n"));
}

static void add_region(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region, size_t number)
{
    const pol_str focus = region->focus == POL_NONE32 ? POL_STR("") : pol_output_name(diff, &b->outputs.items[region->focus]);
    element(out, "h3", pol_diff_format(diff, "%s %zu %.*s", SAY("Region", "区域").bytes, number + 1, POL_S(focus)));
    if (region->verdict == POL_REGION_UNDECIDED)
        element(out, "p", pol_diff_format(diff, "%s: %.*s", SAY("not decided", "未定").bytes, POL_S(region->reason)));
    if (region->sampled)
        element(out, "p", SAY("At the values tried of days, categories or regional parameters.", "日期、多选或统筹区参数取试过的值。"));
    pol_text_add(out, POL_STR("<ul>"));
    for (size_t i = 0; i < region->paths.count && i < 6; i++)
        element(out, "li", pol_region_words(diff, &region->paths.items[i]));
    pol_text_add(out, POL_STR("</ul>\n"));
    if (region->others.length > 0) {
        pol_text_format(out, "<p class=\"basis\">%s ", SAY("with", "其中").bytes);
        escaped(out, region->others);
        pol_text_add(out, POL_STR("</p>\n"));
    }
    if (region->focus == POL_NONE32)
        add_drawing(diff, out, b, region);
    add_parts(diff, out, b, region);
    add_witness(diff, out, b, &region->first, SAY("smallest claim:", "最小的一笔："));
    if (region->focus == POL_NONE32 && region->var != POL_NONE32) {
        if (!pol_str_equal(region->first.claim[1], region->last.claim[1]))
            add_witness(diff, out, b, &region->last, SAY("largest claim:", "最大的一笔："));
        if (pol_region_has_own_largest(region))
            add_witness(diff, out, b, &region->largest, SAY("largest difference:", "差别最大的一笔："));
    }
}

static void add_behaviour(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    element(out, "h2", pol_diff_format(diff, "%s %.*s", SAY("Behaviour of", "结算行为").bytes, POL_S(b->matter)));
    if (b->only.length > 0) {
        element(out, "p", b->only);
        return;
    }
    element(out, "p", pol_diff_format(diff, "%s %.*s", b->apart ? SAY("Never in force on one day; compared on", "没有同时施行的日子，比较于").bytes : SAY("Days:", "日期").bytes, POL_S(b->days)));
    if (b->regions.count == 0) {
        element(out, "p", SAY("The same for every claim.", "任何数据结果都相同。"));
        return;
    }
    add_verdicts(diff, out, b);
    for (size_t i = 0; i < b->regions.count; i++)
        add_region(diff, out, b, &b->regions.items[i], i);
}

/* ---- impact ------------------------------------------------------------------------------------------------------------ */

static void add_bars(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    const int row = 44, width = WIDTH - 180;
    pol_i128 most = 1;
    for (size_t i = 0; i < impact->payers.count; i++) {
        most = impact->payers.items[i].old_fen > most ? impact->payers.items[i].old_fen : most;
        most = impact->payers.items[i].new_fen > most ? impact->payers.items[i].new_fen : most;
    }
    pol_text_format(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, (int)impact->payers.count * row + 10,
                    SAY("amounts by payer, old above new", "各付款方金额，上旧下新").bytes);
    for (size_t i = 0; i < impact->payers.count; i++) {
        const pol_impact_payer *payer = &impact->payers.items[i];
        const int y = (int)i * row + 6;
        pol_text_format(out, "<text x=\"170\" y=\"%d\" text-anchor=\"end\">", y + 20);
        escaped(out, payer->name);
        pol_text_format(out, "</text><rect class=\"bo\" x=\"176\" y=\"%d\" width=\"%d\" height=\"14\"/><rect class=\"bn\" x=\"176\" y=\"%d\" width=\"%d\" height=\"14\"/>",
                        y, scaled(payer->old_fen, most, width) + 1, y + 15, scaled(payer->new_fen, most, width) + 1);
    }
    pol_text_add(out, POL_STR("</svg>\n"));
    (void)diff;
}

static void add_payers(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    pol_text_format(out, "<table><tr><th></th><th>%s</th><th>%s</th><th>%s</th></tr>\n", SAY("old", "旧").bytes, SAY("new", "新").bytes, SAY("difference", "差").bytes);
    for (size_t i = 0; i <= impact->payers.count; i++) {
        const bool person = i == impact->payers.count;
        const pol_i128 before = person ? impact->old_person : impact->payers.items[i].old_fen, after = person ? impact->new_person : impact->payers.items[i].new_fen;
        pol_text_add(out, POL_STR("<tr>"));
        element(out, "td", person ? SAY("person", "个人负担") : impact->payers.items[i].name);
        amount_cell(diff, out, before, false);
        amount_cell(diff, out, after, false);
        amount_cell(diff, out, after - before, true);
        pol_text_add(out, POL_STR("</tr>\n"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_groups(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    pol_text_format(out, "<table><tr><th></th><th></th><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n", SAY("claims", "笔数").bytes,
                    SAY("gain", "减轻").bytes, SAY("lose", "加重").bytes, SAY("person, difference", "个人负担之差").bytes);
    for (size_t i = 0; i < impact->groups.count; i++) {
        const pol_impact_group *group = &impact->groups.items[i];
        if (group->claims == 0)
            continue;
        pol_text_add(out, POL_STR("<tr>"));
        element(out, "td", group->field);
        element(out, "td", group->label);
        count_cell(diff, out, group->claims);
        count_cell(diff, out, group->gain);
        count_cell(diff, out, group->lose);
        amount_cell(diff, out, group->new_fen - group->old_fen, true);
        pol_text_add(out, POL_STR("</tr>\n"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_largest(pol_diff *diff, pol_text *out, const pol_impact *impact)
{
    element(out, "h3", SAY("Largest changes of the person's burden", "个人负担变化最大的"));
    pol_text_add(out, POL_STR("<table>"));
    for (uint32_t i = 0; i < impact->largest_count; i++) {
        const pol_impact_claim *claim = &impact->largest[i];
        pol_text_add(out, POL_STR("<tr>"));
        element(out, "td", claim->id.length > 0 ? claim->id : pol_diff_format(diff, "%llu", (unsigned long long)claim->line));
        amount_cell(diff, out, claim->old_fen, false);
        amount_cell(diff, out, claim->new_fen, false);
        amount_cell(diff, out, claim->change_fen, true);
        element(out, "td", claim->payer == POL_NONE32 ? POL_STR("") : impact->payers.items[claim->payer].name);
        pol_text_add(out, POL_STR("</tr>\n"));
    }
    pol_text_add(out, POL_STR("</table>\n"));
}

static void add_impact(pol_diff *diff, pol_text *out)
{
    const pol_impact *impact = diff->impact;
    if (impact == NULL)
        return;
    element(out, "h2", SAY("Impact on the claims", "对数据的影响"));
    element(out, "p", diff->lang == POL_ZH
                          ? pol_diff_format(diff, "共 %llu 笔：负担减轻 %llu，加重 %llu；共 %llu 人：减轻 %llu，加重 %llu。", (unsigned long long)impact->claims,
                                            (unsigned long long)impact->gain, (unsigned long long)impact->lose, (unsigned long long)impact->persons,
                                            (unsigned long long)impact->person_gain, (unsigned long long)impact->person_lose)
                          : pol_diff_format(diff, "Claims: %llu; gain %llu, lose %llu. Persons: %llu; gain %llu, lose %llu.", (unsigned long long)impact->claims,
                                            (unsigned long long)impact->gain, (unsigned long long)impact->lose, (unsigned long long)impact->persons,
                                            (unsigned long long)impact->person_gain, (unsigned long long)impact->person_lose));
    add_bars(diff, out, impact);
    add_payers(diff, out, impact);
    add_groups(diff, out, impact);
    if (impact->has_deciles)
        add_largest(diff, out, impact);
}

void pol_diff_report_html(pol_diff *diff, pol_text *out)
{
    pol_text_format(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>", diff->lang == POL_ZH ? "zh" : "en");
    const pol_str title = pol_diff_format(diff, "%.*s → %.*s", POL_S(diff->old.program->id), POL_S(diff->new.program->id));
    escaped(out, title);
    pol_text_add(out, POL_STR("</title>\n"));
    pol_text_add(out, pol_str_of(k_head));
    pol_text_add(out, POL_STR("</head>\n<body>\n"));
    element(out, "h1", title);
    pol_text_add(out, POL_STR("<p>"));
    escaped(out, diff->old.program->title);
    pol_text_add(out, POL_STR(" → "));
    escaped(out, diff->new.program->title);
    pol_text_add(out, POL_STR("</p>\n"));
    add_structure(diff, out);
    for (size_t i = 0; i < diff->behaviours.count; i++)
        add_behaviour(diff, out, &diff->behaviours.items[i]);
    add_impact(diff, out);
    pol_text_add(out, POL_STR("</body>\n</html>\n"));
}
