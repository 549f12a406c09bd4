package dev.nptune.kernel.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.tukaani.xz.SeekableFileInputStream;
import org.tukaani.xz.SeekableXZInputStream;

/// Parts of an `.xz` file that was written in blocks, as `xz -T` does and so Debian's archives are, one after the other
/// as one stream. Two threads decode; no block that is not needed is.
///
/// Memory: the dictionary is bounded by [#MEMORY_KIB], a block by [#LARGEST_BLOCK].
final class XzBlocks extends InputStream {
    static final int MEMORY_KIB = 1 << 17;

    private static final long LARGEST_BLOCK = 64L << 20;
    private static final int MOST_BLOCKS = 4096;
    private static final int AHEAD = 2;

    /// A part of a block.
    ///
    /// @param number the block's
    /// @param from its first byte in the block, decoded
    /// @param to the byte after its last
    record Part(int number, int from, int to) {}

    private final Path file;
    private final Deque<Part> parts;
    private final Deque<FutureTask<byte[]>> decoding = new ArrayDeque<>();
    private final Deque<Part> pending = new ArrayDeque<>();
    private byte[] block = {};
    private int at;
    private int end;

    XzBlocks(Path file, List<Part> parts) {
        this.file = file;
        this.parts = new ArrayDeque<>(parts);
    }

    /// The whole blocks of a file; empty if it has but one, or ones too large to be held.
    static Optional<List<Part>> of(Path file) throws IOException {
        try (SeekableXZInputStream xz = open(file)) {
            int count = xz.getBlockCount();
            if (count < 2 || count > MOST_BLOCKS || xz.getLargestBlockSize() > LARGEST_BLOCK) {
                return Optional.empty();
            }
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parts.add(new Part(i, 0, (int) xz.getBlockSize(i)));
            }
            return Optional.of(parts);
        }
    }

    static SeekableXZInputStream open(Path file) throws IOException {
        return new SeekableXZInputStream(new SeekableFileInputStream(file.toFile()), MEMORY_KIB);
    }

    private byte[] decode(Part part) throws IOException {
        try (SeekableXZInputStream xz = open(file)) {
            xz.seekToBlock(part.number);
            byte[] bytes = xz.readNBytes(part.to);
            if (bytes.length != part.to) {
                throw new IOException("block " + part.number + " of " + file + " ends early");
            }
            return bytes;
        }
    }

    private boolean fill() throws IOException {
        while (at == end) {
            while (decoding.size() < AHEAD && !parts.isEmpty()) {
                Part part = parts.remove();
                FutureTask<byte[]> task = new FutureTask<>(() -> decode(part));
                Thread.ofPlatform().daemon().start(task);
                decoding.add(task);
                pending.add(part);
            }
            FutureTask<byte[]> task = decoding.poll();
            if (task == null) {
                return false;
            }
            Part part = pending.remove();
            block = result(task);
            at = part.from;
            end = part.to;
        }
        return true;
    }

    private static byte[] result(FutureTask<byte[]> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading an archive", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? io
                    : new IOException("cannot decode an archive", e.getCause());
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? block[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, end - at);
        System.arraycopy(block, at, to, offset, n);
        at += n;
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        if (n <= 0 || !fill()) {
            return 0;
        }
        int step = (int) Math.min(n, end - at);
        at += step;
        return step;
    }

    @Override
    public void close() {
        parts.clear();
        decoding.forEach(task -> task.cancel(true));
        decoding.clear();
    }
}
