package dev.nptune.lab.debian;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The machine's end of `agent.sh`. May be used from several threads.
final class ControlPort implements AutoCloseable {
    private static final String READY = "ready";

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    private final StringBuilder received = new StringBuilder();
    private final Map<String, String> answers = new HashMap<>();

    ControlPort(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
    }

    synchronized void ask(String call) throws IOException {
        channel.write(StandardCharsets.UTF_8.encode(call + "\n"));
    }

    /// The boot of which the agent last told that it is there.
    synchronized Optional<String> boot() throws IOException {
        return answer(READY);
    }

    /// What was answered to a call, if it was.
    synchronized Optional<String> answer(String call) throws IOException {
        while (channel.isOpen() && channel.read(buffer.clear()) > 0) {
            received.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        }
        int end;
        while ((end = received.indexOf("\n")) >= 0) {
            String[] words = received.substring(0, end).strip().split(" ");
            received.delete(0, end + 1);
            if (words.length == 2) {
                answers.put(words[0], words[1]);
            }
        }
        return Optional.ofNullable(answers.get(call));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
