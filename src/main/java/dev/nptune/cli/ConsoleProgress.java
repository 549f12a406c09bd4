package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows progress on a terminal: a line for each finished step, and below them one line that says what is running and
/// for how long. Where the output is no terminal, a line for each beginning and end instead.
final class ConsoleProgress implements Progress, AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(500);

    private final PrintStream err;
    private final boolean live;
    private final int columns;
    private final Signs signs;
    private final long started = System.nanoTime();
    private final Map<String, Long> running = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final @Nullable Thread ticker;
    private boolean ended;

    /// What stands before and between steps.
    private record Signs(String begun, String done, String between) {
        static Signs of(boolean unicode) {
            return unicode ? new Signs("… ", "✓ ", " · ") : new Signs("> ", "+ ", ", ");
        }
    }

    /// A step that ended.
    ///
    /// @param name what it was
    /// @param result what came of it
    /// @param seconds how long it took
    record Step(String name, String result, double seconds) {}

    /// @param live whether the stream is a terminal whose lines can be overwritten
    /// @param columns its width
    /// @param unicode whether it shows more than ASCII
    ConsoleProgress(PrintStream err, boolean live, int columns, boolean unicode) {
        this.err = err;
        this.live = live;
        this.columns = columns;
        this.signs = Signs.of(unicode);
        this.ticker = live ? Thread.ofVirtual().start(this::tick) : null;
    }

    @Override
    public synchronized void begin(String step) {
        running.put(step, System.nanoTime());
        if (live) {
            redraw();
        } else {
            line(signs.begun() + step);
        }
    }

    @Override
    public synchronized void done(String step, String result) {
        Long began = running.remove(step);
        double seconds = began == null ? 0 : (System.nanoTime() - began) / 1e9;
        steps.add(new Step(step, result, seconds));
        String tail = result.isEmpty() ? "" : ": " + result;
        line(signs.done() + step + tail + (seconds < 1 ? "" : String.format("  (%.0f s)", seconds)));
    }

    @Override
    public synchronized void note(String text) {
        line("  " + text);
    }

    /// The steps that ended, in the order in which they did.
    synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    /// Seconds since the beginning.
    double elapsed() {
        return (System.nanoTime() - started) / 1e9;
    }

    /// A line after which nothing more is shown, whatever still runs.
    synchronized void end(String text) {
        clear();
        err.println(Printable.lines(text));
        ended = true;
    }

    private void line(String text) {
        if (ended) {
            return;
        }
        clear();
        String safe = Printable.lines(text);
        err.println(live ? safe : String.format("[%4.0f s] %s", elapsed(), safe));
        redraw();
    }

    private void redraw() {
        if (live && !ended && !running.isEmpty()) {
            String text = String.format(
                    "  %3.0f s  %s", elapsed(), Printable.lines(String.join(signs.between(), running.keySet())));
            err.print("\r\033[K" + text.substring(0, Math.min(text.length(), columns - 1)));
            err.flush();
        }
    }

    private void clear() {
        if (live && !ended) {
            err.print("\r\033[K");
        }
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(TICK);
                synchronized (this) {
                    redraw();
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        if (ticker != null) {
            ticker.interrupt();
        }
        synchronized (this) {
            running.clear();
            clear();
        }
    }
}
