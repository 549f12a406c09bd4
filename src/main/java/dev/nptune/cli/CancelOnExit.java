package dev.nptune.cli;

import dev.nptune.apply.Applier;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// While open, Ctrl-C does not cut a run short in the middle: it asks the run to stop after the change at hand and to
/// take everything back, and waits for that.
final class CancelOnExit implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    CancelOnExit(Applier applier) {
        hook = Thread.ofPlatform().name("cancel-apply").unstarted(() -> {
            applier.cancel();
            try {
                boolean _ = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
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
