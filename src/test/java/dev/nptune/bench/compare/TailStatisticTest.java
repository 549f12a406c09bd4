package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;
import org.junit.jupiter.api.Test;

/// Against the definitions, worked out with another library.
class TailStatisticTest {
    @Test
    void percentileIsALinearRank() {
        Quantile linear = Quantile.withDefaults().with(EstimationMethod.HF7);
        for (int n : new int[] {100, 101, 997, 1000}) {
            double[] frames = frames(n);
            assertThat(TailStatistic.percentile(0.01).of(frames))
                    .isCloseTo(linear.evaluate(frames, 0.99), within(1e-9));
            assertThat(TailStatistic.percentile(0.25).of(frames))
                    .isCloseTo(linear.evaluate(frames, 0.75), within(1e-9));
        }
    }

    @Test
    void lowAverageIsTheMeanFromTheTypeEightQuantile() {
        Quantile eight = Quantile.withDefaults().with(EstimationMethod.HF8);
        for (int n : new int[] {100, 101, 997, 1000}) {
            double[] frames = frames(n);
            double least = eight.evaluate(frames, 0.99);
            double mean =
                    Arrays.stream(frames).filter(f -> f >= least).average().orElseThrow();
            assertThat(TailStatistic.lowAverage(0.01).of(frames)).isCloseTo(1000 / mean, within(1e-9));
        }
    }

    @Test
    void lowIntegralIsWhereTheLongestReachTheirShareOfTheTime() {
        double[] frames = new double[1000];
        Arrays.fill(frames, 10);
        frames[3] = 60;
        frames[700] = 30;
        frames[900] = 20;
        // The time is 10 080 ms, one percent of it 100.8 ms: 60 + 30 + 20 reach it.
        assertThat(TailStatistic.lowIntegral(0.01).of(frames)).isEqualTo(50);
        assertThat(TailStatistic.lowIntegral(0.005).of(frames)).isEqualTo(1000.0 / 60);
    }

    /// Values that CapFrameX itself gives for this capture.
    @Test
    void aRealCaptureGivesCapFrameXValues() throws IOException {
        double[] frames = RealCaptures.frames(RealCaptures.FAR_CRY);
        assertThat(RunMetrics.AVERAGE.of(frames)).isCloseTo(76.76, within(0.005));
        assertThat(RunMetrics.LOW_1.of(frames)).isCloseTo(29.49, within(0.005));
        assertThat(TailStatistic.lowIntegral(0.01).of(frames)).isCloseTo(12.54, within(0.005));
        assertThat(RunMetrics.STUTTER.of(frames)).isCloseTo(1.509, within(0.0005));
    }

    private static double[] frames(int number) {
        return SyntheticRuns.USUAL.frames(number, SyntheticRuns.random(number));
    }
}
