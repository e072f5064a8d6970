/* The wheel of c_wheel.c and c_handles.c: a hierarchical timing wheel in plain C. Nodes of 16 bytes lie in
 * one array and are found by number; slots are circular doubly linked lists whose heads are the first
 * nodes of the array; one word per level tells which slots hold timers. */
#ifndef BENCH_C_WHEEL_H
#define BENCH_C_WHEEL_H

#include "common.h"

enum { LEVELS = 6, SLOTS = 64, HEADS = LEVELS * SLOTS };

struct node {
    uint32_t deadline, next, prev, armed;
};

static struct node *nodes;
static uint64_t occupied[LEVELS];
static uint32_t now;

/* What the peer does with a timer that is due. */
static inline void wheel_due(uint32_t id, uint32_t deadline);

static void wheel_init(uint32_t timers)
{
    nodes = touched(timers + HEADS, sizeof *nodes);
    for (uint32_t head = 0; head < HEADS; head++)
        nodes[head].next = nodes[head].prev = head;
    memset(occupied, 0, sizeof occupied);
    now = 0;
}

static void wheel_free(void) { free(nodes); }

static inline void link_node(uint32_t node)
{
    uint32_t deadline = nodes[node].deadline;
    uint32_t level = (31 - (uint32_t)__builtin_clz((now ^ deadline) | 1)) / 6;
    uint32_t digit = deadline >> (level * 6) & 63;
    uint32_t head = level * SLOTS + digit, tail = nodes[head].prev;
    nodes[node].next = head;
    nodes[node].prev = tail;
    nodes[tail].next = node;
    nodes[head].prev = node;
    occupied[level] |= 1ull << digit;
}

static inline void wheel_schedule(uint32_t id, uint32_t deadline)
{
    uint32_t node = id + HEADS;
    nodes[node].deadline = deadline;
    nodes[node].armed = 1;
    link_node(node);
}

static inline void wheel_cancel(uint32_t id)
{
    uint32_t node = id + HEADS;
    if (!nodes[node].armed)
        return;
    uint32_t next = nodes[node].next, prev = nodes[node].prev;
    nodes[prev].next = next;
    nodes[next].prev = prev;
    if (next == prev && next < HEADS)
        occupied[next / SLOTS] &= ~(1ull << next % SLOTS);
    nodes[node].armed = 0;
}

static inline uint32_t detach(uint32_t head)
{
    uint32_t first = nodes[head].next;
    nodes[head].next = nodes[head].prev = head;
    occupied[head / SLOTS] &= ~(1ull << head % SLOTS);
    return first;
}

static void wheel_advance(uint32_t target)
{
    for (;;) {
        uint32_t level = 0;
        while (level < LEVELS && !occupied[level])
            level++;
        if (level == LEVELS)
            break;
        uint32_t digit = (uint32_t)__builtin_ctzll(occupied[level]);
        uint32_t start = ((now >> (level * 6) & ~63u) | digit) << (level * 6);
        if (start > target)
            break;
        now = start;
        uint32_t head = level * SLOTS + digit, node = detach(head);
        while (node != head) {
            uint32_t next = nodes[node].next;
            if (level) {
                link_node(node);
            } else {
                nodes[node].armed = 0;
                wheel_due(node - HEADS, nodes[node].deadline);
            }
            node = next;
        }
    }
    now = target;
}

#endif
