package dev.nptune.bench.why;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Finds out which causes are there more often during stutters than at other times.
///
/// A stutter is exposed to what happened while its frame was made, widened by the error of the clocks. What chance
/// gives
/// is seen by moving all stutters along the recording by a random time: each series keeps its bursts, and the causes
/// keep to
/// each other. Stutters that leave the recording are left out of that shift, never more than half of them. Let in again
/// at the other end they would get out of step with what comes at regular times, and stutters that come at regular
/// times as well were found to coincide with it nearly three times too often (`CoincidenceFinderTest`).
///
/// All causes are moved by the same time, so that the step-down of Westfall and Young (Resampling-Based Multiple
/// Testing, 1993, algorithm 2.8) corrects for their number and takes into account that they go together.
public final class CoincidenceFinder {
    /// The fewest shifts.
    public static final int LEAST_SHIFTS = 1000;

    private static final double LEVEL = 0.05;

    private final List<Stutter> stutters;
    private final List<EventSeries> series;
    private final double error;
    private final double start;
    private final double length;

    private CoincidenceFinder(List<Stutter> stutters, List<EventSeries> series, double error) {
        this.series = series;
        this.error = error;
        this.start = series.stream().mapToDouble(EventSeries::start).max().orElse(0);
        double end = series.stream().mapToDouble(EventSeries::end).min().orElse(0);
        this.length = end - start;
        this.stutters =
                stutters.stream().filter(s -> from(s) >= start && to(s) <= end).toList();
    }

    /// Holds every cause against the stutters.
    ///
    /// @param stutters from [Stutters]
    /// @param series one for each cause, on the same clock
    /// @param clockErrorSeconds by how much the two clocks may differ
    /// @param shifts at least [#LEAST_SHIFTS]
    /// @throws IllegalArgumentException if there are fewer, or the error is below zero
    public static Coincidences find(
            List<Stutter> stutters, List<EventSeries> series, double clockErrorSeconds, int shifts, long seed) {
        if (shifts < LEAST_SHIFTS || !(clockErrorSeconds >= 0)) {
            throw new IllegalArgumentException(shifts + " shifts, clock error " + clockErrorSeconds + " s");
        }
        CoincidenceFinder finder = new CoincidenceFinder(stutters, series, clockErrorSeconds);
        int counted = finder.stutters.size();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return new Coincidences(
                counted,
                stutters.size() - counted,
                counted < Coincidences.FEWEST ? List.of() : finder.causes(finder.draw(shifts, random)),
                1000 * clockErrorSeconds,
                shifts,
                seed);
    }

    private double from(Stutter stutter) {
        return stutter.endSeconds() - stutter.frameMillis() / 1000 - error;
    }

    private double to(Stutter stutter) {
        return stutter.endSeconds() + error;
    }

    /// A cause's amounts, at the real times first and then at each shift.
    private static final class Amounts {
        private final EventSeries series;

        /// Over the stutters that stay within the recording.
        private final double[] means;

        /// Σ min(time, excess) ÷ Σ excess over the same.
        private final double[] explained;

        Amounts(EventSeries series, int number) {
            this.series = series;
            this.means = new double[number];
            this.explained = new double[number];
        }
    }

    private List<Amounts> draw(int shifts, RandomGenerator random) {
        double[] moved = new double[shifts + 1];
        for (int i = 1; i < moved.length; i++) {
            do {
                moved[i] = (random.nextDouble() - 0.5) * length;
            } while (2 * staying(moved[i]) < stutters.size());
        }
        return series.stream().map(each -> amounts(each, moved)).toList();
    }

    private long staying(double moved) {
        return stutters.stream().filter(s -> stays(s, moved)).count();
    }

    private boolean stays(Stutter stutter, double moved) {
        return from(stutter) + moved >= start && to(stutter) + moved <= start + length;
    }

    private Amounts amounts(EventSeries each, double[] moved) {
        Amounts amounts = new Amounts(each, moved.length);
        for (int i = 0; i < moved.length; i++) {
            int staying = 0;
            double excess = 0;
            for (Stutter stutter : stutters) {
                if (stays(stutter, moved[i])) {
                    double amount = each.between(from(stutter) + moved[i], to(stutter) + moved[i]);
                    staying++;
                    excess += stutter.excessMillis();
                    amounts.means[i] += amount;
                    amounts.explained[i] += Math.min(amount / 1e6, stutter.excessMillis());
                }
            }
            amounts.means[i] /= staying;
            amounts.explained[i] /= excess;
        }
        return amounts;
    }

    private List<Coincidence> causes(List<Amounts> all) {
        double[][] ps = all.stream().map(amounts -> ps(amounts.means)).toArray(double[][]::new);
        double[] adjusted = stepDown(ps);
        List<Coincidence> causes = new ArrayList<>();
        for (int c = 0; c < all.size(); c++) {
            causes.add(cause(all.get(c), ps[c][0], adjusted[c]));
        }
        causes.sort(Comparator.comparingDouble(Coincidence::adjustedP)
                .thenComparing(
                        Comparator.comparingDouble((Coincidence c) -> c.lift().orElse(0))
                                .reversed()));
        return causes;
    }

    private Coincidence cause(Amounts amounts, double p, double adjusted) {
        EventSeries each = amounts.series;
        double expected = Arrays.stream(amounts.means).average().orElseThrow();
        double observed = amounts.means[0];
        boolean times = each.kind() == EventSeries.Kind.NANOSECONDS;
        double byChance = Arrays.stream(amounts.explained).average().orElseThrow();
        return new Coincidence(
                each.cause(),
                each.kind(),
                observed,
                expected,
                expected > 0 ? OptionalDouble.of(observed / expected) : OptionalDouble.empty(),
                p,
                adjusted,
                adjusted <= LEVEL,
                times ? OptionalDouble.of(amounts.explained[0]) : OptionalDouble.empty(),
                times ? OptionalDouble.of(byChance) : OptionalDouble.empty(),
                1000 * each.resolution());
    }

    /// For each value the part of all that is at least as large.
    private static double[] ps(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] ps = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int least = Arrays.binarySearch(sorted, values[i]);
            while (least > 0 && sorted[least - 1] == values[i]) {
                least--;
            }
            ps[i] = (values.length - least) / (double) values.length;
        }
        return ps;
    }

    /// @param ps by cause, the real one first and then one for each shift
    /// @return by cause
    private static double[] stepDown(double[][] ps) {
        int[] order = IntStream.range(0, ps.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer c) -> ps[c][0]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[ps.length];
        int shifts = ps.length == 0 ? 0 : ps[0].length;
        double[] least = new double[shifts];
        Arrays.fill(least, 1);
        for (int c : order) {
            int atMost = 0;
            for (int i = 0; i < shifts; i++) {
                least[i] = Math.min(least[i], ps[c][i]);
                atMost += least[i] <= ps[c][0] ? 1 : 0;
            }
            adjusted[c] = atMost / (double) shifts;
        }
        double most = 0;
        for (int k = order.length - 1; k >= 0; k--) {
            most = Math.max(most, adjusted[order[k]]);
            adjusted[order[k]] = most;
        }
        return adjusted;
    }
}
