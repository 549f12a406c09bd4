package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nptune.doctor.TestHost;
import dev.nptune.host.Cpu;
import dev.nptune.host.Cpu.LogicalCpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static Cpu cpu(int cores, int threads, int caches) {
        TestHost host = new TestHost();
        host.logical = TestHost.cpus(cores, threads, caches);
        host.online = Fact.known(CpuSet.parse("0-" + (cores * threads - 1)), "online");
        return host.cpu();
    }

    private static Placement.Placed placed(Cpu cpu, int vcpus) {
        return (Placement.Placed) Placement.of(cpu, vcpus);
    }

    @Test
    void oneCacheAndSiblingsTogether() {
        Placement.Placed placed = placed(cpu(8, 2, 2), 8);
        assertThat(placed.cpus()).containsExactly(4, 12, 5, 13, 6, 14, 7, 15);
        assertThat(placed.host()).isEqualTo(CpuSet.parse("0-3,8-11"));
        assertThat(placed.threads()).isEqualTo(2);
        assertThat(placed.caches()).isEqualTo(1);
    }

    @Test
    void aSmallGuestGoesWhereItFitsTightest() {
        Placement.Placed placed = placed(cpu(8, 2, 2), 4);
        assertThat(placed.cpus()).containsExactly(1, 9, 2, 10);
    }

    @Test
    void twoCachesOnlyWhenOneIsTooSmall() {
        Placement.Placed placed = placed(cpu(8, 2, 2), 10);
        assertThat(placed.caches()).isEqualTo(2);
        assertThat(placed.cpus()).containsExactly(4, 12, 5, 13, 6, 14, 7, 15, 1, 9);
    }

    @Test
    void theLargerCacheWins() {
        TestHost host = new TestHost();
        host.logical = TestHost.cpus(16, 2, 2).stream()
                .map(l -> withCache(l, l.l3Id().get().orElseThrow() == 0 ? 96L << 20 : 32L << 20))
                .toList();
        host.online = Fact.known(CpuSet.parse("0-31"), "online");
        assertThat(placed(host.cpu(), 14).guest()).isEqualTo(CpuSet.parse("1-7,17-23"));
    }

    private static LogicalCpu withCache(LogicalCpu l, long bytes) {
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
                l.highestPerf());
    }

    @Test
    void emulatorThreadsStayOffIsolatedCpus() {
        TestHost host = new TestHost();
        host.isolated = Fact.known(CpuSet.parse("2-7,10-15"), "isolated");
        assertThat(placed(host.cpu(), 8).host()).isEqualTo(CpuSet.parse("0-1,8-9"));
    }

    @Test
    void saysWhyItCannot() {
        assertThat(Placement.of(cpu(4, 2, 1), 7))
                .isEqualTo(new Placement.Impossible(
                        "7 vCPUs need a CPU each and the host a core: only 6 CPUs are left for the guest"));
        TestHost host = new TestHost();
        host.online = TestHost.unreadable(host.online);
        assertThat(Placement.of(host.cpu(), 2)).isInstanceOf(Placement.Impossible.class);
        assertThatThrownBy(() -> Placement.of(cpu(4, 2, 1), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsOnAnyMachine() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            int threads = 1 + random.nextInt(2);
            int caches = 1 + random.nextInt(4);
            int cores = caches * (1 + random.nextInt(6));
            TestHost host = new TestHost();
            host.logical = TestHost.cpus(cores, threads, caches);
            host.online = Fact.known(online(random, cores * threads), "online");
            int vcpus = 1 + random.nextInt(cores * threads);
            if (Placement.of(host.cpu(), vcpus) instanceof Placement.Placed placed) {
                check(host, vcpus, placed);
            } else {
                assertThat(vcpus).isGreaterThan(room(host));
            }
        }
    }

    /// Most CPUs, 0 always.
    private static CpuSet online(Random random, int cpus) {
        CpuSet online = CpuSet.of(0);
        for (int cpu = 1; cpu < cpus; cpu++) {
            online = random.nextInt(8) == 0 ? online : online.or(CpuSet.of(cpu));
        }
        return online;
    }

    private static void check(TestHost host, int vcpus, Placement.Placed placed) {
        CpuSet online = host.online.get().orElseThrow();
        CpuSet guest = placed.guest();
        assertThat(placed.cpus()).hasSize(vcpus).doesNotHaveDuplicates();
        assertThat(guest.minus(online).isEmpty()).isTrue();
        assertThat(placed.host().isEmpty()).isFalse();
        assertThat(placed.host().minus(online).isEmpty()).isTrue();
        for (LogicalCpu cpu : host.logical) {
            CpuSet core = cpu.threadSiblings().get().orElseThrow();
            assertThat(core.intersects(guest) && core.intersects(placed.host())).isFalse();
            assertThat(core.contains(0) && core.intersects(guest)).isFalse();
        }
        Set<Integer> caches = host.logical.stream()
                .filter(l -> guest.contains(l.id()))
                .map(l -> l.l3Id().get().orElseThrow())
                .collect(Collectors.toCollection(HashSet::new));
        assertThat(caches).hasSize(placed.caches()).hasSize(fewest(host, vcpus));
    }

    private static int room(TestHost host) {
        return rooms(host).stream().mapToInt(r -> r).sum();
    }

    /// The fewest caches whose rooms hold the vCPUs, by trying all subsets.
    private static int fewest(TestHost host, int vcpus) {
        List<Integer> rooms = rooms(host);
        int best = Integer.MAX_VALUE;
        for (int subset = 0; subset < 1 << rooms.size(); subset++) {
            int room = 0;
            for (int c = 0; c < rooms.size(); c++) {
                room += (subset >> c & 1) * rooms.get(c);
            }
            best = room >= vcpus ? Math.min(best, Integer.bitCount(subset)) : best;
        }
        return best;
    }

    private static List<Integer> rooms(TestHost host) {
        CpuSet online = host.online.get().orElseThrow();
        List<Integer> rooms = new ArrayList<>();
        for (LogicalCpu cpu : host.logical) {
            int cache = cpu.l3Id().get().orElseThrow();
            while (rooms.size() <= cache) {
                rooms.add(0);
            }
            boolean hosts = cpu.threadSiblings().get().orElseThrow().contains(0);
            if (online.contains(cpu.id()) && !hosts) {
                rooms.set(cache, rooms.get(cache) + 1);
            }
        }
        return rooms;
    }
}
