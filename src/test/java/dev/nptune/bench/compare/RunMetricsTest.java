package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.compare.RunMetric.Scale;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.MetricValue;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.internal.text.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is compared is what `bench stats` shows under the same id.
class RunMetricsTest {
    @Test
    void realCapturesHaveTheSameNumbers() throws IOException, UserException {
        areTheSame(RealCaptures.frames(RealCaptures.METRO));
        areTheSame(RealCaptures.frames(RealCaptures.FAR_CRY));
    }

    @Test
    void syntheticCapturesHaveTheSameNumbers() throws IOException, UserException {
        RandomGenerator random = SyntheticRuns.random(31);
        for (int frames : new int[] {1000, 1001, 9_999, 10_000, 12_345}) {
            areTheSame(SyntheticRuns.USUAL.frames(frames, random));
        }
    }

    /// That of a resample in which, by its counts, each frame was drawn once.
    private static void areTheSame(double[] frames) throws IOException, UserException {
        Capture capture = capture(frames);
        double[] read = capture.frameTimes().toArray();
        int compared = 0;
        for (RunMetric metric : RunMetrics.all()) {
            Metric named = Metrics.of(metric.id()).orElseThrow();
            if (named.value(capture) instanceof MetricValue.Measured(double value)) {
                double tolerance = 1e-12 * Math.max(1, value);
                assertThat(drawnOnce(metric, read)).as(metric.id()).isCloseTo(value, within(tolerance * read.length));
                compared++;
            }
        }
        int tenths = 7;
        assertThat(compared).isGreaterThanOrEqualTo(RunMetrics.all().size() - tenths);
    }

    /// 980 frames of 10 ms and 20 of 40 ms: 1000 frames in 10.6 s.
    @Test
    void madeByHand() {
        double[] frames = new double[1000];
        Arrays.setAll(frames, i -> i % 50 == 7 ? 40 : 10);
        assertThat(RunMetrics.AVERAGE.of(frames)).isCloseTo(94.3396, within(1e-4));
        assertThat(RunMetrics.P99.of(frames)).isCloseTo(40, within(1e-9));
        assertThat(RunMetrics.LOW_1.of(frames)).isCloseTo(25, within(1e-9));
        assertThat(RunMetrics.LOW_01.of(frames)).isCloseTo(25, within(1e-9));
    }

    /// Blocks as long as the run: each resample is the run, begun elsewhere.
    private static double drawnOnce(RunMetric metric, double[] frames) {
        return new Resampler(frames, List.of(metric), 1e15).values(1, SyntheticRuns.random(1))[0][0];
    }

    private static Capture capture(double[] frames) throws IOException, UserException {
        String text = Arrays.stream(frames).mapToObj(Double::toString).collect(Collectors.joining("\n"));
        return CaptureFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "list")
                .longest();
    }

    @Test
    void namesAndUnitsAreThoseOfTheMetric() {
        assertThat(RunMetrics.all()).hasSizeGreaterThan(15).allSatisfy(metric -> {
            Metric named = Metrics.of(metric.id()).orElseThrow();
            assertThat(metric.title()).isEqualTo(named.title());
            assertThat(metric.tool()).isEqualTo(named.tool());
            assertThat(metric.unit()).isEqualTo(named.unit());
            assertThat(metric.higherIsBetter()).isEqualTo(named.higherIsBetter());
            assertThat(metric.scale()).isEqualTo(metric.unit().equals("%") ? Scale.POINTS : Scale.RATIO);
        });
        assertThat(RunMetrics.all()).containsAll(RunMetrics.usual());
        assertThat(RunMetrics.of("hitches")).isEmpty();
        assertThat(IntStream.of(0, 2).mapToObj(i -> RunMetrics.usual().get(i).name()))
                .containsExactly("average (frames / time)", "P99 frame time (PresentMon, OCAT)");
    }
}
