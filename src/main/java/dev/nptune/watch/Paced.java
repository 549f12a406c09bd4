package dev.nptune.watch;

/// A sampler and when it is due: as often as was wished, but less often if reading it takes long, so that each source
/// costs no more than its share of a core however large its file is.
final class Paced {
    private static final long LONGEST = 60_000_000_000L;

    private final Sampler sampler;
    private final long least;
    private final double weight;
    private long period;
    private long due;
    private long usual;
    private long samples;
    private long cost;
    private long late;

    /// @param least nanoseconds between two readings
    /// @param weight its part of what is left for dear sources; 0 if it comes first, before all with a weight
    Paced(Sampler sampler, long least, double weight, long now) {
        this.sampler = sampler;
        this.least = least;
        this.weight = weight;
        this.period = least;
        this.due = now;
    }

    Sampler sampler() {
        return sampler;
    }

    /// Nanoseconds between two readings.
    long period() {
        return period;
    }

    /// Whether it comes first.
    boolean ownPace() {
        return weight == 0;
    }

    long due() {
        return due;
    }

    /// Reads it.
    ///
    /// @param now the time, as [System#nanoTime] has it
    /// @param most the share of a core that it may take, or that all with a weight may
    boolean sample(long now, double most) {
        boolean got = sampler.sample();
        long took = System.nanoTime() - now;
        samples++;
        cost += took;
        // Other threads may come in between, which makes single readings look dear.
        usual = usual == 0 ? took : usual + (Math.min(took, usual * 4) - usual) / 8;
        period = Math.clamp((long) (usual / (weight > 0 ? most * weight : most)), least, LONGEST);
        if (due - now > period / 2) {
            due = now; // It was wanted before it was due.
        }
        due += period;
        if (due <= now) {
            late++;
            due = now + period;
        }
        return got;
    }

    /// The share of a core that it takes before the others; 0 if it does not come first.
    double ownShare() {
        return weight > 0 ? 0 : (double) usual / period;
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
