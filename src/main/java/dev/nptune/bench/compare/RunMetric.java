package dev.nptune.bench.compare;

import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/// A number that a run comes down to.
///
/// @param id a word for JSON and options, such as `p99`
/// @param name for people, with the definition if there are several
/// @param unit of the number, such as `fps`
/// @param higherIsBetter whether more is better
/// @param scale how two sides are held against each other
/// @param tail which part of the frames decides, 1 if all: below ten frames in that part there is no value
/// @param form how it is made from frame times
public record RunMetric(
        String id, String name, String unit, boolean higherIsBetter, Scale scale, double tail, Form form) {
    /// How many frames must lie in the part that decides: 10 000 frames for a 0.1 % low.
    public static final int LEAST_IN_TAIL = 10;

    /// How two sides are held against each other.
    public enum Scale {
        /// By the logarithm of their ratio, shown as percent; for values that are never 0.
        RATIO,
        /// By their difference in points, for shares that may be 0.
        POINTS
    }

    /// How the number is made. The first two forms are there because a bootstrap computes them without the frames.
    public sealed interface Form {
        /// A sum over the frames ÷ the time they took.
        ///
        /// @param numerators what each frame adds, for frame times in milliseconds; as long as those
        record PerTime(UnaryOperator<double[]> numerators) implements Form {}

        /// Of the longest frames.
        record Longest(TailStatistic statistic) implements Form {}

        /// Anything else; slow, since each resample is written out.
        record Any(ToDoubleFunction<double[]> function) implements Form {}
    }

    /// Of frame times in milliseconds.
    public double of(double[] frames) {
        return switch (form) {
            case Form.PerTime(UnaryOperator<double[]> numerators) -> perTime(numerators.apply(frames), frames);
            case Form.Longest(TailStatistic statistic) -> statistic.of(frames);
            case Form.Any(ToDoubleFunction<double[]> function) -> function.applyAsDouble(frames);
        };
    }

    /// Any function of frame times, compared by ratio.
    public static RunMetric any(
            String id, String name, String unit, boolean higherIsBetter, ToDoubleFunction<double[]> function) {
        return new RunMetric(id, name, unit, higherIsBetter, Scale.RATIO, 1, new Form.Any(function));
    }

    /// The fewest frames that a run must have.
    int leastFrames() {
        return tail < 1 ? (int) Math.ceil(LEAST_IN_TAIL / tail - 1e-6) : Run.LEAST_FRAMES;
    }

    /// On the scale on which differences are taken: the logarithm of a value, or the value.
    double scaled(double value) {
        return scale == Scale.RATIO ? Math.log(value) : value;
    }

    /// A difference of [#scaled] values as people read it: percent, or points.
    double shown(double difference) {
        return scale == Scale.RATIO ? 100 * Math.expm1(difference) : difference;
    }

    private static double perTime(double[] numerators, double[] frames) {
        double sum = 0;
        double time = 0;
        for (int i = 0; i < frames.length; i++) {
            sum += numerators[i];
            time += frames[i];
        }
        return sum / time;
    }
}
