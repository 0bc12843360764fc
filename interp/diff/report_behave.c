/* Behaviour as text: what each output does, then the regions with their borders, formulas and claims. */
#include "interp/base/utf8.h"
#include "interp/diff/behave.h"

#define MOST_PARTS 12
#define MOST_PATHS 6 /* of a region that are listed */
#define SAY(en, zh) pol_diff_say(diff, (en), (zh))

static bool in_set(const uint64_t *set, size_t number)
{
    return (set[number / 64] >> (number % 64) & 1) != 0;
}

pol_str pol_output_name(pol_diff *diff, const pol_output_pair *pair)
{
    if (pair->kind != POL_FIGURE_ADVANCE)
        return pair->name;
    return pol_diff_format(diff, diff->lang == POL_ZH ? "%.*s 代 %.*s 垫付" : "%.*s advances for %.*s", POL_S(pair->by), POL_S(pair->name));
}

/* same, more_generous, less_generous, mixed, different, undecided, incomparable; for amounts of the person less is more generous. */
const char *pol_output_verdict(const pol_behaviour *b, const pol_output_pair *pair)
{
    const bool person = pair->kind == POL_FIGURE_PERSON;
    if (!pair->differs && !b->common && pair->kind != POL_FIGURE_SETTLED)
        return "incomparable";
    if (!pair->differs)
        return (pair->kind <= POL_FIGURE_PAYER ? b->paid_undecided : pair->undecided) ? "undecided" : "same";
    if (!pair->is_money || (pair->kind != POL_FIGURE_PERSON && pair->kind != POL_FIGURE_PAYER))
        return "different";
    if (pair->less && pair->more)
        return "mixed";
    return pair->less == person ? "more_generous" : "less_generous";
}

pol_str pol_verdict_words(pol_diff *diff, const char *verdict)
{
    static const char *const k_words[][3] = {
        { "same", "same", "相同" }, { "undecided", "no difference found, not decided everywhere", "未发现差别，部分未定" },
        { "different", "different", "不同" }, { "mixed", "more generous here, less there", "有宽有严" },
        { "incomparable", "no claim is settled by both", "没有两版都能结算的数据" },
        { "more_generous", "more generous", "更宽" }, { "less_generous", "less generous", "更严" },
    };
    for (size_t i = 0; i < sizeof k_words / sizeof *k_words; i++)
        if (pol_str_equal(pol_str_of(verdict), pol_str_of(k_words[i][0])))
            return SAY(k_words[i][1], k_words[i][2]);
    return pol_str_of(verdict);
}

pol_str pol_region_amount(pol_diff *diff, const pol_var *var, int64_t number)
{
    char text[64];
    pol_decimal_text(text, (pol_i128)number * var->unit.num, var->unit.den, var->type == POL_F_AMOUNT ? 2 : var->type == POL_F_RATIO ? 6 : 0, false);
    return pol_str_copy(&diff->arena, pol_str_of(text));
}

pol_str pol_region_words(pol_diff *diff, const pol_path *path)
{
    pol_text text;
    pol_text_init(&text, &diff->arena);
    for (size_t i = 0; i < path->count; i++) {
        if (i > 0)
            pol_text_add(&text, SAY("; ", "；"));
        pol_text_add(&text, path->items[i].words);
    }
    return path->count == 0 ? SAY("in all other respects alike", "不分类别") : pol_text_str(&text);
}

static void add_part(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region, const pol_region_part *part)
{
    const pol_var *var = &b->vars[region->var];
    const pol_str low = pol_region_amount(diff, var, part->low), high = pol_region_amount(diff, var, part->high);
    pol_text_format(out, "    %.*s ", POL_S(var->name));
    if (part->high >= var->most)
        pol_text_format(out, "≥ %.*s", POL_S(low));
    else if (part->low == part->high)
        pol_text_format(out, "= %.*s", POL_S(low));
    else
        pol_text_format(out, "%.*s … %.*s", POL_S(low), POL_S(high));
    if (part->kind == POL_PIECE_UNDECIDED)
        pol_text_add(out, SAY(": not decided", "：未定"));
    if (part->kind == POL_PIECE_SCATTERED)
        pol_text_add(out, SAY(": at some amounts, by rounding", "：因取整，部分金额有差别"));
    if (part->only_before)
        pol_text_add(out, SAY(": settled by the old only", "：只有旧版能结算"));
    if (part->only_after)
        pol_text_add(out, SAY(": settled by the new only", "：只有新版能结算"));
    pol_text_char(out, '\n');
    size_t names = 0;
    for (size_t i = 0; i < b->outputs.count; i++) {
        if (!in_set(part->figures, i))
            continue;
        pol_text_add(out, names++ == 0 ? SAY("      differs: ", "      不同：") : SAY(", ", "、"));
        pol_text_add(out, pol_output_name(diff, &b->outputs.items[i]));
    }
    if (names > 0)
        pol_text_char(out, '\n');
    for (size_t i = 0; i < part->formulas.count; i++)
        pol_text_format(out, "      %.*s\n", POL_S(part->formulas.items[i]));
}

