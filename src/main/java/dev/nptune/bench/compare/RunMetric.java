package dev.nptune.bench.compare;

import dev.nptune.bench.capture.Series;
import dev.nptune.bench.metric.Formula;
import dev.nptune.bench.metric.Metric;

/// A number that a run comes down to.
///
/// @param id a word for JSON and options, the same for all of NPTune's commands
/// @param title what it is, without the tool
/// @param tool whose definition it is
/// @param unit of the number, such as `fps`
/// @param higherIsBetter whether more is better
/// @param scale how two sides are held against each other
/// @param formula how it is made from frame times
public record RunMetric(
        String id,
        String title,
        String tool,
        String unit,
        boolean higherIsBetter,
        Scale scale,
        Formula.OfTimes formula) {
    /// How many frames must lie in the part that decides: 10 000 frames for a 0.1 % low.
    public static final int LEAST_IN_TAIL = 10;

    /// How two sides are held against each other.
    public enum Scale {
        /// By the logarithm of their ratio, shown as percent; for values that are never 0.
        RATIO,
        /// By their difference in points, for shares that may be 0.
        POINTS
    }

    /// A metric, to be compared.
    ///
    /// @throws IllegalArgumentException if it takes more than frame times
    static RunMetric of(Metric metric, Scale scale) {
        if (!(metric.formula() instanceof Formula.OfTimes formula)) {
            throw new IllegalArgumentException(metric + " is not of frame times alone");
        }
        return new RunMetric(
                metric.id(), metric.title(), metric.tool(), metric.unit(), metric.higherIsBetter(), scale, formula);
    }

    /// Title and tool, as they stand in a sentence: `average (frames / time)`, `P99 frame time (PresentMon, OCAT)`.
    public String name() {
        boolean word = title.length() > 1 && Character.isLowerCase(title.charAt(1));
        return (word ? Character.toLowerCase(title.charAt(0)) + title.substring(1) : title) + " (" + tool + ")";
    }

    /// Of frame times in milliseconds.
    public double of(double[] frames) {
        return formula.of(Series.of(frames));
    }

    /// Which part of the frames decides, 1 if all: below ten frames in that part there is no value.
    double tail() {
        return formula instanceof Formula.OfSlowest slowest ? slowest.part() : 1;
    }

    /// The fewest frames that a run must have.
    int leastFrames() {
        return Math.max(Run.LEAST_FRAMES, (int) Math.ceil(LEAST_IN_TAIL / tail() - 1e-6));
    }

    /// On the scale on which differences are taken: the logarithm of a value, or the value.
    double scaled(double value) {
        return scale == Scale.RATIO ? Math.log(value) : value;
    }

    /// A difference of [#scaled] values as people read it: percent, or points.
    double shown(double difference) {
        return scale == Scale.RATIO ? 100 * Math.expm1(difference) : difference;
    }
}
