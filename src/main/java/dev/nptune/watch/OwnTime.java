package dev.nptune.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What the thread that asks costs, by the scheduler's own account.
final class OwnTime implements AutoCloseable {
    private final KeptFile file;
    private final Cursor cursor = new Cursor();
    private long run;
    private long time;

    private OwnTime(KeptFile file) {
        this.file = file;
        run = run();
        time = System.nanoTime();
    }

    /// For the thread that asks; empty if the kernel keeps no such account.
    static Optional<OwnTime> ofThisThread() {
        try {
            return Optional.of(new OwnTime(KeptFile.whole(Path.of("/proc/thread-self", ThreadFile.SCHEDSTAT.file()))));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// The share of a core since it was asked last.
    ///
    /// @param now the time, as [System#nanoTime] has it
    double share(long now) {
        long before = run;
        run = run();
        double share = (run - before) / (double) Math.max(1, now - time);
        time = now;
        return share;
    }

    private long run() {
        return file.read(cursor) ? cursor.number() : run;
    }

    @Override
    public void close() {
        file.close();
    }
}
