package dev.nptune.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.capture.Series;
import dev.nptune.bench.compare.SyntheticRuns;
import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the definitions, worked out from an array.
class LowsTest {
    @ParameterizedTest
    @ValueSource(ints = {100, 101, 997, 1000})
    void percentilesAreRanks(int n) {
        double[] frames = frames(n);
        Quantile linear = Quantile.withDefaults().with(EstimationMethod.HF7);
        Quantile eight = Quantile.withDefaults().with(EstimationMethod.HF8);
        double[] fps = Arrays.stream(frames).map(ms -> 1000 / ms).toArray();
        for (double part : new double[] {0.75, 0.99}) {
            assertThat(Lows.percentile(slowest(frames), part)).isCloseTo(linear.evaluate(frames, part), within(1e-9));
            assertThat(Lows.percentileOfFps(slowest(frames), 1 - part))
                    .isCloseTo(eight.evaluate(fps, 1 - part), within(1e-9));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 997, 1000})
    void lowAverageIsTheMeanFromTheTypeEightQuantile(int n) {
        double[] frames = frames(n);
        double least = Quantile.withDefaults().with(EstimationMethod.HF8).evaluate(frames, 0.99);
        double mean = Arrays.stream(frames).filter(f -> f >= least).average().orElseThrow();
        assertThat(Lows.average(slowest(frames), 0.01)).isCloseTo(1000 / mean, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 700})
    void integralIsWhereTheSlowestReachTheirPartOfTheTime(int place) {
        double[] frames = new double[1000];
        Arrays.fill(frames, 10);
        frames[place] = 60;
        frames[500] = 30;
        frames[900] = 20;
        // The time is 10 080 ms, one percent of it 100.8 ms: 60 + 30 + 20 reach it.
        assertThat(Lows.integral(slowest(frames), 0.01)).isEqualTo(50);
        assertThat(Lows.integral(slowest(frames), 0.005)).isEqualTo(1000.0 / 60);
    }

    private static Slowest slowest(double[] frames) {
        return Slowest.of(Series.of(frames));
    }

    private static double[] frames(int number) {
        return SyntheticRuns.USUAL.frames(number, SyntheticRuns.random(number));
    }
}
