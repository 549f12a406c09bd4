package dev.nptune.paging.qemu;

import dev.nptune.internal.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A QEMU that a test runs, and its monitor.
public final class Monitor implements AutoCloseable {
    private final Process process;
    private final SocketChannel channel;
    private final BufferedReader lines;

    private Monitor(Process process, SocketChannel channel) {
        this.process = process;
        this.channel = channel;
        lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
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
        Monitor monitor = new Monitor(process, connect(process, folder, socket));
        monitor.lines.readLine();
        monitor.execute("qmp_capabilities", Map.of());
        return monitor;
    }

    private static SocketChannel connect(Process process, Path folder, Path socket)
            throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Files.exists(socket)) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(socket));
                    return channel;
                } catch (IOException _) {
                    // It is there before QEMU listens.
                    channel.close();
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
        String request = Json.compact(Map.of("execute", command, "arguments", arguments));
        channel.write(StandardCharsets.UTF_8.encode(request + "\n"));
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("QEMU ended before it answered to " + command);
            }
            JsonNode answer = Json.tree(line);
            if (answer.has("error")) {
                throw new IOException(command + ": " + answer.get("error"));
            }
            if (answer.has("return")) {
                return answer.get("return");
            }
        }
    }

    /// What the human monitor says to a command.
    public String ask(String command) throws IOException {
        return execute("human-monitor-command", Map.of("command-line", command)).asString();
    }

    /// Saves physical memory from address 0 on.
    public void save(Path file, long bytes) throws IOException {
        execute("pmemsave", Map.of("val", 0, "size", bytes, "filename", file.toString()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        process.destroyForcibly();
    }
}
