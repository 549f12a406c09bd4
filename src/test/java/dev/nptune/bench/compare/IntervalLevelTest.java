package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// How often an interval that should miss the truth in 5 % of all cases does, where the truth is that there is no
/// difference. All is drawn from fixed seeds, so the rates are the same each time.
class IntervalLevelTest {
    private static final List<RunMetric> METRICS =
            List.of(RunMetrics.AVERAGE, RunMetrics.P99, RunMetrics.LOW_1, RunMetrics.STUTTER);

    static final List<SyntheticRuns> KINDS = List.of(
            new SyntheticRuns(10, 0.5, 0.1, 0.003, 0),
            new SyntheticRuns(10, 0.9, 0.1, 0.003, 0),
            new SyntheticRuns(10, 0.9, 0.1, 0.003, 0.03));

    /// Of which runs do not differ among themselves.
    static final List<SyntheticRuns> ALIKE = KINDS.subList(0, 2);

    /// Pieces of one capture dealt to two sides in turn.
    @ParameterizedTest
    @FieldSource("KINDS")
    void sidesOfOneCaptureSeldomDiffer(SyntheticRuns kind) {
        RandomGenerator random = SyntheticRuns.random(21);
        int repetitions = 1500;
        Map<String, Integer> misses = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            List<double[]> pieces =
                    kind.runSpread() == 0 ? SyntheticRuns.pieces(kind.frames(10_000, random), 10) : runs(kind, random);
            for (RunMetric metric : METRICS) {
                misses.merge(metric.id(), misses(metric, pieces, 0b0101010101) ? 1 : 0, Integer::sum);
            }
        }
        // Binomial: a true rate of 5 % gives more than 6 % of 1500 in one of 27 cases.
        assertThat(misses)
                .allSatisfy((metric, number) ->
                        assertThat(number / (double) repetitions).as(metric).isBetween(0.005, 0.06));
    }

    private static List<double[]> runs(SyntheticRuns kind, RandomGenerator random) {
        List<double[]> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(kind.frames(1000, random));
        }
        return runs;
    }

    /// A real capture in ten pieces, in all 252 ways of dealing them to two sides.
    @Test
    void sidesOfARealCaptureSeldomDiffer() throws IOException {
        for (Path file : List.of(RealCaptures.METRO, RealCaptures.FAR_CRY)) {
            List<double[]> pieces = SyntheticRuns.pieces(RealCaptures.frames(file), 10);
            for (RunMetric metric : METRICS) {
                int deals = 0;
                int misses = 0;
                for (int deal = 0; deal < 1 << 10; deal++) {
                    if (Integer.bitCount(deal) == 5) {
                        deals++;
                        misses += misses(metric, pieces, deal) ? 1 : 0;
                    }
                }
                assertThat(deals).isEqualTo(252);
                assertThat(misses / 252.0).as(file + " " + metric.id()).isLessThanOrEqualTo(0.06);
            }
        }
    }

    /// @param deal which pieces go to the first side, a bit each
    private static boolean misses(RunMetric metric, List<double[]> pieces, int deal) {
        double[] first = new double[Integer.bitCount(deal)];
        double[] second = new double[pieces.size() - first.length];
        int a = 0;
        int b = 0;
        for (int i = 0; i < pieces.size(); i++) {
            double value = metric.scaled(metric.of(pieces.get(i)));
            if (((deal >> i) & 1) == 1) {
                first[a++] = value;
            } else {
                second[b++] = value;
            }
        }
        Estimate estimate = Estimate.between(first, second);
        return estimate.low() > 0 || estimate.high() < 0;
    }

    /// One run a side, by what varies within it. At a true rate of 5.5 % more than 7.5 % of 600 come in one of 50
    /// cases;
    /// the true rate is held to 6 % by the long test below.
    @ParameterizedTest
    @FieldSource("ALIKE")
    void oneRunASideSeldomDiffers(SyntheticRuns kind) {
        assertThat(singleRuns(kind, 600, 100))
                .allSatisfy((metric, rate) -> assertThat(rate).as(metric).isBetween(0.005, 0.075));
    }

    @Tag("long")
    @ParameterizedTest
    @FieldSource("ALIKE")
    void oneRunASideSeldomDiffersInTheLongRun(SyntheticRuns kind) {
        assertThat(singleRuns(kind, 5000, 200))
                .allSatisfy((metric, rate) -> assertThat(rate).as(metric).isBetween(0.01, 0.06));
    }

    private static Map<String, Double> singleRuns(SyntheticRuns kind, int repetitions, int resamples) {
        RandomGenerator random = SyntheticRuns.random(22);
        Map<String, Double> rates = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            double[] a = kind.frames(2500, random);
            double[] b = kind.frames(2500, random);
            WithinRun.Result first = WithinRun.of(a, METRICS, resamples, random);
            WithinRun.Result second = WithinRun.of(b, METRICS, resamples, random);
            for (int m = 0; m < METRICS.size(); m++) {
                RunMetric metric = METRICS.get(m);
                Estimate estimate = Estimate.within(
                        metric.scaled(metric.of(b)) - metric.scaled(metric.of(a)),
                        first.noise().get(m),
                        second.noise().get(m));
                boolean missed = estimate.low() > 0 || estimate.high() < 0;
                rates.merge(metric.id(), (missed ? 1.0 : 0) / repetitions, Double::sum);
            }
        }
        return rates;
    }

    /// Why the interval is Welch's: where runs differ and there are five of them, the percentile interval of the
    /// hierarchical bootstrap (runs first, then blocks within each) is far too narrow.
    @Tag("long")
    @Test
    void theHierarchicalPercentileIntervalIsTooNarrowForFewRuns() {
        SyntheticRuns kind = new SyntheticRuns(10, 0.8, 0.1, 0.003, 0.05);
        RandomGenerator random = SyntheticRuns.random(23);
        int repetitions = 1000;
        int percentile = 0;
        int welch = 0;
        for (int i = 0; i < repetitions; i++) {
            List<double[]> runs = runs(kind, random);
            welch += misses(RunMetrics.AVERAGE, runs, 0b0101010101) ? 1 : 0;
            percentile += percentileMisses(runs, random) ? 1 : 0;
        }
        assertThat(welch / (double) repetitions).isBetween(0.03, 0.06);
        assertThat(percentile / (double) repetitions).isGreaterThan(0.09);
    }

    private static boolean percentileMisses(List<double[]> runs, RandomGenerator random) {
        int resamples = 400;
        List<double[]> averages = new ArrayList<>();
        for (double[] run : runs) {
            averages.add(
                    new Resampler(run, List.of(RunMetrics.AVERAGE), BlockLength.of(run)).values(resamples, random)[0]);
        }
        double[] differences = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            for (int i = 0; i < 5; i++) {
                differences[r] += Math.log(averages.get(random.nextInt(5))[random.nextInt(resamples)]);
                differences[r] -= Math.log(averages.get(5 + random.nextInt(5))[random.nextInt(resamples)]);
            }
        }
        Arrays.sort(differences);
        return differences[resamples / 40] > 0 || differences[resamples - 1 - resamples / 40] < 0;
    }
}
