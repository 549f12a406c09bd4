package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune patch`: patches for a kernel or any other source.
@Command(
        name = "patch",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch status",
            "  nptune patch check fix.patch --tree linux-6.1",
            "  nptune patch apply *.patch --tree linux-6.1",
            "  nptune patch build kvm-amd fix.patch",
            ""
        },
        description = "Says whether patches apply to a source tree, applies them, and builds and installs patched"
                + " modules of the kernel.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PatchCheckCommand.class,
            PatchApplyCommand.class,
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
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "say what to do with patches, for example: nptune patch check");
    }
}
