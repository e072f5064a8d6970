/* libev: a 4-ary heap of pointers to timers. */
#include "common.h"

#include <ev.h>

static struct ev_loop *loop;
static ev_timer *timers_;
static uint32_t *deadlines_;

static const char *impl_name(void) { return "libev"; }

static void on_timer(struct ev_loop *loop_, ev_timer *timer, int events)
{
    (void)loop_;
    (void)events;
    uint32_t id = (uint32_t)(timer - timers_);
    receive(id, deadlines_[id]);
}

static void impl_init(uint32_t timers)
{
    loop = ev_loop_new(EVBACKEND_SELECT);
    timers_ = touched(timers, sizeof *timers_);
    deadlines_ = numbers(timers);
    if (!loop)
        abort();
}

static void impl_schedule(uint32_t id, uint32_t deadline)
{
    deadlines_[id] = deadline;
    ev_timer_init(&timers_[id], on_timer, (double)(deadline - virtual_now), 0.);
    ev_timer_start(loop, &timers_[id]);
}

static void impl_cancel(uint32_t id) { ev_timer_stop(loop, &timers_[id]); }

static void impl_advance(uint32_t tick)
{
    (void)tick;
    ev_run(loop, EVRUN_NOWAIT);
    ev_run(loop, EVRUN_NOWAIT);
}

static void impl_free(void)
{
    ev_loop_destroy(loop);
    free(timers_);
    free(deadlines_);
}
