package dev.nptune.watch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Programs;
import dev.nptune.vm.Qmp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real QEMU that emulates a PC on which nothing is installed: its vCPU threads are named `CPU 0/TCG`.
public final class RunningQemu implements AutoCloseable {
    private final Process process;
    private final Path socket;

    private RunningQemu(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /// Starts one; the test is skipped where there is no QEMU.
    ///
    /// @param folder for its monitor and its messages
    public static RunningQemu start(Path folder, String name, int vcpus, String... more)
            throws IOException, InterruptedException {
        assumeTrue(Programs.find("qemu-system-x86_64", System.getenv("PATH")).isPresent(), "no QEMU here");
        Path socket = folder.resolve(name + ".qmp");
        List<String> argv = new ArrayList<>(List.of(
                "qemu-system-x86_64",
                "-accel",
                "tcg,thread=multi",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none"));
        argv.addAll(List.of("-m", "128", "-smp", Integer.toString(vcpus)));
        argv.addAll(List.of("-name", "guest=" + name + ",debug-threads=on"));
        argv.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
        argv.addAll(List.of(more));
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RunningQemu qemu = new RunningQemu(process, socket);
        for (int i = 0; i < 600 && process.isAlive(); i++) {
            try (Qmp qmp = new Qmp(socket)) {
                if (qmp.execute("query-status").path("running").asBoolean(false)) {
                    return qemu;
                }
            } catch (IOException _) {
                // It is not yet there, or QEMU does not yet listen.
            }
            Thread.sleep(50);
        }
        qemu.close();
        throw new IOException("QEMU does not answer: " + Files.readString(log));
    }

    public int pid() {
        return Math.toIntExact(process.pid());
    }

    public Path socket() {
        return socket;
    }

    @Override
    public void close() {
        end();
    }

    /// Ends it at once, as pulling the plug would.
    public void end() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
