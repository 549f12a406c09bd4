package dev.nptune.cli;

import dev.nptune.apply.Applier;
import dev.nptune.internal.text.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// While open, Ctrl-C does not cut a run short in the middle: the program ends when the run has.
///
/// There is no limit to that wait, for an end in the middle is what it is against: every program that a run calls has
/// a limit of its own, and a signal that cannot be caught still ends it. After that the program has a moment to say how
/// the run ended.
final class HoldExit implements AutoCloseable {
    /// How long the program has to say how the run ended, in seconds.
    private static final int LAST_WORDS = 5;

    private static final CountDownLatch SAID = new CountDownLatch(1);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /// What the program ends with once a signal came; the signal's own status if nobody said: nothing was begun then.
    private volatile int status = -1;

    private HoldExit(Runnable first) {
        hook = Thread.ofPlatform().name("hold-exit").unstarted(() -> {
            first.run();
            try {
                ended.await();
                boolean _ = SAID.await(LAST_WORDS, TimeUnit.SECONDS);
                if (status >= 0) {
                    Runtime.getRuntime().halt(status);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Asks the run to stop after the change at hand and to take everything back, and waits for that.
    static HoldExit cancelling(Applier applier, Progress progress) {
        return new HoldExit(() -> {
            applier.cancel();
            progress.note("interrupted: what was done is taken back once the change at hand is finished");
        });
    }

    /// Waits for the run to come to its end.
    static HoldExit finishing() {
        return new HoldExit(() -> {});
    }

    /// Asks the run to stop, for which a signal is the usual way.
    static HoldExit stopping(Runnable stop) {
        return new HoldExit(stop);
    }

    /// The run has ended, and this tells how: the signal's own status would say no more than that there was one, not
    /// whether something is left changed.
    void endsWith(int code) {
        status = code;
    }

    /// The program has said how its run ended, and has nothing more to say.
    static void said() {
        SAID.countDown();
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the program is ending, which is what the hook is for
        }
    }
}
