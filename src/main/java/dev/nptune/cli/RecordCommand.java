package dev.nptune.cli;

import dev.nptune.host.RunningVm;
import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.End;
import dev.nptune.watch.Recorder;
import dev.nptune.watch.Recording;
import dev.nptune.watch.TraceUnavailable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune record`: what the host does to a VM while somebody plays.
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune record win10                      until Ctrl-C, or the VM ends",
            "  nptune record win10 -o game.rec --for 10m",
            "  nptune record win10 --trace              exits by reason too, as root",
            "  nptune record --show game.rec            what is in it",
            "  nptune record --show game.rec --csv > game.csv",
            ""
        },
        description = "Records while a VM runs what may disturb it: run delay and migrations of each vCPU, other load"
                + " and interrupts on its CPUs, page faults, exits. Each source that is absent is named, with what it"
                + " would take.")
final class RecordCommand implements Callable<Integer> {
    private static final String DEFAULT_RATE = "100";
    private static final Duration NO_LIMIT = Duration.ofDays(3650);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    @ParentCommand
    private @Nullable Cli cli;

    @Mixin
    private RunningVmParameter vm = new RunningVmParameter();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write; by default VM-DATE-TIME.rec. A file that is there is kept.")
    private @Nullable Path output;

    @Option(
            names = "--rate",
            paramLabel = "HZ",
            description = "How often to read the vCPUs' run delay, " + Recorder.FEWEST + " to " + Recorder.MOST
                    + " times a second (default: ${DEFAULT-VALUE}). Less often where"
                    + " that alone would take more than its part of --budget.",
            defaultValue = DEFAULT_RATE)
    private int rate;

    @Option(
            names = "--budget",
            paramLabel = "PERCENT",
            description = "What it may cost of one core (default: 1). Interrupts, migrations and what else is dear to"
                    + " read are read less often for it; more makes their times more exact.")
    private double budget = 100 * Recorder.BUDGET;

    @Option(
            names = "--trace",
            description = "Count each vCPU's exits by reason too (HLT, MSR, nested page fault ...), as root. The kernel"
                    + " counts at each exit, so each takes a little longer: not for comparing speed.")
    private boolean trace;

    @Option(names = "--for", paramLabel = "DURATION", description = "End after that time: 90s, 10m, 1h30m.")
    private @Nullable String limit;

    @Option(names = "--show", paramLabel = "FILE", description = "Record nothing: show what is in a recording.")
    private @Nullable Path show;

    @Option(names = "--json", description = "Show it, or how recording ended, as JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Show each change of each counter as a line of CSV.")
    private boolean csv;

    @Override
    public Integer call() throws UserException, IOException, InterruptedException {
        Cli cli = Objects.requireNonNull(this.cli);
        if (show != null) {
            return show(show, cli);
        }
        if (csv) {
            throw wrong("--csv is for recordings that are there", "say which: --show FILE --csv");
        }
        if (rate < Recorder.FEWEST || rate > Recorder.MOST) {
            throw wrong(
                    "--rate " + rate + " is out of range", "give one from " + Recorder.FEWEST + " to " + Recorder.MOST);
        }
        if (!(budget > 0 && budget <= 100)) {
            throw wrong("--budget " + budget + " is out of range", "give a percentage above 0, at most 100");
        }
        Duration most = limit == null ? NO_LIMIT : Durations.parse("--for", limit);
        RunningVm running = vm.find();
        String name = running.name().orElse("");
        Path file = output == null ? defaultFile(name) : output;
        return record(
                new Recorder.Request(Path.of("/"), running.pid(), name, rate, budget / 100, vm.exits(running), trace),
                file,
                most,
                cli);
    }

    private static UserException wrong(String what, String next) {
        return new UserException(Exit.WRONG_USE, what, next);
    }

    private static Path defaultFile(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of((safe.isEmpty() || safe.startsWith(".") || safe.startsWith("-") ? "vm" : safe) + "-"
                + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP) + ".rec");
    }

    private int record(Recorder.Request request, Path file, Duration most, Cli cli)
            throws UserException, IOException, InterruptedException {
        String told = Printable.line(file.toString());
        RecordProgress progress = new RecordProgress(cli, told);
        End end;
        Recorder recorder = open(request, file);
        try (HoldExit hold = HoldExit.stopping(recorder::stop)) {
            try (recorder) {
                progress.begin(recorder.about());
                end = recorder.run(most, progress::show);
            } catch (IOException e) {
                throw new UserException(
                        Exit.CANNOT,
                        "cannot write " + told + ": " + IoReason.of(e),
                        "make room; what was written until then can be read",
                        e);
            } finally {
                progress.clear();
            }
            cli.out().print(json ? RecordingDocument.ended(told, end) : summary(told, end, file));
            hold.endsWith(Exit.OK.code());
        }
        return Exit.OK.code();
    }

    private static Recorder open(Recorder.Request request, Path file)
            throws UserException, IOException, InterruptedException {
        String told = Printable.line(file.toString());
        try {
            return Recorder.open(request, file);
        } catch (FileAlreadyExistsException e) {
            throw new UserException(Exit.WRONG_USE, told + " is there already, and is kept", "name another with -o", e);
        } catch (TraceUnavailable e) {
            throw cannotTrace(e);
        } catch (NoSuchFileException e) {
            boolean gone = !Files.exists(request.root().resolve("proc/" + request.pid()));
            throw new UserException(
                    Exit.CANNOT,
                    gone ? "the VM has ended" : "cannot write " + told + ": " + IoReason.of(e),
                    gone ? "start it, and try again" : "name a file in a folder that is there with -o",
                    e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot record: " + Printable.line(IoReason.withFile(e)),
                    "look at the file named by -o, and the socket named by --qmp",
                    e);
        }
    }

    static UserException cannotTrace(TraceUnavailable e) {
        return new UserException(
                Exit.CANNOT, "cannot count exits by reason: " + e.getMessage(), String.valueOf(e.next()), e);
    }

    private static String summary(String told, End end, Path file) throws IOException {
        return "recorded " + Durations.words(Duration.ofMillis(Math.round(end.seconds() * 1000))) + " in " + told + " ("
                + ByteSize.of(Files.size(file)) + "): " + end.reason() + "\n"
                + "  look at it with: nptune record --show " + told + "\n";
    }

    private static Recording read(Path file) throws UserException {
        try {
            return Recording.read(file);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "give a file that 'nptune record' wrote",
                    e);
        }
    }

    private int show(Path file, Cli cli) throws UserException {
        if (vm.given() || output != null || limit != null || trace) {
            throw wrong("--show records nothing", "leave out the VM, -o, --for and --trace");
        }
        if (json && csv) {
            throw wrong("--json and --csv are two forms", "give one of them");
        }
        Recording recording = read(file);
        if (csv) {
            RecordingCsv.write(recording, cli.out());
        } else {
            cli.out()
                    .print(
                            json
                                    ? RecordingDocument.of(recording).json()
                                    : RecordingText.render(recording, cli.columns(), cli.unicode()));
        }
        recording
                .torn()
                .ifPresent(torn -> cli.err()
                        .println("nptune: " + Printable.line(file.toString()) + " is not whole: " + torn
                                + "; what comes before is shown"));
        return Exit.OK.code();
    }
}
