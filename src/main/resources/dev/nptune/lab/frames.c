/*
 * A VM that draws frames, each the same work, and says how long each took: as a game would, seen from inside.
 *
 * It runs on the bare virtual machine, without an operating system and with interrupts off, so that nothing but its host
 * disturbs it. Whenever a character comes in at its first serial port it draws FRAMES frames and prints "NPTUNE-FRAMES",
 * how long each took in thousands of TSC cycles, 16 a line, "NPTUNE-BEGAN", the TSC at the first in hexadecimal, and
 * "NPTUNE-DRAWN". After an 's' every 23rd frame is three times
 * the work: a game that stutters by itself.
 *
 * A multiboot kernel: gcc -m32 -O2 -DFRAMES=N -ffreestanding -fno-pie -no-pie -nostdlib -static -Wl,-Ttext=0x100000
 *
 * Copyright NPTune's authors. SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>

__asm__(".section .text\n"
        ".align 4\n"
        ".long 0x1badb002, 0, -0x1badb002\n" /* multiboot: magic, no flags, checksum */
        ".globl _start\n"
        "_start:\n"
        "cli\n"
        "mov $stack + 16384, %esp\n"
        "call run\n");

enum { COM1 = 0x3f8, LINE_STATUS = COM1 + 5, DATA_READY = 1, TRANSMITTER_EMPTY = 0x20 };
enum { FRAME_WORK = 3000000 }; /* of 3 to 4 instructions each */

uint8_t stack[16384] __attribute__((aligned(16)));

static uint32_t took[FRAMES];
static volatile uint32_t sink;

static uint8_t in(uint16_t port) {
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void out(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint64_t cycles(void) {
    uint64_t now;
    __asm__ volatile("rdtsc" : "=A"(now));
    return now;
}

static void print_character(char c) {
    while (!(in(LINE_STATUS) & TRANSMITTER_EMPTY)) {
    }
    out(COM1, (uint8_t)c);
}

static void print(const char *text) {
    while (*text) print_character(*text++);
}

static void print_number(uint32_t n) {
    char digits[11];
    int at = 10;
    digits[at] = 0;
    do digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    print(digits + at);
}

static void print_hex(uint32_t n) {
    for (int shift = 28; shift >= 0; shift -= 4) print_character("0123456789abcdef"[n >> shift & 15]);
}

static void work(uint32_t n) {
    uint32_t a = 1;
    for (uint32_t i = 0; i < n; i++) a = a * 1664525u + i;
    sink = a;
}

void run(void) {
    print("NPTUNE-READY\n");
    for (;;) {
        while (!(in(LINE_STATUS) & DATA_READY)) work(FRAME_WORK / 30);
        int stutters = in(COM1) == 's';
        uint64_t began = cycles(), before = began;
        for (int i = 0; i < FRAMES; i++) {
            work(stutters && i % 23 == 7 ? 3 * FRAME_WORK : FRAME_WORK);
            uint64_t after = cycles();
            took[i] = (uint32_t)(after - before);
            before = after;
        }
        for (int i = 0; i < FRAMES; i++) {
            print(i % 16 ? " " : "NPTUNE-FRAMES ");
            print_number(took[i] / 1000);
            if (i % 16 == 15 || i == FRAMES - 1) print("\n");
        }
        print("NPTUNE-BEGAN ");
        print_hex((uint32_t)(began >> 32));
        print_hex((uint32_t)began);
        print("\nNPTUNE-DRAWN\n");
    }
}
