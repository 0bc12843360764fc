/* pol_columns_*: claims that stand in the caller's memory, a column an input, and results that go there.
 *
 * Claims are copied into a block, checked on the way (what a record's reader would refuse is refused here too),
 * run, and the results copied out. Nothing is allocated for a claim; one claim is a block of one. There is no
 * ledger: accumulators are inputs and results. */
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/lanes.h"
#include "interp/vm_fast.h"
#include "interp/record_value.h"
#include "interp/result.h"

/* Memory that is read from end to end likes longer stretches than what a reader has just filled. */
#define BLOCK_CLAIMS (2 * POL_BLOCK_ROWS)

typedef struct input_column {
    pol_column about;
    const pol_field_def *field; /* borrowed from the program */
    int64_t least, most;        /* of numbers, dates and codes */
    bool may_be_absent;
    bool has_preset;            /* a default */
    int64_t preset;             /* the element that stands for an absent one */
    size_t bytes;               /* of an element */
    int64_t stand_in;           /* the element for an absent one */
    void *own;                  /* the block's column, where the caller's does not take its place */
    bool holds_absent;          /* the whole block's column has what stands for an absent one */
} input_column;

/* The same for single claims, in little memory. */
typedef struct one_input {
    uint16_t column; /* of the plan */
    uint8_t bytes;
    bool copied;     /* to the block's own column */
    bool absent;     /* … is let through; limit and least: of codes */
    int32_t least;
    uint32_t limit;
} one_input;

typedef struct result_column {
    pol_column about;
    uint32_t reg;
    uint32_t first, count; /* STATUS: rows of code->statuses of this name */
    size_t bytes;          /* of an element */
} result_column;

struct pol_columns {
    pol_arena arena;
    const pol_program *program; /* borrowed */
    const pol_code *code;
    pol_reader reader;          /* for texts, and for the verdict on a row */
    pol_record record;
    pol_block block;
    uint32_t best;              /* the field that is 就高, or POL_NONE32 */
    input_column *inputs;
    result_column *results;
    uint32_t input_count, result_count;
    pol_names texts;            /* those that are no constants of the program; codes begin at text_count */
    uint32_t schedules;         /* of the block, before those that the caller adds */
    const pol_fast_kernel *kernels; /* for what is outside a range */
    one_input *ones;
    const pol_plan *ones_of;    /* the plan that they are of … */
    size_t ones_texts;          /* … and so many texts; NULL: not known yet */
    bool stands;                /* the block reads columns of the caller's */
};

/* ---- elements ---------------------------------------------------------------------------------------------- */

static size_t element_bytes(uint8_t class_)
{
    switch ((pol_class)class_) {
    case POL_C_NUM:
    case POL_C_SET: return 8;
    case POL_C_BOOL: return 1;
    case POL_C_CODE:
    case POL_C_DATE:
    case POL_C_TIERS: return 4;
    case POL_CLASS_COUNT: break;
    }
    return 8;
}

static int64_t absent_element(uint8_t class_)
{
    switch ((pol_class)class_) {
    case POL_C_NUM: return POL_ABSENT_NUMBER;
    case POL_C_BOOL: return POL_ABSENT_YESNO;
    case POL_C_CODE:
    case POL_C_DATE: return POL_ABSENT_CODE;
    case POL_C_TIERS: return (int64_t)POL_TIERS_ABSENT;
    case POL_C_SET:
    case POL_CLASS_COUNT: break;
    }
    return 0;
}

static int64_t element(const void *column, uint8_t class_, size_t row)
{
    switch ((pol_class)class_) {
    case POL_C_NUM: return ((const int64_t *)column)[row];
    case POL_C_SET: return (int64_t)((const uint64_t *)column)[row];
    case POL_C_BOOL: return ((const uint8_t *)column)[row];
    case POL_C_CODE:
    case POL_C_DATE: return ((const int32_t *)column)[row];
    case POL_C_TIERS: return ((const uint32_t *)column)[row];
    case POL_CLASS_COUNT: break;
    }
    return 0;
}

static void put(void *column, uint8_t class_, size_t row, int64_t value)
{
    switch ((pol_class)class_) {
    case POL_C_NUM: ((int64_t *)column)[row] = value; return;
    case POL_C_SET: ((uint64_t *)column)[row] = (uint64_t)value; return;
    case POL_C_BOOL: ((uint8_t *)column)[row] = (uint8_t)value; return;
    case POL_C_CODE:
    case POL_C_DATE: ((int32_t *)column)[row] = (int32_t)value; return;
    case POL_C_TIERS: ((uint32_t *)column)[row] = (uint32_t)value; return;
    case POL_CLASS_COUNT: return;
    }
}

/* ---- what columns there are ---------------------------------------------------------------------------------- */

static uint8_t class_of(const pol_columns *c, uint32_t reg)
{
    return c->code->registers[reg].class_;
}

