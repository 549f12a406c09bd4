package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Held against what the JVM says of the same thread, since others may take the CPU meanwhile.
class OwnTimeTest {
    private static final long ENOUGH = 400_000_000L;

    /// The scheduler accounts for a thread that runs through at each tick only, of up to 10 ms.
    private static final double TICKS = 25e6;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    void aBusyThreadAndOneThatSleeps() throws InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/thread-self/schedstat")), "the kernel keeps no such account");
        try (OwnTime own = OwnTime.ofThisThread().orElseThrow()) {
            double busy = share(own, this::spin);
            assertThat(busy).isGreaterThan(0);
            double asleep = share(own, () -> Thread.sleep(ENOUGH / 1_000_000));
            assertThat(asleep).isLessThan(busy);
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private double share(OwnTime own, Work work) throws InterruptedException {
        double _ = own.share(System.nanoTime());
        long began = System.nanoTime();
        long before = threads.getCurrentThreadCpuTime();
        work.run();
        long cpu = threads.getCurrentThreadCpuTime() - before;
        long now = System.nanoTime();
        double share = own.share(now);
        assertThat(share * (now - began)).as("nanoseconds on a CPU").isCloseTo((double) cpu, within(TICKS));
        return share;
    }

    /// Until it has had the CPU for long enough, however long that takes.
    private void spin() {
        long before = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - before < ENOUGH) {
            Thread.onSpinWait();
        }
    }
}
