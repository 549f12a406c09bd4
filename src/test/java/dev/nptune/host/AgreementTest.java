package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private final Agreement agreement = new Agreement();

    private static NavigableMap<Integer, CpuSet> claims(String... sets) {
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        for (int cpu = 0; cpu < sets.length; cpu++) {
            if (!sets[cpu].equals("?")) {
                claims.put(cpu, CpuSet.parse(sets[cpu]));
            }
        }
        return claims;
    }

    private List<String> settled(String... sets) {
        return agreement.settle("x", claims(sets)).stream()
                .map(CpuSet::toString)
                .toList();
    }

    @Test
    void thoseWhoAgreeAreTogether() {
        assertThat(settled("0,2", "1,3", "0,2", "1,3")).containsExactly("0,2", "1,3");
        assertThat(agreement.disagreements()).isEmpty();
    }

    @Test
    void aCpuThatSaysNothingIsWhereOthersPutIt() {
        assertThat(settled("?", "0-1")).containsExactly("0-1");
        assertThat(agreement.disagreements()).isEmpty();
    }

    @Test
    void theFirstMemberDecides() {
        assertThat(settled("0", "0-1")).containsExactly("0");
        assertThat(agreement.disagreements()).containsExactly("x: CPU 1 named as one set 0-1, but CPU 0 named 0");
    }

    @Test
    void overlappingSetsOfALevelAreNotBoth() {
        assertThat(settled("0-1", "1-2", "1-2")).containsExactly("0-1");
        assertThat(agreement.disagreements()).containsExactly("x: CPUs 1-2 named as one set 1-2, which crosses 0-1");
    }

    @Test
    void whatCrossesAnEarlierLevelIsLeftOut() {
        assertThat(settled("0-1", "0-1", "2-3", "2-3")).hasSize(2);
        assertThat(settled("0", "1-2", "1-2", "3")).containsExactly("0", "3");
        assertThat(agreement.disagreements()).containsExactly("x: CPUs 1-2 named as one set 1-2, which crosses 0-1");
        assertThat(settled("0-3", "0-3", "0-3", "0-3")).containsExactly("0-3");
    }

    @Test
    void aSetWithoutItsOwnCpuCountsForNothing() {
        assertThat(settled("1", "1")).containsExactly("1");
        assertThat(agreement.disagreements()).containsExactly("x: CPU 0 leaves itself out of its own set '1'");
    }

    @Test
    void thousandsOfDisagreementsAreNotAllTold() {
        NavigableMap<Integer, CpuSet> claims = new TreeMap<>();
        for (int cpu = 0; cpu < 1000; cpu++) {
            claims.put(cpu, CpuSet.range(0, cpu));
        }
        assertThat(agreement.settle("x", claims)).containsExactly(CpuSet.of(0));
        assertThat(agreement.disagreements()).hasSize(101).last().isEqualTo("more disagreements are not told");
    }
}
