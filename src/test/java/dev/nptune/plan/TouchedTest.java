package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.PciAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TouchedTest {
    private static final String SAYS = "Set vm.swappiness";

    @Test
    void eachKindSaysWhatItTouches() {
        assertThat(Stream.of(
                                new Change.EditFile(SAYS, List.of(), "/etc/sudoers.d/x", null, "ALL\n"),
                                new Change.EditFile(SAYS, List.of(), "/etc/cron.daily/x", null, "#!/bin/sh\n"),
                                new Change.EditFile(SAYS, List.of(), "/etc/shadow", "a\n", "b\n"),
                                new Change.EditFile(SAYS, List.of(), "/etc/shadow", "a\n", null),
                                new Change.ReloadModule(SAYS, List.of(), "kvm_amd", "npt", "0", "1"),
                                new Change.WriteSysfs(SAYS, List.of(), "/proc/sys/kernel/core_pattern", "c", "|/x y"),
                                new Change.DefineDomain(SAYS, List.of(), "win10", null, "<domain/>"),
                                new Change.BindDriver(
                                        SAYS,
                                        List.of(),
                                        PciAddress.parse("0000:01:00.0"),
                                        "10de:1b80",
                                        null,
                                        "vfio-pci"),
                                new Change.KeepCopy(SAYS, List.of(), "/boot/a", "/boot/b", Map.of()),
                                new Change.Rebuild(
                                        SAYS, List.of(), Builder.MKINITRAMFS, "6.1", List.of("/boot/i"), List.of()),
                                new Change.Rebuild(
                                        SAYS,
                                        List.of(),
                                        Builder.KERNELSTUB,
                                        "",
                                        List.of("/boot/efi/a", "/b"),
                                        List.of()),
                                new Change.EditBootEntry(SAYS, List.of(), "/boot/e.conf", "a", "b", true),
                                new Change.SetGrubVariable(SAYS, List.of(), "/boot/grub/grubenv", "nptune_trial", "1"),
                                new Change.OstreeArguments(
                                        SAYS, List.of(), "quiet", List.of("init=/x y"), List.of("quiet")))
                        .map(Touched::of))
                .containsExactly(
                        "make /etc/sudoers.d/x",
                        "make /etc/cron.daily/x, a program",
                        "write /etc/shadow",
                        "remove /etc/shadow",
                        "run modprobe -r kvm_amd and modprobe kvm_amd",
                        "write '|/x y' to /proc/sys/kernel/core_pattern",
                        "run virsh define, with new XML for VM 'win10'",
                        "bind PCI function 0000:01:00.0 (10de:1b80) to vfio-pci",
                        "copy /boot/a to /boot/b",
                        "run mkinitramfs -o /boot/i 6.1",
                        "run kernelstub, which writes /boot/efi/a, /b",
                        "write /boot/e.conf, for one try",
                        "set nptune_trial='1' in /boot/grub/grubenv",
                        "run rpm-ostree kargs '--append=init=/x y' --delete=quiet");
    }

    /// A name that would draw over what stands before it, and one that is long.
    @Test
    void aNameIsToldWholeAndCannotHide() {
        String path = "/etc/" + "x".repeat(300) + "/\r\u001b[2K/\u202eend";
        assertThat(Touched.of(new Change.EditFile(SAYS, List.of(), path, null, "")))
                .isEqualTo("make /etc/" + "x".repeat(300) + "/\\x0d\\x1b[2K/\\u202eend");
    }
}