static void describe_input(pol_columns *c, input_column *input)
{
    static const struct {
        pol_column_type type;
        int64_t scale, least, most;
    } k_types[] = {
        [POL_F_AMOUNT] = { POL_COLUMN_AMOUNT, POL_FEN_PER_YUAN, 0, POL_MAX_AMOUNT_FEN },
        [POL_F_RATIO] = { POL_COLUMN_RATIO, 1000000, 0, 1000000 },
        [POL_F_INTEGER] = { POL_COLUMN_NUMBER, 1, -POL_MAX_INTEGER, POL_MAX_INTEGER },
        [POL_F_YESNO] = { POL_COLUMN_YESNO, 1, 0, 1 },
        [POL_F_DATE] = { POL_COLUMN_DATE, 1, POL_DATE_MIN, POL_DATE_MAX },
        [POL_F_TEXT] = { POL_COLUMN_TEXT, 1, 0, 0 },
        [POL_F_LABEL] = { POL_COLUMN_LABEL, 1, 0, 0 },
        [POL_F_LABELS] = { POL_COLUMN_LABELS, 1, 0, 0 },
        [POL_F_TIERS] = { POL_COLUMN_TIERS, 1, 0, 0 },
    };
    const pol_field_def *const field = input->field;
    input->about = (pol_column){ .name = field->name.bytes, .name_length = field->name.length,
                                 .type = k_types[field->type].type, .scale = k_types[field->type].scale,
                                 .role = field->role == POL_ROLE_INPUT         ? POL_COLUMN_INPUT
                                         : field->role == POL_ROLE_ACCUMULATOR ? POL_COLUMN_ACCUMULATOR
                                                                               : POL_COLUMN_PARAMETER };
    input->least = k_types[field->type].least;
    input->most = k_types[field->type].most;
    if (field->type == POL_F_LABEL || field->type == POL_F_LABELS) {
        input->about.label_count = c->program->label_sets[field->labels].count;
        input->about.labels = field->labels;
        input->most = (int64_t)input->about.label_count - 1;
    }
    const bool accumulator = field->role == POL_ROLE_ACCUMULATOR;
    input->has_preset = accumulator || (field->has_default && field->type != POL_F_TIERS);
    input->may_be_absent = field->optional || accumulator || field->has_default;
    if (field->has_default && input->has_preset) {
        const pol_i128 number = c->code->constants[field->default_constant].number;
        input->preset = class_of(c, field->reg) == POL_C_NUM ? pol_port_of(number) : (int64_t)number;
    }
    input->about.optional = input->may_be_absent;
}

static void add_result(pol_columns *c, pol_str name, pol_column_role role, pol_column_type type, uint32_t reg)
{
    result_column *const result = &c->results[c->result_count++];
    const bool number = type == POL_COLUMN_AMOUNT || type == POL_COLUMN_NUMBER;
    *result = (result_column){ .about = { .name = name.bytes, .name_length = name.length, .type = type, .role = role,
                                          .scale = number ? (int64_t)c->code->registers[reg].den : 1 },
                               .reg = reg };
}

static pol_column_type output_type(uint8_t kind)
{
    switch ((pol_output_kind)kind) {
    case POL_OUT_AMOUNT: return POL_COLUMN_AMOUNT;
    case POL_OUT_NUMBER: return POL_COLUMN_NUMBER;
    case POL_OUT_YESNO: return POL_COLUMN_YESNO;
    case POL_OUT_DATE: return POL_COLUMN_DATE;
    case POL_OUT_TEXT: return POL_COLUMN_TEXT;
    case POL_OUT_LABEL: return POL_COLUMN_LABEL;
    case POL_OUT_NULL: break;
    }
    return POL_COLUMN_NUMBER;
}

static void describe_results(pol_columns *c)
{
    const pol_code *const code = c->code;
    add_result(c, POL_STR("总费用"), POL_COLUMN_TOTAL, POL_COLUMN_AMOUNT, code->total);
    add_result(c, POL_STR("个人负担"), POL_COLUMN_PERSON, POL_COLUMN_AMOUNT, code->person);
    add_result(c, POL_STR("医院承担"), POL_COLUMN_HOSPITAL, POL_COLUMN_AMOUNT, code->hospital);
    for (uint32_t i = 0; i < code->payer_count; i++) {
        if (!code->payers[i].hospital)
            add_result(c, code->payers[i].name, POL_COLUMN_PAYER, POL_COLUMN_AMOUNT, code->payers[i].paid);
    }
    for (uint32_t i = 0, next; i < code->status_count; i = next) {
        for (next = i + 1; next < code->status_count && pol_str_equal(code->statuses[i].name, code->statuses[next].name);)
            next++;
        add_result(c, code->statuses[i].name, POL_COLUMN_STATUS, POL_COLUMN_YESNO, code->statuses[i].reg);
        c->results[c->result_count - 1].first = i;
        c->results[c->result_count - 1].count = next - i;
    }
    for (uint32_t i = 0; i < code->accum_count; i++)
        add_result(c, code->accums[i].name, POL_COLUMN_ACCUMULATOR,
                   code->accums[i].integer ? POL_COLUMN_NUMBER : POL_COLUMN_AMOUNT, code->accums[i].after);
    for (uint32_t i = 0; i < code->output_count; i++) {
        if (code->outputs[i].kind == POL_OUT_NULL)
            continue;
        add_result(c, code->outputs[i].name, POL_COLUMN_OUTPUT, output_type(code->outputs[i].kind), code->outputs[i].reg);
        if (code->outputs[i].kind == POL_OUT_LABEL) {
            c->results[c->result_count - 1].about.labels = code->outputs[i].labels;
            c->results[c->result_count - 1].about.label_count = c->program->label_sets[code->outputs[i].labels].count;
        }
    }
}

