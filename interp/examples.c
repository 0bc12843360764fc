/* The examples of a script: what each expects against what its claim came to. */
#include "interp/examples.h"

#include "interp/base/utf8.h"
#include "interp/result.h"

/* One thing that is not as expected. */
typedef struct difference {
    pol_str name, expected, actual;
    uint32_t line;
} difference;

/* One example being run. */
typedef struct example_run {
    pol_one_claim claim;
    uint32_t matter;
    pol_ast_example *example;
    POL_VEC(difference) differences;
} example_run;

static pol_str say(const pol_inspect *in, const char *en, const char *zh)
{
    return pol_str_of(in->lang == POL_ZH ? zh : en);
}

static pol_str join(pol_arena *arena, pol_str a, pol_str between, pol_str b)
{
    pol_text text;
    pol_text_init(&text, arena);
    pol_text_add(&text, a);
    if (a.length > 0 && b.length > 0)
        pol_text_add(&text, between);
    pol_text_add(&text, b);
    return pol_text_str(&text);
}

static void differ(example_run *run, pol_str name, pol_str expected, pol_str actual,
                   pol_node *place)
{
    const difference one = { name, expected, actual, pol_source_line_of(&run->claim.in, place) };
    (void)POL_PUSH(&run->claim.arena, run->differences, one);
}

/* ---- actual values ------------------------------------------------------------------------------------- */

static uint32_t find_payer(const pol_matter *matter, pol_str name)
{
    for (uint32_t i = 0; i < matter->payer_count; i++) {
        if (pol_str_equal(matter->payers[i].symbol->name, name))
            return i;
    }
    return POL_NONE32;
}

/* What others advance for a payer. */
static pol_shown advanced(const pol_inspect *in, pol_str payer)
{
    pol_i128 sum = 0;
    for (uint32_t i = 0; i < in->code->advance_count; i++) {
        const pol_advance_def *row = &in->code->advances[i];
        if (pol_str_equal(row->payer, payer))
            sum += pol_port_num(in->block, row->amount)[in->row];
    }
    return pol_shown_fen(sum);
}

static pol_shown facet_value(const pol_inspect *in, uint32_t payer, pol_str facet)
{
    static const struct {
        const char *zh, *en;
        pol_facet facet;
    } k_facets[] = {
        { "实付", "paid", POL_FACET_PAID },
        { "基数", "base", POL_FACET_BASE },
        { "起付", "deductible", POL_FACET_DEDUCTIBLE },
        { "封顶前", "before_cap", POL_FACET_BEFORE_CAP },
        { "达到封顶", "capped", POL_FACET_CAPPED },
        { "超出余额", "over_remaining", POL_FACET_OVER_REMAINING },
        { "余额", "remaining", POL_FACET_REMAINING },
        { "垫付", "advance", POL_FACET_ADVANCE },
    };
    for (size_t i = 0; i < sizeof k_facets / sizeof k_facets[0]; i++) {
        if (!pol_str_equal(facet, pol_str_of(k_facets[i].zh)) &&
            !pol_str_equal(facet, pol_str_of(k_facets[i].en)))
            continue;
        if (k_facets[i].facet == POL_FACET_ADVANCE)
            return advanced(in, in->matter->payers[payer].symbol->name);
        return pol_inspect_facet(in, payer, k_facets[i].facet);
    }
    return (pol_shown){ .kind = POL_SHOWN_UNKNOWN };
}

static pol_shown output_value(const pol_inspect *in, pol_str name)
{
    for (uint32_t i = 0; i < in->code->output_count; i++) {
        if (pol_str_equal(in->code->outputs[i].name, name))
            return pol_inspect_output(in, i);
    }
    return (pol_shown){ .kind = POL_SHOWN_UNKNOWN };
}

static pol_shown accumulator_after(const pol_inspect *in, pol_str name)
{
    for (uint32_t i = 0; i < in->code->accum_count; i++) {
        if (pol_str_equal(in->code->accums[i].name, name))
            return pol_inspect_after(in, i);
    }
    return (pol_shown){ .kind = POL_SHOWN_UNKNOWN };
}

