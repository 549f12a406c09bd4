package dev.nptune.lab.debian;

import dev.nptune.internal.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// QEMU's machine protocol, as far as it takes commands without arguments.
final class Qmp implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader lines;

    /// @param socket where QEMU listens
    Qmp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        execute("qmp_capabilities");
    }

    /// Has a command carried out and waits for that.
    void execute(String command) throws IOException {
        channel.write(StandardCharsets.UTF_8.encode("{\"execute\": \"" + command + "\"}\n"));
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
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
