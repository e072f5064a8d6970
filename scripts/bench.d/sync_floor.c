/* What the disk itself takes: 4 KiB written over in place, and fdatasync, again and again.
 *
 *   sync_floor FILE SECONDS
 */
#define _GNU_SOURCE
#include "latency.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4096, BLOCKS = 256 };

int main(int argc, char **argv)
{
    static char block[BLOCK];
    int fd = argc == 3 ? open(argv[1], O_CREAT | O_TRUNC | O_RDWR, 0600) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: %s FILE SECONDS\n", argv[0]);
        return 64;
    }
    for (int i = 0; i < BLOCKS; i++)
        if (pwrite(fd, block, BLOCK, (off_t)i * BLOCK) != BLOCK)
            return 1;
    if (fsync(fd))
        return 1;
    uint64_t started = now_ns(), end = started + (uint64_t)(atof(argv[2]) * 1e9), now = started;
    for (int i = 0; now < end; i++) {
        memset(block, i, BLOCK);
        uint64_t from = now_ns();
        if (pwrite(fd, block, BLOCK, (off_t)(i % BLOCKS) * BLOCK) != BLOCK || fdatasync(fd))
            return 1;
        now = now_ns();
        note_latency(now - from);
    }
    return print_latencies(now - started);
}
