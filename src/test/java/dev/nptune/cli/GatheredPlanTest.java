package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.MemoryFolder;
import dev.nptune.cli.BootTreeChangesTest.Composed;
import dev.nptune.host.Commands;
import dev.nptune.host.Coverage;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineSource;
import dev.nptune.host.source.GatherScript;
import dev.nptune.host.source.Snapshot;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A plan for a machine that was gathered, by a file or over SSH, is the plan made on it.
class GatheredPlanTest {
    private static final String NONE = "/boot/00000000000000000000000000000001/linux-cachyos/";

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    private Path root = Path.of("");

    @BeforeEach
    void machine() throws IOException {
        root = Files.createDirectory(folder.resolve("machine"));
    }

    static List<String> trees() {
        return BootTree.NAMES;
    }

    /// One with a login screen.
    private BootTree tree(String name) throws IOException {
        return BootTreeChangesTest.tree(name, root)
                .write("/proc/812/comm", "sddm\n")
                .write("/proc/812/cgroup", "0::/system.slice/sddm.service\n");
    }

    private MachineSource gathered(String... options) throws IOException, UserException {
        Path file = folder.resolve("host.tar.gz");
        List<String> all = new ArrayList<>(List.of("--root", root.toString()));
        all.addAll(List.of(options));
        try (OutputStream out = Files.newOutputStream(file)) {
            Exec.Result result = GatherScript.run(all, out);
            assertThat(result.exit()).as(result.err()).isZero();
        }
        return Snapshot.read(file);
    }

    private static Composed compose(MachineSource source) {
        Host host = HostReader.read(source);
        return BootTreeChangesTest.compose(host, PlanFiles.read(source.root(), host));
    }

    @ParameterizedTest
    @MethodSource("trees")
    void itIsThePlanMadeThere(String name) throws IOException, UserException {
        BootTree tree = tree(name);
        String there = BootTreeChangesTest.told(BootTreeChangesTest.compose(tree));
        assertThat(there).contains("+desktop='sddm.service'");
        assertThat(BootTreeChangesTest.told(compose(gathered("--no-redact")))).isEqualTo(there);
    }

    @Test
    void ofSystemdBoot() throws IOException, UserException {
        BootTree tree = tree("kernel-install");
        Composed composed = compose(gathered());
        assertThat(composed.fallsBack()).startsWith("systemd-boot starts the entry of before");
        assertThat(composed.order()).contains("edit /etc/kernel/tries", "on trial");

        tree.write("/etc/kernel/tries", "3\n");
        assertThat(compose(gathered()).order()).contains("on trial").doesNotContain("edit /etc/kernel/tries");

        tree.note("LoaderEntryDefault", "d1a9a7a3c9f04d0a8d9f7d6f5e4c3b2a-6.12.48+deb13-amd64.conf");
        assertThat(compose(gathered()).notes()).anyMatch(n -> n.contains("(LoaderEntryDefault;"));
    }

    /// With ids replaced the same way in the menu and in the names of folders.
    @Test
    void ofCachyOs() throws IOException, UserException {
        tree("cachyos");
        Composed composed = compose(gathered());
        assertThat(composed.order())
                .contains("keep " + NONE + "nptune-before-vmlinuz-linux-cachyos")
                .contains("build /boot/limine.conf " + NONE + "initramfs-linux-cachyos " + NONE
                        + "vmlinuz-linux-cachyos");
        assertThat(composed.changes())
                .filteredOn(c -> c instanceof Change.Rebuild)
                .singleElement()
                .satisfies(c -> assertThat(((Change.Rebuild) c).contains()).contains("iommu=pt"));
    }

    /// An archive that says nothing of what was left out, or one of an earlier version.
    @Test
    void whatWasNotLookedForIsNotKnown() throws IOException {
        BootTree tree = tree("kernel-install");
        Files.delete(tree.file(BootTreeChangesTest.BLESSING));
        Files.delete(tree.file("/proc/812/cgroup"));
        Composed composed =
                compose(new MachineSource(root, Coverage.UNSTATED, Commands.unavailable("nobody can be asked")));
        assertThat(composed.order()).doesNotContain("on trial", "/etc/kernel/tries");
        assertThat(composed.notes())
                .anyMatch(n -> n.contains("whether systemd-bless-boot.service is installed is not known"))
                .anyMatch(n -> n.contains("whether a login screen runs is not known"))
                .noneMatch(n -> n.contains("is not installed"));

        tree.write(BootTreeChangesTest.BLESSING, "[Unit]\n");
        assertThat(compose(new MachineSource(root, Coverage.UNSTATED, Commands.unavailable("nobody can be asked")))
                        .notes())
                .anyMatch(n -> n.contains("whether an entry was made the default one by hand is not known"));
    }
}
