package dev.nptune.watch;

/// Reads one source again and again.
interface Sampler extends AutoCloseable {
    Source source();

    /// What was read last.
    Table table();

    /// Reads it; allocates nothing unless what is there has changed its shape.
    ///
    /// Sources that are read once a second at most may allocate: `kvm`, whose files must be opened each time,
    /// `exits`, which are answers, and `trace`, whose rows change places.
    ///
    /// @return whether there is something new; false also from when on the source is lost
    boolean sample();

    /// When what was read last was so, as [System#nanoTime] has it; ascends from one sample to the next.
    ///
    /// @param read when it was read
    default long time(long read) {
        return read;
    }

    /// Reads it before the first sample, so that counters begin where they stand.
    default void prime() {
        boolean _ = sample();
    }

    @Override
    void close();
}
