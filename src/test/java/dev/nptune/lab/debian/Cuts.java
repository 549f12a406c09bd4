package dev.nptune.lab.debian;

import dev.nptune.apply.SteppedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/// Takes disks as a power cut would leave them, at steps of a run.
final class Cuts {
    private static final String ENDED = "ended";
    private static final long MOST_BETWEEN = 1500;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final DebianMachine machine;
    private final Path folder;
    private int taken;

    /// @param folder where the disks go
    Cuts(DebianMachine machine, Path folder) {
        this.machine = machine;
        this.folder = folder;
    }

    /// What a power cut would leave.
    ///
    /// @param step where the run is, as `apply DURING_ACT 16`
    record Cut(String step, DebianDisk disk) {
        void delete() throws IOException {
            Files.delete(disk.file());
        }
    }

    /// Lets a run go from step to step, to its end.
    ///
    /// @param name `apply` or `rollback`
    /// @param argument a plan's file, or `rollback`
    /// @param wanted which steps to keep the disk of
    List<Cut> take(String name, String argument, Predicate<String> wanted) throws Exception {
        Path share = Files.createDirectories(machine.share().resolve(name));
        DebianCall call = machine.startTestClass(SteppedRun.class, "/lab/" + name, argument);
        List<Cut> cuts = new ArrayList<>();
        int seen = 0;
        while (true) {
            int last = seen;
            String step = machine.await(
                    "the next step was reached",
                    LIMIT,
                    () -> call.status().isPresent() ? Optional.of(ENDED) : step(share, last));
            if (step.equals(ENDED)) {
                DebianTrial.out(call.await(LIMIT));
                return cuts;
            }
            seen = number(step);
            String at = name + step.substring(step.indexOf(' '));
            if (wanted.test(at)) {
                cuts.add(new Cut(at, machine.freeze(folder.resolve(name + "-" + seen + ".qcow2"))));
            }
            go(share, seen);
        }
    }

    /// Lets this program run as it is, and takes disks at moments by chance while it does.
    ///
    /// @param name `apply` or `rollback`
    List<Cut> random(String name, Random random, String... arguments) throws Exception {
        List<Cut> cuts = new ArrayList<>();
        long began = System.nanoTime();
        DebianCall call = machine.startNptune(arguments);
        while (call.status().isEmpty()) {
            Thread.sleep(random.nextLong(MOST_BETWEEN));
            long at = Duration.ofNanos(System.nanoTime() - began).toMillis();
            cuts.add(new Cut(
                    name + " after " + at + " ms",
                    machine.freeze(folder.resolve(name + "-random-" + taken++ + ".qcow2"))));
        }
        DebianTrial.out(call.await(LIMIT));
        return cuts;
    }

    private static Optional<String> step(Path share, int after) throws IOException {
        Path file = share.resolve("step");
        return Files.exists(file)
                ? Optional.of(Files.readString(file)).filter(s -> !s.isEmpty() && number(s) > after)
                : Optional.empty();
    }

    private static int number(String step) {
        return Integer.parseInt(step.substring(0, step.indexOf(' ')));
    }

    private static void go(Path share, int step) throws IOException {
        Path written = share.resolve("go.new");
        Files.writeString(written, Integer.toString(step));
        Files.move(written, share.resolve("go"), StandardCopyOption.ATOMIC_MOVE);
    }
}
