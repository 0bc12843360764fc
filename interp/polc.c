/* The file form of a program (.polc): explicit, field by field, little endian.
 *
 *   "POLC"  u32 version  u64 fingerprint of the opcode table  u64 length of the content  u64 checksum  content
 *
 * Each `code_` function below describes one structure once, for reading and writing alike, so the two
 * cannot drift apart. A reader's codec never goes beyond its bytes, asks for memory only in proportion
 * to bytes that are there, and after the first fault yields zeros. What it reads is then verified. */
#include "interp/program.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define VERSION      1
#define HEADER_BYTES 32
#define BUFFER_BYTES 4096

typedef enum codec_mode { MEASURE, WRITE, READ } codec_mode;

typedef struct codec {
    codec_mode mode;
    const char *fault; /* sticky; a constant text */
    /* READ */
    pol_arena *arena;
    const char *bytes; /* the content, in the arena: strings stay there */
    size_t length;
    size_t position; /* also counts what MEASURE and WRITE have seen */
    /* MEASURE */
    uint64_t checksum;
    /* WRITE */
    pol_writer out;
    char buffer[BUFFER_BYTES];
    size_t buffered;
} codec;

/* ---- bytes ----------------------------------------------------------------------------------------------- */

#define CHECKSUM_START UINT64_C(14695981039346656037)

/* FNV-1a. */
static uint64_t checksum_of(uint64_t sum, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return sum;
}

static void fail(codec *c, const char *fault)
{
    if (c->fault == NULL)
        c->fault = fault;
}

static void flush(codec *c)
{
    if (c->fault == NULL && c->buffered > 0 && !c->out.write(c->out.user, c->buffer, c->buffered))
        fail(c, "the output stopped");
    c->buffered = 0;
}

static void put(codec *c, const char *bytes, size_t length)
{
    if (c->mode == MEASURE)
        c->checksum = checksum_of(c->checksum, bytes, length);
    c->position += length;
    while (c->mode == WRITE && length > 0) {
        const size_t room = BUFFER_BYTES - c->buffered;
        const size_t piece = length < room ? length : room;
        memcpy(c->buffer + c->buffered, bytes, piece);
        c->buffered += piece;
        bytes += piece;
        length -= piece;
        if (c->buffered == BUFFER_BYTES)
            flush(c);
    }
}

/* The next bytes of the content, or NULL when there are not so many. */
static const char *take(codec *c, size_t length)
{
    if (c->fault == NULL && length > c->length - c->position)
        fail(c, "it ends too early");
    if (c->fault != NULL)
        return NULL;
    const char *bytes = c->bytes + c->position;
    c->position += length;
    return bytes;
}

/* ---- values ------------------------------------------------------------------------------------------------ */

static uint64_t get_unsigned(const char *bytes, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = size; i-- > 0;)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static void set_unsigned(char *bytes, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (char)(unsigned char)(value >> (8 * i));
}

static uint64_t code_unsigned(codec *c, uint64_t value, unsigned size)
{
    char bytes[8];
    if (c->mode == READ) {
        const char *from = take(c, size);
        return from == NULL ? 0 : get_unsigned(from, size);
    }
    set_unsigned(bytes, value, size);
    put(c, bytes, size);
    return value;
}

static void code_u8(codec *c, uint8_t *value)
{
    *value = (uint8_t)code_unsigned(c, *value, 1);
}

static void code_u16(codec *c, uint16_t *value)
{
    *value = (uint16_t)code_unsigned(c, *value, 2);
}

static void code_u32(codec *c, uint32_t *value)
{
    *value = (uint32_t)code_unsigned(c, *value, 4);
}

static void code_int(codec *c, int32_t *value)
{
    *value = (int32_t)(uint32_t)code_unsigned(c, (uint32_t)*value, 4);
}

static void code_i128(codec *c, pol_i128 *value)
{
    const uint64_t low = code_unsigned(c, (uint64_t)(pol_u128)*value, 8);
    const uint64_t high = code_unsigned(c, (uint64_t)((pol_u128)*value >> 64), 8);
    *value = (pol_i128)((pol_u128)high << 64 | low);
}

static void code_bool(codec *c, bool *value)
{
    const uint64_t byte = code_unsigned(c, *value, 1);
    if (byte > 1)
        fail(c, "a truth value is neither 0 nor 1");
    *value = byte == 1;
}

