package dev.nptune.lab;

import dev.nptune.cli.Cli;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Several commands of this program in one Java machine, and of others between them, in an emulated machine.
///
/// There a command takes 20 to 30 s by itself, of which all but 2 or 3 go into loading and compiling what it is made
/// of.
public final class SeveralCommands {
    private static final String OTHER = "run";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private SeveralCommands() {}

    /// Runs a class's `main` in the machine.
    @FunctionalInterface
    public interface Machine {
        /// Waits for its end.
        ///
        /// @param argument its only one
        Exec.Result run(Class<?> main, String argument) throws IOException, UserException;
    }

    /// Runs them.
    ///
    /// @param share the folder that is `/lab` in the machine
    /// @param commands as [#write] takes them
    /// @return how each of them ended, one after the other
    public static List<Exec.Result> run(Path share, List<String> commands, Machine machine)
            throws IOException, UserException {
        Path folder = Files.createTempDirectory(share, "commands");
        write(folder, commands);
        Exec.Result all = machine.run(SeveralCommands.class, "/lab/" + folder.getFileName());
        if (!all.ok()) {
            throw new AssertionError("the commands could not be run: " + all.err());
        }
        return results(folder);
    }

    /// Writes down what is to be run.
    ///
    /// @param folder a folder that is there and is shared with the machine
    /// @param commands without the program's name, their words parted by a space; those that begin with `run` name
    ///     another program
    static void write(Path folder, List<String> commands) throws IOException {
        for (int i = 0; i < commands.size(); i++) {
            Files.writeString(folder.resolve(i + ".argv"), commands.get(i).replace(' ', '\n') + "\n");
        }
    }

    private static List<Exec.Result> results(Path folder) throws IOException {
        List<Exec.Result> results = new ArrayList<>();
        for (int i = 0; Files.exists(folder.resolve(i + ".exit")); i++) {
            results.add(new Exec.Result(
                    Integer.parseInt(Files.readString(folder.resolve(i + ".exit"))),
                    Files.readString(folder.resolve(i + ".out")),
                    Files.readString(folder.resolve(i + ".err"))));
        }
        return results;
    }

    /// Runs in the machine: the commands of a folder in turn.
    static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Path folder = Path.of(args[0]);
        for (int i = 0; Files.exists(folder.resolve(i + ".argv")); i++) {
            List<String> argv = Files.readAllLines(folder.resolve(i + ".argv"));
            boolean other = argv.getFirst().equals(OTHER);
            int exit = other ? other(folder, i, argv.subList(1, argv.size())) : program(folder, i, argv);
            Files.writeString(folder.resolve(i + ".exit"), Integer.toString(exit));
        }
    }

    private static int program(Path folder, int number, List<String> argv) throws IOException {
        try (PrintStream out = stream(folder.resolve(number + ".out"));
                PrintStream err = stream(folder.resolve(number + ".err"))) {
            return new Cli(out, err, System.getenv()).run(argv.toArray(String[]::new));
        }
    }

    private static int other(Path folder, int number, List<String> argv) throws IOException {
        Exec.Result result = Exec.run(LIMIT, argv);
        Files.writeString(folder.resolve(number + ".out"), result.out());
        Files.writeString(folder.resolve(number + ".err"), result.err());
        return result.exit();
    }

    private static PrintStream stream(Path file) throws IOException {
        return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    }
}
