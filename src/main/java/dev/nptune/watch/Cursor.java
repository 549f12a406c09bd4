package dev.nptune.watch;

import dev.nptune.internal.ffm.KernelFile;
import java.nio.charset.StandardCharsets;

/// Bytes of a file, and a place among them: what the samplers read numbers with, up to a few million bytes a second.
///
/// Hot: plain loops over an array, nothing allocated but when a file is larger than any before. Tests compare what is
/// read with it with what plain string handling makes of the same text.
final class Cursor {
    /// The largest file of the kernel's that is read: `/proc/interrupts` of 512 CPUs and 2000 lines has 12 MB.
    static final int MOST = 32 << 20;

    private KernelFile.Buffer buffer = new KernelFile.Buffer(16 << 10);
    private byte[] bytes = new byte[16 << 10];
    private int end;
    private int at;

    /// A buffer with room behind what has been read so far.
    KernelFile.Buffer room(int used) {
        int size = buffer.bytes().capacity();
        if (used == size) {
            if (used >= MOST) {
                throw new IllegalStateException("a file of more than " + MOST + " bytes");
            }
            KernelFile.Buffer larger = new KernelFile.Buffer(size * 2);
            larger.bytes().put(0, buffer.bytes(), 0, used);
            buffer = larger;
        }
        return buffer;
    }

    /// Begins at the first of that many bytes.
    void filled(int length) {
        if (bytes.length < length) {
            bytes = new byte[buffer.bytes().capacity()];
        }
        buffer.bytes().limit(buffer.bytes().capacity()).get(0, bytes, 0, length);
        at = 0;
        end = length;
    }

    /// Begins at the first byte of a text.
    void filled(byte[] text) {
        if (bytes.length < text.length) {
            bytes = new byte[text.length];
        }
        System.arraycopy(text, 0, bytes, 0, text.length);
        at = 0;
        end = text.length;
    }

    boolean atEnd() {
        return at >= end;
    }

    int place() {
        return at;
    }

    void back(int place) {
        at = place;
    }

    /// Skips blanks and tabs.
    void blanks() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
    }

    /// Skips what is neither blank nor the line's end.
    void word() {
        while (at < end && bytes[at] > ' ') {
            at++;
        }
    }

    /// Goes to the beginning of the next line.
    void line() {
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        at = Math.min(end, at + 1);
    }

    /// The number after blanks, without its fraction; -1 if there is none. One too large for 63 bits is the largest.
    long number() {
        blanks();
        int first = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE - 9 : value * 10 + (bytes[at] - '0');
            at++;
        }
        return at == first ? -1 : value;
    }

    /// As [#number], or one of up to 15 hexadecimal digits behind `0x`.
    long anyNumber() {
        long value = number();
        if (value != 0 || at >= end || bytes[at] != 'x') {
            return value;
        }
        int first = ++at;
        while (at < end && at - first < 15 && Character.digit(bytes[at], 16) >= 0) {
            value = value * 16 + Character.digit(bytes[at++], 16);
        }
        return at == first ? -1 : value;
    }

    /// Goes behind the next such byte of the line, unless another comes first.
    ///
    /// @return whether it did
    boolean seeks(byte sign, byte stop) {
        for (int i = at; i < end && bytes[i] != '\n' && bytes[i] != stop; i++) {
            if (bytes[i] == sign) {
                at = i + 1;
                return true;
            }
        }
        return false;
    }

    /// Whether that byte stands here.
    boolean stands(byte sign) {
        return at < end && bytes[at] == sign;
    }

    /// Whether these bytes stand here; goes behind them if so.
    boolean takes(byte[] text) {
        if (end - at < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        at += text.length;
        return true;
    }

    /// Goes behind the last such byte of the line, if there is one.
    void behindLast(byte sign) {
        for (int i = at; i < end && bytes[i] != '\n'; i++) {
            if (bytes[i] == sign) {
                at = i + 1;
            }
        }
    }

    /// As [#hashBehind].
    void behind(byte sign) {
        long _ = hashBehind(sign);
    }

    /// Goes behind the next such byte of the line, or to the line's end.
    ///
    /// @return a number for what was passed, see [#restHash()]
    long hashBehind(byte sign) {
        long hash = 0xcbf29ce484222325L;
        while (at < end && bytes[at] != '\n' && bytes[at] != sign) {
            hash = (hash ^ bytes[at++]) * 0x100000001b3L;
        }
        if (at < end && bytes[at] == sign) {
            at++;
        }
        return hash;
    }

    /// A number that is the same for the same rest of the line, and hardly ever for another.
    long restHash() {
        long hash = 0xcbf29ce484222325L;
        for (int i = at; i < end && bytes[i] != '\n'; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3L;
        }
        return hash;
    }

    /// Up to the line's end, as text.
    String rest() {
        int last = at;
        while (last < end && bytes[last] != '\n') {
            last++;
        }
        return new String(bytes, at, last - at, StandardCharsets.ISO_8859_1);
    }

    /// From a place up to here, as text.
    String since(int place) {
        return new String(bytes, place, at - place, StandardCharsets.ISO_8859_1);
    }
}
