package dev.nptune.cli;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.diff.Series;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `nptune patch check`: whether patches apply, and if not, where and why.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch check fix.patch --tree linux-6.1",
            "  xzcat patch-6.1.5.xz | nptune patch check - --tree linux-6.1",
            ""
        },
        description =
                "Says of every file and hunk whether it applies, is in already, or where and why it fails. Several"
                        + " patches are a series: each is tried on what those before it make. Nothing is written. Ends with 1 if"
                        + " a patch does not apply.")
final class PatchCheckCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Mixin
    private PatchOptions options = new PatchOptions();

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        Series series = options.series(cli);
        options.print(cli, series, PatchText.Done.CHECKED);
        return (series.applies() ? Exit.OK : Exit.FINDINGS_LEFT).code();
    }
}
