package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.bench.LatencyClusters.Kind;
import dev.nptune.bench.LatencyClusters.Level;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Groups found in what people measured (nviennot/core-to-core-latency), against what these processors are known to be.
class MeasuredClustersTest {
    /// Siblings are n and n + 1, or, in `apart`, n and n + the number of cores. On the 1950X the way between the first
    /// two L3s was measured as long as that to the other die, so that only the other die is seen as one.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2700X  | next  | 0-7 8-15                      | ''
            5700X  | apart | ''                            | ''
            5800U  | next  | ''                            | ''
            5900HX | next  | ''                            | ''
            5900X  | next  | 0-11 12-23                    | ''
            5950X  | apart | 0-7,16-23 8-15,24-31          | ''
            7950X  | next  | 0-15 16-31                    | ''
            1950X  | apart | 0-3,16-19 4-7,20-23 8-11,24-27 12-15,28-31 | 0-3,16-19 4-7,20-23 8-15,24-31
            3960X  | apart | 0-2,24-26 3-5,27-29 6-8,30-32 9-11,33-35 12-14,36-38 15-17,39-41 18-20,42-44 21-23,45-47 | ''
            """)
    void areThoseOfTheProcessor(String processor, String siblings, String l3, String die) throws IOException {
        Optional<CoreLatencies> matrix = Matrices.measured(processor);
        assumeTrue(matrix.isPresent(), "no measured matrices in " + Matrices.FOLDER);
        int cpus = matrix.orElseThrow().cpus().size();
        LatencyClusters found = LatencyClusters.of(matrix.orElseThrow());
        assertThat(groups(found, Kind.CORE)).isEqualTo(pairs(cpus, siblings.equals("next")));
        assertThat(groups(found, Kind.L3)).isEqualTo(l3.isEmpty() ? List.of() : Matrices.sets(l3));
        assertThat(groups(found, Kind.DIE)).isEqualTo(die.isEmpty() ? List.of() : Matrices.sets(die));
        assertThat(found.unmeasured().isEmpty()).isTrue();
        assertThat(found.order()).hasSize(cpus).doesNotHaveDuplicates();
    }

    private static List<CpuSet> groups(LatencyClusters found, Kind kind) {
        return found.level(kind).map(Level::groups).orElse(List.of());
    }

    private static List<CpuSet> pairs(int cpus, boolean next) {
        return IntStream.range(0, cpus / 2)
                .mapToObj(i -> next ? CpuSet.of(2 * i, 2 * i + 1) : CpuSet.of(i, i + cpus / 2))
                .toList();
    }
}
