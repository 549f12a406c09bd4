package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Boot.BootLoader.Kind;
import dev.nptune.host.Commands;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.plan.Builder;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.LoaderEdits;
import dev.nptune.plan.boot.LoaderPlan;
import dev.nptune.plan.boot.LoaderPlan.Cannot;
import dev.nptune.plan.boot.LoaderPlan.Edit;
import dev.nptune.plan.boot.LoaderPlan.Edits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ways in which other programs have broken boot loaders, and machines that are left to their owners.
class BootLoaderFailuresTest {
    private static final ArgumentEdit EDIT = new ArgumentEdit(List.of("iommu=pt"), List.of("quiet"));
    private static final String GRUB = "/etc/default/grub";

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    private BootTree tree(String name) throws IOException {
        return BootTree.unpack(name, root);
    }

    private static Edits edits(LoaderPlan plan) {
        assertThat(plan).isInstanceOf(Edits.class);
        return (Edits) plan;
    }

    private static Cannot cannot(LoaderPlan plan) {
        assertThat(plan).isInstanceOf(Cannot.class);
        return (Cannot) plan;
    }

    private static String after(LoaderPlan plan, String path) {
        return edits(plan).edits().stream()
                .filter(e -> e.path().equals(path))
                .map(Edit::after)
                .findFirst()
                .orElseThrow();
    }

    private void replace(BootTree tree, String path, String old, String now) throws IOException {
        String text = tree.text(path);
        assertThat(text).contains(old);
        tree.write(path, text.replace(old, now));
    }

    @Test
    void rootStaysInLiminesSettings() throws IOException {
        assertThat(after(tree("cachyos").plan(EDIT), "/etc/default/limine"))
                .contains("KERNEL_CMDLINE[default]+=\"nowatchdog splash rw rootflags=subvol=/@"
                        + " root=UUID=e1d2c3b4-a596-4877-9869-5a4b3c2d1009 iommu=pt\"\n");
    }

