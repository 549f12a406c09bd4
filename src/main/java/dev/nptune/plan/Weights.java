package dev.nptune.plan;

/// How much the parts of a layout's cost count, in nanoseconds of mean pair latency. Judgement: they order what is
/// better, and the order is what matters. For games and work what tells cores of one L3 apart weighs less than a
/// percent of
/// what lies between them, so that measured latencies decide.
///
/// @param pair of a nanosecond between vCPUs
/// @param memory of a nanosecond that memory is farther away
/// @param gpu of a nanosecond that the graphics card is farther away
/// @param boost of a percent that a core is slower than the fastest
/// @param cache of a percent that an L3 is smaller than the largest
/// @param efficient of all vCPUs on the slower kind of cores
/// @param shared of all vCPUs on cores that others run on too
/// @param sharedL3 of all vCPUs below an L3 that the host uses too
/// @param housekeeping of all vCPUs on the core of the lowest CPU
/// @param unisolated of all vCPUs on CPUs that are not isolated, where some are
record Weights(
        double pair,
        double memory,
        double gpu,
        double boost,
        double cache,
        double efficient,
        double shared,
        double sharedL3,
        double housekeeping,
        double unisolated) {
    /// A host without a core of its own, and vCPUs that share a CPU: never, if it can be helped.
    static final double STARVED = 1000;

    static Weights of(Goal goal) {
        return switch (goal) {
            case GAMING -> new Weights(1, 1, 0.5, 0.1, 0.5, 60, 40, 0.1, 0.1, 30);
            case LATENCY -> new Weights(1, 1, 0.5, 0.02, 0.2, 60, 80, 8, 20, 60);
            case THROUGHPUT -> new Weights(0.25, 1, 0.25, 0.3, 0.1, 80, 40, 0, 0.1, 20);
        };
    }
}
