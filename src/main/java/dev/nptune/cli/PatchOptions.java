package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.diff.PatchFile;
import dev.nptune.kernel.diff.PatchReader;
import dev.nptune.kernel.diff.Placing;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.SourceTree;
import dev.nptune.kernel.relocate.Relocating;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `check` and `apply` are told: which patches, which tree, how.
final class PatchOptions {
    private static final String STANDARD_INPUT = "-";

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Patches, in the order in which they belong; - reads standard input.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--tree",
            required = true,
            paramLabel = "DIR",
            description = "The folder with the sources that the patches are for.")
    private @Nullable Path tree;

    @Option(
            names = {"-p", "--strip"},
            paramLabel = "N",
            description = "Take N folders off the names in the patches. Without it the number is guessed, and told.")
    private @Nullable Integer strip;

    @Option(
            names = "--fuzz",
            paramLabel = "N",
            description = "Leave up to N lines of context at either end of a hunk unlooked at (default: 2).")
    private int fuzz = Placing.USUAL_FUZZ;

    @Option(
            names = {"-R", "--reverse"},
            description = "Take the patches back, the last one first.")
    private boolean reverse;

    @Option(
            names = "--relocate",
            description = "Place hunks whose context has changed by likeness and structure (docs/relocation.md), those"
                    + " too that fuzz would put in a place that is clearly less alike; each is shown as a diff from"
                    + " the old hunk to the new one.")
    private boolean relocate;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /// Prints what came of a series.
    ///
    /// @param done what was done with it
    void print(Cli cli, Series series, PatchText.Done done) {
        if (json) {
            cli.out().println(Json.pretty(PatchDocument.of(series)));
        } else {
            PatchText text = new PatchText(cli.columns(), cli.unicode(), reverse);
            cli.out().print(text.results(series) + text.summary(series, done));
        }
    }

    /// Tries the patches in memory.
    Series series(Cli cli) throws UserException {
        if (fuzz < 0 || (strip != null && strip < 0)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    (fuzz < 0 ? "--fuzz " + fuzz : "--strip " + strip) + " is less than none",
                    "give a number from 0 on, or leave it out");
        }
        if (files.stream().filter(STANDARD_INPUT::equals).count() > 1) {
            throw new UserException(Exit.WRONG_USE, "standard input can be read only once", "give - once");
        }
        SourceTree sources = SourceTree.of(Objects.requireNonNull(tree));
        List<PatchFile> patches = new ArrayList<>();
        for (String file : files) {
            PatchFile read = read(file);
            read.notes().forEach(note -> cli.err().println("nptune patch: " + Printable.line(file) + ": " + note));
            patches.add(read);
        }
        return Series.of(
                sources,
                patches,
                new Series.Options(
                        strip == null ? OptionalInt.empty() : OptionalInt.of(strip),
                        fuzz,
                        reverse,
                        true,
                        new Relocating(relocate)));
    }

    private static PatchFile read(String name) throws UserException {
        try {
            if (name.equals(STANDARD_INPUT)) {
                return PatchReader.read("standard input", System.in);
            }
            Path file = Path.of(name);
            if (Files.exists(file) && !Files.isReadable(file)) {
                throw new IOException("permission denied");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return PatchReader.read(name, in);
            }
        } catch (IOException e) {
            throw unreadable(name, IoReason.of(e), e);
        } catch (InvalidPathException e) {
            throw unreadable(name, "that is no name of a file", e);
        }
    }

    private static UserException unreadable(String name, String reason, Exception cause) {
        List<String> similar = similar(name);
        return new UserException(
                Exit.WRONG_USE,
                "cannot read the patch " + Printable.line(name) + ": " + reason,
                similar.isEmpty() ? "name a file with a diff" : "did you mean: " + String.join(", ", similar) + "?",
                cause);
    }

    private static List<String> similar(String name) {
        try {
            Path file = Path.of(name);
            Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of("/"));
            if (Files.exists(file)) {
                return List.of();
            }
            try (Stream<Path> beside = Files.list(folder)) {
                List<String> names = beside.map(f -> String.valueOf(f.getFileName()))
                        .sorted()
                        .toList();
                return NearMiss.of(String.valueOf(file.getFileName()), names).stream()
                        .map(n -> Printable.line(file.resolveSibling(n).toString()))
                        .toList();
            }
        } catch (IOException | InvalidPathException _) {
            return List.of();
        }
    }
}
