package dev.nptune.vm;

import dev.nptune.internal.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// QEMU's machine protocol. Source: QEMU's `docs/interop/qmp-spec.txt`.
public final class Qmp implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader lines;

    /// @param socket where QEMU listens
    /// @throws IOException if nobody listens there, or it is not QEMU
    public Qmp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        execute("qmp_capabilities");
    }

    /// As below, without arguments.
    public JsonNode execute(String command) throws IOException {
        return execute(command, Map.of());
    }

    /// Has a command carried out and waits for that.
    ///
    /// @param arguments by name: texts, numbers and truth values
    /// @return what it returned
    /// @throws IOException if QEMU refuses it, saying what QEMU said, or ends
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
                throw new IOException(
                        command + ": " + answer.get("error").path("desc").asString());
            }
            if (answer.has("return")) {
                return answer.get("return");
            }
        }
    }

    /// What a command of the monitor for people prints.
    public String monitor(String line) throws IOException {
        return execute("human-monitor-command", Map.of("command-line", line)).asString();
    }

    /// Has the machine's physical memory written to a file, as an ELF core with physical addresses; the machine stands
    /// still meanwhile.
    ///
    /// @param file a path that QEMU may write; it is replaced
    public void dumpMemory(Path file) throws IOException {
        execute("dump-guest-memory", Map.of("paging", false, "protocol", "file:" + file.toAbsolutePath()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