/* ---- a block of claims in ----------------------------------------------------------------------------------------- */

static void refuse(uint8_t *errors, size_t row, pol_claim_error error)
{
    if (errors[row] == POL_ERR_NONE)
        errors[row] = (uint8_t)error;
}

/* One element that is not an ordinary value: absent, unlimited, or wrong. What is put is safe to compute with. */
static int64_t admit(const pol_columns *c, const input_column *input, int64_t value, uint8_t *errors, size_t row)
{
    const uint8_t class_ = class_of(c, input->field->reg), type = input->field->type;
    const int64_t absent = absent_element(class_);
    if (value == absent) {
        if (!input->may_be_absent)
            refuse(errors, row, POL_ERR_MISSING);
        return input->has_preset ? input->preset : absent;
    }
    if (type == POL_F_AMOUNT && value == POL_UNLIMITED_AMOUNT && input->field->null_unlimited)
        return value;
    if (type == POL_F_TEXT && value >= 0 && (uint64_t)value < c->program->text_count + (uint64_t)c->texts.count)
        return value;
    if (type == POL_F_TIERS && value >= 0 && (uint64_t)value < c->block.tiers.count - c->schedules)
        return value + c->schedules;
    if (type == POL_F_LABELS && (input->most >= 63 || (uint64_t)value >> (input->most + 1) == 0))
        return value;
    refuse(errors, row, POL_ERR_BAD_VALUE);
    return input->has_preset ? input->preset : absent;
}

/* Codes of texts and numbers that are none of them absent or wrong. */
static bool has_range(uint8_t type)
{
    return type != POL_F_TIERS && type != POL_F_LABELS;
}

static int64_t most_of(const pol_columns *c, const input_column *input)
{
    return input->field->type != POL_F_TEXT ? input->most : (int64_t)(c->program->text_count + (uint64_t)c->texts.count) - 1;
}

static bool is_ordinary(const pol_columns *c, const input_column *input, int64_t value)
{
    return has_range(input->field->type) && input->least <= value && value <= most_of(c, input);
}

/* The element of a claim, safe to compute with. */
static int64_t admitted(const pol_columns *c, const input_column *input, const void *from, size_t start, size_t row, uint8_t *errors)
{
    const uint8_t class_ = class_of(c, input->field->reg);
    const int64_t value = from == NULL ? absent_element(class_) : element(from, class_, start + row);
    return is_ordinary(c, input, value) ? value : admit(c, input, value, errors, row);
}

static void fill(pol_columns *c, input_column *input, const void *from, size_t start, uint32_t count, uint8_t *errors)
{
    input->holds_absent = false;
    for (uint32_t i = 0; i < count; i++)
        put(input->own, class_of(c, input->field->reg), i, admitted(c, input, from, start, i, errors));
}

/* ---- a block of ordinary claims ------------------------------------------------------------------------------------ */

/* Whether all codes are what the input knows, or absent. Numbers and yes/no the plan checks itself. */
static bool are_known(const pol_columns *c, const input_column *input, const int32_t *codes, uint32_t count)
{
    const int64_t limit = most_of(c, input) - input->least;
    const bool absent = input->may_be_absent && !input->has_preset;
    if (!has_range(input->field->type) || limit < 0)
        return false;
    if (count == 1)
        return (uint32_t)*codes - (uint32_t)input->least <= (uint32_t)limit || (absent && *codes == POL_CODE_ABSENT);
    const pol_fast_instr instr = { .op = POL_FAST_OUTSIDEC, .operand = { 1 },
                                   .k = { input->least, limit, absent ? POL_CODE_ABSENT : input->least } };
    void *const columns[] = { NULL, (void *)(uintptr_t)codes };
    return c->kernels[POL_FAST_OUTSIDEC](columns, &instr, count) == 0;
}

