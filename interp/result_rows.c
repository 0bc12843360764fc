/* Forms of rows: made once from the layouts of result.c, then written row by row. */
#include "interp/result_rows.h"

#include <string.h>

#include "interp/csv.h"
#include "interp/result_layout.h"
#include "interp/swar.h"
#include "interp/x86.h"

#define COPY_BYTES    32 /* moved at once */
#define LONG_BYTES    64 /* the same of texts that are longer more often than not */
#define WRITTEN_ROWS  64 /* rows whose amounts are made into texts at once */
#define AMOUNT_BYTES  24 /* written for an amount, at most */
#define VALUE_BYTES   64 /* for any other value but free texts */
#define ENVELOPE_BYTES (64 + 3 * LONG_BYTES) /* of the keys, and beyond the ends */
#define MAX_GROUPS    64 /* of statuses; and advances: bits of a set */
#define CHECKED_ROWS  512

/* The value behind a constant. */
enum { END, ENVELOPE, IDENTITY, AMOUNT, LAST_AMOUNT, COUNT, ADVANCES, STATUSES, OUTPUT, AMOUNT_OUTPUT };

/* ---- making forms -------------------------------------------------------------------------------------------- */

static pol_ready ready(pol_arena *arena, pol_str text)
{
    static const char nothing[LONG_BYTES] = "";
    char *const bytes = pol_arena_alloc(arena, text.length + LONG_BYTES);
    if (bytes == NULL)
        return (pol_ready){ nothing, 0 };
    if (text.length != 0)
        memcpy(bytes, text.bytes, text.length);
    return (pol_ready){ bytes, (uint32_t)text.length };
}

/* The text as a value of the format. */
static pol_ready ready_value(pol_row_layout *layout, pol_str text)
{
    pol_text out;
    pol_text_init(&out, layout->arena);
    if (layout->csv)
        pol_csv_write(&out, text);
    else
        pol_json_write_string(&out, text);
    return ready(layout->arena, pol_text_str(&out));
}

/* A form while it is made: constants are collected until a value comes. */
typedef struct form_maker {
    pol_row_layout *layout;
    pol_row_matter *matter;
    POL_VEC(pol_row_part) parts;
    pol_text constant;
    size_t room;
} form_maker;

static void add_constant(form_maker *maker, pol_str text)
{
    pol_text_add(&maker->constant, text);
}

/* What stands behind nearly every amount, and is written with it. */
static char behind_amount(const pol_row_layout *layout)
{
    return layout->csv ? ',' : '"';
}

/* The constant's first byte goes with the amount before it. */
static void leave_to_amount(form_maker *maker)
{
    if (maker->parts.count == 0 || maker->parts.items[maker->parts.count - 1].kind != AMOUNT)
        return;
    if (maker->constant.length == 0 || maker->constant.bytes[0] != behind_amount(maker->layout)) {
        maker->parts.items[maker->parts.count - 1].kind = LAST_AMOUNT;
        return;
    }
    maker->constant.length--;
    memmove(maker->constant.bytes, maker->constant.bytes + 1, maker->constant.length);
}

static void add_value(form_maker *maker, unsigned kind, uint32_t number)
{
    leave_to_amount(maker);
    pol_row_part part = { .before = ready(maker->layout->arena, pol_text_str(&maker->constant)),
                          .kind = (uint8_t)kind,
                          .number = number };
    part.brief = part.before.length <= sizeof part.word;
    memcpy(&part.word, part.before.bytes, sizeof part.word);
    POL_PUSH(maker->layout->arena, maker->parts, part);
    maker->room += part.before.length + (kind == AMOUNT ? AMOUNT_BYTES : VALUE_BYTES);
    maker->constant.length = 0;
}

/* Number of the amount in that register, made when new. */
static uint32_t amount_of(pol_row_matter *matter, uint32_t reg)
{
    uint32_t number = 0;
    while (number < matter->amount_count && matter->amounts[number] != reg)
        number++;
    if (number == matter->amount_count)
        matter->amounts[matter->amount_count++] = reg;
    return number;
}

/* The same of one that a form writes. */
static uint32_t written_amount_of(pol_row_matter *matter, uint32_t reg)
{
    const uint32_t number = amount_of(matter, reg);
    matter->written[number] = true;
    return number;
}

static void add_amount(form_maker *maker, uint32_t reg)
{
    add_value(maker, AMOUNT, written_amount_of(maker->matter, reg));
}

/* The words that the output may be; of another kind: none. */
static const pol_ready *words_of(const pol_row_layout *layout, const pol_output_def *output, uint32_t *count)
{
    const bool label = output->kind == POL_OUT_LABEL, word = label || output->kind == POL_OUT_TEXT;
    *count = !word ? 0 : label ? layout->program->label_sets[output->labels].count : layout->program->text_count;
    return !word ? NULL : label ? layout->labels[output->labels] : layout->texts;
}

static size_t longest_of(const pol_ready *words, uint32_t count)
{
    size_t longest = 0;
    for (uint32_t i = 0; i < count; i++)
        longest = words[i].length > longest ? words[i].length : longest;
    return longest;
}

