package dev.nptune.cli;

import dev.nptune.host.MachineSource;
import dev.nptune.host.source.Snapshot;
import dev.nptune.host.source.SshAddress;
import dev.nptune.host.source.SshMachine;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--host`: which machine a command is about.
final class HostOption {
    /// The kinds of machine that can be named.
    enum Place {
        /// The machine the program runs on.
        LOCAL,
        /// The emulated one.
        LAB,
        /// Another one, behind SSH.
        SSH,
        /// Another one, in an archive.
        SNAPSHOT
    }

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Which machine: local (this one, the default), lab (an emulated AMD machine), ssh://USER@BOX,"
                    + " or a snapshot FILE that 'nptune gather' made.")
    private @Nullable String given;

    /// Whether a machine was named at all.
    boolean given() {
        return given != null;
    }

    /// Whether it is this machine, whose files can be looked at.
    boolean isLocal() {
        return host().equals("local");
    }

    private String host() {
        return given == null ? "local" : given;
    }

    /// The kind of machine meant.
    ///
    /// @throws UserException if there is no such machine
    Place place() throws UserException {
        String host = host();
        if (host.equals("local")) {
            return Place.LOCAL;
        }
        if (host.equals("lab")) {
            return Place.LAB;
        }
        if (host.startsWith(SshAddress.SCHEME)) {
            return Place.SSH;
        }
        if (exists() || host.contains("/") || host.matches("(?i).*\\.(tar|t[gbx]z2?|tar\\.[a-z0-9]+|[gx]z|bz2|zip)")) {
            return Place.SNAPSHOT;
        }
        String all = "use one of: --host local, --host lab, --host ssh://user@box, --host FILE.tar.gz";
        throw new UserException(
                Exit.WRONG_USE,
                "unknown host '" + Printable.lines(host) + "'",
                host.matches("[A-Za-z0-9_.-]+@[A-Za-z0-9_.:-]+") ? "over SSH it is: --host ssh://" + host : all);
    }

    private boolean exists() {
        String host = host();
        try {
            return Files.exists(Path.of(host));
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /// The machine meant, for a command that only reads.
    ///
    /// @throws UserException if it cannot be read, or is the lab, which is gone when a command ends
    ReadableMachine readable(String command, Cli cli) throws UserException {
        return switch (place()) {
            case LOCAL -> LocalMachine.of(cli.environment());
            case LAB ->
                throw new UserException(
                        Exit.WRONG_USE,
                        "'nptune " + command + "' does not work on the lab; it is gone when a command ends",
                        "use 'nptune tune --host lab', which does every step there");
            case SSH -> new OtherMachine(overSsh(cli));
            case SNAPSHOT -> new OtherMachine(Snapshot.read(Path.of(host())));
        };
    }

    private MachineSource overSsh(Cli cli) throws UserException {
        Optional<Console> terminal = cli.terminal();
        return SshMachine.read(
                SshAddress.parse(host()),
                Cli.home(cli.environment()).resolve(".ssh"),
                prompt -> terminal.map(console -> console.readPassword("%s", prompt))
                        .map(String::new));
    }

    /// For the commands that change a machine.
    UserException cannotChange(String command) {
        return new UserException(
                Exit.WRONG_USE,
                "'nptune " + command + "' changes this machine or the lab, not '" + Printable.lines(host()) + "'",
                "use 'nptune plan --host " + Printable.lines(host()) + "', and apply the plan there");
    }
}
