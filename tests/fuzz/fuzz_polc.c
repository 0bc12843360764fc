/* Bytecode from anywhere: the input is the content of a .polc file; the frame with its checksum is put
 * around it here. What the verifier accepts must run, print, settle records and be written as it was read.
 * Inputs start from random valid programs, made when the corpus has none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/polc_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static assembly g_as;

static pb_bytes random_file(uint64_t seed)
{
    pol_program *program = rp_program(&g_as, seed, (uint32_t)(seed % 40));
    const pb_bytes file = pb_of(program);
    pol_program_free(program);
    as_end(&g_as);
    return file;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    if (size > 100 && seed % 1000 != 0)
        return LLVMFuzzerMutate(data, size, max_size);
    const pb_bytes file = random_file(seed);
    size_t length = file.length - PB_HEADER;
    if (length > max_size)
        length = max_size;
    memcpy(data, file.bytes + PB_HEADER, length);
    free(file.bytes);
    return length;
}

/* ---- records for whatever fields a program has --------------------------------------------------------- */

static const char *sample(const pol_field_def *field, uint64_t seed)
{
    static const char *const k_samples[][3] = {
        [POL_F_AMOUNT] = { "\"12345.67\"", "0", "null" },
        [POL_F_RATIO] = { "0.7", "\"0.123456\"", "1" },
        [POL_F_INTEGER] = { "3", "0", "-2" },
        [POL_F_YESNO] = { "true", "false", "null" },
        [POL_F_DATE] = { "\"2024-05-06\"", "\"1900-01-01\"", "\"2199-12-31\"" },
        [POL_F_TEXT] = { "\"冠心病\"", "\"\"", "\"别的\"" },
        [POL_F_LABEL] = { "\"低保对象\"", "\"其他\"", "1" },
        [POL_F_LABELS] = { "[\"低保对象\"]", "[\"其他\",\"特困人员\"]", "[]" },
        [POL_F_TIERS] = { "[{\"上限\":null,\"比例\":\"0.5\"}]",
                          "[{\"上限\":\"5000\",\"比例\":0.5},{\"上限\":null,\"比例\":1}]", "[]" },
    };
    return k_samples[field->type][seed % 8 < 6 ? seed % 2 : 2];
}

static void write_field(pol_text *out, const pol_field_def *field, uint64_t *seed, bool *first)
{
    if (rp_below(seed, 6) == 0)
        return;
    pol_text_add(out, *first ? POL_STR("\"") : POL_STR(",\""));
    pol_text_add(out, field->name);
    pol_text_format(out, "\":%s", sample(field, rp_next(seed)));
    *first = false;
}

static void write_record(pol_text *out, const pol_code *code, uint64_t seed)
{
    bool first = true;
    pol_text_add(out, POL_STR("{\"编号\":\"1\",\"参保人\":\"甲\",\"家庭\":\"乙\",\"参数\":{"));
    for (uint32_t i = code->input_count + code->accum_field_count; i < code->field_count; i++)
        write_field(out, &code->fields[i], &seed, &first);
    first = false;
    pol_text_add(out, POL_STR("},\"业务类型\":\""));
    pol_text_add(out, code->matter);
    pol_text_add(out, POL_STR("\""));
    for (uint32_t i = 0; i < code->input_count + code->accum_field_count; i++)
        write_field(out, &code->fields[i], &seed, &first);
    pol_text_add(out, POL_STR("}\n"));
}

static bool ignore(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

static void settle(const pol_program *program, uint64_t seed)
{
    pol_arena arena;
    pol_text records;
    pol_runner *runner = NULL;
    const pol_run_options options = { .out = seed % 3 == 0 ? POL_BILL : POL_JSON_LINES,
                                      .block = 2, .any_order = true };
    pol_arena_init(&arena, NULL);
    pol_text_init(&records, &arena);
    for (uint32_t i = 0; i < program->matter_count && i < 4; i++)
        for (uint64_t j = 0; j < 3; j++)
            write_record(&records, &program->matters[i], seed + j);
    if (records.length > 0 &&
        pol_runner_new(NULL, program, &options, (pol_writer){ ignore, NULL }, &runner) == POL_OK) {
        (void)pol_runner_feed(runner, records.bytes, records.length);
        (void)pol_runner_finish(runner);
        pol_runner_free(runner);
    }
    pol_arena_reset(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_bytes frame; /* any valid header */
    char reason[256];
    if (frame.bytes == NULL)
        frame = random_file(1);
    char *file = malloc(PB_HEADER + size);
    if (file == NULL)
        return 0;
    memcpy(file, frame.bytes, PB_HEADER);
    if (size > 0)
        memcpy(file + PB_HEADER, data, size);
    pb_repair(file, PB_HEADER + size);
    pol_program *program = pol_polc_read(NULL, file, PB_HEADER + size, reason);
    if (program != NULL) {
        const pb_bytes again = pb_of(program);
        if (again.length != PB_HEADER + size || memcmp(again.bytes, file, again.length) != 0)
            abort();
        free(again.bytes);
        if (!pb_use(program, size))
            abort();
        settle(program, size);
        pol_program_free(program);
    } else if (reason[0] == '\0') {
        abort();
    }
    free(file);
    return 0;
}
