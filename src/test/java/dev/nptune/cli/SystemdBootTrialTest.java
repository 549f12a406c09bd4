package dev.nptune.cli;

import static dev.nptune.cli.BootTreeChangesTest.BLESSING;
import static dev.nptune.cli.BootTreeChangesTest.compose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.cli.BootTreeChangesTest.Composed;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where systemd-boot goes back to the entry that is kept, and where it does not.
class SystemdBootTrialTest {
    private static final String TRIES = "/etc/kernel/tries";

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    private BootTree tree(String name) throws IOException {
        return BootTreeChangesTest.tree(name, root);
    }

    @Test
    void systemdBootCountsOnlyWhereNothingNamesTheEntry() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        assertThat(compose(tree).fallsBack()).startsWith("systemd-boot starts the entry of before");
        tree.write("/boot/loader/loader.conf", "default arch.conf\ntimeout 3\n");
        Composed named = compose(tree);
        assertThat(named.fallsBack()).isEmpty();
        assertThat(named.order()).doesNotContain("on trial");
        assertThat(named.notes()).anyMatch(n -> n.contains("names a default entry"));
        for (String other : List.of("arch-lts*", "@saved", "ar[a-z]h*", "arch.c*", "arch.conf\npreferred arch*")) {
            tree.write("/boot/loader/loader.conf", "default\t" + other + "\n");
            assertThat(compose(tree).fallsBack()).as(other).isEmpty();
        }
    }

    /// The entry that is kept has to fit as well, or systemd-boot starts the one that failed for ever.
    @Test
    void whatFitsTheDefaultGoesBackToWhatFitsToo() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        for (String fits : List.of("arch*", "ARCH*", "ar?h*", "*", "*.conf")) {
            tree.write("/boot/loader/loader.conf", "default " + fits + "\n");
            Composed composed = compose(tree);
            assertThat(composed.fallsBack()).as(fits).startsWith("systemd-boot starts");
            assertThat(composed.at("edit /boot/loader/entries/arch-nptune-before.conf"))
                    .isLessThan(composed.at("entry /boot/loader/entries/arch.conf on trial"));
        }
        // it would be started after a failed boot: more than arch-nptune-before
        tree.write("/boot/loader/entries/arch-zen.conf", "title Zen\nlinux /vmlinuz-linux-zen\n");
        Composed between = compose(tree);
        assertThat(between.fallsBack()).startsWith("systemd-boot starts");
        assertThat(between.at("edit /boot/loader/entries/arch.a-nptune-before.conf"))
                .isNotNegative();
        // it is what systemd-boot starts by itself
        tree.write("/boot/loader/entries/archiso.conf", "title Live\nlinux /iso\n");
        assertThat(compose(tree).notes())
                .anyMatch(n -> n.contains("systemd-boot starts archiso.conf by itself and not arch.conf"));
    }

    /// As bootctl writes it on Debian: `default TOKEN-*`. These entries are sorted by what is in them.
    @Test
    void kernelInstallsEntriesFitDebiansDefault() throws IOException {
        BootTree tree = tree("kernel-install");
        String token = "d1a9a7a3c9f04d0a8d9f7d6f5e4c3b2a";
        tree.write("/boot/efi/loader/loader.conf", "#timeout 3\n#console-mode keep\ndefault " + token + "-*\n");
        Composed composed = compose(tree);
        assertThat(composed.fallsBack()).startsWith("systemd-boot starts");
        assertThat(composed.at("edit /boot/efi/loader/entries/" + token + "-6.12.48+deb13-amd64-nptune-before.conf"))
                .isNotNegative();
        tree.write("/boot/efi/loader/loader.conf", "default " + token + "-6.12.48+deb13-amd64.*\n");
        assertThat(compose(tree)
                        .at("edit /boot/efi/loader/entries/" + token + "-6.12.48+deb13-amd64.a-nptune-before.conf"))
                .isNotNegative();
    }

    /// A kernel that is installed before the reboot has the new arguments too.
    @Test
    void newKernelsAreOnTrialToo() throws IOException {
        BootTree tree = tree("kernel-install");
        Composed composed = compose(tree);
        assertThat(composed.at("edit " + TRIES)).isLessThan(composed.at("edit /etc/kernel/cmdline"));
        // an entry that is written anew has the name of the one on trial
        assertThat(composed.changes())
                .anyMatch(c -> c instanceof Change.EditFile e && e.path().equals(TRIES) && "1\n".equals(e.after()));
        tree.write(TRIES, "3\n");
        assertThat(compose(tree).order()).doesNotContain(TRIES);
        Files.delete(tree.file(TRIES));
        Files.delete(tree.file(BLESSING));
        assertThat(compose(tree).order()).doesNotContain(TRIES, "on trial");
    }

    @Test
    void entriesWrittenByHandGetNoTries() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        assertThat(compose(tree).order()).contains("on trial").doesNotContain(TRIES);
    }

    /// The counter would stay after a good boot, and the next boot would be the last.
    @Test
    void withoutTheServiceThatBlessesNothingIsOnTrial() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        Files.delete(tree.file(BLESSING));
        assertThat(compose(tree).notes()).anyMatch(n -> n.contains("systemd-bless-boot.service"));
        assertThat(compose(tree).fallsBack()).isEmpty();
    }

    @Test
    void aDefaultOfTheFirmwaresVariablesGoesBeforeAll() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        tree.note("LoaderEntryOneShot", "arch-lts.conf");
        assertThat(compose(tree).fallsBack()).startsWith("systemd-boot starts");
        tree.note("LoaderEntryDefault", "arch.conf");
        assertThat(compose(tree).fallsBack()).isEmpty();
        assertThat(compose(tree).notes())
                .anyMatch(n -> n.contains("(LoaderEntryDefault; 'bootctl set-default \"\"'")
                        && n.contains("whatever happens"));
    }

    @Test
    void aPreferredEntryIsTakenBackByItsOwnCommand() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        tree.note("LoaderEntryPreferred", "arch.conf");
        assertThat(compose(tree).fallsBack()).isEmpty();
        assertThat(compose(tree).notes())
                .anyMatch(n -> n.contains("(LoaderEntryPreferred; 'bootctl set-preferred \"\"'")
                        && !n.contains("set-default")
                        && !n.contains("whatever happens"));
    }

    @Test
    void sdbootManageKnowsNoCounters() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/etc/sdboot-manage.conf", "LINUX_OPTIONS=\"zswap.enabled=0 rw quiet\"\n");
        assertThat(compose(tree).notes()).anyMatch(n -> n.contains("sdboot-manage") && n.contains("is not on trial"));
    }

    /// Type 2 entries are sorted by what is in the images.
    @Test
    void unifiedImagesMayComeFirst() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/boot/loader/loader.conf", "timeout 3\n");
        tree.write("/boot/EFI/Linux/rescue.efi", "MZ");
        assertThat(compose(tree).notes()).anyMatch(n -> n.contains("/boot/EFI/Linux/rescue.efi, whose place"));
        tree.write("/boot/loader/loader.conf", "default arch*\n");
        assertThat(compose(tree).fallsBack()).startsWith("systemd-boot starts");
    }
}
