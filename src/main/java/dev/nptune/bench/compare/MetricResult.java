package dev.nptune.bench.compare;

/// What came of one metric.
public sealed interface MetricResult permits Compared, MetricResult.Refused {
    RunMetric metric();

    /// No value is given, and why.
    ///
    /// @param reason a sentence without a full stop
    record Refused(RunMetric metric, String reason) implements MetricResult {}
}
