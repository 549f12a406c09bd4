package dev.nptune.bench.compare;

import java.util.Comparator;
import java.util.List;

/// The runs of one side, the earliest first as far as that is known.
///
/// @param name what the side is called in sentences, such as `bare metal`
/// @param runs at least one
public record RunSet(String name, List<Run> runs) {
    /// Sorts the runs by time if all say when they began; else they stay in the order given.
    ///
    /// @throws IllegalArgumentException if there is none
    public RunSet {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("no runs of " + name);
        }
        runs = timed(runs)
                ? runs.stream()
                        .sorted(Comparator.comparing(run -> run.started().orElseThrow()))
                        .toList()
                : List.copyOf(runs);
    }

    int size() {
        return runs.size();
    }

    /// Without the first so many runs, of which the caches were cold and the shaders not compiled.
    RunSet withoutFirst(int number) {
        return new RunSet(name, runs.subList(number, runs.size()));
    }

    boolean timed() {
        return timed(runs);
    }

    private static boolean timed(List<Run> runs) {
        return runs.stream().allMatch(run -> run.started().isPresent());
    }
}
