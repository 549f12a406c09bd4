package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.CpuModel.Core;
import dev.nptune.plan.Placement.Demand;
import dev.nptune.plan.Placement.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static Host host(int cores, int threads, int caches) {
        return host(cores, threads, caches, _ -> {});
    }

    private static Host host(int cores, int threads, int caches, Consumer<TestHost> more) {
        return TestHost.host(h -> {
            h.logical = TestHost.cpus(cores, threads, caches);
            h.online = Fact.known(CpuSet.range(0, cores * threads - 1), "online");
            more.accept(h);
        });
    }

    private static Demand demand(int vcpus) {
        return new Demand(vcpus, 4L << 30, Optional.empty(), Goal.GAMING, Optional.empty());
    }

    private static Placed placed(Host host, int vcpus) {
        return (Placed) Placement.of(host, demand(vcpus));
    }

    @Test
    void oneCacheAndSiblingsTogether() {
        Placed placed = placed(host(8, 2, 2), 8);
        assertThat(placed.cpus()).containsExactly(4, 12, 5, 13, 6, 14, 7, 15);
        assertThat(placed.host()).isEqualTo(CpuSet.parse("0-3,8-11"));
        assertThat(placed.emulator()).isEqualTo(CpuSet.parse("1-2,9-10"));
        assertThat(placed.io()).isEqualTo(CpuSet.parse("3,11"));
        assertThat(placed.threads()).isEqualTo(2);
        assertThat(placed.shares()).containsExactly(new Placement.L3Share(List.of(2, 2, 2, 2), 8, 0));
    }

    @Test
    void theKernelsOwnCoreOnlyWhereThereIsNoOther() {
        assertThat(placed(host(8, 2, 2), 4).cpus()).doesNotContain(0, 8);
        assertThat(placed(host(4, 2, 1), 6).cpus()).containsExactly(1, 5, 2, 6, 3, 7);
    }

    @Test
    void twoCachesOnlyWhenOneIsTooSmallAndTheLargerShareFirst() {
        Placed placed = placed(host(8, 2, 2), 10);
        assertThat(placed.cpus()).containsExactly(4, 12, 5, 13, 6, 14, 7, 15, 1, 9);
        assertThat(placed.cost().crossL3Pairs()).isEqualTo(16);
        assertThat(placed.cost().pairs()).isEqualTo(45);
    }

    @Test
    void forGamesTheStackedCacheWinsForWorkTheFasterCores() {
        Host host = host(
                16,
                2,
                2,
                h -> h.logical = h.logical.stream()
                        .map(l -> withCache(
                                l,
                                l.l3Id().get().orElseThrow() == 0 ? 96L << 20 : 32L << 20,
                                l.l3Id().get().orElseThrow() == 0 ? 180 : 236))
                        .toList());
        assertThat(placed(host, 16).guest()).isEqualTo(CpuSet.parse("0-7,16-23"));
        Demand work = new Demand(16, 4L << 30, Optional.empty(), Goal.THROUGHPUT, Optional.empty());
        assertThat(((Placed) Placement.of(host, work)).guest()).isEqualTo(CpuSet.parse("8-15,24-31"));
    }

    static LogicalCpu withCache(LogicalCpu l, long bytes, int perf) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                l.l3Id(),
                l.l3Sharing(),
                Fact.known(bytes, "size"),
                l.node(),
                Fact.known(perf, "highest_perf"));
    }

    static LogicalCpu onNode(LogicalCpu l, int node) {
        return new LogicalCpu(
                l.id(),
                l.packageId(),
                l.packageCpus(),
                l.dieId(),
                l.coreId(),
                l.threadSiblings(),
                l.l3Id(),
                l.l3Sharing(),
                l.l3Bytes(),
                Fact.known(node, "node"),
                l.highestPerf());
    }

    @Test
    void theGuestTakesIsolatedCpusAndItsHelpersDoNot() {
        Placed placed = placed(host(8, 2, 2, h -> h.isolated = Fact.known(CpuSet.parse("0-3,8-11"), "isolated")), 6);
        assertThat(placed.guest()).isEqualTo(CpuSet.parse("1-3,9-11"));
        assertThat(placed.host()).isEqualTo(CpuSet.parse("4-7,12-15"));
        assertThat(CpuSet.parse("4-7,12-15").containsAll(placed.emulator().or(placed.io())))
                .isTrue();
    }

    /// Four nodes of two L3 caches each, two of them without memory.
    private static void fourNodes(TestHost host) {
        host.logical = TestHost.cpus(32, 2, 8).stream()
                .map(l -> onNode(l, l.id() % 32 / 8))
                .toList();
        host.online = Fact.known(CpuSet.range(0, 63), "online");
        for (int node = 0; node < 4; node++) {
            int cores = node * 8;
            List<Integer> distances = new ArrayList<>(List.of(16, 16, 16, 16));
            distances.set(node, 10);
            host.nodes.add(new dev.nptune.host.Memory.Node(
                    node,
                    Fact.known(CpuSet.range(cores, cores + 7).or(CpuSet.range(cores + 32, cores + 39)), "cpulist"),
                    Fact.known(node % 2 == 0 ? 32L << 30 : 0L, "meminfo"),
                    Fact.known(0L, "meminfo"),
                    List.of(),
                    Fact.known(distances, "distance")));
        }
    }

    @Test
    void cpusAndMemoryGoToTheCardsNode() {
        Host host = TestHost.host(PlacementTest::fourNodes);
        Demand demand = new Demand(16, 16L << 30, Optional.of(2), Goal.GAMING, Optional.empty());
        Placed placed = (Placed) Placement.of(host, demand);
        assertThat(placed.guest()).isEqualTo(CpuSet.parse("16-23,48-55"));
        assertThat(placed.memoryNodes()).containsExactly(2);
        assertThat(placed.guestNuma()).isFalse();
        assertThat(placed.cost().memoryNanos()).isZero();
        assertThat(placed.cost().crossNodePairs()).isZero();
    }

    @Test
    void aGuestTooLargeForANodeIsShownSeveral() {
        Host host = TestHost.host(PlacementTest::fourNodes);
        Demand demand = new Demand(24, 40L << 30, Optional.of(0), Goal.GAMING, Optional.empty());
        Placed placed = (Placed) Placement.of(host, demand);
        assertThat(placed.guestNuma()).isTrue();
        assertThat(placed.memoryNodes()).containsExactly(0, 2);
        Demand tooLarge = new Demand(16, 80L << 30, Optional.of(0), Goal.GAMING, Optional.empty());
        assertThat(((Placed) Placement.of(host, tooLarge)).memoryNodes()).containsExactly(0, 2);
    }

    @Test
    void saysWhyItCannot() {
        assertThat(Placement.of(host(4, 2, 1), demand(7)))
                .isEqualTo(new Placement.Impossible(
                        "7 vCPUs need a CPU each and the host a core: only 6 CPUs are left for the guest"));
        Host unknown = TestHost.host(h -> h.online = TestHost.unreadable(h.online));
        assertThat(Placement.of(unknown, demand(2))).isInstanceOf(Placement.Impossible.class);
        assertThatThrownBy(() -> demand(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /// A small machine of any shape.
    private static Host any(Random random, int most) {
        int threads = 1 + random.nextInt(2);
        int caches = 1 + random.nextInt(3);
        int cores = Math.max(2, Math.min(most / threads, caches * (1 + random.nextInt(4))));
        int nodes = random.nextInt(3) == 0 ? 2 : 1;
        int split = random.nextInt(1000);
        return host(cores, threads, caches, h -> {
            h.vendor = random.nextBoolean() ? h.vendor : Fact.known("GenuineIntel", "cpuinfo");
            h.logical = h.logical.stream()
                    .map(l -> withCache(
                            l,
                            (1 + (l.l3Id().get().orElseThrow() * 37 + split) % 3) * (16L << 20),
                            100 + (l.id() % cores * 31 + split) % 5 * 20))
                    .map(l -> onNode(l, nodes == 1 ? 0 : l.l3Id().get().orElseThrow() % 2))
                    .toList();
            if (nodes == 2) {
                CpuSet first = of(h.logical, 0);
                h.nodes.add(node(0, first, List.of(10, 21)));
                h.nodes.add(node(1, h.online.get().orElseThrow().minus(first), List.of(21, 10)));
            }
            CpuSet online = CpuSet.of(0);
            for (int cpu = 1; cpu < cores * threads; cpu++) {
                online = random.nextInt(10) == 0 ? online : online.or(CpuSet.of(cpu));
            }
            CpuSet known = online;
            h.online = Fact.known(known, "online");
            h.logical = h.logical.stream().filter(l -> known.contains(l.id())).toList();
        });
    }

    private static CpuSet of(List<LogicalCpu> cpus, int node) {
        return CpuSet.of(cpus.stream()
                .filter(l -> l.node().get().orElseThrow() == node)
                .mapToInt(LogicalCpu::id)
                .toArray());
    }

    private static dev.nptune.host.Memory.Node node(int id, CpuSet cpus, List<Integer> distances) {
        return new dev.nptune.host.Memory.Node(
                id,
                Fact.known(cpus, "cpulist"),
                Fact.known(8L << 30, "meminfo"),
                Fact.known(0L, "meminfo"),
                List.of(),
                Fact.known(distances, "distance"));
    }

    @Test
    void nothingCostsLessOnAnySmallMachine() {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            Host host = any(random, 10);
            int vcpus =
                    1 + random.nextInt(host.cpu().online().get().orElseThrow().size());
            Goal goal = List.of(Goal.values()).get(random.nextInt(3));
            Optional<Integer> gpu = random.nextBoolean() ? Optional.of(random.nextInt(2)) : Optional.empty();
            Demand demand = new Demand(vcpus, 4L << 30, gpu, goal, Optional.empty());
            double least = bruteForce(host, demand);
            if (Placement.of(host, demand) instanceof Placed placed) {
                double cost = placed.cost().total() + (placed.guestNuma() ? 5 : 0);
                assertThat(cost).as("machine %d: %s", i, demand).isCloseTo(least, within(2e-4));
                check(host, vcpus, placed);
            } else {
                assertThat(least).isInfinite();
            }
        }
    }

    /// The least cost over all sets of CPUs that leave a core out, and all memory one node has or each its own.
    private static double bruteForce(Host host, Demand demand) {
        CpuModel machine = CpuModel.of(host);
        CostFunction function = PlacementSolver.function(host, machine, demand);
        int[] cpus = machine.online().stream().toArray();
        List<GuestMemory> memories = machine.hasNodes()
                ? List.of(new GuestMemory(Set.of(0), false), new GuestMemory(Set.of(1), false))
                : List.of(GuestMemory.ANYWHERE);
        double leastOwn = Double.POSITIVE_INFINITY;
        double own = Double.POSITIVE_INFINITY;
        double least = Double.POSITIVE_INFINITY;
        for (int mask = 0; mask < 1 << cpus.length; mask++) {
            int bits = mask;
            CpuSet guest = CpuSet.of(IntStream.range(0, cpus.length)
                    .filter(k -> (bits >> k & 1) == 1)
                    .map(k -> cpus[k])
                    .toArray());
            boolean coreLeft =
                    machine.cores().stream().anyMatch(core -> !core.cpus().intersects(guest));
            if (Integer.bitCount(mask) != demand.vcpus() || !coreLeft) {
                continue;
            }
            List<CpuSet> pins = guest.stream().mapToObj(CpuSet::of).toList();
            for (GuestMemory memory : memories) {
                least = Math.min(least, function.of(pins, memory).total());
            }
            // each vCPU's memory at its own node, where the best layout for that spans both
            double alone = function.of(pins, GuestMemory.ANYWHERE).total();
            long nodes = guest.stream()
                    .map(c -> machine.coreOf(c).orElseThrow().node())
                    .distinct()
                    .count();
            if (machine.hasNodes() && alone < leastOwn - 2e-4) {
                leastOwn = alone;
                own = nodes == 2
                        ? function.of(pins, new GuestMemory(Set.of(0, 1), true)).total() + 5
                        : Double.POSITIVE_INFINITY;
            }
        }
        return Math.min(least, own);
    }

    /// Where nodes of two packages are not all equally far apart, the levels alone do not tell; what is then found is
    /// said
    /// not to be sure, and costs little more.
    @Test
    void unevenDistancesCostLittleMore() {
        Random random = new Random(17);
        int sure = 0;
        for (int i = 0; i < 150; i++) {
            int[][] apart = new int[4][4];
            for (int a = 0; a < 4; a++) {
                for (int b = 0; b <= a; b++) {
                    apart[a][b] = a == b ? 10 : 12 + 2 * random.nextInt(12);
                    apart[b][a] = apart[a][b];
                }
            }
            Host host = host(8, 1, 4, h -> {
                h.logical = h.logical.stream().map(l -> onNode(l, l.id() / 2)).toList();
                for (int id = 0; id < 4; id++) {
                    h.nodes.add(node(
                            id,
                            CpuSet.of(2 * id, 2 * id + 1),
                            IntStream.of(apart[id]).boxed().toList()));
                }
            });
            Demand demand =
                    new Demand(2 + random.nextInt(5), 4L << 30, Optional.empty(), Goal.GAMING, Optional.empty());
            Placed placed = (Placed) Placement.of(host, demand);
            CpuModel machine = CpuModel.of(host);
            CostFunction function = PlacementSolver.function(host, machine, demand);
            double least = Double.POSITIVE_INFINITY;
            for (int mask = 0; mask < 1 << 8; mask++) {
                int bits = mask;
                List<CpuSet> pins = IntStream.range(0, 8)
                        .filter(c -> (bits >> c & 1) == 1)
                        .mapToObj(CpuSet::of)
                        .toList();
                for (int node = 0; pins.size() == demand.vcpus() && node < 4; node++) {
                    least = Math.min(
                            least,
                            function.of(pins, new GuestMemory(Set.of(node), false))
                                    .total());
                }
            }
            assertThat(placed.cost().total()).as("machine %d", i).isLessThanOrEqualTo(least * 1.05);
            sure += placed.exact() ? 1 : 0;
        }
        assertThat(sure).isLessThan(150);
    }

    private static void check(Host host, int vcpus, Placed placed) {
        CpuSet online = host.cpu().online().get().orElseThrow();
        CpuSet guest = placed.guest();
        assertThat(placed.cpus()).hasSize(vcpus).doesNotHaveDuplicates();
        assertThat(guest.minus(online).isEmpty()).isTrue();
        assertThat(placed.host().isEmpty()).isFalse();
        assertThat(online.minus(guest).containsAll(placed.host())).isTrue();
        assertThat(placed.host().containsAll(placed.emulator().or(placed.io()))).isTrue();
        for (Core core : CpuModel.of(host).cores()) {
            assertThat(core.cpus().intersects(guest) && core.cpus().intersects(placed.host()))
                    .isFalse();
        }
    }

    @Test
    void noUsualLayoutCostsLess() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            Host host = any(random, 32);
            CpuModel machine = CpuModel.of(host);
            int vcpus = 2 + random.nextInt(12);
            if (!(Placement.of(host, demand(vcpus)) instanceof Placed placed)) {
                continue;
            }
            CostFunction function = PlacementSolver.function(host, machine, demand(vcpus));
            GuestMemory memory = machine.hasNodes() ? new GuestMemory(Set.of(0, 1), false) : GuestMemory.ANYWHERE;
            for (UsualLayout usual : UsualLayout.values()) {
                List<CpuSet> pins = usual.pins(machine, vcpus);
                assertThat(placed.cost().total() + (placed.guestNuma() ? 0 : -5))
                        .as("machine %d, %s", i, usual)
                        .isLessThanOrEqualTo(function.of(pins, memory).total() + 1e-6);
            }
        }
    }
}
