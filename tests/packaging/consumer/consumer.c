/* Uses the public header as an embedder would: parse a text, read the diagnostics, free everything. */
#include <pol/pol.h>
#include <pol/version.h>
#include <stdio.h>
#include <string.h>

static bool count_bytes(void *user, const char *bytes, size_t length)
{
    (void)bytes;
    *(size_t *)user += length;
    return true;
}

int main(void)
{
    static const char k_text[] = "这不是一份政策";
    size_t written = 0;
    pol_writer out = { count_bytes, &written };

    if (strcmp(pol_version(), POL_VERSION) != 0) {
        fprintf(stderr, "header %s, library %s\n", POL_VERSION, pol_version());
        return 1;
    }
    pol_script *script = pol_script_new(NULL);
    if (!script || pol_script_load(script, "consumer", k_text, sizeof k_text - 1) != POL_FINDINGS ||
        pol_script_error_count(script) == 0 ||
        pol_script_diagnostics(script, POL_TEXT, POL_ZH, false, out) != POL_OK || written == 0) {
        fputs("no diagnostics\n", stderr);
        return 1;
    }
    pol_script_free(script);
    puts(pol_version());
    return 0;
}
