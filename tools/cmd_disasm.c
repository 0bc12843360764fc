/* `pol disasm`: bytecode in readable form. */
#include "tools/policy.h"

static int disassemble(tool *t, const tool_args *args)
{
    int status;
    pol_program *program = tool_read_program(t, args->operands[0], &status);
    if (program == NULL)
        return status;
    status = tool_status_of(t, args->operands[0],
                            pol_program_disassemble(program, t->lang, tool_stdout()));
    pol_program_free(program);
    return status;
}

const tool_verb tool_disasm_verb = {
    .name = "disasm",
    .run = disassemble,
    .summary = { "show the bytecode of a policy", "显示政策的字节码" },
    .operands = { "POLICY", "政策" },
    .least = 1,
    .most = 1,
    .about = { "POLICY is a script (.pol) or bytecode (.polc).\n",
               "政策是脚本（.pol）或字节码（.polc）。\n" },
};
