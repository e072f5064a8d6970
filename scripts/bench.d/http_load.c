/* A load of HTTP requests over a unix socket, from one thread.
 *
 *   http_load SOCKET CONNECTIONS SECONDS RATE poll PATH         GET it, always anew
 *   http_load SOCKET CONNECTIONS SECONDS RATE poll-tagged PATH  with the entity tag of the last answer
 *   http_load SOCKET CONNECTIONS SECONDS RATE complete STAYS    record that S1 to S<STAYS> were turned
 *
 * RATE is requests a second on each connection, 0 to send as soon as the last one was answered.
 * With a rate the load is an open one: a request that has to wait for the answer to the one before
 * is late, and its time counts from the instant at which it should have been sent.
 *
 * Prints count= rate= p50= p99= max=, times in microseconds. Any answer but 200 and 304 is a failure.
 */
#define _GNU_SOURCE
#include "latency.h"

#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROOM = 1 << 20, PATIENCE_S = 10 };

struct connection {
    int fd;
    int waiting;
    uint64_t due, from;
    char tag[128];
    char *answer;
    size_t length;
};

static const char *kind, *target;
static uint64_t requests, started;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        fail(path);
    return fd;
}

static void send_request(struct connection *connection)
{
    char text[1024], body[256];
    int length;
    requests++;
    if (!strcmp(kind, "complete")) {
        int size = snprintf(body, sizeof body,
                            "{\"by\":\"bench nurse\",\"outcomes\":[{\"activity\":\"TURN\",\"outcome\":\"done\","
                            "\"readings\":{\"toPosition\":\"left30\",\"skin\":\"intact\"}}]}");
        length = snprintf(text, sizeof text,
                          "POST /v1/stays/S%lu/outcomes HTTP/1.1\r\nHost: sccd\r\n"
                          "Content-Type: application/json\r\nContent-Length: %d\r\n"
                          "Idempotency-Key: bench-%lx-%lu\r\n\r\n%s",
                          1 + requests % strtoul(target, 0, 10), size, started, requests, body);
    } else {
        length = snprintf(text, sizeof text,
                          "GET %s HTTP/1.1\r\nHost: sccd\r\nAccept: application/json\r\n%s%s%s\r\n",
                          target, connection->tag[0] ? "If-None-Match: " : "", connection->tag,
                          connection->tag[0] ? "\r\n" : "");
    }
    connection->waiting = 1;
    connection->length = 0;
    if (write(connection->fd, text, (size_t)length) != length)
        fail("write");
}

/* The value of a header, or 0. */
static const char *header(const char *answer, const char *name)
{
    const char *found = strcasestr(answer, name);
    return found ? found + strlen(name) : 0;
}

/* Whether the answer is complete; if it is, checks it and keeps its entity tag. */
static int is_complete(struct connection *connection)
{
    connection->answer[connection->length] = 0;
    char *end = strstr(connection->answer, "\r\n\r\n");
    if (!end)
        return 0;
    int status = atoi(connection->answer + 9);
    end[2] = 0;
    const char *length = header(connection->answer, "\r\nContent-Length: ");
    size_t size = (size_t)(end + 4 - connection->answer);
    size_t whole = size + (length && status != 304 ? strtoul(length, 0, 10) : 0);
    const char *tag = header(connection->answer, "\r\nETag: ");
    if (tag && !strcmp(kind, "poll-tagged")) {
        size_t tag_length = strcspn(tag, "\r");
        if (tag_length < sizeof connection->tag) {
            memcpy(connection->tag, tag, tag_length);
            connection->tag[tag_length] = 0;
        }
    }
    end[2] = '\r';
    if (status != 200 && status != 304) {
        fprintf(stderr, "%s\n", connection->answer);
        exit(1);
    }
    return connection->length >= whole;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: %s SOCKET CONNECTIONS SECONDS RATE KIND TARGET\n", argv[0]);
        return 64;
    }
    int count = atoi(argv[2]);
    double seconds = atof(argv[3]), rate = atof(argv[4]);
    uint64_t interval = rate > 0 ? (uint64_t)(1e9 / rate) : 0;
    kind = argv[5];
    target = argv[6];
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    int epoll = epoll_create1(0);
    if (!connections || epoll < 0)
        fail("epoll");
    for (int i = 0; i < count; i++) {
        connections[i].fd = connect_to(argv[1]);
        connections[i].answer = malloc(ROOM + 1);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (!connections[i].answer || epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event))
            fail("connection");
    }
    started = now_ns();
    uint64_t end = started + (uint64_t)(seconds * 1e9);
    /* Stations do not all poll at the same instant. */
    for (int i = 0; i < count; i++)
        connections[i].due = started + interval * (uint64_t)i / (uint64_t)count;
    int waiting = 0;
    for (;;) {
        uint64_t now = now_ns(), next = UINT64_MAX;
        for (int i = 0; i < count; i++) {
            struct connection *connection = &connections[i];
            if (connection->waiting || connection->due >= end)
                continue;
            if (connection->due <= now) {
                connection->from = interval ? connection->due : now_ns();
                connection->due += interval;
                send_request(connection);
                waiting++;
            } else if (connection->due < next) {
                next = connection->due;
            }
        }
        if (!waiting && next == UINT64_MAX)
            break;
        if (now > end + PATIENCE_S * 1000000000ull) {
            fprintf(stderr, "%d requests were never answered\n", waiting);
            return 1;
        }
        now = now_ns();
        uint64_t pause = next <= now ? 0 : next - now;
        if (pause > 100000000)
            pause = 100000000;
        struct timespec timeout = {.tv_nsec = (long)pause};
        struct epoll_event events[64];
        int ready = epoll_pwait2(epoll, events, 64, &timeout, 0);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = &connections[events[i].data.u32];
            ssize_t got = read(connection->fd, connection->answer + connection->length,
                               ROOM - connection->length);
            if (got <= 0)
                fail("the server closed a connection");
            connection->length += (size_t)got;
            if (!is_complete(connection))
                continue;
            uint64_t answered = now_ns();
            note_latency(answered - connection->from);
            connection->waiting = 0;
            waiting--;
            if (!interval)
                connection->due = answered;
        }
    }
    return print_latencies(now_ns() - started);
}
