package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.capture.Format;
import dev.nptune.bench.compare.Comparer;
import dev.nptune.bench.compare.Comparison;
import dev.nptune.bench.compare.Run;
import dev.nptune.bench.compare.RunMetric;
import dev.nptune.bench.compare.RunMetrics;
import dev.nptune.bench.compare.RunSet;
import dev.nptune.bench.compare.Settings;
import dev.nptune.bench.metric.Caveat.Kind;
import dev.nptune.bench.metric.Judged;
import dev.nptune.bench.metric.Metrics;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune bench compare`: how far a VM is from bare metal.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        preprocessor = BenchCompareCommand.Sides.class,
        customSynopsis = "nptune bench compare [OPTIONS] BARE... -- VM...",
        header = {
            "Examples:",
            "  nptune bench compare bare-*.csv -- vm-*.csv",
            "  nptune bench compare --threshold 5 --json bare-*.csv -- vm-*.csv",
            "  nptune bench compare --metrics average,low1-integral bare-*.csv -- vm-*.csv",
            ""
        },
        description =
                "Compares captures of the same scene on bare metal with captures in a VM: by how much they differ,"
                        + " how sure that is, and whether it matters. Make at least 5 of each, in turn. Ends with 1 if the VM"
                        + " came out worse.")
final class BenchCompareCommand implements Callable<Integer> {
    /// Stands for `--` among the files; no file is called so.
    private static final String BETWEEN = "\0";

    private static final int MOST_NOTES = 6;

    /// What of a capture's caveats the comparison does not find out by itself.
    private static final Set<Kind> TOLD =
            Set.of(Kind.SHORT, Kind.ONE_HITCH, Kind.GENERATED, Kind.BAD_ROWS, Kind.CLOCK_DISAGREES);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Captures of bare metal, --, captures of the VM.")
    private List<String> files = List.of();

    @Option(
            names = "--threshold",
            paramLabel = "PERCENT",
            description = "The difference that matters, decided before looking (${DEFAULT-VALUE}).")
    private double threshold = Settings.PERCENT;

    @Option(
            names = "--stutter-threshold",
            paramLabel = "POINTS",
            description = "The same for stutter time, in percentage points (${DEFAULT-VALUE}).")
    private double points = Settings.POINTS;

    @Option(
            names = "--metrics",
            split = ",",
            paramLabel = "IDS",
            description = "Only these, the first in the verdict: all that can be compared, or ids as bench stats --json"
                    + " has them, with commas between.")
    private List<String> metrics = List.of();

    @Option(
            names = "--drop-first",
            paramLabel = "N",
            description = "Leave out the first runs of each side (1 where 5 are left, else 0).")
    private @Nullable Integer dropFirst;

    @Option(names = "--keep-first", description = "Leave out no run.")
    private boolean keepFirst;

    @Option(names = "--resamples", paramLabel = "N", description = "How often to resample each run (${DEFAULT-VALUE}).")
    private int resamples = Settings.USUAL.resamples();

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "What is drawn follows from it; the same gives the same again (${DEFAULT-VALUE}).")
    private long seed = Settings.USUAL.seed();

    @Option(
            names = "--process",
            paramLabel = "NAME|PID",
            description = "The program that is meant, of several in a file.")
    private @Nullable String process;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--json", description = "Print the comparison as JSON.")
    private boolean json;

    /// Keeps `--` for us, which would only end the options otherwise.
    static final class Sides implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // the interface asks for it
        public boolean preprocess(
                Stack<String> args, CommandSpec command, @Nullable ArgSpec arg, Map<String, Object> info) {
            args.replaceAll(word -> word.equals("--") ? BETWEEN : word);
            return false;
        }
    }

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(bench).cli();
        int between = files.indexOf(BETWEEN);
        if (between < 0 || between != files.lastIndexOf(BETWEEN)) {
            throw wrongUse(
                    between < 0
                            ? "there is no -- between the captures of bare metal and those of the VM"
                            : "there is more than one -- among the captures");
        }
        Comparison comparison;
        List<Capture> bare;
        List<Capture> vm;
        try (LateProgress progress = new LateProgress(PATIENCE, cli::progress)) {
            List<RunMetric> chosen = chosen();
            Settings settings = settings();
            bare = captures("bare metal", files.subList(0, between));
            vm = captures("the VM", files.subList(between + 1, files.size()));
            comparison = Comparer.compare(side("bare metal", bare), side("the VM", vm), chosen, settings, progress);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    Printable.line(String.valueOf(e.getMessage())),
                    "see: nptune bench compare --help",
                    e);
        }
        if (comparison.compared().isEmpty()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "nothing can be compared: "
                            + comparison.refused().getFirst().reason(),
                    "make longer captures");
        }
        cli.out()
                .print(
                        json
                                ? BenchCompareDocument.of(comparison).json()
                                : Printable.lines(BenchCompareText.render(comparison, cli.columns(), cli.unicode())));
        if (!json) {
            List<String> notes =
                    caveats(Stream.concat(bare.stream(), vm.stream()).toList());
            notes.stream()
                    .limit(MOST_NOTES)
                    .forEach(note -> cli.out().print(Printable.lines(FindingText.wrap(note, cli.columns(), "  "))));
            if (notes.size() > MOST_NOTES) {
                cli.out().println("and " + (notes.size() - MOST_NOTES) + " more of the kind; see nptune bench stats");
            }
        }
        Map<String, List<Capture>> sides = new LinkedHashMap<>(); // in the order in which they were given
        sides.put("bare metal", bare);
        sides.put("VM", vm);
        store.keep(cli, sides);
        return (comparison.isWorse() ? Exit.FINDINGS_LEFT : Exit.OK).code();
    }

    private Settings settings() throws UserException {
        if (keepFirst && dropFirst != null) {
            throw wrongUse("--keep-first and --drop-first contradict each other");
        }
        OptionalInt drop = dropFirst != null ? OptionalInt.of(dropFirst) : OptionalInt.empty();
        return new Settings(threshold, points, keepFirst ? OptionalInt.of(0) : drop, resamples, seed);
    }

    private List<RunMetric> chosen() throws UserException {
        if (metrics.isEmpty()) {
            return RunMetrics.usual();
        }
        if (metrics.contains("all")) {
            return RunMetrics.all();
        }
        List<RunMetric> chosen = new ArrayList<>();
        for (String name : metrics) {
            RunMetric metric = RunMetrics.of(name.strip()).orElseThrow(() -> unknown(name.strip()));
            if (!chosen.contains(metric)) {
                chosen.add(metric);
            }
        }
        return chosen;
    }

    private static UserException unknown(String name) {
        List<String> ids = RunMetrics.all().stream().map(RunMetric::id).toList();
        List<String> near = NearMiss.of(name, ids);
        return new UserException(
                Exit.WRONG_USE,
                Metrics.of(name).isPresent()
                        ? "runs are not compared by " + name + ", only captures described"
                        : "there is no metric '" + Printable.brief(name, 40) + "'",
                near.isEmpty()
                        ? "give 'all', or some of: " + String.join(", ", ids)
                        : "did you mean: " + String.join(", ", near) + "?");
    }

    private List<Capture> captures(String side, List<String> files) throws UserException {
        if (files.isEmpty()) {
            throw wrongUse("there are no captures of " + side);
        }
        List<Capture> captures = new ArrayList<>();
        for (String file : files) {
            CaptureFile read = CaptureFiles.open(file);
            for (Capture capture : read.runsWith(CaptureFiles.chosen(read, process))) {
                CaptureFiles.requireEveryFrame(capture, Printable.brief(file, 200) + " cannot be compared: it");
                captures.add(capture);
            }
        }
        return captures;
    }

    private static String name(Capture capture) {
        boolean several = capture.format() == Format.CAPFRAMEX_JSON
                && !capture.swapChain().isEmpty();
        return several ? capture.source() + ", " + capture.swapChain() : capture.source();
    }

    /// What is to be known of single captures.
    private static List<String> caveats(List<Capture> captures) {
        List<String> notes = new ArrayList<>();
        for (Capture capture : captures) {
            Judged.of(capture).caveats().stream()
                    .filter(caveat -> TOLD.contains(caveat.kind()))
                    .forEach(caveat -> notes.add(name(capture) + ": " + caveat.sentence()));
        }
        return notes;
    }

    private static RunSet side(String name, List<Capture> captures) {
        List<Run> runs = new ArrayList<>();
        for (Capture capture : captures) {
            runs.add(new Run(
                    name(capture),
                    capture.frameTimes().toArray(),
                    CaptureFiles.started(capture).orElse(null)));
        }
        return new RunSet(name, runs);
    }

    private static UserException wrongUse(String what) {
        return new UserException(Exit.WRONG_USE, what, "write: nptune bench compare BARE... -- VM...");
    }
}