/* Whether all are below 4: the plan knows yes, no, absent and failed. */
static bool are_answers(const pol_columns *c, const uint8_t *answers, uint32_t count)
{
    if (count == 1)
        return *answers < 4;
    const pol_fast_check check = { .op = POL_FAST_ORB8, .count = 1, .column = { 1, 1, 1, 1, 1, 1, 1, 1 } };
    const pol_fast_instr instr = { .op = POL_FAST_ORB8, .table = &check };
    void *const columns[] = { NULL, (void *)(uintptr_t)answers };
    return c->kernels[POL_FAST_ORB8](columns, &instr, count) < 4;
}

/* Whether all sets are of labels that there are, and none is empty unless it may be absent. */
static bool are_sets(const input_column *input, const uint64_t *sets, uint32_t count)
{
    uint64_t all = 0;
    bool empty = false;
    for (uint32_t i = 0; i < count; i++) {
        all |= sets[i];
        empty |= sets[i] == 0;
    }
    return (input->most >= 63 || all >> (input->most + 1) == 0) && (!empty || (input->may_be_absent && !input->has_preset));
}

/* Numbers of schedules, as those of the block. False: some number is of none. */
static bool place_schedules(const pol_columns *c, input_column *input, const uint32_t *numbers, uint32_t count)
{
    const uint32_t known = (uint32_t)c->block.tiers.count - c->schedules;
    uint32_t *const own = input->own;
    bool right = true;
    input->holds_absent = false;
    for (uint32_t i = 0; i < count; i++) {
        right &= numbers[i] < known || (numbers[i] == POL_TIERS_ABSENT && input->may_be_absent);
        own[i] = numbers[i] == POL_TIERS_ABSENT ? POL_TIERS_ABSENT : numbers[i] + c->schedules;
    }
    return right;
}

/* Whether elements are what the input knows, as far as the plan does not check it. */
static bool are_right(const pol_columns *c, const input_column *input, const void *column, uint32_t count)
{
    if (input->field->type == POL_F_LABELS)
        return are_sets(input, column, count);
    return input->bytes == 8 || (input->bytes == 4 ? are_known(c, input, column, count) : are_answers(c, column, count));
}

/* What stands for an absent one, in the whole of the block's column: it is the same for all blocks. */
static bool place_absent(pol_columns *c, input_column *input)
{
    const uint8_t class_ = class_of(c, input->field->reg);
    if (!input->may_be_absent)
        return false;
    for (uint32_t i = 0; i < c->block.capacity && !input->holds_absent; i++)
        put(input->own, class_, i, input->has_preset ? input->preset : absent_element(class_));
    input->holds_absent = true;
    return true;
}

static void stand(pol_columns *c, const input_column *input, const void *column)
{
    if (c->block.ports[input->field->reg] != column)
        pol_fast_bind(&c->block, input->field->reg, (void *)(uintptr_t)column);
}

static void put_one(void *column, const void *from, size_t bytes)
{
    if (bytes == 8)
        memcpy(column, from, 8);
    else if (bytes == 4)
        memcpy(column, from, 4);
    else
        *(char *)column = *(const char *)from;
}

/* Puts an input where the plan reads it: whole blocks stay where they are. False: the plan cannot say whether all of
 * its elements are right. */
static bool place(pol_columns *c, input_column *input, const void *from, size_t start, uint32_t count)
{
    const size_t bytes = input->bytes;
    const char *const column = from == NULL ? NULL : (const char *)from + start * bytes;
    if (from != NULL && input->field->type == POL_F_TIERS)
        return place_schedules(c, input, (const uint32_t *)(const void *)column, count);
    if (from != NULL && !are_right(c, input, column, count))
        return false;
    if (from != NULL && count == c->block.capacity) {
        stand(c, input, column);
        c->stands = true;
        return true;
    }
    if (c->stands)
        stand(c, input, input->own);
    if (from == NULL)
        return place_absent(c, input);
    input->holds_absent = false;
    if (count == 1)
        put_one(input->own, column, bytes);
    else
        memcpy(input->own, column, count * bytes);
    return true;
}

/* The caller's columns are its own again. */
static void leave(pol_columns *c)
{
    for (uint32_t i = 0; i < c->input_count && c->stands; i++)
        stand(c, &c->inputs[i], c->inputs[i].own);
    c->stands = false;
}

/* Those that the plan does not bear are looked at element by element. */
static bool settle_odd(pol_columns *c, const void *const *inputs, size_t start, uint8_t *errors)
{
    const pol_fast_block *const fast = c->block.fast;
    pol_block *const judge = pol_fast_odd_rows(&c->block);
    for (uint32_t f = 0; f < c->input_count && judge != NULL; f++) {
        const uint32_t reg = c->inputs[f].field->reg;
        for (uint32_t i = 0; i < fast->odd_count; i++) {
            int64_t value = admitted(c, &c->inputs[f], inputs[f], start, fast->odd[i], errors);
            if (class_of(c, reg) == POL_C_TIERS && value != (int64_t)POL_TIERS_ABSENT) /* it has schedules of its own */
                value = pol_block_add_tiers(judge, &c->block.tiers.items[value]);
            put(judge->ports[reg], class_of(c, reg), i, value);
        }
    }
    return judge != NULL && pol_fast_judge_rows(&c->block);
}

