/* start ROUNDS COMMAND… [-- COMMAND…]…: starts each command once a round, one after another, output thrown away, and
 * prints the median milliseconds from start to exit of each, a line a command. Neighbours in time are compared, so a
 * busy machine disturbs the differences little. A command that fails ends the measurement. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_COMMANDS 16
#define MOST_ROUNDS   100000

extern char **environ;

static _Noreturn void stop(const char *why, const char *what)
{
    fprintf(stderr, "start: %s%s\n", why, what);
    exit(2);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* posix_spawn, not fork: what the parent has in memory does not count. */
static double run(char **command, const posix_spawn_file_actions_t *nowhere)
{
    pid_t child;
    int status;
    const double from = milliseconds();
    if (posix_spawnp(&child, command[0], nowhere, NULL, command, environ) != 0)
        stop("cannot start ", command[0]);
    if (waitpid(child, &status, 0) != child || status != 0)
        stop("failed: ", command[0]);
    return milliseconds() - from;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Cuts the arguments at "--"; the number of commands. */
static int cut(char **arguments, char **commands[MOST_COMMANDS])
{
    int count = 0;
    commands[count++] = arguments;
    for (char **at = arguments; *at != NULL; at++) {
        if (strcmp(*at, "--") != 0)
            continue;
        if (count == MOST_COMMANDS || at[1] == NULL)
            stop("too many commands, or an empty one", "");
        *at = NULL;
        commands[count++] = at + 1;
    }
    return count;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 2 ? atoi(argv[1]) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS)
        stop("usage: start ROUNDS COMMAND... [-- COMMAND...]...", "");
    char **commands[MOST_COMMANDS];
    const int count = cut(argv + 2, commands);
    posix_spawn_file_actions_t nowhere;
    if (posix_spawn_file_actions_init(&nowhere) != 0 ||
        posix_spawn_file_actions_addopen(&nowhere, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
        posix_spawn_file_actions_addopen(&nowhere, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0)
        stop("no memory", "");
    double *const times = malloc((size_t)count * (size_t)rounds * sizeof *times);
    if (times == NULL)
        stop("no memory", "");
    for (int round = 0; round < rounds; round++)
        for (int c = 0; c < count; c++)
            times[c * rounds + round] = run(commands[c], &nowhere);
    for (int c = 0; c < count; c++) {
        qsort(times + c * rounds, (size_t)rounds, sizeof *times, compare_doubles);
        printf("%.4f\n", times[c * rounds + rounds / 2]);
    }
    posix_spawn_file_actions_destroy(&nowhere);
    free(times);
    return 0;
}
