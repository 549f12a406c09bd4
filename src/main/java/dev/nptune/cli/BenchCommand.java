package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune bench`: what other tools measured, read, judged, compared and kept.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench import capture.csv               what is in a capture, and what it is good for",
            "  nptune bench stats capture.csv --metrics all  its numbers, by each tool's definition",
            "  nptune bench compare bare-*.csv -- vm-*.csv   how far the VM is from bare metal",
            "  nptune bench why capture.csv rec              what its stutters coincide with",
            "  nptune bench disk crystal.txt --domain win10  whether a disk's numbers can be true",
            "  nptune bench history --by kernel              what changed since",
            ""
        },
        description = "Reads what captures and benchmarks wrote, says what it is worth, compares it and keeps it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchImportCommand.class,
            BenchStatsCommand.class,
            BenchCompareCommand.class,
            BenchWhyCommand.class,
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
