package dev.nptune.cli;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Has one command of this very program run as root, once a person at a terminal has agreed: by `sudo`, or by `pkexec`
/// where there is no sudo and a graphical session that can ask for the password.
final class Elevation {
    private static final Path JVM_FOLDER = Path.of("/usr/lib/jvm");

    private final Cli cli;

    Elevation(Cli cli) {
        this.cli = cli;
    }

    /// Asks, and runs the command.
    ///
    /// @param question with what is asked for
    /// @param yes whether it is answered already
    /// @param arguments the command and all it needs
    /// @return the exit status of the command; 1 if the person did not agree
    /// @throws UserException if there is nobody to ask, or no way to become root
    int run(String question, boolean yes, List<String> arguments) throws IOException, UserException {
        List<String> argv = argv(arguments);
        if (!yes && !agrees(question)) {
            cli.err().println("Nothing was changed.");
            return Exit.FINDINGS_LEFT.code();
        }
        return run(argv);
    }

    /// Runs a command that asks by itself, once it is root and sees what there is to be asked.
    ///
    /// @param note said before; empty for nothing
    /// @param arguments the command and all it needs
    /// @return the exit status of the command
    /// @throws UserException if there is nobody to ask, or no way to become root
    int runThatAsks(String note, List<String> arguments) throws IOException, UserException {
        List<String> argv = argv(arguments);
        if (!note.isEmpty()) {
            cli.err().println(note);
        }
        return run(argv);
    }

    private List<String> argv(List<String> arguments) throws UserException {
        if (cli.terminal().isEmpty()) {
            throw LocalMachine.needsRoot(arguments.getFirst(), "it changes the system");
        }
        return argv(cli.environment(), arguments);
    }

    private int run(List<String> argv) throws IOException {
        cli.err().flush();
        // Ctrl-C goes to both: the one that runs as root takes back what it did, and this one waits for it
        try (HoldExit hold = HoldExit.finishing()) {
            int status = Exec.handOver(argv);
            hold.endsWith(status);
            return status;
        }
    }

    /// Asks the person at the terminal.
    boolean agrees(String question) {
        Optional<String> answer = cli.terminal().map(t -> t.readLine("%s [y/N] ", Printable.line(question)));
        return answer.filter(a -> List.of("y", "yes").contains(a.strip().toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    /// The command line that runs this program as root.
    static List<String> argv(Map<String, String> environment, List<String> arguments) throws UserException {
        String path = environment.get("PATH");
        boolean graphical = Stream.of("DISPLAY", "WAYLAND_DISPLAY")
                .anyMatch(v -> !environment.getOrDefault(v, "").isEmpty());
        List<String> argv = new ArrayList<>();
        Optional<Path> sudo = Programs.find("sudo", path);
        Optional<Path> pkexec = graphical ? Programs.find("pkexec", path) : Optional.empty();
        if (sudo.isPresent()) {
            argv.addAll(List.of(sudo.get().toString(), "--"));
        } else if (pkexec.isPresent()) {
            argv.add(pkexec.get().toString());
        } else {
            throw new UserException(
                    Exit.CANNOT,
                    "'nptune " + arguments.getFirst() + "' needs root: it changes the system; there is no sudo here",
                    "become root (su -), then: nptune " + String.join(" ", arguments));
        }
        argv.addAll(program(environment));
        argv.addAll(arguments);
        return argv;
    }

    /// This very program, by absolute paths. The launcher finds the same JDK without this environment if that is in the
    /// usual folder and nothing points elsewhere; if not, it is told.
    private static List<String> program(Map<String, String> environment) {
        String launcher = environment.getOrDefault("NPTUNE_LAUNCHER", "");
        if (!launcher.startsWith("/") || !Files.isExecutable(Path.of(launcher))) {
            return SelfCommand.of();
        }
        String home = System.getProperty("java.home");
        boolean usual = Path.of(home).startsWith(JVM_FOLDER)
                && Stream.of("NPTUNE_JAVA_HOME", "JAVA_HOME", "NPTUNE_JVM_DIR")
                        .allMatch(v -> environment.getOrDefault(v, "").isEmpty());
        return usual ? List.of(launcher) : List.of("/usr/bin/env", "NPTUNE_JAVA_HOME=" + home, launcher);
    }
}
