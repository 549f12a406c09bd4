package dev.nptune.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Appends blocks to a new file on a thread of its own, since a disk may take its time just when something is worth
/// being recorded.
final class BlockFile implements AutoCloseable {
    /// How many seconds the disk may be behind before sampling waits for it.
    private static final int SPARE = 8;

    private final FileChannel channel;
    private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(SPARE);
    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(SPARE + 1);
    private final Block last = new Block();
    private final Thread writer;
    private volatile long written;
    private volatile @Nullable IOException failure;

    private BlockFile(FileChannel channel) {
        this.channel = channel;
        for (int i = 0; i < SPARE; i++) {
            free.add(new Block());
        }
        writer = Thread.ofPlatform().daemon().name("nptune-writer").start(this::write);
    }

    /// @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
    static BlockFile create(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            ByteBuffer magic = ByteBuffer.wrap(Format.MAGIC);
            while (magic.hasRemaining()) {
                channel.write(magic);
            }
            return new BlockFile(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// An empty block to be filled.
    Block take() throws InterruptedException {
        Block block = free.take();
        block.clear();
        return block;
    }

    /// Writes one that was taken.
    ///
    /// @throws IOException if one before could not be written; a new one each time, since [#close] may throw too
    void put(Block block) throws IOException, InterruptedException {
        IOException before = failure;
        if (before != null) {
            throw new IOException(before.getMessage(), before);
        }
        full.put(block);
    }

    /// Bytes that are in the file.
    long written() {
        return written;
    }

    private void write() {
        CRC32C sum = new CRC32C();
        ByteBuffer out = ByteBuffer.allocateDirect(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
        written = Format.MAGIC.length;
        try {
            for (Block block = full.take(); block != last; block = full.take()) {
                int length = block.length();
                if (out.capacity() < length + Format.FRAME) {
                    out = ByteBuffer.allocateDirect((length + Format.FRAME) * 2).order(ByteOrder.LITTLE_ENDIAN);
                }
                sum.reset();
                sum.update(block.bytes(), 0, length);
                out.clear();
                out.putInt(length).putInt((int) sum.getValue());
                out.put(block.bytes(), 0, length).flip();
                append(out);
                free.put(block);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// After a failure what comes is dropped, so that whoever waits for an empty block is told of it.
    private void append(ByteBuffer out) {
        try {
            long sofar = written;
            while (failure == null && out.hasRemaining()) {
                sofar += channel.write(out);
            }
            written = sofar;
        } catch (IOException e) {
            failure = e;
        }
    }

    /// Waits until all is on the disk.
    ///
    /// @throws IOException if a block could not be written
    @Override
    public void close() throws IOException {
        try (channel) {
            full.put(last);
            writer.join();
            IOException before = failure;
            if (before != null) {
                throw new IOException(before.getMessage(), before);
            }
            channel.force(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", e);
        }
    }
}
