package dev.nptune.host.source;

import dev.nptune.host.MachineSource;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.ConfigFileHostEntryResolver;
import org.apache.sshd.client.config.hosts.HostConfigEntry;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;

/// Reads a machine over SSH. Nothing needs to be installed there, and nothing stays there.
///
/// The gather script goes in on standard input of one `sh`, its archive comes back on standard output and is read into
/// memory: one round trip, and the same code as for a snapshot somebody sent. The archive is not redacted, for it is
/// kept nowhere.
///
/// The machine's key must be in `~/.ssh/known_hosts`. Of `~/.ssh/config` MINA SSHD honours `Host`, `HostName`, `Port`,
/// `User`, `IdentityFile` and `ProxyJump`. Keys are taken from `~/.ssh`; an SSH agent is not asked.
///
/// Bounds: 15 s to connect, 2 minutes for everything else, and those of [Snapshot#read(Path)].
public final class SshMachine {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration LOGIN = Duration.ofMinutes(1);
    private static final Duration GATHER = Duration.ofMinutes(2);
    private static final List<String> KEYS = List.of("id_ed25519", "id_ecdsa", "id_rsa");
    private static final int DEFAULT_PORT = 22;

    private final SshAddress address;
    private final Path folder;
    private final SshSecrets secrets;
    private final KnownHosts known;

    private SshMachine(SshAddress address, Path folder, SshSecrets secrets) {
        this.address = address;
        this.folder = folder;
        this.secrets = secrets;
        this.known = new KnownHosts(folder.resolve("known_hosts"));
    }

    /// Reads the machine.
    ///
    /// @param folder `~/.ssh`
    /// @param asker asks the person at the terminal for a password or passphrase
    /// @throws UserException if it cannot be reached, is not the known one, lets nobody in, or cannot gather
    public static MachineSource read(SshAddress address, Path folder, Asker asker) throws UserException {
        return new SshMachine(address, folder, new SshSecrets(asker)).read();
    }

    /// Asks a person for one secret.
    @FunctionalInterface
    public interface Asker {
        /// What the person answers.
        ///
        /// @param prompt what is asked for
        /// @return empty if there is nobody to ask, or they gave up
        Optional<String> ask(String prompt);
    }

    private MachineSource read() throws UserException {
        try (SshClient client = SshClient.setUpDefaultClient()) {
            HostConfigEntry entry = entry();
            client.setServerKeyVerifier(known);
            client.setSignatureFactories(
                    known.knownFirst(client.getSignatureFactories(), entry.getHostName(), entry.getPort()));
            client.setFilePasswordProvider(secrets);
            client.setUserInteraction(secrets);
            client.setKeyIdentityProvider(keys());
            client.start();
            try (ClientSession session = connect(client, entry)) {
                logIn(session);
                return gather(session);
            }
        } catch (IOException e) {
            throw failed("cannot read " + address, e, "try: ssh " + address.host());
        }
    }

    private HostConfigEntry entry() throws IOException {
        String user = address.user().orElse("");
        HostConfigEntry found = new ConfigFileHostEntryResolver(folder.resolve("config"))
                .resolveEffectiveHost(address.host(), address.port(), null, user, null, null);
        HostConfigEntry entry =
                found != null ? found : new HostConfigEntry(address.host(), address.host(), address.port(), user);
        if (entry.getPort() <= 0) {
            entry.setPort(DEFAULT_PORT);
        }
        if (Objects.requireNonNullElse(entry.getUsername(), "").isEmpty()) {
            entry.setUsername(System.getProperty("user.name"));
        }
        return entry;
    }

    private KeyIdentityProvider keys() {
        FileKeyPairProvider files = new FileKeyPairProvider(
                KEYS.stream().map(folder::resolve).filter(Files::isReadable).toList());
        files.setPasswordFinder(secrets);
        return files;
    }

    private ClientSession connect(SshClient client, HostConfigEntry entry) throws UserException {
        try {
            return client.connect(entry).verify(CONNECT).getClientSession();
        } catch (IOException e) {
            throw failed("cannot reach " + address, e, "look whether it is on, and try: ssh " + address.host());
        }
    }

    private void logIn(ClientSession session) throws UserException {
        try {
            session.auth().verify(LOGIN);
        } catch (IOException e) {
            if (known.refusal().isPresent()) {
                throw new UserException(
                        Exit.CANNOT,
                        "will not talk to " + address + ": " + known.refusal().get(),
                        "compare the fingerprint with that machine's (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there),"
                                + " then let 'ssh' add it to " + folder.resolve("known_hosts"),
                        e);
            }
            throw failed(
                    "cannot log in to " + address + " as " + Printable.line(session.getUsername()),
                    e,
                    "put your public key there with: ssh-copy-id");
        }
    }

    private MachineSource gather(ClientSession session) throws IOException, UserException {
        BoundedText complaint = new BoundedText();
        AtomicBoolean late = new AtomicBoolean();
        try (ChannelExec channel = session.createExecChannel("sh -s -- --no-redact")) {
            channel.setIn(new ByteArrayInputStream(GatherScript.text().getBytes(StandardCharsets.UTF_8)));
            channel.setErr(complaint);
            channel.open().verify(CONNECT);
            Thread watchdog = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(GATHER);
                    late.set(true);
                    channel.close(true);
                } catch (InterruptedException _) {
                    // It ended in time.
                }
            });
            try {
                return Snapshot.read(channel.getInvertedOut(), Bounds.USUAL);
            } catch (IOException e) {
                channel.waitFor(EnumSet.of(ClientChannelEvent.EXIT_STATUS, ClientChannelEvent.CLOSED), CONNECT);
                throw new UserException(
                        Exit.CANNOT,
                        "cannot gather on " + address + ": " + why(late.get(), complaint, e),
                        "run it there yourself: nptune gather --script | ssh " + address.host()
                                + " sh -s > host.tar.gz",
                        e);
            } finally {
                watchdog.interrupt();
            }
        }
    }

    private static String why(boolean late, BoundedText complaint, IOException e) {
        if (late) {
            return "it took longer than " + GATHER.toMinutes() + " minutes";
        }
        return Stream.of(complaint.lastLine(), String.valueOf(e.getMessage()))
                .filter(line -> !line.isBlank())
                .map(line -> Printable.brief(line, 200))
                .findFirst()
                .orElseThrow();
    }

    private static UserException failed(String what, IOException e, String next) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        String why =
                Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
        return new UserException(Exit.CANNOT, what + ": " + Printable.brief(why, 200), next, e);
    }
}
