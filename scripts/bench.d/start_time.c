/* How long a program takes to be there. Medians, in microseconds.
 *
 *   start_time command RUNS PROGRAM [ARGUMENT...]         prints first= (byte of output) exit=
 *   start_time server RUNS SOCKET PROGRAM [ARGUMENT...]   prints ready= (first byte of an answer)
 */
#define _GNU_SOURCE
#include "latency.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 10 };

/* Runs the program with its output in a pipe, or nowhere. */
static pid_t spawn(char **argv, int output)
{
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(output < 0 ? nowhere : output, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execvp(argv[0], argv);
    _exit(127);
}

static void time_command(char **argv, uint64_t *first, uint64_t *whole)
{
    int pipe_[2], status = 0;
    char buffer[65536];
    if (pipe2(pipe_, O_CLOEXEC))
        abort();
    uint64_t from = now_ns();
    pid_t child = spawn(argv, pipe_[1]);
    close(pipe_[1]);
    alarm(PATIENCE_S);
    if (read(pipe_[0], buffer, sizeof buffer) <= 0) {
        fprintf(stderr, "%s printed nothing\n", argv[0]);
        exit(1);
    }
    *first = now_ns() - from;
    while (read(pipe_[0], buffer, sizeof buffer) > 0)
        continue;
    waitpid(child, &status, 0);
    *whole = now_ns() - from;
    alarm(0);
    close(pipe_[0]);
    if (status) {
        fprintf(stderr, "%s failed\n", argv[0]);
        exit(1);
    }
}

static uint64_t time_server(const char *path, char **argv)
{
    static const char request[] = "GET /v1/status HTTP/1.1\r\nHost: sccd\r\n\r\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    uint64_t from = now_ns();
    pid_t child = spawn(argv, -1);
    for (;;) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        char answer[64];
        if (!connect(fd, (struct sockaddr *)&address, sizeof address) &&
            write(fd, request, sizeof request - 1) == sizeof request - 1 &&
            read(fd, answer, sizeof answer) > 0) {
            close(fd);
            break;
        }
        close(fd);
        if (now_ns() - from > PATIENCE_S * 1000000000ull || waitpid(child, 0, WNOHANG)) {
            fprintf(stderr, "%s does not answer\n", argv[0]);
            kill(child, SIGKILL);
            exit(1);
        }
        usleep(100);
    }
    uint64_t ready = now_ns() - from;
    kill(child, SIGTERM);
    waitpid(child, 0, 0);
    return ready;
}

static double median_us(uint64_t *times, int runs)
{
    qsort(times, (size_t)runs, sizeof *times, compare_ns);
    return (double)times[runs / 2] / 1e3;
}

int main(int argc, char **argv)
{
    int runs = argc > 3 ? atoi(argv[2]) : 0;
    if (runs < 1 || runs > 1000) {
        fprintf(stderr, "usage: %s command|server RUNS [SOCKET] PROGRAM [ARGUMENT...]\n", argv[0]);
        return 64;
    }
    uint64_t first[1000], whole[1000];
    if (!strcmp(argv[1], "server")) {
        for (int run = 0; run < runs; run++)
            first[run] = time_server(argv[3], argv + 4);
        printf("ready=%.1f\n", median_us(first, runs));
        return 0;
    }
    for (int run = 0; run < runs; run++)
        time_command(argv + 3, &first[run], &whole[run]);
    printf("first=%.1f exit=%.1f\n", median_us(first, runs), median_us(whole, runs));
    return 0;
}
