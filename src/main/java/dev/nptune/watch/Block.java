package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Bytes of a block while it is written: LEB128 numbers, of which the signed ones are folded (0, -1, 1, -2, …).
/// Allocates only to grow.
final class Block {
    private byte[] bytes = new byte[64 << 10];
    private int length;

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    Block put(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Block unsigned(long value) {
        room(10);
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
        return this;
    }

    Block signed(long value) {
        return unsigned(value << 1 ^ value >> 63);
    }

    Block text(String text) {
        byte[] encoded = text.getBytes(UTF_8);
        unsigned(encoded.length);
        return raw(encoded);
    }

    Block raw(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }
}
