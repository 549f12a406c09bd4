package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.Column;
import dev.nptune.bench.capture.Track;
import dev.nptune.bench.metric.Judged.Needs;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// One number with one definition. [Metrics] has them all.
public final class Metric {
    /// What is side by side in a table. Within a group numbers of different tools may be compared, at least in kind;
    /// between groups not.
    public enum Group {
        AVERAGE("Average"),
        LOW_RANK("1 % low, by rank"),
        LOW_MEAN("1 % low, mean of slowest"),
        LOW_TIME("1 % low, by time"),
        TENTH_RANK("0.1 % low, by rank"),
        TENTH_MEAN("0.1 % low, mean of slowest"),
        TENTH_TIME("0.1 % low, by time"),
        FRAME_TIME("Frame time"),
        EVENNESS("Evenness"),
        STUTTER("Stutter"),
        DISPLAY("Display and input lag");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        /// A heading.
        public String title() {
            return title;
        }
    }

    private final String id;
    private final String title;
    private final String unit;
    private final String tool;
    private final boolean higherIsBetter;
    private final Group group;
    private final Needs needs;
    private final List<Column> columns;
    private final Formula formula;

    /// @param columns what the file must tell besides frame times; a metric that takes any is of presents only
    Metric(
            String id,
            String title,
            String unit,
            String tool,
            boolean higherIsBetter,
            Group group,
            Needs needs,
            List<Column> columns,
            Formula formula) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.tool = tool;
        this.higherIsBetter = higherIsBetter;
        this.group = group;
        this.needs = needs;
        this.columns = List.copyOf(columns);
        this.formula = formula;
    }

    /// A name for the command line and for JSON; it stays the same.
    public String id() {
        return id;
    }

    /// What it is, without the tool.
    public String title() {
        return title;
    }

    /// `fps`, `ms`, `%` and so on.
    public String unit() {
        return unit;
    }

    /// The tool whose definition it is, with its versions where they differ.
    public String tool() {
        return tool;
    }

    /// Title and tool: the name to print beside a number.
    public String name() {
        return title + " (" + tool + ")";
    }

    public boolean higherIsBetter() {
        return higherIsBetter;
    }

    public Group group() {
        return group;
    }

    /// How it is made.
    public Formula formula() {
        return formula;
    }

    /// Its value for the presents of a capture.
    public MetricValue value(Capture capture) {
        return value(Judged.of(capture).lenient());
    }

    /// Its value for a capture that was judged, which is quicker for several metrics.
    public MetricValue value(Judged judged) {
        if (!columns.isEmpty() && judged.track() == Track.DISPLAYED) {
            return new MetricValue.Refused("it is of presents");
        }
        Optional<Column> missing = columns.stream()
                .filter(column -> judged.capture().column(column).isEmpty())
                .findFirst();
        if (missing.isPresent()) {
            return new MetricValue.Refused("the file has no " + missing.get().title());
        }
        Optional<String> refusal = judged.refusal(needs);
        if (refusal.isPresent()) {
            return new MetricValue.Refused(refusal.get());
        }
        double value = switch (formula) {
            case Formula.OfTimes ofTimes -> ofTimes.of(judged.times());
            case Formula.OfCapture(ToDoubleFunction<Judged> function) -> function.applyAsDouble(judged);
        };
        return Double.isFinite(value)
                ? new MetricValue.Measured(value)
                : new MetricValue.Refused("the file has no value for it");
    }

    @Override
    public String toString() {
        return id;
    }
}
