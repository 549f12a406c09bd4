package dev.nptune.host.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Command;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the script for real on a small made-up machine, with each shell it must know.
class GatherScriptTest {
    private static final String UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    private static final String MACHINE = "0123456789abcdef0123456789abcdef";
    private static final String XML = """
            <domain type='kvm'>
              <name>win10</name>
              <uuid>3F2504E0-4f89-41d3-9a0c-0305e82c3301</uuid>
              <description>gamingrig of melinda, melinda2 stays</description>
              <memory unit='KiB'>8388608</memory>
              <vcpu>4</vcpu>
              <sysinfo type='smbios'><system><entry name='serial'>PF0ABCDE</entry></system></sysinfo>
              <devices>
                <disk type='block'>
                  <source dev='/dev/disk/by-id/ata-Samsung_SSD_860_EVO_1TB_S3Z9NB0K123456X-part1'/>
                  <serial>S3Z9NB0K123456X</serial>
                </disk>
                <disk type='file'><source file='/home/melinda/vm/win10.qcow2'/></disk>
                <interface type='network'><mac address='52:54:00:AB:cd:ef'/></interface>
                <graphics type='spice' passwd='hunter2'/>
              </devices>
            </domain>
            """;

    enum Shell {
        SH("sh"),
        DASH("dash"),
        BASH("bash"),
        BUSYBOX("busybox sh");

        private final String line;

        Shell(String line) {
            this.line = line;
        }

        List<String> argv() {
            return List.of(line.split(" "));
        }
    }

    @TempDir(factory = MemoryFolder.class)
    Path temp = Path.of("");

    private Path machine = Path.of("");
    private Path folder = Path.of("");
    private Path script = Path.of("");

    @BeforeEach
    void machine() throws IOException {
        machine = Files.createDirectory(temp.resolve("machine"));
        folder = Files.createDirectory(temp.resolve("tmp"));
        script = Files.writeString(temp.resolve("gather.sh"), GatherScript.text());
        file("proc/sys/kernel/osrelease", "6.1.0-test\n");
        file(
                "proc/cmdline",
                "root=UUID=" + UUID + " resume=UUID=ABCD-1234 iommu=pt luks-" + UUID + " systemd.machine_id="
                        + MACHINE);
        Files.setPosixFilePermissions(
                machine.resolve("proc/cmdline"), PosixFilePermissions.fromString("r--r--r--")); // as the kernel does
        file("etc/passwd", "melinda:x:1000:1000::/home/melinda:/bin/sh\nvfio:x:1001:1001::/home/vfio:/bin/sh\n");
        file("etc/hostname", "gamingrig\n");
        file("etc/libvirt/qemu/win10.xml", XML);
        file("etc/libvirt/qemu.conf", "vnc_password = \"hunter2\"\nuser = \"melinda\"\n");
        file("etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1b80,10de:10f0 # vfio on gamingrig\n");
        file("etc/modprobe.d/two words.conf", "options kvm ignore_msrs=1\n");
        file("boot/loader/entries/" + MACHINE + "-6.1.conf", "linux /" + MACHINE + "/6.1/linux\n");
        file("proc/4242/comm", "qemu-system-x86\n");
        file("proc/4242/cmdline", "qemu-system-x86\0-uuid\0" + UUID + "\0-smbios\0type=1,serial=PF0ABCDE,x=y\0");
        file("proc/4242/task/4243/comm", "CPU 0/KVM\n");
        file("proc/4242/environ", "PASSWORD=hunter2\0");
        link("proc/4242/fd/12", "/dev/vfio/15");
        link("proc/4242/fd/13", "/home/melinda/secret");
        file("proc/77/comm", "firefox\n");
    }

