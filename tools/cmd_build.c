/* `pol build`: verified bytecode that `run` takes in place of the script. */
#include <stdlib.h>
#include <string.h>

#include "tools/files.h"
#include "tools/policy.h"
#include "tools/text.h"

enum { BUILD_OUTPUT };

static const tool_option k_options[] = {
    [BUILD_OUTPUT] = { "output",
                       'o',
                       { "FILE.polc", "文件.polc" },
                       { "write here (else beside the script)",
                         "写到这个文件（否则写在脚本旁边）" } },
};

/* "a/b.pol" becomes "a/b.polc"; the caller frees it. */
static char *output_name(const char *script, const char *wish)
{
    const char *base = wish != NULL ? wish : script;
    const size_t length = strlen(base);
    char *name = malloc(length + sizeof ".polc");
    if (name == NULL)
        return NULL;
    strcpy(name, base);
    if (wish == NULL)
        strcpy(name + (tool_ends_in(script, ".pol") ? length - 4 : length), ".polc");
    return name;
}

static int write_program(tool *t, const pol_program *program, const char *name)
{
    tool_output output;
    if (!tool_output_open(t, &output, name))
        return TOOL_UNUSABLE;
    const pol_status saved = pol_program_save(program, tool_output_writer(&output));
    if (saved != POL_OK && saved != POL_WRITE_FAILED) {
        tool_output_drop(&output);
        return tool_status_of(t, name, saved);
    }
    if (!tool_output_finish(t, &output))
        return TOOL_UNUSABLE;
    if (strcmp(name, "-") != 0) {
        tool_write(t, stdout, TOOL_M_BUILT, name);
        fputc('\n', stdout);
    }
    return TOOL_DONE;
}

static int build(tool *t, const tool_args *args)
{
    const char *script = args->operands[0];
    if (tool_ends_in(script, ".polc")) {
        tool_error(t, TOOL_M_IS_BYTECODE, script);
        return TOOL_UNUSABLE;
    }
    int status;
    pol_program *program = tool_read_program(t, script, &status);
    if (program == NULL)
        return status;
    char *name = output_name(script, args->values[BUILD_OUTPUT]);
    if (name == NULL)
        tool_error(t, TOOL_M_NO_MEMORY);
    status = name == NULL ? TOOL_UNUSABLE : write_program(t, program, name);
    free(name);
    pol_program_free(program);
    return status;
}

const tool_verb tool_build_verb = {
    .name = "build",
    .run = build,
    .summary = { "compile a script to a .polc file", "把脚本编译成 .polc 文件" },
    .operands = { "POLICY", "脚本" },
    .least = 1,
    .most = 1,
    .options = k_options,
    .option_count = TOOL_COUNT(k_options),
    .about = { "The .polc file holds verified bytecode; pol run takes it in place of the script.\n",
               ".polc 文件是经过验证的字节码，pol run 可以用它代替脚本。\n" },
};