/* Whether the block can be read where it stands, or as it is. */
static bool place_all(pol_columns *c, const void *const *inputs, size_t start, uint32_t count)
{
    bool placed = c->block.fast != NULL && c->best == POL_NONE32;
    for (uint32_t i = 0; i < c->input_count && placed; i++)
        placed = place(c, &c->inputs[i], inputs[i], start, count);
    return placed;
}

/* ---- and out ------------------------------------------------------------------------------------------------------- */

static void copy_status(const pol_columns *c, const result_column *result, uint8_t *to, uint32_t count)
{
    memcpy(to, pol_port_bool(&c->block, result->reg), count);
    for (uint32_t k = 1; k < result->count; k++) {
        const uint8_t *const also = pol_port_bool(&c->block, c->code->statuses[result->first + k].reg);
        for (uint32_t i = 0; i < count; i++)
            to[i] |= also[i];
    }
}

#define MUCH 65536 /* claims whose results would drive all else from the cache */

static void take(const pol_columns *c, void *const *results, size_t start, uint32_t count, bool much)
{
    for (uint32_t r = 0; r < c->result_count; r++) {
        const result_column *const result = &c->results[r];
        const size_t bytes = result->bytes;
        if (results[r] == NULL)
            continue;
        char *const to = (char *)results[r] + start * bytes;
        if (count == 1 && result->count <= 1)
            put_one(to, pol_port(&c->block, result->reg), bytes);
        else if (result->about.role == POL_COLUMN_STATUS)
            copy_status(c, result, (uint8_t *)to, count);
        else if (bytes == 8 && c->block.fast != NULL)
            pol_fast_take(&c->block, result->reg, (int64_t *)to, much);
        else
            memcpy(to, pol_port(&c->block, result->reg), count * bytes);
    }
}

/* The row that is the result of the claim moves to the front; with its error. */
static void choose(pol_columns *c, uint32_t rows, uint8_t *error)
{
    pol_finding finding;
    const uint32_t row = pol_lanes_choose(&c->reader, &c->record, &c->block, 0, rows, &finding);
    if (*error == POL_ERR_NONE)
        *error = (uint8_t)finding.code;
    for (uint32_t r = 0; r < c->result_count && row != 0; r++) {
        const uint8_t class_ = class_of(c, c->results[r].reg);
        void *const port = pol_port(&c->block, c->results[r].reg);
        put(port, class_, 0, element(port, class_, row));
    }
}

/* ---- settling -------------------------------------------------------------------------------------------------------- */

static void judge(pol_columns *c, uint32_t count, uint8_t *errors)
{
    for (uint32_t i = 0; i < count; i++) {
        if (c->block.fault[i] == POL_FAULT_NONE || errors[i] != POL_ERR_NONE)
            continue;
        errors[i] = (uint8_t)pol_record_verdict(&c->reader, &c->record, &c->block, i).code;
    }
}

/* What is to be known of inputs for single claims; anew when texts or the plan have become others. */
static bool know_ones(pol_columns *c)
{
    for (uint32_t i = 0; i < c->input_count; i++) {
        const input_column *const input = &c->inputs[i];
        const int64_t limit = most_of(c, input) - input->least;
        if (!has_range(input->field->type) || (input->bytes == 4 && limit < 0))
            return false;
        c->ones[i] = (one_input){ .column = pol_fast_column(&c->block, input->field->reg), .bytes = (uint8_t)input->bytes,
                                  .copied = pol_fast_one_needs_room(&c->block, input->field->reg),
                                  .absent = input->may_be_absent && !input->has_preset, .least = (int32_t)input->least,
                                  .limit = (uint32_t)limit };
    }
    c->ones_of = c->block.fast->plan;
    c->ones_texts = c->texts.count;
    return true;
}

/* Whether an element is not what the input knows, as far as the plan does not check it. */
static bool is_wrong(const one_input *one, const void *element)
{
    if (one->bytes == 8)
        return false;
    if (one->bytes == 1)
        return *(const uint8_t *)element >= 4;
    const int32_t code = *(const int32_t *)element;
    return (uint32_t)code - (uint32_t)one->least > one->limit && !(one->absent && code == POL_CODE_ABSENT);
}