/* = 余额 × 比例 = 1000.00 × 70% */
static pol_str formula_text(pol_diff *diff, const char *before, pol_str formula, pol_str numbers)
{
    if (formula.length == 0)
        return numbers.length == 0 ? POL_STR("") : pol_diff_format(diff, "%s= %.*s", before, POL_S(numbers));
    if (numbers.length == 0 || pol_str_equal(formula, numbers))
        return pol_diff_format(diff, "%s= %.*s", before, POL_S(formula));
    return pol_diff_format(diff, "%s= %.*s = %.*s", before, POL_S(formula), POL_S(numbers));
}

void pol_trace_formulas(pol_diff *diff, const pol_trace_line *line, pol_str *first, pol_str *second)
{
    const bool both = line->has[0] && line->has[1];
    *first = *second = POL_STR("");
    if (!both) {
        const unsigned side = line->has[0] ? 0 : 1;
        *first = formula_text(diff, "", line->formula[side], line->numbers[side]);
    } else if (!pol_str_equal(line->formula[0], line->formula[1])) {
        *first = formula_text(diff, SAY("old ", "旧 ").bytes, line->formula[0], line->numbers[0]);
        *second = formula_text(diff, SAY("new ", "新 ").bytes, line->formula[1], line->numbers[1]);
    } else if (!pol_str_equal(line->numbers[0], line->numbers[1])) {
        *first = pol_diff_format(diff, "= %.*s%s%.*s → %.*s", POL_S(line->formula[1]), line->formula[1].length == 0 ? "" : SAY(": ", "：").bytes, POL_S(line->numbers[0]), POL_S(line->numbers[1]));
    } else {
        *first = formula_text(diff, "", line->formula[1], line->numbers[1]);
    }
}

pol_str pol_trace_clauses(pol_diff *diff, const pol_trace_line *line)
{
    const pol_str a = line->clauses[0], b = line->clauses[1];
    if (a.length == 0 || b.length == 0 || pol_str_equal(a, b))
        return b.length > 0 ? b : a;
    return pol_diff_format(diff, "%.*s → %.*s", POL_S(a), POL_S(b));
}

static void add_blanks(pol_text *out, int count)
{
    for (int i = 0; i < count; i++)
        pol_text_char(out, ' ');
}

static pol_str trace_value(const pol_trace_line *line, unsigned side)
{
    return !line->has[side] ? POL_STR("—") : line->value[side];
}

static void widen(int *width, int by)
{
    *width = by > *width ? by : *width;
}

#define NAME_COLUMNS 48 /* longer names push what follows to the right */
#define VALUE_COLUMNS 24

