package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EfficiencyTest {
    private static final List<String> COUNTED = List.of("integer", "process", "mapping", "memory", "context");
    private static final Map<String, Double> BARE =
            Map.of("integer", 100.0, "process", 200.0, "mapping", 300.0, "memory", 400.0, "context", 500.0);

    @Test
    void isTheGeometricMeanOfBareOverVm() {
        Map<String, Double> before =
                Map.of("integer", 200.0, "process", 800.0, "mapping", 300.0, "memory", 1600.0, "context", 500.0);
        // 1/2 · 1/4 · 1 · 1/4 · 1 = 1/32, whose fifth root is 1/2
        assertThat(near(of(BARE, before, BARE).before())).isCloseTo(0.5, within(1e-12));
        assertThat(near(of(BARE, before, BARE).after())).isCloseTo(1, within(1e-12));
    }

    @Test
    void theOthersDoNotCount() {
        Map<String, Double> bare = new HashMap<>(BARE);
        bare.put("disk", 1.0);
        Map<String, Double> vm = new HashMap<>(BARE);
        vm.put("disk", 1000.0);

        assertThat(near(of(bare, vm, vm).after())).isCloseTo(1, within(1e-12));
    }

    @Test
    void oneMissingInAVmLeavesThatSideWithout() {
        Map<String, Double> short4 = new HashMap<>(BARE);
        short4.remove("memory");

        assertThat(of(BARE, short4, BARE).before()).isNull();
        assertThat(of(BARE, short4, BARE).after()).isNotNull();
    }

    @Test
    void oneMissingOnBareMetalIsNotReplacedByTheNext() {
        Map<String, Double> vm = new HashMap<>(BARE);
        vm.put("timer", 1.0);
        Map<String, Double> bare = new HashMap<>(vm);
        bare.remove("process");

        assertThat(of(bare, vm, vm)).isEqualTo(new Efficiency(null, null));
        assertThat(Efficiency.of(List.of())).isEqualTo(new Efficiency(null, null));
    }

    @Test
    void equalTimesAreOneWhateverTheyAre() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            Map<String, Double> bare = times(random);
            assertThat(near(of(bare, bare, bare).after())).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void theUnitDoesNotMatterAndSlownessDivides() {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            Map<String, Double> bare = times(random);
            Map<String, Double> vm = times(random);
            double factor = Math.pow(10, random.nextDouble(-6, 6));
            DoubleUnaryOperator scale = t -> t * factor;
            double efficiency = near(of(bare, vm, vm).after());

            assertThat(near(of(each(bare, scale), each(vm, scale), vm).before()) / efficiency)
                    .isCloseTo(1, within(1e-9));
            assertThat(near(of(bare, each(vm, scale), vm).before()) * factor / efficiency)
                    .isCloseTo(1, within(1e-9));
        }
    }

    private static Efficiency of(Map<String, Double> bare, Map<String, Double> before, Map<String, Double> after) {
        return Efficiency.of(Measure.compare(bare, before, after));
    }

    private static double near(@Nullable Double value) {
        return Objects.requireNonNull(value);
    }

    private static Map<String, Double> times(Random random) {
        Map<String, Double> times = new HashMap<>();
        COUNTED.forEach(name -> times.put(name, Math.pow(10, random.nextDouble(0, 9))));
        return times;
    }

    private static Map<String, Double> each(Map<String, Double> times, DoubleUnaryOperator change) {
        Map<String, Double> changed = new HashMap<>();
        times.forEach((name, time) -> changed.put(name, change.applyAsDouble(time)));
        return changed;
    }
}
