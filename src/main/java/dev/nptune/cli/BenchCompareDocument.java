package dev.nptune.cli;

import dev.nptune.bench.compare.Compared;
import dev.nptune.bench.compare.Comparison;
import dev.nptune.bench.compare.Permutation;
import dev.nptune.bench.compare.Run;
import dev.nptune.bench.compare.RunMetric;
import dev.nptune.bench.compare.RunSet;
import dev.nptune.bench.compare.Verdict;
import dev.nptune.internal.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What `nptune bench compare --json` prints.
///
/// @param schemaVersion version of this record's JSON form
/// @param verdict the first sentence of the text
/// @param worse whether the VM came out worse in anything
/// @param bare the runs that counted
/// @param vm the runs that counted
/// @param metrics what was compared
/// @param refused what was not, and why
/// @param notes a sentence each
/// @param seed with `resamples` what is needed for the same again
record BenchCompareDocument(
        int schemaVersion,
        String verdict,
        boolean worse,
        List<RunDocument> bare,
        List<RunDocument> vm,
        List<MetricDocument> metrics,
        List<RefusedDocument> refused,
        List<String> notes,
        long seed,
        int resamples) {
    /// The version written by this program.
    static final int SCHEMA_VERSION = 1;

    /// A run's JSON form.
    record RunDocument(String name, int frames) {}

    /// A metric's JSON form; see [Compared].
    ///
    /// @param differenceUnit `%` for a ratio less 1, or `points` for a difference
    record MetricDocument(
            String id,
            String title,
            String tool,
            String unit,
            boolean higherIsBetter,
            double bare,
            double vm,
            String differenceUnit,
            double difference,
            double low,
            double high,
            double threshold,
            Verdict verdict,
            boolean differs,
            boolean withinRunOnly,
            Optional<Permutation> permutation,
            Compared.Spread spread,
            OptionalInt runsNeeded) {
        static MetricDocument of(Compared c) {
            RunMetric metric = c.metric();
            return new MetricDocument(
                    metric.id(),
                    metric.title(),
                    metric.tool(),
                    metric.unit(),
                    metric.higherIsBetter(),
                    c.bare(),
                    c.vm(),
                    metric.scale() == RunMetric.Scale.RATIO ? "%" : "points",
                    c.difference(),
                    c.low(),
                    c.high(),
                    c.threshold(),
                    c.verdict(),
                    c.differs(),
                    c.withinRunOnly(),
                    c.permutation(),
                    c.spread(),
                    c.runsNeeded());
        }
    }

    /// A metric without a value.
    record RefusedDocument(String id, String title, String tool, String reason) {}

    static BenchCompareDocument of(Comparison comparison) {
        return new BenchCompareDocument(
                SCHEMA_VERSION,
                BenchVerdict.sentence(comparison),
                comparison.isWorse(),
                runs(comparison.bare()),
                runs(comparison.vm()),
                comparison.compared().stream().map(MetricDocument::of).toList(),
                comparison.refused().stream()
                        .map(r -> new RefusedDocument(
                                r.metric().id(), r.metric().title(), r.metric().tool(), r.reason()))
                        .toList(),
                comparison.notes(),
                comparison.settings().seed(),
                comparison.settings().resamples());
    }

    private static List<RunDocument> runs(RunSet side) {
        return side.runs().stream()
                .map((Run run) -> new RunDocument(run.name(), run.size()))
                .toList();
    }

    String json() {
        return Json.pretty(this) + "\n";
    }
}
