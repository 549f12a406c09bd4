package dev.nptune.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Launches `./nptune` as a user would, with a state folder of its own and the user's cache.
record LabRun(Process process, Path state, Path out, Path err) implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("nptune").toAbsolutePath();

    static LabRun start(Path folder, String... arguments) throws IOException {
        // who runs the tests may ignore SIGINT, which would be inherited
        List<String> argv = new ArrayList<>(List.of("env", "--default-signal=INT", LAUNCHER.toString()));
        argv.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        builder.environment().put("NPTUNE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("COLUMNS", "80");
        return new LabRun(builder.start(), folder.resolve("state"), out, err);
    }

    int await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroy();
            throw new AssertionError("not done within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    void awaitError(String text, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!errors().contains(text)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError("standard error never said '" + text + "' but: " + errors());
            }
            Thread.sleep(200);
        }
    }

    String output() throws IOException {
        return Files.readString(out);
    }

    String errors() throws IOException {
        return Files.readString(err);
    }

    /// Ends the program if a test has failed while it ran.
    @Override
    public void close() {
        process.destroy();
    }

    /// Command lines of the QEMUs that work in this run's folder.
    List<String> qemus() {
        return ProcessHandle.allProcesses()
                .map(p -> p.info().commandLine().orElse(""))
                .filter(line -> line.contains("qemu-system") && line.contains(state.toString()))
                .toList();
    }
}
