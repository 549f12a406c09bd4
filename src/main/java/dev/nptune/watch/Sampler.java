package dev.nptune.watch;

/// Reads one source again and again.
abstract class Sampler implements AutoCloseable {
    /// What was read last.
    final Table table = new Table();

    private final Source source;

    Sampler(Source source) {
        this.source = source;
    }

    final Source source() {
        return source;
    }

    /// What was read last.
    final Table table() {
        return table;
    }

    /// Reads it; allocates nothing unless what is there has changed its shape.
    ///
    /// Sources that are read once a second at most may allocate: `kvm`, whose files must be opened each time,
    /// `exits`, which are answers, and `trace`, whose rows change places.
    ///
    /// @return whether there is something new; false also from when on the source is lost
    abstract boolean sample();

    /// When what was read last was so, as [System#nanoTime] has it; ascends from one sample to the next.
    ///
    /// @param read when it was read
    long time(long read) {
        return read;
    }

    /// Reads it before the first sample, so that counters begin where they stand.
    void prime() {
        boolean _ = sample();
    }

    @Override
    public abstract void close();
}
