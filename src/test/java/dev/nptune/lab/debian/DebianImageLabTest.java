package dev.nptune.lab.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Host;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.lab.QemuCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each Debian of the lab boots by itself, through the firmware and the boot loader it is named after, and what is
/// written there is there again after a reboot, in a frozen disk and on a disk without a machine.
@Tag("lab")
class DebianImageLabTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void bootsByItself(DebianVariant variant) throws Exception {
        assumeTrue(DebianImage.missing().isEmpty(), () -> "missing here: " + DebianImage.missing());
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can make a Debian");
        DebianImage.all(List.of(DebianVariant.values()));
        DebianDisk disk = DebianDisk.on(DebianImage.of(variant), folder.resolve("disk.qcow2"));
        DebianDisk frozen;
        try (DebianMachine machine = DebianMachine.boot(disk, folder)) {
            itIsWhatItIsNamedAfter(machine, variant);
            theScanTellsTheSame(machine, variant);
            assertThat(out(machine.call("ip", "route"))).contains("default via");

            out(machine.script("echo written > /etc/lab-test && sync /etc/lab-test"));
            frozen = machine.freeze(folder.resolve("frozen.qcow2"));
            out(machine.script("echo more > /etc/lab-test"));
            machine.reboot();

            assertThat(out(machine.call("cat", "/etc/lab-test"))).isEqualTo("more\n");
            assertThat(machine.commandLine()).contains("root=UUID=");
            machine.powerOff();
        }
        onDisk(disk, "more\n");
        onDisk(frozen, "written\n");
    }

    private void onDisk(DebianDisk disk, String text) throws Exception {
        try (DebianFiles files = disk.files(folder.resolve("files.raw"))) {
            assertThat(files.read("/etc/lab-test")).contains(text);
            assertThat(files.read("/etc/no-such-file")).isEmpty();
            assertThat(files.list(disk.variant().uefi() ? "/boot/efi/loader/entries" : "/boot/grub"))
                    .anyMatch(name -> disk.variant().uefi() ? name.endsWith(".conf") : name.equals("grub.cfg"));
            assertThat(files.damage()).isEmpty();
        }
    }

    private static void itIsWhatItIsNamedAfter(DebianMachine machine, DebianVariant variant) throws Exception {
        String initrd = "initrd.img-" + out(machine.call("uname", "-r")).strip();
        switch (variant) {
            case GRUB_INITRAMFS_TOOLS, GRUB_DRACUT -> {
                assertThat(machine.commandLine()).startsWith("BOOT_IMAGE=/boot/vmlinuz-");
                assertThat(machine.console()).anyMatch(line -> line.contains("GRUB"));
                assertThat(machine.call("test", "-e", "/sys/firmware/efi").ok()).isFalse();
            }
            case SYSTEMD_BOOT_INITRAMFS_TOOLS -> {
                assertThat(out(machine.call("bootctl", "status"))).contains("Product: systemd-boot");
                assertThat(out(machine.call("find", "/boot/efi", "-name", initrd)))
                        .isNotEmpty();
            }
        }
        switch (variant) {
            case GRUB_INITRAMFS_TOOLS, SYSTEMD_BOOT_INITRAMFS_TOOLS ->
                assertThat(out(machine.call("lsinitramfs", "/boot/" + initrd))).contains("scripts/init-bottom");
            case GRUB_DRACUT ->
                assertThat(out(machine.call("lsinitrd", "/boot/" + initrd))).contains("dracut-cmdline");
        }
    }

    private static void theScanTellsTheSame(DebianMachine machine, DebianVariant variant) throws Exception {
        Host host = Json.read(out(machine.nptune("scan", "--json")), Host.class);
        assertThat(host.boot().efi().get()).contains(variant.uefi());
        assertThat(host.boot().loader().get().orElseThrow().kind())
                .isEqualTo(variant.uefi() ? Kind.SYSTEMD_BOOT : Kind.GRUB);
        assertThat(host.boot().initramfs().get())
                .contains(variant == DebianVariant.GRUB_DRACUT ? "dracut" : "initramfs-tools");
        assertThat(host.pci()).anySatisfy(f -> assertThat(f.address()).hasToString(QemuCommand.GUEST_GPU));
    }

    private static String out(Exec.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }
}