/* Outputs that are amounts have texts too, of use where all of them are small and given. */
static void add_output(form_maker *maker, const pol_code *code, uint32_t number)
{
    const pol_output_def *const output = &code->outputs[number];
    const bool amount = output->kind == POL_OUT_AMOUNT && code->registers[output->reg].den == POL_FEN_PER_YUAN;
    uint32_t count;
    const pol_ready *const words = words_of(maker->layout, output, &count);
    add_value(maker, amount ? AMOUNT_OUTPUT : OUTPUT, number);
    maker->room += longest_of(words, count);
    if (amount)
        maker->matter->output_amounts[number] = written_amount_of(maker->matter, output->reg);
}

static void add_key(form_maker *maker, const char *before, pol_str name, const char *after)
{
    add_constant(maker, pol_str_of(before));
    pol_json_write_string(&maker->constant, name);
    add_constant(maker, pol_str_of(after));
}

static void add_json_payers(form_maker *maker, const pol_code *code, const pol_list32 *order)
{
    const char *before = "{\"付款方\":";
    for (uint32_t i = 0; i < order->count; i++) {
        const pol_payer_def *const payer = &code->payers[code->operands[order->start + i]];
        if (payer->hospital)
            continue;
        add_key(maker, before, payer->name, ",\"金额\":\"");
        add_amount(maker, payer->paid);
        before = "\"},{\"付款方\":";
    }
    if (before[0] == '"')
        add_constant(maker, POL_STR("\"}"));
}

static void add_json_accumulators(form_maker *maker, const pol_code *code)
{
    for (uint32_t i = 0; i < code->accum_count; i++) {
        const pol_accum_def *const accumulator = &code->accums[i];
        add_key(maker, i == 0 ? "" : ",", accumulator->name, accumulator->integer ? ":" : ":\"");
        if (accumulator->integer) {
            add_value(maker, COUNT, accumulator->after);
            continue;
        }
        add_amount(maker, accumulator->after);
        add_constant(maker, POL_STR("\""));
    }
}

static void make_json(form_maker *maker, const pol_code *code, const pol_list32 *order)
{
    add_constant(maker, POL_STR("{"));
    add_value(maker, ENVELOPE, 0);
    add_key(maker, "\"文件\":", maker->layout->program->id, "");
    add_key(maker, ",\"业务类型\":", code->matter, ",\"总费用\":\"");
    add_amount(maker, code->total);
    add_constant(maker, POL_STR("\",\"支付明细\":["));
    add_json_payers(maker, code, order);
    add_constant(maker, POL_STR("],\"个人负担\":\""));
    add_amount(maker, code->person);
    add_constant(maker, POL_STR("\",\"医院承担\":\""));
    add_amount(maker, code->hospital);
    add_constant(maker, POL_STR("\",\"垫付\":["));
    if (code->advance_count != 0)
        add_value(maker, ADVANCES, 0);
    add_constant(maker, POL_STR("],\"状态\":["));
    if (code->status_count != 0)
        add_value(maker, STATUSES, 0);
    add_constant(maker, POL_STR("],\"累计\":{"));
    add_json_accumulators(maker, code);
    add_constant(maker, POL_STR("},\"附加\":{"));
    for (uint32_t i = 0; i < code->output_count; i++) {
        add_key(maker, i == 0 ? "" : ",", code->outputs[i].name, ":");
        add_output(maker, code, i);
    }
    add_constant(maker, POL_STR("}}\n"));
    add_value(maker, END, 0);
}

static bool in_order(const pol_code *code, const pol_list32 *order, uint32_t payer)
{
    for (uint32_t i = 0; i < order->count; i++) {
        if (code->operands[order->start + i] == payer)
            return true;
    }
    return false;
}

static void add_csv_cell(form_maker *maker, const pol_code *code, const pol_list32 *order, uint8_t kind,
                         uint32_t source)
{
    switch (kind) {
    case POL_CSV_COLUMN_ID: add_value(maker, IDENTITY, 0); return;
    case POL_CSV_COLUMN_PERSON_ID: add_value(maker, IDENTITY, 1); return;
    case POL_CSV_COLUMN_HOUSEHOLD: add_value(maker, IDENTITY, 2); return;
    case POL_CSV_COLUMN_MATTER: pol_csv_write(&maker->constant, code->matter); return;
    case POL_CSV_COLUMN_TOTAL: add_amount(maker, code->total); return;
    case POL_CSV_COLUMN_PERSON: add_amount(maker, code->person); return;
    case POL_CSV_COLUMN_HOSPITAL: add_amount(maker, code->hospital); return;
    case POL_CSV_COLUMN_PAYER:
        if (in_order(code, order, source))
            add_amount(maker, code->payers[source].paid);
        return;
    case POL_CSV_COLUMN_ADVANCES: add_value(maker, ADVANCES, 0); return;
    case POL_CSV_COLUMN_STATUSES: add_value(maker, STATUSES, 0); return;
    case POL_CSV_COLUMN_ACCUMULATOR:
        if (code->accums[source].integer)
            add_value(maker, COUNT, code->accums[source].after);
        else
            add_amount(maker, code->accums[source].after);
        return;
    case POL_CSV_COLUMN_OUTPUT: add_output(maker, code, source); return;
    default: return;
    }
}

