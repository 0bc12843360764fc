/* Results and findings as JSON and CSV. The bill is result_bill.c's. */
#include "interp/result.h"

#include <string.h>

#include "interp/csv.h"
#include "interp/result_layout.h"

/* ---- what a row came to ----------------------------------------------------------------------------- */

static int64_t number_of(const pol_result *result, uint32_t reg)
{
    return pol_port_num(result->block, reg)[result->row];
}

const uint32_t *pol_result_order(const pol_result *result, uint32_t *count)
{
    const pol_code *const code = result->block->code;
    uint32_t number = 0;
    if (code->order_case != POL_NONE32)
        number = (uint32_t)pol_port_code(result->block, code->order_case)[result->row];
    if (number >= code->order_count) {
        *count = 0;
        return NULL;
    }
    *count = code->orders[number].count;
    return *count == 0 ? NULL : code->operands + code->orders[number].start;
}

static bool is_amount(const pol_result *result, uint32_t reg)
{
    const int64_t amount = number_of(result, reg);
    return amount >= 0 && amount <= POL_MAX_AMOUNT_FEN;
}

static bool add_share(const pol_result *result, uint32_t reg, pol_i128 *sum)
{
    *sum += is_amount(result, reg) ? number_of(result, reg) : 0;
    return is_amount(result, reg);
}

/* What else is written is within its limits; bytecode from elsewhere may have forgotten to look. */
static bool is_printable(const pol_result *result)
{
    const pol_code *const code = result->block->code;
    for (uint32_t i = 0; i < code->advance_count; i++) {
        if (!is_amount(result, code->advances[i].amount))
            return false;
    }
    for (uint32_t i = 0; i < code->accum_count; i++) {
        const int64_t after = number_of(result, code->accums[i].after);
        if (code->accums[i].integer ? after < -POL_MAX_INTEGER || after > POL_MAX_INTEGER
                                    : !is_amount(result, code->accums[i].after))
            return false;
    }
    return true;
}

bool pol_result_conserves(const pol_result *result)
{
    const pol_code *const code = result->block->code;
    pol_i128 sum = 0;
    uint32_t count;
    const uint32_t *const order = pol_result_order(result, &count);
    for (uint32_t i = 0; i < count; i++) {
        const pol_payer_def *const payer = &code->payers[order[i]];
        if (!payer->hospital && !add_share(result, payer->paid, &sum))
            return false;
    }
    return add_share(result, code->hospital, &sum) && add_share(result, code->person, &sum) &&
           sum == number_of(result, code->total) && is_printable(result);
}

pol_finding pol_result_broken(void)
{
    return (pol_finding){ .code = POL_ERR_OUT_OF_RANGE,
                          .field = POL_STR("守恒"),
                          .zh = POL_STR("各方支付与总费用不符，这笔结算不可用；这是程序的缺陷，请报告"),
                          .en = POL_STR("the shares do not add up to the total, so this settlement is "
                                        "void; this is a defect of the program, please report it") };
}

bool pol_result_status(const pol_result *result, uint32_t number)
{
    const uint32_t reg = result->block->code->statuses[number].reg;
    return pol_port_bool(result->block, reg)[result->row] == 1;
}

/* The first row of a status's name that holds stands for it. */
static bool is_listed(const pol_result *result, uint32_t number)
{
    const pol_status_def *const statuses = result->block->code->statuses;
    if (!pol_result_status(result, number))
        return false;
    for (uint32_t i = number; i > 0 && pol_str_equal(statuses[i - 1].name, statuses[number].name); i--) {
        if (pol_result_status(result, i - 1))
            return false;
    }
    return true;
}

