package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune bench`: measurements by other tools, read, judged and kept.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench disk crystal.txt --domain win10",
            "  nptune bench score bare.xml vm.xml",
            "  nptune bench history --by kernel",
            ""
        },
        description = "Reads what benchmarks wrote, says whether to believe it, compares it and keeps it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchDiskCommand.class,
            BenchScoreCommand.class,
            BenchHistoryCommand.class,
            BenchStoreCommand.class
        })
final class BenchCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Spec
    private @Nullable CommandSpec spec;

    Cli cli() {
        return Objects.requireNonNull(cli);
    }

    @Override
    public Integer call() {
        CommandSpec own = Objects.requireNonNull(spec);
        throw new ParameterException(
                own.commandLine(),
                "say what to do: nptune bench "
                        + String.join(", ", own.subcommands().keySet()));
    }
}
