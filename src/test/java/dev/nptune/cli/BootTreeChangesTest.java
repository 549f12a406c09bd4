package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.MemoryFolder;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.PassedFunction;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.boot.ArgumentEdit;
import dev.nptune.plan.boot.BootBinding;
import dev.nptune.plan.boot.BootChanges;
import dev.nptune.plan.boot.LoaderEdits;
import dev.nptune.plan.boot.LoaderPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All changes of what machines boot from, in order, where a card is bound at boot and `iommu=pt` is asked for.
class BootTreeChangesTest {
    private static final List<PassedFunction> CARD = List.of(
            new PassedFunction(PciAddress.parse("0000:0a:00.0"), "10de:2484"),
            new PassedFunction(PciAddress.parse("0000:0a:00.1"), "10de:228b"));
    private static final String CHECK = "/etc/nptune/boot-check";
    private static final List<String> CHECKS = List.of(
            CHECK,
            "/etc/systemd/system/nptune-boot.service",
            "/etc/systemd/system/multi-user.target.d/nptune.conf",
            "/etc/systemd/system/boot-complete.target.d/nptune.conf");
    static final String BLESSING = "/usr/lib/systemd/system/systemd-bless-boot.service";

    @TempDir(factory = MemoryFolder.class)
    private Path root;

    static List<String> trees() {
        return BootTree.NAMES;
    }

    /// The changes, and what people are told of them.
    record Composed(List<Change> changes, String fallsBack, List<String> notes) {
        String order() {
            return changes.stream().map(Composed::line).collect(Collectors.joining("\n"));
        }

        private static String line(Change change) {
            return switch (change) {
                case Change.EditFile e -> "edit " + e.path();
                case Change.EditBootEntry e -> "entry " + e.path() + (e.trial() ? " on trial" : "");
                case Change.KeepCopy k -> "keep " + k.to();
                case Change.Rebuild r -> "build " + String.join(" ", r.outputs());
                case Change.SetGrubVariable s -> "set " + s.value();
                default -> change.summary();
            };
        }

        int at(String line) {
            int at = List.of(order().split("\n")).indexOf(line);
            assertThat(at).as("%s in%n%s", line, order()).isNotNegative();
            return at;
        }
    }

    private BootTree tree(String name) throws IOException {
        return tree(name, root);
    }

    /// A machine whose images can be built.
    static BootTree tree(String name, Path root) throws IOException {
        BootTree tree = BootTree.unpack(name, root);
        tree.write("/usr/lib/systemd/system/systemd-udev-trigger.service", "[Unit]\n");
        tree.write(BLESSING, "[Unit]\n");
        String release = tree.text("/proc/sys/kernel/osrelease").strip();
        switch (name) {
            case "debian", "ubuntu", "pop-os" ->
                builds(tree, "/usr/share/initramfs-tools", release, "/boot/initrd.img-" + release);
            case "fedora-btrfs", "fedora-ext4" ->
                builds(tree, "/usr/lib/dracut", release, "/boot/initramfs-" + release + ".img");
            case "opensuse", "opensuse-single-quotes" ->
                builds(tree, "/usr/lib/dracut", release, "/boot/initrd-" + release);
            case "bazzite" -> builds(tree, "/usr/lib/dracut", release, "");
            case "kernel-install" -> builds(tree, "/usr/share/initramfs-tools", release, entryImage(tree, release));
            default -> arch(tree, release);
        }
        switch (name) {
            case "debian", "ubuntu", "arch-grub" -> mounted(tree, "/", "ext4", "/dev/nvme0n1p2");
            case "fedora-ext4" -> mounted(tree, "/boot", "ext4", "/dev/nvme0n1p2");
            case "fedora-btrfs", "opensuse", "opensuse-single-quotes" -> mounted(tree, "/", "btrfs", "/dev/nvme0n1p3");
            default -> {}
        }
        return tree;
    }

