package dev.nptune.cli;

/// While open, what is done and said when Ctrl-C or a signal ends the program. Nothing is said after it.
final class LastWord implements AutoCloseable {
    private final Thread hook;

    LastWord(Runnable word) {
        hook = Thread.ofPlatform().name("last-word").unstarted(word);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            awaitEnd();
        }
    }

    /// The program is ending, and the caller is on its way to complain of what was ended under it.
    private static void awaitEnd() {
        while (true) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException _) {
                // the end comes anyway
            }
        }
    }
}