static bool place_ones(const pol_columns *c, void **columns, const void *const *inputs)
{
    bool wrong = false;
    for (uint32_t i = 0; i < c->input_count; i++) {
        const one_input *const one = &c->ones[i];
        const char *element = inputs[i];
        if (element == NULL && !c->inputs[i].may_be_absent)
            return false;
        element = element != NULL ? element : (const char *)&c->inputs[i].stand_in;
        wrong |= is_wrong(one, element);
        columns[one->column] = (void *)(uintptr_t)element;
        if (!one->copied)
            continue;
        put_one(c->inputs[i].own, element, one->bytes);
        c->inputs[i].holds_absent = false;
        columns[one->column] = c->inputs[i].own;
    }
    return !wrong;
}

static void take_ones(const pol_columns *c, void *const *results)
{
    for (uint32_t r = 0; r < c->result_count; r++) {
        const result_column *const result = &c->results[r];
        if (results[r] == NULL)
            continue;
        char *const to = results[r];
        if (result->bytes == 8)
            *(int64_t *)(void *)to = pol_fast_number_of_one(&c->block, result->reg);
        else
            put_one(to, pol_fast_element_of_one(&c->block, result->reg), result->bytes);
        for (uint32_t k = 1; k < result->count; k++)
            *to = (char)(*to | *(const char *)pol_fast_element_of_one(&c->block, c->code->statuses[result->first + k].reg));
    }
}

/* A single claim, read where it stands. False: it must be looked at more closely. */
static bool settle_one(pol_columns *c, const void *const *inputs, void *const *results)
{
    void **const columns = c->block.fast != NULL && c->best == POL_NONE32 && !c->stands ? pol_fast_one_columns(&c->block) : NULL;
    if (columns == NULL || ((c->ones_of != c->block.fast->plan || c->ones_texts != c->texts.count) && !know_ones(c)))
        return false;
    if (!place_ones(c, columns, inputs) || !pol_fast_run_one(&c->block))
        return false;
    take_ones(c, results);
    return true;
}

static bool settle_block(pol_columns *c, const void *const *inputs, void *const *results, size_t start, uint32_t count,
                         uint8_t *errors, bool much)
{
    memset(errors, POL_ERR_NONE, count);
    if (place_all(c, inputs, start, count)) {
        if (!pol_fast_try(&c->block, count) || (c->block.fast->odd_count != 0 && !settle_odd(c, inputs, start, errors)))
            return false;
        if (c->block.fast->odd_count != 0)
            judge(c, count, errors);
        take(c, results, start, count, much);
        pol_block_clear(&c->block);
        return true;
    }
    leave(c);
    for (uint32_t i = 0; i < c->input_count; i++)
        fill(c, &c->inputs[i], inputs[i], start, count, errors);
    const uint32_t rows = pol_lanes_count(&c->block, 0, c->best);
    pol_lanes_spread(&c->block, 0, c->best, rows);
    if (!pol_vm_run(&c->block, c->best == POL_NONE32 ? count : rows))
        return false;
    if (c->best == POL_NONE32)
        judge(c, count, errors);
    else
        choose(c, rows, errors);
    take(c, results, start, count, much);
    pol_block_clear(&c->block);
    return true;
}

static bool any(const uint8_t *errors, uint32_t count)
{
    const uint8_t *const end = errors + count;
    uint64_t found = 0;
    for (uint64_t eight; end - errors >= 8; errors += 8) {
        memcpy(&eight, errors, sizeof eight);
        found |= eight;
    }
    for (; errors < end; errors++)
        found |= *errors;
    return found != 0;
}

pol_status pol_columns_settle(pol_columns *columns, size_t count, const void *const *inputs, void *const *results,
                              uint8_t *errors)
{
    if (columns == NULL || ((inputs == NULL || results == NULL || errors == NULL) && count != 0))
        return POL_BAD_ARGUMENT;
    if (count == 1 && settle_one(columns, inputs, results)) {
        *errors = POL_ERR_NONE;
        return pol_arena_failed(&columns->arena) ? POL_NO_MEMORY : POL_OK;
    }
    bool found = false;
    const uint32_t most = columns->best == POL_NONE32 ? columns->block.capacity : 1;
    for (size_t start = 0; start < count;) {
        const uint32_t rows = count - start < most ? (uint32_t)(count - start) : most;
        if (!settle_block(columns, inputs, results, start, rows, errors + start, count > MUCH)) {
            leave(columns);
            return POL_NO_MEMORY;
        }
        found = found || any(errors + start, rows);
        start += rows;
    }
    leave(columns);
    pol_reader_clear(&columns->reader);
    return pol_arena_failed(&columns->arena) ? POL_NO_MEMORY : found ? POL_FINDINGS : POL_OK;
}

/* ---- records ------------------------------------------------------------------------------------------------------------ */

#define LOOK_BACK 16 /* schedules that a new one is compared with: most are those of a region */