    private static void builds(BootTree tree, String tool, String release, String image) throws IOException {
        Files.createDirectories(tree.file(tool));
        Files.createDirectories(tree.file("/lib/modules/" + release));
        if (!image.isEmpty()) {
            tree.write(image, "an image\n");
        }
    }

    /// What the running kernel's entry names, as kernel-install lays it out.
    private static String entryImage(BootTree tree, String release) throws IOException {
        String token = tree.text("/proc/cmdline").replaceFirst("(?s)^initrd=\\\\([0-9a-f]+).*", "$1");
        return "/boot/efi/" + token + "/" + release + "/initrd.img-" + release;
    }

    private static void arch(BootTree tree, String release) throws IOException {
        Path named = tree.file("/lib/modules/" + release + "/pkgbase");
        String pkgbase = Files.exists(named) ? Files.readString(named).strip() : "linux";
        builds(tree, "/usr/lib/initcpio", release, "");
        tree.write("/lib/modules/" + release + "/pkgbase", pkgbase + "\n");
        if (!Files.exists(tree.file("/etc/mkinitcpio.conf"))) {
            tree.write("/etc/mkinitcpio.conf", "HOOKS=(base udev autodetect modconf block filesystems fsck)\n");
        }
        if (!Files.isDirectory(tree.file("/efi/EFI/Linux")) && !pkgbase.equals("linux-cachyos")) {
            tree.write("/boot/initramfs-" + pkgbase + ".img", "an image\n");
            tree.write("/boot/vmlinuz-" + pkgbase, "a kernel\n");
        }
    }

    private static void mounted(BootTree tree, String at, String type, String source) throws IOException {
        tree.write(
                "/proc/self/mountinfo",
                "22 1 259:2 / " + at + " rw,relatime shared:1 - " + type + " " + source + " rw\n");
    }

    static Composed compose(BootTree tree) {
        Host host = tree.host();
        return compose(host, PlanFiles.read(tree.root(), host));
    }

    static Composed compose(Host host, Map<String, String> files) {
        List<String> arguments = new ArrayList<>(List.of("iommu=pt"));
        List<String> dropped = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        List<Change.Rebuild> images = List.of();
        List<String> notes = new ArrayList<>();
        switch (BootBinding.plan(host, files, CARD)) {
            case BootBinding.Result bound -> {
                arguments.addAll(bound.arguments());
                dropped.add("nptune.bind");
                changes.addAll(bound.files());
                images = bound.images();
                notes.addAll(bound.notes());
            }
            case BootBinding.Impossible(String reason) -> notes.add("not bound: " + reason);
        }
        ArgumentEdit edit = new ArgumentEdit(arguments, dropped);
        LoaderPlan loader = LoaderEdits.plan(host, files, edit);
        assertThat(loader).as("%s", loader).isInstanceOf(LoaderPlan.Edits.class);
        Set<PciAddress> claimed = CARD.stream().map(PassedFunction::address).collect(Collectors.toSet());
        BootChanges.Result boot =
                BootChanges.of(host, files, (LoaderPlan.Edits) loader, images, edit, claimed, List.of("rule"));
        changes.addAll(boot.changes());
        notes.addAll(boot.notes());
        return new Composed(changes, boot.fallsBack(), notes);
    }

    /// As applying, and a boot that is found good, leave the files.
    private static void carryOut(BootTree tree, List<Change> changes) throws IOException {
        for (Change change : changes) {
            switch (change) {
                case Change.EditFile e -> tree.write(e.path(), String.valueOf(e.after()));
                case Change.EditBootEntry e -> tree.write(e.path(), e.after());
                case Change.Rebuild r -> built(tree, r);
                case Change.OstreeArguments o -> {
                    String entry = "/boot/loader/entries/ostree-2.conf";
                    tree.write(
                            entry,
                            tree.text(entry).replace(o.before(), o.before() + " " + String.join(" ", o.append())));
                }
                default -> {}
            }
        }
    }

