/* `pol repl`: the debugger; see tools/repl/repl.h. */
#include "tools/repl/repl.h"

static int debug(tool *t, const tool_args *args)
{
    repl r = { .t = t, .next_stop = 1 };
    r.input = repl_input_open(&r);
    if (r.input == NULL) {
        tool_error(t, TOOL_M_NO_MEMORY);
        return TOOL_UNUSABLE;
    }
    if (args->operand_count > 0)
        repl_load_policy(&r, args->operands[0]);
    const bool usable = args->operand_count == 0 || r.stepper != NULL;
    if (usable && args->operand_count > 1)
        repl_take_file(&r, args->operands[1], 1);
    while (usable && !r.done) {
        char prompt[64];
        if (r.has_claim)
            snprintf(prompt, sizeof prompt, "pol %zu/%zu> ", r.position, pol_stepper_count(r.stepper));
        else
            snprintf(prompt, sizeof prompt, "pol> ");
        char *line = repl_read_line(&r, prompt);
        if (line == NULL)
            break;
        repl_execute(&r, line);
        free(line);
    }
    repl_close(&r);
    return usable ? TOOL_DONE : TOOL_UNUSABLE;
}

const tool_verb tool_repl_verb = {
    .name = "repl",
    .run = debug,
    .summary = { "step through a settlement, forwards and backwards", "逐步查看一笔结算，可前可后" },
    .operands = { "[POLICY [CLAIM]]", "[脚本 [数据]]" },
    .most = 2,
    .about = { "An interactive debugger: help lists its commands, in English and Chinese. When standard input is no\n"
               "terminal, it reads commands from there, so that a file of commands gives the same transcript each time.\n",
               "交互式调试：输入“帮助”列出命令，中英文均可。标准输入不是终端时，从中逐行读取命令，\n"
               "同样的命令文件得到同样的记录。\n" },
};
