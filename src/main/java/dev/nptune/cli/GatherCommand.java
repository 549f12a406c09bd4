package dev.nptune.cli;

import dev.nptune.host.source.GatherScript;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune gather`: a snapshot of this machine, to be posted or sent to somebody who helps.
@Command(
        name = "gather",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune gather > host.tar.gz              a snapshot to post on a forum",
            "  nptune gather --script > gather.sh       for a machine without Java",
            "  nptune scan --host host.tar.gz           read it, on any machine",
            ""
        },
        description =
                "Copies what NPTune reads of this machine into an archive; serial numbers, MAC addresses, UUIDs and"
                        + " user names are replaced.")
final class GatherCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Cli cli;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the archive to a file instead of standard output.")
    private @Nullable Path output;

    @Option(
            names = "--no-redact",
            description = "Keep serial numbers, MAC addresses, UUIDs and names. Passwords never stay.")
    private boolean raw;

    @Option(names = "--script", description = "Print the shell script that does it, for a machine without Java.")
    private boolean script;

    @Override
    public Integer call() throws IOException, UserException {
        Cli cli = Objects.requireNonNull(this.cli);
        if (script) {
            cli.out().print(GatherScript.text());
        } else if (output != null) {
            toFile(cli, output.toAbsolutePath());
        } else if (cli.resultsGoToTerminal()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "the archive is binary and does not belong on a terminal",
                    "write it to a file: nptune gather > host.tar.gz");
        } else {
            gather(cli, cli.out());
            cli.out().flush();
        }
        return 0;
    }

    /// A snapshot that is not whole never stands under the name asked for.
    private void toFile(Cli cli, Path file) throws IOException, UserException {
        Path part = Files.createTempFile(Objects.requireNonNull(file.getParent()), ".nptune-gather", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                gather(cli, out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void gather(Cli cli, OutputStream out) throws IOException, UserException {
        Exec.Result result = GatherScript.run(raw ? List.of("--no-redact") : List.of(), out);
        cli.err().print(Printable.lines(result.err()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "gathering failed with exit status " + result.exit(),
                    "see the lines above; 'nptune gather --script | sh -x -s > host.tar.gz' shows every step");
        }
    }
}
