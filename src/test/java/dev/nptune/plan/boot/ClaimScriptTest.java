package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.PciAddress;
import dev.nptune.plan.PassedFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script run by the shells that an initramfs has, its paths led into a folder. `modprobe` and what the kernel does
/// after it is a script that binds what `driver_override` gives to vfio-pci, as the kernel's own driver core would.
class ClaimScriptTest {
    private static final String CARD = "0000:0a:00.0";
    private static final String SOUND = "0000:0a:00.1";
    private static final String TWIN = "0000:0b:00.0";

    private static final String MODPROBE = """
            #!/bin/sh
            echo "$@" >> 'ROOT/modprobe.log'
            [ ! -e 'ROOT/no-module' ] || exit 1
            for device in 'ROOT'/sys/bus/pci/devices/*; do
                [ -e "$device/driver" ] || [ "$(cat "$device/driver_override")" != vfio-pci ] ||
                    ln -s ../../drivers/vfio-pci "$device/driver"
            done
            """;

    private static final List<PassedFunction> CLAIMED =
            List.of(function(CARD, "10de:2484"), function(SOUND, "10de:228b"));
    private static final String ARGUMENT = ClaimScript.argument(ClaimScript.of(CLAIMED, List.of()));

    @TempDir
    Path root = Path.of("");

    private void machine() throws IOException {
        write("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet " + ARGUMENT + "\n");
        write("dev/kmsg", "");
        write("sys/bus/pci/drivers_probe", "");
        for (String driver : List.of("vfio-pci", "amdgpu")) {
            Files.createDirectories(root.resolve("sys/bus/pci/drivers/" + driver));
        }
        device(CARD, "10de", "2484", "0x030000");
        device(SOUND, "10de", "228b", "0x040300");
        device(TWIN, "10de", "2484", "0x030000");
        write("bin/modprobe", MODPROBE.replace("ROOT", root.toString()));
        assertThat(root.resolve("bin/modprobe").toFile().setExecutable(true)).isTrue();
    }

