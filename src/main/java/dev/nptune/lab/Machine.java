package dev.nptune.lab;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A running QEMU with a serial console and a time limit.
///
/// It never outlives this program: closing ends it, a shutdown hook ends it on Ctrl-C, and the kernel ends it
/// (`PR_SET_PDEATHSIG`, set by `setpriv`) if this program is killed.
public final class Machine implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    /// The death signal is sent when the *thread* that started the child ends, so one thread that never ends starts
    /// them all.
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("lab-starter").factory());

    private static final Set<Path> LEFTOVERS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("lab-end").unstarted(() -> {
            ending = true;
            RUNNING.forEach(Process::destroyForcibly);
            LEFTOVERS.stream()
                    .sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }));
    }

    /// Removes files and then empty folders when the program ends, interrupted or not.
    public static void removeAtExit(Path... paths) {
        LEFTOVERS.addAll(List.of(paths));
    }

    private final String name;
    private final Process process;
    private final Path messages;
    private final Console console;
    private final Duration limit;
    private final long deadline;

    private Machine(String name, Process process, Path messages, Console console, Duration limit) {
        this.name = name;
        this.process = process;
        this.messages = messages;
        this.console = console;
        this.limit = limit;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /// Starts QEMU.
    ///
    /// @param name what to call it in messages
    /// @param argv its command line, which must write the serial console to `console`; QEMU's own messages go
    ///     beside it
    /// @param limit how long it may run
    public static Machine start(String name, List<String> argv, Console console, Duration limit) throws IOException {
        Path messages = console.file().resolveSibling("qemu.log");
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
        command.addAll(argv);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        try {
            Process process = STARTER.submit(() -> {
                        Process started = builder.start();
                        RUNNING.add(started);
                        if (ending) {
                            started.destroyForcibly();
                        }
                        return started;
                    })
                    .get();
            return new Machine(name, process, messages, console, limit);
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + argv.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting the lab", e);
        }
    }

    /// Waits until something can be told from the console's lines: from finished ones, as long as the machine runs.
    ///
    /// @throws UserException if the machine ends first or its time is up; it shows the last lines of its console
    public <T> T await(String what, Console of, Function<List<String>, Optional<T>> told)
            throws IOException, UserException {
        while (true) {
            boolean alive = process.isAlive();
            Optional<T> answer = told.apply(alive ? of.finishedLines() : of.lines());
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!alive) {
                // Not one word on its console: QEMU did not get as far as to start it.
                throw failure(console.lines().isEmpty() ? Exit.CANNOT : Exit.ROLLED_BACK, "ended before " + what);
            }
            pause(what);
        }
    }

    /// Waits until the machine has powered itself off.
    public void awaitEnd() throws IOException, UserException {
        while (process.isAlive()) {
            pause("it powered off");
        }
    }

    /// Sleeps for one poll, or fails if the time is up.
    public void pause(String what) throws IOException, UserException {
        if (System.nanoTime() > deadline) {
            close();
            throw failure(
                    "did not get to the point where " + what + " within " + limit.toSeconds() + " s and was ended");
        }
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new UserException(Exit.INTERRUPTED, "interrupted; the lab was ended", "run it again", e);
        }
    }

    /// How much time of the real machine's CPUs QEMU has had. On a busy computer it has less, and gets less far, in the
    /// same time by the clock on the wall.
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Whether its process runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// What went wrong with this machine, with the last lines of its console.
    public UserException failure(String what) throws IOException {
        return failure(Exit.ROLLED_BACK, what);
    }

    /// The same, with what the program is to end with.
    UserException failure(Exit exit, String what) throws IOException {
        String complaint = new Console(messages)
                .lines().stream()
                        .filter(l -> !l.contains("warning: TCG doesn't support"))
                        .reduce("", (a, b) -> b);
        String ending = console.ending();
        if (complaint.isEmpty() && ending.isEmpty()) {
            ending = "; its console is empty";
        }
        return new UserException(
                exit,
                "the emulated machine '" + name + "' " + what + (complaint.isEmpty() ? "" : ": " + complaint) + ending,
                "the whole console is in " + console.file() + "; nothing outside the lab was changed");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
    }
}
