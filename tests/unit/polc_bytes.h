/* Programs as bytes in memory, and what every reader of foreign bytes must survive. */
#ifndef POL_TESTS_POLC_BYTES_H
#define POL_TESTS_POLC_BYTES_H

#include "random_program.h"

#define PB_HEADER 32

typedef struct pb_bytes {
    char *bytes;
    size_t length, capacity;
} pb_bytes;

static inline bool pb_write(void *user, const char *bytes, size_t length)
{
    pb_bytes *out = user;
    if (length > out->capacity - out->length) {
        const size_t capacity = 2 * (out->length + length);
        char *grown = realloc(out->bytes, capacity);
        if (grown == NULL)
            return false;
        out->bytes = grown;
        out->capacity = capacity;
    }
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
    return true;
}

static inline pb_bytes pb_of(const pol_program *program)
{
    pb_bytes out = { NULL, 0, 0 };
    const bool written = pol_polc_write(program, (pol_writer){ pb_write, &out });
    assert(written);
    (void)written;
    return out;
}

/* Puts right what the header says of the content: length and checksum (FNV-1a, 64 bits). */
static inline void pb_repair(char *bytes, size_t length)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = PB_HEADER; i < length; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    for (unsigned i = 0; i < 8; i++) {
        bytes[16 + i] = (char)(unsigned char)((uint64_t)(length - PB_HEADER) >> (8 * i));
        bytes[24 + i] = (char)(unsigned char)(sum >> (8 * i));
    }
}

/* Uses an accepted program in every way: runs claims, asks for errors, prints. False when a number is
 * out of range afterwards. */
static inline bool pb_use_matter(const pol_program *program, const pol_code *code, uint64_t seed)
{
    enum { ROWS = 3 };
    pol_arena arena;
    pol_block block;
    bool clean = true;
    pol_arena_init(&arena, NULL);
    if (pol_block_init(&block, &arena, program, code, ROWS)) {
        for (uint32_t row = 0; row < ROWS; row++)
            rp_fill_row(&block, seed + row, row);
        (void)pol_vm_run(&block, ROWS);
        for (uint32_t row = 0; row < ROWS; row++) {
            pol_str field, message;
            const pol_claim_error error = pol_vm_error(&block, row, &arena, &field, &message);
            clean = clean && (error == POL_ERR_NONE) == (block.fault[row] == POL_FAULT_NONE);
        }
        for (uint32_t reg = 0; reg < code->register_count; reg++) {
            const pol_i128 limit = code->registers[reg].den * POL_MAX_MAGNITUDE;
            if (code->registers[reg].class_ != POL_C_NUM)
                continue;
            const pol_i128 number = pol_col_num(&block, reg)[0];
            clean = clean && (number <= POL_NUM_FAILED || number == POL_NUM_UNLIMITED ||
                              (number > -limit && number < limit));
        }
    }
    pol_arena_reset(&arena);
    return clean;
}

static inline bool pb_use(const pol_program *program, uint64_t seed)
{
    bool clean = true;
    for (uint32_t i = 0; i < program->matter_count; i++)
        clean = clean && pb_use_matter(program, &program->matters[i], seed);
    pol_arena arena;
    pol_text text;
    pol_arena_init(&arena, NULL);
    pol_text_init(&text, &arena);
    pol_disassemble(&text, program, seed % 2 == 0 ? POL_ZH : POL_EN);
    pol_arena_reset(&arena);
    return clean;
}

#endif
