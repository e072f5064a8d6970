/* The wheel of c_wheel.h behind a table of handles: each timer has a payload, and its handle a generation by
 * which a stale one is told. The workload keeps the handles. */
#include "c_wheel.h"

struct record {
    uint64_t payload;
    uint32_t generation, next_free;
};
struct handle {
    uint32_t index, generation;
};

static struct record *records;
static struct handle *handles;
static uint32_t first_free;

static const char *impl_name(void) { return "c_handles"; }

static void impl_init(uint32_t timers)
{
    wheel_init(timers);
    records = touched(timers, sizeof *records);
    handles = touched(timers, sizeof *handles);
    for (uint32_t index = 0; index < timers; index++)
        records[index].next_free = index + 1;
    first_free = 0;
}

static void impl_free(void)
{
    wheel_free();
    free(records);
    free(handles);
}

static inline void impl_schedule(uint32_t id, uint32_t deadline)
{
    uint32_t index = first_free;
    struct record *record = &records[index];
    first_free = record->next_free;
    record->payload = id;
    record->generation++;
    handles[id] = (struct handle){index, record->generation};
    wheel_schedule(index, deadline);
}

static inline void release(uint32_t index)
{
    records[index].generation++;
    records[index].next_free = first_free;
    first_free = index;
}

static inline void impl_cancel(uint32_t id)
{
    struct handle handle = handles[id];
    if (records[handle.index].generation != handle.generation)
        return;
    release(handle.index);
    wheel_cancel(handle.index);
}

static inline void wheel_due(uint32_t index, uint32_t deadline)
{
    receive((uint32_t)records[index].payload, deadline);
    release(index);
}

static void impl_advance(uint32_t tick) { wheel_advance(tick); }