/* 12345 as "123.45". */
static size_t fen_text(char out[64], uint64_t fen)
{
    char digits[24];
    size_t at = sizeof digits;
    for (unsigned written = 0; fen != 0 || written < 3; fen /= 10) {
        if (written++ == 2)
            digits[--at] = '.';
        digits[--at] = (char)('0' + fen % 10);
    }
    memcpy(out, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

/* An amount that is_amount. */
size_t pol_result_amount(char out[64], const pol_result *result, uint32_t reg)
{
    return fen_text(out, (uint64_t)number_of(result, reg));
}

static size_t accumulator_text(char out[64], const pol_result *result, const pol_accum_def *accumulator)
{
    if (!accumulator->integer)
        return pol_result_amount(out, result, accumulator->after);
    return pol_decimal_text(out, number_of(result, accumulator->after), 1, 0, false);
}

bool pol_result_output(const pol_result *result, const pol_output_def *output, char space[64],
                       pol_str *text)
{
    const pol_block *const block = result->block;
    const uint32_t row = result->row;
    *text = (pol_str){ space, 0 };
    switch ((pol_output_kind)output->kind) {
    case POL_OUT_AMOUNT:
    case POL_OUT_NUMBER: {
        const int64_t number = number_of(result, output->reg);
        const bool amount = output->kind == POL_OUT_AMOUNT;
        if (!pol_port_is_value(number))
            return false;
        if (amount && is_amount(result, output->reg) &&
            block->code->registers[output->reg].den == POL_FEN_PER_YUAN)
            text->length = fen_text(space, (uint64_t)number);
        else
            text->length = pol_decimal_text(space, number, block->code->registers[output->reg].den,
                                            amount ? 2 : 6, !amount);
        return true;
    }
    case POL_OUT_YESNO: {
        const uint8_t truth = pol_port_bool(block, output->reg)[row];
        *text = truth == 1 ? POL_STR("true") : POL_STR("false");
        return truth <= 1;
    }
    case POL_OUT_DATE: {
        const pol_date date = pol_port_code(block, output->reg)[row];
        if (date < POL_DATE_MIN || date > POL_DATE_MAX)
            return false;
        pol_date_text(space, date);
        text->length = strlen(space);
        return true;
    }
    case POL_OUT_TEXT: {
        const int32_t code = pol_port_code(block, output->reg)[row];
        if (code < 0)
            return false;
        *text = pol_reader_text(result->reader, result->record, code);
        return true;
    }
    case POL_OUT_LABEL: {
        const int32_t code = pol_port_code(block, output->reg)[row];
        const pol_label_set *const set = &block->program->label_sets[output->labels];
        if (code < 0 || (uint32_t)code >= set->count)
            return false;
        *text = set->labels[code];
        return true;
    }
    case POL_OUT_NULL: return false;
    }
    return false;
}

/* ---- JSON ----------------------------------------------------------------------------------------------- */

static void write_key(pol_text *out, pol_str key)
{
    if (out->length != 0 && out->bytes[out->length - 1] != '{')
        pol_json_put(out, POL_STR(","));
    pol_json_write_string(out, key);
    pol_json_put(out, POL_STR(":"));
}

static void write_literal(pol_text *out, const char *piece)
{
    pol_json_put(out, pol_str_of(piece));
}

/* `before`, the name in quotes, `after`. */
static pol_str fragment(pol_arena *arena, const char *before, pol_str name, const char *after)
{
    pol_text text;
    pol_text_init(&text, arena);
    write_literal(&text, before);
    pol_json_write_string(&text, name);
    write_literal(&text, after);
    return pol_text_str(&text);
}

static bool init_matter(pol_json_matter *matter, pol_arena *arena, const pol_program *program,
                        const pol_code *code)
{
    pol_text head;
    pol_text_init(&head, arena);
    pol_text_add(&head, fragment(arena, "\"文件\":", program->id, ","));
    pol_text_add(&head, fragment(arena, "\"业务类型\":", code->matter, ",\"总费用\":\""));
    matter->head = pol_text_str(&head);
    matter->payers = POL_NEW_ARRAY(arena, pol_str, code->payer_count);
    matter->advances = POL_NEW_ARRAY(arena, pol_str, code->advance_count);
    matter->accums = POL_NEW_ARRAY(arena, pol_str, code->accum_count);
    matter->statuses = POL_NEW_ARRAY(arena, pol_str, code->status_count);
    matter->outputs = POL_NEW_ARRAY(arena, pol_str, code->output_count);
    if (pol_arena_failed(arena))
        return false;
    for (uint32_t i = 0; i < code->payer_count; i++)
        matter->payers[i] = fragment(arena, "{\"付款方\":", code->payers[i].name, ",\"金额\":\"");
    for (uint32_t i = 0; i < code->advance_count; i++) {
        const pol_advance_def *const advance = &code->advances[i];
        pol_text text;
        pol_text_init(&text, arena);
        pol_text_add(&text, fragment(arena, "{\"垫付方\":", advance->by, ","));
        pol_text_add(&text, fragment(arena, "\"应付方\":", advance->payer, ",\"金额\":\""));
        matter->advances[i] = pol_text_str(&text);
    }
    for (uint32_t i = 0; i < code->accum_count; i++)
        matter->accums[i] = fragment(arena, "", code->accums[i].name, code->accums[i].integer ? ":" : ":\"");
    for (uint32_t i = 0; i < code->status_count; i++)
        matter->statuses[i] = fragment(arena, "", code->statuses[i].name, "");
    for (uint32_t i = 0; i < code->output_count; i++)
        matter->outputs[i] = fragment(arena, "", code->outputs[i].name, ":");
    return true;
}

bool pol_json_layout_init(pol_json_layout *layout, pol_arena *arena, const pol_program *program)
{
    layout->matters = POL_NEW_ARRAY(arena, pol_json_matter, program->matter_count);
    layout->labels = POL_NEW_ARRAY(arena, pol_str *, program->label_set_count);
    layout->texts = POL_NEW_ARRAY(arena, pol_str, program->text_count);
    if (pol_arena_failed(arena))
        return false;
    for (uint32_t m = 0; m < program->matter_count; m++) {
        if (!init_matter(&layout->matters[m], arena, program, &program->matters[m]))
            return false;
    }
    for (uint32_t s = 0; s < program->label_set_count; s++) {
        const pol_label_set *const set = &program->label_sets[s];
        layout->labels[s] = POL_NEW_ARRAY(arena, pol_str, set->count);
        for (uint32_t i = 0; i < set->count && layout->labels[s] != NULL; i++)
            layout->labels[s][i] = fragment(arena, "", set->labels[i], "");
    }
    for (uint32_t i = 0; i < program->text_count; i++)
        layout->texts[i] = fragment(arena, "", program->texts[i], "");
    return !pol_arena_failed(arena);
}

static void put_amount(pol_text *out, const pol_result *result, uint32_t reg)
{
    char text[64];
    const size_t length = pol_result_amount(text, result, reg);
    pol_json_put(out, (pol_str){ text, length });
}

static void put_envelope(pol_text *out, const pol_record *record)
{
    if (record->id.length != 0) {
        write_key(out, POL_STR("编号"));
        pol_json_put(out, record->id);
    }
    if (record->person.length != 0) {
        write_key(out, POL_STR("参保人"));
        pol_json_put(out, record->person);
    }
    if (record->household.length != 0) {
        write_key(out, POL_STR("家庭"));
        pol_json_put(out, record->household);
    }
}

/* A comma before all members of a list but the first. */
static void separate(pol_text *out, bool *first)
{
    if (!*first)
        pol_json_put(out, POL_STR(","));
    *first = false;
}

static void put_payers(pol_text *out, const pol_json_matter *matter, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    uint32_t count;
    const uint32_t *const order = pol_result_order(result, &count);
    bool first = true;
    for (uint32_t i = 0; i < count; i++) {
        if (code->payers[order[i]].hospital)
            continue;
        separate(out, &first);
        pol_json_put(out, matter->payers[order[i]]);
        put_amount(out, result, code->payers[order[i]].paid);
        pol_json_put(out, POL_STR("\"}"));
    }
}

static void put_advances(pol_text *out, const pol_json_matter *matter, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    bool first = true;
    for (uint32_t i = 0; i < code->advance_count; i++) {
        if (number_of(result, code->advances[i].amount) == 0)
            continue;
        separate(out, &first);
        pol_json_put(out, matter->advances[i]);
        put_amount(out, result, code->advances[i].amount);
        pol_json_put(out, POL_STR("\"}"));
    }
}

static void put_statuses(pol_text *out, const pol_json_matter *matter, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    bool first = true;
    for (uint32_t i = 0; i < code->status_count; i++) {
        if (!is_listed(result, i))
            continue;
        separate(out, &first);
        pol_json_put(out, matter->statuses[i]);
    }
}

static void put_accumulators(pol_text *out, const pol_json_matter *matter, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    bool first = true;
    for (uint32_t i = 0; i < code->accum_count; i++) {
        char text[64];
        const size_t length = accumulator_text(text, result, &code->accums[i]);
        separate(out, &first);
        pol_json_put(out, matter->accums[i]);
        pol_json_put(out, (pol_str){ text, length });
        if (!code->accums[i].integer)
            pol_json_put(out, POL_STR("\""));
    }
}

static void put_output(pol_text *out, const pol_json_layout *layout, const pol_result *result,
                       const pol_output_def *output)
{
    char space[64];
    pol_str text;
    if (!pol_result_output(result, output, space, &text)) {
        pol_json_put(out, POL_STR("null"));
        return;
    }
    switch ((pol_output_kind)output->kind) {
    case POL_OUT_YESNO: pol_json_put(out, text); return;
    case POL_OUT_TEXT: {
        const int32_t code = pol_port_code(result->block, output->reg)[result->row];
        if ((uint32_t)code < result->block->program->text_count)
            pol_json_put(out, layout->texts[code]);
        else
            pol_json_write_string(out, text);
        return;
    }
    case POL_OUT_LABEL:
        pol_json_put(out, layout->labels[output->labels]
                                        [pol_port_code(result->block, output->reg)[result->row]]);
        return;
    case POL_OUT_AMOUNT:
    case POL_OUT_NUMBER:
    case POL_OUT_DATE:
    case POL_OUT_NULL: break;
    }
    pol_json_put(out, POL_STR("\""));
    pol_json_put(out, text);
    pol_json_put(out, POL_STR("\""));
}

static void put_outputs(pol_text *out, const pol_json_layout *layout, const pol_json_matter *matter,
                        const pol_result *result)
{
    const pol_code *const code = result->block->code;
    bool first = true;
    for (uint32_t i = 0; i < code->output_count; i++) {
        separate(out, &first);
        pol_json_put(out, matter->outputs[i]);
        put_output(out, layout, result, &code->outputs[i]);
    }
}

void pol_result_json(pol_text *out, const pol_json_layout *layout, const pol_result *result)
{
    const pol_code *const code = result->block->code;
    const pol_json_matter *const matter = &layout->matters[code - result->block->program->matters];
    pol_json_put(out, POL_STR("{"));
    put_envelope(out, result->record);
    if (out->length != 0 && out->bytes[out->length - 1] != '{')
        pol_json_put(out, POL_STR(","));
    pol_json_put(out, matter->head);
    put_amount(out, result, code->total);
    pol_json_put(out, POL_STR("\",\"支付明细\":["));
    put_payers(out, matter, result);
    pol_json_put(out, POL_STR("],\"个人负担\":\""));
    put_amount(out, result, code->person);
    pol_json_put(out, POL_STR("\",\"医院承担\":\""));
    put_amount(out, result, code->hospital);
    pol_json_put(out, POL_STR("\",\"垫付\":["));
    put_advances(out, matter, result);
    pol_json_put(out, POL_STR("],\"状态\":["));
    put_statuses(out, matter, result);
    pol_json_put(out, POL_STR("],\"累计\":{"));
    put_accumulators(out, matter, result);
    pol_json_put(out, POL_STR("},\"附加\":{"));
    put_outputs(out, layout, matter, result);
    pol_json_put(out, POL_STR("}}\n"));
}

void pol_finding_json(pol_text *out, const pol_program *program, const pol_record *record,
                      const pol_finding *finding, pol_lang lang, const pol_str *original)
{
    pol_json_put(out, POL_STR("{"));
    put_envelope(out, record);
    if (record->matter != POL_NONE32) {
        write_key(out, POL_STR("业务类型"));
        pol_json_write_string(out, program->matters[record->matter].matter);
    }
    write_key(out, POL_STR("错误"));
    pol_json_write_string(out, pol_str_of(pol_claim_error_text(finding->code)));
    write_key(out, POL_STR("字段"));
    pol_json_write_string(out, finding->field);
    write_key(out, POL_STR("说明"));
    pol_json_write_string(out, lang == POL_EN ? finding->en : finding->zh);
    if (record->line != 0) {
        write_key(out, POL_STR("行"));
        pol_text_format(out, "%llu", (unsigned long long)record->line);
    }
    if (original != NULL) {
        write_key(out, POL_STR("原文"));
        pol_json_write_string(out, *original);
    }
    write_literal(out, "}\n");
}

/* ---- CSV ------------------------------------------------------------------------------------------------- */

typedef POL_VEC(pol_csv_column) csv_columns;

typedef struct layout_maker {
    pol_arena *arena;
    const pol_program *program;
    csv_columns columns;
    pol_names names; /* "kind name" of every column */
} layout_maker;

/* The column of that kind and name, made when new; its source for a matter. */
static void place(layout_maker *maker, uint8_t kind, const char *prefix, pol_str name, uint32_t matter,
                  uint32_t source)
{
    pol_text title, key;
    pol_text_init(&title, maker->arena);
    pol_text_add(&title, pol_str_of(prefix));
    pol_text_add(&title, name);
    pol_text_init(&key, maker->arena);
    pol_text_format(&key, "%u ", (unsigned)kind);
    pol_text_add(&key, name);
    const uint32_t count = maker->names.count;
    const uint32_t number = pol_names_add(&maker->names, pol_text_str(&key));
    if (number == POL_NO_NAME)
        return;
    if (number == count) {
        pol_csv_column column = { .kind = kind, .name = pol_text_str(&title) };
        column.sources = POL_NEW_ARRAY(maker->arena, uint32_t, maker->program->matter_count);
        if (column.sources == NULL || !POL_PUSH(maker->arena, maker->columns, column))
            return;
        for (uint32_t m = 0; m < maker->program->matter_count; m++)
            column.sources[m] = POL_NONE32;
    }
    if (number < maker->columns.count)
        maker->columns.items[number].sources[matter] = source;
}

static void place_for_all(layout_maker *maker, uint8_t kind, const char *name)
{
    for (uint32_t m = 0; m < maker->program->matter_count; m++)
        place(maker, kind, "", pol_str_of(name), m, 0);
}

static bool has_keys(const pol_program *program, bool household)
{
    for (uint32_t m = 0; m < program->matter_count; m++) {
        for (uint32_t a = 0; a < program->matters[m].accum_count; a++) {
            if (program->matters[m].accums[a].household == household)
                return true;
        }
    }
    return false;
}

static bool has_advances(const pol_program *program)
{
    for (uint32_t m = 0; m < program->matter_count; m++) {
        if (program->matters[m].advance_count != 0)
            return true;
    }
    return false;
}

bool pol_csv_layout_init(pol_csv_layout *layout, pol_arena *arena, const pol_program *program)
{
    layout_maker maker = { .arena = arena, .program = program };
    pol_names_init(&maker.names, arena);
    place_for_all(&maker, POL_CSV_COLUMN_ID, "编号");
    if (has_keys(program, false))
        place_for_all(&maker, POL_CSV_COLUMN_PERSON_ID, "参保人");
    if (has_keys(program, true))
        place_for_all(&maker, POL_CSV_COLUMN_HOUSEHOLD, "家庭");
    place_for_all(&maker, POL_CSV_COLUMN_MATTER, "业务类型");
    place_for_all(&maker, POL_CSV_COLUMN_TOTAL, "总费用");
    for (uint32_t m = 0; m < program->matter_count; m++) {
        const pol_code *const code = &program->matters[m];
        for (uint32_t i = 0; i < code->payer_count; i++) {
            if (!code->payers[i].hospital)
                place(&maker, POL_CSV_COLUMN_PAYER, "", code->payers[i].name, m, i);
        }
    }
    place_for_all(&maker, POL_CSV_COLUMN_PERSON, "个人负担");
    place_for_all(&maker, POL_CSV_COLUMN_HOSPITAL, "医院承担");
    if (has_advances(program))
        place_for_all(&maker, POL_CSV_COLUMN_ADVANCES, "垫付");
    place_for_all(&maker, POL_CSV_COLUMN_STATUSES, "状态");
    for (uint32_t m = 0; m < program->matter_count; m++) {
        const pol_code *const code = &program->matters[m];
        for (uint32_t i = 0; i < code->accum_count; i++)
            place(&maker, POL_CSV_COLUMN_ACCUMULATOR, "累计.", code->accums[i].name, m, i);
    }
    for (uint32_t m = 0; m < program->matter_count; m++) {
        const pol_code *const code = &program->matters[m];
        for (uint32_t i = 0; i < code->output_count; i++)
            place(&maker, POL_CSV_COLUMN_OUTPUT, "附加.", code->outputs[i].name, m, i);
    }
    place_for_all(&maker, POL_CSV_COLUMN_ERROR, "错误");
    place_for_all(&maker, POL_CSV_COLUMN_FIELD, "字段");
    place_for_all(&maker, POL_CSV_COLUMN_MESSAGE, "说明");
    place_for_all(&maker, POL_CSV_COLUMN_LINE, "行");
    layout->columns = maker.columns.items;
    layout->count = (uint32_t)maker.columns.count;
    return !pol_arena_failed(arena);
}

void pol_csv_layout_header(pol_text *out, const pol_csv_layout *layout)
{
    for (uint32_t i = 0; i < layout->count; i++) {
        if (i != 0)
            pol_text_char(out, ',');
        pol_csv_write(out, layout->columns[i].name);
    }
    write_literal(out, "\r\n");
}

static bool in_order(const pol_result *result, uint32_t payer)
{
    uint32_t count;
    const uint32_t *const order = pol_result_order(result, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] == payer)
            return true;
    }
    return false;
}