static void make_csv(form_maker *maker, const pol_code *code, const pol_list32 *order, const pol_csv_layout *csv)
{
    const uint32_t number = (uint32_t)(code - maker->layout->program->matters);
    for (uint32_t i = 0; i < csv->count; i++) {
        if (i != 0)
            add_constant(maker, POL_STR(","));
        if (csv->columns[i].sources[number] != POL_NONE32)
            add_csv_cell(maker, code, order, csv->columns[i].kind, csv->columns[i].sources[number]);
    }
    add_constant(maker, POL_STR("\r\n"));
    add_value(maker, END, 0);
}

static bool make_form(pol_row_layout *layout, pol_row_matter *matter, uint32_t order, const pol_csv_layout *csv)
{
    form_maker maker = { .layout = layout, .matter = matter };
    pol_text_init(&maker.constant, layout->arena);
    if (csv != NULL)
        make_csv(&maker, matter->code, &matter->code->orders[order], csv);
    else
        make_json(&maker, matter->code, &matter->code->orders[order]);
    for (size_t i = maker.parts.count; i-- > 0;) {
        pol_row_part *const part = &maker.parts.items[i];
        const bool joined = part->kind == AMOUNT && part[1].kind == AMOUNT && part[1].before.length == 0 &&
                            part[1].number == part->number + 1;
        part->run = joined ? part[1].run + 1 : 1;
    }
    matter->forms[order] = (pol_row_form){ .parts = maker.parts.items, .count = (uint32_t)maker.parts.count };
    matter->room = maker.room > matter->room ? maker.room : matter->room;
    return !pol_arena_failed(layout->arena);
}

/* What stands before the amount of an advance. False: as a cell it would have to be quoted. */
static bool make_advance(pol_row_layout *layout, const pol_advance_def *advance, pol_ready *made)
{
    pol_text text;
    pol_text_init(&text, layout->arena);
    if (layout->csv) {
        pol_text_add(&text, advance->by);
        pol_text_add(&text, POL_STR(" 代 "));
        pol_text_add(&text, advance->payer);
        pol_text_char(&text, '.'); /* stands for the amount: only what is before it can need quotes */
        const size_t length = text.length;
        pol_csv_quote(&text, 0);
        if (text.length != length)
            return false;
        text.length--;
        pol_text_char(&text, ' ');
    } else {
        pol_text_add(&text, POL_STR("{\"垫付方\":"));
        pol_json_write_string(&text, advance->by);
        pol_text_add(&text, POL_STR(",\"应付方\":"));
        pol_json_write_string(&text, advance->payer);
        pol_text_add(&text, POL_STR(",\"金额\":\""));
    }
    *made = ready(layout->arena, pol_text_str(&text));
    return true;
}

static void make_groups(pol_row_layout *layout, pol_row_matter *matter)
{
    const pol_status_def *const statuses = matter->code->statuses;
    for (uint32_t i = 0; i < matter->code->status_count; i++) {
        if (i == 0 || !pol_str_equal(statuses[i].name, statuses[i - 1].name)) {
            pol_ready *const name = &matter->statuses[matter->group_count++];
            *name = layout->csv ? ready(layout->arena, statuses[i].name) : ready_value(layout, statuses[i].name);
            matter->status_room += name->length + 3;
        }
        matter->groups[i] = matter->group_count - 1;
    }
    matter->status_room = 2 * matter->status_room + 2; /* every character may have to be doubled in quotes */
}

/* What the payer of the advance pays, when it is written anyway. */
static uint32_t payer_amount_of(const pol_row_matter *matter, uint32_t advance)
{
    const pol_code *const code = matter->code;
    for (uint32_t p = 0; p < code->payer_count; p++) {
        for (uint32_t i = 0; i < matter->amount_count; i++) {
            if (matter->written[i] && matter->amounts[i] == code->payers[p].paid &&
                pol_str_equal(code->payers[p].name, code->advances[advance].payer))
                return i;
        }
    }
    return matter->advance_amounts[advance];
}

