package dev.nptune.cli;

import dev.nptune.host.RunningVm;
import dev.nptune.internal.ffm.TerminalMode;
import dev.nptune.internal.ffm.Terminals;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.Live;
import dev.nptune.watch.LiveView;
import dev.nptune.watch.screen.Screen;
import dev.nptune.watch.screen.ScreenDiff;
import dev.nptune.watch.screen.WatchScreen;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Watches a VM until somebody leaves; while it does not run, waits for it.
final class WatchRun {
    /// How often keys and the terminal's size are looked at.
    private static final Duration GLANCE = Duration.ofMillis(100);

    private static final int IN = 0;
    private static final int CTRL_C = 3;
    private static final int ESCAPE = 27;

    private final Supplier<Optional<RunningVm>> find;
    private final Opening opening;
    private final String name;
    private final Duration interval;
    private final AtomicBoolean left = new AtomicBoolean();

    /// Held while something is drawn, so that nothing is drawn after a signal had the terminal set back.
    private final Object drawing = new Object();

    private @Nullable Live live;
    private @Nullable LiveView view;

    /// Why a VM that runs cannot be watched.
    private @Nullable String trouble;

    private int first;

    /// Begins to watch.
    @FunctionalInterface
    interface Opening {
        Live open(RunningVm vm) throws UserException;
    }

    /// @param find the VM, as it runs now
    /// @param name what it is called while it does not run
    WatchRun(Supplier<Optional<RunningVm>> find, Opening opening, String name, Duration interval) {
        this.find = find;
        this.opening = opening;
        this.name = name;
        this.interval = interval;
    }

    private void begin() throws UserException {
        Optional<RunningVm> vm = find.get();
        trouble = null;
        if (vm.isPresent()) {
            live = opening.open(vm.get());
        }
    }

    /// Looks once more: the VM may have ended or come back since.
    private void look() {
        if (live == null) {
            try {
                begin();
            } catch (UserException e) {
                trouble = e.getMessage(); // It has just ended, or its monitor is not there yet: the next look tells.
            }
            return;
        }
        view = live.next().orElse(null);
        if (view == null) {
            live.close();
            live = null;
        }
    }

    private String waiting() {
        if (live != null) {
            return "looking at '" + name + "'";
        }
        return trouble == null ? "'" + name + "' does not run; waiting for it" : trouble + "; trying again";
    }

    /// A text for each interval, for terminals that cannot be drawn on and for files.
    ///
    /// @throws UserException if the VM runs and cannot be watched; later that is said, and tried again
    void print(Cli cli) throws UserException, InterruptedException {
        try (HoldExit hold = HoldExit.stopping(() -> left.set(true))) {
            hold.endsWith(Exit.OK.code());
            String told = "";
            begin();
            while (!left.get()) {
                pause(interval);
                if (left.get()) {
                    break;
                }
                look();
                LiveView seen = view;
                if (seen != null) {
                    cli.out()
                            .print(WatchScreen.whole(seen, cli.columns(), cli.unicode())
                                            .text() + "\n");
                    told = "";
                } else if (live == null && !told.equals(waiting())) {
                    told = waiting();
                    cli.out().println(told);
                }
            }
        } finally {
            close();
        }
    }

    private void pause(Duration span) throws InterruptedException {
        long until = System.nanoTime() + span.toNanos();
        while (!left.get() && System.nanoTime() - until < 0) {
            Thread.sleep(GLANCE);
        }
    }

    /// A screen that is drawn over.
    ///
    /// @throws UserException as [#print]
    void draw(Cli cli) throws UserException, InterruptedException {
        begin();
        PrintStream out = cli.out();
        Optional<TerminalMode> mode = TerminalMode.keys(IN);
        Runnable restore = () -> {
            left.set(true);
            synchronized (drawing) {
                mode.ifPresent(TerminalMode::close);
                out.print(ScreenDiff.LEAVE);
                out.flush();
            }
        };
        Thread back = Thread.ofPlatform().unstarted(restore);
        Runtime.getRuntime().addShutdownHook(back);
        try {
            out.print(ScreenDiff.ENTER);
            drawn(cli, out, mode.isPresent());
        } finally {
            close();
            restore.run();
            try {
                Runtime.getRuntime().removeShutdownHook(back);
            } catch (IllegalStateException _) {
                // The program is ending, and the hook does the same once more.
            }
        }
    }

    private void drawn(Cli cli, PrintStream out, boolean keys) throws InterruptedException {
        ScreenDiff diff = new ScreenDiff(cli.colours());
        Terminals.Size size = cli.size();
        Screen shown = new Screen(List.of());
        long due = System.nanoTime() + interval.toNanos();
        while (!left.get()) {
            if (System.nanoTime() - due >= 0) {
                look();
                due = System.nanoTime() + interval.toNanos();
            }
            Terminals.Size now = cli.size();
            Screen next = screen(now, cli.unicode());
            synchronized (drawing) {
                if (left.get()) {
                    return;
                }
                out.print(now.equals(size) ? diff.between(shown, next) : diff.whole(next));
                out.flush();
            }
            size = now;
            shown = next;
            Thread.sleep(GLANCE);
            if (keys) {
                press(now.rows());
            }
        }
    }

    private Screen screen(Terminals.Size size, boolean unicode) {
        LiveView seen = view;
        if (seen == null) {
            return WatchScreen.saying(waiting(), size.columns(), unicode);
        }
        first = WatchScreen.scrolled(seen, size.rows(), first);
        return WatchScreen.of(seen, size.rows(), size.columns(), unicode, first);
    }

    private void press(int rows) {
        try {
            while (System.in.available() > 0) {
                int key = System.in.read();
                boolean arrow = key == ESCAPE && System.in.available() >= 2 && System.in.read() == '[';
                switch (arrow ? System.in.read() + 256 : key) {
                    case 'q', 'Q', CTRL_C, -1 -> left.set(true);
                    case 'j', 'B' + 256 -> first++;
                    case 'k', 'A' + 256 -> first--;
                    case ' ', '6' + 256 -> first += rows / 2;
                    case '5' + 256 -> first -= rows / 2;
                    default -> {}
                }
            }
        } catch (IOException _) {
            left.set(true);
        }
    }

    private void close() {
        Live open = live;
        if (open != null) {
            open.close();
        }
    }
}
