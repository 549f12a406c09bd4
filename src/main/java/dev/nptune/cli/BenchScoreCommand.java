package dev.nptune.cli;

import dev.nptune.bench.score.ScoreComparison;
import dev.nptune.bench.score.ScoreComparison.Cores;
import dev.nptune.bench.score.ScoreSheet;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune bench score`: scores of 3DMark, and how far one run is from another.
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench score run.xml",
            "  nptune bench score bare.xml vm.xml",
            "  nptune bench score bare.xml vm.xml --cores 16,12",
            ""
        },
        description =
                "Shows the scores of runs that 3DMark exported as XML; of several, each against the first. Ends with 1"
                        + " if graphics or CPU came out more than 3 %% worse.")
final class BenchScoreCommand implements Callable<Integer> {
    static final int SCHEMA_VERSION = 2;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Parameters(arity = "1..8", paramLabel = "FILE", description = "What 3DMark exported; bare metal first, then VMs.")
    private List<Path> files = List.of();

    @Option(
            names = "--cores",
            paramLabel = "BARE,VM",
            description =
                    "How many cores each had, to say what the CPU score would be with as many (3DMark's export does"
                            + " not tell).")
    private @Nullable String cores;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Mixin
    private StoreOptions store = new StoreOptions();

    /// What `--json` prints.
    ///
    /// @param runs the files in the order given
    /// @param comparisons each but the first, against the first
    record Document(int schemaVersion, List<Run> runs, List<ScoreComparison> comparisons) {
        Document {
            runs = List.copyOf(runs);
            comparisons = List.copyOf(comparisons);
        }
    }

    /// A file and what is in it.
    record Run(String file, ScoreSheet sheet) {}

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(bench).cli();
        Optional<Cores> each = cores();
        List<Run> runs = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            byte[] content = bytes(file);
            contents.add(content);
            runs.add(new Run(file.toString(), sheet(file, content)));
        }
        List<ScoreComparison> comparisons = runs.stream()
                .skip(1)
                .map(run -> ScoreComparison.of(runs.getFirst().sheet(), run.sheet(), each))
                .toList();
        Document document = new Document(SCHEMA_VERSION, runs, comparisons);
        cli.out()
                .print(
                        json
                                ? Json.pretty(document) + "\n"
                                : Printable.lines(BenchScoreText.render(document, cli.columns(), cli.unicode())));
        for (int i = 0; i < files.size(); i++) {
            store.keep(
                    cli,
                    files.get(i),
                    contents.get(i),
                    "score",
                    runs.get(i).sheet().metrics(),
                    new HostOption(),
                    Optional.empty(),
                    "");
        }
        boolean worse = comparisons.stream().flatMap(c -> c.changes().stream()).anyMatch(BenchScoreText::isWorse);
        return (worse ? Exit.FINDINGS_LEFT : Exit.OK).code();
    }

    private Optional<Cores> cores() throws UserException {
        if (cores == null) {
            return Optional.empty();
        }
        if (files.size() == 2 && cores.matches("[0-9]{1,4},[0-9]{1,4}")) {
            String[] parts = cores.split(",", 2);
            try {
                return Optional.of(new Cores(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
            } catch (IllegalArgumentException _) {
                // Told below.
            }
        }
        throw new UserException(
                Exit.WRONG_USE,
                "--cores " + Printable.line(cores) + " are not the cores of two runs",
                "give two files and a number for each, as in: --cores 16,12");
    }

    private static byte[] bytes(Path file) throws UserException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ScoreSheet.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read " + Printable.line(file.toString()) + ": " + IoReason.of(e),
                    "give a file that 3DMark exported as XML",
                    e);
        }
    }

    private static ScoreSheet sheet(Path file, byte[] content) throws UserException {
        try {
            return ScoreSheet.parse(content);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot make out 3DMark's scores in " + Printable.line(file.toString()) + ": "
                            + Printable.brief(String.valueOf(e.getMessage()), 200),
                    "export one in 3DMark as XML, or with: 3DMarkCmd --in=RUN.3dmark-result --export=RUN.xml",
                    e);
        }
    }
}
