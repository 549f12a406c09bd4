package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.bench.CoreProbe.Settings;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.ffm.Affinity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Measures this machine. How long anything takes decides nothing here.
class CoreProbeTest {
    private static final CpuSet ALLOWED =
            CpuSet.of(Affinity.allowed().orElseThrow().stream().toArray());

    @BeforeEach
    void twoCpus() {
        assumeTrue(ALLOWED.size() >= 2, "one CPU only");
    }

    private static CpuSet two() {
        return CpuSet.of(ALLOWED.stream().limit(2).toArray());
    }

    @Test
    void everyPairHasAValue() throws InterruptedException {
        List<String> told = new ArrayList<>();
        CoreProbe probe = new CoreProbe(Settings.QUICK, (done, all) -> told.add(done + "/" + all));
        CoreProbe.Result result = probe.measure(two());
        assertThat(result.pairs()).singleElement().satisfies(pair -> {
            assertThat(pair.nanos()).isPositive().isLessThan(LatencyCsv.MAX_NANOS);
            assertThat(pair.spread()).isNotNegative();
        });
        assertThat(result.rows().get(1).getFirst())
                .contains(result.pairs().getFirst().nanos());
        assertThat(result.unpinned().isEmpty()).isTrue();
        assertThat(result.cancelled()).isFalse();
        assertThat(told).containsExactly("1/1");
    }

    @Test
    void aCpuThatIsNotThereIsNamed() throws InterruptedException {
        CpuSet absent = CpuSet.of(CpuSet.MAX_CPU);
        CoreProbe.Result result = new CoreProbe(Settings.QUICK, (_, _) -> {}).measure(two().or(absent));
        assertThat(result.unpinned()).isEqualTo(absent);
        assertThat(result.pairs()).hasSize(1);
        assertThat(result.possible()).isEqualTo(3);
    }

    @Test
    void canBeCancelled() throws InterruptedException {
        AtomicReference<CoreProbe> self = new AtomicReference<>();
        CoreProbe probe = new CoreProbe(Settings.QUICK, (_, _) -> self.get().cancel());
        self.set(probe);
        CoreProbe.Result result = probe.measure(two().or(CpuSet.of(CpuSet.MAX_CPU)));
        assertThat(result.cancelled()).isTrue();
        assertThat(result.pairs()).hasSize(1);
    }

    @Test
    void manyPairsShareTheTime() {
        assertThat(Settings.USUAL.expected(32)).isLessThan(Duration.ofSeconds(60));
        assertThat(Settings.USUAL.expected(512)).isLessThan(Duration.ofSeconds(60));
        assertThat(Settings.QUICK.expected(32)).isLessThan(Settings.USUAL.expected(32));
        assertThat(Settings.USUAL.forEachOf(1)).isEqualTo(Settings.USUAL.pair());
    }

    @Test
    void fewerThanTwoOrTooManyAreRefused() {
        CoreProbe probe = new CoreProbe(Settings.QUICK, (_, _) -> {});
        assertThatThrownBy(() -> probe.measure(CpuSet.of(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probe.measure(CpuSet.range(0, 512))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Settings.QUICK.withSamples(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
