/* The bill: a settlement laid out for a terminal, or a rejection in the same frame. */
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/result.h"

#define LEAST_WIDTH 60
#define FLOW_WIDTH  76 /* running text is broken here */
#define HEAD_WIDTH  9  /* of the column "状态", "累计" */

typedef struct bill_line {
    bool rule;      /* a line across; nothing else */
    bool flow;      /* the value follows the label instead of standing at the right */
    pol_str head;   /* "状态", or empty */
    pol_str label, value;
    int indent;     /* of the label */
} bill_line;

typedef struct bill_sheet {
    pol_arena *arena;
    pol_lang lang;
    POL_VEC(bill_line) lines;
} bill_sheet;

static pol_str say(const bill_sheet *bill, const char *zh, const char *en)
{
    return pol_str_of(bill->lang == POL_EN ? en : zh);
}

/* The text without control and invisible characters, which a terminal would obey. */
static pol_str clean(const bill_sheet *bill, pol_str text)
{
    pol_text out;
    pol_text_init(&out, bill->arena);
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        if (point < 0x20 || pol_utf8_is_forbidden(point))
            pol_text_add(&out, POL_STR("\xef\xbf\xbd"));
        else
            pol_text_add(&out, (pol_str){ text.bytes + at, size });
    }
    return pol_text_str(&out);
}

static void add(bill_sheet *bill, bill_line line)
{
    line.label = clean(bill, line.label);
    line.value = clean(bill, line.value);
    (void)POL_PUSH(bill->arena, bill->lines, line);
}

static void add_rule(bill_sheet *bill)
{
    add(bill, (bill_line){ .rule = true });
}

static pol_str amount(const bill_sheet *bill, const pol_result *result, uint32_t reg)
{
    char text[64];
    const size_t length = pol_result_amount(text, result, reg);
    return pol_str_copy(bill->arena, (pol_str){ text, length });
}

/* ---- parts ------------------------------------------------------------------------------------------- */

static void add_identity(bill_sheet *bill, const pol_record *record)
{
    if (record->id_text.length != 0)
        add(bill, (bill_line){ .label = say(bill, "编号", "Claim"), .value = record->id_text });
    if (record->person_text.length != 0)
        add(bill, (bill_line){ .label = say(bill, "参保人", "Person"), .value = record->person_text });
    if (record->household_text.length != 0)
        add(bill, (bill_line){ .label = say(bill, "家庭", "Household"),
                               .value = record->household_text });
}

static void add_title(bill_sheet *bill, const pol_program *program, const pol_record *record, pol_str title)
{
    pol_text policy;
    pol_text_init(&policy, bill->arena);
    pol_text_add(&policy, program->title);
    add_rule(bill);
    add(bill, (bill_line){ .label = title, .value = program->id });
    if (program->title.length != 0)
        add(bill, (bill_line){ .label = pol_text_str(&policy), .flow = true });
    add_identity(bill, record);
    add_rule(bill);
}

static void add_payers(bill_sheet *bill, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    uint32_t count;
    const uint32_t *const order = pol_result_order(result, &count);
    bool hospital = pol_port_num(result->block, code->hospital)[result->row] != 0;
    add(bill, (bill_line){ .label = say(bill, "总费用", "Total"),
                           .value = amount(bill, result, code->total) });
    for (uint32_t i = 0; i < count; i++) {
        const pol_payer_def *const payer = &code->payers[order[i]];
        hospital = hospital || payer->hospital;
        if (!payer->hospital)
            add(bill, (bill_line){ .label = payer->name, .indent = 2,
                                   .value = amount(bill, result, payer->paid) });
    }
    if (hospital)
        add(bill, (bill_line){ .label = say(bill, "医院承担", "Hospital bears"),
                               .value = amount(bill, result, code->hospital) });
    add(bill, (bill_line){ .label = say(bill, "个人负担", "Person pays"),
                           .value = amount(bill, result, code->person) });
}

