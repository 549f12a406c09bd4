package dev.nptune.bench.metric;

/// What a metric is for a capture: a number, or the reason why there is none.
public sealed interface MetricValue {
    /// A number, in the metric's unit; finite.
    record Measured(double value) implements MetricValue {}

    /// No number, since it would mean nothing or the file does not tell.
    ///
    /// @param reason why, as the end of a sentence
    record Refused(String reason) implements MetricValue {}
}
