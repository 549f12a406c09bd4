package dev.nptune.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureBootTest {
    @TempDir
    private Path root;

    private void write(String file, byte... bytes) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private void lockdown(String text) throws IOException {
        write("sys/kernel/security/lockdown", text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private void secureBoot(int value) throws IOException {
        write(
                "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                (byte) 6,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) value);
    }

    @Test
    void lockdownAsksForSignatures() throws IOException {
        secureBoot(1);
        lockdown("none [integrity] confidentiality\n");

        SecureBoot read = SecureBoot.read(root);

        assertThat(read).isEqualTo(new SecureBoot("on", "integrity", false));
        assertThat(read.needsSignature()).isTrue();
    }

    @Test
    void secureBootWithoutLockdownDoesNot() throws IOException {
        secureBoot(1);
        lockdown("[none] integrity confidentiality\n");

        assertThat(SecureBoot.read(root).needsSignature()).isFalse();
    }

    @Test
    void whereLockdownIsNotKnownSecureBootIsTakenToBringIt() throws IOException {
        secureBoot(1);
        assertThat(SecureBoot.read(root).needsSignature()).isTrue();

        secureBoot(0);
        assertThat(SecureBoot.read(root).needsSignature()).isFalse();
    }

    @Test
    void withoutFirmwareVariablesThereIsNone() {
        assertThat(SecureBoot.read(root)).isEqualTo(new SecureBoot("no UEFI", "unknown", false));
        assertThat(SecureBoot.read(root).needsSignature()).isFalse();
    }

    @Test
    void aKernelToldToEnforceAsksForSignatures() throws IOException {
        write("sys/module/module/parameters/sig_enforce", (byte) 'Y', (byte) '\n');

        assertThat(SecureBoot.read(root).needsSignature()).isTrue();
    }
}
