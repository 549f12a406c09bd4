package dev.nptune.host.source;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.Signature;

/// Compares a machine's key with the `known_hosts` file, which is never written to.
final class KnownHosts extends KnownHostsServerKeyVerifier {
    private final Path file;
    private Optional<String> refusal = Optional.empty();

    KnownHosts(Path file) {
        super(RejectAllServerKeyVerifier.INSTANCE, file);
        this.file = file;
    }

    /// Why the key was refused, if it was.
    Optional<String> refusal() {
        return refusal;
    }

    /// The algorithms of the keys that are known of a machine first, as `ssh` has it: otherwise it may show another of
    /// its keys, which nobody has seen yet.
    List<NamedFactory<Signature>> knownFirst(List<NamedFactory<Signature>> factories, String host, int port)
            throws IOException {
        if (!Files.isReadable(file)) {
            return factories;
        }
        Set<String> types = KnownHostEntry.readKnownHostEntries(file).stream()
                .filter(entry -> entry.getKeyEntry() != null && entry.isHostMatch(host, port))
                .map(entry -> entry.getKeyEntry().getKeyType())
                .collect(Collectors.toSet());
        Comparator<NamedFactory<Signature>> known =
                Comparator.comparing(f -> !types.contains(KeyUtils.getCanonicalKeyType(f.getName())));
        return factories.stream().sorted(known).toList();
    }

    @Override
    public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey key) {
        boolean good = Files.isReadable(file) && super.verifyServerKey(session, remote, key);
        if (!good && refusal.isEmpty()) {
            refuse("is not known", key);
        }
        return good;
    }

    @Override
    protected void handleRevokedKey(ClientSession session, SocketAddress remote, PublicKey key) {
        refuse("has been revoked", key);
    }

    @Override
    public boolean acceptModifiedServerKey(
            ClientSession session, SocketAddress remote, KnownHostEntry entry, PublicKey expected, PublicKey actual) {
        refuse("is another than the known one: somebody may stand in between, or it was installed anew", actual);
        return false;
    }

    private void refuse(String why, PublicKey key) {
        refusal = Optional.of(
                "its key " + why + " (" + KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key) + ")");
    }
}
