package dev.nptune.plan;

import java.util.Locale;

/// What a layout of vCPUs on a machine costs, and why. Less is better; 0 cannot be reached.
///
/// The parts that are nanoseconds come from [Latencies]: measured on the machine, or from a table. [#total] adds them
/// up with the weights of a [Goal] (see [Weights]), which are judgement, not measurement: it ranks layouts of one
/// machine and promises no time.
///
/// @param pairNanos mean over all pairs of vCPUs of the time to see each other's writes
/// @param pairs pairs of vCPUs
/// @param crossL3Pairs how many of them have no L3 in common; of floating vCPUs the expected number
/// @param crossNodePairs how many of them are on different NUMA nodes, likewise
/// @param memoryNanos mean over vCPUs of what their memory is farther away than memory of their own node
/// @param gpuNanos mean over vCPUs of what the graphics card is farther away than one at their own node
/// @param boostLoss mean over vCPUs of how much slower their core can get than the best, in percent
/// @param cacheLoss mean over vCPUs of how much smaller their L3 is than the largest, in percent
/// @param efficient share of vCPUs, 0 to 1, on the slower kind of cores
/// @param sharedCores share of vCPUs, 0 to 1, on a core that others run on too
/// @param hostCores whole cores that no vCPU may run on
/// @param total the weighted sum
public record LayoutCost(
        double pairNanos,
        int pairs,
        double crossL3Pairs,
        double crossNodePairs,
        double memoryNanos,
        double gpuNanos,
        double boostLoss,
        double cacheLoss,
        double efficient,
        double sharedCores,
        int hostCores,
        double total) {

    /// The parts that are not nought, for people.
    public String words() {
        StringBuilder words = new StringBuilder(String.format(Locale.ROOT, "%.0f ns between vCPUs", pairNanos));
        add(words, crossL3Pairs / Math.max(1, pairs) * 100, "%.0f %% of pairs across L3 caches");
        add(words, crossNodePairs / Math.max(1, pairs) * 100, "%.0f %% across NUMA nodes");
        add(words, memoryNanos, "memory %.0f ns farther than it could be");
        add(words, gpuNanos, "graphics card %.0f ns farther");
        add(words, cacheLoss, "L3 %.0f %% smaller than the largest");
        add(words, boostLoss, "%.0f %% below the fastest core");
        add(words, efficient * 100, "%.0f %% of vCPUs on efficient cores");
        add(words, sharedCores * 100, "%.0f %% of vCPUs on cores that others use too");
        if (hostCores == 0) {
            words.append(", no whole core left to the host");
        }
        return words.toString();
    }

    private static void add(StringBuilder words, double value, String format) {
        if (value >= 0.5) {
            words.append(", ").append(String.format(Locale.ROOT, format, value));
        }
    }
}
