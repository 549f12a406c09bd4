package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeasureTest {
    /// Each workload by the program's name for it, at 2000 ns.
    private static final Map<String, Double> ALL = Arrays.stream(Measure.values())
            .collect(Collectors.toMap(m -> m.name().toLowerCase(Locale.ROOT), _ -> 2000.0));

    @Test
    void theFiveThatCountComeFirst() {
        assertThat(Arrays.stream(Measure.values()).limit(Measure.COUNTED))
                .containsExactly(Measure.INTEGER, Measure.PROCESS, Measure.MAPPING, Measure.MEMORY, Measure.CONTEXT);
    }

    @Test
    void comparesInTheOrderShownAndInTheUnitShown() {
        assertThat(Measure.compare(ALL, Map.of(), ALL))
                .containsExactly(
                        new Workload("integer loop", "ns", 2000, null, 2000.0),
                        new Workload("process creation", "µs", 2, null, 2.0),
                        new Workload("memory mapping, 1 MiB", "µs", 2, null, 2.0),
                        new Workload("random memory, 64 MiB", "ns", 2000, null, 2000.0),
                        new Workload("context switches, pipe", "µs", 2, null, 2.0),
                        new Workload("timer wake-up, 100 µs", "µs", 2, null, 2.0),
                        new Workload("disk read, 4 KiB random", "µs", 2, null, 2.0),
                        new Workload("frame copy, 3 MiB to GPU", "µs", 2, null, 2.0));
    }

    @Test
    void whatBareMetalCouldNotRunIsLeftOut() {
        assertThat(Measure.compare(Map.of("disk", 5000.0, "unheard of", 1.0), ALL, Map.of()))
                .containsExactly(new Workload("disk read, 4 KiB random", "µs", 5, 2.0, null));
        assertThat(Measure.compare(Map.of(), ALL, ALL)).isEmpty();
    }

    @Test
    void allFiveOrNoneCount() {
        List<Workload> all = Measure.compare(ALL, ALL, ALL);

        assertThat(Measure.counted(all)).isEqualTo(5);
        assertThat(Measure.counted(all.subList(0, 5))).isEqualTo(5);
        assertThat(Measure.counted(all.subList(0, 4))).isZero();
        assertThat(Measure.counted(all.subList(1, 8))).isZero();
        assertThat(Measure.counted(List.of())).isZero();
    }
}
