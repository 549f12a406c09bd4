package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune probe`: what a machine does, measured, where its files only tell.
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  nptune probe cores", "  nptune probe cores -o cores.svg", ""},
        description = "Measures this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ProbeCoresCommand.class)
final class ProbeCommand implements Callable<Integer> {
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
                Objects.requireNonNull(spec).commandLine(), "say what to measure: nptune probe cores");
    }
}
