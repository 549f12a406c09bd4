package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Commands;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanFilesTest {
    @TempDir
    private Path root;

    @Test
    void modprobeFilesThatTheHostNamesAndAllOfSysctls() throws IOException {
        write("etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n");
        write("etc/modprobe.d/blacklist.conf", "blacklist nouveau\n");
        write("etc/sysctl.d/10-a.conf", "vm.nr_hugepages = 1\n");
        write("etc/sysctl.d/README", "read me\n");
        write("usr/lib/sysctl.d/50-b.conf", "x = 1\n");
        write("etc/sysctl.conf", "\n");

        assertThat(read())
                .isEqualTo(Map.of(
                        "/etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n",
                        "/etc/sysctl.d/10-a.conf", "vm.nr_hugepages = 1\n",
                        "/usr/lib/sysctl.d/50-b.conf", "x = 1\n",
                        "/etc/sysctl.conf", "\n"));
    }

    /// systemd-sysctl reads it only where a link among the others leads to it.
    @ParameterizedTest
    @ValueSource(strings = {"run/systemd/system", "sys/fs/cgroup/init.scope", "usr/lib/systemd/systemd-sysctl"})
    void withSystemdTheLastFileIsReadThroughALinkAlone(String sign) throws IOException {
        write("etc/sysctl.conf", "vm.swappiness = 1\n");
        assertThat(read()).containsOnlyKeys("/etc/sysctl.conf");
        Files.createDirectories(root.resolve(sign));
        assertThat(read()).isEmpty();
        Files.createDirectories(root.resolve("etc/sysctl.d"));
        Files.createSymbolicLink(root.resolve("etc/sysctl.d/99-sysctl.conf"), Path.of("../sysctl.conf"));
        assertThat(read()).isEqualTo(Map.of("/etc/sysctl.d/99-sysctl.conf", "vm.swappiness = 1\n"));
    }

    @Test
    void aFileThatIsNoUtf8IsLeftOutAndTheOthersAreRead() throws IOException {
        write("etc/modprobe.d/kvm.conf", "options kvm_amd npt=0\n");
        Files.write(
                root.resolve("etc/modprobe.d/vfio.conf"),
                "# für die Karte\noptions vfio ids=1\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(read()).containsOnlyKeys("/etc/modprobe.d/kvm.conf");
    }

    @Test
    void whatIsNoFileIsLeftOut() throws IOException {
        Files.createDirectories(root.resolve("etc/sysctl.d/10-folder.conf"));
        Files.createSymbolicLink(root.resolve("etc/sysctl.d/20-nowhere.conf"), Path.of("/nowhere/at/all"));
        Path masked = Files.createSymbolicLink(root.resolve("etc/sysctl.d/30-masked.conf"), Path.of("/dev/null"));

        assertThat(read()).isEmpty();
        Files.delete(masked); // JUnit warns of links that lead out of its folder
    }

    private Map<String, String> read() {
        Host host = HostReader.read(new MachineSource(root, Coverage.WHOLE, Commands.unavailable("nobody asks")));
        return PlanFiles.read(root, host);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
