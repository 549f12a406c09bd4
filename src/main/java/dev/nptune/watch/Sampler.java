package dev.nptune.watch;

/// Reads one source again and again.
interface Sampler extends AutoCloseable {
    Source source();

    /// What was read last.
    Table table();

    /// Reads it; allocates nothing unless what is there has changed its shape.
    ///
    /// @return whether there is something new; false also from when on the source is lost
    boolean sample();

    /// Reads it before the first sample, so that counters begin where they stand.
    default void prime() {
        boolean _ = sample();
    }

    @Override
    void close();
}
