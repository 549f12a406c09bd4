package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PermutationTest {
    @Test
    void sidesApartHaveTheSmallestP() {
        Permutation three = of(new double[] {1, 2, 3}, new double[] {4, 5, 6});
        assertThat(three).isEqualTo(new Permutation(0.1, true, 20));
        assertThat(Permutation.least(3, 3)).isEqualTo(0.1);
        Permutation uneven = of(new double[] {1, 2}, new double[] {4, 5, 6, 7});
        assertThat(uneven.p()).isEqualTo(1 / 15.0);
        assertThat(Permutation.least(2, 4)).isEqualTo(1 / 15.0);
    }

    @Test
    void countedByHand() {
        // Sums of two of 1, 2, 3, 5: 3 4 6 5 7 8 against a total of 11: |2·sum − 11| = 5 3 1 1 3 5; the real one is 3.
        assertThat(of(new double[] {1, 3}, new double[] {2, 5}).p()).isEqualTo(4 / 6.0);
    }

    @Test
    void equalSidesHavePOne() {
        assertThat(of(new double[] {0.1, 0.2, 0.3}, new double[] {0.3, 0.1, 0.2})
                        .p())
                .isEqualTo(1);
        assertThat(of(new double[] {0, 0}, new double[] {0, 0}).p()).isEqualTo(1);
    }

    @Test
    void tenRunsASideAreStillExactAndMoreAreDrawn() {
        RandomGenerator random = SyntheticRuns.random(8);
        double[] a = random.doubles(10).toArray();
        double[] b = random.doubles(10).map(x -> x + 0.3).toArray();
        Permutation exact = of(a, b);
        assertThat(exact.exact()).isTrue();
        assertThat(exact.arrangements()).isEqualTo(184_756);
        double[] c = Arrays.copyOf(a, 13);
        double[] d = Arrays.copyOf(b, 13);
        Permutation drawn = of(c, d);
        assertThat(drawn.exact()).isFalse();
        assertThat(drawn).isEqualTo(of(c, d));
        // Three zeros more on both sides change what is dealt, so the two agree only roughly.
        assertThat(drawn.p()).isCloseTo(exact.p(), within(0.1));
    }

    /// With as many values as are still dealt out in full, drawing gives the same but for chance.
    @Test
    void underNoDifferenceEveryPIsAsLikely() {
        RandomGenerator random = SyntheticRuns.random(2);
        int below = 0;
        for (int i = 0; i < 4000; i++) {
            below +=
                    of(random.doubles(5).toArray(), random.doubles(5).toArray()).p() <= 0.05 ? 1 : 0;
        }
        assertThat(below / 4000.0).isBetween(0.04, 0.055);
    }

    private static Permutation of(double[] a, double[] b) {
        return Permutation.of(a, b, SyntheticRuns.random(1));
    }
}
