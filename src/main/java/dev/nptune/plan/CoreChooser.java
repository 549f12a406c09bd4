package dev.nptune.plan;

import dev.nptune.plan.CpuModel.Core;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/// Chooses the cores for a number of vCPUs at the least cost that [CostFunction] knows, one core at least left out.
///
/// Two cores are as far apart as the level at which they meet: package, node, die, L3. So the cost of some vCPUs below
/// a
/// part of the machine is the cost below its parts plus what their pairs across cost, and the best for every number of
/// vCPUs follows from the best for every number in each part. That is exact, and takes time of the square of the number
/// of vCPUs for each core that may be the one left out, of which those that are alike count once.
///
/// Where pairs were measured one by one, or NUMA nodes meet at the same level but are not equally far apart, the best
/// by
/// level is where [CoreExchange] starts.
final class CoreChooser {
    private static final double NEVER = Double.POSITIVE_INFINITY;
    /// Less is a matter of rounding: the lower CPU then wins.
    private static final double ALIKE = 1e-9;
    /// For a vCPU below the L3 that has the housekeeping core, so that of two equal ones the other is taken.
    private static final double BESIDE = 1e-4;

    private final List<Core> cores;
    private final CostFunction function;
    private final CostFunction.GuestMemory memory;
    private final int vcpus;
    private final double perPair;
    private boolean uneven;
    private boolean exact;

    CoreChooser(CpuModel machine, CostFunction function, CostFunction.GuestMemory memory, int vcpus) {
        this.cores = machine.cores();
        this.function = function;
        this.memory = memory;
        this.vcpus = vcpus;
        this.perPair = vcpus < 2 ? 0 : function.weights().pair() * 2.0 / vcpus / (vcpus - 1);
    }

    /// How many vCPUs each core gets, in the machine's order of cores; empty if there is no room.
    int[] choose(boolean measured) {
        int[] best = {};
        double least = NEVER;
        Set<List<Object>> tried = new HashSet<>();
        for (Core reserved : cores) {
            if (!tried.add(List.of(
                    reserved.l3(),
                    reserved.perf(),
                    reserved.efficient(),
                    reserved.housekeeping(),
                    reserved.cpus().size(),
                    function.alone(reserved, memory)))) {
                continue;
            }
            Part whole = part(cores, 0, reserved);
            if (whole.cost.length > vcpus && whole.cost[vcpus] < least - ALIKE) {
                least = whole.cost[vcpus];
                best = new int[cores.size()];
                whole.take(vcpus, best);
            }
        }
        exact = !measured && !uneven;
        return best.length > 0 && !exact ? new CoreExchange(cores, function, memory, vcpus).improve(best) : best;
    }

    /// Whether what was chosen last is sure to cost least.
    boolean isExact() {
        return exact;
    }

    /// Part of the machine: the least cost of every number of vCPUs in it.
    ///
    /// @param core the core's place in the list, if it is one; -1 if it has parts
    /// @param shares for each part, how many of any number of vCPUs in it and those before it are its own
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(int core, double[] cost, List<Part> parts, List<int[]> shares) {
        /// Notes what each core gets of so many vCPUs.
        void take(int count, int[] used) {
            if (core >= 0) {
                used[core] = count;
                return;
            }
            int left = count;
            for (int i = parts.size() - 1; i >= 0; i--) {
                int share = shares.get(i)[left];
                parts.get(i).take(share, used);
                left -= share;
            }
        }
    }

    private static final List<ToIntFunction<Core>> LEVELS = List.of(Core::pack, Core::node, Core::die, Core::l3);

    /// The cores of a part, all alike down to a level.
    private Part part(List<Core> within, int level, Core reserved) {
        if (level > LEVELS.size()) {
            return leaf(within.getFirst(), reserved);
        }
        List<List<Core>> groups = new ArrayList<>();
        for (Core core : within) {
            boolean own = level == LEVELS.size() || groups.isEmpty();
            if (own
                    || LEVELS.get(level).applyAsInt(groups.getLast().getFirst())
                            != LEVELS.get(level).applyAsInt(core)) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(core);
        }
        if (groups.size() == 1 && level < LEVELS.size()) {
            return part(within, level + 1, reserved);
        }
        List<Part> parts = new ArrayList<>();
        List<int[]> shares = new ArrayList<>();
        double[] cost = {0};
        for (int i = 0; i < groups.size(); i++) {
            Part next = part(groups.get(i), level + 1, reserved);
            int[] share = new int[Math.min(vcpus, cost.length + next.cost.length - 2) + 1];
            cost = joined(cost, next.cost, apart(groups, i), share);
            parts.add(next);
            shares.add(share);
        }
        if (level == LEVELS.size()) {
            shareL3(within, cost);
        }
        return new Part(-1, cost, parts, shares);
    }

    /// How far a group is from those before it: the mean over pairs of their nodes.
    private double apart(List<List<Core>> groups, int group) {
        double[] all = groups.subList(0, group).stream()
                .flatMap(before -> byNode(before).stream())
                .flatMapToDouble(one -> byNode(groups.get(group)).stream()
                        .mapToDouble(other -> function.latencies().between(one, other)))
                .toArray();
        double mean = Arrays.stream(all).average().orElse(0);
        uneven |= Arrays.stream(all).anyMatch(a -> Math.abs(a - mean) > ALIKE);
        return mean;
    }

    /// A core of each node among some.
    private static Collection<Core> byNode(List<Core> some) {
        Map<Integer, Core> first = new LinkedHashMap<>();
        some.forEach(core -> first.putIfAbsent(core.node(), core));
        return first.values();
    }

    private double[] joined(double[] before, double[] next, double apart, int[] share) {
        double[] cost = new double[share.length];
        for (int total = 0; total < cost.length; total++) {
            cost[total] = NEVER;
            for (int there = Math.max(0, total - before.length + 1); there < next.length && there <= total; there++) {
                double sum = before[total - there] + next[there] + perPair * apart * there * (total - there);
                if (sum < cost[total] - ALIKE) {
                    cost[total] = sum;
                    share[total] = there;
                }
            }
        }
        return cost;
    }

    private Part leaf(Core core, Core reserved) {
        int size = core.equals(reserved) ? 0 : Math.min(vcpus, core.cpus().size());
        double[] cost = new double[size + 1];
        double each = function.alone(core, memory) / vcpus;
        for (int used = 1; used <= size; used++) {
            boolean whole = used == core.cpus().size();
            cost[used] = used * each
                    + (whole ? 0 : function.weights().shared() * used / vcpus)
                    + perPair * function.latencies().siblings(core) * used * (used - 1) / 2;
        }
        return new Part(cores.indexOf(core), cost, List.of(), List.of());
    }

    /// Of an L3 that is not the guest's alone.
    private void shareL3(List<Core> below, double[] cost) {
        int all = below.stream().mapToInt(core -> core.cpus().size()).sum();
        boolean beside = below.stream().anyMatch(Core::housekeeping);
        for (int used = 1; used < cost.length; used++) {
            cost[used] += (used < all ? function.weights().sharedL3() * used / vcpus : 0)
                    + (beside ? BESIDE * used / vcpus : 0);
        }
    }
}
