/* The least that can answer a poll: one thread, one epoll loop, no parsing beyond the end of a
 * request, and always the same bytes.
 *
 *   bare_server SOCKET ANSWER-200 ANSWER-304
 *
 * A request with an entity tag gets the second file, any other the first. Ends with its caller.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <signal.h>
#include <unistd.h>

enum { CONNECTIONS = 1024, ROOM = 8192 };

struct bytes {
    char *data;
    size_t length;
};

static struct {
    char request[ROOM];
    size_t length;
} connections[CONNECTIONS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct bytes contents(const char *path)
{
    struct bytes bytes = {malloc(1 << 20), 0};
    FILE *file = fopen(path, "r");
    if (!file || !bytes.data)
        fail(path);
    bytes.length = fread(bytes.data, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void answer(int fd, struct bytes bytes)
{
    while (bytes.length) {
        ssize_t written = write(fd, bytes.data, bytes.length);
        if (written <= 0)
            return; /* It has gone; its end is read next. */
        bytes.data += written;
        bytes.length -= (size_t)written;
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s SOCKET ANSWER-200 ANSWER-304\n", argv[0]);
        return 64;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    struct bytes whole = contents(argv[2]), unchanged = contents(argv[3]);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), epoll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 256))
        fail(argv[1]);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                event.data.fd = accept(listener, 0, 0);
                if (event.data.fd < 0 || event.data.fd >= CONNECTIONS)
                    fail("accept");
                connections[event.data.fd].length = 0;
                epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
                continue;
            }
            char *request = connections[fd].request;
            size_t length = connections[fd].length;
            ssize_t got = read(fd, request + length, ROOM - 1 - length);
            if (got <= 0) {
                close(fd);
                continue;
            }
            connections[fd].length = length += (size_t)got;
            request[length] = 0;
            if (!strstr(request, "\r\n\r\n"))
                continue;
            connections[fd].length = 0;
            answer(fd, strstr(request, "\r\nIf-None-Match:") ? unchanged : whole);
        }
    }
}