static void add_advances(bill_sheet *bill, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    pol_str head = say(bill, "垫付", "Advance");
    for (uint32_t i = 0; i < code->advance_count; i++) {
        const pol_advance_def *const advance = &code->advances[i];
        if (pol_port_num(result->block, advance->amount)[result->row] == 0)
            continue;
        pol_text who;
        pol_text_init(&who, bill->arena);
        pol_text_add(&who, advance->by);
        pol_text_add(&who, say(bill, " 代 ", " for "));
        pol_text_add(&who, advance->payer);
        add(bill, (bill_line){ .head = head, .label = pol_text_str(&who),
                               .value = amount(bill, result, advance->amount) });
        head = POL_STR("");
    }
}

static void add_statuses(bill_sheet *bill, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    pol_str head = say(bill, "状态", "Status"), last = POL_STR("");
    for (uint32_t i = 0; i < code->status_count; i++) {
        const pol_str name = code->statuses[i].name;
        if (!pol_result_status(result, i) || pol_str_equal(name, last))
            continue;
        add(bill, (bill_line){ .head = head, .label = name, .flow = true });
        head = POL_STR("");
        last = name;
    }
}

static void add_accumulators(bill_sheet *bill, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    for (uint32_t i = 0; i < code->accum_count; i++) {
        const pol_accum_def *const accumulator = &code->accums[i];
        char text[64];
        const int64_t after = pol_port_num(result->block, accumulator->after)[result->row];
        const size_t length = pol_decimal_text(text, after, accumulator->integer ? 1 : 100,
                                               accumulator->integer ? 0 : 2, false);
        add(bill, (bill_line){ .head = i == 0 ? say(bill, "累计", "Running") : POL_STR(""),
                               .label = accumulator->name,
                               .value = pol_str_copy(bill->arena, (pol_str){ text, length }) });
    }
}

static void add_outputs(bill_sheet *bill, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    for (uint32_t i = 0; i < code->output_count; i++) {
        const pol_output_def *const output = &code->outputs[i];
        char space[64];
        pol_str text;
        if (!pol_result_output(result, output, space, &text))
            text = POL_STR("-");
        else if (output->kind == POL_OUT_YESNO)
            text = text.bytes[0] == 't' ? say(bill, "是", "yes") : say(bill, "否", "no");
        add(bill, (bill_line){ .head = i == 0 ? say(bill, "附加", "Details") : POL_STR(""),
                               .label = output->name, .value = pol_str_copy(bill->arena, text) });
    }
}

/* ---- layout ------------------------------------------------------------------------------------------- */

static int label_column(const bill_line *line, bool heads)
{
    return 1 + (heads ? HEAD_WIDTH : 0) + line->indent;
}

static int width_of(const bill_sheet *bill, const bool *heads)
{
    int width = LEAST_WIDTH;
    for (size_t i = 0; i < bill->lines.count; i++) {
        const bill_line *const line = &bill->lines.items[i];
        const int gap = line->value.length == 0 ? 1 : 3;
        const int needed = label_column(line, heads[i]) + pol_utf8_text_width(line->label) + gap +
                           pol_utf8_text_width(line->value);
        if (!line->flow && needed > width)
            width = needed;
    }
    return width;
}

static void spaces(pol_text *out, int count)
{
    for (; count > 0; count--)
        pol_text_char(out, ' ');
}

/* How much of the text fits into `width` columns; a Latin word is kept whole where it can be. */
static size_t fitting(pol_str text, int width)
{
    size_t word = 0; /* where the Latin word at hand begins */
    int column = 0;
    for (size_t at = 0, size; at < text.length; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        const bool latin = point > ' ' && point < 0x80;
        column += pol_utf8_width(point);
        if (!latin)
            word = at + size;
        if (column > width && at != 0)
            return latin && word != 0 ? word : at;
    }
    return text.length;
}

