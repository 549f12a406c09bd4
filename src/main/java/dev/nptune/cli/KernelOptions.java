package dev.nptune.cli;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.InstalledKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which installed kernel a command is about.
final class KernelOptions {
    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            description = "An installed kernel other than the running one, as 'uname -r' would say it.")
    private @Nullable String release;

    @Option(names = "--root", hidden = true, paramLabel = "DIR", description = "Another machine's root folder.")
    private Path root = Path.of("/");

    Path root() {
        return root;
    }

    /// Refuses to go on where the machine itself is to be changed by somebody who may not.
    ///
    /// @param command the command's name
    void needRoot(String command) throws UserException {
        try {
            if (root.equals(Path.of("/"))
                    && !Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                throw LocalMachine.needsRoot(command, "it changes the system");
            }
        } catch (IOException e) {
            throw LocalMachine.needsRoot(command, "it is not known who runs it: " + IoReason.of(e));
        }
    }

    /// The kernel.
    ///
    /// @throws UserException if the name is none, or it is not known what runs
    InstalledKernel kernel(Cli cli) throws UserException {
        String path = cli.environment().get("PATH");
        try {
            return release == null ? InstalledKernel.running(root, path) : new InstalledKernel(root, release, path);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    Printable.line(String.valueOf(e.getMessage())),
                    "name it as 'uname -r' would say it; the installed ones: ls /lib/modules",
                    e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot tell which kernel runs: " + IoReason.withFile(e),
                    "name one with --kernel RELEASE",
                    e);
        }
    }
}
