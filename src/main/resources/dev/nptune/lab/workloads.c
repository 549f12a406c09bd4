/*
 * The workloads measured on the instruction clock, on bare metal and in the VM.
 *
 * Usage: nptune-workloads [DISK [FRAMEBUFFER]]
 *        nptune-workloads --hold FRAMEBUFFER
 *   DISK         a block device to read from, never written
 *   FRAMEBUFFER  a PCI memory BAR as sysfs shows it (resource0 or resource0_wc), at least 16 MiB
 *
 * --hold maps the framebuffer and 64 MiB of memory, prints "NPTUNE-HOLD framebuffer-address memory-address
 * where-that-is-in-physical-memory", and writes to both now and then for ever: for looking at the page tables behind
 * them.
 *
 * Prints one line a workload: "NPTUNE-RESULT name operations nanoseconds", of its median round where it has
 * several. A workload that cannot run prints "NPTUNE-FAILED name reason" instead, so that it is never taken for a fast
 * one.
 *
 * The copy and the loops are written out rather than left to the C library, which picks its code by CPUID and so may
 * run different instructions in the VM than on bare metal.
 *
 * Copyright NPTune's authors. SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, MIB = 1 << 20, FRAME = 3 * MIB, FRAMEBUFFER = 16 * MIB, POOL = 64 * MIB, ROUNDS = 5 };

static const char *disk_path, *framebuffer_path;
static int disk = -1;
static void *disk_buffer, *frame;
static volatile uint64_t sink;
static uint64_t random_state;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* xorshift64: the same sequence in every run. */
static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int integer(long n) {
    uint64_t a = 1;
    for (long i = 0; i < n; i++) a = a * 6364136223846793005u + (uint64_t)i;
    sink = a;
    return 0;
}

static int process(long n) {
    for (long i = 0; i < n; i++) {
        pid_t child = fork();
        if (child < 0) return -1;
        if (child == 0) _exit(0);
        if (waitpid(child, NULL, 0) != child) return -1;
    }
    return 0;
}

static char *map(size_t size) {
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    for (size_t i = 0; i < size; i += PAGE) p[i] = 1;
    return p;
}

static int mapping(long n) {
    for (long i = 0; i < n; i++) {
        char *p = map(MIB);
        if (!p) return -1;
        munmap(p, MIB);
    }
    return 0;
}

static int memory(long n) {
    uint64_t sum = 0;
    char *p = map(POOL);
    if (!p) return -1;
    for (long i = 0; i < n; i++) sum += (uint64_t)p[next_random() & (POOL - 1)];
    sink = sum;
    munmap(p, POOL);
    return 0;
}

static int relay(int in, int out, long n) {
    char c = 0;
    for (long i = 0; i < n; i++)
        if (read(in, &c, 1) != 1 || write(out, &c, 1) != 1) return -1;
    return 0;
}

static int context(long n) {
    int there[2], back[2], status = 0;
    char c = 0;
    if (pipe(there) || pipe(back)) return -1;
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) _exit(relay(there[0], back[1], n) ? 1 : 0);
    for (long i = 0; i < n && status == 0; i++)
        if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1) status = -1;
    waitpid(child, NULL, 0);
    for (int i = 0; i < 2; i++) close(there[i]), close(back[i]);
    return status;
}

static int timer(long n) {
    struct timespec nap = {0, 100000};
    for (long i = 0; i < n; i++)
        if (nanosleep(&nap, NULL)) return -1;
    return 0;
}

static int disk_read(long n) {
    if (disk < 0) {
        disk = open(disk_path, O_RDONLY | O_DIRECT);
        if (disk < 0 || posix_memalign(&disk_buffer, PAGE, PAGE)) return -1;
    }
    off_t pages = lseek(disk, 0, SEEK_END) / PAGE;
    if (pages <= 0) return -1;
    for (long i = 0; i < n; i++) {
        off_t at = (off_t)(next_random() % (uint64_t)pages) * PAGE;
        if (pread(disk, disk_buffer, PAGE, at) != PAGE) return -1;
    }
    return 0;
}

static volatile uint64_t *map_framebuffer(void) {
    int fd = open(framebuffer_path, O_RDWR);
    if (fd < 0) return NULL;
    void *p = mmap(NULL, FRAMEBUFFER, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return p == MAP_FAILED ? NULL : p;
}

/* Maps the framebuffer and copies frames to it in turn, as a program that flips between three buffers does. */
static int framebuffer(long n) {
    if (!frame && !(frame = map(FRAME))) return -1;
    volatile uint64_t *to = map_framebuffer();
    if (!to) return -1;
    for (long i = 0; i < n; i++)
        for (size_t w = 0; w < FRAME / 8; w++) to[(size_t)(i % 3) * (FRAME / 8) + w] = ((uint64_t *)frame)[w];
    munmap((void *)to, FRAMEBUFFER);
    return 0;
}

/* Where the kernel says that a page of this process lies in physical memory; 0 if it does not say. */
static uint64_t physical(void *page) {
    uint64_t entry = 0;
    int fd = open("/proc/self/pagemap", O_RDONLY);
    if (fd < 0) return 0;
    if (pread(fd, &entry, sizeof entry, (off_t)((uintptr_t)page / PAGE * sizeof entry)) != sizeof entry) entry = 0;
    close(fd);
    return (entry & ((UINT64_C(1) << 55) - 1)) * PAGE;
}

static int hold(void) {
    volatile uint64_t *to = map_framebuffer();
    char *memory = map(POOL);
    struct timespec nap = {0, 10000000};
    if (!to || !memory) {
        printf("NPTUNE-FAILED hold %s\n", strerror(errno));
        return 1;
    }
    for (size_t at = 0; at < FRAMEBUFFER / 8; at += PAGE / 8) to[at] = at;
    memory[0] = 1;
    printf("NPTUNE-HOLD %p %p 0x%llx\n", (void *)to, (void *)memory, (unsigned long long)physical(memory));
    for (size_t i = 0;; i++) {
        to[i % (FRAMEBUFFER / 8)] = i;
        memory[i % POOL] = (char)i;
        nanosleep(&nap, NULL);
    }
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Runs a workload some rounds of n operations and prints the median round. */
static void run(const char *name, int (*workload)(long), int rounds, long n, long warm_up) {
    uint64_t took[ROUNDS];
    int failed = 0;
    random_state = 88172645463325252u;
    errno = 0;
    if (warm_up) failed = workload(warm_up);
    for (int round = 0; round < rounds && !failed; round++) {
        uint64_t start = now();
        failed = workload(n);
        took[round] = now() - start;
    }
    if (failed) {
        printf("NPTUNE-FAILED %s %s\n", name, strerror(errno));
        return;
    }
    qsort(took, (size_t)rounds, sizeof took[0], by_value);
    printf("NPTUNE-RESULT %s %ld %llu\n", name, n, (unsigned long long)took[rounds / 2]);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 3 && !strcmp(argv[1], "--hold")) return framebuffer_path = argv[2], hold();
    run("integer", integer, 1, 60000000, 1000000);
    run("process", process, ROUNDS, 40, 20);
    run("mapping", mapping, ROUNDS, 40, 20);
    run("memory", memory, 1, 2000000, 0);
    run("context", context, ROUNDS, 1000, 200);
    run("timer", timer, ROUNDS, 100, 20);
    if (argc > 1) disk_path = argv[1], run("disk", disk_read, 1, 300, 30);
    if (argc > 2) framebuffer_path = argv[2], run("framebuffer", framebuffer, 1, 20, 0);
    return 0;
}
