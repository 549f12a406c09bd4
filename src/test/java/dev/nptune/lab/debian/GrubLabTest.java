package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Debian that boots by GRUB with an image of initramfs-tools. At last it is a machine with one card, which goes to a
/// VM.
@Tag("lab")
class GrubLabTest {
    @TempDir
    Path folder;

    @Test
    void bootsAsPlannedOrAsBeforeAndLendsItsOnlyCard() throws Exception {
        DebianVariant variant = DebianVariant.GRUB_INITRAMFS_TOOLS;
        try (DebianMachine machine = DebianMachine.boot(disk(variant, folder), folder)) {
            defineVm(machine);
            BootStories.aBootWithoutTheHostsCardIsFollowedByTheOldOne(machine);
            String found = BootStories.theCardIsBoundFromBoot(machine, variant);
            BootStories.anotherDeviceAtTheCardsAddressIsNotPassed(machine);
            BootStories.theNextBootIsTheSame(machine);
            BootStories.aBootThatHangsIsFollowedByTheOldOne(machine);
            BootStories.theCardIsGivenBack(machine, found);
            SingleGpuStory.theOnlyCardGoesToTheVmAndComesBack(machine);
        }
    }
}
