package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.compare.MetricResult.Refused;
import dev.nptune.bench.metric.Formula;
import dev.nptune.internal.text.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ComparerTest {
    private static final Settings QUICK = new Settings(3, 0.5, OptionalInt.of(0), 200, 1);
    private static final SyntheticRuns RUNS = SyntheticRuns.USUAL.varying(0.005);

    private static Comparison compare(RunSet bare, RunSet vm, Settings settings) {
        return Comparer.compare(bare, vm, RunMetrics.usual(), settings, Progress.SILENT);
    }

    private static Comparison compare(SyntheticRuns bare, SyntheticRuns vm, int runs, int frames, long seed) {
        RandomGenerator random = SyntheticRuns.random(seed);
        return compare(bare.side("bare metal", runs, frames, random), vm.side("the VM", runs, frames, random), QUICK);
    }

    private static Compared result(Comparison comparison, RunMetric metric) {
        return comparison.compared().stream()
                .filter(result -> result.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    private static String reason(Comparison comparison, RunMetric metric) {
        return comparison.refused().stream()
                .filter(result -> result.metric().equals(metric))
                .map(Refused::reason)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void slowerByMoreThanTheThresholdIsWorse() {
        Comparison comparison = compare(RUNS, RUNS.times(1.06), 6, 1500, 1);
        Compared average = result(comparison, RunMetrics.AVERAGE);
        assertThat(average.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(average.difference()).isCloseTo(-5.66, within(0.8));
        assertThat(average.low()).isLessThan(average.difference());
        assertThat(average.high()).isGreaterThan(average.difference());
        assertThat(average.permutation().orElseThrow()).isEqualTo(new Permutation(2 / 924.0, true, 924));
        assertThat(average.isWorseSide()).isTrue();
        assertThat(average.withinRunOnly()).isFalse();
        assertThat(average.bare()).isCloseTo(100, within(2.0));
        assertThat(comparison.isWorse()).isTrue();
        assertThat(comparison.headline()).contains(average);
        assertThat(result(comparison, RunMetrics.P99).isWorseSide()).isTrue();
    }

    @Test
    void fasterIsBetterAndNoDifferenceIsEquivalent() {
        assertThat(result(compare(RUNS, RUNS.times(0.94), 6, 1500, 2), RunMetrics.AVERAGE)
                        .verdict())
                .isEqualTo(Verdict.BETTER);
        Comparison none = compare(RUNS, RUNS, 8, 1500, 3);
        assertThat(result(none, RunMetrics.AVERAGE).verdict()).isEqualTo(Verdict.EQUIVALENT);
        assertThat(none.isWorse()).isFalse();
    }

    @Test
    void aDifferenceMayBeThereAndNotMatter() {
        Compared average = result(compare(RUNS, RUNS.times(1.015), 8, 1500, 4), RunMetrics.AVERAGE);
        assertThat(average.verdict()).isEqualTo(Verdict.EQUIVALENT);
        assertThat(average.differs()).isTrue();
    }

    @Test
    void undecidedSaysHowManyRunsWouldDo() {
        Compared average = result(compare(RUNS.varying(0.03), RUNS.varying(0.03), 5, 1000, 5), RunMetrics.AVERAGE);
        assertThat(average.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(average.runsNeeded().orElseThrow()).isBetween(6, 50);
        assertThat(average.spread().bare()).isBetween(1.0, 6.0);
        assertThat(average.spread().bareWithin()).isBetween(0.3, 1.5);
    }

    @Test
    void theSameSeedGivesTheSameAgain() {
        Comparison one = compare(RUNS, RUNS.times(1.02), 1, 1200, 6);
        Comparison again = compare(RUNS, RUNS.times(1.02), 1, 1200, 6);
        assertThat(again.results()).isEqualTo(one.results());
        RandomGenerator random = SyntheticRuns.random(6);
        Comparison otherSeed = compare(
                RUNS.side("bare metal", 1, 1200, random),
                RUNS.times(1.02).side("the VM", 1, 1200, random),
                new Settings(3, 0.5, OptionalInt.empty(), 200, 2));
        assertThat(result(otherSeed, RunMetrics.AVERAGE).low())
                .isNotEqualTo(result(one, RunMetrics.AVERAGE).low());
    }

    @Test
    void oneRunASideIsWithinRunOnlyAndWithoutP() {
        Comparison comparison = compare(RUNS, RUNS.times(1.10), 1, 1500, 7);
        Compared average = result(comparison, RunMetrics.AVERAGE);
        assertThat(average.withinRunOnly()).isTrue();
        assertThat(average.permutation()).isEmpty();
        assertThat(average.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(comparison.notes()).anySatisfy(note -> assertThat(note).contains("within-run only"));
        assertThat(compare(RUNS, RUNS, 3, 1000, 7).notes())
                .anySatisfy(note -> assertThat(note).contains("too few"));
        assertThat(compare(RUNS, RUNS, 5, 1000, 7).notes()).isEmpty();
    }

    @Test
    void tooShortForALow() {
        Comparison comparison = compare(RUNS, RUNS, 2, 900, 8);
        assertThat(reason(comparison, RunMetrics.LOW_01))
                .isEqualTo("run bare metal-1 has 900 frames; below 10000 fewer than 10 frames decide");
        assertThat(reason(comparison, RunMetrics.LOW_1)).contains("below 1000 ");
        assertThat(result(comparison, RunMetrics.AVERAGE).metric()).isSameAs(RunMetrics.AVERAGE);
        RandomGenerator random = SyntheticRuns.random(8);
        assertThat(compare(RUNS.side("a", 1, 10_000, random), RUNS.side("b", 1, 10_000, random), QUICK)
                        .results())
                .extracting(r -> r.metric().id())
                .containsExactly("average", "low1-average", "p99-frame-time", "low01-average", "stutter-time");
    }

    @Test
    void oneHitchMustNotDriveTheResult() {
        RandomGenerator random = SyntheticRuns.random(9);
        double[] hitched = RUNS.frames(1200, random);
        hitched[765] = 900;
        RunSet vm = new RunSet("the VM", List.of(new Run("hitched", hitched, null)));
        Comparison comparison = compare(RUNS.side("bare metal", 1, 1200, random), vm, QUICK);
        assertThat(reason(comparison, RunMetrics.AVERAGE))
                .startsWith("one hitch drives it: without frame 766 of run hitched (900 ms) the difference changes by");
        assertThat(reason(comparison, RunMetrics.LOW_1)).contains("frame 766");
        assertThat(result(comparison, RunMetrics.P99)).isNotNull();
    }

    @Test
    void ofAZeroThereIsNoRatio() {
        RandomGenerator random = SyntheticRuns.random(10);
        RunMetric zero = new RunMetric(
                "zero", "Zero", "nobody", "fps", true, RunMetric.Scale.RATIO, new Formula.OfSeries(_ -> 0));
        Comparison comparison = Comparer.compare(
                RUNS.side("a", 1, 200, random), RUNS.side("b", 1, 200, random), List.of(zero), QUICK, Progress.SILENT);
        assertThat(reason(comparison, zero)).isEqualTo("it is 0.0 in run a-1, of which no ratio can be taken");
        assertThat(comparison.headline()).isEmpty();
    }

    @Test
    void theFirstRunIsLeftOutWhereEnoughAreLeft() {
        RandomGenerator random = SyntheticRuns.random(11);
        RunSet six = RUNS.side("bare metal", 6, 200, random);
        RunSet seven = RUNS.side("the VM", 7, 200, random);
        RunSet five = RUNS.side("five", 5, 200, random);
        Comparison usual = compare(six, seven, Settings.USUAL);
        assertThat(usual.bare().runs()).hasSize(5);
        assertThat(usual.vm().runs()).hasSize(6);
        assertThat(usual.notes()).containsExactly("Left out, as the first of each side: bare metal-1; the VM-1.");
        assertThat(compare(six, five, Settings.USUAL).bare().runs()).hasSize(6);
        assertThat(compare(six, seven, QUICK).bare().runs()).hasSize(6);
        assertThatThrownBy(() -> compare(six, five, new Settings(3, 1, OptionalInt.of(5), 100, 1)))
                .hasMessage("leaving out the first 5 leaves no run of a side that has 5");
    }

    @Test
    void oneSideAfterTheOtherIsSaid() {
        assertThat(timed(0, 1, 2, 3, 4, 10, 11, 12, 13, 14).notes())
                .singleElement()
                .asString()
                .startsWith("All runs of one side were made before");
        assertThat(timed(0, 2, 4, 6, 8, 1, 3, 5, 7, 9).notes()).isEmpty();
    }

    /// The first half of the minutes is of one side. The runs are given in no order.
    private static Comparison timed(int... minutes) {
        RandomGenerator random = SyntheticRuns.random(12);
        List<Run> runs = new ArrayList<>();
        for (int minute : minutes) {
            runs.add(new Run("at " + minute, RUNS.frames(200, random), Instant.EPOCH.plusSeconds(60L * minute)));
        }
        RunSet vm = new RunSet("the VM", runs.subList(5, 10).reversed());
        assertThat(vm.runs()).isEqualTo(runs.subList(5, 10));
        return compare(new RunSet("bare metal", runs.subList(0, 5)), vm, QUICK);
    }

    @Test
    void theSameCaptureTwiceIsNoRun() {
        Run run = new Run("a", RUNS.frames(200, SyntheticRuns.random(13)), null);
        RunSet side = new RunSet("x", List.of(run));
        assertThatThrownBy(() -> compare(side, new RunSet("y", List.of(new Run("b", run.frames(), null))), QUICK))
                .hasMessage("runs a and b are the same capture, frame by frame");
    }

    @Test
    void noRunsAndNoFrameTimesAreRefused() {
        assertThatThrownBy(() -> new RunSet("x", List.of())).hasMessage("no runs of x");
        assertThatThrownBy(() -> new Run("r", new double[50], null)).hasMessageContaining("50 frames");
        double[] frames = RUNS.frames(200, SyntheticRuns.random(14));
        frames[7] = -1;
        assertThatThrownBy(() -> new Run("r", frames, null)).hasMessageContaining("frame 8 ");
        frames[7] = Double.NaN;
        assertThatThrownBy(() -> new Run("r", frames, null)).hasMessageContaining("frame 8 ");
    }
}
