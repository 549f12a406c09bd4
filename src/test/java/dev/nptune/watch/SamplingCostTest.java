package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nptune.MemoryFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop allocates nothing: no garbage collector stops it, and it disturbs nobody.
class SamplingCostTest {
    private static final int TICKS = 500;

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    @Test
    void nothingIsAllocated() throws IOException, InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 8);
                VmSampler sampler = VmSampler.open(
                        Path.of("/"), qemu.pid(), 1000, 1, new Exits.Nobody("no"), Long.MAX_VALUE, false);
                BlockFile file = BlockFile.create(folder.resolve("vm.rec"))) {
            RecordingWriter writer = new RecordingWriter(file, sampler.count());
            for (int second = 0; second < 3; second++) {
                ticks(sampler, writer, TICKS);
                writer.flush();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            ticks(sampler, writer, TICKS);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("bytes in %d ticks of all sources", TICKS).isLessThan(1024);
        }
    }

    @Test
    void whatCostsTooMuchIsReadLessOften() throws IOException, InterruptedException {
        try (RunningQemu qemu = RunningQemu.start(folder, "win", 8);
                VmSampler sampler = VmSampler.open(
                        Path.of("/"), qemu.pid(), 1000, 1e-3, new Exits.Nobody("no"), Long.MAX_VALUE, false)) {
            double cheap = wish(sampler, 0);
            double asPlanned = wish(sampler, 0.9e-3);
            double dear = wish(sampler, 1);
            assertThat(cheap).isEqualTo(0.7);
            assertThat(asPlanned).isEqualTo(0.7);
            assertThat(dear).isEqualTo(0.2);
            assertThat(wish(sampler, 0.3e-3)).as("and more often again").isEqualTo(0.7);
        }
    }

    /// What part of the budget reading may take after twenty seconds of that cost.
    private static double wish(VmSampler sampler, double share) {
        for (int second = 0; second < 20; second++) {
            sampler.cost(share);
        }
        return sampler.forReading();
    }

    /// All sources each time, whatever is due.
    private static void ticks(VmSampler sampler, RecordingWriter writer, int count) {
        for (int i = 0; i < count; i++) {
            sampler.readAll(writer);
        }
    }
}
