package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import java.util.List;
import java.util.Optional;

/// Recordings made by hand, for tests of what is made of them.
public final class Recordings {
    private static final long MILLISECOND = 1_000_000;

    private Recordings() {}

    /// A recording of a VM whose only vCPU waited for its CPU, sampled every 10 ms.
    ///
    /// @param realtime when it began, in nanoseconds since 1970
    /// @param delays ms waited in each sample
    public static Recording ofRunDelay(long realtime, long... delays) {
        Series.LongList times = new Series.LongList();
        long began = 5_000 * MILLISECOND;
        times.add(began);
        Series delay = new Series("schedstat", new Column(Quantity.RUN_DELAY, Subject.VCPU, 0, ""), 0, times);
        for (int i = 0; i < delays.length; i++) {
            times.add(began + (i + 1) * 10L * MILLISECOND);
            if (delays[i] > 0) {
                delay.add(i + 1, delays[i] * MILLISECOND);
            }
        }
        delay.end();
        long length = delays.length * 10L * MILLISECOND;
        return new Recording(
                new About(1, "game", 1, 1, "6.1", 100, List.of(), CpuSet.parse("0"), List.of()),
                List.of(delay),
                List.of(new Clock(began, realtime, 100), new Clock(began + length, realtime + length, 100)),
                Optional.empty(),
                Optional.empty());
    }
}
