package dev.nptune.host;

import java.util.Arrays;

/// The bytes of a configuration space as far as they can be read, fetched when they are asked for.
///
/// A page is 256 bytes. Registers far from any capability are never touched: some devices take a read of them badly,
/// and each costs a round trip to the device.
final class ConfigBytes {
    static final int PAGE = 256;
    static final int SIZE = 4096;

    private final Source source;
    private final byte[][] pages = new byte[SIZE / PAGE][];

    ConfigBytes(Source source) {
        this.source = source;
    }

    static ConfigBytes of(byte[] bytes) {
        return new ConfigBytes(page -> Arrays.copyOfRange(
                bytes, Math.min(page * PAGE, bytes.length), Math.min((page + 1) * PAGE, bytes.length)));
    }

    /// Whether all bytes of a register can be read.
    boolean has(int offset, int width) {
        return offset >= 0 && offset + width <= SIZE && holds(offset) && holds(offset + width - 1);
    }

    private boolean holds(int offset) {
        return offset % PAGE < page(offset / PAGE).length;
    }

    private byte[] page(int number) {
        if (pages[number] == null) {
            pages[number] = source.page(number);
        }
        return pages[number];
    }

    int u8(int offset) {
        return (int) number(offset, 1);
    }

    int u16(int offset) {
        return (int) number(offset, 2);
    }

    long u32(int offset) {
        return number(offset, 4);
    }

    /// @throws IllegalArgumentException if one of its bytes cannot be read
    private long number(int offset, int width) {
        if (!has(offset, width)) {
            throw new IllegalArgumentException(String.format("the register at 0x%x cannot be read", offset));
        }
        long number = 0;
        for (int i = width - 1; i >= 0; i--) {
            number = (number << 8) | (page((offset + i) / PAGE)[(offset + i) % PAGE] & 0xff);
        }
        return number;
    }

    @FunctionalInterface
    interface Source {
        /// The bytes of a page; fewer, or none, where it cannot be read.
        byte[] page(int number);
    }
}