    @Test
    void rootCannotBeDroppedOrReplaced() {
        for (String word : List.of("root", "root=/dev/sda1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ArgumentEdit(List.of(), List.of(word)));
            assertThatIllegalArgumentException().isThrownBy(() -> new ArgumentEdit(List.of(word), List.of()));
        }
    }

    @Test
    void slashesInValuesAreOnlyCharacters() throws IOException {
        ArgumentEdit slashes = new ArgumentEdit(List.of("video=efifb:off,/dev/fb0/x"), List.of("resume"));
        assertThat(after(tree("opensuse").plan(slashes), GRUB))
                .contains("\"splash=silent quiet security=apparmor mitigations=auto video=efifb:off,/dev/fb0/x\"");
    }

    @Test
    void aValueWithoutQuotesGetsThem() throws IOException {
        BootTree tree = tree("arch-grub");
        replace(tree, GRUB, "\"loglevel=3 quiet\"", "loglevel=3");
        assertThat(after(tree.plan(EDIT), GRUB)).contains("GRUB_CMDLINE_LINUX_DEFAULT=\"loglevel=3 iommu=pt\"\n");
    }

    @Test
    void singleQuotedValuesAreSeen() throws IOException {
        assertThat(after(tree("opensuse-single-quotes").plan(EDIT), GRUB))
                .contains("GRUB_CMDLINE_LINUX_DEFAULT='splash=silent resume=")
                .contains(" security=apparmor mitigations=auto iommu=pt'\n");
    }

    @Test
    void aGrubFileThatIsNotUnderstoodIsNotTouched() throws IOException {
        BootTree tree = tree("arch-grub");
        tree.write(GRUB, tree.text(GRUB) + "if [ -e /x ]; then GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"; fi\n");
        Cannot cannot = cannot(tree.plan(EDIT));
        assertThat(cannot.why()).contains("line 17: something else than an assignment");
        assertThat(cannot.byHand()).contains("add iommu=pt, take away quiet");
    }

    @Test
    void theMenuOnTheEfiPartitionIsNeverWritten() throws IOException {
        BootTree tree = tree("fedora-ext4");
        replace(tree, GRUB, "GRUB_ENABLE_BLSCFG=true", "GRUB_ENABLE_BLSCFG=false");
        Edits plan = edits(tree.plan(EDIT));
        assertThat(plan.loader()).isEqualTo(Kind.GRUB);
        assertThat(plan.rebuilds()).singleElement().satisfies(r -> {
            assertThat(r.builder()).isEqualTo(Builder.GRUB2_MKCONFIG);
            assertThat(r.outputs()).containsExactly("/boot/grub2/grub.cfg");
        });
        Files.delete(tree.file("/boot/grub2/grub.cfg"));
        assertThat(cannot(tree.plan(EDIT)).why()).contains("GRUB's menu is neither /boot/grub/grub.cfg nor");
    }

    /// As an ordinary user of Fedora sees it: entries are listed by root alone.
    @Test
    void entriesAndMenusThatCannotBeReadAskForRoot() throws IOException {
        BootTree tree = tree("fedora-ext4");
        Coverage denied =
                path -> path.startsWith("/boot/") ? Optional.of("permission denied when gathered") : Optional.empty();
        try (Stream<Path> entries = Files.list(tree.file("/boot/loader/entries"))) {
            for (Path entry : entries.toList()) {
                Files.delete(entry);
            }
        }
        Files.delete(tree.file("/boot/loader/entries"));
        Host host = HostReader.read(new MachineSource(root, denied, Commands.unavailable("nobody asks")));
        Cannot unlisted = cannot(LoaderEdits.plan(host, PlanFiles.read(root, host), EDIT));
        assertThat(unlisted.why()).contains("/boot/loader/entries").contains("could not be listed");
        assertThat(unlisted.byHand())
                .isEqualTo("Run the plan as root, or: grubby --update-kernel=ALL --remove-args='quiet'"
                        + " --args='iommu=pt'");

        Files.createDirectories(tree.file("/boot/loader/entries"));
        Host listed = tree.host();
        Map<String, String> files = new HashMap<>(PlanFiles.read(root, listed));
        files.remove("/boot/grub2/grub.cfg");
        Cannot unread = cannot(LoaderEdits.plan(listed, files, EDIT));
        assertThat(unread.why()).contains("/boot/grub2/grub.cfg could not be read");
        assertThat(unread.byHand()).isEqualTo("Run the plan as root.");

        files.put(GRUB, "if true; then GRUB_CMDLINE_LINUX=; fi\n");
        assertThat(cannot(LoaderEdits.plan(listed, files, EDIT)).byHand()).startsWith("Run: grubby ");
        files.put(GRUB, "GRUB_CMDLINE_LINUX=\"rhgb quiet\"\n");
        assertThat(cannot(LoaderEdits.plan(listed, files, EDIT)).why()).contains("could not be read");
        files.put(GRUB, "GRUB_CMDLINE_LINUX=\"rhgb quiet\"\nGRUB_ENABLE_BLSCFG=false\n");
        assertThat(edits(LoaderEdits.plan(listed, files, EDIT)).rebuilds()).hasSize(1);
    }

    @Test
    void aStubInTheOtherFolderIsNotTheMenu() throws IOException {
        BootTree tree = tree("opensuse");
        tree.write("/boot/grub/grub.cfg", "configfile /boot/grub2/grub.cfg\n");
        assertThat(edits(tree.plan(EDIT)).rebuilds().getFirst().outputs()).containsExactly("/boot/grub2/grub.cfg");
    }

    @Test
    void aMenuThatWasNeverBuiltAnewIsBuilt() throws IOException {
        BootTree tree = tree("arch-grub");
        tree.write(GRUB, after(tree.plan(EDIT), GRUB));
        assertThat(edits(tree.plan(EDIT)).edits()).isEmpty();
        assertThat(edits(tree.plan(EDIT)).rebuilds()).hasSize(1);
    }

    @Test
    void dashDoesNotKnowPlusEquals() throws IOException {
        BootTree tree = tree("debian");
        replace(tree, GRUB, "GRUB_CMDLINE_LINUX=\"\"", "GRUB_CMDLINE_LINUX_DEFAULT+=\" splash\"");
        assertThat(cannot(tree.plan(EDIT)).why()).contains("+=");
    }

    @Test
    void argumentsInGrubsEnvironmentAreGrubbys() throws IOException {
        BootTree tree = tree("fedora-btrfs");
        String entry = "/boot/loader/entries/1b2c3d4e5f60718293a4b5c6d7e8f901-6.17.8-300.fc43.x86_64.conf";
        tree.write(entry, tree.text(entry).replaceFirst("(?m)^options .*", "options \\$kernelopts"));
        assertThat(cannot(tree.plan(EDIT)).byHand())
                .isEqualTo("Run: grubby --update-kernel=ALL --remove-args='quiet' --args='iommu=pt'");
    }

    @Test
    void aNewerKernelWaitsForAReboot() throws IOException {
        BootTree tree = tree("kernel-install");
        tree.write("/proc/sys/kernel/osrelease", "6.12.43+deb13-amd64\n");
        assertThat(cannot(tree.plan(EDIT)).byHand()).startsWith("Reboot into the newer kernel first");
    }

    @Test
    void anEntryOnTrialIsLeft() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        Files.move(tree.file("/boot/loader/entries/arch.conf"), tree.file("/boot/loader/entries/arch+2-1.conf"));
        assertThat(cannot(tree.plan(EDIT)).why()).contains("arch+2-1.conf is on trial");
    }

    @Test
    void anotherCommandLineThanAnyEntrysIsNotGuessed() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/proc/cmdline", "initrd=\\initramfs-linux.img root=/dev/sda1 rw nomodeset\n");
        assertThat(cannot(tree.plan(EDIT)).why()).startsWith("No entry of systemd-boot has");
    }

