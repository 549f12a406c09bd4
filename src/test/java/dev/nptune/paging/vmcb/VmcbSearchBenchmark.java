package dev.nptune.paging.vmcb;

import dev.nptune.internal.text.UserException;
import dev.nptune.paging.memory.Extent;
import dev.nptune.paging.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
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

/// How fast one thread looks through 1 GiB of random bytes that are in the page cache.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VmcbSearchBenchmark {
    private static final int CHUNK = 1 << 24;
    private static final int CHUNKS = 64;

    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("vmcb", ".raw");
        byte[] bytes = new byte[CHUNK];
        SplittableRandom random = new SplittableRandom(1);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < CHUNKS; i++) {
                random.nextBytes(bytes);
                channel.write(ByteBuffer.wrap(bytes));
            }
        }
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    /// With the mapping made anew, so that every page is faulted in.
    @Benchmark
    public long mapAndSearch() throws UserException {
        try (PhysicalMemory memory = PhysicalMemory.open(file)) {
            Extent all = memory.extents().getFirst();
            long[] found = new long[1];
            VmcbScan.scan(memory.file(), all.offset(), all.bytes() / PhysicalMemory.PAGE, _ -> found[0]++);
            return found[0];
        }
    }
}
