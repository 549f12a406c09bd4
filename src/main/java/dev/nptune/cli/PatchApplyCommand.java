package dev.nptune.cli;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.diff.Rejects;
import dev.nptune.kernel.diff.Series;
import dev.nptune.kernel.diff.TreeWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune patch apply`: applies patches, all or none.
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch apply fix.patch --tree linux-6.1",
            "  nptune patch apply *.patch --tree linux-6.1 --dry-run",
            "  nptune patch apply old.patch --tree linux-6.12 --relocate",
            "  nptune patch apply fix.patch --tree linux-6.1 -R       take it back",
            ""
        },
        description = "Applies patches to a source tree: all of them, or, if one does not apply, none. What fails is"
                + " explained as by 'check'; no .rej and no .orig is left in the tree.")
final class PatchApplyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Mixin
    private PatchOptions options = new PatchOptions();

    @Option(names = "--dry-run", description = "Write nothing.")
    private boolean dryRun;

    @Option(
            names = "--rejects",
            paramLabel = "DIR",
            description = "Put the hunks that fail into this folder, a file for each file of the tree.")
    private @Nullable Path rejects;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        Series series = options.series(cli);
        PatchText.Done done = PatchText.Done.NOTHING;
        if (series.applies()) {
            done = dryRun ? PatchText.Done.CHECKED : PatchText.Done.WRITTEN;
            if (!dryRun) {
                TreeWriter.write(series);
            }
        }
        options.print(cli, series, done);
        if (!series.applies()) {
            reject(cli, series);
        }
        return (series.applies() ? Exit.OK : Exit.FINDINGS_LEFT).code();
    }

    private void reject(Cli cli, Series series) throws UserException {
        Path folder = rejects;
        if (folder == null) {
            return;
        }
        try {
            List<Path> written = Rejects.write(series, folder);
            cli.err()
                    .println("nptune patch: the hunks that fail are in " + Printable.line(folder.toString()) + " ("
                            + Plural.of(written.size(), "file") + ")");
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot write the failed hunks: " + IoReason.withFile(e),
                    "the tree was not changed; name another folder with --rejects",
                    e);
        }
    }
}
