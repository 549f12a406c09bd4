package dev.nptune.doctor;

import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology.L3;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Pin;
import dev.nptune.vm.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/// Which of its CPUs a guest takes for sharers of an L3 cache, against the host's caches they are bound to.
///
/// With the host's cache data passed through, the guest shifts APIC ids right by the bits that the number of sharers
/// needs. So Linux does it (`arch/x86/kernel/cpu/cacheinfo.c`), and a number that is no power of two is rounded up.
/// Without, QEMU shows an L3 to each die. Guest NUMA nodes keep CPUs apart in either case.
final class GuestCaches {
    private final Domain domain;
    private final List<L3> caches;
    private final Topology topology;
    private final List<CpuSet> cells;
    private final boolean passthrough;
    private final int sharers;

    /// @param caches the host's caches that vCPUs are bound to
    GuestCaches(Domain domain, List<L3> caches) {
        this.domain = domain;
        this.caches = caches;
        topology = domain.topology()
                .orElse(new Topology("cpu/topology", domain.vcpus().maximum(), 1, 1, 1));
        cells = TopologyRules.cells(domain);
        passthrough = domain.root()
                .find("cpu/cache")
                .filter(c -> c.has("mode", "passthrough"))
                .isPresent();
        sharers = caches.stream().mapToInt(c -> c.cpus().size()).max().orElse(1);
    }

    /// How many vCPU numbers the guest gives to an L3 that is passed through.
    int room() {
        return 1 << bits(sharers);
    }

    /// What the guest takes for one L3 and is several, each in words.
    List<String> crossing() {
        List<String> crossing = new ArrayList<>();
        groups().values().forEach(pins -> {
            CpuSet cpus = Pinning.cpus(pins);
            List<String> under = caches.stream()
                    .filter(c -> c.cpus().intersects(cpus))
                    .map(GuestCaches::name)
                    .toList();
            if (under.size() > 1) {
                crossing.add("vCPU " + Pinning.vcpus(pins) + " over " + String.join(", ", under));
            }
        });
        return crossing;
    }

    /// Whether disabled vCPUs alone would mend it: the sharers are no power of two, and the vCPUs stand L3 by L3.
    boolean needsPadding() {
        return passthrough && room() != sharers && inOrder();
    }

    private boolean inOrder() {
        List<Integer> runs = new ArrayList<>();
        for (Pin pin : Pinning.of(domain).values()) {
            for (int i = 0; i < caches.size(); i++) {
                if (caches.get(i).cpus().intersects(pin.cpus()) && (runs.isEmpty() || runs.getLast() != i)) {
                    runs.add(i);
                }
            }
        }
        return runs.size() == caches.size();
    }

    private Map<List<Integer>, List<Pin>> groups() {
        Map<List<Integer>, List<Pin>> groups = new LinkedHashMap<>();
        NavigableMap<Integer, Pin> pins = Pinning.of(domain);
        pins.forEach((vcpu, pin) ->
                groups.computeIfAbsent(cache(vcpu), _ -> new ArrayList<>()).add(pin));
        return groups;
    }

    private List<Integer> cache(int vcpu) {
        int threads = Math.max(1, topology.threads());
        int cores = Math.max(1, topology.cores());
        int core = vcpu / threads % cores;
        int die = vcpu / threads / cores;
        int cell = (int) cells.stream().takeWhile(c -> !c.contains(vcpu)).count();
        if (!passthrough) {
            return List.of(cell, die);
        }
        int idInDie = core << bits(threads) | vcpu % threads;
        int dieBits = bits(threads) + bits(cores);
        int shift = bits(sharers);
        int dies = Math.max(1, topology.dies());
        int socket = die / dies;
        return List.of(cell, socket, (die % dies << dieBits | idInDie) >> shift);
    }

    private static int bits(int values) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(values - 1);
    }

    private static String name(L3 cache) {
        return cache.id().map(id -> "L3 " + id).orElse("L3 of CPU " + cache.cpus());
    }
}