/* Running text from column `indent` on; later lines begin below it. */
static void write_flow(pol_text *out, pol_str text, int indent, int width)
{
    for (;;) {
        const size_t length = fitting(text, width - indent);
        pol_text_add(out, (pol_str){ text.bytes, length });
        text = (pol_str){ text.bytes + length, text.length - length };
        while (text.length != 0 && text.bytes[0] == ' ')
            text = (pol_str){ text.bytes + 1, text.length - 1 };
        if (text.length == 0)
            return;
        pol_text_char(out, '\n');
        spaces(out, indent);
    }
}

static void write_line(pol_text *out, const bill_line *line, bool heads, int width)
{
    if (line->rule) {
        for (int i = 0; i < width; i++)
            pol_text_add(out, POL_STR("─"));
        pol_text_char(out, '\n');
        return;
    }
    int column = 1;
    spaces(out, column);
    if (heads) {
        pol_text_add(out, line->head);
        column += pol_utf8_text_width(line->head);
    }
    const int label = label_column(line, heads);
    spaces(out, label - column);
    if (line->flow)
        write_flow(out, line->label, label, width > FLOW_WIDTH ? width : FLOW_WIDTH);
    else
        pol_text_add(out, line->label);
    column = label + pol_utf8_text_width(line->label);
    if (line->value.length != 0) {
        const int value = pol_utf8_text_width(line->value);
        spaces(out, width - 1 - value > column ? width - 1 - value - column : 1);
        pol_text_add(out, line->value);
    }
    pol_text_char(out, '\n');
}

static void write_bill(pol_text *out, const bill_sheet *bill)
{
    /* A section with heads: from a line with one to the next rule. */
    bool *heads = POL_NEW_ARRAY(bill->arena, bool, bill->lines.count);
    if (heads == NULL)
        return;
    bool section = false;
    for (size_t i = 0; i < bill->lines.count; i++) {
        const bill_line *const line = &bill->lines.items[i];
        section = !line->rule && (section || line->head.length != 0);
        heads[i] = section;
    }
    const int width = width_of(bill, heads);
    for (size_t i = 0; i < bill->lines.count; i++)
        write_line(out, &bill->lines.items[i], heads[i], width);
    pol_text_char(out, '\n');
}

void pol_result_bill(pol_text *out, pol_arena *scratch, const pol_result *result, pol_lang lang)
{
    bill_sheet bill = { .arena = scratch, .lang = lang };
    add_title(&bill, result->block->program, result->record, result->block->code->matter);
    add_payers(&bill, result);
    const size_t bare = bill.lines.count;
    add_rule(&bill);
    add_advances(&bill, result);
    add_statuses(&bill, result);
    add_accumulators(&bill, result);
    add_outputs(&bill, result);
    if (bill.lines.count > bare + 1)
        add_rule(&bill);
    write_bill(out, &bill);
}

void pol_finding_bill(pol_text *out, pol_arena *scratch, const pol_program *program,
                      const pol_record *record, const pol_finding *finding, pol_lang lang)
{
    bill_sheet bill = { .arena = scratch, .lang = lang };
    pol_text line;
    pol_text_init(&line, scratch);
    pol_text_format(&line, "%llu", (unsigned long long)record->line);
    add_title(&bill, program, record, say(&bill, "未能结算", "Not settled"));
    add(&bill, (bill_line){ .head = say(&bill, "错误", "Error"), .flow = true,
                            .label = pol_str_of(pol_claim_error_text(finding->code)) });
    if (finding->field.length != 0)
        add(&bill, (bill_line){ .head = say(&bill, "字段", "Field"), .label = finding->field,
                                .flow = true });
    add(&bill, (bill_line){ .head = say(&bill, "说明", "Message"), .flow = true,
                            .label = lang == POL_EN ? finding->en : finding->zh });
    if (record->line != 0)
        add(&bill, (bill_line){ .head = say(&bill, "行", "Line"), .label = pol_text_str(&line),
                                .flow = true });
    add_rule(&bill);
    write_bill(out, &bill);
}
