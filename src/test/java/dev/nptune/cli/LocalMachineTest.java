package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.text.UserException;
import dev.nptune.vm.Libvirt;
import dev.nptune.vm.SchemaProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalMachineTest {
    @TempDir
    private Path root;

    private UserException failure(String uri, String domain) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        LocalMachine machine = new LocalMachine(root, new Libvirt(uri), Map.of());
        return catchThrowableOfType(UserException.class, () -> machine.domain(domain));
    }

    @Test
    void aLibvirtThatDoesNotRunIsToBeStarted() {
        UserException e = failure("qemu+unix:///system?socket=" + root.resolve("no-socket"), "win10");

        assertThat(e).hasMessageContaining("Failed to connect socket");
        assertThat(e.nextStep())
                .startsWith("start libvirt: sudo systemctl start libvirtd")
                .doesNotContain("virsh");
    }

    @Test
    void aVmThatIsNotThereIsToBeLookedUp() {
        assertThat(failure("test:///default", "win10").nextStep()).startsWith("list the VMs with: virsh");
    }

    @Test
    void aVmIsHeldAgainstTheSchemaOfThisMachinesLibvirt() throws IOException, UserException {
        Path schemas = Files.createDirectories(root.resolve("usr/share/libvirt/schemas"));
        Files.writeString(
                schemas.resolve("domain.rng"),
                "<element name='domain' xmlns='http://relaxng.org/ns/structure/1.0'><text/></element>");
        Path file = root.resolve("vm.xml");
        Files.writeString(file, "<domain>\n<name>a</name>\n<memory>1</memory></domain>");
        LocalMachine machine = new LocalMachine(root, new Libvirt("test:///default"), Map.of());

        assertThat(machine.domain(file.toString()).schemaProblems().get().orElseThrow())
                .extracting(SchemaProblem::line)
                .containsExactly(2, 3);
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
        assertThat(machine.definedDomain("test").schemaProblems().get()).isPresent();
    }

    /// The file has holes: there are fifty megabytes to read, but not on the disk.
    @Test
    void aHugeXmlFileIsNotReadToItsEnd() throws IOException {
        Path file = root.resolve("vm.xml");
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.position(50 << 20).write(ByteBuffer.wrap(new byte[1]));
        }
        assertThat(catchThrowableOfType(UserException.class, () -> ReadableMachine.fromFile(file)))
                .hasMessageContaining("larger than 4 MiB");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Cannot run program "virsh": error=2, No such file or directory                            | install virsh
            Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory      | start libvirt
            Failed to connect socket to '/var/run/libvirt/virtqemud-sock': Connection refused           | start libvirt
            Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied             | run it with sudo
            authentication unavailable: no polkit agent available to authenticate action               | run it with sudo
            failed to get domain 'x'                                                                  | list the VMs
            """)
    void theNextStepFitsWhatVirshSays(String complaint, String start) {
        assertThat(LocalMachine.afterLibvirtFailed(complaint)).startsWith(start);
    }

    @Test
    void rootIsNeededForAReasonThatIsSaid() {
        assertThat(LocalMachine.needsRoot("tune --host lab", "its machines run on this one's files"))
                .hasMessage("'nptune tune --host lab' needs root: its machines run on this one's files");
    }
}