/* The number of the schedule that has just been added at the end, or of an earlier one that is equal. */
static uint32_t known_schedule(pol_columns *c, uint32_t index)
{
    const uint32_t last = (uint32_t)c->block.tiers.count - 1;
    for (uint32_t i = index; i-- > c->schedules && i + LOOK_BACK >= index;)
        if (pol_tiers_equal(&c->block.tiers.items[i], &c->block.tiers.items[index])) {
            c->block.tiers.count = index == last ? index : c->block.tiers.count;
            return i;
        }
    return index;
}

/* What the reader put into row 0, in the numbers of the columns. False when memory ran out. */
static bool keep_field(pol_columns *c, const input_column *input, void *to, size_t row)
{
    const uint8_t class_ = class_of(c, input->field->reg);
    int64_t value = element(c->block.ports[input->field->reg], class_, 0);
    if (input->field->type == POL_F_TEXT && value >= (int64_t)c->program->text_count) {
        const uint32_t number = pol_names_add(&c->texts, pol_reader_text_key(&c->reader, (int32_t)value));
        if (number == POL_NO_NAME)
            return false;
        value = (int64_t)c->program->text_count + number;
    }
    if (input->field->type == POL_F_TIERS && value != (int64_t)POL_TIERS_ABSENT)
        value = known_schedule(c, (uint32_t)value) - c->schedules;
    put(to, class_, row, value);
    return true;
}

pol_status pol_columns_record(pol_columns *columns, const char *record, size_t length, size_t row, void *const *inputs,
                              pol_claim_error *error)
{
    if (columns == NULL || record == NULL || inputs == NULL || error == NULL)
        return POL_BAD_ARGUMENT;
    const uint32_t matter = columns->record.matter;
    pol_record *const read = &columns->record;
    *read = (pol_record){ .matter = matter };
    bool done = pol_reader_json(&columns->reader, (pol_str){ record, length }, read);
    if (done && read->error.code == POL_ERR_NONE && read->matter != matter)
        read->error.code = POL_ERR_BAD_VALUE;
    if (done && read->error.code == POL_ERR_NONE)
        done = pol_record_fill(&columns->reader, read, &columns->block, 0);
    for (uint32_t i = 0; i < columns->input_count; i++)
        columns->inputs[i].holds_absent = false;
    *error = read->error.code != POL_ERR_NONE ? read->error.code : read->unknown.code;
    for (uint32_t i = 0; i < columns->input_count && done && *error == POL_ERR_NONE; i++)
        done = keep_field(columns, &columns->inputs[i], inputs[i], row);
    *read = (pol_record){ .matter = matter };
    columns->block.constant_tiers = (uint32_t)columns->block.tiers.count; /* its schedules stay */
    pol_reader_clear(&columns->reader);
    return !done || pol_arena_failed(&columns->arena) ? POL_NO_MEMORY : *error != POL_ERR_NONE ? POL_FINDINGS : POL_OK;
}

/* ---- texts and schedules ------------------------------------------------------------------------------------------------ */

pol_status pol_columns_text(pol_columns *columns, const char *text, size_t length, int32_t *code)
{
    if (columns == NULL || code == NULL || (text == NULL && length != 0) || length > POL_MAX_RECORD_TEXT)
        return POL_BAD_ARGUMENT;
    const pol_str key = pol_utf8_key(&columns->arena, (pol_str){ text, length });
    const uint32_t known = pol_lookup_find(&columns->reader.texts, &columns->arena, key);
    const uint32_t added = known != POL_NONE32 ? 0 : pol_names_add(&columns->texts, key);
    if (pol_arena_failed(&columns->arena))
        return POL_NO_MEMORY;
    *code = (int32_t)(known != POL_NONE32 ? known : columns->program->text_count + added);
    return POL_OK;
}

pol_status pol_columns_schedule(pol_columns *columns, unsigned slices, const int64_t *uppers, const int64_t *ratios,
                                uint32_t *number)
{
    if (columns == NULL || uppers == NULL || ratios == NULL || number == NULL || slices == 0 || slices > POL_MAX_TIERS)
        return POL_BAD_ARGUMENT;
    pol_tiers tiers = { .count = slices, .low = 0, .low_in_first = true };
    for (unsigned i = 0; i < slices; i++) {
        const bool last = i + 1 == slices;
        const bool ascends = i == 0 ? uppers[i] > 0 : uppers[i] > uppers[i - 1];
        if (ratios[i] < 0 || ratios[i] > 1000000 || (!last && (!ascends || uppers[i] > POL_MAX_AMOUNT_FEN)))
            return POL_BAD_ARGUMENT;
        tiers.tiers[i] = (pol_tier){ .upper = last ? POL_NUM_UNLIMITED : uppers[i], .ratio = ratios[i] };
    }
    const uint32_t added = pol_block_add_tiers(&columns->block, &tiers);
    if (added == POL_TIERS_ABSENT)
        return POL_NO_MEMORY;
    const uint32_t index = known_schedule(columns, added);
    columns->block.constant_tiers = (uint32_t)columns->block.tiers.count; /* stays from block to block */
    *number = index - columns->schedules;
    return POL_OK;
}

