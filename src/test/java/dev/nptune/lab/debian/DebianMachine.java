package dev.nptune.lab.debian;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.Console;
import dev.nptune.lab.GuestProgram;
import dev.nptune.lab.Machine;
import dev.nptune.lab.ResidentProgram;
import dev.nptune.vm.Qmp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A Debian that has booted from a disk through its firmware and its boot loader, with the Java and the build of this
/// project at the same paths as on the real machine, to be read only.
///
/// The disk stays when the machine is closed, killed or powered off, and can be booted again by another.
public final class DebianMachine implements AutoCloseable {
    /// Within which a boot is over even on a busy computer. It takes a tenth of that on an idle one.
    private static final Duration BOOT = Duration.ofMinutes(4);

    /// Within which a command is over.
    static final Duration CALL = Duration.ofMinutes(6);
    private static final Duration LIFE = Duration.ofHours(2);
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    /// A folder of the real machine that is at the same path in this one.
    record Mount(String tag, Path path) {}

    /// Asked again and again until it tells something.
    @FunctionalInterface
    interface Question<T> {
        Optional<T> ask() throws IOException;
    }

    private final DebianDisk disk;
    private final Path share;
    private final Path sockets;
    private final Console console;
    private final List<Mount> mounts;
    private Machine machine;
    private ControlPort control;
    private Qmp qmp;
    private long started = System.nanoTime();
    private Duration bootTime = Duration.ZERO;
    private String boot = "";
    private @Nullable ResidentProgram program;
    private int calls;

    private DebianMachine(DebianDisk disk, Path folder) throws IOException, UserException {
        this.disk = disk;
        this.share = Files.createDirectories(folder.resolve("lab"));
        this.console = new Console(Files.createTempFile(folder, "console-", ".log"));
        Files.createDirectories(share.resolve("calls"));
        this.mounts = List.of(new Mount("java", Path.of(System.getProperty("java.home"))), new Mount("target", TARGET));
        Files.writeString(share.resolve("agent.sh"), DebianScripts.text("agent.sh"));
        Files.writeString(
                share.resolve("mounts"),
                mounts.stream().map(m -> m.tag() + " " + m.path() + "\n").collect(Collectors.joining()));
        // A socket's path may be no longer than 107 bytes.
        sockets = Files.createTempDirectory("nptune");
        Machine.removeAtExit(sockets, sockets.resolve("control"), sockets.resolve("qmp"));
        launch();
    }