static void code_str(codec *c, pol_str *text)
{
    uint32_t length = (uint32_t)text->length;
    code_u32(c, &length);
    if (c->mode != READ) {
        put(c, text->bytes, length);
        return;
    }
    const char *bytes = take(c, length);
    *text = bytes == NULL ? POL_STR("") : (pol_str){ bytes, length };
}

/* A count of elements of at least `least` bytes each. */
static void code_count(codec *c, uint32_t *count, size_t least)
{
    code_u32(c, count);
    if (c->mode == READ && *count > (c->length - c->position) / least) {
        fail(c, "it ends too early");
        *count = 0;
    }
}

static void *new_items(codec *c, size_t count, size_t size)
{
    void *items = pol_arena_array(c->arena, count, size);
    if (items == NULL)
        fail(c, "out of memory");
    return items;
}

/* An array: its count, then each element through `code`, which takes at least `least` bytes. */
#define CODE_ARRAY(c, items, count, least, code)                                                   \
    do {                                                                                           \
        code_count((c), &(count), (least));                                                        \
        if ((c)->mode == READ)                                                                     \
            (items) = new_items((c), (count), sizeof *(items));                                    \
        for (uint32_t i_ = 0; i_ < (count) && (c)->fault == NULL; i_++)                            \
            code((c), &(items)[i_]);                                                               \
    } while (0)

/* ---- code ---------------------------------------------------------------------------------------------------- */

static void code_register(codec *c, pol_register *r)
{
    code_u8(c, &r->class_);
    code_u8(c, &r->origin);
    code_u32(c, &r->index);
    code_i128(c, &r->den);
    code_i128(c, &r->den2);
}

static void code_instr(codec *c, pol_instr *instr)
{
    code_u16(c, &instr->op);
    code_u32(c, &instr->line);
    if (instr->op >= POL_OP_COUNT) {
        fail(c, "no such opcode");
        return;
    }
    /* As many as the signature has letters. */
    const char *signature = pol_op_signature((pol_opcode)instr->op);
    for (unsigned i = 0; signature[i + 1] != '\0'; i++)
        code_u32(c, &instr->arg[i]);
}

static void code_list(codec *c, pol_list32 *list)
{
    code_u32(c, &list->start);
    code_u32(c, &list->count);
}

static void code_tier(codec *c, pol_tier *tier)
{
    code_i128(c, &tier->upper);
    code_i128(c, &tier->ratio);
    code_bool(c, &tier->upper_in_next);
}

static void code_tiers(codec *c, pol_tiers *tiers)
{
    code_u32(c, &tiers->count);
    code_i128(c, &tiers->low);
    code_bool(c, &tiers->low_in_first);
    if (tiers->count > POL_MAX_TIERS) {
        fail(c, "a schedule has too many slices");
        return;
    }
    for (uint32_t i = 0; i < tiers->count; i++)
        code_tier(c, &tiers->tiers[i]);
}

static void code_constant(codec *c, pol_constant *constant)
{
    bool has_tiers = constant->tiers != NULL;
    code_u8(c, &constant->class_);
    code_i128(c, &constant->number);
    code_str(c, &constant->missing);
    code_bool(c, &has_tiers);
    if (!has_tiers)
        return;
    if (c->mode == READ)
        constant->tiers = new_items(c, 1, sizeof *constant->tiers);
    if (constant->tiers != NULL)
        code_tiers(c, constant->tiers);
}

static uint32_t entries_of(const pol_table_column *column)
{
    if (column->class_ == POL_C_CODE)
        return column->code_count;
    return column->class_ == POL_C_BOOL ? 2 : 2 * column->bound_count + 1;
}

static void code_column(codec *c, pol_table_column *column)
{
    uint32_t entries = entries_of(column);
    code_u8(c, &column->class_);
    code_u32(c, &column->code_count);
    code_i128(c, &column->den);
    code_u16(c, &column->other_class);
    code_u16(c, &column->class_count);
    CODE_ARRAY(c, column->bounds, column->bound_count, 16, code_i128);
    CODE_ARRAY(c, column->class_of, entries, 2, code_u16);
    if (c->mode == READ && entries != entries_of(column))
        fail(c, "a table's column has another number of classes");
}