/* ---- making ------------------------------------------------------------------------------------------------------------- */

static pol_status init(pol_columns *c, const pol_program *program, uint32_t matter)
{
    pol_arena *const arena = &c->arena;
    c->program = program;
    c->code = &program->matters[matter];
    c->record.matter = matter;
    c->best = pol_lanes_field(c->code);
    c->input_count = c->code->field_count;
    c->inputs = POL_NEW_ARRAY(arena, input_column, c->input_count);
    const size_t results = 3 + (size_t)c->code->payer_count + c->code->status_count + c->code->accum_count + c->code->output_count;
    c->results = POL_NEW_ARRAY(arena, result_column, results);
    c->ones = POL_NEW_ARRAY(arena, one_input, c->input_count);
    pol_names_init(&c->texts, arena);
    if (c->inputs == NULL || c->results == NULL || c->ones == NULL || !pol_reader_init(&c->reader, arena, program, matter) ||
        !pol_block_init_fast(&c->block, arena, program, c->code, pol_plan_new(arena, c->code, false), BLOCK_CLAIMS))
        return POL_NO_MEMORY;
    for (uint32_t i = 0; i < c->input_count; i++) {
        c->inputs[i].field = &c->code->fields[i];
        c->inputs[i].bytes = element_bytes(class_of(c, c->code->fields[i].reg));
        c->inputs[i].own = c->block.ports[c->code->fields[i].reg];
        describe_input(c, &c->inputs[i]);
        put(&c->inputs[i].stand_in, class_of(c, c->code->fields[i].reg), 0,
            c->inputs[i].has_preset ? c->inputs[i].preset : absent_element(class_of(c, c->code->fields[i].reg)));
    }
    c->kernels = pol_fast_kernels(pol_fast_best());
    describe_results(c);
    for (uint32_t r = 0; r < c->result_count; r++) c->results[r].bytes = element_bytes(class_of(c, c->results[r].reg));
    c->schedules = c->block.constant_tiers;
    return POL_OK;
}

pol_status pol_columns_new(const pol_allocator *allocator, const pol_program *program, unsigned matter,
                           pol_columns **columns)
{
    if (columns == NULL)
        return POL_BAD_ARGUMENT;
    *columns = NULL;
    if (program == NULL || matter >= program->matter_count)
        return POL_BAD_ARGUMENT;
    pol_columns *const made = pol_reallocate(allocator, NULL, 0, sizeof *made);
    if (made == NULL)
        return POL_NO_MEMORY;
    *made = (pol_columns){ 0 };
    pol_arena_init(&made->arena, allocator);
    const pol_status status = init(made, program, matter);
    if (status != POL_OK) {
        pol_columns_free(made);
        return status;
    }
    *columns = made;
    return POL_OK;
}

void pol_columns_free(pol_columns *columns)
{
    if (columns == NULL)
        return;
    const pol_allocator allocator = columns->arena.allocator;
    if (columns->reader.program != NULL)
        pol_reader_fini(&columns->reader);
    pol_arena_reset(&columns->arena);
    (void)pol_reallocate(&allocator, columns, sizeof *columns, 0);
}

/* ---- asking --------------------------------------------------------------------------------------------------------------- */

unsigned pol_columns_input_count(const pol_columns *columns)
{
    return columns->input_count;
}

size_t pol_columns_instruction_count(const pol_columns *columns)
{
    return columns->code->instr_count;
}

unsigned pol_columns_result_count(const pol_columns *columns)
{
    return columns->result_count;
}

const pol_column *pol_columns_input(const pol_columns *columns, unsigned number)
{
    return number < columns->input_count ? &columns->inputs[number].about : NULL;
}

const pol_column *pol_columns_result(const pol_columns *columns, unsigned number)
{
    return number < columns->result_count ? &columns->results[number].about : NULL;
}

bool pol_columns_label(const pol_columns *columns, const pol_column *column, int32_t code, const char **name, size_t *length)
{
    if (column->label_count == 0 || code < 0 || (unsigned)code >= column->label_count)
        return false;
    const pol_str label = columns->program->label_sets[column->labels].labels[code];
    *name = label.bytes;
    *length = label.length;
    return true;
}

bool pol_columns_text_of(const pol_columns *columns, int32_t code, const char **text, size_t *length)
{
    const uint32_t constants = columns->program->text_count;
    if (code < 0 || (uint32_t)code >= constants + columns->texts.count)
        return false;
    const pol_str found = (uint32_t)code < constants ? columns->program->texts[code]
                                                     : columns->texts.names[(uint32_t)code - constants];
    *text = found.bytes;
    *length = found.length;
    return true;
}