    private static void built(BootTree tree, Change.Rebuild built) throws IOException {
        for (String output : built.outputs()) {
            if (output.contains("/loader/entries/")) {
                tree.write(output, tree.text(output).stripTrailing() + " " + String.join(" ", built.contains()) + "\n");
            } else if (output.endsWith("/limine.conf")) {
                tree.limine(output);
            } else if (!built.contains().isEmpty() && Files.exists(tree.file(output))) {
                tree.write(output, tree.text(output) + "# " + String.join(" ", built.contains()) + "\n");
            }
        }
    }

    static String told(Composed composed) {
        String text = PlanDiff.render(
                new Plan(Plan.SCHEMA_VERSION, "win", List.of(), List.of(), composed.changes(), List.of()));
        // the scripts have tests of their own
        return composed.order() + "\n\nfalls back: "
                + (composed.fallsBack().isEmpty() ? "not by itself" : composed.fallsBack()) + "\n\n"
                + composed.notes().stream().map(n -> "- " + n + "\n").collect(Collectors.joining()) + "\n"
                + Pattern.compile("(?m)^(--- /dev/null\\n\\+\\+\\+ .*\\n@@.*\\n)((?:\\+.*\\n){12})(?:\\+.*\\n)+")
                        .matcher(text)
                        .replaceAll("$1$2+…\n");
    }

    @ParameterizedTest
    @MethodSource("trees")
    void composes(String name) throws IOException {
        Golden.check("boot/plan/" + name + ".txt", told(compose(tree(name))));
    }

    @ParameterizedTest
    @MethodSource("trees")
    void thereIsNothingLeftToDoAfterwards(String name) throws IOException {
        BootTree tree = tree(name);
        carryOut(tree, compose(tree).changes());
        assertThat(compose(tree).order()).isEmpty();
    }

    /// So that taking back what is left by a conflict leaves it.
    @ParameterizedTest
    @MethodSource("trees")
    void whatTheMachineFallsBackToIsMarked(String name) throws IOException {
        List<Change> changes = compose(tree(name)).changes();
        for (Change change : changes) {
            if (change instanceof Change.EditFile e) {
                boolean kept = e.path().matches(".*nptune[_-]before.*|/etc/grub\\.d/\\d\\d_nptune|.*/custom\\.cfg")
                        || CHECKS.contains(e.path());
                boolean inMenuOfATool = changes.stream()
                        .anyMatch(c ->
                                c instanceof Change.Rebuild r && r.outputs().contains(e.path()));
                assertThat(e.fallback()).as(e.path()).isEqualTo(kept || inMenuOfATool);
            }
        }
    }

    /// Debian's kernel-install has a copy of the image in `/boot` on the EFI system partition.
    @Test
    void theKeptEntryStartsACopyOfTheImageItStarted() throws IOException {
        BootTree tree = tree("kernel-install");
        Files.writeString(tree.file("/boot/initrd.img-6.12.48+deb13-amd64"), "image");
        List<Change> changes = compose(tree).changes();
        Change.EditFile entry = (Change.EditFile) changes.stream()
                .filter(c -> c instanceof Change.EditFile e && e.path().endsWith("-nptune-before.conf"))
                .findFirst()
                .orElseThrow();
        String image = String.valueOf(entry.after())
                .lines()
                .filter(l -> l.startsWith("initrd"))
                .map(l -> "/boot/efi" + l.split("\\s+")[1])
                .findFirst()
                .orElseThrow();
        assertThat(changes)
                .filteredOn(c -> c instanceof Change.KeepCopy copy && copy.to().equals(image))
                .as(image)
                .hasSize(1);
    }

