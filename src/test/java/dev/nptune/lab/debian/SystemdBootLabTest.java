package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Debian that boots by systemd-boot under OVMF.
@Tag("lab")
class SystemdBootLabTest {
    @TempDir
    Path folder;

    @Test
    void bootsAsPlannedOrAsBefore() throws Exception {
        DebianVariant variant = DebianVariant.SYSTEMD_BOOT_INITRAMFS_TOOLS;
        try (DebianMachine machine = DebianMachine.boot(disk(variant, folder), folder)) {
            defineVm(machine);
            BootStories.aBootWithoutTheHostsCardIsFollowedByTheOldOne(machine);
            String found = BootStories.theCardIsBoundFromBoot(machine, variant);
            BootStories.theNextBootIsTheSame(machine);
            BootStories.aBootThatHangsIsFollowedByTheOldOne(machine);
            BootStories.theCardIsGivenBack(machine, found);
        }
    }
}
