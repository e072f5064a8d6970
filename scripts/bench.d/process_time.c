/* The processor time that another process has used, all its threads, also those that ended.
 *
 *   process_time PID    prints nanoseconds
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    clockid_t clock;
    struct timespec spent;
    if (argc != 2 || clock_getcpuclockid(atoi(argv[1]), &clock) || clock_gettime(clock, &spent)) {
        fprintf(stderr, "usage: %s PID\n", argv[0]);
        return 64;
    }
    printf("%lld\n", spent.tv_sec * 1000000000ll + spent.tv_nsec);
    return 0;
}
