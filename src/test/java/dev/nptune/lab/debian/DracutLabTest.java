package dev.nptune.lab.debian;

import static dev.nptune.lab.debian.DebianTrial.defineVm;
import static dev.nptune.lab.debian.DebianTrial.disk;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Debian that boots by GRUB with dracut's image.
@Tag("lab")
class DracutLabTest {
    @TempDir
    Path folder;

    @Test
    void bootsAsPlannedOrAsBefore() throws Exception {
        DebianVariant variant = DebianVariant.GRUB_DRACUT;
        try (DebianMachine machine = DebianMachine.boot(disk(variant, folder), folder)) {
            defineVm(machine);
            String found = BootStories.theCardIsBoundFromBoot(machine, variant);
            BootStories.theCardIsGivenBack(machine, found);
        }
    }
}
