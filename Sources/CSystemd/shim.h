// What Swift needs of libsystemd, and the few kernel interfaces that Swift's Glibc module hides.
// Every function here takes plain numbers where it can, so that the caller needs no pointer.

#ifndef SCCD_CSYSTEMD_SHIM_H
#define SCCD_CSYSTEMD_SHIM_H

// Without this, sd_journal_sendv is a macro as well, one that adds the place in this header to each
// record. Swift does not see macros with arguments; a helper in C would.
#define SD_JOURNAL_SUPPRESS_LOCATION 1

#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// The layout of `struct ucred`, which needs _GNU_SOURCE and is therefore not visible from Swift.
struct scc_ucred {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

_Static_assert(sizeof(struct scc_ucred) == 12, "SO_PEERCRED answers with twelve bytes");

// A timer over the wall clock, or a negative errno.
static inline int scc_timer_create(void) {
    int timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    return timer < 0 ? -errno : timer;
}

// Arms `timer` once at an absolute wall instant; it is also woken when the wall clock is set.
// 0, or a negative errno. -ECANCELED: the clock was set since the last read; the timer is armed.
static inline int scc_timer_arm(int timer, int64_t seconds, int64_t nanoseconds) {
    struct itimerspec when = {
        .it_interval = { .tv_sec = 0, .tv_nsec = 0 },
        .it_value = { .tv_sec = seconds, .tv_nsec = nanoseconds },
    };
    int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    return timerfd_settime(timer, flags, &when, NULL) < 0 ? -errno : 0;
}

// Stops `timer`. 0, or a negative errno.
static inline int scc_timer_disarm(int timer) {
    struct itimerspec never = { .it_interval = { 0, 0 }, .it_value = { 0, 0 } };
    return timerfd_settime(timer, 0, &never, NULL) < 0 ? -errno : 0;
}

// 1 when the timer fired, or a negative errno: -ECANCELED when the clock was set, -EAGAIN when
// nothing has happened.
static inline int scc_timer_read(int timer) {
    uint64_t expirations = 0;
    ssize_t got;
    do {
        got = read(timer, &expirations, sizeof expirations);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return -errno;
    }
    return got == (ssize_t) sizeof expirations ? 1 : -EIO;
}

// Who was at the other end of a unix socket when it connected. 0, or a negative errno.
static inline int scc_peer_credentials(int descriptor, struct scc_ucred *peer) {
    socklen_t length = sizeof *peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, peer, &length) < 0) {
        return -errno;
    }
    return length == sizeof *peer ? 0 : -EINVAL;
}

// The peer's supplementary groups: how many were written, or a negative errno (-ERANGE when
// `capacity` is too small).
static inline int scc_peer_groups(int descriptor, uint32_t *groups, int capacity) {
    socklen_t length = (socklen_t) capacity * sizeof *groups;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length) < 0) {
        return -errno;
    }
    return (int) (length / sizeof *groups);
}

// A write to a closed connection then answers EPIPE instead of ending the process.
static inline int scc_ignore_sigpipe(void) {
    return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -errno : 0;
}

#endif
