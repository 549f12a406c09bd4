package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune patch`: patches of the kernel.
@Command(
        name = "patch",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  nptune patch status", "  nptune patch build kvm-amd fix.patch", ""},
        description = "Works with patches of the kernel.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PatchBuildCommand.class,
            PatchInstallCommand.class,
            PatchRemoveCommand.class,
            PatchStatusCommand.class
        })
final class PatchCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Spec
    private @Nullable CommandSpec spec;

    Cli cli() {
        return Objects.requireNonNull(cli);
    }

    @Override
    public Integer call() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "say what to do: nptune patch --help");
    }
}
