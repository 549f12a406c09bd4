package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune bench`: what a game's frames tell.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune bench import capture.csv               what is in a capture, and what it is good for",
            "  nptune bench stats capture.csv --metrics all  its numbers, by each tool's definition",
            ""
        },
        description = "Reads captures of frame times and says what they are worth.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BenchImportCommand.class, BenchStatsCommand.class})
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
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "say what to do: nptune bench import, nptune bench stats");
    }
}
