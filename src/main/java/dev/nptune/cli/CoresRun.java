package dev.nptune.cli;

import dev.nptune.bench.CoreProbe;
import dev.nptune.bench.CoreProbe.Result;
import dev.nptune.bench.CoreProbe.Settings;
import dev.nptune.bench.LatencyClusters;
import dev.nptune.bench.TopologyAgreement;
import dev.nptune.host.CoreLatencies;
import dev.nptune.host.Cpu;
import dev.nptune.host.CpuSet;
import dev.nptune.host.CpuTopology;
import dev.nptune.internal.ffm.Affinity;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// One measurement of this machine's CPUs, or a look at one made elsewhere.
final class CoresRun {
    private static final Duration NEWS = Duration.ofSeconds(5);

    private static final String VIRTUAL =
            "Measured in a VM: its CPUs are threads that a hypervisor schedules, and the values are of that as much as"
                    + " of the processor.";

    private final Cli cli;
    private final Cpu cpu;
    private final CpuSet measured;
    private final Settings settings;
    private final List<String> notes;
    private long told = System.nanoTime();

    private CoresRun(Cli cli, Cpu cpu, CpuSet measured, Settings settings, List<String> notes) {
        this.cli = cli;
        this.cpu = cpu;
        this.measured = measured;
        this.settings = settings;
        this.notes = new ArrayList<>(notes);
    }

    /// Finds out what can be measured.
    ///
    /// @param wanted the CPUs asked for; empty for all
    /// @throws UserException if that are fewer than two, or one asked for cannot be measured
    static CoresRun prepare(Cli cli, Optional<CpuSet> wanted, Settings settings) throws UserException {
        Cpu cpu = LocalMachine.of(cli.environment()).scan().cpu();
        CpuSet allowed = allowed();
        CpuSet online = cpu.online().get().orElse(allowed);
        List<String> notes = new ArrayList<>();
        cpu.offline().get().filter(set -> !set.isEmpty()).ifPresent(set -> notes.add("Offline: CPUs " + set + "."));
        CpuSet kept = online.minus(allowed);
        if (wanted.isPresent()) {
            CpuSet missing = wanted.get().minus(allowed);
            if (!missing.isEmpty()) {
                throw new UserException(
                        Exit.WRONG_USE,
                        "CPUs " + missing + " are offline, not there or not allowed to this process",
                        "choose from " + allowed);
            }
        } else if (!kept.isEmpty()) {
            notes.add("Left out: CPUs " + kept + ", which this process may not use (its cpuset or affinity).");
        }
        CpuSet chosen = wanted.orElse(allowed);
        if (chosen.size() < 2) {
            throw new UserException(
                    Exit.CANNOT,
                    "this process may run on one CPU only (" + chosen + "); latency is between two",
                    "run it where it may use more: without taskset, or from another cpuset");
        }
        if (chosen.size() > CoreProbe.MAX_CPUS) {
            throw new UserException(
                    Exit.CANNOT,
                    chosen.size() + " CPUs are more than the " + CoreProbe.MAX_CPUS + " that can be measured at a time",
                    "choose some with --cpus");
        }
        return new CoresRun(cli, cpu, chosen, settings, notes);
    }

    private static CpuSet allowed() throws UserException {
        BitSet allowed = Affinity.allowed()
                .orElseThrow(() -> new UserException(
                        Exit.CANNOT,
                        "threads cannot be pinned here: the C library has no sched_setaffinity, or native access is"
                                + " denied",
                        "run nptune by its own script on Linux with glibc"));
        return CpuSet.of(
                allowed.stream().filter(number -> number <= CpuSet.MAX_CPU).toArray());
    }

    /// Measures and judges.
    ///
    /// @throws UserException if nothing could be measured
    CoresDocument measure() throws UserException, InterruptedException {
        Result result;
        try (ConsoleProgress progress = cli.progress()) {
            long seconds = settings.expected(measured.size()).toSeconds() + 1;
            String step = "measure " + measured.size() + " CPUs, about " + Plural.of(seconds, "second");
            progress.begin(step);
            CoreProbe probe = new CoreProbe(settings, (done, all) -> tell(progress, done, all));
            result = probe.measure(measured);
            progress.done(step, Plural.of(result.pairs().size(), "pair"));
        }
        judge(result);
        CoreLatencies latencies = new CoreLatencies(
                CoreLatencies.SCHEMA_VERSION, cpu.modelName().get().orElse(""), result.cpus(), result.rows());
        LatencyClusters clusters = LatencyClusters.of(latencies);
        boolean virtual = isVirtual(cpu);
        if (virtual) {
            notes.add(VIRTUAL);
        }
        return new CoresDocument(
                CoresDocument.SCHEMA_VERSION,
                Optional.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()),
                virtual,
                latencies,
                clusters,
                Optional.of(TopologyAgreement.of(clusters, CpuTopology.of(cpu))),
                notes);
    }

    private void tell(ConsoleProgress progress, int done, int all) {
        if (System.nanoTime() - told > NEWS.toNanos() && done < all) {
            told = System.nanoTime();
            progress.note(done + " of " + all + " pairs");
        }
    }

    private void judge(Result result) throws UserException {
        if (result.pairs().isEmpty()) {
            throw new UserException(
                    Exit.CANNOT,
                    "no pair of CPUs could be measured"
                            + (result.unpinned().isEmpty()
                                    ? ": the CPUs were never free at the same time"
                                    : ": threads could not be pinned to CPUs " + result.unpinned()),
                    "look at what else runs, or choose CPUs with --cpus");
        }
        if (!result.unpinned().isEmpty()) {
            notes.add("Left out: CPUs " + result.unpinned() + ", to which no thread could be pinned.");
        }
        int missing = result.possible() - result.pairs().size();
        if (missing > 0) {
            notes.add("Not measured: " + missing + " of " + Plural.of(result.possible(), "pair") + ".");
        }
        if (result.disturbed() > 0) {
            notes.add("Disturbed: the samples of " + result.disturbed() + " of "
                    + Plural.of(result.possible(), "pair")
                    + " vary widely, as when something else runs on these CPUs. Measure again when nothing does.");
        }
    }

    private static boolean isVirtual(Cpu cpu) {
        return cpu.flags().get().filter(flags -> flags.contains("hypervisor")).isPresent();
    }

    /// Judges what was measured elsewhere, or here before: only a file that names this machine's processor and CPUs
    /// that are online here is compared with this machine's kernel.
    static CoresDocument read(Path file, Cli cli) throws UserException {
        LatencyFile read = LatencyFile.read(file);
        LatencyClusters clusters = LatencyClusters.of(read.latencies());
        List<String> notes = new ArrayList<>();
        Optional<TopologyAgreement> agreement = Optional.empty();
        Cpu here = LocalMachine.of(cli.environment()).scan().cpu();
        if (read.named()
                && here.modelName()
                        .get()
                        .filter(read.latencies().processor()::equals)
                        .isPresent()) {
            agreement = Optional.of(TopologyAgreement.of(clusters, CpuTopology.of(here)));
        } else {
            notes.add("Measured elsewhere, so there is no kernel to compare it with.");
        }
        if (read.virtualMachine()) {
            notes.add(VIRTUAL);
        }
        return new CoresDocument(
                CoresDocument.SCHEMA_VERSION,
                read.measured(),
                read.virtualMachine(),
                read.latencies(),
                clusters,
                agreement,
                notes);
    }
}