/* What the name of an expectation came to (language 12). */
static pol_shown actual_value(const pol_inspect *in, const pol_ast_item *item)
{
    const pol_str name = pol_node_text(item->name);
    const uint32_t payer = find_payer(in->matter, name);
    if (payer != POL_NONE32 && item->facet != NULL)
        return facet_value(in, payer, pol_node_text(item->facet));
    if (payer != POL_NONE32)
        return pol_inspect_facet(in, payer, POL_FACET_PAID);
    const pol_symbol *symbol = pol_matter_find(in->matter, name);
    const bool is_status = symbol != NULL && symbol->kind == POL_S_STATUS;
    if (!is_status || item->value == NULL || item->value->kind != POL_N_BOOL) {
        const pol_shown output = output_value(in, name);
        if (output.kind != POL_SHOWN_UNKNOWN)
            return output;
    }
    if (symbol == NULL)
        return (pol_shown){ .kind = POL_SHOWN_UNKNOWN };
    return symbol->kind == POL_S_ACCUM ? accumulator_after(in, name)
                                       : pol_inspect_symbol(in, symbol);
}

/* ---- comparing ----------------------------------------------------------------------------------------- */

static bool same_text(pol_arena *arena, pol_str a, pol_str b)
{
    return pol_str_equal(pol_utf8_key(arena, a), pol_utf8_key(arena, b));
}

static bool is_word(const pol_node *node)
{
    return node->kind == POL_N_STRING || node->kind == POL_N_NAME;
}

static bool same_value(const pol_inspect *in, pol_shown actual, pol_node *expected)
{
    if (actual.kind == POL_SHOWN_CODE && is_word(expected))
        return same_text(in->arena, pol_shown_text(in, actual, false), pol_node_text(expected));
    const pol_shown wanted = pol_inspect_node(in, expected);
    if (wanted.kind != actual.kind)
        return false;
    switch (actual.kind) {
    case POL_SHOWN_UNKNOWN:
    case POL_SHOWN_FAILED: return false;
    case POL_SHOWN_ABSENT:
    case POL_SHOWN_UNLIMITED: return true;
    case POL_SHOWN_NUMBER: return pol_rational_compare(actual.number, wanted.number) == 0;
    case POL_SHOWN_YESNO: return actual.yes == wanted.yes;
    case POL_SHOWN_DATE: return actual.date == wanted.date;
    case POL_SHOWN_CODE: return actual.code == wanted.code;
    case POL_SHOWN_SET:
    case POL_SHOWN_TIERS: return false; /* the checker lets nobody expect these */
    }
    return false;
}

static pol_str item_name(const pol_inspect *in, const pol_ast_item *item)
{
    if (item->facet == NULL)
        return pol_node_text(item->name);
    return join(in->arena, pol_node_text(item->name), POL_STR("."), pol_node_text(item->facet));
}

/* The expected value in words; as it was written where it is no plain value. */
static pol_str expected_text(const pol_inspect *in, pol_node *value, bool is_share)
{
    if (is_word(value))
        return pol_node_text(value);
    const pol_str text = pol_shown_text(in, pol_inspect_node(in, value), is_share);
    return text.length > 0 ? text : pol_source_text(in, value);
}

static void compare_item(example_run *run, pol_ast_item *item)
{
    const pol_inspect *in = &run->claim.in;
    if (item->value == NULL)
        return;
    const pol_shown actual = actual_value(in, item);
    if (same_value(in, actual, item->value))
        return;
    const bool is_share = pol_is_share(in, item->value);
    const pol_str text = actual.kind == POL_SHOWN_UNKNOWN ? say(in, "nothing", "没有这项结果")
                                                          : pol_shown_text(in, actual, is_share);
    differ(run, item_name(in, item), expected_text(in, item->value, is_share), text, &item->node);
}

/* ---- errors -------------------------------------------------------------------------------------------- */

static bool is_error_name(pol_str written, pol_claim_error code)
{
    static const char *const k_english[] = {
        [POL_ERR_NONE] = "",
        [POL_ERR_MISSING] = "missing_field",
        [POL_ERR_UNKNOWN] = "unknown_field",
        [POL_ERR_BAD_VALUE] = "bad_value",
        [POL_ERR_CONTRADICTION] = "contradiction",
        [POL_ERR_OUT_OF_BOUNDS] = "parameter_out_of_bounds",
        [POL_ERR_NOT_IN_FORCE] = "not_in_force",
        [POL_ERR_OUT_OF_RANGE] = "out_of_range",
    };
    return code != POL_ERR_NONE &&
           (pol_str_equal(written, pol_str_of(pol_claim_error_text(code))) ||
            pol_str_equal(written, pol_str_of(k_english[code])));
}

static pol_str finding_text(const example_run *run, const pol_finding *finding, pol_arena *arena)
{
    if (finding->code == POL_ERR_NONE)
        return say(&run->claim.in, "settled", "已结算");
    const pol_str code = pol_str_of(pol_claim_error_text(finding->code));
    const pol_str about = run->claim.in.lang == POL_ZH ? finding->zh : finding->en;
    return join(arena, join(arena, code, POL_STR(" "), finding->field),
                say(&run->claim.in, ": ", "："), about);
}

