package dev.nptune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.LatencyClusters.Kind;
import dev.nptune.bench.LatencyClusters.Level;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LatencyClustersTest {
    /// The largest part by which a made-up value is off its level.
    private static final double NOISE = 0.12;

    /// A made-up machine: threads per core, cores per L3, L3s per die, dies; CPUs numbered at random.
    ///
    /// @param sizes how many of the finer make one of the coarser, 1 for no such level
    /// @param nanos the latency at which CPUs of the same core, L3, die and machine meet
    /// @param numbers the kernel's number of each CPU
    private record Made(List<Integer> sizes, List<Double> nanos, List<Integer> numbers) {
        static Made machine(Random random) {
            List<List<Integer>> shapes = List.of(
                    List.of(2, 4, 2, 1),
                    List.of(2, 8, 1, 1),
                    List.of(1, 8, 2, 1),
                    List.of(2, 4, 2, 2),
                    List.of(1, 6, 1, 1),
                    List.of(2, 3, 2, 4),
                    List.of(2, 6, 2, 1),
                    List.of(2, 2, 2, 2),
                    List.of(2, 2, 1, 1),
                    List.of(1, 3, 2, 1),
                    List.of(1, 4, 2, 3),
                    List.of(2, 8, 2, 2));
            List<Integer> sizes = shapes.get(random.nextInt(shapes.size()));
            List<Double> nanos = new ArrayList<>();
            double at = 5 + 10 * random.nextDouble();
            for (int level = 0; level < sizes.size(); level++) {
                nanos.add(at);
                at *= 1.6 + 3 * random.nextDouble();
            }
            int cpus = sizes.stream().reduce(1, (a, b) -> a * b);
            List<Integer> numbers =
                    new ArrayList<>(IntStream.range(0, cpus).boxed().toList());
            Collections.shuffle(numbers, random);
            return new Made(sizes, nanos, numbers);
        }

        private int group(int cpu, int level) {
            int size = 1;
            for (int i = 0; i <= level; i++) {
                size *= sizes.get(i);
            }
            return numbers.indexOf(cpu) / size;
        }

        int level(int a, int b) {
            int level = 0;
            while (group(a, level) != group(b, level)) {
                level++;
            }
            return level;
        }

        /// @param blanks the part of pairs that are not measured; never siblings, which nothing else could tell of
        CoreLatencies measured(Random random, double blanks) {
            return Matrices.of(numbers.size(), (i, j) -> {
                int level = level(i, j);
                double value = nanos.get(level) * (1 - NOISE + 2 * NOISE * random.nextDouble());
                boolean blank = random.nextDouble() < blanks && level > 0;
                return blank ? Optional.empty() : Optional.of(value);
            });
        }

        /// The groups of each level that has more than one, the finest first.
        List<List<CpuSet>> levels() {
            List<List<CpuSet>> levels = new ArrayList<>();
            for (int level = 0; level < sizes.size(); level++) {
                int known = level;
                List<CpuSet> groups = numbers.stream()
                        .map(cpu -> group(cpu, known))
                        .distinct()
                        .map(group -> CpuSet.of(numbers.stream()
                                .filter(cpu -> group(cpu, known) == group)
                                .mapToInt(Integer::intValue)
                                .toArray()))
                        .sorted(Comparator.comparingInt(set -> set.first().orElseThrow()))
                        .toList();
                if (sizes.get(level) > 1 && groups.size() > 1) {
                    levels.add(groups);
                }
            }
            return levels;
        }
    }

    @RepeatedTest(300)
    void whatAMachineIsMadeOfIsFound(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Made machine = Made.machine(random);
        double blanks = machine.numbers().size() < 12 ? 0 : 0.05;
        LatencyClusters found = LatencyClusters.of(machine.measured(random, blanks));
        assertThat(found.levels().stream().map(Level::groups).toList()).isEqualTo(machine.levels());
    }

    @RepeatedTest(200)
    void noiseAloneIsOneGroup(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int cpus = 3 + random.nextInt(30);
        CoreLatencies flat =
                Matrices.of(cpus, (_, _) -> Optional.of(20 * (1 - NOISE + 2 * NOISE * random.nextDouble())));
        LatencyClusters found = LatencyClusters.of(flat);
        assertThat(found.levels()).isEmpty();
        assertThat(found.across()).isPresent();
    }

    @Test
    void twoCpusTellNothing() {
        LatencyClusters found = LatencyClusters.of(Matrices.of(2, (_, _) -> Optional.of(7.5)));
        assertThat(found.tooFew()).isTrue();
        assertThat(found.levels()).isEmpty();
        assertThat(found.across()).contains(7.5);
    }

    @Test
    void levelsHaveTheirLatency() {
        LatencyClusters found = LatencyClusters.of(Matrices.small());
        assertThat(found.levels())
                .containsExactly(
                        new Level(Kind.CORE, Matrices.sets("0,4 1,5 2,6 3,7"), Optional.of(7.5)),
                        new Level(Kind.L3, Matrices.sets("0-1,4-5 2-3,6-7"), Optional.of(18.0)));
        assertThat(found.across()).contains(84.0);
        assertThat(found.order()).containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
    }

    /// Four cores with two threads and eight without.
    @Test
    void coresWithoutASiblingStandAlone() {
        LatencyClusters found = LatencyClusters.of(Matrices.of(
                16, (i, j) -> Optional.of(i < 8 && i / 2 == j / 2 ? 4.5 : i < 8 ? 33.0 : 38.0)));
        assertThat(found.levels()).hasSize(1);
        assertThat(found.levels().getFirst().kind()).isEqualTo(Kind.CORE);
        assertThat(found.levels().getFirst().groups())
                .isEqualTo(Matrices.sets("0,1 2,3 4,5 6,7 8 9 10 11 12 13 14 15"));
    }

    @Test
    void aCpuWithoutAnyValueIsLeftOut() {
        LatencyClusters found =
                LatencyClusters.of(Matrices.of(5, (i, _) -> i == 4 ? Optional.empty() : Optional.of(20.0)));
        assertThat(found.cpus()).isEqualTo(CpuSet.range(0, 3));
        assertThat(found.unmeasured()).isEqualTo(CpuSet.of(4));
        assertThat(LatencyClusters.of(Matrices.of(3, (_, _) -> Optional.empty()))
                        .across())
                .isEmpty();
    }

    @Test
    void theLargestMatrixIsDone() {
        LatencyClusters found = LatencyClusters.of(Matrices.of(
                CoreProbe.MAX_CPUS, (i, j) -> Optional.of(i / 2 == j / 2 ? 7.0 : i / 16 == j / 16 ? 20 : 100.0)));
        assertThat(found.levels().stream().map(level -> level.groups().size())).containsExactly(256, 32);
    }
}
