package dev.nptune.plan;

import dev.nptune.plan.CostFunction.GuestMemory;
import dev.nptune.plan.CpuModel.Core;
import java.util.Arrays;
import java.util.List;

/// Makes a choice of cores cheaper where pairs of CPUs are not alike: a taken core is exchanged for a free one of the
/// same size as long as that pays, from the choice given and from one that grew around each core. What is found need
/// not
/// be the least there is; on measured matrices it is within a percent.
final class CoreExchange {
    /// Less is a matter of rounding.
    private static final double ALIKE = 1e-9;

    private final List<Core> cores;
    private final CostFunction function;
    private final int vcpus;
    private final double perPair;
    private final double[][] apart;
    private final double[] alone;
    private final int[] sizes;
    private final int[] l3;
    private final int[] l3Threads;

    CoreExchange(List<Core> cores, CostFunction function, GuestMemory memory, int vcpus) {
        this.cores = cores;
        this.function = function;
        this.vcpus = vcpus;
        perPair = vcpus < 2 ? 0 : function.weights().pair() * 2.0 / vcpus / (vcpus - 1);
        alone = cores.stream().mapToDouble(core -> function.alone(core, memory)).toArray();
        sizes = cores.stream().mapToInt(core -> core.cpus().size()).toArray();
        l3 = cores.stream().mapToInt(Core::l3).toArray();
        l3Threads = new int[Arrays.stream(l3).max().orElse(0) + 1];
        cores.forEach(core -> l3Threads[core.l3()] += core.cpus().size());
        apart = new double[cores.size()][cores.size()];
        for (int i = 0; i < apart.length; i++) {
            for (int j = 0; j < apart.length; j++) {
                apart[i][j] = i == j ? inside(cores.get(i)) : mean(cores.get(i), cores.get(j));
            }
        }
    }

    private double inside(Core core) {
        int[] cpus = core.cpus().stream().toArray();
        return cpus.length < 2 ? 0 : function.latencies().between(cpus[0], core, cpus[1], core);
    }

    private double mean(Core a, Core b) {
        double sum = 0;
        for (int x : a.cpus().stream().toArray()) {
            for (int y : b.cpus().stream().toArray()) {
                sum += function.latencies().between(x, a, y, b);
            }
        }
        return sum / a.cpus().size() / b.cpus().size();
    }

    /// The cheapest choice found.
    ///
    /// @param start how many vCPUs each core gets
    int[] improve(int[] start) {
        int[] best = exchanged(start);
        double least = cost(best);
        int[] taken = Arrays.stream(start).filter(u -> u > 0).sorted().toArray();
        for (int seed = 0; seed < cores.size(); seed++) {
            int[] grown = grown(seed, taken);
            if (grown.length > 0) {
                int[] other = exchanged(grown);
                double cost = cost(other);
                if (cost < least - ALIKE) {
                    least = cost;
                    best = other;
                }
            }
        }
        return best;
    }

    /// A choice of the same sizes around a core, each time with the core that adds least; empty where there is none.
    private int[] grown(int seed, int[] taken) {
        int[] used = new int[cores.size()];
        for (int at = taken.length - 1; at >= 0; at--) {
            int next = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < used.length; i++) {
                boolean fits = used[i] == 0 && cores.get(i).cpus().size() >= taken[at];
                if (fits && (at < taken.length - 1 || i == seed)) {
                    double added = added(i, taken[at], used);
                    if (added < least) {
                        least = added;
                        next = i;
                    }
                }
            }
            if (next < 0) {
                return new int[0];
            }
            used[next] = taken[at];
        }
        return used;
    }

    private double added(int core, int size, int[] used) {
        double sum = size * alone[core] / vcpus;
        for (int j = 0; j < used.length; j++) {
            sum += perPair * apart[core][j] * size * used[j];
        }
        return sum;
    }

    /// The best exchange, again and again while one pays. What an exchange changes follows from how far each core is
    /// from
    /// all that are taken, which is kept up to date.
    private int[] exchanged(int[] start) {
        int[] used = start.clone();
        double[] near = new double[cores.size()];
        for (int core = 0; core < near.length; core++) {
            for (int other = 0; other < used.length; other++) {
                near[core] += core == other ? 0 : apart[core][other] * used[other];
            }
        }
        int[] below = below(used);
        while (true) {
            int from = -1;
            int to = -1;
            double least = -ALIKE;
            for (int i = 0; i < used.length; i++) {
                for (int j = 0; j < used.length; j++) {
                    if (used[i] > 0 && used[j] == 0 && sizes[i] == sizes[j]) {
                        double change = change(i, j, used[i], near, below);
                        if (change < least) {
                            least = change;
                            from = i;
                            to = j;
                        }
                    }
                }
            }
            if (from < 0) {
                return used;
            }
            int moved = used[from];
            for (int core = 0; core < near.length; core++) {
                near[core] += moved * ((core == to ? 0 : apart[core][to]) - (core == from ? 0 : apart[core][from]));
            }
            below[l3[from]] -= moved;
            below[l3[to]] += moved;
            used[to] = moved;
            used[from] = 0;
        }
    }

    /// By how much the cost changes if so many vCPUs go from one core to another.
    private double change(int from, int to, int moved, double[] near, int[] below) {
        double pairs = moved * (near[to] - apart[to][from] * moved - near[from])
                + (apart[to][to] - apart[from][from]) * moved * (moved - 1) / 2;
        double shared = 0;
        if (l3[from] != l3[to]) {
            shared = shared(l3[from], below[l3[from]] - moved)
                    + shared(l3[to], below[l3[to]] + moved)
                    - shared(l3[from], below[l3[from]])
                    - shared(l3[to], below[l3[to]]);
        }
        return perPair * pairs
                + (moved * (alone[to] - alone[from]) + function.weights().sharedL3() * shared) / vcpus;
    }

    /// vCPUs below an L3 that is not the guest's alone.
    private int shared(int cache, int threads) {
        return threads < l3Threads[cache] ? threads : 0;
    }

    private double cost(int[] used) {
        int[] below = below(used);
        double sum = 0;
        for (int cache = 0; cache < below.length; cache++) {
            sum += function.weights().sharedL3() * shared(cache, below[cache]) / vcpus;
        }
        for (int i = 0; i < used.length; i++) {
            boolean half = used[i] < sizes[i];
            sum += used[i] * (alone[i] + (half ? function.weights().shared() : 0)) / vcpus;
            sum += perPair * apart[i][i] * used[i] * (used[i] - 1) / 2;
            for (int j = 0; j < i; j++) {
                sum += perPair * apart[i][j] * used[i] * used[j];
            }
        }
        return sum;
    }

    /// How many vCPUs are below each L3.
    private int[] below(int[] used) {
        int[] below = new int[l3Threads.length];
        for (int core = 0; core < used.length; core++) {
            below[l3[core]] += used[core];
        }
        return below;
    }
}
