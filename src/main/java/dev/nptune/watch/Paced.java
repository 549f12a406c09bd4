package dev.nptune.watch;

/// A sampler and when it is due: as often as was wished, but less often if reading it takes long, so that each source
/// costs a small share of a core however large its file is.
final class Paced {
    /// One part of so many of a core for each source, but for the vCPUs' run delay, whose rate was asked for.
    private static final long SHARE = 3000;

    private static final long LONGEST = 60_000_000_000L;

    private final Sampler sampler;
    private final long least;
    private final boolean limited;
    private long period;
    private long due;
    private long usual;
    private long samples;
    private long cost;
    private long late;

    /// @param least nanoseconds between two readings
    /// @param limited whether to read it less often if that takes long
    Paced(Sampler sampler, long least, boolean limited, long now) {
        this.sampler = sampler;
        this.least = least;
        this.limited = limited;
        this.period = least;
        this.due = now;
    }

    Sampler sampler() {
        return sampler;
    }

    /// Nanoseconds between two readings if they cost little.
    long least() {
        return least;
    }

    long due() {
        return due;
    }

    /// Reads it.
    ///
    /// @param now the time, as [System#nanoTime] has it
    boolean sample(long now) {
        boolean got = sampler.sample();
        long took = System.nanoTime() - now;
        samples++;
        cost += took;
        if (limited) {
            // Other threads may come in between, which makes single readings look dear.
            usual = usual == 0 ? took : usual + (Math.min(took, usual * 4) - usual) / 8;
            period = Math.clamp(usual * SHARE, least, LONGEST);
        }
        due += period;
        if (due <= now) {
            late++;
            due = now + period;
        }
        return got;
    }

    long samples() {
        return samples;
    }

    /// Nanoseconds that reading took.
    long cost() {
        return cost;
    }

    /// How often a reading came a whole period late.
    long late() {
        return late;
    }

    double hertz() {
        return 1e9 / period;
    }
}