/* 甲 代 乙 300.00、… or the statuses, as one cell. */
static void write_joined(pol_text *out, const pol_result *result, bool advances)
{
    const pol_code *const code = result->block->code;
    const size_t begin = out->length;
    const uint32_t count = advances ? code->advance_count : code->status_count;
    for (uint32_t i = 0; i < count; i++) {
        if (advances ? number_of(result, code->advances[i].amount) == 0 : !is_listed(result, i))
            continue;
        if (out->length != begin)
            write_literal(out, "、");
        if (!advances) {
            pol_text_add(out, code->statuses[i].name);
            continue;
        }
        char text[64];
        const size_t length = pol_result_amount(text, result, code->advances[i].amount);
        pol_text_add(out, code->advances[i].by);
        write_literal(out, " 代 ");
        pol_text_add(out, code->advances[i].payer);
        pol_text_char(out, ' ');
        pol_text_add(out, (pol_str){ text, length });
    }
    pol_csv_quote(out, begin);
}

static void write_result_cell(pol_text *out, const pol_csv_column *column, const pol_result *result)
{
    const pol_record *const record = result->record;
    const pol_code *const code = result->block->code;
    const uint32_t source = column->sources[record->matter];
    char space[64];
    pol_str text = { space, 0 };
    if (source == POL_NONE32)
        return;
    switch (column->kind) {
    case POL_CSV_COLUMN_ID: pol_csv_write(out, record->id_text); return;
    case POL_CSV_COLUMN_PERSON_ID: pol_csv_write(out, record->person_text); return;
    case POL_CSV_COLUMN_HOUSEHOLD: pol_csv_write(out, record->household_text); return;
    case POL_CSV_COLUMN_MATTER: pol_csv_write(out, code->matter); return;
    case POL_CSV_COLUMN_ADVANCES: write_joined(out, result, true); return;
    case POL_CSV_COLUMN_STATUSES: write_joined(out, result, false); return;
    case POL_CSV_COLUMN_OUTPUT:
        if (pol_result_output(result, &code->outputs[source], space, &text))
            pol_csv_write(out, text);
        return;
    /* Figures, which nothing must be quoted in. */
    case POL_CSV_COLUMN_TOTAL: put_amount(out, result, code->total); return;
    case POL_CSV_COLUMN_PERSON: put_amount(out, result, code->person); return;
    case POL_CSV_COLUMN_HOSPITAL: put_amount(out, result, code->hospital); return;
    case POL_CSV_COLUMN_PAYER:
        if (in_order(result, source))
            put_amount(out, result, code->payers[source].paid);
        return;
    case POL_CSV_COLUMN_ACCUMULATOR:
        text.length = accumulator_text(space, result, &code->accums[source]);
        pol_json_put(out, text);
        return;
    default: return;
    }
}

