package dev.nptune.plan;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import dev.nptune.plan.Placement.Demand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// How long placement takes: a program to run by hand, which prints the first run in a fresh JVM and the median of
/// more.
public final class PlacementTiming {
    private static final int RUNS = 15;

    private PlacementTiming() {}

    public static void main(String[] args) {
        for (int cores : new int[] {8, 32, 64, 128}) {
            time(cores, false);
            time(cores, true);
        }
    }

    private static void time(int cores, boolean measured) {
        Host host = machine(cores);
        Optional<CoreLatencies> latencies = measured ? Optional.of(matrix(cores * 2, cores / 4)) : Optional.empty();
        Demand demand = new Demand(cores, 8L << 30, Optional.of(1), Goal.GAMING, latencies);
        double[] millis = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            Placement placement = Placement.of(host, demand);
            millis[i] = (System.nanoTime() - start) / 1e6;
            if (!(placement instanceof Placement.Placed)) {
                throw new IllegalStateException("nothing was placed");
            }
        }
        double first = millis[0];
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "%3d CPUs, %3d vCPUs, %s: first %.1f ms, median %.1f ms%n",
                cores * 2,
                cores,
                measured ? "measured matrix" : "table",
                first,
                millis[RUNS / 2]);
    }

    /// Cores of two threads, four to an L3, a NUMA node for each quarter.
    private static Host machine(int cores) {
        return TestHost.host(h -> {
            h.logical = TestHost.cpus(cores, 2, cores / 4).stream()
                    .map(l -> PlacementTest.onNode(l, l.id() % cores * 4 / cores))
                    .toList();
            h.online = Fact.known(CpuSet.range(0, cores * 2 - 1), "online");
            for (int node = 0; node < 4; node++) {
                int from = node * cores / 4;
                int to = from + cores / 4 - 1;
                List<Integer> distances = new ArrayList<>(List.of(12, 12, 12, 12));
                distances.set(node, 10);
                h.nodes.add(new Memory.Node(
                        node,
                        Fact.known(CpuSet.range(from, to).or(CpuSet.range(from + cores, to + cores)), "cpulist"),
                        Fact.known(64L << 30, "meminfo"),
                        Fact.known(0L, "meminfo"),
                        List.of(),
                        Fact.known(distances, "distance")));
            }
        });
    }

    private static CoreLatencies matrix(int cpus, int caches) {
        Random random = new Random(1);
        int cores = cpus / 2;
        List<List<Optional<Double>>> rows = new ArrayList<>();
        for (int i = 0; i < cpus; i++) {
            List<Optional<Double>> row = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                boolean one = i % cores == j % cores;
                boolean l3 = i % cores * caches / cores == j % cores * caches / cores;
                row.add(Optional.of((one ? 7 : l3 ? 20 : 80) * (0.9 + 0.2 * random.nextDouble())));
            }
            rows.add(row);
        }
        return new CoreLatencies(
                CoreLatencies.SCHEMA_VERSION,
                "made up",
                IntStream.range(0, cpus).boxed().toList(),
                rows);
    }
}
