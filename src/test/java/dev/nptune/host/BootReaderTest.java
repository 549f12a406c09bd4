package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Boot.BootLoader;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Boot.InUse;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Machines as their distributions set them up.
class BootReaderTest {
    private static final String VARIABLES = "/sys/firmware/efi/efivars/";
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private static final String SECURE_BOOT = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    private Boot read() {
        Tree files = new Tree(root);
        Boot boot = BootReader.read(files, Processes.read(files));
        assertThat(Json.read(Json.compact(boot), Boot.class)).isEqualTo(boot);
        return boot;
    }

    private void variable(String name, byte... value) {
        byte[] content = new byte[value.length + 4];
        content[0] = 6;
        System.arraycopy(value, 0, content, 4, value.length);
        try {
            Files.createDirectories(root.resolve(VARIABLES.substring(1)));
            Files.write(root.resolve((VARIABLES + name).substring(1)), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(String name, String text) {
        variable(name + LOADER, (text + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    private static Kind kind(Fact<InUse> fact) {
        return fact.get().orElseThrow().kind();
    }

    @Test
    void debianWithGrub() {
        tree.file("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n").file("/boot/grub/grub.cfg", "#");
        tree.file("/etc/default/grub.d/local.cfg", "GRUB_TIMEOUT=1").file("/etc/default/grub.d/README", "x");
        tree.file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz-6.12.9-amd64 root=/dev/sda1 ro quiet\n");
        tree.file("/etc/initramfs-tools/initramfs.conf", "MODULES=most").file("/etc/initramfs-tools/modules", "vfio");
        tree.directory("/usr/share/initramfs-tools/hooks").directory("/sys/firmware/acpi");
        tree.file("/etc/X11/default-display-manager", "/usr/sbin/gdm3\n");
        Boot boot = read();

        assertThat(boot.loaders())
                .containsExactly(new BootLoader(
                        Kind.GRUB,
                        "/boot/grub/grub.cfg",
                        List.of("/etc/default/grub", "/etc/default/grub.d/local.cfg")));
        assertThat(boot.loader())
                .isEqualTo(Fact.known(
                        new InUse(Kind.GRUB, "BOOT_IMAGE= on the command line, as GRUB writes it"), "/proc/cmdline"));
        assertThat(boot.manager()).isInstanceOf(Fact.Absent.class);
        assertThat(boot.efi()).isEqualTo(Fact.known(false, "/sys/firmware/efi"));
        assertThat(boot.secureBoot()).isInstanceOf(Fact.Absent.class);
        assertThat(boot.initramfs()).isEqualTo(Fact.known("initramfs-tools", "/usr/share/initramfs-tools"));
        assertThat(boot.initramfsConfig())
                .containsExactly("/etc/initramfs-tools/initramfs.conf", "/etc/initramfs-tools/modules");
        assertThat(boot.displayManager()).isEqualTo(Fact.known("gdm3", "/etc/X11/default-display-manager"));
    }

    @Test
    void dracutOnDebianLeavesTheOldConfiguration() {
        tree.file("/etc/initramfs-tools/initramfs.conf", "MODULES=most");
        tree.file("/etc/dracut.conf.d/10-vfio.conf", "force_drivers+=\" vfio-pci \"")
                .directory("/usr/lib/dracut");
        assertThat(read().initramfs().get()).contains("dracut");
        assertThat(read().initramfsConfig()).containsExactly("/etc/dracut.conf.d/10-vfio.conf");
        tree.directory("/usr/lib/initcpio");
        assertThat(read().initramfs()).isEqualTo(Fact.unreadable("/etc", "several: dracut, mkinitcpio"));
    }

    @Test
    void fedoraWithEntries() {
        tree.file("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"rhgb quiet\"\nGRUB_ENABLE_BLSCFG=true\n");
        tree.file("/boot/grub2/grub.cfg", "#").file("/boot/efi/EFI/fedora/grub.cfg", "#");
        tree.file("/boot/loader/entries/abc-6.10.12-200.fc40.x86_64.conf", "options root=UUID=1");
        tree.file("/proc/cmdline", "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.10.12-200.fc40.x86_64 root=UUID=1 ro\n");
        tree.link("/etc/systemd/system/display-manager.service", "/usr/lib/systemd/system/gdm.service");
        variable(SECURE_BOOT, (byte) 1);
        tree.file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        Boot boot = read();

        assertThat(boot.loaders()).singleElement().satisfies(l -> {
            assertThat(l.kind()).isEqualTo(Kind.GRUB_BLS);
            assertThat(l.commandLineFiles())
                    .containsExactly("/etc/default/grub", "/boot/loader/entries/abc-6.10.12-200.fc40.x86_64.conf");
        });
        assertThat(kind(boot.loader())).isEqualTo(Kind.GRUB_BLS);
        assertThat(boot.efi().get()).contains(true);
        assertThat(boot.secureBoot().get()).contains(true);
        assertThat(boot.lockdown().get()).contains("integrity");
        assertThat(boot.displayManager().get()).contains("gdm");

        tree.file("/etc/default/grub", "GRUB_ENABLE_BLSCFG=false\n");
        assertThat(read().loaders()).extracting(BootLoader::kind).containsExactly(Kind.GRUB);
    }

    @Test
    void archWithSystemdBoot() {
        tree.file("/boot/loader/loader.conf", "default arch.conf").file("/boot/EFI/systemd/systemd-bootx64.efi", "MZ");
        tree.file("/boot/loader/entries/arch.conf", "options root=/dev/nvme0n1p2 rw");
        tree.file("/proc/cmdline", "initrd=\\initramfs-linux.img root=/dev/nvme0n1p2 rw\n");
        tree.file("/etc/mkinitcpio.conf", "MODULES=(vfio_pci)").directory("/usr/lib/initcpio/hooks");
        tree.file("/etc/default/grub", "left over");
        note("LoaderInfo", "systemd-boot 256.6-1-arch");
        Boot boot = read();

        assertThat(boot.loader())
                .isEqualTo(Fact.known(
                        new InUse(Kind.SYSTEMD_BOOT, "it told the firmware its name: systemd-boot 256.6-1-arch"),
                        VARIABLES + "LoaderInfo" + LOADER));
        assertThat(boot.loaders()).extracting(BootLoader::kind).containsExactly(Kind.GRUB, Kind.SYSTEMD_BOOT);
        assertThat(boot.loaders().getLast().commandLineFiles()).containsExactly("/boot/loader/entries/arch.conf");
        assertThat(boot.initramfs().get()).contains("mkinitcpio");
        assertThat(boot.initramfsConfig()).containsExactly("/etc/mkinitcpio.conf");
        assertThat(boot.secureBoot()).isEqualTo(Fact.absent(VARIABLES + SECURE_BOOT));
        assertThat(boot.manager()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void withoutVariablesTheCommandLineTells() {
        tree.file("/boot/loader/loader.conf", "").file("/etc/default/grub", "");
        tree.file("/proc/cmdline", "initrd=\\initramfs-linux.img root=/dev/nvme0n1p2 rw\n");
        assertThat(kind(read().loader())).isEqualTo(Kind.SYSTEMD_BOOT);

        tree.file("/boot/EFI/refind/refind.conf", "").file("/boot/refind_linux.conf", "\"Boot\" \"root=1\"");
        assertThat(read().loader()).isInstanceOf(Fact.Unreadable.class);
        assertThat(read().loaders().getLast().commandLineFiles())
                .containsExactly("/boot/refind_linux.conf", "/boot/EFI/refind/refind.conf");

        tree.file("/proc/cmdline", "root=/dev/nvme0n1p2 initrd=/boot/initramfs.img\n");
        assertThat(read().loader())
                .isEqualTo(Fact.unreadable("/boot", "cannot be told; found: [GRUB, SYSTEMD_BOOT, REFIND]"));
    }

    @Test
    void unifiedKernelImages() {
        tree.file("/efi/EFI/Linux/arch-linux.efi", "MZ").file("/etc/kernel/cmdline", "root=UUID=1 rw");
        tree.file("/etc/cmdline.d/vfio.conf", "iommu=pt");
        note("StubInfo", "systemd-stub 256.6-1-arch");
        Boot direct = read();
        assertThat(kind(direct.loader())).isEqualTo(Kind.UKI);
        assertThat(kind(direct.manager())).isEqualTo(Kind.UKI);
        assertThat(direct.loaders())
                .containsExactly(new BootLoader(
                        Kind.UKI,
                        "/efi/EFI/Linux/arch-linux.efi",
                        List.of("/etc/kernel/cmdline", "/etc/cmdline.d/vfio.conf")));

        note("LoaderInfo", "systemd-boot 256.6-1-arch");
        assertThat(kind(read().loader())).isEqualTo(Kind.SYSTEMD_BOOT);
        assertThat(kind(read().manager())).isEqualTo(Kind.UKI);
    }

    @Test
    void popOs() {
        tree.file("/etc/kernelstub/configuration", "{}").file("/boot/efi/loader/loader.conf", "");
        tree.file("/boot/efi/loader/entries/Pop_OS-current.conf", "options root=UUID=1");
        tree.file("/boot/efi/EFI/systemd/systemd-bootx64.efi", "MZ");
        tree.file("/proc/cmdline", "initrd=\\EFI\\Pop_OS-1\\initrd.img root=UUID=1 ro quiet\n");
        Boot boot = read();
        assertThat(kind(boot.loader())).isEqualTo(Kind.SYSTEMD_BOOT);
        assertThat(kind(boot.manager())).isEqualTo(Kind.KERNELSTUB);
        assertThat(boot.loaders().getLast())
                .isEqualTo(new BootLoader(
                        Kind.KERNELSTUB, "/etc/kernelstub/configuration", List.of("/etc/kernelstub/configuration")));
    }

    @Test
    void silverblueAndBazzite() {
        tree.file("/run/ostree-booted", "").file("/usr/bin/rpm-ostree", "").file("/boot/grub2/grub.cfg", "#");
        tree.file("/boot/loader.1/entries/ostree-1.conf", "options ostree=/ostree/boot.1/fedora/x/0");
        tree.link("/boot/loader", "loader.1");
        tree.file(
                "/proc/cmdline", "BOOT_IMAGE=(hd0,gpt2)/ostree/fedora-x/vmlinuz root=UUID=1 ostree=/ostree/boot.1/x\n");
        Boot boot = read();
        assertThat(kind(boot.loader())).isEqualTo(Kind.GRUB_BLS);
        assertThat(kind(boot.manager())).isEqualTo(Kind.RPM_OSTREE);
        assertThat(boot.loaders().getLast().commandLineFiles()).containsExactly("/boot/loader/entries/ostree-1.conf");

        tree.file("/usr/bin/bootc", "").file("/usr/lib/bootc/kargs.d/10-x.toml", "kargs = []");
        assertThat(kind(read().manager())).isEqualTo(Kind.RPM_OSTREE);
        assertThat(read().loaders().getLast().kind()).isEqualTo(Kind.BOOTC);
        assertThat(read().loaders().getLast().commandLineFiles()).containsExactly("/usr/lib/bootc/kargs.d/10-x.toml");
    }

    @Test
    void theProgramAloneIsNoImageBasedSystem() {
        tree.file("/usr/bin/rpm-ostree", "")
                .file("/etc/default/grub", "")
                .file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz ro");
        assertThat(read().manager()).isInstanceOf(Fact.Absent.class);
        assertThat(read().loaders()).extracting(BootLoader::kind).containsExactly(Kind.GRUB);
    }

    @Test
    void cachyOsWithLimine() {
        tree.file("/etc/default/limine", "KERNEL_CMDLINE[default]+=\"quiet\"\n")
                .file("/boot/limine.conf", "timeout: 5");
        tree.file("/proc/cmdline", "quiet root=UUID=1 rw\n");
        Boot boot = read();
        assertThat(boot.loader())
                .isEqualTo(Fact.known(new InUse(Kind.LIMINE, "the only one found"), "/boot/limine.conf"));
        assertThat(boot.loaders().getFirst().commandLineFiles())
                .containsExactly("/etc/default/limine", "/boot/limine.conf");
        note("LoaderInfo", "Limine 9.2.0");
        assertThat(boot.loaders()).hasSize(1);
        assertThat(read().loader().get().orElseThrow().reason()).endsWith("Limine 9.2.0");
    }

    @Test
    void lettersOfTheEfiPartitionMayBeOfAnyCase() {
        tree.file("/boot/efi/efi/REFIND/Refind.Conf", "");
        assertThat(read().loaders())
                .extracting(BootLoader::evidence)
                .containsExactly("/boot/efi/efi/REFIND/Refind.Conf");
    }

    @Test
    void aPartitionThatCannotBeListedLeavesTheQuestionOpen() {
        tree.file("/etc/default/grub", "").directory("/boot");
        assertThat(kind(read().loader())).isEqualTo(Kind.GRUB);
        tree.link("/boot/efi", "efi");
        assertThat(read().loader()).isEqualTo(Fact.unreadable("/boot", "cannot be told; found: [GRUB]"));
        Tree files = new Tree(root);
        BootReader.read(files, Processes.read(files));
        assertThat(files.gaps()).containsExactly(new Gap("/boot/efi", "symbolic links lead in a circle"));
    }

    @Test
    void strangeVariables() {
        variable(SECURE_BOOT, (byte) 7);
        assertThat(read().secureBoot()).isInstanceOf(Fact.Unreadable.class);
        variable(SECURE_BOOT);
        assertThat(read().secureBoot()).isInstanceOf(Fact.Unreadable.class);
        variable(SECURE_BOOT, new byte[5000]);
        assertThat(read().secureBoot()).isInstanceOf(Fact.Unreadable.class);
        variable(SECURE_BOOT, (byte) 0);
        assertThat(read().secureBoot().get()).contains(false);
        variable("LoaderInfo" + LOADER, (byte) 's');
        assertThat(read().loader()).isInstanceOf(Fact.Unreadable.class);
        note("LoaderInfo", "grub\u202e");
        assertThat(read().loader().get().orElseThrow().reason()).endsWith("grub\\u202e");
    }

    @Test
    void nothingAtAll() {
        Boot boot = read();
        assertThat(boot.efi()).isInstanceOf(Fact.Absent.class);
        assertThat(boot.loaders()).isEmpty();
        assertThat(boot.loader()).isEqualTo(Fact.unreadable("/boot", "no boot loader found"));
        assertThat(boot.initramfs()).isInstanceOf(Fact.Absent.class);
        assertThat(boot.displayManager()).isInstanceOf(Fact.Absent.class);
    }

    @Test
    void aDisplayManagerThatRunsIsOne() {
        tree.file("/proc/812/comm", "sddm\n").file("/proc/813/comm", "sddm-helper\n");
        assertThat(read().displayManager()).isEqualTo(Fact.known("sddm", "/proc/812/comm"));
        tree.link("/etc/systemd/system/display-manager.service", "display-manager.service");
        assertThat(read().displayManager().get()).contains("display-manager");
    }

    /// What is installed need not run: the default may be a console, or another one was started.
    @Test
    void theUnitOfTheDisplayManagerThatRuns() {
        tree.file("/etc/X11/default-display-manager", "/usr/sbin/gdm3\n");
        assertThat(read().displayManagerUnit()).isEqualTo(Fact.unreadable("/proc", "no process is shown there"));
        tree.file("/proc/1/comm", "systemd\n");
        assertThat(read().displayManagerUnit()).isInstanceOf(Fact.Absent.class);
        tree.file("/proc/812/comm", "ly-dm\n")
                .file("/proc/812/cgroup", "0::/user.slice/user-1000.slice/session-2.scope\n")
                .file("/proc/813/comm", "ly\n")
                .file("/proc/813/cgroup", "0::/system.slice/system-ly.slice/ly@tty2.service\n");
        assertThat(read().displayManagerUnit()).isEqualTo(Fact.known("ly@tty2.service", "/proc/813/cgroup"));
        tree.file("/proc/700/comm", "sddm\n")
                .file("/proc/700/cgroup", "3:cpu:/\n1:name=systemd:/system.slice/sddm.service\n0::/\n");
        assertThat(read().displayManagerUnit().get()).contains("sddm.service");
    }

    /// A process has a control group: one that nobody brought along tells nothing.
    @Test
    void aLoginScreenWithoutItsGroupMayBeAnything() {
        tree.file("/proc/812/comm", "gdm\n");
        assertThat(read().displayManagerUnit())
                .isEqualTo(Fact.unreadable("/proc/812/cgroup", "a login screen's control group was not read"));
        tree.file("/proc/812/cgroup", "0::/user.slice/user-1000.slice/session-2.scope\n");
        assertThat(read().displayManagerUnit()).isInstanceOf(Fact.Absent.class);
    }

    /// As an ordinary user of Fedora has it. Plain GRUB would have its menu built anew, over all entries.
    @Test
    void entriesThatCannotBeListedAreNotNone() {
        tree.file("/etc/default/grub", "GRUB_ENABLE_BLSCFG=true\n").file("/boot/grub2/grub.cfg", "#");
        tree.file("/proc/cmdline", "BOOT_IMAGE=(hd0,gpt2)/vmlinuz root=UUID=1 ro\n");
        assertThat(kind(read().loader())).isEqualTo(Kind.GRUB);
        Coverage denied = path ->
                path.startsWith("/boot/loader") ? Optional.of("permission denied when gathered") : Optional.empty();
        Tree files = new Tree(new MachineSource(root, denied, Commands.unavailable("nobody asks")));
        Boot boot = BootReader.read(files, Processes.read(files));
        assertThat(kind(boot.loader())).isEqualTo(Kind.GRUB_BLS);
        assertThat(boot.loaders().getFirst().commandLineFiles()).containsExactly("/etc/default/grub");
        tree.file("/etc/default/grub", "GRUB_ENABLE_BLSCFG=false\n");
        files = new Tree(new MachineSource(root, denied, Commands.unavailable("nobody asks")));
        assertThat(kind(BootReader.read(files, Processes.read(files)).loader())).isEqualTo(Kind.GRUB);
    }

    @Test
    void loops() {
        tree.link("/boot", "boot").link("/etc/default", "../etc/default").link("/sys/firmware/efi", "efi");
        Boot boot = read();
        assertThat(boot.efi()).isInstanceOf(Fact.Unreadable.class);
        assertThat(boot.loader()).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void imagesOfInstalledKernels() {
        tree.directory("/lib/modules/6.1.0-40-amd64")
                .directory("/lib/modules/6.12.9-amd64")
                .directory("/lib/modules/extra")
                .file("/lib/modules/6.12.9-arch1-1/pkgbase", "linux\n")
                .file("/lib/modules/6.6.9-1-lts/pkgbase", "../linux\n");
        tree.file("/boot/initrd.img-6.1.0-40-amd64", "x")
                .file("/boot/initrd.img-5.10.0-1-amd64", "of a kernel that is gone")
                .file("/boot/initramfs-linux.img", "x")
                .file("/boot/initramfs-linux-fallback.img", "x")
                .file("/boot/0123/6.12.9-amd64/initrd", "x")
                .link("/boot/initrd", "initrd.img-6.1.0-40-amd64");
        assertThat(read().images())
                .containsExactlyInAnyOrder(
                        new Boot.BootImage("/boot/initrd.img-6.1.0-40-amd64", "6.1.0-40-amd64", false),
                        new Boot.BootImage("/boot/0123/6.12.9-amd64/initrd", "6.12.9-amd64", false),
                        new Boot.BootImage("/boot/initramfs-linux.img", "6.12.9-arch1-1", false),
                        new Boot.BootImage("/boot/initramfs-linux-fallback.img", "6.12.9-arch1-1", true));
    }

    @Test
    void liminesImagesLieInAFolderByMachineAndPackage() {
        String token = "/boot/0f1e2d3c4b5a69788796a5b4c3d2e1f0/";
        tree.file("/lib/modules/6.17.8-2-cachyos/pkgbase", "linux-cachyos\n");
        tree.file("/lib/modules/6.12.57-1-lts/pkgbase", "linux-lts\n");
        tree.file(token + "linux-cachyos/initramfs-linux-cachyos", "x")
                .file(token + "linux-cachyos/nptune-before-x", "x");
        tree.file(token + "linux-lts/initramfs", "x").file(token + "linux-lts/initramfs-fallback", "x");
        tree.file("/boot/grub/linux-lts/initramfs", "x");
        assertThat(read().images())
                .containsExactlyInAnyOrder(
                        new Boot.BootImage(token + "linux-cachyos/initramfs-linux-cachyos", "6.17.8-2-cachyos", false),
                        new Boot.BootImage(token + "linux-lts/initramfs", "6.12.57-1-lts", false),
                        new Boot.BootImage(token + "linux-lts/initramfs-fallback", "6.12.57-1-lts", true));
    }
}