/* Both sides' way to the figures, in columns: name, old, new, clauses; formulas below. */
static void add_trace(pol_diff *diff, pol_text *out, const pol_witness *w)
{
    int name_width = pol_utf8_text_width(SAY("reckoned", "算法")), width[2] = { pol_utf8_text_width(SAY("old", "旧")), pol_utf8_text_width(SAY("new", "新")) };
    if (w->trace.count == 0)
        return;
    for (size_t i = 0; i < w->trace.count; i++) {
        const pol_trace_line *line = &w->trace.items[i];
        const int name = (int)line->depth * 2 + pol_utf8_text_width(line->name);
        widen(&name_width, name < NAME_COLUMNS ? name : NAME_COLUMNS);
        for (unsigned side = 0; side < 2; side++) {
            const int value = pol_utf8_text_width(trace_value(line, side));
            widen(&width[side], value < VALUE_COLUMNS ? value : VALUE_COLUMNS);
        }
    }
    for (size_t i = 0; i <= w->trace.count; i++) { /* the heading first */
        const pol_trace_line *line = i == 0 ? NULL : &w->trace.items[i - 1];
        const pol_str name = line == NULL ? SAY("reckoned", "算法") : line->name;
        const int indent = line == NULL ? 0 : (int)line->depth * 2;
        add_blanks(out, 6 + indent);
        pol_text_add(out, name);
        add_blanks(out, name_width - indent - pol_utf8_text_width(name));
        for (unsigned side = 0; side < 2; side++) {
            const pol_str value = line == NULL ? (side == 0 ? SAY("old", "旧") : SAY("new", "新")) : trace_value(line, side);
            add_blanks(out, 2 + width[side] - pol_utf8_text_width(value));
            pol_text_add(out, value);
        }
        const pol_str clauses = line == NULL ? SAY("basis", "依据") : pol_trace_clauses(diff, line);
        pol_text_format(out, "%s%.*s\n", clauses.length > 0 ? "  " : "", POL_S(clauses));
        if (line == NULL)
            continue;
        pol_str formulas[2];
        pol_trace_formulas(diff, line, &formulas[0], &formulas[1]);
        for (unsigned k = 0; k < 2; k++) {
            if (formulas[k].length == 0)
                continue;
            add_blanks(out, 8 + indent);
            pol_text_format(out, "%.*s\n", POL_S(formulas[k]));
        }
    }
}

static void add_witness(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_witness *w, pol_str title)
{
    if (!pol_witness_differs(b, w))
        return;
    pol_text_format(out, "    %.*s ", POL_S(title));
    if (!w->settled[0] || !w->settled[1]) {
        const unsigned bad = w->settled[0] ? 1 : 0;
        pol_text_format(out, "%s (%.*s)", bad == 0 ? SAY("the old rejects it", "旧版拒绝").bytes : SAY("the new rejects it", "新版拒绝").bytes, POL_S(w->error[bad]));
    }
    size_t names = 0;
    for (size_t i = 0; i < b->outputs.count && w->settled[0] && w->settled[1]; i++) {
        if (pol_str_equal(w->values[0][i], w->values[1][i]))
            continue;
        pol_text_add(out, names++ == 0 ? POL_STR("") : SAY(", ", "，"));
        pol_text_format(out, "%.*s %.*s → %.*s", POL_S(pol_output_name(diff, &b->outputs.items[i])), POL_S(w->values[0][i]), POL_S(w->values[1][i]));
    }
    if (pol_str_equal(w->claim[0], w->claim[1])) {
        pol_text_format(out, "\n      %.*s\n", POL_S(w->claim[0]));
    } else {
        pol_text_format(out, "\n      %s %.*s\n      %s %.*s\n", SAY("old", "旧").bytes, POL_S(w->claim[0]), SAY("new", "新").bytes, POL_S(w->claim[1]));
    }
    add_trace(diff, out, w);
}

/* Whether the claim with the largest difference is neither the smallest nor the largest. */
bool pol_region_has_own_largest(const pol_region *region)
{
    return region->largest_figure != POL_NONE32 && !pol_str_equal(region->largest.claim[1], region->first.claim[1]) &&
           !pol_str_equal(region->largest.claim[1], region->last.claim[1]);
}

