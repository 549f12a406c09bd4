package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.plan.CpuModel.Core;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Placement by latencies that people measured on their machines (nviennot/core-to-core-latency): half a round trip in
/// nanoseconds between logical CPUs, as a lower triangle.
class MeasuredPlacementTest {
    private static final Path FOLDER = Path.of("../shared/data/core-to-core");

    /// SMT siblings are nearest to each other and nearer than the first, CPUs of one L3 nearer than the other, on all
    /// processors measured.
    private static final double SIBLINGS = 13;

    private static final double ONE_L3 = 45;

    static Stream<Path> matrices() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return Stream.of(FOLDER);
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".csv")).sorted().toList().stream();
        }
    }

    static CoreLatencies read(Path file) throws IOException {
        List<List<Optional<Double>>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split(",", -1);
            List<Optional<Double>> row = new ArrayList<>();
            for (int j = 0; j < rows.size(); j++) {
                row.add(Optional.of(cells[j]).filter(c -> !c.isEmpty()).map(Double::valueOf));
            }
            rows.add(row);
        }
        return new CoreLatencies(
                CoreLatencies.SCHEMA_VERSION,
                file.getFileName().toString(),
                IntStream.range(0, rows.size()).boxed().toList(),
                rows);
    }

    /// A machine whose siblings and L3 caches are those that the latencies show.
    private static Host host(CoreLatencies matrix) {
        return TestHost.host(h -> {
            h.online = Fact.known(CpuSet.range(0, matrix.cpus().size() - 1), "online");
            h.logical = matrix.cpus().stream()
                    .map(cpu -> logical(cpu, siblings(matrix, cpu), within(matrix, cpu, ONE_L3)))
                    .toList();
        });
    }

    private static CpuSet siblings(CoreLatencies matrix, int cpu) {
        int nearest = nearest(matrix, cpu);
        boolean mutual =
                nearest(matrix, nearest) == cpu && matrix.between(cpu, nearest).orElseThrow() < SIBLINGS;
        return mutual ? CpuSet.of(cpu, nearest) : CpuSet.of(cpu);
    }

    private static int nearest(CoreLatencies matrix, int cpu) {
        return matrix.cpus().stream()
                .filter(other -> other != cpu)
                .min(Comparator.comparingDouble(
                        other -> matrix.between(cpu, other).orElse(Double.MAX_VALUE)))
                .orElseThrow();
    }

    private static CpuSet within(CoreLatencies matrix, int cpu, double nanos) {
        return CpuSet.of(matrix.cpus().stream()
                .mapToInt(c -> c)
                .filter(c -> c == cpu || matrix.between(c, cpu).orElse(Double.MAX_VALUE) < nanos)
                .toArray());
    }

    private static LogicalCpu logical(int cpu, CpuSet siblings, CpuSet l3) {
        LogicalCpu any = TestHost.cpus(1, 1, 1).getFirst();
        return new LogicalCpu(
                cpu,
                any.packageId(),
                any.packageCpus(),
                any.dieId(),
                Fact.known(siblings.first().orElseThrow(), "core_id"),
                Fact.known(siblings, "thread_siblings_list"),
                Fact.known(l3.first().orElseThrow(), "id"),
                Fact.known(l3, "shared_cpu_list"),
                any.l3Bytes(),
                any.node(),
                any.highestPerf());
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void thePairsAreWithinAPercentOfTheNearestThereAre(Path file) throws IOException {
        assumeTrue(Files.isRegularFile(file), "no measured matrices beside the project: " + file);
        CoreLatencies matrix = read(file);
        Host host = host(matrix);
        for (int vcpus : new int[] {2, 4, 6, 8, 12, 16}) {
            Demand demand = new Demand(vcpus, 4L << 30, Optional.empty(), Goal.GAMING, Optional.of(matrix));
            if (Placement.of(host, demand) instanceof Placed placed) {
                double best = new Nearest(CpuModel.of(host), matrix, vcpus).mean();
                assertThat(placed.cost().pairNanos())
                        .as("%d vCPUs on %s: %s", vcpus, placed.cpus(), best)
                        .isBetween(best - 1e-9, best * 1.01);
            }
        }
    }

    /// The least mean over all choices of whole cores that leave one out, by trying all that can be better.
    private static final class Nearest {
        private final CoreLatencies matrix;
        private final List<Core> cores;
        private final int vcpus;
        private final double[][] sums;
        private double best = Double.MAX_VALUE;

        Nearest(CpuModel machine, CoreLatencies matrix, int vcpus) {
            this.matrix = matrix;
            this.cores = machine.cores();
            this.vcpus = vcpus;
            sums = new double[cores.size()][cores.size()];
            for (int i = 0; i < cores.size(); i++) {
                for (int j = 0; j <= i; j++) {
                    sums[i][j] = sum(cores.get(i), cores.get(j));
                    sums[j][i] = sums[i][j];
                }
            }
        }

        private double sum(Core a, Core b) {
            double sum = 0;
            for (int x : a.cpus().stream().toArray()) {
                for (int y : b.cpus().stream().toArray()) {
                    sum += x < y || !a.equals(b) ? matrix.between(x, y).orElse(0) : 0;
                }
            }
            return sum;
        }

        double mean() {
            go(0, new ArrayList<>(), 0, 0);
            return best / (vcpus * (vcpus - 1) / 2.0);
        }

        private void go(int from, List<Integer> taken, int threads, double sum) {
            if (sum >= best || taken.size() == cores.size()) {
                return;
            }
            if (threads == vcpus) {
                best = sum;
                return;
            }
            for (int i = from; i < cores.size(); i++) {
                int size = cores.get(i).cpus().size();
                if (threads + size <= vcpus) {
                    double more = sums[i][i];
                    for (int other : taken) {
                        more += sums[i][other];
                    }
                    taken.add(i);
                    go(i + 1, taken, threads + size, sum + more);
                    taken.removeLast();
                }
            }
        }
    }
}
