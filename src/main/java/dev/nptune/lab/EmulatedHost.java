package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Qmp;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// A booted emulated host: the real machine's root under an overlay, on the lab's kernel, with a port through which
/// commands are run in it as root.
public final class EmulatedHost implements AutoCloseable {
    private final Machine machine;
    private final Path share;
    private final Path sockets;
    private final SocketChannel control;
    private final StringBuilder received = new StringBuilder();
    private Duration bootCost = Duration.ZERO;
    private int calls;

    private EmulatedHost(Machine machine, Path share, Path sockets, SocketChannel control) {
        this.machine = machine;
        this.share = share;
        this.sockets = sockets;
        this.control = control;
    }

    /// Boots the host and waits for its control port.
    ///
    /// @param share an existing folder, empty or as [Lab] fills it; it is `/lab` in the host
    static EmulatedHost boot(String name, String qemu, KernelFiles kernel, Path share, Duration limit)
            throws IOException, UserException {
        Console console = new Console(share.resolveSibling("console.log"));
        // A socket's path may be no longer than 107 bytes, so it cannot lie in a folder of the user's choice.
        Path sockets = Files.createTempDirectory("nptune");
        Machine.removeAtExit(sockets, sockets.resolve(QemuCommand.CONTROL), sockets.resolve(QemuCommand.QMP));
        Machine machine =
                Machine.start(name, QemuCommand.host(qemu, kernel, share, sockets, console.file()), console, limit);
        try {
            Path socket = sockets.resolve(QemuCommand.CONTROL);
            EmulatedHost host = new EmulatedHost(machine, share, sockets, connect(machine, socket));
            host.answer("ready", "its control port answered");
            host.bootCost = machine.cpuTime();
            return host;
        } catch (IOException | UserException | RuntimeException e) {
            machine.close();
            remove(sockets);
            throw e;
        }
    }

    private static SocketChannel connect(Machine machine, Path socket) throws IOException, UserException {
        while (!Files.exists(socket)) {
            if (!machine.isAlive()) {
                throw machine.failure(Exit.CANNOT, "did not start");
            }
            machine.pause("its control socket appeared");
        }
        SocketChannel control = SocketChannel.open(StandardProtocolFamily.UNIX);
        control.connect(UnixDomainSocketAddress.of(socket));
        control.configureBlocking(false);
        return control;
    }

    /// What of [#cpuTime] it took to boot.
    Duration bootCost() {
        return bootCost;
    }

    /// How much time of the real machine's CPUs it has had so far.
    Duration cpuTime() {
        return machine.cpuTime();
    }

    /// Runs a command in the host and waits for it.
    ///
    /// @param argv the command and its arguments, none with a line break
    /// @param errors told each finished line of standard error as it comes
    public Exec.Result call(List<String> argv, Consumer<String> errors) throws IOException, UserException {
        String call = Integer.toString(++calls);
        Path folder = share.resolve("calls");
        Files.createDirectories(folder);
        Path err = folder.resolve(call + ".err");
        Files.writeString(folder.resolve(call + ".argv"), String.join("\n", argv) + "\n");
        control.write(StandardCharsets.UTF_8.encode(call + "\n"));
        LineFollower follower = new LineFollower(err, errors);
        String status = answer(call, "'" + argv.getFirst() + "' ended", follower);
        return new Exec.Result(Integer.parseInt(status), read(folder.resolve(call + ".out")), read(err));
    }

    /// What the emulated machine wrote need not be UTF-8.
    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /// As above, without following its standard error.
    public Exec.Result call(String... argv) throws IOException, UserException {
        return call(List.of(argv), _ -> {});
    }

    /// Waits for something to be told from a file in the share that a VM inside writes its console to.
    <T> T await(String what, Console of, java.util.function.Function<List<String>, java.util.Optional<T>> told)
            throws IOException, UserException {
        return machine.await(what, of, told);
    }

    private String answer(String to, String what) throws IOException, UserException {
        return answer(to, what, new LineFollower(share.resolve("none"), _ -> {}));
    }

    private String answer(String to, String what, LineFollower follower) throws IOException, UserException {
        ByteBuffer buffer = ByteBuffer.allocate(256);
        while (true) {
            boolean alive = machine.isAlive();
            int n = control.read(buffer.clear());
            received.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            follower.poll();
            int end;
            while ((end = received.indexOf("\n")) >= 0) {
                String line = received.substring(0, end);
                received.delete(0, end + 1);
                if (line.equals(to) || line.startsWith(to + " ")) {
                    return line.substring(to.length()).strip();
                }
            }
            if (!alive || n < 0) {
                throw machine.failure("ended before " + what);
            }
            machine.pause(what);
        }
    }

    /// Has the host's physical memory written to a file, as [Qmp#dumpMemory] does. The host stands still meanwhile.
    public void dumpMemory(Path file) throws IOException {
        try (Qmp qmp = new Qmp(sockets.resolve(QemuCommand.QMP))) {
            qmp.dumpMemory(file);
        }
    }

    /// Powers the host off in good order.
    void powerOff() throws IOException, UserException {
        control.write(StandardCharsets.UTF_8.encode("poweroff\n"));
        machine.awaitEnd();
    }

    @Override
    public void close() {
        machine.close();
        try {
            control.close();
            remove(sockets);
        } catch (IOException _) {
            // a left-over empty folder in the temporary directory harms nobody
        }
    }

    private static void remove(Path sockets) throws IOException {
        Files.deleteIfExists(sockets.resolve(QemuCommand.CONTROL));
        Files.deleteIfExists(sockets.resolve(QemuCommand.QMP));
        Files.deleteIfExists(sockets);
    }
}
