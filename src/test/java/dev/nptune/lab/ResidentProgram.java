package dev.nptune.lab;

import dev.nptune.cli.Cli;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// This program in one Java machine that stays up in an emulated machine and runs one command after the other. What a
/// process of its own has besides is left out: its start, signals, how it ends.
///
/// There a command takes 20 to 30 s by itself, of which all but 2 or 3 go into loading and compiling what it is made
/// of. Nothing in the machine looks again and again whether there is something to do: where a VM runs in it, a short
/// sleep may take many seconds.
public final class ResidentProgram {
    private static final String END = "end";
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final long LOOK_NANOS = 100_000_000;
    /// Looks for an answer between two for whether the machine is alive.
    private static final int LOOKS = 100;

    private final Path folder;
    private final Machine machine;
    private final String process;
    private int commands;

    /// Runs a command in the machine.
    @FunctionalInterface
    public interface Machine {
        /// Waits for its end.
        Exec.Result call(String... argv) throws IOException, UserException;
    }

    private ResidentProgram(Path folder, Machine machine, String process) {
        this.folder = folder;
        this.machine = machine;
        this.process = process;
    }

    /// Starts it.
    ///
    /// @param share the folder that is `/lab` in the machine
    public static ResidentProgram start(Path share, Machine machine) throws IOException, UserException {
        Path folder = Files.createTempDirectory(share, "resident");
        String there = "/lab/" + folder.getFileName();
        String command = String.join(" ", GuestProgram.main(ResidentProgram.class.getName(), there, pipe(folder)));
        Exec.Result started = machine.call(
                "sh",
                "-c",
                "mkfifo " + pipe(folder) + " || exit; " + command + " < /dev/null > " + there + "/log 2>&1 & echo $!");
        if (!started.ok()) {
            throw new AssertionError("no pipe could be made: " + started.err());
        }
        return new ResidentProgram(folder, machine, started.out().strip());
    }

    /// Where names of commands are written to, in the machine.
    private static String pipe(Path folder) {
        return "/run/" + folder.getFileName();
    }

    /// Runs a command of the program and waits for its end.
    ///
    /// @param arguments none with a line break
    public Exec.Result run(String... arguments) throws IOException, UserException {
        String name = Integer.toString(commands++);
        Files.writeString(folder.resolve(name + ".argv"), String.join("\n", arguments) + "\n");
        tell(name);
        Path exit = folder.resolve(name + ".exit");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int look = 1; !Files.exists(exit); look++) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (look % LOOKS == 0 && !machine.call("kill", "-0", process).ok() && !Files.exists(exit)) {
                throw failure("the Java machine ended");
            }
            if (System.nanoTime() > deadline) {
                throw failure(String.join(" ", arguments) + " was not done within " + LIMIT.toMinutes() + " min");
            }
        }
        return new Exec.Result(
                Integer.parseInt(Files.readString(exit)),
                Files.readString(folder.resolve(name + ".out")),
                Files.readString(folder.resolve(name + ".err")));
    }

    /// Nobody reads the pipe any more where the Java machine has ended, and a write would wait for ever.
    private void tell(String name) throws IOException, UserException {
        String told = "kill -0 " + process + " && timeout " + LIMIT.toSeconds() + " sh -c 'echo " + name + " > "
                + pipe(folder) + "'";
        if (!machine.call("sh", "-c", told).ok()) {
            throw failure("the Java machine takes no command");
        }
    }

    private AssertionError failure(String what) throws IOException {
        return new AssertionError(what + ": " + Files.readString(folder.resolve("log")));
    }

    /// Writes down all that is to be run.
    ///
    /// @param folder a folder that is there
    /// @param commands their words parted by a space
    /// @return the arguments for [#main]
    static List<String> write(Path folder, List<String> commands) throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < commands.size(); i++) {
            Files.writeString(folder.resolve(i + ".argv"), commands.get(i).replace(' ', '\n') + "\n");
            names.append(i).append('\n');
        }
        Path all = folder.resolve("all");
        Files.writeString(all, names + END + "\n");
        return List.of(folder.toString(), all.toString());
    }

    /// Runs in the machine: the commands that are named to it.
    ///
    /// @param args the folder, and a pipe or a file of names
    static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        while (true) {
            for (String name : Files.readAllLines(Path.of(args[1]))) {
                if (name.equals(END)) {
                    return;
                }
                run(Path.of(args[0]), name);
            }
        }
    }

    private static void run(Path folder, String name) throws IOException {
        List<String> argv = Files.readAllLines(folder.resolve(name + ".argv"));
        int exit;
        try (PrintStream out = stream(folder.resolve(name + ".out"));
                PrintStream err = stream(folder.resolve(name + ".err"))) {
            exit = new Cli(out, err, System.getenv()).run(argv.toArray(String[]::new));
        }
        // The other side sees all of it or nothing.
        Path written = folder.resolve(name + ".new");
        Files.writeString(written, Integer.toString(exit));
        Files.move(written, folder.resolve(name + ".exit"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static PrintStream stream(Path file) throws IOException {
        return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    }
}