static bool init_matter(pol_row_layout *layout, pol_row_matter *matter, const pol_code *code,
                        const pol_csv_layout *csv)
{
    pol_arena *const arena = layout->arena;
    *matter = (pol_row_matter){ .code = code };
    matter->forms = POL_NEW_ARRAY(arena, pol_row_form, code->order_count);
    const uint32_t amounts = 3 + code->payer_count + code->advance_count + code->accum_count + code->output_count;
    matter->amounts = POL_NEW_ARRAY(arena, uint32_t, amounts);
    matter->written = POL_NEW_ARRAY(arena, bool, amounts);
    matter->output_amounts = POL_NEW_ARRAY(arena, uint32_t, code->output_count);
    matter->advances = POL_NEW_ARRAY(arena, pol_ready, code->advance_count);
    matter->advance_amounts = POL_NEW_ARRAY(arena, uint32_t, code->advance_count);
    matter->payer_amounts = POL_NEW_ARRAY(arena, uint32_t, code->advance_count);
    matter->statuses = POL_NEW_ARRAY(arena, pol_ready, code->status_count);
    matter->groups = POL_NEW_ARRAY(arena, uint32_t, code->status_count);
    matter->status_texts = POL_NEW_ARRAY(arena, pol_ready, POL_STATUS_TEXTS);
    matter->status_sets = POL_NEW_ARRAY(arena, uint64_t, POL_STATUS_TEXTS);
    if (matter->status_sets != NULL)
        matter->status_sets[0] = 1; /* in each place a set that belongs elsewhere: 0 belongs here, 1 does not */
    if (pol_arena_failed(arena))
        return false;
    make_groups(layout, matter);
    matter->usable = POL_SWAR && matter->group_count <= MAX_GROUPS && code->advance_count <= MAX_GROUPS && code->order_count != 0;
    for (uint32_t i = 0; i < code->advance_count; i++) {
        matter->usable = make_advance(layout, &code->advances[i], &matter->advances[i]) && matter->usable;
        matter->advance_amounts[i] = amount_of(matter, code->advances[i].amount);
        matter->room += matter->advances[i].length + AMOUNT_BYTES + 3;
    }
    const size_t advances = matter->room;
    for (uint32_t o = 0; o < code->order_count; o++) {
        if (!make_form(layout, matter, o, csv))
            return false;
    }
    for (uint32_t i = 0; i < code->advance_count; i++)
        matter->payer_amounts[i] = payer_amount_of(matter, i);
    matter->room += advances + matter->status_room + 4 * LONG_BYTES;
    return !pol_arena_failed(arena);
}

static bool has_avx2(void)
{
#if FOR_X86
    return CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi") && CPU_HAS(BMI2, "bmi2");
#else
    return false;
#endif
}

bool pol_row_layout_init(pol_row_layout *layout, pol_arena *arena, const pol_program *program,
                         const pol_csv_layout *csv)
{
    *layout = (pol_row_layout){ .csv = csv != NULL, .arena = arena, .program = program, .loops = pol_row_loops_of(), .avx2 = has_avx2() };
    layout->matters = POL_NEW_ARRAY(arena, pol_row_matter, program->matter_count);
    layout->labels = POL_NEW_ARRAY(arena, pol_ready *, program->label_set_count);
    layout->texts = POL_NEW_ARRAY(arena, pol_ready, program->text_count);
    if (pol_arena_failed(arena))
        return false;
    for (uint32_t s = 0; s < program->label_set_count; s++) {
        const pol_label_set *const set = &program->label_sets[s];
        layout->labels[s] = POL_NEW_ARRAY(arena, pol_ready, set->count);
        for (uint32_t i = 0; i < set->count && layout->labels[s] != NULL; i++)
            layout->labels[s][i] = ready_value(layout, set->labels[i]);
    }
    for (uint32_t i = 0; i < program->text_count; i++)
        layout->texts[i] = ready_value(layout, program->texts[i]);
    for (uint32_t m = 0; m < program->matter_count; m++) {
        if (!init_matter(layout, &layout->matters[m], &program->matters[m], csv))
            return false;
    }
    return !pol_arena_failed(arena);
}

/* ---- marks ---------------------------------------------------------------------------------------------------- */

bool pol_row_marks_init(pol_row_marks *marks, pol_arena *arena, const pol_row_matter *matter, uint32_t rows)
{
    marks->sound = POL_NEW_ARRAY(arena, uint8_t, rows);
    marks->statuses = POL_NEW_ARRAY(arena, uint64_t, rows);
    marks->texts = POL_NEW_RAW_ARRAY(arena, pol_amount_text, (size_t)matter->amount_count * WRITTEN_ROWS);
    marks->small = POL_NEW_ARRAY(arena, bool, matter->amount_count);
    marks->advanced = POL_NEW_ARRAY(arena, uint64_t, WRITTEN_ROWS);
    marks->advance_amounts = POL_NEW_ARRAY(arena, uint32_t, matter->code->advance_count);
    marks->words = POL_NEW_ARRAY(arena, pol_row_words, matter->code->output_count);
    return !pol_arena_failed(arena);
}

static void check_integers(const int64_t *numbers, uint32_t count, uint64_t *bad)
{
    for (uint32_t r = 0; r < count; r++)
        bad[r] |= (uint64_t)(numbers[r] < -POL_MAX_INTEGER || numbers[r] > POL_MAX_INTEGER) << 63;
}

