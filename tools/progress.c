#include "tools/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "tools/text.h"

#define REDRAW_SECONDS  0.1
#define USUAL_COLUMNS   80
#define SMALLEST_BAR    10
#define LARGEST_BAR     40
#define LARGEST_COLUMNS 400

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL_COLUMNS;
    return size.ws_col < LARGEST_COLUMNS ? size.ws_col : LARGEST_COLUMNS;
}

void tool_progress_start(tool_progress *progress, const tool *t, uint64_t size)
{
    const char *const terminal = getenv("TERM");
    *progress = (tool_progress){ .t = t, .size = size, .start = now() };
    progress->shown = isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
    progress->last = progress->start;
}

/* "[#####     ]" of so many columns, brackets included. */
static void write_bar(double share, int columns)
{
    const int inside = columns - 2;
    fputc('[', stderr);
    for (int i = 0; i < inside; i++)
        fputc(i < (int)(share * inside) ? '#' : ' ', stderr);
    fputs("] ", stderr);
}

/* Minutes and seconds: "1:05". */
static void write_clock(char text[24], double seconds)
{
    const unsigned long whole = seconds < 0 || seconds > 1e9 ? 0 : (unsigned long)(seconds + 0.5);
    snprintf(text, 24, "%lu:%02lu", whole / 60, whole % 60);
}

/* A message with its one argument. */
static void say(char out[80], const tool *t, tool_message message, const char *argument)
{
    const char *const text = tool_word(t, message), *const place = strstr(text, "{0}");
    snprintf(out, 80, "%.*s%s%s", (int)(place - text), text, argument, place + 3);
}

/* Percent, claims, claims a second, time left or passed. What does not fit is left out from the right. */
static void draw(const tool_progress *progress, uint64_t claims, uint64_t read, double passed)
{
    char parts[4][80] = { "", "", "", "" };
    const double share = progress->size == 0 ? 0 : (double)read / (double)progress->size;
    char clock[24];
    const bool known = progress->size != 0 && share > 0;
    write_clock(clock, known ? passed / share - passed : passed);
    if (known)
        snprintf(parts[0], sizeof parts[0], "%3d%%", (int)((share < 1 ? share : 1) * 100));
    const double speed = passed > 0 ? (double)claims / passed : 0;
    say(parts[1], progress->t, TOOL_M_PROGRESS_CLAIMS, tool_count_text(claims).text);
    say(parts[2], progress->t, TOOL_M_PROGRESS_SPEED, tool_count_text((unsigned long long)speed).text);
    say(parts[3], progress->t, known ? TOOL_M_PROGRESS_LEFT : TOOL_M_PROGRESS_PASSED, clock);
    int left = terminal_columns() - 1; /* the last column would wrap */
    int needed = 0;
    for (int i = 0; i < 4; i++)
        needed += tool_text_width(parts[i]) + 2;
    fputs("\r\033[K", stderr);
    if (known && left - needed >= SMALLEST_BAR) {
        const int bar = left - needed < LARGEST_BAR ? left - needed : LARGEST_BAR;
        write_bar(share, bar - 1);
        left -= bar;
    }
    for (int i = 0; i < 4 && tool_text_width(parts[i]) + 2 <= left; i++) {
        if (parts[i][0] == '\0')
            continue;
        fprintf(stderr, "%s  ", parts[i]);
        left -= tool_text_width(parts[i]) + 2;
    }
    fflush(stderr);
}

void tool_progress_show(tool_progress *progress, uint64_t claims, uint64_t read)
{
    if (!progress->shown)
        return;
    const double time = now();
    if (time - progress->last < REDRAW_SECONDS)
        return;
    progress->last = time;
    progress->drawn = true;
    draw(progress, claims, read, time - progress->start);
}

void tool_progress_end(tool_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
