package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.host.CpuTopology.Core;
import dev.nptune.host.CpuTopology.Die;
import dev.nptune.host.CpuTopology.L3;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyAgreementTest {
    private static final String CORES = "0,4 1,5 2,6 3,7";
    private static final String CACHES = "0-1,4-5 2-3,6-7";

    private static CpuTopology kernel(int cpus, String cores, String l3, String dies) {
        return new CpuTopology(
                CpuSet.range(0, cpus - 1),
                List.of(),
                sets(dies).stream().map(set -> new Die(Optional.empty(), set)).toList(),
                sets(l3).stream()
                        .map(set -> new L3(Optional.empty(), set, Optional.empty(), false))
                        .toList(),
                sets(cores).stream()
                        .map(set -> new Core(Optional.empty(), set, Optional.empty(), Optional.empty()))
                        .toList(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static List<CpuSet> sets(String text) {
        return text.isEmpty() ? List.of() : Matrices.sets(text);
    }

    private static TopologyAgreement of(CoreLatencies measured, CpuTopology kernel) {
        return TopologyAgreement.of(LatencyClusters.of(measured), kernel);
    }

    @Test
    void theSameIsSaid() {
        TopologyAgreement found = of(Matrices.small(), kernel(8, CORES, CACHES, CACHES));
        assertThat(found.agrees()).isTrue();
        assertThat(found.verdict())
                .isEqualTo("Measured and told by the kernel agree: 4 pairs of SMT siblings, 2 L3 domains.");
        assertThat(found.remarks()).isEmpty();
    }

    @Test
    void oneL3IsTwo() {
        TopologyAgreement found = of(Matrices.small(), kernel(8, CORES, "0-7", ""));
        assertThat(found.differences())
                .containsExactly(
                        "The kernel says CPUs 0-7 share an L3; measured they are 2 groups (0-1,4-5 | 2-3,6-7).");
    }

    @Test
    void siblingsAreOthers() {
        TopologyAgreement found = of(Matrices.small(), kernel(8, "0,1 2,6 3,7 4,5", CACHES, ""));
        assertThat(found.differences())
                .containsExactly(
                        "The kernel says CPUs 0-1 are SMT siblings; measured they are apart.",
                        "The kernel says CPUs 4-5 are SMT siblings; measured they are apart.",
                        "Measured CPUs 0,4 are as near as those of one core; the kernel says they are apart.",
                        "Measured CPUs 1,5 are as near as those of one core; the kernel says they are apart.");
    }

    @Test
    void aBoundaryThatCostsNothingIsARemark() {
        CoreLatencies flat = Matrices.of(4, (_, _) -> Optional.of(20.0));
        TopologyAgreement found = of(flat, kernel(4, "0 1 2 3", "0-3", "0-1 2-3"));
        assertThat(found.agrees()).isTrue();
        assertThat(found.verdict()).endsWith("agree: no boundary among 4 CPUs.");
        assertThat(found.remarks()).singleElement().asString().contains("2 groups (0-1 | 2-3)", "costs nothing");
    }

    @Test
    void anL3BoundaryThatIsNotThereIsADifference() {
        CoreLatencies flat = Matrices.of(4, (_, _) -> Optional.of(20.0));
        assertThat(of(flat, kernel(4, "0 1 2 3", "0-1 2-3", "")).differences())
                .containsExactly("Measured CPUs 0-3 are as near as those of one L3; the kernel says they are 2 groups"
                        + " (0-1 | 2-3).");
    }

    /// Without SMT, two cores that share an L3 look like two siblings that share a core.
    @Test
    void pairsMayBeL3s() {
        CoreLatencies pairs = Matrices.of(4, (i, j) -> Optional.of(i / 2 == j / 2 ? 20.0 : 80.0));
        assertThat(of(pairs, kernel(4, "0 1 2 3", "0-1 2-3", "")).agrees()).isTrue();
    }

    @Test
    void whatTheKernelDoesNotSayIsARemark() {
        TopologyAgreement found = of(Matrices.small(), kernel(8, "", "", ""));
        assertThat(found.agrees()).isTrue();
        assertThat(found.remarks()).hasSize(2);
    }

    @Test
    void twoCpusAgreeWithAnything() {
        CoreLatencies two = Matrices.of(2, (_, _) -> Optional.of(20.0));
        assertThat(of(two, kernel(2, "0-1", "0-1", "")).verdict()).contains("contradicts", "SMT siblings");
        assertThat(of(two, kernel(2, "0 1", "0-1", "")).verdict()).contains("two cores of one L3");
        assertThat(of(two, kernel(2, "0 1", "0 1", "")).verdict()).contains("share no L3");
    }

    @Test
    void otherCpusAreNotCompared() {
        assertThat(of(Matrices.small(), kernel(4, "0 1 2 3", "0-3", "")).verdict())
                .isEqualTo("Not compared with the kernel: it knows nothing of CPUs 4-7 here.");
    }

    @Test
    void aThreadripperWhoseFirstDieLooksLikeTwo() throws IOException {
        Optional<CoreLatencies> matrix = Matrices.measured("1950X");
        assumeTrue(matrix.isPresent(), "no measured matrices in " + Matrices.FOLDER);
        String cores = "0,16 1,17 2,18 3,19 4,20 5,21 6,22 7,23 8,24 9,25 10,26 11,27 12,28 13,29 14,30 15,31";
        TopologyAgreement found = of(
                matrix.orElseThrow(),
                kernel(32, cores, "0-3,16-19 4-7,20-23 8-11,24-27 12-15,28-31", "0-7,16-23 8-15,24-31"));
        assertThat(found.differences())
                .containsExactly("The kernel says CPUs 0-7,16-23 are of one die; measured they are 2 groups"
                        + " (0-3,16-19 | 4-7,20-23).");
        assertThat(found.remarks()).isEmpty();
    }
}
