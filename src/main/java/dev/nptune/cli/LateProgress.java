package dev.nptune.cli;

import dev.nptune.internal.text.Progress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Shows progress only of what takes long: of steps that begin after the first second.
final class LateProgress implements Progress, AutoCloseable {
    private final long from;
    private final Supplier<ConsoleProgress> shown;
    private final Set<String> begun = new HashSet<>();
    private @Nullable ConsoleProgress console;

    /// @param patience how long nothing is shown
    LateProgress(Duration patience, Supplier<ConsoleProgress> shown) {
        this.from = System.nanoTime() + patience.toNanos();
        this.shown = shown;
    }

    @Override
    public synchronized void begin(String step) {
        if (System.nanoTime() - from >= 0) {
            console().begin(step);
            begun.add(step);
        }
    }

    @Override
    public synchronized void done(String step, String result) {
        if (begun.remove(step)) {
            console().done(step, result);
        }
    }

    @Override
    public synchronized void note(String text) {
        console().note(text);
    }

    private ConsoleProgress console() {
        ConsoleProgress progress = console;
        if (progress == null) {
            progress = shown.get();
            console = progress;
        }
        return progress;
    }

    @Override
    public synchronized void close() {
        if (console != null) {
            console.close();
        }
    }
}
