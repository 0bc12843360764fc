/* Text to verified bytecode, through the public interface: a script that checks also compiles, saves,
 * loads again, disassembles, and runs its examples. */
#include <stdlib.h>

#include "pol/pol.h"

static bool swallow(void *user, const char *bytes, size_t length)
{
    (void)bytes;
    *(size_t *)user += length;
    return *(size_t *)user < ((size_t)64 << 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t written = 0;
    pol_writer out = {swallow, &written};
    pol_script *script = pol_script_new(NULL);
    if (!script)
        return 0;
    pol_status status = pol_script_load(script, "fuzz.pol", (const char *)data, size);
    pol_script_diagnostics(script, POL_TEXT, POL_ZH, false, out);
    if (status == POL_OK) {
        pol_program *program = NULL;
        if (pol_script_compile(script, &program) == POL_OK) {
            pol_test_summary summary;
            pol_program_disassemble(program, POL_EN, out);
            if (pol_program_save(program, out) != POL_OK && written < ((size_t)64 << 20))
                abort();
            pol_script_test(script, true, POL_TEXT, POL_ZH, out, &summary);
        }
        pol_program_free(program);
    }
    pol_script_free(script);
    return 0;
}