void pol_result_csv(pol_text *out, const pol_csv_layout *layout, const pol_result *result)
{
    for (uint32_t i = 0; i < layout->count; i++) {
        if (i != 0)
            pol_json_put(out, POL_STR(","));
        write_result_cell(out, &layout->columns[i], result);
    }
    write_literal(out, "\r\n");
}

void pol_finding_csv(pol_text *out, const pol_csv_layout *layout, const pol_program *program,
                     const pol_record *record, const pol_finding *finding, pol_lang lang)
{
    for (uint32_t i = 0; i < layout->count; i++) {
        if (i != 0)
            pol_text_char(out, ',');
        switch (layout->columns[i].kind) {
        case POL_CSV_COLUMN_ID: pol_csv_write(out, record->id_text); break;
        case POL_CSV_COLUMN_PERSON_ID: pol_csv_write(out, record->person_text); break;
        case POL_CSV_COLUMN_HOUSEHOLD: pol_csv_write(out, record->household_text); break;
        case POL_CSV_COLUMN_MATTER:
            if (record->matter != POL_NONE32)
                pol_csv_write(out, program->matters[record->matter].matter);
            break;
        case POL_CSV_COLUMN_ERROR: write_literal(out, pol_claim_error_text(finding->code)); break;
        case POL_CSV_COLUMN_FIELD: pol_csv_write(out, finding->field); break;
        case POL_CSV_COLUMN_MESSAGE: pol_csv_write(out, lang == POL_EN ? finding->en : finding->zh); break;
        case POL_CSV_COLUMN_LINE: pol_text_format(out, "%llu", (unsigned long long)record->line); break;
        default: break;
        }
    }
    write_literal(out, "\r\n");
}
