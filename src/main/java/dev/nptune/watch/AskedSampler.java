package dev.nptune.watch;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counters that somebody must be asked for, on a thread of its own: QEMU may not answer for as long as it holds its
/// lock, and the other sources do not wait for that.
final class AskedSampler implements Sampler {
    /// An answer may take one part of so many of the time.
    private static final long SHARE = 500;

    private static final long AFTER_FAILURE = 10_000_000_000L;

    private final ExitCounts counts;
    private final Source source;
    private final Table table = new Table();
    private final Map<Column, Integer> columns = new HashMap<>();
    private final Thread asker;
    private volatile @Nullable Map<Column, Long> answer;

    /// @param first what it answered when it was first asked
    /// @param least nanoseconds between two questions; more if answers take long, so that they cost 0.2 % of a core
    AskedSampler(ExitCounts counts, Source source, Map<Column, Long> first, long least) {
        this.counts = counts;
        this.source = source;
        answer = first;
        asker = Thread.ofPlatform().daemon().name("nptune-exits").start(() -> ask(least));
    }

    private void ask(long least) {
        try {
            long pause = least;
            while (true) {
                Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
                long began = System.nanoTime();
                try {
                    answer = counts.ask();
                    pause = Math.max(least, (System.nanoTime() - began) * SHARE);
                } catch (IOException | IllegalArgumentException _) {
                    pause = AFTER_FAILURE; // the VM has ended, or libvirt starts anew
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /// Its first answer is what the first sample hands out.
    @Override
    public void prime() {}

    @Override
    public boolean sample() {
        Map<Column, Long> now = answer;
        if (now == null) {
            return false;
        }
        answer = null;
        take(now);
        return true;
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
    public Source source() {
        return source;
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public void close() {
        asker.interrupt();
        counts.close();
    }
}
