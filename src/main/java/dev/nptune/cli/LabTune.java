package dev.nptune.cli;

import dev.nptune.bench.Measure;
import dev.nptune.bench.Workload;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.LabPackages;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.Runs;
import dev.nptune.report.HtmlReport;
import dev.nptune.report.TuneDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The whole way on the emulated machine: three machines on the instruction clock (bare metal, the VM as found, the VM
/// as tuned), two of them at a time, with this very program doing the tuning inside.
final class LabTune {
    /// What a machine was seen to take, 2.2 GiB, and some room.
    private static final long MEMORY_FOR_ONE = 3L << 30;

    private final Cli cli;
    private final ConsoleProgress progress;
    /// The run's, once there is one.
    private volatile @Nullable Path folder;

    /// @param limit how long one machine may run
    /// @param kernel a kernel package to boot; null for the distribution's
    /// @param install whether missing system packages may be installed
    record Options(Duration limit, @Nullable Path kernel, boolean install) {}

    LabTune(Cli cli, ConsoleProgress progress) {
        this.cli = cli;
        this.progress = progress;
    }

    TuneDocument run(Options options) throws IOException, UserException {
        LocalMachine here = LocalMachine.of(cli.environment());
        requirePackages(cli, progress, options.install(), here);
        here.requireRoot(
                "tune --host lab",
                "its machines run on this one's files, some of which only root may read; nothing here is changed");
        String path = cli.environment().get("PATH");
        Qemu qemu = Qemu.find(path);
        LabDirectories directories = LabDirectories.of(cli.environment(), Cli.home(cli.environment()));
        try (KernelCache cache = new KernelCache(directories.cache(), path);
                var _ = new LastWord(this::interrupted)) {
            directories.prepare(cache.isWarm());
            KernelFiles kernel = cache.kernel(options.kernel(), progress);
            int atOnce = atOnce(here);
            ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
            Path run = new Runs(directories.state().resolve("runs")).begin(now);
            folder = run;
            try {
                progress.begin("build what the lab boots");
                Lab lab = Lab.prepare(qemu, kernel, run, options.limit());
                progress.done("build what the lab boots", "kernel " + kernel.release() + ", workloads");
                return report(new LabMeasurement(lab, progress).run(atOnce), lab, run, now);
            } finally {
                slim(run);
            }
        }
    }

    private void interrupted() {
        progress.end("nptune: interrupted; the lab was ended, nothing was changed");
        Path run = folder;
        if (run != null) {
            slim(run);
        }
    }

    static void slim(Path run) {
        try {
            Runs.slim(run);
        } catch (IOException _) {
            // they take up space until the run is among the oldest, and that is all
        }
    }

    /// How many machines there is memory for; each takes what it uses of 4 GiB.
    static int atOnce(LocalMachine here) throws UserException {
        Optional<Long> available = here.scan().memory().available().get();
        if (available.isPresent() && available.get() < MEMORY_FOR_ONE) {
            throw new UserException(
                    Exit.CANNOT,
                    "the lab needs " + (MEMORY_FOR_ONE >> 20) + " MiB of memory, " + (available.get() >> 20)
                            + " MiB are available",
                    "end other programs and run it again");
        }
        return available.isEmpty() || available.get() >= 2 * MEMORY_FOR_ONE ? 2 : 1;
    }

    private TuneDocument report(LabMeasurement.Measured measured, Lab lab, Path run, ZonedDateTime now)
            throws IOException {
        List<Workload> workloads = Measure.compare(
                measured.bare().nanoseconds(),
                measured.before().log().nanoseconds(),
                measured.after().log().nanoseconds());
        Path report = run.resolve("report.html");
        TuneDocument inside = measured.after().document();
        Path journal = lab.state(LabMeasurement.AFTER).resolve("journal").resolve(inside.journal());
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

    private static Map<String, String> environment(Lab lab, LabMeasurement.Measured measured) {
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

    /// Sees that what the lab needs is installed.
    ///
    /// @param install whether it may be installed
    static void requirePackages(Cli cli, ConsoleProgress progress, boolean install, LocalMachine here)
            throws IOException, UserException {
        List<String> missing = LabPackages.missing(cli.environment().get("PATH"));
        if (missing.isEmpty()) {
            return;
        }
        if (here.isRoot() && (install || !Cli.interactive())) {
            progress.note("the lab needs packages that are missing; installing them");
            LabPackages.install(missing, cli.environment().get("PATH"), progress);
        } else {
            throw LabPackages.missingError(missing);
        }
    }
}