static void code_table(codec *c, pol_table *table)
{
    CODE_ARRAY(c, table->columns, table->column_count, 33, code_column);
    code_u32(c, &table->row_count);
    CODE_ARRAY(c, table->cells, table->cell_count, 2, code_u16);
}

static void code_members(codec *c, pol_members *members)
{
    CODE_ARRAY(c, members->member, members->count, 1, code_u8);
}

static void code_sink(codec *c, pol_sink *sink)
{
    code_u8(c, &sink->phase);
    code_u8(c, &sink->limit);
    code_u8(c, &sink->error);
    code_str(c, &sink->field);
    code_str(c, &sink->message);
    code_u32(c, &sink->line);
}

/* ---- the interface of a matter ------------------------------------------------------------------------------------ */

static void code_field(codec *c, pol_field_def *field)
{
    code_str(c, &field->name);
    code_u8(c, &field->type);
    code_u8(c, &field->role);
    code_bool(c, &field->optional);
    code_bool(c, &field->null_allowed);
    code_bool(c, &field->null_unlimited);
    code_bool(c, &field->best);
    code_u32(c, &field->labels);
    code_u32(c, &field->reg);
    code_bool(c, &field->has_default);
    code_u32(c, &field->default_constant);
}

static void code_payer(codec *c, pol_payer_def *payer)
{
    code_str(c, &payer->name);
    code_bool(c, &payer->hospital);
    code_u32(c, &payer->paid);
    code_u32(c, &payer->line);
}

static void code_advance(codec *c, pol_advance_def *advance)
{
    code_str(c, &advance->by);
    code_str(c, &advance->payer);
    code_u32(c, &advance->amount);
}

static void code_status(codec *c, pol_status_def *status)
{
    code_str(c, &status->name);
    code_u32(c, &status->reg);
}

static void code_accum(codec *c, pol_accum_def *accum)
{
    code_str(c, &accum->name);
    code_bool(c, &accum->integer);
    code_bool(c, &accum->household);
    code_u8(c, &accum->period);
    code_int(c, &accum->start_month);
    code_int(c, &accum->start_day);
    code_u32(c, &accum->months);
    code_bool(c, &accum->shared);
    CODE_ARRAY(c, accum->keys, accum->key_count, 4, code_u32);
    code_u32(c, &accum->field);
    code_u32(c, &accum->after);
    code_u32(c, &accum->added);
}

static void code_output(codec *c, pol_output_def *output)
{
    code_str(c, &output->name);
    code_u8(c, &output->kind);
    code_u32(c, &output->labels);
    code_u32(c, &output->reg);
}

static void code_interface(codec *c, pol_code *code)
{
    code_str(c, &code->matter);
    CODE_ARRAY(c, code->fields, code->field_count, 23, code_field);
    code_u32(c, &code->input_count);
    code_u32(c, &code->accum_field_count);
    code_bool(c, &code->parameters_required);
    code_u32(c, &code->governing_field);
    code_u32(c, &code->total);
    code_u32(c, &code->person);
    code_u32(c, &code->hospital);
    CODE_ARRAY(c, code->payers, code->payer_count, 13, code_payer);
    code_u32(c, &code->order_case);
    CODE_ARRAY(c, code->orders, code->order_count, 8, code_list);
    CODE_ARRAY(c, code->advances, code->advance_count, 12, code_advance);
    CODE_ARRAY(c, code->statuses, code->status_count, 8, code_status);
    CODE_ARRAY(c, code->accums, code->accum_count, 36, code_accum);
    CODE_ARRAY(c, code->outputs, code->output_count, 13, code_output);
}

static void code_matter(codec *c, pol_code *code)
{
    code_interface(c, code);
    CODE_ARRAY(c, code->registers, code->register_count, 38, code_register);
    CODE_ARRAY(c, code->instrs, code->instr_count, 10, code_instr);
    CODE_ARRAY(c, code->operands, code->operand_count, 4, code_u32);
    CODE_ARRAY(c, code->lists, code->list_count, 8, code_list);
    CODE_ARRAY(c, code->constants, code->constant_count, 22, code_constant);
    CODE_ARRAY(c, code->pool, code->pool_count, 16, code_i128);
    CODE_ARRAY(c, code->tables, code->table_count, 12, code_table);
    CODE_ARRAY(c, code->members, code->member_count, 4, code_members);
    CODE_ARRAY(c, code->sinks, code->sink_count, 15, code_sink);
}