    /// Each boot has a QEMU of its own: in one that is reset, boots were seen to stand still for 20 s and more,
    /// which first boots did not.
    private void launch() throws IOException, UserException {
        started = System.nanoTime();
        machine = Machine.start(
                disk.variant().label(), DebianCommand.of(disk, share, sockets, console.file(), mounts), console, LIFE);
        try {
            await("its sockets were there", CALL, this::sockets);
            control = new ControlPort(sockets.resolve("control"));
            qmp = new Qmp(sockets.resolve("qmp"));
        } catch (IOException | UserException | RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    private Optional<Path> sockets() {
        return Files.exists(sockets.resolve("control")) && Files.exists(sockets.resolve("qmp"))
                ? Optional.of(sockets)
                : Optional.empty();
    }

    /// Starts a machine and does not wait for its boot: for [#awaitBoot], or to be killed before.
    ///
    /// @param folder for its console and what it shares, which is `lab` below it; machines may use one
    ///     after the other
    public static DebianMachine start(DebianDisk disk, Path folder) throws IOException, UserException {
        return new DebianMachine(disk, folder);
    }

    /// Boots a disk and waits until commands can be run.
    public static DebianMachine boot(DebianDisk disk, Path folder) throws IOException, UserException {
        DebianMachine machine = start(disk, folder);
        try {
            machine.awaitBoot(BOOT);
            return machine;
        } catch (IOException | UserException | RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    /// Waits for a boot that has not been waited for yet.
    public void awaitBoot(Duration limit) throws IOException, UserException {
        awaitBoot(limit, started);
    }

    private void awaitBoot(Duration limit, long began) throws IOException, UserException {
        program = null;
        boot = await("its agent answered", limit, () -> control.boot().filter(b -> !b.equals(boot)));
        bootTime = Duration.ofNanos(System.nanoTime() - began);
    }

    <T> T await(String what, Duration limit, Question<T> question) throws IOException, UserException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = machine.isAlive();
            Optional<T> answer = question.ask();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!alive) {
                throw machine.failure("ended before " + what);
            }
            if (System.nanoTime() > deadline) {
                throw machine.failure("did not get to the point where " + what + " within " + limit.toSeconds() + " s");
            }
            machine.pause(what);
        }
    }

    /// Runs a command as root and waits for it.
    ///
    /// @param argv no argument with a line break
    public Exec.Result call(String... argv) throws IOException, UserException {
        return start(List.of(argv)).await(CALL);
    }

    /// Runs a script of the shell as root and waits for it.
    public Exec.Result script(String text) throws IOException, UserException {
        Path file = Files.createTempFile(share, "script", ".sh");
        Files.writeString(file, text);
        return call("sh", "/lab/" + file.getFileName());
    }

    /// Runs this program as it is built, as root, and waits for it: in a Java machine that stays up until the next
    /// boot.
    public Exec.Result nptune(String... arguments) throws IOException, UserException {
        if (program == null) {
            program = ResidentProgram.start(share, this::call);
        }
        return program.run(arguments);
    }

    /// Starts this program as users do, and does not wait.
    public DebianCall startNptune(String... arguments) throws IOException {
        return start(GuestProgram.argv(arguments));
    }

    /// Starts a class of the tests, and does not wait.
    DebianCall startTestClass(Class<?> main, String... arguments) throws IOException {
        return start(GuestProgram.main(main.getName(), arguments));
    }

    /// Starts a command as root and does not wait; several may run side by side.
    public synchronized DebianCall start(List<String> argv) throws IOException {
        String name;
        do {
            name = Integer.toString(++calls);
        } while (Files.exists(share.resolve("calls").resolve(name + ".argv")));
        Files.writeString(share.resolve("calls").resolve(name + ".argv"), String.join("\n", argv) + "\n");
        control.ask(name);
        return new DebianCall(this, name);
    }

    Optional<Integer> status(String call) throws IOException {
        return control.answer(call).map(Integer::valueOf);
    }

    /// The folder that is `/lab` in the machine, to be read and written on both sides.
    public Path share() {
        return share;
    }

    /// The disk it runs from.
    public DebianDisk disk() {
        return disk;
    }

    /// How long the last boot took, from the start of QEMU, the reset or the request for a reboot.
    public Duration bootTime() {
        return bootTime;
    }

    /// What its firmware, boot loader and kernel wrote to the serial port since QEMU was started.
    public List<String> console() throws IOException {
        return console.lines();
    }

    /// The command line of the kernel that is running.
    public String commandLine() throws IOException, UserException {
        return call("cat", "/proc/cmdline").out().strip();
    }

    /// Whether QEMU runs.
    public boolean isAlive() {
        return machine.isAlive();
    }

    /// A power cut: ends QEMU with SIGKILL. What the machine's kernel had not yet given to the disk is lost.
    public void kill() {
        machine.close();
    }

    /// Presses the reset button and waits for the boot after it. What the machine's kernel has given to the disk stays.
    public void reset() throws IOException, UserException {
        qmp.execute("quit");
        bootAnew();
        awaitBoot(BOOT, started);
    }

    private void bootAnew() throws IOException, UserException {
        await("it was down", BOOT, () -> machine.isAlive() ? Optional.empty() : Optional.of(true));
        machine.close();
        disconnect();
        launch();
    }

    /// Reboots in good order, through firmware and boot loader, and waits for the new boot.
    public void reboot() throws IOException, UserException {
        long began = System.nanoTime();
        startReboot();
        awaitBoot(BOOT, began);
    }

    /// Asks for a reboot in good order and waits until the machine starts again; the agent may be ended before it can
    /// answer.
    void startReboot() throws IOException, UserException {
        start(List.of("systemctl", "reboot"));
        bootAnew();
    }

    /// Powers it off in good order and waits for that.
    public void powerOff() throws IOException, UserException {
        start(List.of("systemctl", "poweroff"));
        await("it was powered off", BOOT, () -> machine.isAlive() ? Optional.empty() : Optional.of(true));
        close();
    }

    /// What is on the disk at this instant, as if the power were cut now, while the machine goes on: it stands still as
    /// long as its disk's changes are copied.
    ///
    /// @param file the new disk's
    public synchronized DebianDisk freeze(Path file) throws IOException {
        // Stopping has QEMU finish every request and write its own tables.
        qmp.execute("stop");
        try {
            return disk.copy(file);
        } finally {
            qmp.execute("cont");
        }
    }

    @Override
    public void close() {
        machine.close();
        try {
            disconnect();
            Files.deleteIfExists(sockets);
        } catch (IOException _) {
            // a left-over folder in the temporary directory harms nobody
        }
    }

    private void disconnect() throws IOException {
        control.close();
        qmp.close();
        for (String name : List.of("control", "qmp")) {
            Files.deleteIfExists(sockets.resolve(name));
        }
    }
}
