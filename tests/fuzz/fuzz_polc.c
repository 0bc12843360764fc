/* Bytecode from anywhere: the input is the content of a .polc file; the frame with its checksum is put
 * around it here. What the verifier accepts must run, print and be written as it was read.
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
        pol_program_free(program);
    } else if (reason[0] == '\0') {
        abort();
    }
    free(file);
    return 0;
}