    /// JUnit warns of every link that leads out of a temporary folder.
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> all = Files.walk(temp)) {
            for (Path link : all.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private void file(String name, String content) throws IOException {
        file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void file(String name, byte[] content) throws IOException {
        Files.createDirectories(machine.resolve(name).resolveSibling("."));
        Files.write(machine.resolve(name), content);
    }

    private void link(String name, String target) throws IOException {
        Files.createDirectories(machine.resolve(name).resolveSibling("."));
        Files.createSymbolicLink(machine.resolve(name), Path.of(target));
    }

    private record Gathered(Path root, String said) {
        String text(String name) throws IOException {
            return Files.readString(root.resolve(name));
        }
    }

    /// Runs a shell that finds only what it may use, and reads the archive.
    private Gathered gather(Shell shell, String... options) throws IOException {
        Path program = Programs.find(shell.argv().getFirst(), null).orElse(null);
        assumeTrue(program != null, shell.argv().getFirst() + " is not installed");
        String path = shell == Shell.BUSYBOX ? applets(program).toString() : System.getenv("PATH");
        Path archive = temp.resolve(shell + ".tar.gz");
        Exec.Result result = Exec.run(
                Duration.ofSeconds(30),
                Stream.of(
                                Stream.of("/bin/sh", "-c", "exec \"$@\" >" + archive, "sh", program.toString()),
                                shell.argv().stream().skip(1),
                                Stream.of(script.toString(), "--root", machine.toString()),
                                Arrays.stream(options))
                        .flatMap(s -> s)
                        .toList(),
                null,
                Map.of("PATH", path, "TMPDIR", folder.toString(), "LOGNAME", "melinda", "USER", "melinda"));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(folder).as("what it leaves behind").isEmptyDirectory();
        return new Gathered(
                Snapshot.read(TestArchive.in(Files.readAllBytes(archive)), Bounds.USUAL)
                        .root(),
                result.err());
    }

    /// A folder with nothing but busybox's programs. `PATH` is extended by the script, so it must win.
    private Path applets(Path busybox) throws IOException {
        Path bin = temp.resolve("applets");
        if (!Files.exists(bin)) {
            Files.createDirectory(bin);
            for (String applet : Exec.run(Duration.ofSeconds(5), List.of(busybox.toString(), "--list"))
                    .out()
                    .split("\n")) {
                Files.createSymbolicLink(bin.resolve(applet), busybox);
            }
        }
        return bin;
    }

    @ParameterizedTest
    @EnumSource
    void whatTellsWhoItIsIsReplacedTheSameEverywhere(Shell shell) throws IOException {
        Gathered gathered = gather(shell);

        String uuid = "00000000-0000-4000-8000-000000000001";
        String id = "00000000000000000000000000000001";
        assertThat(gathered.text("proc/cmdline").strip())
                .isEqualTo("root=UUID=" + uuid + " resume=UUID=0000-0002 iommu=pt luks-" + uuid + " systemd.machine_id="
                        + id);
        assertThat(gathered.text("etc/libvirt/qemu/win10.xml"))
                .isEqualTo(XML.replaceAll("(?i)" + UUID, uuid)
                        .replace("gamingrig of melinda,", "host1 of user1,")
                        .replace("/home/melinda/", "/home/user1/")
                        .replace("52:54:00:AB:cd:ef", "02:00:00:00:00:01")
                        .replace("hunter2", "redacted")
                        .replaceAll("S3Z9NB0K123456X", serial(gathered, "<serial>(SERIAL[12])<"))
                        .replace("PF0ABCDE", serial(gathered, "'serial'>(SERIAL[12])<")));
        assertThat(gathered.text("etc/modprobe.d/vfio.conf"))
                .isEqualTo("options vfio-pci ids=10de:1b80,10de:10f0 # vfio on host1\n");
        assertThat(gathered.text("etc/modprobe.d/two words.conf")).startsWith("options kvm");
        assertThat(gathered.text("boot/loader/entries/" + id + "-6.1.conf")).isEqualTo("linux /" + id + "/6.1/linux\n");
        assertThat(gathered.text("proc/4242/cmdline"))
                .isEqualTo("qemu-system-x86\0-uuid\0" + uuid + "\0-smbios\0type=1,serial="
                        + serial(gathered, "'serial'>(SERIAL[12])<") + ",x=y\0");
        assertThat(gathered.said()).contains("replaced: ").contains("UUID: 2").contains("serial number: 2");
    }

    /// The names of folders and of empty files, what only the manifest tells, and what is in a variable.
    @ParameterizedTest
    @EnumSource
    void noNameTellsWhichMachineItIs(Shell shell) throws IOException {
        String limine = "boot/" + MACHINE + "/linux-cachyos/";
        file("etc/machine-id", MACHINE + "\n");
        file("boot/limine.conf", "path: boot():/" + MACHINE + "/linux-cachyos/vmlinuz-linux-cachyos#00\n");
        file(limine + "vmlinuz-linux-cachyos", "a kernel");
        file(limine + "initramfs-linux-cachyos", "an image");
        file("boot/" + MACHINE + "/6.1.0-test/initrd", "an image");
        file("boot/Letters of mine/linux/vmlinuz", "a letter");
        file("boot/loader/loader.conf", "default " + MACHINE + "-*\n");
        file("etc/kernel/tries", "3\n");
        file("usr/lib/systemd/system/systemd-bless-boot.service", "[Unit]\n");
        String chosen = "sys/firmware/efi/efivars/LoaderEntryDefault-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
        file(chosen, ("\7\0\0\0" + MACHINE).getBytes(StandardCharsets.UTF_8));
        Gathered gathered = gather(shell);

        String id = "00000000000000000000000000000001";
        for (String name : List.of("linux-cachyos/vmlinuz-linux-cachyos", "linux-cachyos/initramfs-linux-cachyos")) {
            assertThat(gathered.root().resolve("boot/" + id + "/" + name)).isEmptyFile();
        }
        assertThat(gathered.root().resolve("boot/" + id + "/6.1.0-test/initrd")).isEmptyFile();
        assertThat(gathered.text("boot/limine.conf")).contains("/" + id + "/linux-cachyos/");
        assertThat(gathered.text("boot/loader/loader.conf")).isEqualTo("default " + id + "-*\n");
        assertThat(gathered.text("nptune-gather/manifest")).contains("name\t/boot/" + id + "/6.1.0-test/initrd\n");
        assertThat(gathered.text("etc/kernel/tries")).isEqualTo("3\n");
        assertThat(gathered.root().resolve("usr/lib/systemd/system/systemd-bless-boot.service"))
                .exists();
        assertThat(gathered.root().resolve(chosen)).isEmptyFile();
        try (Stream<Path> all = Files.walk(gathered.root())) {
            for (Path path : all.toList()) {
                assertThat(path.toString()).doesNotContain(MACHINE).doesNotContain("Letters");
                if (Files.isRegularFile(path)) {
                    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
                            .as(path.toString())
                            .doesNotContain(MACHINE);
                }
            }
        }
    }

    /// Users' own units are named after them.
    @ParameterizedTest
    @EnumSource
    void ofALoginScreenItsServiceAlone(Shell shell) throws IOException {
        file("proc/812/comm", "gdm\n");
        file("proc/812/cgroup", "1:name=systemd:/system.slice/gdm.service\n0::/system.slice/gdm.service\n");
        file("proc/813/comm", "sddm\n");
        file("proc/813/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/letters.scope\n");
        file("proc/77/cgroup", "0::/system.slice/firefox.service\n");
        Gathered gathered = gather(shell);

        assertThat(gathered.text("proc/812/cgroup"))
                .isEqualTo("1:name=systemd:/system.slice/gdm.service\n0::/system.slice/gdm.service\n");
        assertThat(gathered.text("proc/813/cgroup")).isEmpty();
        assertThat(gathered.root().resolve("proc/77")).isEmptyDirectory();
    }

    private static String serial(Gathered gathered, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(gathered.text("etc/libvirt/qemu/win10.xml"))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    @ParameterizedTest
    @EnumSource
    void unredactedItIsAsItWasButForPasswords(Shell shell) throws IOException {
        Gathered gathered = gather(shell, "--no-redact");

        assertThat(gathered.text("etc/libvirt/qemu/win10.xml")).isEqualTo(XML.replace("hunter2", "redacted"));
        assertThat(gathered.text("etc/libvirt/qemu.conf"))
                .isEqualTo("vnc_password = \"redacted\"\nuser = \"melinda\"\n");
        assertThat(gathered.text("proc/4242/cmdline"))
                .contains("\0" + UUID + "\0")
                .endsWith("x=y\0");
        assertThat(Domain.parse(gathered.text("etc/libvirt/qemu/win10.xml")).name())
                .isEqualTo("win10");
        assertThat(gathered.said()).contains("NOT redacted");
    }

    @ParameterizedTest
    @EnumSource
    void ofAVmsLogOnlyWhatItComplainsOf(Shell shell) throws IOException {
        String uuid = "00000000-0000-4000-8000-000000000001";
        String start = "2024-03-02 10:00:00.000+0000: starting up libvirt version: 10.0.0, hostname: gamingrig\n";
        String filler = "2024-03-02T10:00:00Z nothing of interest\n".repeat(9000);
        file("var/log/libvirt/qemu/win 10.log", start + "old error\n" + filler + start + """
                LC_ALL=C \\
                /usr/bin/qemu-system-x86_64 \\
                -uuid %s \\
                -netdev '{"type":"tap","fd":"33","vhost":true,"id":"hostnet0"}' \\
                -device '{"driver":"vfio-pci","host":"0000:01:00.0","id":"hostdev0"}' \\
                -device vfio-pci,host=0000:01:00.1
                qemu-system-x86_64: -device {"driver":"ide-hd","serial":"S3Z9NB0K123456X"}: error of %s at 52:54:00:ab:cd:ef
                qemu-system-x86_64: -object secret,id=a,data=hunter2: error
                vf\0io of melinda
                audio
                """.formatted(UUID, UUID));
        file("var/log/libvirt/qemu/old.log", "LC_ALL=C /usr/bin/kvm -uuid " + UUID + " -device vfio-pci\n");
        file("var/log/libvirt/qemu/win10.log.0", "error\n");
        Gathered gathered = gather(shell);

        assertThat(gathered.text("var/log/libvirt/qemu/win 10.log").replaceAll("SERIAL\\d", "SERIAL"))
                .isEqualTo("qemu-system-x86_64: -device {\"driver\":\"ide-hd\",\"serial\":\"SERIAL\"}: error of " + uuid
                        + " at 02:00:00:00:00:01\nvfio of user1\naudio\n");
        assertThat(gathered.text("var/log/libvirt/qemu/old.log")).isEmpty();
        assertThat(gathered.root().resolve("var/log/libvirt/qemu/win10.log.0")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void ofTheMemoryMapOnlyTheScreensPart(Shell shell) throws IOException {
        file("proc/iomem", """
                00001000-0009ffff : System RAM
                d0000000-febfffff : PCI Bus 0000:00
                  d0000000-dfffffff : 0000:01:00.0
                    d0000000-d02fffff : BOOTFB
                100000000-83fffffff : System RAM
                  123000000-1236fffff : Kernel code
                """);

        assertThat(gather(shell).text("proc/iomem")).isEqualTo("""
                00001000-0009ffff : System RAM
                d0000000-febfffff : PCI Bus 0000:00
                    d0000000-d02fffff : BOOTFB
                100000000-83fffffff : System RAM
                """);
    }

    @Test
    void processesAreThoseOfQemuAndWhatHoldsGraphicsCards() throws IOException {
        file("proc/88/comm", "Xorg\n");
        link("proc/88/fd/4", "/dev/dri/card0");
        Gathered gathered = gather(Shell.SH);

        assertThat(Files.readSymbolicLink(gathered.root().resolve("proc/88/fd/4"))
                        .toString())
                .isEqualTo("/dev/dri/card0");
        assertThat(gathered.text("proc/88/comm")).isEqualTo("Xorg\n");
        assertThat(gathered.text("proc/4242/task/4243/comm")).isEqualTo("CPU 0/KVM\n");
        assertThat(gathered.root().resolve("proc/4242/fd/12")).isSymbolicLink();
        assertThat(gathered.root().resolve("proc/4242/fd/13")).doesNotExist();
        assertThat(gathered.root().resolve("proc/4242/environ")).doesNotExist();
        assertThat(gathered.root().resolve("proc/77")).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void ofAnInterfaceNamedAfterItsAddressOnlyItsKind(Shell shell) throws IOException {
        StringBuilder four = new StringBuilder("Iface\tDestination\tGateway\n");
        StringBuilder six = new StringBuilder();
        String none = "0".repeat(32);
        for (String kind : List.of("enx", "wlx", "wwx")) {
            String name = kind + "a1b2c3d4e5f6";
            file("sys/class/net/" + name + "/operstate", "up\n");
            file("sys/class/net/br0/lower_" + name + "/operstate", "up\n");
            four.append(name).append("\t00000000\t0100A8C0\t0003\t0\t0\t425\t00000000\t0\t0\t0\n");
            six.append(none)
                    .append(" 00 ")
                    .append(none)
                    .append(" 00 fe8077 400 1 0 00000003 ")
                    .append(name);
            six.append('\n');
        }
        for (String name : List.of("enp3s0", "wlp4s0", "wwp0s20u4", "wlan0", "wg0")) {
            file("sys/class/net/" + name + "/operstate", "up\n");
        }
        file("proc/net/route", four.toString());
        file("proc/net/ipv6_route", six.toString());

        Gathered gathered = gather(shell);

        try (Stream<Path> all = Files.walk(gathered.root())) {
            for (Path path : all.toList()) {
                String text = Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
                assertThat(path + text).as(path.toString()).doesNotContain("a1b2c3d4e5f6");
            }
        }
        assertThat(gathered.text("proc/net/route").lines().skip(1).map(l -> l.split("\\s")[0]))
                .containsExactly("enx", "wlx", "wwx");
        for (String name : List.of("enp3s0", "wlp4s0", "wwp0s20u4", "wlan0", "wg0")) {
            assertThat(gathered.text("sys/class/net/" + name + "/operstate")).isEqualTo("up\n");
        }
    }

    @Test
    void namesOfDaemonsThatMatterAreKeptAndNothingElseOfThem() throws IOException {
        List<String> names = List.of("libvirtd", "virtqemud", "irqbalance", "power-profiles-", "scx_lavd", "gdm3");
        for (String name : names) {
            file("proc/" + (100 + names.indexOf(name)) + "/comm", name + "\n");
            file("proc/" + (100 + names.indexOf(name)) + "/cmdline", name + "\0--secret\0");
        }
        Gathered gathered = gather(Shell.SH);

        for (String name : names) {
            Path process = gathered.root().resolve("proc/" + (100 + names.indexOf(name)));
            assertThat(process.resolve("comm")).hasContent(name);
            assertThat(process.resolve("cmdline")).doesNotExist();
        }
    }

    @Test
    void modulesThatTheReaderKnowsAreTakenWithTheirParameters() throws IOException {
        for (String module : List.of("irqbypass", "pci_stub", "iommufd", "amd_iommu_v2", "vfio_pci", "kvm_amd")) {
            file("sys/module/" + module + "/initstate", "live\n");
            file("sys/module/" + module + "/parameters/ids", module + "\n");
        }
        Gathered gathered = gather(Shell.SH);

        for (String module : List.of("irqbypass", "pci_stub", "iommufd", "amd_iommu_v2", "vfio_pci", "kvm_amd")) {
            assertThat(gathered.text("sys/module/" + module + "/initstate")).isEqualTo("live\n");
            assertThat(gathered.text("sys/module/" + module + "/parameters/ids"))
                    .isEqualTo(module + "\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMonitorKeepsItsNameButNotItsNumber(Shell shell) throws IOException {
        byte[] edid = new byte[256];
        Arrays.fill(edid, (byte) 7);
        System.arraycopy(new byte[] {0, 0, 0, (byte) 0xfc, 0, 'D', 'E', 'L', 'L', '\n'}, 0, edid, 54, 10);
        System.arraycopy(new byte[] {0, 0, 0, (byte) 0xff, 0, 'X', 'Y', 'Z', '1', '2'}, 0, edid, 72, 10);
        file("sys/class/drm/card0/card0-DP-1/edid", edid);
        file("sys/class/drm/card0-DP-1/edid", edid);

        byte[] kept = Files.readAllBytes(gather(shell).root().resolve("sys/class/drm/card0-DP-1/edid"));

        byte[] expected = Arrays.copyOf(edid, 128);
        Arrays.fill(expected, 12, 16, (byte) 0);
        System.arraycopy("SERIAL\n      ".getBytes(StandardCharsets.UTF_8), 0, expected, 77, 13);
        assertThat(kept).isEqualTo(expected);
        assertThat(Files.readAllBytes(gather(shell, "--no-redact").root().resolve("sys/class/drm/card0-DP-1/edid")))
                .isEqualTo(edid);
    }

    @Test
    void aLinkOfTheConfigurationBringsItsTarget() throws IOException {
        file("opt/tuning/kvm.conf", "options kvm_amd npt=0\n");
        link("etc/modprobe.d/kvm.conf", "../../opt/tuning/kvm.conf");
        link("etc/modprobe.d/off.conf", "/dev/null");
        file("usr/lib/os-release", "NAME=x\n");
        link("etc/os-release", "/usr/lib/os-release");
        file("etc/modprobe.d/large.conf", "#".repeat(2 << 20));
        Gathered gathered = gather(Shell.SH);

        assertThat(gathered.text("opt/tuning/kvm.conf")).isEqualTo("options kvm_amd npt=0\n");
        assertThat(gathered.text("usr/lib/os-release")).isEqualTo("NAME=x\n");
        assertThat(gathered.root().resolve("etc/modprobe.d/off.conf")).isSymbolicLink();
        assertThat(gathered.root().resolve("etc/modprobe.d/large.conf")).doesNotExist();
        assertThat(gathered.text("nptune-gather/manifest"))
                .contains("failed\t/etc/modprobe.d/large.conf\tlarger than 1 MiB, left out of the snapshot");
    }

    @Test
    void itAsksWhatTheReadersAsk() {
        List<String> listed = GatherScript.text()
                .lines()
                .dropWhile(line -> !line.equals("listed_commands() {"))
                .skip(2)
                .takeWhile(line -> !line.equals("END"))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(Command.values())
                        .map(command -> command.key() + " " + command.line())
                        .toList());
    }

    @Test
    void anInterruptLeavesNothingBehind() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString(), "--root", machine.toString());
        builder.environment().put("TMPDIR", folder.toString());
        Process process = builder.redirectOutput(temp.resolve("cut.tar.gz").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        while (process.isAlive() && isEmpty(folder)) {
            Thread.sleep(1);
        }
        process.destroy();

        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(folder).isEmptyDirectory();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    @Test
    void noBinaryOnATerminal() throws IOException {
        assumeTrue(Programs.find("script", null).isPresent(), "there is no 'script' to make a terminal");
        Exec.Result result = Exec.run(
                Duration.ofSeconds(20),
                List.of("script", "-qec", "sh " + script + " --root " + machine, "/dev/null"),
                null,
                Map.of("TMPDIR", folder.toString()));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).contains("does not belong on a terminal").contains("> host.tar.gz");
    }
}