/* pol_result_conserves for rows from `from` on, when there is one order of payers. */
static void check_rows(const pol_row_loops *loops, const pol_block *block, uint32_t from, uint32_t count, uint8_t *sound)
{
    const pol_code *const code = block->code;
    uint64_t sums[CHECKED_ROWS], others[CHECKED_ROWS], bad[CHECKED_ROWS];
    memset(sums, 0, count * sizeof *sums);
    memset(others, 0, count * sizeof *others);
    memset(bad, 0, count * sizeof *bad);
    const pol_list32 *const order = &code->orders[0];
    for (uint32_t i = 0; i < order->count; i++) {
        const pol_payer_def *const payer = &code->payers[code->operands[order->start + i]];
        if (!payer->hospital)
            loops->add(pol_port_num(block, payer->paid) + from, count, sums, bad);
    }
    loops->add(pol_port_num(block, code->hospital) + from, count, sums, bad);
    loops->add(pol_port_num(block, code->person) + from, count, sums, bad);
    for (uint32_t i = 0; i < code->advance_count; i++)
        loops->add(pol_port_num(block, code->advances[i].amount) + from, count, others, bad);
    for (uint32_t i = 0; i < code->accum_count; i++) {
        const int64_t *const after = pol_port_num(block, code->accums[i].after) + from;
        if (code->accums[i].integer)
            check_integers(after, count, bad);
        else
            loops->add(after, count, others, bad);
    }
    const int64_t *const total = pol_port_num(block, code->total) + from;
    for (uint32_t r = 0; r < count; r++)
        sound[r] = bad[r] >> 63 == 0 && sums[r] == (uint64_t)total[r] && block->fault[from + r] == POL_FAULT_NONE;
}

void pol_row_marks_find(pol_row_marks *marks, const pol_row_layout *layout, const pol_block *block,
                        uint32_t count)
{
    const pol_row_matter *const matter = &layout->matters[block->code - block->program->matters];
    const pol_code *const code = block->code;
    marks->from = marks->until = 0;
    marks->rows = count;
    if (code->order_case == POL_NONE32 && code->order_count != 0) {
        for (uint32_t from = 0; from < count; from += CHECKED_ROWS)
            check_rows(layout->loops, block, from, count - from < CHECKED_ROWS ? count - from : CHECKED_ROWS, marks->sound + from);
    } else {
        for (uint32_t r = 0; r < count; r++) {
            const pol_result result = { .block = block, .row = r };
            marks->sound[r] = block->fault[r] == POL_FAULT_NONE && pol_result_conserves(&result);
        }
    }
    memset(marks->statuses, 0, count * sizeof *marks->statuses);
    for (uint32_t i = 0; i < code->status_count && matter->group_count <= MAX_GROUPS; i++)
        layout->loops->mark(pol_port_bool(block, code->statuses[i].reg), count, matter->groups[i], marks->statuses);
}

/* ---- writing --------------------------------------------------------------------------------------------------- */

#if defined(__GNUC__)
typedef char many_bytes __attribute__((vector_size(COPY_BYTES), aligned(1), may_alias));
#else
typedef struct many_bytes {
    char bytes[COPY_BYTES];
} many_bytes;
#endif

INLINE void copy_bytes(char *out, const char *bytes)
{
    *(many_bytes *)(void *)out = *(const many_bytes *)(const void *)bytes;
}

/* Copies in steps of 32 bytes, beyond the end. */
INLINE char *put_ready(char *out, pol_ready text)
{
    copy_bytes(out, text.bytes);
    for (uint32_t at = COPY_BYTES; at < text.length; at += COPY_BYTES)
        copy_bytes(out + at, text.bytes + at);
    return out + text.length;
}

/* The same in steps of 64. */
INLINE char *put_long(char *out, pol_ready text)
{
    for (uint32_t at = 0; at == 0 || at < text.length; at += LONG_BYTES) {
        copy_bytes(out + at, text.bytes + at);
        copy_bytes(out + at + COPY_BYTES, text.bytes + at + COPY_BYTES);
    }
    return out + text.length;
}

INLINE char *put_bytes(char *out, pol_str text)
{
    if (text.length != 0)
        memcpy(out, text.bytes, text.length);
    return out + text.length;
}

/* Rows while they are written. */
typedef struct row_writer {
    const pol_row_layout *layout;
    const pol_row_matter *matter;
    pol_text *out;
    const pol_reader *reader;
    const pol_block *block;
    const pol_row_marks *marks;
    const pol_row_names *names;
    uint32_t first; /* row of names[0] */
    size_t room;    /* that the row at hand may need */
    const char *end; /* of the memory of the text */
} row_writer;

/* One of its rows. What all rows have in common is known where the code is compiled: csv, and whether all amounts that
 * are prepared have texts. */
typedef struct written_row {
    uint32_t row, k; /* of the block; among those that are prepared */
    uint32_t name;   /* among the names */
    unsigned flags;  /* POL_ROW_… */
    bool csv, small;
} written_row;

/* Goes on behind the text so far, with room for the rest of the row. */
static char *resume(row_writer *of)
{
    if (!pol_text_reserve(of->out, of->room))
        return NULL;
    of->end = of->out->bytes + of->out->capacity;
    return of->out->bytes + of->out->length;
}

/* A text in steps when there is room to read. */
INLINE char *put_named(char *out, pol_str text, unsigned flags)
{
    const pol_ready roomy = { text.bytes, (uint32_t)text.length };
    return (flags & POL_ROW_ROOMY) != 0 && text.length != 0 ? put_ready(out, roomy) : put_bytes(out, text);
}