static void compare_error(example_run *run)
{
    const pol_ast_example *example = run->example;
    const pol_finding *finding = &run->claim.finding;
    pol_arena *arena = &run->claim.arena;
    const pol_str code = pol_node_text(example->error), field = pol_node_text(example->field);
    if (is_error_name(code, finding->code) && same_text(arena, field, finding->field))
        return;
    differ(run, say(&run->claim.in, "error", "错误"), join(arena, code, POL_STR(" "), field),
           finding_text(run, finding, arena), example->error);
}

static void compare(example_run *run)
{
    pol_one_claim *claim = &run->claim;
    if (run->example->error != NULL) {
        compare_error(run);
        return;
    }
    if (claim->finding.code != POL_ERR_NONE) {
        differ(run, say(&claim->in, "result", "结果"), say(&claim->in, "settled", "已结算"),
               finding_text(run, &claim->finding, &claim->arena), &run->example->node);
        return;
    }
    for (uint32_t i = 0; i < run->example->expect.count; i++)
        compare_item(run, POL_AS(item, run->example->expect.items[i]));
    const pol_result result = { .reader = &claim->reader,
                                .record = &claim->record,
                                .block = &claim->block,
                                .row = claim->in.row };
    if (!pol_result_conserves(&result))
        differ(run, say(&claim->in, "conservation", "守恒"),
               say(&claim->in, "payers + hospital + person = total",
                   "支付 + 医院承担 + 个人负担 = 总费用"),
               say(&claim->in, "does not hold", "不成立"), &run->example->node);
}

/* ---- one example --------------------------------------------------------------------------------------- */

/* Runs and compares; always to be followed by pol_one_claim_free. */
static pol_status run_example(example_run *run, const pol_script *script, pol_lang lang)
{
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    pol_text record;
    pol_text_init(&record, &scratch);
    pol_str what;
    const bool sayable = pol_example_record(&record, script, run->matter, run->example, &what);
    if (!sayable) /* an item that no record can hold: an empty record takes its place */
        pol_text_init(&record, &scratch);
    const pol_status status =
        pol_arena_failed(&scratch)
            ? POL_NO_MEMORY
            : pol_one_claim_run(&run->claim, script, pol_text_str(&record), run->matter, lang);
    if (status == POL_OK && sayable)
        compare(run);
    else if (status == POL_OK)
        differ(run, what,
               say(&run->claim.in, "a value known without a claim", "不看数据就能知道的值"),
               say(&run->claim.in, "cannot be given", "不能这样给定"), &run->example->node);
    pol_arena_reset(&scratch);
    return status != POL_OK ? status : pol_arena_failed(&run->claim.arena) ? POL_NO_MEMORY : POL_OK;
}

/* ---- reports ------------------------------------------------------------------------------------------- */

typedef struct reporter {
    const pol_script *script;
    bool verbose;
    pol_format format;
    pol_lang lang;
    pol_writer out;
    pol_test_summary *summary;
} reporter;

static void add_padded(pol_text *out, pol_str text, int width)
{
    pol_text_add(out, text);
    for (int i = pol_utf8_text_width(text); i < width; i++)
        pol_text_char(out, ' ');
}

static void report_text(const reporter *r, const example_run *run, pol_text *out)
{
    const bool zh = r->lang == POL_ZH, passed = run->differences.count == 0;
    if (passed && !r->verbose)
        return;
    const pol_str name = r->script->sources.items[0].name,
                  title = pol_node_text(run->example->title);
    pol_text_format(out, zh ? "%s %.*s:%u：案例“%.*s”\n" : "%s %.*s:%u: example “%.*s”\n",
                    zh ? (passed ? "通过" : "失败") : (passed ? "passed" : "FAILED"),
                    (int)name.length, name.bytes,
                    (unsigned)pol_source_line_of(&run->claim.in, &run->example->node),
                    (int)title.length, title.bytes);
    int names = 0, expectations = 0;
    for (size_t i = 0; i < run->differences.count; i++) {
        const int name_width = pol_utf8_text_width(run->differences.items[i].name);
        const int expected_width = pol_utf8_text_width(run->differences.items[i].expected);
        names = name_width > names ? name_width : names;
        expectations = expected_width > expectations ? expected_width : expectations;
    }
    for (size_t i = 0; i < run->differences.count; i++) {
        const difference *one = &run->differences.items[i];
        pol_text_add(out, POL_STR("    "));
        add_padded(out, one->name, names);
        pol_text_add(out, zh ? POL_STR("  期望 ") : POL_STR("  expected "));
        add_padded(out, one->expected, expectations);
        pol_text_add(out, zh ? POL_STR("  实得 ") : POL_STR("  actual "));
        pol_text_add(out, one->actual);
        pol_text_format(out, zh ? "  （第 %u 行）\n" : "  (line %u)\n", (unsigned)one->line);
    }
}

