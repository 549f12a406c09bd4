package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune bench`: captures of games, and what they say.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  nptune bench compare bare-*.txt -- vm-*.txt", ""},
        description = "Reads captures of frame times and compares them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = BenchCompareCommand.class)
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
                Objects.requireNonNull(spec).commandLine(),
                "say what to do with captures, for example: nptune bench compare");
    }
}
