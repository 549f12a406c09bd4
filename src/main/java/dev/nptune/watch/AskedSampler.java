package dev.nptune.watch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counters that somebody must be asked for, on a thread of its own: QEMU may not answer for as long as it holds its
/// lock, and the other sources do not wait for that.
final class AskedSampler extends Sampler {
    /// An answer may take one part of so many of the time.
    private static final long SHARE = 500;

    private static final long AFTER_FAILURE = 10_000_000_000L;

    private final ExitCounts counts;
    private final Map<Column, Integer> columns = new HashMap<>();
    private final Thread asker;
    private volatile @Nullable Answer answer;
    private long time;

    /// @param time when it came, which may be long before it is taken
    private record Answer(Map<Column, Long> counters, long time) {}

    /// @param first what it answered just now
    /// @param least nanoseconds between two questions; more if answers take long, so that they cost 0.2 % of a core
    /// @param most nanoseconds between two questions all the same
    AskedSampler(ExitCounts counts, Source source, Map<Column, Long> first, long least, long most) {
        super(source);
        this.counts = counts;
        answer = new Answer(first, System.nanoTime());
        asker = Thread.ofPlatform().daemon().name("nptune-exits").start(() -> ask(least, most));
    }

    private void ask(long least, long most) {
        try {
            long pause = least / 2; // so that there is a rate after the first period
            while (true) {
                Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
                long began = System.nanoTime();
                try {
                    Map<Column, Long> counters = counts.ask();
                    long came = System.nanoTime();
                    answer = new Answer(counters, came);
                    pause = Math.clamp((came - began) * SHARE, least, most);
                } catch (IOException | IllegalArgumentException _) {
                    pause = Math.min(AFTER_FAILURE, most); // the VM has ended, or libvirt starts anew
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /// Its first answer is what the first sample hands out.
    @Override
    void prime() {}

    @Override
    boolean sample() {
        Answer now = answer;
        if (now == null) {
            return false;
        }
        answer = null;
        take(now.counters());
        time = now.time();
        return true;
    }

    /// When the last answer came: it is handed out later, and what happened since is not in it.
    @Override
    long time(long read) {
        return time;
    }

    private void take(Map<Column, Long> now) {
        now.forEach((column, value) -> {
            Integer known = columns.get(column);
            if (known == null) {
                columns.put(column, table.add(column, value));
            } else {
                table.set(known, value);
            }
        });
    }

    @Override
    public void close() {
        asker.interrupt();
        counts.close();
    }
}
