package dev.nptune.paging.qemu;

import dev.nptune.vm.Qmp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A QEMU that a test runs, and its monitor.
public final class Monitor implements AutoCloseable {
    private final Process process;
    private final Qmp qmp;

    private Monitor(Process process, Qmp qmp) {
        this.process = process;
        this.qmp = qmp;
    }

    /// Starts an emulated PC without devices that nobody asked for.
    ///
    /// @param folder for the socket and QEMU's messages
    public static Monitor start(Path folder, String... arguments) throws IOException, InterruptedException {
        Path socket = folder.resolve("qmp");
        List<String> argv = new ArrayList<>(
                List.of("qemu-system-x86_64", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none"));
        argv.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
        argv.addAll(List.of(arguments));
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("qemu.log").toFile())
                .start();
        return new Monitor(process, connect(process, folder, socket));
    }

    private static Qmp connect(Process process, Path folder, Path socket) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Files.exists(socket)) {
                try {
                    return new Qmp(socket);
                } catch (IOException _) {
                    // It is there before QEMU listens.
                }
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(50);
        }
        process.destroyForcibly();
        throw new IOException("QEMU does not answer: " + Files.readString(folder.resolve("qemu.log")));
    }

    /// Has a command of the machine protocol carried out.
    public JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        return qmp.execute(command, arguments);
    }

    /// What the human monitor says to a command.
    public String ask(String command) throws IOException {
        return qmp.monitor(command);
    }

    /// Saves physical memory from address 0 on.
    public void save(Path file, long bytes) throws IOException {
        execute("pmemsave", Map.of("val", 0, "size", bytes, "filename", file.toString()));
    }

    @Override
    public void close() throws IOException {
        qmp.close();
        process.destroyForcibly();
    }
}
