package dev.nptune.cli;

import dev.nptune.bench.Measure;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.Lab;
import dev.nptune.lab.WorkloadLog;
import dev.nptune.report.TuneDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Three machines on the instruction clock: bare metal, the VM as found, the VM as tuned by this very program inside.
final class LabMeasurement {
    static final String BEFORE = "before";
    static final String AFTER = "after";
    private static final String GPU_NODE = "pci_0000_01_00_0";
    private static final String TUNING = "after: scan, doctor, plan, apply";
    private static final String UNCHANGED = "nothing outside the lab was changed";

    private static final Pattern INSIDE = Pattern.compile("\\[ *\\d+ s\\] (?<told>[^…>].*)");

    private final Lab lab;
    private final Progress progress;

    LabMeasurement(Lab lab, Progress progress) {
        this.lab = lab;
        this.progress = progress;
    }

    /// What the three machines gave.
    record Measured(WorkloadLog bare, Found before, Tuned after) {}

    record Found(WorkloadLog log, String refusal) {}

    record Tuned(WorkloadLog log, TuneDocument document) {}

    /// Runs them, the longest first. The first that fails ends the others.
    ///
    /// @param atOnce how many may run at a time; each keeps one CPU busy
    Measured run(int atOnce) throws IOException, UserException {
        try (ExecutorService machines = Executors.newFixedThreadPool(
                atOnce, Thread.ofPlatform().daemon().name("lab-", 0).factory())) {
            CompletionService<Object> ended = new ExecutorCompletionService<>(machines);
            List<Future<Object>> all = new ArrayList<>();
            try {
                all.add(ended.submit(() -> LabRun.again(progress, this::tuned)));
                all.add(ended.submit(() -> LabRun.again(progress, this::found)));
                all.add(ended.submit(this::bare));
                for (int i = 0; i < all.size(); i++) {
                    get(ended.take());
                }
                return new Measured((WorkloadLog) get(all.get(2)), (Found) get(all.get(1)), (Tuned) get(all.get(0)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserException(Exit.INTERRUPTED, "interrupted; the lab was ended", "run it again", e);
            } finally {
                all.forEach(future -> future.cancel(true));
            }
        }
    }

    private static Object get(Future<Object> future) throws IOException, UserException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UserException user -> throw user;
                case IOException io -> throw io;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private WorkloadLog bare() throws IOException, UserException {
        progress.begin("bare metal: workloads");
        WorkloadLog log = complete(lab.bare(), "bare metal");
        progress.done("bare metal: workloads", Plural.of(log.nanoseconds().size(), "workload"));
        return log;
    }

    private Found found() throws IOException, UserException {
        progress.begin("before: boot");
        try (EmulatedHost host = lab.hostAsFound(BEFORE)) {
            progress.done("before: boot", asFound(host));
            progress.begin("before: start the VM as found");
            Exec.Result refused = host.call("virsh", "start", Lab.DOMAIN);
            if (refused.exit() == 0) {
                throw new UserException(
                        Exit.ROLLED_BACK,
                        "the VM started with its GPU on the host's driver, which libvirt should have refused",
                        UNCHANGED);
            }
            progress.done("before: start the VM as found", "refused: " + refused.complaint());
            succeed(host.call("virsh", "nodedev-detach", GPU_NODE), "detach the GPU by hand");
            return new Found(workloads(host, BEFORE), refused.complaint());
        }
    }

    /// What the host itself says of its set-up.
    private static String asFound(EmulatedHost host) throws IOException, UserException {
        Exec.Result told = host.call("cat", "/sys/devices/system/cpu/online", "/sys/module/kvm_amd/parameters/npt");
        succeed(told, "read how the host was set up");
        List<String> lines = told.out().lines().toList();
        return "CPUs " + lines.getFirst() + ", kvm_amd npt=" + lines.getLast();
    }

    private Tuned tuned() throws IOException, UserException {
        progress.begin("after: boot");
        try (EmulatedHost host = lab.hostAsFound(AFTER)) {
            progress.done("after: boot", "the same machine again, to be tuned");
            progress.begin(TUNING);
            Exec.Result result = host.call(
                    SelfCommand.of("tune", Lab.DOMAIN, "--yes", "--json"),
                    line -> inside(line).ifPresent(progress::note));
            if (result.exit() != Exit.OK.code() && result.exit() != Exit.FINDINGS_LEFT.code()) {
                throw new UserException(Exit.ROLLED_BACK, "tuning failed in the lab: " + failure(result), UNCHANGED);
            }
            succeed(host.call("cp", "-a", "/var/lib/nptune/.", "/lab/state"), "keep the journal");
            TuneDocument document = Json.read(result.out(), TuneDocument.class);
            progress.done(
                    TUNING,
                    Plural.of(document.findings().size(), "finding") + ", "
                            + Plural.of(document.changes().size(), "change") + " applied");
            return new Tuned(workloads(host, AFTER), document);
        }
    }

    private static String failure(Exec.Result result) {
        return result.err()
                .lines()
                .filter(line -> line.startsWith("nptune: "))
                .findFirst()
                .map(line -> line.substring("nptune: ".length()))
                .orElse(result.complaint());
    }

    /// What the program inside has done, without its own clock, which is not ours. Lines without a clock, such as those
    /// of the plan's diff, and those of what only begins are left out.
    static Optional<String> inside(String line) {
        Matcher m = INSIDE.matcher(line);
        return m.matches() ? Optional.of("inside: " + m.group("told").strip()) : Optional.empty();
    }

    /// Starts the VM and waits for it. Nothing else may run in the host meanwhile: it would be measured too.
    private WorkloadLog workloads(EmulatedHost host, String name) throws IOException, UserException {
        String step = name + ": VM boots and runs the workloads";
        progress.begin(step);
        succeed(host.call("sh", "/lab/warm-up.sh"), "read QEMU into memory");
        // Paused at first, so that what libvirt does after a start does not run beside the VM.
        succeed(host.call("virsh", "start", "--paused", Lab.DOMAIN), "start the VM");
        succeed(host.call("sleep", "2"), "settle");
        succeed(host.call("virsh", "resume", Lab.DOMAIN), "let the VM run");
        WorkloadLog log = complete(lab.workloads(host, name), "the VM '" + name + "'");
        String gpu = log.gpu()
                .orElseThrow(() -> new UserException(
                        Exit.ROLLED_BACK, "the VM '" + name + "' does not see the GPU passed to it", UNCHANGED));
        progress.done(step, "the VM sees its GPU at " + gpu);
        return log;
    }

    private static WorkloadLog complete(WorkloadLog log, String machine) throws UserException {
        List<String> missing = Measure.missing(log.nanoseconds().keySet());
        if (!missing.isEmpty()) {
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "on " + machine + " these workloads gave no result: " + missing
                            + (log.failed().isEmpty() ? "" : ", because: " + log.failed()),
                    UNCHANGED + "; look at the consoles in the run's folder");
        }
        return log;
    }

    private static void succeed(Exec.Result result, String what) throws UserException {
        if (result.exit() != 0) {
            throw new UserException(
                    Exit.ROLLED_BACK, "the lab could not " + what + ": " + result.complaint(), UNCHANGED);
        }
    }
}
