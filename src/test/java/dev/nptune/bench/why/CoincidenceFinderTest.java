package dev.nptune.bench.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.compare.SyntheticRuns;
import dev.nptune.bench.why.EventSeries.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoincidenceFinderTest {
    private static final double SECONDS = 60.37;
    private static final double ERROR = 0.005;
    private static final int SHIFTS = 1000;

    /// How events that have nothing to do with stutters come.
    enum Events {
        SLOWLY_VARYING,
        BURSTS,
        EACH_SECOND
    }

    /// How stutters come.
    enum Pattern {
        CLUSTERED,
        EVERY_TWO_SECONDS
    }

    private static Coincidences find(List<Stutter> stutters, List<EventSeries> series) {
        return CoincidenceFinder.find(stutters, series, ERROR, SHIFTS, 1);
    }

    /// Sampled at 100 Hz.
    private static EventSeries series(String cause, Kind kind, double[] amounts) {
        double[] from = new double[amounts.length];
        double[] to = new double[amounts.length];
        Arrays.setAll(from, i -> i / 100.0);
        Arrays.setAll(to, i -> (i + 1) / 100.0);
        return new EventSeries(cause, kind, from, to, amounts);
    }

    private static double[] amounts(Events events, RandomGenerator random) {
        double[] amounts = new double[(int) (SECONDS * 100)];
        double state = random.nextGaussian();
        double phase = random.nextDouble();
        boolean burst = false;
        for (int i = 0; i < amounts.length; i++) {
            state = 0.98 * state + 0.199 * random.nextGaussian();
            burst ^= random.nextDouble() < (burst ? 0.1 : 0.003);
            amounts[i] = switch (events) {
                case SLOWLY_VARYING -> 1e6 * Math.exp(state);
                case BURSTS -> burst ? 5e6 : 1e4;
                case EACH_SECOND -> (i / 100.0 + phase) % 1 < 0.01 ? 5e6 : 1e4;
            };
        }
        return amounts;
    }

    private static List<Stutter> stutters(Pattern pattern, RandomGenerator random) {
        List<Stutter> stutters = new ArrayList<>();
        double first = 0;
        for (int i = 0; i < 24; i++) {
            first = i % 4 == 0 ? random.nextDouble() * (SECONDS - 3) : first;
            double end = switch (pattern) {
                case CLUSTERED -> first + random.nextDouble() * 2 + 0.1;
                case EVERY_TWO_SECONDS ->
                    i == 0 ? first % 2 + 0.1 : stutters.getLast().endSeconds() + 2;
            };
            stutters.add(new Stutter(i, end, 30, 20));
        }
        stutters.sort(Comparator.comparingDouble(Stutter::endSeconds));
        return stutters;
    }

    @Test
    void aPlantedCauseIsNamedAndTheOthersAreNot() {
        RandomGenerator random = SyntheticRuns.random(31);
        List<Stutter> stutters = stutters(Pattern.CLUSTERED, random);
        double[] planted = amounts(Events.BURSTS, random);
        for (int i = 0; i < 16; i++) {
            planted[(int) (stutters.get(i).endSeconds() * 100) - 1] += 12e6;
        }
        double[] interrupts = new double[planted.length];
        Arrays.setAll(interrupts, _ -> random.nextInt(30));
        Coincidences found = find(
                stutters,
                List.of(
                        series("quiet", Kind.NANOSECONDS, amounts(Events.SLOWLY_VARYING, random)),
                        series("vCPU 3 waited for a CPU", Kind.NANOSECONDS, planted),
                        series("interrupts on CPU 3", Kind.COUNT, interrupts),
                        series("nothing", Kind.COUNT, new double[planted.length])));
        assertThat(found.named()).extracting(Coincidence::cause).containsExactly("vCPU 3 waited for a CPU");
        Coincidence cause = found.causes().getFirst();
        assertThat(cause.lift().orElseThrow()).isGreaterThan(3);
        assertThat(cause.p()).isLessThanOrEqualTo(0.01);
        assertThat(cause.adjustedP()).isBetween(cause.p(), 0.05);
        // 12 of 20 ms in 16 of 24 stutters, and what bursts add.
        assertThat(cause.explains().orElseThrow()).isCloseTo(0.4, within(0.12));
        assertThat(cause.explainsByChance().orElseThrow()).isLessThan(0.2);
        Coincidence nothing = found.causes().stream()
                .filter(c -> c.cause().equals("nothing"))
                .findFirst()
                .orElseThrow();
        assertThat(nothing.lift()).isEmpty();
        assertThat(nothing.p()).isEqualTo(1);
        assertThat(nothing.explains()).isEmpty();
        assertThat(found.counted()).isEqualTo(24);
        assertThat(cause.resolutionMillis()).isCloseTo(10, within(1e-6));
        assertThat(nothing.resolutionMillis()).isZero();
        assertThat(found.clockErrorMillis()).isEqualTo(5);
    }

    /// At 5 %, over all of five causes together; also where stutters and events are in step by chance, which a series
    /// whose end is joined to its beginning gets wrong: there the rate was 14 %.
    @ParameterizedTest
    @EnumSource
    void withoutACauseSeldomAnyIsNamed(Events events) {
        for (Pattern pattern : Pattern.values()) {
            RandomGenerator random = SyntheticRuns.random(32);
            int repetitions = 200;
            int named = 0;
            for (int i = 0; i < repetitions; i++) {
                List<EventSeries> series = new ArrayList<>();
                for (int c = 0; c < 5; c++) {
                    series.add(series("cause " + c, Kind.NANOSECONDS, amounts(events, random)));
                }
                Coincidences found =
                        CoincidenceFinder.find(stutters(pattern, random), series, ERROR, SHIFTS, random.nextLong());
                named += found.named().isEmpty() ? 0 : 1;
            }
            assertThat(named / (double) repetitions).as(pattern.name()).isLessThanOrEqualTo(0.06);
        }
    }

    @Test
    void ofFewStuttersNothingIsSaid() {
        RandomGenerator random = SyntheticRuns.random(33);
        EventSeries series = series("x", Kind.COUNT, amounts(Events.BURSTS, random));
        List<Stutter> all =
                new ArrayList<>(stutters(Pattern.EVERY_TWO_SECONDS, random).subList(0, 4));
        all.add(new Stutter(99, SECONDS + 5, 30, 20));
        all.add(new Stutter(100, 0.02, 30, 20));
        Coincidences found = find(all, List.of(series));
        assertThat(found.isTooFew()).isTrue();
        assertThat(found.counted()).isEqualTo(4);
        assertThat(found.outside()).isEqualTo(2);
        assertThat(found.causes()).isEmpty();
    }

    @Test
    void theSameSeedGivesTheSameAgain() {
        RandomGenerator random = SyntheticRuns.random(34);
        List<Stutter> stutters = stutters(Pattern.CLUSTERED, random);
        List<EventSeries> series = List.of(series("x", Kind.NANOSECONDS, amounts(Events.BURSTS, random)));
        assertThat(find(stutters, series)).isEqualTo(find(stutters, series));
    }

    @Test
    void withoutSeriesThereIsNoCause() {
        Coincidences found = find(stutters(Pattern.CLUSTERED, SyntheticRuns.random(35)), List.of());
        assertThat(found.causes()).isEmpty();
        assertThat(found.outside()).isEqualTo(24);
    }

    @Test
    void amountsAreSpreadEvenlyWithinASample() {
        EventSeries series = new EventSeries(
                "x", Kind.COUNT, new double[] {1, 3, 4}, new double[] {2, 4, 6}, new double[] {10, 20, 40});
        assertThat(series.between(0, 9)).isEqualTo(70);
        assertThat(series.between(1.5, 3.5)).isEqualTo(15);
        assertThat(series.between(2, 3)).isZero();
        assertThat(series.between(4, 5)).isEqualTo(20);
        assertThat(series.resolution()).isEqualTo(1);
    }

    @Test
    void samplesOutOfOrderAreRefused() {
        double[] two = {1, 1};
        assertThatThrownBy(() -> new EventSeries("x", Kind.COUNT, new double[] {0, 0.5}, new double[] {1, 2}, two))
                .hasMessage("x: sample 2 from 0.5 to 2.0 s with 1.0 is out of order or no amount");
        assertThatThrownBy(() -> new EventSeries("x", Kind.COUNT, new double[] {0, 1}, new double[] {1, 1}, two))
                .hasMessageContaining("sample 2");
        assertThatThrownBy(() -> new EventSeries(
                        "x", Kind.COUNT, new double[] {0, 1}, new double[] {1, 2}, new double[] {1, -1}))
                .hasMessageContaining("sample 2");
        assertThatThrownBy(() -> new EventSeries("x", Kind.COUNT, new double[0], new double[0], new double[0]))
                .hasMessageContaining("as many");
        assertThatThrownBy(() -> CoincidenceFinder.find(List.of(), List.of(), 0, 999, 1))
                .hasMessageContaining("999 shifts");
    }
}
