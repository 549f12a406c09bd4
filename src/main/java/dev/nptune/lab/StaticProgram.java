package dev.nptune.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tells whether a program needs a loader and libraries that an initramfs does not have.
final class StaticProgram {
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final int HEADER = 64;
    private static final int ENTRY = 56;
    private static final int MAX_ENTRIES = 64;
    private static final int PT_INTERP = 3;

    private StaticProgram() {}

    /// Whether the file is a 64-bit ELF program without a `PT_INTERP` program header (System V ABI, figure 5-1).
    /// What cannot be read is not.
    static boolean is(Path file) {
        try (FileChannel in = FileChannel.open(Files.isSymbolicLink(file) ? file.toRealPath() : file)) {
            ByteBuffer header = read(in, 0, HEADER);
            for (int i = 0; i < ELF.length; i++) {
                if (header.get(i) != ELF[i]) {
                    return false;
                }
            }
            long offset = header.getLong(32);
            int count = Math.min(header.getShort(56) & 0xffff, MAX_ENTRIES);
            ByteBuffer entries = read(in, offset, count * ENTRY);
            for (int i = 0; i < count; i++) {
                if (entries.getInt(i * ENTRY) == PT_INTERP) {
                    return false;
                }
            }
            return true;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    private static ByteBuffer read(FileChannel in, long at, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("cut short");
            }
        }
        return buffer;
    }
}
