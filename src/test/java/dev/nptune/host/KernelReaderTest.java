package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Kernel.ModuleDirective;
import dev.nptune.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelReaderTest {
    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);
    Commands commands = Commands.unavailable("not here");

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    private Kernel read() {
        Kernel kernel = KernelReader.read(new Tree(root), commands);
        assertThat(Json.read(Json.compact(kernel), Kernel.class)).isEqualTo(kernel);
        return kernel;
    }

    private TestTree kernel(String release, String version) {
        return tree.file("/proc/sys/kernel/osrelease", release + "\n").file("/proc/version", version + "\n");
    }

    private void log(String text) {
        commands = command -> command == Command.KERNEL_LOG
                ? Fact.known(text, "dmesg")
                : Fact.unreadable(command.line(), "not asked");
    }

    @Test
    void debianNamesThePackageInTheVersion() {
        kernel("6.1.0-25-amd64", """
                Linux version 6.1.0-25-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld \
                (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.106-3 (2024-08-26)""");
        assertThat(read().packageVersion()).isEqualTo(Fact.known("6.1.106-3", "/proc/version"));
        assertThat(read().version().get().orElseThrow()).startsWith("Linux version 6.1.0-25-amd64 (debian");
    }

    @Test
    void ubuntuHasASignature() {
        kernel(
                "6.8.0-45-generic",
                "Linux version 6.8.0-45-generic (buildd@lcy02) (x86_64-linux-gnu-gcc-13) #45-Ubuntu SMP");
        tree.file("/proc/version_signature", "Ubuntu 6.8.0-45.45-generic 6.8.12\n");
        tree.file(
                "/etc/os-release",
                "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\nPRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\n");
        Kernel kernel = read();
        assertThat(kernel.packageVersion()).isEqualTo(Fact.known("6.8.0-45.45", "/proc/version_signature"));
        assertThat(kernel.os().id().get()).contains("ubuntu");
        assertThat(kernel.os().like().get()).contains(List.of("debian"));
        assertThat(kernel.os().version().get()).contains("24.04");
        assertThat(kernel.os().variant()).isEqualTo(Fact.absent("/etc/os-release"));

        tree.file("/proc/version_signature", "Ubuntu 5.4.0-1009.9~18.04.1-aws 5.4.30\n");
        assertThat(read().packageVersion().get()).contains("5.4.0-1009.9~18.04.1");
    }

    @Test
    void fedorasReleaseIsThePackages() {
        kernel("6.10.12-200.fc40.x86_64", "Linux version 6.10.12-200.fc40.x86_64 (mockbuild@1) (gcc) #1 SMP");
        tree.file("/etc/os-release", "ID=fedora\nVERSION_ID=40\nVARIANT_ID=silverblue\n");
        assertThat(read().packageVersion()).isEqualTo(Fact.known("6.10.12-200.fc40", "/proc/sys/kernel/osrelease"));
        assertThat(read().os().variant().get()).contains("silverblue");
    }

    @Test
    void archLeavesTheNameBesideTheModules() {
        kernel("6.11.1-2-cachyos", "Linux version 6.11.1-2-cachyos (linux-cachyos@cachyos) (clang 18) #1 SMP");
        tree.file("/usr/lib/modules/6.11.1-2-cachyos/pkgbase", "linux-cachyos\n")
                .link("/lib", "usr/lib");
        assertThat(read().packageName().get()).contains("linux-cachyos");
        assertThat(read().packageVersion()).isInstanceOf(Fact.Unreadable.class);

        tree.directory("/var/lib/pacman/local/linux-cachyos-headers-6.11.1-2");
        tree.directory("/var/lib/pacman/local/linux-cachyos-6.11.1-2");
        assertThat(read().packageVersion()).isEqualTo(Fact.known("6.11.1-2", "/var/lib/pacman/local"));
    }

    @Test
    void aKernelOfOnesOwnHasNoPackage() {
        kernel("4.13.7-npt", "Linux version 4.13.7-npt (me@box) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP Sun Oct 29");
        assertThat(read().packageVersion())
                .isEqualTo(Fact.unreadable("/proc/version", "names no version of a package"));
        assertThat(read().packageName()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void aReleaseThatWouldLeadElsewhereNamesNoFile() {
        tree.file("/proc/sys/kernel/osrelease", "../../etc").file("/etc/config", "CONFIG_KVM=y");
        tree.file("/lib/modules/x", "");
        assertThat(read().config()).isInstanceOf(Fact.Absent.class);
        assertThat(read().packageName()).isInstanceOf(Fact.Unreadable.class);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static final String CONFIG = """
            # Linux/x86 6.12.9 Kernel Configuration
            CONFIG_CC_VERSION_TEXT="gcc (Debian 14.2.0-8) 14.2.0"
            CONFIG_KVM=m
            CONFIG_KVM_AMD=m
            CONFIG_VFIO_PCI=m
            # CONFIG_VFIO_PCI_VGA is not set
            CONFIG_HZ=250
            CONFIG_NO_HZ_FULL=y
            CONFIG_X86_AMD_PSTATE=y
            CONFIG_KVMX=y
            CONFIG_SND=y
            CONFIG_AMD_IOMMU=y
            """;

    @Test
    void configKeepsWhatMatters() {
        kernel("6.12.9-amd64", "x").file("/boot/config-6.12.9-amd64", CONFIG);
        Fact<Map<String, String>> config = read().config();
        assertThat(config.source()).isEqualTo("/boot/config-6.12.9-amd64");
        assertThat(config.get().orElseThrow())
                .isEqualTo(Map.of(
                        "CC_VERSION_TEXT", "gcc (Debian 14.2.0-8) 14.2.0",
                        "KVM", "m",
                        "KVM_AMD", "m",
                        "VFIO_PCI", "m",
                        "VFIO_PCI_VGA", "n",
                        "HZ", "250",
                        "NO_HZ_FULL", "y",
                        "X86_AMD_PSTATE", "y",
                        "AMD_IOMMU", "y"));
    }

    @Test
    void theRunningKernelsOwnConfigCountsFirst() throws IOException {
        kernel("6.12.9-amd64", "x").file("/boot/config-6.12.9-amd64", CONFIG);
        Files.write(root.resolve("proc/config.gz"), gzip("CONFIG_HZ=1000\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(read().config()).isEqualTo(Fact.known(Map.of("HZ", "1000"), "/proc/config.gz"));
    }

    @Test
    void aBombIsRefusedAndTheOtherPlacesStillCount() throws IOException {
        kernel("6.12.9-amd64", "x");
        Files.write(root.resolve("proc/config.gz"), gzip(new byte[64 << 20]));
        assertThat(read().config())
                .isEqualTo(Fact.unreadable("/proc/config.gz", "longer than 1048576 bytes when unpacked"));
        tree.file("/lib/modules/6.12.9-amd64/config", CONFIG);
        assertThat(read().config().source()).isEqualTo("/lib/modules/6.12.9-amd64/config");
        tree.file("/lib/modules/6.12.9-amd64/config", "nothing of the kind");
        assertThat(read().config()).isInstanceOf(Fact.Unreadable.class);
        tree.file("/proc/config.gz", "no gzip");
        assertThat(read().config()).isEqualTo(Fact.unreadable("/proc/config.gz", "not gzip, or damaged"));
    }

    @Test
    void taints() {
        tree.file("/proc/sys/kernel/tainted", "12289\n");
        assertThat(read().taints().get().orElseThrow())
                .extracting(Kernel.Taint::bit, Kernel.Taint::letter)
                .containsExactly(tuple(0, "P"), tuple(12, "O"), tuple(13, "E"));
        tree.file("/proc/sys/kernel/tainted", "0\n");
        assertThat(read().taints()).isEqualTo(Fact.known(List.of(), "/proc/sys/kernel/tainted"));
        assertThat(Taints.parse("1048576"))
                .singleElement()
                .satisfies(t -> assertThat(t.letter()).isEqualTo("?"));
        assertThat(Taints.parse("524288"))
                .singleElement()
                .satisfies(t -> assertThat(t.letter()).isEqualTo("J"));
        tree.file("/proc/sys/kernel/tainted", "-1\n");
        assertThat(read().taints()).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void modulesAreLoadedOrBuiltIn() {
        kernel("6.12.9-amd64", "x");
        tree.file("/sys/module/kvm_amd/initstate", "live\n").file("/sys/module/kvm_amd/parameters/npt", "Y\n");
        tree.file("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "N\n");
        tree.file("/sys/module/kvmfr/initstate", "live\n");
        tree.file("/sys/module/snd/initstate", "live\n");
        tree.file("/lib/modules/6.12.9-amd64/modules.builtin", """
                kernel/drivers/vfio/vfio.ko
                kernel/drivers/vfio/pci/vfio-pci.ko
                kernel/sound/snd.ko
                """);
        Kernel kernel = read();
        assertThat(kernel.modules())
                .extracting(Kernel.Module::name, m -> m.builtIn().get().orElseThrow())
                .containsExactly(
                        tuple("kvm_amd", false),
                        tuple("kvmfr", false),
                        tuple("vfio", true),
                        tuple("vfio_iommu_type1", true),
                        tuple("vfio_pci", true));
        assertThat(kernel.module("vfio_iommu_type1").orElseThrow().parameters())
                .containsOnlyKeys("allow_unsafe_interrupts");
    }

    @Test
    void modprobeDirectives() {
        ModprobeReader.Lines lines = ModprobeReader.parse("/f", """
                softdep nvidia pre: vfio-pci
                blacklist nouveau
                install snd-hda-intel /sbin/modprobe vfio-pci; /sbin/modprobe --ignore-install snd-hda-intel
                softdependency x y
                # blacklist amdgpu
                blacklist
                remove kvm /bin/true
                """);
        assertThat(lines.options()).isEmpty();
        assertThat(lines.directives())
                .startsWith(
                        new ModuleDirective(
                                "/f", 1, ModuleDirective.Kind.SOFTDEP, "nvidia", List.of("pre:", "vfio-pci")),
                        new ModuleDirective("/f", 2, ModuleDirective.Kind.BLACKLIST, "nouveau", List.of()))
                .hasSize(3)
                .last()
                .satisfies(d -> assertThat(String.join(" ", d.words())).startsWith("/sbin/modprobe vfio-pci; "));
    }

    @Test
    void acsOverrideIsInEffectIfTheLogSaysSo() {
        String patched = """
                [    0.000000] Linux version 6.11.1 (x)
                [    0.000000] Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected DMA
                """;
        tree.file("/proc/cmdline", "root=/dev/sda1 pcie_acs_override=downstream,multifunction\n");
        log(patched);
        assertThat(read().acsOverride())
                .isEqualTo(Fact.known(
                        new Kernel.AcsOverride("downstream,multifunction", Fact.known(true, "dmesg")),
                        "/proc/cmdline"));
        log("[    0.000000] Linux version 6.11.1 (x)\n");
        assertThat(inEffect()).isEqualTo(Fact.known(false, "dmesg"));
        log("[    9.0] Unknown kernel command line parameters \"pcie_acs_override=downstream\", will be passed");
        assertThat(inEffect()).isEqualTo(Fact.known(false, "dmesg"));
        log("[ 9999.000000] usb 1-1: new device\n");
        assertThat(inEffect()).isInstanceOf(Fact.Unreadable.class);
        commands = Commands.unavailable("no");
        assertThat(inEffect()).isEqualTo(Fact.unreadable("dmesg", "no"));

        tree.file("/proc/cmdline", "root=/dev/sda1 xpcie_acs_override=downstream\n");
        log(patched);
        assertThat(read().acsOverride()).isEqualTo(Fact.absent("/proc/cmdline"));
    }

    private Fact<Boolean> inEffect() {
        return read().acsOverride().get().orElseThrow().inEffect();
    }

    @Test
    void theLogOfTheBootCountsOnlyForTheVeryKernel() {
        String version = "Linux version 6.8.0-45-generic (buildd@x) #45-Ubuntu SMP";
        kernel("6.8.0-45-generic", version);
        tree.file(
                "/var/log/dmesg",
                "[    0.000000] kernel: " + version + "\n[    1.0] AMD-Vi: Interrupt remapping enabled\n");
        assertThat(read().log()).isEqualTo(Fact.unreadable("dmesg", "not here"));
        tree.file(
                "/var/log/dmesg",
                "[    0.000000] " + version + "\n[    1.000000] AMD-Vi: Interrupt remapping enabled\n");
        assertThat(read().log().source()).isEqualTo("/var/log/dmesg");
        assertThat(read().log().get().orElseThrow().lines(KernelLog.Category.AMD_VI))
                .hasSize(1);
    }

    @Test
    void aBinaryCommandLineIsEscaped() throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.write(root.resolve("proc/cmdline"), new byte[] {'a', 0, 27, '[', (byte) 0xff, ' ', '"', '\n'});
        assertThat(read().commandLine().get()).contains("a\\x00\\x1b[\ufffd \"");
        assertThat(read().parameters().get().orElseThrow().parameters()).hasSize(2);
    }

    @Test
    void splitLocksAndRandomNumbers() {
        String rng = "/sys/class/misc/hw_random/rng_current";
        assertThat(read().splitLockMitigate()).isEqualTo(Fact.absent("/proc/sys/kernel/split_lock_mitigate"));
        assertThat(read().hardwareRandom()).isEqualTo(Fact.absent(rng));
        tree.file("/proc/sys/kernel/split_lock_mitigate", "1\n");
        tree.file("/sys/devices/virtual/misc/hw_random/rng_current", "tpm-rng-0\n");
        tree.link("/sys/class/misc/hw_random", "../../devices/virtual/misc/hw_random");
        assertThat(read().splitLockMitigate()).isEqualTo(Fact.known(1, "/proc/sys/kernel/split_lock_mitigate"));
        assertThat(read().hardwareRandom()).isEqualTo(Fact.known("tpm-rng-0", rng));
        tree.file(rng, "none\n");
        assertThat(read().hardwareRandom()).isEqualTo(Fact.absent(rng));
    }

    @Test
    void loopsAreUnreadable() {
        tree.link("/proc/version", "version").link("/sys/module", "module").link("/proc/config.gz", "config.gz");
        tree.link("/etc/modprobe.d", "../etc/modprobe.d");
        assertThat(read().version()).isInstanceOf(Fact.Unreadable.class);
        assertThat(read().config()).isInstanceOf(Fact.Unreadable.class);
        assertThat(read().modules()).isEmpty();
    }
}