static void add_member(pol_text *out, const char *key, pol_str text)
{
    pol_text_format(out, "\"%s\":", key);
    pol_json_write_string(out, text);
}

static void report_json(const reporter *r, const example_run *run, pol_text *out)
{
    pol_text_char(out, '{');
    add_member(out, "脚本", r->script->sources.items[0].name);
    pol_text_char(out, ',');
    add_member(out, "业务", r->script->model.matters.items[run->matter]->name);
    pol_text_char(out, ',');
    add_member(out, "案例", pol_node_text(run->example->title));
    pol_text_format(out, ",\"行\":%u,\"通过\":%s,\"差异\":[",
                    (unsigned)pol_source_line_of(&run->claim.in, &run->example->node),
                    run->differences.count == 0 ? "true" : "false");
    for (size_t i = 0; i < run->differences.count; i++) {
        const difference *one = &run->differences.items[i];
        pol_text_add(out, i == 0 ? POL_STR("{") : POL_STR(",{"));
        add_member(out, "名称", one->name);
        pol_text_char(out, ',');
        add_member(out, "期望", one->expected);
        pol_text_char(out, ',');
        add_member(out, "实得", one->actual);
        pol_text_format(out, ",\"行\":%u}", (unsigned)one->line);
    }
    pol_text_add(out, POL_STR("]}\n"));
}

static pol_status write_out(const reporter *r, const pol_text *text)
{
    if (pol_arena_failed(text->arena))
        return POL_NO_MEMORY;
    return text->length == 0 || r->out.write(r->out.user, text->bytes, text->length)
               ? POL_OK
               : POL_WRITE_FAILED;
}

static pol_status test_example(const reporter *r, uint32_t matter, pol_ast_example *example)
{
    example_run run = { .matter = matter, .example = example };
    const pol_lang lang =
        r->format == POL_JSON ? POL_ZH : r->lang; /* for programs it is always the same */
    pol_status status = run_example(&run, r->script, lang);
    if (status == POL_OK) {
        pol_text text;
        pol_text_init(&text, &run.claim.arena);
        if (r->format == POL_JSON)
            report_json(r, &run, &text);
        else
            report_text(r, &run, &text);
        status = write_out(r, &text);
        *(run.differences.count == 0 ? &r->summary->passed : &r->summary->failed) += 1;
    }
    pol_one_claim_free(&run.claim);
    return status;
}

static pol_status write_summary(const reporter *r, pol_arena *scratch)
{
    const pol_str name = r->script->sources.items[0].name;
    const unsigned all = r->summary->passed + r->summary->failed;
    pol_text text;
    pol_text_init(&text, scratch);
    if (r->format == POL_TEXT)
        pol_text_format(&text,
                        r->lang == POL_ZH ? "%.*s：%u 个案例：通过 %u，失败 %u\n"
                                          : "%.*s: %u examples: %u passed, %u failed\n",
                        (int)name.length, name.bytes, all, r->summary->passed, r->summary->failed);
    return write_out(r, &text);
}

pol_status pol_script_test(pol_script *script, bool verbose, pol_format format, pol_lang lang,
                           pol_writer out, pol_test_summary *summary)
{
    pol_test_summary counts = { 0, 0 };
    const reporter r = { script, verbose, format, lang, out, &counts };
    pol_status status = pol_script_trace(script);
    if (status == POL_FINDINGS)
        status = POL_BAD_ARGUMENT; /* the script has errors */
    for (uint32_t m = 0; m < script->model.matters.count && status == POL_OK; m++) {
        const pol_matter *matter = script->model.matters.items[m];
        for (uint32_t i = 0; i < matter->example_count && status == POL_OK; i++)
            status = test_example(&r, m, POL_AS(example, matter->examples[i]));
    }
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    if (status == POL_OK)
        status = write_summary(&r, &scratch);
    pol_arena_reset(&scratch);
    if (summary != NULL)
        *summary = counts;
    return status == POL_OK && counts.failed > 0 ? POL_FINDINGS : status;
}
