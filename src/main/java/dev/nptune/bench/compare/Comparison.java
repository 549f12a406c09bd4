package dev.nptune.bench.compare;

import java.util.List;
import java.util.Optional;

/// Two sides compared.
///
/// @param bare the runs of the first side that counted
/// @param vm the runs of the second side that counted
/// @param results one for each metric, in the order asked for
/// @param notes what else a person must know to judge it, a sentence each
/// @param settings with which it was made; the same again gives the same again
public record Comparison(RunSet bare, RunSet vm, List<MetricResult> results, List<String> notes, Settings settings) {
    public Comparison {
        results = List.copyOf(results);
        notes = List.copyOf(notes);
    }

    /// The metrics that have a value.
    public List<Compared> compared() {
        return results.stream()
                .filter(Compared.class::isInstance)
                .map(Compared.class::cast)
                .toList();
    }

    /// The metrics that have none.
    public List<MetricResult.Refused> refused() {
        return results.stream()
                .filter(MetricResult.Refused.class::isInstance)
                .map(MetricResult.Refused.class::cast)
                .toList();
    }

    /// The one that a verdict is about first: the first with a value.
    public Optional<Compared> headline() {
        return compared().stream().findFirst();
    }

    /// Whether the second side came out worse in anything.
    public boolean isWorse() {
        return compared().stream().anyMatch(result -> result.verdict() == Verdict.WORSE);
    }
}
