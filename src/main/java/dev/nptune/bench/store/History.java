package dev.nptune.bench.store;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a metric was before and after something changed.
///
/// @param metric the metric
/// @param by what the groups are by
/// @param groups in the order in which each was first seen
public record History(String metric, By by, List<Group> groups) {
    /// What runs are put together by.
    public enum By {
        /// The host's kernel.
        KERNEL,
        /// The day, where the person is.
        DAY
    }

    public History {
        groups = List.copyOf(groups);
    }

    /// Runs of one kernel or one day.
    ///
    /// @param name the kernel's release or the day; `""` if it is not known
    /// @param runs how many have the metric
    /// @param median of the runs' values
    /// @param least the least of them
    /// @param most the most of them
    /// @param change how much the median is above (or, negative, below) that of the group before it, as a part of
    ///     that; empty for the first, and where that is 0
    public record Group(String name, int runs, double median, double least, double most, Optional<Double> change) {}

    /// Puts runs together.
    ///
    /// @param runs in the order in which they were measured; those without the metric are left out
    public static History of(List<StoredRun> runs, String metric, By by, ZoneId zone) {
        Function<StoredRun, String> name = switch (by) {
            case KERNEL -> run -> run.system().kernel();
            case DAY -> run -> LocalDate.ofInstant(run.at(), zone).toString();
        };
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (StoredRun run : runs) {
            Double value = run.metrics().get(metric);
            if (value != null) {
                values.computeIfAbsent(name.apply(run), _ -> new ArrayList<>()).add(value);
            }
        }
        List<Group> groups = new ArrayList<>();
        values.forEach((key, each) -> groups.add(group(key, each, groups)));
        return new History(metric, by, groups);
    }

    private static Group group(String name, List<Double> values, List<Group> before) {
        double median = median(values);
        Optional<Double> change = before.isEmpty() || before.getLast().median() == 0
                ? Optional.empty()
                : Optional.of(median / before.getLast().median() - 1);
        return new Group(name, values.size(), median, Collections.min(values), Collections.max(values), change);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
