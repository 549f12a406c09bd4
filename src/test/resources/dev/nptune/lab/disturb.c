/*
 * What disturbs a VM, on purpose, in bursts.
 *
 * Usage: disturb load CPU SECONDS          work on a CPU that is the VM's
 *        disturb migrate TID CPU CPU SECONDS   a thread sent from one CPU to the other and back
 *        disturb packets SECONDS          packets to nobody, whose interrupts and softirqs go where `rps_cpus` of lo says
 *
 *        disturb clocks                   prints the TSC and the time since 1970 in nanoseconds, of the same moment
 *
 * A burst takes 40 ms, the pause after it 100 to 600 ms by chance: what is regular is always in step with something. SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const uint64_t MS = 1000000;
static int thread, cpus[2];

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static int pin(int tid, int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(tid, sizeof set, &set);
}

static int load(void) {
    return 0;
}

static int migrate(void) {
    static int which;
    return pin(thread, cpus[which ^= 1]);
}

static int packets(void) {
    static int to = -1;
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (to < 0) to = socket(AF_INET, SOCK_DGRAM, 0);
    return sendto(to, "", 1, 0, (struct sockaddr *)&nobody, sizeof nobody) == 1 ? 0 : -1;
}

static int bursts(int (*disturbance)(void), long seconds) {
    uint64_t end = now() + (uint64_t)seconds * 1000 * MS;
    while (now() < end) {
        uint64_t burst = now() + 40 * MS;
        struct timespec nap = {0, (long)((100 + (uint64_t)rand() % 500) * MS)};
        while (now() < burst)
            if (disturbance()) return perror("disturb"), 1;
        nanosleep(&nap, NULL);
    }
    return 0;
}

/* Of some tries the one in which the two were read in the shortest time. */
static int clocks(void) {
    uint64_t best = UINT64_MAX, tsc = 0, time = 0;
    for (int i = 0; i < 20; i++) {
        struct timespec t;
        uint64_t before = __builtin_ia32_rdtsc();
        clock_gettime(CLOCK_REALTIME, &t);
        uint64_t after = __builtin_ia32_rdtsc();
        if (after - before < best) {
            best = after - before;
            tsc = before + best / 2;
            time = (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
        }
    }
    return printf("%llu %llu\n", (unsigned long long)tsc, (unsigned long long)time) < 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "clocks")) return clocks();
    if (argc == 4 && !strcmp(argv[1], "load")) {
        setpriority(PRIO_PROCESS, 0, -15);
        return pin(0, atoi(argv[2])) ? 1 : bursts(load, atol(argv[3]));
    }
    if (argc == 6 && !strcmp(argv[1], "migrate")) {
        thread = atoi(argv[2]), cpus[0] = atoi(argv[3]), cpus[1] = atoi(argv[4]);
        return bursts(migrate, atol(argv[5]));
    }
    if (argc == 3 && !strcmp(argv[1], "packets")) return bursts(packets, atol(argv[2]));
    return 2;
}
