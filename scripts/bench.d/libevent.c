/* libevent: a binary heap of pointers to events. */
#include "common.h"

#include <event2/event.h>
#include <event2/event_struct.h>

static struct event_base *base;
static struct event *events_;
static uint32_t *deadlines_;

static const char *impl_name(void) { return "libevent"; }

static void on_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket;
    (void)what;
    uint32_t id = (uint32_t)((struct event *)context - events_);
    receive(id, deadlines_[id]);
}

static void impl_init(uint32_t timers)
{
    struct event_config *config = event_config_new();
    /* One thread: no locks. */
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    base = event_base_new_with_config(config);
    event_config_free(config);
    events_ = touched(timers, sizeof *events_);
    deadlines_ = numbers(timers);
    if (!base)
        abort();
    for (uint32_t id = 0; id < timers; id++)
        evtimer_assign(&events_[id], base, on_timer, &events_[id]);
}

static void impl_schedule(uint32_t id, uint32_t deadline)
{
    struct timeval delay = {.tv_sec = deadline - virtual_now};
    deadlines_[id] = deadline;
    evtimer_add(&events_[id], &delay);
}

static void impl_cancel(uint32_t id) { evtimer_del(&events_[id]); }

static void impl_advance(uint32_t tick)
{
    (void)tick;
    event_base_loop(base, EVLOOP_NONBLOCK);
    event_base_loop(base, EVLOOP_NONBLOCK);
}

static void impl_free(void)
{
    event_base_free(base);
    free(events_);
    free(deadlines_);
}
