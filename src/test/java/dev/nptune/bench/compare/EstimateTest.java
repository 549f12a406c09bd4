package dev.nptune.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
    /// Worked out by hand: means 3 and 6; variances 2.5/5 = 0.5 and (5/3)/4 = 5/12; freedom (11/12)² ÷
    /// (0.25/4 + (25/144)/3) = 6.98.
    @Test
    void welchByHand() {
        Estimate e = Estimate.between(new double[] {1, 2, 3, 4, 5}, new double[] {4.5, 5.5, 6.5, 7.5});
        assertThat(e.difference()).isEqualTo(3);
        assertThat(e.error()).isCloseTo(Math.sqrt(11 / 12.0), within(1e-12));
        assertThat(e.freedom()).isCloseTo((121 / 144.0) / (0.0625 + 25 / 432.0), within(1e-9));
        // Student's t for 6.98 degrees lies between that for 6 (2.447) and 7 (2.365).
        assertThat(e.halfWidth() / e.error()).isBetween(2.365, 2.37);
    }

    @Test
    void whatDoesNotVaryHasNoWidth() {
        Estimate e = Estimate.between(new double[] {0, 0, 0}, new double[] {0, 0, 0});
        assertThat(e.low()).isZero();
        assertThat(e.high()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "3.1, 5, true, BETTER",
        "3.1, 5, false, WORSE",
        "-5, -3.1, true, WORSE",
        "-5, -3.1, false, BETTER",
        "-3, 3, true, EQUIVALENT",
        "1, 2, true, EQUIVALENT",
        "-3.1, 1, true, INCONCLUSIVE",
        "1, 3.1, false, INCONCLUSIVE",
        "-9, 9, true, INCONCLUSIVE",
        "3, 4, true, INCONCLUSIVE"
    })
    void aVerdictNeedsTheWholeInterval(double low, double high, boolean higherIsBetter, Verdict verdict) {
        assertThat(Verdict.of(low, high, 3, higherIsBetter)).isEqualTo(verdict);
    }
}
