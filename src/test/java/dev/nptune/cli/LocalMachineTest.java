package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.text.UserException;
import dev.nptune.vm.Libvirt;
import java.nio.file.Files;
import java.nio.file.Path;
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
