/* blocks BLOCK POLICY… < claims: settles claims of standard input with so many claims a block, fed in uneven pieces. */
#include <stdio.h>
#include <stdlib.h>

#include <pol/pol.h>

#define MAX_TEXT (1u << 20)

static char text[MAX_TEXT], piece[4096];

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(2);
}

static bool put(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length;
}

static pol_program *compile(const char *path)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL)
        stop(path);
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    pol_script *const script = pol_script_new(NULL);
    pol_program *program = NULL;
    if (script == NULL || pol_script_load(script, path, text, length) != POL_OK || pol_script_compile(script, &program) != POL_OK)
        stop("does not compile");
    pol_script_free(script);
    return program;
}

int main(int count, char **arguments)
{
    if (count < 3)
        stop("blocks BLOCK POLICY…");
    const pol_run_options options = {.block = (unsigned)atoi(arguments[1]), .any_order = true};
    const pol_writer out = {.write = put, .user = stdout};
    pol_program *programs[8] = {0};
    pol_runner *runner = NULL;
    const int policies = count - 2 < 8 ? count - 2 : 8;
    for (int i = 0; i < policies; i++) {
        char reason[256] = "";
        programs[i] = compile(arguments[i + 2]);
        const pol_status status = i == 0 ? pol_runner_new(NULL, programs[0], &options, out, &runner)
                                         : pol_runner_add_edition(runner, programs[i], reason);
        if (status != POL_OK)
            stop(reason);
    }
    size_t size = 1, got;
    while ((got = fread(piece, 1, size, stdin)) > 0) {
        if (pol_runner_feed(runner, piece, got) != POL_OK)
            stop("feed");
        size = size * 7 % 4093 + 1;
    }
    const pol_status status = pol_runner_finish(runner);
    pol_runner_free(runner);
    for (int i = 0; i < policies; i++)
        pol_program_free(programs[i]);
    return status == POL_OK ? 0 : status == POL_FINDINGS ? 1 : 2;
}
