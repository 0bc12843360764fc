/* Scripts and programs from files. */
#include "tools/policy.h"

#include <stdlib.h>

#include "tools/files.h"
#include "tools/superior.h"
#include "tools/text.h"

/* Beyond what the language allows by a little, so that the checker says what is wrong with a script. */
#define LARGEST_SCRIPT  ((size_t)5 << 20)
#define LARGEST_PROGRAM ((size_t)256 << 20)

static bool write_stream(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, (FILE *)user) == length;
}

pol_writer tool_stdout(void)
{
    return (pol_writer){ write_stream, stdout };
}

pol_writer tool_stderr(void)
{
    return (pol_writer){ write_stream, stderr };
}

int tool_status_of(const tool *t, const char *name, pol_status status)
{
    switch (status) {
    case POL_OK: return TOOL_DONE;
    case POL_FINDINGS: return TOOL_FINDINGS;
    case POL_NO_MEMORY: tool_error(t, TOOL_M_NO_MEMORY); return TOOL_UNUSABLE;
    case POL_WRITE_FAILED: return TOOL_UNUSABLE; /* reported where the stream is flushed */
    case POL_OUT_OF_ORDER:
    case POL_STOPPED: return TOOL_UNUSABLE; /* reported where the run ends */
    case POL_BAD_ARGUMENT:
    case POL_REFUSED: tool_error(t, TOOL_M_FAILED, name); return TOOL_UNUSABLE;
    }
    return TOOL_UNUSABLE;
}

char *tool_read_text(const tool *t, const char *name, size_t *length, int *status)
{
    *status = TOOL_UNUSABLE;
    if (!tool_ends_in(name, ".polc"))
        return tool_read_file(t, name, LARGEST_SCRIPT, length);
    tool_error(t, TOOL_M_NEEDS_SCRIPT, name);
    return NULL;
}

pol_script *tool_load_script(const tool *t, const char *name, const char *text, size_t length, int *status)
{
    pol_script *script = pol_script_new(NULL);
    tool_superior superior;
    const pol_loader loader = tool_superior_open(&superior, t, name);
    if (script != NULL)
        pol_script_set_loader(script, loader);
    const pol_status loaded =
        script == NULL ? POL_NO_MEMORY : pol_script_load(script, name, text, length);
    tool_superior_close(&superior);
    *status = tool_status_of(t, name, loaded);
    if (*status != TOOL_UNUSABLE)
        return script;
    pol_script_free(script);
    return NULL;
}

pol_script *tool_read_script(const tool *t, const char *name, int *status)
{
    size_t length;
    char *text = tool_read_text(t, name, &length, status);
    if (text == NULL)
        return NULL;
    pol_script *script = tool_load_script(t, name, text, length, status);
    free(text);
    return script;
}

void tool_report_script(const tool *t, const char *name, pol_script *script, tool_message message)
{
    fflush(stdout);
    pol_script_diagnostics(script, POL_TEXT, t->lang, t->color_errors, tool_stderr());
    tool_error(t, message, name);
}

pol_script *tool_read_good_script(const tool *t, const char *name, int *status)
{
    pol_script *script = tool_read_script(t, name, status);
    if (script == NULL || *status == TOOL_DONE)
        return script;
    tool_report_script(t, name, script, TOOL_M_HAS_ERRORS);
    pol_script_free(script);
    return NULL;
}

static pol_program *compile_file(const tool *t, const char *name, int *status)
{
    pol_script *script = tool_read_good_script(t, name, status);
    if (script == NULL)
        return NULL;
    pol_program *program = NULL;
    const pol_status compiled = pol_script_compile(script, &program);
    *status = tool_status_of(t, name, compiled);
    if (compiled == POL_FINDINGS) /* a limit of the compiler */
        tool_report_script(t, name, script, TOOL_M_HAS_ERRORS);
    pol_script_free(script);
    return program;
}

static pol_program *load_file(const tool *t, const char *name, int *status)
{
    *status = TOOL_UNUSABLE;
    size_t length;
    char *bytes = tool_read_file(t, name, LARGEST_PROGRAM, &length);
    if (bytes == NULL)
        return NULL;
    char reason[256] = "";
    pol_program *program = NULL;
    const pol_status loaded = pol_program_load(NULL, bytes, length, reason, &program);
    free(bytes);
    if (loaded == POL_REFUSED)
        tool_error(t, TOOL_M_REFUSED, name, reason);
    else
        *status = tool_status_of(t, name, loaded);
    return program;
}

pol_program *tool_read_program(const tool *t, const char *name, int *status)
{
    return tool_ends_in(name, ".polc") ? load_file(t, name, status) : compile_file(t, name, status);
}
