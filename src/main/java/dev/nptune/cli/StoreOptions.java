package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metric;
import dev.nptune.bench.metric.MetricValue;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.bench.store.FrameTimes;
import dev.nptune.bench.store.RunStore;
import dev.nptune.bench.store.StoredRun;
import dev.nptune.bench.store.StoredRun.RunSystem;
import dev.nptune.host.Host;
import dev.nptune.host.RunningKernel;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--store` and what goes with it: keeps a result for `nptune bench history`.
final class StoreOptions {
    @Option(names = "--store", description = "Keep the figures for 'nptune bench history'.")
    private boolean store;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "With --store: what to call the run, such as 'before'.")
    private String label = "";

    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            description =
                    "With --store: the host's kernel when it was measured. If not given: the running one for what was"
                            + " measured on this machine since it was started, if its time is known; that of another --host.")
    private @Nullable String kernel;

    /// Keeps a result if the person wants it.
    ///
    /// @param content the file's bytes
    /// @param kind see [StoredRun#kind]
    /// @param machine which machine was named
    /// @param host the machine, if it was read
    /// @param vm the VM's name; `""` for none
    void keep(
            Cli cli,
            Path file,
            byte[] content,
            String kind,
            Map<String, Double> metrics,
            HostOption machine,
            Optional<Host> host,
            String vm)
            throws IOException, UserException {
        if (!isOn()) {
            return;
        }
        Instant at = Files.getLastModifiedTime(file).toInstant();
        String release = kernel(machine, host, at);
        String cpu = host.flatMap(h -> h.cpu().modelName().get()).orElse("");
        RunSystem system = new RunSystem(vm, release, "", cpu, "");
        Figures figures = new Figures(metrics, 0, FrameTimes.NONE);
        keep(cli, List.of(run(file, at, Sha256.of(content), kind, label, "", system, figures)));
    }

    /// The result's time is its file's. Of another machine only the person knows that it has not changed since.
    private String kernel(HostOption machine, Optional<Host> host, Instant at) {
        if (kernel != null) {
            return kernel;
        }
        Optional<String> release = host.flatMap(h -> h.kernel().release().get());
        return !machine.isLocal()
                ? release.orElse("")
                : release.flatMap(_ -> RunningKernel.read(Path.of("/")))
                        .filter(k -> k.ranAt(at))
                        .map(RunningKernel::release)
                        .orElse("");
    }

    /// What a run has in numbers.
    private record Figures(Map<String, Double> metrics, long frames, FrameTimes times) {}

    /// Keeps captures if the person wants it, with all that can be computed of them and the frame times themselves.
    ///
    /// @param captures by what to call them, with `--label` behind it; may be empty
    void keep(Cli cli, Map<String, List<Capture>> captures) throws IOException, UserException {
        if (!isOn()) {
            return;
        }
        Optional<RunningKernel> running = RunningKernel.read(Path.of("/"));
        List<StoredRun> runs = new ArrayList<>();
        for (Map.Entry<String, List<Capture>> side : captures.entrySet()) {
            for (Capture capture : side.getValue()) {
                runs.add(run(capture, label(side.getKey()), running));
            }
        }
        keep(cli, runs);
    }

    private StoredRun run(Capture capture, String name, Optional<RunningKernel> running)
            throws IOException, UserException {
        Path file = Path.of(capture.source());
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    Printable.brief(capture.source(), 200) + " cannot be kept: it is no file",
                    "save it to a file first");
        }
        Optional<Instant> started = CaptureFiles.started(capture).or(capture::saved);
        Instant at = started.isPresent()
                ? started.get()
                : Files.getLastModifiedTime(file).toInstant();
        // A file that was copied is younger than what is in it.
        String release = kernel != null
                ? kernel
                : started.flatMap(s -> running.filter(k -> k.ranAt(s)))
                        .map(RunningKernel::release)
                        .orElse("");
        Judged judged = Judged.of(capture);
        Map<String, Double> values = new TreeMap<>();
        for (Metric metric : Metrics.all()) {
            if (metric.value(judged) instanceof MetricValue.Measured(double value) && Double.isFinite(value)) {
                values.put(metric.id(), value);
            }
        }
        RunSystem system = new RunSystem(
                "",
                release,
                first(capture, "driver", "GPUDriverVersion", "DriverPackage", "Driver Package", "BaseDriverVersion"),
                first(capture, "cpu", "Processor"),
                first(capture, "gpu", "GPU"));
        boolean small = capture.frames() <= FrameTimes.MAX;
        FrameTimes times = small ? FrameTimes.of(capture.frameTimes().toArray()) : FrameTimes.NONE;
        Figures figures = new Figures(values, capture.frames(), times);
        return run(file, at, Sha256.of(file), "capture", name, capture.process(), system, figures);
    }

    /// What the file says under the first of these names that it has: MangoHud's, then CapFrameX's.
    private static String first(Capture capture, String... keys) {
        return Stream.of(keys)
                .map(key -> capture.info().getOrDefault(key, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    private String label(String side) {
        return side.isEmpty() || label.isEmpty() ? side + label : side + ": " + label;
    }

    private boolean isOn() throws UserException {
        if (!store && (!label.isEmpty() || kernel != null)) {
            throw new UserException(
                    Exit.WRONG_USE, "--label and --kernel are about what is kept", "give --store as well");
        }
        return store;
    }

    private static StoredRun run(
            Path file,
            Instant at,
            String digest,
            String kind,
            String label,
            String program,
            RunSystem system,
            Figures figures)
            throws UserException {
        try {
            return new StoredRun(
                    StoredRun.idOf(at, digest),
                    at,
                    kind,
                    label,
                    program,
                    system,
                    String.valueOf(file.getFileName()),
                    digest,
                    figures.metrics,
                    figures.frames,
                    figures.times);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE, "the run cannot be kept: " + e.getMessage(), "leave --store out, or shorten it", e);
        }
    }

    private static void keep(Cli cli, List<StoredRun> runs) throws IOException, UserException {
        try (RunStore open = RunStore.open(place(cli))) {
            for (StoredRun run : runs) {
                RunStore.Kept kept = open.add(run);
                cli.err()
                        .println((kept.added() ? "kept as " : "this file is kept already, as ")
                                + Printable.line(kept.id() + " (" + run.file() + ")"));
            }
        }
    }

    static Path place(Cli cli) {
        return RunStore.place(cli.environment(), Cli.home(cli.environment()));
    }
}