    /// sdbootutil has the number of a snapshot before the kernel's release.
    @Test
    void openSusesEntriesAreOfSnapshots() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/proc/sys/kernel/osrelease", "6.15.3-1-default\n");
        tree.write("/proc/cmdline", "root=/dev/sda1 quiet\n");
        String entry = "/boot/loader/entries/snapper-opensuse-6.15.3-1-default-36.conf";
        tree.write(entry, """
                title openSUSE
                version 36@6.15.3-1-default
                linux /opensuse/6.15.3-1-default/linux-1a
                options root=/dev/sda1 quiet
                """);
        assertThat(after(tree.plan(EDIT), entry)).contains("options root=/dev/sda1 iommu=pt\n");
        tree.write("/proc/sys/kernel/osrelease", "6.15.2-1-default\n");
        assertThat(cannot(tree.plan(EDIT)).why()).contains(entry + " is the entry of a newer kernel");
    }

    @Test
    void openSusesOwnToolIsNamed() throws IOException {
        BootTree tree = tree("arch-systemd-boot");
        tree.write("/proc/cmdline", "root=/dev/sda1 rw nomodeset\n");
        assertThat(cannot(tree.plan(EDIT)).byHand()).doesNotContain("sdbootutil");
        tree.write("/usr/bin/sdbootutil", "#!/bin/bash\n");
        assertThat(cannot(tree.plan(EDIT)).byHand())
                .isEqualTo("In /etc/kernel/cmdline, add iommu=pt, take away quiet, then run"
                        + " `sdbootutil update-all-entries`.");
    }

    /// Its kernels are in `/boot`, and not where kernel-install is told to take one from.
    @Test
    void debiansUnifiedImagesAreBuiltByHand() throws IOException {
        BootTree tree = tree("arch-uki");
        Files.delete(tree.file("/etc/mkinitcpio.d/linux.preset"));
        tree.write("/etc/kernel/install.conf", "layout=uki\n");
        tree.write("/efi/EFI/Linux/token-6.12.1-arch1-1.efi", "MZ");
        assertThat(edits(tree.plan(EDIT)).rebuilds()).anyMatch(r -> r.builder() == Builder.KERNEL_INSTALL);
        tree.write("/etc/os-release", "ID=ubuntu\nID_LIKE=debian\n");
        assertThat(cannot(tree.plan(EDIT)).byHand())
                .contains("`kernel-install add 6.12.1-arch1-1 /boot/vmlinuz-6.12.1-arch1-1`");
    }

    @Test
    void anotherDeploymentThanTheRunningOneIsLeft() throws IOException {
        BootTree tree = tree("bazzite");
        replace(tree, "/proc/cmdline", "boot.1/default/2b4c6d8e0f/0", "boot.1/default/11335577/0");
        assertThat(cannot(tree.plan(EDIT)).why()).contains("ostree-2.conf is another deployment");
    }

    @Test
    void bootcAloneHasItsArgumentsInTheImage() throws IOException {
        BootTree tree = tree("bazzite");
        Files.delete(tree.file("/usr/bin/rpm-ostree"));
        assertThat(cannot(tree.plan(EDIT)).byHand()).contains("`kargs = [\"iommu=pt\"]`");
    }

    @Test
    void liminesToolWithoutSettingsNeedsAWholeLine() throws IOException {
        BootTree tree = tree("cachyos");
        tree.write("/etc/default/limine", "ESP_PATH=\"/boot\"\n");
        assertThat(cannot(tree.plan(EDIT)).byHand())
                .contains("KERNEL_CMDLINE[default]=\"nowatchdog splash rw rootflags=subvol=/@ root=UUID=");
    }

    @Test
    void liminesFilesAreReadInOrder() throws IOException {
        BootTree tree = tree("cachyos");
        tree.write("/etc/limine-entry-tool.d/10-a.conf", "KERNEL_CMDLINE[default]+=\" quiet a=1\"\n");
        assertThat(edits(tree.plan(EDIT)).edits())
                .extracting(Edit::path)
                .containsExactly("/boot/limine.conf", "/etc/limine-entry-tool.d/10-a.conf", "/etc/default/limine");
        tree.write("/etc/default/limine", "KERNEL_CMDLINE[default]=\"quiet b=1\"\n");
        assertThat(edits(tree.plan(EDIT)).edits())
                .extracting(Edit::path)
                .containsExactly("/boot/limine.conf", "/etc/default/limine");
    }

    @Test
    void kernelstubThatMakesNoEntriesIsLeft() throws IOException {
        BootTree tree = tree("pop-os");
        replace(tree, "/etc/kernelstub/configuration", "\"setup_loader\": true", "\"setup_loader\": false");
        assertThat(cannot(tree.plan(EDIT)).byHand())
                .isEqualTo("Run: kernelstub --add-options 'iommu=pt' --delete-options 'quiet'");
        tree.write("/etc/kernelstub/configuration", "{\"user\": {\"kernel_options\": \"quiet\"}}");
        assertThat(cannot(tree.plan(EDIT)).why()).contains("not as kernelstub writes it");
    }

    @Test
    void severalFilesOfAUnifiedImageAreOneCommandLine() throws IOException {
        BootTree tree = tree("arch-uki");
        tree.write("/etc/cmdline.d/10-root.conf", "# where\nroot=UUID=1 rw\n");
        tree.write("/etc/cmdline.d/20-quiet.conf", "quiet\n");
        assertThat(edits(tree.plan(EDIT)).edits())
                .extracting(Edit::after)
                .containsExactly("# where\nroot=UUID=1 rw iommu=pt\n", "\n");
    }

    @Test
    void whatBuildsUnifiedImagesMustBeKnown() throws IOException {
        BootTree tree = tree("arch-uki");
        Files.delete(tree.file("/etc/mkinitcpio.d/linux.preset"));
        assertThat(cannot(tree.plan(EDIT)).why()).contains("What builds the unified kernel images");
        tree.write("/etc/kernel/install.conf", "layout=uki\nuki_generator=ukify\n");
        assertThat(cannot(tree.plan(EDIT)).why()).contains("image of the running kernel was not found");
        tree.write("/efi/EFI/Linux/abc-6.12.1-arch1-1.efi", "MZ");
        assertThat(edits(tree.plan(EDIT)).rebuilds()).singleElement().satisfies(r -> {
            assertThat(r.builder()).isEqualTo(Builder.KERNEL_INSTALL);
            assertThat(r.kernel()).isEqualTo("6.12.1-arch1-1");
            assertThat(r.outputs()).containsExactly("/efi/EFI/Linux/abc-6.12.1-arch1-1.efi");
        });
    }

    @Test
    void charactersThatMenusReadDifferentlyAreLeft() throws IOException {
        BootTree tree = tree("debian");
        for (String word : List.of("a=$x", "a='b'", "a=`b`", "a=b;c", "a=\\n", "a={b}", "a=b#c")) {
            assertThat(cannot(tree.plan(new ArgumentEdit(List.of(word), List.of())))
                            .why())
                    .contains(word);
        }
    }

    @Test
    void anUnknownLoaderIsNamedWithWhatWasFound() throws IOException {
        BootTree tree = new BootTree(root);
        tree.write("/proc/cmdline", "root=/dev/sda1\n").write("/boot/loader/loader.conf", "");
        tree.write(GRUB, "GRUB_CMDLINE_LINUX=\"\"\n");
        assertThat(cannot(tree.plan(EDIT)).byHand()).contains("Found: GRUB (/etc/default/grub); systemd-boot ()");
    }
}