    private void device(String address, String vendor, String device, String code) throws IOException {
        String directory = "sys/bus/pci/devices/" + address + "/";
        write(directory + "vendor", "0x" + vendor + "\n");
        write(directory + "device", "0x" + device + "\n");
        write(directory + "class", code + "\n");
        write(directory + "driver_override", "(null)\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private void bind(String address, String driver) throws IOException {
        Files.createSymbolicLink(
                root.resolve("sys/bus/pci/devices/" + address + "/driver"), Path.of("../../drivers/" + driver));
    }

    private String override(String address) throws IOException {
        return Files.readString(root.resolve("sys/bus/pci/devices/" + address + "/driver_override"))
                .strip();
    }

    private String driver(String address) throws IOException {
        Path link = root.resolve("sys/bus/pci/devices/" + address + "/driver");
        return Files.exists(link) ? link.toRealPath().getFileName().toString() : "none";
    }

    private String log() throws IOException {
        return Files.readString(root.resolve("dev/kmsg"));
    }

    private List<String> modprobe() throws IOException {
        Path log = root.resolve("modprobe.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private static PassedFunction function(String address, String id) {
        return new PassedFunction(PciAddress.parse(address), id);
    }

    private void run(String shell) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        assumeTrue(Files.isExecutable(Path.of(command.getFirst())), command.getFirst() + " is not installed");
        String text = ClaimScript.of(CLAIMED, List.of())
                .replace("/sys/", root + "/sys/")
                .replace("/proc/", root + "/proc/")
                .replace("/sbin/", root + "/bin/")
                .replace("/dev/kmsg", root + "/dev/kmsg");
        write("claim", text);
        command.addAll(List.of("-u", root.resolve("claim").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private void nothingHappened() throws IOException {
        assertThat(modprobe()).isEmpty();
        for (String address : List.of(CARD, SOUND, TWIN)) {
            assertThat(override(address)).isEqualTo("(null)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh", "/bin/bash --posix"})
    void theCardIsBoundAndItsTwinIsNot(String shell) throws Exception {
        machine();
        run(shell);

        assertThat(driver(CARD)).isEqualTo("vfio-pci");
        assertThat(driver(SOUND)).isEqualTo("vfio-pci");
        assertThat(override(TWIN)).isEqualTo("(null)");
        assertThat(driver(TWIN)).isEqualTo("none");
        assertThat(modprobe()).containsExactly("-q vfio-pci");
        assertThat(log()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void theArgumentsOfBeforeUndoIt(String shell) throws Exception {
        machine();
        for (String line : List.of(
                "root=/dev/sda1 quiet\n",
                "root=/dev/sda1 " + ARGUMENT + " nptune.bind=0\n",
                "root=/dev/sda1 nptune.bind=1\n",
                "root=/dev/sda1 x" + ARGUMENT + "\n",
                "")) {
            write("proc/cmdline", line);
            run(shell);
            nothingHappened();
        }
        write("proc/cmdline", "nptune.bind=0 * " + ARGUMENT);
        run(shell);
        assertThat(driver(CARD)).isEqualTo("vfio-pci");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void anotherCardInItsSlotIsLeftAlone(String shell) throws Exception {
        machine();
        device(CARD, "1002", "73bf", "0x030000");
        device(SOUND, "1002", "ab28", "0x040300");
        run(shell);

        nothingHappened();
        assertThat(log())
                .contains("nptune: 0000:0a:00.0 is 1002:73bf and not 10de:2484: it is left alone")
                .contains("nptune: 0000:0a:00.1 is 1002:ab28");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void aCardThatWasTakenOutIsNotLookedForElsewhere(String shell) throws Exception {
        machine();
        for (String file : List.of("vendor", "device", "class", "driver_override", "")) {
            Files.delete(root.resolve("sys/bus/pci/devices/" + CARD + "/" + file));
        }
        run(shell);

        assertThat(log()).contains("nptune: no device is at 0000:0a:00.0; 10de:2484 is not claimed");
        assertThat(override(TWIN)).isEqualTo("(null)");
        assertThat(driver(SOUND)).isEqualTo("vfio-pci");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void whatHasADriverKeepsIt(String shell) throws Exception {
        machine();
        bind(CARD, "amdgpu");
        run(shell);

        assertThat(driver(CARD)).isEqualTo("amdgpu");
        assertThat(override(CARD)).isEqualTo("(null)");
        assertThat(driver(SOUND)).isEqualTo("vfio-pci");
        assertThat(log()).contains("nptune: 0000:0a:00.0 has the driver amdgpu already, and keeps it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void theSecondRunHasNothingToDo(String shell) throws Exception {
        machine();
        run(shell);
        run(shell);

        assertThat(modprobe()).hasSize(1);
        assertThat(log()).isEmpty();
    }

    /// In an initramfs without vfio-pci the other drivers are kept off all the same, and the real root's run binds it.
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void withoutTheModuleTheCardWaitsForTheNextRun(String shell) throws Exception {
        machine();
        write("no-module", "");
        run(shell);

        assertThat(override(CARD)).isEqualTo("vfio-pci");
        assertThat(driver(CARD)).isEqualTo("none");
        assertThat(log()).contains("nptune: 0000:0a:00.0 waits for vfio-pci");
        assertThat(Files.readString(root.resolve("sys/bus/pci/drivers_probe"))).isEqualTo(SOUND + "\n");

        Files.delete(root.resolve("no-module"));
        run(shell);
        assertThat(driver(CARD)).isEqualTo("vfio-pci");
    }

    /// Months later the host's own card has died or was taken out: the screen must not stay dark.
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh", "/bin/bash --posix"})
    void theLastCardIsTheHosts(String shell) throws Exception {
        machine();
        write("sys/bus/pci/devices/" + TWIN + "/class", "0x030200\n");
        device("0000:00:01.0", "1022", "1483", "0x060400");
        run(shell);

        nothingHappened();
        assertThat(log())
                .isEqualTo("nptune: the host has no other graphics card: it keeps " + CARD + " " + SOUND + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/dash", "/usr/bin/busybox sh"})
    void aCardOfAnotherVmIsNotTheHosts(String shell) throws Exception {
        machine();
        write("sys/bus/pci/devices/" + TWIN + "/driver_override", "vfio-pci\n");
        run(shell);
        assertThat(driver(CARD)).isEqualTo("none");

        write("sys/bus/pci/devices/" + TWIN + "/driver_override", "(null)\n");
        bind(TWIN, "vfio-pci");
        run(shell);
        assertThat(driver(CARD)).isEqualTo("none");
        assertThat(modprobe()).isEmpty();
    }

    /// A server's management controller draws the host's screen; a chip of class 0380 may have outputs too.
    @ParameterizedTest
    @ValueSource(strings = {"0x030000", "0x038000"})
    void anyOtherDisplayControllerWillDo(String code) throws Exception {
        machine();
        device(TWIN, "1a03", "2000", code);
        run("/usr/bin/dash");
        assertThat(driver(CARD)).isEqualTo("vfio-pci");
        assertThat(override(TWIN)).isEqualTo("(null)");
    }

    @Test
    void whatShowsNothingIsClaimedAllTheSame() throws Exception {
        machine();
        write("sys/bus/pci/devices/" + CARD + "/class", "0x030200\n");
        write("sys/bus/pci/devices/" + TWIN + "/class", "0x030200\n");
        run("/usr/bin/dash");
        assertThat(driver(CARD)).isEqualTo("vfio-pci");
    }

    @Test
    void theScriptSaysWhatItClaims() {
        List<PassedFunction> all = List.of(function(CARD, "10de:2484"), function("0001:0a:00.1", "1002:ab28"));
        assertThat(ClaimScript.functions(ClaimScript.of(all, List.of()))).isEqualTo(all);
        assertThat(ClaimScript.functions("claim 0000:0a:00.0 10de:2484; rm -rf /\n#claim x\n"))
                .isEmpty();
    }

    @Test
    void nothingIsBoundByIdAlone() {
        assertThat(ClaimScript.of(List.of(function(CARD, "10de:2484")), List.of()))
                .doesNotContain("ids=")
                .doesNotContain("new_id")
                .contains("claim 0000:0a:00.0 10de:2484\n");
    }
}
