package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import dev.nptune.plan.Placement.L3Share;
import dev.nptune.plan.Placement.Placed;
import java.util.ArrayList;
import java.util.List;

/// The processor a guest is shown, so that its scheduler sees what its vCPUs have in common.
///
/// A guest that is passed the host's caches takes as many vCPU numbers for sharers of an L3 as the host has threads
/// below one, rounded up to a power of two (see `l3-nonpow2`). So where the vCPUs lie below several, each L3 begins at
/// such a number, and the numbers between are disabled.
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
            for (int i = 0; i < share.vcpus(); i++) {
                numbers.add(next++);
            }
        }
        return new GuestShape(numbers, Math.ceilDiv(next, threads) * threads, threads, shares.size() > 1);
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
}
