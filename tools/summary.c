#include "tools/summary.h"

#include <stdlib.h>
#include <string.h>

#include "tools/text.h"

/* "payer 基本医保", "total", "status …", "rejected …". */
static void write_label(const tool *t, char label[512], const pol_total *line)
{
    static const tool_message k_kinds[] = {
        [POL_TOTAL_BILL] = TOOL_M_TOTAL_BILL,         [POL_TOTAL_PAYER] = TOOL_M_TOTAL_PAYER,
        [POL_TOTAL_HOSPITAL] = TOOL_M_TOTAL_HOSPITAL, [POL_TOTAL_PERSON] = TOOL_M_TOTAL_PERSON,
        [POL_TOTAL_STATUS] = TOOL_M_TOTAL_STATUS,     [POL_TOTAL_ERROR] = TOOL_M_TOTAL_ERROR,
    };
    snprintf(label, 512, "%s%s%.400s", tool_word(t, k_kinds[line->kind]), line->name[0] == '\0' ? "" : " ", line->name);
}

/* What is not worth a line: amounts and statuses that nobody had. */
static bool is_idle(const pol_total *line)
{
    return line->claims == 0 && line->kind != POL_TOTAL_BILL && line->kind != POL_TOTAL_PERSON;
}

static bool has_amount(const pol_total *line)
{
    return line->kind <= POL_TOTAL_PERSON;
}

typedef struct widths {
    int label, count, amount;
} widths;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static widths measure(const tool *t, const pol_runner *runner)
{
    widths all = { 0, 0, 0 };
    pol_total line;
    char label[512];
    for (size_t i = 0; pol_runner_total(runner, i, &line); i++) {
        if (is_idle(&line))
            continue;
        write_label(t, label, &line);
        all.label = larger(all.label, tool_text_width(label));
        all.count = larger(all.count, (int)strlen(tool_count_text(line.claims).text));
        all.amount = larger(all.amount, has_amount(&line) ? (int)strlen(line.amount) : 0);
    }
    return all;
}

static void write_lines(const tool *t, FILE *to, const pol_runner *runner)
{
    const pol_run_summary summary = pol_runner_summary(runner);
    tool_write(t, to, TOOL_M_RUN_SUMMARY, tool_count_text(summary.claims).text, tool_count_text(summary.settled).text,
               tool_count_text(summary.rejected).text);
    fputc('\n', to);
    const widths wide = measure(t, runner);
    pol_total line;
    char label[512];
    for (size_t i = 0; pol_runner_total(runner, i, &line); i++) {
        if (is_idle(&line) || (summary.settled == 0 && has_amount(&line)))
            continue;
        write_label(t, label, &line);
        fputs("  ", to);
        tool_write_padded(to, label, wide.label + 2);
        fprintf(to, "%*s  %*s %s\n", wide.amount, has_amount(&line) ? line.amount : "", wide.count,
                tool_count_text(line.claims).text, tool_word(t, TOOL_M_TOTAL_CLAIMS));
    }
}

/* In one piece: standard error has no buffer. */
void tool_summary_write(const tool *t, FILE *to, const pol_runner *runner)
{
    char *text = NULL;
    size_t length = 0;
    FILE *const whole = open_memstream(&text, &length);
    write_lines(t, whole == NULL ? to : whole, runner);
    if (whole != NULL && fclose(whole) == 0)
        fwrite(text, 1, length, to);
    free(text);
}