/* The text as a value of the format, of any length. */
static char *put_free_text(row_writer *of, char *at, pol_str text)
{
    of->out->length = (size_t)(at - of->out->bytes);
    if (of->layout->csv)
        pol_csv_write(of->out, text);
    else
        pol_json_write_string(of->out, text);
    return resume(of);
}

/* As a cell of CSV. */
INLINE char *put_identity(row_writer *of, char *at, const written_row *row, unsigned which)
{
    const pol_str text = of->names->texts[which][row->name];
    const unsigned usual = POL_ROW_PLAIN(which) | POL_ROW_ROOMY;
    if ((row->flags & usual) == usual && text.length != 0)
        return put_ready(at, (pol_ready){ text.bytes, (uint32_t)text.length });
    return (row->flags & POL_ROW_PLAIN(which)) != 0 ? put_bytes(at, text) : put_free_text(of, at, text);
}

/* As values of JSON, with their keys; those that are not given are left out. */
INLINE char *put_envelope(row_writer *of, char *at, const written_row *row)
{
    static const pol_str keys[3] = { { "\"编号\":", sizeof "\"编号\":" - 1 },
                                     { "\"参保人\":", sizeof "\"参保人\":" - 1 },
                                     { "\"家庭\":", sizeof "\"家庭\":" - 1 } };
    const unsigned flags = row->flags;
    for (unsigned i = 0; i < 3 && at != NULL; i++) {
        pol_str text = of->names->texts[i][row->name];
        if (text.length == 0 && (flags & POL_ROW_QUOTED(i)) == 0)
            continue;
        at = put_bytes(at, keys[i]);
        if (!of->names->cells) {
            if ((flags & POL_ROW_QUOTED(i)) != 0)
                text = (pol_str){ text.bytes - 1, text.length + 2 };
            at = put_named(at, text, flags);
        } else if ((flags & POL_ROW_PLAIN(i)) != 0) {
            *at++ = '"';
            at = put_named(at, text, flags);
            *at++ = '"';
        } else if ((at = put_free_text(of, at, text)) == NULL) {
            return NULL;
        }
        *at++ = ',';
    }
    return at;
}

/* An amount of the matter. */
INLINE char *put_amount(const row_writer *of, char *at, const written_row *row, uint32_t number)
{
    const pol_row_marks *const marks = of->marks;
    if (row->small || marks->small[number])
        return pol_amount_text_put(at, &marks->texts[(size_t)number * WRITTEN_ROWS + row->k]);
    at = pol_swar_put_amount(at, (uint64_t)pol_port_num(of->block, of->matter->amounts[number])[row->row]);
    *at = behind_amount(of->layout);
    return at;
}

/* Amounts that follow each other, each with the byte behind it. */
INLINE char *put_amounts(const row_writer *of, char *at, const written_row *row, const pol_row_part *part)
{
    if (!row->small) {
        for (uint32_t i = 0; i < part->run; i++)
            at = put_amount(of, at, row, part->number + i) + 1;
        return at;
    }
    const pol_amount_text *text = of->marks->texts + (size_t)part->number * WRITTEN_ROWS + row->k;
    for (const pol_amount_text *const end = text + (size_t)part->run * WRITTEN_ROWS; text < end; text += WRITTEN_ROWS)
        at = pol_amount_text_put(at, text) + 1;
    return at;
}

INLINE char *put_advances(const row_writer *of, char *at, const written_row *row)
{
    const pol_row_matter *const matter = of->matter;
    const uint32_t *const amounts = of->marks->advance_amounts;
    const bool csv = row->csv;
    for (uint64_t left = of->marks->advanced[row->k]; left != 0;) {
        const unsigned i = (unsigned)__builtin_ctzll(left);
        at = put_amount(of, put_long(at, matter->advances[i]), row, amounts[i]);
        left &= left - 1;
        if (!csv)
            at = put_bytes(at, POL_STR("\"}"));
        if (left != 0)
            at = csv ? put_bytes(at, POL_STR("、")) : put_bytes(at, POL_STR(","));
    }
    return at;
}

/* The list of statuses of a set, into memory of the layout. */
static void make_status_text(const row_writer *of, pol_ready *made, uint64_t set)
{
    const pol_row_matter *const matter = of->matter;
    pol_text text;
    pol_arena scratch;
    pol_arena_init(&scratch, &of->layout->arena->allocator);
    pol_text_init(&text, &scratch);
    for (uint32_t g = 0; g < matter->group_count; g++) {
        if ((set >> g & 1) == 0)
            continue;
        if (text.length != 0)
            pol_text_add(&text, of->layout->csv ? POL_STR("、") : POL_STR(","));
        pol_text_add(&text, (pol_str){ matter->statuses[g].bytes, matter->statuses[g].length });
    }
    if (of->layout->csv)
        pol_csv_quote(&text, 0);
    char *const bytes = made->bytes != NULL ? (char *)(uintptr_t)made->bytes
                                            : pol_arena_alloc(of->layout->arena, matter->status_room + LONG_BYTES);
    made->bytes = bytes;
    made->length = 0;
    if (bytes != NULL && text.length != 0) {
        memcpy(bytes, text.bytes, text.length);
        made->length = (uint32_t)text.length;
    }
    if (pol_arena_failed(&scratch))
        of->layout->arena->failed = true;
    pol_arena_reset(&scratch);
}

