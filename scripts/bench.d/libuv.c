/* libuv: a binary heap of linked nodes. */
#include "common.h"

#include <uv.h>

static uv_loop_t loop;
static uv_timer_t *timers_;
static uint32_t *deadlines_, count_;

static const char *impl_name(void) { return "libuv"; }

static void on_timer(uv_timer_t *timer)
{
    uint32_t id = (uint32_t)(timer - timers_);
    receive(id, deadlines_[id]);
}

static void impl_init(uint32_t timers)
{
    count_ = timers;
    timers_ = touched(timers, sizeof *timers_);
    deadlines_ = numbers(timers);
    if (uv_loop_init(&loop))
        abort();
    for (uint32_t id = 0; id < timers; id++)
        uv_timer_init(&loop, &timers_[id]);
}

static void impl_schedule(uint32_t id, uint32_t deadline)
{
    deadlines_[id] = deadline;
    uv_timer_start(&timers_[id], on_timer, 1000ull * (deadline - virtual_now), 0);
}

static void impl_cancel(uint32_t id) { uv_timer_stop(&timers_[id]); }

static void impl_advance(uint32_t tick)
{
    (void)tick;
    uv_update_time(&loop);
    uv_run(&loop, UV_RUN_NOWAIT);
}

static void impl_free(void)
{
    for (uint32_t id = 0; id < count_; id++)
        uv_close((uv_handle_t *)&timers_[id], 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop))
        abort();
    free(timers_);
    free(deadlines_);
}