    /// The check must be there before anything is on trial, and a way back before the new arguments.
    @ParameterizedTest
    @MethodSource("trees")
    void theCheckAndTheCopiesComeFirst(String name) throws IOException {
        List<String> order = List.of(compose(tree(name)).order().split("\n"));
        int check = order.indexOf("edit " + CHECK);
        assertThat(check).isNotNegative();
        int last = check;
        int first = order.size();
        for (int i = check; i < order.size(); i++) {
            String line = order.get(i);
            if (line.startsWith("keep ") || line.matches(".*nptune[_-]before.*")) {
                last = i;
            } else if (line.startsWith("build ") || line.startsWith("set ") || line.startsWith("entry ")) {
                first = Math.min(first, i);
            }
        }
        assertThat(first).as(String.join("\n", order)).isGreaterThan(last);
    }

    /// An update puts another kernel beside an image that was kept, where names do not say the release.
    @Test
    void theKernelIsKeptWithAnImageOfArchs() throws IOException {
        Composed grub = compose(tree("arch-grub"));
        assertThat(grub.at("keep /boot/nptune-before-vmlinuz-linux")).isNotNegative();
        assertThat(grub.changes())
                .filteredOn(c -> c instanceof Change.KeepCopy k && k.from().endsWith("grub.cfg"))
                .singleElement()
                .satisfies(c -> assertThat(((Change.KeepCopy) c).renamed())
                        .containsEntry("vmlinuz-linux", "nptune-before-vmlinuz-linux")
                        .containsEntry("initramfs-linux.img", "nptune-before-initramfs-linux.img"));
    }

    @Test
    void grubFallsBackWhereItCanWrite() throws IOException {
        Composed composed = compose(tree("debian"));
        assertThat(composed.fallsBack()).startsWith("GRUB goes back");
        assertThat(composed.at("set pending"))
                .isGreaterThan(composed.at("edit /etc/grub.d/06_nptune"))
                .isLessThan(composed.at("edit /etc/default/grub"))
                .isLessThan(composed.at("build /boot/grub/grub.cfg"));
        assertThat(composed.notes()).anyMatch(n -> n.contains("Start this system then, and no other"));
    }

    @Test
    void grubDoesNotFallBackOnBtrfsOrVolumes() throws IOException {
        for (String[] mount :
                List.of(new String[] {"btrfs", "/dev/nvme0n1p2"}, new String[] {"ext4", "/dev/mapper/vg-root"})) {
            BootTree tree = tree("debian");
            mounted(tree, "/", mount[0], mount[1]);
            Composed composed = compose(tree);
            assertThat(composed.fallsBack()).isEmpty();
            assertThat(composed.order()).doesNotContain("06_nptune", "set pending");
            assertThat(composed.notes())
                    .anyMatch(n -> n.contains("GRUB cannot write to") && n.contains("'Menu before the last change"));
        }
    }

    /// What decides is there before the trial begins, and the trial begins before the new arguments are there.
    @Test
    void grubWithEntriesFallsBackToTheKeptEntry() throws IOException {
        Composed composed = compose(tree("fedora-ext4"));
        assertThat(composed.fallsBack()).startsWith("GRUB goes back");
        int armed = composed.at("set pending");
        assertThat(armed).isGreaterThan(composed.at("edit /boot/grub2/custom.cfg"));
        assertThat(composed.order().lines().skip(armed + 1L).filter(l -> l.startsWith("edit /boot/loader/entries/")))
                .isNotEmpty();
        assertThat(composed.order().lines().limit(armed).filter(l -> l.startsWith("edit /boot/loader/entries/")))
                .allMatch(l -> l.contains("nptune_before"));
    }

    /// It copies the image to where it is started from.
    @Test
    void kernelstubComesAfterTheImages() throws IOException {
        Composed composed = compose(tree("pop-os"));
        String entries = "/boot/efi/loader/entries/Pop_OS-";
        String folder = "/boot/efi/EFI/Pop_OS-6d2c51f0-2b1a-4c3d-9e8f-0a1b2c3d4008/";
        int stub =
                composed.at("build " + entries + "current.conf " + entries + "oldkern.conf " + folder + "vmlinuz.efi "
                        + folder + "initrd.img " + folder + "vmlinuz-previous.efi " + folder + "initrd.img-previous");
        assertThat(composed.at("build /boot/initrd.img-6.9.3-76060903-generic")).isLessThan(stub);
        assertThat(composed.at("edit /boot/efi/loader/entries/Pop_OS-current-nptune-before.conf"))
                .isLessThan(stub);
    }

