#include "tools/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A signal handler has nowhere else to put what it knows. */
static volatile sig_atomic_t g_signal;
static int g_pipe[2] = { -1, -1 };
static bool g_watched;

static void note(int number)
{
    g_signal = number;
    const ssize_t ignored = write(g_pipe[1], "", 1);
    (void)ignored;
}

static bool set_handler(int number, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL) == 0;
}

/* One that is ignored (a command in the background) stays so. */
static bool watch(int number)
{
    struct sigaction now;
    if (sigaction(number, NULL, &now) != 0)
        return false;
    return now.sa_handler == SIG_IGN || set_handler(number, note, (int)SA_RESETHAND);
}

bool tool_stop_watch(void)
{
    g_signal = 0;
    g_watched = true;
    return watch(SIGINT) && watch(SIGTERM);
}

bool tool_stop_asked(void)
{
    return g_signal != 0;
}

/* Opened when somebody waits. A signal that came before has found nowhere to write. */
int tool_stop_descriptor(void)
{
    if (!g_watched || g_pipe[0] >= 0 || pipe(g_pipe) != 0)
        return g_pipe[0];
    for (int i = 0; i < 2; i++) {
        (void)fcntl(g_pipe[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(g_pipe[i], F_SETFL, O_NONBLOCK);
    }
    if (g_signal != 0)
        note(g_signal);
    return g_pipe[0];
}

void tool_stop_obey(void)
{
    g_watched = false;
    if (g_pipe[0] >= 0) {
        close(g_pipe[0]);
        close(g_pipe[1]);
        g_pipe[0] = g_pipe[1] = -1;
    }
    if (g_signal != 0) {
        fflush(NULL);
        (void)set_handler(g_signal, SIG_DFL, 0);
        raise(g_signal);
    }
}
