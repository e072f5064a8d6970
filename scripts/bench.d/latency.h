/* Times of single operations, and the line that sums them up. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t *latencies;
static size_t latency_count, latency_room;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void note_latency(uint64_t ns)
{
    if (latency_count == latency_room) {
        latency_room = latency_room ? latency_room * 2 : 1 << 16;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (!latencies)
            abort();
    }
    latencies[latency_count++] = ns;
}

static int compare_ns(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* One line: how many a second, and how long one took. Returns 1 if there was nothing to measure. */
static inline int print_latencies(uint64_t elapsed_ns)
{
    if (!latency_count)
        return 1;
    qsort(latencies, latency_count, sizeof *latencies, compare_ns);
    printf("count=%zu rate=%.1f p50=%.1f p99=%.1f max=%.1f\n", latency_count,
           (double)latency_count * 1e9 / (double)elapsed_ns,
           (double)latencies[latency_count / 2] / 1e3,
           (double)latencies[latency_count * 99 / 100] / 1e3,
           (double)latencies[latency_count - 1] / 1e3);
    return 0;
}

#endif
