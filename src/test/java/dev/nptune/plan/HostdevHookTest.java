package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.PciAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The script run by the machine's own shell and by busybox's, its devices led into a folder.
@ParameterizedClass
@ValueSource(strings = {"/bin/sh", "/bin/busybox sh"})
class HostdevHookTest {
    private static final String VM = "it's 10";

    /// As libvirt gives it to hooks: the first address is the host's, the second the guest's.
    private static final String XML = """
            <domain type='kvm'>
              <devices>
                <hostdev mode='subsystem' type='pci' managed='yes'>
                  <source>
                    <address domain='0x0000' bus='0x0a' slot='0x00' function='0x1'/>
                  </source>
                  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                </hostdev>
              </devices>
            </domain>
            """;

    private record Ended(int exit, String said) {}

    @Parameter
    String shell = "";

    @TempDir
    Path root = Path.of("");

    @BeforeEach
    void devices() throws IOException {
        device("0000:01:00.0", "10de", "2204");
        device("0000:0a:00.1", "10de", "1aef");
    }

    private void device(String address, String vendor, String device) throws IOException {
        Path folder =
                Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(address));
        Files.writeString(folder.resolve("vendor"), "0x" + vendor + "\n");
        Files.writeString(folder.resolve("device"), "0x" + device + "\n");
    }

    private Ended run(String... arguments) throws Exception {
        String text = HostdevHook.of(
                        VM,
                        List.of(
                                new PassedFunction(PciAddress.parse("0000:01:00.0"), "10de:2204"),
                                new PassedFunction(PciAddress.parse("0000:0a:00.1"), "10de:1aef")))
                .replace("/sys/", root + "/sys/");
        Path script = Files.writeString(root.resolve("hook"), text);
        Path xml = Files.writeString(root.resolve("xml"), XML);
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        assumeTrue(Files.isExecutable(Path.of(command.getFirst())), command.getFirst() + " is not installed");
        command.addAll(List.of("-u", script.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(xml.toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    private Ended start() throws Exception {
        return run(VM, "prepare", "begin", "-");
    }

    @Test
    void theDevicesItWasPlannedWithAreNothingToTellOf() throws Exception {
        assertThat(start()).isEqualTo(new Ended(0, ""));
    }

    @Test
    void anotherDeviceAtAnAddressKeepsTheVmFromStarting() throws Exception {
        device("0000:0a:00.1", "144d", "a80a");
        assertThat(start())
                .isEqualTo(new Ended(
                        1,
                        "nptune: at 0000:0a:00.1 is 144d:a80a now and not 10de:1aef: the host keeps it, and the VM does"
                                + " not start. Make a new plan for it with nptune.\n"));
    }

    @Test
    void onlyAtTheStartOfThisVm() throws Exception {
        device("0000:0a:00.1", "144d", "a80a");
        assertThat(run("it", "prepare", "begin", "-").exit()).isZero();
        assertThat(run(VM, "start", "begin", "-").exit()).isZero();
        assertThat(run(VM, "release", "end", "-").exit()).isZero();
    }

    /// The guest's address of the one is like the host's of the other.
    @Test
    void whatTheVmDoesNotHaveAnyMoreIsNotLookedAt() throws Exception {
        device("0000:01:00.0", "144d", "a80a");
        assertThat(start()).isEqualTo(new Ended(0, ""));
    }

    @Test
    void ofAnEmptySlotLibvirtTellsItself() throws Exception {
        Path device = root.resolve("sys/bus/pci/devices/0000:0a:00.1");
        Files.delete(device.resolve("vendor"));
        Files.delete(device.resolve("device"));
        Files.delete(device);
        assertThat(start()).isEqualTo(new Ended(0, ""));
    }
}
