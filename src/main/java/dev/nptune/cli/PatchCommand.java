package dev.nptune.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `nptune patch`: kernel patches.
@Command(
        name = "patch",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch lint npt.patch",
            "  nptune patch recipe npt.patch --for arch --in linux/",
            ""
        },
        description = "Works with kernel patches.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PatchLintCommand.class, PatchRecipeCommand.class})
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
                Objects.requireNonNull(spec).commandLine(), "say what to do with a patch: nptune patch lint FILE");
    }
}
