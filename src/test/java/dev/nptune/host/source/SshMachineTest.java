package dev.nptune.host.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a real OpenSSH server of our own, on the loopback interface.
class SshMachineTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final SshMachine.Asker NOBODY = _ -> Optional.empty();

    @TempDir
    static Path server = Path.of("");

    private static int port;
    private static Optional<Process> sshd = Optional.empty();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void startServer() throws IOException, InterruptedException {
        Optional<Path> program = Programs.find("sshd", null);
        assumeTrue(program.isPresent(), "sshd is not installed (package openssh-server)");
        assumeTrue(Programs.find("ssh-keygen", null).isPresent(), "ssh-keygen is not installed");
        for (String type : List.of("ed25519", "rsa")) {
            key(server.resolve("host_" + type), type, "");
        }
        key(server.resolve("user"), "ed25519", "");
        key(server.resolve("locked"), "ed25519", "open sesame");
        Files.writeString(
                server.resolve("authorized"),
                Files.readString(server.resolve("user.pub")) + Files.readString(server.resolve("locked.pub")));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(server.resolve("config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %2$s/host_ed25519
                HostKey %2$s/host_rsa
                AuthorizedKeysFile %2$s/authorized
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                """.formatted(port, server));
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(
                    Path.of("/run/sshd"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        Path log = server.resolve("log");
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "-D",
                        "-e",
                        "-f",
                        server.resolve("config").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        sshd = Optional.of(process);
        for (int i = 0; i < 200 && process.isAlive() && !answers(); i++) {
            Thread.sleep(20);
        }
        assumeTrue(process.isAlive(), () -> "sshd does not run as this user here: " + text(log));
    }

    private static boolean answers() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void key(Path file, String type, String passphrase) throws IOException {
        Exec.Result made = Exec.run(
                LIMIT, List.of("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", file.toString()));
        assertThat(made.ok()).as(made.err()).isTrue();
    }

    @AfterAll
    static void stopServer() throws InterruptedException {
        if (sshd.isPresent()) {
            sshd.get().destroy();
            sshd.get().waitFor(5, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void home() throws IOException {
        Files.copy(server.resolve("user"), folder.resolve("id_ed25519"));
        know("host_ed25519");
    }

    private void know(String key) throws IOException {
        String[] words = Files.readString(server.resolve(key + ".pub")).split(" ");
        Files.writeString(
                folder.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + words[0] + " " + words[1] + "\n");
    }

    private Host read(String address, SshMachine.Asker asker) throws UserException {
        return HostReader.read(SshMachine.read(SshAddress.parse(address), folder, asker));
    }

    private String address() {
        return "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port;
    }

    private static void isThisMachine(Host host) {
        Host here = HostReader.read(Path.of("/"));
        assertThat(host.kernel().release()).isEqualTo(here.kernel().release());
        assertThat(host.pci()).isEqualTo(here.pci());
        assertThat(host.cpu().online()).isEqualTo(here.cpu().online());
    }

    @Test
    void anAliasOfTheConfiguration() throws IOException, UserException {
        Files.move(folder.resolve("id_ed25519"), folder.resolve("other"));
        Files.writeString(folder.resolve("config"), """
                Host box
                    HostName 127.0.0.1
                    Port %d
                    User %s
                    IdentityFile %s
                """.formatted(
                        port, System.getProperty("user.name"), folder.resolve("other")));

        isThisMachine(read("ssh://box", NOBODY));
    }

    /// The server would rather show another of its keys, and the name is not to be read in the file.
    @Test
    void theKeyThatIsKnownIsAskedFor() throws IOException, UserException {
        know("host_rsa");
        Exec.run(
                LIMIT,
                List.of("ssh-keygen", "-H", "-f", folder.resolve("known_hosts").toString()));
        assertThat(folder.resolve("known_hosts")).content().startsWith("|1|");

        isThisMachine(read(address(), NOBODY));
    }

    @Test
    void aLockedKeyIsOpenedByWhoeverKnowsThePassphrase() throws IOException, UserException {
        Files.delete(folder.resolve("id_ed25519"));
        Files.copy(server.resolve("locked"), folder.resolve("id_ed25519"));

        isThisMachine(read(address(), prompt -> Optional.of("open sesame").filter(_ -> prompt.contains("id_ed25519"))));
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> read(address(), NOBODY))
                .withMessageStartingWith("cannot log in to ");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsFingerprint() throws IOException {
        for (boolean file : new boolean[] {true, false}) {
            Files.deleteIfExists(folder.resolve("known_hosts"));
            if (file) {
                Files.createFile(folder.resolve("known_hosts"));
            }
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> read(address(), NOBODY))
                    .withMessageContaining("its key is not known (ssh-ed25519 SHA256:")
                    .satisfies(e -> assertThat(e.nextStep()).contains("compare the fingerprint"));
        }
        assertThat(folder.resolve("known_hosts")).doesNotExist();
    }

    @Test
    void aChangedKeyIsRefused() throws IOException {
        key(folder.resolve("stranger"), "ed25519", "");
        String stranger = Files.readString(folder.resolve("stranger.pub"));
        Files.writeString(folder.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + stranger);

        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> read(address(), NOBODY))
                .withMessageContaining("is another than the known one")
                .withMessageContaining("SHA256:");
        assertThat(folder.resolve("known_hosts")).hasContent("[127.0.0.1]:" + port + " " + stranger.strip());
    }

    @Test
    void aKeyThatIsNotLetIn() throws IOException {
        Files.delete(folder.resolve("id_ed25519"));
        key(folder.resolve("id_ed25519"), "ed25519", "");

        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> read(address(), NOBODY))
                .withMessageStartingWith("cannot log in to ")
                .satisfies(e -> assertThat(e.nextStep()).contains("ssh-copy-id"));
    }

    @Test
    void nobodyListens() {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> read("ssh://127.0.0.1:1", NOBODY))
                .withMessage("cannot reach 127.0.0.1, port 1: Connection refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://",
                "ssh://me@",
                "ssh://box/etc",
                "ssh://me:secret@box",
                "ssh://box:0",
                "ssh://box:65536",
                "ssh://-oProxyCommand=x",
                "ssh://a b",
                "ssh://[::1",
                "ssh://me@box@"
            })
    void whatIsNoAddress(String text) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> SshAddress.parse(text))
                .withMessageStartingWith("not an address of a machine: ");
    }

    @Test
    void addresses() throws UserException {
        assertThat(SshAddress.parse("ssh://me@box:2222"))
                .isEqualTo(new SshAddress(Optional.of("me"), "box", 2222))
                .hasToString("me@box, port 2222");
        assertThat(SshAddress.parse("ssh://box/")).isEqualTo(new SshAddress(Optional.empty(), "box", 0));
        assertThat(SshAddress.parse("ssh://[fe80::1%eth0]"))
                .isEqualTo(new SshAddress(Optional.empty(), "fe80::1%eth0", 0));
    }
}
