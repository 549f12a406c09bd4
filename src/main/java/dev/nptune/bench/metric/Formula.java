package dev.nptune.bench.metric;

import dev.nptune.bench.capture.Series;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/// How a metric is made. The forms are told apart since of the first two a bootstrap has a resample's value without
/// writing its frames out.
public sealed interface Formula {
    /// Of frame times alone.
    sealed interface OfTimes extends Formula {
        /// Its value.
        ///
        /// @param times in ms, above 0
        double of(Series times);
    }

    /// A sum over the frames ÷ the time they took.
    ///
    /// @param numerators what each frame adds, for frame times in ms; as long as those
    record PerTime(UnaryOperator<double[]> numerators) implements OfTimes {
        @Override
        public double of(Series times) {
            return Series.of(numerators.apply(times.toArray())).sum() / times.sum();
        }
    }

    /// Of the slowest frames.
    ///
    /// @param part which part of the frames, or of the time, decides
    /// @param function what is made of them
    record OfSlowest(double part, ToDoubleFunction<Slowest> function) implements OfTimes {
        @Override
        public double of(Series times) {
            return function.applyAsDouble(Slowest.of(times));
        }
    }

    /// Of all frames, in order.
    record OfSeries(ToDoubleFunction<Series> function) implements OfTimes {
        @Override
        public double of(Series times) {
            return function.applyAsDouble(times);
        }
    }

    /// Of what a capture holds beside frame times.
    record OfCapture(ToDoubleFunction<Judged> function) implements Formula {}
}
