package dev.nptune.watch;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.ExitCounts.OfMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// All that can be sampled of a running VM.
final class VmSampler implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;

    /// What part of the budget reading may take at first, at least and at most; the rest is for waking up, writing and
    /// looking for threads, which costs more or less by machine: see [#cost].
    private static final double FOR_READING = 0.5;

    private static final double LEAST_FOR_READING = 0.2;
    private static final double MOST_FOR_READING = 0.7;

    /// What part of the budget the whole is steered to, so that it is mostly below.
    private static final double GOAL = 0.9;

    /// What part of the budget is left for the dear ones at least.
    private static final double AT_LEAST = 0.1;

    /// What tells most of a stutter is read most often.
    private static final Map<String, Double> WEIGHTS =
            Map.of("sched", 3.0, "interrupts", 3.0, "softirqs", 2.0, "exits", 2.0);

    private final Path root;
    private final Map<Integer, Integer> told;
    private final double budget;
    private final CpuSet cpus;
    private final ProcessSampler main;
    private final List<ThreadSampler> vcpuFiles = new ArrayList<>();
    private final List<ThreadSampler> otherFiles = new ArrayList<>();
    private final @Nullable TraceSampler traced;
    private final List<Source> sources;
    private final Paced[] paced;

    /// The period of what is read most often, and when that is due.
    private long shortest;

    private long next;
    private double forReading = FOR_READING;
    private VmProcess vm;

    /// Told of each source that was read.
    interface Visitor {
        /// A source was read.
        ///
        /// @param index of the source among those that are read
        /// @param time when what it holds was so, as [System#nanoTime] has it
        void sampled(int index, Table table, long time);
    }

    /// @param root the machine's root directory
    /// @param hertz how often to read the vCPUs' run delay, and what tells as much if it is cheap
    /// @param budget the share of a core that all may cost, 0 to 1
    /// @param longest nanoseconds between two questions for exits at most, however much of the budget that takes
    /// @param trace whether to count exits by reason, which slows the guest down
    /// @throws TraceUnavailable if that was asked for and cannot be
    /// @throws IOException if there is no such process, or a monitor that was named does not answer
    static VmSampler open(Path root, int pid, double hertz, double budget, Exits exits, long longest, boolean trace)
            throws IOException {
        OfMonitor monitor = exits instanceof Exits.Monitor(Path socket) ? new OfMonitor(socket) : null;
        try {
            Map<Integer, Integer> told = monitor == null ? Map.of() : monitor.threads();
            return new VmSampler(
                    root, VmProcess.read(root, pid, told), told, hertz, budget, exits, monitor, longest, trace);
        } catch (IOException | RuntimeException e) {
            if (monitor != null) {
                monitor.close();
            }
            throw e;
        }
    }

    private VmSampler(
            Path root,
            VmProcess vm,
            Map<Integer, Integer> told,
            double hertz,
            double budget,
            Exits exits,
            @Nullable OfMonitor monitor,
            long longest,
            boolean trace)
            throws IOException {
        this.root = root;
        this.vm = vm;
        this.told = told;
        this.budget = budget;
        this.cpus = vm.guestCpus();
        Sources opened = new Sources(root, vm, new Cursor());
        main = opened.process();
        vcpus(opened, hertz);
        others(opened);
        opened.machine(cpus, hertz);
        opened.memory();
        opened.kvm();
        opened.exits(exits, monitor, longest);
        traced = opened.trace(trace);
        sources = List.copyOf(opened.all());
        long now = System.nanoTime();
        double weights =
                opened.samplers().stream().mapToDouble(VmSampler::weight).sum();
        paced = opened.samplers().stream()
                .map(s -> new Paced(s, (long) (SECOND / s.source().hertz()), weight(s) / weights, now))
                .toArray(Paced[]::new);
        shortest = shortest();
        next = now;
    }

    private static double weight(Sampler sampler) {
        String name = sampler.source().name();
        return name.equals("schedstat") ? 0 : WEIGHTS.getOrDefault(name, 1.0);
    }

    private void vcpus(Sources opened, double hertz) {
        for (ThreadFile kind : ThreadFile.values()) {
            double rate = kind == ThreadFile.STAT ? Math.min(hertz, Sources.OFTEN) : hertz;
            opened.threads(kind, kind.file(), kind.gives(), rate, vm.vcpus()).ifPresent(vcpuFiles::add);
        }
    }

    private void others(Sources opened) {
        for (ThreadFile kind : ThreadFile.values()) {
            double rate = kind == ThreadFile.SCHEDSTAT ? Sources.OFTEN : Sources.SELDOM;
            String gives = kind.gives().replace("each vCPU", "QEMU's other threads");
            opened.threads(kind, "other-" + kind.file(), gives, rate, vm.others())
                    .ifPresent(otherFiles::add);
        }
    }

    VmProcess vm() {
        return vm;
    }

    /// The CPUs on which the vCPUs could run when this began.
    CpuSet cpus() {
        return cpus;
    }

    /// Where numbers come from, those that are absent too.
    List<Source> sources() {
        return sources;
    }

    /// Those that are read.
    int count() {
        return paced.length;
    }

    Paced paced(int index) {
        return paced[index];
    }

    Optional<Table> table(String source) {
        for (Paced each : paced) {
            if (each.sampler().source().name().equals(source)) {
                return Optional.of(each.sampler().table());
            }
        }
        return Optional.empty();
    }

    /// Reads the sources that are due, those too that would be before half the time to the next tick is over: each time
    /// the thread wakes up costs more than most readings do. Allocates nothing, see [Sampler#sample].
    ///
    /// @return when the next tick is
    long tick(Visitor visitor) {
        return tick(visitor, _ -> false);
    }

    /// As [#tick(Visitor)], and reads those that are wanted even if they are not due.
    ///
    /// @param wanted told the index of a source among those that are read
    long tick(Visitor visitor, IntPredicate wanted) {
        long now = System.nanoTime();
        long soon = now + shortest / 2;
        double left = left();
        for (int i = 0; i < paced.length; i++) {
            Paced each = paced[i];
            if (each.due() - soon <= 0 || wanted.test(i)) {
                if (each.sample(now, each.ownPace() ? (forReading - AT_LEAST) * budget : left)) {
                    visitor.sampled(i, each.sampler().table(), each.sampler().time(now));
                }
                now = System.nanoTime();
            }
        }
        shortest = shortest();
        next = next + shortest - now > 0 ? next + shortest : now + shortest;
        return next;
    }

    /// Told now and then what all of it cost, so that the rest can be kept within the budget.
    ///
    /// @param share of a core that the thread took since it was told last
    void cost(double share) {
        double change = Math.clamp(GOAL * budget / Math.max(share, budget / 100), 0.5, 1.2);
        forReading = Math.clamp(forReading * change, LEAST_FOR_READING, MOST_FOR_READING);
    }

    /// What part of the budget reading may take.
    double forReading() {
        return forReading;
    }

    private long shortest() {
        long least = SECOND;
        for (int i = 0; i < paced.length; i++) {
            least = Math.min(least, paced[i].period());
        }
        return least;
    }

    private double left() {
        double taken = 0;
        for (int i = 0; i < paced.length; i++) {
            taken += paced[i].ownShare();
        }
        return Math.max(AT_LEAST * budget, forReading * budget - taken);
    }

    /// Reads all of them at once, whatever is due.
    void readAll(Visitor visitor) {
        for (int i = 0; i < paced.length; i++) {
            long now = System.nanoTime();
            if (paced[i].sampler().sample()) {
                visitor.sampled(
                        i, paced[i].sampler().table(), paced[i].sampler().time(now));
            }
        }
    }

    /// Looks for threads that have come or gone.
    ///
    /// @param pins whether to look also where those that are known may run now
    /// @return whether the VM still runs
    boolean rescan(boolean pins) {
        if (!main.alive()) {
            return false;
        }
        try {
            if (!pins && (traced == null || traced.isCounting()) && vm.hasTheSameThreads(root)) {
                return true;
            }
            VmProcess now = VmProcess.read(root, vm.pid(), told);
            if (now.started() != vm.started()) {
                return false;
            }
            vm = now;
        } catch (IOException _) {
            return main.alive();
        }
        List<VmThread> vcpus = vm.vcpus();
        List<VmThread> others = vm.others();
        vcpuFiles.forEach(s -> s.follow(vcpus));
        otherFiles.forEach(s -> s.follow(others));
        if (traced != null) {
            traced.followOn(vcpus);
        }
        return true;
    }

    @Override
    public void close() {
        for (Paced each : paced) {
            each.sampler().close();
        }
    }
}