static void code_label_set(codec *c, pol_label_set *set)
{
    code_str(c, &set->name);
    CODE_ARRAY(c, set->labels, set->count, 4, code_str);
}

static void code_program(codec *c, pol_program *program)
{
    code_str(c, &program->id);
    code_str(c, &program->title);
    code_str(c, &program->series);
    code_str(c, &program->superior);
    code_int(c, &program->from);
    code_int(c, &program->to);
    code_bool(c, &program->settle_outside);
    CODE_ARRAY(c, program->label_sets, program->label_set_count, 8, code_label_set);
    CODE_ARRAY(c, program->texts, program->text_count, 4, code_str);
    CODE_ARRAY(c, program->matters, program->matter_count, 97, code_matter);
}

/* ---- files ---------------------------------------------------------------------------------------------------------- */

/* A file made with another opcode table would mean something else. */
static uint64_t table_fingerprint(void)
{
    uint64_t sum = CHECKSUM_START;
    for (unsigned op = 0; op < POL_OP_COUNT; op++) {
        const char *mnemonic = pol_op_mnemonic((pol_opcode)op);
        const char *signature = pol_op_signature((pol_opcode)op);
        sum = checksum_of(sum, mnemonic, strlen(mnemonic) + 1);
        sum = checksum_of(sum, signature, strlen(signature) + 1);
    }
    return sum;
}

static void make_header(char header[HEADER_BYTES], uint64_t length, uint64_t checksum)
{
    memcpy(header, "POLC", 4);
    set_unsigned(header + 4, VERSION, 4);
    set_unsigned(header + 8, table_fingerprint(), 8);
    set_unsigned(header + 16, length, 8);
    set_unsigned(header + 24, checksum, 8);
}

bool pol_polc_write(const pol_program *program, pol_writer out)
{
    pol_program copy = *program; /* shallow: writing changes nothing, but the codec could */
    codec c = { .mode = MEASURE, .checksum = CHECKSUM_START, .out = out };
    char header[HEADER_BYTES];
    code_program(&c, &copy);
    make_header(header, c.position, c.checksum);
    c.mode = WRITE;
    put(&c, header, HEADER_BYTES);
    code_program(&c, &copy);
    flush(&c);
    return c.fault == NULL;
}

/* What is wrong with the frame, or NULL. */
static const char *frame_fault(const char *bytes, size_t length)
{
    if (length < HEADER_BYTES || memcmp(bytes, "POLC", 4) != 0)
        return "it is not a .polc file";
    if (get_unsigned(bytes + 4, 4) != VERSION)
        return "it has another version";
    if (get_unsigned(bytes + 8, 8) != table_fingerprint())
        return "it was made for other instructions";
    if (get_unsigned(bytes + 16, 8) != length - HEADER_BYTES)
        return "its length is wrong";
    const uint64_t sum = checksum_of(CHECKSUM_START, bytes + HEADER_BYTES, length - HEADER_BYTES);
    return get_unsigned(bytes + 24, 8) == sum ? NULL : "its checksum is wrong";
}

static void read_content(codec *c, pol_program *program, const char *bytes, size_t length)
{
    c->arena = &program->arena;
    c->bytes = pol_arena_copy(c->arena, bytes, length);
    c->length = length;
    if (c->bytes == NULL) {
        fail(c, "out of memory");
        return;
    }
    code_program(c, program);
    if (c->position != c->length)
        fail(c, "something follows its end");
    program->id_z = pol_arena_copy(c->arena, program->id.bytes, program->id.length);
    if (program->id_z == NULL)
        fail(c, "out of memory");
}

pol_program *pol_polc_read(const pol_allocator *allocator, const void *bytes, size_t length,
                           char reason[256])
{
    codec c = { .mode = READ, .fault = frame_fault(bytes, length) };
    pol_program *program = NULL;
    reason[0] = '\0';
    if (c.fault == NULL && (program = pol_program_new(allocator)) == NULL)
        fail(&c, "out of memory");
    if (c.fault == NULL)
        read_content(&c, program, (const char *)bytes + HEADER_BYTES, length - HEADER_BYTES);
    if (c.fault != NULL)
        (void)snprintf(reason, 256, "%s", c.fault);
    if (c.fault == NULL && pol_verify(program, reason))
        return program;
    pol_program_free(program);
    return NULL;
}
