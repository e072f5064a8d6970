/* The workload that every peer of the timer wheel runs, and its clock.
 *
 * A peer includes this file once and defines the impl_ functions. Usage: peer TIMERS ROUNDS
 *
 * Deadlines are whole seconds, uniform over 24 hours, from fixed seeds. The phases:
 *   cold    schedule every timer
 *   cancel  cancel every timer in random order
 *   warm    schedule every timer again
 *   churn   cancel a random timer and schedule it anew, a million times or once per timer
 *   fire    move to the end of the day and receive every timer
 * One line per phase: impl= timers= round= phase= ns= (of processor time, per operation). The lines of the phases
 * "memory" (bytes per timer by resident size) and "check" end a round.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400u

/* What the peer provides. */
static const char *impl_name(void);
static void impl_init(uint32_t timers);
static void impl_schedule(uint32_t id, uint32_t deadline);
static void impl_cancel(uint32_t id);
static void impl_advance(uint32_t tick); /* calls receive() for all that is due */
static void impl_free(void);

static uint64_t fired, checksum, early, disorder;
static uint32_t last_deadline, virtual_now;

static inline void receive(uint32_t id, uint32_t deadline)
{
    fired++;
    checksum += (uint64_t)id * 2654435761u + deadline;
    early += deadline > virtual_now;
    disorder += deadline < last_deadline;
    last_deadline = deadline;
}

/* The libraries read the clock through this function of the executable instead of libc's, so that
 * a day passes in no time. It stands half a second behind the end of the day, because libev's timers
 * are due later than an instant, not at it. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
    (void)clock;
    out->tv_sec = 1000000 + virtual_now;
    out->tv_nsec = virtual_now ? 500000000 : 0;
    return 0;
}

/* Processor time, so that what else the machine does counts less. */
static double spent_ns(void)
{
    struct timespec spent;
    syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &spent);
    return spent.tv_sec * 1e9 + spent.tv_nsec;
}

static double resident_bytes(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2)
        abort();
    fclose(file);
    return (double)resident * sysconf(_SC_PAGESIZE);
}

/* SplitMix64. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t mixed = *state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static uint32_t random_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)(((next_random(state) >> 32) * bound) >> 32);
}

/* Zeroed memory with every page touched, as growing is not what is measured. */
static void *touched(size_t count, size_t size)
{
    char *memory = malloc(count * size);
    if (!memory)
        abort();
    memset(memory, 1, count * size);
    /* Keeps the compiler from making one untouched calloc of it all. */
    __asm__ volatile("" : : "r"(memory) : "memory");
    return memset(memory, 0, count * size);
}

static uint32_t *numbers(uint32_t count) { return touched(count, sizeof(uint32_t)); }

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s TIMERS ROUNDS\n", argv[0]);
        return 64;
    }
    uint32_t timers = (uint32_t)strtoul(argv[1], 0, 10);
    int rounds = atoi(argv[2]);
    uint32_t churns = timers < 1000000 ? 1000000 : timers;
    uint32_t *deadlines = numbers(timers), *order = numbers(timers);
    uint32_t *victims = numbers(churns), *fresh = numbers(churns);
    uint64_t random = 12345;
    for (uint32_t i = 0; i < timers; i++)
        deadlines[i] = 1 + random_below(&random, DAY);
    for (uint32_t i = 0; i < timers; i++)
        order[i] = i;
    for (uint32_t i = timers - 1; i > 0; i--) {
        uint32_t j = random_below(&random, i + 1), swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    for (uint32_t i = 0; i < churns; i++) {
        victims[i] = random_below(&random, timers);
        fresh[i] = 1 + random_below(&random, DAY);
    }
    for (int round = 0; round < rounds; round++) {
        fired = checksum = early = disorder = 0;
        last_deadline = virtual_now = 0;
        double empty = resident_bytes();
        impl_init(timers);
        double t0 = spent_ns();
        for (uint32_t i = 0; i < timers; i++)
            impl_schedule(i, deadlines[i]);
        double t1 = spent_ns(), full = resident_bytes(), t2 = spent_ns();
        for (uint32_t i = 0; i < timers; i++)
            impl_cancel(order[i]);
        double t3 = spent_ns();
        for (uint32_t i = 0; i < timers; i++)
            impl_schedule(i, deadlines[i]);
        double t4 = spent_ns();
        for (uint32_t i = 0; i < churns; i++) {
            impl_cancel(victims[i]);
            impl_schedule(victims[i], fresh[i]);
        }
        double t5 = spent_ns(), worst = resident_bytes(), t6 = spent_ns();
        virtual_now = DAY;
        impl_advance(DAY);
        double t7 = spent_ns();
        impl_free();
        struct {
            const char *phase;
            double ns;
        } phases[] = {
            {"cold", (t1 - t0) / timers},   {"cancel", (t3 - t2) / timers},
            {"warm", (t4 - t3) / timers},   {"churn", (t5 - t4) / churns},
            {"fire", (t7 - t6) / timers},
        };
        for (int i = 0; i < 5; i++)
            printf("impl=%s timers=%u round=%d phase=%s ns=%.2f\n", impl_name(), timers, round,
                   phases[i].phase, phases[i].ns);
        /* Later rounds reuse memory of the first, so only that one tells. */
        if (round == 0)
            printf("impl=%s timers=%u round=0 phase=memory fresh=%.1f worst=%.1f\n", impl_name(),
                   timers, (full - empty) / timers, (worst - empty) / timers);
        printf("impl=%s timers=%u round=%d phase=check fired=%lu sum=%lu early=%lu disorder=%lu\n",
               impl_name(), timers, round, fired, checksum, early, disorder);
        fflush(stdout);
    }
    free(deadlines);
    free(order);
    free(victims);
    free(fresh);
    return 0;
}

#endif
