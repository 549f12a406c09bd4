package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockLengthTest {
    /// A series that follows its predecessor has G/g(0) = 2φ/(1 − φ²), so the best length is known: the cube root of
    /// n times that squared.
    @ParameterizedTest
    @CsvSource({"0.3, 10000", "0.5, 10000", "0.8, 10000", "0.9, 20000", "-0.5, 10000"})
    void isTheKnownBestOfASeriesThatFollowsItsPredecessor(double correlation, int n) {
        double ratio = 2 * correlation / (1 - correlation * correlation);
        double best = Math.cbrt(n * ratio * ratio);
        RandomGenerator random = SyntheticRuns.random(11);
        double sum = 0;
        for (int i = 0; i < 40; i++) {
            sum += BlockLength.of(series(correlation, n, random));
        }
        assertThat(sum / 40 / best).isBetween(0.85, 1.15);
    }

    @Test
    void isShortWhereNothingHangsTogether() {
        RandomGenerator random = SyntheticRuns.random(5);
        double sum = 0;
        for (int i = 0; i < 40; i++) {
            sum += BlockLength.of(series(0, 5000, random));
        }
        assertThat(sum / 40).isBetween(1.0, 3.0);
    }

    @Test
    void isOneForWhatDoesNotVary() {
        double[] constant = new double[500];
        Arrays.fill(constant, 16.7);
        assertThat(BlockLength.of(constant)).isEqualTo(1);
    }

    @Test
    void isNeverLongerThanTheBound() {
        RandomGenerator random = SyntheticRuns.random(6);
        for (int n = 10; n < 3000; n += 37) {
            double[] walk = series(0.999, n, random);
            assertThat(BlockLength.of(walk)).isBetween(1.0, Math.ceil(Math.min(3 * Math.sqrt(n), n / 3.0)));
        }
    }

    private static double[] series(double correlation, int n, RandomGenerator random) {
        double[] series = new double[n];
        double state = random.nextGaussian() / Math.sqrt(1 - correlation * correlation);
        for (int i = 0; i < n; i++) {
            state = correlation * state + random.nextGaussian();
            series[i] = state;
        }
        return series;
    }
}
