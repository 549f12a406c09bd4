package dev.nptune.internal.proc;

import java.time.Duration;
import java.util.function.Supplier;

/// Tells a listener what a piece of work does to the machine, as it does it: programs run, files written.
///
/// The listener is bound to the thread for as long as the work takes; where none is bound nothing is told.
public final class Trace {
    private static final ScopedValue<Listener> LISTENER = ScopedValue.newInstance();

    private Trace() {}

    /// Is told what was done.
    @FunctionalInterface
    public interface Listener {
        /// Something was done, well or not.
        ///
        /// @param what the command line, or what was done to which file
        /// @param result `status 0` of a program; `done`, or why not
        /// @param took how long
        void did(String what, String result, Duration took);
    }

    /// Does a piece of work with a listener bound.
    public static <T> T listening(Listener listener, Supplier<T> work) {
        return ScopedValue.where(LISTENER, listener).call(work::get);
    }

    /// Tells what was done since a time.
    ///
    /// @param began [System#nanoTime()] at its beginning
    public static void tell(String what, String result, long began) {
        if (LISTENER.isBound()) {
            LISTENER.get().did(what, result, Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
