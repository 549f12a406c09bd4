package dev.nptune.cli;

import dev.nptune.bench.store.RunExchange;
import dev.nptune.bench.store.RunStore;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune bench store`: the runs that are kept, as a whole.
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench store export runs.parquet",
            "  nptune bench store import runs.parquet",
            "  nptune bench store delete 20261126-105703-1a2b3c4d",
            ""
        },
        description = "Takes kept runs to a Parquet file and back, or removes one or all. They are in"
                + " $XDG_DATA_HOME/nptune/bench.duckdb, by default below ~/.local/share.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BenchStoreCommand.Export.class, BenchStoreCommand.Import.class, BenchStoreCommand.Delete.class})
final class BenchStoreCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable BenchCommand bench;

    @Spec
    private @Nullable CommandSpec spec;

    Cli cli() {
        return Objects.requireNonNull(bench).cli();
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "say what to do: nptune bench store export, import, delete");
    }

    private static UserException empty() {
        return new UserException(
                Exit.CANNOT, "no runs are kept", "measure with --store: nptune bench stats, compare, disk or score");
    }

    /// `export FILE`.
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            header = {"Examples:", "  nptune bench store export runs.parquet", ""},
            description =
                    "Writes all runs to a new Parquet file, which DuckDB, pandas and others read. Times are in UTC,"
                            + " frame times in milliseconds.")
    static final class Export implements Callable<Integer> {
        @ParentCommand
        private @Nullable BenchStoreCommand store;

        @Parameters(index = "0", paramLabel = "FILE", description = "The file to write.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws UserException {
            Cli cli = Objects.requireNonNull(store).cli();
            long runs = RunExchange.write(StoreOptions.place(cli), file).orElseThrow(BenchStoreCommand::empty);
            cli.err().println(Plural.of(runs, "run") + " written to " + Printable.line(file.toString()));
            return Exit.OK.code();
        }
    }

    /// `import FILE`.
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            header = {"Examples:", "  nptune bench store import runs.parquet", ""},
            description =
                    "Adds the runs of a file that 'export' wrote, here or on another machine. Runs of files that are"
                            + " there already are left out.")
    static final class Import implements Callable<Integer> {
        @ParentCommand
        private @Nullable BenchStoreCommand store;

        @Parameters(index = "0", paramLabel = "FILE", description = "The Parquet file.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws UserException {
            Cli cli = Objects.requireNonNull(store).cli();
            RunExchange.Imported imported = RunExchange.read(StoreOptions.place(cli), file);
            cli.err()
                    .println(Plural.of(imported.added(), "run") + " added"
                            + (imported.known() == 0 ? "" : ", " + imported.known() + " there already"));
            return Exit.OK.code();
        }
    }

    /// `delete ID`.
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            header = {
                "Examples:",
                "  nptune bench store delete 20261126-105703-1a2b3c4d",
                "  nptune bench store delete --all",
                ""
            },
            description = "Removes one run for good, or all of them.")
    static final class Delete implements Callable<Integer> {
        @ParentCommand
        private @Nullable BenchStoreCommand store;

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "RUN",
                description = "The run, as 'nptune bench history' lists it.")
        private @Nullable String id;

        @Option(names = "--all", description = "Remove all runs.")
        private boolean all;

        @Option(
                names = {"-y", "--yes"},
                description = "With --all: remove them without asking.")
        private boolean yes;

        @Override
        public Integer call() throws UserException {
            Cli cli = Objects.requireNonNull(store).cli();
            String id = this.id;
            if (all == (id != null) || (yes && !all)) {
                throw new UserException(
                        Exit.WRONG_USE,
                        all ? "--all and a run are two things" : yes ? "--yes goes with --all" : "no run is named",
                        "give a run, or --all");
            }
            Path place = StoreOptions.place(cli);
            Optional<RunStore> there = RunStore.openToRead(place);
            if (there.isEmpty()) {
                throw empty();
            }
            there.get().close();
            try (RunStore open = RunStore.open(place)) {
                if (id == null) {
                    return all(open, cli);
                }
                if (!open.delete(id)) {
                    List<String> ids = open.runs(Instant.EPOCH).stream()
                            .map(run -> run.id())
                            .toList();
                    List<String> near = NearMiss.of(id, ids);
                    throw new UserException(
                            Exit.WRONG_USE,
                            "there is no run '" + Printable.brief(id, 100) + "'",
                            near.isEmpty()
                                    ? "list them with: nptune bench history"
                                    : "did you mean: " + String.join(", ", near) + "?");
                }
            }
            cli.err().println("removed " + Printable.line(id));
            return Exit.OK.code();
        }

        private int all(RunStore open, Cli cli) throws UserException {
            String runs = Plural.of(open.runs(Instant.EPOCH).size(), "run");
            if (!yes && cli.terminal().isEmpty()) {
                throw new UserException(
                        Exit.WRONG_USE, "nobody can be asked whether to remove " + runs, "give --yes as well");
            }
            if (!yes && !new Elevation(cli).agrees("Remove all of them, " + runs + ", for good?")) {
                cli.err().println("Nothing was removed.");
                return Exit.FINDINGS_LEFT.code();
            }
            cli.err().println("removed " + Plural.of(open.deleteAll(), "run"));
            return Exit.OK.code();
        }
    }
}
