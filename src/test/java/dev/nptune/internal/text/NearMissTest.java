package dev.nptune.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMissTest {
    private static final List<String> KNOWN = List.of("tune", "scan", "doctor", "plan", "history");

    @ParameterizedTest
    @CsvSource({
        "tnue, tune",
        "tun, tune",
        "tunee, tune",
        "doktor, doctor",
        "scam, scan",
        "hisotry, history",
        "dcotro, doctor",
    })
    void aSlipOrTwoAreSeenThrough(String typed, String meant) {
        assertThat(NearMiss.of(typed, KNOWN)).containsExactly(meant);
    }

    @ParameterizedTest
    @CsvSource({"install", "xy", "t", "dtr", "''"})
    void whatIsFarFromAllIsLeftAlone(String typed) {
        assertThat(NearMiss.of(typed, KNOWN)).isEmpty();
    }

    @Test
    void ofSeveralTheNearestCount() {
        assertThat(NearMiss.of("pan", List.of("plan", "scan", "pant"))).containsExactly("plan", "pant");
        assertThat(NearMiss.of("x".repeat(100), List.of("x".repeat(99)))).isEmpty();
    }

    @Test
    void aSwapIsOneSlip() {
        assertThat(NearMiss.slips("ab", "ba")).isEqualTo(1);
        assertThat(NearMiss.slips("", "abc")).isEqualTo(3);
    }
}