static void add_region(pol_diff *diff, pol_text *out, const pol_behaviour *b, const pol_region *region, size_t number)
{
    pol_text_format(out, "  %s %zu", SAY("Region", "区域").bytes, number + 1);
    if (region->focus != POL_NONE32)
        pol_text_format(out, " %.*s", POL_S(pol_output_name(diff, &b->outputs.items[region->focus])));
    if (region->verdict == POL_REGION_UNDECIDED)
        pol_text_format(out, " %s (%.*s)", SAY("not decided", "未定").bytes, POL_S(region->reason));
    if (region->sampled)
        pol_text_add(out, SAY(" [at the values tried of days, categories or regional parameters]", "［日期、多选或统筹区参数取试过的值］"));
    pol_text_char(out, '\n');
    for (size_t i = 0; i < region->paths.count && i < MOST_PATHS; i++)
        pol_text_format(out, "    %s%.*s\n", i == 0 ? "" : SAY("or ", "或 ").bytes, POL_S(pol_region_words(diff, &region->paths.items[i])));
    const size_t most = region->focus != POL_NONE32 ? 1 : MOST_PARTS;
    if (region->paths.count > MOST_PATHS)
        pol_text_format(out, diff->lang == POL_ZH ? "    另有 %zu 种情形\n" : "    and %zu more\n", region->paths.count - MOST_PATHS);
    if (region->others.length > 0)
        pol_text_format(out, "    %s %.*s\n", SAY("with", "其中").bytes, POL_S(region->others));
    for (size_t i = 0; i < region->parts.count && i < most; i++)
        add_part(diff, out, b, region, &region->parts.items[i]);
    if (region->parts.count > most)
        pol_text_format(out, diff->lang == POL_ZH ? "    另有 %zu 段\n" : "    and %zu more parts\n", region->parts.count - most);
    if (region->largest_figure != POL_NONE32) {
        char text[64];
        pol_decimal_text(text, region->largest_fen, POL_FEN_PER_YUAN, 2, false);
        pol_text_format(out, "    %s %.*s %s%s\n", SAY("largest difference:", "最大差：").bytes,
                        POL_S(pol_output_name(diff, &b->outputs.items[region->largest_figure])), region->largest_fen > 0 ? "+" : "", text);
    }
    add_witness(diff, out, b, &region->first, SAY("smallest claim:", "最小的一笔："));
    if (region->var != POL_NONE32 && region->focus == POL_NONE32) {
        if (!pol_str_equal(region->first.claim[1], region->last.claim[1]))
            add_witness(diff, out, b, &region->last, SAY("largest claim:", "最大的一笔："));
        if (pol_region_has_own_largest(region))
            add_witness(diff, out, b, &region->largest, SAY("largest difference:", "差别最大的一笔："));
    }
}

static void add_verdicts(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    for (size_t i = 0; i < b->outputs.count; i++) {
        const pol_output_pair *pair = &b->outputs.items[i];
        if (pair->kind != POL_FIGURE_PERSON && pair->kind != POL_FIGURE_PAYER && !pair->differs)
            continue;
        if (pair->kind == POL_FIGURE_SETTLED && !pair->differs)
            continue;
        pol_text_format(out, "  %.*s%s%.*s\n", POL_S(pol_output_name(diff, pair)), SAY(": ", "：").bytes,
                        POL_S(pol_verdict_words(diff, pol_output_verdict(b, pair))));
    }
}

static void add_matter(pol_diff *diff, pol_text *out, const pol_behaviour *b)
{
    pol_text_format(out, "\n%s %.*s%s", SAY("Behaviour of", "结算行为 ").bytes, POL_S(b->matter), b->only.length > 0 ? "" : "\n");
    if (b->only.length > 0) {
        pol_text_format(out, "%s%.*s\n", SAY(": ", "：").bytes, POL_S(b->only));
        return;
    }
    pol_text_format(out, "  %s %.*s\n", b->apart ? SAY("never in force on one day; compared on", "没有同时施行的日子，比较于").bytes : SAY("days:", "日期").bytes, POL_S(b->days));
    if (b->lacking.length > 0)
        pol_text_format(out, "  %s %.*s\n", SAY("inputs of one side only:", "只有一方有的输入：").bytes, POL_S(b->lacking));
    if (b->proved) {
        pol_text_add(out, SAY("  The same for every claim: both compute the same figures from the same inputs.\n", "  任何数据结果都相同：两版由相同的输入算出相同的数。\n"));
        return;
    }
    if (b->regions.count == 0) {
        pol_text_add(out, SAY("  The same for every claim: every combination of categories was compared, amounts exactly.\n", "  任何数据结果都相同：各种类别组合逐一比较，金额精确比较。\n"));
        return;
    }
    add_verdicts(diff, out, b);
    if (b->undecided > 0)
        pol_text_format(out, "  %s %u\n", SAY("regions not decided:", "未定的区域：").bytes, b->undecided);
    for (size_t i = 0; i < b->regions.count; i++)
        add_region(diff, out, b, &b->regions.items[i], i);
}

void pol_diff_behaviour_text(pol_diff *diff, pol_text *out)
{
    for (size_t i = 0; i < diff->behaviours.count; i++)
        add_matter(diff, out, &diff->behaviours.items[i]);
}

bool pol_behaviour_differs(const pol_diff *diff)
{
    for (size_t i = 0; i < diff->behaviours.count; i++)
        if (diff->behaviours.items[i].only.length > 0 || diff->behaviours.items[i].regions.count > 0)
            return true;
    return false;
}