    @Test
    void kernelstubsOtherEntryNeedNotBeThere() throws IOException {
        BootTree tree = tree("pop-os");
        Files.delete(tree.file("/boot/efi/loader/entries/Pop_OS-oldkern.conf"));
        assertThat(compose(tree).order()).doesNotContain("oldkern", "previous");
    }

    /// GRUB takes a name apart as a package's: behind the last `-` stands the release, before that the version.
    @Test
    void theKeptEntryIsTheOlderPackageOfTheSameName() throws IOException {
        BootTree tree = tree("fedora-ext4");
        String token = "8f1f2c3d4e5f60718293a4b5c6d7e8f9-6.11.10-";
        Composed composed = compose(tree);
        String kept = composed.order()
                .lines()
                .filter(l -> l.contains("before") && l.startsWith("edit /boot/loader/entries/"))
                .findFirst()
                .orElseThrow();
        String name = kept.substring(kept.lastIndexOf('/') + 1).replaceFirst("\\.conf$", "");
        assertThat(name.substring(0, name.lastIndexOf('-') + 1)).isEqualTo(token);
        assertThat(name.substring(name.lastIndexOf('-') + 1)).startsWith("300.fc41.x86_64~");
    }

    /// A later plan changes neither what is kept nor what an earlier version has kept.
    @Test
    void keptEntriesOfBothSpellingsAreNoKernels() throws IOException {
        for (String kept : List.of("~nptune_before", "~nptune-before")) {
            BootTree tree = tree("fedora-ext4");
            tree.write(
                    "/boot/loader/entries/8f1f2c3d4e5f60718293a4b5c6d7e8f9-6.11.4-301.fc41.x86_64" + kept + ".conf",
                    "title Fedora (before nptune)\nversion 6.11.4~nptune\nlinux /vmlinuz\noptions quiet\n");
            assertThat(compose(tree).order()).doesNotContain("6.11.4-301.fc41.x86_64" + kept);
        }
    }

    /// The check would take what is kept for what is new.
    @Test
    void noTrialWhereTheRunningKernelHasTheArgumentsAlready() throws IOException {
        BootTree tree = tree("debian");
        String argument = compose(tree).changes().stream()
                .flatMap(c -> c instanceof Change.EditFile e && e.path().equals("/etc/nptune/vfio-claim")
                        ? Pattern.compile("nptune\\.bind=\\w{8}")
                                .matcher(String.valueOf(e.after()))
                                .results()
                        : Stream.empty())
                .findFirst()
                .orElseThrow()
                .group();
        tree.write("/proc/cmdline", tree.text("/proc/cmdline").strip() + " iommu=pt " + argument + "\n");
        Composed composed = compose(tree);
        assertThat(composed.fallsBack()).isEmpty();
        assertThat(composed.order()).doesNotContain("set pending").contains("edit /etc/default/grub");
        assertThat(composed.notes())
                .anyMatch(n -> n.contains("been started with these arguments already")
                        && n.contains("'Menu before the last change"));
    }

    /// What goes into an image anew is tried like any other change: the same card, and another builder of images.
    @Test
    void otherFilesInTheImageAreAnotherArgument() throws IOException {
        BootTree tree = tree("debian");
        List<String> first = arguments(tree);
        assertThat(arguments(tree)).isEqualTo(first);
        Files.delete(tree.file("/usr/share/initramfs-tools"));
        Files.createDirectories(tree.file("/usr/lib/dracut"));
        assertThat(arguments(tree)).isNotEqualTo(first).allMatch(a -> a.matches("nptune\\.bind=[0-9a-f]{8}"));
    }

