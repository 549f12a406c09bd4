package dev.nptune.cli;

import dev.nptune.bench.Measure;
import dev.nptune.bench.Workload;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.Lab;
import dev.nptune.report.HtmlReport;
import dev.nptune.report.TuneDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The whole way on the emulated machine: three machines on the instruction clock (bare metal, the VM as found, the VM
/// as tuned), two of them at a time, with this very program doing the tuning inside.
final class LabTune {
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
        LabRun.Request request = new LabRun.Request("tune --host lab", options.kernel(), options.install());
        return LabRun.with(cli, progress, request, run -> {
            progress.begin("build what the lab boots");
            Lab lab = Lab.prepare(run.qemu(), run.kernel(), run.folder(), options.limit());
            progress.done("build what the lab boots", "kernel " + run.kernel().release() + ", workloads");
            return report(new LabMeasurement(lab, progress).run(run.atOnce()), lab, run);
        });
    }

    private TuneDocument report(LabMeasurement.Measured measured, Lab lab, LabRun run) throws IOException {
        List<Workload> workloads = Measure.compare(
                measured.bare().nanoseconds(),
                measured.before().log().nanoseconds(),
                measured.after().log().nanoseconds());
        Path report = run.folder().resolve("report.html");
        TuneDocument inside = measured.after().document();
        Path journal = lab.state(LabMeasurement.AFTER).resolve("journal").resolve(inside.journal());
        TuneDocument document = inside.measured(workloads, journal.toString(), report.toString());
        Files.writeString(run.folder().resolve("tune.json"), Json.pretty(document));
        LabStory story =
                new LabStory(document, progress.steps(), measured.before().refusal());
        Files.writeString(
                report,
                HtmlReport.of(story.tell(
                        run.began().format(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm z")),
                        environment(lab, measured))));
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
}
