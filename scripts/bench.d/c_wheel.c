/* The anchor: the wheel of c_wheel.h, whose timers are the caller's numbers. */
#include "c_wheel.h"

static const char *impl_name(void) { return "c_wheel"; }
static void impl_init(uint32_t timers) { wheel_init(timers); }
static void impl_free(void) { wheel_free(); }
static inline void impl_schedule(uint32_t id, uint32_t deadline) { wheel_schedule(id, deadline); }
static inline void impl_cancel(uint32_t id) { wheel_cancel(id); }
static void impl_advance(uint32_t tick) { wheel_advance(tick); }
static inline void wheel_due(uint32_t id, uint32_t deadline) { receive(id, deadline); }