INLINE char *put_statuses(const row_writer *of, char *at, uint32_t row)
{
    const uint64_t set = of->marks->statuses[row];
    const uint32_t slot = (uint32_t)(set * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (POL_STATUS_TEXTS - 1);
    pol_ready *const text = &of->matter->status_texts[slot];
    if (of->matter->status_sets[slot] != set) {
        make_status_text(of, text, set);
        if (text->bytes == NULL) /* memory ran out; whoever asked for the row finds that out */
            return at;
        of->matter->status_sets[slot] = set;
    }
    return put_long(at, *text);
}

/* An output whose value has no place among what is ready. */
static char *put_any_output(row_writer *of, char *at, uint32_t row, const pol_output_def *output)
{
    const pol_record record = { .line = 0 }; /* without spellings of its own */
    const pol_result result = { .reader = of->reader, .record = &record, .block = of->block, .row = row };
    char space[64];
    pol_str text;
    if (!pol_result_output(&result, output, space, &text))
        return of->layout->csv ? at : put_bytes(at, POL_STR("null"));
    if (output->kind == POL_OUT_TEXT || output->kind == POL_OUT_LABEL)
        return put_free_text(of, at, text);
    if (of->layout->csv || output->kind == POL_OUT_YESNO)
        return put_bytes(at, text);
    *at++ = '"';
    at = put_bytes(at, text);
    *at++ = '"';
    return at;
}

INLINE char *put_output(row_writer *of, char *at, const written_row *row, uint32_t number)
{
    const pol_row_words *const words = &of->marks->words[number];
    const uint32_t code = words->count != 0 ? (uint32_t)words->codes[row->row] : 0;
    if (code < words->count)
        return put_ready(at, words->ready[code]);
    return put_any_output(of, at, row->row, &of->matter->code->outputs[number]);
}

INLINE char *put_amount_output(row_writer *of, char *at, const written_row *row, uint32_t number)
{
    const uint32_t amount = of->matter->output_amounts[number];
    if (!row->small && !of->marks->small[amount])
        return put_any_output(of, at, row->row, &of->matter->code->outputs[number]);
    if (row->csv)
        return put_amount(of, at, row, amount);
    *at++ = '"';
    return put_amount(of, at, row, amount) + 1;
}

static char *put_count(char *at, int64_t number)
{
    return at + pol_decimal_text(at, number, 1, 0, false);
}

INLINE char *put_constant(char *out, const pol_row_part *part)
{
    if (!part->brief)
        return put_ready(out, part->before);
    memcpy(out, &part->word, sizeof part->word);
    return out + part->before.length;
}

/* One row; NULL: no memory, the text's arena says so. */
INLINE char *put_row(row_writer *of, char *at, const pol_row_form *form, const written_row *row)
{
    for (const pol_row_part *part = form->parts; at != NULL; part++) {
        at = put_constant(at, part);
        switch (part->kind) {
        case END: return at;
        case ENVELOPE: at = put_envelope(of, at, row); break;
        case IDENTITY: at = put_identity(of, at, row, part->number); break;
        case AMOUNT:
            at = put_amounts(of, at, row, part);
            part += part->run - 1;
            break;
        case LAST_AMOUNT: at = put_amount(of, at, row, part->number); break;
        case COUNT: at = put_count(at, pol_port_num(of->block, part->number)[row->row]); break;
        case ADVANCES: at = put_advances(of, at, row); break;
        case STATUSES: at = put_statuses(of, at, row->row); break;
        case OUTPUT: at = put_output(of, at, row, part->number); break;
        case AMOUNT_OUTPUT: at = put_amount_output(of, at, row, part->number); break;
        default: break;
        }
    }
    return NULL;
}

INLINE const pol_row_form *form_of(const row_writer *of, uint32_t row)
{
    const pol_code *const code = of->matter->code;
    const uint32_t order = code->order_case == POL_NONE32 ? 0 : (uint32_t)pol_port_code(of->block, code->order_case)[row];
    return order < code->order_count ? &of->matter->forms[order] : NULL;
}

INLINE size_t room_of(const row_writer *of, uint32_t row)
{
    size_t names = 0;
    for (unsigned i = 0; i < 3; i++)
        names += of->names->texts[i][row - of->first].length;
    return of->matter->room + names + ENVELOPE_BYTES;
}

/* Outputs that are codes of words. */
static void bind_words(const row_writer *of, pol_row_words *words)
{
    for (uint32_t i = 0; i < of->matter->code->output_count; i++) {
        const pol_output_def *const output = &of->matter->code->outputs[i];
        words[i].ready = words_of(of->layout, output, &words[i].count);
        if (words[i].ready != NULL)
            words[i].codes = pol_port_code(of->block, output->reg);
    }
}

/* Which rows have which advances, and whose texts are theirs. */
static void prepare_advances(const row_writer *of, pol_row_marks *marks, uint32_t row, uint32_t count)
{
    const pol_row_matter *const matter = of->matter;
    memset(marks->advanced, 0, count * sizeof *marks->advanced);
    for (uint32_t i = 0; i < matter->code->advance_count; i++) {
        const int64_t *const amounts = pol_port_num(of->block, matter->code->advances[i].amount) + row;
        const int64_t *const paid = pol_port_num(of->block, matter->amounts[matter->payer_amounts[i]]) + row;
        const bool alike = of->layout->loops->mark_some(amounts, paid, count, i, marks->advanced);
        marks->advance_amounts[i] = alike ? matter->payer_amounts[i] : matter->advance_amounts[i];
    }
}

/* Whether texts of the amount are asked for. */
static bool is_needed(const row_writer *of, const pol_row_marks *marks, uint32_t number)
{
    bool needed = of->matter->written[number];
    for (uint32_t i = 0; i < of->matter->code->advance_count && !needed; i++)
        needed = marks->advance_amounts[i] == number;
    return needed;
}

/* Prepares up to WRITTEN_ROWS rows from `row` on. */
static void prepare(const row_writer *of, pol_row_marks *marks, uint32_t row, uint32_t count)
{
    const pol_row_loops *const loops = of->layout->loops;
    count = count < WRITTEN_ROWS ? count : WRITTEN_ROWS;
    if (marks->until == 0)
        bind_words(of, marks->words);
    marks->from = row;
    marks->until = row + count;
    marks->all_small = true;
    prepare_advances(of, marks, row, count);
    for (uint32_t i = 0; i < of->matter->amount_count; i++) {
        if (!is_needed(of, marks, i))
            continue;
        marks->small[i] = loops->texts(pol_port_num(of->block, of->matter->amounts[i]) + row, count,
                                       behind_amount(of->layout), marks->texts + (size_t)i * WRITTEN_ROWS);
        marks->all_small = marks->all_small && marks->small[i];
    }
}

/* Writes up to WRITTEN_ROWS rows that have been prepared; how many. */
INLINE uint32_t put_rows_of(row_writer *of, uint32_t row, uint32_t count, bool csv, bool small)
{
    const uint32_t first = row - of->marks->from;
    const bool one_form = of->matter->code->order_case == POL_NONE32;
    uint32_t done = 0;
    char *at = of->out->bytes + of->out->length, *next;
    of->end = at;
    for (; done < count; done++, at = next) {
        const uint32_t name = row + done - of->first;
        const written_row each = { row + done, first + done, name, of->names->flags[name], csv, small };
        const pol_row_form *const form = one_form ? of->matter->forms : form_of(of, row + done);
        of->room = room_of(of, row + done);
        if (form != NULL && (size_t)(of->end - at) <= of->room) {
            of->out->length = (size_t)(at - of->out->bytes);
            at = resume(of);
        }
        if (form == NULL)
            break;
        next = at == NULL ? NULL : put_row(of, at, form, &each);
        if (next == NULL) /* memory ran out, the text has perhaps moved */
            return done;
    }
    of->out->length = (size_t)(at - of->out->bytes);
    return done;
}

INLINE uint32_t put_rows(row_writer *of, uint32_t row, uint32_t count)
{
    if (of->layout->csv)
        return of->marks->all_small ? put_rows_of(of, row, count, true, true) : put_rows_of(of, row, count, true, false);
    return of->marks->all_small ? put_rows_of(of, row, count, false, true) : put_rows_of(of, row, count, false, false);
}

/* The same code for processors that move 32 bytes at once. */
static uint32_t put_rows_portable(row_writer *of, uint32_t row, uint32_t count)
{
    return put_rows(of, row, count);
}
#if FOR_X86
__attribute__((target("avx2,bmi,bmi2"))) static uint32_t put_rows_avx2(row_writer *of, uint32_t row, uint32_t count)
{
    return put_rows(of, row, count);
}
#endif

uint32_t pol_rows_write(const pol_row_layout *layout, pol_text *out, const pol_reader *reader, const pol_block *block,
                        pol_row_marks *marks, const pol_row_names *names, uint32_t row, uint32_t count, size_t limit)
{
    row_writer of = { .layout = layout, .matter = &layout->matters[block->code - block->program->matters], .out = out,
                      .reader = reader, .block = block, .marks = marks, .names = names, .first = row };
    uint32_t done = 0;
    while (of.matter->usable && done < count && out->length < limit) {
        const uint32_t at = row + done;
        if (at < marks->from || at >= marks->until)
            prepare(&of, marks, at, marks->rows - at);
        const uint32_t left = count - done, some = left < marks->until - at ? left : marks->until - at;
#if FOR_X86
        const uint32_t put = layout->avx2 ? put_rows_avx2(&of, at, some) : put_rows_portable(&of, at, some);
#else
        const uint32_t put = put_rows_portable(&of, at, some);
#endif
        done += put;
        if (put < some)
            break;
    }
    return done;
}