    private static List<String> arguments(BootTree tree) {
        Host host = tree.host();
        BootBinding bound = BootBinding.plan(host, PlanFiles.read(tree.root(), host), CARD);
        assertThat(bound).as("%s", bound).isInstanceOf(BootBinding.Result.class);
        return ((BootBinding.Result) bound).arguments();
    }

    @Test
    void whatTheFirmwareStartsItselfHasNoMenuToGoBackBy() throws IOException {
        BootTree tree = tree("arch-uki");
        Files.delete(tree.file("/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"));
        assertThat(tree.plan(new ArgumentEdit(List.of("iommu=pt"), List.of())))
                .isInstanceOfSatisfying(LoaderPlan.Cannot.class, c -> {
                    assertThat(c.why()).contains("no menu would offer the old one");
                    assertThat(c.byHand()).contains("bootctl install");
                });
    }

    /// `mkinitcpio` builds an image there that nothing starts, and another program is not known to keep the menu's
    /// hashes.
    @Test
    void liminesImagesAreBuiltByItsToolOrNotAtAll() throws IOException {
        Composed composed = compose(tree("cachyos"));
        assertThat(composed.changes())
                .filteredOn(Change.Rebuild.class::isInstance)
                .singleElement()
                .satisfies(c -> assertThat(((Change.Rebuild) c).builder()).isEqualTo(Builder.LIMINE_MKINITCPIO));
        BootTree tree = tree("cachyos");
        Files.delete(tree.file("/usr/bin/limine-mkinitcpio"));
        assertThat(compose(tree).notes())
                .contains("not bound: what builds the initramfs images that Limine starts is not known");
        Files.delete(tree.file("/etc/mkinitcpio.conf"));
        Files.delete(tree.file("/usr/lib/initcpio"));
        Files.createDirectories(tree.file("/usr/lib/dracut"));
        assertThat(compose(tree).notes())
                .contains("not bound: how dracut makes the images that Limine starts is not known");
    }

    /// What presets build is of no one release, but its name is a package's.
    @Test
    void theKernelIsKeptWithImagesOfPresets() throws IOException {
        BootTree tree = tree("arch-grub");
        tree.write("/etc/mkinitcpio.d/linux.preset", """
                PRESETS=('default')
                default_image="/boot/initramfs-linux.img"
                default_options="--splash /x.bmp"
                """);
        Composed composed = compose(tree);
        assertThat(composed.order()).endsWith("build /boot/initramfs-linux.img");
        assertThat(composed.at("keep /boot/nptune-before-vmlinuz-linux")).isNotNegative();
    }

    @Test
    void aGrubMenuThatDoesNotReadMoreHasNoTrial() throws IOException {
        BootTree tree = tree("fedora-ext4");
        tree.write("/boot/grub2/grub.cfg", "load_env\nblscfg\n");
        Composed composed = compose(tree);
        assertThat(composed.fallsBack()).isEmpty();
        assertThat(composed.order()).doesNotContain("custom.cfg", "set pending");
        assertThat(composed.notes())
                .anyMatch(n -> n.contains("does not read /boot/grub2/custom.cfg, so it does not go back by itself")
                        && n.contains("choose the entry '(before nptune)'"));
    }

    @Test
    void aMenuOfEntriesIsNotBuiltWhereSettingsDoNotSayHow() throws IOException {
        BootTree tree = tree("fedora-ext4");
        tree.write("/etc/default/grub", tree.text("/etc/default/grub").replace("GRUB_ENABLE_BLSCFG=true\n", ""));
        assertThat(tree.plan(new ArgumentEdit(List.of("iommu=pt"), List.of())))
                .isInstanceOfSatisfying(
                        LoaderPlan.Cannot.class, c -> assertThat(c.why()).contains("reads an entry for each kernel"));
    }
}
