package dev.nptune.bench.compare;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// How often runs dealt out to two sides at random would differ at least as much as they do, by the difference of
/// means.
///
/// @param p the part of all arrangements
/// @param exact whether all were looked at; otherwise `p` comes from as many drawn ones, the real one among them
/// @param arrangements how many were looked at
public record Permutation(double p, boolean exact, long arrangements) {
    /// The most that are all looked at: enough for ten runs a side.
    static final long MOST_EXACT = 200_000;

    private static final int DRAWN = 100_000;

    /// Sums in another order differ in their last digits.
    private static final double TIE = 1e-12;

    static Permutation of(double[] first, double[] second, RandomGenerator random) {
        double[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        Deal deal = new Deal(all, first.length);
        long number = arrangements(all.length, first.length);
        if (number <= MOST_EXACT) {
            deal.all(0, 0, 0);
            return new Permutation(deal.extreme / (double) number, true, number);
        }
        for (int i = 0; i < DRAWN; i++) {
            deal.draw(random);
        }
        return new Permutation((deal.extreme + 1) / (DRAWN + 1.0), false, DRAWN + 1L);
    }

    /// The smallest p that so many runs can give.
    static double least(int first, int second) {
        double both = first == second ? 2 : 1;
        return both / arrangements(first + second, first);
    }

    private static long arrangements(int all, int chosen) {
        double number = 1;
        for (int i = 1; i <= Math.min(chosen, all - chosen); i++) {
            number = number * (all - i + 1) / i;
        }
        return number > 1e15 ? Long.MAX_VALUE : Math.round(number);
    }

    /// Deals runs out and counts the extreme cases.
    private static final class Deal {
        private final double[] values;
        private final int chosen;
        private final double total;
        private final double real;
        private long extreme;

        Deal(double[] values, int chosen) {
            this.values = values;
            this.chosen = chosen;
            this.total = Arrays.stream(values).sum();
            this.real = difference(Arrays.stream(values).limit(chosen).sum());
        }

        private double difference(double sum) {
            return Math.abs(sum / chosen - (total - sum) / (values.length - chosen));
        }

        private void look(double sum) {
            double scale = Arrays.stream(values).map(Math::abs).max().orElse(0);
            if (difference(sum) >= real - TIE * Math.max(scale, Double.MIN_NORMAL)) {
                extreme++;
            }
        }

        private void all(int from, int taken, double sum) {
            if (taken == chosen) {
                look(sum);
                return;
            }
            for (int i = from; i <= values.length - (chosen - taken); i++) {
                all(i + 1, taken + 1, sum + values[i]);
            }
        }

        private void draw(RandomGenerator random) {
            double sum = 0;
            for (int i = 0; i < chosen; i++) {
                int j = random.nextInt(i, values.length);
                double value = values[j];
                values[j] = values[i];
                values[i] = value;
                sum += value;
            }
            look(sum);
        }
    }
}
