package dev.nptune.paging.space;

import dev.nptune.internal.text.UserException;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.walk.PagingMode;
import dev.nptune.paging.walk.TableRoot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How fast all mappings of a guest of 4 GiB are listed that is on pages of 4 KiB in both dimensions, none of them
/// beside its neighbour, so that each is a run of its own: 1 048 576 of them. The dump is a sparse file of 8 GiB with
/// the tables in it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AddressSpaceBenchmark {
    private static final int PAGES = 1 << 20;
    private static final int TABLES = PAGES / 512;
    private static final long GUEST_TABLES = 4L << 30;
    private static final long HOST_GUEST_TABLES = 16L << 20;
    private static final long HOST_NESTED_TABLES = 64L << 20;
    private static final long HOST_PAGES = 4L << 30;
    private static final int BITS = 0x67;

    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("space", ".raw");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), (8L << 30) - 1);
            SplittableRandom random = new SplittableRandom(1);
            // The guest's tables are behind its memory, and the nested tables have those in order.
            tables(channel, HOST_GUEST_TABLES, GUEST_TABLES, shuffled(random), 0);
            tables(channel, HOST_NESTED_TABLES, HOST_NESTED_TABLES, shuffled(random), HOST_PAGES);
            nestedForGuestTables(channel);
        }
    }

    /// Four levels: a top table, one of the third level, and what is below for 4 GiB; `at` is where the file has
    /// them, `as` what they are called.
    private static void tables(FileChannel channel, long at, long as, int[] order, long base) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((2 + 4 + TABLES) * 4096).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(0, (as + 0x1000) | BITS);
        for (int i = 0; i < 4; i++) {
            buffer.putLong(0x1000 + i * 8, (as + (2 + i) * 4096L) | BITS);
        }
        for (int i = 0; i < TABLES; i++) {
            buffer.putLong(0x2000 + i * 8, (as + (6 + i) * 4096L) | BITS);
        }
        for (int i = 0; i < PAGES; i++) {
            buffer.putLong(0x6000 + i * 8, (base + order[i] * 4096L) | BITS);
        }
        channel.write(buffer, at);
    }

    /// Guest-physical addresses from 4 GiB on, in large pages.
    private static void nestedForGuestTables(FileChannel channel) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        long directory = 12L << 20;
        channel.write(entry.putLong(0, directory | BITS), HOST_NESTED_TABLES + 0x1000 + 4 * 8);
        for (int i = 0; i < 8; i++) {
            long page = HOST_GUEST_TABLES + ((long) i << 21);
            channel.write(entry.clear().putLong(0, page | BITS | 0x80), directory + i * 8L);
        }
    }

    private static int[] shuffled(SplittableRandom random) {
        int[] order = new int[PAGES];
        for (int i = 0; i < PAGES; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public long mapAndList() throws UserException {
        try (PhysicalMemory memory = PhysicalMemory.open(file)) {
            long[] runs = new long[1];
            AddressSpace.of(
                            memory,
                            new TableRoot(PagingMode.FOUR_LEVEL, GUEST_TABLES, true, true, 52, false),
                            TableRoot.nested(HOST_NESTED_TABLES, 52))
                    .walk(_ -> runs[0]++);
            if (runs[0] < PAGES - 100) {
                throw new AssertionError(runs[0] + " runs");
            }
            return runs[0];
        }
    }
}
