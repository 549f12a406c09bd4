package dev.nptune.cli;

import dev.nptune.bench.CoreProbe.Settings;
import dev.nptune.cli.CoresDocument.Format;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune probe cores`: how long CPUs take to see each other's writes, and whether the kernel's topology is right.
@Command(
        name = "cores",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune probe cores                       this machine: up to a minute",
            "  nptune probe cores --quick -o cores.svg  a first look, as a picture",
            "  nptune probe cores --from matrix.csv     what was measured elsewhere",
            ""
        },
        description = "Measures the latency between every two CPUs with pinned threads, finds SMT siblings, L3"
                + " domains and dies in it, and says where the kernel sees them otherwise. Close other programs first."
                + " The result is kept.")
final class ProbeCoresCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable ProbeCommand parent;

    @Mixin
    private HostOption place = new HostOption();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write a picture (.svg), the result (.json) or the matrix (.csv) to this file as well.")
    private @Nullable Path output;

    @Option(names = "--cpus", paramLabel = "LIST", description = "Measure these CPUs only, such as 0-7,16-23.")
    private @Nullable String cpus;

    @Option(names = "--quick", description = "Measure each pair for a shorter time.")
    private boolean quick;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Samples for each pair, " + Settings.FEWEST_SAMPLES + " to " + Settings.MOST_SAMPLES
                    + ", in the same time.")
    private @Nullable Integer samples;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Do not measure: judge and draw a matrix from a .csv or .json file.")
    private @Nullable Path from;

    @Override
    public Integer call() throws UserException, InterruptedException {
        Cli cli = Objects.requireNonNull(parent).cli();
        Optional<Format> format = format();
        Settings settings = settings();
        check();
        CoresDocument document = from == null ? measure(cli, settings) : CoresRun.read(from, cli);
        Path file = output;
        if (file != null) {
            write(file, document.as(format.orElseThrow()));
        }
        cli.out()
                .print(
                        json
                                ? document.json()
                                : Printable.lines(CoresText.render(document, cli.columns(), cli.unicode())));
        if (file != null) {
            cli.err().println("written to " + Printable.line(file.toString()));
        }
        return Exit.OK.code();
    }

    private CoresDocument measure(Cli cli, Settings settings) throws UserException, InterruptedException {
        Optional<CpuSet> wanted = wanted();
        CoresRun run = CoresRun.prepare(cli, wanted, settings);
        CoresDocument document = run.measure();
        if (wanted.isPresent()) {
            cli.err().println("not kept: only some CPUs were measured");
        } else {
            keep(cli, document);
        }
        return document;
    }

    /// A result that cannot be kept is shown all the same.
    private static void keep(Cli cli, CoresDocument document) {
        StoredLatencies store = StoredLatencies.of(cli.environment());
        String file = Printable.line(store.file().toString());
        try {
            store.write(document);
            String user = cli.environment().getOrDefault("SUDO_USER", "");
            boolean others = !user.isEmpty() && !user.equals("root");
            cli.err()
                    .println("kept in " + file
                            + (others
                                    ? ", by the environment sudo left; run as '" + Printable.line(user)
                                            + "', nptune may look elsewhere"
                                    : ""));
        } catch (IOException e) {
            cli.err().println("not kept: cannot write " + file + ": " + IoReason.of(e));
        }
    }

    private void check() throws UserException {
        if (place.place() != HostOption.Place.LOCAL) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "'nptune probe cores' measures the machine it runs on, no other",
                    "run it there with -o FILE.json, and look at that with --from FILE.json");
        }
        if (from != null && (cpus != null || quick || samples != null)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--from measures nothing, so --cpus, --quick and --samples mean nothing",
                    "leave out one or the other");
        }
    }

    private Settings settings() throws UserException {
        Settings settings = quick ? Settings.QUICK : Settings.USUAL;
        Integer number = samples;
        if (number == null) {
            return settings;
        }
        if (number < Settings.FEWEST_SAMPLES || number > Settings.MOST_SAMPLES) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--samples " + number + " is out of range",
                    "give a number from " + Settings.FEWEST_SAMPLES + " to " + Settings.MOST_SAMPLES);
        }
        return settings.withSamples(number);
    }

    private Optional<CpuSet> wanted() throws UserException {
        if (cpus == null) {
            return Optional.empty();
        }
        try {
            CpuSet set = CpuSet.parse(cpus);
            if (set.size() >= 2) {
                return Optional.of(set);
            }
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--cpus: " + Printable.line(String.valueOf(e.getMessage())),
                    "give a list such as 0-7,16-23",
                    e);
        }
        throw new UserException(
                Exit.WRONG_USE, "--cpus names fewer than two CPUs", "give two at least: latency is between CPUs");
    }

    /// Looks at the file before a minute is spent on what cannot be written.
    private Optional<Format> format() throws UserException {
        Path file = output;
        if (file == null) {
            return Optional.empty();
        }
        Optional<Format> format = Format.of(file.toString());
        if (format.isEmpty()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot tell from '" + Printable.line(file.toString()) + "' what to write",
                    "name a file that ends with .svg, .json or .csv");
        }
        Path folder = file.toAbsolutePath().resolveSibling("");
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw cannotWrite(file, "the folder is not there or may not be written to", null);
        }
        return format;
    }

    private static void write(Path file, String text) throws UserException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw cannotWrite(file, IoReason.of(e), e);
        }
    }

    private static UserException cannotWrite(Path file, String reason, @Nullable IOException cause) {
        return new UserException(
                Exit.CANNOT,
                "cannot write " + Printable.line(file.toString()) + ": " + reason,
                "name a file in a folder that you may write to",
                cause);
    }
}
