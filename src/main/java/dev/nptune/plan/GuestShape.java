package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.plan.Placement.L3Share;
import dev.nptune.plan.Placement.Placed;
import dev.nptune.vm.GuestNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// The processor a guest is shown, so that its scheduler sees what its vCPUs have in common.
///
/// A guest that is passed the host's caches takes as many vCPU numbers for sharers of an L3 as the host has threads
/// below one, rounded up to a power of two (see `l3-nonpow2`). So where the vCPUs lie below several, each L3 begins at
/// such a number, and the numbers between are disabled. So are those of a core of which the guest has fewer threads
/// than
/// of others.
///
/// @param numbers the vCPU's number for each place of the placement
/// @param maximum how many numbers there are, disabled ones included
/// @param threads threads per core
/// @param severalL3 whether the vCPUs lie below several L3 caches
record GuestShape(List<Integer> numbers, int maximum, int threads, boolean severalL3) {
    /// The most numbers that a machine without interrupt remapping in the guest can start.
    static final int MOST = 255;

    GuestShape {
        numbers = List.copyOf(numbers);
    }

    static GuestShape of(Placed placed) {
        List<L3Share> shares = placed.shares();
        GuestShape padded = of(shares, placed.threads(), shares.size() > 1);
        return padded.maximum <= MOST ? padded : of(shares, placed.threads(), false);
    }

    private static GuestShape of(List<L3Share> shares, int threads, boolean padded) {
        int room = shares.stream().mapToInt(L3Share::hostThreads).max().orElse(1);
        int step = room < 2 ? 1 : Integer.highestOneBit(room - 1) << 1;
        List<Integer> numbers = new ArrayList<>();
        int next = 0;
        for (L3Share share : shares) {
            next = padded ? Math.ceilDiv(next, step) * step : next;
            for (int onCore : share.cores()) {
                next = Math.ceilDiv(next, threads) * threads;
                for (int i = 0; i < onCore; i++) {
                    numbers.add(next++);
                }
            }
        }
        return new GuestShape(numbers, Math.ceilDiv(next, threads) * threads, threads, shares.size() > 1);
    }

    /// Whether a guest with the host's processor can be shown threads: an AMD one learns of them by `topoext` alone.
    static boolean showsThreads(Host host) {
        return !isAmd(host)
                || host.cpu().flags().get().filter(f -> f.contains("topoext")).isPresent();
    }

    static boolean isAmd(Host host) {
        return host.cpu().vendor().get().filter("AuthenticAMD"::equals).isPresent();
    }

    /// The numbers that the guest starts with.
    CpuSet enabled() {
        return CpuSet.of(numbers.stream().mapToInt(n -> n).toArray());
    }

    boolean isPadded() {
        return numbers.size() < maximum;
    }

    int cores() {
        return maximum / threads;
    }

    /// Each with memory for its share of the vCPUs, the last with what is left; disabled numbers go with those before.
    List<GuestNode> nodes(Placed placed, long mib) {
        TreeMap<Integer, CpuSet> byNode = new TreeMap<>(Comparator.comparingInt(node ->
                placed.shares().stream().map(Placement.L3Share::node).toList().indexOf(node)));
        int at = 0;
        int count = 0;
        TreeMap<Integer, Integer> vcpus = new TreeMap<>(byNode.comparator());
        for (Placement.L3Share share : placed.shares()) {
            count += share.vcpus();
            int end = count < numbers.size() ? numbers.get(count) : maximum;
            byNode.merge(share.node(), CpuSet.range(at, end - 1), CpuSet::or);
            vcpus.merge(share.node(), share.vcpus(), Integer::sum);
            at = end;
        }
        long left = mib;
        List<GuestNode> nodes = new ArrayList<>();
        for (var node : byNode.entrySet()) {
            boolean last = nodes.size() == byNode.size() - 1;
            long share = last
                    ? left
                    : mib * vcpus.getOrDefault(node.getKey(), 0) / placed.cpus().size();
            left -= share;
            nodes.add(new GuestNode(node.getValue(), share << 20, node.getKey()));
        }
        return nodes;
    }
}
