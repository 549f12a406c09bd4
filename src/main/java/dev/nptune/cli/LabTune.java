package dev.nptune.cli;

import dev.nptune.bench.Measure;
import dev.nptune.bench.Workload;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.GuestStuckException;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.LabPackages;
import dev.nptune.lab.WorkloadLog;
import dev.nptune.report.HtmlReport;
import dev.nptune.report.TuneDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The whole way on the emulated machine: three machines on the instruction clock (bare metal, the VM as found, the VM
/// as tuned), two of them at a time, with this very program doing the tuning inside.
final class LabTune {
    private static final String BEFORE = "before";
    private static final String AFTER = "after";
    private static final String GPU_NODE = "pci_0000_01_00_0";
    private static final String TUNING = "after: scan, doctor, plan, apply";
    /// Each machine runs on one host thread.
    private static final int AT_ONCE = 2;

    private static final DateTimeFormatter RUN_NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private final Cli cli;
    private final ConsoleProgress progress;

    /// @param limit how long one machine may run
    /// @param kernel a kernel package to boot; null for the distribution's
    /// @param install whether missing system packages may be installed
    record Options(Duration limit, @Nullable Path kernel, boolean install) {}

    LabTune(Cli cli, ConsoleProgress progress) {
        this.cli = cli;
        this.progress = progress;
    }

    TuneDocument run(Options options) throws IOException, UserException {
        requirePackages(options.install());
        String path = cli.environment().get("PATH");
        LabDirectories directories = LabDirectories.of(cli.environment(), Cli.home(cli.environment()));
        KernelCache cache = new KernelCache(directories.cache(), path);
        directories.prepare(cache.isWarm());
        KernelFiles kernel = cache.kernel(options.kernel(), progress);
        ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
        Path run = Files.createDirectories(directories.state().resolve("runs").resolve(RUN_NAME.format(now)));
        progress.begin("build what the lab boots");
        Lab lab = Lab.prepare(kernel, run, options.limit(), path);
        progress.done("build what the lab boots", "kernel " + kernel.release() + ", workloads");
        Measured measured = measure(lab);
        return report(measured, lab, run, now);
    }

    /// What the three machines gave.
    private record Measured(WorkloadLog bare, Found before, Tuned after) {}

    private record Found(WorkloadLog log, String refusal) {}

    private record Tuned(WorkloadLog log, TuneDocument document) {}

    private Measured measure(Lab lab) throws IOException, UserException {
        try (ExecutorService machines = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofPlatform().daemon().name("lab-", 0).factory())) {
            List<Future<?>> all = new ArrayList<>();
            try {
                Future<Tuned> after = submit(machines, all, () -> again(() -> tuned(lab)));
                Future<Found> before = submit(machines, all, () -> again(() -> found(lab)));
                Future<WorkloadLog> bare = submit(machines, all, () -> bare(lab));
                return new Measured(get(bare), get(before), get(after));
            } finally {
                all.forEach(future -> future.cancel(true));
            }
        }
    }

    /// Boots a machine a second time if its VM stood still the first time.
    private <T> T again(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (GuestStuckException stuck) {
            progress.note(stuck.getMessage() + "; booting that machine once more");
            return work.call();
        }
    }

    private static <T> Future<T> submit(ExecutorService machines, List<Future<?>> all, Callable<T> task) {
        Future<T> future = machines.submit(task);
        all.add(future);
        return future;
    }

    private static <T> T get(Future<T> future) throws IOException, UserException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UserException user -> throw user;
                case IOException io -> throw io;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException(Exit.INTERRUPTED, "interrupted; the lab was ended", "run it again", e);
        }
    }

    private WorkloadLog bare(Lab lab) throws IOException, UserException {
        progress.begin("bare metal: workloads");
        WorkloadLog log = complete(lab.bare(), "bare metal");
        progress.done("bare metal: workloads", Plural.of(log.nanoseconds().size(), "workload"));
        return log;
    }

    private Found found(Lab lab) throws IOException, UserException {
        progress.begin("before: boot");
        try (EmulatedHost host = lab.hostAsFound(BEFORE)) {
            progress.done("before: boot", "8 CPUs, nested paging off, as found");
            progress.begin("before: start the VM as found");
            Exec.Result refused = host.call("virsh", "start", Lab.DOMAIN);
            if (refused.exit() == 0) {
                throw new UserException(
                        Exit.ROLLED_BACK,
                        "the VM started with its GPU on the host's driver, which libvirt should have refused",
                        "nothing outside the lab was changed");
            }
            progress.done("before: start the VM as found", "refused: " + refused.complaint());
            succeed(host.call("virsh", "nodedev-detach", GPU_NODE), "detach the GPU by hand");
            return new Found(workloads(lab, host, BEFORE), refused.complaint());
        }
    }

    private Tuned tuned(Lab lab) throws IOException, UserException {
        progress.begin("after: boot");
        try (EmulatedHost host = lab.hostAsFound(AFTER)) {
            progress.done("after: boot", "the same machine again, to be tuned");
            progress.begin(TUNING);
            Exec.Result result = host.call(
                    SelfCommand.of("tune", Lab.DOMAIN, "--yes", "--json"),
                    line -> inside(line).ifPresent(progress::note));
            if (result.exit() != Exit.OK.code() && result.exit() != Exit.FINDINGS_LEFT.code()) {
                throw new UserException(
                        Exit.ROLLED_BACK,
                        "tuning failed in the lab: " + result.err().strip(),
                        "nothing outside the lab was changed");
            }
            succeed(host.call("cp", "-a", "/var/lib/nptune/.", "/lab/state"), "keep the journal");
            TuneDocument document = Json.read(result.out(), TuneDocument.class);
            progress.done(
                    TUNING,
                    Plural.of(document.findings().size(), "finding") + ", "
                            + Plural.of(document.changes().size(), "change") + " applied");
            return new Tuned(workloads(lab, host, AFTER), document);
        }
    }

    /// What the program inside has done, without its own clock, which is not ours.
    private static Optional<String> inside(String line) {
        String told = line.replaceFirst("^\\[ *\\d+ s\\] ", "");
        return told.startsWith("…") ? Optional.empty() : Optional.of("inside: " + told.strip());
    }

    /// Starts the VM and waits for it. Nothing else may run in the host meanwhile: it would be measured too.
    private WorkloadLog workloads(Lab lab, EmulatedHost host, String name) throws IOException, UserException {
        String step = name + ": VM boots and runs the workloads";
        progress.begin(step);
        succeed(host.call("sh", "/lab/warm-up.sh"), "read QEMU into memory");
        succeed(host.call("virsh", "start", Lab.DOMAIN), "start the VM");
        WorkloadLog log = complete(lab.workloads(host, name), "the VM '" + name + "'");
        progress.done(
                step, log.gpu().map(gpu -> "the VM sees its GPU at " + gpu).orElse("no GPU in the VM"));
        return log;
    }

    private static WorkloadLog complete(WorkloadLog log, String machine) throws UserException {
        if (!log.failed().isEmpty()) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "on " + machine + " workloads failed: " + log.failed(),
                    "nothing outside the lab was changed; look at the consoles in the run's folder");
        }
        return log;
    }

    private static void succeed(Exec.Result result, String what) throws UserException {
        if (result.exit() != 0) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "the lab could not " + what + ": " + result.complaint(),
                    "nothing outside the lab was changed");
        }
    }

    private TuneDocument report(Measured measured, Lab lab, Path run, ZonedDateTime now) throws IOException {
        List<Workload> workloads = Measure.compare(
                measured.bare().nanoseconds(),
                measured.before().log().nanoseconds(),
                measured.after().log().nanoseconds());
        Path report = run.resolve("report.html");
        TuneDocument inside = measured.after().document();
        Path journal = lab.state(AFTER).resolve("journal").resolve(inside.journal());
        TuneDocument document = inside.measured(workloads, journal.toString(), report.toString());
        Files.writeString(run.resolve("tune.json"), Json.pretty(document));
        LabStory story =
                new LabStory(document, progress.steps(), measured.before().refusal());
        Files.writeString(
                report,
                HtmlReport.of(story.tell(
                        now.format(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm z")), environment(lab, measured))));
        return document;
    }

    private static Map<String, String> environment(Lab lab, Measured measured) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(
                "kernel everywhere",
                lab.kernel().release() + " (Debian " + lab.kernel().version() + ")");
        environment.put("bare metal", measured.bare().machine());
        environment.put("VM as found", measured.before().log().machine());
        environment.put("VM as tuned", measured.after().log().machine());
        var tools = measured.after().document().host().tools();
        environment.put("QEMU", tools.qemu().get().orElse("unknown"));
        environment.put("libvirt", tools.libvirt().get().orElse("unknown"));
        environment.put("Java", System.getProperty("java.runtime.version"));
        return environment;
    }

    private void requirePackages(boolean install) throws IOException, UserException {
        List<String> missing = LabPackages.missing(cli.environment().get("PATH"));
        if (missing.isEmpty()) {
            return;
        }
        boolean root = LocalMachine.of(cli.environment()).isRoot();
        if (root && (install || cli.terminal().isEmpty())) {
            progress.note("the lab needs packages that are missing; installing them");
            LabPackages.install(missing, progress);
        } else {
            throw LabPackages.missingError(missing);
        }
    }
}
